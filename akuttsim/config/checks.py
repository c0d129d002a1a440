"""Checks of a region, and of an organisation in its region, that no single value can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from akuttsim.config.fleet_checks import (
    check_fleet_hours,
    check_fleet_names,
    fleet_municipalities,
    fleet_places,
)
from akuttsim.config.loader import Loaded
from akuttsim.config.region_checks import (
    check_people_year,
    check_positions,
    check_projections,
    check_road_conditions,
    check_surge_areas,
    reachable_places,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import CheckedYear, ServiceHours
from akuttsim.config.staffing_checks import (
    check_clinic_hours,
    check_clinic_names,
    check_room_hours,
    check_room_names,
)
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.texts import message


def check_region(region: Loaded[Region]) -> None:
    """Raise InputError with all that is wrong between the parts of a region.

    Whom closed roads cut off is looked at when every name is right and every place is reached.
    """
    named = list(
        chain(
            _unknown_sites_of_region(region),
            _unknown_ends_of_roads(region),
            _unreachable_places(region),
        )
    )
    by_themselves = chain(
        _people_not_published(region),
        check_positions(region),
        check_people_year(region),
        check_surge_areas(region),
        check_projections(region),
    )
    _raise_problems(chain(named, by_themselves, () if named else check_road_conditions(region)))


def check_organisation(organisation: Loaded[Organisation], region: Loaded[Region]) -> None:
    """Raise InputError with all that is wrong with an organisation in its region.

    The region must have passed `check_region`. Hours are looked at when every name is right.
    """
    check_names(organisation, region)
    where = region.value
    year = CheckedYear(where.calendar.calendar())
    _raise_problems(
        chain(
            check_room_hours(organisation, where, year),
            check_clinic_hours(organisation, where, year),
            check_fleet_hours(organisation, where, year),
        )
    )


def check_names(organisation: Loaded[Organisation], region: Loaded[Region]) -> None:
    """Raise InputError with every name in an organisation that is not there or does not fit.

    The region may be wrong in other ways.
    """
    where = region.value
    _raise_problems(
        chain(
            _unknown_names(organisation, where),
            check_room_names(organisation, where),
            check_clinic_names(organisation),
            check_fleet_names(organisation, where),
        )
    )


def _raise_problems(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InputError(found)


def _unknown_sites_of_region(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    for name, place in region.places.items():
        if place.municipality not in region.municipalities:
            what = message(
                "configs.names.no_municipality_in_table", municipality=place.municipality
            )
            yield loaded.problem(f"places.{name}.municipality", what)
    for name, hospital in region.hospitals.items():
        if hospital.place not in region.places:
            what = message("configs.names.no_place_in_table", place=hospital.place)
            yield loaded.problem(f"hospitals.{name}.place", what)
    for name, incident in region.demand.incidents.items():
        if incident.place not in region.places:
            what = message("configs.names.no_place_in_table", place=incident.place)
            yield loaded.problem(f"demand.incidents.{name}.place", what)


def _people_not_published(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Each municipality's places must add up to its published people, age group by age group."""
    region = loaded.value
    for name, municipality in region.municipalities.items():
        lived = [place.people for place in region.places.values() if place.municipality == name]
        total = tuple(sum(ages) for ages in zip(*lived, strict=True)) if lived else ()
        if total != municipality.people:
            what = message(
                "configs.people.not_equal",
                total=sum(total),
                total2=list(total),
                people=sum(municipality.people),
                people2=list(municipality.people),
            )
            yield loaded.problem(f"municipalities.{name}.people", what)


def _unknown_ends_of_roads(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    for kind, links in (("roads", region.roads), ("ferries", region.ferries)):
        for index, link in enumerate(links):
            for side, place in (("from", link.start), ("to", link.end)):
                if place not in region.places:
                    what = message("configs.names.no_place_in_table", place=place)
                    hint = did_you_mean(place, region.places)
                    yield loaded.problem(f"{kind}.{index}.{side}", what + hint)


def _unreachable_places(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    start = next(iter(region.hospitals.values())).place
    if start not in region.places or region.tables.roads is None:
        return
    links = (*region.roads, *region.ferries)
    out, back = (reachable_places(start, region, links, back=way) for way in (False, True))
    for name in region.places:
        if name not in out or name not in back:
            yield loaded.problem(
                f"places.{name}", _explain_unreachable(start, name in out, name in back)
            )


def _explain_unreachable(start: str, is_reached: bool, is_left: bool) -> str:
    if is_reached:
        return message("configs.roads.not_back", start=start)
    if is_left:
        return message("configs.roads.not_here", start=start)
    return message("configs.roads.not_joined", start=start)


def _unknown_names(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Every place and municipality that the organisation names must exist."""
    organisation = loaded.value
    sites = chain(
        ((f"clinics.{name}.place", clinic.place) for name, clinic in organisation.clinics.items()),
        ((f"doctors.{name}.place", team.place) for name, team in organisation.doctors.items()),
        fleet_places(organisation),
    )
    for key, place in sites:
        if place not in region.places:
            what = message("configs.names.no_place_in_region", place=place, region=region.region)
            yield loaded.problem(key, what + did_you_mean(place, region.places))
    for key, municipality in _named_municipalities(organisation):
        if municipality not in region.municipalities:
            what = message(
                "configs.names.no_municipality_in_region",
                municipality=municipality,
                region=region.region,
            )
            yield loaded.problem(key, what + did_you_mean(municipality, region.municipalities))


def _named_municipalities(organisation: Organisation) -> Iterator[tuple[str, str]]:
    for name, room in organisation.control_rooms.items():
        for municipality in room.municipalities:
            yield f"control_rooms.{name}.municipalities", municipality
        yield from _municipalities_of_services(f"control_rooms.{name}.by_hour", room.by_hour)
    for name, clinic in organisation.clinics.items():
        yield from _municipalities_of_services(f"clinics.{name}.open", clinic.open)
    yield from fleet_municipalities(organisation)


def _municipalities_of_services(
    key: str, services: dict[str, ServiceHours]
) -> Iterator[tuple[str, str]]:
    for period, service in services.items():
        for municipality in service.municipalities:
            yield f"{key}.{period}.municipalities", municipality
