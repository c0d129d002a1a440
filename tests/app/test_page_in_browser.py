"""The what-if page in a real browser, beside its questions: hands, keys, sizes and faults."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from akuttsim.config.validator import validate
from akuttsim.config.yaml_document import read_text_as_yaml
from akuttsim.regionbuilder.spec import RegionSpec
from tests import small
from tests.axe import faults
from tests.nightly import by_night

PHONE = {"width": 390, "height": 844}
TUESDAY_8 = "[data-group=answering] td[data-day='1'][data-hour='8']"
THURSDAY_11 = "[data-group=answering] td[data-day='3'][data-hour='11']"


def painted(served):
    """Return the hours that are framed as changed: how many, and what stands in them."""
    cells = served.page.locator("[data-group=answering] .week .other")
    return cells.count(), set(cells.all_inner_texts())


def test_the_page_is_in_order_and_a_roster_is_painted_by_mouse_and_by_keys(served):
    served.begin()
    page = served.page
    assert page.locator(".empty button").count() == 3
    assert faults(page) == []
    first, last = page.locator(TUESDAY_8).bounding_box(), page.locator(THURSDAY_11).bounding_box()
    page.mouse.move(first["x"] + 5, first["y"] + 5)
    page.mouse.down()
    page.mouse.move(last["x"] + 5, last["y"] + 5, steps=4)
    page.mouse.up()
    assert "operatører" in served.changed()[0]
    assert painted(served) == (12, {"2"})
    page.focus(TUESDAY_8)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("+")
    page.wait_for_selector(f"{TUESDAY_8}.n3")
    assert painted(served) == (12, {"2", "3"})
    page.wait_for_selector("#answer:not([data-state=none])")
    page.wait_for_selector("#rows tr[data-of=day]:has-text('om dagen')")  # judged when it changed
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults(page) == []
    page.click("#undo")
    page.wait_for_selector(f"{TUESDAY_8}.n2")
    page.locator(".changes .button").first.click()
    page.wait_for_selector(".empty")


def test_a_mark_is_dragged_or_clicked_to_another_place(served):
    served.begin()
    page = served.page
    with page.expect_response("**/reach?*ambulance*"):  # the map stands still once that is drawn
        page.click("#what-ambulance")
    page.evaluate("() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn)))")
    mark = page.wait_for_selector("[data-unit='ambulances.lierne-1']")
    box = mark.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=4)
    page.wait_for_selector("#map .farther", state="attached")  # while it is held
    assert page.locator("#changes li").count() == 0
    page.mouse.up()
    assert "Ambulanse Lierne: fra Sandvika" in served.changed()[0]
    page.click("#undo")
    page.wait_for_selector(".empty")
    page.select_option("#move-unit", label="Ambulanse Lierne")
    page.select_option("#move-place", label="Kveaunet (Lierne)")
    page.click("#move-go")
    assert "Kveaunet" in served.changed()[0]
    page.wait_for_selector("#places b:has-text('Sandvika')")


def test_what_is_no_time_of_day_is_said_at_the_field_and_mended_by_a_click(served):
    served.begin()
    clinics = served.group("clinics")
    clinics.locator("[data-units]").select_option(label="Legevakt i Rørvik")
    until = clinics.locator(".hours .time").nth(1)
    until.fill("25")
    until.press("Tab")
    assert "25 er ikke et klokkeslett" in clinics.locator(".error").inner_text()
    assert faults(served.page) == []
    clinics.locator(".fix").click()
    assert until.input_value() == "23.00"
    assert served.page.locator(".changes li").count() == 0


@pytest.mark.parametrize(
    ("lang", "heading"), [("nb", "Hva vil du prøve?"), ("en", "What do you want")]
)
def test_the_start_page_is_in_order_in_both_languages_and_makes_a_district(served, lang, heading):
    served.open()
    served.open(f"/?lang={lang}")
    page = served.page
    assert heading in page.locator("h2").first.inner_text()
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("a[href='/new']")
    page.wait_for_url("**/new")
    served.ready()
    page.fill("#new-name", f"Fjord {lang}")
    told = page.locator("[data-command]").all_inner_texts()
    assert {f"fjord-{lang}/places.csv", f"akuttsim check fjord-{lang}-today.yaml"} < set(told)
    [spec] = [text for text in told if text.startswith("build:")]
    assert validate(read_text_as_yaml(spec.encode(), "district.yaml"), RegionSpec).build
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("[data-kind=district]")
    page.wait_for_url("**/q/**")
    served.ready()
    assert (served.folder / f"fjord-{lang}-today.yaml").is_file()
    served.open("/?lang=nb")


@pytest.mark.nightly
def test_a_finished_study_is_carried_away_compared_and_replayed(served):
    """On a small district and by two replications: what is pressed is tried, not what it says."""
    shutil.copytree(small.DATA / "small", served.folder / "small", dirs_exist_ok=True)
    shutil.copy(small.TODAY, served.folder / "small-today.yaml")
    served.open()
    page, headers = served.page, {"Origin": served.address("")}
    ids = []
    for number in (2, 3):
        made = page.request.post(
            served.address("/api/drafts"), data={"file": "small-today.yaml"}, headers=headers
        )
        ids.append(made.json()["id"])
        way = served.address(f"/api/drafts/{ids[-1]}")
        change = {"set": {"dispatch.red_takes_over_min": number}}
        page.request.post(f"{way}/changes", data=change, headers=headers)
    page.request.post(f"{way}/run", data={"replications": 2}, headers=headers)
    served.open(f"/q/{ids[1]}")
    page.wait_for_selector("#answer[data-state=done]")
    for form, begins in (("xlsx", b"PK"), ("akuttsim", b"PK"), *by_night((), (("pdf", b"%PDF"),))):
        page.click("details.menu > summary")
        with page.expect_download() as coming:
            page.click(f"[href$='as={form}']")
        assert Path(coming.value.path()).read_bytes().startswith(begins)
        page.keyboard.press("Escape")
    page.click("a[href^='/compare']")
    page.wait_for_url("**/compare**")
    page.check(f"[name=draft][value='{ids[0]}']")
    page.wait_for_selector("#compare-head th:nth-child(4)")
    rows, told, not_run = (
        page.locator(f"#compare-rows {each}").count() for each in ("tr", ".said", ".none")
    )
    assert rows == told == not_run > 5
    assert faults(page) == []
    page.click("a[href$='/replay']")
    page.wait_for_selector("#pair:not([hidden])")
    served.ready()
    clocks = page.locator("#pair input[type=range]")
    clocks.first.fill("30000")
    assert clocks.nth(1).input_value() == clocks.first.input_value() == "30000"
    assert faults(page) == []
