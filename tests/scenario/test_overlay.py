from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from akuttsim.config.overlay import (
    NamedChange,
    Resolved,
    merge_nodes,
    remove_key,
    resolve_variant,
    set_value,
)
from akuttsim.config.yaml_document import Node, plain_values, read_text_as_yaml
from akuttsim.errors import InputError, Problem

BASE = """\
organisation: namdal-today
title: Today
region: namdal
clinics:
  legevakt-grong: {place: grong, rooms: [1, 2]}
  legevakt-namsos: {place: namsos}
doctors:
  grong: {on_duty: 1}
  namsos: {on_duty: 2}
"""
VARIANT = """\
# One clinic for all.
extends: base
organisation: one-legevakt
title: One
changes:
  close-grong:
    why: Two clinics are dear.
    set:
      clinics:
        grong: {place: grong, kind: satellite}
        legevakt-namsos: {place: null, rooms: [3]}
    remove: [clinics.legevakt-grong, doctors.grong]
  more-doctors:
    why: They get busy.
    set: {doctors: {namsos: {on_duty: 3}}}
"""


def beside(name: str, folder: Path) -> Path:
    return folder / f"{name}.yaml"


def written(folder: Path, **texts: str) -> Path:
    """Write the files; the path of the last one."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{list(texts)[-1]}.yaml"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def at(tree: Node, dotted: str) -> Node:
    for part in dotted.split("."):
        value: Any = tree.value
        tree = value[int(part)] if isinstance(value, list) else value[part]
    return tree


def resolved(folder: Path, **texts: str) -> Resolved:
    return resolve_variant(written(folder, **texts), beside)


def refused(folder: Path, **texts: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        resolved(folder, **texts)
    return str(caught.value).splitlines()


def tree(text: str = BASE) -> Node:
    return read_text_as_yaml(text.encode(), "t.yaml")


def problems(error: pytest.ExceptionInfo[InputError]) -> Iterable[Problem]:
    return error.value.problems


def both(text: str) -> dict[str, str]:
    return {"nb": text, "en": text}


def test_a_reason_may_be_in_both_languages(tmp_path: Path) -> None:
    change = "changes: {x: {why: {nb: Dyrt., en: Dear.}, set: {region: other}}}"
    variant = f"extends: base\norganisation: v\ntitle: V\n{change}\n"
    assert resolved(tmp_path, base=BASE, variant=variant).changes[0].why == {
        "nb": "Dyrt.",
        "en": "Dear.",
    }
    with pytest.raises(InputError, match=r"changes\.x\.why: missing: write one sentence"):
        resolved(tmp_path, base=BASE, variant=variant.replace("nb: Dyrt., ", ""))


def test_a_variant_is_its_base_with_its_keys_and_changes_laid_over(tmp_path: Path) -> None:
    found = resolved(tmp_path, base=BASE, variant=VARIANT)
    assert plain_values(found.tree) == {
        "organisation": "one-legevakt",
        "title": "One",
        "region": "namdal",
        "clinics": {
            "legevakt-namsos": {"rooms": [3]},
            "grong": {"place": "grong", "kind": "satellite"},
        },
        "doctors": {"namsos": {"on_duty": 3}},
    }
    assert found.files == ("base.yaml", "variant.yaml")
    assert found.changes == (
        NamedChange("close-grong", both("Two clinics are dear."), "variant.yaml", 6),
        NamedChange("more-doctors", both("They get busy."), "variant.yaml", 13),
    )


def test_every_value_keeps_the_file_and_line_it_came_from(tmp_path: Path) -> None:
    found = resolved(tmp_path, base=BASE, variant=VARIANT).tree
    assert {
        key: (node.file, node.line)
        for key in ["region", "title", "clinics", "clinics.grong", "clinics.legevakt-namsos",
                    "clinics.legevakt-namsos.rooms.0", "doctors.namsos", "doctors.namsos.on_duty"]
        for node in [at(found, key)]
    } == {
        "region": ("base.yaml", 3),
        "title": ("variant.yaml", 4),
        "clinics": ("base.yaml", 4),
        "clinics.grong": ("variant.yaml", 10),
        "clinics.legevakt-namsos": ("base.yaml", 6),
        "clinics.legevakt-namsos.rooms.0": ("variant.yaml", 11),
        "doctors.namsos": ("base.yaml", 9),
        "doctors.namsos.on_duty": ("variant.yaml", 15),
    }  # fmt: skip
    assert (found.file, found.line) == ("variant.yaml", 2)


def test_a_file_without_a_base_is_taken_as_it_is(tmp_path: Path) -> None:
    found = resolved(tmp_path, base=BASE)
    assert plain_values(found.tree) == plain_values(tree())
    assert (found.files, found.changes) == (("base.yaml",), ())


def test_a_variant_of_a_variant_has_the_changes_of_both_in_order(tmp_path: Path) -> None:
    again = """\
extends: variant
organisation: three
changes:
  fewer: {why: Again., remove: [doctors.namsos]}
"""
    found = resolved(tmp_path, base=BASE, variant=VARIANT, again=again)
    assert [change.name for change in found.changes] == ["close-grong", "more-doctors", "fewer"]
    assert found.files == ("base.yaml", "variant.yaml", "again.yaml")
    assert plain_values(at(found.tree, "doctors")) == {}


def test_names_are_not_taken_over_from_a_base(tmp_path: Path) -> None:
    path = written(tmp_path, base=BASE, variant="extends: base\nregion: oslo\n")
    assert set(at(resolve_variant(path, beside).tree, "clinics").value or ()) == {
        "legevakt-grong", "legevakt-namsos",
    }  # fmt: skip
    assert list(plain_values(resolve_variant(path, beside).tree)) == [
        "region",
        "clinics",
        "doctors",
    ]  # type: ignore[call-overload]
    assert "title" in plain_values(resolve_variant(path, beside, frozenset()).tree)  # type: ignore[operator]


def test_a_change_sees_what_the_one_before_it_did(tmp_path: Path) -> None:
    variant = """\
extends: base
changes:
  first: {why: x, set: {clinics: {new: {place: a}}}}
  second: {why: x, remove: [clinics.new.place]}
"""
    assert (
        plain_values(at(resolved(tmp_path, base=BASE, variant=variant).tree, "clinics.new")) == {}
    )


def test_a_change_takes_away_first_and_then_sets(tmp_path: Path) -> None:
    variant = """\
extends: base
changes:
  anew: {why: x, set: {doctors: {grong: {night: 3}}}, remove: [doctors.grong]}
"""
    tree = resolved(tmp_path, base=BASE, variant=variant).tree
    assert plain_values(at(tree, "doctors.grong")) == {"night": 3}


def test_all_that_is_wrong_in_the_changes_is_said_at_once(tmp_path: Path) -> None:
    variant = """\
extends: base
changes:
  a: {why: x, sett: {}, remove: [clinics.x]}
  b: {set: {}}
  c: {why: '', set: 3}
  d: {why: x}
  e: 5
  f: {why: x, remove: clinics}
  g: {why: x, remove: [4]}
"""
    assert refused(tmp_path, base=BASE, variant=variant) == [
        "variant.yaml:3: changes.a.sett: unknown key; a change has why, set and remove;"
        " did you mean 'set'?",
        "variant.yaml:4: changes.b.why: missing: write one sentence that says why",
        "variant.yaml:5: changes.c.set: must be a mapping of the keys to set",
        "variant.yaml:5: changes.c.why: missing: write one sentence that says why",
        "variant.yaml:6: changes.d: changes nothing; write set or remove",
        "variant.yaml:7: changes.e: must have why, and set or remove (or both)",
        "variant.yaml:8: changes.f.remove: must be a list of dotted paths, [clinics.grong]",
        "variant.yaml:9: changes.g.remove: must be a dotted path such as clinics.grong (got 4)",
    ]


def test_every_path_that_cannot_be_removed_is_said_with_a_hint(tmp_path: Path) -> None:
    variant = """\
extends: base
changes:
  a: {why: x, remove: [clinics.legevakt-gron, clinic.x]}
  b:
    why: x
    remove:
      - clinics.legevakt-grong.rooms.0
      - organisation.x
"""
    assert refused(tmp_path, base=BASE, variant=variant) == [
        "variant.yaml:3: clinic.x: there is no 'clinic' at the top; did you mean 'clinics'?",
        "variant.yaml:3: clinics.legevakt-gron: there is no 'legevakt-gron' in clinics;"
        " did you mean 'legevakt-grong'?",
        "variant.yaml:7: clinics.legevakt-grong.rooms.0: is in a list, which is only replaced"
        " whole; set the list anew",
        "variant.yaml:8: organisation.x: there is no 'organisation' at the top;"
        " there is region, clinics, doctors",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: bas", "v.yaml:1: extends: there is no file bas.yaml; write the name or path"),
        ("extends: [a]", "v.yaml:1: extends: must be the name of a config (got a list)"),
        ("a: 1\nextends:", "v.yaml:2: extends: must be the name of a config (got nothing)"),
        ("extends: v", "v.yaml:1: extends: 'v' leads back to itself"),
        ("a: 1\nchanges: {}", "v.yaml:2: changes: there is nothing to change; write `extends:`"),
        ("extends: base\nchanges: [a]", "v.yaml:2: changes: must be named changes"),
    ],
)
def test_an_extends_that_leads_nowhere(tmp_path: Path, text: str, message: str) -> None:
    (line,) = refused(tmp_path, base=BASE, v=text)
    assert line.startswith(message)


def test_a_circle_of_bases_is_refused_where_it_closes(tmp_path: Path) -> None:
    found = refused(tmp_path, a="extends: b", b="x: 1\nextends: c", c="extends: a")
    assert found == ["b.yaml:2: extends: 'c' leads back to itself; extend another config"]


def test_ten_levels_are_read_and_eleven_are_not(tmp_path: Path) -> None:
    levels = {f"l{i}": f"extends: l{i - 1}\nk{i}: {i}" for i in range(1, 12)}
    written(tmp_path, l0="k0: 0", **levels)
    assert len(resolve_variant(tmp_path / "l10.yaml", beside).files) == 11
    with pytest.raises(InputError, match="more than 10 levels"):
        resolve_variant(tmp_path / "l11.yaml", beside)


def test_what_the_finder_says_is_given_the_line_of_the_extends(tmp_path: Path) -> None:
    def nowhere(name: str, folder: Path) -> Path:
        raise InputError([Problem("", 0, name, f"no config of this name in {folder.name}")])

    with pytest.raises(InputError) as caught:
        resolve_variant(written(tmp_path, v="a: 1\nextends: q"), nowhere)
    what = f"no config of this name in {tmp_path.name}"
    assert list(problems(caught)) == [Problem("v.yaml", 2, "extends", what)]


def test_problems_of_the_base_and_of_the_changes_come_together(tmp_path: Path) -> None:
    found = refused(tmp_path, base="a: 1\na: 2\n", v="extends: base\nchanges: {x: {why: y}}")
    assert [line.split(": ")[0] for line in found] == ["base.yaml:2", "v.yaml:2"]


def test_merging_follows_the_examples_of_json_merge_patch() -> None:
    for base, over, merged in [  # RFC 7396, appendix A, those with a mapping on top
        ("{a: b}", "{a: c}", {"a": "c"}),
        ("{a: b}", "{b: c}", {"a": "b", "b": "c"}),
        ("{a: b}", "{a: null}", {}),
        ("{a: b, b: c}", "{a: null}", {"b": "c"}),
        ("{a: [b]}", "{a: c}", {"a": "c"}),
        ("{a: c}", "{a: [b]}", {"a": ["b"]}),
        ("{a: {b: c, c: e}}", "{a: {b: d, c: null}}", {"a": {"b": "d"}}),
        ("{a: [{b: c}]}", "{a: [1]}", {"a": [1]}),
        ("{e: null}", "{a: 1}", {"e": None, "a": 1}),
    ]:
        assert plain_values(merge_nodes(tree(base), tree(over))) == merged


def test_null_removes_only_what_is_there() -> None:
    """Else a misspelt key would remove nothing, and nobody would know."""
    with pytest.raises(InputError, match=r"there is no 'grongg' here; did you mean 'grong'"):
        merge_nodes(tree("{doctors: {grong: 1}}"), tree("{doctors: {grongg: null}}"))


def test_a_decimal_comma_in_a_change_is_told() -> None:
    with pytest.raises(InputError, match="decimal comma, write the number with a point"):
        merge_nodes(tree("{menu_s: {value: 15}}"), tree("{menu_s: {value: 12,5}}"))


def test_a_new_mapping_stands_as_written() -> None:
    """So that {value: 12,5}, which YAML reads as two keys, reaches the schema and is refused."""
    merged = merge_nodes(tree("{}"), tree("{menu_s: {value: 12,5}}"))
    assert plain_values(merged) == {"menu_s": {"value": 12, "5": None}}


def test_merging_leaves_both_trees_as_they_were() -> None:
    base, over = tree("{a: {b: 1}}"), tree("{a: {c: 2}}")
    merge_nodes(base, over)
    assert (plain_values(base), plain_values(over)) == ({"a": {"b": 1}}, {"a": {"c": 2}})


def test_removing_leaves_the_rest_in_order_and_the_tree_as_it_was() -> None:
    before = tree()
    after = remove_key(before, "doctors.grong", Node("doctors.grong", "v", 3))
    assert plain_values(at(after, "doctors")) == {"namsos": {"on_duty": 2}}
    assert plain_values(before) == plain_values(tree())


@pytest.mark.parametrize(
    ("dotted", "text", "value"),
    [
        ("doctors.grong.on_duty", "4", 4),
        ("doctors.grong.on_duty", "4.5", 4.5),
        ("doctors.grong.hours", "08:00-15:30", "08:00-15:30"),
        ("doctors.grong", "{on_duty: 0, x: null}", {"on_duty": 0, "x": None}),
        ("clinics.legevakt-grong.rooms", "[5]", [5]),
        ("clinics.legevakt-grong.rooms.1", "9", 9),
        ("title", "'5'", "5"),
        ("title", "''", ""),
        ("new", "no", "no"),
    ],
)
def test_a_value_is_set_from_the_command_line(dotted: str, text: str, value: object) -> None:
    found = at(set_value(tree(), dotted, text), dotted)
    assert plain_values(found) == value
    assert (found.file, found.line) == ("--set", 0)


def test_setting_keeps_the_order_and_null_removes() -> None:
    assert list(at(set_value(tree(), "doctors.grong", "1"), "doctors").value or ()) == [
        "grong", "namsos",
    ]  # fmt: skip
    assert plain_values(at(set_value(tree(), "doctors.grong", "null"), "doctors")) == {
        "namsos": {"on_duty": 2}
    }


@pytest.mark.parametrize(
    ("dotted", "text", "what"),
    [
        ("doctor.grong", "1", "there is no 'doctor' at the top; did you mean 'doctors'"),
        ("doctors.oslo.on_duty", "1", "there is no 'oslo' in doctors; there is grong, namsos"),
        ("region.x", "1", "there is only a value in region: 'namdal'; leave out what follows"),
        ("clinics.legevakt-grong.rooms.2", "1", "has no place '2'; write 0 to 1"),
        ("clinics.legevakt-grong.rooms.²", "1", "has no place '²'; write 0 to 1"),
        ("title", " ", "has no value; write KEY=VALUE ('' for empty text, null to remove)"),
        ("title", "a: b", "'a: b' is not one value; put text in quotes, or write {…}, […]"),
        ("title", "- b", "'- b' is not one value; put text in quotes, or write {…}, […]"),
        ("title", "!x b", "tag '!x' is not read; leave it out"),
        ("title", "[1", "cannot be read as YAML: did not find expected ',' or ']';"),
    ],
)
def test_a_wrong_override_is_one_problem_with_its_key(dotted: str, text: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        set_value(tree(), dotted, text)
    (problem,) = problems(caught)
    assert (problem.file, problem.line, problem.key) == ("--set", 0, dotted)
    assert problem.what.startswith(what)
