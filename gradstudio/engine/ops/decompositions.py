"""Factors of a matrix: cholesky and qr; eigenvalues and singular values are in spectra.py."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.linalg import A, C, Q, Z, matrix, product, real_matrix, square, swap
from gradstudio.engine.ops.reduction import conjugate

primitive = category("linalg", batch="last axes")
composite = composites("linalg")
P = Q @ Q.T


def _half(x: Any) -> Any:
    """The lower triangle with half the diagonal."""
    return 0.5 * (op.tril(x) + op.tril(x, k=-1))


def _cholesky(g: Any, ans: Any, _x: Any, upper: bool = False) -> Any:
    g = conjugate(g)  # the formula is for cotangents as users see them
    factor, g = (op.adjoint(ans), op.adjoint(g)) if upper else (ans, g)
    inner = _half(op.matmul(op.adjoint(factor), g))
    back = op.solve(factor, inner, adjoint=True)
    back = op.adjoint(op.solve(factor, op.adjoint(back), adjoint=True))
    return conjugate(0.5 * (back + op.adjoint(back)))


@primitive(
    (_cholesky,),
    aliases=("linalg.cholesky",),
    samples=(
        Sample((P,)),
        Sample((np.stack([P, np.eye(2)]),)),
        Sample((P,), {"upper": True}),
        Sample((Z @ Z.conj().T,)),
        Sample((Z @ Z.conj().T,), {"upper": True}),
    ),
)
def cholesky(xp: Any, x: Any, *, upper: bool = False) -> Any:
    """Lower triangular z with z @ z^H = (x + x^H) / 2 for each matrix; upper: z^H instead.

    Both triangles of x count alike, and the gradient is symmetric. Raises LinAlgError (a ValueError) where a matrix
    is not positive definite, ValueError where it is not square. Source of the rule: Murray, Differentiation of the
    Cholesky decomposition (2016), section 3.
    """
    square(x)
    x_h = xp.conj(xp.swapaxes(x, -1, -2))
    try:
        factor = xp.linalg.cholesky((x + x_h) / 2)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            "Matrix is not positive definite: it has an eigenvalue that is 0 or negative, up to rounding"
        ) from None
    return xp.conj(xp.swapaxes(factor, -1, -2)) if upper else factor


class QRResult(NamedTuple):
    """What qr gives."""

    Q: Any
    R: Any

    @property
    def q(self) -> Any:
        """TensorFlow's name for the first part."""
        return self.Q

    @property
    def r(self) -> Any:
        """TensorFlow's name for the second part."""
        return self.R


def _parts(packed: Any, rows: int) -> tuple[Any, Any]:
    """Both factors out of the array in which the transposed second stands below the first."""
    q = op.getitem(packed, key=(..., slice(None, rows), slice(None)))
    return q, swap(op.getitem(packed, key=(..., slice(rows, None), slice(None))))


def _qr(g: Any, ans: Any, x: Any) -> Any:
    rows, columns = matrix(x)
    (q, r), (g_q, g_r) = _parts(ans, rows), _parts(g, rows)
    if rows >= columns:
        return _tall(g_q, g_r, q, r)
    # The first columns of x make q; the rest are q times the rest of r.
    here, there = (..., slice(None), slice(None, rows)), (..., slice(None), slice(rows, None))
    rest, g_rest = op.getitem(x, key=there), op.getitem(g_r, key=there)
    first = _tall(g_q + op.matmul(rest, swap(g_rest)), op.getitem(g_r, key=here), q, op.getitem(r, key=here))
    return op.concatenate([first, op.matmul(q, g_rest)], axis=-1)


def _tall(g_q: Any, g_r: Any, q: Any, r: Any) -> Any:
    """The cotangent of a matrix with at least as many rows as columns."""
    inner = op.matmul(r, swap(g_r)) - op.matmul(swap(g_q), q)
    mirrored = op.tril(inner) + swap(op.tril(inner, k=-1))
    return swap(op.solve(r, swap(g_q + op.matmul(q, mirrored))))


@primitive((_qr,), samples=(Sample((Q,)), Sample((A,)), Sample((A.T,)), Sample((C,))))
def qr_factors(xp: Any, x: Any) -> Any:
    """The reduced factors of each matrix in one array: q, and below it r transposed."""
    real_matrix(x)
    q, r = xp.linalg.qr(x)
    return xp.concatenate([q, xp.swapaxes(r, -1, -2)], -2)


def _complement(g: Any, ans: Any, x: Any, by: str) -> Any:
    return op.negative(product(ans, swap(g), swap(op.pinv(x))))


@primitive((_complement,), samples=tuple(Sample((A.T,), {"by": by}) for by in ("qr", "u", "vh")))
def complement(xp: Any, x: Any, *, by: str) -> Any:
    """The columns that a complete factorisation adds: a basis of what is orthogonal to the columns of each matrix.

    by: "qr", "u" or "vh", the factor that NumPy takes it from. Which basis it is, is not smooth; the gradient is that
    of functions that do not depend on it (the basis moves without turning in itself).
    """
    kept = x.shape[-1]
    if by == "qr":
        return xp.linalg.qr(x, "complete")[0][..., kept:]
    if by == "u":
        return xp.linalg.svd(x)[0][..., kept:]
    return xp.swapaxes(xp.linalg.svd(xp.swapaxes(x, -1, -2))[2][..., kept:, :], -1, -2)


def _tensorflow(input: Any, full_matrices: bool = False, name: Any = None) -> Any:
    """QR decomposition with TensorFlow's signature: (q, r), reduced unless full_matrices."""
    return qr(input, mode="complete" if full_matrices else "reduced")


@composite(
    spellings={"linalg.qr": _tensorflow},
    samples=(
        Sample((Q,)),
        Sample((A,)),
        Sample((A.T,)),
        Sample((C,)),
        Sample((A.T,), {"mode": "r"}),
        Sample((A,), {"mode": "complete"}),
        Sample((A.T,), {"mode": "complete"}),
    ),
)
def qr(x: Any, *, mode: str = "reduced") -> Any:
    """Orthonormal q and upper triangular r with q @ r = x, for each real matrix; q has min(rows, columns) columns.

    mode: "reduced"; "complete": q square, with a basis of the rest as further columns, and r as tall as x; "r": r
    alone. The gradient needs linearly independent columns (the first ones, if x is wide); through the further columns
    it is that of functions that do not depend on which basis they are. Raises TypeError for complex matrices.
    Source: Walter & Lehmann, Algorithmic differentiation of linear algebra functions (2012), section 3.
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f'qr: mode must be "reduced", "complete" or "r", not {mode!r}')
    rows, columns = real_matrix(x, "qr")
    q, r = _parts(op.qr_factors(x), rows)
    if mode == "r":
        return r
    if mode == "complete" and rows > columns:
        q = op.concatenate([q, op.complement(x, by="qr")], axis=-1)
        r = op.pad(r, pad_width=[(0, 0)] * (shapes.rank(r) - 2) + [(0, rows - columns), (0, 0)])
    return QRResult(q, r)
