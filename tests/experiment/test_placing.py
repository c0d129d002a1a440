"""Placing by formula: what is asked, what is found, what is refused, and the files of the proof."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from akuttsim.cli.check import check_file
from akuttsim.config.loader import load_organisation
from akuttsim.errors import InputError
from akuttsim.experiments.runner import run_study
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.optimisation.siting import ambulance_sites, responder_sites, satellite_sites
from akuttsim.optimisation.siting.simulation_check import (
    CheckLength,
    busy_by_hour,
    propose_sites,
    simulate_proposal,
)
from akuttsim.optimisation.siting.siting_question import (
    SitingProposal,
    SitingQuestion,
    SitingWorld,
    candidate_sites,
    check_siting_options,
    load_siting_world,
)
from akuttsim.optimisation.siting.siting_verdict import (
    SimulatedChange,
    change_with_interval,
    simulated_changes,
    siting_sentences,
    siting_table_by_municipality,
)
from akuttsim.optimisation.siting.weekly_coverage import (
    CrewCoverage,
    alert_delay_s,
    limits_s,
    mean_seconds,
    ordinary_week,
    rosters_of,
)
from akuttsim.patients.call_rates import people_by_place
from akuttsim.roads.travel import travel_of_region
from tests import small

SATELLITE = "namdal-satellites:satellitt-lierne"
RESPONDERS = "namdal-first-responders:akutthjelpere-grong"
BUSY = np.full(24, 0.12)
SHORT = CheckLength(weeks=1, replications=2, seed=3)


def run_here(study: Study, folder: Path) -> None:
    run_study(study, folder)


def small_world(changes: dict[str, Any] | None = None) -> SitingWorld:
    region, organisation = small.region(), small.organisation(changes or {})
    return SitingWorld(str(small.TODAY), "small", organisation, region, travel_of_region(region))


@pytest.fixture(scope="module")
def namdal() -> SitingWorld:
    return load_siting_world("namdal-today", None)


def ask(what: Any, by: Any, **more: Any) -> SitingQuestion:
    return SitingQuestion(what, by, **more)


def places_of(proposal: SitingProposal) -> dict[str, str]:
    return {site.name: site.place for site in proposal.sites}


# ---- the week, the candidates, the reach --------------------------------------------------------


def test_the_week_is_without_holidays_and_begins_on_a_monday() -> None:
    week = ordinary_week(small.region({"calendar": {"start": "2026-03-30"}}))  # Easter week
    calendar = week.calendar
    assert calendar.local(float(week.at_s[0])).isoformat(" ", "minutes")[:16] == "2026-04-13 00:15"
    assert week.calls_113.sum() == pytest.approx(1)
    assert len(week.at_s) == 336


def test_who_is_on_duty_is_judged_by_the_half_hour() -> None:
    week = ordinary_week(small.region())
    crew = small.organisation().ambulances["town-2"]
    assert week.during(crew.shifts).sum() == 7 * 24


def test_mean_seconds_of_one_hour_are_those_of_the_hour() -> None:
    times = travel_of_region(small.region())
    noon = mean_seconds(times, "car", np.array([12]), np.array([0.3]))
    assert noon == pytest.approx(times.seconds["car"][times.noon])


def test_candidates_have_people_or_something_today_or_were_asked_for() -> None:
    of = small_world()
    usual = candidate_sites(of, ask("ambulances", "mexclp"), ["hospital"])
    assert usual == ("hospital", "centre", "upper", "island")
    named = candidate_sites(of, ask("ambulances", "mexclp", candidates=("quay",)), ["hospital"])
    assert named == ("hospital", "quay")
    lived = people_by_place(of.region).sum(axis=1)
    most = candidate_sites(of, ask("satellites", "pmedian", least_people=3000), [])
    assert [of.number(name) for name in most] == np.flatnonzero(lived >= 3000).tolist()


def test_reach_is_worked_by_hand() -> None:
    """Upper's crew, 12 hours at home: who is at the station reaches its own village in any case."""
    of = small_world()
    crews = {"upper-1": of.organisation.ambulances["upper-1"]}
    upper = of.number("upper")
    blue_s = of.travel.seconds["blue"][of.travel.noon][upper, upper]
    start_s = alert_delay_s(of) + 90 * np.exp(0.4 * np.array([-0.9674215661, 0, 0.9674215661]))
    within = np.full(len(of.region.places), start_s[1] + blue_s + 1)
    asked = CrewCoverage(of, rosters_of(crews), (upper,), within, BUSY)
    at_station = [period for period in asked.periods() if period.reach[0, 0, upper]]
    day_s = sum(period.demand[upper] for period in at_station)
    week = ordinary_week(of.region)
    night = (week.hour >= 23) | (week.hour < 7)
    is_day = week.during([shift for shift in crews["upper-1"].shifts if shift.duty == "station"])
    total = sum(period.demand[upper] for period in asked.periods())
    share = week.calls_113[is_day & ~night].sum() * 2 / 3  # the slow third is too late
    assert day_s / total == pytest.approx(share)


def test_limits_are_the_official_goals_unless_asked_for() -> None:
    of = small_world()
    goals = dict(zip(of.region.place_ids, limits_s(of, None) / 60, strict=True))
    assert (goals["centre"], goals["upper"]) == (12, 25)  # the town has a tettsted of 11,000
    assert set(limits_s(of, 8.0)) == {480.0}


# ---- ambulances ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["mclp", "mexclp", "pmedian"])
def test_the_formula_never_proposes_worse_than_today(by: Any) -> None:
    found = ambulance_sites.propose_ambulances(small_world(), ask("ambulances", by), BUSY)
    first = found.promises[0]
    better = first.proposed <= first.today if by == "pmedian" else first.proposed >= first.today
    assert better or first.proposed == pytest.approx(first.today)


def test_no_municipality_falls_further_than_it_may() -> None:
    of = small_world()
    told = ask("ambulances", "mexclp", least_gain=0.0, may_lose=0.02)
    promise = ambulance_sites.propose_ambulances(of, told, BUSY).promises[0]
    assert all(new >= old - 0.021 for old, new in promise.by_municipality.values())


def test_more_ambulances_never_cover_less() -> None:
    of, covers = small_world(), []
    for count in (3, 4, 5):
        told = ask("ambulances", "mexclp", count=count, least_gain=0.0)
        covers.append(ambulance_sites.propose_ambulances(of, told, BUSY).promises[0].proposed)
    assert covers[0] <= covers[1] + 1e-3 <= covers[2] + 2e-3


def test_kept_crews_stay_and_so_does_the_crew_of_a_satellite() -> None:
    of = small_world()
    told = ask("ambulances", "pmedian", keep=("hospital",), candidates=("centre", "quay"))
    places = places_of(ambulance_sites.propose_ambulances(of, told, BUSY))
    assert places["town-1"] == places["town-2"] == "hospital"
    everyone = ask("ambulances", "pmedian", keep=("town", "upper-1"))
    assert not ambulance_sites.propose_ambulances(of, everyone, BUSY).moved


def test_crews_move_as_little_as_they_can(namdal: SitingWorld) -> None:
    found = ambulance_sites.propose_ambulances(namdal, ask("ambulances", "pmedian"), BUSY)
    places = places_of(found)
    crews = namdal.organisation.ambulances
    ours = [name for name, crew in crews.items() if crew.kind == "ambulance"]
    assert len(ours) < len(crews), "neighbours' crews and transport vehicles are nobody's to move"
    assert sorted(places) == sorted(ours)
    for crew in ("kolvereid-1", "rorvik-1", "lierne-1", "flatanger-1", "leka-1", "grong-1"):
        assert places[crew] == namdal.organisation.ambulances[crew].station
    assert found.promises[0].proposed < found.promises[0].today


def test_a_new_ambulance_is_on_duty_as_the_one_it_is_like() -> None:
    of = small_world()
    found = ambulance_sites.propose_ambulances(
        of, ask("ambulances", "pmedian", count=4, like="town-2"), BUSY
    )
    told = found.set["ambulances"]["placed-ambulance-1"]
    assert told["shifts"] == [{"days": "daily", "hours": "08:00-20:00", "duty": "station"}]
    assert told["grade"] == "C" and told["range"] and "akuttsim place" in told["source"]


def test_fewer_ambulances_take_one_away() -> None:
    found = ambulance_sites.propose_ambulances(
        small_world(), ask("ambulances", "mexclp", count=2, may_lose=1.0), BUSY
    )
    assert len(found.sites) == 2
    assert len(found.remove) == 1
    assert any("taken away" in note for note in found.notes)


# ---- satellites ----------------------------------------------------------------------------------


def test_two_satellites_are_where_the_way_is_long(namdal: SitingWorld) -> None:
    found = satellite_sites.propose_satellites(
        namdal, ask("satellites", "pmedian", count=2, like=SATELLITE)
    )
    promise = found.promises[0]
    assert promise.proposed < promise.today
    assert all(new <= old + 1e-9 for old, new in promise.by_municipality.values())
    home = {name: place.municipality for name, place in namdal.region.places.items()}
    for name, told in found.set["clinics"].items():
        serves = told["open"]["evening"]["municipalities"]
        assert home[told["place"]] in serves, name
        assert told["nurses"]["evening"]["grade"] == "C"


def test_the_best_satellite_equals_trying_all() -> None:
    of, like = small_world(), load_organisation(str(small.SATELLITE)).value.clinics["satellite"]
    sites = ("centre", "quay", "upper", "island")
    journey = satellite_sites.journeys_with_satellite(of, like, sites)
    every = [float(journey.visits @ row) for row in journey.with_one]
    told = ask("satellites", "pmedian", like=f"{small.SATELLITE}:satellite", candidates=sites)
    (site,) = satellite_sites.propose_satellites(of, told).sites
    assert site.place == sites[int(np.argmin(every))]


def test_a_satellite_beside_the_legevakt_shortens_nothing_there() -> None:
    of, like = small_world(), load_organisation(str(small.SATELLITE)).value.clinics["satellite"]
    journey = satellite_sites.journeys_with_satellite(of, like, ("hospital",))
    assert journey.with_one[0] == pytest.approx(journey.without)


def test_by_mclp_satellites_bring_most_people_within_the_limit(namdal: SitingWorld) -> None:
    told = ask("satellites", "mclp", like=SATELLITE, within_min=30.0)
    (site,) = satellite_sites.propose_satellites(namdal, told).sites
    assert site.place not in ("namsos", "grong", "rorvik")


# ---- first responders ----------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["mclp", "mexclp", "pmedian"])
def test_first_responders_are_where_ambulances_are_late(namdal: SitingWorld, by: Any) -> None:
    found = responder_sites.propose_responders(
        namdal, ask("first-responders", by, count=3, like=RESPONDERS), BUSY
    )
    promise = found.promises[0]
    assert promise.proposed > promise.today
    assert all(new >= old - 1e-9 for old, new in promise.by_municipality.values())
    stations = {crew.station for crew in namdal.organisation.ambulances.values()}
    assert not stations & set(places_of(found).values())


def test_the_first_group_is_the_one_that_helps_most_alone(namdal: SitingWorld) -> None:
    three = responder_sites.propose_responders(
        namdal, ask("first-responders", "mclp", count=3, like=RESPONDERS), BUSY
    )
    one = responder_sites.propose_responders(
        namdal, ask("first-responders", "mclp", like=RESPONDERS), BUSY
    )
    assert three.sites[0].place == one.sites[0].place
    assert three.promises[0].proposed > one.promises[0].proposed


def test_what_groups_promise_is_of_the_incidents_that_they_are_asked_for(
    namdal: SitingWorld, tmp_path: Path
) -> None:
    """A group wins in proportion to its share of red, which is 0.3 where it is told."""
    always = tmp_path / "always.yaml"
    always.write_text(
        "extends: namdal-first-responders\norganisation: always\ntitle: Always\nchanges:\n"
        "  always: {why: Test.,\n"
        "    set: {first_responders: {akutthjelpere-grong: {asked_for: null}}}}\n",
        "utf-8",
    )
    gains = []
    for like in (RESPONDERS, f"{always}:akutthjelpere-grong"):
        asked = ask("first-responders", "mclp", like=like)
        promise = responder_sites.propose_responders(namdal, asked, BUSY).promises[0]
        gains.append(promise.proposed - promise.today)
    assert gains[0] == pytest.approx(0.3 * gains[1]) and gains[0] > 0


# ---- what is refused -----------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"what": "ambulances", "by": "mexclp", "keep": ("nowhere",)}, "--keep"),
    ({"what": "ambulances", "by": "mexclp", "candidates": ("centr",)}, "did you mean 'centre'"),
    ({"what": "ambulances", "by": "mexclp", "count": 2, "keep": ("town", "upper")}, "--n"),
    ({"what": "ambulances", "by": "mexclp", "count": 99}, "1 to 60"),
    ({"what": "ambulances", "by": "mexclp", "like": "town-9"}, "--like"),
    ({"what": "ambulances", "by": "pmedian", "count": 9}, "--least-people"),
    ({"what": "ambulances", "by": "pmedian", "within_min": 8.0}, "no limit"),
    ({"what": "satellites", "by": "mexclp", "like": "x"}, "may be busy"),
    ({"what": "satellites", "by": "pmedian"}, "ORGANISATION:NAME"),
    ({"what": "satellites", "by": "pmedian", "like": "x"}, "no 'x' in small-today"),
    ({"what": "satellites", "by": "pmedian", "like": SATELLITE}, "is of namdal"),
    ({"what": "first-responders", "by": "mclp"}, "ORGANISATION:NAME"),
    ({"what": "first-responders", "by": "mclp", "like": "x", "keep": ("town",)}, "--keep"),
]


@pytest.mark.parametrize(("options", "told"), WRONG)
def test_what_cannot_be_asked_is_told_in_a_line(options: dict[str, Any], told: str) -> None:
    proposed: dict[str, Callable[[SitingWorld, SitingQuestion], SitingProposal]] = {
        "ambulances": lambda of, asked: ambulance_sites.propose_ambulances(of, asked, BUSY),
        "satellites": satellite_sites.propose_satellites,
        "first-responders": lambda of, asked: responder_sites.propose_responders(of, asked, BUSY),
    }
    question = SitingQuestion(**options)
    with pytest.raises(InputError) as error:
        check_siting_options(question)
        proposed[question.what](small_world(), question)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_who_names_no_model_is_told_of_some(namdal: SitingWorld) -> None:
    with pytest.raises(InputError, match="namdal-satellites:satellitt-grong"):
        satellite_sites.propose_satellites(namdal, ask("satellites", "pmedian"))


# ---- the proof -----------------------------------------------------------------------------------


def ran(question: SitingQuestion, folder: Path, of: str = str(small.TODAY)) -> tuple[Any, Any]:
    placed = propose_sites((of, None), question, folder, (SHORT, run_here))
    return placed, simulate_proposal(placed, run_here)


def test_ambulances_are_placed_and_proved(tmp_path: Path) -> None:
    question = ask("ambulances", "pmedian", command="akuttsim place small-today --what ambulances")
    placed, results = ran(question, tmp_path / "out")
    assert check_file(str(placed.organisation)).organisation is not None
    study = check_file(str(placed.experiment)).study
    assert study is not None and list(study.organisations) == ["small-today", "small-today-placed"]
    written = yaml.safe_load(placed.organisation.read_text("utf-8"))
    assert written["changes"]["placed-ambulances"]["why"]["nb"] != written["title"]["nb"]
    today, proposed = study.organisations.values()
    for name, crew in proposed.ambulances.items():
        assert crew.shifts == today.ambulances[name].shifts
        assert crew.title == today.ambulances[name].title
    moved = {site.name for site in placed.proposal.moved}
    assert moved and all(proposed.ambulances[name].grade == "C" for name in moved)
    text = " ".join(siting_sentences(placed, results, str))
    for part in (
        "The formula promised",
        "The simulation found",
        "For whom",
        "How sure",
        "Verdict:",
    ):
        assert part in text
    heading, lines = siting_table_by_municipality(placed, results, str)
    assert len(lines) == 3 and all(len(line) == len(heading) for line in lines)
    (one,) = simulated_changes(placed, results, "ambulance_response_median_min")
    assert one.low <= one.change <= one.high


@pytest.mark.parametrize(
    ("what", "like"),
    [("satellites", f"{small.SATELLITE}:satellite"), ("first-responders", "groups:small")],
)
def test_new_things_load_and_are_used(what: Any, like: str, tmp_path: Path) -> None:
    if what == "first-responders":
        like = f"{with_responders(tmp_path)}:village"
    candidates = ("upper", "quay") if what == "first-responders" else ("island", "quay")
    by = "mclp" if what == "first-responders" else "pmedian"
    placed, results = ran(ask(what, by, like=like, candidates=candidates), tmp_path / "out")
    name = placed.proposal.sites[0].name
    checked_study = check_file(str(placed.experiment)).study
    assert checked_study is not None
    proposed = checked_study.organisations["small-today-placed"]
    assert name in (*proposed.clinics, *proposed.first_responders)
    indicator = "consultations_a_week" if what == "satellites" else "responders_came_a_week"
    rows = results.summary[results.summary.organisation == "small-today-placed"]
    rows = rows[(rows.indicator == indicator) & (rows["mean"] > 0)]
    assert not rows.empty
    if what == "satellites":
        assert name in set(rows.group)


def with_responders(folder: Path) -> Path:
    group = {
        "title": "Village", "place": "upper", "available": {"value": 0.9, **small.MADE_UP},
        "reaction_min": {"constant": 3, **small.MADE_UP},
        "max_drive_min": {"value": 30, **small.MADE_UP},
    }  # fmt: skip
    change = {"why": "A group to be like.", "set": {"first_responders": {"village": group}}}
    path = folder / "with.yaml"
    content = {"extends": str(small.TODAY), "organisation": "with", "title": "With",
               "description": "With a group.", "changes": {"group": change}}  # fmt: skip
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


def test_how_busy_crews_are_is_measured(tmp_path: Path) -> None:
    of = replace(load_siting_world(str(small.TODAY), None))
    busy = busy_by_hour(of, tmp_path / "measured", (SHORT, run_here))
    assert busy.shape == (24,)
    assert np.all((busy >= 0) & (busy < 1)) and busy.max() > 0.02


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="there already"):
        propose_sites(
            (str(small.TODAY), None), ask("ambulances", "mclp"), tmp_path, (SHORT, run_here)
        )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_wrong_options_are_told_before_anything_is_run(tmp_path: Path) -> None:
    def never(study: Study, folder: Path) -> None:
        raise AssertionError("ran")

    for question in (ask("ambulances", "mclp", keep=("x",)), ask("first-responders", "mclp")):
        with pytest.raises(InputError):
            propose_sites((str(small.TODAY), None), question, tmp_path / "out", (SHORT, never))
    assert not (tmp_path / "out").exists()


def test_another_region_is_met(tmp_path: Path) -> None:
    told = ask("satellites", "pmedian", like=SATELLITE)
    placed = propose_sites(
        ("namdal-today", "namdal-2040"), told, tmp_path / "out", (SHORT, run_here)
    )
    assert study_of_experiment(str(placed.experiment)).region.region == "namdal-2040"


@pytest.mark.parametrize(
    ("change", "ends", "unit", "told"),
    [
        (684_817.0, (419_269.0, 950_365.0), "NOK per year",
         "+0.68 million NOK a year (0.42 to 0.95)"),
        (0.0162, (0.005, 0.028), "share", "+1.6 points (0.5 to 2.8)"),
        (2300.4, (-12.0, 2400.0), "km per week", "+2 300 km per week (-12 to 2 400)"),
        (-0.6, (math.nan, math.nan), "min", "-0.6 min (no interval)"),
    ],
)  # fmt: skip
def test_a_change_and_its_interval_are_written_alike(
    change: float, ends: tuple[float, float], unit: str, told: str
) -> None:
    assert change_with_interval(SimulatedChange("any", "all", 1.0, change, *ends, unit, "")) == told
