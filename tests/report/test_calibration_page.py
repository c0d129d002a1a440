"""The page of a calibration, on an outcome made by hand: whole, in both languages, and honest."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from akuttsim.optimisation.calibration.outcome import (
    CalibrationOutcome,
    FittedTarget,
    FittedUnknown,
    VerdictRange,
    analyse_identifiability,
)
from akuttsim.report.calibration_page import (
    CalibrationWords,
    calibration_page,
    calibration_sentences,
    targets_figure,
    undetermined_sentences,
    unknowns_figure,
    verdict_sentences,
)
from akuttsim.report.context import Catalogue
from akuttsim.report.document import Figure
from akuttsim.report.figures.bars_and_strips import STRIP_MARKS
from akuttsim.texts import Lang

TALK = FittedUnknown("talk", "care.talk_s", 244.0, (120.0, 480.0), 199.66, (130.5, 274.648))
AFTER = FittedUnknown("after", "care.after_call_s", 90.0, (30.0, 200.0), 200.0, (100.0, 200.0))
ANSWERED = FittedTarget(
    "answered", "answered_116117_within_120_s", "", "share", 0.62, 0.01, 0.5, 0.615, 0.002, False
)
HELD = replace(ANSWERED, name="hung-up", published=0.05, after=0.2, error=0.0, held_back=True,
               title={"nb": "Legger på", "en": "Hang up"})  # fmt: skip
JUDGED = VerdictRange(
    "small-satellite", "travel_to_care_min", "min", ("better", "cannot tell"), -2.5, 0.1
)
FOUND = CalibrationOutcome(
    unknowns=(TALK, AFTER),
    targets=(ANSWERED, HELD),
    identified=analyse_identifiability(np.array([[-8.0, -5.0]]), ["talk", "after"], ["answered"]),
    judged=(JUDGED,),
    trials=30,
    possible=8,
    has_settled=True,
)
NAMES = ("small-talk", "small", "small-today")


def wide_svg(figure: Figure) -> str:
    return str(figure.drawings[0].wide)


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_page_is_whole_and_has_every_part(lang: Lang) -> None:
    page = calibration_page(FOUND, NAMES, lang)
    words_alone = re.sub(r"<style.*?</style>", "", page, flags=re.S)
    assert f'<html lang="{lang}">' in page and "{" not in words_alone and "nan" not in words_alone
    assert page.count("<table") == 3 and not re.search(r'(src|href)="(?!#)', page)
    assert ("Legger på" if lang == "nb" else "Hang up") in page and "hung-up" not in page
    comma = "199,7" if lang == "nb" else "199.7"
    assert comma in page and "care.after_call_s" in page


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_figures_tell_in_words_what_they_show(lang: Lang) -> None:
    """For who cannot see them, and on a narrow screen as on a wide one."""
    words = CalibrationWords(lang)
    targets, unknowns = targets_figure(FOUND, words), unknowns_figure(FOUND, words)
    told = {
        "nb": ["publisert 62 % (61 til 63), simulert før 50 %, etter 61,5 %: truffet",
               "Legger på: publisert 5 %", "funnet 199,7, fortsatt mulig 130,5 til 274,6"],
        "en": ["published 62% (61 to 63), simulated before 50%, after 61.5%: met",
               "Hang up: published 5%", "found 199.7, still possible 130.5 to 274.6"],
    }[lang]  # fmt: skip
    both = f"{wide_svg(targets)}{wide_svg(unknowns)}".replace("\xa0", " ")
    assert all(each in both for each in told)
    for figure in (targets, unknowns):
        [drawing] = figure.drawings
        wide, narrow = (
            re.findall(r'aria-label="(.*?)"', str(svg)) for svg in (drawing.wide, drawing.narrow)
        )
        assert wide == narrow and drawing.wide != drawing.narrow
    page = calibration_page(FOUND, NAMES, lang)
    assert page.count("<svg") == 4 and page.count('class="narrow"') == 2


def test_fitted_and_held_back_differ_in_shape_before_and_after_in_filling() -> None:
    fitted, held = ("fitted_after", "fitted_before"), ("held_after", "held_before")
    assert len({STRIP_MARKS[each]["marker"] for each in fitted}) == 1
    assert len({STRIP_MARKS[each]["marker"] for each in (*fitted, *held)}) == 2
    assert [STRIP_MARKS[each].get("mfc") for each in (*fitted, *held)] == [None, "white"] * 2
    words = CalibrationWords("en")
    assert "held back" not in wide_svg(targets_figure(replace(FOUND, targets=(ANSWERED,)), words))
    assert "held back, after" in wide_svg(targets_figure(FOUND, words))


def test_where_nothing_is_possible_no_field_is_drawn() -> None:
    words = CalibrationWords("en")
    none = replace(FOUND, unknowns=(replace(TALK, possible=None),))
    svg = wide_svg(unknowns_figure(none, words))
    assert "no values met every figure" in svg and "still possible" not in svg


def test_both_languages_have_the_same_texts_and_placeholders() -> None:
    nb, en = (Catalogue(lang, "calibration").texts for lang in ("nb", "en"))
    mine = {key for key in nb if key.startswith("calibration.")}
    assert mine == {key for key in en if key.startswith("calibration.")}
    for key in mine:
        assert set(re.findall(r"{\w+}", nb[key])) == set(re.findall(r"{\w+}", en[key])), key


def test_what_is_doubtful_is_said() -> None:
    words = CalibrationWords("en")
    told = " ".join(calibration_sentences(FOUND, words))
    assert "Every fitted figure is met (30 trials, 8 of them meet all)." in told
    assert "“Work after a 116117 call, s” ended at an end of its range" in told
    assert "Figures held back, which nothing was fitted to: 0 of 1 met." in told
    assert "“Talk at 116117, s” and “Work after a 116117 call, s” move the figures alike" in told
    assert "moved together" not in told, "that is what cannot be told apart says of two"
    (moved,) = verdict_sentences(FOUND, words)
    assert "the verdict depends on the values: better at 1 and cannot tell at 1 of 2" in moved
    assert "+0.1" in moved
    nil = replace(JUDGED, verdicts=("no difference that matters",) * 2, low=0.0, high=0.0)
    (same,) = verdict_sentences(replace(FOUND, judged=(nil,)), words)
    assert same.endswith("no difference that matters at all 2 points still possible (0\xa0min)")


def test_what_is_met_only_just_is_said() -> None:
    """At 61.5 %, 61 being the least, half a point of chance is too much, and a tenth is not."""
    words = CalibrationWords("en")
    for error, is_said in ((0.003, True), (0.0005, False)):
        found = replace(FOUND, targets=(replace(ANSWERED, error=error),))
        told = " ".join(calibration_sentences(found, words))
        assert ("“answered” is met only just" in told) == is_said


def test_what_three_do_together_is_said() -> None:
    names = ["talk", "after", "other"]
    other = replace(TALK, name="other", key="care.other_call_s")
    told = analyse_identifiability(
        np.array([[8.0, 2.0, 5.0], [2.0, 8.0, 5.0]]), names, ["one", "two"]
    )
    found = replace(FOUND, unknowns=(TALK, AFTER, other), identified=told)
    (sentence,) = undetermined_sentences(found, CalibrationWords("en"))
    assert sentence.startswith(
        "The figures do not tell “Talk at 116117, s” down, “Work after a 116117"
    )
    assert "“Length of other calls, s” up moved together" in sentence


def test_a_calibration_that_failed_says_so() -> None:
    missed = replace(ANSWERED, after=0.5, error=0.02)
    failed = replace(FOUND, targets=(missed,), has_settled=False, judged=())
    told = " ".join(calibration_sentences(failed, CalibrationWords("en")))
    assert "the nearest still miss “answered”. A range, a figure or the model is wrong" in told
    assert "had not come to rest" in told and "chance moves it by more than its tolerance" in told
    assert "Every fitted figure" not in told


@pytest.mark.parametrize(
    ("value", "told"),
    [(199.658, "199.7"), (0.0, "0"), (0.61999, "0.62"), (12345.6, "12,350"), (2.0, "2")],
)
def test_numbers_have_four_significant_digits(value: float, told: str) -> None:
    assert CalibrationWords("en").significant(value) == told
