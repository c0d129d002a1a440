"""Indicators of health outcomes: expected values from a record, only where they are asked for.

Nobody's death or recovery is drawn. Who is truly red has a condition with a share (of people of the
same age, home and number rung), and all values here are means over these shares: a small district
has too few arrests to count. The clock runs from the first ring. What the relations are, and what
they must not be used for, stands in docs/outcomes.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.health_outcomes import HealthOutcomes
from akuttsim.config.schema.region import municipality_populations
from akuttsim.config.schema.values import Number, Share
from akuttsim.indicators.declaration import by_age, by_distance, by_municipality, indicator
from akuttsim.indicators.first_help import HELPERS, first_helper
from akuttsim.indicators.health_relations import (
    CURVES,
    CurveName,
    admitted_more,
    expected_survival,
    healthy_days,
    needle_in_window,
)
from akuttsim.indicators.measured_run import Grouping, GroupValue, Mask, MeasuredRun, rate_rows
from akuttsim.indicators.triage_accuracy import is_overtriaged
from akuttsim.patients.conditions import condition_shares, conditions, may_have_condition
from akuttsim.records import CONDITIONS, UNFINISHED, Codes, Condition, Floats
from akuttsim.units import HOUR_S, MINUTE_S, WEEKS_A_YEAR

MAIN_OUTCOMES = (
    "arrest_survivors_steep_per_10_years",
    "arrest_survivors_middle_per_10_years",
    "arrest_survivors_flat_per_10_years",
    "stroke_needle_in_window",
    "stemi_treated_min",
)
"""What a sensitivity analysis tells of too where health outcomes are asked for."""

BOUNDS = ("low", "published", "high")
"""A published value with the ends of its interval."""

NOBODY = "nobody"

TIME_CRITICAL = CONDITIONS[: Condition.REST]
"""The conditions that have a share; all other red is the rest."""

BUSY_ROLES = ("operator", "nurse", "doctor", "crew")
"""Roles whose work on people judged too urgent is told."""

SMALL_HOURS = (0, 5)
"""Who is away from home for care at any time between these hours has lost a night."""


def outcomes_of(run: MeasuredRun) -> HealthOutcomes:
    """Return the relations of a run in which health outcomes are asked for."""
    assert run.region.outcomes is not None
    return run.region.outcomes


def shares_of_run(run: MeasuredRun) -> Floats:
    """Return the share of people like each patient with each condition, worked out once a run."""
    shares = _SHARES.get(run)
    if shares is None:
        shares = _SHARES[run] = condition_shares(run.region, run.patients)
    return shares


_SHARES: WeakKeyDictionary[MeasuredRun, Floats] = WeakKeyDictionary()


def conditions_of_run(run: MeasuredRun) -> Codes:
    """Return the condition that each patient has, a `Condition`; -1 for who cannot have one."""
    return conditions(run.patients, shares_of_run(run))


def _followed(run: MeasuredRun) -> Mask:
    """Return the measured residents whose course has ended."""
    mask: Mask = run.residents & (run.record.courses.outcome != UNFINISHED)
    return mask


def _weights(run: MeasuredRun, condition: Condition | None) -> tuple[Mask, Floats]:
    """Return who of the followed may have a condition, and the share of them who have it.

    Args:
        run: The run.
        condition: The condition; None for any that is time-critical.
    """
    shares = shares_of_run(run)
    if condition is None:
        share = shares.sum(axis=1)
    elif condition is Condition.REST:
        share = np.where(conditions_of_run(run) >= 0, 1 - shares.sum(axis=1), 0.0)
    else:
        share = shares[:, condition]
    mask = _followed(run) & (share > 0)
    return mask, share[mask]


def _minutes_until(run: MeasuredRun, mask: Mask, *times_s: Floats) -> Floats:
    """Return the minutes from the first ring until the first of some times; infinite for never."""
    until_s = np.min([np.nan_to_num(each[mask], nan=np.inf) for each in times_s], axis=0)
    minutes: Floats = (until_s - run.patients.time_s[mask]) / MINUTE_S
    return np.maximum(minutes, 0.0)


def _crew_min(run: MeasuredRun, mask: Mask) -> Floats:
    """Return the minutes until an ambulance, helicopter, boat or single responder is there."""
    courses = run.record.courses
    return _minutes_until(run, mask, courses.on_scene_s, courses.support_s)


def _hospital_min(run: MeasuredRun, mask: Mask) -> Floats:
    return _minutes_until(run, mask, run.record.courses.at_hospital_s)


def _of_people(run: MeasuredRun, mask: Mask) -> list[Grouping]:
    """Return the divisions that tell who gains and who loses."""
    return [by_municipality(run, mask), by_age(run, mask), by_distance(run, mask)]


def weighted_rows(
    values: Floats, weights: Floats, groupings: Sequence[Grouping]
) -> Iterator[GroupValue]:
    """Yield the weighted mean of all, then of each group; values that are not finite are left out.

    Args:
        values: One a patient.
        weights: How many each stands for, above 0.
        groupings: The ways to divide them.
    """
    known = np.isfinite(values)
    times, kept = np.where(known, values, 0.0) * weights, np.where(known, weights, 0.0)
    whole = float(kept.sum())
    yield GroupValue("all", "all", float(times.sum()) / whole if whole else float("nan"),
                     int(known.sum()))  # fmt: skip
    for grouping in groupings:
        for code, name in enumerate(grouping.names):
            mine = grouping.codes == code
            weight = float(kept[mine].sum())
            value = float(times[mine].sum()) / weight if weight else float("nan")
            yield GroupValue(grouping.name, name, value, int((known & mine).sum()))


@indicator(unit="per 100000 per year", better="neither", by=("all", "condition"))
def time_critical_per_100000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """People with a time-critical condition who ring, for each 100,000 inhabitants a year.

    Numerator: those truly red of the region who have one of the conditions, as drawn with them
    before the run. Denominator: inhabitants of the region, times the time simulated in years. Left
    out: who comes another way than by ringing 116117 or 113; the rest of red. Unit: per 100,000 a
    year. By condition.
    Source: counterpart of the incidences in the file of outcomes.
    """
    code = conditions_of_run(run)[run.residents]
    code = code[(code >= 0) & (code < Condition.REST)]
    groups = [Grouping("condition", code, TIME_CRITICAL)]
    yield from rate_rows(_people(run) / 100_000 * run.weeks / WEEKS_A_YEAR, len(code), groups)


def _people(run: MeasuredRun) -> float:
    return sum(sum(ages) for ages in municipality_populations(run.region).values())


@indicator(unit="min", better="lower", by=("all", "condition", "municipality", "age", "distance"))
def time_critical_to_first_help_min(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected minutes from the first ring to first help, of people with time-critical conditions.

    Whom it counts: those truly red of the region whom anybody came to, each with the share of
    people like them who have one of the conditions; first help as in `first_help_median_min`. Left
    out: those whom nobody came to. For trauma, sepsis, breathing, births and the rest of red no
    relation from minutes to outcomes is published that could be used: the minutes are all there is.
    Unit: minutes. By condition (the rest of red too, which is not in the whole), municipality, age
    and distance.
    Source: akuttsim's own definition.
    """
    yield from _time_critical_minutes(run, run.record.courses.first_help_s)


@indicator(unit="min", better="lower", by=("all", "condition", "municipality", "age", "distance"))
def time_critical_to_hospital_min(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected minutes from the first ring to hospital, of people with time-critical conditions.

    Whom it counts: as `time_critical_to_first_help_min`, those who came to hospital from where they
    fell ill. Left out: those who did not. Unit: minutes. By condition (the rest of red too, which
    is not in the whole), municipality, age and distance.
    Source: akuttsim's own definition.
    """
    yield from _time_critical_minutes(run, run.record.courses.at_hospital_s)


def _time_critical_minutes(run: MeasuredRun, until_s: Floats) -> Iterator[GroupValue]:
    mask, weights = _weights(run, None)
    whole, *parts = weighted_rows(
        _minutes_until(run, mask, until_s), weights, _of_people(run, mask)
    )
    yield whole
    for condition in Condition:
        mine, of_it = _weights(run, condition)
        (value,) = weighted_rows(_minutes_until(run, mine, until_s), of_it, [])
        yield GroupValue("condition", CONDITIONS[condition], value.value, value.n)
    yield from parts


@indicator(unit="share", better="higher", by=("all", "municipality", "age", "distance"))
def arrest_ambulance_in_window(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected share of arrests reached by the ambulance within the minutes that curves hold for.

    Numerator: arrests with an ambulance, helicopter, boat or single responder there at most
    `arrest.last_min` minutes (20) after the first ring. Denominator: expected arrests outside
    hospital of the region. Left out: those not finished when the run ended. Unit: share of 1. By
    municipality, age and distance.
    Source: akuttsim's own definition; no published curve is used outside 1-20 minutes.
    """
    mask, weights = _weights(run, Condition.ARREST)
    in_window = _crew_min(run, mask) <= outcomes_of(run).arrest.last_min.value
    yield from weighted_rows(in_window.astype(np.float64), weights, _of_people(run, mask))


@indicator(unit="share", better="neither", by=("all", "who"))
def arrest_first_there(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected share of arrests by who came first, and whom somebody came to before the ambulance.

    Numerator: arrests whom somebody else than an ambulance crew came to first; in the rows by who,
    arrests whom each came to first. Denominator: expected arrests outside hospital of the region.
    Left out: bystanders. Unit: share of 1. By who came first, or nobody.
    Source: akuttsim's own definition.
    """
    mask, weights = _weights(run, Condition.ARREST)
    helped = ~np.isnan(run.record.courses.first_help_s[mask])
    first: NDArray[np.intp] = np.where(helped, first_helper(run, mask), len(HELPERS))
    (whole,) = weighted_rows((helped & (first > 0)).astype(np.float64), weights, [])
    yield whole
    for code, name in enumerate((*HELPERS, NOBODY)):
        (value,) = weighted_rows((first == code).astype(np.float64), weights, [])
        yield GroupValue("who", name, value.value, int((first == code).sum()))


@indicator(unit="share", better="neither")
def arrest_cpr_before_ambulance(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of arrests with CPR before the ambulance, first responders not counted.

    Numerator: arrests in which a bystander gives CPR. Denominator: arrests outside hospital. Left
    out: whether the organisation changes it, which nothing published tells; it is put in
    (`arrest.cpr`). Unit: share of 1.
    Source: Norsk hjertestansregister, as in the file of outcomes.
    """
    mask, weights = _weights(run, Condition.ARREST)
    cpr = np.full(int(mask.sum()), outcomes_of(run).arrest.cpr.value)
    yield from weighted_rows(cpr, weights, [])


@indicator(unit="share", better="higher", by=("curve", "municipality", "age", "distance"))
def arrest_survival(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected share alive 30 days after an arrest outside hospital, by three curves.

    Numerator: the sum of each arrest's chance by the minutes to first help, defibrillator and
    ambulance, on the clock of the call; nought where nobody came. Denominator: expected arrests
    outside hospital of the region. Left out: whether fast arrivals are so for other reasons; the
    curves are no effects of a vehicle. Unit: share of 1. By curve, which are only told together;
    by municipality, age and distance with the middle curve.
    Source: Danish registry (Circulation), Holmén 2020 and KoCARC, ROC Epistry; level of Norway.
    """
    mask, weights = _weights(run, Condition.ARREST)
    for curve in CURVES:
        whole, *parts = weighted_rows(_survival(run, mask, curve), weights, _of_people(run, mask))
        yield GroupValue("curve", curve, whole.value, whole.n)
        if curve == "middle":
            of_middle = parts
    yield from of_middle


def _survival(run: MeasuredRun, mask: Mask, curve: CurveName) -> Floats:
    crew_min = _crew_min(run, mask)
    first_min = _minutes_until(run, mask, run.record.courses.first_help_s)
    return expected_survival(outcomes_of(run).arrest, curve, crew_min, first_min)


@indicator(unit="per 10 years", better="higher")
def arrest_survivors_steep_per_10_years(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected survivors of arrest outside hospital in ten years, by the steepest curve.

    What it counts: the sum of the chances of `arrest_survival` by the Danish registry's slope,
    scaled to ten years. To be told with the middle and the flattest curve beside it
    (`arrest_survivors_middle_per_10_years`, `arrest_survivors_flat_per_10_years`). Left out: all
    other conditions; gains of several conditions are never added up. Unit: people in 10 years.
    Source: as `arrest_survival`.
    """
    yield _survivors_in_ten_years(run, "steep")


@indicator(unit="per 10 years", better="higher")
def arrest_survivors_middle_per_10_years(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected survivors of arrest outside hospital in ten years, by the middle curve (assumed).

    What it counts: as `arrest_survivors_steep_per_10_years`, by a slope that is assumed between
    Holmén 2020 and KoCARC. Left out: as there. Unit: people in 10 years.
    Source: as `arrest_survival`.
    """
    yield _survivors_in_ten_years(run, "middle")


@indicator(unit="per 10 years", better="higher")
def arrest_survivors_flat_per_10_years(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected survivors of arrest outside hospital in ten years, by the flattest curve (assumed).

    What it counts: as `arrest_survivors_steep_per_10_years`, by a slope that is assumed between the
    mean and the flattest of ROC Epistry. Left out: as there. Unit: people in 10 years.
    Source: as `arrest_survival`.
    """
    yield _survivors_in_ten_years(run, "flat")


def _survivors_in_ten_years(run: MeasuredRun, curve: CurveName) -> GroupValue:
    survivors, n = _survivors(run, curve)
    return GroupValue("all", "all", survivors / run.weeks * WEEKS_A_YEAR * 10, n)


@indicator(unit="per million per year", better="higher", by=("curve",))
def arrest_survivors_per_million_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected survivors of arrest outside hospital for each million inhabitants a year.

    Numerator: the sum of the chances of `arrest_survival`. Denominator: inhabitants of the region
    in millions, times the time simulated in years. Left out: as there. Unit: per million a year. By
    curve, which are only told together.
    Source: as `arrest_survival`; Norway 78 (2015-19).
    """
    per = _people(run) / 1e6 * run.weeks / WEEKS_A_YEAR
    for curve in CURVES:
        survivors, n = _survivors(run, curve)
        yield GroupValue("curve", curve, survivors / per, n)


def _survivors(run: MeasuredRun, curve: CurveName) -> tuple[float, int]:
    """Return the expected survivors of the measured span, and of how many patients that is."""
    mask, weights = _weights(run, Condition.ARREST)
    return float((_survival(run, mask, curve) * weights).sum()), int(mask.sum())


@indicator(unit="share", better="higher", by=("all", "municipality", "age", "distance"))
def stroke_needle_in_window(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected share of strokes in time for thrombolysis, within 4.5 hours of the onset.

    Numerator: strokes who could have the needle within `stroke.window_min` of onset: the time until
    they ring, which is assumed, from the first ring to hospital, and from its door to the needle.
    Denominator: expected strokes of the region taken to hospital from where they fell ill
    (`stroke_straight_to_hospital` says how many). Left out: the others, for nothing tells when
    those come to hospital who are admitted from a clinic; whether lysis suits them (about one in
    seven of all strokes get it). Unit: share of 1. By municipality, age and distance.
    Source: Emberson, Lancet 2014; Helsedirektoratet's goal.
    """
    mask, weights = _weights(run, Condition.STROKE)
    hospital_min = _hospital_min(run, mask)
    in_time = needle_in_window(outcomes_of(run).stroke, hospital_min)
    known = np.where(np.isfinite(hospital_min), in_time, np.nan)
    yield from weighted_rows(known, weights, _of_people(run, mask))


@indicator(unit="share", better="higher", by=("all", "municipality", "age", "distance"))
def stroke_straight_to_hospital(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected share of strokes taken to hospital from where they fell ill.

    Numerator: strokes that an ambulance, helicopter or boat took to hospital from the scene.
    Denominator: expected strokes of the region who are red and ring. Left out: those not finished
    when the run ended. Those seen at a clinic first, or judged too low, are not in the numerator.
    Unit: share of 1. By municipality, age and distance.
    Source: akuttsim's own definition.
    """
    mask, weights = _weights(run, Condition.STROKE)
    straight = np.isfinite(_hospital_min(run, mask)).astype(np.float64)
    yield from weighted_rows(straight, weights, _of_people(run, mask))


@indicator(unit="days per year", better="lower", by=("bound",))
def stroke_healthy_days_lost_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Healthy days that the minutes from the first ring to hospital cost people with stroke.

    What it counts: expected strokes of the region in a mean year, times the mean minutes from the
    first ring to hospital of those taken straight there, times the share who get thrombolysis,
    times healthy days a minute. Left out: minutes before the ring and after the door, which no
    organisation here changes, and who falls out of the 4.5 hours (`stroke_needle_in_window`): the
    two are never added. Unit: days a year. By the published value and the ends of its 95 %
    interval.
    Source: Meretoja, Stroke 2014;45:1053 (1.8 days a minute, 0.9-2.7, for each one thrombolysed).
    """
    mask, weights = _weights(run, Condition.STROKE)
    (mean_min,) = weighted_rows(_hospital_min(run, mask), weights, [])
    a_year = float(weights.sum()) / run.weeks * WEEKS_A_YEAR
    stroke = outcomes_of(run).stroke
    for bound, per_min in _published_bounds(stroke.days_per_min):
        each = healthy_days(stroke, np.array([mean_min.value]), per_min)
        yield GroupValue("bound", bound, float(each[0]) * a_year, mean_min.n)


@indicator(unit="share", better="higher", by=("all", "municipality", "age", "distance"))
def stemi_opened_in_window(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected share of infarcts with ST elevation whose artery could be opened in 120 minutes.

    Numerator: those at hospital so soon that `stemi.pci_after_hospital_min` later at most
    `stemi.window_min` minutes have passed since the first ring; the others get lysis on the way.
    Denominator: expected such infarcts of the region who are red and ring. Left out: helicopters
    straight to another hospital. Unit: share of 1. By municipality, age and distance.
    Source: NORMI (54 % within 120 minutes, 17 % lysis first, 2013-19).
    """
    mask, weights = _weights(run, Condition.STEMI)
    in_time = _opened_min(run, mask) <= outcomes_of(run).stemi.window_min.value
    yield from weighted_rows(in_time.astype(np.float64), weights, _of_people(run, mask))


@indicator(unit="min", better="lower", by=("all", "municipality", "age", "distance"))
def stemi_treated_min(run: MeasuredRun) -> Iterator[GroupValue]:
    """Expected minutes from the first ring until an infarct with ST elevation is treated.

    Whom it counts: expected such infarcts of the region who are red and ring: until the artery is
    opened where that is possible within 120 minutes, else until lysis on the way, or the artery
    later where no crew came. Left out: those who got neither. Unit: minutes. By municipality, age
    and distance.
    Source: akuttsim's own definition; deaths are not told, since a change of ten minutes is worth
    0.08 points of mortality (NORIC, JAHA 2022).
    """
    mask, weights = _weights(run, Condition.STEMI)
    stemi, opened = outcomes_of(run).stemi, _opened_min(run, mask)
    lysis = _crew_min(run, mask) + stemi.lysis_after_crew_min.value
    treated = np.where(opened <= stemi.window_min.value, opened, np.minimum(lysis, opened))
    yield from weighted_rows(treated, weights, _of_people(run, mask))


def _opened_min(run: MeasuredRun, mask: Mask) -> Floats:
    after = outcomes_of(run).stemi.pci_after_hospital_min.value
    minutes: Floats = _hospital_min(run, mask) + after
    return minutes


@indicator(unit="per 10 years", better="lower", by=("bound",))
def admissions_of_delay_per_10_years(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hospital admissions in ten years that the minutes until the ambulance cost all who are red.

    What it counts: those truly red of the region in ten years, times the mean minutes from the
    first ring until an ambulance, helicopter, boat or single responder is there, times the share
    more who are admitted for each minute. The study compares delays of some minutes: differences
    between organisations are what it tells of, not the level. Left out: those whom no crew came
    to; deaths, for which the same study found no sure difference (0.10 points for five minutes,
    -0.17 to 0.36); days in bed. Never added to arrest, stroke or infarct, who are among all red.
    Unit: people in 10 years. By the published value and the ends of its 95 % interval.
    Source: Asheim, Epidemiology 2025;36:830-840 (1.24 points for five minutes, 0.59-1.94; Central
    Norway).
    """
    delay = outcomes_of(run).delay
    if delay is None:
        return
    mask = _followed(run) & may_have_condition(run.patients)
    (mean_min,) = weighted_rows(_crew_min(run, mask), np.ones(int(mask.sum())), [])
    in_ten = int(mask.sum()) / run.weeks * WEEKS_A_YEAR * 10
    for bound, per_5_min in _published_bounds(delay.admitted_per_5_min):
        share = admitted_more(np.array([mean_min.value]), per_5_min)
        yield GroupValue("bound", bound, float(share[0]) * in_ten, mean_min.n)


def _published_bounds(of: Number | Share) -> Iterator[tuple[str, float]]:
    """Yield a published value between the ends of its interval."""
    low, high = of.range or (of.value, of.value)
    yield from zip(BOUNDS, (low, of.value, high), strict=True)


@indicator(unit="h per week", better="lower", by=("all", "role"))
def overtriage_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours of work in a mean week on people who were judged more urgent than they were.

    What it counts: all that operators, nurses, doctors and crews did for people of the region who
    were judged more urgent than they were, from the call to the hand-over. Left out: the way home,
    and what they would have got had they been judged right, so that it is more than could be
    spared. Unit: hours a week. By role.
    Source: akuttsim's own definition.
    """
    yield from _overtriage_rows(run, dict.fromkeys(BUSY_ROLES, 1.0))


@indicator(unit="NOK per year", better="lower", by=("all", "role"))
def overtriage_nok_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kroner a year of the work on people who were judged more urgent than they were.

    What it counts: hours of `overtriage_h_a_week` times the price of an hour of `costs`. Left out:
    kilometres, and that the people are on duty all the same: it says what the time is worth, not
    what would be saved. Without `costs` there are no rows. Unit: Norwegian kroner a year. By role.
    Source: akuttsim's own definition.
    """
    costs = run.organisation.costs
    if costs is not None:
        prices = costs.hour_nok
        an_hour = {role: getattr(prices, role).value * WEEKS_A_YEAR for role in BUSY_ROLES}
        yield from _overtriage_rows(run, an_hour)


def _overtriage_rows(run: MeasuredRun, per_hour: dict[str, float]) -> Iterator[GroupValue]:
    """Yield the work on people judged too urgent a week, by role, each hour at its worth."""
    did, units = run.record.activities, run.record.units
    whose = np.append(is_overtriaged(run), False)[did.patient] & run.measured_activities
    hours = np.where(whose, did.end_s - did.start_s, 0.0) / HOUR_S / run.weeks
    roles = [BUSY_ROLES.index(unit.role) if unit.role in BUSY_ROLES else -1 for unit in units]
    role = np.array(roles, dtype=np.intp)[did.unit]
    worth = [
        float(hours[role == code].sum()) * per_hour[name] for code, name in enumerate(BUSY_ROLES)
    ]
    counts = [int((whose & (role == code)).sum()) for code in range(len(BUSY_ROLES))]
    yield GroupValue("all", "all", sum(worth), sum(counts))
    for name, value, n in zip(BUSY_ROLES, worth, counts, strict=True):
        yield GroupValue("role", name, value, n)


@indicator(unit="per 1000 per year", better="neither", by=("all", "municipality"))
def nights_lost_per_1000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Nights out for care that did not end in a bed, for each 1,000 inhabitants a year.

    Numerator: patients of the region who were away from home at any time between 0 and 5 on the way
    to, at, or (as long as the way there took) on the way home from a clinic or satellite.
    Denominator: inhabitants, times the time simulated in years. Left out: those taken on to
    hospital or an acute bed, and those whom an ambulance took to hospital, whose stay the model
    does not follow. Unit: per 1,000 a year. By municipality.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    out_s = np.fmin(courses.left_home_s, courses.at_clinic_s)
    home_s = courses.left_clinic_s + np.nan_to_num(courses.travel_s)
    went_home = run.residents & np.isnan(courses.at_hospital_s) & ~np.isnan(home_s - out_s)
    nights = run.nights(*SMALL_HOURS)
    night = np.searchsorted(nights[:, 1], out_s[went_home], side="right")
    first = np.append(nights[:, 0], np.inf)[night]
    lost = np.zeros(len(out_s), dtype=np.bool_)
    lost[went_home] = first < home_s[went_home]
    yield from rate_rows(_people(run) / 1000 * run.weeks / WEEKS_A_YEAR, int(lost.sum()), [])
    populations = municipality_populations(run.region)
    counts = np.bincount(run.municipality[lost], minlength=len(populations)).tolist()
    for (name, ages), count in zip(populations.items(), counts, strict=True):
        per = sum(ages) / 1000 * run.weeks / WEEKS_A_YEAR
        yield GroupValue("municipality", name, count / per if per else float("nan"), count)
