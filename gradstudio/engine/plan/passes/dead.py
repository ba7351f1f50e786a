"""Dropping the steps whose results nothing uses."""

from __future__ import annotations

from gradstudio.engine.plan.program import Item, Program, Step, reads


def drop_unused(program: Program) -> None:
    """Keep guards, and the steps that they and the outputs need."""
    needed = set(program.outputs)
    kept: list[Item] = []
    for item in reversed(program.body):
        if type(item) is not Step or item.out in needed:
            needed.update(reads(item))
            kept.append(item)
    kept.reverse()
    program.body = kept
