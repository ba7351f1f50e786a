"""Tests on a real GPU: skipped, with the reason, where CuPy or a device is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gradstudio.engine.backends import FOREIGN, Backend, backend_for

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "engine"))


@pytest.fixture(scope="session")
def gpu() -> Backend:
    """CuPy's backend."""
    try:
        return backend_for("gpu")
    except RuntimeError as error:
        pytest.skip(f"no GPU here: {error}")


@pytest.fixture(autouse=True)
def _only_while_it_is_asked_for() -> object:
    """Other tests run as on a machine without a second library."""
    before = dict(FOREIGN)
    yield
    FOREIGN.clear()
    FOREIGN.update(before)
