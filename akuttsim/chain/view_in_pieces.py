"""The patients of a long run as an organisation meets them, prepared piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain.patient_view import AS_DRAWN, PatientView, view_patients
from akuttsim.chain.run_plan import Plan
from akuttsim.long_columns import LongColumns, let_go_of_pages, pieces
from akuttsim.records import Patients

ROWS = ("present", "never_ask")
"""Columns of `PatientView` that are rows of patients, not one of each."""

Column = Any
"""A list or memory view of plain numbers, one a patient; empty where there is none."""


def view_in_pieces(plan: Plan, patients: Patients) -> PatientView:
    """Return the patients as this organisation will meet them; those of long runs lie in a file.

    Args:
        plan: Region and organisation, unrolled.
        patients: The patients as drawn, the same for every organisation.
    """
    table = LongColumns(len(patients))
    if not table.is_long:
        return view_patients(plan, patients)
    joined = _JoinedColumns(table, patients)
    for part in pieces(len(patients)):
        some = Patients(**{name: getattr(patients, name)[part] for name in Patients.columns()})
        view = view_patients(plan, some)
        joined.add(view, part)
        let_go_of_pages()
    return joined.like(view)


class _JoinedColumns:
    """The columns of views of some patients each, joined under their names."""

    def __init__(self, table: LongColumns, patients: Patients) -> None:
        """Begin without columns."""
        self._table, self._patients = table, patients
        self._columns: dict[str, NDArray[Any]] = {}
        self._rows: dict[str, list[NDArray[np.int32]]] = {name: [] for name in ROWS}

    def add(self, view: PatientView, part: slice) -> None:
        """Add the columns of the patients of a piece."""

        def write(name: str, column: Column) -> Column:
            if name in ROWS:
                self._rows[name].append(np.array(column, dtype=np.int32) + part.start)
            elif len(column) and not _is_switched_off(name, column) and name not in AS_DRAWN:
                if name not in self._columns:
                    self._columns[name] = self._table.empty(_kind_of(column))
                self._columns[name][part] = column
            return column

        _map_columns(view, "", write)

    def like(self, view: PatientView) -> PatientView:
        """Return a view with the columns of all in place of those of some."""

        def joined(name: str, column: Column) -> Column:
            if name in ROWS:
                return np.concatenate(self._rows[name]).data
            if name in AS_DRAWN:
                return getattr(self._patients, name).data
            if name in self._columns:
                return self._columns[name].data
            if not len(column):
                return column
            return np.broadcast_to(np.array(column[0]), (self._table.rows,)).data

        whole: PatientView = _map_columns(view, "", joined)
        return whole


def _is_switched_off(name: str, column: Column) -> bool:
    """Tell whether a column is of care that is switched off: the same for all, as a list."""
    return (
        name.startswith("optional.")
        and isinstance(column, list)
        and type(column[0]) in (bool, float)
    )


def _kind_of(column: Column) -> str:
    """Return the type of a column as NumPy has it; of whole numbers one of 32 bits."""
    if isinstance(column, memoryview):
        return column.format
    return {bool: "?", float: "d"}.get(type(column[0]), "i")


def _map_columns(value: Any, name: str, change: Callable[[str, Column], Column]) -> Any:
    """Return a view in which each column is changed, by its name; what is none stays."""
    if isinstance(value, list | memoryview):
        return change(name, value)
    if isinstance(value, tuple):
        return tuple(
            _map_columns(each, f"{name}.{number}", change) for number, each in enumerate(value)
        )
    if is_dataclass(value) and not isinstance(value, type):
        inside = {each.name: getattr(value, each.name) for each in fields(value)}
        before = f"{name}." if name else ""
        return type(value)(
            **{key: _map_columns(each, before + key, change) for key, each in inside.items()}
        )
    return value
