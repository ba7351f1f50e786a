"""GRAPH: what a person can do with the network as it is drawn: fold it, walk through passes, light and turn it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradstudio.app.action import Action
from gradstudio.graph.fold_state import FoldState, close_all, open_all

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


def _has_picture(w: MainWindow) -> bool:
    return w.view is not None


def _has_node(w: MainWindow) -> bool:
    return w.view is not None and w.canvas.selected >= 0


def _has_folds(w: MainWindow) -> bool:
    return w.view is not None and bool(w.view.whole.groups)


def _is_folded_by_hand(w: MainWindow) -> bool:
    folds = w.view.arrangement.folds if w.view is not None else FoldState()
    return bool(folds.closed or folds.opened or folds.passes)


def _is_directed(direction: str) -> Callable[[MainWindow], bool]:
    return lambda w: w.view is not None and w.view.arrangement.direction == direction


GRAPH: tuple[Action, ...] = (
    Action(
        "open-group",
        "Graph",
        "Open",
        ("+", "="),
        lambda w: w.canvas.unfolding.open(),
        lambda w: w.canvas.unfolding.can_open(),
        on_canvas=True,
    ),
    Action(
        "close-group",
        "Graph",
        "Close",
        ("Backspace", "-"),
        lambda w: w.canvas.unfolding.close(),
        lambda w: w.canvas.unfolding.can_close(),
        on_canvas=True,
    ),
    Action("open-all", "Graph", "Open everything", ("Ctrl+Alt+=",), lambda w: w.refold(open_all()), _has_folds),
    Action("close-all", "Graph", "Close everything", ("Ctrl+Alt+-",), lambda w: w.refold(close_all()), _has_folds),
    Action(
        "fold-itself", "Graph", "Fold by itself", ("Ctrl+Alt+0",), lambda w: w.refold(FoldState()), _is_folded_by_hand
    ),
    Action(
        "next-pass",
        "Graph",
        "Next pass",
        (),  # Alt+Right on the canvas, which is the next sweep's everywhere else
        lambda w: w.canvas.unfolding.step(1),
        lambda w: w.canvas.unfolding.can_step(),
        starts_group=True,
    ),
    Action(
        "previous-pass",
        "Graph",
        "Previous pass",
        (),
        lambda w: w.canvas.unfolding.step(-1),
        lambda w: w.canvas.unfolding.can_step(),
    ),
    Action(
        "next-edge",
        "Graph",
        "Next edge of the node",
        ("J",),
        lambda w: w.canvas.edges.step(1),
        lambda w: w.canvas.edges.can_step(),
        on_canvas=True,
        starts_group=True,
    ),
    Action(
        "previous-edge",
        "Graph",
        "Previous edge of the node",
        ("Shift+J",),
        lambda w: w.canvas.edges.step(-1),
        lambda w: w.canvas.edges.can_step(),
        on_canvas=True,
    ),
    Action(
        "card",
        "Graph",
        "Say what it is",
        ("Q",),
        lambda w: w.canvas.edges.show_card(),
        lambda w: w.canvas.selected >= 0 or w.canvas.edges.current >= 0,
        on_canvas=True,
    ),
    Action(
        "upstream",
        "Graph",
        "Light what it depends on",
        ("U",),
        lambda w: w.canvas.lights.toggle_upstream(),
        lambda w: w.canvas.lights.can_light(),
        on_canvas=True,
        starts_group=True,
    ),
    Action(
        "downstream",
        "Graph",
        "Light what depends on it",
        ("D",),
        lambda w: w.canvas.lights.toggle_downstream(),
        lambda w: w.canvas.lights.can_light(),
        on_canvas=True,
    ),
    Action(
        "second",
        "Graph",
        "Keep it as one end of a path",
        ("K",),
        lambda w: w.canvas.keep_second(),
        _has_node,
        on_canvas=True,
    ),
    Action(
        "path",
        "Graph",
        "Light the path between two nodes",
        ("P",),
        lambda w: w.canvas.lights.toggle_path(),
        lambda w: w.canvas.lights.can_path(),
        on_canvas=True,
    ),
    Action(
        "isolate",
        "Graph",
        "Show only this",
        ("I",),
        lambda w: w.canvas.lights.toggle_isolated(),
        lambda w: w.canvas.lights.can_isolate(),
        lambda w: w.canvas.lights.is_isolated,
        on_canvas=True,
    ),
    Action(
        "hide",
        "Graph",
        "Hide",
        ("H",),
        lambda w: w.canvas.lights.hide(),
        lambda w: w.canvas.lights.can_hide(),
        on_canvas=True,
    ),
    Action(
        "show-hidden",
        "Graph",
        "Show all",
        ("Alt+H",),
        lambda w: w.canvas.lights.show_all(),
        lambda w: w.canvas.lights.can_show_all(),
        on_canvas=True,
    ),
    Action(
        "to-right",
        "Graph",
        "From left to right",
        ("Shift+R",),
        lambda w: w.session.turn("right"),
        _has_picture,
        _is_directed("right"),
        starts_group=True,
        on_canvas=True,
    ),
    Action(
        "downwards",
        "Graph",
        "From top to bottom",
        ("Shift+D",),
        lambda w: w.session.turn("down"),
        _has_picture,
        _is_directed("down"),
        on_canvas=True,
    ),
    Action(
        "unmove",
        "Graph",
        "Put moved nodes back",
        ("Shift+M",),
        lambda w: w.session.unmove(),
        lambda w: w.view is not None and bool(w.view.arrangement.moved),
        on_canvas=True,
    ),
)
