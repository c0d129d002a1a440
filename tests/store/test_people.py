"""What each resident got comes back as it was written, and takes little room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from akuttsim.errors import InputError
from akuttsim.experiments.run_files import (
    copy_people,
    people_file,
    read_run_people,
    write_people,
)
from akuttsim.experiments.run_identity import RunId
from akuttsim.indicators.person_values import person_values
from akuttsim.indicators.registry import observe_indicators
from akuttsim.records import PersonValues
from tests import small

RUN = RunId("today", 3, "0123456789abcdef")


def made() -> PersonValues:
    world = small.world()
    patients = world.sample()
    seen = world.observed(patients, world.meets(patients))
    return person_values(seen, observe_indicators(seen)[1])


def test_it_comes_back_as_it_was_and_is_small(tmp_path: Path) -> None:
    values = made()
    write_people(tmp_path, RUN, values)
    found = read_run_people(tmp_path, RUN)
    assert found is not None
    assert (found.names, found.measures) == (values.names, values.measures)
    assert found.persons == values.persons != ""
    for name, codes in values.groups.items():
        assert np.array_equal(found.groups[name], codes)
    for name, column in values.columns.items():
        assert np.array_equal(found.columns[name], column, equal_nan=True)
    each = people_file(tmp_path, RUN).stat().st_size / len(values.columns["ill"])
    assert each < 80, "bytes a person; as float32 it would be some 250"
    before = people_file(tmp_path, RUN).read_bytes()
    write_people(tmp_path, RUN, values)
    assert people_file(tmp_path, RUN).read_bytes() == before


def test_some_indicators_are_read_without_the_rest(tmp_path: Path) -> None:
    values = made()
    write_people(tmp_path, RUN, values)
    some = frozenset({"ring_to_doctor_min"})
    found = read_run_people(tmp_path, RUN, some)
    assert found is not None and found.measures
    assert {each.indicator for each in found.measures} == some
    for measure in found.measures:
        assert np.array_equal(found.columns[measure.values], values.columns[measure.values], True)
        assert set(measure.groupings) == set(found.groups)
    assert len(found.columns) < len(values.columns)


def test_what_is_not_there_is_none_and_a_copy_has_its_new_name(tmp_path: Path) -> None:
    assert read_run_people(tmp_path, RUN) is None
    copied = RUN._replace(organisation="today@other")
    copy_people((tmp_path, RUN), (tmp_path, copied))
    assert read_run_people(tmp_path, copied) is None
    write_people(tmp_path, RUN, made())
    copy_people((tmp_path, RUN), (tmp_path, copied))
    assert read_run_people(tmp_path, copied) is not None
    whole = people_file(tmp_path, RUN).read_bytes()
    for damaged in (b"half written", whole[:-9], whole[:40] + b"x" + whole[41:]):
        people_file(tmp_path, RUN).write_bytes(damaged)
        with pytest.raises(InputError, match="not as it was written"):
            read_run_people(tmp_path, RUN)
