"""What figures tell apart, on effects known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.optimisation.calibration.outcome import analyse_identifiability


def test_unknowns_that_each_move_a_target_of_their_own_are_told_apart() -> None:
    found = analyse_identifiability(np.array([[5.0, 0.0], [0.0, -3.0]]), ["a", "b"], ["x", "y"])
    assert (
        not found.ineffective_unknowns()
        and not list(found.inseparable_pairs())
        and not found.unidentified_directions()
    )
    assert [direction.moves for direction in found.directions] == pytest.approx([5.0, 3.0])


def test_two_that_act_only_as_a_sum_cannot_be_told_apart() -> None:
    found = analyse_identifiability(
        np.array([[4.0, 4.0], [-2.0, -2.0], [1.0, 1.0]]), ["a", "b"], ["x", "y", "z"]
    )
    assert [(one, other) for one, other, _ in found.inseparable_pairs()] == [("a", "b")]
    (lost,) = found.unidentified_directions()
    assert lost.moves == pytest.approx(0.0, abs=1e-12)
    assert np.abs(lost.parts) == pytest.approx([0.5**0.5] * 2) and lost.parts[0] * lost.parts[1] < 0


def test_two_that_act_only_as_a_difference_move_against_each_other() -> None:
    found = analyse_identifiability(np.array([[4.0, -4.0]]), ["a", "b"], ["x"])
    ((_, _, cosine),) = found.inseparable_pairs()
    assert cosine == pytest.approx(-1.0)
    (lost,) = found.unidentified_directions()
    assert lost.parts == pytest.approx([0.5**0.5] * 2)


def test_one_that_moves_no_target_by_its_tolerance_is_idle_and_not_called_alike() -> None:
    found = analyse_identifiability(np.array([[4.0, 0.9], [4.0, 0.9]]), ["a", "b"], ["x", "y"])
    assert found.ineffective_unknowns() == ["b"] and not list(found.inseparable_pairs())


def test_fewer_targets_than_unknowns_leave_ways_that_nothing_tells() -> None:
    found = analyse_identifiability(np.array([[3.0, 2.0, 1.0]]), ["a", "b", "c"], ["x"])
    assert [each.is_identified for each in found.directions] == [True, False, False]
    for direction in found.directions[1:]:
        assert np.dot(direction.parts, [3.0, 2.0, 1.0]) == pytest.approx(0.0, abs=1e-9)
