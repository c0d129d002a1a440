"""What a variant changes of its base, one plain sentence for each; and staff with nowhere to work.

Clinics that close or open, staffed hours that are added, taken away or moved, and units that are
new or gone. Other settings have no sentence; their keys are in the table of what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from akuttsim.config.organisation_diff import person_hours, span_hours
from akuttsim.config.schema.calendar import Calendar
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import CHECKED_S, CheckedYear, Period, Staffing, subtract_spans
from akuttsim.config.schema.values import Text
from akuttsim.texts import Message, counted, message, titled
from akuttsim.units import HOUR_S

MOST_NAMED = 3
"""So many units of one kind are named one by one; of more it is told how many they are."""

_HALF_H = 0.5
"""Hours a week below which nothing is told."""

_MOVED_SHARE = 0.1
"""Hours that some lose and others gain are moved where what is left over is at most this share."""

_WEEK_S = 7 * 24 * HOUR_S


def change_sentences(base: Organisation, variant: Organisation, region: Region) -> list[Message]:
    """Return what a variant changes, the most visible first.

    Args:
        base: What it is held against.
        variant: Another organisation of the same region.
        region: Its calendar says which days are holidays.
    """
    calendar = region.calendar.calendar()
    return list(
        chain(
            _unit_sentences(base, variant, region),
            _opening_sentences(base, variant, calendar),
            *(_hour_sentences(role, base, variant, calendar) for role in ROLES),
            _changed_group_sentences(base, variant),
        )
    )


def _titles(organisation: Organisation) -> dict[str, Message | str]:
    """Return the title of each unit, by its section and name."""
    sections: dict[str, Mapping[str, Any]] = {
        "control_rooms": organisation.control_rooms,
        "doctors": organisation.doctors,
        "clinics": organisation.clinics,
        "ambulances": organisation.ambulances,
        "supports": organisation.supports,
        "first_responders": organisation.first_responders,
        "acute_beds": organisation.acute_beds,
    }
    return {
        f"{section}.{name}": _title(unit.title)
        for section, units in sections.items()
        for name, unit in units.items()
    }


def _title(title: Text | str) -> Message | str:
    return title if isinstance(title, str) else titled(title)


# --- units that are new or gone -------------------------------------------------------------------


def _unit_sentences(base: Organisation, variant: Organisation, region: Region) -> Iterator[Message]:
    """Yield which units close and which are new; a doctors' team goes with its clinic unsaid."""
    before, after = _units_by_kind(base), _units_by_kind(variant)
    for kind in before:
        for what, here, there in (("closes", before, after), ("opens", after, before)):
            names = [name for name in here[kind] if name not in there[kind]]
            if len(names) > MOST_NAMED:
                yield counted(f"understood.change.{what}_many.{kind}", len(names))
            elif names:
                owner = base if what == "closes" else variant
                places = _places_of_clinics(names, owner, region) if kind in CLINIC_KINDS else []
                at = f"_at.{kind}" if places else "_units" if kind in _VEHICLES_AND_GROUPS else ""
                titles = _joined(places or [here[kind][name] for name in names])
                yield message(f"understood.change.{what}{at}", titles=titles)


_VEHICLES_AND_GROUPS = frozenset({"ambulances", "supports", "first_responders"})

CLINIC_KINDS = ("legevakt", "satellite", "gp_office")


def _places_of_clinics(names: Sequence[str], owner: Organisation, region: Region) -> list[str]:
    """Return the places of clinics; none where another of the kind stands at one of them."""
    clinics = owner.clinics
    sites = [(clinics[name].kind, clinics[name].place) for name in names]
    others = {(one.kind, one.place) for name, one in clinics.items() if name not in names}
    if others & set(sites) or len(set(sites)) < len(sites):
        return []
    return [region.places[place].name for _, place in sites]


def _units_by_kind(organisation: Organisation) -> dict[str, dict[str, Message | str]]:
    titles = _titles(organisation)
    kinds: dict[str, dict[str, Message | str]] = {kind: {} for kind in CLINIC_KINDS}
    for name, clinic in organisation.clinics.items():
        kinds[clinic.kind][name] = titles[f"clinics.{name}"]
    for section in ("control_rooms", "ambulances", "supports", "first_responders", "acute_beds"):
        kinds[section] = {
            name: titles[f"{section}.{name}"] for name in getattr(organisation, section)
        }
    return kinds


def _joined(titles: Sequence[Message | str]) -> Message | str:
    """Return titles as a list: 'a, b and c'."""
    joined = titles[0]
    for place, title in enumerate(titles[1:], 2):
        key = "understood.both.and" if place == len(titles) else "understood.change.comma"
        joined = message(key, one=joined, other=title)
    return joined


def _opening_sentences(
    base: Organisation, variant: Organisation, calendar: Calendar
) -> Iterator[Message]:
    """Yield clinics that both have and that are open for more or fewer hours a week."""
    changes: dict[str, dict[str, float]] = {"open_more": {}, "open_less": {}}
    for name, clinic in variant.clinics.items():
        if name in base.clinics and clinic.open != base.clinics[name].open:
            before = span_hours(base.clinics[name].open.values(), calendar)
            change = span_hours(clinic.open.values(), calendar) - before
            if abs(change) >= _HALF_H:
                changes["open_more" if change > 0 else "open_less"][name] = abs(change)
    for way, hours in changes.items():
        if len(hours) > MOST_NAMED:
            yield message(f"understood.change.{way}_many", n=len(hours))
            continue
        for name, change in hours.items():
            title = _title(variant.clinics[name].title)
            yield message(f"understood.change.{way}", title=title, n=round(change))


# --- staffed hours --------------------------------------------------------------------------------

ROLES = ("operator", "dispatcher", "doctor", "nurse", "crew")
"""Whose hours are told: one of a person, or of a crew."""


RosterOrShifts = Mapping[str, Staffing] | Sequence[Period]
"""A roster, whose rows add, or the shifts of a crew."""


def _rosters(organisation: Organisation, role: str) -> dict[str, RosterOrShifts]:
    """Return the staffed hours of each unit that has staff of a role."""
    if role == "crew":
        return {f"ambulances.{n}": crew.shifts for n, crew in organisation.ambulances.items()}
    rosters: dict[str, dict[str, RosterOrShifts]] = {
        "operator": {
            f"control_rooms.{n}": room.operators for n, room in organisation.control_rooms.items()
        },
        "dispatcher": {
            f"control_rooms.{n}": room.dispatchers for n, room in organisation.control_rooms.items()
        },
        "doctor": {f"doctors.{n}": team.on_duty for n, team in organisation.doctors.items()},
        "nurse": {f"clinics.{n}": clinic.nurses for n, clinic in organisation.clinics.items()},
    }
    return rosters[role]


def _hours_a_week(hours: RosterOrShifts | None, calendar: Calendar) -> float:
    """Return hours in a mean week: of persons in a roster, of the crew in its shifts."""
    if hours is None:
        return 0.0
    if isinstance(hours, Mapping):
        return person_hours([hours], calendar)
    return span_hours(hours, calendar)


def _hour_changes(
    before: dict[str, RosterOrShifts], after: dict[str, RosterOrShifts], calendar: Calendar
) -> dict[str, float]:
    """Return by how many hours a week each unit has more; what is the same is not counted out."""
    changes: dict[str, float] = {}
    for name in dict.fromkeys([*before, *after]):
        pair = (before.get(name), after.get(name))
        if pair[0] != pair[1]:
            one, other = (_hours_a_week(each, calendar) for each in pair)
            if abs(other - one) >= _HALF_H:
                changes[name] = other - one
    return changes


def _hour_sentences(
    role: str, base: Organisation, variant: Organisation, calendar: Calendar
) -> Iterator[Message]:
    """Yield how a role's staffed hours change: moved, or more or fewer, where and by how much.

    A crew that is new or gone has been told of already.
    """
    before, after = _rosters(base, role), _rosters(variant, role)
    if role == "crew":
        before, after = ({n: each[n] for n in before if n in after} for each in (before, after))
    changes = _hour_changes(before, after, calendar)
    if not changes:
        return
    titles = _titles(base) | _titles(variant)
    gaining = [titles[name] for name, change in changes.items() if change > 0]
    moved = sum(change for change in changes.values() if change > 0)
    total = sum(changes.values(), 0.0)
    if gaining and moved > total and abs(total) <= _MOVED_SHARE * moved:
        if len(gaining) <= MOST_NAMED:
            yield message(f"understood.change.moved.{role}", titles=_joined(gaining))
        else:
            yield message(f"understood.change.moved_about.{role}")
    elif len(changes) == 1:
        [name] = changes
        of = message(f"understood.change.{_more(total)}.{role}", n=round(abs(total)))
        yield message("understood.change.at", title=titles[name], told=of)
    elif round(abs(total)):
        yield message(f"understood.change.{_more(total)}.{role}", n=round(abs(total)))


def _more(change: float) -> str:
    return "more" if change > 0 else "fewer"


def _changed_group_sentences(base: Organisation, variant: Organisation) -> Iterator[Message]:
    """Yield how many groups of first responders are set up in another way."""
    changed = [
        name
        for name, group in variant.first_responders.items()
        if name in base.first_responders and group != base.first_responders[name]
    ]
    if changed:
        yield counted("understood.change.other_responders", len(changed))


# --- staff with nowhere to work -------------------------------------------------------------------


def idle_staff_sentences(organisation: Organisation, region: Region) -> list[Message]:
    """Return who is on duty while none of their clinics is open: a clinic closed, its staff kept.

    Doctors who sit in a control room or take e-consultations have their work there.
    """
    year = CheckedYear(region.calendar.calendar())
    return [
        message(f"understood.change.idle.{role}", title=title, n=round(hours))
        for role, title, hours in (
            *_idle_doctors(organisation, year),
            *_idle_nurses(organisation, year),
        )
        if hours >= _HALF_H
    ]


Idle = tuple[str, "Message | str", float]
"""A role, whose they are, and hours in a mean week."""


def _idle_doctors(organisation: Organisation, year: CheckedYear) -> Iterator[Idle]:
    rooms = (room.doctor for room in organisation.control_rooms.values() if room.doctor)
    elsewhere = {doctor.team for doctor in rooms}
    if organisation.e_consultation is not None:
        elsewhere.add(organisation.e_consultation.doctors or "")
    for name, team in organisation.doctors.items():
        if name not in elsewhere:
            clinics = [one for one in organisation.clinics.values() if one.doctors == name]
            opened = [period for clinic in clinics for period in clinic.open.values()]
            hours = _hours_apart([*team.on_duty.values()], opened, year)
            yield "doctor", _title(team.title), hours


def _idle_nurses(organisation: Organisation, year: CheckedYear) -> Iterator[Idle]:
    for clinic in organisation.clinics.values():
        hours = _hours_apart([*clinic.nurses.values()], [*clinic.open.values()], year)
        yield "nurse", _title(clinic.title), hours


def _hours_apart(on_duty: Sequence[Period], opened: Sequence[Period], year: CheckedYear) -> float:
    """Return hours in a mean week in which somebody is on duty and nothing is open."""
    times = (tuple((each.days, each.hours) for each in periods) for periods in (on_duty, opened))
    return _hours_outside(*times, year) if on_duty else 0.0


DaysAndHours = tuple[tuple[str, str], ...]
"""When periods run, which many units of many organisations have in common."""


@lru_cache(maxsize=512)
def _hours_outside(on_duty: DaysAndHours, opened: DaysAndHours, year: CheckedYear) -> float:
    spans = (year.spans(Period(days=days, hours=hours) for days, hours in each)
             for each in (on_duty, opened))  # fmt: skip
    apart = subtract_spans(*spans)
    return sum(end - start for start, end in apart) * _WEEK_S / CHECKED_S / HOUR_S
