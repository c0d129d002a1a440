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
        _folder_problem(each, "stands here twice; name each folder once")
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
            f"made with version {made.model_version} of the model, which now is "
            f"{MODEL_VERSION}: the same inputs give other results; run it again"
        )
    elif made.worlds is None:
        yield "does not tell what its patients were drawn from; run it again with this version"
    if is_in_progress(results.folder):
        yield "not finished; go on with the command that began it and --resume"
    elif not indicators_match_manifest(results):
        yield "indicators.parquet is not as it was written; put the right file back or run it again"


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
        reasons = [f"its cases set or add something else than those of {first.folder}"]
    return reasons


def _region_obstacle(here: ResolvedConfig, there: ResolvedConfig, first: Results) -> Iterator[str]:
    if here["region"] != there["region"]:
        told = f"the region is {here['region']}, that of {first.folder} {there['region']}"
        yield f"{told}: other people ring; give folders of the same region"
    elif here != there:
        told = _shortened_list(
            [
                f"{key} ({quote_value(a)}, not {quote_value(b)})"
                for key, a, b in _differing_values(here, there)
            ]
        )
        yield (
            f"the region was another than in {first.folder}: {told}; "
            "run the older again with the region as it is now"
        )


def _differing_values(here: Any, there: Any) -> list[tuple[str, Any, Any]]:
    """Return the dotted keys of values that differ, with both values."""
    pairs = walk_two(here, there)
    return [
        (ours.key, ours.value, other.value) for ours, other in pairs if ours.value != other.value
    ]


def _log_obstacle(here: LogEntry | None, there: LogEntry | None, first: Results) -> Iterator[str]:
    if here != there:
        told = "the real calls of a log met these organisations, and not the same in both"
        yield f"{told}: compare replays of one log, or drawn patients, with {first.folder}"


def _seed_obstacle(here: Manifest, there: Manifest, first: Results) -> Iterator[str]:
    if here.seed != there.seed:
        yield (
            f"the seed is {here.seed}, that of {first.folder} {there.seed}: other patients "
            "fell ill, so that no replication of one has its pair in the other, and chance among "
            f"them would drown what the organisations do; run it again with seed {there.seed}"
        )


def _length_obstacle(here: Manifest, there: Manifest, first: Results) -> Iterator[str]:
    lengths = (
        (here.weeks, there.weeks, "weeks"),
        (here.warmup_days, there.warmup_days, "days of warm-up"),
    )
    for length, wanted, words in lengths:
        if length != wanted:
            told = f"has {length} {words}, {first.folder} {wanted}"
            yield f"{told}: not the same time is measured; run it again with {wanted}"


def _cases_obstacle(here: Manifest, there: Manifest, first: Results) -> Iterator[str]:
    if here.cases != there.cases:
        odd = [f"{each} is only here" for each in here.cases if each not in there.cases]
        odd += [f"{each} is not here" for each in there.cases if each not in here.cases]
        told = _shortened_list(odd or ["their order"])
        yield f"has other cases than {first.folder}: {told}; give both experiments the same factors"


def _definitions_obstacle(
    here: Mapping[str, str], there: Mapping[str, str], first: Results
) -> Iterator[str]:
    changed = [name for name in here if name in there and here[name] != there[name]]
    if changed:
        told = f"measures something else than {first.folder} by {_shortened_list(changed)}"
        yield f"{told}: the definition was changed between; run the older again"


def _shortened_list(words: Sequence[str]) -> str:
    more = len(words) - MOST_DIFFERENCES_NAMED
    return ", ".join(words[:MOST_DIFFERENCES_NAMED]) + (f" and {more} more" if more > 0 else "")
