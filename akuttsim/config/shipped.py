"""The shipped configs and experiments: where they lie, by kind and name.

They are in the package, or in the project folder in a checkout.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from akuttsim.errors import InputError, Problem
from akuttsim.texts import Message, message

_PACKAGE = Path(__file__).resolve().parents[1]

KINDS = {
    "region": "configs/regions/{}/region.yaml",
    "organisation": "configs/organisations/{}.yaml",
    "targets": "configs/targets/{}.yaml",
    "margins": "configs/margins/{}.yaml",
    "outcomes": "configs/outcomes/{}.yaml",
    "published": "configs/published/{}.yaml",
    "experiment": "experiments/{}.yaml",
    "calibration": "configs/calibrations/{}.yaml",
    "figure mapping": "configs/mappings/{}.yaml",
    "log format": "configs/logs/{}.yaml",
}
"""Where a shipped file of each kind lies, by its name."""


SCHEMA_FOLDER = ".schema"
"""Where editors find the JSON Schemas: beside a file of one's own, or above the shipped ones."""

SCHEMA_COMMENT = "# yaml-language-server: $schema="
"""What the first line of a config begins with: an editor that knows YAML follows it."""


def schema_line(kind: str, way: str = "") -> str:
    """Return the first line of a config, which tells editors its schema.

    Args:
        kind: Kind of config, one of `KINDS`.
        way: The way from the file's folder to the one that holds the schemas, such as `../`.
    """
    return f"{SCHEMA_COMMENT}{way}{SCHEMA_FOLDER}/{kind.replace(' ', '-')}.json\n"


def use(kind: str, name: str) -> Message:
    """Return what a file of a kind is, and what it is for."""
    return message(f"configs.kinds.uses.{kind.replace(' ', '_')}", name=name)


def kind_name(kind: str) -> Message:
    """Return what a kind of file is called."""
    return message(f"configs.kinds.names.{kind.replace(' ', '_')}")


def project_root() -> Path:
    """Return the folder that holds configs/ and experiments/."""
    installed = _PACKAGE / "shipped"
    return installed if installed.is_dir() else _PACKAGE.parent


def config_names(kind: str) -> list[str]:
    """Return the names of the shipped files of one kind, sorted.

    Args:
        kind: Kind of config, one of `KINDS`.
    """
    pattern = KINDS[kind]
    before, after = pattern.split("{}")
    paths = project_root().glob(pattern.format("*"))
    return sorted(
        path.relative_to(project_root()).as_posix()[len(before) : -len(after)] for path in paths
    )


def find_config(kind: str, name: str, relative_to: Path | None = None) -> Path:
    """Return the file that a name or path of the given kind stands for.

    Args:
        kind: Kind of config, one of `KINDS`.
        name: Shipped name, or a path from the working folder; a region may be given as its folder.
        relative_to: Folder of the file that names it, from which a path is looked for first.

    Raises:
        InputError: There is no such file; with the shipped names that are close.
    """
    for candidate in _candidate_paths(kind, name, relative_to):
        if _is_file(candidate):
            return candidate
    raise InputError([Problem("", 0, name, _explain_not_found(kind, name))])


def _candidate_paths(kind: str, name: str, relative_to: Path | None) -> Iterator[Path]:
    """Yield where a config may lie: shipped, then as a path beside `relative_to`, then here."""
    if not name.endswith((".yaml", ".yml")) and "/" not in name and "\\" not in name:
        yield project_root() / KINDS[kind].format(name)
    for folder in (relative_to, Path()):
        if folder is not None:
            yield folder / name
            if kind == "region":
                yield folder / name / "region.yaml"
            yield folder / f"{name}.yaml"


def _is_file(path: Path) -> bool:
    """Tell whether there is such a file."""
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


def _explain_not_found(kind: str, name: str) -> str:
    """Say which kind a name is of, which names are near, or which there are."""
    none = message("configs.kinds.none", kind=kind_name(kind))
    other = next((other for other in KINDS if name in config_names(other)), "")
    if _is_file(Path(name) / "region.yaml"):
        other = "region"
    if other:
        return message("configs.kinds.it_is", none=none, name=use(other, name))
    close = get_close_matches(name, config_names(kind), n=1)
    if close:
        return message("configs.kinds.near", none=none, close=close[0])
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return none
    return message("configs.kinds.shipped", none=none, kind=", ".join(config_names(kind)))


def is_shipped(file: str) -> bool:
    """Tell whether a file is one of the shipped ones.

    Args:
        file: The file as `display_path` writes it.
    """
    at = next(
        (base / file for base in (Path.cwd(), project_root()) if (base / file).is_file()), None
    )
    ours = [(project_root() / folder).resolve() for folder in ("configs", "experiments")]
    return at is not None and any(at.resolve().is_relative_to(folder) for folder in ours)


def display_path(path: Path) -> str:
    """Return a path as the user would write it: relative where that is shorter."""
    for base in (Path.cwd(), project_root()):
        try:
            return path.resolve().relative_to(base.resolve()).as_posix()
        except ValueError:
            continue
    return str(path)
