"""Leaves: what the palette has beside the ops: numbers, parameters and data to begin with."""

from __future__ import annotations

from gradstudio.studio.edits import data_lines
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.places import IMPORT
from gradstudio.studio.edits.program import Program, program_of

KINDS = ("number", "parameter", "vector", "matrix", "data", "normal", "range")
"""What there is; data may be called constant, range linspace."""

_NAMES = {"parameter": ("w", "b"), "vector": ("w", "b"), "matrix": ("W",), "data": ("x", "y")}
"""What leaves are called other than x: the first that is free."""

_SAME = {"constant": "data", "linspace": "range"}


def kind_of(entry: str) -> str:
    """The kind of a leaf that an entry of the palette means; "" for none."""
    name = entry.removeprefix("leaf:")
    name = _SAME.get(name, name) if entry not in ("normal", "range") or entry.startswith("leaf:") else name
    return name if name in KINDS else ""


def add_leaf(text: str, kind: str, name: str = "") -> Edit:
    """A line with a value to begin with. Raises Refused for a text with an error."""
    program = program_of(text)
    start = _with_library(program)
    is_formula = not program.library
    names = _NAMES.get(kind, ("x",))
    name = name or next((each for each in names if program.fresh(each) == each), names[0])
    match kind:
        case "number":
            edit = data_lines.add_number(start, name, 0.5)
        case "parameter":
            edit = data_lines.add_number(start, name, 0.0, not is_formula)
        case "vector":
            edit = data_lines.add_array(start, name, [0.0, 0.0, 0.0], not is_formula)
        case "matrix":
            edit = data_lines.add_array(start, name, [[0.0, 0.0], [0.0, 0.0]], not is_formula)
        case "data":
            edit = data_lines.add_array(start, name, [1.0, 2.0, 3.0], False)
        case "normal":
            edit = data_lines.add_random(start, name, (3,), is_variable=False)
        case "range":
            edit = data_lines.add_range(start, name, -1.0, 1.0, 5, is_variable=False)
        case _:
            raise Refused(f"There is no leaf called {kind}.")
    return Edit(f"Add {kind} {edit.variable}", edit.text, edit.line, edit.variable)


def _with_library(program: Program) -> str:
    """The text; one without statements gets the import of the library first, so that it runs anywhere."""
    if program.tree.body:
        return program.text
    at = program.code_end
    before = program.text[:at]
    lead = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    rest = "\n" if program.text[at:].strip() else ""
    return spliced(program.text, [Splice(at, at, f"{lead}{IMPORT}\n{rest}")])
