"""The document on verdicts: verdicts.md and its figure, from the study's tables alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from akuttsim.report.catalogue import Catalogue
from akuttsim.report.verification.document import rendered
from akuttsim.report.verification.drawing import COLOURS, drawn
from akuttsim.report.verification.facts import per_cent
from akuttsim.store.files import write_whole

Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, str]]

NAME = "verdicts"
FIXED = 30
FIGURES = {
    "answered_within": "answered within 120 s",
    "wait_mean_s": "mean wait",
    "abandoned": "hang up",
}
MODELS = {"namdal-one-legevakt": "one legevakt", "namdal-satellites": "satellites"}
FEW = (5, 8, 12)


def write(found: Tables, folder: Path) -> Path:
    """Write the study into a folder, its figure beside it; return the document's path."""
    rows = found["race"].iloc[::-1].reset_index(drop=True)
    replications = int(found["form"]["namdal"].iloc[0])
    svg = drawn("race", (9, 4.6), lambda figure: _race_figure(figure, rows, replications))
    write_whole(folder / NAME / "race.svg", svg)
    path = folder / f"{NAME}.md"
    write_whole(path, rendered("verdicts.md.j2", facts(found)).encode("utf-8"))
    return path


def facts(found: Tables) -> dict[str, Any]:
    """Return everything that the template writes."""
    rooms, pairs, form = found["rooms"], found["pairs"], found["form"].iloc[0]
    every = pd.concat([rooms, pairs])
    claimed = every[every["verdict"] != "cannot tell"]
    return {
        "form": form.to_dict(),
        "met": bool(found["criteria"]["met"].all()),
        "criteria": _criteria(found["criteria"]),
        "rooms": _rooms(rooms),
        "pairs": _pairs(pairs),
        "verdicts": len(every),
        "wrong": int(every["wrong"].sum()),
        "claimed": len(claimed),
        "wrong_of_claimed": per_cent(float(claimed["wrong"].mean())),
        "coverage": _coverage(found["coverage"]),
        "summed": _summed(found["coverage"]),
        "seldom": _seldom(found["seldom"]),
        "stopping": _stopping(found["stopping"]),
        "race": _race(found["race"]),
        "fixed": _fixed(found["race"]),
        "race_summed": _race_summed(found["race"]),
    }


def _criteria(criteria: pd.DataFrame) -> Rows:
    return [
        {
            "verdicts on": _named(str(row["part"])),
            "wrong": per_cent(float(row["value"])),
            "at most": per_cent(float(row["high"])),
            "of": f"{row['n']}",
            "met": "yes" if row["met"] else "**no**",
        }
        for row in criteria.to_dict("records")
    ]


def _named(part: str) -> str:
    kind, _, figure = part.partition(": ")
    return f"{kind}: {FIGURES[figure]}"


def _rooms(rooms: pd.DataFrame) -> Rows:
    rows = []
    for figure, group in rooms.groupby("figure", sort=False):
        counts = group["verdict"].value_counts()
        claimed = len(group) - int(counts.get("cannot tell", 0))
        row = {"figure": FIGURES[str(figure)], "rooms": f"{len(group)}"}
        row |= {name: f"{counts.get(name, 0)}" for name in ("met", "not met", "cannot tell")}
        rows.append(row | _wrong(group, claimed))
    return rows


def _wrong(group: pd.DataFrame, claimed: int) -> dict[str, str]:
    wrong = int(group["wrong"].sum())
    return {
        "wrong": f"{wrong}",
        "wrong of all": per_cent(wrong / len(group)),
        "wrong of those that claim": per_cent(wrong / claimed) if claimed else "-",
    }


def _pairs(pairs: pd.DataFrame) -> Rows:
    rows = []
    names = ("better", "worse", "no difference larger than the margin", "cannot tell")
    for change, group in pairs.groupby("change"):
        counts = group["verdict"].value_counts()
        sizes = 100 * group["exact"].abs()
        row = {
            "the second room": str(change),
            "pairs": f"{len(group)}",
            "exact difference, points": f"{sizes.min():.2f} to {sizes.max():.1f}",
        }
        row |= {name: f"{counts.get(name, 0)}" for name in names}
        rows.append(row | _wrong(group, len(group) - int(counts.get("cannot tell", 0))))
    return rows


def _coverage(coverage: pd.DataFrame) -> Rows:
    rows = []
    for row in coverage.to_dict("records"):
        told = {"indicator": _indicator(str(row["indicator"])), "of": str(row["of"])}
        told |= {"skewness": f"{row['skewness']:.1f}", "alike": per_cent(float(row["alike"]), 0)}
        told |= {f"t, {runs}": per_cent(float(row[f"t_{runs}"])) for runs in FEW}
        told |= {f"BCa, {runs}": per_cent(float(row[f"bootstrap_{runs}"]), 0) for runs in FEW}
        rows.append(told)
    return rows


def _summed(coverage: pd.DataFrame) -> dict[str, str]:
    """Return the coverage where values differ between replications, and how many do not."""
    differs = coverage[coverage["alike"] < MOSTLY]
    found = {"alike": f"{len(coverage) - len(differs)}", "kinds": f"{len(differs)}"}
    for how in ("t", "bootstrap"):
        columns = differs[[f"{how}_{runs}" for runs in FEW]].to_numpy()
        found |= {f"{how}_least": per_cent(columns.min()), f"{how}_most": per_cent(columns.max())}
        found[f"{how}_median"] = per_cent(float(pd.Series(columns.ravel()).median()))
    return found


def _seldom(seldom: pd.DataFrame) -> Rows:
    return [
        {
            "true share": per_cent(float(row["share"])),
            "cases a replication": f"{row['cases']:,.0f}",
            "replications": f"{row['runs']:.0f}",
            "t holds": per_cent(float(row["t"])),
            "ours holds": per_cent(float(row["ours"])),
            "ours is wider by": per_cent(float(row["ours_width"] / row["t_width"] - 1), 0),
        }
        for row in seldom.to_dict("records")
    ]


def _stopping(stopping: pd.DataFrame) -> Rows:
    return [
        {
            "values of replications": str(row["values"]),
            "half-width wanted, standard deviations": f"{row['wanted']:g}",
            "stopped at once": per_cent(float(row["at_once"])),
            "replications, median": f"{row['at_once_runs']:.0f}",
            "when it has lasted over five more": per_cent(float(row["lasting"])),
            "replications, median ": f"{row['lasting_runs']:.0f}",
        }
        for row in stopping.to_dict("records")
    ]


MOSTLY = 0.5
"""Where more of the replications have one and the same value, they are set apart."""


def _race(race: pd.DataFrame) -> Rows:
    return [
        {
            "indicator": _indicator(str(row["indicator"])),
            "model": MODELS[str(row["organisation"])],
            "difference": f"{row['difference']:+.3g}",
            "margin": f"{row['margin']:g}",
            "correlation": f"{row['correlation']:.2f}",
            "paired, median": _median(row, "paired"),
            "paired, nine in ten": _ninety(row, "paired"),
            "unpaired, median": _median(row, "unpaired"),
            "unpaired, nine in ten": _ninety(row, "unpaired"),
        }
        for row in race.to_dict("records")
    ]


def _fixed(race: pd.DataFrame) -> Rows:
    return [
        {
            "indicator": _indicator(str(row["indicator"])),
            "model": MODELS[str(row["organisation"])],
            "told by 30, paired": per_cent(float(row["paired_at_fixed"]), 0),
            "told by 30, unpaired": per_cent(float(row["unpaired_at_fixed"]), 0),
            "wrong, paired": per_cent(float(row["paired_wrong"])),
            "wrong, unpaired": per_cent(float(row["unpaired_wrong"])),
        }
        for row in race.to_dict("records")
    ]


def _median(row: Mapping[Any, Any], how: str) -> str:
    return "not told" if row[f"{how}_never"] >= 0.5 else f"{row[how]:.0f}"


def _ninety(row: Mapping[Any, Any], how: str) -> str:
    return "not told" if row[f"{how}_never"] > 0.1 else f"{row[f'{how}_p90']:.0f}"


def _race_summed(race: pd.DataFrame) -> dict[str, str]:
    ratio = race["unpaired"] / race["paired"]
    return {
        "questions": f"{len(race)}",
        "least": f"{ratio.min():.1f}",
        "most": f"{ratio.max():.0f}",
        "sooner": f"{int((race['paired'] < FIXED).sum())}",
        "unpaired_sooner": f"{int((race['unpaired'] < FIXED).sum())}",
        "wrong": per_cent(float(race["paired_wrong"].max())),
    }


def _indicator(name: str) -> str:
    return Catalogue("en")(f"indicator.{name}")


def _race_figure(figure: Figure, rows: pd.DataFrame, replications: int) -> None:
    axes = figure.subplots()
    looks = (("paired", COLOURS[0], "o", 0.13), ("unpaired", COLOURS[1], "s", -0.13))
    for how, colour, mark, shift in looks:
        place = rows.index + shift
        axes.hlines(place, rows[how], rows[f"{how}_p90"], color=colour, linewidth=1.4)
        axes.plot(rows[how], place, mark, color=colour, label=f"{how}: median, line to nine in ten")
    axes.axvline(FIXED, color="#5b6770", linewidth=0.9, linestyle="--", label="fixed 30")
    names = [
        f"{_indicator(str(row.indicator))}\n{MODELS[str(row.organisation)]}"
        for row in rows.itertuples()
    ]
    axes.set_yticks(range(len(rows)), names, fontsize=9)
    axes.set_xscale("log")
    ticks = [each for each in (5, 10, 20, 30, 50, 100, 200) if each < 0.7 * replications]
    axes.set_xticks([*ticks, replications], [*map(str, ticks), f"{replications}+"])
    axes.minorticks_off()
    axes.set_xlabel("replications of each model until a verdict that lasts")
    figure.legend(loc="outside upper left", ncols=3)
