"""Files: opening, saving and exporting as a person meets them, with the questions and notices that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gradstudio.app.data_watch import DataWatch
from gradstudio.app.disk_watch import DiskWatch
from gradstudio.app.saves import Saves, Then
from gradstudio.picture.model import Layer
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.document import DocumentError

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


class Files:
    """What the File menu does to one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._may_go = False  # the person does not wait for the disk
        self.saves = Saves(window, self._folder)
        self.disk = DiskWatch(window)
        self._data = DataWatch(window)

    def new(self) -> None:
        """An empty text, unless the present one is to be kept."""
        if self.may_leave(self.new):
            self._session.new()

    def open(self) -> None:
        """Ask for a file and open it."""
        if self.may_leave(self.open):
            path = self._window.dialogs.open_path(self._window, self._folder())
            if path is not None:
                self.show(path)

    def open_path(self, path: Path) -> None:
        """Open a file that was chosen elsewhere: in the menu of recent ones, or dropped on the window."""
        if self.may_leave(lambda: self.open_path(path)):
            self.show(path)

    def open_example(self, path: Path) -> None:
        """Open a shipped example."""
        if self.may_leave(lambda: self.open_example(path)):
            self._try(lambda: self._session.open_example(path))

    def show(self, path: Path) -> bool:
        """Open a file without asking; False (and a notice) if that did not work."""
        return self._try(lambda: self._session.open(path))

    def save(self, then: Then | None = None) -> bool:
        """Save; asks for a place if there is none yet. True if that is done, else `then` is called once it is."""
        return self.saves.save(then)

    def save_as(self, then: Then | None = None) -> bool:
        """Ask for a place and save there; as `save`."""
        return self.saves.save_as(then)

    def offer(self, names: tuple[str, ...], before: Path) -> None:
        """The text has moved away from its data: offer to take them along."""
        listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        said = f"{self._session.document.name} reads {listed}, which is not in this folder yet."

        def bring() -> None:
            self._try(lambda: self._session.bring(names, before))

        self._window.notice.say(said, (("Copy it here", bring),), "info")

    def export(self, is_report: bool) -> None:
        """Ask for a file and write the picture shown, or a report of it."""
        from gradstudio.export import Job  # late: templates and font tools would double the time to the first window
        from gradstudio.studio.exports import export, formats, safe_stem, with_ending

        view = self._window.view
        if view is None:
            return
        kinds = formats(is_report)
        filters = ";;".join(f"{kind.title} ({' '.join('*' + s for s in kind.suffixes)})" for kind in kinds)
        proposal = self._folder() / f"{safe_stem(self._session.document.name)}{kinds[0].suffixes[0]}"
        title = "Export report" if is_report else "Export graph"
        path = self._window.dialogs.export_path(self._window, title, proposal, filters)
        if path is None:
            return
        target = with_ending(path, is_report)
        if target != path and target.exists() and not self._window.dialogs.may_replace(self._window, target):
            return  # the system has asked about the other name only
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
        export(job, target, self._window.bridge.post, self._window.say, self._window.notice.say)

    def may_leave(self, then: Then | None = None) -> bool:
        """Whether the present text may go: it is saved, or the person says so. Where it is on its way to a slow disk,
        False, and `then` is called once it is there."""
        document = self._session.document
        if not document.is_modified or self._may_go:
            self._may_go = False
            return True
        if self.saves.is_busy:
            self.saves.after(then)
            self._wait(document.name, then)
            return False
        match self._window.dialogs.unsaved(self._window, document.name):
            case "save":
                return self.save(then) and not document.is_modified
            case "discard":
                self._session.discard()
                return True
        return False

    def check_disk(self) -> None:
        """Has another program written the file?"""
        self.disk.look_at_once()

    def close(self) -> None:
        """The window goes."""
        self.disk.close()
        self._data.close()

    def _wait(self, name: str, then: Then | None) -> None:
        """Leaving waits for the disk, unless the person does not."""

        def go() -> None:
            self._may_go = True
            if then is not None:
                then()

        self._window.notice.say(
            f"Waiting until {name} is saved…", (("Save as…", self.save_as), ("Leave without saving", go)), "info"
        )

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
