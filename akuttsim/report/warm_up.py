"""What pilot runs say of a warm-up: sentences, and a page with the figure."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from akuttsim.experiments.files import write_whole
from akuttsim.report.catalogue import Catalogue
from akuttsim.report.figures.style import Size
from akuttsim.report.figures.warm_up import series_name, warm_up
from akuttsim.report.numbers import Numbers
from akuttsim.statistics.intervals import Interval
from akuttsim.statistics.run_length import WarmUpChoice
from akuttsim.texts import Lang


class Pilot(NamedTuple):
    """What was run, and what the experiment itself says: warm-up in days, length in weeks."""

    experiment: str
    organisation: str
    replications: int
    pilot_weeks: int
    warmup_days: int
    weeks: int


def warm_up_lines(chosen: WarmUpChoice, pilot: Pilot, lang: Lang) -> list[str]:
    """Return what the rules say of each series, of all, and of what the experiment has."""
    text = Catalogue(lang)
    between = {name: chosen.between(name, pilot.warmup_days) for name in chosen.cuts}
    apart = {name: each for name, each in between.items() if each is not None}
    lines = [*_series(text, chosen), _all(text, chosen), _given(text, chosen, pilot)]
    return [*lines, *(_between(text, chosen, name, pilot, apart[name]) for name in apart)]


def _between(
    text: Catalogue, chosen: WarmUpChoice, name: str, pilot: Pilot, apart: Interval
) -> str:
    """Say whether the days that the rule would leave out as well are unlike those after."""
    numbers = Numbers(text)
    low, high = (numbers.plain(each, 2) for each in (apart.low, apart.high))
    days = {"first": pilot.warmup_days + 1, "last": chosen.cuts[name].days}
    key = "warm_up.unlike" if apart.low > 0 or apart.high < 0 else "warm_up.alike"
    return text(key, series=series_name(text, name), low=low, high=high, **days)


def _series(text: Catalogue, chosen: WarmUpChoice) -> list[str]:
    lines = []
    for name, cut in chosen.cuts.items():
        told = {None: "warm_up.cannot_tell", 0: "warm_up.no_cut"}
        key = told.get(cut.days, "warm_up.cut_at")
        lines.append(text(key, series=series_name(text, name), days=cut.days))
    return lines


def _all(text: Catalogue, chosen: WarmUpChoice) -> str:
    if chosen.days is None:
        return text("warm_up.longer_pilot")
    return text("warm_up.all", days=chosen.days, weeks=chosen.weeks)


def _given(text: Catalogue, chosen: WarmUpChoice, pilot: Pilot) -> str:
    given = {"given": pilot.warmup_days, "weeks": pilot.weeks}
    if chosen.days is None or chosen.weeks is None:
        return text("warm_up.has", **given)
    is_enough = pilot.warmup_days >= chosen.days and pilot.weeks >= chosen.weeks
    return text("warm_up.enough" if is_enough else "warm_up.not_enough", **given)


def write_warm_up(chosen: WarmUpChoice, pilot: Pilot, lang: Lang, path: Path) -> None:
    """Write the page; it holds everything that it shows."""
    write_whole(path, warm_up_page(chosen, pilot, lang).encode("utf-8"))


def warm_up_page(chosen: WarmUpChoice, pilot: Pilot, lang: Lang) -> str:
    """Return the page as HTML."""
    text = Catalogue(lang)
    title = escape(text("warm_up.title", experiment=pilot.experiment))
    what = text(
        "warm_up.what",
        organisation=pilot.organisation,
        replications=pilot.replications,
        weeks=pilot.pilot_weeks,
    )
    style = (files("akuttsim.report") / "templates" / "style.css").read_text("utf-8")
    figure = warm_up(text, chosen, pilot.warmup_days, Size(900, 220 * len(chosen.series) + 80))
    lines = [f"<li>{escape(line)}</li>" for line in warm_up_lines(chosen, pilot, lang)]
    body = [f"<h1>{title}</h1>", f"<p>{escape(what)}</p>", "<ul>", *lines, "</ul>", figure]
    body.append(f"<p>{escape(text('warm_up.rules'))}</p>")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{style}</style>'
    parts = ["<!DOCTYPE html>", f'<html lang="{lang}"><head>{head}</head><body><main>', *body]
    return "\n".join([*parts, "</main></body></html>", ""])
