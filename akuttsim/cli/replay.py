"""akuttsim replay: the real calls of a log meet one organisation, or several."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from textwrap import fill

import click

from akuttsim.cli import logs, options, show

DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="Let the real calls of a log meet organisations.")
@click.argument("organisations", metavar="ORGANISATION...", nargs=-1, required=True)
@click.option("--log", "file", required=True, type=click.Path(path_type=Path), help="The call log.")
@logs.file_format
@click.option("--region", help="Another region than the organisation's own: a name or a path.")
@click.option("--first", type=DAY, help="The first day that is looked at. Default: the log's.")
@click.option("--last", type=DAY, help="The last day that is looked at. Default: the log's.")
@click.option("--replications", type=click.IntRange(2, 1000), default=10, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change one value.")
@options.out
def command(
    organisations: tuple[str, ...],
    file: Path,
    form: str,
    region: str | None,
    first: datetime | None,
    last: datetime | None,
    replications: int,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
) -> None:
    """Let the real calls of a log meet each ORGANISATION: a shipped name, or a path to a file.

    The first should be how it was organised then: it is held against what the log recorded. The
    others are what-ifs on the same calls. What the log lacks is drawn anew in each replication.
    """
    from akuttsim.experiment.log_study import study_of_log
    from akuttsim.experiment.replaying import replay_of, run_replay

    study = study_of_log(organisations, region, sets, (replications, seed))
    log = logs.usable(file, form, study.region)
    replay = replay_of(study, log, (logs.day(first), logs.day(last)))
    folder = out or show.free_folder(Path("results") / study.name)
    with show.progress(len(replay.runs()), study.name) as bar:
        run_replay(replay, folder, bar.advance)
    _report(folder)


def _report(folder: Path) -> None:
    """Write the pages of a replay and the report, and say what it comes to."""
    from akuttsim.report.logs.replay_page import replay_lines, replay_page
    from akuttsim.report.page import write_report
    from akuttsim.store.files import write_whole
    from akuttsim.store.replays import read_replay
    from akuttsim.store.results import read_results

    tables = read_replay(folder)
    click.echo("\n\n".join(fill(line, logs.WIDTH) for line in replay_lines(tables, "en")))
    write_whole(folder / "replay.html", replay_page(tables, "nb").encode("utf-8"))
    write_whole(folder / "replay-en.html", replay_page(tables, "en").encode("utf-8"))
    results = read_results(folder)
    write_report(results, "nb", folder / "report.html")
    write_report(results, "en", folder / "report-en.html")
    click.echo(f"\nResults: {folder}")
    click.echo(f"Page:    {folder / 'replay.html'} (norsk), {folder / 'replay-en.html'} (English)")
