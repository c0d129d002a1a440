"""How models stand against each other, and the answer in at most sixty words that follows from it.

Standings are read from the tables, nothing is judged anew: against the base the verdict of the
table holds; two others are told apart where their intervals of the difference from the base lie
wholly apart, by more than the margin. Every sentence of the answer has forms from the longest to
the shortest, and is worth something. Of all that fit together those are told that are worth most;
so the limit holds whatever the tables say.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from akuttsim.indicators.registry import INDICATORS
from akuttsim.report.context import (
    Estimate,
    ResultsView,
    Words,
    capital,
)
from akuttsim.report.figure_data import COST
from akuttsim.report.sentences import overload_clauses
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import scale_value

MOST_SHOWN = 3
"""Models beside the base that the first screen has room for."""

NO_DIFFERENCE = frozenset({Verdict.WITHIN_MARGIN, Verdict.FEWER_CAME})
"""Verdicts that say that nothing which matters was gained or lost."""


UNMET_NEED = "unmet_need_a_week"

THEMES = ("answer", "help", "lost", "cost")
"""A councillor's questions: does anybody answer, does help arrive, who is left out, what cost."""

_OF_WHO_IS_LEFT_OUT = frozenset(
    {
        UNMET_NEED,
        "care_instead_a_week",
        "consultations_per_1000_a_year",
        "consultations_a_week",
        "contacts_a_week",
        "contacts_per_1000_a_year",
        "asked_again_within_72_h",
        "red_not_recognised",
        "solved_without_visit",
    }
)
_LISTED = {each.name: each.listed for each in INDICATORS}


def theme_of(indicator: str) -> str:
    """Return which of a councillor's questions an indicator belongs to."""
    listed = _LISTED.get(indicator, {})
    if indicator in _OF_WHO_IS_LEFT_OUT:
        return "lost"
    if "answering" in listed:
        return "answer"
    return "cost" if "work" in listed or "people" in listed else "help"


class Judged(NamedTuple):
    """One thing that the question is judged by.

    Attributes:
        indicator: The indicator's name.
        group_by: What its rows are divided by; `all` for the whole region.
        group: The group that is judged.
    """

    indicator: str
    group_by: str = "all"
    group: str = "all"


class Reasons(NamedTuple):
    """What speaks for a model.

    Attributes:
        judged: Things judged, the most important first; empty for none.
        each_is_enough: Whether the model is ahead of all others in each of them, or only in all of
            them together.
    """

    judged: tuple[Judged, ...]
    each_is_enough: bool


def size_in_margins(change: Estimate) -> float:
    """Return a difference as so many of what would just matter, so that units can be compared."""
    margin = change.margin if change.margin > 0 else _USUAL_MARGINS.get(change.unit, 1.0)
    return change.mean / margin


_USUAL_MARGINS = {"share": 0.02, "min": 2.0, "s": 10.0, "h per week": 2.0, "NOK per year": 5e5}
"""What would just matter where the results have no margin: those of older versions."""


class Standings:
    """Who is ahead of whom, in each thing judged and in all of them at once.

    Attributes:
        chosen: The rows of the results.
        judged: What the question is judged by, the most important first.
    """

    def __init__(self, chosen: ResultsView, judged: Sequence[Judged]) -> None:
        """Take the results and what they are judged by."""
        self.chosen = chosen
        self.judged = tuple(judged)

    def change(self, model: str, by: Judged) -> Estimate | None:
        """Return a model's difference from the base; None where there is none."""
        change = self.chosen.change(model, *by)
        return change if change is not None and change.is_known else None

    def verdict(self, model: str, by: Judged) -> Verdict | None:
        """Return the verdict on a model's difference; None of the base and where none is known."""
        change = self.change(model, by)
        return Verdict(change.verdict) if change is not None and change.verdict else None

    def verdicts(self, model: str) -> list[Verdict]:
        """Return the verdicts on all of a model's differences that there are."""
        found = (self.verdict(model, by) for by in self.judged)
        return [verdict for verdict in found if verdict is not None]

    def size(self, model: str, by: Judged) -> float:
        """Return how large a gain is, in margins; a loss is below nought."""
        change = self.change(model, by)
        return 0.0 if change is None else self._way(by) * size_in_margins(change)

    def is_ahead(self, first: str, second: str, by: Judged) -> bool:
        """Tell whether the first of two models is surely the better one by one thing judged."""
        if first == second or not self._way(by):
            return False
        if second == self.chosen.base:
            return self.verdict(first, by) == Verdict.BETTER
        if first == self.chosen.base:
            return self.verdict(second, by) == Verdict.WORSE
        ends, others = self._gain(first, by), self._gain(second, by)
        if ends is None or others is None:
            return False
        change = self.change(first, by)
        margin = 0.0 if change is None or math.isnan(change.margin) else change.margin
        return ends[0] > others[1] and sum(ends) - sum(others) > 2 * margin

    def _way(self, by: Judged) -> int:
        way = self.chosen.manifest.directions.get(by.indicator, "neither")
        return {"higher": 1, "lower": -1}.get(way, 0)

    def _gain(self, model: str, by: Judged) -> tuple[float, float] | None:
        """Return the ends of a gain's interval; one that fewer patients make reaches nought."""
        change = self.change(model, by)
        if change is None or not change.has_interval:
            return None
        low, high = sorted((change.low * self._way(by), change.high * self._way(by)))
        is_doubtful = change.verdict == Verdict.FEWER_CAME
        return (min(low, 0.0), high) if is_doubtful else (low, high)

    def beats(self, first: str, second: str) -> bool:
        """Tell whether the first is ahead somewhere, and the second nowhere."""
        is_ahead = any(self.is_ahead(first, second, by) for by in self.judged)
        return is_ahead and not any(self.is_ahead(second, first, by) for by in self.judged)

    @cached_property
    def front(self) -> list[str]:
        """Return the models that no other beats, in the order of the experiment."""
        return self._unbeaten(self.chosen.organisations)

    def _unbeaten(self, models: list[str]) -> list[str]:
        unbeaten = [name for name in models if not any(self.beats(other, name) for other in models)]
        return unbeaten or models

    @cached_property
    def named(self) -> list[str]:
        """Return the models that the question names: by half of what only their titles have.

        In any of the languages; words of the region, and short ones, name nothing.
        """
        manifest = self.chosen.manifest
        asked = _long_words(manifest.question)
        titles = {
            name: _long_words(manifest.organisations[name].get("title"))
            - _long_words(manifest.region["title"])
            for name in self.chosen.organisations
        }
        count = Counter(word for own in titles.values() for word in own)
        own = {name: {word for word in titles[name] if count[word] == 1} for name in titles}
        return [
            name for name in self.chosen.others
            if own[name] and 2 * len(own[name] & asked) >= len(own[name])
        ]  # fmt: skip

    @cached_property
    def shown(self) -> list[str]:
        """Return the base and the models of the first screen, in the order of the experiment.

        Of those that no other beats, the first lead; the last place is for one that the question
        names.
        """
        leading = self._leading_first(self._layer(self.chosen.others))[: MOST_SHOWN - 1]
        first = list(dict.fromkeys([*leading, *self.named]))[:MOST_SHOWN] if self.named else []
        return self._shown_after(first)

    def _shown_after(self, first: Sequence[str]) -> list[str]:
        chosen = [*first]
        rest = [name for name in self.chosen.others if name not in chosen]
        while rest and len(chosen) < MOST_SHOWN:
            layer = [name for name in self._leading_first(rest) if name in self._layer(rest)]
            chosen += layer[: MOST_SHOWN - len(chosen)]
            rest = [name for name in rest if name not in chosen]
        return [name for name in self.chosen.organisations if name not in rest]

    def _layer(self, models: list[str]) -> list[str]:
        """Return those that none of the models beats; the base counts with those it does not."""
        front = [name for name in models if name in self.front]
        return front or self._unbeaten(models)

    def _leading_first(self, models: list[str]) -> list[str]:
        """Return models with those first that gain most in the first things judged."""
        leaders = [
            max(better, key=lambda name: self.size(name, by))
            for by in self.judged
            if (better := [n for n in models if self.verdict(n, by) == Verdict.BETTER])
        ]
        by_gains = sorted(models, key=lambda name: -self.count(name, Verdict.BETTER))
        return list(dict.fromkeys([*leaders, *by_gains]))

    def count(self, model: str, verdict: Verdict) -> int:
        """Return by how many of the things judged a model has a verdict."""
        return sum(self.verdict(model, by) == verdict for by in self.judged)

    def reasons(self, model: str, among: Sequence[str]) -> Reasons:
        """Return what speaks for a model among some that do not beat it.

        The things in which it is ahead of all the others; where there are none, as few as possible
        of which each of the others loses one to it.
        """
        others = [name for name in among if name != model]
        behind = {
            by: {name for name in others if self.is_ahead(model, name, by)} for by in self.judged
        }
        alone = tuple(by for by in self.judged if others and len(behind[by]) == len(others))
        if alone:
            return Reasons(alone, each_is_enough=True)
        together: list[Judged] = []
        left = set(others)
        while left:
            by = max(self.judged, key=lambda by: len(behind[by] & left))
            if not behind[by] & left:
                return Reasons((), each_is_enough=False)
            together.append(by)
            left -= behind[by]
        in_order = tuple(by for by in self.judged if by in together)
        return Reasons(in_order, each_is_enough=False)


def _long_words(text: str | Mapping[str, str] | None) -> set[str]:
    """Return the words of a text, in each language that it has, that are long enough to name."""
    written = [text] if isinstance(text, str) else [*(text or {}).values()]
    return {word.lower() for each in written for word in re.findall(r"[^\W\d_]{5,}", each)}


# --- the answer ----------------------------------------------------------------------------------

MOST_WORDS = 60
MOST_NUMBERS = 5
LONGEST_TITLE = 6
"""Words of a title in the answer; what stands in brackets is not among them."""
_MOST_MODELS = 3
"""Models that the first line can tell apart on different terms."""
_NUMBER = re.compile(r"\d+(?:[\u00a0., ]\d+)*")
_CALLED_BY_NUMBER = ("116117", "113")
"""Services whose name is their telephone number, which is no number to take in."""


class PlaceLoss(NamedTuple):
    """The place that a model hits hardest.

    Attributes:
        by: What it loses in.
        place: The municipality's name.
        change: By how much, in the unit of the results.
        unit: That unit.
        is_of_some: Whether it is felt by fewer than half of those there who fall ill.
    """

    by: Judged
    place: str
    change: float
    unit: str
    is_of_some: bool = False


class AnswerFacts(NamedTuple):
    """What the answer is made from.

    Attributes:
        words: Texts, names and rows in the language.
        standings: Who is ahead of whom.
        losses: The place that each model hits hardest.
        missed: When or where a target is missed that the base meets on average, in words.
    """

    words: Words
    standings: Standings
    losses: Mapping[str, PlaceLoss]
    missed: Mapping[str, str]


class Fitted(NamedTuple):
    """The answer as it fits.

    Attributes:
        choice: Which model, on what terms.
        answer: The sentences after it.
    """

    choice: str
    answer: str


def count_words(text: str) -> int:
    """Return how many words a text has; what a no-break space joins are two."""
    return len(text.replace("\u00a0", " ").split())


def count_numbers(text: str) -> int:
    """Return how many numbers stand in a text, the services 113 and 116117 left out."""
    return sum(number not in _CALLED_BY_NUMBER for number in _NUMBER.findall(text))


Forms = Sequence[tuple[str, float]]
"""A sentence of the answer in all its forms, and what each is worth to who reads it."""


def fitted_answer(facts: AnswerFacts) -> Fitted:
    """Return the choice and what follows it, with at most 60 words and 5 numbers together."""
    told = _headline_loss(facts)
    choices = [(form, worth) for form, worth in _choice_forms(facts, told) if _size(form).fits]
    choices = choices or [(facts.words.text("decision.choice.see_below"), _CHOICE)]
    parts: list[Forms] = [
        choices,
        _ranked(_caution_forms(facts), 100, 1),
        _target_forms(facts),
        *(_model_forms(facts, name, name == told) for name in _models_by_weight(facts)),
        _ranked(_need_forms(facts), 5, 2),
    ]
    choice, *texts = best_fit(parts)
    return Fitted(choice, " ".join(text for text in texts if text))


def _ranked(forms: Sequence[str], worth: float, step: float) -> Forms:
    """Return forms from the longest to the shortest, each worth a step less than the one before."""
    return [(form, worth - step * place) for place, form in enumerate(forms)]


class Size(NamedTuple):
    """How long a text is."""

    words: int
    numbers: int

    @property
    def fits(self) -> bool:
        """Tell whether the answer has room for so much."""
        return self.words <= MOST_WORDS and self.numbers <= MOST_NUMBERS


def _size(text: str) -> Size:
    return Size(count_words(text), count_numbers(text))


def best_fit(parts: Sequence[Forms]) -> list[str]:
    """Return a form of each part, "" for none, that fit together and are worth most.

    Part by part, the best text so far is kept for each number of words and numbers used.
    """
    best: dict[Size, tuple[float, list[str]]] = {Size(0, 0): (0.0, [])}
    for part in parts:
        longer: dict[Size, tuple[float, list[str]]] = {}
        for used, (worth, texts) in best.items():
            for form, own_worth in (*part, ("", 0.0)):
                own = _size(form)
                size = Size(used.words + own.words, used.numbers + own.numbers)
                gained = worth + own_worth
                if size.fits and gained > longer.get(size, (-1.0, []))[0]:
                    longer[size] = (gained, [*texts, form])
        best = longer
    return max(best.values(), key=lambda each: each[0])[1]


def short_title(words: Words, model: str) -> str:
    """Return a model's title as the answer has it: without brackets, at most so many words."""
    return _without_capital(words, short_name(words.labels.organisation(model)) or model)


def short_name(name: str) -> str:
    """Return a name that users chose without brackets, with at most six words and one number."""
    plain = re.sub(r"\s*[(\[{][^)\]}]*[)\]}]", "", name)
    kept = re.sub(r"[()\[\]{}]", " ", plain).split()[:LONGEST_TITLE]
    while kept and count_numbers(" ".join(kept)) > 1:
        kept = kept[:-1]
    return " ".join(kept).rstrip(" ,;:.–-")


def _without_capital(words: Words, title: str) -> str:
    """Return a title as it stands within a sentence: a small letter, unless a name begins it."""
    first = title.split()[0] if title else ""
    region = words.chosen.manifest.region
    names = {*words.text.both(region["title"]).split()}
    for key in region["municipalities"]:
        names.update(words.labels.municipality(key).split())
    names.update(str(place["name"]).split()[0] for place in region["places"].values())
    is_name = first in names or any(letter.isupper() or letter.isdigit() for letter in first[1:])
    return title if is_name else title[:1].lower() + title[1:]


def _listed_titles(words: Words, models: Sequence[str]) -> str:
    return words.text.listed([short_title(words, name) for name in models])


def _sentence(text: str) -> str:
    """Return a text as a sentence: with a capital letter and a full stop."""
    return f"{capital(text)}." if text else ""


def _in_words(words: Words, indicator: str, part: str, default: str = "") -> str:
    """Return what an indicator is called in one of the parts of the answer."""
    return words.text.get(f"decision.of.{indicator}.{part}", default)


# --- which model, on what terms -------------------------------------------------------------------


_CHOICE = 1000.0
"""What the choice is worth: more than all that follows it."""


def _choice_forms(facts: AnswerFacts, loser: str) -> list[tuple[str, float]]:
    """Return the choice; of several models on their terms, with fewer of both where need be.

    Args:
        facts: What it is made from.
        loser: The model whose place loss the choice has to tell, see `_headline_loss`.
    """
    words, standings = facts.words, facts.standings
    chosen = words.chosen
    if not chosen.others:
        alone = words.text("decision.choice.alone", model=_title(facts, chosen.base))
        return [(_sentence(alone), _CHOICE)]
    front = [name for name in standings.front if name in standings.shown]
    if len(front) == 1:
        return [*_ranked(_single_choice(facts, front[0], loser), _CHOICE, 0.5)]
    models = preferred_models(facts)
    forms = [
        (_terms(facts, models[:count], most), _CHOICE + 6 * count + 3 * most)
        for count in range(min(len(models), _MOST_MODELS), 1, -1)
        for most in (2, 1)
    ]
    return forms or [*_ranked(_nothing_apart(facts, loser), _CHOICE, 0.5)]


def preferred_models(facts: AnswerFacts) -> list[str]:
    """Return the models that are the one to choose on some terms, those on single terms first."""
    reasons = {name: _reasons(facts, name) for name in facts.standings.front}
    preferred = [name for name in facts.standings.shown if name in reasons and reasons[name].judged]
    return sorted(preferred, key=lambda name: not reasons[name].each_is_enough)


def _reasons(facts: AnswerFacts, model: str) -> Reasons:
    standings = facts.standings
    return standings.reasons(model, [name for name in standings.front if name in standings.shown])


def _terms(facts: AnswerFacts, models: Sequence[str], most: int) -> str:
    """Say of each of some models on what terms it is the one, with so many terms at most."""
    words, judged = facts.words, facts.standings.judged
    reasons = {name: _reasons(facts, name) for name in models}
    single = [name for name in models if reasons[name].each_is_enough]
    together = [name for name in models if name not in single]
    said: set[str] = set()
    clauses: list[str] = []
    for name in [*sorted(single, key=lambda n: judged.index(reasons[n].judged[0])), *together]:
        values = _values(words, reasons[name], most)
        own = {value_of(words, by) for by in reasons[name].judged}
        key = ("both" if own <= said else "then") if clauses else "first"
        title = _title(facts, name)
        clauses.append(words.text(f"decision.choice.{key}", model=title, values=values))
        said |= own
    return _sentence("; ".join(clauses))


def _title(facts: AnswerFacts, model: str) -> str:
    return short_title(facts.words, model)


def _headline_loss(facts: AnswerFacts) -> str:
    """Return the model whose place loss belongs in the choice; "" for none.

    Where the choice says that a model is no worse, or that nothing tells the models apart, it is
    true of the region as a whole alone once some place surely loses.
    """
    front = [name for name in facts.standings.front if name in facts.standings.shown]
    if len(front) == 1 and front[0] != facts.words.chosen.base:
        return front[0] if front[0] in facts.losses else ""
    is_on_terms = len(front) > 1 and len(preferred_models(facts)) > 1
    if is_on_terms or (
        len(front) == 1 and not _is_mostly_open(facts.standings, facts.words.chosen.others)
    ):
        return ""
    losing = [name for name in _models_by_weight(facts) if name in facts.losses]
    return max(losing, key=lambda name: _loss_in_margins(facts.losses[name]), default="")


def _loss_in_margins(loss: PlaceLoss) -> float:
    return abs(loss.change) / _USUAL_MARGINS.get(loss.unit, 1.0)


def _single_choice(facts: AnswerFacts, model: str, loser: str) -> list[str]:
    """Say plainly which model wins, where no other is ahead of it in anything.

    The base stays only where all that was judged is settled; what is open is named. Forms from the
    longest to the shortest.
    """
    words, standings = facts.words, facts.standings
    rivals = [name for name in words.chosen.organisations if name != model]
    won = [by for by in standings.judged if any(standings.is_ahead(model, n, by) for n in rivals)]
    is_base = model == words.chosen.base
    unsettled = _open_things(standings, rivals if is_base else [model])
    if is_base and _is_mostly_open(standings, rivals):
        key = "not_yet"
    elif is_base:
        key = "base_so_far" if unsettled else "base"
    else:
        key = "cheaper" if {by.indicator for by in won} == {COST} else "best"
        key += "_so_far" if unsettled else ""
    title = _title(facts, model)
    return [
        text
        for open_ in _open_forms(words, unsettled)
        for text in _choice_with_loss(facts, key, loser, {"model": title, "open": open_})
    ]


def _open_things(standings: Standings, models: Sequence[str]) -> list[Judged]:
    """Return what cannot be told of some of the models."""
    return [
        by
        for by in standings.judged
        if any(standings.verdict(name, by) == Verdict.CANNOT_TELL for name in models)
    ]


def _open_forms(words: Words, unsettled: Sequence[Judged]) -> list[str]:
    """Return what is open by name: the first two, the first, and without a name."""
    names = [_of_group(words, by, goal_name(words, by.indicator)) for by in unsettled]
    names = list(dict.fromkeys(names))
    forms = []
    for count in range(min(len(names), _MOST_OPEN_NAMED), 0, -1):
        rest = len(names) - count
        more = [words.text.counted("decision.choice.open_more", rest)] if rest else []
        forms.append(words.text.listed([*names[:count], *more]))
    return [*forms, words.text("decision.choice.open_some")]


_MOST_OPEN_NAMED = 2
"""Open things that the choice has room to name."""


def _choice_with_loss(
    facts: AnswerFacts, key: str, loser: str, names: Mapping[str, str]
) -> list[str]:
    """Return a choice, with the place that surely loses where there is one: in full, and short."""
    words = facts.words
    if not loser:
        return [_sentence(words.text(f"decision.choice.{key}", **names))]
    subject = _subject(facts, loser)
    hits = words.text("decision.answer.hits_place", place=facts.losses[loser].place)
    return [
        _sentence(words.text(f"decision.choice.{key}_but", subject=subject, loss=loss, **names))
        for loss in (_loss(facts, loser), hits)
    ]


def _is_mostly_open(standings: Standings, models: Sequence[str]) -> bool:
    """Tell whether most differences of some models from the base cannot be told."""
    verdicts = [verdict for name in models for verdict in standings.verdicts(name)]
    return verdicts.count(Verdict.CANNOT_TELL) > len(verdicts) / 2


def _values(words: Words, reasons: Reasons, most: int) -> str:
    """Return what speaks for a model, as something to value.

    Of things that are each enough, the first of a theme; things that only do together, all.
    """
    if not reasons.each_is_enough and len(reasons.judged) > 1:
        *first, last = (value_of(words, by) for by in reasons.judged)
        return words.text("decision.choice.together", first=", ".join(first), last=last)
    by_theme: dict[str, str] = {}
    for by in reasons.judged:
        by_theme.setdefault(theme_of(by.indicator), value_of(words, by))
    return words.text.listed(list(by_theme.values())[:most])


def value_of(words: Words, by: Judged) -> str:
    """Return a thing judged as what somebody may want: a short journey."""
    label = short_name(words.labels.indicator(by.indicator))
    quoted = words.text("word.quoted", words=label)
    return _of_group(words, by, _in_words(words, by.indicator, "value", quoted))


def _nothing_apart(facts: AnswerFacts, loser: str) -> list[str]:
    """Say that nothing tells the models apart: because they are alike, or because it is unsure."""
    standings = facts.standings
    verdicts = {v for name in facts.words.chosen.others for v in standings.verdicts(name)}
    key = "alike" if verdicts and verdicts <= {*NO_DIFFERENCE, Verdict.DIFFERS} else "cannot_tell"
    return _choice_with_loss(facts, key, loser, {})


# --- what follows ---------------------------------------------------------------------------------


def _caution_forms(facts: AnswerFacts) -> list[str]:
    """Say that a queue grew without bound, or that the study is not finished."""
    words = facts.words
    forms = []
    if overload_clauses(words):
        models = list(dict.fromkeys(str(n) for n in words.chosen.overloads["organisation"]))
        listed = _listed_titles(words, models[:2])
        forms = [
            _sentence(words.text("decision.answer.overload", models=listed)),
            _sentence(words.text("decision.answer.overload_short")),
        ]
    if words.chosen.manifest.interrupted is not None:
        unfinished = _sentence(words.text("decision.answer.unfinished"))
        forms = [f"{unfinished} {form}" for form in forms] or [unfinished]
    return forms


class _TargetClause(NamedTuple):
    """What is said of targets: in full, shorter after another clause, and what it is worth."""

    full: str
    short: str
    worth: float


def _target_forms(facts: AnswerFacts) -> Forms:
    """Say which targets are missed and met, and by which models where it depends on them.

    What no model meets stands first, so that it is the last to be left out.
    """
    clauses = _target_clauses(facts)
    forms: dict[str, float] = {}
    for count in range(len(clauses), 0, -1):
        first, *rest = clauses[:count]
        worth = sum(clause.worth for clause in clauses[:count])
        full = [first.full, *(clause.full for clause in rest)]
        short = [first.full, *(clause.short for clause in rest)]
        forms.setdefault(_sentence("; ".join(full)), worth)
        forms.setdefault(_sentence("; ".join(short)), worth - 0.5)
    return list(forms.items())


def _target_clauses(facts: AnswerFacts) -> list[_TargetClause]:
    words, shown = facts.words, facts.standings.shown
    goals: dict[str, list[str]] = {"missed": [], "unclear": [], "met": []}
    at_times: list[_TargetClause] = []
    mixed: list[_TargetClause] = []
    for indicator in words.chosen.targets():
        verdicts = {n: level.verdict for n in shown if (level := words.chosen.level(n, indicator))}
        known = set(verdicts.values()) - {""}
        goal = goal_name(words, indicator)
        if len(known) > 1:
            text = _mixed_target(words, goal, verdicts)
            mixed.append(_TargetClause(text, text, 3.0 if indicator in facts.missed else 5.0))
        if indicator in facts.missed:
            named = {"goal": goal, "when": facts.missed[indicator]}
            full = words.text("decision.answer.on_average", **named)
            short = words.text("decision.answer.not_always", **named)
            at_times.append(_TargetClause(full, short, 1.5 if at_times else 6.5))
        elif len(known) == 1:
            goals[_KINDS.get(known.pop(), "unclear")].append(goal)
    by_all = []
    for kind, names in goals.items():
        text = words.text(f"decision.answer.{kind}", goals=words.text.listed(names))
        by_all += [_TargetClause(text, text, 7.0 if kind == "missed" else 1.0)] if names else []
    return sorted([*by_all, *mixed, *at_times], key=lambda clause: -clause.worth)


_KINDS: dict[str, str] = {Verdict.MET: "met", Verdict.NOT_MET: "missed"}


def _mixed_target(words: Words, goal: str, verdicts: Mapping[str, str]) -> str:
    """Say which models meet a target that not all do, or that miss it where those are fewer."""
    meeting = [name for name, verdict in verdicts.items() if verdict == Verdict.MET]
    missing = [name for name, verdict in verdicts.items() if verdict == Verdict.NOT_MET]
    is_met_by_few = bool(meeting) and (len(meeting) <= len(missing) or not missing)
    models = _listed_titles(words, meeting if is_met_by_few else missing)
    key = "only_met" if is_met_by_few else "only_missed"
    return words.text(f"decision.answer.{key}", goal=goal, models=models)


def goal_name(words: Words, indicator: str) -> str:
    """Return what a target is called in a sentence."""
    label = short_name(words.labels.indicator(indicator))
    return _in_words(words, indicator, "goal", words.text("word.quoted", words=label))


def _models_by_weight(facts: AnswerFacts) -> list[str]:
    """Return the models that are told of but the base, those that no other beats first."""
    told = [name for name in facts.standings.shown if name != facts.words.chosen.base]
    return sorted(told, key=lambda name: name not in facts.standings.front)


def _model_forms(facts: AnswerFacts, model: str, is_loss_told: bool) -> Forms:
    """Say what a model gains, what it costs, and where it hits hardest, in one sentence.

    The sentence of a model that another beats is worth half; a loss that the choice has told is
    not told again.
    """
    standings = facts.standings
    is_saving = standings.verdict(model, Judged(COST)) == Verdict.BETTER
    clauses = {
        "gain": (_gain_clause(facts, model), 2.0, True),
        "cost": (_cost_clause(facts, model), 5.0, is_saving),
        "loss": ("" if is_loss_told else _loss(facts, model), 4.0, False),
    }
    share = 1.0 if model in standings.front else 0.5
    forms = []
    for names in _SUBSETS:
        chosen = [clauses[name] for name in names]
        if all(text for text, _, _ in chosen):
            good = [text for text, _, is_good in chosen if is_good]
            bad = [text for text, _, is_good in chosen if not is_good]
            worth = share * sum(worth for _, worth, _ in chosen)
            forms.append((_model_sentence(facts, model, good, bad), worth))
    return forms


_SUBSETS = (
    ("gain", "cost", "loss"),
    ("cost", "loss"),
    ("gain", "cost"),
    ("gain", "loss"),
    ("cost",),
    ("loss",),
    ("gain",),
)


def _model_sentence(facts: AnswerFacts, model: str, good: Sequence[str], bad: Sequence[str]) -> str:
    words = facts.words
    gains, losses = words.text.listed([*good]), words.text.listed([*bad])
    but = words.text("decision.answer.but")
    told = f"{gains}, {but} {losses}" if gains and losses else gains or losses
    return _sentence(words.text("decision.answer.model", model=_subject(facts, model), told=told))


def _subject(facts: AnswerFacts, model: str) -> str:
    """Return what a model other than the base is called where something is said of it."""
    is_only_one = len(facts.words.chosen.others) == 1
    return facts.words.text("decision.answer.the_change") if is_only_one else _title(facts, model)


def _gain_clause(facts: AnswerFacts, model: str) -> str:
    """Return the largest gain of a model besides cost and unmet need, which are told apart."""
    standings = facts.standings
    gains = [
        by
        for by in standings.judged
        if by.indicator not in (COST, UNMET_NEED) and standings.verdict(model, by) == Verdict.BETTER
    ]
    if not gains:
        return ""
    by = max(gains, key=lambda by: standings.size(model, by))
    change = standings.change(model, by)
    assert change is not None, "a verdict is of a difference"
    effect = effect_words(facts.words, by, (change.mean, change.unit), "better")
    return facts.words.text("decision.answer.gives", effect=effect)


def _loss(facts: AnswerFacts, model: str) -> str:
    """Return where a model hits hardest, or what it loses where no place is known to."""
    words, standings = facts.words, facts.standings
    if model in facts.losses:
        loss = facts.losses[model]
        effect = effect_words(words, loss.by, (loss.change, loss.unit), "worse")
        key = "gives_some" if loss.is_of_some else "gives_place"
        return words.text(f"decision.answer.{key}", place=loss.place, effect=effect)
    for by in standings.judged:
        change = standings.change(model, by)
        is_told = by.indicator in (COST, UNMET_NEED)
        if change is not None and not is_told and change.verdict == Verdict.WORSE:
            effect = effect_words(words, by, (change.mean, change.unit), "worse")
            return words.text("decision.answer.gives", effect=effect)
    return ""


def effect_words(words: Words, by: Judged, change: tuple[float, str], way: str) -> str:
    """Return a change as what it gives somebody: a journey 12 minutes longer."""
    key = f"decision.of.{by.indicator}.{way}"
    if key in words.text.texts:
        effect = words.text(key, n=amount_words(words, *change))
    else:
        label = short_name(words.labels.indicator(by.indicator))
        quoted = words.text("word.quoted", words=label)
        effect = words.text(f"decision.answer.plain_{way}", label=quoted)
    return _of_group(words, by, effect)


def _of_group(words: Words, by: Judged, told: str) -> str:
    """Return what is told of a thing judged with the group that it is of, if it is of one."""
    group = group_in_words(words, by)
    return words.text("decision.group.told", told=told, group=group) if group else told


def group_in_words(words: Words, by: Judged) -> str:
    """Return a group that is judged in words: at night, in Lierne, at 03; "" for everybody."""
    if by.group_by == "all":
        return ""
    if by.group_by == "municipality":
        return words.text("decision.when.places.few", places=words.labels.place(by.group))
    if by.group_by == "hour":
        return words.text("decision.group.hour", hour=by.group)
    if by.group_by == "hour_of_week":
        day, _, hour = by.group.partition(" ")
        return words.text(
            "decision.group.hour_of_week", day=words.text(f"decision.group.day.{day}"), hour=hour
        )
    if by.group_by == "weekday":
        return words.text(f"decision.group.day.{by.group}")
    plain = words.text.get(f"group.{by.group}", by.group.replace("_", " "))
    return words.text.get(f"decision.group.of.{by.group}", plain)


def amount_words(words: Words, change: float, unit: str) -> str:
    """Return the size of a change without decimals: 12 minutes; one below half is a little."""
    size = round(abs(scale_value(change, unit)))
    if not size:
        return words.text("decision.answer.slightly")
    form = "one" if size == 1 else "many"
    template = words.text.get(f"decision.amount.{unit}.{form}", "{n}")
    return template.format(n=words.numbers.plain(size))


def _cost_clause(facts: AnswerFacts, model: str) -> str:
    """Return what a model saves or costs a year, in whole millions."""
    by = Judged(COST)
    change, verdict = facts.standings.change(model, by), facts.standings.verdict(model, by)
    keys: dict[Verdict | None, str] = {Verdict.BETTER: "saves", Verdict.WORSE: "costs"}
    if change is None or verdict not in keys:
        return ""
    millions = round(abs(scale_value(change.mean, change.unit)))
    written = facts.words.numbers.plain(millions)
    size = facts.words.text.counted("decision.answer.millions", millions, written)
    amount = size if millions else facts.words.text("decision.answer.half_million")
    return facts.words.text(f"decision.answer.{keys[verdict]}", amount=amount)


def _need_forms(facts: AnswerFacts) -> list[str]:
    """Say in which models more or fewer go without help."""
    words, standings = facts.words, facts.standings
    others = _models_by_weight(facts)
    by_verdict = {
        kind: [name for name in others if standings.verdict(name, Judged(UNMET_NEED)) == verdict]
        for kind, verdict in (("more", Verdict.WORSE), ("fewer", Verdict.BETTER))
    }
    if len(others) == 1:
        kinds = [kind for kind, names in by_verdict.items() if names]
        return [_sentence(words.text(f"decision.answer.{kind}_without_help")) for kind in kinds]
    clauses = [
        words.text(f"decision.answer.{kind}_without", models=_models_or_all(words, names, others))
        for kind, names in by_verdict.items()
        if names
    ]
    return [_sentence("; ".join(clauses)), _sentence(clauses[0])] if clauses else []


def _models_or_all(words: Words, names: Sequence[str], others: Sequence[str]) -> str:
    if len(names) == len(others) > 1:
        return words.text("decision.answer.both" if len(others) == 2 else "decision.answer.all")
    return _listed_titles(words, names)
