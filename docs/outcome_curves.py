"""Draw curves of health outcomes beside published points: python docs/outcome_curves.py [FOLDER].

Writes arrest-curves.svg and arrest-named-curves.svg into FOLDER (docs/pictures without one), from
the shipped file of health outcomes. The same values give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

from akuttsim.config.loader import load_outcomes
from akuttsim.config.schema.health_outcomes import ArrestSurvival
from akuttsim.indicators.health_relations import (
    CURVES,
    compared_survival,
    published_survival,
    survival_after_call,
)

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "akuttsim", "svg.fonttype": "none", "font.size": 9})

from matplotlib import pyplot as plt  # noqa: E402

MINUTES = np.linspace(0, 30, 301)
COLOURS = {"steep": "#a23b2a", "middle": "#2a5fa2", "flat": "#3a7d44"}

DANISH = {
    True: ((5, 14.5, 12.8, 16.4), (10, 6.7, 5.4, 8.1), (13, 3.7, 2.2, 5.4)),
    False: ((5, 6.3, 5.1, 7.6), (10, 2.2, 1.5, 3.1), (13, 1.5, 0.6, 2.7)),
}
"""Minutes from call to ambulance, per cent alive after 30 days, its 95 % interval: by CPR."""

NORWAY = (9, 15.0)
"""Half of Norway's arrests are reached within so many minutes; per cent of the treated alive."""


def main(folder: Path) -> None:
    """Write both figures into a folder."""
    arrest = load_outcomes("health").value.arrest
    for name, draw in (("arrest-curves", draw_curves), ("arrest-named-curves", draw_named)):
        figure, axes = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
        draw(axes, arrest)
        axes.set_xlabel("Minutes from the call to the ambulance")
        axes.set_ylabel("Alive after 30 days, %")
        axes.set_xlim(0, 30)
        axes.set_ylim(0, 45)
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        path = folder / f"{name}.svg"
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
        print(path)


def draw_curves(axes: plt.Axes, arrest: ArrestSurvival) -> None:
    """Draw the three curves at Norway's level, and the Danish one at its own, with its points."""
    for curve in CURVES:
        title = getattr(arrest, curve).title.en
        survival = 100 * survival_after_call(arrest, curve, MINUTES)
        axes.plot(MINUTES, survival, color=COLOURS[curve], label=f"{title}, level of Norway")
    for cpr, style in ((True, "--"), (False, ":")):
        words = "with CPR" if cpr else "without CPR"
        own = 100 * published_survival(arrest, MINUTES[MINUTES >= 1], cpr)
        axes.plot(MINUTES[MINUTES >= 1], own, style, color="#777777", lw=1,
                  label=f"Danish registry {words}, as published")  # fmt: skip
        at, middle, low, high = np.array(DANISH[cpr], dtype=float).T
        around = [middle - low, high - middle]
        axes.errorbar(at, middle, around, fmt="o", color="#777777", ms=3, capsize=2, lw=1)
    axes.plot(*NORWAY, "D", color="black", label="Norway 2015-19: 15 % of those treated")


def draw_named(axes: plt.Axes, arrest: ArrestSurvival) -> None:
    """Draw older curves by name beside the middle one; on the collapse clock CPR begins at once."""
    axes.plot(MINUTES, 100 * survival_after_call(arrest, "middle", MINUTES), color="#2a5fa2",
              label="middle slope, level of Norway")  # fmt: skip
    shades = zip(arrest.comparisons.values(), ("#555555", "#888888", "#bbbbbb"), strict=False)
    for named, shade in shades:
        clock = "from the collapse, CPR at once" if named.clock == "collapse" else "from the call"
        survival = compared_survival(named, np.zeros(len(MINUTES)), MINUTES)
        axes.plot(MINUTES, 100 * survival, "--", color=shade, label=f"{named.title.en}, {clock}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures")
