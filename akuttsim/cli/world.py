"""akuttsim world: organisations beside published figures."""

from __future__ import annotations

from pathlib import Path

import click

from akuttsim.cli import options, show


@click.command(short_help="Show organisations beside published figures.")
@click.argument("organisations", nargs=-1, required=True)
@click.option("--weeks", type=click.IntRange(1, 520), default=52, show_default=True)
@click.option("--replications", type=click.IntRange(2, 10_000), default=4, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--figures", "source", default="norway", show_default=True, help="A name or a path.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Also write the table into a document, between its two marks.",
)
@options.workers
def command(
    organisations: tuple[str, ...],
    weeks: int,
    replications: int,
    seed: int,
    source: str,
    into: Path | None,
    workers: int | None,
) -> None:
    """Run each of ORGANISATIONS for a year in its own region, and show what is known of Norway.

    Use, urgency, ambulance missions, answer and response times, and which of them were put in and
    which were found. The table of docs/model.md is made by this command, and told there.
    """
    from akuttsim.experiments import published_comparison
    from akuttsim.experiments.runner import default_workers
    from akuttsim.report.beside import around, lines, put_into, text

    if into is not None:
        around(into)
    figures = published_comparison.load_published_figures(source)
    studies = published_comparison.studies_of_organisations(
        organisations, (weeks, replications, seed)
    )
    with show.progress(len(studies) * replications, "Running") as bar:
        found = {
            study.base: published_comparison.simulate_figures(
                study, figures, workers or default_workers(), bar.advance
            )
            for study in studies
        }
    rows = lines(figures, found)
    shown = [key for key in rows[0] if not key.startswith("source")]
    widest = [48, 36, *[20] * (len(shown) - 2)]
    show.wrapped(shown, [[row[key] for key in shown] for row in rows], widest)
    if into is not None:
        how = f"Means of {replications} replications of {weeks} weeks (seed {seed})."
        put_into(into, text(rows, how))
