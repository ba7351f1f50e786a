"""Events."""

from __future__ import annotations

from gradstudio.studio.events import Event


def test_every_listener_hears_in_the_order_it_connected() -> None:
    event: Event[[int]] = Event()
    heard: list[tuple[str, int]] = []
    event.connect(lambda n: heard.append(("first", n)))
    event.connect(lambda n: heard.append(("second", n)))
    event.emit(3)
    assert heard == [("first", 3), ("second", 3)]


def test_connecting_twice_calls_once_and_disconnecting_ends_it() -> None:
    event: Event[[]] = Event()
    heard: list[int] = []

    def listener() -> None:
        heard.append(1)

    event.connect(listener)
    event.connect(listener)
    event.emit()
    event.disconnect(listener)
    event.disconnect(listener)
    event.emit()
    assert heard == [1]


def test_a_listener_may_leave_while_it_is_called() -> None:
    event: Event[[]] = Event()
    heard: list[str] = []

    def once() -> None:
        event.disconnect(once)
        heard.append("once")

    event.connect(once)
    event.connect(lambda: heard.append("always"))
    event.emit()
    event.emit()
    assert heard == ["once", "always", "always"]
