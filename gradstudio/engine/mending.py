"""What an error that rose inside a recorder leaves half done is taken back, so that all its columns fit together."""

from __future__ import annotations

from gradstudio.engine.recorder import Recorder


def mend(recorder: Recorder) -> None:
    """Drop the record that an error cut short: one of memory, of too many calls or of a limit."""
    recorder.cut(min(len(recorder.tensors), len(recorder.instructions)))
