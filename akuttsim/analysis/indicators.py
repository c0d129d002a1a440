"""All indicators of a run, in the order of the report."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from akuttsim.analysis import (
    alarms,
    ambulance,
    answering,
    call_outs,
    care,
    clinic,
    cost,
    cover,
    crews,
    curves,
    distance_decay,
    doctor,
    driving,
    first_help,
    hospital,
    kilometres,
    load,
    mix,
    nights,
    passing,
    rotation,
    simultaneous,
    staffing,
    triage_accuracy,
    unmet_need,
    use,
    way,
    yardsticks,
)
from akuttsim.analysis.observations import Observations, Parts
from akuttsim.analysis.observed import Observed, Row

if TYPE_CHECKING:
    from akuttsim.analysis.intervals import Direction

Indicator = Callable[[Observed], Iterable[Row]]

INDICATORS: tuple[tuple[Indicator, Direction], ...] = (
    (answering.answered_116117_within_120_s, "higher"),
    (answering.answered_113_within_10_s, "higher"),
    (answering.answered_113_within_20_s, "higher"),
    (answering.answered_116117_after_dialling, "higher"),
    (answering.hung_up_116117, "lower"),
    (answering.hung_up_in_menu_116117, "lower"),
    (answering.hung_up_113, "lower"),
    (answering.answer_time_116117_median_s, "lower"),
    (answering.answer_time_116117_p90_s, "lower"),
    (answering.calls_116117_a_day, "neither"),
    (answering.calls_113_a_day, "neither"),
    (answering.called_back_share, "neither"),
    (answering.answered_elsewhere_share, "neither"),
    (passing.gave_up_and_rang_113_a_week, "lower"),
    (passing.passed_between_a_week, "neither"),
    (passing.same_incident_calls_a_week, "neither"),
    (simultaneous.calls_found_all_busy_a_week, "lower"),
    (alarms.alarms_a_day, "neither"),
    (alarms.alarm_answer_median_s, "lower"),
    (alarms.alarm_answer_p90_s, "lower"),
    (alarms.alarm_to_help_min, "lower"),
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
    (crews.alerted_wait_min, "lower"),
    (crews.alerted_wait_p90_min, "lower"),
    (crews.taken_over_a_week, "neither"),
    (crews.met_halfway_a_week, "neither"),
    (ambulance.missions_a_week, "neither"),
    (crews.transports_a_week, "neither"),
    (crews.transport_wait_min, "lower"),
    (call_outs.doctor_went_out, "higher"),
    (call_outs.doctor_was_busy, "lower"),
    (call_outs.doctor_left_patient, "neither"),
    (call_outs.left_patient_wait_min, "lower"),
    (first_help.nurse_call_outs_a_week, "neither"),
    (hospital.handover_wait_min, "lower"),
    (hospital.handover_wait_p90_min, "lower"),
    (hospital.acute_bed_admissions_a_week, "neither"),
    (hospital.acute_beds_in_use, "neither"),
    (care.travel_to_care_min, "lower"),
    (care.travel_to_care_p90_min, "lower"),
    (care.ring_to_doctor_min, "lower"),
    (way.ring_to_first_help_min, "lower"),
    (way.ring_to_hospital_min, "lower"),
    (care.arrival_to_doctor_median_min, "lower"),
    (care.arrival_to_doctor_p90_min, "lower"),
    (clinic.waited_at_home_min, "lower"),
    (clinic.time_at_clinic_median_min, "lower"),
    (clinic.time_at_clinic_p90_min, "lower"),
    (clinic.patients_left_at_closing_a_week, "lower"),
    (unmet_need.unmet_need_a_week, "lower"),
    (unmet_need.care_instead_a_week, "neither"),
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
    (use.contacts_per_1000_a_year, "neither"),
    (use.consultations_per_1000_a_year, "neither"),
    (distance_decay.consultations_50_km_away, "neither"),
    (use.home_visits_per_1000_a_year, "neither"),
    (use.missions_per_1000_a_year, "neither"),
    (mix.night_share, "neither"),
    (mix.nurse_alone_share, "neither"),
    (mix.red_share, "neither"),
    (yardsticks.weekend_share, "neither"),
    (yardsticks.office_hours_share, "neither"),
    (yardsticks.red_to_legevakt_share, "neither"),
    (yardsticks.far_from_legevakt_40_min_share, "lower"),
    (yardsticks.far_from_legevakt_60_min_share, "lower"),
    (yardsticks.nearest_crew_share, "higher"),
    (yardsticks.ambulance_response_p90_over_median, "neither"),
    (yardsticks.missions_a_car_day, "neither"),
    (yardsticks.km_a_mission, "neither"),
    (yardsticks.helicopter_missions_per_10000_a_year, "neither"),
    (yardsticks.responders_per_1000_a_year, "neither"),
    (care.video_share, "neither"),
    (care.video_moved_share, "neither"),
    (doctor.avoided_a_week, "neither"),
    (doctor.back_up_wakings_a_week, "lower"),
    (doctor.came_in_from_home_a_week, "neither"),
    (simultaneous.doctor_collisions_a_week, "lower"),
    (nights.night_calls_per_shift, "lower"),
    (nights.doctor_woken_share, "lower"),
    (nights.doctor_woken_thrice_share, "lower"),
    (nights.longest_rest_h, "higher"),
    (rotation.rotation_duty_h_a_week, "lower"),
    (rotation.rotation_work_h_a_week, "lower"),
    (rotation.rotation_tasks_a_week, "lower"),
    (rotation.rotation_wakings_a_week, "lower"),
    (rotation.rotation_nights_in_a_row, "lower"),
    (rotation.rotation_longest_duty_h, "lower"),
    (rotation.rotation_longest_without_rest_h, "lower"),
    (load.busy_share, "neither"),
    (load.work_h_a_week, "neither"),
    (load.overtime_h_a_week, "lower"),
    (crews.stand_by_h_a_week, "neither"),
    (driving.hours_driven_a_week, "lower"),
    (kilometres.km_driven_a_week, "lower"),
    (staffing.staffed_hours_a_week, "neither"),
    (staffing.doctors_needed, "lower"),
    (rotation.rotation_doctors, "neither"),
    (cost.cost_nok_a_year, "lower"),
    (curves.answered_116117_curve, "higher"),
    (curves.ambulance_response_curve, "higher"),
    (curves.operators_on_duty_116117, "neither"),
    (curves.ambulances_free, "higher"),
    (cover.hours_without_ambulance, "lower"),
    (cover.hours_without_doctor, "lower"),
    (cover.hours_without_doctor_on_duty, "lower"),
)
"""Each indicator, and which way of it is good."""


WHO_COMES = frozenset({"unmet_need_a_week"})
"""Indicators of who comes at all. With everybody made to come they are the same by construction, so
that a verdict on them needs no second run; all others are better only if they are better then too.
"""


def measure(seen: Observed) -> list[Row]:
    """Return every indicator of a run, for all and for each group."""
    return [row for indicator, _ in INDICATORS for row in indicator(seen)]


def observe(seen: Observed) -> tuple[list[Row], list[Observations]]:
    """Return every indicator of a run, with the observations of those that are person by person."""
    rows: list[Row] = []
    observations: list[Observations] = []
    for indicator, _ in INDICATORS:
        found = indicator(seen)
        rows += found
        if isinstance(found, Observations | Parts):
            observations += found.parts
    return rows, observations


def definitions() -> dict[str, str]:
    """Return each indicator's definition by name: its docstring, each paragraph on one line."""
    texts = {each.__name__: inspect.getdoc(each) or "" for each, _ in INDICATORS}
    return {
        name: "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
        for name, text in texts.items()
    }


def directions() -> dict[str, Direction]:
    """Return which way of each indicator is good, by name."""
    return {each.__name__: direction for each, direction in INDICATORS}
