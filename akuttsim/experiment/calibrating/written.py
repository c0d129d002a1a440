"""What a calibration leaves: a variant of the region and of the organisation, and tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from akuttsim.analysis.calibrated import Calibrated, Moved
from akuttsim.config import shipped
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Model
from akuttsim.config.yaml_document import plain_scalar
from akuttsim.experiment.calibrating.calibrate import Trial
from akuttsim.experiment.calibrating.question import Question
from akuttsim.experiment.cases import Dimension, is_of
from akuttsim.store.files import write_csv, write_whole
from akuttsim.store.results import CALIBRATION

HEAD = """\
# Written by akuttsim calibrate ({calibration}): assumptions moved towards published figures.
# They are assumptions still (grade C). {ranges}
"""
RANGES = {
    True: "Ranges are where every fitted figure was seen to be met.",
    False: "Not every figure was met; ranges are as they were.",
}


def write_calibrated(
    question: Question, found: Calibrated, trials: Sequence[Trial], folder: Path
) -> list[Path]:
    """Write the variants and tables into a folder; return the variants' paths."""
    written = []
    for path, text in _variants(question, found, folder):
        write_whole(path, text.encode("utf-8"))
        written.append(path)
    for name, table in _tables(question, found, trials):
        write_csv(folder / name, table)
    return written


def _variants(question: Question, found: Calibrated, folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files of the region, where it has a value that was moved, and the organisation."""
    sets: dict[type[Model], dict[str, Any]] = {Region: {}, Organisation: {}}
    for dimension, moved in zip(question.unknowns, found.unknowns, strict=True):
        kind = Region if is_of(Region, f"{moved.key}=") else Organisation
        _put(sets[kind], moved.key, _content(question, found, dimension, moved))
    region, of = question.study.region, question.study.organisations[question.study.base]
    head = HEAD.format(calibration=question.calibration.calibration, ranges=RANGES[found.is_met])
    home = region.region
    if sets[Region]:
        home = f"{region.region}-calibrated"
        names = {"region": home}
        base = _extended("region", question.names[0], folder)
        yield (
            folder / f"{home}.yaml",
            head + _yaml(question, base, names, region.title, sets[Region]),
        )
    names = {"organisation": f"{of.organisation}-calibrated", "region": home}
    base = _extended("organisation", question.names[1], folder)
    path = folder / f"{of.organisation}-calibrated.yaml"
    yield path, head + _yaml(question, base, names, of.title, sets[Organisation])


def _extended(kind: str, name: str, folder: Path) -> str:
    """Return how a base is named from the folder: a shipped name, or a path."""
    path = shipped.find_config(kind, name)
    if path.is_relative_to(shipped.project_root() / "configs"):
        return path.parent.name if kind == "region" else path.stem
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _yaml(
    question: Question, base: str, names: dict[str, str], title: Any, sets: dict[str, Any]
) -> str:
    calibration = question.calibration.calibration
    body: dict[str, Any] = {
        "extends": base,
        **names,
        "title": {"nb": f"{title.nb}, kalibrert", "en": f"{title.en}, calibrated"},
    }
    if sets:
        why = {
            "nb": f"Antagelser flyttet mot publiserte tall ({calibration}).",
            "en": f"Assumptions moved towards published figures ({calibration}).",
        }
        body["changes"] = {"calibrated": {"why": why, "set": sets}}
    text = yaml.safe_dump(
        body, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
    return text


def _content(
    question: Question, found: Calibrated, dimension: Dimension, moved: Moved
) -> dict[str, Any]:
    """Return a value as calibrated: its numbers, with range, grade and source."""
    assert dimension.ranged is not None
    content: dict[str, Any] = {}
    for setting in dimension.ranged.at(moved.value):
        key, _, text = setting.partition("=")
        _put(content, key.removeprefix(f"{moved.key}."), _plain(text))
    span = moved.possible or moved.range
    unit = moved.value if dimension.ranged.is_factor else 1.0
    source = dimension.ranged.value.source
    fitted = [each.name for each in found.targets if not each.held_back]
    word = "Calibrated to" if found.is_met else "Moved as near as it came to"
    told = f"{word} {', '.join(fitted)} ({question.calibration.calibration}); before: {source}"
    range_ = [float(f"{end / unit:.6g}") for end in span] if unit else list(span)
    return {**content, "range": range_, "grade": "C", "source": told}


def _plain(text: str) -> Any:
    """Return the number, or the list of numbers, that a setting has."""
    if text.startswith("["):
        return [plain_scalar(part.strip()) for part in text[1:-1].split(",")]
    return plain_scalar(text)


def _put(tree: dict[str, Any], dotted: str, content: Any) -> None:
    *above, last = dotted.split(".")
    for part in above:
        tree = tree.setdefault(part, {})
    tree[last] = content


def _tables(
    question: Question, found: Calibrated, trials: Sequence[Trial]
) -> Iterator[tuple[str, pd.DataFrame]]:
    names = [each.name for each in question.unknowns]
    targets = list(question.calibration.targets)
    rows = [
        (number, *each.levels, *each.simulated, each.is_possible)
        for number, each in enumerate(trials, 1)
    ]
    yield CALIBRATION, pd.DataFrame(rows, columns=["trial", *names, *targets, "meets_all"])
    yield "unknowns.csv", pd.DataFrame([_unknown_row(each) for each in found.unknowns])
    aimed = pd.DataFrame([{**vars(t), "is_met": t.is_met} for t in found.targets])
    yield "targets.csv", aimed.drop(columns="title")
    effects = pd.DataFrame(found.identified.effects, columns=names)
    effects.insert(0, "target", list(found.identified.targets))
    yield "effects.csv", effects
    judged = [
        (each.organisation, each.indicator, each.unit, point, verdict, each.low, each.high)
        for each in found.judged
        for point, verdict in enumerate(each.verdicts)
    ]
    heads = ["organisation", "indicator", "unit", "point", "verdict", "lowest", "highest"]
    yield "verdicts.csv", pd.DataFrame(judged, columns=heads)


def _unknown_row(each: Moved) -> dict[str, Any]:
    low, high = each.possible or (float("nan"), float("nan"))
    return {
        "unknown": each.name,
        "key": each.key,
        "before": each.before,
        "range_low": each.range[0],
        "range_high": each.range[1],
        "value": each.value,
        "possible_low": low,
        "possible_high": high,
    }
