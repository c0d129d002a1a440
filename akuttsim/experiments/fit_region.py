"""Fits a region to a call log: the values that follow, what is left and why, and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from akuttsim.calllog.logged_calls import UNKNOWN, CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.config.variant_writer import (
    ProposedVariant,
    config_reference,
    config_yaml,
    set_at_key,
    titled,
)
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.expected_load import expected_calls
from akuttsim.experiments.files import write_csv, write_whole
from akuttsim.experiments.fit_missions import (
    fit_drives,
    fit_on_duty,
    fit_shares,
    handovers_by_hospital,
    mission_durations,
)
from akuttsim.patients.call_rates import is_free, relative_rates
from akuttsim.patients.streams import Stream, stream
from akuttsim.records import LINE_113, LINE_116117, Codes, Flags, Floats
from akuttsim.statistics.call_log_fit import (
    FEWEST_DAYS,
    FEWEST_DAYS_OF_KIND,
    ArrivalFit,
    FittedRegion,
    LogDays,
    UnfittedParameter,
    fit_arrivals,
    fitted_parameter_rows,
    is_key_in_minutes,
)
from akuttsim.statistics.distribution_fit import (
    EARLY_HANG_UP_S,
    FEWEST_OBSERVATIONS,
    DurationFit,
    PatienceFit,
    fit_lognormal,
    fit_patience,
)
from akuttsim.statistics.intervals import Interval
from akuttsim.texts import message
from akuttsim.units import HOUR_S, MINUTE_S

BASE_DAY = datetime(1970, 1, 1)
PHONE_NUMBERS = ("116117", "113")

URGENCY_SHARE_NEEDED = 0.9
"""So many of those who hung up must have an urgency before patience is fitted to each."""

BEFORE_FIRST = 5.0
"""A first or last day is only part of one where so many more calls would have been expected."""


def log_durations(log: CallLog) -> Iterator[tuple[str, Floats]]:
    """Yield each duration of the region that the log's times tell, in seconds, by its key."""
    talk, has_talk = log.talk_s, ~np.isnan(log.talk_s)
    to_113, has_urgency = log.line == LINE_113, log.urgency != UNKNOWN
    if has_urgency.any():
        yield "care.talk_s", talk[has_talk & ~to_113 & has_urgency]
        yield "care.other_call_s", talk[has_talk & ~to_113 & ~has_urgency]
    else:
        yield "care.talk_s", talk[has_talk & ~to_113]
        yield "care.other_call_s", talk[has_talk & ~to_113]
    yield "care.talk_113_s", talk[has_talk & to_113]
    on_scene = log.stage("left") - log.stage("on_scene")
    for code, name in enumerate(URGENCIES):
        yield f"care.on_scene_min.{name}", _without_missing(on_scene[log.urgency == code])
    yield (
        "care.hospital_handover_min",
        _without_missing(log.stage("free") - log.stage("at_hospital")),
    )


def _without_missing(seconds: Floats) -> Floats:
    """Return the durations that are known, seconds."""
    return seconds[~np.isnan(seconds)]


def log_mobilisations(log: CallLog) -> Floats:
    """Return how long each crew took from alert to rolling, seconds."""
    return _without_missing(log.stage("rolling") - log.stage("alerted"))


@dataclass(frozen=True, eq=False)
class LogWaits:
    """How long each caller to 116117 waited of whom a log tells, who left then, and the urgency."""

    wait_s: Floats
    left: Flags
    urgency: Codes

    @property
    def share_with_urgency(self) -> float:
        """Return of how many of those who left the log has the urgency, as a share."""
        gone = self.urgency[self.left]
        return float(np.mean(gone != UNKNOWN)) if len(gone) else 0.0


def log_waits(log: CallLog) -> LogWaits:
    """Return the waits of a log's callers to 116117."""
    wait = np.where(log.hung_up, log.gave_up_s, log.wait_s)
    public = ~np.isnan(wait) & (log.line == LINE_116117)
    return LogWaits(wait[public], log.hung_up[public], log.urgency[public])


def own_district_calls(log: CallLog, region: Region, number: str) -> Flags:
    """Return which calls to 116117 (with health personnel's line), or to 113, are the district's.

    None to 113 where they cannot be told from neighbours': a room that answers 113 for neighbours
    too has their calls in its log.
    """
    first_outside = len(region.places) + len(region.municipalities)
    outside = log.place >= first_outside
    mine: Flags = ~outside & ((log.line == LINE_113) == (number == "113"))
    if number == "113" and region.outside and not outside.any():
        return np.zeros(len(log), dtype=bool)
    return mine


def log_days(log: CallLog, mine: Flags, region: Region, to_113: bool) -> LogDays:
    """Return the whole days of a log with the calls of one number, and what the region expects.

    Left out are a first or last day of which the log has only part, and days that it lacks.
    """
    day, hour = local_parts(log.time_s[mine], log.time_zone)
    first, last = int(day.min()), int(day.max())
    counts = np.zeros((last - first + 1, 24), dtype=np.int64)
    np.add.at(counts, (day - first, hour), 1)
    dates = [BASE_DAY + timedelta(days=number) for number in range(first, last + 1)]
    hours = [date + timedelta(hours=h) for date in dates for h in range(24)]
    calls = expected_calls(region)
    a_day = calls.calls_113 if to_113 else calls.contacts + calls.other_calls
    expected = relative_rates(region, hours, to_113).reshape(-1, 24) * (a_day / 24)
    free = np.array([is_free(date.date()) for date in dates])
    whole = _whole_days(counts, expected)
    return LogDays(counts[whole], expected[whole], free[whole])


def _whole_days(counts: Any, expected: Floats) -> Flags:
    """Return which days the log has whole: not those it lacks, or a first or last in part."""
    scaled = expected * counts.sum() / expected.sum()
    whole: Flags = (counts.sum(axis=1) > 0) | (scaled.sum(axis=1) <= BEFORE_FIRST)
    filled = [np.flatnonzero(counts[k]) for k in (0, -1)]
    whole[0] &= scaled[0, : filled[0][0]].sum() <= BEFORE_FIRST
    whole[-1] &= scaled[-1, filled[1][-1] + 1 :].sum() <= BEFORE_FIRST
    return whole


def list_unfitted(fit: FittedRegion) -> Iterator[UnfittedParameter]:
    """Yield all that was not fitted to a log, with the reason."""
    yield from _unfitted_arrivals(fit)
    for key, seconds in (*log_durations(fit.log), *mission_durations(fit.log, fit.region)):
        if key not in fit.durations:
            yield _unfitted_duration(key, seconds, fit.log)
    if "mobilisation" not in fit.crew:
        yield _unfitted_duration("mobilisation", log_mobilisations(fit.log), fit.log)
    yield from _unfitted_patience(fit)
    yield from _unfitted_missions(fit)


def _unfitted_missions(fit: FittedRegion) -> Iterator[UnfittedParameter]:
    """Yield which shares, drives and numbers on duty were not fitted, and why."""
    keys = [f"care.{key}.{name}" for key in ("needs_113", "conveyed") for name in URGENCIES]
    for key in [*keys, "drive.blue", "drive.car"]:
        if key not in fit.ratios:
            yield UnfittedParameter(key, "few_missions", 0, FEWEST_OBSERVATIONS)
    if not any(key.startswith("handover_min.") for key in fit.crew):
        yield UnfittedParameter("handover_by_hospital", "no_hospitals", 0)
    for name in ("operator", "unit"):
        if name not in fit.on_duty:
            yield UnfittedParameter(f"on_duty.{name}", f"no_{name}", 0)


def _unfitted_arrivals(fit: FittedRegion) -> Iterator[UnfittedParameter]:
    """Yield the numbers whose calls were not fitted, and kinds of days with too few of them."""
    for number in PHONE_NUMBERS:
        if number not in fit.arrivals:
            yield _missing_arrivals(number, fit)
    main = fit.arrivals.get("116117")
    if main is None:
        return
    for name, n in (("working", main.working), ("free", main.free)):
        if n < FEWEST_DAYS_OF_KIND:
            yield UnfittedParameter(f"hours_{name}", "few_days", n, FEWEST_DAYS_OF_KIND)


def _missing_arrivals(number: str, fit: FittedRegion) -> UnfittedParameter:
    """Return why a number's calls were not fitted: neighbours', none, or too few whole days."""
    log, key = fit.log, f"arrivals_{number}"
    to_113 = log.line == LINE_113
    rang = int(to_113.sum()) if number == "113" else int((~to_113).sum())
    mine = own_district_calls(log, fit.region, number)
    if not mine.any():
        return UnfittedParameter(key, "neighbours" if rang else "no_calls", rang)
    days = log_days(log, mine, fit.region, number == "113")
    return UnfittedParameter(key, "few_days", len(days.counts), FEWEST_DAYS)


DURATION_STAGES = {
    "care.on_scene_min": ("on_scene", "left"),
    "care.hospital_handover_min": ("at_hospital", "free"),
    "mobilisation": ("alerted", "rolling"),
    "care.interview_113_s": ("answered", "alerted"),
}
"""The times between which a duration lies that is no talk."""

TALK_STAGES = ("answered", "ended")


def _unfitted_duration(key: str, seconds: Floats, log: CallLog) -> UnfittedParameter:
    """Return why a duration was not fitted: no times in the log, too few, or all alike."""
    times = next(
        (ends for name, ends in DURATION_STAGES.items() if key.startswith(name)), TALK_STAGES
    )
    if not set(times) <= set(log.stages):
        return UnfittedParameter(key, "no_times", 0)
    n = int((seconds > 0).sum())
    return UnfittedParameter(
        key, "few" if n < FEWEST_OBSERVATIONS else "alike", n, FEWEST_OBSERVATIONS
    )


def _unfitted_patience(fit: FittedRegion) -> Iterator[UnfittedParameter]:
    """Yield why patience was not fitted, at all or by urgency."""
    of = log_waits(fit.log)
    if "all" not in fit.patience:
        late = int((of.left & (of.wait_s > EARLY_HANG_UP_S)).sum())
        has_times = set(TALK_STAGES) <= set(fit.log.stages)
        yield UnfittedParameter(
            "patience", "few_hang_ups" if has_times else "no_times", late, FEWEST_OBSERVATIONS
        )
    elif of.share_with_urgency < URGENCY_SHARE_NEEDED:
        yield UnfittedParameter("patience_by_urgency", "no_urgency", int(of.left.sum()))


@dataclass(frozen=True)
class FittedValue:
    """One value of the region that follows from the log: its dotted key, and what stands there."""

    key: str
    content: ConfigContent


StreamOf = Callable[[str], Stream]
"""From what is fitted to the random numbers of its interval."""


def fit_region_to_log(log: CallLog, region: Region, seed: int) -> FittedRegion:
    """Return what a log tells of a region; what it has too few calls of is left as it is."""

    def draw(name: str) -> Stream:
        return stream(seed, 0, f"fit.{name}")

    lasting = {
        key: each
        for key, seconds in (*log_durations(log), *mission_durations(log, region))
        if (each := fit_lognormal(seconds, draw(key))) is not None
    }
    told = [("mobilisation", log_mobilisations(log)), *handovers_by_hospital(log, region)]
    crew = {
        key: each
        for key, seconds in told
        if (each := fit_lognormal(seconds, draw(key))) is not None
    }
    fit = FittedRegion(
        log=log,
        region=region,
        arrivals=dict(_fit_arrivals(log, region, draw)),
        durations=lasting,
        patience=dict(_fit_patience(log, draw)),
        crew=crew,
        ratios={
            **dict(fit_shares(log, own_district_calls(log, region, "113"))),
            **dict(fit_drives(log, region, draw)),
        },
        on_duty=dict(fit_on_duty(log)),
    )
    return replace(fit, unfitted=tuple(list_unfitted(fit)))


def _fit_patience(log: CallLog, draw: StreamOf) -> Iterator[tuple[str, PatienceFit]]:
    """Yield the patience of all callers, and of each urgency where the log has it of hang-ups too.

    Most logs do not: nobody waits those who hung up, so that all callers of one urgency were
    answered and look endlessly patient.
    """
    waits = log_waits(log)
    has_urgency = waits.share_with_urgency >= URGENCY_SHARE_NEEDED
    for code, name in enumerate(URGENCIES if has_urgency else ()):
        mine = waits.urgency == code
        fit = fit_patience(waits.wait_s[mine], waits.left[mine], draw(f"patience.{name}"))
        if fit is not None:
            yield name, fit
    everybody = fit_patience(waits.wait_s, waits.left, draw("patience.all"))
    if everybody is not None:
        yield "all", everybody


def _fit_arrivals(log: CallLog, region: Region, draw: StreamOf) -> Iterator[tuple[str, ArrivalFit]]:
    """Yield the arrivals of each number that the log has whole days enough of."""
    for number in PHONE_NUMBERS:
        mine = own_district_calls(log, region, number)
        if not mine.any():
            continue
        days = log_days(log, mine, region, number == "113")
        within = log.time_s[mine] % HOUR_S
        fit = fit_arrivals(days, within, draw(f"arrivals.{number}"))
        if fit is not None:
            yield number, fit


def fitted_values(fit: FittedRegion) -> list[FittedValue]:
    """Return what a log says about a region, as the region's own keys and values."""
    first, last = fit.days
    source = f"Fitted to {fit.log.file}, {{n}} {{what}}, {first} to {last}"
    made = [*_demand_values(fit, source), *_patience_values(fit, source)]
    made += [*_share_values(fit, source), *_speed_values(fit, source)]
    for key, each in fit.durations.items():
        of_base = _region_value(fit.region, key)
        unit = MINUTE_S if is_key_in_minutes(key) else 1.0
        made.append(FittedValue(key, _lognormal_value(each, of_base, unit, source)))
    return made


def _share_values(fit: FittedRegion, source: str) -> Iterator[FittedValue]:
    """Yield shares of a whole: the fitted one, and the others in proportion to the region's.

    The range is a factor on the last share, as for all shares of a whole.
    """
    for key, each in fit.ratios.items():
        if not key.startswith("care."):
            continue
        fitted = "ambulance" if "needs_113" in key else "hospital"
        base = _region_value(fit.region, key)
        names = ("home", "legevakt", "hospital") if fitted == "hospital" else NEEDS_113
        others = [name for name in names if name != fitted]
        share, rest = four_digits(each.ratio.mean), sum(getattr(base, name) for name in others)
        content: ConfigContent = {
            name: round((1 - share) * (getattr(base, name) / rest if rest else 0.0), 6)
            for name in others
        }
        content[fitted] = share
        content[others[-1]] = round(1 - share - sum(content[n] for n in others[:-1]), 6)
        left = max(1 - share, 1e-6)
        factors = ((1 - each.ratio.high) / left, (1 - each.ratio.low) / left)
        yield FittedValue(key, content | _sourced_content(source, each.n, "calls", factors))


def _speed_values(fit: FittedRegion, source: str) -> Iterator[FittedValue]:
    """Yield how much faster blue light makes, where drives with it were slower or faster than so.

    Never slower than ordinary traffic.
    """
    drive = fit.ratios.get("drive.blue")
    if drive is None:
        return
    for key in ("driving.blue_light_town", "driving.blue_light_rural"):
        base = _region_value(fit.region, key).value
        value, high, low = (max(1.0, four_digits(base / ratio)) for ratio in drive.ratio)
        content: ConfigContent = {"value": value}
        content |= _sourced_content(source, drive.n, "drives", (low, high))
        yield FittedValue(key, content)


NEEDS_113 = ("ambulance", "to_116117", "advice")


def _region_value(region: Region, key: str) -> Any:
    """Return what stands in a region at a dotted key."""
    value: Any = region
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _sourced_content(
    source: str, n: int, what: str, ends: tuple[float, float] | None
) -> ConfigContent:
    """Return what a fitted value has beside itself: grade D, its source, its range if given.

    Args:
        source: The text of the source, with places for {n} and {what}.
        n: How many observations it rests on.
        what: What these are: calls, waits or days.
        ends: The ends of its 95 % interval.
    """
    content: ConfigContent = {"grade": "D", "source": source.format(n=n, what=what)}
    return content if ends is None else {"range": [four_digits(end) for end in ends], **content}


def _scaled_interval(interval: Interval, factor: float = 1.0) -> tuple[float, float]:
    """Return the ends of an interval in another unit."""
    return interval.low * factor, interval.high * factor


def four_digits(value: float) -> float:
    """Return a number with four significant digits, as a person would write it."""
    return float(f"{value:.4g}")


def _demand_values(fit: FittedRegion, source: str) -> Iterator[FittedValue]:
    """Yield how often people call, a person and year, and the shape of their calls over time."""
    numbers = {
        "116117": ("contacts_per_person_year", "other_calls_per_person_year"),
        "113": ("calls_113_per_person_year",),
    }
    for number, each in fit.arrivals.items():
        for key in numbers[number]:
            base = _region_value(fit.region, f"demand.{key}").value
            content = {"value": four_digits(base * each.level.mean)}
            content |= _sourced_content(source, each.n, "calls", _scaled_interval(each.level, base))
            yield FittedValue(f"demand.{key}", content)
    main = fit.arrivals.get("116117")
    if main is not None:
        yield from _shape_values(fit, main, source)


def _shape_values(fit: FittedRegion, main: ArrivalFit, source: str) -> Iterator[FittedValue]:
    """Yield hours of the day, weekends and how days differ, of calls to 116117."""
    base = fit.region.demand.hours_116117
    has_hours = [any(hour.mean for hour in hours) for hours in (main.weekday, main.weekend)]
    if any(has_hours):
        content: ConfigContent = {
            name: [four_digits(hour.mean) for hour in hours] if has else list(getattr(base, name))
            for name, hours, has in zip(
                ("weekday", "weekend"), (main.weekday, main.weekend), has_hours, strict=True
            )
        }
        content |= {"flatten": 0.0} | _sourced_content(source, main.n, "calls", (0.0, 0.0))
        yield FittedValue("demand.hours_116117", content)
    if main.weekend_factor is not None and main.weekend_factor.mean > 0:
        content = {"value": four_digits(main.weekend_factor.mean)}
        content |= _sourced_content(
            source, main.days, "days", _scaled_interval(main.weekend_factor)
        )
        yield FittedValue("demand.weekend_factor", content)
    content = {"value": four_digits(main.day_cv.mean)}
    yield FittedValue(
        "demand.day_cv",
        content | _sourced_content(source, main.days, "days", _scaled_interval(main.day_cv)),
    )


def _patience_values(fit: FittedRegion, source: str) -> Iterator[FittedValue]:
    """Yield the patience of each urgency (exponential, mean in minutes) and of who leaves soon.

    An urgency without a fit of its own has that of all callers.
    """
    everybody = fit.patience.get("all")
    if everybody is None:
        return
    for name in URGENCIES:
        each = fit.patience.get(name, everybody)
        base = _region_value(fit.region, f"patience.{name}_min")
        content = _without_other_forms(base, "exponential")
        content |= {"exponential": {"mean": four_digits(each.mean_s.mean / MINUTE_S)}}
        content |= _sourced_content(
            source, each.n, "waits", _scaled_interval(each.mean_s, 1 / MINUTE_S)
        )
        yield FittedValue(f"patience.{name}_min", content)
    share = {"value": four_digits(everybody.soon_share.mean)}
    share |= _sourced_content(source, everybody.n, "waits", _scaled_interval(everybody.soon_share))
    yield FittedValue("patience.soon_share", share)
    soon = _without_other_forms(fit.region.patience.soon_s, "constant")
    soon |= {"constant": four_digits(everybody.soon_s)} | _sourced_content(
        source, everybody.n, "waits", None
    )
    soon |= {"range": [four_digits(everybody.soon_s / 2), four_digits(everybody.soon_s * 2)]}
    yield FittedValue("patience.soon_s", soon)


DISTRIBUTION_FORMS = ("constant", "exponential", "lognormal", "triangular")


def _without_other_forms(base: Any, form: str) -> ConfigContent:
    """Return the removal of a distribution's other forms, which would otherwise be merged."""
    return {
        name: None
        for name in DISTRIBUTION_FORMS
        if name != form and getattr(base, name) is not None
    }


def _lognormal_value(each: DurationFit, base: Any, unit_s: float, source: str) -> ConfigContent:
    """Return a duration as a lognormal one, in the unit of its key.

    Args:
        each: The fit, in seconds.
        base: What stands in the region, whose other forms are removed.
        unit_s: Seconds of one unit of the key: 60 for minutes.
        source: The text of the source.
    """
    content = _without_other_forms(base, "lognormal")
    form: ConfigContent = {
        "median": four_digits(each.parameters["median"].mean / unit_s),
        "sigma": four_digits(each.parameters["sigma"].mean),
    }
    if base.lognormal is not None:
        gone = {n: None for n in ("mean", "cv") if getattr(base.lognormal, n) is not None}
        form |= gone
    content["lognormal"] = form
    ends = _scaled_interval(each.parameters["median"], 1 / unit_s)
    return content | _sourced_content(source, each.n, "calls", ends)


FITTED_HEAD = """\
# Written by akuttsim fit: values fitted to {file}
# ({calls} calls, {first} to {last}). Everything else is the region's that this one extends.
# Ranges are 95 % intervals. How well each value fits: fit.html beside this file.
"""


def write_fitted_region(fit: FittedRegion, base: str, folder: Path) -> Path:
    """Write region.yaml and the tables of a fit into a new folder; return the YAML's path.

    Raises InputError where the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        what = message("experiments.not_empty")
        raise InputError([Problem("", 0, str(folder), what)])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "region.yaml"
    write_whole(path, fitted_region_yaml(fit, config_reference("region", base, folder)))
    rows = pd.DataFrame(fitted_parameter_rows(fit))
    write_csv(folder / "fit.csv", rows)
    return path


def fitted_region_yaml(fit: FittedRegion, base: str) -> bytes:
    """Return the fitted region as the text of a config that builds on `base`."""
    (first, last), file = fit.days, fit.log.file
    settings: ConfigContent = {}
    for value in fitted_values(fit):
        set_at_key(settings, value.key, value.content)
    variant = ProposedVariant(
        extends=base,
        names={"region": f"{fit.region.region}-fitted"},
        title=titled(fit.region.title, ", tilpasset en logg", ", fitted to a log"),
        change="fitted",
        why={
            "nb": f"Tilpasset samtalene i {file}, {first} til {last}.",
            "en": f"Fitted to the calls of {file}, {first} to {last}.",
        },
        settings=settings,
        fitted_to={"log": Path(file).name, "first": first, "last": last},
    )
    head = FITTED_HEAD.format(file=file, calls=len(fit.log), first=first, last=last)
    return config_yaml(variant.as_config(), head, kind="region")
