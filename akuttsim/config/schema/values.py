"""The kinds of value that a config holds: numbers, shares and durations with source and grade.

A duration is a distribution as a value: a mean and a quantile function; nothing here draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from akuttsim.records import Floats
from akuttsim.texts import message

AGE_GROUPS = ("0-5", "6-15", "16-19", "20-29", "30-49", "50-66", "67-79", "80-89", "90+")
"""Age groups of Statistics Norway's table of consultations at the legevakt."""

URGENCIES = ("red", "yellow", "green")
"""Urgency (hastegrad rød, gul, grønn), most urgent first; the code is the position: 0, 1, 2."""

Grade = Literal["A", "A*", "D", "B", "C"]
"""A read in the source, A* quoted by another, D arithmetic, B known but not read, C assumption."""

NAME_OF, KEYS_OF = "x-name-of", "x-keys-of"
"""Keywords of the JSON Schema: of what a text, or each key of a mapping, is the name."""

IndicatorName = Annotated[str, Field(json_schema_extra={NAME_OF: "indicator"})]
"""The name of an indicator; that there is such a one is checked when a study is put together."""

DivisionName = Annotated[str, Field(json_schema_extra={NAME_OF: "division"})]
"""What an indicator's rows are divided by, such as municipality; `all` for the whole region."""


RegionName = Annotated[str, Field(json_schema_extra={NAME_OF: "region"})]
"""The name of a shipped region, or a path to one."""


ConditionName = Literal["arrest", "stroke", "stemi", "trauma", "sepsis", "breathing", "birth"]
"""Time-critical conditions, as `akuttsim.records.Condition` has them."""


@dataclass(frozen=True)
class Shorthand:
    """A shorter form in which a value may be written, as an annotation of its type.

    Attributes:
        convert: Returns what a shorter form stands for, and anything else as it is.
        written: The type of the shorter form, for the JSON Schema.
    """

    convert: Callable[[object], object]
    written: Any

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read a shorter form as what it stands for."""
        return core_schema.no_info_before_validator_function(self.convert, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say that both forms may be written."""
        return {"anyOf": [handler(schema), TypeAdapter(self.written).json_schema()]}


def one_or_several(value: object) -> object:
    """Return a single text as the list of one that it stands for; anything else as it is."""
    return (value,) if isinstance(value, str) else value


NO_FILE_ON_WINDOWS = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
"""Names of devices, which Windows refuses as those of files, whatever their ending."""


def usable_as_file_name(name: str) -> str:
    """Return a name that results files may have on every system.

    Raises:
        ValueError: If it is the name of a device of Windows.
    """
    if name in NO_FILE_ON_WINDOWS:
        raise ValueError(message("configs.must.no_device", name=name))
    return name


Slug = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60),
    AfterValidator(usable_as_file_name),
]
"""An identifier: lower-case letters, digits and single hyphens; files of results are called so."""


class Model(BaseModel):
    """Base of every config value: frozen, strict, unknown keys refused.

    Strict means that a text is never read as a number, nor a number as a text; numbers that are not
    finite are refused. A key that is wrong is reported with its file and line by
    `akuttsim.config.validator`, which reads the errors that these models raise.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        populate_by_name=True,
        defer_build=True,
    )


class Text(Model):
    """A text in both languages of the report; a plain string in the file stands for both.

    Attributes:
        nb: In Norwegian (bokmål).
        en: In English.
    """

    nb: str
    en: str

    def in_language(self, lang: str) -> str:
        """Return the text in a language; English where it was written in neither that nor it.

        Args:
            lang: `nb` or `en`, as the option `--lang` has it.
        """
        return self.nb if lang == "nb" else self.en


def same_in_both_languages(value: object) -> object:
    """Return a plain string as a text of both languages; anything else as it is.

    Pydantic calls it before it reads a `Text`, so that authors of one language write a title once.
    """
    return {"nb": value, "en": value} if isinstance(value, str) else value


Bilingual = Annotated[Text, Shorthand(same_in_both_languages, str)]


class FittedDays(Model):
    """The days of a call log that a region or a roster was fitted to.

    A replay shows first how near these days are met: what does not repeat them is not to be trusted
    on others.

    Attributes:
        log: Name of the log's file.
        first: The first of the days.
        last: The last of them.

    Raises:
        ValueError: The last day comes before the first.
    """

    log: str
    first: date = Field(strict=False)
    last: date = Field(strict=False)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(message("configs.days.in_order", first=self.first, last=self.last))
        return self


FITTED_TO: FittedDays | None = Field(default=None, exclude_if=lambda days: days is None)
"""A key that is left out where it is not given: digests from before it was there hold."""


class Sourced(Model):
    """A value with where it comes from, how sure it is, and (grade C) over what range.

    Attributes:
        source: Where the value comes from: a document with its table or page, or, of an assumption,
            why it is believed. At least three characters.
        grade: How well it is known: A read in the source, A* quoted by another, D arithmetic, B
            known but not read, C assumption.
        range: Lowest and highest believable value, in the unit of the value. An assumption (C) must
            have one; sensitivity analyses and calibration move the value within it. Kinds of value
            that hold several numbers read it as a factor, and say so.
        unusual: Why the value lies beyond what is plausible, for one that does and is meant all the
            same. At least three characters.

    Raises:
        ValueError: An assumption without a range, or a range whose low end is above its high end.
    """

    source: str = Field(min_length=3)
    grade: Grade
    range: tuple[float, float] | None = Field(default=None, strict=False)
    unusual: str | None = Field(default=None, min_length=3)

    @model_validator(mode="after")
    def _assumption_has_a_range(self) -> Self:
        if self.grade == "C" and self.range is None:
            raise ValueError(message("configs.range.of_assumption"))
        if self.range is not None and self.range[0] > self.range[1]:
            raise ValueError(message("configs.range.low_not_above_high"))
        return self


class Number(Sourced):
    """A number that is zero or more, in the unit that its key names.

    Attributes:
        value: The number. The ending of the key is its unit: `_s` seconds, `_min` minutes, `_h`
            hours, `_km` kilometres, `_kmh` kilometres an hour, `_nok` Norwegian kroner.
    """

    value: float = Field(ge=0)


class Count(Sourced):
    """A whole number that is zero or more.

    Attributes:
        value: How many: people, beds, patients or places, as the key says.
    """

    value: int = Field(ge=0)


class Factor(Sourced):
    """A positive multiplier; 1 changes nothing.

    Attributes:
        value: What the quantity is multiplied by, above 0.
    """

    value: float = Field(gt=0)


class Speedup(Sourced):
    """A multiplier of speed that never slows down.

    Attributes:
        value: What the speed is multiplied by, 1 or more.
    """

    value: float = Field(ge=1)


class LogOdds(Sourced):
    """An addition to the logarithm of the odds of something, of either sign; 0 changes nothing.

    Attributes:
        value: The addition, in natural logarithms: 0.69 doubles the odds, -0.69 halves them.
    """

    value: float


class Share(Sourced):
    """A share of a whole.

    Attributes:
        value: From 0 (nobody) to 1 (everybody); never in per cent.
    """

    value: float = Field(ge=0, le=1)


class Shares(Sourced):
    """Named shares of a whole. Their range, where given, is a factor on each of them.

    Attributes:
        values: A share from 0 to 1 by name; they need not sum to one.
    """

    values: dict[str, Annotated[float, Field(ge=0, le=1)]]


class ByUrgencyShare(Sourced):
    """A share for each urgency. The range, where given, is a factor on all three.

    Whether the urgency is the true or the judged one is told where the key is described. The three
    are shares of different groups, so that they need not sum to one.

    Attributes:
        red: Of those who are red (akutt), from 0 to 1.
        yellow: Of those who are yellow (haster), from 0 to 1.
        green: Of those who are green (vanlig), from 0 to 1.
    """

    red: float = Field(ge=0, le=1)
    yellow: float = Field(ge=0, le=1)
    green: float = Field(ge=0, le=1)

    def as_tuple(self) -> tuple[float, float, float]:
        """Return the shares for red, yellow and green, so that an urgency code is the index."""
        return (self.red, self.yellow, self.green)


class UrgencyMix(ByUrgencyShare):
    """How a group of contacts divides into red, yellow and green; the three sum to one.

    Published shares are rounded to whole per cent, so that a sum within 0.006 of one is accepted.

    Raises:
        ValueError: The three sum to something else.
    """

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = self.red + self.yellow + self.green
        if abs(total - 1) > 0.006:
            raise ValueError(message("configs.shares.urgencies", total=total))
        return self


class Whole(Sourced):
    """Shares of a whole, each a field of its own; they sum to one.

    Models that build on it list their shares as fields. The last of them is not free: when a
    sensitivity analysis moves one share, the file must still sum to one within 0.000001.

    Raises:
        ValueError: The shares sum to something else; the message names them.
    """

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        names = [name for name in type(self).model_fields if name not in Sourced.model_fields]
        total = sum(getattr(self, name) for name in names)
        if abs(total - 1) > 1e-6:
            what = message(
                "configs.shares.and_the_last", names=", ".join(names[:-1]), names2=names[-1]
            )
            raise ValueError(message("configs.shares.sum_to_one", what=what, total=total))
        return self


class ByAge(Sourced):
    """A factor for each of the nine age groups; the range, where given, is a factor on all.

    Attributes:
        values: A number of 0 or more by age group. All of `AGE_GROUPS` must be there.

    Raises:
        ValueError: An age group is missing or unknown.
    """

    values: dict[str, Annotated[float, Field(ge=0)]]

    @model_validator(mode="after")
    def _all_ages(self) -> Self:
        if set(self.values) != set(AGE_GROUPS):
            raise ValueError(
                message("configs.demand.values_by_age", age_groups=", ".join(AGE_GROUPS))
            )
        return self

    def as_tuple(self) -> tuple[float, ...]:
        """Return the factors in the order of `AGE_GROUPS`, the youngest first."""
        return tuple(self.values[age] for age in AGE_GROUPS)


class Exponential(Model):
    """Exponential distribution by its mean: short times are the most common, and the tail is long.

    Attributes:
        mean: The mean, in the unit of the key that has it; it is also the standard deviation.
    """

    mean: float = Field(gt=0)

    def expected(self) -> float:
        """Return the mean, in the unit of the key."""
        return self.mean

    def quantile(self, u: Floats) -> Floats:
        """Return the values below which a share `u` lies.

        Args:
            u: Uniforms from 0 up to but not 1, one a patient.

        Returns:
            One value for each, in the unit of the key, the same bits on every processor.
        """
        return _apply_scalar(math.log1p, -u) * -self.mean


class Lognormal(Model):
    """Lognormal by mean or median, and by sigma (of the logarithm) or cv (sd over mean).

    Times of talks, drives and care are mostly of this shape: never negative, with a long upper
    tail.

    Attributes:
        mean: The mean in the unit of the key; one of mean and median must be given.
        median: The value that half are below, in the unit of the key.
        sigma: Standard deviation of the natural logarithm; one of sigma and cv must be given.
        cv: Coefficient of variation: standard deviation over mean.

    Raises:
        ValueError: Both or neither of mean and median, or of sigma and cv.
    """

    mean: float | None = Field(default=None, gt=0)
    median: float | None = Field(default=None, gt=0)
    sigma: float | None = Field(default=None, gt=0, le=3)
    cv: float | None = Field(default=None, gt=0, le=10)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.mean is None) == (self.median is None):
            raise ValueError(message("configs.durations.mean_or_median"))
        if (self.sigma is None) == (self.cv is None):
            raise ValueError(message("configs.durations.sigma_or_cv"))
        return self

    def _sigma(self) -> float:
        if self.sigma is not None:
            return self.sigma
        assert self.cv is not None
        return math.sqrt(math.log1p(self.cv**2))

    def _median(self) -> float:
        if self.median is not None:
            return self.median
        assert self.mean is not None
        return self.mean * math.exp(-(self._sigma() ** 2) / 2)

    def expected(self) -> float:
        """Return the mean, in the unit of the key, also where the file has the median."""
        return self._median() * math.exp(self._sigma() ** 2 / 2)

    def quantile(self, u: Floats) -> Floats:
        """Return the values below which a share `u` lies.

        Args:
            u: Uniforms from 0 up to but not 1, one a patient.

        Returns:
            One value for each, in the unit of the key, the same bits on every processor.
        """
        from scipy.special import ndtri

        return _apply_scalar(math.exp, self._sigma() * ndtri(u)) * self._median()


class Triangular(Model):
    """Triangular between low and high with its peak at mode: what experts tell in three numbers.

    Attributes:
        low: The least it can be, in the unit of the key.
        mode: The most common value.
        high: The most it can be; above `low`.

    Raises:
        ValueError: The three are not in this order, or low and high are equal.
    """

    low: float = Field(ge=0)
    mode: float = Field(ge=0)
    high: float = Field(gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(message("configs.durations.triangular"))
        return self

    def expected(self) -> float:
        """Return the mean, in the unit of the key: a third of the three numbers' sum."""
        return (self.low + self.mode + self.high) / 3

    def quantile(self, u: Floats) -> Floats:
        """Return the values below which a share `u` lies.

        Args:
            u: Uniforms from 0 to 1, one a patient.

        Returns:
            One value for each, in the unit of the key.
        """
        width, rise = self.high - self.low, self.mode - self.low
        split = rise / width
        rising = self.low + np.sqrt(u * width * rise)
        falling = self.high - np.sqrt((1 - u) * width * (self.high - self.mode))
        return np.where(u < split, rising, falling)


class Duration(Sourced):
    """How long something takes, in the unit of its key: one distribution with its source.

    Exactly one of the four forms is given. The range of an assumption is that of the constant,
    mean, median or mode.

    Attributes:
        constant: The same for everybody, zero or more.
        exponential: Exponential, by its mean.
        lognormal: Lognormal, by its middle and its spread.
        triangular: Triangular, by its least, most common and greatest value.

    Raises:
        ValueError: None of the forms, or more than one.
    """

    constant: float | None = Field(default=None, ge=0)
    exponential: Exponential | None = None
    lognormal: Lognormal | None = None
    triangular: Triangular | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        forms = [self.constant, self.exponential, self.lognormal, self.triangular]
        if sum(form is not None for form in forms) != 1:
            raise ValueError(message("configs.durations.one_of"))
        return self

    def shape(self) -> Exponential | Lognormal | Triangular | None:
        """Return the distribution, or None for a constant, which has no spread."""
        return self.exponential or self.lognormal or self.triangular

    def expected(self) -> float:
        """Return the mean, in the unit of the key."""
        form = self.shape()
        if form is not None:
            return form.expected()
        assert self.constant is not None
        return self.constant

    def quantile(self, u: Floats) -> Floats:
        """Return the values below which a share `u` lies, in the unit of the key.

        Args:
            u: Uniforms from 0 up to but not 1, one a patient. Of a constant only their number
                matters.

        Returns:
            One value for each of `u`.
        """
        form = self.shape()
        if form is not None:
            return form.quantile(u)
        assert self.constant is not None
        return np.full(len(u), self.constant)


class DurationByUrgency(Model):
    """A duration for each urgency.

    Attributes:
        red: Of those who are red, in the unit of the key.
        yellow: Of those who are yellow.
        green: Of those who are green.
    """

    red: Duration
    yellow: Duration
    green: Duration

    def each(self) -> tuple[Duration, Duration, Duration]:
        """Return the durations for red, yellow and green, so that an urgency code is the index."""
        return (self.red, self.yellow, self.green)

    def quantile(self, u: Floats, urgency: NDArray[np.int8]) -> Floats:
        """Return each row's value by its urgency code.

        Args:
            u: Uniforms, one a patient. All three urgencies use the same one, so that a patient with
                a long time as green has a long one as red too.
            urgency: Code of each patient's urgency: 0 red, 1 yellow, 2 green.

        Returns:
            One value a patient, in the unit of the key.
        """
        values = np.full(len(u), np.nan)
        for code, duration in enumerate(self.each()):
            rows = urgency == code
            values[rows] = duration.quantile(u[rows])
        return values


def _apply_scalar(function: object, values: Floats) -> Floats:
    """Apply a scalar function of `math`: unlike NumPy's, it gives the same bits on every CPU."""
    return np.fromiter(map(function, values.tolist()), dtype=np.float64, count=len(values))  # type: ignore[call-overload]
