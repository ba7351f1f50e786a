"""Names: scopes as Python has them, all occurrences of a name, and renaming without changing what a program means."""

from __future__ import annotations

import ast
import symtable
from pathlib import Path

import pytest

from gradstudio.language.bindings import Scope, bindings_of
from gradstudio.language.names import occurrences, renamed, visible_at
from gradstudio.resources import resource

EVERYTHING = """\
import numpy as np
from math import sin, cos as c
import math

x = 1.0
total = 0


def f(a, /, b=x, *args, k: int = 2, **more):
    global total
    total += a + b + k
    inner = [x * y for y in range(3) if (seen := y) > 1]
    def g(x):
        nonlocal b
        b = x
        return lambda a=b, *r: a + x + seen
    try:
        del inner
    except (ValueError) as e:
        print(f"{e} {x:{k}} {x=}", args, more)
    else:
        for x2, (p, *q) in {}:
            with h() as (m, n):
                pass
    match a:
        case [first, *rest] if first:
            return rest
        case (1 | 2) as small:
            return small
        case other:
            return other
    return g


def h(): return {s: t for s, t in [(x, x)]}


x = f(1, b=2, k=3)
w: float = sin(x) + c(x) + math.pi + np.pi
"""


def cut(text: str, span: tuple[int, int, int, int]) -> str:
    return text.split("\n")[span[0] - 1][span[1] : span[3]]


def examples() -> list[Path]:
    return sorted(resource("examples").glob("*.grad"))


def _same_scopes(ours: Scope, table: symtable.SymbolTable, scopes: list[Scope]) -> None:
    for symbol in table.get_symbols():
        if symbol.get_name().startswith("."):
            continue
        name = symbol.get_name()
        if isinstance(table, symtable.Function) or table.get_type() == "function":
            is_local = symbol.is_local() and not symbol.is_global()
            assert (name in ours.own) == is_local, (name, table.get_name())
    inner = [scope for scope in scopes if scope.parent is ours]
    # Comprehensions and functions are numbered by line in both.
    tables = sorted(table.get_children(), key=lambda t: (t.get_lineno(), t.get_name()))
    assert len(inner) == len(tables)
    names = {"lambda": "lambda", "listcomp": "comprehension", "dictcomp": "comprehension", "genexpr": "comprehension"}
    kinds = sorted(names.get(t.get_name(), "function") for t in tables)
    assert kinds == sorted(scope.kind for scope in inner)
    for scope, child in zip(
        sorted(inner, key=lambda s: s.node.lineno),  # type: ignore[attr-defined]
        tables,
        strict=True,
    ):
        _same_scopes(scope, child, scopes)


def test_scopes_hold_the_names_that_pythons_own_table_of_symbols_has() -> None:
    bindings = bindings_of(EVERYTHING)
    assert bindings is not None

    _same_scopes(bindings.program, symtable.symtable(EVERYTHING, "program", "exec"), bindings.scopes)


def test_every_site_lies_on_its_name() -> None:
    for text in [EVERYTHING, *(path.read_text("utf-8") for path in examples())]:
        bindings = bindings_of(text)
        assert bindings is not None
        for scope in bindings.scopes:
            assert {cut(text, site.span) for site in scope.sites} == {site.name for site in scope.sites}


def test_every_name_node_of_the_tree_is_a_site() -> None:
    bindings = bindings_of(EVERYTHING)
    assert bindings is not None
    names = [node for node in ast.walk(ast.parse(EVERYTHING)) if isinstance(node, ast.Name)]
    sites = [site for scope in bindings.scopes for site in scope.sites]

    placed = {(site.span[0], site.span[1]) for site in sites}
    assert {(node.lineno, node.col_offset) for node in names} <= placed


MARKED = [
    "‹x› = 1\n‹x› += 2\ny = [‹x› for _ in range(3)]\ndel ‹x›\n",
    "x = 1\ny = [‹x› + x for ‹x› in x]\n".replace("+ x for", "+ ‹x› for"),
    "‹x› = 1\ny = [x for x in ‹x›]\n",
    "y = [(‹z› := k) for k in range(3)]\nprint(‹z›)\n",
    "‹x› = 1\ndef f(a=‹x›):\n    return a + ‹x›\n",
    "x = 1\ndef f(‹x›):\n    def g():\n        nonlocal ‹x›\n        ‹x› = 2\n    return ‹x›\n",
    "‹x› = 1\ndef f():\n    global ‹x›\n    ‹x› = 2\n",
    "def f():\n    global z, ‹x›, y\n    ‹x› = 2\n",
    "x = 1\ndef f():\n    ‹x› = 2\n    return lambda k: ‹x› + k\n",
    "x = 1\nf = lambda ‹x›, y=x: ‹x› + y\n",
    "def ‹f›(x): return x\ny = ‹f›(2) + ‹f›(x=3)\n",
    "def f(‹rate›, w): return ‹rate› * w\nf(‹rate›=1, w=2)\nfor rate in (1, 2): f(w=1, ‹rate›=rate)\n",
    "f = lambda ‹x›: ‹x›\nf(‹x›=2)\ng(x=2)\n",
    "import numpy as ‹np›\ny = ‹np›.np\n",
    "import ‹math›\ny = ‹math›.pi\n",
    "from math import sin as ‹s›, cos\ny = ‹s›(1) + s2\n".replace("s2", "cos(1)"),
    "for ‹k›, (a, *b) in c:\n    a[‹k›] = b.k\n",
    "with h() as (‹m›, n):\n    print(f'{‹m›} {n:{‹m›}} {{m}} m {‹m›!r} {‹m›=}')\n",
    "try:\n    pass\nexcept (ValueError) as ‹e›:\n    print(‹e›)\n",
    "match p:\n    case [1, *‹rest›]:\n        print(‹rest›)\n    case 2 as r:\n        pass\n",
    "match p:\n    case (1 | 2) as ‹r› if ‹r›:\n        ‹r›\n",
    "é = '日本'; ‹größe› = 'ü'; print(é, ‹größe›)\n",
    "‹x›: float\n‹x› = 1.0\n",
    "def \\\n  ‹f›(): pass\n‹f›()\n",
    "y = ‹exp›(1) + ‹exp›(2)\n",
]


def unmarked(marked: str) -> tuple[str, list[tuple[int, int, int, int]]]:
    """The text without marks, and the spans that they stood around."""
    lines, spans = [], []
    for number, line in enumerate(marked.split("\n"), 1):
        while "‹" in line:
            start = line.index("‹")
            end = line.index("›") - 1
            line = line.replace("‹", "", 1).replace("›", "", 1)
            spans.append((number, start, number, end))
        lines.append(line)
    return "\n".join(lines), spans


@pytest.mark.parametrize("marked", MARKED)
def test_all_occurrences_of_a_name_are_found_from_each_of_them(marked: str) -> None:
    text, spans = unmarked(marked)

    for line, column, _, end in spans:
        for place in (column, end):
            found = occurrences(text, line, place)
            assert found is not None
            assert list(found.spans) == spans


def test_a_name_written_in_another_form_of_the_same_letters_is_the_same_name() -> None:
    text = "ﬁt = 1\ny = fit + ﬁt\n"
    found = occurrences(text, 2, 4)

    assert found is not None
    assert found.spans == ((1, 0, 1, 2), (2, 4, 2, 7), (2, 10, 2, 12))
    assert renamed(text, 1, 0, "loss") == "loss = 1\ny = loss + loss\n"


def test_definitions_are_where_a_name_is_given_something() -> None:
    text = "w = 1\nw += 2\nw = w * 2\ny = w\n"
    found = occurrences(text, 4, 4)

    assert found is not None
    assert found.definitions == ((1, 0, 1, 1), (3, 0, 3, 1))
    assert found.definition_for(4, 4) == (3, 0, 3, 1)
    assert found.definition_for(2, 0) == (1, 0, 1, 1)
    assert found.definition_for(3, 0) == (1, 0, 1, 1)


def test_what_the_program_is_given_has_no_definition() -> None:
    found = occurrences("y = exp(1.0)\n", 1, 5)

    assert found is not None
    assert found.definition_for(1, 5) is None


def test_there_is_nothing_at_a_number_or_in_a_wrong_text() -> None:
    assert occurrences("y = 12\n", 1, 5) is None
    assert occurrences("y = (\n", 1, 0) is None
    assert occurrences("class A: pass\ny = 1\n", 2, 0) is None


def test_a_very_long_sum_is_read_too() -> None:
    found = occurrences("y = " + " + ".join(["x"] * 900) + "\n", 1, 4)

    assert found is not None
    assert len(found.spans) == 900


def test_names_that_can_be_used_at_a_line_are_told_in_the_order_of_their_binding() -> None:
    text = "import math\nb = 1\na = b\ndef f(k, b):\n    c = k\n    d = c\nz = f(1, 2)\ndel a\ny = 1\n"

    assert visible_at(text, 1) == {}
    assert list(visible_at(text, 3).items()) == [("math", "import"), ("b", "variable")]
    assert list(visible_at(text, 6).items()) == [
        ("math", "import"), ("a", "variable"), ("f", "function"), ("k", "parameter"), ("b", "parameter"),
        ("c", "variable"),
    ]  # fmt: skip
    assert list(visible_at(text, 9)) == ["math", "b", "f", "z"]


def test_a_local_name_hides_the_one_outside_even_before_it_is_bound() -> None:
    assert "x" not in visible_at("x = 1\ndef f():\n    y = 2\n    x = 3\n", 3)


def test_the_name_of_an_exception_is_gone_after_its_block() -> None:
    text = "try:\n    pass\nexcept ValueError as e:\n    y = 1\nz = 2\n"

    assert "e" in visible_at(text, 4)
    assert "e" not in visible_at(text, 5)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_renaming_any_name_of_an_example_changes_that_name_and_nothing_else(path: Path) -> None:
    text = path.read_text("utf-8")
    bindings = bindings_of(text)
    assert bindings is not None
    symbols = [symbol for scope in bindings.scopes for symbol in bindings.symbols_of(scope)]
    assert symbols

    for symbol in symbols:
        line, column = symbol.sites[0][1].span[:2]
        other = renamed(text, line, column, "quite_new")
        after = occurrences(other, line, other.split("\n")[line - 1].index("quite_new", column))
        assert after is not None
        assert len(after.spans) == len(symbol.sites)
        back = renamed(other, *after.spans[0][:2], symbol.name)
        is_plain_import = any(isinstance(s.node, ast.alias) and not s.node.asname for _, s in symbol.sites)
        assert back.replace(f"{symbol.name} as {symbol.name}", symbol.name) == text if is_plain_import else back == text


def test_a_parameter_is_renamed_in_the_calls_that_give_it_by_name() -> None:
    text = "def f(rate, w):  # rate\n    return rate * w\ny = f(1, w=2) + f(rate=1, w=2)\n"

    assert renamed(text, 2, 11, "step") == (
        "def f(step, w):  # rate\n    return step * w\ny = f(1, w=2) + f(step=1, w=2)\n"
    )


def test_an_import_keeps_what_it_imports() -> None:
    assert renamed("from math import pi\ny = pi\n", 2, 4, "tau") == "from math import pi as tau\ny = tau\n"
    assert renamed("import numpy as np\nnp.e\n", 2, 0, "n") == "import numpy as n\nn.e\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "new", "why"),
    [
        ("x = 1\n", 1, 0, "2x", "`2x` is not a name"),
        ("x = 1\n", 1, 0, "", "type the new name"),
        ("x = 1\n", 1, 0, "for", "a word of Python's own"),
        ("x = 1\n", 1, 0, "__x", "double underscores"),
        ("x = 1\n", 1, 0, "y" * 300, "at most"),
        ("x = 1\ny = 2\n", 1, 0, "y", "`y` is taken: line 2 gives it a value"),
        ("def f(a, b):\n    return a\n", 2, 11, "b", "`b` is taken: it is a parameter in line 1"),
        ("x = 1\ndef f(y):\n    return x + y\n", 1, 0, "y", "in line 3 `y` would mean another variable"),
        ("x = 1\nz = [x + y for y in x]\n", 1, 0, "y", "in line 2 `y` would mean another variable"),
        ("y = 1\ndef f(x):\n    return x + y\n", 2, 6, "y", "line 3 uses `y`: it would mean this variable instead"),
        ("x = 1\nz = exp(x)\n", 1, 0, "exp", "line 2 uses `exp`, which is an operation"),
        ("x = 1\nz = len([x])\n", 1, 0, "len", "line 2 uses `len`, which is Python's own"),
        ("x = 1\ndef f():\n    global x, y\n    x = 2\n", 1, 0, "y", "is taken"),
        ("z = exp(1)\n", 1, 4, "f", "`exp` is an operation, so it cannot be renamed"),
        ("z = gs.exp(1)\n", 1, 4, "f", "`gs` is a library, so it cannot be renamed"),
        ("z = 1 + 2\n", 1, 6, "f", "there is no name here"),
        ("z = (\n", 1, 0, "f", "once the text is right again"),
        ("def f(w):\n    return w\ng = gs.function(f)\ng(w=1)\n", 2, 11, "v", "line 4 gives `w` by name"),
    ],
)
def test_a_rename_that_would_change_the_program_is_refused(
    text: str, line: int, column: int, new: str, why: str
) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        renamed(text, line, column, new)

    assert why in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_name_may_be_that_of_an_operation_the_program_does_not_use() -> None:
    assert renamed("x = 1\ny = x\n", 1, 0, "exp") == "exp = 1\ny = exp\n"


def test_a_name_in_use_elsewhere_does_not_matter() -> None:
    text = "def f(a):\n    return a\ndef g(b):\n    return b\n"

    assert renamed(text, 1, 6, "b") == "def f(b):\n    return b\ndef g(b):\n    return b\n"


def _meanings(text: str) -> list[object]:
    """For each name in the order of the text, which of them all mean the same: the number of the first, or the name of
    what the program is given."""
    bindings = bindings_of(text)
    assert bindings is not None
    first: dict[object, int] = {}
    sites = [(scope, site) for scope in bindings.scopes for site in scope.sites]
    found: list[object] = []
    for number, (scope, site) in enumerate(sorted(sites, key=lambda found: found[1].span)):
        owner = bindings.resolve(scope, site.name)
        found.append(first.setdefault((owner, site.name), number) if owner is not None else site.name)
    return found


@pytest.mark.parametrize("path", [None, *examples()], ids=lambda path: path.name if path else "everything")
def test_whatever_a_rename_allows_leaves_every_name_its_meaning(path: Path | None) -> None:
    text = path.read_text("utf-8") if path else EVERYTHING
    bindings = bindings_of(text)
    assert bindings is not None
    before = _meanings(text)
    names = sorted({site.name for scope in bindings.scopes for site in scope.sites})
    allowed = refused = 0
    for scope in bindings.scopes:
        for symbol in bindings.symbols_of(scope):
            for new in names:
                try:
                    after = renamed(text, *symbol.sites[0][1].span[:2], new)
                except ValueError:
                    refused += 1
                    continue
                allowed += 1
                assert _meanings(after) == before, (symbol.name, new)
    assert refused > 0
    assert path is not None or allowed > 50
