"""Files dropped on the window: programs open, data and pictures become a line, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from pytestqt.qtbot import QtBot

from gradstudio.app.inputs import images
from gradstudio.app.inputs.images import image_array
from gradstudio.app.main_window import MainWindow
from gradstudio.studio.document import DocumentError

TEXT = "x = 0.5\ny = sin(x)\n"


def drop(window: MainWindow, *paths: Path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(100, 100),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    return event


@pytest.fixture
def project(window: MainWindow, tmp_path: Path) -> Path:
    """The folder of an open program."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.grad").write_text(TEXT)
    assert window.files.show(folder / "a.grad")
    return folder


def picture(path: Path, pixels: np.ndarray, kind: QImage.Format = QImage.Format.Format_RGBA8888) -> Path:
    high, wide = pixels.shape[:2]
    data = np.ascontiguousarray(pixels)
    image = QImage(data.data, wide, high, data.strides[0], kind)
    assert image.copy().save(str(path))
    return path


def test_a_program_that_is_dropped_is_opened(window: MainWindow, project: Path) -> None:
    (project / "b.py").write_text("z = 1.0\n")
    assert drop(window, project / "b.py").isAccepted()
    assert window.editor.text() == "z = 1.0\n"


def test_data_beside_the_program_become_a_line(window: MainWindow, project: Path, qtbot: QtBot) -> None:
    np.savez(project / "points.npz", X=np.ones((2, 3)), y=np.zeros(2))
    drop(window, project / "points.npz")
    wanted = 'x = 0.5\nX, y2 = load("points.npz")\ny = sin(x)\n'
    qtbot.waitUntil(lambda: window.editor.text() == wanted)
    assert window.editor.active_line() == 2
    qtbot.waitUntil(lambda: window.view is not None and window.view.text == wanted, timeout=15000)
    assert not window.notice.isVisible()
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == TEXT


def test_data_from_elsewhere_are_copied_and_that_is_said(
    window: MainWindow, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    drop(window, tmp_path / "table.csv")
    qtbot.waitUntil(lambda: 'table = load("table.csv")\n' in window.editor.text())
    assert (project / "table.csv").read_text() == "a,b\n1,2\n"
    assert window.notice.text == "table.csv was copied beside the program."


def test_a_text_without_a_file_is_asked_to_be_saved_and_loses_nothing(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, type_text: Callable[[str], None]
) -> None:
    type_text(TEXT)
    np.save(tmp_path / "v.npy", np.arange(3.0))
    drop(window, tmp_path / "v.npy")
    assert "v.npy can be used once this text has a file" in window.notice.text
    assert window.editor.text() == TEXT
    window.dialogs.path = tmp_path / "a.grad"  # type: ignore[attr-defined]
    window.notice.choose("Save as…")
    qtbot.waitUntil(lambda: 'v = load("v.npy")\n' in window.editor.text())
    assert (tmp_path / "a.grad").read_text() == TEXT


def test_what_cannot_be_used_is_said_and_changes_nothing(
    window: MainWindow, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "a.txt").write_text("1")
    drop(window, tmp_path / "a.txt")
    assert "a.txt is no file that can be used here" in window.notice.text
    np.save(tmp_path / "o.npy", np.array([{}], object), allow_pickle=True)
    drop(window, tmp_path / "o.npy")
    qtbot.waitUntil(lambda: "Python objects" in window.notice.text)
    (tmp_path / "torn.png").write_bytes(b"\x89PNG torn")
    drop(window, tmp_path / "torn.png")
    qtbot.waitUntil(lambda: "torn.png was not taken" in window.notice.text)
    assert window.editor.text() == TEXT
    assert [path.name for path in project.iterdir()] == ["a.grad"]


def test_a_picture_becomes_an_array_of_numbers_from_0_to_1(
    window: MainWindow, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[0, 1] = (255, 51, 0, 255)
    drop(window, picture(tmp_path / "my photo.png", pixels))
    qtbot.waitUntil(lambda: 'my_photo = load("my_photo.npy")\n' in window.editor.text())
    array = np.load(project / "my_photo.npy")
    assert (array.shape, array.dtype, array[0, 1].tolist()) == ((2, 3, 3), np.float64, [1.0, 0.2, 0.0])
    assert "an array 2 × 3 × 3 of numbers from 0 to 1" in window.notice.text


def test_the_menu_asks_for_a_data_file(window: MainWindow, project: Path, qtbot: QtBot) -> None:
    np.save(project / "v.npy", np.arange(3.0))
    window.actions_by_id["insert-file"].trigger()
    assert window.editor.text() == TEXT
    window.dialogs.path = project / "v.npy"  # type: ignore[attr-defined]
    window.actions_by_id["insert-file"].trigger()
    qtbot.waitUntil(lambda: 'v = load("v.npy")\n' in window.editor.text())


def test_another_document_is_not_given_the_line_of_the_one_before(
    window: MainWindow, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradstudio.app.inputs import intake

    waiting: list[Callable[[], None]] = []
    monkeypatch.setattr(intake, "in_a_thread", lambda work, post, done, failed: waiting.append(lambda: done(work())))
    np.save(project / "v.npy", np.arange(3.0))
    drop(window, project / "v.npy")
    window.session.new()
    waiting[0]()
    assert window.editor.text() == ""


# pictures


def test_a_grey_picture_has_two_axes(application: object, tmp_path: Path) -> None:
    grey = np.array([[0, 51], [102, 255]], np.uint8)
    array, note = image_array(picture(tmp_path / "g.png", grey, QImage.Format.Format_Grayscale8))
    assert (array.tolist(), note) == ([[0.0, 0.2], [0.4, 1.0]], "")


def test_sixteen_bits_are_kept(application: object, tmp_path: Path) -> None:
    grey = np.array([[0, 1, 65535]], np.uint16)
    array, _ = image_array(picture(tmp_path / "g.png", grey, QImage.Format.Format_Grayscale16))
    assert array.tolist() == [[0.0, 1 / 65535, 1.0]]


def test_alpha_is_kept_only_where_it_varies(application: object, tmp_path: Path) -> None:
    pixels = np.full((1, 2, 4), 255, np.uint8)
    pixels[0, 0, :3] = (255, 0, 0)
    pixels[..., 3] = 128
    assert image_array(picture(tmp_path / "same.png", pixels))[0].shape == (1, 2, 3)
    pixels[0, 0, 3] = 255
    array, _ = image_array(picture(tmp_path / "varies.png", pixels))
    assert array.shape == (1, 2, 4)
    assert array[0, :, 3].tolist() == [1.0, 128 / 255]


def test_a_large_picture_is_scaled_down_and_that_is_said(
    application: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MOST_PIXELS", 50)
    pixels = np.full((10, 20, 4), 255, np.uint8)
    array, note = image_array(picture(tmp_path / "large.png", pixels))
    assert (array.shape, note) == ((5, 10), "large.png was scaled down from 20 × 10 to 10 × 5 pixels")


def test_a_picture_that_is_none_is_refused_in_one_line(application: object, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(DocumentError, match=r"^a\.png was not taken: [^\n]+\.$"):
        image_array(tmp_path / "a.png")


def test_several_files_become_one_line_each(window: MainWindow, project: Path, tmp_path: Path, qtbot: QtBot) -> None:
    for folder, value in (("one", 1.0), ("two", 2.0)):
        (tmp_path / folder).mkdir()
        np.save(tmp_path / folder / "v.npy", np.array([value]))
    drop(window, tmp_path / "one" / "v.npy", tmp_path / "two" / "v.npy")
    wanted = 'x = 0.5\nv = load("v.npy")\nv_2 = load("v_2.npy")\ny = sin(x)\n'
    qtbot.waitUntil(lambda: window.editor.text() == wanted)
    assert [np.load(project / name).tolist() for name in ("v.npy", "v_2.npy")] == [[1.0], [2.0]]


def test_nothing_is_copied_for_a_text_with_an_error(window: MainWindow, project: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.arange(3.0))
    window.editor.replace_all("x = (\n")
    drop(window, tmp_path / "v.npy")
    assert "Line 1 has an error" in window.notice.text
    assert not (project / "v.npy").exists()
