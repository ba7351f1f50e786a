"""Files: opening, saving and exporting as a person meets them, with the questions and notices that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gradstudio.picture.model import Layer
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.document import ChangedOnDisk, DocumentError

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


class Files:
    """What the File menu does to one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session

    def new(self) -> None:
        """An empty text, unless the present one is to be kept."""
        if self.may_leave():
            self._session.new()

    def open(self) -> None:
        """Ask for a file and open it."""
        if self.may_leave():
            path = self._window.dialogs.open_path(self._window, self._folder())
            if path is not None:
                self.show(path)

    def open_path(self, path: Path) -> None:
        """Open a file that was chosen elsewhere: in the menu of recent ones, or dropped on the window."""
        if self.may_leave():
            self.show(path)

    def open_example(self, path: Path) -> None:
        """Open a shipped example."""
        if self.may_leave():
            self._try(lambda: self._session.open_example(path))

    def show(self, path: Path) -> bool:
        """Open a file without asking; False (and a notice) if that did not work."""
        return self._try(lambda: self._session.open(path))

    def save(self) -> bool:
        """Save; asks for a place if there is none yet. False if the text is still unsaved."""
        if self._session.document.path is None:
            return self.save_as()
        try:
            self._session.save()
        except ChangedOnDisk as error:
            self._window.notice.say(
                f"{error} What now?",
                (("Overwrite it", self._overwrite), ("Save as…", self.save_as), ("Reload it", self.reload)),
            )
            return False
        except DocumentError as error:
            self._window.notice.say(str(error), (("Save as…", self.save_as),))
            return False
        self._saved()
        return True

    def save_as(self) -> bool:
        """Ask for a place and save there."""
        document = self._session.document
        proposal = document.path or self._folder() / document.name
        path = self._window.dialogs.save_path(self._window, proposal)
        if path is None:
            return False
        before, missing = document.folder, []
        if not self._try(lambda: missing.extend(self._session.save_as(path)), (("Save as…", self.save_as),)):
            return False
        self._saved()
        if missing and before is not None:
            self._offer(tuple(missing), before)
        return True

    def _offer(self, names: tuple[str, ...], before: Path) -> None:
        """The text has moved away from its data: offer to take them along."""
        listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        said = f"{self._session.document.name} reads {listed}, which is not in this folder yet."

        def bring() -> None:
            self._try(lambda: self._session.bring(names, before))

        self._window.notice.say(said, (("Copy it here", bring),), "info")

    def export(self, is_report: bool) -> None:
        """Ask for a file and write the picture shown, or a report of it."""
        from gradstudio.export import Job  # late: templates and font tools would double the time to the first window
        from gradstudio.studio.exports import export, formats, with_ending

        view = self._window.view
        if view is None:
            return
        kinds = formats(is_report)
        filters = ";;".join(f"{kind.title} ({' '.join('*' + s for s in kind.suffixes)})" for kind in kinds)
        stem = Path(self._session.document.name).stem
        proposal = self._folder() / f"{stem}{kinds[0].suffixes[0]}"
        title = "Export report" if is_report else "Export graph"
        path = self._window.dialogs.export_path(self._window, title, proposal, filters)
        if path is None:
            return
        settings = self._session.settings
        job = Job(
            self._session.document.name,
            view.text,
            view.trace,
            view.sweep,
            view.whole,
            view.graph,
            view.layout,
            load_theme(settings.theme),
            Layer(settings.layer),
        )
        export(job, with_ending(path, is_report), self._window.bridge.post, self._window.say, self._window.notice.say)

    def may_leave(self) -> bool:
        """Whether the present text may go: it is saved, or the person says so."""
        document = self._session.document
        if not document.is_modified:
            return True
        match self._window.dialogs.unsaved(self._window, document.name):
            case "save":
                return self.save()
            case "discard":
                self._session.discard()
                return True
        return False

    def check_disk(self) -> None:
        """The window is looked at again: has another program written the file?"""
        document = self._session.document
        if not document.is_changed_on_disk():
            return
        if not document.is_modified:
            self.reload()
            return
        self._window.notice.say(
            f"{document.name} was changed by another program, and here too.",
            (("Keep mine", self._session.document.accept_disk), ("Reload it", self.reload)),
        )

    def reload(self) -> None:
        """Take the file's text, as one step that can be undone."""
        if self._try(self._session.reload):
            self._window.say(f"{self._session.document.name} was read again: another program had changed it")

    def _overwrite(self) -> None:
        if self._try(lambda: self._session.save(overwrite=True), (("Save as…", self.save_as),)):
            self._saved()

    def _saved(self) -> None:
        self._window.notice.hide()
        self._window.say(f"Saved {self._session.document.name}")

    def _try(self, act: Callable[[], object], choices: tuple[tuple[str, Callable[[], object]], ...] = ()) -> bool:
        try:
            act()
        except DocumentError as error:
            self._window.notice.say(str(error), choices)
            return False
        self._window.notice.hide()
        return True

    def _folder(self) -> Path:
        """Where a file dialog begins."""
        path = self._session.document.path
        if path is not None and path.parent.is_dir():
            return path.parent
        return next((Path(p).parent for p in self._session.settings.recent if Path(p).parent.is_dir()), Path.home())
