"""The study of reality: what was published, counted or recorded elsewhere, against the simulator.

Each comparison is met, not met, or not at hand; what is not at hand is never met.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from akuttsim.calllog.log_reader import read_log
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.cli.verify import FigureValues, simulate_figures
from akuttsim.config.loader import load_log_format
from akuttsim.config.schema.experiment import PublishedFigure
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.load_study import load_published_figures
from akuttsim.experiments.logged_patients import logged_patients
from akuttsim.experiments.results import read_replay
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import Study, study_of_log, study_of_run, with_logged_calls
from validation.peer_ambulances import (
    PeerCall,
    PeerCity,
    PeerCourse,
    random_peer_calls,
    random_peer_city,
    write_peer_files,
)
from validation.queue_seeds import seed_measures
from validation.study_size import RealityStudySize

Tables = dict[str, pd.DataFrame]
Row = dict[str, object]
Tell = Callable[[int], None]

ORGANISATIONS = ("namdal-today", "sunnfjord-before")
"""Beside the published figures, each in its own region."""

SEED = 1

EXACT_DOCUMENT_FILE = Path(__file__).resolve().parents[1] / "docs" / "verification.md"

NOT_A_NUMBER = float("nan")

COLUMNS = ("part", "what", "value", "low", "high", "n", "state", "reason")


def run_reality_study(
    form: RealityStudySize, data: Path | None, workers: int, tell: Tell
) -> Tables:
    """Run the study.

    Args:
        form: How large.
        data: The folder of real data; None where there is none.
        workers: Processes; the tables do not depend on them.
        tell: Called with how many replications more are finished.

    Returns:
        `criteria`, what could be judged, with `met` and a known `reason` for what is not;
        `missing`, what was not at hand; `apart`, published figures that are no test; `parts`, what
        is counted; and `form`.
    """
    figures = load_published_figures("norway")
    simulated = {}
    for name in ORGANISATIONS:
        length = (form.weeks, form.replications, SEED)
        study = study_of_run([name], None, (), length)
        simulated[name] = simulate_figures(study, figures, workers, tell)
    rows = [
        *figure_comparisons(figures, simulated, form.replications),
        *exact_answer_count(EXACT_DOCUMENT_FILE),
        *peer_comparisons(form, workers, tell),
        *log_comparisons(form, data, workers, tell),
        *seed_comparisons(form, workers, tell),
    ]
    return reality_tables(rows) | {
        "apart": pd.DataFrame(figures_apart(figures, simulated)),
        "form": pd.DataFrame([vars(form)]),
    }


def reality_run_count(form: RealityStudySize, data: Path | None) -> int:
    """Return how many replications the study runs, and seeds it asks rooms under."""
    of_log = 0 if bank_log_file(data) is None else form.log_replications * len(LOG_SPANS)
    return form.replications * len(ORGANISATIONS) + form.peer_rules + of_log + form.seeds


def reality_tables(rows: Sequence[Row]) -> Tables:
    """Return comparisons that were judged, those that could not be, and both counted by part."""
    every = pd.DataFrame(rows, columns=COLUMNS)
    judged = every[every["state"] != "not at hand"].drop(columns="state").reset_index(drop=True)
    judged["met"] = (every["state"] == "met")[every["state"] != "not at hand"].to_numpy()
    missing = every[every["state"] == "not at hand"].reset_index(drop=True)
    return {"criteria": judged, "missing": missing, "parts": _counted_by_part(every)}


def _counted_by_part(every: pd.DataFrame) -> pd.DataFrame:
    """Return for each part, and for all, how many are met, not met, explained and not at hand."""
    groups = [*every.groupby("part", sort=False), ("all", every)]
    return pd.DataFrame(
        {
            "part": part,
            "met": int((group["state"] == "met").sum()),
            "not met": int((group["state"] == "not met").sum()),
            "explained": int(((group["state"] == "not met") & (group["reason"] != "")).sum()),
            "not at hand": int((group["state"] == "not at hand").sum()),
        }
        for part, group in groups
    )


def comparison(
    part: str, what: str, found: tuple[float, float, float], count: int, reason: str = ""
) -> Row:
    """Return one comparison.

    Args:
        part: The part of the study.
        what: What is compared.
        found: The simulator's value with the least and the most that is accepted; what is no
            number is not at hand.
        count: On how many replications or cases it rests.
        reason: Why it is off, where that is known, or why it is not at hand.
    """
    value, low, high = found
    state = "met" if low <= value <= high else "not met"
    if np.isnan(found).any():
        state = "not at hand"
    told = "" if state == "met" else reason
    return dict(zip(COLUMNS, (part, what, value, low, high, count, state, told), strict=True))


def accepted_span(low: float, high: float, whole: float = float("inf")) -> tuple[float, float]:
    """Return what is accepted where the lowest and highest that are known are these.

    A tenth more to either side; of a share the tenth is of it or of what is left to the whole,
    whichever is less, so that 99 % answered and 1 % not answered are the same test.
    """
    return low - min(low, whole - low) / 10, high + min(high, whole - high) / 10


# -- published figures ----------------------------------------------------------------------------

PUBLISHED = "published figures"


def figure_comparisons(
    figures: Mapping[str, PublishedFigure],
    simulated: Mapping[str, FigureValues],
    replications: int,
) -> Iterator[Row]:
    """Yield each figure that is found, and has a span, in each organisation."""
    for name, figure in figures.items():
        if figure.in_the_model == "found" and figure.accepted is not None:
            for whose, values in simulated.items():
                found = (values[name], *figure.accepted)
                what = f"{whose}: {figure.title.en} ({name})"
                yield comparison(PUBLISHED, what, found, replications, _reason(figure, found))


def _reason(figure: PublishedFigure, found: tuple[float, float, float]) -> str:
    """Return why a value is off, if a reason is known for the side on which it lies."""
    value, low, _ = found
    if np.isnan(value):
        return "the run had no such case"
    side = "below" if value < low else "above"
    if figure.explained is None or figure.explained_when not in (None, side):
        return ""
    return figure.explained.en


def figures_apart(
    figures: Mapping[str, PublishedFigure], simulated: Mapping[str, FigureValues]
) -> Iterator[dict[str, str]]:
    """Yield the figures that are no test, with what is published and simulated, in words."""
    for name, figure in figures.items():
        if figure.in_the_model != "found" or figure.accepted is None:
            why = f" ({figure.explained.en})" if figure.explained is not None else ""
            yield {
                "figure": f"{figure.title.en} ({name})",
                "published": figure.published.en,
                **{
                    whose: "–" if np.isnan(values[name]) else f"{values[name]:.{figure.decimals}f}"
                    for whose, values in simulated.items()
                },
                "in the model": f"{figure.in_the_model}{why}",
            }


# -- exact answers --------------------------------------------------------------------------------


def exact_answer_count(document: Path) -> Iterator[Row]:
    """Yield how many criteria the checked-in document on exact answers tells as met, of how many.

    The document is read and its study not run again.
    """
    text = document.read_text("utf-8") if document.is_file() else ""
    answers = re.findall(r"\| (yes|\*\*no\*\*) \|$", text, re.MULTILINE)
    asked = float(len(answers)) or NOT_A_NUMBER
    found = (float(answers.count("yes")), asked, asked)
    reason = f"{document.name} is not there" if not answers else ""
    what = "criteria of verification.md that are met"
    yield comparison("exact answers", what, found, len(answers), reason)


# -- a peer's run, call by call -------------------------------------------------------------------

PEER_RULES = (
    ("nearest_place", "first_in_file"),
    ("where_freed", "least_worked"),
    ("station", "longest_free"),
    ("nearest_place", "longest_free"),
)
"""Where a returning unit counts from, and which of equally near units goes."""

ROUNDED_S = 0.11
"""How far times may lie apart: both are told to a tenth of a second."""


def peer_comparisons(form: RealityStudySize, workers: int, tell: Tell) -> Iterator[Row]:
    """Yield for each set of rules how many calls have the peer's unit and times."""
    for rules in PEER_RULES[: form.peer_rules]:
        city = random_peer_city(1, 24, 8, rules)
        calls = random_peer_calls(2, city, form.peer_calls, 5.0)
        courses = city.meets(calls)
        others = (replace(city, counts_from=a, goes_first=b).meets(calls) for a, b in PEER_RULES)
        otherwise = min(changed for other in others if (changed := _different(courses, other)))
        equal = float(equal_calls(replayed_peer(city, calls, courses, workers, tell), courses))
        what = f"{', '.join(rules)} (any other of these rules changes {otherwise} calls or more)"
        found = (equal, form.peer_calls, form.peer_calls)
        yield comparison("a peer's run", what, found, form.peer_calls)


def _different(courses: Sequence[PeerCourse], other: Sequence[PeerCourse]) -> int:
    """Return how many calls take another course."""
    return sum(a != b for a, b in zip(courses, other, strict=True))


def replayed_peer(
    city: PeerCity,
    calls: Sequence[PeerCall],
    courses: Sequence[PeerCourse],
    workers: int,
    tell: Tell,
) -> pd.DataFrame:
    """Return what the simulator made of a peer's calls, a row each, read as any user's log is."""
    with TemporaryDirectory(prefix="akuttsim-") as name:
        folder = Path(name)
        write_peer_files(folder, city, calls, courses)
        study = study_of_log(
            [str(folder / "peer.yaml")], str(folder / "peer" / "region.yaml"), (), (1, SEED)
        )
        form = load_log_format(str(folder / "log.yaml")).value
        log = read_log(folder / "log.csv", form, study.region)
        callers = logged_patients(log, study.region, (None, None))
        _run_without_failure(with_logged_calls(study, callers), folder / "out", workers, tell)
        return pd.read_csv(folder / "out" / "calls-peer.csv")


def equal_calls(made: pd.DataFrame, courses: Sequence[PeerCourse]) -> int:
    """Return how many calls got the peer's unit, on scene and free when the peer's was."""
    if len(made) != len(courses):
        return 0
    same = made["unit"] == [f"unit-{course.unit}" for course in courses]
    for stage in ("on_scene_s", "free_s"):
        same &= (made[stage] - made[f"recorded_{stage}"]).abs() <= ROUNDED_S
    return int(same.sum())


# -- a real log -----------------------------------------------------------------------------------

LOG_SPANS = {
    "its own month, January 1999": (date(1999, 1, 1), date(1999, 1, 31)),
    "an unseen week, 7 February 1999": (date(1999, 2, 7), date(1999, 2, 13)),
}
"""Staffing and patience were taken from the first; nothing was taken from the second."""

LOG_MEASURES = {"mean_wait_s": float("inf"), "answered_in_time": 1.0, "hung_up": 1.0}
"""What is compared over all hours, and the whole that a share is of."""


def real_data_folder() -> Path | None:
    """Return the folder that AKUTTSIM_DATA names, or that of real data beside the checkout.

    None where there is none.
    """
    told = os.environ.get("AKUTTSIM_DATA")
    found = Path(told) if told else Path(__file__).resolve().parents[2] / "shared" / "data"
    return found if found.is_dir() else None


def bank_log_file(data: Path | None) -> Path | None:
    """Return the bank's log in a folder of real data; None where it is not at hand."""
    if data is None:
        return None
    path = data / "anonymous_bank_1999" / "calls_jan_feb_oct_1999.csv.gz"
    return path if path.is_file() else None


def log_comparisons(
    form: RealityStudySize, data: Path | None, workers: int, tell: Tell
) -> Iterator[Row]:
    """Yield each measure of the bank's log over its own month first, then over an unseen week."""
    path = bank_log_file(data)
    if path is None:
        nothing = (NOT_A_NUMBER, NOT_A_NUMBER, NOT_A_NUMBER)
        for days in LOG_SPANS:
            for measure in LOG_MEASURES:
                yield comparison(LOG, f"{days}: {measure}", nothing, 0, "the log is not here")
        return
    study = study_of_log(["phonebank"], None, (), (form.log_replications, SEED))
    log = read_log(path, load_log_format("anonymous-bank").value, study.region)
    for days, span in LOG_SPANS.items():
        for row in _replayed_hours(study, log, span, workers, tell):
            recorded = float(row["recorded"])
            whole = LOG_MEASURES[str(row["measure"])]
            found = (float(row["simulated"]), *accepted_span(recorded, recorded, whole))
            what = f"{days}: {row['measure']}, recorded {recorded:.3g}"
            yield comparison(LOG, what, found, int(row["calls"]))


LOG = "a bank's call log"


SEEDS = "a hundred seeds"


def seed_comparisons(form: RealityStudySize, workers: int, tell: Tell) -> Iterator[Row]:
    """Yield what rooms with exact answers come to under many seeds."""
    for what, found, count in seed_measures(form, workers, tell):
        yield comparison(SEEDS, what, found, count)


def _replayed_hours(
    study: Study, log: CallLog, span: tuple[date, date], workers: int, tell: Tell
) -> list[dict[Any, Any]]:
    """Return recorded and simulated over all hours of some days, a row for each measure."""
    made = with_logged_calls(study, logged_patients(log, study.region, span))
    with TemporaryDirectory(prefix="akuttsim-") as folder:
        _run_without_failure(made, Path(folder) / "out", workers, tell)
        hours = read_replay(Path(folder) / "out").hours
    whole = hours[(hours["hour"] == "all") & hours["measure"].isin(LOG_MEASURES)]
    return whole.to_dict("records")


def _run_without_failure(study: Study, folder: Path, workers: int, tell: Tell) -> None:
    """Run a study into a folder; raise InputError if a replication failed."""
    failed = run_study(study, folder, RunOptions(workers=workers), tell)
    if failed:
        raise InputError([Problem("", 0, study.base, str(each.failure)) for each in failed])
