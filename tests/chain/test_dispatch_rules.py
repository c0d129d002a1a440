"""The dispatcher's rules by hand: posts, transport vehicles, neighbour regions' crews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from akuttsim.chain.dispatch_rules import crews_for_posts
from akuttsim.chain.fleet import DispatchRules
from akuttsim.config.schema.fleet import Dispatch
from akuttsim.crew_choice import CREW_RULES, CrewFacts
from akuttsim.records import GREEN, MISSION, RETURN, STAND_BY, TRANSPORT, TRANSPORTED, YELLOW
from akuttsim.units import DAY_S
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    MIN,
    QUAY,
    START,
    UPPER,
    crew,
    fleet,
    incident,
    meets,
    number,
    open_for,
    satellite,
    support,
    times,
    transport,
    work,
)

TOWN, VALLEY = crew("hospital"), crew("upper")
VEHICLE = crew("hospital", kind="transport")


def rules(*crews: Any, **changes: Any) -> DispatchRules:
    return DispatchRules(fleet(*(crews or (TOWN,)), **changes).plan)


# -- what the rules are ------------------------------------------------------------------------


def test_by_itself_the_dispatcher_only_sends_who_is_expected_first() -> None:
    none = rules()
    assert (none.red_gains_s, none.cover, none.posts, none.half_way_longer_s) == (None,) * 2 + (
        {},
        None,
    )
    assert not none.may_call_off


def test_the_organisation_names_the_rule_by_which_a_free_crew_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def last_in_list(expected_s: Sequence[float], crews: Sequence[CrewFacts]) -> int:
        return len(expected_s) - 1

    monkeypatch.setitem(CREW_RULES, "last_in_list", last_in_list)
    sent = [
        int(meets(fleet(TOWN, VALLEY, dispatch=rule), incident(HOSPITAL)).courses.crew[0])
        for rule in ({}, {"rule": "last_in_list"})
    ]
    assert sent == [0, 1]


@pytest.mark.parametrize(
    ("order", "sent"),
    [
        ("longest_free", [0, 1, 1, 0]),
        ("first_in_file", [0, 1, 0, 0]),
        ("least_worked", [0, 1, 1, 1]),
    ],
)
def test_of_crews_that_are_equally_near_the_one_goes_whom_the_organisation_names(
    order: str, sent: list[int]
) -> None:
    """Both stand at the hospital again when the third and fourth ring.

    At the third crew 0 has worked 3,162 s and been free since then, crew 1 762 s, free since 1,762.
    """
    long, after = incident(CENTRE, on_scene_s=3000.0), (1000.0, 6000.0, 9000.0)
    at = fleet(TOWN, crew("hospital"), dispatch={"equally_near": order})
    record = meets(at, long, *(incident(CENTRE, after_s) for after_s in after))
    assert record.courses.crew.tolist() == sent


@pytest.mark.parametrize(
    ("rule", "drives_s"),
    [("road", 250), ("nearest_place", 0), ("where_freed", 1500 + 750), ("station", 90 + 72)],
)
def test_a_crew_on_its_way_back_counts_from_where_the_organisation_says(
    rule: str, drives_s: float
) -> None:
    """It is free at upper after 3,012 s, passes cross after 4,812, and has then driven two thirds
    of the 900 s to centre when somebody there rings."""
    at = fleet(TOWN, dispatch={"returning_from": rule})
    record = meets(at, incident(UPPER), incident(CENTRE, 5412.0))
    assert times(record.courses.on_scene_s)[1] == pytest.approx(5412 + drives_s, abs=0.01)


def test_who_is_expected_first_hangs_on_where_a_crew_on_its_way_back_counts_from() -> None:
    """Cross's crew is free at upper after 2,190 s, and 83 s from cross when somebody rings there.

    The town's needs 90 + 822 s, and cross's from where it was freed 1,500.
    """
    sent = [
        meets(
            fleet(crew("cross"), TOWN, dispatch={"returning_from": rule}),
            incident(UPPER),
            incident(CROSS, 2190 + 1700.0),
        ).courses.crew.tolist()
        for rule in ("road", "where_freed")
    ]
    assert sent == [[0, 0], [0, 1]]


def test_a_rule_that_nobody_has_written_is_refused() -> None:
    with pytest.raises(ValidationError, match="known are quickest"):
        Dispatch(rule="nearest_by_boat")
    with pytest.raises(ValidationError, match="known are road, nearest_place"):
        Dispatch(returning_from="nowhere")
    with pytest.raises(ValidationError, match="known are longest_free, first_in_file"):
        Dispatch(equally_near="tallest")


def test_the_usual_rule_is_left_out_of_what_is_written() -> None:
    written = Dispatch().model_dump(mode="json")
    assert not {"rule", "equally_near", "returning_from"} & set(written), "older digests must hold"


def test_rules_are_in_seconds_and_places() -> None:
    half_way = {"longer_than_min": number(30), "handover_min": number(2.5)}
    posts = [{"free": 2, "at": ["centre", "quay"]}, {"free": 1, "at": ["cross"]}]
    dispatch = {"red_takes_over_min": number(3), "half_way": half_way, "stand_by": posts}
    lent = crew("cross", kind="neighbour", available=number(0.7), quicker_by_min=number(5))
    mine = rules(TOWN, lent, dispatch=dispatch)
    assert mine.red_gains_s == 180
    assert (mine.half_way_longer_s, mine.half_way_handover_s) == (1800, 150)
    assert mine.posts == {2: (CENTRE, QUAY), 1: (CROSS,)}
    assert mine.neighbours == [(0.0, 0.0), (0.7, 300.0)]


def with_satellite(**parts: Any) -> dict[str, Any]:
    return {"satellite": satellite(open=open_for("upper"), **parts)}


@pytest.mark.parametrize(
    "changes",
    [
        {"dispatch": {"red_takes_over_min": number(0)}},
        {"supports": {"one": support("single_responder", "hospital")}},
        {"clinics": with_satellite(nurses_of_crew="crew-0")},
    ],
)
def test_a_crew_may_be_called_off_by_red_by_help_that_suffices_and_from_a_satellite(
    changes: Any,
) -> None:
    assert rules(VALLEY, **changes).may_call_off


# -- stand-by posts -----------------------------------------------------------------------------


def test_each_post_gets_the_nearest_crew_that_is_left() -> None:
    assert crews_for_posts([[5, 3], [1, 9]]) == [1, 0]
    assert crews_for_posts([[3, 3, 1], [1, 1, 0]]) == [2, 0]
    assert crews_for_posts([[4.0], [1.0]]) == [0], "the last posts stay empty"
    assert crews_for_posts([]) == []


def drives(record: Any, *kinds: int) -> list[tuple[str, float, float]]:
    """Return the drives of the second day; by the first, crews are at their posts."""
    rows = work(record, *kinds)
    return [row[:3] for row in rows if -START + DAY_S <= row[1] < DAY_S]


POSTS = [{"free": 2, "at": ["cross", "centre"]}, {"free": 1, "at": ["cross"]}]


def test_posts_are_by_the_number_of_free_crews() -> None:
    """Two free: the town's crew stands at cross and the valley's at centre; one free: at cross.

    While the town's crew is at cross with a patient, the valley's goes there; then that stays, and
    the other goes on to centre.
    """
    at = fleet(TOWN, VALLEY, dispatch={"stand_by": POSTS})
    record = meets(at, incident(CROSS, on_scene_s=2000.0))
    assert times(record.courses.on_scene_s) == [0], "it stands there, and away from its station"
    assert record.courses.crew.tolist() == [0]
    assert drives(record, STAND_BY) == [("upper", 0, 900), ("hospital", 2000, 2900)]
    begun = [row[:3] for row in work(record, STAND_BY)][:2]
    assert sorted(begun) == [("hospital", -START, -START + 990), ("upper", -START, -START + 2700)]


def test_without_a_rule_for_so_many_they_go_home() -> None:
    """With two free both are at home; with one it goes to cross, and back when both are free."""
    at = fleet(TOWN, VALLEY, dispatch={"stand_by": POSTS[1:]})
    record = meets(at, incident(UPPER, on_scene_s=3000.0))
    assert drives(record, STAND_BY) == [("hospital", 0, 990)]
    assert drives(record, RETURN) == [("hospital", 3090, 4080)]
    assert times(record.courses.free_s) == [3090]


def test_a_crew_is_sent_from_the_road_to_its_post() -> None:
    """On its way to cross it has driven 40 % of the stretch from centre: 300 s back, blue light."""
    at = fleet(TOWN, VALLEY, dispatch={"stand_by": POSTS[1:]})
    record = meets(at, incident(UPPER, on_scene_s=3000.0), incident(CENTRE, 90 + 360.0))
    assert times(record.courses.rolling_s)[1] == 450
    assert times(record.courses.on_scene_s)[1] == pytest.approx(450 + 0.4 * 750, abs=0.01)


def test_crews_on_home_duty_are_not_moved_and_go_home_when_it_begins() -> None:
    shifts = [("08:00-14:00", "station"), ("14:00-08:00", "home")]
    posts = [{"free": 1, "at": ["centre"]}]
    both = {**crew("hospital"), "shifts": [
        {"days": "daily", "hours": hours, "duty": duty} for hours, duty in shifts]}  # fmt: skip
    record = meets(fleet(both, dispatch={"stand_by": posts}), incident(CENTRE, 3 * 3600.0))
    assert drives(record, RETURN)[0][1:] == (2 * 3600, 2 * 3600 + 90)
    assert times(record.courses.rolling_s) == [3 * 3600 + 90 + 200], "it is at home"


# -- transport vehicles ------------------------------------------------------------------------


def test_a_planned_transport_takes_its_times() -> None:
    """180 s to roll, 990 to cross, 600 there, 990 back, 600 to hand over; one activity."""
    record = meets(fleet(VEHICLE, TOWN), transport(CROSS, HOSPITAL))
    assert record.courses.outcome.tolist() == [TRANSPORTED]
    assert times(record.courses.on_scene_s) == [180 + 990]
    assert times(record.courses.ended_s) == times(record.courses.free_s) == [1170 + 600 + 990 + 600]
    assert work(record, TRANSPORT) == [("hospital", 0, 3360, 0)]
    assert record.courses.crew.tolist() == [0]


def test_a_transport_out_of_the_region_keeps_the_vehicle_away() -> None:
    """It is free at the hospital after so long; the next is fetched from there."""
    away = transport(CENTRE, -1, away_s=7200.0)
    record = meets(fleet(VEHICLE), away, transport(HOSPITAL, CENTRE, 60.0))
    free = 180 + 90 + 600 + 7200
    assert times(record.courses.free_s)[0] == free
    assert times(record.courses.on_scene_s)[1] == free + 180, "the hospital is its station"


def test_transports_and_green_go_to_the_transport_vehicle_yellow_and_red_do_not() -> None:
    """Also where an ambulance would be there at once."""
    at = fleet(crew("hospital", kind="transport"), crew("upper"), crew("upper"))
    for patient, sent in (
        (transport(UPPER, HOSPITAL), 0),
        (incident(UPPER, urgency=GREEN), 0),
        (incident(UPPER, urgency=YELLOW), 1),
        (incident(UPPER), 1),
    ):
        assert meets(at, patient).courses.crew.tolist() == [sent]


def test_an_ambulance_goes_where_every_transport_vehicle_is_out() -> None:
    at = fleet(VEHICLE, VALLEY)
    record = meets(at, transport(CENTRE, HOSPITAL), transport(CENTRE, HOSPITAL, 60.0))
    assert record.courses.crew.tolist() == [0, 1]


def test_red_waits_for_an_ambulance_beside_an_idle_transport_vehicle() -> None:
    at = fleet(VEHICLE, crew("upper", "13:00-12:00"))
    record = meets(at, incident(CENTRE))
    assert times(record.courses.alerted_s) == [3600]


def test_a_transport_waits_behind_all_who_are_ill() -> None:
    record = meets(
        fleet(TOWN),
        incident(CENTRE),
        transport(CENTRE, HOSPITAL, 1.0),
        incident(CENTRE, 2.0, urgency=GREEN),
        incident(CENTRE, 3.0, urgency=YELLOW),
    )
    assert record.courses.on_scene_s.argsort().tolist() == [0, 3, 2, 1]


# -- neighbours --------------------------------------------------------------------------------


def neighbour(station: str = "centre", quicker: float = 0.0, **more: Any) -> dict[str, Any]:
    lent = {"available": number(0.5), "quicker_by_min": number(quicker)}
    return crew(station, kind="neighbour", **{**lent, **more})


THERE = {"u_neighbour_crew": 0.4}


def test_a_neighbour_comes_to_red_only_when_it_is_available() -> None:
    at = fleet(VALLEY, neighbour())
    for columns, sent in (
        (THERE, 1),
        ({"u_neighbour_crew": 0.5}, 0),
        ({**THERE, "urgency": YELLOW}, 0),
        ({**THERE, "urgency": GREEN}, 0),
    ):
        assert meets(at, incident(CENTRE, **columns)).courses.crew.tolist() == [sent]


@pytest.mark.parametrize(("quicker", "sent"), [(12.5, 1), (12.51, 0)])
def test_it_must_be_there_so_much_sooner_than_our_own(quicker: float, sent: int) -> None:
    """Ours from centre needs 90 + 750 s to cross, theirs there 90: 750 s = 12.5 min less."""
    at = fleet(crew("centre"), neighbour("cross", quicker))
    assert meets(at, incident(CROSS, **THERE)).courses.crew.tolist() == [sent]


def test_the_quickest_of_two_neighbours_goes() -> None:
    at = fleet(crew("upper"), neighbour("hospital"), neighbour("centre"))
    assert meets(at, incident(CENTRE, **THERE)).courses.crew.tolist() == [2]


def test_a_neighbour_takes_red_who_waits_and_goes_home_then() -> None:
    """Nobody else is free; it drives home after the patient and can be asked again from there."""
    at = fleet(crew("upper"), neighbour())
    busy = incident(UPPER, on_scene_s=20_000.0)
    record = meets(at, busy, incident(CROSS, 10.0, **THERE), incident(CROSS, 20.0, **THERE))
    assert record.courses.crew.tolist() == [0, 1, 1]
    first, second = times(record.courses.free_s)[1:]
    assert first == 10 + 90 + 750 + 600
    assert times(record.courses.on_scene_s)[2] == first
    assert work(record, RETURN)[0][1:3] == (second, second + 900)
    assert [row[3] for row in work(record, MISSION)] == [0, 1, 2]


def test_a_neighbour_is_rather_sent_than_a_crew_turned_that_is_later() -> None:
    at = fleet(TOWN, neighbour("cross"), dispatch={"red_takes_over_min": number(0)})
    on_its_way = incident(UPPER, urgency=YELLOW)
    record = meets(at, on_its_way, incident(CROSS, 3 * MIN, **THERE))
    assert record.courses.crew.tolist() == [0, 1] and not record.courses.taken_over.any()
