"""Regions without a table of roads, as they are written and loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.config.loader import load_region, with_settings
from akuttsim.errors import InputError
from akuttsim.regionbuilder.region_folder import write_skeleton

LINE = "{by_distance: [{km: 5, detour: 1.3, kmh: 50}], source: Guess, grade: C, range: [1, 2]}"


@pytest.fixture
def fjord(tmp_path: Path) -> Path:
    write_skeleton("fjord", tmp_path)
    return tmp_path / "fjord"


def replaced(fjord: Path, old: str, new: str) -> None:
    path = fjord / "region.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def wrong(fjord: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_region(str(fjord))
    return str(caught.value)


def test_a_region_drives_one_way_only(fjord: Path) -> None:
    replaced(fjord, "ferries: ferries.csv", "ferries: null")
    replaced(fjord, "roads: roads.csv", "roads: null")
    assert "needs one of tables.roads, tables.travel_times and straight_line" in wrong(fjord)
    (fjord / "region.yaml").open("a").write(f"\nstraight_line: {LINE}\n")
    assert load_region(str(fjord)).value.straight_line is not None
    replaced(fjord, "\n  roads: null", "\n  roads: roads.csv")
    assert "needs one of tables.roads, tables.travel_times and straight_line" in wrong(fjord)


def test_ferries_need_roads(fjord: Path) -> None:
    replaced(fjord, "roads: roads.csv", "roads: null")
    (fjord / "region.yaml").open("a").write(f"\nstraight_line: {LINE}\n")
    assert "tables.ferries needs tables.roads: ferries join roads" in wrong(fjord)


@pytest.fixture
def by_table(fjord: Path) -> Path:
    """Return the skeleton with a table of travel times in place of roads; its content aside."""
    replaced(fjord, "ferries: ferries.csv", "ferries: null")
    replaced(fjord, "roads: roads.csv", "travel_times: times.csv\n  roads: null")
    (fjord / "times.csv").write_text("from,to,seconds\n")
    return fjord


def test_where_the_table_of_times_lies_is_kept_when_keys_are_set(by_table: Path) -> None:
    loaded = load_region(str(by_table))
    again = with_settings(loaded, ["demand.day_cv.value=0.2"])
    for each in (loaded.value, again.value):
        assert each.travel_times is not None
        assert each.travel_times.path == by_table / "times.csv"
    assert again.value.demand.day_cv.value == 0.2


def test_a_variant_finds_its_base_s_table_of_times(by_table: Path) -> None:
    other = by_table.parent / "fjord-winter"
    other.mkdir()
    (other / "region.yaml").write_text("extends: ../fjord/region.yaml\nregion: fjord-winter\n"
                                       "title: Winter\ndescription: Winter\n")  # fmt: skip
    table = load_region(str(other)).value.travel_times
    assert table is not None and table.path.resolve() == (by_table / "times.csv").resolve()


def test_a_table_of_times_that_is_not_there_or_outside_is_told(by_table: Path) -> None:
    (by_table / "times.csv").unlink()
    assert "times.csv: no such table; give its file name beside region.yaml" in wrong(by_table)
    replaced(by_table, "travel_times: times.csv", "travel_times: ../times.csv")
    assert "tables.travel_times: must lie in the region's own folder" in wrong(by_table)


def test_one_way_is_yes_or_no_or_left_out(fjord: Path) -> None:
    path = fjord / "roads.csv"
    path.write_text(path.read_text().replace("Fv1,3.6,55,,", "Fv1,3.6,55,maybe,"))
    said = wrong(fjord)
    assert "roads.csv:3: one_way: must be 'yes' or 'no'" in said
    path.write_text(path.read_text().replace(",maybe,", ",yes,"))
    assert [road.one_way for road in load_region(str(fjord)).value.roads][:3] == ["no", "yes", "no"]
