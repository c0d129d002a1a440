"""Words of call logs, Norwegian and English: what headings and values usually mean."""

from __future__ import annotations

import re

_CALL_NUMBER = re.compile(
    r"(?:(?:samtale|anrop|oppdrag|hendelse|henvendelse|sak|ko|call|case|incident|job|contact|event"
    r"|mission|session)s?[ _.-]*)(?:id|nr|nummer|number|no|ref|key|uuid|guid)\W*|id|guid|uuid",
    re.IGNORECASE,
)


def is_call_number(heading: str) -> bool:
    """Tell whether a heading is that of a number which rows of one call share."""
    return _CALL_NUMBER.fullmatch(heading.strip()) is not None
