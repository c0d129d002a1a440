"""What the page gets of a draft, as plain values: changes, problems, the form, and the map."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from akuttsim.app.drafts import Base, CheckedDraft, title_of_draft
from akuttsim.app.estimates import (
    FAR_MIN,
    MINUTES,
    Moment,
    Reach,
    estimate_answers,
    is_running,
    ordinary_moment,
    people_beyond,
    rules_unknown_to_estimate,
    whole_minutes,
)
from akuttsim.app.fixes import bare_message, fix_of_problem
from akuttsim.app.form import (
    FIELD_OF_KEY,
    FIELD_WITHIN_UNIT,
    GROUPS,
    REMOVABLE,
    RULES,
    FieldRule,
    Site,
    bad_value,
    has_field,
    place_at,
    read_field,
    sites_of_rule,
    title_of_unit,
)
from akuttsim.app.new_units import GROUP_OF_KIND, NewField, fields_of_kind
from akuttsim.app.page_json import (
    AnsweredInWeek,
    DraftProblem,
    DraftState,
    EstimatedRow,
    Estimates,
    FormField,
    FormGroup,
    FormUnit,
    MapState,
    MapUnit,
)
from akuttsim.config.describe_change import idle_staff_sentences
from akuttsim.config.schema.calendar import DAYS
from akuttsim.config.schema.experiment import STANDARD_MARGINS, USUAL_TARGETS
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.errors import Problem
from akuttsim.experiments.load_study import load_all_margins, load_known_targets
from akuttsim.records import JsonObject
from akuttsim.report.context import Catalogue
from akuttsim.report.replay_map import outlines_of_region, ways_and_places
from akuttsim.texts import Lang, Message, NumberFormat, in_words, message


def draft_state(checked: CheckedDraft, lang: Lang) -> DraftState:
    """Return a draft as the page shows it.

    Args:
        checked: The draft.
        lang: The language of all words in it.
    """
    draft, base, written = checked.draft, checked.base, checked.written
    region, organisation = base.region.value, base.organisation.value
    return {
        "id": draft.id,
        "name": draft.name,
        "title": draft.title,
        "called": title_of_draft(draft, written)[lang],
        "why": draft.why,
        "version": draft.version,
        "region": {"name": region.region, "title": region.title.in_language(lang)},
        "base": {"name": draft.organisation, "title": organisation.title.in_language(lang)},
        "can_undo": draft.at > 0,
        "can_redo": draft.at < len(draft.steps) - 1,
        "changes": [
            {"id": each.id, "sentence": in_words(each.told, lang), "why": each.why,
             "keys": list(each.keys)}
            for each in written.changes
        ],
        "problems": _problems_state(checked, lang),
        "hints": [in_words(each, lang) for each in _idle_staff(checked)],
        "form": {"groups": _groups_state(checked, lang)},
    }  # fmt: skip


def _idle_staff(checked: CheckedDraft) -> list[Message]:
    """Return whose work a draft takes away while they stay on duty, and cost what they did."""
    if checked.variant is None:
        return []
    region, base = checked.base.region.value, checked.base.organisation.value
    before = {in_words(each, "en") for each in idle_staff_sentences(base, region)}
    now = idle_staff_sentences(checked.variant.value, region)
    return [each for each in now if in_words(each, "en") not in before]


def _problems_state(checked: CheckedDraft, lang: Lang) -> list[DraftProblem]:
    """Return what is wrong with a draft; what one click mends together is told once."""
    told = [problem_state(each, checked, lang) for each in checked.problems]
    fixes = [each["fix"] for each in told]
    return [
        each for n, each in enumerate(told) if each["fix"] is None or n == fixes.index(each["fix"])
    ]


def problem_state(problem: Problem, checked: CheckedDraft, lang: Lang) -> DraftProblem:
    """Return what is wrong with a draft, with where it is, and how one click mends it.

    A problem of a whole section is told at the last field of it that was changed.
    """
    parts = problem.key.split(".")
    units = checked.written.tree.get(parts[0]) or {}
    unit = units.get(parts[1]) if len(parts) > 1 and isinstance(units, dict) else None
    where = title_of_unit(unit, parts[1]) if isinstance(unit, dict) else ""
    fix = fix_of_problem(problem, checked)
    plain = bare_message(problem.what)
    what = with_names(plain, checked.base.region.value) if fix is None else fix.what
    keys = [key for each in checked.written.changes for key in each.keys]
    mine = [key for key in keys if key.startswith(parts[0] + ".")] or keys
    key = field_of_key(problem.key) if len(parts) > 1 or not mine else mine[-1]
    return {
        "key": key,
        "where": in_words(where, lang),
        "what": in_words(what, lang),
        "fix": None if fix is None else {"label": in_words(fix.label, lang), "change": fix.change},
    }


def field_of_key(key: str) -> str:
    """Return the key of the form's field at which something wrong at a key of a config is told."""
    fields = {**FIELD_OF_KEY}
    section, _, rest = key.partition(".")
    unit, _, inner = rest.partition(".")
    if inner:
        above = f"{section}.{unit}."
        fields = {above + of: above + field for of, field in FIELD_WITHIN_UNIT.items()} | fields
    named = (field for of, field in fields.items() if key == of or key.startswith(of + "."))
    return next(named, key)


def with_names(what: Message | str, region: Region) -> Message | str:
    """Return what is wrong with municipalities called as people call them, not as files do."""
    if not isinstance(what, Message):
        return what
    named = {
        key: region.municipalities[value].name
        for key, value in what.values.items()
        if isinstance(value, str) and value in region.municipalities
    }
    return message(what.key, **{**what.values, **named})


# --- the form -------------------------------------------------------------------------------------


def _groups_state(checked: CheckedDraft, lang: Lang) -> list[FormGroup]:
    """Return the groups of the form that have something in them, or to which it can be added."""
    groups = (_group_state(group, checked, lang) for group in GROUPS)
    return [group for group in groups if group["units"] or group["addable"]]


def _group_state(group: str, checked: CheckedDraft, lang: Lang) -> FormGroup:
    """Return a group of the form: its units with their fields, and what can be added."""
    tree, region = checked.written.tree, checked.base.region.value
    units: dict[str, FormUnit] = {}
    for rule in RULES:
        if rule.group == group:
            for site in sites_of_rule(rule, tree, region):
                unit = units.setdefault(site.above, _unit_state(site, lang))
                unit["fields"].append(_field_state(rule, site, checked.base, lang))
    added = [kind for kind, of in GROUP_OF_KIND.items() if of == group]
    return {
        "id": group,
        "title": in_words(message(f"whatif.group.{group}"), lang),
        "units": list(units.values()),
        "addable": [
            {
                "kind": kind,
                "label": in_words(message(f"whatif.kind.{kind}"), lang),
                "fields": [_in_language(each, lang) for each in fields_of_kind(kind, tree)],
            }
            for kind in added
        ],
    }


def _in_language(field: NewField, lang: Lang) -> FormField:
    """Return a field of something new with its words in a language."""
    return {
        "key": field.key,
        "label": in_words(field.label, lang),
        "help": "",
        "kind": field.kind,
        "value": field.value,
        "choices": [
            {"value": value, "label": in_words(label, lang)}
            for value, label in field.choices.items()
        ],
    }


def _unit_state(site: Site, lang: Lang) -> FormUnit:
    return {
        "id": site.above,
        "title": in_words(site.title, lang),
        "place": place_of_unit(site.content, site.region),
        "removable": site.section in REMOVABLE,
        "fields": [],
    }


def place_of_unit(content: ConfigContent, region: Region) -> int | None:
    """Return the index of the place where a unit is; None where it has none."""
    name = content.get("place") or content.get("station") or content.get("base")
    return region.place_ids.index(name) if name in region.places else None


def _field_state(rule: FieldRule, site: Site, base: Base, lang: Lang) -> FormField:
    """Return a field with its value now and before."""
    old = Site(base.tree, site.region, site.section, site.unit, site.field)
    before = read_field(rule, old)
    value = rule.read(site)
    words = f"{site.section}_{rule.name}"
    field: FormField = {
        "key": site.key,
        "label": in_words(message(f"whatif.field.{words}"), lang),
        "help": in_words(message(f"whatif.help.{words}"), lang),
        "kind": rule.kind,
        "value": value,
        "base": before,
        "unit": rule.unit,
        "changed": has_field(rule, old) and value != before,
    }
    if rule.bounds is not None:
        field["min"], field["max"] = rule.bounds
    if rule.choices is not None:
        choices = rule.choices(site)
        field["choices"] = [
            {"value": each, "label": in_words(label, lang)} for each, label in choices.items()
        ]
    return field


# --- the map --------------------------------------------------------------------------------------

_KINDS = {
    "clinics": {"satellite": "satellite", "legevakt": "clinic", "gp_office": "clinic"},
    "ambulances": {"ambulance": "ambulance"},
    "first_responders": {"": "first_responder"},
}
"""What stands on the map, by section and kind."""


def map_state(checked: CheckedDraft, lang: Lang) -> MapState:
    """Return the region's places and roads, and the units that stand on it."""
    region = checked.base.region.value
    raw = region.model_dump(mode="json", by_alias=True)
    drawn = ways_and_places(raw)
    titles = [each.name for each in region.municipalities.values()]
    return {
        "roads": drawn["roads"],
        "ferries": drawn["ferries"],
        "borders": outlines_of_region(raw, checked.base.borders),
        "places": [
            [x, y, people, titles[municipality], name]
            for (x, y, people, municipality), name in zip(
                drawn["places"], drawn["names"], strict=True
            )
        ],
        "units": [*_units_on_map(checked, lang), *_hospitals_on_map(region, lang)],
    }


def _units_on_map(checked: CheckedDraft, lang: Lang) -> Iterator[MapUnit]:
    region, before = checked.base.region.value, checked.base.tree
    for section, kinds in _KINDS.items():
        for name, unit in (checked.written.tree.get(section) or {}).items():
            usual = "ambulance" if section == "ambulances" else ""
            kind = kinds.get(unit.get("kind", usual))
            old = (before.get(section) or {}).get(name)
            if kind is not None:
                yield {
                    "id": f"{section}.{name}",
                    "kind": kind,
                    "place": place_of_unit(unit, region),
                    "base_place": old and place_of_unit(old, region),
                    "title": in_words(title_of_unit(unit, name), lang),
                    "movable": True,
                }


def _hospitals_on_map(region: Region, lang: Lang) -> Iterator[MapUnit]:
    for name, hospital in region.hospitals.items():
        yield {
            "id": f"hospitals.{name}",
            "kind": "hospital",
            "place": region.place_ids.index(hospital.place),
            "title": hospital.title.in_language(lang),
            "movable": False,
        }


def reach_state(checked: CheckedDraft, what: str, hour: str, moved: str = "") -> JsonObject:
    """Return the minutes of each place now and before, and who is far away.

    Args:
        checked: The draft; where it does not hold, now is as before.
        what: `care` or `ambulance`.
        hour: Day and hour of a week, such as mon-14.
        moved: A unit that is being carried, and the index of the place that it is over, such as
            `ambulances.lierne-1:12`: now is as if it stood there. "" for none.

    Raises:
        InputError: There is no such reach, hour, unit or place.
    """
    if what not in MINUTES:
        raise bad_value("what", message("whatif.wrong.choice", choices=", ".join(MINUTES)))
    base, region = checked.base, checked.base.region.value
    moment = _moment(base, hour)
    before = base.organisation.value
    now = checked.variant.value if checked.variant is not None else before
    if moved:
        now = _with_unit_at(now, moved, region)
    reach: Reach = "care" if what == "care" else "ambulance"
    minutes = {
        "base": MINUTES[reach](region, before, base.travel, moment),
        "now": MINUTES[reach](region, now, base.travel, moment),
    }
    beyond = {
        f"beyond_{limit}": {
            name: people_beyond(region, each, limit) for name, each in minutes.items()
        }
        for limit in FAR_MIN
    }
    told = {name: whole_minutes(each) for name, each in minutes.items()}
    return {**told, **beyond, "open": _running_units(now, base, moment)}


def _with_unit_at(organisation: Organisation, moved: str, region: Region) -> Organisation:
    """Return an organisation with a clinic or ambulance at another place, unchecked."""
    unit, _, number = moved.partition(":")
    section, _, name = unit.partition(".")
    key = {"clinics": "place", "ambulances": "station"}.get(section)
    units = getattr(organisation, section) if key is not None else {}
    if key is None or name not in units:
        raise bad_value(unit[:100], message("whatif.wrong.key"))
    place = place_at(region, int(number) if number.isdecimal() else None, unit)
    there = units[name].model_copy(update={key: place})
    return organisation.model_copy(update={section: {**units, name: there}})


def _moment(base: Base, hour: str) -> Moment:
    day, _, number = hour.partition("-")
    if day not in DAYS or not number.isdecimal() or len(number) > 2 or int(number) > 23:
        raise bad_value("hour", message("whatif.wrong.hour"))
    calendar = base.region.value.calendar.calendar()
    return ordinary_moment(calendar, DAYS.index(day), int(number))


def _running_units(organisation: Organisation, base: Base, moment: Moment) -> dict[str, bool]:
    """Return which clinics are open and which crews are on duty."""
    calendar = base.region.value.calendar.calendar()
    clinics = {f"clinics.{n}": each.open.values() for n, each in organisation.clinics.items()}
    crews = {f"ambulances.{n}": each.shifts for n, each in organisation.ambulances.items()}
    return {
        name: any(is_running(period, calendar, moment) for period in periods)
        for name, periods in {**clinics, **crews}.items()
    }


# --- estimates ------------------------------------------------------------------------------------

ANSWERED = "answered_116117_within_120_s"


def answer_estimates(base: Base, variant: Organisation | None, lang: Lang) -> Estimates:
    """Return what can be said of answers before anything is simulated.

    Args:
        base: The base.
        variant: The variant; None where it does not hold.
        lang: The language of titles and amounts.
    """
    region = base.region.value
    before = estimate_answers(region, base.organisation.value)
    after = before if variant is None else estimate_answers(region, variant)
    note = _estimate_note(base.organisation.value if variant is None else variant, lang)
    if before is None or after is None:
        return {"answered_by_hour": None, "rows": [], "note": note}
    margin, target = _judged_by()
    known = variant is None or set(rules_unknown_to_estimate(variant)) <= set(
        rules_unknown_to_estimate(base.organisation.value)
    )
    words = NumberFormat(Catalogue(lang))
    row: EstimatedRow = {
        "indicator": ANSWERED,
        "title": Catalogue(lang).indicator(ANSWERED),
        "unit": "%",
        "before": words.amount(before.mean, "share"),
        "after": words.amount(after.mean, "share") if known else "",
        "mid": round((after.mean - before.mean) / margin, 4) if known else None,
        "text": "",
    }
    by_hour: AnsweredInWeek = {
        "base": before.share,
        "now": after.share,
        "target": target,
        "key": f"control_rooms.{after.room}.operators",
    }
    return {"answered_by_hour": by_hour, "rows": [row], "note": note}


def _estimate_note(organisation: Organisation, lang: Lang) -> str:
    """Return what an estimate is, and what of this organisation it does not know."""
    note = in_words(message("whatif.estimate"), lang)
    unknown = rules_unknown_to_estimate(organisation)
    if not unknown:
        return note
    words = [in_words(message(f"whatif.estimate_unknown.{each}"), lang) for each in unknown]
    names = Catalogue(lang).listed(words)
    return f"{note} {in_words(message('whatif.estimate_without', names=names), lang)}"


@cache
def _judged_by() -> tuple[float, float]:
    """Return the usual margin and target of 116117 answered in time; read once."""
    targets = load_known_targets(USUAL_TARGETS).value.targets.values()
    target = next(each.value for each in targets if each.indicator == ANSWERED)
    return load_all_margins(STANDARD_MARGINS).region[ANSWERED], target
