"""What pilot runs say of a warm-up: sentences, and a page with the figure of their daily series."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from akuttsim.experiments.files import write_whole
from akuttsim.report.context import Catalogue, Numbers, PageWords
from akuttsim.report.document import Page, Section, single_figure
from akuttsim.report.exporters.html_templates import render_page
from akuttsim.report.figures.style import COLOURS, FAINT, TARGET, Size, figure_svg
from akuttsim.statistics.intervals import Interval, difference_verdict
from akuttsim.statistics.run_length import WarmUpChoice, welch_moving_average
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import Lang

WINDOW_DAYS = 7
"""Welch's average takes so many days to either side."""


def warm_up_figure(text: Catalogue, chosen: WarmUpChoice, warm_up_days: int, size: Size) -> str:
    """Return the figure as inline SVG: a panel for each series.

    Args:
        text: Texts of one language.
        chosen: The daily series and where the rule cuts each.
        warm_up_days: The experiment's warm-up, which is shaded.
        size: Size of the drawing.
    """
    name = "warm-up-narrow" if size.narrow else "warm-up"
    alt = text("warm_up.alt", series=text.listed([series_name(text, s) for s in chosen.series]))
    return figure_svg(
        name, alt, size, lambda figure: _draw_warm_up(figure, text, chosen, warm_up_days)
    )


def series_name(text: Catalogue, name: str) -> str:
    """Return the name of a daily series in words."""
    return text(f"warm_up.series.{name}")


def _draw_warm_up(figure: Figure, text: Catalogue, chosen: WarmUpChoice, warm_up_days: int) -> None:
    panels = figure.subplots(len(chosen.series), 1, sharex=True, squeeze=False)[:, 0]
    for axes, name in zip(panels, chosen.series, strict=True):
        _draw_warm_up_panel(axes, text, chosen, name, warm_up_days)
    panels[-1].set_xlabel(text("warm_up.days_axis"))
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=2)


def _draw_warm_up_panel(
    axes: Axes, text: Catalogue, chosen: WarmUpChoice, name: str, warm_up_days: int
) -> None:
    days, cut = chosen.series[name], chosen.cuts[name].days
    axes.plot(days, ".", color=COLOURS[0], markersize=4, label=text("warm_up.day"))
    smooth = welch_moving_average(days, WINDOW_DAYS)
    axes.plot(smooth, color=COLOURS[1], linewidth=2, label=text("warm_up.welch"))
    axes.axvspan(0, warm_up_days, color=FAINT, alpha=0.18, label=text("warm_up.given"))
    where = np.nan if cut is None else cut
    axes.axvline(where, color=TARGET, linestyle=(0, (6, 3)), label=text("warm_up.cut"))
    axes.set_title(series_name(text, name), loc="left", fontsize=12, fontweight="normal")
    axes.set_xlim(0, len(days))
    axes.set_ylim(bottom=0 if np.nanmin(days) >= 0 else None)


class PilotRuns(NamedTuple):
    """What was run, and what the experiment itself says.

    Attributes:
        experiment: The experiment.
        organisation: The organisation that was run.
        replications: How many pilot runs.
        pilot_weeks: How long each was.
        warmup_days: The experiment's warm-up, in days.
        weeks: The weeks that it measures.
    """

    experiment: str
    organisation: str
    replications: int
    pilot_weeks: int
    warmup_days: int
    weeks: int


def warm_up_lines(chosen: WarmUpChoice, pilot: PilotRuns, lang: Lang) -> list[str]:
    """Return what the rules say of each series, of all, and of what the experiment has.

    Args:
        chosen: The daily series and where the rule cuts each.
        pilot: What was run.
        lang: The language.
    """
    text = Catalogue(lang)
    between = {name: chosen.between(name, pilot.warmup_days) for name in chosen.cuts}
    differences = {
        name: difference for name, difference in between.items() if difference is not None
    }
    lines = [
        *_series_sentence(text, chosen),
        _all_series_sentence(text, chosen),
        _experiment_sentence(text, chosen, pilot),
    ]
    return [
        *lines,
        *(
            _beyond_cut_sentence(text, chosen, name, pilot, differences[name])
            for name in differences
        ),
    ]


def _beyond_cut_sentence(
    text: Catalogue, chosen: WarmUpChoice, name: str, pilot: PilotRuns, difference: Interval
) -> str:
    """Say whether the days that the rule would leave out as well are unlike those after."""
    numbers = Numbers(text)
    low, high = (numbers.plain(end, 2) for end in (difference.low, difference.high))
    days = {"first": pilot.warmup_days + 1, "last": chosen.cuts[name].days}
    verdict = difference_verdict(difference, "neither")
    key = "warm_up.unlike" if verdict == Verdict.DIFFERS else "warm_up.alike"
    return text(key, series=series_name(text, name), low=low, high=high, **days)


def _series_sentence(text: Catalogue, chosen: WarmUpChoice) -> list[str]:
    lines = []
    for name, cut in chosen.cuts.items():
        keys = {None: "warm_up.cannot_tell", 0: "warm_up.no_cut"}
        key = keys.get(cut.days, "warm_up.cut_at")
        lines.append(text(key, series=series_name(text, name), days=cut.days))
    return lines


def _all_series_sentence(text: Catalogue, chosen: WarmUpChoice) -> str:
    if chosen.days is None:
        return text("warm_up.longer_pilot")
    return text("warm_up.all", days=chosen.days, weeks=chosen.weeks)


def _experiment_sentence(text: Catalogue, chosen: WarmUpChoice, pilot: PilotRuns) -> str:
    values = {"given": pilot.warmup_days, "weeks": pilot.weeks}
    if chosen.days is None or chosen.weeks is None:
        return text("warm_up.has", **values)
    is_enough = pilot.warmup_days >= chosen.days and pilot.weeks >= chosen.weeks
    return text("warm_up.enough" if is_enough else "warm_up.not_enough", **values)


class WarmUpWords(PageWords):
    """The texts and numbers about a warm-up in one language."""

    prefix = "warm_up"
    more = ("log",)


def write_warm_up(chosen: WarmUpChoice, pilot: PilotRuns, lang: Lang, path: Path) -> None:
    """Write the page; it holds everything that it shows."""
    write_whole(path, warm_up_page(chosen, pilot, lang).encode("utf-8"))


def warm_up_page(chosen: WarmUpChoice, pilot: PilotRuns, lang: Lang) -> str:
    """Return the page as HTML: what was run, what the rules say, the figure, and the rules."""
    words = WarmUpWords(lang)
    what = words(
        "what",
        organisation=pilot.organisation,
        replications=pilot.replications,
        weeks=pilot.pilot_weeks,
    )
    size = Size(900, 220 * len(chosen.series) + 80)
    svg = warm_up_figure(words.text, chosen, pilot.warmup_days, size)
    page = Page(
        title=words("title", experiment=pilot.experiment),
        eyebrow="",
        answer=(what, *warm_up_lines(chosen, pilot, lang)),
        sections=(Section("series", "", figures=(single_figure("series", svg, words("rules")),)),),
    )
    return render_page(page, words)
