"""OpPopup: the palette at the cursor. One types, walks with the arrows, and Enter takes an operation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QWidget

from gradstudio.app.fonts import words
from gradstudio.app.icons import pixmap
from gradstudio.app.palette.card_view import CardView
from gradstudio.app.palette.list_view import HEIGHT, ListView
from gradstudio.app.palette.rows import Fits, Row, row_of, rows_of, section
from gradstudio.app.theme import Colors
from gradstudio.picture.tokens import Theme
from gradstudio.studio.palette.catalogue import CATEGORIES, LEAF_CATEGORY, entries, in_category, known
from gradstudio.studio.palette.search import search
from gradstudio.studio.palette.source import Source
from gradstudio.studio.settings import Settings

WIDTH = 316
_FIELD, _CARD, _FOOT, _ROWS, _FEWEST = 46, 138, 28, 6, 3
_CORNER = QPoint(12, 12)  # from the popup's corner to the place it was opened at
_EDGE = 4  # pixels that the popup keeps from the window's edge
_STRIP = 36  # height of the line of hints at the bottom of the canvas
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SearchLine(QLineEdit):
    """A field with a magnifier, and at its right what is searched for, until the text needs the room."""

    def __init__(self, colors: Colors, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.hint = ""
        self.setFont(words(12))
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setTextMargins(22, 0, 0, 0)
        self.setMaxLength(60)

    def set_hint(self, hint: str) -> None:
        """Quiet words at the right."""
        self.hint = hint
        self.setAccessibleDescription(hint)
        self.setPlaceholderText("" if hint else self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            top = (self.height() - 14) / 2
            painter.drawPixmap(QPointF(9, top), pixmap("search", self.colors.ink2, 14, self.devicePixelRatioF()))
            font = words(11)
            room = self.width() - 48 - QFontMetricsF(self.font()).horizontalAdvance(self.text())
            shown = QFontMetricsF(font).elidedText(self.hint, Qt.TextElideMode.ElideRight, max(room, 0))
            if len(shown) > 2:
                painter.setFont(font)
                painter.setPen(QColor(self.colors.muted))
                painter.drawText(QRectF(0, 0, self.width() - 9, self.height()), _RIGHT, shown)
        finally:
            painter.end()


class OpPopup(QFrame):
    """Finds one operation to put on the canvas.

    Signals: picked(entry id) when one is taken, which closes the popup; left() when it closes without one (Esc, or a
    click elsewhere). A taken operation becomes the latest of `settings.recent_ops`; `keeps_wire` says whether it was
    taken with Shift, which asks for the wire to stay in the hand.
    """

    picked = Signal(str)
    left = Signal()

    def __init__(self, colors: Colors, theme: Theme, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent.window())
        self.colors, self.theme, self.settings = colors, theme, settings
        self._home = parent
        self._is_wired = False
        self._has_values = True
        self.keeps_wire = False
        self.setObjectName("palette")
        self.setAccessibleName("Operations")
        self.field = SearchLine(colors, "Find an operation", self)
        self.list = ListView(colors, theme, self)
        self.list.setAccessibleName("Operations found")
        self.card = CardView(colors, self)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.list.chosen.connect(self.card.show_entry)
        self.list.chosen.connect(lambda _: self.update())  # its foot
        self.list.taken.connect(self.take)
        self.set_colors(colors, theme)
        self.hide()

    def set_colors(self, colors: Colors, theme: Theme) -> None:
        """Change the theme."""
        self.colors, self.theme = colors, theme
        self.field.colors = colors
        self.setStyleSheet(
            f"#palette {{ background: {colors.raised}; border: 1px solid {colors.control}; border-radius: 8px; }}"
            f"QLineEdit {{ background: {colors.window}; border: 1px solid {colors.accent}; border-radius: 5px; }}"
        )
        self.list.set_colors(colors, theme)
        self.card.set_colors(colors)
        self.update()

    def open(
        self,
        at: QPoint,
        hint: str = "",
        fits: Fits | None = None,
        source: Source | None = None,
        has_values: bool = False,
    ) -> None:
        """Open with the field under `at`, a place in the parent given to the constructor.

        `hint` says at the right of the field what the operation is to take: "takes z [200]". With it the popup speaks
        of a wire, and what takes no input is offered last, or not at all unless `has_values`. `fits(entry id)` gives
        what stands at the right of an entry: "[200]", "needs labels", "slope 0"; it is asked only for entries that come
        into view. `source` is the value that the operation is to take: cards use its name and show where its numbers
        lie on a curve.
        """
        window = self._home.window()
        self.setParent(window)
        self._is_wired = bool(hint)
        self._has_values = has_values or not hint
        self.field.set_hint(hint)
        self.list.rows.set_fits(fits)
        self.card.set_source(source)
        self.keeps_wire = False
        self.setGeometry(self._placed(self._home.mapTo(window, at), window.rect()))
        self._lay_out()
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def take(self, id: str) -> None:
        """Take an entry, as Enter and a click do."""
        self.settings.use_op(id)
        self._close()
        self.picked.emit(id)

    def leave(self) -> None:
        """Close without taking anything."""
        if self.isVisible():
            self._close()
            self.left.emit()

    # inside

    def _close(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        focus = self.window().focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self.hide()
        if had_focus:
            self._home.setFocus(Qt.FocusReason.PopupFocusReason)

    def _placed(self, at: QPoint, area: QRect) -> QRect:
        """Below and right of the cursor, moved so that all of it stays inside the window."""
        width = min(WIDTH, area.width() - 2 * _EDGE)
        whole = _FIELD + _ROWS * HEIGHT + 8 + _CARD + _FOOT
        room = area.height() - 2 * _EDGE
        height = min(whole, room)
        corner = at - _CORNER
        x = min(max(corner.x(), _EDGE), area.width() - width - _EDGE)
        # Above what is said at the bottom of its home, as long as it still fits there.
        ground = self._home.mapTo(self.parentWidget(), QPoint(0, self._home.height() - _STRIP)).y()
        bottom = ground if height + 2 * _EDGE <= ground <= area.height() else area.height()
        y = min(max(corner.y(), _EDGE), bottom - height - _EDGE)
        return QRect(x, y, width, height)

    def _lay_out(self) -> None:
        width, height = self.width(), self.height()
        card = _CARD if height >= _FIELD + _FEWEST * HEIGHT + _CARD + _FOOT else 0
        self.field.setGeometry(8, 8, width - 16, 30)
        self.list.setGeometry(1, _FIELD, width - 2, height - _FIELD - card - _FOOT - 4)
        self.card.setVisible(card > 0)
        self.card.setGeometry(1, height - _FOOT - card, width - 2, card)

    def _search(self, text: str) -> None:
        pool = [each for each in entries() if self._has_values or each.kind != "leaf"]
        if text.strip():
            rows = [row_of(hit) for hit in search(text, pool, self.settings.recent_ops)]
            if not rows:
                rows = [Row("", "No operation fits. Try another word for it.", is_code=False, is_enabled=False)]
        else:
            rows = self._all()
        self.list.show_rows(rows)

    def _all(self) -> list[Row]:
        """Everything, in sections: what a person likes and used last, values, then each category."""
        rows: list[Row] = []
        parts = [("Recent", known(self.settings.recent_ops)), ("Favourites", known(self.settings.favourite_ops))]
        values = [(LEAF_CATEGORY.title, in_category(LEAF_CATEGORY.id))]
        categories = [(each.title, in_category(each.id)) for each in CATEGORIES]
        parts += [*categories, *values] if self._is_wired else [*values, *categories]
        for title, found in parts:
            there = [each for each in found if self._has_values or each.kind != "leaf"]
            if there:
                rows += [section(title), *rows_of(there)]
        return rows

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self.field and kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        if watched is self.field and kind == QEvent.Type.ShortcutOverride:
            event.accept()  # keys of menus count only while the popup is closed
            return True
        if kind == QEvent.Type.Resize and watched is self.parentWidget():
            self.setGeometry(self._placed(self.pos() + _CORNER, self.parentWidget().rect()))
            self._lay_out()
        if kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget) and self._is_outside(event):
            self.leave()
        return super().eventFilter(watched, event)

    def _is_outside(self, event: QEvent) -> bool:
        """Whether the mouse is pressed elsewhere: on any widget, hence in global places."""
        if not isinstance(event, QMouseEvent) or not self.isVisible():
            return False
        return not self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.list.page(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.current is not None:
                self.keeps_wire = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.take(self.list.current.id)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            if self.list.current is not None and self.field.text() != self.list.current.text:
                self.field.setText(self.list.current.text)
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        c = self.colors
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            foot = QRectF(1, self.height() - _FOOT, self.width() - 2, _FOOT - 1)
            painter.setClipRect(foot)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.band))
            painter.drawRoundedRect(foot.adjusted(0, -12, 0, 0), 7, 7)
            painter.setClipping(False)
            painter.setPen(QPen(QColor(c.hairline), 1))
            painter.drawLine(QPointF(1, foot.top() + 0.5), QPointF(self.width() - 1, foot.top() + 0.5))
            if self.card.isVisible():
                y = self.card.y() + 0.5
                painter.drawLine(QPointF(1, y), QPointF(self.width() - 1, y))
            painter.setFont(words(11))
            painter.setPen(QColor(c.ink))
            inside = foot.adjusted(13, 0, -13, 0)
            is_value = self.list.current is not None and self.list.current.has_keys
            is_wire = self._is_wired and not self._has_values
            painter.drawText(
                inside, _LEFT, "Enter adds and wires" if self._is_wired and not is_value else "Enter adds it"
            )
            painter.setPen(QColor(c.muted))
            painter.drawText(inside, _RIGHT, "Esc drops the wire" if is_wire else "Tab completes, Esc closes")
        finally:
            painter.end()
