from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from akuttsim import municipality_borders
from akuttsim.errors import InputError
from akuttsim.municipality_borders import border_of_positions, read_borders
from akuttsim.report.replay_map import borders_told

SQUARE = [[11.0, 64.0], [12.0, 64.0], [12.0, 65.0], [11.0, 64.0]]


def written(path, *features, **more):
    file = path / "borders.geojson"
    content = {"type": "FeatureCollection", "features": list(features), **more}
    file.write_text(json.dumps(content), "utf-8")
    return file


def feature(kind="Polygon", coordinates=(SQUARE,), **properties):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_outlines_and_names_are_taken(tmp_path):
    islands = feature("MultiPolygon", [[SQUARE], [SQUARE, SQUARE]], navn="Øyene")
    one, other = read_borders(written(tmp_path, feature(kommunenavn="Namsos"), islands))
    assert (one.name, len(one.rings)) == ("Namsos", 1)
    assert one.rings[0][0] == (11.0, 64.0)
    assert (other.name, len(other.rings)) == ("Øyene", 3)


def test_what_is_no_polygon_is_left_out(tmp_path):
    point = feature("Point", [11, 64], name="x")
    assert len(read_borders(written(tmp_path, point, feature(), {"geometry": None}, 7))) == 1


def test_a_name_that_is_no_text_is_no_name(tmp_path):
    assert read_borders(written(tmp_path, feature(name={"a": 1})))[0].name == ""
    assert len(read_borders(written(tmp_path, feature(name="x" * 5000)))[0].name) == 120


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", '{"features": 3}', '{"features": []}', "[" * 100_000,
        json.dumps({"features": [feature(coordinates=[[[400, 64]]])]}),
        json.dumps({"features": [feature(coordinates=[[["a", 64]]])]}),
        json.dumps({"features": [feature(coordinates=[[[1]]])]}),
        json.dumps({"features": [feature(coordinates=[[{}]])]}),
        json.dumps({"features": [feature(coordinates=7)]}),
        '{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[NaN, 1]]]}}]}',
    ],
)  # fmt: skip
def test_what_is_not_geojson_in_degrees_is_told_in_a_line(tmp_path, content):
    file = tmp_path / "wrong.geojson"
    file.write_text(content, "utf-8")
    with pytest.raises(InputError) as told:
        read_borders(file)
    (problem,) = told.value.problems
    assert "GeoJSON" in problem.what and problem.file == str(file)


def test_a_missing_or_binary_file_is_told_in_a_line(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("missing", "binary"):
        with pytest.raises(InputError):
            read_borders(tmp_path / name)


@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_POINTS"])
def test_what_is_too_large_is_told(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(municipality_borders, limit, 3)
    with pytest.raises(InputError, match="simpler"):
        read_borders(written(tmp_path, feature()))


@pytest.mark.parametrize(
    ("properties", "name", "number"),
    [
        ({"kommunenavn": "Namsos", "kommunenummer": "5007"}, "Namsos", "5007"),
        ({"KOMMUNENR": "5007", "KOMM_NAVN": "Namsos", "KOMM": "5007"}, "Namsos", "5007"),
        ({"kommunenummer": 301, "NAME": "Oslo"}, "Oslo", "0301"),
        ({"navn": [{"sprak": "sma", "navn": "Nåavmesje"}, {"sprak": "nor", "navn": "Namsos"}]},
         "Namsos", ""),
        ({"navn": [{"rekkefolge": "", "sprak": "sma", "navn": "Snåase"}]}, "Snåase", ""),
        ({"kommune": "5007"}, "", ""),
    ],
)  # fmt: skip
def test_names_and_numbers_as_those_who_publish_borders_write_them(
    tmp_path, properties, name, number
):
    (border,) = read_borders(written(tmp_path, feature(**properties)))
    assert (border.name, border.number) == (name, number)


def test_a_byte_order_mark_is_read_over(tmp_path):
    file = written(tmp_path, feature(navn="Namsos"))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read_borders(file)[0].name == "Namsos"


PLACES = {"a": {"lat": 64.5, "lon": 11.5}}


@pytest.mark.parametrize(
    ("borders", "told"),
    [
        ([feature(navn="Namsos")], []),
        ([feature(navn="Nåavmesje", kommunenummer="5007")], []),
        ([feature(coordinates=[[[8, 58], [9, 58], [9, 59], [8, 58]]], navn="Birkenes")],
         ["none of the 1 borders is where the region is"]),
        ([feature(navn="Overhalla")], ["1 municipalities of the region have no border"]),
        ([feature(nummer="5007")], ["have no border", "1 borders have no name"]),
    ],
)  # fmt: skip
def test_borders_of_another_place_or_without_names_are_told(tmp_path, borders, told):
    region = {"municipalities": {"n": {"name": "Namsos", "number": "5007"}}, "places": PLACES}
    results = SimpleNamespace(manifest=SimpleNamespace(region=region))
    said = borders_told(results, read_borders(written(tmp_path, *borders)))
    assert len(said) == len(told)
    assert all(part in each for part, each in zip(told, said, strict=True))


def test_positions_are_in_the_border_around_them_or_near_by(tmp_path):
    west = [[11, 64], [12, 64], [12, 65], [11, 65], [11, 64]]
    hole = [[11.4, 64.4], [11.6, 64.4], [11.6, 64.6], [11.4, 64.6], [11.4, 64.4]]
    east = [[12, 64], [13, 64], [13, 65], [12, 65]]
    borders = read_borders(
        written(tmp_path, feature(coordinates=[west, hole], id="1"),
                feature("MultiPolygon", [[east]], id="2"))
    )  # fmt: skip
    lon = np.array([11.2, 11.5, 12.5, 13.02, 13.5, 12.99])
    lat = np.array([64.5, 64.5, 64.5, 64.001, 64.5, 64.99])
    assert border_of_positions(borders, lat, lon).tolist() == [0, -1, 1, 1, -1, 1]
