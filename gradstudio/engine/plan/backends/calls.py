"""The text of one call: of a ufunc, of a method of arrays that does the same as a row, or of the row's own function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

import numpy as np

from gradstudio.engine import blas
from gradstudio.engine.plan.backends.convolutions import is_convolution, kernel
from gradstudio.engine.plan.backends.faster import INTO, clip
from gradstudio.engine.plan.backends.source import Source
from gradstudio.engine.plan.backends.sums import REDUCTIONS, Sums
from gradstudio.engine.plan.program import NONE, Constant, Form, Step, Value
from gradstudio.engine.plan.ufuncs import UFUNCS, Ufunc
from gradstudio.engine.tensor import clean

_WIDE = frozenset("d")
_FLOATS = ("f", "d")
_MOST = 1 << 53
"""Whole numbers below it are floats without loss."""
_NAMED = (np.maximum, np.minimum)
"""Ufuncs that want their result named: others find it faster by its place."""
_CERTAIN = frozenset(["elementwise", "along axis", "along one axis", "to shape", "swapped", "joined"])


class Calls:
    """Writes calls for a source; operand gives the text of a numbered value."""

    def __init__(
        self,
        source: Source,
        values: Sequence[Value],
        operand: Callable[[int], str],
        is_part: bool = False,
        is_flat: bool = False,  # they have that axis only
    ) -> None:
        self._source = source
        self._values = values
        self._operand = operand
        self._is_part = is_part  # arrays are parts of what the values describe, cut along the first axis
        self._sums = Sums(source, is_part, is_flat)
        self._numbers: dict[tuple[str, str], np.ndarray] = {}  # by number and dtype

    def wide(self, number: int) -> str:
        """An operand as NumPy has to see it: float64 scalars do not give way to other dtypes as Python floats do."""
        value = self._values[number] if number != NONE else None
        if value is None or value.form not in (Form.FLOAT, Form.SCALAR):
            return self._operand(number)
        if type(value.origin) is Constant:
            return self._source.bind("c", value.origin.value)
        text = self._operand(number)
        if value.form is Form.FLOAT:
            return f"{self._source.bind('float64', np.float64)}({text})"
        return f"{self._source.bind('bool_', np.bool_)}({text})" if value.dtype.kind == "b" else text

    def _in_ufunc(self, numbers: Sequence[int]) -> list[str]:
        """Operands of a ufunc: Python floats will do where everything else is float64."""
        dtypes = {self._values[n].dtype.char for n in numbers if self._values[n].form is not Form.NUMBER}
        narrow = dtypes <= _WIDE
        char = next(iter(dtypes)) if len(dtypes) == 1 else ""
        return [self._ready(n, char) or (self._operand(n) if narrow else self.wide(n)) for n in numbers]

    def _ready(self, number: int, char: str) -> str | None:
        """A number of the program that meets arrays of one float dtype, as an array without axes: NumPy makes one of a
        Python float in every call, which takes as long as an op on a short array.
        """
        value = self._values[number]
        held = value.origin.value if type(value.origin) is Constant else None
        is_weak = value.form is Form.NUMBER and (type(held) is float or (type(held) is int and abs(held) < _MOST))
        if held is None or char not in _FLOATS or not (is_weak or (value.form is Form.FLOAT and char in _WIDE)):
            return None
        return self._number(held, char)

    def _number(self, number: float, char: str) -> str:
        """The name of an array without axes that holds a number."""
        key = (float(number).hex(), char)
        if key not in self._numbers:
            with np.errstate(all="ignore"):
                self._numbers[key] = np.array(number, char)
        return self._source.bind(_named(number), self._numbers[key])

    def into(self, step: Step, out: str) -> str:
        """A call that puts its result into `out` and gives it; "None": into a new array."""
        if step.row.name == "matmul":
            x, y = [self._operand(n) for n in step.inputs]
            return f"{self._source.bind('matmul', blas.matmul)}({x}, {y}{'' if out == 'None' else f', {out}'})"
        if step.row.name in REDUCTIONS:
            return self.reduced(step, out)
        if is_convolution(step, self._values):
            x, y = [self._operand(n) for n in step.inputs]
            first, second = step.inputs
            values = (self._values[first], self._values[second], self._values[step.out])
            return f"{self._source.bind(step.row.name, kernel(step, values))}({x}, {y}, {out})"
        if step.row.name in INTO:
            texts = [self.wide(n) for n in step.inputs]
            return f"{self._source.bind(step.row.name, INTO[step.row.name])}({', '.join([*texts, out])})"
        ufunc = UFUNCS[step.row.name]
        ready = iter(self._in_ufunc([step.inputs[i] for i in ufunc.operands if type(i) is int]))
        char = self._values[step.out].dtype.char
        texts = [
            next(ready) if type(i) is int else self._number(float(i), char) if char in _FLOATS else str(i)
            for i in ufunc.operands
        ]
        if ufunc.ufunc in _NAMED and self._is_bound(step, ufunc):
            bounds = [texts[1], self._number(inf, self._values[step.out].dtype.char)]
            if ufunc.ufunc is np.minimum:
                bounds = [self._number(-inf, self._values[step.out].dtype.char), texts[1]]
            return f"{self._source.bind('clip', clip)}({texts[0]}, {', '.join(bounds)}, {out})"
        more = [] if out == "None" else [f"out={out}" if ufunc.ufunc in _NAMED else out]
        return f"{self._source.bind(step.row.name, ufunc.ufunc)}({', '.join([*texts, *more])})"

    def _is_bound(self, step: Step, ufunc: Ufunc) -> bool:
        """Whether it limits many floats by one number."""
        x, out = self._values[step.inputs[0]], self._values[step.out]
        limits = [self._values[step.inputs[i]].form if type(i) is int else Form.NUMBER for i in ufunc.operands]
        return out.dtype.char in "fd" and x.dtype == out.dtype and limits == [Form.ARRAY, Form.NUMBER]

    def reduced(self, step: Step, out: str) -> str:
        """A sum or extreme over axes of an array."""
        x = step.inputs[0]
        return self._sums.text(step, self._values[x], self._operand(x), self._values[step.out].shape, out)

    def settled(self, step: Step) -> str:
        """A call whose result is in the form that the value has."""
        short = _SHORT.get(step.row.name)
        text = None
        if short is not None and self._values[step.inputs[0]].form is Form.ARRAY:
            text = short(self, step)
        return self.converted(step.out, text or self.forward(step))

    def converted(self, number: int, text: str) -> str:
        """A result in the form that the value has."""
        form = self._values[number].form
        if form is Form.FLOAT:
            return f"float({text})"
        return f"{self._source.bind('scalar', scalar)}({text})" if form is Form.SCALAR else text

    def forward(self, step: Step) -> str:
        """The row's own function."""
        words = [self._source.bind("np", np), *[self.wide(n) for n in step.inputs]]
        words += [f"{name}={self._source.literal(v)}" for name, v in step.params.items()]
        return f"{self._source.bind(step.row.name, step.row.forward)}({', '.join(words)})"

    def is_certain(self, step: Step) -> bool:
        """Whether shape and dtype of a result follow from those of the inputs, whatever their values are."""
        if step.row.name == "where" and NONE in step.inputs:
            return False
        if step.row.name == "getitem":
            return len(step.inputs) == 1
        return step.row.batch in _CERTAIN or step.row.name in ("matmul", "transpose", "squeeze", "concatenate")

    # the same with less on the way; None where the row's own function is needed

    def _reshaped(self, step: Step) -> str:
        shape = self._values[step.out].shape
        return f"{self._operand(step.inputs[0])}.reshape({(-1, *shape[1:]) if self._is_part else shape!r})"

    def _repeated(self, step: Step) -> str | None:
        if not self._is_part:
            return None
        x, rest = self._operand(step.inputs[0]), self._values[step.out].shape[1:]
        return f"{self._source.bind('broadcast_to', np.broadcast_to)}({x}, ({x}.shape[0], *{rest!r}))"

    def _turned(self, step: Step) -> str | None:
        if step.params.get("conjugate"):
            return None
        axes = step.params.get("axes")
        x = self._operand(step.inputs[0])
        return f"{x}.T" if axes is None else f"{x}.transpose({tuple(int(a) for a in axes)!r})"

    def _swapped(self, step: Step) -> str:
        return f"{self._operand(step.inputs[0])}.swapaxes({int(step.params['axis1'])}, {int(step.params['axis2'])})"

    def _item(self, step: Step) -> str | None:
        if len(step.inputs) > 1:
            return None
        return f"{self._operand(step.inputs[0])}[{self._source.literal(step.params['key'])}]"

    def _total(self, step: Step) -> str | None:
        return None if step.params.get("dtype") else self.into(step, "None")

    def _cast(self, step: Step) -> str | None:
        if self._values[step.inputs[0]].dtype.kind == "c":
            return None
        return f"{self._operand(step.inputs[0])}.astype({self._source.bind('dtype', self._values[step.out].dtype)})"

    def _chosen(self, step: Step) -> str | None:
        if NONE in step.inputs:
            return None
        return f"{self._source.bind('where', np.where)}({', '.join([self.wide(n) for n in step.inputs])})"


def _named(number: float) -> str:
    """A name that says which number it is: k0_5 for 0.5."""
    text = repr(float(number)).replace("-", "_minus_").replace("+", "").replace(".", "_")
    return f"k{text}"


def scalar(x: Any) -> Any:
    """A result without axes as tensors keep it."""
    return x[()] if type(x) is np.ndarray else x if isinstance(x, np.generic) else clean(x)


_SHORT: Mapping[str, Callable[[Calls, Step], str | None]] = {
    "reshape": Calls._reshaped,
    "expand_dims": Calls._reshaped,
    "squeeze": Calls._reshaped,
    "broadcast_to": Calls._repeated,
    "transpose": Calls._turned,
    "swapaxes": Calls._swapped,
    "getitem": Calls._item,
    **dict.fromkeys(REDUCTIONS, Calls._total),
    "cast": Calls._cast,
    "where": Calls._chosen,
}
