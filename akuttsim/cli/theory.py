"""Commands that answer by mathematics alone for a few crews: the hypercube and coverage models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, with_json
from akuttsim.errors import InputError, Problem, quote_value
from akuttsim.records import Floats
from akuttsim.tables import TableRules, parse_number, read_rows
from akuttsim.texts import message, say
from akuttsim.units import MINUTE_S

CITY_COLUMNS = ("place", "calls_per_hour")
"""The first columns of a table of a city; each other one has the minutes from a crew or site."""


@dataclass(frozen=True)
class DriveTable:
    """Places that call, and how far crews (or sites for them) are from each.

    Attributes:
        places: Names of the places.
        crews: Names of the crews, or of the sites.
        calls_per_h: Calls an hour, shape (places,).
        travel_s: Seconds from each crew's station to each place, shape (crews, places).
    """

    places: tuple[str, ...]
    crews: tuple[str, ...]
    calls_per_h: Floats
    travel_s: Floats


def read_drive_table(path: Path) -> DriveTable:
    """Read a table of places, with a column of minutes for each crew.

    Raises:
        InputError: No such table, or cells that are no numbers of at least 0, all at once.
    """
    shown_as = str(path)
    (at, heading), *rows = read_rows(path, shown_as, TableRules())
    if tuple(heading[:2]) != CITY_COLUMNS or len(set(heading)) < max(len(heading), 3) or not rows:
        raise InputError([Problem(shown_as, at, "", message("commands.theory.columns"))])
    problems, numbers = [], []
    for line, cells in rows:
        told = [parse_number(cell) for cell in cells[1 : len(heading)]]
        told += [None] * (len(heading) - 1 - len(told))
        for column, cell, number in zip(heading[1:], [*cells[1:], *heading], told, strict=False):
            if number is None or number < 0:
                what = message("commands.theory.number", got=quote_value(cell))
                problems.append(Problem(shown_as, line, column, what))
        numbers.append(told)
    if problems:
        raise InputError(problems)
    table = np.array(numbers, dtype=np.float64)
    names = tuple(cells[0] for _, cells in rows)
    return DriveTable(names, tuple(heading[2:]), table[:, 0], table[:, 1:].T * MINUTE_S)


city_argument = click.argument("city", type=click.Path(path_type=Path, dir_okay=False, exists=True))
minutes = click.FloatRange(0, min_open=True)


@click.group(
    name="theory",
    cls=terminal.SuggestingGroup,
    short_help="Exact models of a few crews: hypercube and coverage.",
)
def theory_command() -> None:
    """Answer by mathematics alone, without simulation, for a city in a table.

    The table (CSV or Excel) has the columns place and calls_per_hour, then one column for each
    crew or site, with the minutes from there to the place.
    """


@theory_command.command("hypercube")
@city_argument
@click.option("--mission-min", type=minutes, required=True, help="Minutes a call takes a crew.")
@click.option("--within-min", type=minutes, default=12.0, show_default=True,
              help="Minutes to be there in.")  # fmt: skip
@click.option(
    "--lost", is_flag=True, help="Calls that find no crew free go to others; else they wait."
)
@with_json
def hypercube_command(city: Path, mission_min: float, within_min: float, lost: bool) -> Answer:
    """Say how busy each crew of CITY is and how soon it comes, when the nearest free one goes.

    Larson's hypercube model: exact to twelve crews, his approximation beyond. Calls come at random,
    and missions are exponential.
    """
    from akuttsim.experiments.test_bench import answer_of_theory
    from akuttsim.theory import hypercube

    table = read_drive_table(city)
    order = hypercube.preferences_by_travel(table.travel_s)
    is_exact = len(table.crews) <= hypercube.MOST_UNITS
    solve = hypercube.solve_exact if is_exact else hypercube.solve_approximate
    found = answer_of_theory(
        lambda: solve(table.calls_per_h, order, mission_min * MINUTE_S, not lost)
    )
    times = hypercube.response_times(
        found, table.calls_per_h, table.travel_s, within_min * MINUTE_S
    )
    figures = [
        *(Figure("workload", share, "share", crew)
          for crew, share in zip(table.crews, found.workload.tolist(), strict=True)),
        Figure("lost" if lost else "waits", found.lost if lost else found.waits, "share"),
        Figure("wait_mean", found.wait_mean_s / MINUTE_S, "min"),
        Figure("travel_mean", times.travel_mean_s / MINUTE_S, "min"),
        Figure("response_within", times.response_within, "share"),
    ]  # fmt: skip
    _print_figures(figures, within_min)
    how = say("commands.theory.exact" if is_exact else "commands.theory.approximate")
    click.echo(f"\n{how}")
    return Answer(lambda: figures)


@theory_command.command("coverage")
@city_argument
@click.option("--crews", type=click.IntRange(1, 1000), required=True, help="Crews to be placed.")
@click.option("--within-min", type=minutes, default=12.0, show_default=True,
              help="Minutes to be there in.")  # fmt: skip
@click.option(
    "--mission-min",
    type=minutes,
    help="Minutes a call takes a crew, so that crews may be out. Default: none ever is.",
)
@with_json
def coverage_command(
    city: Path, crews: int, within_min: float, mission_min: float | None
) -> Answer:
    """Say at which sites of CITY so many crews cover most calls within some minutes.

    Church and ReVelle's model, where a place is covered or not; with --mission-min Daskin's, where
    each crew is out for the same share of the time, whatever the others do.
    """
    from akuttsim.experiments.test_bench import answer_of_theory
    from akuttsim.theory import location_models

    table = read_drive_table(city)
    limit_s, calls = within_min * MINUTE_S, float(table.calls_per_h.sum())
    busy = 0.0 if mission_min is None else answer_of_theory(
        lambda: location_models.mexclp_busy_share(calls, mission_min * MINUTE_S, crews)
    )  # fmt: skip
    best = answer_of_theory(
        lambda: location_models.best_placement(
            table.travel_s, table.calls_per_h, crews, limit_s, busy
        )
    )
    figures = [
        *(Figure("crews", placed, "", site)
          for site, placed in zip(table.crews, best.units.tolist(), strict=True) if placed),
        *([] if mission_min is None else [Figure("busy", busy, "share")]),
        Figure("covered", best.covered, "share"),
    ]  # fmt: skip
    _print_figures(figures, within_min)
    return Answer(lambda: figures)


THEORY_LABELS = {
    "workload": "commands.theory.workload",
    "waits": "commands.theory.waits",
    "lost": "commands.theory.lost",
    "wait_mean": "commands.theory.wait_mean",
    "travel_mean": "commands.theory.travel_mean",
    "response_within": "commands.theory.response_within",
    "crews": "commands.theory.crews",
    "busy": "commands.theory.busy",
    "covered": "commands.theory.covered",
}
"""What people read for each figure."""


def _print_figures(figures: list[Figure], within_min: float) -> None:
    """Print figures as a table, a line each."""
    lines = list(_figure_lines(figures, within_min))
    terminal.print_table(("", ""), lines)


def _figure_lines(figures: list[Figure], within_min: float) -> Iterator[tuple[str, str]]:
    """Yield what each figure is, with whose it is, and its value as people read it."""
    for figure in figures:
        label = say(THEORY_LABELS[figure.name], within=within_min, of=figure.of)
        value = float(figure.value or 0)
        if figure.unit == "share":
            yield label, say("commands.queue.percent", share=100 * value)
        else:
            yield label, say("commands.theory.value", value=value, unit=figure.unit).rstrip()
