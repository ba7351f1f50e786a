"""Names of TensorFlow that mean little where everything runs at once, so that programs which use them run unchanged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.structure import flatten
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.vectorize import vmap


@dataclass(frozen=True)
class TensorSpec:
    """What tf.function may be told of an argument; kept, never checked.

    Example:
        >>> spec = gs.TensorSpec((None, 3), name="rows")
        >>> spec.shape, spec.name
        ((None, 3), 'rows')
    """

    shape: Any
    dtype: Any = np.float64
    name: str | None = None


class config:
    """tf.config: whether what gs.function and gs.compile give runs as it is instead of being replayed.

    Example:
        >>> gs.config.run_functions_eagerly(True)
        >>> gs.config.functions_run_eagerly()
        True
        >>> gs.config.run_functions_eagerly(False)
    """

    @staticmethod
    def run_functions_eagerly(run_eagerly: bool) -> None:
        """From now on compiled functions run as they are (True), or use their plans again (False)."""
        ACTIVE.plans = not run_eagerly

    @staticmethod
    def functions_run_eagerly() -> bool:
        """Whether compiled functions run as they are."""
        return not ACTIVE.plans


def executing_eagerly() -> bool:
    """True: everything runs at once.

    Example:
        >>> gs.executing_eagerly()
        True
    """
    return True


def vectorized_map(fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """fn of each item along the first axis of elems (which may be nested), all at once: vmap(fn)(elems).

    The last two arguments are TensorFlow's and change nothing. Raises what vmap raises.

    Example:
        >>> gs.vectorized_map(lambda row: gs.sum(row * row), np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
        [5.0, 25.0]
    """
    return vmap(fn)(elems)


class TensorArray:
    """A list of tensors that TensorFlow's loops write to; gradients go through what is written and read.

    size: how many places there are at the start; one more is added by writing behind the last. dtype and dynamic_size
    are TensorFlow's and change nothing.

    Example:
        >>> array = gs.TensorArray(size=2)
        >>> array = array.write(0, [1.0, 2.0]).write(1, [3.0, 4.0])
        >>> array.stack().tolist(), array.concat().tolist(), array.read(1).tolist(), array.size()
        ([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0, 3.0, 4.0], [3.0, 4.0], 2)
    """

    def __init__(self, dtype: Any = None, size: int = 0, dynamic_size: bool = False, **_: Any) -> None:
        self.dtype = dtype
        self._items: list[Any] = [None] * int(size)

    def write(self, index: Any, value: Any) -> TensorArray:
        """Put a value at a place; gives the array. Raises IndexError beyond the end by more than one."""
        place = int(index)
        if place == len(self._items):
            self._items.append(None)
        if not 0 <= place < len(self._items):
            raise IndexError(f"TensorArray.write: place {place}, but the array has {len(self._items)}")
        self._items[place] = convert_to_tensor(value)
        return self

    def read(self, index: Any) -> Tensor:
        """The value at a place. Raises IndexError where nothing was written."""
        place = int(index)
        if not 0 <= place < len(self._items) or self._items[place] is None:
            raise IndexError(f"TensorArray.read: nothing was written at place {place}")
        found: Tensor = self._items[place]
        return found

    def stack(self) -> Tensor:
        """All values along a new first axis. Raises IndexError for a place without one, ValueError if they differ."""
        if not self._items:
            raise ValueError("TensorArray.stack: nothing was written")
        found: Tensor = TABLE["stack"]([self.read(i) for i in range(len(self._items))])
        return found

    def concat(self) -> Tensor:
        """All values joined along their first axis. Raises what stack() raises."""
        found: Tensor = TABLE["concatenate"]([self.read(i) for i in range(len(self._items))])
        return found

    def unstack(self, value: Any) -> TensorArray:
        """The layers of a tensor along its first axis become the values; gives the array."""
        self._items = list(convert_to_tensor(value))
        return self

    def size(self) -> int:
        """How many places there are."""
        return len(self._items)


class debugging:
    """tf.debugging: checks that raise ValueError at once; the message, if given, stands in front of what is wrong.

    Looking does not count as leaving the tape.

    Example:
        >>> x = gs.constant([1.0, 2.0])
        >>> gs.debugging.check_numerics(x, "x").tolist()
        [1.0, 2.0]
        >>> gs.debugging.assert_shapes([(x, ("n",)), (gs.zeros((2, 3)), ("n", 3))])
        >>> try:
        ...     gs.debugging.assert_near(x, [1.0, 2.5], atol=0.1)
        ... except gs.errors.InvalidArgumentError as error:
        ...     print(error)
        assert_near: [1. 2.] is not near [1.0, 2.5]
    """

    @staticmethod
    def check_numerics(tensor: Any, message: str = "", name: str | None = None) -> Any:
        """The tensor itself. Raises ValueError where it holds NaN or infinity."""
        array = np.asarray(_look(tensor))
        if not np.isfinite(array).all():
            what = "NaN" if np.isnan(array).any() else "infinity"
            raise ValueError(f"{message or 'check_numerics'}: the tensor of shape {list(array.shape)} holds {what}")
        return tensor

    assert_all_finite = check_numerics

    @staticmethod
    def assert_equal(x: Any, y: Any, message: str = "", **_: Any) -> None:
        """Raises ValueError where x and y differ."""
        if not np.array_equal(_look(x), _look(y)):
            raise ValueError(f"{message or 'assert_equal'}: {_look(x)} is not {_look(y)}")

    @staticmethod
    def assert_near(x: Any, y: Any, rtol: float = 1e-6, atol: float = 1e-6, message: str = "", **_: Any) -> None:
        """Raises ValueError where |x - y| is above atol + rtol |y|."""
        if not np.allclose(_look(x), _look(y), rtol=rtol, atol=atol):
            raise ValueError(f"{message or 'assert_near'}: {_look(x)} is not near {_look(y)}")

    @staticmethod
    def assert_shapes(shapes: Any, message: str = "", **_: Any) -> None:
        """Raises ValueError where a tensor has not the shape it is given with.

        shapes: a dict or list of pairs tensor -> lengths; a string stands for one length, the same wherever it is
        named, None for any.
        """
        known: dict[Any, int] = {}
        for x, wanted in shapes.items() if isinstance(shapes, dict) else shapes:
            dims = tuple(convert_to_tensor(x).shape)
            fits = len(dims) == len(wanted) and all(
                n is None or known.setdefault(n, have) == have if isinstance(n, str) or n is None else n == have
                for n, have in zip(wanted, dims, strict=True)
            )
            if not fits:
                raise ValueError(f"{message or 'assert_shapes'}: {list(dims)} is not {list(wanted)}")


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """The tensor itself. Raises ValueError where its shape is another; None stands for any length.

    Example:
        >>> gs.ensure_shape(gs.zeros((2, 3)), (None, 3)).shape
        (2, 3)
    """
    dims = tuple(convert_to_tensor(x).shape)
    wanted = flatten(list(shape))
    if len(dims) != len(wanted) or any(n is not None and n != have for n, have in zip(wanted, dims, strict=True)):
        raise ValueError(f"ensure_shape: the tensor has shape {list(dims)}, not {wanted}")
    return x


def _look(x: Any) -> Any:
    """A value to look at: a check is no use of it, so tapes do not hear of it."""
    held = getattr(x, "_current", x)
    if ACTIVE.listener is not None:
        ACTIVE.listener.looked(held, "value")
    return getattr(held, "value", x)
