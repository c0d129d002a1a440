"""Marks of an axis are written with the decimals that they need."""

import numpy as np
import pytest

from akuttsim.report.context import LogWords
from akuttsim.report.log_pages.log_figures import AxisTexts, Series, hours_figure, tick_label

WORDS = LogWords("nb")
SECONDS = AxisTexts("", "", lambda y, decimals: WORDS.numbers.amount(y, "s", decimals))
SHARES = AxisTexts("", "", lambda y, decimals: WORDS.numbers.amount(y, "share", decimals))


@pytest.mark.parametrize(
    ("axis", "marks", "written"),
    [
        (SECONDS, [0.0, 50.0, 100.0], ["0 s", "50 s", "100 s"]),
        (SECONDS, [0.0, 0.5, 1.0, 1.5], ["0,0 s", "0,5 s", "1,0 s", "1,5 s"]),
        (SECONDS, [0.0, 2.5, 5.0], ["0,0 s", "2,5 s", "5,0 s"]),
        (SECONDS, [0.0, 0.05], ["0,00 s", "0,05 s"]),
        (SHARES, [0.0, 0.2, 1.0], ["0 %", "20 %", "100 %"]),
        (SHARES, [0.0, 0.005], ["0,0 %", "0,5 %"]),
    ],
)
def test_marks_never_look_alike(axis: AxisTexts, marks: list[float], written: list[str]) -> None:
    shown = [tick_label(axis, marks, mark).replace("\u00a0", " ") for mark in marks]
    assert shown == written


def test_a_lone_hour_has_a_band_of_its_own() -> None:
    at = np.arange(24.0)
    values = np.where(at == 8, 0.5, np.nan)

    def drawn(half: float) -> str:
        line = Series("x", at, values, values - half, values + half)
        return hours_figure("lone", "one hour", SHARES, [line])

    assert drawn(0.1) != drawn(0.2)
