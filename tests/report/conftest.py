"""Small made-up results: three models of a region of three municipalities, one with a bad name."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from akuttsim.experiments.manifest import Manifest
from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.run_files import OVERLOADS
from akuttsim.experiments.runner import run_study
from akuttsim.experiments.study import study_of_experiment
from akuttsim.indicators.registry import indicator_definitions
from akuttsim.report.exporters.html_page import report_page
from tests.hostile import HOSTILE, MOST_HOSTILE
from tests.report.manifests import set_manifest
from tests.small import EXPERIMENT

BAD_NAME = "<script>alert('$x_1$')</script>"
MODELS = ("today", "one", "two")
MUNICIPALITIES = {"north": "Nord", "south": BAD_NAME, "east": "Øst - Nuorta"}
KEY = ["indicator", "group_by", "group"]
NUMBERS = ["mean", "ci_low", "ci_high", "unit"]
SUMMARY = ["organisation", *KEY, *NUMBERS, "target", "verdict"]
DIFFERENCES = ["organisation", "against", *KEY, *NUMBERS, "verdict"]
NAN = math.nan
NOK = "NOK per year"

TARGETS = {
    "answered_116117_within_120_s": (0.8, "share"),
    "ambulance_within_12_min": (0.9, "share"),
    "ambulance_within_25_min": (0.9, "share"),
}
LEVELS = {  # mean, half width and verdict, model by model
    "answered_116117_within_120_s": [(0.9213, 0.0021, "met")] * 3,
    "ambulance_within_12_min": [(NAN, NAN, "cannot tell")] * 3,
    "ambulance_within_25_min": [
        (0.7587, 0.011, "not met"),
        (0.8991, 0.0123, "cannot tell"),
        (0.93, 0.01, "met"),
    ],
    "travel_to_care_min": [(49.56, 0.61, ""), (53.44, 0.6, ""), (31.67, 0.43, "")],
    "ring_to_doctor_min": [(1196.2, 1.7, ""), (1188.3, 1.4, ""), (1177.7, 1.4, "")],
    "contacts_a_week": [(552.6, 6.7, "")] * 3,
}
CHANGES = {
    "answered_116117_within_120_s": [(0.0, 0.0, "cannot tell")] * 2,
    "ambulance_within_25_min": [(0.14, 0.02, "better"), (0.17, 0.02, "better")],
    "travel_to_care_min": [(3.87, 0.1, "worse"), (-17.9, 0.4, "better")],
    "ring_to_doctor_min": [(-7.9, 1.0, "better"), (0.4, 1.3, "cannot tell")],
}
BY_PLACE = {
    "north": [(27.5, 0.5, "worse"), (-30.0, 2.0, "better")],
    "south": [(-4.0, 0.5, "better"), (12.0, 2.0, "worse")],
    "east": [(90.0, 95.0, "cannot tell"), (0.0, 0.0, "cannot tell")],
}


def _ends(mean: float, half: float) -> tuple[float, float, float]:
    return (mean, mean - half, mean + half)


def _summary() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for place, model in enumerate(MODELS):
        for name, values in LEVELS.items():
            mean, half, verdict = values[place]
            target, unit = TARGETS.get(name, (NAN, "min"))
            rows.append((model, name, "all", "all", *_ends(mean, half), unit, target, verdict))
        rows += _groups(model, place)
    table = pd.DataFrame(rows, columns=SUMMARY)
    return table.assign(case="plain")


def _groups(model: str, place: int) -> list[tuple[Any, ...]]:
    hours = [f"{hour:02d}" for hour in range(24)]
    rows: list[tuple[Any, ...]] = []
    for at, hour in enumerate(hours):
        answered = _ends(0.85 + at / 200, 0.01)
        indicator = "answered_116117_within_120_s"
        rows.append((model, indicator, "hour", hour, *answered, "share", 0.8, "met"))
        for role in ("operator", "doctor", "nurse", "crew"):
            busy = _ends(0.1 + at / 100 + place / 50, 0.01)
            group = f"{role} {hour}"
            rows.append((model, "busy_share", "role_hour", group, *busy, "share", NAN, ""))
    for at, name in enumerate(MUNICIPALITIES):
        for indicator in (
            "ambulance_response_median_min",
            "ambulance_response_p90_min",
            "travel_to_care_min",
            "ring_to_doctor_min",
        ):
            level = _ends(10.0 + 9 * at + place, 1.5)
            rows.append((model, indicator, "municipality", name, *level, "min", NAN, ""))
    return rows + _curves_and_parts(model, place)


def _curves_and_parts(model: str, place: int) -> list[tuple[Any, ...]]:
    """Curves that rise, Monday mornings that miss the target, and numbers in parts."""
    rest = ("longest_rest_h", "role", "doctor", 5.0 + place, "h", "")
    found = [*_of_week(place), *_in_parts(place), rest]
    for at in (0, 60, 120, 300):
        found.append(("answered_116117_curve", "within_s", str(at), 0.6 + at / 1000, "share", ""))
    for at in (4, 12, 25, 60):
        found.append(("ambulance_response_curve", "within_min", str(at), at / 80, "share", ""))
    for at, which in enumerate(("worst", "best", "gap")):
        found.append(("travel_to_care_min", "gap", which, 90.0 - 30 * at, "min", ""))
    for band in ("0-10 km", "60+ km"):
        found.append(("ring_to_doctor_min", "distance", band, 40.0, "min", ""))
    return [(model, *key, *_within(mean, unit), unit, NAN, v) for *key, mean, unit, v in found]


def _within(mean: float, unit: str) -> tuple[float, float, float]:
    return _ends(mean, 0.0 if unit == NOK else 0.01)


def _of_week(place: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for day, hour in product(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), range(24)):
        missed = day == "mon" and hour in (8, 9)
        key = ("hour_of_week", f"{day} {hour:02d}")
        share, verdict = (0.7, "not met") if missed else (0.9, "met")
        rows.append(("answered_116117_within_120_s", *key, share, "share", verdict))
        rows.append(("operators_on_duty_116117", *key, 1.0 + place, "people", ""))
        rows.append(("ambulances_free", *key, 2.5, "ambulances", ""))
    return rows


def _in_parts(place: int) -> list[tuple[Any, ...]]:
    times = ("call", "waiting", "mobilisation", "driving")
    costs = {"operator": 1.0, "dispatcher": 1.0, "doctor": 1.0, "clinics": 1.0, "boat": 0.0}
    return [
        *(
            ("ambulance_response_parts_min", "part", x, 1.0 + at, "min", "")
            for at, x in enumerate(times)
        ),
        *(("cost_nok_a_year", "part", x, 1e6 * n * (1 + place), NOK, "") for x, n in costs.items()),
    ]


def _differences() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for place, model in enumerate(MODELS[1:]):
        for name, values in CHANGES.items():
            mean, half, verdict = values[place]
            unit = TARGETS.get(name, (0, "min"))[1]
            rows.append((model, "today", name, "all", "all", *_ends(mean, half), unit, verdict))
        rest = ("longest_rest_h", "role", "doctor", *_ends(1.0 + place, 0.1), "h", "better")
        rows.append((model, "today", *rest))
        for municipality, values in BY_PLACE.items():
            mean, half, verdict = values[place]
            key = ("travel_to_care_min", "municipality", municipality)
            rows.append((model, "today", *key, *_ends(mean, half), "min", verdict))
    table = pd.DataFrame(rows, columns=DIFFERENCES)
    return table.assign(case="plain")


def _place(municipality: str, lat: float, lon: float, people: int) -> dict[str, Any]:
    return {
        "name": municipality,
        "municipality": municipality,
        "lat": lat,
        "lon": lon,
        "kind": "settlement",
        "people": [people],
        "source": "A & B <i>map</i>",
        "grade": "A",
    }


def _region() -> dict[str, Any]:
    return {
        "title": {"nb": "Lilledal", "en": "Smalldale"},
        "municipalities": {key: {"name": name} for key, name in MUNICIPALITIES.items()},
        "places": {
            "n": _place("north", 64.9, 11.0, 900),
            "s": _place("south", 64.2, 11.3, 5000),
            "e": _place("east", 64.5, 12.6, 300),
        },
        "roads": [{"from": "n", "to": "s", "source": "read"}],
        "ferries": [{"from": "s", "to": "e", "source": "timed"}],
        "hospitals": {"h": {"title": {"nb": "S", "en": "H"}, "place": "s"}},
    }


def _organisation(title: str) -> dict[str, Any]:
    return {
        "title": {"nb": f"Modell {title}", "en": f"Model {title}"},
        "description": {"nb": "Slik.", "en": "Thus."},
        "clinics": {
            "gp": {"kind": "gp_office", "place": "n"},
            "legevakt": {"kind": "legevakt", "place": "s"},
            "satellite": {"kind": "satellite", "place": "e"},
        },
        "ambulances": {"a": {"station": "s"}, "b": {"station": "n"}},
    }


def _target(indicator: str) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "at_least": TARGETS[indicator][0],
        "at_most": None,
        "title": {"nb": f"Mål {indicator}", "en": f"Goal {indicator}"},
        "source": "law",
    }


def _manifest(models: tuple[str, ...]) -> Manifest:
    value = {"key": "care.talk_s", "value": "9", "source": "A < B", "grade": "A", "range": None}
    guess = {"key": "care.rest", "value": "1", "source": "none", "grade": "C", "range": [0.5, 2.0]}
    entries: dict[str, Any] = {
        "akuttsim": "0.1.0",
        "model_version": "1",
        "study": "small",
        "base": models[0],
        "cases": ["plain"],
        "question": {"nb": "Hva er best?", "en": "What is best?"},
        "hypothesis": {"nb": "Ingen.", "en": "None."},
        "weeks": 4,
        "warmup_days": 2,
        "replications": 5,
        "seed": 7,
        "main_indicators": ["travel_to_care_min", "ring_to_doctor_min"],
        "targets": [_target(target) for target in TARGETS],
        "region": _region(),
        "organisations": {name: _organisation(name) for name in models},
        "changes": {name: [{"name": "move", "why": "Because <b>."}] for name in models[1:]},
        "assumptions": [{"of": "region", **value}, {"of": models[0], **guess}],
        "counts": {name: {"satellites": at, "control rooms": 0} for at, name in enumerate(models)},
        "apart": {name: [["clinics.a", "-", "<b>there</b>"]] for name in models[1:]},
        "definitions": indicator_definitions(),
        "versions": {"python": "3.11"},
        "times": {"began": "2026-01-05T08:00:00+00:00", "ended": "2026-01-05T08:01:00+00:00"},
        "checksums": {"summary.csv": "0" * 64},
    }
    return Manifest.model_validate(entries)


Maker = Callable[..., Results]


@pytest.fixture(scope="session")
def make_results() -> Maker:
    """Return a maker of results, of some of the models, in which verdicts can be set."""

    def make(models: tuple[str, ...] = MODELS) -> Results:
        summary, differences = _summary(), _differences()
        return Results(
            folder=Path("nowhere"),
            manifest=_manifest(models),
            summary=summary[summary["organisation"].isin(models)].reset_index(drop=True),
            differences=differences[differences["organisation"].isin(models)].reset_index(
                drop=True
            ),
            effects=differences.iloc[:0],
            cases=pd.DataFrame(columns=["case", "factor", "level"]),
            overloads=pd.DataFrame(columns=OVERLOADS),
        )

    return make


@pytest.fixture
def results(make_results: Maker) -> Results:
    """Results of three models."""
    return make_results()


@pytest.fixture(scope="session")
def html_of(make_results: Maker) -> Callable[..., str]:
    """Return a maker of pages that makes each page once."""

    @cache
    def html(lang: str = "en", models: tuple[str, ...] = MODELS) -> str:
        return report_page(make_results(models), lang)

    return html


def named(results: Results, name: str) -> tuple[str, Results]:
    """Give everything in the results that has a title this one."""
    first, *others = results.manifest.assumptions
    set_manifest(
        results,
        question={"nb": name, "en": name},
        assumptions=[first.changed(source=name), *others],
    )
    manifest = results.manifest
    manifest.region["title"] = {"nb": name, "en": name}
    for municipality in manifest.region["municipalities"].values():
        municipality["name"] = name
    for organisation in manifest.organisations.values():
        organisation["title"] = {"nb": name, "en": name}
    return name, results


@pytest.fixture(params=MOST_HOSTILE, ids=[HOSTILE.index(name) for name in MOST_HOSTILE])
def hostile(request: pytest.FixtureRequest, make_results: Maker) -> tuple[str, Results]:
    """A hostile name, and results in which everything has it."""
    return named(make_results(), request.param)


@pytest.fixture(params=["short", "long"])
def drawn_hostile(request: pytest.FixtureRequest, make_results: Maker) -> tuple[str, Results]:
    """The same for what takes long to draw: letters of all hostile names, and the longest."""
    letters = "".join(name[:8] for name in HOSTILE if len(name) < 1000)[:58]
    return named(make_results(), letters if request.param == "short" else max(HOSTILE, key=len))


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Results of a short run of the small district, two organisations."""
    folder = tmp_path_factory.mktemp("measured") / "results"
    run_study(replace(study_of_experiment(str(EXPERIMENT)), replications=2), folder)
    return read_results(folder)


def _nobody(_: int) -> None:
    """Show no progress."""
