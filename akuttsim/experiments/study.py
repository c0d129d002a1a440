"""A study: everything that a run, sweep or replay needs, loaded and checked before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NotRequired

from akuttsim import MODEL_VERSION
from akuttsim.config import shipped
from akuttsim.config.load_together import load_set, load_together, locate_problems
from akuttsim.config.loader import Loaded, load_targets
from akuttsim.config.overlay import NamedChange
from akuttsim.config.schema.experiment import (
    STANDARD_MARGINS,
    USUAL_TARGETS,
    USUAL_WARMUP_DAYS,
    USUAL_WEEKS,
    BestSelection,
    Design,
    HypothesisClaim,
    IndicatorTarget,
    JudgedIndicator,
    PrecisionGoal,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Text
from akuttsim.errors import InputError, collect_problems
from akuttsim.experiments import run_identity
from akuttsim.experiments.design import (
    EVERYBODY_COMES,
    Case,
    Dimension,
    ExperimentBase,
    Setting,
    Worlds,
    additions_of_kind,
    check_levels,
    design_cases,
    experiment_dimensions,
    load_worlds,
)
from akuttsim.experiments.load_study import (
    JudgedWorld,
    judged_problems,
    load_all_margins,
    load_experiment_with_references,
    load_known_targets,
    reference_keys,
    unknown_indicators,
)
from akuttsim.experiments.manifest import LogInputs
from akuttsim.experiments.patient_source import PatientSource, RandomPatients
from akuttsim.experiments.run_identity import RunId

if TYPE_CHECKING:
    from akuttsim.experiments.logged_patients import LoggedPatients


class WorldInputs(LogInputs):
    """What the patients of a case depend on: the values that a digest is made of.

    Attributes:
        model: The version of the model.
        region: Digest of the region as written, with the additions of the case.
        weeks: Weeks that are measured.
        warmup_days: Days before them.
        seed: The seed.
        settings: What the case sets, where it sets anything.
        everybody_comes: Whether distance keeps nobody away; there only where it is so.
    """

    model: int
    region: str
    weeks: int
    warmup_days: int
    seed: int
    settings: NotRequired[tuple[Setting, ...]]
    everybody_comes: NotRequired[bool]


@dataclass(frozen=True)
class Study:
    """Organisations of one region that meet the same patients; the first is the base.

    Each of them is met in every case; the first case is what the others are compared with.

    Attributes:
        name: Its name.
        question: What is asked; None of a run without an experiment file.
        hypothesis: What the author expects.
        region: The region of the first case.
        organisations: The organisations by name, the base first.
        changes: The named changes of each organisation that is a variant.
        weeks: Weeks that are measured.
        warmup_days: Days before them.
        replications: Runs of each organisation in each case; with `until` or `best` the first of
            them.
        seed: The seed.
        targets: Goals that values are held against.
        main_indicators: What the question is judged by.
        margins: By indicator, the smallest difference for the region that matters.
        margins_place: The same for any group.
        main_judged: The main indicators with the groups that they are judged in.
        claims: The clauses of the hypothesis.
        until: That replications go on until an interval is narrow enough.
        best: That replications go on until the best is known.
        design: Which combinations of levels are run.
        dimensions: What varies beside the organisation.
        cases: The cases, of which the first is what others are held against.
        worlds: What cases are made from; None without factors.
        callers: Where the patients come from: drawn, or the calls of a log.
    """

    name: str
    question: Text | None
    hypothesis: Text | None
    region: Region
    organisations: dict[str, Organisation]
    changes: dict[str, tuple[NamedChange, ...]]
    weeks: int
    warmup_days: int
    replications: int
    seed: int
    targets: tuple[IndicatorTarget, ...]
    main_indicators: tuple[str, ...]
    margins: dict[str, float] = field(default_factory=dict)
    margins_place: dict[str, float] = field(default_factory=dict)
    main_judged: tuple[JudgedIndicator, ...] = ()
    claims: tuple[HypothesisClaim, ...] = ()
    until: PrecisionGoal | None = None
    best: BestSelection | None = None
    design: Design = Design()
    dimensions: tuple[Dimension, ...] = ()
    cases: tuple[Case, ...] = (Case(),)
    worlds: Worlds | None = None
    callers: PatientSource = RandomPatients()

    @property
    def base(self) -> str:
        """Return the organisation that the others are compared with."""
        return next(iter(self.organisations))

    @property
    def judged_by(self) -> tuple[str, ...]:
        """Return the indicators that organisations are judged by: targets, then the main ones."""
        goals = [target.indicator for target in self.targets]
        return tuple(dict.fromkeys([*goals, *self.main_indicators]))

    @property
    def judged(self) -> tuple[JudgedIndicator, ...]:
        """Return what organisations are judged by: targets, then what is asked of all or a group.

        A main indicator that is asked of a group is judged for the region too only where it stands
        by itself as well.
        """
        plain = [JudgedIndicator(indicator=name) for name in self.main_indicators]
        goals = [JudgedIndicator(indicator=target.indicator) for target in self.targets]
        return tuple(dict.fromkeys([*goals, *(self.main_judged or plain)]))

    @property
    def most_replications(self) -> int:
        """Return how many replications there may be in the end."""
        limit = self.until or self.best
        return limit.max if limit is not None else self.replications

    def runs(self, replications: int | None = None) -> list[RunId]:
        """Return every run, case by case and organisation by organisation; results keep this order.

        Args:
            replications: How many of each; None for as many as the study begins with.
        """
        numbers = range(self.replications if replications is None else replications)
        return [
            self.run(case, name, number)
            for case in self.cases
            for name in self.organisations
            for number in numbers
        ]

    def run(self, case: Case, organisation: str, replication: int) -> RunId:
        """Return one run, with the digest of all that it depends on.

        Args:
            case: Its case.
            organisation: Its organisation.
            replication: Its number, from 0.
        """
        return RunId(organisation, replication, self.digest(organisation, case), case.name)

    def case(self, name: str) -> Case:
        """Return a case by its name."""
        return self._case_of[name]

    @cached_property
    def _case_of(self) -> dict[str, Case]:
        every = self.cases if self.companion is None else (*self.cases, self.companion)
        return {case.name: case for case in every}

    @cached_property
    def companion(self) -> Case | None:
        """Return the first case with everybody made to come; None where distance keeps nobody away.

        It is no case of the question, but what a verdict "better" is confirmed by. None also where
        nothing that decides whom distance keeps away differs from the base.
        """
        decay = self.region_of(self.cases[0]).demand.distance_decay
        if decay is None or decay.everybody_comes or not self.of_other_reach:
            return None
        return replace(self.cases[0], name=EVERYBODY_COMES, everybody_comes=True)

    @cached_property
    def of_other_reach(self) -> frozenset[str]:
        """Return the organisations whose distances, or ways onward, may differ from the base's."""
        written = {name: each.model_dump(mode="json") for name, each in self.organisations.items()}
        return run_identity.of_other_reach(written, self.base)

    def region_of(self, case: Case) -> Region:
        """Return the region of a case, with its settings and additions.

        Args:
            case: The case.

        Raises:
            InputError: Its levels do not fit together.
        """
        if case.everybody_comes:
            region = self.region_of(replace(case, everybody_comes=False))
            assert region.demand.distance_decay is not None
            coming = region.demand.distance_decay.model_copy(update={"everybody_comes": True})
            demand = region.demand.model_copy(update={"distance_decay": coming})
            return region.model_copy(update={"demand": demand})
        if case.is_plain or self.worlds is None:
            return self.region
        return self.callers.region(self.worlds.region(case).value)

    def organisation_of(self, case: Case, name: str) -> Organisation:
        """Return an organisation of a case.

        Args:
            case: The case.
            name: The organisation.

        Raises:
            InputError: The case's levels do not fit.
        """
        if case.is_plain or self.worlds is None:
            return self.organisations[name]
        return self.worlds.organisation(case, name).value

    def digest(self, organisation: str, case: Case | None = None) -> str:
        """Return a digest of all that a run of this organisation depends on, but for its number.

        Args:
            organisation: The organisation.
            case: The case; None for the first.
        """
        key = (organisation, case)
        if key not in self._digests:
            self._digests[key] = self._digest(organisation, case or self.cases[0])
        return self._digests[key]

    @cached_property
    def _digests(self) -> dict[tuple[str, Case | None], str]:
        return {}

    def _digest(self, organisation: str, case: Case) -> str:
        written = self.organisations[organisation]
        if self.worlds is not None:
            added = additions_of_kind("organisation", case.additions)
            written = self.worlds.organisations[organisation, added].value
        return run_identity.digest({**self._world(case), "organisation": self._dumped(written)})

    def world_digest(self, case: Case) -> str:
        """Return a digest of all in a case that is the same for every organisation.

        Runs of the same world meet the same patients, whoever has drawn them and when.
        """
        if case not in self._world_digests:
            parts = {**self._world(case), "additions": case.additions}
            self._world_digests[case] = run_identity.digest(parts)
        return self._world_digests[case]

    @cached_property
    def _world_digests(self) -> dict[Case, str]:
        return {}

    def know_worlds(self) -> None:
        """Work out the digest of every world, so that processes it is sent to need not."""
        for case in self._case_of.values():
            self.world_digest(case)

    def _world(self, case: Case) -> WorldInputs:
        region = self.region
        if self.worlds is not None:
            region = self.worlds.regions[additions_of_kind("region", case.additions)].value
        parts = WorldInputs(
            model=MODEL_VERSION,
            region=self._dumped(region),
            weeks=self.weeks,
            warmup_days=self.warmup_days,
            seed=self.seed,
        )
        if "log" in (of_log := self.callers.inputs()):
            parts["log"] = of_log["log"]
        if case.settings:
            parts["settings"] = case.settings
        if case.everybody_comes:
            parts["everybody_comes"] = True
        return parts

    def _dumped(self, value: Region | Organisation) -> str:
        """Return a digest of a config; each is written out once, however many runs there are."""
        known = self._dumps.get(id(value))
        if known is None or known[0] is not value:  # a number is another's after a process's border
            written = value.model_dump(mode="json", by_alias=True)
            known = self._dumps[id(value)] = (value, run_identity.digest({"value": written}))
        return known[1]

    @cached_property
    def _dumps(self) -> dict[int, tuple[Region | Organisation, str]]:
        return {}


RUN_INDICATORS = (
    "answered_116117_within_120_s",
    "answered_113_within_10_s",
    "ambulance_within_12_min",
    "ambulance_within_25_min",
    "travel_to_care_min",
    "ring_to_doctor_min",
    "hours_without_ambulance",
    "unmet_need_a_week",
)
"""What a run without an experiment file is judged by."""


LoadedTogether = tuple[Loaded[Region], list[Loaded[Organisation]]]
"""A region and its organisations, loaded and checked, the base first."""


def study_of_experiment(
    name: str,
    outcomes: str | None = None,
    seed: int | None = None,
    known: LoadedTogether | None = None,
) -> Study:
    """Return the study of an experiment file.

    Args:
        name: Shipped name or path.
        outcomes: Name or path of health outcomes, in place of the experiment's own; None for these.
        seed: The seed, also of the points that a design spreads; None for the experiment's own.
        known: Region and organisations that it names, where they are loaded; None to read them.

    Raises:
        InputError: With what is wrong in it and in every file that it names.
    """
    loaded = load_experiment_with_references(name)
    asked_for = {"outcomes": outcomes, "seed": seed}
    asked_for = {key: value for key, value in asked_for.items() if value is not None}
    loaded = replace(loaded, value=loaded.value.model_copy(update=asked_for))
    experiment, names = loaded.value, reference_keys(loaded.tree)
    beside = shipped.find_config("experiment", name).parent
    problems = [*unknown_indicators(loaded.tree, loaded.problem, outcomes)]
    experiment_targets: tuple[IndicatorTarget, ...] = ()
    with collect_problems(problems), locate_problems(loaded.problem, names, "targets"):
        experiment_targets = tuple(
            load_known_targets(experiment.targets, beside).value.targets.values()
        )
    with collect_problems(problems), locate_problems(loaded.problem, names, "margins_from"):
        margins = load_all_margins(experiment.margins_from, experiment.margins, beside)
    with collect_problems(problems), locate_problems(loaded.problem, names, "organisations"):
        region, organisations = known or load_together(
            experiment.organisations,
            experiment.region,
            beside=beside,
            outcomes=experiment.outcomes,
        )
        if experiment.log is not None:
            with collect_problems(problems), locate_problems(loaded.problem, {}, "log"):
                from akuttsim.experiments.logged_patients import logged_patients_of_experiment

                logged = logged_patients_of_experiment(experiment.log, region.value, beside)
        base = ExperimentBase(loaded, region, organisations, beside)
        dimensions = experiment_dimensions(base)
        worlds = load_worlds(base, dimensions)
        check_levels(base, worlds, dimensions)
        chosen = design_cases(dimensions, experiment.design, experiment.seed)
        world = JudgedWorld(
            region.value,
            [each.value for each in organisations],
            [case.name for case in chosen],
            frozenset(target.indicator for target in experiment_targets),
        )
        problems += judged_problems(experiment, loaded.problem, world)
    if problems:
        raise InputError(problems)
    study = Study(
        name=experiment.experiment,
        question=experiment.question,
        hypothesis=experiment.hypothesis,
        region=region.value,
        organisations={
            organisation.value.organisation: organisation.value for organisation in organisations
        },
        changes={
            organisation.value.organisation: organisation.changes for organisation in organisations
        },
        weeks=USUAL_WEEKS if experiment.weeks is None else experiment.weeks,
        warmup_days=USUAL_WARMUP_DAYS if experiment.warmup_days is None else experiment.warmup_days,
        replications=experiment.replications,
        seed=experiment.seed,
        targets=experiment_targets,
        main_indicators=tuple(dict.fromkeys(each.indicator for each in experiment.main_indicators)),
        margins=margins.region,
        margins_place=margins.place,
        main_judged=experiment.main_indicators,
        claims=experiment.hypothesis.claims,
        until=experiment.until,
        best=experiment.best,
        design=experiment.design,
        dimensions=tuple(dimensions),
        cases=chosen,
        worlds=worlds if dimensions else None,
    )
    return study if experiment.log is None else with_logged_calls(study, logged)


def with_logged_calls(study: Study, callers: LoggedPatients) -> Study:
    """Return a study whose organisations meet the calls of a log, on the days of the log.

    With the calls of the days that the base's roster, or else the region, was fitted to.
    """
    base = study.organisations[study.base]
    callers = callers.beside_fitted_days(base.fitted_to or study.region.fitted_to)
    return replace(
        study,
        callers=callers,
        region=callers.region(study.region),
        weeks=callers.weeks,
        warmup_days=callers.warmup_days,
    )


def fitted_days_study(study: Study) -> Study | None:
    """Return the base alone on the days of a log that it was fitted to.

    None where nothing was fitted, or these days were not handed in or are those looked at.
    """
    fitted = getattr(study.callers, "fitted", None)
    if fitted is None:
        return None
    alone = replace(
        study,
        name=f"{study.name}-fitted-days",
        organisations={study.base: study.organisations[study.base]},
        changes={study.base: study.changes[study.base]},
        until=None,
        best=None,
        claims=(),
        design=Design(),
        dimensions=(),
        cases=(Case(),),
        worlds=None,
    )
    return with_logged_calls(alone, fitted)


def study_of_run(
    organisations: Sequence[str],
    region: str | None,
    sets: Sequence[str],
    length: tuple[int, int, int],
    outcomes: str | None = None,
) -> Study:
    """Return the study of some organisations without an experiment file.

    Args:
        organisations: Shipped names or paths, the base first.
        region: Name or path of the region; None for the first organisation's own.
        sets: Settings, each as KEY=VALUE.
        length: Weeks, replications and seed.
        outcomes: Name or path of health outcomes; None for none.

    Raises:
        InputError: With what is wrong in the files and settings.
    """
    return study_of_loaded(*load_set(organisations, region, sets, outcomes), length)


def study_of_loaded(
    home: Loaded[Region], loaded: Sequence[Loaded[Organisation]], length: tuple[int, int, int]
) -> Study:
    """Return the study of some loaded organisations without an experiment file.

    Args:
        home: Their region.
        loaded: The organisations, the base first.
        length: Weeks, replications and seed.
    """
    weeks, replications, seed = length
    margins = load_all_margins(STANDARD_MARGINS)
    return Study(
        name=loaded[0].value.organisation,
        question=None,
        hypothesis=None,
        region=home.value,
        organisations={each.value.organisation: each.value for each in loaded},
        changes={each.value.organisation: each.changes for each in loaded},
        weeks=weeks,
        warmup_days=USUAL_WARMUP_DAYS,
        replications=replications,
        seed=seed,
        targets=tuple(load_targets(USUAL_TARGETS).value.targets.values()),
        main_indicators=RUN_INDICATORS,
        margins=margins.region,
        margins_place=margins.place,
    )


MAIN_INDICATORS_OF_LOG = ("hung_up_116117", "answer_time_116117_median_s")
"""What a replay is judged by beside what a run is."""


def study_of_log(
    organisations: Sequence[str],
    region: str | None,
    sets: Sequence[str],
    length: tuple[int, int],
) -> Study:
    """Return the study of some organisations that will meet the calls of a log.

    Args:
        organisations: Shipped names or paths, the base first.
        region: Name or path of the region; None for the first organisation's own.
        sets: Settings, each as KEY=VALUE.
        length: Replications and seed.

    Raises:
        InputError: With what is wrong in the files and settings.
    """
    weeks = 1  # until the days of the log are known
    study = study_of_run(organisations, region, sets, (weeks, *length))
    judged_by = (*study.main_indicators, *MAIN_INDICATORS_OF_LOG)
    return replace(study, name=f"replay-{study.base}", main_indicators=judged_by)
