"""What must hold in every run, whatever the organisation: nobody lost, nobody in two places."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.region import Region
from tests import small
from tests.chain import conserved, conserved_work
from tests.chain.conserved import Met, meets, meets_world
from tests.chain.random_organisations import districts
from tests.nightly import examples

PROPERTIES = (
    conserved.everybody_present_ends_exactly_once,
    conserved.nobody_absent_does_anything,
    conserved.times_are_in_order,
    conserved.walk_ins_never_rang,
    conserved.neighbours_end_on_the_phone,
    conserved.who_has_a_booked_time_comes_then,
    conserved.beds_are_never_more_than_there_are,
    conserved.calls_are_answered_or_given_up,
    conserved.the_right_room_rings,
    conserved.only_rooms_that_could_answer_did,
    conserved.missions_match_courses,
    conserved.long_journeys_are_made_and_come_back,
    conserved.nurse_and_doctor_meet_at_the_satellite,
    conserved_work.units_are_in_one_place,
    conserved_work.work_begins_on_duty,
    conserved_work.everybody_is_trained,
    conserved_work.empty_shifts_are_nobodys,
    conserved_work.back_ups_come_when_woken,
    conserved_work.operators_take_what_was_answered,
    conserved_work.work_takes_the_time_drawn,
    conserved_work.crews_examine_as_long_as_drawn,
    conserved_work.acute_teams_help_and_come_back,
    conserved_work.home_nurses_go_from_home_to_home,
    conserved_work.interrupted_work_is_done_in_the_end,
    conserved_work.doctors_at_home_come_in,
    conserved_work.no_rooms_wait_for_each_other,
)


def hold(met: Met) -> None:
    for each in PROPERTIES:
        each(met)


@pytest.mark.nightly
@settings(
    max_examples=examples(30),
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.filter_too_much],
)  # fmt: skip
@given(districts(), st.integers(0, 5))
def test_nothing_is_lost_in_any_small_organisation(
    district: tuple[small.Changes, Region], seed: int
) -> None:
    hold(meets(*district, seed))


@pytest.mark.parametrize("name", ["namdal-today", "namdal-satellites", "namdal-all-links"])
def test_nothing_is_lost_in_namdal(name: str) -> None:
    world = small.world(load_organisation(name).value, load_region("namdal").value)
    met = meets_world(world, 11)
    assert not met.record.overloads
    hold(met)
