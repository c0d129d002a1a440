"""What a region is met by beside its ordinary days: storms, visitors, an accident."""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.config.schema.calendar import SeasonHours
from akuttsim.config.schema.demand import Incident, Surge, VisitorPeriod
from akuttsim.config.schema.geography import RoadCondition
from akuttsim.config.schema.region import Region


def circumstances(region: Region) -> list[str]:
    """Return a sentence for each surge, group of visitors, incident and condition of the roads."""
    rates, driving = region.demand, region.driving
    sentences = [_said(each, _surge(each)) for each in rates.surges.values()]
    sentences += [_said(each, _visitors(each)) for each in rates.visitors.values()]
    sentences += [_incident(each) for each in rates.incidents.values()]
    sentences += [
        _said(each, ", ".join(_roads(each)) or "roads as ever")
        for each in driving.conditions.values()
    ]
    if driving.traffic is not None:
        sentences.append(f"traffic slows driving by the hour on working days ({_where(region)})")
    if driving.departures == "timetable":
        sentences.append("ferries sail by their timetable")
    return sentences


def _said(each: Surge | VisitorPeriod | RoadCondition, what: str) -> str:
    return f"{each.title.en}, {_when(each.when)}: {what}"


def _when(when: SeasonHours) -> str:
    season = f"{when.first} to {when.last}" if when.first else "all the year"
    days = "" if when.days == "daily" else f", {when.days}"
    return f"{season}{days}{'' if when.hours == '00:00-24:00' else f', {when.hours}'}"


def _surge(surge: Surge) -> str:
    factors = {"116117": surge.factor_116117, "113": surge.factor_113}
    calls = [f"calls to {to} x {each.value:g}" for to, each in factors.items() if each]
    ages = f", ages {', '.join(surge.ages)}" if surge.ages else ""
    return f"{' and '.join(calls)}{ages}{_area(surge)}"


def _visitors(visitors: VisitorPeriod) -> str:
    return f"people x {visitors.people_factor.value:g}{_area(visitors)}"


def _area(each: Surge | VisitorPeriod) -> str:
    names = each.municipalities or each.places
    return f", in {', '.join(names)}" if names else ""


def _incident(incident: Incident) -> str:
    return (f"{incident.title.en}, {incident.date} {incident.time}: {incident.patients.value} "
            f"patients at {incident.place}")  # fmt: skip


def _roads(condition: RoadCondition) -> Iterator[str]:
    if condition.speed is not None:
        yield f"speed x {condition.speed.value:g}"
    for link in condition.closed:
        yield f"{link.start}-{link.end} closed"
    for column in condition.columns.values():
        yield f"{column.start}-{column.end} in columns"
    if condition.cancelled_ferries:
        yield f"no ferry {', '.join(condition.cancelled_ferries)}"


def _where(region: Region) -> str:
    assert region.driving.traffic is not None
    return "in towns" if region.driving.traffic.where == "town" else "everywhere"
