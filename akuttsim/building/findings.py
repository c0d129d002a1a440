"""Findings: what a build has to tell, the loud ones first."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """A sentence about what was built. A loud one changes what results can be trusted for."""

    is_loud: bool
    what: str


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return the loud findings first, each group as it came."""
    return sorted(findings, key=lambda each: not each.is_loud)


def told(finding: Finding) -> str:
    """Return a finding as one line."""
    return f"{'!! ' if finding.is_loud else '   '}{finding.what}"
