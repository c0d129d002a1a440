"""Write docs/what-changes-the-answer.md: python docs/what_changes_the_answer.py [RESULTS].

Runs the shipped experiment 08-what-changes-the-answer into RESULTS (without one,
results/08-what-changes-the-answer; what is finished there is not run again) and tells of each
doubtful assumption which verdicts turn when it is changed alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.runner import RunOptions, default_workers, run_study
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.report.context import Catalogue, Estimate, ResultsView, Words
from akuttsim.report.sentences import factor_title, level_title
from akuttsim.statistics.verdicts import verdicts_as_people_choose

EXPERIMENT = "08-what-changes-the-answer"
PAGE = Path(__file__).with_name("what-changes-the-answer.md")
CLAIMS = frozenset({"better", "worse", "met", "not met"})

SWITCH = {"True": "yes", "False": "no"}
"""Levels of what is switched on and off, in words."""


def main(folder: Path, page: Path = PAGE, study: Study | None = None, workers: int = 0) -> None:
    """Run the experiment into a folder, and write the page."""
    asked, processes = study or study_of_experiment(EXPERIMENT), workers or default_workers()
    run_study(asked, folder, RunOptions(workers=processes, resume=folder.exists()))
    page.write_text("\n".join(document(read_results(folder))) + "\n", "utf-8")
    print(page)


def document(results: Results) -> Iterator[str]:
    """Yield the lines of the page."""
    words = Words(Catalogue("en"), ResultsView(results))
    cases, first = words.chosen.cases, words.chosen.cases[0]
    asked = results.manifest
    told = verdicts(results)
    turned = {case: list(turns(told, first, case)) for case in cases[1:]}
    yield "# What changes the answer"
    yield ""
    yield "Made by `python docs/what_changes_the_answer.py`; do not edit by hand."
    yield ""
    yield (
        "Each doubtful assumption of the first look is changed alone, for the same people, and\n"
        f"all verdicts are read again: {asked.weeks} weeks, {asked.replications}\n"
        f"replications, seed {asked.seed}. {len(told[first])} verdicts are compared:\n"
        f"differences from “{words.labels.organisation(words.chosen.base)}”, and targets. Told\n"
        "are those in which a claim (better, worse, met, not met) turns into another one, which\n"
        "are in bold, or is won or lost to *cannot tell*, which chance may do. Differences of\n"
        "times and shares are in every case of the people who got that care in both models, and\n"
        "all verdicts are as people choose to come: the second run, with everybody made to come,\n"
        "is of the first case only; what it makes of a verdict stands in the last table."
    )
    surely = [case for case, found in turned.items() if any(is_sure(told, case, f) for f in found)]
    yield ""
    yield (
        f"**{len(surely)} of {len(turned)}** changes turn a claim into another; "
        f"{sum(bool(each) for each in turned.values())} win or lose one."
    )
    for case in cases[1:]:
        yield from _section(words, case, turned[case], told)
        if SPAN in changes(words, case):
            yield from span(words, told, case)
    yield ""
    yield "## The answer that is held against"
    yield ""
    yield "| what | model | value | verdict | with everybody made to come |"
    yield "|---|---|---|---|---|"
    for (of, indicator, is_goal), estimate in told[first].items():
        model = words.labels.organisation(of)
        yield (
            f"| {words.labels.short(indicator)} | {model} | "
            f"{_written(words, estimate, is_goal)} | {_named(words, estimate)} | "
            f"{'' if is_goal else _in_the_second_run(words, of, indicator, estimate)} |"
        )


def _in_the_second_run(words: Words, of: str, indicator: str, told: Estimate) -> str:
    """Return the verdict that holds in the second run too, where it is another."""
    printed = words.chosen.change(of, indicator)
    is_another = printed is not None and printed.verdict != told.verdict
    return words.text(f"verdict.{printed.verdict}") if printed and is_another else ""


Told = dict[str, dict[tuple[str, str, bool], Estimate]]
"""By case: whose, of which indicator, and whether against a target, and what was found."""


def verdicts(results: Results) -> Told:
    """Return every verdict on a target and on a difference by the main indicators, by case.

    Those on differences are as people choose, which are of the same kind in every case.
    """
    found: Told = {case: {} for case in results.manifest.cases}
    judged = {t.indicator for t in results.manifest.targets}
    judged |= set(results.manifest.main_indicators)
    differences = verdicts_as_people_choose(results.differences)
    for table, is_goal in ((differences, False), (results.summary, True)):
        mine = table[(table.group_by == "all") & table.indicator.isin(judged)]
        for row in mine[mine.verdict != ""].itertuples():
            if row.case in found:
                estimate = Estimate(row.mean, row.ci_low, row.ci_high, row.unit, row.verdict)
                found[row.case][row.organisation, row.indicator, is_goal] = estimate
    return found


def turns(told: Told, first: str, case: str) -> Iterator[tuple[str, str, bool]]:
    """Yield what is claimed in a case and not in the first, or the other way round."""
    for key, estimate in told[first].items():
        then = told[case].get(key)
        if (
            then is not None
            and then.verdict != estimate.verdict
            and CLAIMS & {then.verdict, estimate.verdict}
        ):
            yield key


def both(told: Told, case: str, key: tuple[str, str, bool]) -> tuple[Estimate, Estimate]:
    """Return what was found as written, and in a case."""
    return next(iter(told.values()))[key], told[case][key]


def is_sure(told: Told, case: str, key: tuple[str, str, bool]) -> bool:
    """Tell whether a claim turns into another claim."""
    return all(each.verdict in CLAIMS for each in both(told, case, key))


SPAN = "red-beyond-reach"
"""The factor whose two readings are both told in full: no source tells which is right."""


def span(words: Words, told: Told, case: str) -> Iterator[str]:
    """Yield every difference under both readings of what red beyond reach do."""
    yield ""
    yield "No source tells which of the two is right. All differences under both:"
    yield ""
    yield "| what | model | they ring 113 | they wait till the morning |"
    yield "|---|---|---|---|"
    for (of, indicator, is_goal), estimate in told[words.chosen.cases[0]].items():
        if not is_goal:
            other = told[case][of, indicator, is_goal]
            cells = [f"{words.change(each)}: {_named(words, each)}" for each in (estimate, other)]
            model = words.labels.organisation(of)
            yield f"| {words.labels.short(indicator)} | {model} | {' | '.join(cells)} |"


def _section(
    words: Words, case: str, turned: list[tuple[str, str, bool]], told: Told
) -> Iterator[str]:
    yield ""
    yield f"## {_changed(words, case)}"
    yield ""
    if not turned:
        yield "No verdict turns."
        return
    yield "| what | model | as written | changed |"
    yield "|---|---|---|---|"
    for of, indicator, is_goal in turned:
        before, after = both(told, case, (of, indicator, is_goal))
        cells = [
            f"{_written(words, each, is_goal)}: {_named(words, each)}" for each in (before, after)
        ]
        if is_sure(told, case, (of, indicator, is_goal)):
            cells = [f"**{cell}**" for cell in cells]
        model = words.labels.organisation(of)
        yield f"| {words.labels.short(indicator)} | {model} | {' | '.join(cells)} |"


def changes(words: Words, case: str) -> dict[str, str]:
    """Return which factors are not at their first level in a case, and at which they are."""
    levels: pd.DataFrame = words.chosen.results.cases
    first = levels[levels.case == words.chosen.cases[0]].set_index("factor").level
    mine = levels[levels.case == case].set_index("factor").level
    return {str(name): str(level) for name, level in mine.items() if level != first[name]}


def _changed(words: Words, case: str) -> str:
    return "; ".join(
        f"{factor_title(words, name)}: {SWITCH.get(level) or level_title(words, level)}"
        for name, level in changes(words, case).items()
    )


def _written(words: Words, estimate: Estimate, is_goal: bool) -> str:
    return words.level(estimate) if is_goal else words.change(estimate)


def _named(words: Words, estimate: Estimate) -> str:
    return words.text(f"verdict.{estimate.verdict}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("results") / EXPERIMENT)
