"""What the document says in numbers: the study's tables, condensed and written out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from akuttsim.report.verification.figures import NAMES

Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, str]]


def facts(found: Tables) -> dict[str, Any]:
    """Return everything that the template writes."""
    criteria = found["criteria"]
    return {
        "form": str(found["form"]["name"].iloc[0]),
        "met": int(criteria["met"].sum()),
        "asked": len(criteria),
        "failed": _criteria(criteria[~criteria["met"].astype(bool)]),
        "criteria": _criteria(criteria),
        "coverage": _coverage(found),
        "grid": _grid(found["grid"]),
        "grid_size": _grid_size(found),
        "patience": _patience(found["patience"]),
        "priorities": _priorities(found["priorities"]),
        "cities": _cities(found["cities"]),
        "large": _large(found["large_city"]),
        "little": _little(found["little"]),
        "little_gap": _little_gap(found["little"]),
        "journeys": _journeys(found["journeys"]),
        "lengths": _lengths(found["lengths_needed"]),
        "lowest": _lowest(found["lengths_needed"]),
        "year": _year(found),
    }


def per_cent(value: float, decimals: int = 1) -> str:
    """Return a share in per cent."""
    return f"{100 * value:.{decimals}f} %"


def _criteria(criteria: pd.DataFrame) -> Rows:
    return [
        {
            "part": f"{row['part']}: {_named(str(row['what']))}",
            "found": _value(row["value"], row["what"]),
            "asked for": f"{_value(row['low'], row['what'])} to {_value(row['high'], row['what'])}",
            "rests on": f"{row['n']}",
            "met": "yes" if row["met"] else "**no**",
        }
        for row in criteria.to_dict("records")
    ]


def _named(what: str) -> str:
    kind, _, figure = what.partition(" of ")
    return f"{kind} of {NAMES.get(figure, figure)}" if figure in NAMES else what


def _value(value: float, what: object) -> str:
    is_share = any(word in str(what) for word in ("coverage", "hold"))
    return per_cent(value) if is_share else f"{value:.2g}"


def _coverage(found: Tables) -> dict[str, str]:
    """Return the coverage over all figures of the grid, and how surely it is known."""
    repeats = found["grid_intervals"]
    counted = repeats[repeats["counted"]]
    shares = counted.groupby("figure")["held"].mean()
    least, most = float(shares.min()), float(shares.max())
    count = int(counted.groupby("figure").size().max())
    error = (0.95 * 0.05 / count) ** 0.5
    return {
        "intervals": f"{count:,}",
        "least": per_cent(least),
        "most": per_cent(most),
        "error": f"{100 * error:.1f}",
    }


def _grid_size(found: Tables) -> dict[str, str]:
    grid = found["grid"]
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


def _grid(grid: pd.DataFrame) -> Rows:
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
                "figure": NAMES[str(name)],
                "settings": f"{len(group)}",
                "intervals that hold": f"{int(group['held'].sum())}",
                "difference from exact, middle setting": per_cent(float(off.median()), 2),
                "largest": per_cent(float(off.max()), 2),
                "half-width, middle setting": per_cent(float(width.median()), 2),
            }
        )
    return rows


def _interval(row: dict[Any, Any], scale: float = 1.0, decimals: int = 1) -> str:
    low, high = scale * row["low"], scale * row["high"]
    return f"{scale * row['mean']:.{decimals}f} ({low:.{decimals}f}–{high:.{decimals}f})"


def _patience(patience: pd.DataFrame) -> Rows:
    points = patience[patience["figure"] == "abandoned"]
    return [
        {
            "load": per_cent(row["load"], 0),
            "mean patience, min": f"{row['patience_min']:g}",
            "exact, %": f"{100 * row['exact']:.2f}",
            "simulated, % (95 % interval)": _interval(row, 100, 2),
        }
        for row in points.sort_values(["load", "patience_min"]).to_dict("records")
    ]


def _priorities(priorities: pd.DataFrame) -> Rows:
    return [
        {
            "queue": f"{row['where']}, {row['people']} at {per_cent(row['load'], 0)}",
            "class": str(row["figure"]).removeprefix("wait of class "),
            "exact, s": f"{row['exact']:.1f}",
            "simulated, s (95 % interval)": _interval(row),
        }
        for row in priorities.to_dict("records")
    ]


def _cities(cities: pd.DataFrame) -> Rows:
    rows = []
    for (crews, load), city in cities.groupby(["crews", "load"], sort=False):
        work = city[city["figure"] == "workload"]
        serves = city[(city["figure"] == "serves") & city["counted"]]
        waits = city[city["figure"] == "waits"].to_dict("records")[0]
        off = (work["mean"] - work["exact"]).abs().max()
        rows.append(
            {
                "crews, load": f"{crews}, {per_cent(float(str(load)), 0)}",
                "workloads held": f"{int(work['held'].sum())} of {len(work)}",
                "largest difference": f"{100 * off:.2f} points",
                "who serves whom held": f"{int(serves['held'].sum())} of {len(serves)}",
                "calls that wait, exact": per_cent(waits["exact"], 2),
                "simulated, % (95 % interval)": _interval(waits, 100, 2),
            }
        )
    return rows


def _large(large: pd.DataFrame) -> dict[str, str]:
    work = large[large["figure"] == "workload"]
    off = (work["mean"] - work["exact"]).abs()
    return {
        "held": f"{int(work['held'].sum())}",
        "crews": f"{len(work)}",
        "mean": f"{100 * off.mean():.1f}",
        "largest": f"{100 * off.max():.1f}",
    }


def _little(little: pd.DataFrame) -> Rows:
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


def _little_gap(little: pd.DataFrame) -> dict[str, str]:
    span = (little["waiting"] - little["flow_times_wait"]).abs()
    return {
        "queues": f"{len(little)}",
        "empty": f"{int((little['waiting'] == 0).sum())}",
        "whole": f"{little['gap_whole_run'].max():.1g}",
        "span": f"{span.max():.1g}",
    }


def _journeys(journeys: pd.DataFrame) -> Rows:
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


def _lengths(needed: pd.DataFrame) -> Rows:
    rows = []
    for row in needed.to_dict("records"):
        one = row["queue"] == "one operator"
        exact = f"{row['needed_exact']:,.0f}" if one else "not known here"
        width = 0.05 * (row["needed_exact"] / 1e5) ** 0.5 if one else row["half_width_100000"]
        rows.append(
            {
                "queue": f"{row['queue']}, {per_cent(row['load'], 0)}",
                "calls for ±5 %, exact": exact,
                "measured": _rounded(row["needed"]),
                "one run of 100,000 calls is known to": f"±{per_cent(width)}",
            }
        )
    return rows


def _rounded(count: float) -> str:
    """Return a count to two figures."""
    return f"{float(f'{count:.2g}'):,.0f}"


def _lowest(needed: pd.DataFrame) -> dict[str, str]:
    row = needed[needed["queue"] == "lowest class"].to_dict("records")[0]
    return {
        "width": per_cent(row["half_width_100000"]),
        "calls": _rounded(row["needed"]),
        "pieces": f"{row['pieces']:.0f}",
        "error": per_cent(2 * 1.96 / (2 * (row["pieces"] - 1)) ** 0.5, 0),
    }


def _year(found: Tables) -> dict[str, Any]:
    whole = found["year_wait"].to_dict("records")[0]
    year = found["year"]
    queue = year[year["figure"] == "queue_mean"]
    peaks = {
        name: int(queue[name].to_numpy().argmax()) for name in ("calls_per_h", "stationary", "mean")
    }
    return {
        "exact": f"{whole['exact']:.0f}",
        "stationary": f"{whole['stationary']:.0f}",
        "simulated": _interval(whole, 1, 0),
        "holds": whole["low"] <= whole["exact"] <= whole["high"],
        "counted": f"{int(year['counted'].sum())}",
        "peak_calls": f"{peaks['calls_per_h']:02d}",
        "peak_stationary": f"{peaks['stationary']:02d}",
        "peak": f"{peaks['mean']:02d}",
        "evening": _evening(queue.to_dict("records")[min(peaks["mean"] + 2, 23)]),
    }


def _evening(row: Mapping[Any, Any]) -> dict[str, str]:
    return {
        "hour": f"{row['hour']:02d}",
        "exact": f"{row['exact']:.2f}",
        "stationary": f"{row['stationary']:.2f}",
        "simulated": f"{row['mean']:.2f}",
    }
