from pathlib import Path

import numpy as np
import pytest

from akuttsim.calllog.logged_calls import CallLog
from akuttsim.calllog.trace_source import LogReplay, is_logged_call, trace_patients
from akuttsim.chain.patient_view import Conveyed, view_patients
from akuttsim.config.loader import load_region
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import (
    AMBULANCE,
    GREEN,
    LINE_113,
    LINE_ALARM,
    LINE_TRANSPORT,
    RED,
    YELLOW,
    Patients,
)
from tests.logs import log_format, only, read
from tests.small import region, same, world

START = "2026-03-23"
TEXT = (
    "time;number;place;urgency;answered;ended\n"
    "2026-03-24T12:00:00;116117;town;green;2026-03-24T12:00:30;2026-03-24T12:05:00\n"
    "2026-03-24T13:00:00;113;;red;;\n"
    "2026-03-24T13:00:00;116117;upper;;;\n"
)
NAMES = ("time", "number", "place", "urgency", "answered", "ended")


@pytest.fixture
def log(tmp_path: Path) -> CallLog:
    return read(tmp_path, TEXT, log_format(only(*NAMES), times="iso"), region())


def drawn(log: CallLog, replication: int = 0, seed: int = 1) -> Patients:
    return trace_patients(LogReplay(region(), log, 3, seed), replication)


def test_what_the_log_tells_is_used_as_it_is(log: CallLog) -> None:
    patients, where = drawn(log), region()
    municipality = [where.places[where.place_ids[k]].municipality for k in patients.place]
    assert patients.time_s.tolist() == [36 * 3600, 37 * 3600, 37 * 3600]
    assert patients.line.tolist()[1] == LINE_113
    assert municipality[0] == "town" and municipality[2] == "upper"
    assert patients.urgency.tolist()[:2] == [GREEN, RED]
    assert patients.is_contact.tolist()[:2] == [True, True]
    assert patients.talk_s[0] == 270


def test_what_it_lacks_is_drawn_anew_in_each_replication(log: CallLog) -> None:
    one, other = drawn(log, 0), drawn(log, 1)
    assert same(one, drawn(log, 0)) and not same(one, other)
    for told in ("time_s", "line"):
        assert np.array_equal(getattr(one, told), getattr(other, told))
    assert one.talk_s[0] == other.talk_s[0] and one.talk_s[2] != other.talk_s[2]


def test_nobody_rings_again_since_who_did_stands_in_the_log(log: CallLog) -> None:
    patients = drawn(log)
    again = np.array([patients.u_again_1, patients.u_again_2, patients.u_again_3])
    assert (again > 0.9999).all() and (patients.u_present == 0).all()


def many(folder: Path, count: int, place: str = "") -> CallLog:
    rows = [
        f"2026-03-24T{k // 3600:02d}:{k // 60 % 60:02d}:{k % 60:02d};{place}" for k in range(count)
    ]
    form = log_format(only("time", "place"), times="iso")
    return read(folder, "time;place\n" + "\n".join(rows), form, region())


def test_a_place_that_is_not_told_is_drawn_as_people_live(tmp_path: Path) -> None:
    where, patients = region(), drawn(many(tmp_path, 20_000))
    from akuttsim.patients.call_rates import callers_116117

    expected = callers_116117(where).sum(axis=1)
    expected = expected / expected.sum() * 20_000
    counts = np.bincount(patients.place, minlength=len(expected))
    lived = expected > 0
    chi2 = ((counts - expected)[lived] ** 2 / expected[lived]).sum()
    assert chi2 < 30  # chi-square of at most 8 degrees: beyond 30 about 2 in 10,000
    assert (counts[~lived] == 0).all()


def test_a_place_of_the_region_is_that_place_and_a_municipality_any_of_its(tmp_path: Path) -> None:
    where = region()
    name = next(
        k for k, p in where.places.items() if sum(p.people) and k not in where.municipalities
    )
    exact = drawn(many(tmp_path, 50, name))
    assert set(exact.place.tolist()) == {where.place_ids.index(name)}
    in_town = drawn(many(tmp_path, 500, "town"))
    homes = {where.places[where.place_ids[k]].municipality for k in in_town.place}
    assert homes == {"town"}


def test_urgency_that_is_not_told_follows_the_region(tmp_path: Path) -> None:
    patients = drawn(many(tmp_path, 5_000))
    share = np.mean(patients.urgency[patients.is_contact] == RED)
    assert 0.02 < share < 0.09
    demand = region().demand
    wanted = demand.contacts_per_person_year.value
    wanted /= wanted + demand.other_calls_per_person_year.value
    assert abs(np.mean(patients.is_contact) - wanted) < 4 * np.sqrt(0.25 / 5_000)


def test_a_neighbour_s_call_is_not_the_district_s(tmp_path: Path) -> None:
    rows = "2026-03-24T12:00:00;113;neighbour\n2026-03-24T13:00:00;113;\n"
    rows += "2026-03-24T14:00:00;116117;neighbour\n"
    form = log_format(only("time", "number", "place"), times="iso")
    patients = drawn(read(tmp_path, "time;number;place\n" + rows, form, region()))
    assert patients.outside.tolist() == [0, -1, 0]
    assert (patients.place >= 0).tolist() == [False, True, False]


def test_where_a_log_never_tells_some_113_calls_are_a_neighbour_s(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-24T{k // 200:02d}:{k % 60:02d}:{k % 50:02d}\n" for k in range(4000))
    form = log_format({"time": "time", "number": "n"}, times="iso")
    text = "time;n\n" + rows.replace("\n", ";113\n")
    patients = drawn(read(tmp_path, text, form, region()))
    share = 8000 / (8000 + sum(sum(place.people) for place in region().places.values()))
    outside = np.mean(patients.outside >= 0)
    assert abs(outside - share) < 4 * np.sqrt(share * (1 - share) / 4000)
    assert ((patients.place == -1) == (patients.outside >= 0)).all()


def test_people_whom_no_log_has_are_drawn_on_top_as_in_any_run(tmp_path: Path) -> None:
    """With or without them the log's own calls are the same; they are those of drawn patients."""
    where = load_region("namdal", [f"calendar.start={START}"]).value
    log = many(tmp_path, 50)
    days = 10
    added = ("planned_transports", "safety_alarms")
    alone = trace_patients(LogReplay(where, log, days, 1), 0)
    both = trace_patients(LogReplay(where, log, days, 1, added), 0)
    mine = is_logged_call(both)
    assert is_logged_call(alone).all() and mine.sum() == 50 < len(both)
    for name in Patients.columns():
        assert np.array_equal(getattr(alone, name), getattr(both, name)[mine]), name
    drawn_too = sample_patients(where, days, 1, 0)
    for line in (LINE_TRANSPORT, LINE_ALARM):
        times = [each.time_s[each.line == line] for each in (both, drawn_too)]
        assert len(times[0]) > 0 and np.array_equal(*times)


def test_what_a_log_tells_of_an_ambulance_is_not_drawn_again(tmp_path: Path) -> None:
    """Urgency as judged, sent or not, scene, where to and handover: met call by call."""
    day = "2026-03-24T"
    rows = [
        # rang, place, number, urgency, alerted, on scene, left, at hospital, free
        f"{day}10:00:00;town;113;green;{day}10:02:00;{day}10:12:00;{day}10:20:00"
        f";{day}10:40:00;{day}10:47:00",
        f"{day}11:00:00;town;113;red;;;;;",
        f"{day}12:00:00;town;116117;yellow;{day}12:09:00;{day}12:30:00;;;{day}12:41:00",
        f"{day}13:00:00;town;116117;red;;;;;",
    ]
    text = "time;place;number;urgency;alerted;on_scene;left;at_hospital;free\n" + "\n".join(rows)
    form = log_format(only(*text.split("\n")[0].split(";")), times="iso")
    made = region({"misjudged": {"under": {"value": 0.3}, "over": {"value": 0.4}}})
    plan = world(where=made).plan
    log = read(tmp_path, text, form, made)
    for replication in range(20):
        some = trace_patients(LogReplay(made, log, 3, 1, ()), replication)
        view = view_patients(plan, some)
        assert (view.judged_113[0], view.judged_113[1]) == (GREEN, RED)
        assert (view.judged[2], view.judged[3]) == (YELLOW, RED)
        assert view.way_113[0] == AMBULANCE != view.way_113[1]
        assert view.way[2] == AMBULANCE != view.way[3]
        assert [view.on_scene_s[0], view.hospital_handover_s[0]] == [480, 420]
        assert view.conveyed[0] == Conveyed.HOSPITAL and view.conveyed[2] == Conveyed.HOME
        assert view.on_scene_s[2] == 660


def test_a_hospital_that_a_log_names_is_the_one_that_is_driven_to(tmp_path: Path) -> None:
    made = region()
    name = list(made.hospitals)[-1]
    heading = "time;number;urgency;alerted;destination"
    text = f"{heading}\n2026-03-24T10:00;113;red;2026-03-24T10:01;{name}\n"
    form = log_format(only(*heading.split(";")), times="iso")
    some = trace_patients(LogReplay(made, read(tmp_path, text, form, made), 3, 1, ()), 0)
    assert made.place_ids[some.transport_to[0]] == made.hospitals[name].place
