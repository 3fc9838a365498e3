"""Slash commands and message shortcuts: a private consultation of one person in a channel. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.slack import ids
from adapters.slack.inbound.enclosed import words_of
from adapters.slack.inbound.messages import files_of
from adapters.slack.inbound.text import plain
from adapters.slack.render.controls import Face
from adapters.slack.render.limits import short
from adapters.slack.render.markup import escaped
from adapters.slack.render.messages import Message, messages
from adapters.slack.reply_address import Via, packed
from bot.chat.commands import parse, pointed_at
from bot.chat.events import Event, Said
from bot.chat.reply import Part

Payload = Mapping[str, Any]

SHOWN = 300
"""Characters of a command that are shown again."""
OPENING = {"try": ("trial", "paste"), "trial": ("trial", "paste"), "dataset": ("dataset",)}
"""Words that open a form to paste into where nothing follows them, as (action, values …)."""


def words(body: Payload) -> str:
    """Return what was typed behind `/finetune`; nothing typed asks for help."""
    return plain(str(body.get("text") or ""), None).strip() or "help"


def said(typed: str) -> str:
    """Return what the words of a command say: commands with a slash, so that they count as such, talk without."""
    return f"/{typed}" if parse(f"/{typed}") else typed


def is_help(typed: str) -> bool:
    """Tell whether the words of a command ask what works."""
    command = parse(f"/{typed}")
    return command is not None and command.name == "help"


def heard(typed: str) -> str:
    """Say that the words of a command arrived: Slack shows them to nobody, and an answer may take a while."""
    return f"You wrote: {escaped(short(' '.join(typed.split()), SHOWN))}"


def answers(parts: Sequence[Part], face: Face) -> list[dict[str, Any]]:
    """Return what an acknowledgement, and a response address after it, say to a command at once."""
    return [
        {"response_type": "ephemeral", "text": each.text, "blocks": list(each.blocks)}
        for each in messages(parts, face)
        if isinstance(each, Message)
    ]


def command(body: Payload, workspace: str) -> Event:
    """Return the event that a slash command is."""
    user, channel = str(body["user_id"]), str(body["channel_id"])
    return _own(body, workspace, channel, user, Said(text=said(words(body))), str(body["user_name"]))


def message_shortcut(body: Payload, workspace: str) -> Event | None:
    """Return the event of "Should we finetune?" on a message: its words, as if the person said them; None for none."""
    message: Payload = body.get("message") or {}
    spoken = Said(text=pointed_at(words_of(message, None).strip()), files=files_of(message, None))
    if not spoken.text and not spoken.files:
        return None
    user: Payload = body["user"]
    return _own(
        body, workspace, str(body["channel"]["id"]), str(user["id"]), spoken, str(user.get("name") or "") or None
    )


def _own(body: Payload, workspace: str, channel: str, user: str, spoken: Said, name: str | None) -> Event:
    now = datetime.now(UTC)
    return Event(
        conversation=ids.conversation(ids.Place(workspace, channel, person=user)),
        platform=ids.PLATFORM,
        workspace=workspace,
        organisation=ids.organisation(workspace),
        channel=channel,
        message=str(body["trigger_id"]),
        author=ids.author(workspace, user),
        name=name,
        at=now,
        private=True,
        via=packed(Via(user=user, at=now.timestamp(), url=body.get("response_url"))),
        awaited=True,
        body=spoken,
    )
