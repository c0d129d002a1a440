"""What a part of the page consists of: drawings, pictures with their tables, sentences."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from akuttsim.report.tables import Table


@dataclass(frozen=True)
class Drawing:
    """One drawing for a wide page, and one for a phone where that must differ."""

    wide: Markup
    narrow: Markup | None = None
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure: title, drawings, captions and the tables of its numbers."""

    key: str
    title: str
    drawings: tuple[Drawing, ...]
    captions: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Part:
    """A part of the page: its title, what it says first, its pictures, and its own tables."""

    key: str
    title: str
    said: tuple[str, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...] = ()

    @property
    def is_told(self) -> bool:
        """Tell whether there is anything in it."""
        return bool(self.pictures or self.tables)
