"""The document on verdicts: verdicts.md and its figure, from the study's tables alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from akuttsim.experiments.files import write_whole
from akuttsim.report.context import Catalogue
from validation.document_figures import COLOURS, draw_svg
from validation.exact_answer_document import percent_text, render_template

Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, str]]

VERDICT_DOCUMENT = "verdicts"
FIXED_REPLICATIONS = 30
FIGURE_WORDS = {
    "answered_within": "answered within 120 s",
    "wait_mean_s": "mean wait",
    "abandoned": "hang up",
}
MODEL_NAMES = {"namdal-one-legevakt": "one legevakt", "namdal-satellites": "satellites"}
FEW_REPLICATIONS = (5, 8, 12)


def write_verdict_document(tables: Tables, folder: Path) -> Path:
    """Write the study into a folder, its figure beside it; return the document's path."""
    rows = tables["race"].iloc[::-1].reset_index(drop=True)
    replications = int(tables["form"]["namdal"].iloc[0])
    svg = draw_svg("race", (9, 4.6), lambda figure: _draw_race(figure, rows, replications))
    write_whole(folder / VERDICT_DOCUMENT / "race.svg", svg)
    path = folder / f"{VERDICT_DOCUMENT}.md"
    write_whole(
        path, render_template("verdicts.md.j2", verdict_document_facts(tables)).encode("utf-8")
    )
    return path


def verdict_document_facts(tables: Tables) -> dict[str, Any]:
    """Return everything that the template writes."""
    rooms, pairs, form = tables["rooms"], tables["pairs"], tables["form"].iloc[0]
    every = pd.concat([rooms, pairs])
    claimed = every[every["verdict"] != "cannot tell"]
    return {
        "form": form.to_dict(),
        "met": bool(tables["criteria"]["met"].all()),
        "criteria": _verdict_criteria_rows(tables["criteria"]),
        "rooms": _room_rows(rooms),
        "pairs": _pair_rows(pairs),
        "verdicts": len(every),
        "wrong": int(every["wrong"].sum()),
        "claimed": len(claimed),
        "wrong_of_claimed": percent_text(float(claimed["wrong"].mean())),
        "coverage": _coverage_rows(tables["coverage"]),
        "summed": _coverage_summary(tables["coverage"]),
        "seldom": _seldom_rows(tables["seldom"]),
        "stopping": _stopping_rows(tables["stopping"]),
        "race": _race_rows(tables["race"]),
        "fixed": _fixed_rows(tables["race"]),
        "race_summed": _race_summary(tables["race"]),
    }


def _verdict_criteria_rows(criteria: pd.DataFrame) -> Rows:
    return [
        {
            "verdicts on": _part_title(str(row["part"])),
            "wrong": percent_text(float(row["value"])),
            "at most": percent_text(float(row["high"])),
            "of": f"{row['n']}",
            "met": "yes" if row["met"] else "**no**",
        }
        for row in criteria.to_dict("records")
    ]


def _part_title(part: str) -> str:
    kind, _, figure = part.partition(": ")
    return f"{kind}: {FIGURE_WORDS[figure]}"


def _room_rows(rooms: pd.DataFrame) -> Rows:
    rows = []
    for figure, group in rooms.groupby("figure", sort=False):
        counts = group["verdict"].value_counts()
        claimed = len(group) - int(counts.get("cannot tell", 0))
        row = {"figure": FIGURE_WORDS[str(figure)], "rooms": f"{len(group)}"}
        row |= {name: f"{counts.get(name, 0)}" for name in ("met", "not met", "cannot tell")}
        rows.append(row | _wrong_shares(group, claimed))
    return rows


def _wrong_shares(group: pd.DataFrame, claimed: int) -> dict[str, str]:
    wrong = int(group["wrong"].sum())
    return {
        "wrong": f"{wrong}",
        "wrong of all": percent_text(wrong / len(group)),
        "wrong of those that claim": percent_text(wrong / claimed) if claimed else "-",
    }


def _pair_rows(pairs: pd.DataFrame) -> Rows:
    rows = []
    names = ("better", "worse", "no difference that matters", "cannot tell")
    for change, group in pairs.groupby("change"):
        counts = group["verdict"].value_counts()
        sizes = 100 * group["exact"].abs()
        row = {
            "the second room": str(change),
            "pairs": f"{len(group)}",
            "exact difference, points": f"{sizes.min():.2f} to {sizes.max():.1f}",
        }
        row |= {name: f"{counts.get(name, 0)}" for name in names}
        rows.append(row | _wrong_shares(group, len(group) - int(counts.get("cannot tell", 0))))
    return rows


def _coverage_rows(coverage: pd.DataFrame) -> Rows:
    rows = []
    for row in coverage.to_dict("records"):
        cells = {"indicator": _indicator_title(str(row["indicator"])), "of": str(row["of"])}
        cells |= {
            "skewness": f"{row['skewness']:.1f}",
            "alike": percent_text(float(row["alike"]), 0),
        }
        cells |= {f"t, {runs}": percent_text(float(row[f"t_{runs}"])) for runs in FEW_REPLICATIONS}
        cells |= {
            f"BCa, {runs}": percent_text(float(row[f"bootstrap_{runs}"]), 0)
            for runs in FEW_REPLICATIONS
        }
        rows.append(cells)
    return rows


def _coverage_summary(coverage: pd.DataFrame) -> dict[str, str]:
    """Return the coverage where values differ between replications, and how many do not."""
    differs = coverage[coverage["alike"] < MOSTLY_ALIKE]
    facts = {"alike": f"{len(coverage) - len(differs)}", "kinds": f"{len(differs)}"}
    for how in ("t", "bootstrap"):
        columns = differs[[f"{how}_{runs}" for runs in FEW_REPLICATIONS]].to_numpy()
        facts |= {
            f"{how}_least": percent_text(columns.min()),
            f"{how}_most": percent_text(columns.max()),
        }
        facts[f"{how}_median"] = percent_text(float(pd.Series(columns.ravel()).median()))
    return facts


def _seldom_rows(seldom: pd.DataFrame) -> Rows:
    return [
        {
            "true share": percent_text(float(row["share"])),
            "cases a replication": f"{row['cases']:,.0f}",
            "replications": f"{row['runs']:.0f}",
            "t holds": percent_text(float(row["t"])),
            "ours holds": percent_text(float(row["ours"])),
            "ours is wider by": percent_text(float(row["ours_width"] / row["t_width"] - 1), 0),
        }
        for row in seldom.to_dict("records")
    ]


def _stopping_rows(stopping: pd.DataFrame) -> Rows:
    return [
        {
            "values of replications": str(row["values"]),
            "half-width wanted, standard deviations": f"{row['wanted']:g}",
            "stopped at once": percent_text(float(row["at_once"])),
            "replications, median": f"{row['at_once_runs']:.0f}",
            "when it has lasted over five more": percent_text(float(row["lasting"])),
            "replications, median ": f"{row['lasting_runs']:.0f}",
        }
        for row in stopping.to_dict("records")
    ]


MOSTLY_ALIKE = 0.5
"""Where more of the replications have one and the same value, they are set apart."""


def _race_rows(race: pd.DataFrame) -> Rows:
    return [
        {
            "indicator": _indicator_title(str(row["indicator"])),
            "model": MODEL_NAMES[str(row["organisation"])],
            "difference": f"{row['difference']:+.3g}",
            "margin": f"{row['margin']:g}",
            "correlation": f"{row['correlation']:.2f}",
            "paired, median": _median_text(row, "paired"),
            "paired, nine in ten": _ninety_text(row, "paired"),
            "unpaired, median": _median_text(row, "unpaired"),
            "unpaired, nine in ten": _ninety_text(row, "unpaired"),
        }
        for row in race.to_dict("records")
    ]


def _fixed_rows(race: pd.DataFrame) -> Rows:
    return [
        {
            "indicator": _indicator_title(str(row["indicator"])),
            "model": MODEL_NAMES[str(row["organisation"])],
            "told by 30, paired": percent_text(float(row["paired_at_fixed"]), 0),
            "told by 30, unpaired": percent_text(float(row["unpaired_at_fixed"]), 0),
            "wrong, paired": percent_text(float(row["paired_wrong"])),
            "wrong, unpaired": percent_text(float(row["unpaired_wrong"])),
        }
        for row in race.to_dict("records")
    ]


def _median_text(row: Mapping[Any, Any], how: str) -> str:
    return "not told" if row[f"{how}_never"] >= 0.5 else f"{row[how]:.0f}"


def _ninety_text(row: Mapping[Any, Any], how: str) -> str:
    return "not told" if row[f"{how}_never"] > 0.1 else f"{row[f'{how}_p90']:.0f}"


def _race_summary(race: pd.DataFrame) -> dict[str, str]:
    ratio = race["unpaired"] / race["paired"]
    return {
        "questions": f"{len(race)}",
        "least": f"{ratio.min():.1f}",
        "most": f"{ratio.max():.0f}",
        "sooner": f"{int((race['paired'] < FIXED_REPLICATIONS).sum())}",
        "unpaired_sooner": f"{int((race['unpaired'] < FIXED_REPLICATIONS).sum())}",
        "wrong": percent_text(float(race["paired_wrong"].max())),
    }


def _indicator_title(name: str) -> str:
    return Catalogue("en")(f"indicator.{name}")


def _draw_race(figure: Figure, rows: pd.DataFrame, replications: int) -> None:
    axes = figure.subplots()
    looks = (("paired", COLOURS[0], "o", 0.13), ("unpaired", COLOURS[1], "s", -0.13))
    for how, colour, mark, shift in looks:
        place = rows.index + shift
        axes.hlines(place, rows[how], rows[f"{how}_p90"], color=colour, linewidth=1.4)
        axes.plot(rows[how], place, mark, color=colour, label=f"{how}: median, line to nine in ten")
    axes.axvline(
        FIXED_REPLICATIONS, color="#5b6770", linewidth=0.9, linestyle="--", label="fixed 30"
    )
    names = [
        f"{_indicator_title(str(row.indicator))}\n{MODEL_NAMES[str(row.organisation)]}"
        for row in rows.itertuples()
    ]
    axes.set_yticks(range(len(rows)), names, fontsize=9)
    axes.set_xscale("log")
    ticks = [each for each in (5, 10, 20, 30, 50, 100, 200) if each < 0.7 * replications]
    axes.set_xticks([*ticks, replications], [*map(str, ticks), f"{replications}+"])
    axes.minorticks_off()
    axes.set_xlabel("replications of each model until a verdict that lasts")
    figure.legend(loc="outside upper left", ncols=3)
