"""Where first responders (akutthjelpere) would help first, beside the ambulances there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.fleet import FirstResponders
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.optimisation.siting.siting_question import (
    ModelEstimate,
    ProposedSite,
    SitingProposal,
    SitingQuestion,
    SitingWorld,
    candidate_sites,
    figures_by_municipality,
    model_responders,
    place_name,
    units_to_place,
)
from akuttsim.optimisation.siting.weekly_coverage import (
    START_QUANTILES,
    CrewCoverage,
    alert_delay_s,
    ambulances_of,
    limits_s,
    mean_seconds,
    ordinary_week,
    rosters_of,
)
from akuttsim.patients.urgency import expected_red_incidents
from akuttsim.records import Flags, Floats
from akuttsim.texts import message
from akuttsim.theory.location_models import best_medians
from akuttsim.theory.rostered_coverage import (
    CoveragePeriod,
    RosteredCrews,
    best_stations,
    covered_by_atom,
)
from akuttsim.units import MINUTE_S

RESPONDER_LIMIT_MIN = 12.0
"""As `first_help_within_12_min` has it, from 113 being notified."""

RESPONDER_INDICATORS = (
    "first_help_within_12_min",
    "first_help_median_min",
    "first_help_p90_min",
    "responders_came_a_week",
    "responder_before_ambulance_min",
)


@dataclass(frozen=True)
class ResponderOptions:
    """What the question comes to for first responders.

    Attributes:
        like: The group that new ones are like.
        sites: Places where a group may be: candidates without a group of today.
        count: How many new groups.
        limit_min: Minutes from 113 being notified until somebody is with the patient.
    """

    like: FirstResponders
    sites: tuple[str, ...]
    count: int
    limit_min: float


def responder_options(world: SitingWorld, question: SitingQuestion) -> ResponderOptions:
    """Return what is asked. Raises InputError for options that cannot be met."""
    like = model_responders(world, question)
    served = {group.place for group in world.organisation.first_responders.values()}
    sites = tuple(site for site in candidate_sites(world, question, ()) if site not in served)
    count = units_to_place(question, 1, len(sites), 1)
    limit_min = RESPONDER_LIMIT_MIN if question.within_min is None else question.within_min
    return ResponderOptions(like, sites, count, limit_min)


def propose_responders(
    world: SitingWorld, question: SitingQuestion, busy: Floats
) -> SitingProposal:
    """Return where new groups of first responders should be, in the order of what they add.

    Args:
        world: The organisation in its region.
        question: How many, like which, by MCLP, MEXCLP or p-median.
        busy: Share of the time on duty that today's ambulances are at work, by hour of the day.

    Raises:
        InputError: The options cannot be met.
    """
    options = responder_options(world, question)
    unreached = _unreached_incidents(world, options.limit_min, busy)
    # what groups may win of what is left, in each case; away is like busy. How long before the
    # ambulance they must be expected is left out: they win where it is late.
    reach = _groups_reach_in_time(world, options.like, options.sites, options.limit_min)
    away = 1 - options.like.available.value
    wanted = options.like.share_of_red * unreached
    periods = [CoveragePeriod(need, away, reach[case][None]) for case, need in enumerate(wanted)]
    if question.by == "pmedian":
        chosen = _responders_by_median(world, options)
    else:
        chosen = _responders_by_coverage(periods, options.count, question.by)
    order = _order_by_gain(periods, chosen)
    promise = _responder_estimate(world, options, (unreached, periods), order)
    return _responder_proposal(
        world, question, options.like, (tuple(options.sites[site] for site in order), promise)
    )


def _unreached_incidents(world: SitingWorld, limit_min: float, busy: Floats) -> Floats:
    """Return red incidents a year, as [case, place], that nobody who is there reaches in time."""
    crews = ambulances_of(world)
    stations = tuple(dict.fromkeys(crew.station for crew in crews.values()))
    coverage = CrewCoverage(
        world,
        rosters_of(crews),
        tuple(map(world.number, stations)),
        limits_s(world, limit_min),
        busy,
    )
    units = np.zeros((len(coverage.rosters), len(stations)), dtype=np.int64)
    for crew in crews.values():
        units[coverage.rosters.index(crew.shifts), stations.index(crew.station)] += 1
    periods = coverage.periods()
    incidents = expected_red_incidents(world.region) / len(START_QUANTILES)
    unreached = np.array(
        [
            incidents - covered_by_atom(periods[case :: len(START_QUANTILES)], units)
            for case in range(len(START_QUANTILES))
        ]
    )
    for group in world.organisation.first_responders.values():
        reach = _groups_reach_in_time(world, group, (group.place,), limit_min)[:, 0]
        unreached = np.where(
            reach, unreached * (1 - group.share_of_red * group.available.value), unreached
        )
    rest: Floats = np.maximum(unreached, 0.0)
    return rest


def _groups_reach_in_time(
    world: SitingWorld, like: FirstResponders, sites: tuple[str, ...], limit_min: float
) -> Flags:
    """Tell whether groups at sites reach places in time, as [case, site, place]."""
    drive_s = _group_drive_s(world, sites)
    starts_s = alert_delay_s(world) + like.reaction_min.quantile(START_QUANTILES) * MINUTE_S
    near = drive_s <= like.max_drive_min.value * MINUTE_S
    in_time = drive_s[None] + starts_s[:, None, None] <= limit_min * MINUTE_S
    both: Flags = in_time & near[None]
    return both


def _group_drive_s(world: SitingWorld, sites: tuple[str, ...]) -> Floats:
    week = ordinary_week(world.region)
    seconds = mean_seconds(world.travel, "car", week.hour, week.calls_113)
    rows: Floats = seconds[[world.number(site) for site in sites]]
    return rows


def _responders_by_coverage(periods: list[CoveragePeriod], count: int, by: str) -> tuple[int, ...]:
    """Return the sites that win most: by mclp the first group in reach counts, and no other."""
    if by == "mclp":
        periods = [CoveragePeriod(period.demand, 0.0, period.reach) for period in periods]
    sites = periods[0].reach.shape[1]
    nothing = np.zeros((1, sites), dtype=np.int64)
    fleet = RosteredCrews(nothing, nothing, np.array([count]), count, most_at_site=1)
    return tuple(np.flatnonzero(best_stations(periods, fleet).units[0]).tolist())


def _responders_by_median(world: SitingWorld, options: ResponderOptions) -> tuple[int, ...]:
    """Return the sites of least mean time until somebody is there: ambulance or first responder."""
    crews, incidents = ambulances_of(world), expected_red_incidents(world.region)
    week = ordinary_week(world.region)
    blue = mean_seconds(world.travel, "blue", week.hour, week.calls_113)
    rolls_s = world.organisation.mobilisation.station_s.red.expected()
    ambulance_s = (
        blue[[world.number(crew.station) for crew in crews.values()]].min(axis=0) + rolls_s
    )
    drive_s, like = _group_drive_s(world, options.sites), options.like
    too_far = drive_s > like.max_drive_min.value * MINUTE_S
    responder_s = drive_s + like.reaction_min.expected() * MINUTE_S
    return best_medians(
        np.where(too_far, ambulance_s, responder_s), incidents, options.count, ambulance_s
    ).sites


def _order_by_gain(periods: list[CoveragePeriod], chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Return the chosen sites in the order in which each adds most to those before it."""
    order: list[int] = []
    sites = periods[0].reach.shape[1]

    def won(places: list[int]) -> float:
        return float(covered_by_atom(periods, _units_at_sites(sites, places)).sum())

    while len(order) < len(chosen):
        rest = [site for site in chosen if site not in order]
        order.append(max(rest, key=lambda site: won([*order, site])))
    return tuple(order)


def _units_at_sites(sites: int, places: list[int]) -> NDArray[np.int64]:
    units = np.zeros((1, sites), dtype=np.int64)
    units[0, places] = 1
    return units


def _responder_estimate(
    world: SitingWorld,
    what: ResponderOptions,
    to_win: tuple[Floats, list[CoveragePeriod]],
    places: tuple[int, ...],
) -> ModelEstimate:
    """Return the share of red incidents with somebody in time, today and with the new groups.

    Args:
        world: The organisation in its region.
        what: The options, with the limit in minutes.
        to_win: Red incidents a year that nobody reaches in time, [case, place], and what groups may
            win of them in each case.
        places: Indices of the chosen sites.
    """
    unreached, periods = to_win
    incidents = expected_red_incidents(world.region)
    before = incidents - np.sum(unreached, axis=0)
    after = before + covered_by_atom(periods, _units_at_sites(len(what.sites), list(places)))
    is_usual = what.limit_min == RESPONDER_LIMIT_MIN
    return ModelEstimate(
        what=message("commands.place.promise.red_with_somebody", limit=what.limit_min),
        unit="share",
        today=float(before.sum() / incidents.sum()),
        proposed=float(after.sum() / incidents.sum()),
        by_municipality=figures_by_municipality(world.region, (before, after), incidents),
        indicators=("first_help_within_12_min",) if is_usual else (),
    )


def _responder_proposal(
    world: SitingWorld,
    question: SitingQuestion,
    like: FirstResponders,
    placement: tuple[tuple[str, ...], ModelEstimate],
) -> SitingProposal:
    """Return the proposal: a group like the model at each place, in the order of what it adds."""
    places, promise = placement
    sites = tuple(ProposedSite(f"akutthjelpere-{place}", None, place) for place in places)
    groups = {s.name: _responder_config(world, like, s.place, question.command) for s in sites}
    return SitingProposal(
        change="placed-first-responders",
        sites=sites,
        set={"first_responders": groups},
        promises=(promise,),
        main_indicators=RESPONDER_INDICATORS
        + (("cost_nok_a_year",) if world.organisation.costs else ()),
        notes=(
            message("commands.place.note.group_like", like=question.like),
            message("commands.place.note.order"),
        ),
    )


def _responder_config(
    world: SitingWorld, like: FirstResponders, place: str, command: str
) -> ConfigContent:
    """Return a group as a config has it: the model's at another place, as each source tells."""
    name = place_name(world, place)
    content = like.model_dump(mode="json", exclude_none=True)
    for value in content.values():
        if isinstance(value, dict) and "source" in value:
            value["source"] = (
                f"As the group it is like (place found by {command}): {value['source']}"
            )
    title = {"nb": f"Akutthjelpere, {name}", "en": f"First responders, {name}"}
    return {**content, "title": title, "place": place}
