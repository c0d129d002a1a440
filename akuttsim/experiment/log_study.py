"""The study of a call log: organisations of one region that meet its calls."""

from __future__ import annotations

from collections.abc import Sequence

from akuttsim.errors import InputError, Problem
from akuttsim.experiment.study import RUN_INDICATORS, Study
from akuttsim.scenario import shipped
from akuttsim.scenario.checks import check_organisation, check_region
from akuttsim.scenario.load import Loaded, load_organisation, load_region, load_targets, split_sets
from akuttsim.scenario.organisation import Organisation

MAIN = ("hung_up_116117", "answer_time_116117_median_s")
"""What a replay is judged by beside what a run is."""


def study_of_log(
    organisations: Sequence[str],
    region: str | None,
    sets: Sequence[str],
    length: tuple[int, int],
) -> Study:
    """Return the study of some organisations, the first the base. `length`: replications, seed.

    The region is the first organisation's own where none is told. Raises InputError with every
    error at once.
    """
    of_region, of_organisation = split_sets(sets)
    loaded = _organisations(organisations, of_organisation)
    beside = None if region else shipped.find("organisation", organisations[0]).parent
    home = load_region(region or loaded[0].value.region, of_region, beside)
    check_region(home)
    problems: list[Problem] = []
    for each in loaded:
        try:
            check_organisation(each, home)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    replications, seed = length
    return Study(
        name="-".join(["replay", loaded[0].value.organisation]),
        question=None,
        hypothesis=None,
        region=home.value,
        organisations={each.value.organisation: each.value for each in loaded},
        changes={each.value.organisation: each.changes for each in loaded},
        weeks=1,
        warmup_days=1,
        replications=replications,
        seed=seed,
        targets=tuple(load_targets("norway").value.targets.values()),
        main_indicators=(*RUN_INDICATORS, *MAIN),
    )


def _organisations(names: Sequence[str], sets: Sequence[str]) -> list[Loaded[Organisation]]:
    problems: list[Problem] = []
    found = []
    for name in names:
        try:
            found.append(load_organisation(name, sets))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found
