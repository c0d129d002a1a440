"""A log that the simulator made from known values is fitted, and the intervals cover them."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from akuttsim.calllog.logged_calls import CallLog
from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError
from akuttsim.experiments.fit_missions import fit_on_duty
from akuttsim.experiments.fit_region import (
    fit_region_to_log,
    fitted_region_yaml,
    fitted_values,
    log_days,
    write_fitted_region,
)
from akuttsim.records import LINE_113
from akuttsim.roads.travel import travel_of_region
from akuttsim.statistics.call_log_fit import FittedRegion, UnfittedParameter, fitted_parameter_rows
from tests.logs import COLUMNS, as_csv, log_format, log_of, only, read
from tests.small import DATA, MADE_UP, World, region, world

SMALL = str(DATA / "small" / "region.yaml")
WEEKS = 8


def even(**more: object) -> Region:
    """Return the small region without holidays, seasons and repeats, which a fit does not tell."""
    return region({
        "calendar": {"start": "2026-01-12"},
        "demand": {"quarter_factor": {"values": [1.0, 1.0, 1.0, 1.0]}},
        "patience": {"rings_again": {u: 0.0 for u in ("red", "yellow", "green")},
                     "rings_113": {u: 0.0 for u in ("red", "yellow", "green")}},
        **more,
    })  # fmt: skip


@cache
def made() -> tuple[World, str]:
    of = world(where=even(), weeks=WEEKS)
    patients = of.sample(seed=2)
    return of, log_of(of, patients, of.meets(patients))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> CallLog:
    return read(tmp_path_factory.mktemp("log"), made()[1], log_format(), even())


@pytest.fixture(scope="module")
def found(log: CallLog) -> FittedRegion:
    return fit_region_to_log(log, even(), 1)


def test_the_intervals_cover_what_the_log_was_made_of(found: FittedRegion) -> None:
    where = made()[0].plan.region
    rows = {(row.key, row.parameter): row for row in fitted_parameter_rows(found)}
    lognormals = {
        "care.talk_s": where.care.talk_s,
        "care.other_call_s": where.care.other_call_s,
        "care.on_scene_min.red": where.care.on_scene_min.red,
        "care.on_scene_min.yellow": where.care.on_scene_min.yellow,
    }
    truth = {("patience green", "mean_s"): 540.0, ("patience yellow", "mean_s"): 300.0,
             ("patience all", "soon_share"): 0.04, ("arrivals 116117", "level"): 1.0,
             ("arrivals 116117", "day_cv"): 0.15}  # fmt: skip
    for key, duration in lognormals.items():
        form = duration.lognormal
        assert form is not None and form.median is not None and form.sigma is not None
        truth[key, "median_min" if "_min" in key else "median_s"] = form.median
        truth[key, "sigma"] = form.sigma
    known = {name: true for name, true in truth.items() if name in rows}
    missed = [n for n, true in known.items() if not rows[n].low <= true <= rows[n].high]
    assert len(known) >= 10
    assert len(missed) <= stats.binom.ppf(0.999, len(known), 0.05), missed


def test_hours_of_the_day_are_found(found: FittedRegion) -> None:
    hours = np.array([each.mean for each in found.arrivals["116117"].weekday])
    from akuttsim.patients.call_rates import hour_weights

    shape = hour_weights(even().demand, False)[0]
    covered = [
        low <= level <= high
        for (_, low, high), level in zip(
            found.arrivals["116117"].weekday, shape * hours.sum() / 24, strict=True
        )
    ]
    assert sum(covered) >= 18  # of 24 at 95 %: fewer than 18 about 2 in 10,000


def test_the_fitted_region_loads_and_says_where_it_is_from(
    found: FittedRegion, tmp_path: Path
) -> None:
    path = write_fitted_region(found, SMALL, tmp_path / "fitted")
    fitted = load_region(str(path)).value
    talk = fitted.care.talk_s
    assert talk.lognormal is not None and talk.grade == "D" and talk.range is not None
    assert "Fitted to log.csv" in talk.source and "calls, 2026-01-13 to 2026-03-09" in talk.source
    assert fitted.region == "small-fitted" and fitted.places == load_region(SMALL).value.places
    assert talk.lognormal.median == pytest.approx(
        found.durations["care.talk_s"].parameters["median"].mean, rel=1e-3
    )
    assert (tmp_path / "fitted" / "fit.csv").read_text().startswith("key,n,distance,p,parameter")


def test_nothing_that_was_there_is_overwritten(found: FittedRegion, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(InputError, match="not empty"):
        write_fitted_region(found, SMALL, tmp_path)


def test_the_same_log_gives_the_same_text(log: CallLog, found: FittedRegion) -> None:
    assert fitted_region_yaml(fit_region_to_log(log, even(), 1), "small") == fitted_region_yaml(
        found, "small"
    )


def test_a_value_of_another_form_is_replaced_and_not_merged(log: CallLog, tmp_path: Path) -> None:
    other = even(care={"talk_s": {"lognormal": {"median": None, "sigma": None, "mean": 200.0,
                                                "cv": 0.5}, **MADE_UP}})  # fmt: skip
    content = {
        value.key: value.content for value in fitted_values(fit_region_to_log(log, other, 1))
    }
    assert content["care.talk_s"]["lognormal"]["mean"] is None
    assert content["care.talk_s"]["lognormal"]["cv"] is None


def test_patience_by_urgency_needs_the_urgency_of_those_who_hung_up(
    log: CallLog, tmp_path: Path
) -> None:
    """Most logs have none: then callers of one urgency were all answered, and it is not fitted."""
    import dataclasses

    nobody_asked = dataclasses.replace(
        log, urgency=np.where(log.hung_up, -1, log.urgency).astype(np.int8)
    )
    found = fit_region_to_log(nobody_asked, even(), 1)
    assert set(found.patience) == {"all"}
    means = {
        value.key: value.content["exponential"]["mean"]
        for value in fitted_values(found)
        if "exponential" in value.content
    }
    assert len(set(means.values())) == 1 and len(means) == 3


def test_a_log_of_times_alone_tells_when_people_call_and_nothing_else(tmp_path: Path) -> None:
    rows = [line.split(";")[0] for line in made()[1].splitlines()]
    form = log_format(only("time") | {"time": "ringt"})
    found = fit_region_to_log(read(tmp_path, "\n".join(rows) + "\n", form, even()), even(), 1)
    assert set(found.arrivals) == {"116117"}
    assert not found.durations and not found.patience and not found.crew
    assert {value.key.split(".")[0] for value in fitted_values(found)} == {"demand"}
    why = {each.key: each.why for each in found.unfitted}
    assert why["arrivals_113"] == "no_calls"
    assert {why[key] for key in ("patience", "mobilisation", "care.talk_s")} == {"no_times"}


def test_parts_of_days_and_days_that_are_missing_are_left_out(log: CallLog) -> None:
    zero = log.time_s[0]
    cut = log.picked(
        (log.time_s > zero + 15 * 3600) & ~(np.abs(log.time_s - zero - 9.5 * 86400) < 86400)
    )
    whole, part = (log_days(each, each.line != LINE_113, even(), False) for each in (log, cut))
    assert len(whole.counts) == 7 * WEEKS
    assert len(part.counts) <= 7 * WEEKS - 2
    assert COLUMNS["time"] == "ringt"


def test_113_is_fitted_only_where_neighbours_are_told_apart(
    log: CallLog, found: FittedRegion
) -> None:
    import dataclasses

    level = found.arrivals["113"].level
    assert level.low <= 1.0 <= level.high
    places = len(even().places) + len(even().municipalities)
    untold = dataclasses.replace(log, place=np.where(log.place >= places, -1, log.place))
    again, calls = fit_region_to_log(untold, even(), 1), int((log.line == LINE_113).sum())
    assert "113" not in again.arrivals
    assert UnfittedParameter("arrivals_113", "neighbours", calls) in again.unfitted
    assert "arrivals_113" not in {each.key for each in found.unfitted}


def test_what_the_log_tells_of_missions_is_fitted(found: FittedRegion, tmp_path: Path) -> None:
    """Shares that got an ambulance and the interview before it, written to be used."""
    where = made()[0].plan.region
    values = {value.key: value.content for value in fitted_values(found)}
    sent = found.ratios["care.needs_113.red"].ratio
    assert sent.low <= where.care.needs_113.red.ambulance <= sent.high
    interview = found.durations["care.interview_113_s.red"].parameters["median"]
    truth = where.care.interview_113_s.red.lognormal
    assert truth is not None and truth.median is not None
    assert interview.low * 0.9 <= truth.median <= interview.high * 1.1
    shares = values["care.needs_113.red"]
    assert shares["ambulance"] + shares["to_116117"] + shares["advice"] == pytest.approx(1)
    again = load_region(str(write_fitted_region(found, SMALL, tmp_path / "fitted"))).value
    assert again.care.needs_113.red.ambulance == pytest.approx(sent.mean, abs=1e-4)
    why = {parameter.key: parameter.why for parameter in found.unfitted}
    assert why["on_duty.operator"] == "no_operator" and why["drive.blue"] == "few_missions"


def test_operators_are_on_duty_between_calls_and_not_only_while_they_talk(tmp_path: Path) -> None:
    """Two from 8 to 12, talking a tenth of the time: talk would say 0.2, presence says 2."""
    rows = [
        f"2026-01-12T{8 + k // 6:02d}:{k % 6 * 10 + who:02d}:00;"
        f"2026-01-12T{8 + k // 6:02d}:{k % 6 * 10 + who:02d}:00;"
        f"2026-01-12T{8 + k // 6:02d}:{k % 6 * 10 + who + 1:02d}:00;{who}"
        for k in range(24)
        for who in (0, 1)
    ]
    text = "time;answered;ended;operator\n" + "\n".join(rows)
    log = read(tmp_path, text, log_format(only(*text.split("\n")[0].split(";")), times="iso"))
    ((name, duty),) = fit_on_duty(log)
    assert (name, duty.people) == ("operator", 2)
    assert duty.working[9:11].tolist() == [2, 2] and 1.7 < duty.working[8] < 2
    assert duty.working[11] > 1.6 and np.isnan(duty.working[13]) and np.isnan(duty.free).all()


def test_drives_with_a_patient_are_held_against_the_region_s(tmp_path: Path) -> None:
    where = even()
    travel, hospital = travel_of_region(where), next(iter(where.hospitals.values()))
    start = next(k for k, name in enumerate(where.place_ids) if name != hospital.place)
    seconds = travel.to("blue", travel.noon, where.place_ids.index(hospital.place))[start]
    rows = [
        f"2026-01-12T{k % 24:02d}:{k // 24:02d}:00;113;red;{where.place_ids[start]}"
        f";{next(iter(where.hospitals))};{seconds * (1.4 if k % 2 else 1.2):.0f}"
        for k in range(60)
    ]
    text = "time;number;urgency;place;destination;conveyance_s\n" + "\n".join(rows)
    columns = {**only("time", "number", "urgency", "place", "destination"),
               "conveyance": "conveyance_s"}  # fmt: skip
    log = read(tmp_path, text, log_format(columns, times="iso"), where)
    found = fit_region_to_log(log, where, 1)
    ratio = found.ratios["drive.blue"].ratio
    assert 1.19 < ratio.low <= ratio.mean <= ratio.high < 1.41
    values = {value.key: value.content["value"] for value in fitted_values(found)
              if value.key.startswith("driving.")}  # fmt: skip
    base = where.driving.blue_light_rural.value
    assert values["driving.blue_light_rural"] == pytest.approx(max(1, base / ratio.mean), 1e-3)


def test_operators_are_told_apart_by_the_numbers_that_they_answer(tmp_path: Path) -> None:
    """A answers both, b 113 and one call to 116117 by exception, c 116117 alone."""
    said = [("a", "113"), ("a", "116117"), ("b", "113"), ("c", "116117")] * 40 + [("b", "116117")]
    rows = [
        [f"05.01.2026 {9 + n // 60:02d}:{n % 60:02d}:{second:02d}" for second in (0, 5, 20)]
        + [number, who]
        for n, (who, number) in enumerate(said)
    ]
    columns = {"time": "t", "answered": "s", "ended": "e", "number": "n", "operator": "o"}
    form = log_format(columns, not_persons=["o"])
    log = read(tmp_path, as_csv(["t", "s", "e", "n", "o"], rows), form)
    found = dict(fit_on_duty(log))
    people = {name: duty.people for name, duty in found.items()}
    one_each = dict.fromkeys(("operator_both", "operator_113", "operator_116117"), 1)
    assert people == {"operator": 3, **one_each}
    alone = dict(fit_on_duty(log.picked(log.line == LINE_113)))
    assert list(alone) == ["operator"], "nobody is told apart where all answer the same"
