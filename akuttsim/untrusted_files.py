"""Files from outside are hostile until read: their size, where they lie, how they are packed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path
from stat import S_ISREG
from typing import IO

from akuttsim.errors import InputError, Problem
from akuttsim.texts import message

MAX_BYTES = 400_000_000
"""Bytes of a file, unpacked, where its reader sets no limit of its own."""

ARCHIVES = (".zip", ".7z", ".rar", ".bz2", ".xz", ".tar")
GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20

WORDS = {
    "missing": "files.outside.missing",
    "not_a_file": "files.outside.not_a_file",
    "cannot_read": "files.outside.cannot_read",
    "too_large": "files.outside.too_large",
    "bomb": "files.outside.bomb",
    "gzip": "files.outside.gzip",
    "archive": "files.outside.archive",
}
"""Keys of the messages that are said of a file, by reason; a reader may have others for some."""


def unusable_file(shown_as: str, what: str) -> InputError:
    """Return the error that a file as a whole cannot be used."""
    return InputError([Problem(shown_as, 0, "", what)])


def path_inside(folder: Path, name: str, at: Problem) -> Path:
    """Return the path of a file in a folder; no name leads out of the folder.

    Args:
        folder: The folder of the user's data.
        name: The file's name as the user wrote it; symbolic links in it are followed first.
        at: Where the name is written; its file, line and key go into the error.

    Raises:
        InputError: The file lies elsewhere or does not exist.
    """
    path = folder / name
    try:
        is_inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        is_inside = False
    if not is_inside:
        what = message("files.outside.folder", folder=folder)
        raise InputError([Problem(at.file, at.line, at.key, what)])
    if not path.is_file():
        what = message("files.outside.not_in_folder", folder=folder)
        raise InputError([Problem(at.file, at.line, at.key, what)])
    return path


def refuse_size(path: Path, shown_as: str, most: int, words: Mapping[str, str] = WORDS) -> None:
    """Raise InputError for a file of more than `most` bytes."""
    size = path.stat().st_size
    if size > most:
        what = message(words["too_large"], size=size / 1e6, most=most / 1e6)
        raise unusable_file(shown_as, what)


def read_bytes(
    path: Path, shown_as: str, most: int = MAX_BYTES, words: Mapping[str, str] = WORDS
) -> bytes:
    """Return what a file holds, unpacked where it is packed with gzip, whatever its name.

    Args:
        path: The file.
        shown_as: Its name in errors.
        most: Bytes that are read at most, packed and unpacked: a file that unpacks to more is
            abandoned there.
        words: Keys of the messages of errors, by the reasons of `WORDS`.

    Raises:
        InputError: No file, too large, another kind of archive, or broken.
    """
    try:
        if not S_ISREG(path.stat().st_mode):
            raise unusable_file(shown_as, message(words["not_a_file"]))
        refuse_size(path, shown_as, most, words)
        if path.suffix in ARCHIVES:
            raise unusable_file(shown_as, message(words["archive"]))
        with path.open("rb") as file:
            is_packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
            return _read_gzip(file, shown_as, most, words) if is_packed else file.read()
    except FileNotFoundError:
        raise unusable_file(shown_as, message(words["missing"])) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unusable_file(shown_as, message(words["cannot_read"], error=reason)) from None


def _read_gzip(file: IO[bytes], shown_as: str, most: int, words: Mapping[str, str]) -> bytes:
    parts, size = [], 0
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            while part := unpacked.read(_CHUNK):
                size += len(part)
                if size > most:
                    raise unusable_file(shown_as, message(words["bomb"], most=most / 1e6))
                parts.append(part)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise unusable_file(shown_as, message(words["gzip"], error=error)) from None
    return b"".join(parts)
