"""A burst of one person delays and costs only that person; all are told what was not taken, and when there is room."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.events import Answered, Attached, Body, Edited, Event, FileRef, Hidden, Pasted, Pressed, Said
from bot.chat.reply import Reply, Text
from bot.model.client import Model
from bot.service import limits
from bot.service.limits import TOLD, Shield, within_limits
from bot.service.turns import answering
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.spending import Purse, counters, spenders
from bot.turn.context import TurnContext
from tests.fakes.model import advice
from tests.fakes.model.server import fails, model_server
from tests.service.test_turns import Place, Room
from tests.service.test_turns import room as _room
from tests.support.consulting import ADVISOR

room = _room
MIB = 2**20


def event(number: int, by: str = "ana", text: str = "our tone is off", body: Body | None = None) -> Event:
    return Event(
        conversation=f"test:T1:C1:{by}",
        platform="test",
        workspace="T1",
        channel=by,
        message=str(number),
        author=f"test:T1:{by}",
        at=datetime.now(UTC),
        body=body or Said(text=text),
    )


def told(replies: list[Reply]) -> str:
    return "\n".join(part.markdown for each in replies for part in each.parts if isinstance(part, Text))


async def test_of_a_burst_the_rest_waits_in_a_sentence_and_nobody_else_does(connection: Connection) -> None:
    burst = [event(number) for number in range(40)]
    taken, said = await within_limits(connection, burst)
    assert taken == burst[:20]
    assert "You have sent me 20 messages, the most that I take in a minute: send me the rest in" in told(said)
    again, said = await within_limits(connection, [event(41), event(42, text="forget"), event(1, by="ben")])
    assert [each.message for each in again] == ["42", "1"], "who deletes is heard, and so is everybody else"
    assert not said, "it is said once in a place, until there is room"
    elsewhere = event(43).model_copy(update={"conversation": "test:T1:C1:other"})
    _, said = await within_limits(connection, [elsewhere])
    assert "20 messages" in told(said), "nobody is left without a word"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(Said(text="our tone is off"), id="words"),
        pytest.param(Said(text="/finetune rule 2"), id="a command"),
        pytest.param(Said(text="", passed_on="x" * 100), id="forwarded"),
        pytest.param(Edited(text="our tone is off"), id="an edit"),
        pytest.param(Pressed(action="feedback", values=("up",)), id="a button"),
        pytest.param(Answered(facts={"examples": 40}), id="choices"),
        pytest.param(Pasted(text="a -> b"), id="a form"),
        pytest.param(Hidden(instead="Mention me."), id="words that are not shown"),
    ],
)
@pytest.mark.parametrize("where", ["one place", "many channels", "threads", "direct messages"])
async def test_there_is_no_way_round_what_a_person_may_send_in_a_minute(
    connection: Connection, body: Body, where: str
) -> None:
    def sent(number: int) -> Event:
        place = {
            "one place": {},
            "many channels": {"channel": f"C{number}", "conversation": f"test:T1:C{number}:1"},
            "threads": {"conversation": f"test:T1:C1:{number}"},
            "direct messages": {"channel": f"D{number}", "conversation": f"test:T1:D{number}", "private": True},
        }[where]
        # All that can be changed of one message, and pressed on one.
        edition = {"message": "1", "edition": str(number)} if isinstance(body, Edited | Pressed) else {}
        return event(number, body=body).model_copy(update={**place, **edition})

    taken, said = 0, list[Reply]()
    for number in range(30):  # each in a turn of its own, as replicas take them
        some, told_of = await within_limits(connection, [sent(number)])
        taken, said = taken + len(some), said + told_of
    assert taken == 20
    assert "You have sent me 20 messages, the most that I take in a minute" in told(said)


async def test_files_in_messages_forms_and_of_unknown_size_count_together(connection: Connection) -> None:
    small = tuple(FileRef(name=f"{n}.txt", ref="r", size=10) for n in range(10))
    unknown = (FileRef(name="a.csv", ref="r"),)
    bodies: list[Body] = [Said(text="", files=small), Pasted(files=small), Said(text="", files=unknown)]
    for number, body in enumerate(bodies):
        (taken,), said = await within_limits(connection, [event(number, body=body)])
        assert isinstance(taken.body, Said | Pasted) and taken.body.files == body.files and not said  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    (taken,), said = await within_limits(connection, [event(3, body=Pasted(files=unknown * 19))])
    assert isinstance(taken.body, Pasted) and not taken.body.files
    assert "20 MiB of files" in told(said), "as much as is fetched of one at most counts for one that has no size"
    (taken,), said = await within_limits(connection, [event(4, body=Said(text="here", files=small * 2))])
    assert isinstance(taken.body, Said) and not taken.body.files and "40 files" in told(said)


async def test_a_turn_that_is_taken_again_counts_nothing_again_and_is_told_the_same(connection: Connection) -> None:
    files = tuple(FileRef(name=f"{n}.csv", ref="r", size=MIB) for n in range(10))
    burst = [event(number) for number in range(14)] + [event(14, body=Said(text="here", files=files))]
    for batch in (burst, burst, burst[:1], burst[8:]):
        taken, said = await within_limits(connection, batch)
        assert taken == batch and not said
    more = [event(number) for number in range(15, 25)]
    assert (await within_limits(connection, more))[0] == more[:5]
    assert (await within_limits(connection, more))[0] == more[:5]
    last = event(5, by="ben", body=Said(text="here", files=files * 2))
    assert (await within_limits(connection, [last]))[0] == [last], "of ben no other was counted"
    for _ in range(2):
        granted, reached = await limits.take(connection, limits.of_person("test:T1:ana"), "trials", 10, once="a trial")
        assert granted == 10 and reached is None


async def test_words_between_people_above_the_limit_are_left_without_a_word(connection: Connection) -> None:
    talk = [event(number).model_copy(update={"addressed": "people"}) for number in range(40)]
    taken, said = await within_limits(connection, talk)
    assert len(taken) == 20 and not said


async def test_files_above_the_limit_are_not_fetched_and_it_is_said(connection: Connection) -> None:
    files = tuple(FileRef(name=f"{n}.csv", ref="r", size=MIB) for n in range(10))
    for number in range(2):
        (taken,), said = await within_limits(connection, [event(number, body=Said(text="here", files=files))])
        assert isinstance(taken.body, Said) and len(taken.body.files) == 10 and not said
    (taken,), said = await within_limits(connection, [event(3, body=Said(text="here", files=files[:1]))])
    assert isinstance(taken.body, Said) and not taken.body.files and taken.body.text == "here"
    assert "20 MiB of files, the most that I take in an hour" in told(said)


async def test_one_account_cannot_use_up_what_a_workspace_may_start(connection: Connection) -> None:
    for number in range(8):
        for _ in range(10):
            granted, reached = await limits.take(connection, limits.of_person(f"test:T1:{number}"), "trials")
            assert bool(granted) == (reached is None)
    granted, reached = await limits.take(connection, limits.of_person("test:T1:0"), "trials")
    assert not granted and reached is not None and reached.limit.who == "person"
    granted, reached = await limits.take(connection, limits.of_person("test:T1:9"), "trials")
    assert not granted and reached is not None
    assert "Your workspace has started 60 trials, the most that I take in an hour" in reached.sentence
    assert await limits.take(connection, limits.of_person("test:T2:0"), "trials") == (1, None)


@pytest.mark.parametrize("where", ["discord:@me:1", "discord:@me:2"])
async def test_people_in_direct_messages_without_a_workspace_share_nothing(connection: Connection, where: str) -> None:
    assert set(limits.of_person(where)) == {"person"}


async def test_the_calls_of_an_edit_count_for_whoever_wrote_it(room: Room, store: Store) -> None:
    room.settings = room.settings.model_copy(update={"daily_calls": 2})
    async with model_server(lambda body: advice.reads_nothing(body) or fails(500)) as server:
        model = Model("m", server.url)
        room.advisor = replace(ADVISOR, model=model, reads=True, answers=False)
        try:
            await room.hear("should we finetune? our replies are somehow off, and nobody likes that one bit")
            for number in range(3):
                text = f"should we finetune? our replies are somehow off, and nobody likes that for {number} bits"
                body = Edited(text=text)
                room.count = 0  # it is the first message that is changed
                at = datetime.now(UTC) + timedelta(seconds=number)
                await room.hear(body, addressed="known", edition=str(number), at=at)
            assert len(server.asked) == 2
        finally:
            await model.aclose()


async def test_what_was_spent_is_said_to_whoever_asks_and_of_the_workspace_to_who_manages_it(
    room: Room, connection: Connection
) -> None:
    async with model_server(lambda body: advice.reads_nothing(body) or fails(500)) as server:
        model = Model("m", server.url)
        room.advisor = replace(ADVISOR, model=model, reads=True, answers=False)
        try:
            await room.hear("should we finetune? our replies are somehow off, and nobody likes that one bit")
        finally:
            await model.aclose()
    await room.hear("/budget")
    assert room.text("ana") == (
        "You have used 1 of 1,000 model calls and 0.00 of 2.00 USD today. It starts anew at 00:00 UTC."
    )
    await room.hear("/budget", by="carla")
    assert "You have used 0 of 1,000" in room.text("carla")
    assert "This workspace has used 1 of 5,000 model calls" in room.text("carla")
    found = await spenders(connection, room.settings)
    assert [(each.counter.who, each.counter.name, each.calls) for each in found] == [
        ("workspace", "test:T1", 1),
        ("person", "test:T1:ana", 1),
    ]


def test_a_flood_is_not_stored_and_who_deletes_presses_or_commands_is_heard() -> None:
    shield = Shield(20)
    assert [shield.lets(event(n)) for n in range(40)].count(True) == 20 + TOLD
    assert shield.lets(event(1, by="ben"))
    assert shield.lets(event(41, text="forget"))
    ends = [shield.lets(event(n, text="stop")) for n in range(100, 160)]
    assert ends[0] and ends.count(True) == 20 + TOLD - 1, "who stops is heard, and not without end"
    assert shield.lets(event(42).model_copy(update={"awaited": True}))
    assert not shield.lets(event(1, body=Edited(text="again")).model_copy(update={"edition": "7"}))
    assert shield.lets(event(1)), "what was let in is, however often it comes"
    assert shield.floods("test:T1:ana", "39", to_us=True) and not shield.floods("test:T1:ana", "1", to_us=True)
    assert not shield.floods("test:T1:ben", "39", to_us=True) and not shield.floods("test:T1:ana", "39", to_us=False)


async def test_while_slow_files_of_many_are_read_everybody_else_is_answered(connection: Connection) -> None:
    async def advisor() -> TurnContext:
        return ADVISOR

    answer = answering(advisor, Store(connection), [Place()])
    rows = "input,output\n" + "some words to pad it out,x\n" * 10_000
    slow = [event(1, by=f"m{n}", body=Attached(name="a.csv", content=rows)) for n in range(5)]
    attacks = [asyncio.ensure_future(answer(None, [each])) for each in slow]
    await asyncio.sleep(0)
    said = [(await answer(None, [event(1, by=f"p{n}")])).say for n in range(20)]
    assert all("tone" in told([each for each in say if isinstance(each, Reply)]) for say in said)
    assert not any(attack.done() for attack in attacks), "nobody waited for a file of somebody else's"
    for attack in attacks:
        attack.cancel()
    await asyncio.gather(*attacks, return_exceptions=True)


async def test_above_the_calls_of_an_hour_a_turn_goes_on_without_the_model_and_says_so_once(
    room: Room, connection: Connection
) -> None:
    await limits.take(connection, limits.of_person("test:T1:ana"), "calls", 119)
    async with model_server(lambda body: advice.reads_nothing(body) or fails(500)) as server:
        model = Model("m", server.url)
        room.advisor = replace(ADVISOR, model=model, reads=True, answers=False)
        try:
            await room.hear("should we finetune? our replies are somehow off, and nobody likes that one bit")
            assert len(server.asked) == 1 and room.text("ana") == ""
            said = await room.hear("it never keeps our tone, and that is what people write to us about all day")
            assert len(server.asked) == 1 and "tone" in said, "it is read without the model"
            whispered = room.text("ana")
            assert whispered.startswith("You have used 120 calls of my language model, the most that I make in an hour")
            assert "I ask it again in" in whispered and whispered.endswith("I go on without it.")
            await room.hear("the tone is off in most of the mails that we send to people who pay us")
            assert room.text("ana") == ""
            await room.hear("nobody knows what our answers are worth to anybody here", by="ben")
            assert len(server.asked) > 1, "what Ana has used up is not Ben's"
            away = "should we finetune? our replies are somehow off, and nobody likes that one bit"
            await room.hear(away, conversation="test:T1:C2:1")
            assert "120 calls" in room.text("ana"), "elsewhere it is said as well"
        finally:
            await model.aclose()


@pytest.mark.parametrize(
    ("who", "most", "said"),
    [("channel", 400, "This channel has used 400 calls"), ("workspace", 1500, "Your workspace has used 1,500 calls")],
)
async def test_a_channel_and_a_workspace_have_so_many_calls_together(
    connection: Connection, who: limits.Who, most: int, said: str
) -> None:
    def names(number: int) -> limits.Names:
        told: dict[limits.Who, str] = {**limits.of_event(event(1, by=f"p{number}"))}
        told["channel"] = "test:T1:C1" if who == "channel" else str(number)
        return told

    for number in range(-(-most // 100)):
        granted, reached = await limits.take(connection, names(number), "calls", min(100, most - 100 * number))
        assert granted and reached is None
    granted, reached = await limits.take(connection, names(most), "calls")
    assert not granted and reached is not None and said in reached.sentence


async def test_each_person_in_direct_messages_has_a_daily_cap_of_their_own(room: Room, connection: Connection) -> None:
    strangers = [counters(room.settings, f"discord:@me:{n}") for n in range(3)]
    assert [[counter.who for counter in each] for each in strangers] == [["person"]] * 3
    first = Purse(connection, strangers[0])
    assert await first.spend(room.settings.daily_calls) and not await first.spend()
    assert all([await Purse(connection, each).spend(room.settings.daily_calls) for each in strangers[1:]])
    assert [each.who for each in counters(room.settings, "discord:4711:1")] == ["person", "workspace"]


async def test_who_comes_from_elsewhere_is_counted_for_the_channel_too(connection: Connection) -> None:
    """Their counters lie apart, in a Cluster on another server."""
    few = limits.of_messages(3)
    for number in range(10):
        guest = event(1, by="cat").model_copy(update={"author": f"test:G{number}:cat"})
        assert await limits.take(connection, limits.of_event(guest), "messages", 3, few) == (3, None)
    names = limits.of_event(event(1, by="cat"))
    granted, reached = await limits.take(connection, names, "messages", 2, few)
    assert granted == 0 and reached is not None and reached.limit.who == "channel"
