"""Whole conversations that go on whatever happens: to the process, the connection, the store, or the channel."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.platform.refusal import SORRY
from tests.discord.service import SECONDS, Room, Whole, offered, use, whole
from tests.fakes.discord import Message, controls_of, text_of
from tests.fakes.discord import permissions as may
from tests.fakes.model.advice import advises, reads_nothing
from tests.fakes.model.server import Answer, Body, model_server
from tests.slack.service import RUN, SAMPLES, Gate, sorts
from tests.store.servers import FULL, SAVES, Server, fill, held, make_room, server

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"
TUNE = "This would change if"


def asks(shown: Message) -> bool:
    return QUESTION in text_of(shown) and bool(controls_of(shown))


async def test_a_conversation_outlives_its_process_with_its_buttons_and_its_trial(tmp_path: Path) -> None:
    gate = Gate(free=12, seconds=2.0)
    async with model_server(gate) as model, whole(tmp_path / "home", content=True, model=model, own=True) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        at.command(at.bob, "check", text=ASK)
        private = await at.alone(at.bob).reads(QUESTION)
        thread.say(at.ana, RUN)
        await thread.reads("of 60")
        await at.kill()
        at.discord.say(at.bob, thread.channel, "we have 400 examples")  # while nobody is there
        gate.open()
        await at.spawn()

        # The trial goes on and ends once, with its picture and what is open; buttons work, in public and in private.
        await at.discord.until(lambda: thread.pictures, SECONDS)
        asked = await at.discord.until(lambda: next(filter(asks, reversed(thread.messages())), None), SECONDS)
        label = "Free text"
        await use(at.discord, at.ana, asked, label)
        await at.discord.until(lambda: "Ana: Free text" in text_of(asked), SECONDS)
        await use(at.discord, at.bob, private, label)
        await at.discord.until(lambda: "Bob: Free text" in text_of(private), SECONDS)
        # Whether what Bob said was read, so that they are several here, depends on how long the process had lived.
        thread.say(at.ana, "verdict", mention=True)
        await thread.reads(TUNE)
        await thread.quiet()
        assert len(thread.pictures) == 1
        assert not any("Stop" in offered(each) for each in thread.messages()), "the result is where its progress was"


async def test_a_form_that_was_open_while_the_process_died_is_taken(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", own=True) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        form = (await thread.press(at.ana, "Continue")).modal
        await at.kill()
        await at.spawn()
        await thread.submit(at.ana, form, values={"words": "we have 400 examples"})
        await thread.reads("400 example")


async def test_a_button_counts_once_and_only_for_whom_it_is(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = await at.mention(at.ana, ASK)
        asked = await thread.reads(QUESTION)
        await asyncio.gather(*(use(at.discord, each, asked, "Free text") for each in (at.ana, at.ana, at.bob)))
        await thread.reads("That was answered already", user=at.bob)
        await thread.quiet()
        assert len([each for each in thread.messages() if "kind of answer: Free text" in text_of(each)]) <= 1
        assert text_of(asked).count("Free text") == 1

        # What one person asked privately is not somebody else's to press: put where they could see it.
        at.command(at.ana, "check", text=ASK)
        mine = await at.alone(at.ana).reads(QUESTION)
        mine.seen_by = at.bob
        await use(at.discord, at.bob, mine, "Free text")
        await at.alone(at.bob).reads("not for you")
        mine.seen_by = at.ana
        at.command(at.ana, "status")
        table = text_of(await at.alone(at.ana).reads("Correct one with"))
        assert "kind of answer" not in table


@pytest.mark.parametrize("way", ["thread", "dm", "command"])
async def test_limits_and_faults_on_every_route_delay_and_repeat_nothing(tmp_path: Path, way: str) -> None:
    routes = [
        ("POST", "/channels/{channel_id}/messages/{message_id}/threads"),
        ("POST", "/channels/{channel_id}/messages"),
        ("POST", "/channels/{channel_id}/typing"),
        ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"),
        ("POST", "/webhooks/{webhook_id}/{webhook_token}"),
        ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"),
    ]
    async with whole(tmp_path / "home", content=True) as at:
        for number, (method, route) in enumerate(routes):
            if "callback" not in route:
                at.discord.limit(method, route, retry_after=0.3)
            if number == 1:  # done, and nobody heard so
                at.discord.drop(method, route)
            else:
                at.discord.fail(method, route, status=503)
        if way == "command":
            room = at.alone(at.ana)
            at.command(at.ana, "check", text=ASK)
        else:
            room = await at.mention(at.ana, ASK) if way == "thread" else at.direct(at.ana, ASK)
        await room.reads(QUESTION)
        await room.choose(at.ana, "Free text")
        if way == "command":
            at.command(at.ana, "verdict")
        else:
            room.say(at.ana, "verdict")
        await room.reads(TUNE)
        await room.quiet()
        assert room.text(at.ana).count(QUESTION) == 1 and room.text(at.ana).count(TUNE) == 1
        if way == "thread":
            assert at.discord.threads(at.general) == [room.channel]


async def test_a_global_limit_is_waited_for(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        at.discord.limit("POST", "/channels/{channel_id}/messages", everywhere=True, retry_after=0.5)
        dm = at.direct(at.ana, ASK)
        await dm.reads(QUESTION)
        await dm.quiet()
        assert dm.text().count(QUESTION) == 1


@pytest.mark.parametrize("how", ["resume", "reconnect", "invalid"])
async def test_the_gateway_goes_and_comes_back_in_the_middle_of_a_turn(tmp_path: Path, how: str) -> None:
    reading = asyncio.Event()

    def slow(body: Body) -> Answer:
        reading.set()
        turned = reads_nothing(body) or advises(body)
        assert turned is not None
        return replace(turned, delay=1.0)

    async with model_server(slow) as model, whole(tmp_path / "home", content=True, model=model) as at:
        thread = Room(at.discord, at.discord.thread(at.general, "tone", at.ana))
        thread.say(at.ana, ASK, mention=True)
        await asyncio.wait_for(reading.wait(), SECONDS)
        before = {each.id for each in at.discord.live()}
        if how == "resume":
            at.discord.close(4000)
        elif how == "reconnect":
            at.discord.reconnect()
        else:
            at.discord.invalidate(resumable=False)
        if how != "invalid":  # with a new session, what was said meanwhile is lost: Discord brings it never
            thread.say(at.bob, "we have 400 examples", mention=True)
        await thread.reads(QUESTION)
        if how != "invalid":
            await thread.reads("400 example")
        new = await at.discord.until(lambda: [one for one in at.discord.live() if one.ready], SECONDS)
        assert (new[0].id in before) == (how != "invalid")
        thread.say(at.ana, "verdict", mention=True)  # two have spoken here
        await thread.reads(TUNE)
        await thread.quiet()
        assert thread.text().count(TUNE) == 1


async def test_two_shards_hold_two_conversations(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True, shards=2) as at:
        rooms: list[Room] = []
        for number in range(2):
            guild = at.discord.guild(f"Guild {number}", shard=number)
            ana = at.discord.user("ana", guild)
            rooms.append(await at.mention(ana, ASK, at.discord.channel(guild, "general")))
            await rooms[-1].choose(ana, "Free text")
        at.discord.close(4000, shard=1)
        for room in rooms:
            owner = room.channel.guild and room.channel.guild.owner
            assert owner
            room.say(owner, "verdict", mention=True)
            await room.reads(TUNE)


async def test_without_the_right_to_threads_and_history_it_goes_on_in_the_channel(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        at.discord.overwrite(at.general, at.discord.bot, deny=may.CREATE_PUBLIC_THREADS | may.READ_MESSAGE_HISTORY)
        at.discord.say(at.ana, at.general, f"{at.discord.bot.mention} {ASK}")
        room = Room(at.discord, at.general)
        asked = await room.reads(QUESTION)
        assert asked.reply_to is None, "it may not reply without the history"
        await room.choose(at.bob, "Free text")
        await room.reads("Bob: Free text")
        # What is still asked leads back by its controls; with the history, everything does by what it replies to.
        room.say(at.ana, "we have 400 examples", reply_to=await room.reads("Is there a finetune"))
        noted = await room.reads("400 example")
        at.discord.overwrite(at.general, at.discord.bot, deny=may.CREATE_PUBLIC_THREADS)
        room.say(at.bob, "no, 40 labelled examples", reply_to=noted)
        noted = await room.reads("Bob says 40")
        assert noted.reply_to is not None
        room.say(at.bob, "400 examples", reply_to=noted)
        noted = await room.reads("400 example", times=2)
        room.say(at.ana, "verdict", reply_to=noted)
        await room.reads(TUNE)
        assert room.text().count("may not open a thread here") == 1
        assert {50013, 160002} <= {each.code for each in at.discord.calls}


async def test_a_channel_that_is_closed_to_it_stops_nothing_and_commands_still_work(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        said = thread.say(at.ana, "we have 400 examples")
        at.discord.overwrite(at.general, at.discord.bot, deny=may.VIEW_CHANNEL)
        await at.discord.until(lambda: any(each.code == 50001 for each in at.discord.calls), SECONDS)
        at.command(at.ana, "check", text=ASK)
        await at.alone(at.ana).reads(QUESTION)
        await at.direct(at.bob, ASK).reads(QUESTION)
        # Let in again it still has what was said.
        at.discord.overwrite(at.general, at.discord.bot)
        thread.say(at.ana, "status")
        assert "400" in text_of(await thread.reads("Correct one with")) and not said.deleted


async def test_a_deleted_channel_stops_nothing(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.ana, "we have 400 examples")
        at.discord.delete_channel(at.general)
        await at.discord.until(lambda: any(each.code == 10003 for each in at.discord.calls), SECONDS)
        await at.direct(at.ana, ASK).reads(QUESTION)
        assert at.task and not at.task.done()


async def test_closed_direct_messages_are_the_end_of_one_sentence_only(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        at.discord.close_dms(at.bob)
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.bob, "forget", mention=True)
        await at.discord.until(lambda: any(each.code == 50007 for each in at.discord.calls), SECONDS)
        thread.say(at.bob, "we have 400 examples", mention=True)
        await thread.reads("400 example")


@asynccontextmanager
async def stored(folder: Path, *options: str) -> AsyncGenerator[tuple[Server, Whole]]:
    """Run the service with a store that can be taken away."""
    with server(folder / "store", *(options or ("--appendonly", "yes", "--appendfsync", "always"))) as store:
        url = f"redis://127.0.0.1:{store.port}/0"
        async with whole(folder / "home", content=True, REDIS_URL=url) as at:
            yield store, at


async def test_with_the_store_down_messages_wait_and_all_else_is_answered_at_once(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, at):
        thread = await at.mention(at.ana, ASK)
        asked = await thread.reads(QUESTION)
        await thread.quiet()
        store.process.kill()
        store.process.wait()

        thread.say(at.bob, "we have 400 examples", mention=True)
        at.discord.say(at.bob, at.discord.dm(at.bob), ASK)
        at.command(at.ana, "status")
        await at.alone(at.ana).reads(SORRY)
        await use(at.discord, at.ana, asked, "Free text")
        await thread.reads(SORRY, user=at.ana)
        at.command(at.ana, "help")
        await at.alone(at.ana).reads("I help a team decide")
        thread.say(at.ana, "rule 2", mention=True)
        await thread.reads("Try words before weights")
        await thread.quiet()
        assert "400 " not in thread.text()

        store.start()
        await thread.reads("400 example")
        await at.dm(at.bob).reads(QUESTION)
        await thread.press(at.ana, "Free text")
        await at.discord.until(lambda: "Ana: Free text" in thread.text(), SECONDS)
        await thread.quiet()
        for words in ('"400 examples"', "Try words before weights"):
            assert thread.text().count(words) == 1
        thread.say(at.ana, "verdict", mention=True)
        await thread.reads(TUNE)
        assert at.dm(at.bob).text().count(QUESTION) == 1


@pytest.mark.parametrize("how", FULL)
async def test_on_a_full_store_forget_works_or_says_what_is_left(tmp_path: Path, how: str) -> None:
    async with stored(tmp_path, *SAVES) as (store, at):
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.bob, "we have 417 mauve examples", mention=True)
        await thread.reads('"417 mauve examples"')
        await thread.quiet()
        fill(store, how)
        thread.say(at.bob, "forget me", mention=True)
        thread.say(at.ana, "forget", mention=True)
        if how == "memory":
            await thread.reads("Forgotten: facts")
        else:
            await thread.reads("I could not delete that", times=2)
            at.command(at.ana, "forget")
            await at.alone(at.ana).reads("I could not delete that")
            assert "Forgotten" not in thread.text(at.ana) + at.dm(at.bob).text()
        make_room(store, how)
        if how == "disk":
            thread.say(at.ana, "forget", mention=True)
            await thread.reads("Forgotten: facts")
        await thread.quiet()
        assert held(store, "mauve") == []


@pytest.mark.parametrize("how", FULL)
async def test_on_a_full_store_each_takes_back_their_own_words_or_is_told_what_is_left(
    tmp_path: Path, how: str
) -> None:
    async with stored(tmp_path, *SAVES) as (store, at):
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.bob, "we have 417 mauve examples", mention=True)
        await thread.reads('"417 mauve examples"')
        await thread.quiet()
        fill(store, how)
        thread.say(at.bob, "forget me", mention=True)
        if how == "memory":  # done at once, and said as soon as a word of it can be kept
            await at.discord.until(lambda: not any(":case:" in key for key in held(store, "mauve")), SECONDS)
        else:
            await thread.reads("I could not delete that")
        make_room(store, how)
        if how == "disk":
            thread.say(at.bob, "forget me", mention=True)
        await at.dm(at.bob).reads("Forgotten: your words")
        await thread.quiet()
        assert held(store, "mauve") == []
        thread.say(at.ana, "status", mention=True)
        assert not re.search(r"\b417\b", text_of(await thread.reads("Correct one with")))


async def test_a_slow_model_holds_up_no_acknowledgement(tmp_path: Path) -> None:
    def slow(body: Body) -> Answer:
        return replace(sorts(body), delay=60.0)

    async with model_server(slow) as model, whole(tmp_path / "home", content=True, model=model) as at:
        for number in range(3):
            at.discord.say(at.ana, at.general, f"{at.discord.bot.mention} {ASK} {number}")
            at.command(at.ana, "check", text=ASK)
        at.command(at.bob, "help")
        form = await at.discord.answered(at.command(at.bob, "try"))
        await at.alone(at.bob).submit(at.bob, form.modal, values={"Paste here": SAMPLES})
        await at.discord.until(lambda: len(at.discord.acks) == len(at.discord.interactions))
        assert all(each.seconds is not None and each.seconds < 3 for each in at.discord.acks)
