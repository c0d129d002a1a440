"""Results folders made at different times, compared as one sweep would have compared them.

First it is seen whether they can be compared at all: the same patients, for the same time, measured
alike; every reason why not is told at once.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from akuttsim import MODEL_VERSION, __version__
from akuttsim.config.walk import walk_two
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.experiments.design import EVERYBODY_COMES
from akuttsim.experiments.manifest import (
    AssumptionEntry,
    CompanionRuns,
    ComparedFolder,
    Manifest,
    ResolvedConfig,
)
from akuttsim.experiments.result_tables import (
    Confirmation,
    PairedPeople,
    TableScope,
    build_tables,
    confirmation_differences,
    confirmation_runs,
    organisations_with_other_patients,
    runs_of_case,
    told_tables,
)
from akuttsim.experiments.results import (
    INDICATORS_FILE,
    Results,
    ResultsFolder,
    copy_page_data,
    is_in_progress,
    read_results,
)
from akuttsim.experiments.run_files import (
    OVERLOADS,
    copy_people,
    organisation_rows,
    split_by_run,
    write_indicators,
)
from akuttsim.experiments.run_identity import RunId, of_other_reach
from akuttsim.experiments.study_manifest import package_versions, times_until_now
from akuttsim.texts import joined_texts, message

MOST_DIFFERENCES_NAMED = 3
"""Differences that are named; of more their number is told."""


def open_compatible_results(folders: Sequence[Path]) -> list[Results]:
    """Read results folders that can be compared with the first of them.

    They can where all organisations met the same patients for the same time and are measured alike.

    Args:
        folders: Results folders.

    Raises:
        InputError: With every reason why any of them cannot.
    """
    opened: list[Results] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            opened.append(read_results(folder))
        except InputError as error:
            problems += error.problems
    for results in opened:
        problems += [_folder_problem(results, what) for what in _own_obstacles(results)]
        problems += [
            _folder_problem(results, what) for what in _obstacles_against_first(results, opened[0])
        ]
    paths = [results.folder.resolve() for results in opened]
    problems += [
        _folder_problem(each, message("experiments.compare.twice"))
        for number, each in enumerate(opened)
        if paths[number] in paths[:number]
    ]
    if problems:
        raise InputError(problems)
    return opened


def _folder_problem(results: Results, what: str) -> Problem:
    """Return a problem that lies in a results folder as a whole."""
    return Problem("", 0, str(results.folder), what)


def _own_obstacles(results: Results) -> Iterator[str]:
    """Yield why results cannot be compared with any: another model, unfinished, or changed."""
    manifest = results.manifest
    if manifest.model_version != MODEL_VERSION:
        yield (
            message(
                "experiments.compare.other_version",
                v=manifest.model_version,
                model_version=MODEL_VERSION,
            )
        )
    elif manifest.worlds is None:
        yield message("experiments.compare.tells_not")
    if is_in_progress(results.folder):
        yield message("experiments.results.not_finished")


def _obstacles_against_first(results: Results, first: Results) -> list[str]:
    """Return the reasons why some results cannot be compared with the first."""
    own, reference = results.manifest, first.manifest
    reasons = [
        *_region_obstacle(own.region, reference.region, first),
        *_draw_obstacles(own, reference, first),
        *_cases_obstacle(own, reference, first),
        *_definitions_obstacle(own.definitions, reference.definitions, first),
    ]
    known = own.worlds is not None and reference.worlds is not None
    if known and not reasons and own.worlds != reference.worlds:
        reasons = [message("experiments.compare.other_settings", folder=first.folder)]
    return reasons


def _region_obstacle(
    own: ResolvedConfig, reference: ResolvedConfig, first: Results
) -> Iterator[str]:
    """Yield which region the people of some results are of, where it is not the same."""
    if own["region"] != reference["region"]:
        difference: str = message(
            "experiments.compare.regions",
            here=own["region"],
            folder=first.folder,
            there=reference["region"],
        )
        yield message("experiments.compare.other_people", told=difference)
    elif own != reference:
        values = [
            message(
                "experiments.compare.value",
                key=ours.key,
                here=quote_value(ours.value),
                there=quote_value(other.value),
            )
            for ours, other in walk_two(own, reference)
            if ours.value != other.value
        ]
        difference = _shortened_list(values)
        yield message("experiments.compare.other_region", folder=first.folder, told=difference)


def _draw_obstacles(own: Manifest, reference: Manifest, first: Results) -> Iterator[str]:
    """Yield what makes the patients or the time others: the log, the seed, weeks and warm-up."""
    if own.log != reference.log:
        difference = message("experiments.compare.not_the_same_log")
        yield message("experiments.compare.one_log", told=difference, folder=first.folder)
    if own.seed != reference.seed:
        seeds = {"here": own.seed, "there": reference.seed}
        yield message("experiments.compare.seed", folder=first.folder, **seeds)
    for key in ("weeks", "warmup_days"):
        length, wanted = getattr(own, key), getattr(reference, key)
        if length != wanted:
            has = f"experiments.compare.has_{key}"
            difference = message(has, here=length, folder=first.folder, there=wanted)
            yield message("experiments.compare.other_time", told=difference, there=wanted)


def _cases_obstacle(own: Manifest, reference: Manifest, first: Results) -> Iterator[str]:
    """Yield which cases only one of two results has."""
    if own.cases != reference.cases:
        odd = [
            message("experiments.compare.only_here", each=each)
            for each in own.cases
            if each not in reference.cases
        ]
        odd += [
            message("experiments.compare.not_here", each=each)
            for each in reference.cases
            if each not in own.cases
        ]
        difference = _shortened_list(odd or [message("experiments.compare.their_order")])
        yield message("experiments.compare.other_cases", folder=first.folder, told=difference)


def _definitions_obstacle(
    own: Mapping[str, str], reference: Mapping[str, str], first: Results
) -> Iterator[str]:
    """Yield which indicators were defined otherwise when the older were made."""
    changed = [name for name in own if name in reference and own[name] != reference[name]]
    if changed:
        difference = message(
            "experiments.compare.measures_else",
            folder=first.folder,
            changed=_shortened_list(changed),
        )
        yield message("experiments.compare.definition", told=difference)


def _shortened_list(words: Sequence[str]) -> str:
    """Return the first few of some words, and how many more there are."""
    more = len(words) - MOST_DIFFERENCES_NAMED
    return joined_texts(words[:MOST_DIFFERENCES_NAMED]) + (
        message("experiments.compare.more", more=more) if more > 0 else ""
    )


Entry = TypeVar("Entry")


@dataclass(frozen=True)
class MergedOrganisation:
    """An organisation of a results folder, and what it is called beside the others.

    Attributes:
        results: The folder's results.
        name: Its name in that folder.
        called: Its name in the comparison.
    """

    results: Results
    name: str
    called: str

    @property
    def manifest(self) -> Manifest:
        """Return the manifest of its folder."""
        return self.results.manifest

    @property
    def runs(self) -> int:
        """Return how many replications it has in the first case."""
        return self.manifest.runs[self.name]

    @property
    def inputs(self) -> str:
        """Return a digest of all that its runs depend on."""
        return self.manifest.inputs[self.name]


def compare_results(folders: Sequence[Path], out: Path, base: str | None = None) -> list[str]:
    """Compare the organisations of results folders, and write the results into a new one.

    Pairs are made by replication: the patients of a replication are the same in all folders. An
    organisation that several folders have with the same inputs is taken once; one of the same name
    with other inputs is called NAME@FOLDER.

    Args:
        folders: Results folders.
        out: The new folder.
        base: What the others are compared with; None for the first folder's base.

    Returns:
        What the reader should know beside the answer.

    Raises:
        InputError: With every reason why folders cannot be compared.
    """
    began, sources = time.time(), open_compatible_results(folders)
    merged = _base_first(_merged_organisations(sources), base or sources[0].manifest.base)
    _refuse_unmergeable(sources, merged, out)
    results = ResultsFolder(out)
    names = [each.called for each in merged]
    scope = TableScope.of_manifest(sources[0].manifest, names, sources[0].manifest.cases)
    indicators = (
        table
        for case, each in itertools.product(scope.cases, merged)
        for table in _renamed_indicators(each, case, each.results.folder)
    )
    write_indicators(out, indicators, sum(each.runs for each in merged) * len(scope.cases))
    runs = list(_copy_people_of_runs(merged, scope.cases, out))
    first = runs_of_case(runs, scope.cases[0])
    people = PairedPeople(out, runs)
    tables = build_tables(scope, results.sheets(max(each.runs for each in merged)), people)
    confirming = _merged_confirmation(merged, scope, out, first)
    tables["differences.csv"] = confirming.of(tables["differences.csv"], scope.cases[0])
    own_tables = {"cases.csv": sources[0].cases, "overloads.csv": _merged_overloads(merged)}
    for each in merged:
        copy_page_data((each.results.folder, each.name), (out, each.called))
    manifest = _merged_manifest(sources, merged, scope, began)
    tables |= told_tables(people, scope, tables, manifest)
    if confirming.differences is not None:
        manifest = manifest.changed(everybody_comes=_merged_confirmation_entry(merged))
    results.conclude({**tables, **own_tables}, manifest)
    return [*_reader_notes(sources, merged), *_confirmation_note(confirming)]


def _confirmation_note(confirming: Confirmation) -> Iterator[str]:
    """Tell where nobody was made to come, so that nothing can be told to be better."""
    if confirming.differing and confirming.differences is None:
        names = ", ".join(confirming.differing)
        yield (message("experiments.compare.others_come", names=names))


def _merged_organisations(sources: Sequence[Results]) -> list[MergedOrganisation]:
    """Return each organisation once: of those with the same inputs the one with the most runs."""
    most: dict[str, MergedOrganisation] = {}
    names: dict[str, str] = {}
    for results in sources:
        for name in results.manifest.organisations:
            mine = MergedOrganisation(results, name, name)
            if mine.inputs not in names:
                called = _unique_name(name, results.folder, set(names.values()))
                names[mine.inputs] = called
            before = most.get(mine.inputs)
            if before is None or mine.runs > before.runs:
                most[mine.inputs] = MergedOrganisation(results, name, names[mine.inputs])
    return list(most.values())


def _unique_name(name: str, folder: Path, used: set[str]) -> str:
    """Return a name that no other has: its own, or else with that of its folder."""
    if name not in used:
        return name
    of = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name)
    called, number = f"{name}@{of}", 2
    while called in used:
        called, number = f"{name}@{of}-{number}", number + 1
    return called


def _base_first(merged: list[MergedOrganisation], base: str) -> list[MergedOrganisation]:
    """Put the base first. Raises InputError if there is none of that name."""
    names = [each.called for each in merged]
    if base not in names:
        what = message(
            "experiments.compare.no_organisation",
            near=did_you_mean(base, names),
            names=", ".join(names),
        )
        raise InputError([Problem("", 0, f"--base {base}", what)])
    return sorted(merged, key=lambda each: each.called != base)


def _refuse_unmergeable(
    sources: Sequence[Results], merged: Sequence[MergedOrganisation], out: Path
) -> None:
    """Raise InputError where there is nothing to compare, or where to write it is not free."""
    problems = list(_contradictory_runs(sources))
    if len(merged) < 2:
        what = message("experiments.compare.nothing", called=merged[0].called)
        problems.append(Problem("", 0, "", what))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        problems.append(Problem("", 0, str(out), message("experiments.not_empty")))
    if problems:
        raise InputError(problems)


def _contradictory_runs(sources: Sequence[Results]) -> Iterator[Problem]:
    """Tell of organisations whose runs differ between folders although their inputs are the same.

    That proves that the patients were not the same: other versions of packages may draw others.
    """
    first_of_inputs: dict[str, MergedOrganisation] = {}
    for results in sources:
        for name in results.manifest.organisations:
            mine = MergedOrganisation(results, name, name)
            before = first_of_inputs.setdefault(mine.inputs, mine)
            if before is not mine and not _same_results(before, mine):
                earlier = before.results
                what = message(
                    "experiments.compare.other_results",
                    name=name,
                    folder=earlier.folder,
                    results=_versions(results, earlier),
                )
                yield Problem("", 0, str(results.folder), what)


def _same_results(one: MergedOrganisation, other: MergedOrganisation) -> bool:
    """Tell whether the first runs that both have are the same to the last bit."""
    pairs = zip(_first_rows(one), _first_rows(other), strict=True)
    return all(
        np.array_equal(a.to_numpy(), b.to_numpy(), equal_nan=True)
        if pa.types.is_floating(a.type)
        else a.equals(b)
        for a, b in pairs
    )


def _first_rows(organisation: MergedOrganisation) -> list[Any]:
    """Return the columns of the first run of an organisation in the first case."""
    case = organisation.manifest.cases[0]
    table = next(organisation_rows(organisation.results.indicators_file, case, organisation.name))
    rows = next(split_by_run(table))[1].drop_columns(["organisation"])
    return [rows.column(name).combine_chunks() for name in rows.column_names]


def _versions(one: Results, other: Results) -> str:
    """Return which versions of packages differ between two results, in words."""
    own, others = one.manifest.versions, other.manifest.versions
    differ = [
        message("experiments.compare.versions", name=name, own=own[name], other=others.get(name))
        for name in own
        if own[name] != others.get(name)
    ]
    return joined_texts(differ) if differ else message("experiments.compare.same_packages")


def _renamed_indicators(
    organisation: MergedOrganisation, case: str, folder: Path
) -> Iterator[pa.Table]:
    """Yield the indicators of an organisation in a case from a folder, under its new name."""
    for rows in organisation_rows(folder / INDICATORS_FILE, case, organisation.name):
        names = pa.array([organisation.called] * len(rows), pa.string())
        yield rows.set_column(1, rows.schema.field("organisation"), names)


def _copy_people_of_runs(
    merged: Sequence[MergedOrganisation], cases: Sequence[str], out: Path
) -> Iterator[RunId]:
    """Copy what each resident got in the runs of each case; yield these runs by new name."""
    for case, each in itertools.product(cases, merged):
        for replication in range(each.runs):
            run = RunId(
                each.name, replication, each.manifest.digests_by_case[each.name][case], case
            )
            renamed = run._replace(organisation=each.called)
            copy_people((each.results.folder, run), (out, renamed))
            yield renamed


def _merged_confirmation(
    merged: Sequence[MergedOrganisation], scope: TableScope, out: Path, runs: Sequence[RunId]
) -> Confirmation:
    """Return to which organisations others come than to the base, and what confirms their verdicts.

    The runs with everybody made to come are taken from the folders that have them.
    """
    base, people = merged[0].called, PairedPeople(out, runs)
    others = of_other_reach(
        {each.called: each.manifest.organisations[each.name] for each in merged}, base
    )
    differing = organisations_with_other_patients(people, runs, (base, others))
    needed = [each for each in merged if each.called in (merged[0].called, *differing)]
    again = [each.manifest.everybody_comes for each in needed]
    with_companion = [
        each
        for each, companion in zip(needed, again, strict=True)
        if companion is not None and each.name in companion.runs
    ]
    if not differing or needed[0] not in with_companion:
        return Confirmation(differing, None)
    copied: list[RunId] = []
    tables_of: list[pa.Table] = []
    for each in with_companion:
        for run in confirmation_runs(each.manifest.everybody_comes):
            if run.organisation == each.name:
                renamed = run._replace(organisation=each.called)
                copy_people((each.results.folder, run), (out, renamed))
                copied.append(renamed)
        tables_of += _renamed_indicators(
            each, EVERYBODY_COMES, each.results.folder / EVERYBODY_COMES
        )
    into = ResultsFolder(out / EVERYBODY_COMES)
    write_indicators(into.folder, tables_of, len(copied))
    return Confirmation(
        differing, confirmation_differences(scope, into, PairedPeople(out, copied), copied)
    )


def _merged_confirmation_entry(merged: Sequence[MergedOrganisation]) -> CompanionRuns:
    """Return what the manifest says of the runs with everybody made to come, by new name."""
    runs, digests = {}, {}
    for each in merged:
        companion = each.manifest.everybody_comes
        if companion is not None and each.name in companion.runs:
            runs[each.called] = companion.runs[each.name]
            digests[each.called] = companion.digests[each.name]
    return CompanionRuns(runs=runs, digests=digests, seconds=0.0)


def _merged_overloads(merged: Sequence[MergedOrganisation]) -> pd.DataFrame:
    """Return the queues that grew without bound in any run, under the new names."""
    tables = []
    for each in merged:
        table = each.results.overloads
        mine = table[table.organisation == each.name]
        tables.append(mine.assign(organisation=each.called))
    return pd.concat(tables) if tables else pd.DataFrame(columns=OVERLOADS)


def _merged_manifest(
    sources: Sequence[Results],
    merged: Sequence[MergedOrganisation],
    scope: TableScope,
    began: float,
) -> Manifest:
    """Return the manifest of a comparison: what is the same in all folders is the first one's."""
    first = sources[0].manifest
    same = {name: getattr(first, name) for name in _SHARED_ENTRIES & first.model_fields_set}
    return Manifest(
        akuttsim=__version__,
        model_version=MODEL_VERSION,
        study="compare",
        question=None,
        hypothesis=None,
        base=merged[0].called,
        **same,
        replications=max(each.runs for each in merged),
        until=None,
        best=None,
        organisations={each.called: _titled_config(each) for each in merged},
        changes={each.called: each.manifest.changes[each.name] for each in merged},
        assumptions=_merged_assumptions(sources, merged),
        definitions=_first_of_each(results.manifest.definitions for results in sources),
        directions=_first_of_each(results.manifest.directions for results in sources),
        versions=package_versions(),
        times=times_until_now(began),
        digests={each.called: each.manifest.digests[each.name] for each in merged},
        digests_by_case={each.called: each.manifest.digests_by_case[each.name] for each in merged},
        inputs={each.called: each.inputs for each in merged},
        ranking=[],
        failed=[
            failed.changed(organisation=each.called)
            for each in merged
            for failed in each.manifest.failed
            if failed.organisation == each.name
        ],
        simultaneous=scope.at_once,
        runs={each.called: each.runs for each in merged},
        compared=[_source_entry(results, merged) for results in sources],
    )


_SHARED_ENTRIES = frozenset(
    "region weeks warmup_days seed cases design dimensions worlds log".split()
    + "targets judged margins margins_place main_indicators".split()
)
"""Entries of the manifest that are the same in all folders, or by which the first one judges."""


def _titled_config(organisation: MergedOrganisation) -> ResolvedConfig:
    """Return an organisation's config, its title with the folder where its name has it too."""
    config = dict(organisation.manifest.organisations[organisation.name])
    if organisation.called != organisation.name:
        behind = organisation.called.removeprefix(f"{organisation.name}@")
        config["title"] = {
            lang: f"{text} ({behind})" for lang, text in dict(config["title"]).items()
        }
    return config


def _merged_assumptions(
    sources: Sequence[Results], merged: Sequence[MergedOrganisation]
) -> list[AssumptionEntry]:
    """Return the region's sourced values, then those that each organisation adds.

    A folder lists a value that several organisations share once, under the first that has it.
    """
    called = {each.inputs: each.called for each in merged}
    entries: dict[tuple[str, ...], AssumptionEntry] = {}
    for results in sources:
        names = {name: called.get(of) for name, of in results.manifest.inputs.items()}
        for entry in results.manifest.assumptions:
            of = names.get(entry.of, "region")
            if of is None:  # an organisation without a run yet
                continue
            where = "region" if of == "region" else "organisation"
            key = (where, entry.key, entry.value, entry.source)
            entries.setdefault(key, entry.changed(of=of))
    return sorted(entries.values(), key=lambda entry: entry.of != "region")


def _first_of_each(entries_of_folders: Iterable[dict[str, Entry]]) -> dict[str, Entry]:
    """Return the entries of several folders by name; the folder named first goes before others."""
    folders = list(entries_of_folders)
    return {name: entry for entries in reversed(folders) for name, entry in entries.items()}


def _source_entry(results: Results, merged: Sequence[MergedOrganisation]) -> ComparedFolder:
    """Return where some results came from, and which organisations were taken from there."""
    manifest = results.manifest
    return ComparedFolder(
        folder=str(results.folder),
        study=manifest.study,
        akuttsim=manifest.akuttsim,
        versions=manifest.versions,
        times=manifest.times,
        checksums=manifest.checksums,
        organisations={each.called: each.name for each in merged if each.results is results},
    )


def _judging_entries(results: Results) -> tuple[object, ...]:
    """Return what differences and targets are judged by."""
    manifest = results.manifest
    return manifest.judged_by, manifest.targets, manifest.margins, manifest.margins_place


def _reader_notes(
    sources: Sequence[Results], merged: Sequence[MergedOrganisation]
) -> Iterator[str]:
    """Tell what was chosen where folders differ in what is no hindrance."""
    first = sources[0]
    if any(_judging_entries(each) != _judging_entries(first) for each in sources):
        yield message("experiments.compare.of_first", folder=first.folder)
    for each in merged:
        if each.called != each.name:
            yield (
                message(
                    "experiments.compare.called",
                    called=each.called,
                    name=each.name,
                    folder=each.results.folder,
                )
            )
    runs = {each.called: each.runs for each in merged}
    if len(set(runs.values())) > 1:
        counts = ", ".join(f"{name} {count}" for name, count in runs.items())
        yield message("experiments.compare.replications", told=counts)
    for results in sources[1:]:
        own, reference = (each.manifest.versions.get("numpy") for each in (results, first))
        if own != reference:
            yield (
                message(
                    "experiments.compare.numpy",
                    folder=results.folder,
                    here=own,
                    folder2=first.folder,
                    there=reference,
                )
            )
