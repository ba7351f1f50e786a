"""Every action that can be chosen does something, whatever is selected and wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gradstudio.app.action import Action
from gradstudio.app.actions import ACTIONS
from gradstudio.app.main_window import MainWindow

PROGRAM = """import gradstudio as gs

x = gs.Variable([0.5, 1.5])
k = gs.Variable(2.0)


def layer(v):
    h = gs.tanh(v * 1.5)
    return gs.sin(h)


with gs.GradientTape(persistent=True) as tape:
    y = layer(x)
    for step in range(12):
        y = gs.tanh(y) * k
    z = gs.sum(y * y)
dx = tape.gradient(z, x)
dk = tape.gradient(z, k)
"""
MISTAKE = "x = 3\ny = sin(x) + whatever\n"
IN_CALL = (15, 22)  # line and column of the editor's cursor: in a name, in a call, in an indented line
GOES = {"quit", "recent", "examples", "lines"}  # ends the window; menus that hold others


def fingerprint(window: MainWindow) -> tuple[object, ...]:
    """Everything a person can see or will find changed."""
    canvas, session, dialogs = window.canvas, window.session, window.dialogs
    cursor, view, focus = window.editor.textCursor(), session.runs.view, QApplication.focusWidget()
    shown = sorted(f"{type(w).__name__} {w.objectName()}" for w in window.findChildren(QWidget) if w.isVisible())
    return (
        session.document.text,
        session.document.name,
        session.history.at,
        (cursor.position(), cursor.anchor()),
        QGuiApplication.clipboard().text(),
        (tuple(dialogs.asked), tuple(dialogs.lines), len(dialogs.groups)),  # type: ignore[attr-defined]
        (window.notice.text, window.canvas.builder.bench.bubble.text),
        (type(focus).__name__, focus.objectName()) if focus is not None else None,
        tuple(shown),
        msgspec.to_builtins(window.settings),
        (canvas.zoom, canvas.place(canvas.rect().center().toPointF())),
        (canvas.selected, canvas.second, canvas.selected_frame, tuple(canvas.chosen), canvas.lights.words),
        (view.run, view.sweep, view.arrangement, view.passages) if view is not None else None,
        tuple(window.status.parts),
        (canvas.has_map, id(session.runs.outcome), window.editor.signature.isVisible()),
    )


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Until nothing runs and the picture is that of the text, or of the last good one."""
    runs = window.session.runs

    def is_over() -> bool:
        outcome, wanted = runs.outcome, window.session.document.text
        is_run = outcome is not None and outcome.text == wanted
        return not window.is_running and (is_run or not wanted or not window.settings.live)

    qtbot.waitUntil(is_over, timeout=15000)
    QApplication.processEvents()


def set_up(window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None], text: str, node: str) -> None:
    """The text with a node selected, the cursor in a call and the picture moved."""
    for popup in (window.presenter.building.popup, window.editor.completions):
        popup.hide()
    window.canvas.leave()
    window.find_bar.hide()
    window.set_live(True)
    if window.session.document.text != text:
        type_text(text) if text else window.files.new()
        if text:
            settle(window, qtbot)
    if window.view is not None:
        window.canvas.fit()
        window.canvas.zoom_in()
        window.canvas.pan(31.0, 17.0)
        titles = window.view.graph.title
        window.canvas.choose(titles.index(node) if node in titles else -1)
        window.editor.go_to((*IN_CALL, *IN_CALL))
    (window.canvas if node else window.editor).setFocus()
    QGuiApplication.clipboard().setText("q")
    window.notice.hide()
    window.refresh_actions()


def is_chosen_already(window: MainWindow, action: Action) -> bool:
    """Whether it is one of several of which one always holds."""
    one_of = {"dark", "light", "values", "gradients", "both", "local", "to-right", "downwards"}
    return action.id in one_of and action.is_checked is not None and action.is_checked(window)


@pytest.mark.parametrize(
    ("text", "node"),
    [(PROGRAM, "z"), (PROGRAM, "x"), (PROGRAM, ""), (MISTAKE, ""), ("", "")],
    ids=["an op is selected", "a parameter is selected", "the code has the focus", "with a mistake", "empty"],
)
def test_no_action_that_can_be_chosen_is_dead(
    window: MainWindow,
    qtbot: QtBot,
    type_text: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    node: str,
) -> None:
    sheets: list[str] = window.dialogs.asked  # type: ignore[attr-defined]
    monkeypatch.setattr(window.dialogs, "node_sheet", lambda *_: sheets.append("node sheet"))
    window.files.may_leave = lambda *_: True  # type: ignore[method-assign]
    dead = []
    for action in ACTIONS:
        set_up(window, qtbot, type_text, text, node)
        if action.id in GOES or not action.is_enabled(window) or is_chosen_already(window, action):
            continue
        before = fingerprint(window)
        action.run(window)
        QApplication.processEvents()
        if fingerprint(window) == before:
            try:
                qtbot.waitUntil(lambda before=before: fingerprint(window) != before, timeout=1500)  # type: ignore[misc]
            except Exception:
                dead.append(action.id)
        settle(window, qtbot)
    assert not dead, " ".join(dead)
