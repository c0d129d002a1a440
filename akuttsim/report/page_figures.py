"""The figures of the page, each with the question that it answers: place, hour, cost, doubt.

Everything is read from the tables of results; the titles are findings where these allow one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from akuttsim.indicators.measured_run import WEEKDAYS
from akuttsim.report.context import (
    Estimate,
    Words,
    capital,
)
from akuttsim.report.decision import judged_things
from akuttsim.report.decision_answer import Standings
from akuttsim.report.figure_data import (
    ANSWERED,
    ANSWERED_IN_TIME,
    BUSY,
    COST,
    COST_PARTS,
    MEDIAN,
    REACHED,
    Curve,
    cover_map,
    curve_points,
    most_different_models,
    roles_with_load,
    values_by_hour_of_week,
)
from akuttsim.report.figure_views import (
    ArrowsView,
    BarsView,
    Block,
    DriverBar,
    DriverRow,
    DriversView,
    HeatView,
    IntervalRow,
    IntervalsView,
    LinesPanel,
    LinesView,
    Number,
    PageFigure,
    Scale,
    ScatterView,
    Series,
    TimeMark,
    scale_of,
    series_of,
    shared_figure_data,
    verdict_number,
    written_number,
)
from akuttsim.report.missed_hours import missed_on_average
from akuttsim.report.page_scripts import joined_script, json_for_script, script_hash, static_file
from akuttsim.report.sections.answer_drivers import (
    FactorInfluence,
    InfluenceMeasures,
    SensitivityRow,
    Tornado,
    TornadoBar,
    drivers_caption,
    influence_of,
    moves_of_outcomes,
    tornado_of,
)
from akuttsim.report.sections.tradeoff import TradeoffPanel, tradeoff_panels
from akuttsim.report.sentences import FOR_WHOM
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import KRONER, scale_value, unit_format

SCRIPTS = (
    "base.js", "stage.js", "tables.js", "arrows.js", "heat.js", "bars.js", "intervals.js",
    "lines.js", "scatter.js", "drivers.js", "begin.js",
)  # fmt: skip
"""The scripts in the order in which they are joined."""

MOST_VIEWS = 6
"""Indicators that one figure offers to choose between."""

MOST_MODELS = 3
"""Models beside the base that are shown before anybody has chosen."""


@dataclass(frozen=True)
class FigureSet:
    """The figures of a page with what they need of it.

    Attributes:
        all: The figures, in the order of the page.
        shared: What they share, as JSON.
        script: What draws them.
        hash: By which the policy of the page allows the script.
        style: Their style.
    """

    all: tuple[PageFigure, ...]
    shared: Markup
    script: Markup
    hash: str
    style: Markup

    def of(self, *blocks: Block) -> list[PageFigure]:
        """Return the figures of some parts of the page."""
        return [figure for figure in self.all if figure.block in blocks]


def figure_set(words: Words) -> FigureSet:
    """Return the figures of a page with the script that draws them."""
    script = joined_script("figures", SCRIPTS)
    return FigureSet(
        tuple(page_figures(words)),
        json_for_script(shared_figure_data(words)),
        script,
        script_hash(script),
        Markup(static_file("figures/figures.css")),
    )


def page_figures(words: Words) -> list[PageFigure]:
    """Return the figures that the results have numbers for, in the order of the page."""
    makers = (
        place_figure,
        week_figure_data,
        day_figure,
        curves_figure,
        cost_figure,
        tradeoff_figure_data,
        margins_figure,
        drivers_figure,
    )
    figures = (maker(words) for maker in makers)
    return [figure for figure in figures if figure is not None]


def _numbered(words: Words, names: Sequence[str]) -> tuple[int, ...]:
    """Return models by their place in the results."""
    return tuple(words.chosen.organisations.index(name) for name in names)


def _first_models(words: Words) -> list[str]:
    """Return the models, the base left out, that figures and their headings begin with.

    Of many those that the decision shows, so that figures and answer speak of the same models.
    """
    others = words.chosen.others
    if len(others) <= MOST_MODELS:
        return others
    shown = Standings(words.chosen, judged_things(words)).shown
    return [name for name in others if name in shown]


def _first_shown(words: Words, indicator: str, group_by: str) -> tuple[int, ...]:
    """Return the models, the base left out, that are shown before anybody has chosen."""
    if len(words.chosen.others) > MOST_MODELS:
        return _numbered(words, _first_models(words))
    names = most_different_models(words.chosen, indicator, group_by, MOST_MODELS + 1)
    return _numbered(words, [name for name in names if name != words.chosen.base])


# --- place ----------------------------------------------------------------------------------------


def place_figure(words: Words) -> PageFigure | None:
    """Return before and after by municipality, of everything that is judged and known by place."""
    indicators = _indicators_by_place(words)
    if not indicators:
        return None
    base = words.labels.organisation(words.chosen.base)
    others = words.chosen.others
    return PageFigure(
        "places",
        "place",
        words.text("page_figure.places.intro" if others else "page_figure.places.alone", base=base),
        words.text("page_figure.places.note", base=base) if others else "",
        tuple(_arrows_view(words, name) for name in indicators),
        "several" if len(others) > 1 else "all",
        _numbered(words, others),
        _first_shown(words, indicators[0], "municipality"),
    )


def _indicators_by_place(words: Words) -> list[str]:
    """Return what is judged and known by municipality, what most municipalities notice first."""
    usual = (*FOR_WHOM, MEDIAN)
    wanted = dict.fromkeys((*FOR_WHOM, *words.chosen.judged_by(), *usual))
    known = [name for name in wanted if words.chosen.groups(name, "municipality")]
    models = _first_models(words)
    return sorted(known, key=lambda name: -_places_that_notice(words, name, models))[:MOST_VIEWS]


def _places_that_notice(words: Words, indicator: str, models: Sequence[str]) -> int:
    changes = (
        words.chosen.change(model, indicator, "municipality", place)
        for model in models
        for place in words.chosen.municipalities()
    )
    return sum(change is not None and change.is_clear for change in changes)


def _arrows_view(words: Words, indicator: str) -> ArrowsView:
    places = _places_by_change(words, indicator)
    chosen = words.chosen
    key = [(indicator, "municipality", place) for place in places]
    levels = [chosen.level(chosen.base, *each) for each in key]
    scale = scale_of(words, words.chosen.unit(indicator))
    people = _people_by_municipality(words)
    return ArrowsView(
        words.labels.heading(indicator),
        _places_title(words, indicator),
        scale,
        tuple(words.labels.place(place) for place in places),
        tuple(people.get(place, 0) for place in places),
        series_of(levels, scale, verdicts=False),
        {
            number: series_of([chosen.change(chosen.organisations[number], *k) for k in key], scale)
            for number in _numbered(words, chosen.others)
        },
        words.labels.button(indicator),
    )


def _places_by_change(words: Words, indicator: str) -> list[str]:
    """Return the municipalities with a value, where any model first shown changes most first."""
    known = words.chosen.groups(indicator, "municipality")
    places = [name for name in words.chosen.municipalities() if name in known]
    models = _first_models(words)
    return sorted(places, key=lambda place: -_largest_change(words, indicator, place, models))


def _largest_change(words: Words, indicator: str, place: str, models: Sequence[str]) -> float:
    changes = (words.chosen.change(model, indicator, "municipality", place) for model in models)
    return max(
        (abs(change.mean) for change in changes if change is not None and change.is_clear),
        default=0.0,
    )


def _people_by_municipality(words: Words) -> dict[str, int]:
    people: dict[str, int] = {}
    for place in (words.chosen.manifest.region.get("places") or {}).values():
        name = place["municipality"]
        people[name] = people.get(name, 0) + int(sum(place["people"]))
    return people


def _places_title(words: Words, indicator: str) -> str:
    """Say which municipalities lose most, or who gains where none loses."""
    label = words.labels.heading(indicator)
    if not words.chosen.others:
        return words.text("page_figure.places.levels", label=label)
    for verdict, key in ((Verdict.WORSE, "lose"), (Verdict.BETTER, "gain")):
        places = _places_with(words, indicator, verdict)
        if places:
            names = words.text.listed([words.labels.place(place) for place in places[:2]])
            return words.text(f"page_figure.places.{key}", label=label, places=names)
    return words.text("page_figure.places.nobody", label=label)


def _places_with(words: Words, indicator: str, verdict: Verdict) -> list[str]:
    """Return the municipalities with a verdict in a model first shown, the largest change first."""
    largest: dict[str, float] = {}
    for model in _first_models(words):
        for place in words.chosen.municipalities():
            change = words.chosen.change(model, indicator, "municipality", place)
            if change is not None and change.verdict == verdict:
                largest[place] = max(largest.get(place, 0.0), abs(change.mean))
    return sorted(largest, key=lambda place: -largest[place])


# --- hour -----------------------------------------------------------------------------------------

WEEKLY = {
    "answered_116117_within_120_s": "operators_on_duty_116117",
    "answered_113_within_10_s": "",
    "ambulances_free": "",
}
"""What is known by hour of the week, with what is told of each hour too."""

HOURS_OF_WEEK = tuple((day, hour) for day in range(len(WEEKDAYS)) for hour in range(24))


def week_figure_data(words: Words) -> PageFigure | None:
    """Return the week hour by hour: where the target is missed, and where nobody is free."""
    base = words.chosen.base
    views = [
        _heat_view(words, name, second)
        for name, second in WEEKLY.items()
        if values_by_hour_of_week(words, base, name)
    ]
    if not views:
        return None
    return PageFigure(
        "week",
        "hour",
        words.text("page_figure.week.intro"),
        words.text("page_figure.week.note"),
        tuple(views),
        "one" if words.chosen.others else "all",
        _numbered(words, words.chosen.organisations),
        _numbered(words, [base]),
    )


def _heat_view(words: Words, indicator: str, second: str) -> HeatView:
    unit = words.chosen.unit(indicator)
    scale = scale_of(words, unit, 0 if unit == "share" else None)
    goal = words.labels.targets.get(indicator)
    is_judged = goal is not None and goal.at_least is not None
    second_scale = scale_of(words, words.chosen.unit(second)) if _has(words, second) else None
    models = _numbered(words, words.chosen.organisations)
    return HeatView(
        words.labels.heading(indicator),
        _week_title(words, indicator),
        scale,
        written_number(goal.value, unit, scale) if goal is not None and is_judged else None,
        _colour_ends(words, indicator),
        {number: _week_series(words, number, indicator, scale) for number in models},
        words.labels.indicator(second) if second_scale else "",
        second_scale,
        {number: _week_series(words, number, second, second_scale).mean for number in models}
        if second_scale
        else {},
        words.labels.button(indicator),
    )


def _has(words: Words, indicator: str) -> bool:
    return bool(values_by_hour_of_week(words, words.chosen.base, indicator))


def _colour_ends(words: Words, indicator: str) -> tuple[float, float]:
    if indicator != "ambulances_free":
        return (0.0, 100.0)
    low, high = cover_map(words, words.chosen.organisations).ends
    return (low, round(high, 1))


def _week_series(words: Words, number: int, indicator: str, scale: Scale) -> Series:
    values = values_by_hour_of_week(words, words.chosen.organisations[number], indicator)
    return series_of([values.get(cell) for cell in HOURS_OF_WEEK], scale)


def _week_title(words: Words, indicator: str) -> str:
    """Say how many hours miss the target, or when there is least of what has none."""
    base, label = words.chosen.base, words.labels.heading(indicator)
    levels = values_by_hour_of_week(words, base, indicator)
    if indicator not in words.labels.targets:
        cell = min(levels, key=lambda each: levels[each].mean)
        day = words.text("week.days_long").split()[cell[0]]
        when = words.text("page_figure.week.when", day=day, hour=f"{cell[1]:02d}")
        return words.text("page_figure.week.least", label=label, when=when)
    whole = words.chosen.level(base, indicator)
    if not any(level.verdict == Verdict.NOT_MET for level in levels.values()):
        return words.text("page_figure.week.kept", label=label)
    is_met = whole is not None and whole.verdict == Verdict.MET
    when = missed_on_average(words, base, indicator, brief=False)
    key = "page_figure.week.hidden" if is_met else "page_figure.week.missed"
    return words.text(key, label=label, when=when)


CALLS = "calls_116117_a_day"
ON_DUTY = "operators_on_duty_116117"
CLOCK = tuple(f"{hour:02d}" for hour in range(24))


def day_figure(words: Words) -> PageFigure | None:
    """Return the day hour by hour: calls against staff and answers, and who is busy."""
    views = [view for view in (_calls_view(words), _busy_view(words)) if view is not None]
    if not views:
        return None
    return PageFigure(
        "day",
        "hour",
        words.text("page_figure.day.intro"),
        words.text("page_figure.day.note"),
        tuple(views),
        "several" if words.chosen.others else "all",
        _numbered(words, words.chosen.organisations),
        _with_base(words, _first_shown(words, BUSY, "role_hour")),
    )


def _with_base(words: Words, others: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*_numbered(words, [words.chosen.base]), *others}))


def _calls_view(words: Words) -> LinesView | None:
    by_hour = words.chosen.groups(ANSWERED_IN_TIME, "hour")
    if not by_hour:
        return None
    goal = words.labels.targets.get(ANSWERED_IN_TIME)
    panels = [
        _hours_panel(words, words.text("page_figure.day.calls"), CALLS, "hour", None),
        _on_duty_panel(words),
        _hours_panel(
            words,
            words.labels.indicator(ANSWERED_IN_TIME),
            ANSWERED_IN_TIME,
            "hour",
            goal.at_least if goal is not None else None,
        ),
    ]
    title = _calls_title(words)
    return _day_view(words, words.text("page_figure.day.by_calls"), title, panels)


def _day_view(
    words: Words, name: str, title: str, panels: Sequence[LinesPanel | None]
) -> LinesView:
    return LinesView(
        name,
        title,
        words.text("figures.hour_axis"),
        tuple(map(float, range(24))),
        CLOCK,
        (0, 4, 8, 12, 16, 20),
        tuple(panel for panel in panels if panel is not None),
    )


def _hours_panel(
    words: Words, title: str, indicator: str, group_by: str, goal: float | None, prefix: str = ""
) -> LinesPanel | None:
    """Return a panel of an indicator by hour of the day; None where the results have it not."""
    if not words.chosen.groups(indicator, group_by):
        return None
    unit = words.chosen.unit(indicator)
    scale = scale_of(words, unit)
    models = {
        number: series_of(
            [words.chosen.level(name, indicator, group_by, f"{prefix}{hour}") for hour in CLOCK],
            scale,
            verdicts=False,
        )
        for number, name in enumerate(words.chosen.organisations)
    }
    target = None if goal is None else written_number(goal, unit, scale)
    return LinesPanel(title, scale, True, unit != "share" or prefix != "", target, (), models)


def _on_duty_panel(words: Words) -> LinesPanel | None:
    """Return how many operators are on duty: the mean over the days of the week."""
    if not words.chosen.groups(ON_DUTY, "hour_of_week"):
        return None
    scale = scale_of(words, words.chosen.unit(ON_DUTY))
    models: dict[int, Series] = {}
    for number, name in enumerate(words.chosen.organisations):
        values = values_by_hour_of_week(words, name, ON_DUTY)
        of_hours = [[values[cell].mean for cell in values if cell[1] == hour] for hour in range(24)]
        means = (sum(some) / len(some) if some else math.nan for some in of_hours)
        models[number] = Series(tuple(written_number(mean, "people", scale) for mean in means))
    title = words.text("page_figure.day.on_duty")
    return LinesPanel(title, scale, True, True, None, (), models)


def _calls_title(words: Words) -> str:
    """Say when most ring and how many get an answer in time then; else when fewest get one."""
    base = words.chosen.base
    shares = {hour: words.chosen.level(base, ANSWERED_IN_TIME, "hour", hour) for hour in CLOCK}
    known = {hour: each for hour, each in shares.items() if each is not None and each.is_known}
    if not known:
        return words.labels.indicator(ANSWERED_IN_TIME)
    worst = min(known, key=lambda hour: known[hour].mean)
    calls = {hour: words.chosen.level(base, CALLS, "hour", hour) for hour in CLOCK}
    counts = {hour: each.mean for hour, each in calls.items() if each is not None and each.is_known}
    level = words.numbers.amount(known[worst].mean, "share", 0)
    if not counts:
        return words.text("page_figure.day.worst", hour=worst, level=level)
    most = max(counts, key=lambda hour: counts[hour])
    return words.text("page_figure.day.most", most=most, hour=worst, level=level)


def _busy_view(words: Words) -> LinesView | None:
    roles = roles_with_load(words)
    if not roles:
        return None
    panels = [
        _hours_panel(words, words.text(f"role.{role}"), BUSY, "role_hour", None, f"{role} ")
        for role in roles
    ]
    return _day_view(words, words.text("page_figure.day.by_work"), _busy_title(words), panels)


def _busy_title(words: Words) -> str:
    """Say who is busiest, and when."""
    base = words.chosen.base
    levels = {
        (role, hour): level
        for role in roles_with_load(words)
        for hour in CLOCK
        if (level := words.chosen.level(base, BUSY, "role_hour", f"{role} {hour}")) is not None
        and level.is_known
    }
    if not levels:
        return words.text("load.title")
    role, hour = max(levels, key=lambda key: levels[key].mean)
    share = words.numbers.amount(levels[role, hour].mean, "share", 0)
    name = words.text(f"role.{role}")
    return words.text("page_figure.day.busiest", role=name, hour=hour, level=share)


def curves_figure(words: Words) -> PageFigure | None:
    """Return how many are answered, and reached, within so much time."""
    curves = [of for of in (ANSWERED, REACHED) if curve_points(words, words.chosen.base, of)]
    if not curves:
        return None
    of = curves[0]
    return PageFigure(
        "curves",
        "hour",
        words.text("page_figure.curves.intro"),
        words.text("page_figure.curves.note"),
        tuple(_curve_view(words, curve) for curve in curves),
        "several" if words.chosen.others else "all",
        _numbered(words, words.chosen.organisations),
        _with_base(words, _first_shown(words, of.indicator, of.group_by)),
    )


def _curve_view(words: Words, of: Curve) -> LinesView:
    groups = sorted(words.chosen.groups(of.indicator, of.group_by), key=int)
    shown = [group for group in groups if int(group) <= of.longest]
    scale = scale_of(words, "share")
    models = {
        number: series_of(
            [words.chosen.level(name, of.indicator, of.group_by, group) for group in shown],
            scale,
            verdicts=False,
        )
        for number, name in enumerate(words.chosen.organisations)
    }
    label = words.labels.indicator(of.indicator)
    panel = LinesPanel(label, scale, False, True, None, _time_marks(words, of, scale), models)
    return LinesView(
        label,
        _curve_title(words, of),
        words.text(f"curve.{of.key}.axis"),
        tuple(map(float, shown)),
        tuple(words.text(f"curve.{of.key}.within", at=group) for group in shown),
        tuple(map(float, of.ticks)),
        (panel,),
        words.text(f"page_figure.curves.by.{of.key}"),
    )


def _time_marks(words: Words, of: Curve, scale: Scale) -> tuple[TimeMark, ...]:
    """Return the official limits that apply in the region, with the share that is wanted."""
    marks = []
    for at, indicator in of.marks:
        target = words.labels.targets.get(indicator)
        level = words.chosen.level(words.chosen.base, indicator)
        if target is not None and level is not None and level.is_known:
            goal = None if target.at_least is None else target.at_least
            share = None if goal is None else written_number(goal, "share", scale)
            marks.append(TimeMark(float(at), words.text(f"curve.{of.key}.mark", at=at), share))
    return tuple(marks)


def _curve_title(words: Words, of: Curve) -> str:
    points = dict(curve_points(words, words.chosen.base, of))
    limits = [at for at, _ in of.marks if at in points]
    if not limits:
        return words.text(f"curve.{of.key}.title")
    level = words.numbers.amount(points[limits[-1]].mean, "share", 0)
    base = words.labels.organisation(words.chosen.base)
    key = f"page_figure.curves.{of.key}"
    return words.text(key, level=level, at=limits[-1], base=base)


# --- cost -----------------------------------------------------------------------------------------

STAFFED = "staffed_hours_a_week"


def cost_figure(words: Words) -> PageFigure | None:
    """Return what costs more and what less than in the base, in money and in hours on duty."""
    views = [view for view in (_cost_view(words), _staffed_view(words)) if view is not None]
    if not views:
        return None
    others = words.chosen.others
    base = words.labels.organisation(words.chosen.base)
    intro = "page_figure.cost.intro" if others else "page_figure.cost.alone"
    return PageFigure(
        "cost",
        "cost",
        words.text(intro, base=base),
        words.text("cost.caption"),
        tuple(views),
        "several" if len(others) > 1 else "all",
        _numbered(words, others or words.chosen.organisations),
        _first_shown(words, COST, "all")
        if others
        else _numbered(words, words.chosen.organisations),
    )


def _cost_view(words: Words) -> BarsView | None:
    known = words.chosen.groups(COST, "part")
    if not known:
        return None
    parts = {
        capital(words.text(f"group.{name}")): [group for group in groups if group in known]
        for name, groups in COST_PARTS.items()
    }
    title = _cost_title(words) if words.chosen.others else words.labels.indicator(COST)
    return _bars_view(words, (words.text("page_figure.cost.money"), title), COST, "part", parts)


def _staffed_view(words: Words) -> BarsView | None:
    roles = words.chosen.groups(STAFFED, "role")
    if not roles:
        return None
    parts = {capital(words.text.get(f"group.{role}", role)): [role] for role in roles}
    name = words.text("page_figure.cost.hours")
    return _bars_view(words, (name, words.text("cost.hours")), STAFFED, "role", parts)


def _bars_view(
    words: Words,
    name_and_title: tuple[str, str],
    indicator: str,
    group_by: str,
    parts: dict[str, list[str]],
) -> BarsView | None:
    """Return the parts of a sum and their sum; parts that are nought in every model are left out.

    None where every part is.

    Args:
        words: Texts and rows of the results.
        name_and_title: What the view is chosen by, and what it shows.
        indicator: The indicator.
        group_by: Its grouping.
        parts: The parts that are drawn, with the groups that each is the sum of.
    """
    chosen, (name, title) = words.chosen, name_and_title
    unit = words.chosen.unit(indicator)
    scale = scale_of(words, unit, 1)
    models = chosen.others or chosen.organisations
    read = chosen.change if chosen.others else chosen.level
    sums = {
        model: [sum(_means(read, model, indicator, group_by, groups)) for groups in parts.values()]
        for model in models
    }
    kept = [
        at for at, _ in enumerate(parts) if any(_is_seen(sums[m][at], unit, scale) for m in models)
    ]
    if not kept:
        return None
    rows = tuple(list(parts)[at] for at in kept)
    blank = (None,) * len(kept)
    total = words.text("page_figure.cost.sum")
    bars = {}
    for number in _numbered(words, models):
        model = chosen.organisations[number]
        whole = series_of([read(model, indicator)], scale)
        means = (written_number(sums[model][at], unit, scale) for at in kept)
        bars[number] = Series((*means, *whole.mean), (*blank, *whole.low), (*blank, *whole.high))
    lower = True if indicator == COST else None
    return BarsView(name, title, scale, bool(chosen.others), lower, (*rows, total), bars)


def _means(
    read: object, model: str, indicator: str, group_by: str, groups: list[str]
) -> Iterator[float]:
    """Yield the known means of some groups."""
    assert callable(read)
    for group in groups:
        estimate: Estimate | None = read(model, indicator, group_by, group)
        if estimate is not None and estimate.is_known:
            yield estimate.mean


def _is_seen(value: float, unit: str, scale: Scale) -> bool:
    """Tell whether a value is more than nought as it is written."""
    return round(scale_value(value, unit), scale.decimals + 1) != 0


def _cost_title(words: Words) -> str:
    """Say what models cost more or less than the base: the dearest and the cheapest."""
    changes = {name: words.chosen.change(name, COST) for name in _first_models(words)}
    known = {
        name: each.mean for name, each in changes.items() if each is not None and each.is_clear
    }
    ends = sorted(known, key=lambda name: known[name])
    named = dict.fromkeys((ends[0], ends[-1]) if ends else ())
    clauses = [
        words.text(
            "page_figure.cost.more" if known[name] > 0 else "page_figure.cost.less",
            model=words.labels.organisation(name),
            amount=words.numbers.plain(abs(known[name]) / 1e6, 1),
        )
        for name in named
    ]
    base = words.labels.organisation(words.chosen.base)
    if not clauses:
        return words.text("page_figure.cost.same", base=base)
    return words.text("page_figure.cost.title", clauses=words.text.listed(clauses), base=base)


def tradeoff_figure_data(words: Words) -> PageFigure | None:
    """Return what the models cost against what they give."""
    panels = sorted(
        tradeoff_panels(words), key=lambda panel: -_models_that_differ(words, panel.indicator)
    )
    if not panels:
        return None
    everybody = _numbered(words, words.chosen.organisations)
    return PageFigure(
        "tradeoff",
        "cost",
        words.text("page_figure.tradeoff.intro"),
        words.text("page_figure.tradeoff.note"),
        tuple(_scatter_view(words, panel) for panel in panels),
        "all",
        everybody,
        everybody,
    )


def _models_that_differ(words: Words, indicator: str) -> int:
    changes = (words.chosen.change(model, indicator) for model in words.chosen.others)
    return sum(change is not None and change.is_clear for change in changes)


def _scatter_view(words: Words, panel: TradeoffPanel) -> ScatterView:
    scale = scale_of(words, panel.spots[0].value.unit)
    cost_scale = scale_of(words, KRONER, 1)
    on = [spot.model for spot in panel.spots if spot.standing == "front"]
    label = words.labels.heading(panel.indicator)
    return ScatterView(
        label,
        words.text("page_figure.tradeoff.front", label=label, models=words.models(on)),
        scale,
        cost_scale,
        panel.is_lower_good,
        _numbered(words, [spot.model for spot in panel.spots]),
        series_of((spot.cost for spot in panel.spots), cost_scale, verdicts=False),
        series_of((spot.value for spot in panel.spots), scale, verdicts=False),
        tuple(spot.standing for spot in panel.spots),
        words.labels.button(panel.indicator),
    )


# --- doubt ----------------------------------------------------------------------------------------


def margins_figure(words: Words) -> PageFigure | None:
    """Return the differences of what is judged, each in units of its own margin."""
    rows = {
        number: tuple(_margin_rows(words, words.chosen.organisations[number]))
        for number in _numbered(words, words.chosen.others)
    }
    if not any(rows.values()):
        return None
    clear = (verdict_number_of(Verdict.BETTER), verdict_number_of(Verdict.WORSE))
    count = sum(row.verdict in clear for some in rows.values() for row in some)
    total = sum(map(len, rows.values()))
    title = words.text("page_figure.margins.title", count=count, total=total)
    return PageFigure(
        "margins",
        "doubt",
        words.text("page_figure.margins.intro"),
        words.text("page_figure.margins.note"),
        (IntervalsView(words.text("page_figure.margins.name"), title, rows),),
        "one" if len(rows) > 1 else "all",
        tuple(rows),
        (next(number for number, some in rows.items() if some),),
    )


def verdict_number_of(verdict: Verdict) -> int:
    """Return the number of a verdict in the data of figures."""
    return verdict_number(Estimate(0.0, 0.0, 0.0, "", verdict))


def _margin_rows(words: Words, model: str) -> Iterator[IntervalRow]:
    directions = words.chosen.manifest.directions
    for indicator in words.chosen.judged_by():
        change = words.chosen.change(model, indicator)
        side = {"higher": 1.0, "lower": -1.0}.get(directions.get(indicator, "neither"))
        if change is not None and change.is_known and change.margin > 0 and side is not None:
            yield _margin_row(words, indicator, change, side)


def _margin_row(words: Words, indicator: str, change: Estimate, side: float) -> IntervalRow:
    def turned(value: float) -> Number:
        return None if math.isnan(value) else round(side * value / change.margin, 3) + 0.0

    ends = (change.low, change.high) if side > 0 else (change.high, change.low)
    levels = ""
    if not math.isnan(change.before):
        before = words.numbers.plain(
            scale_value(change.before, change.unit), unit_format(change.unit).decimals
        )
        levels = f"{before} → {words.numbers.amount(change.after, change.unit)}"
    return IntervalRow(
        words.labels.heading(indicator),
        turned(change.mean) or 0.0,
        turned(ends[0]),
        turned(ends[1]),
        verdict_number(change),
        levels,
        words.numbers.change(change),
        words.numbers.interval(change),
        words.numbers.margin(change),
    )


def drivers_figure(words: Words) -> PageFigure | None:
    """Return which input values move what is judged, the strongest first."""
    views, is_effect = [], True
    is_morris = words.chosen.manifest.design.kind == "morris"
    for indicator, of_models in moves_of_outcomes(words):
        view = _drivers_view(words, indicator, of_models)
        if view is not None:
            views.append(view)
            is_effect = of_models[0][0].measure == "effect"
    if not views:
        return None
    models = tuple(dict.fromkeys(number for view in views for number in view.models))
    return PageFigure(
        "drivers",
        "doubt",
        words.text("page_figure.drivers.intro" if is_effect else "page_figure.drivers.measured"),
        words.text("page_figure.drivers.morris")
        if is_morris
        else drivers_caption(words, is_effect),
        tuple(sorted(views, key=_moved_surely, reverse=True)[:MOST_VIEWS]),
        "one" if len(models) > 1 else "all",
        models,
        models[:1],
    )


def _drivers_view(
    words: Words, indicator: str, of_models: Sequence[Sequence[SensitivityRow]]
) -> DriversView | None:
    """Return what moves an indicator in each model; None where nothing does."""
    if not of_models:
        return None
    label = words.labels.heading(indicator)
    rows: dict[int, tuple[DriverRow, ...]] = {}
    start: dict[int, float] = {}
    looks: tuple[str, ...] = ()
    unit = of_models[0][0].unit
    is_effect = of_models[0][0].measure == "effect"
    scale = scale_of(words, unit) if is_effect else _scale_of_measures(words, of_models[0][0])
    for moves in of_models:
        number = words.chosen.organisations.index(moves[0].organisation)
        tornado, influence = tornado_of(words, moves) if is_effect else None, None
        if not is_effect:
            influence = influence_of(words, moves)
        if tornado is not None and tornado.swings:
            looks = tuple(words.text(f"tornado.{side}") for side in SIDES)
            rows[number] = _tornado_rows(tornado, scale)
            start[number] = written_number(tornado.start, unit, scale) or 0.0
        elif influence is not None:
            looks = tuple(words.text(f"page_figure.measure.{name}") for name in influence.measures)
            rows[number], start[number] = _influence_rows(influence, scale), 0.0
    if not rows:
        return None
    title = _drivers_title(words, label, rows)
    is_change = is_effect and bool(words.chosen.others)
    return DriversView(
        label, title, scale, is_change, looks, start, rows, words.labels.button(indicator)
    )


def _scale_of_measures(words: Words, row: SensitivityRow) -> Scale:
    """Return how measures are written: those of Morris in the outcome's unit, shares without."""
    if row.measure not in MORRIS_MEASURES:
        return Scale("{n}", "{n}", "", 2)
    scale = scale_of(words, row.unit)
    moved = scale.change
    return replace(scale, unit=moved, name=moved.format(n="").strip(), decimals=scale.decimals + 1)


def _drivers_title(words: Words, label: str, rows: dict[int, tuple[DriverRow, ...]]) -> str:
    """Say which input value surely moves an outcome most; or that none does."""
    for some in rows.values():
        for row in some:
            if any(_is_sure(bar) for bar in row.bars):
                return words.text("page_figure.drivers.title", factor=row.name, label=label)
    return words.text("page_figure.drivers.nothing", label=label)


def _is_sure(bar: DriverBar) -> bool:
    """Tell whether a bar's interval leaves out nought."""
    return bar.low is not None and bar.high is not None and (bar.low > 0 or bar.high < 0)


def _moved_surely(view: DriversView) -> bool:
    bars = (bar for rows in view.models.values() for row in rows for bar in row.bars)
    return any(_is_sure(bar) for bar in bars)


MORRIS_MEASURES = ("mu", "mu_star", "sigma")
"""How far a factor moves an outcome, in its own unit; the measures of other designs are shares."""
SIDES = ("lower", "higher", "other")
"""How a value can be set: lower or higher than in the first case, or other than it."""


def _tornado_rows(tornado: Tornado, scale: Scale) -> tuple[DriverRow, ...]:
    def bar(of: TornadoBar) -> DriverBar:
        written = (written_number(x, tornado.unit, scale) for x in (of.change, of.low, of.high))
        return DriverBar(SIDES.index(of.side), of.level, *written)

    return tuple(
        DriverRow(swing.factor, swing.levels, tuple(map(bar, swing.bars)))
        for swing in tornado.swings
    )


def _influence_rows(influence: InfluenceMeasures, scale: Scale) -> tuple[DriverRow, ...]:
    strongest = influence.measures[influence.leading]
    rows = []
    for at, factor in enumerate(strongest):
        measures = [some[at] for some in influence.measures.values() if at < len(some)]
        bars = tuple(
            _measure_bar(look, measure, influence.unit, scale)
            for look, measure in enumerate(measures)
        )
        rows.append(DriverRow(factor.factor, "", bars))
    return tuple(rows)


def _measure_bar(look: int, measure: FactorInfluence, unit: str, scale: Scale) -> DriverBar:
    written = (
        written_number(x, unit if scale.name else "", scale)
        for x in (measure.mean, measure.low, measure.high)
    )
    return DriverBar(look, "", *written)
