"""Lights: what a person does to light a part of the network, by key or menu."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from gradstudio.app.canvas.lighting import Lighting
from gradstudio.app.canvas.selectable import Selectable


class Lights(QObject):
    """Signal changed(words): what is lit now, "" for everything.

    Each `toggle` slot does nothing where its `can` says no.
    """

    changed = Signal(str)

    def __init__(self, canvas: Selectable) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._lighting = Lighting()
        self._said = ""
        canvas.scene_changed.connect(self._apply)

    @property
    def words(self) -> str:
        """What is lit: "upstream of loss: 12 nodes"; "" for everything."""
        return self._said

    def can_light(self) -> bool:
        """Whether a node is selected, whose cones can be lit and which can be hidden."""
        return self._canvas.selected >= 0

    def can_path(self) -> bool:
        """Whether two nodes are selected."""
        return self._canvas.selected >= 0 and 0 <= self._canvas.second != self._canvas.selected

    def can_isolate(self) -> bool:
        """Whether there is something to isolate, or something is isolated."""
        return self._lighting.is_isolated or self._lighting.is_cone or self.can_light()

    def can_show_all(self) -> bool:
        """Whether something is hidden."""
        return self._lighting.is_hiding

    def toggle_upstream(self) -> None:
        """Light what the selected node depends on; again: everything."""
        self._toggle_cone("upstream")

    def toggle_downstream(self) -> None:
        """Light what depends on the selected node; again: everything."""
        self._toggle_cone("downstream")

    def toggle_path(self) -> None:
        """Light what lies between the two selected nodes; again: everything."""
        if self.can_path():
            self._lighting.toggle_path(self._id(self._canvas.selected), self._id(self._canvas.second))
            self._apply()

    def toggle_isolated(self) -> None:
        """Light only the cone or path, or else the selected nodes with what they take and who takes them, and bring it
        into view; again: no longer. Nothing changes its place, so what is not lit stays there, dimmed."""
        scene = self._canvas.scene
        if not self.can_isolate() or scene is None:
            return
        nodes: set[int] = set()
        lit = self._canvas.lit
        if lit is not None and self._lighting.is_cone:
            nodes = set(lit.nonzero()[0].tolist())
        else:
            for node in self._canvas.chosen:
                nodes |= {node, *scene.neighbours.inputs(node), *scene.neighbours.consumers(node)}
        self._lighting.toggle_isolated(frozenset(self._id(node) for node in nodes))
        self._apply()
        if self._lighting.is_isolated:
            self._canvas.frame(sorted(nodes))

    def hide(self) -> None:
        """Dim the selected node."""
        if self.can_light():
            self._lighting.hide(self._id(self._canvas.selected))
            self._apply()

    def show_found(self, records: np.ndarray | None) -> None:
        """Light what is looked for, by its records; None: the search is over."""
        self._lighting.show_found(records)
        self._apply()

    def show_all(self) -> None:
        """Light again what was hidden."""
        self._lighting.show_all()
        self._apply()

    def step_back(self) -> bool:
        """Leave the last of isolating, cone or path, and hiding; False if there is none."""
        left = self._lighting.step_back()
        self._apply()
        return left

    def clear(self) -> None:
        """Light everything."""
        self._lighting.clear()
        self._apply()

    def _toggle_cone(self, way: str) -> None:
        if self.can_light():
            self._lighting.toggle_cone(way, self._id(self._canvas.selected))
            self._apply()

    def _id(self, node: int) -> str:
        assert self._canvas.scene is not None
        return self._canvas.scene.graph.ids[node]

    def _apply(self) -> None:
        scene = self._canvas.scene
        words, lit = "", None
        if scene is not None:
            lit = self._lighting.lit(scene.graph, scene.trace, scene.neighbours)
            words = self._lighting.words(scene.graph, lit)
        self._canvas.set_lit(lit)
        if words != self._said:
            self._said = words
            self.changed.emit(words)
