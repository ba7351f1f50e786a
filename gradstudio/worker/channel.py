"""The child's end of the pipes: requests come in, replies and printed text go out."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, BinaryIO

from gradstudio.language.limits import LimitReached
from gradstudio.worker import codec
from gradstudio.worker.messages import Data, Printed, Reply, Wanted
from gradstudio.worker.weight import too_much

_LIGHT = 1 << 20
"""A message of fewer bytes cannot become too large."""


class Channel:
    """The two pipes; writing is safe from any thread."""

    def __init__(self, read: BinaryIO, write: BinaryIO) -> None:
        self._read = read
        self._write = write
        self._lock = threading.Lock()
        self._aside: deque[Any] = deque()  # what came while an answer was waited for

    def receive(self) -> Any:
        """The next request, None when the window has gone."""
        return self._aside.popleft() if self._aside else self._next()

    def ask(self, wanted: Wanted) -> Data | None:
        """Ask for data files and wait for them; None when the window has gone."""
        self.send(wanted)
        while (message := self._next()) is not None:
            if not isinstance(message, Data):
                self._aside.append(message)
            elif message.run == wanted.run:
                return message
        return None

    def _next(self) -> Any:
        body = codec.read_frame(self._read, codec.LARGEST_REQUEST)
        return None if body is None else codec.request(body)

    def send(self, message: Reply, largest: int = codec.LARGEST) -> bool:
        """Write one message unless it is larger than allowed, or would become so."""
        data = codec.frame(message)
        if len(data) > largest or (len(data) > _LIGHT and too_much(memoryview(data)[codec.HEAD :])):
            return False
        with self._lock:
            self._write.write(data)
            self._write.flush()
        return True


_DROPPED = 16
"""How many times what is shown a program may print; from then on it is only taking time."""


class Printer:
    """What a program prints, sent in pieces and cut at a limit. Raises LimitReached where far more is printed."""

    def __init__(self, channel: Channel, run: int, limit: int) -> None:
        self._channel = channel
        self._run = run
        self._left = limit
        self._most = _DROPPED * limit
        self._dropped = 0
        self._parts: list[str] = []
        self._all: list[str] = []
        self._held = 0
        self._sent = time.monotonic()

    def __call__(self, text: str) -> None:
        if self._left <= 0:
            self._drop(len(text) + 1)
            return
        more = len(text) - self._left
        if more >= 0:
            text = text[: self._left] + "\n… output cut\n"
        self._left = max(-more, 0)
        self._parts.append(text)
        self._held += len(text)
        if self._held > 16384 or time.monotonic() - self._sent > 0.1:
            self.flush()
        if more > 0:
            self._drop(more)

    def _drop(self, count: int) -> None:
        """So many characters are not shown."""
        self._dropped += count
        if self._dropped > self._most:
            raise LimitReached(f"stopped: printed more than {self._most:,} characters")

    def text(self) -> str:
        """All that was sent."""
        return "".join(self._all)

    def flush(self) -> None:
        """Send what is held."""
        if self._parts:
            self._all.append("".join(self._parts))
            self._channel.send(Printed(self._run, self._all[-1]))
        self._parts, self._held, self._sent = [], 0, time.monotonic()
