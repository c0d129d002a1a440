"""The rules and special events of a region, one plain sentence for each.

Rules tell who stays away, who gets worse and where they live; events are storms, visitors, an
accident and conditions of the roads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import reduce

from akuttsim.config.schema.calendar import DAY_WORDS
from akuttsim.config.schema.care_needs import WhileWaiting
from akuttsim.config.schema.geography import RoadCondition
from akuttsim.config.schema.region import (
    DistanceDecay,
    InsteadOfComing,
    Region,
    Surge,
    VisitorPeriod,
)
from akuttsim.config.schema.values import URGENCIES
from akuttsim.texts import Message, joined_texts, message, titled


def event_sentences(region: Region) -> list[str]:
    """Return a sentence for each surge, group of visitors, incident and condition of the roads."""
    rates, driving = region.demand, region.driving
    sentences = [_event_sentence(surge, _surge_text(surge)) for surge in rates.surges.values()]
    sentences += [
        _event_sentence(
            visitor,
            message(
                "understood.surge.people",
                value=visitor.people_factor.value,
                visitors=_area_text(visitor),
            ),
        )
        for visitor in rates.visitors.values()
    ]
    sentences += [
        message(
            "understood.incident",
            en=titled(incident.title),
            date=incident.date,
            time=incident.time,
            value=incident.patients.value,
            place=incident.place,
        )
        for incident in rates.incidents.values()
    ]
    sentences += [
        _event_sentence(
            condition,
            joined_texts(_road_condition_parts(condition)) or message("understood.roads.as_ever"),
        )
        for condition in driving.conditions.values()
    ]
    if driving.traffic is not None:
        in_towns = driving.traffic.where == "town"
        where = "understood.roads.in_towns" if in_towns else "understood.roads.everywhere"
        sentences.append(message("understood.roads.traffic", region=message(where)))
    if driving.departures == "timetable":
        sentences.append(message("understood.roads.timetable"))
    return sentences


def _event_sentence(event: Surge | VisitorPeriod | RoadCondition, what: str) -> str:
    """Return what an event does, headed by its title and when it holds."""
    when = event.when
    season = (
        message("understood.when.season", first=when.first, last=when.last)
        if when.first
        else message("understood.when.all_year")
    )
    days = [] if when.days == "daily" else [days_text(when.days)]
    return message(
        "understood.headed",
        title=titled(event.title),
        when=joined_texts([season, *days, *([] if when.hours == "00:00-24:00" else [when.hours])]),
        what=what,
    )


def days_text(days: str) -> str:
    """Return the days of a roster or a season in words; dates stay as they are written."""
    return joined_texts(
        (
            message(f"understood.days.{word}") if word in DAY_WORDS else word
            for word in days.replace(",", " ").split()
        ),
        " ",
    )


def _surge_text(surge: Surge) -> str:
    """Return by how much calls rise in a surge, of which ages and where."""
    factors = {"116117": surge.factor_116117, "113": surge.factor_113}
    calls = [
        message("understood.surge.calls", to=to, value=factor.value)
        for to, factor in factors.items()
        if factor
    ]
    ages = message("understood.surge.ages", ages=", ".join(surge.ages)) if surge.ages else ""
    return joined_texts([_joined_by_and(calls), ages, _area_text(surge)], "")


def _area_text(event: Surge | VisitorPeriod) -> str:
    """Return where an event holds; nothing where that is everywhere."""
    names = event.municipalities or event.places
    return message("understood.surge.in_places", names=", ".join(names)) if names else ""


def _road_condition_parts(condition: RoadCondition) -> Iterator[str]:
    """Yield what a condition does to roads and ferries."""
    if condition.speed is not None:
        yield message("understood.roads.speed", value=condition.speed.value)
    for link in condition.closed:
        yield message("understood.roads.closed", start=link.start, end=link.end)
    for column in condition.columns.values():
        yield message("understood.roads.columns", start=column.start, end=column.end)
    if condition.cancelled_ferries:
        yield message(
            "understood.roads.no_ferry", cancelled_ferries=", ".join(condition.cancelled_ferries)
        )


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
        shares_text = [
            message(
                "understood.people.truly",
                share=_whole_percent(share),
                name=message(f"understood.urgency.{name}"),
            )
            for name, share in shares
            if share
        ]
        worse = _joined_by_and(shares_text) if shares_text else ""
        sentences.append(
            message("understood.people.worsening", worse=worse or message("understood.nobody"))
        )
        sentences += _waiting_sentence(worsening.while_waiting)
    drive = region.local_drive
    if drive is not None:
        near, far = drive.built_up_km.expected(), drive.elsewhere_km.expected()
        sentences.append(
            message("understood.people.local_drive", near=near, far=far, value=drive.kmh.value)
        )
    return sentences


def _waiting_sentence(rule: WhileWaiting | None) -> list[str]:
    """Return the sentence that tells who gets worse while waiting; none where nobody does."""
    if rule is None:
        return []
    yellow, green = (
        message("understood.percent", share=round(100 * share.value, 2))
        for share in (rule.yellow, rule.green)
    )
    return [message("understood.people.while_waiting", yellow=yellow, green=green)]


def _distance_sentences(decay: DistanceDecay) -> Iterator[str]:
    """Say how many come from far away, and whether satellites count as near."""
    if decay.everybody_comes:
        yield message("understood.people.everybody_comes")
        return
    remaining = math.exp(-decay.consultation_per_km.value * FAR_KM)
    yield message("understood.people.farther", left=_whole_percent(remaining), far_km=FAR_KM)
    if decay.satellite_counts is not None:
        share = _whole_percent(decay.satellite_counts.value)
        yield message("understood.people.satellite_counts", share=share)
    yield from _alternative_sentences(decay.instead) if decay.instead is not None else ()


def _alternative_sentences(instead: InsteadOfComing) -> Iterator[str]:
    """Say what those do instead who do not come, as shares."""
    shares = {
        message("understood.people.advice"): instead.advice,
        message("understood.people.doctor_phone"): instead.doctor_phone.value,
        message("understood.people.next_day"): instead.next_day.value,
        message("understood.people.worse_later"): instead.worse_later.value,
        message("understood.people.without"): instead.without.value,
    }
    text = joined_texts(
        message("understood.people.share_does", share=_whole_percent(share), what=what)
        for what, share in shares.items()
        if share > 1e-9
    )
    yield message(
        "understood.people.stay_away",
        told=text,
        value=_red_alternative_text(instead.red_rings_113.value),
    )


def _red_alternative_text(rings_113: float) -> str:
    """Return what red do instead of coming: those who do not ring 113 wait till the morning."""
    if 0 < rings_113 < 1:
        return message("understood.people.ring_113", rings_113=_whole_percent(rings_113))
    return (
        message("understood.people.all_ring_113")
        if rings_113
        else message("understood.people.all_wait")
    )


def _joined_by_and(texts: Sequence[Message]) -> Message:
    """Join texts by the language's word for and."""
    return reduce(lambda one, other: message("understood.both.and", one=one, other=other), texts)


def _whole_percent(share: float) -> str:
    """Return a share in whole percent."""
    return message("understood.whole_percent", share=100 * share)
