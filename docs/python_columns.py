"""Write the columns of the API's tables into docs/python.md: `python docs/python_columns.py`."""

from __future__ import annotations

from pathlib import Path

from akuttsim.api import TABLES

PAGE = Path(__file__).with_name("python.md")
HEADING = "## The columns\n\nThis part is written by `python docs/python_columns.py`.\n"


def page() -> str:
    """Return the page with the columns as they are declared now."""
    lines = [PAGE.read_text("utf-8").partition(HEADING)[0] + HEADING]
    for table, columns in TABLES.items():
        lines += [f"### `runs.{table}()`\n", "| column | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {meaning} |" for name, meaning in columns.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
