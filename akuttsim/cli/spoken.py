"""Help and errors of the command line in other languages than English: click's own words too."""

from __future__ import annotations

import copy
from functools import cache
from typing import TypeVar

import click
from click import core, decorators, exceptions, formatting, parser, types

from akuttsim.cli.terminal import spoken_language
from akuttsim.texts import ENGLISH, Lang, language

AnyCommand = TypeVar("AnyCommand", bound=click.Command)


def speaking(command: AnyCommand, name: str) -> AnyCommand:
    """Return a command that knows --lang, and whose help is in the language that is spoken.

    English help is what the command itself says; other languages have it in text/help-LANG.yaml.
    """
    own = copy.copy(command)
    own.params = [copy.copy(param) for param in command.params]
    if "lang" not in [param.name for param in own.params] and not isinstance(own, click.Group):
        own.params.append(spoken_language())
    own.help = help_text(f"{name}.about", own.help or "") or None
    own.short_help = help_text(f"{name}.short", own.short_help or "") or None
    for each in own.params:
        if isinstance(each, click.Option) and each.help:
            key = "lang" if not each.expose_value and each.name == "lang" else f"{name}.{each.name}"
            each.help = help_text(key, each.help)
        if isinstance(each, click.Option) and language() != ENGLISH:
            each.metavar = _metavar(each)
    if isinstance(own, click.Group):
        own.commands = {
            inner: speaking(each, f"{name}.{inner}") for inner, each in own.commands.items()
        }
    return own


def help_text(key: str, english: str) -> str:
    """Return a help text in the language that is spoken."""
    return english if language() == ENGLISH else _help_texts(language()).get(key, english)


def _metavar(option: click.Option) -> str | None:
    """Return what stands for an option's value in its help; choices stand for themselves."""
    if option.is_flag or option.count or isinstance(option.type, click.Choice):
        return option.metavar
    said = option.metavar or option.type.name.upper()
    return _metavars(language()).get(said.lower().replace(" ", "_").replace("=", "_"), said)


@cache
def _metavars(lang: Lang) -> dict[str, str]:
    """Return what stands for values in help: commands.metavar of the catalogues."""
    from akuttsim.texts import read_texts

    marked = "metavar."
    texts = read_texts("akuttsim", f"commands-{lang}")
    return {key.removeprefix(marked): text for key, text in texts.items() if key.startswith(marked)}


@cache
def _help_texts(lang: Lang) -> dict[str, str]:
    """Return the help texts; the mark of lines to leave as they are is one YAML cannot hold."""
    from akuttsim.texts import read_texts

    texts = read_texts("akuttsim", f"help-{lang}")
    return {key: text.replace("\\b\n", "\b\n") for key, text in texts.items()}


def speak_in_click() -> None:
    """Let click look its own words up here: it asks gettext, which knows none of ours."""
    for module in (core, decorators, exceptions, formatting, parser, types):
        for name, ours in (("_", _word), ("ngettext", _counted_word)):
            if hasattr(module, name):
                setattr(module, name, ours)


def _word(english: str) -> str:
    return english if language() == ENGLISH else _words_of_click(language()).get(english, english)


def _counted_word(one: str, many: str, n: int) -> str:
    return _word(one if n == 1 else many)


@cache
def _words_of_click(lang: Lang) -> dict[str, str]:
    """Return click's own words in a language, by the English ones."""
    from akuttsim.texts import read_texts

    english, spoken = (read_texts("akuttsim", f"click-{code}") for code in (ENGLISH, lang))
    return {english[key]: spoken[key] for key in english}
