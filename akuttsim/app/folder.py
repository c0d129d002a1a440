"""What there is to begin from: shipped districts, the user's own files, and studies made before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from akuttsim.app.page_json import District, MadeDraft, MadeStudy, Start, TitledConfig
from akuttsim.config import shipped
from akuttsim.config.yaml_document import ConfigContent, plain_values, read_text_as_yaml
from akuttsim.errors import InputError, Problem
from akuttsim.texts import LANGUAGES, Lang, language, message, page_ending

if TYPE_CHECKING:
    from akuttsim.records import JsonObject

DRAFTS_FOLDER = "what-if"
"""The folder, within the one that the page is about, of drafts."""

RESULTS_FOLDER = "results"
"""The folder, within the one that the page is about, of results."""

DRAFT_FILE = "draft.json"
"""The file that a draft is kept in, within a folder of its own."""

DRAFT_ID = re.compile(r"what-if-[0-9]{1,4}")
DRAFT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

MOST_FILES = 300
"""Files and studies of the folder that are shown."""

HIDDEN = ("laboratory", "phonebank")
"""Shipped regions that are for tests and not for planners."""


class StaleVersionError(InputError):
    """Another page has changed the draft since this one has seen it."""


def start_state(folder: Path, lang: Lang) -> Start:
    """Return what the first page offers.

    Args:
        folder: The folder of the user's own files.
        lang: The language of titles.
    """
    return {
        "districts": _districts(lang),
        "own": [
            {"file": path.name, "title": _title(content, lang) or path.stem}
            for path, content in _own_organisations(folder)
        ],
        "results": list(_results(folder, lang)),
        "drafts": list(_drafts(folder, lang)),
    }


def _districts(lang: Lang) -> list[District]:
    """Return the shipped districts with the organisations of each."""
    regions: dict[str, list[TitledConfig]] = {}
    for name in shipped.config_names("organisation"):
        content = _content(shipped.find_config("organisation", name))
        region = content.get("region") or _region_of_base(content)
        if region not in HIDDEN:
            title = _title(content, lang) or name
            regions.setdefault(region, []).append({"name": name, "title": title})
    return [
        {
            "name": name,
            "title": _title(_content(shipped.find_config("region", name)), lang) or name,
            "organisations": sorted(each, key=lambda one: not one["name"].endswith("-today")),
        }
        for name, each in regions.items()
    ]


def _region_of_base(content: ConfigContent) -> str:
    """Return the region of a variant's base."""
    for _ in range(10):
        base = content.get("extends")
        if not isinstance(base, str):
            break
        content = _content(shipped.find_config("organisation", base))
        if isinstance(content.get("region"), str):
            return str(content["region"])
    return ""


def _content(path: Path) -> ConfigContent:
    """Return what names a config; nothing of one that cannot be read.

    Only the few keys at its top that are asked for are read: a whole organisation takes long.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    wanted: list[str] = []
    is_wanted = False
    for line in lines:
        if line[:1] not in ("", " ", "#"):
            is_wanted = line.partition(":")[0] in _NAMING
        if is_wanted:
            wanted.append(line)
    try:
        content = plain_values(read_text_as_yaml("\n".join(wanted).encode("utf-8"), path.name))
    except InputError:
        return {}
    return content if isinstance(content, dict) else {}


_NAMING = ("organisation", "region", "extends", "title")
"""Keys at the top of a config that say what it is."""


def _title(content: ConfigContent, lang: Lang) -> str:
    title = content.get("title")
    return (
        str(title.get(lang, title.get("en", ""))) if isinstance(title, dict) else str(title or "")
    )


def _own_organisations(folder: Path) -> Iterator[tuple[Path, ConfigContent]]:
    """Yield the organisations that lie in the folder itself."""
    for path in sorted(folder.glob("*.y*ml"))[:MOST_FILES]:
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            content = _content(path)
            if isinstance(content.get("organisation"), str):
                yield path, content


def _results(folder: Path, lang: Lang) -> Iterator[MadeStudy]:
    """Yield the studies made before, the last first."""
    places = [path.parent for path in (folder / RESULTS_FOLDER).glob("*/manifest.json")]
    root = folder.resolve() / RESULTS_FOLDER
    inside = [
        place
        for place in places
        if place.resolve().parent == root
        and (place / "manifest.json").resolve().parent == place.resolve()
    ]
    made = {place: (place / "manifest.json").stat().st_mtime for place in inside}
    for place in sorted(made, key=lambda each: -made[each])[:MOST_FILES]:
        manifest = _manifest(place)
        question = manifest.get("question") or {}
        names = [each.get("title") or {} for each in (manifest.get("organisations") or {}).values()]
        title = names[-1].get(lang) if names else None
        report = next((each for each in _reports(lang) if (place / each).is_file()), None)
        yield {
            "folder": place.name,
            "title": title or place.name,
            "made": _when(made[place]),
            "answer": question.get(lang, "") if isinstance(question, dict) else "",
            "report": f"/results/{place.name}/{report}" if report else None,
        }


def _reports(lang: Lang) -> tuple[str, ...]:
    """Return the names that a report may have, the one in a language first."""
    return (f"report{page_ending(lang)}.html", *(f"report{page_ending(each)}.html"
                                                 for each in LANGUAGES))  # fmt: skip


def _manifest(place: Path) -> JsonObject:
    return _json(place / "manifest.json")


def _json(path: Path) -> JsonObject:
    """Return an object that a file holds; nothing of one that cannot be read."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def draft_names(folder: Path) -> list[str]:
    """Return the identifiers of all drafts of a folder, the last first."""
    places = (folder / DRAFTS_FOLDER).glob(f"what-if-*/{DRAFT_FILE}")
    known = [path.parent.name for path in places if DRAFT_ID.fullmatch(path.parent.name)]
    return sorted(known, key=lambda name: -int(name.rpartition("-")[2]))


def _drafts(folder: Path, lang: Lang) -> Iterator[MadeDraft]:
    """Yield the drafts that can be read, the last first, by the titles of their variants."""
    root = folder.resolve() / DRAFTS_FOLDER
    for name in draft_names(folder)[:MOST_FILES]:
        path = root / name / DRAFT_FILE
        variant = str(_json(path).get("name"))
        title = _title(_content(path.parent / f"{variant}.yaml"), lang)
        is_ours = path.resolve().parent == root / name and DRAFT_NAME.fullmatch(variant)
        if is_ours and title:
            yield {"id": name, "title": title, "made": _when(path.stat().st_mtime)}


def organisation_of_file(folder: Path, name: str) -> str:
    """Return what the file of an organisation in the folder is called as a base.

    Raises:
        InputError: There is no such file in the folder.
    """
    path = folder / name
    is_name = Path(name).name == name and path.suffix in (".yaml", ".yml")
    if not is_name or not path.is_file() or path.resolve().parent != folder.resolve():
        raise InputError([Problem("", 0, name[:80], message("whatif.wrong.no_file"))])
    return name


def organisation_of_results(folder: Path, name: str) -> str:
    """Return what a study that was made before is gone on from: its last organisation's file.

    Raises:
        InputError: There is no such study, or the file is gone.
    """
    known = [each["folder"] for each in _results(folder, language())]
    if name not in known:
        raise InputError([Problem("", 0, name[:80], message("whatif.wrong.no_results"))])
    organisations: list[str] = list(
        _manifest(folder / RESULTS_FOLDER / name).get("organisations") or {}
    )
    for organisation in reversed(organisations):
        if (folder / f"{organisation}.yaml").is_file():
            return f"{organisation}.yaml"
        draft = folder / DRAFTS_FOLDER / organisation / f"{organisation}.yaml"
        if draft.is_file():
            return draft.relative_to(folder).as_posix()
        if organisation in shipped.config_names("organisation"):
            return organisation
    raise InputError([Problem("", 0, name[:80], message("whatif.wrong.no_file"))])
