"""One op in words: its card on the terminal."""

from __future__ import annotations

import gradstudio as _gs  # noqa: F401  (fills the table)
from gradstudio.engine.describing import example, gradients
from gradstudio.engine.primitive import NAMES, Primitive, Spelling
from gradstudio.engine.subgradients import of_op
from gradstudio.studio.palette.formulas import formulas

_WAYS = {
    "same": "as cotangents do (the Jacobian is symmetric)",
    "linear": "the op itself, applied to the tangents (it is linear)",
    "multilinear": "the op itself, applied to each tangent in turn (it is linear in each input)",
    "": "by transposing the backward rule",
}


def find(name: str) -> Primitive | Spelling | None:
    """The op of a name, alias or spelling, with or without the package in front."""
    return NAMES.get(name.removeprefix("gs.").removeprefix("tf.").removeprefix("gradstudio."))


def card(found: Primitive | Spelling) -> str:
    """Everything the table says of one op."""
    row = found.row if isinstance(found, Spelling) else found
    lines = [found.signature, "", found.doc, ""]
    if isinstance(found, Spelling):
        lines[2:2] = [f"Another signature of {row.name}.", ""]
    facts = [
        ("family", row.family),
        ("also called", ", ".join((*row.aliases, *row.spellings)) or "-"),
        ("made of", "other ops" if row.composite else "a rule of its own"),
        ("gradient", gradients(row)),
    ]
    if row.differentiable and row.flows and not row.composite:
        facts.append(("forward mode", "a rule of its own" if callable(row.jvp) else _WAYS[row.jvp]))
    choice = of_op(row.name)
    if choice is not None:
        facts.append(("at the edge", f"{choice.point}: {choice.means}, {choice.value:g} ({choice.peers})"))
    said = formulas(row)
    facts += [("formula", said.value)] if said.value else []
    facts += [("its gradient", line) for line in said.gradients]
    shown_by = example(row)
    if shown_by is not None:
        facts.append(("example", shown_by.code))
        facts.append(("gives", shown_by.result))
    width = max(len(word) for word, _ in facts)
    return "\n".join([*lines, *(f"{word.ljust(width)}  {text}" for word, text in facts)])
