"""Ages as tables write them, each in one of the nine groups or in none."""

from __future__ import annotations

import pytest

from akuttsim.config.region_tables import age_group


@pytest.mark.parametrize(
    ("text", "group"),
    [("0 år", 0), ("0-5 år", 0), ("6 years", 1), ("19", 2), ("67-79 år", 6), ("90+", 8),
     ("90 år eller eldre", 8), ("80 år eller eldre", None), ("5-6 år", None), ("alle", None),
     ("999 år", None), ("037 37 år", 4), ("80+", None), ("", None), ("Norge 0-5", 0)],
)  # fmt: skip
def test_ages_as_tables_write_them(text: str, group: int | None) -> None:
    assert age_group(text) == group
