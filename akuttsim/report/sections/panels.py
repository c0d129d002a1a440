"""What several sections are made with: tables of numbers by model, and the lines of a section."""

from __future__ import annotations

from collections.abc import Sequence

from akuttsim.indicators.declaration import ReportList
from akuttsim.indicators.registry import listed_indicators
from akuttsim.report.context import Words
from akuttsim.report.document import ComparisonLine, Table, comparison_table, group_lines


def numbers_tables(
    words: Words, caption: str, lines: Sequence[ComparisonLine]
) -> tuple[Table, ...]:
    """Return lines as a table of the models, or no table where there is nothing to tell.

    Args:
        words: Results in one language.
        caption: What stands above the table.
        lines: What each row tells.
    """
    table = comparison_table(words, caption, words.text("targets.indicator"), lines)
    return (table,) if table.rows else ()


def section_lines(words: Words, section: ReportList) -> list[ComparisonLine]:
    """Return the lines of the indicators that a section of the page lists.

    One that is divided by role has a line for each role, any other one for the whole region.
    """
    lines: list[ComparisonLine] = []
    for indicator in listed_indicators(section):
        title = words.labels.indicator(indicator.name)
        if "role" in indicator.by:
            lines += group_lines(words, indicator.name, "role", f"{title}: {{group}}")
        else:
            lines.append(ComparisonLine(title, indicator.name))
    return lines
