from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from akuttsim.config.loader import load_region
from akuttsim.config.region_checks import mutually_reachable

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

VALUE = "{value: 1.5, source: test, grade: B}"
WAIT = "cut_off_wait_min: {value: 60, source: test, grade: B}"


def with_conditions(*each: str) -> str:
    return "driving.conditions={" + ", ".join(each) + "}"


def always(keys: str) -> str:
    return with_conditions(f"storm: {{title: x, when: {{}}, {keys}}}")


def test_a_storm_that_leaves_a_way_open_is_sound(namdal: Copy) -> None:
    closed = "closed: [{from: liminglia, to: tunnsjo}]"
    assert (
        namdal.region_problems(with_conditions(f"storm: {{title: x, when: {{}}, {closed}}}")) == ()
    )


WRONG = [
    ("closed: [{from: namsos, to: grong}]", "closed.0", "no stretch from 'namsos' to 'grong'"),
    ("columns: {x: {from: a, to: b, first: '06:00', last: '07:00', departures: 2, "
     "extra_min: {value: 1, source: test, grade: B}}}", "columns.x", "no stretch from 'a' to 'b'"),
    ("cancelled_ferries: [gutvik]", "cancelled_ferries.0", "no ferry 'gutvik'"),
    ("cancelled_ferries: [gutvik-skei]", "", "cuts off leknes, skei-leka, solsem"),
    ("closed: [{from: gran, to: skjelbred}, {from: tunnsjo, to: kvelia}]", "", "cuts off"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "key", "gist"), WRONG)
def test_what_is_wrong_with_a_condition_is_told(
    namdal: Copy, keys: str, key: str, gist: str
) -> None:
    found = namdal.region_problems(always(keys))
    assert len(found) == 1
    assert found[0].key == ".".join(filter(None, ("driving.conditions.storm", key)))
    assert gist in found[0].what


def test_with_a_wait_nobody_is_cut_off(namdal: Copy) -> None:
    cancelled = f"cancelled_ferries: [gutvik-skei], {WAIT}"
    assert (
        namdal.region_problems(with_conditions(f"s: {{title: x, when: {{}}, {cancelled}}}")) == ()
    )


@pytest.mark.parametrize(("last", "problems"), [("01-20", 1), ("01-09", 0)])
def test_what_is_closed_at_the_same_time_counts_together(
    namdal: Copy, last: str, problems: int
) -> None:
    one = (
        "one: {title: x, when: {from: '01-10', to: '01-30'}, closed: [{from: gran, to: skjelbred}]}"
    )
    other = (f"other: {{title: x, when: {{from: '01-05', to: '{last}'}}, "
             "closed: [{from: tunnsjo, to: kvelia}]}")  # fmt: skip
    found = namdal.region_problems(with_conditions(one, other))
    assert len(found) == problems
    assert all("one and other cuts off" in each.what for each in found)


@pytest.mark.parametrize(
    ("setting", "key", "gist"),
    [
        (f"demand.surges={{x: {{title: x, when: {{}}, places: [oslo], factor_113: {VALUE}}}}}",
         "demand.surges.x.places.0", "no place 'oslo'"),
        (f"demand.visitors={{x: {{title: x, when: {{}}, municipalities: [oslo], "
         f"people_factor: {VALUE}}}}}", "demand.visitors.x.municipalities.0", "no municipality"),
        (f"demand.visitors={{x: {{title: x, when: {{}}, places: [namsos-bru], "
         f"people_factor: {VALUE}}}}}", "demand.visitors.x", "nobody lives there"),
        (f"demand.visitors={{x: {{title: x, when: {{}}, places: [grong], municipalities: [grong], "
         f"people_factor: {VALUE}}}}}", "demand.visitors.x", "not both"),
        ("demand.surges={x: {title: x, when: {}}}", "demand.surges.x", "needs factor_116117"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_addition_is_told(
    namdal: Copy, setting: str, key: str, gist: str
) -> None:
    found = namdal.region_problems(setting)
    assert [each.key for each in found] == [key]
    assert gist in found[0].what


def test_places_joined_by_roads_alone() -> None:
    region = load_region("namdal").value
    assert len(mutually_reachable("namsos", region, region.roads)) == len(region.places) - 8
    assert mutually_reachable("namsos", region, ()) == {"namsos"}
