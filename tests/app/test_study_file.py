"""One file to pass on: the same each time, and nothing from a stranger's file gets out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from akuttsim.app import study_file
from akuttsim.app.draft_pages import new_district
from akuttsim.app.drafts import Bases, Drafts, with_change
from akuttsim.app.study_file import pack_study, unpack_study
from akuttsim.errors import InputError
from akuttsim.experiments.manifest import Manifest, parse_manifest


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A draft with a result of its own, as one file."""
    drafts = Drafts(tmp_path / "from", Bases(tmp_path / "from"))
    checked = drafts.begin("namdal-today")
    asked = with_change({"remove": ["ambulances.grong-2"]}, checked.base)
    checked = drafts.change(checked.draft.id, None, asked)
    results = drafts.results(checked.draft.id)
    (results / "runs").mkdir(parents=True)
    (results / "summary.csv").write_text("a\n")
    (results / "runs" / ".in-use").write_text("")
    (results / "link.csv").symlink_to("/etc/passwd")
    path = tmp_path / "study.akuttsim"
    pack_study(drafts, checked, path)
    return path


def test_a_study_is_the_same_in_another_folder(packed: Path, tmp_path: Path):
    into = tmp_path / "to"
    unpack_study(packed, into)
    there = Drafts(into, Bases(into))
    checked = there.get("what-if-1")
    assert checked.problems == () and checked.written.changes[0].keys == ("ambulances.grong-2",)
    assert (into / "results/what-if-1/summary.csv").read_text() == "a\n"
    assert not list(into.rglob("link.csv")) and not list(into.rglob(".in-use"))
    again = tmp_path / "again.akuttsim"
    pack_study(there, checked, again)
    assert again.read_bytes() == packed.read_bytes()
    with pytest.raises(InputError):  # never over what is there
        unpack_study(packed, into)


def test_a_district_of_ones_own_goes_with_its_tables(tmp_path: Path):
    here, into = tmp_path / "from", tmp_path / "to"
    here.mkdir()
    organisation = new_district(here, "fjorden")
    drafts = Drafts(here, Bases(here))
    checked = drafts.begin(organisation)
    path = tmp_path / "study.akuttsim"
    pack_study(drafts, checked, path)
    unpack_study(path, into)
    assert Drafts(into, Bases(into)).get(checked.draft.id).problems == ()
    tables = sorted(each.name for each in (here / "fjorden").glob("*.csv"))
    assert tables and tables == sorted(each.name for each in (into / "fjorden").glob("*.csv"))


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def add(name: str, content: bytes = b"x", mode: int = 0o100644) -> Callable[[bytes], bytes]:
    def changed(archive: bytes) -> bytes:
        file = io.BytesIO(archive)
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr(entry(name, mode), content, zipfile.ZIP_DEFLATED)
        return file.getvalue()

    return changed


def lying_about_its_size(archive: bytes) -> bytes:
    """An entry of ten million bytes that says it has ten, in both of the places that say it."""
    bomb = add("results/x.csv", b"0" * 10_000_000)(archive)
    size = (10_000_000).to_bytes(4, "little")
    assert bomb.count(size) == 2
    return bomb.replace(size, (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    "change",
    [
        add("../out.csv"),
        add("results/../../out.csv"),
        add("/tmp/out.csv"),
        add("C:\\out.csv"),
        add("results\\..\\out.csv"),
        add("results/./out.csv"),
        add("results/.hidden/out.csv"),
        add("results/link.csv", b"/etc/passwd", 0o120777),
        add("results/run.py"),
        add("results/run.sh"),
        add("results/x.pickle"),
        add("WHAT-IF/what-if-1/draft.json"),
        lambda archive: archive[: len(archive) // 2],
        lambda archive: b"PK\x03\x04" + archive[200:],
        lambda archive: b"",
    ],
)
def test_what_no_study_has_is_refused_before_anything_is_written(
    packed: Path, tmp_path: Path, change: Callable[[bytes], bytes]
):
    packed.write_bytes(change(packed.read_bytes()))
    here = set(tmp_path.rglob("*"))
    with pytest.raises(InputError):
        unpack_study(packed, tmp_path / "to")
    assert set(tmp_path.rglob("*")) == here


def test_bombs_are_counted_by_what_comes_out(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole = packed.read_bytes()
    monkeypatch.setattr(study_file, "MOST_OF_ONE", 5_000_000)
    for bomb in (add("results/x.csv", b"0" * 6_000_000), lying_about_its_size):
        packed.write_bytes(bomb(whole))
        with pytest.raises(InputError):
            unpack_study(packed, tmp_path / "to")
    monkeypatch.setattr(study_file, "MOST_ENTRIES", 3)
    packed.write_bytes(whole)
    with pytest.raises(InputError):
        unpack_study(packed, tmp_path / "to")
    assert not (tmp_path / "to").exists() and not list(tmp_path.glob(".unpacked-*"))


@pytest.mark.parametrize("name", ["../../secret", "/etc/secret", "..\\secret"])
def test_no_organisation_of_a_strangers_manifest_is_called_as_a_file_elsewhere(name: str):
    content = {"organisations": {name: {}, "namdal-today": {}}}
    with pytest.raises(InputError) as refused:
        parse_manifest(Manifest, content, Path("manifest.json"))
    names = [p.what.values["key"] for p in refused.value.problems if "[key]" in str(p.what)]
    assert names == [f"organisations.{name}.[key]"]
