"""The document on exact answers: verification.md and its figures, from the study's tables alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from akuttsim.experiments.files import write_whole
from akuttsim.report.exporters.markdown import markdown_table
from validation.document_figures import FIGURE_TITLES, exact_study_figures

Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, str]]


def exact_document_facts(tables: Tables) -> dict[str, Any]:
    """Return everything that the template writes."""
    criteria = tables["criteria"]
    return {
        "form": str(tables["form"]["name"].iloc[0]),
        "met": int(criteria["met"].sum()),
        "asked": len(criteria),
        "failed": _criteria_rows(criteria[~criteria["met"].astype(bool)]),
        "criteria": _criteria_rows(criteria),
        "coverage": _coverage_facts(tables),
        "grid": _grid_rows(tables["grid"]),
        "grid_size": _grid_size_facts(tables),
        "patience": _patience_rows(tables["patience"]),
        "priorities": _priority_rows(tables["priorities"]),
        "cities": _city_rows(tables["cities"]),
        "large": _large_city_facts(tables["large_city"]),
        "little": _little_rows(tables["little"]),
        "little_gap": _little_gap_facts(tables["little"]),
        "journeys": _journey_rows(tables["journeys"]),
        "lengths": _run_length_rows(tables["lengths_needed"]),
        "lowest": _lowest_class_facts(tables["lengths_needed"]),
        "year": _year_facts(tables),
    }


def percent_text(value: float, decimals: int = 1) -> str:
    """Return a share in per cent."""
    return f"{100 * value:.{decimals}f} %"


def _criteria_rows(criteria: pd.DataFrame) -> Rows:
    return [
        {
            "part": f"{row['part']}: {_figure_title(str(row['what']))}",
            "found": _criterion_value(row["value"], row["what"]),
            "asked for": " to ".join(
                _criterion_value(row[end], row["what"]) for end in ("low", "high")
            ),
            "rests on": f"{row['n']}",
            "met": "yes" if row["met"] else "**no**",
        }
        for row in criteria.to_dict("records")
    ]


def _figure_title(what: str) -> str:
    kind, _, figure = what.partition(" of ")
    return f"{kind} of {FIGURE_TITLES.get(figure, figure)}" if figure in FIGURE_TITLES else what


def _criterion_value(value: float, what: object) -> str:
    is_share = any(word in str(what) for word in ("coverage", "hold"))
    return percent_text(value) if is_share else f"{value:.2g}"


def _coverage_facts(tables: Tables) -> dict[str, str]:
    """Return the coverage over all figures of the grid, and how surely it is known."""
    repeats = tables["grid_intervals"]
    counted = repeats[repeats["counted"]]
    shares = counted.groupby("figure")["held"].mean()
    least, most = float(shares.min()), float(shares.max())
    count = int(counted.groupby("figure").size().max())
    error = (0.95 * 0.05 / count) ** 0.5
    return {
        "intervals": f"{count:,}",
        "least": percent_text(least),
        "most": percent_text(most),
        "error": f"{100 * error:.1f}",
    }


def _grid_size_facts(tables: Tables) -> dict[str, str]:
    grid = tables["grid"]
    once = grid[grid["figure"] == "occupancy"]
    calls = float((once["calls_a_run"] * once["runs"]).sum())
    return {
        "settings": f"{len(once)}",
        "calls": f"{calls / 1e6:.1f}",
        "shortest": f"{once['calls_a_run'].min():,.0f}",
        "longest": f"{once['calls_a_run'].max():,.0f}",
        "left_out": f"{int((~grid['counted'] & (grid['exact'] > 0)).sum())}",
        "sizes": ", ".join(f"{size}" for size in sorted(once["operators"].unique())),
    }


def _grid_rows(grid: pd.DataFrame) -> Rows:
    """Condense: for each patience and figure, the largest relative difference and its interval."""
    rows = []
    shown = grid[grid["counted"]]
    for (minutes, name), group in shown.groupby(["patience_min", "figure"], sort=False):
        off = (group["mean"] / group["exact"] - 1).abs()
        width = (group["high"] - group["low"]) / 2 / group["exact"]
        minutes = float(str(minutes))
        rows.append(
            {
                "patience": "endless" if math.isinf(minutes) else f"{minutes:g} min",
                "figure": FIGURE_TITLES[str(name)],
                "settings": f"{len(group)}",
                "intervals that hold": f"{int(group['held'].sum())}",
                "difference from exact, middle setting": percent_text(float(off.median()), 2),
                "largest": percent_text(float(off.max()), 2),
                "half-width, middle setting": percent_text(float(width.median()), 2),
            }
        )
    return rows


def _mean_and_interval(row: dict[Any, Any], scale: float = 1.0, decimals: int = 1) -> str:
    low, high = scale * row["low"], scale * row["high"]
    return f"{scale * row['mean']:.{decimals}f} ({low:.{decimals}f}–{high:.{decimals}f})"


def _patience_rows(patience: pd.DataFrame) -> Rows:
    points = patience[patience["figure"] == "abandoned"]
    return [
        {
            "load": percent_text(row["load"], 0),
            "mean patience, min": f"{row['patience_min']:g}",
            "exact, %": f"{100 * row['exact']:.2f}",
            "simulated, % (95 % interval)": _mean_and_interval(row, 100, 2),
        }
        for row in points.sort_values(["load", "patience_min"]).to_dict("records")
    ]


def _priority_rows(priorities: pd.DataFrame) -> Rows:
    return [
        {
            "queue": f"{row['where']}, {row['people']} at {percent_text(row['load'], 0)}",
            "class": str(row["figure"]).removeprefix("wait of class "),
            "exact, s": f"{row['exact']:.1f}",
            "simulated, s (95 % interval)": _mean_and_interval(row),
        }
        for row in priorities.to_dict("records")
    ]


def _city_rows(cities: pd.DataFrame) -> Rows:
    rows = []
    for (crews, load), city in cities.groupby(["crews", "load"], sort=False):
        work = city[city["figure"] == "workload"]
        serves = city[(city["figure"] == "serves") & city["counted"]]
        waits = city[city["figure"] == "waits"].to_dict("records")[0]
        off = (work["mean"] - work["exact"]).abs().max()
        rows.append(
            {
                "crews, load": f"{crews}, {percent_text(float(str(load)), 0)}",
                "workloads held": f"{int(work['held'].sum())} of {len(work)}",
                "largest difference": f"{100 * off:.2f} points",
                "who serves whom held": f"{int(serves['held'].sum())} of {len(serves)}",
                "calls that wait, exact": percent_text(waits["exact"], 2),
                "simulated, % (95 % interval)": _mean_and_interval(waits, 100, 2),
            }
        )
    return rows


def _large_city_facts(large: pd.DataFrame) -> dict[str, str]:
    work = large[large["figure"] == "workload"]
    off = (work["mean"] - work["exact"]).abs()
    return {
        "held": f"{int(work['held'].sum())}",
        "crews": f"{len(work)}",
        "mean": f"{100 * off.mean():.1f}",
        "largest": f"{100 * off.max():.1f}",
    }


def _little_rows(little: pd.DataFrame) -> Rows:
    shown = little[little["waiting"] > 0].sort_values("waiting", ascending=False)
    return [
        {
            "queue": str(row["queue"]),
            "who join, per hour": f"{row['per_h']:.3f}",
            "mean wait, s": f"{row['wait_s']:.1f}",
            "flow × wait": f"{row['flow_times_wait']:.6f}",
            "waiting, time average": f"{row['waiting']:.6f}",
        }
        for row in shown.to_dict("records")
    ]


def _little_gap_facts(little: pd.DataFrame) -> dict[str, str]:
    span = (little["waiting"] - little["flow_times_wait"]).abs()
    return {
        "queues": f"{len(little)}",
        "empty": f"{int((little['waiting'] == 0).sum())}",
        "whole": f"{little['gap_whole_run'].max():.1g}",
        "span": f"{span.max():.1g}",
    }


def _journey_rows(journeys: pd.DataFrame) -> Rows:
    return [
        {
            "network": str(row["network"]),
            "how many": f"{row['networks']}",
            "places in each": f"{row['places']}",
            "times compared": f"{row['pairs']:,}",
            "largest difference, s": f"{row['largest_s']:.1e}",
            "rounding explains, s": f"{row['rounding_s']:.1e}",
        }
        for row in journeys.to_dict("records")
    ]


def _run_length_rows(needed: pd.DataFrame) -> Rows:
    rows = []
    for row in needed.to_dict("records"):
        one = row["queue"] == "one operator"
        exact = f"{row['needed_exact']:,.0f}" if one else "not known here"
        width = 0.05 * (row["needed_exact"] / 1e5) ** 0.5 if one else row["half_width_100000"]
        rows.append(
            {
                "queue": f"{row['queue']}, {percent_text(row['load'], 0)}",
                "calls for ±5 %, exact": exact,
                "measured": _two_digits(row["needed"]),
                "one run of 100,000 calls is known to": f"±{percent_text(width)}",
            }
        )
    return rows


def _two_digits(count: float) -> str:
    """Return a count to two figures."""
    return f"{float(f'{count:.2g}'):,.0f}"


def _lowest_class_facts(needed: pd.DataFrame) -> dict[str, str]:
    row = needed[needed["queue"] == "lowest class"].to_dict("records")[0]
    return {
        "width": percent_text(row["half_width_100000"]),
        "calls": _two_digits(row["needed"]),
        "pieces": f"{row['pieces']:.0f}",
        "error": percent_text(2 * 1.96 / (2 * (row["pieces"] - 1)) ** 0.5, 0),
    }


def _year_facts(tables: Tables) -> dict[str, Any]:
    whole = tables["year_wait"].to_dict("records")[0]
    year = tables["year"]
    queue = year[year["figure"] == "queue_mean"]
    peaks = {
        name: int(queue[name].to_numpy().argmax()) for name in ("calls_per_h", "stationary", "mean")
    }
    return {
        "exact": f"{whole['exact']:.0f}",
        "stationary": f"{whole['stationary']:.0f}",
        "simulated": _mean_and_interval(whole, 1, 0),
        "holds": whole["low"] <= whole["exact"] <= whole["high"],
        "counted": f"{int(year['counted'].sum())}",
        "peak_calls": f"{peaks['calls_per_h']:02d}",
        "peak_stationary": f"{peaks['stationary']:02d}",
        "peak": f"{peaks['mean']:02d}",
        "evening": _evening_facts(queue.to_dict("records")[min(peaks["mean"] + 2, 23)]),
    }


def _evening_facts(row: Mapping[Any, Any]) -> dict[str, str]:
    return {
        "hour": f"{row['hour']:02d}",
        "exact": f"{row['exact']:.2f}",
        "stationary": f"{row['stationary']:.2f}",
        "simulated": f"{row['mean']:.2f}",
    }


EXACT_DOCUMENT = "verification"


def write_exact_document(tables: Mapping[str, pd.DataFrame], folder: Path) -> Path:
    """Write the study into a folder, figures beside it; return the document's path."""
    for name, svg in exact_study_figures(tables).items():
        write_whole(folder / EXACT_DOCUMENT / f"{name}.svg", svg)
    path = folder / f"{EXACT_DOCUMENT}.md"
    write_whole(path, exact_document_text(tables).encode("utf-8"))
    return path


def exact_document_text(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the document's text."""
    return render_template("verification.md.j2", exact_document_facts(tables))


def render_template(template: str, values: Mapping[str, Any]) -> str:
    """Return a template of this folder with the facts filled in."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["table"] = markdown_table
    return environment.get_template(template).render(values)
