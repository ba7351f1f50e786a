# ruff: noqa: E501  (rows of tables)
"""Files that are broken: each is one clear line that names the file, and the line where there is one."""

from __future__ import annotations

from dataclasses import replace

from corpus import Case, rows
from data_files import CSV, NPY, NPZ

SYNTAX = rows("broken", "syntax", r'''
an open bracket | error | | x = (1
an open bracket, lines before | error@3 | | x = 1⏎y = 2⏎z = (1
a closing bracket | error | | x = 1)
the wrong bracket | error | | x = (1]
an open list | error@1 | | x = [1,⏎2,⏎y = 3
an open text | error | | x = "abc
an open text of three quotes | error@* | | x = """abc⏎def
an open f-string | error | | x = f"{1
an f-string without an end | error | | x = f"{1"
an empty f-string field | error | | x = f"{}"
a colon missing | error@1 | | if 1⏎    x = 1
a colon missing in def | error@1 | | def f()⏎    return 1
a body missing | error@* | | if 1:
a body missing in def | error@* | | def f():
a body missing in the middle | error@* | | def f():⏎x = 1
an unexpected indentation | error@2 | | x = 1⏎    y = 2
an operator at the end, lines before | error@3 | | x = 1⏎y = 2⏎z = 3 +
a colon missing, lines before | error@3 | | x = 1⏎y = 2⏎if y⏎    z = 1
a lambda without a colon, lines before | error@3 | | x = 1⏎y = 2⏎f = lambda x
a broken escape, lines before | error@3 | | x = 1⏎y = 2⏎z = "\x1"
an f-string without an end, lines before | error@3 | | x = 1⏎y = 2⏎z = f"{1"
an import of nothing, lines before | error@3 | | x = 1⏎y = 2⏎import
an indentation that fits nothing | error@3 | | if 1:⏎        x = 1⏎    y = 2
tabs and blanks | error@3 | | if 1:⏎        x = 1⏎⇥y = 2
else without if | error@1 | | else:⏎    x = 1
else too far left | error@* | | for i in [1]:⏎    if i:⏎        x = 1⏎ else:⏎        x = 2
try without except | error@* | | try:⏎    x = 1⏎y = 2
except without try | error@1 | | except ValueError:⏎    x = 1
return outside | error | | return 3
break outside | error | | break
continue outside | error | | continue
nonlocal at the top | error | | nonlocal x
global after use | error/ok@* | | def f():⏎    x = 1⏎    global x
an assignment for a comparison | error@1 | | if x = 1:⏎    y = 1
an assignment to a number | error | | 1 = x
an assignment to a call | error | | f() = 1
an assignment to None | error | | None = 1
an assignment to a sum | error | | a + b = 1
deleting a number | error | | del 1
an operator at the end | error | | x = 1 +
two operators | error | | x = 1 * / 2
a dot at the end | error | | x = a.
a comma too many | error | | x = f(1,,2)
an argument twice | error | | def f(a, a): return 1
a keyword twice | error | | f(a=1, a=2)
an argument after a keyword | error | | f(a=1, 2)
a default before none | error | | def f(a=1, b): return 1
two starred targets | error | | *a, *b = [1, 2]
a star alone | error | | x = *a
a star in an index of nothing | error | | print(*)
a name that begins with a digit | error | | 1x = 2
a number with two points | error | | x = 1.2.3
a number with a letter | error | | x = 12abc
a leading zero | error | | x = 012
an octal digit too large | error | | x = 0o89
a hexadecimal number without digits | error | | x = 0x
underscores in a row | error | | x = 1__0
a question mark | error | | x = a ? b : c
a dollar | error | | $x = 1
two pluses | error | | x++
curly quotes | error | | x = “abc”
a long dash | error | | x = 3 – 1
a multiplication sign | error | | x = 3 × 2
a square | error | | x = 3²
an arrow | error | | x → 3
lines of a merge | error@1 | | <<<<<<< HEAD⏎x = 1⏎=======⏎x = 2⏎>>>>>>> other
a prompt | error@1 | | >>> x = 1
a listing with numbers | error@1 | | 1: x = 1⏎2: y = 2
markdown | error@* | | # Title⏎⏎Some text here.⏎```python⏎x = 1⏎```
JSON of a notebook | error/ok/refused@* | | {"cells": [{"cell_type": "code", "source": ["x = 1"]}]}
HTML | error | | <!DOCTYPE html>
C | error | | #include <stdio.h>⏎int main() { return 0; }
print of Python 2 | error | | print "x"
except of Python 2 | error@* | | try:⏎    x = 1⏎except ValueError, e:⏎    x = 2
a backslash and a blank | error@* | | x = 1 + \ ⏎    2
a backslash at the end | error@* | | x = 1 + \
an unknown escape of a name | error | | x = "\N{no such name}"
a broken escape | error | | x = "\x1"
a broken unicode escape | error | | x = "\u12"
a lambda without a colon | error | | f = lambda x
a comprehension without in | error | | x = [i for i]
an import of nothing | error | | import
from nothing | error | | from numpy import
with nothing | error@1 | | with:⏎    x = 1
match without case | error@* | | match 1:⏎    x = 1
assert nothing | error | | assert
walrus at the top | error | | x := 1
async comprehension outside | error/refused@* | | x = [i async for i in y]
too many nested blocks | error/refused@* | | '''
+ "⏎".join("    " * i + "if 1:" for i in range(110)) + "⏎" + "    " * 110 + r'''x = 1
keywords only, nothing after | error | | def f(*): return 1
''')  # fmt: skip

RUNNING = rows("broken", "program", r"""
an undefined name | error | nothing | x = 1⏎y = nothing + x
a name misspelt | error | did you mean | rate = 0.5⏎y = rat * 2
a division by zero | error | zero | x = 1 / 0
an index too large | error | | x = [1, 2]⏎y = x[5]
a key that is missing | error | key | x = {"a": 1}⏎y = x["b"]
a number called | error | | x = 3⏎y = x(2)
an argument missing | error | | def f(a, b):⏎    return a⏎y = f(1)
an argument too many | error | | def f(a):⏎    return a⏎y = f(1, 2)
a keyword unknown | error | | def f(a):⏎    return a⏎y = f(b=1)
unpacking too many | error | | a, b = [1, 2, 3]
unpacking too few | error | | a, b = [1]
text and number | error | | x = "a" + 1
None in a sum | error | | x = None + 1
a text as a number | error | | x = float("abc")
None called | error | | x = None⏎x()
an attribute that is missing | error | | x = [1].push(2)
an op misspelt | error | | import gradstudio as gs⏎x = gs.matmull(1, 2)
shapes that do not fit | error | | import gradstudio as gs⏎x = gs.ones((2, 3)) @ gs.ones((4, 5))
shapes that do not broadcast | error | | import numpy as np⏎x = np.ones(3) + np.ones(4)
a negative shape | error | | import numpy as np⏎x = np.ones(-1)
reshape that does not fit | error | | import numpy as np⏎x = np.ones(6).reshape(4, 2)
an axis too large | error | | import gradstudio as gs⏎x = gs.sum(gs.ones(3), axis=2)
concatenation that does not fit | error | | import numpy as np⏎x = np.concatenate([np.ones((2, 3)), np.ones((3, 2))])
an einsum that is none | error | | import numpy as np⏎x = np.einsum("ij,jk", np.ones((2, 3)), np.ones((4, 5)))
a singular matrix | error | | import numpy as np⏎x = np.linalg.inv(np.zeros((2, 2)))
a matrix that is not definite | error | | import numpy as np⏎x = np.linalg.cholesky(-np.eye(2))
a matrix that is not square | error | | import gradstudio as gs⏎x = gs.linalg.det(gs.ones((2, 3)))
an assertion | error | assertion | x = 1⏎assert x == 2, "x must be 2"
an error raised | error | my words | raise ValueError("my words")
an error raised again | error@* | zero | try:⏎    x = 1 / 0⏎except ZeroDivisionError:⏎    raise
an error raised in a function | error@2 | zero | def f(a):⏎    return 1 / a⏎y = f(0)
a gradient twice | error | | import gradstudio as gs⏎x = gs.Variable(1.0)⏎with gs.GradientTape() as t:⏎    y = x * x⏎g = t.gradient(y, x)⏎h = t.gradient(y, x)
a gradient of a text | error | | import gradstudio as gs⏎x = gs.Variable(1.0)⏎with gs.GradientTape() as t:⏎    y = x * x⏎g = t.gradient("y", x)
a tape entered twice | error@3 | | import gradstudio as gs⏎with gs.GradientTape() as t:⏎    with t:⏎        x = 1
watching a text | error | | import gradstudio as gs⏎with gs.GradientTape() as t:⏎    t.watch("x")
a wrong dtype | error | | import gradstudio as gs⏎x = gs.zeros(3, dtype="evil")
truth of an array | error@2 | | import numpy as np⏎if np.ones(3):⏎    x = 1
a list of texts as an array | error/refused | | import gradstudio as gs⏎x = gs.constant(["a", "b"])
ragged lists | error | | import gradstudio as gs⏎x = gs.constant([[1.0], [1.0, 2.0]])
a custom gradient that gives too few | error@* | | import gradstudio as gs⏎@gs.custom_gradient⏎def f(a, b):⏎    return a * b, lambda g: g⏎x, y = gs.Variable(1.0), gs.Variable(2.0)⏎with gs.GradientTape() as t:⏎    z = f(x, y)⏎g = t.gradient(z, [x, y])
assigning a wrong shape | error | | import gradstudio as gs⏎x = gs.Variable([1.0, 2.0])⏎x.assign([1.0, 2.0, 3.0])
item of a tensor set | error | | import gradstudio as gs⏎x = gs.ones(3)⏎x[0] = 1.0
an empty mean of nothing | error/ok@* | | x = sum([]) / len([])
next of nothing | error | | x = next(iter([]))
a number too large | error | | x = 10.0 ** 400
math's domain | error | | import math⏎x = math.sqrt(-1)
a local before it is there | error@2 | | def f():⏎    y = x + 1⏎    x = 2⏎f()
recursion without an end | limited/error@* | | def f(n):⏎    return f(n)⏎f(1)
""")  # fmt: skip


def _bytes(name: str, data: bytes, words: str = "", line: int | None = None, file: str = "case.grad") -> Case:
    return Case(f"bytes: {name}", "broken", data, ("refused", "error"), words, line, file=file)


GOOD = b"x = 1.0\ny = x * x\n"
BYTES = [
    _bytes("latin-1", "x = 1.0  # grün\n".encode("latin-1"), "UTF-8"),
    _bytes("a broken byte in line 4", b"x = 1.0\n\n\n# \xff\n", "line 4"),
    _bytes("UTF-16, little end", GOOD.decode().encode("utf-16-le")),
    _bytes("UTF-16 with its mark", GOOD.decode().encode("utf-16")),
    _bytes("UTF-16, big end", b"\xfe\xff" + GOOD.decode().encode("utf-16-be")),
    _bytes("UTF-32", GOOD.decode().encode("utf-32")),
    _bytes("Windows-1252", "x = 1.0  # “a”\n".encode("cp1252"), "UTF-8"),
    _bytes("a surrogate", b"x = '\xed\xa0\x80'\n"),
    _bytes("an overlong form", b"x = 1 # \xc0\xaf\n"),
    _bytes("a character cut", "x = 1.0  # é".encode()[:-1]),
    _bytes("beyond Unicode", b"x = '\xf5\x80\x80\x80'\n"),
    _bytes("a zero byte", b"x = 1.0\ny\0 = 2.0\n", "zero", None),
    _bytes("a zero byte at the end", GOOD + b"\0"),
    _bytes("only zero bytes", bytes(5000)),
    _bytes("a zero byte in a comment", b"# a\0b\nx = 1.0\n"),
    _bytes("5 MiB of lines", b"x = 1.0\n" * (5 * 131072)),
    _bytes("a line of 100 kB and more", b"x = 1.0 # " + b"a" * 150_000 + b"\n", "characters"),
    _bytes("a text of 200 kB in a line", b"x = '" + b"a" * 200_000 + b"'\n", "characters"),
    _bytes("4 MiB without a line end", b"x" * (4 << 20)),
    _bytes("a program of Linux", b"\x7fELF\x02\x01\x01" + bytes(200)),
    _bytes("a program of Windows", b"MZ\x90\x00" + bytes(200)),
    _bytes("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    _bytes("a photograph", b"\xff\xd8\xff\xe0" + bytes(range(256))),
    _bytes("an archive", b"PK\x03\x04" + bytes(range(256))),
    _bytes("a compressed file", b"\x1f\x8b\x08" + bytes(range(256))),
    _bytes("a document", b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n" + bytes(range(256))),
    _bytes("a pickle", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00"),
    _bytes("an array", NPY["objects"]),
    _bytes("compiled Python", b"\xa7\r\r\n" + bytes(100)),
    _bytes("noise", bytes((i * 7919 + 13) % 256 for i in range(5000))),
    _bytes("nesting of 250 brackets", b"x = " + b"(" * 250 + b"1" + b")" * 250 + b"\n", "", 1),
    _bytes("nesting of 100,000 brackets", b"x = " + b"(" * 49_000 + b"1" + b")" * 49_000 + b"\n"),
    _bytes("nesting over lines", b"x = " + b"[\n" * 90_000 + b"]" * 90_000 + b"\n"),
    _bytes("100,000 minus signs", b"x = " + b"-" * 99_000 + b"1\n"),
    _bytes("not, 24,000 times", b"x = " + b"not " * 24_000 + b"1\n"),
    _bytes("plus, 49,000 times", b"x = 1" + b"+1" * 49_000 + b"\n"),
    _bytes("plus over lines", b"x = (1" + b"\n+1" * 90_000 + b")\n"),
    _bytes("attributes, 49,000 times", b"x = a" + b".a" * 49_000 + b"\n"),
    _bytes("calls, 49,000 times", b"x = a" + b"()" * 49_000 + b"\n"),
    _bytes("indices, 33,000 times", b"x = a" + b"[0]" * 33_000 + b"\n"),
    _bytes("lambdas, 3,000 times", b"x = " + b"lambda:" * 3_000 + b"1\n"),
    _bytes("elif, 20,000 times", b"if 0:\n    pass\n" + b"elif 0:\n    pass\n" * 20_000),
    _bytes("powers, 24,000 times", b"x = 1" + b"**1" * 24_000 + b"\n"),
    _bytes("comparisons, 49,000 times", b"x = 1" + b"<1" * 49_000 + b"\n"),
    _bytes("strings next to one another", b"x = " + b"''" * 49_000 + b"\n"),
    _bytes("conditionals, 5,000 times", b"x = " + b"1 if 1 else " * 5_000 + b"1\n"),
    _bytes("for in a comprehension, 5,000 times", b"x = [1 " + b"for a in b " * 5_000 + b"]\n"),
    _bytes("100,000 keyword arguments", b"f(" + b",\n".join(b"a%d=1" % i for i in range(100_000)) + b")\n"),
    _bytes("100,000 parameters", b"def f(" + b",\n".join(b"a%d" % i for i in range(100_000)) + b"):\n    pass\n"),
    _bytes("100,000 targets", b"x = y " + b"\\\n= z " * 100_000 + b"= 1\n"),
    _bytes("f-strings in f-strings", b"x = " + b"f'{" * 500 + b"1" + b"}'" * 500 + b"\n"),
    _bytes("a format in a format", b"x = f'{1:" + b"{1:" * 300 + b"}" * 300 + b"}'\n"),
    _bytes("decorators, 20,000 times", b"@a\n" * 20_000 + b"def f(): pass\n"),
    _bytes("semicolons", b"x=1" + b";x=1" * 24_000 + b";\ny = (\n"),
    _bytes("300,000 lines that end in nothing", b"x=1\n" * 300_000 + b"y = (\n"),
    _bytes("300,000 comments, then an error", b"#\n" * 300_000 + b"y = (\n"),
    _bytes("an integer of 5,000 digits", b"x = " + b"9" * 5_000 + b"\n", "", 1),
    _bytes("an integer of 90,000 digits", b"x = " + b"9" * 90_000 + b"\n", "", 1),
    _bytes("a list of 300,000 numbers", b"x = [" + b"1,\n" * 300_000 + b"]\n"),
    _bytes("indentation, 99 deep and wrong", b"".join(b" " * i + b"if 1:\n" for i in range(99)) + b"x\n"),
    _bytes("indentation, 90,000 deep", b" " * 90_000 + b"x = 1\n", "", 1),
    _bytes("a form feed alone", b"\x0c\n"),
    _bytes("an escape sequence", b"\x1b[2J\x1b[H\n"),
    _bytes("cut in the middle", b"import gradstudio as gs\nx = gs.Variable(1.0)\nwith gs.GradientTape() as"),
    _bytes("cut in a string", b'x = """\nabc'),
    _bytes("text with an ending of data", GOOD[:-3] + b"(\n", file="case.npy"),
]  # fmt: skip

NOTHING = [
    Case(f"empty: {name}", "broken", data, ("ok", "error"), "", None)
    for name, data in {
        "no bytes": b"", "a line end": b"\n", "blanks": b"   \n\n   \n", "a mark": b"\xef\xbb\xbf", "a comment": b"# a\n",
        "a thousand line ends": b"\n" * 1000, "a header": b"# /// script\n# ///\n", "returns": b"\r\n\r\n",
    }.items()
]  # fmt: skip


def _data(kind: str, name: str, data: object, verdicts: tuple[str, ...] = ("error", "refused")) -> Case:
    file = f"data.{kind}"
    text = f'import gradstudio as gs\n\nc = gs.load("{file}")\n'
    return Case(f"{kind}: {name}", "broken", text, verdicts, file, 3, beside={file: data})


DATA = [
    *(_data("npy", name, data) for name, data in NPY.items()),
    *(_data("npz", name, data) for name, data in NPZ.items()),
    *(_data("csv", name, data) for name, data in CSV.items()),
    Case("data: missing", "broken", 'import gradstudio as gs\nc = gs.load("gone.npy")\n', ("error",), "gone.npy", 2),
    Case(
        "data: an ending in capitals", "broken", 'import gradstudio as gs\nc = gs.load("a.NPY")\n', ("error", "ok"), "", 2,
        beside={"a.NPY": NPY["empty"]},
    ),
    Case("data: no ending", "broken", 'import gradstudio as gs\nc = gs.load("a")\n', ("error",), "", 2, beside={"a": b"1"}),
]  # fmt: skip

# What some of these are is a matter of taste: they may also be read, as long as nothing else happens.
_MAY_BE_READ = {
    "bytes: comparisons, 49,000 times", "bytes: strings next to one another", "bytes: 100,000 parameters",
    "bytes: 100,000 targets", "csv: semicolons",
    "csv: underscores", "npz: ratio", "npz: archive in an archive", "npz: member with a line end", "npz: a thousand members",
    "npz: member that climbs", "npz: member at the root", "npz: member of a drive", "npz: member with controls",
    "npz: member with a huge name", "npy: header of 20,000 blanks", "npy: shape of 40 axes", "npz: overlapping",
    "npy: header with one key more", "npz: declares nothing", "npz: declares less", "npz: bomb",
}  # fmt: skip
CASES: list[Case] = [
    replace(case, expects=(*case.expects, "ok"), line=None, words="") if case.name in _MAY_BE_READ else case
    for case in (*SYNTAX, *RUNNING, *BYTES, *NOTHING, *DATA)
]
