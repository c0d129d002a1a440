"""A format is drafted from an export as Norwegians have it, and reads what it was drafted from."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from openpyxl import Workbook

from akuttsim.calllog.format_draft import draft_format
from akuttsim.calllog.log_reader import read_log
from akuttsim.calllog.vocabulary import columns_of_heading
from akuttsim.cli import app
from akuttsim.config.schema.log_format import LogFormat
from akuttsim.errors import InputError
from akuttsim.records import GREEN, LINE_113, RED, YELLOW
from tests.small import region

HEADING = (
    "Samtaleid;Dato og tid;Ringt nummer;Kommune;Hastegrad;Ventetid (sek);Samtaletid (min);Status"
    ";Innringer;Merknad;Varslet;Fremme hentested;Levert"
)


def export(written: str = "%d.%m.%Y %H:%M") -> list[list[str]]:
    """Return 60 calls, every fifth with an ambulance and every sixth hung up; with a name each."""
    rows = []
    for k in range(60):
        rang = datetime(2026, 1, 5, 8) + timedelta(minutes=7 * k)
        sent, gone = k % 5 == 0, k % 6 == 5
        later = [(rang + timedelta(minutes=m)).strftime(written) if sent else "" for m in (2, 12)]
        rows.append([
            f"S{k // 2 if k < 4 else k}", rang.strftime(written), "113" if sent else "Legevakt",
            "Town", ["Rød", "Gul", "Grønn", "Blå"][k % 4], str(45 + k % 7), "" if gone else "3,5",
            "Lagt på" if gone else "Besvart", f"Kari Nordmann{chr(97 + k % 26)}", "", *later,
            "Sykehus" if sent else "",
        ])  # fmt: skip
    return rows


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_draft_reads_the_export_it_was_drafted_from(tmp_path: Path, suffix: str) -> None:
    path, out = tmp_path / f"uttrekk.{suffix}", tmp_path / "form.yaml"
    if suffix == "csv":
        lines = [HEADING, *(";".join(row) for row in export())]
        path.write_bytes(("\r\n".join(lines)).encode("windows-1252"))
    else:
        book = Workbook()
        for row in [HEADING.split(";"), *export()]:
            book.active.append(row)
        book.save(path)
    result = CliRunner().invoke(app, ["log", "new", str(path), "--out", str(out)])
    assert result.exit_code == 0, result.output
    written = out.read_text("utf-8")
    assert "Nordmann" not in written + result.output and "'Blå'" in written
    form = LogFormat.model_validate(yaml.safe_load(written))
    log = read_log(path, form, region())
    assert len(log) == 58 and not log.stops
    assert set(log.wait_s[~log.hung_up]) <= set(range(45, 52)) and log.hung_up.sum() == 10
    assert set(log.talk_s[~log.hung_up]) == {210, 631}
    assert {RED, YELLOW, GREEN} < set(log.urgency.tolist())
    assert (log.line == LINE_113).sum() == 12 == (log.was_sent == 1).sum()
    assert log.code("destination").max() == 3 and log.places[log.place[9]] == "town"
    assert log.spread_s["on_scene"] == (60, 0) or log.spread_s["on_scene"] == (60, 60)
    assert "answered" not in log.spread_s
    again = CliRunner().invoke(app, ["log", "new", str(path), "--out", str(out)])
    assert isinstance(again.exception, InputError) and "not overwritten" in str(again.exception)


@pytest.mark.parametrize(
    ("first", "second", "times"),
    [
        ("05.01.2026 08:00:00", "06.01.2026 09:00:00", "%d.%m.%Y %H:%M:%S"),
        ("2026-01-05 08:00", "2026-01-06 09:00", "iso"),
        ("01/05/2026 08:00:00 AM", "01/06/2026 03:00:00 PM", "%m/%d/%Y %I:%M:%S %p"),
        ("05/01/2026 08:00", "06/01/2026 09:00", "%d/%m/%Y %H:%M"),
        ("05.01.2026 08.00", "06.01.2026 09.00", "%d.%m.%Y %H.%M"),
    ],
)
def test_how_times_are_written_is_found(
    tmp_path: Path, first: str, second: str, times: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"Ringt;Beskrivelse\n{first};a\n{second};b\n", "utf-8")
    draft = draft_format(path)
    assert draft.content["times"] == times and draft.content["columns"] == {"time": "Ringt"}
    assert draft.unread == ["Beskrivelse"]


def test_dates_in_a_column_of_their_own_and_no_times_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Dato;Ringt;Besvart\n05.01.2026;08:00:00;08:00:20\n", "utf-8")
    content = draft_format(path).content
    assert content["date"] == {"column": "Dato", "written": "%d.%m.%Y"}
    assert content["columns"] == {"time": "Ringt", "answered": "Besvart"}
    path.write_text("Navn;Antall\na;1\n", "utf-8")
    with pytest.raises(InputError, match="no column of times"):
        draft_format(path)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Ventetid (sek)", "wait"), ("Svartid", "wait"), ("Rykket ut", "rolling"),
        ("Ankommet hentested", "on_scene"), ("Ankomst sykehus", "at_hospital"),
        ("Tid på stedet (min)", "scene_time"), ("RESPONSTID", "response"), ("Ledig kl.", "free"),
        ("Prioritet", "urgency"), ("oppdragsnr", "call"), ("Kommunenavn", "place"),
    ],
)  # fmt: skip
def test_norwegian_headings_are_known(heading: str, name: str) -> None:
    assert name in columns_of_heading(heading)
