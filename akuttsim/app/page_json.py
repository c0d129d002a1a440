"""The shapes of what goes to the page and comes back from it, as JSON.

The page's scripts read these keys. Texts are in the language that was asked for; a key of an
organisation is dotted, such as `clinics.namsos.open`.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from akuttsim.config.yaml_document import ConfigContent


class ChangeRequest(TypedDict):
    """What the page asks to be changed.

    Attributes:
        set: New values by dotted key, each as the field of the form has it.
        remove: Units that are taken away, as `section.name`.
        add: A new unit with `kind`, `at` (index of its place) and `fields`; None for none.
        why: Why, in the planner's words; may be empty.
    """

    set: ConfigContent
    remove: list[str]
    add: ConfigContent | None
    why: str


class DraftChange(ChangeRequest):
    """A change as a draft keeps it.

    Attributes:
        id: Its identifier, such as `c3`.
    """

    id: str


class TitledConfig(TypedDict):
    """Something with a title, by the name that files have for it."""

    name: str
    title: str


class TitledDraft(TypedDict):
    """A draft or model by its identifier, with its title."""

    id: str
    title: str


# --- a draft --------------------------------------------------------------------------------------


class Choice(TypedDict):
    """One of the values that a field may have."""

    value: object
    label: str


class FormField(TypedDict):
    """A field of the form.

    Attributes:
        key: The dotted key that it writes; of a new unit, what it asks.
        label: What it is called.
        help: What it means; "" for nothing to say.
        kind: How it is drawn and filled in: `roster` (a painted week), `hours`, `number`, `choice`,
            `place` or `flag`.
        value: Its value now.
        base: Its value before any change; None of what was not there.
        unit: The unit of a number.
        changed: Whether it is not as before.
        min: The least that a number may be.
        max: The most that a number may be.
        choices: What can be chosen.
    """

    key: str
    label: str
    help: str
    kind: str
    value: object
    base: NotRequired[object]
    unit: NotRequired[str]
    changed: NotRequired[bool]
    min: NotRequired[float]
    max: NotRequired[float]
    choices: NotRequired[list[Choice]]


class FormUnit(TypedDict):
    """What belongs together in the form, such as a clinic or a team.

    Attributes:
        id: Its dotted key.
        title: What it is called.
        place: Index of its place; None where it has none.
        removable: Whether it can be taken away.
        fields: Its fields.
    """

    id: str
    title: str
    place: int | None
    removable: bool
    fields: list[FormField]


class Addable(TypedDict):
    """A kind of unit that can be added, with what is asked of a new one."""

    kind: str
    label: str
    fields: list[FormField]


class FormGroup(TypedDict):
    """A group of the form: its units, and what can be added to them."""

    id: str
    title: str
    units: list[FormUnit]
    addable: list[Addable]


class PageForm(TypedDict):
    """The form."""

    groups: list[FormGroup]


class OfferedFix(TypedDict):
    """A button that mends a problem, with the change that it asks for."""

    label: str
    change: ConfigContent


class DraftProblem(TypedDict):
    """What is wrong with a draft.

    Attributes:
        key: The dotted key at which it is told.
        where: The unit that it is of; "" for none.
        what: What is wrong, and what would be right.
        fix: How one click mends it; None where nothing simple does.
    """

    key: str
    where: str
    what: str
    fix: OfferedFix | None


class ToldChange(TypedDict):
    """A change in one sentence, with its reason and the keys that it is about."""

    id: str
    sentence: str
    why: str
    keys: list[str]


class DraftState(TypedDict):
    """A draft as the page shows it.

    Attributes:
        id: Its identifier.
        name: What its variant is called in files.
        title: Its title as the planner wrote it; "" for none.
        called: Its title, or one made from what changes.
        why: Why it is asked.
        version: Counts its changes; sent back, so that two pages do not write over each other.
        region: Its region.
        base: The organisation that it changes.
        can_undo: Whether there is a step to take back.
        can_redo: Whether a step was taken back.
        changes: What changes.
        problems: What is wrong with it.
        hints: What the planner may have overlooked: staff with nowhere to work.
        form: The form.
    """

    id: str
    name: str
    title: str
    called: str
    why: str
    version: int
    region: TitledConfig
    base: TitledConfig
    can_undo: bool
    can_redo: bool
    changes: list[ToldChange]
    problems: list[DraftProblem]
    hints: list[str]
    form: PageForm


# --- the map and estimates ------------------------------------------------------------------------


class MapUnit(TypedDict):
    """What stands on the map.

    Attributes:
        id: Its dotted key.
        kind: `satellite`, `clinic`, `ambulance`, `first_responder` or `hospital`.
        place: Index of its place; None where it has none.
        base_place: Index of its place before any change; None of what was not there.
        title: What it is called.
        movable: Whether it can be dragged.
    """

    id: str
    kind: str
    place: int | None
    base_place: NotRequired[int | None]
    title: str
    movable: bool


class MapState(TypedDict):
    """The region as it is drawn.

    Attributes:
        roads: Roads, as `ways_and_places` has them.
        ferries: Ferries likewise.
        borders: Name, municipality and rings of each outline, as `outlines_of_region` has them.
        places: x, y, people, municipality and name of each place.
        units: What stands on it.
    """

    roads: list[object]
    ferries: list[object]
    borders: list[list[Any]]
    places: list[list[object]]
    units: list[MapUnit]


class EstimatedRow(TypedDict):
    """What is said of an indicator before anything is simulated; `mid` in margins.

    `after` is empty and `mid` None where the estimate does not know what is changed.
    """

    indicator: str
    title: str
    unit: str
    before: str
    after: str
    mid: float | None
    text: str


class AnsweredInWeek(TypedDict):
    """The share of 116117 answered in time by hour of the week, Monday first.

    Attributes:
        base: Before any change.
        now: With the changes.
        target: What it should be.
        key: The dotted key of the roster that it hangs on.
    """

    base: list[float]
    now: list[float]
    target: float
    key: str


class Estimates(TypedDict):
    """What can be said before anything is simulated; None and no rows where nothing can."""

    answered_by_hour: AnsweredInWeek | None
    rows: list[EstimatedRow]
    note: str


# --- its study ------------------------------------------------------------------------------------


class JudgedHeading(TypedDict):
    """An indicator that a study judges by.

    Attributes:
        indicator: Its name.
        group: The group that it is of, such as `night`; `all` for everybody.
        title: What it is called.
        unit: Its unit.
        better: `lower`, `higher` or `neither`.
        margin: The smallest difference that matters, in its unit.
    """

    indicator: str
    group: str
    title: str
    unit: str
    better: str
    margin: float


class JudgedRow(JudgedHeading):
    """What a study says of an indicator.

    Attributes:
        before: The base's value with its unit; "" for none yet.
        after: The variant's.
        verdict: The page's code of the verdict.
        verdict_text: The verdict in words.
        low: Lower end of the interval in margins, more being better; None before it is bounded.
        high: Its upper end.
        mid: The mean difference likewise.
        interval_text: The difference with its interval, in the indicator's unit.
        target: `met`, `missed`, or None where there is no target or it cannot be told.
        is_estimate: Whether there is no interval yet.
        only_because_fewer: Whether it is better only because fewer came.
    """

    before: str
    after: str
    verdict: str
    verdict_text: str
    low: float | None
    high: float | None
    mid: float | None
    interval_text: str
    target: str | None
    is_estimate: bool
    only_because_fewer: bool


class Hit(TypedDict):
    """Who is hit hardest and who gains most, in a sentence each; None before the study is done."""

    hardest: str | None
    gains: str | None


class StudyState(Hit):
    """The study of a draft as the page shows it.

    Attributes:
        state: `none`, `waiting`, `running`, `stopped`, `done`, `failed` or `stale`.
        done: Replications of which both runs are there.
        of: Replications that are wanted.
        confirming: Replications of the second run, in which everybody comes.
        seconds_left: About how long the rest takes; None where it cannot be told.
        message: What went wrong; "" for nothing.
        models: The draft.
        rows: A row an indicator.
        answer: What is known and what is not, in a sentence or two.
        report: The address of the report; None where there is none yet.
        folder: The results folder, seen from FOLDER.
    """

    state: str
    done: int
    of: int
    confirming: int
    seconds_left: int | None
    message: str
    models: list[TitledDraft]
    rows: list[JudgedRow]
    answer: str
    report: str | None
    folder: str


class ComparedRow(JudgedHeading):
    """An indicator in several studies: the first base's value, and each study's row or None."""

    before: str
    of: list[JudgedRow | None]


class ComparedStudies(TypedDict):
    """Several drafts' studies side by side."""

    models: list[TitledDraft]
    rows: list[ComparedRow]


# --- the first page -------------------------------------------------------------------------------


class District(TitledConfig):
    """A shipped district with its organisations, today's first."""

    organisations: list[TitledConfig]


class OwnFile(TypedDict):
    """An organisation that lies in FOLDER."""

    file: str
    title: str


class MadeStudy(TypedDict):
    """A study that was made before: its folder, title, time, question and report's address."""

    folder: str
    title: str
    made: str
    answer: str
    report: str | None


class MadeDraft(TitledDraft):
    """A draft that was made before, with its time."""

    made: str


class Start(TypedDict):
    """What the first page offers to begin from."""

    districts: list[District]
    own: list[OwnFile]
    results: list[MadeStudy]
    drafts: list[MadeDraft]
