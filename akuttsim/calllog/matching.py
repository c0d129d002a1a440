"""Matching the words of a call log: which number, place, urgency and outcome each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import LINES, UNKNOWN, LogFinding, log_finding
from akuttsim.config.schema.log_format import CODED, HUNG_UP, LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.errors import quote_value
from akuttsim.records import Flags, Floats

WordCodes = NDArray[np.int64]

NO_REGION = 0
"""Code of any place that a log tells where there is no region to find it in."""

MOST_UNKNOWN = 0.5
"""Where a larger share of a column's filled cells is not understood, the format or the region is
wrong, and what would be drawn instead is not the log's."""


class TextCells(Protocol):
    """A table of a log's text: the lines of its rows, and the cells of some of its columns."""

    @property
    def lines(self) -> NDArray[np.int64]:
        """Return the line of each row in the file."""

    def cells(self, names: Sequence[str]) -> list[str]:
        """Return the first filled cell of some columns, row by row."""


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
    words |= {each: k for k, each in enumerate(place_ids(region))}
    for k, municipality in enumerate(region.municipalities.values(), len(region.places)):
        names = municipality.name.split(" - ")
        words |= dict.fromkeys([municipality.number, municipality.name, *names], k)
    return words


def read_words(
    table: TextCells, form: LogFormat, region: Region | None
) -> tuple[dict[str, WordCodes], list[LogFinding]]:
    """Return codes of numbers, places, urgencies and outcomes; unknown words are noted."""
    codes, findings = {}, []
    places = place_words(region)
    for name, ours in _own_words(places).items():
        columns = getattr(form.columns, name)
        if columns is None:
            default = LINES["116117"] if name == "number" else UNKNOWN
            codes[name] = np.full(len(table.lines), default)
        elif name == "place" and not places:
            filled = [bool(cell) for cell in table.cells(columns)]
            codes[name] = np.where(filled, NO_REGION, UNKNOWN)
        else:
            meaning = _word_codes(ours, getattr(form.values, name))
            cells = table.cells(columns)
            codes[name] = translate_words(cells, meaning)
            weight = "told" if "words" in form.sure_of else "stops"
            findings += _unknown_word_findings(name, cells, codes[name], table.lines, weight)
    return codes, findings


def _own_words(places: dict[str, int]) -> dict[str, dict[str, int]]:
    """Return our words for each column that has words, with the code of each."""
    known = {
        "number": dict(LINES),
        "place": places,
        "urgency": {name: code for code, name in enumerate(URGENCIES)},
        "outcome": {"answered": 0, HUNG_UP: 1},
    }
    return {name: known[name] for name in CODED}


def _word_codes(ours: dict[str, int], values: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the code of each word that is understood: ours, and the format's for ours."""
    theirs = {word: ours[mine] for mine in values if mine in ours for word in values[mine]}
    return {**ours, **theirs}


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
    words = sorted({cell for cell, odd in zip(cells, strange, strict=True) if odd})
    some = ", ".join(quote_value(word) for word in words[:5])
    told = {"words": some, "kinds": len(words), "filled": int(filled.sum())}
    empty = log_finding("empty", "told", name, lines[~filled])
    if strange.sum() <= MOST_UNKNOWN * filled.sum():
        return [*log_finding("unknown_word", "told", name, lines[strange], **told), *empty]
    if name == "place":
        return [*log_finding("strange_places", "stops", name, lines[strange], **told), *empty]
    return [*log_finding("strange_words", weight, name, lines[strange], **told), *empty]


def hung_up(outcome: WordCodes, stages: dict[str, Floats]) -> Flags:
    """Return who left: as the outcome says; where it does not, who was not answered."""
    told: Flags = outcome == 1
    if "answered" not in stages:
        return told
    not_told: Flags = (outcome == UNKNOWN) & np.isnan(stages["answered"])
    return told | not_told
