import pytest
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.calllog.privacy import Privacy, has_identity_number, is_identity_number
from tests.logs import NUMBER, with_check_digits

births = st.tuples(st.integers(1, 28), st.integers(1, 12), st.integers(0, 99), st.integers(0, 999))


@given(births, st.sampled_from([(0, 0), (40, 0), (0, 40), (0, 80)]))
def test_every_kind_of_identity_number_is_known(
    born: tuple[int, int, int, int], plus: tuple[int, int]
) -> None:
    day, month, year, person = born
    number = with_check_digits(f"{day + plus[0]:02d}{month + plus[1]:02d}{year:02d}{person:03d}")
    if number is not None:
        assert is_identity_number(number)
        assert has_identity_number(f"ringte {number[:6]} {number[6:]} igjen")
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert not is_identity_number(wrong)


def test_decimals_of_a_number_are_no_identity_number() -> None:
    assert has_identity_number(NUMBER) and has_identity_number(f"{NUMBER[:6]}.{NUMBER[6:]}")
    assert has_identity_number(f"{NUMBER}.0"), "as a spreadsheet writes a number"
    assert not has_identity_number(f"1705.{NUMBER}") and not has_identity_number(f"3,{NUMBER}")


def found(name: str, values: list[str], places: frozenset[str] = frozenset()) -> str:
    privacy = Privacy(["n", name], places)
    for value in values:
        privacy.look_at_row(["1", value])
    return privacy.person_columns().get(1, "")


STREETS = ["Storgata 12", "Kirkeveien 3 B", "Skolevegen 104"]
NAMES = ["Kari Nordmann", "Hansen, Ola", "Per A. Olsen", "Åse Li", "Ida-Marie Vik", "Bo Ek"]


@pytest.mark.parametrize(
    ("name", "values", "what"),
    [
        ("id", [NUMBER] * 3, "identity numbers"),
        ("note", ["rang again", f"gjelder {NUMBER}", "none", ""], "identity numbers"),
        ("tlf", ["41234567", "98765432", "+4791234567"], "telephone numbers"),
        ("tlf", ["74 12 34 56", "412 34 567"], "telephone numbers"),
        ("hvor", STREETS, "addresses"),
        ("e", ["kari@example.no", "x"], "addresses"),
        ("hvem", NAMES, "names"),
        ("x", ["31234567", "74123456", "21987654"], "telephone numbers"),
        ("x", ["ringte fra 74123456", "ba om 91234567"], "telephone numbers"),
        ("x", [*(f"kjørt {k}" for k in range(99)), "ny tlf. 74 12 34 56"], "telephone numbers"),
        ("x", ["Kari Nordmann ringte om faren", "Per Olsen ringte igjen"] * 50, "names"),
        ("x", ["NORDMANN, KARI", "HANSEN, OLA"] * 50, "names"),
        ("x", [f"{a}a{b}o Tve{b}t rang" for a in "BCDFGHK" for b in "lmnprst"], "names"),
        ("fornavn", ["Kari", "Ola", "Per"], "names by its heading"),
        ("telefon", ["12345678"], "telephone numbers by its heading"),
        ("Telefon innringer", ["", ""], "telephone numbers by its heading"),
        ("født", ["01.02.1950"], "dates of birth by its heading"),
    ],
)
def test_a_column_that_looks_like_persons_is_named(name: str, values: list[str], what: str) -> None:
    assert found(name, values) == what


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ringt", ["05.01.2026 12:30:00", "2026-01-05T12:30:00+01:00"]),
        ("dato", ["20260105", "20260106", "2026-01-07"]),
        ("id", [f"{number:011d}" for number in range(20260100000, 20260104000)]),
        ("id", [f"AMK-{number}" for number in range(100)]),
        ("kommune", ["Namsos", "Overhalla", "Nærøysund"] * 5),
        ("enhet", ["Ambulanse Namsos", "Ambulanse Grong"] * 20),
        ("hastegrad", ["rød", "gul", "grønn"]),
        ("stasjonsnavn", ["Namsos", "Grong"] * 4),
        ("sekunder", ["12.5", "3600", "86399"]),
        ("dato", ["20260105", "24032026", "05012026"]),
        ("sak", [f"{number}" for number in range(30_000_000, 30_000_500, 7)]),
        ("status", ["Call Abandoned", "Not Answered", "Calls Per Hour"] * 9),
        ("mål", ["St. Olavs Hospital", "Sykehuset Namsos", "Legevakt Indre Namdal"] * 9),
        ("plage", [f"{a}hest {b}ain" for a in "BCDFGH" for b in "PRSTV"] * 60),
        ("merknad", ["Kjørt til Namsos", "Ambulanse Grong kjørte", "Ba om legebil"] * 9),
        ("pasientkategori", ["voksen", "barn"]),
        ("innringer_type", ["pårørende", "helsepersonell"]),
        ("stasjonsnavn", ["Ambulanse Grong"] * 9),
        ("phone answered", ["05.01.2026 12:30:00"]),
    ],
)
def test_what_a_log_must_have_looks_like_nobody(name: str, values: list[str]) -> None:
    assert found(name, values) == ""


def test_a_column_whose_content_is_known_may_be_called_anything() -> None:
    privacy = Privacy(["telefon", "innringer"], frozenset(), ["telefon"])
    privacy.look_at_row(["116117", ""])
    assert privacy.person_columns() == {1: "callers or patients by its heading"}
    privacy.look_at_row(["74123456", ""])
    assert privacy.person_columns()[0] == "telephone numbers"


def test_places_that_the_region_has_are_no_names() -> None:
    towns = [f"Nye By{chr(97 + k)}" for k in range(20)] + [
        f"Gamle By{chr(97 + k)}" for k in range(20)
    ]
    assert found("sted", towns) == "names"
    assert found("sted", towns, frozenset(towns)) == ""


def test_the_work_on_long_texts_grows_with_their_length_alone() -> None:
    """Looking at each beginning anew would take the square of it: here it would never end."""
    texts = ["a" * 2_000_000, "veien" * 400_000, "Aa " * 600_000, "1" * 2_000_000]
    assert found("note", texts) == ""
