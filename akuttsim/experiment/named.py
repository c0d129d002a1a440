"""What an experiment names, read from its file whether or not the rest of it has the right form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from akuttsim.config import shipped
from akuttsim.config.loader import Loaded, load_experiment, load_targets, problem_at, read_unchecked
from akuttsim.config.schema.experiment import Experiment
from akuttsim.config.yaml_document import Node, plain_values
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.experiment.loading import At, load_together, noting, telling


def load_named(name: str) -> Loaded[Experiment]:
    """Load an experiment.

    Where its form is wrong, InputError tells what is wrong with all that it names too.
    """
    try:
        return load_experiment(name)
    except InputError as error:
        raise InputError([*error.problems, *_beside(name)]) from None


def _beside(name: str) -> list[Problem]:
    """Return what is wrong with the names in an experiment, and with the files behind them."""
    problems: list[Problem] = []
    try:
        path = shipped.find_config("experiment", name)
        file = read_unchecked("experiment", path)
    except InputError:
        return problems
    names, at = _plain(file.tree), partial(problem_at, file)
    if "experiment" not in names:
        return problems
    problems += unknown_indicators(file.tree, at)
    with noting(problems), telling(at, named_in(file.tree), "organisations"):
        _load(names, path.parent)
    return problems


def _load(names: Mapping[str, Any], beside: Path) -> None:
    problems: list[Problem] = []
    if isinstance(names.get("targets"), str):
        with noting(problems):
            load_targets(names["targets"], beside)
    region = names.get("region") if isinstance(names.get("region"), str) else None
    organisations = _texts(names.get("organisations"))
    if organisations:
        with noting(problems):
            load_together(organisations, region, beside=beside)
    if problems:
        raise InputError(problems)


def named_in(tree: Node) -> dict[str, str]:
    """Return the key of each name of another file in an experiment."""
    names = _plain(tree)
    told = (key for key in ("targets", "region") if isinstance(names.get(key), str))
    found = {names[key]: key for key in told}
    for index, name in enumerate(_texts(names.get("organisations"))):
        found.setdefault(name, f"organisations.{index}")
    return found


def unknown_indicators(tree: Node, at: At) -> Iterator[Problem]:
    """Yield every indicator of an experiment that there is not, or that it cannot be asked by."""
    from akuttsim.analysis.indicators import directions

    names, known = _plain(tree), directions()
    main = _texts(names.get("main_indicators"))
    asked = [(f"main_indicators.{i}", each) for i, each in enumerate(main)]
    asked += [(f"margins.{each}", each) for each in _mapping(names.get("margins"))]
    for key in ("until", "best"):
        indicator = _mapping(names.get(key)).get("indicator")
        asked += [(f"{key}.indicator", indicator)] if isinstance(indicator, str) else []
    for key, name in asked:
        if name not in known:
            near = did_you_mean(name, known)
            yield at(key, f"no such indicator{near or '; one of ' + ', '.join(known)}")
        elif key == "best.indicator" and known[name] == "neither":
            what = "neither a high nor a low value of it is good, so no organisation is best by it"
            yield at(key, what)
    for i, each in enumerate(main):
        if each in main[:i]:
            yield at(f"main_indicators.{i}", f"{each} stands here twice; once is enough")


def _plain(tree: Node) -> Mapping[str, Any]:
    return _mapping(plain_values(tree))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
