"""Which models a figure has room for: the base, and those that differ most from it."""

from __future__ import annotations

from akuttsim.report.selection import Selection

MOST = 4
"""Models in a figure that would be unreadable with more."""


def foremost(
    chosen: Selection, indicator: str, group_by: str = "all", most: int = MOST
) -> list[str]:
    """Return the base and the models that differ most from it in an indicator.

    In their own order; all where there are no more than `most`. Only clear differences count,
    summed over groups.
    """
    if len(chosen.organisations) <= most:
        return chosen.organisations
    groups = chosen.groups(indicator, group_by)
    weights = {name: _weight(chosen, name, indicator, group_by, groups) for name in chosen.others}
    ranked = sorted(weights, key=lambda name: -weights[name])[: most - 1]
    return [name for name in chosen.organisations if name in ranked or name == chosen.base]


def _weight(
    chosen: Selection, name: str, indicator: str, group_by: str, groups: list[str]
) -> float:
    changes = (chosen.change(name, indicator, group_by, group) for group in groups)
    return sum(abs(each.mean) for each in changes if each is not None and each.is_clear)


def alike(chosen: Selection, indicator: str, group_by: str) -> list[str]:
    """Return the models that are as the base in every group and every replication."""
    groups = chosen.groups(indicator, group_by)
    return [
        name
        for name in chosen.others
        if groups and all(_is_nil(chosen, name, indicator, group_by, group) for group in groups)
    ]


def _is_nil(chosen: Selection, name: str, indicator: str, group_by: str, group: str) -> bool:
    change = chosen.change(name, indicator, group_by, group)
    return change is not None and (change.is_nil or not change.is_known)
