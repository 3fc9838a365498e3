"""Our commands in the languages of those who see them, from localizations.yaml beside this."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return for each English text what Discord shows in its place, by Discord's locale."""
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return {
        english: {locale: said for language, said in others.items() for locale in data["languages"][language]}
        for english, others in data["texts"].items()
    }


def localized(told: Json) -> Json:
    """Return a command, an option or a choice with its other languages; names of commands and options stay."""
    more: Json = {}
    # The name of a menu entry or a choice is read, and has no description; that of a command or an option is typed.
    if "description" not in told:
        more["name_localizations"] = texts().get(told["name"], {})
    if "description" in told:
        more["description_localizations"] = texts().get(told["description"], {})
    for inner in ("options", "choices"):
        if inner in told:
            more[inner] = [localized(each) for each in told[inner]]
    return {**told, **{name: said for name, said in more.items() if said or name in told}}
