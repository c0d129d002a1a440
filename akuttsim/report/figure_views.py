"""What a figure of the page is made of, as data that the page's script draws.

A figure has one or several views to choose from (indicators, roles), and models to choose from.
Numbers are as they are written: scaled (per cent, millions) and rounded to one decimal more than
they are shown with. The script makes the drawing and the table of numbers from the same data.
Models are named by their place in `organisations` of the results.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from akuttsim.records import JsonObject
from akuttsim.report.context import Estimate, Words
from akuttsim.report.page_scripts import json_for_script
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import KRONER, scale_value, unit_format

Number = float | None
"""A number as it is written, or None for none."""

VERDICTS = (
    Verdict.BETTER,
    Verdict.WORSE,
    Verdict.WITHIN_MARGIN,
    Verdict.CANNOT_TELL,
    Verdict.DIFFERS,
    Verdict.FEWER_CAME,
    Verdict.MET,
    Verdict.NOT_MET,
)
"""Verdicts by the number that stands for them in a view; -1 is none."""


@dataclass(frozen=True)
class Scale:
    """How the numbers of a view are written.

    Attributes:
        unit: A text with {n} for a level, such as "{n} min".
        change: The same for a difference.
        name: The unit alone, for an axis.
        decimals: Digits after the decimal mark.
    """

    unit: str
    change: str
    name: str
    decimals: int


@dataclass(frozen=True)
class Series:
    """Estimates in the order of a view's rows, hours or points.

    Attributes:
        mean: Means.
        low: Lower ends of the 95 % intervals; empty where there are none.
        high: Upper ends.
        verdict: Their verdicts as numbers of `VERDICTS`; empty where there are none.
        before: Of differences, the base's level of the same people; empty of levels.
        after: Likewise of the other model.
    """

    mean: tuple[Number, ...]
    low: tuple[Number, ...] = ()
    high: tuple[Number, ...] = ()
    verdict: tuple[int, ...] = ()
    before: tuple[Number, ...] = ()
    after: tuple[Number, ...] = ()


@dataclass(frozen=True)
class ArrowsView:
    """Before and after by municipality.

    Attributes:
        name: What is chosen by.
        title: What it shows, as a finding.
        scale: How levels are written.
        rows: Municipalities, where most changes first.
        people: Inhabitants of each.
        base: The base's levels.
        models: Differences from the base, by model.
        short: What stands on its button.
    """

    name: str
    title: str
    scale: Scale
    rows: tuple[str, ...]
    people: tuple[int, ...]
    base: Series
    models: dict[int, Series]
    short: str


@dataclass(frozen=True)
class HeatView:
    """An indicator by weekday and hour: 168 values, from Monday at midnight.

    Attributes:
        name: What is chosen by.
        title: What it shows, as a finding.
        scale: How values are written.
        target: The target, scaled; None for none.
        ends: The values of the palest and the darkest colour, where there is no target.
        models: Values by model.
        second: What is told of each hour too, such as how many are on duty; "" for nothing.
        second_scale: How that is written.
        seconds: Its values by model.
        short: What stands on its button.
    """

    name: str
    title: str
    scale: Scale
    target: Number
    ends: tuple[float, float]
    models: dict[int, Series]
    second: str
    second_scale: Scale | None
    seconds: dict[int, tuple[Number, ...]]
    short: str


@dataclass(frozen=True)
class BarsView:
    """Parts of a sum, as differences from the base, or as levels of one model alone.

    Attributes:
        name: What is chosen by.
        title: What it shows, as a finding.
        scale: How the numbers are written.
        is_change: Whether they are differences.
        is_lower_good: Whether less is better; None where neither is.
        rows: The parts, and last their sum.
        models: Values by model.
    """

    name: str
    title: str
    scale: Scale
    is_change: bool
    is_lower_good: bool | None
    rows: tuple[str, ...]
    models: dict[int, Series]


@dataclass(frozen=True)
class TimeMark:
    """A limit of time, with the share that is wanted at it; None for none."""

    at: float
    label: str
    goal: Number


@dataclass(frozen=True)
class LinesPanel:
    """Lines above one axis of time.

    Attributes:
        title: What the values are of.
        scale: How they are written.
        is_step: Whether values hold for a whole hour, and do not rise between.
        from_nought: Whether the axis begins at nought.
        target: A line across, scaled; None for none.
        marks: Limits of time.
        models: Values by model.
    """

    title: str
    scale: Scale
    is_step: bool
    from_nought: bool
    target: Number
    marks: tuple[TimeMark, ...]
    models: dict[int, Series]


@dataclass(frozen=True)
class LinesView:
    """Panels of lines below each other, with one axis of time.

    Attributes:
        name: What is chosen by.
        title: What it shows, as a finding.
        axis: What the time is.
        at: The times.
        labels: The times as they are written in a table.
        ticks: Those that stand on the axis.
        panels: The panels, from above.
        short: What stands on its button; "" for the name.
    """

    name: str
    title: str
    axis: str
    at: tuple[float, ...]
    labels: tuple[str, ...]
    ticks: tuple[float, ...]
    panels: tuple[LinesPanel, ...]
    short: str = ""


@dataclass(frozen=True)
class ScatterView:
    """Cost against an indicator, a point for each model.

    Attributes:
        name: What is chosen by.
        title: What it shows, as a finding.
        scale: How the indicator is written.
        cost_scale: How the cost is written.
        is_lower_good: Whether less of the indicator is better, so that its axis is turned.
        models: Which models, by number.
        cost: Their costs.
        value: Their values.
        standing: How each stands by both: on the front, surely beaten, or open.
        short: What stands on its button.
    """

    name: str
    title: str
    scale: Scale
    cost_scale: Scale
    is_lower_good: bool
    models: tuple[int, ...]
    cost: Series
    value: Series
    standing: tuple[str, ...]
    short: str


@dataclass(frozen=True)
class IntervalRow:
    """A difference in units of its margin, turned so that better is more, and in words.

    Attributes:
        name: The indicator.
        mean: The difference in margins.
        low: The worse end of its interval in margins; None for none.
        high: The better end.
        verdict: Its verdict as a number of `VERDICTS`.
        levels: Before and after, in words.
        change: The difference, in words.
        interval: Its interval, in words; "" for none.
        margin: The margin, in words.
    """

    name: str
    mean: float
    low: Number
    high: Number
    verdict: int
    levels: str
    change: str
    interval: str
    margin: str


@dataclass(frozen=True)
class IntervalsView:
    """Differences of everything that is judged, in units of their margins.

    Attributes:
        name: What is chosen by.
        title: What it shows, as a finding.
        models: The rows by model.
    """

    name: str
    title: str
    models: dict[int, tuple[IntervalRow, ...]]


@dataclass(frozen=True)
class DriverBar:
    """What a change of an input value does to an outcome.

    Attributes:
        look: Which of the view's looks it has.
        label: What the value was set to; "" for measures over all cases.
        change: The change of the outcome, or the measure.
        low: The lower end of its interval; None for none.
        high: The upper end.
    """

    look: int
    label: str
    change: Number
    low: Number
    high: Number


@dataclass(frozen=True)
class DriverRow:
    """An input value with its bars; `note` tells from what to what it was changed."""

    name: str
    note: str
    bars: tuple[DriverBar, ...]


@dataclass(frozen=True)
class DriversView:
    """What moves an outcome, the strongest first.

    Attributes:
        name: What is chosen by.
        title: What it shows, as a finding.
        scale: How the outcome is written.
        is_change: Whether the outcome is a difference.
        looks: What the looks of the bars mean.
        start: The outcome as things are, by model; nought for measures.
        models: The rows by model.
        short: What stands on its button.
    """

    name: str
    title: str
    scale: Scale
    is_change: bool
    looks: tuple[str, ...]
    start: dict[int, float]
    models: dict[int, tuple[DriverRow, ...]]
    short: str


View = ArrowsView | HeatView | BarsView | LinesView | ScatterView | IntervalsView | DriversView

Block = Literal["place", "hour", "cost", "doubt"]
"""Which part of the page a figure belongs to, in this order."""

_KINDS: dict[type, str] = {
    ArrowsView: "arrows",
    HeatView: "heat",
    BarsView: "bars",
    LinesView: "lines",
    ScatterView: "scatter",
    IntervalsView: "intervals",
    DriversView: "drivers",
}


@dataclass(frozen=True)
class PageFigure:
    """A figure of the page.

    Attributes:
        key: Its name within the page.
        block: The part of the page that it belongs to.
        intro: What to look for, in a sentence or two.
        note: How it is read, below the drawing.
        views: What can be chosen between; the first is shown, and printed, if nothing is chosen.
        choose: Whether one model is shown, several at once, or all with no choice.
        models: The models that can be chosen.
        shown: Those that are shown at first.
    """

    key: str
    block: Block
    intro: str
    note: str
    views: tuple[View, ...]
    choose: Literal["one", "several", "all"]
    models: tuple[int, ...]
    shown: tuple[int, ...]

    @property
    def kind(self) -> str:
        """Return how it is drawn."""
        return _KINDS[type(self.views[0])]

    @property
    def title(self) -> str:
        """Return the finding of what is shown at first."""
        return self.views[0].title

    @property
    def json(self) -> Markup:
        """Return the figure for the script that draws it."""
        data = {
            "kind": self.kind,
            "choose": self.choose,
            "models": self.models,
            "shown": self.shown,
            "views": [as_json(view) for view in self.views],
        }
        return json_for_script(data)


def as_json(part: Any) -> Any:
    """Return a part of a figure as JSON, without what is empty."""
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        values = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
        return {name: as_json(value) for name, value in values.items() if value not in ((), "")}
    if isinstance(part, dict):
        return {str(key): as_json(value) for key, value in part.items()}
    if isinstance(part, tuple | list):
        return [as_json(each) for each in part]
    if isinstance(part, float) and part.is_integer():
        return int(part)
    return part


def scale_of(words: Words, unit: str, decimals: int | None = None) -> Scale:
    """Return how values of a unit of the results are written.

    Args:
        words: The texts of the language.
        unit: The unit.
        decimals: Digits after the decimal mark; as the unit usually has where that is not said.
    """
    name = words.numbers.unit_name(unit)
    return Scale(
        unit=words.numbers.with_unit("{n}", unit),
        change=words.numbers.with_unit("{n}", unit, is_change=True),
        name=words.text("scales.millions") if unit == KRONER else name,
        decimals=unit_format(unit).decimals if decimals is None else decimals,
    )


def written_number(value: float, unit: str, scale: Scale) -> Number:
    """Return a value of the results as it is drawn: scaled, with one decimal more than is shown."""
    if math.isnan(value):
        return None
    return round(scale_value(value, unit), scale.decimals + 1) + 0.0


def series_of(estimates: Iterable[Estimate | None], scale: Scale, verdicts: bool = True) -> Series:
    """Return estimates in their order; None for what the results have no row for.

    Args:
        estimates: Levels, or differences with what they were before and after.
        scale: How they are written.
        verdicts: Whether their verdicts are shown.
    """
    known = list(estimates)
    columns: dict[str, tuple[Number, ...]] = {
        name: tuple(
            None if each is None else written_number(getattr(each, name), each.unit, scale)
            for each in known
        )
        for name in ("mean", "low", "high", "before", "after")
    }
    kept = {name: column for name, column in columns.items() if any(x is not None for x in column)}
    kept["mean"] = columns["mean"]
    judged = tuple(verdict_number(each) for each in known) if verdicts else ()
    return Series(**kept, verdict=judged if any(each >= 0 for each in judged) else ())


def verdict_number(estimate: Estimate | None) -> int:
    """Return the number that stands for a verdict; -1 for none."""
    if estimate is None or not estimate.is_known:
        return -1
    names = [str(verdict) for verdict in VERDICTS]
    return names.index(estimate.verdict) if estimate.verdict in names else -1


def shared_figure_data(words: Words) -> JsonObject:
    """Return what all figures of a page share: texts, names of models and of verdicts."""
    texts = words.text.texts
    chosen = words.chosen
    return {
        "lang": words.text.lang,
        "texts": {
            key: texts[key]
            for key in texts
            if key.startswith("figure_script.") or key == "number.range"
        },
        "models": [words.labels.organisation(name) for name in chosen.organisations],
        "base": chosen.organisations.index(chosen.base),
        "verdicts": [words.text(f"verdict.{verdict}") for verdict in VERDICTS],
        "days": words.text("week.days").split(),
        "days_long": words.text("week.days_long").split(),
    }
