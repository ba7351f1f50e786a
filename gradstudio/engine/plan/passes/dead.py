"""Dropping the steps whose results nothing uses."""

from __future__ import annotations

from gradstudio.engine.plan.program import Item, Program, Step, reads


def drop_unused(program: Program) -> None:
    """Keep guards, and the steps that they and the outputs need."""
    needed = bytearray(len(program.values) + 1)  # a flag for each value, and one for NONE
    for n in program.outputs:
        needed[n] = True
    kept: list[Item] = []
    for item in reversed(program.body):
        if type(item) is not Step:
            for n in reads(item):
                needed[n] = True
            kept.append(item)
        elif needed[item.out]:
            for n in item.inputs:
                needed[n] = True
            kept.append(item)
    kept.reverse()
    program.body = kept
