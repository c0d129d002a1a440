"""The page of a region fitted to a log."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from akuttsim.report.figures.style import COLOURS
from akuttsim.report.logs import figures
from akuttsim.report.logs.document import LogWords, Page, Picture, Section, rendered
from akuttsim.statistics.call_log_fit import (
    ArrivalFit,
    FittedRegion,
    UnfittedParameter,
    is_key_in_minutes,
)
from akuttsim.statistics.distribution_fit import DurationFit, PatienceFit
from akuttsim.statistics.intervals import Interval
from akuttsim.texts import Lang
from akuttsim.units import MINUTE_S


def fit_page(found: FittedRegion, lang: Lang) -> str:
    """Return the page of a fit: each value with its interval, and how well it fits."""
    words = LogWords(lang)
    region = words.text.both(found.region.title.model_dump())
    first, last = (words.day(each) for each in found.days)
    sections = [*_arrivals(found, words), *_durations(found, words), *_patience(found, words)]
    answer = [words("fit.lead", region=region), words("fit.test")]
    page = Page(
        title=words("fit.title", region=region, file=found.log.file),
        eyebrow=words("fit.eyebrow", calls=words.number(len(found.log)), first=first, last=last),
        answer=answer if sections else [words("fit.nothing")],
        sections=[*sections, *_unfitted(found, words)],
    )
    return rendered(page, words)


FEW_DAYS = 10
"""Hours of the day that rest on fewer days than these lean on the region's own shape."""


def unfitted_lines(found: FittedRegion, lang: Lang) -> list[str]:
    """Return what was not fitted with the reason, and what rests on few days, in sentences."""
    words = LogWords(lang)
    lines = [f"{what}: {why}" for what, why in _reasons(found, words)]
    few = [each for number, fit in found.arrivals.items() for each in _few_days(number, fit, words)]
    return [*few, *([words("fit.unfitted") + ":", *lines] if lines else [])]


def _unfitted(found: FittedRegion, words: LogWords) -> list[Section]:
    rows = _reasons(found, words)
    if not rows:
        return []
    table = words.table("fit.unfitted_heads", ("what", "why"), rows)
    return [Section(words("fit.unfitted"), [words("fit.unfitted_text")], tables=[table])]


def _reasons(found: FittedRegion, words: LogWords) -> list[list[str]]:
    return [[_name(each.key, words), _why(each, words)] for each in found.unfitted]


def _why(each: UnfittedParameter, words: LogWords) -> str:
    return words(f"fit.why.{each.why}", n=words.number(each.n), needed=each.needed)


def _few_days(number: str, each: ArrivalFit, words: LogWords) -> list[str]:
    """Return a sentence for each kind of day whose hours rest on few."""
    kinds = (("working", each.weekday, each.working), ("free", each.weekend, each.free))
    return [
        words("fit.few_days", number=number, kind=words(f"check.{name}").lower(), n=n)
        for name, hours, n in kinds
        if hours and n < FEW_DAYS
    ]


def _arrivals(found: FittedRegion, words: LogWords) -> list[Section]:
    if not found.arrivals:
        return []
    return [
        Section(
            words("fit.arrivals"),
            [
                " ".join([_of_arrivals(number, each, words), *_few_days(number, each, words)])
                for number, each in found.arrivals.items()
            ],
            [_hours(number, each, words) for number, each in found.arrivals.items()],
        )
    ]


def _of_arrivals(number: str, each: ArrivalFit, words: LogWords) -> str:
    level, low, high = (words.number(value, 2) for value in each.level)
    return words(
        "fit.arrivals_text",
        number=number,
        n=words.number(each.n),
        days=each.days,
        level=level,
        low=low,
        high=high,
        cv=words.share(each.day_cv.mean),
        dispersion=words.number(each.dispersion, 2),
    )


def _hours(number: str, each: ArrivalFit, words: LogWords) -> Picture:
    series = []
    kinds = (("working", each.weekday, COLOURS[1]), ("free", each.weekend, COLOURS[2]))
    for name, hours, colour in kinds:
        if hours:
            mean, low, high = np.array(hours).T
            at = np.arange(24.0)
            line = figures.Line(words(f"check.{name}"), at, mean, low, high, colour=colour)
            series.append(line)
    axis = figures.Axis(words("hour_axis"), words("check.calls_axis"), words.number)
    caption = words("fit.arrivals_caption", number=number)
    return Picture(figures.by_hour(f"arrivals-{number}", caption, axis, series), caption)


def _durations(found: FittedRegion, words: LogWords) -> list[Section]:
    every = {**found.durations, **found.crew}
    if not every:
        return []
    rows = [[_name(key, words), *_cells(key, each, words)] for key, each in every.items()]
    heads = ("what", "n", "median", "sigma", "mean", "distance", "p")
    return [
        Section(
            words("fit.durations"),
            pictures=[_duration(key, each, words) for key, each in every.items()],
            tables=[words.table("fit.duration_heads", heads, rows)],
        )
    ]


def _name(key: str, words: LogWords) -> str:
    return words("fit.mobilisation") if key == "mobilisation" else words(f"fit.key.{key}")


def _cells(key: str, each: DurationFit, words: LogWords) -> list[str]:
    unit, seconds = ("min", MINUTE_S) if is_key_in_minutes(key) else ("s", 1.0)
    seen, fitted = (words.amount(mean / seconds, unit) for mean in each.mean_s)
    median = Interval(*(end / seconds for end in each.parameters["median"]))
    note = f"; {words('fit.gamma')}" if each.better else ""
    return [
        words.number(each.n),
        _ends(median, words, unit),
        _ends(each.parameters["sigma"], words),
        f"{seen}, {fitted}",
        words.share(each.distance),
        words.number(each.p, 3) + note,
    ]


def _ends(interval: Interval, words: LogWords, unit: str = "") -> str:
    """Return a value with its interval."""
    if unit:
        mean, low, high = (words.amount(value, unit) for value in interval)
    else:
        mean, low, high = (words.number(value, 3) for value in interval)
    return f"{mean} ({words.text('number.range', low=low, high=high)})"


def _duration(key: str, each: DurationFit, words: LogWords) -> Picture:
    at, seen, fitted = each.curve
    caption = words("fit.duration_caption", what=_name(key, words))
    series = [
        figures.Line(words("replay.recorded"), at, seen, is_points=True, colour=figures.SEEN),
        figures.Line(words("fit.lognormal"), at, fitted),
    ]
    axis = figures.Axis(words("fit.seconds"), words("fit.still"), _in_per_cent(words))
    name = key.replace(".", "-").replace("_", "-")
    svg = figures.lines(name, caption, axis, series, figures.HALF)
    return Picture(svg, caption, is_half=True)


def _in_per_cent(words: LogWords) -> Callable[[float, int], str]:
    return lambda share, decimals: words.numbers.amount(share, "share", decimals)


def _patience(found: FittedRegion, words: LogWords) -> list[Section]:
    if not found.patience:
        return []
    everybody = found.patience["all"]
    rows = [[_who(name, words), *_waits(each, words)] for name, each in found.patience.items()]
    heads = ("what", "n", "left", "mean", "soon", "distance", "p")
    counts = {"n": words.number(everybody.n), "left": words.number(everybody.hung_up)}
    return [
        Section(
            words("fit.patience"),
            [words("fit.patience_text", **counts)],
            [_waiting(name, each, words) for name, each in found.patience.items()],
            [words.table("fit.patience_heads", heads, rows)],
        )
    ]


def _who(name: str, words: LogWords) -> str:
    return words("fit.everybody") if name == "all" else words.text.get(f"urgency.{name}", name)


def _waits(each: PatienceFit, words: LogWords) -> list[str]:
    return [
        words.number(each.n),
        words.number(each.hung_up),
        _ends(each.mean_s, words, "s"),
        _ends(each.soon_share, words, "share"),
        words.share(each.distance),
        words.number(each.p, 3),
    ]


def _waiting(name: str, each: PatienceFit, words: LogWords) -> Picture:
    at, seen, low, high, fitted = each.curve
    caption = words("fit.patience_caption", what=_who(name, words))
    series = [
        figures.Line(words("replay.recorded"), at, seen, low, high, colour=figures.SEEN),
        figures.Line(words("fit.exponential"), at, fitted, colour=COLOURS[2]),
    ]
    axis = figures.Axis(words("fit.seconds"), words("fit.waiting"), _in_per_cent(words))
    svg = figures.lines(f"patience-{name}", caption, axis, series, figures.HALF)
    return Picture(svg, caption, is_half=True)
