"""Lights: what a person does to light a part of the network, or to see only that, by key or menu."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from gradstudio.app.canvas.lighting import Lighting
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.graph.fold_state import Way
from gradstudio.graph.model import Graph


class Lights(QObject):
    """Signals: changed(words): what is lit now, "" for everything; isolate_wanted(ways), as graph.fold_state takes
    them, () for everything again; hide_wanted(ids); all_wanted(): nothing isolated or hidden.

    Each `toggle` slot does nothing where its `can` says no.
    """

    changed = Signal(str)
    isolate_wanted = Signal(object)
    hide_wanted = Signal(object)
    all_wanted = Signal()

    def __init__(self, canvas: Selectable) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._lighting = Lighting()
        self._said = ""
        self._is_isolated = self._fits = False
        canvas.scene_changed.connect(self._on_scene_changed)

    @property
    def words(self) -> str:
        """What is lit: "upstream of loss: 12 nodes"; "" for everything."""
        return self._said

    @property
    def is_isolated(self) -> bool:
        """Whether the picture shows only what was isolated."""
        return self._is_isolated

    def can_light(self) -> bool:
        """Whether a node is selected, whose cones can be lit and which can be hidden."""
        return self._canvas.selected >= 0

    def can_path(self) -> bool:
        """Whether two nodes are selected."""
        return self._canvas.selected >= 0 and 0 <= self._canvas.second != self._canvas.selected

    def can_isolate(self) -> bool:
        """Whether there is something to isolate, or something is isolated."""
        return self._is_isolated or bool(self._ways()) or self.can_light()

    def can_hide(self) -> bool:
        """Whether nodes are selected beside which others stay."""
        scene = self._canvas.scene
        return scene is not None and 0 < len(self._canvas.chosen) < len(scene.graph.ids)

    def can_show_all(self) -> bool:
        """Whether something is isolated or hidden."""
        scene = self._canvas.scene
        return scene is not None and nodes_shown(scene.graph) < scene.graph.whole_nodes

    def set_isolated(self, is_isolated: bool) -> None:
        """Whether the picture shows only what was isolated."""
        self._is_isolated = is_isolated

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
        """Show only the cone or path, or else the selected nodes with what they take and who takes them, as large as
        possible; again: everything."""
        if not self.can_isolate():
            return
        self._fits = True
        if self._is_isolated:
            self.isolate_wanted.emit(())
            return
        near = tuple(("near", self._id(node), "") for node in self._canvas.chosen)
        self.isolate_wanted.emit(self._ways() or near)

    def hide(self) -> None:
        """Leave the selected nodes out; what stands nearest to them is selected instead."""
        scene = self._canvas.scene
        if scene is None or not self.can_hide():
            return
        chosen = self._canvas.chosen
        names = tuple(self._id(node) for node in chosen)
        near = (*scene.neighbours.consumers(chosen[0]), *scene.neighbours.inputs(chosen[0]))
        heir = next((node for node in near if node not in chosen), -1)
        self._canvas.leave_also()
        self._canvas.choose(heir)
        self.hide_wanted.emit(names)

    def show_found(self, records: np.ndarray | None) -> None:
        """Light what is looked for, by its records; None: the search is over."""
        self._lighting.show_found(records)
        self._apply()

    def show_all(self) -> None:
        """Show everything again."""
        if self.can_show_all():
            self._fits = self._fits or self._is_isolated
            self.all_wanted.emit()

    def step_back(self) -> bool:
        """Leave the cone or path; False if there is none."""
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

    def _ways(self) -> tuple[Way, ...]:
        scene = self._canvas.scene
        return self._lighting.ways(scene.graph) if scene is not None else ()

    def _on_scene_changed(self) -> None:
        self._apply()
        if self._fits:
            self._fits = False
            self._canvas.fit()


def nodes_shown(graph: Graph) -> int:
    """How many nodes are drawn, or lie in boxes that are."""
    return int(np.count_nonzero(graph.fold < 0)) + len(graph.hidden_record)
