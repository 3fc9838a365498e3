"""Making and changing the bot's messages."""

import copy
import mimetypes
import re
from collections.abc import Mapping
from typing import cast

from tests.fakes.discord import permissions as may
from tests.fakes.discord.core import Core
from tests.fakes.discord.limits import FILE, GALLERY, TEXT, THUMBNAIL, check_message, media_of, walk
from tests.fakes.discord.refusal import Refusal
from tests.fakes.discord.wire import attachment_json
from tests.fakes.discord.world import (
    EPHEMERAL,
    FORUM,
    HAS_THREAD,
    IS_COMPONENTS_V2,
    LOADING,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    Upload,
    User,
    items,
)

Files = Mapping[int, Upload]
"""Uploaded files by the number in `files[n]`."""

LARGEST_FILE = 10 * 2**20
NONCE_KEPT = 300.0
"""Seconds for which a nonce is remembered: "the past few minutes" in Discord's words."""


def words_of(content: str, components: list[Json]) -> str:
    """Return all text in which a mention could stand."""
    shown = [str(each.get("content") or "") for _, each in walk(components) if each.get("type") == TEXT]
    return "\n".join([content, *shown])


def pinged_by(core: Core, channel: Channel, words: str, allowed: Json | None, reply_to: Message | None) -> list[str]:
    """Return whom this message notifies; without `allowed_mentions` all that it names.

    docs/platforms.md#discord-messages
    """
    parse: list[str] = ["everyone", "users", "roles"] if allowed is None else allowed.get("parse") or []
    given = allowed or {}
    users, roles = ({str(id) for id in cast(list[str], given.get(name) or [])} for name in ("users", "roles"))
    found: list[str] = []
    if "everyone" in parse and may.in_channel(core.bot, channel) & may.MENTION_EVERYONE:
        found += [word for word in ("everyone", "here") if f"@{word}" in words]
    for sign, id in re.findall(r"<@([!&]?)(\d+)>", words):
        named, listed, form = ("roles", roles, f"<@&{id}>") if sign == "&" else ("users", users, f"<@{id}>")
        if named in parse or id in listed:
            found.append(form)
    if reply_to is not None and (allowed is None or allowed.get("replied_user")):
        found.append(reply_to.author.mention)
    return list(dict.fromkeys(found))


def attach(core: Core, channel: Channel, body: Json, files: Files) -> list[Attachment]:
    """Return the attachments of a new message, with the descriptions that its body gives them."""
    described = {int(each["id"]): each for each in items(body, "attachments")}
    for number in described:
        if number not in files:
            raise Refusal(50035, f"attachment {number} is not among the files", "attachments")
    made: list[Attachment] = []
    for number, file in sorted(files.items()):
        if len(file.data) > LARGEST_FILE:
            raise Refusal(40005)
        about = described.get(number, {})
        name = about.get("filename") or file.name
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        made.append(Attachment(core.new_id(), name, file.data, about.get("description"), kind, channel.id))
    return made


def require(core: Core, channel: Channel, needed: int) -> None:
    """Refuse the bot where it lacks a permission: 50001 where it does not see the place at all, else 50013."""
    if channel.guild is not None and (not channel.guild.joined or not may.sees(core.bot, channel)):
        raise Refusal(50001)
    if channel.guild is None and core.bot not in channel.recipients:
        raise Refusal(50001)
    if needed & ~may.in_channel(core.bot, channel):
        raise Refusal(50013)


def check_may_write(core: Core, channel: Channel, body: Json, files: Files) -> None:
    """Refuse what Discord would not let the bot post here (docs/platforms.md#discord-threads)."""
    if channel.guild is None:
        require(core, channel, 0)
        for user in channel.recipients:
            if user is not core.bot and not core.shared(user):
                raise Refusal(50278)
            if user.dms_closed:
                raise Refusal(50007)
        return
    require(core, channel, may.SEND_MESSAGES_IN_THREADS if channel.is_thread else may.SEND_MESSAGES)
    if channel.kind in (FORUM, 4):
        raise Refusal(50008)
    require(core, channel, (may.ATTACH_FILES if files else 0) | (may.EMBED_LINKS if body.get("embeds") else 0))
    if channel.locked and not may.in_channel(core.bot, channel) & may.MANAGE_THREADS:
        raise Refusal(50083 if channel.archived else 160005)


def create(
    core: Core,
    channel: Channel,
    body: Json,
    files: Files,
    *,
    interaction: Interaction | None = None,
    seen_by: User | None = None,
    id: int | None = None,
    quiet: bool = False,
) -> Message:
    """Post as the bot; with an interaction as its answer, with `seen_by` for one person only."""
    check_message(body, [file.name for file in files.values()])
    again = _same_nonce(core, body)
    if again is not None:
        return again
    reply_to = _replied(core, channel, body)
    content: str = body.get("content") or ""
    components = _numbered(items(body, "components"))
    if not (content or components or files or body.get("embeds") or body.get("sticker_ids") or body.get("poll")):
        raise Refusal(50006)
    attachments = attach(core, channel, body, files)
    made = Message(id or core.new_id(), channel, core.bot, content, components, items(body, "embeds"), attachments)
    made.at, made.interaction, made.seen_by, made.reply_to = core.now(), interaction, seen_by, reply_to
    made.flags = (body.get("flags") or 0) & ~(LOADING | HAS_THREAD | EPHEMERAL) | (EPHEMERAL if seen_by else 0)
    made.nonce, made.allowed_mentions = body.get("nonce"), body.get("allowed_mentions")
    made.kind = _kind(reply_to, interaction)
    _show_files(core, made)
    if seen_by is None:
        words = words_of(content, components)
        made.pinged = pinged_by(core, channel, words, made.allowed_mentions, reply_to)
    made.mentions = [user for user in core.users.values() if user.mention in made.pinged]
    if body.get("nonce") is not None:
        core.nonces[str(body["nonce"])] = (core.now(), made)
    if not quiet:
        core.store(made)
    return made


def _kind(reply_to: Message | None, interaction: Interaction | None) -> int:
    if interaction is not None and interaction.kind == 2:
        return 20 if interaction.data.get("type", 1) == 1 else 23
    return 19 if reply_to else 0


def _same_nonce(core: Core, body: Json) -> Message | None:
    """Return the message that this author sent with this nonce a short while ago, where the nonce is enforced.

    https://discord.com/developers/docs/resources/message#create-message: enforce_nonce.
    """
    before = core.nonces.get(str(body.get("nonce"))) if body.get("enforce_nonce") else None
    return before[1] if before and core.now() - before[0] < NONCE_KEPT else None


def _replied(core: Core, channel: Channel, body: Json) -> Message | None:
    reference = body.get("message_reference")
    if not reference:
        return None
    first = core.messages.get(int(reference.get("message_id") or 0))
    if channel.guild is not None and not may.in_channel(core.bot, channel) & may.READ_MESSAGE_HISTORY:
        raise Refusal(160002)
    if first is None or first.deleted or first.channel is not channel or first.ephemeral:
        if reference.get("fail_if_not_exists", True):
            raise Refusal(50035, "Unknown message", "message_reference")
        return None
    return first


def _numbered(components: list[Json]) -> list[Json]:
    """Give every component the id that Discord gives those that have none."""
    made = copy.deepcopy(components)
    taken = {each.get("id") for _, each in walk(made)}
    fresh = iter(number for number in range(1, 1000) if number not in taken)
    for _, each in walk(made):
        if not each.get("id"):
            each["id"] = next(fresh)
    return made


def _show_files(core: Core, message: Message) -> None:
    """Put the addresses of the attachments where components name them; what none names, nobody sees."""
    named: dict[str, Attachment] = {each.name: each for each in message.attachments}
    used: set[str] = set()
    for _, component in walk(message.components):
        if component.get("type") not in (FILE, THUMBNAIL, GALLERY):
            continue
        for media in media_of(component):
            name = str(media.get("url") or "").removeprefix("attachment://")
            if name in named:
                used.add(name)
                shown = attachment_json(named[name], core.cdn, core.secret, core.now())
                media |= {"url": shown["url"], "proxy_url": shown["url"], "attachment_id": shown["id"]}
                if component.get("type") == FILE:
                    component |= {"name": name, "size": shown["size"]}
            used |= {each.name for each in message.attachments if str(each.id) == media.get("attachment_id")}
    if message.v2 and (unseen := set(named) - used):
        cite = "https://discord.com/developers/docs/components/reference: files of a V2 message show only in components"
        core.offend(0, f"nobody sees {sorted(unseen)}: no component names them", cite, "attachments")


def change(core: Core, message: Message, body: Json, files: Files) -> Message:
    """Edit a message of the bot's."""
    names = [file.name for file in files.values()]
    kept = message.attachments
    if "attachments" in body:
        ids = {int(each["id"]) for each in items(body, "attachments")}
        kept = [each for each in kept if each.id in ids]
    merged = dict(body)
    if "flags" in body and message.v2 and not (body["flags"] or 0) & IS_COMPONENTS_V2:
        # docs/platforms.md#discord-components: it cannot be unset
        merged["flags"] = (body["flags"] or 0) | IS_COMPONENTS_V2
    check_message(merged, [*names, *(each.name for each in kept)], had=message.flags, content=message.content)
    fresh = {number: file for number, file in files.items() if number not in {each.id for each in message.attachments}}
    described = [each for each in items(body, "attachments") if int(each["id"]) in fresh]
    attachments = [*kept, *attach(core, message.channel, {"attachments": described}, fresh)]
    content = (body["content"] or "") if "content" in body else message.content
    components = _numbered(items(body, "components")) if "components" in body else message.components
    embeds = items(body, "embeds") if "embeds" in body else message.embeds
    if not (content or components or embeds or attachments):
        raise Refusal(50006)
    if not message.thinking:
        message.history.append(words_of(message.content, message.components))
        message.edited, message.edited_at = True, core.now()
    message.content, message.components, message.embeds, message.attachments = content, components, embeds, attachments
    settable = IS_COMPONENTS_V2 | (1 << 2)
    message.flags = (message.flags & ~LOADING) | ((merged.get("flags") or 0) & settable)
    _show_files(core, message)
    core.emit_message("MESSAGE_UPDATE", message)
    core.changed()
    return message
