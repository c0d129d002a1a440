"""Drafts: a base and named changes, as files that a person would have written.

A draft lies in a folder of its own below `what-if/`: what was changed (`draft.json`), and what
follows from it, the variant and its experiment. They are written anew with every change and loaded
and checked like any others, so that an error of the page is the error of the command line.
"""

from __future__ import annotations

import copy
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from akuttsim.app.folder import (
    DRAFT_FILE,
    DRAFT_ID,
    DRAFT_NAME,
    DRAFTS_FOLDER,
    RESULTS_FOLDER,
    StaleVersionError,
    draft_names,
)
from akuttsim.app.form import (
    CONFIG_LANGUAGES,
    REMOVABLE,
    Edit,
    bad_value,
    both_languages,
    site_of_key,
    title_of_unit,
)
from akuttsim.app.new_units import new_unit, write_new_unit
from akuttsim.app.page_json import ChangeRequest, DraftChange
from akuttsim.app.week import time_of_day_of_change
from akuttsim.config import shipped
from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import Loaded, load_organisation, load_region
from akuttsim.config.overlay import resolve_variant
from akuttsim.config.schema.experiment import JudgedIndicator
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.variant_writer import (
    BilingualText,
    ProposedVariant,
    config_reference,
    config_yaml,
)
from akuttsim.config.yaml_document import ConfigContent, child_node, plain_values
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.files import write_whole
from akuttsim.municipality_borders import Border, read_borders
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.texts import Message, in_words, message

MOST_CHANGES = 60
"""Changes of one draft."""

MOST_STEPS = 200
"""Steps that can be undone."""

MOST_DRAFTS = 500
"""Drafts of one folder."""

LONGEST_TEXT = 600
"""Letters of a reason or title."""

JUDGED = (
    "answered_116117_within_120_s",
    "answered_113_within_10_s",
    "ambulance_within_25_min",
    "ambulance_response_median_min",
    "doctor_on_scene_within_30_min",
    "travel_to_care_min",
    "ring_to_doctor_min",
    "unmet_need_a_week",
    "cost_nok_a_year",
)
"""What the page judges by, in the order of its rows."""

JUDGED_WHERE_CHANGED = {
    "doctor_on_scene_within_30_min": ("acute_team", "call_outs", "response_car"),
}
"""What is judged only where one of these fields of a unit was changed."""

JUDGED_AT_HOURS = {
    "control_rooms.operators.116117": "answered_116117_within_120_s",
    "control_rooms.operators.113": "answered_113_within_10_s",
    "control_rooms.dispatchers.113": "ambulance_within_25_min",
    "clinics.open": "travel_to_care_min",
    "clinics.nurses": "ring_to_doctor_min",
    "doctors.on_duty": "ring_to_doctor_min",
    "ambulances.shifts": "ambulance_within_25_min",
}
"""What is judged at the time of day too at which a roster or hours were changed."""

WEEKS, WARMUP_DAYS, REPLICATIONS, SEED = 4, 2, 12, 1
"""Length, runs and seed of a draft's study."""

BORDERS_FILE = "borders.geojson"
"""The file beside a region, or in the folder of the page, that has borders of municipalities."""

Changes = tuple[DraftChange, ...]
"""The changes of a draft as they are kept."""


@dataclass(frozen=True)
class Base:
    """What a draft changes, loaded once for all its changes.

    Attributes:
        region: Its region.
        organisation: The organisation.
        border_file: The borders of its municipalities, which the map draws; None without.
    """

    region: Loaded[Region]
    organisation: Loaded[Organisation]
    border_file: Path | None = None

    @cached_property
    def tree(self) -> ConfigContent:
        """Return the organisation as plain values, as its files write it."""
        tree = plain_values(self.organisation.tree)
        assert isinstance(tree, dict)
        return tree

    @cached_property
    def borders(self) -> Sequence[Border]:
        """Return the borders of municipalities; none where there is no file that can be read."""
        try:
            return read_borders(self.border_file) if self.border_file is not None else ()
        except InputError as error:
            sys.stderr.write(f"{error}\n")  # the map does without; who started the page is told
            return ()

    @cached_property
    def travel(self) -> Travel:
        """Return the travel times of its region."""
        return travel_of_region(self.region.value)


class Bases:
    """The bases that drafts change, each loaded once and again when its files are changed."""

    def __init__(self, folder: Path) -> None:
        """Name the folder of the user's own files."""
        self._folder = folder
        self._known: dict[str, tuple[tuple[float, ...], Base]] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Base:
        """Return a base by its shipped name, or its path in the folder.

        Raises:
            InputError: With what is wrong in it.
        """
        with self._lock:
            known = self._known.get(name)
            if known is None or known[0] != _stamps(known[1]):
                base = self._load(name)
                known = self._known[name] = (_stamps(base), base)
            return known[1]

    def _load(self, name: str) -> Base:
        self._refuse_outside(name)
        organisation = load_organisation(name, relative_to=self._folder)
        path = shipped.find_config("organisation", name, self._folder)
        region = load_region(organisation.value.region, relative_to=path.parent)
        check_region(region)
        check_organisation(organisation, region)
        home = shipped.find_config("region", organisation.value.region, path.parent).parent
        near = (each / BORDERS_FILE for each in (home, self._folder))
        found = (each for each in near if each.is_file() and _is_within(each, self._folder))
        return Base(region, organisation, next(found, None))

    def _refuse_outside(self, name: str) -> None:
        """Raise InputError where a base is made from files that are neither shipped nor here.

        Where each lies is looked at before anything of it is read, so that no error quotes a file
        of somebody else's. What else is wrong is told when the base is loaded. Tables need no
        look: a region has none outside its own folder (`region_tables.table_path`).
        """
        outside: list[Path] = []

        def find(kind: str, asked: str, folder: Path) -> Path:
            path = shipped.find_config(kind, asked, folder)
            if not _is_within(path, self._folder):
                outside.append(path)
                raise InputError([Problem("", 0, asked[:80], _outside(asked))])
            return path

        try:
            path = find("organisation", name, self._folder)
            tree = resolve_variant(path, partial(find, "organisation")).tree
            node = child_node(tree, "region")
            if node is not None and isinstance(node.value, str):
                with _told_at(node.file, node.line, "region"):
                    region = find("region", node.value, path.parent)
                resolve_variant(region, partial(find, "region"))
        except InputError:
            if outside:
                raise


def _outside(name: str) -> Message:
    return message("whatif.wrong.outside", name=name[:80])


def _is_within(path: Path, folder: Path) -> bool:
    """Tell whether a config and what lies beside it are in a folder, or shipped; links followed."""
    roots = (folder.resolve(), (shipped.project_root() / "configs").resolve())
    return all(
        any(each.resolve().is_relative_to(root) for root in roots) for each in (path, path.parent)
    )


@contextmanager
def _told_at(file: str, line: int, key: str) -> Iterator[None]:
    """Tell what is in no file, such as a name that is not found, where the name is written."""
    try:
        yield
    except InputError as error:
        raise InputError(
            each if each.file else Problem(file, line, key, each.what) for each in error.problems
        ) from None


def _stamps(base: Base) -> tuple[float, ...]:
    """Return when each file of a base was changed last; nought for one that is gone."""
    files = (*base.organisation.files, *base.region.files)
    paths = (next((at / file for at in (Path(), shipped.project_root()) if (at / file).is_file()),
                  None) for file in files)  # fmt: skip
    return tuple(path.stat().st_mtime if path else 0.0 for path in paths)


@dataclass(frozen=True)
class Draft:
    """A draft as it is kept.

    Attributes:
        id: The name of its folder.
        organisation: Its base: a shipped name, or a path in the folder.
        name: What the variant is called in files.
        title: Its title; empty for one made from its changes.
        why: Why it is asked.
        steps: The changes after each step, the first none.
        at: The step that holds.
        version: Counts every change of any of this.
        replications: Runs of each of the two.
    """

    id: str
    organisation: str
    name: str
    title: str = ""
    why: str = ""
    steps: tuple[Changes, ...] = ((),)
    at: int = 0
    version: int = 1
    replications: int = REPLICATIONS

    @property
    def changes(self) -> Changes:
        """Return the changes that hold."""
        return self.steps[self.at]

    def changed(self, **keys: Any) -> Draft:
        """Return the draft with other values, as its next version."""
        return replace(self, version=self.version + 1, **keys)

    def with_changes(self, changes: Iterable[DraftChange]) -> Draft:
        """Return the draft after one more step, from which what was undone is forgotten."""
        steps = (*self.steps[: self.at + 1], tuple(changes))[-MOST_STEPS:]
        return self.changed(steps=steps, at=len(steps) - 1)

    def as_json(self) -> bytes:
        """Return the draft as it is kept."""
        return json.dumps(vars(self), ensure_ascii=False, indent=1).encode("utf-8")

    @classmethod
    def of_json(cls, text: bytes) -> Draft:
        """Return a draft that was kept.

        It may come from a stranger's study file, and its name becomes one of a file.

        Raises:
            ValueError, TypeError, KeyError: It is no draft.
        """
        kept = json.loads(text)
        steps = tuple(tuple(map(_kept_change, step)) for step in kept.pop("steps"))
        draft = cls(**kept, steps=steps)
        texts = (draft.id, draft.organisation, draft.name, draft.title, draft.why)
        numbers = (draft.at, draft.version, draft.replications)
        if not all(type(each) is str for each in texts) or not all(
            type(each) is int and each >= 0 for each in numbers
        ):
            raise ValueError
        is_named = DRAFT_NAME.fullmatch(draft.name) and DRAFT_ID.fullmatch(draft.id)
        if not is_named or draft.at >= len(steps) or not 2 <= draft.replications <= MOST_RUNS:
            raise ValueError
        return draft


MOST_RUNS = 200
"""Replications of a draft's study; more are a matter for the command line."""

_CHANGE_ID = re.compile(r"c[0-9]{1,6}")


def _kept_change(change: object) -> DraftChange:
    """Return a change that was kept. Raises ValueError for what is none."""
    if not isinstance(change, dict) or change.keys() != {"id", "set", "remove", "add", "why"}:
        raise ValueError
    if not isinstance(change["id"], str) or not _CHANGE_ID.fullmatch(change["id"]):
        raise ValueError
    return {"id": change["id"], **_checked_request(change)}


@dataclass(frozen=True)
class WrittenChange:
    """A change as the config has it.

    Attributes:
        id: Its identifier on the page.
        name: Its name in the config.
        told: What changes, in one sentence.
        why: Why, in the planner's words.
        keys: The keys that it is about.
        edit: What becomes of the config.
    """

    id: str
    name: str
    told: Message
    why: str
    keys: tuple[str, ...]
    edit: Edit


@dataclass(frozen=True)
class Written:
    """All changes of a draft, worked into the config of its base one after the other.

    Attributes:
        changes: The changes.
        tree: The config with all of them, as plain values.
        problems: What a change asks for that no config can have.
    """

    changes: tuple[WrittenChange, ...]
    tree: ConfigContent
    problems: tuple[Problem, ...]


def write_changes(changes: Changes, base: Base) -> Written:
    """Return changes as a config has them, each on what those before it left."""
    tree = copy.deepcopy(base.tree)
    written: list[WrittenChange] = []
    problems: list[Problem] = []
    for change in changes:
        try:
            one, tree = _write_change(change, tree, base.region.value)
        except InputError as error:
            problems += error.problems
            continue
        names = {each.name for each in written}
        written.append(replace(one, name=_free_name(one.name, names)))
    return Written(tuple(written), tree, tuple(problems))


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, with a number behind it where it must be."""
    number = next(n for n in range(1, MOST_CHANGES + 2) if _numbered(name, n) not in taken)
    return _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _write_change(
    change: DraftChange, tree: ConfigContent, region: Region
) -> tuple[WrittenChange, ConfigContent]:
    """Return a change as the config has it, and the config after it."""
    settings: ConfigContent = {}
    removed: list[str] = []
    told: list[Message] = []
    keys: list[str] = []
    for key, edit in _edits(change, tree, region):
        settings, removed = _merged(settings, edit.settings), [*removed, *edit.remove]
        tree = lay_over(tree, edit)
        told.append(edit.told)
        keys.append(key)
    if not told:
        raise bad_value("set", message("whatif.wrong.nothing"))
    whole = Edit(settings, tuple(removed), _joined(told))
    why = str(change["why"])
    name = _name_of_change(change, keys[0])
    return WrittenChange(change["id"], name, whole.told, why, tuple(keys), whole), tree


def _edits(change: DraftChange, tree: ConfigContent, region: Region) -> Iterator[tuple[str, Edit]]:
    """Yield the keys of a change with what becomes of the config, one after the other."""
    if change["add"]:
        key, edit = write_new_unit(new_unit(change["add"], region), tree, region)
        yield key, edit
        tree = lay_over(tree, edit)
    for key in change["remove"]:
        edit = _removal(key, tree)
        yield key, edit
        tree = lay_over(tree, edit)
    for key, content in change["set"].items():
        site, rule = site_of_key(key, tree, region)
        edit = rule.write(site, content)
        yield key, edit
        tree = lay_over(tree, edit)


def _removal(key: str, tree: ConfigContent) -> Edit:
    """Return a unit taken away. Raises InputError where there is none, or it must stay."""
    section, _, name = key.partition(".")
    units = tree.get(section) or {}
    if section not in REMOVABLE or name not in units:
        raise bad_value(key, message("whatif.wrong.remove"))
    title = title_of_unit(units[name], name)
    return Edit({}, (key,), message("whatif.change.removed", title=title))


def _joined(told: Sequence[Message]) -> Message:
    """Return several sentences as one."""
    first, *others = told
    for each in others:
        first = message("whatif.change.and", one=first, other=each)
    return first


def _name_of_change(change: DraftChange, key: str) -> str:
    """Return a name for a change, from the key that it is about."""
    *_, unit, last = ("", *key.split("."))
    if change["add"]:
        return f"new-{last}"
    if change["remove"]:
        return f"without-{last}"
    return f"{unit}-{last}".strip("-").replace("_", "-")


def lay_over(tree: ConfigContent, edit: Edit) -> ConfigContent:
    """Return a config as plain values after an edit."""
    for dotted in edit.remove:
        tree = _without(tree, dotted.split("."))
    return _merged(tree, edit.settings, drop=True)


def _without(tree: ConfigContent, parts: Sequence[str]) -> ConfigContent:
    first, *rest = parts
    if not rest:
        return {key: each for key, each in tree.items() if key != first}
    return tree | {first: _without(tree[first], rest)}


def _merged(tree: ConfigContent, over: ConfigContent, drop: bool = False) -> ConfigContent:
    """Return settings laid over others, key by key.

    Args:
        tree: What is there.
        over: What is laid over it.
        drop: Whether None takes a key away; else it is kept, to do so later.
    """
    merged = dict(tree)
    for key, each in over.items():
        old = merged.get(key)
        if isinstance(each, dict):
            merged[key] = _merged(old if isinstance(old, dict) else {}, each, drop)
        elif each is None and drop:
            merged.pop(key, None)
        else:
            merged[key] = each
    return merged


# --- the files ------------------------------------------------------------------------------------


def title_of_draft(draft: Draft, written: Written) -> BilingualText:
    """Return the title of a draft: the planner's, or what changes."""
    if draft.title:
        return dict.fromkeys(CONFIG_LANGUAGES, draft.title)
    changes = written.changes
    if not changes:
        return both_languages(message("whatif.title.unchanged"))
    if len(changes) == 1:
        return both_languages(changes[0].told)
    more = len(changes) - 1
    return both_languages(message("whatif.title.more", first=changes[0].told, more=more))


def variant_content(draft: Draft, written: Written, extends: str) -> ConfigContent:
    """Return the variant of a draft as a config: its base, and each change with its reason."""
    changes: ConfigContent = {}
    content: ConfigContent = {}
    for each in written.changes:
        why = dict.fromkeys(CONFIG_LANGUAGES, each.why) if each.why else both_languages(each.told)
        variant = ProposedVariant(
            extends=extends,
            names={"organisation": draft.name},
            title=title_of_draft(draft, written),
            change=each.name,
            why=why,
            settings=each.edit.settings,
            remove=each.edit.remove,
        )
        content = variant.as_config()
        changes |= content.pop("changes", {})
    if not changes:
        return ProposedVariant(
            extends, {"organisation": draft.name}, title_of_draft(draft, written), "", {}, {}
        ).as_config()
    return content | {"changes": changes}


def judged_of(written: Written, base: Base) -> tuple[JudgedIndicator, ...]:
    """Return what a draft is judged by.

    An indicator of everybody; and beside it of a time of day, where rosters or hours that it hangs
    on were changed mostly then: the mean of all hours would hide what a night gains.
    """
    has_costs = base.organisation.value.costs is not None
    at_hours = list(dict.fromkeys(_judged_at_hours(base.tree, written.tree)))
    changed = {key.rpartition(".")[2] for each in written.changes for key in each.keys}
    judged: list[JudgedIndicator] = []
    for name in JUDGED:
        where = JUDGED_WHERE_CHANGED.get(name)
        if where is not None and changed.isdisjoint(where):
            continue
        if has_costs or not name.startswith("cost"):
            judged.append(JudgedIndicator(indicator=name))
            judged += [each for each in at_hours if each.indicator == name]
    return tuple(judged)


def _judged_at_hours(before: ConfigContent, after: ConfigContent) -> Iterator[JudgedIndicator]:
    """Yield what is judged at a time of day, for each roster that was changed mostly then."""
    for key, indicator in JUDGED_AT_HOURS.items():
        section, field_name, *number = key.split(".")
        for name, unit in (after.get(section) or {}).items():
            old = (before.get(section) or {}).get(name) or {}
            if field_name in unit and field_name in old and number in ([], [unit.get("number")]):
                rows, rows_before = _rows(unit[field_name]), _rows(old[field_name])
                if rows == rows_before:
                    continue
                time = time_of_day_of_change(rows_before, rows)
                if time is not None:
                    yield JudgedIndicator(indicator=indicator, group_by="time_of_day", group=time)


def _rows(roster: Mapping[str, ConfigContent] | Sequence[ConfigContent]) -> list[ConfigContent]:
    return list(roster.values() if isinstance(roster, Mapping) else roster)


def _as_written(judged: JudgedIndicator) -> ConfigContent | str:
    """Return what is judged as a person writes it in an experiment."""
    return judged.indicator if judged.group_by == "all" else judged.model_dump()


def experiment_content(draft: Draft, written: Written, base: Base, extends: str) -> ConfigContent:
    """Return the experiment that holds a draft's variant against its base."""
    title = title_of_draft(draft, written)
    question = {
        lang: in_words(message("whatif.question", title=title[lang]), lang) for lang in title
    }
    expected = message("whatif.no_expectation")
    hypothesis = dict.fromkeys(title, draft.why) if draft.why else both_languages(expected)
    return {
        "experiment": draft.name,
        "question": question,
        "hypothesis": hypothesis,
        "organisations": [extends, f"{draft.name}.yaml"],
        "weeks": WEEKS,
        "warmup_days": WARMUP_DAYS,
        "replications": draft.replications,
        "seed": SEED,
        "targets": "norway",
        "main_indicators": [_as_written(each) for each in judged_of(written, base)],
    }


def write_files(
    draft: Draft, written: Written, base: Base, folder: Path, where: tuple[Path, str]
) -> None:
    """Write the variant and the experiment of a draft into a folder.

    Args:
        draft: The draft.
        written: Its changes.
        base: Its base.
        folder: Where names of the user's own files are looked up.
        where: The folder that they are written to, and the name of the experiment's file.
    """
    into, experiment_file = where
    extends = config_reference("organisation", draft.organisation, into, folder)
    variant = variant_content(draft, written, extends)
    write_whole(into / f"{draft.name}.yaml", config_yaml(variant, kind="organisation"))
    experiment = experiment_content(draft, written, base, extends)
    write_whole(into / experiment_file, config_yaml(experiment, kind="experiment"))


@dataclass(frozen=True)
class CheckedDraft:
    """A draft with all that follows from it.

    Attributes:
        draft: The draft.
        base: Its base.
        written: Its changes as the config has them.
        variant: The variant; None where it does not hold.
        problems: What is wrong with it.
    """

    draft: Draft
    base: Base
    written: Written
    variant: Loaded[Organisation] | None
    problems: tuple[Problem, ...] = field(default=())


EXPERIMENT_FILE = "experiment.yaml"


class Drafts:
    """The drafts of a folder."""

    def __init__(self, folder: Path, bases: Bases) -> None:
        """Name the folder of the user's own files, and where bases are loaded."""
        self.folder = folder
        self.bases = bases
        self._lock = threading.RLock()
        self._checked: dict[str, CheckedDraft] = {}

    def place(self, draft_id: str) -> Path:
        """Return the folder of a draft. Raises InputError where there is none."""
        place = self.folder / DRAFTS_FOLDER / draft_id
        root = self.folder.resolve() / DRAFTS_FOLDER
        if not DRAFT_ID.fullmatch(draft_id) or place.resolve().parent != root:
            raise InputError([Problem("", 0, draft_id[:40], message("whatif.wrong.no_draft"))])
        return place

    def results(self, draft_id: str) -> Path:
        """Return the results folder of a draft, which may not be there yet."""
        self.place(draft_id)
        results = self.folder / RESULTS_FOLDER / draft_id
        if not results.resolve().is_relative_to(self.folder.resolve()):
            raise InputError([Problem("", 0, RESULTS_FOLDER, _outside(RESULTS_FOLDER))])
        return results

    def experiment_file(self, checked: CheckedDraft) -> Path:
        """Return the experiment of a draft, written anew: what lay there may be anybody's."""
        place = self.place(checked.draft.id)
        where = (place, EXPERIMENT_FILE)
        with self._lock:  # a page that is opened and the work beside it may both want it
            write_files(checked.draft, checked.written, checked.base, self.folder, where)
        return place / EXPERIMENT_FILE

    def begin(self, organisation: str) -> CheckedDraft:
        """Begin a draft of an organisation.

        Args:
            organisation: Its shipped name, or its path in the folder.

        Raises:
            InputError: There is no such organisation, or what is wrong in it.
        """
        with self._lock:
            self.bases.get(organisation)
            names = draft_names(self.folder)
            if len(names) >= MOST_DRAFTS:
                what = message("whatif.wrong.drafts", most=MOST_DRAFTS)
                raise InputError([Problem("", 0, DRAFTS_FOLDER, what)])
            number = 1 + max((int(name.rpartition("-")[2]) for name in names), default=0)
            name = f"what-if-{number}"
            return self._keep(Draft(name, organisation, name))

    def get(self, draft_id: str) -> CheckedDraft:
        """Return a draft with all that follows from it.

        Raises:
            InputError: There is no such draft, or it cannot be read.
        """
        path = self.place(draft_id) / DRAFT_FILE
        with self._lock:
            known = self._checked.get(draft_id)
            if known is not None and known.base is self._base(known.draft):
                return known
            try:
                if path.resolve().parent != path.parent.resolve():  # a link leads elsewhere
                    raise ValueError
                draft = Draft.of_json(path.read_bytes())
                if draft.id != draft_id:
                    raise ValueError
            except (OSError, ValueError, TypeError, KeyError, RecursionError, InputError):
                what = message("whatif.wrong.no_draft")
                raise InputError([Problem("", 0, draft_id, what)]) from None
            return self._check(draft)

    def change(self, draft_id: str, version: object, how: DraftStep) -> CheckedDraft:
        """Change a draft, write what follows from it, and return it checked.

        Args:
            draft_id: The draft.
            version: The version that the page has seen; None for whichever.
            how: From the draft to what it is to be.

        Raises:
            StaleVersionError: Another page has changed it since.
            InputError: It cannot be changed so.
        """
        with self._lock:
            draft = self.get(draft_id).draft
            if version is not None and version != draft.version:
                raise StaleVersionError([Problem("", 0, draft_id, message("whatif.wrong.stale"))])
            return self._keep(how(draft))

    def with_replications(self, draft_id: str, replications: int) -> CheckedDraft:
        """Return a draft whose study has so many replications; its version stays.

        Args:
            draft_id: The draft.
            replications: Runs of each of the two.
        """
        with self._lock:
            checked = self.get(draft_id)
            if checked.draft.replications == replications:
                return checked
            return self._keep(replace(checked.draft, replications=replications))

    def save(self, draft_id: str, name: str, title: str, why: str) -> tuple[str, ...]:
        """Write a draft's files into the folder, by the name that the planner gives it.

        Returns:
            The names of the files.

        Raises:
            InputError: The name is none, or another's; or the draft does not hold.
        """
        with self._lock:
            before = draft = self.get(draft_id).draft
            name = name or draft.name
            self._refuse_name(draft, name)
            given = {"name": name, "title": title or draft.title, "why": why or draft.why}
            if given != {key: getattr(draft, key) for key in given}:
                draft = self._keep(draft.changed(**given)).draft
            checked = self.get(draft_id)
            if checked.problems:
                if draft is not before:
                    self._keep(draft.changed(**{key: getattr(before, key) for key in given}))
                raise InputError(checked.problems)
            files = (f"{name}.yaml", f"{name}-experiment.yaml")
            where = (self.folder, files[1])
            write_files(draft, checked.written, checked.base, self.folder, where)
            return files

    def is_saved(self, checked: CheckedDraft) -> bool:
        """Tell whether the folder has a draft's variant, as it would be saved now."""
        draft, folder = checked.draft, self.folder
        extends = config_reference("organisation", draft.organisation, folder, folder)
        variant = variant_content(draft, checked.written, extends)
        would_be = config_yaml(variant, kind="organisation").decode("utf-8")
        return _text_of(folder / f"{draft.name}.yaml") == would_be

    def _refuse_name(self, draft: Draft, name: str) -> None:
        """Raise InputError for a name that is none, or that something else has."""
        if not DRAFT_NAME.fullmatch(name) or len(name) > 60:
            raise bad_value("name", message("whatif.wrong.name"))
        path = self.folder / f"{name}.yaml"
        is_mine = name == draft.name and f"organisation: {name}\n" in _text_of(path)
        if name in shipped.config_names("organisation") or (path.exists() and not is_mine):
            raise bad_value("name", message("whatif.wrong.name_taken", name=name))

    def _keep(self, draft: Draft) -> CheckedDraft:
        """Write a draft and what follows from it, and return it checked."""
        place = self.place(draft.id)
        checked = self._check(draft)
        write_whole(place / DRAFT_FILE, draft.as_json())
        return checked

    def _base(self, draft: Draft) -> Base:
        """Return the base of a draft; InputError tells where the draft names one that is none."""
        file = self.place(draft.id) / DRAFT_FILE
        lines = _text_of(file).splitlines()
        line = next((n for n, each in enumerate(lines, 1) if '"organisation"' in each), 1)
        with _told_at(shipped.display_path(file), line, "organisation"):
            return self.bases.get(draft.organisation)

    def _check(self, draft: Draft) -> CheckedDraft:
        """Write the files of a draft, and load and check them as any others."""
        base = self._base(draft)
        written = write_changes(draft.changes, base)
        place = self.place(draft.id)
        write_files(draft, written, base, self.folder, (place, EXPERIMENT_FILE))
        variant, problems = None, written.problems
        try:
            variant = load_organisation(str(place / f"{draft.name}.yaml"))
            check_organisation(variant, base.region)
        except InputError as error:
            variant, problems = None, (*problems, *error.problems)
        if len(self._checked) > MOST_KEPT:
            self._checked.clear()
        checked = CheckedDraft(draft, base, written, variant, tuple(problems))
        self._checked[draft.id] = checked
        return checked


MOST_KEPT = 40
"""Drafts that are kept in memory with all that follows from them."""


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


# --- steps ----------------------------------------------------------------------------------------

DraftStep = Callable[[Draft], Draft]
"""From a draft to what it is to be."""


def with_change(asked: Mapping[str, Any], base: Base) -> DraftStep:
    """Return the step that changes something more, as the page asks for it.

    A field that an earlier change has is changed there, so that who paints on says it once; one
    that is as in the base again is taken out of its change.

    Args:
        asked: `set`, `remove`, `add` and `why`.
        base: The draft's base.

    Raises:
        InputError: It asks for what no config can have.
    """
    wanted = _checked_request(asked)

    def step(draft: Draft) -> Draft:
        known = {key for change in draft.changes for key in change["set"]}
        new: ChangeRequest = {
            **wanted,
            "set": {key: v for key, v in wanted["set"].items() if key not in known},
        }
        changes = [_with_values(change, wanted["set"]) for change in draft.changes]
        if new["set"] or new["remove"] or new["add"]:
            changes.append({"id": _next_id(draft), **new})
        if len(changes) > MOST_CHANGES:
            raise bad_value("set", message("whatif.wrong.changes", most=MOST_CHANGES))
        left = [each for each in (_less_the_same(change, base) for change in changes) if each]
        left = _less_orphans(draft, left, base, wanted["set"])
        before = write_changes(draft.changes, base).problems
        problems = [each for each in write_changes(tuple(left), base).problems]
        if any(problem not in before for problem in problems):
            raise InputError(problem for problem in problems if problem not in before)
        return draft.with_changes(left)

    return step


def _checked_request(asked: Mapping[str, Any]) -> ChangeRequest:
    """Return what a page asks for in its parts. Raises InputError where they are none."""
    settings, remove, add = asked.get("set") or {}, asked.get("remove") or [], asked.get("add")
    why = asked.get("why") or ""
    is_whole = (
        isinstance(settings, dict)
        and isinstance(remove, list)
        and all(isinstance(key, str) for key in remove)
        and (add is None or isinstance(add, dict))
    )
    if not is_whole:
        raise bad_value("set", message("whatif.wrong.fields"))
    return {"set": settings, "remove": remove, "add": add, "why": plain_text(why, "why")}


def plain_text(text: object, key: str) -> str:
    """Return a text that a planner wrote, on one line. Raises InputError for one too long."""
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise bad_value(key, message("whatif.wrong.text", most=LONGEST_TEXT))
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _with_values(change: DraftChange, settings: ConfigContent) -> DraftChange:
    """Return a change with the new values of the fields that it has."""
    mine = {key: settings.get(key, value) for key, value in change["set"].items()}
    return {**change, "set": mine}


def _less_the_same(change: DraftChange, base: Base) -> DraftChange | None:
    """Return a change without the fields that are as in the base; None where nothing is left."""
    left = {key: v for key, v in change["set"].items() if not _is_as_before(key, v, base)}
    return _with_settings(change, left)


def _less_orphans(
    draft: Draft, left: Sequence[DraftChange], base: Base, wanted: ConfigContent
) -> list[DraftChange]:
    """Return changes without fields that were there before a step and are none after it.

    A rule that is switched off has no numbers any more, and a unit that is not added no fields.

    Args:
        draft: The draft before the step.
        left: Its changes after it.
        base: Its base.
        wanted: What the step itself sets, which is never left out.
    """
    changes = list(left)
    before = {problem.key for problem in write_changes(draft.changes, base).problems}
    while True:
        wrong = {problem.key for problem in write_changes(tuple(changes), base).problems}
        orphans = wrong - before - wanted.keys()
        if not any(key in change["set"] for change in changes for key in orphans):
            return changes
        changes = [each for each in (_without_keys(one, orphans) for one in changes) if each]


def _without_keys(change: DraftChange, keys: set[str]) -> DraftChange | None:
    """Return a change without some of its fields; None where nothing is left of it."""
    left = {key: value for key, value in change["set"].items() if key not in keys}
    return _with_settings(change, left)


def _with_settings(change: DraftChange, settings: ConfigContent) -> DraftChange | None:
    """Return a change with these fields; None where nothing is left of it."""
    is_empty = not (settings or change["add"] or change["remove"])
    return None if is_empty else {**change, "set": settings}


def _is_as_before(key: str, value: object, base: Base) -> bool:
    try:
        site, rule = site_of_key(key, base.tree, base.region.value)
    except InputError:  # of a unit or rule that was added
        return value in (None, "")
    before = rule.read(site)
    if isinstance(before, dict) and isinstance(value, Mapping):  # a painted week
        return bool(before["week"] == value.get("week"))
    return bool(before == value)


def _next_id(draft: Draft) -> str:
    numbers = [int(change["id"][1:]) for step in draft.steps for change in step]
    return f"c{1 + max(numbers, default=0)}"


def _must_have(draft: Draft, change_id: str) -> None:
    if all(change["id"] != change_id for change in draft.changes):
        raise InputError([Problem("", 0, change_id[:40], message("whatif.wrong.no_change"))])


def with_reason(change_id: str, why: object) -> DraftStep:
    """Return the step that says why a change is made."""
    text = plain_text(why, "why")

    def step(draft: Draft) -> Draft:
        _must_have(draft, change_id)
        return draft.with_changes(
            {**change, "why": text} if change["id"] == change_id else change
            for change in draft.changes
        )

    return step


def without_change(change_id: str, base: Base) -> DraftStep:
    """Return the step that takes a change back, and with it what was only there through it."""

    def step(draft: Draft) -> Draft:
        _must_have(draft, change_id)
        left = [each for each in draft.changes if each["id"] != change_id]
        return draft.with_changes(_less_orphans(draft, left, base, {}))

    return step


def undone(draft: Draft) -> Draft:
    """Return a draft one step back; the first has none before it."""
    return draft.changed(at=max(draft.at - 1, 0))


def redone(draft: Draft) -> Draft:
    """Return a draft one step on, where one was undone."""
    return draft.changed(at=min(draft.at + 1, len(draft.steps) - 1))
