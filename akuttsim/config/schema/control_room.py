"""Control rooms: who answers which number for whom, and what happens when nobody is free."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.roster import (
    OperatorStaffing,
    Period,
    RecurringTask,
    ServiceHours,
    Staffing,
)
from akuttsim.config.schema.values import (
    Bilingual,
    ByUrgencyShare,
    Count,
    Duration,
    Factor,
    Model,
    Number,
    Share,
    Slug,
)
from akuttsim.texts import message


class Video(Model):
    """Video in the control room: the share of calls it is turned on for, and the time it adds.

    Attributes:
        share: Share of contacts at 116117; the calls that are hardest to judge come first.
        extra_min: Minutes that a call with video takes longer.
    """

    share: Share
    extra_min: Duration


class OverflowRule(Model):
    """Calls that a neighbouring room is offered too: after so many seconds, or a full queue.

    The caller keeps the place at home; whoever is free first answers.

    Attributes:
        to: The room that is offered them.
        after_s: Seconds of waiting after which a caller is offered.
        queue_longer_than: A caller who finds more than so many waiting is offered at once.

    Raises:
        ValueError: Neither of the two rules is given.
    """

    to: Slug
    after_s: Number | None = None
    queue_longer_than: Count | None = None

    @model_validator(mode="after")
    def _some_rule(self) -> Self:
        if self.after_s is None and self.queue_longer_than is None:
            raise ValueError(message("configs.rooms.overflow"))
        return self


class Callback(Model):
    """Being rung up instead of waiting: offered when more than so many wait already.

    Who accepts keeps the place in the queue, off the line.

    Attributes:
        queue_longer_than: How many may wait before it is offered.
        share: Share of callers who accept.
        dial_s: Seconds that the nurse then needs to ring up.
        not_reached: Share of those rung up who do not answer.
    """

    queue_longer_than: Count
    share: Share
    dial_s: Duration
    not_reached: Share


class RingBack(Model):
    """AMK rings back who hung up on 113 when an operator is free; some do not answer.

    Nobody who rings meanwhile waits for it. The call has been hung up in the indicators all the
    same.

    Attributes:
        dial_s: Seconds that the operator needs to ring up.
        not_reached: Share of those rung back who do not answer.
    """

    dial_s: Duration
    not_reached: Share


class OtherTask(RecurringTask):
    """Work of a control room beside calls in some hours, which takes a whole operator.

    Attributes:
        starts: `last`: when nobody else waits; `in_turn`: in turn with those who ring.
        at_door: Whether it is work at a clinic's door, which is left out where the operators
            receive at a clinic, for that is the same work.
    """

    starts: Literal["in_turn", "last"] = "last"
    at_door: bool = False


class Breaks(Model):
    """A break in the middle of every long shift, as a task that goes last.

    Attributes:
        minutes: Minutes of a break.
        shift_h: Hours of a shift from which it has a break.
        longest_shift_h: A post that is manned longer than so many hours on end is manned in several
            shifts, each with its break.
    """

    minutes: Number
    shift_h: Number
    longest_shift_h: Number


class OtherTasks(Model):
    """What the operators of a room do beside calls.

    A task that goes last begins only when nobody waits on the phone and enough operators are left
    free, but never all who are on duty. Whose operators are those of another room has its own
    tasks done there, and no breaks of its own.

    Attributes:
        keeps_free: How many operators a task that goes last must leave free.
        tasks: The kinds of work, by name.
        breaks: Breaks of long shifts; None for none.
    """

    keeps_free: Count
    tasks: dict[Slug, OtherTask] = Field(default_factory=dict)
    breaks: Breaks | None = None


class CrossTraining(Model):
    """What it takes that a room's calls are answered by people who answer another number too.

    Attributes:
        talk_factor: How many times as long their talks take as those of people who answer one
            number.
        year_nok: Kroner a year for teaching them and keeping them able.
    """

    talk_factor: Number
    year_nok: Number


class RoomDoctor(Model):
    """A doctor present at the control room (forsterket legevaktsentral).

    When none of them is on duty, the doctor on duty is rung up and nothing is reviewed.

    Attributes:
        team: The doctor team, whose doctors take the calls that need a doctor on the phone.
        reviews: Share, by urgency, of the callers whom the nurse would send to a clinic or give a
            home visit, who are looked at by the doctor first.
        settles: Share of the reviewed, by urgency, who are settled on the phone.
        review_min: Minutes of the doctor for each.
    """

    team: Slug
    reviews: ByUrgencyShare
    settles: ByUrgencyShare
    review_min: Duration


class Interpreting(Model):
    """What a 116117 room does with callers whose language the operator does not speak.

    Whoever answers hears it after a while. A colleague on duty who speaks it (`speaks` of the
    operators) takes over at once, or when free within a time; else an interpreter is rung.

    Attributes:
        understands_s: Seconds until the operator knows which language it is.
        waits_at_most_s: Seconds that such a caller waits for a colleague who speaks it.
        connect_s: Seconds until a telephone interpreter is on the line.
        talk_factor: How many times as long the talk takes with an interpreter.
    """

    understands_s: Number
    waits_at_most_s: Number
    connect_s: Duration
    talk_factor: Factor


class ControlRoom(Model):
    """A control room that answers 116117 (legevaktsentral), 113 (AMK-sentral) or safety alarms.

    Each municipality has exactly one room for a number at every hour. Without dispatchers of their
    own, operators at 113 dispatch too, before they answer anything else.

    Attributes:
        title: What people call it.
        number: What it answers: 116117, 113 or alarm.
        municipalities: For whom it answers at all hours.
        by_hour: For whom it answers in certain periods only, by a name of the row.
        outside: The region's neighbour districts for which it answers too, on the phone alone.
        menu_s: Seconds of recorded message before it rings.
        pick_up_s: Seconds until a free operator has picked up; None for at once.
        operators: Roster of its own operators.
        operators_of: The room whose operators it shares: cross-trained, they serve 113 first, then
            alarms, then 116117, then a clinic's door.
        keeps_free: How many of the shared operators must be left free for what goes first.
        dispatchers: Roster of those who send vehicles, at 113.
        health_line: Whether health personnel go `first` in the queue, or `in_turn` with others.
        video: That some calls are on video; None for none.
        interpreting: What is done with callers of another language; None for nothing: they are
            talked with as others.
        overflow: When calls are offered to a neighbour room too.
        callback: When callers are offered to be rung up.
        rings_back: That who hung up on 113 is rung back.
        other_tasks: What its operators do beside calls.
        cross_training: What it costs that its operators answer another number too.
        cost_share: Share of what its people cost that is counted, where other districts pay the
            rest; None for all.
        doctor: A doctor present in the room.
        down: Periods in which it cannot answer, by a name of the row.
        back_up: The room that takes its calls while it is down.

    Raises:
        ValueError: It answers for nobody; it has operators of its own and another room's, or
            neither; it is down without a back-up; a room that is not 113's rings back.
    """

    title: Bilingual
    number: Literal["116117", "113", "alarm"]
    municipalities: tuple[Slug, ...] = Field(default=(), strict=False)
    by_hour: dict[Slug, ServiceHours] = Field(default_factory=dict)
    outside: tuple[Slug, ...] = Field(default=(), strict=False)
    menu_s: Number
    pick_up_s: Duration | None = None
    operators: dict[Slug, OperatorStaffing] = Field(default_factory=dict)
    operators_of: Slug | None = None
    keeps_free: Count | None = None
    dispatchers: dict[Slug, Staffing] = Field(default_factory=dict)
    health_line: Literal["first", "in_turn"] = "first"
    video: Video | None = None
    interpreting: Interpreting | None = None
    overflow: OverflowRule | None = None
    callback: Callback | None = None
    rings_back: RingBack | None = None
    other_tasks: OtherTasks | None = None
    cross_training: CrossTraining | None = None
    cost_share: Share | None = None
    doctor: RoomDoctor | None = None
    down: dict[Slug, Period] = Field(default_factory=dict)
    back_up: Slug | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.municipalities and not self.by_hour:
            raise ValueError(message("configs.rooms.municipalities"))
        if bool(self.operators) == (self.operators_of is not None):
            raise ValueError(message("configs.rooms.operators"))
        if self.down and self.back_up is None:
            raise ValueError(message("configs.rooms.down"))
        if self.rings_back is not None and self.number != "113":
            raise ValueError(message("configs.rooms.rings_back"))
        return self
