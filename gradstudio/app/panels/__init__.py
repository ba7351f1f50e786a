"""The panels below the network: one file each, listed once."""

from __future__ import annotations

from gradstudio.app.panels.console import Console
from gradstudio.app.panels.history import HistoryList
from gradstudio.app.panels.outline import Outline
from gradstudio.app.panels.problems import Problems

PANELS = (Problems, Console, Outline, HistoryList)
"""Tabs of the bottom dock, in order; each has a `title`."""
