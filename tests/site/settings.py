"""The page of settings and `.env.example`, from the fields of Settings and what stands under each."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from bot import settings

SECTIONS = (
    ("The model", ("OPENAI_", "ADVISOR_MODEL", "ADVISOR_LOCAL_MODEL", "ADVISOR_ANSWERS")),
    ("State and rules", ("REDIS_URL", "ADVISOR_HOME", "ADVISOR_RETENTION_DAYS", "ADVISOR_KNOWLEDGE")),
    ("Slack: on when its tokens are set", ("SLACK_",)),
    ("Discord: on when its token is set", ("DISCORD_",)),
    ("The service", ("",)),
)
"""Headings, and how the names below each begin; the first that fits."""
HEAD = """\
# All settings of the advisor. It reads them from the environment: `set -a; . ./.env; set +a`,
# or `docker run --env-file .env`.
# Every one may be left out; an empty one counts as left out.
"""
PAGE = """\
# Settings

Settings are environment variables, and no other name counts. Every one may be left out; an empty one counts as left
out. Blanks, line breaks and quotes around a value are taken off; what cannot be right is said at the start, by name.
`.env.example` in the source is the same list as a file to fill in. `advisor doctor` says whether all is in place.
"""


class Setting(NamedTuple):
    """One variable: what it is for, and what counts where it is left out ("" where the words say it)."""

    name: str
    words: str
    default: str


def settings_by_section() -> dict[str, list[Setting]]:
    """Return all settings under their headings."""
    found: dict[str, list[Setting]] = {heading: [] for heading, _ in SECTIONS}
    words = dict(_words())
    for name, field in settings.Settings.model_fields.items():
        alias = str(field.alias)
        heading = next(heading for heading, starts in SECTIONS if alias.startswith(starts))
        value = field.default
        plain = isinstance(value, int | float | str) and not isinstance(value, bool)
        default = f"{value:g}" if isinstance(value, float) else str(value) if plain else ""
        found[heading].append(Setting(alias, words.get(name, ""), default))
    return found


def _words() -> Iterator[tuple[str, str]]:
    """Yield each field with the text that stands under it."""
    (body,) = (
        node.body
        for node in ast.parse(Path(inspect.getfile(settings)).read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    for field, below in pairwise(body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, " ".join(text.split())
            case _:
                pass


def example() -> str:
    """Return `.env.example`."""
    said = [HEAD]
    for heading, listed in settings_by_section().items():
        said.append(f"\n# {heading}\n")
        for setting in listed:
            left_out = f" Left out, {setting.default}." if setting.default else ""
            said.append(f"# {setting.words}{left_out}\n{setting.name}=\n")
    return "".join(said)


def page() -> str:
    """Return docs/settings.md."""
    said = [PAGE]
    for heading, listed in settings_by_section().items():
        said.append(f"## {heading}\n\n| name | what it is | left out |\n|---|---|---|")
        said += [f"| `{setting.name}` | {setting.words} | {setting.default} |" for setting in listed]
        said.append("")
    return "\n".join(said).strip() + "\n"
