"""A file of one kind given for another: one line that says what it is and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from akuttsim.config import shipped
from akuttsim.config.loader import (
    MODELS_BY_KIND,
    load_calibration,
    load_experiment,
    load_figure_mapping,
    load_log_format,
    load_organisation,
    load_published,
    load_region,
    load_targets,
)
from akuttsim.errors import InputError

LOAD: dict[str, Callable[[str], object]] = {
    "experiment": load_experiment, "organisation": load_organisation, "region": load_region,
    "targets": load_targets, "published": load_published, "calibration": load_calibration,
    "figure mapping": load_figure_mapping, "log format": load_log_format,
}  # fmt: skip
SOME = {kind: str(shipped.find_config(kind, shipped.config_names(kind)[0])) for kind in LOAD}


@pytest.mark.parametrize("given", LOAD)
@pytest.mark.parametrize("wanted", LOAD)
def test_a_file_of_another_kind_is_one_line(given: str, wanted: str) -> None:
    if given == wanted:
        assert LOAD[wanted](SOME[given])
        return
    with pytest.raises(InputError) as raised:
        LOAD[wanted](SOME[given])
    (problem,) = raised.value.problems
    assert problem.key == MODELS_BY_KIND[given][0] and problem.line > 0
    assert problem.what == f"this is {shipped.use(given, problem.file)}"


def test_a_file_with_errors_of_its_own_kind_keeps_them(tmp_path: Path) -> None:
    """A region's file that forgot its name still says so, though it is no organisation either."""
    path = tmp_path / "x.yaml"
    path.write_text("extends: namdal-today\nregion: namdal\ntitle: x\n")
    with pytest.raises(InputError, match="organisation: missing: write organisation"):
        load_organisation(str(path))
    path.write_text("experiment: x\norganisation: y\n")
    with pytest.raises(InputError, match="organisation: unknown key"):
        load_experiment(str(path))
    path.write_text("a: [")
    with pytest.raises(InputError, match="cannot be read as YAML"):
        load_region(str(path))


@pytest.mark.parametrize(
    ("kind", "name", "use"),
    [("experiment", "namdal-today", "akuttsim run namdal-today"),
     ("organisation", "namdal", "akuttsim region show namdal"),
     ("organisation", "01-first-look", "akuttsim sweep 01-first-look")],
)  # fmt: skip
def test_a_shipped_name_of_another_kind_is_told_without_a_list(
    kind: str, name: str, use: str
) -> None:
    with pytest.raises(InputError) as raised:
        shipped.find_config(kind, name)
    (problem,) = raised.value.problems
    assert problem.what.endswith(use) and "Shipped" not in problem.what
