"""What may go wrong in a file between its author and us: one seeded change at a time.

A change of one value or name by hand must show in what is read, or be refused. Of damage (bytes,
lines, encodings) only that it is read or refused is asked, without a traceback and in time.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from typing import NamedTuple

import openpyxl
import yaml


class Mutated(NamedTuple):
    """A changed file.

    Attributes:
        content: What it holds now.
        what: What was changed, for the message of a failure.
        must_show: Whether the change must show in what is read, unless the file is refused.
    """

    content: bytes
    what: str
    must_show: bool = False


ODD = (
    "0", "-1", "1e9", "1e400", "nan", "12,5", "1_000", "0x1f", "", "~", "yes", "[]", "{}", "[1, 2]",
    "'", '"', "&a", "*a", "!!python/object:os.system", "2026-02-30", "99:99", "a: b", "x" * 3000,
    "../../etc/passwd", "\u202eabc", "=1+1", "[" * 200, "9" * 400, "\x00",
)  # fmt: skip
"""What may stand in place of a value; some of it is as good as what stood there."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def other_value(rng: random.Random, text: str) -> str:
    """Return another number for a number, another word for a word, never of the same meaning."""
    if _NUMBER.fullmatch(text):
        number = float(text)
        choice = rng.choice([number + 1, -number - 1, number * 10 + 3, number * 1000 + 7])
        return f"{choice:.10g}"
    place = rng.randrange(len(text)) if text else 0
    return text[:place] + rng.choice("qxzjw") + text[place:]


def changed_bytes(rng: random.Random, content: bytes) -> Mutated:
    """Return the file with a few bits turned."""
    damaged = bytearray(content)
    for _ in range(rng.choice([1, 1, 3, 30])):
        place = rng.randrange(8 * len(damaged))
        damaged[place // 8] ^= 1 << place % 8
    return Mutated(bytes(damaged), "bits turned")


def cut(rng: random.Random, content: bytes) -> Mutated:
    """Return the file without its end, or without a piece of it."""
    begin, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    if rng.random() < 0.5:
        return Mutated(content[:begin], f"cut at byte {begin}")
    return Mutated(content[:begin] + content[end:], f"without bytes {begin} to {end}")


def encoded_otherwise(rng: random.Random, content: bytes) -> Mutated:
    """Return a text in another encoding, with other ends of lines, or with what is no text."""
    text = content.decode("utf-8", "replace")
    ways: dict[str, Callable[[], bytes]] = {
        "UTF-16": lambda: text.encode("utf-16"),
        "cp1252": lambda: text.encode("cp1252", "replace"),
        "a mark at the start": lambda: b"\xef\xbb\xbf" + content,
        "CR": lambda: content.replace(b"\n", b"\r"),
        "CRLF": lambda: content.replace(b"\n", b"\r\n"),
        "NUL": lambda: content[: len(content) // 2] + b"\x00" + content[len(content) // 2 :],
        "nothing": lambda: b"",
        "blanks": lambda: b" \n\t\n",
        "tabs": lambda: content.replace(b"  ", b"\t"),
        "twice": lambda: content + content,
    }
    name = rng.choice(sorted(ways))
    return Mutated(ways[name](), name)


def changed_lines(rng: random.Random, content: bytes) -> Mutated:
    """Return a text with a line gone, doubled, moved, set in or overwritten."""
    lines = content.decode("utf-8", "replace").splitlines(keepends=True) or [""]
    place, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    way = rng.choice(["gone", "doubled", "moved", "set in", "odd", "repeated"])
    line = lines[place]
    if way == "gone":
        del lines[place]
    elif way == "moved":
        lines.insert(other, lines.pop(place))
    else:
        lines[place] = {
            "doubled": line * 2, "set in": "   " + line, "odd": rng.choice(ODD) + "\n",
            "repeated": line * 3000,
        }[way]  # fmt: skip
    return Mutated("".join(lines).encode("utf-8", "surrogatepass"), f"line {place + 1} {way}")


def changed_yaml_value(rng: random.Random, content: bytes) -> Mutated:
    """Return YAML with another value or key, or with something odd in the place of one."""
    text = content.decode("utf-8")
    scalars = [node for node in _scalars(yaml.compose(text)) if node.value and not node.style]
    node = rng.choice(scalars)
    is_odd = rng.random() < 0.3
    new = rng.choice(ODD) if is_odd else other_value(rng, node.value)
    changed = text[: node.start_mark.index] + new + text[node.end_mark.index :]
    what = f"line {node.start_mark.line + 1}: {node.value!r} became {new[:40]!r}"
    return Mutated(changed.encode("utf-8", "surrogatepass"), what, not is_odd)


def _scalars(node: yaml.Node) -> list[yaml.ScalarNode]:
    """Return the keys and values of a tree."""
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for part in pair for each in _scalars(part)]
    if isinstance(node, yaml.SequenceNode):
        return [each for part in node.value for each in _scalars(part)]
    return [node] if isinstance(node, yaml.ScalarNode) else []


def changed_cell(rng: random.Random, content: bytes, delimiter: str = ",") -> Mutated:
    """Return CSV with another value in a cell or heading, or with something odd there."""
    lines = content.decode("utf-8").splitlines()
    row = rng.randrange(len(lines))
    cells = lines[row].split(delimiter)
    column = rng.randrange(len(cells))
    is_odd, old = rng.random() < 0.3, cells[column].strip('"')
    new = rng.choice(ODD) if is_odd else other_value(rng, old)
    cells[column] = new
    lines[row] = delimiter.join(cells)
    what = f"line {row + 1}, column {column + 1}: {old!r} became {new[:40]!r}"
    changed = ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")
    return Mutated(changed, what, not is_odd and bool(old))


def changed_attribute(rng: random.Random, content: bytes) -> Mutated:
    """Return XML or JSON with another text between two quotes, or another number."""
    text = content.decode("utf-8")
    found = rng.choice(list(re.finditer(r'"([^"]*)"|(?<=[\[:,])-?\d[\d.]*', text)))
    old = found.group(0).strip('"')
    new = rng.choice(ODD) if rng.random() < 0.4 else other_value(rng, old)
    changed = text[: found.start()] + found.group(0).replace(old, new, 1) + text[found.end() :]
    return Mutated(changed.encode("utf-8", "surrogatepass"), f"{old!r} became {new[:40]!r}")


def changed_workbook(rng: random.Random, content: bytes) -> Mutated:
    """Return a workbook with another value in a cell, or something odd there."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    cell = rng.choice(filled)
    odd = (*(each for each in ODD if each != "\x00"), -3, 1.5, 10**9, True, None)
    is_odd = rng.random() < 0.4
    old, new = cell.value, rng.choice(odd) if is_odd else other_value(rng, str(cell.value))
    cell.value = new
    sink = io.BytesIO()
    book.save(sink)
    what = f"{cell.coordinate}: {old!r} became {str(new)[:40]!r}"
    return Mutated(sink.getvalue(), what, not is_odd)


Mutation = Callable[[random.Random, bytes], Mutated]

DAMAGE: tuple[Mutation, ...] = (changed_bytes, cut, encoded_otherwise, changed_lines)
"""What may befall a text whatever it is of."""
