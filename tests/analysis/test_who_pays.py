"""Who pays: the cost split by payer, and patients' own journeys."""

from __future__ import annotations

import pytest

from akuttsim.config.schema.region import municipality_populations
from akuttsim.indicators import cost
from akuttsim.indicators.driving import km_by_traveller
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.indicators.utilisation import (
    consultations_per_1000_a_year,
    contacts_per_1000_a_year,
    home_visits_per_1000_a_year,
)
from akuttsim.units import WEEKS_A_YEAR
from tests import small
from tests.analysis import prices


def week(**payers: object) -> MeasuredRun:
    """Return a week of the small district, with who pays as told."""
    costs = {**prices.COSTS, "payers": {**prices.PAYERS, **payers}}
    world = small.world(small.organisation({"costs": costs}))
    patients = world.sample(1)
    return world.observed(patients, world.meets(patients))


@pytest.fixture(scope="module")
def run() -> MeasuredRun:
    return week()


def test_municipality_and_trust_pay_what_the_service_costs(run: MeasuredRun) -> None:
    rows = list(cost.paid_nok_a_year(run))
    paid, parts = small.values(rows, "payer"), small.values(rows, "paid_part")
    of = {row.group: row.value for row in cost.cost_nok_a_year(run) if row.group_by != "gap"}
    assert paid["municipality"][0] + paid["hospital_trust"][0] == pytest.approx(of["all"])
    crews = sum(of[role] for role in ("crew", "crew_at_home", "transport_vehicle", "vehicles"))
    km = km_by_traveller(run)["crews"][0] / run.weeks * WEEKS_A_YEAR * 2
    assert parts["ambulances"][0] == pytest.approx(crews + km)
    assert paid["hospital_trust"][0] == pytest.approx(sum(parts[name][0] for name in prices.TRUST))
    assert 0 < parts["room_116117"][0] < of["operator"]


def test_state_and_patients_pay_for_each_consultation_and_home_visit(run: MeasuredRun) -> None:
    people = sum(sum(ages) for ages in municipality_populations(run.region).values())
    seen = [small.values(each(run))["all"][0] for each in
            (consultations_per_1000_a_year, home_visits_per_1000_a_year)]  # fmt: skip
    rows = list(cost.paid_nok_a_year(run))
    parts = small.values(rows, "paid_part")
    assert parts["state_fees"][0] == pytest.approx(sum(seen) * people / 1000 * 600)
    assert parts["patient_fees"][0] == pytest.approx(parts["state_fees"][0] / 4)
    heads = small.values(cost.paid_nok_per_person(run), "payer")
    assert heads["state"][0] == pytest.approx(parts["state_fees"][0] / people)
    contacts = small.values(contacts_per_1000_a_year(run))["all"][0] * people / 1000
    each = small.values(cost.paid_nok_per_contact(run))["all"][0]
    assert each == pytest.approx(small.values(rows)["all"][0] / contacts)


def test_patients_journeys_are_their_hours_and_kilometres(run: MeasuredRun) -> None:
    hours = small.values(cost.patient_journeys_h_a_week(run))["all"][0]
    worth = small.values(cost.patient_journeys_nok_a_year(run))["all"][0]
    km = km_by_traveller(run)["patients"][0] / run.weeks
    assert worth == pytest.approx((hours * 100 + km * 4) * WEEKS_A_YEAR)
    assert hours > 0
    by_place = small.values(cost.patient_journeys_nok_a_year(run), "municipality")
    assert sum(value for value, _ in by_place.values()) == pytest.approx(worth)
    paid = small.values(cost.paid_nok_a_year(run), "payer")["patient"][0]
    fees = small.values(cost.paid_nok_a_year(run), "paid_part")["patient_fees"][0]
    assert paid == pytest.approx(fees + worth)


def test_what_is_not_priced_has_no_rows() -> None:
    asked = (cost.paid_nok_a_year, cost.paid_nok_per_person, cost.paid_nok_per_contact,
             cost.patient_journeys_h_a_week, cost.patient_journeys_nok_a_year)  # fmt: skip
    nobody = small.world(small.organisation({"costs": prices.COSTS}))
    patients = nobody.sample(1)
    without = nobody.observed(patients, nobody.meets(patients))
    assert [list(each(without)) for each in asked] == [[]] * 5
    unpriced = week(journey=None, consultation_nok=None)
    assert list(cost.patient_journeys_h_a_week(unpriced)) == []
    paid = small.values(cost.paid_nok_a_year(unpriced), "payer")
    assert (paid["state"][0], paid["patient"][0]) == (0, 0)


def test_home_nursing_and_escorts_cost_where_they_have_a_price() -> None:
    """Two at 50 and a midwife at 10, round the clock; the trust pays her."""
    hours = {
        **prices.COSTS["hour_nok"],
        "home_nurse": prices.price(50),
        "midwife": prices.price(10),
    }
    services = {**prices.PAYERS["services"], "home_nursing": None, "escorts": None}
    midwife = {"title": "Midwife", "goes_with": "births", "base": "centre",
               "on_duty": {"always": {"days": "daily", "hours": "00:00-24:00"}},
               "reaction_min": {"constant": 10, **small.MADE_UP},
               "max_drive_min": prices.price(60)}  # fmt: skip
    team = {"title": "Town", "place": "centre", "municipalities": ["town"],
            "on_duty": {"always": small.staff(2)}}  # fmt: skip
    nursing = {"teams": {"town": team}, "passes_on_after_min": prices.price(20),
               "alarm_visit_min": {"constant": 10, **small.MADE_UP}}  # fmt: skip
    payers = {**prices.PAYERS, "services": services}
    changes = {"home_nursing": nursing, "escorts": {"midwife": midwife}}
    runs = []
    for hour_nok in (prices.COSTS["hour_nok"], hours):
        costs = {**prices.COSTS, "hour_nok": hour_nok, "payers": payers}
        world = small.world(small.organisation({**changes, "costs": costs}))
        nobody = small.people([])
        runs.append(world.observed(nobody, world.meets(nobody)))
    (free, priced), year = [small.values(cost.cost_nok_a_year(run), "part") for run in runs], 168
    assert "home_nurse" not in free
    assert priced["home_nurse"][0] == pytest.approx(2 * 50 * year * WEEKS_A_YEAR)
    assert priced["midwife"][0] == pytest.approx(10 * year * WEEKS_A_YEAR)
    paid = [small.values(cost.paid_nok_a_year(run), "payer") for run in runs]
    more = {payer: paid[1][payer][0] - paid[0][payer][0] for payer in paid[0]}
    assert more["municipality"] == pytest.approx(priced["home_nurse"][0])
    assert more["hospital_trust"] == pytest.approx(priced["midwife"][0])
