"""Headings of a call log that say that their column tells who rang, whatever stands in it.

`telefon`, `Innringers navn`, `patient_id` and `hendelsesadresse` do; `pasientkategori`,
`phone_answered`, `patient age` and `stasjonsnavn` do not: there another word says what of it.
"""

from __future__ import annotations

import re

IDENTITY, PHONE, ADDRESS, NAME = "identity numbers", "telephone numbers", "addresses", "names"
BIRTH, PERSON = "dates of birth", "callers or patients"

_STRONG = {
    IDENTITY: "fnr fodselsnummer fodselsnr personnummer personnr personid dnummer ssn nin",
    BIRTH: "fodt fodselsdato fodselsdag birthdate birthday dob dateofbirth",
    NAME: "fornavn etternavn mellomnavn firstname lastname surname forename fullname",
    PHONE: "msisdn anummer anumber callerid callingnumber franummer fromnumber",
    ADDRESS: "epost epostadresse email",
    PERSON: "nextofkin",
}
"""Words that say it beside any other."""

_WEAK = {
    PERSON: "innringer oppringer anroper anropende melder caller pasient patient parorende"
    " kontaktperson",
    PHONE: "telefon telephone phone cellphone tlf mobil mobile mobiltelefon",
    ADDRESS: "adresse address adr mail",
    NAME: "navn name",
    BIRTH: "birth born",
}
"""Words that say it unless a word that is neither of these nor of the next says what of it."""

_BESIDE = (
    "nr nummer no num number id ident s ens en er ers e ne til fra for av pa the of to from a"
    " hjemme home privat private jobb work kontakt contact post bo bosteds gate vei veg street"
    " first last full next kin who hvem ringt ringte rang"
)
_OF_BIRTH = {"date", "dato", "year", "ar", "day", "dag"}
_OF_ADDRESS = {"kommune", "municipality", "fylke", "county", "region", "sone", "zone", "type"}
"""What of an address tells where in the district, and not at whose door."""

_LETTERS = str.maketrans({"ø": "o", "å": "a", "æ": "ae"})


def _one_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_WORDS_OF = {what: re.compile(rf"(?:{_one_of(words)})s?") for what, words in _STRONG.items()}
_ANY_WEAK = _one_of(" ".join(_WEAK.values()))
_GLUED = re.compile(rf"(?:{_ANY_WEAK}|{_one_of(_BESIDE)})+")
_HAS_WEAK = {what: re.compile(_one_of(words)) for what, words in _WEAK.items()}
_NO_MORE = frozenset(_BESIDE.split())
_DOOR = re.compile(r"\w+(?:adresse|address)(?:r|n|ne|es)?")


def said_by_heading(heading: str) -> str:
    """Return what a heading says that its column is, such as "names"; "" where it says nothing."""
    words = _words(heading)
    whole = "".join(words)
    for what, strong in _WORDS_OF.items():
        if strong.fullmatch(whole) or any(strong.fullmatch(word) for word in words):
            return what
    if any(_DOOR.fullmatch(word) for word in words) and not _OF_ADDRESS & set(words):
        return ADDRESS
    said = [what for word in words if (what := _weak(word))]
    ours = _OF_BIRTH if BIRTH in said else set()
    others = [word for word in words if not _weak(word) and word not in _NO_MORE | ours]
    if ADDRESS in said and not _OF_ADDRESS & set(words):
        return ADDRESS
    return said[0] if said and not others else ""


def _words(heading: str) -> list[str]:
    """Return the words of a heading in small letters a to z: of `patientName` two."""
    apart = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", heading).casefold().translate(_LETTERS)
    spelt = apart.replace("foed", "fod").replace("paaroer", "paror").replace("paaror", "paror")
    return re.findall(r"[a-z]+", spelt)


def _weak(word: str) -> str:
    """Return what a word says that is made of such words alone: `pasientnavn`, `telefonnr`."""
    if _GLUED.fullmatch(word) is None:
        return ""
    return next((what for what, weak in _HAS_WEAK.items() if weak.search(word)), "")
