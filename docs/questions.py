"""Write docs/questions.md: python docs/questions.py [FOLDER].

Runs what the questions of docs/questions/questions.yaml ask into FOLDER (without one,
results/questions; what is finished there is not run again), and answers each in one line.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from akuttsim.config import shipped
from akuttsim.config.schema.experiment import JudgedIndicator
from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import Study, study_of_experiment, study_of_run
from akuttsim.report.context import Catalogue, Estimate, ResultsView, Words, capital
from akuttsim.report.decision import judged_column, levels_compared
from akuttsim.report.decision_answer import Judged
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import scale_value

DOCS = Path(__file__).parent
FOLDER = DOCS / "questions"
LIST = FOLDER / "questions.yaml"
PAGE = DOCS / "questions.md"
USUAL_BASE = "namdal-today"


@dataclass(frozen=True)
class Question:
    """Something that a health community argues about, and how it is asked.

    Attributes:
        ask: The question, in a planner's words.
        nb: The same in Norwegian.
        judged: What it is judged by: an indicator, or one of a group.
        variant: The organisation that is held against the base: a shipped name, or that of a file
            beside the list; "" where an experiment asks.
        region: The region of both; "" for the base's own.
        base: What it is held against.
        experiment: An experiment beside the list, of whose cases one is held against the first.
        case: That case.
        note: What a reader has to know beside the answer; "" for nothing.
    """

    ask: str
    nb: str
    judged: tuple[JudgedIndicator, ...]
    variant: str = ""
    region: str = ""
    base: str = USUAL_BASE
    experiment: str = ""
    case: str = ""
    note: str = ""


@dataclass(frozen=True)
class QuestionList:
    """The list: how long to run, the questions by subject, and what cannot be asked yet.

    Attributes:
        weeks: Weeks of a replication, of questions about organisations.
        replications: Replications of these.
        seed: The seed of these.
        subjects: The questions of each subject, by its title.
        not_yet: What the model cannot be asked yet, and why.
    """

    weeks: int
    replications: int
    seed: int
    subjects: Mapping[str, tuple[Question, ...]]
    not_yet: tuple[str, ...] = field(default=())

    @property
    def questions(self) -> list[Question]:
        """Return all questions in order."""
        return [each for of in self.subjects.values() for each in of]

    def shortened(self, weeks: int, replications: int) -> QuestionList:
        """Return the same questions with shorter runs."""
        return replace(self, weeks=weeks, replications=replications)


def read_list(path: Path = LIST) -> QuestionList:
    """Return the questions of the list."""
    written = yaml.safe_load(path.read_text("utf-8"))
    subjects = {
        each["subject"]: tuple(_question(one) for one in each["questions"])
        for each in written["subjects"]
    }
    length = written["weeks"], written["replications"], written["seed"]
    return QuestionList(*length, subjects, tuple(written["not_yet"]))


def _question(written: dict[str, Any]) -> Question:
    judged = [
        JudgedIndicator.model_validate({"indicator": each} if isinstance(each, str) else each)
        for each in written.pop("judged")
    ]
    return Question(judged=tuple(judged), **written)


def config_file(question: Question) -> Path:
    """Return the file that asks a question, beside the list or shipped."""
    own = FOLDER / f"{question.experiment or question.variant}.yaml"
    return own if own.is_file() else shipped.find_config("organisation", question.variant)


# --- runs -----------------------------------------------------------------------------------------


class Studies:
    """The studies that answer the questions; the runs of a base are shared by all that ask of it.

    Attributes:
        asked: The list.
    """

    def __init__(self, asked: QuestionList) -> None:
        """Take the list; files are loaded when they are first needed."""
        self.asked = asked
        self._together = cache(self._load_together)
        self._experiments = cache(self._load_experiment)

    def together(self, question: Question) -> Study:
        """Return the study of all variants that are asked of the same base and region."""
        return self._together(question.base, question.region)

    def _load_together(self, base: str, region: str) -> Study:
        files = [
            str(config_file(q))
            for q in self.asked.questions
            if not q.experiment and (q.base, q.region) == (base, region)
        ]
        length = (self.asked.weeks, self.asked.replications, self.asked.seed)
        return study_of_run([base, *dict.fromkeys(files)], region or None, [], length)

    def experiment(self, name: str) -> Study:
        """Return the study of an experiment beside the list."""
        return self._experiments(name)

    def _load_experiment(self, name: str) -> Study:
        study = study_of_experiment(str(FOLDER / f"{name}.yaml"))
        asked = [q for q in self.asked.questions if q.experiment == name]
        judged = tuple(dict.fromkeys(each for q in asked for each in q.judged))
        return judged_by(study, judged)

    def of(self, question: Question) -> Study:
        """Return the study of one question: its variant and the base alone, or its experiment."""
        if question.experiment:
            return self.experiment(question.experiment)
        together = self.together(question)
        names = (together.base, Path(question.variant).stem)
        study = replace(
            together,
            name=question.variant,
            organisations={name: together.organisations[name] for name in names},
            changes={name: together.changes[name] for name in names},
        )
        return judged_by(study, question.judged)


def whole_studies(asked: QuestionList) -> Iterator[Study]:
    """Yield every study of the list once: all variants of a base and region together."""
    studies = Studies(asked)
    told: dict[int, Study] = {}
    for question in asked.questions:
        is_experiment = bool(question.experiment)
        study = studies.of(question) if is_experiment else studies.together(question)
        told.setdefault(id(study), study)
    yield from told.values()


def judged_by(study: Study, judged: tuple[JudgedIndicator, ...]) -> Study:
    """Return a study that is judged by these alone; no target is held against it."""
    names = tuple(dict.fromkeys(each.indicator for each in judged))
    return replace(study, main_indicators=names, main_judged=judged, targets=())


def answers(asked: QuestionList, folder: Path) -> Iterator[tuple[Question, list[str]]]:
    """Yield each question with its answer, a part for each verdict; what is missing is run."""
    studies, told = Studies(asked), dict[str, Words]()
    for question in asked.questions:
        into = folder / (question.experiment or f"{question.base}-{question.region}".strip("-"))
        if question.experiment not in told:
            run_study(studies.of(question), into, RunOptions(resume=into.exists()))
            told[question.experiment] = _words(read_results(into))
        yield question, list(answer(told[question.experiment], question))
        told.pop("", None)


def _words(results: Results) -> Words:
    return Words(Catalogue("en"), ResultsView(results))


# --- answers --------------------------------------------------------------------------------------

ORDER = (
    Verdict.BETTER,
    Verdict.WORSE,
    Verdict.FEWER_CAME,
    Verdict.DIFFERS,
    Verdict.WITHIN_MARGIN,
    Verdict.CANNOT_TELL,
)


def answer(words: Words, question: Question) -> Iterator[str]:
    """Yield what is better, worse, alike and open, with before, after and interval."""
    parts: dict[str, list[str]] = {}
    changes = [(each, _change(words, question, each)) for each in question.judged]
    for verdict in ORDER:
        for judged, change in changes:
            if change is not None and change.verdict == verdict:
                label = _label(words, change)
                parts.setdefault(label, []).append(_figures(words, question, judged, change))
    for label, of in parts.items():
        yield f"**{capital(label)}**: {'; '.join(of)}"


def _label(words: Words, change: Estimate) -> str:
    """Return a verdict in words; of money and what is neither good nor bad, the way it went."""
    is_money = change.unit.startswith("NOK") and change.verdict in (Verdict.BETTER, Verdict.WORSE)
    if is_money or change.verdict == Verdict.DIFFERS:
        return _way(words, change)
    return words.text("decision.printed.near" if _is_near(change) else f"verdict.{change.verdict}")


def _is_near(change: Estimate) -> bool:
    """Tell whether a difference is surely there, and perhaps too little to matter."""
    return change.verdict == Verdict.CANNOT_TELL and (change.low > 0 or change.high < 0)


def _way(words: Words, change: Estimate) -> str:
    """Return which way it went, as people say it of the unit: longer, dearer, more."""
    unit = "NOK per year" if change.unit.startswith("NOK") else change.unit
    way = "up" if change.mean > 0 else "down"
    usual = words.text(f"decision.way.other.{way}")
    return words.text.get(f"decision.way.{unit}.{way}", usual)


def _change(words: Words, question: Question, judged: JudgedIndicator) -> Estimate | None:
    """Return the difference that a question is about; None where there is no such row."""
    by = (judged.indicator, judged.group_by, judged.group)
    if question.variant:
        return words.chosen.change(Path(question.variant).stem, *by)
    return _effect(words.chosen.results.effects, question.case, by)


def _effect(effects: pd.DataFrame, case: str, by: tuple[str, str, str]) -> Estimate | None:
    keys = effects[["case", "indicator", "group_by", "group"]].astype(str)
    rows = effects[(keys == [case, *by]).all(axis=1)]
    for row in rows.itertuples():
        return Estimate(row.mean, row.ci_low, row.ci_high, row.unit, row.verdict,
                        before=row.before, after=row.after)  # fmt: skip
    return None


def _figures(words: Words, question: Question, judged: JudgedIndicator, change: Estimate) -> str:
    """Return before and after with the difference and its interval."""
    by = Judged(judged.indicator, judged.group_by, judged.group)
    first, case = words.chosen.first, question.case or words.chosen.first
    ours = Path(question.variant).stem if question.variant else words.chosen.base
    base = words.chosen.level_in(first, words.chosen.base, *by)
    level = words.chosen.level_in(case, ours, *by)
    before, after = (
        _value(words, each, change.unit) for each in levels_compared(change, base, level)
    )
    column = judged_column(words, by, is_shown=True)
    unit = f" {column.unit}" if column.unit else ""
    interval = words.numbers.interval(change)
    difference = words.numbers.signed(change) + (f" [{interval}]" if interval else "")
    difference += f", {_way(words, change)}" if _is_near(change) else ""
    return f"{column.heading} {before} → {after}{unit} ({difference})"


def _value(words: Words, value: float, unit: str) -> str:
    if math.isnan(value):
        return "–"
    scaled = scale_value(value, unit)
    number = words.numbers.plain(scaled, 1 if abs(scaled) < 1000 else 0)
    return words.numbers.with_unit(number, unit) if unit == "share" else number


# --- the page -------------------------------------------------------------------------------------


HOW_TO_READ = """\
{count} questions about Namdal (one about Sunnfjord), each with the file that asks it and the
answer. The same patients meet both ways of doing it. Unless the file says otherwise it is asked of
`namdal-today`: {weeks} weeks from 5 January, {replications} replications, seed {seed}.

*Before → after*: today, and with the change that the file makes; then the difference with its 95 %
interval. *Better* and *worse*: the whole interval is large enough to matter; where a service is
changed, what is better is so too when nobody stays away because of the distance. *No difference
that matters*: the whole interval is too small to matter. *Perhaps too little to matter*: the way is
sure, the size is not. *Cannot tell*: neither; more simulated weeks may tell. Each question stands
for itself: of a hundred such intervals about five miss. Times and shares are of the people who got
that care both ways, where both are the same people.

Many values of the models are assumptions. Before a decision, look at what the file changes, at its
sources, and at [what changes the answer](what-changes-the-answer.md). To ask one of these with map
and report, or one of your own like it:

    akuttsim check namdal-today docs/questions/legevakt-car.yaml     # what differs
    akuttsim new experiment mine --organisations namdal-today,docs/questions/legevakt-car.yaml
    akuttsim sweep mine.yaml
"""


def document(asked: QuestionList, told: Iterable[tuple[Question, list[str]]]) -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Questions that health communities argue about"
    yield ""
    yield "Made by `python docs/questions.py`; do not edit by hand."
    yield ""
    yield from HOW_TO_READ.format(
        count=len(asked.questions),
        weeks=asked.weeks,
        replications=asked.replications,
        seed=asked.seed,
    ).splitlines()
    number, by_question = 0, {id(question): parts for question, parts in told}
    for subject, questions in asked.subjects.items():
        yield ""
        yield f"## {subject}"
        for question in questions:
            number += 1
            yield ""
            yield from _entry(number, question, by_question[id(question)])
    yield ""
    yield "## Not yet asked"
    yield ""
    yield "What the model cannot be asked without pretending:"
    yield ""
    yield from (f"- {each}" for each in asked.not_yet)


def _entry(number: int, question: Question, parts: list[str]) -> Iterator[str]:
    yield f"**{number}. {question.ask}** *{question.nb}* ({_asked_with(question)})"
    yield ""
    told = ". ".join(parts) + "." if parts else "Nothing to measure."
    yield f"{told} {question.note}".strip()


def _asked_with(question: Question) -> str:
    """Return the link to the file that asks, with what is not as usual: case, region or base."""
    file = config_file(question)
    is_own = FOLDER in file.parents
    way = file.relative_to(DOCS) if is_own else Path("..") / shipped.display_path(file)
    told = f"[{question.experiment or question.variant}]({way.as_posix()})"
    told += f", case `{question.case}`" if question.case else ""
    told += f", in `{question.region}`" if question.region else ""
    is_usual = question.experiment or question.base == USUAL_BASE
    return told if is_usual else f"{told} against `{question.base}`"


def main(folder: Path, page: Path = PAGE, asked: QuestionList | None = None) -> None:
    """Run what is asked into a folder, and write the page."""
    asked = asked or read_list()
    page.write_text("\n".join(document(asked, answers(asked, folder))) + "\n", "utf-8")
    print(page)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("results") / "questions")
