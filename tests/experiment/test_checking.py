"""Checking any one file, whatever kind it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import small

from akuttsim.errors import InputError
from akuttsim.experiment.checking import check_file
from akuttsim.scenario import shipped


@pytest.mark.parametrize("kind", ["region", "organisation", "experiment"])
def test_every_shipped_file_is_whole(kind: str) -> None:
    names = shipped.names(kind)
    assert names
    for name in names:
        found = check_file(str(shipped.find(kind, name)))
        assert (found.organisation is not None) == (kind == "organisation")
        assert (found.study is not None) == (kind == "experiment")


@pytest.mark.parametrize("path", [small.TODAY, small.SATELLITE, small.EXPERIMENT])
def test_a_path_is_told_by_its_first_keys(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    found = check_file(path.name)
    assert found.region.region == "small"
    assert (found.study is not None) == (path == small.EXPERIMENT)


def test_a_file_of_no_kind(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: 1\n")
    with pytest.raises(InputError, match="neither a region, an organisation nor an experiment"):
        check_file(str(tmp_path / "x.yaml"))
