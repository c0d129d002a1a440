"""A worker process that dies in one run: what a crash or the kernel's out-of-memory killer does."""

from __future__ import annotations

import os
from pathlib import Path

from akuttsim.experiments import run_worker
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.study import Study

RUN = "AKUTTSIM_TEST_DIES_IN"
"""The environment variable that names the run."""


class Dying(run_worker.PreparedStudy):
    """A workplace in which one run ends the process."""

    def measured(self, run: RunId) -> run_worker.RunOutput:
        if run.told == os.environ[RUN]:
            os._exit(9)
        return super().measured(run)


class DyingWorker(run_worker.StudyWorker):
    """A worker in such a workplace."""

    def __init__(
        self,
        study: Study,
        folder: Path,
        keep_records: bool,
        tally: run_worker.TallyRun | None = None,
    ) -> None:
        super().__init__(study, folder, keep_records, tally)
        self.prepared = Dying(study, keep_records, tally)
