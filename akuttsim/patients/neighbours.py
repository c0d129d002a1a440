"""Neighbour districts: how often their people ring numbers that may be answered for them here."""

from __future__ import annotations

from akuttsim.patients.arrivals import Source
from akuttsim.scenario.region import Region
from akuttsim.scenario.years_ahead import outside_people


def calls_113(region: Region, district: str) -> Source:
    """Return a district's calls to 113, as many a person as in the region."""
    per_person = region.demand.calls_113_per_person_year.value
    return Source(f"outside.{district}", outside_people(region)[district] * per_person, True)


def calls_116117(region: Region, district: str) -> tuple[Source, Source]:
    """Return a district's contacts and other calls to 116117: its own rates, or the region's.

    How far they are from care is not known here, so that the rates hold as published.
    """
    own, usual = region.outside[district], region.demand
    people = outside_people(region)[district]
    contacts = own.contacts_per_person_year or usual.contacts_per_person_year
    others = own.other_calls_per_person_year or usual.other_calls_per_person_year
    return (
        Source(f"outside.{district}.116117.contact", people * contacts.value, False),
        Source(f"outside.{district}.116117.other", people * others.value, False),
    )
