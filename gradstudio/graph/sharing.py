"""Equal texts of a picture, held once: 100,000 nodes have a few hundred labels and shapes between them, and a picture
with nothing folded says all over again what the whole graph says."""

from __future__ import annotations

from dataclasses import replace

from gradstudio.graph.model import Graph, Group


def sharing(graph: Graph, other: Graph | None = None) -> Graph:
    """The same graph without texts that are there twice, or in the other one, and with the groups of the other one
    where they are equal."""
    known: dict[str, str] = {}
    if other is not None:
        for texts in (other.ids, other.title, other.label, other.symbol, other.shape):
            known.update(zip(texts, texts, strict=True))

    def once(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(known.setdefault, texts, texts))

    return replace(
        graph,
        ids=once(graph.ids),
        title=once(graph.title),
        label=once(graph.label),
        symbol=once(graph.symbol),
        shape=once(graph.shape),
        chip_text=once(graph.chip_text),
        groups=other.groups if other is not None and _are_equal(graph.groups, other.groups) else graph.groups,
    )


def _are_equal(one: tuple[Group, ...], other: tuple[Group, ...]) -> bool:
    return len(one) == len(other) and all(_said(a) == _said(b) for a, b in zip(one, other, strict=True))


def _said(g: Group) -> tuple[object, ...]:
    return g.id, g.parent, g.kind, g.title, g.line, g.number, g.run
