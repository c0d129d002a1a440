from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.exporters.figure_files import _png_and_svg as png_and_svg
from akuttsim.report.exporters.figure_files import write_figures
from akuttsim.report.figures.published import all_figures
from akuttsim.report.figures.style import recording_figures
from tests.nightly import by_night

NAMES = [
    *("answered", "answering", "week-answering", "reached", "response", "split", "week-cover"),
    *("load", "pairs-travel-to-care-min", "pairs-ring-to-doctor-min"),
    *("map-0", "change-1", "change-2", "cost"),
]
MM_AN_INCH = 25.4


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("published")


@pytest.fixture(scope="module")
def told(make_results, folder):
    return write_figures(make_results(), "nb", folder)


def test_every_figure_is_written_in_publication_size(told, folder):
    assert [each.name for each in told] == NAMES
    made = {path.name for path in folder.iterdir()}
    assert made == {"index.md", *(f"{n}.{kind}" for n in NAMES for kind in ("png", "svg"))}
    for each in told:
        with Image.open(folder / f"{each.name}.png") as image:
            dots = [round(value) for value in image.info["dpi"]]
            assert dots == [300, 300]
            assert image.width / 300 * MM_AN_INCH == pytest.approx(each.width_mm, abs=1)
        root = ElementTree.parse(folder / f"{each.name}.svg").getroot()
        assert float(root.get("width").removesuffix("mm")) == pytest.approx(each.width_mm, abs=1)
        assert "<text" not in (folder / f"{each.name}.svg").read_text("utf-8"), "outlines"


def test_the_list_tells_what_each_figure_shows(told, folder):
    index = (folder / "index.md").read_text("utf-8")
    assert len({each.title for each in told}) == len(told)
    for each in told:
        assert each.alt and each.caption
        assert f"[{each.name}.png]({each.name}.png)" in index
    assert "<script" not in index and "\\$" not in index.replace("\\\\$", "")


@pytest.mark.nightly
@pytest.mark.usefixtures("undrawn")
def test_the_same_results_give_the_same_bytes(results, told, folder):
    """Every fourth figure, by night each, drawn once more by itself."""
    with recording_figures() as notes:
        all_figures(Words(Catalogue("nb"), ResultsView(results)))
    for note in by_night(notes[::4], notes):
        again = png_and_svg(note)
        kept = tuple((folder / f"{note.name}.{kind}").read_bytes() for kind in ("png", "svg"))
        assert again == kept, note.name


@pytest.mark.nightly
@pytest.mark.parametrize("drawn_hostile", by_night(["long"], ["long", "short"]), indirect=True)
@pytest.mark.usefixtures("undrawn")
@pytest.mark.filterwarnings("error")
def test_figures_with_hostile_names_are_whole(drawn_hostile, tmp_path):
    """No warning either: none of letters without a glyph, none of a figure without room."""
    _, results = drawn_hostile
    told = write_figures(results, "en", tmp_path)
    for each in told:
        ElementTree.parse(tmp_path / f"{each.name}.svg")
    index = (tmp_path / "index.md").read_text("utf-8")
    assert "<script" not in index and not re.search(r"^\s*[=+@]", index, re.M)


@pytest.mark.usefixtures("undrawn")
def test_only_the_figures_of_the_page_are_noted_where_somebody_asks(results):
    words = Words(Catalogue("en"), ResultsView(results))
    with recording_figures(draws=False) as notes:
        all_figures(words)
    all_figures(words)
    assert [note.name for note in notes] == NAMES
