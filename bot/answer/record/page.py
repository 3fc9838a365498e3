"""A decision record as one page of HTML: readable without script, and nothing in it comes from elsewhere."""

import base64
import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.answer.record.model import Record
from bot.trial.report.card import share

HERE = Path(__file__).parent


def page(record: Record, *, files: bool) -> str:
    """Return the page; with `files` it links to the Markdown and the JSON at its own address."""
    others = [name for name in record.people if name != record.asker]
    advice = Markup(_markdown().render(record.advice.text)) if record.advice else ""  # noqa: S704 - no HTML passes
    template = _environment().get_template("page.html")
    return template.render(record=record, others=others, advice=advice, files=files, style=Markup(style()))  # noqa: S704


@cache
def style() -> str:
    """Return the style sheet that stands in the page."""
    return (HERE / "page.css").read_text("utf-8")


@cache
def policy() -> str:
    """Return the content security policy: this style sheet, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"day": _day, "share": share, "place": _place, "start": _start}
    return made


@cache
def _markdown() -> MarkdownIt:
    # Neither HTML nor pictures: an answer may hold anybody's words.
    return MarkdownIt("commonmark", {"html": False}).disable("image")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _place(part: float) -> str:
    return f"{part * 100:.1f}%"


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]
