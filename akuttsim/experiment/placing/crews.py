"""Which ambulances are to be placed: today's, those that stay, and new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from akuttsim.config.schema.fleet import Crew
from akuttsim.errors import did_you_mean
from akuttsim.experiment.placing.question import Question, World, candidates, count_of, refuse
from akuttsim.experiment.placing.reach import Roster, ambulances_of

MOST = 60
NEW = "placed-ambulance"


@dataclass(frozen=True)
class Crews:
    """Crews by name, new ones with no station of their own, and which of them stay."""

    stations: dict[str, str | None]
    rosters: dict[str, Roster]
    kept: frozenset[str]
    like: str | None

    @property
    def today(self) -> int:
        """Return how many there are today."""
        return sum(station is not None for station in self.stations.values())

    def of(self, roster: Roster, stays: bool | None = None) -> list[str]:
        """Return the crews of a roster: all, or only those that stay, or that do not."""
        return [
            name for name, own in self.rosters.items()
            if own == roster and (stays is None or (name in self.kept) == stays)
        ]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked of the ambulances: which there are to be, where, how many."""

    crews: Crews
    sites: tuple[str, ...]
    count: int


def asked(world: World, question: Question) -> Asked:
    """Return what is asked. Raises InputError for options that cannot be met."""
    crews = ambulances_of(world)
    count = count_of(question, 1, MOST, len(crews))
    kept = _kept(world, question, crews)
    if len(kept) > count:
        raise refuse("--n", f"{len(kept)} ambulances are kept where they are; ask for as many")
    sites = candidates(world, question, [crew.station for crew in crews.values()])
    return Asked(_with_new(crews, kept, count, question.like), sites, count)


def _kept(world: World, question: Question, crews: Mapping[str, Crew]) -> frozenset[str]:
    """Return the crews that stay: named, at a station or in a municipality that is named."""
    home = {name: place.municipality for name, place in world.region.places.items()}
    labels = {name: {name, crew.station, home[crew.station]} for name, crew in crews.items()}
    known = set().union(*labels.values())
    for name in question.keep:
        if name not in known:
            what = f"no ambulance is, or stands at, {name!r}{did_you_mean(name, sorted(known))}"
            raise refuse("--keep", what)
    staffing = {each.nurses_of_crew for each in world.organisation.clinics.values()}
    return frozenset(
        name for name in crews if labels[name] & set(question.keep) or name in staffing
    )


def _with_new(
    crews: Mapping[str, Crew], kept: frozenset[str], count: int, like: str | None
) -> Crews:
    """Return the crews to place; those beyond today's have the roster of the one they are like."""
    stations: dict[str, str | None] = {name: crew.station for name, crew in crews.items()}
    rosters = {name: crew.shifts for name, crew in crews.items()}
    if like is not None and like not in crews:
        raise refuse("--like", f"no ambulance {like!r}{did_you_mean(like, crews)}")
    model = like or next(iter(crews))
    for number in range(1, count - len(crews) + 1):
        stations[f"{NEW}-{number}"] = None
        rosters[f"{NEW}-{number}"] = crews[model].shifts
    return Crews(stations, rosters, kept, model if count > len(crews) else None)
