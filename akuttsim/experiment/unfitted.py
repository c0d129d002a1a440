"""What a fit leaves as it was, and why: nothing that a log might tell is passed over silently."""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.analysis.fitted import FittedRegion, Unfitted
from akuttsim.analysis.fitted_arrivals import FEWEST_DAYS, FEWEST_OF_KIND
from akuttsim.analysis.fitting import FEWEST, SOON_S
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.experiment.fit_data import (
    MOST_ASKED,
    NUMBERS,
    days_of,
    durations,
    mobilisations,
    own_calls,
    waits,
)
from akuttsim.records import LINE_113, Floats


def unfitted(found: FittedRegion) -> Iterator[Unfitted]:
    """Yield all that was not fitted to a log, with the reason."""
    yield from _arrivals(found)
    for key, seconds in durations(found.log):
        if key not in found.durations:
            yield _duration(key, seconds, found.log)
    if "mobilisation" not in found.crew:
        yield _duration("mobilisation", mobilisations(found.log), found.log)
    yield from _patience(found)


def _arrivals(found: FittedRegion) -> Iterator[Unfitted]:
    for number in NUMBERS:
        if number not in found.arrivals:
            yield _no_arrivals(number, found)
    main = found.arrivals.get("116117")
    if main is None:
        return
    for name, n in (("working", main.working), ("free", main.free)):
        if n < FEWEST_OF_KIND:
            yield Unfitted(f"hours_{name}", "few_days", n, FEWEST_OF_KIND)


def _no_arrivals(number: str, found: FittedRegion) -> Unfitted:
    log, key = found.log, f"arrivals_{number}"
    to_113 = log.line == LINE_113
    rang = int(to_113.sum()) if number == "113" else int((~to_113).sum())
    mine = own_calls(log, found.region, number)
    if not mine.any():
        return Unfitted(key, "neighbours" if rang else "no_calls", rang)
    days = days_of(log, mine, found.region, number == "113")
    return Unfitted(key, "few_days", len(days.counts), FEWEST_DAYS)


TIMES = {
    "care.on_scene_min": ("on_scene", "left"),
    "care.hospital_handover_min": ("at_hospital", "free"),
    "mobilisation": ("alerted", "rolling"),
}
"""The times between which a duration lies that is no talk."""

TALK = ("answered", "ended")


def _duration(key: str, seconds: Floats, log: CallLog) -> Unfitted:
    times = next((ends for name, ends in TIMES.items() if key.startswith(name)), TALK)
    if not set(times) <= set(log.stages):
        return Unfitted(key, "no_times", 0)
    n = int((seconds > 0).sum())
    return Unfitted(key, "few" if n < FEWEST else "alike", n, FEWEST)


def _patience(found: FittedRegion) -> Iterator[Unfitted]:
    of = waits(found.log)
    if "all" not in found.patience:
        late = int((of.left & (of.wait_s > SOON_S)).sum())
        has_times = set(TALK) <= set(found.log.stages)
        yield Unfitted("patience", "few_hang_ups" if has_times else "no_times", late, FEWEST)
    elif of.share_with_urgency < MOST_ASKED:
        yield Unfitted("patience_by_urgency", "no_urgency", int(of.left.sum()))
