"""Squared distances of all pairs of points, and what goes back through them, without an array of all differences."""

from __future__ import annotations

from collections.abc import Sequence

from gradstudio.engine.plan.backends import stretches
from gradstudio.engine.plan.passes.folding import number_in
from gradstudio.engine.plan.passes.own import own_row
from gradstudio.engine.plan.program import NONE, Form, Item, Program, Step, Value, reads
from gradstudio.engine.primitive import TABLE, Primitive

_FEWEST = 4
"""With fewer coordinates there is little to gain."""


_DISTANCES, _FIRST, _SECOND = [own_row(name) for name in ("squared_distances", "pulled_first", "pulled_second")]


def split_distances(program: Program) -> None:
    """Replace sum((x[n, 1, k] - y[1, m, k])^2) over the last axis, and sums of weighted differences, in float32."""
    found = [item for item in program.body if type(item) is Step and _are_differences(item, program.values)]
    if not found:
        return
    users: dict[int, list[Item | None]] = {n: [None] for n in program.outputs}
    for item in program.body:
        for n in set(reads(item)):
            users.setdefault(n, []).append(item)
    for step in found:
        pairs = _Pairs(program, users, step)
        if pairs.are_known():
            pairs.replace()


def _are_differences(step: Step, values: list[Value]) -> bool:
    """Whether a step makes the differences of all pairs of points."""
    if step.row.name != "subtract" or len(values[step.out].shape) != 3:
        return False
    x, y, out = [values[n] for n in (*step.inputs, step.out)]
    if any(v.form is not Form.ARRAY or v.dtype.char != "f" for v in (x, y, out)):
        return False
    n, m, k = out.shape
    if (x.shape, y.shape) != ((n, 1, k), (1, m, k)):
        return False
    return out.size >= stretches.LONG and k >= _FEWEST and min(n, m) > 1


class _Pairs:
    """The differences of all pairs of points, and what is made of them."""

    def __init__(self, program: Program, users: dict[int, list[Item | None]], difference: Step) -> None:
        self._program = program
        self._values = program.values
        self._users = users
        self._difference = difference
        self._total: Step | None = None
        self._sums: list[tuple[Step, int, float]] = []  # of weighted differences: the sum, its weights, and a factor

    def are_known(self) -> bool:
        """Whether nothing else is made of the differences than distances and weighted sums."""
        users = self._users.get(self._difference.out, ())
        rest = [user for user in users if not self._is_square(user)]
        return self._total is not None and self._know(rest)

    def _is_square(self, user: Item | None) -> bool:
        """Whether it is the square of the differences, and their sum is all that is made of it."""
        if type(user) is not Step or self._total is not None:
            return False
        if user.row.name != "square" and (user.row.name, set(user.inputs)) != ("multiply", {self._difference.out}):
            return False
        users = self._users.get(user.out, [])
        if len(users) == 1 and type(users[0]) is Step and _axis_of(users[0]) == 2:
            self._total = users[0]
        return self._total is not None

    def _know(self, users: Sequence[Item | None]) -> bool:
        """Whether sums over one of the points are all that is made of the differences besides, weighted before."""
        waiting = [(self._difference.out, user, NONE, 1.0) for user in users]
        while waiting:
            number, user, weights, factor = waiting.pop()
            if type(user) is not Step:
                return False
            if user.row.name == "sum" and _axis_of(user) in (0, 1) and weights != NONE:
                self._sums.append((user, weights, factor))
                continue
            others = [n for n in user.inputs if n != number]
            if user.row.name == "negative":
                factor = -factor
            elif user.row.name == "add" and not others:
                factor *= 2.0
            elif user.row.name != "multiply" or len(others) != 1:
                return False
            elif self._is_number(others[0]):
                factor *= float(number_in(self._values[others[0]]))
            elif weights == NONE and self._are_weights(others[0]):
                weights = others[0]
            else:
                return False
            waiting += [(user.out, more, weights, factor) for more in self._users.get(user.out, [None])]
        return True

    def _is_number(self, number: int) -> bool:
        return self._values[number].form is Form.NUMBER and type(number_in(self._values[number])) in (int, float)

    def _are_weights(self, number: int) -> bool:
        w, (n, m, _) = self._values[number], self._values[self._difference.out].shape
        return w.form is Form.ARRAY and w.dtype.char == "f" and w.shape == (n, m, 1)

    def replace(self) -> None:
        """Rewrite the sums; the steps before them are dropped with all that is not used."""
        x, y = self._difference.inputs
        n, m, k = self._values[self._difference.out].shape
        total = self._total
        assert total is not None
        made: dict[int, list[Step]] = {id(total): []}
        distances = self._apply(made[id(total)], _DISTANCES, (x, y), (n, m))
        _become_reshaped(total, distances, self._values)
        for step, weights, factor in self._sums:
            more = made[id(step)] = []
            w = self._flat(more, weights, (n, m))
            is_first = _axis_of(step) == 1
            row, shape = (_FIRST, (n, 1, k)) if is_first else (_SECOND, (1, m, k))
            found = self._apply(more, row, (w, x, y, distances), shape)
            if factor != 1.0:
                found = self._apply(more, TABLE["multiply"], (found, self._program.constant(factor)), shape)
            _become_reshaped(step, found, self._values)
        body: list[Item] = []
        for item in self._program.body:
            body += made.get(id(item), [])
            body.append(item)
        self._program.body = body

    def _flat(self, made: list[Step], weights: int, shape: tuple[int, ...]) -> int:
        """The weights as a matrix, which they mostly were before."""
        origin = self._values[weights].origin
        if type(origin) is Step and origin.row.name in ("reshape", "expand_dims"):
            before = self._values[origin.inputs[0]]
            if before.shape == shape and before.form is Form.ARRAY:
                return origin.inputs[0]
        return self._apply(made, TABLE["reshape"], (weights,), shape)

    def _apply(self, made: list[Step], row: Primitive, inputs: tuple[int, ...], shape: tuple[int, ...]) -> int:
        step = Step(row, inputs, {"shape": shape} if row.name == "reshape" else {}, -1)
        step.out = self._program.add(Value(step, Form.ARRAY, shape, self._values[self._difference.out].dtype))
        made.append(step)
        return step.out


def _become_reshaped(step: Step, number: int, values: list[Value]) -> None:
    step.row, step.inputs, step.params = TABLE["reshape"], (number,), {"shape": values[step.out].shape}


def _axis_of(item: Item | None) -> int | None:
    """The axis of three that a step sums over, None for any other step."""
    if type(item) is not Step or item.row.name != "sum" or item.params.get("dtype"):
        return None
    axis = item.params.get("axis")
    if isinstance(axis, tuple | list):
        axis = axis[0] if len(axis) == 1 else None
    return int(axis) % 3 if axis is not None else None
