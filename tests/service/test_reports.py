"""The page of a decision record: who has its link reads it, until the link ends or the consultation is forgotten."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.answer.record.model import Record
from bot.chat.events import Event, Said
from bot.chat.reply import File, Reply, Text
from bot.cli.record import Form, record
from bot.service.turns import answering
from bot.service.web.links import NOTE, Links
from bot.service.web.pages import listening
from bot.service.web.pages.report import reports
from bot.service.workspace.removal import forget_workspace
from bot.store.consultations import Store
from bot.store.memos import noted
from bot.vault import Vault
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR
from tests.support.records import decided

PLACE = "test:T1:C1:1"
OURS, THEIRS = Vault([b"k" * 32]), Vault([b"j" * 32])


async def advisor():
    return ADVISOR


@dataclass
class Site:
    """A service with its pages, and one consultation that has a verdict."""

    store: Store
    links: Links | None

    async def say(self, text: str) -> list[Text | File]:
        """Say something as Ana, who asked; return what is said to that."""
        case, version = await self.store.load(PLACE)
        event = Event(
            conversation=PLACE,
            platform="test",
            workspace="T1",
            message="9",
            author="ana",
            at=NOON,
            body=Said(text=text),
        )
        outcome = await answering(advisor, self.store, links=self.links)(case, [event])
        await self.store.commit(PLACE, version, outcome.consultation, people={"ana", "test:T1"})
        parts = [part for said in outcome.say if isinstance(said, Reply) for part in said.parts]
        return [part for part in parts if isinstance(part, Text | File)]

    async def link(self) -> str:
        """Ask for the record, and return the link to it."""
        told = "\n".join(part.markdown for part in await self.say("record") if isinstance(part, Text))
        return re.findall(r"\]\((http[^)]+)\)", told)[0]


async def get(address: str) -> tuple[int, str, Mapping[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text(), answer.headers


@pytest.fixture
async def site(store: Store) -> AsyncGenerator[Site]:
    talk = await decided()
    await store.commit(PLACE, 0, talk.case.but(id=PLACE), people={"ana", "test:T1"})
    app = web.Application()
    app.router.add_routes(reports(Links(store.connection, OURS, "", store.keep), store, advisor))
    async with listening(app, "127.0.0.1", 0) as address:
        yield Site(store, Links(store.connection, OURS, f"{address}/", store.keep))


async def test_the_link_opens_a_page_that_nobody_else_keeps_or_finds(site: Site):
    link = await site.link()
    assert PLACE not in link
    status, page, headers = await get(link)
    assert status == 200
    assert "<h1>Prompt first</h1>" in page
    assert "we tried three prompts" in page
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


async def test_the_page_can_be_taken_along_as_files(site: Site):
    link = await site.link()
    _, written, headers = await get(f"{link}?as=markdown")
    assert written.startswith("# Decision record: Prompt first")
    assert headers["Content-Disposition"] == 'attachment; filename="decision-record-2026-11-22.md"'
    _, written, _ = await get(f"{link}?as=json")
    assert Record.model_validate_json(written).title == "Prompt first"


async def test_links_end_by_word_and_a_new_one_opens(site: Site):
    first, second = await site.link(), await site.link()
    assert [(await get(link))[0] for link in (first, second)] == [200, 200]
    await site.say("record off")
    assert [(await get(link))[0] for link in (first, second)] == [410, 410]
    third = await site.link()
    assert [(await get(link))[0] for link in (first, third)] == [410, 200]


@pytest.mark.parametrize("how", ["forget", "uninstall"])
async def test_the_record_of_what_is_forgotten_is_gone(site: Site, how: str):
    link = await site.link()
    if how == "forget":
        await site.say("forget")
    else:
        await forget_workspace(site.store, "test", "T1")
    status, page, _ = await get(link)
    assert status == 410
    assert "forgotten" in page
    assert "Prompt first" not in page
    assert await noted(site.store.connection, PLACE, NOTE) is None


async def test_what_was_not_sealed_here_or_is_too_old_opens_nothing(site: Site):
    link = await site.link()
    base, _, token = link.rpartition("/")
    key = await noted(site.store.connection, PLACE, NOTE)
    now = int(time.time())
    bad = [
        f"{token[:-6]}AAAAAA",
        "x",
        "%F0%9F%99%82",
        THEIRS.seal(f"record {now + 60} {key} {PLACE}"),
        OURS.seal(f"record {now - 1} {key} {PLACE}"),
        OURS.seal(f"token {now + 60} {key} {PLACE}"),
        OURS.seal("xoxb-1"),
    ]
    for each in bad:
        status, page, headers = await get(f"{base}/{each}")
        assert status == 401, each
        assert "Prompt first" not in page
        assert headers["Cache-Control"] == "no-store"
    assert (await get(f"{base}/{OURS.seal(f'record {now + 60} {key} {PLACE}')}"))[0] == 200
    assert (await get(f"{base}/{OURS.seal(f'record {now + 60} guessed {PLACE}')}"))[0] == 410


async def test_without_an_address_on_the_web_it_says_so_and_gives_the_file(site: Site):
    site.links = None
    said = await site.say("record")
    assert "no address on the web" in "\n".join(part.markdown for part in said if isinstance(part, Text))
    assert any(isinstance(part, File) for part in said)
    assert await noted(site.store.connection, PLACE, NOTE) is None


async def test_the_command_line_writes_it_and_says_where_there_is_none(
    site: Site, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    await asyncio.to_thread(record, PLACE, Form.json)
    assert Record.model_validate_json(capsys.readouterr().out).title == "Prompt first"
    await asyncio.to_thread(record, PLACE, Form.html)
    assert "?as=" not in capsys.readouterr().out
    with pytest.raises(BaseException, match="1"):
        await asyncio.to_thread(record, "test:other", Form.markdown)
    assert "There is no consultation test:other in the store" in capsys.readouterr().err
