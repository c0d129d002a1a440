"""A replay says what was the log's own only of what was understood."""

from akuttsim.experiments.manifest import LogEntry
from akuttsim.report.context import LogWords
from akuttsim.report.log_pages.replay_page import few_replications_warning, replay_sources

WORDS = LogWords("en")


def told(**known: int) -> list[str]:
    whole = {"place": 200, "urgency": 200, "number": 200, "talk": 200}
    log = LogEntry.model_construct(calls=200, known={**whole, **known}, added=[])
    return replay_sources(log, WORDS)


def test_a_log_that_tells_all_has_only_drawn_what_no_log_tells() -> None:
    (said,) = told()
    assert said.startswith("Times, numbers, talk, place and urgency as judged are the log's own")
    assert "(for" not in said and "how long callers wait" in said


def test_places_that_nobody_knows_are_drawn_and_not_the_log_s_own() -> None:
    (said,) = told(place=0, urgency=186)
    own, drawn = said.split(" are the log's own")
    assert "place" not in own and "urgency" in own
    assert "where people are (for 200 of 200 calls)" in drawn
    assert "how urgent it is (for 14 of 200 calls)" in drawn


def test_calls_without_a_number_are_said_to_count_as_116117() -> None:
    said = told(number=150)
    assert said[1].startswith("50 of 200 calls have no number that is understood")
    assert told(number=0)[0].startswith("Times, talk, place")


def test_few_replications_are_warned_of() -> None:
    assert [len(few_replications_warning(n, WORDS)) for n in (2, 4, 5, 10)] == [1, 1, 0, 0]
