"""A roster question: the room, the target and the shifts, checked before anything runs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from akuttsim.config.loader import Loaded
from akuttsim.config.schema.organisation import Organisation
from akuttsim.errors import InputError, did_you_mean, option_error
from akuttsim.experiments.load_study import load_together
from akuttsim.optimisation.rostering.roster_evaluation import RosterRoom
from akuttsim.optimisation.rostering.roster_search import RosterRequirements
from akuttsim.texts import message, said_by
from akuttsim.theory.input_checks import open_share, positive
from akuttsim.theory.staffing_levels import (
    DAY,
    WEEK,
    AnswerTarget,
    WeeklyShift,
    allowed_shifts,
    uncovered_half_hours,
)

T = TypeVar("T")

_TIME = re.compile(r"([01]?\d|2[0-3]):([03]0)")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class RosterOptions:
    """A roster question as a user writes it.

    Attributes:
        organisation: Shipped name or path.
        region: The same of a region; None for the organisation's own.
        room: Control room; None for the only one that answers 116117.
        target: Share of calls to answer, and within how many seconds.
        shift_hours: Lengths of shifts, as 7.5,8,12.
        starts: When shifts may start, as 07:00,15:30 or 07:00-23:00.
        least: Fewest on duty at any time.
    """

    organisation: str
    region: str | None
    room: str | None
    target: tuple[float, float]
    shift_hours: str
    starts: str
    least: int


@dataclass(frozen=True)
class RosterQuestion:
    """A roster question with everything it names loaded and checked.

    Attributes:
        room: The control room with its organisation and region.
        requirements: What the roster must do.
        hour_nok: What an hour of an operator costs, kroner; None where the organisation has no
            prices, and hours are counted alone.
    """

    room: RosterRoom
    requirements: RosterRequirements
    hour_nok: float | None


def load_roster_question(options: RosterOptions, weeks: int) -> RosterQuestion:
    """Return a roster question with everything it names loaded.

    Args:
        options: The question as the user wrote it.
        weeks: Weeks that are measured in each run.

    Raises:
        InputError: Something is not there, or cannot be: a room with operators of another, shifts
            that leave hours without anybody, operators who may not do all of the room's work.
    """
    shifts = theory_answer(
        "--shift-hours",
        lambda: allowed_shifts(
            parse_shift_starts(options.starts), parse_shift_lengths(options.shift_hours)
        ),
    )
    _require_full_coverage(shifts)
    home, (loaded,) = load_together([options.organisation], options.region or None)
    region, organisation = home.value, loaded.value
    name = _room_name(organisation, options)
    _require_unlimited_operators(name, loaded)
    costs = organisation.costs
    hour_nok = costs.hour_nok.operator.value if costs else None
    within_s = theory_answer("--target", lambda: positive("seconds", options.target[1]))
    share = theory_answer("--target", lambda: open_share("share", options.target[0]))
    room = RosterRoom(region, organisation, name, within_s, weeks)
    requirements = RosterRequirements(
        target=AnswerTarget(share, within_s, room.patience_s),
        shifts=shifts,
        price=np.full(WEEK, (hour_nok or 1.0) / 2),
        least=max(options.least, 1 + room.reserved_operators),
    )
    return RosterQuestion(room, requirements, hour_nok)


def parse_shift_lengths(text: str) -> list[int]:
    """Return shift lengths such as 7.5,8,12 in half hours. Raises InputError."""
    lengths = []
    for part in text.split(","):
        try:
            hours = float(part)
        except ValueError:
            hours = math.nan
        if not (hours * 2).is_integer() or not 0 < hours <= 24:
            what = message("experiments.staff.hours", strip=part.strip())
            raise option_error("--shift-hours", what)
        lengths.append(int(hours * 2))
    return lengths


def parse_shift_starts(text: str) -> list[int]:
    """Return starts such as 07:00,15:30 or every half hour of 07:00-23:00, in half hours."""
    starts: list[int] = []
    for part in text.split(","):
        ends = [_TIME.fullmatch(end_text.strip()) for end_text in part.split("-")]
        if len(ends) > 2 or None in ends:
            what = message("experiments.staff.starts")
            raise option_error("--starts", f"{what} (got {part.strip()!r})")
        slots = [int(end[1]) * 2 + int(end[2]) // 30 for end in ends if end]
        # a span over midnight, such as 22:00-02:00, goes round
        last = slots[-1] if slots[-1] >= slots[0] else slots[-1] + DAY
        starts += (slot % DAY for slot in range(slots[0], last + 1))
    return starts


def theory_answer(option: str, ask: Callable[[], T]) -> T:
    """Return what a function of theory answers; its refusals become errors of input."""
    try:
        return ask()
    except ValueError as error:
        raise option_error(option, said_by(error)) from None


def _require_full_coverage(shifts: tuple[WeeklyShift, ...]) -> None:
    """Raise InputError for shifts that leave a half hour of the week without anybody."""
    missing = uncovered_half_hours(np.ones(WEEK, dtype=np.int64), shifts)
    if missing.size:
        day, slot = divmod(int(missing[0]), DAY)
        when = f"{_DAYS[day]} {slot // 2:02d}:{slot % 2 * 30:02d}"
        what = message("experiments.staff.none_on_duty", when=when)
        raise option_error("--shift-hours, --starts", what)


def _require_unlimited_operators(name: str, loaded: Loaded[Organisation]) -> None:
    """Keep to a room whose operators may do all of its work: shifts here are all alike."""
    problems = [
        loaded.problem(
            f"control_rooms.{name}.operators.{period}.answers",
            message("experiments.staff.all_work"),
        )
        for period, staffing in loaded.value.control_rooms[name].operators.items()
        if staffing.answers is not None
    ]
    if problems:
        raise InputError(problems)


def _room_name(organisation: Organisation, options: RosterOptions) -> str:
    """Return the room asked for, or the only one that answers 116117.

    Raises:
        InputError: There is no such room, several answer 116117, or its operators are another's.
    """
    rooms = organisation.control_rooms
    name, known = options.room, ", ".join(rooms)
    if name is None:
        answering = [room for room, config in rooms.items() if config.number == "116117"]
        if len(answering) != 1:
            raise option_error("--room", message("experiments.staff.choose", rooms=known))
        name = answering[0]
    if name not in rooms:
        near = did_you_mean(name, rooms) or message("experiments.staff.there_is", rooms=known)
        raise option_error("--room", message("experiments.staff.no_room", room=name, near=near))
    owner = rooms[name].operators_of
    if owner is not None:
        what = message("experiments.staff.operators_of", name=name, owner=owner)
        raise option_error("--room", what)
    return name
