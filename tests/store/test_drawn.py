from __future__ import annotations

import pytest

from akuttsim.errors import InputError
from akuttsim.experiments.results import read_page_data, write_page_data


def test_what_is_kept_is_read_again(tmp_path):
    write_page_data(tmp_path, "replay", "today", {"name": "Ørland", "times": [1, 2]})
    assert read_page_data(tmp_path, "replay", "today") == {
        "format": 1,
        "name": "Ørland",
        "times": [1, 2],
    }
    assert read_page_data(tmp_path, "map", "today") is None


def test_the_same_data_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_page_data(tmp_path, "map", name, {"b": [1.5], "a": None})
    one, two = ((tmp_path / "map" / f"{name}.json").read_bytes() for name in ("one", "two"))
    assert one == two and one.startswith(b'{"format":1,"b":[1.5],"a":null,"sha256":"')


def test_one_of_another_format_is_left_out_and_a_damaged_one_is_named(tmp_path):
    write_page_data(tmp_path, "replay", "today", {"b": 10})
    path = tmp_path / "replay" / "today.json"
    whole = path.read_text()
    path.write_text('{"format":2}')
    assert read_page_data(tmp_path, "replay", "today") is None
    for damaged in (whole[:-9], "[1]", whole.replace('"b":10', '"b":18')):
        path.write_text(damaged)
        with pytest.raises(InputError, match=r"today\.json: not as it was written"):
            read_page_data(tmp_path, "replay", "today")
