"""Names of persons in the cells of a call log, told from those of places, units and states."""

from __future__ import annotations

import re

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


def folded(places: frozenset[str]) -> frozenset[str]:
    """Return the single words of places, in small letters."""
    return frozenset(
        word for place in places for word in re.split(r"[\W_]+", place.casefold()) if len(word) > 1
    )


def is_full_name(cell: str, known: frozenset[str]) -> bool:
    """Tell whether a cell is two or more capitalised words, or begins a text with such, as a name.

    `known` are words of places, as `folded` gives them; words of services do not count either.
    """
    return any(len(_strange(run, known)) > 1 for run in _runs(cell))


def has_given_name(cell: str, known: frozenset[str]) -> bool:
    """Tell whether a common given name stands beside another capitalised word that is no place."""
    strange = [_strange(run, known) for run in _RUN.findall(cell)]
    return any(len(words) > 1 and not GIVEN.isdisjoint(words) for words in strange)


def _runs(cell: str) -> list[str]:
    return [each for each in _RUN.findall(cell) if _FULL_NAME.fullmatch(each)]


def _strange(run: str, known: frozenset[str]) -> list[str]:
    words = [word.strip(".,").casefold() for word in run.split()]
    return [word for word in words if word and word not in known and word not in NOT_NAMES]
