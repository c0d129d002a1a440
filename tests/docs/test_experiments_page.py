"""The example in docs/experiments.md is one that runs, and the page names every key there is."""

from __future__ import annotations

import re
from pathlib import Path

from akuttsim.config.schema.experiment import (
    BestSelection,
    Design,
    DesignFactor,
    Experiment,
    PrecisionGoal,
)
from akuttsim.experiments.results import TABLES
from akuttsim.experiments.study import study_of_experiment

PAGE = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text("utf-8")


def test_the_example_is_an_experiment(tmp_path: Path) -> None:
    example, *_ = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    (tmp_path / "example.yaml").write_text(example)
    study = study_of_experiment(str(tmp_path / "example.yaml"))
    assert len(study.cases) == 4 and len(study.runs()) == 4 * 2 * 10


def test_every_key_and_table_is_told() -> None:
    wanted = [
        *sorted(set(Experiment.model_fields) - {"experiment", "question", "hypothesis", "region"}),
        *sorted(set(DesignFactor.model_fields) - {"title"}),
        *PrecisionGoal.model_fields,
        *sorted(set(BestSelection.model_fields) - {"confidence"}),
        *TABLES,
    ]
    assert [name for name in wanted if name not in PAGE] == []


def test_every_design_is_told() -> None:
    kinds = Design.model_fields["kind"].annotation
    assert all(kind in PAGE for kind in kinds.__args__)  # type: ignore[union-attr]
