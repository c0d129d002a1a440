"""A siting question and its proposal: what to place, by which model, and what is to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from akuttsim.config import shipped
from akuttsim.config.loader import load_organisation
from akuttsim.config.schema.clinic import Clinic
from akuttsim.config.schema.fleet import FirstResponders
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.experiments.load_study import load_together
from akuttsim.messages import message
from akuttsim.patients.call_rates import people_by_place
from akuttsim.roads.travel import Travel, travel_of_region

Array = NDArray[np.float64]

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
    """What to place: `count` in all (ambulances) or beside what is there (the others).

    `candidate_sites` are places, where given; else all with at least `least_people` inhabitants.
    `keep` names crews, stations or municipalities whose ambulances stay; `like` the satellite or
    group of first responders that new ones are modelled on; `within_min` the limit of mclp and
    mexclp. For ambulances, `may_lose` is the most that a municipality's share reached in time may
    fall by, and `least_gain` what a move must add to the share of all (both shares of 1, by the
    formula).
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
    """An organisation in its region, with travel times; `name` and `at` as they were asked for."""

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
        wrong.append(_siting_option_problem("--by", message("experiments.place.may_be_busy")))
    if question.keep and question.what != "ambulances":
        wrong.append(
            _siting_option_problem("--keep", message("experiments.place.stay", what=question.what))
        )
    if question.like and question.what == "ambulances" and ":" in question.like:
        wrong.append(_siting_option_problem("--like", message("experiments.place.own_crews")))
    if question.within_min is not None and question.by == "pmedian":
        wrong.append(_siting_option_problem("--within-min", message("experiments.place.no_limit")))
    if question.candidates and question.least_people != SitingQuestion.least_people:
        wrong.append(
            _siting_option_problem("--least-people", message("experiments.place.beside_candidates"))
        )
    if wrong:
        raise InputError(wrong)


def candidate_sites(
    of: SitingWorld, question: SitingQuestion, existing: Iterable[str]
) -> tuple[str, ...]:
    """Return the places where something may stand, in the region's order.

    Raises InputError for a place that is not there.
    """
    known, stands = of.region.place_ids, set(existing)
    if question.candidates:
        wrong = [
            _siting_option_problem(
                "--candidates",
                message(
                    "experiments.place.no_place",
                    name=name,
                    region=of.region.region,
                    near=did_you_mean(name, known),
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
    """Return how many are to be placed. Raises InputError outside what is possible."""
    count = usual if question.count is None else question.count
    if not least <= count <= most:
        raise InputError(
            [
                _siting_option_problem(
                    "--n", message("experiments.place.count", least=least, most=most, count=count)
                )
            ]
        )
    return count


def siting_option_error(option: str, what: str) -> InputError:
    """Return the error of an option."""
    return InputError([_siting_option_problem(option, what)])


def _siting_option_problem(option: str, what: str) -> Problem:
    return Problem("", 0, option, what)


@dataclass(frozen=True)
class ModelEstimate:
    """A figure by the formula, today and as proposed: of all, and by municipality.

    `by_municipality[name]` holds the pair; `indicators` are the simulated ones that it is held
    against, of which each knows its own municipalities.
    """

    what: str
    unit: str
    today: float
    proposed: float
    by_municipality: dict[str, tuple[float, float]]
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class ProposedSite:
    """One thing that is placed: its name, where it stands today (None if new) and is to stand."""

    name: str
    today: str | None
    place: str


@dataclass(frozen=True)
class SitingProposal:
    """Sites, the change of the organisation (`set` and `remove`), its name and what it promises."""

    change: str
    sites: tuple[ProposedSite, ...]
    set: dict[str, Any]
    promises: tuple[ModelEstimate, ...]
    main_indicators: tuple[str, ...]
    remove: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def moved(self) -> tuple[ProposedSite, ...]:
        """Return what is new or stands elsewhere than today."""
        return tuple(site for site in self.sites if site.today != site.place)


def figures_by_municipality(
    region: Region, pairs: tuple[Array, Array], demand: Array
) -> dict[str, tuple[float, float]]:
    """Return two figures of each municipality from totals by place; without demand, none."""
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
        raise siting_option_error("--like", message("experiments.place.staffed_by_crew", name=name))
    if satellite.doctors not in world.organisation.doctors:
        near = did_you_mean(satellite.doctors, world.organisation.doctors)
        what = message(
            "experiments.place.no_doctor",
            name=name,
            doctors=satellite.doctors,
            name2=world.name,
            near=near,
        )
        raise siting_option_error("--like", what)
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
        raise siting_option_error(
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
        raise siting_option_error("--like", what)
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
    near = did_you_mean(name, known) or message(
        "experiments.place.there_is", known=", ".join(known) or "none"
    )
    return siting_option_error(
        "--like",
        message(
            "experiments.place.none_of_it",
            name=name,
            organisation=organisation.organisation,
            near=near,
        ),
    )
