"""The normal distribution function of long arrays as arithmetic, which shares its exponential with its own derivative.

For a = |x|, the probability below -a is exp(-a²/2) P(a) / Q(a). The quotient of polynomials was fitted to the function
in 60 digits, for the least largest relative error. All coefficients are positive, so nothing cancels. What errors there
are far out come from the rounding of a², as in every method that starts with it: a²/2 units of rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradstudio.engine.plan.backends import stretches
from gradstudio.engine.plan.program import Form, Item, Program, Step, Value
from gradstudio.engine.primitive import TABLE


@dataclass(frozen=True, slots=True)
class Quotient:
    """P(a) / Q(a) for 0 <= a <= most; beyond, exp(-a²/2) is 0. The coefficients stand with the lowest power first."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    most: float


QUOTIENTS: Mapping[str, Quotient] = {
    "f": Quotient(
        (0.5000000025129469, 0.43673423212012025, 0.1820677455459891, 0.04023652894349622, 0.00405655976607357),
        (
            1.0,
            1.6713533909645122,
            1.1976783061844525,
            0.4663862279940578,
            0.10086495268251625,
            0.010168155961924157,
        ),
        15.0,
    ),
    "d": Quotient(
        (
            0.5,
            0.7755000306859551,
            0.5949541864155597,
            0.2899816342838745,
            0.09799086495708853,
            0.023711555716807022,
            0.004108259592668552,
            0.0004931595133194326,
            3.7503441449830815e-05,
            1.3968147400460805e-06,
        ),
        (
            1.0,
            2.348884622174765,
            2.5640471479719746,
            1.717296110281233,
            0.7838751337228194,
            0.2557365267708911,
            0.06066522139044902,
            0.01039188683066599,
            0.001239668875497987,
            9.400718673214098e-05,
            3.50129532183026e-06,
        ),
        40.0,
    ),
}
"""Code of a dtype -> a quotient with errors of 6e-9 and 6e-17."""


_SLOPE = 1e30
"""Makes any number that counts larger than 1."""


def split_normal(program: Program) -> None:
    """Replace ndtr of long arrays by steps of ufuncs."""
    kept: list[Item] = []
    for item in program.body:
        if type(item) is Step and item.row.name == "ndtr":
            x = program.values[item.inputs[0]]
            if x.form is Form.ARRAY and x.size >= stretches.LONG and x.dtype.char in QUOTIENTS:
                _Arithmetic(program, kept, x).replace(item)
        kept.append(item)
    program.body = kept


class _Arithmetic:
    """Appends steps on values like one array."""

    def __init__(self, program: Program, body: list[Item], like: Value) -> None:
        self._program = program
        self._body = body
        self._like = like

    def replace(self, step: Step) -> None:
        """The steps; the last one is the step itself, rewritten."""
        x, apply, number = step.inputs[0], self._apply, self._program.constant
        quotient = QUOTIENTS[self._like.dtype.char]
        a = apply("minimum", apply("abs", x), number(quotient.most))
        found = apply("divide", self._polynomial(a, quotient.upper), self._polynomial(a, quotient.lower))
        # The same steps as those of the derivative.
        found = apply("multiply", found, apply("exp", apply("multiply", number(-0.5), apply("multiply", x, x))))
        # Without a choice: the larger one of found and, for x above 0, 1 - found; for x so small that it makes no
        # difference, whatever lies between.
        rest = apply("subtract", number(1.0), found)
        step.row = TABLE["maximum"]
        step.inputs = (found, apply("minimum", rest, apply("multiply", x, number(_SLOPE))))

    def _polynomial(self, a: int, coefficients: tuple[float, ...]) -> int:
        number = self._program.constant
        total = self._apply("add", self._apply("multiply", a, number(coefficients[-1])), number(coefficients[-2]))
        for c in coefficients[-3::-1]:
            total = self._apply("add", self._apply("multiply", total, a), number(c))
        return total

    def _apply(self, name: str, *inputs: int) -> int:
        step = Step(TABLE[name], inputs, {}, -1)
        step.out = self._program.add(Value(step, Form.ARRAY, self._like.shape, self._like.dtype))
        self._body.append(step)
        return step.out
