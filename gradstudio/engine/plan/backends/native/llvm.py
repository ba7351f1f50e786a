"""From LLVM's text to machine code: the one file that knows llvmlite, the compiler inside numba."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

from llvmlite import binding

_C_LIBRARY = "ucrtbase"
"""Where Windows keeps the functions of C, which it does not find by name alone."""


class Machine:
    """Functions in machine code; they last as long as this object."""

    def __init__(self, text: str, effort: int) -> None:
        """effort: 0 (compiled fast) to 3 (runs fast)."""
        module = binding.parse_assembly(text)
        self._engine = binding.create_mcjit_compiler(module, _target(effort))
        self._engine.finalize_object()
        self._engine.remove_module(module)  # what it was made of takes many times its memory
        module.close()

    def address(self, name: str) -> int:
        """Where a function begins."""
        return int(self._engine.get_function_address(name))


@cache
def _host() -> tuple[Any, str, str]:
    """The kind of machine, its processor and what that can do."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding.Target.from_default_triple(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()


def _target(effort: int) -> Any:
    """A new one each time, because the engine that gets it deletes it."""
    target, processor, features = _host()
    return target.create_target_machine(cpu=processor, features=features, opt=effort)


@cache
def find(name: str) -> str:
    """Make sure that a function of C's library can be called by its name, which it gives back."""
    if sys.platform == "win32" and binding.address_of_symbol(name) is None:
        function = getattr(ctypes.CDLL(_C_LIBRARY), name)
        binding.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)
    return name
