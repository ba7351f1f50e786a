"""What a program prints: shown up to a limit, dropped for a while, and then the end of its run."""

from __future__ import annotations

from typing import Any

from gradstudio.language.program import run_program
from gradstudio.worker.channel import Printer


class Sent:
    """Stands in for a channel."""

    def __init__(self) -> None:
        self.text = ""

    def send(self, message: Any) -> bool:
        self.text += message.text
        return True


def test_a_program_that_prints_for_ever_is_cut_and_then_ended_with_its_line() -> None:
    sent = Sent()
    printer = Printer(sent, 1, 100)  # type: ignore[arg-type]

    done = run_program("x = 1.0\nwhile True:\n    print('a' * 9)\n", {}, printer)
    printer.flush()

    assert sent.text == ("a" * 9 + "\n") * 10 + "\n… output cut\n"
    assert done.status == "limited"
    assert done.problems[0].message.startswith("stopped: printed more than 1,600 characters: line 2 had run 1")
    assert done.problems[0].span[0] == 3


def test_a_program_that_prints_somewhat_more_than_is_shown_runs_to_its_end() -> None:
    sent = Sent()
    printer = Printer(sent, 1, 100)  # type: ignore[arg-type]

    done = run_program("for i in range(100):\n    print('a' * 9)\ny = 2.0\n", {}, printer)
    printer.flush()

    assert done.status == "ok"
    assert sent.text.endswith("… output cut\n")


def test_the_beginning_of_a_single_text_that_is_far_too_long_is_shown() -> None:
    sent = Sent()
    printer = Printer(sent, 1, 100)  # type: ignore[arg-type]

    done = run_program("print('a' * 10_000)\n", {}, printer)
    printer.flush()

    assert done.status == "limited"
    assert sent.text == "a" * 100 + "\n… output cut\n"
