"""Headers from strangers: bounded before they are parsed, of any shape, and never more than a few lines about them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gradstudio.language.header import Header, read_header
from gradstudio.studio.arrangement import Arrangement, read_arrangement, written
from gradstudio.studio.input_ranges import read_ranges


def block(body: str) -> str:
    return "\n".join(["# /// script", *(f"# {line}" for line in body.split("\n")), "# ///", "x = 1.0", ""])


def tool(body: str) -> str:
    return block(f"[tool.gradstudio]\n{body}")


def said(text: str) -> str:
    """What is said of a header, which is never much."""
    header, problems = read_header(text)
    assert len(problems) <= 12
    assert all(len(p.message) < 300 and len(p.message.splitlines()) == 1 and p.span[0] for p in problems)
    assert all(p.severity in ("warn", "info") for p in problems)
    assert header.precision in ("float64", "float32")
    read_arrangement(text)
    read_ranges(text)
    return " ".join(p.message for p in problems)


BROKEN = {
    "not TOML": (block("= 3"), "not valid TOML"),
    "dots": (tool("a" + ".b" * 5000 + " = 1"), "more than 32 parts"),
    "dots in a table": (block("[" + ".".join("a" * 5000) + "]"), "more than 32 parts"),
    "dots over lines": (tool("\n".join(f"k{i}" + ".b" * 40 + " = 1" for i in range(200))), "more than 32 parts"),
    "quoted dots": (tool('"a"' + '."b"' * 500 + " = 1"), "more than 32 parts"),
    "inline dots": (tool("a = {b" + ".c" * 500 + " = 1}"), "more than 32 parts"),
    "deep": (tool("x = " + "[" * 5000), "nested more than 32"),
    "deep tables": (tool("x = " + "{a = " * 40 + "1" + "}" * 40), "nested more than 32"),
    "deep over lines": (tool("x = " + "[\n" * 40 + "]\n" * 40), "nested more than 32"),
    "keys": (tool("\n".join(f"k{i} = 1" for i in range(1001))), "more than 1,000 keys"),
    "tables": (block("\n".join(f"[tool.t{i}]" for i in range(1001))), "more than 1,000 keys"),
    "large": (tool("# " + "x" * 70_000), "at most 65,536"),
    "digits": (tool("x = " + "9" * 5000), "not valid TOML"),
    "twice": (tool("x = 1\nx = 2"), "not valid TOML"),
    "table twice": (block("[tool.gradstudio]\n[tool.gradstudio]"), "not valid TOML"),
    "text that does not end": (tool('x = """' + "a" * 1000), "not valid TOML"),
    "many that do not end": (tool('x = "' * 300), "not valid TOML"),
    "date": (tool("x = 2020-13-45"), "not valid TOML"),
    "control": (tool('x = "\x01"'), "not valid TOML"),
    "escape": (tool('x = "\\q"'), "not valid TOML"),
    "surrogate": (tool('x = "\\ud800"'), "not valid TOML"),
    "no end": ("# /// script\n# [tool.gradstudio]\nx = 1\n", "does not end"),
    "tool is a number": (block("tool = 1"), ""),
    "ours is a number": (block("[tool]\ngradstudio = 1"), "not a table"),
    "ours is a list": (block("[[tool.gradstudio]]"), "not a table"),
    "precision": (tool('precision = "float8"'), "precision = 'float8' is unknown"),
    "precision list": (tool("precision = [1, [2]]"), "precision = ... is unknown"),
    "format text": (tool('format = "1"'), "no number of a format"),
    "format negative": (tool("format = -1"), "no number of a format"),
    "format bool": (tool("format = true"), "no number of a format"),
    "newer": (tool("format = 7"), "made by a newer version (format 7)"),
    "inputs": (tool("inputs = 3"), "'inputs' in the header is not a table"),
    "view": (tool("view = [1]"), "'view' in the header is not a table"),
    "rights": (tool("trusted = true"), "has no effect"),
    "limits": (tool("limits = {memory = 1}"), "has no effect"),
    "unknown": (tool("colour = 1"), "'colour' in the header is unknown; it is kept"),
    "many unknown": (tool("\n".join(f"k{i} = 1" for i in range(900))), "895 more keys"),
    "long unknown": (tool("k" * 60_000 + " = 1"), "is unknown"),
    "odd unknown": (tool('"\\u001b[31m\\n" = 1'), "\\x1b"),
    "two headers": (tool("format = 1") + tool("format = 2"), "more than one header"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_an_odd_header_is_a_few_words(case: str) -> None:
    text, words = BROKEN[case]

    assert words in said(text)


FINE = {
    "many numbers": tool("view = {moved = [" + ", ".join('["a", 1, 2]' for _ in range(500)) + "]}"),
    "many dots": tool("inputs = {x = {low = 0.5, high = 1.5}}\nview = {closed = [" + '"a.b.c.d", ' * 200 + "]}"),
    "brackets in text": tool("view = {closed = ['" + "[" * 900 + "', \"" + "{" * 900 + '\\"[["]}'),
    "brackets in a comment": tool("# " + "[" * 900 + "\nformat = 1 # " + "a.b" * 900),
    "long text": tool('view = {closed = ["""' + "[.=" * 900 + '"""]}'),
    "another tool's": block('requires-python = ">=3.11"\ndependencies = ["a.b.c"]\n[tool.uv]\nx = [[1]]'),
    "another block": "# /// other\n# [[[\n# ///\n" + tool("format = 1"),
    "CRLF was there": tool("format = 1").replace("\n", " \n"),
}


@pytest.mark.parametrize("case", FINE)
def test_an_honest_header_is_read_in_silence(case: str) -> None:
    assert said(FINE[case]) == ""
    assert read_header(FINE[case])[0].first_line


@pytest.mark.parametrize(
    "body",
    [
        "[inputs.x]\nlow = nan\nhigh = 1.0",
        "[inputs.x]\nlow = 2.0\nhigh = 1.0",
        "[inputs.x]\nlow = -inf\nhigh = inf",
        "[inputs.x]\nlow = 0.0\nhigh = 5e-324",
        "[inputs.x]\nlow = 0\nhigh = 1\nscale = 'log'",
        "[inputs.x]\nlow = 0\nhigh = 1\nscale = [1]",
        "[inputs.x]\nlow = '0'\nhigh = true",
        "[inputs.x]\nlow = 0\nhigh = " + "9" * 400,
        "[inputs]\nx = [1]\ny = 2020-01-01",
    ],
)
def test_ranges_of_no_sense_are_passed_over(body: str) -> None:
    assert read_ranges(tool(body.replace("[inputs", "[tool.gradstudio.inputs"))) == {}


def test_a_view_of_no_sense_is_passed_over() -> None:
    lists = "passes = [['a', 1e9], ['a', true]], moved = [['a', nan, 1]]"
    view = f"{{direction = [1], closed = [1, ''], opened = 3, {lists}}}"

    assert read_arrangement(tool(f"view = {view}")) == Arrangement()


def test_what_a_newer_version_wrote_is_kept_when_saving() -> None:
    text = tool('format = 7\nnovel = {a = [1, 2]} # why\nview = {direction = "left"}')
    new = written(text, Arrangement(direction="down"))

    assert "# novel = {a = [1, 2]} # why" in new
    assert "format = 7" in new


quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
PIECES = st.sampled_from(
    ["[tool.gradstudio]", "view", "inputs", "precision", "=", "1", "nan", '"', "'", '"""', "[", "]", "{", "}", ".", ",",
     "\n", " ", "#", "\\", "x", "closed", "2020-01-01", "9" * 30, "low", "high", "é"]
)  # fmt: skip


@quick
@given(st.lists(PIECES, max_size=40).map("".join))
@example('[tool.gradstudio]\nx = "\\\\"')
@example("[tool.gradstudio]\nview = {closed = [[]]}")
@example('[tool.gradstudio]\n"" = 1')
def test_any_header_is_read_or_told(body: str) -> None:
    said(block(body))
    said(tool(body))


def test_no_header_says_nothing() -> None:
    assert read_header("x = 1.0\n") == (Header(), ())
