"""The words of a call log as codes: numbers, places, urgencies, outcomes and destinations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import (
    LINES,
    UNKNOWN,
    DestinationCode,
    LogFinding,
    log_finding,
)
from akuttsim.config.schema.log_format import CODED, DESTINATIONS, HUNG_UP, SENT, LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES

WordCodes = NDArray[np.int64]


NO_REGION = 0
"""Code of any place that a log tells where there is no region to find it in."""


MOST_UNKNOWN = 0.5
"""Where a larger share of a column's filled cells is not understood, the format or the region is
wrong, and what would be drawn instead is not the log's."""


def place_ids(region: Region | None) -> tuple[str, ...]:
    """Return the ids of a region's places, municipalities and neighbours, in the order of codes."""
    return () if region is None else (*region.places, *region.municipalities, *region.outside)


def place_words(region: Region | None) -> dict[str, int]:
    """Return the words that stand for a place, with its code: ids, and official names.

    A municipality also goes by its number and by each of its names, Norwegian or Sámi. Where a
    place has the same word, the municipality is meant: that is what most logs tell, and to take
    all of a municipality's calls for its centre's would be worse than the other way round.
    """
    if region is None:
        return {}
    words = {place.name: k for k, place in enumerate(region.places.values())}
    words |= {identifier: k for k, identifier in enumerate(place_ids(region))}
    for k, municipality in enumerate(region.municipalities.values(), len(region.places)):
        names = municipality.name.split(" - ")
        words |= dict.fromkeys([municipality.number, municipality.name, *names], k)
    return words


def hospital_words(region: Region | None) -> dict[str, int]:
    """Return the words that stand for a hospital of the region: ids and titles."""
    if region is None:
        return {}
    words: dict[str, int] = {}
    for k, (name, hospital) in enumerate(region.hospitals.items(), DestinationCode.FIRST_HOSPITAL):
        words |= dict.fromkeys([name, hospital.title.nb, hospital.title.en], k)
    return words


class WordTable(Protocol):
    """The columns of a log, of whatever reader."""

    @property
    def lines(self) -> NDArray[np.int64]:
        """The line of each row."""

    def cells(self, names: Sequence[str]) -> list[str]:
        """Return the first filled cell of some columns, row by row."""


def read_words(
    table: WordTable, form: LogFormat, region: Region | None
) -> tuple[dict[str, WordCodes], list[LogFinding]]:
    """Return what the log's words stand for: numbers, places, urgencies and outcomes.

    Args:
        table: The columns of the log.
        form: The user's words by ours.
        region: Whose places are known; None without one.

    Returns:
        Codes by column, shape (rows,), `UNKNOWN` for a word that nobody knows; and findings about
        such words, which stop where most of a column's are unknown.
    """
    codes, findings = {}, []
    places = place_words(region)
    known = {  # our words for each column that has words, with the code of each
        "number": dict(LINES),
        "place": places,
        "urgency": {name: code for code, name in enumerate(URGENCIES)},
        "outcome": {"answered": 0, HUNG_UP: 1},
        "sent": {name: code for code, name in enumerate(SENT)},
        "destination": {name: code for code, name in enumerate(DESTINATIONS)}
        | hospital_words(region),
    }
    for name in CODED:
        columns, ours = getattr(form.columns, name), known[name]
        if columns is None:
            default = LINES["116117"] if name == "number" else UNKNOWN
            codes[name] = np.full(len(table.lines), default)
        elif name == "place" and not places:
            filled = [bool(cell) for cell in table.cells(columns)]
            codes[name] = np.where(filled, NO_REGION, UNKNOWN)
        else:
            words = getattr(form.values, name)
            theirs = {word: ours[mine] for mine in words if mine in ours for word in words[mine]}
            cells = table.cells(columns)
            codes[name] = translate_words(cells, {**ours, **theirs})
            weight = "told" if "words" in form.sure_of else "stops"
            findings += _unknown_word_findings(name, cells, codes[name], table.lines, weight)
    return codes, findings


def translate_words(cells: Sequence[str], meaning: Mapping[str, int]) -> WordCodes:
    """Return the code of each cell, UNKNOWN where none is known.

    Case does not matter, but where two words differ by case alone each stands for its own.
    """
    folded = {word.casefold(): code for word, code in meaning.items()}
    codes = {
        cell: meaning.get(cell, folded.get(cell.casefold(), UNKNOWN))
        for cell in dict.fromkeys(cells)
    }
    return np.array([codes[cell] for cell in cells], dtype=np.int64)


def _unknown_word_findings(
    name: str, cells: Sequence[str], codes: WordCodes, lines: NDArray[np.int64], weight: str
) -> list[LogFinding]:
    """Return what is found about words that nobody knows; gravely where most are."""
    filled = np.array([bool(cell) for cell in cells])
    strange = filled & (codes == UNKNOWN)
    # never the words themselves: a name may stand in any column
    kinds = len({cell for cell, odd in zip(cells, strange, strict=True) if odd})
    values = {"kinds": kinds, "filled": int(filled.sum())}
    empty = log_finding("empty", "told", name, lines[~filled])
    if strange.sum() <= MOST_UNKNOWN * filled.sum():
        return [*log_finding("unknown_word", "told", name, lines[strange], **values), *empty]
    if name == "place":
        return [*log_finding("strange_places", "stops", name, lines[strange], **values), *empty]
    return [*log_finding("strange_words", weight, name, lines[strange], **values), *empty]


def number_words(cells: Sequence[str]) -> NDArray[np.intp]:
    """Return a number for each different cell, in order of appearance; -1 for an empty one."""
    numbers: dict[str, int] = {"": UNKNOWN}
    return np.array([numbers.setdefault(cell, len(numbers) - 1) for cell in cells], dtype=np.intp)
