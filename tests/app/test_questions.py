"""The eight questions of a planner, each from the start to the verdict and the saved file."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from akuttsim.config.loader import load_organisation
from tests.app.conftest import Served
from tests.nightly import at_least_one_by_day, by_night

KEYS_ENOUGH = 150

FIRST_VERDICTS = ", ".join(f"#answer[data-done='{n}']" for n in range(3, 13))
"""Three simulations are done, or more."""


def tab_to(served: Served, selector: str) -> None:
    """Press Tab until what a selector finds has the keyboard's focus, as a person would."""
    is_there = "(selector) => document.activeElement.matches(selector)"
    for _ in range(KEYS_ENOUGH):
        if served.page.evaluate(is_there, selector):
            return
        served.page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by {KEYS_ENOUGH} times Tab")


def second_night_nurse(served: Served) -> None:
    """By the keyboard alone: the sentence under the painter, which stands on every night."""
    tab_to(served, "[data-group=answering] .sentence .button")
    served.page.keyboard.press("Enter")


def close_rorvik_at_22(served: Served) -> None:
    clinics = served.group("clinics")
    clinics.locator("[data-units]").select_option(label="Legevakt i Rørvik")
    for line in (0, 1):
        until = clinics.locator(".hours .line").nth(line).locator(".time").nth(1)
        until.fill("22")
        until.press("Tab")
    served.page.wait_for_selector("#changes b:text-matches('lør–søn 08.*–22')")
    served.page.click(".fix")  # nobody would see the coast's patients after 22
    served.page.wait_for_selector(".fix", state="detached")


def satellite_in_lierne(served: Served) -> None:
    satellites = served.group("satellites")
    satellites.locator("[data-add=satellite] > summary").click()
    where, doctor = satellites.locator("[data-add=satellite] select").all()
    where.select_option(label="Sandvika (Nordli) (Lierne)")
    doctor.select_option(label="Legevaktlege i Namsos, kveld og helg")
    satellites.locator("[data-add=satellite] .go").click()


def one_ambulance_less_in_grong(served: Served) -> None:
    ambulances = served.group("ambulances")
    ambulances.locator("[data-units]").select_option(label="Ambulanse Grong 2")
    ambulances.locator(".remove").click()


def move_the_ambulance_of_lierne(served: Served) -> None:
    """By the keyboard alone: the mark on the map, from place to place by arrow keys."""
    tab_to(served, "#what-ambulance")
    served.page.keyboard.press("Enter")
    served.page.wait_for_selector(".pin.ambulance")
    tab_to(served, "[data-unit='ambulances.lierne-1']")
    served.page.keyboard.press("ArrowDown")
    served.page.keyboard.press("ArrowDown")
    served.page.keyboard.press("Enter")


def legevakt_car(served: Served) -> None:
    doctors = served.group("doctors")
    doctors.locator("[data-units]").select_option(label="Legevaktlege i Namsos, kveld og helg")
    doctors.get_by_label("Egen legevaktbil").check()


def video_at_all_centres(served: Served) -> None:
    field = served.group("video").locator("input")
    field.fill("40")
    field.press("Tab")


def answered_by_amk(served: Served) -> None:
    field = served.group("answering").locator("[data-field$=operators_of] select")
    field.select_option(label="AMK Namsos")


QUESTIONS: dict[str, tuple[Callable[[Served], None], str]] = {
    "andre-nattsykepleier": (second_night_nurse, "flere operatører"),
    "lierne-flyttes": (move_the_ambulance_of_lierne, "Ambulanse Lierne: fra Sandvika"),
    "rorvik-til-22": (close_rorvik_at_22, "Legevakt i Rørvik: åpent .*22"),
    "satellitt-i-lierne": (satellite_in_lierne, "satellitt i Sandvika"),
    "en-bil-mindre-i-grong": (one_ambulance_less_in_grong, "Ambulanse Grong 2 tas bort"),
    "legevaktbil": (legevakt_car, "legevaktbil"),
    "video": (video_at_all_centres, "40"),
    "svares-av-amk": (answered_by_amk, "AMK"),
}
"""By name of the saved file: what a planner does, and what the change is called.

By day the first three are asked: two by the keyboard alone, one by the mouse.
"""

BY_KEYS = {"andre-nattsykepleier", "lierne-flyttes"}


@pytest.mark.nightly
@pytest.mark.parametrize("name", at_least_one_by_day(list(QUESTIONS), 3))
def test_a_question_is_asked_answered_and_saved(served, name):
    ask, sentence = QUESTIONS[name]
    served.begin()
    ask(served)
    assert re.search(sentence, " ".join(served.changed()))
    served.page.wait_for_selector(by_night(FIRST_VERDICTS, "#answer[data-state=done]"))
    verdicts = served.page.eval_on_selector_all(
        "#rows tr[data-indicator]",
        "all => all.map(row => [row.dataset.verdict, !!row.querySelector('.verdict svg.mark'),"
        " row.querySelector('.verdict').innerText.trim()])",
    )
    assert len(verdicts) >= 5
    assert all(verdict and has_mark and word for verdict, has_mark, word in verdicts)
    saved(served, name)


def saved(served: Served, name: str) -> None:
    """Save under a name, by keys where the question was asked by keys."""
    page = served.page
    if name in BY_KEYS:
        page.focus("#save")
        page.keyboard.press("Enter")
    else:
        page.click("#save")
    page.fill("#keep-name", name)
    page.fill("#keep-why", "Prøves før budsjettet")
    if name in BY_KEYS:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    else:
        page.click("#keep-form [type=submit]")
    page.wait_for_selector("#keep-said .command")
    assert load_organisation(str(served.folder / f"{name}.yaml")).value.region == "namdal"
    experiment = (served.folder / f"{name}-experiment.yaml").read_text("utf-8")
    assert "Prøves før budsjettet" in experiment and f"{name}.yaml" in experiment
    page.keyboard.press("Escape")
