"""Every row of the corpus gets its verdict, its line and its numbers; nothing is written and no secret is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import CASES, place
from corpus import Case
from judging import deviations
from quickly import Once, one_worker, said

FAMILIES = sorted({case.name.partition(":")[0] for case in CASES if case.kind != "honest"})
SAMPLE = (
    "endless: pass", "endless: sum of a range", "endless: while_loop", "memory: text doubling", "memory: arrays kept",
    "endless: custom gradient that calls itself", "deep: tuple in tuple, as a key", "flood: printing empty lines",
    "endless: loop after the error",
)  # fmt: skip
"""Of the cases that run into the clock or die, those that are also tried here; `benchmarks.safety` tries all."""


@pytest.fixture(scope="module")
def once() -> Iterator[Once]:
    with one_worker() as worker:
        yield worker


def tried(case: Case, folder: Path, seconds: float) -> list[str]:
    """What goes wrong with a case."""
    where = place(case, folder)
    before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
    try:
        found = said(where.file, seconds)
    except Exception as error:
        return [f"{case.name}: a traceback would be shown: {type(error).__name__}: {str(error)[:80]}"]
    wrong = deviations(case, found.verdict, found.lines, found.values, found.opened)
    if {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} != before:
        wrong.append("a file was written")
    if where.token in found.printed + "".join(found.lines) + str(found.values)[:1_000_000]:
        wrong.append("a secret was told")
    return [f"{case.name}: {what}" for what in wrong]


def all_tried(cases: list[Case], folder: Path, seconds: float = 10.0) -> str:
    """What goes wrong with cases, a line each."""
    wrong = [what for number, case in enumerate(cases) for what in tried(case, folder / str(number), seconds)]
    return "\n".join(wrong)


@pytest.mark.parametrize("family", FAMILIES)
def test_attacks_and_broken_files_get_their_verdict_in_one_line(family: str, once: Once, tmp_path: Path) -> None:
    cases = [c for c in CASES if c.name.startswith(f"{family}:") and not c.is_slow and c.kind != "honest"]

    assert all_tried(cases, tmp_path) == ""


def test_honest_programs_run_and_give_their_numbers(once: Once, tmp_path: Path) -> None:
    assert all_tried([c for c in CASES if c.kind == "honest" and not c.is_slow], tmp_path) == ""


@pytest.mark.parametrize("name", SAMPLE)
def test_what_never_ends_or_grows_is_ended(name: str, once: Once, tmp_path: Path) -> None:
    assert all_tried([c for c in CASES if c.name == name], tmp_path, seconds=1.0) == ""


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    counts = {kind: sum(case.kind == kind for case in CASES) for kind in ("attack", "broken", "honest")}

    assert counts["attack"] >= 900
    assert counts["broken"] >= 300
    assert counts["honest"] >= 100
    assert len({case.name for case in CASES}) == len(CASES)
