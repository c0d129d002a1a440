"""Two organisations of a region side by side: what there is of each kind, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from akuttsim.config.describe_organisation import organisation_sentences
from akuttsim.config.describe_region import days_text
from akuttsim.config.schema.calendar import Calendar
from akuttsim.config.schema.clinic import DoctorTeam
from akuttsim.config.schema.fleet import Crew
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import (
    CrewShift,
    DoctorStaffing,
    Period,
    ServiceHours,
    Staffing,
    merge_spans,
    unroll,
)
from akuttsim.config.schema.values import Model, Sourced, Text
from akuttsim.config.walk import SOURCE_KEYS, ConfigValue, content_of, walk_two
from akuttsim.errors import InputError, Problem
from akuttsim.texts import joined_texts, message
from akuttsim.units import DAY_S, HOUR_S

WEEKS_COUNTED = 52
ABSENT = "-"
"""What stands for a key that one of the two has not."""

_KEYS_LEFT_OUT = frozenset({"organisation", "region", "title", "description"})


@dataclass(frozen=True)
class OrganisationDifference:
    """One line of the table of differences between two organisations.

    Attributes:
        what: A dotted key, or in words what is counted.
        first: The value in the first; `ABSENT` where it has none.
        second: The value in the second.
    """

    what: str
    first: str
    second: str


@dataclass(frozen=True)
class StaffedHours:
    """Staffed hours of one role, in a mean week of the year.

    Attributes:
        role: The role in words.
        first: Hours in the first organisation.
        second: Hours in the second.
    """

    role: str
    first: float
    second: float


def require_same_region(
    first: tuple[Organisation, Region], second: tuple[Organisation, Region]
) -> None:
    """Raise InputError for two organisations that do not meet the same people."""
    if first[1] == second[1]:
        return
    told = [
        message("understood.both.is_of", organisation=each.organisation, region=where.region)
        for each, where in (first, second)
    ]
    both = joined_texts(told, message("commands.conjunction.and"))
    what = message("understood.both.one_region", told=both)
    raise InputError([Problem("", 0, second[0].organisation, what)])


def compare_part_counts(first: Organisation, second: Organisation) -> list[OrganisationDifference]:
    """Return how many rooms, clinics, vehicles and other parts the two have."""
    counts, other_counts = part_counts(first), part_counts(second)
    return [
        OrganisationDifference(what, f"{counts[what]}", f"{other_counts[what]}") for what in counts
    ]


def part_counts(organisation: Organisation) -> dict[str, int]:
    """Return how many there are of each kind of part in an organisation."""
    clinics = [clinic.kind for clinic in organisation.clinics.values()]
    vehicles = [crew.kind for crew in organisation.ambulances.values()]
    return {
        message("understood.both.control_rooms"): len(organisation.control_rooms),
        message("understood.both.doctor_teams"): len(organisation.doctors),
        message("understood.both.gp_offices"): clinics.count("gp_office"),
        message("understood.both.legevakt"): clinics.count("legevakt"),
        message("understood.both.satellites"): clinics.count("satellite"),
        message("understood.both.ambulances"): vehicles.count("ambulance"),
        message("understood.both.transport"): vehicles.count("transport"),
        message("understood.both.neighbours"): vehicles.count("neighbour"),
        message("understood.both.supports"): len(organisation.supports),
        message("understood.both.responders"): len(organisation.first_responders),
        message("understood.both.acute_beds"): len(organisation.acute_beds),
    }


def compare_staffed_hours(
    first: Organisation, second: Organisation, region: Region
) -> list[StaffedHours]:
    """Return staffed hours in a mean week by role, of the roles that either of the two has.

    Operators who also receive at a clinic or answer for another room, and crews who also staff a
    satellite, count once, where they are on duty. One hour is that of a person, or of a crew.

    Args:
        first: An organisation.
        second: Another one of the same region.
        region: Its calendar says which days are holidays.
    """
    calendar = region.calendar.calendar()
    hours, other_hours = _hours_by_role(first, calendar), _hours_by_role(second, calendar)
    return [
        StaffedHours(role, hours[role], other_hours[role])
        for role in hours
        if hours[role] or other_hours[role]
    ]


def _hours_by_role(organisation: Organisation, calendar: Calendar) -> dict[str, float]:
    """Return staffed hours in a mean week by role in words."""
    rooms, teams = organisation.control_rooms.values(), organisation.doctors.values()
    back_ups = [team.back_up.on_call for team in teams if team.back_up is not None]
    return {
        message("understood.both.operators"): person_hours(
            (room.operators for room in rooms), calendar
        ),
        message("understood.both.dispatchers"): person_hours(
            (room.dispatchers for room in rooms), calendar
        ),
        message("understood.both.on_site"): person_hours(
            (_roster_on_duty_kind(team, "on_site") for team in teams), calendar
        ),
        message("understood.both.on_home_duty"): person_hours(
            (_roster_on_duty_kind(team, "home") for team in teams), calendar
        ),
        message("understood.both.back_up"): person_hours(back_ups, calendar),
        message("understood.both.nurses"): person_hours(
            (one.nurses for one in organisation.clinics.values()), calendar
        ),
        message("understood.both.at_station"): _crew_hours(
            organisation, "ambulance", "station", calendar
        ),
        message("understood.both.crews_at_home"): (
            _crew_hours(organisation, "ambulance", None, calendar)
            - _crew_hours(organisation, "ambulance", "station", calendar)
        ),
        message("understood.both.transport"): _crew_hours(
            organisation, "transport", None, calendar
        ),
        message("understood.both.supports"): sum(
            span_hours(one.on_duty.values(), calendar) for one in organisation.supports.values()
        ),
    }


def _roster_on_duty_kind(team: DoctorTeam, duty: str) -> dict[str, DoctorStaffing]:
    """Return the part of a team's roster that is on site, or on home duty."""
    return {name: staffing for name, staffing in team.on_duty.items() if staffing.duty == duty}


def person_hours(rosters: Iterable[Mapping[str, Staffing]], calendar: Calendar) -> float:
    """Return people's hours: two staffings of one team add where they overlap."""
    staffings = [staffing for roster in rosters for staffing in roster.values()]
    return sum(each.on_duty * span_hours([each], calendar) for each in staffings)


def _crew_hours(
    organisation: Organisation, kind: str, duty: str | None, calendar: Calendar
) -> float:
    """Return crews' hours on one duty, or on any."""
    return sum(
        span_hours([one for one in crew.shifts if duty in (one.duty, None)], calendar)
        for crew in organisation.ambulances.values()
        if crew.kind == kind
    )


def span_hours(periods: Iterable[Period], calendar: Calendar) -> float:
    """Return the hours in a mean week in which at least one of the periods runs."""
    end_s = WEEKS_COUNTED * 7 * DAY_S
    spans = merge_spans(
        span for period in periods for span in unroll(period, calendar, WEEKS_COUNTED * 7)
    )
    return sum(min(end, end_s) - start for start, end in spans) / HOUR_S / WEEKS_COUNTED


def sentences_of_one_only(first: Organisation, second: Organisation) -> tuple[list[str], list[str]]:
    """Return the sentences on how each is arranged that do not hold of the other."""
    sentences, other_sentences = organisation_sentences(first), organisation_sentences(second)
    return [sentence for sentence in sentences if sentence not in other_sentences], [
        sentence for sentence in other_sentences if sentence not in sentences
    ]


def organisation_key_differences(
    first: Organisation, second: Organisation
) -> list[OrganisationDifference]:
    """Return the dotted keys whose values differ; a part that only one has is one line.

    Left out: names, descriptions and where numbers come from.
    """
    lines = (
        OrganisationDifference(ours.key, _value_text(ours.value), _value_text(theirs.value))
        for ours, theirs in walk_two(first, second, _is_one_line)
        if not (_is_name_or_source(ours) or _is_same(ours.value, theirs.value))
    )
    return [line for line in lines if line.first != line.second]


def _is_same(one: object, other: object) -> bool:
    """Tell whether two values are the same and need not be written to see it; 1 is not true."""
    return type(one) is type(other) and one == other


def _is_one_line(value: object) -> bool:
    """Tell whether a value is one line of the table: a text, hours, or a value with its source."""
    return isinstance(value, Text | Period | Sourced) and not isinstance(value, Crew)


def _is_name_or_source(at: ConfigValue) -> bool:
    """Tell whether a value says what something is called or where it comes from."""
    if at.field is None:  # an entry of a mapping, whatever its name
        return False
    return at.key in _KEYS_LEFT_OUT or at.name in SOURCE_KEYS | {"title"}


def _value_text(value: object) -> str:
    """Return a value in words, as short as a cell of a table must be."""
    if value is None or value in ((), {}):
        return ABSENT
    if isinstance(value, tuple):
        return joined_texts(map(_item_text, value))
    if isinstance(value, Sourced) and not isinstance(value, Period | Crew):
        return _sourced_text(value)
    there = message("understood.both.there")
    return there if isinstance(value, dict | Crew) else _item_text(value, there)


def _item_text(value: object, model: str = "") -> str:
    """Return a single value in words; a part with names of its own as `model`, or all of it."""
    if isinstance(value, Period):
        return _period_value_text(value)
    if isinstance(value, Model):
        return model or _nested_text(value.model_dump(mode="json", exclude_none=True))
    return _number_text(value)


def _period_value_text(value: Period) -> str:
    """Return a period with who is on duty, or for whom it is."""
    text = days_text(value.days) + f" {value.hours}"
    if isinstance(value, Staffing):
        at_home = isinstance(value, DoctorStaffing) and value.duty == "home"
        on_duty = "understood.both.on_home_duty_when" if at_home else "understood.both.on_duty"
        return message(on_duty, n=value.on_duty, when=text)
    if isinstance(value, ServiceHours):
        municipalities = ", ".join(value.municipalities)
        return message("understood.both.for", when=text, municipalities=municipalities)
    return text + f" ({value.duty})" if isinstance(value, CrewShift) else text


def _sourced_text(value: Sourced) -> str:
    """Return a sourced value without its source; `value` is left unsaid."""
    plain = content_of(value)
    if set(plain) == {"value"}:
        return _number_text(plain["value"])
    return joined_texts(
        message("understood.named", name=name, said=_nested_text(part))
        for name, part in plain.items()
    )


def _nested_text(part: object) -> str:
    """Return plain values on one line, keys before what they hold."""
    if isinstance(part, dict):
        return " ".join(f"{name} {_nested_text(inner)}" for name, inner in part.items())
    if isinstance(part, list):
        return " ".join(map(_nested_text, part))
    return _number_text(part)


def _number_text(value: object) -> str:
    """Return a number or text as a cell; yes and no in words."""
    if isinstance(value, bool):
        return message("understood.both.yes" if value else "understood.both.no")
    return f"{value:g}" if isinstance(value, float) else str(value)
