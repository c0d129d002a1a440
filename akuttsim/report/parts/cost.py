"""Part of the page: what it costs, in money, hours and kilometres."""

from __future__ import annotations

from markupsafe import Markup

from akuttsim.report.compared import Line, compared, parted, whole
from akuttsim.report.figures.stacked import Bar, Stack, in_parts, stacked
from akuttsim.report.picture import Drawing, Part, Picture
from akuttsim.report.tables import Table
from akuttsim.report.words import Words

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


def cost_part(words: Words) -> Part:
    """Return the part: the bars, and tables of money, hours on duty and kilometres."""
    groups = words.chosen.groups(COST, "part")
    found = (_bars(words, groups),) if groups else ()
    tables = tuple(table for table in _tables(words) if table.rows)
    return Part("cost", words.text("cost.title"), (), found, tables)


def _tables(words: Words) -> list[Table]:
    staffed = ("staffed_hours_a_week", "role", words.text("cost.hours"))
    driven = ("km_driven_a_week", "who", words.text("cost.km"))
    return [_table(words, *each) for each in (staffed, driven)]


def _table(words: Words, indicator: str, group_by: str, caption: str) -> Table:
    lines: list[Line] = [*parted(words, indicator, group_by), *whole(words, [indicator])]
    return compared(words, caption, words.text("split.part"), lines)


def _bars(words: Words, groups: list[str]) -> Picture:
    sizes = {name: _sizes(words, name, groups) for name in words.chosen.organisations}
    kept = [key for at, key in enumerate(_DRAWN) if any(each[at] for each in sizes.values())]
    places = [list(_DRAWN).index(key) for key in kept]
    bars = tuple(_bar(words, name, [sizes[name][at] for at in places]) for name in sizes)
    parts = tuple(words.text(f"group.{key}") for key in kept)
    told = "; ".join(f"{bar.title}: {bar.told}" for bar in bars)
    alt, axis = words.text("cost.alt", told=told), words.text("cost.axis")
    of = Stack("cost", parts, bars, axis, alt, lambda x: words.numbers.plain(x / 1e6))
    drawing = Drawing(*(Markup(stacked(of, narrow)) for narrow in (False, True)))
    caption = words.labels.indicator(COST)
    table = _table(words, COST, "part", caption)
    return Picture(
        "cost", words.text("cost.by_part"), (drawing,), (words.text("cost.caption"),), (table,)
    )


def _sizes(words: Words, name: str, groups: list[str]) -> tuple[float, ...]:
    levels = [words.chosen.level(name, COST, "part", each) for each in groups]
    means = [each.mean if each is not None and each.is_known else 0.0 for each in levels]
    wanted = [[groups.index(each) for each in of if each in groups] for of in _DRAWN.values()]
    return in_parts(means, wanted)


def _bar(words: Words, name: str, sizes: list[float]) -> Bar:
    total = words.text("cost.millions", n=words.numbers.plain(sum(sizes) / 1e6, 1))
    return Bar(words.labels.organisation(name), tuple(sizes), total)
