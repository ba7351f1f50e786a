"""Full Python in a real process: the person's own rights, everything it prints, the same picture, and a sure end."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from inbox import Inbox

from gradstudio.worker.client import Client, run_once
from gradstudio.worker.messages import Finished, Limits, Printed, Value
from gradstudio.worker.permission import Permission

PROGRAM = '''"""What the file is for."""
from __future__ import annotations
import math, os, subprocess, sys
from dataclasses import dataclass
from enum import Enum
import numpy


class Kind(Enum):
    ONE = 1


@dataclass
class Spring:
    stiffness: float = 2.0

    def energy(self, at):
        """Docs."""
        for turn in range(2):
            result = self.stiffness * at * at
        return result


def numbers(count):
    for k in range(count):
        yield k * 1.0


x = 3.0
total: float = 0.0
for k in range(2):
    total = total + x * 2.0
y = Spring().energy(x) + math.sin(x) + sum(numbers(3))
numpy.savez("made.npz", a=[1.0, 2.0])
made = gs.load("made.npz")
print(os.getcwd(), __name__, __file__, Spring.energy.__doc__, [k.name for k in Kind])
print(os.environ["GRADSTUDIO_CONFIG"], Spring.__annotations__)
print("to stderr", file=sys.stderr)
subprocess.run(["echo", "from a child"])
'''


def allowed(folder: Path) -> Permission:
    return Permission("trusted", folder=folder, file=folder / "spring.py")


def test_a_program_that_prints_far_more_than_is_shown_goes_on_to_its_end(tmp_path: Path) -> None:
    text = "import os\nfor i in range(400):\n    print('x' * 1000)\ny = 2.0\n"
    done, printed = run_once(text, limits=Limits(seconds=30, printed=1000), permission=allowed(tmp_path))
    assert (done.status, done.values["y"]) == ("ok", 2.0)
    assert printed.endswith("… output cut\n")
    assert len(printed) < 2000


def test_kinds_stay_pythons_own_in_a_text_without_the_library(tmp_path: Path) -> None:
    text = "import os\nn = int(bool(np.ones(1)) and isinstance(1j, complex)) + slice(1).stop\n"
    done, _ = run_once(text, permission=allowed(tmp_path))
    assert (done.status, done.values["n"]) == ("ok", 2)


def test_a_text_that_is_too_deep_names_its_line(tmp_path: Path) -> None:
    done, _ = run_once(f"import os\nx = {'-' * 90_000}1\n", permission=allowed(tmp_path))
    assert (done.status, done.problems[0].span[0]) == ("error", 2)


def test_it_runs_as_plain_python_does_and_is_recorded_as_a_safe_file_is(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('a file beside the program was imported')\n")
    done, printed = run_once(PROGRAM, permission=allowed(tmp_path))
    assert (done.status, done.problems) == ("ok", ())
    lines = printed.splitlines()
    assert lines[0] == f"{tmp_path} __main__ {tmp_path}/spring.py Docs. ['ONE']"
    assert lines[1].startswith(os.environ["GRADSTUDIO_CONFIG"])
    assert lines[1].endswith("{'stiffness': 'float'}")
    assert lines[2:] == ["to stderr", "from a child"]
    assert done.values["made"] == [[1.0, 2.0]]
    assert done.values["y"] == pytest.approx(18.0 + np.sin(3.0) + 3.0)
    assert done.gradients[0]["x"] == pytest.approx(12.0 + np.cos(3.0)), "math is recorded in a formula"
    trace = done.trace
    assert trace is not None
    scopes = [(scope.kind, scope.name) for scope in trace.scopes]
    assert ("call", "energy") in scopes
    assert sum(scope[0] == "pass" for scope in scopes) == 4
    assert all(row[0] > 0 for row in trace.records.span)


@pytest.mark.parametrize(
    ("text", "status", "said", "line"),
    [
        ("x = 1.0\nimport sys\nsys.exit(0)\n", "ok", "", 0),
        ("x = 1.0\nimport sys\nsys.exit('no')\n", "error", "the program ended itself: no", 3),
        ("import os\nopen('gone')\n", "error", "No such file", 2),
        ("import os\nx = (\n", "error", "never closed", 2),
        ("import os\nos._exit(3)\n", "died", "ended unexpectedly", None),
    ],
)
def test_every_end_is_one_line(tmp_path: Path, text: str, status: str, said: str, line: int | None) -> None:
    done, _ = run_once(text, permission=allowed(tmp_path))
    assert done.status == status
    if said:
        assert said in done.problems[0].message
        assert line is None or done.problems[0].span[0] == line


CHILDREN = """import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
forked = os.fork()
if not forked:
    time.sleep(600)
print("children", os.getpid(), child.pid, forked)
time.sleep(600)
"""


def is_gone(pid: int) -> bool:
    """Whether a process has ended (one that nobody waited for counts)."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_stop_ends_it_with_all_that_it_started_and_a_safe_run_follows(tmp_path: Path) -> None:
    inbox = Inbox()
    client = Client(inbox)
    try:
        number = client.run(CHILDREN, permission=allowed(tmp_path))
        printed = inbox.wait(lambda m: isinstance(m, Printed) and "children" in m.text)
        assert isinstance(printed, Printed)
        assert client.running
        assert client.stop()
        done = inbox.wait(lambda m: isinstance(m, Finished) and m.run == number)
        assert isinstance(done, Finished)
        assert done.problems[0].message == "stopped by you"
        pids = [int(word) for word in printed.text.split()[1:]]
        waiting = threading.Event()
        for _ in range(500):
            if all(map(is_gone, pids)):
                break
            waiting.wait(0.02)
        assert all(map(is_gone, pids))
        number = client.run("import os\n")
        done = inbox.wait(lambda m: isinstance(m, Finished) and m.run == number)
        assert isinstance(done, Finished)
        assert done.status == "refused", "the safe worker is another process with other rules"
    finally:
        client.close()


def test_its_time_is_limited_what_it_prints_is_cut_and_its_arrays_can_be_fetched(tmp_path: Path) -> None:
    inbox = Inbox()
    client = Client(inbox)
    try:
        number = client.run("while True:\n    pass\n", None, Limits(seconds=0.3), permission=allowed(tmp_path))
        done = inbox.wait(lambda m: isinstance(m, Finished) and m.run == number)
        assert isinstance(done, Finished)
        assert "stopped after 0.3 s" in done.problems[0].message
        flood = "import os\nx = gs.Variable([1.0, 2.0])\ny = x * x\nos.write(1, b'a' * 5000)\n"
        number = client.run(flood, None, Limits(printed=1000), permission=allowed(tmp_path))
        inbox.wait(lambda m: isinstance(m, Finished) and m.run == number)
        printed = "".join(m.text for m in inbox.messages if isinstance(m, Printed) and m.run == number)
        assert printed == "a" * 1000 + "\n… output cut\n"
        client.fetch(1)
        value = inbox.wait(lambda m: isinstance(m, Value))
        assert isinstance(value, Value)
        assert value.array is not None
        assert value.array.tolist() == [1.0, 4.0]
    finally:
        client.close()
