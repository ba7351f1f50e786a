"""Determinants and their logarithms."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.linalg import Q, Z, as_columns, product, square, swap

primitive = category("linalg", batch="last axes")
composite = composites("linalg")
U, W = np.eye(2), np.array([[1.0, 2.0], [2.0, 4.0]])
H = np.array([[2.0, 0.5, -1.0], [-0.25, 1.5, 0.75], [1.0, 0.5, 3.0]])


def _beside(g: Any) -> Any:
    """A number for each matrix, with the axes of a matrix."""
    return as_columns(as_columns(g))


@primitive(
    (lambda g, _ans, x: _beside(g) * op.cofactor(x),),
    latex=r"\det {x}",
    aliases=("linalg.det",),
    jvp=lambda slot, v, ans, x: op.sum(op.cofactor(x) * v, axis=(-2, -1)),
    samples=(Sample((Q,)), Sample((H,)), Sample((np.stack([Q, 2 * Q]),)), Sample((Z,)), Sample((W,)), Sample((U,))),
)
def det(xp: Any, x: Any) -> Any:
    """Determinant of each square matrix.

    Its first two derivatives are right for singular matrices too. Raises ValueError where matrices are not square.
    """
    square(x)
    return xp.linalg.det(x)


@primitive(
    (lambda g, _ans, x: op.second_cofactor(g, x),),
    samples=(Sample((H,)), Sample((np.stack([Q, U]),)), Sample((Z,))),
    jvp="same",
)
def cofactor(xp: Any, x: Any) -> Any:
    """The derivative of the determinant: det(x) times the transposed inverse, defined for singular matrices too.

    With x = U S V^H it is det(U) det(V^H) conj(U) cof(S) conj(V^H), where cof(S) is diagonal: each singular value is
    replaced by the product of the others.
    """
    sign, u, s, vh = _factors(xp, x)
    before, after = _products_before(xp, s), xp.flip(_products_before(xp, xp.flip(s, -1)), -1)
    return sign * xp.matmul(u * (before * after)[..., None, :], vh)


def _factors(xp: Any, x: Any) -> tuple[Any, Any, Any, Any]:
    """det(U) det(V^H), conj(U), S and conj(V^H)."""
    u, s, vh = xp.linalg.svd(x)
    sign = xp.linalg.det(u) * xp.linalg.det(vh)
    return sign[..., None, None], xp.conj(u), s, xp.conj(vh)


def _products_before(xp: Any, s: Any) -> Any:
    """For each element along the last axis the product of those before it."""
    return xp.cumprod(xp.concatenate([xp.ones_like(s[..., :1]), s[..., :-1]], -1), -1)


@primitive(
    (lambda g, _ans, _h, x: op.second_cofactor(g, x), lambda g, _ans, h, x: _third(g, h, x)),
    samples=(Sample((H.T, H)), Sample((Q, np.stack([Q, U]))), Sample((U, Z))),
    batch="matrix product",
    jvp="same",
)
def second_cofactor(xp: Any, h: Any, x: Any) -> Any:
    """The second derivative of the determinant at x along h; symmetric in h and the direction it is paired with.

    For x = S diagonal, the element (j, j) is the sum of h[i, i] p[i, j] over the other i, and the element (i, j)
    besides is -h[j, i] p[i, j], where p[i, j] is the product of all singular values but those two.
    """
    sign, u, s, vh = _factors(xp, x)
    inner = xp.matmul(xp.swapaxes(u, -1, -2), xp.matmul(h, xp.swapaxes(vh, -1, -2)))
    n = s.shape[-1]
    later = xp.triu(xp.ones((n, n)), 1) > 0
    between = _products_before(xp, xp.where(later, s[..., None, :], xp.ones_like(s)[..., None, :]))
    before, after = _products_before(xp, s), xp.flip(_products_before(xp, xp.flip(s, -1)), -1)
    p = xp.where(later, before[..., :, None] * between * after[..., None, :], xp.zeros_like(between))
    p = p + xp.swapaxes(p, -1, -2)
    diagonal = xp.matmul(p, xp.diagonal(inner, axis1=-2, axis2=-1)[..., None])
    mixed = diagonal * xp.eye(n, dtype=s.dtype) - p * xp.swapaxes(inner, -1, -2)
    return sign * xp.matmul(u, xp.matmul(mixed, vh))


def _third(g: Any, h: Any, x: Any) -> Any:
    """The third derivative of the determinant at x along g and h; x must be regular.

    It is the derivative of det(x) (<y, g><y, h> - <y g^T y, h>) with y the transposed inverse.
    """
    y = swap(op.inv(x))
    a, b = product(y, swap(g), y), product(y, swap(h), y)
    along_g, along_h, both = _pair(y, g), _pair(y, h), _pair(a, h)
    bent = product(a, swap(h), y) + product(b, swap(g), y)
    return _beside(op.det(x)) * (y * (along_g * along_h - both) - along_h * a - along_g * b + bent)


def _pair(x: Any, y: Any) -> Any:
    return op.sum(x * y, axis=(-2, -1), keepdims=True)


@primitive(
    (lambda g, _ans, x: _beside(g) * swap(op.inv(x)),),
    latex=r"\ln |\det {x}|",
    aliases=("linalg.logdet",),
    samples=(Sample((Q,)), Sample((np.stack([Q, -2 * Q]),)), Sample((Z,))),
)
def logdet(xp: Any, x: Any) -> Any:
    """Logarithm of the absolute value of the determinant of each square matrix; minus infinity for singular ones.

    Its gradient raises ValueError at a singular matrix.
    """
    square(x)
    return xp.linalg.slogdet(x)[1]


def _sign_turned(g: Any, ans: Any, x: Any) -> Any:
    # The sign of a complex determinant turns with its angle; that of a real one does not move.
    if x.dtype.kind != "c":
        return _beside(g * 0.0)
    return _beside(op.imag(g * ans) * 1j) * swap(op.inv(x))


@primitive((_sign_turned,), samples=(Sample((np.stack([Q, -H[:2, :2]]),)), Sample((Z,))))
def det_sign(xp: Any, x: Any) -> Any:
    """Sign of the determinant of each square matrix: 1, -1, 0, or a complex number of absolute value 1."""
    square(x)
    return xp.linalg.slogdet(x)[0]


class SlogdetResult(NamedTuple):
    """What slogdet gives."""

    sign: Any
    logabsdet: Any

    @property
    def log_abs_determinant(self) -> Any:
        """TensorFlow's name for the second part."""
        return self.logabsdet


@composite(aliases=("linalg.slogdet",), samples=(Sample((Q,)), Sample((np.stack([Q, -H[:2, :2]]),)), Sample((Z,))))
def slogdet(x: Any) -> SlogdetResult:
    """Sign and logarithm of the absolute value of the determinant of each square matrix, as a named tuple.

    The gradient through the sign of a real determinant is 0. Raises ValueError where matrices are not square.
    """
    square(x, "slogdet")
    return SlogdetResult(op.det_sign(x), op.logdet(x))
