"""Statistics Norway's exports, written by hand in the forms that its table builder gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from akuttsim.cli import app
from akuttsim.config.region_tables import AGE_COLUMNS
from akuttsim.errors import InputError
from akuttsim.regionbuilder.official_statistics import (
    municipality_people_table,
    read_municipal_population,
)

TITLE = '"07459: Befolkning, etter region, alder, statistikkvariabel og år"\n\n'
WIDE = TITLE + (
    '"region";"alder";"Personer 2025";"Personer 2026"\n'
    '"5007 Namsos - Nåavmesjenjaelmie";"0 år";100;120\n'
    '"5007 Namsos - Nåavmesjenjaelmie";"5 år";1;2\n'
    '"5007 Namsos - Nåavmesjenjaelmie";"105 år eller eldre";0;3\n'
    '"5060 Nærøysund";"37 år";"1 000";"1 001"\n'
    '"1234 Gammel (-2019)";"37 år";.;.\n'
)
NAMSOS = [122, 0, 0, 0, 0, 0, 0, 0, 3]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_title_above_years_as_columns_and_either_encoding(tmp_path: Path, encoding: str) -> None:
    people = read_municipal_population(written(tmp_path, WIDE, encoding), "2026")
    assert people.year == "2026" and next(iter(people.municipalities.values())) == NAMSOS
    assert people.municipalities["5060", "Nærøysund"][4] == 1001
    assert len(people.municipalities) == 2, "one that is no more has nobody"


def test_years_and_sexes_as_rows_count_nobody_twice(tmp_path: Path) -> None:
    head = '"region","kjønn","alder","statistikkvariabel","år","07459: Befolkning"\n'
    rows = [
        f'"K-5007 Namsos","{sex}","{age}","Personer","{year}",{count}\n'
        for year in ("2025", "2026")
        for sex, count in (("Begge kjønn", 7), ("Menn", 3), ("Kvinner", 4))
        for age in ("Alle aldre", "007 7 år")
    ]
    people = read_municipal_population(written(tmp_path, head + "".join(rows)), "2026")
    assert people.municipalities == {("5007", "Namsos"): [0, 7, 0, 0, 0, 0, 0, 0, 0]}
    apart = [row for row in rows if "Begge" not in row]
    people = read_municipal_population(written(tmp_path, head + "".join(apart)), "2026")
    assert people.municipalities["5007", "Namsos"][1] == 7


def test_notes_below_the_table_end_it(tmp_path: Path) -> None:
    text = WIDE + '\n"Kilde: Statistisk sentralbyrå"\n'
    assert len(read_municipal_population(written(tmp_path, text), "2025").municipalities) == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (WIDE, "say which with --year; the years here are 2025, 2026"),
        (WIDE.replace("5060 ", ""), "no municipality number"),
        (WIDE.replace('"37 år";"1', '"30-60 år";"1'), "no age within one of"),
        (WIDE.replace("100;120", "=1+1;=CMD()"), "'=CMD\\(\\)' is no number of people"),
        (WIDE.replace("100;120", "100;-3"), "is no number of people"),
        ("hello\nworld\n", "no heading"),
        ("PK\x03\x04 what", "workbook or zip archive"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    year = None if "--year" in what else "2026"
    with pytest.raises(InputError, match=what) as told:
        read_municipal_population(written(tmp_path, text), year)
    assert len(told.value.problems) == 1


def test_the_table_is_a_regions_and_lacks_only_the_largest_settlement(tmp_path: Path) -> None:
    table = municipality_people_table(read_municipal_population(written(tmp_path, WIDE), "2026"))
    assert list(table["municipality"]) == ["namsos", "naeroysund"]
    assert table.loc[0, list(AGE_COLUMNS)].tolist() == NAMSOS
    assert set(table["largest_tettsted"]) == {""}


def test_the_command_writes_a_new_file_and_overwrites_none(tmp_path: Path) -> None:
    source, out = written(tmp_path, WIDE), tmp_path / "municipalities.csv"
    how = ["import", "ssb", str(source), "--year", "2026", "--out", str(out)]
    result = CliRunner().invoke(app, how)
    assert result.exit_code == 0 and "5007 Namsos: 125 people (2026)" in result.stdout
    before = out.read_bytes()
    assert "is there already" in str(CliRunner().invoke(app, how).exception)
    assert out.read_bytes() == before


HEADED = '"region";"kjønn";"alder";"statistikkvariabel";"2026"\n'


def namsos(*rows: str, name: str = "5007 Namsos") -> str:
    """Return rows of a municipality: what stands after its name."""
    return "".join(f'"{name}";{row}\n' for row in rows)


MEN, WOMEN = '"Menn";"001 1 år";"Personer";10', '"Kvinner";"001 1 år";"Personer";20'
NOTE = ';;;;;"merknad"\n'


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (namsos(MEN) + NOTE + namsos(WOMEN), {("5007", "Namsos"): 30}),
        (namsos(MEN, name="5007 Namsos (2020-)"), {("5007", "Namsos"): 10}),
        (namsos(MEN) + namsos(MEN, name="5060 Nærøysund (2020-2030)"),
         {("5007", "Namsos"): 10, ("5060", "Nærøysund"): 10}),
        (namsos(MEN) + namsos(MEN.replace("10", "0"), name="1703 Namsos (-2017)"),
         {("5007", "Namsos"): 10}),
        (namsos(MEN.replace("Menn", "Begge kjønn")) + namsos(MEN, WOMEN, name="5060 N"),
         {("5007", "Namsos"): 10, ("5060", "N"): 30}),
    ],
)  # fmt: skip
def test_everybody_is_counted_once(
    tmp_path: Path, text: str, people: dict[tuple[str, str], int]
) -> None:
    read = read_municipal_population(written(tmp_path, HEADED + text))
    assert {name: sum(ages) for name, ages in read.municipalities.items()} == people


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (namsos(MEN) + '"5060 Nærøysund";"Menn"\n' + namsos(WOMEN), 3, "has 2 cells, the heading"),
        (namsos(MEN, MEN), 3, "same municipality, sex and age as line 2"),
        (namsos(MEN.replace("001 1", "0-5"), MEN), 3, "same municipality, sex and age as line 2"),
        (namsos(MEN, MEN.replace("Personer", "Døde")), 3, "counts something else than line 2"),
        (namsos(MEN, name="1703 Namsos (-2017)"), 2, "10 people in 2026, outside its years"),
        (namsos(MEN, name="5007 Namsos (2030-)"), 2, "10 people in 2026, outside its years"),
        (namsos(MEN.replace("001 1", "1,5")), 2, "no age within one of"),
        (namsos(MEN.replace("001 1", "-3")), 2, "no age within one of"),
    ],
)
def test_rows_that_would_be_lost_or_count_twice_are_refused(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    with pytest.raises(InputError, match=what) as told:
        read_municipal_population(written(tmp_path, HEADED + text))
    assert [problem.line for problem in told.value.problems] == [line]


def test_two_municipalities_of_one_name_are_told(tmp_path: Path) -> None:
    text = HEADED + namsos(MEN) + namsos(WOMEN, name="1703 Namsos")
    out = tmp_path / "m.csv"
    how = ["import", "ssb", str(written(tmp_path, text)), "--out", str(out)]
    result = CliRunner().invoke(app, how)
    assert "of one name: 1703 Namsos, 5007 Namsos" in result.stdout
    assert [row.split(",")[0] for row in out.read_text("utf-8").splitlines()[1:]] == [
        "namsos", "namsos-2"]  # fmt: skip
