"""Results of more models than anybody wants named one by one."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd


def with_more(results, more):
    """Add so many models, each as the last of the three, under names of their own."""
    names = [f"more-{number}" for number in range(more)]
    for name in names:
        title = {"nb": f"Modell {name}", "en": f"Model {name}"}
        organisations = results.manifest.organisations
        organisations[name] = {**organisations["two"], "title": title}
        results.manifest.changes[name] = results.manifest.changes["two"]
    tables = {"summary": results.summary, "differences": results.differences}
    longer = {
        key: pd.concat([table, *(_as(table, name) for name in names)], ignore_index=True)
        for key, table in tables.items()
    }
    return replace(results, **longer)


def _as(table, name):
    return table[table["organisation"] == "two"].assign(organisation=name)
