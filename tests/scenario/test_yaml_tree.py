from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config import yaml_document
from akuttsim.config.yaml_document import (
    Node,
    node_from_values,
    plain_values,
    read_text_as_yaml,
    read_yaml,
    read_yaml_value,
)
from akuttsim.errors import InputError
from tests.nightly import examples

GOOD = """\
# An organisation, as the shipped ones are written.
organisation: namdal-today
title: {nb: "Namdal i dag", en: 'Namdal today'}
control_rooms:
  legevaktsentral:
    number: "116117"
    municipalities: [grong, høylandet, overhalla]
    menu_s: {value: 22.5, source: "FHI, 2024", grade: B}
    operators:
      day:
        days: weekdays
        hours: 08:00-15:30
        count: 2
clinics:
  grong:
    title: Grong legevakt
    kommune: 0301
    open: yes
    note: |
      Two lines
      of text.
    shares:
      - 1e-3
      - -4
      - .5
    video:
    closed: null
"""


@pytest.fixture(params=[True, False], ids=["libyaml", "python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param and not yaml.__with_libyaml__:
        pytest.skip("PyYAML is built without libyaml")
    monkeypatch.setattr(
        yaml_document, "_LOADER", yaml.CSafeLoader if request.param else yaml.SafeLoader
    )


def read(text: str | bytes) -> Node:
    return read_text_as_yaml(text.encode() if isinstance(text, str) else text, "f.yaml")


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0301", "0301"),
        ("0919", "0919"),
        ("15:30", "15:30"),
        ("08:00", "08:00"),
        ("NO", "NO"),
        ("on", "on"),
        ("1e3", 1000.0),
        ("1,5", "1,5"),
        ("2021-99-99", "2021-99-99"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("08.30", "08.30"),
        ("-17", -17),
        ("0", 0),
        ("-0.5", -0.5),
        ("2.", 2.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("''", ""),
        ("|\n  5", "5"),
        ("१", "१"),
    ],
)
def test_only_the_scalars_of_yaml_1_2_are_not_text(text: str, value: object) -> None:
    found = plain_values(read(f"x: {text}"))["x"]  # type: ignore[index]
    assert found == value and type(found) is type(value)


@pytest.mark.usefixtures("either_parser")
def test_keys_are_text_however_they_look() -> None:
    assert plain_values(read("0301: 1\n4601: 2\nno: 3\n1.5: 4\n'q': 5")) == {
        "0301": 1,
        "4601": 2,
        "no": 3,
        "1.5": 4,
        "q": 5,
    }


@pytest.mark.usefixtures("either_parser")
def test_every_value_has_its_line() -> None:
    tree = read(GOOD).value
    assert isinstance(tree, dict)
    grong = tree["clinics"].value["grong"].value  # type: ignore[index, call-overload]
    lines = {key: node.line for key, node in grong.items()}  # type: ignore[union-attr]
    assert lines == {
        "title": 16, "kommune": 17, "open": 18, "note": 19, "shares": 22, "video": 26, "closed": 27,
    }  # fmt: skip
    assert [node.line for node in grong["shares"].value] == [23, 24, 25]  # type: ignore[union-attr, index, call-overload]
    assert tree["clinics"].line == 14


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (b"", ["f.yaml: file is empty"]),
        (b"\xef\xbb\xbf", ["f.yaml: file is empty"]),
        (b"# nothing\n", ["f.yaml: file is empty"]),
        (b"---\n", ["f.yaml: file is empty"]),
        (b"- a\n", ["f.yaml:1: is a list, not a mapping"]),
        (b"\nabc\n", ["f.yaml:2: is 'abc', not a mapping"]),
        (b"a: 1\n\0", ["f.yaml: is a binary file"]),
        (b"\xff\xfea\0", ["f.yaml: is UTF-16 text; save it as UTF-8"]),
        (b"a: 1\nb: bl\xe5\n", ["f.yaml:2: not UTF-8 text (byte 0xE5"]),
        (b"a: 1\nb: \x07\nc: \xe2\x80\xa8", ["f.yaml:2: invisible", "f.yaml:3: invisible"]),
        (b'a: "\\a"', ["f.yaml:1: a: text has a control character"]),
        (b"a: !!int x", ["f.yaml:1: a: tag 'tag:yaml.org,2002:int' is not read"]),
        (b"a: !!bool x\nb: ! y", ["f.yaml:1: a: tag", "f.yaml:2: b: tag '!' is"]),
        (b"a: &x 1\nb: *x", ["f.yaml:1: a: anchor '&x'", "f.yaml:2: b: alias '*x'"]),
        (b"a: &a [*a]", ["f.yaml:1: a: anchor '&a'", "f.yaml:1: a.0: alias '*a'"]),
        (b"a: {<<: {b: 1}}", ["f.yaml:1: a.<<: merge key '<<' is not read; write `extends:`"]),
        (b"a: 1\n---\nb: 2", ["f.yaml:2: a second document starts here"]),
        (b"a: 1\n? [b]\n: 2\nc: 3", ["f.yaml:2: a key must be plain text"]),
        (b"a:\n  '': 1", ["f.yaml:2: a: '' is not a key"]),
        (b"a: b: c", ["f.yaml:1: cannot be read as YAML: mapping values"]),
        (b"a:\n\tb: 1", ["f.yaml:2: cannot be read as YAML: found character"]),
        (b"a: [1,\n2\nb: 3\n", ["f.yaml:3: cannot be read as YAML: "]),
        (b"a: 'x\n\n", ["f.yaml:2: cannot be read as YAML: found unexpected end of stream"]),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(text: bytes, messages: list[str]) -> None:
    found = refused(text)
    assert len(found) == len(messages)
    for problem, start in zip(found, messages, strict=True):
        assert problem.startswith(start) and "\n" not in problem


@pytest.mark.usefixtures("either_parser")
def test_every_equal_key_is_reported_with_the_line_of_the_first() -> None:
    assert refused("a:\n  b: 1\n  c: 2\n  b: 3\n  b: 4\n") == [
        "f.yaml:4: a.b: key is written twice, first in line 2; keep one of them",
        "f.yaml:5: a.b: key is written twice, first in line 2; keep one of them",
    ]


def test_all_problems_come_at_once_with_the_syntax_error_last() -> None:
    assert [line.split(": ")[0] for line in refused("a: !x 1\na: 2\nb: &c 3\nd: [\n")] == [
        "f.yaml:1", "f.yaml:2", "f.yaml:3", "f.yaml:4",
    ]  # fmt: skip


def test_tabs_are_named_as_the_cause() -> None:
    assert refused("a:\n\tb: 1")[0].endswith("indent with spaces, not tabs")


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    tree = read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert plain_values(tree) == {"a": 1, "b": 2}
    assert tree.value["b"].line == 2  # type: ignore[index, call-overload]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a: " + "{a: " * 100_000, "- " * 100_000, "? " * 100_000]
)
def test_deep_nesting_is_refused_before_anything_overflows(text: str) -> None:
    (problem,) = refused(text)
    assert "nested more than 40 levels deep" in problem and len(problem) < 200


def test_nesting_up_to_the_limit_is_read() -> None:
    assert plain_values(read("a: " + "[" * 39 + "]" * 39))
    assert "nested" in refused("a: " + "[" * 40 + "]" * 40)[0]


def test_an_alias_bomb_is_refused() -> None:
    levels = [f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 9)}]" for i in range(1, 20)]
    problems = refused("k0: &k0 [x]\n" + "\n".join(levels))
    assert len(problems) == 20 + 19 * 9  # each anchor and each alias, none of them followed
    assert all("`extends:`" in problem for problem in problems)


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "what"),
    [("9" * 5000, "5000 digits"), ("1" * 19, "19 digits"), ("1e999", "too large")],
)
def test_numbers_out_of_range_are_refused(text: str, what: str) -> None:
    (problem,) = refused(f"a: 1\nb: {text}")
    assert problem.startswith("f.yaml:2: b: number") and what in problem


def test_large_files_are_refused() -> None:
    assert "larger than 2 MB" in refused(b"a: " + b"x" * 2_000_000)[0]
    assert "more than 200000 values" in refused("a: [" + "1," * 200_000 + "1]")[0]
    assert len(read("a: [" + "1," * 199_990 + "1]").value) == 1  # type: ignore[arg-type]


def test_the_number_of_problems_has_an_end() -> None:
    assert len(refused("a: [\n" + "!x 1,\n" * 5000 + "]")) == yaml_document.MAX_PROBLEMS


def test_a_file_is_read_and_named_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1")
    assert read_yaml(path).file == str(path)
    assert read_yaml(path, "short.yaml") == Node({"a": Node(1, "short.yaml", 1)}, "short.yaml", 1)


def test_what_is_no_readable_file_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "namdal.yaml").write_text("a: 1")
    for path, what in [
        (tmp_path, "not a file"),
        (tmp_path / "namdl.yaml", "no such file; give the path of a YAML file; did you mean 'nam"),
        (tmp_path / "no" / "a.yaml", "no such file"),
        (tmp_path / "namdal.yaml" / "a.yaml", "cannot be read"),
        (Path("a\0b"), "cannot be read"),
    ]:
        with pytest.raises(InputError) as caught:
            read_yaml(path, "f")
        (problem,) = caught.value.problems
        assert problem.file == "f" and problem.what.startswith(what)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_an_endless_device_is_not_read() -> None:
    with pytest.raises(InputError, match="not a file"):
        read_yaml(Path("/dev/zero"))


def test_a_single_value_may_be_of_any_kind() -> None:
    assert [
        plain_values(read_yaml_value(text, "--set"))
        for text in ["1", "[a, 2]", "{b: no}", "", "x y"]
    ] == [
        1,
        ["a", 2],
        {"b": "no"},
        None,
        "x y",
    ]
    with pytest.raises(InputError):
        read_yaml_value("[1", "--set")


def test_a_tree_made_from_plain_values_has_one_origin() -> None:
    tree = node_from_values({"a": [1, None], "b": {"c": "x"}}, "t.csv", 7)
    assert plain_values(tree) == {"a": [1, None], "b": {"c": "x"}}
    assert tree.value["b"].value["c"] == Node("x", "t.csv", 7)  # type: ignore[index, call-overload]
    with pytest.raises(TypeError, match="set"):
        node_from_values({"a": {1}}, "t.csv", 7)
    with pytest.raises(TypeError, match="int"):
        node_from_values({1: "a"}, "t.csv", 7)


TEXT = st.text(st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")))
KEY = TEXT.filter(lambda key: key.strip() not in ("", "<<") and len(key) <= yaml_document.MAX_KEY)
LEAF = st.none() | st.booleans() | st.integers(-(10**16), 10**16) | TEXT
LEAF |= st.floats(allow_nan=False, allow_infinity=False)
TREE = st.recursive(
    LEAF, lambda kids: st.lists(kids, max_size=4) | st.dictionaries(KEY, kids, max_size=4)
)


class Quoting(yaml.SafeDumper):
    """Quotes all text and keys, so that only the numbers and words are plain."""

    def ignore_aliases(self, data: object) -> bool:
        return True


Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@settings(max_examples=examples(200), deadline=None)
@given(st.dictionaries(KEY, TREE, max_size=5), st.booleans())
def test_what_is_written_is_read_back(tree: dict[str, object], flow: bool) -> None:
    text = yaml.dump(tree, Dumper=Quoting, default_flow_style=flow, allow_unicode=True)
    assert repr(plain_values(read(text))) == repr(_ordered(tree))


def _ordered(value: object) -> object:
    """The order in which `yaml.dump` writes the keys."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(child) for child in value] if isinstance(value, list) else value


ODD = [b"\t", b"- ", b"!x ", b"&a ", b"*a", b"'", b'"', b"[", b"}", b"\n---\n", b"\0", b"\xe5"]
ODD += [b"\r", b"? ", b"|\n", b"%", b"<<: ", b"9" * 30, b"\\", b"\xe2\x80\xa8"]


def mutated(text: bytes, rng: random.Random) -> bytes:
    """The text with a byte, a line or a token changed, moved, doubled or taken away."""
    split = rng.choice([None, b"\n", rb"(\W)"])
    if split is None:
        parts = [bytes([byte]) for byte in text]
    elif split == b"\n":
        parts = text.splitlines(keepends=True)
    else:
        parts = re.split(split, text)
    for _ in range(rng.randint(1, 3)):
        at, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        odd = rng.choice(ODD)
        parts[at] = rng.choice([odd, parts[other], b"", parts[at] * 2, parts[at] + odd])
    return b"".join(parts)


def test_a_damaged_file_is_read_or_refused_with_a_line_that_exists() -> None:
    rng, outcomes = random.Random(20261122), {"read": 0, "refused": 0}
    for _ in range(2000):
        text = mutated(GOOD.encode(), rng)
        lines = len(re.split(rb"\r\n|\n|\r", text))
        try:
            plain_values(read(text))
            outcomes["read"] += 1
        except InputError as error:
            outcomes["refused"] += 1
            for problem in error.problems:
                assert problem.file == "f.yaml" and "\n" not in str(problem)
                assert 1 <= problem.line <= lines or "binary file" in problem.what
    assert min(outcomes.values()) > 200
