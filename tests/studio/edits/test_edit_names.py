"""Which variable a name means, and what is read after statements, needed by them, or bound before them."""

from __future__ import annotations

import ast

import pytest
from before_after import lines

from gradstudio.studio.edits.liveness import bound_before, needed, read_after
from gradstudio.studio.edits.names import Names
from gradstudio.studio.edits.program import Program

SCOPES = """x = 1
def f(a, x=x):
    global g
    g = x + a
    def inner():
        nonlocal a
        a = x
        return lambda x: x + b
    return [x + k for k in range(a) if (w := k)]
b = f(2)
total = 0
total += b
"""


def homes(name: str) -> list[tuple[int, str]]:
    """Line and home of every place of a name: the module, or the function or comprehension that it belongs to."""
    program = Program(SCOPES)
    names = Names(program)
    found = []
    for place in names.within([program.tree]):
        if place.name == name:
            home = getattr(place.home, "name", type(place.home).__name__)
            found.append((place.node.lineno, home))  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("x", [(1, "Module"), (2, "f"), (2, "Module"), (4, "f"), (7, "f"), (8, "Lambda"), (8, "Lambda"), (9, "f")]),
        ("a", [(2, "f"), (4, "f"), (7, "f"), (9, "f")]),
        ("g", [(4, "Module")]),
        ("b", [(8, "Module"), (10, "Module"), (12, "Module")]),
        ("k", [(9, "ListComp"), (9, "ListComp"), (9, "ListComp")]),
        ("w", [(9, "f")]),
        ("f", [(2, "Module"), (10, "Module")]),
    ],
)
def test_a_name_belongs_to_the_scope_that_python_gives_it(name: str, wanted: list[tuple[int, str]]) -> None:
    assert sorted(homes(name)) == sorted(wanted)


def test_a_sum_that_goes_on_reads_and_binds() -> None:
    program = Program(SCOPES)
    names = Names(program)
    first, second = names.places(program.tree, "total")
    assert (first.reads, first.binds) == (False, True)
    assert (second.reads, second.binds) == (True, True)


def test_what_a_function_reads_is_read_later() -> None:
    program = Program(SCOPES)
    names = Names(program)
    at_once = [names.is_at_once(place) for place in names.places(program.tree, "b")]
    assert at_once == [False, True, True]


FLOW = """a = 1
b = 2
c = 3
for i in range(3):
    if i:
        d = a
        continue
    a = b
    while a:
        e = a
        if e > 1:
            break
        b = 4
    else:
        c = 5
try:
    e = c
except ValueError as error:
    d = error
finally:
    b = 6
"""


def flow(first: int, last: int) -> tuple[set[str], set[str], set[str]]:
    """What lines need from before, what is read after them, and what is bound before them."""
    program = Program(FLOW)
    names, tree = Names(program), program.tree
    chosen = sorted(lines(program, first, last), key=lambda s: s.lineno)
    own = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return (
        set(needed(names, tree, chosen, frozenset())) & own - {"range", "ValueError"},
        set(read_after(names, tree, tree.body, chosen[-1])) & own - {"range", "ValueError"},
        set(bound_before(names, tree, tree.body, chosen[0])),
    )


@pytest.mark.parametrize(
    ("first", "last", "needs", "after", "before"),
    [
        (1, 1, set(), {"a"}, set()),
        (8, 8, {"b"}, {"a", "b", "c"}, {"a", "b", "c", "i"}),
        (9, 15, {"a"}, {"a", "b", "c"}, {"a", "b", "c", "i"}),
        (6, 6, {"a"}, {"a", "b", "c"}, {"a", "b", "c", "i"}),
        (4, 15, {"a", "b"}, {"c"}, {"a", "b", "c"}),
        (16, 21, {"c"}, set(), {"a", "b", "c"}),
    ],
)
def test_what_lines_need_and_leave(first: int, last: int, needs: set[str], after: set[str], before: set[str]) -> None:
    assert flow(first, last) == (needs, after, before)


def test_a_loop_that_runs_binds_what_its_pass_binds() -> None:
    program = Program("for k in range(3):\n    y = k\nz = y\n")
    names = Names(program)
    loop = program.tree.body[:1]
    assert needed(names, program.tree, loop, frozenset({"y"})) >= {"y"}
    assert "y" not in needed(names, program.tree, loop, frozenset({"y"}), is_run=True)
