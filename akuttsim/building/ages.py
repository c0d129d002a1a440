"""Ages: the published people of each municipality, shared out among its places to the last one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.building.findings import Finding
from akuttsim.building.grid import Cells, padded
from akuttsim.building.spec import Ages, Ready
from akuttsim.errors import InputError, Problem
from akuttsim.roads.importing.columns import Columns, read_columns
from akuttsim.scenario.ages import age_group
from akuttsim.scenario.fields import AGE_GROUPS

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

NATIONAL = (332_053, 629_931, 276_650, 702_571, 1_518_914, 1_207_648, 674_694, 239_357, 45_582)
"""People of Norway by age group on 1 January 2026 (Statistics Norway table 07459, 5,627,400)."""

MOST_APART = 1.4
"""Published people over those of the grid, either way: farther apart, something counts twice."""

APART = 0.1
"""Share by which they differ from which on that is told."""

ByAge = dict[str, Array]
"""People of municipalities, by number, in the order of `AGE_GROUPS`."""


def published(ready: Ready, whole: Cells) -> ByAge:
    """Return the people of each municipality by age, as its table says.

    Without a table the grid's people, with the ages of the country. `whole` has all cells of the
    municipalities. Raises InputError for people who count twice, and for municipalities missing.
    """
    grid = whole.people_of()
    table = ready.spec.value.people.by_age
    if table is None:
        shares = np.array(NATIONAL) / sum(NATIONAL)
        return {name: people * shares for name, people in grid.items()}
    rows = read_columns(ready.path("people.by_age.file", table.file), ready.shown(table.file))
    told = _by_age(rows.where(table.where), table, set(grid))
    _check(told, grid, ready)
    return told


def _by_age(rows: Columns, table: Ages, wanted: set[str]) -> ByAge:
    texts = rows.texts(table.age)
    groups = {text: age_group(text) for text in set(texts)}
    group = np.array([-1 if groups[text] is None else groups[text] for text in texts])
    rows.refuse(
        group < 0,
        table.age,
        lambda row: (
            f"{texts[row]!r} is no age within one of the groups "
            f"{', '.join(AGE_GROUPS)}; leave totals out with `where`"
        ),
    )
    names = [padded(text) for text in rows.texts(table.municipality)]
    people = rows.numbers(table.people)
    rows.refuse(people < 0, table.people, lambda row: f"people below zero ({people[row]:g})")
    result = {name: np.zeros(len(AGE_GROUPS)) for name in sorted(wanted & set(names))}
    for name, number, count in zip(names, group.tolist(), people.tolist(), strict=True):
        if name in result:
            result[name][number] += count
    return result


def _check(told: ByAge, grid: dict[str, float], ready: Ready) -> None:
    table = ready.spec.value.people.by_age
    assert table is not None
    shown = ready.shown(table.file)
    problems = [
        Problem(
            shown,
            0,
            name,
            f"no row of municipality {name}, where the grid has people; take it "
            "from a table of the same year's borders, or write people.municipalities",
        )
        for name in grid
        if name not in told
    ]
    for name, ages in told.items():
        ratio = float(ages.sum()) / max(grid[name], 1.0)
        if not 1 / MOST_APART <= ratio <= MOST_APART:
            what = (
                f"has {ages.sum():.0f} people, the grid {grid[name]:.0f}: {ratio:.2f} times as "
                "many. Do people count twice (two years, or both sexes and the total)? See `where`"
            )
            problems.append(Problem(shown, 0, name, what))
    if problems:
        raise InputError(problems)


def scaled(told: ByAge, whole: Cells) -> list[Finding]:
    """Tell of municipalities whose published people are not those of the grid."""
    return [
        Finding(
            True,
            f"municipality {name}: {told[name].sum():.0f} people published, {people:.0f} in the "
            "grid; every place is scaled alike (another year, or small cells coarsened?)",
        )
        for name, people in whole.people_of().items()
        if abs(float(told[name].sum()) / people - 1) > APART
    ]


def shared_out(people: Sequence[float], ages: Sequence[int]) -> Counts:
    """Return whole people by place and age that add up to the ages exactly.

    Each place has its share of every age group, rounded along the row of places so that no age
    group loses or gains anybody.
    """
    total = sum(people)
    so_far = np.cumsum(np.asarray(people, dtype=np.float64)) / total
    until = np.floor(so_far[:, None] * np.asarray(ages)[None, :] + 0.5).astype(np.int64)
    until[-1] = ages
    result: Counts = np.diff(until, axis=0, prepend=0)
    return result
