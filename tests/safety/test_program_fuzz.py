"""Programs cut up and sewn together: whatever comes of it has one of four verdicts and one line."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from cases import CASES
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from quickly import Once, one_worker

from gradstudio.worker.messages import Limits

WORD = re.compile(r"\w+|\s+|[^\w\s]")
PROGRAMS = [
    text
    for case in CASES
    if isinstance(case.text, str) and len(text := case.text) < 1500 and not case.is_slow and not case.beside
]
INSERTED = ("(", ")", ":", "\n", "*", "**", "=", "...", "@", "lambda", "__class__", "0")
LIMITS = Limits(seconds=2.0, memory=256 << 20, ops=2_000, steps=20_000, printed=10_000)


@pytest.fixture(scope="module")
def once() -> Iterator[Once]:
    with one_worker() as worker:
        yield worker


def sewn(seed: int) -> str:
    """Pieces of some programs, some words of them left out, doubled or exchanged."""
    chance = random.Random(seed)
    parts = [WORD.findall(chance.choice(PROGRAMS)) for _ in range(chance.randint(1, 3))]
    words: list[str] = []
    for part in parts:
        start = chance.randrange(len(part)) if len(parts) > 1 else 0
        words += part[start:]
    for _ in range(chance.randint(0, 6)):
        place, other = chance.randrange(len(words)), chance.randrange(len(words))
        match chance.randrange(4):
            case 0:
                del words[place]
                words = words or ["x"]
            case 1:
                words.insert(place, words[place])
            case 2:
                words[place], words[other] = words[other], words[place]
            case _:
                words[place] = chance.choice(INSERTED)
    return "".join(words)


@settings(
    max_examples=400, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.integers(0, 2**32))
@example(0)
def test_programs_sewn_together_end_in_one_of_four_ways(once: Once, seed: int) -> None:
    text = sewn(seed)
    finished, printed = once(text, None, LIMITS)

    assert finished.status in ("ok", "refused", "limited", "error"), text
    errors = [problem for problem in finished.problems if problem.severity == "error"]
    assert bool(errors) == (finished.status != "ok"), text
    assert all("\n" not in p.message and "Traceback" not in p.message and len(p.message) < 500 for p in errors), text
    assert len(printed) <= 10_100
