"""Experiment: a question, the organisations it compares, what else varies, how often to run.

Beside it what results are held to: targets, published figures, and a calibration, which names the
assumptions that are moved and the published figures that they are held to.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.values import (
    KEYS_OF,
    NAME_OF,
    Bilingual,
    DivisionName,
    Grade,
    IndicatorName,
    Model,
    RegionName,
    Shorthand,
    Slug,
    Sourced,
    Text,
    one_or_several,
    same_in_both_languages,
)
from akuttsim.texts import message

Level = bool | int | float | str
"""One value of a factor, as written; what a key takes."""


OrganisationName = Annotated[str, Field(json_schema_extra={NAME_OF: "organisation"})]
TargetsName = Annotated[str, Field(json_schema_extra={NAME_OF: "targets"})]
MarginsName = Annotated[str, Field(json_schema_extra={NAME_OF: "margins"})]
OutcomesName = Annotated[str, Field(json_schema_extra={NAME_OF: "outcomes"})]
LogFormatName = Annotated[str, Field(json_schema_extra={NAME_OF: "log format"})]
"""Names of shipped files, or paths to one's own."""


class IndicatorTarget(Model):
    """A goal for one indicator: what law or policy asks, and where it says so.

    Attributes:
        indicator: The indicator.
        at_least: The goal, where more is good, in the indicator's unit; a share is of 1.
        at_most: The goal, where less is good. Exactly one of the two is given.
        title: The goal in words.
        source: Where it is said.

    Raises:
        ValueError: Both or neither of the two are given.
    """

    indicator: IndicatorName
    at_least: float | None = None
    at_most: float | None = None
    title: Bilingual
    source: str = Field(min_length=3)

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(message("configs.experiment.target"))
        return self

    @property
    def value(self) -> float:
        """Return the goal's number, in the unit of the indicator."""
        number = self.at_least if self.at_least is not None else self.at_most
        assert number is not None
        return number

    @property
    def side(self) -> Literal["at_least", "at_most"]:
        """Tell which side of the number is good."""
        return "at_least" if self.at_least is not None else "at_most"


class IndicatorTargets(Model):
    """The goals that results are held against.

    Attributes:
        targets: Goals by name, in the order in which they are shown.
    """

    targets: dict[Slug, IndicatorTarget]


class IndicatorMargin(Model):
    """The smallest difference of an indicator that matters, in its own unit.

    Attributes:
        margin: For the whole region.
        margin_place: For a municipality, an hour or any other group.
        unit: The unit of both, as the indicator has it; a share is of 1.
        grade: How well it is known; a choice is C.
        reason: Which of the file's reasons is its own.
    """

    margin: float = Field(gt=0)
    margin_place: float = Field(gt=0)
    unit: str
    grade: Grade
    reason: Slug


class IndicatorMargins(Model):
    """The smallest differences that matter, and why they are what they are.

    Attributes:
        reasons: Reasons in words, by name.
        margins: Margins by indicator.

    Raises:
        ValueError: A margin names a reason that is not there.
    """

    reasons: dict[Slug, Bilingual]
    margins: dict[str, IndicatorMargin] = Field(
        min_length=1, json_schema_extra={KEYS_OF: "indicator"}
    )

    @model_validator(mode="after")
    def _has_every_reason(self) -> Self:
        lacking = {each.reason for each in self.margins.values()} - set(self.reasons)
        if lacking:
            raise ValueError(
                message("configs.experiment.reason", reason=", ".join(sorted(lacking)))
            )
        return self


STANDARD_MARGINS = "standard"
"""The shipped file of margins, which holds where no other is named."""


class OwnMargin(Model):
    """A margin that an experiment sets itself, in the indicator's unit.

    A single number in the file stands for both.

    Attributes:
        region: For the whole region.
        place: For a municipality, an hour or any other group.
    """

    region: float = Field(gt=0)
    place: float = Field(gt=0)


def _margin_for_both(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"region": value, "place": value} if is_number else value


OwnMargins = Annotated[
    dict[str, Annotated[OwnMargin, Shorthand(_margin_for_both, float)]],
    Field(json_schema_extra={KEYS_OF: "indicator"}),
]
"""Margins of an experiment's own, by indicator."""


def _hour_as_text(value: object) -> object:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:02d}" if is_whole else value


class JudgedIndicator(Model):
    """What a question is judged by: an indicator, of the whole region or of one group.

    Attributes:
        indicator: The indicator.
        group_by: What its rows are divided by, such as `municipality` or `time_of_day`.
        group: The group that is judged, such as `lierne` or `night`.
    """

    indicator: IndicatorName
    group_by: DivisionName = "all"
    group: Annotated[str, Shorthand(_hour_as_text, int)] = "all"

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.group_by == "all") != (self.group == "all"):
            raise ValueError(message("configs.experiment.group"))
        return self


def _indicator_alone(value: object) -> object:
    return {"indicator": value} if isinstance(value, str) else value


JudgedIndicatorOrName = Annotated[JudgedIndicator, Shorthand(_indicator_alone, IndicatorName)]
"""An indicator that a question is judged by; its name alone is that of the whole region."""

SAME_IN_EVERY_CASE: Literal["same in every case"] = "same in every case"
"""What a claim expects of a verdict that no case turns."""

Expectation = Literal[
    "better", "worse", "no difference", "higher", "lower", "met", "not met", "same in every case"
]
"""What a claim expects: of a difference from the base, (met, not met) of a level, or of the
verdicts of all cases."""

ALL_OTHERS = "all others"
"""In a claim, every organisation but the base."""


class HypothesisClaim(JudgedIndicator):
    """One clause of a hypothesis that results can be held against.

    Attributes:
        nb: The clause in Norwegian, few words.
        en: The same in English.
        organisation: Whom it is about: an organisation, or `all others` than the base.
        expect: What is expected of the difference from the base; `met` and `not met` are of the
            organisation's own level and the indicator's target.
        than: Another organisation that it is held against in place of the base.
        case: A case whose effect it is: the organisation there against itself in the first case.
            With it `all others` are all organisations, the base too.
    """

    nb: str = Field(min_length=3)
    en: str = Field(min_length=3)
    organisation: str = ALL_OTHERS
    expect: Expectation
    than: str | None = None
    case: str | None = None


class Hypothesis(Text):
    """What an author expects, in both languages, and the claims by which it is judged.

    Attributes:
        claims: Clauses that results can be held against; none are needed.
    """

    claims: tuple[HypothesisClaim, ...] = Field(default=(), strict=False)


class DesignFactor(Model):
    """Something that varies beside the organisation; each of its levels is met by all of them.

    Exactly one of `key`, `additions` and `grade` is given.

    Attributes:
        title: What people call it.
        key: A dotted key of the region or of the organisations.
        values: Values to try for the key, as written in a config.
        range: Low and high end to spread a design over, in the unit of the key.
        additions: Variants of the region or of an organisation whose changes are laid over it,
            `none` for without.
        grade: One or several grades: every value of such a grade that has a range is then a factor
            of its own.
        of: Whose values of the grade.
        below: Only values whose dotted keys begin so.

    Raises:
        ValueError: Not exactly one kind; a key with neither or both of values and range; a range
            whose ends are not in order; the same level twice.
    """

    title: Bilingual | None = None
    key: str | None = None
    values: tuple[Level, ...] | None = Field(default=None, strict=False, min_length=2)
    range: tuple[float, float] | None = Field(default=None, strict=False)
    additions: tuple[str, ...] | None = Field(default=None, strict=False, min_length=2)
    grade: Annotated[tuple[Grade, ...] | None, Shorthand(one_or_several, Grade)] = Field(
        default=None, strict=False, min_length=1
    )
    of: Literal["region", "organisations", "all"] = "all"
    below: tuple[str, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [name for name in ("key", "additions", "grade") if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError(message("configs.experiment.factor"))
        if (self.key is None) != (self.values is None and self.range is None):
            raise ValueError(message("configs.experiment.factor_values"))
        if self.values is not None and self.range is not None:
            raise ValueError(message("configs.experiment.values_or_range"))
        if self.range is not None and self.range[0] >= self.range[1]:
            raise ValueError(message("configs.range.low_below_high"))
        if len(set(map(str, self.values or self.additions or ()))) != len(
            self.values or self.additions or ()
        ):
            raise ValueError(message("configs.experiment.same_level"))
        return self

    @property
    def is_spread(self) -> bool:
        """Tell whether the factor has a range rather than levels, so that a grid cannot have it."""
        return self.range is not None or self.grade is not None


DesignKind = Literal["grid", "one-at-a-time", "latin-hypercube", "sobol", "morris", "sobol-indices"]


class Design(Model):
    """Which combinations of the factors' levels are run.

    Attributes:
        kind: `grid` is every combination of levels; `one-at-a-time` the first level of all, then
            each other level (of a range: both ends) alone. `latin-hypercube` and `sobol` spread
            points evenly over the ranges. `morris` (elementary effects) and `sobol-indices` (shares
            of variance) tell which factors matter.
        points: Number of points, of trajectories (`morris`), or of base samples (`sobol-indices`, a
            power of two); None for the first two kinds.

    Raises:
        ValueError: A kind that needs points has none, or the other way round.
    """

    kind: DesignKind = "grid"
    points: int | None = Field(default=None, ge=2, le=100_000)

    @model_validator(mode="after")
    def _points(self) -> Self:
        if (self.points is None) != (self.kind in ("grid", "one-at-a-time")):
            raise ValueError(message("configs.experiment.points"))
        return self


def _design_of_kind(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class PrecisionGoal(Model):
    """Replications go on until an interval is narrow enough, or there are enough of them.

    With several organisations the interval is that of each paired difference from the first; with
    one, that of its own value.

    Attributes:
        indicator: The indicator whose interval it is.
        half_width: Half the width of the 95 % interval, in the unit of the indicator.
        max: The most replications.
    """

    indicator: IndicatorName
    half_width: float = Field(gt=0)
    max: int = Field(ge=2, le=100_000)


class BestSelection(Model):
    """Replications are spent on the organisations that may still be the best by one indicator.

    Attributes:
        indicator: The indicator by which they are ranked.
        margin: A difference below this does not matter, in the unit of the indicator.
        confidence: The probability with which the one that is left is the best, or within the
            margin of it, unless the most replications come first.
        max: The most replications of any organisation.
    """

    indicator: IndicatorName
    margin: float = Field(gt=0)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    max: int = Field(ge=2, le=100_000)


class LogOfExperiment(Model):
    """A real call log whose calls are met in place of drawn patients, and which of its days.

    Attributes:
        file: The log, beside the experiment.
        format: The file that says how it is written.
        first: First day that is met; None for the log's first.
        last: Last day, likewise.
        added: Sections of the region's demand whose people are drawn on top, since no log of calls
            has them.
    """

    file: str
    format: LogFormatName
    first: date | None = Field(default=None, strict=False)
    last: date | None = Field(default=None, strict=False)
    added: tuple[AddedToLog, ...] = Field(default=(), strict=False)


AddedToLog = Literal["planned_transports", "safety_alarms"]


USUAL_WEEKS, USUAL_WARMUP_DAYS, USUAL_REPLICATIONS = 4, 2, 6
"""Length and runs of an experiment, or of organisations without one, that says nothing else."""

USUAL_TARGETS = "norway"
"""The file of targets that is used where none is named."""


class Experiment(Model):
    """A question put to several organisations of one region with the same patients.

    Attributes:
        experiment: Its name.
        question: What is asked, in both languages.
        hypothesis: What the author expects.
        region: The region; None for that of the first organisation.
        organisations: The organisations; the first is the base that others are compared with.
        factors: What else varies, by name.
        design: Which combinations of that are run.
        log: A real call log in place of drawn patients, whose days say how long a run is.
        weeks: Weeks that are measured; None for 4. Not with a log.
        warmup_days: Days before them, which fill queues and are not measured; None for 2. Not with
            a log.
        replications: Runs of each organisation in each case, or the first of them with `until` or
            `best`.
        until: Replications until an interval is narrow enough.
        best: Replications until the best is known.
        seed: The seed of all random numbers; the same seed gives the same bytes.
        main_indicators: What the question is judged by, the most important first.
        margins_from: The file of margins.
        margins: Margins in place of some of the file's.
        targets: The file of targets.
        outcomes: The file of health outcomes, such as `health`; None for none of them.

    Raises:
        ValueError: A length beside a log; both `until` and `best`, or one of them
            with a design that is no grid; fewer replications at most than at first; a search for
            the best with factors or a single organisation; a design without factors; a range in a
            grid.
    """

    experiment: Slug
    question: Bilingual
    hypothesis: Annotated[Hypothesis, Shorthand(same_in_both_languages, str)]
    region: RegionName | None = None
    organisations: tuple[OrganisationName, ...] = Field(strict=False, min_length=1)
    factors: dict[Slug, DesignFactor] = Field(default_factory=dict)
    design: Annotated[Design, Shorthand(_design_of_kind, DesignKind)] = Design()
    log: LogOfExperiment | None = None
    weeks: int | None = Field(default=None, ge=1, le=520)
    warmup_days: int | None = Field(default=None, ge=0, le=60)
    replications: int = Field(default=USUAL_REPLICATIONS, ge=2, le=100_000)
    until: PrecisionGoal | None = None
    best: BestSelection | None = None
    seed: int = Field(default=1, ge=0)
    main_indicators: tuple[JudgedIndicatorOrName, ...] = Field(strict=False, min_length=1)
    margins_from: MarginsName = STANDARD_MARGINS
    margins: OwnMargins = Field(default_factory=dict)
    targets: TargetsName = USUAL_TARGETS
    outcomes: OutcomesName | None = None

    @model_validator(mode="after")
    def _length_is_that_of_the_log(self) -> Self:
        lengths = [self.weeks is not None, self.warmup_days is not None]
        if self.log is not None and any(lengths):
            raise ValueError(message("configs.experiment.length_of_log"))
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.until is not None and self.best is not None:
            raise ValueError(message("configs.experiment.until_or_best"))
        if (self.until or self.best) and self.design.kind != "grid":
            raise ValueError(message("configs.experiment.until_with_levels"))
        limit = self.until or self.best
        if limit is not None and limit.max < self.replications:
            raise ValueError(message("configs.experiment.max"))
        if self.best is not None and (self.factors or len(self.organisations) < 2):
            raise ValueError(message("configs.experiment.best"))
        if self.design.kind != "grid" and not self.factors:
            raise ValueError(message("configs.experiment.design"))
        spread = [name for name, factor in self.factors.items() if factor.is_spread]
        if spread and self.design.kind == "grid":
            raise ValueError(
                message("configs.experiment.range_without_design", spread=", ".join(spread))
            )
        return self


NORMAL_95 = 1.96
"""Standard errors on either side that hold 95 % of what chance does."""


class UnknownParameter(Model):
    """An assumption of the region or of the organisation that is moved within its range.

    Attributes:
        key: The dotted key of a value of grade C.
        range: A narrower range than its own, in the same unit; None for its own.

    Raises:
        ValueError: The low end is not below the high one.
    """

    key: str
    range: tuple[float, float] | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.range is not None and self.range[0] >= self.range[1]:
            raise ValueError(message("configs.range.low_below_high"))
        return self


class CalibrationAim(Sourced):
    """A published figure, in the unit of the indicator that is its counterpart.

    Attributes:
        title: The figure in words.
        indicator: The indicator.
        group_by: What its rows are divided by; `all` for the whole region.
        group: The group of these rows.
        value: The figure.
        tolerance: How far from it still meets it, on either side.
        standard_error: Of a figure with one, in place of a tolerance: met within its 95 % interval.
        held_back: Compared and never fitted, so that a fit is tried on something that it has not
            seen.

    Raises:
        ValueError: Both or neither of tolerance and standard error.
    """

    title: Bilingual | None = None
    indicator: IndicatorName
    group_by: DivisionName = "all"
    group: str = "all"
    value: float
    tolerance: float | None = Field(default=None, gt=0)
    standard_error: float | None = Field(default=None, gt=0)
    held_back: bool = False

    @model_validator(mode="after")
    def _one_width(self) -> Self:
        if (self.tolerance is None) == (self.standard_error is None):
            raise ValueError(message("configs.targets.tolerance_or_error"))
        return self

    @property
    def width(self) -> float:
        """Return how far from the figure still meets it, in the unit of the indicator."""
        if self.tolerance is not None:
            return self.tolerance
        assert self.standard_error is not None
        return NORMAL_95 * self.standard_error


class Calibration(Model):
    """What is fitted to what, how long each trial is, and which organisations are judged after.

    Attributes:
        calibration: Its name.
        unknowns: The assumptions that are moved, by name.
        targets: The published figures that they are held to, by name.
        compare: Organisations that are compared with the fitted values, to see whether verdicts
            hold.
        judged_by: The indicators that these are judged by.
        margins_from: The file of margins.
        margins: Margins in place of some of the file's.
        weeks: Weeks that are measured in a trial.
        warmup_days: Days before them.
        replications: Runs of a trial.
        seed: The seed; every trial meets the same luck.
        most_trials: How many trials there may be, at least four for each unknown and two.

    Raises:
        ValueError: All figures are held back; organisations to compare and nothing to judge them
            by; too few trials; two unknowns of the same key.
    """

    calibration: Slug
    unknowns: dict[Slug, UnknownParameter] = Field(min_length=1, max_length=12)
    targets: dict[Slug, CalibrationAim] = Field(min_length=1, max_length=60)
    compare: tuple[OrganisationName, ...] = Field(default=(), strict=False)
    judged_by: tuple[IndicatorName, ...] = Field(default=(), strict=False)
    margins_from: MarginsName = STANDARD_MARGINS
    margins: OwnMargins = Field(default_factory=dict)
    weeks: int = Field(ge=1, le=520)
    warmup_days: int = Field(default=2, ge=0, le=60)
    replications: int = Field(ge=2, le=1000)
    seed: int = Field(ge=0)
    most_trials: int = Field(default=60, ge=5, le=10_000)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if all(target.held_back for target in self.targets.values()):
            raise ValueError(message("configs.calibration.all_held_back"))
        if self.compare and not self.judged_by:
            raise ValueError(message("configs.calibration.judged_by"))
        least = 4 * len(self.unknowns) + 2
        if self.most_trials < least:
            raise ValueError(message("configs.calibration.most_trials", least=least))
        keys = [unknown.key for unknown in self.unknowns.values()]
        if len(set(keys)) < len(keys):
            raise ValueError(message("configs.calibration.same_key"))
        return self


class PublishedFigure(Sourced):
    """One published figure, and the indicator that is its counterpart.

    Attributes:
        title: What it is.
        indicator: The indicator.
        group_by: What its rows are divided by; `all` for the whole region.
        group: The group of these rows.
        times: An indicator's mean times so much has the figure's unit.
        decimals: Decimals with which it is shown.
        published: The figure as published, with its year.
        in_the_model: Whether it is an input (put in), what an assumption was set after (fitted), or
            neither (found).
        accepted: Lowest and highest value, in the figure's unit, that counts as met; None where
            nothing was published that the model's value can be held against like for like.
        explained: Why the model lies outside what is accepted, where that is known; or why nothing
            is accepted.
        explained_when: The side of what is accepted on which `explained` holds; None for either.

    Raises:
        ValueError: What is accepted has its low end above its high end.
    """

    title: Bilingual
    indicator: IndicatorName
    group_by: DivisionName = "all"
    group: str = "all"
    times: float = Field(default=1.0, gt=0)
    decimals: int = Field(default=0, ge=0, le=3)
    published: Bilingual
    in_the_model: Literal["put in", "fitted", "found"]
    accepted: tuple[float, float] | None = Field(default=None, strict=False)
    explained: Bilingual | None = None
    explained_when: Literal["above", "below"] | None = None

    @model_validator(mode="after")
    def _low_accepted_not_above_high(self) -> Self:
        if self.accepted is not None and self.accepted[0] > self.accepted[1]:
            raise ValueError(message("configs.published.low_not_above_high"))
        return self


class PublishedFigures(Model):
    """Published figures.

    Attributes:
        figures: Figures by name, in the order in which they are shown.
    """

    figures: dict[Slug, PublishedFigure]


class MappedFigure(Model):
    """One cell of a table as its publisher exports it.

    Attributes:
        title: The figure in words.
        where: The row that has these words, by column.
        column: The column of the figure.
        times: The figure times so much has the indicator's unit.
        indicator: The indicator that is its counterpart.
        group_by: What its rows are divided by.
        group: The group of these rows.
        tolerance: How far from the figure still meets it, in the indicator's unit.
        counted: Of a share, the column with how many cases it is of, from which its width follows.
        held_back: Compared and never fitted.

    Raises:
        ValueError: Both or neither of `tolerance` and `counted`.
    """

    title: Bilingual | None = None
    where: dict[str, str] = Field(min_length=1)
    column: str
    times: float = Field(default=1.0, gt=0)
    indicator: IndicatorName
    group_by: DivisionName = "all"
    group: str = "all"
    tolerance: float | None = Field(default=None, gt=0)
    counted: str | None = None
    held_back: bool = False

    @model_validator(mode="after")
    def _one_width(self) -> Self:
        if (self.tolerance is None) == (self.counted is None):
            raise ValueError(message("configs.targets.tolerance_or_counted"))
        return self


class FigureMapping(Model):
    """A table as a publisher exports it, and the figures that are taken from it.

    Attributes:
        mapping: Its name.
        source: Who publishes it and where.
        encoding: How its text is written; None to find out.
        figures: Figures by name.
    """

    mapping: Slug
    source: str = Field(min_length=3)
    encoding: str | None = None
    figures: dict[Slug, MappedFigure] = Field(min_length=1)

    def columns(self) -> set[str]:
        """Return the names of all columns that are read, so that a missing one is told at once."""
        names: set[str] = set()
        for figure in self.figures.values():
            names |= {*figure.where, figure.column} | (
                {figure.counted} if figure.counted else set()
            )
        return names
