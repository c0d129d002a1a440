from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from akuttsim.config.overlay import resolve_variant, set_value
from akuttsim.config.validator import unknown_key, validate
from akuttsim.config.yaml_document import Node, read_text_as_yaml
from akuttsim.errors import InputError


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Constant(Strict):
    kind: Literal["constant"]
    value_s: float


class Lognormal(Strict):
    kind: Literal["lognormal"]
    mean_s: float = Field(gt=0)
    shape: tuple[float, ...] = ()


Service = Annotated[Constant | Lognormal, Field(discriminator="kind")]


class Clinic(Strict):
    place: str
    talk_s: float = Field(gt=0, le=3600)
    rooms: int = Field(default=1, ge=1)
    open: bool = True


def _form(value: object) -> str | None:
    return "table" if isinstance(value, dict) else "name" if isinstance(value, str) else None


class Config(Strict):
    title: str = Field(default="x", min_length=1)
    clinics: dict[Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")], Clinic] = {}
    urgency: Literal["red", "yellow", "green"] = "red"
    number: Literal["113", "116117"] = "113"
    kommune: str = Field(default="0301", pattern=r"^\d{4}$")
    start: date = date(2026, 1, 1)
    hours: tuple[str, ...] = Field(default=(), max_length=2)
    wait: float | Constant | Lognormal = 1.0
    service: Service | None = None
    form: (
        Annotated[Annotated[str, Tag("name")] | Annotated[Clinic, Tag("table")],
                  Discriminator(_form)] | None
    ) = None  # fmt: skip
    share: float = Field(default=0.5, ge=0, lt=1)
    code: str = Field(default="ab", pattern="^[ab]+$", max_length=3)
    step: int = Field(default=5, multiple_of=5)
    nested: dict[str, list[Lognormal | Constant]] = {}
    day: str = "monday"

    @field_validator("day")
    @classmethod
    def _a_day(cls, value: str) -> str:
        if not value.endswith("day"):
            raise ValueError("must be a day\nsuch as monday.")
        return value

    @model_validator(mode="after")
    def _not_both(self) -> Config:
        if self.share > 0.9 and self.step > 5:
            raise ValueError("share and step exclude each other")
        return self


def read(text: str) -> Node:
    return read_text_as_yaml(text.encode(), "f.yaml")


def refused(text: str, model: type[BaseModel] = Config, top_key: str = "") -> list[str]:
    with pytest.raises(InputError) as caught:
        validate(read(text), model, top_key)
    return str(caught.value).splitlines()


def test_a_good_tree_becomes_a_frozen_value_with_the_types_of_the_model() -> None:
    text = """
clinics: {grong: {place: Grong, talk_s: 90}}
start: 2026-02-28
hours: [08:00-15:30]
wait: 3
service: {kind: lognormal, mean_s: 4, shape: [1, 2.5]}
"""
    found = validate(read(text), Config)
    assert found.clinics["grong"].talk_s == 90.0
    assert isinstance(found.clinics["grong"].talk_s, float)
    assert (found.start, found.hours, found.wait) == (date(2026, 2, 28), ("08:00-15:30",), 3.0)
    assert found.service == Lognormal(kind="lognormal", mean_s=4.0, shape=(1.0, 2.5))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("share: 1,5", "share: must be a number: write 1.5 with a point (got '1,5')"),
        ("share: '1 234,5'", "share: must be a number: write 1234.5 with a point (got '1 234,5')"),
        ("share: 10 000", "share: must be a number: write 10000 (got '10 000')"),
        ("share: '0.5'", "share: must be a number: write 0.5 without quotes (got '0.5')"),
        ("share: half", "share: must be a number (got 'half')"),
        ("share: .nan", "share: must be a number (got '.nan')"),
        ("share: true", "share: must be a number (got true)"),
        ("share:", "share: must be a number (got nothing)"),
        ("share: 1", "share: must be less than 1 (got 1)"),
        ("share: -0.5", "share: must be at least 0 (got -0.5)"),
        ("step: 7", "step: must be a multiple of 5 (got 7)"),
        ("step: 5.5", "step: must be a whole number (got 5.5)"),
        ("step: 1e1000", "step: number '1e1000' is too large; write a number below 1e308"),
        ("title: 5", "title: must be text: put it in quotes (got 5)"),
        ("title: [a]", "title: must be text (got a list)"),
        ("title: ''", "title: must not be empty"),
        ("number: 113", "number: must be '113' or '116117': put it in quotes (got 113)"),
        ("number: 112", "number: must be '113' or '116117' (got 112)"),
        ("urgency: yelow", "urgency: must be 'red', 'yellow' or 'green';"
                           " did you mean 'yellow' (got 'yelow')"),
        ("kommune: 301", "kommune: must be text: put it in quotes (got 301)"),
        ("kommune: '301'", "kommune: must be four digits (got '301')"),
        ("code: c", "code: must be of the form ^[ab]+$ (got 'c')"),
        ("code: aaaa", "code: must have at most 3 characters (got 'aaaa')"),
        ("hours: 08:00", "hours: must be a list, such as [a, b] (got '08:00')"),
        ("hours: [a, b, c]", "hours: must have at most 2 entries (has 3)"),
        ("hours: [a, 5]", "hours.1: must be text: put it in quotes (got 5)"),
        ("start: 2026-02-31", "start: must be a date, such as 2026-01-31 (got '2026-02-31')"),
        ("clinics: [a]", "clinics: must be a mapping of keys to values (got a list)"),
        ("clinics: {a: b}", "clinics.a: must be a mapping of keys to values (got 'b')"),
        ("day: someda", "day: must be a day such as monday"),
        ("wait: 1,5", "wait: must be a number or a mapping of keys to values:"
                      " write 1.5 with a point (got '1,5')"),
        ("service: {kind: constnt}", "service.kind: must be one of 'constant', 'lognormal';"
                                     " did you mean 'constant' (got 'constnt')"),
        ("service: {mean_s: 1}", "service.kind: missing: write kind"),
        ("service: {kind: lognormal, mean_s: 0}",
         "service.mean_s: must be greater than 0 (got 0)"),
        ("form: 5", "form: is not in an accepted form (got 5)"),
        ("form: {place: a, talk_s: 0}", "form.talk_s: must be greater than 0 (got 0)"),
        ("titel: a", "titel: unknown key; did you mean 'title'?"),
        ("nested: {a: [{kind: constant, value_s: x}]}",
         "nested.a.0.value_s: must be a number (got 'x')"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_in_plain_words(text: str, message: str) -> None:
    assert refused(text) == [f"f.yaml:1: {message}"]


def test_an_error_of_the_whole_has_the_line_where_the_whole_begins() -> None:
    assert refused("\nshare: 0.95\nstep: 10") == ["f.yaml:2: share and step exclude each other"]
    assert refused("\nshare: 0.95\nstep: 10", top_key="a.b") == [
        "f.yaml:2: a.b: share and step exclude each other"
    ]


def test_an_unmapped_error_of_pydantic_keeps_its_own_words() -> None:
    class Url(Strict):
        size: Annotated[bytes, Field(max_length=2)]

    assert refused("size: abc", Url) == [
        "f.yaml:1: size: data should have at most 2 bytes (got 'abc')"
    ]


def test_every_error_comes_at_once_with_its_own_line() -> None:
    text = """\
clinics:
  grong:
    place: Grong
    talk: 90
    open: ja
  Namsos By:
    place: Namsos
    talk_s: 5000
share: 2
unknown: 1
"""
    assert refused(text) == [
        "f.yaml:4: clinics.grong.talk: missing unit: write talk_s, in seconds",
        "f.yaml:5: clinics.grong.open: must be true or false (got 'ja')",
        "f.yaml:6: clinics.Namsos By: key must be lower-case letters, digits and single hyphens"
        " (got 'Namsos By')",
        "f.yaml:8: clinics.Namsos By.talk_s: must be at most 3600 (got 5000)",
        "f.yaml:9: share: must be less than 1 (got 2)",
        "f.yaml:10: unknown: unknown key; write one of title, clinics, urgency, number, kommune,"
        " start, hours, wait, service, form, share, code, step, nested, day",
    ]


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        ("{kind: lognormal, mean_s: -1}", ["wait.mean_s"]),
        ("{kind: lognormal, mean_s: 1, shape: [1, x]}", ["wait.shape.1"]),
        ("{kind: constant}", ["wait.value_s"]),
        ("{kind: constant, value_min: 2}", ["wait.value_min"]),
        ("[1]", ["wait"]),
        ("true", ["wait"]),
    ],
)
def test_of_a_union_only_the_member_that_was_meant_is_heard(value: str, keys: list[str]) -> None:
    found = refused(f"wait: {value}")
    assert [line.split(": ")[1] for line in found] == keys


def test_a_value_of_the_right_type_is_not_told_about_the_other_members() -> None:
    class Model(Strict):
        a: Annotated[float, Field(gt=0)] | Constant

    assert refused("a: -1", Model) == ["f.yaml:1: a: must be greater than 0 (got -1)"]


class Doctor(Strict):
    talk_s: float


def test_a_union_member_may_have_the_name_of_a_key() -> None:
    class Same(Strict):
        a: Doctor | Clinic

    text = "a: {place: x, talk_s: x, Clinic: 1}"
    assert refused(text, Same) == [
        "f.yaml:1: a.Clinic: unknown key; write one of talk_s, place, rooms, open",
        "f.yaml:1: a.talk_s: must be a number (got 'x')",
    ]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("talk", "missing unit: write talk_s, in seconds"),
        ("talk_min", "unknown key: write talk_s (this field is in seconds; 1 min = 60 s)"),
        ("talk_h", "unknown key: write talk_s (this field is in seconds; 1 h = 3600 s)"),
        ("drive_h", "unknown key: write drive_min (this field is in minutes; 1 h = 60 min)"),
        ("speed_km", "unknown key: write speed_kmh (this field is in kilometres an hour)"),
        ("cost", "missing unit: write cost_nok, in Norwegian kroner"),
        ("calls", "missing unit: write calls_per_h, per hour"),
        ("goes", "missing unit: write goes_share, as a share of 1"),
        ("rooms_s", "unknown key: write rooms (this field has no unit in its name)"),
        ("tlak_s", "unknown key; did you mean 'talk_s'"),
        ("5", "unknown key; if this is a decimal comma, write the number with a point"),
    ],
)
def test_an_unknown_key_is_told_what_to_write(key: str, message: str) -> None:
    fields = ["talk_s", "drive_min", "speed_kmh", "cost_nok", "calls_per_h", "goes_share", "rooms"]
    assert unknown_key(key, fields) == message


def test_hints_come_from_the_fields_of_the_place_where_the_key_stands() -> None:
    for text, line in [
        ("clinics: {a: {place: x, talk_s: 1, room: 2}}",
         "clinics.a.room: unknown key; did you mean 'rooms'?"),
        ("nested: {a: [{kind: lognormal, mean_s: 1, shap: []}]}",
         "nested.a.0.shap: unknown key; did you mean 'shape'?"),
        ("service: {kind: constant, value_s: 1, mean: 2}",
         "service.mean: unknown key; write one of kind, value_s"),
        ("wait: {kind: constant, value_s: 1, value_h: 2}",
         "wait.value_h: unknown key: write value_s (this field is in seconds; 1 h = 3600 s)"),
    ]:  # fmt: skip
        assert refused(text) == [f"f.yaml:1: {line}"]


def test_a_model_without_fields_has_no_key_to_offer() -> None:
    class Nothing(Strict):
        pass

    assert refused("a: 1", Nothing) == ["f.yaml:1: a: unknown key; leave it out"]


def test_errors_in_a_variant_name_the_file_that_has_the_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text("clinics:\n  a: {place: x, talk_s: 0}\nshare: 0.1\n")
    (tmp_path / "v.yaml").write_text(
        "extends: base\nchanges:\n  c:\n    why: x\n    set:\n      share: 7\n      clinics:\n"
        "        a: {place: null}\n"
    )

    def find(name: str, folder: Path) -> Path:
        return folder / f"{name}.yaml"

    tree = set_value(resolve_variant(Path("v.yaml"), find).tree, "step", "3")
    with pytest.raises(InputError) as caught:
        validate(tree, Config)
    assert str(caught.value).splitlines() == [
        "--set: step: must be a multiple of 5 (got 3)",
        "base.yaml:2: clinics.a.place: missing: write place",
        "base.yaml:2: clinics.a.talk_s: must be greater than 0 (got 0)",
        "v.yaml:6: share: must be less than 1 (got 7)",
    ]


def test_a_tree_that_is_no_mapping_is_refused() -> None:
    def line_of(value: Any) -> str:
        with pytest.raises(InputError) as caught:
            validate(Node(value, "f.yaml", 3), Config, "rows.4")
        return str(caught.value)

    assert line_of([]) == "f.yaml:3: rows.4: must be a mapping of keys to values (got a list)"
