"""The command line: exit statuses, JSON, one-line refusals, and every output format."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gradstudio import __version__
from gradstudio.engine.primitive import TABLE
from gradstudio.export import EXPORTERS

GOOD = "x = gs.Variable(3.0)\nwith gs.GradientTape() as t:\n    y = x * x\nprint('hello')\ng = t.gradient(y, x)\n"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "square.grad"
    file.write_text(GOOD)
    return file


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "program.grad"
    file.write_text(text)
    return file


def test_run_prints_output_and_gradients_and_ends_with_0(gradstudio, program: Path, capsys) -> None:
    assert gradstudio("run", program) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("hello\n")
    assert "d y / d x = 6" in shown.out
    assert shown.err == ""


def test_json_to_stdout_is_the_only_thing_on_stdout(gradstudio, program: Path, capsys) -> None:
    assert gradstudio("run", program, "--json", "-") == 0
    shown = capsys.readouterr()
    result = json.loads(shown.out)
    assert result["status"] == "ok"
    assert result["values"] == {"x": 3.0, "y": 9.0, "g": 6.0}
    assert result["sweeps"][0]["gradients"] == {"x": 6.0}
    assert result["error"] is None
    assert shown.err == "hello\n"


FAILURES = {
    "syntax": ("x = (1\n", "error", 1),
    "refused": ("x = 1.0\nimport os\n", "refused", 2),
    "error": ("x = gs.constant(1.0)\n\ny = x + undefined\n", "error", 3),
    "shape": ("a = gs.ones((2, 3))\nb = gs.ones((4, 5))\nc = a @ b\n", "error", 3),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_program_that_fails_says_where_in_json_and_ends_with_1(case: str, gradstudio, tmp_path: Path, capsys) -> None:
    text, status, line = FAILURES[case]
    file = written(tmp_path, text)
    assert gradstudio("run", file, "--json", tmp_path / "out.json") == 1
    result = json.loads((tmp_path / "out.json").read_text())
    assert result["status"] == status
    assert result["error"].keys() >= {"message", "line", "kind"}
    assert result["error"]["line"] == line
    assert "\n" not in result["error"]["message"]
    [complaint] = capsys.readouterr().err.splitlines()
    assert complaint.startswith(f"program.grad:{line}: ")


def test_an_endless_loop_is_ended_and_called_limited(gradstudio, tmp_path: Path, capsys) -> None:
    file = written(tmp_path, "while True:\n    pass\n")
    assert gradstudio("run", file, "--json", "-", "--seconds", "0.5") == 1
    assert json.loads(capsys.readouterr().out)["status"] == "limited"


def test_json_has_words_for_what_json_has_no_numbers_for(gradstudio, tmp_path: Path, capsys) -> None:
    file = written(tmp_path, "a = gs.log(gs.constant([0.0, -1.0, 1.0]))\n")
    assert gradstudio("run", file, "--json", "-") == 0
    result = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert result["values"]["a"] == ["-Infinity", "NaN", 0.0]
    assert {problem["kind"] for problem in result["problems"]} >= {"nan", "infinity"}


def test_data_beside_the_file_is_read_wherever_the_command_is_called_from(gradstudio, tmp_path: Path, capsys) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n3,4\n")
    file = written(tmp_path, 'A = gs.load("table.csv")\n')
    assert gradstudio("run", file, "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["values"]["A"] == [[1.0, 2.0], [3.0, 4.0]]


def test_a_missing_data_file_is_an_error_of_the_program(gradstudio, tmp_path: Path, capsys) -> None:
    file = written(tmp_path, '\nA = gs.load("gone.npy")\n')
    assert gradstudio("run", file, "--json", "-") == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["line"]) == ("data", 2)
    assert "gone.npy" in error["message"]


STARTS = {
    ".svg": b"<?xml",
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
    ".html": b"<!DOCTYPE html>",
    ".htm": b"<!DOCTYPE html>",
    ".csv": b"\xef\xbb\xbfname,op",
    ".json": b"{",
    ".graphml": b"<graphml",
}


@pytest.mark.parametrize("suffix", sorted({suffix for exporter in EXPORTERS for suffix in exporter.suffixes}))
def test_every_format_is_written_without_a_display(
    suffix: str, gradstudio, program: Path, tmp_path: Path, qapp: QApplication
) -> None:
    out = tmp_path / f"out{suffix}"
    assert gradstudio("export", program, "--to", out) == 0
    data = out.read_bytes()
    assert len(data) > 200
    assert data.startswith(STARTS[suffix])


REFUSALS = {
    "there is no folder nowhere": ("export", "square.grad", "--to", "nowhere/graph.svg"),
    "no format ends with '.xyz'": ("export", "square.grad", "--to", "graph.xyz"),
    "a report ends with one of .html .htm .csv": ("report", "square.grad", "--to", "graph.svg"),
    "has 1 sweep, counted from 1": ("export", "square.grad", "--to", "graph.svg", "--sweep", "2"),
    "there is no theme 'pink'": ("export", "square.grad", "--to", "graph.svg", "--theme", "pink"),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_a_wrong_call_is_one_line_and_ends_with_2(
    why: str, gradstudio, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    assert gradstudio(*REFUSALS[why]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("gradstudio: ")
    assert why in line
    assert set(tmp_path.iterdir()) == before


def test_a_target_that_may_not_be_written_is_one_line(gradstudio, program: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "graph.svg").mkdir()
    assert gradstudio("export", program, "--to", tmp_path / "graph.svg") == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "was not written" in line


def test_a_program_that_computes_nothing_has_nothing_to_export(gradstudio, tmp_path: Path, capsys) -> None:
    assert gradstudio("export", written(tmp_path, "a = 1\n"), "--to", tmp_path / "a.svg") == 2
    assert "nothing to draw" in capsys.readouterr().err


def test_export_of_a_failing_program_writes_no_file(gradstudio, tmp_path: Path, capsys) -> None:
    assert gradstudio("export", written(tmp_path, "x = (\n"), "--to", tmp_path / "a.svg") == 1
    assert not (tmp_path / "a.svg").exists()
    assert "program.grad:1" in capsys.readouterr().err


def test_check_finds_what_run_would_refuse_without_running(gradstudio, tmp_path: Path, capsys) -> None:
    assert gradstudio("check", written(tmp_path, "print('ran')\n")) == 0
    assert "ran" not in capsys.readouterr().out
    assert gradstudio("check", written(tmp_path, "x = 1\nimport os\n")) == 1
    assert "program.grad:2: `import os` is not allowed" in capsys.readouterr().out


def test_ops_lists_the_table(gradstudio, capsys) -> None:
    assert gradstudio("ops") == 0
    shown = capsys.readouterr().out
    assert all(f"\n{name}(" in shown for name in TABLE)
    assert gradstudio("ops", "elements over axis") == 0
    rows = capsys.readouterr().out.splitlines()
    assert any(row.startswith("sum(") for row in rows)
    assert not any(row.startswith("matmul(") for row in rows)
    assert gradstudio("ops", "no such op") == 2


def test_ops_with_a_name_shows_the_card_of_that_op(gradstudio, capsys) -> None:
    for name in ("reduce_sum", "sum", "tf.math.reduce_sum"):
        assert gradstudio("ops", name) == 0
        shown = capsys.readouterr().out
        assert shown.startswith("sum(x, axis=None, keepdims=False, dtype=None)\n")
        assert "also called   reduce_sum, math.reduce_sum" in shown
        assert "gradient      to x, of any order" in shown
    assert gradstudio("ops", "linalg.svd") == 0
    assert capsys.readouterr().out.startswith("linalg.svd(tensor")


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_op_has_a_card(name: str) -> None:
    from gradstudio.cli.op_card import card

    text = card(TABLE[name])
    assert text.splitlines()[0] == TABLE[name].signature
    assert "gradient" in text


def test_version_and_help(gradstudio, capsys) -> None:
    assert gradstudio("--version") == 0
    assert capsys.readouterr().out == f"gradstudio {__version__}\n"
    assert gradstudio("--help") == 0
    assert "export" in capsys.readouterr().out


def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The real command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    kept.pop("QT_QPA_PLATFORM", None)
    command = [sys.executable, "-m", "gradstudio", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**kept, **environment}, timeout=120)


def test_a_terminal_without_unicode_is_no_reason_to_end(tmp_path: Path) -> None:
    file = written(tmp_path, "größe = gs.Variable(2.0)\nprint('π ≈ 3')\n")
    ran = call("run", file, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr
    assert b"? ? 3" in ran.stdout


def test_without_a_display_the_window_becomes_text_picture_and_report(program: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    ran = subprocess.run(
        [sys.executable, "-m", "gradstudio", str(program)],
        capture_output=True,
        text=True,
        cwd=work,
        env=kept,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "there is no display" in ran.stderr
    assert "d y / d x = 6" in ran.stdout
    assert (work / "gradstudio-output" / "square.svg").read_text().startswith("<?xml")
    assert "</html>" in (work / "gradstudio-output" / "square.html").read_text()
    assert str(work / "gradstudio-output" / "square.svg") in ran.stdout


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_line(gradstudio, program: Path, tmp_path: Path, capsys) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    assert gradstudio("export", program, "--to", locked / "graph.svg") == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "permission denied" in line
