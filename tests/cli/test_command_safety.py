"""Whatever a file is, a command ends in time, with one line for each thing, and overwrites nothing that it reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradstudio.cli import clock, commands, outputs, program
from gradstudio.engine.problem import Problem

SQUARE = "x = 3.0\ny = x * x\n"
UNREADABLE = {
    "latin.py": ("refused", 2, "byte 0xE9 in line 2"),
    "zero.py": ("refused", 1, "zero byte in line 1"),
    "wide.py": ("refused", 1, "line 1 has"),
    "large.py": ("refused", None, "bytes; at most"),
    "folder.py": ("refused", None, "a folder"),
    "pipe.py": ("refused", None, "pipe"),
    "round.py": ("error", None, "circles"),
    "gone.py": ("error", None, "no such file"),
    "n" * 300 + ".py": ("error", None, "too long"),
}


@pytest.fixture
def unreadable(tmp_path: Path) -> Path:
    (tmp_path / "latin.py").write_bytes(b"x = 1.0\n# caf\xe9\n")
    (tmp_path / "zero.py").write_bytes(b"x = \0\n")
    (tmp_path / "wide.py").write_bytes(b"#" * 200_000)
    (tmp_path / "large.py").write_bytes(b"#\n" * (3 << 20))
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "round.py").symlink_to(tmp_path / "round.py")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="pipes with names are POSIX's")
def test_a_file_that_cannot_be_read_is_one_object_and_one_line(gradstudio, unreadable: Path, capsys) -> None:
    for name, (status, line, said) in UNREADABLE.items():
        assert gradstudio("run", unreadable / name, "--json", "-") == 2
        out, err = capsys.readouterr()
        found = json.loads(out)
        assert (found["status"], found["error"]["line"], found["error"]["kind"]) == (status, line, "file")
        assert said in found["error"]["message"]
        [told] = err.splitlines()
        assert f".py:{line or 1}: " in told or "…:1: " in told
        for other in (["check"], ["export", "--to", unreadable / "a.svg"], ["report", "--to", unreadable / "a.html"]):
            assert gradstudio(other[0], unreadable / name, *other[1:]) == 2
            out, err = capsys.readouterr()
            assert (out, err) == ("", f"{told}\n")
    assert not (unreadable / "a.svg").exists()


@pytest.mark.parametrize("name", ["a\nb.py", "\x1b[2J.py", "\u202eyp.a.py", "\udce9.py", "a b'\".py", "-.py"])
def test_a_file_of_any_name_is_named_on_one_line(name: str, gradstudio, tmp_path: Path, capsys) -> None:
    (tmp_path / name).write_bytes(b"\xff")
    assert gradstudio("check", tmp_path / name) == 2
    [told] = capsys.readouterr().err.split("\n")[:-1]
    assert told.isprintable()
    assert ":1: not UTF-8" in told


def test_nothing_is_written_over_what_it_is_made_from(gradstudio, tmp_path: Path, capsys) -> None:
    file, data = tmp_path / "program.csv", tmp_path / "points.csv"
    file.write_text('X = gs.load("points.csv")\ny = sum(X)\n')
    data.write_text("1,2\n")
    for call in (("run", file, "--json", file), ("report", file, "--to", tmp_path / "." / "points.csv")):
        assert gradstudio(*call) == 2
        assert "it is what the result is made from" in capsys.readouterr().err
    assert data.read_text() == "1,2\n"
    assert "load" in file.read_text()


@pytest.mark.parametrize("seconds", ["nan", "0", "-1", "x"])
def test_a_time_of_no_sense_is_refused(seconds: str, gradstudio, tmp_path: Path, capsys) -> None:
    assert gradstudio("run", tmp_path / "a.py", "--seconds", seconds) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_time_without_end_has_one() -> None:
    assert clock.sensible(float("inf")) == clock.LONGEST
    with pytest.raises(ValueError, match="no time"):
        clock.sensible(float("nan"))


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_what_takes_too_long_is_left() -> None:
    def endless() -> None:
        with clock.within(0.01):
            while True:
                time.sleep(0)  # lets go of the interpreter, as work does now and then; threads of other tests are there

    with pytest.raises(clock.Late):
        endless()
    with clock.within(60.0):
        pass


def test_a_command_that_is_late_says_so(gradstudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def late(*_: object, **__: object) -> None:
        raise clock.Late

    monkeypatch.setattr(outputs, "produce", late)
    monkeypatch.setattr(program, "run", late)
    assert gradstudio("export", tmp_path / "a.py", "--to", tmp_path / "a.svg") == 1
    assert capsys.readouterr().err.startswith(f"a.py:1: stopped after {clock.whole(10.0):g} s")
    assert gradstudio("run", tmp_path / "a.py", "--json", "-", "--seconds", "2") == 1
    assert json.loads(capsys.readouterr().out)["status"] == "limited"
    assert gradstudio("check", tmp_path / "a.py") == 1


def test_problems_and_summaries_are_bounded() -> None:
    many = [Problem("warn", "x", "w\nw" * 900, (1, 0, 1, 0))] * 30 + [Problem("error", "x", "\x1b[31m", (7, 0, 7, 0))]
    lines = program.descriptions("a\nb.py", many)

    assert lines[0] == "a b.py:7: \\u001b[31m"
    assert len(lines) == program.COMPLAINTS + 1
    assert lines[-1] == "a b.py: and 11 more"
    assert all(len(line) < 1100 and line.isprintable() for line in lines)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_full_disk_behind_the_output_is_one_line() -> None:
    code = "import sys; from gradstudio.cli import main; sys.exit(main(['ops']))"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == "gradstudio: not all could be printed: no space left on device\n"


def test_a_flood_of_values_is_left_out_and_said(gradstudio, tmp_path: Path, capsys) -> None:
    file = tmp_path / "a.py"
    file.write_text(SQUARE + "big = ones((1000, 1000))\n")
    assert gradstudio("run", file, "--json", "-") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["values"] == {"x": 3.0, "y": 9.0}
    assert len(out) < 10_000
    assert "left out" in err


def test_the_commands_have_one_time_for_all() -> None:
    assert clock.whole(commands.LIMITS.seconds) < 20
