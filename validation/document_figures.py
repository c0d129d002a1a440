"""The figures of the validation documents: simulated, with intervals, beside exact."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1d2730"
EXACT = "#1d2730"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4a4f54")
"""Okabe and Ito's colours (Color Universal Design, 2008), then grey."""
MARKS = ("o", "s", "^", "D", "v", "P", "X")

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.edgecolor": "#5b6770",
    "axes.linewidth": 0.8,
    "grid.color": "#dfe3e6",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 10,
}


def draw_svg(name: str, size: tuple[float, float], draw: Callable[[Figure], None]) -> bytes:
    """Return a figure as SVG, the same bytes for the same numbers; `size` in inches."""
    with mpl.rc_context({**_STYLE, "svg.hashsalt": f"akuttsim-verification-{name}"}):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        sink = io.BytesIO()
        figure.savefig(sink, format="svg", facecolor="white", metadata={"Date": None})
    return sink.getvalue()


def draw_diagonal(axes: Axes) -> None:
    """Draw the line on which simulated and exact are the same."""
    low = max(axes.get_xlim()[0], axes.get_ylim()[0])
    high = min(axes.get_xlim()[1], axes.get_ylim()[1])
    axes.plot([low, high], [low, high], color=EXACT, linewidth=0.9, zorder=1)


FIGURE_TITLES = {
    "answered_within": "answered within 120 s",
    "wait_mean_s": "mean wait",
    "wait_probability": "must wait",
    "abandoned": "hang up",
    "occupancy": "operators busy",
    "serves": "who serves whom",
    "waits": "must wait",
}
"""Figures of the study in words."""

Tables = Mapping[str, pd.DataFrame]


def exact_study_figures(tables: Tables) -> dict[str, bytes]:
    """Return every figure as SVG, by name."""
    return {
        "coverage": draw_svg("coverage", (9, 6), lambda f: _draw_coverage(f, tables["criteria"])),
        "grid": draw_svg("grid", (9, 4.4), lambda f: _draw_grid(f, tables["grid"])),
        "patience": draw_svg("patience", (8, 4.2), lambda f: _draw_patience(f, tables)),
        "priorities": draw_svg(
            "priorities", (9, 4), lambda f: _draw_priorities(f, tables["priorities"])
        ),
        "cities": draw_svg("cities", (9, 4.4), lambda f: _draw_cities(f, tables["cities"])),
        "large-city": draw_svg(
            "large-city", (8, 4.2), lambda f: _draw_large_city(f, tables["large_city"])
        ),
        "lengths": draw_svg("lengths", (8, 4.8), lambda f: _draw_run_lengths(f, tables)),
        "year": draw_svg("year", (9, 6.4), lambda f: _draw_year(f, tables["year"])),
    }


def _percent_axis(share: object) -> str:
    return f"{100 * float(str(share)):.0f} %"


def _draw_points(axes: Axes, rows: pd.DataFrame, look: int, label: str = "") -> None:
    """Draw simulated means with their intervals over the exact answers."""
    ends = [rows["mean"] - rows["low"], rows["high"] - rows["mean"]]
    colour = COLOURS[look % len(COLOURS)]
    axes.errorbar(
        rows["exact"], rows["mean"], yerr=ends, fmt=MARKS[look % len(MARKS)], markersize=4,
        color=colour, elinewidth=1.1, label=label,
    )  # fmt: skip


def _draw_coverage(figure: Figure, criteria: pd.DataFrame) -> None:
    axes = figure.subplots()
    rows = criteria[criteria["what"].str.startswith("coverage")].iloc[::-1].reset_index()
    ends = [rows["value"] - rows["known_low"], rows["known_high"] - rows["value"]]
    axes.axvspan(0.93, 0.97, color="#e3eaef", zorder=0)
    axes.axvline(0.95, color=EXACT, linewidth=0.9)
    axes.errorbar(rows["value"], rows.index, xerr=ends, fmt="o", color=COLOURS[0], markersize=5)
    names = rows["what"].str.removeprefix("coverage of ").replace(FIGURE_TITLES)
    labels = rows["part"] + ": " + names + " (" + rows["n"].astype(str) + ")"
    axes.set_yticks(rows.index, labels, fontsize=9)
    axes.set_xlim(right=1.005)
    figure.suptitle("Share of 95 % intervals that hold the exact answer (of how many)", fontsize=11)
    axes.grid(axis="y", visible=False)


def _draw_grid(figure: Figure, grid: pd.DataFrame) -> None:
    left, right = figure.subplots(1, 2)
    shown = grid[grid["counted"]]
    for axes, name in ((left, "answered_within"), (right, "wait_mean_s")):
        for look, (minutes, rows) in enumerate(
            shown[shown["figure"] == name].groupby("patience_min", sort=False)
        ):
            patience = "never hang up" if minutes == float("inf") else f"patience {minutes:g} min"
            _draw_points(axes, rows, look, patience)
    right.set_xscale("log")
    right.set_yscale("log")
    left.set_title("Answered within 120 s, share of all calls")
    right.set_title("Mean wait, seconds (log scales)")
    for axes in (left, right):
        draw_diagonal(axes)
        axes.set_xlabel("exact")
        axes.set_ylabel("simulated, with 95 % interval")
    left.legend()


def _draw_patience(figure: Figure, found: Tables) -> None:
    axes = figure.subplots()
    points = found["patience"][found["patience"]["figure"] == "abandoned"]
    for look, (load, curve) in enumerate(found["patience_curve"].groupby("load")):
        colour = COLOURS[look]
        axes.plot(curve["patience_min"], curve["abandoned"], color=colour, linewidth=1)
        rows = points[points["load"] == load]
        ends = [rows["mean"] - rows["low"], rows["high"] - rows["mean"]]
        label = f"simulated, {_percent_axis(load)} load"
        axes.errorbar(
            rows["patience_min"], rows["mean"], yerr=ends, fmt=MARKS[look], color=colour,
            markersize=5, label=label,
        )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlabel("mean patience, minutes")
    axes.set_title("Share of callers who hang up; lines are exact (Erlang A)")
    axes.legend()


def _draw_priorities(figure: Figure, priorities: pd.DataFrame) -> None:
    queues = list(priorities.groupby(["where", "people", "load"], sort=False))
    for axes, ((where, people, load), rows) in zip(
        figure.subplots(1, len(queues)), queues, strict=True
    ):
        classes = range(1, len(rows) + 1)
        ends = [rows["mean"] - rows["low"], rows["high"] - rows["mean"]]
        axes.bar(classes, rows["exact"] / 60, color="#cfd8de", label="exact (Cobham)")
        axes.errorbar(
            classes, rows["mean"] / 60, yerr=[each / 60 for each in ends], fmt="o", markersize=4,
            color=COLOURS[1], label="simulated",
        )  # fmt: skip
        axes.set_title(f"{where}: {people} at {_percent_axis(load)} load", fontsize=10)
        axes.set_xticks(list(classes))
        axes.set_xlabel("class (1 goes first)")
    figure.axes[0].set_ylabel("mean wait, minutes")
    figure.axes[0].legend(loc="upper left", fontsize=8)


def _draw_cities(figure: Figure, cities: pd.DataFrame) -> None:
    left, right = figure.subplots(1, 2)
    for look, ((crews, load), rows) in enumerate(cities.groupby(["crews", "load"], sort=False)):
        label = f"{crews} crews, {_percent_axis(load)}"
        _draw_points(left, rows[rows["figure"] == "workload"], look, label)
        _draw_points(right, rows[(rows["figure"] == "serves") & rows["counted"]], look)
    left.set_title("Share of time on missions, each crew")
    right.set_title("Share of a place's calls served by a crew")
    for axes in (left, right):
        draw_diagonal(axes)
        axes.set_xlabel("exact (hypercube)")
        axes.set_ylabel("simulated, with 95 % interval")
    left.legend(fontsize=8)


def _draw_large_city(figure: Figure, large: pd.DataFrame) -> None:
    axes = figure.subplots()
    rows = large[large["figure"] == "workload"].sort_values("exact").reset_index()
    ends = [rows["mean"] - rows["low"], rows["high"] - rows["mean"]]
    axes.errorbar(
        rows.index, rows["mean"], yerr=ends, fmt="o", markersize=4, color=COLOURS[0],
        label="simulated, with 95 % interval",
    )  # fmt: skip
    axes.plot(rows.index, rows["exact"], "_", markersize=9, color=COLOURS[1], label="Larson (1975)")
    axes.set_xlabel("crews, by workload")
    axes.set_title("Share of time on missions in the city of thirty crews")
    axes.legend()


def _draw_run_lengths(figure: Figure, found: Tables) -> None:
    axes = figure.subplots()
    needed = found["lengths_needed"]
    shown = found["lengths"][found["lengths"]["pieces"] >= 6]
    for look, ((queue, load), rows) in enumerate(shown.groupby(["queue", "load"], sort=False)):
        colour = COLOURS[look % len(COLOURS)]
        label = f"{_percent_axis(load)} load" + (
            ", lowest class" if queue != "one operator" else ""
        )
        axes.plot(rows["calls"], rows["half_width"], MARKS[look], color=colour, label=label)
        mine = (needed["queue"] == queue) & (needed["load"] == load)
        exact = float(needed.loc[mine, "needed_exact"].iloc[0])
        calls = [2_000, 1_000_000]
        widths = [0.05 * (exact / n) ** 0.5 for n in calls]
        axes.plot(calls, widths, color=colour, linewidth=1)
    axes.axhline(0.05, color=EXACT, linewidth=0.9, linestyle=(0, (6, 3)))
    axes.set_xscale("log")
    axes.set_yscale("log")
    ticks = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
    axes.set_yticks(ticks, [f"±{100 * tick:.0f} %" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("calls in one run")
    axes.set_title("How far one run's mean wait may be off (95 %); lines are exact for many calls")
    axes.legend(fontsize=9)


def _draw_year(figure: Figure, year: pd.DataFrame) -> None:
    titles = {
        "wait_probability": "Share of callers who must wait, by the hour they rang",
        "queue_mean": "Callers waiting, mean over the hour",
    }
    for axes, (name, title) in zip(figure.subplots(2, 1, sharex=True), titles.items(), strict=True):
        rows = year[year["figure"] == name]
        ends = [rows["mean"] - rows["low"], rows["high"] - rows["mean"]]
        axes.plot(
            rows["hour"], rows["stationary"], color=COLOURS[1], linestyle="--",
            label="each hour by itself (PSA)",
        )  # fmt: skip
        axes.plot(rows["hour"], rows["exact"], color=EXACT, linewidth=1, label="exact")
        axes.errorbar(
            rows["hour"], rows["mean"], yerr=ends, fmt="o", markersize=4, color=COLOURS[0],
            label="simulated, with 95 % interval",
        )  # fmt: skip
        axes.set_title(title)
        axes.set_ylim(bottom=0)
    figure.axes[1].set_xlabel("hour of the day")
    figure.axes[1].set_xticks(range(0, 24, 2))
    figure.axes[0].legend()
