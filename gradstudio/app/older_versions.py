"""Older versions: what the document's file held before, beside the text of now, and the way back as one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradstudio.app.compare import Side
from gradstudio.app.text_choice import Entry, TextChoice, counted, dated, when
from gradstudio.picture.fonts import plain
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.recovery.backups import DAYS, VERSIONS, Version

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


def show_older_versions(window: MainWindow) -> None:
    """The list of versions; without any, one line says so."""
    document, backups = window.session.document, window.session.backups
    known, name = [], plain(document.name, 100)
    for version in backups.versions(document.path):
        try:
            known.append((version, version.text()))
        except OSError:
            continue  # it went while we looked
    if not known:
        window.say(f"There are no older versions of {name} yet: one is kept when a file is saved over")
        return

    def act(number: int, key: str) -> tuple[Entry, ...]:
        version, text = known[number]
        if key:
            window.session.apply(Edit(f"Return to version of {dated(version.time)}", text))
        return ()

    entries = tuple(_entry(version, text, document.text) for version, text in known)
    said = (
        f"What {name} held before it was saved over: the last {VERSIONS} versions of {DAYS} days. "
        "Returning to one is a step that can be undone; the file stays as it is until you save."
    )
    dialog = TextChoice(window.colors, "Older versions", said, entries, act, "Close", window)
    window.dialogs.choose_text(dialog)
    dialog.deleteLater()


def _entry(version: Version, text: str, now: str) -> Entry:
    moment = when(version.time)
    lines = text.count("\n") + (not text.endswith("\n"))
    said = [counted(lines, "line")] if version.is_saved else [counted(lines, "line"), "never saved, thrown away"]
    if text == now:
        said.append("the text of now")
    title = f"{moment[0].upper()}{moment[1:]}"
    sides = Side(f"Version of {moment}", text), Side("Now", now)
    buttons = (("Return to this version", "return"),) if text != now else ()
    return Entry(title, tuple(said), lambda: sides, buttons)
