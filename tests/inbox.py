"""What a client says, and waiting for it; a client that is asked one thing after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from gradstudio.worker.client import Client
from gradstudio.worker.messages import Finished, Printed, Reply, Value


class Inbox:
    """Everything a client said, in order. It is the client's listener."""

    def __init__(self) -> None:
        self.messages: list[Reply] = []
        self._news = threading.Condition()

    def __call__(self, message: Reply) -> None:
        with self._news:
            self.messages.append(message)
            self._news.notify_all()

    def wait(self, accept: Callable[[Reply], bool], seconds: float = 40.0, since: int = 0) -> Reply:
        """The first message from number `since` on that is accepted: one that has come already or one that comes."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(accept, self.messages[since:])), seconds), "nothing came in time"
            return next(filter(accept, self.messages[since:]))

    def finished(self, run: int, seconds: float = 40.0) -> Finished:
        """The end of a run."""
        found = self.wait(lambda m: isinstance(m, Finished) and m.run == run, seconds)
        assert isinstance(found, Finished)
        return found

    def printed(self, run: int) -> str:
        """What a run has printed so far."""
        return "".join(m.text for m in self.messages if isinstance(m, Printed) and m.run == run)


class Talk:
    """A client and its inbox. close() it at the end."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.client = Client(self.inbox)
        self.close = self.client.close

    def run(self, text: str, *rest: Any, seconds: float = 40.0, **options: Any) -> Finished:
        """Run a text, with what else Client.run takes, and wait for its end for so many seconds."""
        return self.inbox.finished(self.client.run(text, *rest, **options), seconds)

    def fetch(self, run: int, record: int, sweep: int = -1) -> Value:
        """The whole value of a record of the last run, or its gradient in a sweep."""
        before = len(self.inbox.messages)
        self.client.fetch(record, sweep)

        asked = (run, record, sweep)
        found = self.inbox.wait(lambda m: isinstance(m, Value) and (m.run, m.record, m.sweep) == asked, since=before)
        assert isinstance(found, Value)
        return found


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that no message announces."""
    event = threading.Event()
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        event.wait(0.01)
