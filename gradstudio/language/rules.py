"""Which rule says how much a function needs, by the function's name: NumPy's, and the library's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from gradstudio.engine.opening import Waiting
from gradstudio.engine.tensor import Tensor
from gradstudio.language import size_rules, work_rules
from gradstudio.language.sizes import ArgumentError, Room

Rule = Callable[..., None]


def _rules(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


_SHARED: dict[str, Rule] = {
    **_rules(size_rules.of_shape, "zeros ones empty"),
    **_rules(size_rules.filled, "full"),
    **_rules(size_rules.arange, "arange"),
    **_rules(size_rules.spaced, "linspace logspace geomspace"),
    **_rules(size_rules.tile, "tile"),
    **_rules(size_rules.repeated, "repeat"),
    **_rules(size_rules.outer_product, "outer"),
    **_rules(size_rules.kron, "kron"),
    **_rules(size_rules.meshgrid, "meshgrid"),
    **_rules(size_rules.broadcast_to, "broadcast_to"),
    **_rules(size_rules.padded, "pad"),
    **_rules(size_rules.square_of, "diag"),
    **_rules(size_rules.flat_square, "diagflat"),
    **_rules(size_rules.quantiles, "percentile quantile nanpercentile nanquantile"),
    **_rules(work_rules.covariance, "cov corrcoef"),
    **_rules(work_rules.convolve, "convolve correlate"),
    **_rules(size_rules.again, "diff"),
    **_rules(size_rules.cut, "array_split split hsplit vsplit dsplit"),
    **_rules(work_rules.matmul, "matmul"),
    **_rules(work_rules.dots, "dot"),
    **_rules(work_rules.inner_product, "inner"),
    **_rules(work_rules.tensordot, "tensordot"),
    **_rules(work_rules.einsum, "einsum"),
    **_rules(partial(work_rules.factorised, 4.0), "linalg.inv inv"),
    **_rules(partial(work_rules.factorised, 1.0), "linalg.det det linalg.slogdet slogdet logdet"),
    **_rules(partial(work_rules.factorised, 0.5), "linalg.cholesky cholesky"),
    **_rules(partial(work_rules.factorised, 4.0), "linalg.qr qr"),
    **_rules(partial(work_rules.factorised, 6.0), "linalg.eigh eigh linalg.eigvalsh eigvalsh"),
    **_rules(partial(work_rules.factorised, 30.0), "linalg.eig linalg.eigvals"),
    **_rules(
        partial(work_rules.factorised, 13.0), "linalg.pinv pinv linalg.matrix_rank linalg.cond linalg.svdvals svdvals"
    ),
    **_rules(partial(work_rules.factorised, 60.0), "expm"),
    **_rules(work_rules.singular_values, "linalg.svd svd"),
    **_rules(partial(work_rules.solved, 2.0), "linalg.solve solve"),
    **_rules(partial(work_rules.solved, 24.0), "linalg.lstsq lstsq"),
    **_rules(work_rules.power_of_matrix, "linalg.matrix_power matrix_power"),
    **_rules(work_rules.norms, "linalg.norm norm linalg.matrix_norm matrix_norm"),
    **_rules(work_rules.multi_dot, "linalg.multi_dot multi_dot"),
}

NUMPY: dict[str, Rule] = {
    **_SHARED,
    **_rules(size_rules.identity_like, "eye"),
    **_rules(size_rules.triangle, "tri"),
    **_rules(size_rules.identity, "identity"),
    **_rules(size_rules.square_triangle, "tril_indices triu_indices"),
    **_rules(size_rules.length, "fft.fftfreq fft.rfftfreq hanning hamming blackman bartlett kaiser diag_indices"),
    **_rules(size_rules.vander, "vander"),
    **_rules(size_rules.indices, "indices"),
    **_rules(size_rules.broadcast_arrays, "broadcast_arrays"),
    **_rules(size_rules.resized, "resize"),
    **_rules(size_rules.joined_list, "concatenate concat stack vstack hstack dstack column_stack row_stack block"),
    **_rules(size_rules.joined_list, "array asarray asanyarray ascontiguousarray"),
    **_rules(size_rules.selected, "select"),
    **_rules(size_rules.elementwise, "where isclose allclose clip"),
    **_rules(size_rules.appended, "append"),
    **_rules(size_rules.inserted, "insert"),
    **_rules(size_rules.taken, "take"),
    **_rules(size_rules.bincount, "bincount"),
    **_rules(size_rules.histogram, "histogram histogram_bin_edges"),
    **_rules(size_rules.histogram_nd, "histogram2d histogramdd"),
    **_rules(work_rules.polynomials, "polymul polydiv"),
    **_rules(work_rules.polynomial_roots, "roots"),
    **_rules(work_rules.polynomial_of_roots, "poly"),
    **_rules(work_rules.polyfit, "polyfit"),
    **_rules(work_rules.polyval, "polyval"),
    **_rules(size_rules.again, "polyder polyint"),
    **_rules(work_rules.transform, "fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft"),
    **_rules(work_rules.transforms, "fft.fft2 fft.ifft2 fft.fftn fft.ifftn fft.rfft2 fft.irfft2 fft.rfftn fft.irfftn"),
    **_rules(work_rules.matmul, "linalg.matmul"),
    **_rules(size_rules.outer_product, "linalg.outer"),
    **_rules(work_rules.tensordot, "linalg.tensordot"),
    **_rules(partial(work_rules.factorised, 4.0), "linalg.tensorinv"),
}
"""NumPy's functions."""

LIBRARY: dict[str, Rule] = {
    **_SHARED,
    **_rules(size_rules.gs_eye, "eye"),
    **_rules(size_rules.filled, "fill"),
    **_rules(size_rules.arange, "range"),
    **_rules(size_rules.last_square, "matrix_diag"),
    **_rules(size_rules.tensor_diag, "tensor_diag"),
    **_rules(work_rules.transform, "fft ifft rfft irfft"),
    **_rules(work_rules.transforms, "fft2 ifft2 fftn ifftn rfft2 irfft2 rfftn irfftn"),
    **_rules(work_rules.conv, "conv1d conv2d conv3d convolution depthwise_conv2d"),
    **_rules(work_rules.attention, "attention"),
    **_rules(size_rules.one_hot, "one_hot"),
    **_rules(size_rules.sequence_mask, "sequence_mask"),
    **_rules(size_rules.resize_picture, "resize"),
    **_rules(size_rules.padded_picture, "pad_to_bounding_box"),
    **_rules(
        size_rules.segments,
        "unsorted_segment_sum unsorted_segment_mean unsorted_segment_max unsorted_segment_min unsorted_segment_prod "
        "unsorted_segment_sqrt_n",
    ),
    **_rules(size_rules.scatter, "scatter_nd"),
    **_rules(size_rules.partitions, "dynamic_partition"),
}
"""The library's own functions, and ops by their name in the table."""


def ask(rule: Rule, room: Room, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise what Room raises if a call needs too much. Arguments that make no sense are left to the function."""
    try:
        rule(room, name, *args, **kwargs)
    except ArgumentError:
        raise
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError, Waiting):
        return  # an input that is still open has no size


QUICK = frozenset[Rule | None](
    [
        size_rules.elementwise, size_rules.outer_product, size_rules.kron, work_rules.matmul, work_rules.dots,
        work_rules.inner_product, work_rules.tensordot, work_rules.einsum, work_rules.convolve,
    ]
)  # fmt: skip
"""Rules of functions whose result and work are at most about the product of the sizes of their inputs."""
SMALL = 1_000_000
"""Such a product that need not be asked about."""


def is_small(inputs: tuple[Any, ...]) -> bool:
    """Whether one look tells that the product of the sizes of inputs is small."""
    size = 1
    for x in inputs:
        value = x.value if type(x) is Tensor else x
        if type(value) is np.ndarray:
            size *= value.size or SMALL + 1  # its other axes may be long
        elif type(value) is not float:
            return False
    return size <= SMALL


ELEMENTWISE: Rule = size_rules.elementwise
"""Of NumPy's ufuncs."""
MATMUL: Rule = work_rules.matmul
"""Of x @ y."""
