"""The study of a call log: organisations of one region that meet its calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from akuttsim.experiment.study import Study, study_of_run

MAIN = ("hung_up_116117", "answer_time_116117_median_s")
"""What a replay is judged by beside what a run is."""


def study_of_log(
    organisations: Sequence[str],
    region: str | None,
    sets: Sequence[str],
    length: tuple[int, int],
) -> Study:
    """Return the study of some organisations, the first the base. `length`: replications, seed.

    Raises InputError as `study_of_run`.
    """
    weeks = 1  # until the days of the log are known
    study = study_of_run(organisations, region, sets, (weeks, *length))
    judged_by = (*study.main_indicators, *MAIN)
    return replace(study, name=f"replay-{study.base}", main_indicators=judged_by)
