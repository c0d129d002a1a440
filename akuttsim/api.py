"""akuttsim from Python: load, run, compare, and labelled tables of what happened.

Every name here is also a name of the package (`akuttsim.run`). Tables are DataFrames with words,
not codes: who and what by the names of the configs, times as local time, durations in the unit that
the column's name ends in. Their columns are declared in `TABLES` and do not change within a version
of the package. What began in the warm-up, and neighbour districts, are left out unless asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.config import shipped
from akuttsim.config.checks import check_organisation
from akuttsim.config.load_together import load_set
from akuttsim.config.loader import Loaded, with_settings
from akuttsim.config.schema.experiment import USUAL_REPLICATIONS, USUAL_WEEKS
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import AGE_GROUPS, Text
from akuttsim.config.yaml_document import read_yaml
from akuttsim.errors import InputError, Problem, collect_problems, did_you_mean
from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import Study, study_of_experiment, study_of_loaded
from akuttsim.indicators.ambulance import ambulance_response_min
from akuttsim.indicators.calls import answer_waits_s
from akuttsim.indicators.declaration import GOAL_AREAS, dense_places
from akuttsim.indicators.driving import trip_km
from akuttsim.indicators.measured_run import IndicatorRow, Mask, MeasuredRun
from akuttsim.indicators.registry import INDICATORS, OF_OUTCOMES, asked_indicators
from akuttsim.records import (
    INSTEAD,
    KINDS,
    LINE_TRANSPORT,
    LINE_VICTIM,
    LONG_JOURNEYS,
    OUTCOMES,
    TRIP_KINDS,
    TRIP_MODES,
    Floats,
    Indices,
    Urgency,
    code_names,
)
from akuttsim.report.context import Catalogue, ResultsView, Words, translated_definitions
from akuttsim.report.decision import decision
from akuttsim.texts import ENGLISH, Lang, message
from akuttsim.units import MINUTE_S

Settings = Sequence[str]
"""Changes of single keys, each as KEY=VALUE, as `--set` takes them."""


def load(
    *names: str | Path,
    region: str | None = None,
    settings: Settings = (),
    variants: Mapping[str, Settings] | None = None,
    weeks: int | None = None,
    warmup_days: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    outcomes: str | Path | None = None,
) -> Study:
    """Load and check what is to be simulated: organisations, or an experiment.

    Args:
        names: Shipped names or paths, as `akuttsim list` shows them: organisations of one region,
            the base first, or one experiment.
        region: The region of the organisations; None for the first one's own.
        settings: Keys of region and organisations that are set in all of them.
        variants: Further organisations by name: the first one with these keys of it set.
        weeks: Weeks that are measured; None for the experiment's own, or 4.
        warmup_days: Days before them; None for the experiment's own, or 2.
        replications: Runs of each organisation; None for the experiment's own, or 6.
        seed: The seed, also of the points that an experiment's design spreads; None for the
            experiment's own, or 1.
        outcomes: Health outcomes that are worked out too, such as `health`: a name or a path; None
            for the experiment's own, or none.

    Raises:
        InputError: With everything that is wrong in the files and settings, by file, line and key.
    """
    files = [str(name) for name in names]
    asked_for = None if outcomes is None else str(outcomes)
    if len(files) == 1 and _is_experiment(files[0]):
        if region is not None or settings or variants:
            raise InputError([Problem("", 0, files[0], message("commands.api.experiment"))])
        spreads_by = seed if seed is not None and seed >= LEAST_LENGTH["seed"] else None
        study = study_of_experiment(files[0], asked_for, spreads_by)
    else:
        home, loaded = load_set(files, region, settings, asked_for)
        study = study_of_loaded(home, loaded, (USUAL_WEEKS, USUAL_REPLICATIONS, 1))
        study = _with_variants(study, home, loaded[0], variants or {})
    given = {"weeks": weeks, "warmup_days": warmup_days, "replications": replications, "seed": seed}
    return _with_length(study, {name: each for name, each in given.items() if each is not None})


LEAST_LENGTH = {"weeks": 1, "warmup_days": 0, "replications": 1, "seed": 0}
"""The least that each part of a study's length may be."""


def _with_length(study: Study, given: Mapping[str, int]) -> Study:
    """Return a study of another length. Raises InputError for what is too little, or of a log."""
    problems = [
        Problem("", 0, name, message("commands.api.least", least=LEAST_LENGTH[name], got=got))
        for name, got in given.items()
        if got < LEAST_LENGTH[name]
    ]
    if study.callers.log_entry() is not None and given.keys() & {"weeks", "warmup_days"}:
        problems.append(Problem("", 0, study.name, message("configs.experiment.length_of_log")))
    if problems:
        raise InputError(problems)
    return replace(
        study,
        weeks=given.get("weeks", study.weeks),
        warmup_days=given.get("warmup_days", study.warmup_days),
        replications=given.get("replications", study.replications),
        seed=given.get("seed", study.seed),
    )


def _is_experiment(name: str) -> bool:
    """Tell whether a name or path is that of an experiment file."""
    try:
        path = shipped.find_config("experiment", name)
        keys = read_yaml(path, shipped.display_path(path)).value
    except InputError:
        return False
    return isinstance(keys, dict) and "experiment" in keys


def _with_variants(
    study: Study,
    home: Loaded[Region],
    base: Loaded[Organisation],
    variants: Mapping[str, Settings],
) -> Study:
    """Return a study with further organisations: its base with keys set. Raises InputError."""
    problems: list[Problem] = []
    organisations = dict(study.organisations)
    for name, sets in variants.items():
        with collect_problems(problems):
            changed = with_settings(base, sets)
            named = {"organisation": name, "title": Text(nb=name, en=name)}
            changed = replace(changed, value=changed.value.model_copy(update=named))
            check_organisation(changed, home)
            organisations[name] = changed.value
    if problems:
        raise InputError(problems)
    return replace(study, organisations=organisations)


@dataclass(frozen=True)
class Runs:
    """Finished runs in memory, for the tables of this module.

    A run of Namdal takes about 40 MB for every four weeks.

    Attributes:
        study: What was simulated.
        runs: Which organisation and replication each is, and what happened in it.
    """

    study: Study
    runs: tuple[tuple[RunId, MeasuredRun], ...] = field(repr=False)

    def patients(self, warm_up: bool = False, neighbours: bool = False) -> pd.DataFrame:
        """Return who fell ill and what became of each; the columns are `TABLES["patients"]`.

        Args:
            warm_up: Whether those of the warm-up are in it too.
            neighbours: Whether people of neighbour districts are.
        """
        return _table("patients", self, lambda one: _patient_rows(one, warm_up, neighbours))

    def calls(self, warm_up: bool = False, neighbours: bool = False) -> pd.DataFrame:
        """Return the calls that rang at an operator; the columns are `TABLES["calls"]`.

        Args:
            warm_up: Whether calls in the warm-up are in it too.
            neighbours: Whether those of neighbour districts are.
        """
        return _table("calls", self, lambda one: _call_rows(one, warm_up, neighbours))

    def missions(self, warm_up: bool = False, neighbours: bool = False) -> pd.DataFrame:
        """Return the patients that an ambulance was sent to; the columns are `TABLES["missions"]`.

        Args:
            warm_up: Whether those who fell ill in the warm-up are in it too.
            neighbours: Whether people of neighbour districts are.
        """
        return _table("missions", self, lambda one: _mission_rows(one, warm_up, neighbours))

    def trips(self, warm_up: bool = False) -> pd.DataFrame:
        """Return every drive, flight and crossing; the columns are `TABLES["trips"]`.

        Args:
            warm_up: Whether those that departed in the warm-up are in it too.
        """
        return _table("trips", self, lambda one: _trip_rows(one, warm_up))

    def activities(self, warm_up: bool = False) -> pd.DataFrame:
        """Return what operators, nurses, doctors and crews did; columns `TABLES["activities"]`.

        Args:
            warm_up: Whether what began in the warm-up is in it too.
        """
        return _table("activities", self, lambda one: _activity_rows(one, warm_up))

    def measure(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """Return indicators of each run by the official definitions; columns `TABLES["measure"]`.

        Args:
            names: Some of the indicators; None for all.

        Raises:
            InputError: There is no indicator of that name.
        """
        known = {each.name: each for each in INDICATORS}
        for name in names or ():
            if name not in known:
                what = message("commands.api.no_indicator", near=did_you_mean(name, known))
                raise InputError([Problem("", 0, name, what)])
        with_outcomes = self.study.region.outcomes is not None
        chosen = [known[name] for name in names or ()]
        if names is None:
            chosen = list(asked_indicators(with_outcomes))
        elif not with_outcomes and OF_OUTCOMES.intersection(names):
            what = message("experiments.indicator.outcomes")
            raise InputError(Problem("", 0, name, what) for name in names if name in OF_OUTCOMES)

        def rows(one: MeasuredRun) -> Rows:
            measured = [row for each in chosen for row in each(one)]
            return {name: [getattr(row, name) for row in measured] for name in IndicatorRow._fields}

        return _table("measure", self, rows)


def run(study: Study, organisations: Sequence[str] | None = None) -> Runs:
    """Simulate a study's organisations in this process and keep what happened.

    All meet the same patients, replication by replication. Only the first case of an experiment
    with factors is simulated; `compare` does all of them.

    Args:
        study: What `load` returned.
        organisations: Names of some of them; None for all.

    Raises:
        InputError: The study has no organisation of that name.
    """
    chosen = list(study.organisations) if organisations is None else list(organisations)
    for name in chosen:
        if name not in study.organisations:
            what = message("commands.api.not_in_study", known=", ".join(study.organisations))
            raise InputError([Problem("", 0, name, what)])
    prepared = PreparedStudy(study, keep_records=True)
    finished = []
    for number in range(study.replications):  # patients of a replication are drawn once
        for name in chosen:
            each = study.run(study.cases[0], name, number)
            finished.append((each, prepared.simulated(each)))
    finished.sort(key=lambda run: chosen.index(run[0].organisation))
    return Runs(study, tuple(finished))


@dataclass(frozen=True)
class Comparison:
    """What a finished study says: the tables of its results folder.

    Attributes:
        results: The results folder as the report reads it.
    """

    results: Results = field(repr=False)
    _folder: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def levels(self) -> pd.DataFrame:
        """Return means with intervals and verdict, by organisation, indicator and group."""
        return self.results.summary

    @property
    def differences(self) -> pd.DataFrame:
        """Return paired differences from the base with their verdicts."""
        return self.results.differences

    @property
    def places(self) -> pd.DataFrame:
        """Return who is hit hardest and who gains, by place."""
        return self.results.places

    @property
    def who_notices(self) -> pd.DataFrame:
        """Return how many notice what, of 1,000 who fall ill."""
        return self.results.who_notices

    @property
    def claims(self) -> pd.DataFrame:
        """Return how the clauses of the hypothesis came out; empty without one."""
        return self.results.claims

    def answer(self, lang: Lang = ENGLISH) -> str:
        """Return the answer in at most 60 words, as it stands on the decision page.

        Args:
            lang: `nb` or `en`.
        """
        told = decision(Words(Catalogue(lang), ResultsView(self.results)))
        return f"{told.choice} {told.answer}".strip()


def compare(
    study: Study, folder: str | Path | None = None, workers: int = 1, resume: bool = False
) -> Comparison:
    """Simulate a whole study and compare its organisations with the first, person by person.

    Does what `akuttsim sweep` does, with the same results to the byte.

    Args:
        study: What `load` returned.
        folder: The results folder; None for one that goes with what is returned.
        workers: Processes. With more than one, a script needs `if __name__ == "__main__":`.
        resume: Go on in a folder that has some of the runs.

    Raises:
        InputError: The folder holds results and is not to be resumed, or every run failed.
    """
    kept = None if folder is not None else tempfile.TemporaryDirectory(prefix="akuttsim-")
    where = Path(folder) if folder is not None else Path(kept.name if kept else "") / study.name
    run_study(study, where, RunOptions(workers=workers, resume=resume))
    return Comparison(read_results(where), kept)


def open_results(folder: str | Path) -> Comparison:
    """Open the results folder of a finished study.

    Args:
        folder: The folder.

    Raises:
        InputError: There are no finished results in it.
    """
    return Comparison(read_results(Path(folder)))


def definitions(lang: Lang = ENGLISH) -> pd.DataFrame:
    """Return the indicators with their definitions, a row each, in the order of the results.

    Args:
        lang: The language of titles and definitions, `nb` or `en`.
    """
    texts, translated = Catalogue(lang), translated_definitions(lang)
    rows = [
        {
            "indicator": each.name,
            "title": texts.indicator(each.name),
            "unit": each.unit,
            "better": each.better,
            "by": ", ".join(each.by),
            "definition": translated.get(each.name, each.definition),
        }
        for each in INDICATORS
    ]
    return pd.DataFrame(rows)


Columns = Mapping[str, str]
"""What each column of a table means, in order."""

Rows = Mapping[str, Any]
"""The columns of one run's part of a table."""

_RUN: Columns = {
    "organisation": "name of the organisation that was simulated",
    "replication": "number of the replication, from 0; the same patients in every organisation",
}

_PATIENT: Columns = {
    "patient": "row of the person in the run, the same in every organisation of a replication",
}

_HOME: Columns = {
    "municipality": "where the person lives, by the region's name of it; missing for neighbours",
    "place": "the same by place of the road network",
}

TABLES: Mapping[str, Columns] = {
    "patients": {
        **_RUN,
        **_PATIENT,
        "fell_ill": "local time at which the person fell ill and would ring",
        "line": "how it began: 116117, 116117 health personnel, 113, alarm, transport, victim",
        **_HOME,
        "age": "age group, years",
        "urgency": "true urgency: red, yellow, green",
        "judged": "urgency as judged at first contact; missing where nobody judged it",
        "outcome": "how the contact ended, such as advice, clinic, ambulance, went_without",
        "instead": "what the person did instead of coming, care being far away; else came",
        "clinic": "where the person was seen; missing elsewhere",
        "travel_min": "minutes of the drives to care, all together",
        "to_first_help_min": "minutes from falling ill until anybody stood at the patient",
        "to_clinic_min": "minutes from falling ill until the person came in at a clinic",
        "to_doctor_min": "minutes from falling ill until a doctor came, by phone or video too",
        "to_end_min": "minutes from falling ill until the course was closed",
    },
    "calls": {
        **_RUN,
        **_PATIENT,
        "rang": "local time at which it rang at an operator, menu and recorded message over",
        "line": "the number rung: 116117, 116117 health personnel, 113, alarm",
        **_HOME,
        "room": "the control room that should answer",
        "answered_by": "the control room that did; missing where none did",
        "answered": "whether it was answered",
        "wait_s": "seconds it rang until both spoke, or until the caller left",
        "called_back": "whether the caller hung up to be rung up, or was rung back by 113",
    },
    "missions": {
        **_RUN,
        **_PATIENT,
        "notified": "local time at which 113 was notified: the call began to ring there",
        "kind": "incident; transport, ordered beforehand; victim beside the first of an incident",
        **_HOME,
        "area": "dense or sparse, as the official goals of 12 and 25 minutes count it",
        "judged": "urgency as judged: red, yellow, green",
        "urgency": "true urgency",
        "crew": "the first ambulance that came or was on its way",
        "alerted_min": "minutes from notification until the crew was alerted",
        "rolling_min": "minutes from notification until its wheels rolled",
        "response_min": "minutes from notification until it was at the scene (official clock)",
        "on_scene_min": "minutes at the scene",
        "to_hospital_min": "minutes from leaving the scene until hospital or clinic",
        "total_min": "minutes from alert until the crew was free",
        "taken_over": "how often a crew on its way was sent to somebody graver",
        "outcome": "how the contact ended",
    },
    "trips": {
        **_RUN,
        "patient": "row of the person it was for; missing where it was for nobody",
        "departed": "local time at which the wheels rolled",
        "unit": "who drove; missing for patients and first responders in their own cars",
        "kind": "what for, such as to_patient, with_patient, to_station",
        "mode": "car, blue (with blue lights), straight (flies or sails), unknown",
        "origin": "place where it began, or that was passed last; missing where not known",
        "destination": "place where it was to go",
        "minutes": "minutes until it was there or was cut short",
        "km": "kilometres driven; missing where the way is not known",
        "completed": "whether it was not cut short by another order",
    },
    "activities": {
        **_RUN,
        "patient": "row of the person it was for; missing where it was for nobody",
        "began": "local time at which it began",
        "unit": "who worked: an operator, nurse, doctor or crew",
        "role": "operator, dispatcher, nurse, doctor, crew and so on",
        "team": "whose roster the unit is on",
        "kind": "what it was, such as talk, consultation, mission",
        "minutes": "how long",
    },
    "measure": {
        **_RUN,
        "indicator": "name of the indicator; `akuttsim.definitions()` says what it is",
        "group_by": "what it is divided by; all for everybody together",
        "group": "the group",
        "value": "the value; missing where nothing was measured",
        "unit": "unit of the value; a share is of 1",
        "n": "how many it rests on",
    },
}
"""The columns of every table, with their meaning."""

_LINES = ("116117", "116117 health personnel", "113", "alarm", "transport", "victim")
_URGENCIES = code_names(Urgency)
MISSION_KINDS = ("incident", "transport", "victim", "journey")


def _patient_rows(one: MeasuredRun, warm_up: bool, neighbours: bool) -> Rows:
    drawn, course = one.patients, one.record.courses
    keep = _counted_people(one, warm_up, neighbours)
    since = drawn.time_s
    return {
        "patient": np.flatnonzero(keep),
        "fell_ill": _local(one, since[keep]),
        "line": _words(_LINES, drawn.line[keep]),
        **_home(one, np.flatnonzero(keep)),
        "age": _words(AGE_GROUPS, drawn.age_group[keep]),
        "urgency": _words(_URGENCIES, drawn.urgency[keep]),
        "judged": _words(_URGENCIES, course.judged[keep]),
        "outcome": _words(OUTCOMES, course.outcome[keep]),
        "instead": _words(INSTEAD, course.instead[keep]),
        "clinic": _words(tuple(one.organisation.clinics), course.clinic[keep]),
        "travel_min": course.travel_s[keep] / MINUTE_S,
        "to_first_help_min": (course.first_help_s - since)[keep] / MINUTE_S,
        "to_clinic_min": (course.at_clinic_s - since)[keep] / MINUTE_S,
        "to_doctor_min": (course.doctor_s - since)[keep] / MINUTE_S,
        "to_end_min": (course.ended_s - since)[keep] / MINUTE_S,
    }


def _call_rows(one: MeasuredRun, warm_up: bool, neighbours: bool) -> Rows:
    log, rooms = one.record.calls, tuple(one.organisation.control_rooms)
    in_span = one.measured_calls | warm_up
    keep = in_span & (neighbours | (one.municipality[log.patient] >= 0))
    is_answered = ~np.isnan(log.answered_s)
    wait_s = np.where(is_answered, answer_waits_s(one), log.left_s - log.rang_s)
    return {
        "patient": log.patient[keep],
        "rang": _local(one, log.rang_s[keep]),
        "line": _words(_LINES, log.line[keep]),
        **_home(one, log.patient[keep]),
        "room": _words(rooms, log.room[keep]),
        "answered_by": _words(rooms, log.answered_by[keep]),
        "answered": is_answered[keep],
        "wait_s": wait_s[keep],
        "called_back": log.called_back[keep],
    }


def _mission_rows(one: MeasuredRun, warm_up: bool, neighbours: bool) -> Rows:
    drawn, course = one.patients, one.record.courses
    keep = _counted_people(one, warm_up, neighbours) & (course.crew >= 0)
    is_kind = [
        drawn.line == LINE_TRANSPORT,
        drawn.line == LINE_VICTIM,
        np.isin(drawn.line, LONG_JOURNEYS),
    ]
    kinds = np.select(is_kind, [1, 2, 3], 0)
    notified_s = np.where(np.isnan(course.notified_s), course.requested_s, course.notified_s)
    areas = np.where(dense_places(one)[drawn.place], 0, 1)
    return {
        "patient": np.flatnonzero(keep),
        "notified": _local(one, notified_s[keep]),
        "kind": _words(MISSION_KINDS, kinds[keep]),
        **_home(one, np.flatnonzero(keep)),
        "area": _words(GOAL_AREAS, areas[keep]),
        "judged": _words(_URGENCIES, course.judged[keep]),
        "urgency": _words(_URGENCIES, drawn.urgency[keep]),
        "crew": _words(tuple(one.organisation.ambulances), course.crew[keep]),
        "alerted_min": (course.alerted_s - notified_s)[keep] / MINUTE_S,
        "rolling_min": (course.rolling_s - notified_s)[keep] / MINUTE_S,
        "response_min": ambulance_response_min(one)[keep],
        "on_scene_min": (course.left_scene_s - course.on_scene_s)[keep] / MINUTE_S,
        "to_hospital_min": (course.at_hospital_s - course.left_scene_s)[keep] / MINUTE_S,
        "total_min": (course.free_s - course.alerted_s)[keep] / MINUTE_S,
        "taken_over": course.taken_over[keep],
        "outcome": _words(OUTCOMES, course.outcome[keep]),
    }


def _trip_rows(one: MeasuredRun, warm_up: bool) -> Rows:
    log, keep = one.record.trips, one.measured_trips | warm_up
    units = tuple(unit.name for unit in one.record.units)
    return {
        "patient": _known_rows(log.patient[keep]),
        "departed": _local(one, log.departed_s[keep]),
        "unit": _words(units, log.unit[keep]),
        "kind": _words(TRIP_KINDS, log.kind[keep]),
        "mode": _words(TRIP_MODES, log.mode[keep]),
        "origin": _words(one.region.place_ids, log.origin[keep]),
        "destination": _words(one.region.place_ids, log.destination[keep]),
        "minutes": (log.arrived_s - log.departed_s)[keep] / MINUTE_S,
        "km": trip_km(one)[keep],
        "completed": log.completed[keep],
    }


def _activity_rows(one: MeasuredRun, warm_up: bool) -> Rows:
    log, units = one.record.activities, one.record.units
    keep = one.measured_activities | warm_up
    return {
        "patient": _known_rows(log.patient[keep]),
        "began": _local(one, log.start_s[keep]),
        "unit": _words(tuple(unit.name for unit in units), log.unit[keep]),
        "role": _words(tuple(unit.role for unit in units), log.unit[keep]),
        "team": _words(tuple(unit.team for unit in units), log.unit[keep]),
        "kind": _words(KINDS, log.kind[keep]),
        "minutes": (log.end_s - log.start_s)[keep] / MINUTE_S,
    }


def _table(name: str, runs: Runs, rows: Callable[[MeasuredRun], Rows]) -> pd.DataFrame:
    """Return the rows of all runs behind each other, with the columns that are declared."""
    parts = []
    for each, one in runs.runs:
        part = pd.DataFrame(rows(one))
        part.insert(0, "replication", each.replication)
        part.insert(0, "organisation", each.organisation)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)[list(TABLES[name])]


def _counted_people(one: MeasuredRun, warm_up: bool, neighbours: bool) -> Mask:
    """Return which people a table is of."""
    people: Mask = (one.measured | warm_up) & (neighbours | (one.municipality >= 0))
    return people


def _home(one: MeasuredRun, people: Indices | NDArray[np.intp]) -> Rows:
    """Return where some people live: missing outside the region."""
    return {
        "municipality": _words(one.region.municipality_ids, one.municipality[people]),
        "place": _words(one.region.place_ids, one.patients.place[people]),
    }


def _words(names: Sequence[str], codes: NDArray[np.integer]) -> pd.Series:
    """Return the name of each code; missing below 0."""
    return pd.Series([*names, None], dtype="str").take(codes).reset_index(drop=True)


def _known_rows(rows: Indices) -> pd.Series:
    """Return rows of people as whole numbers; missing below 0."""
    return pd.Series(rows).astype("Int64").where(rows >= 0)


def _local(one: MeasuredRun, time_s: Floats) -> pd.DatetimeIndex:
    """Return local times of seconds of the run, to the millisecond."""
    calendar = one.region.calendar.calendar()
    since_1970_s = calendar.local(0.0).timestamp() + time_s
    utc = pd.to_datetime(np.round(since_1970_s * 1000), unit="ms", utc=True)
    return pd.DatetimeIndex(utc).tz_convert(calendar.time_zone)
