"""The spreadsheet, read back with another library than the one that wrote it."""

from __future__ import annotations

import io
import math
from collections import Counter

import openpyxl
import pytest

from akuttsim.experiments.results import Results
from akuttsim.report.context import Catalogue
from akuttsim.report.exporters.sheets import LONGEST_TITLE
from akuttsim.report.exporters.spreadsheet import LONGEST_TEXT, write_spreadsheet, xlsx_content
from akuttsim.report.exporters.workbook import KEYS, workbook_sheets
from tests.hostile import HOSTILE
from tests.nightly import by_night
from tests.report.manifests import set_manifest

KEY = ["organisation", "indicator", "group_by", "group"]
ENDS = ["mean", "ci_low", "ci_high"]


def read(results: Results, lang="en"):
    made = results.manifest.times.ended
    return openpyxl.load_workbook(io.BytesIO(xlsx_content(workbook_sheets(results, lang), made)))


@pytest.fixture(scope="module")
def workbook(measured):
    return read(measured)


def rows_of(sheet):
    """Return the rows as mappings from heading to value."""
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def close(read, value):
    if value is None or math.isnan(value):
        return read is None
    return read == pytest.approx(value, rel=1e-12, abs=1e-15)


def scaled(row, name, is_change):
    value = getattr(row, name)
    return 100 * value if is_change and row.unit == "share" else value


@pytest.mark.parametrize(
    ("sheet", "table"), [("Every number", "summary"), ("Every difference", "differences")]
)
def test_every_number_of_the_results_is_there_once_and_is_the_same(
    workbook, measured, sheet, table
):
    """Row by row in the order of the CSV file: all of them, and nothing else."""
    expected = getattr(measured, table).dropna(subset=["mean"])
    found = rows_of(workbook[sheet])
    assert len(found) == len(expected) > 1000
    for row, cells in zip(expected.itertuples(), found, strict=True):
        assert cells["Name in the data"] == row.indicator
        told = [cells["Mean"], cells["95% from"], cells["95% to"]]
        values = [scaled(row, name, table == "differences") for name in ENDS]
        assert all(map(close, told, values)), (row, cells)


def test_targets_have_value_interval_limit_and_verdict(workbook, measured):
    table = measured.summary[measured.summary.group_by == "all"].set_index(
        ["indicator", "organisation"]
    )
    titles = {"Today": "small-today", "Satellite": "small-satellite"}
    found = rows_of(workbook["Targets"])
    assert len(found) == 2 * 5
    for cells in found:
        row = table.loc[cells["Name in the data"], titles[cells["Model"]]]
        told = [cells["Mean"], cells["95% from"], cells["95% to"], cells["Target"]]
        assert all(map(close, told, [row["mean"], row.ci_low, row.ci_high, row.target]))
        assert (cells["Verdict"] or "") == row.verdict and cells["Replications"] == 2


def test_wide_sheets_have_the_numbers_of_their_hours(workbook, measured):
    table = measured.summary.set_index(["organisation", *KEY[1:]])
    rows = rows_of(workbook["116117 by hour"])
    assert [row["Hour"] for row in rows] == [hour for hour in range(24) for _ in range(2)]
    for row in rows:
        name = "small-today" if row["Model"] == "Today" else "small-satellite"
        key = (name, "answered_116117_within_120_s", "hour", f"{row['Hour']:02d}")
        assert close(row["116117 answered within 2 minutes (%): mean"], table.loc[key]["mean"])
    week = rows_of(workbook["By weekday and hour"])
    assert len(week) == 2 * 168 and week[0]["Weekday"] == "Monday"
    first = table.loc["small-today", "operators_on_duty_116117", "hour_of_week", "mon 00"]
    assert close(week[0]["Operators on duty for 116117 (on duty): mean"], first["mean"])


def test_municipalities_have_level_and_difference(workbook, measured):
    level = measured.summary.set_index(KEY)["mean"]
    change = measured.differences.set_index(KEY)["mean"]
    names = {v["name"]: k for k, v in measured.manifest.region["municipalities"].items()}
    rows = rows_of(workbook["Municipalities"])
    assert len(rows) == 2 * len(names)
    for row in rows:
        name = "small-today" if row["Model"] == "Today" else "small-satellite"
        key = (name, "travel_to_care_min", "municipality", names[row["Municipality"]])
        assert close(row["Journey to care (min): mean"], level[key])
        expected = change[key] if name == "small-satellite" else None
        assert close(row["Journey to care (min): difference"], expected)


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_sheets_are_laid_out_for_reading(measured, lang):
    workbook = read(measured, lang)
    assert len({name.lower() for name in workbook.sheetnames}) == len(workbook.sheetnames)
    assert max(map(len, workbook.sheetnames)) <= LONGEST_TITLE
    front, *others = workbook.worksheets
    for sheet in others:
        assert sheet.freeze_panes and sheet.auto_filter.ref and sheet.max_row > 1
        assert all(cell.value and cell.font.bold for cell in sheet[1])
        assert len({cell.value for cell in sheet[1]}) == sheet.max_column, "headings differ"
    links = [cell.hyperlink.location for row in front.iter_rows() for cell in row if cell.hyperlink]
    assert [link.split("'")[1] for link in links] == workbook.sheetnames[1:]


def test_every_column_is_explained(workbook):
    told = {(row["Sheet"], row["Column"]) for row in rows_of(workbook["Columns explained"])}
    explained = ["Columns explained", "Indicators explained"]
    for sheet in workbook.worksheets[1:]:
        if sheet.title not in explained:
            assert {(sheet.title, cell.value) for cell in sheet[1]} <= told


def test_the_first_sheet_says_what_it_is_and_how_to_repeat_it(workbook, measured):
    told = {cell.value for row in workbook["About"].iter_rows() for cell in row}
    manifest = measured.manifest
    assert {manifest.study, manifest.seed, manifest.akuttsim} <= told
    assert {manifest.checksums["summary.csv"], manifest.times.ended} <= told


def test_numbers_are_numbers_with_the_format_of_their_unit(workbook):
    formats = Counter()
    heads = [cell.value for cell in workbook["Targets"][1]]
    for row in workbook["Targets"].iter_rows(min_row=2):
        cells = dict(zip(heads, row, strict=True))
        if cells["Mean"].value is not None:
            assert cells["Mean"].data_type == "n"
            formats[cells["Unit"].value, cells["Mean"].number_format] += 1
    assert set(formats) == {("%", "0.0%"), ("min", "#,##0.00")}


@pytest.mark.nightly
@pytest.mark.parametrize("lang", by_night(["either"], ["nb", "en"]))
def test_a_hostile_name_is_text(hostile, lang):
    """Each name in one of the languages, by night in both."""
    name, results = hostile
    if lang == "either":
        lang = ("nb", "en")[HOSTILE.index(name) % 2]
    workbook = read(results, lang)
    kinds = Counter(
        cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row
    )
    assert "f" not in kinds, "no formula"
    outside = [
        cell.hyperlink.target
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert set(outside) <= {None}
    targets = workbook[Catalogue(lang)("sheets.title.targets")]
    model = [cell.value for cell in targets["C"][1:]]
    assert set(model) == {name}


def test_a_text_longer_than_a_cell_is_cut_where_it_can_be_seen(results):
    set_manifest(results, question="y" * 40_000)
    cell = read(results)["About"]["B2"].value
    assert len(cell) == LONGEST_TEXT and cell.endswith("y…")


def test_the_same_results_give_the_same_bytes(results, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_spreadsheet(results, "nb", tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_one_model_alone_has_no_sheet_of_differences(make_results):
    keys = [grid.key for grid in workbook_sheets(make_results(("today",)), "en")]
    assert set(keys) <= set(KEYS)
    assert "differences" not in keys and "organisations" not in keys and "targets" in keys
