"""A draft writes what a planner would have written, and is checked as any other file."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from akuttsim.app.draft_state import answer_estimates, draft_state, map_state, reach_state
from akuttsim.app.drafts import (
    Bases,
    CheckedDraft,
    Drafts,
    judged_of,
    redone,
    undone,
    with_change,
    with_reason,
    without_change,
)
from akuttsim.app.folder import StaleVersionError
from akuttsim.app.form import site_of_key
from akuttsim.errors import InputError
from akuttsim.experiments.study import study_of_experiment
from akuttsim.texts import in_words

ROOM = "control_rooms.legevaktsentral-namdal"
NIGHT = [23, *range(8)]


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Drafts:
    folder = tmp_path_factory.mktemp("what-if")
    return Drafts(folder, Bases(folder))


def changed(drafts: Drafts, *asked: dict[str, Any]) -> CheckedDraft:
    checked = drafts.begin("namdal-today")
    for each in asked:
        checked = drafts.change(checked.draft.id, None, with_change(each, checked.base))
    return checked


def place(drafts: Drafts, name: str) -> int:
    return drafts.bases.get("namdal-today").region.value.place_ids.index(name)


def week(drafts: Drafts, key: str, hours: list[int], number: int) -> dict[str, Any]:
    base = drafts.bases.get("namdal-today")
    site, rule = site_of_key(key, base.tree, base.region.value)
    painted: Any = deepcopy(rule.read(site))
    for day in painted["week"]:
        for hour in hours:
            day[hour] = number
    return {"week": painted["week"]}


def written(drafts: Drafts, checked: CheckedDraft) -> dict[str, Any]:
    path = drafts.place(checked.draft.id) / f"{checked.draft.name}.yaml"
    changes = yaml.safe_load(path.read_text("utf-8"))["changes"]
    assert all({"nb", "en"} == set(each["why"]) for each in changes.values())
    return {name: {key: each[key] for key in ("set", "remove") if key in each}
            for name, each in changes.items()}  # fmt: skip


EARLIER = [[["15:30", "22:00"]]] * 5 + [[["08:00", "22:00"]]] * 2


def test_the_eight_questions_are_written_as_files_that_hold(drafts: Drafts):
    night = {"set": {f"{ROOM}.operators": week(drafts, f"{ROOM}.operators", NIGHT, 2)}}
    lierne = {"kind": "satellite", "at": place(drafts, "sandvika"),
              "fields": {"doctors": "legevaktlege-namsos"}}  # fmt: skip
    questions: dict[str, list[dict[str, Any]]] = {
        "second night nurse": [night],
        "satellite in Lierne": [{"add": lierne}],
        "one ambulance less in Grong": [{"remove": ["ambulances.grong-2"]}],
        "move Lierne's ambulance": [
            {"set": {"ambulances.lierne-1.station": place(drafts, "grong")}}
        ],
        "a legevakt car": [{"set": {"doctors.legevaktlege-namsos.response_car": True}}],
        "video at all centres": [{"set": {f"{ROOM}.video": 30}}],
        "116117 into AMK": [{"set": {f"{ROOM}.operators_of": "amk-namsos"}}],
    }
    for name, asked in questions.items():
        checked = changed(drafts, *asked)
        assert checked.problems == (), name
        assert checked.variant is not None
        assert checked.variant.value != checked.base.organisation.value, name
        state = draft_state(checked, "nb")
        assert state["changes"][0]["sentence"] and not state["problems"]


def test_a_roster_changed_at_some_hours_is_judged_at_these_hours_too(drafts: Drafts):
    key, clinic = f"{ROOM}.operators", "clinics.legevakt-rorvik.open"
    night = changed(drafts, {"set": {key: week(drafts, key, NIGHT, 2)}})
    judged = study_of_experiment(str(drafts.experiment_file(night))).main_judged
    assert [(each.indicator, each.group) for each in judged][:3] == [
        ("answered_116117_within_120_s", "all"),
        ("answered_116117_within_120_s", "night"),
        ("answered_113_within_10_s", "all"),
    ]
    always = changed(drafts, {"set": {key: week(drafts, key, list(range(24)), 3)}})
    assert {each.group for each in judged_of(always.written, always.base)} == {"all"}
    earlier = changed(
        drafts, {"set": {clinic: EARLIER}}
    )  # an hour of an evening's seven and a half
    assert {each.group for each in judged_of(earlier.written, earlier.base)} == {"all"}
    shut = [[["08:00", "15:30"]]] * 7
    evening = changed(drafts, {"set": {clinic: shut}})
    at_hours = [each for each in judged_of(evening.written, evening.base) if each.group != "all"]
    assert {(each.indicator, each.group) for each in at_hours} == {
        ("travel_to_care_min", "evening"),
        ("ring_to_doctor_min", "evening"),
    }


def test_rules_of_the_dispatcher_are_written_whole_and_taken_back(drafts: Drafts):
    rules = {
        "red_takes_over_min": None, "equally_near": "least_worked", "stand_by_first": "kolvereid",
        "stand_by_second": "grong", "stand_by_free": 3,"cover_share": 50, "cover_green": 90,
        "half_way_longer": 110,
    }  # fmt: skip
    checked = changed(drafts, *({"set": {f"dispatch.{n}": value}} for n, value in rules.items()))
    assert checked.problems == () and checked.variant is not None
    dispatch = checked.variant.value.dispatch
    assert dispatch.red_takes_over_min is None and dispatch.equally_near == "least_worked"
    assert [(each.free, each.at) for each in dispatch.stand_by] == [
        (1, ("kolvereid",)), (2, ("kolvereid", "grong")), (3, ("kolvereid", "grong")),
    ]  # fmt: skip
    assert dispatch.cover is not None and dispatch.half_way is not None
    cover = (dispatch.cover.least_share.value, dispatch.cover.green_waits_at_most_min.value)
    assert (*cover, dispatch.half_way.longer_than_min.value) == (0.5, 90, 110)
    form = draft_state(checked, "nb")["form"]["groups"]
    [fields] = [each["units"][0]["fields"] for each in form if each["id"] == "dispatch"]
    shown = {field["key"]: field["value"] for field in fields}
    assert {key: shown[f"dispatch.{key}"] for key in rules} == rules
    off = dict.fromkeys(("dispatch.cover_share", "dispatch.half_way_longer"))
    posts = {"dispatch.stand_by_second": "", "dispatch.stand_by_first": ""}
    back = drafts.change(checked.draft.id, None, with_change({"set": off | posts}, checked.base))
    assert back.variant is not None and back.problems == ()
    left = back.variant.value.dispatch
    assert (left.cover, left.half_way, left.stand_by) == (None, None, ())


def test_a_legevakt_that_is_taken_away_leads_its_people_elsewhere_by_one_click(drafts: Drafts):
    """What is wrong stands in a file of the base then; the page tells it all the same."""
    checked = changed(drafts, {"remove": ["clinics.legevakt-grong"]})
    [problem] = draft_state(checked, "nb")["problems"]
    assert problem["key"] == "clinics.legevakt-grong" and ".yaml" not in problem["what"]
    assert problem["what"].startswith("ingen lege tar imot fra Grong, Høylandet, Lierne")
    assert problem["fix"] is not None and "Legevakt i Namsos" in problem["fix"]["label"]
    mended = drafts.change(
        checked.draft.id, None, with_change(problem["fix"]["change"], checked.base)
    )
    assert mended.problems == ()
    hints = draft_state(mended, "nb")["hints"]  # the doctors of Grong are on duty for nobody
    assert len(hints) == 1 and hints[0].startswith("Legevaktlege i Indre Namdal er på vakt 69")
    assert draft_state(changed(drafts), "nb")["hints"] == []


TEAM = "doctors.nattlege-namsos"


def test_an_acute_team_goes_out_with_a_nurse_and_is_taken_back(drafts: Drafts):
    """As the shipped one; what hangs on it goes with it, and doctors at red are judged."""
    how = {f"{TEAM}.acute_team_drive": 30, f"{TEAM}.acute_team_rides": 50,
           f"{TEAM}.acute_team_clinic": "closes"}  # fmt: skip
    on = {f"{TEAM}.acute_team": "nattlegevakt-namsos"}
    checked = changed(drafts, {"set": on}, {"set": how})
    assert checked.problems == () and checked.variant is not None
    team = checked.variant.value.doctors["nattlege-namsos"].acute_team
    shipped = drafts.bases.get("namdal-acute-team").organisation.value
    usual = shipped.doctors["nattlege-namsos"].acute_team
    assert team is not None and usual is not None
    chosen = {"max_drive_min", "rides_along", "clinic", "alerted", "reaction_min", "lift_after_min"}
    assert team.model_dump(exclude=chosen) == usual.model_dump(exclude=chosen)
    assert (team.max_drive_min.value, team.rides_along.value, team.clinic) == (30, 0.5, "closes")
    assert team.alerted.value == usual.alerted.value
    asked = {each.indicator for each in judged_of(checked.written, checked.base)}
    assert "doctor_on_scene_within_30_min" in asked
    told = [in_words(each.told, "nb") for each in checked.written.changes]
    assert "og en sykepleier fra" in told[0] and "30 min" in told[1] and "50 %" in told[1]
    back = drafts.change(
        checked.draft.id, None, with_change({"set": {f"{TEAM}.acute_team": ""}}, checked.base)
    )
    assert (back.written.changes, back.problems) == ((), ())
    assert len(judged_of(back.written, back.base)) == len(asked) - 1
    elsewhere = changed(drafts, {"set": {f"{TEAM}.acute_team": "legevakt-grong"}})
    assert elsewhere.variant is not None  # a nurse of another place drives a car of her own
    apart = elsewhere.variant.value.doctors["nattlege-namsos"].acute_team
    assert apart is not None and apart.travels == "apart"
    riding = {"set": {f"{TEAM}.acute_team_travels": "together"}}
    wrong = drafts.change(elsewhere.draft.id, None, with_change(riding, elsewhere.base))
    [problem] = draft_state(wrong, "nb")["problems"]
    assert problem["key"] == f"{TEAM}.acute_team_travels"
    with pytest.raises(InputError):
        changed(drafts, {"set": {f"{TEAM}.acute_team": "satellitt"}})


def test_help_that_there_was_none_of_is_written_whole_and_taken_back(drafts: Drafts):
    numbers = {
        "dispatch.second_crew_share": 20, "dispatch.second_crew_within": 25, f"{TEAM}.back_up": 3,
        "doctor_video.from_ambulance": 15, "doctor_video.from_nursing_home": 40,
        "e_consultation.share": 10, "home_visits.max_drive_min": 55,
    }  # fmt: skip
    checked = changed(drafts, *({"set": {key: each}} for key, each in numbers.items()))
    assert checked.problems == () and checked.variant is not None
    variant = checked.variant.value
    crew, back_up = variant.dispatch.second_crew, variant.doctors["nattlege-namsos"].back_up
    video, screen = variant.doctor_video, variant.e_consultation
    assert crew is not None and back_up is not None and screen is not None
    assert (crew.share.value, crew.within_min.value) == (0.2, 25)
    on_duty = variant.doctors["nattlege-namsos"].on_duty
    assert {name: (row.days, row.hours) for name, row in back_up.on_call.items()} == {
        name: (row.days, row.hours) for name, row in on_duty.items()
    }
    assert video.from_ambulance is not None and video.from_ambulance.share.value == 0.15
    assert video.from_nursing_home is not None and video.from_nursing_home.share.value == 0.4
    assert (screen.share.value, variant.home_visits.max_drive_min.value) == (0.1, 55)
    shown = {field["key"]: field["value"] for group in draft_state(checked, "en")["form"]["groups"]
             for unit in group["units"] for field in unit["fields"]}  # fmt: skip
    assert {key: shown[key] for key in numbers} == numbers
    off = dict.fromkeys(key for key in numbers if not key.endswith(("within", "drive_min")))
    back = drafts.change(checked.draft.id, None, with_change({"set": off}, checked.base))
    assert [each.keys for each in back.written.changes] == [("home_visits.max_drive_min",)]
    for key, value in (("home_visits.max_drive_min", None), ("e_consultation.share", 101)):
        with pytest.raises(InputError) as refused:
            changed(drafts, {"set": {key: value}})
        assert [each.key for each in refused.value.problems] == [key]


def test_what_a_full_room_does_is_written_whole_and_taken_back(drafts: Drafts):
    checked = changed(
        drafts, {"set": {f"{ROOM}.callback": 3}}, {"set": {f"{ROOM}.callback_share": 40}}
    )
    assert checked.problems == () and checked.variant is not None
    callback = checked.variant.value.control_rooms["legevaktsentral-namdal"].callback
    assert callback is not None
    assert (callback.queue_longer_than.value, callback.share.value) == (3, 0.4)
    [row] = answer_estimates(checked.base, checked.variant.value, "en")["rows"]
    assert row["before"] and not row["after"] and row["mid"] is None  # no queue knows it
    half = drafts.change(
        checked.draft.id, None, with_change({"set": {f"{ROOM}.callback": 2.5}}, checked.base)
    )
    assert [each["key"] for each in draft_state(half, "nb")["problems"]] == [f"{ROOM}.callback"]
    back = drafts.change(
        checked.draft.id, None, with_change({"set": {f"{ROOM}.callback": None}}, checked.base)
    )
    assert back.written.changes == ()
    for key in (f"{ROOM}.overflow", "control_rooms.amk-namsos.callback"):
        with pytest.raises(InputError):  # there is no other room, and 113 rings nobody up
            changed(drafts, {"set": {key: 3}})
    two = drafts.begin("namdal-all-links")
    for value, to in (("", None), ("legevaktsentral-innherred", "legevaktsentral-innherred")):
        two = drafts.change(
            two.draft.id, None, with_change({"set": {f"{ROOM}.overflow": value}}, two.base)
        )
        assert two.problems == () and two.variant is not None
        overflow = two.variant.value.control_rooms["legevaktsentral-namdal"].overflow
        assert (overflow and overflow.to) == to


def test_hours_of_a_helicopter_and_municipal_beds(drafts: Drafts):
    checked = drafts.begin("namdal-all-links")
    days = [[["08:00", "20:00"]]] * 7
    asked = {"supports.ambulansehelikopter.on_duty": days, "acute_beds.ohd-namsos.beds": 5}
    checked = drafts.change(checked.draft.id, None, with_change({"set": asked}, checked.base))
    assert checked.problems == () and checked.variant is not None
    variant = checked.variant.value
    rows = variant.supports["ambulansehelikopter"].on_duty.values()
    assert [(row.days, row.hours) for row in rows] == [("daily", "08:00-20:00")]
    assert variant.acute_beds["ohd-namsos"].beds.value == 5
    never = {"set": {"supports.ambulansehelikopter.on_duty": [[]] * 7}}
    with pytest.raises(InputError):
        drafts.change(checked.draft.id, None, with_change(never, checked.base))


def test_rorvik_closes_at_22_and_one_click_sends_its_people_to_who_is_open(drafts: Drafts):
    checked = changed(drafts, {"set": {"clinics.legevakt-rorvik.open": EARLIER}})
    clinic = written(drafts, checked)["legevakt-rorvik-open"]["set"]
    earlier = {"evening": {"hours": "15:30-22:00"}, "weekend": {"hours": "08:00-22:00"}}
    assert clinic["clinics"]["legevakt-rorvik"] == {"open": earlier, "nurses": earlier}
    assert clinic["doctors"]["legevaktlege-rorvik"]["on_duty"] == earlier
    problems = draft_state(checked, "nb")["problems"]
    [problem] = problems  # of two municipalities, mended together
    assert problem["key"] == "clinics.legevakt-rorvik.open"
    assert problem["what"] == "ingen lege tar imot fra Leka, Nærøysund man–søn 22–23"
    fixed = drafts.change(
        checked.draft.id, None, with_change(problems[0]["fix"]["change"], checked.base)
    )
    assert fixed.problems == ()
    reach = reach_state(fixed, "care", "mon-22")
    assert reach["beyond_40"]["now"] > reach["beyond_40"]["base"] > 0
    assert reach["open"]["clinics.legevakt-rorvik"] is False
    before_ten = reach_state(fixed, "care", "mon-21")
    assert before_ten["now"] == before_ten["base"]


def test_the_second_night_nurse_is_one_number_in_the_file_whatever_the_order(drafts: Drafts):
    key = f"{ROOM}.operators"
    three = {"set": {key: week(drafts, key, NIGHT, 3)}, "why": "Ingen alene"}
    checked = changed(drafts, three, {"set": {key: week(drafts, key, NIGHT, 2)}})
    row = {"on_duty": 2, "grade": "C", "range": [1, 3], "source": "Chosen on the what-if page"}
    [edit] = written(drafts, checked).values()
    rows = edit["set"]["control_rooms"]["legevaktsentral-namdal"]["operators"]
    assert rows == {"night": row} and len(checked.draft.changes) == 1
    text = (drafts.place(checked.draft.id) / f"{checked.draft.name}.yaml").read_text("utf-8")
    assert "Ingen alene" in text
    again = drafts.change(checked.draft.id, None, with_change(three, checked.base))
    back = drafts.change(again.draft.id, None, undone)
    assert (drafts.place(back.draft.id) / f"{back.draft.name}.yaml").read_text("utf-8") == text
    gone = {"set": {key: week(drafts, key, NIGHT, 1)}}
    assert drafts.change(back.draft.id, None, with_change(gone, back.base)).draft.changes == ()


def test_steps_are_undone_and_done_again_and_changes_taken_back(drafts: Drafts):
    one = changed(drafts, {"remove": ["ambulances.grong-2"]}, {"set": {f"{ROOM}.video": 10}})
    name, (first, second) = one.draft.id, one.draft.changes
    assert len(drafts.change(name, None, undone).draft.changes) == 1
    assert len(drafts.change(name, None, redone).draft.changes) == 2
    reasoned = drafts.change(name, None, with_reason(first["id"], " For \n få oppdrag "))
    assert reasoned.written.changes[0].why == "For få oppdrag"
    left = drafts.change(name, None, without_change(first["id"], one.base)).draft.changes
    assert [each["id"] for each in left] == [second["id"]]
    fresh = Drafts(drafts.folder, Bases(drafts.folder)).get(name)
    assert fresh.draft == drafts.get(name).draft  # kept on the disk
    with pytest.raises(StaleVersionError):
        drafts.change(name, fresh.draft.version - 1, undone)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"set": {"control_rooms.nobody.operators": {"week": []}}}, "control_rooms.nobody"),
        ({"set": {f"{ROOM}.operators": {"week": [[1] * 24] * 6}}}, ROOM),
        ({"set": {f"{ROOM}.operators": {"week": [[10**6] * 24] * 7}}}, ROOM),
        ({"set": {f"{ROOM}.title": "x"}}, ROOM),
        ({"set": {"organisation": "x"}}, "organisation"),
        ({"set": {"__class__.x": 1}}, "__class__"),
        ({"set": {f"{ROOM}.video": float("nan")}}, ROOM),
        ({"set": {"ambulances.lierne-1.station": -1}}, "ambulances.lierne-1"),
        ({"set": {"clinics.legevakt-rorvik.open": [[["25:00", "x"]]] * 7}}, "clinics.legevakt-r"),
        ({"set": {"clinics.legevakt-rorvik.open": [[]] * 7}}, "clinics.legevakt-rorvik"),
        ({"remove": ["control_rooms.amk-namsos"]}, "control_rooms.amk-namsos"),
        ({"add": {"kind": "hospital", "at": 0}}, "add.kind"),
        ({"add": {"kind": "satellite", "at": 0, "fields": {"doctors": ["x"]}}}, "add.doctors"),
        ({"set": [1]}, "set"),
        ({"set": {f"{ROOM}.video": 5}, "why": "x" * 10_000}, "why"),
    ],
)  # fmt: skip
def test_what_no_config_can_have_is_refused_and_changes_nothing(
    drafts: Drafts, asked: dict[str, Any], key: str
):
    checked = drafts.begin("namdal-today")
    with pytest.raises(InputError) as error:
        drafts.change(checked.draft.id, None, with_change(asked, checked.base))
    assert all(each.key.startswith(key) for each in error.value.problems)
    assert all(in_words(each.what, "nb") for each in error.value.problems)
    assert drafts.get(checked.draft.id).draft == checked.draft


def test_a_draft_is_saved_by_a_name_and_not_over_other_files(drafts: Drafts, tmp_path: Path):
    own = Drafts(tmp_path, Bases(tmp_path))
    checked = changed(own, {"remove": ["ambulances.grong-2"]})
    name = checked.draft.id
    assert own.save(name, "uten-grong", "Uten dagbilen i Grong", "Få oppdrag") == (
        "uten-grong.yaml", "uten-grong-experiment.yaml",
    )  # fmt: skip
    study = study_of_experiment(str(tmp_path / "uten-grong-experiment.yaml"))
    inside = study_of_experiment(str(own.place(name) / "experiment.yaml"))
    assert study.digest("uten-grong") == inside.digest("uten-grong")
    assert study.organisations["uten-grong"].title.nb == "Uten dagbilen i Grong"
    own.save(name, "uten-grong", "", "")  # over its own
    assert own.is_saved(own.get(name)) and Drafts(tmp_path, Bases(tmp_path)).is_saved(own.get(name))
    assert not own.is_saved(own.change(name, None, undone))
    assert own.is_saved(own.change(name, None, redone))
    (tmp_path / "mine.yaml").write_text("organisation: other\n")
    for taken in ("mine", "namdal-today", "../x", "Ø", ""):
        if taken:
            with pytest.raises(InputError):
                own.save(name, taken, "", "")
    assert (tmp_path / "mine.yaml").read_text() == "organisation: other\n"
    with pytest.raises(InputError):
        own.save(name, "con", "Another", "")  # the name of a device, found when files are checked
    kept = own.get(name).draft
    assert (kept.name, kept.title) == ("uten-grong", "Uten dagbilen i Grong")
    on_top = own.begin("uten-grong.yaml")  # what was saved is a base of further drafts
    assert "ambulances.grong-2" not in str(draft_state(on_top, "en")["form"])
    assert {unit["id"] for unit in map_state(on_top, "en")["units"]} >= {"ambulances.grong-1"}


@pytest.mark.parametrize(
    "kept",
    [
        {"name": "../../out"},
        {"id": "what-if-9"},
        {"organisation": "../outside.yaml"},
        {"organisation": "/etc/passwd"},
        {"at": 7},
        {"replications": 10**9},
        {"steps": [[], [{"id": "../x", "set": {}, "remove": [], "add": None, "why": ""}]]},
        {"steps": [[], [[]]]},
        {"steps": 3},
        {"title": ["x"]},
        {"more": 1},
    ],
)
def test_a_draft_from_a_stranger_is_refused_before_it_writes_anything(
    tmp_path: Path, kept: dict[str, Any]
):
    folder = tmp_path / "mine"
    folder.mkdir()
    (tmp_path / "outside.yaml").write_text("extends: namdal-today\norganisation: outside\n")
    drafts = Drafts(folder, Bases(folder))
    place = drafts.place(drafts.begin("namdal-today").draft.id)
    path = place / "draft.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **kept}))
    files = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    with pytest.raises(InputError):
        Drafts(folder, Bases(folder)).get("what-if-1")
    assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == files


SECRET = "organisation: not-yours\nsecret: [root:x:0:0\n"
TITLE = "title: {nb: Egen, en: Own}\n"
OWN = f"organisation: own\n{TITLE}extends: namdal-today\n"
REGION = f"region: own-region\n{TITLE}extends: namdal\n"

Naming = Callable[[Path, str], tuple[str, int, str]]
"""From FOLDER and what names a file elsewhere to the file, line and key that name it so."""


def in_the_draft(folder: Path, name: str) -> tuple[str, int, str]:
    path = folder / "what-if/what-if-1/draft.json"
    path.write_text(path.read_text().replace('"own.yaml"', json.dumps(name)))
    return "draft.json", 3, "organisation"


def in_extends(folder: Path, name: str) -> tuple[str, int, str]:
    (folder / "own.yaml").write_text(f"organisation: own\n{TITLE}extends: {name}\n")
    return "own.yaml", 3, "extends"


def in_region(folder: Path, name: str) -> tuple[str, int, str]:
    as_folder = name.replace("linked/secret.yaml", "linked")
    (folder / "own.yaml").write_text(f"{OWN}region: {as_folder}\n")
    return "own.yaml", 4, "region"


def in_extends_of_region(folder: Path, name: str) -> tuple[str, int, str]:
    (folder / "own.yaml").write_text(f"{OWN}region: own-region\n")
    (folder / "own-region.yaml").write_text(f"region: own-region\nextends: {name}\n")
    return "own-region.yaml", 2, "extends"


def in_a_table(folder: Path, name: str) -> tuple[str, int, str]:
    (folder / "own.yaml").write_text(f"{OWN}region: own-region\n")
    (folder / "own-region.yaml").write_text(f"{REGION}tables:\n  roads: {name}\n")
    return "own-region.yaml", 5, "tables.roads"


def in_a_change_of_tables(folder: Path, name: str) -> tuple[str, int, str]:
    (folder / "own.yaml").write_text(f"{OWN}region: own-region\n")
    (folder / "own-region.yaml").write_text(
        f"{REGION}changes:\n  mine:\n    why: {{nb: x, en: x}}\n    set:\n"
        f"      tables:\n        travel_times: {name}\n"
    )
    return "own-region.yaml", 9, "tables.travel_times"


@pytest.mark.parametrize("how", ["absolute", "upwards", "link", "linked-folder"])
@pytest.mark.parametrize(
    "naming",
    [in_the_draft, in_extends, in_region, in_extends_of_region, in_a_table, in_a_change_of_tables],
)
def test_nothing_outside_the_folder_is_read_however_it_is_named(
    tmp_path: Path, naming: Naming, how: str
):
    folder, outside = tmp_path / "mine", tmp_path / "theirs"
    folder.mkdir()
    outside.mkdir()
    (folder / "own.yaml").write_text(OWN)
    for name in ("secret.yaml", "region.yaml"):
        (outside / name).write_text(SECRET)
    (folder / "link.yaml").symlink_to(outside / "secret.yaml")
    (folder / "linked").symlink_to(outside)
    own = Drafts(folder, Bases(folder))
    own.begin("own.yaml")
    names = {
        "absolute": str(outside / "secret.yaml"),
        "upwards": "../theirs/secret.yaml",
        "link": "link.yaml",
        "linked-folder": "linked/secret.yaml",
    }
    file, line, key = naming(folder, names[how])
    with pytest.raises(InputError) as refused:
        Drafts(folder, Bases(folder)).get("what-if-1")
    told = [(Path(each.file).name, each.line, each.key) for each in refused.value.problems]
    assert told[-1] == (file, line, key)
    assert "root:x" not in str(refused.value) and "not-yours" not in str(refused.value)
    assert "folder" in in_words(refused.value.problems[-1].what, "en")


def test_a_strangers_experiment_and_links_of_the_pages_own_folders_are_not_followed(
    tmp_path: Path,
):
    folder, outside = tmp_path / "mine", tmp_path / "theirs"
    folder.mkdir()
    own = Drafts(folder, Bases(folder))
    checked = own.begin("namdal-today")
    experiment = own.place("what-if-1") / "experiment.yaml"
    written = experiment.read_bytes()
    for key in ("targets", "margins_from", "outcomes", "region"):
        experiment.write_text(f"{experiment.read_text()}{key}: ../../../theirs/secret.yaml\n")
    assert own.experiment_file(checked).read_bytes() == written
    outside.mkdir()
    (folder / "results").symlink_to(outside)
    with pytest.raises(InputError):
        own.results("what-if-1")
    (folder / "what-if").rename(outside / "what-if")
    (folder / "what-if").symlink_to(outside / "what-if")
    with pytest.raises(InputError):
        Drafts(folder, Bases(folder)).get("what-if-1")
