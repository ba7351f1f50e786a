"""The goals as data, and whether a measured interval meets them.

E: the eager tape. R: a replayed plan, NumPy alone. J: a replayed plan with numba, where numba is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.contenders import OURS

LETTERS = dict(zip("ERJ", OURS, strict=True))
"""Letter of a goal -> the contender that it is for."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Lower is better: the contender's quantity, against another contender's or in a unit, is at most `limit`.

    quantity: "time" (ratio of times, or microseconds per op where `against` is empty), "peak" (ratio of peak memory,
    or arrays), "bytes" (ratio of bytes per op, or bytes), "deep" (seconds), "cold" (seconds).
    """

    workload: str
    letter: str
    against: str
    limit: float
    quantity: str = "time"
    allocator: str = "stock"
    is_stretch: bool = False

    @property
    def contender(self) -> str:
        """Whom it is for."""
        return LETTERS[self.letter]


def _row(workload: str, against: str, *limits: str, allocator: str = "stock", quantity: str = "time") -> Iterator[Goal]:
    """Goals against one contender, as "E 0.06" or "J 0.2 stretch"."""
    for limit in limits:
        letter, number, *stretch = limit.split()
        yield Goal(workload, letter, against, float(number), quantity, allocator, bool(stretch))


GOALS: tuple[Goal, ...] = (
    *_row("w01", "torch", "E 0.06", "R 0.01", "J 0.0015"),
    *_row("w01", "tensorflow", "E 0.012"),
    *_row("w01", "jax.jit", "J 0.5"),
    *_row("w01", "floor", "E 5", "J 0.2"),
    *_row("w02", "torch", "E 0.30", "R 0.14", "J 0.008"),
    *_row("w02", "tensorflow", "E 0.045"),
    *_row("w02", "jax.jit", "J 0.25"),
    *_row("w02", "floor", "E 0.9", "J 0.02"),
    *_row("w03", "torch", "E 0.80", "R 0.65"),
    *_row("w03", "tensorflow", "E 0.40"),
    *_row("w03", "jax.jit", "R 1.0"),
    *_row("w03", "floor", "E 1.3", "R 1.1"),
    *_row("w04-f64", "torch", "R 0.45", "J 0.20 stretch"),
    *_row("w04-f64", "tensorflow", "R 0.5"),
    *_row("w04-f64", "jax.jit", "R 0.4"),
    *_row("w04-f64", "floor", "R 1.0"),
    *_row("w04-f32", "torch", "R 0.45", "J 0.20 stretch"),
    *_row("w04-f32", "tensorflow", "R 0.6"),
    *_row("w04-f32", "jax.jit", "R 0.5"),
    *_row("w04-f32", "floor", "R 0.6"),
    *_row("w04-1e7", "torch", "R 0.15"),
    *_row("w05", "torch", "E 0.60", "R 0.42", "R 0.33 stretch"),
    *_row("w05", "tensorflow", "E 0.15"),
    *_row("w05", "jax.jit", "R 1.05", "R 0.85 stretch"),
    *_row("w05", "floor", "R 1.3"),
    *_row("w06-jacobian", "torch", "E 0.20"),
    *_row("w06-jacobian", "tensorflow", "E 0.005"),
    *_row("w06-jacobian", "jax.jit", "E 0.8"),
    *_row("w06-jacobian", "floor", "E 2"),
    *_row("w06-hessian", "torch", "E 0.12"),
    *_row("w06-hessian", "tensorflow", "E 0.005"),
    *_row("w06-hessian", "jax.jit", "E 0.8"),
    *_row("w06-hessian", "floor", "E 2"),
    *_row("w07", "torch", "E 0.07", "J 0.01 stretch"),
    *_row("w07", "tensorflow", "E 0.004"),
    *_row("w07", "jax.jit", "E 4", "J 0.5 stretch"),
    *_row("w07", "floor", "E 20"),
    *_row("w08", "torch", "R 0.75"),
    *_row("w08", "tensorflow", "R 0.6"),
    *_row("w08", "jax.jit", "R 0.6"),
    *_row("w08", "floor", "R 1.1"),
    *_row("w09", "torch", "E 0.80", "R 0.55 stretch"),
    *_row("w09", "tensorflow", "E 0.5"),
    *_row("w09", "jax.jit", "R 0.8"),
    *_row("w09", "floor", "R 1.2"),
    *_row("w10-lse", "torch", "R 0.50", allocator="equal"),
    *_row("w10-lse", "torch", "R 0.20"),
    *_row("w10-lse", "tensorflow", "R 0.8"),
    *_row("w10-lse", "jax.jit", "R 0.7"),
    *_row("w10-lse", "floor", "R 0.8"),
    *_row("w10-softmax", "torch", "R 0.50", allocator="equal"),
    *_row("w10-softmax", "torch", "R 0.20"),
    *_row("w10-softmax", "tensorflow", "R 0.5"),
    *_row("w10-softmax", "jax.jit", "R 0.7"),
    *_row("w10-softmax", "floor", "R 0.8"),
    *_row("w11-pairwise", "torch", "R 0.25", "R 0.03 stretch"),
    *_row("w11-pairwise", "tensorflow", "R 0.6"),
    *_row("w11-pairwise", "jax.jit", "R 0.9"),
    *_row("w11-layernorm", "torch", "R 0.25"),
    *_row("w11-layernorm", "tensorflow", "R 0.35"),
    *_row("w11-layernorm", "jax.jit", "R 0.45"),
    *_row("w11-layernorm", "floor", "R 1.2"),
    *_row("w12", "torch", "R 0.2"),
    *_row("w12", "", "E 12", "R 3", quantity="peak"),
    *_row("w12", "tensorflow", "E 0.8", quantity="peak"),
    *_row("w12", "jax.jit", "R 3", quantity="peak"),
    *_row("w13", "", "E 128", quantity="bytes"),
    *_row("w13", "torch", "E 0.12", quantity="bytes"),
    *_row("w13", "tensorflow", "E 0.08", quantity="bytes"),
    *_row("w13", "", "E 2", quantity="deep"),
    *_row("w01", "", "E 0.6"),
    *_row("start", "", "E 0.2", quantity="cold"),
)
"""Section 7 of the study of performance; "start" is no workload but a program's first gradient."""


def verdict(limit: float, low: float, high: float) -> str:
    """ "holds" if the whole interval is within the goal, "fails" if all of it is beyond, else "open"."""
    if high <= limit:
        return "holds"
    return "fails" if low > limit else "open"
