"""The command line in this process, where a child would take two seconds to import what is imported here already."""

import asyncio
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from unittest.mock import patch

from typer.testing import CliRunner, Result

from bot.cli import app
from tests.console.terminal import environment
from tests.fakes.model.server import Answer, Body, ModelServer, model_server


def run(home: Path, *arguments: str, typed: str = "", **settings: str) -> Result:
    """Run a command with these settings and nothing of this machine's; `typed` is what its standard input brings."""
    with patch.dict(os.environ, environment(home, **settings), clear=True):
        return CliRunner().invoke(app, arguments, input=typed, catch_exceptions=False)


@contextmanager
def serving(script: Callable[[Body], Answer]) -> Generator[ModelServer]:
    """Run a model server beside a command, which has the loop of this thread."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    served = model_server(script)
    try:
        yield asyncio.run_coroutine_threadsafe(served.__aenter__(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(served.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
