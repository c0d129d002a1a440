"""The study of a call log: organisations of one region that meet its calls."""

from __future__ import annotations

from collections.abc import Sequence

from akuttsim.experiment.loading import load_set
from akuttsim.experiment.study import RUN_INDICATORS, Study
from akuttsim.scenario.load import load_targets

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
    home, loaded = load_set(organisations, region, sets)
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
