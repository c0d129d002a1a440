"""One file to pass on: a draft with its configs, its results and its report, as a ZIP archive.

A file from somebody else is hostile until read: names that lead out, links, bombs and what is none
of a study's files are refused before anything is written.
"""

from __future__ import annotations

import errno
import io
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from akuttsim.app.drafts import (
    EXPERIMENT_FILE,
    CheckedDraft,
    Drafts,
)
from akuttsim.app.folder import DRAFT_FILE, DRAFTS_FOLDER, RESULTS_FOLDER
from akuttsim.config.loader import Loaded
from akuttsim.config.region_tables import TABLES
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import node_at
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.files import write_whole
from akuttsim.texts import message

ENDING = ".akuttsim"

MOST_ENTRIES = 5_000
"""Files of a study file."""

MOST_UNPACKED = 1_000_000_000
"""Bytes of all its files, unpacked."""

MOST_OF_ONE = 400_000_000
"""Bytes of one of its files, unpacked."""

LARGEST_FILE = 500_000_000
"""Bytes of the study file itself."""

KINDS = frozenset({".yaml", ".json", ".csv", ".parquet", ".xlsx", ".html", ".txt"})
"""Endings of what a study file may hold."""

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, so that the same study gives the same bytes."""

_PIECE = 1 << 20


def pack_study(drafts: Drafts, checked: CheckedDraft, path: Path) -> None:
    """Write a draft with its configs and results as one file; the same give the same bytes.

    Args:
        drafts: The drafts of the folder.
        checked: The draft.
        path: The file.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(_files_of_study(drafts, checked)):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    write_whole(path, packed.getvalue())


def _files_of_study(drafts: Drafts, checked: CheckedDraft) -> Iterator[tuple[str, Path]]:
    """Yield the files of a draft by the names that they get: those in the folder."""
    folder, place = drafts.folder, drafts.place(checked.draft.id)
    for name in (DRAFT_FILE, EXPERIMENT_FILE, f"{checked.draft.name}.yaml"):
        yield f"{DRAFTS_FOLDER}/{checked.draft.id}/{name}", place / name
    configs = [
        Path(file) for file in (*checked.base.organisation.files, *checked.base.region.files)
    ]
    for path in (*configs, *_tables_of_region(checked.base.region)):
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            yield path.resolve().relative_to(folder.resolve()).as_posix(), path
    results = drafts.results(checked.draft.id)
    for path in sorted(results.rglob("*")):
        is_plain = path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        if is_plain and path.suffix in KINDS:
            yield f"{RESULTS_FOLDER}/{path.relative_to(results.parent).as_posix()}", path


def _tables_of_region(region: Loaded[Region]) -> Iterator[Path]:
    """Yield the tables that a region's files name, each beside the file that does."""
    for file, own in zip(region.files, region.own, strict=True):
        for name in TABLES:
            at = node_at(own, ("tables", name))
            if at is not None and isinstance(at.value, str):
                yield Path(file).parent / at.value


def unpack_study(path: Path, folder: Path) -> None:
    """Unpack a study file into a folder that is not there yet, or is empty.

    Everything is unpacked beside it first, so that the folder is there whole or not at all.

    Args:
        path: The study file.
        folder: The folder.

    Raises:
        InputError: It is no study file, or holds what a study has not; or the folder is used.
    """
    if folder.exists() and any(folder.iterdir()):
        raise _refused(folder, "whatif.file.folder_used")
    if not path.is_file():
        raise _refused(path, "whatif.file.missing")
    if path.stat().st_size > LARGEST_FILE:
        raise _refused(path, "whatif.file.too_large")
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".unpacked-", dir=folder.parent))
    try:
        _unpack(path, aside)
        if folder.exists():
            folder.rmdir()
        aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _unpack(path: Path, into: Path) -> None:
    """Unpack the entries of a study file, counting what comes out and not what it says."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(path, entries)
            left = MOST_UNPACKED
            for entry in entries:
                left -= _unpack_entry(archive, entry, into, min(left, MOST_OF_ONE))
    except _TooMuchError:
        raise _refused(path, "whatif.file.bomb") from None
    except BROKEN:
        raise _refused(path, "whatif.file.broken") from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place in the file that is none
            raise
        raise _refused(path, "whatif.file.broken") from None


BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What is raised where an archive is none, or not whole."""


class _TooMuchError(Exception):
    """An entry unpacks to more than there may be."""


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raise InputError for entries that no study file has."""
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _refused(path, "whatif.file.bomb")
    if len({name.casefold() for name in names}) < len(names) or not all(map(_is_ours, entries)):
        raise _refused(path, "whatif.file.foreign")
    if not any(PurePosixPath(name).name == DRAFT_FILE for name in names):
        raise _refused(path, "whatif.file.broken")


def _is_ours(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a plain file of a study, whose name leads nowhere else."""
    name = entry.filename
    parts = name.split("/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_plain = all(part.strip(" .") and not part.startswith(".") for part in parts)
    is_safe = not any(each in name for each in '\\:*?"<>|\0') and len(name) <= 300
    return is_plain and is_safe and not is_link and PurePosixPath(name).suffix in KINDS


def _unpack_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, most: int) -> int:
    """Unpack one entry piece by piece, and return how many bytes came out."""
    target = into.joinpath(*entry.filename.split("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(entry) as source, target.open("xb") as file:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > most:
                raise _TooMuchError
            file.write(piece)
    return size


def _refused(path: Path, key: str) -> InputError:
    return InputError([Problem(str(path), 0, "", message(key))])
