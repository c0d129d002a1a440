"""A small frozen record: what the chain does is not changed by accident.

The small district's first week, replication 0 of seed 1, today's organisation and the satellite.
`python -m tests.chain.test_frozen` writes tests/chain/frozen.json anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from akuttsim.records import KINDS, OUTCOMES
from tests import small

FROZEN = Path(__file__).with_name("frozen.json")
CHANGED = (
    "the chain's record has changed. If that is meant: raise MODEL_VERSION in "
    "akuttsim/__init__.py, so that no old run is taken for a new one, and write frozen.json "
    "anew with `python -m tests.chain.test_frozen`"
)


def fingerprint(base: str) -> dict[str, object]:
    """Return key counts, and digests of all times in whole milliseconds."""
    world = small.world(small.organisation(base=base))
    patients = world.sample(1)
    record = world.meets(patients)
    outcomes = np.bincount(record.courses.outcome, minlength=len(OUTCOMES)).tolist()
    kinds = np.bincount(record.activities.kind, minlength=len(KINDS)).tolist()
    return {
        "patients": len(patients),
        "calls": len(record.calls.patient),
        "outcomes": dict(zip(OUTCOMES, outcomes, strict=True)),
        "activities": dict(zip(KINDS, kinds, strict=True)),
        "times": {
            "patients": digest(patients),
            "courses": digest(record.courses),
            "calls": digest(record.calls),
            "activities": digest(record.activities),
        },
    }


def digest(table: object) -> str:
    """Return a digest of a table's columns; times in milliseconds: last bits do not count."""
    made = hashlib.sha256()
    for name, column in sorted(vars(table).items()):
        if column.dtype.kind == "f":
            column = np.where(np.isnan(column), -1.0, np.rint(column * 1000)).astype(np.int64)
        made.update(name.encode())
        made.update(np.ascontiguousarray(column.astype("<i8")).tobytes())
    return made.hexdigest()[:16]


def fingerprints() -> dict[str, dict[str, object]]:
    return {base: fingerprint(base) for base in ("today", "satellite")}


def test_the_frozen_record() -> None:
    assert fingerprints() == json.loads(FROZEN.read_text("utf-8")), CHANGED


def test_a_digest_tells_a_millisecond() -> None:
    patients = small.people([1.0, 2.0])
    later = small.changed(patients, time_s=np.array([1.0, 2.001]))
    assert digest(patients) != digest(later)


if __name__ == "__main__":
    FROZEN.write_text(json.dumps(fingerprints(), indent=1) + "\n", encoding="utf-8")
