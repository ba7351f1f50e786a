"""Data lines: a new input as a line of the program: a number, an array, evenly spaced or random numbers, a file.

Each gives an Edit, or raises Refused with the reason in one line. In a program with a tape an input that gradients
are wanted of is a Variable; a formula takes every floating number at its top as an input by itself.
"""

from __future__ import annotations

import ast
import math
from pathlib import PurePosixPath

import numpy as np

from gradstudio.language.data import is_plain_name
from gradstudio.language.traits import has_tape
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.input_place import free_name, importing, input_line, is_bare, valid_name
from gradstudio.studio.edits.literals import MOST_ELEMENTS, too_many
from gradstudio.studio.edits.number_text import array_text, number_text
from gradstudio.studio.edits.places import tape_name
from gradstudio.studio.edits.program import Program, program_of

MOST_RANDOM = 10_000_000
"""Random or evenly spaced numbers of one line."""
_MOST_NAMES = 64
_GS = "\0"  # stands where the program says what it calls the library
RANDOM = ("normal", "uniform")


def add_number(text: str, name: str, value: float, is_variable: bool | None = None) -> Edit:
    """`x = 0.5`; a Variable in a program with a tape unless is_variable says otherwise."""
    program = program_of(text)
    written = _written(float(value))
    if _is_variable(program, is_variable):
        return _added(program, name, f"{_GS}Variable({written})", "number", True)
    return _added(program, name, written, "number")


def add_array(text: str, name: str, values: object, is_variable: bool | None = None) -> Edit:
    """`x = gs.Variable([[1.0, 2.0], [3.0, 4.0]])`, a constant where no tape is, a plain list where nothing is."""
    program = program_of(text)
    try:
        array = np.asarray(values)
    except ValueError:
        raise Refused("The rows of an array have the same length each.") from None
    if array.dtype.kind not in "biuf" or array.ndim == 0 or array.size == 0:
        raise Refused("An array needs numbers: rows of equal length, at least one.")
    if array.size > MOST_ELEMENTS:
        raise Refused(too_many(array.size))
    if not np.isfinite(array).all():
        raise Refused("An array in the text holds finite numbers only; a .npy or .csv file may hold NaN.")
    written = array_text(array.astype(float), False)
    if _is_variable(program, is_variable):
        return _added(program, name, f"{_GS}Variable({written})", "array", True)
    if is_bare(program) and not has_tape(program.nodes):
        return _added(program, name, written, "array")
    return _added(program, name, f"{_GS}constant({written})", "array")


def add_range(text: str, name: str, low: float, high: float, count: int, is_variable: bool | None = None) -> Edit:
    """`x = gs.linspace(0.0, 1.0, 50)`."""
    program = program_of(text)
    _check_count(count)
    value = f"{_GS}linspace({_written(low)}, {_written(high)}, {int(count)})"
    return _made(program, name, value, "range", is_variable)


def add_steps(text: str, name: str, start: float, stop: float, step: float, is_variable: bool | None = None) -> Edit:
    """`x = gs.arange(0.0, 1.0, 0.1)`: without its end."""
    program = program_of(text)
    if not step or (stop - start) / step <= 0:
        raise Refused(f"In steps of {step:g} nobody gets from {start:g} to {stop:g}.")
    _check_count(math.ceil((stop - start) / step))
    value = f"{_GS}arange({_written(start)}, {_written(stop)}, {_written(step)})"
    return _made(program, name, value, "range", is_variable)


def add_random(
    text: str,
    name: str,
    shape: tuple[int, ...],
    kind: str = "normal",
    first: float = 0.0,
    second: float = 1.0,
    seed: int = 0,
    is_variable: bool | None = None,
) -> Edit:
    """`x = gs.random.normal((3, 2), seed=7)`: the same numbers in every run and under plain Python.

    kind: "normal" with mean `first` and standard deviation `second`, or "uniform" from `first` to `second`.
    """
    program = program_of(text)
    if kind not in RANDOM:
        raise Refused(f"{kind!r} is no kind of random numbers here: use normal or uniform.")
    if seed < 0:
        raise Refused("A seed is a whole number that is not negative.")
    if any(n < 1 for n in shape):
        raise Refused("Every length of a shape is 1 or more.")
    _check_count(math.prod(shape))
    if kind == "normal" and second <= 0:
        raise Refused(f"A standard deviation is above 0, not {second:g}.")
    if kind == "uniform" and not first < second:
        raise Refused(f"Uniform numbers need a range: {first:g} is not below {second:g}.")
    said = ""
    if (first, second) != (0.0, 1.0):
        words = ("mean", "stddev") if kind == "normal" else ("minval", "maxval")
        said = "".join(
            f"{word}={_written(value)}, "
            for word, value, usual in zip(words, (first, second), (0.0, 1.0), strict=True)
            if value != usual
        )
    value = f"{_GS}random.{kind}({_shape(shape)}, {said}seed={int(seed)})"
    return _made(program, name, value, "random numbers", is_variable)


def add_file(text: str, path: str, arrays: tuple[str, ...] = ("",), name: str = "") -> Edit:
    """`X, y = gs.load("points.npz")`. path: below the program's folder; arrays: their names in the file, or ("",)."""
    program = program_of(text)
    if not is_plain_name(path) or '"' in path or not path.isprintable():
        raise Refused(f'{path[:80]!r} cannot be named in a program. Give the file a plain name, e.g. "points.npz".')
    if not arrays:
        raise Refused(f"{path} holds no array.")
    if len(arrays) > _MOST_NAMES:
        raise Refused(f"{path} holds {len(arrays)} arrays; a line of names has {_MOST_NAMES}.")
    value = f'{_GS}load("{path}")'
    if arrays == ("",):
        free = free_name(program, name or PurePosixPath(path).stem)
        return _line(program, free, free, value, f"Load {path}")
    names: list[str] = []
    for wanted in arrays:
        names.append(free_name(program, wanted, names))
    target = f"({names[0]},)" if len(names) == 1 else ", ".join(names)
    return _line(program, target, names[0], value, f"Load {path}")


def proposed_name(text: str, wanted: str) -> str:
    """The name that an input would get now."""
    try:
        return free_name(program_of(text), wanted)
    except Refused:
        return valid_name(wanted)


# inside


def _is_variable(program: Program, wanted: bool | None) -> bool:
    return has_tape(program.nodes) if wanted is None else wanted


def _made(program: Program, name: str, value: str, what: str, is_variable: bool | None) -> Edit:
    """What a function of the library makes, as a Variable where a tape is to follow it."""
    if _is_variable(program, is_variable):
        return _added(program, name, f"{_GS}Variable({value})", what, True)
    return _added(program, name, value, what)


def _added(program: Program, name: str, value: str, what: str, is_variable: bool = False) -> Edit:
    free = free_name(program, name)
    return _line(program, free, free, value, f"Add {what} {free}", is_variable)


def _line(program: Program, target: str, name: str, value: str, title: str, is_variable: bool = False) -> Edit:
    if _GS in value:
        program = importing(program)
    library = f"{program.library}." if program.library else ""
    splice, number = input_line(program, f"{target} = {value.replace(_GS, library)}")
    splices = [splice, *(_watched(program, name) if is_variable else ())]
    return Edit(title, spliced(program.text, splices), number, name)


def _watched(program: Program, name: str) -> list[Splice]:
    """A tape that follows nothing by itself is told of a new Variable, as the first thing in its block."""
    for node in program.nodes:
        if isinstance(node, ast.With):
            tape = tape_name(node)
            if tape and any(_is_deaf(item.context_expr) for item in node.items):
                return [program.before(node.body[0], [f"{tape}.watch({name})"])]
    return []


def _is_deaf(call: ast.expr) -> bool:
    """GradientTape(watch_accessed_variables=False)."""
    return isinstance(call, ast.Call) and any(
        k.arg == "watch_accessed_variables" and isinstance(k.value, ast.Constant) and k.value.value is False
        for k in call.keywords
    )


def _written(value: float) -> str:
    try:
        return number_text(value)
    except ValueError as error:
        raise Refused(str(error)) from None


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _check_count(count: int) -> None:
    if count < 1:
        raise Refused("There has to be one number at least.")
    if count > MOST_RANDOM:
        raise Refused(f"{count:,} numbers are too many for one line; the limit is {MOST_RANDOM:,}.")
