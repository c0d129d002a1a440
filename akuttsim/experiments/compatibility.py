"""Whether results made at different times can be compared, and if not, why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from akuttsim import MODEL_VERSION
from akuttsim.config.walk import walk_two
from akuttsim.errors import InputError, Problem, quote_value
from akuttsim.experiments.manifest import LogEntry, Manifest, ResolvedConfig
from akuttsim.experiments.results import (
    Results,
    indicators_match_manifest,
    is_in_progress,
    read_results,
)
from akuttsim.messages import joined_texts, message

MOST_DIFFERENCES_NAMED = 3
"""Differences that are named; of more their number is told."""


def open_compatible_results(folders: Sequence[Path]) -> list[Results]:
    """Read results folders that can be compared with the first of them.

    They can where all organisations met the same patients for the same time and are measured alike.
    Raises InputError with every reason why any of them cannot.
    """
    found: list[Results] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            found.append(read_results(folder))
        except InputError as error:
            problems += error.problems
    for results in found:
        problems += [_folder_problem(results, what) for what in _own_obstacles(results)]
        problems += [
            _folder_problem(results, what) for what in _obstacles_against_first(results, found[0])
        ]
    paths = [results.folder.resolve() for results in found]
    problems += [
        _folder_problem(each, message("experiments.compare.twice"))
        for number, each in enumerate(found)
        if paths[number] in paths[:number]
    ]
    if problems:
        raise InputError(problems)
    return found


def _folder_problem(results: Results, what: str) -> Problem:
    return Problem("", 0, str(results.folder), what)


def _own_obstacles(results: Results) -> Iterator[str]:
    made = results.manifest
    if made.model_version != MODEL_VERSION:
        yield (
            message(
                "experiments.compare.other_version",
                v=made.model_version,
                model_version=MODEL_VERSION,
            )
        )
    elif made.worlds is None:
        yield message("experiments.compare.tells_not")
    if is_in_progress(results.folder):
        yield message("experiments.results.not_finished")
    elif not indicators_match_manifest(results):
        yield message("experiments.compare.changed_file")


def _obstacles_against_first(results: Results, first: Results) -> list[str]:
    """Return the reasons why some results cannot be compared with the first."""
    here, there = results.manifest, first.manifest
    reasons = [
        *_region_obstacle(here.region, there.region, first),
        *_log_obstacle(here.log, there.log, first),
        *_seed_obstacle(here, there, first),
        *_length_obstacle(here, there, first),
        *_cases_obstacle(here, there, first),
        *_definitions_obstacle(here.definitions, there.definitions, first),
    ]
    known = here.worlds is not None and there.worlds is not None
    if known and not reasons and here.worlds != there.worlds:
        reasons = [message("experiments.compare.other_settings", folder=first.folder)]
    return reasons


def _region_obstacle(here: ResolvedConfig, there: ResolvedConfig, first: Results) -> Iterator[str]:
    if here["region"] != there["region"]:
        told: str = message(
            "experiments.compare.regions",
            here=here["region"],
            folder=first.folder,
            there=there["region"],
        )
        yield message("experiments.compare.other_people", told=told)
    elif here != there:
        told = _shortened_list(
            [
                f"{key} ({quote_value(a)}, not {quote_value(b)})"
                for key, a, b in _differing_values(here, there)
            ]
        )
        yield (message("experiments.compare.other_region", folder=first.folder, told=told))


def _differing_values(here: Any, there: Any) -> list[tuple[str, Any, Any]]:
    """Return the dotted keys of values that differ, with both values."""
    pairs = walk_two(here, there)
    return [
        (ours.key, ours.value, other.value) for ours, other in pairs if ours.value != other.value
    ]


def _log_obstacle(here: LogEntry | None, there: LogEntry | None, first: Results) -> Iterator[str]:
    if here != there:
        told = message("experiments.compare.not_the_same_log")
        yield message("experiments.compare.one_log", told=told, folder=first.folder)


def _seed_obstacle(here: Manifest, there: Manifest, first: Results) -> Iterator[str]:
    if here.seed != there.seed:
        yield (
            message(
                "experiments.compare.seed",
                here=here.seed,
                folder=first.folder,
                there=there.seed,
            )
        )


def _length_obstacle(here: Manifest, there: Manifest, first: Results) -> Iterator[str]:
    lengths = (
        ("weeks", here.weeks, there.weeks),
        ("warmup_days", here.warmup_days, there.warmup_days),
    )
    for key, length, wanted in lengths:
        if length != wanted:
            has = f"experiments.compare.has_{key}"
            told = message(has, here=length, folder=first.folder, there=wanted)
            yield message("experiments.compare.other_time", told=told, there=wanted)


def _cases_obstacle(here: Manifest, there: Manifest, first: Results) -> Iterator[str]:
    if here.cases != there.cases:
        odd = [
            message("experiments.compare.only_here", each=each)
            for each in here.cases
            if each not in there.cases
        ]
        odd += [
            message("experiments.compare.not_here", each=each)
            for each in there.cases
            if each not in here.cases
        ]
        told = _shortened_list(odd or [message("experiments.compare.their_order")])
        yield message("experiments.compare.other_cases", folder=first.folder, told=told)


def _definitions_obstacle(
    here: Mapping[str, str], there: Mapping[str, str], first: Results
) -> Iterator[str]:
    changed = [name for name in here if name in there and here[name] != there[name]]
    if changed:
        told = message(
            "experiments.compare.measures_else",
            folder=first.folder,
            changed=_shortened_list(changed),
        )
        yield message("experiments.compare.definition", told=told)


def _shortened_list(words: Sequence[str]) -> str:
    more = len(words) - MOST_DIFFERENCES_NAMED
    return joined_texts(words[:MOST_DIFFERENCES_NAMED]) + (
        message("experiments.compare.more", more=more) if more > 0 else ""
    )
