"""Files that people attach: read as text, from Discord's hosts alone, and said why where they are not."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.files import fetched, ref_of
from bot.chat.events import Attached, FileRef
from bot.platform.attachments import MOST_BYTES
from tests.discord.delivery import Bench, bench
from tests.fakes.discord import Upload
from tests.fakes.discord.wire import attachment_json


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def sent(at: Bench, data: bytes, name: str = "s.csv") -> dict[str, Any]:
    """Let ana send a file; return its attachment object."""
    message = at.discord.say(at.ana, at.general, files=[Upload(name, data)])
    discord_ = at.discord
    return attachment_json(message.attachments[0], discord_.cdn, discord_.secret, discord_.now())


async def read(at: Bench, file: FileRef) -> Attached:
    return await fetched(file, at.rest.session(), at.host.settings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_text_is_read_as_it_was_written(at: Bench, encoding: str) -> None:
    text = "input,output\nä,ö\n"
    assert await read(at, ref_of(sent(at, text.encode(encoding)))) == Attached(name="s.csv", content=text)


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "empty"), (b"\x89PNG\x00\xff", "no text"), (b"\0\0", "no text"), (b"a" * (MOST_BYTES + 1), "too large")],
)
async def test_what_cannot_be_read_is_said(at: Bench, data: bytes, problem: str) -> None:
    about = sent(at, data)
    for size in (about["size"], None):  # also where nobody said how large it is
        said = await read(at, ref_of(about | {"size": size}))
        assert said.problem and problem in said.problem and not said.content


async def test_a_link_that_has_expired_asks_for_the_file_again(at: Bench) -> None:
    about = sent(at, b"a,b\n")
    at.discord.advance(2 * 86400)
    said = await read(at, ref_of(about))
    assert said.problem and "expired" in said.problem and "again" in said.problem


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.discordapp.com.evil.example/a",
        "http://cdn.discordapp.com/a",
        "https://cdn.discordapp.com:8443/a",
        "https://evil.example/https://cdn.discordapp.com/a",
        "https://cdn.discordapp.com@evil.example/a",
        "https://cdn.discordapp.com:x/a",
        "https://[cdn.discordapp.com/a",
        "file:///etc/passwd",
        "",
    ],
)
async def test_other_hosts_are_not_asked(at: Bench, address: str) -> None:
    said = await read(at, FileRef(name="a.txt", ref=address))
    assert said.problem and "not kept by Discord" in said.problem


async def test_a_host_that_is_gone_is_said(at: Bench) -> None:
    about = sent(at, b"a,b\n")
    await at.discord._runner.cleanup()  # pyright: ignore[reportPrivateUsage]
    said = await read(at, ref_of(about))
    assert said.problem and "could not be fetched" in said.problem
