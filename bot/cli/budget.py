"""`advisor budget`: what model calls have taken today, of each workspace and person."""

import asyncio

import typer

from bot.cli.say import say


def budget() -> None:
    """List what workspaces and people have spent on model calls today (UTC), and what each may spend."""
    from bot.settings import read_settings
    from bot.store.consultations import open_store
    from bot.store.errors import StoreError
    from bot.store.spending import Spent, spenders

    settings = read_settings()

    async def look() -> list[Spent]:
        async with open_store(settings) as store:
            return await spenders(store.connection, settings)

    try:
        found = asyncio.run(look())
    except StoreError as error:
        say(str(error), err=True)
        raise typer.Exit(1) from None
    for each in found:
        caps = f"{each.calls:,} of {each.counter.calls:,} calls, {each.usd:.2f} of {each.counter.usd:.2f} USD"
        say(f"{each.counter.who:9}  {each.counter.name}  {caps}")
    if not found:
        say("Nobody has made a model call today (UTC).")
