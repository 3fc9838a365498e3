"""What an event only names, fetched by the worker: files, long pastes, what was said before; and who manages."""

import pytest

from adapters.discord import ids
from adapters.discord.inbound.enrich import MOST, SPOKEN_LONG, earlier, spoken
from bot.chat.events import Attached, Deleted, Earlier, Event, FileRef, Pressed, Said
from bot.consultation.model import Consultation, Line
from tests.discord.app import App
from tests.fakes.discord import Channel, FakeDiscord, Guild, Upload, User
from tests.fakes.discord import permissions as may
from tests.support.clock import NOON


def world(discord_: FakeDiscord) -> tuple[Guild, User, User, Channel]:
    acme = discord_.guild("Acme")
    return acme, discord_.user("ana", acme), discord_.user("bob", acme), discord_.channel(acme, "general")


async def late(app: App, lines: int = 3) -> Event:
    """Mention the advisor in a thread in which this much was said before."""
    discord_ = app.discord
    acme, ana, bob, general = world(discord_)
    machine = discord_.user("ci", acme, bot=True)
    thread = discord_.thread(general, "tone", ana)
    for number in range(lines):
        discord_.say(bob if number % 2 else ana, thread, f"we have {number}00 examples")
    discord_.say(machine, thread, "build 12 passed")
    discord_.say(bob, thread, f"{discord_.bot.mention} what do you think?")
    return next(each for each in await app.took() if each.late)


async def test_what_was_said_before_comes_first_where_it_can_be_read(reader: App) -> None:
    event = await late(reader)
    before, said = await reader.platform.enrich(event)
    assert isinstance(before.body, Earlier) and said == event
    own = [line.text for line in before.body.lines]
    assert {line.by for line in before.body.lines} == {event.author} == set(before.body.names)
    assert before.body.complete and (len(own) + before.body.others, before.body.people) == (3, 1)
    press = event.model_copy(update={"body": Pressed(action="earlier", values=(event.message,)), "message": "nonce"})
    (others,) = await reader.platform.enrich(press)
    assert isinstance(others.body, Earlier) and others.body.given
    assert [line.text for line in others.body.lines] == [f"we have {number}00 examples" for number in range(3)]
    assert sorted(others.body.names.values()) == ["Ana", "Bob"], "our transcript holds none of it yet"


async def test_without_the_intent_it_says_that_more_was_said_than_it_can_read(app: App) -> None:
    event = await late(app)
    before, _ = await app.platform.enrich(event)
    assert before.body == Earlier(lines=(), complete=False)


async def test_a_long_thread_is_read_in_one_call_and_not_called_complete(reader: App) -> None:
    event = await late(reader, MOST + 20)
    before, _ = await reader.platform.enrich(event)
    assert isinstance(before.body, Earlier) and not before.body.complete
    assert 0 < len(before.body.lines) <= MOST
    again, _ = await reader.platform.enrich(event)
    assert again.body == before.body
    read = [
        each
        for each in reader.discord.calls
        if each.route == "/channels/{channel_id}/messages" and each.method == "GET"
    ]
    assert len(read) == 1 and read[0].query["limit"] == "100"


@pytest.mark.parametrize("how", ["no history", "an error"])
async def test_a_thread_that_may_not_be_read_is_said_to_be_incomplete(reader: App, how: str) -> None:
    event = await late(reader)
    thread = next(each for each in reader.discord.channels.values() if each.is_thread)
    assert thread.parent
    if how == "no history":  # to which Discord answers with an empty list
        reader.discord.overwrite(thread.parent, reader.discord.bot, deny=may.READ_MESSAGE_HISTORY)
    else:
        reader.discord.fail("GET", "/channels/{channel_id}/messages", status=403, times=9)
    before, _ = await reader.platform.enrich(event)
    assert before.body == Earlier(lines=(), complete=False)


async def test_where_nothing_was_said_before_nothing_is_missing(reader: App) -> None:
    discord_ = reader.discord
    _, ana, _, general = world(discord_)
    discord_.say(ana, discord_.thread(general, "tone", ana), f"{discord_.bot.mention} our tone is off")
    [event] = await reader.took()
    before, _ = await reader.platform.enrich(event)
    assert before.body == Earlier(lines=(), complete=True)


async def test_what_our_own_transcript_holds_is_not_read_again(reader: App) -> None:
    event = await late(reader)
    case = Consultation(id=event.conversation, started=NOON, updated=NOON)
    await reader.store.commit(event.conversation, 0, case)
    assert await reader.platform.enrich(event) == [event]


def test_the_message_that_a_thread_was_opened_from_is_read_too() -> None:
    ana = {"id": "9", "username": "ana", "global_name": "Ana"}
    first = {
        "type": 0,
        "id": "5",
        "author": ana,
        "content": "our tone is off",
        "timestamp": "2026-11-02T12:00:00+00:00",
    }
    opened = {"type": 21, "id": "6", "author": ana, "content": "", "referenced_message": first}
    found = earlier([opened], "1", "2", full=True)
    assert [line.text for line in found.lines] == ["our tone is off"] and found.complete


async def test_files_are_fetched_and_what_cannot_be_read_is_said(app: App) -> None:
    discord_ = app.discord
    _, ana, _, _ = world(discord_)
    files = [
        Upload("rows.jsonl", b'{"input": "a"}'),
        Upload("photo.png", b"\x89PNG\r\n\x1a\n\x00\xff", content_type="image/png"),
        Upload("large.csv", b"x" * (1024 * 1024 + 1)),
    ]
    discord_.say(ana, discord_.dm(ana), "here", files=files)
    [event] = await app.took()
    said, *attached = [each.body for each in await app.platform.enrich(event)]
    assert isinstance(said, Said) and said.text == "here"
    rows, photo, large = [each for each in attached if isinstance(each, Attached)]
    assert rows.content == '{"input": "a"}' and rows.problem is None
    assert photo.problem and "no text" in photo.problem and large.problem and "too large" in large.problem


async def test_a_link_that_has_expired_is_said(app: App) -> None:
    discord_ = app.discord
    _, ana, _, _ = world(discord_)
    discord_.say(ana, discord_.dm(ana), "here", files=[Upload("rows.jsonl", b"{}")])
    [event] = await app.took()
    discord_.advance(25 * 3600)
    _, attached = await app.platform.enrich(event)
    assert isinstance(attached.body, Attached) and attached.body.problem and "expired" in attached.body.problem


async def test_a_file_from_elsewhere_is_not_fetched(app: App) -> None:
    discord_ = app.discord
    _, ana, _, _ = world(discord_)
    discord_.say(ana, discord_.dm(ana), "here")
    [event] = await app.took()
    foreign = Said(text="", files=(FileRef(name="a.csv", ref="http://127.0.0.1:1/a.csv"),))
    _, attached = await app.platform.enrich(event.model_copy(update={"body": foreign}))
    assert (
        isinstance(attached.body, Attached) and attached.body.problem and "not kept by Discord" in attached.body.problem
    )


async def test_a_long_paste_is_read_as_the_words_that_it_is(app: App) -> None:
    discord_ = app.discord
    _, ana, _, _ = world(discord_)
    long = "our tone is off. " * 150
    discord_.say(ana, discord_.dm(ana), "", files=[Upload("message.txt", long.encode())])
    [event] = await app.took()
    [said] = await app.platform.enrich(event)
    assert isinstance(said.body, Said) and said.body.text == long


def test_a_paste_that_nobody_would_say_stays_a_file() -> None:
    file = Attached(name="message.txt", content="x" * (SPOKEN_LONG + 1))
    assert spoken(Said(text="here"), [file]) == (Said(text="here"), [file])


async def test_a_deletion_is_its_authors(app: App) -> None:
    discord_ = app.discord
    _, ana, _, _ = world(discord_)
    message = discord_.say(ana, discord_.dm(ana), "our tone is off")
    [event] = await app.took()
    line = Line(by=event.author, text="our tone is off", at=NOON, message=str(message.id))
    case = Consultation(id=event.conversation, started=NOON, updated=NOON).but(transcript=(line,))
    await app.store.commit(event.conversation, 0, case)
    discord_.delete(message)
    gone = (await app.took(2))[1]
    assert gone.body == Deleted() and ids.user_of(gone.author) != str(ana.id)
    [brought] = await app.platform.enrich(gone)
    assert brought.author == event.author


async def test_who_may_manage_the_server_manages(app: App) -> None:
    discord_ = app.discord
    acme, ana, bob, general = world(discord_)
    manager = discord_.role(acme, "managers", may.MANAGE_GUILD)
    admin = discord_.role(acme, "admins", may.ADMINISTRATOR)
    cleo, dan = discord_.user("cleo", acme), discord_.user("dan", acme)
    discord_.join(acme, bob, manager)
    discord_.join(acme, cleo, admin)
    managing: dict[str, bool] = {}
    for number, who in enumerate((acme.owner, ana, bob, cleo, dan), 1):
        discord_.command(who, general, "finetune", "off")
        managing[who.name] = await app.platform.is_admin((await app.took(number))[-1])
    assert managing == {acme.owner.name: True, "ana": False, "bob": True, "cleo": True, "dan": False}


async def test_nobody_manages_direct_messages_or_a_server_without_us(app: App) -> None:
    discord_ = app.discord
    acme, ana, _, _ = world(discord_)
    other = discord_.guild("Elsewhere", joined=False, owner=ana)
    discord_.install(ana)
    discord_.command(ana, discord_.dm(ana), "finetune", "off")
    discord_.command(ana, discord_.channel(other, "general"), "finetune", "off")
    for event in await app.took(2):
        assert not await app.platform.is_admin(event)
    assert acme.joined


@pytest.mark.parametrize("status", [403, 404])
async def test_who_cannot_be_looked_up_manages_nothing(app: App, status: int) -> None:
    discord_ = app.discord
    acme, _, _, general = world(discord_)
    discord_.command(acme.owner, general, "finetune", "off")
    [event] = await app.took()
    discord_.fail("GET", "/guilds/{guild_id}", status=status, times=9)
    assert not await app.platform.is_admin(event)
