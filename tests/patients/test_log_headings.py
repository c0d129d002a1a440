"""Headings that tell who rang, and headings that only have such a word in them."""

import pytest

from akuttsim.calllog.privacy import (
    ADDRESS,
    BIRTH,
    IDENTITY,
    NAME,
    PERSON,
    PHONE,
    person_kind_of_heading,
)

TELLING = {
    IDENTITY: "fnr Fødselsnummer personnr fodselsnr SSN pasient_fnr",
    BIRTH: "født foedt fødselsdato fodselsdato dob date_of_birth birth_year Pasient_født",
    NAME: "navn name fornavn Etternavn first_name lastName gatenavn",
    PHONE: "telefon tlf Tlfnr phone phone_no mobil mobilnr. telefonnummer A-nummer caller-ID"
    " TELEFON fra_nummer Telefonnr_2",
    ADDRESS: "adresse address hendelsesadresse incident_address adresse_hendelse e-post e_mail",
    PERSON: "innringer Innringers_navn caller callerName pasient patient_name patientName"
    " pasientnavn patient_id pårørende paaroerende parorende next_of_kin melders_tlf",
}

HARMLESS = """
    ringt nummer kommune hastegrad besvart avsluttet varslet rykket_ut fremme forlot ved_sykehus
    ledig time number place urgency outcome answered ended alerted rolling on_scene left
    at_hospital free pasientkategori patient_age patientAge pasient_alder innringertype caller_type
    telefonkø phone_answered mobile_unit stasjonsnavn kommunenavn unit_name enhetsnavn operatør
    fødsel imminent_birth call_id id dato tid fremme_hos_pasient patient_delivered telefonist
    postnummer postadresse_kommune adressetype sted navn_på_enhet varselnr anrop caller_wait_s
    number_called kontakt vru_entry customer server mobilisering nearest q_start
""".split()


@pytest.mark.parametrize(
    ("what", "heading"), [(what, each) for what in TELLING for each in TELLING[what].split()]
)
def test_a_heading_that_tells_who_rang_is_known(what: str, heading: str) -> None:
    assert person_kind_of_heading(heading) == what
    assert person_kind_of_heading(heading.replace("_", " ").upper()) == what


@pytest.mark.parametrize("heading", HARMLESS)
def test_a_heading_that_says_what_else_it_is_tells_nobody(heading: str) -> None:
    assert person_kind_of_heading(heading) == ""
