"""A siting question and its proposal: what to place, by which model, and what is to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from akuttsim.config import shipped
from akuttsim.config.checks import place_hint
from akuttsim.config.load_together import load_together
from akuttsim.config.loader import load_organisation
from akuttsim.config.schema.clinic import Clinic
from akuttsim.config.schema.fleet import FirstResponders
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.errors import InputError, Problem, did_you_mean, option_error
from akuttsim.patients.call_rates import people_by_place
from akuttsim.records import Floats
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.texts import message

UnitKind = Literal["ambulances", "satellites", "first-responders"]
LocationModel = Literal["mclp", "mexclp", "pmedian"]

USUAL_MODEL: dict[UnitKind, LocationModel] = {
    "ambulances": "mexclp",
    "satellites": "pmedian",
    "first-responders": "mclp",
}
"""The model by what is placed. Ambulances may be busy; satellites shorten a journey, whatever its
length; the first minutes after an alarm have a limit."""


@dataclass(frozen=True)
class SitingQuestion:
    """What to place, where it may stand, and by which model it is judged.

    Attributes:
        what: Ambulances, satellites or first responders.
        by: The location model: MCLP, MEXCLP or p-median.
        count: How many in all (ambulances), or how many beside those of today (the others).
        candidates: Places where something may stand; empty for all with `least_people`.
        least_people: Inhabitants that a place has at least to be a candidate.
        keep: Crews, stations or municipalities whose ambulances stay where they are.
        like: What new ones are modelled on: a crew, or ORGANISATION:NAME for the others.
        within_min: Limit of MCLP and MEXCLP, minutes from 113 being notified; None for the official
            goals (ambulances) or the usual limit of what is placed.
        may_lose: Share by which a municipality's incidents reached in time may fall at most.
        least_gain: Share of all incidents that a move must add to be worth making.
        command: The command that asks, for the sources of what is proposed.
    """

    what: UnitKind
    by: LocationModel
    count: int | None = None
    candidates: tuple[str, ...] = ()
    least_people: int = 100
    keep: tuple[str, ...] = ()
    like: str | None = None
    within_min: float | None = None
    may_lose: float = 0.05
    least_gain: float = 0.005
    command: str = "akuttsim place"


@dataclass(frozen=True)
class SitingWorld:
    """An organisation in its region, with travel times between all places.

    Attributes:
        name: Name or path of the organisation as the user wrote it.
        at: Name or path of the region, as the user or the organisation wrote it.
        organisation: The organisation of today.
        region: The region it is met in.
        travel: Travel times by mode and condition of the roads, in seconds [from, to].
    """

    name: str
    at: str
    organisation: Organisation
    region: Region
    travel: Travel

    def number(self, place: str) -> int:
        """Return the index of a place."""
        return self.region.place_ids.index(place)


def load_siting_world(name: str, region: str | None) -> SitingWorld:
    """Load and check an organisation and its region, or another one. Raises InputError."""
    where, (organisation,) = load_together([name], region)
    at = region or organisation.value.region
    return SitingWorld(name, at, organisation.value, where.value, travel_of_region(where.value))


def check_siting_options(question: SitingQuestion) -> None:
    """Raise InputError for options that do not fit what is placed."""
    wrong = []
    if question.by == "mexclp" and question.what == "satellites":
        wrong.append(Problem("", 0, "--by", message("experiments.place.may_be_busy")))
    if question.keep and question.what != "ambulances":
        wrong.append(
            Problem("", 0, "--keep", message("experiments.place.stay", what=question.what))
        )
    if question.like and question.what == "ambulances" and ":" in question.like:
        wrong.append(Problem("", 0, "--like", message("experiments.place.own_crews")))
    if question.within_min is not None and question.by == "pmedian":
        wrong.append(Problem("", 0, "--within-min", message("experiments.place.no_limit")))
    if question.candidates and question.least_people != SitingQuestion.least_people:
        wrong.append(
            Problem("", 0, "--least-people", message("experiments.place.beside_candidates"))
        )
    if wrong:
        raise InputError(wrong)


def candidate_sites(
    of: SitingWorld, question: SitingQuestion, existing: Iterable[str]
) -> tuple[str, ...]:
    """Return the places where something may stand, in the region's order.

    Args:
        of: The organisation in its region.
        question: Names the candidates, or how many people one has at least.
        existing: Places that are candidates in any case, such as today's stations.

    Raises:
        InputError: A named candidate is no place of the region.
    """
    known, stands = of.region.place_ids, set(existing)
    if question.candidates:
        wrong = [
            Problem(
                "",
                0,
                "--candidates",
                message(
                    "experiments.place.no_place",
                    name=name,
                    region=of.region.region,
                    near=place_hint(name, of.region),
                ),
            )
            for name in question.candidates
            if name not in known
        ]
        if wrong:
            raise InputError(wrong)
        stands |= set(question.candidates)
    else:
        lived = people_by_place(of.region).sum(axis=1)
        stands |= {
            name for name, people in zip(known, lived, strict=True)
            if people >= max(question.least_people, 1)
        }  # fmt: skip
    return tuple(name for name in known if name in stands)


def units_to_place(question: SitingQuestion, least: int, most: int, usual: int) -> int:
    """Return how many are to be placed.

    Args:
        question: Says how many, or leaves it to `usual`.
        least: Fewest that make sense.
        most: Most that there is room for.
        usual: How many where the question does not say.

    Raises:
        InputError: The number asked for is outside what is possible.
    """
    count = usual if question.count is None else question.count
    if not least <= count <= most:
        raise InputError(
            [
                Problem(
                    "",
                    0,
                    "--n",
                    message("experiments.place.count", least=least, most=most, count=count),
                )
            ]
        )
    return count


@dataclass(frozen=True)
class ModelEstimate:
    """A figure by the formula, of today and of the proposal.

    Attributes:
        what: The figure in words.
        unit: Its unit: share, min or NOK per year.
        today: The figure of today, over all.
        proposed: The figure of the proposal, over all.
        by_municipality: The pair (today, proposed) of each municipality with demand.
        indicators: Simulated indicators that the figure is held against; each has its own
            municipalities.
    """

    what: str
    unit: str
    today: float
    proposed: float
    by_municipality: dict[str, tuple[float, float]]
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class ProposedSite:
    """One thing that is placed.

    Attributes:
        name: Name of the crew, satellite or group.
        today: Place where it stands today; None if it is new.
        place: Place where it is to stand.
    """

    name: str
    today: str | None
    place: str


@dataclass(frozen=True)
class SitingProposal:
    """Sites, and the change of the organisation that puts them there.

    Attributes:
        change: Name of the change in the variant.
        sites: Everything that is placed, moved or not.
        set: Nested settings of the change.
        promises: What the formulas estimate of it, the one it was made for first.
        main_indicators: Indicators that the simulation check is about.
        remove: Dotted keys that the change takes away.
        notes: Sentences on what was assumed.
    """

    change: str
    sites: tuple[ProposedSite, ...]
    set: ConfigContent
    promises: tuple[ModelEstimate, ...]
    main_indicators: tuple[str, ...]
    remove: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def moved(self) -> tuple[ProposedSite, ...]:
        """Return what is new or stands elsewhere than today."""
        return tuple(site for site in self.sites if site.today != site.place)


def figures_by_municipality(
    region: Region, pairs: tuple[Floats, Floats], demand: Floats
) -> dict[str, tuple[float, float]]:
    """Return two figures of each municipality, per unit of its demand.

    Args:
        region: Says which place is in which municipality.
        pairs: Two totals by place, such as incidents reached in time today and as proposed.
        demand: What the totals are of, by place. A municipality without demand has no figure.
    """
    home = np.array([place.municipality for place in region.places.values()])
    figures = {}
    for name in region.municipality_ids:
        inside = home == name
        total = float(demand[inside].sum())
        if total > 0:
            figures[name] = (
                float(pairs[0][inside].sum()) / total,
                float(pairs[1][inside].sum()) / total,
            )
    return figures


def place_name(world: SitingWorld, place: str) -> str:
    """Return the name of a place as people write it."""
    return world.region.places[place].name


def model_satellite(world: SitingWorld, question: SitingQuestion) -> Clinic:
    """Return the satellite that new ones are like. Raises InputError with those there are."""
    organisation, name = _model_organisation(world, question, "satellites")
    satellite = satellites_of(organisation).get(name)
    if satellite is None:
        raise _unknown_model_error(name, satellites_of(organisation), organisation)
    if satellite.nurses_of_crew is not None:
        raise option_error("--like", message("experiments.place.staffed_by_crew", name=name))
    if satellite.doctors not in world.organisation.doctors:
        near = did_you_mean(satellite.doctors, world.organisation.doctors)
        what = message(
            "experiments.place.no_doctor",
            name=name,
            doctors=satellite.doctors,
            name2=world.name,
            near=near,
        )
        raise option_error("--like", what)
    return satellite


def model_responders(world: SitingWorld, question: SitingQuestion) -> FirstResponders:
    """Return the group that new ones are like. Raises InputError with those there are."""
    organisation, name = _model_organisation(world, question, "first-responders")
    group = organisation.first_responders.get(name)
    if group is None:
        raise _unknown_model_error(name, organisation.first_responders, organisation)
    return group


def satellites_of(organisation: Organisation) -> dict[str, Clinic]:
    """Return an organisation's satellites by name."""
    return {
        name: clinic for name, clinic in organisation.clinics.items() if clinic.kind == "satellite"
    }


def _model_organisation(
    world: SitingWorld, question: SitingQuestion, what: str
) -> tuple[Organisation, str]:
    """Return the organisation that has the model, and the model's name in it."""
    if question.like is None:
        raise option_error(
            "--like",
            message("experiments.place.say_which", what=what, world=_model_hint(world, what)),
        )
    organisation, colon, name = question.like.rpartition(":")
    model = load_organisation(organisation).value if colon else world.organisation
    if model.region != world.organisation.region:
        what = message(
            "experiments.place.other_region",
            organisation=organisation,
            region=model.region,
            region2=world.organisation.region,
        )
        raise option_error("--like", what)
    return model, name


def _model_hint(world: SitingWorld, what: str) -> str:
    """Return models of the same region among what is shipped, for who names none."""
    models = []
    for organisation in shipped.config_names("organisation"):
        try:
            other = load_organisation(organisation).value
        except InputError:
            continue
        if other.region == world.organisation.region:
            parts = satellites_of(other) if what == "satellites" else other.first_responders
            models += [f"{organisation}:{name}" for name in list(parts)[:1]]
    return message("experiments.place.such_as", found=", ".join(models)) if models else ""


def _unknown_model_error(
    name: str, known: Mapping[str, object], organisation: Organisation
) -> InputError:
    """Return the error of a model that the organisation does not have, with those that it has."""
    near = did_you_mean(name, known) or message(
        "experiments.place.there_is", known=", ".join(known) or "none"
    )
    return option_error(
        "--like",
        message(
            "experiments.place.none_of_it",
            name=name,
            organisation=organisation.organisation,
            near=near,
        ),
    )
