"""One child process and its pipes: started clean, read on a thread of its own, ended from outside."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from gradstudio.worker import codec
from gradstudio.worker.messages import Draw, Finished, Ready, Renewed, Reply, Request
from gradstudio.worker.permission import SAFE, Permission
from gradstudio.worker.whereabouts import noted_line

THREADS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
}
"""How the numerical libraries of a child use threads, unless the environment says otherwise. It is set before they are
loaded: threads wait without spinning, and small products are not worth more than one of them."""

_ROOT = Path(__file__).resolve().parent.parent.parent
_START = "import sys; sys.path[:0] = {paths!r}; from gradstudio.worker.child import main; sys.exit(main(sys.argv[1:]))"


class Process:
    """A child in a role ("run", "draw", or "full" with a permission).

    on_reply(process, message) and on_end(process) are called on the reader thread; on_end comes exactly once, however
    the child ends.
    """

    def __init__(
        self,
        role: str,
        memory: int,
        on_reply: Callable[[Process, Reply], None],
        on_end: Callable[[Process], None],
        permission: Permission = SAFE,
    ) -> None:
        if (role == "full") != (permission.mode == "trusted"):
            raise ValueError(f"no child in role {role} with a permission that is {permission.mode}")
        self.role = role
        self.ready = threading.Event()
        self.layers: tuple[str, ...] = ()
        self._on_reply = on_reply
        self._on_end = on_end
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._line_at_end = 0
        self._finished: Finished | None = None  # the last run's end, which the next one may only renew
        self._folder = tempfile.mkdtemp(prefix="gradstudio-")
        to_child_read, to_child_write = os.pipe()
        from_child_read, from_child_write = os.pipe()
        self._write = os.fdopen(to_child_write, "wb")
        self._read = os.fdopen(from_child_read, "rb")
        paths = [p for p in sys.path if p and Path(p).is_dir()]
        if str(_ROOT) not in paths:
            paths.insert(0, str(_ROOT))
        # An isolated interpreter, an empty folder and an environment with nothing of the user's in it but what they say
        # of threads.
        environment = {"LC_ALL": "C.UTF-8"} | {name: os.environ.get(name, own) for name, own in THREADS.items()}
        place: list[str] = []
        if role == "full":  # a program that may do what the person may has what the person has
            environment = {**os.environ}
            place = [str(permission.folder or ""), str(permission.file or "")]
        elif sys.platform == "win32":
            environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
        self._child = subprocess.Popen(
            [
                sys.executable, "-I", "-X", "utf8", "-c", _START.format(paths=paths),
                role, str(to_child_read), str(from_child_write), str(memory), *place,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=self._folder,
            pass_fds=(to_child_read, from_child_write),
            close_fds=True,
            start_new_session=role == "full",  # so that all it starts can be ended with it
        )  # fmt: skip
        os.close(to_child_read)
        os.close(from_child_write)
        self.pid = self._child.pid
        self._writer = threading.Thread(target=self._deliver, daemon=True, name=f"gradstudio to {role}")
        self._reader = threading.Thread(target=self._listen, daemon=True, name=f"gradstudio {role}")
        self._writer.start()
        self._reader.start()

    def send(self, message: Request) -> None:
        """Hand a request over. Never waits: a busy child reads nothing, and a large trace does not fit into a pipe."""
        self._waiting.put(message)

    def kill(self) -> None:
        """End the child at once, whatever it is doing; in role "full" with everything that it started."""
        if self.role == "full" and sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        if self._child.poll() is None:
            self._child.kill()

    def close(self, seconds: float = 2.0) -> None:
        """End the child and wait until nothing of it is left, neither process nor folder nor thread."""
        self.kill()
        for thread in (self._reader, self._writer):
            if thread is not threading.current_thread():
                thread.join(seconds)

    def resident(self) -> int:
        """Bytes of memory the child holds, 0 where that cannot be known cheaply."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGESIZE")

    def line(self) -> int:
        """The program's line that was running lately, 0 if unknown."""
        return self._line_at_end or noted_line(Path(self._folder))

    def _deliver(self) -> None:
        """Write what waits, in order; of several drawings only the newest."""
        while (message := self._waiting.get()) is not None:
            while isinstance(message, Draw) and not self._waiting.empty():
                newer = self._waiting.get()
                if newer is None:
                    return
                if isinstance(newer, Draw) and newer.trace is None:
                    newer = msgspec.structs.replace(newer, trace=message.trace)  # it counts on what is left out
                message = newer
            try:
                self._write.write(codec.frame(message))
                self._write.flush()
            except (OSError, ValueError):
                return

    def _listen(self) -> None:
        try:
            while (body := codec.read_frame(self._read)) is not None:
                message = codec.reply(body)
                if isinstance(message, Ready):
                    self.layers = message.layers
                    self.ready.set()
                if isinstance(message, Renewed):
                    message = codec.finished(message, self._finished)
                if isinstance(message, Finished):
                    self._finished = message
                self._on_reply(self, message)
        except (codec.BadMessage, OSError, ValueError):
            pass  # a child that does not keep to the protocol is ended like one that died
        self.kill()
        self._child.wait()
        self._waiting.put(None)
        self._writer.join()
        self._line_at_end = self.line()
        for stream in (self._read, self._write):
            with contextlib.suppress(OSError):
                stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self.ready.set()
        self._on_end(self)
