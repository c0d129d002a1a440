"""Pages in HTML from the templates of the report; each holds everything that it shows."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from akuttsim.report.context import PageWords
from akuttsim.report.document import Page


def render_page(page: Page, words: PageWords) -> str:
    """Return a page on one subject as HTML that asks for nothing from outside."""
    return render_template(
        "page.html.j2", "style.css", page=page, t=words.text, lang=words.text.lang
    )


def render_template(name: str, style: str, **values: object) -> str:
    """Return a template of the report filled in.

    Args:
        name: The file of the template, in `akuttsim/report/templates`.
        style: The file of the page's style, in the same folder.
        values: What stands in it. Texts are escaped; what is markup already is not.
    """
    css = Markup((files("akuttsim.report") / "templates" / style).read_text("utf-8"))
    return _templates().get_template(name).render(style=css, **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("akuttsim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
