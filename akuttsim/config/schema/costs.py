"""Costs: unit prices that turn rosters, vehicles, clinics and kilometres into kroner a year."""

from __future__ import annotations

from typing import Literal

from akuttsim.config.schema.values import Factor, Model, Number, Sourced

PayerName = Literal["municipality", "hospital_trust", "state", "patient"]
"""Who pays: municipality (kommune), hospital trust (helseforetak), state or patient."""


class HourPrices(Model):
    """What an hour on duty costs the employer in kroner, social costs included, by role.

    Helicopters, boats and single responders without a price are paid by others.

    Attributes:
        operator: A nurse or medical operator in a control room.
        dispatcher: Somebody who sends vehicles, at 113.
        nurse: A nurse at a clinic or satellite.
        doctor: A doctor on site, where `doctor_night` is given only outside 23-8.
        doctor_night: A doctor on site between 23 and 8; None for the same price as by day.
        doctor_at_home: A doctor on home duty (hjemmevakt), at work or not.
        gp: A doctor whose team serves GP offices alone, and sees other patients meanwhile.
        back_up_doctor: An hour on call at home (bakvakt).
        crew: An ambulance crew: two people at the station.
        crew_at_home: The same two on home duty (hjemmevakt).
        transport_vehicle: The people of a patient-transport vehicle.
        helicopter: The people of a helicopter.
        rescue_helicopter: The people of a rescue helicopter.
        boat: The people of a boat.
        single_responder: The one person of a single responder.
        home_nurse: Somebody of home nursing; None where that is not counted.
        midwife: A midwife on call to ride along (følgetjeneste); None where that is not counted.
        psychiatric_escort: Health personnel on call to ride along; None where not counted.
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
    home_nurse: Number | None = None
    midwife: Number | None = None
    psychiatric_escort: Number | None = None


class VehiclePrices(Model):
    """What a vehicle costs a year in kroner, beside staff and kilometres; if none, others pay.

    Attributes:
        ambulance: An ambulance.
        transport: A patient-transport vehicle.
        helicopter: A helicopter.
        rescue_helicopter: A rescue helicopter.
        boat: A boat.
        single_responder: A single responder's car.
    """

    ambulance: Number
    transport: Number | None = None
    helicopter: Number | None = None
    rescue_helicopter: Number | None = None
    boat: Number | None = None
    single_responder: Number | None = None


class ClinicPrices(Model):
    """What a place costs a year in kroner without staff: rooms, equipment, systems.

    Attributes:
        gp_office: A GP office that is used as a legevakt.
        legevakt: A legevakt.
        satellite: A satellite.
    """

    gp_office: Number
    legevakt: Number
    satellite: Number


class FirstResponderPrices(Model):
    """What first responders (akutthjelpere) cost in kroner: a group a year, and each call-out.

    Attributes:
        group_year: Training, equipment and alarms of one group in a year.
        call_out: What those who come are paid for it together.
    """

    group_year: Number
    call_out: Number


class PaidBy(Sourced):
    """Who pays for a service, and where it is said.

    Attributes:
        payer: Who pays.
    """

    payer: PayerName


class ServicePayers(Model):
    """Who pays for each service: its people on duty, vehicles, rooms and kilometres.

    Attributes:
        room_116117: Operators who answer 116117.
        room_113: Operators and dispatchers of AMK.
        response_centre: Operators who answer safety alarms.
        legevakt: Doctors and nurses on duty, clinics and satellites.
        ambulances: Ambulances and patient-transport vehicles with their crews.
        air_and_boat: Helicopters, boats and single responders that have prices.
        first_responders: First responders that have prices.
        transports: Patient-transport vehicles (syketransport) with their crews and kilometres; None
            where whoever pays for ambulances does.
        home_nursing: Home nursing that has a price; None for the municipality's, as its duty is.
        escorts: Who rides along and has a price; None for whoever pays for ambulances.
    """

    room_116117: PaidBy
    room_113: PaidBy
    response_centre: PaidBy
    legevakt: PaidBy
    ambulances: PaidBy
    air_and_boat: PaidBy
    first_responders: PaidBy
    transports: PaidBy | None = None
    home_nursing: PaidBy | None = None
    escorts: PaidBy | None = None


class ConsultationFees(Model):
    """What a consultation or home visit costs beside what the service pays, in kroner.

    Attributes:
        state: Refunds of the state (HELFO).
        patient: What the patient pays (egenandel), in the mean of all.
    """

    state: Number
    patient: Number


class JourneyPrices(Model):
    """What patients' own journeys are worth, in kroner.

    Attributes:
        hour_nok: An hour on the road of the patient.
        km_nok: A kilometre of the patient's or a neighbour's car, or of a taxi.
    """

    hour_nok: Number
    km_nok: Number


class Payers(Model):
    """Who pays for what, so that the cost is split by municipality, hospital trust, state, patient.

    Attributes:
        services: Who pays for each service.
        consultation_nok: Refunds and fees for each consultation and home visit; None where they are
            not told.
        journey: Prices of patients' own journeys; None where they are not told.
    """

    services: ServicePayers
    consultation_nok: ConsultationFees | None = None
    journey: JourneyPrices | None = None


class Costs(Model):
    """Unit prices in Norwegian kroner, and how many hours a doctor works a week on duty.

    First responders without prices are paid by others.

    Attributes:
        hour_nok: Kroner an hour on duty, by role.
        vehicle_year_nok: Kroner a year for each vehicle.
        clinic_year_nok: Kroner a year for each clinic or satellite.
        first_responders_nok: Kroner for first responders.
        km_nok: Kroner a kilometre that the service's own vehicles drive.
        hours_per_doctor_week: Hours on duty in a doctor's working week, from which it is told how
            many doctors a roster needs.
        overtime_factor: What an hour of another's shift that a colleague takes beyond own hours
            costs, of an ordinary one; None for the same.
        locum_factor: What an hour of a locum (vikar) costs, of an ordinary one; None for the same.
        payers: Who pays; None where that is not asked.
    """

    hour_nok: HourPrices
    vehicle_year_nok: VehiclePrices
    clinic_year_nok: ClinicPrices
    first_responders_nok: FirstResponderPrices | None = None
    km_nok: Number
    hours_per_doctor_week: Number | None = None
    overtime_factor: Factor | None = None
    locum_factor: Factor | None = None
    payers: Payers | None = None
