"""Files from outside are hostile until read: their size, where they lie, how they are packed."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from akuttsim.errors import InputError, Problem

MAX_TEXT = 400_000_000
"""Bytes of a table, unpacked."""

PART = 1 << 20


def unusable_file(shown_as: str, what: str) -> InputError:
    """Return the error that a file as a whole cannot be used."""
    return InputError([Problem(shown_as, 0, "", what)])


def path_inside(folder: Path, name: str, at: Problem) -> Path:
    """Return a file by its name in a folder, which no name leads out of.

    Links are followed before it is told where a file lies. Raises InputError at `at`.
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


def refuse_size(path: Path, shown_as: str, most: int) -> None:
    """Raise InputError for a file larger than so many bytes."""
    size = path.stat().st_size
    if size > most:
        raise unusable_file(shown_as, f"has {size / 1e6:.0f} MB; at most {most / 1e6:.0f} are read")


def read_bytes(path: Path, shown_as: str, most: int = MAX_TEXT) -> bytes:
    """Return what a file holds, unpacked where it ends in .gz; never more than so many bytes."""
    refuse_size(path, shown_as, most)
    if path.suffix in (".zip", ".7z", ".rar", ".bz2", ".xz", ".tar"):
        raise unusable_file(shown_as, "is an archive; unpack it first (only .gz is unpacked here)")
    try:
        if path.suffix != ".gz":
            return path.read_bytes()
        return _read_gzip_limited(path, shown_as, most)
    except (OSError, EOFError, zlib.error) as error:
        raise unusable_file(shown_as, f"broken, cannot be unpacked: {error}") from None


def _read_gzip_limited(path: Path, shown_as: str, most: int) -> bytes:
    parts, size = [], 0
    with gzip.open(path, "rb") as file:
        while part := file.read(PART):
            size += len(part)
            if size > most:
                what = f"unpacks to more than {most / 1e6:.0f} MB; is it a compression bomb"
                raise unusable_file(shown_as, what)
            parts.append(part)
    return b"".join(parts)
