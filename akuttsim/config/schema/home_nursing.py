"""Home nursing (hjemmetjenesten) as people: who is on duty where, and what they have to do.

Off until an organisation has it; home nursing then comes to every alarm after a drawn time.
"""

from __future__ import annotations

from pydantic import Field

from akuttsim.config.schema.region import HourlyWeights
from akuttsim.config.schema.roster import RecurringTask, Staffing
from akuttsim.config.schema.values import Bilingual, ByAge, Duration, Model, Number, Share, Slug


class PlannedHomeCare(Model):
    """Visits that have been agreed on: each is due at a time, and waits until somebody comes.

    They are drawn before a run from who lives where, the same whoever is on duty.

    Attributes:
        per_person_year: Visits a year for each person of an age group.
        hours: How visits that are due are spread over the day.
        visit_min: Minutes in the home.
    """

    per_person_year: ByAge
    hours: HourlyWeights
    visit_min: Duration


class Falls(Model):
    """Alarms about a fall: home nursing stays longer.

    Attributes:
        share: Share of the alarms that home nursing gets.
        visit_min: Minutes in the home.
    """

    share: Share
    visit_min: Duration


class HomeNursingTeam(Model):
    """Nurses and carers on duty together, each with a car, based at a place.

    Attributes:
        title: What people call the team.
        place: Where those are who have nothing to do: a place of the region.
        municipalities: Whose people it visits.
        places: The places of these municipalities that it visits; empty for all.
        on_duty: The roster: periods with how many people, by a name of the row.
        nursing_home: What the same people have to do at the base, a nursing home, beside visits.
    """

    title: Bilingual
    place: Slug
    municipalities: tuple[Slug, ...] = Field(strict=False, min_length=1)
    places: tuple[Slug, ...] = Field(default=(), strict=False)
    on_duty: dict[Slug, Staffing] = Field(min_length=1)
    nursing_home: dict[Slug, RecurringTask] = Field(default_factory=dict)


class HomeNursing(Model):
    """Home nursing as people who drive from home to home, for alarms and planned visits.

    Several teams may visit a place: the first in the file of whom anybody is on duty does. Where no
    team visits, home nursing comes to alarms after the region's `home_nursing_min`.

    Attributes:
        teams: The teams.
        planned: Planned visits; None for none.
        alarm_visit_min: Minutes in the home of somebody who has pressed a safety alarm.
        falls: Alarms that are falls; None where these take as long as others.
        passes_on_after_min: Minutes that an alarm waits for somebody to set out; then it goes on to
            113 or 116117, by the urgency as judged there.
    """

    teams: dict[Slug, HomeNursingTeam] = Field(min_length=1)
    planned: PlannedHomeCare | None = None
    alarm_visit_min: Duration
    falls: Falls | None = None
    passes_on_after_min: Number
