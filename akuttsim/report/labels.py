"""What things are called in the report: indicators, organisations, groups, verdicts."""

from __future__ import annotations

from typing import NamedTuple

from akuttsim.indicators.comparison import FEWER_CAME, THE_SAME
from akuttsim.report.catalogue import Catalogue, norwegian_definitions
from akuttsim.report.selection import WITHIN_MARGIN, Estimate, Selection

SYMBOLS = {
    "met": "✓",
    "not met": "✕",
    "cannot tell": "?",
    "better": "▲",
    "worse": "▼",
    "differs": "≠",
    "no difference larger than the margin": "≈",
    FEWER_CAME: "△",
    THE_SAME: "=",
    "not applicable": "–",
}


class Verdict(NamedTuple):
    """A verdict to show: a class for its colour, a sign and words, so that none stands alone."""

    css: str
    symbol: str
    words: str


class Labels:
    """Names in the language of the report, with names of the results as they are written there."""

    def __init__(self, text: Catalogue, chosen: Selection) -> None:
        """Take names from the catalogue and from the manifest."""
        self.text = text
        self.manifest = chosen.manifest
        self.targets = chosen.targets()

    def indicator(self, name: str) -> str:
        """Return an indicator's name; the target's title where it has one."""
        if name in self.targets:
            return self.text.both(self.targets[name]["title"])
        return self.text.get(f"indicator.{name}", name.replace("_", " "))

    def short(self, name: str) -> str:
        """Return an indicator's name as it stands within a sentence."""
        return self.text("word.quoted", words=self.indicator(name))

    def definition(self, name: str) -> tuple[str, str]:
        """Return an indicator's definition and the language that it is written in."""
        english = str(self.manifest["definitions"].get(name, ""))
        if self.text.lang == "nb" and name in norwegian_definitions():
            return norwegian_definitions()[name], "nb"
        return english, "en"

    def organisation(self, name: str) -> str:
        """Return the title of an organisation model."""
        return self.text.both(self.manifest["organisations"][name]["title"])

    def municipality(self, name: str) -> str:
        """Return a municipality's official name, in all its languages."""
        known = self.manifest["region"]["municipalities"]
        return str(known[name]["name"]) if name in known else name

    def verdict(self, estimate: Estimate | None) -> Verdict | None:
        """Return the verdict to show; None where an indicator has no target and thus no verdict."""
        return self.named(_verdict_name(estimate))

    def named(self, name: str) -> Verdict | None:
        """Return a verdict by its name; None where there is none."""
        if not name:
            return None
        return Verdict(name.replace(" ", "-"), SYMBOLS[name], self.text(f"verdict.{name}"))

    def why_empty(self, indicator: str) -> str:
        """Return why an indicator has no value in this region."""
        return self.text.get(f"empty.{indicator}", self.text("empty.other"))


def _verdict_name(estimate: Estimate | None) -> str:
    if estimate is None or not estimate.is_known:
        return "not applicable"
    if estimate.is_nil and estimate.verdict in ("cannot tell", WITHIN_MARGIN):
        return THE_SAME  # results of version 0.1 have no word for it
    return estimate.verdict if estimate.verdict in SYMBOLS else ""
