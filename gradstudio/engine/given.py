"""The type of Tensor, and why programs do not call it.

A node is made for every op. Calling a type that has no constructor of its own takes three quarters of the time that
object.__new__ takes, so Tensor has none, and the engine makes tensors in this way (`blank` in tensor.py). A program,
which would get a tensor without a value, is told what to call instead.
"""

from __future__ import annotations

import inspect
from typing import Any


class Given(type):
    """The type of a class whose objects are made by functions; one with a constructor is called as usual."""

    def __call__(cls, *values: Any, **options: Any) -> Any:
        if cls.__init__ is object.__init__:  # type: ignore[misc]
            raise TypeError("make a tensor with gs.constant(value), or a gs.Variable(value)")
        return super().__call__(*values, **options)

    @property
    def __signature__(cls) -> inspect.Signature:
        """How one is made, as its own constructor says."""
        _, *parameters = inspect.signature(cls.__init__).parameters.values()  # type: ignore[misc]
        return inspect.Signature(parameters)
