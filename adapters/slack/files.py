"""Files from Slack, read as text, and files to Slack. The token goes to Slack's own hosts and to no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.chat.events import Attached, FileRef
from bot.platform.attachments import is_at, read, too_large, unread

SLACK = "https://slack.com/api/"
HOSTS = frozenset({"files.slack.com", "files.slack-gov.com"})
_MISSING = "the app lacks the scope `files:read`, or the file is gone. Paste its content instead."


def ref_of(file: Mapping[str, Any]) -> FileRef:
    """Name a file object of Slack's; a file that Slack describes only later is known by its id."""
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    size = file.get("size")
    return FileRef(
        name=str(file.get("name") or file.get("title") or "file"),
        ref=f"{file.get('id', '')} {address}".strip(),
        size=size if isinstance(size, int) else None,
    )


async def fetched(file: FileRef, client: Any, session: ClientSession) -> Attached:
    """Return a file as text, or why it cannot be read; `client` is the AsyncWebClient of its workspace."""
    if large := too_large(file):
        return large
    id, _, address = file.ref.partition(" ")
    try:
        if not address:
            address = await _address(client, id)
        if not is_at(address, HOSTS, None if client.base_url == SLACK else client.base_url):
            return unread(file, f"{file.name} is not kept by Slack itself, so I do not fetch it. Paste its content.")
        return await _downloaded(file, address, client.token or "", session)
    except (ClientError, TimeoutError, OSError, ValueError):  # the last where the address is none
        return unread(file, f"{file.name} could not be fetched from Slack. Share it again, or paste its content.")


@dataclass(frozen=True)
class Sent:
    """A file to share; `alt` is set for a picture."""

    name: str
    data: bytes
    title: str
    alt: str | None


async def upload(
    client: Any,
    session: ClientSession,
    sent: Sequence[Sent],
    *,
    channel: str | None = None,
    thread: str | None = None,
) -> list[str]:
    """Share files in one message, or with nobody yet where no channel is named; return their ids.

    Raises as the Web API client does.

    By the three calls themselves: the client's own helper loses the alternative text (python-slack-sdk issue 1818).
    """
    ids: list[dict[str, str]] = []
    for each in sent:
        given = await client.files_getUploadURLExternal(filename=each.name, length=len(each.data), alt_txt=each.alt)
        address = str(given["upload_url"])
        headers = {"Content-Type": "application/octet-stream"}
        async with session.post(address, data=each.data, headers=headers) as answer:
            answer.raise_for_status()
        ids.append({"id": str(given["file_id"]), "title": each.title})
    await client.files_completeUploadExternal(files=ids, channel_id=channel, thread_ts=thread)
    return [each["id"] for each in ids]


def stored_as(name: str, key: str, part: int) -> str:
    """Return the name under which a file is sent, so that it can be found again."""
    path = PurePath(name)
    return f"{path.stem}-{key}-{part}{path.suffix}"


def part_of(name: str, key: str) -> int | None:
    """Return which part of the reply with this key a file is; None where it is none."""
    _, found, part = PurePath(name).stem.rpartition(f"-{key}-")
    return int(part) if found and part.isdigit() else None


async def _address(client: Any, id: str) -> str:
    from slack_sdk.errors import SlackApiError

    try:
        file: Mapping[str, Any] = (await client.files_info(file=id))["file"]
    except SlackApiError:
        return ""
    return str(file.get("url_private_download") or file.get("url_private") or "")


async def _downloaded(file: FileRef, address: str, token: str, session: ClientSession) -> Attached:
    headers = {"Authorization": f"Bearer {token}"}
    # A file that may not be read is answered with a redirect to a page for people: not followed.
    async with session.get(address, headers=headers, allow_redirects=False) as answer:
        if answer.status != 200 or (answer.content_type == "text/html" and not file.name.lower().endswith("html")):
            return unread(file, f"{file.name} could not be read: {_MISSING}")
        return await read(file, answer.content.iter_chunked(64 * 1024))
