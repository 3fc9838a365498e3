"""A decision record as a browser shows it: on a phone, in the dark, without script, by keyboard, printed."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot.answer.record.page import page, policy
from bot.service.web.pages import listening
from tests.support.browser import ABSENT, CHROMIUM, Browser, browser
from tests.support.records import decided, record_of

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NO_AXE = "axe-core is not there, so it has not looked at the page: `npm install --no-save axe-core` brings it."
pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason=ABSENT), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address() -> AsyncGenerator[str]:
    talk = await decided()
    case = talk.case.but(situation=f"A word that does not end: {'tone' * 40}")

    async def shown(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy()}
        return web.Response(text=page(record_of(case), files=True), content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/report", shown)
    async with listening(app, "127.0.0.1", 0) as where:
        yield f"{where}/report"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Browser]:
    async with browser(tmp_path_factory.mktemp("chromium")) as shown:
        yield shown


@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_runs_out_of_the_window_and_nothing_comes_from_elsewhere(
    chromium: Browser, address: str, width: int
):
    await chromium.open(address, width, script=False)
    assert await chromium.evaluate("document.documentElement.scrollWidth") == width
    wide = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)"
    assert await chromium.evaluate(f"{wide}.map(e => e.outerHTML.slice(0, 80))") == []
    assert {*chromium.requested} <= {address, address.replace("report", "favicon.ico")}
    assert await chromium.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") != "32px"


async def test_the_dark_one_is_dark_and_the_light_one_light(chromium: Browser, address: str):
    ground = "getComputedStyle(document.body).backgroundColor"
    seen: list[list[int]] = []
    for dark in (False, True):
        await chromium.open(address, 390, dark=dark)
        seen.append([int(each) for each in re.findall(r"\d+", await chromium.evaluate(ground))])
    assert min(seen[0]) > 200
    assert max(seen[1]) < 60


async def test_all_that_can_be_followed_is_reached_by_keyboard_and_seen(chromium: Browser, address: str):
    await chromium.open(address, 1280)
    links = await chromium.evaluate("[...document.querySelectorAll('a')].map(e => e.href)")
    assert len(links) > 3
    reached: list[str] = []
    for _ in links:
        await chromium.press("Tab")
        reached.append(await chromium.evaluate("document.activeElement.href"))
        assert await chromium.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached == links


async def test_it_prints_on_two_pages(chromium: Browser, address: str):
    await chromium.open(address, 1280)
    printed = await chromium.printed()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


@pytest.mark.skipif(not AXE.is_file(), reason=NO_AXE)
@pytest.mark.parametrize("dark", [False, True])
async def test_axe_finds_nothing(chromium: Browser, address: str, dark: bool):
    await chromium.open(address, 390, dark=dark)
    await chromium.evaluate(f"{AXE.read_text('utf-8')};0")
    found = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    assert await chromium.evaluate(found) == []
