"""Local drive: how far people live from the place that stands for them, by road."""

from __future__ import annotations

from akuttsim.scenario.distributions import Duration
from akuttsim.scenario.fields import Model, Number


class LocalDrive(Model):
    """Kilometres by road between a place and the homes and incidents about it, and how fast.

    A place is where roads meet; nobody lives there exactly. `built_up_km` holds about places that
    say that they are built up, `elsewhere_km` about all others. `kmh` is that of ordinary driving;
    blue light, traffic and conditions of the roads change it as they do a road of that speed.
    """

    built_up_km: Duration
    elsewhere_km: Duration
    kmh: Number
