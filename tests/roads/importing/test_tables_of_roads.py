from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from akuttsim.errors import InputError
from akuttsim.roads.importers.graph import Graph, main_component
from akuttsim.roads.importers.osm import DEFAULT_KMH, OsmOptions
from akuttsim.roads.importers.road_files import EdgeColumns, graph_of_table, read_graphml
from akuttsim.roads.importers.road_tags import RoadDoubts
from akuttsim.roads.importers.table_columns import read_columns, read_positions
from tests.shared_data import folder

READING = OsmOptions(DEFAULT_KMH, 1.0, 50.0, 0.0)
POINTS = (["a", "b", "c"], np.array([64.5, 64.51, 64.52]), np.array([11.5, 11.5, 11.5]))


def edges(tmp_path: Path, text: str, **columns: Any) -> Graph:
    (tmp_path / "e.csv").write_text(text)
    rows = read_columns(tmp_path / "e.csv", "e.csv")
    return graph_of_table(rows, EdgeColumns("from", "to", **columns), POINTS, 50.0)


def seen(graph: Graph) -> list[tuple[str, str, float, float]]:
    ends = zip(graph.start.tolist(), graph.end.tolist(), strict=True)
    return [
        (graph.names[a], graph.names[b], round(float(s), 6), round(float(km), 6))
        for (a, b), s, km in zip(ends, graph.seconds, graph.km, strict=True)
    ]


def test_length_and_speed_make_the_time(tmp_path: Path) -> None:
    some = edges(tmp_path, "from,to,m,v\na,b,2000,60\n", metres="m", kmh="v", both_ways=True)
    assert seen(some) == [("a", "b", 120, 2), ("b", "a", 120, 2)]
    assert not some.in_town.any()


def test_a_told_time_stays_and_the_length_is_the_road_s(tmp_path: Path) -> None:
    some = edges(tmp_path, "from,to,min\na,b,3\nb,a,4\n", minutes="min")
    assert [row[2] for row in seen(some)] == [180, 240]
    assert seen(some)[0][3] == pytest.approx(1.112 * 1.2, abs=0.01)
    assert some.in_town.all()


def test_one_way_rows_and_private_ones(tmp_path: Path) -> None:
    text = "from,to,km,v,one,priv\na,b,1,60,yes,\nb,c,1,60,no,\na,c,1,60,,yes\n"
    some = edges(tmp_path, text, km="km", kmh="v", one_way="one", private="priv")
    assert [row[:2] for row in seen(some)] == [("a", "b"), ("b", "c"), ("c", "b")]


def test_ends_that_are_no_points_and_lengths_below_zero_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"e.csv:2: to: no point 'x' in the table of points"):
        edges(tmp_path, "from,to,min\na,x,3\n", minutes="min")
    with pytest.raises(InputError, match=r"e.csv:2: min: must not be below zero"):
        edges(tmp_path, "from,to,min\na,b,-3\n", minutes="min")


def test_links_of_the_national_road_database_with_utm_coordinates() -> None:
    """A fragmented sample: 1,741 links; the largest part that all can drive in has 180 points."""
    pytest.importorskip("pyproj")
    here = folder() / "gissb_nvdb_sample"
    points = read_columns(here / "nodes.csv", "nodes.csv")
    with pytest.raises(InputError, match=r"are no degrees; if they are metres \(UTM\), write crs"):
        read_positions(points, "northing_utm33", "easting_utm33", "EPSG:4326")
    where = read_positions(points, "northing_utm33", "easting_utm33", "EPSG:25833")
    np.testing.assert_allclose(where[0], points.numbers("lat"), atol=2e-6)
    rows = read_columns(here / "edges.csv", "edges.csv")
    columns = EdgeColumns("from", "to", metres="meters", minutes="minutes")
    graph = graph_of_table(rows, columns, (points.texts("nodeID"), *where), 50.0)
    assert (graph.points, len(graph.start)) == (1159, 1741)
    np.testing.assert_allclose(graph.seconds, rows.numbers("minutes") * 60)
    assert len(main_component(graph)) == 180


EDGE_KEYS = "length highway maxspeed access oneway speed_kph travel_time"
KEYS = "".join(
    f'<key id="{name}" for="{of}" attr.name="{name}" attr.type="string"/>'
    for of, names in (("node", "x y"), ("edge", EDGE_KEYS))
    for name in names.split()
)


def graphml(tmp_path: Path, edge: str, head: str = "", keys: str = KEYS) -> Path:
    nodes = "".join(
        f'<node id="{n}"><data key="y">{64.5 + n / 100}</data><data key="x">11.5</data></node>'
        for n in range(3)
    )
    path = tmp_path / "g.graphml"
    opening = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    inside = f'{keys}<graph edgedefault="directed">{nodes}{edge}</graph></graphml>'
    path.write_text(f'<?xml version="1.0"?>{head}{opening}{inside}')
    return path


def edge(start: int, end: int, **data: str) -> str:
    said = "".join(f'<data key="{key}">{value}</data>' for key, value in data.items())
    return f'<edge source="{start}" target="{end}">{said}</edge>'


def test_graphml_as_osmnx_writes_it(tmp_path: Path) -> None:
    path = graphml(tmp_path, edge(0, 1, length="1000", highway="primary", maxspeed="['60', '80']")
                   + edge(1, 2, length="500", highway="residential")
                   + edge(2, 0, length="500", highway="residential", access="private"))  # fmt: skip
    some = read_graphml(path, "g.graphml", READING)
    assert seen(some) == [("0", "1", 60, 1), ("1", "2", 60, 0.5)]
    assert some.in_town.tolist() == [False, True]


def test_an_emergency_edge_of_graphml_is_read_as_such_and_told(tmp_path: Path) -> None:
    open_to_all = edge(0, 1, length="1000", highway="primary", maxspeed="60")
    path = graphml(tmp_path, open_to_all + edge(1, 2, length="500", highway="residential",
                                                access="emergency"))  # fmt: skip
    doubts = RoadDoubts()
    some = read_graphml(path, "g.graphml", READING, doubts)
    assert some.is_emergency().tolist() == [False, True]
    assert list(doubts.found["emergency"]) == ["1 - 2"]


@pytest.mark.parametrize("head", [
    '<!DOCTYPE graphml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    '<!DOCTYPE graphml SYSTEM "http://example.org/g.dtd">',
])  # fmt: skip
def test_graphml_with_entities_is_refused(tmp_path: Path, head: str) -> None:
    path = graphml(tmp_path, edge(0, 1, length="9", highway="road"), head)
    with pytest.raises(InputError, match="declares a document type or entities, which are not re"):
        read_graphml(path, "g.graphml", READING)


@pytest.mark.parametrize(("content", "said"), [
    ("<graphml><graph", "is no whole XML file"),
    ("<graphml/>", "has no stretch that cars may use|cannot be read as GraphML"),
])  # fmt: skip
def test_broken_graphml_is_told(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "g.graphml").write_text(content)
    with pytest.raises(InputError, match=said):
        read_graphml(tmp_path / "g.graphml", "g.graphml", READING)


def test_graphml_without_lengths_or_positions_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a stretch lacks length"):
        read_graphml(graphml(tmp_path, edge(0, 1, highway="road")), "g.graphml", READING)
    path = tmp_path / "g.graphml"
    path.write_text(path.read_text().replace('<data key="y">64.5</data>', ""))
    with pytest.raises(InputError, match="a point lacks a number of one of lat, y, latitude"):
        read_graphml(path, "g.graphml", READING)


@pytest.mark.parametrize(("word", "ways"), [
    ("", "ab ba"), ("no", "ab ba"), ("0", "ab ba"), ("F", "ab ba"), ("nei", "ab ba"),
    ("yes", "ab"), ("ja", "ab"), ("1", "ab"), ("True", "ab"), ("-1", "ba"), ("reverse", "ba"),
])  # fmt: skip
def test_one_way_is_yes_no_or_backwards(tmp_path: Path, word: str, ways: str) -> None:
    text = f"from,to,km,v,one\na,b,2,60,{word}\n"
    some = edges(tmp_path, text, km="km", kmh="v", one_way="one", both_ways=True)
    assert {row[0] + row[1] for row in seen(some)} == set(ways.split())


@pytest.mark.parametrize(("row", "columns", "what"), [
    ("a,b,2,60,maybe", {"kmh": "v", "one_way": "x"}, "x: must be yes or no .got 'maybe'"),
    ("a,b,2,60,?", {"kmh": "v", "private": "x"}, "x: must be yes or no .got '?"),
    ("a,b,2,0,", {"kmh": "v"}, "v: must be above zero"),
    ("a,d,9,0,", {"minutes": "v"}, "v: no driving time between points 11.1 km apart"),
])  # fmt: skip
def test_a_word_or_speed_that_means_nothing_is_refused(
    tmp_path: Path, row: str, columns: dict[str, str], what: str
) -> None:
    (tmp_path / "e.csv").write_text(f"from,to,km,v,x\n{row}\n")
    rows = read_columns(tmp_path / "e.csv", "e.csv")
    points = (["a", "b", "d"], np.array([64.5, 64.51, 64.6]), np.array([11.5, 11.5, 11.5]))
    with pytest.raises(InputError, match=r"e.csv:2: " + what):
        graph_of_table(rows, EdgeColumns("from", "to", km="km", **columns), points, 50.0)


@pytest.mark.parametrize(("minutes", "doubt"), [
    ("3", None), ("0.1", "edge_fast"), ("180", "edge_slow"), ("0", "edge_fast"),
])  # fmt: skip
def test_a_time_that_does_not_fit_its_length_is_told(
    tmp_path: Path, minutes: str, doubt: str | None
) -> None:
    (tmp_path / "e.csv").write_text(f"from,to,km,v\na,b,2,{minutes}\n")
    rows, doubts = read_columns(tmp_path / "e.csv", "e.csv"), RoadDoubts()
    columns = EdgeColumns("from", "to", km="km", minutes="v")
    graph_of_table(rows, columns, POINTS, 50.0, doubts)
    assert doubts.count == ({} if doubt is None else {doubt: 1})
    assert doubt is None or doubts.example[doubt].startswith("e.csv:2 2.0 km")


@pytest.mark.parametrize(("values", "kmh", "doubt"), [
    ({"highway": "secondary", "maxspeed": "80"}, 80, None),
    ({"highway": "secondary", "maxspeed": "nan", "travel_time": "nan"}, 50, None),
    ({"highway": "secondary", "maxspeed": "80 @ (22:00-06:00)"}, 50, "maxspeed"),
    ({"highway": "Sekundær"}, 40, "edge_class"),
    ({"travel_time": "60"}, 60, None),
    ({"travel_time": "1"}, 120, "edge_fast"),
    ({"speed_kph": "2"}, 5, "edge_slow"),
])  # fmt: skip
def test_the_speed_of_an_edge_is_told_where_it_is_doubtful(
    tmp_path: Path, values: dict[str, str], kmh: float, doubt: str | None
) -> None:
    doubts = RoadDoubts()
    path = graphml(tmp_path, edge(0, 1, length="1000", **values))
    graph = read_graphml(path, "g.graphml", READING, doubts)
    assert graph.kmh() == pytest.approx([kmh]) and list(doubts.count) == ([doubt] * bool(doubt))


@pytest.mark.parametrize(("values", "what"), [
    ({"speed_kph": "0"}, "0 - 1: speed_kph is 0"), ({"speed_kph": "inf"}, "speed_kph must be a"),
    ({"travel_time": "-5"}, "travel_time must be a number"), ({"length": "nan"}, "lacks length"),
])  # fmt: skip
def test_numbers_of_an_edge_that_mean_nothing_are_refused(
    tmp_path: Path, values: dict[str, str], what: str
) -> None:
    edge_values = {"length": "1000", "highway": "primary", **values}
    with pytest.raises(InputError, match=what):
        read_graphml(graphml(tmp_path, edge(0, 1, **edge_values)), "g.graphml", READING)


def test_one_way_edges_of_an_undirected_network_are_told(tmp_path: Path) -> None:
    path = graphml(tmp_path, edge(0, 1, length="1000", highway="primary", oneway="True"))
    path.write_text(path.read_text().replace('edgedefault="directed"', 'edgedefault="undirected"'))
    doubts = RoadDoubts()
    assert len(read_graphml(path, "g.graphml", READING, doubts).start) == 2
    assert doubts.example == {"undirected": "0 - 1"}
