"""Rest after nights by hand: who has worked so much at night is off duty for so long after it."""

from __future__ import annotations

from typing import Any

from akuttsim.chain.clock_and_queues import Clock
from akuttsim.chain.crews import Mission, VehicleCrew
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.service_setup import crew_worked_s, crews_with_rest
from akuttsim.records import RED
from akuttsim.units import HOUR_S
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    START,
    UPPER,
    crew,
    fleet,
    incident,
    meets,
    number,
    times,
)


def rest(over_h: float = 2, hours: float = 8, night: str = "23:00-07:00") -> dict[str, Any]:
    return {"night": night, "worked_more_than_h": number(over_h), "rests_h": number(hours)}


def at(hour: float) -> float:
    """Return seconds after START of an hour of that day, or of the next from 24 on."""
    return (hour - 12) * HOUR_S


NIGHT, MORNING, RESTED = at(23), at(31), at(39)


def rested(*others: Any, **how: Any) -> small.World:
    """The town's crew rests; the valley's does not."""
    return fleet(crew("hospital", rest=rest(**how)), *(others or (crew("upper"),)))


def out(from_h: float, hours: float, place: int = CENTRE) -> Any:
    """Return somebody with whom the crew is for so long, the 222 s of going out included."""
    return incident(place, at(from_h), on_scene_s=hours * HOUR_S - 222)


def sent(world: small.World, *people: Any) -> list[int]:
    return [int(each) for each in meets(world, *people).courses.crew]


def test_it_rests_after_a_night_with_much_work() -> None:
    """Until 15:00, eight hours after the night: the valley's crew goes to town meanwhile."""
    busy = out(24, 2.5)
    asked = [incident(CENTRE, hour) for hour in (MORNING - 60, MORNING + 60, RESTED - 3600)]
    assert sent(rested(), busy, asked[0]) == [0, 0]
    assert sent(rested(), busy, asked[1]) == [0, 1]
    assert sent(rested(), busy, asked[2], incident(CENTRE, RESTED + 60)) == [0, 1, 0]


def test_it_does_not_after_a_night_with_less() -> None:
    """Two hours and one second are more than two; two hours are not."""
    morning = incident(CENTRE, MORNING + 60)
    assert sent(rested(), out(24, 2.0), morning) == [0, 0]
    assert sent(rested(), out(24, 2 + 1 / 3600), morning) == [0, 1]


def test_only_work_in_the_night_counts_and_all_of_it() -> None:
    morning = incident(CENTRE, MORNING + 60)
    assert sent(rested(), out(20, 4.9), morning) == [0, 0], "1.9 hours of it after 23"
    assert sent(rested(), out(20, 5.1), morning) == [0, 1]
    assert sent(rested(), out(24, 1.1), out(27, 1.1), morning) == [0, 0, 1]


def test_work_in_hand_at_the_end_of_the_night_is_finished_first() -> None:
    """Out from 04 to 08:30: it counts, and nobody is left; who rings at 08:40 gets the other."""
    record = meets(rested(), out(28, 4.5), incident(CENTRE, at(32) + 2400))
    assert record.courses.crew.tolist() == [0, 1]
    assert times(record.courses.free_s)[0] == at(32.5)


def test_it_is_given_to_no_one_who_waits_while_it_rests_and_then_to_the_first() -> None:
    world = rested(crew("upper", "23:00-07:00"))
    record = meets(world, out(24, 3), incident(CENTRE, MORNING + 60))
    assert times(record.courses.alerted_s)[1] == RESTED


def test_a_shift_that_begins_during_the_rest_begins_after_it() -> None:
    """On duty 20-08 and 10-18; the rest until 15 takes five hours of the second shift."""
    two = small.crew("hospital", ("20:00-08:00", "station"), ("10:00-18:00", "station"))
    world = fleet({**two, "rest": rest()}, crew("upper", "18:00-06:00"))
    record = meets(world, out(24, 3), incident(CENTRE, at(34.5)))
    assert record.courses.crew.tolist() == [0, 0]
    assert times(record.courses.alerted_s)[1] == RESTED


def test_a_rest_into_the_next_night_leaves_that_night_out() -> None:
    """Off until 01:00: whatever it works after that in the night counts for nothing."""
    world = rested(hours=18)
    after = out(24 + 25.5, 4)
    record = meets(world, out(24, 3), after, incident(CENTRE, at(24 + 31) + 60))
    assert record.courses.crew.tolist() == [0, 0, 0]


def test_the_nights_and_limits_of_each_crew_that_rests() -> None:
    world = fleet(crew("upper"), crew("hospital", rest=rest(1.5, 9, "22:00-06:30")))
    clock = Clock()
    resting = list(crews_with_rest(world.plan, Fleet(clock, Recorder(0), world.plan)))
    assert [crew.index for crew, _ in resting] == [1]
    first = resting[0][1][0]
    assert first == (22 * HOUR_S, 30.5 * HOUR_S, 1.5 * HOUR_S, 9 * HOUR_S)
    assert len(resting[0][1]) == world.plan.days


def test_work_so_far_is_that_of_the_mission_in_hand_as_well() -> None:
    mine = VehicleCrew(0, 0, CROSS)
    mine.worked_s, mine.since_s = 100.0, START
    assert crew_worked_s(mine, START + 50) == 100
    mine.mission = Mission(0, UPPER, RED)
    assert crew_worked_s(mine, START + 50) == 150
