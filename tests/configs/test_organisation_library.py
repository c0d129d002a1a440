"""The library of organisations: each says where its model is found, and keeps its own promises."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest

from akuttsim.config.loader import Loaded, load_experiment, load_organisation, load_region
from akuttsim.config.schema.calendar import is_free_day, parse_hours
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import Period, Staffing
from akuttsim.config.shipped import config_names
from akuttsim.experiments.expected_load import expected_calls
from akuttsim.patients.call_rates import relative_rates
from akuttsim.theory.erlang import delay_queue

EXAMPLE = "namdal-all-links"
"""Every mechanism switched on, to copy from: it proposes nothing and is found nowhere."""

A_WEEK = {"daily": 7, "weekdays": 5, "weekends": 2}
"""Days of an ordinary week, without public holidays."""

OFFICE_HOURS_A_WEEK = 37.5


@cache
def loaded(name: str) -> Loaded[Organisation]:
    return load_organisation(name)


def organisation(name: str) -> Organisation:
    return loaded(name).value


VARIANTS = [
    name for name in config_names("organisation") if loaded(name).changes and name != EXAMPLE
]
ROSTERS = [name for name in config_names("organisation") if name.startswith("namdal-operators-")]
"""Today's organisation with other rosters at 116117: they are no models of the chain."""
NAMDAL = [name for name in config_names("organisation")
          if organisation(name).region == "namdal" and name not in (EXAMPLE, *ROSTERS)]  # fmt: skip


ROOM = "legevaktsentral-namdal"
TODAY_AND_REGIONAL = ("namdal-today", "namdal-regional-room")
CALLS_PER_H = {"weekday": 5.9, "evening": 14.6, "weekend": 16.9, "night": 3.5}
CALL_S = 342.0
"""Talk and notes of a mean call: contacts and others."""

OPERATOR_HOURS = {"weekday": 37.5, "evening": 37.5, "weekend": 30, "night": 63}
APART = {"weekday": 1 + 2, "evening": 2 + 3, "weekend": 2 + 3, "night": 1 + 1}


def hours(periods: Iterable[Period]) -> float:
    """Return people times hours of an ordinary week."""
    total = 0.0
    for period in periods:
        start, end = parse_hours(period.hours)
        people = period.on_duty if isinstance(period, Staffing) else 1
        total += A_WEEK[period.days] * (end - start) / 60 * people
    return total


def doctor_hours(name: str, *teams: str) -> float:
    doctors = organisation(name).doctors
    return sum(hours(doctors[team].on_duty.values()) for team in teams or doctors)


def nurse_hours(name: str, *clinics: str) -> float:
    sites = organisation(name).clinics
    return sum(hours(sites[clinic].nurses.values()) for clinic in clinics or sites)


def operator_hours(name: str, *names: str) -> float:
    rooms = organisation(name).control_rooms
    return sum(hours(rooms[room].operators.values()) for room in names or rooms)


def outside_office_hours(name: str) -> float:
    """Doctors' hours a week, less the GPs' on duty in office hours: one in each municipality."""
    return doctor_hours(name) - OFFICE_HOURS_A_WEEK * 11


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_described_in_both_languages_with_where_it_is_found(name: str) -> None:
    """A source has a year in it, so both texts name at least one, and the same ones."""
    about = organisation(name).description
    years = [set(re.findall(r"\b(?:19|20)\d\d\b", text)) for text in (about.nb, about.en)]
    assert about.nb != about.en
    assert organisation(name).title.nb != organisation(name).title.en
    assert years[0] and years[0] == years[1]
    assert min(len(about.nb), len(about.en)) > 200


@pytest.mark.parametrize("name", VARIANTS)
def test_each_change_says_why_in_both_languages(name: str) -> None:
    for change in loaded(name).changes:
        assert set(change.why) == {"nb", "en"}, change.name
        assert change.why["nb"] != change.why["en"], change.name
        assert min(map(len, change.why.values())) > 40, change.name


def test_a_variant_stays_in_the_region_of_its_base() -> None:
    bases = {name: loaded(name).files[0] for name in NAMDAL}
    assert {organisation(name).region for name in NAMDAL} == {"namdal"}
    assert all(base.endswith("namdal-today.yaml") for base in bases.values())


def test_the_second_experiment_compares_every_model_of_namdal() -> None:
    compared = load_experiment("02-twelve-models").value.organisations
    own = ("own-nights", "senjalegen", "indre-joint-service", "acute-team", "who-pays",
           "midwives-on-call", "home-nursing", "home-nursing-joint-nights",
           "rosters-as-filled")  # fmt: skip
    asked_elsewhere = {f"namdal-{name}" for name in own}
    assert sorted(compared) == sorted(set(NAMDAL) - asked_elsewhere), (
        "docs/questions.md asks of these"
    )
    assert compared[0] == "namdal-today"
    assert len(compared) == 1 + 12


def test_the_third_experiment_compares_today_with_every_other_roster() -> None:
    compared = load_experiment("03-staffing-116117").value.organisations
    assert compared[0] == "namdal-today"
    assert sorted(compared[1:]) == sorted(ROSTERS)


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_changes_nothing_but_the_operators_at_116117(name: str) -> None:
    """And it has the hours that its text says, beside those of today."""
    mine, today = organisation(name), organisation("namdal-today")
    room = "legevaktsentral-namdal"
    operators = {"operators": mine.control_rooms[room].operators}
    rooms = {**today.control_rooms, room: today.control_rooms[room].model_copy(update=operators)}
    own = {each: getattr(mine, each) for each in ("organisation", "title", "description")}
    assert mine == today.model_copy(update={**own, "control_rooms": rooms})
    for told in (operator_hours(name, room), operator_hours("namdal-today", room)):
        assert f"{told:g}" in mine.description.en
        assert f"{told:g}".replace(".", ",") in mine.description.nb


def test_the_budget_neutral_mix_has_the_hours_of_today_as_its_text_says() -> None:
    inner = ("legevakt-grong", "satellitt-grong", "satellitt-lierne")
    before = doctor_hours("namdal-today", "legevaktlege-grong")
    after = doctor_hours("namdal-budget-neutral", "legevaktlege-grong")
    nurses = [nurse_hours("namdal-budget-neutral", clinic) for clinic in inner]
    assert (before, after) == (67.5, 46.5)
    assert (nurse_hours("namdal-today", "legevakt-grong"), nurses) == (67.5, [46.5, 14, 28])
    assert 2 * 67.5 == after + sum(nurses) == 135
    whole = [doctor_hours(n) + nurse_hours(n) for n in ("namdal-today", "namdal-budget-neutral")]
    assert whole[0] == whole[1]
    assert operator_hours("namdal-today") == operator_hours("namdal-budget-neutral")
    text = organisation("namdal-budget-neutral").description.en
    assert all(number in text for number in ("67.5", "46.5", "88.5", " 14 ", " 28 ", "135"))


def test_own_legevakter_take_the_doctor_hours_that_the_text_says() -> None:
    assert outside_office_hours("namdal-today") == 265.5
    assert outside_office_hours("namdal-own-legevakt") == 1435.5 == 11 * 130.5
    text = organisation("namdal-own-legevakt").description
    assert "1435,5" in text.nb and "265,5" in text.nb
    assert "1435.5" in text.en and "265.5" in text.en


def test_own_legevakter_serve_one_municipality_each_and_no_satellite_is_left() -> None:
    for clinic in organisation("namdal-own-legevakt").clinics.values():
        served = {
            municipality
            for service in clinic.open.values()
            for municipality in service.municipalities
        }
        assert len(served) == 1 and clinic.kind != "satellite"


def test_the_joint_room_has_the_operators_of_both_and_keeps_one_free() -> None:
    rooms = organisation("namdal-with-amk").control_rooms
    assert operator_hours("namdal-with-amk") == operator_hours("namdal-today")
    assert rooms["legevaktsentral-namdal"].operators_of == "amk-namsos"
    kept = rooms["legevaktsentral-namdal"].keeps_free
    assert kept is not None and kept.value == 1


def test_the_regional_room_has_the_operators_that_its_text_says() -> None:
    """As many as Erlang C asks for: 80 % within 120 s in a mean hour, and with one fewer not."""
    hours_of = [operator_hours(name) - 2 * 168 - 2 * 168 for name in TODAY_AND_REGIONAL]
    assert hours_of == [235.5, 403.5]
    text = organisation("namdal-regional-room").description
    assert all(each in text.nb for each in ("235,5", "403,5")) and "403.5" in text.en
    operators = organisation("namdal-regional-room").control_rooms[ROOM].operators
    for period, calls_per_h in CALLS_PER_H.items():
        staffing = operators[period]
        assert f"{calls_per_h:g} calls an hour" in staffing.source
        fewer = staffing.on_duty - 1
        enough = delay_queue(calls_per_h, CALL_S, staffing.on_duty, 120).answered_within
        assert enough >= 0.8 and f"{100 * enough:.0f} %" in staffing.source
        if fewer * 3600 > calls_per_h * CALL_S:
            assert delay_queue(calls_per_h, CALL_S, fewer, 120).answered_within < 0.8


def test_the_calls_of_the_regional_room_are_those_of_both_districts() -> None:
    """By the clock over a year's hours; the working day of the GP offices ends at half an hour."""
    region = load_region("namdal").value
    hours_of_year = region.calendar.calendar().hours(52 * 7 * 24)
    rate, calls = relative_rates(region, hours_of_year, False), expected_calls(region)
    a_day = calls.contacts + calls.other_calls + calls.outside_116117
    free = np.array([is_free_day(each.date()) for each in hours_of_year])
    hour = np.array([each.hour for each in hours_of_year])
    by_day = (hour >= 8) & (hour < 23)
    when = {
        "weekday": ~free & by_day & (hour < 15),
        "evening": ~free & by_day & (hour >= 15),
        "weekend": free & by_day,
        "night": ~by_day,
    }
    for period, expected in CALLS_PER_H.items():
        assert a_day / 24 * rate[when[period]].mean() == pytest.approx(expected, abs=0.06), period


def test_the_amk_in_another_town_has_the_operators_that_its_text_says() -> None:
    """By Erlang C, at the calls of all for whom it answers, by day and by night."""
    region, room = load_region("namdal-trondelag").value, "amk-namsos"
    mine = organisation("namdal-amk-trondheim").control_rooms[room]
    people = region.people() + sum(region.outside[name].people for name in mine.outside)
    assert set(mine.outside) == set(region.outside) and 488_500 < people < 489_500
    calls = expected_calls(region)
    a_day = calls.calls_113 + calls.outside_113
    hours_of_year = region.calendar.calendar().hours(52 * 7 * 24)
    rate = relative_rates(region, hours_of_year, True)
    by_day = np.array([8 <= each.hour < 23 for each in hours_of_year])
    for name, hours_of, expected in (("day", by_day, 6.6), ("night", ~by_day, 3.9)):
        calls_per_h = a_day / 24 * rate[hours_of].mean()
        assert calls_per_h == pytest.approx(expected, abs=0.06)
        assert f"{expected:g} calls an hour" in mine.operators[name].source
    within = [delay_queue(6.6, 204, operators, 5).answered_within for operators in (2, 3)]
    assert [f"{100 * each:.0f} %" for each in within] == ["94 %", "99 %"]
    assert all(f"{100 * each:.0f} %" in mine.operators["day"].source for each in within)


def test_a_regional_room_meets_the_aim_where_the_rooms_apart_need_more_people() -> None:
    """By the same sum: 1, 2, 2 and 1 for Namdal, 2, 3, 3 and 1 for the neighbours."""
    apart = sum(OPERATOR_HOURS[period] * n for period, n in APART.items())
    assert apart == 576 and "576" in organisation("namdal-regional-room").description.en


def test_crews_take_the_nurses_hours_at_the_satellites_and_lierne_stays_at_its_station() -> None:
    saved = nurse_hours("namdal-satellites") - nurse_hours("namdal-satellites-crews")
    at_station = [hours(shift for shift in organisation(name).ambulances["lierne-1"].shifts
                        if shift.duty == "station")
                  for name in ("namdal-satellites", "namdal-satellites-crews")]  # fmt: skip
    assert (saved, at_station[1] - at_station[0]) == (181.5, 58)
    text = organisation("namdal-satellites-crews").description
    assert "181,5" in text.nb and "181.5" in text.en and "58" in text.nb and "58" in text.en


def test_the_rotation_doctor_has_all_hours_outside_office_hours() -> None:
    assert doctor_hours("namdal-rotation-doctors", "legevaktlege-grong") == 130.5
    assert 7 * 24 - OFFICE_HOURS_A_WEEK == 130.5
    assert "130,5" in organisation("namdal-rotation-doctors").description.nb


def test_the_rotation_doctors_are_as_many_and_as_long_on_duty_as_the_text_says() -> None:
    rule = organisation("namdal-rotation-doctors").doctors["legevaktlege-grong"].rotation
    assert rule is not None and (rule.weeks_on, rule.weeks_off, rule.doctors_a_post) == (2, 3, 2.5)
    assert 130.5 / rule.doctors_a_post == 52.2
    text = organisation("namdal-rotation-doctors").description
    assert all(each in text.nb for each in ("2,5", "52,2")) and "52.2" in text.en


def test_the_night_satellite_comes_before_the_legevakt_in_the_same_house() -> None:
    """Of two that are equally near the first is chosen: only who needs a doctor on site passes."""
    clinics = organisation("namdal-night-phone").clinics
    order = list(clinics)
    satellite, legevakt = "nattsatellitt-namsos", "nattlegevakt-namsos"
    assert order.index(satellite) < order.index(legevakt)
    assert clinics[satellite].place == clinics[legevakt].place
    assert clinics[satellite].takes == ("yellow", "green")


def test_first_responders_are_in_every_municipality() -> None:
    region = load_region("namdal").value
    groups = organisation("namdal-first-responders").first_responders.values()
    assert {region.places[group.place].municipality for group in groups} == set(
        region.municipalities
    )
