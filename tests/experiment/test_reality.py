"""The study of reality: what is met, not met, explained, and not at hand."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from akuttsim.cli import app
from akuttsim.errors import InputError
from akuttsim.experiments.load_study import load_published_figures
from tests import small
from validation import reality_study
from validation.exact_answer_study import unmet_criteria
from validation.peer_ambulances import random_peer_calls, random_peer_city
from validation.reality_study import (
    accepted_span,
    bank_log_file,
    equal_calls,
    exact_answer_count,
    figure_comparisons,
    figures_apart,
    log_comparisons,
    reality_tables,
)
from validation.study_size import SHORT_REALITY

FIGURES = load_published_figures("norway")
NONE = dict.fromkeys(FIGURES, float("nan"))


def judged(name: str, value: float) -> tuple[object, object]:
    """Return the verdict and the reason of one figure's value."""
    rows = figure_comparisons(FIGURES, {"here": NONE | {name: value}}, 2)
    row = next(row for row in rows if f"({name})" in str(row["what"]))
    return row["state"], row["reason"]


def test_a_figure_counts_as_met_within_its_span_alone() -> None:
    reason = FIGURES["answered-116117"].explained
    assert reason is not None
    assert judged("answered-116117", 59.3) == judged("answered-116117", 66.7) == ("met", "")
    assert judged("answered-116117", 66.8) == ("not met", reason.en)
    assert judged("answered-116117", 59.2) == ("not met", ""), "the reason is of the other side"
    assert judged("answered-113-20", 98.0) == ("not met", ""), "nobody knows why"
    assert judged("answered-113-20", float("nan"))[0] == "not at hand"


def test_only_what_was_found_is_a_test() -> None:
    tested = {str(row["what"]) for row in figure_comparisons(FIGURES, {"here": NONE}, 2)}
    apart = {row["figure"] for row in figures_apart(FIGURES, {"here": NONE})}
    assert len(tested) + len(apart) == len(FIGURES)
    assert not [name for name in apart if f"here: {name}" in tested]
    assert all(
        FIGURES[re.findall(r"\((\S+)\)$", what)[0]].in_the_model == "found" for what in tested
    )


def test_spans_follow_from_what_is_published_alone() -> None:
    for name, figure in FIGURES.items():
        if figure.accepted is not None:
            numbers = sorted(float(n) for n in re.findall(r"\d+(?:\.\d+)?", figure.published.en))
            whole = 100.0 if figure.times == 100 else float("inf")
            spans = [
                accepted_span(low, high, whole)
                for low, high in itertools.combinations_with_replacement(numbers, 2)
            ]
            assert np.isclose(spans, figure.accepted, rtol=0, atol=0.006).all(axis=1).any(), name


def test_the_shipped_page_has_the_spans_of_today() -> None:
    page = (Path(__file__).parents[2] / "docs" / "validation.md").read_text("utf-8")
    for name, figure in FIGURES.items():
        if figure.accepted is not None:
            span = " to ".join(f"{end:.4g}" for end in figure.accepted)
            assert re.search(rf"\({name}\) \| \S+ \| {re.escape(span)} \|", page), name


def test_what_is_counted() -> None:
    values = NONE | {"missions": 150.0, "far-40": 20.0, "answered-113-20": 98.0}
    tables = reality_tables(list(figure_comparisons(FIGURES, {"here": values}, 2)))
    whole = tables["parts"].iloc[-1].to_dict()
    missing = sum(f.accepted is not None for f in FIGURES.values()) - 3
    counted = {"met": 1, "not met": 2, "explained": 1, "not at hand": missing}
    assert whole == {"part": "all", **counted}
    assert [each.split(" is ")[0].split("(")[-1] for each in unmet_criteria(tables)] == [
        "answered-113-20)"
    ]


def test_what_is_not_at_hand_is_never_met(tmp_path: Path) -> None:
    rows = [
        *log_comparisons(SHORT_REALITY, tmp_path, 1, lambda more: None),
        *exact_answer_count(tmp_path / "verification.md"),
    ]
    assert len(rows) == 7 and {row["state"] for row in rows} == {"not at hand"}
    assert bank_log_file(None) is None


def test_criteria_are_counted_where_they_stand(tmp_path: Path) -> None:
    document = tmp_path / "verification.md"
    document.write_text("| part | met |\n| --- | ---: |\n| a | yes |\n| b | **no** |\n", "utf-8")
    (row,) = exact_answer_count(document)
    assert (row["value"], row["low"], row["state"]) == (1.0, 2.0, "not met")
    (shipped,) = exact_answer_count(reality_study.EXACT_DOCUMENT_FILE)
    assert shipped["state"] == "met" and shipped["n"] == 22


def test_a_call_that_another_unit_took_is_not_equal() -> None:
    city = random_peer_city(1, 24, 8, ("station", "first_in_file"))
    courses = city.meets(random_peer_calls(2, city, 5, 5.0))
    times = {"on_scene_s": [c.on_scene_s for c in courses], "free_s": [c.free_s for c in courses]}
    made = pd.DataFrame(times | {f"recorded_{name}": each for name, each in times.items()})
    made["unit"] = [f"unit-{course.unit}" for course in courses]
    assert equal_calls(made, courses) == 5
    made.loc[0, "unit"], made.loc[1, "free_s"] = "unit-99", made.loc[1, "free_s"] + 1
    assert equal_calls(made, courses) == 3
    assert equal_calls(made[:4], courses) == 0


def test_the_short_form_writes_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The small district in place of the two shipped ones, and no data at hand."""
    monkeypatch.setattr(reality_study, "ORGANISATIONS", (str(small.TODAY),))
    monkeypatch.setattr(reality_study, "real_data_folder", lambda: None)
    asked = ["verify", "--study", "reality", "--short", "--workers", "1", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, asked, catch_exceptions=False)
    page = (tmp_path / "validation.md").read_text("utf-8")
    (peer,) = re.findall(
        r"\| nearest_place, first_in_file .*\| (\S+) \| 60 to 60 \| 60 \| yes", page
    )
    assert peer == "60"
    assert page.count("| not at hand | the log is not here |") == 6
    assert "verify --study reality --short" in page and "seed 1" in page
    left = [line for line in result.stderr.splitlines() if line.startswith("Not met.")]
    assert result.exit_code == (1 if left else 0)
    assert "Not at hand:" in result.stdout


def test_a_span_upside_down_is_refused(tmp_path: Path) -> None:
    source = (Path(__file__).parents[2] / "configs/published/norway.yaml").read_text("utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        source.replace("accepted: [131.4, 160.6]", "accepted: [160.6, 131.4]"), "utf-8"
    )
    with pytest.raises(InputError, match=r"accepted must be \[low, high\]"):
        load_published_figures(str(wrong))
