"""Judgement on the phone: each indicator by hand; the same people judged better and worse."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from akuttsim.indicators import triage_accuracy as accuracy
from akuttsim.records import (
    ADVICE,
    ADVICE_INSTEAD,
    AMBULANCE,
    CAME,
    CLINIC,
    GREEN,
    LINE_113,
    LINE_116117,
    RED,
    YELLOW,
)
from tests import small
from tests.chain.by_hand import exactly, worsening

NAN, MIN = np.nan, 60.0
NOON = small.at(12)


def seen(count: int, patients: dict[str, object], **course: object) -> small.Observed:
    people = small.people([NOON] * count, **{"is_contact": True, **patients})
    return small.seen(small.world(), people, small.courses(count, **course))


def test_red_not_recognised_at_first() -> None:
    """One judged red, one yellow, one yellow first and red when asking again, one never judged."""
    some = seen(
        4,
        {"urgency": RED},
        outcome=[AMBULANCE, CLINIC, AMBULANCE, ADVICE],
        judged=[RED, YELLOW, RED, -1],
        again_s=[NAN, NAN, NOON + 3600, NAN],
        recognised_s=[NOON + 4 * MIN, NOON + 50 * MIN, NOON + 66 * MIN, NAN],
    )
    assert small.values(accuracy.red_not_recognised(some))["all"] == (pytest.approx(2 / 3), 3)
    assert small.values(accuracy.red_recognised_min(some))["all"] == (pytest.approx(40.0), 3)


def test_who_is_never_recognised_counts_as_a_day() -> None:
    """Else the mean would fall each time somebody is missed for good."""
    some = seen(2, {"urgency": RED}, judged=[RED, GREEN], recognised_s=[NOON + 4 * MIN, NAN])
    assert small.values(accuracy.red_recognised_min(some))["all"][0] == (4 + 24 * 60) / 2


def test_ambulances_for_nothing() -> None:
    """To green judged yellow who would have got advice; not to who needs one all the same."""
    some = seen(
        4,
        {"urgency": [GREEN, GREEN, YELLOW, GREEN], "line": LINE_113,
         "u_need_113": [0.5, 0.0, 0.1, 0.5]},
        judged=[YELLOW, YELLOW, RED, GREEN],
        crew=[0, 0, 0, -1],
        outcome=[AMBULANCE, AMBULANCE, AMBULANCE, ADVICE],
    )  # fmt: skip
    assert small.values(accuracy.ambulances_for_nothing_a_week(some))["all"][1] == 1


def test_visits_for_nothing() -> None:
    """Green judged yellow: would have got advice (counted), and would have come anyway (not)."""
    some = seen(
        3,
        {"urgency": GREEN, "line": LINE_116117, "u_need": [0.75, 0.3, 0.75]},
        judged=[YELLOW, YELLOW, YELLOW],
        outcome=[CLINIC, CLINIC, CLINIC],
        again_s=[NAN, NAN, NOON + 3600],
    )
    assert small.values(accuracy.visits_for_nothing_a_week(some))["all"][1] == 1


def test_solved_without_a_visit_is_solved_for_good() -> None:
    """Advice that was right counts; not where it was too far, too low, or it had to be again."""
    some = seen(
        5,
        {"urgency": [GREEN, GREEN, YELLOW, GREEN, GREEN]},
        judged=[GREEN, GREEN, GREEN, YELLOW, GREEN],
        outcome=[ADVICE, ADVICE, ADVICE, ADVICE, CLINIC],
        instead=[CAME, ADVICE_INSTEAD, CAME, CAME, CAME],
        again_s=[NAN, NAN, NAN, NOON + 3600, NAN],
    )
    assert small.values(accuracy.solved_without_visit(some))["all"] == (pytest.approx(0.2), 5)


def test_asked_again_within_72_hours() -> None:
    some = seen(
        4,
        {"urgency": GREEN},
        judged=[GREEN] * 4,
        outcome=[CLINIC, CLINIC, ADVICE, CLINIC],
        again_s=[NOON + 3600, NOON + 80 * 3600, NAN, NAN],
    )
    assert small.values(accuracy.asked_again_within_72_h(some))["all"] == (pytest.approx(1 / 3), 3)


@pytest.mark.parametrize("indicator", [
    accuracy.red_not_recognised, accuracy.red_recognised_min,
    accuracy.ambulances_for_nothing_a_week, accuracy.visits_for_nothing_a_week,
    accuracy.solved_without_visit, accuracy.asked_again_within_72_h,
])  # fmt: skip
def test_of_nobody(indicator: object) -> None:
    small.tells_of_nobody(indicator, small.world())  # type: ignore[arg-type]


# -- the same people, judged worse or better ------------------------------------------------------

WORSENING = worsening(yellow_h=6, green_h=12, recognised=0.9, on_scene=0.68)


@cache
def measured(under: float, over: float, video: float) -> dict[str, float]:
    """Return indicators of a week in the small district, for all, of the same people."""
    misjudged = {"under": {"value": under}, "over": {"value": over},
                 "hard_under": {"value": min(1.0, 3 * under)},
                 "hard_over": {"value": min(1.0, 2 * over)}}  # fmt: skip
    where = small.region({"misjudged": misjudged, "worsening": WORSENING})
    on_video = {"share": {"value": video}, "extra_min": exactly(0.01)}
    rooms = {"control_rooms": {"lvs": {"video": on_video}}}
    at = small.world(small.organisation(rooms), where, weeks=2)
    same = small.world().plan.region
    patients = small.sample_patients(same, at.plan.days, 5, 0, at.plan.neighbours)
    rows = at.measured(patients)
    became = {row.group: row.value for row in rows if row.group_by == "became"}
    return became | {row.indicator: row.value for row in rows if row.group_by == "all"}


UNDER = (
    "red_not_recognised", "red_recognised_min", "got_worse_judged_too_low",
    "asked_again_within_72_h",
)  # fmt: skip
OVER = ("ambulances_for_nothing_a_week", "visits_for_nothing_a_week")


@pytest.mark.parametrize("indicator", UNDER)
def test_under_triage_shows(indicator: str) -> None:
    """From 3.7 to 15 %, of the same people."""
    better, worse = measured(0.037, 0.091, 0.0), measured(0.15, 0.091, 0.0)
    assert worse[indicator] > better[indicator]
    assert worse["solved_without_visit"] < better["solved_without_visit"]


@pytest.mark.parametrize("indicator", OVER)
def test_over_triage_shows(indicator: str) -> None:
    better, worse = measured(0.037, 0.0, 0.0), measured(0.037, 0.2, 0.0)
    assert worse[indicator] > better[indicator] == 0


@pytest.mark.parametrize("indicator", [*UNDER, "visits_for_nothing_a_week"])
def test_video_shows_what_it_is_worth(indicator: str) -> None:
    """Every call on video: red is found, and who need not come does not."""
    voice, video = measured(0.15, 0.15, 0.0), measured(0.15, 0.15, 1.0)
    assert video[indicator] < voice[indicator]
    assert video["solved_without_visit"] > voice["solved_without_visit"]
