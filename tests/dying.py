"""A worker process that dies in one run: what a crash or the kernel's out-of-memory killer does."""

from __future__ import annotations

import os
from pathlib import Path

from akuttsim.experiments import executor
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_files import RunId
from akuttsim.experiments.study import Study

RUN = "AKUTTSIM_TEST_DIES_IN"
"""The environment variable that names the run."""


class Dying(executor.PreparedStudy):
    """A workplace in which one run ends the process."""

    def measured(self, run: RunId) -> executor.RunOutput:
        if run.told == os.environ[RUN]:
            os._exit(9)
        return super().measured(run)


def enter(study: Study, folder: Path, keep_records: bool) -> None:
    """Enter a worker process, as `executor.start_worker`."""
    executor._PREPARED_STUDY[:] = [(Dying(study, keep_records), ResultsFolder(folder))]
