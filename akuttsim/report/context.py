"""What sentences, tables and figures are made of: texts, names, numbers and rows of results.

Catalogue has the texts of a language, ResultsView the rows of results by what they are about,
Labels the names of indicators, organisations and verdicts, Numbers how a language writes them;
Words has all four.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from functools import cached_property
from typing import ClassVar, NamedTuple

import pandas as pd

from akuttsim.config.schema.experiment import IndicatorTarget
from akuttsim.config.schema.values import Text
from akuttsim.experiments.manifest import Manifest
from akuttsim.experiments.results import Results
from akuttsim.statistics.verdicts import CLEAR_VERDICTS, Verdict, verdicts_as_people_choose
from akuttsim.texts import (
    ENGLISH,
    Lang,
    NumberFormat,
    Texts,
    decimal_mark,
    read_texts,
    scale_value,
    unit_format,
)


class Catalogue(Texts):
    """The texts of one language, looked up by dotted key."""

    def __init__(self, lang: Lang, *more: str) -> None:
        """Read the catalogue of a language, and any of its own that a kind of page has."""
        names = (lang, *(f"{kind}-{lang}" for kind in more))
        super().__init__(
            lang, {key: text for name in names for key, text in _report_texts(name).items()}
        )

    def indicator(self, name: str) -> str:
        """Return what an indicator is called."""
        return self.get(f"indicator.{name}", name.replace("_", " "))

    def both(self, words: object) -> str:
        """Return a text of the results, which is one string or has one for each language."""
        if isinstance(words, Text):
            return words.in_language(self.lang)
        return str(words.get(self.lang, words["en"])) if isinstance(words, dict) else str(words)

    def counted(self, key: str, count: int, written: str = "") -> str:
        """Return a text in its form for one or for many, with the {count} filled in."""
        form = "one" if count == 1 else "many"
        return self(f"{key}.{form}", count=written or count)

    def listed(self, words: list[str]) -> str:
        """Join words as a sentence does: 'a, b and c'."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self('word.and')} {words[-1]}"


def _report_texts(name: str) -> dict[str, str]:
    return read_texts("akuttsim.report", name)


def translated_definitions(lang: Lang) -> dict[str, str]:
    """Return the definition of each indicator in another language than English, by name."""
    return {} if lang == ENGLISH else _report_texts(f"definitions-{lang}")


def translated_sources(lang: Lang) -> dict[str, str]:
    """Return the sources of shipped configs in another language than English, by the English."""
    return {} if lang == ENGLISH else _report_texts(f"sources-{lang}")


def input_value_names(lang: Lang) -> dict[str, str]:
    """Return what input values are called in a language, by dotted key."""
    return _report_texts(f"inputs-{lang}")


NOT_APPLICABLE = "not applicable"
"""What stands in place of a verdict where the results have no value."""


@dataclass(frozen=True)
class Estimate:
    """A mean over replications (or of paired differences) with its 95 % interval and verdict.

    NaN stands for what there is not: a mean of nothing, the interval of one replication alone, a
    target or a margin that nobody set.

    Attributes:
        mean: The mean over replications, in `unit`; a share lies between 0 and 1.
        low: The lower end of the 95 % interval.
        high: The upper end.
        unit: The unit as the results have it: "min", "share", "NOK per year".
        verdict: The word of the table of results, see `Verdict`; "" for none.
        target: The limit that a level is held against.
        margin: The difference that is too small to matter.
        more_runs: So many more replications would allow a verdict where there is none; NaN where
            no number would.
        before: Of a difference, the mean of the base.
        after: Of a difference, the mean of the other model.
        people: How many a replication got that care in both, where it is of the same people.
        gained: How many got it in the other model alone.
        lost: How many got it in the base alone.
    """

    mean: float
    low: float
    high: float
    unit: str
    verdict: str
    target: float = math.nan
    margin: float = math.nan
    more_runs: float = math.nan
    before: float = math.nan
    after: float = math.nan
    people: float = math.nan
    gained: float = math.nan
    lost: float = math.nan

    @property
    def is_known(self) -> bool:
        """Tell whether there is a mean at all; nothing to measure gives none."""
        return not math.isnan(self.mean)

    @property
    def has_interval(self) -> bool:
        """Tell whether there is an interval; one replication alone gives none."""
        return not math.isnan(self.low)

    @property
    def is_clear(self) -> bool:
        """Tell whether the verdict claims a difference, or something about a target."""
        return self.verdict in CLEAR_VERDICTS

    @property
    def is_nil(self) -> bool:
        """Tell whether a difference is nought in every replication."""
        return self.mean == self.low == self.high == 0


ResultKey = tuple[str, str, str, str]
"""Organisation, indicator, group_by, group."""


class ResultsView:
    """The rows of some results by what they are about: a look-up, nothing is computed anew.

    Attributes:
        results: The tables as they are read from the folder.
        manifest: What was run.
        overloads: Queues that grew without bound.
        cases: The cases of the design; the answer is for the first.
        levels: Own values of the first case, by organisation, indicator, grouping and group.
        changes: Paired differences from the base of the first case, by the same.
        base: The organisation that others are held against.
        organisations: All organisations, in the order of the experiment.
        others: All but the base.
    """

    def __init__(self, results: Results) -> None:
        """Index the summary and the differences."""
        self.manifest: Manifest = results.manifest
        self.overloads: pd.DataFrame = results.overloads
        self.results = results
        self.cases: list[str] = list(results.manifest.cases)
        self.levels = _estimates_by_key(results.summary[results.summary.case == self.first])
        self.changes = _estimates_by_key(
            _with_nil_verdicts(results.differences[results.differences.case == self.first])
        )
        self.base: str = results.manifest.base
        self.organisations: list[str] = list(results.manifest.organisations)
        self.others = [name for name in self.organisations if name != self.base]

    def level(
        self, organisation: str, indicator: str, group_by: str = "all", group: str = "all"
    ) -> Estimate | None:
        """Return an organisation's own value, or None where the results have no such row."""
        return self.levels.get((organisation, indicator, group_by, group))

    def change(
        self, organisation: str, indicator: str, group_by: str = "all", group: str = "all"
    ) -> Estimate | None:
        """Return the paired difference from the base, or None where there is no such row."""
        return self.changes.get((organisation, indicator, group_by, group))

    @property
    def first(self) -> str:
        """Return the case that the answer is for."""
        return self.cases[0]

    def level_in(
        self,
        case: str,
        organisation: str,
        indicator: str,
        group_by: str = "all",
        group: str = "all",
    ) -> Estimate | None:
        """Return an organisation's own value in a case, for the whole region or for a group."""
        key = (organisation, indicator, group_by, group)
        if group_by == "all":
            return self._by_case[0].get(case, {}).get(key)
        table = self.results.summary
        rows = table[(table["case"] == case) & (table["indicator"] == indicator)]
        return _estimates_by_key(rows).get(key)

    def change_in(self, case: str, organisation: str, indicator: str) -> Estimate | None:
        """Return the paired difference from the base for the whole region in a case.

        Its verdict is as people choose, which is of the same kind in all cases.
        """
        return self._by_case[1].get(case, {}).get((organisation, indicator, "all", "all"))

    def effect_in(self, case: str, organisation: str, indicator: str) -> Estimate | None:
        """Return an organisation's paired difference from itself in the first case."""
        return self._by_case[2].get(case, {}).get((organisation, indicator, "all", "all"))

    @cached_property
    def _by_case(self) -> tuple[dict[str, dict[ResultKey, Estimate]], ...]:
        differences = verdicts_as_people_choose(self.results.differences)
        tables = (
            self.results.summary,
            _with_nil_verdicts(differences),
            _with_nil_verdicts(self.results.effects),
        )
        wholes = [table[table.group_by == "all"] for table in tables]
        return tuple(
            {str(case): _estimates_by_key(rows) for case, rows in whole.groupby("case")}
            for whole in wholes
        )

    @cached_property
    def case_levels(self) -> dict[str, dict[str, str]]:
        """Return the level of each factor in each case."""
        levels: dict[str, dict[str, str]] = {}
        rows = self.results.cases
        for case, factor, level in zip(rows["case"], rows["factor"], rows["level"], strict=True):
            levels.setdefault(case, {})[factor] = level
        return levels

    def groups(self, indicator: str, group_by: str) -> list[str]:
        """Return the groups of an indicator that any organisation has, in order of appearance."""
        return list(self._groups.get((indicator, group_by), ()))

    @cached_property
    def _groups(self) -> dict[tuple[str, str], dict[str, None]]:
        groups: dict[tuple[str, str], dict[str, None]] = {}
        for _, indicator, group_by, group in self.levels:
            groups.setdefault((indicator, group_by), {})[group] = None
        return groups

    def indicators(self) -> list[str]:
        """Return all indicators with a value for the whole region, in order of appearance."""
        return list(dict.fromkeys(key[1] for key in self.levels if key[2] == "all"))

    def targets(self) -> dict[str, IndicatorTarget]:
        """Return the targets by indicator, those that the results measure."""
        known = {target.indicator: target for target in self.manifest.targets}
        return {name: known[name] for name in known if self.level(self.base, name)}

    def judged_by(self) -> list[str]:
        """Return the indicators that models are held against: targets, then the main ones."""
        wanted = [*self.targets(), *self.manifest.main_indicators]
        return [name for name in dict.fromkeys(wanted) if self.level(self.base, name)]

    @property
    def compared_at_once(self) -> tuple[int, float] | None:
        """Return how many models the differences' intervals hold for at once, and each one's level.

        None where there is one only, or where each interval stands for itself.
        """
        simultaneous = self.manifest.simultaneous
        return (simultaneous.comparisons, simultaneous.confidence) if simultaneous else None

    def municipalities(self) -> list[str]:
        """Return the municipalities of the region, in its own order."""
        return list(self.manifest.region["municipalities"])

    def unit(self, indicator: str) -> str:
        """Return the unit of an indicator, of any row that there is of it; "" for none."""
        return next((level.unit for key, level in self.levels.items() if key[1] == indicator), "")


def _estimates_by_key(table: pd.DataFrame) -> dict[ResultKey, Estimate]:
    optional = [
        _column_or_blank(table, field.name) for field in fields(Estimate)[len(_ESTIMATE_COLUMNS) :]
    ]
    names = ("organisation", "indicator", "group_by", "group")
    keys = zip(*(table[name].tolist() for name in names), strict=True)
    columns = (table[name].tolist() for name in _ESTIMATE_COLUMNS)
    values = (Estimate(*row) for row in zip(*columns, *optional, strict=True))
    return dict(zip(keys, values, strict=True))


_ESTIMATE_COLUMNS = ("mean", "ci_low", "ci_high", "unit", "verdict")
"""The columns of the first fields of an estimate; the others have the names of theirs."""


def _with_nil_verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return differences in which none that is nought in every replication cannot be told.

    Results of version 0.1 say so of them.
    """
    is_nil = (table["mean"] == 0) & (table["ci_low"] == 0) & (table["ci_high"] == 0)
    says_nothing = is_nil & (table["verdict"] == Verdict.CANNOT_TELL)
    return table.assign(verdict=table["verdict"].mask(says_nothing, Verdict.WITHIN_MARGIN))


def _column_or_blank(table: pd.DataFrame, name: str) -> list[float]:
    return table[name].tolist() if name in table else [math.nan] * len(table)


SYMBOLS: dict[str, str] = {
    Verdict.MET: "✓",
    Verdict.NOT_MET: "✕",
    Verdict.CANNOT_TELL: "?",
    Verdict.BETTER: "▲",
    Verdict.WORSE: "▼",
    Verdict.DIFFERS: "≠",
    Verdict.WITHIN_MARGIN: "≈",
    Verdict.FEWER_CAME: "△",
    NOT_APPLICABLE: "–",
}
"""The sign of each verdict, so that colour never stands alone."""


class VerdictLabel(NamedTuple):
    """A verdict as it is shown: a class for its colour, a sign and words.

    Attributes:
        css: The class of the page's style, such as "not-met".
        symbol: A sign, for who does not see colours.
        words: The verdict in the language of the report.
    """

    css: str
    symbol: str
    words: str


class Labels:
    """What indicators, organisations, places and verdicts are called in the language of a page.

    Names that users chose stand in the manifest, in one language or in both; all others are texts
    of the catalogue.

    Attributes:
        text: The catalogue.
        manifest: The manifest of the results.
        targets: The targets that the results measure, by indicator.
    """

    def __init__(self, text: Catalogue, chosen: ResultsView) -> None:
        """Take names from the catalogue and from the manifest."""
        self.text = text
        self.manifest = chosen.manifest
        self.targets = chosen.targets()

    def indicator(self, name: str) -> str:
        """Return an indicator's name; the target's title where it has one."""
        if name in self.targets:
            return self.text.both(self.targets[name].title)
        return self.text.indicator(name)

    def heading(self, name: str) -> str:
        """Return what an indicator is called above a column of the decision."""
        return self.text.get(f"decision.of.{name}.heading", self.indicator(name))

    def button(self, name: str) -> str:
        """Return what an indicator is called where there is little room, as on a button."""
        return self.text.get(f"decision.of.{name}.short", self.indicator(name))

    def short(self, name: str) -> str:
        """Return an indicator's name as it stands within a sentence."""
        return self.text("word.quoted", words=self.indicator(name))

    def definition(self, name: str) -> tuple[str, str]:
        """Return an indicator's definition and the language that it is written in."""
        english = str(self.manifest.definitions.get(name, ""))
        translated = translated_definitions(self.text.lang).get(name)
        return (translated, self.text.lang) if translated else (english, ENGLISH)

    def source(self, english: str) -> tuple[str, str]:
        """Return where a value is from, and the language that it is written in.

        Args:
            english: The source as its config has it; one that nobody has translated stays so.
        """
        translated = translated_sources(self.text.lang).get(english)
        return (translated, self.text.lang) if translated else (english, ENGLISH)

    def config_value(self, value: str) -> str:
        """Return a value as a config has it, with the language's words, titles and decimal mark."""
        told = self._config_words[1].sub(lambda word: self._config_words[0][word[0]], value)
        mark = decimal_mark(self.text.lang)
        if mark == ",":
            told = re.sub(r"(?<=\d), (?=-?\d)", "; ", told)
        return re.sub(r"(?<=\d)\.(?=\d)", mark, told)

    @cached_property
    def _config_words(self) -> tuple[dict[str, str], re.Pattern[str]]:
        """Words and names that values of configs consist of, in words; and what finds them."""
        names = input_value_names(self.text.lang)
        region = self.manifest.region
        told = {name: str(place["name"]) for name, place in region["places"].items()}
        told |= {name: self.place(name) for name in region["municipalities"]} | self.parts
        told |= {
            key.removeprefix("words."): word
            for key, word in names.items()
            if key.startswith("words.")
        }
        longest_first = sorted(map(re.escape, told), key=len, reverse=True)
        return told, re.compile(rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])")

    def organisation(self, name: str) -> str:
        """Return the title of an organisation model."""
        return self.text.both(self.manifest.organisations[name]["title"])

    @cached_property
    def parts(self) -> dict[str, str]:
        """The titles of clinics, rooms, doctors, vehicles and helpers, by their names.

        Where models give one name several titles, it is that of the first model.
        """
        titles: dict[str, str] = {}
        for organisation in self.manifest.organisations.values():
            for parts in organisation.values():
                for name, part in parts.items() if isinstance(parts, dict) else ():
                    if isinstance(part, dict) and part.get("title"):
                        titles.setdefault(name, self.text.both(part["title"]))
        return titles

    def municipality(self, name: str) -> str:
        """Return a municipality's official name, in all its languages."""
        known = self.manifest.region["municipalities"]
        return str(known[name]["name"]) if name in known else name

    def place(self, name: str) -> str:
        """Return a municipality's name in one language, as it is written in a sentence.

        Of an official name in several languages that is the one that its key was made of.
        """
        names = self.municipality(name).split(" - ")
        return max(names, key=lambda each: SequenceMatcher(None, each.lower(), name).ratio())

    def verdict(self, estimate: Estimate | None) -> VerdictLabel | None:
        """Return the verdict to show; None where an indicator has no target and thus no verdict."""
        if estimate is None or not estimate.is_known:
            return self.named(NOT_APPLICABLE)
        return self.named(estimate.verdict if estimate.verdict in SYMBOLS else "")

    def named(self, name: str) -> VerdictLabel | None:
        """Return a verdict by its name; None where there is none."""
        if not name:
            return None
        return VerdictLabel(name.replace(" ", "-"), SYMBOLS[name], self.text(f"verdict.{name}"))

    def why_empty(self, indicator: str) -> str:
        """Return why an indicator has no value in this region."""
        return self.text.get(f"empty.{indicator}", self.text("empty.other"))


_MOST_DECIMALS = 3


class Numbers(NumberFormat):
    """Writes also estimates: their means, intervals, differences and margins."""

    def mean(self, estimate: Estimate) -> str:
        """Return the mean of an estimate with its unit."""
        return self.amount(estimate.mean, estimate.unit, decimals_of_interval(estimate))

    def interval(self, estimate: Estimate) -> str:
        """Return the 95 % interval of an estimate without its unit; "" where there is none."""
        if not estimate.has_interval:
            return ""
        digits = decimals_of_interval(estimate)
        ends = [scale_value(end, estimate.unit) for end in (estimate.low, estimate.high)]
        low, high = (self.plain(end, digits) for end in ends)
        return self.between(low, high)

    def change(self, estimate: Estimate) -> str:
        """Return the mean of a difference with its sign and unit; shares in percentage points."""
        return self.with_unit(self.signed(estimate), estimate.unit, is_change=True)

    def margin(self, estimate: Estimate) -> str:
        """Return the margin of a difference with its unit, with the decimals that it was given."""
        value = scale_value(estimate.margin, estimate.unit)
        digits = next((d for d in range(4) if abs(round(value, d) - value) < 1e-9), 4)
        number = self.plain(value, digits)
        if (value, digits) == (1, 0) and f"unit_of_one.{estimate.unit}" in self.text.texts:
            return self.text(f"unit_of_one.{estimate.unit}", n=number)
        return self.with_unit(number, estimate.unit, is_change=True)

    def signed(self, estimate: Estimate) -> str:
        """Return the mean of a difference with its sign, without its unit."""
        digits = decimals_of_interval(estimate)
        value = scale_value(estimate.mean, estimate.unit)
        return ("+" if round(value, digits) > 0 else "") + self.plain(value, digits)


def decimals_of_interval(estimate: Estimate) -> int:
    """Return how many decimals keep an interval's ends from looking like what they are not.

    An end near the target (for a difference: near zero) must not be written as if it touched it.
    """
    mark = 0.0 if math.isnan(estimate.target) else scale_value(estimate.target, estimate.unit)
    ends = [scale_value(end, estimate.unit) for end in (estimate.low, estimate.high)]
    off = [end for end in ends if not math.isnan(end) and abs(end - mark) > 1e-9]
    digits = unit_format(estimate.unit).decimals
    while digits < _MOST_DECIMALS and any(round(end - mark, digits) == 0 for end in off):
        digits += 1
    return digits


def capital(words: str) -> str:
    """Return words as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def is_noticeable(estimate: Estimate) -> bool:
    """Tell whether a mean is more than nought at the decimals that its unit is usually given."""
    mean = scale_value(estimate.mean, estimate.unit)
    return round(mean, unit_format(estimate.unit).decimals) != 0


class Words:
    """Texts, names, numbers and rows of some results in one language.

    What sections, figures and sentences are made of; every maker of a part of the page takes it.

    Attributes:
        text: The catalogue.
        chosen: The rows of the results.
        labels: Names in the language.
        numbers: The writer of numbers and estimates.
    """

    def __init__(self, text: Catalogue, chosen: ResultsView) -> None:
        """Take the catalogue and the results."""
        self.text = text
        self.chosen = chosen
        self.labels = Labels(text, chosen)
        self.numbers = Numbers(text)

    def models(self, names: list[str]) -> str:
        """Return the titles of organisation models as a list in words."""
        return self.text.listed([self.labels.organisation(name) for name in names])

    def goal(self, indicator: str) -> str:
        """Return a target in words: its title and limit."""
        return f"{self.labels.short(indicator)} ({self.limit(indicator)})"

    def limit(self, indicator: str) -> str:
        """Return the limit of a target in words: at least 80 %."""
        target = self.labels.targets[indicator]
        level = self.chosen.level(self.chosen.base, indicator)
        unit = level.unit if level else ""
        whole = 0 if unit == "share" and float(100 * target.value).is_integer() else None
        limit = self.numbers.amount(target.value, unit, whole)
        return self.text(f"target.{target.side}", limit=limit)

    def change(self, estimate: Estimate) -> str:
        """Return a difference with its interval: −1,2 min [−1,5 til −0,9]."""
        return self._in_brackets(self.numbers.change(estimate), estimate)

    def level(self, estimate: Estimate) -> str:
        """Return a value with its interval, as a difference."""
        return self._in_brackets(self.numbers.mean(estimate), estimate)

    def _in_brackets(self, written: str, estimate: Estimate) -> str:
        if estimate.has_interval and math.isclose(estimate.low, estimate.high, abs_tol=1e-9):
            return f"{written} [{self.text('number.always')}]"
        interval = self.numbers.interval(estimate)
        return f"{written} [{interval}]" if interval else written


class PageWords:
    """The texts and numbers of a page that is not about the results of an experiment.

    Attributes:
        text: The catalogue of the report and those of this kind of page.
        numbers: The writer of numbers of the language.
        prefix: What the keys of the page's own texts begin with.
        more: The catalogues of this kind of page, beside that of the report.
    """

    prefix: ClassVar[str] = ""
    more: ClassVar[tuple[str, ...]] = ()

    def __init__(self, lang: Lang) -> None:
        """Read the catalogues of the language."""
        self.text = Catalogue(lang, *self.more)
        self.numbers = Numbers(self.text)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of these pages with its placeholders filled in."""
        return self.text(f"{self.prefix}.{key}", **values)

    def has(self, key: str) -> bool:
        """Tell whether these pages have such a text."""
        return f"{self.prefix}.{key}" in self.text.texts

    @property
    def nothing(self) -> str:
        """What stands where there is no number: a dash."""
        return "–"

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number; a dash for none."""
        return self.nothing if math.isnan(value) else self.numbers.plain(value, decimals)

    def amount(self, value: float, unit: str) -> str:
        """Return a number with its unit; a dash for none."""
        return self.nothing if math.isnan(value) else self.numbers.amount(value, unit)

    def share(self, value: float) -> str:
        """Return a share in per cent with one decimal; a dash for none."""
        return self.amount(value, "share")

    def day(self, iso: str) -> str:
        """Return a date that is written as 2026-01-31 with its month in letters."""
        return self.numbers.day(iso)


class LogWords(PageWords):
    """The texts and numbers of pages about a call log."""

    prefix = "log"
    more = ("log",)
