"""Lines wrapped in a loop."""

from __future__ import annotations

import pytest
from before_after import lines, values

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.looping import loop
from gradstudio.studio.edits.program import Program

TEXT = """import gradstudio as gs

# the state
h = gs.constant(1.0)
for step in range(2):
\tif step:
\t\th = h * 2.0  # doubled

\t\t# and one more
\t\th = gs.add(
\t\t\th, 1.0
\t\t)
\tg = h; k = g
total = h + 1.0
"""


def test_lines_go_in_with_comments_and_blank_lines_and_the_indent_of_the_text() -> None:
    program = Program(TEXT)
    edit = loop(program, lines(program, 7, 12), 3)
    assert edit.text == TEXT.replace(
        "\t\th = h * 2.0  # doubled\n\n\t\t# and one more\n\t\th = gs.add(\n\t\t\th, 1.0\n\t\t)\n",
        "\t\tfor step2 in range(3):\n\t\t\th = h * 2.0  # doubled\n\n"
        "\t\t\t# and one more\n\t\t\th = gs.add(\n\t\t\t\th, 1.0\n\t\t\t)\n",
    )
    assert (edit.name, edit.line, edit.variable) == ("Wrap in a loop", 7, "step2")
    # h: 1, then three times h * 2 + 1
    assert values(edit.text)["total"] == 16.0


def test_values_before_the_lines_stay_outside() -> None:
    text = "import gradstudio as gs\nh = 0.5\nh = h * 2.0"
    program = Program(text)
    edit = loop(program, lines(program, 1, 3), 4)
    assert edit.text == "import gradstudio as gs\nh = 0.5\nfor step in range(4):\n    h = h * 2.0"
    assert values(edit.text)["h"] == 8.0


def test_a_whole_loop_with_its_break_goes_into_another() -> None:
    text = "x = 1.0\nfor i in range(9):\n  x = x * 2.0\n  if i > 1:\n    break\n"
    program = Program(text)
    edit = loop(program, lines(program, 2, 5), 2)
    assert edit.text == (
        "x = 1.0\nfor step in range(2):\n  for i in range(9):\n    x = x * 2.0\n    if i > 1:\n      break\n"
    )
    assert values(edit.text)["x"] == 64.0


def test_statements_on_one_line_go_in_together() -> None:
    program = Program(TEXT)
    edit = loop(program, [s for s in lines(program, 13, 13)], 2)
    assert edit.text == TEXT.replace("\tg = h; k = g\n", "\tfor step2 in range(2):\n\t\tg = h; k = g\n")


@pytest.mark.parametrize(
    ("text", "chosen", "count", "why"),
    [
        (TEXT, [(7, 7), (13, 13)], 3, "Line 13 stands in another block than line 7"),
        ("a = 1.0\nb = a * 2.0\nc = a\nd = b * c\n", [(2, 2), (4, 4)], 3, "Line 3 stands between the lines"),
        ("def f(x):\n    y = x * 2.0\n    return y\nz = f(1.0)\n", [(2, 3)], 3, "Line 3 returns"),
        ("for i in range(3):\n    x = 2.0 * i\n    continue\n", [(2, 3)], 3, "Line 3 has a `continue` of the loop"),
        ("for i in range(3):\n    for j in [1]:\n        pass\n    else:\n        break\n", [(2, 5)], 3, "Line 5"),
        ('s = len("a")\nt = """a\nb"""\n', [(1, 3)], 3, "text in quotes in line 2 goes over several lines"),
        ("a = 1.0\nb = a * 2.0; c = a\n", [], 3, "Nothing is selected"),
        ("a = 1.0\nb = 2.0\n", [(1, 2)], 3, "Line 1 only writes a value down"),
        ("a = 1.0\nb = a * 2.0\nc = 3.0\n", [(2, 3)], 3, "Line 3 makes an input"),
        ("if 1:\n    a = 1\nelif 2:\n    b = abs(2)\n", [(3, 4)], 3, "Line 3 is a branch"),
        ("if 1: a = abs(2)\n", [(1, 1)], 0, "between 1 and 1,000,000 passes, not 0"),
    ],
)
def test_what_cannot_be_wrapped_says_why(text: str, chosen: list[tuple[int, int]], count: int, why: str) -> None:
    program = Program(text)
    with pytest.raises(Refused, match=why):
        loop(program, [s for first, last in chosen for s in lines(program, first, last)], count)


def test_half_a_line_is_refused() -> None:
    program = Program("a = 1.0\nb = a * 2.0; c = a\n")
    with pytest.raises(Refused, match="Line 2 begins with something else"):
        loop(program, [program.tree.body[2]], 2)
    with pytest.raises(Refused, match="Line 2 goes on after it"):
        loop(program, [program.tree.body[1]], 2)


def test_a_block_on_one_line_is_refused() -> None:
    program = Program("if 1: a = abs(2)\n")
    with pytest.raises(Refused, match="Line 1 begins with something else"):
        loop(program, [program.tree.body[0].body[0]], 2)  # type: ignore[attr-defined]
