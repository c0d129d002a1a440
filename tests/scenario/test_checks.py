from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.errors import Problem

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

REGION = "namdal/region.yaml"
TODAY = "today.yaml"
ALWAYS = ('always: {days: daily, hours: "00:00-24:00", on_duty: 1, grade: C, range: [1, 2], '
          'source: "Assumption"}')  # fmt: skip


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert "\n" not in str(problems[0])
    return problems[0]


def test_the_copy_is_sound_before_it_is_spoilt(namdal: Copy) -> None:
    assert namdal.region_problems() == ()
    assert namdal.organisation_problems() == ()


# file, what stands there, what is written instead, key, what the message must say
REGION_WRONG = [
    pytest.param(
        "places.csv", "\nhoknes,Høknes,namsos,", "\nhoknes,Høknes,namsoss,",
        "places.hoknes.municipality", "no municipality 'namsoss' in the table", id="municipality",
    ),
    pytest.param(
        "roads.csv", "\nnamsos,vestbyen,", "\nnamsos,vestbygda,", "to",
        "no place 'vestbygda' in the table of places", id="road-to-nowhere",
    ),
    pytest.param(
        "ferries.csv", "\nlund-hofles,lund-ferjekai,", "\nlund-hofles,lund-kai,",
        "from", "no place 'lund-kai' in the table of places", id="ferry-from-nowhere",
    ),
    pytest.param(
        "region.yaml", "place: namsos-sykehus}", "place: namsos-sjukehus}",
        "hospitals.namsos.place", "no place 'namsos-sjukehus' in the table", id="hospital",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "gist"), REGION_WRONG)
def test_a_name_that_is_not_there_is_one_line(
    namdal: Copy, file: str, old: str, new: str, key: str, gist: str
) -> None:
    line = namdal.edit(f"namdal/{file}", old, new) + old.startswith("\n")
    problems = namdal.region_problems()
    found = next(problem for problem in problems if problem.key == key)
    assert (found.file, found.line) == (f"namdal/{file}", line)
    assert gist in found.what
    consequences = {problem.key.split(".")[0] for problem in problems if problem is not found}
    assert consequences <= {"municipalities", "places"}  # people not counted, places cut off


def test_a_wrong_hospital_does_not_make_every_place_unreachable(namdal: Copy) -> None:
    namdal.edit(REGION, "place: namsos-sykehus}", "place: namsos-sjukehus}")
    assert only(namdal.region_problems()).key == "hospitals.namsos.place"


def test_people_must_equal_the_published_totals_age_by_age(namdal: Copy) -> None:
    namdal.edit("namdal/people.csv", "\nhoknes,230,440,", "\nhoknes,231,439,")
    found = only(namdal.region_problems())
    line = namdal.line_of("namdal/municipalities.csv", "namsos,5007")
    assert (found.file, found.line) == ("namdal/municipalities.csv", line)
    assert found.key == "municipalities.namsos.people"
    assert "its places hold 15112 people by age [842, 1688, " in found.what
    assert "the published figures are 15112 [841, 1689, " in found.what
    assert found.what.endswith("make them equal")


def test_a_municipality_without_places_is_found(namdal: Copy) -> None:
    path = namdal.folder / "namdal/municipalities.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write("bindal,1811,Bindal,600,1,1,1,1,1,1,1,1,1\n")
    found = only(namdal.region_problems())
    assert (found.line, found.key) == (13, "municipalities.bindal.people")
    assert "its places hold 0 people" in found.what


def test_a_place_that_no_road_reaches_is_found(namdal: Copy) -> None:
    with (namdal.folder / "namdal/places.csv").open("a", encoding="utf-8") as file:
        file.write("skarvoy,Skarvøy,leka,65.1,11.7,settlement,,own,C,no\n")
    found = only(namdal.region_problems())
    line = namdal.line_of("namdal/places.csv", "skarvoy,")
    assert (found.file, found.line, found.key) == ("namdal/places.csv", line, "places.skarvoy")
    assert "no road or ferry joins this place to namsos-sykehus; add one" in found.what


def test_a_ferry_reaches_a_place_as_a_road_does(namdal: Copy) -> None:
    namdal.edit("namdal/ferries.csv", "\nramstadlandet-borgan,", "\nramstadlandet-borgan-2,")
    assert namdal.region_problems() == ()
    lines = (namdal.folder / "namdal/ferries.csv").read_text().splitlines(keepends=True)
    left = [line for line in lines if not line.startswith("ramstadlandet-borgan")]
    (namdal.folder / "namdal/ferries.csv").write_text("".join(left))
    assert only(namdal.region_problems()).key == "places.borgan"


ORGANISATION_WRONG = [
    pytest.param(
        "kind: gp_office\n    place: grong", "kind: gp_office\n    place: grongg",
        "clinics.fastlegekontor-grong.place", 1, "no place 'grongg' in the region namdal",
        id="clinic-place",
    ),
    pytest.param(
        "station: lauvsnes", "station: lauvsness", "ambulances.flatanger-1.station", 0,
        "no place 'lauvsness' in the region namdal", id="station",
    ),
    pytest.param(
        "    place: ranemsletta\n    home_visits", "    place: ranem\n    home_visits",
        "doctors.fastlege-overhalla.place", 0, "no place 'ranem' in the region", id="doctor-place",
    ),
    pytest.param(
        "municipalities: [leka]}", "municipalities: [leeka]}",
        "clinics.fastlegekontor-leka.open.office-hours.municipalities", 0,
        "no municipality 'leeka' in the region namdal", id="municipality",
    ),
    pytest.param(
        "    doctors: fastlege-osen", "    doctors: fastlege-ossen",
        "clinics.fastlegekontor-osen.doctors", 0, "no team 'fastlege-ossen' under doctors",
        id="team",
    ),
    pytest.param(
        "outside: [innherred-stjordal]", "outside: [innherred]",
        "control_rooms.amk-namsos.outside", 0, "no 'innherred' under outside in the region",
        id="outside",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "below", "gist"), ORGANISATION_WRONG)
def test_a_name_that_the_region_does_not_have_is_one_line(
    namdal: Copy, old: str, new: str, key: str, below: int, gist: str
) -> None:
    line = namdal.edit(TODAY, old, new) + below
    found = only(namdal.organisation_problems())
    assert (found.file, found.line, found.key) == (TODAY, line, key)
    assert gist in found.what


HOURS_WRONG = [
    pytest.param(
        'night: {days: daily, hours: "23:00-08:00", on_duty: 1, grade: C, range: [1, 2], '
        'source: "Assumption"}\n    video',
        'night: {days: daily, hours: "00:00-08:00", on_duty: 1, grade: C, range: [1, 2], '
        'source: "Assumption"}\n    video',
        "control_rooms.legevaktsentral-namdal.operators", "operators:",
        "nobody answers 116117 from Monday 23:00 to Tuesday 00:00 (first on 2026-01-05); "
        "add a staffing for that hour", id="nobody-at-116117",
    ),
    pytest.param(
        ALWAYS, ALWAYS.replace("24:00", "23:00"),
        "control_rooms.amk-namsos.dispatchers", "dispatchers:",
        "no dispatcher from Monday 23:00 to Tuesday 00:00", id="no-dispatcher",
    ),
    pytest.param(
        'office-hours: {days: weekdays, hours: "08:00-15:30", municipalities: [leka]}',
        'office-hours: {days: weekdays, hours: "08:00-15:00", municipalities: [leka]}',
        "clinics", "clinics:",
        "no clinic with a doctor is open for leka from Monday 15:00 to Monday 15:30",
        id="no-clinic",
    ),
    pytest.param(
        'office-hours: {days: weekdays, hours: "08:00-15:30", municipalities: [leka]}',
        'office-hours: {days: weekdays, hours: "07:30-15:30", municipalities: [leka]}',
        "clinics.fastlegekontor-leka", "  fastlegekontor-leka:",
        "open without a doctor on duty from Monday 07:30 to Monday 08:00", id="no-doctor",
    ),
    pytest.param(
        "    station: lauvsnes\n    shifts: [",
        '    station: lauvsnes\n    shifts: [{days: sat, hours: "07:00-09:00", duty: station}, ',
        "ambulances.flatanger-1.shifts", 'shifts: [{days: sat, hours: "07:00-09:00"',
        "overlapping shifts from Saturday 07:00 to Saturday 08:00 (first on 2026-01-10); "
        "one crew cannot work both", id="overlapping-shifts",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "at", "gist"), HOURS_WRONG)
def test_a_gap_or_overlap_in_the_hours_is_one_line(
    namdal: Copy, old: str, new: str, key: str, at: str, gist: str
) -> None:
    namdal.edit(TODAY, old, new)
    found = only(namdal.organisation_problems())
    text = (namdal.folder / TODAY).read_text(encoding="utf-8").split("\n")
    assert (found.file, found.key) == (TODAY, key)
    assert at in text[found.line - 1]
    assert gist in found.what


def test_a_public_holiday_without_staff_is_found(namdal: Copy) -> None:
    """A roster by names of days forgets the holidays on working days: first Maundy Thursday."""
    sets = [
        f"control_rooms.legevaktsentral-namdal.operators.{period}.days={days}"
        for period, days in (("weekday", "mon tue wed thu fri"), ("evening", "mon tue wed thu fri"),
                             ("weekend", "sat sun"))
    ]  # fmt: skip
    found = only(namdal.organisation_problems(*sets))
    assert "from Thursday 08:00 to Thursday 23:00 (first on 2026-04-02)" in found.what
    assert namdal.organisation_problems(*sets[:2], sets[2] + " holidays") == ()


def test_all_hours_wrong_come_at_once(namdal: Copy) -> None:
    namdal.edit(TODAY, ALWAYS, ALWAYS.replace("24:00", "23:00"))
    namdal.edit(TODAY, 'night: {days: daily, hours: "23:00-08:00", on_duty: 2',
                'night: {days: daily, hours: "23:00-07:00", on_duty: 2')  # fmt: skip
    keys = [problem.key for problem in namdal.organisation_problems()]
    assert keys == ["control_rooms.amk-namsos.operators", "control_rooms.amk-namsos.dispatchers"]


def test_all_names_wrong_come_at_once(namdal: Copy) -> None:
    sets = ("clinics.fastlegekontor-osen.doctors=x", "ambulances.osen-1.station=y",
            "control_rooms.amk-namsos.outside=[z]")  # fmt: skip
    assert {problem.key for problem in namdal.organisation_problems(*sets)} == {
        each.split("=")[0] for each in sets
    }


def test_no_municipality_may_have_two_rooms_or_none(namdal: Copy) -> None:
    room = "control_rooms.amk-namsos"
    number = (f"{room}.number='116117'", f"{room}.outside=[]", f"{room}.dispatchers=null",
              f"{room}.rings_back=null")  # fmt: skip
    double, nobody = namdal.organisation_problems(*number, f"{room}.municipalities=[osen, leka]")
    assert double.key == "control_rooms.amk-namsos.municipalities"
    assert "leka, osen are answered by legevaktsentral-namdal already; name each" in double.what
    assert "nobody answers 113 for namsos, overhalla, grong, hoylandet, lierne" in nobody.what
    found = only(namdal.organisation_problems(
        f"{room}.municipalities=[namsos, overhalla, grong, hoylandet, lierne, namsskogan, royrvik, "
        "flatanger, leka, naeroysund]"))  # fmt: skip
    assert (found.key, found.line) == ("control_rooms", namdal.line_of(TODAY, "control_rooms:"))
    assert "nobody answers 113 for osen; add to a room's municipalities" in found.what


@pytest.mark.parametrize(
    ("ends", "begins"), [("02:00", "02:00"), ("02:30", "02:30"), ("02:30", "03:00")]
)
def test_a_change_of_shift_in_the_hour_that_is_skipped_is_no_overlap(
    namdal: Copy, ends: str, begins: str
) -> None:
    namdal.edit(
        TODAY,
        '    station: grong\n    shifts: [{days: daily, hours: "08:00-08:00", duty: station}]',
        f'    station: grong\n    shifts: [{{days: daily, hours: "14:00-{ends}", duty: station}}, '
        f'{{days: daily, hours: "{begins}-14:00", duty: home}}]',
    )
    assert namdal.organisation_problems() == ()


def test_problems_do_not_depend_on_the_order_of_hashes(namdal: Copy) -> None:
    namdal.edit("namdal/places.csv", "\nhoknes,Høknes,namsos,", "\nhoknes,Høknes,namsoss,")
    namdal.edit("namdal/roads.csv", "\nnamsos,vestbyen,", "\nnamsos,vestbygda,")
    code = (
        "from akuttsim.config.loader import load_region\n"
        "from akuttsim.config.checks import check_region\n"
        "from akuttsim.errors import InputError\n"
        "try: check_region(load_region('namdal/region.yaml'))\n"
        "except InputError as error: print(error)\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
    assert "namsoss" in outputs.pop()


def test_shipped_region_and_organisations_pass() -> None:
    region = load_region("namdal")
    check_region(region)
    check_organisation(load_organisation("namdal-today"), region)
