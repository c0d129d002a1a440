"""Tables of a region that are wrong, each told in one line, and those that are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from akuttsim.config.loader import load_region
from tests.scenario.one_line import only

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

REGION = "namdal/region.yaml"


# file, what stands there, what is written instead, the key, what the message must say
TABLE_WRONG = [
    pytest.param("places.csv", "place,name,municipality,lat,lon,", "place,name,kommune,lat,lon,",
                 "", "missing: municipality; unknown: kommune", id="wrong-heading"),
    pytest.param("places.csv", "place,name,municipality,", "place,name,name,",
                 "", "missing: municipality; twice: name", id="heading-twice"),
    pytest.param("people.csv", "\nhoknes,230,", "\nhoknes,230,7,", "",
                 "has 11 cells; the heading has 10", id="ragged"),
    pytest.param("people.csv", "\nhoknes,230,440", "\nhoknes,230440", "",
                 "has 9 cells; the heading has 10", id="ragged-short"),
    pytest.param("people.csv", "\nhoknes,", "\nnamsos,", "namsos", "stands twice (first in line 2)",
                 id="double-row"),
    pytest.param("people.csv", "\nhoknes,", "\nhoknesset,", "hoknesset",
                 "no such place in the table of places; add it there or remove", id="no-place"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "gist"), TABLE_WRONG)
def test_a_wrong_table_is_one_line(
    namdal: Copy, file: str, old: str, new: str, key: str, gist: str
) -> None:
    line = namdal.edit(f"namdal/{file}", old, new) + old.startswith("\n")
    found = only(namdal.region_problems())
    assert (found.file, found.line, found.key) == (f"namdal/{file}", line, key)
    assert gist in found.what


def test_a_semicolon_table_is_read_as_one_with_commas(namdal: Copy) -> None:
    path = namdal.folder / "namdal/people.csv"
    path.write_text(path.read_text().replace(",", ";"))
    assert namdal.region_problems() == ()


@pytest.mark.parametrize(
    ("content", "line", "gist"),
    [
        (b"", 0, "the table is empty; it needs a heading line"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", 0, "is a binary file, not a table; save it as CSV UTF-8"),
        (None, 0, "no such table; give its file name beside region.yaml"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(
    namdal: Copy, content: bytes | None, line: int, gist: str
) -> None:
    path = namdal.folder / "namdal/roads.csv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    found = only(namdal.region_problems())
    assert (found.file, found.line) == ("namdal/roads.csv", line)
    assert gist in found.what


@pytest.mark.parametrize("name", ["../people.csv", "/etc/passwd", "a/../../people.csv"])
def test_a_table_outside_the_folder_is_refused(namdal: Copy, name: str) -> None:
    line = namdal.edit(REGION, "  people: people.csv", f"  people: {name}")
    found = only(namdal.region_problems())
    assert (found.file, found.line, found.key) == (REGION, line, "tables.people")
    assert "must lie in the region's own folder; write its file name" in found.what


def test_the_order_of_the_tables_is_free(namdal: Copy) -> None:
    namdal.edit(REGION, "  places: places.csv\n  people: people.csv",
                "  people: people.csv\n  places: places.csv")  # fmt: skip
    assert namdal.region_problems() == ()


def test_a_missing_table_is_said_once(namdal: Copy) -> None:
    namdal.edit(REGION, "  places: places.csv\n", "")
    found = [problem for problem in namdal.region_problems() if problem.key.startswith("tables")]
    assert [problem.key for problem in found] == ["tables.places"]


def test_values_that_a_table_would_replace_are_refused(namdal: Copy) -> None:
    (namdal.folder / REGION).open("a").write("places: {namsos: {name: X}}\n")
    line = namdal.line_of(REGION, "places: {namsos")
    found = only(namdal.region_problems())
    assert (found.file, found.line, found.key) == (REGION, line, "places")
    assert "name it under tables.places and remove this" in found.what


def test_a_multi_line_cell_is_reported_where_its_row_begins(namdal: Copy) -> None:
    old, new = "\nnamsos,namsos-bru,Fv17,1.0,42,,", '\nnamsos,namsos-bru,Fv17,1.0,0,"two\nlines",'
    line = namdal.edit("namdal/roads.csv", old, new) + 1
    found = only(namdal.region_problems())
    assert (found.line, found.key) == (line, "kmh")


def test_a_region_that_extends_may_bring_a_table_of_its_own(namdal: Copy) -> None:
    (namdal.folder / "mine").mkdir()
    faster = (
        (namdal.folder / "namdal/roads.csv").read_text().replace("Fv17,1.0,42,", "Fv17,1.0,50,")
    )
    (namdal.folder / "mine/roads.csv").write_text(faster)
    (namdal.folder / "mine/region.yaml").write_text(
        "extends: namdal\ntitle: Mine\ntables: {roads: roads.csv}\n"
    )
    region = load_region("mine").value
    assert region.roads[0].kmh == 50.0
    assert region.roads[1:] == load_region("namdal").value.roads[1:]
