"""Known hours and places at which a target that is met on average is missed, in words.

A target of a mean says nothing of Monday morning: here are the hours of the week whose whole
interval lies on the bad side of it, or the municipalities where there are no hours.
"""

from __future__ import annotations

from itertools import groupby

from akuttsim.report.context import Words
from akuttsim.statistics.verdicts import Verdict

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_WEEKEND = ("sat", "sun")
_MOST_WEEKDAYS = 3
"""So many of the five weekdays must miss an hour for it to be told of weekdays."""
_MOST_PLACES = 2
"""So many municipalities are named one by one."""
_MOST_RANGES = 2
"""So many stretches of hours are named one by one."""


def missed_on_average(words: Words, model: str, indicator: str, brief: bool) -> str:
    """Return when or where a model misses a target, "" where it is not known to.

    Args:
        words: Texts and results.
        model: The model.
        indicator: What has the target.
        brief: Whether hours are told by parts of the day, without numbers.
    """
    hours = _missed_groups(words, model, indicator, "hour_of_week")
    if hours:
        return _hours_in_words(words, hours, brief)
    places = _missed_groups(words, model, indicator, "municipality")
    return _places_in_words(words, places) if places else ""


def _missed_groups(words: Words, model: str, indicator: str, group_by: str) -> list[str]:
    chosen = words.chosen
    return [
        group
        for group in chosen.groups(indicator, group_by)
        if (level := chosen.level(model, indicator, group_by, group)) is not None
        and level.verdict == Verdict.NOT_MET
    ]


def _places_in_words(words: Words, places: list[str]) -> str:
    if len(places) <= _MOST_PLACES:
        named = words.text.listed([words.labels.place(name) for name in places])
        return words.text("decision.when.places.few", places=named)
    count, every = len(places), len(words.chosen.municipalities())
    return words.text("decision.when.places.many", count=count, all=every)


def _hours_in_words(words: Words, hours: list[str], brief: bool) -> str:
    """Return hours of the week ("mon 08") in words, by weekdays and weekends."""
    by_days = hours_by_days(hours)
    if not by_days:
        key = "sometimes" if brief else "some_hours"
        return words.text(f"decision.when.{key}", count=len(hours))
    if brief:
        return _part_of_days(words, *by_days[0])
    return words.text(
        "decision.when.mostly", hours=_ranges_by_days(words, by_days[:_MOST_RANGES]),
        count=len(hours),
    )  # fmt: skip


def hours_by_days(hours: list[str]) -> list[tuple[str, list[int]]]:
    """Return stretches of hours with the days that they are of, the longest first.

    An hour is of weekdays where three of the five have it, of weekends where both days have it, and
    of every day where it is of both.
    """
    found = {tuple(each.split()) for each in hours}
    days_of_hour: dict[int, str] = {}
    for hour in range(24):
        on_weekdays = sum((day, f"{hour:02}") in found for day in _WEEKDAYS) >= _MOST_WEEKDAYS
        on_weekend = all((day, f"{hour:02}") in found for day in _WEEKEND)
        if on_weekdays or on_weekend:
            both = on_weekdays and on_weekend
            days_of_hour[hour] = "every_day" if both else "weekdays" if on_weekdays else "weekends"
    runs = [
        (days, [hour for _, hour in run])
        for (days, _), run in groupby(
            enumerate(sorted(days_of_hour)), lambda each: (days_of_hour[each[1]], each[1] - each[0])
        )
    ]
    return sorted(runs, key=lambda run: (-len(run[1]), run[1]))


def _part_of_days(words: Words, days: str, hours: list[int]) -> str:
    middle = hours[len(hours) // 2]
    part = words.text(f"decision.when.part.{_part_of_day(middle)}")
    return words.text(f"decision.when.{days}", parts=part)


def _ranges_by_days(words: Words, stretches: list[tuple[str, list[int]]]) -> str:
    """Return stretches of hours, those of the same days with their days named once."""
    ranges_of_days: dict[str, list[str]] = {}
    for days, hours in stretches:
        ends = {"first": f"{hours[0]:02}", "last": f"{hours[-1] + 1:02}"}
        ranges_of_days.setdefault(days, []).append(words.text("decision.when.between", **ends))
    parts = [
        words.text("decision.when.hours", days=words.text(f"decision.when.days.{days}"),
                   ranges=words.text.listed(ranges))
        for days, ranges in ranges_of_days.items()
    ]  # fmt: skip
    return words.text.listed(parts)


def _part_of_day(hour: int) -> str:
    bounds = ((6, "night"), (11, "morning"), (16, "day"), (23, "evening"), (24, "night"))
    return next(part for until, part in bounds if hour < until)
