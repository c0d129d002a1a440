"""Checks any one config file, whatever kind it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from akuttsim.config import shipped
from akuttsim.config.checks import check_region
from akuttsim.config.loader import load_region, load_targets
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import read_yaml
from akuttsim.errors import InputError, Problem, nearest
from akuttsim.experiments.load_study import load_published_figures, load_together
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.texts import message, titled

CHECKED_KINDS = ("organisation", "experiment", "region")


@dataclass(frozen=True)
class CheckedFile:
    """A checked file: its region, and the organisation or study where the file is one."""

    region: Region
    organisation: Organisation | None = None
    study: Study | None = None


def list_file_entries(name: str) -> list[str] | None:
    """Return what a file of targets or of published figures holds, a line each.

    None for a file of another kind. Raises InputError with all that is wrong in it.
    """
    for kind, (key, lines) in ENTRY_LISTS.items():
        if name in shipped.config_names(kind) or key in _top_keys(name):
            return lines(name)
    return None


def _target_lines(name: str) -> list[str]:
    targets = load_targets(name).value.targets
    return [
        message(
            f"understood.file.target.{target.side}",
            title=titled(target.title),
            value=target.value,
            indicator=target.indicator,
        )
        for target in targets.values()
    ]


def _published_lines(name: str) -> list[str]:
    return [
        f"{figure.title}: {figure.published} ({figure.indicator})"
        for figure in load_published_figures(name).values()
    ]


ENTRY_LISTS = {"targets": ("targets", _target_lines), "published": ("figures", _published_lines)}
"""Files that only list things: by their key at the top, and how each thing is told."""


def _top_keys(name: str) -> list[str]:
    """Return the keys at the top of a file that is no region, organisation or experiment."""
    path = Path(name)
    if not path.is_file():
        return []
    keys = read_yaml(path, shipped.display_path(path)).value
    return [*keys] if isinstance(keys, dict) and not set(CHECKED_KINDS) & set(keys) else []


def check_file(name: str) -> CheckedFile:
    """Load and check a region, organisation or experiment. Raises InputError with all errors."""
    kind, path = _kind_of_file(name)
    if kind == "experiment":
        study = study_of_experiment(str(path))
        return CheckedFile(study.region, study=study)
    if kind == "region":
        region = load_region(str(path))
        check_region(region)
        return CheckedFile(region.value)
    region, (organisation,) = load_together([str(path)])
    return CheckedFile(region.value, organisation.value)


def _check_existing_file(name: str) -> Path:
    try:
        return shipped.find_config("organisation", name)
    except InputError:
        if (Path(name) / "region.yaml").is_file():
            return Path(name) / "region.yaml"
        raise InputError([Problem("", 0, name, _missing_file_error(name))]) from None


def _missing_file_error(name: str) -> str:
    path = Path(name)
    if (path / "manifest.json").is_file():
        return message("understood.file.results", name=name)
    if path.is_dir():
        return message("understood.file.folder")
    known = sorted(
        {config_name for kind in CHECKED_KINDS for config_name in shipped.config_names(kind)}
    )
    near = nearest(name, known)
    if near:
        return message("understood.file.near", near=near)
    if path.suffix or len(path.parts) > 1:
        return message("understood.file.no_path")
    return message("understood.file.shipped", known=", ".join(known))


def _kind_of_file(name: str) -> tuple[str, Path]:
    """Return what kind of file a name stands for: by where it is shipped, or by its first keys."""
    for kind in CHECKED_KINDS:
        if name in shipped.config_names(kind):
            return kind, shipped.find_config(kind, name)
    path = _check_existing_file(name)
    keys = read_yaml(path, shipped.display_path(path)).value
    assert isinstance(keys, dict)
    for kind in CHECKED_KINDS:
        if kind in keys:
            return kind, path
    what = message("understood.file.of_no_kind")
    raise InputError([Problem(shipped.display_path(path), 0, "", what)])
