"""How Sphinx builds the site: `sphinx-build -W docs site`; nothing is fetched to view it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import akuttsim
from docs.generated_pages import DOCS, write_pages

project = author = "akuttsim"
copyright = "akuttsim developers"
release = version = akuttsim.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["notebooks", "questions/*"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_member_order = "bysource"
html_theme = "furo"
html_title = f"akuttsim {release}"
html_copy_source = False
html_show_sphinx = False
pygments_style = "default"


def setup(app: Any) -> None:
    """Write the generated pages, and say which pages are in Norwegian."""
    write_pages(DOCS / "reference")
    app.connect("html-page-context", _tell_language)


def _tell_language(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Let a page's language be that of its folder, for those who have it read to them."""
    is_norwegian = page.startswith(("nb/", "reference/nb/"))
    context["language"] = "nb" if is_norwegian else "en"
