from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from akuttsim.config.schema.values import (
    AGE_GROUPS,
    Bilingual,
    ByAge,
    Factor,
    Model,
    Number,
    Share,
    Slug,
    UrgencyMix,
)

SOURCED = {"source": "a source", "grade": "A"}


class Named(Model):
    title: Bilingual
    id: Slug = "a"


def wrong(model: type[Model], **values: Any) -> str:
    """Return why a model refuses the values."""
    with pytest.raises(ValidationError) as raised:
        model.model_validate(values)
    return str(raised.value.errors()[0]["msg"])


def test_a_plain_title_stands_for_both_languages() -> None:
    title = Named.model_validate({"title": "Legevakt"}).title
    assert (title.nb, title.en) == ("Legevakt", "Legevakt")
    title = Named.model_validate({"title": {"nb": "Én", "en": "One"}}).title
    assert (title.nb, title.en) == ("Én", "One")


@pytest.mark.parametrize("name", ["a", "namsos-1", "0-5", "legevaktlege-grong"])
def test_a_slug_is_lower_case_with_single_hyphens(name: str) -> None:
    assert Named.model_validate({"title": "x", "id": name}).id == name


@pytest.mark.parametrize("name", ["", "-a", "a-", "a--b", "Grong", "røyrvik", "a b", "a.b", "a\n"])
def test_other_words_are_no_slug(name: str) -> None:
    assert "pattern" in wrong(Named, title="x", id=name)


@pytest.mark.parametrize("grade", ["A", "A*", "D", "B"])
def test_a_range_is_optional_for_what_has_been_read(grade: str) -> None:
    assert Number.model_validate({"value": 1.0, "source": "text", "grade": grade}).range is None


def test_an_assumption_needs_its_range_the_right_way_round() -> None:
    values = {"value": 1.0, "source": "text", "grade": "C"}
    assert "needs its range: write range: [low, high]" in wrong(Number, **values)
    assert "low not above high" in wrong(Number, **values, range=[2.0, 1.0])
    assert Number.model_validate({**values, "range": [1.0, 1.0]}).range == (1.0, 1.0)


@pytest.mark.parametrize(
    ("model", "value", "good"),
    [
        (Number, 0.0, True), (Number, -0.001, False), (Number, float("nan"), False),
        (Number, float("inf"), False), (Number, True, False), (Number, "1", False),
        (Factor, 0.0, False), (Factor, 1e-9, True), (Share, 1.0, True), (Share, 1.0001, False),
        (Share, 0.0, True),
    ],
)  # fmt: skip
def test_the_limits_of_numbers(model: type[Model], value: object, good: bool) -> None:
    values = {"value": value, **SOURCED}
    if good:
        assert model.model_validate(values).value == value  # type: ignore[attr-defined]
    else:
        wrong(model, **values)


def test_every_value_has_a_source_and_a_known_grade() -> None:
    assert "required" in wrong(Number, value=1.0, grade="A")
    assert "at least 3" in wrong(Number, value=1.0, grade="A", source="x")
    assert "'A', 'A*', 'D', 'B' or 'C'" in wrong(Number, value=1.0, grade="E", source="text")


@pytest.mark.parametrize(("green", "good"), [(0.766, True), (0.77, True), (0.755, False)])
def test_an_urgency_mix_sums_to_one_within_published_rounding(green: float, good: bool) -> None:
    values = {"red": 0.023, "yellow": 0.211, "green": green, **SOURCED}
    if good:
        assert UrgencyMix.model_validate(values).as_tuple() == (0.023, 0.211, green)
    else:
        assert "must sum to 1 (they sum to 0.989)" in wrong(UrgencyMix, **values)


def test_factors_by_age_come_in_the_order_of_the_age_groups() -> None:
    values = {age: float(number) for number, age in enumerate(AGE_GROUPS)}
    backwards = dict(reversed(values.items()))
    factor = ByAge.model_validate({"values": backwards, **SOURCED})
    assert factor.as_tuple() == tuple(float(number) for number in range(9))
    del backwards["90+"]
    assert "exactly the age groups" in wrong(ByAge, values=backwards, **SOURCED)


def test_values_cannot_be_changed() -> None:
    number = Number.model_validate({"value": 1.0, **SOURCED})
    with pytest.raises(ValidationError, match="frozen"):
        number.value = 2.0
