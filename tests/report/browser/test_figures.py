"""The figures of the page, used as a person would use them."""

from __future__ import annotations

import json

import pytest

KEYS = ("places", "week", "day", "curves", "cost", "margins")


def drawn(page, key):
    """Return the drawing of a figure, as text that differs where the picture does."""
    return page.inner_html(f"#figure-{key} .pf-stage > svg")


def data_of(page, key):
    return json.loads(page.inner_text(f"#figure-{key} script"))


def opened_figures(opened, *size):
    """Open the page; what its figures are folded into is opened too."""
    found = opened(*size)
    page = found.page
    page.evaluate("document.querySelectorAll('details:has(.pf)').forEach(e => e.open = true)")
    assert page.evaluate("document.documentElement.dataset.figures") == "ready"
    drawn_all = "[...document.querySelectorAll('.pf-stage > svg')].every(e => e.childElementCount)"
    assert becomes(page, drawn_all, True)
    return found


def becomes(page, expression, wanted):
    """Wait a little until an expression has a value; the policy of the page lets no other way."""
    for _ in range(50):
        if page.evaluate(expression) == wanted:
            return True
        page.wait_for_timeout(100)
    return False


def focus(page, key):
    page.locator(f"#figure-{key} .pf-stage").focus()
    return f"#figure-{key} .pf-tip"


@pytest.mark.parametrize("width", [1366, 390])
def test_every_figure_is_drawn_in_its_room_without_a_message(opened, width):
    found = opened_figures(opened, width)
    page = found.page
    keys = page.eval_on_selector_all("figure.pf", "all => all.map(each => each.id.slice(7))")
    assert set(KEYS) <= set(keys)
    for key in keys:
        marks = page.locator(f"#figure-{key} .pf-stage > svg :is(rect, path, circle, line)")
        assert marks.count() > 5
        box = page.locator(f"#figure-{key} .pf-stage > svg").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    sizes = page.eval_on_selector_all(
        ".pf-stage > svg > g > text", "all => all.map(each => +each.getAttribute('font-size'))"
    )
    assert min(sizes) >= 11.5
    assert found.complaints == [] and found.asked == []


def test_a_view_changes_drawing_title_and_name(opened):
    found = opened_figures(opened)
    page = found.page
    before, title = drawn(page, "places"), page.inner_text("#figure-places .pf-title")
    assert len(data_of(page, "places")["views"]) > 1
    page.locator("#figure-places input[type=radio]").nth(1).check(force=True)
    now = page.inner_text("#figure-places .pf-title")
    assert now == data_of(page, "places")["views"][1]["title"] != title
    assert drawn(page, "places") != before
    assert page.get_attribute("#figure-places .pf-stage", "aria-label") == now
    assert found.complaints == []


def test_models_are_chosen_one_or_several_and_one_always_stays(opened):
    found = opened_figures(opened)
    page = found.page
    before = drawn(page, "week")
    page.locator("#figure-week [name$=model]").last.check(force=True)
    assert page.locator("#figure-week [name$=model]:checked").count() == 1
    boxes = page.locator("#figure-day [name$=model]")
    both = drawn(page, "day")
    boxes.first.uncheck(force=True)
    alone = drawn(page, "day")
    assert alone != both
    boxes.last.click(force=True)
    assert boxes.last.is_checked() and drawn(page, "day") == alone
    boxes.first.check(force=True)
    assert drawn(page, "day") == both and before
    assert found.complaints == []


def test_arrow_keys_tell_values_that_are_in_the_table_and_escape_closes(opened):
    found = opened_figures(opened)
    page = found.page
    tip = focus(page, "places")
    page.keyboard.press("ArrowRight")
    first = page.inner_text(tip)
    page.keyboard.press("ArrowDown")
    second = page.inner_text(tip)
    assert first != second
    page.keyboard.press("Escape")
    if not page.locator("#figure-places .pf-table").evaluate("each => each.open"):
        page.locator("#figure-places .pf-table summary").click()
    told = page.locator("#figure-places .pf-table tbody tr")
    told.first.wait_for(state="visible")
    rows = told.all_inner_texts()
    focus(page, "places")
    page.keyboard.press("Home")
    name, value = page.inner_text(tip).split("\n")[:2]
    [row] = [each for each in rows if each.startswith(name)]
    assert value.partition(": ")[2] in row
    page.keyboard.press("Escape")
    assert page.is_hidden(tip)
    assert found.complaints == []


def test_what_the_pointer_shows_stays_while_it_is_pointed_at(opened):
    page = opened_figures(opened).page
    stage = page.locator("#figure-week .pf-stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = page.locator("#figure-week .pf-tip")
    assert tip.is_visible()
    said, at = tip.inner_text(), tip.bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    assert tip.is_visible() and tip.inner_text() == said
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert tip.is_visible()
    page.mouse.move(2, 2)
    assert tip.is_hidden()


def test_every_figure_has_its_numbers_as_a_table(opened):
    page = opened_figures(opened).page
    for key in KEYS:
        page.locator(f"#figure-{key} .pf-table summary").click()
        rows = page.locator(f"#figure-{key} .pf-table tbody tr")
        heads = page.locator(f"#figure-{key} .pf-table thead th")
        assert rows.count() >= 1 and heads.count() >= 2
        assert "undefined" not in page.inner_text(f"#figure-{key} .pf-table")
        assert "NaN" not in page.inner_text(f"#figure-{key}")


def test_they_print_in_the_width_of_a_page_without_their_controls(opened):
    page = opened_figures(opened, 390).page
    width = "document.querySelector('#figure-places .pf-stage > svg').viewBox.baseVal.width"
    narrow = page.evaluate(width)
    page.emulate_media(media="print")
    assert narrow < 390 and becomes(page, width, 690)
    assert page.is_hidden("#figure-places .pf-controls")
    page.emulate_media(media="screen")
    assert becomes(page, width, narrow)


def test_controls_are_large_enough_and_reached_by_keyboard(opened):
    page = opened_figures(opened, 390).page
    heights = page.eval_on_selector_all(
        ".pf-seg label", "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert heights and min(heights) >= 24
    page.locator("#figure-places input[type=radio]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#figure-places input[type=radio]").nth(1).is_checked()
