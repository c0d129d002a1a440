"""Checks of an organisation's control rooms: what they name, and who is there at every hour.

A room's doctor need not be there at all hours: without one the calls go as they do elsewhere, to
the doctor on duty at the caller's clinic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, combinations, takewhile

from akuttsim.errors import Problem, did_you_mean
from akuttsim.scenario.checked_year import ALWAYS, CheckedYear, within, without
from akuttsim.scenario.control_rooms import ControlRoom
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.region import Region
from akuttsim.scenario.roster import GOES_FIRST, OperatorStaffing, Span, Work, joined

Wrong = Iterator[tuple[str, str]]
"""The key below a control room, and what is wrong there."""


def room_names(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Yield what control rooms name that is not there, does not fit or has no effect."""
    organisation = loaded.value
    for name, room in organisation.control_rooms.items():
        for key, what in chain(
            _neighbours(name, organisation.control_rooms),
            _shared_operators(name, organisation.control_rooms),
            _work(name, organisation),
            _of_one_number(room),
            _in_region(room, region),
            _outside_twice(name, organisation.control_rooms),
            _doctor(room, organisation),
        ):
            yield loaded.problem(f"control_rooms.{name}.{key}", what)


def room_hours(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Yield the hours at which nobody answers, two rooms answer, or an answering room is empty.

    The names must have passed `room_names`.
    """
    yield from _one_room_each(loaded, region, year)
    for name in loaded.value.control_rooms:
        for key, what in chain(
            _unstaffed(name, loaded.value, year),
            _kept_free(name, loaded.value, year),
            _without_back_up(name, loaded.value, year),
        ):
            yield loaded.problem(f"control_rooms.{name}.{key}", what)


def lends_operators(name: str, rooms: dict[str, ControlRoom]) -> str:
    """Tell why a control room has no operators to share; '' if it has."""
    if name not in rooms:
        return f"no control room {name!r}{did_you_mean(name, rooms)}"
    if rooms[name].operators_of is not None:
        return f"{name} has no operators of its own; name {rooms[name].operators_of}"
    return ""


def able(work: Work, operators: Iterable[OperatorStaffing]) -> list[OperatorStaffing]:
    """Return the staffings whose operators may do a kind of work."""
    return [each for each in operators if each.answers is None or work in each.answers]


def _neighbours(name: str, rooms: dict[str, ControlRoom]) -> Wrong:
    room = rooms[name]
    if room.overflow is not None:
        yield from (("overflow.to", what) for what in _no_neighbour(name, room.overflow.to, rooms))
    if room.back_up is not None:
        yield from (("back_up", what) for what in _no_neighbour(name, room.back_up, rooms))


def _no_neighbour(name: str, other: str, rooms: dict[str, ControlRoom]) -> Iterator[str]:
    number = rooms[name].number
    if other not in rooms:
        yield f"no control room {other!r}{did_you_mean(other, rooms)}"
    elif _team(other, rooms) == _team(name, rooms):
        yield f"{other} has the same operators; name a room with others"
    elif rooms[other].number != number:
        yield f"{other} answers {rooms[other].number}; name a room that answers {number}"


def _shared_operators(name: str, rooms: dict[str, ControlRoom]) -> Wrong:
    owner = rooms[name].operators_of
    if owner == name:
        yield "operators_of", "a room cannot share with itself; name another or write operators"
    elif owner is not None and lends_operators(owner, rooms):
        yield "operators_of", lends_operators(owner, rooms)


def _team(name: str, rooms: dict[str, ControlRoom]) -> str:
    """Return the room whose operators a room has."""
    return rooms[name].operators_of or name


def _kinds_of_work(team: str, organisation: Organisation) -> list[Work]:
    """Return the kinds of work of a room's operators, what goes first at the head."""
    rooms = organisation.control_rooms
    kinds: set[Work] = {rooms[name].number for name in rooms if _team(name, rooms) == team}
    if any(clinic.nurses_of == team for clinic in organisation.clinics.values()):
        kinds.add("clinic")
    return [work for work in GOES_FIRST if work in kinds]


def _work(name: str, organisation: Organisation) -> Wrong:
    room = organisation.control_rooms[name]
    kinds = _kinds_of_work(_team(name, organisation.control_rooms), organisation)
    for period, staffing in room.operators.items():
        unknown = [work for work in staffing.answers or () if work not in kinds]
        if unknown:
            what = f"these operators have no such work: {', '.join(unknown)}; they have "
            yield f"operators.{period}.answers", what + ", ".join(kinds)
    dispatches = room.number == "113" and not room.dispatchers
    if room.keeps_free is not None and kinds[:1] == [room.number] and not dispatches:
        what = f"has no effect: nothing goes before {room.number} with these operators; leave out"
        yield "keeps_free", what


def _of_one_number(room: ControlRoom) -> Wrong:
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


def _in_region(room: ControlRoom, region: Region) -> Wrong:
    for outside in sorted(set(room.outside) - set(region.outside)):
        yield "outside", f"no {outside!r} under outside in the region {region.region}"
    if room.number == "alarm" and region.demand.safety_alarms is None:
        what = f"the region {region.region} has no demand.safety_alarms; add it there"
        yield "number", f"{what}, or leave out the room"


def _outside_twice(name: str, rooms: dict[str, ControlRoom]) -> Wrong:
    """A neighbour district has one room for each number, at all hours."""
    for other in takewhile(name.__ne__, rooms):
        if rooms[other].number == rooms[name].number:
            for district in sorted(set(rooms[name].outside) & set(rooms[other].outside)):
                what = f"{district} is answered by {other} already; name it in one room only"
                yield "outside", what


def _doctor(room: ControlRoom, organisation: Organisation) -> Wrong:
    if room.doctor is not None and room.doctor.team not in organisation.doctors:
        near = did_you_mean(room.doctor.team, organisation.doctors)
        yield "doctor.team", f"no team {room.doctor.team!r} under doctors{near}"


def _answers(room: ControlRoom, municipality: str, year: CheckedYear) -> list[Span]:
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
            spans = {name: _answers(room, municipality, year) for name, room in rooms.items()}
            for name, other in _double(spans, year):
                doubles[name, _key_of(municipality, rooms[name]), other].append(municipality)
            for when in year.missing(ALWAYS, joined(chain.from_iterable(spans.values()))):
                nobody[when].append(municipality)
        for (name, key, other), named in doubles.items():
            what = f"{_named(named)} answered by {other}; name each in one room only"
            yield loaded.problem(f"control_rooms.{name}.{key}", what)
        for when, named in nobody.items() if number != "alarm" else ():
            where = "by_hour" if when else "municipalities"
            what = f"nobody answers {number} for {', '.join(named)}{when}; add to a room's {where}"
            yield loaded.problem("control_rooms", what)


def _double(spans: dict[str, list[Span]], year: CheckedYear) -> Iterator[tuple[str, str]]:
    """Yield each room that answers when an earlier one does, and that one with the hours."""
    for name, first in ((b, a) for a, b in combinations(spans, 2)):
        for when in year.shared(spans[first], spans[name]):
            yield name, f"{first} already{when}"


def _named(municipalities: list[str]) -> str:
    return f"{', '.join(municipalities)} {'is' if len(municipalities) == 1 else 'are'}"


def _key_of(municipality: str, room: ControlRoom) -> str:
    if municipality in room.municipalities:
        return "municipalities"
    periods = (name for name, each in room.by_hour.items() if municipality in each.municipalities)
    return f"by_hour.{next(periods)}.municipalities"


def _up(room: ControlRoom, year: CheckedYear) -> list[Span]:
    """Return when a room answers for anybody and is not down."""
    return without(_open(room, year), year.spans(room.down.values()))


def _open(room: ControlRoom, year: CheckedYear) -> list[Span]:
    at_all_hours = room.municipalities or room.outside
    return joined(ALWAYS) if at_all_hours else year.spans(room.by_hour.values())


def _staff(
    name: str, organisation: Organisation, year: CheckedYear
) -> Iterator[tuple[str, str, list[Span]]]:
    """Yield key, title and hours of those whom a room needs."""
    rooms = organisation.control_rooms
    room, team = rooms[name], _team(name, rooms)
    operators = able(room.number, rooms[team].operators.values())
    yield "operators" if team == name else "operators_of", "operator", year.spans(operators)
    if room.dispatchers:
        yield "dispatchers", "dispatcher", year.spans(room.dispatchers.values())


def _unstaffed(name: str, organisation: Organisation, year: CheckedYear) -> Wrong:
    room = organisation.control_rooms[name]
    words = {
        "operators": f"nobody answers {room.number}{{}}; add a staffing for that hour",
        "operators_of": f"none of {room.operators_of}'s operators may answer {room.number}{{}}; "
        "add a staffing there",
        "dispatchers": "no dispatcher{}; add a staffing for that hour",
    }
    for key, _, there in _staff(name, organisation, year):
        for when in year.missing(_up(room, year), there):
            yield key, words[key].format(when)


def _kept_free(name: str, organisation: Organisation, year: CheckedYear) -> Wrong:
    rooms = organisation.control_rooms
    room = rooms[name]
    if room.keeps_free is None or not room.keeps_free.value:
        return
    kept = room.keeps_free.value
    enough = year.more_than(kept, rooms[_team(name, rooms)].operators.values())
    for when in year.missing(_up(room, year), enough):
        what = f"nobody is left to answer {room.number}{when}: at most {kept} on duty; keep fewer"
        yield "keeps_free.value", f"{what} free or add a staffing"


def _without_back_up(name: str, organisation: Organisation, year: CheckedYear) -> Wrong:
    """While a room is down its back-up must be up, with people on duty."""
    rooms = organisation.control_rooms
    back_up = rooms[name].back_up
    if back_up is None:
        return
    down = within(_open(rooms[name], year), year.spans(rooms[name].down.values()))
    for when in year.shared(down, year.spans(rooms[back_up].down.values())):
        yield "back_up", f"{back_up} is down too{when}; name another room, or other hours"
    for _, who, there in _staff(back_up, organisation, year):
        for when in year.missing(down, there):
            what = f"{back_up} has no {who} on duty{when}, while this room is down"
            yield "back_up", f"{what}; staff it then or name another room"
