"""The rules and special events of a region, one plain sentence for each.

Rules tell who stays away, who gets worse and where they live; events are storms, visitors, an
accident and conditions of the roads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from akuttsim.config.schema.calendar import SeasonHours
from akuttsim.config.schema.demand import (
    DistanceDecay,
    Incident,
    InsteadOfComing,
    Surge,
    VisitorPeriod,
)
from akuttsim.config.schema.geography import RoadCondition
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES


def event_sentences(region: Region) -> list[str]:
    """Return a sentence for each surge, group of visitors, incident and condition of the roads."""
    rates, driving = region.demand, region.driving
    sentences = [_event_sentence(surge, _surge_text(surge)) for surge in rates.surges.values()]
    sentences += [
        _event_sentence(visitor, _visitors_text(visitor)) for visitor in rates.visitors.values()
    ]
    sentences += [_incident_sentence(incident) for incident in rates.incidents.values()]
    sentences += [
        _event_sentence(condition, ", ".join(_road_condition_parts(condition)) or "roads as ever")
        for condition in driving.conditions.values()
    ]
    if driving.traffic is not None:
        sentences.append(
            f"traffic slows driving by the hour on working days ({_traffic_area_text(region)})"
        )
    if driving.departures == "timetable":
        sentences.append("ferries sail by their timetable")
    return sentences


def _event_sentence(each: Surge | VisitorPeriod | RoadCondition, what: str) -> str:
    return f"{each.title.en}, {_season_text(each.when)}: {what}"


def _season_text(when: SeasonHours) -> str:
    season = f"{when.first} to {when.last}" if when.first else "all the year"
    days = "" if when.days == "daily" else f", {when.days}"
    return f"{season}{days}{'' if when.hours == '00:00-24:00' else f', {when.hours}'}"


def _surge_text(surge: Surge) -> str:
    factors = {"116117": surge.factor_116117, "113": surge.factor_113}
    calls = [f"calls to {to} x {each.value:g}" for to, each in factors.items() if each]
    ages = f", ages {', '.join(surge.ages)}" if surge.ages else ""
    return f"{' and '.join(calls)}{ages}{_area_text(surge)}"


def _visitors_text(visitors: VisitorPeriod) -> str:
    return f"people x {visitors.people_factor.value:g}{_area_text(visitors)}"


def _area_text(each: Surge | VisitorPeriod) -> str:
    names = each.municipalities or each.places
    return f", in {', '.join(names)}" if names else ""


def _incident_sentence(incident: Incident) -> str:
    return (f"{incident.title.en}, {incident.date} {incident.time}: {incident.patients.value} "
            f"patients at {incident.place}")  # fmt: skip


def _road_condition_parts(condition: RoadCondition) -> Iterator[str]:
    if condition.speed is not None:
        yield f"speed x {condition.speed.value:g}"
    for link in condition.closed:
        yield f"{link.start}-{link.end} closed"
    for column in condition.columns.values():
        yield f"{column.start}-{column.end} in columns"
    if condition.cancelled_ferries:
        yield f"no ferry {', '.join(condition.cancelled_ferries)}"


def _traffic_area_text(region: Region) -> str:
    assert region.driving.traffic is not None
    return "in towns" if region.driving.traffic.where == "town" else "everywhere"


FAR_KM = 50
"""The distance that the published falling-off is told for."""


def region_rule_sentences(region: Region) -> list[str]:
    """Return a sentence for each rule that is on: who stays away, who gets worse, where they live.

    None for what is off.
    """
    sentences: list[str] = []
    if region.demand.distance_decay is not None:
        sentences += _distance_sentences(region.demand.distance_decay)
    worsening = region.worsening
    if worsening is not None:
        shares = zip(URGENCIES, worsening.judged_too_low.as_tuple(), strict=True)
        told = [f"{_whole_percent(share)} of truly {name}" for name, share in shares if share]
        worse = " and ".join(told)
        sentences.append(
            f"of those judged too low and not seen, {worse or 'nobody'} get worse and ask again"
        )
    drive = region.local_drive
    if drive is not None:
        near, far = drive.built_up_km.expected(), drive.elsewhere_km.expected()
        sentences.append(
            f"people live {near:.1f} km by road from their place in built-up places and {far:.1f} "
            f"km elsewhere, on average; driven at {drive.kmh.value:g} km/h"
        )
    return sentences


def _distance_sentences(decay: DistanceDecay) -> Iterator[str]:
    if decay.everybody_comes:
        yield "everybody comes, however far away care is"
        return
    left = math.exp(-decay.consultation_per_km.value * FAR_KM)
    yield (
        f"the farther away care is, the fewer come: {_whole_percent(left)} as many consultations "
        f"{FAR_KM} km away as next door"
    )
    if decay.satellite_counts is not None:
        share = _whole_percent(decay.satellite_counts.value)
        yield f"a satellite counts {share} as near care for those whom it takes"
    yield from _alternative_sentences(decay.instead) if decay.instead is not None else ()


def _alternative_sentences(instead: InsteadOfComing) -> Iterator[str]:
    shares = {
        "get advice": instead.advice,
        "get a doctor on the phone": instead.doctor_phone.value,
        "are seen another day": instead.next_day.value,
        "get worse later": instead.worse_later.value,
        "go without": instead.without.value,
    }
    told = ", ".join(
        f"{_whole_percent(share)} {what}" for what, share in shares.items() if share > 1e-9
    )
    yield (
        f"of those who stay away, {told}; of red, "
        f"{_red_alternative_text(instead.red_rings_113.value)}"
    )


def _red_alternative_text(rings_113: float) -> str:
    """Return what red do instead of coming: those who do not ring 113 wait till the morning."""
    if 0 < rings_113 < 1:
        return f"{_whole_percent(rings_113)} ring 113 and the others wait till the morning"
    return "all ring 113" if rings_113 else "all wait till the morning"


def _whole_percent(share: float) -> str:
    return f"{100 * share:.0f} %"
