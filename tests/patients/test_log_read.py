from pathlib import Path

import numpy as np
import pytest

from akuttsim.calllog.log_words import translate_words
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.config.loader import load_region
from akuttsim.errors import InputError
from akuttsim.records import GREEN, LINE_113, LINE_116117, LINE_HEALTH, RED, YELLOW
from akuttsim.report.log_pages.check_page import check_page
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


def test_persons_in_a_column_that_is_read_are_refused_and_in_another_told(tmp_path: Path) -> None:
    text = f"time;id\n2026-03-24T12:00:00;{NUMBER}\n2026-03-24T12:01:00;\n"
    with pytest.raises(InputError, match="'id': looks like identity numbers") as caught:
        read(tmp_path, text, log_format({"time": "time", "call": "id"}, **ISO))
    assert NUMBER not in str(caught.value)
    log = read(tmp_path, text, log_format(only("time"), **ISO))
    assert kinds(log) == {"persons_unread": 1} and len(log) == 2
    assert NUMBER not in repr(log)
    vouched = log_format({"time": "time", "call": "id"}, not_persons=["id"], **ISO)
    assert len(read(tmp_path, text, vouched)) == 2


def test_no_word_of_a_log_reaches_a_page_but_mapped_codes(tmp_path: Path) -> None:
    """Names pass any search; so no cell is repeated, read or not, understood or not."""
    names = [
        ("Kari", "Tveit"),
        ("Bodil", "Lienaas"),
        ("Oddvar", "Kvamme"),
        ("Liv-Berit", "Moeng"),
    ] * 6
    heading = "time;urgency;outcome;sent;destination;answered;unit;call;note"
    rows = [
        f"2026-03-24T12:{k:02d};{a};red {b};{b};{a};{b} {k};{a}{k};{b}{k};{a} {b}"
        for k, (a, b) in enumerate(names)
    ]
    form = log_format(only(*heading.split(";")[:-1]), not_persons=heading.split(";")[:-1], **ISO)
    log = read(tmp_path, "\n".join([heading, *rows]), form, region())
    shown = check_page(log, "nb") + check_page(log, "en") + repr(log)
    assert not [word for pair in names for word in pair if word in shown]
    assert len(log.stops) == 5


CALL_PARTS = """\
id;ringt;besvart;slutt
a;05.01.2026 08:00:00;05.01.2026 08:00:40;05.01.2026 08:01:40
a;05.01.2026 08:01:40;05.01.2026 08:02:00;05.01.2026 08:06:40
b;05.01.2026 08:09:00;;05.01.2026 08:10:00
b;05.01.2026 08:10:00;05.01.2026 08:10:20;05.01.2026 08:11:40
;05.01.2026 08:18:00;;05.01.2026 08:19:00
;05.01.2026 08:18:10;05.01.2026 08:18:40;05.01.2026 08:19:40
a;06.01.2026 08:00:00;06.01.2026 08:00:40;06.01.2026 08:01:40
"""
PARTS = {"time": "ringt", "answered": "besvart", "ended": "slutt"}


def test_rows_that_share_a_call_s_number_are_one_call(tmp_path: Path) -> None:
    """Legs of a transfer: from the first ring to the last end. A number comes again a day later."""
    log = read(tmp_path, CALL_PARTS, log_format({**PARTS, "call": "id"}))
    assert len(log) == 5 and log.rows == 7
    assert log.wait_s[~log.hung_up].tolist() == [40, 80, 30, 40]
    assert log.talk_s[~log.hung_up].tolist() == [360, 80, 60, 60]
    assert log.hung_up.tolist() == [False, False, True, False, False]
    assert kinds(log)["joined"] == 2


def test_rows_that_seem_to_share_a_call_s_number_stop_unless_the_author_is_sure(
    tmp_path: Path,
) -> None:
    day = "05.01.2026 08"
    rows = [f"{k // 2 if k < 10 else k};{day}:{k:02d}:00;;" for k in range(40)]
    text = "samtaleid;ringt;besvart;slutt\n" + "\n".join(rows)
    form = log_format({"time": "ringt"})
    (found,) = read(tmp_path, text, form).stops
    assert (found.kind, found.n, dict(found.details)["calls"]) == ("shared", 5, "35")
    assert not read(tmp_path, text, log_format({"time": "ringt"}, sure_of=["calls"])).stops
    assert not read(tmp_path, text.replace("samtaleid", "linje"), form).stops


def test_several_ambulances_of_a_call_give_the_times_of_the_first_at_the_patient(
    tmp_path: Path,
) -> None:
    text = (
        "id;time;unit;alerted;on_scene;free\n"
        "1;2026-03-24T12:00:00;A;2026-03-24T12:01:00;2026-03-24T12:30:00;2026-03-24T13:30:00\n"
        "1;2026-03-24T12:00:00;B;2026-03-24T12:05:00;2026-03-24T12:10:00;2026-03-24T12:40:00\n"
        "1;2026-03-24T12:00:00;C;2026-03-24T12:00:30;;2026-03-24T12:02:00\n"
    )
    columns = {**only("time", "unit", "alerted", "on_scene", "free"), "call": "id"}
    log = read(tmp_path, text, log_format(columns, **ISO))
    assert [(log.stage(n)[0] - log.time_s[0]) / 60 for n in ("alerted", "on_scene", "free")] == [
        5, 10, 40,
    ]  # fmt: skip
    assert log.code("unit").tolist() == [1] and log.was_sent.tolist() == [1]


@pytest.mark.parametrize(
    ("heading", "wait", "talk", "units"),
    [
        ("ringt;vent;tale", "00:45", "03:20", {}),
        ("ringt;vent;tale", "00:00:45", "0:03:20", {}),
        ("ringt;Ventetid (sek);Samtaletid (min)", "45", "3,5", {}),
        ("ringt;wait_s;talk_s", "45.0", "210", {}),
        ("ringt;vent;tale", "45", "3.5", {"wait": "s", "talk": "min"}),
    ],
)
def test_durations_are_read_as_columns_of_their_own(
    tmp_path: Path, heading: str, wait: str, talk: str, units: dict[str, str]
) -> None:
    _, w, t = heading.split(";")
    form = log_format({"time": "ringt", "wait": w, "talk": t}, units=units)
    text = f"{heading}\n05.01.2026 08:00:40;{wait};{talk}\n05.01.2026 08:09:00;{wait};\n"
    log = read(tmp_path, text, form)
    assert log.wait_s[0] == 45 and log.talk_s[0] in (200, 210)
    assert log.hung_up.tolist() == [False, True] and log.gave_up_s[1] == 45
    assert not log.stops


def test_durations_without_a_unit_are_refused_and_named_as_times_stop(tmp_path: Path) -> None:
    text = "ringt;vent\n05.01.2026 08:00:40;45\n05.01.2026 08:01:40;50\n"
    with pytest.raises(InputError, match=r"'vent': plain numbers.*units: \{wait: s\}"):
        read(tmp_path, text, log_format({"time": "ringt", "wait": "vent"}))
    for cell in ("45", "00:45"):
        form = log_format({"time": "ringt", "answered": "vent"})
        log = read(tmp_path, text.replace("45", cell).replace("50", cell), form)
        assert grave(log) == {"unread_lengths answered": "stops"}
    other = read(tmp_path, text.replace("45", "kl. 8").replace("50", "kl. 9"), form)
    assert grave(other) == {"unread_column answered": "stops"}


def test_an_empty_column_is_not_in_the_log_rather_than_nobody_answered(tmp_path: Path) -> None:
    text = "ringt;besvart;slutt\n" + "05.01.2026 08:00:40;;\n05.01.2026 08:01:40;;\n"
    log = read(tmp_path, text, log_format(PARTS))
    assert not log.hung_up.any() and "answered" not in log.stages
    assert kinds(log) == {"empty_column answered": 2, "empty_column ended": 2}


def test_talk_that_lasted_no_time_is_told(tmp_path: Path) -> None:
    at = "05.01.2026 08:01:18"
    rows = [f"05.01.2026 08:00:4{k};{at};{at}" for k in range(3)]
    log = read(tmp_path, "ringt;besvart;slutt\n" + "\n".join(rows), log_format(PARTS))
    assert kinds(log)["no_length talk"] == 3


def test_a_quote_that_is_not_closed_swallows_no_rows(tmp_path: Path) -> None:
    def text(*notes: str) -> str:
        rows = [f"05.01.2026 08:{k:02d}:40;;;{note}" for k, note in enumerate(notes)]
        return "ringt;besvart;slutt;merknad\n" + "\n".join(rows)

    form = log_format({"time": "ringt"})
    broken = read(tmp_path, text("x", '"uro', "y", "z", 'ute"', "x"), form)
    assert len(broken) == 6 and kinds(broken) == {"stray_quotes": 1}
    whole = read(tmp_path, text("x", '"to\nlinjer; med tegn"', "y"), form)
    assert len(whole) == 3 and not whole.findings


def test_whole_minutes_are_told_with_how_far_off_they_may_be(tmp_path: Path) -> None:
    def text(second: str) -> str:
        rows = [f"05.01.2026 08:{k:02d}:00;05.01.2026 08:{k + 1:02d}:{second}" for k in range(30)]
        return "ringt;besvart\n" + "\n".join(rows)

    form = log_format({"time": "ringt", "answered": "besvart"})
    log = read(tmp_path, text("00"), form)
    assert log.spread_s == {"answered": (60, 60)}
    assert kinds(log) == {"whole_minutes time": 30, "whole_minutes answered": 30}
    assert read(tmp_path, text("07"), form).spread_s == {"answered": (60, 0)}


def test_positions_are_the_nearest_place(tmp_path: Path) -> None:
    where = load_region("namdal").value
    there = where.places["rorvik"]
    text = f"time;lat;lon\n2026-03-24T12:00;{there.lat + 0.01};{there.lon}\n"
    text += "2026-03-24T12:01;59,91;10,75\n2026-03-24T12:02;;\n"
    log = read(tmp_path, text, log_format(only("time", "lat", "lon"), **ISO), where)
    assert [log.places[k] if k >= 0 else "" for k in log.place] == ["rorvik", "", ""]


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
    assert (log.findings[0].n, found["filled"]) == (9, "10") and "oslo" not in str(log.findings)
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
