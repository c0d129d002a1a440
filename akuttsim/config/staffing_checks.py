"""Checks of control rooms, clinics and doctors: what they name, and who is on duty when.

A room's doctor need not be there at all hours: without one the calls go as they do elsewhere, to
the doctor on duty at the caller's clinic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, combinations, takewhile

from akuttsim.config.loader import Loaded
from akuttsim.config.schema.clinic import Clinic, has_doctor
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import (
    ALWAYS,
    GOES_FIRST,
    CheckedYear,
    OperatorStaffing,
    Period,
    Span,
    Work,
    intersect_spans,
    merge_spans,
    subtract_spans,
)
from akuttsim.errors import Problem, did_you_mean

RoomProblems = Iterator[tuple[str, str]]
"""The key below a control room, and what is wrong there."""


def check_room_names(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Yield what control rooms name that is not there, does not fit or has no effect."""
    organisation = loaded.value
    for name, room in organisation.control_rooms.items():
        for key, what in chain(
            _overflow_and_back_up(name, organisation.control_rooms),
            _operators_of_others(name, organisation.control_rooms),
            _work_problems(name, organisation),
            _parts_of_other_numbers(room),
            _outside_the_region(room, region),
            _districts_answered_twice(name, organisation.control_rooms),
            _unknown_room_doctor(room, organisation),
        ):
            yield loaded.problem(f"control_rooms.{name}.{key}", what)


def check_room_hours(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Yield the hours at which nobody answers, two rooms answer, or an answering room is empty.

    The names must have passed `check_room_names`.
    """
    yield from _one_room_each(loaded, region, year)
    for name in loaded.value.control_rooms:
        for key, what in chain(
            _unstaffed_room(name, loaded.value, year),
            _nobody_left_to_answer(name, loaded.value, year),
            _unstaffed_back_up(name, loaded.value, year),
        ):
            yield loaded.problem(f"control_rooms.{name}.{key}", what)


def why_no_operators(name: str, rooms: dict[str, ControlRoom]) -> str:
    """Tell why a control room has no operators to share; '' if it has."""
    if name not in rooms:
        return f"no control room {name!r}{did_you_mean(name, rooms)}"
    if rooms[name].operators_of is not None:
        return f"{name} has no operators of its own; name {rooms[name].operators_of}"
    return ""


def operators_who_may(work: Work, operators: Iterable[OperatorStaffing]) -> list[OperatorStaffing]:
    """Return the staffings whose operators may do a kind of work."""
    return [
        operator for operator in operators if operator.answers is None or work in operator.answers
    ]


def _overflow_and_back_up(name: str, rooms: dict[str, ControlRoom]) -> RoomProblems:
    room = rooms[name]
    if room.overflow is not None:
        yield from (
            ("overflow.to", what) for what in _explain_no_neighbour(name, room.overflow.to, rooms)
        )
    if room.back_up is not None:
        yield from (("back_up", what) for what in _explain_no_neighbour(name, room.back_up, rooms))


def _explain_no_neighbour(name: str, other: str, rooms: dict[str, ControlRoom]) -> Iterator[str]:
    number = rooms[name].number
    if other not in rooms:
        yield f"no control room {other!r}{did_you_mean(other, rooms)}"
    elif _team_of_room(other, rooms) == _team_of_room(name, rooms):
        yield f"{other} has the same operators; name a room with others"
    elif rooms[other].number != number:
        yield f"{other} answers {rooms[other].number}; name a room that answers {number}"


def _operators_of_others(name: str, rooms: dict[str, ControlRoom]) -> RoomProblems:
    owner = rooms[name].operators_of
    if owner == name:
        yield "operators_of", "a room cannot share with itself; name another or write operators"
    elif owner is not None and why_no_operators(owner, rooms):
        yield "operators_of", why_no_operators(owner, rooms)


def _team_of_room(name: str, rooms: dict[str, ControlRoom]) -> str:
    """Return the room whose operators a room has."""
    return rooms[name].operators_of or name


def _kinds_of_work(team: str, organisation: Organisation) -> list[Work]:
    """Return the kinds of work of a room's operators, what goes first at the head."""
    rooms = organisation.control_rooms
    kinds: set[Work] = {rooms[name].number for name in rooms if _team_of_room(name, rooms) == team}
    if any(clinic.nurses_of == team for clinic in organisation.clinics.values()):
        kinds.add("clinic")
    return [work for work in GOES_FIRST if work in kinds]


def _work_problems(name: str, organisation: Organisation) -> RoomProblems:
    room = organisation.control_rooms[name]
    kinds = _kinds_of_work(_team_of_room(name, organisation.control_rooms), organisation)
    for period, staffing in room.operators.items():
        unknown = [work for work in staffing.answers or () if work not in kinds]
        if unknown:
            what = f"these operators have no such work: {', '.join(unknown)}; they have "
            yield f"operators.{period}.answers", what + ", ".join(kinds)
    dispatches = room.number == "113" and not room.dispatchers
    if room.keeps_free is not None and kinds[:1] == [room.number] and not dispatches:
        what = f"has no effect: nothing goes before {room.number} with these operators; leave out"
        yield "keeps_free", what


def _parts_of_other_numbers(room: ControlRoom) -> RoomProblems:
    """Some parts belong to 116117 rooms only, some to 113 rooms only, and some to both."""
    given: dict[str, tuple[tuple[str, ...], bool]] = {
        "video": (("116117",), room.video is not None),
        "callback": (("116117",), room.callback is not None),
        "doctor": (("116117",), room.doctor is not None),
        "health_line": (("116117",), room.health_line != "first"),
        "outside": (("116117", "113"), bool(room.outside)),
        "dispatchers": (("113",), bool(room.dispatchers)),
    }
    for key, (numbers, is_given) in given.items():
        if is_given and room.number not in numbers:
            answers = " or ".join(numbers)
            yield key, f"only rooms that answer {answers} have this (here {room.number}); leave out"


def _outside_the_region(room: ControlRoom, region: Region) -> RoomProblems:
    for outside in sorted(set(room.outside) - set(region.outside)):
        yield "outside", f"no {outside!r} under outside in the region {region.region}"
    if room.number == "alarm" and region.demand.safety_alarms is None:
        what = f"the region {region.region} has no demand.safety_alarms; add it there"
        yield "number", f"{what}, or leave out the room"


def _districts_answered_twice(name: str, rooms: dict[str, ControlRoom]) -> RoomProblems:
    """A neighbour district has one room for each number, at all hours."""
    for other in takewhile(name.__ne__, rooms):
        if rooms[other].number == rooms[name].number:
            for district in sorted(set(rooms[name].outside) & set(rooms[other].outside)):
                what = f"{district} is answered by {other} already; name it in one room only"
                yield "outside", what


def _unknown_room_doctor(room: ControlRoom, organisation: Organisation) -> RoomProblems:
    if room.doctor is not None and room.doctor.team not in organisation.doctors:
        near = did_you_mean(room.doctor.team, organisation.doctors)
        yield "doctor.team", f"no team {room.doctor.team!r} under doctors{near}"


def _answering_spans(room: ControlRoom, municipality: str, year: CheckedYear) -> list[Span]:
    """Return when a room answers for a municipality."""
    if municipality in room.municipalities:
        return [*ALWAYS]
    return year.spans(s for s in room.by_hour.values() if municipality in s.municipalities)


def _one_room_each(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Each municipality has one room for 116117 and one for 113 at every hour; alarms at most."""
    for number in ("116117", "113", "alarm"):
        rooms = {k: v for k, v in loaded.value.control_rooms.items() if v.number == number}
        doubles: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        nobody: dict[str, list[str]] = defaultdict(list)
        for municipality in region.municipalities:
            spans = {
                name: _answering_spans(room, municipality, year) for name, room in rooms.items()
            }
            for name, other in _double_answers(spans, year):
                doubles[name, _key_of_municipality(municipality, rooms[name]), other].append(
                    municipality
                )
            for when in year.missing(ALWAYS, merge_spans(chain.from_iterable(spans.values()))):
                nobody[when].append(municipality)
        for (name, key, other), named in doubles.items():
            what = f"{_names_and_verb(named)} answered by {other}; name each in one room only"
            yield loaded.problem(f"control_rooms.{name}.{key}", what)
        for when, named in nobody.items() if number != "alarm" else ():
            where = "by_hour" if when else "municipalities"
            what = f"nobody answers {number} for {', '.join(named)}{when}; add to a room's {where}"
            yield loaded.problem("control_rooms", what)


def _double_answers(spans: dict[str, list[Span]], year: CheckedYear) -> Iterator[tuple[str, str]]:
    """Yield each room that answers when an earlier one does, and that one with the hours."""
    for name, first in ((b, a) for a, b in combinations(spans, 2)):
        for when in year.shared(spans[first], spans[name]):
            yield name, f"{first} already{when}"


def _names_and_verb(municipalities: list[str]) -> str:
    return f"{', '.join(municipalities)} {'is' if len(municipalities) == 1 else 'are'}"


def _key_of_municipality(municipality: str, room: ControlRoom) -> str:
    if municipality in room.municipalities:
        return "municipalities"
    periods = (name for name, each in room.by_hour.items() if municipality in each.municipalities)
    return f"by_hour.{next(periods)}.municipalities"


def _spans_up(room: ControlRoom, year: CheckedYear) -> list[Span]:
    """Return when a room answers for anybody and is not down."""
    return subtract_spans(_spans_open(room, year), year.spans(room.down.values()))


def _spans_open(room: ControlRoom, year: CheckedYear) -> list[Span]:
    at_all_hours = room.municipalities or room.outside
    return merge_spans(ALWAYS) if at_all_hours else year.spans(room.by_hour.values())


def _staff_of_room(
    name: str, organisation: Organisation, year: CheckedYear
) -> Iterator[tuple[str, str, list[Span]]]:
    """Yield key, title and hours of those whom a room needs."""
    rooms = organisation.control_rooms
    room, team = rooms[name], _team_of_room(name, rooms)
    operators = operators_who_may(room.number, rooms[team].operators.values())
    yield "operators" if team == name else "operators_of", "operator", year.spans(operators)
    if room.dispatchers:
        yield "dispatchers", "dispatcher", year.spans(room.dispatchers.values())


def _unstaffed_room(name: str, organisation: Organisation, year: CheckedYear) -> RoomProblems:
    room = organisation.control_rooms[name]
    words = {
        "operators": f"nobody answers {room.number}{{}}; add a staffing for that hour",
        "operators_of": f"none of {room.operators_of}'s operators may answer {room.number}{{}}; "
        "add a staffing there",
        "dispatchers": "no dispatcher{}; add a staffing for that hour",
    }
    for key, _, there in _staff_of_room(name, organisation, year):
        for when in year.missing(_spans_up(room, year), there):
            yield key, words[key].format(when)


def _nobody_left_to_answer(
    name: str, organisation: Organisation, year: CheckedYear
) -> RoomProblems:
    rooms = organisation.control_rooms
    room = rooms[name]
    if room.keeps_free is None or not room.keeps_free.value:
        return
    kept = room.keeps_free.value
    enough = year.more_than(kept, rooms[_team_of_room(name, rooms)].operators.values())
    for when in year.missing(_spans_up(room, year), enough):
        what = f"nobody is left to answer {room.number}{when}: at most {kept} on duty; keep fewer"
        yield "keeps_free.value", f"{what} free or add a staffing"


def _unstaffed_back_up(name: str, organisation: Organisation, year: CheckedYear) -> RoomProblems:
    """While a room is down its back-up must be up, with people on duty."""
    rooms = organisation.control_rooms
    back_up = rooms[name].back_up
    if back_up is None:
        return
    down = intersect_spans(_spans_open(rooms[name], year), year.spans(rooms[name].down.values()))
    for when in year.shared(down, year.spans(rooms[back_up].down.values())):
        yield "back_up", f"{back_up} is down too{when}; name another room, or other hours"
    for _, who, there in _staff_of_room(back_up, organisation, year):
        for when in year.missing(down, there):
            what = f"{back_up} has no {who} on duty{when}, while this room is down"
            yield "back_up", f"{what}; staff it then or name another room"


ClinicProblems = Iterator[tuple[str, str]]
"""The key below a clinic, and what is wrong there."""


def check_clinic_names(loaded: Loaded[Organisation]) -> Iterator[Problem]:
    """Yield what clinics name that is not there, does not fit or has no effect."""
    organisation = loaded.value
    for name, clinic in organisation.clinics.items():
        for key, what in chain(
            _clinic_doctor_problems(clinic, organisation),
            _clinic_nurse_problems(clinic, organisation),
            _crew_as_nurses(name, organisation),
            _clinic_care_problems(clinic, organisation),
        ):
            yield loaded.problem(f"clinics.{name}.{key}", what)
    booking = organisation.clinic_care.booking
    if booking is not None and not booking.slot_min.value:
        what = "must be greater than 0: how long each booked time is"
        yield loaded.problem("clinic_care.booking.slot_min.value", what)
    for team in _e_consultation_teams(organisation):
        for what in _unknown_team(team, organisation):
            yield loaded.problem("e_consultation.doctors", what)


def check_clinic_hours(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Yield the hours at which a clinic is open without staff, or a municipality has no clinic.

    The names must have passed `check_clinic_names`.
    """
    organisation = loaded.value
    for name, clinic in organisation.clinics.items():
        for when, who in _unstaffed_clinic(clinic, organisation, year):
            what = f"open without a {who} on duty{when}; add a staffing"
            yield loaded.problem(f"clinics.{name}", what)
        for key, what in chain(
            _borrowed_nurses(clinic, organisation, year),
            _crew_not_at_satellite(clinic, organisation, year),
        ):
            yield loaded.problem(f"clinics.{name}.{key}", what)
    for what in _unstaffed_e_consultation(organisation, year):
        yield loaded.problem("e_consultation.doctors", what)
    yield from _municipalities_without_clinic(loaded, region, year)


def _e_consultation_teams(organisation: Organisation) -> Iterator[str]:
    """Yield the team of our own doctors that takes e-consultations, if there is one."""
    screen = organisation.e_consultation
    if screen is not None and screen.doctors is not None:
        yield screen.doctors


def _unstaffed_e_consultation(organisation: Organisation, year: CheckedYear) -> Iterator[str]:
    screen = organisation.e_consultation
    opened = year.spans(screen.open.values()) if screen else []
    for team in _e_consultation_teams(organisation):
        for when in year.missing(opened, year.spans(organisation.doctors[team].on_duty.values())):
            yield f"open without one of {team} on duty{when}; add a staffing there"


def _unknown_team(team: str, organisation: Organisation) -> Iterator[str]:
    if team not in organisation.doctors:
        yield f"no team {team!r} under doctors{did_you_mean(team, organisation.doctors)}"


def _clinic_doctor_problems(clinic: Clinic, organisation: Organisation) -> ClinicProblems:
    yield from (("doctors", what) for what in _unknown_team(clinic.doctors, organisation))
    if has_doctor(clinic) and clinic.takes != ("green",):
        yield "takes", "has no effect: a clinic with a doctor takes everybody; leave it out"


def _clinic_nurse_problems(clinic: Clinic, organisation: Organisation) -> ClinicProblems:
    if clinic.nurses_of is not None:
        missing = why_no_operators(clinic.nurses_of, organisation.control_rooms)
        if missing:
            yield "nurses_of", missing
    elif clinic.keeps_free is not None:
        yield "keeps_free", "has no effect without nurses_of a control room; leave it out"


def _crew_as_nurses(name: str, organisation: Organisation) -> ClinicProblems:
    """A satellite's crew is an ambulance stationed there, and staffs no other satellite."""
    clinic = organisation.clinics[name]
    if clinic.nurse_call_out is not None and not clinic.nurses:
        crew_goes = "a crew goes out as an ambulance" if clinic.nurses_of_crew else "add nurses"
        yield "nurse_call_out", f"goes with nurses of the satellite's own; {crew_goes}"
    if clinic.nurses_of_crew is not None:
        for what in _unfit_crew(clinic.nurses_of_crew, name, organisation):
            yield "nurses_of_crew", what


def _unfit_crew(wanted: str, satellite: str, organisation: Organisation) -> Iterator[str]:
    clinics, crews = organisation.clinics, organisation.ambulances
    if wanted not in crews:
        yield f"no ambulance {wanted!r}{did_you_mean(wanted, crews)}"
        return
    crew, place = crews[wanted], clinics[satellite].place
    if crew.kind != "ambulance":
        yield f"{wanted} is of kind {crew.kind}; name a crew of kind ambulance"
    if crew.station != place:
        yield f"{wanted} is stationed at {crew.station}; name a crew stationed at {place}"
    first = next(name for name, each in clinics.items() if each.nurses_of_crew == wanted)
    if first != satellite:
        yield f"{wanted} staffs {first} already; one satellite a crew"


def _clinic_care_problems(clinic: Clinic, organisation: Organisation) -> ClinicProblems:
    for name in clinic.care:
        if getattr(organisation.clinic_care, name) is None:
            yield "care", f"{name} is not described; add clinic_care.{name}"
    if "door_triage" in clinic.care and not clinic.nurses and clinic.nurses_of is None:
        yield "care", "door_triage needs a nurse; add nurses, or nurses_of a control room"


def _unstaffed_clinic(
    clinic: Clinic, organisation: Organisation, year: CheckedYear
) -> Iterator[tuple[str, str]]:
    """Whoever is needed must be on duty whenever the doors are open."""
    opened = year.spans(clinic.open.values())
    doctors = organisation.doctors[clinic.doctors].on_duty.values()
    staff: list[tuple[str, Iterable[Period]]] = [("doctor", doctors)]
    if clinic.nurses or (clinic.kind == "satellite" and clinic.nurses_of_crew is None):
        staff.append(("nurse", clinic.nurses.values()))
    for who, periods in staff:
        for when in year.missing(opened, year.spans(periods)):
            yield when, who


def _borrowed_nurses(
    clinic: Clinic, organisation: Organisation, year: CheckedYear
) -> ClinicProblems:
    """Operators who may receive at the clinic, more than must be left free, whenever it is open."""
    if clinic.nurses_of is None:
        return
    opened = year.spans(clinic.open.values())
    operators = organisation.control_rooms[clinic.nurses_of].operators.values()
    for when in year.missing(opened, year.spans(operators_who_may("clinic", operators))):
        what = f"none of {clinic.nurses_of}'s operators may receive here{when}"
        yield "nurses_of", f"{what}; add a staffing there"
    kept = clinic.keeps_free.value if clinic.keeps_free else 0
    if not kept:
        return
    for when in year.missing(opened, year.more_than(kept, operators)):
        what = f"nobody is left to receive{when}: at most {kept} on duty; keep fewer free"
        yield "keeps_free.value", f"{what} or add a staffing"


def _crew_not_at_satellite(
    clinic: Clinic, organisation: Organisation, year: CheckedYear
) -> ClinicProblems:
    """A crew that staffs a satellite is on duty at its station whenever the satellite is open."""
    if clinic.nurses_of_crew is None:
        return
    shifts = organisation.ambulances[clinic.nurses_of_crew].shifts
    there = year.spans(shift for shift in shifts if shift.duty == "station")
    for when in year.missing(year.spans(clinic.open.values()), there):
        what = f"{clinic.nurses_of_crew} is not on station duty{when}, while this is open"
        yield "nurses_of_crew", f"{what}; change its shifts or the opening hours"


def _municipalities_without_clinic(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """By law every municipality has a doctor on duty at all hours (satellites do not count)."""
    for municipality in region.municipalities:
        served = [
            service
            for clinic in loaded.value.clinics.values()
            if has_doctor(clinic)
            for service in clinic.open.values()
            if municipality in service.municipalities
        ]
        for when in year.missing(ALWAYS, year.spans(served)):
            what = f"no clinic with a doctor is open for {municipality}{when}; add it to one"
            yield loaded.problem("clinics", what)
