"""Checks of a region, and of an organisation and its fleet in it, that no single value can show.

A check yields what is wrong with the dotted key where it can be mended. Of the fleet: what it
names, when it is on duty, and what its rules can ever do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import chain
from math import floor, inf

from akuttsim.config.loader import Loaded
from akuttsim.config.plausible import check_long_menus, check_plausible, check_rings_again
from akuttsim.config.region_checks import (
    check_doubled_rows,
    check_people_year,
    check_positions,
    check_projections,
    check_road_conditions,
    check_surge_areas,
    reachable_places,
)
from akuttsim.config.schema.calendar import parse_hours
from akuttsim.config.schema.fleet import Crew, RestRule
from akuttsim.config.schema.home_nursing import HomeNursingTeam
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region, place_populations
from akuttsim.config.schema.roster import (
    ALWAYS,
    CHECKED_DAYS,
    CheckedYear,
    Period,
    ServiceHours,
    first_overlap,
    unroll,
)
from akuttsim.config.schema.values import Count, Number
from akuttsim.config.staffing_checks import (
    check_acute_teams,
    check_clinic_hours,
    check_clinic_names,
    check_room_hours,
    check_room_names,
)
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.texts import message

FleetProblems = Iterator[tuple[str, str]]
"""A dotted key of the organisation, and what is wrong there."""


def fleet_places(organisation: Organisation) -> Iterator[tuple[str, str]]:
    """Yield the key and name of every place that the fleet and its rules name.

    Args:
        organisation: The organisation; places are not looked up here.
    """
    for name, crew in organisation.ambulances.items():
        yield f"ambulances.{name}.station", crew.station
    for name, support in organisation.supports.items():
        yield f"supports.{name}.base", support.base
        yield from _keys_of_list(f"supports.{name}.reaches", support.reaches)
    for name, escort in organisation.escorts.items():
        yield f"escorts.{name}.base", escort.base
    for name, group in organisation.first_responders.items():
        yield f"first_responders.{name}.place", group.place
    for name, beds in organisation.acute_beds.items():
        yield f"acute_beds.{name}.place", beds.place
    for index, posts in enumerate(organisation.dispatch.stand_by):
        yield from _keys_of_list(f"dispatch.stand_by.{index}.at", posts.at)
    for name, team in _home_nursing_teams(organisation):
        yield f"home_nursing.teams.{name}.place", team.place
        yield from _keys_of_list(f"home_nursing.teams.{name}.places", team.places)


def fleet_municipalities(organisation: Organisation) -> Iterator[tuple[str, str]]:
    """Yield the key and name of every municipality that has acute beds or home nursing."""
    for name, beds in organisation.acute_beds.items():
        yield from _keys_of_list(f"acute_beds.{name}.municipalities", beds.municipalities)
    for name, team in _home_nursing_teams(organisation):
        key = f"home_nursing.teams.{name}.municipalities"
        yield from _keys_of_list(key, team.municipalities)


def _home_nursing_teams(organisation: Organisation) -> Iterable[tuple[str, HomeNursingTeam]]:
    """Return the teams of home nursing by name; none where it is not people."""
    nursing = organisation.home_nursing
    return nursing.teams.items() if nursing is not None else ()


def check_home_nursing(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Yield places that a team of home nursing visits in a municipality that is not its own.

    Args:
        loaded: The organisation with its files.
        region: The region that it is for.
    """
    for name, team in _home_nursing_teams(loaded.value):
        for index, place in enumerate(team.places):
            known = region.places.get(place)
            if known is not None and known.municipality not in team.municipalities:
                what = message("configs.fleet.not_visited", municipality=known.municipality)
                yield loaded.problem(f"home_nursing.teams.{name}.places.{index}", what)


def check_fleet_names(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Yield what the fleet names that is no hospital, cannot be, or has no effect.

    Args:
        loaded: The organisation with its files.
        region: The region that it is for.
    """
    organisation = loaded.value
    for key, what in chain(
        _unknown_hospitals(organisation, region),
        _zeros_without_sense(organisation),
        _boats_without_places(organisation),
        _stand_by_problems(organisation),
        _rest_problems(organisation.ambulances),
    ):
        yield loaded.problem(key, what)


def check_fleet_hours(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Yield the hours without an ambulance, and what the fleet's rules can never do.

    The names must have passed `check_fleet_names`, and every place must exist.

    Args:
        loaded: The organisation with its files.
        region: The region that it is for.
        year: A year and a week from the region's first day.
    """
    crews = loaded.value.ambulances
    for key, what in chain(
        _two_shifts_at_once(crews, year),
        _nobody_on_duty(crews, year),
        _never_by_night(crews, year),
        _cover_out_of_reach(loaded.value, region),
    ):
        yield loaded.problem(key, what)


def _keys_of_list(key: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return the key and name of every entry of a list, such as `supports.boat.reaches.0`."""
    return ((f"{key}.{index}", name) for index, name in enumerate(names))


def _unknown_hospitals(organisation: Organisation, region: Region) -> FleetProblems:
    """Yield hospitals with a handover rule or a ward that the region does not have."""
    wards = () if organisation.births is None else organisation.births.wards
    for key, name in (
        *((f"handovers.{name}", name) for name in organisation.handovers),
        *_keys_of_list("births.wards", wards),
    ):
        if name not in region.hospitals:
            what = message("configs.names.no_hospital", name=name, region=region.region)
            near = did_you_mean(name, region.hospitals)
            yield (
                key,
                what
                + (near or message("configs.names.it_has", hospitals=", ".join(region.hospitals))),
            )


def _zeros_without_sense(organisation: Organisation) -> FleetProblems:
    """Some numbers make no sense at zero."""
    values: dict[str, tuple[Number | Count | None, str]] = {}
    for name, support in organisation.supports.items():
        values[f"supports.{name}.speed_kmh"] = (
            support.speed_kmh,
            message("configs.fleet.has_to_get_there"),
        )
        limit = message("configs.fleet.so_far_it_goes")
        values[f"supports.{name}.reaches_within_min"] = support.reaches_within_min, limit
    for name, handover in organisation.handovers.items():
        values[f"handovers.{name}.places"] = (
            handover.places,
            message("configs.fleet.never_taken_over"),
        )
        for row, period in handover.by_hour.items():
            values[f"handovers.{name}.by_hour.{row}.places"] = (
                period.places,
                message("configs.fleet.never_taken_over"),
            )
    for name, crew in organisation.ambulances.items():
        if crew.rest is not None:
            values[f"ambulances.{name}.rest.rests_h"] = (
                crew.rest.rests_h,
                message("configs.fleet.leave_out_rest"),
            )
    for key, (number, why) in values.items():
        if number is not None and not number.value:
            yield f"{key}.value", message("configs.fleet.above_zero", why=why)


def _boats_without_places(organisation: Organisation) -> FleetProblems:
    """Yield supports that reach no place but their own base."""
    for name, support in organisation.supports.items():
        if support.reaches and set(support.reaches) == {support.base}:
            what = message("configs.fleet.own_base", base=support.base)
            yield f"supports.{name}.reaches", what


def _stand_by_problems(organisation: Organisation) -> FleetProblems:
    """Yield levels of stand-by that stand twice, can never hold, or have too many posts."""
    crews = organisation.ambulances.values()
    at_stations = sum(
        crew.kind == "ambulance" and any(shift.duty == "station" for shift in crew.shifts)
        for crew in crews
    )
    counts: set[int] = set()
    for index, posts in enumerate(organisation.dispatch.stand_by):
        key = f"dispatch.stand_by.{index}"
        if posts.free in counts:
            yield f"{key}.free", message("configs.fleet.posts_already", free=posts.free)
        if posts.free > at_stations:
            most = message("configs.fleet.on_station_duty", at_stations=at_stations)
            yield f"{key}.free", message("configs.fleet.never_so_many", most=most)
        if len(posts.at) > posts.free:
            what = message("configs.fleet.too_many_posts", n_at=len(posts.at), free=posts.free)
            yield f"{key}.at", what
        counts.add(posts.free)


def _rest_problems(crews: Mapping[str, Crew]) -> FleetProblems:
    """Yield rules of rest after more work than a whole night holds."""
    for name, crew in crews.items():
        if crew.rest is not None and crew.rest.worked_more_than_h.value >= _night_h(crew.rest):
            what = message("configs.fleet.more_than_night", rest=_night_h(crew.rest))
            yield f"ambulances.{name}.rest.worked_more_than_h.value", what


def _night_h(rest: RestRule) -> float:
    """Return how many hours the night of a rule of rest has."""
    first, last = parse_hours(rest.night)
    return (last - first) / 60


def _two_shifts_at_once(crews: Mapping[str, Crew], year: CheckedYear) -> FleetProblems:
    """Yield crews of which two shifts overlap at some time of the checked year."""
    for name, crew in crews.items():
        unrolled = (unroll(shift, year.calendar, CHECKED_DAYS) for shift in crew.shifts)
        shared = first_overlap(chain.from_iterable(unrolled))
        if shared is not None:
            what = message("configs.fleet.overlapping", shared=year.told(shared))
            yield f"ambulances.{name}.shifts", what


def _nobody_on_duty(crews: Mapping[str, Crew], year: CheckedYear) -> FleetProblems:
    """At every hour at least one ambulance of our own is on duty, which takes everybody."""
    own = [crew for crew in crews.values() if crew.kind == "ambulance"]
    others = "" if len(own) == len(crews) else message("configs.fleet.do_not_count")
    for when in year.missing(ALWAYS, year.spans(shift for crew in own for shift in crew.shifts)):
        yield "ambulances", message("configs.fleet.none_on_duty", when=when, others=others)


def _never_by_night(crews: Mapping[str, Crew], year: CheckedYear) -> FleetProblems:
    """Yield crews with a rule of rest that are never on duty in its night."""
    for name, crew in crews.items():
        if crew.rest is None:
            continue
        nights = year.spans([Period(days="daily", hours=crew.rest.night)])
        if not any(True for _ in year.shared(nights, year.spans(crew.shifts))):
            what = message("configs.fleet.never_by_night", name=name, night=crew.rest.night)
            yield f"ambulances.{name}.rest.night", what


def _cover_out_of_reach(organisation: Organisation, region: Region) -> FleetProblems:
    """The cover rule must let somebody go; else every yellow and green waits its longest."""
    rule = organisation.dispatch.cover
    if rule is None:
        return
    most = _most_covered(organisation, region, rule.within_min.value)
    if most < rule.least_share.value:
        what = message(
            "configs.fleet.cover", v=floor(1000 * most) / 1000, value=rule.within_min.value
        )
        yield "dispatch.cover.least_share.value", what


def _most_covered(organisation: Organisation, region: Region, within_min: float) -> float:
    """Return the share of people in reach of crews and posts when the best crew to miss is sent.

    Blue light on an open road, and no waiting for ferries: so never less than what a run finds.
    All of them where the region has no table of roads.
    """
    if region.tables.roads is None:
        return 1.0
    stations = [c.station for c in organisation.ambulances.values() if c.kind == "ambulance"]
    posts = {place for site in organisation.dispatch.stand_by for place in site.at}
    minutes = _blue_light_min(region)
    reach = {place: _places_within(place, minutes, within_min) for place in {*stations, *posts}}
    people = {name: sum(ages) for name, ages in place_populations(region).items()}
    covered = []
    for sent in range(len(stations)):
        uncovered = {*stations[:sent], *stations[sent + 1 :], *posts}
        covered.append(
            sum(people[name] for name in set().union(*(reach[site] for site in uncovered)))
        )
    return max(covered, default=0) / max(sum(people.values()), 1)


Minutes = Mapping[str, Mapping[str, float]]
"""Minutes of each stretch from a place to the next."""


def _blue_light_min(region: Region) -> Minutes:
    """Return the minutes of each stretch and crossing with blue light, on an open road."""
    driving = region.driving
    minutes: dict[str, dict[str, float]] = defaultdict(dict)
    for road in region.roads:
        in_town = road.kmh < driving.town_below_kmh.value
        faster = driving.blue_light_town if in_town else driving.blue_light_rural
        took = road.km / (road.kmh * faster.value) * 60
        ways = ((road.start, road.end), (road.end, road.start))
        for start, end in ways[: 1 if road.one_way == "yes" else 2]:
            minutes[start][end] = min(took, minutes[start].get(end, inf))
    for ferry in region.ferries:
        for start, end in ((ferry.start, ferry.end), (ferry.end, ferry.start)):
            minutes[start][end] = min(ferry.crossing_min, minutes[start].get(end, inf))
    return minutes


def _places_within(start: str, minutes: Minutes, longest: float) -> set[str]:
    """Return the places within so many minutes of one."""
    soonest, todo = {start: 0.0}, [(0.0, start)]
    while todo:
        reached, place = heappop(todo)
        for other, more in minutes.get(place, {}).items():
            within = reached + more
            if within <= longest and within < soonest.get(other, inf):
                soonest[other] = within
                heappush(todo, (within, other))
    return set(soonest)


def check_region(region: Loaded[Region]) -> None:
    """Refuse a region whose parts do not fit together.

    Whom closed roads cut off is looked at when every name is right and every place is reached.

    Args:
        region: The region with its files.

    Raises:
        InputError: With all that is wrong, each with file and line.
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
        check_doubled_rows(region),
        check_plausible(region),
        check_rings_again(region),
        check_people_year(region),
        check_surge_areas(region),
        check_projections(region),
    )
    _raise_problems(chain(named, by_themselves, () if named else check_road_conditions(region)))


def check_organisation(organisation: Loaded[Organisation], region: Loaded[Region]) -> None:
    """Refuse an organisation that does not fit in its region.

    Hours are looked at when every name is right.

    Args:
        organisation: The organisation with its files.
        region: Its region, which must have passed `check_region`.

    Raises:
        InputError: With all that is wrong, each with file and line.
    """
    check_names(organisation, region)
    where = region.value
    year = CheckedYear(where.calendar.calendar())
    _raise_problems(
        chain(
            check_room_hours(organisation, where, year),
            check_clinic_hours(organisation, where, year),
            check_fleet_hours(organisation, where, year),
            check_plausible(organisation),
            check_long_menus(organisation, where),
        )
    )


def check_names(organisation: Loaded[Organisation], region: Loaded[Region]) -> None:
    """Refuse names in an organisation that are not there or do not fit.

    Args:
        organisation: The organisation with its files.
        region: Its region, which may be wrong in other ways.

    Raises:
        InputError: With every such name.
    """
    where = region.value
    _raise_problems(
        chain(
            _unknown_names(organisation, where),
            check_room_names(organisation, where),
            check_clinic_names(organisation),
            check_acute_teams(organisation, where),
            check_fleet_names(organisation, where),
            check_home_nursing(organisation, where),
        )
    )


def _raise_problems(problems: Iterable[Problem]) -> None:
    """Raise InputError with all the problems, if there are any."""
    found = list(problems)
    if found:
        raise InputError(found)


def _unknown_sites_of_region(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield municipalities and places that the region names and does not have."""
    region = loaded.value
    for name, site in region.places.items():
        if site.municipality not in region.municipalities:
            what = message("configs.names.no_municipality_in_table", municipality=site.municipality)
            yield loaded.problem(f"places.{name}.municipality", what)
    for name, spoken in region.demand.languages.items():
        for key, municipality in _keys_of_list(
            f"demand.languages.{name}.municipalities", spoken.municipalities
        ):
            if municipality not in region.municipalities:
                what = message("configs.names.no_municipality_in_table", municipality=municipality)
                yield loaded.problem(key, what)
    for key, place in _places_of_region(region):
        if place not in region.places:
            yield loaded.problem(key, message("configs.names.no_place_in_table", place=place))


def _places_of_region(region: Region) -> Iterator[tuple[str, str]]:
    """Yield the key and name of every place that the region's sections name."""
    for name, hospital in region.hospitals.items():
        yield f"hospitals.{name}.place", hospital.place
    demand = region.demand
    for section, journeys in (
        ("hospital_transfers", demand.hospital_transfers),
        ("psychiatric_transports", demand.psychiatric_transports),
        ("births", demand.births),
    ):
        if journeys is not None:
            yield f"demand.{section}.way_out.leaves_at", journeys.way_out.leaves_at
    for name, incident in demand.incidents.items():
        yield f"demand.incidents.{name}.place", incident.place


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
    """Yield ends of roads and ferries that are no places of the region."""
    region = loaded.value
    for kind, links in (("roads", region.roads), ("ferries", region.ferries)):
        for index, link in enumerate(links):
            for side, place in (("from", link.start), ("to", link.end)):
                if place not in region.places:
                    what = message("configs.names.no_place_in_table", place=place)
                    hint = did_you_mean(place, region.places)
                    yield loaded.problem(f"{kind}.{index}.{side}", what + hint)


def _unreachable_places(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield places with no way from the first hospital, or none back; all roads open."""
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
    """Tell which way is missing: there, back, or both."""
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
            yield loaded.problem(key, what + place_hint(place, region))
    for key, municipality in _named_municipalities(organisation):
        if municipality not in region.municipalities:
            what = message(
                "configs.names.no_municipality_in_region",
                municipality=municipality,
                region=region.region,
            )
            yield loaded.problem(key, what + municipality_hint(municipality, region))


def place_hint(word: str, region: Region) -> str:
    """Return what was meant by a word that is no place: a place, or one of a municipality's.

    Args:
        word: What the user wrote for a place.
        region: The region.
    """
    if word in region.municipalities:
        own = [name for name, place in region.places.items() if place.municipality == word]
        own.sort(key=lambda name: -sum(region.places[name].people))
        return message("configs.names.is_municipality", places=", ".join(own[:3]))
    names = {place.name.casefold(): name for name, place in reversed(region.places.items())}
    return _written_hint(word, names) or did_you_mean(word, region.places)


def municipality_hint(word: str, region: Region) -> str:
    """Return what was meant by a word that is no municipality: one, or that of a place.

    Args:
        word: What the user wrote for a municipality.
        region: The region.
    """
    names = {each.name.casefold(): name for name, each in region.municipalities.items()}
    names |= {each.number: name for name, each in region.municipalities.items()}
    written = _written_hint(word, names)
    if written or word not in region.places:
        return written or did_you_mean(word, region.municipalities)
    municipality = region.places[word].municipality
    return message("configs.names.is_place", municipality=municipality)


def _written_hint(word: str, names: Mapping[str, str]) -> str:
    """Return how the key of a name is written, for a name as people write it; "" for another."""
    name = names.get(word.casefold())
    return message("configs.names.is_written", name=name) if name else ""


def _named_municipalities(organisation: Organisation) -> Iterator[tuple[str, str]]:
    """Yield key and name of every municipality that rooms, clinics and beds name."""
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
    """Yield key and name of the municipalities that some periods serve."""
    for period, service in services.items():
        for municipality in service.municipalities:
            yield f"{key}.{period}.municipalities", municipality
