"""Functions that record what they do once and then replay it: compile(), and TensorFlow's function()."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradstudio.engine.plan import Compiled


def compile(f: Callable[..., Any], *, jit: bool = True) -> Compiled:
    """A function that computes what f computes, many times as fast: it records what f does once and then replays it.

    f: any function of tensors, arrays and numbers, nested or not, also one that uses tapes. What it does with them is
    written down at the first call and becomes a plan, which later calls run without Python's ops and without a tape.
    A plan fits calls with the same nesting, shapes and dtypes; other arguments (whole numbers, strings, objects)
    belong to it by their values. Other calls are recorded in turn. Results are tensors, also for plain numbers.

    What Python reads of a tensor (if, float(), numpy(), print) is checked in every call: where it differs, the call is
    recorded anew, so that each way through the conditions has a plan. Variables have their present value, and are
    assigned to when the call is over. Everything else of the outside is as it was at the recording: numbers, lists and
    arrays that f does not get as arguments. Effects on the outside (a list that grows) happen only then. A plan keeps
    the memory that it computes in; results are new in every call.

    jit: where numba is installed (extra `jit`), plans of 100 steps or more on numbers and on float64 arrays of up to
    512 elements become machine code, which takes tenths of a second at the first call and is many times as fast. Its
    elementary functions agree with NumPy's to a few units in the last place. With jit=False plans stay in Python;
    GRADSTUDIO_NUMBA=0 in the environment says so for all functions.

    A call runs as it is, with the same results, where no plan can do its work: it draws from a random stream without
    a seed, gives back what holds tensors out of sight, runs more than 5,000,000 ops (those of its gradients included),
    or a tape, vmap or an inspecting run follows it from outside. `reasons` tells why, `sources` shows the plans, of
    very long ones the beginning. NumPy's warnings are given only by calls that are no replays; errors are those of f.
    Threads may call it together, and long arrays are shared among several threads unless the environment variable
    GRADSTUDIO_THREADS is 1.

    Example:
        >>> slope = gs.compile(gs.grad(lambda x, w: gs.sum(gs.tanh(w * x))))
        >>> w = gs.constant([1.0, 2.0])
        >>> [round(slope(x, w).item(), 6) for x in (0.5, 1.0, 0.0)]
        [1.626396, 0.561276, 3.0]
        >>> slope.replays, len(slope.sources)
        (2, 1)
    """
    from gradstudio.engine.plan import Compiled  # late: most programs need no plans, and start faster without them

    return Compiled(f, jit)


def function(f: Callable[..., Any] | None = None, input_signature: Any = None, **options: Any) -> Callable[..., Any]:
    """TensorFlow's decorator, in each of its forms: compile(f), which records f once and then replays it.

    As in TensorFlow, what f does besides ops (printing, appending to a list) happens when it is recorded, and
    gs.config.run_functions_eagerly(True) lets every such function run as it is. Inside a tape, vmap or the window f
    runs as it is too. input_signature and the options change nothing and are not checked.

    Example:
        >>> @gs.function(jit_compile=True)
        ... def double(x):
        ...     return x * 2.0
        >>> double(gs.constant(3.0)).item(), double(gs.constant(4.0)).item()
        (6.0, 8.0)
        >>> double.replays
        1
    """
    return compile if f is None else compile(f)
