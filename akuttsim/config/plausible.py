"""Limits of what a value may plausibly be, and ranges that its value can move within.

The models refuse what has no meaning. What is refused here has one, and is a slip of the pen all
the same: seconds for minutes, a share in per cent, a range of another value. Who means it says why,
under `unusual`, beside the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TypeVar

from akuttsim.config.loader import Loaded
from akuttsim.config.ranges import SCALED_BY_FACTOR, level_now
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import HourlyWeights, Region
from akuttsim.config.schema.values import (
    URGENCIES,
    ByAge,
    Count,
    Duration,
    Factor,
    LogOdds,
    Model,
    Number,
    Share,
    Sourced,
    Speedup,
)
from akuttsim.config.validator import split_unit
from akuttsim.config.walk import ConfigValue, config_parts
from akuttsim.config.yaml_document import Node, child_node, node_at
from akuttsim.errors import Problem
from akuttsim.texts import message

M = TypeVar("M", bound=Model)

MOST_BY_UNIT = {"_s": 7200.0, "_min": 1440.0, "_h": 744.0, "_km": 2000.0, "_kmh": 500.0}
"""The most that a mean time is: two hours where seconds are counted, a day where minutes, a month
where hours. Of lengths and speeds: the length of the country, and a fast helicopter."""

MOST_BY_KEY = {
    "menu_s": (600.0, "menu"),
    "contacts_per_person_year": (50.0, "rate"),
    "other_calls_per_person_year": (50.0, "rate"),
    "calls_113_per_person_year": (50.0, "rate"),
    "per_person_year": (50.0, "rate"),
    "alarms_per_user_month": (300.0, "alarms"),
    "consultation_per_km": (1.0, "per_km"),
    "home_visit_per_km": (1.0, "per_km"),
    "red_per_km": (1.0, "per_km"),
    "day_cv": (5.0, "spread"),
    "talk_factor": (20.0, "factor"),
    "free_day_factor": (20.0, "factor"),
    "patients": (10_000.0, "incident"),
    "callers": (10_000.0, "incident"),
}
"""The most of what has a limit of its own, with its reason in the texts."""

MOST_FACTOR = 1000.0
"""A festival in a hamlet makes some hundred of every one who lives there."""

LONG_MENU_S = 60.0
"""A recorded message longer than this is hung up on, and a region has to say how often."""

_SHARES = (0.0, 1.0)
_BOUNDS: tuple[tuple[type[Sourced], tuple[float, float]], ...] = (
    (Share, _SHARES),
    (HourlyWeights, _SHARES),
    (Speedup, (1.0, inf)),
    (LogOdds, (-inf, inf)),
    (Sourced, (0.0, inf)),
)
"""Between what the range of each kind of value must lie; the first that fits counts."""


def check_plausible(loaded: Loaded[M]) -> Iterator[Problem]:
    """Yield values beyond what is plausible, weights that are all zero, and ranges that do not fit.

    Args:
        loaded: A region or an organisation with its files.
    """
    for at in _sourced_values(ConfigValue("", loaded.value)):
        yield from _range_problems(loaded, at)
        yield from _weight_problems(loaded, at)
        if at.value.unusual is None:
            yield from _limit_problems(loaded, at)


def check_rings_again(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield urgencies of which more than all who hang up ring again, at either number.

    A design may move both to their ends, where the one that rings 113 goes first: that is asked.

    Args:
        loaded: The region with its files.
    """
    patience = loaded.value.patience
    for urgency in URGENCIES:
        keys = tuple(f"patience.{name}.{urgency}" for name in ("rings_again", "rings_113"))
        total = getattr(patience.rings_again, urgency) + getattr(patience.rings_113, urgency)
        files = {node.file for key in keys if (node := node_at(loaded.tree, key.split(".")))}
        if total > 1 + 1e-9 and len(files) == 1:
            names = ", ".join(keys)
            told = message("configs.shares.at_most_one", names=names, total=total)
            yield loaded.problem(keys[0], told)


def check_long_menus(loaded: Loaded[Organisation], region: Region) -> Iterator[Problem]:
    """Yield long recorded messages in which nobody hangs up, as the region has it.

    With nobody hanging up there, a longer message would only make the wait after it shorter.

    Args:
        loaded: The organisation with its files.
        region: The region that it is for.
    """
    if region.patience.menu_counts is not None:
        return
    for name, room in loaded.value.control_rooms.items():
        menu = room.menu_s
        if LONG_MENU_S < menu.value <= MOST_BY_KEY["menu_s"][0] and menu.unusual is None:
            what = message("configs.plausible.long_menu", value=menu.value, most=LONG_MENU_S)
            yield loaded.problem(f"control_rooms.{name}.menu_s.value", what)


def _sourced_values(at: ConfigValue) -> Iterator[ConfigValue]:
    """Yield every value with a source, also those within others."""
    if at.is_sourced:
        yield at
    for part in (config_parts(at) or {}).values():
        yield from _sourced_values(part)


def _range_problems(loaded: Loaded[M], at: ConfigValue) -> Iterator[Problem]:
    """Yield a range that holds what the value cannot be, or does not hold the value.

    A value that another file or `--set` puts in place of the one that the range was written for may
    lie beyond it: that is what is asked.
    """
    if at.range is None:
        return
    low, high = next(bounds for kind, bounds in _BOUNDS if isinstance(at.value, kind))
    shown = {"low": at.range[0], "high": at.range[1]}
    if at.range[0] < low or at.range[1] > high:
        kind = "share" if high == 1 else "low"
        yield loaded.problem(
            f"{at.key}.range", message(f"configs.plausible.range_{kind}", **shown, least=low)
        )
        return
    now = level_now(at.value)
    if now is None or at.range[0] <= now <= at.range[1] or not _of_one_file(loaded.tree, at.key):
        return
    kind = "factor" if isinstance(at.value, SCALED_BY_FACTOR) else "value"
    yield loaded.problem(
        f"{at.key}.range", message(f"configs.plausible.range_without_{kind}", **shown, value=now)
    )


def _of_one_file(tree: Node, key: str) -> bool:
    """Tell whether all parts of a value were written in the file that its range stands in."""
    node = node_at(tree, key.split("."))
    written = child_node(node, "range") if node is not None else None
    if node is None or written is None:
        return False
    return all(part.file == written.file for part in _nodes_below(node))


def _nodes_below(node: Node) -> Iterator[Node]:
    """Yield the nodes of a tree that hold no others."""
    if isinstance(node.value, dict | list):
        parts = node.value.values() if isinstance(node.value, dict) else node.value
        for part in parts:
            yield from _nodes_below(part)
    else:
        yield node


def _weight_problems(loaded: Loaded[M], at: ConfigValue) -> Iterator[Problem]:
    """Yield weights that are all zero, where their shape is all, and more users than people."""
    if isinstance(at.value, HourlyWeights):
        for day in ("weekday", "weekend"):
            if not any(getattr(at.value, day)):
                yield loaded.problem(f"{at.key}.{day}", message("configs.plausible.no_weights"))
    elif isinstance(at.value, ByAge):
        if not any(at.value.as_tuple()) and at.name != "users_by_age":
            yield loaded.problem(f"{at.key}.values", message("configs.plausible.no_weights"))
        most = 1 if at.name == "users_by_age" else inf
        for age in (age for age, each in at.value.values.items() if each > most):
            what = message("configs.plausible.users", value=at.value.values[age])
            yield loaded.problem(f"{at.key}.values.{age}", what)


def _limit_problems(loaded: Loaded[M], at: ConfigValue) -> Iterator[Problem]:
    """Yield a value that is more than is plausible."""
    if not isinstance(at.value, Number | Count | Factor | Duration):
        return
    value = at.value.expected() if isinstance(at.value, Duration) else at.value.value
    most, why = _most_of(at)
    if value > most:
        reason = message(f"configs.plausible.why.{why}")
        what = message("configs.plausible.above", value=value, most=most, reason=reason)
        yield loaded.problem(at.key if isinstance(at.value, Duration) else f"{at.key}.value", what)


def _most_of(at: ConfigValue) -> tuple[float, str]:
    """Return the most that a value may plausibly be, and the reason's name in the texts.

    Patience has no limit: who never hangs up is a caller of textbooks.
    """
    above, _, name = at.key.rpartition(".")
    if name in ("red", "yellow", "green"):
        name = above.rpartition(".")[2]
    if name in MOST_BY_KEY:
        return MOST_BY_KEY[name]
    if isinstance(at.value, Factor):
        return MOST_FACTOR, "factor"
    unit = split_unit(name)[1] if not at.key.startswith("patience.") else ""
    return MOST_BY_UNIT.get(unit, inf), f"unit{unit}"
