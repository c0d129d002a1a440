"""From public data to a region, and from data that is wrong to a message that says how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError
from akuttsim.regionbuilder.region_folder import make_region
from akuttsim.roads.importers.graph import Graph
from akuttsim.roads.importers.osm import DEFAULT_KMH, OsmOptions, read_osm
from akuttsim.roads.travel import travel_of_region
from akuttsim.tables import parse_number
from tests.building import public_data as data

pytest.importorskip("osmium")
pytest.importorskip("pyproj")


def made(tmp_path: Path, out: str = "out", **changes: Any) -> tuple[Region, list[str]]:
    """Build with changes to the specification; return the region and what was told."""
    done = make_region(data.written(tmp_path / "data", **changes), tmp_path / out)
    return load_region(str(done.folder)).value, [finding.what for finding in done.built.findings]


def refused(tmp_path: Path, **changes: Any) -> str:
    """Return what is said of a specification that does not hold; nothing is written then."""
    return refused_as_it_is(tmp_path, data.written(tmp_path / "data", **changes))


def refused_as_it_is(tmp_path: Path, spec: Path) -> str:
    with pytest.raises(InputError) as caught:
        make_region(spec, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    return str(caught.value)


def whole_graph(folder: Path) -> Graph:
    return read_osm(folder / "map.osm", "map.osm", OsmOptions(DEFAULT_KMH, 1.0, 50.0, 30.0)).graph


def test_a_region_is_built_from_an_extract_a_grid_and_a_list(tmp_path: Path) -> None:
    region, told = made(tmp_path)
    assert region.people() == 1760 + 410
    assert {m.number: sum(m.people) for m in region.municipalities.values()} == {
        "9901": 1760, "9902": 410}  # fmt: skip
    assert [place.note for place in region.places.values() if place.people != (0,) * 9] == [""] * 4
    assert [ferry.crossing_min for ferry in region.ferries] == [20]
    assert list(region.hospitals) == ["sykehuset"]
    assert any("no road joins it to the rest" in each for each in told)
    assert any("a one-way trap: one can drive in, but not out again" in each for each in told)
    assert "left out: 1 ways, private or closed to cars" in told
    assert "ferries have an assumed timetable: fill in the real one in ferries.csv" in told
    organisation = load_organisation(str(tmp_path / "out" / "fjord-today.yaml")).value
    assert len(organisation.ambulances) == 2
    assert [clinic.kind for clinic in organisation.clinics.values()] == [
        "gp_office", "gp_office", "legevakt"]  # fmt: skip


def test_drive_times_are_those_of_the_whole_extract(tmp_path: Path) -> None:
    """Without the ferry's hours: a plain search over every point of every road."""
    from scipy.sparse.csgraph import dijkstra

    region, _ = made(tmp_path, people__gather_km=0)
    graph = whole_graph(tmp_path / "data")
    number = {name: k for k, name in enumerate(graph.names)}
    plain = dijkstra(graph.matrix())
    times = travel_of_region(region)
    at = {(round(place.lat, 6), round(place.lon, 6)): name for name, place in region.places.items()}
    index = {n: region.place_ids.index(at[data.NODES[n]]) for n in (1, 4, 10, 12)}
    for one, start in index.items():
        for other, end in index.items():
            expected = plain[number[str(one)], number[str(other)]]
            assert times.to("car", times.noon, end)[start] == pytest.approx(expected, abs=1e-5)


def test_only_quickest_ways_give_the_same_times(tmp_path: Path) -> None:
    every, _ = made(tmp_path)
    least, told = made(tmp_path, out="least", roads__keep="quickest-ways")
    assert len(least.roads) <= len(every.roads)
    assert any("With one of them closed" in each for each in told)
    for mode in ("car", "blue"):
        one, other = (travel_of_region(region) for region in (every, least))
        count = sum(place.kind not in ("junction", "quay") for place in every.places.values())
        np.testing.assert_allclose(one.seconds[mode][one.noon][:count, :count],
                                   other.seconds[mode][other.noon][:count, :count],
                                   atol=1e-5)  # fmt: skip


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    for out in ("one", "two"):
        made(tmp_path, out=out)
    files = sorted(path.name for path in (tmp_path / "one" / "fjord").iterdir())
    assert files == ["SOURCES.md", "facilities.csv", "ferries.csv", "municipalities.csv",
                     "people.csv", "places.csv", "region.yaml", "roads.csv"]  # fmt: skip
    for name in files:
        one, two = ((tmp_path / out / "fjord" / name).read_bytes() for out in ("one", "two"))
        assert one == two


def test_too_many_junctions_make_a_table_of_travel_times(tmp_path: Path) -> None:
    by_road, _ = made(tmp_path)
    by_table, told = made(tmp_path, out="table", roads__most_points=3)
    assert by_table.roads == () and by_table.travel_times is not None
    assert any("NO ROADS" in each for each in told)
    columns = pq.read_table(tmp_path / "table" / "fjord" / "travel_times.parquet")
    assert columns.column_names == ["from", "to", "seconds", "km", "town_seconds"]
    one, other = travel_of_region(by_road), travel_of_region(by_table)
    ids = by_table.place_ids
    for start in ids[:3]:  # none of them on the island, whose ferry has hours in the one only
        for end in ids[:3]:
            a, b = by_road.place_ids.index(start), by_road.place_ids.index(end)
            assert other.to("car", other.noon, ids.index(end))[ids.index(start)] == pytest.approx(
                one.to("car", one.noon, b)[a], abs=2e-3)  # fmt: skip


def test_a_given_travel_time_matrix_is_a_region(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    roads = data.given_times(tmp_path / "data")
    region, told = made(tmp_path, roads=roads)
    assert path.exists() and region.tables.travel_times == "travel_times.parquet"
    times = travel_of_region(region)
    far = max(region.places, key=lambda name: region.places[name].lon)
    town = max(region.places, key=lambda name: sum(region.places[name].people))
    seconds = times.to("car", times.noon, region.place_ids.index(far))[region.place_ids.index(town)]
    km = 111.2 * np.hypot(64.466 - 64.465, 0.43 * (11.495 - 11.94))
    assert seconds == pytest.approx(1.5 * km * 60, rel=1e-3)
    assert any("given travel times: NO ROADS" in each for each in told)


def test_a_region_without_roads_says_so_everywhere(tmp_path: Path) -> None:
    line = {"kind": "straight_line", "by_distance": [{"km": 5, "detour": 1.35, "kmh": 50}],
            "source": "Assumption", "grade": "C", "range": [0.7, 1.5]}  # fmt: skip
    region, told = made(tmp_path, roads=line, people__municipalities=["9901", "9902"])
    assert region.straight_line is not None
    assert any(each.startswith("NO ROADS: drives are straight lines") for each in told)
    assert "!! NO ROADS" in (tmp_path / "out" / "fjord" / "SOURCES.md").read_text()
    assert region.model_dump(mode="json")["straight_line"]["by_distance"][0]["detour"] == 1.35


def test_cells_of_250_metres_and_ages_of_the_country(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data", people__grid__cell_m=250, people__by_age=None)
    (tmp_path / "data" / "grid.csv").write_text(data.grid_csv(250))
    region = load_region(str(make_region(path, tmp_path / "out").folder)).value
    assert region.people() == pytest.approx(sum(data.PEOPLE.values()), abs=9)
    ages = np.sum([m.people for m in region.municipalities.values()], axis=0)
    assert ages[4] / ages.sum() == pytest.approx(0.27, abs=0.01)


def test_cells_without_coordinates_lie_at_the_middle_their_number_tells(tmp_path: Path) -> None:
    region, _ = made(tmp_path, people__grid__lat=None, people__grid__lon=None)
    assert region.people() == 2170


def test_a_municipality_on_the_map_in_part_has_its_share_of_people(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    away = data.cell_of(65.2, 12.0)
    data.edited(tmp_path / "data", "grid.csv", "lon\n", f"lon\n{away};500;9901;65.2;12.0\n")
    done = make_region(path, tmp_path / "out")
    region = load_region(str(done.folder)).value
    part = next(m for m in region.municipalities.values() if m.number == "9901")
    assert sum(part.people) == pytest.approx(1760 * 1750 / 2250, abs=5)
    assert any("municipality 9901: only 1750 of 2250 people (78%)" in finding.what
               for finding in done.built.findings)  # fmt: skip


def test_a_rebuild_says_what_it_would_overwrite_and_can(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(InputError, match="is there already, and no file of it would change"):
        made(tmp_path)
    spec, out = tmp_path / "data" / "spec.yaml", tmp_path / "out"
    (out / "fjord" / "ferries.csv").write_text("mine")
    (out / "fjord" / "notes.txt").write_text("mine")
    (out / "fjord-today.yaml").write_text("mine")
    with pytest.raises(InputError, match=r"--replace would overwrite ferries\.csv with what"):
        make_region(spec, out)
    assert (out / "fjord" / "ferries.csv").read_text() == "mine"
    done = make_region(spec, out, replace=True)
    assert not done.is_first and load_region(str(done.folder)).value.ferries
    assert [(out / name).read_text() for name in ("fjord/notes.txt", "fjord-today.yaml")] == [
        "mine", "mine"]  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == ["fjord", "fjord-today.yaml"]


def test_a_region_that_does_not_hold_leaves_nothing_and_names_the_user_s_file(
    tmp_path: Path,
) -> None:
    """Two points 1.4 km apart in no time: less than the build itself refuses."""
    here = _made(tmp_path / "data")
    points = [(n, *data.NODES[n]) for n in (1, 10, 12, 22)] + [(5, 64.470, 11.525)]
    (here / "points.csv").write_text(
        "id,lat,lon\n" + "".join(f"p{n},{lat},{lon}\n" for n, lat, lon in points)
    )
    (here / "edges.csv").write_text("a,b,min\np1,p5,0\np5,p10,9\np10,p12,30\np1,p22,30\n")
    edges = {"kind": "edges", "file": "edges.csv", "from": "a", "to": "b", "minutes": "min",
             "both_ways": True, "source": "made up", "grade": "C",
             "points": {"file": "points.csv", "id": "id", "lat": "lat", "lon": "lon"}}  # fmt: skip
    said = refused(tmp_path, roads=edges)
    assert "edges.csv: roads: cannot be built: its roads would not hold" in said


# ---- what is wrong, and how it is told


def test_every_error_of_a_specification_comes_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, roads__kind="ocean", people__gather_km=-1, people__grid__cell_m=500)
    assert "roads.kind: must be one of 'osm', 'graphml', 'edges'" in said
    assert "people.gather_km: must be at least 0 (got -1)" in said
    assert "people.grid.cell_m: must be 250 or 1000" in said
    lines = said.splitlines()
    assert len(lines) == 3 and all("spec.yaml:" in line for line in lines)


def test_files_must_be_there_and_lie_in_the_folder(tmp_path: Path) -> None:
    said = refused(tmp_path, roads__file="../map.osm", people__grid__file="nowhere.csv")
    assert "roads.file: must lie in the folder of the data" in said
    assert "people.grid.file: no such file in the folder of the data" in said


def test_swapped_coordinates_of_a_facility_are_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    data.edited(tmp_path / "data", "facilities.csv", "64.4652,11.9402", "11.9402,64.4652")
    said = refused_as_it_is(tmp_path, path)
    assert "facilities.csv:5: lat and lon: latitude and longitude are swapped" in said


def test_what_is_wrong_in_several_files_comes_at_once(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    data.edited(tmp_path / "data", "facilities.csv", "64.4652,11.9402", "11.9402,64.4652")
    last = (tmp_path / "data" / "grid.csv").read_text().splitlines()[-1]
    for name, row in (("grid.csv", last), ("ages.csv", "9901;i alt;menn;880")):
        with (tmp_path / "data" / name).open("a") as file:
            file.write(row + "\n")
    said = refused_as_it_is(tmp_path, path)
    assert "facilities.csv:5:" in said and "'i alt' is no age" in said and "grid.csv:" in said


def test_utm_told_as_degrees_is_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    data.edited(tmp_path / "data", "facilities.csv", "64.4652,11.9402", "7150000,350000")
    assert "if they are metres (UTM), write crs: EPSG:25833" in refused_as_it_is(tmp_path, path)


def test_a_station_outside_the_map_is_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    data.edited(tmp_path / "data", "facilities.csv", "64.4652,11.9402", "63.4305,10.3951")
    said = refused_as_it_is(tmp_path, path)
    assert "station: Dalen (63.4305, 10.3951) is outside the map:" in said


def test_a_station_some_way_from_the_road_is_told_loudly(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    data.edited(tmp_path / "data", "facilities.csv", "64.4652,11.9402", "64.4752,11.9402")
    findings = make_region(path, tmp_path / "out").built.findings
    assert any(finding.is_loud and "station Dalen: set down on the road 1134 m away" in finding.what
               for finding in findings)  # fmt: skip


def test_people_who_count_twice_are_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    rows = (tmp_path / "data" / "ages.csv").read_text().splitlines()[1:]
    (tmp_path / "data" / "ages.csv").write_text(
        "\n".join(["region;alder;kjonn;antall", *rows, *rows])
    )
    said = refused_as_it_is(tmp_path, path)
    assert "9901: has 3520 people, the grid 1750: 2.01 times as many" in said
    assert "9902" in said


def test_a_cell_that_stands_twice_is_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    last = (tmp_path / "data" / "grid.csv").read_text().splitlines()[-1]
    with (tmp_path / "data" / "grid.csv").open("a") as file:
        file.write(last + "\n")
    said = refused_as_it_is(tmp_path, path)
    assert (
        "grid.csv:7: cell: cell" in said and "stands twice, so its people would count twice" in said
    )


def test_cells_of_another_size_are_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    (tmp_path / "data" / "grid.csv").write_text(data.grid_csv(250))
    assert "is no cell of 1000 m" in refused_as_it_is(tmp_path, path)


def test_ages_that_are_none_are_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    with (tmp_path / "data" / "ages.csv").open("a") as file:
        file.write("9901;i alt;menn;880\n")
    said = refused_as_it_is(tmp_path, path)
    assert "'i alt' is no age within one of the groups" in said


def test_a_municipality_without_published_people_is_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    data.edited(tmp_path / "data", "grid.csv", ";9902;", ";9903;")
    said = refused_as_it_is(tmp_path, path)
    assert "9903: no row of municipality 9903, where the grid has people" in said


def test_a_grid_of_another_district_is_told(tmp_path: Path) -> None:
    path = data.written(tmp_path / "data")
    away = data.cell_of(69.65, 18.95)
    (tmp_path / "data" / "grid.csv").write_text(
        f"cell;people;kommune;lat;lon\n{away};900;5501;69.65;18.95\n"
    )
    assert "no cell of the grid is within 3 km of a road" in refused_as_it_is(tmp_path, path)


def test_a_matrix_with_holes_is_told(tmp_path: Path) -> None:
    data.written(tmp_path / "data")
    roads = data.given_times(tmp_path / "data")
    path = data.written(tmp_path / "data", roads=roads)
    rows = (tmp_path / "data" / "times.csv").read_text().splitlines()
    (tmp_path / "data" / "times.csv").write_text("\n".join(rows[:-1]) + "\n")
    said = refused_as_it_is(tmp_path, path)
    assert "roads.file: no time from p22 to p12" in said
    (tmp_path / "data" / "times.csv").write_text("\n".join([*rows, rows[-1]]) + "\n")
    assert "this pair of places stands twice" in refused_as_it_is(tmp_path, path)


def test_a_hospital_is_needed(tmp_path: Path) -> None:
    station = data.spec()["facilities"][2]
    assert "facilities: no table of kind: hospital" in refused(tmp_path, facilities=[station])


@pytest.mark.parametrize(("old", "new", "what"), [
    ("p1,p12,", "p1,p12,0#", "min: no driving time between points 21.3 km apart"),
    ("p1,p12,", "p1,p12,35791394#", "min: a drive of 596523 hours"),
])  # fmt: skip
def test_travel_times_that_cannot_be_are_refused(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    spec = data.written(tmp_path / "data", roads=data.given_times(_made(tmp_path / "data")))
    times = tmp_path / "data" / "times.csv"
    lines = [new.split("#")[0] if line.startswith(old) else line
             for line in times.read_text().splitlines()]  # fmt: skip
    times.write_text("\n".join(lines) + "\n")
    said = refused_as_it_is(tmp_path, spec)
    assert "times.csv:4: " + what in said


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def test_travel_times_of_another_unit_are_told(tmp_path: Path) -> None:
    told = made(tmp_path, roads=data.given_times(_made(tmp_path / "data")))[1]
    assert not any("in a straight line" in each for each in told)
    times = tmp_path / "data" / "times.csv"
    rows = [line.split(",") for line in times.read_text().splitlines()]
    slow = [",".join((a, b, m if m == "min" else f"{float(m) * 60:.1f}")) for a, b, m in rows]
    times.write_text("\n".join(slow) + "\n")
    done = make_region(tmp_path / "data" / "spec.yaml", tmp_path / "slow")
    assert any("such as p1 to p4: 6" in each.what and each.is_loud for each in done.built.findings)


def test_a_grid_without_municipalities_takes_them_and_their_names_from_borders(
    tmp_path: Path,
) -> None:
    """Statistics Norway's own grid says only cell and people; 9902 lies east of 11.8 degrees."""
    here = _made(tmp_path / "data")
    assert "write grid.municipality" in refused(tmp_path, people__grid__municipality=None)
    boxes = {"9901": ("Nærøy", 11, 11.8), "9902": ("Ålen", 11.8, 12)}
    features = [
        {"type": "Feature", "properties": {"kommunenummer": number, "kommunenavn": name},
         "geometry": {"type": "Polygon", "coordinates": [
             [[low, 64], [high, 64], [high, 65], [low, 65], [low, 64]]]}}
        for number, (name, low, high) in boxes.items()
    ]  # fmt: skip
    (here / "b.geojson").write_text(json.dumps({"features": features}), "utf-8")
    borders = {"file": "b.geojson", "source": "made up", "grade": "C"}
    region, _ = made(tmp_path, people__grid__municipality=None, people__borders=borders)
    assert {each.number: (name, each.name, sum(each.people))
            for name, each in region.municipalities.items()} == {
        "9901": ("naeroy", "Nærøy", 1760), "9902": ("alen", "Ålen", 410)}  # fmt: skip
    (here / "b.geojson").write_text(json.dumps({"features": features[:1]}), "utf-8")
    part = {"people__borders": borders, "people__by_age": None}
    told = made(tmp_path, "part", people__grid__municipality=None, **part)[1]
    assert any(each.startswith("1 cells with 400 people lie in no municipality") for each in told)


FORMS = {
    "comma, BOM": (",", ".", "\n", "utf-8-sig"),
    "semicolon, decimal comma, CRLF": (";", ",", "\r\n", "utf-8"),
    "semicolon, decimal comma, Windows-1252, CR": (";", ",", "\r", "cp1252"),
    "tab, UTF-16": ("\t", ".", "\n", "utf-16"),
    "workbook": None,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_table_may_be_saved_as_norwegians_save_it(tmp_path: Path, form: str) -> None:
    here = _made(tmp_path / "data")
    times = data.given_times(here)
    (here / "names.csv").write_text("nummer,navn\n9901,Nærøy\n9902,Ålen\n", "utf-8")
    names = {"file": "names.csv", "municipality": "nummer", "name": "navn",
             "source": "made up", "grade": "C"}  # fmt: skip
    before = made(tmp_path, "before", roads=times, people__names=names)[0]
    for name in ("grid.csv", "ages.csv", "facilities.csv", "names.csv", "points.csv", "times.csv"):
        _save_as(here / name, FORMS[form])
    after = make_region(here / "spec.yaml", tmp_path / "after")
    region = load_region(str(after.folder)).value
    assert region.places == before.places and region.municipalities == before.municipalities
    assert [each.name for each in region.municipalities.values()] == ["Nærøy", "Ålen"]
    times_of = [(tmp_path / out / "fjord" / "travel_times.parquet").read_bytes()
                for out in ("before", "after")]  # fmt: skip
    assert times_of[0] == times_of[1]


def _save_as(path: Path, form: tuple[str, str, str, str] | None) -> None:
    """Write a table anew, as a workbook where there is no form; its name stays."""
    text = path.read_text("utf-8")
    rows = [line.split(";" if ";" in text else ",") for line in text.splitlines()]
    if form is None:
        book = Workbook()
        for row in rows:
            book.worksheets[0].append([float(x) if parse_number(x) else x for x in row])
        book.save(path)
        return
    sign, decimal, end, encoding = form
    cells = [[x.replace(".", decimal) if parse_number(x) else x for x in row] for row in rows]
    path.write_bytes("".join(sign.join(row) + end for row in cells).encode(encoding))


@pytest.mark.parametrize("tag", [("access", "emergency"), ("access", "no"), ("service", "x")])
def test_an_emergency_road_is_driven_with_blue_light_alone(
    tmp_path: Path, tag: tuple[str, str]
) -> None:
    """The valley road, whose middle no ordinary car reaches then; a detour is 27 min for these."""
    spec = data.written(tmp_path / "data")
    key, value = tag
    more = {"access": '<tag k="emergency" v="yes"/>', "service": ""}[key]
    data.edited(tmp_path / "data", "map.osm", '<tag k="ref" v="Fv1"/>',
                f'<tag k="ref" v="Fv1"/><tag k="{key}" v="{value}"/>{more}')  # fmt: skip
    data.edited(
        tmp_path / "data",
        "map.osm",
        "</osm>",
        '<way id="110" version="1"><nd ref="2"/><nd ref="60"/><nd ref="12"/>'
        '<tag k="highway" v="secondary"/><tag k="maxspeed" v="80"/></way></osm>',
    )
    data.edited(tmp_path / "data", "map.osm", '<node id="50"',
                '<node id="60" lat="64.6" lon="11.7" version="1"/><node id="50"')  # fmt: skip
    done = make_region(spec, tmp_path / "out")
    region = load_region(str(done.folder)).value
    times = travel_of_region(region)
    far = region.place_ids.index(max(region.places, key=lambda name: region.places[name].lon))
    town = region.place_ids.index(next(iter(region.hospitals.values())).place)
    car, blue = (times.seconds[mode][times.noon][town, far] / 60 for mode in ("car", "blue"))
    is_open = key == "service"
    assert car == pytest.approx(15.65 if is_open else 27.33, abs=0.02)
    assert blue == pytest.approx(15.65 / 1.2, abs=0.02)
    assert times.km_driven("blue", times.noon, np.array([town]), np.array([far]))[0] < 21
    route = times.route(times.noon, town, far, "blue")
    assert route.duration_s == pytest.approx(blue * 60) and any(route.on_ferry) != is_open
