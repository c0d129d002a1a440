"""The manifest of a results folder: what made the results, with every assumption and its grade.

It is the interface between the experiment that writes results and the report, the comparison and
the reader's own programs, which read them. In the folder it is `manifest.json`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Self, TypedDict, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from akuttsim.config.schema.experiment import (
    BestSelection,
    Design,
    HypothesisClaim,
    IndicatorTarget,
    JudgedIndicator,
    Level,
    PrecisionGoal,
)
from akuttsim.errors import InputError, Problem
from akuttsim.records import JsonObject
from akuttsim.statistics.verdicts import Direction
from akuttsim.texts import message

FileStem = Annotated[str, StringConstraints(pattern=r"^[^/\\]+$")]
"""A name that files in the results folder have: from a stranger's manifest none leads out of it."""

MANIFEST = "manifest.json"

ResolvedConfig = JsonObject
"""A region or organisation as it was simulated, with what it inherits: keys as in its YAML.

It stays plain, so that the report still reads the results of an older version, whose configs may
lack what today's schema asks for.
"""

WrittenText = str | dict[str, str]
"""A text of a config: one for both languages, or one under each of `nb` and `en`."""


class ManifestPart(BaseModel):
    """Base of the manifest and its parts: frozen; keys of a newer version are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)

    def changed(self, **entries: object) -> Self:
        """Return the same with other entries, each checked. Raises ValidationError."""
        every = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate({**every, **entries})


class ChangeEntry(ManifestPart):
    """A named change that makes a variant of an organisation.

    Attributes:
        name: What the variant calls it.
        why: The reason for it.
    """

    name: str
    why: WrittenText


class DimensionEntry(ManifestPart):
    """Something that varies beside the organisation: a factor, or one value of a grade.

    Attributes:
        name: The factor, or the dotted key of the value.
        title: What the experiment calls it.
        key: The dotted key that it sets; None where its levels are names of additions.
        levels: The levels tried, in order; empty for a range.
        range: The ends of a range that points are spread over; None where there are levels.
        now: The value as written, where a sourced value walks its own range.
        grade: Grade of that value.
        source: Source of that value.
        level_titles: What additions that are its levels are called, by level.
    """

    name: str
    title: WrittenText | None = None
    key: str | None = None
    levels: list[Level] = []
    range: list[int | float] | None = None
    now: int | float | None = None
    grade: str | None = None
    source: str | None = None
    level_titles: dict[str, WrittenText] = {}


class AssumptionEntry(ManifestPart):
    """A sourced input value.

    Attributes:
        of: "region", or the organisation that has it; of several the first.
        key: Dotted key within that.
        value: The value as text; of a distribution its parts.
        source: Where it comes from.
        grade: How sure it is: A, A*, D, B, or C for an assumption.
        range: Lowest and highest plausible value; always there for grade C but of tables.
        rows: How many rows of a table have this source and grade; 0 for a single value.
    """

    of: str
    key: str
    value: str
    source: str
    grade: str
    range: list[int | float] | None = None
    rows: int = Field(default=0, exclude_if=lambda rows: not rows)


class LogInputs(TypedDict, total=False):
    """What runs depend on where their calls are a log's.

    Attributes:
        log: Digest of the calls, of the days that are looked at and of what is drawn on top.
    """

    log: str


class FittedEntry(ManifestPart):
    """The days of a log that region or roster were fitted to.

    Attributes:
        log: Name of the log's file.
        first: The first of the days, ISO 8601.
        last: The last of them.
    """

    log: str
    first: str
    last: str


class LogEntry(ManifestPart):
    """The real call log whose calls all organisations met.

    Attributes:
        file: Name of the log's file.
        format: Name of the format by which it was read.
        first: First day that is looked at, ISO 8601.
        last: Last day that is looked at, ISO 8601.
        calls: Calls of those days.
        columns: Columns that the log has.
        known: Of how many calls each of place, urgency, talk, answer, number ... was understood.
        added: Sections of the region's demand whose people were drawn on top.
        fitted_to: The days that region or roster were fitted to; None where nothing says so.
        findings: What looked odd in the log: kind, count, first line and details.
    """

    file: str
    format: str = ""
    first: str
    last: str
    calls: int
    columns: list[str] = []
    known: dict[str, int] = {}
    added: list[str] = []
    fitted_to: FittedEntry | None = None
    findings: list[JsonObject] = []


class RankedOrganisation(ManifestPart):
    """How an organisation came out of a search for the best.

    Attributes:
        organisation: Its name.
        mean: Mean of the indicator over its own replications, in the indicator's unit.
        replications: How many it got.
        let_go_after: Replications after which it was let go; 0 for never.
        is_among_best: Whether it cannot be told from the best.
    """

    organisation: str
    mean: float
    replications: int
    let_go_after: int
    is_among_best: bool


class FailedRun(ManifestPart):
    """A run that failed twice and is left out.

    Attributes:
        case: The design point.
        organisation: The organisation.
        replication: Number of the replication, from 0.
        why: Last line of the reason; only in the manifest of a study that is not finished.
    """

    case: str
    organisation: str
    replication: int
    why: str | None = Field(default=None, exclude_if=lambda why: why is None)


class CompanionRuns(ManifestPart):
    """The runs with everybody made to come, by which a verdict "better" is confirmed.

    Attributes:
        runs: Replications of each organisation.
        digests: Digest of the inputs of each organisation's runs.
        seconds: What these runs took.
    """

    runs: dict[str, int]
    digests: dict[str, str]
    seconds: float = 0.0


class SimultaneousComparisons(ManifestPart):
    """How far intervals were widened, so that all differences from the base hold at once.

    Attributes:
        comparisons: Organisations that are compared with the base.
        confidence: Level of each one's interval, from 0 to 1.
    """

    comparisons: int
    confidence: float


class RunTimes(ManifestPart):
    """When the runs began and ended, ISO 8601 in UTC."""

    began: str
    ended: str


class MachineEntry(ManifestPart):
    """The machine that concluded the study.

    Attributes:
        system: Operating system.
        processor: Kind of processor.
        cores: Cores that it has; None where the system does not say.
    """

    system: str
    processor: str
    cores: int | None = None


class InterruptedStudy(ManifestPart):
    """How far a study is that is not finished.

    Attributes:
        done: Runs that are finished.
        planned: Runs that there are to be at least.
        failed: Runs that failed twice.
        without: Titles of organisations that have no run yet.
        damaged: Runs that are not as they were written, and are left out, as case, organisation
            and replication.
    """

    done: int
    planned: int
    failed: int
    without: list[WrittenText]
    damaged: list[str] = Field(default=[], exclude_if=lambda runs: not runs)


class ComparedFolder(ManifestPart):
    """A results folder that a comparison took organisations from.

    Attributes:
        folder: Its path, as named.
        study: Name of its study.
        akuttsim: Version of the program that made it.
        versions: Versions of Python and of the packages that made it.
        times: When it was made.
        checksums: SHA-256 of its tables by name of file.
        organisations: Its name of each organisation, by the name in the comparison.
    """

    folder: str
    study: str
    akuttsim: str
    versions: dict[str, str]
    times: RunTimes
    checksums: dict[str, str]
    organisations: dict[str, str]


class Manifest(ManifestPart):
    """What a study is and what made its results: resolved configs, seed, versions, times.

    An entry that was never set is left out of the file; one that is None stands there as null.

    Attributes:
        akuttsim: Version of the program.
        model_version: Version of the model; results of different versions are not compared.
        study: Name of the experiment, of the organisation that was run, or "compare".
        question: What the experiment asks; None without an experiment file.
        hypothesis: What its author expects.
        base: The organisation that the others are compared with.
        weeks: Weeks that are measured in each run.
        warmup_days: Days before them that are not measured.
        replications: Replications at first; of a comparison the most that any organisation has.
        seed: Seed of all random numbers.
        main_indicators: Indicators that the study is judged by beside its targets.
        judged: What the question is judged by, in order: the targets' indicators, then the main
            ones, each of the whole region or of a group. Empty in results of an older version: ask
            `judged_by`.
        margins: By indicator, the smallest difference for the whole region that matters, in its
            unit.
        margins_place: The same for a municipality, an hour or any other group; empty in results of
            an older version, whose `margins` are for both.
        claims: The clauses of the hypothesis that are judged; how, stands in `claims.csv`.
        until: Replications went on until this precision.
        best: Replications went to those that may still be the best by this.
        design: Which combinations of levels were run.
        cases: Names of these combinations; the first is what the others are held against.
        dimensions: What varies beside the organisation.
        targets: Goals that results are held against.
        log: The real calls that were met; None where patients were drawn.
        region: The region as it was simulated.
        organisations: The organisations as they were simulated.
        changes: The named changes of each organisation.
        counts: How many there are of each kind of part, by organisation.
        differing_keys: Of each organisation but the base, the keys that differ from it: key, value
            of the base, its own value. Called `apart` in the file.
        change_sentences: What each organisation but the base changes of it, in plain sentences;
            empty in results of a version that did not tell it.
        staff_warnings: Of each organisation, who is on duty with nowhere to work.
        assumptions: Every sourced input value.
        definitions: What each indicator is.
        directions: Whether "higher" or "lower" values of each indicator are good, or "neither".
        versions: Versions of Python and of the packages that results depend on.
        times: When the runs began and ended.
        machine: The machine.
        digests: Of each organisation, a digest of all that its runs in the first case depend on.
        digests_by_case: The same by organisation and case.
        inputs: Of each organisation, one digest over all cases.
        worlds: Of each case, a digest of all that is the same for every organisation; None in
            results of a version that did not tell it.
        ranking: How organisations came out of a search for the best, best first.
        failed: Runs that are left out.
        everybody_comes: The runs with everybody made to come; None where there were none.
        simultaneous: How far intervals were widened; None for a single difference.
        runs: Replications of each organisation in the first case.
        compared: The folders that a comparison was made from.
        interrupted: How far a study is that is not finished; None where it is.
        checksums: SHA-256 of each table and of what the page draws, by name of file.
    """

    akuttsim: str
    model_version: int | str | None = None
    study: str
    question: WrittenText | None
    hypothesis: WrittenText | None
    base: str
    weeks: int
    warmup_days: int
    replications: int
    seed: int
    main_indicators: list[str]
    judged: list[JudgedIndicator] = []
    margins: dict[str, float] = {}
    margins_place: dict[str, float] = {}
    claims: list[HypothesisClaim] = []
    until: PrecisionGoal | None = None
    best: BestSelection | None = None
    design: Design = Design()
    cases: list[str]
    dimensions: list[DimensionEntry] = []
    targets: list[IndicatorTarget]
    log: LogEntry | None = None
    region: ResolvedConfig
    organisations: dict[FileStem, ResolvedConfig]
    changes: dict[str, list[ChangeEntry]]
    counts: dict[str, dict[str, int]] = {}
    differing_keys: dict[str, list[list[str]]] = Field(default={}, alias="apart")
    change_sentences: dict[str, list[WrittenText]] = {}
    staff_warnings: dict[str, list[WrittenText]] = {}
    assumptions: list[AssumptionEntry]
    definitions: dict[str, str]
    directions: dict[str, Direction] = {}
    versions: dict[str, str]
    times: RunTimes
    machine: MachineEntry | None = None
    digests: dict[str, str] = {}
    digests_by_case: dict[str, dict[str, str]] = {}
    inputs: dict[str, str] = {}
    worlds: dict[str, str] | None = None
    ranking: list[RankedOrganisation] = []
    failed: list[FailedRun] = []
    everybody_comes: CompanionRuns | None = None
    simultaneous: SimultaneousComparisons | None = None
    runs: dict[str, int] = {}
    compared: list[ComparedFolder] = []
    interrupted: InterruptedStudy | None = None
    checksums: dict[str, str] = {}

    @property
    def judged_by(self) -> tuple[JudgedIndicator, ...]:
        """Return what the question is judged by, also of results of an older version."""
        names = [*(target.indicator for target in self.targets), *self.main_indicators]
        older = (JudgedIndicator(indicator=name) for name in dict.fromkeys(names))
        return tuple(self.judged or older)

    def inputs_by_grade(self) -> Counter[str]:
        """Return how many input values there are of each grade; each row of a table is one."""
        counts: Counter[str] = Counter()
        for entry in self.assumptions:
            counts[entry.grade] += max(entry.rows, 1)
        return counts

    def as_json(self) -> JsonObject:
        """Return the entries that were set, in the order of the file."""
        return self.model_dump(mode="json", by_alias=True, include=self.model_fields_set)


class StudyInProgress(Manifest):
    """What is kept of a study from its first moment until its manifest is written.

    Attributes:
        levels: The level of each factor in each case: case, factor, level.
        runs_of: Case, organisation and digest of the runs that there are to be.
        planned: Runs that there are to be at least.
    """

    levels: list[list[str]]
    runs_of: list[tuple[str, str, str]]
    planned: int

    def manifest(self, **entries: object) -> Manifest:
        """Return the manifest of the part that is finished, with some entries of its own."""
        every = {
            name: getattr(self, name)
            for name in Manifest.model_fields
            if name in self.model_fields_set
        }
        return Manifest.model_validate({**every, **entries})


AnyManifest = TypeVar("AnyManifest", bound=ManifestPart)


def parse_manifest(kind: type[AnyManifest], content: JsonObject, file: Path) -> AnyManifest:
    """Return the manifest that a JSON file holds.

    Args:
        kind: `Manifest`, or `StudyInProgress` for that of a study that is not finished.
        content: The file's object.
        file: The file, for the message.

    Raises:
        InputError: An entry is missing, as in a file of an older version, or of another kind.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        problems = [
            Problem("", 0, str(file), message(_ENTRY_PROBLEM[is_missing], key=key))
            for each in error.errors(include_url=False, include_input=False)
            for key, is_missing in [(".".join(map(str, each["loc"])), each["type"] == "missing")]
        ]
        raise InputError(problems) from None


_ENTRY_PROBLEM = {
    True: "experiments.results.older_version",
    False: "experiments.results.other_entry",
}
"""The message about an entry that is missing, or is there and not as it should be."""
