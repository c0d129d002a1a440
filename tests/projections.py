"""A made-up table of projections for the small region, as a config has it."""

from __future__ import annotations

from typing import Any

AGES = 9
COUNTRY = {2020: [100.0] * AGES, 2030: [100.0, 90, 80, 100, 100, 100, 150, 200, 300],
           2040: [100.0, 50, 50, 100, 100, 100, 200, 300, 500]}  # fmt: skip
UPPER = {2020: [10.0] * AGES, 2040: [5.0, 5, 5, 5, 5, 10, 10, 20, 40]}


def rows() -> list[dict[str, Any]]:
    """Return the rows of the country, and of the municipality upper in the valley."""
    return [
        {"municipality": name, "year": year, "people": people, "source": "made up", "grade": "D"}
        for name, table in (("national", COUNTRY), ("upper", UPPER))
        for year, people in table.items()
    ]


def asked_for(year: int | None, published: int = 2020) -> dict[str, Any]:
    """Return the changes that ask the small region for the people of a year."""
    return {"projections": rows(), "people_year": published, "year": year}
