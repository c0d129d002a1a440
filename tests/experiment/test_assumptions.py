"""The table of assumptions: every sourced value once."""

from __future__ import annotations

from akuttsim.experiments.study import study_of_experiment, study_of_run
from akuttsim.experiments.study_manifest import list_assumptions


def test_every_sourced_value_of_namdal_is_listed_with_source_and_grade() -> None:
    entries = list_assumptions(study_of_experiment("01-first-look"))
    assert all(entry.source and entry.grade for entry in entries)
    assert all(entry.range for entry in entries if entry.grade == "C" and not entry.rows)
    keys = [(entry.of, entry.key, entry.value, entry.source, entry.grade) for entry in entries]
    assert len(set(keys)) == len(keys)
    by_key = {(entry.of, entry.key): entry.value for entry in entries}
    assert by_key["region", "demand.contacts_per_person_year"] == "0.45"
    assert by_key["region", "care.talk_s"].startswith("lognormal")
    assert by_key["namdal-today", "call_outs.goes"] == "0.42"


def test_rows_of_tables_count_by_their_source_and_grade() -> None:
    """75 of the places and roads of Namdal are assumptions, and one of its ferries."""
    study = study_of_experiment("01-first-look")
    region, entries = study.region, [e for e in list_assumptions(study) if e.rows]
    assert sum(e.rows for e in entries if e.key == "places") == len(region.places)
    assumed = {key: sum(e.rows for e in entries if (e.key, e.grade) == (key, "C"))
               for key in ("places", "roads", "ferries")}  # fmt: skip
    assert assumed == {"places": 17, "roads": 58, "ferries": 1}


def test_what_a_variant_shares_with_the_base_is_listed_once() -> None:
    entries = list_assumptions(study_of_experiment("01-first-look"))
    variants = [entry for entry in entries if entry.of == "namdal-one-legevakt"]
    assert [entry.key for entry in variants] == [
        "doctors.legevaktlege-namsos.on_duty.evening",
        "doctors.legevaktlege-namsos.on_duty.weekend",
        "clinics.legevakt-namsos.nurses.evening",
        "clinics.legevakt-namsos.nurses.weekend",
    ]


def test_every_link_of_the_example_is_listed_with_its_range() -> None:
    entries = list_assumptions(study_of_run(["namdal-all-links"], None, (), (1, 2, 1)))
    by_key = {entry.key: entry for entry in entries if entry.of == "namdal-all-links"}
    room = "control_rooms.legevaktsentral-namdal"
    assert by_key[f"{room}.overflow.queue_longer_than"].value == "3"
    assert by_key[f"{room}.operators.night-alarms"].value.endswith("answers [alarm]")
    assert by_key[f"{room}.doctor.settles"].value == "red 0, yellow 0.15, green 0.35"
    assert by_key["walk_ins.share"].range == [0.05, 0.26]
    back_up = "doctors.legevaktlege-namsos.back_up"
    assert {f"{back_up}.on_call.evening", f"{back_up}.comes_after_min"} <= set(by_key)
    assert all(entry.range for entry in entries if entry.grade == "C" and not entry.rows)
