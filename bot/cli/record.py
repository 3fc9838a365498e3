"""`advisor record`: the decision record of a consultation in the store."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.say import say

if TYPE_CHECKING:
    from bot.consultation.model import Consultation
    from bot.settings import Settings


class Form(StrEnum):
    """How a record is written."""

    markdown = "markdown"
    json = "json"
    html = "html"


def record(
    id: Annotated[
        str | None,
        typer.Argument(help="The conversation, as in slack:T1:C1:171.2; left out, your last at the terminal."),
    ] = None,
    form: Annotated[
        Form, typer.Option("--as", help="markdown, json, or html: one page that needs nothing else.")
    ] = Form.markdown,
) -> None:
    """Write the decision record of a consultation to standard output."""
    from bot import app as parts
    from bot.answer.record.markdown import markdown
    from bot.answer.record.page import page
    from bot.answer.record.record import record as record_of
    from bot.settings import read_settings

    settings = read_settings()
    case = asyncio.run(_stored(settings, id))
    if case is None:
        said = f"There is no consultation {id}" if id else "There is no consultation of yours"
        say(f"{said} in the store: it was forgotten, has expired, or is in another store.", err=True)
        raise typer.Exit(1)
    known = parts.known(settings).advisor(None)
    made = record_of(case, known.knowledge, known.derive, known.explain, known.prices)
    match form:
        case Form.markdown:
            written = markdown(made)
        case Form.json:
            written = made.model_dump_json(indent=2)
        case Form.html:
            written = page(made, files=False)
    say(written.rstrip("\n"))


async def _stored(settings: "Settings", id: str | None) -> "Consultation | None":
    from adapters.console.chat import person
    from bot.store.consultations import open_store

    async with open_store(settings) as store:
        id = id or await store.last(person())
        return (await store.load(id))[0] if id else None
