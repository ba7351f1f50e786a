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
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from gradstudio.worker import codec
from gradstudio.worker.checks import BadMessage
from gradstudio.worker.conversation import Conversation
from gradstudio.worker.lockdown import windows
from gradstudio.worker.messages import Draw, Finished, Ready, Renewed, Reply, Request
from gradstudio.worker.permission import SAFE, Permission
from gradstudio.worker.start import handle, start
from gradstudio.worker.vitals import Vitals, vitals
from gradstudio.worker.whereabouts import Notes, Place

_LARGEST = {"run": 80 << 20, "full": 80 << 20, "draw": 256 << 20}
"""Bytes of one message that a child may send: what a run may answer, and a little more; a picture."""


class Process:
    """A child in a role ("run", "draw", or "full" with a permission). memory: bytes that a run may use. seconds: of
    processor time in all.

    on_reply(process, message) and on_end(process) are called on the reader thread; on_end comes exactly once, however
    the child ends. Everything that is replied has been asked for, and is safe to use. Raises OSError if no process can
    be started.
    """

    def __init__(
        self,
        role: str,
        memory: int,
        on_reply: Callable[[Process, Reply], None],
        on_end: Callable[[Process], None],
        seconds: float = 3600.0,
        permission: Permission = SAFE,
    ) -> None:
        if (role == "full") != (permission.mode == "trusted"):
            raise ValueError(f"no child in role {role} with a permission that is {permission.mode}")
        self.role = role
        self.ready = threading.Event()  # it waits for requests, or has ended
        self.was_ready = False
        self.is_over = threading.Event()
        self.began = time.monotonic()
        self.layers: tuple[str, ...] = ()
        self.complaint = ""  # why it was ended, if it did not keep to what was agreed
        self._on_reply = on_reply
        self._on_end = on_end
        self.is_sending = False  # a request lies in its pipe that it has not read yet
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._last_place: Place | None = None
        self._is_ended = False
        self._conversation = Conversation(role)
        self._finished: Finished | None = None  # the last run's end, which the next one may only renew
        self._room = Room()
        try:
            self._notes = Notes(self._room.path)
            to_child_read, to_child_write = os.pipe()
            from_child_read, from_child_write = os.pipe()
        except BaseException:
            self._room.close()
            raise
        self._room.hide()
        self._write = os.fdopen(to_child_write, "wb")
        self._read = os.fdopen(from_child_read, "rb")
        place = [str(permission.folder or ""), str(permission.file or "")] if role == "full" else []
        inherited = (to_child_read, from_child_write, self._notes.child)
        try:
            self._child = start(
                [role, *(str(handle(n)) for n in inherited), str(memory), str(seconds), str(os.getpid()), *place],
                inherited,
                self._room.entrance,
                is_full=role == "full",
            )
        except BaseException:
            self._let_go()
            raise
        finally:
            for number in inherited:
                os.close(number)
        self._job = _job(self._child, memory) if role != "full" else None
        self.pid = self._child.pid
        self._writer = threading.Thread(target=self._deliver, daemon=True, name=f"gradstudio to {role}")
        self._reader = threading.Thread(target=self._listen, daemon=True, name=f"gradstudio {role}")
        self._writer.start()
        self._reader.start()

    def send(self, message: Request) -> None:
        """Hand a request over. Never waits: a busy child reads nothing, and a large trace does not fit into a pipe."""
        self._waiting.put(message)

    def kill(self) -> None:
        """End the child at once, whatever it is doing. Nothing that it has said and nobody has read counts any more."""
        self._is_ended = True
        if self._child.returncode is not None:
            return
        if sys.platform == "win32":
            self._child.kill()
        else:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)  # with whatever it started, where the system let it

    def close(self, seconds: float = 2.0) -> None:
        """End the child and wait until nothing of it is left, neither process nor folder nor thread."""
        self.kill()
        for thread in (self._reader, self._writer):
            if thread is not threading.current_thread():
                thread.join(seconds)

    @property
    def signal(self) -> int:
        """The signal that ended it, 0 for none."""
        code = self._child.returncode
        return -code if code is not None and code < 0 else 0

    def vitals(self) -> Vitals:
        """How it is doing."""
        return vitals(self.pid)

    def place(self) -> Place:
        """Where its program was lately."""
        return self._last_place or self._notes.place()

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
                self._conversation.asked(message)
                self.is_sending = True
                self._write.write(codec.frame(message))
                self._write.flush()
                self.is_sending = False
            except (OSError, ValueError):
                return

    def _listen(self) -> None:
        try:
            while (body := codec.read_frame(self._read, _LARGEST[self.role])) is not None and not self._is_ended:
                heard = self._heard(body)
                del body  # as large as what it says, and the next one may be long in coming
                self._on_reply(self, heard)
                del heard
        except BadMessage as error:
            self.complaint = str(error)  # a child that does not keep to the protocol is ended
        except (OSError, ValueError):
            pass
        finally:
            self._wind_up()

    def _wind_up(self) -> None:
        self.kill()
        self._child.wait()
        if self._job is not None:
            self._job.close()
        self._waiting.put(None)
        self._writer.join()
        self._last_place = self._notes.place()
        self._let_go()
        self.is_over.set()
        self.ready.set()
        self._on_end(self)

    def _heard(self, body: bytes | bytearray) -> Reply:
        """The message, if it is one that may come now. Raises BadMessage."""
        message = self._conversation.heard(codec.reply(body))
        if isinstance(message, Ready):
            self.layers = (*message.layers, *(("job",) if self._job is not None else ()))
            self.was_ready = True
            self.ready.set()
        if isinstance(message, Renewed):
            message = codec.finished(message, self._finished)
        if isinstance(message, Finished):
            self._finished = message
        return message

    def _let_go(self) -> None:
        """Of pipes, notes and room."""
        for stream in (self._read, self._write):
            with contextlib.suppress(OSError):
                stream.close()
        self._notes.close()
        self._room.close()


class Room:
    """An empty folder for a child to stand in.

    Linux keeps a folder that somebody holds when its name is gone: nothing can be put into it, and nothing is left
    behind, whenever this process is killed. Elsewhere it has its name until close().
    """

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="gradstudio-"))
        self.entrance = str(self.path)  # what a child is to change to, once the folder is hidden
        self._held = -1

    def hide(self) -> None:
        """Take its name away. All files in it must be without one as well."""
        if sys.platform != "linux" or not Path("/proc/self/fd").is_dir():
            return
        with contextlib.suppress(OSError):
            self._held = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            self.path.rmdir()
            self.entrance = f"/proc/self/fd/{self._held}"

    def close(self) -> None:
        """Let go of it."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1
        shutil.rmtree(self.path, ignore_errors=True)


def _job(child: subprocess.Popen[bytes], memory: int) -> windows.Job | None:
    """Windows: the job that holds a worker."""
    if sys.platform != "win32":
        return None
    return windows.hold(int(child._handle), memory + (1 << 30))  # type: ignore[attr-defined,unused-ignore]
