from pathlib import Path

import pytest
from pydantic import ValidationError

from akuttsim.config.loader import load_log_format
from akuttsim.config.shipped import config_names
from akuttsim.errors import InputError
from tests.logs import log_format, only

WRITTEN = """\
log: mine
title: Mine
time_zone: Europe/Oslo
times: "%d.%m.%Y %H:%M"
columns: {time: [ringt, satt-over], urgency: hastegrad}
values: {urgency: {red: rød, green: [grønn, vanlig]}}
leave_out: {type: [test]}
"""


def test_one_column_or_several_and_one_word_or_several(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(WRITTEN, "utf-8")
    form = load_log_format(str(tmp_path / "mine.yaml")).value
    assert form.columns.given() == {"time": ("ringt", "satt-over"), "urgency": ("hastegrad",)}
    assert form.values.urgency == {"red": ("rød",), "green": ("grønn", "vanlig")}
    assert form.read() == {"ringt", "satt-over", "hastegrad", "type"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Europe/Oslo", "Norway/Oslo", "time_zone"),
        ("red: rød", "urgent: rød", "red, yellow, green"),
        ('"%d.%m.%Y %H:%M"', "seconds_of_day", "need a date"),
        ('"%d.%m.%Y %H:%M"', '"%m/%d/%Y %H:%M:%S %p"', r"times: %p .AM and PM. belongs to %I"),
        ('"%d.%m.%Y %H:%M"', '"%m/%d/%Y %I:%M:%S"', "belongs to %I"),
        ("urgency: hastegrad", "lat: b", "lat and lon belong together"),
        ('"%d.%m.%Y %H:%M"', "norsk", "must be iso, seconds_of_day or a pattern"),
        ("time: [ringt, satt-over]", "tme: ringt", "time"),
        ("leave_out", "leaveout", "leave_out"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in WRITTEN
    (tmp_path / "mine.yaml").write_text(WRITTEN.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=said):
        load_log_format(str(tmp_path / "mine.yaml"))


def test_every_shipped_format_loads() -> None:
    assert "anonymous-bank" in config_names("log format")
    for name in config_names("log format"):
        assert load_log_format(name).value.log == name


def test_a_format_needs_the_time_and_no_more() -> None:
    assert log_format(only("time")).columns.given() == {"time": ("time",)}
    with pytest.raises(ValidationError):
        log_format(only("urgency"))
