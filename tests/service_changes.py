"""Changes of a service: in most it becomes better, in the last ones care is moved away or shut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests import small
from tests.analysis.prices import COSTS
from tests.chain.by_hand import ALWAYS, OPEN, number, shares, takes, worsening
from tests.chain.random_organisations import AGES, FLAT, SECTIONS
from tests.nightly import by_night

Part = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A change of the service: the organisation before and after, in a region; as changes.

    It is tried over so many `replications` as are enough to tell.
    """

    before: Part
    after: Part
    region: Part = field(default_factory=dict)
    weeks: int = 1
    replications: int = 3


FAR_IS_LESS: Part = {
    "demand": {
        "distance_decay": {
            "consultation_per_km": number(0.03),
            "home_visit_per_km": number(0.03),
            "red_per_km": number(0.03),
            "reference_km": number(0.0),
        }
    }
}
"""A region in which few come from far away."""

TURNS = {"weeks_on": 1, "weeks_off": 2, "changes": "mon 00:00", **small.MADE_UP}
FAR = ["upper", "island"]
BUSY: Part = {"demand": {"contacts_per_person_year": number(4.0)}}
TRANSPORTS: Part = {"demand": {"planned_transports": SECTIONS["planned_transports"]}}
ALARMS: Part = {
    "demand": {
        "safety_alarms": {**SECTIONS["safety_alarms"], "alarms_per_user_month": number(52.0)}
    }
}


FEW_ALARMS: Part = {"demand": {"safety_alarms": SECTIONS["safety_alarms"]}}


JOURNEYS: Part = {
    "demand": {
        name: SECTIONS[name] for name in ("hospital_transfers", "psychiatric_transports", "births")
    }
}
LANGUAGES: Part = {"demand": {"languages": SECTIONS["languages"]}}


def followed(midwives: int, *wards: str) -> Part:
    """Return births with so many midwives on call, at these wards or out of the region."""
    always = {"always": {"days": "daily", "hours": "00:00-24:00"}}
    one = {"title": "Midwife", "goes_with": "births", "base": "upper", "on_duty": always,
           "reaction_min": takes(1), "max_drive_min": number(90)}  # fmt: skip
    births = {"wards": list(wards), "escort_over_min": number(0), "far_by_ambulance": number(1)}
    return {"births": births, "escorts": {f"midwife-{n}": one for n in range(midwives)}}


def spoken(*languages: str) -> Part:
    """Return a 116117 room whose operator speaks these languages, and rings for an interpreter."""
    rule = {"understands_s": number(20), "waits_at_most_s": number(0), "connect_s": takes(1),
            "talk_factor": number(1.5)}  # fmt: skip
    staff = {"always": {**small.staff(2), "speaks": list(languages)}}
    return {"control_rooms": {"lvs": {"interpreting": rule, "operators": staff}}}


def room(name: str, operators: int) -> Part:
    return {"control_rooms": {name: {"operators": {"always": small.staff(operators)}}}}


def doctors(count: int, hours: str = "00:00-24:00", **more: Any) -> Part:
    return {"doctors": {"duty-doctor": {"on_duty": {"always": small.staff(count, hours)}, **more}}}


def legevakt(**parts: Any) -> Part:
    return {"clinics": {"legevakt": parts}}


def crews(count: int, station: str = "hospital") -> Part:
    own = {f"crew-{n}": small.crew(station, ("00:00-24:00", "station")) for n in range(count)}
    gone: Part = dict.fromkeys(("town-1", "town-2", "upper-1"))
    return {"ambulances": {**gone, **own}}


def both(*parts: Part) -> Part:
    joined: Part = {}
    for part in parts:
        joined = small.laid_over(joined, part)
    return joined


def centre(operators: int) -> Part:
    municipalities = ["town", "upper", "island"]
    made = {**small.room("alarm", municipalities),
            "operators": {"always": small.staff(operators)}}  # fmt: skip
    return {"control_rooms": {"centre": made}}


def home_nursing(count: int, answered: tuple[str, ...] = ("town", "upper", "island")) -> Part:
    """Return so many of home nursing in town and in the valley, and whose alarms are answered."""
    town = {"title": "Town", "place": "centre", "municipalities": ["town"],
            "on_duty": {"always": small.staff(count)}}  # fmt: skip
    valley = {"title": "Valley", "place": "centre", "municipalities": FAR,
              "on_duty": {"always": small.staff(count)}}  # fmt: skip
    planned = {"per_person_year": {"values": dict.fromkeys(AGES, 0.3), **small.MADE_UP},
               "hours": FLAT, "visit_min": takes(15)}  # fmt: skip
    nursing = {"teams": {"town": town, "valley": valley}, "planned": planned,
               "alarm_visit_min": takes(20), "passes_on_after_min": number(30)}  # fmt: skip
    made = {**small.room("alarm", list(answered)), "operators": {"always": small.staff(4)}}
    return {"home_nursing": nursing, "control_rooms": {"centre": made}}


def filled(sick: float, taken: float) -> Part:
    """Return rosters of which a share is sick, with whom colleagues stand in for so often."""
    never = {"share": number(0.0), "locum": number(0.0), "overtime": number(0.0)}
    gaps = {"shift_at_most_h": number(8.0), "vacant": never,
            "sick": {**never, "share": number(sick), "overtime": number(taken)}}  # fmt: skip
    return {"filling": dict.fromkeys(("operators", "nurses", "doctors", "crews"), gaps)}


def nursed_satellite() -> Part:
    made = {"title": "Satellite", "kind": "satellite", "place": "upper", "doctors": "duty-doctor",
            "open": {"all": {"days": "daily", "hours": "16:00-22:00", "municipalities": ["upper"]}},
            "nurses": {"all": small.staff(1, "16:00-22:00")}}  # fmt: skip
    return {"clinics": {"satellite": made}}


def responders(reaction_min: float) -> Part:
    group = {"title": "Fire", "place": "upper", "available": number(1.0),
             "reaction_min": takes(reaction_min), "max_drive_min": number(30)}  # fmt: skip
    return {"first_responders": {"fire": group}}


def helicopter(reaction_min: float) -> Part:
    flown = small.support("helicopter", "hospital", reaction_min=takes(reaction_min))
    return {"supports": {"air": flown}}


def second_legevakt(place: str = "upper") -> Part:
    nurses = {"always": small.staff(1)}
    return {
        "clinics": {
            "valley": {
                "title": "Valley", "kind": "legevakt", "place": place, "doctors": "duty-doctor",
                "open": {"always": {**ALWAYS, "municipalities": FAR}}, "nurses": nurses,
            }
        }
    }  # fmt: skip


def booked(slot_min: float) -> Part:
    booking = {"urgencies": ["green"], "slot_min": number(slot_min)}
    return both(legevakt(care=["booking"]), {"clinic_care": {"booking": booking}})


def doctor_in_room() -> Part:
    team = {"title": "In the room", "place": "centre", "home_visits": False, "call_outs": False,
            "on_duty": {"always": small.staff(1)}}  # fmt: skip
    looks = {"team": "in-room", "reviews": shares(1.0, 1.0, 1.0), "settles": shares(0.0, 0.9, 0.9),
             "review_min": takes(2)}  # fmt: skip
    return {"doctors": {"in-room": team}, "control_rooms": {"lvs": {"doctor": looks}}}


ROTATION = {"doctors": {"duty-doctor": {"rotation": TURNS}}}
BACK_UP = {
    "on_call": {"always": small.staff(1)}, "comes_after_min": number(20),
    "queue_longer_than": number(1),
}  # fmt: skip
BOTH_HALVES: Part = {
    "doctors": {"duty-doctor": {"on_duty": {
        "always": small.staff(1, "08:00-20:00"), "night": small.staff(1, "20:00-08:00")}}}
}  # fmt: skip
SHUT = {"open": {"always": {**OPEN, "hours": "10:00-22:00"}}}

SHUT_AT_NIGHT: Part = {
    "title": "Evening", "kind": "legevakt", "place": "centre", "doctors": "evening",
    "open": {"evening": {**OPEN, "hours": "10:00-22:00"}},
    "nurses": {"evening": small.staff(3, "10:00-22:00")},
}  # fmt: skip


def evening(count: int, hours: str = "10:00-22:00") -> Part:
    """Return a legevakt that closes in the evening, with so many doctors."""
    team = {"title": "Evening", "place": "centre", "home_visits": False, "call_outs": False,
            "on_duty": {"evening": small.staff(count, hours)}}  # fmt: skip
    return {"doctors": {"evening": team}, "clinics": {"evening": SHUT_AT_NIGHT}}


def cheap(nok: float) -> Part:
    return {"costs": {**COSTS, "hour_nok": {**COSTS["hour_nok"], "doctor": number(nok)}}}


def hospital(places: int) -> Part:
    return {"handovers": {"hospital": {"places": number(places)}}}


def back_up(count: int) -> Part:
    return doctors(count, back_up=BACK_UP)


def acute_team(count: int) -> Part:
    """Return so many doctors, who go out to all red as an acute team."""
    team = {"alerted": number(1.0), "max_drive_min": number(60), "reaction_min": takes(2),
            "rides_along": number(0.0), "lift_after_min": number(20)}  # fmt: skip
    return doctors(count, acute_team=team)


def message(seconds: float) -> Part:
    return {"control_rooms": {"lvs": {"menu_s": number(seconds)}}}


def night_team() -> Part:
    """Return a legevakt whose doctors in rotation have the days, and others the nights."""
    night = "20:00-08:00"
    team = {"title": "Night", "place": "hospital", "home_visits": True, "call_outs": True,
            "on_duty": {"night": small.staff(1, night)}}  # fmt: skip
    clinic = {"title": "Night", "kind": "legevakt", "place": "hospital", "doctors": "night",
              "open": {"night": {**OPEN, "hours": night}},
              "nurses": {"night": small.staff(1, night)}}  # fmt: skip
    by_day = doctors(1, "08:00-20:00")
    days = legevakt(open={"always": {**OPEN, "hours": "08:00-20:00"}})
    return both(by_day, days, {"doctors": {"night": team}, "clinics": {"night": clinic}})


VALLEY_CREW: Part = {"ambulances": {"valley": small.crew("upper", ("00:00-24:00", "station"))}}
VIDEO: Part = {
    "control_rooms": {"lvs": {"video": {"share": number(1.0), "extra_min": takes(0.01)}}}
}
WORSENING: Part = {"worsening": worsening(yellow_h=2, green_h=3, recognised=0.5, on_scene=0.5)}
HARD: Part = {"misjudged": {"hard_share": number(0.9), "hard_under": number(0.3),
                            "hard_over": number(0.3), "under": number(0.3),
                            "over": number(0.3)}, **WORSENING}  # fmt: skip
MANY_TRANSPORTS: Part = {
    "demand": {
        "planned_transports": {**SECTIONS["planned_transports"], "per_person_year": number(0.6)}
    }
}
BUSY_113: Part = {"demand": {"calls_113_per_person_year": number(3.0)}}
QUIET: Part = {
    "demand": {"contacts_per_person_year": number(0.3), "other_calls_per_person_year": number(0.2),
               "calls_113_per_person_year": number(0.05)}
}  # fmt: skip


CALM: Part = {
    "demand": {"contacts_per_person_year": number(0.9), "other_calls_per_person_year": number(0.5),
               "calls_113_per_person_year": number(0.1)}
}  # fmt: skip
PRICES: Part = {"costs": COSTS}
RICH = both(PRICES, ROTATION, centre(1), responders(5), helicopter(5), booked(10), hospital(1),
            back_up(1), evening(1))  # fmt: skip
WEEKS = by_night(1, 2)
EVERYTHING = both(FAR_IS_LESS, FEW_ALARMS, MANY_TRANSPORTS, WORSENING)

STEPS: dict[str, Step] = {
    "an operator more at 116117": Step({}, room("lvs", 2), BUSY),
    "operators more at 113": Step({}, room("amk", 3)),
    "an operator more for alarms": Step(centre(1), centre(3), ALARMS),
    "home nurses more": Step(home_nursing(1), home_nursing(4), FEW_ALARMS),
    "only the town's alarms answered": Step(
        home_nursing(2), home_nursing(2, ("town",)), FEW_ALARMS
    ),
    "moved away, with home nursing": Step(
        home_nursing(2),
        both(home_nursing(2), legevakt(place="upper")),
        both(FAR_IS_LESS, FEW_ALARMS),
    ),
    "fewer sick": Step(
        both(filled(0.6, 0.4), nursed_satellite()), both(filled(0.1, 0.4), nursed_satellite())
    ),
    "moved away, with the sick": Step(
        both(filled(0.3, 0.4), nursed_satellite()),
        both(filled(0.3, 0.4), nursed_satellite(), legevakt(place="upper")),
        FAR_IS_LESS,
    ),
    "crews more, of whom some are far away": Step(crews(2), crews(5), JOURNEYS),
    "a ward in the region": Step(followed(0), followed(0, "hospital"), JOURNEYS),
    "midwives on call": Step(followed(0, "hospital"), followed(4, "hospital"), JOURNEYS),
    "operators who speak it": Step(spoken(), spoken("sami", "others"), LANGUAGES),
    "moved away, with journeys": Step(
        both(crews(2), followed(1, "hospital")),
        both(crews(2), followed(1, "hospital"), legevakt(place="upper")),
        both(FAR_IS_LESS, JOURNEYS),
    ),
    "moved away, with languages": Step(
        spoken("sami"), both(spoken("sami"), legevakt(place="upper")), both(FAR_IS_LESS, LANGUAGES)
    ),
    "crews more": Step(crews(1), crews(4), TRANSPORTS, replications=4),
    "a crew nearer": Step(crews(1, "upper"), crews(1, "hospital"), replications=4),
    "first responders": Step(crews(2), both(crews(2), responders(1))),
    "first responders sooner": Step(both(crews(2), responders(12)), both(crews(2), responders(1))),
    "a helicopter sooner": Step(helicopter(20), helicopter(5)),
    "doctors more": Step(doctors(1), doctors(3)),
    "a doctor at night too": Step(
        both(evening(1), doctors(1, "08:00-20:00")), both(evening(1), doctors(1))
    ),
    "an acute team": Step(doctors(2), acute_team(2)),
    "doctors more in the team": Step(acute_team(1), acute_team(3)),
    "a legevakt nearer": Step(legevakt(place="upper"), {}),
    "places to hand over": Step(hospital(1), hospital(9), BUSY, replications=4),
    "more booked times": Step(both(doctors(3), booked(20)), both(doctors(3), booked(4))),
    "a doctor in the room": Step({}, doctor_in_room()),
    "doctors before the back-up": Step(back_up(1), back_up(3)),
    "doctors before it closes": Step(evening(1), evening(4)),
    "a doctor in the room, in rotation": Step(ROTATION, both(ROTATION, doctor_in_room()), weeks=3),
    "rotation by half days": Step(ROTATION, both(ROTATION, BOTH_HALVES), weeks=3),
    "cheaper doctors": Step(cheap(500), cheap(400)),
    "doctors fewer": Step(both(PRICES, doctors(2)), both(PRICES, doctors(1))),
    "a crew in the valley too": Step(crews(1), both(crews(1), VALLEY_CREW)),
    "vehicles for transports": Step(crews(2), crews(5), MANY_TRANSPORTS),
    "a legevakt in the valley": Step({}, second_legevakt()),
    "a shorter message": Step(message(60), message(5), {"patience": {"menu_counts": number(1)}}),
    "a legevakt on the island": Step({}, second_legevakt("island")),
    "video at 116117": Step({}, VIDEO, HARD, weeks=2),
    "operators more at a busy 113": Step({}, room("amk", 4), BUSY_113),
    "a doctor in the room, quiet nights": Step(
        ROTATION, both(ROTATION, doctor_in_room()), QUIET, weeks=4
    ),
    "a doctor in the room, calm nights": Step({}, doctor_in_room(), CALM, weeks=10),
    "another team at night": Step(ROTATION, both(ROTATION, night_team()), weeks=3),
    "moved away, alone": Step({}, legevakt(place="upper"), FAR_IS_LESS),
    "moved away, with a team": Step(
        acute_team(1), both(acute_team(1), legevakt(place="upper")), FAR_IS_LESS
    ),
    "moved away": Step(RICH, both(RICH, legevakt(place="upper")), EVERYTHING, WEEKS),
    "valley shut": Step(both(RICH, second_legevakt()), RICH, EVERYTHING, WEEKS),
}
