"""Where the ambulances of an organisation should stand, and what the formulas estimate of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.fleet import Crew
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.errors import did_you_mean, option_error
from akuttsim.optimisation.siting.siting_question import (
    ModelEstimate,
    ProposedSite,
    SitingProposal,
    SitingQuestion,
    SitingWorld,
    candidate_sites,
    figures_by_municipality,
    units_to_place,
)
from akuttsim.optimisation.siting.weekly_coverage import (
    CrewCoverage,
    Roster,
    ambulances_of,
    limits_s,
    mean_seconds,
    ordinary_week,
    rosters_of,
)
from akuttsim.patients.urgency import expected_red_incidents
from akuttsim.records import Floats
from akuttsim.texts import message
from akuttsim.theory.location_models import best_medians, mean_median_cost
from akuttsim.theory.rostered_coverage import (
    PRECISION,
    CoverageFloors,
    NearBest,
    NoPlacement,
    RosteredCrews,
    best_stations,
    covered_by_atom,
)
from akuttsim.units import MINUTE_S

MOST_AMBULANCES = 60

MOVE_PENALTY_S = 60.0
"""What a move costs beside its drive, so that who can stay stays."""

MOST_BUSY = 0.95
"""Crews are never reckoned busier: at 1 nobody would ever be reached."""

NEW_CREW_PREFIX = "placed-ambulance"


@dataclass(frozen=True)
class AmbulancesToPlace:
    """The crews that are to have a station, today's and new ones.

    Attributes:
        stations: Today's station of each crew; None for a new one.
        rosters: The shifts of each crew.
        staying: Crews that are not to move.
        like: The crew whose shifts new ones have; None where there are no new ones.
    """

    stations: dict[str, str | None]
    rosters: dict[str, Roster]
    staying: frozenset[str]
    like: str | None

    @property
    def today(self) -> int:
        """Return how many there are today."""
        return sum(station is not None for station in self.stations.values())

    def on_roster(self, roster: Roster, stays: bool | None = None) -> list[str]:
        """Return the crews of a roster: all, or only those that stay, or that do not."""
        return [
            name for name, own in self.rosters.items()
            if own == roster and (stays is None or (name in self.staying) == stays)
        ]  # fmt: skip


@dataclass(frozen=True)
class AmbulanceOptions:
    """What the question comes to for ambulances.

    Attributes:
        crews: The crews there are to be.
        sites: Places where they may stand.
        count: How many there are to be in all.
    """

    crews: AmbulancesToPlace
    sites: tuple[str, ...]
    count: int


def ambulance_options(world: SitingWorld, question: SitingQuestion) -> AmbulanceOptions:
    """Return what is asked, with crews beyond today's on the roster of the one they are like.

    Raises:
        InputError: Options that cannot be met: fewer than are to stay, no such crew or place.
    """
    crews = ambulances_of(world)
    count = units_to_place(question, 1, MOST_AMBULANCES, len(crews))
    staying = _crews_that_stay(world, question, crews)
    if len(staying) > count:
        raise option_error("--n", message("experiments.place.kept", n_kept=len(staying)))
    sites = candidate_sites(world, question, [crew.station for crew in crews.values()])
    stations: dict[str, str | None] = {name: crew.station for name, crew in crews.items()}
    rosters = {name: crew.shifts for name, crew in crews.items()}
    like = question.like
    if like is not None and like not in crews:
        near = did_you_mean(like, crews)
        raise option_error(
            "--like", message("experiments.place.no_ambulance", like=like, near=near)
        )
    model = like or next(iter(crews))
    for number in range(1, count - len(crews) + 1):
        stations[f"{NEW_CREW_PREFIX}-{number}"] = None
        rosters[f"{NEW_CREW_PREFIX}-{number}"] = crews[model].shifts
    model_of_new = model if count > len(crews) else None
    return AmbulanceOptions(
        AmbulancesToPlace(stations, rosters, staying, model_of_new), sites, count
    )


def _crews_that_stay(
    world: SitingWorld, question: SitingQuestion, crews: Mapping[str, Crew]
) -> frozenset[str]:
    """Return the crews that stay: named, at a station or in a municipality that is named."""
    home = {name: place.municipality for name, place in world.region.places.items()}
    labels = {name: {name, crew.station, home[crew.station]} for name, crew in crews.items()}
    known = set().union(*labels.values())
    for name in question.keep:
        if name not in known:
            what = message(
                "experiments.place.no_ambulance_at",
                name=name,
                near=did_you_mean(name, sorted(known)),
            )
            raise option_error("--keep", what)
    staffing = {clinic.nurses_of_crew for clinic in world.organisation.clinics.values()}
    return frozenset(
        name for name in crews if labels[name] & set(question.keep) or name in staffing
    )


IntArray = NDArray[np.int64]


def ambulance_coverage(
    world: SitingWorld, question: SitingQuestion, sites: tuple[str, ...], busy: Floats
) -> CrewCoverage:
    """Return what is asked of the ambulances at these sites; by mclp nobody is ever busy."""
    rosters = rosters_of(ambulances_of(world))
    places = tuple(map(world.number, sites))
    return CrewCoverage(
        world, rosters, places, limits_s(world, question.within_min), busy * (question.by != "mclp")
    )


def crews_by_site(
    rosters: tuple[Roster, ...],
    sites: tuple[str, ...],
    crews: AmbulancesToPlace,
    stays: bool | None,
) -> IntArray:
    """Return how many crews of each roster stand at each site.

    Args:
        rosters: The distinct rosters.
        sites: Places, among them the station of every crew counted.
        crews: Crews with their stations; new ones, which have none, do not count.
        stays: Only those that stay (True), only the others (False), or all (None).

    Returns:
        Whole numbers [roster, site].
    """
    counts = np.zeros((len(rosters), len(sites)), dtype=np.int64)
    for group, roster in enumerate(rosters):
        for name in crews.on_roster(roster, stays):
            station = crews.stations[name]
            if station is not None:
                counts[group, sites.index(station)] += 1
    return counts


def drive_min(world: SitingWorld) -> Floats:
    """Return mean minutes with blue light [from, to], over the hours at which 113 is rung."""
    week = ordinary_week(world.region)
    minutes: Floats = mean_seconds(world.travel, "blue", week.hour, week.calls_113) / MINUTE_S
    return minutes


def shared_busy_share(busy: Floats, before: int, after: int) -> Floats:
    """Return how busy crews are when another number of them shares the same work.

    Args:
        busy: Today's share of the time on duty, by hour of the day.
        before: How many crews there are today.
        after: How many there will be.
    """
    shares: Floats = np.minimum(busy * (before / after), MOST_BUSY)
    return shares


def coverage_estimate(
    world: SitingWorld,
    question: SitingQuestion,
    crews: AmbulancesToPlace,
    placement: tuple[dict[str, str], Floats],
) -> ModelEstimate:
    """Return the share of red incidents that an idle crew reaches in time, by MEXCLP.

    Args:
        world: The organisation in its region.
        question: Gives the limit; by MCLP nobody is ever busy.
        crews: Crews with today's stations.
        placement: Each crew's proposed station, and today's busy share by hour of the day.
    """
    chosen, busy = placement
    today = {name: at for name, at in crews.stations.items() if at is not None}
    sites = tuple(dict.fromkeys([*today.values(), *chosen.values()]))
    then = shared_busy_share(busy, len(today), len(chosen))
    before = _covered_incidents(ambulance_coverage(world, question, sites, busy), crews, today)
    after = _covered_incidents(ambulance_coverage(world, question, sites, then), crews, chosen)
    incidents = expected_red_incidents(world.region)
    return ModelEstimate(
        what=message("commands.place.promise.reached"),
        unit="share",
        today=float(before.sum() / incidents.sum()),
        proposed=float(after.sum() / incidents.sum()),
        by_municipality=figures_by_municipality(world.region, (before, after), incidents),
        indicators=("ambulance_within_12_min", "ambulance_within_25_min"),
    )


def _covered_incidents(
    coverage: CrewCoverage, crews: AmbulancesToPlace, chosen: Mapping[str, str]
) -> Floats:
    """Return red incidents a year that an idle crew reaches in time, by place.

    Args:
        coverage: What is asked of the crews at the sites, and how busy they are.
        crews: The crews with their rosters.
        chosen: The station of each crew that counts.
    """
    places = tuple(coverage.world.region.place_ids[site] for site in coverage.sites)
    placed_crews = replace(
        crews, stations=dict(chosen), rosters={n: crews.rosters[n] for n in chosen}
    )
    return covered_by_atom(
        coverage.periods(), crews_by_site(coverage.rosters, places, placed_crews, None)
    )


def drive_estimate(
    world: SitingWorld, crews: AmbulancesToPlace, chosen: dict[str, str]
) -> ModelEstimate:
    """Return the mean minutes of driving to red incidents from the nearest station.

    Args:
        world: The organisation in its region.
        crews: Crews with today's stations.
        chosen: Each crew's proposed station. Rosters and how busy crews are do not count.
    """
    drive, incidents = drive_min(world), expected_red_incidents(world.region)
    today = [world.number(at) for at in crews.stations.values() if at is not None]
    proposed = [world.number(at) for at in chosen.values()]
    pair = tuple(drive[sites].min(axis=0) * incidents for sites in (today, proposed))
    return ModelEstimate(
        what=message("commands.place.promise.drive"),
        unit="min",
        today=mean_median_cost(drive, incidents, today),
        proposed=mean_median_cost(drive, incidents, proposed),
        by_municipality=figures_by_municipality(world.region, (pair[0], pair[1]), incidents),
        indicators=("ambulance_response_median_min",),
    )


AMBULANCE_INDICATORS = (
    "ambulance_within_12_min",
    "ambulance_within_25_min",
    "ambulance_response_median_min",
    "ambulance_response_p90_min",
    "first_help_median_min",
    "hours_without_ambulance",
    "km_driven_a_week",
)


def propose_ambulances(
    world: SitingWorld, question: SitingQuestion, busy: Floats
) -> SitingProposal:
    """Return where ambulances should stand.

    Args:
        world: The organisation in its region.
        question: How many, where, and what may be lost; by MEXCLP, MCLP or p-median.
        busy: Share of the time on duty that today's crews are at work, by hour of the day.

    Raises:
        InputError: The options cannot be met.
    """
    options = ambulance_options(world, question)
    short = 0.0
    if question.by == "pmedian":
        chosen = _ambulances_by_median(world, options.crews, options.sites, options.count)
    else:
        chosen, short = _ambulances_by_coverage(world, question, options, busy)
    proposal = _ambulance_proposal(world, question, options.crews, (chosen, busy))
    if short <= PRECISION:
        return proposal
    note = message("commands.place.note.not_the_best", points=100 * short)
    return replace(proposal, notes=(*proposal.notes, note))


def _ambulances_by_coverage(
    world: SitingWorld, question: SitingQuestion, options: AmbulanceOptions, busy: Floats
) -> tuple[dict[str, str], float]:
    """Return each crew's place by MEXCLP (MCLP: nobody is ever busy), and how short of the best."""
    crews = options.crews
    busy = shared_busy_share(busy, crews.today, options.count)
    reach = ambulance_coverage(world, question, options.sites, busy)
    fleet = RosteredCrews(
        today=crews_by_site(reach.rosters, options.sites, crews, None),
        kept=crews_by_site(reach.rosters, options.sites, crews, True),
        most=np.array([len(crews.on_roster(roster)) for roster in reach.rosters]),
        total=options.count,
    )
    best, short = _best_allowed_stations(question, reach, fleet)
    units = best - fleet.kept
    chosen = {name: crews.stations[name] or "" for name in crews.staying}
    for roster, row in zip(reach.rosters, units, strict=True):
        places = [at for at, number in zip(options.sites, row, strict=True) for _ in range(number)]
        chosen |= _match_crews_to_sites(
            world, {n: crews.stations[n] for n in crews.on_roster(roster, False)}, places
        )
    return chosen, short


def _best_allowed_stations(
    question: SitingQuestion, reach: CrewCoverage, fleet: RosteredCrews
) -> NearBest:
    """Return the best stations that let no municipality, and nobody's first minutes, fall behind.

    Of each municipality's incidents reached today, so many must still be reached that it loses no
    more than the share of all of its incidents that the question allows.

    With no fewer crews than today, as many must be reached in half the limit as today: else the
    limit would be met by standing half-way between those who are near now.
    """
    periods, region = reach.periods(), reach.world.region
    home = np.array([place.municipality for place in region.places.values()])
    incidents, covered = expected_red_incidents(region), covered_by_atom(periods, fleet.today)
    areas = [home == name for name in region.municipality_ids]
    floors_by_municipality = tuple(
        (area, max(0.0, float(covered[area].sum() - question.may_lose * incidents[area].sum())))
        for area in areas
    )
    floors = [CoverageFloors(floors_by_municipality)]
    if fleet.total >= fleet.today.sum():
        sooner = tuple(replace(reach, within_s=reach.within_s / 2).periods())
        everywhere = np.ones(len(reach.within_s), dtype=bool)
        floors.append(
            CoverageFloors(
                ((everywhere, float(covered_by_atom(sooner, fleet.today).sum())),), sooner
            )
        )
    try:
        return best_stations(periods, fleet, question.least_gain, floors)
    except NoPlacement:
        what = message("experiments.place.allow_more", total=fleet.total)
        raise option_error("--may-lose", what) from None


def _ambulances_by_median(
    world: SitingWorld, crews: AmbulancesToPlace, sites: tuple[str, ...], count: int
) -> dict[str, str]:
    """Return each crew's place by p-median: one crew a place, whatever its roster."""
    stay = {name: station for name in crews.staying if (station := crews.stations[name])}
    occupied = sorted({sites.index(station) for station in stay.values()})
    free = count - len(stay)
    if len(occupied) + free > len(sites):
        raise option_error("--n", message("experiments.place.too_few_places", n_sites=len(sites)))
    if not free:
        return dict(stay)
    drive = drive_min(world)[[world.number(site) for site in sites]]
    median = best_medians(
        drive, expected_red_incidents(world.region), len(occupied) + free, kept=occupied
    )
    places = [sites[site] for site in median.sites if site not in occupied]
    rest = {name: at for name, at in crews.stations.items() if name not in stay}
    return stay | _match_crews_to_sites(world, rest, places)


def _match_crews_to_sites(
    world: SitingWorld, stations: Mapping[str, str | None], places: list[str]
) -> dict[str, str]:
    """Return a place for each crew, as many as there are, by least drive from today's stations.

    Who can stay stays: a move costs its drive and `MOVE_PENALTY_S`. New crews have no drive; crews
    left over are not in the answer. Solved as an assignment (`scipy.optimize`).
    """
    from scipy.optimize import linear_sum_assignment

    names, seconds = list(stations), world.travel.seconds["car"][world.travel.noon]
    drive_s = np.zeros((len(names), len(places)))
    for row, station in enumerate(stations.values()):
        for column, place in enumerate(places):
            if station is not None and station != place:
                drive = float(seconds[world.number(station), world.number(place)])
                drive_s[row, column] = MOVE_PENALTY_S + drive
    rows, columns = linear_sum_assignment(drive_s)
    return {names[row]: places[column] for row, column in zip(rows, columns, strict=True)}


def _ambulance_proposal(
    world: SitingWorld,
    question: SitingQuestion,
    crews: AmbulancesToPlace,
    placement: tuple[dict[str, str], Floats],
) -> SitingProposal:
    """Return the proposal: each crew's station, what changes, and what the formulas estimate of it.

    Args:
        world: The organisation in its region.
        question: What was asked; by p-median the mean drive is estimated too, and comes first.
        crews: The crews there are to be, with today's stations.
        placement: Each crew's proposed station, and today's busy share by hour of the day.
    """
    chosen, busy = placement
    sites = tuple(
        ProposedSite(name, at, chosen[name])
        for name, at in crews.stations.items()
        if name in chosen
    )
    gone = [name for name in crews.stations if name not in chosen]
    promises = [coverage_estimate(world, question, crews, (chosen, busy))]
    if question.by == "pmedian":
        promises.insert(0, drive_estimate(world, crews, chosen))
    return SitingProposal(
        change="placed-ambulances",
        sites=sites,
        set={
            "ambulances": {
                s.name: _ambulance_change(world, question, crews, s)
                for s in sites
                if s.today != s.place
            }
        },
        remove=tuple(f"ambulances.{name}" for name in gone),
        promises=tuple(promises),
        main_indicators=AMBULANCE_INDICATORS,
        notes=_ambulance_notes(world, crews, gone),
    )


def _ambulance_notes(
    world: SitingWorld, crews: AmbulancesToPlace, gone: list[str]
) -> tuple[str, ...]:
    """Return what was assumed: who stays for a clinic, who is left out, whom new ones are like."""
    staffing = {
        clinic.nurses_of_crew for clinic in world.organisation.clinics.values()
    } & crews.staying
    notes = [message("commands.place.note.stays", name=name) for name in sorted(staffing, key=str)]
    notes += [message("commands.place.note.taken_away", name=name) for name in gone]
    if crews.like:
        notes.append(message("commands.place.note.on_duty_as", like=crews.like))
    return tuple(notes)


def _ambulance_change(
    world: SitingWorld, question: SitingQuestion, crews: AmbulancesToPlace, site: ProposedSite
) -> ConfigContent:
    """Return what the change says of one ambulance that moves or is new."""
    content = {"station": site.place, "grade": "C", "range": [0, 1]}
    if site.today is not None:
        source = f"Station found by {question.command}; shifts and vehicle as today"
        return content | {"source": source}
    like = world.organisation.ambulances[crews.like or ""]
    rest = like.model_dump(mode="json", exclude_none=True, include={"shifts", "rest"})
    source = f"New; station found by {question.command}, shifts as {crews.like}"
    name = world.region.places[site.place].name
    title = {"nb": f"Ny ambulanse, {name}", "en": f"New ambulance, {name}"}
    return {"title": title, **content, **rest, "source": source}
