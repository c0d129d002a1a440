"""Writes configs that the program proposes: a base, and a named change with its reason.

Every search and every fit ends in such a file (`akuttsim place`, `staff`, `calibrate`, `log fit`),
so that what it found is read, checked, run and changed like a variant that a person wrote.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from akuttsim.config import shipped
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Text
from akuttsim.config.yaml_document import ConfigContent, plain_scalar

LINE_WIDTH = 100
"""Characters of a line; longer texts are folded."""

BilingualText = dict[str, str]
"""A text in Norwegian (nb) and English (en)."""


@dataclass(frozen=True)
class ProposedVariant:
    """A config that builds on a base by one named change.

    Attributes:
        extends: The base, as a file in the same folder calls it; see `config_reference`.
        names: What names the config, such as its organisation and the region of it.
        title: Its title.
        change: Name of the change.
        why: One sentence that says why.
        settings: Nested keys and values to set; null takes a key of the base away.
        remove: Dotted keys to take away.
        description: What it is, where more is to be said than the title does.
        fitted_to: The days of a call log that it was fitted to, as `FittedDays` reads them.
    """

    extends: str
    names: dict[str, str]
    title: BilingualText
    change: str
    why: BilingualText
    settings: ConfigContent
    remove: Sequence[str] = ()
    description: BilingualText = field(default_factory=dict)
    fitted_to: ConfigContent = field(default_factory=dict)

    def as_config(self) -> ConfigContent:
        """Return the config as plain values; without a change where nothing is to be changed."""
        edit: ConfigContent = {"set": self.settings} if any(self.settings.values()) else {}
        edit |= {"remove": list(self.remove)} if self.remove else {}
        return {
            "extends": self.extends,
            **self.names,
            "title": self.title,
            **({"description": self.description} if self.description else {}),
            **({"fitted_to": self.fitted_to} if self.fitted_to else {}),
            **({"changes": {self.change: {"why": self.why, **edit}}} if edit else {}),
        }


def titled(title: Text, nb: str, en: str) -> BilingualText:
    """Return a title with an ending in each language."""
    return {"nb": f"{title.nb}{nb}", "en": f"{title.en}{en}"}


def set_at_key(tree: ConfigContent, dotted: str, content: Any) -> None:
    """Put a value into nested settings at a dotted key; what leads to it is added."""
    *above, last = dotted.split(".")
    for part in above:
        tree = tree.setdefault(part, {})
    tree[last] = content


def config_reference(kind: str, name: str, folder: Path, relative_to: Path | None = None) -> str:
    """Return what a file in a folder calls a config: a shipped one its name, others the way there.

    Args:
        kind: Kind of the config, such as organisation; see `shipped.KINDS`.
        name: Name or path of it, as the user wrote it.
        folder: Where the file will lie.
        relative_to: Where else to look for it, as `shipped.find_config` does.

    Raises:
        InputError: There is no such config.
    """
    path = shipped.find_config(kind, name, relative_to)
    if path.is_relative_to(shipped.project_root() / "configs"):
        return path.parent.name if kind == "region" else path.stem
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def region_stub(
    region: Region, name: str, folder: Path, relative_to: Path | None
) -> dict[Path, bytes]:
    """Return the file through which an experiment in a folder finds its region by identifier.

    Args:
        region: The region; a shipped one is found by its identifier, and needs no file.
        name: Name or path by which it was loaded.
        folder: Where the experiment will lie.
        relative_to: Folder of the organisation, which may name a region beside itself.
    """
    if region.region in shipped.config_names("region"):
        return {}
    content = {
        "extends": config_reference("region", name, folder / region.region, relative_to),
        "region": region.region,
        "title": region.title.model_dump(),
    }
    return {folder / region.region / "region.yaml": config_yaml(content, kind="region", way="../")}


def config_yaml(content: Mapping[str, Any], head: str = "", kind: str = "", way: str = "") -> bytes:
    """Return plain values as the text of a config, in UTF-8.

    As people write them: a value with its source, a shift or a title stands on one line where it
    fits, and has a line for each of its keys where it does not. Keys keep their order.

    Args:
        content: Nested mappings, lists, texts and numbers.
        head: Comment lines to begin with.
        kind: Kind of config, one of `shipped.KINDS`, whose schema the first line tells to editors;
            "" for what is only a part of one.
        way: The way from its folder to that of the schemas, such as `../` for a region's file.
    """
    first = shipped.schema_line(kind, way) if kind else ""
    tree = _PlainRepresenter(sort_keys=False).represent_data(dict(content))
    assert isinstance(tree, yaml.CollectionNode)
    tree.flow_style = False
    for child, start in _parts_with_columns(tree, 0):
        _lay_out(child, 2, start)
    return (first + head + _serialize(tree, LINE_WIDTH)).encode("utf-8")


class _PlainRepresenter(yaml.representer.SafeRepresenter):
    """Writes out what stands in several places: anchors are not read back."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """Quote a text that would be read as a number, such as 1E5, though not by PyYAML itself."""
        style = None if _is_read_as_text(data) else "'"
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_PlainRepresenter.add_representer(str, _PlainRepresenter.represent_str)


def _is_read_as_text(text: str) -> bool:
    """Tell whether a text without quotes would be read as text again."""
    try:
        return isinstance(plain_scalar(text), str)
    except ValueError:
        return False


def _serialize(tree: yaml.Node, width: float) -> str:
    """Return a tree of nodes as YAML."""
    text: str = yaml.serialize(tree, Dumper=yaml.SafeDumper, allow_unicode=True, width=width)
    return text


def _lay_out(node: yaml.Node, indent: int, start: int) -> None:
    """Choose for a value and all below it whether it is written on one line.

    Args:
        node: The value; only mappings and lists have a choice.
        indent: Column of its lines where it is written on several.
        start: Column where it begins where it is written on one.
    """
    if not isinstance(node, yaml.CollectionNode):
        return
    parts = _parts_with_columns(node, indent)
    if all(_is_plain(part) for part, _ in parts):
        node.flow_style = True
        is_list = isinstance(node, yaml.SequenceNode)
        if is_list or start + len(_serialize(node, math.inf).rstrip()) <= LINE_WIDTH:
            return
    node.flow_style = False
    for part, column in parts:
        _lay_out(part, indent + 2, column)


def _parts_with_columns(node: yaml.CollectionNode, indent: int) -> list[tuple[yaml.Node, int]]:
    """Return the parts of a mapping or list, and the columns where they begin."""
    if isinstance(node, yaml.MappingNode):
        return [(part, indent + len(key.value) + 2) for key, part in node.value]
    return [(part, indent + 2) for part in node.value]


def _is_plain(node: yaml.Node) -> bool:
    """Tell whether a value is a number or a text, or a list of such."""
    if isinstance(node, yaml.SequenceNode):
        return all(isinstance(item, yaml.ScalarNode) for item in node.value)
    return isinstance(node, yaml.ScalarNode)
