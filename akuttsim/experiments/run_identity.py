"""Which run it is, and the digest of what it depends on; without anything that reads tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

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


def digest(parts: Mapping[str, Any]) -> str:
    """Return a digest of plain values, the same for the same values on every machine.

    Args:
        parts: What JSON can hold; the order of keys does not matter.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
