"""The least that answers a mention: slack-bolt over HTTP, or discord.py, and nothing behind it.

    python -m benchmarks.echo slack|discord

Its settings are those of the service. It says where it serves, as the service does.
"""

import asyncio
import os
import sys
from typing import Any

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_sdk.web.async_client import AsyncWebClient


async def slack() -> None:
    """Answer each mention in its thread with its own words."""
    token = os.environ["SLACK_BOT_TOKEN"]
    client = AsyncWebClient(token=token, base_url=os.environ["SLACK_API_URL"])
    app: Any = AsyncApp(signing_secret=os.environ["SLACK_SIGNING_SECRET"], client=client)

    async def echo(event: dict[str, Any], say: Any) -> None:
        await say(text=event["text"], thread_ts=event["ts"])

    app.event("app_mention")(echo)
    server = AsyncSlackAppServer(0, "/slack/events", app)
    runner = web.AppRunner(server.web_app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(f"Serving as echo at http://{host}:{port}.", flush=True)
    await asyncio.Event().wait()


class Echo(discord.Client):
    """Answers each mention where it is with its own words."""

    async def on_ready(self) -> None:
        print("Serving as echo at nowhere.", flush=True)

    async def on_message(self, message: discord.Message) -> None:
        if self.user in message.mentions:
            await message.channel.send(message.content)


def main() -> None:
    """Run the one that is named."""
    if sys.argv[1] == "slack":
        asyncio.run(slack())
    else:
        Route.BASE = os.environ["DISCORD_API_URL"]
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
        intents = discord.Intents.default()
        Echo(intents=intents).run(os.environ["DISCORD_BOT_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
