"""Every shipped file loads and passes all checks, and says where its numbers come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import load_experiment, load_organisation, load_region, load_targets
from akuttsim.config.schema.fleet import Crew, Support
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import Staffing, unroll
from akuttsim.config.schema.values import Factor, Model, Number, Share, Sourced
from akuttsim.config.shipped import KINDS, config_names, find_config, project_root
from akuttsim.crew_choice import CREW_RULES


@pytest.mark.parametrize("name", config_names("region"))
def test_a_shipped_region_loads_and_passes(name: str) -> None:
    loaded = load_region(name)
    check_region(loaded)
    assert loaded.value.region == name
    assert loaded.value.people() > 0


@pytest.mark.parametrize("name", config_names("organisation"))
def test_a_shipped_organisation_loads_and_passes_in_its_region(name: str) -> None:
    loaded = load_organisation(name)
    assert loaded.value.organisation == name
    assert loaded.value.region in config_names("region")
    check_organisation(loaded, load_region(loaded.value.region))


@pytest.mark.parametrize("name", config_names("experiment"))
def test_a_shipped_experiment_compares_shipped_organisations_of_its_region(name: str) -> None:
    experiment = load_experiment(name).value
    assert experiment.experiment == name
    assert experiment.region in config_names("region")
    assert experiment.targets in config_names("targets")
    for organisation in experiment.organisations:
        home = load_organisation(organisation).value.region
        assert experiment.region == home or experiment.region.startswith(f"{home}-")
    assert len(set(experiment.organisations)) == len(experiment.organisations)
    assert experiment.warmup_days <= experiment.weeks * 7


@pytest.mark.parametrize("name", config_names("targets"))
def test_shipped_targets_name_each_indicator_once(name: str) -> None:
    targets = load_targets(name).value.targets
    indicators = [target.indicator for target in targets.values()]
    assert len(set(indicators)) == len(indicators) > 0


def _top_keys(text: str) -> list[str]:
    return [line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()]


@pytest.mark.parametrize("name", config_names("organisation"))
def test_a_variant_is_a_base_and_named_changes(name: str) -> None:
    text = find_config("organisation", name).read_text(encoding="utf-8")
    loaded = load_organisation(name)
    if "\nextends:" in f"\n{text}":
        assert loaded.changes
        assert not {"control_rooms", "clinics", "doctors", "ambulances"} & set(_top_keys(text))
    reasons = [text for change in loaded.changes for text in change.why.values()]
    assert all(len(reason) > 20 for reason in reasons)


VARIANTS = [name for name in config_names("region") if name.startswith("namdal-")]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_region_variant_is_namdal_and_named_changes_that_today_can_meet(name: str) -> None:
    loaded = load_region(name)
    assert loaded.changes
    assert set(_top_keys(find_config("region", name).read_text(encoding="utf-8"))) <= {
        "extends", "region", "title", "description", "calendar", "changes"}  # fmt: skip
    assert loaded.value.title.nb != loaded.value.title.en
    assert loaded.value.places == load_region("namdal").value.places
    check_organisation(load_organisation("namdal-today"), loaded)


def sourced(value: object, key: str = "") -> Iterator[tuple[str, Sourced]]:
    """Yield every value with a source below a config value, with its dotted key."""
    if isinstance(value, Sourced):
        yield key, value
    if isinstance(value, Model):
        for name in type(value).model_fields:
            yield from sourced(getattr(value, name), f"{key}.{name}")
    elif isinstance(value, dict | tuple | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in items:
            yield from sourced(part, f"{key}.{name}")


CONFIGS = [*(load_region(name).value for name in config_names("region")),
           *(load_organisation(name).value for name in config_names("organisation"))]  # fmt: skip


def named(config: Model) -> str:
    return config.region if isinstance(config, Region) else str(getattr(config, "organisation", ""))


@pytest.mark.parametrize("config", CONFIGS, ids=named)
def test_a_value_lies_within_its_own_range(config: Model) -> None:
    """For what is one number; the range of other values is a factor, or of their centre."""
    wrong = []
    for key, value in sourced(config):
        if isinstance(value, Number | Factor | Share):
            number: float = value.value
        elif isinstance(value, Staffing):
            number = value.on_duty
        else:
            continue
        if value.range is not None and not value.range[0] <= number <= value.range[1]:
            wrong.append((key, number, value.range))
    assert wrong == []


@pytest.mark.parametrize("config", CONFIGS, ids=named)
def test_every_value_has_a_source_that_says_something(config: Model) -> None:
    found = dict(sourced(config))
    assert len(found) > 5
    assert [key for key, value in found.items() if not value.source.strip()] == []


def test_nothing_shipped_is_left_over() -> None:
    """Every YAML file under configs/ and experiments/ is one that a name stands for."""
    known = {find_config(kind, name) for kind in KINDS
             for name in config_names(kind)}  # fmt: skip
    files = {path for folder in ("configs", "experiments")
             for path in (project_root() / folder).rglob("*.y*ml")}  # fmt: skip
    assert files == known


SCHEMA = tuple(
    f"akuttsim.config.schema.{name}"
    for name in ("organisation", "control_room", "clinic",
                                                        "fleet", "roster"))  # fmt: skip


def models(value: object) -> Iterator[Model]:
    """Yield every model at and below a config value."""
    if isinstance(value, Model):
        yield value
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict | tuple | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from models(part)


def test_every_link_of_the_schema_is_switched_on_in_the_example() -> None:
    """Whatever may be left out is there; 113's dispatchers are in the base, without them here."""
    example, base = (load_organisation(name).value for name in ("namdal-all-links", "namdal-today"))
    one_choice = {("Dispatch", "rule")} if len(CREW_RULES) == 1 else set()
    switched_on, optional = set(), {("ControlRoom", "dispatchers")}
    for model in models(example):
        for name, field in type(model).model_fields.items():
            if type(model).__module__ in SCHEMA and not field.is_required():
                optional.add((type(model).__name__, name))
                if getattr(model, name) != field.get_default(call_default_factory=True):
                    switched_on.add((type(model).__name__, name))
    # a reason, days of a log, and conditions that are known only with health outcomes
    no_links = ("unusual", "fitted_to", "causes")
    optional = {(model, name) for model, name in optional if name not in no_links}
    assert len(optional) > 55
    assert optional - switched_on == {("ControlRoom", "dispatchers"), *one_choice}
    assert base.control_rooms["amk-namsos"].dispatchers
    done = {each for clinic in example.clinics.values() for each in clinic.care}
    assert done == set(type(example.clinic_care).model_fields)


def test_every_kind_of_vehicle_is_in_the_example() -> None:
    """The rescue helicopter, which its text names, is written as the other helicopter is."""
    example = load_organisation("namdal-all-links").value
    kinds = set(get_args(Crew.model_fields["kind"].annotation))
    assert {crew.kind for crew in example.ambulances.values()} == kinds
    beside = set(get_args(Support.model_fields["kind"].annotation)) - {"rescue_helicopter"}
    assert {support.kind for support in example.supports.values()} == beside


def test_the_example_meets_its_outage_within_the_first_weeks() -> None:
    region = load_region("namdal").value
    rooms = load_organisation("namdal-all-links").value.control_rooms
    [outage] = rooms["legevaktsentral-namdal"].down.values()
    [(start, end)] = unroll(outage, region.calendar.calendar(), 371)
    assert region.calendar.calendar().local(start).strftime("%a %H:%M") == "Wed 17:00"
    assert 7 * 86_400 < start < end < 14 * 86_400
