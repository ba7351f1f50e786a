"""Trust in the window: the gate's answers as bar, badge and dialog, and what a person answers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gradstudio import __version__
from gradstudio.app.badge import Safety
from gradstudio.app.trust_dialog import TrustQuestion
from gradstudio.language.needs import Need
from gradstudio.picture.fonts import plain
from gradstudio.studio.outcome import Outcome
from gradstudio.worker.lockdown import described, is_isolated
from gradstudio.worker.permission import SAFE, Permission

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

_LOOK = 100  # milliseconds between looks whether the worker is ready
_CODE = 60  # characters of a line in the bar


class TrustPresenter(QObject):
    """Joins one window's bar and badge to its session."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = session = window.session
        self._permission: Permission = SAFE
        self._needs: tuple[Need, ...] = ()
        self._is_kept = False  # the person chose to keep this file safe; the menu still offers it
        self._has_run = False
        self._connections = (
            (session.permitted, self._on_permitted),
            (session.document_changed, self._on_document_changed),
            (session.runs.finished, self._on_finished),
        )
        for event, listener in self._connections:
            event.connect(listener)  # type: ignore[attr-defined]
        window.status.badge.clicked.connect(window.show_about)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK)
        self._clock.timeout.connect(self._on_clock)
        self._clock.start()
        self._refresh()

    def close(self) -> None:
        """The window goes: hear nothing any more."""
        self._clock.stop()
        for event, listener in self._connections:
            event.disconnect(listener)  # type: ignore[attr-defined]

    @property
    def can_ask(self) -> bool:
        """Whether the text is one that full Python would run and safe mode does not."""
        return bool(self._needs) and not self._session.gate.is_full

    def ask(self) -> None:
        """Ask the person whether this text, by its bytes, may run as full Python."""
        if not self.can_ask:
            return
        document, digest = self._session.document, self._session.digest
        question = TrustQuestion(document.name, document.folder, digest, self._needs)
        if not self._window.dialogs.allow_full(self._window, question, self._window.colors):
            self._keep()
        elif not self._session.allow_full(digest):
            self._window.notice.say("The text has changed meanwhile: nothing was allowed. Look at it, then ask again.")

    def about(self) -> list[str]:
        """What the page about the program says."""
        layers = self._session.runs.layers
        safety = self.safety
        return [
            f"Version {__version__}. See every gradient.",
            f"{safety.word}. {safety.meaning}",
            f"Isolation active here: {', '.join(layers) if layers else 'none yet, the worker is still starting'}.",
            *described(layers),
            "Apache License 2.0. Fonts: Inter, JetBrains Mono, STIX Two Math, SIL Open Font License 1.1.",
        ]

    @property
    def safety(self) -> Safety:
        """How the text that is open runs."""
        layers = self._session.runs.layers
        if self._session.gate.is_full:
            return Safety.FULL
        if not layers and not self._has_run:
            return Safety.STARTING
        return Safety.SAFE if is_isolated(layers) else Safety.LIMITS_ONLY

    # inside

    def _on_document_changed(self) -> None:
        self._needs, self._is_kept, self._permission = (), False, SAFE

    def _on_permitted(self, permission: Permission) -> None:
        self._permission = permission
        if permission.mode == "paused" and self._window.view is None:
            self._window.canvas.set_waiting(False)
            self._window.status.show_parts("pause", ["Not run yet", permission.why])
        self._refresh()
        self._window.refresh_actions()

    def _on_finished(self, outcome: Outcome) -> None:
        self._has_run = True
        if outcome.text == self._session.document.text:
            self._needs = outcome.needs
            self._refresh()

    def _on_clock(self) -> None:
        """Until the worker is ready; then nothing about it changes by itself."""
        if self.safety is not Safety.STARTING:
            self._clock.stop()
            self._refresh()

    def _keep(self) -> None:
        self._is_kept = True
        self._refresh()
        self._window.editor.setFocus()

    def _refresh(self) -> None:
        window, is_full = self._window, self._session.gate.is_full
        window.status.show_safety(self.safety)
        live = window.toolbar.live
        live.setEnabled(not is_full)
        live.setToolTip("Full Python runs only when you press Run" if is_full else "Run while typing")
        if is_full:
            window.trust_bar.say(
                "full",
                "Full Python",
                "It can change or delete any of your files. It runs only when you press Run.",
                (("Back to safe mode", self._session.withdraw_full),),
            )
        elif self._permission.after_crash:
            window.trust_bar.say("paused", self._permission.why, "", (("Run it", self._session.run),))
        elif self._needs and not self._is_kept:
            why = f"{self._session.gate.why_not} " if self._session.gate.why_not else ""
            window.trust_bar.say(
                "needs",
                _needs_words(self._needs),
                f"{why}GradStudio runs files safely, out of reach of your own. If you did not write it, keep it safe.",
                (("Keep safe", self._keep), ("Allow full Python…", self.ask)),
            )
        else:
            window.trust_bar.silence()


def _needs_words(needs: tuple[Need, ...]) -> str:
    """ "Needs full Python: line 3, `import os`, and 2 more lines"."""
    first, more = needs[0], len(needs) - 1
    rest = f", and {more} more {'line' if more == 1 else 'lines'}" if more else ""
    return f"Needs full Python: line {first.line}, `{plain(first.text.strip(), _CODE)}`{rest}"
