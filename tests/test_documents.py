"""What the documents say is true: what they name exists, what they show runs."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import gradstudio
from gradstudio.cli.commands import app
from gradstudio.engine.declaring import category, composites

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "API.md")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files_that_exist(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text(name)) if not link.startswith(("http", "#"))]
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_files_that_are_named_exist(name: str) -> None:
    own = [
        folder for folder in ("gradstudio", "resources", "packaging", "tests") for folder in (ROOT / folder).rglob("*")
    ]
    known = [str(path.relative_to(ROOT)) for path in own]
    named = {word for word in re.findall(r"[\w./-]*\w\.(?:py|sh|json|lock)\b", text(name)) if word.upper() != word} - {
        "requirements.lock",
        "requirements-dev.lock",
    }
    lost = [word for word in named if not any(f"/{path}".endswith(f"/{word}") for path in known)]
    assert [word for word in lost if not re.search(r"\b(NAME|FORMAT)\b", word)] == []


def test_the_python_of_the_readme_runs_and_gives_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", text("README.md"), re.DOTALL)
    scripts = [block for block in blocks if block.startswith("import")]
    assert len(scripts) == 4
    scope: dict[str, object] = {}
    exec(scripts[0], scope)
    for name, value in re.findall(r"^(\w+) = t\.gradient.*# ([\d.]+)$", scripts[0], re.MULTILINE):
        assert float(scope[name]) == float(value)  # type: ignore[arg-type]
    exec(scripts[1], scope)
    w, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.5], [-1.0]])
    h = np.tanh(w @ x)
    np.testing.assert_allclose(np.asarray(scope["gradient"]), (2 * h * (1 - h**2)) @ x.T)
    capsys.readouterr()
    exec(scripts[2], scope)
    assert scope["slope"].replays == 1  # type: ignore[attr-defined]
    exec(scripts[3], scope)
    none, why = capsys.readouterr().out.splitlines()
    assert none == "None"
    assert why.startswith(re.findall(r"# (x gets no .*), \.\.\.$", scripts[3], re.MULTILINE)[0])


def test_the_code_that_contributing_shows_stands_in_the_file_it_names() -> None:
    """Word for word, but for blanks and line ends."""
    document = text("CONTRIBUTING.md")
    shown = re.findall(r"`(gradstudio/[\w/]+\.py)`:\n\n```python\n(.*?)```", document, re.DOTALL)
    assert len(shown) == document.count("```python") > 0
    assert [code for file, code in shown if " ".join(code.split()) not in " ".join(text(file).split())] == []


def test_contributing_explains_every_word_of_a_declaration() -> None:
    words = {*inspect.signature(category("control")).parameters, *inspect.signature(composites("control")).parameters}
    told = {
        word for row in re.findall(r"^\| (`[^|]+) \|", text("CONTRIBUTING.md"), re.MULTILINE) for word in row.split()
    }
    assert words - {word.strip("`,") for word in told} == {"vjps"}


def test_every_command_is_in_the_readme_and_the_other_way_round() -> None:
    commands = {command.name for command in app.registered_commands if not command.hidden}
    commands |= {
        command.callback.__name__ for command in app.registered_commands if not command.name and command.callback
    }
    named = set(re.findall(r"^\| `gradstudio (\w+)", text("README.md"), re.MULTILINE))
    assert named == commands - {None}


def test_the_version_of_the_package_is_the_projects() -> None:
    import tomllib

    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert project["version"] == gradstudio.__version__


def test_the_locks_pin_every_dependency_with_a_hash_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = text(name)
        assert "://" not in lock
        assert "--index" not in lock
        entries = re.split(r"\n(?=\S)", lock.strip())
        assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_the_bundled_fonts_come_with_their_licence() -> None:
    for family in ("Inter", "JetBrainsMono"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in text(f"resources/fonts/{family}-OFL.txt")
