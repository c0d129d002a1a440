"""Every number of the page, read back from it and held against summary.csv and differences.csv."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.figure_data import MEDIAN, P90
from akuttsim.report.sentences import FOR_WHOM

KEY = ["organisation", "indicator", "group_by", "group"]
MODELS = ["small-today", "small-satellite"]
NUMBER = r"[+\u2212]?\d[\d\u00a0]*(?:,\d+)?"


class Tables(HTMLParser):
    """Reads tables: class, where, caption, and rows of a key, a name and cells with their parts.

    Where a table stands is the figure that it belongs to, or else the section.
    """

    def __init__(self, html):
        super().__init__()
        self.found, self.part, self.where = [], None, ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            kind = (attrs.get("class") or "none").split()[-1]
            told = {"class": kind, "where": self.where, "caption": "", "rows": []}
            self.found.append(told)
        elif tag in ("figure", "section"):
            self.where = attrs.get("id") or attrs.get("aria-labelledby") or self.where
        elif tag == "caption":
            self.part = "caption"
        elif tag == "tr" and self.found:
            self.found[-1]["rows"].append(
                {"key": attrs.get("data-indicator"), "name": "", "cells": []}
            )
        elif tag == "th":
            self.part = "name"
        elif tag == "td" and self.found:
            self.found[-1]["rows"][-1]["cells"].append({})
            self.part = None
        elif tag == "span":
            self.part = (attrs.get("class") or "nothing").split()[0]

    def handle_endtag(self, tag):
        if tag in ("span", "caption", "th", "td"):
            self.part = None

    def handle_data(self, data):
        if not self.found or self.part is None:
            return
        table = self.found[-1]
        if self.part == "caption":
            table["caption"] += data
        elif self.part == "name" and table["rows"]:
            table["rows"][-1]["name"] += data.strip()
        elif table["rows"] and table["rows"][-1]["cells"]:
            cell = table["rows"][-1]["cells"][-1]
            cell[self.part] = cell.get(self.part, "") + data.strip()


@pytest.fixture(scope="module")
def tables(measured):
    return Tables(report_page(measured, "nb")).found


@pytest.fixture(scope="module")
def level(measured):
    return measured.summary.set_index(KEY)


@pytest.fixture(scope="module")
def change(measured):
    return measured.differences.set_index(KEY)


def plain(text):
    return float(text.replace("\u00a0", "").replace("\u2212", "-").replace(",", "."))


def same(text, value):
    """Tell whether a number is a value rounded to the decimals that it is written with."""
    decimals = len(text.partition(",")[2])
    return abs(plain(text) - value) <= 0.5001 * 10.0**-decimals


def holds(cell, row):
    """Hold a cell of the page against the row of the results that it is about."""
    scale = 100 if row.unit == "share" else 1
    assert same(re.search(NUMBER, cell["number"])[0], scale * row["mean"]), (cell, row)
    ends = re.findall(NUMBER, cell.get("interval", ""))
    if ends:
        assert same(ends[0], scale * row.ci_low) and same(ends[1], scale * row.ci_high), (cell, row)
    return 1


def held(cell, table, key):
    """Hold a cell against its row; where there is nothing known it must be empty."""
    if key not in table.index or table.loc[key]["mean"] != table.loc[key]["mean"]:
        assert not re.search(r"^[+\u2212]?\d", cell.get("number", ""))
        return 0
    return holds(cell, table.loc[key])


def named(tables, kind):
    return [table for table in tables if table["class"] == kind]


def test_all_indicators_and_differences(tables, level, change):
    checked = 0
    for kind, table, models in (
        ("everything", level, MODELS),
        ("differences", change, MODELS[1:]),
    ):
        (found,) = named(tables, kind)
        for row in found["rows"][1:]:
            for model, cell in zip(models, row["cells"], strict=True):
                checked += held(cell, table, (model, row["key"], "all", "all"))
    assert checked > 140


def test_municipalities(tables, level, change, measured):
    keys = list(measured.manifest.region["municipalities"])
    checked = 0
    equity = [each for each in tables if each["class"] == "compared"]
    found = [each for each in equity if len(each["rows"]) == 1 + len(keys)]
    found = [each for each in found if each["rows"][1]["name"] in _names(measured)]
    for indicator, table in zip(FOR_WHOM, found, strict=True):
        assert len(table["rows"]) == 1 + len(keys)
        for place, row in zip(keys, table["rows"][1:], strict=True):
            base, other = row["cells"]
            checked += held(base, level, (MODELS[0], indicator, "municipality", place))
            checked += held(other, change, (MODELS[1], indicator, "municipality", place))
    assert checked == 2 * 2 * len(keys)


def _names(measured):
    return {v["name"]: k for k, v in measured.manifest.region["municipalities"].items()}


def test_numbers_behind_the_figures(tables, level, measured):
    """By municipality and of the whole region; the figures of the page have a test of theirs."""
    names = _names(measured)
    whole = len(names) + 1
    median, p90 = [
        each
        for each in named(tables, "compared")
        if len(each["rows"]) == whole + 1
        and each["rows"][1]["name"] in names
        and each["rows"][-1]["name"] not in names
    ]
    checked = 0
    for table, indicator in ((median, MEDIAN), (p90, P90)):
        for row in table["rows"][1:]:
            place = names.get(row["name"])
            key = ("municipality", place) if place else ("all", "all")
            checked += _held_by_model(row, level, indicator, *key)
    assert checked >= 2 * 2 * len(names)


def _held_by_model(row, level, indicator, group_by, group):
    cells = zip(MODELS, row["cells"], strict=True)
    return sum(held(cell, level, (model, indicator, group_by, group)) for model, cell in cells)
