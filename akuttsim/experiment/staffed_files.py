"""The files of a roster that was found: a variant, an experiment against today, and the table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from akuttsim.analysis.intervals import Interval
from akuttsim.config import shipped
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.experiment.staffing_proof import Hour, Length, Staffed
from akuttsim.experiment.staffing_question import Asked, Question
from akuttsim.store.files import write_csv, write_whole

TARGETS = "norway"


def source(asked: Asked, weeks: int, length: Length) -> str:
    """Return where a found roster comes from: the command that finds it again."""
    region = f" --region {asked.region}" if asked.region else ""
    room = f" --room {asked.room}" if asked.room else ""
    target = f"{100 * asked.target[0]:g}/{asked.target[1]:g}"
    return (
        f"Found by akuttsim staff {asked.organisation}{region}{room} --target {target}"
        f" --shift-hours {asked.shift_hours} --starts {asked.starts} --least {asked.least}"
        f" --weeks {weeks} --replications {length.replications} --seed {length.seed}"
    )


def write_files(
    folder: Path, asked: Asked, question: Question, length: Length, staffed: Staffed
) -> Path:
    """Write variant, experiment and table into a folder; return the variant."""
    name = f"{question.room.organisation.organisation}-staffed"
    path = folder / f"{name}.yaml"
    write_csv(folder / "hours.csv", table(staffed.hours))
    write_whole(path, _yaml(_variant(name, folder, asked, question, staffed)))
    region = question.room.region.region
    if region not in shipped.config_names("region"):
        where = _reference("region", asked.region or region, asked, folder / region)
        stub = {"extends": where, "region": region, "title": _title(question.room.region)}
        write_whole(folder / region / "region.yaml", _yaml(stub))
    experiment = _experiment(name, folder, asked, question, length)
    write_whole(folder / "experiment.yaml", _yaml(experiment))
    return path


def table(hours: Iterable[Hour]) -> pd.DataFrame:
    """Return hours of the week as a table; an interval has three columns."""
    return pd.DataFrame(dict(_columns(hour)) for hour in hours)


def _columns(hour: Hour) -> Iterator[tuple[str, object]]:
    for name, value in vars(hour).items():
        if isinstance(value, Interval):
            ends = zip(("", "_low", "_high"), value, strict=True)
            yield from ((f"{name}{end}", round(number, 4)) for end, number in ends)
        else:
            yield name, round(value, 4) if isinstance(value, float) else value


class _OneLine(dict[str, Any]):
    """A mapping that is written on one line."""


class _Writer(yaml.SafeDumper):
    """Writes configs as the shipped ones are: a staffing on one line."""


def _one_line(writer: _Writer, mapping: _OneLine) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=True)


_Writer.add_representer(_OneLine, _one_line)


def _staffing(staffing: OperatorStaffing) -> _OneLine:
    """Return a staffing with its keys in the order in which people write them."""
    low, high = staffing.range or (0, 0)
    return _OneLine(
        days=staffing.days,
        hours=staffing.hours,
        on_duty=staffing.on_duty,
        grade=staffing.grade,
        range=[int(low), int(high)],
        source=staffing.source,
    )


def _variant(
    name: str, folder: Path, asked: Asked, question: Question, staffed: Staffed
) -> dict[str, Any]:
    organisation, room = question.room.organisation, question.room.name
    nb, en = _target_in_words(asked)
    gone: dict[str, Any] = dict.fromkeys(question.room.today)
    operators = {key: _staffing(each) for key, each in staffed.operators.items()}
    why = {
        "nb": f"Den billigste turnusen som ble funnet der {nb} i hver time av uken.",
        "en": f"The cheapest roster found by which {en} in every hour of the week.",
    }
    return {
        "extends": _reference("organisation", asked.organisation, asked, folder),
        "organisation": name,
        "title": {"nb": f"{organisation.title.nb}, ny turnus",
                  "en": f"{organisation.title.en}, new roster"},
        "description": {
            "nb": f"Som {organisation.organisation}, men med en annen turnus i {room}. {why['nb']}",
            "en": f"As {organisation.organisation}, with another roster in {room}. {why['en']}",
        },
        "changes": {
            "cheapest-roster-found": {
                "why": why,
                "set": {"control_rooms": {room: {"operators": {**gone, **operators}}}},
            }
        },
    }  # fmt: skip


def _experiment(
    name: str, folder: Path, asked: Asked, question: Question, length: Length
) -> dict[str, Any]:
    nb, en = _target_in_words(asked)
    room = question.room.name
    return {
        "experiment": name,
        "question": {
            "nb": f"Hva blir bedre og dårligere med turnusen som ble funnet for {room}?",
            "en": f"What gets better and worse with the roster that was found for {room}?",
        },
        "hypothesis": {
            "nb": f"Med den nye turnusen er målet nådd i hver time av uken: {nb}.",
            "en": f"With the new roster {en} in every hour of the week.",
        },
        "region": question.room.region.region,
        "organisations": [
            _reference("organisation", asked.organisation, asked, folder),
            f"{name}.yaml",
        ],
        "weeks": question.room.weeks,
        "warmup_days": 2,
        "replications": length.replications,
        "seed": length.proof_seed,
        "targets": TARGETS,
        "main_indicators": _indicators(question),
    }


def _indicators(question: Question) -> list[str]:
    first = {
        "116117": "answered_116117_within_120_s",
        "113": "answered_113_within_10_s",
        "alarm": "alarm_answer_median_s",
    }
    number = question.room.organisation.control_rooms[question.room.name].number
    cost = ["cost_nok_a_year"] if question.room.organisation.costs else []
    chosen = [first[number], *first.values(), "hung_up_116117", "staffed_hours_a_week", *cost]
    if question.room.region.demand.safety_alarms is None:
        chosen.remove(first["alarm"])
    return list(dict.fromkeys(chosen))


def _target_in_words(asked: Asked) -> tuple[str, str]:
    share, seconds = (f"{each:g}" for each in (100 * asked.target[0], asked.target[1]))
    nb = f"{share} % besvares innen {seconds} sekunder".replace(".", ",")
    return nb, f"{share} % are answered within {seconds} seconds"


def _title(region: Region) -> dict[str, str]:
    title: dict[str, str] = region.title.model_dump()
    return title


def _reference(kind: str, name: str, asked: Asked, folder: Path) -> str:
    """Return how a file in the folder names a config: shipped ones by name, others by path."""
    if name in shipped.config_names(kind):
        return name
    beside = None
    if kind == "region" and not asked.region:
        beside = shipped.find_config("organisation", asked.organisation).parent
    path = shipped.find_config(kind, name, beside).resolve()
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _yaml(content: Mapping[str, Any]) -> bytes:
    text = yaml.dump(dict(content), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)
    return text.encode("utf-8")
