"""The package as a library: what importing it loads, what it offers, that it needs no window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.primitive import TABLE


def test_importing_the_package_loads_no_window_no_networkx_and_no_scipy() -> None:
    code = (
        "import sys, gradstudio\n"
        "heavy = {'PySide6', 'shiboken6', 'pyqtgraph', 'networkx', 'scipy', 'msgspec', 'fontTools', 'typer'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_everything_in_all_exists_and_dir_lists_the_ops() -> None:
    for name in gs.__all__:
        assert getattr(gs, name) is not None or name == "newaxis"
    assert set(TABLE) <= set(dir(gs))
    assert "reduce_sum" in dir(gs)
    assert "relu" in dir(gs.nn)


def test_no_public_name_is_also_a_subpackage_which_would_take_its_place_when_it_is_imported() -> None:
    inside = {path.stem for path in Path(gs.__file__).parent.iterdir()}
    names = {*gs.__all__, *(name for name in dir(gs) if not name.startswith("_"))}
    assert names & inside == set()


def test_an_unknown_name_is_an_attribute_error_with_a_suggestion() -> None:
    with pytest.raises(AttributeError, match="did you mean 'matmul'"):
        gs.matmull  # noqa: B018
    with pytest.raises(AttributeError, match=r"gradstudio\.nn has no 'nothing'"):
        gs.nn.nothing  # noqa: B018
    assert not hasattr(gs, "__wrapped__")


def test_a_star_import_brings_the_tape_and_the_ops() -> None:
    scope: dict[str, object] = {}
    exec("from gradstudio import *", scope)
    assert {"GradientTape", "Variable", "matmul", "sin"} <= set(scope)


def test_arrays_are_loaded_from_beside_the_calling_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "single.npy", np.array([1.0, 2.0]))
    np.savez(tmp_path / "points.npz", second=np.array([[1, 2]]), first=np.array(3.5))
    (tmp_path / "table.csv").write_text("a,b\n1,2.5\n3,\n", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("1,2\n3,x\n", encoding="utf-8")
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    (tmp_path / "program.py").write_text(
        "import gradstudio as gs\n"
        "single = gs.load('single.npy')\n"
        "second, first = gs.load('points.npz')\n"
        "table = gs.load('table.csv')\n"
        "def load(name):\n"
        "    return gs.load(name)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir("/")
    import program  # type: ignore[import-not-found]

    assert program.single.tolist() == [1.0, 2.0]
    assert program.second.tolist() == [[1, 2]]
    assert program.first.tolist() == 3.5
    np.testing.assert_array_equal(program.table, [[1.0, 2.5], [3.0, np.nan]])
    with pytest.raises(FileNotFoundError, match=r"nothing\.npy: there is no such file"):
        program.load("nothing.npy")
    with pytest.raises(ValueError, match=r"bad\.csv.*line 2"):
        program.load("bad.csv")
    with pytest.raises(ValueError, match=r"objects\.npy"):
        program.load("objects.npy")
    with pytest.raises(ValueError, match=r"only \.npy, \.npz and \.csv"):
        program.load("program.py")
