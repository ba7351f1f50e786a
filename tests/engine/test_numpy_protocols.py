"""NumPy's functions, ufuncs and methods on tensors: NumPy's numbers, NumPy's defaults, and the gradient goes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs

A = np.array([[1.0, 2.0, 0.5], [3.0, 5.0, -1.0]])
V = np.array([3.0, 1.0, 2.0])
C = np.arange(24.0).reshape(2, 3, 4)


def agree(found: Any, want: Any) -> None:
    """The same numbers, shapes and dtypes, however they are nested."""
    if isinstance(want, tuple | list):
        assert len(found) == len(want)
        for f, w in zip(found, want, strict=True):
            agree(f, w)
        return
    np.testing.assert_allclose(np.asarray(found), want, rtol=1e-14)
    if isinstance(found, gs.Tensor):
        assert found.shape == np.shape(want)
        assert found.dtype == np.asarray(want).dtype


CALLS: dict[str, Any] = {
    "sum": np.sum,
    "sum of float32": lambda a: np.sum(a, dtype=np.float32),
    "mean keepdims": lambda a: np.mean(a, axis=0, keepdims=True),
    "std ddof": lambda a: np.std(a, ddof=1),
    "var correction": lambda a: np.var(a, axis=1, correction=1),
    "cumsum flat": np.cumsum,
    "cumsum axis": lambda a: np.cumsum(a, axis=1),
    "cumprod flat": np.cumprod,
    "argmax flat": np.argmax,
    "argmin axis": lambda a: np.argmin(a, axis=0),
    "take flat": lambda a: np.take(a, [4, 0]),
    "take axis": lambda a: np.take(a, [2, 0], axis=1),
    "take wrap": lambda a: np.take(a, 7, mode="wrap"),
    "clip": lambda a: np.clip(a, 0.7, 2.5),
    "clip one side": lambda a: np.clip(a, None, 2.5),
    "clip by name": lambda a: np.clip(a, min=0.7),
    "round": lambda a: np.round(a, 1),
    "einsum": lambda a: np.einsum("ij,kj->ik", a, A, optimize=True),
    "einsum of lists": lambda a: np.einsum(a, [0, 1], A, [2, 1], [0, 2]),
    "tensordot": lambda a: np.tensordot(a, A.T, 1),
    "matmul": lambda a: np.matmul(A, a.T),
    "dot": lambda a: np.dot(V, a.T),
    "outer": lambda a: np.outer(a[0], V),
    "norm": np.linalg.norm,
    "norm of rows": lambda a: np.linalg.norm(a, axis=1, keepdims=True),
    "vector_norm": np.linalg.vector_norm,
    "vector_norm axes": lambda a: np.linalg.vector_norm(a, axis=(0, 1), keepdims=True),
    "matrix_norm": np.linalg.matrix_norm,
    "linalg.trace": lambda a: np.linalg.trace(np.stack([a, a]), offset=1),
    "linalg.diagonal": lambda a: np.linalg.diagonal(np.stack([a, a])),
    "linalg.matrix_transpose": lambda a: np.linalg.matrix_transpose(np.stack([a, a])),
    "det": lambda a: np.linalg.det(a[:, :2]),
    "inv": lambda a: np.linalg.inv(a[:, :2]),
    "trace": np.trace,
    "trace of others": lambda a: np.trace(np.reshape(np.arange(24.0) * a[0, 0], (2, 3, 4)), 1, 0, 2),
    "diagonal": lambda a: np.diagonal(a, 1),
    "diagonal of others": lambda a: np.diagonal(C * a[0, 0]),
    "diag": lambda a: np.diag(a[0], -1),
    "where": lambda a: np.where(a > 1, a, 0.0),
    "where the places": lambda a: np.where(a > 1),
    "nonzero": lambda a: np.nonzero(a > 1),
    "flatnonzero": lambda a: np.flatnonzero(a > 1),
    "concatenate": lambda a: np.concatenate([a, A]),
    "concatenate flat": lambda a: np.concatenate([A, a], axis=None),
    "concatenate dtype": lambda a: np.concatenate([a, A], axis=1, dtype=np.float32),
    "stack": lambda a: np.stack([A, a], axis=1),
    "hstack": lambda a: np.hstack([a, A]),
    "vstack": lambda a: np.vstack([V, a]),
    "dstack": lambda a: np.dstack([a, A]),
    "column_stack": lambda a: np.column_stack([a[:, 0], A]),
    "block": lambda a: np.block([[a, A], [V, V]]),
    "append": lambda a: np.append(a, V),
    "split": lambda a: np.split(a, 3, axis=1),
    "split at": lambda a: np.split(a, [1, 2], axis=1),
    "array_split": lambda a: np.array_split(a, 2, axis=1),
    "hsplit": lambda a: np.hsplit(a, [2]),
    "vsplit": lambda a: np.vsplit(a, 2),
    "unstack": lambda a: np.unstack(a, axis=1),
    "pad": lambda a: np.pad(a, ((0, 1), (1, 0)), constant_values=2.0),
    "pad mode": lambda a: np.pad(a, 1, "edge"),
    "expand_dims": lambda a: np.expand_dims(a, (0, -1)),
    "squeeze": lambda a: np.squeeze(a[None]),
    "ravel": np.ravel,
    "reshape": lambda a: np.reshape(a, (3, -1)),
    "transpose": lambda a: np.transpose(a, (1, 0)),
    "moveaxis": lambda a: np.moveaxis(a, 0, 1),
    "rollaxis": lambda a: np.rollaxis(a, 1),
    "broadcast_to": lambda a: np.broadcast_to(a, (2, 2, 3)),
    "broadcast_arrays": lambda a: np.broadcast_arrays(a, V),
    "meshgrid": lambda a: np.meshgrid(a[0], V, indexing="ij"),
    "atleast_3d": np.atleast_3d,
    "rot90": lambda a: np.rot90(a, 3),
    "tile": lambda a: np.tile(a, 2),
    "repeat": lambda a: np.repeat(a, [1, 2], axis=0),
    "roll": lambda a: np.roll(a, 1),
    "sort": lambda a: np.sort(a, kind="stable"),
    "sort flat": lambda a: np.sort(a, axis=None),
    "argsort": lambda a: np.argsort(a, axis=0, kind="stable"),
    "searchsorted": lambda a: np.searchsorted(V, a[0], side="right", sorter=np.argsort(V)),
    "take_along_axis": lambda a: np.take_along_axis(a, np.argsort(A, axis=1), axis=1),
    "select": lambda a: np.select([a > 2, a > 0], [a, a * 2], -1.0),
    "compress": lambda a: np.compress([False, True], a, axis=0),
    "extract": lambda a: np.extract(A > 1, a),
    "delete": lambda a: np.delete(a, 1, axis=1),
    "linspace": lambda a: np.linspace(a[0], V, 5, endpoint=False),
    "logspace": lambda a: np.logspace(a[0, 0], 2.0, 3, base=2.0),
    "copy": np.copy,
    "astype": lambda a: np.astype(a, np.float32),
    "real": lambda a: np.real(a * (1 + 2j)),
    "imag": lambda a: np.imag(a * (1 + 2j)),
    "conj": lambda a: np.conj(a * (1 + 2j)),
    "empty_like": lambda a: np.empty_like(a, dtype=np.int64) * 0,
    "add.reduce": np.add.reduce,
    "add.reduce of all": lambda a: np.add.reduce(a, axis=None, dtype=np.float32),
    "maximum.reduce": lambda a: np.maximum.reduce(a, axis=1, keepdims=True),
    "logical_or.reduce": lambda a: np.logical_or.reduce(a > 4),
    "add.accumulate": lambda a: np.add.accumulate(a, axis=1),
    "multiply.accumulate": np.multiply.accumulate,
    "multiply.outer": lambda a: np.multiply.outer(a, V),
    "subtract.outer": lambda a: np.subtract.outer(V, a),
    "add dtype": lambda a: np.add(a, 1, dtype=np.float32),
    "divmod": lambda a: np.divmod(a, 2.0),
    "float_power": lambda a: np.float_power(a, 2),
    "true_divide": lambda a: np.true_divide(1.0, a),
    "fabs": np.fabs,
    "bitwise_and": lambda a: np.bitwise_and(a > 0, a > 1),
    "shape": np.shape,
    "ndim": np.ndim,
    "size": lambda a: np.size(a, 1),
    "iscomplexobj": np.iscomplexobj,
    "allclose": lambda a: np.allclose(a, A),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_numpy_function_gives_on_a_tensor_what_it_gives_on_an_array(name: str) -> None:
    call = CALLS[name]
    for value in (gs.constant(A), gs.Variable(A)):
        agree(call(value), call(A))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda t: np.sum(t * t), [2.0, 4.0, 6.0]),
        (lambda t: np.maximum.reduce(t), [0.0, 0.0, 1.0]),
        (lambda t: np.multiply.outer(np.ones(2), t), [2.0, 2.0, 2.0]),
        (lambda t: np.concatenate([np.ones(2), t]) * 5.0, [5.0, 5.0, 5.0]),
        (lambda t: np.split(t, [1])[1] * 3.0, [0.0, 3.0, 3.0]),
        (lambda t: np.array([1.0, 0.0, 2.0]) @ t, [1.0, 0.0, 2.0]),
        (lambda t: np.float64(4.0) + np.array([1.0, 2.0, 3.0]) * t, [1.0, 2.0, 3.0]),
        (lambda t: np.where([True, False, True], t, 0.0), [1.0, 0.0, 1.0]),
        (lambda t: np.linalg.norm(np.stack([t, t])[:, :1]), [np.sqrt(2.0), 0.0, 0.0]),
        (lambda t: np.einsum("i,i->", t, t), [2.0, 4.0, 6.0]),
        (lambda t: np.trace(np.outer(t, t)), [2.0, 4.0, 6.0]),
        (lambda t: np.block([[t], [t]]), [2.0, 2.0, 2.0]),
    ],
)
def test_the_tape_follows_what_numpy_is_called_with(call: Any, expected: list[float]) -> None:
    t = gs.constant([1.0, 2.0, 3.0])
    with gs.GradientTape() as tape:
        tape.watch(t)
        y = call(t)
    np.testing.assert_allclose(tape.gradient(y, t), expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda t: np.apply_along_axis(np.sum, 0, t), r"np\.apply_along_axis.*gs\.vmap"),
        (lambda t: np.unwrap(t), r"np\.unwrap is not available.*numpy\(\)"),
        (lambda t: np.linalg.tensorinv(t), r"np\.linalg\.tensorinv is not available"),
        (lambda t: np.emath.sqrt(t), r"np\.lib\.scimath\.sqrt is not available"),
        (lambda t: np.frexp(t), r"np\.frexp is not available"),
        (lambda t: np.add.reduceat(t, [0, 1]), r"np\.add\.reduceat is not available"),
        (lambda t: np.subtract.reduce(t), r"np\.subtract\.reduce is not available"),
        (lambda t: np.sum(t, out=np.zeros(())), r"np\.sum cannot write in place.*assign"),
        (lambda t: np.add(t, 1, out=np.zeros(3)), r"np\.add cannot write in place.*a = a \+ t"),
        (lambda t: np.add.at(np.zeros(3), [0, 1, 2], t), r"np\.add cannot write in place"),
        (lambda t: np.put(t, [0], 1.0), r"np\.put changes its array in place.*tensor_scatter_nd_update"),
        (lambda t: np.fill_diagonal(t, 1.0), r"np\.fill_diagonal changes.*gs\.where"),
        (lambda t: np.sum(t, where=[True, False, True]), r"np\.sum: where= is not available"),
        (lambda t: np.add(t, 1, where=np.array([True, False, True])), r"np\.add: where= is not available"),
        (lambda t: np.sum(t, initial=3.0), r"np\.sum: initial= is not available"),
        (lambda t: np.reshape(t, (3, 1), order="F"), r"np\.reshape: order= is not available"),
        (lambda t: np.cumulative_sum(t, include_initial=True), r"np\.cumulative_sum: include_initial="),
        (lambda t: t.sum(out=np.zeros(())), r"sum\(\) cannot write in place"),
        (lambda t: t.reshape(3, 1, order="F"), 'order="C"'),
        (lambda t: t.__setitem__(0, 1.0), r"gs\.tensor_scatter_nd_update.*gs\.where.*assign"),
    ],
)
def test_what_is_not_available_says_so_in_one_line_and_names_the_way_out(call: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text) as raised:
        call(gs.constant([1.0, 2.0, 3.0]))
    assert "\n" not in str(raised.value)


def test_only_looking_at_shapes_does_not_count_as_a_way_out() -> None:
    x = gs.constant([1.0, 2.0])
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = x * (np.size(x) + np.ndim(x) + np.shape(x)[0])
    assert tape.gradient(y, x).tolist() == [5.0, 5.0]
    assert gs.vmap(lambda row: row * np.shape(row)[0])(np.ones((2, 3))).tolist() == [[3.0] * 3] * 2


def test_lists_and_membership_take_tensors() -> None:
    t = gs.constant([1.0, 2.0])
    np.testing.assert_array_equal(np.array([t, t]), [[1.0, 2.0], [1.0, 2.0]])
    np.testing.assert_array_equal(np.array([t[0], t[1]]), [1.0, 2.0])
    assert t[1] in np.array([5.0, 2.0])
    assert gs.constant(7.0) not in np.array([5.0, 2.0])
    assert np.result_type(gs.constant(1, gs.int32), np.int8) == np.int32


@pytest.mark.parametrize(
    ("call", "array"),
    [
        (lambda a: a.sum(axis=0, keepdims=True), A),
        (lambda a: a.sum(1, np.float32), A),
        (lambda a: a.mean(axis=-1), A),
        (lambda a: a.std(ddof=1), A),
        (lambda a: a.var(axis=0, ddof=1, keepdims=True), A),
        (lambda a: a.prod(), A),
        (lambda a: a.max(axis=1), A),
        (lambda a: a.min(), A),
        (lambda a: (a > 0).all(axis=0), A),
        (lambda a: (a > 4).any(), A),
        (lambda a: a.argmax(), A),
        (lambda a: a.argmin(axis=1, keepdims=True), A),
        (lambda a: a.argsort(), A),
        (lambda a: a.cumsum(), A),
        (lambda a: a.cumsum(axis=0), A),
        (lambda a: a.cumprod(axis=1), A),
        (lambda a: a.dot(V), A),
        (lambda a: a.trace(), A),
        (lambda a: a.trace(1, 1, 2), C),
        (lambda a: a.diagonal(), C),
        (lambda a: a.reshape(3, 2), A),
        (lambda a: a.ravel(), A),
        (lambda a: a.flatten(), A),
        (lambda a: a.transpose(2, 0, 1), C),
        (lambda a: a.T, C),
        (lambda a: a.mT, C),
        (lambda a: a.swapaxes(0, 2), C),
        (lambda a: a.squeeze(0), C[:1]),
        (lambda a: a.repeat(2), A),
        (lambda a: a.take([5, 0]), A),
        (lambda a: a.take([1], axis=1), A),
        (lambda a: a.nonzero(), A - 1.0),
        (lambda a: a.astype(np.float32), A),
        (lambda a: a.copy(), A),
        (lambda a: a.clip(0.7, 2.5), A),
        (lambda a: a.clip(max=2.5), A),
        (lambda a: a.round(1), A / 3.0),
        (lambda a: a.conj(), A + 1j),
        (lambda a: a.real, A + 1j),
        (lambda a: a.imag, A + 1j),
    ],
)
def test_methods_have_numpys_arguments_and_defaults(call: Any, array: np.ndarray) -> None:
    for value in (gs.constant(array), gs.Variable(array)):
        agree(call(value), call(array))


def test_the_shape_answers_to_tensorflows_name() -> None:
    assert gs.constant(A).get_shape() == (2, 3)
    assert gs.Variable(A).get_shape() == (2, 3)
