"""The note of what was running: there after a kill, and never a false alarm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk

from gradstudio.studio.crash_marker import CrashMarker
from gradstudio.worker.messages import Finished
from gradstudio.worker.permission import Permission

DIGEST = "ab" * 32
OTHER = "cd" * 32

PROCESS = """
import sys
from pathlib import Path
from gradstudio.studio.crash_marker import CrashMarker
marker = CrashMarker(Path(sys.argv[1]))
for step in sys.argv[2].split(","):
    marker.begin(step) if len(step) == 64 else getattr(marker, step)()
print("ready", flush=True)
sys.stdin.read()
"""


def killed_after(folder: Path, *steps: str) -> None:
    """A process that does this and is then ended with SIGKILL."""
    command = [sys.executable, "-c", PROCESS, str(folder), ",".join(steps)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert CrashMarker(folder).stopped() == frozenset(), "a process that lives has not crashed"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ((DIGEST,), {DIGEST}),
        ((DIGEST, "end", OTHER), {OTHER}),
        ((DIGEST, "end"), set()),
    ],
)
def test_a_kill_leaves_a_note_exactly_while_something_ran(
    tmp_path: Path, steps: tuple[str, ...], found: set[str]
) -> None:
    killed_after(tmp_path, *steps)
    assert CrashMarker(tmp_path).stopped() == found
    assert CrashMarker(tmp_path).stopped() == found, "it stays until the text has run"
    CrashMarker(tmp_path).forget(DIGEST)
    assert CrashMarker(tmp_path).stopped() == found - {DIGEST}
    CrashMarker(tmp_path).forget(OTHER)
    assert list(tmp_path.iterdir()) == []


def test_a_usual_end_leaves_nothing_even_while_something_runs(tmp_path: Path) -> None:
    marker = CrashMarker(tmp_path)
    marker.begin(DIGEST)
    assert CrashMarker(tmp_path).stopped() == frozenset()
    marker.close()
    assert list(tmp_path.iterdir()) == []


def test_odd_files_and_many_old_notes_do_no_harm(tmp_path: Path) -> None:
    for k in range(40):
        (tmp_path / f"{k}-x").write_bytes(b"running " + f"{k:064x}".encode() + b"\n")
    (tmp_path / "odd").write_bytes(b"running " + b"z" * 64 + b"\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    assert 0 < len(CrashMarker(tmp_path).stopped()) <= 20
    assert len(CrashMarker(tmp_path).stopped()) <= 20


def test_without_a_place_there_is_no_note_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for marker in (CrashMarker(None), CrashMarker(tmp_path / "file" / "below")):
        marker.begin(DIGEST)
        marker.end()
        assert marker.stopped() == frozenset()
        marker.close()


def test_a_run_is_noted_from_its_start_to_whatever_end(tmp_path: Path) -> None:
    notes: list[str] = []

    class Noted(CrashMarker):
        def begin(self, digest: str) -> None:
            notes.append(digest)

        def end(self) -> None:
            notes.append("end")

    desk = Desk(Noted(None))
    try:
        permission = Permission("safe", digest=DIGEST)
        for finished in (Finished(0, "ok"), Finished(0, "died"), None):
            notes.clear()
            count = len(desk.worker.texts) + 1
            desk.runs.submit(f"text {count}", None, permission)
            desk.worker.wait_for(count)
            desk.wait(lambda: desk.runs.is_running)
            assert notes == [DIGEST]
            if finished is not None:
                desk.answer(finished)
            else:
                desk.runs.reset()
                desk.runs.submit("next", None, permission)
                desk.worker.wait_for(count + 1)
                assert notes == [DIGEST, "end", DIGEST]
                return
            desk.wait(lambda: not desk.runs.is_running)
            assert notes == [DIGEST, "end"]
    finally:
        desk.runs.close()
