"""A few processes are killed while they type and save, and nothing is lost; benchmarks/kills.py kills many."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")
def test_kills_cost_at_most_two_seconds_of_typing_and_no_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.kills", "--editing", "3", "--saving", "3"]
    ran = subprocess.run(
        [*command, "--json", str(tmp_path / "out.json")], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads((tmp_path / "out.json").read_text())
    assert [each["kind"] for each in found] == ["editing"] * 3 + ["saving"] * 3
    assert all(each["is_whole"] and not each["why"] for each in found)
    assert sum(each["typed"] for each in found) > 3
