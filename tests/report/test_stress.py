from __future__ import annotations

import pytest

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.sections.method_and_limits import ITEMS, stress_form
from tests.report.manifests import set_manifest


def form(results, lang="en"):
    sections = stress_form(Words(Catalogue(lang), ResultsView(results)))
    return {number: told for section in sections for number, _, told in section.items}


def test_there_are_twenty_items_in_six_sections():
    assert len(ITEMS) == 6 and sum(map(len, ITEMS.values())) == 20


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_item_is_filled(results, lang):
    assert all(told and "{" not in told for told in form(results, lang).values())


def test_the_form_follows_the_manifest(results):
    told = form(results)
    assert "What is best?" in told["1.1"] and "seed 7" in told["5.2"]
    assert "5 replications" in told["4.3"] and "decided beforehand" in told["4.3"]
    assert "2 values" in told["3.3"] and "1 values are assumptions" in told["3.4"]
    assert "akuttsim sweep small" in told["6.1"]
    assert "held against the files" in told["7.2"] and "seed 7" in told["7.3"].lower()
    set_manifest(results, seed=11)
    set_manifest(results, until={"indicator": "x", "half_width": 1.0, "max": 9})
    assert "seed 11" in form(results)["5.2"] and "narrow enough" in form(results)["4.3"]


def test_a_run_is_repeated_by_its_length_and_seed(results):
    set_manifest(results, question=None)
    assert "akuttsim run today --weeks 4 --replications 5 --seed 7" in form(results)["6.1"]
