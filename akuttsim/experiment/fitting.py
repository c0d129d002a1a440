"""Fitting a region to a call log: what can be learned, and the values of the region that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from akuttsim.analysis.fitted import FittedRegion, in_minutes
from akuttsim.analysis.fitted_arrivals import ArrivalFit, arrivals
from akuttsim.analysis.fitting import Fit, PatienceFit, lognormal, patience
from akuttsim.analysis.intervals import Interval
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.experiment.fit_data import (
    MOST_ASKED,
    NUMBERS,
    days_of,
    durations,
    mobilisations,
    own_calls,
    waits,
)
from akuttsim.experiment.unfitted import unfitted
from akuttsim.patients.streams import Stream, stream
from akuttsim.units import HOUR_S, MINUTE_S


@dataclass(frozen=True)
class Value:
    """One value of the region that follows from the log: its dotted key, and what stands there."""

    key: str
    content: dict[str, Any]


def fit(log: CallLog, region: Region, seed: int) -> FittedRegion:
    """Return what a log tells of a region; what it has too few calls of is left as it is."""
    draw = partial(_named, seed)
    lasting = {
        key: each
        for key, seconds in durations(log)
        if (each := lognormal(seconds, draw(key))) is not None
    }
    crew = lognormal(mobilisations(log), draw("mobilisation"))
    found = FittedRegion(
        log=log,
        region=region,
        arrivals=dict(_arrivals(log, region, draw)),
        durations=lasting,
        patience=dict(_patience(log, draw)),
        crew={} if crew is None else {"mobilisation": crew},
    )
    return replace(found, unfitted=tuple(unfitted(found)))


def _named(seed: int, name: str) -> Stream:
    return stream(seed, 0, f"fit.{name}")


def _patience(log: CallLog, draw: partial[Stream]) -> Iterator[tuple[str, PatienceFit]]:
    """Yield the patience of all callers, and of each urgency where the log has it of hang-ups too.

    Most logs do not: nobody asked those who hung up, so that all callers of one urgency were
    answered and look endlessly patient.
    """
    asked = waits(log)
    has_urgency = asked.share_with_urgency >= MOST_ASKED
    for code, name in enumerate(URGENCIES if has_urgency else ()):
        mine = asked.urgency == code
        found = patience(asked.wait_s[mine], asked.left[mine], draw(f"patience.{name}"))
        if found is not None:
            yield name, found
    everybody = patience(asked.wait_s, asked.left, draw("patience.all"))
    if everybody is not None:
        yield "all", everybody


def _arrivals(
    log: CallLog, region: Region, draw: partial[Stream]
) -> Iterator[tuple[str, ArrivalFit]]:
    for number in NUMBERS:
        mine = own_calls(log, region, number)
        if not mine.any():
            continue
        days = days_of(log, mine, region, number == "113")
        within = log.time_s[mine] % HOUR_S
        found = arrivals(days, within, draw(f"arrivals.{number}"))
        if found is not None:
            yield number, found


def values(found: FittedRegion) -> list[Value]:
    """Return what a log says about a region, as the region's own keys and values."""
    source = _source(found)
    made = [*_demand_values(found, source), *_patience_values(found, source)]
    for key, each in found.durations.items():
        of_base = _at(found.region, key)
        unit = MINUTE_S if in_minutes(key) else 1.0
        made.append(Value(key, _lognormal_value(each, of_base, unit, source)))
    return made


def _source(found: FittedRegion) -> str:
    first, last = found.days
    return f"Fitted to {found.log.file}, {{n}} {{what}}, {first} to {last}"


def _at(region: Region, key: str) -> Any:
    value: Any = region
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _sourced(source: str, n: int, what: str, ends: tuple[float, float] | None) -> dict[str, Any]:
    content: dict[str, Any] = {"grade": "D", "source": source.format(n=n, what=what)}
    return content if ends is None else {"range": [rounded(end) for end in ends], **content}


def _ends(interval: Interval, factor: float = 1.0) -> tuple[float, float]:
    return interval.low * factor, interval.high * factor


def rounded(value: float) -> float:
    """Return a number with four significant digits, as a person would write it."""
    return float(f"{value:.4g}")


def _demand_values(found: FittedRegion, source: str) -> Iterator[Value]:
    numbers = {
        "116117": ("contacts_per_person_year", "other_calls_per_person_year"),
        "113": ("calls_113_per_person_year",),
    }
    for number, each in found.arrivals.items():
        for key in numbers[number]:
            base = _at(found.region, f"demand.{key}").value
            content = {"value": rounded(base * each.level.mean)}
            content |= _sourced(source, each.n, "calls", _ends(each.level, base))
            yield Value(f"demand.{key}", content)
    main = found.arrivals.get("116117")
    if main is not None:
        yield from _shape_values(found, main, source)


def _shape_values(found: FittedRegion, main: ArrivalFit, source: str) -> Iterator[Value]:
    """Yield hours of the day, weekends and how days differ, of calls to 116117."""
    base = found.region.demand.hours_116117
    has_hours = [any(each.mean for each in hours) for hours in (main.weekday, main.weekend)]
    if any(has_hours):
        content: dict[str, Any] = {
            name: [rounded(each.mean) for each in hours] if has else list(getattr(base, name))
            for name, hours, has in zip(
                ("weekday", "weekend"), (main.weekday, main.weekend), has_hours, strict=True
            )
        }
        content |= {"flatten": 0.0} | _sourced(source, main.n, "calls", (0.0, 0.0))
        yield Value("demand.hours_116117", content)
    if main.weekend_factor is not None and main.weekend_factor.mean > 0:
        content = {"value": rounded(main.weekend_factor.mean)}
        content |= _sourced(source, main.days, "days", _ends(main.weekend_factor))
        yield Value("demand.weekend_factor", content)
    content = {"value": rounded(main.day_cv.mean)}
    yield Value("demand.day_cv", content | _sourced(source, main.days, "days", _ends(main.day_cv)))


def _patience_values(found: FittedRegion, source: str) -> Iterator[Value]:
    everybody = found.patience.get("all")
    if everybody is None:
        return
    for name in URGENCIES:
        each = found.patience.get(name, everybody)
        base = _at(found.region, f"patience.{name}_min")
        content = _without_others(base, "exponential")
        content |= {"exponential": {"mean": rounded(each.mean_s.mean / MINUTE_S)}}
        content |= _sourced(source, each.n, "waits", _ends(each.mean_s, 1 / MINUTE_S))
        yield Value(f"patience.{name}_min", content)
    share = {"value": rounded(everybody.soon_share.mean)}
    share |= _sourced(source, everybody.n, "waits", _ends(everybody.soon_share))
    yield Value("patience.soon_share", share)
    soon = _without_others(found.region.patience.soon_s, "constant")
    soon |= {"constant": rounded(everybody.soon_s)} | _sourced(source, everybody.n, "waits", None)
    soon |= {"range": [rounded(everybody.soon_s / 2), rounded(everybody.soon_s * 2)]}
    yield Value("patience.soon_s", soon)


FORMS = ("constant", "exponential", "lognormal", "triangular")


def _without_others(base: Any, form: str) -> dict[str, Any]:
    """Return the removal of a distribution's other forms, which would otherwise be merged."""
    return {name: None for name in FORMS if name != form and getattr(base, name) is not None}


def _lognormal_value(each: Fit, base: Any, unit_s: float, source: str) -> dict[str, Any]:
    content = _without_others(base, "lognormal")
    form: dict[str, Any] = {
        "median": rounded(each.parameters["median"].mean / unit_s),
        "sigma": rounded(each.parameters["sigma"].mean),
    }
    if base.lognormal is not None:
        gone = {n: None for n in ("mean", "cv") if getattr(base.lognormal, n) is not None}
        form |= gone
    content["lognormal"] = form
    ends = _ends(each.parameters["median"], 1 / unit_s)
    return content | _sourced(source, each.n, "calls", ends)
