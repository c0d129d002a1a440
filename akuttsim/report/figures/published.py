"""Every figure for print and publication, in the order of the index: drawn when they are asked for.

The page draws figures of its own from data, see `page_figures`; these are for documents that hold
no script.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from akuttsim.report.context import Words
from akuttsim.report.document import Drawing, Figure, group_label
from akuttsim.report.figure_data import (
    ANSWERED,
    ANSWERED_IN_TIME,
    ANSWERING,
    BUSY,
    COST,
    COST_PARTS,
    MEDIAN,
    REACHED,
    RESPONSE_PARTS,
    Curve,
    WeekMap,
    answered_by_hour,
    cost_part_sizes,
    cover_map,
    curve_points,
    has_map,
    is_answering_alike,
    models_like_base,
    most_different_models,
    municipalities_with_response,
    municipalities_with_value,
    roles_with_load,
    values_by_hour_of_week,
)
from akuttsim.report.figures import by_municipality, day_and_week, region_map, service_levels
from akuttsim.report.figures.bars_and_strips import StackedBar, StackedBars, stacked_bars_figure
from akuttsim.report.figures.by_municipality import pairs_figure
from akuttsim.report.figures.cost_tradeoff import tradeoff_picture
from akuttsim.report.figures.day_and_week import week_figure
from akuttsim.report.figures.service_levels import WITH_BANDS, curve_figure
from akuttsim.report.figures.style import Look, Size, model_looks
from akuttsim.report.figures.tornado import driver_pictures
from akuttsim.report.sentences import FOR_WHOM


def all_figures(words: Words) -> list[Figure]:
    """Return the figures that the results have numbers for, in the order of the index.

    Args:
        words: Results in one language.

    Returns:
        Figures with a wide drawing each and, for most, a narrow one; none for what was not
            measured.
    """
    models = model_looks(
        {name: words.labels.organisation(name) for name in words.chosen.organisations}
    )
    groups = words.chosen.groups(COST, "part")
    return [
        *_answering_pictures(words, models),
        *_ambulance_pictures(words, models),
        *([_load_picture(words, models)] if roles_with_load(words) else []),
        *_equity_pictures(words),
        *([_cost_bars_picture(words, groups)] if groups else []),
        *tradeoff_picture(words, models),
        *driver_pictures(words),
    ]


def _answering_pictures(words: Words, models: list[Look]) -> list[Figure]:
    base, figures = words.chosen.base, []
    if curve_points(words, base, ANSWERED):
        figures.append(curve_picture(words, models, ANSWERED))
    if answered_by_hour(words, base):
        figures.append(_by_hour_picture(words, models))
    if values_by_hour_of_week(words, base, ANSWERING.indicator):
        names = models_in_panels(words, ANSWERING.indicator)
        figures.append(week_picture(words, models, names, ANSWERING))
    return figures


def _ambulance_pictures(words: Words, models: list[Look]) -> list[Figure]:
    figures = []
    if curve_points(words, words.chosen.base, REACHED):
        figures.append(curve_picture(words, models, REACHED))
    if municipalities_with_response(words):
        figures.append(_response_picture(words, models))
    if words.chosen.groups(RESPONSE_PARTS, "part"):
        figures.append(_time_split(words))
    if values_by_hour_of_week(words, words.chosen.base, "ambulances_free"):
        names = models_in_panels(words, "ambulances_free")
        figures.append(week_picture(words, models, names, cover_map(words, names)))
    return figures


def _equity_pictures(words: Words) -> list[Figure]:
    figures = []
    if words.chosen.others:
        figures += [
            _pairs_picture(words, indicator)
            for indicator in FOR_WHOM
            if municipalities_with_value(words, indicator)
        ]
    if has_map(words):
        figures.append(_map_picture(words))
    return figures


def looks_of_models(models: list[Look], names: Iterable[str]) -> list[Look]:
    """Return the looks of some models, in the order of all.

    Args:
        models: The looks of all models.
        names: The models that are wanted.
    """
    wanted = set(names)
    return [look for look in models if look.name in wanted]


def shown_models_note(words: Words, names: list[str]) -> tuple[str, ...]:
    """Return a sentence that tells which models are drawn; none where all of them are.

    Args:
        words: Results in one language.
        names: The models that are drawn, the base among them.
    """
    count = len(words.chosen.organisations)
    if len(names) == count:
        return ()
    base, others = words.chosen.base, [name for name in names if name != words.chosen.base]
    shown, of_base = words.models(others), words.labels.organisation(base)
    return (words.text("figures.drawn_only", base=of_base, shown=shown, count=count),)


def curve_picture(words: Words, models: list[Look], of: Curve) -> Figure:
    """Return a curve of all models; models as the base share its line.

    Args:
        words: Results in one language.
        models: All models.
        of: What is drawn.
    """
    lines = len(models) - len(models_like_base(words.chosen, of.indicator, of.group_by))
    drawing = Drawing(
        Markup(curve_figure(words, models, of, Size(960, 330 + 22 * ((lines + 2) // 3)))),
        Markup(curve_figure(words, models, of, Size(370, 300 + 20 * lines, narrow=True))),
    )
    bands = (words.text("curve.bands"),) if lines <= WITH_BANDS else ()
    notes = (words.text(f"curve.{of.key}.caption"), *bands, *_same_line_note(words, of))
    return Figure(of.key, words.text(f"curve.{of.key}.title"), (drawing,), notes, ())


def _same_line_note(words: Words, of: Curve) -> tuple[str, ...]:
    same = models_like_base(words.chosen, of.indicator, of.group_by)
    if not same:
        return ()
    base = words.labels.organisation(words.chosen.base)
    return (words.text("figures.same_as", models=words.models(same), base=base),)


def models_in_panels(words: Words, indicator: str) -> list[str]:
    """Return the models that have a panel: all of three, else the base and the most different one.

    Args:
        words: Results in one language.
        indicator: The indicator that the panels show.
    """
    most = 3 if len(words.chosen.organisations) <= 3 else 2
    return most_different_models(words.chosen, indicator, most=most)


def week_picture(words: Words, models: list[Look], names: list[str], of: WeekMap) -> Figure:
    """Return the week of some models as heat maps.

    Args:
        words: Results in one language.
        models: The looks of all models.
        names: The models that have a panel.
        of: What is drawn.
    """
    shown = looks_of_models(models, names)
    drawing = Drawing(*(Markup(week_figure(words, shown, of, narrow)) for narrow in (False, True)))
    notes = (words.text(f"week.{of.key}.caption"), *shown_models_note(words, names))
    title = words.text(f"week.{of.key}.title")
    return Figure(of.key.replace("_", "-"), title, (drawing,), notes, ())


def _by_hour_picture(words: Words, models: list[Look]) -> Figure:
    names = most_different_models(words.chosen, ANSWERED_IN_TIME, "hour")
    shown = looks_of_models(models, names)
    drawing = Drawing(
        Markup(service_levels.answering_figure(words, shown, Size(960, 380))),
        Markup(
            service_levels.answering_figure(
                words, shown, Size(370, 320 + 20 * len(shown), narrow=True)
            )
        ),
    )
    captions = [words.text("answering.caption"), words.text("figures.interval")]
    if is_answering_alike(words):
        captions.append(words.text("answering.same"))
    title = words.text("answering.by_hour")
    notes = (*captions, *shown_models_note(words, names))
    return Figure("answering-hour", title, (drawing,), notes, ())


def _response_picture(words: Words, models: list[Look]) -> Figure:
    names = most_different_models(words.chosen, MEDIAN, "municipality")
    shown = looks_of_models(models, names)
    wide, narrow = (
        Markup(by_municipality.response_figure(words, shown, is_narrow))
        for is_narrow in (False, True)
    )
    base = words.labels.organisation(words.chosen.base)
    captions = (
        words.text("response.caption", base=base),
        words.text("figures.interval"),
        *shown_models_note(words, names),
    )
    return Figure("response", words.text("response.title"), (Drawing(wide, narrow),), captions, ())


def _time_split(words: Words) -> Figure:
    groups = words.chosen.groups(RESPONSE_PARTS, "part")
    bars = tuple(_split_bar(words, name, groups) for name in words.chosen.organisations)
    parts = tuple(group_label(words, group) for group in groups)
    alt = words.text(
        "split.alt", told="; ".join(_time_split_words(words, bar, parts) for bar in bars)
    )
    of = StackedBars("split", parts, bars, words.text("split.axis"), alt, words.numbers.plain)
    drawing = Drawing(*(Markup(stacked_bars_figure(of, narrow)) for narrow in (False, True)))
    captions = (words.text("split.caption"),)
    return Figure("split", words.text("split.title"), (drawing,), captions, ())


def _split_bar(words: Words, name: str, groups: list[str]) -> StackedBar:
    levels = [words.chosen.level(name, RESPONSE_PARTS, "part", group) for group in groups]
    sizes = tuple(level.mean if level is not None and level.is_known else 0.0 for level in levels)
    title = words.labels.organisation(name)
    return StackedBar(title, sizes, words.numbers.amount(sum(sizes), "min"))


def _time_split_words(words: Words, bar: StackedBar, parts: tuple[str, ...]) -> str:
    sizes = zip(parts, bar.sizes, strict=True)
    parts_in_words = ", ".join(
        f"{part} {words.numbers.amount(size, 'min')}" for part, size in sizes
    )
    return f"{bar.title}: {parts_in_words}"


def _pairs_picture(words: Words, indicator: str) -> Figure:
    names = most_different_models(words.chosen, indicator, "municipality")
    others = [name for name in names if name != words.chosen.base]
    drawing = Drawing(
        *(Markup(pairs_figure(words, others, indicator, is_narrow)) for is_narrow in (False, True))
    )
    base, label = words.labels.organisation(words.chosen.base), words.labels.indicator(indicator)
    notes = (words.text("pairs.caption", base=base), *shown_models_note(words, names))
    title = words.text("pairs.title", label=label)
    return Figure(f"pairs-{indicator}", title, (drawing,), notes, ())


def _map_picture(words: Words) -> Figure:
    base = words.chosen.base
    title = words.labels.organisation(base)
    drawings = [
        Drawing(
            Markup(region_map.response_map(words, base, region_map.map_size(words, 960))),
            Markup(region_map.response_map(words, base, region_map.map_size(words, 370))),
            words.text("map.response", model=title),
        )
    ]
    names = most_different_models(words.chosen, "travel_to_care_min", "municipality")
    drawings += [_change_map_picture(words, name) for name in names if name != base]
    captions = [words.text("map.caption")]
    if words.chosen.others:
        captions.append(words.text("map.change_caption", base=title))
    captions += shown_models_note(words, names)
    return Figure("map", words.text("map.title"), tuple(drawings), tuple(captions), ())


def _change_map_picture(words: Words, name: str) -> Drawing:
    svg = Markup(region_map.change_map(words, name, region_map.map_size(words, 470)))
    return Drawing(svg, None, words.text("map.change", model=words.labels.organisation(name)))


def _cost_bars_picture(words: Words, groups: list[str]) -> Figure:
    sizes = {name: cost_part_sizes(words, name, groups) for name in words.chosen.organisations}
    shown = [key for at, key in enumerate(COST_PARTS) if any(size[at] for size in sizes.values())]
    places = [list(COST_PARTS).index(key) for key in shown]
    bars = tuple(_cost_bar(words, name, [sizes[name][at] for at in places]) for name in sizes)
    parts = tuple(words.text(f"group.{key}") for key in shown)
    sums = "; ".join(f"{bar.title}: {bar.sum_in_words}" for bar in bars)
    alt, axis = words.text("cost.alt", told=sums), words.text("cost.axis")
    of = StackedBars("cost", parts, bars, axis, alt, lambda x: words.numbers.plain(x / 1e6))
    drawing = Drawing(*(Markup(stacked_bars_figure(of, narrow)) for narrow in (False, True)))
    return Figure("cost", words.text("cost.by_part"), (drawing,), (words.text("cost.caption"),), ())


def _cost_bar(words: Words, name: str, sizes: list[float]) -> StackedBar:
    total = words.text("cost.millions", n=words.numbers.plain(sum(sizes) / 1e6, 1))
    return StackedBar(words.labels.organisation(name), tuple(sizes), total)


def _load_picture(words: Words, models: list[Look]) -> Figure:
    count = len(roles_with_load(words))
    names = most_different_models(words.chosen, BUSY, "role_hour")
    shown = looks_of_models(models, names)
    narrow = Size(370, 60 + 20 * len(shown) + 175 * count, narrow=True)
    drawing = Drawing(
        Markup(day_and_week.load_figure(words, shown, Size(960, 80 + 230 * ((count + 1) // 2)))),
        Markup(day_and_week.load_figure(words, shown, narrow)),
    )
    notes = (words.text("load.caption"), *shown_models_note(words, names))
    return Figure("load", words.text("load.title"), (drawing,), notes, ())
