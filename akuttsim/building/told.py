"""What is told about roads and places as they were read."""

from __future__ import annotations

import numpy as np

from akuttsim.building.findings import Finding
from akuttsim.building.layout import Settled
from akuttsim.building.network import Network
from akuttsim.roads.importing.pieces import Piece

FAR_KM = 1.0
SHOWN = 5
LONG_KM = 2.0
"""Roads of a piece from which on it is told by itself."""

_SAYS = {
    "apart": "no road joins it to the rest",
    "no way out": "a one-way trap: one can drive in, but not out again",
    "no way in": "a one-way trap: one can drive out, but never in",
    "neither": "one-way traps lead in and out of it",
}


def of_network(network: Network) -> list[Finding]:
    """Tell how much was read, what was left out, and what is cut off."""
    graph = network.graph
    found = [
        Finding(
            False,
            f"roads: {graph.points} points and {len(graph.start)} stretches "
            f"({graph.km.sum():.0f} km, each direction by itself) that all lead to one another",
        )
    ]
    found += [
        Finding(False, f"left out: {count} ways, {why}") for why, count in network.left_out.items()
    ]
    if network.pieces:
        km, points = (
            sum(each.km for each in network.pieces),
            sum(len(each.points) for each in network.pieces),
        )
        found.append(
            Finding(
                km > LONG_KM,
                f"cut off and left out: {len(network.pieces)} parts of the roads, "
                f"{points} points, {km:.1f} km in all",
            )
        )
    found += [_of_piece(network, each) for each in network.pieces[:SHOWN]]
    guessed = sum(not crossing.is_told for crossing in network.crossings)
    if guessed:
        found.append(
            Finding(True, f"{guessed} ferries without a crossing time: worked out at 20 km/h")
        )
    return found


def _of_piece(network: Network, piece: Piece) -> Finding:
    first = int(piece.points[0])
    assert network.whole is not None
    where = f"{network.whole.lat[first]:.4f} N, {network.whole.lon[first]:.4f} E"
    what = (
        f"{len(piece.points)} points, {piece.km:.1f} km of road near {where}: {_SAYS[piece.kind]}"
    )
    return Finding(piece.km > LONG_KM, what)


def of_places(where: Settled) -> list[Finding]:
    """Tell how far places were moved to the road."""
    km = where.km
    found = [
        Finding(
            False,
            f"places: {len(km)} set down on the road, half of them within "
            f"{float(np.median(km)) * 1000:.0f} m, the farthest {float(km.max()) * 1000:.0f} m",
        )
    ]
    far = int((km > FAR_KM).sum())
    if far:
        found.append(Finding(True, f"{far} places were moved more than {FAR_KM:g} km to the road"))
    return found
