"""Record once, replay: functions of tensors as plans that need neither Python's ops nor a tape."""

from gradstudio.engine.plan.compiled import Compiled, compile

__all__ = ["Compiled", "compile"]
