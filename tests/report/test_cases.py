"""Several cases: what the answer says of them, by hand-made verdicts, and the page's parts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.ranges import ranged_values
from akuttsim.config.shipped import config_names
from akuttsim.config.walk import ConfigValue, walk_sourced_values
from akuttsim.experiments.results import Results
from akuttsim.experiments.study_manifest import _assumption_entries
from akuttsim.report.context import (
    Catalogue,
    ResultsView,
    Words,
    input_value_names,
    translated_sources,
)
from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.figure_views import DriversView
from akuttsim.report.figures.style import decimals_of
from akuttsim.report.figures.tornado import driver_pictures
from akuttsim.report.page_figures import drivers_figure
from akuttsim.report.sections.answer_drivers import answer_drivers
from akuttsim.report.sections.case_comparison import agreements, case_section
from akuttsim.report.sections.tradeoff import tradeoff_panels, tradeoff_section
from akuttsim.report.sentences import case_title, factor_title, input_value_title, level_title
from akuttsim.texts import Lang
from tests.report.manifests import design_of_kind, set_manifest
from tests.report.told import printed_lines

TRAVEL = "travel_to_care_min"
CASES = ["talk-9", "talk-12", "talk-15"]
DIMENSION = {"name": "talk", "title": {"nb": "Samtale", "en": "Talk"}, "key": "care.talk_s"}


@pytest.fixture
def in_cases(results: Results, tmp_path: Path) -> Callable[..., Results]:
    """Return a maker of results in three cases; told verdicts of the others on one's journey."""

    def make(*verdicts: str, moves: list[dict[str, Any]] | None = None) -> Results:
        tables = {}
        for name in ("summary", "differences"):
            table = getattr(results, name)
            tables[name] = pd.concat([table.assign(case=case) for case in CASES])
        changes = tables["differences"].reset_index(drop=True)
        for case, verdict in zip(CASES[1:], verdicts, strict=False):
            row = (changes["case"] == case) & (changes["organisation"] == "one")
            row &= (changes["indicator"] == TRAVEL) & (changes["group_by"] == "all")
            changes.loc[row, "verdict"] = verdict
        levels = [(case, "talk", case.split("-")[1] + ".5") for case in CASES]
        if moves:
            pd.DataFrame(moves).to_csv(tmp_path / "sensitivity.csv", index=False)
        more = {"cases": CASES, "dimensions": [DIMENSION], "design": {"kind": "one-at-a-time"}}
        return replace(
            results,
            folder=tmp_path,
            summary=tables["summary"],
            differences=changes,
            cases=pd.DataFrame(levels, columns=["case", "factor", "level"]),
            manifest=results.manifest.changed(**more),
        )

    return make


def words(results: Results, lang: Lang = "en") -> Words:
    return Words(Catalogue(lang), ResultsView(results))


@pytest.mark.usefixtures("undrawn")
def test_one_case_says_nothing_of_others(results: Results) -> None:
    assert "for the first case" not in " ".join(printed_lines(results, "en"))
    assert case_section(words(results)) is None
    assert Catalogue("en")("cases.title") not in report_page(results, "en")


def test_where_all_cases_agree_this_is_said_once(in_cases: Callable[..., Results]) -> None:
    last = printed_lines(in_cases(), "en")[-1]
    found = agreements(words(in_cases()))
    assert last == (
        "What is said above of targets and of differences between models is for the first case "
        f"(Talk: 9.5); each of its {len(found)} verdicts is the same in all 2 other cases."
    )


def test_a_verdict_that_turns_is_told_with_how_often(in_cases: Callable[..., Results]) -> None:
    results = in_cases("better", "cannot tell")
    last = printed_lines(results, "en")[-1]
    assert "“Journey to care” for Model one is “worse”, but so in none of the 2 others" in last
    assert "“better” in 1 and “cannot tell” in 1" in last
    last = printed_lines(in_cases("worse", "cannot tell"), "nb")[-1]
    assert "det samme i 1 av de 2 andre, «kan ikke si» i 1" in last
    assert "(Samtale: 9,5)" in last


def test_a_verdict_that_held_only_once_is_compared_as_people_choose(
    in_cases: Callable[..., Results],
) -> None:
    """Better as people choose in all three, and in the first only because fewer came."""
    results = in_cases("better", "cannot tell")
    changes = results.differences.assign(verdict_as_people_choose=results.differences.verdict)
    row = (changes["case"] == CASES[0]) & (changes["organisation"] == "one")
    row &= (changes["indicator"] == TRAVEL) & (changes["group_by"] == "all")
    changes.loc[row, "verdict"] = "only because fewer came"
    changes.loc[row, "verdict_as_people_choose"] = "better"
    several_cases = replace(results, differences=changes)
    last = printed_lines(several_cases, "en")[-1]
    assert (
        "is “better as people choose, though only because fewer came”, the same in 1 of the 2 "
        "others, “cannot tell” in 1" in last
    )
    told = case_section(words(several_cases))
    assert told is not None and "as people choose" in told.aside
    assert case_section(words(results)).aside == ""  # type: ignore[union-attr]


def test_agreement_counts_the_same_the_contrary_and_the_rest(
    in_cases: Callable[..., Results],
) -> None:
    told = case_section(words(in_cases("better", "differs")))
    assert told is not None and told.agreement is not None
    [row] = told.agreement.rows
    assert [cell.number for cell in row.cells[1:]] == ["0", "1", "0", "1"]
    assert row.cells[0].verdict is not None and row.cells[0].verdict.css == "worse"
    assert {len(table.rows) for table in told.tables} == {3}


def move(verdict: str, mean: float, level: str, turns: bool) -> dict[str, Any]:
    of = {"organisation": "one", "against": "today", "indicator": TRAVEL, "unit": "min"}
    what = {"measure": "effect", "factor": "talk", "case": "talk-12", "level": level}
    ends = {"mean": mean, "ci_low": mean - 1, "ci_high": mean + 1}
    return {**of, **what, **ends, "first_verdict": "worse", "verdict": verdict, "turns": turns}


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_what_turns_a_verdict_is_named_and_what_may_be_chance_only_counted(
    in_cases: Callable[..., Results], lang: Lang
) -> None:
    moves = [move("better", -9.0, "12.5", True), move("cannot tell", -0.5, "6.5", False)]
    results = in_cases("better", moves=moves)
    told = answer_drivers(words(results, lang))
    assert told is not None and told.table is not None
    [line] = told.turned
    better = Catalogue(lang)("verdict.better")
    assert better in line and ("Talk: 12.5" in line or "Samtale: 12,5" in line)
    assert "6.5" not in line and "6,5" not in line
    assert re.search(r"\b1\b", told.perhaps)
    assert len(told.table.rows) == 1
    [picture] = driver_pictures(words(results, lang))
    svg = str(picture.drawings[0].wide)
    assert Catalogue(lang)("tornado.lower") in svg and Catalogue(lang)("tornado.higher") in svg


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_what_turns_a_verdict_stands_on_the_page(
    in_cases: Callable[..., Results], lang: Lang
) -> None:
    results = in_cases("better", moves=[move("better", -9.0, "12.5", True)])
    told = answer_drivers(words(results, lang))
    assert told is not None
    html = report_page(results, lang).replace("&#34;", '"')
    assert Catalogue(lang)("moved.title") in html
    assert all(line[:20] in html for line in told.turned)


def test_without_a_change_that_turns_a_verdict_none_is_said_to(
    in_cases: Callable[..., Results],
) -> None:
    told = answer_drivers(words(in_cases(moves=[move("worse", 3.0, "12.5", False)])))
    assert told is not None and told.turned == () and told.table is None and told.perhaps == ""
    assert told.intro.startswith("One thing at a time was changed, 2 times. None of 1 ")


@pytest.mark.parametrize(
    ("kind", "measures"),
    [
        ("morris", ["mu", "mu_star", "sigma"]),
        ("sobol-indices", ["S1", "ST"]),
        ("latin-hypercube", ["rank_correlation"]),
    ],
)
def test_designs_over_ranges_have_a_picture_of_their_measures(
    in_cases: Callable[..., Results], kind: str, measures: list[str]
) -> None:
    rows = [
        {**move("", 0.4, "", False), "measure": name, "factor": factor, "first_verdict": ""}
        for name in measures
        for factor in ("talk", "care.taxi_wait_min")
    ]
    results = in_cases(moves=rows)
    set_manifest(results, design=design_of_kind(kind))
    [picture] = driver_pictures(words(results))
    svg = str(picture.drawings[0].wide)
    assert "Talk" in svg and "Wait for a taxi, min" in svg
    figure = drivers_figure(words(results))
    assert figure is not None and isinstance(view := figure.views[0], DriversView)
    told = [Catalogue("en")(f"page_figure.measure.{name}") for name in measures]
    assert list(view.looks) == told


@pytest.mark.parametrize(
    ("places", "told"),
    [([-7.5, -5.0, 0.0, 2.5], 1), ([0.0, 20.0, 40.0], 0), ([0.368, 0.4], 3), ([0.0, 0.05, 0.1], 2)],
)
def test_places_on_an_axis_are_written_as_they_are(places: list[float], told: int) -> None:
    assert decimals_of(places) == told


# --- names ----------------------------------------------------------------------------------------


@cache
def sourced() -> dict[str, list[ConfigValue]]:
    """Every value with a source of the shipped districts, by the file that has it."""
    found = {name: load_region(name).value for name in config_names("region")} | {
        f"organisation {name}": load_organisation(name).value
        for name in config_names("organisation")
    }
    found["with health outcomes"] = load_region("phonebank", outcomes="health").value
    return {name: list(walk_sourced_values(config)) for name, config in found.items()}


def test_every_source_of_namdal_and_sunnfjord_has_a_norwegian_text_and_none_is_left_over() -> None:
    """And every source of health outcomes, which may be laid over both."""
    known = set(translated_sources("nb"))
    sources = {
        value.source
        for name, values in sourced().items()
        if "namdal" in name or "sunnfjord" in name
        for value in values
    }
    region = load_region("namdal").value
    of_map = {row.source for row in (*region.places.values(), *region.roads, *region.ferries)}
    by_name = {"GeoNames", "Wikipedia", "made up"}
    health = load_region("namdal", outcomes="health").value.outcomes
    sources |= {value.source for value in walk_sourced_values(health)}
    figures = yaml.safe_load(
        (Path(__file__).parents[2] / "configs/published/outcomes.yaml").read_text("utf-8")
    )
    sources |= {each["source"] for each in figures["figures"].values()}
    assert (sources | of_map) - by_name - {None, ""} == known
    assert translated_sources("en") == {}


ENGLISH_WORDS = re.compile(
    r"\b(the|and|of|with|from|which|that|are|was|were|not|but|than|who|by|days|hours|"
    r"(?:week|day|night|home|duty|doctor|nurse|share|red|yellow|green)s?)\b"
)


def test_an_input_value_is_told_in_norwegian_alone(results: Results) -> None:
    """Names, values and sources of a whole real organisation and region have no English word."""
    region, today = load_region("namdal").value, load_organisation("namdal-today").value
    set_manifest(results, organisations={"today": today.model_dump(mode="json")})
    told = words(results, "nb")
    entries = [*_assumption_entries("region", region), *_assumption_entries("today", today)]
    for entry in entries:
        name = input_value_title(told, entry.key)
        texts = (name, told.labels.config_value(entry.value), told.labels.source(entry.source)[0])
        assert not ENGLISH_WORDS.search(" ".join(texts)), texts
        assert "_" not in name + texts[1], texts
    assert len(entries) > 280


ADDED = ("first_responders", "supports")
"""Sections of an organisation whose entries are called by their titles, as clinics are."""


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_what_is_named_is_there_and_nearly_all_that_is_assumed_in_namdal_is_named(
    lang: Lang, results: Results
) -> None:
    known = set(input_value_names(lang))
    assert set(input_value_names("nb")) == set(input_value_names("en"))
    whole = {each for each in known if not each.startswith(("parts.", "words."))}
    assert whole <= {value.key for values in sourced().values() for value in values}
    region = {value.key for value in ranged_values(load_region("namdal").value, ("C", "D"))}
    today = {
        value.key for value in ranged_values(load_organisation("namdal-today").value, ("C", "D"))
    }
    by_title = {
        each
        for each in today
        if each.split(".")[0] in ("control_rooms", "doctors", "clinics", *ADDED)
    }
    assert (region | today) - by_title <= known
    added = {each.split(".")[2] for each in today if each.split(".")[0] in ADDED}
    assert added and {f"parts.{each}" for each in added} <= known


def test_an_input_of_a_clinic_is_called_by_the_clinic(results: Results) -> None:
    results.manifest.organisations["one"]["clinics"]["legevakt"]["title"] = {
        "nb": "Legevakten",
        "en": "The legevakt",
    }
    told = words(results, "nb")
    assert (
        input_value_title(told, "clinics.legevakt.nurses.night")
        == "Legevakten: sykepleiere, netter"
    )
    assert input_value_title(told, "clinics.legevakt.nurses.night.on_duty").endswith(", netter")
    assert input_value_title(told, "care.unknown.some_thing") == (
        "Hvor lang tid hjelpen tar, og hva den fører til: unknown, some thing"
    )
    assert input_value_title(told, "care.talk_s.lognormal.median") == (
        "Samtalen på 116117, s, median"
    )
    assert factor_title(told, "care.taxi_wait_min (one)").endswith("min (Modell one)")


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("2040", "2040"),
        ("0.25", "0,25"),
        ("4000000.0", "4\xa0000\xa0000"),
        ("151.26", "151,3"),
        ("none", "som ellers"),
        ("x.yaml", "x.yaml"),
    ],
)
def test_levels_in_words(results: Results, level: str, told: str) -> None:
    assert level_title(words(results, "nb"), level) == told


def test_a_case_of_many_factors_is_called_by_what_is_changed(results: Results) -> None:
    factors = [f"care.f{k}" for k in range(6)]
    rows = [("a", name, "1") for name in factors] + [("b", name, "1") for name in factors[1:]]
    rows.append(("b", factors[0], "2"))
    cases = pd.DataFrame(rows, columns=["case", "factor", "level"])
    more = replace(results, cases=cases, manifest=results.manifest.changed(cases=["a", "b"]))
    assert case_title(words(more), "a") == "as usual"
    assert case_title(words(more), "b").endswith("f0: 2")


# --- trade-off ------------------------------------------------------------------------------------

COST = {"today": 100e6, "one": 90e6, "two": 130e6}
SOON = {"today": 0.8, "one": 0.85, "two": 0.9}


def with_cost(results: Results) -> Results:
    rows = [
        (model, "cost_nok_a_year", "all", "all", cost, cost - 1e6, cost + 1e6, "NOK per year", "")
        for model, cost in COST.items()
    ]
    names = ["organisation", "indicator", "group_by", "group", "mean", "ci_low", "ci_high", "unit"]
    cost = pd.DataFrame(rows, columns=[*names, "verdict"]).assign(case="plain")
    directions = {"answered_116117_within_120_s": "higher", "ring_to_doctor_min": "lower"}
    known = results.summary[results.summary["indicator"] != "ring_to_doctor_min"].copy()
    soon = (known["indicator"] == "answered_116117_within_120_s") & (known["group_by"] == "all")
    known.loc[soon, "mean"] = known.loc[soon, "organisation"].map(SOON)
    manifest = results.manifest.changed(directions=directions)
    return replace(results, summary=pd.concat([known, cost]), manifest=manifest)


@pytest.mark.usefixtures("undrawn")
def test_the_trade_off_names_the_front_and_never_a_sure_loser_without_intervals(
    results: Results,
) -> None:
    told = tradeoff_section(words(with_cost(results)))
    assert told is not None
    front, beaten = told.sentences
    assert "beats Model one and Model two in all of" in front
    assert beaten == "Beaten by the means alone, which chance may have done: Model today."
    [table] = told.tables
    assert [row.note for row in table.rows] == [
        "beaten by the means, not surely",
        "on the front by the means",
        "on the front by the means",
    ]
    assert 'id="trade-off-numbers"' in report_page(with_cost(results), "nb")


def test_who_is_better_at_what_was_asked_for_is_not_beaten(results: Results) -> None:
    """The two that are beaten in answer time and cost are so no more where journeys count."""
    found = with_cost(results)
    found.manifest.directions["travel_to_care_min"] = "lower"
    by_model = {"today": 10.0, "one": 20.0, "two": 30.0}
    rows = found.summary["indicator"] == "travel_to_care_min"
    found.summary.loc[rows, "mean"] = found.summary.loc[rows, "organisation"].map(by_model)
    told = tradeoff_section(words(found))
    assert told is not None
    [sentence] = told.sentences
    assert sentence.startswith("By the means no model is beaten") and "Journey to care" in sentence
    drawn = [panel.indicator for panel in tradeoff_panels(words(found))]
    assert "travel_to_care_min" in drawn, "it is drawn where it is asked"
    set_manifest(found, main_indicators=["ring_to_doctor_min"])
    drawn = [panel.indicator for panel in tradeoff_panels(words(found))]
    assert drawn and "travel_to_care_min" not in drawn


@pytest.mark.usefixtures("undrawn")
def test_without_costs_there_is_no_trade_off(results: Results) -> None:
    assert tradeoff_section(words(results)) is None
    assert 'id="trade-off-numbers"' not in report_page(results, "en")


def test_models_of_which_the_same_turns_share_a_sentence_and_reversals_are_told_in_brief(
    in_cases: Callable[..., Results],
) -> None:
    same = [move("better", -9.0, "12.5", True), move("cannot tell", -0.5, "6.5", True)]
    both = same + [each | {"organisation": "two"} for each in same]
    other = [move("worse", 0.1, "12.5", False) | {"indicator": "unmet_need_a_week"}]
    told = answer_drivers(words(in_cases(moves=both + other)))
    assert told is not None and told.count == 2
    [line] = told.turned
    assert "Model one and Model two against" in line
    assert told.brief == (
        "One value was changed. The same whatever is changed: Without help. "
        "Turned round: Journey (Talk: 12.5)."
    )
    opened = answer_drivers(words(in_cases(moves=same[1:] + other)))
    assert opened is not None and opened.brief.endswith(
        "One more verdict changes without turning round."
    )
