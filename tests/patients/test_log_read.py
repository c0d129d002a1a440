from pathlib import Path

import numpy as np
import pytest

from akuttsim.calllog.log_reader import translate_words
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.config.loader import load_region
from akuttsim.errors import InputError
from akuttsim.records import GREEN, LINE_113, LINE_116117, LINE_HEALTH, RED, YELLOW
from tests.logs import HEADING, NUMBER, as_csv, kinds, log_format, only, read
from tests.small import region

ISO = {"times": "iso"}


def row(**cells: str) -> list[str]:
    return [cells.get(name, "") for name in HEADING]


def test_a_whole_row_becomes_a_call(tmp_path: Path) -> None:
    rows = [
        row(ringt="24.03.2026 12:00:00", nummer="113", kommune="town", hastegrad="rød",
            besvart="24.03.2026 12:00:08", avsluttet="24.03.2026 12:03:00",
            varslet="24.03.2026 12:01:30", ledig="24.03.2026 13:30:00"),
        row(ringt="24.03.2026 12:01:00", nummer="helselinje", hastegrad="grønn"),
    ]  # fmt: skip
    log = read(tmp_path, as_csv(HEADING, rows), log_format(), region())
    assert log.time_s[0] == np.datetime64("2026-03-24T11:00:00").astype("datetime64[s]").astype(int)
    assert log.line.tolist() == [LINE_113, LINE_HEALTH]
    assert log.urgency.tolist() == [RED, GREEN]
    assert log.places[log.place[0]] == "town" and log.place[1] == -1
    assert log.wait_s[0] == 8 and log.talk_s[0] == 172
    assert log.stage("alerted")[0] - log.time_s[0] == 90
    assert log.hung_up.tolist() == [False, True]
    assert log.at.tolist() == [2, 3]


def test_all_but_the_time_may_be_missing(tmp_path: Path) -> None:
    log = read(tmp_path, "time\n2026-03-24T12:00:00\n", log_format(only("time"), **ISO))
    assert log.line.tolist() == [LINE_116117] and np.isnan(log.wait_s).all()
    assert not log.hung_up.any() and not log.findings


def test_the_first_filled_of_several_columns_counts(tmp_path: Path) -> None:
    form = log_format({"time": ["queue", "direct"]}, **ISO)
    text = "queue;direct\n2026-03-24T12:00;2026-03-24T13:00\n;2026-03-24T14:00\n;\n"
    log = read(tmp_path, text, form)
    assert np.diff(log.time_s).tolist() == [7200]


def test_dates_and_seconds_of_the_day_run_past_midnight(tmp_path: Path) -> None:
    form = log_format(
        only("time", "answered", "ended"),
        times="seconds_of_day",
        date={"column": "d", "written": "%Y-%m-%d"},
    )
    text = "d;time;answered;ended\n2026-01-05;86390;86395;20\n2026-01-06;5;5;30\n"
    log = read(tmp_path, text, form)
    assert log.wait_s.tolist() == [5, 0] and log.talk_s.tolist() == [25, 25]


def test_date_and_clock_in_two_columns(tmp_path: Path) -> None:
    form = log_format(
        only("time", "answered"), times="%H:%M", date={"column": "d", "written": "%d.%m.%Y"}
    )
    log = read(tmp_path, "d;time;answered\n31.01.2026;23:59;00:01\n", form)
    assert log.wait_s.tolist() == [120]


def test_times_may_tell_their_own_zone(tmp_path: Path) -> None:
    text = "time\n2026-07-01T12:00:00+02:00\n2026-07-01T10:00:00Z\n2026-07-01T12:00:00\n"
    log = read(tmp_path, text, log_format(only("time"), **ISO))
    assert len(set(log.time_s.tolist())) == 1


def test_the_repeated_hour_is_read_in_order_and_told(tmp_path: Path) -> None:
    clock = ["02:10", "02:50", "02:10", "02:50", "03:10"]
    text = "time\n" + "".join(f"2026-10-25T{each}\n" for each in clock)
    log = read(tmp_path, text, log_format(only("time"), **ISO))
    assert (np.diff(log.time_s) / 60).tolist() == [40, 20, 40, 20]
    assert kinds(log)["repeated_hour time"] == 4


def test_an_answer_in_the_repeated_hour_is_after_its_call(tmp_path: Path) -> None:
    text = "time;answered\n2026-10-25T02:59:30;2026-10-25T02:00:10\n"
    log = read(tmp_path, text, log_format(only("time", "answered"), **ISO))
    assert log.wait_s.tolist() == [40]


def test_what_is_wrong_with_rows_is_counted_and_left_out(tmp_path: Path) -> None:
    day = "2026-03-24T"
    text = (
        "time;answered;ended;urgency\n"
        f"{day}12:00:00;{day}12:00:10;{day}12:05:00;red\n"
        f"{day}12:01:00;{day}12:00:10;;purple\n"
        f"{day}12:02:00;{day}12:02:10;{day}12:02:05;\n"
        f"{day}12:03:00;{day}12:03:10;2026-03-26T12:00:00;red\n"
        f"{day}12:00:00;{day}12:00:10;{day}12:05:00;red\n"
        f"{day}12:04:00;x\n"
        ";;;\n"
        ";;;red\n"
        "24/3 12.05;;;\n"
        f"=HYPERLINK(1);{day}12:02:10;;\n"
        f"{day}11:00:00;{day}11:00:10;{day}11:05:00;red\n"
    )
    form = log_format(only("time", "answered", "ended", "urgency"), **ISO)
    log = read(tmp_path, text, form)
    assert kinds(log) == {
        "no_time time": 1,
        "unread time": 1,
        "ragged": 1,
        "doubled": 1,
        "formulas": 1,
        "before_call answered": 1,
        "before_stage ended": 1,
        "too_long ended": 1,
        "out_of_order time": 1,
        "missing answered": 1,
        "missing ended": 3,
        "unknown_word urgency": 1,
        "empty urgency": 2,
    }
    assert len(log) == 5 and (np.diff(log.time_s) > 0).all()


def test_columns_that_are_not_there_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "tidspunkt;svar\n1;2\n", log_format({"time": "tidspunk", "ended": "slutt"}))
    assert "did you mean 'tidspunkt'" in str(caught.value) and "'slutt'" in str(caught.value)


def test_a_log_with_an_identity_number_is_refused_even_where_it_is_not_read(
    tmp_path: Path,
) -> None:
    text = "time;id\n2026-03-24T12:00:00;01018012391\n2026-03-24T12:01:00;\n"
    with pytest.raises(InputError, match="'id': looks like identity numbers") as caught:
        read(tmp_path, text.replace("01018012391", NUMBER), log_format(only("time"), **ISO))
    assert NUMBER not in str(caught.value)


def test_a_place_goes_by_its_id_its_name_or_a_municipality_s_number(tmp_path: Path) -> None:
    """Where a municipality and a place have the same word, the municipality is meant."""
    where = load_region("namdal").value
    words = {
        "naeroysund": "naeroysund", "Nærøysund": "naeroysund", "5060": "naeroysund",
        "RØYRVIK": "royrvik", "Raarvihke": "royrvik", "Raarvihke - Røyrvik": "royrvik",
        "Namsos": "namsos", "Rørvik": "rorvik", "innherred-stjordal": "innherred-stjordal",
    }  # fmt: skip
    text = "time;place\n" + "".join(f"2026-03-24T12:00:0{k};{w}\n" for k, w in enumerate(words))
    log = read(tmp_path, text, log_format(only("time", "place"), **ISO), where)
    assert [log.places[k] for k in log.place] == list(words.values())
    first, last = len(where.places), len(where.places) + len(where.municipalities)
    is_municipality = [first <= k < last for k in log.place.tolist()]
    assert is_municipality == [word in where.municipalities for word in words.values()]


def test_places_of_the_format_must_be_the_region_s(tmp_path: Path) -> None:
    form = log_format(only("time", "place"), values={"place": {"twon": ["5007"]}}, **ISO)
    with pytest.raises(InputError, match=r"values.place.twon.*did you mean 'town'"):
        read(tmp_path, "time;place\n2026-03-24T12:00;5007\n", form, region())


def test_without_a_region_a_place_is_only_known_to_be_told(tmp_path: Path) -> None:
    text = "time;place\n2026-03-24T12:00;Namsos\n2026-03-24T12:01;\n"
    log = read(tmp_path, text, log_format(only("time", "place"), **ISO))
    assert (log.place >= 0).tolist() == [True, False] and not log.findings


def test_leave_out_keeps_rows_from_being_calls(tmp_path: Path) -> None:
    form = log_format(only("time"), leave_out={"kind": ["test"]}, **ISO)
    log = read(tmp_path, "time;kind\n2026-03-24T12:00;test\n2026-03-24T12:01;x\n", form)
    assert len(log) == 1 and kinds(log) == {"by_format": 1}


def test_times_that_cannot_be_read_at_all_are_told_with_the_first(tmp_path: Path) -> None:
    form = log_format(only("time"), times="%d/%m/%Y %H:%M")
    with pytest.raises(InputError, match="month and day look swapped"):
        read(tmp_path, "time\n03/24/2026 12:00\n03/25/2026 12:00\n", form)


def grave(log: CallLog) -> dict[str, str]:
    return {f"{finding.kind} {finding.column}": finding.weight for finding in log.findings[:1]}


def test_a_log_of_another_district_is_told_first_and_stops(tmp_path: Path) -> None:
    rows = [f"2026-03-24T12:{k:02d};oslo;\n" for k in range(9)] + ["2026-03-24T13:00;town;\n"]
    form = log_format(only("time", "place"), **ISO)
    log = read(tmp_path, "time;place;x\n" + "".join(rows), form, region())
    assert grave(log) == {"strange_places place": "stops"}
    found = dict(log.findings[0].details)
    assert (log.findings[0].n, found["filled"], found["words"]) == (9, "10", "'oslo'")
    half = "time;place;x\n" + "".join(rows[-1:] + rows[:1])
    assert grave(read(tmp_path, half, form, region())) == {"unknown_word place": "told"}


@pytest.mark.parametrize("column", ["number", "urgency", "outcome"])
def test_a_column_of_which_most_words_are_unknown_stops_unless_its_author_is_sure(
    tmp_path: Path, column: str
) -> None:
    text = f"time;{column}\n2026-03-24T12:00;blue\n2026-03-24T12:01;\n"
    form = log_format(only("time", column), **ISO)
    assert grave(read(tmp_path, text, form)) == {f"strange_words {column}": "stops"}
    sure = log_format(only("time", column), sure_of=["words"], **ISO)
    assert {finding.weight for finding in read(tmp_path, text, sure).findings} == {"told"}


def test_case_does_not_matter_in_words(tmp_path: Path) -> None:
    form = log_format(only("time", "place", "urgency"), leave_out={"urgency": ["Test"]}, **ISO)
    cells = ["TOWN;Rød", "Town;GREEN", "town;gul", "town;TEST"]
    text = "time;place;urgency\n" + "".join(f"2026-03-24T12:00;{cell}\n" for cell in cells)
    log = read(tmp_path, text, form, region())
    assert log.urgency.tolist() == [RED, GREEN, YELLOW] and kinds(log)["by_format"] == 1
    assert {log.places[k] for k in log.place} == {"town"}


def test_words_that_differ_by_case_alone_each_stand_for_their_own() -> None:
    assert translate_words(["R", "r", "x"], {"R": 0, "r": 1, "X": 2}).tolist() == [0, 1, 2]
