"""Our commands in other languages: whole, within Discord's limits, and with what must stay as it is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.discord.inbound import commands
from adapters.discord.inbound.localizations import texts
from tests.fakes.discord import limits
from tests.fakes.discord.refusal import Refusal

LANGUAGES = {"de", "fr", "es-ES", "es-419", "pt-BR", "ja"}
KEPT = re.compile(r"`[^`]*`|@everyone|JSONL|\d[\w ]*\d \w+")
"""What a person types or knows by this name, in whatever language."""


def told(thing: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each text of a command that is read, with its other languages."""
    if "description" in thing:
        yield thing["description"], thing.get("description_localizations", {})
    else:
        yield thing["name"], thing.get("name_localizations", {})
    for inner in (*thing.get("options", ()), *thing.get("choices", ())):
        yield from told(inner)


def test_whatever_is_read_of_a_command_is_there_in_every_language_and_nothing_more() -> None:
    read = dict(each for command in commands.definitions() for each in told(command))
    assert {english: set(others) for english, others in read.items()} == dict.fromkeys(read, LANGUAGES)
    assert set(texts()) == set(read)


@pytest.mark.parametrize("locale", sorted(LANGUAGES))
def test_what_is_typed_stays_as_it_is(locale: str) -> None:
    for english, others in texts().items():
        assert KEPT.findall(others[locale]) == KEPT.findall(english), others[locale]


def test_what_is_said_in_another_language_is_not_english() -> None:
    assert [english for english, others in texts().items() if english in others.values()] == []


def test_discord_takes_them() -> None:
    limits.check_commands(commands.definitions())


@pytest.mark.parametrize(
    "wrong",
    [
        {"description_localizations": {"de": "x" * 101}},
        {"description_localizations": {"de": ""}},
        {"description_localizations": {"es": "hola"}},
        {"name_localizations": {"de": "Gross Und Mit Blanks"}},
    ],
)
def test_discord_refuses_what_breaks_its_limits(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        limits.check_commands([{"type": 1, "name": "finetune", "description": "x", **wrong}])
