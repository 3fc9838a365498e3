"""The page of a decision record: `/report/<signed>`, and the same as Markdown and JSON."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from html import escape

from aiohttp import web

from bot.answer.record.model import Record
from bot.consultation.model import Consultation
from bot.service.web.links import Links, NoLinkError
from bot.store.consultations import Store
from bot.store.errors import StoreError
from bot.turn.context import TurnContext

log = logging.getLogger("advisor.pages")

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_LINK = "This link is not valid, or its time is over. Those who take part in the consultation can get a new one."
ENDED = "This decision record is gone: somebody ended its links, or the consultation was forgotten or has expired."
NOT_NOW = "The decision record cannot be shown right now. Try again in a minute."


def reports(
    links: Links, store: Store, advisor: Callable[[], Awaitable[TurnContext]]
) -> Sequence[web.AbstractRouteDef]:
    """Return the route of decision records; whoever has a link may read one, as it stands then."""

    async def shown(request: web.Request) -> web.Response:
        try:
            conversation = await links.read(request.match_info["signed"])
            case = (await store.load(conversation))[0] if conversation else None
        except NoLinkError:
            return _said(NO_LINK, 401)
        except StoreError as error:
            log.warning("A decision record could not be shown. %s", error)
            return _said(NOT_NOW, 503)
        if case is None:
            return _said(ENDED, 410)
        context = await advisor()
        # Beside the loop: making a page takes longer than an acknowledgement may wait.
        return await asyncio.to_thread(_response, case, context, request.query.get("as", ""))

    return [web.get("/report/{signed}", shown)]


def _response(case: Consultation, context: TurnContext, form: str) -> web.Response:
    from bot.answer.record.markdown import markdown
    from bot.answer.record.page import page, policy
    from bot.answer.record.record import record

    made = record(case, context.knowledge, context.derive, context.explain, context.prices)
    match form:
        case "markdown":
            return _file(made, markdown(made), "text/markdown", "md")
        case "json":
            return _file(made, made.model_dump_json(indent=2), "application/json", "json")
        case _:
            headers = {**PRIVATE, "Content-Security-Policy": policy()}
            return web.Response(text=page(made, files=True), content_type="text/html", headers=headers)


def _file(made: Record, text: str, kind: str, ending: str) -> web.Response:
    name = f'attachment; filename="decision-record-{made.date}.{ending}"'
    headers = {**PRIVATE, "Content-Disposition": name, "Content-Security-Policy": "default-src 'none'"}
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)


def _said(sentence: str, status: int) -> web.Response:
    """Return a page that says one sentence."""
    from bot.answer.record.page import policy, style

    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><title>Decision record</title><style>{style()}</style></head>'
        f'<body><main><h1>Decision record</h1><p class="summary">{escape(sentence)}</p></main></body></html>'
    )
    headers = {**PRIVATE, "Content-Security-Policy": policy()}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
