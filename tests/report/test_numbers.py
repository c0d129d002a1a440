from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.report.context import Catalogue, Estimate, Numbers

NB, EN = Numbers(Catalogue("nb")), Numbers(Catalogue("en"))
NBSP, MINUS = "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "unit", "nb", "en"),
    [
        (0.9209, "share", f"92,1{NBSP}%", "92.1%"),
        (1234.56, "min", f"1{NBSP}234,6{NBSP}min", f"1,234.6{NBSP}min"),
        (3.4, "s", f"3{NBSP}s", f"3{NBSP}s"),
        (12.87, "h per week", f"12,9{NBSP}timer per uke", f"12.9{NBSP}h a week"),
        (-2_368_408.0, "NOK per year", f"{MINUS}2,37{NBSP}mill. kr per år",
         f"NOK{NBSP}{MINUS}2.37{NBSP}million a year"),
        (-0.04, "min", f"0,0{NBSP}min", f"0.0{NBSP}min"),
        (5.0, "furlongs", "5,0 furlongs", "5.0 furlongs"),
    ],
)  # fmt: skip
def test_amounts(value, unit, nb, en):
    assert NB.amount(value, unit) == nb
    assert EN.amount(value, unit) == en


def test_a_margin_of_one_is_one_percentage_point():
    one, few = (Estimate(0, 0, 0, "share", "", margin=each) for each in (0.01, 0.015))
    assert EN.margin(one) == f"1{NBSP}percentage point"
    assert EN.margin(few) == f"1.5{NBSP}percentage points"
    assert NB.margin(one) == f"1{NBSP}prosentpoeng"


def test_a_change_has_its_sign_and_shares_change_by_percentage_points():
    gain = Estimate(0.0312, 0.02, 0.042, "share", "better")
    loss = Estimate(-3.94, -4.5, -3.1, "min", "better")
    assert NB.change(gain) == f"+3,1{NBSP}prosentpoeng"
    assert EN.change(loss) == f"{MINUS}3.9{NBSP}min"
    assert NB.interval(loss) == f"{MINUS}4,5 til {MINUS}3,1"


def test_no_interval_is_written_where_there_is_none():
    assert NB.interval(Estimate(3.0, math.nan, math.nan, "min", "cannot tell")) == ""


def test_an_end_near_zero_or_target_gets_the_decimals_that_tell_them_apart():
    change = Estimate(0.5, 0.004, 1.0, "min", "better")
    level = Estimate(0.81, 0.8002, 0.82, "share", "met", target=0.8)
    assert EN.interval(change) == "0.004 to 1.000"
    assert EN.interval(level) == "80.02 to 82.00"


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_written_number_reads_back_as_it_was(value, decimals):
    written = NB.plain(value, decimals)
    read = float(written.replace(NBSP, "").replace(",", ".").replace(MINUS, "-"))
    assert read == pytest.approx(value, abs=0.5001 * 10.0**-decimals)
    assert not (written.startswith(MINUS) and read == 0)
