"""Experiment files on the small district, written for a test."""

from __future__ import annotations

from pathlib import Path

from akuttsim.experiments.study import Study, study_of_experiment
from tests import small

BOTH = "[small-today, small-satellite]"

LONGER_TALK = """\
extends: {base}
region: longer-talk
title: Longer talk
changes:
  longer-talk:
    why: For a test.
    set: {{care: {{talk_s: {{lognormal: {{median: 300}}}}}}}}
"""


def experiment(
    folder: Path,
    more: str = "",
    organisations: str = BOTH,
    asks: Path = small.EXPERIMENT,
) -> Path:
    """Write an experiment with more lines beside the small district's files; return its path."""
    for each in small.DATA.iterdir():
        link = folder / each.name
        if not link.exists() and each.name != "small-experiment.yaml":
            link.symlink_to(each)
    longer = folder / "longer-talk.yaml"
    longer.write_text(LONGER_TALK.format(base="small"))
    text = asks.read_text("utf-8")
    text = text.replace(BOTH, organisations)
    path = folder / "asked.yaml"
    path.write_text(text + more)
    return path


def study(
    folder: Path,
    more: str = "",
    organisations: str = BOTH,
    asks: Path = small.EXPERIMENT,
) -> Study:
    """Return the study of such an experiment."""
    return study_of_experiment(str(experiment(folder, more, organisations, asks)))
