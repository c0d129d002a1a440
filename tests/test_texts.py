from __future__ import annotations

import pytest

from akuttsim.texts import Texts, format_number, read_texts


def test_a_text_is_found_by_its_dotted_key_and_filled_in() -> None:
    text = Texts("en", {"a.b": "{n} places", "a.c": "{as it is}"})
    assert text("a.b", n=3) == "3 places" and text("a.c") == "{as it is}"
    assert text.get("a.d", "nothing") == "nothing"
    with pytest.raises(KeyError):
        text("a.d")


def test_a_catalogue_file_is_flat_by_dotted_key() -> None:
    texts = read_texts("akuttsim.report", "log-nb")
    assert texts["log.column.place"] == "Sted"
    assert all(isinstance(text, str) for text in texts.values())


@pytest.mark.parametrize(
    ("value", "decimals", "nb", "en"),
    [
        (1234567, 0, "1\u00a0234\u00a0567", "1,234,567"),
        (2.25, 1, "2,2", "2.2"),
        (-0.04, 1, "0,0", "0.0"),
        (-3, 0, "\u22123", "\u22123"),
    ],
)
def test_numbers_are_written_as_each_language_does(
    value: float, decimals: int, nb: str, en: str
) -> None:
    assert (format_number(value, "nb", decimals), format_number(value, "en", decimals)) == (nb, en)
