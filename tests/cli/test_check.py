"""What check prints of a year ahead and of two organisations."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from akuttsim.cli.check import check_command
from akuttsim.config.shipped import find_config
from akuttsim.errors import InputError
from tests import small


def printed(*files: str) -> list[str]:
    done = CliRunner().invoke(check_command, files, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output.splitlines()


def test_people_of_the_year_stand_beside_todays() -> None:
    lines = printed("namdal-2040")
    columns = {line.split()[0]: line.split()[1:] for line in lines[-11:]}
    assert columns["age"] == ["2026", "2040", "change"]
    assert columns["all"][0] == "37659"
    assert columns["80-89"][0] == "2066" and int(columns["80-89"][1]) > 3000
    for now, then, change in (row for age, row in columns.items() if age != "age"):
        assert int(then) - int(now) == int(change)
    assert any("4 municipalities: as the country" in line for line in lines)
    assert any("hoylandet: by its own projection (grade C)" in line for line in lines)
    assert any("namsos: by its own projection (grade D)" in line for line in lines)
    assert not any("expected in" in line for line in printed("namdal"))


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ("namdal-influenza", "Influenza, 01-05 to 02-15: calls to 116117 x 1.3"),
        ("namdal-easter-visitors", "Cabin visitors in the mountains, easter-9 to easter+1: people "
         "x 2, in lierne, royrvik, namsskogan"),
        ("namdal-bus-accident", "Bus accident on the E6 at Formofoss, 2026-01-16 14:30: 30 "
         "patients at formofoss"),
        ("namdal-winter", "Winter roads, 11-15 to 04-15: speed x 0.9"),
        ("namdal-storm-week", "Storm, 2026-01-14 to 2026-01-16: speed x 0.75, tunnsjo-liminglia "
         "closed"),
        ("namdal-timetables", "ferries sail by their timetable"),
    ],
)  # fmt: skip
def test_a_variant_of_a_region_tells_what_it_is_met_by(region: str, told: str) -> None:
    def in_words(name: str) -> str:
        return " ".join(" ".join(printed(name)).split())

    assert told in in_words(region) and told not in in_words("namdal")


def test_one_of_a_kind_is_told_as_one() -> None:
    assert printed("laboratory")[0].endswith("1 municipality and 2 places, 1 road, 0 ferries")


def test_runs_of_an_experiment_are_counted_with_its_cases(tmp_path: Path) -> None:
    nurses = "control_rooms.lvs.operators.evening.on_duty"
    text = small.EXPERIMENT.read_text().replace(
        "organisations: [small-today, small-satellite]", f"organisations: [{small.TODAY}]"
    )
    text = text.replace("region: small\n", f"region: {small.DATA / 'small'}\n")
    experiment = tmp_path / "one.yaml"
    for more, told in (
        ("", "  1 organisation x 4 replications of 1 week = 4 runs, seed 7"),
        (
            f"factors: {{nurses: {{key: {nurses}, values: [1, 2]}}}}\n",
            "  1 organisation x 2 cases x 4 replications of 1 week = 8 runs, seed 7",
        ),
    ):
        experiment.write_text(text + more)
        assert told in printed(str(experiment))


def test_two_organisations_are_a_table_of_what_differs() -> None:
    lines = printed(str(small.TODAY), str(small.SATELLITE))
    rows = {line.split("  ")[0]: line.split("  ")[1:] for line in lines}
    assert [cell.strip() for cell in rows["satellites"] if cell] == ["0", "1"]
    nurses = [float(cell) for cell in rows["nurses at clinics"] if cell]
    assert nurses[1] - nurses[0] == nurses[2] == pytest.approx(42, abs=0.3)
    assert "Only in small-today: nothing" in lines
    assert "  satellite is a satellite that takes green, with duty-doctor on video" in lines
    assert [cell.strip() for cell in rows["clinics.satellite"] if cell] == ["-", "there"]


@pytest.mark.parametrize("other", ["namdal-satellites", "namdal-all-links"])
def test_the_table_is_at_most_100_wide_and_loses_no_word(other: str) -> None:
    lines = printed("namdal-today", other)
    keys = lines[lines.index("Keys that differ:") + 1 :]
    assert max(map(len, keys)) <= 100
    assert max(map(len, lines[lines.index("") + 1 :])) <= 100


def test_an_organisation_beside_itself() -> None:
    assert printed("namdal-today", "namdal-today")[-1] == "Keys that differ: none"


def test_two_regions_or_three_organisations_are_told_one_by_one() -> None:
    today, satellite = str(small.TODAY), str(small.SATELLITE)
    for files in ((today, satellite, today), ("namdal", today)):
        assert not any("differ" in line for line in printed(*files))


def test_organisations_of_two_regions_are_an_error() -> None:
    with pytest.raises(InputError, match="only organisations of one region"):
        printed(str(small.TODAY), "namdal-today")


def test_targets_and_published_figures_are_listed() -> None:
    lines = printed("norway", str(find_config("published", "norway")))
    assert (
        "  116117 answered within 2 minutes: at least 0.8 (answered_116117_within_120_s)" in lines
    )
    assert any(line.startswith("  Home visits per 100 inhabitants: 1.4 (2019)") for line in lines)


def test_a_misspelt_room_a_bare_number_and_a_place_of_a_room_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "extends: namdal-today\norganisation: mine\ntitle: M\nchanges:\n  a:\n"
        "    why: x\n    set:\n"
        "      control_rooms:\n"
        "        legevaktsentral-namdl: {operators: {night: {on_duty: 2}}}\n"
        "        legevaktsentral-namdal: {video: {share: 1}}\n"
        "        amk-namsos: {place: steinkjer}\n",
        "utf-8",
    )
    with pytest.raises(InputError) as told:
        CliRunner().invoke(check_command, [str(path)], catch_exceptions=False)
    lines = [str(problem) for problem in told.value.problems]
    assert len(lines) == 3
    assert any("did you mean 'legevaktsentral-namdal'?" in line for line in lines)
    assert any("write {value: 1, range: [low, high], grade: C" in line for line in lines)
    assert any("a control room has no place" in line for line in lines)


def test_a_variant_without_changes_and_a_table_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: namdal-today\norganisation: mine\ntitle: M\n", "utf-8")
    assert printed(str(path))[0].startswith("!! mine changes nothing in namdal-today")
    (tmp_path / "roster.xlsx").write_bytes(b"PK\x03\x04\0")
    with pytest.raises(InputError, match=r"is a table.*akuttsim import roster"):
        printed(str(tmp_path / "roster.xlsx"))
