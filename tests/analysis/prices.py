"""Unit prices for tests: round numbers, so that sums can be done by hand."""

from __future__ import annotations

from akuttsim.config.schema.costs import ClinicPrices, HourPrices
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
