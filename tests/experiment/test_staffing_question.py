"""What is asked of a roster: every wrong word is told, with what would be right."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from akuttsim.errors import InputError
from akuttsim.optimisation.rostering.roster_question import (
    RosterOptions,
    load_roster_question,
    parse_shift_lengths,
    parse_shift_starts,
)
from tests import small

ASKED = RosterOptions(
    str(small.TODAY), None, None, (0.8, 120.0), "8,12", "07:00,15:00,19:00,23:00", 1
)


def test_the_only_room_that_answers_116117_is_taken() -> None:
    found = load_roster_question(ASKED, 4)
    assert (found.room.name, found.room.within_s, found.room.weeks) == ("lvs", 120.0, 4)
    assert found.hour_nok is None and found.requirements.price.tolist() == [0.5] * 336
    assert len(found.requirements.shifts) == 16
    assert found.requirements.target.patience_s == 9 * 60


def test_an_hour_costs_what_the_organisation_says() -> None:
    found = load_roster_question(replace(ASKED, organisation="namdal-today"), 4)
    assert found.hour_nok == 650
    assert np.all(found.requirements.price == 325)


def test_113_counts_with_its_own_patience_and_alarms_with_none() -> None:
    assert (
        load_roster_question(replace(ASKED, room="amk"), 4).requirements.target.patience_s == 5 * 60
    )
    alarms = replace(ASKED, organisation="namdal-today", room="responssenter-namdal")
    assert math.isinf(load_roster_question(alarms, 4).requirements.target.patience_s)


def test_more_are_on_duty_than_must_stay_free() -> None:
    joint = replace(ASKED, organisation="namdal-with-amk", room="amk-namsos")
    assert load_roster_question(joint, 4).requirements.least == 2
    assert load_roster_question(replace(joint, least=3), 4).requirements.least == 3


def test_another_region_may_be_named() -> None:
    found = load_roster_question(
        replace(ASKED, organisation="namdal-today", region="namdal-2040"), 4
    )
    assert found.room.region.region == "namdal-2040"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"room": "lsv"}, r"--room: no control room 'lsv'; did you mean 'lvs'"),
        ({"room": "x"}, r"--room: no control room 'x'; there is lvs, amk"),
        ({"organisation": "namdal-with-amk"}, r"operators of amk-namsos; write --room amk-namsos"),
        ({"organisation": "namdal-all-links"}, r"leave this out|choose one of"),
        ({"organisation": "namdal"}, r"it is a region; look at it with"),
        ({"region": "nowhere"}, r"no region of this name"),
        ({"shift_hours": "8,x"}, r"--shift-hours: write hours.*'x'"),
        ({"shift_hours": "7.25"}, r"--shift-hours: write hours.*'7.25'"),
        ({"shift_hours": "25"}, r"--shift-hours: write hours.*'25'"),
        ({"shift_hours": "0"}, r"--shift-hours: write hours"),
        ({"shift_hours": ""}, r"--shift-hours: write hours"),
        ({"shift_hours": "nan"}, r"--shift-hours: write hours"),
        ({"starts": "7"}, r"--starts: write whole or half hours.*'7'"),
        ({"starts": "07:15"}, r"--starts: write whole or half hours"),
        ({"starts": "24:00"}, r"--starts: write whole or half hours"),
        ({"starts": "07:00-12:00-13:00"}, r"--starts: write whole or half hours"),
        ({"starts": "08:00"}, r"on Monday 00:00; allow longer shifts or more starts"),
        ({"starts": "23:00", "shift_hours": "8"}, r"no allowed shift is on duty on Monday 07:00"),
        ({"target": (1.0, 120.0)}, r"--target: share must lie between 0 and 1"),
        ({"target": (0.8, -1.0)}, r"--target: seconds must be a number above 0"),
        ({"target": (0.8, math.nan)}, r"--target: seconds must be a number above 0"),
    ],
)
def test_a_wrong_question_is_refused(changed: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        load_roster_question(replace(ASKED, **changed), 4)  # type: ignore[arg-type]


def test_operators_who_may_not_do_all_are_told_with_their_line(tmp_path: Path) -> None:
    text = small.TODAY.read_text("utf-8").replace(
        'evening: {days: daily, hours: "15:30-22:00", on_duty: 1',
        'evening: {days: daily, hours: "15:30-22:00", answers: ["116117"], on_duty: 1',
    )
    (tmp_path / "small").symlink_to(small.DATA / "small")
    (tmp_path / "limited.yaml").write_text(text)
    with pytest.raises(
        InputError, match=r"limited\.yaml:\d+: .*evening\.answers: .*leave this out"
    ):
        load_roster_question(replace(ASKED, organisation=str(tmp_path / "limited.yaml")), 4)


def test_starts_and_lengths_in_half_hours() -> None:
    assert parse_shift_lengths("7.5, 8,12") == [15, 16, 24]
    assert parse_shift_starts("07:00,15:30") == [14, 31]
    assert parse_shift_starts("07:00-08:30, 23:00") == [14, 15, 16, 17, 46]
    assert parse_shift_starts("23:00-00:30") == [46, 47, 0, 1]
