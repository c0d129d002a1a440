from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.errors import InputError
from akuttsim.regionbuilder.first_organisation import FacilitySite, organisation_yaml, size_staff
from akuttsim.regionbuilder.region_folder import SKELETON_SITES, check_region_folder, write_skeleton


def test_the_skeleton_works_and_says_what_to_fill_in(tmp_path: Path) -> None:
    written = write_skeleton("ytre-fjord", tmp_path)
    check_region_folder(tmp_path / "ytre-fjord", tmp_path / "ytre-fjord-today.yaml")
    region = load_region(str(tmp_path / "ytre-fjord")).value
    assert region.title.en == "Ytre Fjord (draft)"
    assert len(region.ferries) == 1 and region.people() > 5000
    text = (tmp_path / "ytre-fjord" / "region.yaml").read_text()
    assert text.count("FILL IN") >= 8
    for table in ("places", "people", "roads", "municipalities"):
        assert f"{table}.csv" in written.what_to_fill_in and f"{table}.csv" in text


def test_every_staffing_of_a_first_organisation_is_an_assumption_to_be_replaced(
    tmp_path: Path,
) -> None:
    write_skeleton("fjord", tmp_path)
    organisation = load_organisation(str(tmp_path / "fjord-today.yaml")).value
    rosters = [room.operators for room in organisation.control_rooms.values()]
    rosters += [team.on_duty for team in organisation.doctors.values()]
    every = [each for roster in rosters for each in roster.values()]
    assert all(each.grade == "C" and "to be replaced" in each.source for each in every)
    assert all("to be replaced" in crew.source for crew in organisation.ambulances.values())


def test_a_skeleton_overwrites_nothing(tmp_path: Path) -> None:
    write_skeleton("fjord", tmp_path)
    before = (tmp_path / "fjord-today.yaml").read_bytes()
    (tmp_path / "fjord" / "region.yaml").write_text("mine")
    with pytest.raises(InputError, match="is there already and is not overwritten"):
        write_skeleton("fjord", tmp_path)
    assert (tmp_path / "fjord" / "region.yaml").read_text() == "mine"
    assert (tmp_path / "fjord-today.yaml").read_bytes() == before


@pytest.mark.parametrize(("name", "folder"), [
    ("Ytre Fjord", "ytre-fjord"), ("Ålesund", "alesund"), ("Nærøysund", "naeroysund"),
])  # fmt: skip
def test_a_name_keeps_its_letters_and_the_folder_is_its_identifier(
    tmp_path: Path, name: str, folder: str
) -> None:
    write_skeleton(name, tmp_path)
    region = load_region(str(tmp_path / folder)).value
    assert (region.region, region.title.nb) == (folder, f"{name} (utkast)")


@pytest.mark.parametrize("name", ["../fjord", "fjord/indre", "fjord.", "-", "12", ""])
def test_a_name_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="must be letters, digits and single hyphens"):
        write_skeleton(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_each_municipality_has_a_gp_office_in_office_hours(tmp_path: Path) -> None:
    write_skeleton("fjord", tmp_path)
    region = load_region(str(tmp_path / "fjord")).value
    clinics = load_organisation(str(tmp_path / "fjord-today.yaml")).value.clinics
    offices = {name: each for name, each in clinics.items() if each.kind == "gp_office"}
    served = [next(iter(each.open.values())) for each in offices.values()]
    assert {name for hours in served for name in hours.municipalities} == set(region.municipalities)
    assert {(hours.days, hours.hours) for hours in served} == {("weekdays", "08:00-15:30")}
    at = {region.places[each.place].municipality for each in offices.values()}
    assert at == set(region.municipalities)


def test_more_people_need_more_on_duty() -> None:
    sizes = [size_staff(people, SKELETON_SITES) for people in (1_000, 50_000, 1_000_000)]
    for name in ("operators", "operators_113", "doctors", "crews"):
        counts = [getattr(size, name) for size in sizes]
        assert counts == sorted(counts) and counts[0] >= 1 and counts[-1] > counts[0]


def test_a_district_with_a_hospital_alone_has_everything_there() -> None:
    text = organisation_yaml(
        "x-today", "x", ["m"], [FacilitySite("h", "hospital", "Huset", "p")], 900
    )
    assert text.count("place: p") == 2 and text.count("station: p") == 1
