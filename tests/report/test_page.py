from __future__ import annotations

import html
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from akuttsim.indicators.registry import indicator_definitions
from akuttsim.report.context import Catalogue, translated_definitions
from akuttsim.report.exporters.html_page import report_page, write_report
from tests.report.manifests import set_manifest

VOID = {"meta", "link", "br", "use", "path", "img", "input", "hr"}


class Reader(HTMLParser):
    """Reads headings, ids and the cells of tables of indicators."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.ids, self.cells, self.tags = [], [], {}, []
        self.row = self.span = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "table":
            self.table = (attrs.get("class") or "none").split()[-1]
        if tag == "tr":
            self.row = attrs.get("data-indicator")
        if tag == "ul":
            self.row = None
        if tag == "td" and self.row:
            self.cells.setdefault((self.table, self.row), []).append({})
        if tag == "span":
            self.span = (attrs.get("class") or "").split()[:1]

    def handle_data(self, data):
        if self.row and self.span and (self.table, self.row) in self.cells:
            cell = self.cells[self.table, self.row][-1]
            for name in self.span:
                cell[name] = cell.get(name, "") + data.strip()

    def handle_endtag(self, tag):
        if tag == "span":
            self.span = ["said"] if self.span == ["sign"] else None


def number(text):
    plain = text.replace("\u00a0", "").replace("\u2212", "-")
    return float(re.match(r"\(?([+-]?[\d.,]+)", plain)[1])


def written_as(text, value, unit):
    """Tell whether a number is a value rounded to the decimals that it is written with."""
    digits = re.search(r"\.(\d+)", text)
    exact = 100 * value if unit == "share" else value
    read = number(text.replace(",", ""))
    return abs(read - exact) <= 0.5001 * 10.0 ** -(len(digits[1]) if digits else 0)


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_appendix_has_every_definition_word_by_word(html_of, lang):
    """English as the results have it, Norwegian from the catalogue."""
    told = indicator_definitions() if lang == "en" else translated_definitions("nb")
    appendix = re.sub(r"<[^>]+>", " ", html_of(lang).partition('class="definitions"')[2])
    words = " ".join(html.unescape(appendix).split())
    assert all(" ".join(told[name].split()) in words for name in indicator_definitions())


def test_every_number_of_the_region_is_that_of_the_summary(html_of, results):
    read = Reader(html_of()).cells
    table = results.summary[results.summary["group_by"] == "all"]
    models = list(results.manifest.organisations)
    checked = 0
    for row in table.itertuples():
        cell = read["everything", row.indicator][models.index(row.organisation)]
        if row.mean != row.mean:
            assert cell["said"] == "not applicable"
            continue
        low, high = cell["interval"].strip("()").split(" to ")
        assert written_as(cell["number"], row.mean, row.unit)
        assert written_as(low, row.ci_low, row.unit)
        assert written_as(high, row.ci_high, row.unit)
        assert cell.get("said", "") == row.verdict
        checked += 1
    assert checked == 5 * 3


def test_every_difference_is_that_of_the_results(html_of, results):
    read = Reader(html_of()).cells
    table = results.differences[results.differences["group_by"] == "all"]
    for row in table.itertuples():
        cell = read["differences", row.indicator][["one", "two"].index(row.organisation)]
        assert written_as(cell["number"], row.mean, row.unit)
        nil = row.mean == row.ci_low == row.ci_high == 0
        assert cell["said"] == ("no difference that matters" if nil else row.verdict)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "99.5% each"), ("nb", "99,5\u00a0% hver")],
)
def test_that_intervals_hold_for_many_models_at_once_is_said(results, lang, said):
    set_manifest(results, simultaneous={"comparisons": 11, "confidence": 1 - 0.05 / 11})
    html = report_page(results, lang)
    assert said in html
    caption = Catalogue(lang)("differences.caption_many", base="|", count=11)
    assert caption.split("|")[1] in html


def test_the_verdict_on_a_margin_is_explained_where_it_is_given(html_of):
    meaning = Catalogue("en")("verdict_help.no difference that matters")
    assert meaning in html_of("en") and meaning not in html_of("en", ("today",))


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_names_are_shown_and_not_run(html_of, lang):
    html = html_of(lang)
    scripts = [attrs for tag, attrs in Reader(html).tags if tag == "script"]
    kinds = [script.get("type") for script in scripts]
    assert set(kinds) == {"application/json", None} and kinds.count(None) == 3
    assert html.count("<script") == len(scripts)
    assert "&lt;script&gt;alert(" in html
    assert "\\$" not in html
    assert "A &lt; B" in html and "<i>map</i>" not in html and "Because <b>" not in html


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_nothing_is_asked_for_from_outside(html_of, lang):
    html = html_of(lang)
    outside = html.replace('"http://www.w3.org/2000/svg"', "the name of a kind of element")
    assert not re.search(r"https?://|//[a-z]|@import|\bsrc=", outside)
    assert {attrs["href"][0] for _, attrs in Reader(html).tags if "href" in attrs} == {"#"}
    assert "default-src 'none'" in html


@pytest.mark.parametrize("models", [("today", "one", "two"), ("today",)])
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_page_is_well_ordered(html_of, lang, models):
    read = Reader(html_of(lang, models))
    assert read.headings.count(1) == 1 and read.headings[0] == 1
    steps = [b - a for a, b in zip(read.headings, read.headings[1:], strict=False)]
    assert max(steps) == 1
    assert len(read.ids) == len(set(read.ids))
    links = {attrs["href"][1:] for tag, attrs in read.tags if tag == "a"}
    assert links <= set(read.ids)
    assert all(attrs.get("scope") for tag, attrs in read.tags if tag == "th")
    count = [tag for tag, _ in read.tags].count
    assert count("table") == count("caption")
    pictures = [attrs for tag, attrs in read.tags if tag == "svg" and "aria-hidden" not in attrs]
    assert html_of(lang, models).count('<figure class="pf"') >= 3
    assert all(picture["role"] == "img" and len(picture["aria-label"]) > 20 for picture in pictures)
    assert ("html", {"lang": lang}) in read.tags


def test_references_within_drawings_lead_to_their_own_parts(html_of):
    read = Reader(html_of())
    used = {attrs["href"][1:] for tag, attrs in read.tags if tag == "use"}
    assert used and used <= set(read.ids)


def test_one_model_has_no_differences(html_of):
    html = html_of("en", ("today",))
    assert "numbers differences" not in html and 'id="show-intervals"' not in html
    told = re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index('id="models"')])
    assert not re.search(r"\b(better|worse)\b", told)


@pytest.mark.usefixtures("undrawn")
def test_results_without_question_targets_or_groups_still_make_a_page(make_results):
    results = make_results(("today",))
    set_manifest(results, question=None, hypothesis=None, targets=[])
    in_all = results.summary[results.summary["group_by"] == "all"]
    html = report_page(replace(results, summary=in_all), "nb")
    assert "Hvordan klarer «Modell today» seg i Lilledal?" in html
    assert "Bare én modell er regnet på" in html


def test_the_same_results_give_the_same_bytes(results, tmp_path):
    (tmp_path / "results").write_bytes(pickle.dumps(results))
    program = (
        "import pickle, pathlib as p; from akuttsim.report.exporters.html_page import "
        "write_report as w;"
        "w(pickle.loads(p.Path('results').read_bytes()), 'nb', p.Path('out.html'))"
    )
    root = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONHASHSEED": "17", "PYTHONPATH": root}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    write_report(results, "nb", tmp_path / "here.html")
    assert (tmp_path / "here.html").read_bytes() == (tmp_path / "out.html").read_bytes()


def test_models_stand_side_by_side_with_what_differs_escaped(html_of):
    text = html_of()
    assert "Model one: 1 values of the configuration are others" in text
    assert "&lt;b&gt;there&lt;/b&gt;" in text and "<b>there</b>" not in text
    counts = text[text.index('<table class="numbers counts">') :]
    counts = counts[: counts.index("</table>")]
    assert "satellites" in counts and "control rooms" not in counts
    assert "+2" in counts


def test_the_command_that_repeats_the_results_is_told(html_of):
    assert "<code>akuttsim sweep small</code>" in html_of()
