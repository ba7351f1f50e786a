"""Functions that serve every program: moving elements and taking them together, by tables of positions."""

from __future__ import annotations

import math
from functools import cache

from gradstudio.engine.plan.backends.native.lanes import bits
from gradstudio.engine.plan.backends.native.llvm import Machine


def _loop(name: str, count: str, body: str, more: str = "") -> str:
    """for %name from 0 to count: body, which ends in the block %name.end; more: phi nodes of the loop."""
    return f"""br label %{name}.begin
{name}.begin:
br label %{name}.head
{name}.head:
%{name} = phi i64 [ 0, %{name}.begin ], [ %{name}.more, %{name}.end ]
{more}
{body}
br label %{name}.end
{name}.end:
%{name}.more = add i64 %{name}, 1
%{name}.test = icmp ult i64 %{name}.more, {count}
br i1 %{name}.test, label %{name}.head, label %{name}.after
{name}.after:
"""


def _cell(name: str, base: str, index: str) -> str:
    return f"%{name} = getelementptr double, ptr {base}, i64 {index}\n"


def _extreme(how: str) -> str:
    """The larger or smaller of two; a NaN stays."""
    return (
        f"%beyond = fcmp {how} double %value, %total\n%strange = fcmp uno double %value, %value\n"
        "%taken = or i1 %beyond, %strange\n%total.more = select i1 %taken, double %value, double %total"
    )


_MOVE = (
    "define void @move(ptr %out, ptr %x, ptr %table, i64 %count) {\n"
    + _loop(
        "i",
        "%count",
        "%pair = getelementptr [2 x i64], ptr %table, i64 %i\n%to = load i64, ptr %pair\n"
        "%second = getelementptr i64, ptr %pair, i64 1\n%from = load i64, ptr %second\n"
        + _cell("source", "%x", "%from")
        + _cell("target", "%out", "%to")
        + "%value = load double, ptr %source\nstore double %value, ptr %target",
    )
    + "ret void\n}"
)
_FOLDS = {
    "sum": (-0.0, "%total.more = fadd double %total, %value"),
    "prod": (1.0, "%total.more = fmul double %total, %value"),
    "max": (-math.inf, _extreme("ogt")),
    "min": (math.inf, _extreme("olt")),
}
"""Name -> with what it starts, and how the next value comes to it."""


def _fold(name: str) -> str:
    start, step = _FOLDS[name]
    return (
        f"define void @{name}(ptr %out, ptr %x, ptr %table, i64 %count, i64 %length) {{\n"
        + _loop(
            "i",
            "%count",
            "%row = mul i64 %i, %length\n"
            + _loop(
                "k",
                "%length",
                "%place = add i64 %row, %k\n%entry = getelementptr i64, ptr %table, i64 %place\n"
                "%from = load i64, ptr %entry\n"
                + _cell("source", "%x", "%from")
                + "%value = load double, ptr %source\n"
                + step,
                f"%total = phi double [ 0x{bits(start):016X}, %k.begin ], [ %total.more, %k.end ]",
            )
            + _cell("target", "%out", "%i")
            + "store double %total.more, ptr %target",
        )
        + "ret void\n}"
    )


@cache
def _machine() -> Machine:
    return Machine("\n".join([_MOVE, *map(_fold, _FOLDS)]), 2)


def address(name: str) -> int:
    """Where a function begins: "move", "sum" and the like."""
    return _machine().address(name)
