"""The tutorials: their commands work in an empty folder, and print what the pages say."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.tutorials import TUTORIALS, commands, with_output
from tests.nightly import by_night


@pytest.mark.nightly
@pytest.mark.parametrize("lang", by_night(["en"], ["en", "nb"]))
def test_what_is_typed_prints_what_the_page_says(lang: str, tmp_path: Path) -> None:
    page = TUTORIALS[lang].read_text("utf-8")
    assert with_output(page, lang, tmp_path) == page
    assert (
        tmp_path / "results" / "night-nurse" / f"report{'' if lang == 'nb' else '-en'}.html"
    ).is_file()


def test_both_languages_type_the_same() -> None:
    typed = {lang: commands(path.read_text("utf-8")) for lang, path in TUTORIALS.items()}
    assert typed["en"] == typed["nb"] and len(typed["en"]) == 7
