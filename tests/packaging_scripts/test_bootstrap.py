"""The bootstrap script where it cannot go on: one clear line each. That it works, every run of the tests shows."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ("bash", "cat", "cut", "dirname", "env", "flock", "grep", "id", "mkdir", "readlink", "rm", "sha256sum", "tail")

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the script reads, in a folder whose name has spaces."""
    folder = tmp_path / "a folder with spaces"
    shutil.copytree(ROOT / "packaging", folder / "packaging")
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


def python_that(folder: Path, body: str) -> Path:
    """A stand-in for python3, as the only one on the machine; no apt-get and no sudo beside it."""
    tools = folder / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found is not None:
            (tools / name).symlink_to(found)
    python = tools / "python3"
    python.write_text(f"#!{shutil.which('bash')}\n{body}\n")
    python.chmod(0o755)
    return tools


def call(checkout: Path, *arguments: str, path: Path | None = None) -> tuple[int, list[str]]:
    environment = {"PATH": str(path) if path is not None else os.environ["PATH"], "HOME": str(checkout)}
    ran = subprocess.run(
        [shutil.which("bash") or "bash", str(checkout / "packaging" / "bootstrap.sh"), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd="/",
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert ran.stdout == ""
    return ran.returncode, ran.stderr.splitlines()


@pytest.mark.parametrize("arguments", [(), ("fly",)])
def test_without_a_known_command_it_says_how_to_call_it(checkout: Path, arguments: tuple[str, ...]) -> None:
    status, [line] = call(checkout, *arguments)
    assert status == 1
    assert line == "gradstudio: usage: packaging/bootstrap.sh run [FILE]  or  packaging/bootstrap.sh test"


def test_a_python_that_is_too_old_is_named_and_what_to_install(checkout: Path, tmp_path: Path) -> None:
    old = 'case "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac'
    status, lines = call(checkout, "run", path=python_that(tmp_path, old))
    assert status == 1
    assert "gradstudio: needs Python 3.11 or newer; this machine has Python 3.9.2." in lines
    assert "python3.11 python3.11-venv" in lines[-1]
    assert not (checkout / ".venv").exists()


def test_a_network_that_fails_is_one_line_with_the_place_of_the_details(checkout: Path, tmp_path: Path) -> None:
    offline = """
case "$*" in
    "-m venv"*) mkdir -p "$4/bin"; cat "$0" > "$4/bin/python"; /bin/chmod 755 "$4/bin/python";;
    "-m pip install"*) echo "ERROR: Could not find a version: Failed to establish a new connection"; exit 1;;
    --version) echo "Python 3.12.1";;
esac"""
    status, lines = call(checkout, "run", path=python_that(tmp_path, offline))
    assert status == 1
    log = checkout / ".venv" / "install.log"
    assert lines[-1] == (
        "gradstudio: could not download the locked libraries. Check the network, then repeat the command "
        f"(details: {log})."
    )
    assert "Failed to establish" in log.read_text()
    assert not list((checkout / ".venv").glob("installed-*"))
