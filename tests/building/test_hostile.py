"""Whatever a specification or a file holds, it is built or told about: never a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.errors import InputError
from akuttsim.regionbuilder.region_folder import make_region
from tests.building import public_data as data
from tests.nightly import examples

pytest.importorskip("osmium")
pytest.importorskip("pyproj")

few = settings(max_examples=examples(40), deadline=None)

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 10**12), st.floats(allow_nan=False),
    st.text(max_size=6),
    st.sampled_from(["../x", "/dev/zero", "map.osm", "grid.csv", "lat", "EPSG:25833", "[", "{}"]),
    st.lists(st.integers(), max_size=2), st.just({}),
)  # fmt: skip


def paths(tree: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a tree of mappings and lists."""
    if isinstance(tree, dict):
        return [
            p for key, each in tree.items() for p in [(*before, key), *paths(each, (*before, key))]
        ]
    if isinstance(tree, list):
        return [
            p for k, each in enumerate(tree) for p in [(*before, k), *paths(each, (*before, k))]
        ]
    return []


def tried(folder: Path, spec: Path) -> str:
    """Build; return what was said, or "" where it was built. Only InputError may come out."""
    try:
        make_region(spec, folder / "out")
    except InputError as error:
        assert all(problem.what and "\n" not in str(problem) for problem in error.problems)
        return str(error)
    return ""


@few
@given(draw=st.data())
def test_any_value_anywhere_in_a_specification_is_taken_or_told(draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = data.written(folder)
        tree = data.spec()
        *path, last = draw.draw(st.sampled_from(paths(tree)))
        at = tree
        for part in path:
            at = at[part]
        at[last] = draw.draw(ODD)
        spec.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        tried(folder, spec)


@few
@given(draw=st.data())
def test_any_damage_to_any_file_is_taken_or_told(draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = data.written(folder)
        files = ["map.osm", "grid.csv", "ages.csv", "facilities.csv", "spec.yaml"]
        path = folder / draw.draw(st.sampled_from(files))
        content = bytearray(path.read_bytes())
        at = draw.draw(st.integers(0, len(content) - 1))
        match draw.draw(st.sampled_from(["cut", "byte", "twice", "insert"])):
            case "cut":
                del content[at:]
            case "byte":
                content[at] = draw.draw(st.integers(0, 255))
            case "twice":
                content += content[at:]
            case _:
                content[at:at] = draw.draw(st.binary(max_size=20))
        path.write_bytes(bytes(content))
        tried(folder, spec)


def test_an_empty_folder_s_worth_of_empty_files_is_told(tmp_path: Path) -> None:
    spec = data.written(tmp_path)
    for name in ("map.osm", "grid.csv", "ages.csv", "facilities.csv"):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(b"")
        assert name in tried(tmp_path, spec)
        (tmp_path / name).write_bytes(whole)
