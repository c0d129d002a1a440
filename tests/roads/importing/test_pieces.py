from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from akuttsim.roads.importers.graph import Graph, main_component, other_components
from tests.nightly import examples
from tests.roads.importing.networks_drawn import both, graph, graphs, plain_dijkstra, stretch


def test_pieces_that_no_road_joins_and_one_way_traps_are_told_apart() -> None:
    main = [*both(0, 1, 60), *both(1, 2, 60), *both(2, 0, 60)]
    trap, source = [stretch(0, 3, 60), *both(3, 4, 60)], [stretch(5, 1, 120)]
    some = graph(8, [*main, *trap, *source, *both(6, 7, 600)])
    found = main_component(some)
    assert found.tolist() == [0, 1, 2]
    pieces = {piece.kind: piece.points.tolist() for piece in other_components(some, found)}
    assert pieces == {"apart": [6, 7], "no way out": [3, 4], "no way in": [5]}
    assert next(piece.km for piece in other_components(some, found)) == 20


def test_a_part_that_is_passed_through_one_way_only_is_both() -> None:
    some = graph(5, [*both(0, 1, 9), *both(1, 2, 9), stretch(0, 3, 9), stretch(4, 1, 9)])
    kinds = [piece.kind for piece in other_components(some, main_component(some))]
    assert sorted(kinds) == ["no way in", "no way out"]


@settings(max_examples=examples(100), deadline=None)
@given(some=graphs())
def test_in_the_main_piece_one_can_drive_from_each_to_each(some: Graph) -> None:
    main = main_component(some)
    for start in main.tolist():
        assert np.isfinite(np.array(plain_dijkstra(some, start))[main]).all()
    others = np.concatenate([main, *(piece.points for piece in other_components(some, main))])
    assert sorted(others.tolist()) == list(range(some.points))
