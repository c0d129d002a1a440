"""What is asked: what to place, how many, by which model, and where it may stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.experiment.loading import load_together
from akuttsim.patients.call_rates import people_by_place
from akuttsim.roads.travel import Travel, travel_of_region

Array = NDArray[np.float64]

What = Literal["ambulances", "satellites", "first-responders"]
By = Literal["mclp", "mexclp", "pmedian"]

USUAL: dict[What, By] = {
    "ambulances": "mexclp",
    "satellites": "pmedian",
    "first-responders": "mclp",
}
"""The model by what is placed. Ambulances may be busy; satellites shorten a journey, whatever its
length; the first minutes after an alarm have a limit."""


@dataclass(frozen=True)
class Question:
    """What to place: `count` in all (ambulances) or beside what is there (the others).

    `candidates` are places, where given; else all with at least `least_people` inhabitants. `keep`
    names crews, stations or municipalities whose ambulances stay; `like` the satellite or group of
    first responders that new ones are modelled on; `within_min` the limit of mclp and mexclp.
    For ambulances, `may_lose` is the most that a municipality's share reached in time may fall by,
    and `least_gain` what a move must add to the share of all (both shares of 1, by the formula).
    """

    what: What
    by: By
    count: int | None = None
    candidates: tuple[str, ...] = ()
    least_people: int = 100
    keep: tuple[str, ...] = ()
    like: str | None = None
    within_min: float | None = None
    may_lose: float = 0.05
    least_gain: float = 0.005
    said: str = "akuttsim place"


@dataclass(frozen=True)
class World:
    """An organisation in its region, with travel times; `name` and `at` as they were asked for."""

    name: str
    at: str
    organisation: Organisation
    region: Region
    travel: Travel

    def number(self, place: str) -> int:
        """Return the index of a place."""
        return self.region.place_ids.index(place)


def world(name: str, region: str | None) -> World:
    """Load and check an organisation and its region, or another one. Raises InputError."""
    where, (found,) = load_together([name], region)
    at = region or found.value.region
    return World(name, at, found.value, where.value, travel_of_region(where.value))


def checked(question: Question) -> None:
    """Raise InputError for options that do not fit what is placed."""
    wrong = []
    if question.by == "mexclp" and question.what == "satellites":
        wrong.append(_option("--by", "mexclp is for what may be busy; use pmedian or mclp"))
    if question.keep and question.what != "ambulances":
        wrong.append(_option("--keep", f"has no effect: {question.what} that are there stay"))
    if question.like and question.what == "ambulances" and ":" in question.like:
        wrong.append(_option("--like", "is for ambulances one of the organisation's own crews"))
    if question.within_min is not None and question.by == "pmedian":
        wrong.append(_option("--within-min", "has no effect: pmedian knows no limit"))
    if question.candidates and question.least_people != Question.least_people:
        wrong.append(_option("--least-people", "has no effect beside --candidates"))
    if wrong:
        raise InputError(wrong)


def candidates(of: World, question: Question, existing: Iterable[str]) -> tuple[str, ...]:
    """Return the places where something may stand, in the region's order.

    Raises InputError for a place that is not there.
    """
    known, stands = of.region.place_ids, set(existing)
    if question.candidates:
        wrong = [
            _option("--candidates", f"no place {name!r} in {of.region.region}"
                    f"{did_you_mean(name, known)}")
            for name in question.candidates if name not in known
        ]  # fmt: skip
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


def count_of(question: Question, least: int, most: int, usual: int) -> int:
    """Return how many are to be placed. Raises InputError outside what is possible."""
    count = usual if question.count is None else question.count
    if not least <= count <= most:
        raise InputError([_option("--n", f"must be {least} to {most} here (got {count})")])
    return count


def refuse(option: str, what: str) -> InputError:
    """Return the error of an option."""
    return InputError([_option(option, what)])


def _option(option: str, what: str) -> Problem:
    return Problem("", 0, option, what)
