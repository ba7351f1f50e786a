"""Where lines meet nodes: forward ones at the value row, backward ones at the gradient row, spread where several meet.

The lines on both sides of one channel in one row are spread together, so that no two of them share a height, and in
the order in which they part: those that come from above stay above.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from gradstudio.layout.model import Options
from gradstudio.layout.wires import Wire

_FROM_MIDDLE = 20.0  # of ports at the top and bottom of boxes, where the picture is turned down
_ROW = 24.0  # height of the value row and of the gradient row of a node
_RIM = 4.0  # from the end of a side to its first line
_FEW = 5  # up to this many lines into a box stay in its row
_REACH = 9.5  # lines stay within this distance of the middle of their row
_STEP = 5.0
_APART = 4.0
_Key = tuple[int, int, float, float, int]
_Line = tuple[_Key, int, list["Wire"]]  # order, side of the pin (0: right, 1: left), wires


class _Cell:
    """Lines that meet in one row of one vertical channel: from the node on its left and into the node on its right."""

    __slots__ = ("left", "right")

    def __init__(self) -> None:
        self.left: dict[int, list[Wire]] = {}  # by net
        self.right: list[Wire] = []


def port_middles(sides: np.ndarray, o: Options) -> tuple[np.ndarray, np.ndarray]:
    """Where forward and backward lines meet boxes: pixels from the upper (left) end of their sides.

    sides: float64 (n,), lengths of the sides with ports: heights, or widths where the picture is turned down.
    """
    if o.direction == "down":
        return sides / 2 - _FROM_MIDDLE, sides / 2 + _FROM_MIDDLE
    return np.full(len(sides), o.value_port), sides - o.gradient_port


def port_reaches(sides: np.ndarray, o: Options) -> tuple[np.ndarray, np.ndarray]:
    """How far above (left of) the middle of a port lines into a box may go where there are many: pixels, like sides.

    Forward lines go up to the end of the side, backward ones no nearer to the value row than gradient rows do.
    """
    ahead, back = port_middles(sides, o)
    if o.direction == "down":
        return ahead - _RIM, np.full(len(sides), _REACH)
    return ahead - _RIM, np.maximum(back - (o.value_port + _ROW + 2 * _REACH - _STEP), _REACH)


def set_ports(
    forward: list[Wire],
    backward: list[Wire],
    middles: tuple[list[float], list[float]],
    reaches: tuple[list[float], list[float]],
    heights: list[float],
) -> None:
    """Fill in port and y of both ends of every wire.

    middles: of the forward and of the backward port of each node, below the top of its row; reaches: how far above that
    lines may go; heights: of all rows.
    """
    for group, middle, reach, back in (
        (forward, middles[0], reaches[0], False),
        (backward, middles[1], reaches[1], True),
    ):
        cells: dict[tuple[int, int], _Cell] = defaultdict(_Cell)
        for wire in group:
            cells[wire.row2, wire.second].right.append(wire)
            cells[wire.row1, wire.first].left.setdefault(wire.net, []).append(wire)
        for cell in cells.values():
            _spread(cell, middle, reach, back)
        for wire in group:
            if wire.run and wire.first != wire.second and abs(wire.port2 - middle[wire.source]) <= _REACH:
                _straighten(wire, cells[wire.row1, wire.first])
        for wire in group:
            if wire.run and wire.port1 != wire.port2:
                wire.run, wire.bridge = False, wire.detour
        for wire in group:
            wire.y1 = 2 * wire.row1 + wire.port1 / (heights[wire.row1] + 1)
            wire.y2 = 2 * wire.row2 + wire.port2 / (heights[wire.row2] + 1)


def _spread(cell: _Cell, middle: list[float], reach: list[float], back: bool) -> None:
    """Give every line of a cell its height."""
    if len(cell.left) + len(cell.right) < 3 and _alone(cell, middle):
        return
    through: dict[int, Wire] = {}  # net -> the wire that runs straight from side to side
    lines: list[_Line] = []
    for slot, wire in enumerate(cell.right):
        if wire.run and wire.first == wire.second and wire.net not in through:
            through[wire.net] = wire
        lines.append((_order(wire, False, slot), 0, [wire]))
    for net, wires in cell.left.items():
        if net not in through:
            lines.append((_trunk_order(wires), 1, wires))
    lines.sort(key=lambda line: line[0])
    if len(cell.right) > _FEW and len(cell.left) <= 1:
        _spread_widely(lines, through, cell, middle, reach)
        return
    leaving = next((i for i, line in enumerate(lines) if line[1] == 1), -1) if not back else -1
    shifts = _shifts(len(lines), leaving)
    for (_, side, wires), shift in zip(lines, shifts, strict=True):
        for wire in wires:
            if side == 0:
                wire.port2 = middle[wire.target] + shift
            else:
                wire.port1 = middle[wire.source] + shift
    for net, straight in through.items():
        for wire in cell.left[net]:
            wire.port1 = straight.port2


def _spread_widely(
    lines: list[_Line], through: dict[int, Wire], cell: _Cell, middle: list[float], reach: list[float]
) -> None:
    """Give many lines into one box room above its row; the line that leaves the box on the left stays in the row."""
    entering = [wires[0] for _, side, wires in lines if side == 0]
    up = reach[entering[0].target]
    shifts = _wide_shifts(len(entering), up)
    leaving = next(iter(cell.left.values()), [])
    straight = next(iter(through.values()), None)
    if straight is not None and shifts[entering.index(straight)] < -_REACH:
        straight.run, straight = False, None
    if leaving and straight is None:
        shifts = _wide_shifts(len(entering) + 1, up)
        wish = next((i for i, line in enumerate(lines) if line[1] == 1), 0)
        at = min((i for i, s in enumerate(shifts) if s >= -_REACH), key=lambda i: abs(i - wish))
        for wire in leaving:
            wire.port1 = middle[wire.source] + shifts[at]
        del shifts[at]
    for wire, shift in zip(entering, shifts, strict=True):
        wire.port2 = middle[wire.target] + shift
    if straight is not None:
        for wire in leaving:
            wire.port1 = straight.port2


def _alone(cell: _Cell, middle: list[float]) -> bool:
    """Whether there is only one line, which then got the middle."""
    if not cell.right:
        if len(cell.left) > 1:
            return False
        for wires in cell.left.values():
            for wire in wires:
                wire.port1 = middle[wire.source]
        return True
    wire = cell.right[0]
    straight = wire.run and wire.first == wire.second
    if len(cell.right) > 1 or (cell.left and not (straight and wire.net in cell.left)):
        return False
    wire.port2 = middle[wire.target]
    for beside in cell.left.get(wire.net, ()):
        beside.port1 = wire.port2
    return True


def _trunk_order(wires: list[Wire]) -> _Key:
    """Order of a pin that several wires share: by the one that goes furthest, in the middle if they go both ways."""
    orders = [_order(w, True, 0) for w in wires]
    if len({key[0] for key in orders}) > 1:
        return (0, 0, 0.0, 0.0, 0)
    return max(orders, key=lambda key: abs(key[2]))


def _order(wire: Wire, at_source: bool, slot: int) -> _Key:
    """Sorts the lines of a cell from top to bottom so that they part without crossing.

    Of lines that turn up, those that turn back ("hooks") stand above those that go on to the other side, and so on
    in mirror image below.
    """
    here, there = (wire.row1, wire.row2) if at_source else (wire.row2, wire.row1)
    if wire.run or (wire.bridge is None and here == there):
        return (0, 0, 0.0, 0.0, slot)
    if wire.bridge is None:
        end, beyond, hook, reach = 2.0 * there, 0.0, False, 0
    else:
        end = 2 * wire.bridge + 1.5
        beyond = 2 * there - end
        reach = wire.second - wire.first
        hook = reach < 0
        reach = abs(reach)
    up = end < 2 * here + 0.6
    distance = abs(end - 2 * here)
    tie = reach * (1 if up != hook else -1) * (1 if (beyond < 0) == up else -1)
    first = hook == up
    return (-1 if up else 1, 0 if first else 1, distance if first else -distance, float(tie), slot)


def _straighten(wire: Wire, cell: _Cell) -> None:
    """A run through empty cells leaves at the height at which it arrives, if that is free beside the source."""
    others = [w.port1 for net, wires in cell.left.items() if net != wire.net for w in wires]
    others += [w.port2 for w in cell.right]
    if all(abs(port - wire.port2) >= _APART for port in others):
        for w in cell.left[wire.net]:
            w.port1 = wire.port2


def _shifts(count: int, leaving: int) -> list[float]:
    """Heights around the middle; line number `leaving` stays in the middle (-1: none does)."""
    if leaving >= 0:
        above = min(_STEP, 10.0 / max(leaving, 1))
        below = min(_STEP, 10.0 / max(count - 1 - leaving, 1))
        return [(i - leaving) * (above if i < leaving else below) for i in range(count)]
    if count == 1:
        return [0.0]
    half = {2: 5.0, 3: 6.0}.get(count, _REACH)
    return [-half + 2 * half * i / (count - 1) for i in range(count)]


def _wide_shifts(count: int, up: float) -> list[float]:
    """Heights of many lines into one box, up to so far above the middle of its row."""
    step = min(_STEP, (up + _REACH) / (count - 1))
    low = min(_REACH, step * (count - 1) / 2)
    return [low - (count - 1 - i) * step for i in range(count)]
