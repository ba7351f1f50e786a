"""Recovery offers: what the window says at its start of texts that were not saved, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradstudio.app.compare import Side
from gradstudio.app.notice import Notice
from gradstudio.app.text_choice import Entry, TextChoice, counted, when
from gradstudio.picture.fonts import plain
from gradstudio.studio.differences import differences
from gradstudio.studio.recovery.offers import Found, Offer, look

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

_NAMED = 3  # texts that the bar names

KEEP_MINE, FILE_ON_DISK, KEEP_BOTH = "Keep mine", "File on disk", "Keep both"


@dataclass(frozen=True, slots=True)
class _Known:
    """An offer and what its file holds now."""

    offer: Offer
    disk: str | None
    changed: int  # lines

    @classmethod
    def of(cls, offer: Offer) -> _Known:
        recovered = offer.recovered
        disk = recovered.on_disk()
        rows = differences(recovered.basis.text if disk is None else disk, recovered.text)
        return cls(offer, disk, sum(row.kind not in ("equal", "skipped") for row in rows))


class RecoveryOffers:
    """A bar over the code and the dialog behind it. Until something is chosen nothing is lost, and the next start asks
    again."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.bar = Notice(window.colors)
        self.bar.setAccessibleName("Recovered texts")
        self.offers: tuple[Offer, ...] = ()
        self.dialog: TextChoice | None = None
        self._known: dict[str, _Known] = {}
        self._is_line = False  # the bar shows a line about this document
        window.session.keeper.said.connect(self.say)
        window.session.document_changed.connect(self._on_document_changed)

    def look(self) -> None:
        """See what is there; the bar shows when that is known."""
        look(self._window.session.keeper.folder, self._window.bridge.post, self._on_found)

    def say(self, text: str) -> None:
        """A line of the keeper, where it hides no question."""
        if self.bar.isHidden():
            self.bar.say(text, (), "info")
            self._is_line = True
        elif self._window.notice.isHidden():
            self._window.notice.say(text, (), "info")
        else:
            self._window.say(text)

    def close(self) -> None:
        """The window goes: what was not chosen is left for the next start."""
        self._window.session.keeper.said.disconnect(self.say)
        self._window.session.document_changed.disconnect(self._on_document_changed)
        self.later()

    def show(self) -> None:
        """All that can be recovered, with what differs."""
        self._known = {offer.claim.name: _Known.of(offer) for offer in self.offers}
        said = (
            "GradStudio was ended while these texts were not saved. Nothing is written to a file before you save it; "
            "what you leave for later is asked about again."
        )
        self.dialog = TextChoice(
            self._window.colors, "Recovered texts", said, self._entries(), self._on_chosen, "Later", self._window
        )
        self._window.dialogs.choose_text(self.dialog)
        self.dialog.deleteLater()
        self.dialog = None
        self._show_bar()

    def later(self) -> None:
        """Leave them all for the next start."""
        for offer in self.offers:
            offer.withdraw()
        self.offers = ()
        self._window.refresh_actions()

    # inside

    def _on_found(self, found: Found) -> None:
        self.offers = found.offers
        self._show_bar()
        if found.aside:
            [first, *others] = found.aside
            where = plain(str(first), 300) + (f" and {len(others):,} more" if others else "")
            self.say(f"What was kept of an unsaved text cannot be read; it was put aside as {where}.")
        self._window.refresh_actions()

    def _on_document_changed(self) -> None:
        if self._is_line:
            self._show_bar()

    def _show_bar(self) -> None:
        self._is_line = False
        self.bar.hide()
        if not self.offers:
            return
        names = [plain(offer.recovered.name, 100) for offer in self.offers]
        if len(names) == 1:
            said = f"{names[0]} was not saved when GradStudio ended {when(self.offers[0].recovered.time)}. It was kept."
            words = "Look at it…"
        else:
            listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
            said = f"{len(names)} texts were not saved when GradStudio ended; they were kept: {listed}."
            words = "Look at them…"
        self.bar.say(said, ((words, self.show), ("Later", self.later)), "info")

    def _entries(self) -> tuple[Entry, ...]:
        return tuple(_entry(self._known[offer.claim.name]) for offer in self.offers)

    def _on_chosen(self, number: int, key: str) -> tuple[Entry, ...]:
        """Do what was chosen; gives what is left to choose, nothing where the window shows another text now."""
        if not key:
            self.later()
            return ()
        offer, window = self.offers[number], self._window
        if key == FILE_ON_DISK:
            window.session.backups.keep_discarded(offer.recovered.basis.path, offer.recovered.text)
            self._take(offer).forget()
            return self._entries()
        if not window.files.may_leave():
            return self._entries()
        recovered = self._take(offer).recovered
        document = recovered.copy() if key == KEEP_BOTH else recovered.document()
        window.session.recover(document, recovered.history, recovered.cursor, offer.claim)
        return ()

    def _take(self, offer: Offer) -> Offer:
        self.offers = tuple(each for each in self.offers if each is not offer)
        self._window.refresh_actions()
        return offer


def _entry(known: _Known) -> Entry:
    recovered = known.offer.recovered
    path, what = recovered.basis.path, f"{counted(known.changed, 'line')} differ"
    if known.changed == 1:
        what = "1 line differs"
    said = [f"{when(recovered.time)}, {what}"]
    if path is not None:
        said.insert(0, str(path.parent))
    if recovered.is_damaged:
        said.append("the last changes could not be read")
    if known.disk is None:
        said.append(
            "never saved" if path is None else "the file cannot be read" if path.exists() else "the file is gone"
        )
        left = Side("Empty" if path is None else "As it was last saved", recovered.basis.text)
        buttons = (("Throw away", FILE_ON_DISK), (KEEP_MINE, KEEP_MINE))
    else:
        left = Side("File on disk", known.disk)
        buttons = ((FILE_ON_DISK, FILE_ON_DISK), (KEEP_BOTH, KEEP_BOTH), (KEEP_MINE, KEEP_MINE))
    right = Side(f"Not saved, {when(recovered.time)}", recovered.text)
    return Entry(recovered.name, tuple(said), lambda: (left, right), buttons)
