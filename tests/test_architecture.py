"""The arrows between packages, what may be imported where, and the shape of every file: read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gradstudio"

LOWER = ("engine", "language", "graph", "layout", "picture", "diagnosis", "worker", "export", "studio")
MAY_IMPORT = {
    "resources": (),
    "engine": (),
    "language": ("engine",),
    "graph": ("engine",),
    "layout": ("engine", "graph"),
    "picture": ("engine", "graph", "layout"),
    "diagnosis": ("engine", "graph"),
    "worker": ("engine", "language", "graph", "layout", "picture"),
    "export": ("engine", "graph", "layout", "picture", "diagnosis", "worker"),
    "studio": ("engine", "language", "graph", "layout", "picture", "diagnosis", "worker", "export"),
    "app": LOWER,
    "cli": LOWER,
    "__init__": ("engine",),
    "__main__": ("cli",),
}
"""Which parts of the package each part may import; itself and `resources` always."""

LATE = {("cli", "app"), ("export", "app"), ("__main__", "app")}
"""Allowed inside a function only: the window, PDF and PNG are loaded when they are asked for."""

ONLY_IN = {
    "PySide6": "app",
    "shiboken6": "app",
    "pyqtgraph": "app",
    "networkx": "graph",
    "cupy": "engine/backends",
    "subprocess": "worker",
    "multiprocessing": "worker",
}

FILES = sorted(PACKAGE.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """(module, line, whether it stands inside a function) of every import, type-checking blocks included."""
    waiting: list[tuple[ast.AST, bool]] = [(tree(path), False)]
    while waiting:
        node, is_late = waiting.pop()
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno, is_late
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module, node.lineno, is_late
            for name in node.names:
                yield f"{module}.{name.name}", node.lineno, is_late
        is_late = is_late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        waiting.extend((child, is_late) for child in ast.iter_child_nodes(node))


def part(path: Path) -> str:
    """The part of the package that a file belongs to: "engine" for gradstudio/engine/tape.py."""
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def test_every_part_of_the_package_has_its_arrows_declared() -> None:
    assert {part(path) for path in FILES} <= MAY_IMPORT.keys()


def test_imports_follow_the_arrows() -> None:
    wrong = []
    for path in FILES:
        here = part(path)
        for module, line, is_late in imports(path):
            names = module.split(".")
            if names[0] != "gradstudio" or len(names) < 2 or names[1] not in MAY_IMPORT:
                continue
            there = names[1]
            is_allowed = (
                there in (here, "resources") or there in MAY_IMPORT[here] or (is_late and (here, there) in LATE)
            )
            if not is_allowed:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {here} must not import {module}")
    assert wrong == []


def test_panels_and_canvas_do_not_know_each_other() -> None:
    """They meet in the studio; what they share (colours, rows of numbers) lies in files of its own."""
    panels = PACKAGE / "app" / "panels"
    widgets = {f"gradstudio.app.panels.{name}" for name in ("problems", "console", "inspector", "legend")}
    widgets.add("gradstudio.app.canvas.canvas")
    assert all((PACKAGE.parent / f"{module.replace('.', '/')}.py").is_file() for module in widgets)
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: imports {module}"
        for path in [*panels.glob("*.py"), *(PACKAGE / "app" / "canvas").glob("*.py")]
        if path != panels / "__init__.py"  # holds the tuple of panels
        for module, line, _ in imports(path)
        if module in widgets
    ]
    assert wrong == []


@pytest.mark.parametrize(("library", "home"), ONLY_IN.items())
def test_a_library_is_imported_only_in_its_home(library: str, home: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in FILES
        for module, line, _ in imports(path)
        if module.split(".")[0] == library and not path.is_relative_to(PACKAGE / home)
    ]
    assert wrong == []


def test_nothing_is_pickled() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in FILES
        for module, line, _ in imports(path)
        if module.split(".")[0] in ("pickle", "marshal", "shelve", "dill", "joblib")
    ]
    assert wrong == []


def test_whole_texts_are_parsed_in_one_place_only() -> None:
    """There a look at size and nesting comes first. A short expression of one's own may be parsed anywhere."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in FILES
        if path != PACKAGE / "language" / "parsing.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func) == "ast.parse"
        and not any(word.arg == "mode" for word in node.keywords)
    ]
    assert wrong == []


def test_code_from_text_is_made_only_in_the_worker_and_the_language() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.func.id}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec")
        and part(path) not in ("worker", "language")
    ]
    assert wrong == []


def test_nothing_runs_a_text_but_with_a_permission_of_the_gate() -> None:
    """studio/trust.py is the only place that says how a text may run; the window has one door to a run, and the command
    line one."""
    doors = {
        "Permission": {"studio/trust.py", "worker/permission.py"},
        "Client": {"studio/session.py", "worker/client.py"},
        "Process": {"worker/client.py", "worker/drawings.py", "worker/full_run.py"},
        "run_once": {"cli/program.py"},
        "submit": {"studio/session.py"},
        "run_program": {"worker/child.py"},
        "run_full": {"worker/full_child.py"},
    }
    found: dict[str, set[str]] = {name: set() for name in doors}
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in doors:
                found[node.id].add(str(path.relative_to(PACKAGE)))
            elif isinstance(node, ast.Attribute) and node.attr == "submit" and ast.unparse(node.value).endswith("runs"):
                found["submit"].add(str(path.relative_to(PACKAGE)))
    annotated = {"Permission", "Process"}  # also named where they are passed on, so only calls count
    for name in annotated:
        found[name] = {
            str(path.relative_to(PACKAGE))
            for path in FILES
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        }
    assert found == doors


def test_every_file_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in FILES if tree(path).body and not ast.get_docstring(tree(path))]
    assert silent == []


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path.relative_to(ROOT)): n for path in FILES if (n := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = ("util", "utils", "helper", "helpers", "manager", "managers", "misc", "common")
    assert [str(path.relative_to(ROOT)) for path in FILES if path.stem in drawers or path.stem.endswith("_utils")] == []


def test_no_word_says_that_something_is_unfinished() -> None:
    words = ("TODO", "FIXME", "XXX", "NotImplementedError", "coming soon")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in FILES
        for word in words
        if word in path.read_text(encoding="utf-8")
        and (path.name, word) != ("grammar.py", "NotImplementedError")  # which a program may raise
    ]
    assert found == []


def test_importing_the_library_loads_no_window_no_networkx_and_no_scipy() -> None:
    program = (
        "import sys; import gradstudio; "
        "print([m for m in ('PySide6', 'pyqtgraph', 'networkx', 'scipy', 'typer', 'rich') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")
