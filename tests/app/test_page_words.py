"""The words of the what-if page: the same in both languages, each used, and none missing."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from akuttsim.texts import read_texts

ROOM = Path(__file__).parents[2] / "akuttsim" / "app"
NB, EN = (read_texts("akuttsim.app", lang) for lang in ("nb", "en"))
TEMPLATES = "\n".join(path.read_text("utf-8") for path in (ROOM / "templates").glob("*.j2"))
SCRIPTS = "\n".join(path.read_text("utf-8") for path in (ROOM / "static").glob("*.js"))
CALLS = r'\bt\((?:\w+ [^?()]*\? )?"([\w.]+)"(?: : "([\w.]+)")?(?: \+)?'
FAMILIES = ("verdict.", "hours.", "paint.part.", "map.class.", "map.kind.", "run.", "row.target_")
"""Keys whose last part is a value."""


def test_both_languages_say_the_same_things():
    names = {lang: {key: _placeholders(text) for key, text in texts.items()}
             for lang, texts in (("nb", NB), ("en", EN))}  # fmt: skip
    assert names["nb"] == names["en"]


def _placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_word_that_a_template_asks_for_is_there_and_none_is_left_over():
    asked = set(re.findall(r"""t\(["'](app\.[\w.]+)["']""", TEMPLATES))
    assert asked <= set(EN)
    unused = {key for key in EN if not key.startswith("app.js.")} - asked
    assert unused == set()


def test_every_word_that_a_module_asks_for_is_there_and_none_is_left_over():
    quoted = set(re.findall(r'"([\w.]+)"', SCRIPTS))
    known = {key.removeprefix("app.js.") for key in EN if key.startswith("app.js.")}
    asked = {key for pair in re.findall(CALLS, SCRIPTS) for key in pair if key}
    whole = {key for key in asked if not key.endswith((".", "_"))}
    assert whole - known == set()
    assert {key for key in known - quoted if not key.startswith(FAMILIES)} == set()


def test_no_page_has_a_script_or_a_style_of_its_own():
    """The policy of the pages refuses both, and a browser then says so in its console."""
    assert not re.search(r"\sstyle=|\son\w+=", TEMPLATES)
    scripts = re.findall(r"<script\b([^>]*)>", TEMPLATES)
    assert scripts and all("src=" in each or "application/json" in each for each in scripts)
    assert not re.search(r"https?://", TEMPLATES + SCRIPTS.replace("http://www.w3.org/", ""))
