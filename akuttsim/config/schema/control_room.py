"""Control rooms: who answers which number for whom, and what happens when nobody is free."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.roster import OperatorStaffing, Period, ServiceHours, Staffing
from akuttsim.config.schema.values import (
    Bilingual,
    ByUrgencyShare,
    Count,
    Duration,
    Model,
    Number,
    Share,
    Slug,
)
from akuttsim.texts import message

MOST_TASKS_PER_HOUR = 12.0
"""A kind of task beside calls arises no more often: so many candidates are drawn before a run."""


class Video(Model):
    """Video in the control room: the share of calls it is turned on for, and the time it adds."""

    share: Share
    extra_min: Duration


class OverflowRule(Model):
    """Calls that a neighbouring room is offered too: after so many seconds, or a full queue."""

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

    Who accepts keeps the place in the queue, off the line. The nurse then needs `dial_s` to ring
    up; a share cannot be reached.
    """

    queue_longer_than: Count
    share: Share
    dial_s: Duration
    not_reached: Share


class RingBack(Model):
    """AMK rings back who hung up on 113, in `dial_s`, when an operator is free; some do not answer.

    Nobody who rings meanwhile waits for it.
    """

    dial_s: Duration
    not_reached: Share


class OtherTask(Period):
    """Work of a control room beside calls in some hours: how often it arises, how long it takes.

    It takes a whole operator and is not interrupted. It begins when nobody else waits (`last`), or
    in turn with those who ring. What is `at_door` is left out where the operators receive at a
    clinic, for that is the same work.
    """

    per_hour: Number
    minutes: Duration
    starts: Literal["in_turn", "last"] = "last"
    at_door: bool = False

    @model_validator(mode="after")
    def _not_too_often(self) -> Self:
        if self.per_hour.value > MOST_TASKS_PER_HOUR:
            raise ValueError(
                message("configs.rooms.task_rate", most_tasks_per_hour=MOST_TASKS_PER_HOUR)
            )
        return self


class Breaks(Model):
    """A break in the middle of every shift of `shift_h` hours or more, as a task that goes last.

    A post that is manned longer than `longest_shift_h` on end is manned in several shifts.
    """

    minutes: Number
    shift_h: Number
    longest_shift_h: Number


class OtherTasks(Model):
    """What the operators of a room do beside calls.

    A task that goes last begins only when nobody waits on the phone and so many operators are left
    free, but never all who are on duty. Whose operators are those of another room has its own
    tasks done there, and no breaks of its own.
    """

    keeps_free: Count
    tasks: dict[Slug, OtherTask] = Field(default_factory=dict)
    breaks: Breaks | None = None


class CrossTraining(Model):
    """What it takes that a room's calls are answered by people who answer another number too.

    Their talk takes `talk_factor` times as long as that of those who answer one number alone, and
    teaching them, and keeping them able, costs `year_nok` a year.
    """

    talk_factor: Number
    year_nok: Number


class RoomDoctor(Model):
    """A doctor present at the control room (forsterket legevaktsentral).

    The doctors of `team` take the calls that need a doctor on the phone, and review a share of the
    callers whom the nurse would send to a clinic or give a home visit: some are settled on the
    phone. When none of them is on duty, the doctor on duty is rung up and nothing is reviewed.
    """

    team: Slug
    reviews: ByUrgencyShare
    settles: ByUrgencyShare
    review_min: Duration


class ControlRoom(Model):
    """A control room that answers 116117 (legevaktsentral), 113 (AMK-sentral) or safety alarms.

    It answers for `municipalities` at all hours, and `by_hour` for others in certain periods; 113
    and 116117 also for the region's neighbour districts in `outside`, on the phone alone. Its
    operators are its own, or those of another room (`operators_of`): cross-trained operators serve
    113 first, then alarms, then 116117, then a clinic's door; `keeps_free` is how many must be left
    free for what goes first. A free operator picks up the phone after `pick_up_s`; 113 `rings_back`
    who hung up. While a room is `down`, its `back_up` takes its calls. Without
    dispatchers of their own, operators at 113 dispatch too.
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
    overflow: OverflowRule | None = None
    callback: Callback | None = None
    rings_back: RingBack | None = None
    other_tasks: OtherTasks | None = None
    cross_training: CrossTraining | None = None
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
