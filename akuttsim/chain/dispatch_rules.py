"""The dispatcher's rules of an organisation, in seconds and places."""

from __future__ import annotations

from akuttsim.chain.cover import CoverRule
from akuttsim.chain.plan import Plan
from akuttsim.units import MINUTE_S, tick


class DispatchRules:
    """What the dispatcher may do beside sending the free crew that is expected first.

    `red_gains_s` is how much sooner a crew on its way to somebody less urgent must be (None: never
    taken); `neighbours` how often each crew is available and how much sooner it must be; `posts`
    where crews wait when so many are free. `may_call_off` tells whether a crew on its way can ever
    be called off.
    """

    def __init__(self, plan: Plan) -> None:
        """Read the rules of a plan's organisation."""
        organisation = plan.organisation
        rules = organisation.dispatch
        gain_min = rules.red_takes_over_min
        self.red_gains_s = None if gain_min is None else gain_min.value * MINUTE_S
        self.cover = None if rules.cover is None else CoverRule(plan, rules.cover)
        self.posts = {
            each.free: tuple(plan.place_index[place] for place in each.at)
            for each in rules.stand_by
        }
        self.neighbours = [
            (
                crew.available.value if crew.available is not None else 0.0,
                crew.quicker_by_min.value * MINUTE_S if crew.quicker_by_min is not None else 0.0,
            )
            for crew in organisation.ambulances.values()
        ]
        half_way = rules.half_way
        longer_min = None if half_way is None else half_way.longer_than_min.value
        self.half_way_longer_s = None if longer_min is None else longer_min * MINUTE_S
        handover_min = 0.0 if half_way is None else half_way.handover_min.value
        self.half_way_handover_s = tick(handover_min * MINUTE_S)
        receive = any(clinic.nurses_of_crew for clinic in organisation.clinics.values())
        self.may_call_off = self.red_gains_s is not None or bool(organisation.supports) or receive
