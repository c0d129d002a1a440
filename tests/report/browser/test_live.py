"""The interactive map and the replay, used as a person would use them."""

from __future__ import annotations

import re

import pytest

MAP, REPLAY = "#live-map .live-canvas canvas", "#live-replay .live-canvas canvas"
BAD_NAME = "<script>document.title='run'</script>"


def clock(page):
    return page.inner_text('[data-replay="clock"]')


def seconds(page):
    return float(page.input_value('[data-replay="time"]'))


def test_the_page_loads_without_complaint_and_asks_for_nothing(opened):
    found = opened()
    assert found.complaints == [] and found.asked == []
    assert found.page.title() != "run"
    loaded = found.page.evaluate("performance.timing.loadEventEnd - performance.timing.fetchStart")
    assert loaded < 2000


def test_model_quantity_hour_and_comparison_change_map_title_and_words(opened):
    found = opened()
    page = found.page
    seen = {found.ink(MAP): page.inner_text("#live-map .live-title")}
    for name, value in (("what", "reach:care"), ("hour", "1"), ("model", "1")):
        found.choose(name, value)
        seen[found.ink(MAP)] = page.inner_text("#live-map .live-title")
    page.check('[data-choose="compare"]')
    seen[found.ink(MAP)] = page.inner_text("#live-map .live-title")
    assert len(seen) == len(set(seen.values())) == 5
    assert " against " in page.inner_text("#live-map .live-title")
    assert page.inner_text("#live-map .live-status")
    found.choose("what", "measured:0")
    assert page.is_disabled('[data-choose="hour"]')
    assert found.complaints == []


def test_only_clear_changes_are_told_in_words(opened):
    found = opened()
    found.choose("model", "1")
    found.choose("what", "measured:0")
    found.page.check('[data-choose="compare"]')
    told = found.page.inner_text("#live-map .live-status")
    assert told.startswith(("No clear", "Shorter", "Longer", "Most down"))
    assert found.complaints == []


def test_a_measured_number_on_the_map_is_the_one_in_the_table(opened):
    found = opened()
    found.choose("what", "measured:2")
    page = found.page
    page.focus(MAP)
    page.keyboard.press("n")
    tip = page.inner_text("#live-map .live-tip")
    value = re.search(r"Journey to care: (\S+)", tip)[1]
    assert value in page.inner_text("#places")


def test_pointing_at_a_place_shows_its_name_as_text(opened):
    found = opened()
    page = found.page
    page.focus(MAP)
    names = []
    for _ in range(8):
        page.keyboard.press("n")
        names.append(page.inner_text("#live-map .live-tip b"))
    assert BAD_NAME in names and "Centre" in names
    assert page.title() != "run" and found.complaints == []
    page.keyboard.press("Escape")
    assert page.is_hidden("#live-map .live-tip")
    page.mouse.move(5, 5)
    box = page.locator(MAP).bounding_box()
    for part in range(0, 100, 2):  # sweep over the map until something is under the pointer
        page.mouse.move(box["x"] + box["width"] * part / 100, box["y"] + box["height"] * 0.5)
    assert found.complaints == []


def test_keys_buttons_and_wheel_zoom_and_move(opened):
    found = opened()
    page = found.page
    whole = found.ink(MAP)
    page.click('#live-map [data-zoom="1.6"]')
    zoomed = found.ink(MAP)
    page.focus(MAP)
    page.keyboard.press("ArrowLeft")
    moved = found.ink(MAP)
    assert len({whole, zoomed, moved}) == 3
    page.keyboard.press("0")
    assert found.ink(MAP) == whole
    page.locator(MAP).hover()
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(100)
    assert found.ink(MAP) != whole
    page.click('#live-map [data-zoom="0"]')
    assert found.ink(MAP) == whole


def test_the_table_tells_what_the_map_shows(opened):
    found = opened()
    page = found.page
    assert page.is_visible("#live-map tbody")
    rows = page.locator("#live-map tbody tr")
    assert rows.count() >= 3
    assert BAD_NAME in page.inner_text("#live-map tbody")
    assert page.inner_text("#live-map caption") == page.inner_text("#live-map .live-title")


def test_the_replay_stands_still_until_it_is_played_and_stops_when_asked(opened):
    found = opened()
    page = found.page
    begun = seconds(page)
    page.wait_for_timeout(400)
    assert seconds(page) == begun
    before = found.ink(REPLAY)
    page.click('[data-replay="play"]')
    page.wait_for_timeout(1200)
    page.click('[data-replay="play"]')
    played = seconds(page)
    assert 120 < played - begun < 1200
    assert found.ink(REPLAY) != before
    page.wait_for_timeout(300)
    assert seconds(page) == played
    assert page.get_attribute('[data-replay="play"]', "aria-pressed") == "false"
    assert found.complaints == []


def test_the_slider_sets_clock_list_and_map(opened):
    found = opened()
    page = found.page
    page.focus('[data-replay="time"]')
    page.keyboard.press("Home")
    assert clock(page) == "00:00"
    page.keyboard.press("ArrowRight")
    assert clock(page) == "00:01"
    assert page.get_attribute('[data-replay="time"]', "aria-valuetext") == "00:01"
    night = page.inner_text('[data-replay="list"]')
    page.fill('[data-replay="time"]', str(13 * 3600))
    assert clock(page) == "13:00"
    assert page.inner_text('[data-replay="list"]') != night


def test_a_patient_is_followed_from_ring_to_care(opened):
    found = opened()
    page = found.page
    options = page.eval_on_selector_all(
        '[data-replay="person"] option', "all => all.map(each => [each.value, each.text])"
    )
    helped = next(value for value, text in options if text.endswith("helped by the ambulance"))
    page.select_option('[data-replay="person"]', helped)
    steps = page.locator('[data-replay="way"] li')
    told = steps.all_inner_texts()
    assert told[0].endswith("Rings 113 (113)") or "Rings" in told[0]
    assert any("is with the patient" in each for each in told)
    assert "Helped by the ambulance" in " ".join(told)
    steps.last.locator("button").click()
    assert page.locator('[data-replay="way"] li.past').count() == steps.count()
    page.select_option('[data-replay="person"]', "-1")
    assert page.is_hidden('[data-replay="way"]')
    assert found.complaints == []


def test_events_are_stepped_through_and_models_meet_the_same_day(opened):
    found = opened()
    page = found.page
    first = seconds(page)
    page.click('[data-replay="after"]')
    assert seconds(page) > first
    page.click('[data-replay="before"]')
    assert seconds(page) <= first + 60
    before = found.ink(REPLAY)
    page.select_option('[data-replay="model"]', "1")
    assert found.ink(REPLAY) != before
    assert found.complaints == []


def test_who_asks_for_less_motion_gets_steps(opened):
    found = opened(motion="reduce")
    page = found.page
    page.click('[data-replay="play"]')
    seen = set()
    for _ in range(12):
        page.wait_for_timeout(100)
        seen.add(seconds(page))
    page.click('[data-replay="play"]')
    assert 2 <= len(seen) <= 4


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_is_wider_than_a_phone(opened, width):
    found = opened(width, 800)
    rightmost = found.page.eval_on_selector_all(
        ".live :not(.scroll *)",
        "all => Math.max(...all.map(each => each.getBoundingClientRect().right))",
    )
    assert rightmost <= width
    box = found.page.locator(REPLAY).bounding_box()
    assert box["width"] <= width and box["height"] < 600


def test_it_prints_both_maps_without_their_controls(opened, tmp_path):
    found = opened()
    page = found.page
    page.pdf(path=tmp_path / "report.pdf", tagged=True)
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
    page.check("#print-all")
    page.emulate_media(media="print")
    assert page.is_hidden(".live-player") and page.is_visible(MAP)
    assert found.complaints == []


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(opened):
    page = opened().page
    nameless = page.eval_on_selector_all(
        ".live :is(button, select, input, canvas[tabindex])",
        """all => all.filter(each => !(each.getAttribute('aria-label') || each.innerText?.trim()
            || each.labels?.[0]?.innerText.trim())).map(each => each.outerHTML)""",
    )
    assert nameless == []
    assert page.eval_on_selector_all(".live [tabindex]", "all => all.every(e => e.tabIndex === 0)")
