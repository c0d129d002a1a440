"""Loads a region and organisations together, with everything wrong in them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from akuttsim.config import shipped
from akuttsim.config.checks import check_names, check_organisation, check_region
from akuttsim.config.loader import (
    Loaded,
    load_organisation,
    load_region,
    problem_at,
    read_unchecked,
    split_settings,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import child_node
from akuttsim.errors import InputError, Problem, collect_problems
from akuttsim.texts import message

ConfigSettings = tuple[Sequence[str], Sequence[str]]
"""What is set in the region and in the organisations."""

ProblemAt = Callable[[str, str], Problem]
"""From a dotted key and what is wrong there to the problem with its file and line."""


@contextmanager
def locate_problems(at: ProblemAt, keys: Mapping[str, str], otherwise: str) -> Iterator[None]:
    """Tell what is in no file, such as a name that is not found, at the key that has it.

    `keys` has the key of each name; another is told at the key `otherwise`.
    """
    try:
        yield
    except InputError as error:
        raise InputError(
            problem
            if problem.file
            else at(keys.get(problem.key, otherwise), f"{problem.key}: {problem.what}")
            for problem in error.problems
        ) from None


def load_set(
    organisations: Sequence[str],
    region: str | None,
    sets: Sequence[str],
    outcomes: str | None = None,
) -> tuple[Loaded[Region], list[Loaded[Organisation]]]:
    """Load as `load_together` with some keys set, each as KEY=VALUE. Raises InputError."""
    problems: list[Problem] = []
    settings: ConfigSettings = ((), ())
    with collect_problems(problems):
        settings = split_settings(sets)
    with collect_problems(problems):
        loaded = load_together(organisations, region, settings, outcomes=outcomes)
    if problems:
        raise InputError(problems)
    return loaded


def load_together(
    organisations: Sequence[str],
    region: str | None = None,
    settings: ConfigSettings = ((), ()),
    beside: Path | None = None,
    outcomes: str | None = None,
) -> tuple[Loaded[Region], list[Loaded[Organisation]]]:
    """Load and check a region and organisations, which may lie `beside` the file that names them.

    With `outcomes`, the name of a file of health outcomes, the region has these.

    Without a region it is that of the first organisation, which may lie beside that. Raises
    InputError with what is wrong in each of the files, and with what each organisation names that
    its region lacks where both have the right form. Hours are looked at in a region that is right.
    """
    problems: list[Problem] = []
    loaded_organisations: dict[int, Loaded[Organisation]] = {}
    for number, each in enumerate(organisations):
        with collect_problems(problems):
            loaded_organisations[number] = load_organisation(each, settings[1], beside)
    problems += _doubled_organisations(organisations, loaded_organisations)
    home: Loaded[Region] | None = None
    check = check_names
    with collect_problems(problems):
        first = (organisations[0], loaded_organisations.get(0))
        file = outcomes and str(shipped.find_config("outcomes", outcomes, beside))
        home = _load_home_region(region, settings[0], beside, first, file)
    if home is not None:
        with collect_problems(problems):
            check_region(home)
            check = check_organisation
        for loaded in loaded_organisations.values():
            with collect_problems(problems):
                check(loaded, home)
    if problems or home is None:
        raise InputError(problems)
    return home, [*loaded_organisations.values()]


def _doubled_organisations(
    names: Sequence[str], loaded: Mapping[int, Loaded[Organisation]]
) -> Iterator[Problem]:
    """Yield the names of organisations that are there already, maybe from another file."""
    first: dict[str, str] = {}
    for number, each in loaded.items():
        own = each.value.organisation
        if own in first:
            what = message("experiments.organisation_twice", own=own, first=first[own])
            yield Problem("", 0, names[number], what)
        first.setdefault(own, names[number])


def _load_home_region(
    region: str | None,
    sets: Sequence[str],
    beside: Path | None,
    first: tuple[str, Loaded[Organisation] | None],
    outcomes: str | None,
) -> Loaded[Region] | None:
    """Load the region; None where none is told and the first organisation does not tell it."""
    if region is not None:
        return load_region(region, sets, beside, outcomes=outcomes)
    organisation, loaded = first
    path = shipped.find_config("organisation", organisation, beside)
    if loaded is not None:
        name, at = loaded.value.region, loaded.problem
    else:
        file = read_unchecked("organisation", path)
        node = child_node(file.tree, "region")
        if node is None or not isinstance(node.value, str):
            return None
        name, at = node.value, partial(problem_at, file)
    with locate_problems(at, {}, "region"):
        return load_region(name, sets, path.parent, outcomes=outcomes)
