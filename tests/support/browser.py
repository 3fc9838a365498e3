"""A headless Chromium on loopback, driven by its own protocol: one process, and a page of it at a time."""

import asyncio
import base64
import json
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ABSENT = "No Chromium is installed, so the pages were looked at by no browser."
PATIENCE = 60.0


class Browser:
    """One page of a running Chromium."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, count(1)
        self.told: list[dict[str, Any]] = []
        """Events that came, such as requests that the page made."""

    async def call(self, method: str, **given: Any) -> dict[str, Any]:
        """Return what a method of the protocol answers."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": given})
        async with asyncio.timeout(PATIENCE):
            while True:
                message = json.loads(await self._socket.receive_str())
                if message.get("id") == number:
                    assert "error" not in message, message["error"]
                    return message["result"]
                self.told.append(message)

    async def open(self, address: str, width: int, *, dark: bool = False, script: bool = True) -> None:
        """Show an address in a window of this width, and wait until it is there."""
        self.told.clear()
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self.call("Emulation.setEmulatedMedia", features=scheme)
        await self.call("Emulation.setScriptExecutionDisabled", value=not script)
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        await self.call("Page.navigate", url=address)
        async with asyncio.timeout(PATIENCE):
            while not any(event["method"] == "Page.loadEventFired" for event in self.told):
                self.told.append(json.loads(await self._socket.receive_str()))

    async def evaluate(self, script: str) -> Any:
        """Return what a script says of the page, beside its content security policy."""
        done = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def press(self, key: str) -> None:
        """Press and release a key."""
        code = {"Tab": 9, "Enter": 13}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)

    async def picture(self, file: Path) -> None:
        """Write a PNG of the whole page."""
        done = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        await asyncio.to_thread(file.write_bytes, base64.b64decode(done["data"]))

    async def printed(self) -> bytes:
        """Return the page as PDF."""
        done = await self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(done["data"])

    @property
    def requested(self) -> Sequence[str]:
        """Addresses that the page asked for."""
        return [e["params"]["request"]["url"] for e in self.told if e["method"] == "Network.requestWillBeSent"]


@asynccontextmanager
async def browser(folder: Path) -> AsyncGenerator[Browser]:
    """Run a Chromium whose profile is in a folder; it ends with the block."""
    assert CHROMIUM is not None
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    options += ["--disable-background-networking", "--disable-component-update", "--disable-extensions"]
    options += ["--hide-scrollbars", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, *options, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        told = folder / "DevToolsActivePort"
        async with asyncio.timeout(PATIENCE):
            while not (told.is_file() and len(told.read_text().split()) == 2):
                assert process.returncode is None, "Chromium ended at once."
                await asyncio.sleep(0.05)
        port = told.read_text().split()[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                page = next(each for each in await answer.json() if each["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                shown = Browser(socket)
                for domain in ("Page", "Runtime", "Network"):
                    await shown.call(f"{domain}.enable")
                yield shown
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
