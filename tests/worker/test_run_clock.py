"""The clock of a run: half of its time is to be computed, up to an end that always comes."""

from __future__ import annotations

import pytest

from gradstudio.engine.problem import Problem
from gradstudio.worker import endings, run_clock
from gradstudio.worker.messages import Limits, Run
from gradstudio.worker.run_clock import RunClock
from gradstudio.worker.vitals import Vitals
from gradstudio.worker.whereabouts import Place


class Hours:
    """A clock that is set by hand."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours()
    monkeypatch.setattr(run_clock, "time", made)
    return made


@pytest.mark.parametrize(
    ("after", "processor", "state", "is_over"),
    [
        (9.9, 9.0, "R", False),
        (10.1, 9.0, "R", True),
        (10.1, 5.1, "R", True),
        (10.1, 2.0, "R", False),  # the machine is busy
        (14.9, 0.0, "S", False),
        (15.1, 0.0, "S", True),
        (10.1, 0.0, "", True),  # nothing is known of it
    ],
)
def test_a_run_gets_its_share_and_always_an_end(
    hours: Hours, after: float, processor: float, state: str, is_over: bool
) -> None:
    clock = RunClock()
    clock.start(3.0)
    hours.now += after
    assert clock.is_over(10.0, Vitals(processor=3.0 + processor, state=state)) == is_over


def test_waiting_for_data_is_not_the_time_of_a_run(hours: Hours) -> None:
    clock, busy = RunClock(), Vitals(processor=9.0, state="R")
    clock.start()
    hours.now += 1.0
    clock.look(is_waiting=False)
    hours.now += 4.0
    clock.look(is_waiting=True)
    hours.now += 7.0
    clock.look(is_waiting=False)
    assert (clock.elapsed, clock.waited) == (12.0, 4.0)
    assert not clock.is_over(10.0, busy)
    hours.now += 2.5
    assert clock.is_over(10.0, busy)


TEXT = 'x = 1.0\nz = load("a.npy")\ny = gs.load("b.npy")\n'


@pytest.mark.parametrize(
    ("made", "line", "said"),
    [
        (endings.too_long(Run(1, TEXT), Place(), "", 10.2), 2, "stopped after 10 s, before its first line had run"),
        (endings.too_long(Run(1, TEXT), Place(1, 1, 5), "", 15.3), 1, "stopped after 15 s (line 1 had run 5 times)"),
        (endings.too_long(Run(1, TEXT, Limits(seconds=0.5)), Place(1), "", 0.6), 1, "stopped after 0.5 s, the limit"),
        (endings.too_long(Run(1, "x = 1\n"), Place(), "", 10.0), 1, "before its first line"),
        (endings.too_large(Run(1, TEXT), Place()), 2, "more than 1 GiB"),
        (endings.unread(Run(1, TEXT)), 2, "could not be read in 10 s"),
    ],
)
def test_every_end_names_a_line(made: Problem, line: int, said: str) -> None:
    assert made.span[0] == line
    assert said in made.message
