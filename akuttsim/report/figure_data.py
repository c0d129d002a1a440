"""What figures show, both those of the page and those for print: rows of results, in their order.

By municipality, hour, time and part of the cost; and which models a figure has room for. Nothing is
drawn here, so that the page needs no drawing library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from akuttsim.indicators.measured_run import WEEKDAYS
from akuttsim.report.context import Estimate, ResultsView, Words

MOST = 4
"""Models in a figure that would be unreadable with more."""


def most_different_models(
    chosen: ResultsView, indicator: str, group_by: str = "all", most: int = MOST
) -> list[str]:
    """Return the base and the models that differ most from it in an indicator.

    In their own order; all where there are no more than `most`. Only clear differences count,
    summed over groups.

    Args:
        chosen: The results that are shown.
        indicator: The indicator that the figure is of.
        group_by: What its rows are divided by, such as `hour`; `all` for the whole region.
        most: How many models the figure has room for, the base included.
    """
    if len(chosen.organisations) <= most:
        return chosen.organisations
    groups = chosen.groups(indicator, group_by)
    weights = {
        name: _difference_weight(chosen, name, indicator, group_by, groups)
        for name in chosen.others
    }
    ranked = sorted(weights, key=lambda name: -weights[name])[: most - 1]
    return [name for name in chosen.organisations if name in ranked or name == chosen.base]


def _difference_weight(
    chosen: ResultsView, name: str, indicator: str, group_by: str, groups: list[str]
) -> float:
    changes = (chosen.change(name, indicator, group_by, group) for group in groups)
    return sum(abs(change.mean) for change in changes if change is not None and change.is_clear)


def models_like_base(chosen: ResultsView, indicator: str, group_by: str) -> list[str]:
    """Return the models that are as the base in every group and every replication.

    Their lines would lie on one another, so that a figure tells them in a note instead.

    Args:
        chosen: The results that are shown.
        indicator: The indicator that the figure is of.
        group_by: What its rows are divided by.
    """
    groups = chosen.groups(indicator, group_by)
    return [
        name
        for name in chosen.others
        if groups
        and all(_is_no_difference(chosen, name, indicator, group_by, group) for group in groups)
    ]


def _is_no_difference(
    chosen: ResultsView, name: str, indicator: str, group_by: str, group: str
) -> bool:
    change = chosen.change(name, indicator, group_by, group)
    return change is not None and (change.is_nil or not change.is_known)


# --- municipalities -------------------------------------------------------------------------------

RESPONSE_PARTS = "ambulance_response_parts_min"
MEDIAN = "ambulance_response_median_min"


P90 = "ambulance_response_p90_min"


def municipalities_with_response(words: Words) -> list[str]:
    """Return the municipalities with a median response time, the shortest of the base first.

    Args:
        words: Results in one language.
    """
    base = words.chosen.base
    known = [
        (level.mean, name)
        for name in words.chosen.groups(MEDIAN, "municipality")
        if (level := municipality_level(words, base, MEDIAN, name))
    ]
    return [name for _, name in sorted(known)]


def municipalities_with_value(words: Words, indicator: str) -> list[str]:
    """Return the municipalities that the base has a value for, the smallest first.

    Args:
        words: Results in one language.
        indicator: The indicator, which is divided by municipality.
    """
    names = [
        (level.mean, name)
        for name in words.chosen.municipalities()
        if (level := municipality_level(words, words.chosen.base, indicator, name))
    ]
    return [name for _, name in sorted(names)]


def municipality_level(
    words: Words, organisation: str, indicator: str, place: str
) -> Estimate | None:
    """Return a model's known value of a municipality; None where nothing was measured.

    Args:
        words: Results in one language.
        organisation: The model.
        indicator: The indicator.
        place: The municipality.
    """
    level = words.chosen.level(organisation, indicator, "municipality", place)
    return level if level is not None and level.is_known else None


def before_and_after(
    words: Words, change: Estimate | None, key: tuple[str, str, str]
) -> tuple[float | None, float | None]:
    """Return before and after: of the people whom the difference is of, or else of everybody.

    A paired difference is of those who got the care in both models. So are its two ends, where the
    results have them; otherwise they are the models' own values.

    Args:
        words: Results in one language.
        change: The difference from the base, where there is one.
        key: Model, indicator and municipality.

    Returns:
        Two values in the unit of the indicator; None for what was not measured.
    """
    if change is not None and not math.isnan(change.before):
        return change.before, change.after
    name, indicator, place = key
    levels = (municipality_level(words, of, indicator, place) for of in (words.chosen.base, name))
    before, after = (level.mean if level is not None else None for level in levels)
    return before, after


# --- hours ----------------------------------------------------------------------------------------

BUSY = "busy_share"


ROLES = ("operator", "doctor", "nurse", "crew")


def roles_with_load(words: Words) -> list[str]:
    """Return the roles of the figure that the results have, by hour, in a fixed order.

    Args:
        words: Results in one language.
    """
    roles = {group.split()[0] for group in words.chosen.groups(BUSY, "role_hour")}
    return [role for role in ROLES if role in roles]


def load_by_hour(words: Words, organisation: str, role: str) -> list[tuple[int, Estimate]]:
    """Return how busy a role is, hour by hour, where somebody is on duty.

    Args:
        words: Results in one language.
        organisation: The model.
        role: One of `ROLES`.

    Returns:
        Hour of the day (0 to 23) and the share of time busy (of 1), with its interval.
    """
    groups = [f"{role} {hour:02d}" for hour in range(24)]
    levels = [words.chosen.level(organisation, BUSY, "role_hour", group) for group in groups]
    return [
        (hour, level) for hour, level in enumerate(levels) if level is not None and level.is_known
    ]


@dataclass(frozen=True)
class WeekMap:
    """What a heat map of the week shows: an indicator in colour, and one as a number in each cell.

    Attributes:
        key: Its name in the catalogue of texts.
        indicator: The indicator that the colours show.
        number: The indicator that is written in each cell.
        ends: Values of the darkest and the lightest colour.
    """

    key: str
    indicator: str
    number: str
    ends: tuple[float, float]
    """Values of the darkest and the lightest colour."""


ANSWERING = WeekMap(
    "week_answering", "answered_116117_within_120_s", "operators_on_duty_116117", (0.5, 1.0)
)


def cover_map(words: Words, names: list[str]) -> WeekMap:
    """Return the heat map of free ambulances, its colours over the range of some models.

    Args:
        words: Results in one language.
        names: The models that are drawn, which share one scale of colours.
    """
    levels = [
        value.mean
        for name in names
        for value in values_by_hour_of_week(words, name, "ambulances_free").values()
    ]
    return WeekMap(
        "week_cover", "ambulances_free", "ambulances_free", (0.0, max(levels, default=1.0))
    )


def values_by_hour_of_week(
    words: Words, name: str, indicator: str
) -> dict[tuple[int, int], Estimate]:
    """Return the known values of a model by weekday (Monday 0) and hour.

    Args:
        words: Results in one language.
        name: The model.
        indicator: An indicator that is divided by hour of the week.
    """
    values = {}
    for group in words.chosen.groups(indicator, "hour_of_week"):
        day, hour = group.split()
        level = words.chosen.level(name, indicator, "hour_of_week", group)
        if level is not None and level.is_known:
            values[WEEKDAYS.index(day), int(hour)] = level
    return values


ANSWERED_IN_TIME = "answered_116117_within_120_s"


def answered_by_hour(words: Words, organisation: str) -> list[tuple[int, Estimate]]:
    """Return the shares of 116117 calls answered in time by hour of the day, where known.

    Args:
        words: Results in one language.
        organisation: The model.
    """
    hours = words.chosen.groups(ANSWERED_IN_TIME, "hour")
    shares = [words.chosen.level(organisation, ANSWERED_IN_TIME, "hour", hour) for hour in hours]
    levels = zip(hours, shares, strict=True)
    return [(int(hour), level) for hour, level in levels if level is not None and level.is_known]


def is_answering_alike(words: Words) -> bool:
    """Tell whether all models have the same shares, hour for hour, in every replication."""
    hours = words.chosen.groups(ANSWERED_IN_TIME, "hour")
    changes = [
        words.chosen.change(name, ANSWERED_IN_TIME, "hour", hour)
        for name in words.chosen.others
        for hour in hours
    ]
    return bool(changes) and all(change is not None and change.is_nil for change in changes)


@dataclass(frozen=True)
class Curve:
    """What a curve shows: the share of calls or missions that are met within a time.

    Attributes:
        key: Its name in the catalogue of texts.
        indicator: The indicator whose groups are the times.
        group_by: What its rows are divided by, which names the unit of time.
        marks: Official limits: the time, and the indicator that has the target.
        longest: The longest time that is drawn.
        ticks: The times that stand along the axis.
    """

    key: str
    indicator: str
    group_by: str
    marks: tuple[tuple[int, str], ...]
    longest: int
    ticks: tuple[int, ...]


ANSWERED = Curve(
    "answered",
    "answered_116117_curve",
    "within_s",
    ((120, "answered_116117_within_120_s"),),
    300,
    (0, 30, 60, 90, 120, 180, 240, 300),
)


REACHED = Curve(
    "reached",
    "ambulance_response_curve",
    "within_min",
    ((12, "ambulance_within_12_min"), (25, "ambulance_within_25_min")),
    60,
    (0, 12, 25, 40, 60),
)


def curve_points(words: Words, name: str, of: Curve) -> list[tuple[int, Estimate]]:
    """Return the known shares of a model by time, the shortest first.

    Args:
        words: Results in one language.
        name: The model.
        of: The curve.
    """
    groups = sorted(words.chosen.groups(of.indicator, of.group_by), key=int)
    points = [
        (int(group), words.chosen.level(name, of.indicator, of.group_by, group)) for group in groups
    ]
    return [(at, level) for at, level in points if level is not None and level.is_known]


# --- cost -----------------------------------------------------------------------------------------

COST = "cost_nok_a_year"


COST_PARTS = {
    "room": ("operator", "dispatcher"),
    "nurses_paid": ("nurse",),
    "doctors_paid": ("doctor", "doctor_night", "doctor_at_home", "gp", "back_up_doctor"),
    "crews_paid": ("crew", "crew_at_home", "transport_vehicle"),
    "supports": (
        "helicopter",
        "rescue_helicopter",
        "boat",
        "single_responder",
        "first_responders",
        "training",
    ),
    "wheels": ("vehicles", "kilometres"),
    "clinics": ("clinics",),
}
"""The parts of the bars, and the parts of the cost that each is the sum of."""


def cost_part_sizes(words: Words, name: str, groups: list[str]) -> tuple[float, ...]:
    """Return what each of `COST_PARTS` costs a model a year, in NOK; nought where not known.

    Args:
        words: Results in one language.
        name: The model.
        groups: The parts of the cost that the results have.
    """
    levels = [words.chosen.level(name, COST, "part", group) for group in groups]
    means = [level.mean if level is not None and level.is_known else 0.0 for level in levels]
    wanted = [[groups.index(part) for part in of if part in groups] for of in COST_PARTS.values()]
    return sums_of_parts(means, wanted)


def sums_of_parts(sizes: Sequence[float], groups: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """Return the sums of sizes over groups of their places.

    Args:
        sizes: Sizes in one unit.
        groups: For each sum, the positions of what is added.
    """
    return tuple(sum(sizes[place] for place in group) for group in groups)


# --- map ------------------------------------------------------------------------------------------

KM_A_DEGREE = 111.2
"""Kilometres in a degree of latitude, and in one of longitude at the equator."""


def has_map(words: Words) -> bool:
    """Tell whether the region has places to draw, in more than one spot.

    Args:
        words: Results in one language; the region is that of the manifest.
    """
    places = words.chosen.manifest.region.get("places") or {}
    spots = {(place["lat"], place["lon"]) for place in places.values()}
    return len(spots) > 1 and all(math.isfinite(part) for spot in spots for part in spot)
