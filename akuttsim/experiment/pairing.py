"""Which persons of two runs are the same: what each got is read and paired, run by run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.analysis import who_notices as who_notices_analysis
from akuttsim.analysis.person_values import CAME
from akuttsim.analysis.same_people import PairedSheet, paired_sheet, pairs
from akuttsim.analysis.who_notices import COLUMNS, Key, noticed
from akuttsim.records import PersonValues
from akuttsim.store.people import read_people
from akuttsim.store.runs import RunId

Of = tuple[str, str]
"""A case, and an organisation in it."""


class People:
    """What each resident got in the runs of a results folder, read when it is asked for."""

    def __init__(self, folder: Path, runs: Iterable[RunId]) -> None:
        """Name the runs; nothing is read yet."""
        self._folder = folder
        self._run = {(run.case, run.organisation, run.replication): run for run in runs}
        self._paired: dict[tuple[Of, Of], PairedSheet | None] = {}

    def of(
        self,
        case: str,
        organisation: str,
        replication: int,
        indicators: frozenset[str] | None = None,
    ) -> PersonValues | None:
        """Return what each resident got in a run, of all indicators or some; None if not kept."""
        run = self._run.get((case, organisation, replication))
        return read_people(self._folder, run, indicators) if run is not None else None

    def who_notices(self, base: str, case: str) -> pd.DataFrame:
        """Return who notices each organisation against the base, in a case; empty if not kept."""
        found: dict[str, list[Mapping[Key, tuple[float, int]]]] = {}
        for of_case, name, number in self._run:
            if of_case != case or name == base:
                continue
            here, there = self.of(case, name, number), self.of(case, base, number)
            if here is not None and there is not None:
                found.setdefault(name, []).append(noticed(there, here))
        tables = [
            who_notices_analysis.who_notices(name, base, runs) for name, runs in found.items()
        ]
        return pd.concat(tables) if tables else pd.DataFrame(columns=COLUMNS)

    def came(self, run: RunId) -> NDArray[np.bool_] | None:
        """Return who of all that fell ill came in a run, care near or far; None if not kept."""
        found = read_people(self._folder, run)
        return None if found is None else ~np.isnan(found.columns[CAME])

    def paired(self, here: Of, there: Of) -> PairedSheet | None:
        """Return the indicators of two organisations for the people who got that care in both.

        `there` is what is held against. Only indicators that are person by person, in the
        replications that both have. None where it was not kept what each got, or the two did not
        meet the same people (cases of regions that differ in who falls ill).
        """
        key = (here, there)
        if key not in self._paired:
            self._paired[key] = self._pairs(here, there)
        return self._paired[key]

    def _pairs(self, here: Of, there: Of) -> PairedSheet | None:
        found = {}
        for of_case, name, number in self._run:
            if (of_case, name) != there:
                continue
            mine = self.of(*here, number)
            if mine is None:
                continue
            wanted = frozenset(each.indicator for each in mine.measures)
            base = self.of(*there, number, wanted)
            together = pairs(base, mine, wanted) if base is not None else {}
            if together:
                found[number] = together
        return paired_sheet(found) if found else None
