"""A better number means a better service: each indicator that can be "better" is tried both ways.

`BETTER` names for each a change in which the service gets better, and the indicator must say so;
`NOT` one in which it must not: care is moved away or shut, so that fewer come, or come from farther
away, and nothing is done better. All are judged as a study judges them: on the same people, and
with everybody made to come too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from akuttsim.indicators.health_relations import CURVES
from akuttsim.indicators.registry import OF_OUTCOMES, indicator_directions
from tests.nightly import by_night
from tests.service_changes import STEPS
from tests.two_services import naive, verdict

AT_116117, AT_113 = "an operator more at 116117", "operators more at 113"
ALARMS, CREWS, NEARER = "an operator more for alarms", "crews more", "a legevakt nearer"
DOCTORS, NIGHT, IN_ROOM = "doctors more", "a doctor at night too", "a doctor in the room"
IN_ROTATION, QUIET = "a doctor in the room, in rotation", "a doctor in the room, quiet nights"
HOME_NURSES = "home nurses more"
NIGHT_TEAM, VIDEO = "another team at night", "video at 116117"

BETTER: dict[str, str] = {
    "answered_116117_within_120_s": AT_116117,
    "answered_113_within_10_s": AT_113,
    "answered_113_within_20_s": AT_113,
    "answered_116117_after_dialling": AT_116117,
    "hung_up_116117": AT_116117,
    "hung_up_in_menu_116117": "a shorter message",
    "hung_up_113": "operators more at a busy 113",
    "answer_time_116117_median_s": AT_116117,
    "answer_time_116117_p90_s": AT_116117,
    "gave_up_and_rang_113_a_week": AT_116117,
    "calls_found_all_busy_a_week": AT_116117,
    "alarm_answer_median_s": ALARMS,
    "alarm_answer_p90_s": ALARMS,
    "alarm_to_help_min": ALARMS,
    "home_nursing_within_30_min": HOME_NURSES,
    "home_nursing_could_not_come": HOME_NURSES,
    "planned_visit_delay_min": HOME_NURSES,
    "planned_visits_hour_late": HOME_NURSES,
    **dict.fromkeys(
        ("shifts_not_filled", "overtime_shifts_h_a_week", "closed_for_want_of_staff_h_a_week"),
        "fewer sick",
    ),
    "ambulance_within_12_min": CREWS,
    "ambulance_within_25_min": "a crew in the valley too",
    "ambulance_response_median_min": CREWS,
    "ambulance_response_p90_min": CREWS,
    "ambulance_response_parts_min": CREWS,
    "first_help_median_min": CREWS,
    "first_help_p90_min": CREWS,
    "first_help_within_12_min": "first responders",
    "responder_before_ambulance_min": "first responders sooner",
    "support_response_median_min": "a helicopter sooner",
    "alerted_wait_min": CREWS,
    "alerted_wait_p90_min": CREWS,
    "transport_wait_min": "vehicles for transports",
    "journey_wait_min": "crews more, of whom some are far away",
    "hours_without_ambulance_away": "crews more, of whom some are far away",
    "births_before_ward": "a ward in the region",
    "births_without_help": "midwives on call",
    "understood_after_s": "operators who speak it",
    "doctor_went_out": DOCTORS,
    "doctor_was_busy": DOCTORS,
    "acute_team_went_out": "doctors more in the team",
    "doctor_on_scene_within_30_min": "an acute team",
    "clinic_without_doctor_h_a_week": DOCTORS,
    "handover_wait_min": "places to hand over",
    "handover_wait_p90_min": "places to hand over",
    "travel_to_care_min": NEARER,
    "travel_to_care_p90_min": "a legevakt in the valley",
    "ring_to_doctor_min": NIGHT,
    "ring_to_first_help_min": CREWS,
    "ring_to_hospital_min": CREWS,
    "arrival_to_doctor_median_min": DOCTORS,
    "arrival_to_doctor_p90_min": "doctors before it closes",
    "waited_at_home_min": "more booked times",
    "time_at_clinic_median_min": DOCTORS,
    "time_at_clinic_p90_min": "doctors before it closes",
    "patients_left_at_closing_a_week": "doctors before it closes",
    "unmet_need_a_week": AT_116117,
    "red_not_recognised": VIDEO,
    "red_recognised_min": VIDEO,
    "ambulances_for_nothing_a_week": VIDEO,
    "visits_for_nothing_a_week": IN_ROOM,
    "solved_without_visit": IN_ROOM,
    "asked_again_within_72_h": VIDEO,
    "back_up_wakings_a_week": "doctors before the back-up",
    "doctor_collisions_a_week": DOCTORS,
    "night_calls_per_shift": DOCTORS,
    "doctor_woken_share": QUIET,
    "doctor_woken_thrice_share": "a doctor in the room, calm nights",
    "longest_rest_h": DOCTORS,
    "rotation_duty_h_a_week": NIGHT_TEAM,
    "rotation_work_h_a_week": IN_ROTATION,
    "rotation_tasks_a_week": IN_ROTATION,
    "rotation_wakings_a_week": QUIET,
    "rotation_nights_in_a_row": NIGHT_TEAM,
    "rotation_longest_duty_h": NIGHT_TEAM,
    "rotation_longest_without_rest_h": IN_ROTATION,
    "overtime_h_a_week": "doctors before it closes",
    "hours_driven_a_week": "a crew nearer",
    "km_driven_a_week": "a crew nearer",
    "doctors_needed": "doctors fewer",
    "cost_nok_a_year": "cheaper doctors",
    "answered_116117_curve": AT_116117,
    "ambulance_response_curve": CREWS,
    "ambulances_free": CREWS,
    "hours_without_ambulance": CREWS,
    "far_from_legevakt_40_min_share": NEARER,
    "far_from_legevakt_60_min_share": "a legevakt on the island",
    "nearest_crew_share": "a crew nearer",
    "hours_without_doctor": NIGHT,
    "hours_without_doctor_on_duty": NIGHT,
    **dict.fromkeys(
        ("time_critical_to_first_help_min", "time_critical_to_hospital_min",
         "arrest_ambulance_in_window", "arrest_survival",
         *(f"arrest_survivors_{curve}_per_10_years" for curve in CURVES),
         "arrest_survivors_per_million_a_year", "stroke_needle_in_window",
         "stroke_healthy_days_lost_a_year", "stemi_opened_in_window", "stemi_treated_min",
         "admissions_of_delay_per_10_years"),
        CREWS,
    ),
    "stroke_straight_to_hospital": VIDEO,
    "overtriage_h_a_week": VIDEO,
    "overtriage_nok_a_year": "cheaper doctors",
}  # fmt: skip
"""By indicator a change that makes the service better by it."""

WITHOUT_A_BETTER = {
    "left_patient_wait_min": "with one doctor more nobody is left for red, and so nobody in both"
}
"""Indicators for which no change is known that makes them better, and why."""

ALONE, MOVED, SHUT = "moved away, alone", "moved away", "valley shut"

NOT: dict[str, str] = {
    **dict.fromkeys(
        ("answered_116117_within_120_s", "answered_113_within_10_s", "answered_113_within_20_s",
         "answered_116117_after_dialling", "hung_up_116117", "hung_up_113",
         "answer_time_116117_median_s", "answer_time_116117_p90_s", "gave_up_and_rang_113_a_week",
         "calls_found_all_busy_a_week", "answered_116117_curve", "arrival_to_doctor_median_min",
         "arrival_to_doctor_p90_min", "time_at_clinic_median_min", "time_at_clinic_p90_min",
         "night_calls_per_shift", "longest_rest_h", "doctor_woken_share",
         "doctor_woken_thrice_share", "unmet_need_a_week", "travel_to_care_min",
         "ring_to_doctor_min", "far_from_legevakt_40_min_share",
         "far_from_legevakt_60_min_share", "nearest_crew_share"),
        ALONE,
    ),
    **dict.fromkeys(
        ("hung_up_in_menu_116117", "alarm_answer_median_s", "alarm_answer_p90_s",
         "alarm_to_help_min", "ambulance_within_12_min", "ambulance_within_25_min",
         "ambulance_response_median_min", "ambulance_response_p90_min",
         "ambulance_response_parts_min", "ambulance_response_curve", "first_help_median_min",
         "first_help_p90_min", "first_help_within_12_min", "responder_before_ambulance_min",
         "support_response_median_min", "alerted_wait_min", "alerted_wait_p90_min",
         "doctor_on_scene_within_30_min", "clinic_without_doctor_h_a_week",
         "transport_wait_min", "doctor_went_out", "doctor_was_busy", "left_patient_wait_min",
         "handover_wait_min", "handover_wait_p90_min", "travel_to_care_p90_min",
         "ring_to_first_help_min", "ring_to_hospital_min", "waited_at_home_min",
         "red_not_recognised", "red_recognised_min", "ambulances_for_nothing_a_week",
         "visits_for_nothing_a_week", "solved_without_visit", "asked_again_within_72_h",
         "back_up_wakings_a_week", "rotation_duty_h_a_week", "rotation_work_h_a_week",
         "rotation_tasks_a_week", "rotation_wakings_a_week", "rotation_nights_in_a_row",
         "rotation_longest_duty_h", "rotation_longest_without_rest_h", "hours_driven_a_week",
         "km_driven_a_week", "doctors_needed", "cost_nok_a_year", "ambulances_free",
         "hours_without_ambulance", "hours_without_doctor", "hours_without_doctor_on_duty"),
        MOVED,
    ),
    "acute_team_went_out": "moved away, with a team",
    **dict.fromkeys(
        ("journey_wait_min", "hours_without_ambulance_away", "births_before_ward",
         "births_without_help"),
        "moved away, with journeys",
    ),
    **dict.fromkeys(
        ("shifts_not_filled", "overtime_shifts_h_a_week", "closed_for_want_of_staff_h_a_week"),
        "moved away, with the sick",
    ),
    "understood_after_s": "moved away, with languages",
    **dict.fromkeys(
        ("home_nursing_within_30_min", "home_nursing_could_not_come"),
        "only the town's alarms answered",
    ),
    **dict.fromkeys(
        ("planned_visit_delay_min", "planned_visits_hour_late"), "moved away, with home nursing"
    ),
    **dict.fromkeys(sorted(OF_OUTCOMES - {"nights_lost_per_1000_a_year"}), MOVED),
    **dict.fromkeys(
        ("patients_left_at_closing_a_week", "overtime_h_a_week", "doctor_collisions_a_week"), SHUT
    ),
}  # fmt: skip
"""By indicator a change that leaves the service no better by it, and fewer come."""

JUDGED = [name for name, direction in indicator_directions().items() if direction != "neither"]


def test_every_indicator_that_can_be_better_is_tried_both_ways() -> None:
    """Add the new indicator to `BETTER` and `NOT`, with a change of the service for each."""
    assert [name for name in JUDGED if (name in BETTER) == (name in WITHOUT_A_BETTER)] == []
    assert [name for name in JUDGED if name not in NOT] == []
    assert {*BETTER.values(), *NOT.values()} <= {*STEPS}


def steps_tried(of: Mapping[str, str], at_least: int) -> list[str]:
    """Return all changes by night, and by day those that at least so many indicators are tried by.

    A change costs as much for one indicator as for thirty: by day 83 % of those in `BETTER` are
    tried, and 95 % of those in `NOT`.
    """
    tried = Counter(of.values())
    return [step for step, count in tried.items() if count >= by_night(at_least, 1)]


def verdicts_of(step: str, of: dict[str, str]) -> dict[str, list[str]]:
    """Return the verdicts on each indicator that is tried by a change of the service."""
    return {name: verdict(step, name) for name, by in of.items() if by == step}


@pytest.mark.nightly
@pytest.mark.parametrize("step", steps_tried(BETTER, 2))
def test_it_is_better_where_the_service_is(step: str) -> None:
    found = verdicts_of(step, BETTER)
    assert {name: told for name, told in found.items() if "better" not in told} == {}
    but = {name: {*told} & {"worse", "only because fewer came"} for name, told in found.items()}
    assert {name: told for name, told in but.items() if told - PARTLY.get(name, set())} == {}


PARTLY = {"ambulance_response_parts_min": {"worse"}}
"""A crew from farther away is free sooner and drives longer: one part may grow."""


@pytest.mark.nightly
@pytest.mark.parametrize("step", steps_tried(NOT, 3))
def test_it_is_not_better_where_care_is_only_farther_away(step: str) -> None:
    found = verdicts_of(step, NOT)
    assert {name: told for name, told in found.items() if "better" in told} == {}


def test_the_old_way_would_have_called_it_better() -> None:
    """The change is one that tells: over whoever came, much of it was an improvement."""
    old = naive(ALONE)
    better = set(old.indicator[(old.verdict == "better") & (old.group_by == "all")])
    assert len(better & {name for name, step in NOT.items() if step == ALONE}) >= 3, better
