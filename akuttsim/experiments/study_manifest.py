"""Writes down what a study is and what made its results, for the manifest."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from os import cpu_count
from typing import TypeVar

from akuttsim import MODEL_VERSION, __version__
from akuttsim.config.describe_change import change_sentences, idle_staff_sentences
from akuttsim.config.organisation_diff import organisation_key_differences, part_counts
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Model, Sourced
from akuttsim.config.walk import SOURCE_KEYS, content_of, walk_sourced_values
from akuttsim.experiments.design import Dimension
from akuttsim.experiments.manifest import (
    AssumptionEntry,
    ChangeEntry,
    DimensionEntry,
    MachineEntry,
    Manifest,
    RunTimes,
    StudyInProgress,
    WrittenText,
)
from akuttsim.experiments.result_tables import cases_table
from akuttsim.experiments.run_identity import digest
from akuttsim.experiments.study import Study
from akuttsim.indicators.registry import (
    OF_OUTCOMES,
    indicator_definitions,
    indicator_directions,
)
from akuttsim.texts import LANGUAGES, Message, in_words

T = TypeVar("T")


def list_assumptions(study: Study) -> list[AssumptionEntry]:
    """Return one entry for each sourced value of the region and the organisations.

    A value that several organisations share is listed once, under the first that has it; rows of
    the region's tables of one source and grade are one entry.
    """
    entries = [*_assumption_entries("region", study.region), *_table_entries(study.region)]
    known = set()
    for name, organisation in study.organisations.items():
        for entry in _assumption_entries(name, organisation):
            key = (entry.key, entry.value, entry.source)
            if key not in known:
                known.add(key)
                entries.append(entry)
    return entries


def _assumption_entries(owner: str, config: Model) -> Iterator[AssumptionEntry]:
    """Yield an entry for each sourced value of a config, in the order of its keys."""
    for sourced in walk_sourced_values(config):
        yield AssumptionEntry(
            of=owner,
            key=sourced.key,
            value=_assumption_text(sourced.value),
            source=sourced.source,
            grade=sourced.grade,
            range=list(sourced.range) if sourced.range else None,
        )


def _table_entries(region: Region) -> Iterator[AssumptionEntry]:
    """Yield an entry for the rows of places, roads and ferries of each source and grade."""
    tables = {
        "places": [(row.source, row.grade) for row in region.places.values()],
        "roads": [(row.source, row.grade) for row in region.roads or ()],
        "ferries": [(row.source, row.grade) for row in region.ferries],
    }
    for name, rows in tables.items():
        for (source, grade), count in Counter(rows).items():
            value = f"{count} rows"
            yield AssumptionEntry(
                of="region", key=name, value=value, source=source, grade=grade, rows=count
            )


def _assumption_text(value: Sourced) -> str:
    """Return a value as its config has it, without source, grade, range and what it is not."""
    parts = {
        name: part for name, part in content_of(value).items() if part != [] and part is not False
    }
    if set(parts) == {"value"}:
        return f"{parts['value']:g}"
    return ", ".join(f"{name} {_bracketed_text(part)}" for name, part in parts.items())


def _bracketed_text(part: object) -> str:
    """Return a part of a value in one line: mappings in round brackets, lists in square ones.

    Of a part that has a source of its own the value alone.
    """
    if isinstance(part, dict):
        told = {name: each for name, each in part.items() if name not in SOURCE_KEYS}
        if "source" in part and set(told) == {"value"}:
            return _bracketed_text(told["value"])
        return (
            "(" + ", ".join(f"{name} {_bracketed_text(each)}" for name, each in told.items()) + ")"
        )
    if isinstance(part, list):
        return "[" + ", ".join(_bracketed_text(each) for each in part) + "]"
    return f"{part:g}" if isinstance(part, float) else str(part)


PACKAGES = ("numpy", "pandas", "scipy", "simpy", "pyarrow", "pydantic")
"""Packages that results depend on."""


def build_manifest(study: Study, began: float) -> Manifest:
    """Return what a study is and what made its results: resolved configs, seed, versions, times.

    What only its runs tell (replications, failures, checksums) is not in it yet.

    Args:
        study: The study.
        began: When its runs began, in seconds since 1970.
    """
    log = study.callers.log_entry()
    by_case = {
        name: {case.name: study.digest(name, case) for case in study.cases}
        for name in study.organisations
    }
    return Manifest(
        akuttsim=__version__,
        model_version=MODEL_VERSION,
        study=study.name,
        question=study.question.model_dump() if study.question else None,
        hypothesis=study.hypothesis.model_dump(include={"nb", "en"}) if study.hypothesis else None,
        base=study.base,
        weeks=study.weeks,
        warmup_days=study.warmup_days,
        replications=study.replications,
        seed=study.seed,
        main_indicators=list(study.main_indicators),
        judged=list(study.judged),
        margins=_of_asked(study, study.margins),
        margins_place=_of_asked(study, study.margins_place),
        claims=list(study.claims),
        until=study.until,
        best=study.best,
        design=study.design,
        cases=[case.name for case in study.cases],
        dimensions=[_dimension_entry(dimension) for dimension in study.dimensions],
        targets=list(study.targets),
        **({} if log is None else {"log": log}),
        region=study.region.model_dump(mode="json", by_alias=True),
        organisations={
            name: organisation.model_dump(mode="json")
            for name, organisation in study.organisations.items()
        },
        changes={
            name: [ChangeEntry(name=change.name, why=change.why) for change in changes]
            for name, changes in study.changes.items()
        },
        counts={
            name: part_counts(organisation) for name, organisation in study.organisations.items()
        },
        differing_keys=_differences_from_base(study),
        change_sentences=_change_sentences(study),
        staff_warnings={
            name: _in_both_languages(idle_staff_sentences(organisation, study.region))
            for name, organisation in study.organisations.items()
        },
        assumptions=list_assumptions(study),
        definitions=_of_asked(study, indicator_definitions()),
        directions=_of_asked(study, indicator_directions()),
        versions=package_versions(),
        times=times_until_now(began),
        machine=MachineEntry(
            system=platform.system(), processor=platform.machine(), cores=cpu_count()
        ),
        digests={name: study.digest(name) for name in study.organisations},
        digests_by_case=by_case,
        inputs={name: digest(of_case) for name, of_case in by_case.items()},
        worlds={case.name: study.world_digest(case) for case in study.cases},
    )


def _of_asked(study: Study, by_indicator: dict[str, T]) -> dict[str, T]:
    """Return what is of indicators that the study measures; in the order given."""
    unasked: frozenset[str] = OF_OUTCOMES if study.region.outcomes is None else frozenset()
    return {name: each for name, each in by_indicator.items() if name not in unasked}


def study_in_progress(study: Study, began: float) -> StudyInProgress:
    """Return what is kept of a study when it begins: its manifest, its cases and its runs."""
    manifest = build_manifest(study, began)
    return StudyInProgress(
        **{name: getattr(manifest, name) for name in manifest.model_fields_set},
        levels=cases_table(study).to_numpy().tolist(),
        runs_of=[
            (case.name, name, study.digest(name, case))
            for case in study.cases
            for name in study.organisations
        ],
        planned=len(study.runs()),
    )


def _differences_from_base(study: Study) -> dict[str, list[list[str]]]:
    """Return where each organisation differs from the base: key, value there, its own value."""
    base = study.organisations[study.base]
    return {
        name: [
            [line.what, line.first, line.second]
            for line in organisation_key_differences(base, organisation)
        ]
        for name, organisation in study.organisations.items()
        if name != study.base
    }


def _change_sentences(study: Study) -> dict[str, list[WrittenText]]:
    """Return what each organisation but the base changes of it."""
    base = study.organisations[study.base]
    return {
        name: _in_both_languages(change_sentences(base, organisation, study.region))
        for name, organisation in study.organisations.items()
        if name != study.base
    }


def _in_both_languages(sentences: Sequence[Message]) -> list[WrittenText]:
    return [{lang: in_words(sentence, lang) for lang in LANGUAGES} for sentence in sentences]


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that results depend on."""
    return {"python": platform.python_version(), **dict(_installed_versions())}


@cache
def _installed_versions() -> tuple[tuple[str, str], ...]:
    """Read the versions once: those of a running program do not change."""
    return tuple((package, version(package)) for package in PACKAGES)


def times_until_now(began: float) -> RunTimes:
    """Return when runs began, given in seconds since 1970, and that they end now."""
    return RunTimes(began=utc_timestamp(began), ended=utc_timestamp(time.time()))


def _dimension_entry(dimension: Dimension) -> DimensionEntry:
    """Return a dimension of the design as the manifest has it."""
    walked = dimension.ranged
    return DimensionEntry(
        name=dimension.name,
        title=dimension.title.model_dump() if dimension.title else None,
        key=dimension.key,
        levels=list(dimension.levels),
        range=[dimension.low, dimension.high] if not dimension.levels else None,
        now=walked.now if walked else None,
        grade=walked.value.grade if walked else None,
        source=walked.value.source if walked else None,
        level_titles=dict(dimension.level_titles),
    )


def utc_timestamp(at: float) -> str:
    """Return a time in seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat("T", "seconds")
