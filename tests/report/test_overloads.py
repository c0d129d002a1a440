"""The warning about queues that grew without bound."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from akuttsim.experiments.run_files import OVERLOADS
from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.sentences import overload_lines
from tests.report.manifests import set_manifest

QUEUES = [
    ("plain", "one", 3, "operator", "lvs", "2026-01-16 09:05", 31),
    ("plain", "one", 1, "operator", "lvs", "2026-01-14 10:40", 1412),
    ("plain", "two", 0, "crew", "crew", "2026-02-01 00:10", 9),
]


@pytest.fixture
def overloaded(results):
    rooms = {"lvs": {"title": {"nb": "Legevaktsentralen <b>", "en": "116117 <b>"}}}
    results.manifest.organisations["one"]["control_rooms"] = rooms
    return replace(results, overloads=pd.DataFrame(QUEUES, columns=OVERLOADS))


def test_each_queue_of_each_model_is_told_once_with_the_first_time_and_the_most_waiting(overloaded):
    first, second, meaning = overload_lines(overloaded, "en")
    assert first == (
        "Model one: the queue for the operators at “116117 <b>” grew without bound in 2 of 5 "
        "replications, the first from Wednesday 14 January 2026 at 10; at most 1,412 waited at the "
        "end."
    )
    assert "Model two: the queue for the ambulances" in second and "1 of 5" in second
    assert "Sunday 1 February 2026 at 0" in second
    assert "only valid until then" in meaning


def test_dates_and_numbers_are_norwegian_in_norwegian(overloaded):
    first = overload_lines(overloaded, "nb")[0]
    assert "Køen til operatørene ved «Legevaktsentralen <b>» vokste uten grense" in first
    assert "onsdag 14. januar 2026 kl. 10" in first
    assert "1\u00a0412 ventet" in first


def test_the_queue_of_a_team_of_doctors_has_the_teams_own_title(overloaded):
    title = {"nb": "Legevaktlege i Namsos, kveld og helg", "en": "Doctor on duty in Namsos"}
    overloaded.manifest.organisations["one"]["doctors"] = {"duty": {"title": title}}
    overloaded.overloads["role"], overloaded.overloads["team"] = "doctor", "duty"
    english, norwegian = (overload_lines(overloaded, lang)[0] for lang in ("en", "nb"))
    assert english.startswith("Model one: the queue for “Doctor on duty in Namsos” grew without")
    assert "Køen til «Legevaktlege i Namsos, kveld og helg» vokste uten grense i" in norwegian


def test_one_replication_is_told_without_counting(overloaded):
    set_manifest(overloaded, replications=1)
    one = replace(overloaded, overloads=overloaded.overloads.iloc[2:])
    line = overload_lines(one, "en")[0]
    assert line.endswith("from Sunday 1 February 2026 at 0; 9 waited at the end.")
    assert "replications" not in line


@pytest.mark.parametrize("role", ["operator", "dispatcher", "nurse", "doctor", "crew"])
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_role_can_be_waited_for(overloaded, role, lang):
    overloaded.overloads["role"] = role
    lines = overload_lines(overloaded, lang)
    assert len(lines) == 3
    assert all("{" not in line for line in lines)


@pytest.mark.usefixtures("undrawn")
def test_the_page_warns_above_the_answer(overloaded):
    html = report_page(overloaded, "en")
    assert html.index("grew without bound") < html.index('class="answer"')
    assert "116117 &lt;b&gt;" in html


@pytest.mark.usefixtures("undrawn")
def test_where_queues_were_kept_up_with_nothing_is_said(results):
    assert overload_lines(results, "en") == []
    assert "without bound" not in report_page(results, "en")
    assert 'class="warning"' not in report_page(results, "nb")
