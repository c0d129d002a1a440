from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.sentences import model_summary


@pytest.fixture
def many(results):
    """Results of five models: two more like the first and the second of the others."""
    manifest = results.manifest
    tables = {"summary": results.summary, "differences": results.differences}
    for new, old in (("three", "one"), ("four", "two")):
        title = {"nb": new, "en": f"Model {new}"}
        manifest = manifest.changed(
            organisations={
                **manifest.organisations,
                new: {**manifest.organisations[old], "title": title},
            },
            changes={**manifest.changes, new: []},
        )
        for key, table in tables.items():
            copy = table[table["organisation"] == old].assign(organisation=new)
            tables[key] = pd.concat([table, copy], ignore_index=True)
    return replace(results, manifest=manifest, **tables)


def words(results):
    return Words(Catalogue("en"), ResultsView(results))


def test_each_model_is_told_of_by_itself(many):
    told = words(many)
    assert model_summary(told, "today") == ""
    assert model_summary(told, "four").startswith("Model four gives a shorter journey to care")


def test_nothing_clear_is_told_as_such(many):
    many.differences["verdict"] = "cannot tell"
    told = words(many)
    assert model_summary(told, "four") == "No clear difference in the main indicators."


def test_few_models_are_told_of_in_the_answer_alone(results):
    assert model_summary(words(results), "one") == ""
