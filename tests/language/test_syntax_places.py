"""Every text that does not parse has a place, within its lines; so has every name of a data file."""

from __future__ import annotations

import pytest

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Span
from gradstudio.language.data import data_names
from gradstudio.language.program import Run, prepare
from gradstudio.worker.bounds import bounded
from gradstudio.worker.messages import Finished

BROKEN = [
    ("x = 1 +", 1),
    ("x = 1\ny = 2\nz = 3 +", 3),
    ("x = (\n\n\n", 1),
    ("x = 'abc", 1),
    ('x = """abc\n\n', 1),
    ("if x", 1),
    ("if x:\n", 1),
    ("if x:\ny=1\n", 2),
    ("x = 1\n  y = 2\n", 2),
    ("def f(:\n", 1),
    ("for i in\n", 1),
    ("x = 1 2\n", 1),
    ("1 = x\n", 1),
    ("f(x=1, 2)\n", 1),
    ("x = 0777\n", 1),
    ("y = 1\n\nreturn 3\n", 3),
    ("é = 1 +", 1),
    ("x = 'éé' 1\n", 1),
    ("try:\n  x = 1\n", 2),
    ("x = {1: 2, 3}\n", 1),
    ("def f(a, a): pass\n", 1),
    ("x = f'{'\n", 1),
    ("if 1:\n\tx=1\n        y=2\n", 3),
    ("\\\n", 1),
    ("x = \\\n", 1),
    ("import\n", 1),
    ("x = (]\n", 1),
    ("nonlocal x\n", 1),
    ("*a\n", 1),
    ("ｘ = 1 +", 1),
    ("'''é\n\nx", 1),
    ("@\n", 1),
    ("x = 1;;\n", 1),
    ("else:\n", 1),
]


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_what_does_not_parse_has_its_line(text: str, line: int) -> None:
    found = prepare(text)
    assert isinstance(found, Run)
    [problem] = found.problems
    assert problem.span[0] == line
    assert bounded(Finished(1, "error", problems=(problem,)), text).problems == (problem,)
    widths = [len(content) for content in text.split("\n")]
    start, column, end, end_column = problem.span
    assert 0 <= column <= widths[start - 1]
    assert (start, column) < (end, end_column) or not widths[start - 1]
    assert end_column <= widths[end - 1]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ((2, 3, 2, 9), (2, 3, 2, 5)),
        ((2, 9, 2, 9), (2, 5, 2, 5)),
        ((1, 0, 7, 3), (1, 0, 1, 3)),
        ((2, 4, 1, 0), (2, 4, 2, 4)),
        ((1, -5, 2, -5), (1, 0, 2, 0)),
        ((3, 0, 3, 1), (3, 0, 3, 0)),
        ((4, 0, 4, 1), (0, 0, 0, 0)),
        ((0, 0, 1, 1), (0, 0, 0, 0)),
    ],
)
def test_a_line_that_is_there_is_kept(said: Span, kept: Span) -> None:
    end = bounded(Finished(1, "error", problems=(Problem("error", "x", "y", said),)), "x = 1\ny = 2\n")
    assert end.problems[0].span == kept


def test_places_of_data_files_are_in_characters() -> None:
    assert data_names('"é"; x = gs.load("ü.npy")\n') == {"ü.npy": (1, 9, 1, 25)}
