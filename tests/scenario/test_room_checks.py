from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.checks import check_organisation
from akuttsim.config.loader import Loaded, load_organisation, load_region
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import CheckedYear
from akuttsim.config.staffing_checks import check_room_hours
from akuttsim.config.yaml_document import Node
from akuttsim.errors import InputError, Problem
from tests import small
from tests.nightly import examples

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

LVS, AMK, ALARM = (
    f"control_rooms.{name}"
    for name in ("legevaktsentral-namdal", "amk-namsos", "responssenter-namdal")
)
SURE = "grade: B, source: test"
ALL_DAY = f"days: daily, hours: '00:00-24:00', on_duty: 1, {SURE}"
EVERYBODY = (
    "namsos, overhalla, grong, hoylandet, lierne, namsskogan, royrvik, flatanger, leka, naeroysund"
)


def neighbour(by_hour: str = "{days: daily, hours: '23:00-08:00', municipalities: [osen]}") -> str:
    """Return the setting that adds a room which answers 116117 for Osen at night."""
    return (
        f"control_rooms.neighbour={{title: N, number: '116117', by_hour: {{night: {by_hour}}}, "
        f"menu_s: {{value: 0, {SURE}}}, operators: {{always: {{{ALL_DAY}}}}}}}"
    )


ONLY_BY_DAY = (
    f"{LVS}.municipalities=[{EVERYBODY}]",
    f"{LVS}.by_hour={{day: {{days: daily, hours: '08:00-23:00', municipalities: [osen]}}}}",
)
"""Osen is answered at night by the neighbour, in the day by Namdal."""
SHARED = (f"{ALARM}.operators=null", f"{ALARM}.operators_of=legevaktsentral-namdal")
"""The response centre has the operators of the 116117 room."""


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


@pytest.mark.parametrize("sets", [(neighbour(), *ONLY_BY_DAY), SHARED])
def test_what_the_tests_below_spoil_is_sound(namdal: Copy, sets: tuple[str, ...]) -> None:
    assert namdal.organisation_problems(*sets) == ()


# settings, the key below control_rooms, what the message must say
NAMES_WRONG = [
    pytest.param(
        [f"{LVS}.overflow={{to: legevaktsentral, queue_longer_than: {{value: 1, {SURE}}}}}"],
        "legevaktsentral-namdal.overflow.to",
        "no control room 'legevaktsentral'; did you mean 'legevaktsentral-namdal'", id="overflow",
    ),
    pytest.param(
        [f"{LVS}.overflow={{to: amk-namsos, after_s: {{value: 60, {SURE}}}}}"],
        "legevaktsentral-namdal.overflow.to",
        "amk-namsos answers 113; name a room that answers 116117", id="overflow-of-another-number",
    ),
    pytest.param(
        [f"{LVS}.overflow={{to: legevaktsentral-namdal, after_s: {{value: 60, {SURE}}}}}"],
        "legevaktsentral-namdal.overflow.to",
        "has the same operators; name a room with others", id="overflow-to-itself",
    ),
    pytest.param(
        [f"{AMK}.back_up=amk-bodo"], "amk-namsos.back_up", "no control room 'amk-bodo'",
        id="back-up",
    ),
    pytest.param(
        [f"{AMK}.back_up=responssenter-namdal"], "amk-namsos.back_up",
        "responssenter-namdal answers alarm; name a room that answers 113",
        id="back-up-of-another-number",
    ),
    pytest.param(
        [f"{ALARM}.operators=null", f"{ALARM}.operators_of=amk"],
        "responssenter-namdal.operators_of", "no control room 'amk'", id="shared-with-nobody",
    ),
    pytest.param(
        [f"{ALARM}.operators=null", f"{ALARM}.operators_of=responssenter-namdal"],
        "responssenter-namdal.operators_of", "a room cannot share with itself; name another",
        id="shared-with-itself",
    ),
    pytest.param(
        [*SHARED, neighbour(), *ONLY_BY_DAY, "control_rooms.neighbour.operators=null",
         "control_rooms.neighbour.operators_of=responssenter-namdal"],
        "neighbour.operators_of",
        "responssenter-namdal has no operators of its own; name legevaktsentral-namdal",
        id="shared-twice",
    ),
    pytest.param(
        [f"{LVS}.operators.night.answers=['116117', alarm]"],
        "legevaktsentral-namdal.operators.night.answers",
        "these operators have no such work: alarm; they have 116117", id="work-they-have-not",
    ),
    pytest.param(
        [*SHARED, f"{LVS}.operators.night.answers=[clinic]"],
        "legevaktsentral-namdal.operators.night.answers",
        "these operators have no such work: clinic; they have alarm, 116117", id="no-clinic",
    ),
    pytest.param(
        [f"{LVS}.keeps_free={{value: 1, {SURE}}}"], "legevaktsentral-namdal.keeps_free",
        "has no effect: nothing goes before 116117 with these operators", id="keeps-free-alone",
    ),
    pytest.param(
        [*SHARED, f"{ALARM}.keeps_free={{value: 1, {SURE}}}"], "responssenter-namdal.keeps_free",
        "has no effect: nothing goes before alarm with these operators", id="keeps-free-for-what",
    ),
    pytest.param(
        [f"{ALARM}.outside=[innherred-stjordal]"], "responssenter-namdal.outside",
        "only rooms that answer 116117 or 113 have this (here alarm); leave out",
        id="outside-at-alarms",
    ),
    pytest.param(
        [f"{LVS}.outside=[innherred-stjordal]", neighbour(), *ONLY_BY_DAY,
         "control_rooms.neighbour.outside=[innherred-stjordal]"], "neighbour.outside",
        "innherred-stjordal is answered by legevaktsentral-namdal already; name it in one room",
        id="outside-twice",
    ),
    pytest.param(
        [f"{LVS}.dispatchers={{always: {{{ALL_DAY}}}}}"], "legevaktsentral-namdal.dispatchers",
        "only rooms that answer 113 have this", id="dispatchers-at-116117",
    ),
    pytest.param(
        [f"{AMK}.health_line=in_turn"], "amk-namsos.health_line",
        "only rooms that answer 116117 have this (here 113); leave out", id="health-line-at-113",
    ),
    pytest.param(
        [f"{ALARM}.video={{share: {{value: 0.1, {SURE}}}, extra_min: {{constant: 2, {SURE}}}}}"],
        "responssenter-namdal.video", "only rooms that answer 116117 have this (here alarm)",
        id="video-at-alarms",
    ),
    pytest.param(
        [f"{AMK}.callback={{queue_longer_than: {{value: 1, {SURE}}}, share: {{value: 1, {SURE}}}, "
         f"dial_s: {{constant: 9, {SURE}}}, not_reached: {{value: 0, {SURE}}}}}"],
        "amk-namsos.callback", "only rooms that answer 116117 have this", id="callback-at-113",
    ),
    pytest.param(
        [f"{AMK}.doctor={{team: nattlege-namsos, review_min: {{constant: 3, {SURE}}}, "
         f"reviews: {{red: 0, yellow: 1, green: 1, {SURE}}}, "
         f"settles: {{red: 0, yellow: 1, green: 1, {SURE}}}}}"],
        "amk-namsos.doctor", "only rooms that answer 116117 have this", id="doctor-at-113",
    ),
    pytest.param(
        [f"{LVS}.doctor={{team: nattlege, review_min: {{constant: 3, {SURE}}}, "
         f"reviews: {{red: 0, yellow: 1, green: 1, {SURE}}}, "
         f"settles: {{red: 0, yellow: 1, green: 1, {SURE}}}}}"],
        "legevaktsentral-namdal.doctor.team",
        "no team 'nattlege' under doctors; did you mean 'nattlege-namsos'", id="no-such-doctors",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sets", "key", "gist"), NAMES_WRONG)
def test_what_does_not_fit_is_one_line(namdal: Copy, sets: list[str], key: str, gist: str) -> None:
    found = only(namdal.organisation_problems(*sets))
    assert found.key == f"control_rooms.{key}"
    assert gist in found.what


HOURS_WRONG = [
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, "control_rooms.neighbour.operators.always.hours='23:00-08:00'",
         "control_rooms.neighbour.outside=[innherred-stjordal]"],
        "control_rooms.neighbour.operators", "nobody answers 116117 from",
        id="a-district-outside-rings-at-all-hours",
    ),
    pytest.param(
        [neighbour(), ONLY_BY_DAY[0]], "control_rooms",
        "nobody answers 116117 for osen from Monday 08:00 to Monday 23:00 (first on 2026-01-05); "
        "add to a room's by_hour", id="gap-by-day",
    ),
    pytest.param(
        [neighbour()], "control_rooms.neighbour.by_hour.night.municipalities",
        "osen is answered by legevaktsentral-namdal already from Monday 00:00 to Monday 08:00 "
        "(first on 2026-01-05); name each in one room only", id="double-at-night",
    ),
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, f"{LVS}.by_hour.day.hours='07:00-23:00'"],
        "control_rooms.neighbour.by_hour.night.municipalities",
        "osen is answered by legevaktsentral-namdal already from Monday 07:00 to Monday 08:00",
        id="double-for-an-hour",
    ),
    pytest.param(
        [f"control_rooms.second={{title: S, number: alarm, municipalities: [leka], "
         f"menu_s: {{value: 0, {SURE}}}, operators: {{always: {{{ALL_DAY}}}}}}}"],
        "control_rooms.second.municipalities",
        "leka is answered by responssenter-namdal already; name each in one room only",
        id="double-alarms",
    ),
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, "control_rooms.neighbour.operators.always.hours='00:00-07:00'"],
        "control_rooms.neighbour.operators",
        "nobody answers 116117 from Monday 07:00 to Monday 08:00", id="answers-without-operators",
    ),
    pytest.param(
        [*SHARED, f"{LVS}.operators.weekend.answers=['116117']"],
        "control_rooms.responssenter-namdal.operators_of",
        "none of legevaktsentral-namdal's operators may answer alarm from Saturday 08:00 to "
        "Saturday 23:00 (first on 2026-01-10); add a staffing there", id="nobody-may-answer",
    ),
    pytest.param(
        [*SHARED, f"{LVS}.operators.weekend.answers=[alarm]"],
        "control_rooms.legevaktsentral-namdal.operators",
        "nobody answers 116117 from Saturday 08:00 to Saturday 23:00", id="nobody-of-ones-own-may",
    ),
    pytest.param(
        [*SHARED, f"{LVS}.keeps_free={{value: 1, {SURE}}}", f"{LVS}.operators.weekday.on_duty=2"],
        "control_rooms.legevaktsentral-namdal.keeps_free.value",
        "nobody is left to answer 116117 from Monday 00:00 to Monday 08:00 (first on 2026-01-05): "
        "at most 1 on duty; keep fewer free or add a staffing", id="too-many-kept-free",
    ),
    pytest.param(
        [f"{AMK}.dispatchers.always.hours='08:00-23:00'"], "control_rooms.amk-namsos.dispatchers",
        "no dispatcher from Monday 00:00 to Monday 08:00", id="no-dispatcher-at-night",
    ),
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, f"{LVS}.back_up=neighbour",
         f"{LVS}.down={{a: {{days: 2026-01-14, hours: '17:00-21:00'}}}}",
         "control_rooms.neighbour.operators.always.hours='20:00-10:00'"],
        "control_rooms.legevaktsentral-namdal.back_up",
        "neighbour has no operator on duty from Wednesday 17:00 to Wednesday 20:00 (first on "
        "2026-01-14), while this room is down; staff it then or name another room",
        id="back-up-is-empty",
    ),
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, f"{LVS}.back_up=neighbour",
         "control_rooms.neighbour.back_up=legevaktsentral-namdal",
         f"{LVS}.down={{a: {{days: 2026-01-14, hours: '17:00-21:00'}}}}",
         "control_rooms.neighbour.down={b: {days: wed, hours: '07:00-19:00'}}"],
        "control_rooms.legevaktsentral-namdal.back_up",
        "neighbour is down too from Wednesday 17:00 to Wednesday 19:00 (first on 2026-01-14); "
        "name another room, or other hours", id="back-up-is-down",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sets", "key", "gist"), HOURS_WRONG)
def test_hours_that_leave_somebody_unanswered_are_one_line(
    namdal: Copy, sets: list[str], key: str, gist: str
) -> None:
    found = only(namdal.organisation_problems(*sets))
    assert found.key == key
    assert gist in found.what


def test_a_problem_has_the_line_where_it_stands(namdal: Copy) -> None:
    old = "    outside: [innherred-stjordal]\n"
    line = namdal.edit("today.yaml", old, old + "    back_up: amk-bodo\n") + 1
    found = only(namdal.organisation_problems())
    assert (found.file, found.line) == ("today.yaml", line)


SOUND = [
    pytest.param([f"{LVS}.outside=[innherred-stjordal]"], id="outside-at-both-numbers"),
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, "control_rooms.neighbour.outside=[innherred-stjordal]"],
        id="by-hour-for-ours-and-always-for-theirs",
    ),
    pytest.param([f"{ALARM}.municipalities=[leka]"], id="alarms-of-one-municipality"),
    pytest.param(["control_rooms.responssenter-namdal=null"], id="no-response-centre"),
    pytest.param([f"{AMK}.dispatchers=null"], id="operators-dispatch"),
    pytest.param(
        [f"{AMK}.dispatchers=null", f"{AMK}.keeps_free={{value: 1, {SURE}}}"],
        id="one-kept-free-to-dispatch",
    ),
    pytest.param(
        [*SHARED, f"{LVS}.operators.night.on_duty=2", f"{LVS}.operators.weekday.on_duty=2",
         f"{LVS}.keeps_free={{value: 1, {SURE}}}", f"{LVS}.operators.evening.answers=[alarm]",
         f"{LVS}.operators.more={{days: weekdays, hours: '15:30-23:00', on_duty: 1, {SURE}}}"],
        id="one-kept-free-for-alarms",
    ),
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, "control_rooms.neighbour.operators.always.hours='23:00-08:00'"],
        id="operators-only-when-the-room-answers",
    ),
    pytest.param(
        [neighbour(), *ONLY_BY_DAY, f"{LVS}.back_up=neighbour",
         f"{LVS}.down={{a: {{days: daily, hours: '00:00-01:00'}}}}",
         f"{LVS}.operators.night.hours='01:00-08:00'",
         f"{LVS}.operators.late={{days: daily, hours: '23:00-00:00', on_duty: 1, {SURE}}}"],
        id="nobody-needed-while-down",
    ),
]  # fmt: skip


@pytest.mark.parametrize("sets", SOUND)
def test_other_ways_of_answering_are_sound(namdal: Copy, sets: list[str]) -> None:
    assert namdal.organisation_problems(*sets) == ()


def test_alarms_need_users_in_the_region() -> None:
    region = load_region("namdal", ["demand.safety_alarms=null"])
    with pytest.raises(InputError) as raised:
        check_organisation(load_organisation("namdal-today"), region)
    found = only(raised.value.problems)
    assert found.key == "control_rooms.responssenter-namdal.number"
    assert "the region namdal has no demand.safety_alarms; add it there, or leave out" in found.what


def test_everything_wrong_with_the_rooms_comes_at_once(namdal: Copy) -> None:
    sets = (f"{LVS}.back_up=x", f"{AMK}.health_line=in_turn", f"{ALARM}.outside=[y]")
    keys = [problem.key for problem in namdal.organisation_problems(*sets)]
    assert keys == sorted([f"{LVS}.back_up", f"{AMK}.health_line", *[f"{ALARM}.outside"] * 2])


Piece = tuple[str, str, int, int]
"""A room, days, and the hours between which it answers; over midnight where the end is lower."""

cuts = st.lists(st.integers(0, 23), min_size=1, max_size=3, unique=True).map(sorted)
spoilers = st.sampled_from(["nothing", "later end", "earlier end", "weekdays", "gone", "twice"])


@st.composite
def shared_out(draw: st.DrawFn) -> list[Piece]:
    """Share the hours of the day out between two rooms, and perhaps spoil one piece of it."""
    hours = draw(cuts)
    pieces = [(draw(st.sampled_from("ab")), "daily", first, last)
              for first, last in zip(hours, [*hours[1:], hours[0]], strict=True)]  # fmt: skip
    room, days, first, last = pieces[0]
    spoilt = {
        "nothing": [(room, days, first, last)],
        "later end": [(room, days, first, (last + 1) % 24)],
        "earlier end": [(room, days, first, (last - 1) % 24)],
        "weekdays": [(room, "weekdays", first, last)],
        "gone": [],
        "twice": [(each, days, first, last) for each in "ab"],
    }
    return [*spoilt[draw(spoilers)], *pieces[1:]]


def rooms_at(pieces: list[Piece], hour: int, free_today: bool, free_yesterday: bool) -> set[str]:
    """Return who answers at an hour: the oracle, by the clock on the wall."""

    def counts(days: str, free: bool) -> bool:
        return days == "daily" or not free

    return {
        room
        for room, days, first, last in pieces
        if (first < last and first <= hour < last and counts(days, free_today))
        or (first >= last and hour >= first and counts(days, free_today))
        or (first >= last and hour < last and counts(days, free_yesterday))
    }


@settings(deadline=None, max_examples=examples(60))
@given(pieces=shared_out())
def test_exactly_one_room_at_every_hour(pieces: list[Piece]) -> None:
    found = [rooms_at(pieces, hour, today, yesterday) for hour in range(24)
             for today in (False, True) for yesterday in (False, True)]  # fmt: skip
    said = [problem.what for problem in _answering(pieces)]
    assert any("nobody answers 116117 for island" in each for each in said) == (set() in found)
    assert any("is answered by" in each for each in said) == ({"a", "b"} in found)


def _answering(pieces: list[Piece]) -> list[Problem]:
    """Return what is wrong when two rooms share out who answers 116117 for the island."""
    rooms: dict[str, object] = {"lvs": {"municipalities": ["town", "upper"]}}
    for name in sorted({room for room, *_ in pieces}):
        by_hour = {
            f"{name}-{n}": {"days": days, "hours": f"{first:02d}:00-{last:02d}:00",
                            "municipalities": ["island"]}
            for n, (room, days, first, last) in enumerate(pieces) if room == name
        }  # fmt: skip
        rooms[name] = {"title": name, "number": "116117", "by_hour": by_hour,
                       "menu_s": {"value": 0, **small.MADE_UP},
                       "operators": {"always": small.staff(1)}}  # fmt: skip
    organisation = small.organisation({"control_rooms": rooms})
    loaded: Loaded[Organisation] = Loaded(organisation, Node({}, "x", 1), ("x",))
    region = small.region()
    return list(check_room_hours(loaded, region, CheckedYear(region.calendar.calendar())))
