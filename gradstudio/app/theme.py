"""Theme: the window's colours and style sheet, from the token file that every painter reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from gradstudio.app.fonts import words
from gradstudio.picture.tokens import tokens


@dataclass(frozen=True, slots=True)
class Colors:
    """What the shell paints with; every entry is "#RRGGBB"."""

    name: str
    window: str
    panel: str
    sunken: str
    canvas: str
    raised: str
    hover: str
    band: str
    current_line: str
    ink: str
    ink2: str
    muted: str
    faint: str
    hairline: str
    control: str
    accent: str
    on_accent: str
    accent_soft: str
    selected: str
    error: str
    error_soft: str
    warn: str
    warn_soft: str
    info: str
    nan_hatch: str
    nan_soft: str
    nan_text: str
    keyword: str
    number: str
    string: str
    function: str
    comment: str

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"


@cache
def colors(name: str) -> Colors:
    """The shell's colours in the theme "light" or "dark"."""
    theme: dict[str, Any] = tokens()["themes"][name]
    surface, ink, accent, problem = theme["surface"], theme["ink"], theme["accent"], theme["problem"]
    nan, syntax = theme["state"]["nan"], theme["syntax"]
    return Colors(
        name=name,
        window=surface["window"],
        panel=surface["panel"],
        sunken=surface["sunken"],
        canvas=surface["canvas"],
        raised=surface["raised"],
        hover=surface["hover"],
        band=surface["band"],
        current_line=surface["current_line"],
        ink=ink["ink"]["hex"],
        ink2=ink["ink2"]["hex"],
        muted=ink["muted"]["hex"],
        faint=ink["faint"]["hex"],
        hairline=theme["border"]["hairline"],
        control=theme["border"]["control_and_node"],
        accent=accent["hex"],
        on_accent=accent["on_accent"]["hex"],
        accent_soft=accent["soft"],
        selected=accent["selection_text_background"],
        error=problem["error"]["hex"],
        error_soft=problem["error"]["soft"],
        warn=problem["warn"]["hex"],
        warn_soft=problem["warn"]["soft"],
        info=problem["info"]["hex"],
        nan_hatch=nan["hatch"],
        nan_soft=nan["soft"],
        nan_text=nan["text"],
        keyword=syntax["keyword"]["hex"],
        number=syntax["number"]["hex"],
        string=syntax["string"]["hex"],
        function=syntax["function"]["hex"],
        comment=syntax["comment"]["hex"],
    )


def apply_theme(application: QApplication, name: str) -> Colors:
    """Give the whole application a theme, at once and for every window."""
    c = colors(name)
    application.setPalette(_palette(c))
    application.setFont(words(12))
    application.setStyleSheet(_style_sheet(c))
    return c


def _palette(c: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for key, value in {
        role.Window: c.window,
        role.WindowText: c.ink,
        role.Base: c.panel,
        role.AlternateBase: c.sunken,
        role.Text: c.ink,
        role.Button: c.raised,
        role.ButtonText: c.ink,
        role.BrightText: c.on_accent,
        role.ToolTipBase: c.raised,
        role.ToolTipText: c.ink,
        role.PlaceholderText: c.muted,
        role.Highlight: c.selected,
        role.HighlightedText: c.ink,
        role.Link: c.accent,
        role.LinkVisited: c.accent,
        role.Light: c.raised,
        role.Midlight: c.hover,
        role.Mid: c.hairline,
        role.Dark: c.control,
        role.Shadow: c.control,
        role.Accent: c.accent,
    }.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(c.faint))
    return palette


def _style_sheet(c: Colors) -> str:
    return f"""
QMainWindow {{ background: {c.window}; }}
QMainWindow::separator {{ background: {c.hairline}; width: 1px; height: 1px; }}
QMenuBar {{ background: {c.window}; color: {c.ink}; border: none; padding: 0 0 0 3px; spacing: 0; }}
QMenuBar::item {{ padding: 6px 9px; margin: 0; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {c.hover}; }}
QMenu {{ background: {c.raised}; color: {c.ink}; border: 1px solid {c.control}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 26px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.selected}; }}
QMenu::item:disabled {{ color: {c.faint}; }}
QMenu::separator {{ height: 1px; background: {c.hairline}; margin: 4px 6px; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 6px; }}
QToolTip {{ background: {c.raised}; color: {c.ink}; border: 1px solid {c.control}; padding: 4px 6px; }}
QPushButton {{ background: {c.raised}; color: {c.ink}; border: 1px solid {c.control}; border-radius: 4px;
  min-height: 26px; padding: 0 14px; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:default {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.faint}; }}
QLineEdit {{ background: {c.panel}; color: {c.ink}; border: 1px solid {c.control}; border-radius: 4px;
  padding: 0 6px; }}
QLineEdit:focus {{ border-color: {c.accent}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {c.control}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QDialog {{ background: {c.window}; }}
"""
