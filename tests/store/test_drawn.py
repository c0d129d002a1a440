from __future__ import annotations

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
    assert one == two == b'{"format":1,"b":[1.5],"a":null}'


def test_a_broken_file_or_one_of_another_format_is_left_out(tmp_path):
    write_page_data(tmp_path, "replay", "today", {})
    path = tmp_path / "replay" / "today.json"
    path.write_text('{"format":1,')
    assert read_page_data(tmp_path, "replay", "today") is None
    path.write_text('{"format":2}')
    assert read_page_data(tmp_path, "replay", "today") is None
    path.write_text("[1]")
    assert read_page_data(tmp_path, "replay", "today") is None
