"""A place that is written for a municipality, and the other way round, is told as what it is."""

from __future__ import annotations

import pytest

from akuttsim.config.checks import municipality_hint, place_hint
from akuttsim.config.loader import load_region


@pytest.mark.parametrize(
    ("word", "place", "municipality"),
    [
        ("lierne", "that is a municipality: write one of its places, such as sandvika", ""),
        ("sandvika", "", "that is a place: write its municipality, lierne"),
        ("Rørvik", "it is written rorvik", ""),
        ("Høylandet", "it is written hoylandet", "it is written hoylandet"),
        ("5047", "", "it is written overhalla"),
        ("sandvikka", "did you mean 'sandvika'", ""),
        ("lierna", "", "did you mean 'lierne'"),
    ],
)
def test_what_was_meant(word: str, place: str, municipality: str) -> None:
    region = load_region("namdal").value
    if place:
        assert place in place_hint(word, region)
    assert municipality in municipality_hint(word, region)
