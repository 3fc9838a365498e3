"""What `advisor doctor` says about Discord: what is missing, what that costs, how to mend it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from discord import HTTPException, LoginFailure, RateLimited

from adapters.discord.inbound.command_sync import refusal
from adapters.discord.inbound.commands import definitions, installs
from adapters.discord.outbound.errors import FAILURES
from adapters.discord.permissions import NEEDED, PERMISSIONS, in_channel, invite
from adapters.discord.rest import Rest, open_rest
from bot.platform.port import Check
from bot.settings import Settings

NAME = "discord"
GUIDE = "docs/discord.md in the source shows the way from nothing to a working bot."
CONTENT, CONTENT_LIMITED = 1 << 18, 1 << 19
"""Flags of an application whose portal page switches on the message content intent."""
FEW = 50
"""Connections left for the day from which on to say so."""
FORUM, THREADS = (15, 16), (10, 11, 12)
"""Kinds of channels."""

Json = Mapping[str, Any]


async def checks(settings: Settings, channel: str | None = None) -> list[Check]:
    """Look at all that Discord needs, in a given channel too; nothing raises."""
    if settings.discord_bot_token is None:
        return [Check(NAME, None, f"off: DISCORD_BOT_TOKEN is not set. {GUIDE}")]
    async with open_rest(settings) as rest:
        found = _elsewhere(settings)
        try:
            application: Json = await rest.call("GET", "/applications/@me")
        except FAILURES as error:
            return [*found, _fails(_no_token(error))]
        name, id = str(application["name"]), str(application["id"])
        found.append(Check(NAME, True, f"the token is valid: {name}, application {id}"))
        found += _intents(settings, int(application.get("flags") or 0))
        found += _installs(application)
        for look in (_gateway(rest), _commands(rest, id, installs(application)), _channel(rest, channel, id)):
            try:
                found += await look
            except FAILURES as error:
                found.append(_fails(f"a question to Discord failed: {_why(error)}; try again"))
        return found


def _elsewhere(settings: Settings) -> list[Check]:
    if not settings.discord_api_url:
        return []
    host = urlsplit(settings.discord_api_url).netloc.rpartition("@")[2]
    return [Check(NAME, None, f"DISCORD_API_URL sends everything, the token too, to {host} instead of discord.com")]


def _no_token(error: Exception) -> str:
    if isinstance(error, LoginFailure):
        return (
            "Discord does not know DISCORD_BOT_TOKEN, so nothing is answered: reset the token on the page Bot of the "
            "application (https://discord.com/developers/applications), and copy the new one"
        )
    return f"nothing can be asked: {_why(error)}"


def _intents(settings: Settings, flags: int) -> list[Check]:
    granted = bool(flags & (CONTENT | CONTENT_LIMITED))
    if settings.discord_message_content and not granted:
        return [
            _fails(
                "DISCORD_MESSAGE_CONTENT=1, but the message content intent is off: Discord closes the connection "
                "(4014) and the service does not start. Switch on Message Content Intent on the page Bot of the "
                "application, or leave the setting out"
            )
        ]
    if settings.discord_message_content:
        return [Check(NAME, True, "it reads what is said in its threads (message content intent)")]
    more = ", although the application has the intent: DISCORD_MESSAGE_CONTENT=1 uses it" if granted else ""
    return [
        Check(NAME, None, f"without the message content intent it hears mentions, replies, DMs and Continue only{more}")
    ]


def _installs(application: Json) -> list[Check]:
    kinds: Json = application.get("integration_types_config") or {}
    if not kinds:
        return []
    missing = [
        (name, lost)
        for kind, name, lost in (
            ("0", "Guild Install", "nobody can add it to a server"),
            ("1", "User Install", "nobody can use it in private conversations of people"),
        )
        if kind not in kinds
    ]
    return [
        Check(NAME, None, f"{name} is off, so {lost}: switch it on on the page Installation of the application")
        for name, lost in missing
    ]


async def _gateway(rest: Rest) -> list[Check]:
    said: Json = await rest.call("GET", "/gateway/bot")
    limit: Json = said.get("session_start_limit") or {}
    shards, left = int(said.get("shards") or 1), int(limit.get("remaining") or 0)
    if left < FEW:
        hours = int(limit.get("reset_after") or 0) / 3_600_000
        return [
            _fails(
                f"Discord takes only {left} more connections in the next {hours:.0f} hours, and then resets the token: "
                "find out why the service starts so often"
            )
        ]
    many = f"{shards} shards" if shards != 1 else "one shard"
    return [Check(NAME, True, f"the gateway can be reached, with {many}; {left:,} connections are left today")]


async def _commands(rest: Rest, id: str, kinds: Sequence[int]) -> list[Check]:
    path = "/applications/{application_id}/commands"
    try:
        said: Sequence[Json] = await rest.call("GET", path, application_id=id)
    except HTTPException as error:
        return [_fails(refusal(error))]
    known = {(each["name"], each.get("type") or 1): each for each in said}
    wanted = definitions(kinds)
    other = [str(each["name"]) for each in wanted if not _holds(known.get((each["name"], each.get("type") or 1)), each)]
    if other:
        return [
            _fails(
                f"the commands at Discord are not those of this version ({', '.join(other)}): people see old ones or "
                "none; run `advisor discord sync`"
            )
        ]
    return [Check(NAME, True, f"all {len(wanted)} commands are at Discord as this version has them")]


def _holds(known: Any, wanted: Any) -> bool:
    """Tell whether what Discord has is what is wanted; it adds what is usual, and leaves out what is empty or false."""
    if isinstance(wanted, Mapping):
        fields: Json = cast(Json, wanted)
        held: Json = cast(Json, known) if isinstance(known, Mapping) else {}
        return all(_holds(held.get(name), value) for name, value in fields.items())
    if isinstance(wanted, list):
        several, given = cast(list[Any], wanted), cast(list[Any], known) if isinstance(known, list) else []
        return len(several) == len(given) and all(_holds(k, w) for k, w in zip(given, several, strict=True))
    return known == wanted or not (known or wanted)


async def _channel(rest: Rest, channel: str | None, application: str) -> list[Check]:
    if channel is None:
        return [Check(NAME, None, "permissions were not checked: name a channel with --discord-channel ID")]
    try:
        found: Json = await rest.call("GET", "/channels/{channel_id}", channel_id=channel)
        guild_id = found.get("guild_id")
        if guild_id is None:
            return [Check(NAME, True, "that is a direct conversation, where no permissions are needed")]
        guild: Json = await rest.call("GET", "/guilds/{guild_id}", guild_id=str(guild_id))
        me = await rest.me()
        path = "/guilds/{guild_id}/members/{user_id}"
        member: Json = await rest.call("GET", path, guild_id=str(guild_id), user_id=me)
        thread = found.get("type") in THREADS
        parent: Json = found
        if thread:
            parent = await rest.call("GET", "/channels/{channel_id}", channel_id=str(found["parent_id"]))
    except HTTPException as error:
        if error.code in (10003, 50001, 10004, 50035):
            return [
                _fails(
                    f"channel {channel}: the bot cannot see it. Correct the id, add the bot to the server with "
                    f"{invite(application)}, or give it View Channels there"
                )
            ]
        raise
    return _permissions(f"#{found.get('name')} in {guild.get('name')}", in_channel(guild, member, parent), parent)


def _permissions(where: str, held: int, channel: Json) -> list[Check]:
    # In a forum there is nothing but threads, which people open themselves.
    needed = [each for each in NEEDED if channel.get("type") not in FORUM or each.in_forums]
    missing = [each for each in needed if not held & each.bit]
    if not missing:
        return [Check(NAME, True, f"{where}: all {len(needed)} permissions are there")]
    return [
        _fails(
            f"{where}: {each.name} is missing, so {each.without}; allow it to the bot's role in the channel's "
            f"settings, or add the bot again with permissions={PERMISSIONS}"
        )
        for each in missing
    ]


def _why(error: Exception) -> str:
    match error:
        case RateLimited():
            return f"Discord wants to be left alone for {error.retry_after:.0f} seconds"
        case HTTPException():
            return f"Discord answers {error.status} (code {error.code})"
        case TimeoutError():
            return "Discord does not answer"
        case _:
            return f"Discord cannot be reached ({type(error).__name__})"


def _fails(text: str) -> Check:
    return Check(NAME, False, text)
