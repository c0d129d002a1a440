"""The manifest: what made some results, with every assumption and its grade."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from typing import Any

from akuttsim import MODEL_VERSION, __version__
from akuttsim.config.organisation_diff import organisation_key_differences, part_counts
from akuttsim.config.schema.values import Model, Sourced
from akuttsim.config.walk import content_of, walk_sourced_values
from akuttsim.experiments.design import Dimension
from akuttsim.experiments.results import digest
from akuttsim.experiments.run_files import RunId
from akuttsim.experiments.study import Study
from akuttsim.indicators.registry import indicator_definitions, indicator_directions


def list_assumptions(study: Study) -> list[dict[str, Any]]:
    """Return one entry for each sourced value: where it stands, value, source, grade, range.

    Values that an organisation shares with the base are listed once, under the base.
    """
    entries = [{"of": "region", **entry} for entry in _assumption_entries(study.region)]
    known = set()
    for name, organisation in study.organisations.items():
        for entry in _assumption_entries(organisation):
            key = (entry["key"], entry["value"], entry["source"])
            if key not in known:
                known.add(key)
                entries.append({"of": name, **entry})
    return entries


def _assumption_entries(config: Model) -> Iterator[dict[str, Any]]:
    """Yield an entry for each sourced value of a config, in the order of its keys."""
    for at in walk_sourced_values(config):
        yield {
            "key": at.key,
            "value": _assumption_text(at.value),
            "source": at.source,
            "grade": at.grade,
            "range": list(at.range) if at.range else None,
        }


def _assumption_text(value: Sourced) -> str:
    """Return a value as its config has it, without source, grade and range."""
    parts = content_of(value)
    if set(parts) == {"value"}:
        return f"{parts['value']:g}"
    return ", ".join(f"{name} {_bracketed_text(part)}" for name, part in parts.items())


def _bracketed_text(part: object) -> str:
    if isinstance(part, dict):
        return (
            "(" + ", ".join(f"{name} {_bracketed_text(each)}" for name, each in part.items()) + ")"
        )
    if isinstance(part, list):
        return "[" + ", ".join(_bracketed_text(each) for each in part) + "]"
    return f"{part:g}" if isinstance(part, float) else str(part)


PACKAGES = ("numpy", "pandas", "scipy", "simpy", "pyarrow", "pydantic")


def build_manifest(study: Study, began: float) -> dict[str, Any]:
    """Return what a study is and what made its results: resolved configs, seed, versions, times.

    `began` is seconds since 1970.
    """
    return {
        "akuttsim": __version__,
        "model_version": MODEL_VERSION,
        **_experiment_entries(study),
        **study.callers.told(),
        "region": study.region.model_dump(mode="json", by_alias=True),
        "organisations": {
            name: each.model_dump(mode="json") for name, each in study.organisations.items()
        },
        "changes": {
            name: [{"name": change.name, "why": change.why} for change in each]
            for name, each in study.changes.items()
        },
        "counts": {name: part_counts(each) for name, each in study.organisations.items()},
        "apart": _differences_from_base(study),
        "assumptions": list_assumptions(study),
        "definitions": indicator_definitions(),
        "directions": indicator_directions(),
        **versions_and_times(began),
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": cpu_count(),
        },
        "digests": {name: study.digest(name) for name in study.organisations},
        "digests_by_case": {
            name: {case.name: study.digest(name, case) for case in study.cases}
            for name in study.organisations
        },
        "inputs": {name: _input_digest(study, name) for name in study.organisations},
        "worlds": {case.name: study.world_digest(case) for case in study.cases},
    }


def _differences_from_base(study: Study) -> dict[str, list[list[str]]]:
    """Return where each organisation differs from the base: key, value there, value here."""
    base, *others = study.organisations
    first = study.organisations[base]
    return {
        name: [
            [line.what, line.first, line.second]
            for line in organisation_key_differences(first, each)
        ]
        for name, each in study.organisations.items()
        if name in others
    }


def versions_and_times(began: float) -> dict[str, Any]:
    """Return the versions of what makes results, and when it began and ended."""
    return {
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        "times": {"began": utc_timestamp(began), "ended": utc_timestamp(time.time())},
    }


def _input_digest(study: Study, name: str) -> str:
    """Return a digest of all that an organisation's runs in all cases depend on."""
    return digest({case.name: study.digest(name, case) for case in study.cases})


def _experiment_entries(study: Study) -> dict[str, Any]:
    """Return what the experiment asks: question, length, factors and what decides how often."""
    return {
        "study": study.name,
        "question": study.question.model_dump() if study.question else None,
        "hypothesis": study.hypothesis.model_dump() if study.hypothesis else None,
        "base": study.base,
        "weeks": study.weeks,
        "warmup_days": study.warmup_days,
        "replications": study.replications,
        "seed": study.seed,
        "main_indicators": list(study.main_indicators),
        "margins": study.margins,
        "until": study.until.model_dump() if study.until else None,
        "best": study.best.model_dump() if study.best else None,
        "design": study.design.model_dump(),
        "cases": [case.name for case in study.cases],
        "dimensions": [_dimension_entry(dimension) for dimension in study.dimensions],
        "targets": [target.model_dump(mode="json") for target in study.targets],
    }


def _dimension_entry(each: Dimension) -> dict[str, Any]:
    return {
        "name": each.name,
        "title": each.title.model_dump() if each.title else None,
        "key": each.key,
        "levels": list(each.levels),
        "range": [each.low, each.high] if not each.levels else None,
        "now": each.ranged.now if each.ranged else None,
        "grade": each.ranged.value.grade if each.ranged else None,
        "source": each.ranged.value.source if each.ranged else None,
    }


def failure_entries(runs: Sequence[RunId]) -> list[dict[str, Any]]:
    """Return what the manifest tells of runs that failed."""
    return [
        {"case": run.case, "organisation": run.organisation, "replication": run.replication}
        for run in runs
    ]


def utc_timestamp(at: float) -> str:
    """Return a time in seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat("T", "seconds")
