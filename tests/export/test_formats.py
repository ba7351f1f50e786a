"""Each format is read back with a reader of its own: same nodes, same numbers, hostile names as plain text."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradstudio.export import EXPORTERS, Job, exporter_for, html_report, svg
from gradstudio.export.csv_table import _cell
from gradstudio.export.rows import rows
from gradstudio.resources import resource
from gradstudio.studio.exports import safe_stem

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    'a = gs.constant(2.0)  # <script>alert("&")</script> \'\nb = a["</text><script>" == "=cmd" and 0 or ...] * a\n'
)


def written(job: Job, suffix: str) -> bytes:
    exporter = exporter_for(suffix)
    assert exporter is not None
    return exporter.write(job)


def test_every_suffix_belongs_to_one_format() -> None:
    suffixes = [suffix for exporter in EXPORTERS for suffix in exporter.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert all(exporter_for(suffix.upper()) is not None for suffix in suffixes)
    assert exporter_for(".docx") is None


def test_rows_say_value_and_gradient_of_each_node(job: Job) -> None:
    found = {row.name: row for row in rows(job, job.graph)}
    assert found["x"].value.elements == (1.0, 2.0, 4.0)
    assert str(found["x"].value) == "[1, 2, 4]"
    assert str(found["x"].gradient) == "[50, 100, 200]"
    assert (found["x"].is_source, found["z"].is_target) == (True, True)
    assert (str(found["z"].value), str(found["z"].gradient)) == ("525", "1")
    assert found["k"].gradient is None
    assert (found["y"].line, found["y"].op, found["y"].kind) == (6, "multiply", "op")


def test_svg_is_xml_with_every_node_and_its_texts(job: Job) -> None:
    root = ET.fromstring(written(job, ".svg"))
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    for row in rows(job, job.graph):
        assert any(title.startswith(f"{row.name}: ") for title in titles)
        assert row.name in texts
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    used = {use.get("href") for use in root.iter(f"{SVG}use")}
    assert used <= {f"#{identifier}" for identifier in ids}


def test_svg_draws_as_many_edges_each_way_as_the_graph_has(job: Job) -> None:
    root = ET.fromstring(written(job, ".svg"))
    classes = [path.get("class") for path in root.iter(f"{SVG}path")]
    assert classes.count("forward") == len(job.graph.edge_source)
    assert classes.count("backward") == int((job.graph.edge_backward >= 0).sum())


def test_pictures_have_the_legend_within_their_bounds_and_only_where_gradients_are(
    job: Job, make_job: Callable[..., Job]
) -> None:
    picture = job.picture()
    x, y, width, height = picture.bounds
    ticks = [i for i, text in enumerate(picture.texts.text) if text in ("Gradient", "Arrays, RMS", "1e2", "+1e3")]
    assert len(ticks) == 4
    for left, middle in picture.texts.position[ticks]:
        assert x < left < x + width - 10
        assert y + height - 44 < middle < y + height - 4
    ends = picture.strips.rect[-2:, 0] + picture.strips.rect[-2:, 2]
    assert (ends < x + width).all()
    assert picture.strips.start[-1] == len(picture.strips.color) == len(picture.strips.size)
    texts = [text.text for text in ET.fromstring(written(job, ".svg")).iter(f"{SVG}text")]
    assert {"Gradient", "Arrays, RMS"} <= set(texts)
    without = make_job("a = gs.constant(1)\nb = a + a\n", sweep=-1).picture()
    assert "Gradient" not in without.texts.text


def test_svg_carries_the_fonts_it_uses_and_loads_nothing(job: Job) -> None:
    data = written(job, ".svg").decode()
    assert data.count("@font-face") >= 4
    assert "src: url(data:font/" in data
    assert "http" not in data.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_themes_differ_in_their_ground(theme: str, make_job: Callable[..., Job]) -> None:
    job = make_job(theme=theme)
    ground = f"#{job.theme.surface['canvas'] & 0xFFFFFF:06x}"
    root = ET.fromstring(written(job, ".svg"))
    first = next(root.iter(f"{SVG}rect"))
    assert first.get("fill") == ground


class Page(html.parser.HTMLParser):
    """The tables of a page by id, and every tag and address in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self._table: list[list[str]] | None = None
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.addresses += [value for key, value in attrs if key in ("src", "href") and value]
        if tag == "table":
            self._table = self.tables.setdefault(given.get("id") or "", [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table is not None:
            self._table[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False
        elif tag == "table":
            self._table = None

    def handle_data(self, data: str) -> None:
        if self._in_cell and self._table is not None:
            self._table[-1][-1] += data


def test_report_has_picture_nodes_and_sweep_and_loads_nothing(job: Job) -> None:
    page = Page(written(job, ".html").decode())
    assert "svg" in page.tags
    assert "script" not in page.tags
    assert all(address.startswith("#") for address in page.addresses)
    head, *nodes = page.tables["nodes"]
    assert head == ["name", "op", "line", "shape", "value", "gradient"]
    assert len(nodes) == len(job.graph.ids)
    x = next(row for row in nodes if row[0] == "x")
    assert (x[3].strip(), x[4], x[5]) == ("[3] float64", "[1, 2, 4]", "[50, 100, 200]")
    assert page.tables["sweep"][1] == ["z", "525", "x", "[1, 2, 4]", "[50, 100, 200]"]


def test_report_says_none_and_why_where_a_source_is_cut_off(make_job: Callable[..., Job]) -> None:
    job = make_job(
        "a = gs.Variable(1.0)\nb = gs.Variable(2.0)\nc = b * 1.0\n"
        "with gs.GradientTape() as t:\n    y = a * a\ng = t.gradient(y, [a, b])\n"
    )
    text = written(job, ".html").decode()
    cells = {row[2]: row[4] for row in Page(text).tables["sweep"][1:]}
    assert cells == {"a": "2", "b": "None"}
    assert "b gets no gradient: y does not depend on it" in text


def test_csv_has_a_row_for_each_node_with_full_precision(make_job: Callable[..., Job]) -> None:
    job = make_job("x = 0.1\ny = sin(x)\n")
    text = written(job, ".csv")
    assert text.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    found = {row["name"]: row for row in table}
    assert float(found["y"]["value"]) == np.sin(0.1)
    assert float(found["x"]["gradient"]) == np.cos(0.1)
    assert (found["x"]["source"], found["y"]["target"]) == ("yes", "yes")


def test_json_graph_has_nodes_edges_and_places(job: Job) -> None:
    whole = json.loads(written(job, ".json"), parse_constant=pytest.fail)
    assert (whole["format"], whole["version"]) == ("gradstudio graph", 1)
    nodes = {node["name"]: node for node in whole["nodes"]}
    assert nodes["x"]["gradient"]["elements"] == [50.0, 100.0, 200.0]
    assert nodes["k"]["gradient"] is None
    assert len(nodes["z"]["box"]) == 4
    identities = {node["id"] for node in whole["nodes"]}
    assert {edge["source"] for edge in whole["edges"]} | {edge["target"] for edge in whole["edges"]} <= identities
    [edge] = [e for e in whole["edges"] if e["source"] == nodes["x"]["id"]]
    assert edge["gradient"] == pytest.approx(
        {"share": 1.0, "sign": 1, "rms": np.sqrt(np.mean([50**2, 100**2, 200**2]))}
    )
    assert whole["sweep"]["sources"] == ["x"]


def test_json_graph_has_words_for_what_json_has_no_numbers_for(make_job: Callable[..., Job]) -> None:
    whole = json.loads(written(make_job("x = gs.constant(0.0)\ny = gs.log(x)\n"), ".json"), parse_constant=pytest.fail)
    assert "-Infinity" in json.dumps([node["value"] for node in whole["nodes"]])


@pytest.mark.parametrize("suffix", [".svg", ".html", ".csv", ".json"])
def test_hostile_text_stays_text(suffix: str, make_job: Callable[..., Job]) -> None:
    job = make_job(HOSTILE, name='<script>"&\x1b[2J.grad')
    data = written(job, suffix)
    assert b"\x1b" not in data
    if suffix in (".svg", ".html"):
        assert b"<script" not in data
    if suffix == ".svg":
        ET.fromstring(data)
    if suffix == ".json":
        json.loads(data)


def test_names_that_no_program_could_have_stay_text(
    make_job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (html_report, svg):
        monkeypatch.setattr(module, "font_faces", lambda _: "")  # which take seconds to cut out
    job = make_job("a = gs.constant(3.0)\nb = 2.0 * a\n", name="</title>\ud800\x01.grad")
    names = ('=cmd|"/c calc"!A0</text><script>\x00\ud800', "\t=1+1\ufffe\u202e]]>", "\uff1d1&amp;\x1b")
    graph = replace(job.graph, title=tuple(names[k % 3] for k in range(len(job.graph.ids))))
    whole = replace(job.whole, title=tuple(names[k % 3] for k in range(len(job.whole.ids))))
    job = replace(job, graph=graph, whole=whole)
    for suffix in (".svg", ".graphml"):
        ET.fromstring(written(job, suffix))
    assert "script" not in Page(written(job, ".html").decode()).tags
    json.loads(written(job, ".json"))
    for row in list(csv.reader(io.StringIO(written(job, ".csv").decode("utf-8-sig"))))[1:]:
        assert row[0].startswith("'")


def test_file_names_are_made_of_plain_letters() -> None:
    assert safe_stem("model.grad") == "model"
    assert safe_stem("..\\..\\été <b>&\u202e\n.grad") == "t-b"
    assert safe_stem("../../../etc/passwd") == "passwd"
    assert safe_stem("\u202e.grad") == "graph"
    assert safe_stem("-rf.grad") == "rf"


def test_csv_text_is_never_a_formula(make_job: Callable[..., Job]) -> None:
    job = make_job("a = gs.constant(3.0)\nb = 2.0 * -a\n")
    for row in csv.reader(io.StringIO(written(job, ".csv").decode("utf-8-sig"))):
        assert not [cell for cell in (*row[:2], row[4]) if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_is_the_same_each_time(job: Job) -> None:
    for suffix in (".svg", ".html", ".csv", ".json"):
        assert written(job, suffix) == written(job, suffix)


@pytest.mark.parametrize("suffix", [".svg", ".html", ".csv"])
def test_text_that_turns_round_is_written_out_or_left_out(suffix: str, make_job: Callable[..., Job]) -> None:
    job = make_job("a = gs.constant(2.0)\nb = a * 3.0\n", name="a\u202eb.grad")
    text = written(job, suffix).decode()
    assert not set(text) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\u2028")
    if suffix != ".csv":
        assert "a\\u202eb.grad" in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_cell_of_text_never_starts_like_a_formula(start: str) -> None:
    assert _cell(f"{start}1+1")[0] in "' "


def test_every_icon_is_a_drawing_of_16_units_in_the_colour_it_is_given() -> None:
    folder = Path(str(resource("icons")))
    names = sorted(path.stem for path in folder.glob("*.svg") if path.stem != "gradstudio")
    assert {"none", "lock", "tiny", "huge", "zero", "infinite", "clock"} <= set(names)
    for name in names:
        root = ET.parse(folder / f"{name}.svg").getroot()
        assert root.get("viewBox") == "0 0 16 16", name
        assert "currentColor" in (folder / f"{name}.svg").read_text(encoding="utf-8"), name
