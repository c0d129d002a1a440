"""What of an organisation the page offers to change: each field, and what it writes in a config.

A field is a key of the config, or one that stands for several, with a rule that reads its value
from the config as it is written and says what becomes of the config when it gets another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from akuttsim.app.week import (
    SLOTS_AN_HOUR,
    RowEdit,
    hours_of_days,
    level_rows,
    on_duty_by_slot,
    painted,
    reopen,
    repaint,
)
from akuttsim.config.schema.calendar import DAYS, parse_hours
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Text
from akuttsim.config.variant_writer import set_at_key
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.crew_choice import (
    DEFAULT_RETURN_RULE,
    DEFAULT_TIE_ORDER,
    RETURN_RULES,
    TIE_ORDERS,
)
from akuttsim.errors import InputError, Problem
from akuttsim.texts import Message, in_words, message

Kind = Literal["roster", "hours", "number", "choice", "place", "flag"]

SOURCE = "Chosen on the what-if page"
"""Where values come from that a planner chose there, as files say it."""

MOST_ON_DUTY = 9
"""The most that an hour of a week can be painted with."""


class Edit(NamedTuple):
    """What becomes of a config.

    Attributes:
        settings: Nested keys and values that are laid over it; None takes a key away.
        remove: Dotted keys that are taken away before.
        told: What changes, in one sentence.
    """

    settings: ConfigContent
    remove: tuple[str, ...]
    told: Message


@dataclass(frozen=True)
class Site:
    """Where a field stands.

    Attributes:
        tree: The config as plain values, changes so far worked in.
        region: Its region.
        section: Such as control_rooms; `dispatch` has no units.
        unit: The unit's name; "" where the section has none.
        field: The name of the field.
    """

    tree: ConfigContent
    region: Region
    section: str
    unit: str
    field: str

    @property
    def above(self) -> str:
        """Return the dotted key of the unit."""
        return f"{self.section}.{self.unit}" if self.unit else self.section

    @property
    def key(self) -> str:
        """Return the dotted key of the field."""
        return f"{self.above}.{self.field}"

    @property
    def content(self) -> ConfigContent:
        """Return what the config has of the unit."""
        section: ConfigContent = self.tree.get(self.section) or {}
        return section.get(self.unit) or {} if self.unit else section

    @property
    def title(self) -> Message | str:
        """Return what people call the unit."""
        if not self.unit:
            return message(f"whatif.section.{self.section}")
        return title_of_unit(self.content, self.unit)

    def settings(self, **keys: object) -> ConfigContent:
        """Return keys of the unit as nested settings."""
        tree: ConfigContent = {}
        for name, content in keys.items():
            set_at_key(tree, f"{self.above}.{name}", content)
        return tree


def title_of_unit(content: ConfigContent, name: str) -> Message | str:
    """Return what people call a unit, from the config as it is written."""
    title = content.get("title", name)
    return message("understood.title", **title) if isinstance(title, dict) else str(title)


CONFIG_LANGUAGES = tuple(Text.model_fields)
"""The languages in which configs have texts."""


def both_languages(told: Message) -> dict[str, str]:
    """Return a sentence in both languages, as configs have texts."""
    return {lang: in_words(told, lang) for lang in CONFIG_LANGUAGES}


@dataclass(frozen=True)
class FieldRule:
    """A field that the page offers for every unit of a section.

    Attributes:
        section: The section.
        name: The last part of the key, or a name that stands for several.
        kind: How it is shown.
        group: The group of the form.
        read: Its value; raises KeyError where a unit has no such field.
        write: What becomes of the config with another value.
        choices: What may be chosen, with what it is called.
        bounds: The least and the most that a number may be.
        unit: The unit of a number, as the page shows it.
    """

    section: str
    name: str
    kind: Kind
    group: str
    read: Callable[[Site], object]
    write: Callable[[Site, Any], Edit]
    choices: Callable[[Site], dict[str, Message | str]] | None = None
    bounds: tuple[float, float] | None = None
    unit: str = ""

    @property
    def label(self) -> str:
        """Return the key of what the field is called."""
        return f"whatif.field.{self.section}_{self.name}"


def bad_value(key: str, what: Message) -> InputError:
    """Return the error of a value that a field cannot have."""
    return InputError([Problem("", 0, key, what)])


# --- rosters --------------------------------------------------------------------------------------


def _read_roster(site: Site) -> object:
    rows: dict[str, ConfigContent] = site.content[site.field]
    return {"week": painted(on_duty_by_slot(rows.values())), "min": 0, "max": MOST_ON_DUTY}


def _checked_week(site: Site, value: Any) -> list[list[int]]:
    week = value.get("week") if isinstance(value, Mapping) else value
    is_week = (
        isinstance(week, list)
        and len(week) == 7
        and all(isinstance(day, list) and len(day) == 24 for day in week)
        and all(type(n) is int and 0 <= n <= MOST_ON_DUTY for day in week for n in day)
    )
    if not is_week:
        raise bad_value(site.key, message("whatif.wrong.week", most=MOST_ON_DUTY))
    assert isinstance(week, list)
    return week


def _write_roster(site: Site, value: Any) -> Edit:
    rows: dict[str, ConfigContent] = site.content[site.field]
    week = _checked_week(site, value)
    edit = repaint(rows, week, {"grade": "C"} | _further_keys(rows))
    written = {name: _sourced_row(row, rows.get(name)) for name, row in edit.rows.items()}
    return Edit(site.settings(**{site.field: written}), (), _roster_told(site, edit))


def _further_keys(rows: Mapping[str, ConfigContent]) -> ConfigContent:
    """Return what new rows have of the first: how doctors are on duty, what operators answer."""
    first = next(iter(rows.values()), {})
    return {key: first[key] for key in ("duty", "answers") if key in first}


def _sourced_row(row: ConfigContent | None, old: ConfigContent | None) -> ConfigContent | None:
    """Return a row with where its number comes from, in the order in which people write it."""
    if row is None:
        return None
    number = row["on_duty"]
    low, high = (old or {}).get("range") or (number, number)
    sure = {"grade": "C", "range": [max(1, min(low, number - 1)), max(high, number + 1)]}
    rest = {key: each for key, each in row.items() if key not in sure}
    return {**rest, **sure, "source": SOURCE}


def _roster_told(site: Site, edit: RowEdit) -> Message:
    role = message(f"whatif.role.{site.section}_{site.field}")
    hours = (sum(edit.gained.values()) - sum(edit.lost.values())) / SLOTS_AN_HOUR
    key = "more" if hours > 0 else "fewer" if hours < 0 else "moved"
    when = _when_told({**edit.gained, **edit.lost})
    return message(
        f"whatif.change.{key}", title=site.title, role=role, hours=f"{abs(hours):g}", when=when
    )


def _when_told(slots: Mapping[int, int]) -> Message | str:
    """Return when a roster is changed: days and hours, or only that it is at several times."""
    rows = level_rows(slots)
    if len(rows) != 1:
        return message("whatif.days.several")
    [(days, hours)] = rows
    first = message(f"whatif.days.{days}") if days in _DAY_SPANS else days_told(days)
    return message("whatif.days.at", days=first, hours=short_hours(*hours.split("-")))


def short_hours(first: str, last: str) -> str:
    """Return hours as people write them: 23–08, and minutes only where there are some."""
    return f"{first.removesuffix(':00')}–{last.removesuffix(':00')}"


_DAY_SPANS = ("daily", "weekdays", "weekends")


def days_told(words: str) -> Message | str:
    """Return day words of a roster in words, one after the other."""
    told: Message | str = ""
    for word in words.split():
        number = DAYS.index(word) if word in DAYS else None
        one = message(f"whatif.days.{word}" if number is None else f"whatif.day.{number}")
        told = message("whatif.days.and", one=told, other=one) if told else one
    return told


# --- hours ----------------------------------------------------------------------------------------


def _checked_days(site: Site, value: Any) -> list[list[list[str]]]:
    try:
        assert isinstance(value, list) and len(value) == 7
        for stretches in value:
            assert len(stretches) <= 6
            for first, last in stretches:
                parse_hours(f"{first}-{last}")
    except (AssertionError, TypeError, ValueError):
        raise bad_value(site.key, message("whatif.wrong.hours")) from None
    return value


def _read_open(site: Site) -> object:
    return hours_of_days(site.content["open"].values())


def _write_open(site: Site, value: Any) -> Edit:
    """Return other opening hours; staff whose hours were those of the clinic follow it."""
    rows: dict[str, ConfigContent] = site.content["open"]
    days = _checked_days(site, value)
    served = dict.fromkeys(name for row in rows.values() for name in row["municipalities"])
    edits = reopen(rows, days, {"municipalities": list(served)})
    if all(edits.get(name, {}) is None for name in rows) and not any(edits.values()):
        raise bad_value(site.key, message("whatif.wrong.never_open"))
    settings = site.settings(open=edits)
    for key, staff in _staff_of_clinic(site):
        followed = _following(rows, edits, staff)
        if followed:
            set_at_key(settings, key, followed)
    return Edit(
        settings, (), message("whatif.change.hours", title=site.title, hours=hours_told(days))
    )


def _staff_of_clinic(site: Site) -> Iterator[tuple[str, dict[str, ConfigContent]]]:
    """Yield the rosters of who is there for this clinic alone, with their keys."""
    yield f"{site.above}.nurses", site.content.get("nurses") or {}
    team = site.content["doctors"]
    clinics: dict[str, ConfigContent] = site.tree["clinics"]
    if sum(clinic["doctors"] == team for clinic in clinics.values()) > 1:
        return
    doctors = site.tree["doctors"].get(team) or {}
    yield f"doctors.{team}.on_duty", doctors.get("on_duty") or {}
    yield f"doctors.{team}.back_up.on_call", (doctors.get("back_up") or {}).get("on_call") or {}


def _following(
    rows: Mapping[str, ConfigContent],
    edits: Mapping[str, Any],
    staff: Mapping[str, ConfigContent],
) -> ConfigContent:
    """Return the hours of staff that were those of an opening row whose hours change."""
    followed: ConfigContent = {}
    for name, row in rows.items():
        edit = edits.get(name, {})
        for one, shift in staff.items():
            if (shift["days"], shift["hours"]) == (row["days"], row["hours"]) and edit != {}:
                followed[one] = edit and {"hours": edit["hours"]}
    return followed


def _read_also_for(site: Site) -> object:
    """Return nothing: who else is seen in some hours is no field of the form, but a remedy."""
    if site.content["kind"] != "legevakt":
        raise KeyError(site.key)
    return None


def _write_also_for(site: Site, value: Any) -> Edit:
    """Return a clinic that sees people of other municipalities too, in some of its hours."""
    if not isinstance(value, Mapping):
        raise bad_value(site.key, message("whatif.wrong.fields"))
    days = _checked_days(site, value.get("hours"))
    names = value.get("municipalities")
    known = site.region.municipalities
    if (
        not isinstance(names, list)
        or not names
        or any(not isinstance(each, str) or each not in known for each in names)
    ):
        choices = ", ".join(known)
        raise bad_value(site.key, message("whatif.wrong.choice", choices=choices))
    rows = reopen({}, days, {"municipalities": names})
    used = site.content["open"]
    edits = {name if name not in used else f"for-{names[0]}-{name}": row
             for name, row in rows.items()}  # fmt: skip
    whom = ", ".join(known[each].name for each in names)
    told = message(
        "whatif.change.also_for", title=site.title, names=whom, hours=hours_told(days, False)
    )
    return Edit(site.settings(open=edits), (), told)


def _read_shifts(site: Site) -> object:
    return hours_of_days(site.content["shifts"])


def _write_shifts(site: Site, value: Any) -> Edit:
    days = _checked_days(site, value)
    duty = site.content["shifts"][0]["duty"]
    old = {str(n): row for n, row in enumerate(site.content["shifts"])}
    edits = reopen(old, days, {"duty": duty})
    shifts = [
        {"days": row["days"], "hours": edits.get(n, {}).get("hours", row["hours"]),
         "duty": row["duty"]}
        for n, row in old.items()
        if edits.get(n, {}) is not None
    ] + [row for n, row in edits.items() if n not in old]  # fmt: skip
    if not shifts:
        raise bad_value(site.key, message("whatif.wrong.never_on_duty"))
    told = message("whatif.change.shifts", title=site.title, hours=hours_told(days))
    return Edit(site.settings(shifts=shifts), (), told)


def hours_told(days: Sequence[Sequence[Sequence[str]]], tell_closed: bool = True) -> Message | str:
    """Return the hours of a week in words: those of one day after the other that are alike."""
    groups: list[tuple[list[int], Sequence[Sequence[str]]]] = []
    for day, stretches in enumerate(days):
        if groups and groups[-1][1] == stretches:
            groups[-1][0].append(day)
        else:
            groups.append(([day], stretches))
    told: Message | str = ""
    for of, stretches in groups:
        if not stretches and not tell_closed:
            continue
        hours = ", ".join(short_hours(first, last) for first, last in stretches)
        when = hours or message("whatif.days.closed")
        days_words = message(
            "whatif.days.span" if len(of) > 1 else "whatif.days.one",
            first=message(f"whatif.day.{of[0]}"), last=message(f"whatif.day.{of[-1]}"),
        )  # fmt: skip
        one = message("whatif.days.at", days=days_words, hours=when)
        told = message("whatif.days.and", one=told, other=one) if told else one
    return told


# --- single values --------------------------------------------------------------------------------


def _read_flag(site: Site) -> object:
    return bool(site.content.get(site.field, False))


def _write_flag(site: Site, value: Any) -> Edit:
    if not isinstance(value, bool):
        raise bad_value(site.key, message("whatif.wrong.flag"))
    key = "on" if value else "off"
    told = message(f"whatif.change.{key}", title=site.title, label=_label(site))
    return Edit(site.settings(**{site.field: value}), (), told)


def _label(site: Site) -> Message:
    return message(f"whatif.field.{site.section}_{site.field}")


def _read_place(site: Site) -> object:
    return site.region.place_ids.index(site.content[site.field])


def _write_place(site: Site, value: Any) -> Edit:
    place = place_at(site.region, value, site.key)
    before = site.region.places.get(site.content[site.field])
    told = message(
        "whatif.change.place",
        title=site.title,
        before=before.name if before else site.content[site.field],
        after=site.region.places[place].name,
    )
    settings = site.settings(**{site.field: place})
    return Edit(settings, (), told)


def place_at(region: Region, value: object, key: str) -> str:
    """Return the name of the place of an index. Raises InputError for what is none."""
    if type(value) is not int or not 0 <= value < len(region.places):
        raise bad_value(key, message("whatif.wrong.place"))
    return region.place_ids[value]


def _number(site: Site, value: object, bounds: tuple[float, float]) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not bounds[0] <= value <= bounds[1]:  # type: ignore[operator]
        raise bad_value(site.key, message("whatif.wrong.number", low=bounds[0], high=bounds[1]))
    return value  # type: ignore[return-value]


def graded(value: float, bounds: tuple[float, float], old: ConfigContent | None) -> ConfigContent:
    """Return a value that a planner chose, with its grade and the range that it may be moved in."""
    low, high = (old or {}).get("range") or (value, value)
    chosen = [max(bounds[0], min(low, value)), min(bounds[1], max(high, value))]
    return {"value": value, "grade": "C", "range": chosen, "source": SOURCE}


MINUTES: tuple[float, float] = (0, 120)
LONG_MINUTES: tuple[float, float] = (0, 300)
PERCENT: tuple[float, float] = (0, 100)


def _read_minutes(site: Site) -> object:
    return (site.content.get(site.field) or {}).get("value")


def _write_minutes(site: Site, value: Any) -> Edit:
    if value is None:
        return Edit(site.settings(**{site.field: None}), (), _rule_told(site, None))
    number = _number(site, value, MINUTES)
    content = graded(number, MINUTES, site.content.get(site.field))
    return Edit(site.settings(**{site.field: content}), (), _rule_told(site, number))


def _read_percent(site: Site) -> object:
    return round(100 * site.content[site.field]["value"], 6)


def _write_percent(site: Site, value: Any) -> Edit:
    share = _number(site, value, PERCENT) / 100
    content = graded(share, (0, 1), site.content[site.field])
    told = message("whatif.change.percent", title=site.title, label=_label(site), n=100 * share)
    return Edit(site.settings(**{site.field: content}), (), told)


def _required_number(
    section: str, name: str, group: str, bounds: tuple[float, float], unit: str = ""
) -> FieldRule:
    """Return the field of a number that a unit always has."""

    def read(site: Site) -> object:
        return site.content[site.field]["value"]

    def write(site: Site, value: Any) -> Edit:
        number = _number(site, value, bounds)
        content = graded(number, bounds, site.content[site.field])
        told = message(f"whatif.change.{section}_{name}", title=site.title, n=number)
        return Edit(site.settings(**{site.field: content}), (), told)

    return FieldRule(section, name, "number", group, read, write, bounds=bounds, unit=unit)


# --- fields that stand for several keys -----------------------------------------------------------


def _read_video(site: Site) -> object:
    if site.content["number"] != "116117":
        raise KeyError(site.key)
    video = site.content.get("video")
    return round(100 * video["share"]["value"], 6) if video else 0


LONGER_ON_VIDEO: ConfigContent = {
    "lognormal": {"median": 2.5, "sigma": 0.4},
    "range": [2, 3],
    "grade": "C",
    "source": "Assumption: 2-3 minutes",
}
"""How much longer a call takes on video where no room of the organisation says it."""


def _write_video(site: Site, value: Any) -> Edit:
    share = _number(site, value, PERCENT) / 100
    told = message("whatif.change.percent", title=site.title, label=_label(site), n=100 * share)
    old = site.content.get("video")
    if not share:
        return Edit(site.settings(video=None) if old else {}, (), told)
    content: ConfigContent = {"share": graded(share, (0, 1), old and old["share"])}
    if not old:
        rooms = site.tree["control_rooms"].values()
        others = [room["video"]["extra_min"] for room in rooms if room.get("video")]
        content["extra_min"] = others[0] if others else LONGER_ON_VIDEO
    return Edit(site.settings(video=content), (), told)


def _read_duty(site: Site) -> object:
    rows = site.content["on_duty"].values()
    return "home" if all(row.get("duty") == "home" for row in rows) else "on_site"


def _duty_choices(site: Site) -> dict[str, Message | str]:
    return {each: message(f"whatif.duty.{each}") for each in ("on_site", "home")}


COMES_IN: ConfigContent = {
    "lognormal": {"median": 15, "sigma": 0.4},
    "range": [5, 30],
    "grade": "C",
    "source": "Assumption: some minutes to get ready and a short drive from home",
}
"""How soon a doctor at home is there, where the team has had no home duty."""


def _write_duty(site: Site, value: Any) -> Edit:
    chosen = _chosen(site, value, _duty_choices(site))
    keys: ConfigContent = {"on_duty": {name: {"duty": value} for name in site.content["on_duty"]}}
    if value == "home" and not site.content.get("home_duty"):
        keys["home_duty"] = {"comes_in_min": COMES_IN, "called": "when_sent"}
    if value != "home" and site.content.get("home_duty"):
        keys["home_duty"] = None
    told = message("whatif.change.chosen", title=site.title, label=_label(site), value=chosen)
    return Edit(site.settings(**keys), (), told)


def _chosen(site: Site, value: object, choices: Mapping[str, Message | str]) -> Message | str:
    if not isinstance(value, str) or value not in choices:
        raise bad_value(site.key, message("whatif.wrong.choice", choices=", ".join(choices)))
    return choices[value]


def _read_answered_by(site: Site) -> object:
    return site.content.get("operators_of") or ""


def _other_rooms(site: Site) -> dict[str, Message | str]:
    rooms: dict[str, ConfigContent] = site.tree["control_rooms"]
    own: dict[str, Message | str] = {"": message("whatif.answered_by.own")}
    others = {
        name: title_of_unit(room, name)
        for name, room in rooms.items()
        if name != site.unit and room.get("operators") and room["number"] != "alarm"
    }
    return own | others


TALKS_LONGER: ConfigContent = {
    "talk_factor": {"value": 1.1, "range": [1.0, 1.3], "grade": "C",
                    "source": "Assumption: who answers two numbers talks longer"},
    "year_nok": {"value": 550000, "range": [200000, 1200000], "grade": "C",
                 "source": "Assumption: all learn the other number and keep it up"},
}  # fmt: skip
"""What it takes that a room is answered by another's people."""


def _write_answered_by(site: Site, value: Any) -> Edit:
    """Return the people of a room as a part of another room's team, as many as before."""
    chosen = _chosen(site, value, _other_rooms(site))
    own: dict[str, ConfigContent] = site.content.get("operators") or {}
    if not value or not own or site.content["number"] == "alarm":
        raise bad_value(site.key, message("whatif.wrong.answered_by"))
    keys = {"operators_of": value, "keeps_free": graded(1, (0, 2), {"range": [0, 2]}),
            "cross_training": TALKS_LONGER}  # fmt: skip
    settings = site.settings(**keys)
    others = {f"from-{site.unit}-{name}": _of_another(row) for name, row in own.items()}
    set_at_key(settings, f"control_rooms.{value}.operators", others)
    first = {"talk_factor": TALKS_LONGER["talk_factor"] | {"value": 1.05, "range": [1.0, 1.2]},
             "year_nok": {"value": 0, "range": [0, 0], "grade": "D",
                          "source": "All of it stands at the other room"}}  # fmt: skip
    set_at_key(settings, f"control_rooms.{value}.cross_training", first)
    told = message("whatif.change.answered_by", title=site.title, other=chosen)
    return Edit(settings, (f"{site.above}.operators",), told)


def _of_another(row: ConfigContent) -> ConfigContent:
    """Return a row of a roster as another room has it: as many people, at the same hours."""
    return row | {"source": f"As many as before: {row['source']}"}


def _read_doctors_of_clinic(site: Site) -> object:
    return site.content["doctors"]


def _teams(site: Site) -> dict[str, Message | str]:
    teams: dict[str, ConfigContent] = site.tree["doctors"]
    return {name: title_of_unit(team, name) for name, team in teams.items()}


def _write_doctors_of_clinic(site: Site, value: Any) -> Edit:
    chosen = _chosen(site, value, _teams(site))
    told = message("whatif.change.chosen", title=site.title, label=_label(site), value=chosen)
    return Edit(site.settings(doctors=value), (), told)


def _read_takes(site: Site) -> object:
    return " ".join(site.content.get("takes", ["green"]))


def _takes_choices(site: Site) -> dict[str, Message | str]:
    return {
        "green": message("whatif.takes.green"),
        "yellow green": message("whatif.takes.both"),
    }


def _write_takes(site: Site, value: Any) -> Edit:
    chosen = _chosen(site, value, _takes_choices(site))
    told = message("whatif.change.chosen", title=site.title, label=_label(site), value=chosen)
    return Edit(site.settings(takes=value.split()), (), told)


def _of_kind(*kinds: str) -> Callable[[Callable[[Site], object]], Callable[[Site], object]]:
    """Return a reader that only clinics of some kinds have."""

    def narrowed(read: Callable[[Site], object]) -> Callable[[Site], object]:
        def of_those(site: Site) -> object:
            if site.content["kind"] not in kinds:
                raise KeyError(site.key)
            return read(site)

        return of_those

    return narrowed


_SATELLITE, _WITH_DOCTOR = _of_kind("satellite"), _of_kind("legevakt", "gp_office")

# --- rules of the dispatcher ----------------------------------------------------------------------


def _read_rule(default: str) -> Callable[[Site], object]:
    return lambda site: site.content.get(site.field, default)


def _rule_choices(rules: Iterable[str]) -> Callable[[Site], dict[str, Message | str]]:
    """Return what may be chosen of some rules, which the catalogue has in words."""
    words = {rule: message(f"whatif.rule.{rule}") for rule in rules}
    return lambda site: {**words}


_TIE_ORDERS, _RETURN_RULES = _rule_choices(TIE_ORDERS), _rule_choices(RETURN_RULES)


def _write_rule(choices: Callable[[Site], dict[str, Message | str]]) -> Callable[[Site, Any], Edit]:
    def write(site: Site, value: Any) -> Edit:
        chosen = _chosen(site, value, choices(site))
        told = message("whatif.change.rule", title=site.title, label=_label(site), value=chosen)
        return Edit(site.settings(**{site.field: value}), (), told)

    return write


def _assumed(value: float, low: float, high: float) -> ConfigContent:
    return {"value": value, "range": [low, high], "grade": "C", "source": "Assumption"}


KEEP_IN_REACH: ConfigContent = {
    "within_min": _assumed(25, 12, 40),
    "least_share": _assumed(0.4, 0.2, 0.6),
    "yellow_waits_at_most_min": _assumed(15, 5, 30),
    "green_waits_at_most_min": _assumed(60, 15, 120),
}
"""The rule for which yellow and green wait, where an organisation has had none."""

MEET_HALF_WAY: ConfigContent = {
    "longer_than_min": _assumed(100, 60, 150),
    "handover_min": _assumed(8, 4, 15),
}
"""The rule of meeting on the way to hospital, where an organisation has had none."""


def _rule_told(site: Site, value: object) -> Message:
    """Return what a rule becomes, in a sentence of its own; None switches it off."""
    off = "_off" if value in (None, "") else ""
    return message(f"whatif.change.{site.field}{off}", title=site.title, n=value)


@dataclass(frozen=True)
class _RuleNumber:
    """A number of a dispatcher's rule that is on or off as a whole.

    Attributes:
        rule: The key of the rule.
        number: The key of the number in it.
        usual: The rule where there has been none.
        bounds: The least and the most that the page takes, per cent of a share.
        switches: Whether an empty number takes the rule away, and a number makes it; another number
            of it is a field only while the rule is on.
    """

    rule: str
    number: str
    usual: Callable[[Site], ConfigContent] | ConfigContent
    bounds: tuple[float, float]
    switches: bool = False

    @property
    def of_one(self) -> float:
        """Return how much of the number on the page is one in the config."""
        return 100.0 if self.bounds == PERCENT else 1.0

    def read(self, site: Site) -> object:
        """Return the number; None where the rule is off. Raises KeyError for no field."""
        rule = site.content.get(self.rule)
        if rule is None and self.switches:
            return None
        return round(self.of_one * (rule or {})[self.number]["value"], 6)

    def write(self, site: Site, value: Any) -> Edit:
        """Return what becomes of the rule with another number, or with none."""
        if value is None and self.switches:
            told = _rule_told(site, None)
            return Edit(site.settings(**{self.rule: None}), (), told)
        shown = _number(site, value, self.bounds)
        old = site.content.get(self.rule)
        least, most = (each / self.of_one for each in self.bounds)
        usual = self.usual(site) if callable(self.usual) else self.usual
        chosen = shown if self.of_one == 1 else shown / self.of_one  # a count stays whole
        number = graded(chosen, (least, most), (old or usual)[self.number])
        whole = {self.number: number} if old else {**usual, self.number: number}
        return Edit(site.settings(**{self.rule: whole}), (), _rule_told(site, shown))


def _rule_number(
    name: str, number: _RuleNumber, unit: str = "min", where: tuple[str, str] = ("dispatch",) * 2
) -> FieldRule:
    """Return the field of a rule's number, in a section of the config and a group of the form."""
    return FieldRule(where[0], name, "number", where[1], number.read, number.write,
                     bounds=number.bounds, unit=unit)  # fmt: skip


SEND_SECOND_CREW: ConfigContent = {
    "share": _assumed(0.1, 0.02, 0.3),
    "within_min": _assumed(30, 15, 60),
}
"""The rule of a second crew to red, where an organisation has had none."""


MOST_FREE: tuple[float, float] = (1, 9)
"""The most free crews at which the page lets them wait at posts."""


def _levels(site: Site) -> list[ConfigContent]:
    return list(site.content.get("stand_by") or [])


def _posts(site: Site) -> list[str]:
    """Return the posts of the level that has most, the most important first."""
    return list(max((each["at"] for each in _levels(site)), key=len, default=[]))


def _free_at_posts(site: Site) -> range:
    """Return the numbers of free crews at which posts are manned."""
    free = [each["free"] for each in _levels(site)]
    return range(min(free, default=1), max(free, default=0) + 1)


def _posts_edit(site: Site, posts: Sequence[str], free: range, told: Message) -> Edit:
    """Return posts as levels: with so many free crews the first so many posts are manned."""
    levels = [{"free": number, "at": list(posts[:number])} for number in free]
    return Edit(site.settings(stand_by=levels if posts else None), (), told)


def _post_choices(site: Site) -> dict[str, Message | str]:
    places = site.region.places.items()
    return {"": message("whatif.no_post"), **{name: place.name for name, place in places}}


def _post(number: int) -> FieldRule:
    """Return the field of the post of a number; it is there when those before it are chosen."""

    def read(site: Site) -> object:
        posts = _posts(site)
        if number > len(posts):
            raise KeyError(site.key)
        return posts[number] if number < len(posts) else ""

    def write(site: Site, value: Any) -> Edit:
        chosen = _chosen(site, value, _post_choices(site))
        posts, free = _posts(site), _free_at_posts(site)
        posts[number : number + 1] = [value] if value else []
        free = range(free.start, max(free.stop, len(posts) + 1))
        told = _rule_told(site, chosen if value else None)
        return _posts_edit(site, posts, free, told)

    name = ("stand_by_first", "stand_by_second", "stand_by_third")[number]
    return FieldRule("dispatch", name, "choice", "dispatch", read, write, _post_choices)


def _read_most_free(site: Site) -> object:
    if not _posts(site):
        raise KeyError(site.key)
    return _free_at_posts(site).stop - 1


def _write_most_free(site: Site, value: Any) -> Edit:
    most = round(_number(site, value, MOST_FREE))
    told = _rule_told(site, most)
    free = range(min(_free_at_posts(site).start, most), most + 1)
    return _posts_edit(site, _posts(site), free, told)


# --- what a full 116117 room does -----------------------------------------------------------------

RING_UP: ConfigContent = {
    "queue_longer_than": _assumed(2, 1, 5),
    "share": _assumed(0.5, 0.2, 0.8),
    "dial_s": {"constant": 20, "range": [10, 40], "grade": "C", "source": "Assumption"},
    "not_reached": _assumed(0.1, 0.02, 0.2),
}
"""The offer to be rung up, where a room has had none."""

_CALLBACK = _RuleNumber("callback", "queue_longer_than", RING_UP, (0, 20), True)


def _read_callback(site: Site) -> object:
    """Return how many may wait before it is offered to be rung up; no field of 113 or alarms."""
    if site.content["number"] != "116117":
        raise KeyError(site.key)
    return _CALLBACK.read(site)


def _neighbours(site: Site) -> dict[str, Message | str]:
    rooms: dict[str, ConfigContent] = site.tree["control_rooms"]
    nobody: dict[str, Message | str] = {"": message("whatif.no_neighbour")}
    return nobody | {
        name: title_of_unit(room, name)
        for name, room in rooms.items()
        if name != site.unit and room["number"] == site.content["number"] == "116117"
    }


def _read_overflow(site: Site) -> object:
    """Return the room that is offered calls too; no field where there is no other 116117 room."""
    if len(_neighbours(site)) == 1:
        raise KeyError(site.key)
    return (site.content.get("overflow") or {}).get("to", "")


def _write_overflow(site: Site, value: Any) -> Edit:
    chosen = _chosen(site, value, _neighbours(site))
    old = site.content.get("overflow")
    rule: ConfigContent = {"to": value} if old else {"to": value, "after_s": _assumed(90, 30, 180)}
    told = _rule_told(site, chosen if value else None)
    return Edit(site.settings(overflow=rule if value else None), (), told)


_OVERFLOW_AFTER = _RuleNumber("overflow", "after_s", {}, (0, 600))

# --- acute teams, back-up doctors, video to the doctor, e-consultations ---------------------------

ACUTE_TEAM: ConfigContent = {
    "travels": "together",
    "alerted": _assumed(1.0, 0.2, 1.0),
    "max_drive_min": _assumed(45, 20, 60),
    "reaction_min": {"lognormal": {"median": 3, "sigma": 0.4}, "range": [1, 8], "grade": "C",
                     "source": "Assumption: on duty on site; no reaction time was found"},
    "rides_along": _assumed(0.3, 0.1, 0.7),
    "lift_after_min": _assumed(20, 0, 60),
}  # fmt: skip
"""An acute team where there has been none, as `namdal-acute-team` has it."""

DOCTOR_ALONE = "doctor"
"""What is chosen where the doctor goes out without a nurse."""


def _read_acute_team(site: Site) -> object:
    """Return the clinic whose nurse goes too, `DOCTOR_ALONE`, or "" for no acute team."""
    if _is_of_gp_office(site.tree, site.section, site.unit):
        raise KeyError(site.key)
    team = site.content.get("acute_team")
    return "" if team is None else team.get("nurses_of") or DOCTOR_ALONE


def _acute_team_choices(site: Site) -> dict[str, Message | str]:
    clinics: dict[str, ConfigContent] = site.tree.get("clinics") or {}
    own = {DOCTOR_ALONE: message("whatif.acute_team.doctor")}
    with_nurses = [name for name, clinic in clinics.items()
                   if clinic.get("nurses") and clinic["kind"] == "legevakt"]  # fmt: skip
    with_nurses.sort(key=lambda name: clinics[name]["doctors"] != site.unit)  # their own first
    nurses = {
        name: message("whatif.acute_team.nurse", title=title_of_unit(clinics[name], name))
        for name in with_nurses
    }
    return {"": message("whatif.acute_team.none"), **own, **nurses}


def _write_acute_team(site: Site, value: Any) -> Edit:
    """Return a team that goes out, with the nurse of a clinic elsewhere in a car of her own."""
    chosen = _chosen(site, value, _acute_team_choices(site))
    if not value:
        return Edit(site.settings(acute_team=None), (), _rule_told(site, None))
    team: ConfigContent = {} if site.content.get("acute_team") else dict(ACUTE_TEAM)
    team["nurses_of"] = None if value == DOCTOR_ALONE else value
    if value == DOCTOR_ALONE:
        team["nurses_stay"] = None
    elif site.tree["clinics"][value]["place"] != site.content["place"]:
        team["travels"] = "apart"
    team = {key: each for key, each in team.items() if each or site.content.get("acute_team")}
    return Edit(site.settings(acute_team=team), (), _rule_told(site, chosen))


def _acute_team_choice(name: str, usual: str, others: tuple[str, ...]) -> FieldRule:
    """Return the field of how a team goes out, there while there is one."""

    def choices(site: Site) -> dict[str, Message | str]:
        return {each: message(f"whatif.acute_team.{each}") for each in (usual, *others)}

    def read(site: Site) -> object:
        return site.content["acute_team"].get(name, usual)

    def write(site: Site, value: Any) -> Edit:
        chosen = _chosen(site, value, choices(site))
        told = message("whatif.change.chosen", title=site.title, label=_label(site), value=chosen)
        return Edit(site.settings(acute_team={name: value}), (), told)

    return FieldRule("doctors", f"acute_team_{name}", "choice", "doctors", read, write, choices)


def _usual_back_up(site: Site) -> ConfigContent:
    """Return a second doctor on call whenever the team is on duty."""
    rows: dict[str, ConfigContent] = site.content["on_duty"]
    hours = {name: {"days": row["days"], "hours": row["hours"], "on_duty": 1,
                    "grade": "C", "range": [1, 1], "source": SOURCE}
             for name, row in rows.items()}  # fmt: skip
    return {
        "on_call": hours,
        "comes_after_min": _assumed(20, 10, 40),
        "queue_longer_than": _assumed(4, 2, 8),
        "when_all_are_out": True,
    }


_BACK_UP = _RuleNumber("back_up", "queue_longer_than", _usual_back_up, (0, 20), True)


def _read_back_up(site: Site) -> object:
    """Return how many may wait before the second doctor is woken; no field of a GP's office."""
    if _is_of_gp_office(site.tree, site.section, site.unit):
        raise KeyError(site.key)
    return _BACK_UP.read(site)


def _video_to_doctor(name: str, talk_min: float, waits_min: float, spared: float) -> FieldRule:
    """Return the field of how often the doctor is shown a patient, by ambulances or homes."""
    usual: ConfigContent = {
        "share": _assumed(0.2, 0.05, 0.6),
        "talk_min": {"lognormal": {"mean": talk_min, "cv": 0.5},
                     "range": [talk_min / 2, 2 * talk_min], "grade": "C", "source": "Assumption"},
        "waits_at_most_min": _assumed(waits_min, 0, 60),
        "spared": _assumed(spared, 0.1, 0.6),
    }  # fmt: skip
    number = _RuleNumber(name, "share", usual, PERCENT, True)
    return _rule_number(name, number, "%", ("doctor_video", "video"))


ON_SCREEN: ConfigContent = {
    "share": _assumed(0.05, 0.02, 0.15),
    "open": {"evening": {"days": "weekdays", "hours": "16:00-22:00"}},
    "consultation_min": {"lognormal": {"mean": 10, "cv": 0.5}, "range": [5, 15], "grade": "C",
                         "source": "Assumption"},
    "sent_on": _assumed(0.2, 0.1, 0.4),
}  # fmt: skip
"""E-consultations where there have been none: with a net doctor, on weekday evenings."""


def _read_on_screen(site: Site) -> object:
    return round(100 * site.content["share"]["value"], 6) if site.content else None


def _write_on_screen(site: Site, value: Any) -> Edit:
    if value is None:
        return Edit({site.section: None}, (), _rule_told(site, None))
    share = _number(site, value, PERCENT) / 100
    old = site.content
    number = {"share": graded(share, (0, 1), (old or ON_SCREEN)["share"])}
    content = number if old else ON_SCREEN | number
    return Edit({site.section: content}, (), _rule_told(site, value))


def _write_support_hours(site: Site, value: Any) -> Edit:
    days = _checked_days(site, value)
    edits = reopen(site.content["on_duty"], days, {})
    if all(edits.get(name, {}) is None for name in site.content["on_duty"]) and not any(
        edits.values()
    ):
        raise bad_value(site.key, message("whatif.wrong.never_on_duty"))
    told = message("whatif.change.shifts", title=site.title, hours=hours_told(days))
    return Edit(site.settings(on_duty=edits), (), told)


def _read_support_hours(site: Site) -> object:
    return hours_of_days(site.content["on_duty"].values())


HIDDEN = ""
"""The group of what is written by the page and not shown as a field."""

RULES: tuple[FieldRule, ...] = (
    FieldRule("control_rooms", "operators", "roster", "answering", _read_roster, _write_roster),
    FieldRule("control_rooms", "dispatchers", "roster", "answering", _read_roster, _write_roster),
    FieldRule("control_rooms", "operators_of", "choice", "answering", _read_answered_by,
              _write_answered_by, _other_rooms),
    FieldRule("control_rooms", "callback", "number", "answering", _read_callback,
              _CALLBACK.write, bounds=_CALLBACK.bounds),
    _rule_number("callback_share", _RuleNumber("callback", "share", {}, PERCENT), "%",
                 ("control_rooms", "answering")),
    FieldRule("control_rooms", "overflow", "choice", "answering", _read_overflow, _write_overflow,
              _neighbours),
    _rule_number("overflow_after", _OVERFLOW_AFTER, "s", ("control_rooms", "answering")),
    FieldRule("clinics", "open", "hours", "clinics", _WITH_DOCTOR(_read_open), _write_open),
    FieldRule("clinics", "nurses", "roster", "clinics", _WITH_DOCTOR(_read_roster), _write_roster),
    FieldRule("clinics", "place", "place", "clinics", _WITH_DOCTOR(_read_place), _write_place),
    FieldRule("clinics", "open", "hours", "satellites", _SATELLITE(_read_open), _write_open),
    FieldRule("clinics", "nurses", "roster", "satellites", _SATELLITE(_read_roster), _write_roster),
    FieldRule("clinics", "doctors", "choice", "satellites", _SATELLITE(_read_doctors_of_clinic),
              _write_doctors_of_clinic, _teams),
    FieldRule("clinics", "takes", "choice", "satellites", _SATELLITE(_read_takes), _write_takes,
              _takes_choices),
    FieldRule("clinics", "place", "place", "satellites", _SATELLITE(_read_place), _write_place),
    FieldRule("clinics", "also_for", "hours", HIDDEN, _read_also_for, _write_also_for),
    FieldRule("doctors", "on_duty", "roster", "doctors", _read_roster, _write_roster),
    FieldRule("doctors", "duty", "choice", "doctors", _read_duty, _write_duty, _duty_choices),
    FieldRule("doctors", "place", "place", "doctors", _read_place, _write_place),
    FieldRule("doctors", "home_visits", "flag", "doctors", _read_flag, _write_flag),
    FieldRule("doctors", "call_outs", "flag", "doctors", _read_flag, _write_flag),
    FieldRule("doctors", "response_car", "flag", "doctors", _read_flag, _write_flag),
    FieldRule("doctors", "acute_team", "choice", "doctors", _read_acute_team, _write_acute_team,
              _acute_team_choices),
    _acute_team_choice("travels", "together", ("apart",)),
    _rule_number("acute_team_drive", _RuleNumber("acute_team", "max_drive_min", {}, MINUTES), "min",
                 ("doctors", "doctors")),
    _rule_number("acute_team_alerted", _RuleNumber("acute_team", "alerted", {}, PERCENT), "%",
                 ("doctors", "doctors")),
    _rule_number("acute_team_rides", _RuleNumber("acute_team", "rides_along", {}, PERCENT), "%",
                 ("doctors", "doctors")),
    _acute_team_choice("clinic", "waits", ("closes",)),
    FieldRule("doctors", "back_up", "number", "doctors", _read_back_up, _BACK_UP.write,
              bounds=_BACK_UP.bounds),
    _required_number("home_visits", "max_drive_min", "doctors", (0, 300), "min"),
    FieldRule("ambulances", "station", "place", "ambulances", _read_place, _write_place),
    FieldRule("ambulances", "shifts", "hours", "ambulances", _read_shifts, _write_shifts),
    FieldRule("supports", "base", "place", "supports", _read_place, _write_place),
    FieldRule("supports", "on_duty", "hours", "supports", _read_support_hours,
              _write_support_hours),
    FieldRule("dispatch", "red_takes_over_min", "number", "dispatch", _read_minutes,
              _write_minutes, bounds=MINUTES, unit="min"),
    FieldRule("dispatch", "equally_near", "choice", "dispatch", _read_rule(DEFAULT_TIE_ORDER),
              _write_rule(_TIE_ORDERS), _TIE_ORDERS),
    FieldRule("dispatch", "returning_from", "choice", "dispatch", _read_rule(DEFAULT_RETURN_RULE),
              _write_rule(_RETURN_RULES), _RETURN_RULES),
    _post(0), _post(1), _post(2),
    FieldRule("dispatch", "stand_by_free", "number", "dispatch", _read_most_free, _write_most_free,
              bounds=MOST_FREE),
    _rule_number("cover_share", _RuleNumber("cover", "least_share", KEEP_IN_REACH, PERCENT, True),
                 "%"),
    _rule_number("cover_within", _RuleNumber("cover", "within_min", KEEP_IN_REACH, MINUTES)),
    _rule_number("cover_yellow",
                 _RuleNumber("cover", "yellow_waits_at_most_min", KEEP_IN_REACH, MINUTES)),
    _rule_number("cover_green",
                 _RuleNumber("cover", "green_waits_at_most_min", KEEP_IN_REACH, LONG_MINUTES)),
    _rule_number("half_way_longer",
                 _RuleNumber("half_way", "longer_than_min", MEET_HALF_WAY, LONG_MINUTES, True)),
    _rule_number("half_way_handover",
                 _RuleNumber("half_way", "handover_min", MEET_HALF_WAY, MINUTES)),
    _rule_number("second_crew_share",
                 _RuleNumber("second_crew", "share", SEND_SECOND_CREW, PERCENT, True), "%"),
    _rule_number("second_crew_within",
                 _RuleNumber("second_crew", "within_min", SEND_SECOND_CREW, MINUTES)),
    FieldRule("control_rooms", "video", "number", "video", _read_video, _write_video,
              bounds=PERCENT, unit="%"),
    _video_to_doctor("from_ambulance", 8, 5, 0.3),
    _video_to_doctor("from_nursing_home", 10, 20, 0.4),
    FieldRule("e_consultation", "share", "number", "video", _read_on_screen, _write_on_screen,
              bounds=PERCENT, unit="%"),
    _required_number("acute_beds", "beds", "acute_beds", (0, 40)),
    FieldRule("first_responders", "place", "place", "first_responders", _read_place, _write_place),
    FieldRule("first_responders", "available", "number", "first_responders", _read_percent,
              _write_percent, bounds=PERCENT, unit="%"),
)  # fmt: skip
"""All fields, in the order of the form."""

FIELD_OF_KEY = {
    "dispatch.stand_by": "dispatch.stand_by_first",
    "dispatch.cover.within_min": "dispatch.cover_within",
    "dispatch.cover.yellow_waits_at_most_min": "dispatch.cover_yellow",
    "dispatch.cover.green_waits_at_most_min": "dispatch.cover_green",
    "dispatch.cover": "dispatch.cover_share",
    "dispatch.half_way.handover_min": "dispatch.half_way_handover",
    "dispatch.half_way": "dispatch.half_way_longer",
    "dispatch.second_crew.within_min": "dispatch.second_crew_within",
    "dispatch.second_crew": "dispatch.second_crew_share",
    "e_consultation": "e_consultation.share",
}
"""By what a key of a config begins with, the field of the form that has another name than it."""

FIELD_WITHIN_UNIT = {
    "acute_team.travels": "acute_team_travels",
    "acute_team.max_drive_min": "acute_team_drive",
    "acute_team": "acute_team",
    "back_up": "back_up",
    "callback.share": "callback_share",
    "callback": "callback",
    "overflow.after_s": "overflow_after",
    "overflow": "overflow",
}
"""The same of keys of a unit, without its section and name."""

GROUPS = tuple(dict.fromkeys(rule.group for rule in RULES if rule.group != HIDDEN))

WITHOUT_UNITS = ("dispatch", "doctor_video", "e_consultation", "home_visits")
"""Sections that have keys of their own, and no units."""

REMOVABLE = frozenset({"clinics", "ambulances", "first_responders", "supports"})
"""Sections whose units may be taken away."""

_KEY = re.compile(r"[a-z][a-z_]*(\.[a-z0-9][a-z0-9-]*)?\.[a-z_]+")


def site_of_key(key: str, tree: ConfigContent, region: Region) -> tuple[Site, FieldRule]:
    """Return where a field stands, and its rule. Raises InputError for a key that is no field."""
    if _KEY.fullmatch(key):
        section, *unit, field = key.split(".")
        site = Site(tree, region, section, unit[0] if unit else "", field)
        if not unit or site.unit in (tree.get(section) or {}):
            for rule in RULES:
                if (rule.section, rule.name) == (section, field) and has_field(rule, site):
                    return site, rule
    raise bad_value(key[:100], message("whatif.wrong.key"))


def read_field(rule: FieldRule, site: Site) -> object:
    """Return the value of a field; None where the unit has no such field."""
    try:
        return rule.read(site)
    except (KeyError, ValueError):
        return None


def has_field(rule: FieldRule, site: Site) -> bool:
    """Tell whether a unit has the field, even if it is empty."""
    if site.unit and site.unit not in (site.tree.get(site.section) or {}):
        return False
    try:
        rule.read(site)
    except (KeyError, ValueError):
        return False
    return True


def _is_of_gp_office(tree: ConfigContent, section: str, unit: str) -> bool:
    """Tell whether a clinic is a GP office, or a team of doctors is at none but GP offices."""
    clinics: dict[str, ConfigContent] = tree.get("clinics") or {}
    if section == "clinics":
        return bool(clinics[unit]["kind"] == "gp_office")
    kinds = {each["kind"] for each in clinics.values() if each["doctors"] == unit}
    return section == "doctors" and kinds == {"gp_office"}


def sites_of_rule(rule: FieldRule, tree: ConfigContent, region: Region) -> Iterator[Site]:
    """Yield where a rule's field stands in a config: at each unit that has it, legevakter first."""
    units = [""] if rule.section in WITHOUT_UNITS else list(tree.get(rule.section) or {})
    units.sort(key=lambda unit: _is_of_gp_office(tree, rule.section, unit))
    for unit in units:
        site = Site(tree, region, rule.section, unit, rule.name)
        if has_field(rule, site):
            yield site
