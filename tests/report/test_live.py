from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace

import pytest
from markupsafe import Markup

from akuttsim.experiments.results import write_page_data
from akuttsim.indicators.day_replay import PATIENT_EVENTS
from akuttsim.indicators.tracks import TRACK_STAGES
from akuttsim.municipality_borders import Border
from akuttsim.records import KINDS, OUTCOMES
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.page_scripts import json_for_script, script_hash
from akuttsim.report.replay_map import (
    MOST_REPLAYED,
    map_region,
    map_script,
    replay_map,
    replays_that_fit,
)

EN, NB = Catalogue("en").texts, Catalogue("nb").texts
SQUARE = ((11.0, 64.0), (12.0, 64.0), (12.0, 65.0))


def data_of(html):
    return json.loads(re.search(r'id="live-data">(.*?)</script>', html)[1])


def words_of(results, lang="en"):
    return Words(Catalogue(lang), ResultsView(results))


@pytest.mark.parametrize("names", [TRACK_STAGES, KINDS, PATIENT_EVENTS, OUTCOMES])
def test_every_code_of_a_replay_has_words_in_both_languages(names):
    family = {TRACK_STAGES: "stage", KINDS: "job", PATIENT_EVENTS: "event", OUTCOMES: "outcome"}[
        names
    ]
    for name in names:
        if name == "ends":  # told by the outcome
            continue
        assert f"live.{family}.{name}" in EN and f"live.{family}.{name}" in NB


def test_no_name_can_end_the_element_that_data_lie_in():
    data = {"name": "</script><script>alert(1)</script><!--", "line": "\u2028&"}
    written = json_for_script(data)
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written) == data


def test_the_policy_lets_this_script_run_and_no_other(html_of):
    html = html_of("en")
    scripts = re.findall("<script>(.*?)</script>", html, re.S)
    assert map_script() in scripts and len(scripts) == 3
    hashes = []
    for inner in scripts:
        digest = b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert script_hash(inner) == f"sha256-{digest}"
        assert "</script" not in inner and "<!--" not in inner
        hashes.append(f"'sha256-{digest}'")
    allowed = re.search(r"script-src ([^;]*); style-src", html)[1].split()
    assert sorted(allowed) == sorted(hashes)


def test_the_numbers_of_municipalities_are_those_of_the_summary(html_of, results):
    data = data_of(html_of("en"))
    chosen = ResultsView(results)
    assert [each["name"] for each in data["measured"]] == [
        "ambulance_response_median_min", "ambulance_response_p90_min", "travel_to_care_min",
    ]  # fmt: skip
    for quantity in data["measured"]:
        for model, levels in zip(chosen.organisations, quantity["levels"], strict=True):
            for name, level in zip(chosen.municipalities(), levels, strict=True):
                mean = chosen.level(model, quantity["name"], "municipality", name).mean
                assert level[0] == mean
                assert float(level[1].split("\u00a0")[0]) == pytest.approx(mean, abs=0.05)


def test_changes_carry_their_verdict(html_of):
    travel = data_of(html_of("en"))["measured"][2]
    assert travel["changes"][0] == [None] * 3
    assert travel["changes"][1][0][3:] == ["worse", EN["verdict.worse"]]
    assert travel["changes"][2][2][3] == "no-difference-that-matters"


def test_without_files_beside_the_results_there_is_a_map_and_no_replay(html_of):
    html = html_of("en")
    assert 'id="live-map"' in html and 'id="live-replay"' not in html
    assert "reach:" not in html[: html.index("<script")]


def test_with_one_model_nothing_is_compared(html_of):
    html = html_of("en", ("today",))
    assert 'data-choose="compare"' not in html[: html.index("<script")]


@pytest.mark.usefixtures("undrawn")
def test_the_reach_of_each_model_is_in_the_page(results, tmp_path):
    for name in ("today", "two"):
        write_page_data(tmp_path, "map", name, {"hours": [3, 10], "care": [[1, 2, None]] * 2,
                    "ambulance": [[5, 6, 7]] * 2, "open": [[0]] * 2, "on_duty": [[]] * 2},
        )  # fmt: skip
    html = report_page(replace(results, folder=tmp_path), "en")
    assert "03:00" in html and 'value="reach:care"' in html
    models = data_of(html)["models"]
    assert models[0]["reach"]["care"][0] == [1, 2, None] and models[1]["reach"] is None


def test_the_page_takes_the_replays_that_it_has_room_for():
    half = Markup("x" * (MOST_REPLAYED // 2))
    missing, large = Markup("null"), Markup("y" * (MOST_REPLAYED + 1))
    assert replays_that_fit([half, half, half]) == [half, half, ""]
    assert replays_that_fit([missing, large, half]) == ["", large, ""]
    assert replays_that_fit([half, large, half]) == [half, "", half]


def test_places_lie_north_and_east_of_a_corner(results):
    drawn = map_region(words_of(results))
    (north, south, east) = drawn["places"]
    assert min(x for x, *_ in drawn["places"]) == min(y for _, y, *_ in drawn["places"]) == 0
    assert north[1] > east[1] > south[1] and east[0] > south[0] > north[0]
    assert north[1] - south[1] == pytest.approx(0.7 * 11120, abs=2)
    assert drawn["roads"] == [[0, 1]] and drawn["ferries"] == [[1, 2]]


def test_borders_are_matched_by_any_of_the_official_names_and_far_ones_left_out(results):
    far = Border("Oslo", (((10.0, 59.0), (10.5, 59.0), (10.5, 59.5)),))
    borders = [Border("Nuorta", (SQUARE,)), Border("Elsewhere", (SQUARE,)), far]
    drawn = map_region(words_of(results), borders)["borders"]
    assert [(name, municipality) for name, municipality, _ in drawn] == [
        ("Nuorta", 2), ("Elsewhere", -1),
    ]  # fmt: skip
    assert len(drawn[0][2][0]) == 6


@pytest.mark.usefixtures("undrawn")
def test_a_region_in_one_spot_has_no_map(make_results):
    results = make_results()
    for place in results.manifest.region["places"].values():
        place |= {"lat": 64.0, "lon": 11.0}
    assert replay_map(words_of(results), results.folder) is None
    assert 'id="live-map"' not in report_page(results, "en")
