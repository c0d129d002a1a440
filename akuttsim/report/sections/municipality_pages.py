"""A page for each municipality: what the models mean for those who live there.

Where the sick of its largest settlement meet a doctor through the day, four patients that anyone
can picture, the judged numbers of the municipality alone, and how it stands among the others. All
of it is read from the tables of results and from what a run keeps for the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from akuttsim.experiments.results import read_page_data
from akuttsim.indicators.care_through_the_day import (
    SLOT_MIN,
    SLOTS_A_DAY,
    STRIP_DAYS,
    STRIP_NEEDS,
    CareBlock,
    ClinicInBlock,
    MunicipalityCare,
    is_slow,
)
from akuttsim.records import JsonObject
from akuttsim.report.context import (
    Words,
    capital,
)
from akuttsim.report.decision import (
    JudgedColumn,
    Ranked,
    judged_column,
    judged_things,
    matrix_cell,
    ranked_places,
    runs_in_words,
    settled_differences,
)
from akuttsim.report.decision_answer import Judged, Standings, amount_words, short_name, short_title
from akuttsim.report.first_screen import ShownCell, shown_cell
from akuttsim.statistics.verdicts import Verdict

ALWAYS_TOLD = ("travel_to_care_min", "ambulance_response_median_min")
"""Told of every municipality, whatever the question is judged by."""

NOTICED_MIN = 10
"""A way to care is longer or shorter from so many minutes on."""

TINTS = ((5, "here"), (30, "near"), (60, "far"))
"""The tint of a block, up to so many minutes away; what is farther is `hour`."""

_DAYS_A_WEEK = {"weekday": 5, "saturday": 1, "sunday": 1}
_GREEN, _YELLOW, _DOCTOR = (STRIP_NEEDS.index(need) for need in ("green", "yellow", "doctor"))
_CHEST_PAIN_HOUR = 3


class StripBlock(NamedTuple):
    """Hours on end in which people go to the same place.

    Attributes:
        slots: How many half hours.
        hours: From when to when ("kl. 15.30–23:"), or that it is all day.
        place: Where they go; "" where nothing is open.
        drive: How far that is; "" on the spot.
        note: What is not done there, and where they go for it; "" for nothing.
        tint: How far it is: `here`, `near`, `far`, `hour` or `none`.
        has_nurse_alone: Whether a nurse is on site, with the doctor on video.
        kind: What it is, in words: GP office, legevakt or satellite.
    """

    slots: int
    hours: str
    place: str
    drive: str
    note: str
    tint: str
    has_nurse_alone: bool
    kind: str


@dataclass(frozen=True)
class StripDay:
    """A kind of day: its name, and the blocks of each model by its short title."""

    title: str
    rows: tuple[tuple[str, tuple[StripBlock, ...]], ...]


class PatientCell(NamedTuple):
    """Where a patient goes in one model.

    Attributes:
        where: The place, or how soon the ambulance comes.
        how: How far, and what is on site.
        mark: `worse`, `better` or "" against the base.
    """

    where: str
    how: str
    mark: str


@dataclass(frozen=True)
class PicturedPatient:
    """A patient anyone can picture: who, when, and where in each model."""

    who: str
    when: str
    cells: tuple[PatientCell, ...]


class RankDot(NamedTuple):
    """A municipality on the line of all.

    Attributes:
        name: Its name.
        change: Its change in words.
        at: Where on the line, per cent of its width.
        is_own: Whether it is the one that is told of.
        is_clear: Whether the change is surely for the better or the worse.
    """

    name: str
    change: str
    at: float
    is_own: bool
    is_clear: bool


@dataclass(frozen=True)
class MunicipalityRank:
    """How a municipality stands among all, in what changes most there."""

    title: str
    told: str
    dots: tuple[RankDot, ...]

    @property
    def ends(self) -> tuple[RankDot, ...]:
        """Return the municipalities with the least and the largest change."""
        in_line = sorted(self.dots, key=lambda dot: dot.at)
        return (in_line[0], in_line[-1])


@dataclass(frozen=True)
class MunicipalityPage:
    """What is told of one municipality.

    Attributes:
        key: Its key in the region; the section is `kommune-KEY`.
        name: Its name in one language.
        mark: `worse`, `better`, `same` or `unsure`: the finding at a glance.
        finding: The finding, a sentence.
        told: Sentences that say it in numbers.
        settlement: The place that the days are told of; "" where nothing is known of them.
        people: How many of its people live there, in words.
        days: The strips.
        legend: The tints that stand in them, the nearest first; `nurse` for the hatched.
        patients: The patients.
        models: Short titles of the models, the base first.
        rows: What is judged, with a cell for each model.
        rank: How it stands among all; None where nothing is sure.
        sure: How sure it is.
    """

    key: str
    name: str
    mark: str
    finding: str
    told: tuple[str, ...]
    settlement: str
    people: str
    days: tuple[StripDay, ...]
    legend: tuple[str, ...]
    patients: tuple[PicturedPatient, ...]
    models: tuple[str, ...]
    rows: tuple[tuple[JudgedColumn, tuple[ShownCell, ...]], ...]
    rank: MunicipalityRank | None
    sure: str


def municipality_pages(words: Words, folder: Path) -> list[MunicipalityPage]:
    """Return a page for each municipality that the results tell of; none with one model alone.

    Args:
        words: Texts and rows of the results.
        folder: The results folder, with what a run keeps for the page.
    """
    if not words.chosen.others:
        return []
    standings = Standings(words.chosen, judged_things(words))
    base = words.chosen.base
    models = [base, *(name for name in standings.shown if name != base)]
    judged = [by.indicator for by in standings.judged if by.group_by == "all"]
    told = [
        name
        for name in dict.fromkeys([*judged, *ALWAYS_TOLD])
        if words.chosen.groups(name, "municipality")
    ]
    drawn = {name: read_page_data(folder, "map", name) for name in models}
    ranked = ranked_places(words)
    return [
        _MunicipalityTeller(words, key, models, told, drawn, ranked).page()
        for key in words.chosen.municipalities()
        if told
    ]


@dataclass(frozen=True)
class _MunicipalityTeller:
    """Tells of one municipality.

    Attributes:
        words: Texts and results.
        key: The municipality.
        models: The models, the base first.
        indicators: What is told of it.
        drawn: What a run of each model kept for the page.
        ranked: Who is hit hardest and gains most of all.
    """

    words: Words
    key: str
    models: Sequence[str]
    indicators: Sequence[str]
    drawn: dict[str, JsonObject | None]
    ranked: Ranked

    @cached_property
    def standings(self) -> Standings:
        judged = [Judged(name, "municipality", self.key) for name in self.indicators]
        return Standings(self.words.chosen, judged)

    def page(self) -> MunicipalityPage:
        care = self._care()
        strips = _Strips(self.words, care) if len(care) == len(self.models) else None
        ambulances = self._ambulance_ways(strips) if strips else []
        mark, finding = self._finding(strips.ways() if strips else [], ambulances)
        told = [*self._effects(), *(strips.told() if strips else [])]
        told += [sentence for _, sentence in ambulances if sentence != finding]
        return MunicipalityPage(
            key=self.key,
            name=self.words.labels.place(self.key),
            mark=mark,
            finding=finding,
            told=tuple(told),
            settlement=strips.settlement if strips else "",
            people=strips.people(self.key) if strips else "",
            days=strips.days() if strips else (),
            legend=strips.legend() if strips else (),
            patients=(*strips.patients(), *self._chest_pain(strips)) if strips else (),
            models=tuple(map(self._title, self.models)),
            rows=tuple(self._row(by) for by in self.standings.judged),
            rank=self._rank(),
            sure=self._sure(),
        )

    def _title(self, model: str) -> str:
        return capital(short_title(self.words, model))

    def _care(self) -> dict[str, MunicipalityCare]:
        """Return the days of each model; none of results of a version that did not keep them."""
        care = {}
        for model in self.models:
            known = (self.drawn[model] or {}).get("through_the_day", {})
            if self.key in known:
                care[model] = care_from_json(known[self.key])
        return care

    def _row(self, by: Judged) -> tuple[JudgedColumn, tuple[ShownCell, ...]]:
        cells = tuple(
            shown_cell(self.words, matrix_cell(self.words, self.standings, model, by))
            for model in self.models
        )
        return judged_column(self.words, Judged(by.indicator), is_shown=True), cells

    # --- the finding ------------------------------------------------------------------------------

    def _finding(
        self, ways: Sequence[WayToDoctor], ambulances: Sequence[tuple[str, str]]
    ) -> tuple[str, str]:
        """Return the mark and the sentence: hardest hit of all, worse, better, or no difference.

        Where the simulation cannot tell, the way to a doctor still follows from opening hours, and
        that of the ambulance from where it stands.
        """
        for change, of_all, kind in (
            (Verdict.WORSE, "hardest", "longer"),
            (Verdict.BETTER, "most", "shorter"),
        ):
            if found := self._first_of_all(change):
                return change, self._told_of(of_all, found)
            if found := self._of_verdict(change):
                return change, self._told_of(change, found)
            if felt := [way.model for way in ways if way.kind == kind]:
                models = models_in_words(self.words, self.models, felt)
                return change, self.words.text(f"municipality_page.finding.{kind}", models=models)
            if moved := [sentence for mark, sentence in ambulances if mark == change]:
                return change, moved[0]
        verdicts = {
            self.standings.verdict(model, by)
            for model in self.models
            for by in self.standings.judged
        }
        mark = "unsure" if Verdict.CANNOT_TELL in verdicts else "same"
        return mark, self.words.text(f"municipality_page.finding.{mark}")

    def _told_of(self, kind: str, found: list[tuple[str, str]]) -> str:
        """Return a finding in words, of models and indicators with the weightiest first."""
        first = found[0][1]
        models = [model for model, indicator in found if indicator == first]
        things = [indicator for model, indicator in found if model == models[0]][:2]
        text = self.words.text
        return text(
            f"municipality_page.finding.{kind}",
            what=text.listed([self._thing(name) for name in things]),
            models=models_in_words(self.words, self.models, models),
        )

    def _thing(self, indicator: str) -> str:
        return self.words.text.get(
            f"decision.of.{indicator}.goal", self.words.labels.short(indicator)
        )

    def _first_of_all(self, change: str) -> list[tuple[str, str]]:
        """Return in what it stands first of all by people who notice, by weight."""
        found = [
            (place.weight, model, indicator)
            for (model, indicator, way), place in self.ranked.items()
            if (way, place.municipality) == (change, self.key)
            and model in self.models
            and indicator in self.indicators
        ]
        return [(model, indicator) for _, model, indicator in sorted(found, reverse=True)]

    def _of_verdict(self, verdict: str) -> list[tuple[str, str]]:
        """Return in what it is surely better or worse, the largest first."""
        standings = self.standings
        found = [
            (abs(standings.size(model, by)), model, by.indicator)
            for model in self.models
            for by in standings.judged
            if standings.verdict(model, by) == verdict
        ]
        return [(model, indicator) for _, model, indicator in sorted(found, reverse=True)]

    def _effects(self) -> list[str]:
        """Return a sentence for each model with its two largest sure effects here."""
        told = []
        for model in self.models:
            found = [
                effect
                for verdict in (Verdict.WORSE, Verdict.BETTER)
                for of, indicator in self._of_verdict(verdict)
                if of == model and (effect := self._effect(model, indicator, verdict))
            ]
            if found:
                effects = self.words.text.listed(list(dict.fromkeys(found))[:2])
                key = "municipality_page.gives"
                told.append(self.words.text(key, model=self._title(model), effects=effects))
        return told

    def _effect(self, model: str, indicator: str, verdict: str) -> str:
        change = self.words.chosen.change(model, indicator, "municipality", self.key)
        pattern = self.words.text.get(f"decision.of.{indicator}.{verdict}", "")
        if not pattern or change is None:
            return ""
        return pattern.format(n=amount_words(self.words, change.mean, change.unit))

    # --- the ambulance, the rank and how sure -----------------------------------------------------

    def _soonest_ambulances(self, strips: _Strips) -> dict[str, int | None]:
        """Return how soon the nearest ambulance is there at night if free, seconds, by model."""
        soonest = {}
        for model in self.models:
            drawn = self.drawn[model] or {}
            if _CHEST_PAIN_HOUR not in drawn.get("hours", []):
                return {}
            at_night = drawn["ambulance"][drawn["hours"].index(_CHEST_PAIN_HOUR)]
            soonest[model] = at_night[strips.place]
        return soonest

    def _chest_pain(self, strips: _Strips) -> list[PicturedPatient]:
        """Return whoever needs the ambulance; nobody where nothing is known of ambulances."""
        soonest = self._soonest_ambulances(strips)
        if not soonest:
            return []
        before = soonest[self.models[0]]
        cells = [
            PatientCell(self._soon(strips, each), "", _mark(each, before))
            for each in soonest.values()
        ]
        text = self.words.text
        who, when = (text(f"municipality_page.patient.chest.{part}") for part in ("who", "when"))
        return [PicturedPatient(who, when, tuple(cells))]

    def _soon(self, strips: _Strips, seconds: int | None) -> str:
        none = self.words.text("municipality_page.no_ambulance")
        return none if seconds is None else strips.minutes(seconds)

    def _ambulance_ways(self, strips: _Strips) -> list[tuple[str, str]]:
        """Return whether the nearest ambulance is noticeably nearer or farther: a sentence each."""
        soonest = self._soonest_ambulances(strips)
        before = soonest.get(self.models[0])
        return [
            (
                mark,
                self.words.text(
                    "municipality_page.ambulance",
                    model=self._title(model),
                    before=self._soon(strips, before),
                    after=self._soon(strips, each),
                ),
            )
            for model, each in soonest.items()
            if (mark := _mark(each, before))
        ]

    def _rank(self) -> MunicipalityRank | None:
        """Return how it stands among all in what changes most here; None where nothing is sure."""
        found = [*self._of_verdict(Verdict.WORSE), *self._of_verdict(Verdict.BETTER)]
        if not found:
            return None
        model, indicator = found[0]
        words = self.words
        changes = {
            key: change
            for key in words.chosen.municipalities()
            if (change := words.chosen.change(model, indicator, "municipality", key)) is not None
            and change.is_known
        }
        own = changes[self.key]
        sure = [key for key, change in changes.items() if change.verdict == own.verdict]
        ends = [0.0, *(change.mean for change in changes.values())]
        width = max(ends) - min(ends) or 1.0
        dots = tuple(
            RankDot(
                words.labels.place(key),
                words.numbers.change(change),
                round(2 + 96 * (change.mean - min(ends)) / width, 1),
                key == self.key,
                change.is_clear,
            )
            for key, change in changes.items()
        )
        names = {"what": self._thing(indicator), "model": short_title(words, model)}
        form = "one" if len(sure) == 1 else "many"
        told = words.text(
            f"municipality_page.rank.told.{form}",
            count=len(sure),
            number=1 + sum(abs(changes[key].mean) > abs(own.mean) for key in sure),
            change=words.numbers.change(own),
            verdict=words.text(f"verdict.{own.verdict}"),
        )
        return MunicipalityRank(words.text("municipality_page.rank.title", **names), told, dots)

    def _sure(self) -> str:
        settled, count = settled_differences(self.standings, self.models)
        runs = runs_in_words(self.words)
        return self.words.text("municipality_page.sure", settled=settled, count=count, runs=runs)


def models_in_words(words: Words, models: Sequence[str], some: Iterable[str]) -> str:
    """Return the titles of some models as they begin a sentence, or that it is all but the base."""
    named = [name for name in models if name in set(some)]
    others = len(models) - 1
    if len(named) == others > 1:
        key = "municipality_page.both_others" if others == 2 else "municipality_page.all_others"
        return words.text(key)
    return capital(words.text.listed([short_title(words, name) for name in named]))


def _mark(seconds: int | None, before: int | None) -> str:
    """Return whether a way is noticeably longer or shorter than before; one that is none is."""
    if seconds == before:
        return ""
    if seconds is None or before is None:
        return "worse" if seconds is None else "better"
    change_min = (seconds - before) / 60
    if abs(change_min) < NOTICED_MIN:
        return ""
    return "worse" if change_min > 0 else "better"


def care_from_json(written: list[Any]) -> MunicipalityCare:
    """Return the days of a municipality as a run wrote them."""
    place, days = written
    return MunicipalityCare(
        place,
        tuple(
            tuple(
                CareBlock(start, end, tuple(ClinicInBlock(*near) for near in nearest))
                for start, end, nearest in day
            )
            for day in days
        ),
    )


# --- the strips -----------------------------------------------------------------------------------


class PatientKind(NamedTuple):
    """A patient anyone can picture: name among the texts, kind of day, time and need."""

    key: str
    day: str
    minute: int
    need: int


PATIENTS = (
    PatientKind("fever", "saturday", 19 * 60, _GREEN),
    PatientKind("fracture", "weekday", 18 * 60, _YELLOW),
    PatientKind("stomach", "weekday", 27 * 60, _YELLOW),
)


class _Strips:
    """The days of one municipality's largest settlement, in each model."""

    def __init__(self, words: Words, care: dict[str, MunicipalityCare]) -> None:
        self.words = words
        self.care = care
        self.base = next(iter(care))
        self.place = care[self.base].place
        self._places: dict[str, Any] = words.chosen.manifest.region["places"]

    @property
    def settlement(self) -> str:
        return self._town_name(list(self._places.values())[self.place])

    def _town_name(self, place: Any) -> str:
        """Return a place's name without what a district adds in brackets; a centre by its town."""
        municipality = self.words.labels.place(place["municipality"])
        name = short_name(str(place["name"]))
        return municipality if name.startswith(f"{municipality} ") else name

    def people(self, municipality: str) -> str:
        """Return how many of a municipality's people live in the settlement."""
        counts = [
            (place, sum(place.get("people") or ()))
            for place in self._places.values()
            if place["municipality"] == municipality
        ]
        own = max((count for _, count in counts), default=0)
        written = [self.words.numbers.plain(n) for n in (own, sum(n for _, n in counts))]
        return self.words.text("municipality_page.people", own=written[0], all=written[1])

    def minutes(self, seconds: float) -> str:
        """Return a time in words: 55 min, 2 t 18 min."""
        hours, minutes = divmod(round(seconds / 60), 60)
        key = "municipality_page.hours" if hours else "municipality_page.minutes"
        return self.words.text(key, hours=hours, minutes=minutes)

    def _drive(self, near: ClinicInBlock) -> str:
        """Return how far it is: "" on the spot; the longest, where a ferry is waited for."""
        if near.longest_s < 60:
            return ""
        longest = self.minutes(near.longest_s)
        if is_slow(near.longest_s, near.shortest_s):
            return self.words.text("municipality_page.up_to", longest=longest)
        return longest

    def _clinic(self, model: str, near: ClinicInBlock) -> Any:
        clinics = self.words.chosen.manifest.organisations[model]["clinics"]
        return list(clinics.values())[near.clinic]

    def _town(self, model: str, near: ClinicInBlock) -> str:
        if near.clinic < 0:
            return self.words.text("municipality_page.nowhere")
        return self._town_name(self._places[self._clinic(model, near)["place"]])

    def days(self) -> tuple[StripDay, ...]:
        """Return the strips; Saturday and Sunday as one where they are alike in every model."""
        _, saturday, sunday = range(len(STRIP_DAYS))
        alike = all(care.days[saturday] == care.days[sunday] for care in self.care.values())
        shown = (
            {"weekday": 0, "weekend": saturday}
            if alike
            else dict(zip(STRIP_DAYS, range(len(STRIP_DAYS)), strict=True))
        )
        return tuple(
            StripDay(self.words.text(f"municipality_page.day.{name}"), self._rows(at))
            for name, at in shown.items()
        )

    def _rows(self, day: int) -> tuple[tuple[str, tuple[StripBlock, ...]], ...]:
        rows = []
        for model, care in self.care.items():
            rows.append(
                (
                    capital(short_title(self.words, model)),
                    tuple(self._blocks(model, care.days[day])),
                )
            )
        return tuple(rows)

    def _blocks(self, model: str, blocks: Sequence[CareBlock]) -> Iterable[StripBlock]:
        """Return blocks in words; two clinics of one place that take turns are told as one."""

        def told(block: CareBlock) -> StripBlock:
            return self._block(model, block)._replace(slots=0, hours="", kind="")

        for _, group in groupby(blocks, key=told):
            alike = list(group)
            whole = alike[0]._replace(end_min=alike[-1].end_min)
            kinds = dict.fromkeys(self._block(model, block).kind for block in alike)
            yield self._block(model, whole)._replace(kind=self.words.text.listed(list(kinds)))

    def _block(self, model: str, block: CareBlock) -> StripBlock:
        near = block.nearest[_GREEN]
        is_open = near.clinic >= 0
        clinic = self._clinic(model, near) if is_open else {}
        is_satellite = clinic.get("kind") == "satellite"
        minutes = near.longest_s / 60
        tint = next((name for most, name in TINTS if minutes <= most), "hour")
        kind = self.words.text(f"municipality_page.kind.{clinic['kind']}") if is_open else ""
        return StripBlock(
            slots=(block.end_min - block.start_min) // SLOT_MIN,
            hours=self._hours(block),
            place=self._town(model, near),
            drive=self._drive(near) if is_open else "",
            note=self._limit(model, block) if is_satellite else "",
            tint=tint if is_open else "none",
            has_nurse_alone=is_satellite,
            kind=kind,
        )

    def _limit(self, model: str, block: CareBlock) -> str:
        """Return who is not seen by a satellite, and where they go instead."""
        is_yellow_too = block.nearest[_YELLOW].clinic == block.nearest[_GREEN].clinic
        near = block.nearest[_DOCTOR if is_yellow_too else _YELLOW]
        needs = "doctor" if is_yellow_too else "yellow"
        where = " ".join(filter(None, (self._town(model, near), self._drive(near))))
        return self.words.text(f"municipality_page.limit.{needs}", where=where)

    def _hours(self, block: CareBlock) -> str:
        if block.end_min - block.start_min == SLOT_MIN * SLOTS_A_DAY:
            return self.words.text("municipality_page.strip.all_day")
        first, last = (self._clock(at) for at in (block.start_min, block.end_min))
        return self.words.text("municipality_page.strip.from", hours=f"{first}–{last}")

    def _clock(self, minute: int) -> str:
        hour, minutes = divmod(minute, 60)
        hour = hour if hour <= 24 else hour - 24
        if not minutes:
            return str(hour)
        return self.words.text("municipality_page.clock", hour=hour, minutes=f"{minutes:02d}")

    def legend(self) -> tuple[str, ...]:
        """Return the tints that stand in the strips, the nearest first."""
        blocks = [block for day in self.days() for _, row in day.rows for block in row]
        tints = {block.tint for block in blocks}
        nurse = ("nurse",) if any(block.has_nurse_alone for block in blocks) else ()
        order = (*(name for _, name in TINTS), "hour", "none")
        return (*(name for name in order if name in tints), *nurse)

    # --- what the strips say ----------------------------------------------------------------------

    def told(self) -> list[str]:
        """Return sentences of how the way to a doctor differs from the base's; alike ones once."""
        alike: dict[WayToDoctor, list[str]] = {}
        for way in self.ways():
            alike.setdefault(way._replace(model=""), []).append(way.model)
        text = self.words.text
        told = [
            text(
                f"municipality_page.way.{way.kind}",
                models=models_in_words(self.words, list(self.care), models),
                hours=half_hours(self.words, way.halves),
                most=self.minutes(60 * way.most_min),
            )
            for way, models in alike.items()
        ]
        told += [told_of for model in self.care for told_of in self._nurses(model)]
        return told or [text("municipality_page.way.same")]

    def ways(self) -> list[WayToDoctor]:
        """Return when the way to a doctor is noticeably longer, and shorter, in each model."""
        ways = []
        for model in self.care:
            halves = list(self._halves_of_week(model))
            for kind, sign in (("longer", 1), ("shorter", -1)):
                felt = [half for half in halves if half.is_felt(sign)]
                if felt:
                    most = max(abs(half.more_min) for half in felt)
                    ways.append(WayToDoctor(model, kind, sum(half.times for half in felt), most))
        return ways

    def _nurses(self, model: str) -> list[str]:
        """Say how much of the time with a longer way a satellite sees those not in a hurry."""
        halves = [half for half in self._halves_of_week(model) if half.is_felt(1)]
        nurse = [half for half in halves if half.satellite]
        if not nurse:
            return []
        return [
            self.words.text(
                "municipality_page.way.nurse",
                model=capital(short_title(self.words, model)),
                hours=half_hours(self.words, sum(half.times for half in nurse)),
                places=self.words.text.listed(sorted({half.satellite for half in nurse})),
            )
        ]

    def _halves_of_week(self, model: str) -> Iterable[_HalfHour]:
        """Return each half hour of the three days with how it differs from the base."""
        for day, name in enumerate(STRIP_DAYS):
            base, own = (self.care[each].days[day] for each in (self.base, model))
            for minute in range(own[0].start_min, own[-1].end_min, SLOT_MIN):
                before, after = (_at(blocks, minute).nearest for blocks in (base, own))
                is_known = before[_DOCTOR].clinic >= 0 and after[_DOCTOR].clinic >= 0
                more_s = after[_DOCTOR].longest_s - before[_DOCTOR].longest_s if is_known else 0
                near = after[_GREEN]
                clinic = self._clinic(model, near) if near.clinic >= 0 else {}
                is_satellite = clinic.get("kind") == "satellite"
                satellite = self._town(model, near) if is_satellite else ""
                yield _HalfHour(_DAYS_A_WEEK[name], more_s / 60, satellite)

    def patients(self) -> list[PicturedPatient]:
        """Return patients anyone can picture, with where each goes in every model."""
        text = self.words.text
        return [
            PicturedPatient(
                text(f"municipality_page.patient.{kind.key}.who"),
                text(f"municipality_page.patient.{kind.key}.when"),
                tuple(self._patient_cells(kind)),
            )
            for kind in PATIENTS
        ]

    def _patient_cells(self, kind: PatientKind) -> Iterable[PatientCell]:
        day = STRIP_DAYS.index(kind.day)
        nearest = {
            model: _at(care.days[day], kind.minute).nearest[kind.need]
            for model, care in self.care.items()
        }
        before = _seconds(nearest[self.base])
        for model, near in nearest.items():
            how = self._drive(near) or self.words.text("municipality_page.on_the_spot")
            clinic = self._clinic(model, near) if near.clinic >= 0 else {}
            if near.clinic < 0:
                how = ""
            elif clinic["kind"] == "satellite":
                how = f"{how}, {self.words.text('municipality_page.kind.satellite')}"
            yield PatientCell(self._town(model, near), how, _mark(_seconds(near), before))


class _HalfHour(NamedTuple):
    """A half hour: how often a week, minutes longer to a doctor, and where a satellite is."""

    times: int
    more_min: float
    satellite: str

    def is_felt(self, sign: int) -> bool:
        """Tell whether the way is noticeably longer (sign 1) or shorter (-1)."""
        return sign * self.more_min >= NOTICED_MIN


class WayToDoctor(NamedTuple):
    """How the way differs: the model, longer or shorter, half hours a week, and by how much."""

    model: str
    kind: str
    halves: int
    most_min: float


def half_hours(words: Words, count: int) -> str:
    """Return half hours as hours in words."""
    return words.numbers.plain(count * SLOT_MIN / 60, 1 if count % 2 else 0)


def _seconds(near: ClinicInBlock) -> int | None:
    return near.longest_s if near.clinic >= 0 else None


def _at(blocks: Sequence[CareBlock], minute: int) -> CareBlock:
    return next(block for block in blocks if block.start_min <= minute < block.end_min)
