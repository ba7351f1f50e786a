"""The node sheet: every state, kind and mark a picture can draw, on one page, made by the painters of all pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import FAMILIES
from gradstudio.layout.model import Routes
from gradstudio.picture import anatomy as a
from gradstudio.picture.badges import paint_plates
from gradstudio.picture.build import build_picture, frozen
from gradstudio.picture.color import Scale
from gradstudio.picture.compose import Part, page
from gradstudio.picture.edges import backward_width, dashes, forward_width
from gradstudio.picture.fonts import width
from gradstudio.picture.model import Font, Layer, Level, Lines, Look, Picture
from gradstudio.picture.rings import paint_rings
from gradstudio.picture.scene import Brush, Scene
from gradstudio.picture.specimens import BLOCKED, NOT_RUN, Cell, Specimens, specimens
from gradstudio.picture.tokens import Theme

WIDTH = 920.0
_LEFT, _PITCH = 28.0, 172.0
_SCALE = Scale(1.0)  # of all views
_WAVE = np.sin(np.arange(48) * 1.7) * 0.0109
_W = np.array([-0.5, 0.2, 0.25])
_SIZES = ((Level.FULL, 1.0, 208.0), (Level.COMPACT, 0.6, 136.0), (Level.NAME, 0.4, 100.0), (Level.BLOCK, 0.12, 60.0))
"""Levels, a zoom of each, and how wide a column of the page it takes."""
_PASSES = tuple((7.4e-6 * 1.2156 ** np.arange(60) * (1 + 0.12 * np.sin(np.arange(60) * 1.9))).tolist())

F = Cell("f", "tanh", "elementary", _WAVE, _WAVE * 0.35, line=7)
NAN = Cell("r", "sqrt", "elementary", 0.0, np.nan, line=9)
STATES = (
    ("normal", Cell("decay", "times 0.02", "arithmetic", 0.03734, 0.02)),
    ("not run", Cell("p", "sigmoid", "network", NOT_RUN, line=0)),
    ("exactly zero", Cell("h", "relu", "network", 0.0, 0.0, line=9)),
    ("disconnected", Cell("acc", "mean", "reduction", 0.885, None, line=16)),
    ("blocked", Cell("k", "stop_gradient", "control", 1.25, BLOCKED, line=8)),
    ("tiny, below 1e−7", Cell("h0", "tanh", "elementary", 0.214, 7.055e-10, line=6)),
    ("huge, above 1e4", Cell("s1", "multiply", "arithmetic", 1.1, 1.378e4, line=6)),
    ("NaN", NAN),
    ("infinite", Cell("q", "log", "elementary", -np.inf, np.inf, line=5)),
    ("stale, text changed", Cell("nll", "mean", "reduction", 0.3842, 1.0, line=12)),
)
"""What each is called, and a node in it; the last one is drawn stale."""
LEAVES = (
    ("parameter", Cell("w", "parameter", "leaf", _W, _W * 0.06, Kind.PARAMETER, line=4)),
    ("data, cut corner", Cell("X", "data", "leaf", np.cos(np.arange(600.0)).reshape(200, 3), None, Kind.DATA, line=3)),
    ("constant, inlined", Cell("decay", "multiply", "arithmetic", 0.03734, 1.0, chip="0.02")),
    ("output, double border", Cell("loss", "add", "arithmetic", 0.4215, 1.0, target=True, line=14)),
    ("dimmed, outside the cone", Cell("b", "parameter", "leaf", 0.316, -0.0142, Kind.PARAMETER, line=5)),
)
RINGS = (
    ("normal", (False, False, False)),
    ("hover", (True, False, False)),
    ("selected", (False, True, False)),
    ("keyboard focus", (False, False, True)),
    ("selected and focused", (False, True, True)),
)
_FAMILY_NAMES = {
    "arithmetic": ("Arithmetic", "+ − × ÷ pow"), "elementary": ("Elementary", "exp log sin erf"),
    "network": ("Network", "relu softmax"), "linalg": ("Linear algebra", "matmul solve"),
    "reduction": ("Reduction", "sum mean max"), "shape": ("Shape, index", "reshape gather"),
    "loss": ("Loss", "mse cross-ent."), "control": ("Control", "where stop cond"),
}  # fmt: skip
STACK = Cell("for t in range(60)", "tanh", "elementary", _WAVE, 6.09e-3 + 0 * _WAVE, folds="stack", passes=_PASSES)
GROUP = Cell("linear()", "add", "arithmetic", _WAVE, 1.7e-3 + 0 * _WAVE, folds="group", line=4)
INSIDE = (
    Cell("b", "parameter", "leaf", 0.316, -0.0142, Kind.PARAMETER, line=4),
    Cell("z", "add", "arithmetic", _WAVE, 2.67e-3 + 0 * _WAVE, symbol="+", line=5),
    Cell("fit", "subtract", "arithmetic", _WAVE, 5e-3 + 0 * _WAVE, symbol="−", line=6),
)
X = Cell("x", "input", "leaf", 0.5, 0.8776, Kind.INPUT, line=1)
Y = Cell("y", "sin", "elementary", 0.4794, 1.0, symbol="sin", line=2, target=True)
BUNDLE = (replace(X, uses=2), Y)
_NO_ROUTES = Routes(np.zeros(2, np.int64), np.zeros((0, 2)))
PLATES = (
    ("checked", "tick"), ("check failed", "close"), ("stale", "clock"), ("kept bytes", "kept"),
    ("breakpoint", "breakpoint"), ("stopped", "lock"), ("used 3 times", "×3"),
)  # fmt: skip


class _Page:
    """Parts placed so far, and words between them."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.parts: list[Part] = []
        self.words = Brush()
        self.y = 0.0

    def title(self, text: str, more: str, font: Font = a.FRAME) -> None:
        """A heading at the present height."""
        t, x = self.theme, _LEFT
        self.words.boxes.add((x, self.y, WIDTH - 2 * x, 1.0), t.hairline)
        self.words.texts.add(x, self.y + 16.0, text, font, t.ink["ink"], 400.0)
        self.words.texts.add(x + width(text, font) + 10.0, self.y + 16.0, more, a.SUBTITLE, t.ink["muted"], 600.0)
        self.y += 36.0

    def caption(self, text: str, x: float, y: float) -> None:
        self.words.texts.add(x, y, text, a.COMPACT_NAME, self.theme.ink["ink"], 300.0)

    def put(
        self, view: Specimens, x: float, y: float, level: Level, zoom: float = 1.0, look: Look | None = None
    ) -> None:
        """A view with its first node's corner at (x, y)."""
        look = replace(look or Look(), scale=_SCALE)
        picture = build_picture(view.graph, view.layout, view.trace, self.theme, level, look)
        left, top = view.layout.boxes[0, :2].tolist()
        self.parts.append(Part(picture, x - left * zoom, y - top * zoom, zoom))

    def finish(self, edges: Lines) -> Picture:
        """The page; edges: lines on it beside those of the views."""
        scene = _scene(self.theme)
        self.parts.append(Part(frozen(scene, self.words, edges), 0.0, 0.0))
        return page(self.parts, (0.0, 0.0, WIDTH, self.y))


def node_sheet(theme: Theme) -> Picture:
    """The sheet of a theme."""
    p = _Page(theme)
    _zooms(p)
    _states(p)
    _leaves(p)
    _families(p)
    _folds(p)
    _badges(p)
    edges = _edges(p)
    _words_on_edges(p)
    return p.finish(edges)


def _scene(theme: Theme) -> Scene:
    view = specimens((F,), wired=False)
    return Scene(view.graph, view.layout, view.trace, theme, Level.FULL, Look())


def _zooms(p: _Page) -> None:
    p.title("Zoom levels", "the same node, f = tanh(z), and one that is NaN, as the view moves away")
    one, other = specimens((F,), wired=False), specimens((NAN,), wired=False)
    x = _LEFT
    for level, zoom, words in (
        (Level.FULL, 1.0, "above 80 %"), (Level.COMPACT, 0.7, "45 to 80 %"), (Level.NAME, 0.4, "18 to 45 %"),
        (Level.BLOCK, 0.12, "below 18 %"),
    ):  # fmt: skip
        step = {Level.FULL: 156.0, Level.COMPACT: 112.0, Level.NAME: 72.0, Level.BLOCK: 34.0}[level]
        p.put(one, x, p.y, level, zoom)
        p.put(other, x + step, p.y, level, zoom)
        p.caption(words, x, p.y + 106.0)
        x += 2 * step + 28.0
    p.y += 130.0


def _states(p: _Page) -> None:
    p.title("States of the gradient", "each has its own shape or mark; colour is the second signal")
    for k, (words, cell) in enumerate(STATES):
        x, y = _LEFT + k % 5 * _PITCH, p.y + k // 5 * 126.0
        p.put(specimens((cell,), wired=False), x, y, Level.FULL, 1.0, Look(stale=k == len(STATES) - 1))
        p.caption(words, x, y + 104.0)
    p.y += 252.0


def _leaves(p: _Page) -> None:
    p.title("Leaves and interaction", "corner shape = kind of leaf; ring = selection, never a fill")
    for k, (words, cell) in enumerate(LEAVES):
        x = _LEFT + k * _PITCH
        look = Look(lit=np.array([False])) if words.startswith("dimmed") else None
        p.put(specimens((cell,), wired=False), x, p.y, Level.FULL, 1.0, look)
        p.caption(words, x, p.y + 104.0)
    p.y += 126.0
    for k, (words, (hovered, selected, focused)) in enumerate(RINGS):
        view = specimens((STATES[-1][1],), wired=False)
        x, w = _LEFT + k * _PITCH, float(view.layout.boxes[0, 2])
        p.put(view, x, p.y, Level.FULL)
        paint_rings(p.theme, (x, p.y, w, a.HEIGHT), p.words.boxes, hovered, selected, focused)
        p.caption(words, x, p.y + 106.0)
    p.y += 126.0


def _families(p: _Page) -> None:
    p.title("Op families", "eight tints, eight icons; the tint never carries the meaning alone")
    for k, family in enumerate(FAMILIES[:-1]):
        label, title = _FAMILY_NAMES[family]
        cell = Cell(title, label, family, 0.3842, 0.02, line=0)
        p.put(specimens((cell,), wired=False), _LEFT + k % 4 * 215.0, p.y + k // 4 * 108.0, Level.FULL)
    p.y += 220.0


def _folds(p: _Page) -> None:
    p.title("Loops and groups", "fold, slide through the passes, open one in place")
    stack, group = specimens((STACK,), wired=False), specimens((GROUP,), wired=False)
    x = _LEFT
    for level, zoom, step in _SIZES:
        p.put(stack, x, p.y, level, zoom)
        p.put(group, x, p.y + 168.0, level, zoom)
        x += step
    p.caption("folded loop, 176×120", _LEFT, p.y + 146.0)
    p.caption("group, closed", _LEFT, p.y + 272.0)
    inside = specimens(INSIDE, pitch=(176.0, 120.0), frame=("linear(), lines 4 to 6", ""))
    opened = specimens(INSIDE, pitch=(176.0, 120.0), frame=("pass 37, open", "loop"))
    for view, y, words in (
        (inside, 0.0, "group, open: same place, members at their own level"),
        (opened, 168.0, "one pass of a loop, open in place"),
    ):
        p.put(view, _LEFT + 500.0, p.y + y + 31.0, Level.COMPACT, 0.74)
        p.caption(words, _LEFT + 488.0, p.y + y + 122.0)
    p.y += 300.0


def _badges(p: _Page) -> None:
    p.title("Badges", "16 px plates that hang 12 px below the lower right corner")
    x = _LEFT
    for words, mark in PLATES:
        paint_plates(_scene(p.theme), np.array([x - 14.0, p.y, 34.0, 0.0]), [mark], -1, p.words)
        p.words.texts.add(x + 28.0, p.y + 4.0, words, a.SUBTITLE, p.theme.ink["ink"], 90.0)
        x += 122.0
    p.y += 30.0


def _words_on_edges(p: _Page) -> None:
    p.title("What edges say", "how many they stand for, what they multiply with; far values are named where they go")
    bundle = specimens(BUNDLE, pitch=(216.0, 120.0))
    local = specimens((X, Y), pitch=(216.0, 120.0))
    far = specimens((X, Y), pitch=(216.0, 120.0))
    x, y, _, _ = far.layout.boxes[1].tolist()
    place = replace(far.layout, chips=np.array([0], np.int32), chip_boxes=np.array([[x, y - 20.0, 56.0, 16.0]]))
    alone = replace(far, layout=replace(place, forward=_NO_ROUTES, backward=_NO_ROUTES))
    for k, (view, layer, words) in enumerate(
        ((bundle, Layer.BOTH, "two edges as one"), (local, Layer.LOCAL, "local derivative"), (alone, Layer.BOTH, ""))
    ):
        left = _LEFT + 300.0 * k
        p.put(view, left, p.y + 22.0, Level.COMPACT, 0.72, Look(layer))
        p.caption(words or "reference chip", left, p.y + 106.0)
    p.y += 128.0


def _edges(p: _Page) -> Lines:
    p.title("Edges", "forward as wide as the data, backward as its share of the gradient; dash-dot: negative")
    ahead = {"1 number": 1, "200": 200, "262 k": 262_144}
    back = {"100 %": 1.0, "10 %": 0.1, "1 %": 0.01, "0.1 %": 0.001}
    sign = np.array([1, 1, -1, -1])
    width = np.concatenate(
        [forward_width(np.array(list(ahead.values()))), backward_width(np.array(list(back.values())))]
    )
    n, m = len(width), len(ahead)
    x = _LEFT + 122.0 * np.arange(n)
    for words, left in zip((*ahead, *back), x.tolist(), strict=True):
        p.words.texts.add(left + 62.0, p.y, words, a.SUBTITLE, p.theme.ink["ink"], 60.0)
    ends = np.stack([x, np.full(n, p.y), x + 52.0, np.full(n, p.y)], axis=1)
    ends[m:] = ends[m:][:, [2, 3, 0, 1]]
    lengths, dash = dashes(sign, width[m:])
    color = [p.theme.edge] * m + [p.theme.signed_line[1 + s] for s in sign.tolist()]
    head = np.concatenate([np.tile([7.0, 6.0], (m, 1)), np.stack([5 + 0.9 * width, 5.2 + 1.24 * width], axis=1)[m:]])
    p.y += 28.0
    return Lines(
        start=np.arange(n + 1) * 2,
        points=ends.reshape(-1, 2),
        color=np.array(color, np.uint32),
        width=width.astype(np.float32),
        dash_start=np.concatenate([np.zeros(m + 1), np.cumsum(lengths)]).astype(np.int64),
        dash=dash,
        arrow=head.astype(np.float32),
        halo=np.zeros(n, np.uint32),
        net=np.arange(n, dtype=np.int32),
        edge=np.arange(n, dtype=np.int32),
        backward=np.arange(n) >= m,
    )
