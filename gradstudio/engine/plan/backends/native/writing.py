"""Writing instructions: those of one function after the other, and those of a loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradstudio.engine.plan.backends.native import static
from gradstudio.engine.plan.backends.native.instructions import (
    Fold,
    Instruction,
    Look,
    Move,
    OnNumbers,
    OnVectors,
    Product,
)
from gradstudio.engine.plan.backends.native.kernels import Key
from gradstudio.engine.plan.backends.native.lanes import Lanes
from gradstudio.engine.plan.backends.native.loops import At, Before, Here, Loop, Operand
from gradstudio.engine.plan.backends.native.rows import ROWS, converted
from gradstudio.engine.plan.program import Constant

if TYPE_CHECKING:
    from gradstudio.engine.plan.backends.native.assembly import Assembled


def key_of(instruction: Instruction) -> Key | None:
    """The function that an instruction calls."""
    if type(instruction) is OnVectors:
        return instruction.expression, instruction.size
    if type(instruction) is Product:
        return ("product", instruction.m, instruction.k), instruction.n
    if type(instruction) is OnNumbers and not ROWS[instruction.row].is_light:
        return (instruction.row, *[("s", k) for k in range(len(instruction.inputs))]), 0
    return None


class Writer:
    """Writes a function of instructions that run once, one after the other."""

    def __init__(self, whole: Assembled, needs: set[str]) -> None:
        self._whole = whole
        self._lines: list[str] = []
        self._f = Lanes(1, self._lines, needs)
        self._known: dict[int, tuple[str, str]] = {}  # numbers in registers, and their kind

    def text(self, name: str, instructions: Sequence[Instruction]) -> str:
        """The function: it gives 0, or the place of a guard that does not hold."""
        for instruction in instructions:
            _WRITERS[type(instruction)](self, instruction)
        return "\n".join([f"define internal i32 @{name}() {{", *self._lines, "ret i32 0\n}"])

    # operands, by their slot in the instruction

    def _number(self, instruction: Instruction, slot: int) -> tuple[str, str]:
        n = instruction.inputs[slot]
        known = self._known.get(n)
        if known is None:
            known = self._known[n] = self._constant(n) or (self._loaded(self._whole.pointer(n)), "f")
        return known

    def _constant(self, n: int) -> tuple[str, str] | None:
        values = self._whole.values
        origin = values[n].origin if n < len(values) else None
        return (self._f.number(float(origin.value)), "f") if type(origin) is Constant else None

    def _loaded(self, pointer: str) -> str:
        return self._f.say(f"load double, {pointer}")

    def _pointer(self, instruction: Instruction, slot: int) -> str:
        return self._whole.pointer(instruction.inputs[slot])

    def _target(self, instruction: Any) -> str:
        return self._whole.pointer(instruction.out)

    def _keep(self, instruction: OnNumbers, name: str, kind: str) -> None:
        """A number is known."""
        self._known[instruction.out] = name, kind
        if instruction.out in self._whole.code.sizes:
            self._lines.append(f"store double {converted(self._f, name, kind, 'f')}, {self._target(instruction)}")

    # instructions

    def _on_numbers(self, instruction: OnNumbers) -> None:
        row, f = ROWS[instruction.row], self._f
        given = [converted(f, *self._number(instruction, slot), kind) for slot, kind in enumerate(row.takes)]
        self._keep(instruction, self._result(instruction, given), row.gives)

    def _result(self, instruction: OnNumbers, given: Sequence[str]) -> str:
        key = key_of(instruction)
        if key is None:
            return ROWS[instruction.row].write(self._f, *given)
        address = self._whole.kernels[key].address
        return self._f.say(f"call double inttoptr (i64 {address} to ptr)({', '.join([f'double {x}' for x in given])})")

    def _call(self, address: int, instruction: Any, slots: Sequence[int], *more: str) -> None:
        given = [self._target(instruction), *[self._pointer(instruction, slot) for slot in slots], *more]
        self._lines.append(f"call void inttoptr (i64 {address} to ptr)({', '.join(given)})")

    def _on_vectors(self, instruction: OnVectors | Product) -> None:
        key = key_of(instruction)
        assert key is not None
        self._call(self._whole.kernels[key].address, instruction, range(len(instruction.inputs)))

    def _move(self, instruction: Move) -> None:
        address, table = static.address("move"), self._whole.table
        for slot, pairs in enumerate(instruction.tables):
            if len(pairs):
                self._call(address, instruction, [slot], table(pairs), f"i64 {len(pairs)}")
        if instruction.zeros is not None:
            count = f"i64 {len(instruction.zeros)}"
            self._call(address, instruction, [], self._whole.zero(), table(instruction.zeros), count)

    def _fold(self, instruction: Fold) -> None:
        count, length = instruction.table.shape
        table = self._whole.table(instruction.table)
        self._call(static.address(instruction.row), instruction, [0], table, f"i64 {count}", f"i64 {length}")

    def _look(self, instruction: Look) -> None:
        guard, f = instruction.guard, self._f
        value, kind = self._number(instruction, 0)
        if guard.kind == "bool":
            holds = converted(f, value, kind, "b")
            holds = holds if guard.expected else f.inverse(holds)
        else:
            value, expected = converted(f, value, kind, "f"), float(guard.expected)
            if guard.kind == "int":
                value = f.intrinsic("trunc", value)
            is_nan = expected != expected
            holds = f.compare("uno", value, value) if is_nan else f.compare("oeq", value, f.number(expected))
        guards = self._whole.guards
        guards.append(instruction)
        place = len(guards)
        self._lines.append(f"br i1 {holds}, label %y{place}, label %n{place}\nn{place}:\nret i32 {place}\ny{place}:")


_WRITERS: Mapping[type, Callable[[Any, Any], None]] = {
    OnNumbers: Writer._on_numbers,
    OnVectors: Writer._on_vectors,
    Move: Writer._move,
    Fold: Writer._fold,
    Product: Writer._on_vectors,
    Look: Writer._look,
}


class LoopWriter(Writer):
    """Writes a loop: what its first turn does, with operands that move on."""

    def __init__(self, whole: Assembled, loop: Loop, needs: set[str]) -> None:
        super().__init__(whole, needs)
        self._loop = loop
        parts = whole.code.instructions
        self._turn = parts[loop.start : loop.start + loop.period]
        self._next = parts[loop.start + loop.period : loop.start + 2 * loop.period]
        self._place = {id(instruction): j for j, instruction in enumerate(self._turn)}
        self._results: dict[int, tuple[str, str]] = {}  # instruction -> the number that it made in this turn
        self._passed: dict[tuple[Before, str], str] = {}  # what comes from the turn before, and in which form
        self._entry: list[str] = []

    def text(self, name: str, instructions: Sequence[Instruction] = ()) -> str:
        """The function, which gives nothing."""
        for instruction in self._turn:
            _WRITERS[type(instruction)](self, instruction)
        joined = [self._joined(operand, form, name) for (operand, form), name in self._passed.items()]
        return "\n".join(
            [
                f"define void @{name}() {{\nbegin:",
                *self._entry,
                "br label %head\nhead:\n%i = phi i64 [ 0, %begin ], [ %j, %next ]",
                *joined,
                *self._lines,
                f"br label %next\nnext:\n%j = add i64 %i, 1\n%more = icmp ult i64 %j, {self._loop.count}",
                "br i1 %more, label %head, label %end\nend:\nret void\n}",
            ]
        )

    def _joined(self, operand: Before, form: str, name: str) -> str:
        """A value that each turn hands on to the next."""
        first = self._whole.pointer(operand.first)
        if form == "ptr":
            again = self._shifted(self._target(self._turn[operand.j]), operand.start)
            return f"{name} = phi ptr [ {first.removeprefix('ptr ')}, %begin ], [ {again.removeprefix('ptr ')}, %next ]"
        self._entry.append(f"{name}.first = load double, {first}")
        again = converted(self._f, *self._results[operand.j], "f")
        return f"{name} = phi double [ {name}.first, %begin ], [ {again}, %next ]"

    def _operand(self, instruction: Instruction, slot: int) -> Operand:
        return self._loop.operands[self._place[id(instruction)]][slot]

    def _number(self, instruction: Instruction, slot: int) -> tuple[str, str]:
        operand = self._operand(instruction, slot)
        if type(operand) is At:
            constant = self._constant(operand.first)
            if constant is not None:
                return constant
        elif type(operand) is Here and operand.j in self._results:
            return self._results[operand.j]
        elif type(operand) is Before and type(self._turn[operand.j]) is OnNumbers:
            return self._passed.setdefault((operand, "double"), f"%v{len(self._passed)}"), "f"
        return self._loaded(self._pointer(instruction, slot)), "f"

    def _pointer(self, instruction: Instruction, slot: int) -> str:
        operand = self._operand(instruction, slot)
        if type(operand) is At:
            return self._moving(operand.first, operand.second)
        if type(operand) is Here:
            return self._shifted(self._target(self._turn[operand.j]), operand.start)
        assert type(operand) is Before
        return f"ptr {self._passed.setdefault((operand, 'ptr'), f'%v{len(self._passed)}')}"

    def _target(self, instruction: Any) -> str:
        return self._moving(instruction.out, self._next[self._place[id(instruction)]].out)  # type: ignore[union-attr]

    def _moving(self, first: int, second: int) -> str:
        """The address of what is elsewhere in each turn, at equal distances."""
        step = self._whole.cell(second) - self._whole.cell(first)
        if not step:
            return self._whole.pointer(first)
        cells = self._f.say(f"mul i64 %i, {step}")
        return f"ptr {self._f.say(f'getelementptr double, {self._whole.pointer(first)}, i64 {cells}')}"

    def _shifted(self, pointer: str, start: int) -> str:
        return pointer if not start else f"ptr {self._f.say(f'getelementptr double, {pointer}, i64 {start}')}"

    def _keep(self, instruction: OnNumbers, name: str, kind: str) -> None:
        self._results[self._place[id(instruction)]] = name, kind
        super()._keep(instruction, name, kind)

    def _result(self, instruction: OnNumbers, given: Sequence[str]) -> str:
        """Nothing is called: the loop is compiled well, and once."""
        return ROWS[instruction.row].write(self._f, *given)
