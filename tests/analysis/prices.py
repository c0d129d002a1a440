"""Unit prices for tests: round numbers, so that sums can be done by hand."""

from __future__ import annotations

from akuttsim.config.schema.costs import ClinicPrices, HourPrices, ServicePayers
from tests import small


def price(value: float) -> dict[str, object]:
    return {"value": value, **small.MADE_UP}


HOURS = [name for name, field in HourPrices.model_fields.items() if field.is_required()]
COSTS = {
    "hour_nok": {name: price(100.0 * number) for number, name in enumerate(HOURS, start=1)},
    "vehicle_year_nok": {"ambulance": price(1000.0)},
    "clinic_year_nok": {name: price(10.0) for name in ClinicPrices.model_fields},
    "km_nok": price(2.0),
    "hours_per_doctor_week": price(40.0),
}
"""An hour of an operator costs 100, dispatcher 200, nurse 300, doctor 400, gp 500, and so on."""

TRUST = ("room_113", "ambulances", "air_and_boat")
PAYERS = {
    "services": {
        name: {"payer": "hospital_trust" if name in TRUST else "municipality", **small.MADE_UP}
        for name in ServicePayers.model_fields
    },
    "consultation_nok": {"state": price(600), "patient": price(150)},
    "journey": {"hour_nok": price(100), "km_nok": price(4)},
}
"""The hospital trust pays for 113 and what goes out; the municipality for all else."""
