"""Who is hit and who gains, by place: for everything judged, among the people who notice it.

A mean over a region hides whom a change is about: a clinic that closes an hour earlier moves the
region's mean by seconds, and those of its municipality who fall ill in that hour by an hour and a
half. So places are told, and ranked, over the people there who notice.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.indicators.comparison import DifferenceRules
from akuttsim.indicators.registry import INDICATORS
from akuttsim.indicators.who_notices import ILL_COLUMN, WAIT_COLUMNS, help_level
from akuttsim.records import Flags, Floats, Measure, PersonValues
from akuttsim.statistics.intervals import difference_verdict, t_intervals
from akuttsim.statistics.verdicts import Direction, Verdict

PLACE_COLUMNS = [
    "organisation", "against", "indicator", "municipality", "change", "of", "rank",
    "per_1000", "lost_per_1000", "before", "after", "mean", "ci_low", "ci_high", "unit",
    "margin", "verdict", "hours", "burden_per_1000", "people",
]  # fmt: skip
"""Columns of `places.csv`: who is hit and who gains, by place, for everything judged.

Two rows for each organisation, indicator and municipality, of the first case: `change` is `worse`
or `better`, by which way of the indicator is good; indicators without a good way are left out. `of`
is `people` for an indicator of persons, and then the row is of the PEOPLE THERE WHO NOTICE: whose
own value changes that way by the notice step or more (`NOTICE_STEPS`), and, of `CARE`, who lose it
(row `worse`) or gain it (row `better`). `of` is `place` for an indicator that is not of persons
(`hours_without_ambulance`), and then the row is the municipality's own difference from
`differences.csv`; there is only the row of its sign.

- `per_1000`: how many notice, of 1,000 there who fall ill; NaN for a place.
- `lost_per_1000`: how many of these lose that care (row `worse`) or gain it; 0 where it is none of
  `CARE`, NaN for a place.
- `before`, `after`, `mean`, `ci_low`, `ci_high`: the mean level among those who notice and have a
  value in both, and their mean change with its 95 % interval over replications (widened where
  several organisations are compared at once, as in `differences.csv`); in `unit`.
- `verdict`: the one rule on the mean change of ALL there who notice, both ways together, against
  `margin` (that for a place): what chance moves to and fro cancels out. Who loses or gains care
  counts as `LOST_CARE_STEPS` notice steps. It is `better` or `worse` only if the interval of
  `burden_per_1000` leaves out zero as well, and `no difference that matters` where fewer than
  `LEAST_PER_1000` notice at all. For a place, as in `differences.csv`.
- `hours`: the shortest block of hours of the day in which at least 80 % of those who notice fell
  ill, net of the other row, such as `22-08` (from 22 until 8); "" where it is longer than 12 hours,
  where fewer than `LEAST_FOR_HOURS` notice in all replications together, and for a place.
- `burden_per_1000`: what the place loses (row `worse`) or gains (row `better`) by all who notice
  there, net of the other row, of 1,000 who fall ill: person-minutes for an indicator in minutes,
  persons for a share. Of a place the difference itself; counts a week are divided by the thousands
  who fall ill there in a week.
- `rank`: 1 is who loses (gains) most by `burden_per_1000`, of that organisation and indicator; NaN
  where the verdict does not agree with `change`. Places are ranked over who notices, never over
  the regional mean.
- `people`: who fell ill there in a replication, in the mean.
"""

ALWAYS_BY_PLACE = (
    "answered_116117_within_120_s",
    "ambulance_response_median_min",
    "ring_to_first_help_min",
    "ring_to_doctor_min",
    "travel_to_care_min",
    "unmet_need_a_week",
    "hours_without_ambulance",
)
"""Told by place beside what is judged: an answer, an ambulance, first help, a doctor, the journey,
needs that nobody meets, and hours without an ambulance."""

NOTICE_STEPS = {"min": 5.0, "s": 30.0, "h": 0.25}
"""From how large a change on a person notices, by unit; of a share from anything on."""

LOST_CARE_STEPS = 12
"""As how many notice steps it counts to lose or gain care: an hour of waiting. A choice (grade C):
nobody has measured what it is worth; it ranks places and is in no other number."""

CARE = ("ring_to_doctor_min", "travel_to_care_min")
"""Care that it is a loss not to get, by who gets no other help instead (`who_notices.help_level`).
Who gets an ambulance only since the clinic has closed has gained nothing, one who is answered by
another number or spared the journey by a doctor on the phone has lost nothing."""

LEAST_PER_1000 = 2.0
"""Of 1,000 who fall ill, fewer than these who notice are no difference that matters (a choice)."""

LEAST_FOR_HOURS = 20
SHARE_IN_HOURS, MOST_HOURS = 0.8, 12
"""Whom a block of hours must hold, and how long it may be and still be certain hours."""

WORSE, BETTER = 0, 1
CHANGES = ("worse", "better")

_COUNT, _LOST, _BEFORE, _AFTER = range(4)


class PlaceTally(NamedTuple):
    """Who notices, in one run, by indicator, way of change and municipality.

    Attributes:
        sums: [indicator, change, municipality, what]: how many change, how many lose or gain, and
            sums of the values before and after of those who change.
        hours: [indicator, change, municipality, hour]: when those who notice fell ill.
        people: [municipality]: who fell ill.
    """

    sums: Floats
    hours: Floats
    people: Floats


@dataclass(frozen=True)
class NoticedIndicators:
    """The indicators of persons that are told by place.

    Attributes:
        names: Their names, in order.
        steps: From how large a change on a person notices each, in its unit.
        is_lower_better: Whether less is good.
        has_loss: Whether losing it counts; see `CARE`.
    """

    names: tuple[str, ...]
    steps: tuple[float, ...]
    is_lower_better: tuple[bool, ...]
    has_loss: tuple[bool, ...]

    @classmethod
    def among(cls, wanted: Iterable[str], measures: Sequence[Measure]) -> NoticedIndicators:
        """Return those of some indicators that persons have values of and that have a good way."""
        of_persons = {each.indicator for each in measures if each.group_by == "all"}
        known = {each.name: each for each in INDICATORS if each.better != "neither"}
        names = tuple(name for name in dict.fromkeys(wanted) if name in known.keys() & of_persons)
        return cls(
            names,
            tuple(NOTICE_STEPS.get(known[name].unit, 1e-9) for name in names),
            tuple(known[name].better == "lower" for name in names),
            tuple(name in CARE for name in names),
        )


def tally_places(base: PersonValues, other: PersonValues, which: NoticedIndicators) -> PlaceTally:
    """Return who notices an organisation in one run, by indicator and municipality.

    Args:
        base: What each resident got in the base.
        other: What the same residents got in the organisation.
        which: The indicators; one that either run lacks has nobody who notices.
    """
    ill = ~(np.isnan(base.columns[ILL_COLUMN]) & np.isnan(other.columns[ILL_COLUMN]))
    places, hours = len(base.names["municipality"]), len(base.names["hour"])
    cells = base.groups["municipality"].astype(np.intp) * hours + base.groups["hour"]
    shape = (len(which.names), len(CHANGES), places)
    tally = PlaceTally(
        np.zeros((*shape, 4)),
        np.zeros((*shape, hours)),
        np.bincount(base.groups["municipality"][ill], minlength=places).astype(np.float64),
    )
    helped = [
        help_level(*(run.columns[name].astype(np.float64) for name in WAIT_COLUMNS.values()))
        for run in (base, other)
    ]
    gets_less_or_more = (ill & (helped[1] < helped[0]), ill & (helped[1] > helped[0]))
    for at, (before, after) in enumerate(_values_of_both(base, other, which)):
        for change, (moved, lost) in enumerate(_who_notices(before, after, ill, which, at)):
            lost &= gets_less_or_more[change]
            in_hours = np.bincount(cells[moved | lost], minlength=places * hours)
            tally.hours[at, change] = in_hours.reshape(places, hours)
            sums = tally.sums[at, change]
            for what, mask, weights in (
                (_COUNT, moved, None),
                (_LOST, lost, None),
                (_BEFORE, moved, before),
                (_AFTER, moved, after),
            ):
                of = None if weights is None else weights[mask]
                summed = np.bincount(cells[mask], of, places * hours)
                sums[:, what] = summed.reshape(places, hours).sum(axis=1)
    return tally


def _values_of_both(
    base: PersonValues, other: PersonValues, which: NoticedIndicators
) -> Iterator[tuple[Floats, Floats]]:
    """Yield each indicator's values before and after; NaN for all that a run does not have."""
    none = np.full(len(base.columns[ILL_COLUMN]), np.nan)
    columns = [
        {each.indicator: run.columns[each.values] for each in run.measures if each.group == "all"}
        for run in (base, other)
    ]
    for name in which.names:
        before, after = (of_run.get(name, none).astype(np.float64) for of_run in columns)
        yield before, after


def _who_notices(
    before: Floats, after: Floats, ill: Flags, which: NoticedIndicators, at: int
) -> Iterator[tuple[Flags, Flags]]:
    """Yield whose value changes and who loses or gains it: those worse off, then those better."""
    rise, step = after - before, which.steps[at]
    lost, gained = (ill & ~np.isnan(one) & np.isnan(two) for one, two in
                    ((before, after), (after, before)))  # fmt: skip
    none = np.zeros(len(ill), dtype=np.bool_)
    up, down = ill & (rise >= step), ill & (rise <= -step)
    worse, better = (up, down) if which.is_lower_better[at] else (down, up)
    yield worse, lost if which.has_loss[at] else none
    yield better, gained if which.has_loss[at] else none


def place_rows(
    of: tuple[str, str],
    municipalities: Sequence[str],
    tallies: Sequence[PlaceTally],
    which: NoticedIndicators,
    judging: DifferenceRules,
) -> pd.DataFrame:
    """Return who notices an organisation by place, over replications; as `PLACE_COLUMNS`.

    Args:
        of: The organisation and what it is held against.
        municipalities: Those of the region, in its order.
        tallies: One of each replication.
        which: The indicators that were tallied.
        judging: Margins, and the level of each interval.
    """
    sums = np.stack([tally.sums for tally in tallies])
    people = np.stack([tally.people for tally in tallies])
    hours = np.sum([tally.hours for tally in tallies], axis=0)
    rows: list[tuple[object, ...]] = []
    units = {each.name: each.unit for each in INDICATORS}
    for at, name in enumerate(which.names):
        numbers = _PlaceNumbers(sums[:, at], people, which, at)
        margin = judging.margin_of((name, "municipality", ""))
        verdicts = numbers.verdicts(margin, judging.confidence)
        for change, word in enumerate(CHANGES):
            levels, rates = numbers.levels(change), numbers.rates(change)
            means = t_intervals((levels[1] - levels[0]).T, judging.confidence)
            for place, municipality in enumerate(municipalities):
                rows.append(
                    (*of, name, municipality, word, "people", np.nan,
                     *_mean_of_known(rates[:, :, place]), *_mean_of_known(levels[:, :, place]),
                     *means[place], units[name], margin, verdicts[place],
                     certain_hours(hours[at, change, place] - hours[at, 1 - change, place]),
                     float(numbers.burden(change)[:, place].mean()), people[:, place].mean())
                )  # fmt: skip
    return pd.DataFrame(rows, columns=PLACE_COLUMNS)


class _PlaceNumbers:
    """What is told of one indicator, [replication, municipality], from its tallies."""

    def __init__(self, sums: Floats, people: Floats, which: NoticedIndicators, at: int) -> None:
        """Take sums [replication, change, municipality, what] and people [replication, place]."""
        self.sums, self.people = sums, people
        self.step = which.steps[at] if which.has_loss[at] else 0.0
        self.sign = 1.0 if which.is_lower_better[at] else -1.0

    def rates(self, change: int) -> Floats:
        """Return how many notice and how many lose or gain it, of 1,000 who fall ill."""
        count, lost = self.sums[:, change, :, _COUNT], self.sums[:, change, :, _LOST]
        with np.errstate(invalid="ignore", divide="ignore"):
            rates: Floats = 1000 * np.stack([count + lost, lost]) / self.people
        return rates

    def levels(self, change: int) -> Floats:
        """Return the means before and after of those who change."""
        count = self.sums[:, change, :, _COUNT]
        with np.errstate(invalid="ignore", divide="ignore"):
            levels: Floats = np.moveaxis(self.sums[:, change, :, _BEFORE:], -1, 0) / count
        return levels

    def net_sum(self) -> Floats:
        """Return the change of all who notice together, in the indicator's unit."""
        moved = self.sums[..., _AFTER] - self.sums[..., _BEFORE]
        lost = self.sums[:, WORSE, :, _LOST] - self.sums[:, BETTER, :, _LOST]
        net: Floats = moved.sum(axis=1) + self.sign * LOST_CARE_STEPS * self.step * lost
        return net

    def net_change(self) -> Floats:
        """Return the mean change of all who notice; NaN where nobody does."""
        count = self.sums[..., _COUNT].sum(axis=1) + self.sums[..., _LOST].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            change: Floats = self.net_sum() / count
        return change

    def verdicts(self, margin: float, confidence: float) -> list[str]:
        """Return the verdict on each municipality; see `PLACE_COLUMNS`."""
        direction: Direction = "lower" if self.sign > 0 else "higher"
        rates = np.nanmean(self.rates(WORSE)[0] + self.rates(BETTER)[0], axis=0)
        changes = t_intervals(self.net_change().T, confidence)
        burdens = t_intervals(self.burden(WORSE).T, confidence)
        verdicts = []
        for rate, change, burden in zip(rates.tolist(), changes, burdens, strict=True):
            verdict = difference_verdict(change, direction, margin)
            if not rate >= LEAST_PER_1000:
                verdict = Verdict.WITHIN_MARGIN
            elif verdict in (Verdict.BETTER, Verdict.WORSE) and burden.low <= 0 <= burden.high:
                verdict = Verdict.CANNOT_TELL
            verdicts.append(verdict.value)
        return verdicts

    def burden(self, change: int) -> Floats:
        """Return what is lost (gained) of 1,000 who fall ill."""
        sign = self.sign if change == WORSE else -self.sign
        burden: Floats = 1000 * sign * self.net_sum() / np.maximum(self.people, 1.0)
        return burden


def _mean_of_known(values: Floats) -> list[float]:
    """Return the mean over replications of each row; NaN where none is known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of nothing is NaN, as it should
        means: list[float] = np.nanmean(values, axis=1).tolist()
    return means


def certain_hours(counts: NDArray[np.floating]) -> str:
    """Return the shortest block of hours that holds most of those who notice; "" for none.

    Args:
        counts: How many more fell ill in each hour of the day than of those moved the other way.
    """
    total, day = float(counts.sum()), len(counts)
    if total < LEAST_FOR_HOURS:
        return ""
    around = np.concatenate([[0.0], np.cumsum(np.concatenate([counts, counts]))])
    for length in range(1, MOST_HOURS + 1):
        held = around[length : length + day] - around[:day]
        first = int(held.argmax())
        if held[first] >= SHARE_IN_HOURS * total:
            return f"{first:02d}-{(first + length) % day:02d}"
    return ""


def rows_of_places(
    differences: pd.DataFrame, wanted: Iterable[str], people: Mapping[str, float], weeks: float
) -> pd.DataFrame:
    """Return the municipalities' own differences of indicators that are not of persons.

    Args:
        differences: Those of the first case, confirmed, as in `differences.csv`.
        wanted: The indicators; those with a good way and rows by municipality are told.
        people: Who fell ill in each municipality in a replication.
        weeks: Weeks that a replication measures.
    """
    better = {each.name: each.better for each in INDICATORS if each.better != "neither"}
    names = [name for name in dict.fromkeys(wanted) if name in better]
    is_wanted = (differences.group_by == "municipality") & differences.indicator.isin(names)
    rows = []
    told = differences[is_wanted & (differences["mean"] != 0)].dropna(subset="mean")
    for row in told.to_dict("records"):
        mean = float(row["mean"])
        loss = mean if better[row["indicator"]] == "lower" else -mean
        here = people.get(row["group"], np.nan)
        thousands = here / weeks / 1000 if row["unit"] == "per week" else 1.0
        of = [row[name] for name in ("organisation", "against", "indicator", "group")]
        levels = [row[name] for name in ("before", "after", "mean", "ci_low", "ci_high", "unit")]
        change = CHANGES[WORSE] if loss > 0 else CHANGES[BETTER]
        burden = abs(loss) / thousands if thousands else np.nan
        judged = [row["margin"], row["verdict"], "", burden, here]
        rows.append((*of, change, "place", np.nan, np.nan, np.nan, *levels, *judged))
    return pd.DataFrame(rows, columns=PLACE_COLUMNS)


def ranked_places(tables: Sequence[pd.DataFrame], indicators: Sequence[str]) -> pd.DataFrame:
    """Return all rows in order of organisation, indicator, change and rank, with the ranks."""
    filled = [table for table in tables if len(table)]
    if not filled:
        return pd.DataFrame(columns=PLACE_COLUMNS)
    table = pd.concat(filled, ignore_index=True)
    agrees = table.verdict == table.change
    counted = table[agrees].groupby(["organisation", "indicator", "change"]).burden_per_1000
    table["rank"] = counted.rank(ascending=False, method="first").reindex(table.index)
    organisations = list(dict.fromkeys(table.organisation))
    order = {name: at for at, name in enumerate(dict.fromkeys([*indicators, *table.indicator]))}
    keys = pd.DataFrame({
        "organisation": table.organisation.map(organisations.index),
        "indicator": table.indicator.map(order),
        "change": table.change.map(CHANGES.index),
        "rank": table["rank"].fillna(np.inf),
    })  # fmt: skip
    columns = ["organisation", "indicator", "change", "rank"]
    ordered: pd.DataFrame = table.loc[keys.sort_values(columns, kind="stable").index]
    return ordered.reset_index(drop=True)
