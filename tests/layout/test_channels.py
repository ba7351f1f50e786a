"""Tracks inside one channel: order that avoids crossings, and never two stretches on one track."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gradstudio.layout.channels import Stretch, assign_tracks, margin_offset, margin_room, offset, room


def test_a_small_hook_lies_inside_a_large_one() -> None:
    small, large = Stretch(0, 1.0, 2.0, [1.0, 2.0], []), Stretch(1, 0.0, 3.0, [0.0, 3.0], [])
    assert assign_tracks([large, small], 0.02) == 2
    assert small.track < large.track


def test_hooks_to_both_sides_keep_to_their_sides() -> None:
    left, right = Stretch(0, 0.0, 2.0, [0.0, 2.0], []), Stretch(1, 1.0, 3.0, [], [1.0, 3.0])
    assign_tracks([right, left], 0.02)
    assert left.track < right.track


def test_of_lines_going_down_to_the_right_the_upper_one_turns_further_right() -> None:
    upper, lower = Stretch(0, 0.0, 2.0, [0.0], [2.0]), Stretch(1, 1.0, 3.0, [1.0], [3.0])
    assign_tracks([upper, lower], 0.02)
    assert lower.track < upper.track


def test_stretches_that_do_not_meet_share_a_track() -> None:
    parts = [Stretch(i, 2.0 * i, 2.0 * i + 1, [2.0 * i], [2.0 * i + 1]) for i in range(5)]
    assert assign_tracks(parts, 0.02) == 1
    assert {s.track for s in parts} == {0}


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.booleans(), st.booleans()), min_size=1, max_size=70)
)
def test_no_two_stretches_beside_each_other_have_the_same_track(rows: list[tuple[int, int, bool, bool]]) -> None:
    parts = []
    for i, (low, length, a, b) in enumerate(rows):
        s = Stretch(i, float(low), float(low + length))
        (s.left if a else s.right).append(s.low)
        (s.left if b else s.right).append(s.high)
        parts.append(s)
    need = assign_tracks(parts, 0.02)
    assert max(s.track for s in parts) < need
    for i, a in enumerate(parts):
        for b in parts[:i]:
            assert a.track != b.track or a.high < b.low or b.high < a.low


def test_tracks_lie_inside_their_channel_at_least_five_pixels_apart() -> None:
    for tracks in range(1, 30):
        width = room(tracks, 36.0, 8.0)
        at = [offset(t, tracks, width, 8.0) for t in range(tracks)]
        assert at[0] >= 10.0
        assert width - at[-1] >= 10.0
        assert all(b - a >= 5.0 - 1e-9 for a, b in pairwise(at))


def test_lines_in_a_margin_keep_to_the_nodes_and_inside_the_picture() -> None:
    for tracks in range(1, 30):
        width = margin_room(tracks, 28.0)
        for is_left in (True, False):
            at = [margin_offset(t, tracks, width, is_left) for t in range(tracks)]
            inner = width - at[-1] if is_left else at[0]
            assert min(at) >= 4.0 - 1e-9
            assert width - max(at) >= 4.0 - 1e-9
            assert inner >= 10.0 - 1e-9
            assert all(abs(b - a - 5.0) < 1e-9 for a, b in pairwise(at))
