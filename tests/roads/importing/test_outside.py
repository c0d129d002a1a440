from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from akuttsim.errors import InputError, Problem
from akuttsim.roads.importers.table_columns import read_columns, read_positions
from akuttsim.untrusted_files import path_inside, read_bytes

AT = Problem("spec.yaml", 7, "roads.file", "")


def table(tmp_path: Path, text: str, name: str = "t.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_columns(tmp_path / name, name)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a/../../secret.csv", "link.csv"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.csv").write_text("secret")
    data = tmp_path / "data"
    data.mkdir()
    (data / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InputError, match=r"spec.yaml:7: roads.file: must lie in the folder of the"):
        path_inside(data, name, AT)


def test_a_missing_file_is_told_where_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"spec.yaml:7: roads.file: no such file in the folder"):
        path_inside(tmp_path, "map.osm", AT)


def test_a_compression_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(bytes(30_000_000)))
    with pytest.raises(InputError, match="unpacks to more than 20 MB; is it a compression bomb"):
        read_bytes(path, "bomb.csv.gz", 20_000_000)


@pytest.mark.parametrize(
    "content", [b"\x1f\x8bbroken", gzip.compress(b"a,b\n1,2\n" * 9999, mtime=0)[:-40]]
)
def test_a_broken_archive_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"t.csv.gz: broken, cannot be unpacked"):
        read_bytes(path, "t.csv.gz")


def test_other_archives_and_large_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match="is an archive; unpack it first"):
        read_bytes(tmp_path / "t.zip", "t.zip")
    (tmp_path / "t.csv").write_bytes(bytes(2_000_000))
    with pytest.raises(InputError, match="has 2 MB; at most 1 are read"):
        read_bytes(tmp_path / "t.csv", "t.csv", 1_000_000)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_tables_are_read_with_any_usual_sign_and_decimal_comma(tmp_path: Path, sign: str) -> None:
    rows = table(tmp_path, f'\ufeffname{sign}n\nÅfjord{sign}"1,5"\n')
    assert rows.texts("name") == ["Åfjord"]
    assert rows.numbers("n").tolist() == [1.5]


def test_windows_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("name;n\nBodø;1\n".encode("cp1252"))
    assert read_columns(tmp_path / "t.csv", "t.csv").texts("name") == ["Bodø"]


def test_what_is_wrong_in_a_table_is_told_with_its_line(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,n\na,1\nb,x\nc,\n")
    with pytest.raises(InputError) as caught:
        rows.numbers("n")
    assert str(caught.value).splitlines() == [
        "t.csv:3: n: must be a number (got 'x')",
        "t.csv:4: n: must be a number (got '')",
    ]
    with pytest.raises(
        InputError, match="has no column 'nam'; did you mean 'name'; it has name, n"
    ):
        rows.texts("nam")
    with pytest.raises(InputError, match="no row has"):
        rows.where({"name": "z"})


def test_many_wrong_rows_are_told_shortly(tmp_path: Path) -> None:
    rows = table(tmp_path, "n\n" + "x\n" * 1000)
    with pytest.raises(InputError) as caught:
        rows.numbers("n")
    assert "and so in 995 more rows" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2,3\n4,5,6,7,8\n", b"\x00\x01\x02"])
def test_what_is_no_table_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"t.csv: is (no CSV table|a binary file)"):
        read_columns(tmp_path / "t.csv", "t.csv")


def test_swapped_coordinates_are_told(tmp_path: Path) -> None:
    rows = table(tmp_path, "lat,lon\n64.5,11.5\n11.6,64.4\n")
    with pytest.raises(InputError, match=r"t.csv:3: lat and lon: latitude and longitude are swap"):
        read_positions(rows, "lat", "lon", "EPSG:4326")


def test_metres_told_as_degrees_are_told_and_converted_only_when_asked(tmp_path: Path) -> None:
    rows = table(tmp_path, "north,east\n7154000,620000\n")
    with pytest.raises(
        InputError, match=r"are no degrees; if they are metres \(UTM\), write crs: E"
    ):
        read_positions(rows, "north", "east", "EPSG:4326")
    pytest.importorskip("pyproj")
    lat, lon = read_positions(rows, "north", "east", "EPSG:25832")
    assert (lat[0], lon[0]) == (pytest.approx(64.49, abs=0.01), pytest.approx(11.50, abs=0.01))
    with pytest.raises(InputError, match="is not in Norway as EPSG:25832"):
        read_positions(rows, "east", "north", "EPSG:25832")
    with pytest.raises(InputError, match="crs: EPSG:9999 is not known"):
        read_positions(rows, "north", "east", "EPSG:9999")
