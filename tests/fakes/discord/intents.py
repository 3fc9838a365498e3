"""Which events and which content a session gets (https://discord.com/developers/docs/events/gateway#gateway-intents)."""

from tests.fakes.discord.world import PRIVATE, Json, Message, User

GUILDS, MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15
KNOWN = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))

PRIVILEGED = {"members": MEMBERS, "presences": PRESENCES, "message_content": MESSAGE_CONTENT}
PORTAL_FLAGS = {MEMBERS: 1 << 15, PRESENCES: 1 << 13, MESSAGE_CONTENT: 1 << 19}
"""The application flag that shows each: of an application in fewer than 100 servers."""


def intent_of(event: str, *, direct: bool) -> int:
    """Return the intent that an event needs, 0 where it always comes."""
    if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"):
        return DIRECT_MESSAGES if direct else GUILD_MESSAGES
    if event.startswith("GUILD_MEMBER_"):
        return MEMBERS
    if event.startswith(("GUILD_", "CHANNEL_", "THREAD_")):
        return GUILDS
    return 0


def readable(message: Message, bot: User) -> bool:
    """Say whether the app gets this message's content without the message content intent.

    docs/platforms.md#discord-intents

    Own messages, direct ones, those that mention it, and replies that ping it: but not a reply to its answer to an
    interaction.
    """
    if message.author is bot or message.channel.kind in PRIVATE:
        return True
    if bot.mention in message.content or f"<@!{bot.id}>" in message.content:
        return True
    first = message.reply_to
    return first is not None and first.author is bot and first.interaction is None and bot in message.mentions


def redact(payload: Json) -> None:
    """Empty the fields that the message content intent guards."""
    payload["content"] = ""
    payload["embeds"], payload["attachments"], payload["components"] = [], [], []
    payload.pop("poll", None)
