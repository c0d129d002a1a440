"""Figure: how busy each role is, by hour of the day."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from akuttsim.report.figures.style import Look, Size, drawn
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

INDICATOR = "busy_share"
ROLES = ("operator", "doctor", "nurse", "crew")


def load(words: Words, models: list[Look], size: Size) -> str:
    """Return the figure as inline SVG."""
    name = "load-narrow" if size.narrow else "load"
    return drawn(name, load_alt(words), size, lambda figure: _draw(figure, words, models, size))


def roles(words: Words) -> list[str]:
    """Return the roles of the figure that the results have, by hour."""
    found = {group.split()[0] for group in words.chosen.groups(INDICATOR, "role_hour")}
    return [role for role in ROLES if role in found]


def by_hour(words: Words, organisation: str, role: str) -> list[tuple[int, Estimate]]:
    """Return how busy a role is, hour by hour, where somebody is on duty."""
    groups = [f"{role} {hour:02d}" for hour in range(24)]
    found = [words.chosen.level(organisation, INDICATOR, "role_hour", group) for group in groups]
    return [(hour, each) for hour, each in enumerate(found) if each is not None and each.is_known]


def _draw(figure: Figure, words: Words, models: list[Look], size: Size) -> None:
    shown = roles(words)
    rows, columns = (len(shown), 1) if size.narrow else ((len(shown) + 1) // 2, 2)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for panel, role in zip(panels, shown, strict=False):
        _panel(panel, words, models, role)
    for empty in panels[len(shown) :]:
        empty.set_visible(False)
    panels[0].set_xlim(-0.5, 23.5)
    panels[0].set_ylim(bottom=0)
    panels[0].set_xticks(range(0, 24, 4), [f"{hour:02d}" for hour in range(0, 24, 4)])
    amount = words.numbers.amount
    panels[0].yaxis.set_major_formatter(FuncFormatter(lambda y, _: amount(y, "share", 0)))
    figure.supxlabel(words.text("figures.hour_axis"), fontsize=12)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper left",
        ncols=1 if size.narrow else min(3, len(models)),
        handlelength=3,
    )


def _panel(axes: Axes, words: Words, models: list[Look], role: str) -> None:
    """Draw one role. The first line is widest, so that lines under one another can be seen."""
    axes.set_title(words.text(f"role.{role}"), loc="left", fontsize=12.5)
    for place, look in enumerate(models):
        points = by_hour(words, look.name, role)
        hours = [hour for hour, _ in points]
        axes.fill_between(
            hours,
            [each.low for _, each in points],
            [each.high for _, each in points],
            color=look.colour,
            alpha=0.18,
            linewidth=0,
        )
        axes.plot(
            hours,
            [each.mean for _, each in points],
            color=look.colour,
            linestyle=look.dash,
            linewidth=max(1.6, 4.0 - 1.2 * place),
            alpha=0.6 if place == 0 else 1.0,
            label=look.title,
        )


def load_alt(words: Words) -> str:
    """Return what the figure shows, in words: the busiest hour of each role."""
    peaks = []
    for role in roles(words):
        points = by_hour(words, words.chosen.base, role)
        if points:
            hour, level = max(points, key=lambda point: point[1].mean)
            name = words.text(f"role.{role}")
            level_in_words = words.numbers.mean(level)
            span = f"{hour:02d}–{(hour + 1) % 24:02d}"
            peaks.append(words.text("load.peak", role=name, hour=span, level=level_in_words))
    model = words.labels.organisation(words.chosen.base)
    return words.text("load.alt", model=model, peaks=", ".join(peaks))
