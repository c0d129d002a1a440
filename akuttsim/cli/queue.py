"""akuttsim queue: one control room by itself."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import click

from akuttsim.cli import show

if TYPE_CHECKING:
    from akuttsim.experiments.queue_calculator import QueueAnswer, QueueQuestion

if TYPE_CHECKING:
    TargetType = click.ParamType[tuple[float, float]]
else:
    TargetType = click.ParamType

LABELS = {
    "answered_within": ("answered within {within:g} s", "share"),
    "wait_mean_s": ("mean wait", "s"),
    "wait_probability": ("must wait", "share"),
    "abandoned": ("hang up", "share"),
    "occupancy": ("operators busy", "share"),
    "wait_mean_first_s": ("mean wait, first in line", "s"),
    "wait_mean_others_s": ("mean wait, the others", "s"),
}

NOT_NEGATIVE, ABOVE_0 = click.FloatRange(0), click.FloatRange(0, min_open=True)


class Target(TargetType):
    """A target such as 80/120: 80 % within 120 seconds."""

    name = "SHARE/SECONDS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Return the share (0 to 1) and the seconds."""
        try:
            percent, seconds = (float(part) for part in str(value).split("/"))
        except ValueError:
            self.fail("write a target as 80/120: 80 % answered within 120 seconds", param, ctx)
        if not 1 < percent <= 100:
            self.fail("write the share in per cent, as 80/120 for 80 % in 120 s", param, ctx)
        if percent == 100:
            what = "100 % is never certain: some call waits longer; write a share below, as 99/120"
            self.fail(what, param, ctx)
        if not 0 <= seconds < math.inf:
            self.fail("the seconds after the / must be at least 0", param, ctx)
        return percent / 100, seconds


@click.command(short_help="How many operators a control room needs.")
@click.option("--calls-per-hour", type=NOT_NEGATIVE, help="Calls an hour, on average.")
@click.option(
    "--population", type=NOT_NEGATIVE, help="Inhabitants served: contacts of a busy weekend shift."
)
@click.option(
    "--hour",
    default="night",
    show_default=True,
    help="With --population: day, evening or night of a weekend.",
)
@click.option(
    "--talk-min", type=ABOVE_0, default=5.0, show_default=True, help="Minutes a call takes in all."
)
@click.option("--operators", type=ABOVE_0, help="Operators on duty.")
@click.option(
    "--within-s", type=NOT_NEGATIVE, default=120.0, show_default=True, help="Seconds to answer in."
)
@click.option(
    "--target", type=Target(), help="Find the operators needed for, say, 80/120 (80 % in 120 s)."
)
@click.option(
    "--patience-min",
    type=NOT_NEGATIVE,
    help="Minutes that callers wait before they hang up, on average.",
)
@click.option(
    "--priority", type=click.FloatRange(0, 1), default=0.0, help="Share of calls that goes first."
)
@click.option(
    "--method",
    type=click.Choice(["exact", "simulated"]),
    default="exact",
    show_default=True,
    help="Queueing formulas, or the control room of the simulator itself.",
)
@click.option("--seed", type=click.IntRange(0), default=1, help="Seed of a simulated answer.")
@click.option(
    "--json", "as_json", is_flag=True, help="For programs: shares of 1, waits in seconds."
)
def command(
    calls_per_hour: float | None,
    population: float | None,
    hour: str,
    talk_min: float,
    operators: float | None,
    within_s: float,
    target: tuple[float, float] | None,
    patience_min: float | None,
    priority: float,
    method: str,
    seed: int,
    as_json: bool,
) -> None:
    """Say how long callers wait when so many nurses answer the phone, or how many are needed.

    Give the calls an hour (or the people you serve), how many minutes a call takes with notes
    afterwards, and either how many operators are on duty or the target you want to meet:

    \b
      akuttsim queue --calls-per-hour 12 --talk-min 6 --operators 2
      akuttsim queue --calls-per-hour 12 --talk-min 6 --target 80/120
      akuttsim queue --population 29134 --hour night --target 80/120

    Calls come at random times with the same mean all through the hour. Without --patience-min
    nobody hangs up.
    """  # noqa: D301 - click reads the backspace
    from akuttsim.experiments import queue_calculator

    rate = _rate(calls_per_hour, population, hour)
    share, limit = target or (None, within_s)
    patience_s = math.inf if patience_min is None else patience_min * 60
    question = queue_calculator.QueueQuestion(
        rate, talk_min * 60, limit, patience_s, operators or 0, priority
    )
    if operators is not None and share is not None:
        raise click.UsageError("give either --operators or --target")
    if operators is None:
        if share is None:
            raise click.UsageError("give --operators, or a --target such as 80/120")
        question = queue_calculator.with_operators(
            question, queue_calculator.operators_for_target(question, share)
        )
    answer = (
        queue_calculator.exact_queue_figures(question)
        if method == "exact"
        else queue_calculator.simulated_queue_figures(question, seed)
    )
    if as_json:
        click.echo(json.dumps(answer, indent=1))
    else:
        _say(question, answer, share)


def _rate(calls_per_hour: float | None, population: float | None, hour: str) -> float:
    from akuttsim.experiments import queue_calculator

    if (calls_per_hour is None) == (population is None):
        raise click.UsageError("give either --calls-per-hour or --population")
    if calls_per_hour is not None:
        return calls_per_hour
    assert population is not None
    return queue_calculator.calls_of_people(population, hour)


def _say(question: QueueQuestion, answer: QueueAnswer, target: float | None) -> None:
    simulated = "wait_mean_s_low" in answer
    heading = ("", "", "95 % interval") if simulated else ("", "")
    lines = [("operators", f"{answer['operators']:g}", "")[: len(heading)]]
    for name, (label, unit) in LABELS.items():
        if answer.get(name) is not None:
            line = (label.format(within=question.within_s), _number(answer[name], unit))
            ends = (answer.get(f"{name}_low", math.nan), answer.get(f"{name}_high", math.nan))
            interval = f"{_number(ends[0], unit)} to {_number(ends[1], unit)}"
            lines.append((*line, interval)[: len(heading)])
    show.table(heading, lines)
    click.echo(f"\n{_conclusion(question, answer, target)}")


def _number(value: float | None, unit: str) -> str:
    assert value is not None
    return f"{100 * value:.1f} %" if unit == "share" else f"{value:.1f} s"


def _conclusion(question: QueueQuestion, answer: QueueAnswer, target: float | None) -> str:
    who = f"{answer['operators']:g} operator{'s' if answer['operators'] != 1 else ''}"
    load = f"{question.calls_per_h:.3g} calls an hour of {question.talk_s / 60:g} minutes"
    if answer["answered_within"] is None:
        return (
            f"With {who} and {load}, calls that go first wait {answer['wait_mean_first_s']:.0f} s."
        )
    share = f"{100 * answer['answered_within']:.0f} % of calls within {question.within_s:g} seconds"
    if target is None:
        return f"With {load}, {who}: {share}."
    return f"Needed for {100 * target:g} %: {who}. With {load} that gives {share}."
