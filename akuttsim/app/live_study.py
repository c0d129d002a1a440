"""The study of a draft, replication by replication."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from akuttsim.app.drafts import CheckedDraft, Drafts
from akuttsim.texts import Lang


class Studies:
    """Runs the studies of drafts, one at a time."""

    def __init__(self, drafts: Drafts, workers: int | None) -> None:
        """Name the drafts, and the processes to use."""
        self._drafts = drafts
        self._workers = workers

    def study(self, checked: CheckedDraft, lang: Lang) -> dict[str, Any]:
        """Return how far the study of a draft is, and what it says so far."""
        return {"state": "none", "done": 0, "of": checked.draft.replications, "seconds_left": None,
                "message": "", "models": [], "rows": [], "answer": "", "report": None,
                "folder": ""}  # fmt: skip

    def start(self, checked: CheckedDraft, replications: int) -> None:
        """Begin the study of a draft."""
        raise NotImplementedError

    def stop(self, draft_id: str) -> None:
        """Stop the study of a draft."""

    def news(self, draft_id: str) -> int:
        """Return a number that changes whenever there is something new to tell of a draft."""
        return 0

    def compared(self, checked: list[CheckedDraft], lang: Lang) -> dict[str, Any]:
        """Return what the studies of several drafts say, side by side."""
        raise NotImplementedError

    def replay(self, checked: CheckedDraft, lang: Lang) -> dict[str, Any]:
        """Return the same day in the base and in a draft."""
        raise NotImplementedError

    def export(self, checked: CheckedDraft, form: str, lang: Lang) -> Path:
        """Return a file of a draft's study to carry away."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop everything."""
