"""Words of call logs, Norwegian and English: what headings and values usually mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from akuttsim.calllog.privacy import PLAIN_LETTERS

_CALL_NUMBER = re.compile(
    r"(?:(?:samtale|anrop|oppdrag|hendelse|henvendelse|sak|ko|call|case|incident|job|contact|event"
    r"|mission|session)s?[ _.-]*)(?:id|nr|nummer|number|no|ref|key|uuid|guid)\W*|id|guid|uuid",
    re.IGNORECASE,
)


def is_call_number(heading: str) -> bool:
    """Tell whether a heading is that of a number which rows of one call share."""
    return _CALL_NUMBER.fullmatch(heading.strip()) is not None


HEADINGS = {
    "at_hospital": r"(?:fremme|ankom\w*)(?: ved| til)? (?:sykehus\w*|levering\w*)|ved sykehus"
    r"|levert|at hospital|arriv\w* (?:at )?hospital",
    "on_scene": r"(?:fremme|ankom\w*)(?: pa)?(?: hentested| pasient| stedet)?|pa stedet|hentested"
    r"|(?:on|at) scene|arriv\w*(?: (?:at )?scene)?",
    "left": r"(?:avreis\w*|forlot|dro)(?: hentested| stedet)?|(?:left|depart\w*)(?: scene)?",
    "rolling": r"rykket ut|rykker ut|utrykning|pa vei|kjorer|rolling|en route|mobili[sz]ed|wheels",
    "alerted": r"varslet|alarmert|utalarmert|tildelt|alerted|assigned|dispatched|allocated",
    "free": r"ledig|klarmeldt|klar|free|available|clear",
    "answered": r"besvart|svart|tatt|answered|answer|picked up",
    "ended": r"avsluttet|slutt|sluttid|ferdig|lagt pa|ended|end|hang ?up|finished",
    "time": r"ringt|innringt|ringte|anrop|mottatt|inn|start|starttid|startet|registrert|opprettet"
    r"|tidspunkt|tid|dato og tid|datotid|rang|received|call(?: start| time)?|timestamp|time",
    "wait": r"ventetid|kotid|svartid|wait|waiting|queue time|time to answer|wait time|waiting time",
    "talk": r"samtaletid|taletid|samtalelengde|varighet|talk|talk time|duration|call duration",
    "response": r"responstid|response|response time",
    "mobilisation": r"reaksjonstid|klargjoringstid|chute|chute time|mobili[sz]ation|turnout",
    "conveyance": r"transporttid|kjoretid (?:til )?sykehus|conveyance|transport time",
    "drive": r"kjoretid|utrykningstid|drive|travel time|drive time",
    "scene_time": r"tid pa (?:sted|stedet|hentested)|hentestedstid|scene time|on scene time",
    "handover": r"overlevering\w*|leveringstid|tid pa sykehus|handover|turnaround",
    "urgency": r"hastegrad|hast|prioritet|prio|farge|triage|urgency|priority|colou?r",
    "outcome": r"utfall|status|resultat|samtalestatus|besvart|outcome|result|disposition",
    "sent": r"ambulanse sendt|sendt|ressurs sendt|ambulance sent|sent",
    "destination": r"destinasjon|levert|leveringssted|kjort til|transportert til|destination"
    r"|taken to|hospital|sykehus",
    "place": r"kommune|kommunenavn|kommunenr|kommunenummer|sted|stedsnavn|municipality|place|area",
    "number": r"nummer|nr|ringt nummer|linje|tjeneste|ko|number|line|service|queue",
    "unit": r"enhet|ressurs|bil|ambulanse|kallesignal|unit|vehicle|ambulance|callsign|resource",
    "operator": r"operator|agent|server|svart av|besvart av|answered by",
    "lat": r"lat|latitude|breddegrad|nord|north|northing|y",
    "lon": r"lon|lng|long|longitude|lengdegrad|ost|east|easting|x",
}
"""Headings by our columns, without case, marks and units; the more special columns come first."""

VALUES = {
    "urgency": {
        "red": "rød rod akutt a r red acute emergency p1 prio1 1",
        "yellow": "gul haster hast h y yellow urgent p2 prio2 2",
        "green": "grønn gronn vanlig v g green routine p3 prio3 3",
    },
    "outcome": {
        "answered": "besvart svart answered completed agent gjennomført fullført ja ok",
        "hung_up": "lagt_på la_på lagt_på_røret avbrutt ubesvart ikke_besvart tapt forlot_kø nei"
        " abandoned missed hung_up unanswered not_answered hang",
    },
    "number": {
        "116117": "116117 116_117 legevakt lvs publikum legevaktsentral",
        "health": "helselinje helsepersonell helsepersonellinje fagtelefon health",
        "113": "113 amk nødnummer",
    },
    "sent": {
        "sent": "ja yes true sendt sent x 1",
        "not_sent": "nei no false ikke_sendt not_sent 0",
    },
    "destination": {
        "home": "hjemme forblitt_hjemme levert_hjemme ikke_transportert behandlet_på_stedet home"
        " none",
        "legevakt": "legevakt legevakten legevaktsentral clinic",
        "hospital": "sykehus sykehuset akuttmottak hospital ed",
    },
}
"""Words for each of ours, by column; `_` stands for a space."""


def plain_heading(heading: str) -> str:
    """Return a heading without case, Norwegian letters, units and signs."""
    text = re.sub(r"[(\[].*?[)\]]", " ", heading).casefold()
    text = text.translate(PLAIN_LETTERS)
    words = re.findall(r"[a-z0-9]+", text)
    while len(words) > 1 and words[-1] in ("kl", "utc", "s", "sek", "min", "sekunder", "minutter"):
        words.pop()
    return " ".join(words)


def columns_of_heading(heading: str) -> list[str]:
    """Return which of our columns a heading may be, the most special first."""
    plain = plain_heading(heading)
    bare = plain.removeprefix("tid ").removesuffix(" tid").removesuffix(" tidspunkt")
    numbered = ["call"] if is_call_number(heading) else []
    return numbered + [
        name
        for name, words in HEADINGS.items()
        if re.fullmatch(words, plain) or re.fullmatch(words, bare)
    ]


def meanings_of_words(name: str, words: Iterable[str]) -> dict[str, list[str]]:
    """Return the words of a log's column by ours, of those that are known.

    Args:
        name: One of our coded columns.
        words: Its different cells.
    """
    ours = {
        word.replace("_", " "): mine
        for mine, theirs in VALUES.get(name, {}).items()
        for word in theirs.split()
    }
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        mine = ours.get(word.strip().casefold())
        if mine is not None:
            found.setdefault(mine, []).append(word)
    return found
