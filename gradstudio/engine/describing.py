"""What an op can say of itself: which inputs a gradient reaches, and a line of code that shows it, from its samples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstudio.engine.ops.calling import PAIRED, STARRED
from gradstudio.engine.primitive import Primitive, Sample
from gradstudio.engine.structure import flatten


def gradients(row: Primitive) -> str:
    """Which inputs a gradient reaches."""
    if not row.flows:
        return "none"
    if row.composite or not isinstance(row.vjps, tuple):
        return "to every floating input, of any order"
    reached = [name for name, rule in zip(row.inputs, row.vjps, strict=True) if rule is not None]
    return f"to {', '.join(reached)}, of any order"


@dataclass(frozen=True, slots=True)
class Example:
    """A call that runs as it stands (gs is gradstudio, np is NumPy), and what it gives, in one line."""

    code: str
    result: str


def example(row: Primitive) -> Example | None:
    """The smallest sample of an op as a line of code; None if none can be written down."""
    for sample in sorted(row.samples, key=_size):
        inputs = [_written(x) for x in (sample.inputs[0] if row.variadic else sample.inputs)]
        params = {key: _parameter(value) for key, value in sample.params.items()}
        if all(inputs) and all(text is not None for text in params.values()):
            return _example(row, [pair for pair in inputs if pair], params, sample.params)
    return None


def _example(
    row: Primitive, inputs: list[tuple[str, Any]], params: Mapping[str, str | None], values: Mapping[str, Any]
) -> Example:
    texts, arguments = [text for text, _ in inputs], [value for _, value in inputs]
    if row.calling is PAIRED:
        half = len(texts) // 2
        texts = [f"[{', '.join(part)}]" for part in (texts[:half], texts[half:])]
        arguments = [arguments[:half], arguments[half:]]
    elif row.calling is STARRED:
        # Inputs that stand one by one must be arrays: a list of lists would count as all of them.
        texts = [text if not np.ndim(value) else f"np.array({text})" for text, value in inputs]
    elif row.variadic:
        texts, arguments = [f"[{', '.join(texts)}]"], [arguments]
    code = f"gs.{row.name}({', '.join([*texts, *(f'{key}={text}' for key, text in params.items())])})"
    with np.errstate(all="ignore"):
        found = row(*arguments, **values)
    return Example(re.sub(r"(?<![\w.'])(inf|nan)\b", r"gs.\1", code), shown(found))


def shown(found: Any) -> str:
    """Results in one line: long arrays shortened, numbers rounded so that they are the same on every machine."""
    if isinstance(found, list | tuple):
        return ", ".join(shown(y) for y in found)
    if found is None:
        return "None"
    array = np.asarray(found)
    if array.dtype.kind in "fc":
        # Significant digits count from the largest element; adding 0 makes -0 a plain 0.
        large = int(np.log10(max(np.abs(array[np.isfinite(array)]).max(initial=0.0), 1.0)))
        array = np.round(array, min(6, max(0, 9 - large))) + np.zeros((), array.dtype)
    text = np.array2string(array, separator=", ", precision=6, threshold=12, edgeitems=2, suppress_small=True)
    return " ".join(text.split())


def _size(sample: Sample) -> int:
    return sum(np.size(x) for x in flatten([*sample.inputs]) if x is not None) + (0 if sample.smooth else 1000)


def _written(x: Any) -> tuple[str, Any] | None:
    """Code for an input and the value it stands for; small arrays as lists, large ones as a formula."""
    if x is None or isinstance(x, bool | int | str):
        return repr(x), x
    if isinstance(x, float | complex):
        plain = x.item() if isinstance(x, np.generic) else x
        return repr(plain), plain
    array = np.asarray(x)
    if array.size <= _LARGEST:
        value = np.round(array, 6) if array.dtype.kind in "fc" else array
        plain = np.array(value.tolist(), array.dtype)
        return repr(value.tolist()), plain if array.ndim else value.item()
    if array.dtype.kind != "f":
        return None
    return f"np.linspace(-1.0, 1.0, {array.size}).reshape{array.shape}", np.linspace(-1.0, 1.0, array.size).reshape(
        array.shape
    )


_LARGEST = 12


def _parameter(value: Any) -> str | None:
    """Code for a parameter; None for what cannot be written down."""
    if isinstance(value, np.dtype | type):
        return f"np.{np.dtype(value).name}"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})" if value.size <= _LARGEST else None
    if isinstance(value, tuple | list):
        parts = [_parameter(v) for v in value]
        if any(part is None for part in parts):
            return None
        return f"({', '.join(str(part) for part in parts)}{',' * (len(parts) == 1)})"
    if value is None or value is Ellipsis or isinstance(value, bool | int | float | complex | str | np.number):
        return repr(value.item() if isinstance(value, np.number) else value) if value is not Ellipsis else "..."
    if isinstance(value, slice):
        return f"slice({value.start}, {value.stop}, {value.step})"
    return None
