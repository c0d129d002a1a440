"""A real call log as patients: what it tells is used as it is, what it lacks is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import LINES, UNKNOWN, CallLog, DestinationCode
from akuttsim.config.schema.region import Region, neighbour_populations
from akuttsim.config.schema.values import URGENCIES
from akuttsim.patients.call_rates import callers_113, callers_116117, draw_homes, people_by_place
from akuttsim.patients.sampling import complete_columns, flyable_hours, section_columns
from akuttsim.patients.streams import Persons, Stream, numbered_persons, stream
from akuttsim.patients.urgency import urgency_codes
from akuttsim.records import LINE_113, Codes, Flags, Floats, Indices, Patients
from akuttsim.units import HOUR_S, to_ticks

TraceColumns = dict[str, NDArray[Any]]

NEVER_AGAIN = np.nextafter(1.0, 0.0)
"""A uniform outside every share: no second attempt, which a log has as a call of its own."""


@dataclass(frozen=True)
class LogReplay:
    """What is replayed.

    Attributes:
        region: The region, whose run begins on a day of the log and whose places the log names.
        log: The calls of so many days.
        days: Days of the run.
        seed: Seed of all that the log does not have.
        added: Sections of the region's demand whose people are drawn on top of the calls, such as
            `planned_transports`.
    """

    region: Region
    log: CallLog
    days: int
    seed: int
    added: tuple[str, ...] = ()


def trace_patients(run: LogReplay, replication: int) -> Patients:
    """Return the calls of a log as patients, with those who are added to them.

    Time, number, place, urgency as judged and talk are the log's where it has them; so are whether
    an ambulance was sent, its time on scene, where it left the patient and how long it handed over
    there. What else a patient is, and what is missing, is drawn from the region: each quantity from
    the call's number in the log, so that the same seed and replication give the same people
    whatever a log happens to lack.
    Nobody rings again, nor 113 instead: who did stands in the log once more.

    Args:
        run: The log, the region and the seed.
        replication: The replication's number.

    Returns:
        Patients in order of time.
    """
    groups = [
        _log_callers(run, replication),
        *(section_columns(run.region, run.days, run.seed, replication, name) for name in run.added),
    ]
    people = {name: np.concatenate([group[name] for group in groups]) for name in groups[0]}
    if run.region.weather is not None:

        def weather_stream(name: str) -> Stream:
            return stream(run.seed, replication, f"log.weather.{name}")

        hours = flyable_hours(run.region, run.region.weather, run.days, weather_stream)
        people["flyable"] = hours[(people["time_s"] // HOUR_S).astype(np.intp)]
    order = np.argsort(people["time_s"], kind="stable")
    return Patients(**{name: column[order] for name, column in people.items()})


def is_logged_call(patients: Patients) -> Flags:
    """Return which patients are the log's calls; those that are True are in the log's order."""
    mine: Flags = np.isin(patients.line, list(LINES.values()))
    return mine


def _log_callers(run: LogReplay, replication: int) -> TraceColumns:
    """Return all columns of the log's callers; talk is time on the line after the answer."""
    rows = numbered_persons(run.seed, replication, "log", len(run.log))
    people = complete_columns(run.region, _caller_columns(run, rows), rows)
    is_logged = ~np.isnan(run.log.talk_s)
    is_113 = people["line"] == LINE_113
    seconds = to_ticks(np.where(is_logged, run.log.talk_s, 0.0))
    people |= {
        "talk_s": np.where(is_logged & ~is_113, seconds, people["talk_s"]),
        "talk_113_s": np.where(is_logged & is_113, seconds, people["talk_113_s"]),
    }
    people |= {
        name: np.full(len(run.log), NEVER_AGAIN) for name in ("u_again_1", "u_again_2", "u_again_3")
    }
    people["u_present"] = np.zeros(len(run.log))
    return people | _known_columns(run, people)


GRAVEST, NONE_SENT = -1.0, 2.0
"""Uniforms below and above every share, for what a log tells: a patient's own way, whatever share
of all go it."""


def _known_columns(run: LogReplay, people: TraceColumns) -> TraceColumns:
    """Return what a log tells of a patient's way in place of what was drawn.

    Urgency is as it was judged, so that nobody judges it again; whether an ambulance was sent,
    where it left the patient, and how long scene and handover took.
    """
    region, log = run.region, run.log
    was_judged = log.urgency != UNKNOWN
    unjudged = _uniform_between_errors(region)
    # a neighbour's ambulance is in no log of ours
    is_blank = log.hung_up | ((people["outside"] >= 0) & (log.was_sent == 0))
    sent = np.where(is_blank, UNKNOWN, log.was_sent)
    columns: TraceColumns = {
        name: np.where(was_judged, unjudged, people[name])
        for name in ("u_misjudged", "u_misjudged_113")
    }
    columns["u_need"] = _need_uniforms(region, people, sent)
    columns["u_need_113"] = np.select(
        [sent == 1, sent == 0],
        [np.full(len(log), GRAVEST), _unsent_uniforms_113(region, people)],
        people["u_need_113"],
    )
    for name in ("u_spared", "u_stays_home"):
        is_known = sent == 1 if name == "u_spared" else destination_codes(log) != UNKNOWN
        columns[name] = np.where(is_known, NEVER_AGAIN, people[name])
    columns |= _conveyed_columns(run, people)
    scene = scene_seconds(log)
    lengths = {"on_scene_s": scene}
    lengths |= dict.fromkeys(
        ("hospital_handover_s", "legevakt_handover_s"), log.length_s("handover")
    )
    for name, seconds in lengths.items():
        is_known = seconds > 0
        columns[name] = np.where(is_known, to_ticks(np.where(is_known, seconds, 0.0)), people[name])
    return columns


def _uniform_between_errors(region: Region) -> float:
    """Return the uniform at which nobody is judged too low or too high."""
    errors = region.misjudged
    low = max(errors.under.value, errors.hard_under.value)
    high = 1 - max(errors.over.value, errors.hard_over.value)
    return (low + high) / 2


def _need_uniforms(region: Region, people: TraceColumns, sent: Codes) -> Floats:
    """Return the uniforms of where 116117 sends each, as far as the log tells.

    With an ambulance the gravest; without one as drawn among the other ways.
    """
    needs, u = region.care.needs, people["u_need"]
    shares = [
        None if level is None else level.ambulance
        for level in (needs.red, needs.yellow, needs.green)
    ]
    sends = np.array([NONE_SENT if share is None else share for share in shares])[people["urgency"]]
    others = np.where(sends > 1, NONE_SENT, sends + u * (1 - sends))
    return np.select([sent == 1, sent == 0], [np.full(len(u), GRAVEST), others], u)


def _unsent_uniforms_113(region: Region, people: TraceColumns) -> Floats:
    """Return the uniforms of calls to 113 without an ambulance: as drawn among the other ways."""
    levels = (getattr(region.care.needs_113, name) for name in URGENCIES)
    sends = np.array([level.ambulance for level in levels])[people["urgency"]]
    others: Floats = sends + people["u_need_113"] * (1 - sends)
    return others


def destination_codes(log: CallLog) -> Indices:
    """Return where an ambulance left each patient, as `DestinationCode`; -1 where nobody tells.

    As its column says; else by the time at hospital, where the log has such times.
    """
    told = log.code("destination")
    was_there = ~np.isnan(log.stage("at_hospital"))
    if not was_there.any():
        return told
    was_seen = ~np.isnan(log.stage("on_scene")) & ~np.isnan(log.stage("free"))
    by_times = np.where(was_there, DestinationCode.HOSPITAL, DestinationCode.HOME)
    is_told = (told == UNKNOWN) & (was_there | was_seen)
    return np.where(is_told, by_times, told).astype(np.int32)


def _conveyed_columns(run: LogReplay, people: TraceColumns) -> TraceColumns:
    """Return the uniforms of where patients are left, and the place of a hospital that is told."""
    to = destination_codes(run.log)
    homes = [getattr(run.region.care.conveyed, name).home for name in URGENCIES]
    clinics = [getattr(run.region.care.conveyed, name).legevakt for name in URGENCIES]
    at_clinic = (np.array(homes) + np.array(clinics) / 2)[people["urgency"]]
    u = np.select(
        [
            to == DestinationCode.HOME,
            to == DestinationCode.LEGEVAKT,
            to >= DestinationCode.HOSPITAL,
        ],
        [np.full(len(to), GRAVEST), at_clinic, np.full(len(to), NONE_SENT)],
        people["u_conveyed"],
    )
    places = [run.region.place_ids.index(each.place) for each in run.region.hospitals.values()]
    by_code = np.array([-1] * DestinationCode.FIRST_HOSPITAL + places, dtype=np.int32)
    return {"u_conveyed": u, "transport_to": np.where(to < 0, -1, by_code[to]).astype(np.int32)}


def scene_seconds(log: CallLog) -> Floats:
    """Return the time on scene: until it was left, or until the crew was free there, seconds."""
    told = log.length_s("scene_time")
    stayed = np.isnan(told) & (destination_codes(log) == DestinationCode.HOME)
    return np.where(stayed, log.stage("free") - log.stage("on_scene"), told)


def seconds_of_run(region: Region, times: Floats) -> Floats:
    """Return seconds since the start of the region's run of times since 1970."""
    return times - region.calendar.calendar().local(0.0).timestamp()


def _caller_columns(run: LogReplay, rows: Persons) -> TraceColumns:
    """Return who rang: the log's time, number, place and urgency; drawn where it does not tell."""
    region, log = run.region, run.log
    time_s = to_ticks(seconds_of_run(region, log.time_s))
    line = np.maximum(log.line, 0).astype(np.int8)  # a number that is not logged is 116117
    place, age_group, outside = _places_and_ages(run, line, rows)
    sampled_urgency = urgency_codes(region, line, age_group, time_s, rows.uniform("urgency"))
    is_logged = log.urgency != UNKNOWN
    # about an illness: whoever has an urgency, and the region's share of others (who ask for
    # information alone); all calls but 116117's are contacts
    contacts = region.demand.contacts_per_person_year.value
    callers = contacts + region.demand.other_calls_per_person_year.value
    is_contact = (
        is_logged
        | (log.was_sent == 1)
        | (line != 0)
        | (rows.uniform("contact") * callers < contacts)
    )
    return {
        "time_s": time_s,
        "line": line,
        "is_contact": is_contact,
        "place": place,
        "outside": outside,
        "age_group": age_group,
        "urgency": np.where(is_logged, log.urgency, sampled_urgency).astype(np.int8),
    }


def _places_and_ages(run: LogReplay, line: Codes, rows: Persons) -> tuple[Indices, Codes, Codes]:
    """Return place, age group and neighbour district: as the log tells, or within what it tells.

    Where it tells none, by people and how often each age rings that number, as for drawn patients.
    """
    region, log, u = run.region, run.log, rows.uniform("home")
    word = _place_codes(region, log, line, rows.uniform("outside"))
    place = np.zeros(len(log), dtype=np.int32)
    age_group = np.zeros(len(log), dtype=np.int8)
    numbers = ((callers_116117(region), line != LINE_113), (callers_113(region), line == LINE_113))
    for weighed, number in numbers:
        for code in np.unique(word[number]).tolist():
            mine = number & (word == code)
            place[mine], age_group[mine] = draw_homes(
                weighed * _places_of_code(region, code)[:, None], u[mine]
            )
    outside = word - _first_outside(region)
    place[outside >= 0] = -1
    return place, age_group, np.maximum(outside, -1).astype(np.int8)


def _first_outside(region: Region) -> int:
    """Return the code of the first neighbour district, after places and municipalities."""
    return len(region.places) + len(region.municipalities)


def _place_codes(region: Region, log: CallLog, line: Codes, u: Floats) -> Indices:
    """Return where each is, as words: of those to 113 of whom the log tells nothing, some outside.

    A room that also answers 113 for neighbours has their calls in its log. Where the log never says
    so, as many are theirs as they are people. Without a place a call to 116117 is the district's.
    """
    first = _first_outside(region)
    word: Indices = log.place
    theirs = np.cumsum(list(neighbour_populations(region).values()))
    if not len(theirs) or (line[log.place >= first] == LINE_113).any():
        return word
    everybody = float(theirs[-1] + people_by_place(region).sum())
    district = np.searchsorted(theirs, u * everybody, side="right")
    is_theirs = (line == LINE_113) & (word == UNKNOWN) & (district < len(theirs))
    return np.where(is_theirs, first + district, word).astype(np.int32)


def _places_of_code(region: Region, word: int) -> Floats:
    """Return 1 for each place that a word stands for, else 0; everywhere where it stands for none.

    A neighbour's caller gets an age as everybody's here.
    """
    places, first = list(region.places), len(region.places)
    if not 0 <= word < _first_outside(region):
        return np.ones(first)
    if word < first:
        return np.array([name == places[word] for name in places], dtype=np.float64)
    name = list(region.municipalities)[word - first]
    homes_of = [place.municipality == name for place in region.places.values()]
    return np.array(homes_of, dtype=np.float64)
