"""akuttsim place: where ambulances, satellites or first responders should stand."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, figures_of_results, with_json
from akuttsim.cli.own_files import write_schemas_beside
from akuttsim.texts import ENGLISH, Lang, in_words, language, say

if TYPE_CHECKING:
    from akuttsim.experiments.results import Results
    from akuttsim.experiments.run_worker import FinishedRun
    from akuttsim.experiments.study import Study
    from akuttsim.optimisation.siting.simulation_check import WrittenProposal

WIDTH = 100


@click.command(short_help="Propose sites and prove them by simulation.")
@click.argument("organisation", shell_complete=terminal.names_of("organisation"))
@click.option(
    "--what",
    type=click.Choice(["ambulances", "satellites", "first-responders"]),
    required=True,
    help="What is to be placed.",
)
@click.option(
    "--n",
    "count",
    type=click.IntRange(1, 1000),
    help="How many: ambulances in all (default: as many as today); satellites or groups of first "
    "responders beside those that are there (default: 1).",
)
@click.option(
    "--by",
    type=click.Choice(["mclp", "mexclp", "pmedian"]),
    help="Most reached within a limit (mclp), the same by one that is free (mexclp), or the "
    "shortest way on average (pmedian). Default: mexclp, pmedian, mclp, by what is placed.",
)
@click.option(
    "--region",
    shell_complete=terminal.names_of("region"),
    help="Another region than the organisation's own: a name or a path.",
)
@click.option("--candidates", help="Places where they may stand, as a,b,c.")
@click.option(
    "--least-people",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="Without --candidates: places with at least so many inhabitants, and today's.",
)
@click.option(
    "--keep", default="", help="Ambulances that stay: crews, stations, municipalities, as a,b,c."
)
@click.option(
    "--like",
    help="What new ones are like, as ORGANISATION:NAME; for ambulances a crew of ORGANISATION.",
)
@click.option(
    "--within-min",
    type=click.FloatRange(1, 600),
    help="Limit of mclp and mexclp. Default: for ambulances the official 12 or 25 minutes; for "
    "first responders 12; for satellites 30 minutes of driving.",
)
@click.option(
    "--may-lose",
    type=click.FloatRange(0, 100),
    default=5,
    show_default=True,
    help="Ambulances: how many percentage points a municipality's share reached in time may fall.",
)
@click.option(
    "--least-gain",
    type=click.FloatRange(0, 100),
    default=0.5,
    show_default=True,
    help="Ambulances: percentage points of all that moving one must bring, or it stays.",
)
@terminal.length_options(weeks=13, replications=12)
@click.option("--no-proof", is_flag=True, help="Write the proposal, and do not simulate it.")
@terminal.out_option
@terminal.workers_option
@with_json
def place_command(
    organisation: str,
    what: str,
    count: int | None,
    by: str | None,
    region: str | None,
    candidates: str | None,
    least_people: int,
    keep: str,
    like: str | None,
    within_min: float | None,
    may_lose: float,
    least_gain: float,
    weeks: int,
    replications: int,
    seed: int,
    no_proof: bool,
    out: Path | None,
    workers: int | None,
) -> Answer:
    """Propose where things should stand in ORGANISATION, and prove it against today.

    A formula finds the sites; then the proposal and today's organisation meet the same patients in
    the simulation, which knows rosters, queues, ferries and who is busy. Examples:

    \b
      akuttsim place namdal-today --what ambulances
      akuttsim place namdal-today --what ambulances --keep namsos,naeroysund,leka,flatanger,osen
      akuttsim place namdal-today --what satellites --n 2 --like namdal-satellites:satellitt-lierne
      akuttsim place namdal-today --what first-responders --n 5 \\
          --like namdal-first-responders:akutthjelpere-grong
    """  # noqa: D301 - click reads the backspace
    from akuttsim.cli import study_runs
    from akuttsim.experiments.runner import RunOptions
    from akuttsim.optimisation.siting import simulation_check
    from akuttsim.optimisation.siting.simulation_check import CheckLength
    from akuttsim.optimisation.siting.siting_question import USUAL_MODEL, SitingQuestion

    question = SitingQuestion(
        what=what,  # type: ignore[arg-type]
        by=by or USUAL_MODEL[what],  # type: ignore[arg-type, index]
        count=count,
        candidates=tuple(_comma_list(candidates or "")),
        least_people=least_people,
        keep=tuple(_comma_list(keep)),
        like=like,
        within_min=within_min,
        may_lose=may_lose / 100,
        least_gain=least_gain / 100,
        command=f"akuttsim place {organisation} --what {what} --by {by or USUAL_MODEL[what]}",  # type: ignore[index]
    )
    folder = out or terminal.free_folder(Path("results") / f"{Path(organisation).stem}-placed")
    length = CheckLength(weeks, replications, seed)
    failed: list[FinishedRun] = []

    def run(study: Study, into: Path) -> None:
        failed.extend(study_runs.run_with_progress(study, into, RunOptions(workers)))

    placed = simulation_check.propose_sites((organisation, region), question, folder, (length, run))
    write_schemas_beside([folder])
    _print_proposal(placed)
    again = f"akuttsim sweep {placed.experiment} --out {folder / 'results'}"
    if no_proof or not (placed.proposal.moved or placed.proposal.remove):
        click.echo(say("commands.place.not_simulated", again=again))
        return Answer(lambda: _site_figures(placed))
    click.echo(say("commands.place.proof", again=again))
    results = simulation_check.simulate_proposal(placed, run)
    _print_verdict(placed, results)
    study_runs.write_reports(folder / "results")
    return Answer(
        lambda: [*_site_figures(placed), *figures_of_results(folder / "results")],
        {"organisation": placed.organisation, "results": folder / "results"},
        partial(study_runs.exit_for_failures, failed),
    )


def _site_figures(placed: WrittenProposal) -> list[Figure]:
    """Return where each thing that moves should stand, and where it stands today."""
    return [
        Figure("proposed_place", site.place, of=site.name, more={"today": site.today})
        for site in placed.proposal.moved
    ]


def _comma_list(text: str) -> list[str]:
    """Return the parts between commas, without spaces."""
    return [part for part in text.replace(" ", "").split(",") if part]


def _print_proposal(placed: WrittenProposal) -> None:
    """Print what moves, and what the formula promises of it by municipality."""
    region, proposal = placed.world.region, placed.proposal
    names = {place: each.name for place, each in region.places.items()}
    if not proposal.moved and not proposal.remove:
        click.echo(say("commands.place.nothing_better"))
    else:
        lines = [
            (
                site.name,
                names[site.today] if site.today else say("commands.place.new"),
                names[site.place],
            )
            for site in proposal.moved
        ]
        terminal.print_table(
            (
                say("commands.place.proposed"),
                say("commands.place.today_at"),
                say("commands.place.to_stand_at"),
            ),
            lines,
        )
    for note in proposal.notes:
        click.echo(f"({in_words(note)})")
    click.echo(
        say("commands.files", organisation=placed.organisation, experiment=placed.experiment)
    )


def _print_verdict(placed: WrittenProposal, results: Results) -> None:
    """Print and keep the verdict, with a table of the municipalities."""
    from akuttsim.experiments.files import write_whole
    from akuttsim.optimisation.siting.siting_verdict import (
        siting_sentences,
        siting_table_by_municipality,
    )
    from akuttsim.report.context import Catalogue, Labels, ResultsView

    def paragraphs(lang: Lang) -> str:
        said = siting_sentences(
            placed, results, Labels(Catalogue(lang), ResultsView(results)).short
        )
        return "\n\n".join(
            fill(in_words(text, lang), WIDTH, break_on_hyphens=False) for text in said
        )

    labels = Labels(Catalogue(language()), ResultsView(results))
    heading, lines = siting_table_by_municipality(placed, results, labels.indicator)
    click.echo()
    terminal.print_table([*map(in_words, heading)], [[*map(in_words, line)] for line in lines])
    click.echo("\n" + paragraphs(language()))
    kept = placed.experiment.parent / "verdict.txt"
    write_whole(kept, (paragraphs(ENGLISH) + "\n").encode("utf-8"))
    if language() != ENGLISH:
        spoken = (paragraphs(language()) + "\n").encode("utf-8")
        write_whole(kept.with_name(f"verdict-{language()}.txt"), spoken)
