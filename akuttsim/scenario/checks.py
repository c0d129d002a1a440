"""Checks of a region, and of an organisation in its region, that no single value can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from akuttsim.errors import InputError, Problem
from akuttsim.scenario.checked_year import ALWAYS, CHECKED_DAYS, CheckedYear
from akuttsim.scenario.clinic_checks import clinic_hours, clinic_names
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.region import Region
from akuttsim.scenario.room_checks import room_hours, room_names
from akuttsim.scenario.roster import Service, overlap, unroll


def check_region(region: Loaded[Region]) -> None:
    """Raise InputError with all that is wrong between the parts of a region."""
    _raise(chain(_places(region), _people(region), _links(region), _reachable(region)))


def check_organisation(organisation: Loaded[Organisation], region: Loaded[Region]) -> None:
    """Raise InputError with all that is wrong with an organisation in its region.

    Hours are looked at when every name is right.
    """
    where = region.value
    _raise(chain(_names(organisation, where), room_names(organisation, where),
                 clinic_names(organisation)))  # fmt: skip
    year = CheckedYear(where.calendar.calendar())
    _raise(chain(room_hours(organisation, where, year), clinic_hours(organisation, where, year),
                 _ambulance_hours(organisation, year)))  # fmt: skip


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
    """Every place and municipality that the organisation names must exist."""
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


def _named_municipalities(organisation: Organisation) -> Iterator[tuple[str, str]]:
    for name, room in organisation.control_rooms.items():
        for municipality in room.municipalities:
            yield f"control_rooms.{name}.municipalities", municipality
        yield from _served(f"control_rooms.{name}.by_hour", room.by_hour)
    for name, clinic in organisation.clinics.items():
        yield from _served(f"clinics.{name}.open", clinic.open)


def _served(key: str, services: dict[str, Service]) -> Iterator[tuple[str, str]]:
    for period, service in services.items():
        for municipality in service.municipalities:
            yield f"{key}.{period}.municipalities", municipality


def _ambulance_hours(loaded: Loaded[Organisation], year: CheckedYear) -> Iterator[Problem]:
    """At every hour at least one crew is on duty; no crew has two shifts at once."""
    crews = loaded.value.ambulances
    for name, crew in crews.items():
        unrolled = (unroll(shift, year.calendar, CHECKED_DAYS) for shift in crew.shifts)
        shared = overlap(chain.from_iterable(unrolled))
        if shared is not None:
            what = f"overlapping shifts{year.told(shared)}; one crew cannot work both"
            yield loaded.problem(f"ambulances.{name}.shifts", what)
    shifts = [shift for crew in crews.values() for shift in crew.shifts]
    for when in year.missing(ALWAYS, year.spans(shifts)):
        yield loaded.problem("ambulances", f"no ambulance is on duty{when}; add a shift")
