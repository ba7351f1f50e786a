"""Indexing by hand: NumPy's rules for keys, whole-number positions, scattering, and gradients that are rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.ops.keys import INDEX, split
from gradstudio.engine.recorder import Recorder

M = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
C = np.arange(24.0).reshape(2, 3, 4)
I = np.array([0, 1, 1])  # noqa: E741


def gradient(function: Any, *values: Any) -> list[Any]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [None if g is None else np.asarray(g).tolist() for g in tape.gradient(y, sources)]


KEYS: list[Any] = [
    0,
    -1,
    np.int64(1),
    slice(None, None, -1),
    (..., 0),
    (slice(None), None, 1),
    [1, 0, 1],
    [],
    [[0, 1], [1, 1]],
    np.array(1),
    np.array([True, False]),
    [True, False],
    True,
    (0, I),
    (I, 0),
    (0, slice(None), I),
    (I, slice(None), I),
    (slice(None), I, I),
    (slice(None), I, slice(1, 3)),
    (slice(None), I, ..., I),
    (..., I, I),
    (I, None, I),
    (slice(None), I[:, None], I),
    (slice(None), C[0] > 3),
    (np.array([True, True]), I[:2]),
    C > 5.0,
    (),
    ...,
]


@pytest.mark.parametrize("key", KEYS, ids=[str(i) for i in range(len(KEYS))])
def test_every_key_means_what_it_means_in_numpy_and_sends_its_gradient_back(key: Any) -> None:
    want = C[key]
    g = np.cos(np.arange(want.size)).reshape(want.shape)[()]
    t = gs.constant(C)
    with gs.GradientTape() as tape:
        tape.watch(t)
        y = t[key]
    np.testing.assert_array_equal(y, want)
    back = np.zeros(C.shape)
    np.add.at(back, key, g)
    np.testing.assert_array_equal(tape.gradient(y, t, output_gradients=g), back)


@pytest.mark.parametrize("key", [k for k in KEYS if isinstance(k, tuple) and any(k_ is I for k_ in k)])
def test_a_batch_indexes_as_its_items_do_whether_values_indices_or_both_are_batched(key: Any) -> None:
    xs = np.stack([C, C + 100.0, -C])
    indices = np.array([[0, 1, 1], [1, 1, 0], [0, 0, 1]])

    def pick(x: Any, index: Any) -> Any:
        return x[tuple(index if part is I else part for part in key)]

    for axes in ((0, None), (None, 0), (0, 0)):
        given = (xs if axes[0] == 0 else C, indices if axes[1] == 0 else I)
        x = gs.constant(given[0])
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.vmap(pick, in_axes=axes)(x, given[1])
        items = [(given[0][k] if axes[0] == 0 else C, given[1][k] if axes[1] == 0 else I) for k in range(3)]
        want = np.stack([pick(*item) for item in items])
        np.testing.assert_array_equal(y, want)
        g = np.cos(np.arange(want.size)).reshape(want.shape)
        back = np.zeros(given[0].shape)
        for k, (_, index) in enumerate(items):
            np.add.at(back[k] if axes[0] == 0 else back, tuple(index if part is I else part for part in key), g[k])
        np.testing.assert_allclose(tape.gradient(y, x, output_gradients=g), back, rtol=1e-14)


def test_index_tensors_are_inputs_of_the_op_and_leave_their_places_in_the_key() -> None:
    rows = gs.constant([1, 0])
    pattern, arrays = split((rows, slice(gs.constant(1), None), 2))
    assert pattern == (INDEX, slice(1, None), 2)
    assert arrays == (rows,)
    recorder = Recorder("nowhere")
    with recorder:
        gs.constant(C)[rows, 1:]
    trace = recorder.trace()
    records = trace.records
    item = list(records.ops).index("getitem")
    (record,) = np.flatnonzero(records.op == item).tolist()
    start, end = records.input_start[record : record + 2]
    assert end - start == 2
    assert records.strings[records.params[record]] == "idx, 1:"


def test_keys_that_are_no_index_are_refused_in_one_line() -> None:
    x = gs.constant([1.0, 2.0])
    for key in (0.5, gs.constant(0.5), [0.5], np.array([0.5]), [[0], [0, 1]], "a", slice(0.5)):
        with pytest.raises(IndexError) as raised:
            x[key]
        assert "\n" not in str(raised.value)
        assert str(raised.value).startswith("getitem: ")
    with pytest.raises(IndexError, match=r"getitem: index 5 is out of bounds.*\[2\]"):
        x[5]


def test_slices_take_tensors_as_their_ends() -> None:
    x, i = gs.constant([1.0, 2.0, 3.0, 4.0]), gs.constant(1)
    assert x[i : gs.Variable(3)].tolist() == [2.0, 3.0]
    assert float(x[i]) == 2.0
    assert x[[i, 0]].tolist() == [2.0, 1.0]


def test_where_with_a_condition_alone_gives_the_places() -> None:
    assert gs.where([[True, False], [True, True]]).tolist() == [[0, 0], [1, 0], [1, 1]]
    assert gs.where(gs.constant([0.0, 2.0])).dtype == np.int64
    assert gs.where(condition=[False]).shape == (0, 1)
    for wrong in (lambda: gs.where([True], 1.0), lambda: gs.where([True], None, 1.0), lambda: gs.where()):
        with pytest.raises(TypeError, match=r"both x and y or none of them|where\(\) needs 1 input"):
            wrong()
    rows, columns = np.where(gs.constant(M) > 2.0)
    assert (rows.tolist(), columns.tolist()) == ([0, 1, 1, 1], [2, 0, 1, 2])


@pytest.mark.parametrize(("axis", "batch_dims"), [(0, 0), (1, 0), (2, 0), (-1, 0), (1, 1), (2, 1), (2, 2), (None, 1)])
def test_gather_lays_its_axes_out_as_tensorflow_does(axis: int | None, batch_dims: int) -> None:
    x = np.arange(2.0 * 3 * 4 * 2).reshape(2, 3, 4, 2)
    indices = np.arange(2 * 3 * 2).reshape(2, 3, 2) % 2
    found = gs.gather(x, indices, axis=axis, batch_dims=batch_dims)
    place = (batch_dims if axis is None else axis) % 4
    want = np.zeros((*x.shape[:place], *indices.shape[batch_dims:], *x.shape[place + 1 :]))
    for where in np.ndindex(want.shape):
        joint = where[place : place + 3 - batch_dims]
        chosen = indices[(*where[:batch_dims], *joint)]
        want[where] = x[(*where[:place], chosen, *where[place + 3 - batch_dims :])]
    np.testing.assert_array_equal(found, want)


def test_the_gradient_of_a_gathered_table_is_its_rows() -> None:
    table = gs.Variable(np.zeros((5, 2)))
    with gs.GradientTape() as tape:
        rows = gs.nn.embedding_lookup(table, [[3, 0], [3, -2]])
        y = gs.sum(rows * np.arange(8.0).reshape(2, 2, 2))
    g = tape.gradient(y, table)
    assert isinstance(g, gs.IndexedSlices)
    assert g.indices.tolist() == [3, 0, 3, 3]
    assert g.values.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]]
    assert g.dense_shape.tolist() == [5, 2]
    assert (g * 1.0).tolist() == [[2.0, 3.0], [0.0, 0.0], [0.0, 0.0], [10.0, 13.0], [0.0, 0.0]]


def test_rows_and_a_whole_gradient_add_up_to_a_whole_one() -> None:
    assert gradient(lambda t: gs.sum(gs.gather(t, [1, 1])) + gs.sum(t * t), [1.0, 2.0, 3.0]) == [[2.0, 6.0, 6.0]]
    assert gradient(lambda t: gs.sum(gs.gather(t * 2.0, [1, 1])), [1.0, 2.0, 3.0]) == [[0.0, 4.0, 0.0]]


def test_gather_can_be_differentiated_twice() -> None:
    x = gs.constant([1.0, 2.0, 3.0])
    with gs.GradientTape() as outer:
        outer.watch(x)
        with gs.GradientTape() as inner:
            inner.watch(x)
            y = gs.sum(gs.gather(x, [1, 1, 2]) ** 3.0)
        dy = inner.gradient(y, x)
    assert dy.tolist() == [0.0, 24.0, 27.0]
    assert outer.gradient(dy, x).tolist() == [0.0, 24.0, 18.0]


def test_long_rows_of_a_table_are_shortened_to_a_norm() -> None:
    table = [[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]]
    found = gs.nn.embedding_lookup(table, [0, 1, 2], max_norm=1.0)
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.3, 0.4], [0.0, 0.0]])
    (g,) = gradient(lambda t: gs.nn.embedding_lookup(t, [0, 1, 2], max_norm=1.0)[:, 0], table)
    # Along the circle: (1/5) (1 - 9/25), -(1/5) (12/25).
    np.testing.assert_allclose(g, [[0.128, -0.096], [1.0, 0.0], [1.0, 0.0]])


def test_take_is_numpys_and_lines_everything_up_by_default() -> None:
    assert gs.take(M, [5, 0]).tolist() == [6.0, 1.0]
    assert gs.take(M, [1], axis=1).tolist() == [[2.0], [5.0]]
    assert gs.take([1.0, 2.0, 3.0], [-4, 4], mode="wrap").tolist() == [3.0, 2.0]
    assert gs.take([1.0, 2.0, 3.0], [-4, 4], mode="clip").tolist() == [1.0, 3.0]
    assert gradient(lambda t: gs.take(t, [5, 5]), M) == [[[0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]]


def test_index_vectors_gather_and_scatter() -> None:
    assert gs.gather_nd(M, [[0, 2], [1, 0]]).tolist() == [3.0, 4.0]
    assert gs.gather_nd(M, [[1]]).tolist() == [[4.0, 5.0, 6.0]]
    assert gs.gather_nd(C, [[[2, 0]], [[0, 1]]], batch_dims=1).tolist() == [[8.0], [13.0]]
    assert gs.scatter_nd([[1], [1], [3]], [1.0, 2.0, 4.0], [5]).tolist() == [0.0, 3.0, 0.0, 4.0, 0.0]
    assert gs.scatter_nd([[1, 1]], [7.0], gs.constant([2, 2])).tolist() == [[0.0, 0.0], [0.0, 7.0]]
    assert gradient(lambda u: gs.scatter_nd([[1], [1]], u, [2]) * [5.0, 7.0], [1.0, 2.0]) == [[7.0, 7.0]]


def test_a_scatter_outside_is_refused_and_never_wraps_into_another_row() -> None:
    for call in (
        lambda: gs.scatter_nd([[0, 4]], [1.0], (3, 4)),
        lambda: gs.tensor_scatter_nd_add(M, [[0, 3]], [1.0]),
        lambda: gs.tensor_scatter_nd_update(M, [[2]], M[:1]),
    ):
        with pytest.raises(IndexError, match="out of bounds for an axis of length"):
            call()
    with pytest.raises(ValueError, match=r"scatter_nd: the updates have shape \[1,2\], their places \[1\]"):
        gs.scatter_nd([[0]], [[1.0, 2.0]], (3,))
    with pytest.raises(ValueError, match=r"tensor_scatter_nd_add: index vectors of length 3"):
        gs.tensor_scatter_nd_add(M, [[0, 0, 0]], [1.0])


def test_a_replaced_slice_cuts_the_old_one_off() -> None:
    old, new = [1.0, 2.0, 3.0], [10.0, 20.0]
    found = gs.tensor_scatter_nd_update(old, [[2], [0]], new)
    assert found.tolist() == [20.0, 2.0, 10.0]
    assert gradient(lambda x, u: gs.tensor_scatter_nd_update(x, [[2], [0]], u) * [1.0, 2.0, 3.0], old, new) == [
        [0.0, 2.0, 0.0],
        [3.0, 1.0],
    ]


def test_of_repeated_replacements_the_last_counts_and_only_it_has_a_gradient() -> None:
    found = gs.tensor_scatter_nd_update([1.0, 2.0], [[1], [1], [-1]], [5.0, 6.0, 7.0])
    assert found.tolist() == [1.0, 7.0]
    assert gradient(lambda u: gs.tensor_scatter_nd_update([1.0, 2.0], [[1], [1], [-1]], u), [5.0, 6.0, 7.0]) == [
        [0.0, 0.0, 1.0]
    ]


def test_additions_and_extremes_onto_a_tensor() -> None:
    x, places = [1.0, 3.0, 2.0], [[1], [1], [2]]
    assert gs.tensor_scatter_nd_add(x, places, [1.0, 2.0, 4.0]).tolist() == [1.0, 6.0, 6.0]
    assert gs.tensor_scatter_nd_sub(x, places, [1.0, 2.0, 4.0]).tolist() == [1.0, 0.0, -2.0]
    third = pytest.approx(1 / 3)
    assert gradient(lambda t, u: gs.tensor_scatter_nd_max(t, places, u), x, [3.0, 3.0, 1.0]) == [
        [1.0, third, 1.0],
        [third, third, 0.0],
    ]
    assert gs.tensor_scatter_nd_min(x, places, [3.0, 0.5, 9.0]).tolist() == [1.0, 0.5, 2.0]


def test_stitching_lets_the_later_one_win_and_leaves_zeros_between() -> None:
    assert gs.dynamic_stitch([[0, 2], [1, 2]], [[1.0, 2.0], [3.0, 4.0]]).tolist() == [1.0, 3.0, 4.0]
    assert gs.dynamic_stitch(indices=[[3], 1], data=[[[5.0]], [7.0]]).tolist() == [[0.0], [7.0], [0.0], [5.0]]
    assert gradient(lambda a, b: gs.dynamic_stitch([[0, 2], [1, 2]], [a, b]), [1.0, 2.0], [3.0, 4.0]) == [
        [1.0, 0.0],
        [1.0, 1.0],
    ]
    with pytest.raises(ValueError, match="1 index arrays need as many data, not 2"):
        gs.dynamic_stitch([[0]], [[1.0], [2.0]])


def test_a_partition_and_a_stitch_are_each_others_inverse() -> None:
    x, parts = gs.constant([1.0, 2.0, 3.0, 4.0]), [1, 0, 1, 2]
    with gs.GradientTape() as tape:
        tape.watch(x)
        a, b, c = gs.dynamic_partition(x, parts, 3)
        y = gs.sum(a) + 2.0 * gs.sum(b) + 3.0 * gs.sum(c)
    assert [t.tolist() for t in (a, b, c)] == [[2.0], [1.0, 3.0], [4.0]]
    assert tape.gradient(y, x).tolist() == [2.0, 1.0, 2.0, 3.0]
    back = gs.dynamic_stitch(gs.dynamic_partition(gs.range(4), parts, 3), [a, b, c])
    assert back.tolist() == x.tolist()


def test_masks_cover_the_axes_they_have() -> None:
    assert gs.boolean_mask(M, [True, False]).tolist() == [[1.0, 2.0, 3.0]]
    assert gs.boolean_mask(M, M > 4.5).tolist() == [5.0, 6.0]
    assert gs.boolean_mask(C, [True, False, True], axis=1).shape == (2, 2, 4)
    with pytest.raises(IndexError, match="boolean_mask"):
        gs.boolean_mask(M, [True, False, True])
    with pytest.raises(ValueError, match="boolean_mask: a mask has at least one axis"):
        gs.boolean_mask(M, True)


def test_boxes_and_strides() -> None:
    assert gs.slice(M, [0, 1], [2, -1]).tolist() == [[2.0, 3.0], [5.0, 6.0]]
    with pytest.raises(ValueError, match="slice: begin"):
        gs.slice(M, [0, 2], [1, 2])
    assert gs.strided_slice(M, [0, 2], [2, 0], [1, -1]).tolist() == [[3.0, 2.0], [6.0, 5.0]]
    assert gs.strided_slice(M, [1, 0], [2, 9], shrink_axis_mask=1, end_mask=2).tolist() == [4.0, 5.0, 6.0]
    assert gs.strided_slice(M, [0, 0], [0, 1], ellipsis_mask=1, new_axis_mask=2).shape == (2, 3, 1)


def test_one_hot_takes_all_of_tensorflows_arguments() -> None:
    assert gs.one_hot([0, -1, 5], 3).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert gs.one_hot([0, 1], 2, 5.0, -1.0, 0).tolist() == [[5.0, -1.0], [-1.0, 5.0]]
    assert gs.one_hot([0], 2).dtype == np.float64
    assert gs.one_hot([0], 2, on_value=1, off_value=0).dtype == np.int64
    assert gs.one_hot([0], gs.constant(2), dtype=gs.float32).dtype == np.float32
    assert gs.one_hot(indices=1, depth=2, on_value=True, off_value=False).tolist() == [False, True]


def test_positions_along_an_axis_broadcast() -> None:
    assert gs.take_along_axis(M, [[2], [0]], axis=1).tolist() == [[3.0], [4.0]]
    assert gs.take_along_axis(M[:1], [[0, 1], [2, 2]], axis=1).tolist() == [[1.0, 2.0], [3.0, 3.0]]
    assert gradient(lambda t: gs.take_along_axis(t, np.array([[0, 1], [2, 2]]), axis=1), M[:1]) == [[[1.0, 1.0, 2.0]]]
    assert gs.take_along_axis(M, [5, 0], axis=None).tolist() == [6.0, 1.0]
