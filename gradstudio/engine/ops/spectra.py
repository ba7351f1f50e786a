"""Eigenvalues of symmetric matrices, and singular values, with their vectors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.linalg import A, C, Q, Z, as_columns, matrix, product, real_matrix, square, swap
from gradstudio.engine.ops.reduction import conjugate

primitive = category("linalg", batch="last axes")
composite = composites("linalg")
S = np.array([[2.0, 0.5, -1.0], [0.5, 1.5, 0.75], [-1.0, 0.75, 3.0]])


def _over(x: Any, vanishes: Any) -> Any:
    """1 / x, and 0 where x counts as 0."""
    return op.where(vanishes, 0.0, 1.0 / op.where(vanishes, 1.0, x))


def _precision(w: Any) -> Any:
    """Below this two of the values along the last axis count as equal: what rounding does to the largest."""
    n = shapes.shape(w)[-1]
    return op.max(op.abs(w), axis=-1, keepdims=True) * (n * float(np.finfo(w.dtype).eps))


def _gaps(w: Any) -> tuple[Any, Any]:
    """How far value j lies above value i, in row i and column j, and which of these gaps count as 0."""
    gaps = op.expand_dims(w, axis=-2) - as_columns(w)
    return gaps, op.less_equal(op.abs(gaps), as_columns(_precision(w)))


def _eigen_parts(packed: Any) -> tuple[Any, Any]:
    """Eigenvalues and eigenvectors out of the array in which they stand in the first row and below it."""
    w = op.getitem(packed, key=(..., 0, slice(None)))
    return op.real(w) if w.dtype.kind == "c" else w, op.getitem(packed, key=(..., slice(1, None), slice(None)))


def _hermitian(x: Any) -> Any:
    return 0.5 * (x + op.adjoint(x))


def _eigen(g: Any, ans: Any, x: Any, UPLO: str | None = None) -> Any:
    if not square(x):
        return x
    g = conjugate(g)  # the formula is for cotangents as users see them
    (w, v), (g_w, g_v) = _eigen_parts(ans), _eigen_parts(g)
    turns = op.matmul(op.adjoint(v), g_v) * _over(*_gaps(w))
    back = op.matmul(v * op.expand_dims(g_w, axis=-2) + op.matmul(v, turns), op.adjoint(v))
    return conjugate(_hermitian(back))


def _eigen_moves(slot: int, v: Any, ans: Any, x: Any, UPLO: str | None = None) -> Any:
    if not square(x):
        return ans
    w, vectors = _eigen_parts(ans)
    inner = product(op.adjoint(vectors), _hermitian(v), vectors)
    return op.concatenate(
        [op.expand_dims(op.diag_part(inner), axis=-2), op.matmul(vectors, inner * _over(*_gaps(w)))], axis=-2
    )


@primitive(
    (_eigen,),
    samples=(Sample((S,)), Sample((np.stack([S, S @ S]),)), Sample((S,), {"UPLO": "U"}, smooth=False)),
    jvp=_eigen_moves,
)
def eigen_factors(xp: Any, x: Any, *, UPLO: str | None = None) -> Any:
    """Eigenvalues of each symmetric matrix, rising, and below them its eigenvectors as columns, in one array."""
    square(x)
    if UPLO is None:
        w, v = xp.linalg.eigh((x + xp.conj(xp.swapaxes(x, -1, -2))) / 2)
    else:
        w, v = xp.linalg.eigh(x, _triangle(UPLO))
    return xp.concatenate([w[..., None, :].astype(v.dtype), v], -2)


def _triangle(UPLO: str | None) -> str | None:
    """The triangle that is read. Raises ValueError for another word."""
    if UPLO not in (None, "L", "U", "l", "u"):
        raise ValueError(f'eigh: UPLO must be "L", "U" or None, not {UPLO!r}')
    return UPLO and UPLO.upper()


class EighResult(NamedTuple):
    """What eigh gives."""

    eigenvalues: Any
    eigenvectors: Any


@composite(
    aliases=("linalg.eigh",),
    samples=(Sample((S,)), Sample((np.stack([S, S @ S]),)), Sample((S,), {"UPLO": "U"}, smooth=False)),
)
def eigh(x: Any, *, UPLO: str | None = None) -> EighResult:
    """Eigenvalues, rising, and eigenvectors as columns, of each symmetric or Hermitian matrix.

    It decomposes (x + x^H) / 2; UPLO="L" or "U" reads the lower or upper triangle of x alone, as NumPy does. The
    gradient is symmetric in each case. Eigenvectors of equal eigenvalues (apart by no more than rounding) are not
    unique: 1 / (w_j - w_i) counts as 0 there, so that gradients of functions of which they make no difference are
    right, and nothing is NaN; so is a second derivative where the eigenvalues differ. The phase of a complex
    eigenvector is not unique either. Source: Giles, An extended collection of matrix derivative results (2008),
    section 3.1.
    """
    square(x, "eigh")
    return EighResult(*_eigen_parts(op.eigen_factors(x, UPLO=_triangle(UPLO))))


@composite(
    aliases=("linalg.eigvalsh",),
    samples=(Sample((S,)), Sample((np.stack([S, S @ S]),)), Sample((Z,)), Sample((S,), {"UPLO": "L"}, smooth=False)),
)
def eigvalsh(x: Any, *, UPLO: str | None = None) -> Any:
    """Eigenvalues, rising, of each symmetric or Hermitian matrix; x and UPLO as in eigh, and so is the gradient."""
    square(x, "eigvalsh")
    return _eigen_parts(op.eigen_factors(x, UPLO=_triangle(UPLO)))[0]


def _singular_parts(packed: Any, rows: int) -> tuple[Any, Any, Any]:
    """u, s and v out of the array in which they stand one below the other."""
    u, s, v = (
        op.getitem(packed, key=(..., key, slice(None))) for key in (slice(None, rows), rows, slice(rows + 1, None))
    )
    return u, s, v


def _singular(g: Any, ans: Any, x: Any) -> Any:
    rows, columns = matrix(x)
    if not min(rows, columns):
        return x
    (u, s, v), (g_u, g_s, g_v) = _singular_parts(ans, rows), _singular_parts(g, rows)
    gaps, equal = _gaps(s)
    row, column = op.expand_dims(s, axis=-2), as_columns(s)
    weight = _over(gaps * (row + column), equal)
    in_u, in_v = op.matmul(swap(u), g_u), op.matmul(swap(v), g_v)
    core = (in_u - swap(in_u)) * weight * row + column * ((in_v - swap(in_v)) * weight)
    back = op.matmul(u * op.expand_dims(g_s, axis=-2) + op.matmul(u, core), swap(v))
    inverse = op.expand_dims(_over(s, op.less_equal(s, _precision(s))), axis=-2)
    if rows > columns:  # u also turns out of the space that its columns span
        back = back + op.matmul((g_u - op.matmul(u, in_u)) * inverse, swap(v))
    if columns > rows:
        back = back + op.matmul(u * inverse, swap(g_v - op.matmul(v, in_v)))
    return back


@primitive((_singular,), samples=(Sample((Q,)), Sample((A,)), Sample((A.T,)), Sample((C,))))
def singular_factors(xp: Any, x: Any) -> Any:
    """The reduced factors u, s and v of each matrix, one below the other in one array."""
    real_matrix(x)
    u, s, vh = xp.linalg.svd(x, full_matrices=False)
    return xp.concatenate([u, s[..., None, :], xp.swapaxes(vh, -1, -2)], -2)


class SVDResult(NamedTuple):
    """What svd gives."""

    U: Any
    S: Any
    Vh: Any


def _tensorflow(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: Any = None) -> Any:
    """Singular values and vectors with TensorFlow's signature and order: (s, u, v), where v is not transposed."""
    if not compute_uv:
        return svdvals(tensor)
    u, s, vh = svd(tensor, full_matrices=full_matrices)
    return s, u, swap(vh)


@composite(
    spellings={"linalg.svd": _tensorflow},
    samples=(
        Sample((Q,)),
        Sample((A,), {"full_matrices": False}),
        Sample((A.T,), {"full_matrices": False}),
        Sample((C,), {"full_matrices": False}),
        Sample((A,), {"compute_uv": False}),
        Sample((A,)),
        Sample((A.T,)),
    ),
)
def svd(x: Any, *, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular value decomposition of each real matrix, as NumPy gives it: (u, s, vh) with u @ diag(s) @ vh = x.

    s falls. full_matrices: u and vh are square, with a basis of the rest; else they have min(rows, columns) columns
    and rows. compute_uv=False: s alone. Vectors of equal singular values (apart by no more than rounding), and the
    further columns, are not unique: 1 / (s_j - s_i) and 1 / 0 count as 0, so that gradients of functions of which
    they make no difference are right, and nothing is NaN; so is a second derivative where the values differ.
    TensorFlow's order (s, u, v) is linalg.svd. Raises TypeError for complex matrices. Source: Townsend,
    Differentiating the singular value decomposition (2016).
    """
    rows, columns = real_matrix(x, "svd")
    u, s, v = _singular_parts(op.singular_factors(x), rows)
    if not compute_uv:
        return s
    if full_matrices and rows > columns:
        u = op.concatenate([u, op.complement(x, by="u")], axis=-1)
    if full_matrices and columns > rows:
        v = op.concatenate([v, op.complement(swap(x), by="vh")], axis=-1)
    return SVDResult(u, s, swap(v))


@composite(aliases=("linalg.svdvals",), samples=(Sample((A,)), Sample((A.T,)), Sample((C,))))
def svdvals(x: Any) -> Any:
    """Singular values of each real matrix, falling; equal ones as in svd."""
    rows, _ = real_matrix(x, "svdvals")
    return _singular_parts(op.singular_factors(x), rows)[1]
