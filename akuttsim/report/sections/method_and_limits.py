"""Sections on what was simulated: the organisations side by side, limits, the STRESS-DES form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from akuttsim.experiments.manifest import Manifest, ResolvedConfig
from akuttsim.report.context import Words
from akuttsim.report.document import Cell, Table, TableRow
from akuttsim.report.sentences import input_value_title


def parts_table(words: Words) -> Table | None:
    """Return how many rooms, clinics, vehicles and other parts each model has.

    Args:
        words: Results in one language.

    Returns:
        A row a kind of part that any model has; None in results of an older version.
    """
    counts = words.chosen.manifest.counts
    if not counts:
        return None
    heads = (words.text("apart.what"), *(words.labels.organisation(name) for name in counts))
    kinds = [
        kind
        for kind in counts[words.chosen.base]
        if any(of_model[kind] for of_model in counts.values())
    ]
    rows = tuple(_parts_row(words, kind, counts) for kind in kinds)
    return Table(words.text("apart.counts"), heads, rows)


def _parts_row(words: Words, kind: str, counts: dict[str, dict[str, int]]) -> TableRow:
    base = counts[words.chosen.base][kind]
    cells = tuple(
        _count_in_words(name, of_model[kind], base, words.chosen.base)
        for name, of_model in counts.items()
    )
    return TableRow(part_kind_name(words, kind), "", cells)


def _count_in_words(name: str, count: int, base: int, of_base: str) -> Cell:
    differs = name != of_base and count != base
    return Cell(str(count), change=f"{count - base:+d}".replace("-", "\u2212") if differs else "")


def part_kind_name(words: Words, kind: str) -> str:
    """Return the name of a kind of part.

    Args:
        words: Results in one language.
        kind: The kind as the manifest counts it.
    """
    slug = kind.replace(" ", "_")
    return words.text.get(f"counted.{slug}", kind)


def part_counts_in_words(words: Words, name: str) -> str:
    """Return what there is in a model, in words."""
    counts = words.chosen.manifest.counts.get(name, {})
    return ", ".join(
        f"{part_kind_name(words, kind)} {count}" for kind, count in counts.items() if count
    )


@dataclass(frozen=True)
class DifferingKeys:
    """Where a model differs from the base.

    Attributes:
        title: The model's title.
        summary: How many keys differ, in words.
        lines: What it is, value of the base, the model's own value, its key.
    """

    title: str
    summary: str
    lines: list[list[str]]


def differing_keys(words: Words) -> list[DifferingKeys]:
    """Return for each other model the keys whose value is not the base's."""
    return [
        DifferingKeys(
            words.labels.organisation(name),
            words.text("apart.keys", model=words.labels.organisation(name), count=len(lines)),
            [
                [input_value_title(words, key), *map(words.labels.config_value, values), key]
                for key, *values in lines
            ],
        )
        for name, lines in words.chosen.manifest.differing_keys.items()
    ]


LIMITS = (
    "straight_line",
    "travel_times",
    "outcome",
    "cost",
    "walk_in",
    "clinic",
    "alarm",
    "planned",
    "journeys",
    "home_nursing",
    "empty_shifts",
    "taken_over",
    "air",
    "responders",
    "neighbours",
    "weather",
    "events",
    "hospital",
    "habit",
    "beyond_distance",
    "tables",
)
"""All limits, in the order of the report."""


LONG_JOURNEY_KEYS = ("hospital_transfers", "psychiatric_transports", "births")
"""What a region's `demand` has where journeys that keep a crew for hours are in it."""


def model_limits(region: ResolvedConfig, organisations: Iterable[ResolvedConfig]) -> list[str]:
    """Return the limits that hold for results of these organisations of a region.

    A limit is what the model leaves out; some are overcome by what a config switches on.

    Args:
        region: The region as the manifest has it.
        organisations: The organisations as the manifest has them.

    Returns:
        Keys of the texts about limits, in the order of `LIMITS`.
    """
    overcome = _region_limits(region) | set().union(
        *(_organisation_limits(organisation) for organisation in organisations)
    )
    return [limit for limit in LIMITS if limit not in overcome]


def _region_limits(region: ResolvedConfig) -> set[str]:
    """Return the limits that a region does away with."""
    demand, driving = region.get("demand", {}), region.get("driving", {})
    has_decay = bool(demand.get("distance_decay"))
    overcome = {
        "alarm": demand.get("safety_alarms"),
        "planned": demand.get("planned_transports"),
        "journeys": any(demand.get(name) for name in LONG_JOURNEY_KEYS),
        "weather": driving.get("conditions"),
        "events": demand.get("incidents"),
        "outcome": region.get("outcomes"),
        "habit": has_decay,
        "beyond_distance": not has_decay,
        "straight_line": not region.get("straight_line"),
        "travel_times": not region.get("travel_times"),
    }
    return {limit for limit, has in overcome.items() if has}


def _organisation_limits(one: ResolvedConfig) -> set[str]:
    """Return the limits that an organisation does away with."""
    ambulances = one.get("ambulances", {}).values()
    overcome = {
        "walk_in": one.get("walk_ins"),
        "clinic": any(clinic.get("care") for clinic in one["clinics"].values()),
        "home_nursing": one.get("home_nursing"),
        "empty_shifts": one.get("filling"),
        "taken_over": one.get("dispatch", {}).get("red_takes_over_min"),
        "air": one.get("supports"),
        "responders": one.get("first_responders"),
        "neighbours": any(ambulance.get("kind") == "neighbour" for ambulance in ambulances),
    }
    return {limit for limit, has in overcome.items() if has}


def repeat_command(words: Words) -> str:
    """Return the command: of an experiment its name, of a run its length and seed."""
    manifest = words.chosen.manifest
    if manifest.question:
        return f"akuttsim sweep {manifest.study}"
    length = f"--weeks {manifest.weeks} --replications {manifest.replications}"
    region = manifest.region.get("region", "")
    of = f" --region {region}" if region else ""
    return f"akuttsim run {words.chosen.base}{of} {length} --seed {manifest.seed}"


ITEMS = {
    "objectives": ("1.1", "1.2", "1.3"),
    "logic": ("2.1", "2.2", "2.3", "2.4", "2.5"),
    "data": ("3.1", "3.2", "3.3", "3.4"),
    "experimentation": ("4.1", "4.2", "4.3"),
    "implementation": ("5.1", "5.2", "5.3", "5.4"),
    "access": ("6.1",),
}
"""The twenty items of Monks et al. (Journal of Simulation 13, 2019), by section."""

REPRODUCIBILITY = ("7.1", "7.2", "7.3", "7.4", "7.5", "7.6")
"""What else another needs who is to come to the same numbers, and to say where they are from."""

_GRADES = ("A", "A*", "D", "B", "C")
_NO_ITEM = "–"
_DIGITS_SHOWN = 12


@dataclass(frozen=True)
class StressSection:
    """A section of the STRESS-DES form.

    Attributes:
        title: Its title.
        items: Number, name and text of each item.
    """

    title: str
    items: list[tuple[str, str, str]]


def stress_form(words: Words) -> list[StressSection]:
    """Return the STRESS-DES form, section by section.

    Args:
        words: Results in one language; the answers are read from the manifest.

    Source:
        Monks et al., Journal of Simulation 13 (2019): reporting guidelines for simulation studies.
    """
    values = _form_values(words)
    return [
        StressSection(
            words.text(f"stress.section.{section}"),
            [_form_item(words, number, values) for number in numbers],
        )
        for section, numbers in {**ITEMS, "reproducibility": REPRODUCIBILITY}.items()
    ]


def _form_item(words: Words, number: str, values: dict[str, object]) -> tuple[str, str, str]:
    key = f"i{number.replace('.', '')}"
    return number, words.text(f"stress.item.{key}"), words.text(f"stress.told.{key}", **values)


def _form_values(words: Words) -> dict[str, object]:
    """Return all that the form's texts are filled with."""
    manifest = words.chosen.manifest
    return {
        **_question_values(words),
        **_logic_values(words),
        **_data_values(words),
        **_run_values(words),
        **_reproduction_values(words),
        "seed": manifest.seed,
    }


def _question_values(words: Words) -> dict[str, object]:
    manifest, text = words.chosen.manifest, words.text
    judged_by = [words.labels.short(indicator) for indicator in words.chosen.judged_by()]
    return {
        "question": text.both(manifest.question or _NO_ITEM),
        "hypothesis": text.both(manifest.hypothesis or _NO_ITEM),
        "region": text.both(manifest.region["title"]),
        "base": words.labels.organisation(words.chosen.base),
        "indicators": len(manifest.definitions),
        "judged_by": text.listed(judged_by),
        "models": words.models(words.chosen.organisations),
        "design": manifest.design.kind,
        "cases": len(manifest.cases),
    }


def _logic_values(words: Words) -> dict[str, object]:
    manifest = words.chosen.manifest
    changed = [
        f"{words.labels.organisation(name)}: {', '.join(change.name for change in changes)}"
        for name, changes in manifest.changes.items()
        if changes
    ]
    dispatch = [
        organisation.get("dispatch") or {} for organisation in manifest.organisations.values()
    ]
    used = dict.fromkeys(key for rules in dispatch for key, value in rules.items() if value)
    return {
        "changes": "; ".join(changed) or _NO_ITEM,
        "rules": ", ".join(used) or words.text("stress.none"),
        "counts": part_counts_in_words(words, words.chosen.base) or _NO_ITEM,
    }


def _data_values(words: Words) -> dict[str, object]:
    manifest = words.chosen.manifest
    entries = manifest.assumptions
    grades = manifest.inputs_by_grade()
    return {
        "inputs": grades.total(),
        "sources": len({entry.source for entry in entries if entry.grade != "C"}),
        "by_grade": ", ".join(f"{grade} {grades[grade]}" for grade in _GRADES),
        "assumed": grades["C"],
        "limits": len(model_limits(manifest.region, manifest.organisations.values())),
        "tables": ", ".join(manifest.region.get("tables") or ()) or _NO_ITEM,
    }


def _run_values(words: Words) -> dict[str, object]:
    manifest = words.chosen.manifest
    machine = manifest.machine
    many = words.chosen.compared_at_once
    planned = manifest.replications * len(words.chosen.organisations)
    versions = manifest.versions.items()
    return {
        "warmup": manifest.warmup_days,
        "weeks": manifest.weeks,
        "replications": manifest.replications,
        "runs": sum(manifest.runs.values()) or planned,
        "stopping": words.text(f"stress.stopping.{_replication_rule(manifest)}"),
        "at_once": words.text("stress.at_once", count=many[0]) if many else "",
        "program": manifest.akuttsim,
        "model_version": manifest.model_version,
        "versions": ", ".join(f"{name} {version}" for name, version in versions),
        "machine": (
            f"{machine.system}, {machine.processor}, {machine.cores}" if machine else _NO_ITEM
        ),
        "began": manifest.times.began,
        "ended": manifest.times.ended,
        "command": repeat_command(words),
    }


def _reproduction_values(words: Words) -> dict[str, object]:
    results, manifest, text = words.chosen.results, words.chosen.manifest, words.text
    inputs = [
        f"{words.labels.organisation(name)} {digest[:_DIGITS_SHOWN]}"
        for name, digest in manifest.inputs.items()
        if name in manifest.organisations
    ]
    return {
        "digests": text.listed(inputs) if inputs else _NO_ITEM,
        "files": len(manifest.checksums),
        "verified": text("stress.verified.yes" if results.is_verified else "stress.verified.no"),
        "failed": len(manifest.failed),
    }


def _replication_rule(manifest: Manifest) -> str:
    """Return what decides the number of replications: a width, the best model, or nothing."""
    if manifest.until is not None:
        return "until"
    return "best" if manifest.best is not None else "fixed"
