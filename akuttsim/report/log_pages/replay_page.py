"""The page of a replay: the real calls as recorded and as simulated, hour by hour."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from akuttsim.config.schema.experiment import AddedToLog
from akuttsim.experiments.files import write_whole
from akuttsim.experiments.manifest import LogEntry
from akuttsim.experiments.results import HOURS_FILE, ReplayTables, Results, read_replay
from akuttsim.report.context import LogWords
from akuttsim.report.document import (
    Figure,
    Page,
    Section,
    Table,
    headed_table,
    single_figure,
    text_table,
)
from akuttsim.report.exporters.html_templates import render_page
from akuttsim.report.figures.style import COLOURS
from akuttsim.report.log_pages import log_figures
from akuttsim.texts import Lang

READ = ("number", "talk", "place", "urgency", "sent", "scene", "destination", "handover")
"""What a log may tell of a call beside its time."""

DRAWN = ("place", "urgency", "talk")
"""What of that is drawn where the log does not tell it."""

ENOUGH_RUNS = 5
"""A band from fewer replications is wide, or narrow by luck."""


def replay_sources(log: LogEntry, words: LogWords) -> list[str]:
    """Return what of the calls is the log's own, what was drawn for how many, and what was taken.

    `log` is the manifest's: `known` has, of how many of its `calls`, the log's words and times were
    understood.
    """
    calls, known = log.calls, log.known
    own = [
        words("replay.own.time"),
        *(words(f"replay.own.{name}") for name in READ if known.get(name)),
    ]
    sampled = [_sampled_sentence(name, calls - known[name], calls, words) for name in DRAWN]
    others = [words(f"replay.drawn.{name}") for name in ("patience", *log.added, "rest")]
    listed = words.text.listed
    sentence = words(
        "replay.how",
        own=listed(own),
        drawn=listed([source for source in sampled if source] + others),
    )
    without = calls - known["number"]
    if not without:
        return [sentence]
    counts = {"n": words.number(without), "calls": words.number(calls)}
    return [sentence, words("replay.no_number", **counts)]


def _sampled_sentence(name: str, n: int, calls: int, words: LogWords) -> str:
    """Return what was drawn, with for how many calls; "" where the log has it of all."""
    if not n:
        return ""
    what = words(f"replay.drawn.{name}")
    return words("replay.drawn_for", what=what, n=words.number(n), calls=words.number(calls))


def few_replications_warning(n: int, words: LogWords) -> list[str]:
    """Return a warning where there are too few replications for a band to be trusted."""
    return [words("replay.few_runs", n=n, enough=ENOUGH_RUNS)] if n < ENOUGH_RUNS else []


MEASURES = ("mean_wait_s", "answered_in_time", "hung_up")
ALL = "all"

MAY_BE_ADDED: tuple[str, ...] = get_args(AddedToLog)


def has_replay(results: Results) -> bool:
    """Tell whether results hold the calls of a log against what was recorded."""
    return (results.folder / HOURS_FILE).is_file()


def write_replay_pages(folder: Path) -> tuple[Path, Path]:
    """Write the page of a replay in both languages, and return where they are."""
    tables = read_replay(folder)
    nb, en = folder / "replay.html", folder / "replay-en.html"
    write_whole(nb, replay_page(tables, "nb").encode("utf-8"))
    write_whole(en, replay_page(tables, "en").encode("utf-8"))
    return nb, en


def replay_page(tables: ReplayTables, lang: Lang) -> str:
    """Return the page of a replay's results."""
    return render_page(ReplayWords(tables, LogWords(lang)).page(), LogWords(lang))


def replay_lines(tables: ReplayTables, lang: Lang) -> list[str]:
    """Return what a replay comes to, in sentences."""
    return ReplayWords(tables, LogWords(lang)).answer()


class ReplayWords:
    """A replay's tables in the words of one language."""

    def __init__(self, tables: ReplayTables, words: LogWords) -> None:
        """Take the tables; the base is the organisation that history is held against."""
        self.tables = tables
        self.words = words
        self.manifest = tables.manifest
        assert tables.manifest.log is not None, "a replay meets the calls of a log"
        self.log = tables.manifest.log
        self.base = tables.manifest.base

    def page(self) -> Page:
        """Return the page."""
        log, words = self.log, self.words
        return Page(
            title=words("replay.title"),
            eyebrow=words(
                "replay.eyebrow",
                region=words.text.both(self.manifest.region["title"]),
                file=log.file,
                first=words.day(log.first),
                last=words.day(log.last),
                calls=words.number(log.calls),
                n=self.manifest.replications,
            ),
            answer=tuple(self.answer()),
            sections=(
                *self._fitted_days(),
                *self._hour_sections(),
                *self._what_if(),
                *self._stages(),
                *self._pairs(),
                Section("files", words("replay.files"), (words("replay.files_text"),)),
                Section("limits", words("replay.limits"), tuple(self._limits())),
            ),
        )

    def answer(self) -> list[str]:
        """Return how near the simulation comes to the log, in sentences.

        Those of the days that region or roster were fitted to stand first.
        """
        fitted, words = self.tables.fitted, self.words
        lines = self._fitted_sentences()
        if fitted is not None:
            lines += ReplayWords(fitted, words).near_lines()
            span = {"first": words.day(self.log.first), "last": words.day(self.log.last)}
            lines += [words("replay.fitted.then", **span)]
        lines += [*replay_sources(self.log, words), *self.near_lines()]
        return [*lines, *few_replications_warning(self.manifest.replications, words)]

    def near_lines(self) -> list[str]:
        """Return how near it comes for each number, or that the log does not tell."""
        if self.tables.hours.recorded.isna().all():
            return [self.words("replay.no_answers")]
        lines = []
        for number in self.tables.hours.number.unique():
            lines += [f"{self._near(number)} {self._within(number)}"]
            lines += [self._one("wait", number), self._one("hung", number)]
        return lines

    def _fitted_sentences(self) -> list[str]:
        """Return which days region or roster were fitted to, and whether they are shown."""
        days = self.log.fitted_to
        if days is None:
            return []
        first, last = self.words.day(days.first), self.words.day(days.last)
        name = "not_handed_in"
        if (days.first, days.last) == (self.log.first, self.log.last):
            name = "same"
        elif self.tables.fitted is not None:
            name = "first"
        return [self.words(f"replay.fitted.{name}", first=first, last=last, log=days.log)]

    def _fitted_days(self) -> list[Section]:
        """Return the days that region or roster were fitted to: pairs first, then the hours."""
        sentences, fitted, words = self._fitted_sentences(), self.tables.fitted, self.words
        if not sentences:
            return []
        shown: list[Section] = []
        if fitted is not None:
            mine = ReplayWords(fitted, words)
            shown = [*mine._pairs(), *mine._hour_sections()]
            sentences += mine.near_lines()
        tables = tuple(table for section in shown for table in section.tables)
        return [Section("fitted", words("replay.fitted.title"), tuple(sentences), tables=tables)]

    def _limits(self) -> list[str]:
        """Return what is not shown, and who was not added to the calls."""
        lacks = [name for name in MAY_BE_ADDED if name not in self.log.added]
        sentences = [self.words("replay.limits_text")]
        return (
            [*sentences, self.words("replay.lacking", what=self._listed(lacks))]
            if lacks
            else sentences
        )

    def _listed(self, names: Iterable[str]) -> str:
        return self.words.text.listed([self.words(f"replay.drawn.{name}") for name in names])

    def _rows(self, organisation: str, number: str, measure: str) -> Any:
        hours = self.tables.hours
        mine = (hours.organisation == organisation) & (hours.number == number)
        return hours[mine & (hours.measure == measure)]

    def _whole(self, organisation: str, number: str, measure: str) -> Any:
        rows = self._rows(organisation, number, measure)
        return rows[rows.hour == ALL].iloc[0]

    def _near(self, number: str) -> str:
        return self.words(
            "replay.near",
            model=self._title(self.base),
            number=number,
            what=self.words(f"replay.what_in_time.{number}"),
            **self._figures(self._whole(self.base, number, "answered_in_time")),
        )

    def _within(self, number: str) -> str:
        """Return in how many of the hours with enough calls the log lies within the band."""
        rows = self._rows(self.base, number, "answered_in_time")
        hours = rows[(rows.hour != ALL) & rows.inside.notna() & (rows.calls >= FEW_CALLS)]
        if not len(hours):
            return self.words("replay.no_hours", few=FEW_CALLS)
        inside = int((hours.inside.astype(str) == "True").sum())
        return self.words("replay.within", inside=inside, hours=len(hours), few=FEW_CALLS)

    def _one(self, text: str, number: str) -> str:
        measure = {"wait": "mean_wait_s", "hung": "hung_up"}[text]
        row = self._whole(self.base, number, measure)
        return self.words(f"replay.{text}", **self._figures(row))

    def _figures(self, row: Any) -> dict[str, str]:
        names = ("simulated", "low", "high")
        shown = {name: self.words.amount(row[name], row.unit) for name in names}
        return {**shown, "recorded": self._recorded_amount(row)}

    def _recorded_amount(self, row: Any) -> str:
        """Return what was recorded: a figure, or its bounds where stamps are whole minutes."""
        low, high = row.get("recorded_low", row.recorded), row.get("recorded_high", row.recorded)
        if not high > low:
            return self.words.amount(row.recorded, row.unit)
        ends = (self.words.amount(end, row.unit) for end in (low, high))
        return self.words.numbers.between(*ends)

    def _title(self, organisation: str) -> str:
        return self.words.text.both(self.manifest.organisations[organisation]["title"])

    def _hour_sections(self) -> list[Section]:
        return [self._hour_section(str(number)) for number in self.tables.hours.number.unique()]

    def _hour_section(self, number: str) -> Section:
        """Return the hours of one number; a sentence in place of figures that would be empty."""
        rows = self._rows(self.base, number, MEASURES[0])
        has_enough = bool((rows[rows.hour != ALL].calls >= FEW_CALLS).any())
        empty = self.words("replay.no_figure", few=FEW_CALLS)
        few = few_replications_warning(self.manifest.replications, self.words)
        return Section(
            f"hours-{number}",
            f"{self.words('replay.hours')}: {number}",
            tuple(few) if has_enough else (empty,),
            tuple(self._figure(number, name) for name in MEASURES) if has_enough else (),
            (self._hour_table(number),),
        )

    def _figure(self, number: str, measure: str) -> Figure:
        words, whole = self.words, self._whole(self.base, number, measure)
        axis = log_figures.AxisTexts(
            words("hour_axis"),
            words(f"replay.measure.{measure}"),
            lambda y, decimals: words.numbers.amount(y, whole.unit, decimals),
        )
        alt = words(
            "replay.alt",
            measure=words(f"replay.measure.{measure}"),
            number=number,
            **{k: v for k, v in self._figures(whole).items() if k in ("recorded", "simulated")},
        )
        key = f"{measure}-{number}"
        svg = log_figures.hours_figure(key, alt, axis, self._lines(number, measure))
        return single_figure(key, svg, self._caption(number, measure))

    def _caption(self, number: str, measure: str) -> str:
        """Return what a figure shows, which hours it leaves out, and where it has no band."""
        rows = self._rows(self.base, number, measure)
        rows = rows[(rows.hour != ALL) & rows.simulated.notna()]
        sentences = [self.words("replay.caption", model=self._title(self.base), number=number)]
        if (rows.calls < FEW_CALLS).any():
            sentences.append(self.words("replay.caption_few", few=FEW_CALLS))
        if rows[rows.calls >= FEW_CALLS].one_low.isna().any():
            sentences.append(self.words("replay.caption_alike"))
        return " ".join(sentences)

    def _lines(self, number: str, measure: str) -> list[log_figures.Series]:
        """Return what was recorded, and what each organisation gives; the base with its band."""
        series = []
        for place, organisation in enumerate(self.manifest.organisations):
            rows = self._rows(organisation, number, measure)
            rows = rows[rows.hour != ALL]
            at = rows.hour.astype(float).to_numpy()
            rows = rows.where(rows.calls >= FEW_CALLS)
            is_base = organisation == self.base
            most = 1.0 if measure != "mean_wait_s" else None
            band = [rows[name].to_numpy().clip(0, most) for name in ("one_low", "one_high")]
            colour = COLOURS[1 + place % (len(COLOURS) - 1)]
            low, high = band if is_base else (None, None)
            values = rows.simulated.to_numpy()
            name = self._title(organisation)
            series.append(
                log_figures.Series(name, at, values, low, high, False, colour, not is_base)
            )
            if is_base:
                recorded = (self.words("replay.recorded"), at, rows.recorded.to_numpy())
                series.insert(
                    0, log_figures.Series(*recorded, is_points=True, colour=log_figures.SEEN)
                )
        return series

    def _hour_table(self, number: str) -> Table:
        words = self.words
        sides = ("recorded", "simulated")
        heads = [words("replay.heads.hour"), words("replay.heads.calls")]
        heads += [
            f"{words(f'replay.measure.{m}')}, {words(f'replay.heads.{s}')}"
            for m in MEASURES
            for s in sides
        ]
        columns = {m: self._rows(self.base, number, m).set_index("hour") for m in MEASURES}
        rows = []
        for hour, first in columns[MEASURES[0]].iterrows():
            cells = [
                self._recorded_amount(columns[m].loc[hour])
                if side == "recorded"
                else words.amount(columns[m].loc[hour, side], str(columns[m].loc[hour, "unit"]))
                for m in MEASURES
                for side in sides
            ]
            name = "00–24" if hour == ALL else str(hour)
            rows.append([name, words.number(float(first.calls)), *cells])
        return text_table(heads, rows)

    def _what_if(self) -> list[Section]:
        """Return the section that sets organisations side by side, where there are several."""
        names = list(self.manifest.organisations)
        if len(names) < 2:
            return []
        words, tables = self.words, []
        for number in self.tables.hours.number.unique():
            heads = [number, *(words(f"replay.measure.{m}") for m in MEASURES)]
            rows = [[words("replay.recorded"), *self._recorded(number)]]
            for name in names:
                cells = [self._whole(name, number, m) for m in MEASURES]
                rows.append([self._title(name), *(self._with_ends(row) for row in cells)])
            tables.append(text_table(heads, rows))
        calls = words.number(self.log.calls)
        text = (words("replay.what_if_text", calls=calls),)
        return [Section("what-if", words("replay.what_if"), text, tables=tuple(tables))]

    def _recorded(self, number: str) -> list[str]:
        rows = [self._whole(self.base, number, measure) for measure in MEASURES]
        return [self._recorded_amount(row) for row in rows]

    def _with_ends(self, row: Any) -> str:
        shown = self._figures(row)
        ends = self.words.numbers.between(shown["low"], shown["high"])
        return f"{shown['simulated']} ({ends})"

    def _stages(self) -> list[Section]:
        stages = self.tables.stages
        stages = stages[(stages.organisation == self.base) & (stages.n_recorded > 0)]
        if not len(stages):
            return []
        words = self.words
        rows = [self._stage(row) for row in stages.to_dict("records")]
        names = ("stage", "recorded", "n", "simulated", "n")
        table = headed_table(words, "replay.stage_heads", names, rows)
        text = (words("replay.stages_caption"),)
        return [Section("stages", words("replay.stages"), text, tables=(table,))]

    def _pairs(self) -> list[Section]:
        """Return the same calls recorded and simulated, in pairs: all, and by what they are."""
        pairs = self.tables.pairs
        if not len(pairs):
            return []
        pairs = pairs[pairs.organisation == self.base]
        words, tables = self.words, []
        names = ("what", "calls", "mean", "median", "p90", "difference", "gap")
        for by in PAIRED_BY:
            rows = [self._pair(row) for row in pairs[pairs.by == by].to_dict("records")]
            if rows:
                tables.append(headed_table(words, "replay.pair_heads", names, rows))
        text = (words("replay.pairs_text"),)
        return [Section("pairs", words("replay.pairs"), text, tables=tuple(tables))]

    def _pair(self, row: dict[Any, Any]) -> list[str]:
        """Return the cells of one stage and group: recorded → simulated, difference, gap."""
        words = self.words
        ends = words.numbers.between(*(words.number(row[end], 1) for end in ("low", "high")))
        sides = [
            f"{words.number(row[f'recorded_{f}'], 1)} → {words.number(row[f'simulated_{f}'], 1)}"
            for f in ("mean", "median", "p90")
        ]
        return [
            self._pair_name(row),
            words.number(row["calls"]),
            *sides,
            f"{words.number(row['difference'], 1)} ({ends})",
            words.number(row["gap"], 1),
        ]

    def _pair_name(self, row: dict[Any, Any]) -> str:
        """Return the stage, with the hour, urgency or area that its calls are of."""
        stage, by, group = self.words(f"column.{row['stage']}"), row["by"], str(row["group"])
        if by == "all":
            return stage
        name = self.words.text.get(f"urgency.{group}", group) if by == "urgency" else group
        return f"{stage}, {name}"

    def _stage(self, row: dict[Any, Any]) -> list[str]:
        words = self.words
        low, high = (words.number(row[end], 1) for end in ("low", "high"))
        ends = words.numbers.between(low, high)
        return [
            words(f"column.{row['stage']}"),
            words.amount(row["recorded_min"], "min"),
            words.number(row["n_recorded"]),
            f"{words.amount(row['simulated_min'], 'min')} ({ends})",
            words.number(row["n_simulated"]),
        ]


PAIRED_BY = ("all", "urgency", "hour", "area")
"""In which order the tables of pairs stand."""

FEW_CALLS = 20
"""Hours with fewer calls than these are in the table, not in the figure."""
