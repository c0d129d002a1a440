"""Who is hit, by place: over the people who notice, against a hand count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from akuttsim.indicators.comparison import DIFFERENCE_COLUMNS, DifferenceRules
from akuttsim.indicators.measured_run import HOURS
from akuttsim.indicators.who_is_hit import (
    LOST_CARE_STEPS,
    PLACE_COLUMNS,
    NoticedIndicators,
    certain_hours,
    place_rows,
    ranked_places,
    rows_of_places,
    tally_places,
)
from akuttsim.records import Measure, PersonValues

DOCTOR, SOON, NOBODY = "ring_to_doctor_min", "answered_116117_within_120_s", "hours_without_doctor"
PLACES = ("near", "far")
NONE = float("nan")

Person = tuple[str, int, float, float]
"""Municipality, hour, minutes to a doctor, and whether the call was answered in time."""


def run_of(*people: Person, first_help: float = NONE) -> PersonValues:
    """Return what these people got, all of whom fell ill."""
    places, hours, minutes, soon = zip(*people, strict=True)
    columns = {"ill": np.ones(len(people)), "minutes": minutes, "soon": soon}
    columns |= {"answer_min": columns["ill"], "doctor_min": minutes}
    columns["first_help_min"] = np.full(len(people), first_help)
    measures = [
        Measure(name, "all", "all", "mean", ("municipality",), False, column, "")
        for name, column in ((DOCTOR, "minutes"), (SOON, "soon"))
    ]
    return PersonValues(
        {"municipality": np.array([PLACES.index(place) for place in places], dtype=np.int32),
         "hour": np.array(hours, dtype=np.int32)},
        {"municipality": PLACES, "hour": HOURS},
        {name: np.array(column, dtype=np.float32) for name, column in columns.items()},
        tuple(measures),
        "same",
    )  # fmt: skip


BASE = run_of(
    ("near", 9, 30, 1), ("near", 9, 30, 1), ("near", 22, 40, 0), ("near", 22, NONE, 0),
    ("far", 22, 15, 1), ("far", 22, 20, 1), ("far", 12, 15, 1), ("far", 12, 15, 1),
)  # fmt: skip
OTHER = run_of(
    ("near", 9, 34, 1), ("near", 9, 26, 1), ("near", 22, 30, 1), ("near", 22, 50, 0),
    ("far", 22, 113, 1), ("far", 22, NONE, 0), ("far", 12, 15, 1), ("far", 12, 15, 1),
)  # fmt: skip
WHICH = NoticedIndicators.among((DOCTOR, SOON, NOBODY, "busy_share"), BASE.measures)
RULES = DifferenceRules({}, {DOCTOR: 5.0, SOON: 0.03})


def told(runs: int = 3) -> pd.DataFrame:
    """Return who notices in as many replications, all alike."""
    tallies = [tally_places(BASE, OTHER, WHICH)] * runs
    table = ranked_places([place_rows(("new", "old"), PLACES, tallies, WHICH, RULES)], [DOCTOR])
    return table.set_index(["indicator", "municipality", "change"])


def test_only_indicators_of_persons_with_a_good_way_are_tallied() -> None:
    assert WHICH.names == (DOCTOR, SOON)
    assert WHICH.is_lower_better == (True, False) and WHICH.has_loss == (True, False)


def test_a_place_is_told_by_those_who_notice_alone() -> None:
    """Of four who fall ill far away one waits 98 minutes more and one sees no doctor any more."""
    row = told().loc[DOCTOR, "far", "worse"]
    assert (row.before, row.after, row["mean"]) == (15, 113, 98)
    assert row.per_1000 == 500 and row.lost_per_1000 == 250 and row.people == 4
    lost = LOST_CARE_STEPS * 5.0
    assert row.burden_per_1000 == pytest.approx(250 * (98 + lost))
    assert (row["rank"], row.verdict, row["of"]) == (1, "worse", "people")
    nobody = told().loc[DOCTOR, "far", "better"]
    assert nobody.per_1000 == 0 and np.isnan(nobody.before) and np.isnan(nobody["rank"])


def test_less_than_a_notice_step_is_not_noticed_and_gained_care_counts() -> None:
    row = told().loc[DOCTOR, "near", "better"]
    assert (row.before, row.after) == (40, 30), "34 and 26 in place of 30 are not noticed"
    assert row.per_1000 == 500 and row.lost_per_1000 == 250 and row["rank"] == 1


def test_who_gets_other_help_instead_has_lost_nothing() -> None:
    """A crew stands at the patient whom the doctor no longer sees, and stood there before."""
    both = [run_of(("far", 22, minutes, 1), first_help=9) for minutes in (20, NONE)]
    tally = tally_places(*both, WHICH)
    assert tally.sums[0, :, :, 1].sum() == 0, "nobody loses or gains"
    without = [run_of(("far", 22, minutes, 1)) for minutes in (20, NONE)]
    assert tally_places(*without, WHICH).sums[0, :, :, 1].tolist() == [[0, 1], [0, 0]]


def test_a_share_counts_persons_and_loses_nobody() -> None:
    worse, better = (told().loc[SOON, *key] for key in (("far", "worse"), ("near", "better")))
    assert (worse.before, worse.after, worse.lost_per_1000) == (1, 0, 0)
    assert worse.burden_per_1000 == better.burden_per_1000 == 250


def test_what_chance_moves_to_and_fro_hits_nobody() -> None:
    """Some wait more in one replication and others in the next, as much."""
    there, back = tally_places(BASE, OTHER, WHICH), tally_places(OTHER, BASE, WHICH)
    rows = place_rows(("new", "old"), PLACES, [there, back] * 4, WHICH, RULES)
    table = ranked_places([rows], [DOCTOR])
    assert table["rank"].isna().all()
    assert set(table.verdict) <= {"cannot tell", "no difference that matters"}


def test_hours_are_told_where_most_of_those_who_notice_fell_ill() -> None:
    counts = np.zeros(24)
    counts[[22, 23, 0]] = 10, 20, 10
    assert certain_hours(counts) == "22-01"
    counts[12] = 7
    assert certain_hours(counts) == "22-01", "40 of 47 are more than 80 %"
    counts[12], counts[11] = 0, 30
    assert certain_hours(counts) == "", "no block of 12 hours holds so many"
    assert certain_hours(np.ones(24)) == "" and certain_hours(counts / 10) == ""
    counts = np.zeros(24)
    counts[3], counts[15] = 25, -4
    assert certain_hours(counts) == "03-04", "those moved the other way are taken off"


def test_what_is_not_of_persons_is_the_places_own_difference() -> None:
    rows = [
        ("plain", "new", "old", NOBODY, "municipality", place, mean, mean - 1, mean + 1,
         "h per week", 2.0, verdict, NONE, 10, 10 + mean, NONE, NONE, NONE)
        for place, mean, verdict in (("near", 4, "worse"), ("far", 9, "worse"), ("home", 0, "-"))
    ]  # fmt: skip
    differences = pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)
    table = rows_of_places(differences, [NOBODY, "unmet_need_a_week"], {"near": 100.0}, 4)
    assert list(table.columns) == PLACE_COLUMNS and set(table["of"]) == {"place"}
    ranked = ranked_places([table], [NOBODY])
    assert ranked.municipality.tolist() == ["far", "near"] and ranked["rank"].tolist() == [1, 2]
    a_week = differences.assign(indicator="unmet_need_a_week", unit="per week")
    (near,) = (
        rows_of_places(a_week, ["unmet_need_a_week"], {"near": 100.0}, 4)
        .query("municipality == 'near'")
        .burden_per_1000
    )
    assert near == pytest.approx(4 / 0.025), "a hundred in four weeks are 25 a week"
