"""What the page gets of a study, as plain values in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from akuttsim.app.drafts import JUDGED, CheckedDraft, judged_of, title_of_draft
from akuttsim.app.live_table import StudyRow, StudyTable, key_of
from akuttsim.app.page_json import (
    ComparedRow,
    ComparedStudies,
    Hit,
    JudgedHeading,
    JudgedRow,
    StudyState,
    TitledDraft,
)
from akuttsim.config.schema.experiment import STANDARD_MARGINS, JudgedIndicator
from akuttsim.config.schema.region import Region
from akuttsim.experiments.load_study import load_all_margins
from akuttsim.experiments.manifest import MANIFEST
from akuttsim.experiments.results import PLACES
from akuttsim.indicators.comparison import DifferenceRules
from akuttsim.indicators.registry import INDICATORS, indicator_directions
from akuttsim.records import Key
from akuttsim.report.context import Catalogue
from akuttsim.statistics.anytime_valid import FEWEST_VALUES
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import (
    KRONER,
    Lang,
    Message,
    NumberFormat,
    in_words,
    message,
    page_ending,
    scale_value,
    unit_format,
)


class StudyView(NamedTuple):
    """A study as it is now.

    Attributes:
        table: What its finished runs say.
        state: `waiting`, `running`, `stopped`, `done`, `failed`, or `stale` where the draft has
            been changed since.
        said: What went wrong, of a study that failed.
        seconds_left: About how long the rest takes; None where nobody knows.
    """

    table: StudyTable
    state: str
    said: Message | str
    seconds_left: float | None


VERDICTS = {
    Verdict.BETTER: "better",
    Verdict.WORSE: "worse",
    Verdict.WITHIN_MARGIN: "same",
    Verdict.DIFFERS: "unknown",
    Verdict.FEWER_CAME: "unknown",
    Verdict.CANNOT_TELL: "unknown",
}
"""What the page calls each verdict."""


class StudyWords:
    """Writes a study's rows in one language."""

    def __init__(self, lang: Lang) -> None:
        """Read the catalogue of the language."""
        self.lang = lang
        self.text = Catalogue(lang)
        self.numbers = NumberFormat(self.text)

    def say(self, told: Message | str) -> str:
        """Return a message in the language."""
        return in_words(told, self.lang)

    def amount(self, value: float, unit: str) -> str:
        """Return a number with its unit; "" for none."""
        if not isfinite(value):
            return ""
        if unit == KRONER:  # the heading says that it is a year's
            millions = self.numbers.plain(scale_value(value, unit), 1)
            return self.say(message("whatif.millions", n=millions))
        return self.numbers.amount(value, unit)

    def row(self, row: StudyRow) -> JudgedRow:
        """Return what a study says of one indicator."""
        low, mid, high = self._in_margins(row)
        key = "awaits" if row.awaits else VERDICT_KEYS[row.verdict]
        return {
            **self.heading(row.by, row.unit, row.margin),
            "before": self.amount(row.before, row.unit),
            "after": self.amount(row.after, row.unit),
            "verdict": VERDICTS[row.verdict],
            "verdict_text": self.say(message(f"whatif.verdict.{key}")),
            "low": low,
            "high": high,
            "mid": mid,
            "interval_text": self._interval(row) if low is not None else "",
            "target": {Verdict.MET: "met", Verdict.NOT_MET: "missed"}.get(row.target)
            if row.target is not None
            else None,
            "is_estimate": low is None,
            "only_because_fewer": row.verdict == Verdict.FEWER_CAME,
        }

    def heading(self, by: JudgedIndicator, unit: str, margin: float) -> JudgedHeading:
        """Return what is judged, as it is called, with its unit and margin."""
        return {
            "indicator": by.indicator,
            "group": by.group,
            "title": self.title(by),
            "unit": unit,
            "better": indicator_directions()[by.indicator],
            "margin": margin,
        }

    def blank(self, heading: JudgedHeading) -> JudgedRow:
        """Return the row of an indicator of which nothing is known yet."""
        return {**heading, "before": "", "after": "", "verdict": "unknown", "verdict_text": "",
                "low": None, "high": None, "mid": None, "interval_text": "", "target": None,
                "is_estimate": True, "only_because_fewer": False}  # fmt: skip

    def title(self, by: JudgedIndicator) -> str:
        """Return what is judged as a table calls it, with the group that it is of."""
        plain = self.text.indicator(by.indicator)
        heading = self.text.get(f"decision.of.{by.indicator}.heading", plain)
        if by.group_by == "all":
            return heading
        group = self.text(f"decision.group.of.{by.group}")
        return self.text("decision.group.told", told=heading, group=group)

    def _in_margins(self, row: StudyRow) -> tuple[float | None, float | None, float | None]:
        """Return the difference in units of the margin, so that more is better."""
        scale = (-1 if row.direction == "lower" else 1) / (row.margin or 1.0)
        mean, low, high = row.difference
        mid = round(mean * scale, 4) + 0.0 if isfinite(mean) else None  # no minus before nought
        if not (isfinite(low) and isfinite(high)):
            return None, mid, None
        ends = sorted(round(each * scale, 4) + 0.0 for each in (low, high))
        return ends[0], mid, ends[1]

    def _interval(self, row: StudyRow) -> str:
        """Return the difference with its interval, in the indicator's own unit."""
        digits = unit_format(row.unit).decimals
        mean, low, high = (scale_value(each, row.unit) for each in row.difference)
        written = [self.numbers.plain(each, digits) for each in (mean, low, high)]
        amount = self.numbers.with_unit(written[0], row.unit, is_change=True)
        told = message("whatif.interval", mean=amount, low=written[1], high=written[2])
        return self.say(told)

    def places(self, folder: Path, region: Region) -> Hit:
        """Return who is hit hardest and who gains most by a finished study, in a sentence each."""
        table = pd.read_csv(folder / PLACES)
        first = table[(table["rank"] == 1) & table["mean"].notna() & (table["margin"] > 0)]
        return {
            "hardest": self._place(first[first["change"] == "worse"], "hardest", region),
            "gains": self._place(first[first["change"] == "better"], "gains", region),
        }

    def _place(self, rows: pd.DataFrame, key: str, region: Region) -> str | None:
        """Return the place of a change that is most margins; None where there is none.

        Of those who notice, a share goes from nothing to all, which tells little: minutes and
        numbers go first.
        """
        if not len(rows):
            return None
        in_amounts = rows[rows["unit"] != "share"]
        rows = in_amounts if len(in_amounts) else rows
        by_margin = (rows["mean"] / rows["margin"]).abs().to_numpy()
        row = rows.iloc[int(by_margin.argmax())]
        before, after = (self.amount(float(row[name]), str(row["unit"]))
                         for name in ("before", "after"))  # fmt: skip
        told = message(
            f"whatif.who.{key}",
            place=region.municipalities[str(row["municipality"])].name,
            title=self.title(JudgedIndicator(indicator=str(row["indicator"]))),
            before=before,
            after=after,
        )
        return self.say(told)

    def answer(self, rows: Sequence[StudyRow]) -> str:
        """Return what is known and what is not, in a sentence or two."""
        groups: dict[str, list[str]] = {"better": [], "worse": [], "fewer": [], "open": []}
        for row in rows:
            key = {
                Verdict.BETTER: "better",
                Verdict.WORSE: "worse",
                Verdict.FEWER_CAME: "fewer",
                Verdict.CANNOT_TELL: "open",
                Verdict.DIFFERS: "open",
            }.get(row.verdict)
            if key is not None:
                title = self.title(row.by)
                groups[key].append(title[:1].lower() + title[1:])
        said = [
            self.say(message(f"whatif.answer.{key}", names=self.text.listed(names)))
            for key, names in groups.items()
            if names
        ]
        if not groups["better"] and not groups["worse"]:
            key = "nothing" if groups["open"] else "same"
            said.insert(0, self.say(message(f"whatif.answer.{key}")))
        return " ".join(said)


VERDICT_KEYS = {
    Verdict.BETTER: "better",
    Verdict.WORSE: "worse",
    Verdict.WITHIN_MARGIN: "same",
    Verdict.DIFFERS: "differs",
    Verdict.FEWER_CAME: "fewer",
    Verdict.CANNOT_TELL: "unknown",
}
"""The words of each verdict in the catalogue."""


def study_state(view: StudyView, checked: CheckedDraft, lang: Lang) -> StudyState:
    """Return a study as the page shows it."""
    words, table = StudyWords(lang), view.table
    is_ended = view.state == "done"
    rows, told = table.rows(is_ended), table.told(is_ended)
    has_verdicts = told >= FEWEST_VALUES
    folder = table.results.folder
    has_report = view.state == "done" and (folder / MANIFEST).is_file()
    left = view.seconds_left
    return {
        "state": view.state,
        "done": min(told, table.study.replications),
        "of": table.study.replications,
        "confirming": len(table.again),
        "seconds_left": None if left is None else round(left),
        "message": words.say(view.said),
        "models": models_state([checked], lang),
        "rows": [words.row(row) for row in rows],
        "answer": words.answer(rows) if has_verdicts else "",
        "report": f"/results/{folder.name}/{report_file(lang)}" if has_report else None,
        "folder": f"results/{folder.name}",
        **(words.places(folder, checked.base.region.value) if has_report else NOWHERE),
    }


NOWHERE: Hit = {"hardest": None, "gains": None}
"""Who is hit hardest and who gains most, of a study that is not finished."""


def report_file(lang: Lang) -> str:
    """Return the name of a report's file in a language."""
    return f"report{page_ending(lang)}.html"


def models_state(checked: Iterable[CheckedDraft], lang: Lang) -> list[TitledDraft]:
    """Return drafts with their titles."""
    return [
        {"id": each.draft.id, "title": title_of_draft(each.draft, each.written)[lang]}
        for each in checked
    ]


def empty_state(checked: CheckedDraft, lang: Lang) -> StudyState:
    """Return the study of a draft of which nothing has been run."""
    words = StudyWords(lang)
    return {
        "state": "none",
        "done": 0,
        "of": checked.draft.replications,
        "confirming": 0,
        "seconds_left": None,
        "message": "",
        "models": models_state([checked], lang),
        "rows": [words.blank(words.heading(*each)) for each in _judged(checked)],
        "answer": "",
        "report": None,
        "folder": "",
        **NOWHERE,
    }


def _judged(checked: CheckedDraft) -> list[tuple[JudgedIndicator, str, float]]:
    """Return what a draft will be judged by, with unit and margin."""
    margins = load_all_margins(STANDARD_MARGINS)
    rules = DifferenceRules(margins.region, margins.place)
    units = {each.name: each.unit for each in INDICATORS}
    judged = judged_of(checked.written, checked.base)
    return [(by, units[by.indicator], rules.margin_of(key_of(by))) for by in judged]


def compared_state(
    views: Sequence[tuple[CheckedDraft, StudyView | None]], lang: Lang
) -> ComparedStudies:
    """Return several drafts' studies side by side, each against its own base."""
    words = StudyWords(lang)
    cells: list[Mapping[Key, JudgedRow]] = []
    for _, view in views:
        told = view.table.rows(view.state == "done") if view is not None else []
        cells.append({key_of(row.by): words.row(row) for row in told})
    judged = {key_of(each[0]): each for checked, _ in views for each in _judged(checked)}
    order = list(JUDGED)
    rows: list[ComparedRow] = []
    for key in sorted(judged, key=lambda key: order.index(key[0])):
        known = [each.get(key) for each in cells]
        before = next((each["before"] for each in known if each), "")
        rows.append({**words.heading(*judged[key]), "before": before, "of": known})
    return {"models": models_state([each for each, _ in views], lang), "rows": rows}
