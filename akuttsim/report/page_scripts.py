"""Scripts that a page carries: joined from small modules, allowed by their hash, fed with JSON.

One mechanism for the map, the replay and the figures. No tool is needed to build them.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup


@cache
def static_file(name: str) -> str:
    """Return a file below `akuttsim/report/static`, such as `map/map.css`."""
    return (files("akuttsim.report") / "static" / name).read_text("utf-8")


def joined_script(folder: str, names: Sequence[str]) -> Markup:
    """Return modules of a folder below `static` as one script, in the order in which they stand."""
    parts = "".join(static_file(f"{folder}/{name}") for name in names)
    return Markup(f'(function () {{\n"use strict";\n{parts}}})();\n')


def script_hash(script: str) -> str:
    """Return the hash by which a page's policy allows this script and no other to run."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{b64encode(digest).decode('ascii')}"


def json_for_script(data: Any) -> Markup:
    """Return data for a script element: no name in it can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
