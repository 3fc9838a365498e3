"""Files that people attach, read as text whatever platform they come from."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Sequence
from urllib.parse import urlsplit

from bot.chat.events import Attached, FileRef

MOST_BYTES = 1024 * 1024
MOST_FILES = 10
READABLE = "I read text, CSV and JSONL files of up to 1 MiB."
TOO_MANY = f"was left out: I read up to {MOST_FILES} files at once."


async def fetched(files: Sequence[FileRef], fetch: Callable[[FileRef], Awaitable[Attached]]) -> list[Attached]:
    """Return the files of one message, fetched side by side; those above the limit say so."""
    taken = await asyncio.gather(*(fetch(file) for file in files[:MOST_FILES]))
    return [*taken, *(unread(file, f"{file.name} {TOO_MANY}") for file in files[MOST_FILES:])]


async def read(file: FileRef, chunks: AsyncIterable[bytes]) -> Attached:
    """Return a file's text, or why it cannot be read; no more than the limit is taken of it."""
    data = b""
    async for chunk in chunks:
        data += chunk
        if len(data) > MOST_BYTES:
            return _large(file)
    text = _decoded(data)
    if text is None:
        return unread(file, f"{file.name} is no text. {READABLE}")
    return Attached(name=file.name, content=text) if text.strip() else unread(file, f"{file.name} is empty.")


def is_at(address: str, hosts: Collection[str], other: str | None = None) -> bool:
    """Tell whether an address is at one of these hosts by https, or where the other address is, if one is given."""
    try:
        where = urlsplit(address)
        if where.scheme == "https" and where.hostname in hosts and where.port in (None, 443):
            return True
    except ValueError:
        return False
    home = urlsplit(other or "")
    return bool(home.netloc) and (where.scheme, where.netloc) == (home.scheme, home.netloc)


def unread(file: FileRef, problem: str) -> Attached:
    """Return a file that cannot be read, with the sentence that says why."""
    return Attached(name=file.name, problem=problem)


def too_large(file: FileRef) -> Attached | None:
    """Return why a file is not fetched at all, where its platform says that it is too large."""
    return _large(file) if (file.size or 0) > MOST_BYTES else None


def _large(file: FileRef) -> Attached:
    return unread(file, f"{file.name} is too large. {READABLE}")


def _decoded(data: bytes) -> str | None:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
