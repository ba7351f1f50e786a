"""The header of a file, and the data files beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_beside import read_data

from gradstudio.language.complete import completions
from gradstudio.language.data import data_names
from gradstudio.language.header import read_header

HEAD = '# /// script\n# dependencies = ["gradstudio"]\n# [tool.gradstudio]\n{body}\n# ///\nx = 1.0\n'


def test_a_header_is_read_and_unknown_keys_are_told_once() -> None:
    header, problems = read_header(HEAD.format(body='# format = 1\n# precision = "float32"\n# colour = "blue"'))

    assert header.precision == "float32"
    assert (header.first_line, header.last_line) == (1, 7)
    assert [p.message for p in problems] == ["'colour' in the header is unknown; it is kept and ignored"]


def test_a_header_cannot_grant_rights() -> None:
    _, problems = read_header(HEAD.format(body="# trusted = true"))

    assert "has no effect" in problems[0].message


@pytest.mark.parametrize(
    "body", ["# = 3", "# a" + ".b" * 5000 + " = 1", "# x = " + "[" * 5000, '# precision = "float8"']
)
def test_a_broken_header_is_one_warning(body: str) -> None:
    header, problems = read_header(HEAD.format(body=body))

    assert header.precision == "float64"
    assert [p.severity for p in problems] == ["warn"]


def test_a_header_that_does_not_end_is_told() -> None:
    assert "does not end" in read_header("# /// script\n# [tool.gradstudio]\nx = 1\n")[1][0].message


def test_named_files_are_found_with_their_place() -> None:
    assert data_names('import gradstudio as gs\nX = gs.load("a.npy")\n') == {"a.npy": (2, 4, 2, 20)}


def test_arrays_are_read_from_all_three_formats(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(3.0))
    np.savez(tmp_path / "b.npz", X=np.ones((2, 2)), y=np.zeros(2))
    (tmp_path / "c.csv").write_text("height,width\n1,2\n3,4.5\n")
    data, problems = read_data('a = load("a.npy")\nb = load("b.npz")\nc = load("c.csv")\n', tmp_path)

    assert problems == ()
    assert data["a.npy"][""].tolist() == [0.0, 1.0, 2.0]
    assert list(data["b.npz"]) == ["X", "y"]
    assert data["c.csv"][""].tolist() == [[1.0, 2.0], [3.0, 4.5]]


@pytest.mark.parametrize("name", ["../a.npy", "/etc/passwd", "C:\\a.npy", "~/a.npy", "$HOME/a.npy", "http://x/a.npy"])
def test_paths_out_of_the_folder_are_refused(name: str, tmp_path: Path) -> None:
    data, problems = read_data(f"a = load({name!r})\n", tmp_path)

    assert data == {}
    assert problems[0].span[0] == 1


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "secret.npy", np.ones(2))
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.npy").symlink_to(tmp_path / "secret.npy")

    assert "outside" in read_data('a = load("a.npy")\n', inside)[1][0].message


def test_files_that_are_no_numbers_are_told_in_one_line(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{"x": 1}], dtype=object), allow_pickle=True)
    (tmp_path / "b.csv").write_text("a,b\n1,2\n3\n")
    (tmp_path / "c.npz").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "d.txt").write_text("1")
    (tmp_path / "e.csv").write_text("")
    text = "".join(f"v = load({n!r})\n" for n in ("a.npy", "b.csv", "c.npz", "d.txt", "e.csv", "missing.npy"))
    data, problems = read_data(text, tmp_path)

    assert data == {}
    assert [p.span[0] for p in problems] == [1, 2, 3, 4, 5, 6]
    assert all("\n" not in p.message and len(p.message) < 220 for p in problems)


def test_a_program_without_a_folder_is_asked_to_be_saved() -> None:
    assert "save the program first" in read_data('a = load("a.npy")\n', None)[1][0].message


def test_completion_offers_ops_members_and_own_names() -> None:
    assert completions("y = soft")[0].word == "softmax"
    assert "reduce_sum" in [c.word for c in completions("tf.reduce_s")]
    assert "gradient" in [c.word for c in completions("t.grad")]
    assert "total" in [c.word for c in completions("y = tot", "total = 1.0\ny = tot")]
    assert completions("# sof") == []
    assert completions("x = 12") == []
    assert "sum of the elements" in next(c for c in completions("sum") if c.word == "sum").doc.lower()
