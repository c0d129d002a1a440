"""The same people, whatever is changed: every number of a region is changed by a little, in turn.

Whoever is in both runs is the same person: same uniforms, time, home, age. Only what a key is about
may differ, and only those whom it concerns may come or go. The calendar (with the year asked for)
says which days there are, and is left as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from akuttsim.config.schema.region import Region
from akuttsim.patients.sampling import identified_patients
from akuttsim.records import (
    LINE_113,
    LINE_ALARM,
    LINE_BIRTH,
    LINE_PSYCHIATRY,
    LINE_TRANSFER,
    LINE_TRANSPORT,
    LINE_VICTIM,
    Patients,
)
from tests import small
from tests.chain.random_organisations import SECTIONS, WORSENING, constant, number, spread
from tests.nightly import by_night
from tests.patients.changed import shipped
from tests.projections import asked_for

DAYS = 3
Tree = Any
Path = tuple[str | int, ...]
Rows = NDArray[np.bool_]

WINTER = {"title": "x", "when": {"from": "2026-03-24", "to": "2026-03-27"}}
FOUR = {"daylight": [0.8] * 4, "dark": [0.6] * 4, **small.MADE_UP}
MORE = {
    "demand": {
        **SECTIONS,
        "without_gp": {**SECTIONS["without_gp"], "municipalities": {"island": 0.4, "upper": 0.1}},
        "surges": {"more": {**WINTER, "municipalities": ["island"], "factor_116117": number(1.4)},
                   "fewer": {**WINTER, "places": ["upper"], "factor_113": number(0.7)}},
        "visitors": {"guests": {**WINTER, "municipalities": ["upper"], "people_factor": number(2)}},
        "incidents": {"bus": {
            "title": "x", "date": "2026-03-25", "time": "14:30", "place": "cross",
            "patients": number(12), "callers": number(6), "found_after_min": spread(5.0),
            "urgency": {"red": 0.2, "yellow": 0.3, "green": 0.5, **small.MADE_UP},
            "after_min": spread(4.0), "talk_s": constant(60.0)}},
    },
    "weather": {"flyable": FOUR, "unflyable_spell_h": number(6.0)},
    "worsening": WORSENING,
    **asked_for(2030),
}  # fmt: skip
"""Every optional section of a region, laid over the small one."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The people of a run, and the row of each by id."""

    patients: Patients
    ids: NDArray[np.uint64]
    region: Region


def drawn(tree: Tree) -> Drawn:
    where = Region.model_validate(tree)
    return Drawn(*identified_patients(where, DAYS, 3, 0, tuple(where.outside)), where)


@cache
def before() -> Drawn:
    return drawn(whole())


@cache
def whole() -> Tree:
    return small.region(MORE).model_dump(mode="json", by_alias=True)


# -- who is concerned ---------------------------------------------------------------------------


def ring_116117(some: Drawn) -> Rows:
    return np.isin(some.patients.line, (0, 1))


def ring_113(some: Drawn) -> Rows:
    return some.patients.line == LINE_113


def ring(some: Drawn) -> Rows:
    return ring_116117(some) | ring_113(some)


def contacts(some: Drawn) -> Rows:
    return ring_116117(some) & some.patients.is_contact & lives_here(some)


def others(some: Drawn) -> Rows:
    return ring_116117(some) & ~some.patients.is_contact


def whose_need_is_another(some: Drawn) -> Rows:
    """Distance keeps contacts away by what they need; further calls hang on what is red."""
    return ring_113(some) | contacts(some)


def alarms(some: Drawn) -> Rows:
    return some.patients.line == LINE_ALARM


def transports(some: Drawn) -> Rows:
    return some.patients.line == LINE_TRANSPORT


def on_line(line: int) -> Any:
    return lambda some: some.patients.line == line


def neighbours(some: Drawn) -> Rows:
    return some.patients.outside >= 0


def lives_here(some: Drawn) -> Rows:
    return ~neighbours(some)


def nobody(some: Drawn) -> Rows:
    return np.zeros(len(some.patients), dtype=bool)


def at_the_accident(some: Drawn) -> Rows:
    at = some.patients.place == some.region.place_ids.index("cross")
    return at & (ring_113(some) | (some.patients.line == LINE_VICTIM))


def at_home_in(municipality: str) -> Any:
    def lives_there(some: Drawn) -> Rows:
        names = [place.municipality for place in some.region.places.values()]
        theirs = np.array([name == municipality for name in names])
        return lives_here(some) & theirs[some.patients.place]

    return lives_there


def on_those_days(some: Drawn) -> Rows:
    day = some.patients.time_s // 86_400
    return (day >= 1) & (day < 5)


def of_municipality(municipality: str) -> Any:
    """Return who may come or go with a municipality's people: also transports to or from there."""

    def concerned(some: Drawn) -> Rows:
        ordered = transports(some) | on_line(LINE_TRANSFER)(some)
        return at_home_in(municipality)(some) | neighbours(some) | ordered

    return concerned


URGENCY = {"urgency", "urgent_button", "interview_113_s", "on_scene_s", "patience_1_s",
           "patience_2_s", "patience_3_s"}  # fmt: skip
LINES = {"line", *URGENCY}
PATIENCE = {"patience_1_s", "patience_2_s", "patience_3_s"}
ENDS = {"place", "transport_to", "away_s"}

# Key, what of the people in both runs may differ, who may come or go (all that matches first).
CONCERNS: list[tuple[str, set[str], Any]] = [
    ("places/*/people/*", URGENCY | {"age_group"}, None),
    ("projections/*", {"age_group"}, None),
    ("outside/*", set(), neighbours),
    ("demand/contacts_per_person_year/*", set(), lambda s: ring_116117(s) & s.patients.is_contact),
    ("demand/other_calls_per_person_year/*", set(), others),
    ("demand/calls_113_per_person_year/*", set(), ring_113),
    ("demand/health_line_share/*", LINES, whose_need_is_another),
    ("demand/age_factor_116117/*", URGENCY, ring_116117),
    ("demand/age_factor_113/*", set(),
     lambda s: ring_113(s) | transports(s) | on_line(LINE_TRANSFER)(s)),
    ("demand/flatten_113/*", URGENCY, whose_need_is_another),
    ("demand/hours_116117/*", URGENCY, ring),
    ("demand/weekend_factor/*", URGENCY, ring),
    ("demand/quarter_factor/*", set(), ring),
    ("demand/special_days/*", set(), ring),
    ("demand/day_cv/*", set(), ring),
    ("demand/distance_decay/*", set(), contacts),
    ("demand/without_gp/municipalities/island", set(),
     lambda s: ring_116117(s) & at_home_in("island")(s)),
    ("demand/without_gp/municipalities/upper", set(),
     lambda s: ring_116117(s) & at_home_in("upper")(s)),
    ("demand/without_gp/share/*", set(), lambda s: ring_116117(s) & at_home_in("town")(s)),
    ("demand/without_gp/*", set(), lambda s: ring_116117(s) & lives_here(s)),
    ("demand/same_incident/again/*", set(), ring_113),
    ("demand/same_incident/after_min/*", {"time_s", "flyable"}, ring_113),
    ("demand/same_incident/talk_s/*", {"talk_113_s"}, nobody),
    ("demand/safety_alarms/hours/*", set(), alarms),
    ("demand/safety_alarms/users_by_age/*", set(), alarms),
    ("demand/safety_alarms/alarms_per_user_month/*", set(), alarms),
    ("demand/safety_alarms/needs/*", URGENCY, nobody),
    ("demand/safety_alarms/*", {"alarm_talk_s", "alarm_handover_s", "home_nursing_s"}, nobody),
    ("demand/planned_transports/away_h/*", {"away_s"}, nobody),
    ("demand/planned_transports/from_hospital/*", ENDS, nobody),
    ("demand/planned_transports/out_of_region/*", ENDS, nobody),
    ("demand/planned_transports/*", set(), transports),
    ("demand/psychiatric_callers/*", {"psychiatric", "talk_s"}, nobody),
    ("demand/languages/*", {"language"}, nobody),
    ("demand/hospital_transfers/urgency/*", URGENCY, nobody),
    ("demand/psychiatric_transports/urgency/*", URGENCY, nobody),
    *((f"demand/{name}/way_out/*", {"away_s"}, nobody)
      for name in ("hospital_transfers", "psychiatric_transports", "births")),
    ("demand/psychiatric_transports/escorted/*", {"escort_after_s"}, nobody),
    ("demand/psychiatric_transports/police_after_min/*", {"escort_after_s"}, nobody),
    ("demand/births/birth_after_h/*", {"birth_after_s"}, nobody),
    ("demand/hospital_transfers/*", set(), on_line(LINE_TRANSFER)),
    ("demand/psychiatric_transports/*", set(), on_line(LINE_PSYCHIATRY)),
    ("demand/births/per_1000_a_year/*", set(), on_line(LINE_BIRTH)),
    ("demand/incidents/bus/urgency/*", URGENCY, nobody),
    ("demand/incidents/bus/talk_s/*", {"talk_113_s"}, nobody),
    ("demand/incidents/bus/*_min/*", {"time_s", "flyable"}, nobody),
    ("demand/incidents/bus/*", set(), at_the_accident),
    ("demand/surges/more/*", set(),
     lambda s: ring_116117(s) & at_home_in("island")(s) & on_those_days(s)),
    ("demand/surges/fewer/*", set(),
     lambda s: ring_113(s) & at_home_in("upper")(s) & on_those_days(s)),
    ("demand/visitors/guests/*", set(),
     lambda s: ring(s) & at_home_in("upper")(s) & on_those_days(s)),
    ("urgency/*", URGENCY, whose_need_is_another),
    ("misjudged/hard_share/*", set(), nobody),
    ("misjudged/*", URGENCY, whose_need_is_another),
    ("patience/line_113_min/*", {"patience_113_s"}, nobody),
    ("patience/again_after_min/*", {"again_after_s"}, nobody),
    ("patience/*", PATIENCE, nobody),
    ("care/urgent_button/*", {"urgent_button"}, nobody),
    ("care/without_car/*", {"preparation_s"}, nobody),
    ("care/taxi_wait_min/*", {"preparation_s"}, nobody),
    ("care/other_call_s/*", {"talk_s"}, nobody),
    ("care/needs/*", set(), contacts),
    *((f"care/{name}_{unit}/*", {f"{name}_s"}, nobody)
      for name in ("talk", "after_call", "conference", "talk_113", "interview_113", "dispatch",
                   "preparation", "nurse", "consultation", "doctor_phone", "home_visit",
                   "satellite_nurse", "satellite_video", "on_scene", "hospital_handover",
                   "legevakt_handover", "doctor_on_scene")
      for unit in ("s", "min")),
    ("weather/*", {"flyable"}, nobody),
    ("places/*/l??", {"flyable"}, nobody),
    ("*", set(), nobody),
]  # fmt: skip
LEFT = ("calendar/*", "year", "people_year", "projections/*/year", "*/range/*")


# -- every number -------------------------------------------------------------------------------


def numbers(tree: Tree, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every number of a config that is not left as it is."""
    if isinstance(tree, dict | list):
        parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, part in parts:
            yield from numbers(part, (*path, key))
    elif isinstance(tree, int | float) and not isinstance(tree, bool) and not is_left(path):
        yield path


def is_left(path: Path) -> bool:
    return any(fnmatch(key_of(path), pattern) for pattern in LEFT)


def key_of(path: Path) -> str:
    return "/".join(map(str, path))


def at(tree: Tree, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def changed(path: Path) -> Iterator[Tree]:
    """Yield the config with a number a little higher, then a little lower, then moved in a mix.

    Whole numbers change by one; a share of a mix is taken from the largest other.
    """
    old = at(whole(), path)
    step: float = 1 if isinstance(old, int) else max(abs(old) * 0.03, 1e-4)
    for new in (old + step, old - step):
        tree = copy.deepcopy(whole())
        at(tree, path[:-1])[path[-1]] = new
        yield tree
    tree = copy.deepcopy(whole())
    mix = at(tree, path[:-1])
    pairs = mix.items() if isinstance(mix, dict) else enumerate(mix)
    shares = {key: part for key, part in pairs if isinstance(part, float) and key != path[-1]}
    if shares:
        most = max(shares, key=lambda key: shares[key])
        mix[path[-1]], mix[most] = old + step, shares[most] - step
        yield tree


def first_that_holds(path: Path) -> Drawn:
    for tree in changed(path):
        try:
            return drawn(tree)
        except ValidationError:
            continue
    raise AssertionError(f"no change of {key_of(path)} is a region")


def concerned(key: str) -> tuple[set[str], Any]:
    """Return what of others a key is about, and who may come or go with it."""
    columns, who = next((c, w) for pattern, c, w in CONCERNS if fnmatch(key, pattern))
    if who is not None:
        return columns, who
    table, part = key.split("/")[:2]
    if table == "places":
        return columns, of_municipality(before().region.places[part].municipality)
    row = whole()["projections"][int(part)]["municipality"]
    return columns, everybody if row == "national" else of_municipality(row)


def everybody(some: Drawn) -> Rows:
    return ~nobody(some)


def wrong(key: str, one: Drawn, other: Drawn) -> list[str]:
    """Return what a change of a key moved that it is not about."""
    columns, who = concerned(key)
    here, there = np.isin(one.ids, other.ids), np.isin(other.ids, one.ids)
    found = [f"{key}: {n} come or go whom it does not concern" for n in [
        int((~here & ~who(one)).sum() + (~there & ~who(other)).sum())] if n]  # fmt: skip
    mine, theirs = np.flatnonzero(here), np.flatnonzero(there)
    mine, theirs = mine[np.argsort(one.ids[mine])], theirs[np.argsort(other.ids[theirs])]
    for name in Patients.columns():
        differ = getattr(one.patients, name)[mine] != getattr(other.patients, name)[theirs]
        if differ.any() and name not in columns:
            found.append(f"{key}: {name} of {differ.sum()} differs")
    return found


def is_tried(path: Path) -> bool:
    """Of a long list, as of hours or age groups, the first and last are tried; by night all."""
    row = at(whole(), path[:-1])
    is_long = isinstance(row, list) and len(row) > 4
    return not is_long or path[-1] in by_night((0, len(row) - 1), range(len(row)))


TRIED = [path for path in numbers(whole()) if is_tried(path)]
GROUPS = sorted({key_of(path[:2]) for path in TRIED})


@pytest.mark.nightly
@pytest.mark.parametrize("group", GROUPS)
def test_a_change_of_any_number_leaves_all_others_the_same_people(group: str) -> None:
    mine = [path for path in TRIED if key_of(path[:2]) == group]
    found = [each for path in mine
             for each in wrong(key_of(path), before(), first_that_holds(path))]  # fmt: skip
    assert found == []


NAEROYSUND = "demand.without_gp.municipalities={{naeroysund: {}}}"


@pytest.mark.parametrize("share", [0.06, 0.6])
def test_more_without_a_gp_in_one_municipality_move_nobody_of_another(share: float) -> None:
    """To the last bit, however much the share is changed; more ring there, and none fewer."""
    usual, other = shipped(), shipped(NAEROYSUND.format(share))
    one, two = (Drawn(*identified_patients(each, 60, 1, 0), each) for each in (usual, other))
    there = [at_home_in("naeroysund")(some) for some in (one, two)]
    np.testing.assert_array_equal(one.ids[~there[0]], two.ids[~there[1]])
    for name in Patients.columns():
        before_it, after_it = getattr(one.patients, name), getattr(two.patients, name)
        np.testing.assert_array_equal(before_it[~there[0]], after_it[~there[1]])
    assert set(one.ids.tolist()) < set(two.ids.tolist())


def test_every_key_that_adds_people_does_so_here() -> None:
    """Else nothing would be tested: half as much again of each of these brings more people."""
    for path in (("demand", "contacts_per_person_year", "value"),
                 ("demand", "visitors", "guests", "people_factor", "value"),
                 ("demand", "surges", "more", "factor_116117", "value"),
                 ("demand", "planned_transports", "per_person_year", "value"),
                 ("demand", "safety_alarms", "alarms_per_user_month", "value"),
                 ("demand", "without_gp", "municipalities", "upper")):  # fmt: skip
        tree = copy.deepcopy(whole())
        at(tree, path[:-1])[path[-1]] *= 1.5
        more = drawn(tree)
        assert set(before().ids.tolist()) < set(more.ids.tolist()), path
        assert wrong(key_of(path), before(), more) == []


@pytest.mark.parametrize(
    "change", ["year=2040", "demand.day_cv.value=0.3", "demand.contacts_per_person_year.value=0.9"]
)
def test_another_year_or_level_brings_or_takes_people_and_leaves_the_others(change: str) -> None:
    """Whoever is in both is the same to the last bit; nine in ten or more are."""
    one, two = (identified_patients(shipped(*sets), 60, 1, 0) for sets in ((), (change,)))
    _, here, there = np.intersect1d(one[1], two[1], return_indices=True)
    assert 0.9 * min(len(one[1]), len(two[1])) < len(here) < max(len(one[1]), len(two[1]))
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(one[0], name)[here], getattr(two[0], name)[there])
