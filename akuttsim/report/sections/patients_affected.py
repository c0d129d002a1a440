"""Section of the page: who notices a model, what became of them, what improves as fewer come."""

from __future__ import annotations

import math
from typing import Any

from akuttsim.indicators.who_notices import (
    ANY_WAIT,
    GAINED_CARE,
    LOST_CARE,
    NOTHING_NOTICED,
    NOTICE_STEPS_MIN,
    WAIT_COLUMNS,
)
from akuttsim.report.context import Words, capital
from akuttsim.report.document import (
    Cell,
    Table,
    TableRow,
    comparison_table,
    group_lines,
    region_lines,
)


class ChangeRates:
    """How many of 1,000 each change happens to, by model."""

    def __init__(self, words: Words) -> None:
        """Index the table; nothing where there is none."""
        table = words.chosen.results.who_notices
        self.words = words
        self._rows: dict[tuple[str, ...], Any] = {
            (
                str(row.organisation),
                str(row.group_by),
                str(row.group),
                str(row.wait),
                str(row.change),
            ): row
            for row in table.itertuples(index=False)
        }

    def has(self, name: str) -> bool:
        """Tell whether anything is known of a model."""
        return (name, "all", "all", ANY_WAIT, NOTHING_NOTICED) in self._rows

    def rate(self, name: str, wait: str, change: str) -> float:
        """Return how many of 1,000 a change happens to; NaN where it is not known.

        Args:
            name: The model.
            wait: Which wait it is about.
            change: The change, such as ten minutes more.
        """
        row = self._rows.get((name, "all", "all", wait, change))
        return float(row.per_1000) if row is not None else math.nan

    def cell(self, name: str, key: tuple[str, str, str, str]) -> Cell:
        """Return the number with its interval, as a table has it.

        Args:
            name: The model.
            key: Division, group, wait and change.
        """
        row = self._rows.get((name, *key))
        if row is None or math.isnan(row.per_1000):
            return Cell("–", "", None)
        ends = [self.words.numbers.plain(end) for end in (row.ci_low, row.ci_high)]
        is_known = not math.isnan(row.ci_low)
        interval = self.words.text("number.range", low=ends[0], high=ends[1]) if is_known else ""
        return Cell(self.words.numbers.plain(row.per_1000), interval, None)


def second_run_in_words(words: Words) -> str:
    """Say that everybody was made to come in a second run, and how many runs that took."""
    again = words.chosen.manifest.everybody_comes
    if not again:
        return ""
    runs = words.numbers.plain(sum(again.runs.values()))
    return f"{capital(words.text('noticed.twice', runs=runs))}."


def noticing_tables(words: Words) -> list[Table]:
    """Return who notices what for all, then by municipality and urgency; none where not known."""
    rates = ChangeRates(words)
    others = [name for name in words.chosen.others if rates.has(name)]
    if not others:
        return []
    base = words.labels.organisation(words.chosen.base)
    titles = tuple(words.labels.organisation(name) for name in others)
    heads = (words.text("noticed.what"), *titles)
    caption = words.text("noticed.caption", base=base)
    tables = [Table(caption, heads, tuple(_noticing_rows(words, rates, others)))]
    for group_by, names in _noticing_groups(words).items():
        caption = words.text(f"noticed.caption_{group_by}", base=base)
        rows = [
            TableRow(
                label,
                "",
                tuple(rates.cell(n, (group_by, key, ANY_WAIT, NOTHING_NOTICED)) for n in others),
            )
            for key, label in names.items()
        ]
        tables.append(Table(caption, (words.text(f"noticed.{group_by}"), *titles), tuple(rows)))
    return tables


def _noticing_groups(words: Words) -> dict[str, dict[str, str]]:
    return {
        "municipality": {n: words.labels.municipality(n) for n in words.chosen.municipalities()},
        "urgency": {n: words.text(f"noticed.of.{n}") for n in ("red", "yellow", "green")},
    }


def _noticing_rows(words: Words, rates: ChangeRates, others: list[str]) -> list[TableRow]:
    changes = [(ANY_WAIT, NOTHING_NOTICED)]
    for wait in WAIT_COLUMNS:
        changes += [(wait, f"less_{step}") for step in NOTICE_STEPS_MIN[::-1]]
        changes += [(wait, f"more_{step}") for step in NOTICE_STEPS_MIN]
        changes += [(wait, GAINED_CARE), (wait, LOST_CARE)]
    return [
        TableRow(
            _change_label(words, *of), "", tuple(rates.cell(n, ("all", "all", *of)) for n in others)
        )
        for of in changes
        if any(rates.rate(n, *of) >= 0.5 for n in others)
    ]


def _change_label(words: Words, wait: str, change: str) -> str:
    if wait == ANY_WAIT:
        return words.text("noticed.row.nothing")
    kind, _, minutes = change.partition("_")
    thing = words.text(f"noticed.wait.{wait}")
    what = _change_name(kind, wait)
    return words.text(f"noticed.row.{what}", thing=thing, minutes=minutes)


def _change_name(kind: str, wait: str) -> str:
    """Return what a change is called: to gain or lose something has words of its own for each."""
    return f"{kind}_{wait}" if kind in (GAINED_CARE, LOST_CARE) else kind


def outcome_tables(words: Words) -> list[Table]:
    """Return what became of those whose need was not met or who got other care; none without."""
    lines = [
        *region_lines(words, ["unmet_need_a_week"]),
        *group_lines(words, "unmet_need_a_week", "became"),
        *region_lines(words, ["care_instead_a_week"]),
        *group_lines(words, "care_instead_a_week", "became"),
    ]
    caption = words.text("noticed.caption_became")
    table = comparison_table(words, caption, words.text("noticed.became"), lines)
    return [table] if table.rows and words.chosen.others else []
