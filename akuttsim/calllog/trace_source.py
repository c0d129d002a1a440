"""A real call log as patients: what it tells is used as it is, what it lacks is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import LINES, UNKNOWN, CallLog
from akuttsim.config.schema.region import Region, neighbour_populations
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

    Time, number, place, urgency and talk are the log's where it has them. What else a patient is,
    and what is missing, is drawn from the region: each quantity from the call's number in the log,
    so that the same seed and replication give the same people whatever a log happens to lack.
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
    return people


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
    is_contact = is_logged | (line != 0) | (rows.uniform("contact") * callers < contacts)
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
