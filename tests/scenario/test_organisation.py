from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from akuttsim.config.loader import load_organisation
from akuttsim.errors import InputError
from tests import small

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

GRONG, KNOWN = "doctors.legevaktlege-grong", "grade: B, source: test"
WRONG = [
    ("control_rooms.amk-namsos.number='112'", "control_rooms.amk-namsos.number",
     "must be '116117', '113' or 'alarm'"),
    ("clinics.legevakt-grong.kind=hospital", "clinics.legevakt-grong.kind",
     "'gp_office', 'legevakt' or 'satellite'"),
    ("clinics.legevakt-grong.open={}", "clinics.legevakt-grong.open", "must not be empty"),
    ("ambulances.grong-1.shifts=[]", "ambulances.grong-1.shifts", "must not be empty"),
    ("ambulances.grong-1.shifts.0.duty=standby", "ambulances.grong-1.shifts.0.duty",
     "must be 'station' or 'home'"),
    ("ambulances.grong-1.shifts.0.days='2026-02-30'", "ambulances.grong-1.shifts.0.days",
     "a date that no calendar has: 2026-02-30"),
    ("ambulances.grong-1.shifts.0.hours='8-16'", "ambulances.grong-1.shifts.0.hours",
     "hours must look like 08:00-15:30"),
    ("mobilisation.night_hours=night", "mobilisation.night_hours", "hours must look like"),
    ("call_outs.goes.value=1.2", "call_outs.goes.value", "at most 1 (got 1.2)"),
    ("home_visits.max_drive_min.value=-5", "home_visits.max_drive_min.value", "at least 0"),
    ("doctors.fastlege-leka.home_visits=yes", "doctors.fastlege-leka.home_visits", "true or false"),
    (f"{GRONG}.rotation={{weeks_on: 0, weeks_off: 3, changes: mon 08:00, {KNOWN}}}",
     f"{GRONG}.rotation.weeks_on", "at least 1 (got 0)"),
    (f"{GRONG}.rotation={{weeks_on: 2, weeks_off: -1, changes: mon 08:00, {KNOWN}}}",
     f"{GRONG}.rotation.weeks_off", "at least 0"),
    (f"{GRONG}.rotation={{weeks_on: 2, weeks_off: 3, changes: monday, {KNOWN}}}",
     f"{GRONG}.rotation.changes", "must be a weekday and a time, as mon 08:00 (got 'monday')"),
    ("mobilisation.home_extra=3", "mobilisation.home_extra", "write home_extra_s, in seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "key", "gist"), WRONG)
def test_a_wrong_value_is_one_line(namdal: Copy, assignment: str, key: str, gist: str) -> None:
    [found] = [
        problem for problem in namdal.organisation_problems(assignment) if problem.file == "--set"
    ]
    assert found.key == key
    assert gist in found.what


WHOLE = [
    ("control_rooms.amk-namsos.operators={}", "a control room needs either operators or operators"),
    ("control_rooms.amk-namsos.operators_of=legevaktsentral-namdal", "needs either operators or"),
    ("control_rooms.amk-namsos.municipalities=[]", "needs municipalities, or by_hour with some"),
    ("control_rooms.amk-namsos.down={a: {days: wed, hours: '17:00-21:00'}}", "needs a back_up"),
    ("clinics.legevakt-grong.nurses_of=amk-namsos", "one of nurses, nurses_of and nurses_of_crew"),
    ("clinics.legevakt-grong.care=[observation]", "observation under care and observation_beds"),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "gist"), WHOLE)
def test_parts_that_do_not_go_together_are_one_line(
    namdal: Copy, assignment: str, gist: str
) -> None:
    [found] = namdal.organisation_problems(assignment)
    assert found.key == ".".join(assignment.split(".")[:2])
    assert gist in found.what


SATELLITE = [
    ("care=[tests]", "a satellite has nurses of its own and nothing under care"),
    ("takes=[red, yellow]", "a satellite takes yellow and green at most; red needs a doctor"),
    ("takes=[]", "takes: must not be empty"),
]


@pytest.mark.parametrize(("assignment", "gist"), SATELLITE)
def test_a_satellite_is_no_legevakt(assignment: str, gist: str) -> None:
    with pytest.raises(InputError, match=gist):
        load_organisation("namdal-satellites", [f"clinics.satellitt-grong.{assignment}"])


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


RULES = [
    ("control_rooms.legevaktsentral-namdal.overflow={to: x}", "needs after_s, queue_longer_than"),
    ("doctors.nattlege-namsos.back_up={comes_after_min: {value: 9, grade: B, source: test}, "
     "on_call: {a: {days: daily, hours: '23:00-08:00', on_duty: 1, grade: B, source: test}}}",
     "a back-up needs queue_longer_than, or when_all_are_out: true"),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "gist"), RULES)
def test_a_rule_must_say_when_it_holds(namdal: Copy, assignment: str, gist: str) -> None:
    [found] = namdal.organisation_problems(assignment)
    assert gist in found.what


@pytest.mark.parametrize("name", ["con", "lpt1", "x" * 61])
def test_a_name_that_windows_cannot_write_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        small.organisation({"organisation": name})
