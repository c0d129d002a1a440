"""What a variant changes is told in plain sentences; staff left on the roster is warned of."""

from __future__ import annotations

import pytest

from akuttsim.config.describe_change import change_sentences, idle_staff_sentences
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.shipped import config_names
from akuttsim.texts import LANGUAGES, in_words


@pytest.fixture(scope="module")
def namdal() -> Region:
    return load_region("namdal").value


@pytest.fixture(scope="module")
def today() -> Organisation:
    return load_organisation("namdal-today").value


def told(base: Organisation, variant: Organisation, region: Region, lang: str = "en") -> list[str]:
    return [in_words(each, lang) for each in change_sentences(base, variant, region)]


def without(organisation: Organisation, section: str, *names: str) -> Organisation:
    rest = {n: one for n, one in getattr(organisation, section).items() if n not in names}
    return organisation.model_copy(update={section: rest})


def test_closed_and_new_clinics_are_told_by_their_places(today, namdal):
    variant = load_organisation("namdal-satellites").value
    sentences = told(today, variant, namdal, "nb")
    assert sentences[0] == "legevakt legges ned i Grong og Rørvik"
    assert sentences[1] == "ny satellitt i Grong, Sandvika (Nordli) og Rørvik"


def test_hours_that_move_are_told_to_move(today, namdal):
    sentences = told(today, load_organisation("namdal-one-legevakt").value, namdal)
    assert "nurses' hours move to Legevakt in Namsos" in sentences


def test_hours_that_are_added_are_told_with_how_many(today, namdal):
    # 7.5 hours on each of five weekdays, but for the holidays of a mean week of the year
    sentences = told(today, load_organisation("namdal-operators-plus-day").value, namdal)
    assert sentences == ["Namdal 116117 control room: 36 more operator hours a week"]


def test_many_new_units_are_counted(today, namdal):
    sentences = told(today, load_organisation("namdal-first-responders").value, namdal)
    assert "12 new groups of first responders" in sentences


def test_a_crew_that_is_taken_away_is_told_once(today, namdal):
    name = next(iter(today.ambulances))
    sentences = told(today, without(today, "ambulances", name), namdal)
    assert sentences == [f"{today.ambulances[name].title.en} taken away"]


def test_nothing_is_told_of_the_same_organisation(today, namdal):
    assert change_sentences(today, today, namdal) == []


@pytest.mark.parametrize("name", config_names("organisation"))
def test_every_shipped_organisation_has_staff_with_somewhere_to_work(name):
    organisation = load_organisation(name).value
    assert idle_staff_sentences(organisation, load_region(organisation.region).value) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_doctors_of_a_closed_clinic_are_warned_of(today, namdal, lang):
    closed = without(today, "clinics", "legevakt-grong")
    [warning] = [in_words(each, lang) for each in idle_staff_sentences(closed, namdal)]
    assert today.doctors["legevaktlege-grong"].title.model_dump()[lang] in warning


def test_nurses_of_a_clinic_that_closes_earlier_are_warned_of(today, namdal):
    clinic = today.clinics["legevakt-rorvik"]
    evening = clinic.open["evening"].model_copy(update={"hours": "15:30-22:00"})
    earlier = clinic.model_copy(update={"open": {**clinic.open, "evening": evening}})
    variant = today.model_copy(update={"clinics": {**today.clinics, "legevakt-rorvik": earlier}})
    warnings = [in_words(each, "en") for each in idle_staff_sentences(variant, namdal)]
    assert len(warnings) == 2 and any(
        w.startswith("the nurses of Legevakt in Rørvik") for w in warnings
    )
    assert all(" 5 hours a week" in warning for warning in warnings)
