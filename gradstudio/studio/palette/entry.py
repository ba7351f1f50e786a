"""Entry: one thing that can be put on the canvas, an op or a value to begin with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list shows of it. `id` is the op's canonical name; that of a leaf begins with "leaf:"."""

    id: str
    kind: str  # "op" | "leaf": makes a value from nothing | "sweep": asks for a gradient
    title: str
    category: str  # Category.id
    icon: str  # of resources/icons
    names: tuple[str, ...]  # what it is called as well
    doc: str
    writes: str = ""  # what a leaf writes into an empty text, as an example; "" for an op


LEAVES: tuple[Entry, ...] = (
    Entry(
        "leaf:number",
        "leaf",
        "number",
        "leaf",
        "data",
        ("constant", "scalar", "float", "literal", "value"),
        "A plain number; double-click it to type another.",
        "x = 0.5",
    ),
    Entry(
        "leaf:parameter",
        "leaf",
        "parameter",
        "leaf",
        "parameter",
        ("variable", "weight", "bias", "input", "trainable"),
        "A number that gradients are taken for and that training changes.",
        "w = gs.Variable(0.0)",
    ),
    Entry(
        "leaf:vector",
        "leaf",
        "vector of parameters",
        "leaf",
        "parameter",
        ("variable", "weights", "list", "array"),
        "Parameters in a row.",
        "w = gs.Variable([0.0, 0.0, 0.0])",
    ),
    Entry(
        "leaf:matrix",
        "leaf",
        "matrix of parameters",
        "leaf",
        "parameter",
        ("variable", "weights", "grid", "table", "array"),
        "Parameters in rows and columns.",
        "W = gs.Variable([[0.0, 0.0], [0.0, 0.0]])",
    ),
    Entry(
        "leaf:data",
        "leaf",
        "data",
        "leaf",
        "data",
        ("constant", "array", "measurements", "table", "vector", "matrix"),
        "Given numbers, which no gradient changes.",
        "x = gs.constant([1.0, 2.0, 3.0])",
    ),
    Entry(
        "leaf:normal",
        "leaf",
        "random normal",
        "leaf",
        "data",
        ("gaussian", "noise", "rand", "randn", "samples"),
        "Numbers drawn from the normal distribution, the same in every run.",
        "x = gs.random.normal([3], seed=0)",
    ),
    Entry(
        "leaf:range",
        "leaf",
        "range",
        "leaf",
        "data",
        ("linspace", "arange", "grid", "axis", "sequence", "steps"),
        "Evenly spaced numbers from a first to a last one.",
        "x = gs.linspace(-1.0, 1.0, 5)",
    ),
    Entry(
        "leaf:gradient",
        "sweep",
        "gradient",
        "leaf",
        "loss",
        ("derivative", "backward", "grad", "sweep", "differentiate", "slope", "target", "sources"),
        "Asks for the gradient of a target with respect to sources: one backward sweep.",
        "g = t.gradient(loss, w)",
    ),
)
"""What begins a computation, and the gradient that ends it."""
