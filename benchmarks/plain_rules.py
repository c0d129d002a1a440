"""An organisation with the rules of the stock model and the heap loop: what these two do not know.

They know a share of doctors who go out within a limit, and neither reaction nor leaving a patient.
"""

from __future__ import annotations

from akuttsim.scenario.fields import Number
from akuttsim.scenario.organisation import Organisation

LIMIT = Number(value=45, grade="D", source="the limit before going out hung on circumstances")


def plain(organisation: Organisation) -> Organisation:
    """Return an organisation without the rules that only the chain knows."""
    off = {"odds": None, "reaction": None, "leaves_for_red": (), "turns_back": False}
    call_outs = organisation.call_outs.model_copy(update={**off, "max_drive_min": LIMIT})
    return organisation.model_copy(update={"call_outs": call_outs})
