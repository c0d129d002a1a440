"""The walk over a config: what it yields, where it stops, and two configs side by side."""

from __future__ import annotations

from akuttsim.config.loader import load_organisation
from akuttsim.config.schema.roster import Period
from akuttsim.config.schema.values import Number
from akuttsim.config.walk import content_of, walk_config, walk_sourced_values, walk_two
from tests import small

TODAY = load_organisation(str(small.TODAY)).value


def number(value: float) -> Number:
    return Number(value=value, source="made up", grade="C", range=(0, 9))


def test_every_key_leads_to_its_value() -> None:
    for found in walk_config(TODAY):
        value: object = TODAY
        for part in found.key.split("."):
            value = value[part] if isinstance(value, dict) else getattr(value, part)
        assert value is found.value or value == found.value


def test_a_value_tells_its_field_source_grade_and_range() -> None:
    room = next(iter(TODAY.control_rooms))
    found = {at.key: at for at in walk_config(TODAY)}
    menu = found[f"control_rooms.{room}.menu_s"]
    assert menu.is_sourced and menu.name == "menu_s" and menu.field is not None
    assert (menu.source, menu.grade, menu.range) == (
        menu.value.source, menu.value.grade, menu.value.range
    )  # fmt: skip
    region = found["region"]
    assert not region.is_sourced and (region.source, region.grade, region.range) == (None,) * 3


def test_an_entry_of_a_mapping_has_no_field() -> None:
    (found,) = walk_config({"source": 1})
    assert (found.key, found.value, found.field) == ("source", 1, None)


def test_sourced_values_are_whole_and_lists_are_leaves() -> None:
    tree = {"a": {"b": number(1), "c": [1, 2]}, "d": {}}
    assert [at.key for at in walk_config(tree)] == ["a.b", "a.c"]
    assert [at.key for at in walk_sourced_values(tree)] == ["a.b"]
    assert content_of(number(2)) == {"value": 2.0}


def test_a_part_of_one_alone_is_whole_and_none_in_the_other() -> None:
    first, second = {"a": {"b": 1}, "x": {"y": 2}}, {"a": {"b": 3}, "z": None}
    pairs = {ours.key: (ours.value, theirs.value) for ours, theirs in walk_two(first, second)}
    assert pairs == {"a.b": (1, 3), "x": ({"y": 2}, None), "z": (None, None)}


def test_where_a_walk_stops_is_for_the_caller_to_say() -> None:
    inside = [at.key for at in walk_config({"n": number(1)}, is_whole=lambda _: False)]
    assert inside == ["n.source", "n.grade", "n.range", "n.unusual", "n.value"]
    periods = walk_config(TODAY, is_whole=lambda value: isinstance(value, Period))
    assert any(isinstance(at.value, Period) for at in periods)
