"""The guards that rewritten programs call: `_gs_name(...)`, `_gs_each(...)`, `_gs_attr(...)` and so on.

They stand in the way of every loop pass, call and product, so each first asks what is nearly always the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from operator import ilshift, imatmul, imod, imul, ipow, itemgetter
from typing import Any, ClassVar

import numpy as np

from gradstudio.engine.creation import constant
from gradstudio.engine.mending import mend
from gradstudio.engine.opening import Open
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable
from gradstudio.language import limits
from gradstudio.language.attributes import readable
from gradstudio.language.facade import Facade
from gradstudio.language.guarded_errors import TooLongError, TooManyBitsError
from gradstudio.language.iterators import UNCHAINED
from gradstudio.language.limits import LimitReached
from gradstudio.language.long_calls import CALLS
from gradstudio.language.plain_numbers import check_plain
from gradstudio.language.rules import MATMUL, ask
from gradstudio.language.shown import Bounded, is_short, shown
from gradstudio.language.sizes import Room
from gradstudio.language.texts import is_modest

_SHOWN = frozenset([Tensor, Variable, IndexedSlices, np.ndarray, Open])
"""Kinds of values whose names the picture shows."""
_HOLDERS = frozenset([list, tuple, dict])
_NAMED = _SHOWN | _HOLDERS
_MOST_NAMED = 64
"""Elements of a list up to which each gets a name from it: W[0], W[1] ..."""
_MOST_BLANKS = 1000
_FIRST = 16
_BLOCK = 1000
"""Steps that a loop takes from the budget at a time."""
_NO_SEQUENCE = frozenset([float, Tensor, np.float64])
"""What makes no long sequence and no huge integer of anything it meets."""
_LARGE_PRODUCT = 100_000_000
"""Elements of two matrices, one number times the other, up to which nothing has to be asked of their product."""
_IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "mul": imul,
    "pow": ipow,
    "shift": ilshift,
    "mod": imod,
    "matmul": imatmul,
}
_GUARDS = (
    "open close caught each turns count name input blank module attr string text imul change mul pow shift mod "
    "matmul".split()
)


class Guards:
    """One run's guards."""

    present: ClassVar[Guards | None] = None
    """Those of the run under way."""

    def __init__(
        self,
        recorder: Recorder,
        modules: dict[str, Facade],
        steps: int,
        tape: GradientTape | None,
        dtype: Any,
        lists: bool = True,
        room: Room | None = None,
    ) -> None:
        self._recorder = recorder
        self._modules = modules
        self._left = steps
        self._steps = steps
        # Line of a loop or comprehension -> how often it has run, to a block or so.
        self.passes: defaultdict[int, int] = defaultdict(int)
        self._tape = tape  # the implicit tape of a formula
        self._dtype = dtype
        self._room = room or Room()
        self._lists = lists  # whether a list of floats at the top of a formula is a vector
        self.inputs: list[Tensor] = []
        self.whole_numbers: list[str] = []  # names of integer inputs of a formula
        self.blanks: list[Open] = []  # the first open values the program wrote

    def busiest(self) -> tuple[int, int]:
        """The line whose loop has run most passes so far, and how many; (0, 0) if there was none. For any thread."""
        return max(self.passes.copy().items(), key=itemgetter(1), default=(0, 0))

    def where(self) -> str:
        """Where most of the steps went, to be added to the message of a limit; "" where no loop stands out."""
        line, times = self.busiest()
        return f": line {line} had run {times:,} times" if times > 1 and 2 * times >= self._steps - self._left else ""

    def names(self) -> dict[str, Any]:
        """What rewrite.py writes, and what stands behind it."""
        guards = {f"_gs_{name}": getattr(self, name) for name in _GUARDS}
        kinds = {f"_gs_{name}": kind for name, kind in UNCHAINED.items()}
        calls = {f"_gs_{name}": function for name, function in CALLS.items()}
        return {"_gs_type": type, "_gs_slice": slice, "_gs_kinds": _NAMED, **kinds, **calls, **guards}

    # scopes and steps

    def open(self, kind: str, name: str, line: int) -> int:
        """A loop or call begins."""
        if kind == "call":
            self._left -= 1
            if self._left < 0:
                self._stop()
        return self._recorder.enter(kind, name, line)

    def close(self, depth: int) -> None:
        """It ends, however it does."""
        self._recorder.leave(depth)

    def caught(self) -> None:
        """The program goes on after an error."""
        mend(self._recorder)

    def each(self, depth: int, items: Iterable[Any], line: int) -> Iterator[Any]:
        """The turns of a for loop in a line; taking an item belongs to the pass that it is for."""
        iterator = iter(items)
        turn = self._recorder.turn
        if self._left < 0:
            self._stop()
        left = unpaid = _FIRST
        turn(depth)
        try:
            for item in iterator:
                if not left:
                    left, unpaid = self._block(line, unpaid), 0
                left -= 1
                yield item
                turn(depth)
        finally:
            if left != unpaid:
                self._left += left - unpaid
                self.passes[line] += unpaid - left

    def turns(self, depth: int, line: int) -> Callable[[], bool]:
        """What a while loop calls for each turn; its condition is evaluated in it."""
        return self.each(depth, repeat(True), line).__next__

    def count(self, items: Iterable[Any], line: int) -> Iterator[Any]:
        """The items of a comprehension in a line."""
        if self._left < 0:
            self._stop()
        left = unpaid = _FIRST
        try:
            for item in items:
                if not left:
                    left, unpaid = self._block(line, unpaid), 0
                left -= 1
                yield item
        finally:
            if left != unpaid:
                self._left += left - unpaid
                self.passes[line] += unpaid - left

    # A loop pays for its first steps when it ends, and takes more from the budget in blocks, so that a pass costs no
    # more than counting a local number down. What is taken counts as passes of its line at once: so another thread can
    # read how often a line has run.

    def _block(self, line: int, unpaid: int) -> int:
        """Take more steps, and pay the first ones. Raises LimitReached where the budget is empty."""
        block = min(self._left - unpaid, _BLOCK)
        if block <= 0:
            self._stop()
        self._left -= unpaid + block
        self.passes[line] += unpaid + block
        return block

    def _stop(self) -> None:
        raise LimitReached(f"stopped after {self._steps:,} loop passes and calls")

    # names

    def name(self, name: str, value: Any) -> Any:
        """A variable receives a value; the elements of a list, tuple or dict are called after it."""
        kind = type(value)
        if kind in _SHOWN:
            self._recorder.assigned(name, value)
        elif kind in _HOLDERS and len(value) <= _MOST_NAMED:
            for key, element in value.items() if kind is dict else enumerate(value):
                if type(element) in _SHOWN and type(key) in (int, str):
                    self._recorder.assigned(f"{name}[{key!r:.40}]", element)
        return value

    def input(self, name: str, value: Any) -> Any:
        """A variable at the top of a formula receives a value: plain floating numbers become inputs of the tape."""
        if type(value) is float or (_is_floating(value) and (self._lists or type(value) is not list)):
            value = constant(value, self._dtype)
        elif type(value) is int:
            self.whole_numbers.append(name)
        if isinstance(value, Tensor) and value.dtype.kind in "fc" and self._tape is not None and value.token is None:
            # Whatever depends on no input yet is one itself: a number, an array, ones((3, 3)) * 2.
            self._tape.watch(value)
            self.inputs.append(value)
        return self.name(name, value)

    def blank(self, line: int, column: int, end_line: int, end_column: int) -> Open:
        """`...` where a value belongs. The span's columns count UTF-8 bytes."""
        found = Open((line, column, end_line, end_column))
        if len(self.blanks) < _MOST_BLANKS:
            self.blanks.append(found)
        return found

    # attributes, modules, sizes

    def module(self, name: str) -> Facade:
        """What an import gives."""
        return self._modules[name]

    def attr(self, owner: Any, name: str) -> Any:
        """owner.name, if that may be read."""
        return owner.member(name) if type(owner) is Facade else readable(owner, name)

    def string(self, function: Any, value: Any) -> Any:
        """str(value), bounded; the program may have given the name str to something else."""
        return shown(value, top=True) if function is str else function(value)

    def text(self, value: Any, conversion: int) -> Any:
        """What an f-string formats; containers and errors as bounded text. conversion: ord of r, s, a, or -1."""
        if conversion == ord("r"):
            return shown(value)
        if conversion == ord("a"):
            return ascii(shown(value))[1:-1]
        return shown(value, top=True) if conversion == ord("s") or not is_short(value) else value

    def imul(self, a: Any, b: Any) -> Any:
        """a *= b."""
        return a * b if type(a) in _NO_SEQUENCE else self.change("mul", a, b)

    def change(self, operation: str, a: Any, b: Any) -> Any:
        """a *= b, a **= b, a <<= b or a %= b: an array or list is changed in place, as Python does it."""
        if type(a) is np.ndarray:
            check_plain(a, b)
            return _IN_PLACE[operation](a, b)
        result = getattr(self, operation)(a, b)
        if type(a) is list and type(result) is list:
            a[:] = result
            return a
        return result

    def mul(self, a: Any, b: Any) -> Any:
        """a * b without building huge integers or sequences."""
        if type(a) not in _NO_SEQUENCE and type(b) not in _NO_SEQUENCE:
            if type(a) is np.ndarray or type(b) is np.ndarray:
                check_plain(a, b)
            for sequence, times in ((a, b), (b, a)) if type(a) is not int or type(b) is not int else ():
                countable = isinstance(sequence, str | list | tuple) and isinstance(times, int | np.integer)
                if countable and len(sequence) * times > limits.LENGTH:
                    raise TooLongError(
                        f"the result would have {len(sequence) * times:,} items; the limit is {limits.LENGTH:,}"
                    )
            if isinstance(a, int) and isinstance(b, int) and a.bit_length() + b.bit_length() > limits.INT_BITS:
                raise TooManyBitsError(f"the integer would have more than {limits.INT_BITS:,} bits; use floats")
        return a * b

    def pow(self, a: Any, b: Any) -> Any:
        """a ** b without building huge integers."""
        if type(a) in _NO_SEQUENCE:
            return a**b
        if type(a) is np.ndarray or type(b) is np.ndarray:
            check_plain(a, b)
        if isinstance(a, int) and isinstance(b, int) and b > 0 and a.bit_length() * b > limits.INT_BITS:
            raise TooManyBitsError(f"the integer would have more than {limits.INT_BITS:,} bits; use floats")
        return a**b

    def shift(self, a: Any, b: Any) -> Any:
        """a << b without building huge integers."""
        if isinstance(a, int) and isinstance(b, int) and b > 0 and a.bit_length() + b > limits.INT_BITS:
            raise TooManyBitsError(f"the integer would have more than {limits.INT_BITS:,} bits")
        return a << b

    def mod(self, a: Any, b: Any) -> Any:
        """a % b; text formatting only with written-out, modest widths."""
        if type(a) not in _NO_SEQUENCE and isinstance(a, str):
            if not is_modest(a):
                raise TooLongError(f"the width in a format is a written number, at most {limits.FORMAT_WIDTH}")
            parts = b.values() if isinstance(b, dict) else b if isinstance(b, tuple) else (b,)
            short = tuple(p if is_short(p) else Bounded(p) for p in parts)
            return a % (dict(zip(b, short, strict=True)) if isinstance(b, dict) else short)
        return a % b

    def matmul(self, a: Any, b: Any) -> Any:
        """a @ b, unless it is more than a run can do; a small product cannot be."""
        if _count(a) * _count(b) >= _LARGE_PRODUCT:
            ask(MATMUL, self._room, "the product", (a, b), {})
        return a @ b


def _count(x: Any) -> int:
    """How many elements; 1 for what is no array, and many where there are none but the other axes may be long."""
    value = x.value if type(x) is Tensor else x
    return value.size or _LARGE_PRODUCT if type(value) is np.ndarray or type(value) is Variable else 1


def busiest() -> tuple[int, int]:
    """Guards.busiest() of the run under way, for a thread that looks on; (0, 0) if nothing runs."""
    guards = Guards.present
    return (0, 0) if guards is None else guards.busiest()


def _is_floating(value: Any) -> bool:
    """Whether a value is an array of floats, or a list that writes one: [1.0, 2.0], [[1.0, 0.5], [2, 3]]."""
    if isinstance(value, np.ndarray | np.floating):
        return value.dtype.kind == "f"
    if type(value) is not list or not value or len(value) > limits.LENGTH:
        return False
    if all(type(row) is list for row in value):
        lengths = {len(row) for row in value}
        return (
            len(lengths) == 1
            and lengths != {0}
            and all(type(x) in (int, float) for row in value for x in row)
            and any(type(x) is float for row in value for x in row)
        )
    return all(type(x) in (int, float) for x in value) and any(type(x) is float for x in value)
