"""Real child processes: results, limits, crashes, floods, replies that come too late."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from inbox import Inbox, until

from gradstudio.graph.folding import FoldState
from gradstudio.layout.model import Options
from gradstudio.worker.client import Client, run_once
from gradstudio.worker.messages import Drawn, Finished, Limits, NotDrawn, Printed, Value
from gradstudio.worker.process import Process


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def client(inbox: Inbox) -> Iterator[Client]:
    made = Client(inbox)
    yield made
    made.close()


def worker_of(client: Client) -> Process:
    """The worker, as soon as it is ready."""
    until(lambda: client._pair.worker is not None and client._pair.worker.ready.is_set())
    assert client._pair.worker is not None
    return client._pair.worker


def test_a_program_gives_its_trace_values_and_gradients() -> None:
    done, printed = run_once("x = 3.0\ny = x * x\nprint('y is', y)\n")

    assert done.status == "ok"
    assert done.values == {"x": 3.0, "y": 9.0}
    assert done.gradients == ({"x": 6.0},)
    assert printed == "y is 9.0\n"


def test_whole_arrays_come_when_they_are_asked_for(client: Client, inbox: Inbox) -> None:
    run = client.run("x = ones((2, 2))\ny = sum(x * x)\n")
    inbox.finished(run)
    client.fetch(0)
    client.fetch(0, 0)
    client.fetch(99)

    value = inbox.wait(lambda m: isinstance(m, Value) and m.record == 0 and m.sweep == -1)
    gradient = inbox.wait(lambda m: isinstance(m, Value) and m.record == 0 and m.sweep == 0)
    nothing = inbox.wait(lambda m: isinstance(m, Value) and m.record == 99)
    assert isinstance(value, Value)
    assert isinstance(gradient, Value)
    assert isinstance(nothing, Value)
    assert np.array_equal(value.array, np.ones((2, 2)))
    assert np.array_equal(gradient.array, 2 * np.ones((2, 2)))
    assert nothing.array is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("while True:\n    pass\n", (1, 2)),
        ("x = 1.0\ny = x\nr = range\ns = sum(r(10 ** 14))\n", (4,)),
        ("def f():\n    n = 0\n    while True:\n        n = n + 1\nf()\n", (3, 4)),
    ],
)
def test_an_endless_run_is_ended_from_outside_and_the_next_one_works(
    client: Client, inbox: Inbox, text: str, lines: tuple[int, ...]
) -> None:
    done = inbox.finished(client.run(text, limits=Limits(seconds=3)))

    assert done.status == "limited"
    assert re.match(r"stopped after \d s", done.problems[0].message)  # 3, and a little more on a busy machine
    assert done.problems[0].span[0] in lines
    if "while" in text:
        loop = text[: text.index("while")].count("\n") + 1
        assert re.search(rf"\(line {loop} had run [\d,]{{3,}} times\)", done.problems[0].message)
    assert inbox.finished(client.run("x = 1.0\ny = x + x\n")).status == "ok"


def test_stop_ends_a_run_at_once(client: Client, inbox: Inbox) -> None:
    first = client.run("print('here')\nwhile True:\n    pass\n")
    worker_of(client)

    assert client.stop()
    assert inbox.finished(first).problems[0].kind == "stopped"
    assert not client.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by the system on Linux only")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1.0\nx = ones(10 ** 9)\n", 2),
        ("x = [0] * 9999999\ny = []\nwhile True:\n    y = y + x\n", 4),
        ("import numpy as np\nx = np.zeros((10 ** 5, 10 ** 5))\n", 2),
    ],
)
def test_too_much_memory_is_one_line_that_names_the_place(client: Client, inbox: Inbox, text: str, line: int) -> None:
    done = inbox.finished(client.run(text))

    assert done.status == "limited"
    assert done.problems[0].kind == "memory"
    assert done.problems[0].span[0] == line


def test_a_newer_run_supersedes_an_older_one(client: Client, inbox: Inbox) -> None:
    old = client.run("while True:\n    pass\n")
    new = client.run("x = 2.0\ny = x * x\n")

    assert inbox.finished(new).status == "ok"
    assert not [m for m in inbox.messages if isinstance(m, Finished) and m.run == old]


def test_a_worker_that_is_killed_is_told_and_replaced(client: Client, inbox: Inbox) -> None:
    worker_of(client)
    run = client.run("while True:\n    pass\n")
    until(lambda: client._has_started)
    os.kill(worker_of(client).pid, signal.SIGKILL)

    assert inbox.finished(run).status == "died"
    assert inbox.finished(client.run("x = 1.0\ny = x * 2\n")).status == "ok"


def test_a_flood_of_output_is_cut(client: Client, inbox: Inbox) -> None:
    run = client.run("for i in range(100000):\n    print('x' * 100)\n", limits=Limits(printed=50_000))
    inbox.finished(run)
    printed = "".join(m.text for m in inbox.messages if isinstance(m, Printed))

    assert len(printed) < 51_000
    assert printed.endswith("… output cut\n")


def test_a_reply_beyond_its_limit_is_told_instead_of_sent(client: Client, inbox: Inbox) -> None:
    done = inbox.finished(client.run("x = 1.0\nfor i in range(500):\n    x = x * 1.5\n", limits=Limits(reply=10_000)))

    assert done.status == "limited"
    assert "too large" in done.problems[0].message


def test_a_spare_is_kept_warm(client: Client) -> None:
    until(lambda: client._pair.spare is not None and client._pair.spare.ready.is_set())

    assert client._pair.spare is not client._pair.worker


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_worker_has_nothing_of_the_users(client: Client) -> None:
    worker_of(client)
    proc = Path(f"/proc/{worker_of(client).pid}")
    environment = (proc / "environ").read_bytes()

    assert b"HOME" not in environment
    assert b"PATH=" not in environment
    assert "limits" in client.layers
    assert len(list((proc / "fd").iterdir())) <= 7
    assert [path.name for path in (proc / "cwd").iterdir()] == []


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_the_worker_cannot_open_files_even_with_full_python(tmp_path: Path) -> None:

    secret = tmp_path / "secret"
    secret.write_text("42")
    code = (
        "from gradstudio.worker.lockdown import drop_rights\n"
        "layers = drop_rights(1 << 30)\n"
        f"try:\n    print(open({str(secret)!r}).read())\n"
        "except PermissionError:\n    print('denied', 'landlock' in layers)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if "denied" not in found.stdout:
        pytest.skip("this kernel has no Landlock: isolation is limits only")

    assert found.stdout == "denied True\n"


def test_closing_leaves_no_process(inbox: Inbox) -> None:
    client = Client(inbox)
    client.run("while True:\n    pass\n")
    until(lambda: client._pair.spare is not None)
    client.run("while True:\n    pass\n")
    processes = [client._pair.worker, client._pair.spare, *client._pair.ending]
    client.close()

    for process in filter(None, processes):
        assert process._child.poll() is not None
        assert not process._room.path.exists()


def test_a_command_that_ends_leaves_no_folder(tmp_path: Path) -> None:
    code = "from gradstudio.worker.client import run_once; print(run_once('x = 1.0')[0].status)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)

    assert found.stdout == "ok\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
def test_asking_a_busy_drawing_process_never_waits(client: Client, inbox: Inbox) -> None:
    done = inbox.finished(client.run("x = 1.0\nfor i in range(5000):\n    x = sin(x)\n"))
    assert done.trace is not None
    client.draw(done.trace, "", 0, FoldState(), Options(), None)
    inbox.wait(lambda m: isinstance(m, Drawn))
    assert client._drawings._process is not None
    pid = client._drawings._process.pid
    os.kill(pid, signal.SIGSTOP)
    start = time.monotonic()
    numbers = [client.draw(done.trace, "", 0, FoldState(), Options(), None) for _ in range(20)]
    asked = time.monotonic() - start
    with contextlib.suppress(ProcessLookupError):  # it is ended soon, as it stands still, and another one answers
        os.kill(pid, signal.SIGCONT)

    assert asked < 0.5
    inbox.wait(lambda m: isinstance(m, Drawn) and m.run == numbers[-1])


def test_graph_and_layout_are_computed_in_the_drawing_process(client: Client, inbox: Inbox) -> None:
    text = "x = 3.0\ny = x * x + sin(x)\n"
    done = inbox.finished(client.run(text))
    assert done.trace is not None
    number = client.draw(done.trace, text, 0, FoldState(), Options(), None)
    drawn = inbox.wait(lambda m: isinstance(m, Drawn) and m.run == number)

    assert isinstance(drawn, Drawn)
    assert drawn.graph.title == ("x", "x * x", "sin(x)", "y")
    assert len(drawn.layout.boxes) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
def test_a_drawing_process_that_falls_is_started_once_more_and_then_given_up(client: Client, inbox: Inbox) -> None:
    text = "x = 3.0\ny = x * x\n"
    done = inbox.finished(client.run(text))
    assert done.trace is not None
    first = client.draw(done.trace, text, 0, FoldState(), Options(), None)
    inbox.wait(lambda m: isinstance(m, Drawn) and m.run == first)

    def fall_while_drawing(fell: int) -> int:
        drawer = client._drawings._process
        assert drawer is not None
        os.kill(drawer.pid, signal.SIGSTOP)  # so that it cannot answer before it is ended
        number = client.draw(done.trace, text, 0, FoldState(), Options(), None)  # type: ignore[arg-type]
        client._drawings._falls = fell
        drawer.kill()
        return number

    again = fall_while_drawing(0)
    inbox.wait(lambda m: isinstance(m, Drawn) and m.run == again)
    given_up = fall_while_drawing(1)
    inbox.wait(lambda m: isinstance(m, NotDrawn) and m.run == given_up)


def test_texts_typed_while_the_worker_starts_cost_no_worker(inbox: Inbox) -> None:
    client = Client(inbox)
    try:
        worker = client._pair.worker
        numbers = [client.run(f"x = {i}.0\ny = x * x\n") for i in range(20)]
        inbox.finished(numbers[-1])
        assert client._pair.worker is worker
        assert [m.run for m in inbox.messages if isinstance(m, Finished)] == [numbers[-1]]
    finally:
        client.close()
