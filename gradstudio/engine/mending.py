"""What an error that rose inside a recorder leaves half done is taken back, so that all its columns fit together."""

from __future__ import annotations

from typing import Any

from gradstudio.engine.recorder import Recorder


def mend(recorder: Recorder) -> None:
    """Drop the record that an error cut short: one of memory, of too many calls or of a limit."""
    columns: tuple[list[Any], ...] = (
        recorder.tensors, recorder.spans, recorder._scope_of, recorder._sweep_of, recorder._nanoseconds,
        recorder.applied,
    )  # fmt: skip
    whole = min(len(recorder._starts) - 1, *map(len, columns))
    for column in columns:
        del column[whole:]
    del recorder._starts[whole + 1 :]
    del recorder._input_record[recorder._starts[-1] :]
    known = (*recorder._leaves, *recorder._names, *recorder._watched)
    for record in [record for record in known if record >= whole]:
        recorder._leaves.pop(record, None)
        recorder._names.pop(record, None)
        recorder._watched.discard(record)
