"""The page of a region fitted to a call log."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from akuttsim.report.context import LogWords
from akuttsim.report.document import Figure, Page, Section, headed_table, single_figure, text_table
from akuttsim.report.exporters.html_templates import render_page
from akuttsim.report.figures.style import COLOURS
from akuttsim.report.log_pages import log_figures
from akuttsim.statistics.call_log_fit import ArrivalFit, FittedRegion, is_key_in_minutes
from akuttsim.statistics.distribution_fit import DurationFit, PatienceFit
from akuttsim.statistics.intervals import Interval
from akuttsim.texts import Lang
from akuttsim.units import MINUTE_S


def fit_page(fit: FittedRegion, lang: Lang) -> str:
    """Return the page of a fit: each value with its interval, and how well it fits."""
    words = LogWords(lang)
    region = words.text.both(fit.region.title.model_dump())
    first, last = (words.day(day) for day in fit.days)
    sections = (
        *_arrivals_section(fit, words),
        *_durations_section(fit, words),
        *_patience_section(fit, words),
        *_ratios_section(fit, words),
        *_on_duty_section(fit, words),
    )
    answer = (words("fit.lead", region=region), words("fit.test"))
    page = Page(
        title=words("fit.title", region=region, file=fit.log.file),
        eyebrow=words("fit.eyebrow", calls=words.number(len(fit.log)), first=first, last=last),
        answer=answer if sections else (words("fit.nothing"),),
        sections=(*sections, *_unfitted_section(fit, words)),
    )
    return render_page(page, words)


FEW_DAYS = 10
"""Hours of the day that rest on fewer days than these lean on the region's own shape."""


def unfitted_lines(region_fit: FittedRegion, lang: Lang) -> list[str]:
    """Return what was not fitted with the reason, and what rests on few days, in sentences."""
    words = LogWords(lang)
    lines = [f"{what}: {why}" for what, why in _unfitted_reasons(region_fit, words)]
    few = [
        sentence
        for number, fit in region_fit.arrivals.items()
        for sentence in _few_days_sentences(number, fit, words)
    ]
    return [*few, *([words("fit.unfitted") + ":", *lines] if lines else [])]


def _unfitted_section(fit: FittedRegion, words: LogWords) -> list[Section]:
    rows = _unfitted_reasons(fit, words)
    if not rows:
        return []
    table = headed_table(words, "fit.unfitted_heads", ("what", "why"), rows)
    text = (words("fit.unfitted_text"),)
    return [Section("unfitted", words("fit.unfitted"), text, tables=(table,))]


def _unfitted_reasons(fit: FittedRegion, words: LogWords) -> list[list[str]]:
    return [
        [
            _fitted_name(parameter.key, words),
            words(f"fit.why.{parameter.why}", n=words.number(parameter.n), needed=parameter.needed),
        ]
        for parameter in fit.unfitted
    ]


def _few_days_sentences(number: str, fit: ArrivalFit, words: LogWords) -> list[str]:
    """Return a sentence for each kind of day whose hours rest on few."""
    kinds = (("working", fit.weekday, fit.working), ("free", fit.weekend, fit.free))
    return [
        words("fit.few_days", number=number, kind=words(f"check.{name}").lower(), n=n)
        for name, hours, n in kinds
        if hours and n < FEW_DAYS
    ]


def _arrivals_section(region_fit: FittedRegion, words: LogWords) -> list[Section]:
    if not region_fit.arrivals:
        return []
    sentences = tuple(
        " ".join([_arrival_sentences(number, fit, words), *_few_days_sentences(number, fit, words)])
        for number, fit in region_fit.arrivals.items()
    )
    figures = tuple(
        _arrival_hours_figure(number, fit, words) for number, fit in region_fit.arrivals.items()
    )
    return [Section("arrivals", words("fit.arrivals"), sentences, figures)]


def _arrival_sentences(number: str, fit: ArrivalFit, words: LogWords) -> str:
    level, low, high = (words.number(value, 2) for value in fit.level)
    return words(
        "fit.arrivals_text",
        number=number,
        n=words.number(fit.n),
        days=fit.days,
        level=level,
        low=low,
        high=high,
        cv=words.share(fit.day_cv.mean),
        dispersion=words.number(fit.dispersion, 2),
    )


def _arrival_hours_figure(number: str, fit: ArrivalFit, words: LogWords) -> Figure:
    series = []
    kinds = (("working", fit.weekday, COLOURS[1]), ("free", fit.weekend, COLOURS[2]))
    for name, hours, colour in kinds:
        if hours:
            mean, low, high = np.array(hours).T
            at = np.arange(24.0)
            line = log_figures.Series(words(f"check.{name}"), at, mean, low, high, colour=colour)
            series.append(line)
    axis = log_figures.AxisTexts(words("hour_axis"), words("check.calls_axis"), words.number)
    caption = words("fit.arrivals_caption", number=number)
    svg = log_figures.hours_figure(f"arrivals-{number}", caption, axis, series)
    return single_figure(f"arrivals-{number}", svg, caption)


def _durations_section(region_fit: FittedRegion, words: LogWords) -> list[Section]:
    every = {**region_fit.durations, **region_fit.crew}
    if not every:
        return []
    rows = [
        [_fitted_name(key, words), *_fit_cells(key, duration, words)]
        for key, duration in every.items()
    ]
    heads = ("what", "n", "median", "sigma", "mean", "distance", "p")
    figures = tuple(_duration_figure(key, fit, words) for key, fit in every.items())
    table = headed_table(words, "fit.duration_heads", heads, rows)
    return [Section("durations", words("fit.durations"), figures=figures, tables=(table,))]


def _fitted_name(key: str, words: LogWords) -> str:
    if key == "mobilisation":
        return words("fit.mobilisation")
    if key.startswith("handover_min."):
        return words("fit.handover_at", hospital=key.removeprefix("handover_min."))
    return words(f"fit.key.{key}")


def _fit_cells(key: str, fit: DurationFit, words: LogWords) -> list[str]:
    unit, seconds = ("min", MINUTE_S) if is_key_in_minutes(key) else ("s", 1.0)
    recorded, fitted = (words.amount(mean / seconds, unit) for mean in fit.mean_s)
    median = Interval(*(end / seconds for end in fit.parameters["median"]))
    note = f"; {words('fit.gamma')}" if fit.better else ""
    return [
        words.number(fit.n),
        _value_with_interval(median, words, unit),
        _value_with_interval(fit.parameters["sigma"], words),
        f"{recorded}, {fitted}",
        words.share(fit.distance),
        words.number(fit.p, 3) + note,
    ]


def _value_with_interval(interval: Interval, words: LogWords, unit: str = "") -> str:
    """Return a value with its interval."""
    if unit:
        mean, low, high = (words.amount(value, unit) for value in interval)
    else:
        mean, low, high = (words.number(value, 3) for value in interval)
    return f"{mean} ({words.numbers.between(low, high)})"


def _duration_figure(key: str, fit: DurationFit, words: LogWords) -> Figure:
    at, recorded, fitted = fit.curve
    caption = words("fit.duration_caption", what=_fitted_name(key, words))
    series = [
        log_figures.Series(
            words("replay.recorded"), at, recorded, is_points=True, colour=log_figures.SEEN
        ),
        log_figures.Series(words("fit.lognormal"), at, fitted),
    ]
    axis = log_figures.AxisTexts(words("fit.seconds"), words("fit.still"), _in_per_cent(words))
    name = key.replace(".", "-").replace("_", "-")
    svg = log_figures.lines_figure(name, caption, axis, series, log_figures.HALF)
    return single_figure(name, svg, caption, is_half=True)


def _ratios_section(region_fit: FittedRegion, words: LogWords) -> list[Section]:
    """Return shares that got an ambulance and were conveyed, and how long drives took."""
    rows = []
    for key, fit in region_fit.ratios.items():
        unit = "share" if key.startswith("care.") else ""
        value = _value_with_interval(fit.ratio, words, unit)
        rows.append([_fitted_name(key, words), words.number(fit.n), value])
    if not rows:
        return []
    table = headed_table(words, "fit.ratio_heads", ("what", "n", "ratio"), rows)
    return [Section("ratios", words("fit.ratios"), (words("fit.ratios_text"),), tables=(table,))]


def _on_duty_section(region_fit: FittedRegion, words: LogWords) -> list[Section]:
    """Return how many operators and ambulances were present, hour by hour."""
    tables = []
    for name, fit in region_fit.on_duty.items():
        what = words(f"fit.key.on_duty.{name}", people=words.number(fit.people))
        heads = [what, words("check.working"), words("check.free")]
        rows = [
            [f"{hour:02d}", *("–" if np.isnan(n) else words.number(n, 1) for n in numbers)]
            for hour, numbers in enumerate(zip(fit.working, fit.free, strict=True))
        ]
        tables.append(text_table(heads, rows))
    if not tables:
        return []
    text = (words("fit.on_duty_text"),)
    return [Section("on-duty", words("fit.on_duty"), text, tables=tuple(tables))]


def _in_per_cent(words: LogWords) -> Callable[[float, int], str]:
    return lambda share, decimals: words.numbers.amount(share, "share", decimals)


def _patience_section(region_fit: FittedRegion, words: LogWords) -> list[Section]:
    if not region_fit.patience:
        return []
    everybody = region_fit.patience["all"]
    rows = [
        [_caller_name(name, words), *_waits_words(patience, words)]
        for name, patience in region_fit.patience.items()
    ]
    heads = ("what", "n", "left", "mean", "soon", "distance", "p")
    counts = {"n": words.number(everybody.n), "left": words.number(everybody.hung_up)}
    return [
        Section(
            "patience",
            words("fit.patience"),
            (words("fit.patience_text", **counts),),
            tuple(_waiting_figure(name, fit, words) for name, fit in region_fit.patience.items()),
            (headed_table(words, "fit.patience_heads", heads, rows),),
        )
    ]


def _caller_name(name: str, words: LogWords) -> str:
    return words("fit.everybody") if name == "all" else words.text.get(f"urgency.{name}", name)


def _waits_words(fit: PatienceFit, words: LogWords) -> list[str]:
    return [
        words.number(fit.n),
        words.number(fit.hung_up),
        _value_with_interval(fit.mean_s, words, "s"),
        _value_with_interval(fit.soon_share, words, "share"),
        words.share(fit.distance),
        words.number(fit.p, 3),
    ]


def _waiting_figure(name: str, fit: PatienceFit, words: LogWords) -> Figure:
    at, recorded, low, high, fitted = fit.curve
    caption = words("fit.patience_caption", what=_caller_name(name, words))
    series = [
        log_figures.Series(
            words("replay.recorded"), at, recorded, low, high, colour=log_figures.SEEN
        ),
        log_figures.Series(words("fit.exponential"), at, fitted, colour=COLOURS[2]),
    ]
    axis = log_figures.AxisTexts(words("fit.seconds"), words("fit.waiting"), _in_per_cent(words))
    key = f"patience-{name}"
    svg = log_figures.lines_figure(key, caption, axis, series, log_figures.HALF)
    return single_figure(key, svg, caption, is_half=True)
