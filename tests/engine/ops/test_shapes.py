"""Shapes by hand: joining, cutting, turning, borders, diagonals and grids, and where their gradients go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs

M = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def gradient(function: Any, x: Any, g: Any = None) -> Any:
    t = gs.constant(x)
    with gs.GradientTape() as tape:
        tape.watch(t)
        y = function(t)
    return np.asarray(tape.gradient(y, t, output_gradients=g)).tolist()


@pytest.mark.parametrize(
    ("mode", "border", "counts"),
    [
        ("reflect", [3, 2, 1, 2, 3, 2, 1], [2, 3, 2]),
        ("symmetric", [2, 1, 1, 2, 3, 3, 2], [2, 3, 2]),
        ("edge", [1, 1, 1, 2, 3, 3, 3], [3, 1, 3]),
        ("wrap", [2, 3, 1, 2, 3, 1, 2], [2, 3, 2]),
        ("constant", [0, 0, 1, 2, 3, 0, 0], [1, 1, 1]),
    ],
)
def test_a_border_gives_its_gradient_back_to_the_elements_it_repeats(
    mode: str, border: list[int], counts: list[int]
) -> None:
    x = [1.0, 2.0, 3.0]
    for spelled in (mode, mode.upper()):
        assert gs.pad(x, [[2, 2]], spelled).tolist() == border
    assert gradient(lambda t: gs.pad(t, 2, mode), x) == counts
    np.testing.assert_array_equal(np.pad(gs.constant(x), 2, mode=mode), np.pad(np.array(x), 2, mode=mode))  # type: ignore[call-overload]


def test_pad_takes_tensorflows_arguments_in_their_order() -> None:
    assert gs.pad([[1.0]], gs.constant([[0, 1], [1, 0]]), "CONSTANT", 7.0).tolist() == [[7.0, 1.0], [7.0, 7.0]]
    assert gs.pad(tensor=[1], paddings=[[1, 1]], constant_values=9).tolist() == [9, 1, 9]
    with pytest.raises(ValueError, match="mode is one of constant, reflect, symmetric, edge, wrap"):
        gs.pad([1.0], 1, "mean")
    with pytest.raises(ValueError, match="not below 0"):
        gs.pad([1.0], -1)


def test_a_border_of_a_constant_does_not_move_in_forward_mode() -> None:
    x = gs.constant([1.0, 2.0])
    with gs.autodiff.ForwardAccumulator(x, gs.constant([3.0, 5.0])) as accumulator:
        y = gs.pad(x, 1, constant_values=4.0)
        z = gs.linalg.diag(x, padding_value=4.0)
    assert y.tolist() == [4.0, 1.0, 2.0, 4.0]
    assert accumulator.jvp(y).tolist() == [0.0, 3.0, 5.0, 0.0]
    assert accumulator.jvp(z).tolist() == [[3.0, 0.0], [0.0, 5.0]]


def test_repeat_with_a_count_for_each_element_adds_the_copies_gradients_up() -> None:
    assert gs.repeat([1.0, 2.0, 3.0], [0, 1, 3]).tolist() == [2.0, 3.0, 3.0, 3.0]
    assert gradient(lambda t: gs.repeat(t, [0, 1, 3]), [1.0, 2.0, 3.0]) == [0.0, 1.0, 3.0]
    assert gradient(lambda t: gs.repeat(t, gs.constant([2, 1]), axis=0), M) == [[2.0] * 3, [1.0] * 3]
    assert gradient(lambda t: gs.tile(t, [2, 2]), M) == [[4.0] * 3] * 2


def test_split_takes_a_number_lengths_and_one_unknown_length() -> None:
    assert [p.tolist() for p in gs.split([1, 2, 3, 4], 2)] == [[1, 2], [3, 4]]
    assert [p.tolist() for p in gs.split([1, 2, 3, 4], [1, -1])] == [[1], [2, 3, 4]]
    assert [p.shape for p in gs.split(M, gs.constant([1, 2]), axis=-1)] == [(2, 1), (2, 2)]
    with pytest.raises(ValueError, match=r"split: the parts \[1, 2\] do not add up"):
        gs.split([1, 2, 3, 4], [1, 2])
    with pytest.raises(ValueError, match="split: there is no axis 3"):
        gs.split(M, 2, axis=3)


def test_the_part_of_a_split_that_is_not_used_gets_zeros() -> None:
    assert gradient(lambda t: gs.split(t, 3, axis=1)[1] * 2.0, M) == [[0.0, 2.0, 0.0]] * 2
    assert gradient(lambda t: gs.unstack(t)[0], M) == [[1.0] * 3, [0.0] * 3]


def test_numpys_cuts_are_positions() -> None:
    assert [p.tolist() for p in gs.array_split([1, 2, 3, 4, 5], 3)] == [[1, 2], [3, 4], [5]]
    assert [p.tolist() for p in gs.array_split([1, 2, 3], [1, 9])] == [[1], [2, 3], []]
    assert [p.shape for p in gs.hsplit(M, [2])] == [(2, 2), (2, 1)]
    with pytest.raises(ValueError, match="hsplit: an axis of length 3 cannot be cut into 2"):
        gs.hsplit(M, 2)


def test_concatenating_without_an_axis_lines_everything_up() -> None:
    assert gs.concatenate([M, [7.0]], axis=None).tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert gradient(lambda t: gs.concatenate([[0.0], t, t], axis=None), M) == [[2.0] * 3] * 2


def test_values_that_are_given_one_by_one_all_come_back_as_tensors() -> None:
    x = gs.constant([1.0, 2.0])
    for found in (gs.meshgrid(x, [3.0, 4.0]), gs.broadcast_arrays(M[:, :2], x), gs.atleast_2d(x, 5.0)):
        assert all(isinstance(t, gs.Tensor) for t in found)
    assert isinstance(gs.atleast_1d(5.0), gs.Tensor)
    assert gs.atleast_3d(x).shape == (1, 2, 1)
    assert gs.atleast_2d([1.0, 2.0]).shape == (1, 2)


def test_meshgrid_collects_a_gradient_from_every_line_of_its_grid() -> None:
    x, y = gs.constant([1.0, 2.0, 3.0]), gs.constant([10.0, 20.0])
    with gs.GradientTape() as tape:
        tape.watch([x, y])
        columns, rows = gs.meshgrid(x, y)
        z = gs.sum(columns * rows)
    assert columns.tolist() == [[1.0, 2.0, 3.0]] * 2
    assert [g.tolist() for g in tape.gradient(z, [x, y])] == [[30.0] * 3, [6.0] * 2]
    assert [t.shape for t in gs.meshgrid(x, y, indexing="ij")] == [(3, 2)] * 2
    assert [t.shape for t in gs.meshgrid(x, y, sparse=True)] == [(1, 3), (2, 1)]


def test_linspace_shares_its_gradient_between_start_and_stop() -> None:
    start, stop = gs.constant(2.0), gs.constant([4.0, 6.0])
    with gs.GradientTape() as tape:
        tape.watch([start, stop])
        y = gs.linspace(start, stop, 3)
    assert y.tolist() == [[2.0, 2.0], [3.0, 4.0], [4.0, 6.0]]
    assert [g.tolist() for g in tape.gradient(y, [start, stop])] == [3.0, [1.5, 1.5]]
    assert gs.linspace(0.0, 1.0, 2, endpoint=False).tolist() == [0.0, 0.5]
    assert gs.linspace(5.0, 7.0, num=1).tolist() == [5.0]


def test_space_to_depth_makes_blocks_to_channels_and_back() -> None:
    image = np.arange(16.0).reshape(1, 4, 4, 1)
    deep = gs.nn.space_to_depth(image, 2)
    assert deep.tolist() == [[[[0, 1, 4, 5], [2, 3, 6, 7]], [[8, 9, 12, 13], [10, 11, 14, 15]]]]
    np.testing.assert_array_equal(gs.nn.depth_to_space(deep, 2), image)
    first = np.moveaxis(image, 3, 1)
    back = gs.depth_to_space(gs.space_to_depth(first, 2, data_format="NCHW"), 2, data_format="NCHW")
    np.testing.assert_array_equal(back, first)
    with pytest.raises(ValueError, match="space_to_depth: blocks of 3 x 3 do not divide"):
        gs.space_to_depth(image, 3)
    with pytest.raises(ValueError, match="depth_to_space: blocks of 2 x 2 pixels do not divide 1 channels"):
        gs.depth_to_space(image, 2)


def test_bands_of_diagonals_are_aligned_as_tensorflow_aligns_them() -> None:
    q = np.arange(12.0).reshape(3, 4)
    assert gs.linalg.diag_part(q, k=(-1, 2)).tolist() == [[0, 2, 7], [1, 6, 11], [0, 5, 10], [4, 9, 0]]
    left = gs.linalg.diag_part(q, k=(-1, 2), padding_value=9.0, align="LEFT_RIGHT")
    assert left.tolist() == [[2, 7, 9], [1, 6, 11], [0, 5, 10], [9, 4, 9]]
    assert gs.linalg.diag([[1.0, 2.0, 0.0], [3.0, 4.0, 5.0]], k=(0, 1)).tolist() == [[3, 2, 0], [0, 4, 0], [0, 0, 5]]
    wide = gs.linalg.diag([1.0, 2.0], "name", 1, num_rows=4, num_cols=3, padding_value=7.0)
    assert wide.tolist() == [[7, 1, 7], [7, 7, 2], [7, 7, 7], [7, 7, 7]]


def test_what_only_fills_up_a_band_has_no_gradient() -> None:
    assert gradient(lambda t: gs.linalg.diag(t, k=(0, 1)), np.ones((2, 3))) == [[0.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    assert gradient(lambda t: gs.linalg.diag_part(t, k=(0, 1)), M) == [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]


def test_a_new_diagonal_takes_the_gradient_of_the_old_one() -> None:
    assert gs.linalg.set_diag(M, [7.0, 8.0]).tolist() == [[7.0, 2.0, 3.0], [4.0, 8.0, 6.0]]
    assert gradient(lambda t: gs.linalg.set_diag(t, [7.0, 8.0], k=1), M) == [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    assert gradient(lambda t: gs.linalg.set_diag(M, t) * 3.0, [7.0, 8.0]) == [3.0, 3.0]


def test_diag_is_numpys_and_knows_vectors_and_matrices() -> None:
    assert gs.diag([1.0, 2.0], k=-1).tolist() == [[0, 0, 0], [1, 0, 0], [0, 2, 0]]
    assert gs.diag(M, k=2).tolist() == [3.0]
    assert gs.diag(M, k=5).tolist() == []
    assert gradient(lambda t: gs.diag(t, k=5), M) == [[0.0] * 3] * 2
    stacked = np.arange(12.0).reshape(2, 2, 3)
    np.testing.assert_array_equal(gs.diagonal(stacked), np.diagonal(stacked))
    with pytest.raises(ValueError, match="diag takes a vector or a matrix"):
        gs.diag(stacked)
    with pytest.raises(ValueError, match="diagonals 0 to 5 are not all in matrices of 2 x 3"):
        gs.linalg.diag_part(M, k=(0, 5))


def test_a_band_keeps_the_diagonals_it_names() -> None:
    ones = np.ones((3, 3))
    assert gs.linalg.band_part(ones, 0, 1).tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert gs.linalg.band_part(ones, -1, 0).tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert gradient(lambda t: gs.linalg.band_part(t, 1, 0), ones) == [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    assert gradient(gs.tril, [1.0, 1.0, 1.0]) == [3.0, 2.0, 1.0]


def test_a_conjugate_transpose_is_linear_in_both_parts() -> None:
    z = gs.constant([[1.0 + 2.0j, 3.0j]])
    with gs.GradientTape() as tape:
        tape.watch(z)
        y = gs.sum(gs.imag(gs.transpose(z, conjugate=True)))
    assert tape.gradient(y, z).tolist() == [[-1.0j, -1.0j]]


def test_rot90_turns_from_the_first_axis_to_the_second() -> None:
    for k in range(-1, 5):
        np.testing.assert_array_equal(gs.rot90(M, k), np.rot90(M, k))
        assert gradient(lambda t, k=k: gs.rot90(t, k) * np.rot90(M, k), M) == M.tolist()


@pytest.mark.parametrize(
    "call",
    [
        lambda t: gs.reshape(t, (3, 0)),
        lambda t: gs.concat([t, t], 0),
        lambda t: gs.pad(t, 1),
        lambda t: gs.pad(t, ((0, 0), (1, 1)), "EDGE"),
        lambda t: gs.tile(t, (2, 2)),
        lambda t: gs.repeat(t, 2),
        lambda t: gs.roll(t, 1, axis=0),
        lambda t: gs.split(t, 3, axis=1),
        lambda t: gs.unstack(t, axis=1),
        lambda t: gs.diag_part(t),
        lambda t: gs.matrix_diag(t),
        lambda t: gs.triu(t),
        lambda t: gs.broadcast_to(t, (2, 0, 3)),
    ],
)
def test_nothing_in_gives_a_gradient_of_nothing(call: Any) -> None:
    assert gradient(call, np.zeros((0, 3))) == []
