"""Several cases: for which the answer holds, and how many of the others say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from akuttsim.indicators.comparison import verdicts_as_people_choose
from akuttsim.report.factors import case_title
from akuttsim.report.selection import Estimate
from akuttsim.report.tables import Cell, Row, Table, change_cell, level_cell
from akuttsim.report.words import Words
from akuttsim.statistics.sensitivity import OPPOSITE_VERDICT

MOST_CASES = 20
"""Cases that are shown one by one."""

MOST_PARTS = 6
"""Verdicts that are not the same in all cases, named in the answer."""


class Agreement(NamedTuple):
    """A verdict of the first case, and how often each verdict is given in the other cases.

    `is_target` for whether an organisation meets a target; else it is about its difference from the
    base, and the verdicts are as people choose. `printed` is that of the answer, which in the first
    case also has to hold with everybody made to come.
    """

    organisation: str
    indicator: str
    is_target: bool
    verdict: str
    others: Counter[str]
    printed: str

    @property
    def same(self) -> int:
        """Return how many of the other cases say the same."""
        return self.others[self.verdict]

    @property
    def opposite(self) -> int:
        """Return how many of the other cases say the contrary."""
        return self.others[OPPOSITE_VERDICT.get(self.verdict, "")]

    @property
    def told(self) -> int:
        """Return how many other cases give a verdict at all."""
        return self.others.total()

    @property
    def is_everywhere(self) -> bool:
        """Tell whether all other cases say the same."""
        return self.same == self.told


def agreements(words: Words) -> list[Agreement]:
    """Return the verdicts on targets and differences of the first case beside those of the others.

    In the order of the indicators; left out are indicators that apply nowhere.
    """
    found = []
    for indicator in words.chosen.judged_by():
        for is_target in (True, False):
            names = words.chosen.organisations if is_target else words.chosen.others
            for name in names if not is_target or indicator in words.labels.targets else []:
                each = _agreement(words, name, indicator, is_target)
                found += [each] if each is not None else []
    return found


def _agreement(words: Words, name: str, indicator: str, is_target: bool) -> Agreement | None:
    first, *others = [
        _estimate(words, case, name, indicator, is_target) for case in words.chosen.cases
    ]
    if first is None or not first.is_known or not first.verdict:
        return None
    told = Counter(each.verdict for each in others if each is not None and each.is_known)
    printed = None if is_target else words.chosen.change(name, indicator)
    shown = printed.verdict if printed is not None else first.verdict
    return Agreement(name, indicator, is_target, first.verdict, told, shown)


def _estimate(
    words: Words, case: str, name: str, indicator: str, is_target: bool
) -> Estimate | None:
    chosen = words.chosen
    return chosen.level_in(case, name, indicator) if is_target else chosen.change_in(
        case, name, indicator
    )  # fmt: skip


def lead(words: Words, found: list[Agreement]) -> str:
    """Say which case the verdicts are for, and how many of them all other cases share."""
    same = sum(each.is_everywhere for each in found)
    kind = ("all_same" if same == len(found) else "some_same") if found else "no_verdict"
    number = len(words.chosen.cases) - 1
    about = "both" if words.chosen.others else "targets"
    return words.text(
        f"cases.one.{kind}" if number == 1 else f"cases.many.{kind}",
        about=words.text(f"cases.about.{about}"),
        first=case_title(words, words.chosen.first),
        others=number,
        same=same,
        verdicts=len(found),
    )


def parts(words: Words, found: list[Agreement]) -> tuple[str, ...]:
    """Return the verdicts that other cases do not all share, those with a contrary first."""
    changed = sorted(
        (each for each in found if not each.is_everywhere),
        key=lambda each: (-each.opposite, each.same),
    )
    told = [_part(words, each) for each in changed[:MOST_PARTS]]
    if len(changed) > MOST_PARTS:
        told.append(words.text.counted("cases.more_below", len(changed) - MOST_PARTS))
    return tuple(told)


def _part(words: Words, each: Agreement) -> str:
    is_one = len(words.chosen.cases) == 2
    others = [
        words.text(
            "cases.in_other" if is_one else "cases.in_others",
            verdict=words.text(f"verdict.{name}"),
            count=count,
        )
        for name, count in each.others.most_common()
        if name != each.verdict
    ]
    kind = "one" if is_one else "some" if each.same else "none"
    return words.text(
        f"cases.part.{kind}",
        label=words.labels.short(each.indicator),
        model=words.labels.organisation(each.organisation),
        verdict=_as_people_choose(words, each),
        same=each.same,
        count=each.told,
        others=words.text.listed(others),
    )


def _as_people_choose(words: Words, each: Agreement) -> str:
    """Return the verdict that others are held against, with that of the answer if it is another."""
    told = words.text(f"verdict.{each.verdict}")
    if each.printed == each.verdict:
        return told
    printed = words.text(f"verdict.{each.printed}")
    return words.text("cases.as_people_choose", verdict=told, printed=printed)


def second_run(words: Words) -> str:
    """Say that cases are compared as people choose, where a verdict of the first says more."""
    table = words.chosen.results.differences
    choose = verdicts_as_people_choose(table)
    return words.text("cases.second_run") if (choose.verdict != table.verdict).any() else ""


# --- tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Several:
    """What the page tells of several cases."""

    summary: str
    aside: str
    agreement: Table | None
    tables: tuple[Table, ...]


def several(words: Words) -> Several | None:
    """Return the tables of several cases; None where there is one."""
    if len(words.chosen.cases) < 2:
        return None
    found = agreements(words)
    told = lead(words, found)
    aside = second_run(words)
    changed = [each for each in found if not each.is_everywhere]
    table = agreement_table(words, changed) if changed else None
    return Several(told[:1].upper() + told[1:], aside, table, tuple(case_tables(words)))


def agreement_table(words: Words, found: list[Agreement]) -> Table:
    """Return verdicts with how many other cases say the same, the contrary or something else."""
    heads = [words.text(f"cases.head.{name}") for name in ("verdict", *COLUMNS)]
    rows = tuple(_agreement_row(words, each) for each in found)
    caption = words.text("cases.agree_caption", others=len(words.chosen.cases) - 1)
    return Table(caption, tuple(heads), rows)


COLUMNS = ("first", "same", "opposite", "open", "else")


def _agreement_row(words: Words, each: Agreement) -> Row:
    unclear = each.others["cannot tell"] if each.verdict != "cannot tell" else 0
    rest = each.told - each.same - each.opposite - unclear
    numbers = [each.same, each.opposite, unclear, rest]
    first = Cell("", "", words.labels.named(each.verdict))
    title = words.labels.organisation(each.organisation)
    base = words.labels.organisation(words.chosen.base)
    key = "target" if each.is_target else "difference"
    note = words.text(f"cases.{key}", model=title, base=base)
    cells = (first, *(Cell(str(number)) for number in numbers))
    return Row(words.labels.indicator(each.indicator), note, cells, each.indicator)


def case_tables(words: Words) -> list[Table]:
    """Return a table of cases by organisation for each judged indicator; none for many cases."""
    if len(words.chosen.cases) > MOST_CASES:
        return []
    known = [name for name in words.chosen.judged_by() if _has_any(words, name)]
    return [_case_table(words, name) for name in known]


def _has_any(words: Words, indicator: str) -> bool:
    levels = [
        words.chosen.level_in(case, name, indicator)
        for case in words.chosen.cases
        for name in words.chosen.organisations
    ]
    return any(level is not None and level.is_known for level in levels)


def _case_table(words: Words, indicator: str) -> Table:
    """Return the base's own value and the others' differences from it, or values by target."""
    label = words.labels.indicator(indicator)
    titles = [words.labels.organisation(name) for name in words.chosen.organisations]
    if indicator in words.labels.targets:
        caption = words.text("cases.target_caption", label=label, limit=words.limit(indicator))
    else:
        key = "cases.difference_caption" if words.chosen.others else "cases.alone_caption"
        caption = words.text(key, label=label, base=titles[0])
        titles[1:] = [words.text("travel.change", model=title) for title in titles[1:]]
    rows = tuple(
        Row(case_title(words, case), "", tuple(_case_cells(words, case, indicator)))
        for case in words.chosen.cases
    )
    return Table(caption, (words.text("cases.head.case"), *titles), rows)


def _case_cells(words: Words, case: str, indicator: str) -> list[Cell]:
    chosen = words.chosen
    if indicator in words.labels.targets:
        levels = [chosen.level_in(case, name, indicator) for name in chosen.organisations]
        return [level_cell(words, level, indicator) for level in levels]
    base = level_cell(words, chosen.level_in(case, chosen.base, indicator), indicator)
    changes = [chosen.change_in(case, name, indicator) for name in chosen.others]
    return [base, *(change_cell(words, each) for each in changes)]
