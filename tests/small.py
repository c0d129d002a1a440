"""A made-up district for tests: a town, a valley and an island, on files in tests/data.

`tests/data/small/region.yaml` with `small-today.yaml` and `small-satellite.yaml`; about 170 calls a
day, so that a week shows queues everywhere. Changes are mappings laid over a config, key by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from akuttsim.chain.recorder import Recorder
from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_organisation, load_outcomes, load_region
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.experiments.patient_source import (
    due_visits_of_run,
    other_tasks_of_run,
    plan_of_run,
)
from akuttsim.indicators.measured_run import IndicatorRow, MeasuredRun
from akuttsim.indicators.registry import measure_indicators
from akuttsim.patients.queue_patients import blank_columns
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import ADVICE, Activities, Calls, Courses, Patients, Record, Trips, Unit
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.units import HOUR_S

DATA = Path(__file__).parent / "data"
TODAY = DATA / "small-today.yaml"
SATELLITE = DATA / "small-satellite.yaml"
EXPERIMENT = DATA / "small-experiment.yaml"
QUIET_EXPERIMENT = DATA / "quiet-experiment.yaml"
"""The same where next to nobody rings: for tests that ask how runs are done, not what they tell."""
MADE_UP = {"grade": "D", "source": "made up"}
Changes = Mapping[str, Any]


@cache
def _loaded(name: str) -> dict[str, Any]:
    if name == "region":
        loaded = load_region(str(DATA / "small" / "region.yaml")).value
    else:
        loaded = load_organisation(str(DATA / f"small-{name}.yaml")).value
    return loaded.model_dump(mode="json", by_alias=True)


def laid_over(base: Any, over: Any) -> Any:
    """Lay a change over a config: mappings key by key, None removes, the rest is replaced."""
    if not isinstance(base, dict) or not isinstance(over, Mapping):
        return over
    merged = {**base, **{key: laid_over(base.get(key), part) for key, part in over.items()}}
    return {key: part for key, part in merged.items() if key not in over or part is not None}


def region(changes: Changes = {}) -> Region:  # noqa: B006
    """Return the small region with changes."""
    return Region.model_validate(laid_over(_loaded("region"), changes))


def organisation(changes: Changes = {}, base: str = "today") -> Organisation:  # noqa: B006
    """Return one of the small organisations with changes."""
    return Organisation.model_validate(laid_over(_loaded(base), changes))


@cache
def outcomes() -> dict[str, Any]:
    """Return the shipped health outcomes, where arteries are opened an hour after hospital."""
    shipped = load_outcomes("health").value.model_dump(mode="json")
    return laid_over(shipped, {"stemi": {"pci_after_hospital_min": {"value": 60}}})  # type: ignore[no-any-return]


def staff(on_duty: int, hours: str = "00:00-24:00", days: str = "daily") -> dict[str, Any]:
    """Return a staffing as a config has it."""
    return {"days": days, "hours": hours, "on_duty": on_duty, **MADE_UP}


def room(number: str, municipalities: list[str]) -> dict[str, Any]:
    """Return a control room of one operator who always sits there, as a config has it."""
    menu_s = {"value": 0, **MADE_UP}
    return {"title": number, "number": number, "municipalities": municipalities,
            "menu_s": menu_s, "operators": {"always": staff(1)}}  # fmt: skip


def crew(station: str, *shifts: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Return a crew with daily shifts, each with its hours and duty, and what else is said."""
    rota = [{"days": "daily", "hours": hours, "duty": duty} for hours, duty in shifts]
    return {"title": station, "station": station, "shifts": rota, **MADE_UP, **more}


def support(kind: str, base: str, **more: Any) -> dict[str, Any]:
    """Return a support that is always on duty and sent to every red patient, as a config has it."""
    if kind != "single_responder":
        flies = {"speed_kmh": {"value": 200, **MADE_UP}, "conveys": {"value": 0.5, **MADE_UP}}
        more = {**flies, **more}
    return {"title": kind, "kind": kind, "base": base, "reaction_min": {"constant": 5, **MADE_UP},
            "on_duty": {"always": {"days": "daily", "hours": "00:00-24:00"}},
            "sent": {"red": 1.0, "yellow": 0.0, "green": 0.0, **MADE_UP}, **more}  # fmt: skip


def crews(**changed: dict[str, Any] | None) -> Changes:
    """Return the change that leaves only these crews."""
    gone: dict[str, Any] = dict.fromkeys(_loaded("today")["ambulances"])
    return {"ambulances": {**gone, **{k.replace("_", "-"): v for k, v in changed.items()}}}


@dataclass(frozen=True)
class World:
    """A region and organisation, made ready to meet patients."""

    plan: Plan
    travel: Travel

    def meets(self, patients: Patients) -> Record:
        """Return what happens when these patients meet the organisation."""
        return simulate(
            plan_of_run(self.plan, 1, 0),
            patients,
            other_tasks_of_run(self.plan, 1, 0),
            due_visits=due_visits_of_run(self.plan, 1, 0),
        )

    def sample(self, seed: int = 1, replication: int = 0) -> Patients:
        """Return patients of the region."""
        plan = self.plan
        return sample_patients(plan.region, plan.days, seed, replication, plan.neighbours)

    def observed(self, patients: Patients, record: Record) -> MeasuredRun:
        """Return a record beside all that explains it."""
        return MeasuredRun(self.plan.region, self.plan.organisation, self.travel, patients, record)

    def measured(self, patients: Patients) -> list[IndicatorRow]:
        """Return the indicators after meeting these patients."""
        return measure_indicators(self.observed(patients, self.meets(patients)))

    def drive_s(self, start: str, end: str, mode: Any = "car", hour: int = 12) -> float:
        """Return the seconds between two places at an hour of the day."""
        index = self.plan.place_index
        return self.travel.to(mode, self.travel.condition_of_hour[hour], index[end])[index[start]]


def world(
    of: Organisation | None = None, where: Region | None = None, weeks: int = 1, warmup: int = 1
) -> World:
    """Return an organisation in its region; the small ones where none is given."""
    where = where or region()
    times = travel_of_region(where)
    return World(make_plan(where, of or organisation(), times, weeks, warmup), times)


def at(hour: float, day: int = 1) -> float:
    """Return the time of an hour on a day of the run (day 0 is Monday 23 March 2026)."""
    return (24 * day + hour) * HOUR_S


def people(times: list[float], **columns: Any) -> Patients:
    """Return hand-made patients: nothing happens to them but what the columns say.

    A column is one value for all or a list with one each. Uniforms that are not given lie outside
    every share: advice on the phone, no video, no error, nobody rings again.
    """
    table = blank_columns(np.array(times, dtype=np.float64))
    table |= {
        name: np.broadcast_to(np.asarray(value, dtype=table[name].dtype), len(times)).copy()
        for name, value in columns.items()
    }
    return Patients(**table)  # type: ignore[arg-type]


def concatenated(*tables: Patients) -> Patients:
    """Return the patients of several tables in order of time."""
    joined = {
        name: np.concatenate([getattr(table, name) for table in tables])
        for name in Patients.columns()
    }
    order = np.argsort(joined["time_s"], kind="stable")
    return Patients(**{name: column[order] for name, column in joined.items()})


def changed(patients: Patients, **columns: Any) -> Patients:
    """Return the same patients with some columns replaced."""
    return replace(patients, **columns)


def same(one: object, other: object) -> bool:
    """Tell whether two frozen tables are equal to the last bit."""
    return all(
        np.array_equal(column, getattr(other, name), equal_nan=True)
        if column.dtype.kind == "f"
        else np.array_equal(column, getattr(other, name))
        for name, column in vars(one).items()
    )


def courses(count: int, **columns: Any) -> Courses:
    """Return hand-made courses in which nothing happened but what the columns say."""
    blanks: dict[str, Any] = {field.name: np.full(count, np.nan) for field in fields(Courses)}
    flags = ("video", "walk_in", "met_halfway")
    blanks |= {name: np.zeros(count, dtype=np.bool_) for name in flags}
    noughts = (
        "doctor_call_out",
        "video_moved",
        "avoided",
        "taken_over",
        "left_in_menu",
        "interrupted",
        "instead",
    )
    blanks |= {name: np.zeros(count, dtype=np.int8) for name in noughts}
    blanks |= {name: np.full(count, -1, dtype=np.int32) for name in ("clinic", "crew", "support")}
    blanks |= {"judged": np.full(count, -1, np.int8), "outcome": np.full(count, ADVICE, np.int8)}
    for name, values in columns.items():
        blanks[name] = np.asarray(values, dtype=blanks[name].dtype)
    return Courses(**blanks)


def calls(*rows: tuple[int, int, int, float, float, float], **columns: Any) -> Calls:
    """Return hand-made calls: patient, room, line, rang, answered, left (seconds).

    Each is answered by the room that it rang at and nobody is rung up, but for what columns say.
    """
    names = ("patient", "room", "line", "rang_s", "answered_s", "left_s")
    table = dict(zip(names, np.array(rows, dtype=np.float64).reshape(-1, 6).T, strict=True))
    table["answered_by"] = np.where(np.isnan(table["answered_s"]), -1, table["room"])
    table["called_back"] = np.zeros(len(rows))
    table["found_s"] = table["answered_s"]
    table |= {name: np.asarray(values) for name, values in columns.items()}
    kinds = {"patient": np.int32, "room": np.int8, "line": np.int8, "answered_by": np.int8,
             "called_back": np.bool_}  # fmt: skip
    return Calls(**{name: each.astype(kinds.get(name, np.float64)) for name, each in table.items()})


def activities(*rows: tuple[int, int, float, float, int]) -> Activities:
    """Return hand-made activities: unit, kind, start, end, patient."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    kinds = (np.int32, np.int8, np.float64, np.float64, np.int32)
    return Activities(*(column.astype(kind) for column, kind in zip(table.T, kinds, strict=True)))


def trips(*rows: tuple[Any, ...], **columns: Any) -> Trips:
    """Return hand-made trips: unit, kind, patient, origin, destination, departed, arrived.

    Each is a whole drive by ordinary car at noon from place to place, but for what columns say.
    """
    names = ("unit", "kind", "patient", "origin", "destination", "departed_s", "arrived_s")
    table = dict(zip(names, np.array(rows, dtype=np.float64).reshape(-1, 7).T, strict=True))
    usual: dict[str, Any] = {"joins": table["origin"], "joins_s": table["departed_s"],
                             "there_s": table["arrived_s"], "origin_km": 0, "destination_km": 0,
                             "stretch_done": 0, "mode": 0, "condition": 0,
                             "completed": True}  # fmt: skip
    table |= {name: np.broadcast_to(value, len(rows)) for name, value in usual.items()}
    table |= {name: np.broadcast_to(np.asarray(v), len(rows)) for name, v in columns.items()}
    blanks = Recorder(0).trips(0.0)
    return Trips(**{n: table[n].astype(getattr(blanks, n).dtype) for n in Trips.columns()})


def seen(
    world: World,
    patients: Patients,
    course: Courses,
    call: Calls | None = None,
    did: Activities | None = None,
    units: tuple[Unit, ...] | None = None,
    drove: Trips | None = None,
) -> MeasuredRun:
    """Return a hand-made record of a world as the indicators look at it."""
    plan, call, did = world.plan, call or calls(), did or activities()
    whole = (units or plan.units, did, drove or trips(), plan.measured, plan.end_s, 0)
    record = Record(course, call, *whole)
    return world.observed(patients, record)


def values(rows: Iterable[IndicatorRow], group_by: str = "all") -> dict[str, tuple[float, int]]:
    """Return value and n of each group of one indicator."""
    return {row.group: (row.value, row.n) for row in rows if row.group_by == group_by}


def tells_of_nobody(
    indicator: Callable[[MeasuredRun], Iterable[IndicatorRow]], world: World
) -> None:
    """Hold that an indicator has rows of nobody where nothing happened: nought, or no value."""
    rows = list(indicator(seen(world, people([]), courses(0))))
    assert rows and all(row.n == 0 for row in rows)
    assert all(np.isnan(row.value) or row.value == 0 for row in rows)
