from __future__ import annotations

import hashlib
import inspect
import os
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.loader import load_organisation
from akuttsim.patients.call_rates import people_by_place, relative_rates
from akuttsim.patients.sampling import UNIFORMS, sample_patients
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Patients
from tests.patients.changed import (
    ERROR_RATE,
    STEADY,
    in_interval,
    patients,
    region,
    sampled,
    shipped,
    weights,
)

BY_URGENCY = {"interview_113_s", "on_scene_s", "patience_1_s", "patience_2_s", "patience_3_s",
              "urgent_button"}  # fmt: skip


def digest(some: Patients) -> str:
    columns = (getattr(some, name).tobytes() for name in Patients.columns())
    return hashlib.sha256(b"".join(columns)).hexdigest()


def changed_columns(one: Patients, other: Patients) -> set[str]:
    assert len(one) == len(other)
    return {name for name in Patients.columns()
            if getattr(one, name).tobytes() != getattr(other, name).tobytes()}  # fmt: skip


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = sample_patients(shipped(), 182, 7, 0)
    assert changed_columns(sampled(), again) == set()


PROGRAM = """
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import Patients
from akuttsim.config.loader import load_region
import hashlib
some = sample_patients(load_region("namdal").value, 90, 7, 0)
columns = (getattr(some, name).tobytes() for name in Patients.columns())
print(hashlib.sha256(b"".join(columns)).hexdigest())
"""


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "nb_NO.UTF-8", "LANG": "nb_NO.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C"},
    ],
)
def test_the_same_bytes_in_another_process_time_zone_and_locale(elsewhere: dict[str, str]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **elsewhere}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(sample_patients(shipped(), 90, 7, 0))


def test_other_seeds_and_replications_are_other_people() -> None:
    digests = {digest(sample_patients(region(), 7, seed, replication))
               for seed in (7, 8) for replication in (0, 1)}  # fmt: skip
    assert len(digests) == 4


ONE_CHANGE = [
    ("care.talk_s.lognormal.median=300", {"talk_s"}),
    ("care.talk_s={exponential: {mean: 200}, grade: B, source: test}", {"talk_s"}),
    ("care.other_call_s.lognormal.median=60", {"talk_s"}),
    ("care.on_scene_min.red.lognormal.median=25", {"on_scene_s"}),
    ("care.without_car.value=0.2", {"preparation_s"}),
    ("care.taxi_wait_min.exponential.mean=9", {"preparation_s"}),
    ("care.nurse_min={constant: 5, grade: B, source: test}", {"nurse_s"}),
    ("care.urgent_button.green=0.5", {"urgent_button"}),
    ("patience.green_min.exponential.mean=3", {"patience_1_s", "patience_2_s", "patience_3_s"}),
    ("patience.soon_share.value=0.2", {"patience_1_s", "patience_2_s", "patience_3_s"}),
    ("patience.line_113_min.exponential.mean=3", {"patience_113_s"}),
    ("patience.rings_113.red=0.9", set()),
    ("care.admitted.red=0.1", set()),
    ("driving.blue_light_rural.value=1.3", set()),
    ("misjudged.hard_share.value=0.1", set()),
    ("misjudged.under.value=0.05", {"urgency", *BY_URGENCY}),
    ("urgency.line_113={red: 0.5, yellow: 0.4, green: 0.1, grade: B, source: test}",
     {"urgency", *BY_URGENCY}),
    ("demand.health_line_share.value=0.2", {"line", "urgency", *BY_URGENCY}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "columns"), ONE_CHANGE)
def test_one_change_in_the_region_leaves_every_other_column_as_it_was(
    change: str, columns: set[str]
) -> None:
    before, after = patients(days=60), patients(change, days=60)
    assert changed_columns(before, after) == columns


def test_the_oldest_ringing_more_adds_some_of_them_and_leaves_all_others() -> None:
    oldest = region().demand.age_factor_113.as_tuple()[8]
    after = patients(f"demand.age_factor_113.values.90+={oldest * 3}", "outside=null", days=60)
    before = patients("outside=null", days=60)
    more = (after.age_group == 8) & (after.line == LINE_113)
    same = (before.age_group == 8) & (before.line == LINE_113)
    assert more.sum() > 2 * same.sum()
    for name in Patients.columns():
        here, there = getattr(after, name), getattr(before, name)
        np.testing.assert_array_equal(here[~more], there[~same])
        assert np.isin(there[same], here[more]).all()


def test_a_neighbour_changes_nobody_of_the_region() -> None:
    """The region's own people are the same to the last bit, with or without neighbours."""
    alone, beside = patients("outside=null", days=60), patients(days=60)
    own = beside.outside < 0
    assert own.sum() < len(own)
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(beside, name)[own], getattr(alone, name))


def test_a_longer_run_begins_with_the_people_of_the_shorter() -> None:
    """Further callers about an incident as well, of whom some ring after the shorter run."""
    short, long = sampled(days=30), sampled(days=60)
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(short, name), getattr(long, name)[: len(short)])


def test_columns_have_their_types_and_one_length() -> None:
    some = sampled()
    kinds = {"time_s": "f8", "line": "i1", "is_contact": "?", "place": "i4", "outside": "i1",
             "age_group": "i1", "urgency": "i1", "urgent_button": "?",
             "same_incident": "?", "flyable": "?", "transport_to": "i4",
             "language": "i1", "psychiatric": "?"}  # fmt: skip
    for name in Patients.columns():
        column = getattr(some, name)
        assert (column.dtype.str[1:] if column.dtype != bool else "?") == kinds.get(name, "f8")
        assert column.shape == (len(some),)


def test_rows_are_in_order_of_time() -> None:
    assert (np.diff(sampled().time_s) >= 0).all()


def test_only_neighbours_have_no_place_and_they_ring_113() -> None:
    some = patients()
    outside = some.outside >= 0
    assert 0.2 < outside.mean() < 0.6
    assert set(some.outside[outside].tolist()) == {0}
    assert (some.place[outside] == -1).all()
    assert (some.line[outside] == LINE_113).all()
    assert some.is_contact[outside].all()
    assert (some.place[~outside] >= 0).all()
    assert some.place.max() < len(region().places)


def test_calls_that_are_no_contact_ring_116117_and_press_no_button() -> None:
    some = patients()
    other = ~some.is_contact
    assert (some.line[other] == LINE_116117).all()
    assert not some.urgent_button[other].any()


def days_of(line_113: bool) -> float:
    """Return the ordinary days that 364 days of the run come to."""
    hours = region().calendar.calendar().hours(364 * 24)
    return float(relative_rates(region(), hours, line_113).sum()) / 24


KINDS = {"contact": 0.45, "other": 0.13, "113": 0.1}


def of_kind(some: Patients, kind: str) -> NDArray[np.bool_]:
    own = some.outside < 0
    return own & {"contact": some.is_contact & (some.line != LINE_113), "other": ~some.is_contact,
                  "113": some.line == LINE_113}[kind]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_calls_by_place_age_and_municipality_are_poisson_about_their_exact_mean(kind: str) -> None:
    demand = region().demand
    is_113 = kind == "113"
    factor = (demand.age_factor_113 if is_113 else demand.age_factor_116117).as_tuple()
    people = people_by_place(region()) * np.array(factor)
    expected = people * KINDS[kind] / 365.25 * days_of(is_113)
    some = patients(STEADY, days=364)
    mine = of_kind(some, kind)
    counted = np.zeros_like(expected, dtype=np.int64)
    np.add.at(counted, (some.place[mine], some.age_group[mine]), 1)
    lived = people.sum(axis=1) > 0
    assert (counted[~lived] == 0).all()
    in_interval(counted[lived].sum(axis=1), expected[lived].sum(axis=1))
    in_interval(counted.sum(axis=0), expected.sum(axis=0))
    municipality = np.array([region().municipality_ids.index(place.municipality)
                             for place in region().places.values()])  # fmt: skip
    in_interval(np.bincount(municipality, counted.sum(axis=1)).astype(np.int64),
                np.bincount(municipality, expected.sum(axis=1)))  # fmt: skip
    in_interval(np.array([counted.sum()]), np.array([expected.sum()]))


def test_neighbours_call_113_as_often_as_others() -> None:
    some = patients(STEADY, days=364)
    expected = 99_691 * 0.1 / 365.25 * days_of(True)
    in_interval(np.array([(some.outside == 0).sum()]), np.array([expected]))
    ages = weights(region().demand.age_factor_113.as_tuple()).sum(axis=0) * expected
    in_interval(np.bincount(some.age_group[some.outside == 0], minlength=9), ages)


DISTRICT = "innherred-stjordal"


@cache
def with_neighbours(*sets: str, days: int = 364) -> Patients:
    """Return people of the plain region and those of the neighbour district who ring 116117."""
    return sample_patients(region(*sets), days, 7, 0, (DISTRICT,))


def at_116117(some: Patients) -> NDArray[np.bool_]:
    return (some.outside == 0) & (some.line != LINE_113)


RATES, TEST = f"outside.{DISTRICT}.", "grade: B, source: test"


@pytest.mark.parametrize(
    ("sets", "contacts", "others"),
    [
        ((), 0.45, 0.13),
        ((f"{RATES}contacts_per_person_year={{value: 0.3, grade: B, source: test}}",), 0.3, 0.13),
        (
            (f"{RATES}other_calls_per_person_year={{value: 0.05, grade: B, source: test}}",),
            0.45,
            0.05,
        ),
    ],
)
def test_neighbours_call_116117_as_often_as_the_region_says(
    sets: tuple[str, ...], contacts: float, others: float
) -> None:
    some = with_neighbours(STEADY, *sets)
    theirs = at_116117(some)
    for expected, mine in ((contacts, some.is_contact), (others, ~some.is_contact)):
        counted = np.array([(theirs & mine).sum()])
        in_interval(counted, np.array([99_691 * expected / 365.25 * days_of(False)]))
    ages = weights(region().demand.age_factor_116117.as_tuple()).sum(axis=0) * theirs.sum()
    in_interval(np.bincount(some.age_group[theirs], minlength=9), ages)


def test_neighbours_who_call_116117_are_as_others_but_for_where_they_live() -> None:
    """Health line, urgency and how long they talk: within four standard errors of ours."""
    some = with_neighbours()
    theirs, ours = at_116117(some), (some.outside < 0) & (some.line != LINE_113)
    assert (some.place[theirs] == -1).all()
    for column in (some.line == LINE_HEALTH, some.urgency < 2, some.urgent_button, some.talk_s,
                   some.after_call_s, some.patience_1_s):  # fmt: skip
        one, other = (column[mask].astype(float) for mask in (theirs, ours))
        error = np.hypot(one.std() / len(one) ** 0.5, other.std() / len(other) ** 0.5)
        assert abs(one.mean() - other.mean()) < 4 * error


def test_with_or_without_neighbours_at_116117_all_others_keep_every_bit() -> None:
    alone, beside = patients(days=60), with_neighbours(days=60)
    others = ~at_116117(beside)
    assert 0 < others.sum() < len(beside)
    for name in Patients.columns():
        assert getattr(beside, name)[others].tobytes() == getattr(alone, name).tobytes(), name


def test_a_busy_day_is_busy_in_the_neighbour_district_too() -> None:
    """Days vary alike: far more than by chance (0.15 of the mean, asked for in the region)."""
    some = with_neighbours("demand.day_cv.value=0.5")
    day = (some.time_s // 86_400).astype(int)
    ours = (some.outside < 0) & (some.line == LINE_116117)
    counts = [np.bincount(day[mask], minlength=364) for mask in (at_116117(some), ours)]
    assert np.corrcoef(counts)[0, 1] > 0.8


def test_health_personnel_ring_their_share_of_contacts() -> None:
    some = patients(days=364)
    contacts = of_kind(some, "contact")
    low, high = stats.binom.interval(1 - ERROR_RATE, contacts.sum(), 0.09)
    assert low <= (some.line[contacts] == LINE_HEALTH).sum() <= high
    assert (some.line[of_kind(some, "other")] == LINE_116117).all()


def test_the_urgent_button_is_pressed_by_urgency() -> None:
    some = patients(days=364)
    for code, share in enumerate((0.5, 0.1, 0.02)):
        group = some.is_contact & (some.urgency == code)
        low, high = stats.binom.interval(1 - ERROR_RATE / 3, group.sum(), share)
        assert low <= some.urgent_button[group].sum() <= high


@pytest.mark.parametrize("name", UNIFORMS)
def test_uniforms_are_uniform(name: str) -> None:
    column = getattr(patients(), name)
    assert column.min() >= 0
    assert column.max() < 1
    assert stats.kstest(column, "uniform").pvalue > ERROR_RATE / len(UNIFORMS)


def test_uniforms_are_independent_of_each_other_and_of_urgency() -> None:
    """Each of 1,128 correlations within 5 standard errors (3e-7 each way)."""
    some = patients(days=364)
    columns = np.array(
        [getattr(some, name) for name in UNIFORMS] + [some.urgency, some.after_call_s]
    )
    correlations = np.corrcoef(columns)[np.triu_indices(len(columns), 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(len(some))


def test_patients_cannot_be_given_an_organisation() -> None:
    assert list(inspect.signature(sample_patients).parameters) == [
        "region", "days", "seed", "replication", "neighbours",
    ]  # fmt: skip
    with pytest.raises(AttributeError):
        sample_patients(load_organisation("namdal-today").value, 7, 1, 0)  # type: ignore[arg-type]


def test_the_room_of_patients_never_loads_an_organisation() -> None:
    code = (
        "import sys, akuttsim.patients.sampling\n"
        "print([name for name in sys.modules if 'organisation' in name or 'roster' in name])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_region_where_nobody_calls_has_no_patients() -> None:
    rates = ("contacts", "other_calls", "calls_113")
    quiet = (f"demand.{name}_per_person_year.value=0" for name in rates)
    nobody = patients(*quiet, days=7)
    assert len(nobody) == 0
    assert all(len(getattr(nobody, name)) == 0 for name in Patients.columns())
