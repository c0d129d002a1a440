"""Every kind of input: files that are good, and what is understood of them."""

from __future__ import annotations

import atexit
import io
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook

from akuttsim.calllog.log_reader import read_log
from akuttsim.cli.check import check_file
from akuttsim.config.loader import load_figure_mapping, load_log_format, load_organisation
from akuttsim.errors import InputError
from akuttsim.experiments.load_study import (
    load_all_margins,
    load_known_targets,
    load_published_figures,
)
from akuttsim.experiments.results import read_page_data
from akuttsim.experiments.runner import RunOptions, read_results_so_far, run_study
from akuttsim.experiments.study import study_of_experiment
from akuttsim.municipality_borders import read_borders
from akuttsim.optimisation.calibration.calibration_question import load_calibration_question
from akuttsim.regionbuilder.official_statistics import (
    municipality_people_table,
    read_municipal_population,
)
from akuttsim.regionbuilder.region_folder import make_region
from akuttsim.regionbuilder.roster_spreadsheet import operators_yaml
from tests import small
from tests.fuzz.mutations import (
    DAMAGE,
    Mutation,
    changed_attribute,
    changed_bytes,
    changed_cell,
    changed_workbook,
    changed_yaml_value,
    cut,
)

CONFIGS = Path(__file__).parents[2] / "configs"


@dataclass(frozen=True)
class Kind:
    """A kind of input.

    Attributes:
        name: What it is called.
        make: Writes good files into a folder.
        read: Returns what is understood of the folder's files; equal where nothing differs.
        mutations: By the ending of files, what may be changed in them; other files are left.
        is_sealed: Whether no change may be read: the files are refused, or nothing differs.
        unread: What is only for people to read: lines, words.
    """

    name: str
    make: Callable[[Path], None]
    read: Callable[[Path], object]
    mutations: Mapping[str, tuple[Mutation, ...]]
    is_sealed: bool = False
    unread: str = "$."


YAML = (changed_yaml_value, changed_yaml_value, changed_yaml_value, *DAMAGE)
CSV = (changed_cell, changed_cell, changed_cell, *DAMAGE)
SEMICOLONS = (*[partial(changed_cell, delimiter=";")] * 3, *DAMAGE)
MARKED = (changed_attribute, changed_attribute, *DAMAGE)


def _small(folder: Path) -> None:
    shutil.copytree(small.DATA, folder, dirs_exist_ok=True)


def _checked(name: str, folder: Path) -> object:
    """Return what `check` understands of a file of the small district."""
    found = check_file(str(folder / name))
    study = found.study
    asked: tuple[Any, ...] = () if study is None else (
        study.weeks, study.warmup_days, study.replications, study.seed, study.main_indicators,
        study.targets, study.margins, study.margins_place, study.name, study.question,
        study.hypothesis, {n: o.model_dump() for n, o in study.organisations.items()},
    )  # fmt: skip
    if found.organisation:
        loaded = load_organisation(str(folder / name))
        asked += (loaded.value.model_dump(), loaded.changes)
    return repr((found.region.model_dump(), asked))


def _copied(file: str) -> Callable[[Path], None]:
    """Return what copies a shipped file into a folder as `file.yaml`."""
    return lambda folder: shutil.copy(CONFIGS / file, folder / "file.yaml") and None


CALIBRATION = """\
calibration: test
unknowns:
  dispatch: {key: care.dispatch_s}
targets:
  response-median:
    title: {nb: Median, en: Median}
    indicator: ambulance_response_median_min
    value: 15.1
    tolerance: 0.6
    source: made up
    grade: A
compare: [small-satellite.yaml]
judged_by: [travel_to_care_min]
weeks: 2
warmup_days: 2
replications: 3
seed: 1
most_trials: 9
"""


def _calibration_files(folder: Path) -> None:
    _small(folder)
    region = folder / "small" / "region.yaml"
    known, assumed = "sigma: 0.4}, grade: D", "sigma: 0.4}, grade: C, range: [10, 60]"
    region.write_text(region.read_text("utf-8").replace(known, assumed), "utf-8")
    (folder / "calibration.yaml").write_text(CALIBRATION, "utf-8")


def _calibration(folder: Path) -> object:
    names = ("small", "small-today.yaml", "calibration.yaml")
    asked = load_calibration_question(*(str(folder / name) for name in names))
    return repr((asked.calibration, asked.unknowns, sorted(asked.study.organisations)))


LOG_FORMAT = """\
log: test
title: Test
time_zone: Europe/Oslo
times: "%d.%m.%Y %H:%M:%S"
columns:
  {time: ringt, number: nummer, place: kommune, urgency: hastegrad, answered: besvart, ended: slutt}
values:
  number: {health: [helse]}
  urgency: {red: [rød], yellow: [gul], green: [grønn]}
"""


def _log(folder: Path) -> None:
    (folder / "format.yaml").write_text(LOG_FORMAT, "utf-8")
    lines = ["ringt;nummer;kommune;hastegrad;besvart;slutt"]
    places = [each.name for each in small.region().municipalities.values()]
    for n in range(40):
        day, hour, minute = 2 + n // 10, 8 + n % 10, 7 * n % 60
        at = f"{day:02d}.03.2026 {hour:02d}:{minute:02d}"
        urgency = ("rød", "gul", "grønn")[n % 3]
        lines.append(
            f"{at}:00;helse;{places[n % len(places)]};{urgency};{at}:1{n % 10};{at}:5{n % 10}"
        )
    (folder / "calls.csv").write_text("\n".join(lines) + "\n", "utf-8")


def _read_log(folder: Path) -> object:
    form = load_log_format(str(folder / "format.yaml")).value
    log = read_log(folder / "calls.csv", form, small.region())
    arrays = {**vars(log), **log.stages, **log.codes, **log.lengths}
    told = {name: each.tolist() for name, each in arrays.items() if isinstance(each, np.ndarray)}
    return repr((told, log.findings, form.title, form.log))


def _roster(folder: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Dag", "Fra", "Til", "Antall på vakt"), ("Hverdager", "08:00", "15:30", 2),
                ("lørdag", "8.00", "23:00", 1), ("daily", "23", "8", 3)):  # fmt: skip
        sheet.append(row)
    book.save(folder / "roster.xlsx")
    (folder / "roster.csv").write_text("Dag;Fra;Til;Antall\nlørdag;8.00;23:00;1\n", "utf-8")


def _read_roster(folder: Path) -> object:
    return [operators_yaml(folder / name, None) for name in ("roster.xlsx", "roster.csv")]


def _statistics(folder: Path) -> None:
    (folder / "people.csv").write_text(
        '"07459: Befolkning, etter region, alder og år"\n\n'
        '"region";"alder";"Personer 2026"\n'
        '"5007 Namsos";"0 år";120\n"5007 Namsos";"105 år eller eldre";3\n'
        '"5060 Nærøysund";"37 år";"1 001"\n', "utf-8"
    )  # fmt: skip


def _read_statistics(folder: Path) -> object:
    people = read_municipal_population(folder / "people.csv")
    return municipality_people_table(people).to_csv()


def _published(folder: Path) -> None:
    shutil.copy(CONFIGS / "mappings" / "helsedir-113.yaml", folder / "file.yaml")


def _borders(folder: Path) -> None:
    ring = "[[[11.0, 64.0], [12.0, 64.0], [12.0, 65.0], [11.0, 64.0]]]"
    (folder / "borders.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
        '{"kommunenummer": "5007", "navn": "Namsos"}, "geometry": {"type": "Polygon", '
        f'"coordinates": {ring}}}}}]}}', "utf-8"
    )  # fmt: skip


def _district(folder: Path) -> None:
    from tests.building import public_data

    public_data.written(folder)


def _build(folder: Path) -> object:
    out = folder / "out"
    try:
        made = make_region(folder / "spec.yaml", out)
        files = {path.name: path.read_bytes() for path in sorted(out.rglob("*.*"))}
        return repr((made.built.findings, files))
    except InputError:
        assert not out.exists() or not any(out.iterdir()), "a refused build leaves something"
        raise
    finally:
        shutil.rmtree(out, ignore_errors=True)


@cache
def finished_results() -> Path:
    """Return a folder with a small study's results, made once."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    study = study_of_experiment(str(small.QUIET_EXPERIMENT))
    run_study(study, folder / "results", RunOptions(workers=1))
    return folder / "results"


def _results(folder: Path) -> None:
    shutil.copytree(finished_results(), folder, dirs_exist_ok=True)


def _read_results(folder: Path) -> object:
    """Read all of a results folder, also what is read when it is asked for."""
    found = read_results_so_far(folder)
    for name in found.manifest.organisations:
        read_page_data(folder, "map", name), read_page_data(folder, "replay", name)
    sink = io.StringIO()
    tables: list[Any] = [found.summary, found.differences, found.effects, found.cases,
                         found.overloads, found.indicators, found.who_notices, found.places,
                         found.claims, found.sensitivity]  # fmt: skip
    for table in tables:
        table.to_csv(sink)
    return sink.getvalue()


KINDS = (
    Kind("organisation", _small, partial(_checked, "small-today.yaml"), {"small-today.yaml": YAML}),
    Kind("variant", _small, partial(_checked, "small-satellite.yaml"),
         {"small-satellite.yaml": YAML}),
    Kind("experiment", _small, partial(_checked, "small-experiment.yaml"),
         {"small-experiment.yaml": YAML}),
    Kind("region", _small, partial(_checked, "small/region.yaml"), {"region.yaml": YAML}),
    Kind("tables of a region", _small, partial(_checked, "small/region.yaml"), {".csv": CSV}),
    Kind("targets", _copied("targets/norway.yaml"),
         lambda folder: load_known_targets(str(folder / "file.yaml")).value, {".yaml": YAML}),
    Kind("margins", _copied("margins/standard.yaml"),
         lambda folder: load_all_margins(str(folder / "file.yaml")), {".yaml": YAML}),
    Kind("published figures", _copied("published/norway.yaml"),
         lambda folder: load_published_figures(str(folder / "file.yaml")), {".yaml": YAML}),
    Kind("figure mapping", _published,
         lambda folder: load_figure_mapping(str(folder / "file.yaml")).value, {".yaml": YAML}),
    Kind("log format", _copied("logs/anonymous-bank.yaml"),
         lambda folder: load_log_format(str(folder / "file.yaml")).value, {".yaml": YAML}),
    Kind("log", _log, _read_log, {".csv": SEMICOLONS, ".yaml": YAML}),
    Kind("roster", _roster, _read_roster,
         {".xlsx": (changed_workbook, changed_workbook, changed_bytes, cut), ".csv": SEMICOLONS}),
    Kind("official statistics", _statistics, _read_statistics, {".csv": SEMICOLONS},
         unread="line 1,|: '(Personer |\\d+ år)"),
    Kind("borders", _borders, lambda folder: read_borders(folder / "borders.geojson"),
         {".geojson": MARKED}),
    Kind("calibration", _calibration_files, _calibration, {"calibration.yaml": YAML}),
    Kind("specification of a region", _district, _build, {"spec.yaml": YAML}),
    Kind("data of a region", _district, _build, {".csv": CSV, ".osm": MARKED}),
    Kind("results", _results, _read_results,
         {".csv": CSV, ".json": MARKED, ".parquet": (changed_bytes, cut)}, is_sealed=True),
)  # fmt: skip
