"""What a region says of its people beside how often they ring, one plain sentence for each rule."""

from __future__ import annotations

import math
from collections.abc import Iterator

from akuttsim.config.schema.demand import DistanceDecay, InsteadOfComing
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES

FAR_KM = 50
"""The distance that the published falling-off is told for."""


def region_rules(region: Region) -> list[str]:
    """Return a sentence for each rule that is on: who stays away, who gets worse, where they live.

    None for what is off.
    """
    sentences: list[str] = []
    if region.demand.distance_decay is not None:
        sentences += _distance(region.demand.distance_decay)
    worsening = region.worsening
    if worsening is not None:
        shares = zip(URGENCIES, worsening.judged_too_low.as_tuple(), strict=True)
        told = [f"{_percent(share)} of truly {name}" for name, share in shares if share]
        worse = " and ".join(told)
        sentences.append(
            f"of those judged too low and not seen, {worse or 'nobody'} get worse and ask again"
        )
    drive = region.local_drive
    if drive is not None:
        near, far = drive.built_up_km.expected(), drive.elsewhere_km.expected()
        sentences.append(
            f"people live {near:.1f} km by road from their place in built-up places and {far:.1f} "
            f"km elsewhere, on average; driven at {drive.kmh.value:g} km/h"
        )
    return sentences


def _distance(decay: DistanceDecay) -> Iterator[str]:
    if decay.everybody_comes:
        yield "everybody comes, however far away care is"
        return
    left = math.exp(-decay.consultation_per_km.value * FAR_KM)
    yield (f"the farther away care is, the fewer come: {_percent(left)} as many consultations "
           f"{FAR_KM} km away as next door")  # fmt: skip
    if decay.satellite_counts is not None:
        share = _percent(decay.satellite_counts.value)
        yield f"a satellite counts {share} as near care for those whom it takes"
    yield from _instead(decay.instead) if decay.instead is not None else ()


def _instead(instead: InsteadOfComing) -> Iterator[str]:
    shares = {
        "get advice": instead.advice,
        "get a doctor on the phone": instead.doctor_phone.value,
        "are seen another day": instead.next_day.value,
        "get worse later": instead.worse_later.value,
        "go without": instead.without.value,
    }
    told = ", ".join(f"{_percent(share)} {what}" for what, share in shares.items() if share > 1e-9)
    yield f"of those who stay away, {told}; of red, {_red(instead.red_rings_113.value)}"


def _red(rings_113: float) -> str:
    """Return what red do instead of coming: those who do not ring 113 wait till the morning."""
    if 0 < rings_113 < 1:
        return f"{_percent(rings_113)} ring 113 and the others wait till the morning"
    return "all ring 113" if rings_113 else "all wait till the morning"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
