"""Files that people attach, read as text. They come from Discord's own hosts, and no token goes there."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.chat.events import Attached, FileRef
from bot.platform.attachments import is_at, read, too_large, unread
from bot.settings import Settings

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})


def ref_of(attachment: Mapping[str, Any]) -> FileRef:
    """Name an attachment object of Discord's."""
    size = attachment.get("size")
    return FileRef(
        name=str(attachment.get("filename") or "file"),
        ref=str(attachment.get("url") or ""),
        size=size if isinstance(size, int) else None,
    )


async def fetched(file: FileRef, session: ClientSession, settings: Settings) -> Attached:
    """Return a file as text, or why it cannot be read."""
    if large := too_large(file):
        return large
    try:
        if not is_at(file.ref, HOSTS, settings.discord_api_url):
            return unread(file, f"{file.name} is not kept by Discord itself, so I do not fetch it. Paste its content.")
        return await _downloaded(file, session)
    except (ClientError, TimeoutError, OSError, ValueError):  # the last where the address is none
        return unread(file, f"{file.name} could not be fetched from Discord. Send it again, or paste its content.")


async def _downloaded(file: FileRef, session: ClientSession) -> Attached:
    async with session.get(file.ref, allow_redirects=False) as answer:
        if answer.status in (403, 404, 410):
            # Their addresses are signed, and good for a day (platform documentation: reference, signed CDN URLs).
            return unread(file, f"The link to {file.name} has expired, or the file is gone. Send it again.")
        if answer.status != 200:
            return unread(file, f"{file.name} could not be fetched from Discord. Send it again, or paste its content.")
        return await read(file, answer.content.iter_chunked(64 * 1024))
