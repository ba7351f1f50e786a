"""Both halves of reading data files in one process: what the window reads, and what the worker makes of it."""

from __future__ import annotations

from pathlib import Path

from gradstudio.engine.problem import Problem
from gradstudio.language.data import Data, arrays, data_names, objections
from gradstudio.worker.data_files import DataFiles
from gradstudio.worker.messages import Wanted


def read_data(text: str, folder: Path | None) -> tuple[Data, tuple[Problem, ...]]:
    """The arrays of every file a program names, and what stands in the way of reading them."""
    names = data_names(text)
    objected = objections(names)
    if objected:
        return {}, objected
    answer = DataFiles().answer(Wanted(1, tuple(names)), text, folder)
    return arrays(names, answer.files, answer.refusals, {})
