"""The API: names and columns stay, tables give the indicators to the digit, errors are told."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import akuttsim
from akuttsim.api import TABLES, Runs
from akuttsim.errors import InputError
from tests.small import DATA, EXPERIMENT, TODAY

NOTEBOOKS = Path(__file__).parents[1] / "docs" / "notebooks"


@pytest.fixture(scope="module")
def runs() -> Runs:
    study = akuttsim.load(
        TODAY,
        variants={"two-rooms-slow": ["control_rooms.lvs.menu_s.value=60"]},
        weeks=1,
        replications=2,
    )
    return akuttsim.run(study)


def test_the_names_are_these() -> None:
    assert akuttsim.__all__ == ("compare", "definitions", "load", "open_results", "run")
    assert all(callable(getattr(akuttsim, name)) for name in akuttsim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulate'"):
        akuttsim.simulate  # noqa: B018


@pytest.mark.parametrize("table", TABLES)
def test_each_table_has_the_declared_columns_of_every_run(runs: Runs, table: str) -> None:
    frame = getattr(runs, table)()
    assert list(frame.columns) == list(TABLES[table])
    of = frame[["organisation", "replication"]].drop_duplicates()
    assert sorted(map(tuple, of.values)) == [
        (name, number) for name in ("small-today", "two-rooms-slow") for number in (0, 1)
    ]
    codes = [name for name in frame.columns if name not in ("replication", "patient", "n")]
    assert not any(frame[name].dtype.kind in "iu" for name in codes if name != "taken_over")


def test_the_columns_that_notebooks_use_keep_their_form(runs: Runs) -> None:
    people = runs.patients()
    assert str(people.fell_ill.dt.tz) == "Europe/Oslo"
    assert set(people.urgency) == {"red", "yellow", "green"}
    assert people.to_first_help_min.dropna().ge(0).all()
    assert people.municipality.notna().all()
    assert len(runs.patients(neighbours=True, warm_up=True)) > len(people)


def share(flags: pd.Series, by: pd.DataFrame) -> list[float]:
    return list(flags.groupby([by.organisation, by.replication]).mean())


def official(runs: Runs, name: str) -> list[float]:
    return list(runs.measure([name]).query("group_by == 'all'").value)


def test_indicators_can_be_counted_again_from_the_tables(runs: Runs) -> None:
    calls = runs.calls(neighbours=True)
    rang = calls[calls.room == "lvs"]
    in_time = rang.answered & (rang.wait_s <= 120)
    assert share(in_time, rang) == pytest.approx(official(runs, "answered_116117_within_120_s"))
    missions = runs.missions()
    red = missions[(missions.judged == "red") & (missions.kind == "incident")]
    red = red[(red.area == "sparse") & red.response_min.notna()]
    within = share(red.response_min <= 25, red)
    assert within == pytest.approx(official(runs, "ambulance_within_25_min"))


def test_kilometres_of_crews_add_up(runs: Runs) -> None:
    driven = runs.measure(["km_driven_a_week"]).query("group == 'crews'")
    trips, work = runs.trips(), runs.activities()
    crews = set(work.unit[work.role == "crew"])
    mine = trips[trips.unit.isin(crews)]
    km = mine.groupby(["organisation", "replication"]).km.sum()
    weeks = [one.weeks for _, one in runs.runs]  # an hour short where the clocks change
    assert list(km / weeks) == pytest.approx(list(driven.value))


def test_a_variant_meets_the_same_people(runs: Runs) -> None:
    people = runs.patients(warm_up=True)
    one, other = (people[people.organisation == name] for name in runs.study.organisations)
    drawn = ["replication", "patient", "fell_ill", "place", "urgency", "age"]
    pd.testing.assert_frame_equal(
        one[drawn].reset_index(drop=True), other[drawn].reset_index(drop=True)
    )


def test_compare_is_what_sweep_does_and_keeps_a_folder_when_told(tmp_path: Path) -> None:
    study = akuttsim.load(EXPERIMENT, weeks=1, replications=2)
    comparison = akuttsim.compare(study, tmp_path / "kept")
    again = akuttsim.open_results(tmp_path / "kept")
    pd.testing.assert_frame_equal(comparison.differences, again.differences)
    assert 0 < len(comparison.answer("nb").split()) <= 60
    assert comparison.answer("nb") != comparison.answer("en")
    with pytest.raises(InputError, match="--resume"):
        akuttsim.compare(study, tmp_path / "kept")


def test_what_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InputError, match=r"variants"):
        akuttsim.load(EXPERIMENT, settings=["a=1"])
    with pytest.raises(InputError, match=r"write menu_s"):
        akuttsim.load(TODAY, variants={"x": ["control_rooms.lvs.menu=1"]})
    with pytest.raises(InputError) as caught:
        akuttsim.load(TODAY, weeks=0, seed=-1)
    assert [problem.key for problem in caught.value.problems] == ["seed", "weeks"]
    study = akuttsim.load(TODAY, weeks=1, replications=1)
    with pytest.raises(InputError, match="small-today"):
        akuttsim.run(study, ["elsewhere"])
    with pytest.raises(InputError, match=r"did you mean 'answered_116117_within_120_s"):
        Runs(study, ()).measure(["answered_116117_within_120"])


@pytest.mark.parametrize("names", [(TODAY,), (EXPERIMENT,)])
def test_health_outcomes_are_asked_for_without_a_file(names: tuple[Path, ...]) -> None:
    survivors = "arrest_survivors_steep_per_10_years"
    asked = akuttsim.load(*names, weeks=1, replications=1, outcomes="health")
    (found,) = akuttsim.run(asked, [asked.base]).measure([survivors]).value
    assert found > 0
    with pytest.raises(InputError, match="outcomes"):
        Runs(akuttsim.load(*names), ()).measure([survivors])
    with pytest.raises(InputError, match="helth"):
        akuttsim.load(*names, outcomes="helth")


def test_the_seed_of_a_script_spreads_the_points_of_a_design_too(tmp_path: Path) -> None:
    """As the same seed in the file does; its own seed has other points."""
    text = EXPERIMENT.read_text(encoding="utf-8")
    spread = (
        "design: {kind: latin-hypercube, points: 3}\n"
        "factors: {fewer: {key: demand.day_cv.value, range: [0.1, 0.3]}}\n"
    )
    for name, seed in (("one", 5), ("two", 6)):
        lines = [line for line in text.splitlines() if not line.startswith("seed:")]
        whole = "\n".join([*lines, f"seed: {seed}", spread])
        for used in ("region: small", "[small-today", " small-satellite"):
            folder, _, ending = used.rpartition("small")
            yaml = "/small/region.yaml" if not ending else f"/small{ending}.yaml"
            whole = whole.replace(used, f"{folder}{DATA}{yaml}")
        (tmp_path / f"{name}.yaml").write_text(whole, encoding="utf-8")
    one, two = (akuttsim.load(tmp_path / f"{name}.yaml") for name in ("one", "two"))
    other = akuttsim.load(tmp_path / "one.yaml", seed=6)
    assert other.cases == two.cases != one.cases


def test_definitions_are_in_both_languages() -> None:
    english, norwegian = akuttsim.definitions(), akuttsim.definitions("nb")
    assert list(english.indicator) == list(norwegian.indicator)
    assert (
        english.set_index("indicator").title["hung_up_116117"]
        != (norwegian.set_index("indicator").title["hung_up_116117"])
    )
    assert english.definition.str.len().min() > 40


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_notebook_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As shipped, with a week and a few replications less."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    cells = json.loads((NOTEBOOKS / name).read_text("utf-8"))["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    short = code.replace("weeks=2", "weeks=1").replace("replications=4", "replications=2")
    assert short != code
    scope: dict[str, object] = {}
    exec(compile(short, name, "exec"), scope)
    assert any(isinstance(value, pd.DataFrame) for value in scope.values())


def test_the_page_has_the_columns_of_now() -> None:
    from docs.python_columns import PAGE, page

    assert PAGE.read_text("utf-8") == page()
