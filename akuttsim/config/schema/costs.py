"""Costs: unit prices that turn rosters, vehicles, clinics and kilometres into kroner a year."""

from __future__ import annotations

from akuttsim.config.schema.values import Model, Number


class HourPrices(Model):
    """What an hour on duty costs the employer, social costs included, by role.

    `doctor` is a doctor on site, where `doctor_night` is given only outside 23-8;
    `doctor_at_home` is a doctor on home duty (hjemmevakt), at work or not; `gp` is a doctor whose
    team serves GP offices alone, and sees other patients meanwhile;
    `crew` is two people at the station, `crew_at_home` the same two on home duty (hjemmevakt);
    `back_up_doctor` is an hour on call at home (bakvakt). Helicopters, boats and single responders
    without a price are paid by others.
    """

    operator: Number
    dispatcher: Number
    nurse: Number
    doctor: Number
    doctor_night: Number | None = None
    doctor_at_home: Number | None = None
    gp: Number
    back_up_doctor: Number
    crew: Number
    crew_at_home: Number
    transport_vehicle: Number
    helicopter: Number | None = None
    rescue_helicopter: Number | None = None
    boat: Number | None = None
    single_responder: Number | None = None


class VehiclePrices(Model):
    """What a vehicle costs a year beside staff and kilometres; if it has no price, others pay."""

    ambulance: Number
    transport: Number | None = None
    helicopter: Number | None = None
    rescue_helicopter: Number | None = None
    boat: Number | None = None
    single_responder: Number | None = None


class ClinicPrices(Model):
    """What a place costs a year without staff: rooms, equipment, systems."""

    gp_office: Number
    legevakt: Number
    satellite: Number


class FirstResponderPrices(Model):
    """What first responders (akutthjelpere) cost: a group a year, and each time that they come.

    `group_year` is training, equipment and alarms of one group; `call_out` what those who come are
    paid for it together.
    """

    group_year: Number
    call_out: Number


class Costs(Model):
    """Unit prices in Norwegian kroner, and how many hours a doctor works a week on duty.

    First responders without prices are paid by others.
    """

    hour_nok: HourPrices
    vehicle_year_nok: VehiclePrices
    clinic_year_nok: ClinicPrices
    first_responders_nok: FirstResponderPrices | None = None
    km_nok: Number
    hours_per_doctor_week: Number | None = None
