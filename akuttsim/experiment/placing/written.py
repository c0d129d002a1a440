"""The files of a proposal: the organisation as a variant of today's, and the experiment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from akuttsim.config import shipped
from akuttsim.experiment.placing.proposal import Proposal, Site, place_name
from akuttsim.experiment.placing.question import Question, World
from akuttsim.store.files import write_whole

Both = Mapping[str, str]
"""A text in Norwegian (nb) and English (en)."""

THINGS: dict[str, Both] = {
    "ambulances": {"nb": "ambulansene", "en": "the ambulances"},
    "satellites": {"nb": "legevaktsatellitter", "en": "satellites"},
    "first-responders": {"nb": "akutthjelpere", "en": "first responders"},
}

WHY: dict[str, Both] = {
    "mclp": {
        "nb": "På disse stedene nås flest innen grensen, om ingen er opptatt (MCLP)",
        "en": "At these places most are reached within the limit, if nobody is busy (MCLP)",
    },
    "mexclp": {
        "nb": "På disse stedene nås flest innen grensen av en som er ledig (MEXCLP)",
        "en": "At these places most are reached within the limit by one that is free (MEXCLP)",
    },
    "pmedian": {
        "nb": "Fra disse stedene er veien i snitt kortest (p-median)",
        "en": "From these places the way is shortest on average (p-median)",
    },
}


@dataclass(frozen=True)
class Length:
    """How long and often the proof runs, and from which seed."""

    weeks: int
    replications: int
    seed: int


def placed_name(world: World) -> str:
    """Return the name of the proposed organisation."""
    return f"{world.organisation.organisation}-placed"


def write_proposal(world: World, question: Question, proposal: Proposal, folder: Path) -> Path:
    """Write the proposed organisation beside the experiment; return its path."""
    name, today = placed_name(world), world.organisation.title
    what = THINGS[question.what]
    moved = {lang: "; ".join(_told(world, site, lang) for site in proposal.moved) for lang in what}
    edit = {"set": proposal.set} if any(proposal.set.values()) else {}
    removed = {"remove": list(proposal.remove)} if proposal.remove else {}
    why = {lang: f"{WHY[question.by][lang]}: {moved[lang] or '-'}." for lang in what}
    content = {
        "extends": _reference("organisation", world.name, folder),
        "organisation": name,
        "title": {lang: f"{getattr(today, lang)} ({_placed(lang)})" for lang in what},
        "description": {
            "nb": f"Som {today.nb}, men med {what['nb']} der en formel fant det best: "
            f"{moved['nb']}. Et regnestykke, ikke et vedtak; laget med {question.said}.",
            "en": f"As {today.en}, with {what['en']} where a formula found it best: "
            f"{moved['en']}. A calculation, not a decision; made with {question.said}.",
        },
        "changes": {proposal.change: {"why": why, **edit, **removed}},
    }
    return _write(folder / f"{name}.yaml", content)


def _placed(lang: str) -> str:
    return {"nb": "med foreslåtte plasseringer", "en": "with proposed sites"}[lang]


def _told(world: World, site: Site, lang: str) -> str:
    place = place_name(world, site.place)
    if site.today is None:
        return f"{site.name}: {place}"
    towards = {"nb": "til", "en": "to"}[lang]
    since = {"nb": "fra", "en": "from"}[lang]
    return f"{site.name} {since} {place_name(world, site.today)} {towards} {place}"


def write_experiment(
    world: World, question: Question, indicators: tuple[str, ...], how: tuple[Path, Length]
) -> Path:
    """Write the experiment that holds the proposal against today; return its path."""
    folder, length = how
    what = THINGS[question.what]
    return _write(folder / "experiment.yaml", {
        "experiment": f"{placed_name(world)}-{question.what}",
        "question": {
            "nb": f"Er {what['nb']} bedre plassert som foreslått enn i dag?",
            "en": f"Are {what['en']} better placed as proposed than today?",
        },
        "hypothesis": {lang: f"{text}." for lang, text in WHY[question.by].items()},
        "region": write_region(world, folder),
        "organisations": [
            _reference("organisation", world.name, folder), f"{placed_name(world)}.yaml",
        ],
        **_length(length, 2),
        "main_indicators": list(indicators),
    })  # fmt: skip


def write_measuring(world: World, folder: Path, length: Length) -> Path:
    """Write the experiment in which today's crews are measured; return its path."""
    return _write(folder / "experiment.yaml", {
        "experiment": f"{world.organisation.organisation}-busy",
        "question": {"nb": "Hvor opptatt er mannskapene i dag?", "en": "How busy are crews today?"},
        "hypothesis": {"nb": "Måles, ikke antas.", "en": "To be measured, not assumed."},
        "region": write_region(world, folder),
        "organisations": [_reference("organisation", world.name, folder)],
        **_length(length, 2),
        "main_indicators": ["busy_share"],
    })  # fmt: skip


def _length(length: Length, warmup_days: int) -> dict[str, Any]:
    return {
        "weeks": length.weeks,
        "warmup_days": warmup_days,
        "replications": length.replications,
        "seed": length.seed,
        "targets": "norway",
    }


def write_region(world: World, folder: Path) -> str:
    """Return the region's name; one that is not shipped gets a file beside, that builds on it."""
    name = world.region.region
    if name in shipped.config_names("region"):
        return name
    beside = shipped.find_config("organisation", world.name).parent
    path = shipped.find_config("region", world.at, beside)
    here = folder / name
    text = {
        "extends": _relative(path, here),
        "region": name,
        "title": world.region.title.model_dump(),
    }
    _write(here / "region.yaml", text)
    return name


def _reference(kind: str, name: str, folder: Path) -> str:
    """Return what a file in `folder` calls a config: its shipped name, or the way to it."""
    return (
        name
        if name in shipped.config_names(kind)
        else _relative(shipped.find_config(kind, name), folder)
    )


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


class _Plain(yaml.SafeDumper):
    """Writes everything out: anchors are not read back."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _write(path: Path, content: Mapping[str, Any]) -> Path:
    text = yaml.dump(dict(content), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)
    write_whole(path, text.encode("utf-8"))
    return path
