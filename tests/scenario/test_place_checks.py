"""Places that are not where they are said to be, and roads shorter than the straight line."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from akuttsim.config import shipped
from akuttsim.config.loader import Loaded, load_region
from akuttsim.config.region_checks import check_positions, is_in_norway, km_between_places
from akuttsim.config.schema.region import Region

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

PLACES, ROADS = "namdal/places.csv", "namdal/roads.csv"
NAMSOS = "\nnamsos,Namsos sentrum,namsos,64.46624,11.49572,"
WITHOUT_ROADS = (
    "tables.roads=null", "tables.ferries=null",
    "straight_line={by_distance: [{km: 5, detour: 1.3, kmh: 50}], source: made up, grade: D}",
)  # fmt: skip


def moved(namdal: Copy, to: Callable[[str, float, float], tuple[float, float]]) -> None:
    """Write every place of the table where `to` says, by its name and where it was."""
    path = namdal.folder / PLACES
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["lat"], row["lon"] = map(str, to(row["place"], float(row["lat"]), float(row["lon"])))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)


def test_every_shipped_region_is_where_it_is() -> None:
    for name in shipped.config_names("region"):
        assert list(check_positions(load_region(name))) == [], name


@pytest.mark.parametrize("sets", [(), WITHOUT_ROADS], ids=["roads", "straight-lines"])
def test_a_swapped_place_is_one_line_and_not_one_for_each_road(
    namdal: Copy, sets: tuple[str, ...]
) -> None:
    line = namdal.edit(PLACES, NAMSOS, NAMSOS.replace("64.46624,11.49572", "11.49572,64.46624"))
    (problem,) = namdal.region_problems(*sets)
    assert (problem.file, problem.line, problem.key) == (PLACES, line + 1, "places.namsos")
    assert "latitude 11.4957 and longitude 64.4662" in problem.what
    assert problem.what.endswith("other places; latitude and longitude swapped?")


def test_a_typo_that_no_swap_mends(namdal: Copy) -> None:
    namdal.edit(PLACES, NAMSOS, NAMSOS.replace("64.46624", "46.46624"))
    (problem,) = namdal.region_problems()
    assert problem.key == "places.namsos"
    assert problem.what.endswith("mend its latitude or longitude")
    assert "swapped" not in problem.what


@pytest.mark.parametrize("right", ["nobody", "rorvik", "most"])
def test_many_swapped_places(namdal: Copy, right: str) -> None:
    """Those in Norway are the region, however few they are; where none is, that is one line."""
    swapped = []

    def swap(name: str, lat: float, lon: float) -> tuple[float, float]:
        if name == right or (right == "most" and not name.startswith("n")):
            return lat, lon
        swapped.append(name)
        return lon, lat

    moved(namdal, swap)
    problems = namdal.region_problems()
    if right == "nobody":
        (problem,) = problems
        assert (problem.file, problem.line, problem.key) == (PLACES, 1, "places")
    else:
        assert {problem.key for problem in problems} == {f"places.{name}" for name in swapped}
    assert all(problem.what.endswith("latitude and longitude swapped?") for problem in problems)


def test_a_region_may_lie_anywhere(namdal: Copy) -> None:
    """The same district far from Norway; without roads, for its lengths are not those there."""
    moved(namdal, lambda _, lat, lon: (lat - 100, lon - 70))
    assert namdal.region_problems(*WITHOUT_ROADS) == ()
    moved(namdal, lambda _, lat, lon: (lat + 100, lon + 70))
    moved(namdal, lambda _, lat, lon: (lon, lat))
    (problem,) = namdal.region_problems(*WITHOUT_ROADS)
    assert "the time zone is Norway's" in problem.what
    assert namdal.region_problems(*WITHOUT_ROADS, "calendar.time_zone=Asia/Muscat") == ()


def test_a_road_shorter_than_the_straight_line(namdal: Copy) -> None:
    line = namdal.edit(ROADS, "\nhoknes,kvatningen,Fv17,6.2,", "\nhoknes,kvatningen,Fv17,2.6,")
    (problem,) = namdal.region_problems()
    assert (problem.file, problem.line) == (ROADS, line + 1)
    assert "the road Fv17 from hoknes to kvatningen is 2.6 km, but the straight" in problem.what
    assert problem.what.endswith("mend the length, or the latitude and longitude of one of them")


def test_a_place_at_which_every_road_is_short_is_named(namdal: Copy) -> None:
    namdal.edit(PLACES, "hoknes,Høknes,namsos,64.47284,", "hoknes,Høknes,namsos,65.47284,")
    problems = namdal.region_problems()
    assert len(problems) > 1
    for problem in problems:
        assert problem.what.endswith("that meet in hoknes: mend its latitude or longitude")


def test_a_swap_that_brings_a_road_right_is_named(namdal: Copy) -> None:
    """Where latitude and longitude are alike, a swapped place is not far from the others."""
    apart = {"hoknes": (30.5, 32.5), "kvatningen": (32.5, 30.51)}
    moved(namdal, lambda name, *_: apart.get(name, (32.5, 30.5)))
    told = {
        position.line: position.what
        for position in check_positions(load_region("namdal/region.yaml"))
    }
    line = namdal.line_of(ROADS, "hoknes,kvatningen")
    assert told[line].endswith("are hoknes's latitude and longitude swapped?")


def test_a_ferry_may_be_shorter_than_between_its_villages_but_not_by_much(namdal: Copy) -> None:
    first = "\nlund-hofles,lund-ferjekai,hofles,Fv769,"
    namdal.edit("namdal/ferries.csv", first + "9.5,", first + "6,")
    assert namdal.region_problems() == ()
    namdal.edit("namdal/ferries.csv", first + "6,", first + "3,")
    (problem,) = namdal.region_problems()
    assert "the ferry lund-hofles from lund-ferjekai to hofles is 3 km" in problem.what


def test_kilometres_between_places_and_norway() -> None:
    namdal: Loaded[Region] = load_region("namdal")
    place = namdal.value.places["namsos"]
    north = place.model_copy(update={"lat": place.lat + 1})
    assert km_between_places(place, north) == pytest.approx(111.195, abs=0.001)
    assert is_in_norway(place.lat, place.lon) and not is_in_norway(place.lon, place.lat)
    assert is_in_norway(71.19, 25.78) and is_in_norway(57.98, 7.05)  # Knivskjellodden, Lindesnes
