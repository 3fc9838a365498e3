"""A message comes into being, changes, goes: what is stored, and the events Slack makes of it."""

import asyncio
import html
import random
import re
import secrets
from typing import Any

from tests.fakes.slack import delivery
from tests.fakes.slack.core import Core
from tests.fakes.slack.state import Ack, Channel, File, Json, Message

MARKUP = re.compile(r"<(?:[@#!]|https?://|mailto:)[^<>]*>")
BARE_LINK = re.compile(r"(?<![<|\w])https?://[^\s<>]+")
KINDS = {"public": ("channel", "message.channels"), "private": ("group", "message.groups"), "dm": ("im", "message.im")}


def typed(text: str) -> str:
    """Return what Slack makes of typed text: &, < and > escaped, addresses made links; mentions stay.

    Source: docs.slack.dev/messaging/formatting-message-text.
    """

    def escaped(plain: str) -> str:
        plain = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return BARE_LINK.sub(lambda link: f"<{link[0]}>", plain)

    out, at = "", 0
    for markup in MARKUP.finditer(text):
        out += escaped(text[at : markup.start()]) + markup[0]
        at = markup.end()
    return out + escaped(text[at:])


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return the blocks as Slack keeps them: every block and every element that can be used has an id."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Json) -> Json:
    kept = {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)}
    if block.get("type") in ("actions", "context_actions"):
        kept["elements"] = [_with_action(one) for one in block.get("elements", [])]
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict) and block[key].get("type") != "image":
            kept[key] = _with_action(block[key])
    if block.get("child_blocks"):
        kept["child_blocks"] = with_ids(block["child_blocks"])
    return kept


def _with_action(element: Json) -> Json:
    return {**element, "action_id": element.get("action_id") or secrets.token_urlsafe(4)}


def as_file(core: Core, file: File) -> Json:
    """Return a file object (docs.slack.dev/reference/objects/file-object)."""
    return {
        "id": file.id,
        "created": int(core.now()),
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.upper(),
        "user": file.user,
        "user_team": file.team,
        "mode": "hosted",
        "is_external": False,
        "size": len(file.content),
        "url_private": file.url.replace("/download/", "/"),
        "url_private_download": file.url,
        "permalink": f"{core.base}/files/{file.id}",
        "alt_txt": file.alt_text,
        "channels": file.channels,
        "file_access": "visible",
    }


def as_json(core: Core, message: Message, *, metadata: bool = False) -> Json:
    """Return a message object (docs.slack.dev/reference/events/message)."""
    room = core.channels[message.channel]
    team = core.teams[room.team]
    shown: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": team.id}
    if message.bot_id:
        shown |= {
            "bot_id": message.bot_id,
            "app_id": core.app_id if message.bot_id == team.bot_id else "A0OTHER",
            "bot_profile": {"id": message.bot_id, "name": core.users[message.user].name, "team_id": team.id},
        }
    else:
        shown["client_msg_id"] = f"client-{message.ts}"
    if message.blocks:
        shown["blocks"] = translated(message.blocks)
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
        root = core.message(message.channel, message.thread_ts)
        if root and root is not message:
            shown["parent_user_id"] = root.user
    elif replies := [one for one in room.messages if one.thread_ts == message.ts]:
        shown |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    for key, value in (("files", [as_file(core, one) for one in message.files]), ("attachments", message.attachments)):
        if value:
            shown[key] = value
    if message.subtype:
        shown["subtype"] = message.subtype
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.edited}
    if message.reactions:
        shown["reactions"] = [{"name": one, "count": 1, "users": [team.bot_user]} for one in message.reactions]
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown


def store(core: Core, message: Message) -> Message:
    """Keep a message; nobody is told."""
    room = core.channels[message.channel]
    message.sent_at = core.now()
    message.blocks = with_ids(message.blocks)
    message.versions.append((message.text, message.blocks))
    room.messages.append(message)
    if message.bot_id == core.teams[room.team].bot_id and message.thread_ts:
        # docs/platforms.md#slack-conversations: a message clears the status.
        core.statuses.pop((room.id, message.thread_ts), None)
    return message


def translated(blocks: list[Json]) -> list[Json]:
    """Return the blocks of a message as Slack hands them out: a markdown block has become several of rich text.

    docs/platforms.md#slack-text
    """
    out: list[Json] = []
    for block in blocks:
        if block.get("type") != "markdown":
            out.append(block)
            continue
        for piece in re.split(r"(^```.*?^```$)|\n{2,}", block["text"], flags=re.MULTILINE | re.DOTALL):
            if piece and piece.strip():
                fence = piece.startswith("```")
                words = piece.strip("`\n") if fence else html.unescape(re.sub(r"\*\*|(?<!\w)_|_(?!\w)|^#+ ", "", piece))
                kind = "rich_text_preformatted" if fence else "rich_text_section"
                section: Json = {"type": kind, "elements": [{"type": "text", "text": words}]}
                out.append({"type": "rich_text", "block_id": secrets.token_urlsafe(4), "elements": [section]})
    return out


async def announce(core: Core, message: Message) -> list[Ack]:
    """Deliver the events of a new message, app_mention and message.*, in no order, each with its own event_id."""
    room = core.channels[message.channel]
    team = core.teams[room.team]
    if team.bot_user not in room.members or message.only_for:
        return []
    channel_type, subscription = KINDS[room.kind]
    body = as_json(core, message) | {"channel": room.id, "event_ts": message.ts}
    events = [delivery.event(core, team, subscription, {**body, "channel_type": channel_type})]
    if room.kind != "dm" and f"<@{team.bot_user}>" in message.text and message.user != team.bot_user:
        # docs/platforms.md#slack-events; docs.slack.dev/reference/events/app_mention: not in DMs.
        events.append(delivery.event(core, team, "app_mention", {**body, "type": "app_mention"}))
    random.shuffle(events)
    return [ack for ack in await asyncio.gather(*events) if ack]


async def announce_change(core: Core, message: Message, previous: Json) -> Ack | None:
    """Deliver message_changed, for our own messages too."""
    room = core.channels[message.channel]
    channel_type, subscription = KINDS[room.kind]
    team = core.teams[room.team]
    if team.bot_user not in room.members or message.only_for:
        return None
    inner: Json = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": room.id,
        "channel_type": channel_type,
        "ts": core.new_ts(),
        "message": as_json(core, message),
        "previous_message": previous,
    }
    return await delivery.event(core, team, subscription, inner)


async def announce_deletion(core: Core, room: Channel, previous: Json) -> Ack | None:
    """Deliver message_deleted."""
    channel_type, subscription = KINDS[room.kind]
    team = core.teams[room.team]
    if team.bot_user not in room.members:
        return None
    inner: Json = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": room.id,
        "channel_type": channel_type,
        "ts": core.new_ts(),
        "deleted_ts": previous["ts"],
        "previous_message": previous,
    }
    return await delivery.event(core, team, subscription, inner)


def change(core: Core, message: Message, text: str, blocks: list[Json], *, edited: bool) -> Json:
    """Give a message new words; return it as it was."""
    previous = as_json(core, message)
    message.text, message.blocks = text, with_ids(blocks)
    message.versions.append((message.text, message.blocks))
    message.updated_at.append(core.now())
    if edited:
        message.edited = core.new_ts()
    return previous


def table(rows: list[list[str]]) -> Json:
    """Return what Slack's client makes of pasted cells (docs/platforms.md#slack-events)."""

    def cell(text: str) -> Json:
        section: Json = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}] if text else []}
        return {"type": "rich_text", "elements": [section]}

    block: Json = {
        "type": "table",
        "block_id": secrets.token_urlsafe(4),
        "rows": [[cell(one) for one in r] for r in rows],
    }
    return {"id": 1, "blocks": [block], "fallback": "[no preview available]"}


def passed_on(core: Core, message: Message) -> Json:
    """Return how a message is enclosed in the one that passes it on (docs/platforms.md#slack-events)."""
    author, room = core.users[message.user], core.channels[message.channel]
    kept: Json = {"team": room.team, "channel": room.id, "ts": message.ts, "message": {"blocks": message.blocks}}
    return {
        "id": 1,
        "ts": message.ts,
        "author_id": message.user,
        "author_name": author.name,
        "channel_id": room.id,
        "channel_team": room.team,
        "is_msg_unfurl": True,
        "is_share": True,
        "message_blocks": [kept],
        "files": [as_file(core, one) for one in message.files],
        "text": message.text,
        "fallback": f"[{message.ts}] {author.name}: {message.text}",
        "from_url": f"{core.base}/archives/{room.id}/p{message.ts.replace('.', '')}",
        "mrkdwn_in": ["text"],
    }


def rich_text(text: str) -> list[Json]:
    """Return the blocks that Slack's own clients send with typed text."""
    elements: list[Json] = []
    for part in re.split(r"(<@\w+>)", text):
        if part.startswith("<@"):
            elements.append({"type": "user", "user_id": part[2:-1]})
        elif part:
            elements.append({"type": "text", "text": part})
    section: Json = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "elements": [section]}] if text else []


def used(part: Any) -> list[Json]:
    """Return every element with an action_id inside these blocks, with the id of its block as `block_id`."""
    found: list[Json] = []
    for block in part:
        elements: list[Json] = [*block.get("elements", []), block.get("accessory") or {}, block.get("element") or {}]
        found += [{**one, "block_id": block.get("block_id", "")} for one in elements if one.get("action_id")]
        found += used(block.get("child_blocks") or [])
        for card in block.get("elements", []) if block.get("type") == "carousel" else [block]:
            actions: list[Json] = card.get("actions") or []
            found += [{**one, "block_id": card.get("block_id", "")} for one in actions]
    return found
