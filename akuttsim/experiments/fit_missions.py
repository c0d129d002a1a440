"""What a call log tells of missions and of those on duty.

Shares that got an ambulance and that were conveyed, interview before the alert, handover by
hospital, how fast drives with a patient were, and how many crews and operators were present.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import UNKNOWN, CallLog, DestinationCode
from akuttsim.calllog.times import local_parts
from akuttsim.calllog.trace_source import destination_codes
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.patients.call_rates import is_free
from akuttsim.patients.streams import Stream
from akuttsim.records import LINE_113, RED, Codes, Flags, Floats
from akuttsim.roads.travel import travel_of_region
from akuttsim.statistics.call_log_fit import OnDutyFit, RatioFit
from akuttsim.statistics.distribution_fit import BOOTSTRAPS, FEWEST_OBSERVATIONS
from akuttsim.statistics.intervals import Interval
from akuttsim.units import HOUR_S, MINUTE_S

OPERATOR_GAP_S, CREW_GAP_S = 45 * MINUTE_S, 6 * HOUR_S
"""Whoever works again within so long was on duty between: an operator rests between calls for
minutes, a crew between missions for hours."""


def mission_durations(log: CallLog, region: Region) -> Iterator[tuple[str, Floats]]:
    """Yield the interview at 113 by urgency, from the answer to the alert less the dispatch.

    Alerts at the moment at which an ambulance becomes free had waited for it, and are left out.
    """
    work_s = region.care.dispatch_s.expected()
    seconds = log.stage("alerted") - log.stage("answered") - work_s
    is_counted = (log.line == LINE_113) & ~_waited_for_crew(log)
    seconds = np.where(is_counted, seconds, np.nan)
    for code, name in enumerate(URGENCIES):
        mine = seconds[(log.urgency == code) & (seconds > 0)]
        yield f"care.interview_113_s.{name}", mine


AT_ONCE_S = 5.0
"""A crew that was waited for is alerted within so many seconds of becoming free."""


def _waited_for_crew(log: CallLog) -> Flags:
    """Return whose ambulance was alerted just as one became free; not told of whole minutes."""
    freed = np.sort(log.stage("free")[~np.isnan(log.stage("free"))])
    if not len(freed):
        return np.zeros(len(log), dtype=bool)
    alerted = log.stage("alerted")
    before = np.searchsorted(freed, np.nan_to_num(alerted), side="right") - 1
    since = alerted - freed[np.maximum(before, 0)]
    waited: Flags = (before >= 0) & (since <= AT_ONCE_S)
    return waited


def handovers_by_hospital(log: CallLog, region: Region) -> Iterator[tuple[str, Floats]]:
    """Yield the handovers at each hospital that the log tells apart, in seconds."""
    to, seconds = log.code("destination"), log.length_s("handover")
    for position, name in enumerate(region.hospitals, DestinationCode.FIRST_HOSPITAL):
        mine = seconds[(to == position) & (seconds > 0)]
        if len(mine):
            yield f"handover_min.{name}", mine


def fit_shares(log: CallLog, mine: Flags) -> Iterator[tuple[str, RatioFit]]:
    """Yield the share of calls to 113 that got an ambulance, and of those seen that were conveyed.

    By urgency as judged; callers who hung up are none of them.

    Args:
        log: The calls.
        mine: Which calls to 113 are the district's own, shape (calls,): neighbours' ambulances are
            in no log of ours.
    """
    to_113 = mine & (log.line == LINE_113) & ~log.hung_up
    sent, to = log.was_sent, destination_codes(log)
    for code, name in enumerate(URGENCIES):
        asked = to_113 & (log.urgency == code) & (sent != UNKNOWN)
        seen = (log.urgency == code) & (to != UNKNOWN)
        kinds = (
            ("needs_113", asked, sent == 1),
            ("conveyed", seen, to >= DestinationCode.HOSPITAL),
        )
        for key, all_of_them, those in kinds:
            if all_of_them.sum() >= FEWEST_OBSERVATIONS:
                yield f"care.{key}.{name}", _share_fit(all_of_them, those)


def _share_fit(everybody: Flags, those: Flags) -> RatioFit:
    """Return a share with Wilson's interval.

    Source: E. B. Wilson, Probable inference, JASA 22 (1927) 209-212.
    """
    n, share = int(everybody.sum()), float(np.mean(those[everybody]))
    z = 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return RatioFit(n, Interval(share, max(0.0, middle - half), min(1.0, middle + half)))


def fit_drives(
    log: CallLog, region: Region, draw: Callable[[str], Stream]
) -> Iterator[tuple[str, RatioFit]]:
    """Yield how many times as long as in the region drives to a told hospital took, in the median.

    From the patient's place to the hospital, red with blue light and others without, by noon of an
    ordinary day. Only calls whose place and hospital the log names.
    """
    to, seconds = log.code("destination"), log.length_s("conveyance")
    known = (to >= DestinationCode.FIRST_HOSPITAL) & (seconds > 0)
    known &= (log.place >= 0) & (log.place < len(region.places))
    if known.sum() < FEWEST_OBSERVATIONS:
        return
    travel = travel_of_region(region)
    places = [region.place_ids.index(each.place) for each in region.hospitals.values()]
    ends = np.array(places)[np.maximum(to - DestinationCode.FIRST_HOSPITAL, 0)]
    for name, mode, mine in (
        ("blue", "blue", known & (log.urgency == RED)),
        ("car", "car", known & (log.urgency > RED)),
    ):
        expected = np.array(
            [
                travel.to(mode, travel.noon, end)[start]  # type: ignore[arg-type]
                for start, end in zip(log.place[mine].tolist(), ends[mine].tolist(), strict=True)
            ]
        )
        ratio = seconds[mine][expected > 0] / expected[expected > 0]
        if len(ratio) >= FEWEST_OBSERVATIONS:
            yield f"drive.{name}", _median_fit(ratio, draw(f"drive.{name}"))


def _median_fit(values: Floats, draw: Stream) -> RatioFit:
    """Return a median with the 2.5 and 97.5 percentiles of those of resampled values."""
    samples = [float(np.median(draw.choice(values, len(values)))) for _ in range(BOOTSTRAPS)]
    low, high = np.percentile(samples, [2.5, 97.5])
    return RatioFit(len(values), Interval(float(np.median(values)), float(low), float(high)))


def fit_on_duty(log: CallLog) -> Iterator[tuple[str, OnDutyFit]]:
    """Yield how many operators and crews were present on average, hour by hour.

    Whoever works again soon was present between: those who only wait for a call are counted, and
    not just those who talk while somebody waits.
    """
    kinds = (
        ("operator", log.stage("answered"), log.stage("ended"), OPERATOR_GAP_S),
        ("unit", log.stage("alerted"), log.stage("free"), CREW_GAP_S),
    )
    for name, begins, ends, gap_s in kinds:
        code = log.code(name)
        known = (code != UNKNOWN) & ~np.isnan(begins) & ~np.isnan(ends)
        if known.sum() >= FEWEST_OBSERVATIONS:
            spans = _spans_present(code[known], begins[known], ends[known], gap_s)
            yield name, _mean_present(log, len(np.unique(code[known])), spans)
            for skill, people in _skills(name, code[known], log.line[known]):
                mine = known & np.isin(code, people)
                spans = _spans_present(code[mine], begins[mine], ends[mine], gap_s)
                yield skill, _mean_present(log, len(people), spans)


SKILL_CALLS, SKILL_SHARE = 5, 0.05
"""Who answers a number fewer times, or in a smaller share of calls, took it by exception."""


def _skills(
    name: str, code: NDArray[np.int32], line: Codes
) -> Iterator[tuple[str, NDArray[np.int32]]]:
    """Yield which operators answer both numbers, 113 alone and 116117 alone.

    Nothing of crews, nor of a log in which all operators answer the same.

    Args:
        name: What is counted: `operator` or `unit`.
        code: Who answered each call.
        line: Which number was rung; health personnel's line is 116117's.
    """
    people, row = np.unique(code, return_inverse=True)
    calls = np.bincount(row)
    answers = {}
    for number, mine in (("113", line == LINE_113), ("116117", line != LINE_113)):
        took = np.bincount(row, weights=mine, minlength=len(people))
        answers[number] = (took >= SKILL_CALLS) & (took >= SKILL_SHARE * calls)
    to_113, to_116117 = answers["113"], answers["116117"]
    kinds = (
        ("operator_both", to_113 & to_116117),
        ("operator_113", to_113 & ~to_116117),
        ("operator_116117", to_116117 & ~to_113),
    )
    found = [(skill, people[mine]) for skill, mine in kinds if mine.any()]
    if name == "operator" and len(found) > 1:
        yield from found


def _spans_present(
    code: NDArray[np.int32], begins: Floats, ends: Floats, gap_s: float
) -> list[tuple[float, float]]:
    """Return the stretches in which each was present, of works with no more than a gap between."""
    spans: list[tuple[float, float]] = []
    for person in np.unique(code):
        mine = np.argsort(begins[code == person])
        first, last = begins[code == person][mine], ends[code == person][mine]
        until = np.maximum.accumulate(last)
        starts = np.concatenate([[0], np.flatnonzero(first[1:] > until[:-1] + gap_s) + 1])
        stops = np.append(starts[1:], len(first)) - 1
        spans += list(zip(first[starts].tolist(), until[stops].tolist(), strict=True))
    return spans


def _mean_present(log: CallLog, people: int, spans: list[tuple[float, float]]) -> OnDutyFit:
    """Return the mean number present in each hour of working and of free days."""
    first = int(log.time_s.min() // HOUR_S)
    hours = int(log.time_s.max() // HOUR_S) - first + 1
    present = np.zeros(hours)
    edges = (first + np.arange(hours + 1)) * HOUR_S
    for begins, ends in spans:
        a, b = (int(min(max(s // HOUR_S - first, 0), hours - 1)) for s in (begins, ends))
        inside = np.minimum(edges[a + 1 : b + 2], ends) - np.maximum(edges[a : b + 1], begins)
        present[a : b + 1] += np.maximum(inside, 0.0) / HOUR_S
    day, hour = local_parts(edges[:-1].astype(np.float64), log.time_zone)
    free = np.array([is_free(date) for date in day.astype("datetime64[D]").tolist()])
    working, on_free = (_mean_by_hour(present, hour, free == kind) for kind in (False, True))
    return OnDutyFit(people, working, on_free)


def _mean_by_hour(present: Floats, hour: NDArray[np.int64], mine: Flags) -> Floats:
    """Return the mean of each hour of the day over some hours of the log; NaN for none."""
    each = [present[mine & (hour == h)] for h in range(24)]
    return np.array([values.mean() if len(values) else np.nan for values in each])
