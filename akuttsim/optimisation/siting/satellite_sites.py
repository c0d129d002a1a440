"""Where satellites would shorten the journey to care most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from akuttsim.config.schema.clinic import CLINIC_URGENCIES, Clinic, has_doctor
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.indicators.access_to_care import CareJourneys
from akuttsim.optimisation.siting.siting_question import (
    ModelEstimate,
    ProposedSite,
    SitingProposal,
    SitingQuestion,
    SitingWorld,
    candidate_sites,
    figures_by_municipality,
    model_satellite,
    place_name,
    units_to_place,
)
from akuttsim.optimisation.siting.weekly_coverage import OrdinaryWeek, ordinary_week
from akuttsim.patients.urgency import expected_clinic_visits
from akuttsim.records import Flags, Floats
from akuttsim.texts import message
from akuttsim.theory.location_models import best_medians, best_placement
from akuttsim.units import MINUTE_S

SATELLITE_LIMIT_MIN = 30.0
"""What is a short journey, where mclp is asked for without a limit."""

SATELLITE_INDICATORS = (
    "travel_to_care_min",
    "travel_to_care_p90_min",
    "ring_to_doctor_min",
    "unmet_need_a_week",
    "consultations_per_1000_a_year",
    "staffed_hours_a_week",
)


@dataclass(frozen=True)
class JourneysToCare:
    """Mean minutes to care over all visits of an ordinary week, with and without a satellite.

    Attributes:
        sites: Places where a satellite may be.
        visits: Visits to a clinic a year, by place.
        without: Minutes to care as today, by place.
        with_one: Minutes to care [site, place] with a satellite at that site, which only those use
            who gain by it.
    """

    sites: tuple[str, ...]
    visits: Floats
    without: Floats
    with_one: Floats

    def best_sites(self, count: int, question: SitingQuestion) -> tuple[int, ...]:
        """Return sites by p-median, or those that bring most visits within a limit (mclp)."""
        if question.by == "pmedian":
            return best_medians(self.with_one, self.visits, count, self.without).sites
        limit = SATELLITE_LIMIT_MIN if question.within_min is None else question.within_min
        far = np.where(self.without > limit, self.visits, 0.0)
        if not far.any():
            return tuple(range(count))
        units = best_placement(self.with_one, far, count, limit).units
        best = np.flatnonzero(units).tolist()
        rest = [site for site in range(len(self.sites)) if site not in best]
        return tuple(sorted([*best, *rest[: count - len(best)]]))

    def municipalities_served(
        self, region: Region, chosen: tuple[int, ...]
    ) -> dict[int, list[str]]:
        """Return the municipalities in which somebody has each satellite nearest, and its own."""
        home = [place.municipality for place in region.places.values()]
        offers = self.with_one[list(chosen)]
        gains = (offers.min(axis=0) < self.without - 1e-9) & (self.visits > 0)
        nearest = offers.argmin(axis=0)
        serves = {}
        for row, site in enumerate(chosen):
            mine = {home[place] for place in np.flatnonzero(gains & (nearest == row))}
            mine.add(region.places[self.sites[site]].municipality)
            serves[site] = [name for name in region.municipality_ids if name in mine]
        return serves

    def estimate(self, region: Region, chosen: tuple[int, ...]) -> ModelEstimate:
        """Return the mean minutes to care of all visits, as today and with satellites at sites."""
        with_all = np.minimum(self.without, self.with_one[list(chosen)].min(axis=0))
        pair = (self.without * self.visits, with_all * self.visits)
        every = float(self.visits.sum())
        return ModelEstimate(
            what=message("commands.place.promise.journey"),
            unit="min",
            today=float(pair[0].sum()) / every,
            proposed=float(pair[1].sum()) / every,
            by_municipality=figures_by_municipality(region, pair, self.visits),
            indicators=("travel_to_care_min",),
        )


def propose_satellites(world: SitingWorld, question: SitingQuestion) -> SitingProposal:
    """Return where satellites should be, beside what is open today.

    Args:
        world: The organisation in its region.
        question: How many, like which, by p-median or MCLP.

    Raises:
        InputError: There is no such satellite to be like, or no room for so many.
    """
    like = model_satellite(world, question)
    clinics = world.organisation.clinics.values()
    served = {clinic.place for clinic in clinics if not has_doctor(clinic)}
    sites = tuple(site for site in candidate_sites(world, question, ()) if site not in served)
    count = units_to_place(question, 1, len(sites), 1)
    journeys = journeys_with_satellite(world, like, sites)
    chosen = journeys.best_sites(count, question)
    return _satellite_proposal(world, question, (like, journeys, chosen))


def journeys_with_satellite(
    world: SitingWorld, like: Clinic, sites: tuple[str, ...]
) -> JourneysToCare:
    """Return the journeys to care with and without a satellite at each site.

    A satellite's patient drives on in the share that is sent on. Each place's journey with several
    satellites is taken as the least of those with one, which holds where the same one is nearest
    whenever they are open.
    """
    visits = expected_clinic_visits(world.region)
    shares = visits / np.maximum(visits.sum(axis=1, keepdims=True), 1e-12)
    week = ordinary_week(world.region)
    is_open = week.during(like.open.values())
    numbers = [world.number(site) for site in sites]
    without = np.zeros(len(shares))
    with_one = np.zeros((len(sites), len(shares)))
    for moment in _week_moments(world, week, is_open):
        via_min = moment.via_min(world, numbers)
        for urgency, name in enumerate(CLINIC_URGENCIES):
            if not shares[:, urgency].any():
                continue
            today_min = moment.care.journey_s(name) / MINUTE_S
            gains = moment.is_open and name in like.takes
            weight = moment.weight * shares[:, urgency]
            without += weight * today_min
            with_one += weight * (np.minimum(today_min, via_min) if gains else today_min)
    return JourneysToCare(sites, visits.sum(axis=1), without, with_one)


@dataclass(frozen=True)
class _WeekMoment:
    """Half-hours with the same clinics open and the same roads; `weight` their share of calls.

    `care` tells how far it is to care today; `is_open` whether a new satellite would be open.
    """

    weight: float
    condition: int
    is_open: bool
    care: CareJourneys

    def via_min(self, world: SitingWorld, sites: list[int]) -> Floats:
        """Return minutes [site, place] to a satellite, with the way on of those sent on."""
        minutes = world.travel.seconds["car"][self.condition] / MINUTE_S
        doctor_min = self.care.doctor_s / MINUTE_S
        on = world.region.care.satellite_sent_on.value * doctor_min[sites][:, None]
        via: Floats = minutes[:, sites].T + on
        return via


def _week_moments(world: SitingWorld, week: OrdinaryWeek, is_open: Flags) -> Iterator[_WeekMoment]:
    """Yield the kinds of half-hours: who is open, how the roads are, and their share of calls."""
    clinics = world.organisation.clinics
    services = [hours for clinic in clinics.values() for hours in clinic.open.values()]
    runs = [week.during([service]) for service in services]
    conditions = np.array([world.travel.condition_of_hour[hour] for hour in week.hour])
    kinds, which = np.unique(np.array([*runs, is_open, conditions]), axis=1, return_inverse=True)
    for number, kind in enumerate(kinds.T):
        condition = int(kind[-1])
        now = {id(hours) for hours, runs_now in zip(services, kind[:-2], strict=True) if runs_now}
        yield _WeekMoment(
            weight=float(week.calls_116117[which.ravel() == number].sum()),
            condition=condition,
            is_open=bool(kind[-2]),
            care=_journeys_to_open_care(world, condition, frozenset(now)),
        )


def _journeys_to_open_care(world: SitingWorld, condition: int, now: frozenset[int]) -> CareJourneys:
    """Return the journeys to care while these services (by their identity) run."""
    seconds = world.travel.seconds["car"][condition]
    return CareJourneys(
        region=world.region,
        clinics=world.organisation.clinics,
        is_open=lambda service: id(service) in now,
        drive_s=lambda place: seconds[:, place],
    )


def _satellite_proposal(
    world: SitingWorld,
    question: SitingQuestion,
    placement: tuple[Clinic, JourneysToCare, tuple[int, ...]],
) -> SitingProposal:
    """Return the proposal: a satellite like the model at each chosen site, and what it would do.

    Args:
        world: The organisation in its region.
        question: What was asked; its command goes into the sources.
        placement: The model, the journeys with a satellite at each site, and indices of the chosen
            sites.
    """
    like, journey, chosen = placement
    sites = tuple(
        ProposedSite(f"satellitt-{journey.sites[site]}", None, journey.sites[site])
        for site in chosen
    )
    serves = journey.municipalities_served(world.region, chosen)
    return SitingProposal(
        change="placed-satellites",
        sites=sites,
        set={
            "clinics": {
                site.name: _satellite_config(
                    world, like, site.place, serves[number], question.command
                )
                for site, number in zip(sites, chosen, strict=True)
            }
        },
        promises=(journey.estimate(world.region, chosen),),
        main_indicators=SATELLITE_INDICATORS
        + (("cost_nok_a_year",) if world.organisation.costs else ()),
        notes=(
            message("commands.place.note.hours_of", like=question.like),
            message("commands.place.note.far_off"),
        ),
    )


def _satellite_config(
    world: SitingWorld, like: Clinic, place: str, serves: list[str], command: str
) -> ConfigContent:
    """Return a satellite as a config has it: the model's hours, at another place."""
    content = like.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    name = place_name(world, place)
    content |= {
        "title": {"nb": f"Legevaktsatellitt, {name}", "en": f"Satellite, {name}"},
        "kind": "satellite",
        "place": place,
        "takes": list(like.takes),
        "open": {
            hours: {**service, "municipalities": serves}
            for hours, service in content["open"].items()
        },
    }
    for staffing in content.get("nurses", {}).values():
        least, most = staffing.get("range") or (staffing["on_duty"], staffing["on_duty"])
        source = f"As the satellite it is like (place found by {command}): {staffing['source']}"
        staffing |= {"grade": "C", "range": [least, most], "source": source}
    return content
