"""Age groups: single years and the words of tables as the nine groups of Statistics Norway."""

from __future__ import annotations

import re

from akuttsim.scenario.fields import AGE_GROUPS

_FROM = [int(re.split(r"[-+]", group)[0]) for group in AGE_GROUPS]

NATIONAL = (332_053, 629_931, 276_650, 702_571, 1_518_914, 1_207_648, 674_694, 239_357, 45_582)
"""People of Norway by age group on 1 January 2026 (Statistics Norway table 07459, 5,627,400)."""


def group_of(text: str) -> int | None:
    """Return the group of an age such as 37, '37 years', '90+', '0-5' or '105 år eller eldre'.

    None for what is no age, or a span of years that lies in more than one group.
    """
    numbers = [int(each) for each in re.findall(r"\d{1,3}", text)]
    if not numbers or max(numbers) > 130 or len(numbers) > 2:
        return None
    groups = {_group(number) for number in numbers}
    return groups.pop() if len(groups) == 1 else None


def _group(age: int) -> int:
    return max(number for number, first in enumerate(_FROM) if age >= first)
