"""Columns of a call log that look like persons: names, identity numbers, telephones, addresses.

A heading that says that its column tells who rang is enough, whatever stands in it; cells are
looked at one by one, and names of persons are told from those of places, units and states.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

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

PLAIN_LETTERS = str.maketrans({"ø": "o", "å": "a", "æ": "ae"})


def _any_of_words(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_WORDS_OF = {what: re.compile(rf"(?:{_any_of_words(words)})s?") for what, words in _STRONG.items()}
_ANY_WEAK = _any_of_words(" ".join(_WEAK.values()))
_GLUED = re.compile(rf"(?:{_ANY_WEAK}|{_any_of_words(_BESIDE)})+")
_HAS_WEAK = {what: re.compile(_any_of_words(words)) for what, words in _WEAK.items()}
_NO_MORE = frozenset(_BESIDE.split())
_DOOR = re.compile(r"\w+(?:adresse|address)(?:r|n|ne|es)?")


def person_kind_of_heading(heading: str) -> str:
    """Return what a heading says that its column is, such as "names"; "" where it says nothing."""
    divided = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", heading).casefold().translate(PLAIN_LETTERS)
    spelt = divided.replace("foed", "fod").replace("paaroer", "paror").replace("paaror", "paror")
    words = re.findall(r"[a-z]+", spelt)
    whole = "".join(words)
    for what, strong in _WORDS_OF.items():
        if strong.fullmatch(whole) or any(strong.fullmatch(word) for word in words):
            return what
    if any(_DOOR.fullmatch(word) for word in words) and not _OF_ADDRESS & set(words):
        return ADDRESS
    kinds = [what for word in words if (what := _person_kind_of_word(word))]
    ours = _OF_BIRTH if BIRTH in kinds else set()
    others = [
        word for word in words if not _person_kind_of_word(word) and word not in _NO_MORE | ours
    ]
    if ADDRESS in kinds and not _OF_ADDRESS & set(words):
        return ADDRESS
    return kinds[0] if kinds and not others else ""


def _person_kind_of_word(word: str) -> str:
    """Return what a word says that is made of such words alone: `pasientnavn`, `telefonnr`."""
    if _GLUED.fullmatch(word) is None:
        return ""
    return next((what for what, weak in _HAS_WEAK.items() if weak.search(word)), "")


_CAPITAL = r"[A-ZÆØÅÉÖÄ][\w'-]*\.?"
_RUN = re.compile(rf"{_CAPITAL}(?:,? {_CAPITAL})+")
_WORD = r"[A-ZÆØÅÉ][a-zæøåéèüöä]+(?:-[A-ZÆØÅ][a-zæøå]+)?"
_FULL_NAME = re.compile(rf"{_WORD}(?:,? (?:{_WORD}|[A-ZÆØÅ]\.?))+")

GIVEN = frozenset(
    """
    ahmed aina aleksander alexander ali anders andrea andreas anette anita ann anna anne
    annette arild arne arnt arvid asbjørn aslaug astrid atle aud audun beate benjamin bente
    berit bjarne bjørg bjørn bodil borghild brit britt camilla cathrine cecilie charlotte
    christian christina christine christoffer daniel david egil eilif einar elin eline
    elisabeth elise ellen elsa emil emilie emma erik erling espen eva fatima fredrik frida
    frode geir gerd grete gro gudrun gunn gunnar gunvor guro hanne hans harald hassan hedda
    hege heidi helen helene henriette henrik hilde håkon håvard ida inga inge inger ingrid
    ingunn ingvild irene isak iselin ivar jakob jenny jens joakim johan johanne johannes john
    johnny jon jonas jorunn jostein julie jørgen kai karen kari karin karl karoline kathrine
    katrine ketil kirsten kjell kjersti kjetil knut kolbjørn kristian kristin kristine
    kristoffer kåre laila lars leif lene lillian linda linn lisbeth lise lucas ludvig magne
    magnhild magnus malin maren margit margrete maria mariann marianne marie marit marius
    markus marte marthe martin mathias merete mette michael mikael mohamed mohammad mohammed
    monica morten nils nina nora oddbjørn oddvar ola olaf olav ole oliver oscar oskar ove peder
    per pernille petter philip pia pål ragnar ragnhild randi reidar reidun roar robert roger
    roland rolf ronny runar rune ruth sander sara sebastian sigmund signe sigrid sigrun silje
    simen siri sissel siv sofie solfrid solveig stefan steinar stian stig stine sunniva susanne
    svein sverre synnøve sølvi terje thea thomas thor tobias tommy tonje tore torgeir torill
    torleif torunn trine trond trude trygve turid tuva ulf unni vegard vibeke vidar vigdis
    wenche william yngve åge åse øystein øyvind
    """.split()
)
"""Given names that are common in Norway and hardly mean anything else in a log. Left out are such
as Dag, Finn, Jan, Mai, Tom and Tor. From memory of the name statistics of Statistics Norway."""

NOT_NAMES = frozenset(
    """
    abandoned akutt akuttmottak alarm ambulance ambulanse ambulansen ambulansestasjon amk and
    answer answered av avbrutt avdeling avlyst avsluttet besvart bil brann brannstasjon brannvesen
    båt call calls cancelled clinic completed dag dagtid day direkte dispatch doctor doktor døgn
    emergency enhet ended fire for fra fullført fylke green grønn gul haster helgeland
    helikopter helicopter helse helsehus helsetun helsesenter hendelse hjem hjemmesykepleien
    hjemmetjenesten hospital hour hung høy i ikke in indre inn intensiv kjøring klinikk kommune
    konsultasjon kors kveld lagt lav lege legebil legekontor legevakt legevakten legevaktsentral
    lille line low luftambulanse luftambulansen lvs medium mobil mottak natt nedre no nord norges
    norsk norske not nurse nødsentral nødetat of omsorgssenter operator operatør oppdrag oppmøte
    outside overført pasient patient phone planlagt police politi politiet poliklinikk på queue
    red redningshelikopter region rådgivning rød røde sankt senter sentral sentrum service
    station stasjon store st st. syd sykebesøk sykehjem sykehus sykehuset sykepleier sør
    telefon the tid til time timer transferred transport type under unit universitetssykehus
    universitetssykehuset up ut utrykning vakt vakten vanlig vest video venter yellow ytre øst
    øvre
    """.split()
)
"""Words of services, places on the map and states of a call, which are no part of a name."""


def words_of_places(places: frozenset[str]) -> frozenset[str]:
    """Return the single words of places, in small letters."""
    return frozenset(
        word for place in places for word in re.split(r"[\W_]+", place.casefold()) if len(word) > 1
    )


def is_full_name(cell: str, known: frozenset[str]) -> bool:
    """Tell whether a cell has two or more capitalised words in a row, as a name has.

    Args:
        cell: The text.
        known: Words of places, as `words_of_places` returns them; words of services do not count
            either.
    """
    runs = [run for run in _RUN.findall(cell) if _FULL_NAME.fullmatch(run)]
    return any(len(_unknown_words_of_run(run, known)) > 1 for run in runs)


def has_given_name(cell: str, known: frozenset[str]) -> bool:
    """Tell whether a common given name stands beside another capitalised word that is no place."""
    strange = [_unknown_words_of_run(run, known) for run in _RUN.findall(cell)]
    return any(len(words) > 1 and not GIVEN.isdisjoint(words) for words in strange)


def _unknown_words_of_run(run: str, known: frozenset[str]) -> list[str]:
    """Return the words of a run of capitalised words that are of no place and no service."""
    words = [word.strip(".,").casefold() for word in run.split()]
    return [word for word in words if word and word not in known and word not in NOT_NAMES]


_DULL = re.compile(
    r"\d{0,7}(?:[.,]\d{1,6})?|[A-Z]{1,3}\d{1,6}"
    r"|\d{1,4}[-./:]\d{2}(?:[-./: T]\d{1,6}){0,6}(?:Z|[+-]\d\d:?\d\d)?"
)
"""Short numbers, codes and times, which most cells are and which look like nobody."""
_ELEVEN = re.compile(r"(?<!\d)(\d{6})[ -]?(\d{5})(?!\d)")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_EIGHT = re.compile(r"(?:(?:\+|00)47 ?)?[2-9]\d{7}")
_SPACED = re.compile(r"(?:(?:\+|00)\d{2} ?)?(?:\d{2} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3})")
_ABROAD = re.compile(r"(?:\+|00)\d{10,13}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_STREET = re.compile(
    r"\w*(?:gate|gata|gaten|gt\.?|vei|veien|veg|vegen|vn\.?|svingen|bakken|allé|alle|plass|stien"
    r"|tunet|street|road) \d{1,4} ?[a-z]?\b",
    re.IGNORECASE,
)
_LANDLINE_OR_MOBILE = r"(?:(?:\+|00)47 ?)?(?:[2-9]\d{7}|\d{3} \d{2} \d{3}|\d{2}(?: \d{2}){3})"
_IN_TEXT = re.compile(rf"(?<![\d.,:/-]){_LANDLINE_OR_MOBILE}(?![\d/:-]|[.,]\d)")
_CUED = re.compile(
    rf"(?:\btlf|\btel|telefon|mobil|\bmob|phone|\bring(?:e|es)?)\w*\W{{0,3}}(?:på |nr\.? )?"
    rf"{_LANDLINE_OR_MOBILE}(?!\d)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
)
"""Dates of eight digits, which are no telephone numbers."""


def is_identity_number(digits: str) -> bool:
    """Tell whether eleven digits are a Norwegian identity number: a date and two check digits.

    D-numbers (day + 40), H-numbers (month + 40) and made-up ones (month + 80, + 65) are counted.
    Source: Skatteetaten, Fødselsnummeret; modulus 11 with the weights published there.
    """
    numbers = [int(digit) for digit in digits]
    if not _is_birth_date(numbers[0] % 4 * 10 + numbers[1], numbers[2] * 10 + numbers[3]):
        return False
    first = -sum(w * n for w, n in zip(_FIRST, [*numbers[:9], 0], strict=True)) % 11
    second = -sum(w * n for w, n in zip(_SECOND, [*numbers[:10], 0], strict=True)) % 11
    return (first, second) == (numbers[9], numbers[10])


def _is_birth_date(day: int, month: int) -> bool:
    """Tell whether day and month are a date, also with what D-, H- and made-up numbers add."""
    within = next((month - plus for plus in (80, 65, 40, 0) if 1 <= month - plus <= 12), 0)
    try:
        return bool(within) and bool(date(2000, within, day))
    except ValueError:
        return False


_FRACTION = re.compile(r"(-?\d+)[.,]\d+")
"""A decimal number, whose many decimals are no number of anybody's."""


def has_identity_number(cell: str) -> bool:
    """Tell whether there is an identity number anywhere in a text, decimals of a number left out.

    A point between a date and five figures counts as the space that people write there.
    """
    number = _FRACTION.fullmatch(cell)
    if number is not None:
        whole, decimals = number[1], cell[number.end(1) + 1 :]
        cell = whole + decimals if (len(whole), len(decimals)) == (6, 5) else whole
    return any(is_identity_number(a + b) for a, b in _ELEVEN.findall(cell))


def is_phone(cell: str) -> bool:
    """Tell whether a cell is a telephone number: eight digits from 2 on, or written as people do.

    Source: the Norwegian numbering plan (Nkom); none begins with 0 or 1.
    """
    if _DATE.fullmatch(cell):
        return False
    return any(pattern.fullmatch(cell) is not None for pattern in (_EIGHT, _SPACED, _ABROAD))


def has_phone(cell: str) -> bool:
    """Tell whether something that may be a telephone number stands in a text."""
    if not any(letter.isalpha() for letter in cell):
        return False
    return any(not _DATE.fullmatch(digits) for digits in _IN_TEXT.findall(cell))


def has_cued_phone(cell: str) -> bool:
    """Tell whether a text says that a number in it is a telephone's."""
    return _CUED.search(cell) is not None


def is_address(cell: str) -> bool:
    """Tell whether a street and house number stand in a text, or an address of electronic mail."""
    return any(pattern.search(cell) is not None for pattern in (_STREET, _MAIL))


@dataclass
class _ColumnLooks:
    """What a column's values look like, counted as they come.

    Attributes:
        filled: Cells that are not empty.
        eleven_digits: Values with eleven digits in a row, of any kind.
        values: Different values, up to `MOST_SEEN`.
        hits: How many of them look like what.
        last: The last number of eight digits.
        steps: Of numbers of eight digits, whether each is above the one before.
    """

    filled: int = 0
    eleven_digits: int = 0
    values: set[str] = field(default_factory=set)
    hits: Counter[str] = field(default_factory=Counter)
    last: int = 0
    steps: list[bool] = field(default_factory=list)

    def take(self, value: str, start: str, places: frozenset[str]) -> None:
        """Count a value that is new in the column.

        Args:
            value: The cell, looked at for identity numbers.
            start: Its beginning, looked at for all else; "" for a known place.
            places: Words of places, which are no names.
        """
        if _ELEVEN.search(value):
            self.eleven_digits += 1
            self.hits[IDENTITY] += has_identity_number(value)
        if len(self.values) < MOST_SEEN:
            self.hits.update(what for what, test in _TESTS.items() if test(start))
            self.hits[NAME] += is_full_name(start, places)
            self.hits[GIVEN_NAME] += has_given_name(start, places)
            self._step(start)
            self.values.add(value)

    def _step(self, value: str) -> None:
        if value.isdecimal() and len(value) == 8:
            self.steps.append(int(value) > self.last)
            self.last = int(value)

    @property
    def is_running(self) -> bool:
        """Tell whether numbers of eight digits are given out in order, as those of cases are."""
        return len(self.steps) >= RUNNING and sum(self.steps) >= 0.9 * len(self.steps)


CUED, IN_TEXT, GIVEN_NAME = "cued", "in text", "given name"
_TESTS: dict[str, Callable[[str], bool]] = {
    PHONE: is_phone,
    IN_TEXT: has_phone,
    CUED: has_cued_phone,
    ADDRESS: is_address,
}

RUNNING = 10
"""So many numbers that nearly all rise are given out in order."""

BY_CHANCE = 0.05
"""Of any eleven digits about 0.3 % have the form of an identity number."""

LONGEST = 200
"""No name, telephone number or address is longer; longer texts would only take time."""

MOST_SEEN = 50_000
"""So many different values of a column are looked at for what is not an identity number."""

BY_HEADING = " by its heading"


class Privacy:
    """Looks at every cell of a log, and says which columns look like persons.

    Feed it all rows with `look_at_row`, then ask for `person_columns`. It holds no row, and its
    answer has no value of one.
    """

    def __init__(
        self, heading: Sequence[str], places: frozenset[str], known: Iterable[str] = ()
    ) -> None:
        """Take the heading, words that are places and thus no names, and columns of known content.

        The heading of a `known` column, such as that of a time, says nothing; its cells are looked
        at all the same.
        """
        self._heading = heading
        self._known = frozenset(known)
        self._looks = [_ColumnLooks() for _ in heading]
        self._places, self._words = places, words_of_places(places)

    def look_at_row(self, cells: Iterable[str]) -> None:
        """Look at a row."""
        for looks, cell in zip(self._looks, cells, strict=False):
            value = cell.strip()
            looks.filled += bool(value)
            if value and value not in looks.values and _DULL.fullmatch(value) is None:
                start = "" if value in self._places else value[:LONGEST]
                looks.take(value, start, self._words)

    def person_columns(self) -> dict[int, str]:
        """Return what each column that looks like persons looks like, by position; no value."""
        pairs = enumerate(zip(self._heading, self._looks, strict=True))
        return {k: what for k, (name, looks) in pairs if (what := self._what(name, looks))}

    def _what(self, name: str, looks: _ColumnLooks) -> str:
        """Return what a column looks like, by its cells or its heading; "" for nobody."""
        by_cells = _person_kind_of_cells(looks)
        if by_cells or name in self._known:
            return by_cells
        by_heading = person_kind_of_heading(name)
        return by_heading and f"{by_heading}{BY_HEADING}"


SHARES = {PHONE: 0.3, IN_TEXT: 0.1, ADDRESS: 0.1, GIVEN_NAME: 0.02, NAME: 0.5}
"""The share of a column's different values from which it looks like this."""

FEW_NAMES, FEW_OF_ALL = 20, 0.3
"""No more different names than these, and than this share of the rows, may be stations or roles."""

KINDS = 0.02
"""A column with so few different values for its rows has kinds of something, such as complaints."""

SAID = {IN_TEXT: PHONE, GIVEN_NAME: NAME}


def _person_kind_of_cells(looks: _ColumnLooks) -> str:
    """Return what a column's cells look like; "" for nobody."""
    distinct, hits = len(looks.values), looks.hits
    if hits[IDENTITY] > BY_CHANCE * looks.eleven_digits:
        return IDENTITY
    if hits[CUED]:
        return PHONE
    spared = {PHONE} if looks.is_running else set()
    if distinct <= max(min(FEW_NAMES, FEW_OF_ALL * looks.filled), KINDS * looks.filled):
        spared.add(NAME)
    like = [what for what, share in SHARES.items() if hits[what] >= max(1, share * distinct)]
    return next((SAID.get(what, what) for what in like if what not in spared), "")
