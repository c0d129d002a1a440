"""What the answer and the page say of cases: by hand-made effects of what is varied."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from akuttsim.experiments.results import Results
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.exporters.workbook import effects_sheet
from akuttsim.report.sections.case_comparison import effect_sentences, effects_section, main_effects
from akuttsim.report.sentences import factor_title
from akuttsim.texts import Lang
from tests.report.manifests import design_of_kind, set_manifest
from tests.report.told import printed_lines

SOON = "answered_116117_within_120_s"
TRAVEL = "travel_to_care_min"
NURSES = {"name": "nurses", "key": "x.y", "title": {"nb": "Sykepleiere", "en": "Nurses"}}
COLUMNS = ["case", "organisation", "against", "indicator", "group_by", "group", "mean", "ci_low",
           "ci_high", "unit", "margin", "verdict", "more_runs"]  # fmt: skip

Change = tuple[float, float, str]
"""Mean, half width and verdict."""


@pytest.fixture
def varied(make_results: Callable[..., Results], tmp_path: Path) -> Callable[..., Results]:
    """Return a maker of results in cases 1 to `count`, with the same effects in each other case."""

    def make(
        changes: dict[str, Change],
        models: tuple[str, ...] = ("today",),
        count: int = 2,
        kind: str = "grid",
    ) -> Results:
        results = make_results(models)
        cases = [f"nurses-{each}" for each in range(1, count + 1)]
        rows: list[tuple[Any, ...]] = [
            (case, model, cases[0], name, "all", "all", mean, mean - half, mean + half,
             "share" if name == SOON else "min", 1.0, verdict, 7)
            for case, model in product(cases[1:], models)
            for name, (mean, half, verdict) in changes.items()
        ]  # fmt: skip
        levels = [(case, "nurses", case.split("-")[1]) for case in cases]
        more = {"cases": cases, "dimensions": [NURSES], "design": design_of_kind(kind)}
        return replace(
            results,
            folder=tmp_path,
            summary=pd.concat([results.summary.assign(case=case) for case in cases]),
            differences=pd.concat([results.differences.assign(case=case) for case in cases]),
            effects=pd.DataFrame(rows, columns=COLUMNS),
            cases=pd.DataFrame(levels, columns=["case", "factor", "level"]),
            manifest=results.manifest.changed(**more, main_indicators=[SOON, TRAVEL]),
        )

    return make


def words(results: Results, lang: Lang = "en") -> Words:
    return Words(Catalogue(lang), ResultsView(results))


BETTER = (0.0078, 0.0016, "better")
SHORTER, LONGER = (-2.0, 0.5, "better"), (2.0, 0.5, "worse")
WITHIN = (0.2, 0.1, "no difference that matters")
OPEN, SAME, HARDLY = (
    (-0.5, 3.0, "cannot tell"),
    (0.0, 0.0, "no difference that matters"),
    (-0.02, 0.01, "better"),
)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Compared with the first case (Nurses: 1), in the same model and for the same "
         "patients, with 95% intervals in brackets: Model today with “Nurses: 2” gives 116117 "
         "answered within two minutes more often (+0.8 percentage points [0.6 to 0.9]), no "
         "difference that we can tell in “Journey to care”."),
        ("nb", "Sammenlignet med det første tilfellet (Sykepleiere: 1), i samme modell og for de "
         "samme pasientene, med 95 % konfidensintervall i hakeparenteser: Modell today med "
         "«Sykepleiere: 2» gir oftere svar på 116117 innen to minutter (+0,8 prosentpoeng "
         "[0,6 til 0,9]), ingen forskjell vi kan være sikre på i «Reisetid til behandling»."),
    ],
)  # fmt: skip
def test_one_model_alone_is_told_by_what_the_cases_change(
    varied: Callable[..., Results], lang: Lang, said: str
) -> None:
    lines = printed_lines(varied({SOON: BETTER, TRAVEL: OPEN}), lang)
    assert said in [line.replace("\u00a0", " ") for line in lines]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (SHORTER, "gives a shorter journey to care (−2.0"),
        (LONGER, "gives a longer journey to care (+2.0"),
        (WITHIN, "gives no difference larger than 1 min in “Journey to care”"),
        (OPEN, "gives no difference that we can tell in “Journey to care”"),
        ((1.5, math.nan, "cannot tell"), "gives no difference that we can tell in “Journey"),
        (HARDLY, "gives hardly any difference in “Journey to care”"),
        (SAME, "with “Nurses: 2” is exactly the same"),
    ],
)
def test_an_effect_is_told_by_its_verdict_and_no_stronger(
    varied: Callable[..., Results], change: Change, said: str
) -> None:
    [told] = effect_sentences(words(varied({TRAVEL: change})))
    assert said in told.line.replace("\u00a0", " ")
    claims = re.search("shorter|longer", told.line)
    assert bool(claims) == (change in (SHORTER, LONGER))


def test_what_is_nought_beside_what_is_not_is_told_as_no_change(
    varied: Callable[..., Results],
) -> None:
    [told] = effect_sentences(words(varied({SOON: SAME, TRAVEL: LONGER})))
    assert told.line.endswith("), no change at all in “Goal answered_116117_within_120_s”.")


def test_what_does_not_matter_and_what_is_nought_are_told_in_one(
    varied: Callable[..., Results],
) -> None:
    [same] = effect_sentences(words(varied({SOON: SAME, TRAVEL: OPEN})))
    assert "no difference larger" not in same.line and "no change at all" in same.line
    [told] = effect_sentences(words(varied({SOON: SAME, TRAVEL: WITHIN})))
    assert told.line.endswith(
        "gives no difference that matters in “Goal answered_116117_within_120_s” and "
        "“Journey to care”."
    )


def test_main_indicators_come_before_other_targets_and_nothing_else_is_told(
    varied: Callable[..., Results],
) -> None:
    changes = {"ambulance_within_25_min": LONGER, "ring_to_doctor_min": LONGER, TRAVEL: LONGER}
    [effect] = main_effects(words(varied(changes)))
    assert list(effect.changes) == [TRAVEL, "ambulance_within_25_min"]


def test_each_model_is_told_of_in_each_case(varied: Callable[..., Results]) -> None:
    lines = printed_lines(varied({TRAVEL: LONGER}, models=("today", "one"), count=3), "en")
    [told] = [line for line in lines if line.startswith("Compared with the first case")]
    for model, level in product(("today", "one"), (2, 3)):
        assert f"Model {model} with “Nurses: {level}” gives a longer journey" in told


@pytest.mark.parametrize(
    ("models", "count", "is_told"),
    [(1, 5, True), (1, 6, False), (2, 5, True), (3, 4, False), (3, 3, True)],
)
def test_many_effects_are_not_listed_but_pointed_at(
    varied: Callable[..., Results], models: int, count: int, is_told: bool
) -> None:
    found = varied({TRAVEL: LONGER}, models=("today", "one", "two")[:models], count=count)
    [told] = effect_sentences(words(found))
    assert len(told.parts) == (models * (count - 1) if is_told else 0)
    where = f"what each of the {count - 1} other cases changes"
    assert (where in told.lead and "“What each case changes”" in told.lead) != is_told


@pytest.mark.parametrize(
    ("count", "kind", "said"),
    [
        (
            40,
            "one-at-a-time",
            "each of the 39 other cases changes, compared with the first (Nurses",
        ),
        (9, "morris", "what the factors move over their ranges, in 9 cases"),
    ],
)
def test_large_designs_point_at_what_moves_the_outcomes(
    varied: Callable[..., Results], count: int, kind: str, said: str
) -> None:
    found = varied({TRAVEL: LONGER}, count=count, kind=kind)
    assert effect_sentences(words(found)) == []
    pd.DataFrame([{"measure": "effect"}]).to_csv(found.folder / "sensitivity.csv", index=False)
    [told] = effect_sentences(words(replace(found)))
    assert said in told.lead and "“What moves the answer”" in told.lead and not told.parts
    assert effects_section(words(found)) is None


def test_open_effects_count_among_what_more_replications_would_tell(
    varied: Callable[..., Results],
) -> None:
    assert any(
        "About 7 more replications" in x for x in printed_lines(varied({TRAVEL: OPEN}), "en")
    )
    assert not any("more repl" in x for x in printed_lines(varied({TRAVEL: LONGER}), "en"))


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("models", "count", "tables", "rows"),
    [(1, 2, 1, 2), (2, 7, 2, 2), (2, 8, 2, 7), (1, 21, 1, 20)],
)
def test_each_model_has_a_table_of_what_the_cases_change(
    varied: Callable[..., Results],
    models: int,
    count: int,
    tables: int,
    rows: int,
) -> None:
    changes = {SOON: BETTER, TRAVEL: OPEN}
    part = effects_section(words(varied(changes, models=("today", "one")[:models], count=count)))
    assert part is not None
    assert len(part.tables) == tables
    assert {len(table.rows) for table in part.tables} == {rows}
    verdicts = {
        cell.verdict.css for row in part.tables[0].rows for cell in row.cells if cell.verdict
    }
    assert verdicts == {"better", "cannot-tell"}


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_page_shows_effects_among_all_numbers_and_explains_their_signs(
    varied: Callable[..., Results], lang: Lang
) -> None:
    html = report_page(varied({SOON: BETTER, TRAVEL: SAME}), lang)
    numbers = html[html.index('id="numbers"') : html.index('id="models"')]
    title = f"<h3>{Catalogue(lang)('effects.title')}</h3>"
    assert title in numbers
    assert 'class="said better"' in numbers and 'class="said no-difference-that-matters"' in numbers
    assert Catalogue(lang)("verdict_help.better") in numbers
    assert title not in report_page(replace(varied({}, count=1)), lang)


def test_the_sheet_has_the_word_of_the_page(varied: Callable[..., Results]) -> None:
    found = varied({TRAVEL: SAME})
    [row] = effects_sheet(words(found), found).rows
    assert "no difference that matters" in [getattr(cell, "words", "") for cell in row]


def test_a_factor_of_additions_is_called_by_its_own_name(varied: Callable[..., Results]) -> None:
    found = varied({TRAVEL: SAME})
    set_manifest(found, dimensions=[{"name": "season", "key": None, "title": None}])
    assert factor_title(words(found), "season") == "season"
