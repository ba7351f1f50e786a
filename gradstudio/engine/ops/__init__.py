"""Every op, one module per family; importing this package fills the table."""

from gradstudio.engine.ops import (
    arithmetic,
    comparison,
    contraction,
    control,
    cumulative,
    elementary,
    indexing,
    linalg,
    loss,
    network,
    reduction,
    shaping,
    special,
    trigonometry,
)

__all__ = [
    "arithmetic",
    "comparison",
    "contraction",
    "control",
    "cumulative",
    "elementary",
    "indexing",
    "linalg",
    "loss",
    "network",
    "reduction",
    "shaping",
    "special",
    "trigonometry",
]
