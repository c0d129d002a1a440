"""Section of the page on several cases: where the answer holds, and what each case changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from akuttsim.report.context import (
    Estimate,
    Words,
    capital,
    is_noticeable,
)
from akuttsim.report.document import Cell, Table, TableRow, change_cell, indicator_row, level_cell
from akuttsim.report.sentences import Sentence, case_setting, case_title, clear_change
from akuttsim.statistics.verdicts import Verdict, verdicts_as_people_choose

MOST_CASES_TABLED = 20
"""Cases that are shown one by one."""

MOST_DISAGREEMENTS = 6
"""Verdicts that are not the same in all cases, named in the answer."""


class Agreement(NamedTuple):
    """A verdict of the first case, and how often each verdict is given in the other cases.

    Cases are held against each other by the verdicts as people choose, for only the first has a
    second run with everybody made to come.

    Attributes:
        organisation: Whose verdict it is.
        indicator: What it is about.
        is_target: Whether it says that a target is met; else it is on the difference from the base.
        verdict: The verdict of the first case, as people choose.
        others: How often each verdict is given in the other cases.
        printed: The verdict of the answer, which has also to hold with everybody made to come.
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
        return self.others[Verdict(self.verdict).opposite or ""]

    @property
    def others_compared(self) -> int:
        """Return how many other cases give a verdict at all."""
        return self.others.total()

    @property
    def is_everywhere(self) -> bool:
        """Tell whether all other cases say the same."""
        return self.same == self.others_compared


def agreements(words: Words) -> list[Agreement]:
    """Return the verdicts on targets and differences of the first case beside those of the others.

    In the order of the indicators; left out are indicators that apply nowhere.
    """
    verdicts = []
    for indicator in words.chosen.judged_by():
        for is_target in (True, False):
            names = words.chosen.organisations if is_target else words.chosen.others
            for name in names if not is_target or indicator in words.labels.targets else []:
                agreement = _case_agreement(words, name, indicator, is_target)
                verdicts += [agreement] if agreement is not None else []
    return verdicts


def _case_agreement(words: Words, name: str, indicator: str, is_target: bool) -> Agreement | None:
    first, *others = [
        _case_estimate(words, case, name, indicator, is_target) for case in words.chosen.cases
    ]
    if first is None or not first.is_known or not first.verdict:
        return None
    verdicts = Counter(other.verdict for other in others if other is not None and other.is_known)
    printed = None if is_target else words.chosen.change(name, indicator)
    shown = printed.verdict if printed is not None else first.verdict
    return Agreement(name, indicator, is_target, first.verdict, verdicts, shown)


def _case_estimate(
    words: Words, case: str, name: str, indicator: str, is_target: bool
) -> Estimate | None:
    chosen = words.chosen
    return chosen.level_in(case, name, indicator) if is_target else chosen.change_in(
        case, name, indicator
    )  # fmt: skip


def agreement_lead(words: Words, agreements: list[Agreement]) -> str:
    """Say which case the verdicts are for, and how many of them all other cases share."""
    same = sum(agreement.is_everywhere for agreement in agreements)
    kind = ("all_same" if same == len(agreements) else "some_same") if agreements else "no_verdict"
    number = len(words.chosen.cases) - 1
    about = "both" if words.chosen.others else "targets"
    return words.text(
        f"cases.one.{kind}" if number == 1 else f"cases.many.{kind}",
        about=words.text(f"cases.about.{about}"),
        first=case_title(words, words.chosen.first),
        others=number,
        same=same,
        verdicts=len(agreements),
    )


def disagreement_parts(words: Words, agreements: list[Agreement]) -> tuple[str, ...]:
    """Return the verdicts that other cases do not all share, those with a contrary first."""
    changed = sorted(
        (agreement for agreement in agreements if not agreement.is_everywhere),
        key=lambda agreement: (-agreement.opposite, agreement.same),
    )
    parts = [_disagreement_wording(words, agreement) for agreement in changed[:MOST_DISAGREEMENTS]]
    if len(changed) > MOST_DISAGREEMENTS:
        parts.append(words.text.counted("cases.more_below", len(changed) - MOST_DISAGREEMENTS))
    return tuple(parts)


def _disagreement_wording(words: Words, agreement: Agreement) -> str:
    is_one = len(words.chosen.cases) == 2
    others = [
        words.text(
            "cases.in_other" if is_one else "cases.in_others",
            verdict=words.text(f"verdict.{name}"),
            count=count,
        )
        for name, count in agreement.others.most_common()
        if name != agreement.verdict
    ]
    kind = "one" if is_one else "some" if agreement.same else "none"
    return words.text(
        f"cases.part.{kind}",
        label=words.labels.short(agreement.indicator),
        model=words.labels.organisation(agreement.organisation),
        verdict=_as_people_choose(words, agreement),
        same=agreement.same,
        count=agreement.others_compared,
        others=words.text.listed(others),
    )


def _as_people_choose(words: Words, agreement: Agreement) -> str:
    """Return the verdict that others are held against, with that of the answer if it is another."""
    verdict = words.text(f"verdict.{agreement.verdict}")
    if agreement.printed == agreement.verdict:
        return verdict
    printed = words.text(f"verdict.{agreement.printed}")
    return words.text("cases.as_people_choose", verdict=verdict, printed=printed)


def second_run_note(words: Words) -> str:
    """Say that cases are compared as people choose, where a verdict of the first says more."""
    table = words.chosen.results.differences
    choose = verdicts_as_people_choose(table)
    return words.text("cases.second_run") if (choose.verdict != table.verdict).any() else ""


# --- tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseTables:
    """What the page tells of several cases.

    Attributes:
        summary: How many verdicts all cases share.
        aside: That verdicts are compared as people choose, where that matters.
        agreement: The verdicts that other cases do not all share; None where there are none.
        tables: A table of cases by organisation for each judged indicator.
    """

    summary: str
    aside: str
    agreement: Table | None
    tables: tuple[Table, ...]


def case_section(words: Words) -> CaseTables | None:
    """Return the tables of several cases; None where there is one."""
    if len(words.chosen.cases) < 2:
        return None
    compared = agreements(words)
    summary = agreement_lead(words, compared)
    aside = second_run_note(words)
    changed = [agreement for agreement in compared if not agreement.is_everywhere]
    table = agreement_table(words, changed) if changed else None
    return CaseTables(capital(summary), aside, table, tuple(case_tables(words)))


def agreement_table(words: Words, agreements: list[Agreement]) -> Table:
    """Return verdicts with how many other cases say the same, the contrary or something else.

    Args:
        words: Results in one language.
        agreements: The verdicts that are shown.
    """
    heads = [words.text(f"cases.head.{name}") for name in ("verdict", *COLUMNS)]
    rows = tuple(_agreement_row(words, agreement) for agreement in agreements)
    caption = words.text("cases.agree_caption", others=len(words.chosen.cases) - 1)
    return Table(caption, tuple(heads), rows)


COLUMNS = ("first", "same", "opposite", "open", "else")


def _agreement_row(words: Words, agreement: Agreement) -> TableRow:
    unclear = (
        agreement.others[Verdict.CANNOT_TELL] if agreement.verdict != Verdict.CANNOT_TELL else 0
    )
    rest = agreement.others_compared - agreement.same - agreement.opposite - unclear
    numbers = [agreement.same, agreement.opposite, unclear, rest]
    first = Cell("", "", words.labels.named(agreement.verdict))
    title = words.labels.organisation(agreement.organisation)
    base = words.labels.organisation(words.chosen.base)
    key = "target" if agreement.is_target else "difference"
    note = words.text(f"cases.{key}", model=title, base=base)
    cells = (first, *(Cell(str(number)) for number in numbers))
    return TableRow(words.labels.indicator(agreement.indicator), note, cells, agreement.indicator)


def case_tables(words: Words) -> list[Table]:
    """Return a table of cases by organisation for each judged indicator; none for many cases."""
    if len(words.chosen.cases) > MOST_CASES_TABLED:
        return []
    known = [name for name in words.chosen.judged_by() if _has_case_value(words, name)]
    return [_case_table(words, name) for name in known]


def _has_case_value(words: Words, indicator: str) -> bool:
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
        TableRow(case_title(words, case), "", tuple(_case_cells(words, case, indicator)))
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
    return [base, *(change_cell(words, change) for change in changes)]


MOST_CASES_TOLD = 4
"""Cases beside the first that the answer tells of."""

MOST_EFFECTS = 8
"""Cases times models that the answer tells of one by one."""

MOST_CASES_COMPARED = 20
"""Cases beside the first that the page has a table of."""

FROM_THE_FIRST = frozenset({"grid", "one-at-a-time"})
"""Designs whose first case is one that others can be held against; others spread points."""


class CaseEffect(NamedTuple):
    """What a case changes in an organisation, against the same organisation in the first case.

    Attributes:
        case: The name of the case.
        organisation: The organisation.
        changes: Paired differences from the first case, by indicator; those known alone.
    """

    case: str
    organisation: str
    changes: dict[str, Estimate]


def effect_sentences(words: Words) -> list[Sentence]:
    """Say what each case changes, by its verdicts; of many cases, where this is to be seen."""
    first = case_title(words, words.chosen.first)
    effects = main_effects(words)
    if effects:
        lead = words.text("effects.compared", first=first)
        return [Sentence(lead, tuple(_effect_wording(words, effect) for effect in effects))]
    title = _drivers_title(words)
    if not title:
        return []
    count = len(words.chosen.cases) - 1
    if not is_from_the_first(words):
        return [Sentence(words.text("effects.ranges", count=count + 1, title=title))]
    return [Sentence(words.text("effects.elsewhere", count=count, first=first, title=title))]


def is_from_the_first(words: Words) -> bool:
    """Tell whether there are other cases, of a design in which these differ from the first."""
    return len(words.chosen.cases) > 1 and words.chosen.manifest.design.kind in FROM_THE_FIRST


def _drivers_title(words: Words) -> str:
    """Return the title of the part of the page that tells what moves the outcomes; "" for none."""
    if is_from_the_first(words) and len(words.chosen.cases) - 1 <= MOST_CASES_COMPARED:
        return words.text("effects.title") if len(words.chosen.results.effects) else ""
    return words.text("moved.title") if len(words.chosen.results.sensitivity) else ""


def main_effects(words: Words) -> list[CaseEffect]:
    """Return the effects that the answer tells of one by one; none where they are too many."""
    others = len(words.chosen.cases) - 1
    is_few = others <= MOST_CASES_TOLD and others * len(words.chosen.organisations) <= MOST_EFFECTS
    if not is_few or not is_from_the_first(words):
        return []
    effects = [
        CaseEffect(case, name, _known_changes(words, case, name))
        for case in words.chosen.cases[1:]
        for name in words.chosen.organisations
    ]
    return [effect for effect in effects if effect.changes]


def _known_changes(words: Words, case: str, organisation: str) -> dict[str, Estimate]:
    """Return the known changes, those of the main indicators first."""
    main = words.chosen.manifest.main_indicators
    judged_by = words.chosen.judged_by()
    order = sorted(judged_by, key=lambda name: (name not in main, judged_by.index(name)))
    changes = {name: words.chosen.effect_in(case, organisation, name) for name in order}
    return {
        name: change for name, change in changes.items() if change is not None and change.is_known
    }


def _effect_wording(words: Words, effect: CaseEffect) -> str:
    """Return what a case changes: what is clear, hardly there, cannot be told, and the same."""
    kinds = {name: _change_kind(change) for name, change in effect.changes.items()}
    quiet = [name for name, change in effect.changes.items() if _is_within_margin(change)]
    is_joined = len(quiet) > 1 and any(kinds[name] == "alone" for name in quiet)
    if is_joined:
        # Margin by margin, and then what did not change at all, would be one thing said twice.
        kinds |= dict.fromkeys(quiet, "within")
    clear = [
        clear_change(words, *item)
        for item in effect.changes.items()
        if kinds[item[0]] not in ("within", "same")
    ]
    rest = (
        words.text(f"effects.{kind}", labels=_indicators_of_kind(words, kinds, kind))
        for kind in ("tiny", "open", "within", "same")
        if kind in kinds.values()
    )
    parts = [words.text.listed([change for change in clear if change]), *rest]
    model = words.labels.organisation(effect.organisation)
    what = words.text("word.quoted", words=case_setting(words, effect.case))
    if set(kinds.values()) == {"same"}:
        return words.text("effects.nothing", model=model, setting=what)
    changes = ", ".join(change for change in parts if change)
    return words.text("effects.gives", model=model, setting=what, changes=changes)


def _is_within_margin(change: Estimate) -> bool:
    return change.verdict == Verdict.WITHIN_MARGIN


def _change_kind(change: Estimate) -> str:
    """Return how a change is told: alone, or with others that are alike."""
    if change.verdict in ("", Verdict.CANNOT_TELL):
        return "open"
    if change.is_nil:
        return "same"
    return "tiny" if change.is_clear and not is_noticeable(change) else "alone"


def _indicators_of_kind(words: Words, kinds: dict[str, str], wanted: str) -> str:
    return words.text.listed(
        [words.labels.short(name) for name, kind in kinds.items() if kind == wanted]
    )


MOST_COLUMNS = 6
"""Cases beside the first that are shown at once, as columns; more are folded, as rows."""


@dataclass(frozen=True)
class EffectsSection:
    """Tables of what each case changes.

    Attributes:
        intro: What they are held against.
        tables: A table for each model.
    """

    intro: str
    tables: tuple[Table, ...]


def effects_section(words: Words) -> EffectsSection | None:
    """Return what each case changes; None for one case, for very many, and for spread points."""
    cases = words.chosen.cases[1:]
    if not is_from_the_first(words) or len(cases) > MOST_CASES_COMPARED:
        return None
    known = [name for name in words.chosen.judged_by() if _has_change(words, name)]
    if not known:
        return None
    is_wide = len(cases) > MOST_COLUMNS
    tables_of = _effects_by_case if is_wide else _effects_by_indicator
    names = words.chosen.organisations
    signs = "" if words.chosen.others else words.text("effects.signs")
    first = case_title(words, words.chosen.first)
    return EffectsSection(
        words.text("effects.intro", first=first, signs=signs).strip(),
        tuple(tables_of(words, name, known) for name in names),
    )


def _has_change(words: Words, indicator: str) -> bool:
    changes = (
        words.chosen.effect_in(case, name, indicator)
        for case in words.chosen.cases[1:]
        for name in words.chosen.organisations
    )
    return any(change is not None and change.is_known for change in changes)


def _effects_by_indicator(words: Words, organisation: str, indicators: list[str]) -> Table:
    """Return a model's table with a row for each indicator and a column for each case."""
    cases = words.chosen.cases[1:]
    rows = tuple(
        indicator_row(
            words,
            indicator,
            "",
            tuple(_effect_cell(words, case, organisation, indicator) for case in cases),
        )
        for indicator in indicators
    )
    heads = (words.text("targets.indicator"), *(case_setting(words, case) for case in cases))
    return Table(_effects_caption(words, organisation), heads, rows)


def _effects_by_case(words: Words, organisation: str, indicators: list[str]) -> Table:
    """Return a model's table with a row for each case and a column for each indicator."""
    rows = tuple(
        TableRow(case_setting(words, case), "",
            tuple(_effect_cell(words, case, organisation, indicator) for indicator in indicators))
        for case in words.chosen.cases[1:]
    )  # fmt: skip
    heads = (words.text("cases.head.case"), *map(words.labels.indicator, indicators))
    return Table(_effects_caption(words, organisation), heads, rows)


def _effect_cell(words: Words, case: str, organisation: str, indicator: str) -> Cell:
    return change_cell(words, words.chosen.effect_in(case, organisation, indicator))


def _effects_caption(words: Words, organisation: str) -> str:
    return words.text("effects.caption", model=words.labels.organisation(organisation))
