"""What people write in channels, threads and DMs, as events of the core. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.slack import ids
from adapters.slack.files import ref_of
from adapters.slack.inbound.enclosed import passed_on, shared, words_of
from adapters.slack.inbound.text import mentions
from adapters.slack.reply_address import Via, packed
from bot.chat.events import Body, Deleted, Edited, FileRef, Pressed, Removed, Said
from bot.chat.events import Event as Inbound

Event = Mapping[str, Any]

SPOKEN = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages that a person wrote."""
MISSING = ("tombstone", "hidden_by_limit")
"""Modes of files that Slack has no more."""
SLACKS_OWN = ("USLACK", "USLACKBOT")
"""Who Slack itself speaks as; its notices in a DM come like the words of a person, without bot_id or subtype."""
GONE = "tombstone"
"""Subtype that a deleted message gets where others have answered in its thread."""


def read(event: Event, workspace: str, bot: str | None) -> Inbound | None:
    """Return what an event of Slack's means to the advisor; None where it is none of its business."""
    match event.get("type"), event.get("subtype"):
        case "app_mention", _:
            return _said(event, workspace, bot)
        case "message", "message_changed":
            return _changed(event, workspace, bot)
        case "message", "message_deleted":
            return _deleted(event, workspace, bot)
        case "message", subtype if subtype in SPOKEN:
            return _said(event, workspace, bot)
        case "agent_session_stopped", _:
            return _stopped(event, workspace)
        case _:
            return None


def removed(event: Event, workspace: str, id: str, at: datetime) -> Inbound | None:
    """Return what says that the app is out of a workspace, or of all of its organisation where it serves that.

    None where only tokens that we do not use were revoked.
    """
    tokens: Event = event.get("tokens") or {}
    if event.get("type") == "tokens_revoked" and not tokens.get("bot"):
        return None
    return Inbound(
        conversation=f"{ids.PLATFORM}:{workspace}:{ids.NOWHERE}:{ids.REMOVED}",
        platform=ids.PLATFORM,
        workspace=workspace,
        organisation=ids.organisation(workspace),
        message=id,
        author=ids.author(workspace, ids.NOWHERE),
        at=at,
        body=Removed(),
    )


def revoked(event: Event, enterprise: str, id: str, at: datetime) -> list[Inbound]:
    """Return what says that some teams of an organisation are served by its installation no more."""
    removals: list[Inbound] = []
    for team in map(str, event.get("team_ids") or ()):
        gone = removed({}, ids.workspace(enterprise, team, grid=True), id, at)
        removals += [gone.model_copy(update={"organisation": ""})] if gone is not None else []
    return removals


def _said(event: Event, workspace: str, bot: str | None) -> Inbound | None:
    text, ts, root = str(event.get("text") or ""), str(event["ts"]), event.get("thread_ts")
    direct = is_direct(str(event["channel"]))
    # A mention comes twice, as app_mention and as a message; both must say the same.
    asked = direct or event.get("type") == "app_mention" or mentions(text, bot)
    if by_machine(event, bot) or (not asked and not root):
        return None
    said = Said(text=words_of(event, bot), files=files_of(event, bot), passed_on=passed_on(event, bot))
    late = asked and not direct and bool(root) and root != ts
    return _inbound(event, event, workspace, said, addressed="us" if asked else "people", late=late)


def _changed(event: Event, workspace: str, bot: str | None) -> Inbound | None:
    message: Event = event.get("message") or {}
    before: Event = event.get("previous_message") or {}
    edit: Event = message.get("edited") or {}
    if message.get("subtype") == GONE:
        return _deleted(event, workspace, bot)
    words = words_of(message, bot)
    # Slack also says so when it unfurls a link or adds an answer to a thread: nobody has changed the words then.
    unfurled = not edit and message.get("text") == before.get("text")
    if by_machine(message, bot) or unfurled or words == words_of(before, bot):
        return None
    edition = str(edit.get("ts") or event.get("event_ts") or event["ts"])
    if "ts" not in message and "ts" not in before:
        return None
    message = {"ts": before.get("ts"), "thread_ts": before.get("thread_ts"), **message}
    return _inbound(event, message, workspace, Edited(text=words), addressed="known", edition=edition)


def _deleted(event: Event, workspace: str, bot: str | None) -> Inbound | None:
    before: Event = event.get("previous_message") or {}
    if by_machine(before, bot) or not before.get("user"):
        return None
    return _inbound(event, before, workspace, Deleted(), addressed="known", edition="deleted")


def _stopped(event: Event, workspace: str) -> Inbound | None:
    if not event.get("thread_ts") or not event.get("user"):
        return None
    at = str(event.get("event_ts") or event["thread_ts"])
    message = {"user": event["user"], "ts": f"stop {at}", "thread_ts": event["thread_ts"]}
    return _inbound(event, message, workspace, Pressed(action="stop"), addressed="known")


def _inbound(event: Event, message: Event, workspace: str, body: Body, **more: Any) -> Inbound:
    channel, user, ts = str(event["channel"]), str(message["user"]), str(message["ts"])
    place = ids.Place(workspace, channel, thread=str(message.get("thread_ts") or ts))
    at = time_of(event.get("event_ts") or event.get("ts") or ts)
    return Inbound(
        conversation=ids.conversation(place),
        platform=ids.PLATFORM,
        workspace=workspace,
        organisation=ids.organisation(workspace),
        channel=channel,
        message=ts,
        author=ids.author(workspace, user),
        at=at,
        private=is_direct(channel),
        via=packed(Via(user=user, at=at.timestamp())),
        body=body,
        **more,
    )


def is_direct(channel: str) -> bool:
    """Tell whether a channel is a conversation of two: its id says so."""
    return channel.startswith("D")


def time_of(ts: object) -> datetime:
    """Return when a message was sent."""
    return datetime.fromtimestamp(float(str(ts)), UTC)


def files_of(message: Event, bot: str | None) -> tuple[FileRef, ...]:
    """Return the files of a message that can be had, those of messages that were passed on with it too."""
    held = [file for each in (message, *shared(message, bot)) for file in each.get("files") or ()]
    return tuple(ref_of(file) for file in held if file.get("mode") not in MISSING)


def by_machine(message: Event, bot: str | None) -> bool:
    """Tell whether an app, a webhook or Slack itself wrote a message: these are never answered."""
    user = message.get("user")
    return bool(
        message.get("bot_id")
        or message.get("bot_profile")
        or message.get("subtype") == "bot_message"
        or not user
        or user in (*SLACKS_OWN, bot)
    )
