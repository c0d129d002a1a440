"""The document on reality: validation.md, from the study's tables alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from akuttsim import MODEL_VERSION
from akuttsim.experiments.files import write_whole
from validation.exact_answer_document import render_template
from validation.reality_study import LOG, ORGANISATIONS, PUBLISHED, SEED, SEEDS

Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, str]]

REALITY_DOCUMENT = "validation"


def write_reality_document(tables: Tables, folder: Path) -> Path:
    """Write the study into a folder; return the document's path."""
    path = folder / f"{REALITY_DOCUMENT}.md"
    write_whole(path, reality_document_text(tables).encode("utf-8"))
    return path


def reality_document_text(tables: Tables) -> str:
    """Return the document's text."""
    return render_template("reality.md.j2", reality_document_facts(tables))


def reality_document_facts(tables: Tables) -> dict[str, Any]:
    """Return everything that the template writes."""
    parts = tables["parts"].to_dict("records")
    return {
        "form": tables["form"].to_dict("records")[0],
        "seed": SEED,
        "model": MODEL_VERSION,
        "organisations": " and ".join(ORGANISATIONS),
        "all": parts[-1],
        "parts": [{str(key): str(value) for key, value in part.items()} for part in parts],
        "figures": _comparison_rows(tables, (PUBLISHED,)),
        "apart": tables["apart"].to_dict("records"),
        "exact": _comparison_rows(tables, ("exact answers",)),
        "peer": _comparison_rows(tables, ("a peer's run",)),
        "log": _comparison_rows(tables, (LOG,)),
        "seeds": _comparison_rows(tables, (SEEDS,)),
    }


def _comparison_rows(tables: Tables, parts: tuple[str, ...]) -> Rows:
    """Return a part's comparisons in words: those judged, then those not at hand."""
    judged, missing = tables["criteria"], tables["missing"]
    rows = [
        {
            "what": row["what"],
            "simulated": _number(row["value"]),
            "accepted": f"{_number(row['low'])} to {_number(row['high'])}",
            "rests on": str(row["n"]),
            "met": "yes" if row["met"] else "**no**",
            "known reason": row["reason"] or "–",
        }
        for row in judged[judged["part"].isin(parts)].to_dict("records")
    ]
    rows += [
        {
            "what": row["what"],
            "simulated": "–",
            "accepted": "–",
            "rests on": "–",
            "met": "not at hand",
            "known reason": row["reason"] or "–",
        }
        for row in missing[missing["part"].isin(parts)].to_dict("records")
    ]
    return rows


def _number(value: float) -> str:
    return f"{value:.4g}"
