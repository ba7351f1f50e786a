"""Session: one window's document, runs, selection and settings, and what joins them. No Qt."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from gradstudio.graph.fold_state import FoldState
from gradstudio.graph.query import node_of_record
from gradstudio.graph.reveal import reveal
from gradstudio.studio import line_ends
from gradstudio.studio.arrangement import Arrangement, is_same_program, read_arrangement, written
from gradstudio.studio.building import Building
from gradstudio.studio.crash_marker import CrashMarker
from gradstudio.studio.data_files import copy, left_behind
from gradstudio.studio.document import Document, DocumentError, Draft
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.events import Event
from gradstudio.studio.history import History, State
from gradstudio.studio.history_files import HistoryFiles, read_history
from gradstudio.studio.outcome import Outcome, View
from gradstudio.studio.pins import Pins
from gradstudio.studio.ports import Post
from gradstudio.studio.recovery.backups import Backups
from gradstudio.studio.recovery.keeper import Claim, Keeper
from gradstudio.studio.runs import ASKED_SECONDS, Runs
from gradstudio.studio.selection import Selection
from gradstudio.studio.settings import Settings, save_settings
from gradstudio.studio.state_folder import state_folder
from gradstudio.studio.step_names import of_arrangement
from gradstudio.studio.steps import Cursor
from gradstudio.studio.trust import Gate, Origin
from gradstudio.worker.client import Client
from gradstudio.worker.permission import Permission


class Session:
    """The document that is open, and what follows from its text.

    Events: document_changed() when another document is open; title_changed() when its name or whether it is modified
    has changed; recent_changed() when the recent files did; text_wanted(text) when the document has another text that
    the editor is to show; cursor_wanted(cursor) where its cursor is to stand then; history_changed() when there is
    another step to undo or to make again; refused(why) when something asked for cannot be done; permitted(Permission)
    when the gate has said how the text may run, which is before every run and instead of every run that is paused.
    """

    def __init__(
        self, settings: Settings, runs: Runs, settings_path: Path | None = None, gate: Gate | None = None
    ) -> None:
        self.document_changed: Event[[]] = Event()
        self.title_changed: Event[[]] = Event()
        self.recent_changed: Event[[]] = Event()
        self.text_wanted: Event[[str]] = Event()
        self.cursor_wanted: Event[[Cursor]] = Event()
        self.history_changed: Event[[]] = Event()
        self.refused: Event[[str]] = Event()
        self.permitted: Event[[Permission]] = Event()
        self.settings = settings
        self.runs = runs
        self.gate = gate or Gate()
        self.selection = Selection()
        self.document = Document()
        self.building = Building(self)
        self.history = History()
        self._history_files = HistoryFiles()
        self._settings_path = settings_path
        self.backups = Backups()
        self.keeper = Keeper(self)
        self.document.changed.connect(self._on_document_changed)
        runs.drawn.connect(self._on_drawn)
        runs.finished.connect(self._on_finished)

    # documents

    def new(self) -> None:
        """An empty text."""
        self._show(Document(), Origin.OPENED)

    def open(self, path: Path) -> None:
        """Open a file. Raises DocumentError, and the present document stays."""
        try:
            document = Document.open(path)
        except DocumentError:
            if not path.exists():
                self.settings.forget(path)
                self.recent_changed.emit()
            raise
        self._remember(document)
        self._show(document, Origin.OPENED)

    def open_example(self, path: Path) -> None:
        """Open a shipped example: it runs beside its data, but saving asks for a place of one's own."""
        document = Document.open(path)
        self._show(Document(document.text, None, path.name, path.parent), Origin.EXAMPLE)

    def recover(self, document: Document, history: History, cursor: Cursor | None, claim: Claim) -> None:
        """Show a text that was not saved when the program ended; its journal goes on from there."""
        self.keeper.take_over(claim, cursor)
        self._remember(document)
        self._show(document, Origin.RECOVERED, history)
        if cursor is not None:
            self.cursor_wanted.emit(cursor)

    def discard(self) -> None:
        """The person throws away what is not saved, if another document is shown or the window closed next."""
        self.keeper.discard()

    def draft(self, path: Path | None = None, overwrite: bool = False) -> Draft:
        """The text as it is to be written; what the file held before is kept. Raises DocumentError."""
        draft = self.document.draft(path, overwrite)
        return replace(draft, keep=partial(self.backups.before_saving, is_foreign=draft.known is None))

    def save(self, overwrite: bool = False) -> None:
        """Save to the document's file. Raises DocumentError (ChangedOnDisk unless overwrite)."""
        draft = self.draft(overwrite=overwrite)
        self.saved(draft, draft.write())

    def save_as(self, path: Path) -> tuple[str, ...]:
        """Save to another file; gives the data files that the text reads and that stay behind. Raises DocumentError."""
        draft = self.draft(path)
        return self.saved(draft, draft.write())

    def saved(self, draft: Draft, information: os.stat_result) -> tuple[str, ...]:
        """A draft of the document was written; gives the data files that the text reads and that stay behind."""
        before, path = self.document.folder, self.document.path
        self.document.settle(draft, information)
        self.gate.saved(draft.data, self.document.folder)
        if self.document.text == draft.text:
            self._keep_history()
        self.keeper.saved()
        if self.document.path != path:
            self._remember(self.document)
        missing = left_behind(self.document.text, before, self.document.folder)
        if self.document.folder != before:
            self.run_soon()
        return missing

    def bring(self, names: tuple[str, ...], before: Path) -> None:
        """Copy data files from another folder beside the document. Raises DocumentError."""
        if self.document.folder is not None:
            copy(names, before, self.document.folder)
            self.run_soon()

    def reload(self, goes_on: bool = False) -> None:
        """Take the file's text again, as one step that can be undone (goes_on: the same one as a reload just before).
        Raises DocumentError and changes nothing then."""
        before = self.document.text
        self.document.reload()
        if not goes_on:
            self.history.settle()
        self.history.record(before, self.document.text, "Reload from disk", "reload")
        self.keeper.saved()
        self.text_wanted.emit(self.document.text)
        self.history_changed.emit()
        self._ask(Origin.RELOADED, is_wanted=self.settings.live)

    # trust

    def allow_full(self, digest: str) -> bool:
        """A person allows full Python for the text with this digest, and it runs; False if it is another one now."""
        data = self._bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            return False
        is_saved = self.document.path is not None and not self.document.is_modified
        self.gate.allow(data, self.document.folder, is_saved)
        self.run()
        return True

    def withdraw_full(self) -> None:
        """Back to safe mode for this text, for good."""
        self.gate.withdraw(self._bytes())
        self.runs.stop()
        self._ask(Origin.TYPED, is_wanted=True, at_once=True)

    @property
    def digest(self) -> str:
        """SHA-256 of the text as its file would hold it, in hexadecimal."""
        return hashlib.sha256(self._bytes()).hexdigest()

    # text and runs

    def edit(self, text: str, name: str = "", cursor: tuple[Cursor, Cursor] | None = None) -> None:
        """The text was edited in the editor; it runs by itself while Live is on, unless only the arrangement in it is
        another. Without a name it was typed. cursor: before and after."""
        before = self.document.text
        if self._put(text, at_once=False):
            self.history.record(before, text, name, cursors=cursor)
            self.history_changed.emit()

    def apply(self, edit: Edit, merge: str = "") -> None:
        """Change the text as canvas, panels or sliders ask: one step that can be undone.

        Edits with the same `merge` in a row are one step until `settle`: all of what a slider does from press to
        release.
        """
        if not merge:
            self.building.applied(edit)
        self._apply(edit.name, edit.text, merge, edit.line or None)

    def settle(self) -> None:
        """A gesture is over: what comes next is a step of its own."""
        self.history.settle()

    def pause(self) -> None:
        """The editor's cursor was moved: what is typed next is a step of its own."""
        self.history.pause()

    def undo(self) -> None:
        """Take the last step back."""
        self.go_to_step(self.history.at - 1)

    def redo(self) -> None:
        """Make the next step that was undone again."""
        self.go_to_step(self.history.at + 1)

    def go_to_step(self, at: int) -> None:
        """The text as it was after so many steps of the history; it runs once."""
        state = self.history.go_to(self.document.text, at)
        if state is not None:
            self._return_to(state)
        self.history_changed.emit()

    def run(self) -> None:
        """A person asks for a run."""
        self.keeper.flush()
        self._ask(Origin.ASKED, is_wanted=True)

    def run_soon(self, at_once: bool = False) -> None:
        """The text or what it reads has changed. at_once: nobody is typing, so there is no next key to wait for."""
        self._ask(Origin.TYPED, is_wanted=self.settings.live, at_once=at_once)

    def set_live(self, is_live: bool) -> None:
        """Whether a text runs by itself while it is typed."""
        self.settings.live = is_live
        outcome = self.runs.outcome
        if is_live and (outcome is None or outcome.text != self.document.text):
            self.run_soon()

    # the picture

    @property
    def arrangement(self) -> Arrangement:
        """How the picture is folded, moved and turned; that of the text where no picture is shown."""
        view = self.runs.view
        return read_arrangement(self.document.text, view.arrangement.folds.chosen if view is not None else ())

    def arrange(self, arrangement: Arrangement) -> None:
        """Fold, move or turn the picture; the text keeps it. Without a place in the text, it is refused in words."""
        before, view = self.arrangement, self.runs.view
        try:
            text = written(self.document.text, arrangement)
        except ValueError as error:
            self.refused.emit(str(error))
            return
        name = of_arrangement(before, arrangement, view.whole if view is not None else None)
        self._apply(name, text, "", 0)

    def fold(self, change: Callable[[FoldState], FoldState]) -> None:
        """Close or open groups and passes."""
        before = self.arrangement
        folds = change(before.folds)
        if folds != before.folds:
            self.arrange(replace(before, folds=folds))

    def move(self, node: str, columns: int, rows: int) -> None:
        """Move a node by so many columns and rows."""
        self.arrange(self.arrangement.with_moved(node, columns, rows))

    def unmove(self) -> None:
        """Put all moved nodes back."""
        self.arrange(replace(self.arrangement, moved=()))

    def turn(self, direction: str) -> None:
        """Let the picture run to the "right" or "down"."""
        self.arrange(replace(self.arrangement, direction=direction))

    def show_record(self, record: int) -> None:
        """Select what shows a record; what hides it is opened first."""
        view = self.runs.view
        if view is None or record < 0:
            return
        node = node_of_record(view.graph, record)
        if node < 0 or view.graph.fold[node] >= 0:
            self.fold(lambda folds: reveal(view.whole, folds, record))
        if not self.selection.select_record(record):
            self.selection.expect(record)  # it was hidden until now

    def save_settings(self) -> None:
        """Remember for the next start."""
        save_settings(self.settings, self._settings_path)

    def close(self) -> None:
        """End the worker."""
        self.runs.close()
        self.keeper.close()
        self._history_files.close()

    # inside

    def _bytes(self) -> bytes:
        return self.document.as_bytes("surrogatepass")

    def _permission(self, origin: Origin) -> Permission:
        return self.gate.may_run(self._bytes(), origin, self.document.folder, self.document.path)

    def _ask(self, origin: Origin, is_wanted: bool, at_once: bool = False) -> None:
        """The one way to a run: ask the gate, then run the text if it may and if that is wanted now."""
        document, permission = self.document, self._permission(origin)
        if is_wanted and permission.mode != "paused":
            self.runs.submit(document.text, document.folder, permission, is_asked=origin.is_asked, at_once=at_once)
        else:
            self.runs.mark_stale()
        self.permitted.emit(permission)

    def _put(self, text: str, origin: Origin = Origin.TYPED, at_once: bool = True) -> bool:
        """Another text for the document, whoever made it, and what follows from it; False if it is the same."""
        before = self.document.text
        if text == before:
            return False
        self.document.text = text
        if is_same_program(before, text):
            self.permitted.emit(self._permission(origin))
            self.runs.rearrange(text)
        else:
            self._ask(origin, is_wanted=self.settings.live, at_once=at_once)
        return True

    def _apply(self, name: str, text: str, merge: str, line: int | None) -> None:
        before, text = self.document.text, line_ends.plain(text)
        if self._put(text):
            self.history.record(before, text, name, merge, line=line)
            self.text_wanted.emit(text)
            self.history_changed.emit()

    def _return_to(self, state: State) -> None:
        """Show a text that was there before, and the place that changed; an arrangement shows in the picture alone."""
        before = self.document.text
        if self._put(state.text, Origin.UNDONE):
            self.text_wanted.emit(state.text)
            if not is_same_program(before, state.text):
                self.cursor_wanted.emit(state.cursor)

    def _keep_history(self) -> None:
        """For when the file is opened again. What is typed from now on is a step of its own: undoing stops here."""
        self.history.settle()
        if self.document.path is not None:
            self._history_files.keep(self.document.path, self.document.text, self.history)

    def _show(self, document: Document, origin: Origin, history: History | None = None) -> None:
        self.document.changed.disconnect(self._on_document_changed)
        self.document = document
        self.history = history or History()
        if history is None and document.path is not None:
            self.history = read_history(document.path, document.text) or History()
        document.changed.connect(self._on_document_changed)
        self.selection.select(None)
        self.runs.reset()
        self.document_changed.emit()
        self.title_changed.emit()
        self.history_changed.emit()
        self._ask(origin, is_wanted=bool(document.text.strip()))

    def _remember(self, document: Document) -> None:
        if document.path is not None:
            self.settings.remember(document.path)
            self.recent_changed.emit()
            self.save_settings()

    def _on_document_changed(self) -> None:
        self.title_changed.emit()

    def _on_finished(self, outcome: Outcome) -> None:
        self.gate.ended(outcome.permission.digest, died=outcome.finished.status == "died")

    def _on_drawn(self, view: View | None) -> None:
        self.selection.set_graph(view.graph if view is not None else None)
        self.building.drawn(view)


def start_session(settings: Settings, post: Post, settings_path: Path | None = None) -> Session:
    """A session with a real worker, and with what was allowed and what went wrong before."""
    marker = CrashMarker(state_folder() / "running")
    connect = partial(Client, advice=f"press Run to allow {ASKED_SECONDS:g} s")
    return Session(settings, Runs(connect, post, marker), settings_path, Gate(Pins(), marker))
