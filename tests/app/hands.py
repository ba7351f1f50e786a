"""Hands: what a person does on the canvas of a window while building, with real mouse and key events."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gradstudio.app.canvas.building.bubble import Bubble
from gradstudio.app.canvas.building.builder import Builder
from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.main_window import MainWindow
from gradstudio.app.palette.dragging import op_data
from gradstudio.picture.constants import constant_chips

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton

PROGRAM = """\
import gradstudio as gs

X = gs.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
y = gs.constant([0.0, 1.0])
w = gs.Variable([0.8, -1.0, 0.3])
b = gs.Variable(0.3)

with gs.GradientTape() as t:
    z = X @ w + b  # the score
    s = z * 2.0
    err = gs.mse(s, y)
g = t.gradient(err, [w, b])
"""
CHIPS = PROGRAM.replace("s = z * 2.0", "s = gs.where(z > 0.1, z, 2.0)").replace("(s, y)", "(s, 0.5)")


class Hands:
    """Over one window, whose text is run first."""

    def __init__(self, window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None], text: str) -> None:
        self.window = window
        self.qtbot = qtbot
        self._is_down = False
        if text:
            type_text(text)
        self.canvas.setFocus()

    @property
    def canvas(self) -> Canvas:
        return self.window.canvas

    @property
    def builder(self) -> Builder:
        return self.window.canvas.builder

    @property
    def bubble(self) -> Bubble:
        return self.builder.bench.bubble

    @property
    def text(self) -> str:
        return self.window.session.document.text

    def line(self, number: int) -> str:
        """A line of the text, from 1, without its indent."""
        return self.text.split("\n")[number - 1].strip()

    def node(self, title: str) -> int:
        assert self.canvas.scene is not None
        return self.canvas.scene.graph.title.index(title)

    def edge(self, source: str, target: str) -> int:
        assert self.canvas.scene is not None
        graph = self.canvas.scene.graph
        ends = list(zip(graph.edge_source.tolist(), graph.edge_target.tolist(), strict=True))
        return ends.index((self.node(source), self.node(target)))

    # places

    def output(self, title: str) -> QPoint:
        places = self.builder.bench.places
        assert places is not None
        place = places.output(self.node(title))
        assert place is not None
        return self.builder.bench.point(place).toPoint()

    def input(self, title: str, slot: int) -> QPoint:
        places = self.builder.bench.places
        assert places is not None
        place = places.input(self.node(title), slot)
        assert place is not None
        return self.builder.bench.point(place).toPoint()

    def constant(self, title: str, slot: int) -> QPoint:
        """The middle of the chip of a constant."""
        scene = self.canvas.scene
        assert scene is not None
        node = self.node(title)
        chips = constant_chips(scene.graph, scene.layout)
        rect = next(chip.rect for chip in chips if (chip.node, chip.slot) == (node, slot))
        return self.canvas.screen(rect).center().toPoint()

    def middle(self, title: str) -> QPoint:
        return self.canvas.node_rect(self.node(title)).center().toPoint()

    def empty(self) -> QPoint:
        """A point at which nothing lies."""
        canvas = self.canvas
        for y in range(canvas.height() - 60, 10, -16):
            for x in range(canvas.width() - 30, 10, -16):
                point = QPointF(x, y)
                if not canvas.spot_at(point).kind and self.builder.wiring.port_at(point) is None:
                    return QPoint(x, y)
        raise AssertionError("the canvas is full")

    def on_edge(self, edge: int) -> QPoint:
        """A point on the line of an edge at which that is found."""
        points = self.builder.bench.edge_points(edge)
        for one, other in pairwise(points):
            for share in (0.5, 0.3, 0.7, 0.15, 0.85):
                point = (one + (other - one) * share).toPoint()
                spot = self.canvas.spot_at(QPointF(point))
                if (spot.kind, spot.number) == ("edge", edge):
                    return point
        raise AssertionError("the edge is nowhere to be seen")

    # what hands do

    def hold(self, start: QPoint, *way: QPoint) -> None:
        """Press, and go from point to point with the button down."""
        self.qtbot.mouseMove(self.canvas, start)
        self.qtbot.mousePress(self.canvas, LEFT, NONE, start)
        self._is_down = True
        for point in way:
            self.qtbot.mouseMove(self.canvas, point - QPoint(7, 3))
            self.qtbot.mouseMove(self.canvas, point)

    def let_go(self, point: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseRelease(self.canvas, LEFT, modifiers, point)
        self._is_down = False

    def rest(self) -> None:
        """Let go of everything, so that no button is down for those who come next."""
        self.key(Qt.Key.Key_Escape)
        if self._is_down:
            self.let_go(QPoint(1, 1))

    def drag(self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.hold(start, end)
        self.let_go(end, modifiers)

    def click(self, point: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseClick(self.canvas, LEFT, modifiers, point)

    def select(self, *titles: str) -> None:
        """Click one node, and the others with Ctrl."""
        for number, title in enumerate(titles):
            self.click(self.middle(title), Qt.KeyboardModifier.ControlModifier if number else NONE)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(self.canvas, key, modifiers)

    def write(self, text: str) -> None:
        """Type into the field that is open in the picture, over what it holds, and press Enter."""
        field = self.builder.fields.field
        assert field.isVisible()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def find(self, text: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Type into the palette and take the first that is found."""
        popup = self.window.presenter.building.popup
        assert popup.isVisible()
        self.qtbot.keyClicks(popup.field, text)
        self.qtbot.keyClick(popup.field, Qt.Key.Key_Return, modifiers)

    def carry(self, entry: str, point: QPoint) -> None:
        """An operation of the list comes over the canvas and goes to a point."""
        action, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        self._carried = op_data(entry)
        for kind in (QDragEnterEvent, QDragMoveEvent):
            self._send(kind(point, action, self._carried, buttons, NONE))

    def put_down(self, entry: str, point: QPoint) -> None:
        self.carry(entry, point)
        action, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        self._send(QDropEvent(QPointF(point), action, self._carried, buttons, NONE))

    def _send(self, event: QDragMoveEvent | QDropEvent) -> None:
        QApplication.sendEvent(self.canvas, event)

    def settle(self) -> None:
        """Wait until the text as it is now is run and drawn."""
        runs, session = self.window.session.runs, self.window.session

        def is_settled() -> bool:
            if runs.outcome is None or runs.outcome.text != session.document.text:
                return False
            return runs.view is not None and runs.view.text == session.document.text

        self.qtbot.waitUntil(is_settled, timeout=15000)


def shown_menus() -> list[QWidget]:
    """The menus that are open."""
    return [w for w in QApplication.topLevelWidgets() if w.metaObject().className() == "QMenu" and w.isVisible()]
