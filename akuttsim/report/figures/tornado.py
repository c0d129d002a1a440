"""Figures of sensitivity: tornado of factors, elementary effects, shares of variance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from akuttsim.report.context import Words
from akuttsim.report.document import Drawing
from akuttsim.report.document import Figure as ReportFigure
from akuttsim.report.figures.style import (
    INK,
    Size,
    figure_svg,
    number_axis,
    plain_label,
    unit_words,
)
from akuttsim.report.sections.answer_drivers import (
    FactorInfluence,
    FactorSwing,
    InfluenceMeasures,
    SensitivityRow,
    Tornado,
    driver_alt,
    drivers_caption,
    influence_of,
    moves_of_outcomes,
    tornado_of,
)
from akuttsim.texts import scale_value

SIDES = {"lower": ("#0072B2", ""), "higher": ("#E69F00", "///"), "other": ("#bcc2c7", "...")}
"""Dark blue, light orange and grey (Okabe and Ito), with hatches that tell them apart in grey."""

_HEIGHT = 0.36
_NARROW_HEIGHT = 0.2
_NARROW_COLUMNS = 48


def driver_pictures(words: Words) -> Iterator[ReportFigure]:
    """Yield a picture for each main indicator that something moves, a drawing for each model."""
    for indicator, of_models in moves_of_outcomes(words):
        drawings = tuple(
            drawing for rows in of_models if (drawing := _driver_drawing(words, rows)) is not None
        )
        if drawings:
            caption = drivers_caption(words, of_models[0][0].measure == "effect")
            label = words.text("moved.figure", label=words.labels.indicator(indicator))
            yield ReportFigure(f"moved-{indicator}", label, drawings, (caption,), ())


def _driver_drawing(words: Words, moves: Sequence[SensitivityRow]) -> Drawing | None:
    """Return the drawing of an outcome's moves, in the form that fits their measure."""
    title = words.labels.organisation(moves[0].organisation)
    if moves[0].measure == "effect":
        tornado = tornado_of(words, moves)
        if tornado is None or not tornado.swings:
            return None
        alt = driver_alt(words, moves[0], tornado.swings[0].factor)
        size = Size(960, 100 + 44 * len(tornado.swings))
        return Drawing(Markup(tornado_figure(words, tornado, size, alt)), None, title)
    influence = influence_of(words, moves)
    if influence is None:
        return None
    strongest = influence.measures[influence.leading]
    is_morris = influence.leading == "mu_star"
    draw = morris_figure if is_morris else strengths_figure
    size = Size(960, 110 + 30 * (13 if is_morris else len(strongest)))
    alt = driver_alt(words, moves[0], strongest[0].factor)
    return Drawing(Markup(draw(words, influence, size, alt)), None, title)


def tornado_figure(words: Words, tornado: Tornado, size: Size, alt: str) -> str:
    """Return what moves an outcome as inline SVG: a bar a factor, the largest first.

    Args:
        words: Results in one language.
        tornado: The outcome, and what each factor alone makes of it.
        size: Size of the drawing.
        alt: What it shows, in words.
    """
    name = f"{tornado.name}-narrow" if size.narrow else tornado.name
    return figure_svg(name, alt, size, lambda figure: _draw_tornado(figure, words, tornado, size))


def _draw_tornado(figure: Figure, words: Words, tornado: Tornado, size: Size) -> None:
    axes = figure.subplots()
    for place, swing in enumerate(tornado.swings):
        _draw_factor_bars(axes, tornado, place, swing, _NARROW_HEIGHT if size.narrow else _HEIGHT)
    start = scale_value(tornado.start, tornado.unit)
    axes.axvline(start, color=INK, linewidth=1.2)
    _draw_zero_line(axes, tornado, start)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    count = len(tornado.swings)
    axes.set_ylim(count - 0.4, -1.0 if size.narrow else -0.6)
    _label_factors(axes, tornado.swings, size)
    number_axis(axes.xaxis, words, 4 if size.narrow else 7)
    axes.set_xlabel(unit_words(words, tornado.unit, tornado.is_change))
    _draw_tornado_legend(figure, words, tornado, size)


def _draw_factor_bars(
    axes: Axes, tornado: Tornado, place: int, swing: FactorSwing, height: float
) -> None:
    """Draw a factor's bars from the value of the first case; two sides share the row."""
    offsets = [(k - (len(swing.bars) - 1) / 2) * height for k in range(len(swing.bars))]
    for bar, offset in zip(swing.bars, offsets, strict=True):
        colour, hatch = SIDES[bar.side]
        start, change, low, high = (
            scale_value(value, tornado.unit)
            for value in (tornado.start, bar.change, bar.low, bar.high)
        )
        axes.barh(
            place + offset,
            change,
            left=start,
            height=height,
            color=colour,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
        )
        if low == low:
            axes.plot([start + low, start + high], [place + offset] * 2, color=INK, linewidth=1.3)


def _draw_zero_line(axes: Axes, tornado: Tornado, start: float) -> None:
    """Draw where there is no difference, if the bars come near it."""
    low_end, high_end = axes.get_xlim()
    margin = 0.1 * (high_end - low_end)
    if tornado.is_change and start != 0 and low_end - margin < 0 < high_end + margin:
        axes.axvline(0, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))


def _label_factors(axes: Axes, swings: Sequence[FactorSwing], size: Size) -> None:
    """Write the factors left of the bars; on a narrow screen above each."""
    places = range(len(swings))
    if not size.narrow:
        axes.set_yticks(
            places,
            [plain_label(f"{swing.factor}\n{swing.levels}") for swing in swings],
            fontsize=11.5,
        )
        return
    axes.set_yticks([])
    across = axes.get_yaxis_transform()
    for place, factor_swing in zip(places, swings, strict=True):
        words = plain_label(
            "\n".join([*wrap(factor_swing.factor, _NARROW_COLUMNS), factor_swing.levels])
        )
        text = axes.text(0, place - 0.25, words, transform=across, fontsize=11, va="bottom")
        text.set_in_layout(False)
        text.set_gid("halo")


def _draw_tornado_legend(figure: Figure, words: Words, tornado: Tornado, size: Size) -> None:
    used = {bar.side for swing in tornado.swings for bar in swing.bars}
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.6,
              label=words.text(f"tornado.{side}"))
        for side, (colour, hatch) in SIDES.items()
        if side in used
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="outside upper left", ncols=1 if size.narrow else 3, labelcolor=INK
    )


LOOKS = {
    "S1": ("#0072B2", "o"),
    "ST": ("#D55E00", "s"),
    "rank_correlation": ("#0072B2", "o"),
}
_NAMED = 8


def strengths_figure(words: Words, measures: InfluenceMeasures, size: Size, alt: str) -> str:
    """Return measures without a unit as points by factor with their intervals, as inline SVG.

    Args:
        words: Results in one language.
        measures: The outcome, and what each measure tells of the factors.
        size: Size of the drawing.
        alt: What it shows, in words.
    """
    name = f"{measures.name}-narrow" if size.narrow else measures.name
    return figure_svg(
        name, alt, size, lambda figure: _draw_strengths(figure, words, measures, size)
    )


def _draw_strengths(figure: Figure, words: Words, measures: InfluenceMeasures, size: Size) -> None:
    axes = figure.subplots()
    for number, (measure, influences) in enumerate(measures.measures.items()):
        _draw_measure(axes, words.text(f"measure.{measure}"), measure, influences, 0.16 * number)
    first = next(iter(measures.measures.values()))
    axes.set_yticks(
        range(len(first)),
        [plain_label(_broken_label(influence.factor, size)) for influence in first],
    )
    axes.set_ylim(len(first) - 0.4, -0.6)
    axes.axvline(0, color=INK, linewidth=1.0)
    number_axis(axes.xaxis, words, 4 if size.narrow else 7)
    figure.legend(loc="outside upper left", ncols=1 if size.narrow else 2)


def _draw_measure(
    axes: Axes, label: str, measure: str, influences: Sequence[FactorInfluence], offset: float
) -> None:  # fmt: skip
    colour, mark = LOOKS[measure]
    places = [place + offset for place in range(len(influences))]
    axes.hlines(
        places,
        [t.low for t in influences],
        [t.high for t in influences],
        color=colour,
        linewidth=1.4,
    )
    axes.plot([t.mean for t in influences], places, mark, color=colour, markersize=7, label=label)


def _broken_label(words: str, size: Size) -> str:
    return words.replace(": ", ":\n", 1) if size.narrow else words


def morris_figure(words: Words, measures: InfluenceMeasures, size: Size, alt: str) -> str:
    """Return strength against what is not the same everywhere, a point a factor, as inline SVG."""
    name = f"{measures.name}-narrow" if size.narrow else measures.name
    return figure_svg(name, alt, size, lambda figure: _draw_morris(figure, words, measures, size))


def _draw_morris(figure: Figure, words: Words, measures: InfluenceMeasures, size: Size) -> None:
    axes = figure.subplots()
    strong, spread = measures.measures["mu_star"], measures.measures["sigma"]
    x = [scale_value(influence.mean, measures.unit) for influence in strong]
    y = [scale_value(influence.mean, measures.unit) for influence in spread]
    low = [scale_value(influence.low, measures.unit) for influence in strong]
    high = [scale_value(influence.high, measures.unit) for influence in strong]
    axes.hlines(y, low, high, color=LOOKS["S1"][0], linewidth=1.0, alpha=0.6)
    axes.plot(x, y, "o", color=LOOKS["S1"][0], markersize=7)
    for number, (at_x, at_y) in enumerate(zip(x[:_NAMED], y[:_NAMED], strict=True), start=1):
        axes.annotate(str(number), (at_x, at_y), xytext=(0, 7), textcoords="offset points",
                      ha="center", color=INK, fontsize=11.5, fontweight="bold")  # fmt: skip
    most = max([*x, *y, 0.0]) * 1.08 or 1.0
    axes.plot([0, most], [0, most], color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_xlim(0, max([*high, 0.0]) * 1.05 or 1.0)
    axes.set_ylim(0, max([*y, 0.0]) * 1.2 or 1.0)
    unit = unit_words(words, measures.unit, is_change=True)
    axes.set_xlabel(words.text("measure.mu_star_axis", unit=unit))
    axes.set_ylabel(words.text("measure.sigma_axis", unit=unit))
    for axis in (axes.xaxis, axes.yaxis):
        number_axis(axis, words, 4 if size.narrow else 6)
    _draw_point_names(figure, strong[:_NAMED], size)


def _draw_point_names(figure: Figure, named: Sequence[FactorInfluence], size: Size) -> None:
    """Name the numbered points above the drawing, so that no name covers a point."""
    labels = [
        f"{number}  {plain_label(influence.factor)}"
        for number, influence in enumerate(named, start=1)
    ]
    handles = [Line2D([], [], linestyle="none") for _ in labels]
    columns = 1 if size.narrow else 2
    figure.legend(handles, labels, loc="outside upper left", ncols=columns, handlelength=0)
