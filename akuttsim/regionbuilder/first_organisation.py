"""A first organisation of a new region: it runs, and every number in it is to be filled in.

It builds on the organisation of another region, as the new region builds on that region: what names
places of it is taken away.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from akuttsim.config.loader import Loaded, load_organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import Node, node_at

BASE_ORGANISATION = "namdal-today"
"""Whose mobilisation, call-outs, home visits and prices a new organisation begins with."""

OF_ITS_OWN = ("incidents", "surges", "visitors")
"""Parts of demand that name places of the region that they were written for."""


def keys_at_path(tree: Node, *path: str) -> list[str]:
    """Return the keys of the mapping at a path; none where there is none."""
    node = node_at(tree, path)
    return list(node.value) if node and isinstance(node.value, dict) else []


def yaml_on_one_line(value: object) -> str:
    """Return a value as YAML on one line; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def removal_mapping(names: Iterable[str]) -> dict[str, None]:
    """Return the mapping that takes keys of a base away."""
    return dict.fromkeys(names)


def parts_to_remove(base: Loaded[Region]) -> dict[str, object]:
    """Return the parts of a base region that must go in another one.

    Neighbour districts, another year, events, road conditions and the local drive are of the base's
    own places.

    Returns:
        The parts with None for each key that is taken away, as a config that extends the base has
        it.
    """
    tree = base.tree
    result: dict[str, object] = {
        name: None
        for name in ("outside", "year", "straight_line", "local_drive")
        if (node := node_at(tree, (name,))) and node.value is not None
    }
    events = [name for name in OF_ITS_OWN if keys_at_path(tree, "demand", name)]
    if events:
        result["demand"] = removal_mapping(events)
    driving = [name for name in ("conditions",) if keys_at_path(tree, "driving", name)]
    if driving:
        result["driving"] = removal_mapping(driving)
    return result


TO_FILL_IN = "Assumption made by akuttsim, to be replaced: "
PEOPLE_A_CREW = 15_000
PEOPLE_A_GP = 10_000
"""Inhabitants for each GP who is free for acute patients in office hours."""
CALLS_A_YEAR = 0.58
BUSIEST_HOUR = 0.12
"""Share of a day's calls in the busiest hour of a weekend day, against a mean day's calls."""
OPERATOR_H = 0.093
PATIENT_H = 0.33
CONTACTS_A_YEAR = 0.25
"""Contacts a year and inhabitant that a doctor at a legevakt sees."""


@dataclass(frozen=True)
class FacilitySite:
    """A facility as an organisation needs it.

    Attributes:
        id: Identifier, also of the clinic or crew there.
        kind: `hospital`, `legevakt`, `station` or `gp_office`.
        name: Its name; of a GP office, that of its municipality.
        place: Identifier of its place.
        municipality: Identifier of the municipality that a GP office is of.
        people: Inhabitants of that municipality.
    """

    id: str
    kind: str
    name: str
    place: str
    municipality: str = ""
    people: int = 0


@dataclass(frozen=True)
class StaffSizes:
    """How many are on duty at the same time by day, as a rule of thumb sizes them.

    Attributes:
        operators: At 116117.
        operators_113: At 113.
        dispatchers: Of ambulances.
        doctors: At each legevakt.
        crews: At each ambulance station, day and night.
    """

    operators: int
    operators_113: int
    dispatchers: int
    doctors: int
    crews: int


def size_staff(people: int, sites: Sequence[FacilitySite]) -> StaffSizes:
    """Return the staff with which a region of so many people begins.

    Work of the busiest hour in erlangs plus one or two square roots of it (square-root staffing),
    so that queues stay short. Calls, contacts and minutes are Norwegian means; all of it is an
    assumption to be replaced by the district's own rosters.

    Args:
        people: Inhabitants.
        sites: Facilities: doctors are divided among legevakter, crews among stations.
    """
    stations = max(sum(site.kind == "station" for site in sites), 1)
    clinics = max(sum(site.kind == "legevakt" for site in sites), 1)
    calls = people * CALLS_A_YEAR / 365 * BUSIEST_HOUR * OPERATOR_H
    in_consultation = people * CONTACTS_A_YEAR / 365 * BUSIEST_HOUR * PATIENT_H / clinics
    emergency = people * 0.142 / 365 * 0.08 * 0.06
    return StaffSizes(
        operators=math.ceil(calls + 1.5 * math.sqrt(calls)),
        operators_113=math.ceil(emergency + 2 * math.sqrt(emergency)) + 1,
        dispatchers=1 + stations // 8,
        doctors=math.ceil(in_consultation + math.sqrt(in_consultation)),
        crews=max(1, round(people / PEOPLE_A_CREW / stations)),
    )


def organisation_yaml(
    name: str,
    region: str,
    municipalities: Sequence[str],
    sites: Sequence[FacilitySite],
    people: int,
) -> str:
    """Return the first organisation of a region as YAML, with what to fill in as comments.

    Where there is no legevakt, or no station, the first hospital has one.

    Args:
        name: Identifier of the organisation.
        region: Identifier of the region.
        municipalities: Identifiers of its municipalities, all served by each room and clinic.
        sites: Its facilities, with at least one hospital, and the GP offices of municipalities.
        people: Inhabitants.
    """
    sites = _with_all_kinds(sites)
    size = size_staff(people, sites)
    base = load_organisation(BASE_ORGANISATION)
    parts = [
        _HEAD.format(name=name, region=region, base=BASE_ORGANISATION),
        "control_rooms:\n",
        _removal_lines(keys_at_path(base.tree, "control_rooms")),
        _rooms_yaml(size, yaml_on_one_line(list(municipalities))),
        "\ndoctors:\n",
        _removal_lines(keys_at_path(base.tree, "doctors")),
        *(_gp_yaml(site) for site in sites if site.kind == "gp_office"),
        *(_doctors_yaml(site, size) for site in sites if site.kind == "legevakt"),
        "\nclinics:\n",
        _removal_lines(keys_at_path(base.tree, "clinics")),
        *(_gp_office_yaml(site) for site in sites if site.kind == "gp_office"),
        *(
            _clinic_yaml(site, size, yaml_on_one_line(list(municipalities)))
            for site in sites
            if site.kind == "legevakt"
        ),
        "\nambulances:\n",
        _removal_lines(keys_at_path(base.tree, "ambulances")),
        *(
            _crew_yaml(site, number)
            for site in sites
            if site.kind == "station"
            for number in range(1, size.crews + 1)
        ),
        *(
            f"\n{part}:\n" + _removal_lines(keys_at_path(base.tree, part))
            for part in OF_THE_BASE_ALONE
        ),
    ]
    return "".join(parts)


OF_THE_BASE_ALONE = ("first_responders", "supports")
"""What stands at places of the base's own region."""


def _with_all_kinds(sites: Sequence[FacilitySite]) -> list[FacilitySite]:
    """Return the facilities, with a legevakt and a station at the first hospital where none is."""
    have = {site.kind for site in sites}
    hospital = next(site for site in sites if site.kind == "hospital")
    more = [
        FacilitySite(f"{hospital.id}-{kind}", kind, hospital.name, hospital.place)
        for kind in ("legevakt", "station")
        if kind not in have
    ]
    return [*sites, *more]


def _removal_lines(names: Sequence[str]) -> str:
    """Return the lines that take the base's away."""
    return "".join(f"  {name}: null\n" for name in removal_mapping(names))


def _staffing_yaml(on_duty: int, high: int, what: str) -> str:
    """Return the keys of a roster line, as an assumption to be replaced."""
    source = yaml_on_one_line(TO_FILL_IN + what)
    return f"on_duty: {on_duty}, grade: C, range: [1, {max(high, 1)}], source: {source}"


def _rooms_yaml(size: StaffSizes, municipalities: str) -> str:
    """Return the control rooms: one for 116117, and one for 113 with the dispatchers."""
    return _ROOMS.format(
        all=municipalities,
        day=_staffing_yaml(
            size.operators, 2 * size.operators, "one who answers for the calls of the busiest hour"
        ),
        night=_staffing_yaml(max(1, size.operators // 3), size.operators, "a third of the day's"),
        amk=_staffing_yaml(size.operators_113, 2 * size.operators_113, "two or more"),
        dispatch=_staffing_yaml(
            size.dispatchers, 2 * size.dispatchers, "one, and one more for every eight stations"
        ),
    )


def _doctors_yaml(site: FacilitySite, size: StaffSizes) -> str:
    """Return the doctors of a legevakt."""
    return _DOCTORS.format(
        id=f"doctor-{site.id}"[:60],
        title=yaml_on_one_line(f"Lege, {site.name}"),
        title_en=yaml_on_one_line(f"Doctor, {site.name}"),
        place=site.place,
        day=_staffing_yaml(size.doctors, 3 * size.doctors, "for the patients of the busiest hour"),
        night=_staffing_yaml(max(1, size.doctors // 3), size.doctors, "a third of the day's"),
    )


def _clinic_yaml(site: FacilitySite, size: StaffSizes, municipalities: str) -> str:
    """Return a legevakt, open day and night for the whole region."""
    return _CLINIC.format(
        id=site.id,
        title=yaml_on_one_line(site.name),
        place=site.place,
        doctors=f"doctor-{site.id}"[:60],
        all=municipalities,
        nurses=_staffing_yaml(size.doctors, 3 * size.doctors, "as many as doctors"),
    )


def _gp_yaml(site: FacilitySite) -> str:
    """Return the GPs of a municipality who are free for acute patients in office hours."""
    count = max(1, round(site.people / PEOPLE_A_GP))
    return _GP.format(
        id=f"fastlege-{site.municipality}"[:60],
        title=yaml_on_one_line(f"Vakthavende fastlege i {site.name}"),
        title_en=yaml_on_one_line(f"GP on duty in {site.name}"),
        place=site.place,
        day=_staffing_yaml(count, 2 * count, "one for each 10,000 inhabitants"),
    )


def _gp_office_yaml(site: FacilitySite) -> str:
    """Return a GP office, open in office hours for its municipality."""
    return _GP_OFFICE.format(
        id=f"fastlegekontor-{site.municipality}"[:60],
        title=yaml_on_one_line(f"Fastlegekontor i {site.name}"),
        title_en=yaml_on_one_line(f"GP office in {site.name}"),
        place=site.place,
        doctors=f"fastlege-{site.municipality}"[:60],
        own=yaml_on_one_line([site.municipality]),
    )


def _crew_yaml(site: FacilitySite, number: int) -> str:
    """Return an ambulance with a crew at its station day and night."""
    return _CREW.format(
        id=f"{site.id}-{number}",
        title=yaml_on_one_line(f"{site.name} {number}"),
        place=site.place,
        source=yaml_on_one_line(TO_FILL_IN + "a car with a crew at the station day and night"),
    )


_HEAD = """\
# yaml-language-server: $schema=.schema/organisation.json
# A first organisation of {region}: it runs, but how many are on duty is nowhere in public data.
# FILL IN: everything whose source says "to be replaced". Then: akuttsim check {name}.yaml
# Mobilisation, call-outs, home visits and prices are those of {base}, with their sources.
extends: {base}
organisation: {name}
region: {region}
title: {{nb: Dagens ordning (utkast), en: Today's organisation (draft)}}
description:
  nb: Utkast laget av akuttsim. Bemanningen er antakelser som skal fylles ut.
  en: Draft made by akuttsim. How many are on duty are assumptions, to be filled in.

"""
_ROOMS = """\
  # FILL IN: operators on duty by hour at the legevaktsentral (116117).
  legevaktsentral:
    title: {{nb: Legevaktsentral, en: 116117 control room}}
    number: "116117"
    municipalities: {all}
    menu_s: {{value: 15, range: [0, 40], grade: C, source: "Assumption: a message first"}}
    pick_up_s:
      lognormal: {{median: 7.6, sigma: 0.45}}
      grade: C
      range: [4, 15]
      source: "Assumption: as at 113 in 2013"
    # FILL IN: what the operators do beside calls, and their breaks.
    other_tasks:
      keeps_free: {{value: 1, range: [0, 1], grade: C, source: "Assumption: one is left"}}
      tasks:
        papers:
          days: daily
          hours: "00:00-24:00"
          per_hour: {{value: 3, range: [0, 8], grade: C, source: "Assumption, to be replaced"}}
          minutes:
            lognormal: {{mean: 4, cv: 0.7}}
            grade: C
            range: [2, 8]
            source: "Assumption, to be replaced"
      breaks:
        minutes: {{value: 30, range: [0, 30], grade: B, source: "arbeidsmiljøloven § 10-9"}}
        shift_h: {{value: 5.5, range: [5.5, 8.0], grade: B, source: "arbeidsmiljøloven § 10-9"}}
        longest_shift_h: {{value: 10, range: [8, 12.5], grade: C, source: "Assumption"}}
    operators:
      day: {{days: daily, hours: "07:30-23:00", {day}}}
      night: {{days: daily, hours: "23:00-07:30", {night}}}
  # FILL IN: operators and dispatchers at the AMK centre (113). Does it answer for others too?
  amk:
    title: {{nb: AMK, en: AMK (113)}}
    number: "113"
    municipalities: {all}
    menu_s: {{value: 0, grade: B, source: "113 has no menu"}}
    pick_up_s:
      lognormal: {{median: 5.1, sigma: 0.46}}
      grade: C
      range: [4.5, 6.3]
      source: "As fitted in Namdal to more than 90 % within 10 s (Helsedirektoratet 2018-22)"
    rings_back:
      dial_s: {{constant: 15, range: [8, 30], grade: C, source: "Assumption: who hung up"}}
      not_reached: {{value: 0.1, range: [0.0, 0.3], grade: C, source: "Assumption: no answer"}}
    operators:
      always: {{days: daily, hours: "00:00-24:00", {amk}}}
    dispatchers:
      always: {{days: daily, hours: "00:00-24:00", {dispatch}}}
"""
_DOCTORS = """\
  {id}:
    title: {{nb: {title}, en: {title_en}}}
    place: {place}
    home_visits: true
    call_outs: true
    on_duty:
      day: {{days: daily, hours: "08:00-23:00", {day}}}
      night: {{days: daily, hours: "23:00-08:00", {night}}}
"""
_GP = """\
  {id}:
    title: {{nb: {title}, en: {title_en}}}
    place: {place}
    home_visits: false
    call_outs: false
    on_duty:
      office-hours: {{days: weekdays, hours: "08:00-15:30", {day}}}
"""
_GP_OFFICE = """\
  # FILL IN: where the office is and when it takes acute patients.
  {id}:
    title: {{nb: {title}, en: {title_en}}}
    kind: gp_office
    place: {place}
    doctors: {doctors}
    open:
      office-hours: {{days: weekdays, hours: "08:00-15:30", municipalities: {own}}}
"""
_CLINIC = """\
  # FILL IN: opening hours, the municipalities it serves, nurses.
  {id}:
    title: {title}
    kind: legevakt
    place: {place}
    doctors: {doctors}
    open:
      always: {{days: daily, hours: "00:00-24:00", municipalities: {all}}}
    nurses:
      always: {{days: daily, hours: "00:00-24:00", {nurses}}}
"""
_CREW = """\
  {id}:
    title: {title}
    station: {place}
    shifts: [{{days: daily, hours: "00:00-24:00", duty: station}}]
    grade: C
    range: [0, 1]
    source: {source}
"""
