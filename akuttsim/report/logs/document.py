"""What a page about a log is made of: sections with sentences, figures and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from akuttsim.report.catalogue import Catalogue
from akuttsim.report.numbers import Numbers
from akuttsim.texts import Lang


@dataclass(frozen=True)
class Picture:
    """A figure as inline SVG, with what it shows in a sentence; `narrow` is for narrow screens."""

    svg: str
    caption: str
    is_half: bool = False
    narrow: str = ""

    @property
    def markup(self) -> Markup:
        """Return the figure as it is; everything in it was written by the figure room."""
        if not self.narrow:
            return Markup(self.svg)
        return Markup(f'<div class="wide">{self.svg}</div><div class="narrow">{self.narrow}</div>')


@dataclass(frozen=True)
class Table:
    """A table: its caption, headings, and rows of which the first cell names the row."""

    caption: str
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Section:
    """A part of a page."""

    title: str
    sentences: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """A page: what it is about, what it comes to, and its sections."""

    title: str
    eyebrow: str
    answer: list[str]
    sections: list[Section]


class LogWords:
    """The texts and numbers of pages about a log in one language."""

    more: tuple[str, ...] = ("log",)
    """The catalogues of such pages, beside that of the language."""

    def __init__(self, lang: Lang) -> None:
        """Read the catalogues."""
        self.text = Catalogue(lang, *self.more)
        self.numbers = Numbers(self.text)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of these pages with its placeholders filled in."""
        return self.text(f"log.{key}", **values)

    def has(self, key: str) -> bool:
        """Tell whether these pages have such a text."""
        return f"log.{key}" in self.text.texts

    def table(self, heads: str, names: tuple[str, ...], rows: list[list[str]]) -> Table:
        """Return a table whose headings are texts."""
        return Table("", [self(f"{heads}.{name}") for name in names], rows)

    def share(self, value: float) -> str:
        """Return a share in per cent with one decimal; a dash for none."""
        return self.amount(value, "share")

    def amount(self, value: float, unit: str) -> str:
        """Return a number with its unit; a dash for none."""
        return self.numbers.amount(value, unit) if value == value else self("none")

    def day(self, iso: str) -> str:
        """Return a date that is written as 2026-01-31 with its month in letters."""
        return self.numbers.day(iso)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number; a dash for none."""
        return self.numbers.plain(value, decimals) if value == value else self("none")


def rendered(page: Page, words: LogWords) -> str:
    """Return a page as HTML that holds everything it shows and asks for nothing from outside."""
    style = Markup(_resource("style.css"))
    template = _template(_resource("log.html.j2"))
    return str(template.render(page=page, t=words, style=style, lang=words.text.lang))


@cache
def _resource(name: str) -> str:
    return (files("akuttsim.report") / "templates" / name).read_text("utf-8")


@cache
def _template(source: str) -> Any:
    settings = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return settings.from_string(source)
