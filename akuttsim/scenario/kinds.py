"""What kind of config a file is, and a word to whoever gives one for another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akuttsim.errors import InputError, Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.calibration import Calibration
from akuttsim.scenario.call_log import LogFormat
from akuttsim.scenario.experiment import Experiment, Targets
from akuttsim.scenario.fields import Model
from akuttsim.scenario.figure_mapping import FigureMapping
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.published import Figures
from akuttsim.scenario.region import Region
from akuttsim.scenario.yaml_tree import Node, read_yaml

KINDS: dict[str, tuple[str, type[Model]]] = {
    "experiment": ("experiment", Experiment),
    "organisation": ("organisation", Organisation),
    "calibration": ("calibration", Calibration),
    "figure mapping": ("mapping", FigureMapping),
    "log format": ("log", LogFormat),
    "region": ("region", Region),
    "targets": ("targets", Targets),
    "published": ("figures", Figures),
}
"""Each kind of file, with the key at its top that tells it, and its model."""


@contextmanager
def expected(kind: str, path: Path) -> Iterator[None]:
    """Where a file of another kind is refused, raise what kind it is and what it is for instead."""
    try:
        yield
    except InputError:
        other = _of_another(kind, path)
        if other is not None:
            raise InputError([other]) from None
        raise


def _of_another(kind: str, path: Path) -> Problem | None:
    """Return the problem of a file that has the key of another kind, and fits that kind better.

    Some keys of kinds are keys of others too: an organisation and an experiment name their region.
    """
    file = shipped.shown(path)
    try:
        keys = read_yaml(path, file).value
    except InputError:
        return None
    assert isinstance(keys, dict)
    own, model = KINDS[kind]
    for other, (key, better) in KINDS.items():
        tells = key in keys and (own not in keys or key not in model.model_fields)
        if tells and _fits_better(keys, better, model):
            what = f"this is {shipped.USES[other].format(file)}"
            return Problem(file, keys[key].line, key, what)
    return None


def _fits_better(keys: dict[str, Node], other: type[Model], model: type[Model]) -> bool:
    """Tell whether another model knows more of the keys, or as many if that is all of them."""
    known, known_here = _fits(keys, other), _fits(keys, model)
    return known > known_here or known == known_here == len(keys)


def _fits(keys: dict[str, Node], model: type[Model]) -> int:
    return len(keys.keys() & model.model_fields.keys())
