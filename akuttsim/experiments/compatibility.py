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
from akuttsim.texts import joined_texts, message

MOST_DIFFERENCES_NAMED = 3
"""Differences that are named; of more their number is told."""


def open_compatible_results(folders: Sequence[Path]) -> list[Results]:
    """Read results folders that can be compared with the first of them.

    They can where all organisations met the same patients for the same time and are measured alike.
    Raises InputError with every reason why any of them cannot.
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
    return Problem("", 0, str(results.folder), what)


def _own_obstacles(results: Results) -> Iterator[str]:
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
    elif not indicators_match_manifest(results):
        yield message("experiments.compare.changed_file")


def _obstacles_against_first(results: Results, first: Results) -> list[str]:
    """Return the reasons why some results cannot be compared with the first."""
    own, reference = results.manifest, first.manifest
    reasons = [
        *_region_obstacle(own.region, reference.region, first),
        *_log_obstacle(own.log, reference.log, first),
        *_seed_obstacle(own, reference, first),
        *_length_obstacle(own, reference, first),
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
    if own["region"] != reference["region"]:
        difference: str = message(
            "experiments.compare.regions",
            here=own["region"],
            folder=first.folder,
            there=reference["region"],
        )
        yield message("experiments.compare.other_people", told=difference)
    elif own != reference:
        difference = _shortened_list(
            [
                f"{key} ({quote_value(a)}, not {quote_value(b)})"
                for key, a, b in _differing_values(own, reference)
            ]
        )
        yield (message("experiments.compare.other_region", folder=first.folder, told=difference))


def _differing_values(one: Any, there: Any) -> list[tuple[str, Any, Any]]:
    """Return the dotted keys of values that differ, with both values."""
    pairs = walk_two(one, there)
    return [
        (ours.key, ours.value, other.value) for ours, other in pairs if ours.value != other.value
    ]


def _log_obstacle(
    own: LogEntry | None, reference: LogEntry | None, first: Results
) -> Iterator[str]:
    if own != reference:
        difference = message("experiments.compare.not_the_same_log")
        yield message("experiments.compare.one_log", told=difference, folder=first.folder)


def _seed_obstacle(own: Manifest, reference: Manifest, first: Results) -> Iterator[str]:
    if own.seed != reference.seed:
        yield (
            message(
                "experiments.compare.seed",
                here=own.seed,
                folder=first.folder,
                there=reference.seed,
            )
        )


def _length_obstacle(own: Manifest, reference: Manifest, first: Results) -> Iterator[str]:
    lengths = (
        ("weeks", own.weeks, reference.weeks),
        ("warmup_days", own.warmup_days, reference.warmup_days),
    )
    for key, length, wanted in lengths:
        if length != wanted:
            has = f"experiments.compare.has_{key}"
            difference = message(has, here=length, folder=first.folder, there=wanted)
            yield message("experiments.compare.other_time", told=difference, there=wanted)


def _cases_obstacle(own: Manifest, reference: Manifest, first: Results) -> Iterator[str]:
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
    changed = [name for name in own if name in reference and own[name] != reference[name]]
    if changed:
        difference = message(
            "experiments.compare.measures_else",
            folder=first.folder,
            changed=_shortened_list(changed),
        )
        yield message("experiments.compare.definition", told=difference)


def _shortened_list(words: Sequence[str]) -> str:
    more = len(words) - MOST_DIFFERENCES_NAMED
    return joined_texts(words[:MOST_DIFFERENCES_NAMED]) + (
        message("experiments.compare.more", more=more) if more > 0 else ""
    )
