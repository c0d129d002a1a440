"""Whether people who cannot see the page, or see it poorly, can use it: axe-core's rules."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PLACES = [Path(os.environ.get("AKUTTSIM_NODE", "")), Path(__file__).parents[3] / ".ci" / "node"]
AXE = next(
    (
        found
        for place in PLACES
        if (found := place / "node_modules" / "axe-core" / "axe.min.js").is_file()
    ),
    None,
)
"""Where `npm install --prefix .ci/node axe-core` puts it, or below the folder AKUTTSIM_NODE."""


@pytest.mark.parametrize("width", [1200, 390])
def test_axe_finds_no_serious_fault(opened, width):
    if AXE is None:
        pytest.skip("axe-core is not installed: npm install --prefix .ci/node axe-core")
    page = opened(width).page
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 30
    serious = [
        f"{fault['id']}: {fault['nodes'][0]['html']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_the_page_is_no_wider_than_a_phone(opened):
    page = opened(390).page
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_figure_has_words_and_only_one_of_its_forms_is_shown(opened):
    for width in (1200, 390):
        page = opened(width).page
        shown = page.evaluate(
            "[...document.querySelectorAll('figure .drawing')].map(each =>"
            " [...each.querySelectorAll('svg')].filter(svg => svg.checkVisibility()).length)"
        )
        assert shown and set(shown) == {1}
        labels = page.eval_on_selector_all(
            "figure svg", "all => all.map(each => each.getAttribute('aria-label'))"
        )
        assert all(labels)
