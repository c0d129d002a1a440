"""Two organisations side by side, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.config.organisation_diff import (
    OrganisationDifference,
    compare_part_counts,
    compare_staffed_hours,
    organisation_key_differences,
    require_same_region,
    sentences_of_one_only,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.errors import InputError
from tests import small

REGION, TODAY = small.region(), small.organisation()


def hours(other: Organisation) -> dict[str, tuple[float, float]]:
    rows = compare_staffed_hours(TODAY, other, REGION)
    return {row.role: (row.first, row.second) for row in rows}


def keys(changes: small.Changes) -> list[OrganisationDifference]:
    return organisation_key_differences(TODAY, small.organisation(changes))


def test_an_organisation_differs_in_nothing_from_itself() -> None:
    again = small.organisation({"title": "Other name", "description": "Other words"})
    assert organisation_key_differences(TODAY, again) == []
    assert sentences_of_one_only(TODAY, again) == ([], [])
    assert all(row.first == row.second for row in compare_staffed_hours(TODAY, again, REGION))


def test_counts() -> None:
    found = {
        row.what: (row.first, row.second)
        for row in compare_part_counts(TODAY, small.organisation(base="satellite"))
    }
    assert found["satellites"] == ("0", "1")
    assert found["legevakt clinics"] == ("1", "1")
    assert found["ambulances"] == (str(len(TODAY.ambulances)),) * 2


def test_hours_of_people_add_and_are_counted_once() -> None:
    """Two more operators by night, who also receive at the clinic instead of its own nurses."""
    nurses: dict[str, Any] = dict.fromkeys(TODAY.clinics["legevakt"].nurses)
    other = small.organisation({
        "control_rooms": {"lvs": {"operators": {"more": small.staff(2, "22:00-06:00")}}},
        "clinics": {"legevakt": {"nurses": nurses, "nurses_of": "lvs"}},
    })  # fmt: skip
    found = hours(other)
    assert found["operators"][1] - found["operators"][0] == pytest.approx(2 * 8 * 7, rel=0.001)
    assert found["nurses at clinics"][0] > found["nurses at clinics"][1] == 0


def test_all_hours_of_a_week_are_168_whatever_the_clock_is_set_to() -> None:
    only = small.organisation(small.crews(town=small.crew("hospital", ("00:00-24:00", "station"))))
    assert hours(only)["ambulances, at the station"][1] == pytest.approx(168)
    both = small.crew("hospital", ("08:00-20:00", "station"), ("20:00-08:00", "home"))
    found = hours(small.organisation(small.crews(town=both)))
    assert found["ambulances, at the station"][1] == pytest.approx(84, rel=0.001)
    assert found["ambulances, on home duty"][1] == pytest.approx(84, rel=0.001)


def test_other_vehicles_and_back_ups_have_rows_of_their_own() -> None:
    team = next(iter(TODAY.doctors))
    fetched = small.crew("hospital", ("08:00-16:00", "station"), kind="transport")
    back_up = {"on_call": {"night": small.staff(1, "20:00-08:00")}, "when_all_are_out": True,
               "comes_after_min": {"value": 20, **small.MADE_UP}}  # fmt: skip
    other = small.organisation({
        "ambulances": {"fetch": fetched},
        "doctors": {team: {"back_up": back_up}},
        "supports": {"heli": small.support("helicopter", "hospital")},
    })  # fmt: skip
    found = hours(other)
    assert found["transport vehicles"] == (0, pytest.approx(56, rel=0.001))
    assert found["doctors on call as back-up"] == (0, pytest.approx(84, rel=0.001))
    assert found["helicopters, boats, responders"] == (0, pytest.approx(168))
    assert found["doctors, on site"][0] == found["doctors, on site"][1]
    assert found["ambulances, at the station"][0] == found["ambulances, at the station"][1]


def test_a_doctor_who_stays_at_home_is_counted_and_told_apart() -> None:
    """The hours are the same, and home duty is neither the same work nor the same pay."""
    team, staffing = next(iter(TODAY.doctors)), next(iter(TODAY.doctors.values())).on_duty
    home_duty = {"comes_in_min": {"constant": 10, **small.MADE_UP}, "called": "when_sent"}
    at_home = {"home_duty": home_duty, "on_duty": {name: {"duty": "home"} for name in staffing}}
    other = small.organisation({"doctors": {team: at_home}})
    found = hours(other)
    (before, _), (_, home) = found["doctors, on site"], found["doctors, on home duty"]
    assert sum(each[1] for role, each in found.items() if role.startswith("doctors,")) == before
    assert home > 0
    told = [
        line.second
        for line in organisation_key_differences(TODAY, other)
        if ".on_duty." in line.what
    ]
    assert told and all("on home duty" in each for each in told)


def test_a_value_that_differs_is_its_key_and_both_values_without_their_sources() -> None:
    before = TODAY.home_visits.max_drive_min.value
    found = keys({"home_visits": {"max_drive_min": {"value": 12.5, "source": "another source"}}})
    assert found == [OrganisationDifference("home_visits.max_drive_min", f"{before:g}", "12.5")]
    assert keys({"home_visits": {"max_drive_min": {"source": "another source"}}}) == []


def test_a_part_that_only_one_has_is_one_line() -> None:
    (satellite,) = [
        line
        for line in organisation_key_differences(TODAY, small.organisation(base="satellite"))
        if line.what.startswith("clinics.")
    ]
    assert satellite == OrganisationDifference("clinics.satellite", "-", "there")
    added = keys({"walk_ins": {"share": {"value": 0.1, **small.MADE_UP}}})
    assert added == [OrganisationDifference("walk_ins", "-", "there")]


def test_rosters_services_and_shifts_are_told_in_words() -> None:
    room = {"control_rooms": {"lvs": {"operators": {"more": small.staff(2, "22:00-06:00")}}}}
    assert keys(room) == [
        OrganisationDifference(
            "control_rooms.lvs.operators.more", "-", "2 on duty daily 22:00-06:00"
        )
    ]
    name = next(iter(TODAY.ambulances))
    shift = [{"days": "weekends", "hours": "10:00-18:00", "duty": "home"}]
    (line,) = keys({"ambulances": {name: {"shifts": shift}}})
    assert (line.what, line.second) == (f"ambulances.{name}.shifts", "weekends 10:00-18:00 (home)")
    by_hour = {"late": {"days": "daily", "hours": "22:00-23:00", "municipalities": ["island"]}}
    assert keys({"control_rooms": {"lvs": {"by_hour": by_hour}}}) == [
        OrganisationDifference(
            "control_rooms.lvs.by_hour.late", "-", "daily 22:00-23:00 for island"
        )
    ]
    posts = [{"free": 2, "at": ["hospital", "upper"]}]
    assert keys({"dispatch": {"stand_by": posts}}) == [
        OrganisationDifference("dispatch.stand_by", "-", "free 2 at hospital upper")
    ]


def test_sentences_are_those_that_do_not_hold_of_the_other() -> None:
    other = small.organisation(base="satellite")
    assert sentences_of_one_only(TODAY, other) == (
        [], ["satellite is a satellite that takes green, with duty-doctor on video"]
    )  # fmt: skip
    assert sentences_of_one_only(other, TODAY) == sentences_of_one_only(TODAY, other)[::-1]


def test_only_organisations_of_one_region() -> None:
    require_same_region((TODAY, REGION), (small.organisation(base="satellite"), small.region()))
    elsewhere = small.region({"region": "elsewhere"})
    with pytest.raises(InputError, match=r"is of small and .* is of elsewhere: only organisations"):
        require_same_region((TODAY, REGION), (small.organisation(base="satellite"), elsewhere))
