"""The texts of a region's page: whole in both languages, and none of one in the other."""

from __future__ import annotations

import re
import string
from html import unescape
from pathlib import Path

import pytest

from akuttsim import regionbuilder
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.regionbuilder.data_quality import Suspicion
from akuttsim.regionbuilder.region_folder import write_skeleton
from akuttsim.regionbuilder.region_page import SIGNS, RegionPageWords, write_region_page
from akuttsim.texts import Lang, read_texts

NB, EN = (read_texts("akuttsim.regionbuilder", f"show-{lang}") for lang in ("nb", "en"))
ROOM = Path(regionbuilder.__file__).parent
SOURCES = "\n".join(
    path.read_text("utf-8") for kind in ("*.py", "*.j2") for path in ROOM.rglob(kind)
)
NAMED_BY_VALUES = {"kind": set(SIGNS), "sign": set(SIGNS), "age": set(AGE_GROUPS)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def visible(page: str) -> str:
    """Return what a reader sees or hears of a page: texts, titles and labels, without the style."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    labels = " | ".join(re.findall(r'aria-label="([^"]*)"', body))
    return unescape(re.sub(r"<[^>]*>", "|", body) + labels)


@pytest.fixture(params=["with an organisation", "with facilities", "without roads"])
def page_of(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str | None]:
    """Return a region and organisation whose page has everything that a page can have, in turn."""
    write_skeleton("fjord", tmp_path)
    if request.param == "with an organisation":
        return "namdal", "namdal-satellites"
    if request.param == "with facilities":
        (tmp_path / "fjord/facilities.csv").write_text(
            "facility,kind,name,place,lat,lon,to_road_m,source,grade\n"
            "a,station,Fyret,island,64.5,11.3,2400,made up,C\n"
        )
    else:
        path = tmp_path / "fjord/region.yaml"
        text = path.read_text("utf-8").replace("roads: roads.csv", "roads: null")
        line = "{by_distance: [{km: 5, detour: 1.3, kmh: 50}], source: X-ray, grade: A}"
        text = text.replace("ferries: ferries.csv", "ferries: null")
        path.write_text(f"{text}\nstraight_line: {line}\n", "utf-8")
    return str(tmp_path / "fjord"), None


def test_both_languages_have_the_same_keys() -> None:
    assert list(NB) == list(EN)


def test_both_languages_have_the_same_placeholders() -> None:
    pairs = {key: (placeholders(NB[key]), placeholders(EN[key])) for key in EN}
    assert {key: pair for key, pair in pairs.items() if pair[0] != pair[1]} == {}


def test_no_text_is_empty() -> None:
    assert [key for key in EN if not (NB[key] and EN[key])] == []


def is_used(key: str) -> bool:
    family, _, rest = key.partition(".")
    if family in NAMED_BY_VALUES:
        return rest in NAMED_BY_VALUES[family]
    if family in ("wrong", "fact"):
        return key.endswith(".title") or f'"{rest}"' in SOURCES or f'"{key}"' in SOURCES
    return f'"{key}"' in SOURCES or f"'{key}'" in SOURCES


def test_no_text_is_unused() -> None:
    assert [key for key in EN if not is_used(key)] == []


def test_every_kind_and_age_group_has_a_name() -> None:
    wanted = {f"{family}.{each}" for family, those in NAMED_BY_VALUES.items() for each in those}
    assert wanted - set(EN) == set()


def test_every_suspicion_has_a_sentence_and_a_heading() -> None:
    told = re.findall(r'Suspicion\(\s*"([a-z_.]+)"', SOURCES)
    assert len(told) >= 11
    for each in told:
        assert f"wrong.{each}" in EN and f"wrong.{each.partition('.')[0]}.title" in EN


@pytest.mark.parametrize(("lang", "other"), [("nb", EN), ("en", NB)])
def test_a_page_has_no_text_of_the_other_language(
    page_of: tuple[str, str | None], lang: Lang, other: dict[str, str]
) -> None:
    """Nor an unfilled {placeholder}; names and descriptions are as the region has them."""
    _, page = write_region_page(page_of[0], lang, page_of[1])
    own = {"nb": NB, "en": EN}[lang]
    seen = visible(page)
    assert f'<html lang="{lang}">' in page and "{" not in seen
    for key, text in other.items():
        parts = [part for part in re.split(r"\{\w+\}", text) if len(part) > 8]
        for part in parts:
            assert part in own[key] or part not in seen, key


def test_numbers_are_written_as_the_language_does() -> None:
    nb, en = RegionPageWords("nb"), RegionPageWords("en")
    assert (nb.number(37659.4), en.number(37659.4)) == ("37\u00a0659", "37,659")
    assert (nb.share(0.284), en.share(0.284)) == ("28\u00a0%", "28%")
    assert nb("map.of", kind="station") == "Minutter til nærmeste ambulansestasjon"
    assert nb.kind("fire_station") == "fire_station"


def test_what_looks_wrong_is_gathered_under_headings() -> None:
    far = {"limit": 90.0, "place": "Øya", "minutes": 104.6, "people": 1200}
    suspicions = [
        Suspicion("far.one", far | {"kind": "hospital"}),
        Suspicion("far.more", {"limit": 90.0, "kind": "hospital", "more": 3}),
        Suspicion("far.one", far | {"kind": "station"}),
        Suspicion("assumed.roads", {}),
    ]
    assert RegionPageWords("nb").wrong(suspicions) == [
        (
            "Mer enn 90 minutter til nærmeste sykehus",
            ["Øya: 105\u00a0min (1\u00a0200 bor der)", "og 3 til, se kartet under"],
        ),
        (
            "Mer enn 90 minutter til nærmeste ambulansestasjon",
            ["Øya: 105\u00a0min (1\u00a0200 bor der)"],
        ),
        (
            "Antakelser som bør erstattes (grad C, ikke funnet i noen kilde)",
            ["Lengde og fart på alle veier"],
        ),
    ]


def test_the_map_s_legend_is_in_order() -> None:
    assert RegionPageWords("nb").steps((12, 25, 90)) == [
        "inntil 12\u00a0min", "12–25\u00a0min", "25–90\u00a0min", "over 90\u00a0min"]  # fmt: skip


def test_the_template_itself_has_no_words() -> None:
    source = (ROOM / "templates/show.html.j2").read_text("utf-8")
    source = re.sub(r"<style>.*?</style>|\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    assert set(re.findall(r"\w{2,}", re.sub(r"<[^>]*>", " ", source))) == {"akuttsim", "km"}
    assert re.findall(r'(?:aria-label|alt|title)="[^"]+"', source) == []


def test_what_is_the_same_in_both_languages_has_no_words() -> None:
    same = {key for key in EN if EN[key] == NB[key]}
    worded = {key for key in same if re.search(r"\w{4,}", re.sub(r"\{\w+\}", "", EN[key]))}
    assert worded == {"kind.legevakt", "map.over"}
