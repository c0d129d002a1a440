"""What the program proposes is written as people write configs, and read back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config import shipped
from akuttsim.config.variant_writer import (
    LINE_WIDTH,
    ProposedVariant,
    config_reference,
    config_yaml,
    set_at_key,
)
from akuttsim.config.yaml_document import plain_values, read_text_as_yaml, read_yaml
from tests import small

SOURCE = "A source whose words are so many that they do not all fit on one line"
PROPOSED = ProposedVariant(
    extends="namdal-today",
    names={"organisation": "namdal-proposed"},
    title={"nb": "I dag, ny", "en": "Today, new"},
    change="proposed",
    why={"nb": "Fordi det er bedre, slik en setning sier.",
         "en": "Because it is better, as a longer sentence says."},
    settings={"control_rooms": {"amk": {"operators": {
        "always": None,
        "day": {"days": "weekdays", "hours": "07:00-15:00", "on_duty": 2},
        "night": {"days": "daily", "hours": "23:00-07:00", "on_duty": 1, "grade": "C",
                  "range": [1, 2], "source": SOURCE},
    }}}},
    remove=["clinics.grong"],
)  # fmt: skip
WRITTEN = """\
# Made by a test.
extends: namdal-today
organisation: namdal-proposed
title: {nb: 'I dag, ny', en: 'Today, new'}
changes:
  proposed:
    why:
      nb: Fordi det er bedre, slik en setning sier.
      en: Because it is better, as a longer sentence says.
    set:
      control_rooms:
        amk:
          operators:
            always: null
            day: {days: weekdays, hours: '07:00-15:00', on_duty: 2}
            night:
              days: daily
              hours: 23:00-07:00
              on_duty: 1
              grade: C
              range: [1, 2]
              source: A source whose words are so many that they do not all fit on one line
    remove: [clinics.grong]
"""


def read_back(text: bytes) -> object:
    return plain_values(read_text_as_yaml(text, "variant.yaml"))


def test_what_fits_stands_on_one_line_and_the_rest_has_a_line_a_key() -> None:
    assert config_yaml(PROPOSED.as_config(), "# Made by a test.\n").decode() == WRITTEN


def test_nothing_to_change_leaves_no_change() -> None:
    unchanged = ProposedVariant("a", {"region": "b"}, {"nb": "B", "en": "B"}, "c", {}, {"x": {}})
    assert unchanged.as_config() == {"extends": "a", "region": "b", "title": {"nb": "B", "en": "B"}}


TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=120)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False, width=32),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text("abcdefgh_-09", min_size=1, max_size=9), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["extends", "title", "set", "10"]), VALUES, min_size=1))
def test_everything_is_read_back_as_it_was(content: dict[str, Any]) -> None:
    assert read_back(config_yaml(content)) == content


@pytest.mark.parametrize("kind", ["region", "organisation", "calibration", "experiment"])
def test_shipped_configs_are_read_back_and_their_flow_lines_are_short(kind: str) -> None:
    for name in shipped.config_names(kind):
        content = plain_values(read_yaml(shipped.find_config(kind, name)))
        assert isinstance(content, dict)
        text = config_yaml(content)
        assert read_back(text) == content
        lines = [line for line in text.decode().splitlines() if line.endswith("}")]
        assert all(len(line) <= LINE_WIDTH for line in lines)


def test_a_text_that_looks_like_a_number_to_the_reader_is_quoted() -> None:
    for text in ("1E5", "0E0", "1_000", "9" * 40, "null", "yes", "12:30", "0o17"):
        assert read_back(config_yaml({"title": text})) == {"title": text}


def test_a_value_written_twice_is_written_out_twice() -> None:
    same = {"value": 1}
    assert b"&" not in config_yaml({"a": same, "b": same})


def test_a_base_is_named_if_it_is_shipped_and_else_the_way_to_it(tmp_path: Path) -> None:
    path = shipped.find_config("organisation", "namdal-today")
    assert config_reference("organisation", "namdal-today", tmp_path) == "namdal-today"
    assert config_reference("organisation", str(path), tmp_path) == "namdal-today"
    assert config_reference("region", "namdal", tmp_path) == "namdal"
    way = config_reference("organisation", str(small.TODAY), tmp_path / "out")
    assert (tmp_path / "out" / way).resolve() == small.TODAY.resolve()


def test_settings_are_nested_by_their_keys() -> None:
    tree: dict[str, Any] = {}
    set_at_key(tree, "care.talk_s.constant", 1)
    set_at_key(tree, "care.talk_s.grade", "C")
    assert tree == {"care": {"talk_s": {"constant": 1, "grade": "C"}}}
