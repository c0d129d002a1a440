"""Whether people who cannot see the page, or see it poorly, can use it: axe-core's rules."""

from __future__ import annotations

import pytest

from tests.axe import faults
from tests.nightly import at_least_one_by_day
from tests.report.browser.conftest import UNFOLD


@pytest.mark.nightly
@pytest.mark.parametrize(("width", "height"), at_least_one_by_day([(390, 844), (1366, 900)]))
def test_axe_finds_no_fault(opened, width, height):
    """Nothing at all, also of best practice: folded, unfolded, with intervals and with a tip."""
    page = opened(width, height, unfolded=False).page
    assert faults(page) == []
    page.evaluate(UNFOLD)
    page.click("#show-intervals")
    page.locator("[data-axis]:visible").first.focus()
    assert page.is_visible("#tip")
    assert faults(page) == []


def test_the_page_is_no_wider_than_a_phone(opened):
    assert opened(390).page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_drawing_has_words_or_is_hidden_from_who_listens(opened):
    page = opened(1366).page
    unnamed = page.eval_on_selector_all(
        "svg",
        """all => all.filter(each => each.getAttribute('aria-hidden') !== 'true'
            && !each.getAttribute('aria-label')).map(each => each.outerHTML.slice(0, 80))""",
    )
    assert unnamed == []
    labels = page.eval_on_selector_all(".marks", "all => all.map(each => each.ariaLabel)")
    assert labels and all("1,000" in label for label in labels)


def test_the_matrix_is_told_once_to_who_listens(opened):
    for width, form in ((1366, ".along"), (390, ".across")):
        page = opened(width, unfolded=False).page
        shown = page.eval_on_selector_all(
            "#decision .along, #decision .across",
            "all => all.filter(each => each.checkVisibility()).map(each => each.className)",
        )
        assert shown and all(form[1:] in name for name in shown)


def test_colour_never_stands_alone(opened):
    """Each verdict has a mark and a word, also where the word is seen by none."""
    page = opened(390, unfolded=False).page
    cells = page.eval_on_selector_all(
        ".across td.cell:not([class='cell '])",
        "all => all.map(each => [!!each.querySelector('svg.mark'), each.textContent])",
    )
    words = ("better", "worse", "no difference", "cannot tell", "different", "fewer came")
    assert cells
    assert all(has_mark and any(word in told for word in words) for has_mark, told in cells)
