"""A change that hits one place names that place, though the region's mean hardly moves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import study_of_experiment
from akuttsim.report.exporters.html_page import write_report

NO_CREW = """
extends: namdal-today
organisation: no-crew
title: No ambulance at Grong
changes:
  none-at-grong: {why: A test., set: {ambulances: {grong-1: null, grong-2: null}}}
"""
CLOSED = """
extends: namdal-today
organisation: closed-at-22
title: Rørvik closes at 22
changes:
  closes-earlier:
    why: A test.
    set:
      clinics:
        legevakt-rorvik: {open: {evening: {hours: "15:30-22:00"}, weekend: {hours: "08:00-22:00"}}}
        legevakt-namsos:
          open:
            coast: {days: daily, hours: "22:00-23:00", municipalities: [naeroysund, leka]}
"""
EXPERIMENT = """
experiment: in-turn
question: Who is hit?
hypothesis:
  nb: Grong, Nærøysund og natten.
  en: Grong, Nærøysund and the night.
  claims:
    - {nb: Grong venter, en: Grong waits, organisation: no-crew, expect: worse,
       indicator: hours_without_ambulance, group_by: municipality, group: grong}
    - {nb: Natten svarer, en: The night answers, organisation: namdal-operators-plus-night,
       indicator: answered_116117_within_120_s, group_by: time_of_day, group: night, expect: better}
region: namdal
organisations: [namdal-today, no-crew.yaml, closed.yaml, namdal-operators-plus-night]
weeks: 3
warmup_days: 1
replications: 4
seed: 116117
targets: norway
main_indicators:
  - ring_to_doctor_min
  - ring_to_first_help_min
  - travel_to_care_min
  - {indicator: answered_116117_within_120_s, group_by: time_of_day, group: night}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Return the results of taking away a crew and an hour, and adding a nurse at night."""
    folder = tmp_path_factory.mktemp("in-turn")
    (folder / "no-crew.yaml").write_text(NO_CREW, "utf-8")
    (folder / "closed.yaml").write_text(CLOSED, "utf-8")
    (folder / "e.yaml").write_text(EXPERIMENT, "utf-8")
    study = study_of_experiment(str(folder / "e.yaml"))
    run_study(study, folder / "out", RunOptions(workers=1))
    return read_results(folder / "out")


def first(found: Results, organisation: str, indicator: str, change: str) -> pd.Series:
    """Return the place that is ranked first."""
    table = found.places
    mine = table[(table.organisation == organisation) & (table.indicator == indicator)]
    (row,) = [row for _, row in mine[(mine.change == change) & (mine["rank"] == 1)].iterrows()]
    return row


def test_without_its_ambulance_grong_is_hit_hardest(found: Results) -> None:
    help_there = first(found, "no-crew", "ring_to_first_help_min", "worse")
    assert help_there.municipality == "grong" and help_there.after > 2 * help_there.before
    assert first(found, "no-crew", "hours_without_ambulance", "worse").municipality == "grong"


def test_an_hour_less_in_rorvik_is_the_coasts_matter_in_that_hour(found: Results) -> None:
    row = first(found, "closed-at-22", "travel_to_care_min", "worse")
    assert row.municipality == "naeroysund" and row.after > 100 > 20 > row.before
    begins, ends = row.hours.split("-")
    assert int(ends) == 23 and int(begins) >= 20
    region = found.differences.query(
        "organisation == 'closed-at-22' and indicator == 'travel_to_care_min' and group_by == 'all'"
    )
    assert row["mean"] > 50 * region["mean"].abs().max(), "the region's mean hides it"


def test_a_second_nurse_at_night_is_told_for_the_night(found: Results) -> None:
    judged = found.differences.query(
        "organisation == 'namdal-operators-plus-night' and group_by == 'time_of_day'"
        " and indicator == 'answered_116117_within_120_s'"
    ).set_index("group")
    assert judged.verdict["night"] == "better"
    assert judged["mean"]["night"] > 5 * abs(judged["mean"]["day"])
    assert found.claims.outcome.tolist() == ["holds", "holds"]


def test_the_rank_agrees_with_what_the_table_itself_says(found: Results) -> None:
    table = found.places
    ranked = table[table["rank"].notna()]
    assert (ranked.verdict == ranked.change).all() and (table.verdict == table.change).sum() == len(
        ranked
    )
    for _, group in ranked.groupby(["organisation", "indicator", "change"]):
        assert group.burden_per_1000.is_monotonic_decreasing
        assert group["rank"].tolist() == list(range(1, len(group) + 1))


def test_the_results_carry_their_margins_and_what_they_are_judged_by(found: Results) -> None:
    manifest = found.manifest
    assert manifest.margins["travel_to_care_min"] < manifest.margins_place["travel_to_care_min"]
    assert ("time_of_day", "night") in {(each.group_by, each.group) for each in manifest.judged_by}
    assert [each.en for each in manifest.claims] == ["Grong waits", "The night answers"]
    assert Path(found.folder / "places.csv").name in manifest.checksums


def hardest(found: Results, organisation: str) -> str:
    """Return who loses most there by all that is judged, in units of what would just matter."""
    judged = {each.indicator for each in found.manifest.judged_by if each.group_by == "all"}
    table = found.places[found.places["rank"] == 1]
    worse = table[(table.change == "worse") & (table.organisation == organisation)]
    worse = worse[worse.indicator.isin(judged)]
    row = worse.loc[(worse.burden_per_1000.abs() / worse.margin).idxmax()]
    return str(found.manifest.region["municipalities"][row.municipality]["name"])


@pytest.mark.parametrize(
    ("width", "height", "table"), [(1366, 900, ".places"), (390, 844, ".places-short")]
)
def test_who_loses_most_stands_on_the_first_screen(
    found: Results, request: pytest.FixtureRequest, width: int, height: int, table: str
) -> None:
    page = request.getfixturevalue("chromium").new_page()
    path = found.folder / "report.html"
    if not path.exists():
        write_report(found, "nb", path)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(path.as_uri())
    places = page.locator(f"#decision .where {table}")
    assert places.is_visible()
    box = page.locator("#decision .sure").bounding_box()
    told_first = page.locator("#decision > .warning, #decision .warning").bounding_box()
    room = height if width > height else height + told_first["height"]
    assert box["y"] + box["height"] <= room, "four models fit, a phone's beside no warning"
    heads = places.locator("thead tr").first.locator("th[scope=colgroup], th:not(:first-child)")
    titles = [head.strip() for head in heads.all_inner_texts()]
    for organisation, name in (("no-crew", "No ambulance at Grong"), ("closed-at-22", "Rørvik cl")):
        (column,) = [at for at, title in enumerate(titles) if title.startswith(name)]
        at = 2 * column + 1 if table == ".places" else column + 1
        cells = places.locator(f"tbody tr > :nth-child({at + 1})").all_inner_texts()
        assert any(hardest(found, organisation) in cell for cell in cells), (organisation, cells)
    page.close()
