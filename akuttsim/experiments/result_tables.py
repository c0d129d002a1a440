"""The tables of a results folder: summary, paired differences, effects, and confirmation.

A verdict "better" needs a second run too, with everybody made to come: who stays away because care
is far leaves shorter queues to those who come. That is no better service, so an improvement counts
only where it is there also when the same people come.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.config.schema.experiment import IndicatorTarget, JudgedIndicator
from akuttsim.experiments.design import EVERYBODY_COMES, level_text
from akuttsim.experiments.files import write_csv
from akuttsim.experiments.hypothesis import ClaimTables, judge_claims
from akuttsim.experiments.manifest import CompanionRuns, Manifest, SimultaneousComparisons
from akuttsim.experiments.results import CLAIMS, PLACES, WHO_NOTICES, ResultsFolder
from akuttsim.experiments.run_files import read_run_people
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.study import Study
from akuttsim.indicators.comparison import (
    DIFFERENCE_COLUMNS,
    SUMMARY_COLUMNS,
    DifferenceRules,
    confirm_improvements,
    is_wanted,
    paired_differences,
    summarise_indicators,
)
from akuttsim.indicators.person_values import CAME_COLUMN, PairedSheet, paired_sheet, person_pairs
from akuttsim.indicators.registry import indicator_directions
from akuttsim.indicators.who_is_hit import (
    ALWAYS_BY_PLACE,
    NoticedIndicators,
    PlaceTally,
    place_rows,
    ranked_places,
    rows_of_places,
    tally_places,
)
from akuttsim.indicators.who_notices import NOTICE_COLUMNS, NoticeKey, notice_rates, notice_table
from akuttsim.records import Key, PersonValues, Sheet
from akuttsim.statistics.intervals import CONFIDENCE, bonferroni_confidence

CaseAndOrganisation = tuple[str, str]
"""A case, and an organisation in it."""


class NoticeTables(NamedTuple):
    """Who notices, in two tables.

    Attributes:
        who_notices: Of 1,000 who fall ill; as `NOTICE_COLUMNS`.
        places: By place, for everything judged; as `PLACE_COLUMNS`.
    """

    who_notices: pd.DataFrame
    places: pd.DataFrame


MOST_BYTES_AT_HAND = 50_000_000
"""How much of what residents got in runs is held at once; the oldest is read again."""


def _bytes_of(values: PersonValues | None) -> int:
    """Return how much what each resident got takes."""
    if values is None:
        return 0
    return sum(column.nbytes for column in (*values.groups.values(), *values.columns.values()))


class PairedPeople:
    """What each resident got in the runs of a results folder, read when it is asked for."""

    def __init__(self, folder: Path, runs: Iterable[RunId]) -> None:
        """Name the runs; nothing is read yet."""
        self._folder = folder
        self._run = {(run.case, run.organisation, run.replication): run for run in runs}
        self._paired: dict[tuple[CaseAndOrganisation, CaseAndOrganisation], PairedSheet | None] = {}
        self._read: dict[
            tuple[CaseAndOrganisation, int, frozenset[str] | None], PersonValues | None
        ] = {}
        self._bytes_at_hand = 0

    def of(
        self,
        case: str,
        organisation: str,
        replication: int,
        indicators: frozenset[str] | None = None,
    ) -> PersonValues | None:
        """Return what each resident got in a run, of all indicators or some; None if not kept."""
        run = self._run.get((case, organisation, replication))
        return read_run_people(self._folder, run, indicators) if run is not None else None

    def _at_hand(
        self, of: CaseAndOrganisation, replication: int, indicators: frozenset[str] | None
    ) -> PersonValues | None:
        """Return the same as `of`; what was read last is at hand, as runs are held against several.

        Args:
            of: The case and the organisation.
            replication: The replication.
            indicators: The indicators that are wanted; None for all.
        """
        key = (of, replication, indicators)
        if key in self._read:
            values = self._read.pop(key)
        else:
            values = self.of(*of, replication, indicators)
            self._bytes_at_hand += _bytes_of(values)
        self._read[key] = values
        while self._bytes_at_hand > MOST_BYTES_AT_HAND and len(self._read) > 1:
            self._bytes_at_hand -= _bytes_of(self._read.pop(next(iter(self._read))))
        return values

    def noticing(self, scope: TableScope, differences: pd.DataFrame, weeks: float) -> NoticeTables:
        """Return who notices each organisation against the base, of 1,000 and by place.

        Of the first case. Without what each person got there are only the places' own differences.

        Args:
            scope: Organisations, what they are judged by, and margins.
            differences: All differences, confirmed.
            weeks: Weeks that a replication measures.
        """
        base, case = scope.organisations[0], scope.cases[0]
        rates: dict[str, list[Mapping[NoticeKey, tuple[float, int]]]] = {}
        tallies: dict[str, list[PlaceTally]] = {}
        which = NoticedIndicators((), (), (), ())
        places: tuple[str, ...] = ()
        for of_case, name, number in self._run:
            if of_case != case or name == base:
                continue
            own, of_base = self.of(case, name, number), self.of(case, base, number)
            if own is not None and of_base is not None and own.persons == of_base.persons:
                places = of_base.names["municipality"]
                which = NoticedIndicators.among(scope.by_place, of_base.measures)
                rates.setdefault(name, []).append(notice_rates(of_base, own))
                tallies.setdefault(name, []).append(tally_places(of_base, own, which))
        told = [notice_table(name, base, runs) for name, runs in rates.items()]
        hit = [
            place_rows((name, base), places, runs, which, scope.judging)
            for name, runs in tallies.items()
        ]
        people = {} if not hit else dict(zip(hit[0].municipality, hit[0].people, strict=True))
        others = [name for name in scope.by_place if name not in which.names]
        first = differences[differences.case == case]
        hit.append(rows_of_places(first, others, people, weeks))
        return NoticeTables(
            pd.concat(told) if told else pd.DataFrame(columns=NOTICE_COLUMNS),
            ranked_places(hit, scope.by_place),
        )

    def came(self, run: RunId) -> NDArray[np.bool_] | None:
        """Return who of all that fell ill came in a run, care near or far; None if not kept."""
        people = read_run_people(self._folder, run)
        return None if people is None else ~np.isnan(people.columns[CAME_COLUMN])

    def paired(
        self, own: CaseAndOrganisation, reference: CaseAndOrganisation
    ) -> PairedSheet | None:
        """Return the indicators of two organisations for the people who got that care in both.

        `reference` is what is held against. Only indicators that are person by person, in the
        replications that both have. None where it was not kept what each got, or the two did not
        meet the same people (cases of regions that differ in who falls ill).
        """
        key = (own, reference)
        if key not in self._paired:
            self._paired[key] = self._pairs(own, reference)
        return self._paired[key]

    def _pairs(
        self, own: CaseAndOrganisation, reference: CaseAndOrganisation
    ) -> PairedSheet | None:
        pairs = {}
        for of_case, name, number in self._run:
            if (of_case, name) != reference:
                continue
            mine = self._at_hand(own, number, None)
            if mine is None:
                continue
            wanted = frozenset(measure.indicator for measure in mine.measures)
            # those of the same case are looked at whole in their turn; of another, a part is enough
            part = None if own[0] == reference[0] else wanted
            base = self._at_hand(reference, number, part)
            together = person_pairs(base, mine, wanted) if base is not None else {}
            if together:
                pairs[number] = together
        return paired_sheet(pairs) if pairs else None


@dataclass(frozen=True)
class TableScope:
    """What the tables of results compare, and what they judge by.

    Attributes:
        organisations: Organisations, the base first.
        cases: Cases, the one that the others are held against first.
        targets: Goals that values are held against.
        margins: By indicator, the smallest difference for the region that matters, in its unit.
        margins_place: The same for any group.
        judged_by: Indicators of targets, and the main ones.
        judged_groups: Indicator, group_by and group of what is judged beside the whole region.
        by_place: Indicators that are told by place: what is judged, in order, and a few always.
    """

    organisations: tuple[str, ...]
    cases: tuple[str, ...]
    targets: tuple[IndicatorTarget, ...]
    margins: Mapping[str, float]
    margins_place: Mapping[str, float]
    judged_by: frozenset[str]
    judged_groups: frozenset[Key] = frozenset()
    by_place: tuple[str, ...] = ()

    @classmethod
    def of(cls, study: Study) -> TableScope:
        """Return what a study asks."""
        return cls(
            tuple(study.organisations),
            tuple(case.name for case in study.cases),
            study.targets,
            study.margins,
            study.margins_place,
            frozenset(study.judged_by),
            _keys_of_groups(study.judged),
            _told_by_place(study.judged),
        )

    @classmethod
    def of_manifest(
        cls, manifest: Manifest, organisations: Iterable[str], cases: Iterable[str]
    ) -> TableScope:
        """Return the scope of some organisations and cases, judged as their study is."""
        judged = manifest.judged_by
        return cls(
            tuple(organisations),
            tuple(cases),
            tuple(manifest.targets),
            manifest.margins,
            manifest.margins_place,
            frozenset(each.indicator for each in judged),
            _keys_of_groups(judged),
            _told_by_place(judged),
        )

    @property
    def judging(self) -> DifferenceRules:
        """Return how differences from the base are judged: all of them at once."""
        level = bonferroni_confidence(CONFIDENCE, len(self.organisations) - 1)
        return DifferenceRules(self.margins, self.margins_place, level)

    @property
    def at_once(self) -> SimultaneousComparisons | None:
        """Return how many differences hold at once and each one's level; None for a single one."""
        comparisons = len(self.organisations) - 1
        if comparisons <= 1:
            return None
        return SimultaneousComparisons(comparisons=comparisons, confidence=self.judging.confidence)


def _keys_of_groups(judged: Iterable[JudgedIndicator]) -> frozenset[Key]:
    keys = ((each.indicator, each.group_by, each.group) for each in judged)
    return frozenset(key for key in keys if key[1] != "all")


def _told_by_place(judged: Iterable[JudgedIndicator]) -> tuple[str, ...]:
    names = (each.indicator for each in judged)
    return tuple(dict.fromkeys([*names, *ALWAYS_BY_PLACE]))


def build_tables(
    scope: TableScope, parts: Iterable[Iterable[Sheet]], people: PairedPeople | None = None
) -> dict[str, pd.DataFrame]:
    """Return summary, differences from the base, and effects of the cases against the first.

    Each part has some indicators of all organisations in all cases, those of a case together and
    the base first. All indicators are told of the first case; of others those that organisations
    are judged by. With `people` differences of times and shares are of the same people, in every
    case; so are effects where both cases met the same people.
    """
    rows: dict[str, dict[tuple[str, str], list[pd.DataFrame]]] = {
        name: defaultdict(list) for name in ("summary.csv", "differences.csv", "effects.csv")
    }
    for part in parts:
        builder = _TableBuilder(scope, people)
        for sheet in part:
            for name, table in builder.of(sheet).items():
                rows[name][sheet.case, sheet.organisation].append(table)
    return {
        name: _concatenated_rows([table for each in of_runs.values() for table in each], name)
        for name, of_runs in rows.items()
    }


class _TableBuilder:
    """What is told of one sheet after the other, against those before it."""

    def __init__(self, asked: TableScope, people: PairedPeople | None) -> None:
        self.asked = asked
        self.people = people
        self.base: Sheet | None = None
        self.firsts: dict[str, Sheet] = {}

    def of(self, sheet: Sheet) -> dict[str, pd.DataFrame]:
        """Return the rows of each table that this sheet adds."""
        asked, is_first = self.asked, sheet.case == self.asked.cases[0]
        judged = asked.judged_by | asked.judged_groups
        if not is_first:
            sheet = _sheet_of_keys(sheet, lambda key: is_wanted(key, judged))
        told = {"summary.csv": summarise_indicators(sheet, asked.targets)}
        if sheet.organisation == asked.organisations[0]:
            self.base = sheet
        elif self.base is not None and self.base.case == sheet.case:
            same = self._same_people(sheet, self.base)
            told["differences.csv"] = paired_differences(sheet, self.base, asked.judging, same=same)
        if is_first and len(asked.cases) > 1:
            self.firsts[sheet.organisation] = _sheet_of_keys(
                sheet, lambda key: key[0] in asked.judged_by
            )
        elif sheet.organisation in self.firsts:
            first = self.firsts[sheet.organisation]
            plain = DifferenceRules(asked.margins, asked.margins_place)
            same = self._same_people(sheet, first)
            told["effects.csv"] = paired_differences(sheet, first, plain, judged, same)
        return told

    def _same_people(self, sheet: Sheet, against: Sheet) -> PairedSheet | None:
        """Return the indicators of two sheets for who got that care in both; None if not kept."""
        if self.people is None:
            return None
        here = (sheet.case, sheet.organisation)
        return self.people.paired(here, (against.case, against.organisation))


def _sheet_of_keys(sheet: Sheet, is_kept: Callable[[Key], bool]) -> Sheet:
    """Return a sheet of some keys alone, which is all that is looked at while others are read."""
    rows = np.array([n for n, key in enumerate(sheet.keys) if is_kept(key)], dtype=int)
    keys = tuple(sheet.keys[row] for row in rows)
    return replace(sheet, keys=keys, values=sheet.values[rows], counts=sheet.counts[rows])


_TABLE_COLUMNS = {
    "summary.csv": SUMMARY_COLUMNS,
    "differences.csv": DIFFERENCE_COLUMNS,
    "effects.csv": DIFFERENCE_COLUMNS,
}


def _concatenated_rows(tables: list[pd.DataFrame], name: str) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled) if filled else pd.DataFrame(columns=_TABLE_COLUMNS[name])


def told_tables(
    people: PairedPeople, scope: TableScope, tables: Mapping[str, pd.DataFrame], manifest: Manifest
) -> dict[str, pd.DataFrame]:
    """Return the tables that follow from the others: who notices, by place too, and the claims.

    Args:
        people: What each resident got.
        scope: What is compared, and what it is judged by.
        tables: Summary, effects, and differences with the verdicts that hold twice.
        manifest: What the study is.
    """
    noticing = people.noticing(scope, tables["differences.csv"], manifest.weeks)
    told = {WHO_NOTICES: noticing.who_notices, PLACES: noticing.places}
    if manifest.claims:
        judging = ClaimTables(
            tables["summary.csv"],
            tables["differences.csv"],
            tables["effects.csv"],
            indicator_directions(),
            scope.cases,
            scope.organisations,
        )
        told[CLAIMS] = judge_claims(manifest.claims, judging)
    return told


def cases_table(study: Study) -> pd.DataFrame:
    """Return the levels of each case."""
    rows = [
        (case.name, factor, level_text(level))
        for case in study.cases
        for factor, level in case.levels
    ]
    return pd.DataFrame(rows, columns=["case", "factor", "level"])


def companion_runs(study: Study, results: ResultsFolder, runs: Sequence[RunId]) -> list[RunId]:
    """Return the runs with everybody made to come, of a study whose own runs are finished.

    Those of the base and of each organisation that others come to than to the base, as many as in
    the first case. None where all come to the same: then the second run would be as the first.
    """
    case = study.companion
    if case is None:
        return []
    first = runs_of_case(runs, study.cases[0].name)
    wanted = organisations_with_other_patients(
        PairedPeople(results.folder, first), first, (study.base, study.of_other_reach)
    )
    names = (study.base, *wanted) if wanted else ()
    return [
        study.run(case, r.organisation, r.replication) for r in first if r.organisation in names
    ]


def possible_companion_runs(study: Study) -> list[RunId]:
    """Return the first replication of each organisation with everybody made to come."""
    case = study.companion
    return [study.run(case, name, 0) for name in study.organisations] if case is not None else []


def runs_of_case(runs: Iterable[RunId], case: str) -> list[RunId]:
    """Return the runs of a case."""
    return [run for run in runs if run.case == case]


def organisations_with_other_patients(
    people: PairedPeople, runs: Sequence[RunId], compared: tuple[str, Collection[str]]
) -> tuple[str, ...]:
    """Return the organisations that others come to than to the base, in any of these runs.

    Args:
        people: Who came in each run.
        runs: The runs.
        compared: The base, and the organisations of other reach (`run_identity.reach`). In the rest
            the same people seek care, and only how they get through differs.
    """
    base, of_other_reach = compared
    by_number: dict[int, list[RunId]] = {}
    for run in runs:
        by_number.setdefault(run.replication, []).append(run)
    differing: dict[str, None] = {}
    for together in by_number.values():
        base_run = next((run for run in together if run.organisation == base), None)
        came = people.came(base_run) if base_run is not None else None
        if came is None:
            continue
        for run in together:
            if run.organisation in of_other_reach and run.organisation not in differing:
                here = people.came(run)
                if here is not None and not np.array_equal(here, came):
                    differing[run.organisation] = None
    order = dict.fromkeys(run.organisation for run in runs)
    return tuple(name for name in order if name in differing)


@dataclass(frozen=True)
class Confirmation:
    """What a verdict "better" of some organisations has to be confirmed by.

    `differing` are the organisations that others come to than to the base; `differences` are those
    with everybody made to come, None where these runs are missing.
    """

    differing: tuple[str, ...]
    differences: pd.DataFrame | None

    def of(self, table: pd.DataFrame, first: str) -> pd.DataFrame:
        """Return differences with the verdicts that hold twice."""
        return confirm_improvements(table, first, self.differing, self.differences)


def write_confirmation(
    scope: TableScope, results: ResultsFolder, runs: Sequence[RunId]
) -> pd.DataFrame | None:
    """Write the differences with everybody made to come, and return them; None without such runs.

    They stand in a folder of their own, for they are no case that anybody has asked about.
    """
    into = ResultsFolder(results.folder / EVERYBODY_COMES)
    if not runs:
        shutil.rmtree(into.folder, ignore_errors=True)
        return None
    results.gather(runs, into.folder)
    return confirmation_differences(scope, into, PairedPeople(results.folder, runs), runs)


def confirmation_differences(
    scope: TableScope, into: ResultsFolder, people: PairedPeople, runs: Sequence[RunId]
) -> pd.DataFrame:
    """Return the differences of runs that are gathered in a folder, and write them there."""
    most = max(Counter(run.organisation for run in runs).values())
    again = replace(scope, cases=(EVERYBODY_COMES,))
    differences = build_tables(again, into.sheets(most), people)["differences.csv"]
    write_csv(into.folder / "differences.csv", differences)
    return differences


def confirmation_entry(study: Study, runs: Sequence[RunId], seconds: float) -> CompanionRuns | None:
    """Return what the manifest tells of the runs with everybody made to come; None without any."""
    case = study.companion
    if case is None or not runs:
        return None
    counts = Counter(run.organisation for run in runs)
    return CompanionRuns(
        runs=dict(counts),
        digests={name: study.digest(name, case) for name in counts},
        seconds=round(seconds, 1),
    )


def confirmation_runs(companion: CompanionRuns | None) -> Iterator[RunId]:
    """Yield the runs with everybody made to come that a manifest tells of."""
    if companion is None:
        return
    for name, count in companion.runs.items():
        for number in range(count):
            yield RunId(name, number, companion.digests[name], EVERYBODY_COMES)
