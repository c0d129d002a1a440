from __future__ import annotations

import math
import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akuttsim.experiments.manifest import InterruptedStudy
from akuttsim.indicators.registry import INDICATORS, indicator_directions
from akuttsim.indicators.who_is_hit import PLACE_COLUMNS
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.decision import MatrixCell, decision, felt_by_place, whole_shares
from akuttsim.report.decision_answer import (
    MOST_NUMBERS,
    MOST_WORDS,
    best_fit,
    count_numbers,
    count_words,
    short_name,
)
from akuttsim.report.decision_lines import printed_decision
from akuttsim.report.decision_paper import decision_paper
from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.first_screen import first_screen, target_flag
from akuttsim.report.sections.answer_drivers import SensitivityRow
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import LANGUAGES
from tests.report.conftest import DIFFERENCES, SUMMARY, TARGETS
from tests.report.manifests import set_manifest

TRAVEL, COST, NEED = "travel_to_care_min", "cost_nok_a_year", "unmet_need_a_week"
ANSWERED = "answered_116117_within_120_s"
UNITS = {each.name: each.unit for each in INDICATORS}
MARGINS = {"share": 0.01, "min": 1.0, "NOK per year": 5e5, "per week": 1.0, "h per week": 1.0}


def row_of(change, margin):
    """Return mean and ends of a difference of so many margins, and its verdict as the tables say.

    A difference is written as how many margins better it is; None is one that cannot be told.
    """
    if change is None:
        return 0.0, -3 * margin, 3 * margin, Verdict.CANNOT_TELL
    mean, half = change * margin, 0.1 * margin
    if abs(change) > 1.1:
        verdict = Verdict.BETTER if change > 0 else Verdict.WORSE
    else:
        verdict = Verdict.WITHIN_MARGIN
    return mean, mean - half, mean + half, verdict


def words_of(make_results, changes, lang="en", places=(), targets=None, titles=None, **entries):
    """Return words on made-up results: how many margins better each model is, by indicator.

    `places` has (model, indicator, municipality, margins); `targets` verdicts by indicator, model.
    """
    models = ["today", *(model for model in changes if model != "today")]
    judged = list(dict.fromkeys(name for own in changes.values() for name in own)) or [TRAVEL]
    directions = indicator_directions()
    summary, differences = [], []
    for model in models:
        for name in (*judged, *(targets or {})):
            limit = TARGETS.get(name, (math.nan, ""))[0]
            unset = Verdict.CANNOT_TELL if name in TARGETS else ""
            verdict = (targets or {}).get(name, {}).get(model, unset)
            level = (20.0, 19.0, 21.0) if UNITS[name] != "share" else (0.5, 0.49, 0.51)
            summary.append((model, name, "all", "all", *level, UNITS[name], limit, verdict))
    wanted = [(m, n, "all", "all", x) for m, own in changes.items() for n, x in own.items()]
    wanted += [(m, n, "municipality", place, x) for m, n, place, x in places]
    for model, name, group_by, group, change in wanted:
        margin = MARGINS[UNITS[name]]
        mean, low, high, verdict = row_of(change, margin)
        way = -1 if directions[name] == "lower" else 1
        low, high = sorted((way * low, way * high))
        ends = (way * mean, low, high)
        differences.append(
            (model, "today", name, group_by, group, *ends, UNITS[name], verdict, margin)
        )
    results = make_results()
    organisations = {
        name: {**results.manifest.organisations["today"], "title": (titles or {}).get(name, name)}
        for name in models
    }
    set_manifest(results, organisations=organisations, directions=directions,
                 main_indicators=judged, changes={}, differing_keys={}, **entries)  # fmt: skip
    results = replace(
        results,
        summary=pd.DataFrame(summary, columns=SUMMARY).drop_duplicates().assign(case="plain"),
        differences=pd.DataFrame(
            differences, columns=[*DIFFERENCES, "margin"]
        ).assign(case="plain"),
    )  # fmt: skip
    return Words(Catalogue(lang), ResultsView(results))


def choice_of(make_results, changes, **more):
    return decision(words_of(make_results, changes, **more)).choice


# --- which model, on what terms -------------------------------------------------------------------


def test_a_model_that_loses_all_but_cost_is_offered_only_for_cost(make_results):
    choice = choice_of(make_results, {"cheap": {TRAVEL: -9, NEED: -3, COST: 8}})
    today, _, cheap = choice.partition("; ")
    assert today.startswith("Today if what matters most is a short journey")
    assert cheap == "cheap if it is low cost."


def test_a_model_that_another_beats_is_not_offered(make_results):
    changes = {"cheap": {TRAVEL: -9, COST: 8}, "beaten": {TRAVEL: -4, COST: -6}}
    choice = choice_of(make_results, changes)
    assert "beaten" not in choice and "today" in choice.lower() and "cheap" in choice


def test_a_model_that_wins_everything_is_said_plainly(make_results):
    choice = choice_of(make_results, {"one": {TRAVEL: 9, COST: 8}, "two": {TRAVEL: 0, COST: 0}})
    assert choice == "One: better, and no worse in anything that was asked for."


def test_a_model_that_is_only_cheaper_is_said_to_be(make_results):
    choice = choice_of(make_results, {"one": {TRAVEL: 0.2, COST: 8}})
    assert choice.startswith("One: cheaper, and otherwise no difference")


def test_where_no_other_is_better_the_base_stays(make_results):
    choice = choice_of(make_results, {"one": {TRAVEL: -9, COST: -8}, "two": {TRAVEL: -3, COST: 0}})
    assert choice.startswith("Today should stay")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"one": {TRAVEL: 0.3, COST: 0}}, "No difference that matters"),
        ({"one": {TRAVEL: None, COST: 0}}, "The simulation cannot tell"),
    ],
)
def test_where_nothing_tells_models_apart_that_is_said(make_results, changes, words):
    assert choice_of(make_results, changes).startswith(words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"one": {TRAVEL: None, COST: 8}},
            "One: cheaper; whether anything differs for the journey cannot be told yet.",
        ),
        (
            {"one": {TRAVEL: 9, NEED: None, COST: 8}},
            "One: better in something and surely worse in nothing, but it is too early to say for "
            "people without help.",
        ),
        (
            {"one": {TRAVEL: 0, COST: -8, NEED: -3, ANSWERED: None}},
            "Whether today should stay cannot be told yet: none of the others is surely better, "
            "but it is too early to say for 116117.",
        ),
        (
            {"one": {TRAVEL: None, NEED: None, COST: -8}},
            "Most differences cannot be told yet; more",
        ),
    ],
)
def test_what_cannot_be_told_is_not_called_no_difference(make_results, changes, words):
    assert choice_of(make_results, changes).startswith(words)


@pytest.mark.parametrize(
    ("changes", "choice"),
    [
        (
            {TRAVEL: None, COST: 0},
            "the simulation cannot tell the models apart yet, but the change",
        ),
        ({TRAVEL: 0.3, COST: 0}, "No difference that matters between the models for the region"),
        ({TRAVEL: 0.3, COST: 8}, "One: cheaper, and otherwise no difference that matters for the"),
        ({TRAVEL: None, NEED: None, COST: -8}, "Most differences cannot be told yet, and more"),
    ],
)
def test_a_place_that_surely_loses_is_part_of_a_choice_that_knows_of_no_loss(
    make_results, changes, choice
):
    places = [("one", TRAVEL, "north", -30), ("one", TRAVEL, "east", -113)]
    told = decision(words_of(make_results, {"one": changes}, places=places))
    assert choice in told.choice
    assert told.choice.endswith("gives Øst a journey 113\u00a0minutes longer.")
    assert "113" not in told.answer, "it is told once"


def test_a_model_between_two_others_is_offered_for_what_it_has_of_both(make_results):
    changes = {
        "dear": {TRAVEL: 0, ANSWERED: 9, COST: -9},
        "cheap": {TRAVEL: -9, ANSWERED: 0, COST: 9},
    }
    choice = choice_of(make_results, changes)
    assert choice.endswith("; today if it is both a short journey and low cost.")


def test_a_model_between_two_others_that_have_been_told_is_offered_if_both_count(make_results):
    changes = {"dear": {TRAVEL: 9, COST: -9}, "cheap": {TRAVEL: -9, COST: 9}}
    choice = choice_of(make_results, changes)
    assert choice.startswith(
        "Dear if what matters most is a short journey; cheap if it is low cost"
    )
    assert choice.endswith("; today if both count.")


def test_one_model_alone_is_not_compared(make_results):
    assert choice_of(make_results, {}).startswith("Only one model has been worked out")


def test_a_night_question_is_answered_for_the_night(make_results):
    words = words_of(make_results, {"one": {ANSWERED: 0, COST: -5}})
    table, own = words.chosen.results.summary, ["hour", "03"]
    night = table[table["indicator"] == ANSWERED].copy()
    night[["group_by", "group"]] = own
    change = words.chosen.results.differences.iloc[:1].copy()
    change[["indicator", "group_by", "group", "verdict"]] = [ANSWERED, *own, "better"]
    change[["mean", "ci_low", "ci_high", "unit"]] = [0.06, 0.04, 0.08, "share"]
    results = replace(
        words.chosen.results,
        summary=pd.concat([table, night]),
        differences=pd.concat([words.chosen.results.differences, change]),
    )
    set_manifest(results, judged=[{"indicator": ANSWERED, "group_by": "hour", "group": "03"}])
    told = decision(Words(Catalogue("en"), ResultsView(results)))
    assert told.choice.startswith("One if what matters most is quick answers at 116117 at 03;")
    assert told.columns[0].heading == "116117 answers within 2 min, at 03"
    assert told.rows[1].cells[0].verdict == "better"


# --- what follows, and how long it is ------------------------------------------------------------


def test_the_place_hit_hardest_is_named_with_how_much(make_results):
    places = [("one", TRAVEL, "north", -30), ("one", TRAVEL, "east", -55)]
    told = decision(words_of(make_results, {"one": {TRAVEL: -9, COST: 8}}, places=places))
    assert "gives Øst a journey 55\u00a0minutes longer" in told.answer
    assert "The change saves 4\u00a0million kroner a year" in told.answer
    worst = {line.column: line.worst for line in told.places}
    travel = next(k for k, column in enumerate(told.columns) if column.indicator == TRAVEL)
    assert worst[travel].municipality == "east"


def test_a_target_met_by_some_only_names_them(make_results):
    verdicts = {"today": Verdict.NOT_MET, "one": Verdict.MET, "two": Verdict.NOT_MET}
    changes = {"one": {TRAVEL: 5, COST: -5}, "two": {TRAVEL: -5, COST: 5}}
    told = decision(words_of(make_results, changes, targets={ANSWERED: verdicts}))
    assert "The target for 116117 is met only with one" in told.answer


def hours_missed(words, hours):
    """Add hours of the week in which the base surely misses the target for 116117."""
    rows = [
        ("today", ANSWERED, "hour_of_week", f"{day} {hour:02d}", 0.7, 0.69, 0.71, "share", 0.8,
         Verdict.NOT_MET, "plain")
        for day, hour in hours
    ]  # fmt: skip
    table = words.chosen.results.summary
    summary = pd.concat([table, pd.DataFrame(rows, columns=table.columns)])
    return Words(words.text, ResultsView(replace(words.chosen.results, summary=summary)))


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def test_a_target_that_is_missed_is_told_before_one_that_is_met_on_average(make_results):
    targets = {
        ANSWERED: dict.fromkeys(("today", "one"), Verdict.MET),
        "ambulance_within_25_min": dict.fromkeys(("today", "one"), Verdict.NOT_MET),
    }
    words = words_of(make_results, {"one": {TRAVEL: 9, COST: -9}}, targets=targets)
    words = hours_missed(words, [(day, hour) for day in WEEKDAYS for hour in (8, 9)])
    missed, average = decision(words).answer.partition(". ")[0].split("; ")
    assert missed == "The target is missed for ambulances in rural areas"
    assert average == "116117 meets the target on average, but not in the morning on weekdays"


def test_the_hours_that_miss_a_target_are_named_with_how_many_there_are_in_all(make_results):
    targets = {ANSWERED: dict.fromkeys(("today", "one"), Verdict.MET)}
    words = words_of(make_results, {"one": {TRAVEL: 9, COST: -9}}, targets=targets)
    hours = [(day, hour) for day in WEEKDAYS for hour in (7, 8, 12)]
    words = hours_missed(words, [*hours, ("sun", 3)])
    (missed,) = [cell.missed_at for cell in decision(words).rows[0].cells if cell.missed_at]
    assert missed == "mostly weekdays 07–09 and 12–13, in all 16 of the week's 168 hours"


def test_only_what_is_told_by_place_is_said_to_be_noticed_nowhere(make_results):
    places = [("one", TRAVEL, "north", 0.2), ("one", NEED, "east", -9)]
    words = words_of(make_results, {"one": {TRAVEL: -9, NEED: -3, COST: 8}}, places=places)
    told = decision(words)
    felt, quiet = felt_by_place(told, ["one"])
    assert [column.indicator for column, _ in felt] == [NEED]
    assert [column.indicator for column in quiet] == [TRAVEL], "kroner have no place"
    assert first_screen(words, told).places.quiet == tuple(quiet)
    assert (
        decision_paper(words, told).quiet
        == "No municipality surely notices a difference in: Journey."
    )


def test_how_sure_says_when_no_assumption_was_tried_with_other_values(make_results, tmp_path):
    words = words_of(make_results, {"one": {TRAVEL: 9}})
    assert decision(words).how_sure.endswith("none varied.")
    move = ("one", "today", TRAVEL, "min", "effect", "f", "2", 1.0, 0.5, 1.5, "better", "worse")
    rows = [(*move, True), (*move[:5], "g", *move[6:11], "better", False)]
    table = pd.DataFrame(rows, columns=SensitivityRow._fields)
    table.to_csv(tmp_path / "sensitivity.csv", index=False)
    results = replace(words.chosen.results, folder=tmp_path)
    sure = decision(Words(words.text, ResultsView(results))).how_sure
    assert sure.endswith("1 of 1 verdicts turn when 2 of the numbers are changed.")


def test_the_models_that_a_question_names_are_shown_and_the_answer_tells_of_the_others(
    make_results,
):
    changes = {
        "one": {TRAVEL: 9, ANSWERED: 0, COST: -5},
        "two": {TRAVEL: 5, ANSWERED: 5, COST: -6},
        "three": {TRAVEL: -9, ANSWERED: -2, COST: -9},
        "four": {TRAVEL: -8, ANSWERED: 9, COST: -7},
    }
    titles = {"three": "A legevakt with satellites (2020)", "one": "Many ambulances"}
    asked = {"nb": "Hva holder?", "en": "What holds: today, or Satellites?"}
    names = [row.organisation for row in decision(words_of(make_results, changes)).rows[1:]
             if row.is_shown]  # fmt: skip
    assert names == ["one", "two", "four"]
    told = decision(words_of(make_results, changes, titles=titles, question=asked))
    shown = [row.organisation for row in told.rows[1:] if row.is_shown]
    assert "three" in shown and len(shown) == 3
    assert "many ambulances if" in told.choice.lower() and "satellites" not in told.choice


def test_it_is_said_which_case_the_answer_is_for_and_what_is_other_in_the_others(make_results):
    words = words_of(make_results, {"one": {TRAVEL: 9, COST: -9}})
    assert decision(words).cases == ""
    tables = {}
    for name in ("summary", "differences"):
        first = getattr(words.chosen.results, name)
        tables[name] = pd.concat([first, first.assign(case="storm")], ignore_index=True)
    table = tables["differences"]
    is_other = (table["case"] == "storm") & (table["indicator"] == TRAVEL)
    table.loc[is_other, "verdict"] = str(Verdict.CANNOT_TELL)
    results = replace(words.chosen.results, **tables)
    set_manifest(results, cases=["plain", "storm"])
    told = decision(Words(words.text, ResultsView(results))).cases
    assert "1 of 2 verdicts are the same, but not Journey with one." in told


def test_each_case_is_told_with_its_level_and_a_variant_by_its_title(make_results):
    words = words_of(make_results, {"one": {TRAVEL: 9, COST: -9}})
    first = words.chosen.results.summary
    summary = pd.concat([first, first.assign(case="winter", mean=first["mean"] * 1.5)])
    both = pd.concat([words.chosen.results.differences.assign(case=c) for c in ("plain", "winter")])
    levels = [("plain", "season", "none"), ("winter", "season", "./mine/winter")]
    title = {"nb": "Vinterføre", "en": "Winter roads"}
    season = {"name": "season", "title": {"nb": "Årstid", "en": "Season"},
              "level_titles": {"./mine/winter": title}}  # fmt: skip
    results = replace(words.chosen.results, summary=summary, differences=both,
                      cases=pd.DataFrame(levels, columns=["case", "factor", "level"]))  # fmt: skip
    set_manifest(results, cases=["plain", "winter"], dimensions=[season])
    levels = "Journey to care 20.0 min (Season: as usual) → 30.0 min (Season: Winter roads)"
    told = decision(Words(words.text, ResultsView(results))).cases.replace("\u00a0", " ")
    assert told.endswith(f"With Modell today: {levels}.") or told.endswith(f"With today: {levels}.")
    printed = [part for each in printed_decision(results, "en") for part in each.parts]
    assert f"today: {levels}" in [part.replace("\u00a0", " ") for part in printed]


TITLES = st.text(
    st.sampled_from("abc æøå 0123456789 ().,[]{}–-:; "), min_size=1, max_size=90
).filter(lambda title: title.strip())
DIFFERENCE = st.one_of(st.none(), st.floats(-40, 40).map(lambda x: round(x, 1)))
NAMES = [TRAVEL, COST, NEED, ANSWERED, "ambulance_within_25_min", "ring_to_doctor_min",
         "hours_without_ambulance", "doctor_woken_share", "asked_again_within_72_h"]  # fmt: skip


@st.composite
def made_up(draw):
    """Draw titles, differences (some missing), places, targets, doubts."""
    models = [f"m{k}" for k in range(draw(st.sampled_from([0, 1, 2, 3, 12])))]
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    changes = {m: {n: draw(DIFFERENCE) for n in names if draw(st.integers(0, 5))} for m in models}
    places = [
        (m, n, place, draw(DIFFERENCE))
        for m in models[:3]
        for n in names
        for place in ("north", "south", "east")
        if n in (TRAVEL, "ring_to_doctor_min") and draw(st.booleans())
    ]
    verdict = st.sampled_from([Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL, ""])
    targets = {
        name: {m: draw(verdict) for m in ("today", *models)}
        for name in TARGETS
        if draw(st.booleans())
    }
    titles = {m: draw(TITLES) for m in ("today", *models)}
    return {"changes": changes, "places": places, "targets": targets, "titles": titles}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(made_up(), st.sampled_from(LANGUAGES), st.booleans(), st.booleans())
def test_the_answer_fits_whatever_the_tables_say(make_results, drawn, lang, grows, is_unfinished):
    so_far = InterruptedStudy(done=3, planned=12, failed=0, without=[]) if is_unfinished else None
    words = words_of(make_results, lang=lang, interrupted=so_far, **drawn)
    if grows:
        queue = ("plain", "today", 0, "nurse", "x", "2026-01-05T08:00", 40)
        words.chosen.overloads.loc[0] = queue
    told = decision(words)
    whole = f"{told.choice} {told.answer}"
    assert told.choice.strip()
    assert count_words(whole) <= MOST_WORDS and count_numbers(whole) <= MOST_NUMBERS
    assert not re.search(r"[()\[\]{}]", whole)
    assert sum(row.is_shown for row in told.rows) <= 4 and told.rows[0].is_base
    assert sum(column.is_shown for column in told.columns) <= 8
    assert all(len(row.cells) == len(told.columns) for row in told.rows)


def test_words_and_numbers_are_counted_as_people_do():
    assert count_words("12\u00a0million kroner, 113") == 4
    assert count_numbers("116117 og 113: 15\u00a0744 og 3,5") == 2


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Dagens ordning (2020)", "Dagens ordning"),
        ("Før satellittene (2018–19)", "Før satellittene"),
        ("Turnus [B] {ny}", "Turnus"),
        ("en to tre fire fem seks sju", "en to tre fire fem seks"),
        ("3 leger og 2 biler", "3 leger og"),
    ],
)
def test_a_title_is_short_in_the_answer(name, short):
    assert short_name(name) == short


def test_what_is_worth_most_is_told_where_not_all_fits():
    long, short = "word " * 40, "word " * 15
    parts = [[("choice.", 1000.0)], [(long, 5.0), (short, 4.0)], [(long, 3.0)]]
    assert best_fit(parts) == ["choice.", short, long]
    assert best_fit([[("choice.", 1000.0)], [(long, 5.0)], [(long, 6.0)]]) == ["choice.", "", long]


@pytest.mark.parametrize("parts", [[999.6, 0.2, 0.2, 0, 0], [333.3, 333.3, 333.4, 0, 0]])
def test_who_notices_adds_up(parts):
    assert sum(whole_shares(parts, 1000)) == 1000


def test_the_largest_remainders_get_what_is_left_over():
    assert whole_shares([1.2, 2.7, 0.1], 4) == [1, 3, 0]
    assert whole_shares([74, 66, 786, 74], 100, 10) == [7, 7, 79, 7]


@pytest.mark.parametrize(
    ("expect", "found", "ends", "told"),
    [
        ("met", "not met", (0.785, 0.791), "det ble 78,8 %, og målet er ikke nådd"),
        ("better", "cannot tell", (-0.02, 0.05), "+1,5 prosentpoeng, men det kan være tilfeldig"),
        ("better", "", (0.008, 0.03), "+1,9 prosentpoeng, på grensen til det som betyr noe"),
        ("higher", "lower", (-0.3, -0.2), "det ble 25,0 prosentpoeng mindre"),
    ],
)
def test_a_claim_that_does_not_hold_says_what_came_instead(
    make_results, tmp_path, expect, found, ends, told
):
    row = {"nb": "Det svares raskere", "en": "Faster", "outcome": "cannot tell", "unit": "share",
           "organisation": "one", "decided_by": "one", "expect": expect, "found": found,
           "mean": sum(ends) / 2, "ci_low": ends[0], "ci_high": ends[1]}  # fmt: skip
    rows = [row, {**row, "organisation": "all others"}, {**row, "outcome": "holds"}]
    pd.DataFrame(rows).to_csv(tmp_path / "claims.csv", index=False)
    words = words_of(make_results, {"one": {}}, lang="nb")
    words = Words(words.text, ResultsView(replace(words.chosen.results, folder=tmp_path)))
    one, of_all, holds = (each.why.replace("\u00a0", " ") for each in decision(words).hypothesis)
    assert one == told and of_all == f"med one: {told}" and holds == ""


# --- what commands print --------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_commands_print_the_choice_and_the_answer_of_the_page_first(make_results, lang):
    places = [("one", TRAVEL, "east", -55)]
    changes = {"one": {TRAVEL: -9, COST: 8, NEED: 0, ANSWERED: None}}
    words = words_of(make_results, changes, lang=lang, places=places)
    told, printed = decision(words), printed_decision(words.chosen.results, lang)
    assert printed[0].line == f"{told.choice} {told.answer}"
    lines = next(each for each in printed if each.parts).parts
    worse, better, same, open_, hit = lines
    travel = next(k for k, column in enumerate(told.columns) if column.indicator == TRAVEL)
    cell, column = told.rows[1].cells[travel], told.columns[travel]
    assert f"{column.heading} {cell.before} → {cell.after}" in worse
    assert f"[{cell.interval}]" in worse and "[" in better
    names = {column.indicator: column.heading for column in told.columns}
    need, answered = (next(c for k, c in zip(told.columns, told.rows[1].cells, strict=True)
                           if k.indicator == name) for name in (NEED, ANSWERED))  # fmt: skip
    assert f"{names[NEED]} {need.before} → {need.after}" in same and need.interval in same
    assert f"({answered.change} [{answered.interval}])" in open_ and names[ANSWERED] in open_
    assert "Øst" in hit


def test_what_is_surely_more_and_perhaps_too_little_to_matter_is_told_with_its_number(make_results):
    words = words_of(make_results, {"one": {TRAVEL: None, COST: None, NEED: None, ANSWERED: 0}})
    table = words.chosen.results.differences.set_index("indicator")
    ends = ["mean", "ci_low", "ci_high"]
    table.loc[TRAVEL, ends], table.loc[COST, ends] = [1.5, 0.7, 2.3], [0.47e6, 0.41e6, 0.54e6]
    results = replace(words.chosen.results, differences=table.reset_index())
    near, open_ = next(each for each in printed_decision(results, "en") if each.parts).parts[1:3]
    assert near == (
        "perhaps too little to matter: Journey to care 20.0 → 20.0 minutes "
        "(+1.5 [0.7 to 2.3], longer); Cost 0.0 → 0.0 NOK million a year "
        "(+0.47 [0.41 to 0.54], dearer)"
    )
    assert open_.startswith("cannot tell: Go without")


def test_commands_print_one_model_alone_with_its_levels(make_results):
    words = words_of(make_results, {}, targets={ANSWERED: {"today": Verdict.MET}})
    levels = next(each for each in printed_decision(words.chosen.results, "en") if each.parts)
    assert "116117 answers within 2 min 50.0%, met" in levels.parts


def test_commands_print_three_of_many_models_and_that_there_are_more(make_results):
    changes = {f"m{k}": {TRAVEL: k, COST: -k} for k in range(2, 14)}
    words = words_of(make_results, changes)
    lines = [each.line for each in printed_decision(words.chosen.results, "en")]
    assert "The other 9 models are on the page." in lines


def test_a_variant_is_told_by_what_it_changes_and_not_by_the_words_of_the_base(results):
    warning = {"nb": "Laget er på vakt 10 timer", "en": "The team is on duty 10 hours"}
    changed = {"nb": "legevakt legges ned i Øst", "en": "legevakt closed in Øst"}
    set_manifest(results, change_sentences={"one": [changed]}, staff_warnings={"one": [warning]})
    results.manifest.organisations["two"]["description"] = {"nb": "Noe.", "en": "Two is other."}
    page = report_page(results, "en")
    models = page.partition('<dl class="models">')[2].partition("</dl>")[0]
    assert models.count("Thus.") == 1 and "Two is other." in models
    assert "The change in words: legevakt closed in Øst." in models
    assert "<li>Model one: The team is on duty 10 hours</li>" in page
    row = decision(Words(Catalogue("nb"), ResultsView(results))).rows[1]
    assert row.summary == "Legevakt legges ned i Øst" and row.warnings == (warning["nb"],)


@pytest.mark.parametrize(("lost", "is_told"), [(31.9, False), (20.0, True)])
def test_a_wait_that_next_to_nobody_has_in_both_models_is_not_told(
    make_results, tmp_path, lost, is_told
):
    """Of 32 in 1,000 who notice, 31.9 do not travel any more: the rest says nothing of minutes."""
    words = words_of(make_results, {"one": {TRAVEL: -9, COST: 8}})
    hit = dict.fromkeys(PLACE_COLUMNS, math.nan) | {
        "organisation": "one", "against": "today", "indicator": TRAVEL, "municipality": "east",
        "change": "worse", "rank": 1.0, "per_1000": 32.0, "lost_per_1000": lost, "before": 65.0,
        "after": 468.0, "mean": 403.0, "unit": "min", "margin": 5.0, "verdict": "worse",
        "hours": "", "burden_per_1000": 800.0,
    }  # fmt: skip
    pd.DataFrame([hit]).to_csv(tmp_path / "places.csv", index=False)
    results = replace(words.chosen.results, folder=tmp_path)
    told = decision(Words(Catalogue("en"), ResultsView(results)))
    assert ("403" in told.answer) == is_told
    [worst] = [line.worst for line in told.places if line.worst]
    assert (worst.before, worst.after) == (("65", "468") if is_told else ("", ""))
    assert worst.municipality == "east" and worst.note.startswith("32 of 1,000")


@pytest.mark.parametrize(
    ("target", "missed_at", "flag"),
    [
        (Verdict.MET, "", "met"),
        (Verdict.MET, "weekdays 08-11", "part-met"),
        (Verdict.NOT_MET, "weekdays 08-11", "not-met"),
        (None, "", ""),
    ],
)
def test_a_target_that_is_met_on_average_alone_has_a_flag_of_its_own(target, missed_at, flag):
    cell = MatrixCell("", "83.8%", "", "", None, target, missed_at, None)
    assert target_flag(cell) == flag
