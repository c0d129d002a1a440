"""What waiting can mean for people: only where asked for, by three curves, and what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest

from akuttsim.experiments.results import Results
from akuttsim.indicators.health_relations import CURVES
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.sections.health_section import MILLION, SURVIVORS, health_section
from akuttsim.report.sections.subject_sections import subject_sections

LIKE = "travel_to_care_min"


def rows(table: pd.DataFrame, means: Sequence[float], verdict: str = "") -> pd.DataFrame:
    """Return rows of the outcomes like those that a table has of the journey to care."""
    like = table[(table.indicator == LIKE) & (table.group_by == "all")]
    made = []
    for curve, mean in zip(CURVES, means, strict=True):
        ends = {"mean": mean, "ci_low": mean - 1, "ci_high": mean + 1, "verdict": verdict}
        made.append(like.assign(indicator=SURVIVORS[curve], unit="per 10 years", **ends))
        of_million = {"indicator": MILLION, "group_by": "curve", "group": curve}
        made.append(like.assign(**of_million, unit="per million per year", **ends))
    return pd.concat(made)


def words(results: Results, verdicts: Sequence[str], lang: str = "en") -> Words:
    """Return results in which survivors are 20, 25 and 30, and one model has 3 less, 2 less, 1."""
    summary = pd.concat([results.summary, rows(results.summary, (20, 25, 30))])
    changes = rows(results.differences, (-3, -2, -1))
    of_curve = dict(zip(SURVIVORS.values(), verdicts, strict=True))
    changes["verdict"] = changes["indicator"].map(of_curve).fillna("")
    found = replace(
        results,
        summary=summary.reset_index(drop=True),
        differences=pd.concat([results.differences, changes]).reset_index(drop=True),
    )
    return Words(Catalogue(lang), ResultsView(found))  # type: ignore[arg-type]


def test_nothing_is_told_where_nobody_asks(results: Results) -> None:
    plain = Words(Catalogue("en"), ResultsView(results))
    assert not health_section(plain).has_numbers
    assert "health" not in {section.key for section in subject_sections(plain)}


@pytest.mark.parametrize(("lang", "between"), [("en", "to"), ("nb", "til")])
def test_all_three_curves_are_told_with_their_intervals(
    results: Results, lang: str, between: str
) -> None:
    told = words(results, ["worse"] * 3, lang)
    level, change = [
        each for each in health_section(told).sentences if f"19.0 {between} 21.0" in
        each.replace(",", ".") or f"−4.0 {between} −2.0" in each.replace(",", ".")
    ][:2]  # fmt: skip
    for number in ("20.0 [", "25.0 [", "30.0 ["):
        assert number in level.replace(",", ".")
    for number in ("−3.0 [", "−2.0 [", "−1.0 ["):
        assert number in change.replace(",", ".")
    assert "health" in {section.key for section in subject_sections(told)}


SAID = (
    "All three slopes say the same",
    "hangs on which study",
    "By all three that is no difference",
    "By none of the three can it be told",
)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["worse", "worse", "worse"], SAID[0]),
        (["worse", "worse", "no difference that matters"], SAID[1]),
        (["no difference that matters"] * 3, SAID[2]),
        (["cannot tell"] * 3, SAID[3]),
        (["cannot tell", "no difference that matters", "no difference that matters"], SAID[3]),
    ],
)
def test_it_is_said_whether_the_verdict_hangs_on_an_assumed_curve(
    results: Results, verdicts: list[str], said: str
) -> None:
    sentences = health_section(words(results, verdicts)).sentences
    spoken = [each for each in SAID if any(each in sentence for sentence in sentences)]
    assert spoken == [said]
