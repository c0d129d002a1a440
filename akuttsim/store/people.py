"""What each resident got in a run: a compact file a run, so that runs can be paired by person."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from akuttsim.records import Measure, PersonValues
from akuttsim.store.files import write_parquet
from akuttsim.store.runs import RunId

PEOPLE = "people"
"""The folder, within the results, of what each resident got."""

GROUP = "group:"
"""How the columns of groups begin."""

TOLD = b"akuttsim"
"""The key of the file's metadata that tells what its columns are summed up to."""


def people_file(folder: Path, run: RunId) -> Path:
    """Return where it lies what each resident got in a run."""
    name = f"{run.replication:05d}-{run.digest[:12]}.parquet"
    return folder / PEOPLE / run.case / run.organisation / name


def keep_people(folder: Path, run: RunId, values: PersonValues) -> None:
    """Write what each resident got in a run: who did not get it takes next to no room."""
    arrays = {
        GROUP + name: pa.array(codes.astype(np.int16)) for name, codes in values.groups.items()
    }
    arrays |= {name: pa.array(each, from_pandas=True) for name, each in values.columns.items()}
    told = json.dumps(
        {"names": values.names, "measures": values.measures, "persons": values.persons},
        ensure_ascii=False,
    )
    table = pa.table(arrays).replace_schema_metadata({TOLD: told.encode("utf-8")})
    write_parquet(people_file(folder, run), table, metadata=True)


def read_people(
    folder: Path, run: RunId, indicators: frozenset[str] | None = None
) -> PersonValues | None:
    """Return what each resident got in a run, or some indicators of it; None if not kept."""
    try:
        content = people_file(folder, run).read_bytes()
        told = json.loads(pq.read_schema(pa.BufferReader(content)).metadata[TOLD])
        kept = [Measure(*each) for each in told["measures"]]
        measures = [each for each in kept if indicators is None or each.indicator in indicators]
        wanted = None if indicators is None else _columns(measures)
        table = pq.read_table(pa.BufferReader(content), columns=wanted)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    groups, columns = {}, {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if name.startswith(GROUP):
            groups[name.removeprefix(GROUP)] = column.to_numpy().astype(np.int32)
        else:
            columns[name] = column.to_numpy(zero_copy_only=False).astype(np.float32)
    names = {name: tuple(each) for name, each in told["names"].items()}
    whole = tuple(each._replace(groupings=tuple(each.groupings)) for each in measures)
    return PersonValues(groups, names, columns, whole, told["persons"])


def _columns(measures: Iterable[Measure]) -> list[str]:
    """Return the columns that measures are of, with those of the groups that divide them."""
    found = [GROUP + name for each in measures for name in each.groupings]
    found += [name for each in measures for name in (each.values, each.weights) if name]
    return list(dict.fromkeys(found))


def copy_people(source: tuple[Path, RunId], target: tuple[Path, RunId]) -> None:
    """Copy what each resident got in a run to another folder, if it was kept."""
    origin, into = people_file(*source), people_file(*target)
    if origin.is_file():
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, into)
