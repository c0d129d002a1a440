"""Rosters and opening hours as a painted week, and painted weeks as tidy rows of a config.

A week is seen in slots of five minutes, Monday first. What is not painted anew stays as it is
written, to the minute; what is, becomes as few rows as a person would write.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from akuttsim.config.schema.calendar import DAYS, parse_hours
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.indicators.declaration import TIMES_OF_DAY
from akuttsim.patients.urgency import DAY_STARTS, EVENING_STARTS, NIGHT_STARTS

SLOT_MIN = 5
SLOTS_A_DAY = 24 * 60 // SLOT_MIN
SLOTS = 7 * SLOTS_A_DAY
SLOTS_AN_HOUR = 60 // SLOT_MIN

Row = Mapping[str, Any]
"""A row of a roster or of opening hours as a config has it, with `days` and `hours`."""

Rows = Mapping[str, Row]
RowEdits = dict[str, ConfigContent | None]
"""New rows by name, keys that change of old ones, and None for rows that go."""

PaintedWeek = Sequence[Sequence[int]]
"""How many are on duty: seven days of 24 hours."""

HoursOfDays = Sequence[Sequence[Sequence[str]]]
"""Seven days of stretches, each from and to as '08:00'; an end before the start is next day."""

_WORDS = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7), "holidays": range(0)}


def days_of_row(row: Row) -> tuple[int, ...] | None:
    """Return the days of an ordinary week that a row is of; None of one with dates or holidays."""
    days: set[int] = set()
    for word in str(row["days"]).split():
        if word in DAYS:
            days.add(DAYS.index(word))
        elif word in _WORDS and word != "holidays":
            days |= set(_WORDS[word])
        else:
            return None
    return tuple(sorted(days))


def slots_of_row(row: Row) -> list[int]:
    """Return the slots of the week that a row covers; none of one with dates or holidays."""
    first, last = parse_hours(str(row["hours"]))
    return [
        (day * SLOTS_A_DAY + slot) % SLOTS
        for day in days_of_row(row) or ()
        for slot in range(first // SLOT_MIN, -(-last // SLOT_MIN))
    ]


def on_duty_by_slot(rows: Iterable[Row]) -> list[int]:
    """Return how many rows of a roster have on duty in each slot of an ordinary week."""
    counts = [0] * SLOTS
    for row in rows:
        for slot in slots_of_row(row):
            counts[slot] += int(row.get("on_duty", 1))
    return counts


def painted(counts: Sequence[int]) -> list[list[int]]:
    """Return what a painted week shows of slots: in each hour those on duty when it begins."""
    starts = counts[::SLOTS_AN_HOUR]
    return [list(starts[24 * day : 24 * day + 24]) for day in range(7)]


def time_of_day_of_change(before: Iterable[Row], after: Iterable[Row]) -> str | None:
    """Return the time of day that a roster was changed at: more than half of what changed is in it.

    None where there is none, and where less than half of its hours were changed on any day: an hour
    less in the evening would hardly be seen among all the evening's calls.

    Args:
        before: Rows as they were.
        after: Rows as they are.
    """
    pairs = zip(on_duty_by_slot(before), on_duty_by_slot(after), strict=True)
    changed = [slot % SLOTS_A_DAY for slot, (one, other) in enumerate(pairs) if one != other]
    times = Counter(_TIMES[slot] for slot in changed)
    on_clock, whole = Counter(_TIMES[slot] for slot in set(changed)), Counter(_TIMES)
    return next(
        (name for name, count in times.items()
         if 2 * count > len(changed) and 2 * on_clock[name] >= whole[name]),
        None,
    )  # fmt: skip


def _time_of_day(clock: float) -> str:
    day, evening, night = TIMES_OF_DAY
    if DAY_STARTS <= clock < EVENING_STARTS:
        return day
    return evening if EVENING_STARTS <= clock < NIGHT_STARTS else night


_TIMES = [_time_of_day(slot / SLOTS_AN_HOUR) for slot in range(SLOTS_A_DAY)]
"""The time of day of each slot of a day."""


class RowEdit(NamedTuple):
    """What becomes of the rows of a roster.

    Attributes:
        rows: New rows, keys that change of old ones, and None for those that go.
        gained: Slots in which more are on duty, with how many more.
        lost: The same of fewer.
    """

    rows: RowEdits
    gained: dict[int, int]
    lost: dict[int, int]


def repaint(rows: Rows, week: PaintedWeek, new_row: Mapping[str, Any]) -> RowEdit:
    """Return how a roster is to be changed so that it is as painted.

    A row whose every hour gets so many more or fewer keeps its hours and gets another number; where
    more are wanted in other hours, rows are added; where fewer are, the rows that these hours are
    of are written anew. Hours that show what was painted are left to the minute.

    Args:
        rows: The roster as it is written.
        week: The week as it was painted.
        new_row: Further keys of a row that is new.
    """
    before = on_duty_by_slot(rows.values())
    shown = painted(before)
    change = [0] * SLOTS
    for slot, count in enumerate(before):
        day, hour = divmod(slot // SLOTS_AN_HOUR, 24)
        if week[day][hour] != shown[day][hour]:
            change[slot] = week[day][hour] - count
    gained = {slot: n for slot, n in enumerate(change) if n > 0}
    lost = {slot: -n for slot, n in enumerate(change) if n < 0}
    edits = _other_numbers(rows, change)
    if min(change) < 0:
        edits |= _written_anew(rows, edits, change, new_row)
    elif max(change) > 0:
        edits |= tidy_rows(change, {*rows, *edits}, new_row)
    return RowEdit(edits, gained, lost)


def _other_numbers(rows: Rows, change: list[int]) -> RowEdits:
    """Return the rows that all of a change falls on, with their number; takes it off `change`."""
    edits: RowEdits = {}
    for name, row in rows.items():
        slots = slots_of_row(row)
        steps = {change[slot] for slot in slots}
        step = steps.pop() if len(steps) == 1 else 0
        number = int(row.get("on_duty", 1)) + step
        if step and number >= 0:
            edits[name] = {"on_duty": number} if number else None
            for slot in slots:
                change[slot] = 0
    return edits


def _written_anew(
    rows: Rows,
    edits: Mapping[str, ConfigContent | None],
    change: list[int],
    new_row: Mapping[str, Any],
) -> RowEdits:
    """Return the rows that a loss touches with those who are there throughout, the rest as new."""
    fewer: RowEdits = {}
    for name, row in rows.items():
        slots = slots_of_row(row)
        if name in edits or not any(change[slot] < 0 for slot in slots):
            continue
        number = int(row.get("on_duty", 1))
        floor = max(0, min(number + change[slot] for slot in slots))
        fewer[name] = {"on_duty": floor} if floor else None
        for slot in slots:
            change[slot] += number - floor
    return fewer | tidy_rows(change, {*rows, *edits}, new_row)


def tidy_rows(counts: Sequence[int], names: Iterable[str], new_row: Mapping[str, Any]) -> RowEdits:
    """Return a week of numbers as rows, level upon level, as few as it takes.

    Args:
        counts: How many are on duty in each slot; none below nought.
        names: Names that are used already.
        new_row: Further keys of each row.
    """
    numbers: dict[tuple[str, str], int] = {}
    for level in range(1, max(counts, default=0) + 1):
        for key in _rows_of_level([count >= level for count in counts]):
            numbers[key] = numbers.get(key, 0) + 1
    rows: RowEdits = {}
    for (days, hours), number in numbers.items():
        name = _row_name(days, hours, {*names, *rows})
        rows[name] = {"days": days, "hours": hours, "on_duty": number, **new_row}
    return rows


def level_rows(slots: Iterable[int]) -> list[tuple[str, str]]:
    """Return days and hours of some slots of the week, in as few rows as it takes."""
    chosen = set(slots)
    return _rows_of_level([slot in chosen for slot in range(SLOTS)]) if chosen else []


def _rows_of_level(covered: Sequence[bool]) -> list[tuple[str, str]]:
    """Return days and hours of the covered slots: the cut of long stretches that takes fewest."""
    if all(covered):
        return [("daily", "00:00-24:00")]
    starts = [slot for slot in range(SLOTS) if covered[slot] and not covered[slot - 1]]
    cuts = dict.fromkeys([0, *(slot % SLOTS_A_DAY for slot in starts)])
    return min((_grouped(_stretches(covered, starts, cut)) for cut in cuts), key=len)


def _stretches(
    covered: Sequence[bool], starts: Sequence[int], cut: int
) -> list[tuple[int, int, int]]:
    """Return day, first and last slot of stretches, none longer than a day."""
    found = []
    for start in starts:
        length = next(n for n in itertools.count(1) if not covered[(start + n) % SLOTS])
        at, end = start, start + length
        while at < end:
            longest = (cut - at) % SLOTS_A_DAY or SLOTS_A_DAY
            until = end if end - at <= SLOTS_A_DAY else at + longest
            day, first = divmod(at % SLOTS, SLOTS_A_DAY)
            found.append((day, first, first + until - at))
            at = until
    return found


def _grouped(stretches: Iterable[tuple[int, int, int]]) -> list[tuple[str, str]]:
    """Return stretches of the same hours as one row for all their days."""
    by_hours: dict[tuple[int, int], set[int]] = {}
    for day, first, last in stretches:
        by_hours.setdefault((first, last), set()).add(day)
    return [(day_words(days), hours_text(*hours)) for hours, days in sorted(by_hours.items())]


def day_words(days: Iterable[int]) -> str:
    """Return days of the week, Monday 0, as a roster writes them."""
    left = set(days)
    for word in ("daily", "weekdays", "weekends"):
        if left == set(_WORDS[word]):
            return word
    words = []
    if left >= set(_WORDS["weekdays"]):
        words, left = ["weekdays"], left - set(_WORDS["weekdays"])
    return " ".join([*words, *(DAYS[day] for day in sorted(left))])


def hours_text(first: int, last: int) -> str:
    """Return hours from slots since a day's midnight, as a roster writes them."""
    end = last if last <= SLOTS_A_DAY else last - SLOTS_A_DAY
    return f"{_clock(first)}-{_clock(end)}"


def _clock(slot: int) -> str:
    hour, minute = divmod(slot * SLOT_MIN, 60)
    return f"{hour:02d}:{minute:02d}"


def _row_name(days: str, hours: str, used: Iterable[str]) -> str:
    """Return a name of a row that says when it is and is not used yet."""
    when = hours.replace(":00", "").replace(":", "")
    name = f"{days.replace(' ', '-')}-{when}"
    taken = set(used)
    return next(
        each for n in itertools.count(1) if (each := name if n == 1 else f"{name}-{n}") not in taken
    )


def hours_of_days(rows: Iterable[Row]) -> list[list[list[str]]]:
    """Return the stretches in which any of the rows runs, by the day on which they begin."""
    days: list[list[list[str]]] = [[] for _ in range(7)]
    for row in rows:
        first, _, last = str(row["hours"]).partition("-")
        for day in days_of_row(row) or ():
            if [first, last] not in days[day]:
                days[day].append([first, last])
    return [sorted(stretches) for stretches in days]


def reopen(rows: Rows, days: HoursOfDays, common: Mapping[str, Any]) -> ConfigContent:
    """Return how opening hours are to be changed so that they are those of the days.

    A row whose days stay together keeps its name and gets other hours.

    Args:
        rows: The hours as they are written.
        days: The stretches of each day.
        common: Further keys of a row that is new.
    """
    wanted = _grouped(
        (
            day,
            parse_hours(f"{first}-{last}")[0] // SLOT_MIN,
            parse_hours(f"{first}-{last}")[1] // SLOT_MIN,
        )
        for day, stretches in enumerate(days)
        for first, last in stretches
    )
    edits: ConfigContent = {}
    left = list(wanted)
    for name, row in rows.items():
        of_row = days_of_row(row)
        if of_row is None:
            continue
        same = next((each for each in left if each[0] == day_words(of_row)), None)
        if same is None:
            edits[name] = None
            continue
        left.remove(same)
        if same[1] != row["hours"]:
            edits[name] = {"hours": same[1]}
    for one_of_days, hours in left:
        name = _row_name(one_of_days, hours, {*rows, *edits})
        edits[name] = {"days": one_of_days, "hours": hours, **common}
    return edits


def hours_of_slots(slots: Iterable[int]) -> list[list[list[str]]]:
    """Return slots of the week as stretches of days."""
    rows = [{"days": days, "hours": hours} for days, hours in level_rows(slots)]
    return hours_of_days(rows)
