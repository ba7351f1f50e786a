"""Record once, replay: functions of tensors as plans that need neither Python's ops nor a tape.

A call goes through `compiled.py`, which finds the plan that fits the kind of its arguments (`arguments.py`, and for a
kind met before the short way of `binding.py`). If there is none, `making.py` runs the function once under a
`Recording` (`recording.py`, an outer tape that is told what the recorder and the engine's listener, `listener.py`, are
told), and `transcript.py` writes down a Program (`program.py`): numbered values, the steps between them, and a guard
wherever Python looked at a value.
`passes/` improve the program, one of `backends/` makes a callable of it, and `results.py` makes results of what that
gives. The interface of a back-end stands in `backends/__init__.py`.
"""

from gradstudio.engine.plan.compiled import Compiled

__all__ = ["Compiled"]
