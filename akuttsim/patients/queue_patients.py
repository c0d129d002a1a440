"""Patients for a queue by itself: Poisson calls that only need an answer, and the like.

The same kind of table as drawn from a region, so that the chain's own processes serve them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.streams import stream
from akuttsim.records import GREEN, LINE_113, LINE_116117, RED, Floats, Patients
from akuttsim.units import HOUR_S, to_ticks

BLANK_FLAGS = ("is_contact", "urgent_button", "same_incident", "psychiatric")

NEVER_S = 1e9
"""Patience of a caller who never hangs up, in seconds."""


@dataclass(frozen=True)
class CallerProcess:
    """Callers of a plain queue, for comparison with queueing theory.

    Talk and patience are exponential.

    Attributes:
        calls_per_h: One rate, or one for each hour of the run.
        talk_s: Mean seconds of talk.
        patience_s: Mean seconds until a waiting caller hangs up; infinite for never.
        first_share: Share of callers who go first in the queue.
    """

    calls_per_h: float | Sequence[float]
    talk_s: float
    patience_s: float = float("inf")
    first_share: float = 0.0


def draw_queue_callers(who: CallerProcess, hours: float, seed: int, replication: int) -> Patients:
    """Return callers of 116117 over so many hours, who need no more than to be answered."""
    time_s = _poisson_times(who.calls_per_h, hours, seed, replication)
    count = len(time_s)
    talk = stream(seed, replication, "talk").exponential(who.talk_s, count)
    first = stream(seed, replication, "first").random(count) < who.first_share
    columns = blank_columns(time_s) | {"talk_s": to_ticks(talk), "urgent_button": first}
    columns["patience_1_s"] = _patience_of_callers(who.patience_s, count, seed, replication)
    return Patients(**columns)


def draw_queue_incidents(
    calls_per_h: Sequence[float], mission_s: float, hours: float, seed: int, replication: int
) -> Patients:
    """Return red incidents, one rate for each place, that each take a crew for a mean `mission_s`.

    Nothing but the crew takes time: the call and the dispatch are instant.
    """
    rates = np.array(calls_per_h)
    time_s = _poisson_times(float(rates.sum()), hours, seed, replication)
    count = len(time_s)
    u = stream(seed, replication, "home").random(count)
    mission = stream(seed, replication, "on_scene").exponential(mission_s, count)
    columns = blank_columns(time_s) | {"on_scene_s": to_ticks(mission)}
    columns["line"] = np.full(count, LINE_113, dtype=np.int8)
    columns["urgency"] = np.full(count, RED, dtype=np.int8)
    columns["place"] = np.searchsorted(np.cumsum(rates), u * rates.sum()).astype(np.int32)
    columns["u_need_113"] = np.zeros(count)
    columns["u_conveyed"] = np.zeros(count)
    return Patients(**columns)


@dataclass(frozen=True)
class VisitorProcess:
    """Who comes to a clinic's doctor: visits an hour and mean consultation by urgency, red first.

    `u_way` lies in the share of callers whom the region sends to the clinic: for red those whom an
    ambulance brings there, for yellow and green those who ring 116117.
    """

    visits_per_h: tuple[float, float, float]
    consultation_s: tuple[float, float, float]
    u_way: tuple[float, float, float]


def draw_queue_visitors(who: VisitorProcess, hours: float, seed: int, replication: int) -> Patients:
    """Return patients who stand before the doctor as soon as they call: nothing else takes time.

    Consultations are exponential.
    """
    rates = np.array(who.visits_per_h)
    time_s = _poisson_times(float(rates.sum()), hours, seed, replication)
    count = len(time_s)
    u = stream(seed, replication, "urgency").random(count)
    urgency = np.searchsorted(np.cumsum(rates), u * rates.sum()).astype(np.int8)
    unit = stream(seed, replication, "consultation").exponential(1.0, count)
    way, is_red = np.array(who.u_way)[urgency], urgency == RED
    columns = blank_columns(time_s) | {"urgency": urgency, "is_contact": np.ones(count, dtype=bool)}
    columns["consultation_s"] = to_ticks(unit * np.array(who.consultation_s)[urgency])
    columns["line"] = np.where(is_red, LINE_113, LINE_116117).astype(np.int8)
    columns |= {"u_need": way, "u_conveyed": way, "u_need_113": np.zeros(count)}
    return Patients(**columns)


def blank_columns(time_s: Floats) -> dict[str, NDArray[Any]]:
    """Return columns of patients to whom nothing happens but a call answered in no time.

    Uniforms are 0.999..., which lies outside every share: no video, no error, no second attempt;
    but everybody is present, however far away.
    """
    count = len(time_s)
    outside_every_share = np.full(count, np.nextafter(1.0, 0.0))
    columns: dict[str, NDArray[Any]] = {
        field.name: outside_every_share if field.name.startswith("u_") else np.zeros(count)
        for field in fields(Patients)
    }
    kinds = {"line": LINE_116117, "outside": -1, "age_group": 4, "urgency": GREEN, "language": 0}
    columns |= {name: np.full(count, code, dtype=np.int8) for name, code in kinds.items()}
    columns |= {name: np.zeros(count, dtype=bool) for name in BLANK_FLAGS}
    columns |= {f"patience_{n}_s": np.full(count, NEVER_S) for n in ("1", "2", "3", "113")}
    columns |= {"u_misjudged": np.full(count, 0.5), "u_misjudged_113": np.full(count, 0.5)}
    columns |= {"u_present": np.zeros(count), "flyable": np.ones(count, dtype=bool)}
    columns |= {"transport_to": np.full(count, -1, dtype=np.int32)}
    return columns | {"time_s": time_s, "place": np.zeros(count, dtype=np.int32)}


def _poisson_times(
    calls_per_h: float | Sequence[float], hours: float, seed: int, replication: int
) -> Floats:
    """Draw whole hours; those after the end are left out."""
    begun = ceil(hours)
    rates = np.broadcast_to(np.asarray(calls_per_h, dtype=np.float64), (begun,))
    counts = stream(seed, replication, "count.callers").poisson(rates)
    starts = np.repeat(np.arange(begun) * HOUR_S, counts)
    within = stream(seed, replication, "time.callers").random(len(starts)) * HOUR_S
    times = np.sort(to_ticks(starts + within))
    return times[times < hours * HOUR_S]


def _patience_of_callers(mean_s: float, count: int, seed: int, replication: int) -> Floats:
    """Return exponential patience; without end where its mean is infinite."""
    if not np.isfinite(mean_s):
        return np.full(count, NEVER_S)
    return to_ticks(stream(seed, replication, "patience_1").exponential(mean_s, count))
