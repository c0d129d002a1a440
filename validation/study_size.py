"""How large the validation studies are: short for every change, full for the documents."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class ExactStudySize:
    """Sizes of the study's parts.

    `repeats` is how many independent intervals each setting gets: more where callers hang up
    (`repeats_impatient`), so that each figure of the grid gets a thousand, and fewer where runs are
    longest (`repeats_long`). `relaxations` is a run's length in times that the queue takes to
    forget.
    """

    name: str
    sizes: tuple[int, ...]
    loads_patient: tuple[float, ...]
    loads_impatient: tuple[float, ...]
    repeats: int
    repeats_impatient: int
    repeats_long: int
    relaxations: float
    least_calls: int
    cities: int
    namdal_weeks: int
    graphs: int
    long_runs: int
    long_calls: int
    years: int
    weeks_of_year: int


RUNS_PER_REPEAT = 6
"""Each interval of coverage comes from so many runs."""

SHORT_EXACT = ExactStudySize(
    name="short",
    sizes=(1, 12),
    loads_patient=(0.5, 0.8),
    loads_impatient=(0.9, 1.2),
    repeats=4,
    repeats_impatient=4,
    repeats_long=1,
    relaxations=40,
    least_calls=800,
    cities=2,
    namdal_weeks=1,
    graphs=5,
    long_runs=3,
    long_calls=6_400,
    years=1,
    weeks_of_year=52,
)

FULL_EXACT = ExactStudySize(
    name="full",
    sizes=(1, 2, 5, 10, 20, 30),
    loads_patient=(0.5, 0.6, 0.7, 0.8, 0.9),
    loads_impatient=(0.7, 0.9, 1.0, 1.2),
    repeats=16,
    repeats_impatient=24,
    repeats_long=4,
    relaxations=120,
    least_calls=2_000,
    cities=8,
    namdal_weeks=8,
    graphs=100,
    long_runs=12,
    long_calls=60_000,
    years=16,
    weeks_of_year=52,
)

EXACT_STUDY_SIZES = {form.name: form for form in (SHORT_EXACT, FULL_EXACT)}

PATIENCES_MIN = (inf, 9.0, 2.0)
TALK_S = 300.0
WITHIN_S = 120.0


@dataclass(frozen=True)
class VerdictStudySize:
    """Sizes of the study's parts.

    `rooms` are judged against targets and as many pairs of rooms against each other, each over
    `replications` of at least `calls` and `relaxations` (times that the queue takes to forget).
    `namdal` replications of `weeks` are made of Namdal; `orders` times replications are picked from
    them in a new order, and `resampled` of these times also resampled for a bootstrap interval.
    """

    name: str
    rooms: int
    replications: int
    calls: int
    relaxations: float
    namdal: int
    weeks: int
    orders: int
    resampled: int


SHORT_VERDICTS = VerdictStudySize("short", 16, 8, 300, 10, 24, 1, 40, 5)
FULL_VERDICTS = VerdictStudySize("full", 200, 12, 1_000, 30, 240, 4, 1_000, 200)

VERDICT_STUDY_SIZES = {form.name: form for form in (SHORT_VERDICTS, FULL_VERDICTS)}


@dataclass(frozen=True)
class RealityStudySize:
    """Sizes of the study's parts.

    Published figures are met by `replications` of `weeks`; a peer's run of `peer_calls` calls by
    its first `peer_rules` sets of rules; a log's days by `log_replications`. The first
    `seed_rooms` rooms are asked under so many `seeds`, each answer resting on `seed_calls`.
    """

    name: str
    weeks: int
    replications: int
    peer_rules: int
    peer_calls: int
    log_replications: int
    seeds: int
    seed_rooms: int
    seed_calls: int


SHORT_REALITY = RealityStudySize("short", 1, 1, 1, 60, 1, 3, 2, 400)
FULL_REALITY = RealityStudySize("full", 52, 4, 4, 200, 2, 100, 16, 10_000)

REALITY_STUDY_SIZES = {form.name: form for form in (SHORT_REALITY, FULL_REALITY)}
