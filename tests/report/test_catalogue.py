from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

from akuttsim import report
from akuttsim.config.schema.experiment import DesignKind
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.experiments.pilot_runs import DAILY_SERIES
from akuttsim.indicators.registry import INDICATORS, indicator_directions
from akuttsim.report.context import SYMBOLS, Catalogue, translated_definitions
from akuttsim.report.decision_answer import THEMES
from akuttsim.report.figure_data import ROLES
from akuttsim.report.page_figures import SIDES
from akuttsim.report.sections.answer_drivers import HEADS
from akuttsim.report.sections.case_comparison import COLUMNS
from akuttsim.report.sections.method_and_limits import LIMITS

NB, EN = Catalogue("nb").texts, Catalogue("en").texts
ROOM = Path(report.__file__).parent
KINDS_OF_SOURCE = ("*.py", "*.j2", "*.js")
SOURCES = "\n".join(
    path.read_text("utf-8") for kind in KINDS_OF_SOURCE for path in ROOM.rglob(kind)
) + (ROOM.parent / "texts.py").read_text("utf-8")
WITH_NAMES = re.findall(r'f"([a-z_0-9]+\.[^" ]*\{[^" ]*)"', SOURCES)
BUILT = {re.sub(r"\\{.*?\\}", "[^.]+", re.escape(with_name)) for with_name in WITH_NAMES}
"""Patterns of the keys that sources build with a name in them."""
QUOTED = {key for key in EN if f'"{key}"' in SOURCES or f"'{key}'" in SOURCES}
SECTIONS = {*Region.model_fields, *Organisation.model_fields, "other"}
PATTERNS = {"met", "not_met", "unclear"}
UNITS = {each.unit for each in INDICATORS}
SPREAD = set(get_args(DesignKind)) - {"grid", "one-at-a-time"}
NAMED_BY_VALUES = {  # families of keys whose last parts come from values, and what these can be
    "indicator": set(indicator_directions()),
    "change": set(indicator_directions()),
    "verdict": set(SYMBOLS),
    "verdict_help": set(SYMBOLS),
    "empty": {*indicator_directions(), "other"},
    "unit": UNITS,
    "unit_of_change": UNITS,
    "role": set(ROLES),
    "grade": {"A", "A*", "D", "B", "C"},
    "section": SECTIONS,
    "answer.all": PATTERNS,
    "answer.one": PATTERNS,
    "answer.part": PATTERNS,
    "glossary.terms": {key.split(".")[2] for key in EN if key.endswith(".term")},
    "sure.limit": set(LIMITS),
    "moved.intro": SPREAD,
    "moved.caption": SPREAD,
    "moved.head": set(HEADS),
    "measure": {"S1", "ST", "rank_correlation", "mu_star_axis", "sigma_axis"},
    "tornado": {*SIDES, "caption", "alone_caption", "alt"},
    "tradeoff.is": {"front", "beaten", "open"},
    "cases.head": {"verdict", "case", *COLUMNS},
    "cases.one": {"all_same", "some_same", "no_verdict"},
    "cases.many": {"all_same", "some_same", "no_verdict"},
    "moved.tried": {"grid", "one-at-a-time"},
    "cases.part": {"one", "some", "none"},
    "decision.group.day": {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
    "decision.group.of": {
        *("night", "day", "evening", "office_hours"),
        *("red", "yellow", "green"),
    },
    "decision.outcome": {"holds", "does not hold", "cannot tell"},
    "decision.found": {
        *("of", "nothing", "chance", "near", "higher", "lower", "not_in_every_case"),
        *(verdict.replace(" ", "_") for verdict in SYMBOLS),
        *("level_met", "level_not_met", "level_cannot_tell"),
    },
    "decision.of": set(indicator_directions()),
    "decision.theme": set(THEMES),
    "warm_up.series": {each.__name__ for each in DAILY_SERIES},
}


def test_both_languages_have_the_same_keys():
    assert set(NB) == set(EN)


def test_both_languages_have_the_same_placeholders():
    def names(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    pairs = {key: (names(NB[key]), names(EN[key])) for key in sorted(set(NB) & set(EN))}
    assert {key: pair for key, pair in pairs.items() if pair[0] != pair[1]} == {}


def test_no_text_is_unused():
    assert [key for key in sorted(EN) if not _is_used(key)] == []


def _is_used(key):
    """Tell whether the last parts of a key are one of its family's values, or a source has it."""
    family = next((each for each in NAMED_BY_VALUES if key.startswith(f"{each}.")), None)
    if family:
        rest = key.removeprefix(f"{family}.")
        return bool({rest, rest.rpartition(".")[0]} & NAMED_BY_VALUES[family])
    of_page = rf'words\(\s*"{re.escape(key.partition(".")[2])}"'
    return key in QUOTED or _is_built(key) or re.search(of_page, SOURCES) is not None


def _is_built(key):
    """Tell whether some source builds the key from its stem and a name.

    f"map.legend.{kind}" or f"curve.{of.key}.alt" in Python, "live.stage." + stage in a script,
    "screen.flag." ~ flag in a template;
    or in its forms for one and for many, which are counted.
    """
    stem, _, form = key.rpartition(".")
    if form in ("one", "many") and f'counted("{stem}"' in SOURCES:
        return True
    if f'"{stem}." +' in SOURCES or f'"{stem}." ~' in SOURCES:
        return True
    return any(re.fullmatch(each, key) for each in BUILT)


def test_every_design_has_its_words():
    wanted = {f"moved.{part}.{kind}" for part in ("intro", "caption") for kind in SPREAD}
    assert sorted(wanted - set(EN)) == []


def test_every_indicator_has_a_name_and_a_norwegian_definition():
    for name in indicator_directions():
        assert f"indicator.{name}" in EN
        assert name in translated_definitions("nb")


def test_every_norwegian_definition_is_whole():
    """What is divided by what (or whom it counts), the unit, who is left out, and where from."""
    texts = translated_definitions("nb")
    parts = {name: texts[name].partition("\n\n") for name in indicator_directions()}
    assert [name for name, (summary, _, _) in parts.items() if not summary.endswith(".")] == []
    for wanted in (
        r"Teller: .+ Nevner: |Hv(em|a) som teller: ",
        r"[Ii]kke (er )?med",
        r"Enhet: .+ Kilde: .+\.$",
    ):
        lacking = [name for name, (*_, rest) in parts.items() if not re.search(wanted, rest)]
        assert lacking == [], wanted


def test_no_definition_is_of_an_unknown_indicator():
    assert set(translated_definitions("nb")) <= set(indicator_directions())


def test_a_list_in_words():
    text = Catalogue("nb")
    assert text.listed(["a"]) == "a"
    assert text.listed(["a", "b", "c"]) == "a, b og c"
