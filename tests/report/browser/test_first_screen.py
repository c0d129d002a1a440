"""The decision as a councillor meets it: the first screen, its intervals, the length, the print."""

from __future__ import annotations

import re

import pytest

SIZES = [(1366, 900), (390, 844)]
PARTS = {
    (1366, 900): ("h1", ".answer b", ".along", ".noticing .marks", ".places", ".sure"),
    (390, 844): (
        "h1",
        ".answer b",
        ".across",
        ".noticing .marks",
        ".places-short",
        ".gains",
        ".sure",
    ),
}


def bottom(page, part):
    return page.locator(f"#decision {part}").last.evaluate(
        "each => each.getBoundingClientRect().bottom"
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_holds_the_whole_decision(opened, size):
    page = opened(*size, unfolded=False).page
    for part in PARTS[size]:
        assert page.locator(f"#decision {part}").first.is_visible(), part
    assert bottom(page, ".sure") <= size[1]


def test_the_answer_has_at_most_sixty_words(opened):
    told = opened(unfolded=False).page.inner_text("#decision .answer")
    assert 5 < len(told.replace("\u00a0", " ").split()) <= 60
    assert not re.search(r"[\[\](){}]", told)


def test_unmet_need_is_the_last_column_where_nothing_is_priced(opened):
    page = opened(1366, unfolded=False).page
    heads = page.eval_on_selector_all(
        "#decision > .along thead tr:last-child th", "all => all.map(each => each.innerText)"
    )
    assert len(heads) > 1 and heads[-1].startswith("Go without the help they need")


@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_at_most_twelve_screens_without_folds(opened, size):
    found = opened(*size, unfolded=False)
    height = found.page.evaluate("document.documentElement.scrollHeight")
    assert height <= 12 * size[1]
    assert found.complaints == [] and found.asked == []


def test_the_contents_stay_in_reach_and_follow_the_reader(opened):
    page = opened(1366, unfolded=False).page
    page.click(".bar nav a[href='#annex']")
    page.wait_for_selector(".bar nav a[aria-current][href='#annex']", timeout=5000)
    assert page.locator(".bar").bounding_box()["y"] == 0


def test_a_link_to_a_definition_unfolds_it(opened):
    page = opened(1366, unfolded=False).page
    page.evaluate("document.querySelector('#numbers').open = true")
    page.locator("#numbers tbody a").first.click()
    page.wait_for_selector("#words[open]", timeout=5000)


@pytest.mark.parametrize(("size", "form"), [(SIZES[0], ".along"), (SIZES[1], ".across")])
def test_intervals_are_one_click_or_one_key_away(opened, size, form):
    page = opened(*size, unfolded=False).page
    line = page.locator(f"#decision > {form} .interval-line").first
    assert line.is_hidden()
    page.click("#show-intervals")
    assert line.is_visible()
    assert page.get_attribute("#show-intervals", "aria-pressed") == "true"
    page.keyboard.press("u")  # the button has focus, not the table: a single key does nothing
    assert line.is_visible()
    page.locator(f"#decision > {form} [data-axis]").first.focus()
    page.keyboard.press("u")
    assert line.is_hidden()


def test_a_tip_can_be_pointed_at_and_closed(opened):
    page = opened(1366, unfolded=False).page
    button = page.locator("#decision > .along [data-axis]").first
    button.hover()
    assert page.is_visible("#tip") and "With 95% confidence" in page.inner_text("#tip")
    box = page.locator("#tip").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.wait_for_timeout(600)
    assert page.is_visible("#tip")
    page.keyboard.press("Escape")
    assert page.is_hidden("#tip")
    button.focus()
    assert page.is_visible("#tip") and button.get_attribute("aria-describedby") == "tip"
    page.keyboard.press("Escape")
    assert page.is_hidden("#tip")


@pytest.mark.parametrize("size", SIZES)
def test_what_is_pressed_is_large_enough(opened, size):
    """WCAG 2.5.8: 24 by 24 pixels, or a link within a sentence."""
    page = opened(*size, unfolded=False).page
    small = page.eval_on_selector_all(
        "button:not([hidden]), summary, .bar nav a",
        """all => all.filter(each => each.checkVisibility()).filter(each => {
            const box = each.getBoundingClientRect();
            return box.width < 24 || box.height < 24;
        }).map(each => each.outerHTML.slice(0, 90))""",
    )
    assert small == []


def printed_pages(page, path):
    page.pdf(path=path, prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def test_the_decision_prints_on_two_pages_and_all_of_it_on_request(opened, tmp_path):
    page = opened(1366, unfolded=False).page
    assert printed_pages(page, tmp_path / "decision.pdf") == 2
    page.check("#print-all")
    assert printed_pages(page, tmp_path / "all.pdf") > 6
    page.emulate_media(media="print")
    assert page.locator("#decision > .across .interval-line").first.is_visible()


def test_all_is_printed_where_the_address_asks_for_it(opened, report):
    page = opened(1366, unfolded=False).page
    page.goto(f"{report.as_uri()}?all")
    assert page.is_checked("#print-all")


def test_the_page_can_be_read_without_its_scripts(chromium, report):
    page = chromium.browser.new_context(java_script_enabled=False) if chromium.browser else None
    if page is None:
        pytest.skip("the browser gives no second context")
    page = page.new_page()
    page.goto(report.as_uri())
    assert page.locator("#decision > .along .interval-line").first.is_visible()
    assert page.is_hidden("#show-intervals")
