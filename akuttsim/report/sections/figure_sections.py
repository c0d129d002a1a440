"""The sections of the page that are made of figures, in their order.

Defined in this file: who gains and who loses, what it costs, and the people who work; calls and
ambulance have a file of their own.
"""

from __future__ import annotations

from markupsafe import Markup

from akuttsim.indicators.registry import listed_indicators
from akuttsim.report.context import Words
from akuttsim.report.document import (
    ComparisonLine,
    Drawing,
    Figure,
    Section,
    Table,
    comparison_table,
    group_lines,
    municipality_table,
    region_lines,
    table_of_groups,
)
from akuttsim.report.figures import day_and_week, region_map
from akuttsim.report.figures.bars_and_strips import (
    StackedBar,
    StackedBars,
    stacked_bars_figure,
    sums_of_parts,
)
from akuttsim.report.figures.by_municipality import municipalities_with_value, pairs_figure
from akuttsim.report.figures.style import Look, Size, model_looks, most_different_models
from akuttsim.report.sections.answering_and_ambulance import ambulance_section, answering_section
from akuttsim.report.sections.panels import (
    looks_of_models,
    numbers_tables,
    section_lines,
    shown_models_note,
)
from akuttsim.report.sentences import FOR_WHOM


def equity_section(words: Words) -> Section:
    """Return the part: before and after by municipality, maps, best and worst, age and distance."""
    figures = []
    if words.chosen.others:
        figures += [
            _pairs_picture(words, indicator)
            for indicator in FOR_WHOM
            if municipalities_with_value(words, indicator)
        ]
    if region_map.has_map(words):
        figures.append(_map_picture(words))
    sentences = (words.text("travel.intro"),) if words.chosen.others else ()
    return Section(
        "equity",
        words.text("equity.title"),
        sentences,
        tuple(figures),
        tuple(_equity_tables(words)),
    )


def _equity_tables(words: Words) -> list[Table]:
    tables = [
        municipality_table(words, name)
        for name in FOR_WHOM
        if words.chosen.groups(name, "municipality")
    ]
    tables += [_gap_table(words), _distance_table(words), _age_table(words)]
    return [table for table in tables if table.rows]


def _gap_table(words: Words) -> Table:
    """Return the best and the worst municipality of each model, and what lies between them."""
    lines: list[ComparisonLine] = []
    for indicator in _equity_indicators("gap"):
        title = words.labels.indicator(indicator)
        lines += group_lines(words, indicator, "gap", f"{title}: {{group}}")
    return comparison_table(words, words.text("equity.gap"), words.text("targets.indicator"), lines)


def _equity_indicators(group_by: str) -> list[str]:
    return [indicator.name for indicator in listed_indicators("equity") if group_by in indicator.by]


def _distance_table(words: Words) -> Table:
    """Return levels alone: how far people live is counted to each model's own clinics."""
    rows = [
        (f"{words.labels.indicator(indicator)}: {group}", indicator, "distance", group)
        for indicator in _equity_indicators("distance")
        for group in words.chosen.groups(indicator, "distance")
    ]
    first = words.text("targets.indicator")
    return table_of_groups(words, words.text("equity.distance"), rows, first)


def _age_table(words: Words) -> Table:
    title = words.labels.indicator("ring_to_doctor_min")
    lines = group_lines(words, "ring_to_doctor_min", "age", f"{title}: {{group}}")
    return comparison_table(words, words.text("equity.age"), words.text("targets.indicator"), lines)


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


COST = "cost_nok_a_year"
_DRAWN = {
    "room": ("operator", "dispatcher"),
    "nurses_paid": ("nurse",),
    "doctors_paid": ("doctor", "doctor_night", "doctor_at_home", "gp", "back_up_doctor"),
    "crews_paid": ("crew", "crew_at_home", "transport_vehicle"),
    "supports": ("helicopter", "rescue_helicopter", "boat", "single_responder", "first_responders"),
    "wheels": ("vehicles", "kilometres"),
    "clinics": ("clinics",),
}
"""The parts of the bars, and the parts of the cost that each is the sum of."""


def cost_section(words: Words) -> Section:
    """Return the part: the bars, and tables of money, hours on duty and kilometres."""
    groups = words.chosen.groups(COST, "part")
    figures = (_cost_bars_picture(words, groups),) if groups else ()
    tables = tuple(table for table in _cost_tables(words) if table.rows)
    return Section("cost", words.text("cost.title"), (), figures, tables)


def _cost_tables(words: Words) -> list[Table]:
    staffed = ("staffed_hours_a_week", "role", words.text("cost.hours"))
    driven = ("km_driven_a_week", "who", words.text("cost.km"))
    return [_cost_table(words, *table) for table in (staffed, driven)]


def _cost_table(words: Words, indicator: str, group_by: str, caption: str) -> Table:
    lines: list[ComparisonLine] = [
        *group_lines(words, indicator, group_by),
        *region_lines(words, [indicator]),
    ]
    return comparison_table(words, caption, words.text("split.part"), lines)


def _cost_bars_picture(words: Words, groups: list[str]) -> Figure:
    sizes = {name: _cost_part_sizes(words, name, groups) for name in words.chosen.organisations}
    shown = [key for at, key in enumerate(_DRAWN) if any(size[at] for size in sizes.values())]
    places = [list(_DRAWN).index(key) for key in shown]
    bars = tuple(_cost_bar(words, name, [sizes[name][at] for at in places]) for name in sizes)
    parts = tuple(words.text(f"group.{key}") for key in shown)
    sums = "; ".join(f"{bar.title}: {bar.sum_in_words}" for bar in bars)
    alt, axis = words.text("cost.alt", told=sums), words.text("cost.axis")
    of = StackedBars("cost", parts, bars, axis, alt, lambda x: words.numbers.plain(x / 1e6))
    drawing = Drawing(*(Markup(stacked_bars_figure(of, narrow)) for narrow in (False, True)))
    caption = words.labels.indicator(COST)
    table = _cost_table(words, COST, "part", caption)
    return Figure(
        "cost", words.text("cost.by_part"), (drawing,), (words.text("cost.caption"),), (table,)
    )


def _cost_part_sizes(words: Words, name: str, groups: list[str]) -> tuple[float, ...]:
    levels = [words.chosen.level(name, COST, "part", group) for group in groups]
    means = [level.mean if level is not None and level.is_known else 0.0 for level in levels]
    wanted = [[groups.index(part) for part in of if part in groups] for of in _DRAWN.values()]
    return sums_of_parts(means, wanted)


def _cost_bar(words: Words, name: str, sizes: list[float]) -> StackedBar:
    total = words.text("cost.millions", n=words.numbers.plain(sum(sizes) / 1e6, 1))
    return StackedBar(words.labels.organisation(name), tuple(sizes), total)


def staff_section(words: Words, models: list[Look]) -> Section:
    """Return the part: load over the day, then nights, rest, collisions and overtime."""
    figures = (_load_picture(words, models),) if day_and_week.roles_with_load(words) else ()
    tables = numbers_tables(words, words.text("people.numbers"), section_lines(words, "people"))
    sentences = (words.text("people.intro"),) if tables else ()
    return Section("people", words.text("people.title"), sentences, figures, tables)


def _load_picture(words: Words, models: list[Look]) -> Figure:
    count = len(day_and_week.roles_with_load(words))
    names = most_different_models(words.chosen, day_and_week.INDICATOR, "role_hour")
    shown = looks_of_models(models, names)
    narrow = Size(370, 60 + 20 * len(shown) + 175 * count, narrow=True)
    drawing = Drawing(
        Markup(day_and_week.load_figure(words, shown, Size(960, 80 + 230 * ((count + 1) // 2)))),
        Markup(day_and_week.load_figure(words, shown, narrow)),
    )
    tables = tuple(_load_table(words, role) for role in day_and_week.roles_with_load(words))
    notes = (words.text("load.caption"), *shown_models_note(words, names))
    return Figure("load", words.text("load.title"), (drawing,), notes, tables)


def _load_table(words: Words, role: str) -> Table:
    hours = [f"{hour:02d}" for hour in range(24)]
    rows = [(hour, day_and_week.INDICATOR, "role_hour", f"{role} {hour}") for hour in hours]
    caption = f"{words.text(f'role.{role}')}: {words.text('load.axis')}"
    return table_of_groups(words, caption, rows, words.text("figures.hour"))


def figure_sections(words: Words) -> list[Section]:
    """Return the parts of the page that the results have something for, in their order."""
    models = model_looks(
        {name: words.labels.organisation(name) for name in words.chosen.organisations}
    )
    sections = [
        answering_section(words, models),
        ambulance_section(words, models),
        staff_section(words, models),
        equity_section(words),
        cost_section(words),
    ]
    return [part for part in sections if part.has_numbers]


def all_figures(words: Words) -> list[Figure]:
    """Return the figures that the results have numbers for."""
    return [figure for section in figure_sections(words) for figure in section.figures]
