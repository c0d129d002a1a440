"""Random small organisations and regions: every mechanism on or off, in any combination."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from akuttsim.config.checks import check_organisation
from akuttsim.config.loader import Loaded
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import Node
from akuttsim.crew_choice import RETURN_RULES, TIE_ORDERS
from akuttsim.errors import InputError
from tests import small

EVERYBODY = ["town", "upper", "island"]
FAR = ["upper", "island"]
STATIONS = ("hospital", "centre", "upper", "island", "quay")
SHIFTS = (
    [("00:00-24:00", "station")],
    [("08:00-16:00", "station"), ("16:00-08:00", "home")],
    [("07:00-12:00", "station"), ("12:20-19:00", "station"), ("19:00-23:30", "home")],
    [("20:00-06:00", "home")],
)
DAY, NIGHT = "08:00-20:00", "20:00-08:00"
Draw = Any
Part = dict[str, Any]

# -- parts of configs -----------------------------------------------------------------------------


def number(value: float) -> Part:
    return {"value": value, **small.MADE_UP}


def constant(value: float) -> Part:
    return {"constant": value, **small.MADE_UP}


def spread(mean: float) -> Part:
    return {"lognormal": {"mean": mean, "cv": 0.6}, **small.MADE_UP}


def shares(red: float, yellow: float, green: float) -> Part:
    return {"red": red, "yellow": yellow, "green": green, **small.MADE_UP}


def daily(hours: str, **more: Any) -> Part:
    return {"days": "daily", "hours": hours, **more}


def perhaps(draw: Draw, part: Any) -> Any:
    """Return the part, or None, which leaves it out."""
    return part if draw(st.booleans()) else None


# -- control rooms ---------------------------------------------------------------------------


def broken_shift(on_duty: int) -> Part:
    """Return two staffings that one person takes with a gap shorter than many a call."""
    if not on_duty:
        return {}
    return {
        "morning": small.staff(on_duty, "08:00-12:00"),
        "afternoon": small.staff(on_duty, "12:02-20:00"),
    }


def operators(draw: Draw, at_least: int, *works: str) -> Part:
    """Return staffings: some round the clock who may do all, perhaps one for some work only."""
    rooms = {
        "always": small.staff(draw(st.integers(at_least, 2))),
        **broken_shift(draw(st.integers(0, 2))),
    }
    speaks = draw(st.sampled_from([[], ["sami"], ["others", "sami"]]))
    rooms["always"]["speaks"] = speaks if "116117" in works else []
    if draw(st.booleans()):
        able = draw(st.lists(st.sampled_from(works), unique=True, min_size=1))
        hours = draw(st.sampled_from(["00:00-24:00", "09:00-17:00", "15:00-23:00"]))
        rooms["trained"] = {**small.staff(1, hours), "answers": able}
    return rooms


def room(number_rung: str, **more: Any) -> Part:
    return {"title": number_rung, "number": number_rung, "menu_s": number(0.0), **more}


def served(draw: Draw, mine: list[str], by_hour: bool, hours: str) -> Part:
    """Return whom a room answers for: at all hours, or in some."""
    if by_hour:
        return {"municipalities": [], "by_hour": {"mine": daily(hours, municipalities=mine)}}
    return {"municipalities": mine}


def two_rooms(draw: Draw, first: str, second: str, number_rung: str) -> dict[str, Part]:
    """Return two rooms that share a district by municipality and perhaps by hour of the day.

    By hour, the first answers for the town always and for the rest at night.
    """
    by_hour = draw(st.booleans())
    mine = {"municipalities": ["town"]}
    if by_hour:
        mine["by_hour"] = {"night": daily(NIGHT, municipalities=FAR)}
    return {
        first: {"number": number_rung, **mine},
        second: room(number_rung, **served(draw, FAR, by_hour, DAY)),
    }


def helped(draw: Draw, rooms: dict[str, Part], first: str, second: str) -> None:
    """Let two rooms with staff of their own take each other's calls, in none or several ways."""
    for one, other, hours in ((first, second, "16:30-19:00"), (second, first, "08:10-10:30")):
        overflow = {
            "to": other,
            "after_s": perhaps(draw, number(draw(st.sampled_from([30.0, 120.0])))),
            "queue_longer_than": perhaps(draw, number(draw(st.integers(0, 2)))),
        }
        if overflow["after_s"] or overflow["queue_longer_than"]:
            rooms[one]["overflow"] = overflow
        if draw(st.booleans()):
            rooms[one] |= {"back_up": other, "down": {"breakdown": daily(hours)}}


def room_116117(draw: Draw) -> Part:
    """Return what only a 116117 room may have."""
    callback = {
        "queue_longer_than": number(draw(st.integers(0, 2))),
        "share": number(0.7),
        "dial_s": spread(20.0),
        "not_reached": number(0.2),
    }
    doctor = {
        "team": draw(st.sampled_from(["duty-doctor", "gps", "in-room"])),
        "reviews": shares(1.0, 0.6, 0.6),
        "settles": shares(0.0, 0.3, 0.6),
        "review_min": spread(4.0),
    }
    video = {
        "share": number(draw(st.sampled_from([0.2, 1.0]))),
        "extra_min": {**constant(3.0), "lognormal": None},
    }
    return {
        "menu_s": number(draw(st.sampled_from([0.0, 15.0]))),
        "health_line": draw(st.sampled_from(["first", "in_turn"])),
        "video": perhaps(draw, video),
        "callback": perhaps(draw, callback),
        "pick_up_s": perhaps(draw, spread(8.0)),
        "interpreting": perhaps(draw, interpreting(draw)),
        "other_tasks": perhaps(draw, other_tasks(draw)),
        "doctor": perhaps(draw, doctor),
    }


def interpreting(draw: Draw) -> Part:
    return {
        "understands_s": number(20.0),
        "waits_at_most_s": number(draw(st.sampled_from([0.0, 60.0]))),
        "connect_s": spread(45.0),
        "talk_factor": number(1.5),
    }


def other_tasks(draw: Draw) -> Part:
    """Return what operators do beside calls: papers last, the counter in turn, breaks."""
    task = {**daily("08:00-23:00"), "per_hour": number(2.0), "minutes": spread(4.0)}
    breaks = {"minutes": number(30.0), "shift_h": number(5.5), "longest_shift_h": number(10.0)}
    return {
        "keeps_free": number(draw(st.integers(0, 1))),
        "tasks": {"papers": task, "door": {**task, "starts": "in_turn", "at_door": True}},
        "breaks": perhaps(draw, breaks),
    }


def room_113(draw: Draw) -> Part:
    """Return what only a 113 room may have."""
    back = {"dial_s": spread(15.0), "not_reached": number(0.3)}
    return {"pick_up_s": perhaps(draw, spread(5.0)), "rings_back": perhaps(draw, back)}


def control_rooms(draw: Draw, at_the_door: str | None, alarms: bool) -> dict[str, Part]:
    """Return one or two rooms for each number, perhaps with shared operators.

    Operators of `at_the_door` also receive at the legevakt.
    """
    rooms: dict[str, Part] = {"lvs": {}, "amk": {}}
    if draw(st.booleans()):
        rooms |= two_rooms(draw, "lvs", "lvs-far", "116117")
    if draw(st.booleans()):
        rooms |= two_rooms(draw, "amk", "amk-far", "113")
    rooms |= response_centres(draw) if alarms else {}
    for name in [each for each in ("lvs", "lvs-far", "amk", "amk-far") if each in rooms]:
        rooms[name] |= room_116117(draw) if name.startswith("lvs") else room_113(draw)
    staffed_by(draw, rooms, at_the_door)
    for first, second in (("lvs", "lvs-far"), ("amk", "amk-far"), ("centre", "centre-far")):
        own = [rooms[each].get("operators_of") or each for each in (first, second) if each in rooms]
        if len(set(own)) == 2:
            helped(draw, rooms, first, second)
    for name in [each for each in ("amk", "amk-far") if each in rooms]:
        nobody: Part = {"always": None} if name == "amk" else {}
        rooms[name]["dispatchers"] = draw(st.sampled_from([{"always": small.staff(1)}, nobody]))
    regional = draw(
        st.sampled_from(["nobody", *(each for each in ("lvs", "lvs-far") if each in rooms)])
    )
    if regional != "nobody":
        rooms[regional]["outside"] = ["neighbour"]
    return rooms


def response_centres(draw: Draw) -> dict[str, Part]:
    how = draw(st.sampled_from(["none", "all", "some", "two"]))
    if how == "none":
        return {}
    if how == "two":
        return two_rooms(draw, "centre", "centre-far", "alarm") | {
            "centre": room("alarm", municipalities=["town"]),
            "centre-far": room("alarm", municipalities=FAR),
        }
    who = EVERYBODY if how == "all" else FAR
    return {"centre": room("alarm", **served(draw, who, draw(st.booleans()), "06:00-22:00"))}


def staffed_by(draw: Draw, rooms: dict[str, Part], at_the_door: str | None) -> None:
    """Give each room operators of its own, or those of the first rooms."""
    lvs_too = draw(st.booleans())
    for name in rooms:
        host = "amk" if name == "lvs" and lvs_too else None
        if name not in ("lvs", "amk"):
            host = draw(st.sampled_from([None, "amk", "amk" if lvs_too else "lvs"]))
        if host is not None:
            rooms[name] |= {"operators_of": host, "keeps_free": perhaps(draw, number(1))}
    for name in [each for each in rooms if host_of(rooms, each) == each]:
        gone: Part = {"evening": None, "day": None} if name in ("lvs", "amk") else {}
        mine = [each for each in rooms if host_of(rooms, each) == name]
        at_least = 2 if any(rooms[each].get("keeps_free") for each in mine) else 1
        works = {NUMBERS[each] for each in mine}
        works |= {"clinic"} if at_the_door and host_of(rooms, at_the_door) == name else set()
        rooms[name]["operators"] = {**gone, **operators(draw, at_least, *sorted(works))}
    if lvs_too:
        rooms["lvs"]["operators"] = {"always": None, "evening": None}


NUMBERS = {"lvs": "116117", "lvs-far": "116117", "amk": "113", "amk-far": "113"} | {
    "centre": "alarm",
    "centre-far": "alarm",
}


def host_of(rooms: Mapping[str, Part], name: str) -> str:
    return rooms[name].get("operators_of") or name


# -- doctors and clinics -----------------------------------------------------------------------


def back_up(draw: Draw) -> Part:
    longer = perhaps(draw, number(draw(st.integers(0, 3))))
    return {
        "on_call": {"all": small.staff(1, draw(st.sampled_from(["00:00-24:00", "16:00-09:00"])))},
        "comes_after_min": number(25.0),
        "queue_longer_than": longer,
        "when_all_are_out": longer is None or draw(st.booleans()),
    }


def home_duty(draw: Draw) -> Part:
    called = draw(st.sampled_from(["when_sent", "at_the_door"]))
    return {"comes_in_min": draw(st.sampled_from([spread(20.0), constant(0.0)])), "called": called}


def call_outs(draw: Draw) -> Part:
    """Return doctors who go within a limit, or by odds; who leave whom, and may turn back."""
    if draw(st.booleans()):
        return {}
    leaves = draw(st.sampled_from([[], ["green"], ["yellow", "green"]]))
    odds = {"offset": 1.0, "half_hour_farther": -0.5, "others_wait": -0.6, "response_car": 0.7}
    reaction = {"day_min": spread(4.0), "night_min": spread(9.0)}
    return {
        "goes": number(0.6),
        "odds": {name: number(value) for name, value in odds.items()},
        "reaction": perhaps(draw, reaction),
        "leaves_for_red": leaves,
        "turns_back": draw(st.booleans()),
    }


def acute_team(draw: Draw, travels: list[str], has_nurses: bool) -> Part:
    """Return doctors who go out as a team, perhaps with the legevakt's nurse."""
    nurse = {"nurses_of": "legevakt", "nurses_stay": perhaps(draw, number(draw(st.integers(0, 1))))}
    return {
        **(nurse if has_nurses else {}),
        "travels": draw(st.sampled_from(travels)),
        "alerted": number(draw(st.sampled_from([0.5, 1.0]))),
        "max_drive_min": number(draw(st.sampled_from([20.0, 90.0]))),
        "reaction_min": spread(5.0),
        "rides_along": number(draw(st.sampled_from([0.0, 0.5, 1.0]))),
        "lift_after_min": number(draw(st.sampled_from([0.0, 25.0]))),
        "clinic": draw(st.sampled_from(["waits", "closes"])),
    }


def doctors(draw: Draw, changes_at: str, has_nurses: bool) -> dict[str, Part]:
    """Return the GPs by day, the doctor on duty at other hours, and one in the control room."""
    some = st.integers(1, 2)
    day = {**small.staff(draw(some), f"08:00-{changes_at}")}
    night = {**small.staff(draw(some), f"{changes_at}-08:00")}
    always = {"satellite": small.staff(1, "08:00-16:00")}
    in_room = {
        "title": "In the room",
        "place": "centre",
        "home_visits": False,
        "call_outs": False,
        "on_duty": {"day": small.staff(1, "10:00-22:00")},
    }
    at_home = draw(st.booleans())
    if at_home:
        night |= {"duty": "home"}
    behind = [perhaps(draw, back_up(draw)) for _ in range(2)]
    for row, rule in zip((day, night), behind, strict=True):
        if rule is not None and draw(st.booleans()):
            row["in_training"] = True
            rule["training"] = {
                "asks": shares(1.0, 0.5, 0.2),
                "talk_min": spread(6.0),
                "comes": number(0.3),
            }
    return {
        "gps": {
            "on_duty": {"office-hours": day},
            "back_up": behind[0],
            "acute_team": perhaps(draw, acute_team(draw, ["apart"], has_nurses)),
        },
        "duty-doctor": {
            "on_duty": {"weekend": None, "weekday": night, **always},
            "home_duty": home_duty(draw) if at_home else None,
            "response_car": draw(st.booleans()),
            "home_visits": draw(st.booleans()),
            "back_up": behind[1],
            "acute_team": perhaps(draw, acute_team(draw, ["together", "apart"], has_nurses)),
        },
        "in-room": in_room,
    }


def bed_nursing(draw: Draw) -> Part:
    """Return a nurse who looks in on those in bed, perhaps on so many at most."""
    limit = perhaps(draw, number(draw(st.integers(0, 2))))
    return {"every_min": number(40), "look_min": number(6), "beds_per_nurse": limit}


def cared_for(draw: Draw) -> tuple[list[str], Part]:
    """Return what the legevakt does beside the examination, and how that is."""
    care: Part = {
        "door_triage": {"triage_min": spread(4.0)},
        "tests": {
            "share": shares(0.8, 0.6, 0.4),
            "wait_min": spread(20.0),
            "result_min": spread(4.0),
        },
        "observation": {
            "share": shares(0.5, 0.3, 0.1),
            "stay_min": spread(120.0),
            "result_min": spread(6.0),
            "nursing": perhaps(draw, bed_nursing(draw)),
        },
        "booking": {
            "urgencies": draw(st.sampled_from([["green"], ["yellow", "green"]])),
            "slot_min": number(draw(st.sampled_from([5.0, 20.0]))),
        },
    }
    some = draw(st.lists(st.sampled_from(sorted(care)), unique=True))
    return some, {name: part for name, part in care.items() if name in some}


def clinics(draw: Draw, changes_at: str, at_the_door: str | None, care: list[str]) -> Part:
    day, night = daily(f"08:00-{changes_at}"), daily(f"{changes_at}-08:00")
    sends_on = st.sampled_from(["stays", "sends_on"])
    gone: dict[str, Any] = {"weekend": None, "weekday": None}
    nurses: Part = {
        "nurses": {"weekend": None, "weekday": {**night, "on_duty": draw(st.integers(1, 2))}}
    }
    if at_the_door is not None:
        nurses = {"nurses": gone, "nurses_of": at_the_door, "keeps_free": perhaps(draw, number(1))}
    beds = number(draw(st.integers(1, 2))) if "observation" in care else None
    gp_care = [each for each in care if each in ("tests", "booking")]
    return {
        "gp-office": {
            "open": {"office-hours": day},
            "care": gp_care,
            "at_closing": draw(sends_on),
        },
        "legevakt": {
            "open": {"weekend": None, "weekday": night},
            **nurses,
            "care": care,
            "observation_beds": beds,
            "at_closing": draw(sends_on),
        },
        **({"satellite": satellite(draw)} if draw(st.booleans()) else {}),
    }


def satellite(draw: Draw) -> Part:
    return {
        "title": "Satellite",
        "kind": "satellite",
        "place": "upper",
        "doctors": "duty-doctor",
        "takes": draw(st.sampled_from([["green"], ["yellow", "green"]])),
        "open": {"all": daily("09:00-21:00", municipalities=FAR)},
        "nurses": {"all": small.staff(1, "09:00-21:00")},
    }


# -- the rest of an organisation ---------------------------------------------------------------


def shown(draw: Draw) -> Part:
    return {
        "share": number(0.7),
        "talk_min": spread(8.0),
        "waits_at_most_min": number(draw(st.sampled_from([0.0, 3.0]))),
        "spared": number(0.4),
    }


def at_113(draw: Draw) -> Part:
    conference = {
        "share": shares(0.3, 0.4, 0.5),
        "talk_s": spread(150.0),
        "waits_at_most_s": number(60.0),
        "spared": shares(0.05, 0.3, 0.5),
    }
    alert = {"share": shares(0.6, 0.2, 0.0), "extra_s": spread(90.0)}
    return {"doctor_conference": perhaps(draw, conference), "triple_alert": perhaps(draw, alert)}


def on_screen(draw: Draw, changes_at: str) -> Part:
    return {
        "share": number(0.5),
        "open": {"some": daily(draw(st.sampled_from(["09:00-12:00", "00:00-08:00"])))},
        "doctors": None,
        "consultation_min": spread(9.0),
        "sent_on": number(0.3),
    } | draw(
        st.sampled_from([{}, {"doctors": "gps", "open": {"some": daily(f"09:00-{changes_at}")}}])
    )


def long_journeys(draw: Draw) -> Part:
    """Return where women in labour go, and who rides along on long journeys."""
    wards = draw(st.sampled_from([[], ["hospital"]]))
    care = {
        "wards": wards,
        "escort_over_min": number(draw(st.sampled_from([0.0, 30.0]))),
        "far_by_ambulance": number(0.8),
    }
    riders = {
        f"{goes_with}-{n}": {
            "title": "Rides along",
            "goes_with": goes_with,
            "base": draw(st.sampled_from(STATIONS)),
            "on_duty": {"some": daily(draw(st.sampled_from(["00:00-24:00", "08:00-20:00"])))},
            "reaction_min": spread(10.0),
            "max_drive_min": number(draw(st.sampled_from([20.0, 90.0]))),
        }
        for goes_with in ("births", "psychiatry")
        for n in range(draw(st.integers(0, 2)))
    }
    return {"births": perhaps(draw, care), "escorts": riders}


def home_nursing(draw: Draw) -> Part:
    """Return one or two teams of home nursing, perhaps with planned visits and a nursing home."""
    rounds = {**daily("21:00-09:00"), "per_hour": number(1.0), "minutes": spread(10.0)}
    team = {"title": "Home nursing", "municipalities": EVERYBODY, "place": "centre",
            "on_duty": broken_shift(draw(st.integers(1, 2)))}  # fmt: skip
    valley = {"title": "Valley", "municipalities": FAR, "place": "upper",
              "places": draw(st.sampled_from([[], ["upper"]])),
              "on_duty": {"all": small.staff(1, draw(st.sampled_from(["00:00-24:00", NIGHT])))},
              "nursing_home": draw(st.sampled_from([{}, {"rounds": rounds}]))}  # fmt: skip
    planned = {
        "per_person_year": {"values": dict.fromkeys(AGES, 0.3), **small.MADE_UP},
        "hours": FLAT,
        "visit_min": spread(20.0),
    }
    both = draw(st.booleans())
    return {
        "teams": {"valley": valley, "town": team} if both else {"town": team},
        "planned": perhaps(draw, planned),
        "alarm_visit_min": spread(25.0),
        "falls": perhaps(draw, {"share": number(0.3), "visit_min": spread(50.0)}),
        "passes_on_after_min": number(draw(st.sampled_from([0.0, 15.0, 90.0]))),
    }


def filling(draw: Draw) -> Part:
    """Return rosters of which some shifts, perhaps most, lack their own person."""

    def missing() -> Part:
        share = draw(st.sampled_from([0.0, 0.1, 0.7]))
        return {"share": number(share), "locum": number(0.2), "overtime": number(0.3)}

    gaps = {"shift_at_most_h": number(draw(st.sampled_from([5.0, 24.0])))}
    staff = ("operators", "nurses", "doctors", "crews", "home_nurses")
    return {each: perhaps(draw, {**gaps, "vacant": missing(), "sick": missing()}) for each in staff}


@st.composite
def organisations(draw: Draw, alarms: bool = False) -> small.Changes:
    """Return changes that make a random small organisation, as a rule one with enough people.

    Without safety `alarms` in the region nobody answers any.
    """
    changes_at = draw(st.sampled_from(["15:30", "12:10"]))
    at_the_door = draw(st.sampled_from([None, "lvs", "amk"]))
    rooms = control_rooms(draw, at_the_door, alarms)
    if at_the_door is not None:
        at_the_door = host_of(rooms, at_the_door)
    care, how = cared_for(draw)
    gone: dict[str, Any] = dict.fromkeys(("town-1", "town-2", "upper-1"))
    crews = {
        f"crew-{n}": small.crew(draw(st.sampled_from(STATIONS)), *draw(st.sampled_from(SHIFTS)))
        for n in range(draw(st.integers(0, 3)))
    }
    always = {f"always-{n}": small.crew("hospital", SHIFTS[0][0]) for n in range(4)}
    video = {
        "from_ambulance": perhaps(draw, shown(draw)),
        "from_nursing_home": perhaps(draw, shown(draw)),
    }
    return {
        "control_rooms": rooms,
        "doctors": doctors(draw, changes_at, at_the_door is None),
        "clinics": clinics(draw, changes_at, at_the_door, care),
        "clinic_care": how,
        "ambulances": {**gone, **always, **crews},
        "call_outs": call_outs(draw),
        "walk_ins": perhaps(draw, {"share": number(0.3)}),
        "e_consultation": perhaps(draw, on_screen(draw, changes_at)),
        "emergency_calls": at_113(draw),
        "doctor_video": video,
        "home_nursing": perhaps(draw, home_nursing(draw)),
        "filling": perhaps(draw, filling(draw)),
        "dispatch": {
            "equally_near": draw(st.sampled_from(sorted(TIE_ORDERS))),
            "returning_from": draw(st.sampled_from(sorted(RETURN_RULES))),
            "back_from_afar": draw(st.sampled_from(["on_the_road", "at_station"])),
        },
        **long_journeys(draw),
    }


# -- regions ------------------------------------------------------------------------------------

FLAT = {"weekday": [1.0] * 24, "weekend": [1.0] * 24, "flatten": 0.0, **small.MADE_UP}
AGES = ("0-5", "6-15", "16-19", "20-29", "30-49", "50-66", "67-79", "80-89", "90+")
SECTIONS: dict[str, Part] = {
    "distance_decay": {
        "consultation_per_km": number(0.015),
        "home_visit_per_km": number(0.016),
        "red_per_km": number(0.005),
        "reference_km": number(15.0),
        "satellite_counts": number(0.5),
        "instead": {
            "doctor_phone": number(0.2), "next_day": number(0.2), "worse_later": number(0.2),
            "without": number(0.2), "red_rings_113": number(0.5),
        },
    },
    "without_gp": {"share": number(0.2), "national_share": number(0.05), "factor": number(1.5)},
    "same_incident": {
        "again": number(0.5), "after_min": constant(2.0), "talk_s": constant(40.0)
    },
    "planned_transports": {
        "per_person_year": number(0.05),
        "hours": FLAT,
        "free_day_factor": number(0.5),
        "from_hospital": number(0.5),
        "out_of_region": number(0.2),
        "away_h": spread(4.0),
    },
    "psychiatric_callers": {"share": number(0.1), "talk_factor": number(2.0)},
    "languages": {
        "sami": {"title": "Sámi", "share": number(0.2), "municipalities": ["upper"]},
        "others": {"title": "Others", "share": number(0.2)},
    },
    "hospital_transfers": {
        "per_person_year": number(0.1),
        "hours": FLAT,
        "free_day_factor": number(0.5),
        "urgency": {"red": 0.3, "yellow": 0.4, "green": 0.3, **small.MADE_UP},
        "way_out": {"leaves_at": "quay", "beyond_min": spread(50.0)},
    },
    "psychiatric_transports": {
        "per_person_year": number(0.1),
        "age_factor": {"values": dict.fromkeys(AGES, 1.0), **small.MADE_UP},
        "hours": FLAT,
        "free_day_factor": number(0.5),
        "urgency": {"red": 0.1, "yellow": 0.5, "green": 0.4, **small.MADE_UP},
        "escorted": number(0.6),
        "police_after_min": spread(30.0),
        "way_out": {"leaves_at": "cross", "beyond_min": spread(80.0)},
    },
    "births": {
        "per_1000_a_year": {"values": dict.fromkeys(AGES, 80.0), **small.MADE_UP},
        "birth_after_h": spread(2.0),
        "by_ambulance": number(0.4),
        "way_out": {"leaves_at": "quay", "beyond_min": spread(60.0)},
    },
    "safety_alarms": {
        "users_by_age": {"values": dict.fromkeys(AGES, 0.02), **small.MADE_UP},
        "alarms_per_user_month": number(20.0),
        "hours": FLAT,
        "needs": {"closed": 0.4, "home_nursing": 0.3, "to_116117": 0.15, "to_113": 0.15,
                  **small.MADE_UP},
        "talk_s": spread(90.0),
        "handover_s": constant(40.0),
        "home_nursing_min": spread(30.0),
    },
}  # fmt: skip


WORSENING = {
    "judged_too_low": {"red": 0.6, "yellow": 0.5, "green": 0.0, **small.MADE_UP},
    "after_h": {"red": constant(0.5), "yellow": spread(3.0), "green": spread(6.0)},
    "recognised": number(0.7),
    "corrected_on_scene": number(0.7),
    "while_waiting": {"yellow": number(0.3), "green": number(0.1)},
}


@cache
def region(contacts: float, *sections: str) -> Region:
    """Return the small region with so many contacts a person and these optional sections."""
    demand = {name: SECTIONS[name] for name in sections}
    demand["contacts_per_person_year"] = {"value": contacts}
    phone = {"patience": {"menu_counts": number(1.0)}, "care": {"recognise_red_s": spread(90.0)}}
    return small.region({"demand": demand, "worsening": WORSENING, **phone})


regions = st.builds(
    lambda contacts, sections: region(contacts, *sorted(sections)),
    st.sampled_from([1.2, 2.4]),
    st.sets(st.sampled_from(sorted(SECTIONS))),
)


@st.composite
def districts(draw: Draw) -> tuple[small.Changes, Region]:
    """Return changes that make an organisation which the checks let through, and its region."""
    where = draw(regions)
    changes = draw(organisations(alarms=where.demand.safety_alarms is not None))
    assume(not problems(small.organisation(changes), where))
    return changes, where


def problems(organisation: Organisation, where: Region) -> str:
    """Return '' for an organisation that the checks let through, else what they say."""
    node = Node({}, "", 0)
    try:
        check_organisation(Loaded(organisation, node, ("",)), Loaded(where, node, ("",)))
    except InputError as error:
        return str(error)
    return ""
