"""A client whose worker has been taken over: instead of running a program it executes the text as Python, with all that
an escaped program would have (the interpreter, ctypes, its channel), behind the real lockdown.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from gradstudio.worker.client import Client
from gradstudio.worker.messages import Finished, Printed, Reply

TAKEN_OVER = """\
import sys; sys.path += {paths!r}
import ctypes, json, mmap, os, resource, select, signal, socket, subprocess, threading, time
import gradstudio.worker.child as child
from gradstudio.worker.messages import *
def run(self, request):
    exec(request.text, dict(globals(), runner=self, channel=self._channel, request=request, number=request.run))
child.Runner.run = run
sys.exit(child.main(sys.argv[1:]))
"""

HONEST = "channel.send(Finished(number, 'ok'))\n"


class Captive:
    """A client with such workers, and what it says."""

    def __init__(self) -> None:
        self.messages: list[Reply] = []
        self._news = threading.Condition()
        self.client = Client(self._hear)

    def _hear(self, message: Reply) -> None:
        with self._news:
            self.messages.append(message)
            self._news.notify_all()

    def run(self, code: str, **options: Any) -> Finished:
        """Execute code in the worker and wait for the end of the run."""
        number = self.client.run(code, **options)
        with self._news:
            assert self._news.wait_for(lambda: self._end(number) is not None, 30), "the run did not end"
        found = self._end(number)
        assert found is not None
        return found

    def ask(self, code: str) -> Any:
        """Execute code that leaves its answer in `found`, and give that."""
        number = self.client.run(code + "\nchannel.send(Printed(number, json.dumps(found)))\n" + HONEST)
        with self._news:
            assert self._news.wait_for(lambda: self._end(number) is not None, 30), "the run did not end"
        end = self._end(number)
        assert end is not None
        assert end.status == "ok", end.problems
        return json.loads("".join(m.text for m in self.messages if isinstance(m, Printed) and m.run == number))

    def _end(self, number: int) -> Finished | None:
        return next((m for m in self.messages if isinstance(m, Finished) and m.run == number), None)


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that no message announces."""
    event = threading.Event()
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        event.wait(0.01)
