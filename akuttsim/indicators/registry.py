"""The registry of indicators: all in the order of the report, and which way is good."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from akuttsim.indicators import (
    ambulance,
    availability,
    calls,
    care,
    clinic,
    cost,
    doctor,
    driving,
    duty,
    first_help,
    published_figures,
    triage_accuracy,
    utilisation,
    workload,
)
from akuttsim.indicators.grouping import ObservationParts, Observations
from akuttsim.indicators.measured_run import IndicatorRow, MeasuredRun

if TYPE_CHECKING:
    from akuttsim.statistics.intervals import Direction

Indicator = Callable[[MeasuredRun], Iterable[IndicatorRow]]

INDICATORS: tuple[tuple[Indicator, Direction], ...] = (
    (calls.answered_116117_within_120_s, "higher"),
    (calls.answered_113_within_10_s, "higher"),
    (calls.answered_113_within_20_s, "higher"),
    (calls.answered_116117_after_dialling, "higher"),
    (calls.hung_up_116117, "lower"),
    (calls.hung_up_in_menu_116117, "lower"),
    (calls.hung_up_113, "lower"),
    (calls.answer_time_116117_median_s, "lower"),
    (calls.answer_time_116117_p90_s, "lower"),
    (calls.calls_116117_a_day, "neither"),
    (calls.calls_113_a_day, "neither"),
    (calls.called_back_share, "neither"),
    (calls.answered_elsewhere_share, "neither"),
    (calls.gave_up_and_rang_113_a_week, "lower"),
    (calls.passed_between_a_week, "neither"),
    (calls.same_incident_calls_a_week, "neither"),
    (workload.calls_found_all_busy_a_week, "lower"),
    (calls.alarms_a_day, "neither"),
    (calls.alarm_answer_median_s, "lower"),
    (calls.alarm_answer_p90_s, "lower"),
    (calls.alarm_to_help_min, "lower"),
    (ambulance.ambulance_within_12_min, "higher"),
    (ambulance.ambulance_within_25_min, "higher"),
    (ambulance.ambulance_response_median_min, "lower"),
    (ambulance.ambulance_response_p90_min, "lower"),
    (ambulance.ambulance_response_parts_min, "lower"),
    (first_help.first_help_median_min, "lower"),
    (first_help.first_help_p90_min, "lower"),
    (first_help.first_help_within_12_min, "higher"),
    (first_help.first_help_by_a_week, "neither"),
    (first_help.responders_came_a_week, "neither"),
    (first_help.responder_before_ambulance_min, "higher"),
    (first_help.supports_a_week, "neither"),
    (first_help.support_response_median_min, "lower"),
    (first_help.conveyed_by_support_a_week, "neither"),
    (ambulance.alerted_wait_min, "lower"),
    (ambulance.alerted_wait_p90_min, "lower"),
    (ambulance.taken_over_a_week, "neither"),
    (ambulance.met_halfway_a_week, "neither"),
    (ambulance.missions_a_week, "neither"),
    (ambulance.transports_a_week, "neither"),
    (ambulance.transport_wait_min, "lower"),
    (first_help.doctor_went_out, "higher"),
    (first_help.doctor_was_busy, "lower"),
    (first_help.doctor_left_patient, "neither"),
    (first_help.left_patient_wait_min, "lower"),
    (first_help.nurse_call_outs_a_week, "neither"),
    (care.handover_wait_min, "lower"),
    (care.handover_wait_p90_min, "lower"),
    (care.acute_bed_admissions_a_week, "neither"),
    (care.acute_beds_in_use, "neither"),
    (care.travel_to_care_min, "lower"),
    (care.travel_to_care_p90_min, "lower"),
    (care.ring_to_doctor_min, "lower"),
    (first_help.ring_to_first_help_min, "lower"),
    (first_help.ring_to_hospital_min, "lower"),
    (care.arrival_to_doctor_median_min, "lower"),
    (care.arrival_to_doctor_p90_min, "lower"),
    (clinic.waited_at_home_min, "lower"),
    (clinic.time_at_clinic_median_min, "lower"),
    (clinic.time_at_clinic_p90_min, "lower"),
    (clinic.patients_left_at_closing_a_week, "lower"),
    (care.unmet_need_a_week, "lower"),
    (care.care_instead_a_week, "neither"),
    (triage_accuracy.red_not_recognised, "lower"),
    (triage_accuracy.red_recognised_min, "lower"),
    (triage_accuracy.ambulances_for_nothing_a_week, "lower"),
    (triage_accuracy.visits_for_nothing_a_week, "lower"),
    (triage_accuracy.solved_without_visit, "higher"),
    (triage_accuracy.asked_again_within_72_h, "lower"),
    (care.contacts_a_week, "neither"),
    (care.consultations_a_week, "neither"),
    (clinic.walk_ins_a_week, "neither"),
    (clinic.observed_a_week, "neither"),
    (clinic.observation_beds_in_use, "neither"),
    (utilisation.contacts_per_1000_a_year, "neither"),
    (utilisation.consultations_per_1000_a_year, "neither"),
    (utilisation.consultations_50_km_away, "neither"),
    (utilisation.home_visits_per_1000_a_year, "neither"),
    (utilisation.missions_per_1000_a_year, "neither"),
    (utilisation.night_share, "neither"),
    (utilisation.nurse_alone_share, "neither"),
    (utilisation.red_share, "neither"),
    (published_figures.weekend_share, "neither"),
    (published_figures.office_hours_share, "neither"),
    (published_figures.red_to_legevakt_share, "neither"),
    (published_figures.far_from_legevakt_40_min_share, "lower"),
    (published_figures.far_from_legevakt_60_min_share, "lower"),
    (published_figures.nearest_crew_share, "higher"),
    (published_figures.ambulance_response_p90_over_median, "neither"),
    (published_figures.missions_a_car_day, "neither"),
    (published_figures.km_a_mission, "neither"),
    (published_figures.helicopter_missions_per_10000_a_year, "neither"),
    (published_figures.responders_per_1000_a_year, "neither"),
    (care.video_share, "neither"),
    (care.video_moved_share, "neither"),
    (doctor.avoided_a_week, "neither"),
    (doctor.back_up_wakings_a_week, "lower"),
    (doctor.came_in_from_home_a_week, "neither"),
    (workload.doctor_collisions_a_week, "lower"),
    (duty.night_calls_per_shift, "lower"),
    (duty.doctor_woken_share, "lower"),
    (duty.doctor_woken_thrice_share, "lower"),
    (duty.longest_rest_h, "higher"),
    (duty.rotation_duty_h_a_week, "lower"),
    (duty.rotation_work_h_a_week, "lower"),
    (duty.rotation_tasks_a_week, "lower"),
    (duty.rotation_wakings_a_week, "lower"),
    (duty.rotation_nights_in_a_row, "lower"),
    (duty.rotation_longest_duty_h, "lower"),
    (duty.rotation_longest_without_rest_h, "lower"),
    (workload.busy_share, "neither"),
    (workload.work_h_a_week, "neither"),
    (workload.overtime_h_a_week, "lower"),
    (ambulance.stand_by_h_a_week, "neither"),
    (driving.hours_driven_a_week, "lower"),
    (driving.km_driven_a_week, "lower"),
    (cost.staffed_hours_a_week, "neither"),
    (cost.doctors_needed, "lower"),
    (duty.rotation_doctors, "neither"),
    (cost.cost_nok_a_year, "lower"),
    (availability.answered_116117_curve, "higher"),
    (availability.ambulance_response_curve, "higher"),
    (availability.operators_on_duty_116117, "neither"),
    (availability.ambulances_free, "higher"),
    (availability.hours_without_ambulance, "lower"),
    (availability.hours_without_doctor, "lower"),
    (availability.hours_without_doctor_on_duty, "lower"),
)
"""Each indicator, and which way of it is good."""


INDICATORS_OF_WHO_COMES = frozenset({"unmet_need_a_week"})
"""Indicators of who comes at all. With everybody made to come they are the same by construction, so
that a verdict on them needs no second run; all others are better only if they are better then too.
"""


def measure_indicators(run: MeasuredRun) -> list[IndicatorRow]:
    """Return every indicator of a run, for all and for each group."""
    return [row for indicator, _ in INDICATORS for row in indicator(run)]


def observe_indicators(run: MeasuredRun) -> tuple[list[IndicatorRow], list[Observations]]:
    """Return every indicator of a run, with the observations of those that are person by person."""
    rows: list[IndicatorRow] = []
    observations: list[Observations] = []
    for indicator, _ in INDICATORS:
        found = indicator(run)
        rows += found
        if isinstance(found, Observations | ObservationParts):
            observations += found.parts
    return rows, observations


def indicator_definitions() -> dict[str, str]:
    """Return each indicator's definition by name: its docstring, each paragraph on one line."""
    texts = {each.__name__: inspect.getdoc(each) or "" for each, _ in INDICATORS}
    return {
        name: "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
        for name, text in texts.items()
    }


def indicator_directions() -> dict[str, Direction]:
    """Return which way of each indicator is good, by name."""
    return {each.__name__: direction for each, direction in INDICATORS}
