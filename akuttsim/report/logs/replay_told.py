"""What of a replay was the log's own, and what was drawn, in sentences."""

from __future__ import annotations

from typing import Any

from akuttsim.report.logs.document import LogWords

READ = ("number", "talk", "place", "urgency")
"""What a log may tell of a call beside its time."""

DRAWN = ("place", "urgency", "talk")
"""What of that is drawn where the log does not tell it."""

ENOUGH_RUNS = 5
"""A band from fewer replications is wide, or narrow by luck."""


def how(log: dict[str, Any], words: LogWords) -> list[str]:
    """Return what of the calls is the log's own, what was drawn for how many, and what was taken.

    `log` is the manifest's: `known` has, of how many of its `calls`, the log's words and times were
    understood.
    """
    calls, known = log["calls"], log["known"]
    own = [words("replay.own.time"), *(words(f"replay.own.{name}") for name in READ if known[name])]
    drawn = [_drawn(name, calls - known[name], calls, words) for name in DRAWN]
    others = [words(f"replay.drawn.{name}") for name in ("patience", *log["added"], "rest")]
    listed = words.text.listed
    told = words(
        "replay.how", own=listed(own), drawn=listed([each for each in drawn if each] + others)
    )
    without = calls - known["number"]
    if not without:
        return [told]
    counts = {"n": words.number(without), "calls": words.number(calls)}
    return [told, words("replay.no_number", **counts)]


def _drawn(name: str, n: int, calls: int, words: LogWords) -> str:
    """Return what was drawn, with for how many calls; "" where the log has it of all."""
    if not n:
        return ""
    what = words(f"replay.drawn.{name}")
    return words("replay.drawn_for", what=what, n=words.number(n), calls=words.number(calls))


def few_runs(n: int, words: LogWords) -> list[str]:
    """Return a warning where there are too few replications for a band to be trusted."""
    return [words("replay.few_runs", n=n, enough=ENOUGH_RUNS)] if n < ENOUGH_RUNS else []
