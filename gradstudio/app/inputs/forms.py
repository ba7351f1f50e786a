"""The forms of inputs: a range, a name for a number in an expression, and new numbers, arrays, ranges, random data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtWidgets import QWidget

from gradstudio.app.controls import Segments
from gradstudio.app.inputs.form import Ask, Form
from gradstudio.language.traits import has_tape
from gradstudio.picture.tokens import Theme
from gradstudio.studio.edits import data_lines
from gradstudio.studio.edits.data_lines import RANDOM, proposed_name
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.literals import MOST_ELEMENTS, Literal
from gradstudio.studio.edits.make_input import make_input
from gradstudio.studio.edits.program import program_of
from gradstudio.studio.edits.typed_numbers import cells, number, shape, whole_number
from gradstudio.studio.input_ranges import Range, check_range

Text = Callable[[], str]
Answers = dict[str, str]
Store = Callable[[np.ndarray, str], None]
_PARTS = {"normal": ("Mean", "Deviation"), "uniform": ("From", "To")}
_VARIABLE = Ask("variable", "A Variable, so that the tape follows it", "yes", "check")


def range_form(parent: QWidget, theme: Theme, name: str, range_: Range, write: Callable[[Range], None]) -> Form:
    """From where to where the slider of an input goes."""

    def make(a: Answers) -> Range:
        scale = "log" if a["log"] else "linear"
        wanted = Range(number(a["low"], "From"), number(a["high"], "To"), number(a["step"], "Step"), scale)
        check_range(wanted)
        return wanted

    def preview(wanted: object) -> str:
        assert isinstance(wanted, Range)
        said = f"# [tool.gradstudio.inputs.{name}]\n# low = {wanted.low:g}\n# high = {wanted.high:g}"
        return said + f"\n# step = {wanted.step:g}" + ('\n# scale = "log"' if wanted.scale == "log" else "")

    asks = (
        Ask("low", "From", f"{range_.low:g}"),
        Ask("high", "To", f"{range_.high:g}"),
        Ask("step", "Step", f"{range_.step:g}"),
        Ask("log", "Logarithmic", "yes" if range_.scale == "log" else "", "check"),
    )
    return Form(parent, theme, f"Range of {name}", asks, make, preview, write, "Set the range")


def make_input_form(
    parent: QWidget, theme: Theme, text: Text, literal: Literal, column: int, write: Callable[[Edit], None]
) -> Form:
    """What a number inside an expression is called from now on, and its range."""
    name = proposed_name(text(), "factor")

    def make(a: Answers) -> Edit:
        low, high = (number(a[k], k.capitalize()) if a[k].strip() else None for k in ("from", "to"))
        if (low is None) != (high is None):
            raise Refused("A range has both ends, or none.")
        wanted = _name(a["name"])
        return make_input(text(), literal.line, column, wanted, low, high)

    asks = (Ask("name", "Name", name), Ask("from", "From", ""), Ask("to", "To", ""))
    title = f"Make {literal.text} in line {literal.line} an input"
    return Form(parent, theme, title, asks, make, lambda edit: _lines(text(), edit), write)


def number_form(parent: QWidget, theme: Theme, text: Text, write: Callable[[Edit], None]) -> Form:
    """A new number."""

    def make(a: Answers) -> Edit:
        return data_lines.add_number(text(), _name(a["name"]), number(a["value"], "Value"), _wants_variable(a))

    asks = (Ask("name", "Name", proposed_name(text(), "x")), Ask("value", "Value", "1.0"), *_variable(text()))
    return Form(parent, theme, "Insert a number", asks, make, lambda edit: _lines(text(), edit), write)


@dataclass(frozen=True, slots=True)
class _Large:
    """More numbers than a text holds: they become a file."""

    values: np.ndarray
    name: str


def array_form(parent: QWidget, theme: Theme, text: Text, write: Callable[[Edit], None], store: Store) -> Form:
    """A new array, typed or pasted from a spreadsheet; one row makes an array of one axis. store: for too many."""

    def make(a: Answers) -> Edit | _Large:
        table = cells(a["values"])
        values = table[0] if len(table) == 1 and "[[" not in a["values"].replace(" ", "") else table
        if values.size > MOST_ELEMENTS:
            return _Large(values, proposed_name(text(), _name(a["name"])))
        return data_lines.add_array(text(), _name(a["name"]), values, _wants_variable(a))

    def preview(made: object) -> str:
        if isinstance(made, _Large):
            return f'{made.name} = gs.load("{made.name}.npy")\n# {made.values.size:,} numbers go into that file'
        return _lines(text(), made)

    def done(made: Edit | _Large) -> None:
        if isinstance(made, _Large):
            store(made.values, made.name)
        else:
            write(made)

    asks = (
        Ask("name", "Name", proposed_name(text(), "A")),
        Ask("values", "Rows", "1.0 2.0\n3.0 4.0", "lines"),
        *_variable(text()),
    )
    return Form(parent, theme, "Insert an array", asks, make, preview, done)


def spaced_form(parent: QWidget, theme: Theme, text: Text, write: Callable[[Edit], None]) -> Form:
    """Evenly spaced numbers."""

    def make(a: Answers) -> Edit:
        low, high = number(a["low"], "From"), number(a["high"], "To")
        count = whole_number(a["count"], "How many")
        return data_lines.add_range(text(), _name(a["name"]), low, high, count, _wants_variable(a))

    asks = (
        Ask("name", "Name", proposed_name(text(), "t")),
        Ask("low", "From", "0"),
        Ask("high", "To, included", "1"),
        Ask("count", "How many", "50"),
        *_variable(text(), False),
    )
    return Form(parent, theme, "Insert a range", asks, make, lambda edit: _lines(text(), edit), write)


def random_form(parent: QWidget, theme: Theme, text: Text, write: Callable[[Edit], None]) -> Form:
    """Random numbers, the same ones in every run."""

    def make(a: Answers) -> Edit:
        first, second = (number(a[k], word) for k, word in zip(("first", "second"), _PARTS[a["kind"]], strict=True))
        seed = whole_number(a["seed"], "Seed")
        wanted = _wants_variable(a)
        return data_lines.add_random(
            text(), _name(a["name"]), shape(a["shape"]), a["kind"], first, second, seed, wanted
        )

    asks = (
        Ask("name", "Name", proposed_name(text(), "w")),
        Ask("shape", "Shape", "3, 2"),
        Ask("kind", "Kind", "normal", "choice", RANDOM),
        Ask("first", _PARTS[RANDOM[0]][0], "0"),
        Ask("second", _PARTS[RANDOM[0]][1], "1"),
        Ask("seed", "Seed", "0"),
        *_variable(text()),
    )
    form = Form(parent, theme, "Insert random numbers", asks, make, lambda edit: _lines(text(), edit), write)
    kind = form.fields["kind"]
    assert isinstance(kind, Segments)

    def rename(chosen: int) -> None:
        for field, word in zip(("first", "second"), _PARTS[RANDOM[chosen]], strict=True):
            form.names[field].setText(word)
            form.fields[field].setAccessibleName(word)

    kind.chosen.connect(rename)
    return form


def _name(typed: str) -> str:
    name = typed.strip()
    if not name:
        raise Refused("An input needs a name, e.g. x.")
    return name


def _variable(text: str, is_wanted: bool = True) -> tuple[Ask, ...]:
    """Only a program with a tape asks; a formula takes its inputs by itself."""
    try:
        has_one = has_tape(program_of(text).nodes)
    except Refused:
        return ()
    return (Ask(_VARIABLE.id, _VARIABLE.text, "yes" if is_wanted else "", "check"),) if has_one else ()


def _wants_variable(a: Answers) -> bool | None:
    return bool(a["variable"]) if "variable" in a else None


def _lines(before: str, edit: object) -> str:
    """The lines of an edit's text that are new."""
    assert isinstance(edit, Edit)
    old, new = before.split("\n"), edit.text.split("\n")
    known = set(old)
    start = edit.line - 1
    lines = [new[start]] if 0 <= start < len(new) else []
    for line in new[start + 1 :]:
        if line in known or not line.strip():
            break
        lines.append(line)
    others = [line for line in new if line not in known and line.strip() and line not in lines]
    return "\n".join([*lines, *(line.strip() for line in others)])
