"""Passes over a program: each makes it shorter or cheaper and leaves its results what they are, to rounding."""

from gradstudio.engine.plan.backends import stretches
from gradstudio.engine.plan.passes.broadcasts import narrow
from gradstudio.engine.plan.passes.dead import drop_unused
from gradstudio.engine.plan.passes.distances import split_distances
from gradstudio.engine.plan.passes.dots import split_dots
from gradstudio.engine.plan.passes.doubles import double_small
from gradstudio.engine.plan.passes.folding import MAKERS, fold
from gradstudio.engine.plan.passes.loops import join_passes
from gradstudio.engine.plan.passes.means import split_means
from gradstudio.engine.plan.passes.normal import split_normal
from gradstudio.engine.plan.passes.quotients import split_quotients
from gradstudio.engine.plan.passes.repeats import share_repeats
from gradstudio.engine.plan.passes.rows import split_rows
from gradstudio.engine.plan.passes.simplify import simplify
from gradstudio.engine.plan.passes.stacking import stack_equals
from gradstudio.engine.plan.program import Program


def improve(program: Program) -> None:
    """What helps every back-end, in the order in which the passes help each other.

    A pass walks over the whole program: one that looks for what is not there is left out.
    """
    rows = program.rows()
    # Every other step on numbers reads an input, or what one of these makes.
    if program.longest() or not rows.isdisjoint(MAKERS):
        fold(program)
    if "mean" in rows:
        split_means(program)
    simplify(program)
    _settle(program)


def improve_arrays(program: Program) -> None:
    """What helps back-ends that call NumPy: rows of reductions, products in place of sums, the passes of loops as one.

    After improve(); it puts rows into the program that are no ops.
    """
    longest = program.longest()
    if not longest:
        return
    is_long = longest >= stretches.LONG
    if is_long:
        before = len(program.body)
        split_rows(program)
        split_normal(program)
        if len(program.body) != before:
            _settle(program)
        split_distances(program)
    double_small(program)
    drop_unused(program)
    if is_long:
        split_dots(program)
        drop_unused(program)
        split_quotients(program)
    join_passes(program)
    stack_equals(program)
    drop_unused(program)


def _settle(program: Program) -> None:
    if program.longest():
        narrow(program)
    share_repeats(program)
    drop_unused(program)


__all__ = [
    "double_small",
    "drop_unused",
    "fold",
    "improve",
    "improve_arrays",
    "join_passes",
    "narrow",
    "share_repeats",
    "simplify",
    "split_distances",
    "split_dots",
    "split_means",
    "split_normal",
    "split_quotients",
    "split_rows",
    "stack_equals",
]
