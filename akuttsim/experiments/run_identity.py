"""Which run it is, and the digest of what it depends on; without anything that reads tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from akuttsim.records import JsonObject

PLAIN = "plain"
"""The case of a study without factors."""


class RunId(NamedTuple):
    """One run.

    Attributes:
        organisation: The organisation.
        replication: Its number, from 0, which gives the random streams.
        digest: Digest of all that the run depends on; runs of other inputs have another.
        case: Its case.
    """

    organisation: str
    replication: int
    digest: str
    case: str = PLAIN

    @property
    def told(self) -> str:
        """Return the run's name as a user gives it: case, organisation and replication."""
        return f"{self.case}/{self.organisation}/{self.replication}"


NOT_OF_REACH = frozenset(
    {"organisation", "title", "description", "ambulances", "dispatch", "mobilisation"}
)
"""Keys of an organisation that decide neither how far care is nor where nurses send people."""


def reach(organisation: JsonObject) -> JsonObject:
    """Return what of an organisation, as written out, may decide whom distance keeps away.

    That is all but its name and words, crews and their dispatch, and who is on duty at the phones.
    """
    kept = {key: value for key, value in organisation.items() if key not in NOT_OF_REACH}
    rooms = kept["control_rooms"].items()
    kept["control_rooms"] = {
        name: {key: value for key, value in room.items() if key != "operators"}
        for name, room in rooms
    }
    return kept


def of_other_reach(organisations: Mapping[str, JsonObject], base: str) -> frozenset[str]:
    """Return the organisations, as written out, that distance may keep others from than the base.

    From the rest it keeps the same people, who only get through sooner or later.
    """
    reaches = {name: reach(each) for name, each in organisations.items()}
    return frozenset(name for name, each in reaches.items() if each != reaches[base])


def digest(parts: Mapping[str, Any]) -> str:
    """Return a digest of plain values, the same for the same values on every machine.

    Args:
        parts: What JSON can hold; the order of keys does not matter.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
