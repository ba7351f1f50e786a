"""Tensors as values: NumPy's dtypes and operators, Python's protocols, and what is refused."""

from __future__ import annotations

import copy
import inspect
import math
from typing import Any

import numpy as np
import pytest

import gradstudio as gs


def test_python_floats_give_float64_and_integers_stay_integers() -> None:
    assert gs.constant(1.5).dtype == np.float64
    assert gs.constant([1.5, 2]).dtype == np.float64
    assert gs.constant(3).dtype == np.int64
    assert gs.constant(True).dtype == np.bool_
    assert gs.constant(1j).dtype == np.complex128
    assert gs.constant([1.0], dtype=gs.float32).dtype == np.float32
    assert gs.constant(np.float32(1.0)).dtype == np.float32


def test_a_python_number_does_not_widen_float32_but_a_float64_tensor_does() -> None:
    narrow = gs.constant([1.0, 2.0], dtype=gs.float32)
    assert (narrow * 2.0).dtype == np.float32
    assert (2 - narrow).dtype == np.float32
    assert (narrow * gs.constant(2.0)).dtype == np.float64
    assert (gs.constant(1.0, gs.float32) * 2.0).dtype == np.float32
    assert (gs.constant(1.0, gs.float32) + gs.constant(1.0)).dtype == np.float64


@pytest.mark.parametrize(
    ("value", "shape", "size"), [(2.0, (), 1), ([1.0, 2.0], (2,), 2), (np.zeros((2, 0, 3)), (2, 0, 3), 0)]
)
def test_shape_size_and_ndim(value: Any, shape: tuple[int, ...], size: int) -> None:
    for t in (gs.constant(value), gs.Variable(value)):
        assert t.shape == shape
        assert t.size == size
        assert t.ndim == len(shape)


def test_operators_and_their_reflected_forms() -> None:
    x = gs.constant(5.0)
    found = [x + 2, 2 + x, x - 2, 2 - x, x * 2, 2 * x, x / 2, 2 / x, x // 2, 11 // x, x % 3, 7 % x, x**2, 2**x, -x, +x]
    assert [float(t) for t in found] == [7, 7, 3, -3, 10, 10, 2.5, 0.4, 2, 2, 2, 2, 25, 32, -5, 5]
    assert [float(t) for t in divmod(x, 3)] == [1.0, 2.0]
    assert [float(t) for t in divmod(13, x)] == [2.0, 3.0]
    assert float(abs(-x)) == 5.0
    assert float(round(gs.constant(2.345), 1)) == 2.3


def test_operators_take_lists_arrays_and_variables_on_either_side() -> None:
    x, v, a = gs.constant([1.0, 2.0]), gs.Variable([3.0, 4.0]), np.array([5.0, 6.0])
    listed = [5.0, 6.0]
    for found in (x + v, v + x):
        np.testing.assert_array_equal(found, [4.0, 6.0])
    for found in (x + a, a + x, a + v - 2.0, listed + x):
        assert isinstance(found, gs.Tensor)
        np.testing.assert_array_equal(found, [6.0, 8.0])
    np.testing.assert_array_equal(np.float64(2.0) * x, [2.0, 4.0])
    np.testing.assert_array_equal(v @ v, 25.0)


def test_comparisons_are_element_by_element_and_their_truth_can_be_asked() -> None:
    x = gs.constant([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(x > 2, [False, False, True])
    np.testing.assert_array_equal(x <= 2, [True, True, False])
    np.testing.assert_array_equal((x == 2) | (x < 1.5), [True, True, False])
    np.testing.assert_array_equal(~(x != 2) & True, [False, True, False])
    assert gs.constant(3.0) > 2
    assert bool(np.int64(2) < gs.constant(3.0))
    assert not gs.constant(0.0)
    assert (x == None) is False  # noqa: E711
    assert 2.0 in x
    assert 5.0 not in x


def test_the_truth_of_several_elements_is_ambiguous() -> None:
    with pytest.raises(ValueError, match=r"\[2\].*gs\.all"):
        bool(gs.constant([1.0, 2.0]))


def test_python_numbers_out_of_tensors() -> None:
    x, whole = gs.constant(3.7), gs.constant(2)
    assert float(x) == 3.7
    assert int(x) == 3
    assert math.floor(x) == 3
    assert math.trunc(x) == 3
    assert complex(x) == 3.7 + 0j
    assert [10, 20, 30][whole] == 30
    assert list(range(whole)) == [0, 1]
    assert x.item() == 3.7
    assert gs.constant([[1, 2]]).tolist() == [[1, 2]]
    assert type(x.numpy()) is np.float64
    with pytest.raises(TypeError, match="integer scalar"):
        [10, 20, 30][x]  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="one element"):
        float(gs.constant([1.0, 2.0]))


def test_tensors_are_keys_by_identity() -> None:
    a, b = gs.constant(1.0), gs.constant(1.0)
    table = {a: "a", b: "b"}
    assert table[a] == "a"
    assert table[b] == "b"


def test_len_iteration_and_indexing() -> None:
    x = gs.constant([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    assert [row.tolist() for row in x] == [[1.0, 2.0], [3.0, 4.0]]
    first, second = x[0]
    assert float(second - first) == 1.0
    assert float(x[1, -1]) == 4.0
    np.testing.assert_array_equal(x[:, ::-1], [[2.0, 1.0], [4.0, 3.0]])
    np.testing.assert_array_equal(x[x > 1.5], [2.0, 3.0, 4.0])
    np.testing.assert_array_equal(x[[0, 1], gs.constant([1, 0])], [2.0, 3.0])
    assert x[..., None].shape == (2, 2, 1)
    with pytest.raises(TypeError, match="scalar tensor"):
        len(gs.constant(1.0))
    with pytest.raises(TypeError, match="scalar tensor"):
        iter(gs.constant(1.0))
    with pytest.raises(IndexError, match="index 5"):
        x[5]


def test_a_tensor_cannot_be_changed() -> None:
    x = gs.constant([1.0, 2.0])
    with pytest.raises(TypeError, match=r"gs\.where.*assign"):
        x[0] = 5.0
    outside = x.numpy()
    outside[0] = 99.0
    np.asarray(x)
    assert x.tolist() == [1.0, 2.0]
    array = np.ones(2)
    with pytest.raises(TypeError, match="in place"):
        array += x


def test_texts_are_short() -> None:
    x = gs.constant(2.5)
    assert repr(x) == "Tensor(2.5, shape=(), dtype=float64)"
    assert repr(gs.Variable([1.0, 2.0])) == "Variable([1., 2.], shape=(2,), dtype=float64)"
    assert str(x) == "2.5"
    assert f"{x:.3f}" == "2.500"
    assert f"{gs.constant([1, 2])}" == "[1 2]"
    assert len(repr(gs.zeros(10_000))) < 200


def test_copies_are_equal_and_independent() -> None:
    x = gs.constant([1.0, 2.0])
    assert copy.deepcopy(x).tolist() == [1.0, 2.0]


def test_methods_are_the_ops() -> None:
    x = gs.constant([[1.0, 2.0], [3.0, 4.0]])
    assert float(x.sum()) == 10.0
    np.testing.assert_array_equal(x.mean(axis=0), [2.0, 3.0])
    np.testing.assert_array_equal(x.prod(1), [2.0, 12.0])
    np.testing.assert_array_equal(x.max(0), [3.0, 4.0])
    np.testing.assert_array_equal(x.reshape(4, 1), x.reshape((-1, 1)))
    np.testing.assert_array_equal(x.T, x.transpose())
    np.testing.assert_array_equal(x.transpose(1, 0), x.transpose((1, 0)))
    assert x.astype(gs.int32).dtype == np.int32
    assert bool((x > 0).all())
    assert not bool((x > 9).any())
    assert int(x.argmax()) == 3
    np.testing.assert_array_equal(x.clip(2.0, 3.0), [[2.0, 2.0], [3.0, 3.0]])
    np.testing.assert_array_equal(x.flatten(), [1.0, 2.0, 3.0, 4.0])
    np.testing.assert_array_equal(x.cumsum(), [1.0, 3.0, 6.0, 10.0])


@pytest.mark.parametrize(
    "function",
    [
        np.sin,
        np.exp,
        np.square,
        np.absolute,
        np.sum,
        np.mean,
        np.max,
        np.prod,
        np.std,
        np.transpose,
        np.cumsum,
        np.ones_like,
        np.zeros_like,
        np.linalg.inv,
        np.linalg.det,
        np.linalg.norm,
        lambda a: np.add(a, 1.0),
        lambda a: np.maximum(2.0, a),
        lambda a: np.where(a > 2.0, a, 0.0),
        lambda a: np.concatenate([a, a], axis=1),
        lambda a: np.stack([a, a]),
        lambda a: np.hstack([a, a]),
        lambda a: np.vstack([a, a]),
        lambda a: np.dot(a, a),
        lambda a: np.matmul(a, a),
        lambda a: np.tensordot(a, a, axes=1),
        lambda a: np.clip(a, 1.5, None),
        lambda a: np.reshape(a, (4,)),
        lambda a: np.add.reduce(a),
        lambda a: np.multiply.reduce(a, axis=1),
        lambda a: np.full_like(a, 7.0),
        lambda a: np.expand_dims(a, 0),
        lambda a: np.linalg.solve(a, np.ones(2)),
        lambda a: np.cumprod(a, axis=0),
        lambda a: np.diff(a),
        lambda a: np.roll(a, 1),
        lambda a: np.sort(a, axis=0),
    ],
)
def test_numpy_functions_give_tensors_with_numpys_numbers(function: Any) -> None:
    array = np.array([[1.0, 2.0], [3.0, 5.0]])
    found = function(gs.constant(array))
    assert isinstance(found, gs.Tensor)
    np.testing.assert_allclose(np.asarray(found), function(array), rtol=1e-15)


def test_a_numpy_function_without_an_op_says_how_to_leave_the_tape() -> None:
    with pytest.raises(TypeError, match=r"np\.unwrap.*numpy\(\)"):
        np.unwrap(gs.constant([1.0, 2.0]))
    assert np.allclose(gs.constant([1.0]), [1.0])
    assert np.shape(gs.constant([1.0])) == (1,)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (
            lambda: gs.matmul(np.ones((200, 3)), np.ones(4)),
            ValueError,
            r"matmul: shapes \[200,3\] and \[4\].*\(3\).*\(4\)",
        ),
        (lambda: gs.matmul(gs.constant(1.0), gs.constant(1.0)), ValueError, "needs matrices"),
        (lambda: gs.ones((2, 3)) + gs.ones((2, 4)), ValueError, r"add: shapes \[2,3\] and \[2,4\] do not fit"),
        (lambda: gs.ones(3) * np.ones(4), ValueError, r"multiply: shapes \[3\] and \[4\] do not fit"),
        (lambda: gs.constant(1.0) + "a", TypeError, "add: 'a' is not a number"),
        (lambda: None * gs.constant(1.0), TypeError, "multiply: None is not a number"),
        (lambda: gs.sum(gs.ones(2), axis=3), ValueError, "sum: axis 3 is out of bounds"),
        (lambda: gs.sum(), TypeError, r"sum\(\) needs 1 input: sum\(x, axis=None"),
        (lambda: gs.sum(gs.ones(2), along=0), TypeError, "no argument 'along'"),
        (lambda: gs.add(1.0, 2.0, 3.0), TypeError, "at most 2"),
        (lambda: gs.reshape(gs.ones(2)), TypeError, "needs shape="),
        (lambda: gs.solve(gs.eye(2), gs.ones(3)), ValueError, r"solve: "),
        (lambda: gs.cast(1.0, object), TypeError, "dtype"),
        (lambda: gs.constant("a"), TypeError, "only numbers"),
        (lambda: gs.constant([[1.0], [1.0, 2.0]]), ValueError, "rows differ"),
        (lambda: gs.constant(None), TypeError, "only numbers"),
        (lambda: gs.inv(np.zeros((2, 2))), np.linalg.LinAlgError, "inv: Singular matrix"),
        (lambda: gs.split(gs.ones(5), 2), ValueError, "length 5 cannot be cut into 2"),
        (lambda: gs.reduce_summ, AttributeError, "did you mean 'reduce_sum'"),
    ],
)
def test_errors_name_the_op_what_it_got_and_what_to_do_in_one_line(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text) as raised:
        call()
    assert "\n" not in str(raised.value)


def test_creators() -> None:
    assert gs.ones((2, 3)).tolist() == [[1.0] * 3] * 2
    assert gs.zeros(2, gs.int32).dtype == np.int32
    assert gs.fill((2,), 3.5).tolist() == [3.5, 3.5]
    assert gs.full((2,), 3).dtype == np.int64
    assert gs.eye(2).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert gs.range(3).tolist() == [0, 1, 2]
    assert gs.arange(1.0, 2.0, 0.5).tolist() == [1.0, 1.5]
    assert gs.linspace(0.0, 1.0, 3).tolist() == [0.0, 0.5, 1.0]
    assert gs.constant(2.0, shape=(2, 2)).tolist() == [[2.0, 2.0]] * 2
    assert gs.ones_like(gs.constant([1, 2])).dtype == np.int64
    assert gs.shape(gs.ones((2, 3))).tolist() == [2, 3]
    assert int(gs.size(gs.ones((2, 3)))) == 6
    assert int(gs.rank(gs.ones((2, 3)))) == 2
    x = gs.constant(1.0)
    assert gs.convert_to_tensor(x) is x
    assert gs.is_tensor(x)
    assert not gs.is_tensor(1.0)


def test_random_numbers_repeat_with_their_seed() -> None:
    gs.random.set_seed(3)
    first = gs.random.normal((4,)).tolist()
    gs.random.set_seed(3)
    assert gs.random.normal((4,)).tolist() == first
    assert gs.random.uniform((2,), seed=5).tolist() == gs.random.uniform((2,), seed=5).tolist()
    drawn = gs.random.uniform((1000,), minval=2.0, maxval=3.0).numpy()
    assert drawn.min() >= 2.0
    assert drawn.max() <= 3.0


def test_variables_are_assigned_in_their_own_dtype_and_shape() -> None:
    v = gs.Variable([1.0, 2.0], dtype=gs.float32, name="weights")
    assert v.name == "weights"
    assert v.trainable
    assert v.assign([3.0, 4.0]) is v
    v.assign_add([1.0, 1.0])
    v.assign_sub(gs.constant([0.5, 0.5]))
    assert v.tolist() == [3.5, 4.5]
    assert v.dtype == np.float32
    with pytest.raises(ValueError, match=r"shape \[2\].*\[3\]"):
        v.assign([1.0, 2.0, 3.0])
    read = v.read_value()
    v.assign([0.0, 0.0])
    assert read.tolist() == [3.5, 4.5]
    with pytest.raises(TypeError, match="assign"):
        v[0] = 1.0


def test_split_unstack_and_stacks_pass_gradients() -> None:
    x = gs.constant([[1.0, 2.0], [3.0, 4.0]])
    with gs.GradientTape() as tape:
        tape.watch(x)
        top, bottom = gs.unstack(x)
        left, right = gs.split(x, 2, axis=1)
        y = gs.sum(gs.vstack([top * 2.0, bottom])) + gs.sum(gs.hstack([left, right * 10.0]))
    np.testing.assert_array_equal(tape.gradient(y, x), [[3.0, 12.0], [2.0, 11.0]])
    assert [p.shape for p in gs.split(gs.ones(5), [2, 3])] == [(2,), (3,)]


def test_only_functions_make_tensors_and_gradients_by_rows_say_how_they_are_made() -> None:
    for values in ((), (1.0,)):
        with pytest.raises(TypeError, match=r"gs\.constant"):
            gs.Tensor(*values)
    assert list(inspect.signature(gs.IndexedSlices).parameters) == ["values", "indices", "dense_shape"]
    assert gs.IndexedSlices([[1.0]], [0], (2, 1)).tolist() == [[1.0], [0.0]]
