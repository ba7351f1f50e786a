"""The surface of the canvas: which graph is shown, how it looks, and how it is painted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QStyle, QWidget

from gradstudio.app.canvas.anchor import alike, drift
from gradstudio.app.canvas.buffer import Buffer
from gradstudio.app.canvas.glide import Glide, Shown, moves, without_nodes
from gradstudio.app.canvas.ground import Ground
from gradstudio.app.canvas.minimap import Minimap
from gradstudio.app.canvas.nearby import Nearby
from gradstudio.app.canvas.painter import PicturePainter
from gradstudio.app.canvas.scene import Scene
from gradstudio.app.canvas.view import View
from gradstudio.app.canvas.viewport import Viewport
from gradstudio.app.canvas.welcome import Welcome
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.color import Scale
from gradstudio.picture.model import Layer, Level, Look
from gradstudio.picture.tokens import Theme, load_theme, tokens

_TICK = 15  # milliseconds between the frames of a movement


class Surface(Viewport):
    """Signal scene_changed(): another picture was set. animation_ms: how long movements take; 0 for none."""

    scene_changed = Signal()

    def __init__(self, parent: QWidget | None = None, theme: Theme | None = None) -> None:
        super().__init__(parent)
        times = tokens()["animation_ms"]
        self.animation_ms: int = times["layout_move"]
        self._fold_share: float = times["fold"] / times["layout_move"]
        self._theme = theme or load_theme("light")
        self.scene: Scene | None = None
        self._look = Look()
        self._waiting = False
        self._nearby = Nearby()
        self._buffer = Buffer()
        self._ground = Ground()
        self._painted_view = View()
        self._glide: Glide | None = None
        self._moving: tuple[QPixmap, QPixmap] | None = None  # what it is made of
        self._ticker = QTimer(self)
        self._ticker.setInterval(_TICK)
        self._ticker.timeout.connect(self.update)
        self.setAccessibleName("Network of recorded operations")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self.has_map = True
        self._minimap = Minimap(self)
        self._minimap.centred.connect(self._centre)
        self.welcome = Welcome(self, self._theme.name)

    def sizeHint(self) -> QSize:
        return QSize(688, 555)

    # what the window tells the canvas

    def set_scene(self, trace: Trace, graph: Graph, layout: Layout, theme: Theme | None = None) -> None:
        """Show a graph. The view stays, by what is selected or in its middle, unless the picture is a different one."""
        before = self.scene
        shown = self._shown() if before is not None and before.layout is not layout else None
        if theme is not None:
            self._theme = theme
        if before is not None and before.graph is graph and before.layout is layout:
            self.scene = before.renewed(trace)
        else:
            self.scene, self._layout, self._ink_known = Scene(trace, graph, layout), layout, None
            self._look = replace(self._look, lit=None)  # of the graph before
        similar = before is not None and (before.trace is trace or alike(before.graph, graph))
        anchor = self._carry_over(before if similar else None, self.scene)
        if not similar or self._fitted:
            self._view, self._fitted = self._fitted_view(), True
        elif before is not None and before.layout is not layout:
            x, y = drift((before.graph, before.layout), (graph, layout), self._view, self._extent(), anchor)
            self._view.x += x
            self._view.y += y
        if before is None or before.layout is not layout:
            self._stop_glide()
            self._nearby.clear()
        self._recolor()
        self._changed_view()
        self.scene_changed.emit()
        if similar:
            self._glide_from(shown)

    def _carry_over(self, before: Scene | None, now: Scene) -> int:
        """Keep what was chosen in the scene before (None: a different picture); its node that stays in place, or -1."""
        return -1

    def _extent(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def clear(self) -> None:
        """Show nothing: the program computes nothing."""
        self.scene = self._layout = None
        self._view, self._fitted = self._fitted_view(), True
        self._stop_glide()
        self._nearby.clear()
        self._recolor()
        self._changed_view()
        self.scene_changed.emit()

    @property
    def theme(self) -> Theme:
        """The colours it is painted in."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.welcome.set_theme(theme.name)
        self._recolor()

    def set_waiting(self, is_waiting: bool) -> None:
        """A first run is under way: an empty canvas does not say yet that nothing is computed."""
        if is_waiting != self._waiting:
            self._waiting = is_waiting
            self._show_map()
            self.update()

    def set_stale(self, stale: bool) -> None:
        """The text has changed since this picture was true."""
        self._set_look(stale=stale)

    def set_layer(self, layer: int) -> None:
        """Which numbers count: picture.model.Layer."""
        self._set_look(layer=Layer(layer))

    def set_scale(self, scale: Scale | None) -> None:
        """A locked range of the signed colours; None: each sweep's own."""
        self._set_look(scale=scale)

    def set_array(self, name: str) -> None:
        """What colours and stands for the gradient of an array: "rms", "max" (of the magnitudes) or "mean"."""
        self._set_look(array=name)

    def set_measure(self, name: str) -> None:
        """Colour nodes by this one of graph.measures.MEASURES; "": by the gradient."""
        self._set_look(measure=name)

    # look

    @property
    def lit(self) -> np.ndarray | None:
        """Which nodes are not dimmed (bool (n,)); None: all."""
        return self._look.lit

    def _set_look(self, **changed: object) -> None:
        if any(getattr(self._look, name) != value for name, value in changed.items()):
            self._look = replace(self._look, **changed)
            self._recolor()

    def set_lit(self, lit: np.ndarray | None) -> None:
        """Which nodes are not dimmed; None: all."""
        before = self._look.lit
        if (lit is None) != (before is None) or (lit is not None and not np.array_equal(lit, before)):
            self._look = replace(self._look, lit=lit)
            self._recolor()

    def _recolor(self) -> None:
        """The same boxes look different now: nothing kept of earlier frames is true."""
        self._nearby.recolor()
        self._buffer.clear()
        self._moving = None
        self._minimap.forget()
        self._show_map()
        self.update()

    # view

    def _changed_view(self) -> None:
        super()._changed_view()
        if self._view != self._painted_view:
            self._stop_glide()
            self._painted_view = replace(self._view)
        self._show_map()

    def _travel(self, view: View, is_fitted: bool) -> None:
        """Glide to another view of the same picture."""
        shown = self._shown()
        super()._travel(view, is_fitted)
        self._glide_from(shown)

    def toggle_map(self) -> None:
        """Show the map where something is out of view, or never."""
        self.has_map = not self.has_map
        self._show_map()

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to show and nothing to wait for."""
        return (self.scene is None or not len(self.scene.graph.record)) and not self._waiting

    def _show_map(self) -> None:
        self.welcome.setVisible(self.is_blank)
        if self.scene is None or not len(self.scene.graph.record) or not self.has_map:
            self._minimap.hide()
        else:
            self._minimap.show_view(self._theme, self._ink(), self._area(), partial(self._painter, Level.BLOCK))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._minimap.move(self.width() - self._minimap.width() - 20, self.height() - self._minimap.height() - 14)
        self.welcome.settle()
        super().resizeEvent(event)

    # movement

    def _shown(self) -> Shown | None:
        """What is on the screen, if it may glide elsewhere from there."""
        kept = self._buffer.kept()
        is_moving = self.animation_ms > 0 and self.style().styleHint(
            QStyle.StyleHint.SH_Widget_Animation_Duration, None, self
        )
        if kept is None or not is_moving or self.scene is None or not self.isVisible():
            return None
        return Shown(self.scene.graph, self.scene.layout, kept[1], kept[0])

    def _glide_from(self, shown: Shown | None) -> None:
        if shown is None or self.scene is None:
            return
        graph = self.scene.graph
        rows = moves(shown, graph, self.scene.layout, self._view, *self._extent())
        if rows is not None:
            is_fold = len(shown.graph.hidden_record) != len(graph.hidden_record)
            self._glide = Glide(shown, rows, round(self.animation_ms * (self._fold_share if is_fold else 1.0)))
            self._ticker.start()

    def _stop_glide(self) -> None:
        self._glide = self._moving = None
        self._ticker.stop()

    # painting

    def _painter(self, level: Level | None = None, part: QRectF | None = None) -> PicturePainter | None:
        """A painter of what is in view, and of a part beyond it (layout units)."""
        if self.scene is None or not len(self.scene.graph.record):
            return None
        s = self.scene
        level = self._view.level if level is None else level
        area = self._area() if part is None else self._area().united(part)
        return self._nearby.painter(s.graph, s.layout, s.trace, self._theme, level, self._look, area)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            if self.scene is None or not len(self.scene.graph.record):
                self._ground.paint(p, self.rect(), self._theme, self._view, self.devicePixelRatioF())
                self._paint_empty(p)
                return
            key = (self._view.level, self._marks_key(), self._theme.name)
            self._buffer.update(key, self._view, self.size(), self.devicePixelRatioF(), self._draw)
            painter = self._painter()
            assert painter is not None
            if self._glide is not None and self._glide.is_over:
                self._stop_glide()
            if self._glide is not None:
                self._ground.paint(p, self.rect(), self._theme, self._view, self.devicePixelRatioF())
                self._glide.paint(p, *self._sprites(painter))
            else:
                self._buffer.paint(p)
                self._paint_above(p, painter)
        finally:
            p.end()

    def _draw(self, p: QPainter, part: QRect, area: QRectF) -> None:
        """A part of the frame, in pixels and in layout units."""
        v, ratio = self._view, self.devicePixelRatioF()
        painter = self._painter(part=area)
        assert painter is not None
        self._ground.paint(p, part, self._theme, v, ratio)
        painter.paint(p, v.x, v.y, v.zoom, area, self._paint_below, ratio, self._area())

    def _sprites(self, painter: PicturePainter) -> tuple[QPixmap, QPixmap]:
        """What a movement is made of: the frame's edges, frames and titles, and all of it."""
        if self._moving is None:
            frame = self._buffer.frame()
            ground = QPixmap(frame.size())
            ground.setDevicePixelRatio(frame.devicePixelRatio())
            ground.fill(Qt.GlobalColor.transparent)
            p = QPainter(ground)
            try:
                v = self._view
                rest = PicturePainter(without_nodes(painter.picture), painter)
                rest.paint(p, v.x, v.y, v.zoom, self._area(), None, self.devicePixelRatioF())
            finally:
                p.end()
            self._moving = (ground, frame)
        return self._moving

    def _marks_key(self) -> object:
        """Whatever else a frame depends on."""
        return None

    def _paint_empty(self, p: QPainter) -> None:
        """What lies on the ground where there is no picture."""

    def _paint_below(self, p: QPainter) -> None:
        """What lies under the edges."""

    def _paint_above(self, p: QPainter, painter: PicturePainter) -> None:
        """What lies above a frame that stands still."""
