"""SVG: the display list as shapes and text, with a title on each node; opens in browsers and drawing programs."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np

from gradstudio.export.base import Exporter, Job
from gradstudio.export.font_faces import font_faces, picture_texts
from gradstudio.export.rows import Row, rows
from gradstudio.export.shapes import arrowhead, number, outline, paint, place, plain, rounded, shortened
from gradstudio.picture.fonts import width as text_width
from gradstudio.picture.model import DASHES, Align, Boxes, Picture, Shape
from gradstudio.resources import resource

CORNER = 6.0  # radius of an edge's bends
HALO = 3.0  # how much wider than its line the gap at a crossing is
HATCH = 6.0  # distance between the stripes of NaN
BASELINE = 0.364  # of the font size, from the middle of a line down to the baseline
TEXT_STYLE = 'text { font-feature-settings: "tnum"; font-variant-ligatures: none; }'  # as texts were measured
_SVG = "http://www.w3.org/2000/svg"


def write(job: Job) -> bytes:
    """The picture at full detail, with legend and fonts."""
    picture = job.picture()
    drawing = element(picture, rows(job, job.graph), f"{job.name}: graph", font_faces(picture_texts(picture)))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(drawing, encoding="unicode")}\n'.encode()


def element(picture: Picture, nodes: list[Row], title: str, style: str = "") -> ET.Element:
    """The <svg> element of a picture. nodes: the rows its node numbers mean; style: CSS to carry along."""
    x, y, width, height = picture.bounds
    whole = {"width": number(width), "height": number(height)}
    view = " ".join(number(v) for v in picture.bounds)
    root = ET.Element("svg", {"xmlns": _SVG, "viewBox": view, **whole, "role": "img"})
    ET.SubElement(root, "title").text = plain(title)
    ET.SubElement(root, "style").text = f"{TEXT_STYLE}\n{style}"
    definitions = ET.SubElement(root, "defs")
    ET.SubElement(root, "rect", {**place((x, y, width, height)), **paint("fill", picture.background)})
    _boxes(root, picture.under, [])
    _lines(root, picture)
    _boxes(root, picture.boxes, nodes)
    _paths(root, picture)
    _hatches(root, definitions, picture)
    _strips(root, picture)
    _icons(root, definitions, picture)
    _texts(root, picture)
    return root


def _boxes(root: ET.Element, boxes: Boxes, nodes: list[Row]) -> None:
    named: set[int] = set()
    for i in range(len(boxes.rect)):
        rect = tuple(float(v) for v in boxes.rect[i])
        attributes = {**paint("fill", int(boxes.fill[i])), **paint("stroke", int(boxes.stroke[i]))}
        if "stroke" in attributes and attributes["stroke"] != "none":
            attributes["stroke-width"] = number(float(boxes.stroke_width[i]))
            dash = DASHES[int(boxes.dash[i])]
            if dash:
                attributes["stroke-dasharray"] = " ".join(number(v) for v in dash)
        shape, radius = Shape(int(boxes.shape[i])), float(boxes.radius[i])
        if shape == Shape.RECT:
            tag, form = "rect", place(rect)
        elif shape == Shape.ROUND:
            tag, form = "rect", {**place(rect), "rx": number(radius)}
        else:
            tag, form = "path", {"d": outline(shape, rect, radius)}
        box = ET.SubElement(root, tag, {**form, **attributes})
        node = int(boxes.node[i])
        if 0 <= node < len(nodes) and node not in named:
            named.add(node)
            box.set("id", f"node-{node + 1}")
            ET.SubElement(box, "title").text = plain(_hover(nodes[node]))


def _lines(root: ET.Element, picture: Picture) -> None:
    lines = picture.lines
    drawn = np.nonzero(np.diff(lines.start) > 1)[0]
    for net in np.split(drawn, np.nonzero(np.diff(lines.net[drawn]))[0] + 1):
        paths = {}
        for i in net.tolist():
            points = lines.points[lines.start[i] : lines.start[i + 1]]
            path = rounded(shortened(points, 0.8 * float(lines.arrow[i, 0])), CORNER)
            paths[i] = {"d": path, "fill": "none", "stroke-linejoin": "round"}
        for i, common in paths.items():  # the gaps of a whole net first: its lines leave none in each other
            halo, width = int(lines.halo[i]), number(float(lines.width[i]) + HALO)
            if halo >> 24:
                ET.SubElement(root, "path", {**common, **paint("stroke", halo), "stroke-width": width})
        for i, common in paths.items():
            _line(root, picture, i, common)


def _line(root: ET.Element, picture: Picture, i: int, common: dict[str, str]) -> None:
    lines = picture.lines
    color = int(lines.color[i])
    stroke = {**common, **paint("stroke", color), "stroke-width": number(float(lines.width[i]))}
    drawn = ET.SubElement(root, "path", stroke)
    dash = lines.dash[lines.dash_start[i] : lines.dash_start[i + 1]]
    if len(dash):
        drawn.set("stroke-dasharray", " ".join(number(float(v)) for v in dash))
    drawn.set("class", "backward" if lines.backward[i] else "forward")
    length, breadth = (float(v) for v in lines.arrow[i])
    if length > 0:
        points = lines.points[lines.start[i] : lines.start[i + 1]]
        ET.SubElement(root, "path", {"d": arrowhead(points, length, breadth), **paint("fill", color)})


def _paths(root: ET.Element, picture: Picture) -> None:
    paths = picture.paths
    for i in range(len(paths.fill)):
        points = " ".join(f"{number(x)},{number(y)}" for x, y in paths.points[paths.start[i] : paths.start[i + 1]])
        attributes = {"points": points, **paint("fill", int(paths.fill[i])), **paint("stroke", int(paths.stroke[i]))}
        if int(paths.stroke[i]) >> 24:
            attributes["stroke-width"] = number(float(paths.width[i]))
        ET.SubElement(root, "polyline", attributes)


def _hatches(root: ET.Element, definitions: ET.Element, picture: Picture) -> None:
    hatches = picture.hatches
    for color in sorted({int(c) for c in hatches.color}):
        pattern = ET.SubElement(
            definitions,
            "pattern",
            {
                "id": f"hatch-{color:08x}",
                "width": number(HATCH),
                "height": number(HATCH),
                "patternUnits": "userSpaceOnUse",
                "patternTransform": "rotate(45)",
            },
        )
        ET.SubElement(pattern, "rect", {"width": number(HATCH / 2), "height": number(HATCH), **paint("fill", color)})
    for rect, color in zip(hatches.rect, hatches.color, strict=True):
        ET.SubElement(root, "rect", {**place(tuple(float(v) for v in rect)), "fill": f"url(#hatch-{int(color):08x})"})


def _strips(root: ET.Element, picture: Picture) -> None:
    strips = picture.strips
    for i in range(len(strips.rect)):
        x, y, width, height = (float(v) for v in strips.rect[i])
        start, stop = int(strips.start[i]), int(strips.start[i + 1])
        at = 0.0
        for size, color in zip(strips.size[start:stop].tolist(), strips.color[start:stop].tolist(), strict=True):
            if strips.vertical[i]:
                cell = (x, y + at * height, width, size * height)
            else:
                cell = (x + at * width, y, size * width, height)
            ET.SubElement(root, "rect", {**place(cell), **paint("fill", color), "shape-rendering": "crispEdges"})
            at += size
        border = int(strips.border[i])
        if border >> 24:
            ET.SubElement(root, "rect", {**place((x, y, width, height)), "fill": "none", **paint("stroke", border)})


def _icons(root: ET.Element, definitions: ET.Element, picture: Picture) -> None:
    icons = picture.icons
    for name in sorted(set(icons.name)):
        source = ET.parse(resource(f"icons/{name}.svg")).getroot()
        symbol = ET.SubElement(
            definitions, "symbol", {"id": f"icon-{name}", "viewBox": source.get("viewBox", "0 0 16 16")}
        )
        inherited = {key: value for key, value in source.attrib.items() if key not in ("viewBox", "width", "height")}
        group = ET.SubElement(symbol, "g", inherited)
        for child in source:
            group.append(_without_namespace(child))
    for name, rect, color in zip(icons.name, icons.rect, icons.color, strict=True):
        x, y, width, height = (float(v) for v in rect)
        where = place((x - width / 2, y - height / 2, width, height))
        ET.SubElement(root, "use", {"href": f"#icon-{name}", **where, **paint("color", int(color))})


def _without_namespace(source: ET.Element) -> ET.Element:
    copy = ET.Element(source.tag.rpartition("}")[2], dict(source.attrib))
    for child in source:
        copy.append(_without_namespace(child))
    return copy


def _texts(root: ET.Element, picture: Picture) -> None:
    texts = picture.texts
    anchors = {Align.LEFT: "start", Align.CENTER: "middle", Align.RIGHT: "end"}
    for i, text in enumerate(texts.text):
        font = picture.fonts[int(texts.font[i])]
        kind = "monospace" if "Mono" in font.family else "sans-serif"
        label = ET.SubElement(
            root,
            "text",
            {
                "x": number(texts.position[i][0]),
                "y": number(texts.position[i][1] + BASELINE * font.size),
                "font-family": f"'{font.family}', {kind}",
                "font-size": number(font.size),
                "font-weight": str(font.weight),
                "text-anchor": anchors[Align(int(texts.align[i]))],
                # Where the font is another one (drawing programs ignore those carried along), texts keep their place.
                "textLength": number(text_width(text, font)),
                "lengthAdjust": "spacingAndGlyphs",
                "xml:space": "preserve",
                **paint("fill", int(texts.color[i])),
            },
        )
        label.text = plain(text)


def _hover(row: Row) -> str:
    line = f", line {row.line}" if row.line else ""
    gradient = f"\ngradient {row.gradient}" if row.gradient is not None else ""
    return f"{row.name}: {row.label}{line}\nvalue {row.value}{gradient}"


SVG = Exporter("svg", (".svg",), "SVG picture", write)
