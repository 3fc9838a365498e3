"""Where the advisor speaks, and to whom: the whole service on the fake Discord, without a model."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.discord.platform import open_discord
from adapters.discord.render.messages import walk
from bot import app as parts
from bot.chat.reply import Text
from tests.discord.app import App, hurried, settings
from tests.fakes.discord import Channel, FakeDiscord, Guild, Message, User, text_of
from tests.fakes.discord import permissions as may
from tests.service.process import SPEED

INTRODUCED = "I am automated and can be wrong"


@asynccontextmanager
async def serving(discord_: FakeDiscord, home: Path, **given: str) -> AsyncGenerator[None]:
    """Run the service until the end of the block."""
    chosen = settings(home, discord_, ADVISOR_HTTP_PORT="0", ADVISOR_DRAIN_SECONDS="1", **given)
    said: list[str] = []
    with discord_.pointed(), hurried():
        task = asyncio.create_task(
            parts.serve(chosen, [open_discord], role="all", no_model=True, say=said.append, speed=SPEED)
        )
        try:
            await discord_.until(lambda: task.done() or bool(discord_.commands.get(None) and discord_.live()))
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def world(discord_: FakeDiscord) -> tuple[Guild, User, User, Channel]:
    acme = discord_.guild("Acme")
    return acme, discord_.user("ana", acme), discord_.user("bob", acme), discord_.channel(acme, "general")


def answers(discord_: FakeDiscord, channel: Channel, user: User | None = None) -> list[Message]:
    return [each for each in discord_.seen(channel, user) if each.author is discord_.bot and not each.thinking]


async def reads(discord_: FakeDiscord, channel: Channel, words: str, user: User | None = None) -> Message:
    """Wait until somebody reads these words of ours in a channel."""
    return await discord_.until(
        lambda: next((each for each in answers(discord_, channel, user) if words in text_of(each)), None), 20
    )


async def thread_in(discord_: FakeDiscord, channel: Channel) -> Channel:
    return (await discord_.until(lambda: discord_.threads(channel), 90))[0]


async def test_it_never_posts_unasked(app: App) -> None:
    discord_ = app.discord
    acme, ana, bob, general = world(discord_)
    discord_.channel(acme, "new")
    thread = discord_.thread(general, "lunch", ana)
    discord_.say(ana, thread, "soup?")
    discord_.say(bob, general, "should we finetune?")
    discord_.join(acme, discord_.user("cleo"))
    await discord_.quiet()
    assert [each for each in discord_.calls if each.method == "POST"] == [] and app.taken == []


async def test_one_person_in_three_places_has_three_consultations(app: App) -> None:
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    discord_.say(ana, general, f"{discord_.bot.mention} should we finetune?")
    discord_.say(ana, discord_.dm(ana), "should we finetune?")
    await app.took(2)
    discord_.command(ana, general, "finetune", "check", text="our tone is off")
    events = await app.took(3)
    assert len({each.conversation for each in events}) == 3
    assert sorted(each.private for each in events) == [False, True, True]
    for event in events:
        if event.private:
            await app.reply(event, Text(markdown="You hold 400 private examples."))
    places = [general, *discord_.threads(general)]
    assert not any("private examples" in text_of(each) for place in places for each in discord_.seen(place, bob))


async def test_a_sentence_for_one_person_in_a_thread_reaches_that_person_alone(app: App) -> None:
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    discord_.say(ana, general, f"{discord_.bot.mention} forget")
    [event] = await app.took()
    await app.reply(event, Text(markdown="Only who asked can forget this."), to=event.author)
    assert "Only who asked" in text_of(await app.shown(discord_.dm(ana), "Only who asked"))
    places = [general, *discord_.threads(general)]
    assert not any("Only who asked" in text_of(each) for place in places for each in discord_.seen(place, bob))


async def test_what_somebody_wrote_calls_nobody(app: App) -> None:
    discord_ = app.discord
    acme, ana, _, general = world(discord_)
    role = discord_.role(acme, "ml")
    discord_.say(ana, general, f"{discord_.bot.mention} hello")
    [event] = await app.took()
    before = len(discord_.pings)
    await app.reply(event, Text(markdown=f'You said "@everyone @here {ana.mention} {role.mention}".'))
    assert len(discord_.pings) == before


async def test_a_consultation_in_a_thread_introduces_itself_once_and_asks(
    discord_: FakeDiscord, tmp_path: Path
) -> None:
    _, ana, bob, general = world(discord_)
    async with serving(discord_, tmp_path / "home"):
        discord_.say(ana, general, f"{discord_.bot.mention} our support replies never keep our tone")
        thread = await thread_in(discord_, general)
        first = await reads(discord_, thread, INTRODUCED)
        assert "?" in text_of(first)
        used = await discord_.answered(discord_.press(ana, first, "Continue"))
        assert used.modal
        discord_.submit(ana, used.modal, {"words": "status"})
        await reads(discord_, thread, "tone")
        discord_.say(bob, thread, f"{discord_.bot.mention} why")
        await reads(discord_, thread, "It matters because")
        assert sum(INTRODUCED in text_of(each) for each in answers(discord_, thread)) == 1
        assert not any(each["type"] == 1 and not each["components"] for each in walk(first.components))


async def test_without_threads_it_says_so_once_and_goes_on_by_replies(discord_: FakeDiscord, tmp_path: Path) -> None:
    _, ana, _, general = world(discord_)
    discord_.overwrite(general, discord_.bot, deny=may.CREATE_PUBLIC_THREADS)
    async with serving(discord_, tmp_path / "home"):
        discord_.say(ana, general, f"{discord_.bot.mention} our support replies never keep our tone")
        first = await reads(discord_, general, INTRODUCED)
        discord_.say(ana, general, "status", reply_to=first)
        await reads(discord_, general, "what should get better")
        assert sum("may not open" in text_of(each) for each in answers(discord_, general)) == 1


async def test_those_who_manage_the_server_switch_it_off_and_on(discord_: FakeDiscord, tmp_path: Path) -> None:
    acme, ana, _, general = world(discord_)
    async with serving(discord_, tmp_path / "home"):
        discord_.command(ana, general, "finetune", "off")
        await reads(discord_, general, "Only those who manage", ana)
        discord_.command(acme.owner, general, "finetune", "off")
        await reads(discord_, general, "I am switched off here", acme.owner)
        discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
        refused = await discord_.until(
            lambda: next(
                (
                    each
                    for place in (general, *discord_.threads(general), discord_.dm(ana))
                    for each in answers(discord_, place, ana)
                    if "switched off" in text_of(each)
                ),
                None,
            ),
            20,
        )
        assert refused
        discord_.command(acme.owner, general, "finetune", "on")
        await reads(discord_, general, "I answer in all channels", acme.owner)


async def test_a_channel_that_is_allowed_is_answered_with_its_threads(discord_: FakeDiscord, tmp_path: Path) -> None:
    acme, ana, _, general = world(discord_)
    other = discord_.channel(acme, "other")
    thread = discord_.thread(general, "tone", ana)
    async with serving(discord_, tmp_path / "home", ADVISOR_CHANNELS=str(general.id)):
        discord_.say(ana, thread, f"{discord_.bot.mention} our support replies never keep our tone")
        await reads(discord_, thread, INTRODUCED)
        discord_.say(ana, other, f"{discord_.bot.mention} our support replies never keep our tone")
        await discord_.until(
            lambda: any(
                "I do not answer in this channel" in text_of(each)
                for place in (other, *discord_.threads(other), discord_.dm(ana))
                for each in answers(discord_, place, ana)
            ),
            20,
        )


async def test_a_channel_that_is_gone_stops_nothing(discord_: FakeDiscord, tmp_path: Path) -> None:
    _, ana, _, general = world(discord_)
    async with serving(discord_, tmp_path / "home"):
        discord_.say(ana, general, f"{discord_.bot.mention} our support replies never keep our tone")
        discord_.delete_channel(general)
        discord_.say(ana, discord_.dm(ana), "our support replies never keep our tone")
        await reads(discord_, discord_.dm(ana), "?")


async def test_forget_deletes_and_a_new_word_begins_anew(discord_: FakeDiscord, tmp_path: Path) -> None:
    _, ana, _, _ = world(discord_)
    dm = discord_.dm(ana)
    async with serving(discord_, tmp_path / "home"):
        discord_.say(ana, dm, "our support replies never keep our tone")
        await reads(discord_, dm, INTRODUCED)
        discord_.say(ana, dm, "forget")
        await reads(discord_, dm, "Forgotten")
        discord_.say(ana, dm, "status")
        await reads(discord_, dm, "I hold no facts yet")


async def test_a_person_who_has_it_installed_consults_in_a_private_channel(
    discord_: FakeDiscord, tmp_path: Path
) -> None:
    world(discord_)
    ana, bob = discord_.user("ana"), discord_.user("bob")
    discord_.install(ana)
    channel = discord_.private_channel(ana, bob)
    async with serving(discord_, tmp_path / "home"):
        discord_.command(ana, channel, "finetune", "check", text="our support replies never keep our tone")
        await reads(discord_, channel, "?", ana)
        assert answers(discord_, channel, bob) == []


async def test_a_mention_with_nothing_to_say_is_answered(discord_: FakeDiscord, tmp_path: Path) -> None:
    _, ana, _, general = world(discord_)
    async with serving(discord_, tmp_path / "home"):
        discord_.say(ana, general, discord_.bot.mention)
        thread = await thread_in(discord_, general)
        await reads(discord_, thread, INTRODUCED)


async def test_a_greeting_is_answered_where_it_is_said(discord_: FakeDiscord, tmp_path: Path) -> None:
    _, ana, _, general = world(discord_)
    async with serving(discord_, tmp_path / "home"):
        discord_.say(ana, general, f"{discord_.bot.mention} hello")
        said = await discord_.until(lambda: answers(discord_, general), 90)
        assert "?" not in text_of(said[0]), "it asks nothing of who only greets"
        assert discord_.threads(general) == []
