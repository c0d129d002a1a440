"""How one click mends what a check finds: care for those whom a clinic closes for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from akuttsim.app.drafts import CheckedDraft
from akuttsim.app.form import hours_told, title_of_unit
from akuttsim.app.week import SLOTS, hours_of_slots, slots_of_row
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.errors import Problem
from akuttsim.texts import Message, message

WRITTEN_ELSEWHERE = ("configs.where.written_in", "configs.where.builds_on_this")
"""The messages that say in which other file something stands that is wrong."""

NONE_OPEN = "configs.clinics.none_open"
"""The message of people for whom no clinic is open."""


class Fix(NamedTuple):
    """What mends a problem.

    Attributes:
        what: What is wrong, of all whom it is mended for.
        label: What the button says.
        change: The change that it makes, as the page asks for changes.
    """

    what: Message
    label: Message
    change: ConfigContent


def fix_of_problem(problem: Problem, checked: CheckedDraft) -> Fix | None:
    """Return how a problem can be mended; None where nothing simple does."""
    what = bare_message(problem.what)
    if not isinstance(what, Message) or what.key != NONE_OPEN:
        return None
    return _other_clinic(str(what.values["municipality"]), checked)


def bare_message(what: Message | str) -> Message | str:
    """Return what is wrong without the line of a file of the base, which the page does not show."""
    if isinstance(what, Message) and what.key in WRITTEN_ELSEWHERE:
        inner = what.values["what"]
        return inner if isinstance(inner, Message) else str(inner)
    return what


def _other_clinic(municipality: str, checked: CheckedDraft) -> Fix | None:
    """Return that the nearest clinic which is open then sees the people of a municipality.

    All that are left without at the same hours go along.
    """
    tree, region = checked.written.tree, checked.base.region.value
    missing = _slots_without_care(tree, municipality)
    if not missing:
        return None
    alike = [name for name in region.municipalities if _slots_without_care(tree, name) == missing]
    open_then = {
        name: clinic
        for name, clinic in tree["clinics"].items()
        if clinic["kind"] == "legevakt" and missing <= _open_slots(clinic)
    }
    if not open_then:
        return None
    home = region.place_ids.index(region.largest_place(municipality))
    times = np.asarray(checked.base.travel.seconds["car"][checked.base.travel.noon])
    name = min(
        open_then,
        key=lambda each: float(times[home, region.place_ids.index(open_then[each]["place"])]),
    )
    asked = {"municipalities": alike, "hours": hours_of_slots(missing)}
    label = message("whatif.fix.sent_to", title=title_of_unit(open_then[name], name))
    names = ", ".join(region.municipalities[each].name for each in alike)
    hours = hours_told(hours_of_slots(missing), False)
    what = message("whatif.wrong.none_open", names=names, hours=hours)
    return Fix(what, label, {"set": {f"clinics.{name}.also_for": asked}})


def _slots_without_care(tree: ConfigContent, municipality: str) -> frozenset[int]:
    """Return the slots of the week in which no clinic with a doctor is open for a municipality."""
    served: set[int] = set()
    for clinic in tree["clinics"].values():
        if clinic["kind"] != "satellite":
            for row in clinic["open"].values():
                if municipality in row["municipalities"]:
                    served |= set(_slots(row["days"], row["hours"]))
    return frozenset(range(SLOTS)) - served


def _open_slots(clinic: Mapping[str, Any]) -> frozenset[int]:
    """Return the slots of the week in which a clinic is open for anybody."""
    rows = clinic["open"].values()
    return frozenset(slot for row in rows for slot in _slots(row["days"], row["hours"]))


@lru_cache(maxsize=1000)
def _slots(days: str, hours: str) -> Sequence[int]:
    return slots_of_row({"days": days, "hours": hours})
