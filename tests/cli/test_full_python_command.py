"""Full Python on the command line: by a pin or by the word of one call, and never by asking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradstudio.studio.trust import Gate

NEEDS = "import os\nx = 2.0\ny = x * x\nopen('made.txt', 'w').write(os.getcwd())\n"
HINT = "if you wrote this file, --full-python runs it as it is"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "a.py"
    file.write_text(NEEDS)
    return file


def test_without_a_word_a_file_runs_safe_and_the_hint_says_what_would_help(gradstudio, program: Path, capsys) -> None:
    assert gradstudio("run", program, "--json", "-") == 1
    shown = capsys.readouterr()
    first = shown.err.splitlines()[0]
    assert first.startswith("a.py:1: `import os` is not allowed")
    assert first.endswith(f"{HINT})")
    assert shown.err.count(HINT) == 1
    assert json.loads(shown.out)["error"]["hint"].endswith(HINT)
    assert gradstudio("check", program) == 1
    assert HINT in capsys.readouterr().out
    assert not (program.parent / "made.txt").exists()


@pytest.mark.parametrize("text", ["import gone_module\n", "import os\nx = (\n", "y = undefined\n"])
def test_where_it_would_not_help_the_hint_keeps_still(gradstudio, tmp_path: Path, capsys, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert gradstudio("check" if "import" in text else "run", tmp_path / "a.py") == 1
    shown = capsys.readouterr()
    assert "--full-python" not in shown.out + shown.err


def test_the_word_of_one_call_holds_for_that_call(gradstudio, program: Path, capsys) -> None:
    assert gradstudio("run", program, "--full-python") == 0
    assert "d y / d x = 4" in capsys.readouterr().out
    assert (program.parent / "made.txt").read_text() == str(program.parent)
    (program.parent / "made.txt").unlink()
    assert gradstudio("run", program) == 1
    assert not (program.parent / "made.txt").exists()


def test_a_pinned_file_runs_as_it_was_allowed_and_one_byte_more_does_not(gradstudio, program: Path, capsys) -> None:
    Gate().allow(program.read_bytes(), program.parent, is_saved=True)
    assert gradstudio("check", program) == 0
    assert "full Python, allowed by you" in capsys.readouterr().out
    target = program.parent / "graph.json"
    assert gradstudio("export", program, "--to", target) == 0
    assert target.exists()
    program.write_text(NEEDS + "\n")
    assert gradstudio("report", program, "--to", program.parent / "r.html") == 1
    assert not (program.parent / "r.html").exists()


def test_without_a_display_a_file_is_no_more_trusted(
    gradstudio, program: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradstudio.cli.opening.has_display", lambda: False)
    monkeypatch.chdir(program.parent)
    assert gradstudio(program) == 1
    assert "`import os` is not allowed" in capsys.readouterr().err
    assert not (program.parent / "made.txt").exists()


@pytest.mark.parametrize("command", ["run", "check", "export", "report"])
def test_every_command_that_runs_a_file_has_the_option(gradstudio, capsys, command: str) -> None:
    assert gradstudio(command, "--help") == 0
    assert "--full-python" in capsys.readouterr().out
