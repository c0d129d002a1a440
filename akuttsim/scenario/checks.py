"""Checks of a region, and of an organisation in its region, that no single value can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from akuttsim.errors import InputError, Problem
from akuttsim.scenario.calendar import Calendar
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.organisation import Clinic, Organisation
from akuttsim.scenario.region import Region
from akuttsim.scenario.roster import Period, Span, gaps, joined, overlap, overlap_of, unroll
from akuttsim.units import DAY_S

CHECKED_DAYS = 371
"""A year and a week: every holiday and both changes of the clock are met."""
CHECKED_S = (CHECKED_DAYS - 1) * DAY_S
"""Gaps are looked for so far: shifts of the day after are not unrolled."""


def check_region(region: Loaded[Region]) -> None:
    """Raise InputError with all that is wrong between the parts of a region."""
    _raise(chain(_places(region), _people(region), _links(region), _reachable(region)))


def check_organisation(organisation: Loaded[Organisation], region: Loaded[Region]) -> None:
    """Raise InputError with all that is wrong with an organisation in its region."""
    _raise(chain(_names(organisation, region.value), _double_answer(organisation)))
    _raise(_hours(organisation, region.value))


def _raise(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InputError(found)


def _places(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    for name, place in region.places.items():
        if place.municipality not in region.municipalities:
            what = f"no municipality {place.municipality!r} in the table of municipalities"
            yield loaded.problem(f"places.{name}.municipality", what)
    for name, hospital in region.hospitals.items():
        if hospital.place not in region.places:
            what = f"no place {hospital.place!r} in the table of places"
            yield loaded.problem(f"hospitals.{name}.place", what)


def _people(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Each municipality's places must add up to its published people, age group by age group."""
    region = loaded.value
    for name, municipality in region.municipalities.items():
        lived = [place.people for place in region.places.values() if place.municipality == name]
        total = tuple(sum(ages) for ages in zip(*lived, strict=True)) if lived else ()
        if total != municipality.people:
            what = (
                f"its places hold {sum(total)} people by age {list(total)}; the published figures "
                f"are {sum(municipality.people)} {list(municipality.people)}; make them equal"
            )
            yield loaded.problem(f"municipalities.{name}.people", what)


def _links(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    for kind, links in (("roads", region.roads), ("ferries", region.ferries)):
        for index, link in enumerate(links):
            for side, place in (("from", link.start), ("to", link.end)):
                if place not in region.places:
                    what = f"no place {place!r} in the table of places"
                    yield loaded.problem(f"{kind}.{index}.{side}", what)


def _reachable(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    neighbours: dict[str, set[str]] = {name: set() for name in region.places}
    for link in (*region.roads, *region.ferries):
        neighbours.get(link.start, set()).add(link.end)
        neighbours.get(link.end, set()).add(link.start)
    start = next(iter(region.hospitals.values())).place
    if start not in region.places:
        return
    seen, todo = {start}, [start]
    while todo:
        new = neighbours.get(todo.pop(), set()) - seen
        seen |= new
        todo.extend(new)
    for name in region.places:
        if name not in seen:
            what = f"no road or ferry joins this place to {start}; add one to the table of roads"
            yield loaded.problem(f"places.{name}", what)


def _names(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Every place, municipality and team that the organisation names must exist."""
    organisation = loaded.value
    sites = chain(
        ((f"clinics.{name}.place", clinic.place) for name, clinic in organisation.clinics.items()),
        ((f"doctors.{name}.place", team.place) for name, team in organisation.doctors.items()),
        ((f"ambulances.{n}.station", crew.station) for n, crew in organisation.ambulances.items()),
    )
    for key, place in sites:
        if place not in region.places:
            yield loaded.problem(key, f"no place {place!r} in the region {region.region}")
    for key, municipality in _named_municipalities(organisation):
        if municipality not in region.municipalities:
            what = f"no municipality {municipality!r} in the region {region.region}"
            yield loaded.problem(key, what)
    yield from _teams_and_neighbours(loaded, region)


def _teams_and_neighbours(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    organisation = loaded.value
    for name, clinic in organisation.clinics.items():
        if clinic.doctors not in organisation.doctors:
            what = f"no team {clinic.doctors!r} under doctors"
            yield loaded.problem(f"clinics.{name}.doctors", what)
    for name, room in organisation.control_rooms.items():
        for outside in set(room.outside) - set(region.outside):
            what = f"no {outside!r} under outside in the region {region.region}"
            yield loaded.problem(f"control_rooms.{name}.outside", what)


def _named_municipalities(organisation: Organisation) -> Iterator[tuple[str, str]]:
    for name, room in organisation.control_rooms.items():
        for municipality in room.municipalities:
            yield f"control_rooms.{name}.municipalities", municipality
    for name, clinic in organisation.clinics.items():
        for period, service in clinic.open.items():
            for municipality in service.municipalities:
                yield f"clinics.{name}.open.{period}.municipalities", municipality


def _double_answer(loaded: Loaded[Organisation]) -> Iterator[Problem]:
    """No municipality may have two rooms for one number."""
    answered: dict[tuple[str, str], str] = {}
    for name, room in loaded.value.control_rooms.items():
        for municipality in room.municipalities:
            first = answered.setdefault((room.number, municipality), name)
            if first != name:
                what = f"{municipality} is answered by {first} already; name it in one room only"
                yield loaded.problem(f"control_rooms.{name}.municipalities", what)


def _hours(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    calendar = region.calendar.calendar()
    yield from _overlapping_shifts(loaded, calendar)
    yield from _rooms_by_the_hour(loaded, region, calendar)
    yield from _clinics_by_the_hour(loaded, calendar)
    yield from _municipalities_by_the_hour(loaded, region, calendar)
    crews = [shift for crew in loaded.value.ambulances.values() for shift in crew.shifts]
    for when in _uncovered(crews, calendar):
        yield loaded.problem("ambulances", f"no ambulance is on duty {when}; add a shift")


def _overlapping_shifts(loaded: Loaded[Organisation], calendar: Calendar) -> Iterator[Problem]:
    for name, crew in loaded.value.ambulances.items():
        spans = [span for shift in crew.shifts for span in unroll(shift, calendar, CHECKED_DAYS)]
        shared = overlap(spans)
        if shared is not None:
            what = f"overlapping shifts {_when(shared, calendar)}; one crew cannot work both"
            yield loaded.problem(f"ambulances.{name}.shifts", what)


def _rooms_by_the_hour(
    loaded: Loaded[Organisation], region: Region, calendar: Calendar
) -> Iterator[Problem]:
    rooms = loaded.value.control_rooms
    for number in ("116117", "113"):
        answered = {
            m for room in rooms.values() if room.number == number for m in room.municipalities
        }
        for municipality in set(region.municipalities) - answered:
            what = f"nobody answers {number} for {municipality}; add it to a room's municipalities"
            yield loaded.problem("control_rooms", what)
    for name, room in rooms.items():
        for when in _uncovered(room.operators.values(), calendar):
            what = f"nobody answers {room.number} {when}; add a staffing for that hour"
            yield loaded.problem(f"control_rooms.{name}.operators", what)
        if room.number == "113":
            for when in _uncovered(room.dispatchers.values(), calendar):
                what = f"no dispatcher {when}; add a staffing for that hour"
                yield loaded.problem(f"control_rooms.{name}.dispatchers", what)


def _clinics_by_the_hour(loaded: Loaded[Organisation], calendar: Calendar) -> Iterator[Problem]:
    """Whoever is needed must be on duty whenever the doors are open."""
    for name, clinic in loaded.value.clinics.items():
        opened = _spans(clinic.open.values(), calendar)
        team = loaded.value.doctors[clinic.doctors]
        for staff, who in _staff(clinic, team.on_duty.values()):
            missing = _first_outside(opened, _spans(staff, calendar))
            if missing is not None:
                what = f"open without a {who} on duty {_when(missing, calendar)}; add a staffing"
                yield loaded.problem(f"clinics.{name}", what)


def _staff(clinic: Clinic, doctors: Iterable[Period]) -> Iterator[tuple[Iterable[Period], str]]:
    yield doctors, "doctor"
    if clinic.nurses or clinic.kind == "satellite":
        yield clinic.nurses.values(), "nurse"


def _municipalities_by_the_hour(
    loaded: Loaded[Organisation], region: Region, calendar: Calendar
) -> Iterator[Problem]:
    """By law every municipality has a doctor on duty at all hours (satellites do not count)."""
    for municipality in region.municipalities:
        served = [
            service
            for clinic in loaded.value.clinics.values()
            if clinic.kind != "satellite"
            for service in clinic.open.values()
            if municipality in service.municipalities
        ]
        for when in _uncovered(served, calendar):
            what = f"no clinic with a doctor is open for {municipality} {when}; add it to one"
            yield loaded.problem("clinics", what)


def _spans(periods: Iterable[Period], calendar: Calendar) -> list[Span]:
    return joined(span for period in periods for span in unroll(period, calendar, CHECKED_DAYS))


def _uncovered(periods: Iterable[Period], calendar: Calendar) -> Iterator[str]:
    """Tell in words the first gap that the periods leave in a year."""
    missing = gaps(_spans(periods, calendar), CHECKED_S)
    if missing:
        yield _when(missing[0], calendar)


def _first_outside(opened: list[Span], staffed: list[Span]) -> Span | None:
    return overlap_of(opened, gaps(staffed, CHECKED_S))


def _when(span: Span, calendar: Calendar) -> str:
    start, end = calendar.local(span[0]), calendar.local(span[1])
    return f"from {start:%A} {start:%H:%M} to {end:%A} {end:%H:%M} (first on {start:%Y-%m-%d})"
