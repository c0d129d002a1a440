"""What of a draft's study can be carried away: report, sheets, one file; and the replayed day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from akuttsim.app.drafts import CheckedDraft, Drafts
from akuttsim.app.form import bad_value
from akuttsim.app.study_file import pack_study
from akuttsim.app.study_state import report_file
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.manifest import MANIFEST
from akuttsim.experiments.results import Results, read_results
from akuttsim.records import JsonObject
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.replay_map import replayed_models
from akuttsim.texts import LANGUAGES, Lang, message

FORMS = ("pdf", "xlsx", "akuttsim")

ResultsWriter = Callable[[Results, Lang, Path], None]
"""Writes results in a language as a file."""

Writers = Mapping[str, ResultsWriter]
"""What writes the report (`html`), the decision (`pdf`) and the sheets (`xlsx`)."""


def finished_results(folder: Path) -> Results:
    """Return the results of a study that is finished. Raises InputError for another."""
    if not (folder / MANIFEST).is_file():
        raise InputError([Problem("", 0, "", message("whatif.wrong.no_results"))])
    return read_results(folder)


@dataclass(frozen=True)
class StudyExport:
    """Writes what of a draft's study can be carried away.

    Attributes:
        drafts: The drafts of the folder.
        writers: What writes each form of results.
    """

    drafts: Drafts
    writers: Writers

    def export(self, checked: CheckedDraft, form: str, lang: Lang) -> Path:
        """Write a draft's study in a form, into the draft's folder, and return the file.

        Args:
            checked: The draft.
            form: One of `FORMS`.
            lang: The language of what is written.

        Raises:
            InputError: There is no such form, or nothing is finished.
        """
        if form not in FORMS:
            raise bad_value("as", message("whatif.wrong.choice", choices=", ".join(FORMS)))
        path = self.drafts.place(checked.draft.id) / f"{checked.draft.name}.{form}"
        if form == "akuttsim":
            pack_study(self.drafts, checked, path)
        else:
            results = finished_results(self.drafts.results(checked.draft.id))
            self.writers[form](results, lang, path)
        return path

    def write_missing_report(self, folder: Path, name: str) -> None:
        """Write the report of a finished study where it is not there yet.

        Args:
            folder: The results folder.
            name: The name of the file, which tells its language; another name writes nothing.
        """
        lang = next((lang for lang in LANGUAGES if name == report_file(lang)), None)
        if lang is not None and not (folder / name).exists() and (folder / MANIFEST).is_file():
            self.writers["html"](read_results(folder), lang, folder / name)


def replay_of_study(folder: Path, lang: Lang) -> JsonObject:
    """Return the same day in each organisation of a finished study, as the report draws it."""
    results = finished_results(folder)
    return replayed_models(Words(Catalogue(lang), ResultsView(results)), folder)
