"""Surges and visitors: so many more ring, there and then, and everybody else is the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.schema.region import Region, Surge, VisitorPeriod
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.patients.arrivals import rate_additions
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Patients
from akuttsim.units import DAY_S
from tests.patients.changed import STEADY, region, shipped

DAYS = 120
ERROR_RATE = 0.001
SOURCED = {"source": "test", "grade": "B"}
JANUARY = {"from": "2026-01-10", "to": "2026-02-28"}
DECAY = "demand.distance_decay=null"


def number(value: float) -> dict[str, Any]:
    return {"value": value, **SOURCED}


def adding(base: Region, **named: dict[str, Any]) -> Region:
    """Return a region with visitors, which have a people_factor, and surges."""
    each = {name: {"title": "x", "when": JANUARY, **keys} for name, keys in named.items()}
    visitors = {n: VisitorPeriod.model_validate(k) for n, k in each.items() if "people_factor" in k}
    surges = {n: Surge.model_validate(k) for n, k in each.items() if n not in visitors}
    demand = base.demand.model_copy(update={"visitors": visitors, "surges": surges})
    return base.model_copy(update={"demand": demand})


DRAWN: dict[tuple[str, int], Patients] = {}


def people(some: Region, days: int = DAYS) -> Patients:
    """Return people of a region, drawn once for all tests."""
    key = (some.model_dump_json(), days)
    if key not in DRAWN:
        DRAWN[key] = sample_patients(some, days, 11, 0)
    return DRAWN[key]


def rows(table: Patients) -> set[bytes]:
    """Return each patient's columns, as bytes."""
    columns = [np.ascontiguousarray(getattr(table, name)) for name in Patients.columns()]
    of_each = np.hstack([column.view(np.uint8).reshape(len(column), -1) for column in columns])
    return {row.tobytes() for row in of_each}


def in_january(table: Patients) -> NDArray[np.bool_]:
    """Return who rings from 10 January to 28 February; day 0 is 5 January."""
    return (table.time_s >= 5 * DAY_S) & (table.time_s < 55 * DAY_S)


def place_numbers(some: Region, municipality: str) -> list[int]:
    return [number for number, place in enumerate(some.places.values())
            if place.municipality == municipality]  # fmt: skip


def holds_ratio(more: int, fewer: int, expected: float, many_times: int = 1) -> None:
    """Hold an actual ratio of two Poisson counts in its exact (binomial) interval."""
    share = expected / (1 + expected)
    low, high = stats.binom.interval(1 - ERROR_RATE / many_times, more + fewer, share)
    assert low <= more <= high


VISITORS = {"municipalities": ["lierne"], "people_factor": number(3.0)}
SURGE = {"factor_116117": number(1.5), "ages": ["0-5", "6-15"]}
FEWER = {"factor_116117": number(0.6), "factor_113": number(0.8)}
BASE = region(STEADY)


@pytest.mark.parametrize("named", [{"v": VISITORS}, {"s": SURGE}, {"v": VISITORS, "s": SURGE}])
def test_everybody_else_keeps_every_bit(named: dict[str, Any]) -> None:
    whole = shipped()
    usual, more = rows(people(whole, 60)), rows(people(adding(whole, **named), 60))
    assert usual < more


def test_with_fewer_the_others_keep_every_bit() -> None:
    whole = shipped()
    usual, fewer = rows(people(whole, 60)), rows(people(adding(whole, s=FEWER), 60))
    assert fewer < usual


def test_visitors_ring_from_their_place_in_their_time_and_nowhere_else() -> None:
    usual, more = people(BASE), people(adding(BASE, v=VISITORS))
    lierne = place_numbers(BASE, "lierne")

    def there(table: Patients, lines: tuple[int, ...]) -> int:
        here = np.isin(table.place, lierne) & np.isin(table.line, lines)
        return int((here & in_january(table)).sum())

    for lines in ((LINE_116117, LINE_HEALTH), (LINE_113,)):
        added = there(more, lines) - there(usual, lines)
        holds_ratio(added, there(usual, lines), 2.0, many_times=2)
    elsewhere = ~np.isin(more.place, lierne) | ~in_january(more)
    assert len(usual.time_s) - int((np.isin(usual.place, lierne) & in_january(usual)).sum()) == int(
        elsewhere.sum()
    )


def test_visitors_are_no_health_personnel() -> None:
    added = rows(people(adding(BASE, v=VISITORS))) - rows(people(BASE))
    more = people(adding(BASE, v=VISITORS))
    usual = people(BASE)
    assert len(added) == len(more.time_s) - len(usual.time_s) > 50
    assert (more.line == LINE_HEALTH).sum() == (usual.line == LINE_HEALTH).sum()


def test_a_surge_multiplies_its_ages_on_its_number_in_its_time() -> None:
    usual, more = people(BASE), people(adding(BASE, s=SURGE))

    def count(table: Patients, young: bool, to_113: bool, then: bool) -> int:
        mine = ((table.age_group <= 1) == young) & ((table.line == LINE_113) == to_113)
        return int((mine & (table.outside < 0) & (in_january(table) == then)).sum())

    added = count(more, True, False, True) - count(usual, True, False, True)
    holds_ratio(added, count(usual, True, False, True), 0.5)
    for group in ((True, True, True), (False, False, True), (True, False, False)):
        assert count(more, *group) == count(usual, *group)


def test_additions_that_hold_at_once_multiply() -> None:
    """Visitors times three and a surge times 1.5 there: 4.5 in Lierne, 1.5 elsewhere."""
    whole = {"factor_116117": number(1.5), "factor_113": number(1.5)}
    usual, more = people(BASE), people(adding(BASE, v=VISITORS, s=whole))
    lierne = place_numbers(BASE, "lierne")

    def count(table: Patients, here: bool) -> int:
        own = (np.isin(table.place, lierne) == here) & (table.outside < 0) & in_january(table)
        return int(own.sum())

    holds_ratio(count(more, True) - count(usual, True), count(usual, True), 3.5, many_times=2)
    holds_ratio(count(more, False) - count(usual, False), count(usual, False), 0.5, many_times=2)


def test_fewer_ring_by_the_factor() -> None:
    usual, fewer = people(BASE), people(adding(BASE, s=FEWER))
    for to_113, share in ((False, 0.6), (True, 0.8)):
        before, after = (
            int((((t.line == LINE_113) == to_113) & (t.outside < 0) & in_january(t)).sum())
            for t in (usual, fewer)
        )
        low, high = stats.binom.interval(1 - ERROR_RATE / 2, before, share)
        assert low <= after <= high


@pytest.mark.parametrize("named", [{"v": VISITORS}, {"s": FEWER}])
def test_further_callers_follow_those_who_ring(named: dict[str, Any]) -> None:
    """Each group's further callers speak of people who ring: same place, age and urgency."""
    whole = shipped("demand.same_incident.again.value=0.9")
    table = people(adding(whole, **named))
    first = (table.line == LINE_113) & (table.urgency == 0) & ~table.same_incident
    who = {(p, a) for p, a in zip(table.place[first], table.age_group[first], strict=True)}
    further = zip(
        table.place[table.same_incident], table.age_group[table.same_incident], strict=True
    )
    assert {(p, a) for p, a in further} <= who


def test_who_an_addition_is_for() -> None:
    some = adding(BASE, v={**VISITORS, "municipalities": None, "places": ["sandvika"]}, s=SURGE)
    visitors, surge = rate_additions(some)
    place = some.place_ids.index("sandvika")
    assert visitors.cells[place].all() and visitors.cells.sum() == len(AGE_GROUPS)
    assert surge.cells[:, :2].all() and not surge.cells[:, 2:].any()
    assert (surge.factor(line_113=False), surge.factor(line_113=True)) == (1.5, 1.0)
    assert visitors.factor(line_113=True) == 3.0


def test_a_longer_run_begins_with_the_people_of_the_shorter() -> None:
    some = adding(BASE, v=VISITORS, s=SURGE)
    assert rows(people(some, 30)) < rows(people(some, 40))
