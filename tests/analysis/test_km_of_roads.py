"""Every shipped organisation meets a week: all ends, and kilometres are those of the roads driven.

The other way of counting follows the tracks along the region's own table of roads, road by road: it
knows neither lengths of whole trips nor which of them count for whom.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
import pytest

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.shipped import config_names
from akuttsim.indicators.driving import km_driven_a_week, trip_path
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.indicators.registry import measure_indicators
from akuttsim.indicators.tracks import AWAY, TrackLeg, track_legs
from akuttsim.records import BY_BLUE_LIGHT, BY_CAR, OUT_OF_REGION, TO_HOME, TO_PATIENT, UNFINISHED
from akuttsim.units import HOUR_S
from tests import small


class RoadBook:
    """The kilometres of each road and crossing of a region, by the places at its ends."""

    def __init__(self, run: MeasuredRun) -> None:
        self.seen = run

    @cached_property
    def of(self) -> dict[frozenset[int], list[float]]:
        """Return the lengths of the roads between each two places."""
        ids = {name: number for number, name in enumerate(self.seen.region.place_ids)}
        book: dict[frozenset[int], list[float]] = {}
        for road in (*self.seen.region.roads, *self.seen.region.ferries):
            book.setdefault(frozenset((ids[road.start], ids[road.end])), []).append(road.km)
        return book

    def km(self, leg: TrackLeg) -> float:
        """Return the kilometres of a leg: of each road the part that was driven in its time."""
        if len(leg.places) < 2:
            return 0.0
        total = 0.0
        steps = zip(pairwise(leg.places), pairwise(leg.passed_s), strict=True)
        for (start, end), (from_s, to_s) in steps:
            driven_s = min(to_s, leg.end_s) - max(from_s, leg.start_s)
            if driven_s > 0 and start != end:
                total += self.length(start, end) * driven_s / (to_s - from_s)
        return total

    def length(self, start: int, end: int) -> float:
        if not self.seen.region.roads:
            return float(self.seen.travel.km_to(end)[start])
        lengths = self.of[frozenset((start, end))]
        assert len(set(lengths)) == 1, "two roads of different length: this test cannot tell which"
        return lengths[0]


@pytest.fixture(scope="module", params=config_names("organisation"))
def seen(request: pytest.FixtureRequest) -> MeasuredRun:
    """Return a week of a shipped organisation in its region."""
    chosen = load_organisation(request.param).value
    world = small.world(chosen, load_region(chosen.region).value, warmup=0)
    patients = world.sample(3)
    return world.observed(patients, world.meets(patients))


def home_nurses(run: MeasuredRun) -> list[int]:
    """Return the units of home nursing, whose kilometres are not the chain's."""
    return [number for number, unit in enumerate(run.record.units) if unit.role == "home_nurse"]


def legs_by_road(run: MeasuredRun) -> list[TrackLeg]:
    """Return all that was driven by road and begun in the measured span."""
    trips, (first, last) = run.record.trips, run.record.measured
    flies = {
        number
        for number, unit in enumerate(run.record.units)
        if unit.role == "support" and run.organisation.supports[unit.name].speed_kmh is not None
    }
    others = flies | set(home_nurses(run))
    legs = [leg for leg in track_legs(run, (0.0, run.record.end_s)) if leg.unit not in others]
    own = (trips.kind == TO_HOME) | ((trips.unit < 0) & (trips.kind == TO_PATIENT))
    for row in np.flatnonzero(own).tolist():
        span = float(trips.departed_s[row]), float(trips.arrived_s[row])
        legs.append(TrackLeg(-1, 0, *span, int(trips.patient[row]), *trip_path(run, row)))
    return [leg for leg in legs if first <= leg.start_s < last]


def known_of_transports_out(run: MeasuredRun, book: RoadBook) -> float:
    """Return the roads to the hospital where a vehicle was free after a transport out."""
    trips, (first, last) = run.record.trips, run.record.measured
    out = (trips.kind == OUT_OF_REGION) & (trips.departed_s >= first) & (trips.departed_s < last)
    ways = zip(trips.origin[out].tolist(), trips.destination[out].tolist(), strict=True)
    routes = (run.travel.route(run.travel.noon, start, end) for start, end in ways)
    return sum(book.length(*each) for route in routes for each in pairwise(route.places))


def about_places(run: MeasuredRun) -> float:
    """Return the kilometres from and to people's doors: seconds at the speed of the local drive.

    Who turns between door and place goes on at the pace of the order before: taken as recorded.
    """
    trips, (first, last), local = run.record.trips, run.record.measured, run.region.local_drive
    if local is None:
        return 0.0
    first_s = np.where(trips.origin == trips.joins, trips.joins_s - trips.departed_s, 0.0)
    last_s = np.maximum(trips.arrived_s - trips.there_s, 0.0)
    by_blue = run.region.driving.blue_light_town.value
    kmh = local.kmh.value * np.select([trips.mode == BY_CAR, trips.mode == BY_BLUE_LIGHT],
                                      [1.0, by_blue], 0.0)  # fmt: skip
    mine = (trips.departed_s >= first) & (trips.departed_s < last)
    mine &= ~np.isin(trips.unit, home_nurses(run))
    first_km = np.minimum(first_s, trips.arrived_s - trips.departed_s) * kmh / HOUR_S
    cut = ~trips.completed & (trips.unit >= 0)
    turned = set(zip(trips.unit[cut].tolist(), trips.arrived_s[cut].tolist(), strict=True))
    began = zip(trips.unit.tolist(), trips.departed_s.tolist(), strict=True)
    has_turned = np.array([each in turned for each in began], dtype=bool)
    assert (has_turned & mine).sum() <= 0.05 * len(trips)
    first_km[has_turned] = trips.origin_km[has_turned]
    return float((first_km + last_s * kmh / HOUR_S)[mine].sum())


def test_all_that_begins_in_a_week_ends_and_every_indicator_can_be_told(seen: MeasuredRun) -> None:
    assert not seen.record.overloads
    assert not np.any(seen.record.courses.outcome == UNFINISHED)
    assert measure_indicators(seen)


def test_the_indicators_kilometres_are_those_of_the_roads_driven(seen: MeasuredRun) -> None:
    book = RoadBook(seen)
    by_road = sum(book.km(leg) for leg in legs_by_road(seen) if leg.stage != AWAY)
    by_road += about_places(seen)
    by_road += known_of_transports_out(seen, book)
    counted, n = small.values(km_driven_a_week(seen))["all"]
    assert counted * seen.weeks == pytest.approx(by_road, rel=1e-5, abs=0.01)
    assert n > 100 or seen.region.region in ("phonebank", "laboratory"), "nobody drives"
