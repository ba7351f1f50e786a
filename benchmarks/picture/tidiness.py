"""How tidy a drawing is: overlaps, lines through boxes, crossings; and how many crossings Graphviz dot makes of it."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout, Routes

DOT_SECONDS = 25


def overlaps(layout: Layout) -> int:
    """Pairs of boxes that share a point inside."""
    b = layout.boxes[np.argsort(layout.boxes[:, 0], kind="stable")]
    right, bottom = b[:, 0] + b[:, 2], b[:, 1] + b[:, 3]
    found = 0
    for i in range(len(b)):
        j = int(np.searchsorted(b[:, 0], right[i]))
        found += int(((b[i + 1 : j, 1] < bottom[i]) & (bottom[i + 1 : j] > b[i, 1])).sum())
    return found


def through(layout: Layout) -> int:
    """Pieces of lines that run through the inside of a box."""
    lines = np.concatenate([_pieces(layout.forward)[0], _pieces(layout.backward)[0]])
    low, high = np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])
    found = 0
    for x, y, w, h in layout.boxes.tolist():
        hit = (low[:, 0] < x + w - 0.5) & (high[:, 0] > x + 0.5) & (low[:, 1] < y + h - 0.5) & (high[:, 1] > y + 0.5)
        found += int(hit.sum())
    return found


def crossings(graph: Graph, layout: Layout) -> int:
    """Crossings of the forward lines, as they are routed, of edges that share no node."""
    pieces, owner = _pieces(layout.forward)
    return _crossings(pieces, graph.edge_source[owner], graph.edge_target[owner])


def dot_crossings(graph: Graph, layout: Layout) -> int | None:
    """The same of Graphviz dot's drawing of the same boxes and edges; None where it is missing or does not finish."""
    dot = shutil.which("dot")
    if dot is None:
        return None
    size = layout.boxes[:, 2:] / 72
    nodes = "".join(f"n{i} [width={w:.3f} height={h:.3f}];\n" for i, (w, h) in enumerate(size.tolist()))
    ends = list(zip(graph.edge_source.tolist(), graph.edge_target.tolist(), strict=True))
    edges = "".join(f"n{a} -> n{b} [id={e}];\n" for e, (a, b) in enumerate(ends))
    text = f'digraph {{ rankdir=LR; node [shape=box fixedsize=true label=""];\n{nodes}{edges}}}\n'
    try:
        ran = subprocess.run(
            [dot, "-Tplain"], input=text, capture_output=True, text=True, timeout=DOT_SECONDS, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    pieces, source, target = [], [], []
    for line in ran.stdout.split("\n"):
        words = line.split()
        if words[:1] == ["edge"]:
            count = int(words[3])
            points = np.array(words[4 : 4 + 2 * count], float).reshape(-1, 2)
            curve = _bezier(points)
            pieces.append(np.concatenate([curve[:-1], curve[1:]], axis=1))
            source += [int(words[1][1:])] * (len(curve) - 1)
            target += [int(words[2][1:])] * (len(curve) - 1)
    return _crossings(np.concatenate(pieces), np.array(source), np.array(target))


def _bezier(points: np.ndarray) -> np.ndarray:
    """A chain of cubic pieces as a polyline of four steps a piece."""
    t = np.linspace(0, 1, 5)[1:, None]
    out = [points[:1]]
    for k in range(0, len(points) - 1, 3):
        a, b, c, d = points[k : k + 4]
        out.append((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)
    return np.concatenate(out)


def _pieces(routes: Routes) -> tuple[np.ndarray, np.ndarray]:
    """x1, y1, x2, y2 of each straight piece, and the edge it belongs to."""
    last = np.zeros(len(routes.points), bool)
    ends = routes.start[1:][np.diff(routes.start) > 0] - 1
    last[ends] = True
    first = np.flatnonzero(~last)
    owner = np.repeat(np.arange(len(routes.start) - 1), np.diff(routes.start))
    return np.concatenate([routes.points[first], routes.points[first + 1]], axis=1), owner[first]


def _crossings(pieces: np.ndarray, source: np.ndarray, target: np.ndarray) -> int:
    """Pairs of pieces that cross, of edges without a common end."""
    a, b = pieces[:, :2], pieces[:, 2:]
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.argsort(low[:, 0], kind="stable")
    a, b, low, high, source, target = (v[order] for v in (a, b, low, high, source, target))
    found = 0
    for i in range(len(a)):
        j = int(np.searchsorted(low[:, 0], high[i, 0], side="right"))
        k = i + 1 + np.flatnonzero((low[i + 1 : j, 1] <= high[i, 1]) & (high[i + 1 : j, 1] >= low[i, 1]))
        k = k[(source[k] != source[i]) & (target[k] != target[i]) & (source[k] != target[i]) & (target[k] != source[i])]
        apart = _side(a[i], b[i], a[k]) * _side(a[i], b[i], b[k]) < 0
        apart &= _side(a[k], b[k], a[i]) * _side(a[k], b[k], b[i]) < 0
        found += int(apart.sum())
    return found


def _side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:
    """On which side of the line from p to q a point r lies."""
    d, e = q - p, r - p
    return np.asarray(d[..., 0] * e[..., 1] - d[..., 1] * e[..., 0])
