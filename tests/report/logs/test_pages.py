"""Pages about a log: whole, in both languages, and about what they are given."""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from akuttsim.calllog.logged_calls import CallLog, LogFinding
from akuttsim.experiments.fit_region import fit_region_to_log
from akuttsim.experiments.results import ReplayTables
from akuttsim.report.context import Catalogue, LogWords
from akuttsim.report.log_pages.check_page import (
    SURE_OF,
    check_page,
    finding_advice,
    finding_place,
    finding_sentence,
)
from akuttsim.report.log_pages.fit_page import fit_page, unfitted_lines
from akuttsim.report.log_pages.replay_page import MAY_BE_ADDED, replay_lines, replay_page
from akuttsim.statistics.call_log_fit import FittedRegion, fitted_parameter_rows
from akuttsim.texts import Lang
from tests.logs import log_format, log_of, read
from tests.nightly import at_least_one_by_day
from tests.small import region, world

CALL_LOG = Path(__file__).parents[3] / "akuttsim" / "calllog"


@cache
def text() -> str:
    made = world(weeks=2)
    patients = made.sample(seed=3)
    return log_of(made, patients, made.meets(patients))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> CallLog:
    return read(tmp_path_factory.mktemp("log"), text(), log_format(), region())


@pytest.fixture(scope="module")
def fitted(log: CallLog) -> FittedRegion:
    return fit_region_to_log(log, region(), 1)


def holds_together(page: str, lang: str) -> None:
    """Hold that a page is whole, of one language, and asks for nothing from outside."""
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")
    words_alone = re.sub(r"<style.*?</style>", "", page, flags=re.S)
    assert f'<html lang="{lang}">' in page and "{" not in words_alone and "nan" not in words_alone
    assert "<script" not in page and not re.search(r'(src|href)="(?!#)', page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_both_languages_say_the_same_things() -> None:
    texts = {lang: Catalogue(lang, "log").texts for lang in ("nb", "en")}
    of_logs = {
        lang: {k: v for k, v in t.items() if k.startswith("log.")} for lang, t in texts.items()
    }
    assert of_logs["nb"].keys() == of_logs["en"].keys()
    for key, norwegian in of_logs["nb"].items():
        places = [set(re.findall(r"{(\w+)}", t)) for t in (norwegian, of_logs["en"][key])]
        assert places[0] == places[1], key


def test_every_kind_that_is_found_has_a_sentence() -> None:
    source = "".join(path.read_text("utf-8") for path in CALL_LOG.glob("*.py"))
    kinds = set(re.findall(r'(?:finding|Finding)\(\s*"(\w+)"', source))
    assert len(kinds) >= 20 and set(SURE_OF) <= kinds
    known = {
        key.split(".")[2] for key in Catalogue("en", "log").texts if key.startswith("log.finding.")
    }
    assert kinds == known


@pytest.mark.parametrize(("lang", "said"), [("nb", "må rettes"), ("en", "must be put right")])
def test_what_stops_is_said_first_with_what_to_do(log: CallLog, lang: Lang, said: str) -> None:
    found = LogFinding("swapped_all", "stops", "time", 1234, (2, 3, 4))
    page = check_page(log.with_findings([*log.findings, found]), lang)
    holds_together(page, lang)
    assert said in page and page.index("sure_of: [dates]") < page.index("<svg")


def test_a_finding_in_words() -> None:
    words = LogWords("nb")
    found = LogFinding(
        "before_stage", "left_out", "ended", 1200, (5, 6, 7), (("stage", "answered"),)
    )
    assert "1 200 tidspunkter er før «Besvart»" in finding_sentence(found, words).replace(
        "\u00a0", " "
    )
    assert (
        finding_place(found, words) == "Avsluttet: linje 5, 6, 7 …"
        and finding_advice(found, words) == ""
    )


def test_one_row_is_one_row() -> None:
    for kind, (one, more) in {"doubled": ("1 row is", "2 rows are"),
                              "unread": ("1 time is", "2 times are")}.items():  # fmt: skip
        for n, said in ((1, one), (2, more)):
            found = finding_sentence(LogFinding(kind, "left_out", "", n, (5,)), LogWords("en"))
            assert found.startswith(said) and ("them" in found) == ("them" in more)


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_log_without_anything_wrong_says_so(log: CallLog, lang: Lang) -> None:
    page = check_page(log.with_findings([]), lang)
    holds_together(page, lang)
    assert LogWords(lang)("check.no_findings") in page and LogWords(lang)("check.good") in page


@pytest.mark.nightly
@pytest.mark.parametrize("lang", at_least_one_by_day(["nb", "en"]))
def test_a_fit_page_tells_each_value(fitted: FittedRegion, lang: Lang) -> None:
    page = fit_page(fitted, lang)
    holds_together(page, lang)
    words = LogWords(lang)
    for key in fitted.durations:
        assert words(f"fit.key.{key}") in page
    median = words.amount(fitted.durations["care.talk_s"].parameters["median"].mean, "s")
    assert median in page and page == fit_page(fitted, lang)


@pytest.mark.nightly
@pytest.mark.parametrize("lang", at_least_one_by_day(["nb", "en"]))
def test_what_was_not_fitted_is_named_with_the_reason(log: CallLog, lang: Lang) -> None:
    found, words = fit_region_to_log(log.picked(np.arange(60)), region(), 1), LogWords(lang)
    page, lines = fit_page(found, lang), unfitted_lines(found, lang)
    holds_together(page, lang)
    told = {each.key for each in found.unfitted}
    assert {"arrivals_116117", "arrivals_113", "patience", "care.on_scene_min.red"} <= told
    assert words("fit.unfitted") in page and f"{words('fit.unfitted')}:" in lines
    for key in told - {"mobilisation"}:
        assert any(line.startswith(words(f"fit.key.{key}")) for line in lines)


@pytest.mark.usefixtures("undrawn")
def test_hours_that_rest_on_few_days_are_told(fitted: FittedRegion) -> None:
    free = fitted.arrivals["116117"].free
    assert 1 < free < 10
    assert f"weekends and holidays (116117) rest on {free} days alone" in fit_page(fitted, "en")


@pytest.mark.usefixtures("undrawn")
def test_minutes_of_a_key_are_minutes_on_the_page(fitted: FittedRegion) -> None:
    key, each = next((k, d) for k, d in fitted.durations.items() if "_min" in k)
    seconds = each.parameters["median"].mean
    page = fit_page(fitted, "en")
    assert LogWords("en").amount(seconds / 60, "min") in page
    row = next(r for r in fitted_parameter_rows(fitted) if r.key == key)
    assert (row.parameter, row.value) == ("median_min", pytest.approx(seconds / 60, rel=1e-5))


def test_a_fit_of_too_little_says_so(log: CallLog) -> None:
    few = fit_region_to_log(log.picked(np.arange(5)), region(), 1)
    assert LogWords("en")("fit.nothing") in fit_page(few, "en")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> ReplayTables:
    """The log met by both organisations, twice."""
    from akuttsim.experiments.logged_patients import logged_patients
    from akuttsim.experiments.results import read_replay
    from akuttsim.experiments.runner import run_study
    from akuttsim.experiments.study import study_of_log, with_logged_calls
    from tests.small import SATELLITE, TODAY

    folder = tmp_path_factory.mktemp("replayed")
    study = study_of_log([str(TODAY), str(SATELLITE)], None, (), (2, 1))
    log = read(folder, text(), log_format(), study.region)
    calls = logged_patients(log, study.region, (None, None))
    run_study(with_logged_calls(study, calls), folder / "out")
    return read_replay(folder / "out")


def test_a_replay_page_sets_the_log_beside_each_organisation(
    found: ReplayTables,
) -> None:
    for lang in ("nb", "en"):
        page = replay_page(found, lang)  # type: ignore[arg-type]
        holds_together(page, lang)
        for organisation in found.manifest.organisations.values():
            assert organisation["title"][lang] in page
    hours = found.hours
    whole = hours[(hours.organisation == "small-today") & (hours.hour == "all")
                  & (hours.number == "116117") & (hours.measure == "hung_up")].iloc[0]  # fmt: skip
    lines = " ".join(replay_lines(found, "en"))
    assert LogWords("en").share(whole.recorded) in lines
    assert LogWords("en").share(whole.simulated) in lines


@pytest.mark.usefixtures("undrawn")
def test_a_replay_page_says_who_was_added_to_the_calls_and_who_not(
    found: ReplayTables,
) -> None:
    words = LogWords("en")
    names = {each: words(f"replay.drawn.{each}") for each in MAY_BE_ADDED}
    assert all(name in replay_page(found, "en").split("--add")[0] for name in names.values())
    assert found.manifest.log is not None
    log = found.manifest.log.changed(added=list(MAY_BE_ADDED))
    added = ReplayTables(found.manifest.changed(log=log), found.hours, found.stages)
    assert all(name in replay_lines(added, "en")[0] for name in names.values())
    assert "--add" not in replay_page(added, "en")


def with_runs(found: ReplayTables, n: int, **of_hours: object) -> ReplayTables:
    return ReplayTables(
        found.manifest.changed(replications=n), found.hours.assign(**of_hours), found.stages
    )


@pytest.mark.usefixtures("undrawn")
def test_bands_from_few_replications_are_warned_of(found: ReplayTables) -> None:
    warning = "A band from only 2 replications"
    assert warning in " ".join(replay_lines(found, "en")) and warning in replay_page(found, "en")
    assert "A band from only" not in replay_page(with_runs(found, 5), "en")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_hours_with_too_few_calls_are_said_to_be_left_out(found: ReplayTables, lang: Lang) -> None:
    words = LogWords(lang)
    some, none = (
        with_runs(found, 9, calls=np.where(found.hours.hour == "08", n, 1)) for n in (25, 1)
    )
    left_out = words("replay.caption_few", few=20)
    page = replay_page(some, lang)
    assert page.count(left_out) == page.count("<svg") > 0
    empty = replay_page(none, lang)
    holds_together(empty, lang)
    assert "<svg" not in empty and words("replay.no_figure", few=20) in empty
    assert words("replay.no_hours", few=20) in empty


@pytest.mark.usefixtures("undrawn")
def test_replications_that_are_alike_are_said_to_have_no_band(
    found: ReplayTables,
) -> None:
    said = LogWords("en")("replay.caption_alike")
    plenty = with_runs(found, 9, calls=30, simulated=1.0, one_low=0.5, one_high=1.0)
    assert said not in replay_page(plenty, "en")
    alike = with_runs(plenty, 9, one_low=np.nan, one_high=np.nan)
    assert said in replay_page(alike, "en")


def test_a_log_without_answers_shows_the_simulation_alone(
    found: ReplayTables,
) -> None:
    hours = found.hours.assign(recorded=np.nan, inside=np.nan)
    stages = found.stages.assign(n_recorded=0)
    blind = ReplayTables(found.manifest, hours, stages)
    assert LogWords("en")("replay.no_answers") in replay_lines(blind, "en")
    holds_together(replay_page(blind, "nb"), "nb")


def test_the_days_that_a_region_was_fitted_to_stand_first(tmp_path: Path) -> None:
    """Fitted to the log's first week, looked at in its second; and days that nobody handed in."""
    from akuttsim.cli.study_runs import run_with_progress
    from akuttsim.config.schema.values import FittedDays
    from akuttsim.experiments.logged_patients import logged_patients
    from akuttsim.experiments.results import read_replay
    from akuttsim.experiments.runner import RunOptions
    from akuttsim.experiments.study import (
        Study,
        fitted_days_study,
        study_of_log,
        with_logged_calls,
    )
    from tests.small import TODAY

    asked = study_of_log([str(TODAY)], None, (), (2, 1))
    log = read(tmp_path, text(), log_format(), asked.region)
    first = logged_patients(log, asked.region, (None, None)).first
    days = [first + timedelta(days=n) for n in (0, 1, 2, 3)]

    def fitted_to(last: date) -> Study:
        fitted = FittedDays(log="mine.csv", first=days[0], last=last)
        region = asked.region.model_copy(update={"fitted_to": fitted})
        span = (days[2], days[3])
        return with_logged_calls(replace(asked, region=region), logged_patients(log, region, span))

    made = fitted_to(days[1])
    assert not run_with_progress(made, tmp_path / "out", RunOptions(workers=1))
    tables = read_replay(tmp_path / "out")
    assert tables.fitted is not None and tables.fitted.manifest.log is not None
    met = tables.fitted.manifest.log
    assert (met.first, met.last) == (days[0].isoformat(), days[1].isoformat())
    words, page = LogWords("en"), replay_page(tables, "en")
    assert page.index(words("replay.fitted.title")) < page.index(words("replay.hours"))
    lines = replay_lines(tables, "en")
    assert "mine.csv" in lines[0]
    of_fitted = replay_lines(tables.fitted, "en")[1]
    assert lines[1] == of_fitted
    assert of_fitted not in replay_lines(replace(tables, fitted=None), "en")
    unseen = fitted_to(days[0] + timedelta(days=400))
    assert fitted_days_study(unseen) is None
    told = replace(tables, fitted=None)
    assert "does not have all of these days" in replay_lines(told, "en")[0]
