"""Where the patients of a study come from: what a source of them does, and people drawn at random.

The other source, the real calls of a log, is in `logged_patients`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from akuttsim.chain import run_plan as plan_chain
from akuttsim.chain.filled_rosters import fill_rosters, rostered_shifts
from akuttsim.chain.pathways.operators import task_names
from akuttsim.chain.run_plan import Plan
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.experiments.manifest import LogEntry, LogInputs
from akuttsim.experiments.run_identity import RunId
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.patients.other_tasks import OtherTasks, draw_other_tasks
from akuttsim.patients.planned_visits import draw_due_visits
from akuttsim.patients.sampling import sample_patients
from akuttsim.patients.shift_uniforms import draw_shift_uniforms
from akuttsim.records import DueVisits, Patients
from akuttsim.roads.travel import Travel

if TYPE_CHECKING:
    import pandas as pd

WeeksAndWarmup = tuple[int, int]
"""Weeks that are measured, and days of warm-up before them."""


TRIED_WEEKS = 4


class PatientSource(Protocol):
    """Those who call in all runs of a study, and what is kept of each of them."""

    def region(self, region: Region) -> Region:
        """Return the region on the days on which these call."""

    def plan(
        self, region: Region, organisation: Organisation, where: Travel, length: WeeksAndWarmup
    ) -> Plan:
        """Return the plan of an organisation that measures the days that are looked at."""

    def patients(self, prepared: Plan, seed: int, replication: int) -> Patients:
        """Return the patients of a replication, the same for all organisations."""

    def calls(self, run: MeasuredRun) -> pd.DataFrame | None:
        """Return one row for each call that is kept of a run, or None where none is."""

    def tables(self, folder: Path, runs: Sequence[RunId]) -> dict[str, pd.DataFrame]:
        """Return the tables that finished runs leave beside every study's, by name of file."""

    def tried_weeks(self, weeks: int) -> int:
        """Return how many of a run's weeks are enough to measure how long it takes."""

    def inputs(self) -> LogInputs:
        """Return what runs depend on beside region, organisation, length and seed."""

    def log_entry(self) -> LogEntry | None:
        """Return what the manifest says of the log that calls are from; None without one."""


def other_tasks_of_run(prepared: Plan, seed: int, replication: int) -> OtherTasks:
    """Return what operators may have to do beside calls, the same whoever and how many they are."""
    names = task_names(prepared.organisation)
    return draw_other_tasks(names, prepared.days, seed, replication)


def due_visits_of_run(prepared: Plan, seed: int, replication: int) -> DueVisits | None:
    """Return home nursing's planned visits, whoever is on duty; None where there are none."""
    nursing = prepared.organisation.home_nursing
    if nursing is None or nursing.planned is None:
        return None
    return draw_due_visits(prepared.region, nursing.planned, prepared.days, seed, replication)


def plan_of_run(prepared: Plan, seed: int, replication: int) -> Plan:
    """Return the plan with its rosters as they are filled in a replication; else the plan itself.

    Args:
        prepared: The plan of an organisation.
        seed: Seed of all numbers.
        replication: The replication's number.
    """
    shifts = rostered_shifts(prepared)
    if not shifts:
        return prepared
    uniforms = draw_shift_uniforms([shift.name for shift in shifts], seed, replication)
    return fill_rosters(prepared, shifts, uniforms)


class RandomPatients:
    """People who fall ill at random, as the region says how often; nothing is kept of each."""

    def region(self, region: Region) -> Region:
        """Return the region as it is."""
        return region

    def plan(
        self, region: Region, organisation: Organisation, where: Travel, length: WeeksAndWarmup
    ) -> Plan:
        """Return the plan of an organisation for so many weeks after the warm-up."""
        return plan_chain.make_plan(region, organisation, where, *length)

    def patients(self, prepared: Plan, seed: int, replication: int) -> Patients:
        """Return the people who fall ill, with the neighbours whom the organisation answers."""
        region, days = prepared.region, prepared.days
        return sample_patients(region, days, seed, replication, prepared.neighbours)

    def calls(self, run: MeasuredRun) -> pd.DataFrame | None:
        """Keep nothing of each call."""
        return None

    def tables(self, folder: Path, runs: Sequence[RunId]) -> dict[str, pd.DataFrame]:
        """Leave no table of their own."""
        return {}

    def tried_weeks(self, weeks: int) -> int:
        """Return a few weeks: time goes with them."""
        return min(weeks, TRIED_WEEKS)

    def inputs(self) -> LogInputs:
        """Depend on nothing else."""
        return {}

    def log_entry(self) -> None:
        """Return None: nobody is from a log."""
