"""The manifest: what made some results, so that they explain and repeat themselves."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from typing import Any

from akuttsim import MODEL_VERSION, __version__
from akuttsim.analysis.indicators import definitions, directions
from akuttsim.experiment.assumptions import assumptions
from akuttsim.experiment.cases import Dimension
from akuttsim.experiment.side_by_side import counted, differing
from akuttsim.experiment.study import Study
from akuttsim.store.results import digest
from akuttsim.store.runs import RunId

PACKAGES = ("numpy", "pandas", "scipy", "simpy", "pyarrow", "pydantic")


def manifest(study: Study, began: float) -> dict[str, Any]:
    """Return what a study is and what made its results: resolved configs, seed, versions, times.

    `began` is seconds since 1970.
    """
    return {
        "akuttsim": __version__,
        "model_version": MODEL_VERSION,
        **_asked(study),
        **study.callers.told(),
        "region": study.region.model_dump(mode="json", by_alias=True),
        "organisations": {
            name: each.model_dump(mode="json") for name, each in study.organisations.items()
        },
        "changes": {
            name: [{"name": change.name, "why": change.why} for change in each]
            for name, each in study.changes.items()
        },
        "counts": {name: counted(each) for name, each in study.organisations.items()},
        "apart": _apart(study),
        "assumptions": assumptions(study),
        "definitions": definitions(),
        "directions": directions(),
        **made_now(began),
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
        "inputs": {name: _inputs(study, name) for name in study.organisations},
        "worlds": {case.name: study.world_digest(case) for case in study.cases},
    }


def _apart(study: Study) -> dict[str, list[list[str]]]:
    """Return where each organisation differs from the base: key, value there, value here."""
    base, *others = study.organisations
    first = study.organisations[base]
    return {
        name: [[line.what, line.first, line.second] for line in differing(first, each)]
        for name, each in study.organisations.items()
        if name in others
    }


def made_now(began: float) -> dict[str, Any]:
    """Return the versions of what makes results, and when it began and ended."""
    return {
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        "times": {"began": stamp(began), "ended": stamp(time.time())},
    }


def _inputs(study: Study, name: str) -> str:
    """Return a digest of all that an organisation's runs in all cases depend on."""
    return digest({case.name: study.digest(name, case) for case in study.cases})


def _asked(study: Study) -> dict[str, Any]:
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
        "dimensions": [_dimension(each) for each in study.dimensions],
        "targets": [target.model_dump(mode="json") for target in study.targets],
    }


def _dimension(each: Dimension) -> dict[str, Any]:
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


def failures(runs: Sequence[RunId]) -> list[dict[str, Any]]:
    """Return what the manifest tells of runs that failed."""
    return [
        {"case": run.case, "organisation": run.organisation, "replication": run.replication}
        for run in runs
    ]


def stamp(at: float) -> str:
    """Return a time in seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat("T", "seconds")
