"""Times and shares of the same people, on hand-made persons and on the small district."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from akuttsim.indicators.comparison import DifferenceRules, confirm_improvements, paired_differences
from akuttsim.indicators.person_values import PersonPair, paired_sheet, person_pairs, person_values
from akuttsim.indicators.registry import indicator_directions, observe_indicators
from akuttsim.records import Key, Measure, PersonValues, Sheet
from akuttsim.statistics.verdicts import Verdict, verdicts_as_people_choose
from tests import small

NAN = math.nan
TRAVEL, PHONE = "travel_to_care_min", "answered_116117_within_120_s"
MUNICIPALITY = {"municipality": np.array([0, 0, 1, 1], dtype=np.int32)}
NAMES = {"municipality": ("town", "upper")}


def persons(values: list[float], statistic: str = "share", **more: object) -> PersonValues:
    """Return four persons of two municipalities, two in each, with a value each."""
    columns = {"values": np.array(values, dtype=np.float32)}
    weights = more.get("weights")
    if weights is not None:
        columns["weights"] = np.array(weights, dtype=np.float32)
    measure = Measure(
        TRAVEL, "all", "all", statistic, ("municipality",), bool(more.get("has_gap")),
        "values", "weights" if weights is not None else "",
    )  # fmt: skip
    return PersonValues(MUNICIPALITY, NAMES, columns, (measure,))


def paired(base: PersonValues, other: PersonValues) -> dict[Key, PersonPair]:
    return person_pairs(base, other, frozenset({TRAVEL}))


def test_who_came_to_only_one_of_the_two_is_counted_beside_and_not_in_the_mean() -> None:
    """The one who lives far away stays away: the mean of who comes falls, nobody's own does."""
    before, after = persons([10, 20, 90, NAN]), persons([10, 20, NAN, 30])
    found = paired(before, after)
    assert found[TRAVEL, "all", "all"] == (15, 15, 2, 1, 1)
    assert found[TRAVEL, "municipality", "town"] == (15, 15, 2, 0, 0)
    none = found[TRAVEL, "municipality", "upper"]
    assert math.isnan(none.before) and math.isnan(none.after) and none[2:] == (0, 1, 1)


@pytest.mark.parametrize(("statistic", "before", "after"), [("median", 20, 25), ("p90", 78, 88)])
def test_quantiles_are_over_the_same_people(statistic: str, before: float, after: float) -> None:
    here, there = persons([10, 20, 93, 5], statistic), persons([20, 25, 104, NAN], statistic)
    pair = paired(here, there)[TRAVEL, "all", "all"]
    assert pair[:3] == (pytest.approx(np.percentile([10, 20, 93], 50 if before == 20 else 90)),
                        pytest.approx(np.percentile([20, 25, 104], 50 if after == 25 else 90)),
                        3)  # fmt: skip


def test_a_person_with_several_calls_counts_as_often_as_she_rang() -> None:
    before = persons([1.0, 0.5, 1.0, 1.0], weights=[1, 4, 1, 1])
    after = persons([1.0, 1.0, NAN, 1.0], weights=[1, 1, 0, 1])
    assert paired(before, after)[TRAVEL, "all", "all"][:2] == (pytest.approx(4 / 6), 1)


def test_the_gap_is_between_municipalities_of_the_same_people() -> None:
    found = paired(persons([1, 3, 10, 20], has_gap=True), persons([5, 3, 30, NAN], has_gap=True))
    assert found[TRAVEL, "gap", "worst"][:2] == (10, 30)
    assert found[TRAVEL, "gap", "best"][:2] == (2, 4)
    assert found[TRAVEL, "gap", "gap"][:2] == (8, 26)


def sheet(name: str, values: dict[Key, list[float]]) -> Sheet:
    table = np.array(list(values.values()))
    units = {TRAVEL: "min", PHONE: "share"}
    runs = tuple(range(table.shape[1]))
    return Sheet("plain", name, tuple(values), units, runs, table, np.ones(table.shape, dtype=int))


def test_differences_take_the_same_people_where_they_are_known_and_everybody_elsewhere() -> None:
    """Levels say -20 minutes for everybody who came; of the same people nobody's way changed."""
    whole, clinic, phone = (TRAVEL, "all", "all"), (TRAVEL, "clinic", "a"), (PHONE, "all", "all")
    base = sheet("base", {whole: [40, 41], clinic: [40, 41], phone: [0.8, 0.9]})
    other = sheet("other", {whole: [20, 21], clinic: [20, 21], phone: [0.9, 0.95]})
    same = paired_sheet({n: paired(persons([10, 20, 90, NAN]), persons([10, 20, NAN, 1]))
                         for n in (0, 1)})  # fmt: skip
    table = paired_differences(other, base, DifferenceRules({}), None, same).set_index(
        ["indicator", "group_by"]
    )
    assert (TRAVEL, "clinic") not in table.index, "a clinic is no group of people"
    row = table.loc[TRAVEL, "all"]
    assert (row["mean"], row.verdict) == (0, "no difference that matters")
    assert (row.before, row.after, row.people, row.gained, row.lost) == (15, 15, 2, 1, 1)
    row = table.loc[PHONE, "all"]
    assert (row.before, row.after) == (pytest.approx(0.85), pytest.approx(0.925))
    assert math.isnan(row.people)


def test_better_must_hold_twice() -> None:
    """Of two better ones, better again and not; another case than the first has no second run."""
    keys: list[Key] = [(TRAVEL, "all", "all"), (PHONE, "all", "all")]
    base = sheet("base", {key: [50.0, 51.0, 52.0] for key in keys})
    other = sheet("other", {keys[0]: [40.0, 41.1, 42.0], keys[1]: [60.0, 61.1, 62.0]})
    told = paired_differences(other, base, DifferenceRules({}))
    assert set(told.verdict) == {Verdict.BETTER}
    again = told.assign(verdict=[Verdict.BETTER, "no difference that matters"])
    assert confirm_improvements(told, "plain", ("other",), again).verdict.tolist() == [
        Verdict.BETTER,
        Verdict.FEWER_CAME,
    ]
    assert confirm_improvements(told, "plain", (), again).verdict.tolist() == [
        Verdict.BETTER,
        Verdict.BETTER,
    ]
    assert confirm_improvements(told, "plain", ("other",), None).verdict.tolist() == [
        Verdict.CANNOT_TELL,
        Verdict.CANNOT_TELL,
    ]
    assert confirm_improvements(told, "winter", ("other",), again).verdict.tolist() == [
        Verdict.BETTER,
        Verdict.BETTER,
    ]
    both = confirm_improvements(told, "plain", ("other",), again)
    assert verdicts_as_people_choose(both).verdict.tolist() == [Verdict.BETTER, Verdict.BETTER], (
        "as in every other case"
    )
    worse = told.assign(verdict="worse")
    assert set(confirm_improvements(worse, "plain", ("other",), again).verdict) == {"worse"}


def test_other_people_are_not_paired() -> None:
    here = persons([10, 20, 30, 40])
    assert paired(here, here) and not paired(here, replace(here, persons="somebody else"))


def test_what_is_kept_of_other_cases_gives_the_same_pairs_and_no_others() -> None:
    """Of the indicators that are judged, for all and by municipality, with the gap."""
    world = small.world()
    judged = frozenset({TRAVEL, PHONE})
    whole, few = [], []
    for number in (3, 4):
        patients = world.sample(number)
        seen = world.observed(patients, world.meets(patients))
        observations = observe_indicators(seen)[1]
        whole.append(person_values(seen, observations))
        few.append(person_values(seen, observations, judged))
        assert few[-1].persons == whole[-1].persons
    assert whole[0].persons != whole[1].persons
    found = person_pairs(few[0], few[0], judged)
    told = {key: pair for key, pair in person_pairs(whole[0], whole[0], judged).items()
            if key[1] in ("all", "municipality", "gap")}  # fmt: skip
    assert found.keys() == told.keys() and {key[0] for key in found} == judged
    np.testing.assert_equal(list(found.values()), list(told.values()))


def observed(world: small.World) -> PersonValues:
    patients = world.sample(3)
    seen = world.observed(patients, world.meets(patients))
    return person_values(seen, observe_indicators(seen)[1])


def test_an_organisation_against_itself_changes_nothing_for_nobody() -> None:
    here = observed(small.world())
    found = person_pairs(here, here, frozenset(indicator_directions()))
    assert len({key[0] for key in found}) > 25
    for before, after, _, gained, lost in found.values():
        assert (before == after or math.isnan(before)) and gained == lost == 0


def test_neighbours_who_are_drawn_for_one_alone_do_not_shift_the_persons() -> None:
    """A room that answers a neighbour district meets rows in between that the other has not."""
    regional = small.organisation({"control_rooms": {"lvs": {"outside": ["neighbour"]}}})
    own, both = small.world(), small.world(regional)
    assert len(both.sample(3)) > len(own.sample(3))
    here, there = observed(own), observed(both)
    for name in ("municipality", "age", "urgency", "hour_of_week"):
        assert np.array_equal(here.groups[name], there.groups[name])


def test_the_level_of_all_is_the_statistic_of_all_persons() -> None:
    """Of residents whom nobody else is with, pairing a run with itself gives its own level."""
    world = small.world()
    patients = world.sample(3)
    seen = world.observed(patients, world.meets(patients))
    rows, observations = observe_indicators(seen)
    values = person_values(seen, observations)
    level = {row[:3]: row.value for row in rows}
    found = person_pairs(values, values, frozenset(indicator_directions()))
    by_person = {
        observation.indicator
        for observation in observations
        if len(set(observation.patients.tolist())) == len(observation.patients)
        and observation.indicator.endswith("_min")
    }
    assert len(by_person) > 10
    for key, pair in found.items():
        if key[0] in by_person and key[1] in ("all", "municipality", "part"):
            assert pair.before == pytest.approx(level[key], rel=1e-5, nan_ok=True)
