"""Targets in words where the models are many."""

from __future__ import annotations

import pytest

from tests.report.many_models import with_more
from tests.report.told import answer_lines


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (3, "is met by Model two, Model more-0, Model more-1 and Model more-2, not met by Model "
         "today and impossible to tell for Model one"),
        (4, "is not met by Model today, impossible to tell for Model one and met by the other 5 "
         "models"),
    ],
)  # fmt: skip
def test_the_largest_group_of_many_is_told_as_the_others(results, more, said):
    assert said in answer_lines(with_more(results, more), "en")[0]


def test_none_of_the_others_is_counted_twice_or_left_out(results):
    """Two named and the others are all models there are."""
    first = answer_lines(with_more(results, 9), "nb")[0]
    assert "ikke nådd av Modell today, ikke mulig å avgjøre for Modell one" in first
    assert "nådd av de andre 10 modellene" in first
