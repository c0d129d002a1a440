"""Files from outside are hostile until read: their size, where they lie, how they are packed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path
from stat import S_ISREG
from typing import IO

from akuttsim.errors import InputError, Problem

MAX_BYTES = 400_000_000
"""Bytes of a file, unpacked, where its reader sets no limit of its own."""

ARCHIVES = (".zip", ".7z", ".rar", ".bz2", ".xz", ".tar")
GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20

WORDS = {
    "missing": "no such file",
    "not_a_file": "not a file",
    "cannot_read": "cannot be read ({error})",
    "too_large": "has {size:.0f} MB; at most {most:.0f} are read",
    "bomb": "unpacks to more than {most:.0f} MB; is it a compression bomb",
    "gzip": "broken, cannot be unpacked: {error}",
    "archive": "is an archive; unpack it first (only .gz is unpacked here)",
}
"""What is said of a file by reason. A reader may have words of its own for some of them."""


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
        what = f"must lie in the folder of the data, {folder}; copy it there or give --data"
        raise InputError([Problem(at.file, at.line, at.key, what)])
    if not path.is_file():
        what = f"no such file in the folder of the data, {folder}"
        raise InputError([Problem(at.file, at.line, at.key, what)])
    return path


def refuse_size(path: Path, shown_as: str, most: int, words: Mapping[str, str] = WORDS) -> None:
    """Raise InputError for a file of more than `most` bytes."""
    size = path.stat().st_size
    if size > most:
        what = words["too_large"].format(size=size / 1e6, most=most / 1e6)
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
        words: What errors say, by the reasons of `WORDS`.

    Raises:
        InputError: No file, too large, another kind of archive, or broken.
    """
    try:
        if not S_ISREG(path.stat().st_mode):
            raise unusable_file(shown_as, words["not_a_file"])
        refuse_size(path, shown_as, most, words)
        if path.suffix in ARCHIVES:
            raise unusable_file(shown_as, words["archive"])
        with path.open("rb") as file:
            is_packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
            return _read_gzip(file, shown_as, most, words) if is_packed else file.read()
    except FileNotFoundError:
        raise unusable_file(shown_as, words["missing"]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unusable_file(shown_as, words["cannot_read"].format(error=reason)) from None


def _read_gzip(file: IO[bytes], shown_as: str, most: int, words: Mapping[str, str]) -> bytes:
    parts, size = [], 0
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            while part := unpacked.read(_CHUNK):
                size += len(part)
                if size > most:
                    raise unusable_file(shown_as, words["bomb"].format(most=most / 1e6))
                parts.append(part)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise unusable_file(shown_as, words["gzip"].format(error=error)) from None
    return b"".join(parts)
