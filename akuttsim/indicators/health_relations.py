"""Published relations from minutes to outcomes, as pure functions of arrays of minutes.

Each says on which clock its minutes run. Values come from `config.schema.health_outcomes`; nothing
is drawn, and nothing knows of a run.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np

from akuttsim.config.schema.health_outcomes import (
    ArrestCurve,
    ArrestSurvival,
    NamedCurve,
    ShareByMinute,
    StrokeTreatment,
)
from akuttsim.records import Floats

CurveName = Literal["steep", "middle", "flat"]

CURVES: tuple[CurveName, ...] = get_args(CurveName)
"""The curves of survival after arrest, always told together."""

BISECTIONS = 45
"""Steps that find a level to the last digit that matters."""


def happened_by(distribution: ShareByMinute, minutes: Floats) -> Floats:
    """Return the share that has happened by so many minutes, straight between the points."""
    at, by = zip(*distribution.points, strict=True)
    share: Floats = np.interp(minutes, np.array(at) * distribution.value, by)
    return share


def spread_minutes(distribution: ShareByMinute, count: int = 200) -> Floats:
    """Return so many minutes that stand for a distribution, evenly spaced by their share."""
    at, by = zip(*distribution.points, strict=True)
    middles = (np.arange(count) + 0.5) / count
    minutes: Floats = np.interp(middles, by, np.array(at) * distribution.value)
    return minutes


def survival_after_call(arrest: ArrestSurvival, curve: CurveName, minutes: Floats) -> Floats:
    """Return survival at 30 days by minutes from the call to the ambulance, CPR as in the country.

    Args:
        arrest: The relation.
        curve: Which of its curves.
        minutes: From the call until the ambulance is at the address.
    """
    return expected_survival(arrest, curve, minutes, minutes)


def expected_survival(
    arrest: ArrestSurvival, curve: CurveName, crew_min: Floats, first_min: Floats
) -> Floats:
    """Return survival at 30 days by when first help and the ambulance came, level fitted.

    A share has CPR before anybody comes. For the others the fall slows when first help comes before
    the ambulance; and for those whom a shock can help it stops where first help has a
    defibrillator.

    Args:
        arrest: The relation.
        curve: Which of its curves.
        crew_min: Minutes from the call until the ambulance; infinite where none came.
        first_min: Minutes from the call until anybody came; not above `crew_min`.
    """
    level = fitted_level(arrest, curve)
    shocked = arrest.shockable.value * arrest.defibrillator.value
    ahead = np.minimum(first_min, crew_min)
    by_crew = _mixed(arrest, curve, level, crew_min, ahead)
    by_shock = _mixed(arrest, curve, level, ahead, ahead)
    survival: Floats = (1 - shocked) * by_crew + shocked * by_shock
    return np.where(np.isfinite(crew_min) | np.isfinite(first_min), survival, 0.0)


def _mixed(
    arrest: ArrestSurvival, curve: CurveName, level: float, crew_min: Floats, first_min: Floats
) -> Floats:
    """Return survival over those with and without CPR before the ambulance."""
    lost = {cpr: lost_log_odds(arrest, curve, crew_min, cpr) for cpr in (True, False)}
    until_help = lost_log_odds(arrest, curve, first_min, cpr=False)
    after_help = lost[True] - lost_log_odds(arrest, curve, first_min, cpr=True)
    without = level - arrest.cpr_log_odds.value - until_help - after_help
    share = arrest.cpr.value
    mixed: Floats = share * _logistic(level - lost[True]) + (1 - share) * _logistic(without)
    return mixed


def lost_log_odds(arrest: ArrestSurvival, curve: CurveName, minutes: Floats, cpr: bool) -> Floats:
    """Return how far the log-odds have fallen by so many minutes, from those at `at_min`.

    Below `first_min` and above `last_min` they are held; after `steep_until_min` no curve falls
    faster than the middle one.

    Args:
        arrest: The relation.
        curve: Which of its curves.
        minutes: From the call until the ambulance.
        cpr: Whether CPR was given before.
    """
    slope = _slope(getattr(arrest, curve), cpr)
    late_slope = min(slope, _slope(arrest.middle, cpr))
    held = np.clip(minutes, arrest.first_min.value, arrest.last_min.value)
    late = np.maximum(held - arrest.steep_until_min.value, 0.0)
    lost: Floats = slope * (held - late - arrest.at_min.value) + late_slope * late
    return lost


def _slope(curve: ArrestCurve, cpr: bool) -> float:
    return (curve.slope_cpr_per_min if cpr else curve.slope_none_per_min).value


def fitted_level(arrest: ArrestSurvival, curve: CurveName) -> float:
    """Return the log-odds with CPR at `at_min` that give the country's survival.

    Over the whole distribution of the country's response times, and its share of CPR; nobody but
    bystanders helps before the ambulance there. It is sought once for a file of outcomes.
    """
    key = (arrest.model_dump_json(), curve)
    if key not in _LEVELS:
        _LEVELS[key] = _seek_level(arrest, curve)
    return _LEVELS[key]


_LEVELS: dict[tuple[str, CurveName], float] = {}
"""What was found, by all that it depends on."""


def _seek_level(arrest: ArrestSurvival, curve: CurveName) -> float:
    minutes = spread_minutes(arrest.response)
    low, high = -12.0, 12.0
    for _ in range(BISECTIONS):
        level = (low + high) / 2
        is_low = _mixed(arrest, curve, level, minutes, minutes).mean() < arrest.survival.value
        low, high = (level, high) if is_low else (low, level)
    return (low + high) / 2


def published_survival(arrest: ArrestSurvival, minutes: Floats, cpr: bool) -> Floats:
    """Return the steep curve at the level at which it was published, straight in the log-odds.

    Args:
        arrest: The relation.
        minutes: From the call until the ambulance.
        cpr: Whether CPR was given before.
    """
    own = arrest.steep.own_level
    assert own is not None
    level = own.value - (0.0 if cpr else arrest.cpr_log_odds.value)
    return _logistic(level - _slope(arrest.steep, cpr) * (minutes - arrest.at_min.value))


def compared_survival(curve: NamedCurve, cpr_min: Floats, crew_min: Floats) -> Floats:
    """Return survival by an older curve; its minutes are on its own clock.

    Args:
        curve: The curve.
        cpr_min: Minutes until CPR.
        crew_min: Minutes until the ambulance, or the shock.
    """
    return _logistic(-curve.at_once - curve.per_min_cpr * cpr_min - curve.per_min_crew * crew_min)


def _logistic(log_odds: Floats) -> Floats:
    """Return the share of each log-odds; exact to the same bits on every CPU."""
    values = np.asarray(log_odds, dtype=np.float64)
    shares = [1 / (1 + math.exp(-x)) for x in values.ravel().tolist()]
    return np.array(shares, dtype=np.float64).reshape(values.shape)


def needle_in_window(stroke: StrokeTreatment, hospital_min: Floats) -> Floats:
    """Return the share who can be treated within the window from the onset of symptoms.

    Args:
        stroke: The relation, with how long people wait before they call.
        hospital_min: Minutes from the call until hospital; infinite where nobody came there.
    """
    left = stroke.window_min.value - stroke.door_to_needle_min.value - hospital_min
    share: Floats = np.where(left > 0, happened_by(stroke.onset_to_call, np.maximum(left, 0)), 0.0)
    return share


def healthy_days(stroke: StrokeTreatment, minutes: Floats, days_per_min: float) -> Floats:
    """Return the healthy days that minutes are worth, for a stroke of any kind.

    Args:
        stroke: The relation.
        minutes: Minutes from the call until hospital; those before and after are the same.
        days_per_min: Days a minute for each one treated.
    """
    days: Floats = minutes * (stroke.dissolved.value * days_per_min)
    return days


def admitted_more(minutes: Floats, share_per_5_min: float) -> Floats:
    """Return the share more who are admitted to hospital after so many minutes than after none.

    Differences of some minutes are what was studied; the whole is a straight line through them.

    Args:
        minutes: Minutes from the call until the ambulance.
        share_per_5_min: Share more for five minutes: as published, or an end of its interval.
    """
    share: Floats = minutes * (share_per_5_min / 5)
    return share
