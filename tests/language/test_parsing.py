"""The look before the parser: what would hang or overflow it is one line with its place, everything honest passes."""

from __future__ import annotations

import ast

import pytest

from gradstudio.language.bindings import bindings_of
from gradstudio.language.check import check
from gradstudio.language.limits import DEPTH, NESTING
from gradstudio.language.parsing import LIVE_TOKENS, UnreadableText, parsed
from gradstudio.language.program import run_program
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.program import Program
from gradstudio.studio.syntax_fixes import syntax_fix

SPLIT = "split it"
TOO_LARGE = {
    "size": ("x = 1\n" * 700_000, 1, "characters; the limit is"),
    "a long line": ("x = 1\ny = '" + "a" * 100_001 + "'", 2, "this line has"),
    "tokens": ("x = [1,\n" + "1,\n" * 120_000 + "]", 99_999, "words and signs"),
    "keyword arguments": ("x = 1\nf(" + ",\n".join(f"a{k}=1" for k in range(60_000)) + ")", 50_000, "words and signs"),
    "short functions": ("def f(): pass\n" * 40_000, 33_334, "words and signs"),
    "round brackets": ("x = 1\ny = " + "(" * 250 + ")" * 250, 2, "brackets stand more than 90 deep"),
    "mixed brackets": ("x = 1\n\n" + "[{(" * 40, 3, "brackets stand more than 90 deep"),
    "minus": ("x = 1\ny = " + "-" * 90_000 + "1", 2, "too deeply"),
    "not": ("x = 1\n\ny = " + "not " * 20_000 + "1", 3, "too deeply"),
    "lambda": ("x = 1\ny = " + "lambda:" * 3000 + "1", 2, "too deeply"),
    "power": ("x = 1\ny = 1" + "**1" * 20_000, 2, "too deeply"),
    "sum": ("x = 1\ny = (1" + "\n+1" * 90_000 + ")", 2, "too deeply"),
    "attributes": ("x = 1\ny = x" + ".a" * 40_000, 2, "too deeply"),
    "subscripts": ("x = 1\ny = x" + "[0]" * 20_000, 2, "too deeply"),
    "calls": ("x = 1\ny = x" + "()" * 20_000, 2, "too deeply"),
    "choices": ("x = 1\ny = " + "1 if 1 else " * 3000 + "1", 2, "too deeply"),
    "elif": ("if 1:\n pass\n" + "elif 1:\n pass\n" * 20_000, 2 * DEPTH + 1, "too deeply"),
    "a sum of 151": ("x = 1\ny = 1" + "+1" * (DEPTH + 1), 2, f"more than {DEPTH} levels"),
    "elif 150 times": ("if 1: pass\n" + "elif 1: pass\n" * (DEPTH + 1), DEPTH, f"more than {DEPTH} levels"),
    "a dotted import": ("x = 1\nimport a" + ".a" * 40_000, 2, "only gradstudio, numpy and math"),
    "a dotted import over lines": ("x = 1\nimport a" + "\\\n.a" * 40_000, 2, "only gradstudio, numpy and math"),
    "a name": ("x = 1\n" + "y" * 201 + " = 1", 2, "a name of 201 characters"),
    "an integer": ("x = 1\ny = 2 + " + "9" * 4301, 2, "a number of 4,301 digits"),
    "a hexadecimal integer": ("x = 1\ny = 0x" + "f" * 20_000, 2, "a number of 20,002 digits"),
    "blocks": ("".join(" " * k + "for a in b:\n" for k in range(30)) + " " * 30 + "pass", 11, "nested too deeply"),
    "indentation": ("".join(" " * k + "if 1:\n" for k in range(101)) + " " * 101 + "x", 101, "indentation"),
    "with items": ("with " + ",".join(["a"] * 300) + ": pass", 1, "nested too deeply"),
    "half a character": ("x = 1\ny = '\ud800'", 2, "hidden character"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_would_break_the_parser_is_one_line_with_its_place(name: str) -> None:
    text, line, words = TOO_LARGE[name]

    done = run_program(text, {}, lambda said: None)

    assert done.status in ("refused", "error")
    assert words in done.problems[0].message
    assert done.problems[0].span[0] == line
    assert len(done.problems[0].message) < 200


FINE = {
    "brackets": "x = " + "(" * NESTING + "1" + ")" * NESTING,
    "brackets one after the other": "x = [" + "(1), " * 2000 + "]",
    "brackets in texts": f"x = '{'(' * 200}' + '''{'[' * 200}'''  # {'{' * 200}",
    "an escaped quote": r"x = 'it\'s' + '''a''b\'''c'''" + "\ny = '#' + \"'\"",
    "a sum": "x = 1" + "+1" * (DEPTH - 10),
    "dots in a text": "x = 'import a" + ".a" * 200 + "'",
    "a long number in a text": "x = '" + "9" * 5000 + "'",
    "a long word in a comment": "x = 1  # " + "a" * 300,
    "4300 digits": "x = " + "9" * 4300,
    "long texts": "x = '''" + ("a" * 99 + "\n") * 20_000 + "'''",
    "comments": "# a line of words\n" * 20_000,
    "line continuations": "x = 1 + " + "\\\n" * 20_000 + "1",
    "a long table": "x = [\n" + "    [1.0, 2.0, 3.0],\n" * 5000 + "]",
    "a sign of UTF-8": "# -*- coding: utf-8 -*-\nx = 1",
    "what looks like a cookie": "x = 1\n# coding: latin-1",
    "emoji": "x = '❤\ufe0f 👩\u200d🔬'  # नमस्ते \u200c",
    "umlauts": "größe = 'ß'",
    "windows line ends": "x = 1\r\ny = 2\r\n",
    "tabs": "if 1:\n\tx = 1\n",
}


@pytest.mark.parametrize("name", FINE)
def test_what_only_looks_like_it_passes(name: str) -> None:
    assert isinstance(parsed(FINE[name]), ast.Module)


@pytest.mark.parametrize(
    "text",
    [
        "'" * 49_999, '"""' + "'''" * 30_000, "'''" + "\\" * 50_001, "\"'" * 50_000, "import " * 10_000,
        "import " + "\\\n" * 50_000, "0x" * 40_000, "(" + "\n" * 50_000, "elif\n" * 50_000, "\\" * 50_000,
    ],
)  # fmt: skip
def test_the_look_ends_whatever_the_text_is(text: str) -> None:
    with pytest.raises(SyntaxError):
        parsed(text)


def test_the_window_leaves_texts_alone_that_would_stop_it() -> None:
    """Parsing holds Python's lock, so the window's process does without what it would need the tree for."""
    text = "x = 1\n" * (LIVE_TOKENS // 3 + 1)
    assert check(text)[0] is not None

    with pytest.raises(UnreadableText, match="words and signs"):
        parsed(text, LIVE_TOKENS)
    with pytest.raises(UnreadableText, match="characters"):
        parsed("#" * 99_000 + "\n" + "# a\n" * 300_000, LIVE_TOKENS)
    assert bindings_of(text) is None
    assert syntax_fix("expected ':'", (1, 0, 1, 1), text) is None
    with pytest.raises(Refused, match="too large"):
        Program(text)
