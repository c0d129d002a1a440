"""Queues that grew without bound, in words: the warning above the answer."""

from __future__ import annotations

import pandas as pd
from babel.dates import format_datetime

from akuttsim.experiments.results import Results
from akuttsim.report.catalogue import Catalogue
from akuttsim.report.selection import Selection
from akuttsim.report.words import Words
from akuttsim.texts import Lang

_TEAMS = {
    "operator": "control_rooms",
    "dispatcher": "control_rooms",
    "nurse": "clinics",
    "doctor": "doctors",
}
"""Where the configuration names the teams of each role."""


def overload_lines(results: Results, lang: Lang) -> list[str]:
    """Return one sentence for each queue that grew without bound, then what that means, or none."""
    words = Words(Catalogue(lang), Selection(results))
    lines = [f"{line}." for line in overloads(words)]
    return [*lines, words.text("overload.meaning")] if lines else []


def overloads(words: Words) -> list[str]:
    """Return one clause for each queue of each model that grew without bound."""
    table = words.chosen.overloads
    queues = table.groupby(["organisation", "role", "team"], sort=False)
    return [_line(words, queue) for _, queue in queues]


def _line(words: Words, queue: pd.DataFrame) -> str:
    organisation, role, team = queue[["organisation", "role", "team"]].iloc[0]
    count, replications = queue["replication"].nunique(), words.chosen.manifest["replications"]
    since = pd.Timestamp(queue["since"].min()).to_pydatetime()
    return words.text(
        "overload.line" if count == replications == 1 else "overload.some",
        model=words.labels.organisation(organisation),
        whom=words.text(f"overload.whom.{role}", team=_team(words, organisation, role, team)),
        when=format_datetime(since, words.text("overload.when"), locale=words.text.lang),
        waiting=words.numbers.plain(queue["waiting"].max()),
        count=count,
        replications=replications,
    )


def _team(words: Words, organisation: str, role: str, team: str) -> str:
    """Return the title of a team in the organisation, or its own name where there is none."""
    teams = words.chosen.manifest["organisations"][organisation].get(_TEAMS.get(role, ""), {})
    return words.text.both(teams[team]["title"]) if team in teams else team
