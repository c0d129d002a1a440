"""What the program says: both languages say the same things, and nothing is said in code."""

from __future__ import annotations

import ast
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter

import click
import pytest

from akuttsim.cli import COMMANDS, app
from akuttsim.texts import (
    SUBJECTS,
    Message,
    choose_language,
    counted,
    in_words,
    language,
    message,
    read_texts,
)

PACKAGE = Path(str(files("akuttsim")))
VALIDATION = Path(__file__).parents[1] / "validation"

SAYING = frozenset({"message", "say", "counted", "counted_message"})
"""Functions whose first argument is a key."""

TELLING = frozenset({"Problem", "echo", "problem", "refused", "error", "note", "ValueError",
                     "UsageError", "BadParameter", "fail", "Unstable", "NoPlacement",
                     "unusable_file", "option_error"})  # fmt: skip
"""Functions that tell people something: what they are given comes from the catalogues."""

FOR_PROGRAMMERS = {
    "akuttsim/chain/pathways/operators.py": "a run without drawn tasks is a fault of the program",
    "akuttsim/indicators/registry.py": "two indicators of one name are a fault of the program",
    "akuttsim/records.py": "codes out of order are a fault of the program",
    "akuttsim/statistics/ranking.py": "a value that is missing is a fault of who calls it",
    "validation/": "studies for who changes the program; they stand in the checkout, in English",
}
"""Where sentences in code stay English, and why: they reach no user of an installed akuttsim."""

OF_CLICK_8_2 = frozenset({"no_such_option_before", "possible"})
"""Words of the oldest click that is allowed, which later ones say in another way."""

ONLY_TITLE = "understood.title"
"""Chooses between what a config says in the two languages."""


def catalogue(lang: str) -> dict[str, str]:
    """Return all messages of a language, by key."""
    return {
        f"{subject}.{key}": text
        for subject in SUBJECTS
        for key, text in read_texts("akuttsim", f"{subject}-{lang}").items()
    }


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    english, norwegian = catalogue("en"), catalogue("nb")
    assert english.keys() == norwegian.keys()
    for key in english:
        if key != ONLY_TITLE:
            assert placeholders(english[key]) == placeholders(norwegian[key]), key
    assert read_texts("akuttsim", "click-en").keys() == read_texts("akuttsim", "click-nb").keys()


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Return all that the code says, with the file of each."""
    return [
        (path.relative_to(folder.parent).as_posix(), node)
        for folder in (PACKAGE, VALIDATION)
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.Call, ast.Assign, ast.Constant, ast.JoinedStr))
    ]


def said_keys() -> set[str]:
    """Return what looks like a key of a message in code."""
    return {
        node.value
        for _, node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z]+(\.\w+)+", node.value)
    }


def patterns_of_keys() -> set[str]:
    """Return a pattern of each text that is put together in code, as keys may be."""
    joined = (node.values for _, node in nodes() if isinstance(node, ast.JoinedStr))
    return {
        "".join(
            re.escape(str(value.value)) if isinstance(value, ast.Constant) else r"[\w.-]+"
            for value in values
        )
        for values in joined
    }


def test_every_key_in_code_exists() -> None:
    known = catalogue("en")
    for name, node in nodes():
        if isinstance(node, ast.Call) and _name(node) in SAYING and node.args:
            key = node.args[0]
            if isinstance(key, ast.Constant) and key.value.split(".")[0] in SUBJECTS:
                ends = (".one", ".many") if _name(node).startswith("counted") else ("",)
                assert all(key.value + end in known for end in ends), (name, key.value)


def test_every_key_is_used() -> None:
    said = said_keys()
    patterns = [re.compile(each) for each in patterns_of_keys() if not each.startswith(r"[\w.-]+")]
    unused = []
    for key in catalogue("en"):
        plain = re.sub(r"\.(one|many)$", "", key)
        names = {name for text in (key, plain) for name in (text, text.removeprefix("commands."))}
        if not names & said and not any(p.fullmatch(name) for p in patterns for name in names):
            unused.append(key)
    assert unused == []


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def sentences() -> Iterator[str]:
    """Yield sentences in code that are handed to people, with file and line."""
    for name, node in nodes():
        if isinstance(node, ast.Call) and _name(node) in TELLING:
            given = [
                *node.args,
                *(keyword.value for keyword in node.keywords if keyword.arg == "what"),
            ]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "what":
            given = [node.value]
        else:
            continue
        for each in given:
            text = _text(each)
            words = re.findall(r"[A-Za-z]{2,}", text)
            if len(words) >= 2 and " " in text and not text.startswith("--"):
                yield f"{name}:{node.lineno}: {text}"


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(value) for value in node.values)
    return _text(node.left) + _text(node.right) if isinstance(node, ast.BinOp) else ""


def test_no_sentence_is_said_in_code() -> None:
    programmers = tuple(FOR_PROGRAMMERS)
    found = [sentence for sentence in sentences() if not sentence.startswith(programmers)]
    assert found == []


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for command in group.list_commands(ctx):
        inner = group.get_command(ctx, command)
        assert inner is not None
        key = f"{name}.{command}" if name else command
        yield key, inner
        if isinstance(inner, click.Group):
            yield from commands(inner, key)


def test_all_help_is_there_in_norwegian_and_none_is_left_over() -> None:
    norwegian = read_texts("akuttsim", "help-nb")
    wanted = {"lang", "as_json", "commands", "akuttsim.about", "akuttsim.version"}
    wanted |= {f"{name}.short" for name in COMMANDS}
    for name, command in commands(app, ""):
        wanted.add(f"{name}.about")
        wanted |= {
            f"{name}.{param.name}"
            for param in command.params
            if isinstance(param, click.Option)
            and param.help
            and param.expose_value
            and param.name != "as_json"
        }
    assert wanted == norwegian.keys()


def test_a_message_is_its_english_sentence_and_survives_another_process() -> None:
    said = message("configs.rooms.leave_out_room", what=message("configs.fleet.leave_out_rest"))
    assert said == "or leave out rest, or leave out the room"
    again = pickle.loads(pickle.dumps(said))
    assert isinstance(again, Message) and again == said
    assert in_words(again, "nb") == "eller ta bort rest, eller ta bort sentralen"
    assert in_words("place" + said, "nb").startswith("placeeller ta bort")


def test_numbers_are_written_as_the_language_writes_them() -> None:
    said = message("commands.progress.hours", hours=1234.56)
    assert said == "1234.6 h" and in_words(said, "nb") == "1\u00a0234,6 t"
    share = message("understood.percent", share=0.5)
    assert share == "0.5 %" and in_words(share, "nb") == "0,5 %"
    assert counted("understood.counts.run", 1) == "1 run"


@pytest.mark.parametrize(
    ("surroundings", "spoken"),
    [
        ({"LC_ALL": "nb_NO.UTF-8"}, "nb"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "nn_NO"}, "nb"),
        ({"LC_ALL": "", "LC_MESSAGES": "no_NO", "LANG": "en_GB"}, "nb"),
        ({"LC_ALL": "C", "LANG": "nb_NO"}, "en"),
        ({"LC_ALL": "sv_SE"}, "en"),
        ({"LC_ALL": "nb_NO", "AKUTTSIM_LANG": "en"}, "en"),
        ({"LC_ALL": "C", "AKUTTSIM_LANG": "nb"}, "nb"),
    ],
)
def test_the_language_is_the_variables_or_the_systems(
    surroundings: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert language() == spoken
    choose_language("en" if spoken == "nb" else "nb")
    assert language() != spoken


def akuttsim(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from akuttsim.cli import main; main()", *arguments]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=env, timeout=120, check=False
    )


def test_a_broken_config_is_told_in_norwegian(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    lines = ("extends: namdal-today", "changes: {}", "organisation: broken",
             "title: {nb: x, en: x}", "regoin: namdal", "")  # fmt: skip
    broken.write_text("\n".join(lines), "utf-8")
    for done in (
        akuttsim("check", str(broken), AKUTTSIM_LANG="nb"),
        akuttsim("check", str(broken), "--lang", "nb"),
        akuttsim("--lang", "nb", "check", str(broken)),
    ):
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr == f"{broken}:5: regoin: ukjent nøkkel; mente du 'region'?\n"
    assert "unknown key; did you mean 'region'?" in akuttsim("check", str(broken)).stderr


def test_usage_and_help_are_told_in_norwegian() -> None:
    done = akuttsim("check", AKUTTSIM_LANG="nb")
    assert done.returncode == 2 and "Mangler argumentet 'FILES...'." in done.stderr
    assert "Bruk: akuttsim queue" in akuttsim("queue", "--help", "--lang", "nb").stdout
    assert "Usage: akuttsim queue" in akuttsim("queue", "--help").stdout


def test_an_unknown_language_is_an_error() -> None:
    done = akuttsim("check", "namdal", AKUTTSIM_LANG="sv")
    assert done.returncode == 2
    assert done.stderr == ("AKUTTSIM_LANG: is 'sv', and must be nb (Norwegian) or en (English)\n")


def test_words_of_click_are_those_that_it_has() -> None:
    """What click no longer says so would stay English unnoticed."""
    text = "".join(
        (Path(click.__file__).parent / f"{name}.py").read_text("utf-8")
        for name in ("core", "decorators", "exceptions", "formatting", "parser", "types")
    )
    text = text.replace("\\n", "\n").replace("\\t", "\t")
    ours = read_texts("akuttsim", "click-en")
    unknown = {key for key, each in ours.items() if each not in text} - OF_CLICK_8_2
    assert unknown == set()


def test_a_further_language_is_its_catalogues_alone() -> None:
    compared = re.compile(r"[!=]= *[\"']nb[\"']|in *\([\"']nb[\"']|getattr\([^)]*lang")
    asking = [
        path.as_posix()
        for path in sorted(Path("akuttsim").rglob("*"))
        if path.suffix in (".py", ".js", ".j2") and compared.search(path.read_text("utf-8"))
    ]
    # the texts of a config are in these two languages; names of pages and the order of languages
    assert asking == ["akuttsim/config/schema/values.py", "akuttsim/texts.py"]
