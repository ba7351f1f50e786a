"""What gradients are taken to be where a function has none: one table, which rules read and programs may switch.

Each choice is a number that a rule uses at its point. The choices of TensorFlow, PyTorch and JAX were measured by
running them (2.21, 2.13, 0.10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Choice:
    """One point without a derivative."""

    ops: tuple[str, ...]  # which ops it is about
    point: str
    means: str  # what the number is
    value: float  # what is taken unless a program says otherwise
    options: tuple[float, ...]  # what may be taken instead
    peers: str


CHOICES: Mapping[str, Choice] = MappingProxyType(
    {
        "maximum": Choice(
            ("maximum", "minimum", "fmax", "fmin"),
            "two equal values",
            "the share of the first value",
            1.0,
            (1.0, 0.5, 0.0),
            "TensorFlow 1, PyTorch and JAX 0.5",
        ),
        "max": Choice(
            ("max", "min", "ptp", "segment_max", "segment_min"),
            "several largest elements",
            "1: they share the gradient equally",
            1.0,
            (1.0,),
            "all three share it",
        ),
        "max_pool": Choice(
            ("max_pool", "max_pool1d", "max_pool2d", "max_pool3d"),
            "several largest elements in a window",
            "1: the first gets the whole gradient",
            1.0,
            (1.0,),
            "TensorFlow and PyTorch give it to the first",
        ),
        "clip": Choice(("clip",), "x at a bound", "the slope", 1.0, (1.0, 0.5, 0.0), "TensorFlow, PyTorch 1, JAX 0.5"),
        "abs": Choice(("abs",), "0", "the slope", 0.0, (0.0, 1.0, -1.0), "TensorFlow and PyTorch 0, JAX 1"),
        "relu": Choice(("relu",), "0", "the slope", 0.0, (0.0, 0.5, 1.0), "all three 0"),
        "norm": Choice(
            ("vector_norm", "norm", "hypot"), "length 0", "the gradient", 0.0, (0.0, NAN), "PyTorch 0, others NaN"
        ),
        "sqrt": Choice(
            ("sqrt",), "0 with a cotangent of 0", "the gradient", 0.0, (0.0, NAN), "TensorFlow 0, others NaN"
        ),
        "power": Choice(
            ("power",), "0 ** 0", "the slope in the base", 0.0, (0.0, NAN), "PyTorch 0, TensorFlow and JAX NaN"
        ),
        "arctan2": Choice(
            ("arctan2",), "the origin", "the gradient", 0.0, (0.0, NAN), "PyTorch 0, TensorFlow and JAX NaN"
        ),
    }
)
"""Name -> choice. An op's card says which one it follows."""

_chosen = {name: choice.value for name, choice in CHOICES.items()}


def chosen(name: str) -> float:
    """The number that rules take at present."""
    return _chosen[name]


@contextmanager
def subgradients(**choices: float) -> Iterator[None]:
    """Other choices inside the block, for gradients that are computed there.

    E.g. gs.subgradients(maximum=0.5, norm=float("nan")). Names and options are those of CHOICES. Raises ValueError
    for an unknown name or an option that is not there.

    Example:
        >>> gs.grad(gs.abs)(0.0).item()
        0.0
        >>> with gs.subgradients(abs=1.0):
        ...     print(gs.grad(gs.abs)(0.0).item())
        1.0
    """
    for name, value in choices.items():
        if name not in CHOICES:
            raise ValueError(f"subgradients: there is no choice called {name!r}; there are {', '.join(CHOICES)}")
        options = CHOICES[name].options
        if value not in options and not (value != value and any(o != o for o in options)):
            raise ValueError(f"subgradients: {name} can be {' or '.join(map(str, options))}, not {value!r}")
    before = dict(_chosen)
    _chosen.update(choices)
    try:
        yield
    finally:
        _chosen.update(before)


def as_declared() -> None:
    """Every choice is what its row says: the state at the start of a run."""
    _chosen.update({name: choice.value for name, choice in CHOICES.items()})


def of_op(name: str) -> Choice | None:
    """The choice that an op follows, None if its gradient needs none."""
    return next((choice for choice in CHOICES.values() if name in choice.ops), None)
