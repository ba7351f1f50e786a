"""Seeded random tensors, under the names of tf.random: the same seed gives the same numbers on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from gradstudio.engine.primitive import op
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor, made
from gradstudio.engine.variable import Variable


class Random:
    """A stream of random numbers (NumPy's PCG64). seed: where it starts; that of gs.random starts at 0.

    Every function takes TensorFlow's arguments; with seed= of its own (a whole number, or several) a call is
    independent of the stream. shape: a number, list, tuple or integer tensor; floating numbers are float64 unless
    dtype says otherwise. Inside vmap all items get the same numbers. Raises ValueError for a negative length.

    Example:
        >>> gs.random.set_seed(7)
        >>> first = gs.random.normal((2, 3))
        >>> gs.random.set_seed(7)
        >>> first.shape, bool(gs.all(first == gs.random.normal((2, 3))))
        ((2, 3), True)
    """

    def __init__(self, seed: int = 0) -> None:
        if seed != 0:
            self.set_seed(seed)

    @cached_property
    def _generator(self) -> np.random.Generator:
        return np.random.default_rng(0)  # late: NumPy imports its generators only when they are asked for

    def set_seed(self, seed: int) -> None:
        """Start the stream again from a seed: a whole number that is not negative, else ValueError."""
        self._generator = np.random.default_rng(seed)

    def state(self) -> Any:
        """Where the stream is; given to replay().

        Example:
            >>> state = gs.random.state()
            >>> x = gs.random.normal()
            >>> with gs.random.replay(state):
            ...     again = gs.random.normal()
            >>> x.item() == again.item()
            True
        """
        return self._generator.bit_generator.state

    @contextmanager
    def replay(self, state: Any) -> Iterator[None]:
        """Inside the block the stream runs again from a state; after it, it is where it was."""
        before = self._generator.bit_generator.state
        self._generator.bit_generator.state = state
        try:
            yield
        finally:
            self._generator.bit_generator.state = before

    def _source(self, seed: Any) -> np.random.Generator:
        if seed is None:
            if ACTIVE.listener is not None:
                ACTIVE.listener.drew(self)
            return self._generator
        plain = np.asarray(seed)
        return np.random.default_rng(int(plain) if not plain.ndim else plain.tolist())

    def normal(
        self, shape: Any = (), mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float64, seed: Any = None
    ) -> Tensor:
        """Normally distributed numbers of a shape; mean and stddev may be tensors and have a gradient.

        Example:
            >>> scale = gs.Variable(2.0)
            >>> with gs.GradientTape() as tape:
            ...     x = gs.random.normal((), stddev=scale, seed=3)
            >>> round(tape.gradient(x, scale).item() * 2.0, 6) == round(x.item(), 6)
            True
        """
        return _placed(self._source(seed).standard_normal(_dims(shape)), stddev, mean, dtype)

    def uniform(
        self, shape: Any = (), minval: Any = 0.0, maxval: Any = None, dtype: Any = np.float64, seed: Any = None
    ) -> Tensor:
        """Numbers spread evenly over minval..maxval (without maxval; 1 if left out); whole ones for an integer dtype.

        Bounds of a floating dtype may be tensors and have a gradient. Raises ValueError for integers without maxval.

        Example:
            >>> x = gs.random.uniform((1000,), 2, 5, dtype=gs.int64, seed=1)
            >>> min(x.tolist()), max(x.tolist())
            (2, 4)
        """
        source = self._source(seed)
        if np.dtype(dtype).kind in "iu":
            if maxval is None:
                raise ValueError("random.uniform of an integer dtype needs maxval=")
            return made(source.integers(int(minval), int(maxval), _dims(shape)), dtype)
        high = 1.0 if maxval is None else maxval
        width = high - minval
        return _placed(source.random(_dims(shape)), width, minval, dtype)

    def truncated_normal(
        self, shape: Any = (), mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float64, seed: Any = None
    ) -> Tensor:
        """Normally distributed numbers within two standard deviations of the mean; others are drawn again."""
        source = self._source(seed)
        numbers = np.asarray(source.standard_normal(_dims(shape)))
        while (outside := np.abs(numbers) > 2.0).any():
            numbers = np.where(outside, source.standard_normal(numbers.shape), numbers)
        return _placed(numbers, stddev, mean, dtype)

    def gamma(self, shape: Any, alpha: float, beta: float = 1.0, dtype: Any = np.float64, seed: Any = None) -> Tensor:
        """Gamma distributed numbers of shape alpha and rate beta; they have no gradient.

        Raises ValueError for a negative alpha or beta.
        """
        return made(self._source(seed).gamma(np.asarray(alpha), 1.0 / np.asarray(beta), _dims(shape)), dtype)

    def poisson(self, shape: Any, lam: float, dtype: Any = np.float64, seed: Any = None) -> Tensor:
        """Poisson distributed counts of mean lam; they have no gradient. Raises ValueError for a negative lam."""
        return made(self._source(seed).poisson(np.asarray(lam), _dims(shape)), dtype)

    def categorical(self, logits: Any, num_samples: int, dtype: Any = np.int64, seed: Any = None) -> Tensor:
        """Classes drawn by unnormalised log-probabilities (rows, classes): (rows, num_samples) integers.

        Method: the largest of the scores plus Gumbel noise (Gumbel, 1954).

        Example:
            >>> gs.random.categorical([[0.0, -np.inf], [-np.inf, 0.0]], 3, seed=1).tolist()
            [[0, 0, 0], [1, 1, 1]]
        """
        scores = np.asarray(logits)
        noise = self._source(seed).gumbel(size=(*scores.shape[:-1], int(num_samples), scores.shape[-1]))
        return made(np.argmax(scores[..., None, :] + noise, axis=-1), dtype)

    def shuffle(self, value: Any, seed: Any = None) -> Tensor:
        """The same rows in random order; a recorded gather, so gradients find their rows.

        Example:
            >>> sorted(gs.random.shuffle([3.0, 1.0, 2.0], seed=1).tolist())
            [1.0, 2.0, 3.0]
        """
        x = value if isinstance(value, Tensor | Variable) else made(value)
        if not x.shape:
            raise ValueError("random.shuffle: a number has no rows: give it an array")
        found: Tensor = op.getitem(x.read() if isinstance(x, Variable) else x, key=_order(self._source(seed), x))
        return found

    def stateless_normal(
        self, shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float64
    ) -> Tensor:
        """normal with a seed (a number or two) in place of the stream."""
        return self.normal(shape, mean, stddev, dtype, seed)

    def stateless_uniform(
        self, shape: Any, seed: Any, minval: Any = 0.0, maxval: Any = None, dtype: Any = np.float64
    ) -> Tensor:
        """uniform with a seed (a number or two) in place of the stream."""
        return self.uniform(shape, minval, maxval, dtype, seed)

    def stateless_truncated_normal(
        self, shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = np.float64
    ) -> Tensor:
        """truncated_normal with a seed (a number or two) in place of the stream."""
        return self.truncated_normal(shape, mean, stddev, dtype, seed)


def _order(source: np.random.Generator, x: Any) -> Any:
    return source.permutation(x.shape[0])


def _dims(shape: Any) -> Any:
    if isinstance(shape, Tensor | Variable | np.ndarray):
        return tuple(np.asarray(shape).ravel().tolist())
    return tuple(int(n) for n in shape) if isinstance(shape, list | tuple) else int(shape)


def _placed(numbers: Any, scale: Any, shift: Any, dtype: Any) -> Tensor:
    """scale * numbers + shift: recorded where scale or shift is a tensor."""
    if not isinstance(scale, Tensor | Variable) and not isinstance(shift, Tensor | Variable):
        return made(np.asarray(numbers) * np.asarray(scale) + np.asarray(shift), dtype)
    found: Tensor = made(numbers, dtype) * scale + shift
    return found


random = Random()
"""The stream behind gs.random."""
