"""What each resident got in one run, and what the same people got in another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.indicators.declaration import (
    DISTANCE_BANDS,
    TIMES_OF_DAY,
    Observations,
    add_municipality_gap,
    by_time_of_day,
    distance_bands,
)
from akuttsim.indicators.measured_run import (
    HOURS,
    WEEKDAYS,
    GroupValue,
    Mask,
    MeasuredRun,
    Statistic,
    is_one_of,
    median,
    p90,
)
from akuttsim.indicators.who_notices import ILL_COLUMN, WAIT_COLUMNS
from akuttsim.long_columns import LongColumns
from akuttsim.records import CAME as NEVER_TOO_FAR
from akuttsim.records import (
    LINE_ALARM,
    NOT_PRESENT,
    ORDERED_JOURNEYS,
    Floats,
    Indices,
    Key,
    Measure,
    PersonValues,
)
from akuttsim.units import MINUTE_S

CAME_COLUMN = "came"
"""The column that is 1 for who came, wherever care was."""

GROUPINGS_OF_OTHER_CASES = ("municipality",)
"""The groupings of persons that are told of other cases than the first, beside those judged."""

Float32 = NDArray[np.float32]


def person_values(
    run: MeasuredRun,
    observations: Iterable[Observations],
    judged_by: frozenset[str] | None = None,
    judged_groupings: Iterable[str] = (),
) -> PersonValues:
    """Return what each resident of the measured span got, for all these observations.

    A person with several observations (calls) has their mean, and their number as weight. Excluded
    are neighbours, and people who first rang before the measured span.

    Args:
        run: The measured run.
        observations: Those of every indicator that has values person by person.
        judged_by: Only what the differences of these indicators by municipality need, which is all
            that is told of other cases than the first; everything where None.
        judged_groupings: Groupings that these need beside municipalities; those of persons count.
    """
    who = run.measured & (run.municipality >= 0)
    rank = np.where(who, np.cumsum(who) - 1, -1)
    columns: dict[str, Float32] = {}
    groups, names = _groups_of_persons(run, who)
    if judged_by is None:
        columns |= _waits_of_persons(run, who)
    else:
        observations = [
            observation for observation in observations if observation.indicator in judged_by
        ]
        kept = [name for name in groups if name in {*GROUPINGS_OF_OTHER_CASES, *judged_groupings}]
        groups = {name: groups[name] for name in kept}
        names = {name: names[name] for name in kept}
    # by digest: the columns themselves would be kept twice
    known = {hashlib.sha256(column.tobytes()).digest(): name for name, column in columns.items()}
    measures, table = [], LongColumns(int(who.sum()))

    def add_column(column: Float32) -> str:
        name = known.setdefault(hashlib.sha256(column.tobytes()).digest(), f"values_{len(columns)}")
        if name not in columns:
            columns[name] = table.kept(column)
        return name

    for observation in observations:
        values, weights = _means_of_persons(
            rank[observation.patients], observation.values, table.rows
        )
        divided = tuple(
            g.name for g in observation.groupings if g.is_of_people and g.name in groups
        )
        several = bool((weights > 1).any())
        measure = Measure(
            observation.indicator,
            *observation.part,
            observation.statistic.__name__,
            divided,
            observation.has_gap,
            add_column(values),
            add_column(weights) if several else "",
        )
        measures.append(measure)
    return PersonValues(groups, names, columns, tuple(measures), _digest_of_persons(run, who))


def _digest_of_persons(run: MeasuredRun, who: Mask) -> str:
    """Return a digest of who these persons are: when they fell ill, where they live, their age."""
    patients = run.patients
    hashed = hashlib.blake2b(digest_size=12)
    for column in (patients.time_s[who], run.municipality[who], patients.age_group[who]):
        hashed.update(np.ascontiguousarray(column).tobytes())
    return hashed.hexdigest()


def _means_of_persons(
    rank: NDArray[np.intp], values: Floats, persons: int
) -> tuple[Float32, Float32]:
    """Return each person's mean, NaN for who has no value, and how many values it is of."""
    ours = (rank >= 0) & ~np.isnan(values)
    weights = np.bincount(rank[ours], minlength=persons)
    sums = np.bincount(rank[ours], values[ours], minlength=persons)
    means = np.full(persons, np.nan, dtype=np.float32)
    has = weights > 0
    means[has] = sums[has] / weights[has]
    return means, weights.astype(np.float32)


def _waits_of_persons(run: MeasuredRun, who: Mask) -> dict[str, Float32]:
    """Return who fell ill, who came, and the minutes that each waited for what."""
    patients, courses, calls = run.patients, run.record.courses, run.record.calls
    answered_s = np.full(len(patients), np.inf)
    np.fmin.at(answered_s, calls.patient, calls.answered_s)
    answered_s[np.isinf(answered_s)] = np.nan
    until_s = (answered_s, courses.first_help_s, courses.doctor_s)
    waits = {
        name: ((times_s - patients.time_s) / MINUTE_S)[who].astype(np.float32)
        for name, times_s in zip(WAIT_COLUMNS.values(), until_s, strict=True)
    }
    is_heard = (patients.line != LINE_ALARM) | (courses.judged >= 0)
    is_present = courses.outcome != NOT_PRESENT
    ill = is_present & is_heard & patients.is_contact & ~is_one_of(patients.line, ORDERED_JOURNEYS)
    marks = ((ILL_COLUMN, ill), (CAME_COLUMN, is_present & (courses.instead == NEVER_TOO_FAR)))
    return {name: np.where(mask[who], 1, np.nan).astype(np.float32) for name, mask in marks} | waits


def _groups_of_persons(
    run: MeasuredRun, who: Mask
) -> tuple[dict[str, Indices], dict[str, tuple[str, ...]]]:
    """Return the groups of each person by what nobody's organisation changes, but for distance."""
    time_s = run.patients.time_s[who]
    hour, weekday = run.hour(time_s), run.weekday(time_s)
    groupings: dict[str, tuple[NDArray[np.integer], Sequence[str]]] = {
        "municipality": (run.municipality[who], run.region.municipality_ids),
        "urgency": (run.patients.urgency[who], URGENCIES),
        "age": (run.patients.age_group[who], AGE_GROUPS),
        "distance": (distance_bands(run)[who], DISTANCE_BANDS),
        "hour": (hour, HOURS),
        "time_of_day": (by_time_of_day(run, time_s).codes, TIMES_OF_DAY),
        "weekday": (weekday, WEEKDAYS),
        "hour_of_week": (24 * weekday + hour, tuple(f"{d} {h}" for d in WEEKDAYS for h in HOURS)),
    }
    groups = {name: codes.astype(np.int32) for name, (codes, _) in groupings.items()}
    return groups, {name: tuple(names) for name, (_, names) in groupings.items()}


ORDER_STATISTICS: dict[str, Statistic] = {"median": median, "p90": p90}
"""How a median and the like are taken over persons; a share or mean is weighted by their calls."""


class PersonPair(NamedTuple):
    """An indicator of the people who got that care in both of two runs.

    Attributes:
        before: The indicator over these people in the base.
        after: The same in the other run.
        people: How many they are.
        gained: How many got that care in the other run alone.
        lost: How many got it in the base alone.
    """

    before: float
    after: float
    people: int
    gained: int
    lost: int


def person_pairs(
    base: PersonValues, other: PersonValues, wanted: frozenset[str]
) -> dict[Key, PersonPair]:
    """Return the pairs of these indicators, for all persons and for each group of the base's.

    A person is counted where the indicator counts that person in both runs, so that each statistic
    is over the same people.

    Args:
        base: What people got in the base.
        other: What they got in another organisation; there are no pairs unless both runs met the
            same patients.
        wanted: The indicators to pair.
    """
    if base.persons != other.persons:
        return {}
    theirs = {candidate[:3]: candidate for candidate in other.measures}
    pairs: dict[Key, PersonPair] = {}
    for measure in base.measures:
        match = theirs.get(measure[:3])
        if measure.indicator in wanted and match is not None:
            pairs |= _MatchedMeasure(base, other, measure, match).pairs()
    return pairs


class _MatchedMeasure:
    """One measure of two runs, restricted to the persons whom it counts in both."""

    def __init__(
        self, base: PersonValues, other: PersonValues, measure: Measure, match: Measure
    ) -> None:
        before, after = base.columns[measure.values], other.columns[match.values]
        in_base, in_other = ~np.isnan(before), ~np.isnan(after)
        self.base, self.measure = base, measure
        self.groupings = [name for name in measure.groupings if name in match.groupings]
        self.both, self.gained, self.lost = (
            in_base & in_other,
            in_other & ~in_base,
            in_base & ~in_other,
        )
        self.values = tuple(column[self.both].astype(np.float64) for column in (before, after))
        self.weights = tuple(
            run.columns[of.weights][self.both].astype(np.float64) if of.weights else None
            for run, of in ((base, measure), (other, match))
        )

    def pairs(self) -> dict[Key, PersonPair]:
        """Return the pair of all, of each group, and the gap between municipalities."""
        one = np.zeros(len(self.both), dtype=np.intp)
        key = self.measure[:3]
        pairs_by_key: dict[Key, PersonPair] = {key: next(self._by_group(one, 1))}
        for name in self.groupings:
            names = self.base.names[name]
            group_pairs = self._by_group(self.base.groups[name], len(names))
            pairs_by_key |= {
                (key[0], name, group): pair for group, pair in zip(names, group_pairs, strict=True)
            }
        if self.measure.has_gap:
            pairs_by_key |= dict(_gap_pairs(pairs_by_key))
        return pairs_by_key

    def _by_group(self, codes: NDArray[np.integer], count: int) -> Iterator[PersonPair]:
        """Yield the pair of each group, from codes of persons that count from 0."""
        mine = codes[self.both]
        before, after = (
            _group_statistics(self.measure.statistic, values, weights, mine, count)
            for values, weights in zip(self.values, self.weights, strict=True)
        )
        counts = (
            np.bincount(codes[mask], minlength=count).tolist()
            for mask in (self.both, self.gained, self.lost)
        )
        return (
            PersonPair(*cells)
            for cells in zip(before.tolist(), after.tolist(), *counts, strict=True)
        )


def _group_statistics(
    statistic: str, values: Floats, weights: Floats | None, codes: NDArray[np.integer], count: int
) -> Floats:
    """Return the statistic of each group's values; NaN of none."""
    if statistic not in ORDER_STATISTICS:
        sums = np.bincount(codes, values if weights is None else values * weights, count)
        with np.errstate(invalid="ignore"):
            means: Floats = sums / np.bincount(codes, weights, count)
        return means
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(count + 1))
    ordered, of = values[order], ORDER_STATISTICS[statistic]
    return np.array([of(ordered[ends[n] : ends[n + 1]]) for n in range(count)])


def _gap_pairs(pairs: dict[Key, PersonPair]) -> Iterator[tuple[Key, PersonPair]]:
    """Yield the worst and best municipality and the gap between them, before and after."""
    sides = []
    for side in (0, 1):
        values = [GroupValue(*key[1:], pair[side], pair.people) for key, pair in pairs.items()]
        sides.append([value for value in add_municipality_gap(values) if value.group_by == "gap"])
    ((name, of_all),) = ((key[0], pair) for key, pair in pairs.items() if key[1] == "all")
    for before, after in zip(*sides, strict=True):
        yield (name, *before[:2]), PersonPair(before.value, after.value, *of_all[2:])


@dataclass(frozen=True, eq=False)
class PairedSheet:
    """Pairs of one organisation and the base over replications.

    Attributes:
        keys: Indicator, group_by and group of each row.
        replications: The number of each column.
        before, after, people, gained, lost: As in `PersonPair`, [key, replication]; NaN where a
            replication has none.
    """

    keys: tuple[Key, ...]
    replications: tuple[int, ...]
    before: Floats
    after: Floats
    people: Floats
    gained: Floats
    lost: Floats


def paired_sheet(pairs_by_run: Mapping[int, Mapping[Key, PersonPair]]) -> PairedSheet:
    """Return the pairs of each replication as one sheet; NaN where a replication has none."""
    keys = tuple(dict.fromkeys(key for pairs in pairs_by_run.values() for key in pairs))
    nothing = PersonPair(np.nan, np.nan, 0, 0, 0)
    table = [[tuple(pairs.get(key, nothing)) for pairs in pairs_by_run.values()] for key in keys]
    cells = np.array(table, dtype=np.float64).reshape(len(keys), len(pairs_by_run), len(nothing))
    return PairedSheet(keys, tuple(pairs_by_run), *np.moveaxis(cells, -1, 0))
