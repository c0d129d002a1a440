"""A worker process that dies in one run: what a crash or the kernel's out-of-memory killer does."""

from __future__ import annotations

import os
from pathlib import Path

from akuttsim.experiment import work
from akuttsim.experiment.study import Study
from akuttsim.store.results import ResultsFolder
from akuttsim.store.runs import RunId

RUN = "AKUTTSIM_TEST_DIES_IN"
"""The environment variable that names the run."""


class Dying(work.Workplace):
    """A workplace in which one run ends the process."""

    def measured(self, run: RunId) -> work.Measured:
        if run.told == os.environ[RUN]:
            os._exit(9)
        return super().measured(run)


def enter(study: Study, folder: Path, keep_records: bool) -> None:
    """Enter a worker process, as `work.enter`."""
    work._WORKPLACE[:] = [(Dying(study, keep_records), ResultsFolder(folder))]
