"""The format of a call log: which of the user's columns is which of ours, and how it is written."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from akuttsim.config.schema.geography import CalendarSettings
from akuttsim.config.schema.values import (
    URGENCIES,
    Bilingual,
    Model,
    Shorthand,
    Slug,
    one_or_several,
)
from akuttsim.texts import message

CODED = ("number", "place", "urgency", "outcome", "sent", "destination")
"""Columns whose values are words that the format may translate."""

POSITION = ("lat", "lon")
"""Columns of where the patient is, where a log has coordinates rather than names."""

STAGES = ("answered", "ended", "alerted", "rolling", "on_scene", "left", "at_hospital", "free")
"""Times after the call, in the order of the chain; `ended` is when the caller was off the line."""

DURATIONS = {
    "wait": ("time", "answered"),
    "talk": ("answered", "ended"),
    "response": ("time", "on_scene"),
    "mobilisation": ("alerted", "rolling"),
    "drive": ("rolling", "on_scene"),
    "scene_time": ("on_scene", "left"),
    "conveyance": ("left", "at_hospital"),
    "handover": ("at_hospital", "free"),
}
"""Columns of how long something took, with the two times that it lies between. The later of them
follows from the earlier one where the log has no column of it."""

DurationUnit = Literal["s", "min", "h"]

NUMBERS = ("116117", "health", "113")
"""What may have been called: 116117, health personnel's own line at it, or 113."""

ANSWERED, HUNG_UP = "answered", "hung_up"
OUTCOMES = (ANSWERED, HUNG_UP)
"""What became of the call itself."""

SENT = ("not_sent", "sent")
"""Whether an ambulance was sent."""

HOME, LEGEVAKT, HOSPITAL = "home", "legevakt", "hospital"
DESTINATIONS = (HOME, LEGEVAKT, HOSPITAL)
"""Where an ambulance left the patient; a hospital may also go by its id or title in the region."""


def _valid_log_time_zone(value: str) -> str:
    CalendarSettings(start="2026-01-01", time_zone=value)
    return value


ColumnNames = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    Shorthand(one_or_several, str),
    Field(strict=False, min_length=1),
]
"""One column, or several of which the first that is filled counts."""

WordsByTerm = dict[
    str, Annotated[tuple[str, ...], Shorthand(one_or_several, str), Field(strict=False)]
]
"""The user's words for each of ours."""


class DateColumn(Model):
    """The column of the date, where times are of the day alone.

    Attributes:
        column: Its name in the log.
        written: How dates are written, as a pattern such as %d.%m.%Y.
    """

    column: str
    written: str


class LogColumns(Model):
    """The user's columns for ours; all but the time of the call may be missing.

    Each is one column, or several of which the first that is filled counts.

    Attributes:
        time: When the call rang.
        number: What was called.
        place: Where the caller is: a place or a municipality.
        urgency: Urgency as judged.
        outcome: Whether the call was answered.
        answered: When it was answered.
        ended: When the caller was off the line.
        alerted: When a crew was alerted.
        rolling: When it began to drive.
        on_scene: When it was at the patient.
        left: When it left with the patient.
        at_hospital: When it was at hospital.
        free: When it was free again.
        call: A number of the call by which several rows belong together: legs of a transfer, or
            units. It is never kept or shown.
        unit: Which ambulance; kept as a number in order of appearance, never as it is written.
        operator: Who answered; kept as a number in order of appearance, never as it is written.
        sent: Whether an ambulance was sent: sent or not_sent.
        destination: Where the ambulance left the patient.
        lat: Latitude of the patient, or northing where `coordinates` names a projection.
        lon: Longitude, or easting.
        wait: How long it rang until an answer, or until the caller hung up.
        talk: How long caller and operator talked.
        response: From the call until an ambulance was at the patient.
        mobilisation: From the crew's alert until it drove.
        drive: From then until it was at the patient.
        scene_time: From then until it left with the patient.
        conveyance: From then until it was at hospital.
        handover: From then until it was free.
    """

    time: ColumnNames
    number: ColumnNames | None = None
    place: ColumnNames | None = None
    urgency: ColumnNames | None = None
    outcome: ColumnNames | None = None
    answered: ColumnNames | None = None
    ended: ColumnNames | None = None
    alerted: ColumnNames | None = None
    rolling: ColumnNames | None = None
    on_scene: ColumnNames | None = None
    left: ColumnNames | None = None
    at_hospital: ColumnNames | None = None
    free: ColumnNames | None = None
    call: ColumnNames | None = None
    unit: ColumnNames | None = None
    operator: ColumnNames | None = None
    sent: ColumnNames | None = None
    destination: ColumnNames | None = None
    lat: ColumnNames | None = None
    lon: ColumnNames | None = None
    wait: ColumnNames | None = None
    talk: ColumnNames | None = None
    response: ColumnNames | None = None
    mobilisation: ColumnNames | None = None
    drive: ColumnNames | None = None
    scene_time: ColumnNames | None = None
    conveyance: ColumnNames | None = None
    handover: ColumnNames | None = None

    def given(self) -> dict[str, tuple[str, ...]]:
        """Return the user's columns by ours, of those that the log has."""
        return {name: names for name in type(self).model_fields if (names := getattr(self, name))}


class LogValues(Model):
    """The user's words by ours; a word that is one of ours already needs no mention.

    Attributes:
        number: Words for 116117, health personnel's line (`health`) and 113.
        place: Words for the region's places or municipalities.
        urgency: Words for red, yellow and green.
        outcome: Words for answered and hung_up.
        sent: Words for sent and not_sent.
        destination: Words for home, legevakt and hospital, or for a hospital by its id.

    Raises:
        ValueError: A word of ours is unknown; the message tells those there are.
    """

    number: WordsByTerm = Field(default_factory=dict)
    place: WordsByTerm = Field(default_factory=dict)
    urgency: WordsByTerm = Field(default_factory=dict)
    outcome: WordsByTerm = Field(default_factory=dict)
    sent: WordsByTerm = Field(default_factory=dict)
    destination: WordsByTerm = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ours_are_known(self) -> Self:
        known = {"number": NUMBERS, "urgency": URGENCIES, "outcome": OUTCOMES, "sent": SENT}
        for name, words in known.items():
            wrong = [word for word in getattr(self, name) if word not in words]
            if wrong:
                one_of = ", ".join(words)
                raise ValueError(
                    message("configs.log.only", name=name, one_of=one_of, wrong=wrong[0])
                )
        return self


class LogFormat(Model):
    """How a call log is written. Case does not matter in words.

    Attributes:
        log: Its name.
        title: What people call it.
        time_zone: The time zone of its times, such as Europe/Oslo.
        times: A pattern such as "%d.%m.%Y %H:%M:%S", or `iso` (2026-01-31T12:30:00), or
            `seconds_of_day` beside a `date`.
        date: The column of the date, where times are of the day alone.
        delimiter: What divides columns; None to find out.
        encoding: How its text is written; None to find out.
        columns: The user's columns for ours.
        values: The user's words by ours.
        units: The unit of each duration, where its heading does not tell: s, min or h.
        coordinates: The map projection of `lat` and `lon`, such as EPSG:25833 (UTM 33); degrees
            without it.
        leave_out: Values of the user's columns whose rows are no calls.
        not_persons: The user's columns that look like persons and are none; their author vouches.
        sure_of: Silences a finding that would stop a replay: the `clock` (time zone, daylight
            saving), the `dates` (month and day swapped) or the `words` (most of a column's are not
            understood); or `calls`: rows that share a number are calls of their own all the same.

    Raises:
        ValueError: Seconds of the day without a date, a pattern without any sign of a time, a clock
            of twelve hours read as one of 24 or the other way round, or one coordinate alone.
    """

    log: Slug
    title: Bilingual
    time_zone: Annotated[str, AfterValidator(_valid_log_time_zone)]
    times: str = "iso"
    date: DateColumn | None = None
    delimiter: Literal[",", ";", "tab", "|"] | None = None
    encoding: Literal["utf-8", "windows-1252", "utf-16"] | None = None
    columns: LogColumns
    values: LogValues = Field(default_factory=LogValues)
    units: dict[str, DurationUnit] = Field(default_factory=dict)
    coordinates: str | None = None
    leave_out: WordsByTerm = Field(default_factory=dict)
    not_persons: tuple[str, ...] = Field(default=(), strict=False)
    sure_of: tuple[Literal["clock", "dates", "words", "calls"], ...] = Field(
        default=(), strict=False
    )

    @field_validator("times")
    @classmethod
    def _is_one_clock(cls, times: str) -> str:
        if ("%p" in times) != ("%I" in times):
            raise ValueError(message("configs.log.twelve_hours"))
        return times

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.times == "seconds_of_day" and self.date is None:
            raise ValueError(message("configs.log.need_a_date"))
        if self.times not in ("iso", "seconds_of_day") and "%" not in self.times:
            raise ValueError(message("configs.log.times"))
        if (self.columns.lat is None) != (self.columns.lon is None):
            raise ValueError(message("configs.log.coordinates"))
        wrong = sorted(set(self.units) - set(DURATIONS))
        if wrong:
            one_of = ", ".join(DURATIONS)
            raise ValueError(message("configs.log.units", one_of=one_of, wrong=wrong[0]))
        return self

    def read(self) -> set[str]:
        """Return every column of the user's that is read; all others may hold what they will."""
        mine = {column for names in self.columns.given().values() for column in names}
        dated = {self.date.column} if self.date is not None else set()
        return mine | dated | set(self.leave_out)
