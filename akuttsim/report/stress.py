"""The STRESS-DES reporting form, filled from what the results say of themselves."""

from __future__ import annotations

from typing import Any

from akuttsim.report.apart import told_counts
from akuttsim.report.limits import limits
from akuttsim.report.repeat import command
from akuttsim.report.words import Words

ITEMS = {
    "objectives": ("1.1", "1.2", "1.3"),
    "logic": ("2.1", "2.2", "2.3", "2.4", "2.5"),
    "data": ("3.1", "3.2", "3.3", "3.4"),
    "experimentation": ("4.1", "4.2", "4.3"),
    "implementation": ("5.1", "5.2", "5.3", "5.4"),
    "access": ("6.1",),
}
"""The twenty items of Monks et al. (Journal of Simulation 13, 2019), by section."""

_GRADES = ("A", "A*", "D", "B", "C")
_NO_ITEM = "–"


def stress(words: Words) -> list[dict[str, Any]]:
    """Return the form: sections with their items, each with its number, name and what is told."""
    values = _values(words)
    return [
        {
            "title": words.text(f"stress.section.{section}"),
            "items": [_item(words, number, values) for number in numbers],
        }
        for section, numbers in ITEMS.items()
    ]


def _item(words: Words, number: str, values: dict[str, object]) -> tuple[str, str, str]:
    key = f"i{number.replace('.', '')}"
    return number, words.text(f"stress.item.{key}"), words.text(f"stress.told.{key}", **values)


def _values(words: Words) -> dict[str, object]:
    """Return all that the form's texts are filled with."""
    manifest = words.chosen.manifest
    return {
        **_asked(words),
        **_logic(words),
        **_data(words),
        **_run(words),
        "seed": manifest["seed"],
    }


def _asked(words: Words) -> dict[str, object]:
    manifest, text = words.chosen.manifest, words.text
    judged_by = [words.labels.short(each) for each in words.chosen.judged_by()]
    return {
        "question": text.both(manifest["question"] or _NO_ITEM),
        "hypothesis": text.both(manifest["hypothesis"] or _NO_ITEM),
        "region": text.both(manifest["region"]["title"]),
        "base": words.labels.organisation(words.chosen.base),
        "indicators": len(manifest["definitions"]),
        "judged_by": text.listed(judged_by),
        "models": words.models(words.chosen.organisations),
        "design": (manifest.get("design") or {}).get("kind", "grid"),
        "cases": len(manifest["cases"]),
    }


def _logic(words: Words) -> dict[str, object]:
    manifest = words.chosen.manifest
    changed = [
        f"{words.labels.organisation(name)}: {', '.join(each['name'] for each in changes)}"
        for name, changes in manifest["changes"].items()
        if changes
    ]
    dispatch = [each.get("dispatch") or {} for each in manifest["organisations"].values()]
    used = dict.fromkeys(key for each in dispatch for key, value in each.items() if value)
    return {
        "changes": "; ".join(changed) or _NO_ITEM,
        "rules": ", ".join(used) or words.text("stress.none"),
        "counts": told_counts(words, words.chosen.base) or _NO_ITEM,
    }


def _data(words: Words) -> dict[str, object]:
    manifest = words.chosen.manifest
    entries = manifest["assumptions"]
    grades = [entry["grade"] for entry in entries]
    return {
        "inputs": len(entries),
        "sources": len({entry["source"] for entry in entries if entry["grade"] != "C"}),
        "by_grade": ", ".join(f"{each} {grades.count(each)}" for each in _GRADES),
        "assumed": grades.count("C"),
        "limits": len(limits(manifest)),
        "tables": ", ".join(manifest["region"].get("tables") or ()) or _NO_ITEM,
    }


def _run(words: Words) -> dict[str, object]:
    manifest = words.chosen.manifest
    runs = manifest.get("runs") or {}
    machine = manifest.get("machine") or {}
    many = words.chosen.compared_at_once
    versions = manifest["versions"].items()
    return {
        "warmup": manifest["warmup_days"],
        "weeks": manifest["weeks"],
        "replications": manifest["replications"],
        "runs": sum(runs.values()) or manifest["replications"] * len(words.chosen.organisations),
        "stopping": words.text(f"stress.stopping.{_stopping(manifest)}"),
        "at_once": words.text("stress.at_once", count=many[0]) if many else "",
        "program": manifest["akuttsim"],
        "model_version": manifest["model_version"],
        "versions": ", ".join(f"{name} {version}" for name, version in versions),
        "machine": ", ".join(str(each) for each in machine.values()) or _NO_ITEM,
        "began": manifest["times"]["began"],
        "ended": manifest["times"]["ended"],
        "command": command(words),
    }


def _stopping(manifest: dict[str, Any]) -> str:
    """Return what decides the number of replications: a width, the best model, or nothing."""
    return next((each for each in ("until", "best") if manifest.get(each)), "fixed")
