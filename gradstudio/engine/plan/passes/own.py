"""Rows that only plans have: the functions of backends/faster.py that are no op."""

from __future__ import annotations

from dataclasses import replace

from gradstudio.engine.plan.backends.faster import INTO
from gradstudio.engine.primitive import TABLE, Primitive


def own_row(name: str, batch: str = "") -> Primitive:
    """The row of a function that a pass puts in place of ops; batch: "elementwise" if it is, with broadcasting.

    Else nothing is known of it but its name and what it does.
    """
    function = INTO[name]
    return replace(TABLE["sum"], name=name, forward=lambda xp, *inputs: function(*inputs), batch=batch, params={})
