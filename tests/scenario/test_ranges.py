"""Ranges: every shipped assumption can be put at both ends of its range and where it is."""

from __future__ import annotations

import pytest

from akuttsim.config import shipped
from akuttsim.config.loader import Loaded, load_organisation, load_region, with_settings
from akuttsim.config.ranges import RangedValue, ranged_values
from akuttsim.config.schema.values import Grade, Model, Sourced
from tests.nightly import IS_NIGHTLY

ASSUMED: tuple[Grade, ...] = ("C", "D")
"""Grades of values that nobody has read: assumptions and what was worked out."""

NAMED = [(kind, name) for kind in ("region", "organisation") for name in shipped.config_names(kind)]


def loaded(kind: str, name: str) -> Loaded[Model]:
    return load_region(name) if kind == "region" else load_organisation(name)  # type: ignore[return-value]


def again(value: Loaded[Model], key: str) -> RangedValue:
    grade = next(
        ranged_value
        for ranged_value in ranged_values(value.value, ASSUMED)
        if ranged_value.key == key
    )
    return grade


TRIED: set[tuple[object, ...]] = set()
"""Assumptions that a file before had alike: by night they are tried in each."""


@pytest.mark.nightly
@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_shipped_assumptions_can_be_anywhere_in_their_range(kind: str, name: str) -> None:
    """All at their low end at once, in every file; each at its high end, a variant's own alone."""
    of = loaded(kind, name)
    low = [
        setting
        for ranged_value in ranged_values(of.value, ASSUMED)
        for setting in ranged_value.at(ranged_value.range[0])
    ]
    with_settings(of, low)
    for value in ranged_values(of.value, ASSUMED):
        assumed = (kind, value.key, value.range, value.now)
        if IS_NIGHTLY or assumed not in TRIED:
            with_settings(of, value.at(value.range[1]))
        TRIED.add(assumed)


def test_a_value_put_where_it_is_stays_the_same() -> None:
    of = load_region("namdal")
    settings = [
        setting for value in ranged_values(of.value, ASSUMED) for setting in value.at(value.now)
    ]
    again_there = ranged_values(with_settings(of, settings).value, ASSUMED)
    for mine, same in zip(ranged_values(of.value, ASSUMED), again_there, strict=True):
        assert same.now == pytest.approx(mine.now), mine.key


def test_shares_of_a_whole_still_sum_to_one_and_the_first_moves_by_the_factor() -> None:
    of = load_region("namdal")
    moved = with_settings(of, again(of, "care.needs.yellow").at(1.5)).value.care.needs.yellow
    before = of.value.care.needs.yellow
    assert moved.advice == pytest.approx(1.5 * before.advice)
    assert moved.clinic / moved.home_visit == pytest.approx(before.clinic / before.home_visit)


def test_people_on_duty_are_whole() -> None:
    of = load_organisation("namdal-today")
    key = "control_rooms.legevaktsentral-namdal.operators.night"
    found = again(of, key)
    assert found.is_whole and found.now == 1
    moved = with_settings(of, found.at(1.7)).value
    assert moved.control_rooms["legevaktsentral-namdal"].operators["night"].on_duty == 2


def test_durations_move_by_the_number_that_their_range_is_of() -> None:
    of = load_region("namdal")
    found = next(
        value
        for value in ranged_values(of.value, ASSUMED)
        if value.key.endswith("on_scene_min.yellow")
    )
    assert found.at(30.0) == (f"{found.key}.lognormal.median=30.0",)


def without_range(value: object, key: str = "") -> list[str]:
    if isinstance(value, Sourced):
        return [key] if value.grade in ASSUMED and value.range is None else []
    if isinstance(value, Model):
        parts = [(name, getattr(value, name)) for name in type(value).model_fields]
    else:
        parts = list(value.items()) if isinstance(value, dict) else []
    return [found for name, part in parts for found in without_range(part, f"{key}.{name}")]


@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_what_nobody_has_read_has_a_range(kind: str, name: str) -> None:
    assert without_range(loaded(kind, name).value) == []


def test_a_mix_of_urgencies_moves_by_its_red() -> None:
    of = load_region("namdal")
    key = "urgency.by_age.30-49"
    lifted = with_settings(of, again(of, key).at(1.5))
    before, moved = (each.value.urgency.by_age["30-49"] for each in (of, lifted))
    assert moved.red == pytest.approx(1.5 * before.red)
    assert moved.red + moved.yellow + moved.green == pytest.approx(1)
