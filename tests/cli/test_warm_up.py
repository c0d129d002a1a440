from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from akuttsim.cli import app
from tests import small


@pytest.mark.parametrize(("lang", "said"), [("nb", "døgn innkjøring"), ("en", "days of warm-up")])
def test_warm_up_says_what_it_found_and_writes_the_page(
    tmp_path: Path, lang: str, said: str
) -> None:
    more = ["--weeks", "8", "--replications", "2", "--workers", "1", "--lang", lang]
    result = CliRunner().invoke(
        app, ["warm-up", str(small.EXPERIMENT), *more, "--out", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    assert said in result.output
    page = (tmp_path / "warm-up.html").read_text("utf-8")
    assert "<svg" in page and said in page


def test_help_names_it_with_a_hyphen() -> None:
    assert "warm-up" in CliRunner().invoke(app, ["--help"]).output
