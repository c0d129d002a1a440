"""The simulation check of a siting proposal: its files, run against today on the same patients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from akuttsim.config import shipped
from akuttsim.config.variant_writer import (
    BilingualText,
    ProposedVariant,
    config_reference,
    config_yaml,
    region_stub,
    titled,
)
from akuttsim.errors import option_error
from akuttsim.experiments.files import write_whole
from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.optimisation.siting import ambulance_sites, responder_sites, satellite_sites
from akuttsim.optimisation.siting.siting_question import (
    ProposedSite,
    SitingProposal,
    SitingQuestion,
    SitingWorld,
    check_siting_options,
    load_siting_world,
    place_name,
)
from akuttsim.records import Floats
from akuttsim.texts import message

UNIT_TITLES: dict[str, BilingualText] = {
    "ambulances": {"nb": "ambulansene", "en": "the ambulances"},
    "satellites": {"nb": "legevaktsatellitter", "en": "satellites"},
    "first-responders": {"nb": "akutthjelpere", "en": "first responders"},
}

MODEL_REASONS: dict[str, BilingualText] = {
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
class CheckLength:
    """How long the simulation check runs, how often, and from which seed.

    Attributes:
        weeks: Weeks that are measured in each run, after the warm-up.
        replications: Runs of each organisation, on the same patients.
        seed: Seed of the first replication's patients.
    """

    weeks: int
    replications: int
    seed: int

    def as_entries(self) -> dict[str, int | str]:
        """Return the keys of an experiment of this length, held against Norway's targets."""
        return {
            "weeks": self.weeks,
            "warmup_days": 2,
            "replications": self.replications,
            "seed": self.seed,
            "targets": "norway",
        }


def proposed_name(world: SitingWorld) -> str:
    """Return the name of the proposed organisation."""
    return f"{world.organisation.organisation}-placed"


def write_proposal(
    world: SitingWorld, question: SitingQuestion, proposal: SitingProposal, folder: Path
) -> Path:
    """Write the proposed organisation as a variant of today's.

    Args:
        world: The organisation in its region.
        question: What was asked; its command goes into the description.
        proposal: The sites and the change that puts them there.
        folder: Where the variant and its experiment lie.

    Returns:
        The path of the variant.
    """
    name, today = proposed_name(world), world.organisation.title
    what, path = UNIT_TITLES[question.what], folder / f"{name}.yaml"
    moves = {
        lang: "; ".join(_site_move_text(world, site, lang) for site in proposal.moved)
        for lang in what
    }
    variant = ProposedVariant(
        extends=config_reference("organisation", world.name, folder),
        names={"organisation": name},
        title=titled(today, " (med foreslåtte plasseringer)", " (with proposed sites)"),
        description={
            "nb": f"Som {today.nb}, men med {what['nb']} der en formel fant det best: "
            f"{moves['nb']}. Et regnestykke, ikke et vedtak; laget med {question.command}.",
            "en": f"As {today.en}, with {what['en']} where a formula found it best: "
            f"{moves['en']}. A calculation, not a decision; made with {question.command}.",
        },
        change=proposal.change,
        why={lang: f"{MODEL_REASONS[question.by][lang]}: {moves[lang] or '-'}." for lang in what},
        settings=proposal.set,
        remove=proposal.remove,
    )
    write_whole(path, config_yaml(variant.as_config(), kind="organisation"))
    return path


def _site_move_text(world: SitingWorld, site: ProposedSite, lang: str) -> str:
    """Return what is placed, and from where to where, as a variant's description has it."""
    place = place_name(world, site.place)
    if site.today is None:
        return f"{site.name}: {place}"
    towards = {"nb": "til", "en": "to"}[lang]
    since = {"nb": "fra", "en": "from"}[lang]
    return f"{site.name} {since} {place_name(world, site.today)} {towards} {place}"


def write_siting_experiment(
    world: SitingWorld,
    question: SitingQuestion,
    indicators: tuple[str, ...],
    how: tuple[Path, CheckLength],
) -> Path:
    """Write the experiment that holds the proposal against today; return its path."""
    folder, length = how
    what = UNIT_TITLES[question.what]
    path = folder / "experiment.yaml"
    content = {
        "experiment": f"{proposed_name(world)}-{question.what}",
        "question": {
            "nb": f"Er {what['nb']} bedre plassert som foreslått enn i dag?",
            "en": f"Are {what['en']} better placed as proposed than today?",
        },
        "hypothesis": {lang: f"{text}." for lang, text in MODEL_REASONS[question.by].items()},
        "region": write_region_reference(world, folder),
        "organisations": [
            config_reference("organisation", world.name, folder), f"{proposed_name(world)}.yaml",
        ],
        **length.as_entries(),
        "main_indicators": list(indicators),
    }  # fmt: skip
    write_whole(path, config_yaml(content, kind="experiment"))
    return path


def write_busy_experiment(world: SitingWorld, folder: Path, length: CheckLength) -> Path:
    """Write the experiment in which today's crews are measured; return its path."""
    path = folder / "experiment.yaml"
    content = {
        "experiment": f"{world.organisation.organisation}-busy",
        "question": {"nb": "Hvor opptatt er mannskapene i dag?", "en": "How busy are crews today?"},
        "hypothesis": {"nb": "Måles, ikke antas.", "en": "To be measured, not assumed."},
        "region": write_region_reference(world, folder),
        "organisations": [config_reference("organisation", world.name, folder)],
        **length.as_entries(),
        "main_indicators": ["hours_without_ambulance"],
    }  # fmt: skip
    write_whole(path, config_yaml(content, kind="experiment"))
    return path


def write_region_reference(world: SitingWorld, folder: Path) -> str:
    """Return the region's name; one that is not shipped gets a file beside, that builds on it."""
    organisation_folder = shipped.find_config("organisation", world.name).parent
    for path, text in region_stub(world.region, world.at, folder, organisation_folder).items():
        write_whole(path, text)
    return world.region.region


RunStudy = Callable[[Study, Path], None]
"""Does a study's runs into a folder."""

MEASURING_LENGTH = CheckLength(weeks=4, replications=4, seed=0)
"""How long today's crews are watched to tell how busy they are: a share that four months show to
within about one percentage point."""


@dataclass(frozen=True)
class WrittenProposal:
    """A proposal with the files that were written for it.

    Attributes:
        world: The organisation in its region.
        question: What was asked.
        proposal: What is proposed.
        organisation: Path of the variant.
        experiment: Path of the experiment that holds it against today.
    """

    world: SitingWorld
    question: SitingQuestion
    proposal: SitingProposal
    organisation: Path
    experiment: Path


def propose_sites(
    names: tuple[str, str | None],
    question: SitingQuestion,
    folder: Path,
    how: tuple[CheckLength, RunStudy],
) -> WrittenProposal:
    """Find sites, and write the variant and the experiment that holds it against today.

    Args:
        names: Organisation and region, each a shipped name or a path; None for its own region.
        question: What to place, and how it is judged.
        folder: A new folder for the files.
        how: Length of the check, and what runs a study into a folder: for ambulances and first
            responders today's crews are measured first.

    Raises:
        InputError: The question cannot be met, or the folder holds something.
    """
    check_siting_options(question)
    of, (length, run) = load_siting_world(*names), how
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise option_error("--out", message("experiments.place.there_already", folder=folder))
    proposal = _proposal_of_kind(of, question, folder / "measured", (length, run))
    organisation = write_proposal(of, question, proposal, folder)
    experiment = write_siting_experiment(of, question, proposal.main_indicators, (folder, length))
    study_of_experiment(str(experiment))
    return WrittenProposal(of, question, proposal, organisation, experiment)


def _proposal_of_kind(
    of: SitingWorld, question: SitingQuestion, folder: Path, how: tuple[CheckLength, RunStudy]
) -> SitingProposal:
    """Return the proposal by what is placed.

    Args:
        of: The organisation in its region.
        question: What to place.
        folder: Where today's crews are measured, for ambulances and first responders.
        how: Length of the check, and what runs a study.
    """
    if question.what == "satellites":
        return satellite_sites.propose_satellites(of, question)
    # options that cannot be met are refused before anything is run
    if question.what == "ambulances":
        ambulance_sites.ambulance_options(of, question)
    else:
        responder_sites.responder_options(of, question)
    busy = busy_by_hour(of, folder, how)
    if question.what == "ambulances":
        return ambulance_sites.propose_ambulances(of, question, busy)
    return responder_sites.propose_responders(of, question, busy)


def busy_by_hour(of: SitingWorld, folder: Path, how: tuple[CheckLength, RunStudy]) -> Floats:
    """Return how busy today's crews are, from a simulation of today.

    Args:
        of: The organisation in its region.
        folder: Where the experiment and its results are written.
        how: Length of the check, of which only the seed counts, and what runs a study.

    Returns:
        Share of the time on duty that crews are at work, by hour of the day (24), at most 0.95.
        An hour without any crew has the mean of the others.
    """
    length, run = how
    watched = replace(MEASURING_LENGTH, seed=length.seed)
    run(study_of_experiment(str(write_busy_experiment(of, folder, watched))), folder / "results")
    summary = read_results(folder / "results").summary
    rows = summary[(summary.indicator == "busy_share") & (summary.group_by == "role_hour")]
    shares = rows.set_index("group")["mean"]
    by_hour = np.array([float(shares.get(f"crew {hour:02d}", np.nan)) for hour in range(24)])
    return np.clip(np.where(np.isnan(by_hour), np.nanmean(by_hour), by_hour), 0.0, 0.95)


def simulate_proposal(placed: WrittenProposal, run: RunStudy) -> Results:
    """Run today against the proposal, and return the results."""
    folder = placed.experiment.parent / "results"
    run(study_of_experiment(str(placed.experiment)), folder)
    return read_results(folder)
