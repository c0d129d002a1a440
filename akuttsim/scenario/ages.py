"""Ages as tables write them: single years and spans as the nine groups of Statistics Norway."""

from __future__ import annotations

import re

from akuttsim.scenario.fields import AGE_GROUPS

_FROM = [int(re.split(r"[-+]", group)[0]) for group in AGE_GROUPS]
_OPEN = re.compile(r"\+|\beller\b|\bor\b")
OLDEST = 130
LONGEST = 40
"""Letters of a cell that are looked at: a name of an age is short."""


def age_group(text: str) -> int | None:
    """Return the place in `AGE_GROUPS` of an age: 37, '037 37 år', '0-5', '90+', '105 or older'.

    None for what is no age, or for years of more than one group, as '80 år eller eldre' are.
    """
    numbers = [int(each) for each in re.findall(r"\d+", text[:LONGEST])]
    if len(numbers) == 2 and numbers[0] == numbers[1]:
        numbers = numbers[:1]  # a code and its text
    if not numbers or len(numbers) > 2 or max(numbers) > OLDEST:
        return None
    if _OPEN.search(text) and numbers[0] < _FROM[-1]:
        return None
    groups = {sum(number >= first for first in _FROM) - 1 for number in numbers}
    return groups.pop() if len(groups) == 1 else None
