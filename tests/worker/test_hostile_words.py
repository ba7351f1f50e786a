"""A worker that was taken over and speaks: what it says ends it, and the next run works."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
import words
from hostile import TAKEN_OVER, Captive
from hypothesis import given, settings
from hypothesis import strategies as st
from inbox import until

from gradstudio.worker import codec, start
from gradstudio.worker.checks import BadMessage
from gradstudio.worker.conversation import Conversation
from gradstudio.worker.messages import (
    Draw,
    Fetch,
    Finished,
    Limits,
    NotDrawn,
    Printed,
    Ready,
    Reply,
    Request,
    Run,
    Started,
    Value,
)

FOUND = (182, 407, 684, 1224, 1257, 900109, 900363)
"""Seeds of spoilt messages that once did harm."""


@pytest.fixture(scope="module")
def captive() -> Iterator[Captive]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(start, "_START", TAKEN_OVER)
        made = Captive()
        yield made
        made.close()


FAULTS = {
    "no message": "channel._write.write(child.codec._HEAD.pack(5) + b'\\xc1abcd'); channel._write.flush()",
    "a message without end": "channel._write.write(b'\\xff' * 8); channel._write.flush()",
    "a torn one": "channel._write.write(child.codec._HEAD.pack(500) + b'abc'); channel._write.close()",
    "deep": "channel._write.write(child.codec._HEAD.pack(100000) + b'\\x91' * 100000); channel._write.flush()",
    "a flood": "while True: channel.send(Printed(number, 'x'))",
    "a flood of another run": "while True: channel.send(Printed(number - 1, 'x'))",
    "too much text": "channel.send(Printed(number, 'x' * (2 << 20)))",
    "values that nobody wants": "while True: channel.send(Value(number, 0, -1, None))",
    "ready twice": "channel.send(Ready(()))",
    "a false end": "channel.send(Finished(number, 'died'))",
    "a renewal of nothing": "channel.send(Renewed(number, child.np.zeros((0, 4), 'i4'), None, ()))",
    "an exit": "os._exit(0)",
    "a crash": "ctypes.string_at(0)",
}


@pytest.mark.skipif(sys.platform == "win32", reason="speaks to the pipe in its own way")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_the_run_in_one_line_and_the_next_one_works(captive: Captive, fault: str) -> None:
    until(lambda: captive.client._pair.spare is not None and captive.client._pair.spare.ready.is_set())
    before = len(captive.inbox.messages)
    done = captive.run(FAULTS[fault] + "\ntime.sleep(60)")

    assert done.status == "died"
    assert len(done.problems) == 1
    assert "\n" not in done.problems[0].message
    assert captive.ask("found = 1") == 1
    assert len(captive.inbox.messages) - before < 300


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("signal.raise_signal(signal.SIGSTOP)", "stood still"),
        (
            "hold = []\nwhile True: hold.append(threading.Thread(target=time.sleep, args=(60,))); hold[-1].start()",
            "thread",
        ),
    ],
)
def test_what_stands_still_or_grows_is_ended(captive: Captive, code: str, said: str) -> None:
    done = captive.run("threading.stack_size(65536)\n" + code)

    assert said in done.problems[0].message
    assert captive.ask("found = 1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_end_said_twice_or_a_stopped_idle_worker_cost_the_next_run_nothing(captive: Captive) -> None:
    for code in ("channel.send(Finished(number, 'ok'))", "signal.raise_signal(signal.SIGSTOP)"):
        until(lambda: captive.client._pair.spare is not None and captive.client._pair.spare.ready.is_set())
        assert captive.run(f"channel.send(Finished(number, 'ok'))\n{code}").status == "ok"
        assert captive.ask("found = 1") == 1


def talk(*said: Request | Reply, role: str = "run") -> None:
    conversation = Conversation(role)
    for one in said:
        if isinstance(one, Run | Fetch | Draw):
            conversation.asked(one)
        else:
            conversation.heard(one)


RUN, READY = Run(1, "x = 1.0", limits=Limits(printed=1000)), Ready(())


@pytest.mark.parametrize(
    "said",
    [
        (Started(1),),
        (READY, READY),
        (READY, Finished(1, "ok")),
        (READY, RUN, Started(1), Started(1)),
        (READY, RUN, Finished(2, "ok")),
        (READY, RUN, Finished(1, "ok"), Finished(1, "ok")),
        (READY, RUN, Finished(1, "ok"), Printed(1, "x")),
        (READY, RUN, Finished(1, "ok", values={"x": 1.0})),
        (READY, RUN, Finished(1, "fine")),
        (READY, RUN, Printed(1, "x" * 1500)),
        (READY, RUN, *[Printed(1, "")] * 200),
        (READY, RUN, NotDrawn(1)),
        (READY, Value(1, 0, -1, None)),
        (READY, Fetch(1, 0), Value(1, 1, -1, None)),
        (READY, Fetch(1, 0), Value(1, 0, -1, None), Value(1, 0, -1, None)),
    ],
)
def test_what_was_not_asked_for_is_refused(said: tuple[Request | Reply, ...]) -> None:
    talk(*said[:-1]) if len(said) < 100 else None
    with pytest.raises(BadMessage):
        talk(*said)


def test_what_was_asked_for_is_heard() -> None:
    talk(READY, RUN, Started(1), Printed(1, "x"), Finished(1, "ok"), Fetch(1, 0), Value(1, 0, -1, None))
    talk(READY, RUN, Run(2, ""), Finished(2, "ok"))


@pytest.mark.parametrize(
    ("field", "many"),
    [
        ("problems", [{"severity": "error", "kind": "x", "message": ""}] * 101),
        ("problems", b"\xdd\xff\xff\xff\xff"),
        ("trace", {"records": {"strings": [""] * 1_000_001}}),
        ("trace", {"records": {"values": {"shapes": [[1] * 3_000_000]}}}),
        ("trace", {"scopes": b"\xdd\x7f\xff\xff\xff"}),
        ("trace", {"sweeps": [{"sources": [0] * 2_000_001}]}),
        ("values", {"x": [[] for _ in range(13_000_000)]}),
    ],
)
def test_what_would_become_too_large_is_refused_before_it_is_made(field: str, many: object) -> None:
    raw = many if not isinstance(many, bytes) else msgspec.Raw(many)
    body = msgspec.msgpack.encode({"type": "Finished", "run": 1, "status": "ok", field: raw})
    with pytest.raises(BadMessage):
        codec.reply(body)


def test_a_field_that_comes_twice_is_refused() -> None:
    twice = b"\x84\xa4type\xa8Finished\xa3run\x01\xa6status\xa2ok\xa3run\x01"
    with pytest.raises(BadMessage, match="twice"):
        codec.reply(twice)


def test_values_may_be_deep_as_arrays_are_and_no_deeper() -> None:
    def body(depth: int) -> bytes:
        value: object = 1.0
        for _ in range(depth):
            value = [value]
        return codec.frame(Finished(1, "ok", values={"x": value}))[8:]

    assert codec.reply(body(64)) == Finished(1, "ok", values=msgspec.msgpack.decode(body(64))["values"])
    with pytest.raises(BadMessage):
        codec.reply(body(80))


def test_a_place_outside_the_text_is_none_and_long_words_are_cut() -> None:
    problem = {"severity": "fatal", "kind": "k" * 99, "message": "a\nb" + "c" * 9000, "span": [9, 0, 9, 5], "record": 7}
    body = {"type": "Finished", "run": 1, "status": "error", "problems": [problem], "seconds": float("nan")}
    conversation = Conversation("run")
    conversation.heard(READY)
    conversation.asked(RUN)
    found = conversation.heard(codec.reply(msgspec.msgpack.encode(body)))

    assert isinstance(found, Finished)
    (shown,) = found.problems
    assert (shown.severity, shown.span, shown.record, found.seconds) == ("error", (0, 0, 0, 0), -1, 0.0)
    assert shown.message.startswith("a b")
    assert (len(shown.message), len(shown.kind)) == (2001, 41)


def check_spoilt(seed: int) -> None:
    chance = random.Random(seed)
    text, end, renewed = chance.choice(words.bodies())
    try:
        with np.errstate(all="ignore"):
            if renewed and chance.random() < 0.3:
                words.use(text, end, words.spoilt(renewed, chance))
            else:
                words.use(text, words.spoilt(end, chance))
    except BadMessage:
        pass


def check_spoilt_drawing(seed: int) -> None:
    chance = random.Random(seed)
    text, trace, body = chance.choice(words.drawings())
    try:
        with np.errstate(all="ignore"):
            words.use_drawn(text, trace, words.spoilt(body, chance))
    except BadMessage:
        pass


def test_messages_as_they_are_can_be_used() -> None:
    for text, end, renewed in words.bodies():
        words.use(text, end, renewed)
    for text, trace, body in words.drawings():
        words.use_drawn(text, trace, body)


@pytest.mark.parametrize("seed", FOUND)
def test_what_once_did_harm_does_none(seed: int) -> None:
    check_spoilt(seed)
    check_spoilt_drawing(seed)


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.integers(0, 2**40))
def test_a_spoilt_message_is_refused_or_safe_to_use(seed: int) -> None:
    check_spoilt(seed)


@settings(max_examples=40, derandomize=True, database=None, deadline=None)
@given(st.integers(0, 2**40))
def test_a_spoilt_picture_is_refused_or_safe_to_paint(seed: int) -> None:
    check_spoilt_drawing(seed)
