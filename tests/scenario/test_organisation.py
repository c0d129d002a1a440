from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from akuttsim.scenario.load import load_organisation

if TYPE_CHECKING:
    from scenario.conftest import Copy

WRONG = [
    ("control_rooms.amk-namsos.number='112'", "control_rooms.amk-namsos.number",
     "must be '116117' or '113'"),
    ("control_rooms.amk-namsos.operators={}", "control_rooms.amk-namsos.operators",
     "must not be empty"),
    ("clinics.legevakt-grong.kind=hospital", "clinics.legevakt-grong.kind",
     "'gp_office', 'legevakt' or 'satellite'"),
    ("clinics.legevakt-grong.open={}", "clinics.legevakt-grong.open", "must not be empty"),
    ("ambulances.grong-1.shifts=[]", "ambulances.grong-1.shifts", "must not be empty"),
    ("ambulances.grong-1.shifts.0.duty=standby", "ambulances.grong-1.shifts.0.duty",
     "must be 'station' or 'home'"),
    ("ambulances.grong-1.shifts.0.hours='8-16'", "ambulances.grong-1.shifts.0.hours",
     "hours must look like 08:00-15:30"),
    ("mobilisation.night_hours=night", "mobilisation.night_hours", "hours must look like"),
    ("call_outs.goes.value=1.2", "call_outs.goes.value", "at most 1 (got 1.2)"),
    ("home_visits.max_drive_min.value=-5", "home_visits.max_drive_min.value", "at least 0"),
    ("doctors.fastlege-leka.home_visits=yes", "doctors.fastlege-leka.home_visits", "true or false"),
    ("mobilisation.home_extra=3", "mobilisation.home_extra", "write home_extra_s, in seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "key", "gist"), WRONG)
def test_a_wrong_value_is_one_line(namdal: Copy, assignment: str, key: str, gist: str) -> None:
    [found] = [each for each in namdal.organisation_problems(assignment) if each.file == "--set"]
    assert found.key == key
    assert gist in found.what


def test_a_wrong_name_of_a_team_is_refused(namdal: Copy) -> None:
    line = namdal.edit("today.yaml", "  nattlege-namsos:", "  Nattlege Namsos:")
    found = next(p for p in namdal.organisation_problems() if p.line == line)
    assert "lower-case letters, digits and single hyphens" in found.what


def test_variants_keep_the_staffed_hours_of_today() -> None:
    """What the text of the variant says: the same doctors and nurses, in another place."""
    hours = {}
    for name in ("namdal-today", "namdal-one-legevakt"):
        organisation = load_organisation(name).value
        duties = [
            staff for team in organisation.doctors.values() for staff in team.on_duty.values()
        ]
        duties += [staff for clinic in organisation.clinics.values()
                   for staff in clinic.nurses.values()]  # fmt: skip
        hours[name] = sorted(
            (duty.days, duty.hours) for duty in duties for _ in range(duty.on_duty)
        )
    assert hours["namdal-today"] == hours["namdal-one-legevakt"]
