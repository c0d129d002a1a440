"""A region and organisations loaded together: what is wrong in each of them, all at once."""

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
from akuttsim.errors import InputError, Problem

Settings = tuple[Sequence[str], Sequence[str]]
"""What is set in the region and in the organisations."""

At = Callable[[str, str], Problem]
"""From a dotted key and what is wrong there to the problem with its file and line."""


@contextmanager
def noting(problems: list[Problem]) -> Iterator[None]:
    """Note what is wrong and go on."""
    try:
        yield
    except InputError as error:
        problems.extend(error.problems)


@contextmanager
def telling(at: At, keys: Mapping[str, str], otherwise: str) -> Iterator[None]:
    """Tell what is in no file, such as a name that is not found, at the key that has it.

    `keys` has the key of each name; another is told at the key `otherwise`.
    """
    try:
        yield
    except InputError as error:
        raise InputError(
            each if each.file else at(keys.get(each.key, otherwise), f"{each.key}: {each.what}")
            for each in error.problems
        ) from None


def load_set(
    organisations: Sequence[str], region: str | None, sets: Sequence[str]
) -> tuple[Loaded[Region], list[Loaded[Organisation]]]:
    """Load as `load_together` with some keys set, each as KEY=VALUE. Raises InputError."""
    problems: list[Problem] = []
    settings: Settings = ((), ())
    with noting(problems):
        settings = split_settings(sets)
    with noting(problems):
        found = load_together(organisations, region, settings)
    if problems:
        raise InputError(problems)
    return found


def load_together(
    organisations: Sequence[str],
    region: str | None = None,
    settings: Settings = ((), ()),
    beside: Path | None = None,
) -> tuple[Loaded[Region], list[Loaded[Organisation]]]:
    """Load and check a region and organisations, which may lie `beside` the file that names them.

    Without a region it is that of the first organisation, which may lie beside that. Raises
    InputError with what is wrong in each of the files, and with what each organisation names that
    its region lacks where both have the right form. Hours are looked at in a region that is right.
    """
    problems: list[Problem] = []
    found: dict[int, Loaded[Organisation]] = {}
    for number, each in enumerate(organisations):
        with noting(problems):
            found[number] = load_organisation(each, settings[1], beside)
    home: Loaded[Region] | None = None
    check = check_names
    with noting(problems):
        home = _home(region, settings[0], beside, (organisations[0], found.get(0)))
    if home is not None:
        with noting(problems):
            check_region(home)
            check = check_organisation
        for loaded in found.values():
            with noting(problems):
                check(loaded, home)
    if problems or home is None:
        raise InputError(problems)
    return home, [*found.values()]


def _home(
    region: str | None,
    sets: Sequence[str],
    beside: Path | None,
    first: tuple[str, Loaded[Organisation] | None],
) -> Loaded[Region] | None:
    """Load the region; None where none is told and the first organisation does not tell it."""
    if region is not None:
        return load_region(region, sets, beside)
    organisation, loaded = first
    path = shipped.find_config("organisation", organisation, beside)
    file = read_unchecked("organisation", path)
    node = child_node(file.tree, "region")
    name = loaded.value.region if loaded else node and node.value
    if not isinstance(name, str):
        return None
    with telling(partial(problem_at, file), {}, "region"):
        return load_region(name, sets, path.parent)
