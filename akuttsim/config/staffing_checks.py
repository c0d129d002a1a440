"""Checks of control rooms, clinics and doctors: what they name, and who is on duty when.

A room's doctor need not be there at all hours: without one the calls go as they do elsewhere, to
the doctor on duty at the caller's clinic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, takewhile

from akuttsim.config.loader import Loaded
from akuttsim.config.schema.clinic import AcuteTeam, Clinic, has_doctor
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
    Training,
    intersect_spans,
    merge_spans,
    subtract_spans,
)
from akuttsim.errors import Problem, did_you_mean
from akuttsim.texts import joined_texts, message

RoomProblems = Iterator[tuple[str, str]]
"""The key below a control room, and what is wrong there."""


def check_room_names(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Yield what control rooms name that is not there, does not fit or has no effect."""
    organisation = loaded.value
    for name, room in organisation.control_rooms.items():
        for key, what in chain(
            _unfit_other_rooms(name, organisation.control_rooms),
            _work_problems(name, organisation),
            _parts_of_other_numbers(room),
            _outside_problems(name, organisation.control_rooms, region),
            _unknown_room_doctor(room, organisation),
            _unknown_languages(room, region),
        ):
            yield loaded.problem(f"control_rooms.{name}.{key}", what)


def _unknown_languages(room: ControlRoom, region: Region) -> Iterator[tuple[str, str]]:
    """Yield languages that operators speak and a region with languages does not have."""
    languages = region.demand.languages
    for row, staffing in room.operators.items():
        for position, language in enumerate(staffing.speaks):
            if languages and language not in languages:
                what = message(
                    "configs.names.no_language", language=language, region=region.region
                ) + did_you_mean(language, languages)
                yield f"operators.{row}.speaks.{position}", what


def check_room_hours(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Yield the hours at which nobody answers, two rooms answer, or an answering room is empty.

    The names must have passed `check_room_names`.

    Args:
        loaded: The organisation with its files.
        region: The region, whose municipalities must all be answered.
        year: A year and a week from the region's first day.
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
    """Tell why a control room has no operators to share; '' if it has.

    Args:
        name: The room that is named.
        rooms: All rooms of the organisation.
    """
    if name not in rooms:
        return message("configs.names.no_room", name=name, near=did_you_mean(name, rooms))
    if rooms[name].operators_of is not None:
        return message(
            "configs.rooms.no_own_operators", name=name, operators_of=rooms[name].operators_of
        )
    return ""


def operators_who_may(
    training: Training, operators: Iterable[OperatorStaffing]
) -> list[OperatorStaffing]:
    """Return the staffings whose operators have some training.

    Args:
        training: A number, alarms or a clinic.
        operators: Rows of a room's roster.
    """
    return [
        operator
        for operator in operators
        if operator.answers is None or training in operator.answers
    ]


def _unfit_other_rooms(name: str, rooms: dict[str, ControlRoom]) -> RoomProblems:
    """Yield what is wrong with the rooms that one names: for overflow, back-up and operators."""
    room = rooms[name]
    if room.overflow is not None:
        yield from (
            ("overflow.to", what) for what in _explain_no_neighbour(name, room.overflow.to, rooms)
        )
    if room.back_up is not None:
        yield from (("back_up", what) for what in _explain_no_neighbour(name, room.back_up, rooms))
    owner = room.operators_of
    if owner == name:
        yield "operators_of", message("configs.rooms.with_itself")
    elif owner is not None and why_no_operators(owner, rooms):
        yield "operators_of", why_no_operators(owner, rooms)


def _explain_no_neighbour(name: str, other: str, rooms: dict[str, ControlRoom]) -> Iterator[str]:
    """Yield why another room cannot take a room's calls, if it cannot."""
    number = rooms[name].number
    if other not in rooms:
        yield message("configs.names.no_other_room", other=other, near=did_you_mean(other, rooms))
    elif _team_of_room(other, rooms) == _team_of_room(name, rooms):
        yield message("configs.rooms.same_operators", other=other)
    elif rooms[other].number != number:
        yield message(
            "configs.rooms.other_number", other=other, number=rooms[other].number, number2=number
        )


def _team_of_room(name: str, rooms: dict[str, ControlRoom]) -> str:
    """Return the room whose operators a room has."""
    return rooms[name].operators_of or name


def _work_problems(name: str, organisation: Organisation) -> RoomProblems:
    """Yield operators for work that is not theirs, and a reserve for what goes first anyway."""
    room = organisation.control_rooms[name]
    rooms = organisation.control_rooms
    team = _team_of_room(name, rooms)
    found = {one.number for key, one in rooms.items() if _team_of_room(key, rooms) == team}
    receives = any(clinic.nurses_of == team for clinic in organisation.clinics.values())
    kinds = [
        work for work in GOES_FIRST if work in found or (work == "clinic" and receives)
    ]  # what goes first at the head
    for period, staffing in room.operators.items():
        unknown = [work for work in staffing.answers or () if work not in kinds]
        if unknown:
            what = message("configs.rooms.no_such_work", unknown=", ".join(unknown))
            yield f"operators.{period}.answers", what + ", ".join(kinds)
    dispatches = room.number == "113" and not room.dispatchers
    if room.keeps_free is not None and kinds[:1] == [room.number] and not dispatches:
        what = message("configs.rooms.goes_first", number=room.number)
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
            answers = joined_texts(numbers, message("commands.conjunction.or"))
            yield (
                key,
                message(
                    "configs.rooms.only_those_that_answer", answers=answers, number=room.number
                ),
            )


def _outside_problems(name: str, rooms: dict[str, ControlRoom], region: Region) -> RoomProblems:
    """Yield neighbour districts that are unknown, and those that two rooms answer for one number.

    Also a room for alarms where the region has none.
    """
    room = rooms[name]
    for outside in sorted(set(room.outside) - set(region.outside)):
        yield "outside", message("configs.names.no_outside", outside=outside, region=region.region)
    if room.number == "alarm" and region.demand.safety_alarms is None:
        what = message("configs.rooms.no_alarms", region=region.region)
        yield "number", message("configs.rooms.leave_out_room", what=what)
    for other in takewhile(name.__ne__, rooms):
        if rooms[other].number == room.number:
            for district in sorted(set(room.outside) & set(rooms[other].outside)):
                what = message("configs.rooms.answered_already", district=district, other=other)
                yield "outside", what


def _unknown_room_doctor(room: ControlRoom, organisation: Organisation) -> RoomProblems:
    """Yield the doctor team of a room that the organisation does not have."""
    if room.doctor is not None and room.doctor.team not in organisation.doctors:
        near = did_you_mean(room.doctor.team, organisation.doctors)
        yield (
            "doctor.team",
            message("configs.names.no_doctor_team", team=room.doctor.team, near=near),
        )


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
            names = ", ".join(named)
            one = len(named) == 1
            what = message(
                "configs.rooms.answered_twice",
                named=message(
                    "configs.rooms.one_is" if one else "configs.rooms.many_are", names=names
                ),
                other=other,
            )
            yield loaded.problem(f"control_rooms.{name}.{key}", what)
        for when, named in nobody.items() if number != "alarm" else ():
            where = "by_hour" if when else "municipalities"
            what = message(
                "configs.rooms.nobody_answers_for",
                number=number,
                named=", ".join(named),
                when=when,
                where=where,
            )
            yield loaded.problem("control_rooms", what)


def _double_answers(spans: dict[str, list[Span]], year: CheckedYear) -> Iterator[tuple[str, str]]:
    """Yield each room that answers when an earlier one does, and that one with the hours."""
    for name, first in ((b, a) for a, b in combinations(spans, 2)):
        for when in year.shared(spans[first], spans[name]):
            yield name, message("configs.rooms.already", first=first, when=when)


def _key_of_municipality(municipality: str, room: ControlRoom) -> str:
    """Return the key below a room at which it answers for a municipality."""
    if municipality in room.municipalities:
        return "municipalities"
    periods = (
        name for name, service in room.by_hour.items() if municipality in service.municipalities
    )
    return f"by_hour.{next(periods)}.municipalities"


def _spans_up(room: ControlRoom, year: CheckedYear) -> list[Span]:
    """Return when a room answers for anybody and is not down."""
    return subtract_spans(_spans_open(room, year), year.spans(room.down.values()))


def _spans_open(room: ControlRoom, year: CheckedYear) -> list[Span]:
    """Return when a room answers for anybody, whether it is down or not."""
    at_all_hours = room.municipalities or room.outside
    return merge_spans(ALWAYS) if at_all_hours else year.spans(room.by_hour.values())


def _staff_of_room(
    name: str, organisation: Organisation, year: CheckedYear
) -> Iterator[tuple[str, str, list[Span]]]:
    """Yield key, title and hours of those whom a room needs."""
    rooms = organisation.control_rooms
    room, team = rooms[name], _team_of_room(name, rooms)
    operators = operators_who_may(room.number, rooms[team].operators.values())
    yield (
        "operators" if team == name else "operators_of",
        message("configs.roles.operator"),
        year.spans(operators),
    )
    if room.dispatchers:
        yield (
            "dispatchers",
            message("configs.roles.dispatcher"),
            year.spans(room.dispatchers.values()),
        )


def _unstaffed_room(name: str, organisation: Organisation, year: CheckedYear) -> RoomProblems:
    """Yield hours at which a room is up and those whom it needs are not on duty."""
    room = organisation.control_rooms[name]
    told = {
        "operators": "configs.rooms.nobody_answers",
        "operators_of": "configs.rooms.none_may_answer",
        "dispatchers": "configs.rooms.no_dispatcher",
    }
    for key, _, there in _staff_of_room(name, organisation, year):
        for when in year.missing(_spans_up(room, year), there):
            yield key, message(told[key], number=room.number, owner=room.operators_of, when=when)


def _nobody_left_to_answer(
    name: str, organisation: Organisation, year: CheckedYear
) -> RoomProblems:
    """Yield hours at which no more operators are on duty than must be kept free."""
    rooms = organisation.control_rooms
    room = rooms[name]
    if room.keeps_free is None or not room.keeps_free.value:
        return
    reserve = room.keeps_free.value
    enough = year.more_than(reserve, rooms[_team_of_room(name, rooms)].operators.values())
    for when in year.missing(_spans_up(room, year), enough):
        what = message("configs.rooms.nobody_left", number=room.number, when=when, kept=reserve)
        yield "keeps_free.value", message("configs.rooms.free_or_staff", what=what)


def _unstaffed_back_up(name: str, organisation: Organisation, year: CheckedYear) -> RoomProblems:
    """While a room is down its back-up must be up, with people on duty."""
    rooms = organisation.control_rooms
    back_up = rooms[name].back_up
    if back_up is None:
        return
    down = intersect_spans(_spans_open(rooms[name], year), year.spans(rooms[name].down.values()))
    for when in year.shared(down, year.spans(rooms[back_up].down.values())):
        yield "back_up", message("configs.rooms.down_too", back_up=back_up, when=when)
    for _, who, there in _staff_of_room(back_up, organisation, year):
        for when in year.missing(down, there):
            what = message("configs.rooms.nobody_while_down", back_up=back_up, who=who, when=when)
            yield "back_up", message("configs.rooms.staff_it_then", what=what)


ClinicProblems = Iterator[tuple[str, str]]
"""The key below a clinic, and what is wrong there."""


def check_clinic_names(loaded: Loaded[Organisation]) -> Iterator[Problem]:
    """Yield what clinics name that is not there, does not fit or has no effect."""
    organisation = loaded.value
    for name, clinic in organisation.clinics.items():
        for key, what in chain(
            _clinic_team_problems(clinic, organisation),
            _crew_as_nurses(name, organisation),
            _clinic_care_problems(clinic, organisation),
        ):
            yield loaded.problem(f"clinics.{name}.{key}", what)
    booking = organisation.clinic_care.booking
    if booking is not None and not booking.slot_min.value:
        what = message("configs.clinics.booked_time")
        yield loaded.problem("clinic_care.booking.slot_min.value", what)
    for team in _e_consultation_teams(organisation):
        for what in _unknown_team(team, organisation):
            yield loaded.problem("e_consultation.doctors", what)


def check_acute_teams(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Yield what an acute team names that is not there, or cannot go out with it.

    And causes that a team or a second crew is for, where nobody's condition is known.

    Args:
        loaded: The organisation with its files.
        region: The region, which tells conditions only where it has health outcomes.
    """
    second = loaded.value.dispatch.second_crew
    for key, what in _unknown_causes(second.causes if second else (), region):
        yield loaded.problem(f"dispatch.second_crew.{key}", what)
    for name, doctors in loaded.value.doctors.items():
        team = doctors.acute_team
        if team is None:
            continue
        for key, what in chain(
            _acute_team_nurses(team, doctors.place, loaded.value),
            _unknown_causes(team.causes, region),
        ):
            yield loaded.problem(f"doctors.{name}.acute_team.{key}", what)


def _unknown_causes(causes: Sequence[str], region: Region) -> ClinicProblems:
    """Yield that causes are named where nobody's condition is known."""
    if causes and region.outcomes is None:
        yield "causes", message("configs.clinics.team_causes")


def _acute_team_nurses(team: AcuteTeam, place: str, organisation: Organisation) -> ClinicProblems:
    """Yield why the nurse of an acute team cannot go, or not in the doctors' vehicle."""
    if team.nurses_of is None:
        if team.nurses_stay is not None:
            yield "nurses_stay", message("configs.clinics.team_nobody_stays")
        return
    clinic = organisation.clinics.get(team.nurses_of)
    if clinic is None:
        near = did_you_mean(team.nurses_of, organisation.clinics)
        yield "nurses_of", message("configs.names.no_clinic", clinic=team.nurses_of, near=near)
    elif not clinic.nurses:
        yield "nurses_of", message("configs.clinics.team_own_nurses", clinic=team.nurses_of)
    elif team.travels == "together" and clinic.place != place:
        what = message("configs.clinics.team_apart", clinic=team.nurses_of, place=clinic.place)
        yield "travels", what


def check_clinic_hours(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Yield the hours at which a clinic is open without staff, or a municipality has no clinic.

    The names must have passed `check_clinic_names`.

    Args:
        loaded: The organisation with its files.
        region: The region, whose municipalities must all have a clinic with a doctor.
        year: A year and a week from the region's first day.
    """
    organisation = loaded.value
    for name, clinic in organisation.clinics.items():
        for when, who in _unstaffed_clinic(clinic, organisation, year):
            what: str = message("configs.clinics.open_without", who=who, when=when)
            yield loaded.problem(f"clinics.{name}", what)
        for key, what in chain(
            _borrowed_nurses(clinic, organisation, year),
            _crew_not_at_satellite(clinic, organisation, year),
        ):
            yield loaded.problem(f"clinics.{name}.{key}", what)
    screen = organisation.e_consultation
    opened = year.spans(screen.open.values()) if screen else []
    for team in _e_consultation_teams(organisation):
        for when in year.missing(opened, year.spans(organisation.doctors[team].on_duty.values())):
            what = message("configs.clinics.open_without_team", team=team, when=when)
            yield loaded.problem("e_consultation.doctors", what)
    yield from _municipalities_without_clinic(loaded, region, year)


def _e_consultation_teams(organisation: Organisation) -> Iterator[str]:
    """Yield the team of our own doctors that takes e-consultations, if there is one."""
    screen = organisation.e_consultation
    if screen is not None and screen.doctors is not None:
        yield screen.doctors


def _unknown_team(team: str, organisation: Organisation) -> Iterator[str]:
    """Yield that a doctor team is not there, if it is not."""
    if team not in organisation.doctors:
        yield message(
            "configs.names.no_team", team=team, near=did_you_mean(team, organisation.doctors)
        )


def _clinic_team_problems(clinic: Clinic, organisation: Organisation) -> ClinicProblems:
    """Yield what is wrong with a clinic's doctors, and with operators who receive there."""
    yield from (("doctors", what) for what in _unknown_team(clinic.doctors, organisation))
    if has_doctor(clinic) and clinic.takes != ("green",):
        yield "takes", message("configs.clinics.doctor_takes_all")
    if clinic.nurses_of is not None:
        missing = why_no_operators(clinic.nurses_of, organisation.control_rooms)
        if missing:
            yield "nurses_of", missing
    elif clinic.keeps_free is not None:
        yield "keeps_free", message("configs.clinics.needs_nurses_of")


def _crew_as_nurses(name: str, organisation: Organisation) -> ClinicProblems:
    """A satellite's crew is an ambulance stationed there, and staffs no other satellite."""
    clinic = organisation.clinics[name]
    if clinic.nurse_call_out is not None and not clinic.nurses:
        crew_goes = (
            message("configs.clinics.crew_goes_as_ambulance")
            if clinic.nurses_of_crew
            else message("configs.clinics.add_nurses")
        )
        yield "nurse_call_out", message("configs.clinics.own_nurses", crew_goes=crew_goes)
    if clinic.nurses_of_crew is not None:
        for what in _unfit_crew(clinic.nurses_of_crew, name, organisation):
            yield "nurses_of_crew", what


def _unfit_crew(wanted: str, satellite: str, organisation: Organisation) -> Iterator[str]:
    """Yield why a crew cannot receive at a satellite, if it cannot."""
    clinics, crews = organisation.clinics, organisation.ambulances
    if wanted not in crews:
        yield message("configs.names.no_ambulance", wanted=wanted, near=did_you_mean(wanted, crews))
        return
    crew, place = crews[wanted], clinics[satellite].place
    if crew.kind != "ambulance":
        yield message("configs.clinics.not_an_ambulance", wanted=wanted, kind=crew.kind)
    if crew.station != place:
        yield message(
            "configs.clinics.stationed_elsewhere", wanted=wanted, station=crew.station, place=place
        )
    first = next(name for name, each in clinics.items() if each.nurses_of_crew == wanted)
    if first != satellite:
        yield message("configs.clinics.staffs_another", wanted=wanted, first=first)


def _clinic_care_problems(clinic: Clinic, organisation: Organisation) -> ClinicProblems:
    """Yield care that a clinic names and nobody describes, and triage without a nurse."""
    for name in clinic.care:
        if getattr(organisation.clinic_care, name) is None:
            yield "care", message("configs.clinics.care_not_described", name=name)
    if "door_triage" in clinic.care and not clinic.nurses and clinic.nurses_of is None:
        yield "care", message("configs.clinics.door_triage")
    observation = organisation.clinic_care.observation
    looked_in_on = observation is not None and observation.nursing is not None
    has_nurses = bool(clinic.nurses) or clinic.nurses_of is not None
    if "observation" in clinic.care and looked_in_on and not has_nurses:
        yield "care", message("configs.clinics.bed_nursing")


def _unstaffed_clinic(
    clinic: Clinic, organisation: Organisation, year: CheckedYear
) -> Iterator[tuple[str, str]]:
    """Whoever is needed must be on duty whenever the doors are open."""
    opened = year.spans(clinic.open.values())
    doctors = organisation.doctors[clinic.doctors].on_duty.values()
    staff: list[tuple[str, Iterable[Period]]] = [(message("configs.roles.doctor"), doctors)]
    if clinic.nurses or (clinic.kind == "satellite" and clinic.nurses_of_crew is None):
        staff.append((message("configs.roles.nurse"), clinic.nurses.values()))
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
        what = message("configs.clinics.none_may_receive", nurses_of=clinic.nurses_of, when=when)
        yield "nurses_of", message("configs.clinics.staff_there", what=what)
    reserve = clinic.keeps_free.value if clinic.keeps_free else 0
    if not reserve:
        return
    for when in year.missing(opened, year.more_than(reserve, operators)):
        what = message("configs.clinics.nobody_left", when=when, kept=reserve)
        yield "keeps_free.value", message("configs.rooms.or_staff", what=what)


def _crew_not_at_satellite(
    clinic: Clinic, organisation: Organisation, year: CheckedYear
) -> ClinicProblems:
    """A crew that staffs a satellite is on duty at its station whenever the satellite is open."""
    if clinic.nurses_of_crew is None:
        return
    shifts = organisation.ambulances[clinic.nurses_of_crew].shifts
    station = year.spans(shift for shift in shifts if shift.duty == "station")
    for when in year.missing(year.spans(clinic.open.values()), station):
        what = message(
            "configs.clinics.crew_off_duty", nurses_of_crew=clinic.nurses_of_crew, when=when
        )
        yield "nurses_of_crew", message("configs.clinics.change_hours", what=what)


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
            what = message("configs.clinics.none_open", municipality=municipality, when=when)
            yield loaded.problem("clinics", what)
