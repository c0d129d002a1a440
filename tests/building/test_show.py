"""The page of a region: what it has, what it warns of, and that nothing in it can do harm."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError
from akuttsim.regionbuilder.data_quality import RegionFacility, suspicions
from akuttsim.regionbuilder.region_folder import write_skeleton
from akuttsim.regionbuilder.region_page import (
    SHADES,
    RegionPageWords,
    draw_region_map,
    drive_colour,
    free_page_path,
    write_region_page,
)
from akuttsim.roads.travel import travel_of_region


class Tags(HTMLParser):
    """Notes every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def count(self, tag: str) -> int:
        return sum(each == tag for each, _ in self.seen)


@pytest.fixture
def fjord(tmp_path: Path) -> Path:
    write_skeleton("fjord", tmp_path)
    return tmp_path / "fjord"


def test_the_page_has_map_people_and_drive_times(fjord: Path) -> None:
    name, page = write_region_page(str(fjord), "en")
    tags = Tags(page)
    assert name == "fjord" and tags.open == []
    assert tags.count("svg") == 1 and tags.count("circle") == 5
    assert "<dt>Inhabitants</dt><dd>6,300</dd>" in page
    region = load_region(str(fjord)).value
    times = travel_of_region(region)
    hospital = region.place_ids.index("hospital")
    minutes = times.to("car", times.noon, hospital)[region.place_ids.index("valley-head")] / 60
    row = re.search(r"Head of the valley</th><td class=\"n\">416</td><td class=\"n\">(\d+)<", page)
    assert row is not None and int(row[1]) == round(minutes)


def test_facilities_of_an_organisation_get_maps_of_their_own(fjord: Path) -> None:
    _, page = write_region_page(str(fjord), "en", str(fjord.parent / "fjord-today.yaml"))
    assert Tags(page).count("svg") == 3
    for kind in ("hospital", "legevakt", "ambulance station"):
        assert f"Minutes to the nearest {kind}" in page


def test_facilities_beside_the_region_show_how_far_they_were_from_the_road(fjord: Path) -> None:
    (fjord / "facilities.csv").write_text(
        "facility,kind,name,place,lat,lon,to_road_m,source,grade\n"
        "a,hospital,Huset,hospital,64.5,11.5,12,made up,C\n"
        "b,station,Fyret,island,64.5,11.3,2400,made up,C\n"
    )
    _, page = write_region_page(str(fjord), "en")
    assert "Fyret (ambulance station): 2,400\u00a0m from the nearest road" in page
    assert "Metres to the road" in page
    (fjord / "facilities.csv").write_text(
        "facility,kind,name,place,lat,lon,to_road_m,source,grade\na,hospital,H,nowhere,1,1,1,x,C\n"
    )
    with pytest.raises(InputError, match="no place nowhere in the region"):
        write_region_page(str(fjord), "en")


def test_names_cannot_put_anything_into_the_page(fjord: Path) -> None:
    places = (fjord / "places.csv").read_text()
    evil = "<script>alert(1)</script>"
    (fjord / "places.csv").write_text(places.replace("Valley centre", evil))
    _, page = write_region_page(str(fjord), "en")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=", page)


def test_a_page_does_not_overwrite_another(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert free_page_path("fjord", "nb", None) == Path("fjord.html")
    Path("fjord.html").write_text("mine")
    assert free_page_path("fjord", "nb", None) == Path("fjord-2.html")
    assert free_page_path("fjord", "en", None) == Path("fjord-en.html")
    assert free_page_path("fjord", "en", Path("x.html")) == Path("x.html")


def looks_wrong(region: Region, sites: list[RegionFacility]) -> list[str]:
    times = travel_of_region(region)
    at = [region.place_ids.index(site.place) for site in sites]
    seconds = np.array([times.to("car", times.noon, place) for place in at]).T
    km = np.array([times.km_to(place) for place in at]).T
    told = RegionPageWords("en").wrong(suspicions(region, sites, seconds, km))
    return [f"{heading}: {sentence}" for heading, sentences in told for sentence in sentences]


HOSPITAL = [RegionFacility("hospital", "Huset", "hospital")]


def changed(fjord: Path, file: str, old: str, new: str) -> Region:
    text = (fjord / file).read_text()
    assert old in text
    (fjord / file).write_text(text.replace(old, new))
    return load_region(str(fjord)).value


def test_a_sound_region_raises_few_suspicions(fjord: Path) -> None:
    assert looks_wrong(load_region(str(fjord)).value, HOSPITAL) == [
        "Assumptions, to be replaced (grade C, found in no source): "
        "Timetable or crossing time of ferries: island-ferry",
        "Assumptions, to be replaced (grade C, found in no source): Length and speed of every road",
    ]


WRONG = [
    ("roads.csv", "Fv3,21,62", "Fv3,80,62", "More than 90 minutes to the nearest hospital: "
     "Head of the valley: 100\u00a0min (416 living there)"),
    ("roads.csv", "Fv1,11.2,70", "Fv1,99,90", "Valley centre to Huset: 21\u00a0km "
     "apart, 112\u00a0km by road"),
    ("places.csv", "64.4720,11.5600", "64.4660,11.4950", "same spot: East side and Town centre"),
    ("roads.csv", "Fv1,11.2,70", "Fv1,60,119", "km/h all the way"),
    ("roads.csv", "Fv1,11.2,70", "Fv1,9.7,70", "is the length or a position wrong?: Road junction "
     "to Valley centre: 382\u00a0m shorter than the straight line"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG)
def test_what_looks_wrong_is_told(fjord: Path, file: str, old: str, new: str, said: str) -> None:
    if "119" in new:
        changed(fjord, "roads.csv", "Fv1,9.5,68", "Fv1,60,120")
    assert any(said in each for each in looks_wrong(changed(fjord, file, old, new), HOSPITAL))


def test_a_region_outside_norway_is_told(fjord: Path) -> None:
    region = load_region(str(fjord)).value
    away = {name: place.model_copy(update={"lat": place.lat - 30})
            for name, place in region.places.items()}  # fmt: skip
    told = looks_wrong(region.model_copy(update={"places": away}), HOSPITAL)
    assert any(each.startswith("No place lies in Norway") for each in told)


def test_shades_keep_their_order_and_the_last_is_what_looks_wrong() -> None:
    assert [drive_colour(minutes) for minutes in (1, 12, 13, 30, 60, 91)] == [
        SHADES[0], SHADES[0], SHADES[1], SHADES[2], SHADES[3], SHADES[4]]  # fmt: skip


def test_north_is_up_and_everything_is_on_the_paper(fjord: Path) -> None:
    region = load_region(str(fjord)).value
    drawn = draw_region_map(region, HOSPITAL, np.zeros(len(region.places)))
    at = {dot.place: dot for dot in drawn.dots}
    assert at["The island"].y < at["Town centre"].y < at["Head of the valley"].y
    assert at["The island"].x < at["Town centre"].x < at["Head of the valley"].x
    assert all(0 <= dot.x <= 960 and 0 <= dot.y <= drawn.height for dot in drawn.dots)
    radius = {name: dot.radius for name, dot in at.items()}
    assert max(radius, key=lambda name: radius[name]) == "Town centre"
