"""A study: everything that a run or sweep needs, loaded and checked before anything starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from akuttsim import MODEL_VERSION
from akuttsim.errors import InputError, Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.checks import check_organisation, check_region
from akuttsim.scenario.experiment import Experiment, Target
from akuttsim.scenario.fields import Text
from akuttsim.scenario.load import (
    Loaded,
    load_experiment,
    load_organisation,
    load_region,
    load_targets,
    split_sets,
)
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.overlay import Change
from akuttsim.scenario.region import Region
from akuttsim.store.results import RunId, digest


@dataclass(frozen=True)
class Study:
    """Organisations of one region that meet the same patients; the first is the base."""

    name: str
    question: Text | None
    hypothesis: Text | None
    region: Region
    organisations: dict[str, Organisation]
    changes: dict[str, tuple[Change, ...]]
    weeks: int
    warmup_days: int
    replications: int
    seed: int
    targets: tuple[Target, ...]
    main_indicators: tuple[str, ...]

    @property
    def base(self) -> str:
        """Return the organisation that the others are compared with."""
        return next(iter(self.organisations))

    def runs(self) -> list[RunId]:
        """Return every run, organisation by organisation; results keep this order."""
        return [
            RunId(name, replication, self.digest(name))
            for name in self.organisations
            for replication in range(self.replications)
        ]

    def digest(self, organisation: str) -> str:
        """Return a digest of all that a run of this organisation depends on."""
        parts: dict[str, Any] = {
            "model": MODEL_VERSION,
            "region": self.region.model_dump(mode="json", by_alias=True),
            "organisation": self.organisations[organisation].model_dump(mode="json"),
            "weeks": self.weeks,
            "warmup_days": self.warmup_days,
            "seed": self.seed,
        }
        return digest(parts)


RUN_INDICATORS = (
    "answered_116117_within_120_s",
    "answered_113_within_10_s",
    "ambulance_within_12_min",
    "ambulance_within_25_min",
    "travel_to_care_min",
    "ring_to_doctor_min",
    "hours_without_ambulance",
)
"""What a run without an experiment file is judged by."""


def study_of_experiment(name: str) -> Study:
    """Return the study of an experiment file. Raises InputError with every error at once."""
    loaded = load_experiment(name)
    experiment = loaded.value
    beside = shipped.find("experiment", name).parent
    problems: list[Problem] = []
    with _noting(problems):
        main_indicators = _known(experiment, loaded)
    with _noting(problems, loaded, "targets"):
        targets = load_targets(experiment.targets, beside).value.targets
    with _noting(problems, loaded, "organisations"):
        region, organisations = _loaded(experiment.region, experiment.organisations, (), beside)
    if problems:
        raise InputError(problems)
    return Study(
        name=experiment.experiment,
        question=experiment.question,
        hypothesis=experiment.hypothesis,
        region=region.value,
        organisations={each.value.organisation: each.value for each in organisations},
        changes={each.value.organisation: each.changes for each in organisations},
        weeks=experiment.weeks,
        warmup_days=experiment.warmup_days,
        replications=experiment.replications,
        seed=experiment.seed,
        targets=tuple(targets.values()),
        main_indicators=main_indicators,
    )


@contextmanager
def _noting(
    problems: list[Problem], loaded: Loaded[Experiment] | None = None, key: str = ""
) -> Iterator[None]:
    """Note what is wrong and go on; what has no file is told at a key of the experiment."""
    try:
        yield
    except InputError as error:
        for each in error.problems:
            if loaded and not each.file:
                at = "region" if each.key == loaded.value.region else key
                each = loaded.problem(at, f"{each.key}: {each.what}")
            problems.append(each)


def study_of_run(
    organisation: str, region: str | None, sets: Sequence[str], length: tuple[int, int, int]
) -> Study:
    """Return the study of one organisation. `length` is weeks, replications and seed."""
    weeks, replications, seed = length
    settings = split_sets(sets)
    home = load_organisation(organisation, settings[1]).value.region
    beside = None if region else shipped.find("organisation", organisation).parent
    loaded_region, (loaded,) = _loaded(region or home, [organisation], settings, beside)
    return Study(
        name=loaded.value.organisation,
        question=None,
        hypothesis=None,
        region=loaded_region.value,
        organisations={loaded.value.organisation: loaded.value},
        changes={loaded.value.organisation: loaded.changes},
        weeks=weeks,
        warmup_days=2,
        replications=replications,
        seed=seed,
        targets=tuple(load_targets("norway").value.targets.values()),
        main_indicators=RUN_INDICATORS,
    )


Settings = tuple[Sequence[str], Sequence[str]] | tuple[()]


def _loaded(
    region: str, organisations: Sequence[str], settings: Settings, beside: Path | None
) -> tuple[Loaded[Region], list[Loaded[Organisation]]]:
    """Load and check a region and its organisations; collect what is wrong with each of them."""
    of_region, of_organisation = settings or ((), ())
    loaded_region = load_region(region, of_region, beside)
    check_region(loaded_region)
    problems: list[Problem] = []
    found = []
    for name in organisations:
        try:
            loaded = load_organisation(name, of_organisation, beside)
            check_organisation(loaded, loaded_region)
            found.append(loaded)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return loaded_region, found


def _known(experiment: Experiment, loaded: Loaded[Experiment]) -> tuple[str, ...]:
    from akuttsim.analysis.indicators import directions

    names = directions()
    problems = [
        loaded.problem(f"main_indicators.{index}", f"no such indicator; one of {', '.join(names)}")
        for index, name in enumerate(experiment.main_indicators)
        if name not in names
    ]
    if problems:
        raise InputError(problems)
    return experiment.main_indicators
