from __future__ import annotations

import pickle

import pytest

from akuttsim.errors import InputError, Problem, did_you_mean, quote_value


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a.yaml", 8, "calls.cv", "must be more"), "a.yaml:8: calls.cv: must be more"),
        (Problem("a.yaml", 0, "", "file is empty"), "a.yaml: file is empty"),
        (Problem("--set", 0, "calls.cv", "must be more"), "--set: calls.cv: must be more"),
        (Problem("", 0, "calls", "is missing"), "calls: is missing"),
    ],
)
def test_a_problem_leaves_out_its_empty_parts(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_problem_is_one_line_even_with_line_ends_in_a_key() -> None:
    assert str(Problem("--set", 0, "a\n\n b", "is wrong")) == "--set: a b: is wrong"


def test_problems_are_sorted_by_file_line_and_key_and_said_once() -> None:
    first, second, third, fourth = (
        Problem("a", 2, "z", "x"),
        Problem("a", 10, "a", "x"),
        Problem("a", 10, "b", "x"),
        Problem("b", 1, "a", "x"),
    )
    error = InputError([fourth, third, first, second, third])
    assert error.problems == (first, second, third, fourth)
    assert str(error).splitlines() == ["a:2: z: x", "a:10: a: x", "a:10: b: x", "b:1: a: x"]


def test_an_error_survives_the_way_between_processes() -> None:
    error = InputError([Problem("a", 2, "z", "x")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_a_near_word_is_offered_and_a_far_one_is_not() -> None:
    assert did_you_mean("clincs", ["clinics", "doctors"]) == "; did you mean 'clinics'"
    assert did_you_mean("xyz", ["clinics", "doctors"]) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (1.5, "1.5"),
        ({"a": 1}, "a mapping"),
        ([1], "a list"),
        ("a\nb", "'a b'"),
    ],
)
def test_a_value_is_shown_as_in_yaml(value: object, text: str) -> None:
    assert quote_value(value) == text


def test_a_long_value_is_cut() -> None:
    assert len(quote_value("x" * 500)) == 60
