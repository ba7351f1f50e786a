"""How a child is started: an interpreter that finds only our own code, with nothing of the user's in its hands."""

from __future__ import annotations

import os
import queue
import site
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

THREADS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
}
"""How the numerical libraries of a child use threads, unless the environment says otherwise. It is set before they are
loaded: threads wait without spinning, and small products are not worth more than one of them."""

_ROOT = Path(__file__).resolve().parent.parent.parent
_START = "import sys; sys.path += {paths!r}; from gradstudio.worker.child import main; sys.exit(main(sys.argv[1:]))"

_FULL_START = f"import sys; sys.path.insert(0, {{root!r}}); import gradstudio.worker; del sys.path[0]; {_START}"
"""The interpreter finds what it always finds, but the studio's own code comes from where the window's does."""


def environment() -> dict[str, str]:
    """All that a child's environment holds: nothing of the user's but a number or word about threads."""
    made = {"LC_ALL": "C.UTF-8"}
    for name, own in THREADS.items():
        said = os.environ.get(name, own)
        made[name] = said if said.isdecimal() or said in ("active", "passive") else own
    if sys.platform == "win32":
        made["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
    return made


def paths() -> list[str]:
    """Where a child looks for modules besides Python's own: our code, this interpreter's site folders, and where NumPy
    and msgspec came from. Never a script's folder or the current one: a file beside a program must not be imported.
    """
    homes = [_ROOT, *(Path(found).parent.parent for module in (np, msgspec) if (found := module.__file__))]
    places = [*map(str, homes), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        places.append(site.getusersitepackages())
    return [place for place in dict.fromkeys(places) if Path(place).is_dir()]


def start(
    arguments: list[str], inherited: tuple[int, ...], folder: str, is_full: bool = False
) -> subprocess.Popen[bytes]:
    """Start child.py's main() with these arguments, in an empty folder, holding no file but the inherited ones.

    inherited: file numbers; each is named in an argument as handle() gives it. is_full: for a program that may do what
    the person may, so with their environment and the interpreter's usual modules; those beside the program are not
    among them, because nobody has allowed what they hold. Raises OSError.
    """
    # On Windows the interpreter of a virtual environment is a small program that starts the real one as its child.
    interpreter = getattr(sys, "_base_executable", sys.executable) if sys.platform == "win32" else sys.executable
    shut, first = (["-P"], _FULL_START) if is_full else (["-I", "-S"], _START)
    around = {"OMP_WAIT_POLICY": THREADS["OMP_WAIT_POLICY"], **os.environ} if is_full else environment()
    command = [interpreter, *shut, "-X", "utf8", "-c", first.format(paths=paths(), root=str(_ROOT)), *arguments]

    def launch() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=around,
            cwd=folder,
            close_fds=True,
            **_apart(inherited),
        )

    return _launches.do(launch)


def _apart(inherited: tuple[int, ...]) -> dict[str, Any]:
    """How a child gets these files and no others, and does not hear the keys that stop a command."""
    if sys.platform == "win32":
        handles = [handle(number) for number in inherited]
        for one in handles:
            os.set_handle_inheritable(one, True)
        return {
            "startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles}),
            "creationflags": subprocess.CREATE_NO_WINDOW,
        }
    return {"pass_fds": inherited, "start_new_session": True}  # what it left can be ended with its session, too


def handle(number: int) -> int:
    """What a child calls an open file of this process."""
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.get_osfhandle(number)
    return number


class _Launches:
    """One thread that starts every child and lives as long as this process.

    Linux ends a child when the thread that started it ends, which must not be one that comes and goes.
    """

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Callable[[], subprocess.Popen[bytes]], Future[subprocess.Popen[bytes]]]]
        self._waiting = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, launch: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():  # a forked process has no threads yet
                self._waiting = queue.SimpleQueue()
                self._thread = threading.Thread(target=self._serve, daemon=True, name="gradstudio launches")
                self._thread.start()
        done: Future[subprocess.Popen[bytes]] = Future()
        self._waiting.put((launch, done))
        return done.result(60)

    def _serve(self) -> None:
        while True:
            launch, done = self._waiting.get()
            try:
                done.set_result(launch())
            except BaseException as error:
                done.set_exception(error)
            del launch, done


_launches = _Launches()
