"""What a region says of its people: a sentence for each rule that is on, none for what is off."""

from __future__ import annotations

import pytest

from akuttsim.config.describe_region import region_rule_sentences
from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Region
from tests import small

NAMDAL = load_region("namdal").value


def test_nothing_is_said_of_what_is_off() -> None:
    off = {"worsening": None, "local_drive": None, "demand": {"distance_decay": None}}
    assert region_rule_sentences(small.region(off)) == []


def test_namdal_says_who_stays_away_who_gets_worse_and_how_far_from_their_place_people_live() -> (
    None
):
    assert region_rule_sentences(NAMDAL) == [
        "the farther away care is, the fewer come: 48 % as many consultations 50 km away as next "
        "door",
        "a satellite counts 50 % as near care for those whom it takes",
        "of those who stay away, 65 % get advice, 5 % get a doctor on the phone, 20 % are seen "
        "another day, 5 % get worse later, 5 % go without; of red, all ring 113",
        "of those judged too low and not seen, 60 % of truly red and 20 % of truly yellow get "
        "worse and ask again",
        "people live 1.2 km by road from their place in built-up places and 2.3 km elsewhere, on "
        "average; driven at 38 km/h",
    ]


@pytest.mark.parametrize(
    ("rings_113", "told"),
    [
        (0.0, "of red, all wait till the morning"),
        (0.4, "of red, 40 % ring 113 and the others wait till the morning"),
    ],
)
def test_what_red_do_instead(rings_113: float, told: str) -> None:
    assert any(told in sentence for sentence in region_rule_sentences(_with_red(rings_113)))


def test_where_everybody_is_made_to_come_nobody_stays_away() -> None:
    decay = NAMDAL.demand.distance_decay
    assert decay is not None
    made = decay.model_copy(update={"everybody_comes": True})
    demand = NAMDAL.demand.model_copy(update={"distance_decay": made})
    said = region_rule_sentences(NAMDAL.model_copy(update={"demand": demand}))
    assert said[0] == "everybody comes, however far away care is"
    assert not any("stay away" in each for each in said)


def _with_red(rings_113: float) -> Region:
    decay = NAMDAL.demand.distance_decay
    assert decay is not None and decay.instead is not None
    share = decay.instead.red_rings_113.model_copy(update={"value": rings_113})
    instead = decay.instead.model_copy(update={"red_rings_113": share})
    changed = decay.model_copy(update={"instead": instead})
    return NAMDAL.model_copy(
        update={"demand": NAMDAL.demand.model_copy(update={"distance_decay": changed})}
    )
