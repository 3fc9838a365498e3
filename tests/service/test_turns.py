"""What a service does around a turn: whom it answers, what it says first, and what a workspace decides."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.chat import wording
from bot.chat.events import Answered, Body, Earlier, Event, Pressed, Removed, Said
from bot.chat.reply import Form, Reply, Text
from bot.consultation.model import Asked, Consultation
from bot.model.client import Model
from bot.platform.port import Accept, Delivered, Delivery
from bot.service.conversation import Outcome
from bot.service.jobs.engine import Jobs
from bot.service.turns import answering, apology
from bot.service.workspace import storage
from bot.settings import Settings
from bot.store.consultations import Store
from bot.turn.context import TurnContext
from bot.turn.people.overheard import HINT
from tests.fakes.model import advice
from tests.fakes.model.server import fails, model_server
from tests.store.conftest import settings
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR


class Place:
    """A platform with one channel, whose admin is Carla."""

    name = "test"
    earlier: Earlier | None = None

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def run(self, accept: Accept, stop: Any) -> None:
        raise AssertionError("nothing runs here")

    async def enrich(self, event: Event) -> Sequence[Event]:
        named = event.model_copy(update={"name": event.author.rpartition(":")[2].title()})
        before = [event.model_copy(update={"body": self.earlier})] if event.late and self.earlier else []
        return [*before, named]

    async def is_outsider(self, event: Event) -> bool:
        return event.author.endswith(":guest")

    async def is_admin(self, event: Event) -> bool:
        return event.author == "test:T1:carla"

    async def deliver(self, delivery: Delivery) -> Delivered:
        raise AssertionError("nothing is delivered here")

    def age(self) -> float | None:
        return 0.0


@dataclass
class Room:
    """Conversations of the service without its processes: batches go in, what is said comes out."""

    store: Store
    jobs: Jobs
    place: Place = field(default_factory=Place)
    settings: Settings = field(default_factory=Settings)
    advisor: TurnContext = ADVISOR
    said: Outcome = field(default_factory=lambda: Outcome(None))
    count: int = 0

    async def hear(
        self,
        body: Body | str,
        by: str = "ana",
        conversation: str = "test:T1:C1:1",
        at: datetime = NOON,
        **more: Any,
    ) -> str:
        """Bring one event, commit what came of it, and return what all who are there read."""
        self.count += 1
        event = Event(
            conversation=conversation,
            platform="test",
            workspace="T1",
            channel=conversation.split(":")[2],
            message=str(self.count),
            author=f"test:T1:{by}",
            body=Said(text=body) if isinstance(body, str) else body,
            at=at,
            **more,
        )

        async def advisor():
            return self.advisor

        answer = answering(advisor, self.store, [self.place], self.settings, vault=self.jobs.vault)
        case, version = await self.store.load(conversation)
        self.said = await answer(case, [event])
        people = {event.author, "test:T1"}
        await self.store.commit(conversation, version, self.said.consultation, people=people)
        for job in self.said.say:
            if not isinstance(job, Reply):
                assert isinstance(await self.jobs.deliver(job, "k"), Delivered)
        return self.text(None)

    def text(self, to: str | None) -> str:
        person = None if to is None else f"test:T1:{to}"
        replies = [each for each in self.said.say if isinstance(each, Reply) and each.to == person]
        return "\n".join(part.markdown for reply in replies for part in reply.parts if isinstance(part, Text))


@pytest.fixture
async def room(store: Store, tmp_path: Any) -> AsyncGenerator[Room]:
    async def advisor():
        return ADVISOR

    yield Room(store, Jobs(settings(tmp_path), store, advisor))


async def test_what_it_is_and_where_words_go_is_said_once_where_a_person_first_meets_it(room: Room) -> None:
    told = "I am automated and can be wrong"
    assert told in await room.hear("should we finetune? it never keeps our tone")
    assert told not in await room.hear("a couple of system prompts, no examples in it")
    assert told not in await room.hear("we have 400 examples", by="ben"), "it stands there already"
    assert told not in await room.hear("should we finetune?", conversation="test:T1:C2:1"), "Ana is not new"
    assert told in await room.hear("should we finetune?", by="ben", conversation="test:T1:C2:1"), "Ben never was told"
    await room.hear("forget")
    assert told not in await room.hear("should we finetune?"), "it still stands there"
    assert "No model server is involved" in await room.hear("should we finetune?", by="cy", conversation="test:T1:C3:1")


async def test_what_turns_call_counts_against_who_spoke_and_above_the_cap_they_go_on_without(room: Room) -> None:
    room.settings = room.settings.model_copy(update={"daily_calls": 3, "workspace_daily_calls": 5})
    async with model_server(lambda body: advice.reads_nothing(body) or fails(500)) as server:
        model = Model("m", server.url)
        room.advisor = replace(ADVISOR, model=model, reads=True, answers=False)
        try:
            for _ in range(3):
                await room.hear("should we finetune? our replies are somehow off, and nobody likes that one bit")
            assert len(server.asked) == 3
            more = await room.hear("it never keeps our tone, and that is what people write to us about all day")
            assert len(server.asked) == 3
            assert "tone" in more, "it is read without the model"
            whispered = room.text("ana")
            assert "You have used up what model calls may take in a day (3 calls). It starts anew in" in whispered
            later = NOON + timedelta(minutes=2)
            worth = "we have 400 examples, but who knows what they are worth to anybody"
            await room.hear(worth, by="ben", at=later)
            assert len(server.asked) == 5, "Ben has calls of his own: what was missed is read, and his words"
            tickets = "it is about tickets that come in by mail, in German and in French"
            await room.hear(tickets, by="cy", at=later)
            assert len(server.asked) == 5 and "Your workspace has used up" in room.text("cy")
        finally:
            await model.aclose()


async def test_somebody_who_only_talks_to_others_is_told_nothing(room: Room) -> None:
    await room.hear("should we finetune? it never keeps our tone")
    # What stands on the live message says how to answer from now on; Ben himself is told nothing.
    assert await room.hear("lunch at one?", by="ben", addressed="people") in ("", HINT.markdown)
    assert room.text("ben") == "" and "I am automated" not in room.text(None)
    assert await room.hear("we have 400 examples", by="ben", addressed="people") in ("", HINT.markdown)
    assert room.text("ben") == "" and "I am automated" not in room.text(None)
    assert "400" not in (room.said.consultation or Consultation(id="", started=NOON, updated=NOON)).model_dump_json()
    assert "400" in await room.hear("we have 400 examples", by="ben")


async def test_where_a_replayed_turn_says_it_again_until_it_was_committed(room: Room) -> None:
    async def advisor():
        return ADVISOR

    answer = answering(advisor, room.store, [room.place])
    event = Event(
        conversation="test:T1:C1:1",
        platform="test",
        workspace="T1",
        message="1",
        author="test:T1:ana",
        at=NOON,
        body=Said(text="should we finetune?"),
    )
    for _ in range(2):
        room.said = await answer(None, [event])
        assert "I am automated" in room.text(None)


async def test_only_allowed_channels_are_answered_and_others_say_why_to_the_asker_alone(room: Room) -> None:
    room.settings = room.settings.model_copy(update={"channels": ("C1",)})
    assert "This matters now" in await room.hear("should we finetune? it never keeps our tone")
    assert await room.hear("should we finetune?", conversation="test:T1:C9:1") == ""
    assert room.text("ana")
    assert room.said.consultation is None
    assert await room.hear("lunch?", conversation="test:T1:C9:1", addressed="people") == ""
    assert room.text("ana") == ""


async def test_those_who_manage_the_workspace_switch_it_off_and_on(room: Room) -> None:
    private = "test:T1:C1:carla"
    await room.hear("/off", by="ana", conversation="test:T1:C1:ana", private=True)
    assert "Only those who manage" in room.text("ana")
    await room.hear("/off", by="carla", conversation=private, private=True)
    assert room.text("carla")
    assert await room.hear("should we finetune?") == ""
    assert room.text("ana")
    await room.hear("/on", by="carla", conversation=private, private=True)
    assert "I am automated" in await room.hear("should we finetune?")


async def test_a_channel_is_allowed_and_denied_by_command(room: Room) -> None:
    await room.hear("/allow here", by="carla", conversation="test:T1:C2:carla", private=True)
    assert await room.hear("should we finetune?", conversation="test:T1:C1:7") == ""
    assert await room.hear("should we finetune?", conversation="test:T1:C2:7") != ""
    await room.hear("/deny here", by="carla", conversation="test:T1:C2:carla", private=True)
    assert await room.hear("should we finetune?", conversation="test:T1:C2:8") == ""


async def test_what_was_said_before_a_late_mention_is_read_with_it(room: Room) -> None:
    room.place.earlier = Earlier(lines=(), complete=False)
    assert "paste what matters" in await room.hear("should we finetune?", late=True)


async def test_an_answer_goes_the_way_its_event_came(room: Room) -> None:
    await room.hear("should we finetune?", via="there")
    assert {each.via for each in room.said.say if isinstance(each, Reply)} == {"there"}


async def test_when_it_is_removed_from_a_workspace_everything_of_that_goes(room: Room) -> None:
    await room.hear("should we finetune? it never keeps our tone")
    await room.hear("should we finetune?", by="ben", conversation="test:T1:C2:1")
    await room.hear(Removed(), conversation="test:T1:-:removed")
    for conversation in ("test:T1:C1:1", "test:T1:C2:1", "test:T1:-:removed"):
        assert await room.store.load(conversation) == (None, 0)


async def test_a_removed_workspace_does_not_touch_another(room: Room) -> None:
    case = Consultation(id="test:T2:C1:1", started=NOON, updated=NOON)
    await room.store.commit(case.id, 0, case, people={"test:T2"})
    await room.hear(Removed(), conversation="test:T1:-:removed")
    assert await room.store.load(case.id) != (None, 0)


async def test_what_was_only_overheard_begins_no_consultation(room: Room) -> None:
    assert await room.hear("thanks, lunch?", by="ben", addressed="people") == ""
    assert room.said.consultation is None


async def test_a_press_of_a_consultation_that_is_gone_says_so_and_begins_none(room: Room) -> None:
    press = Answered(facts={"output": "text"})
    assert await room.hear(press, by="ben", spends=True) == ""
    assert "was forgotten, or has expired" in room.text("ben")
    assert room.said.consultation is None


@pytest.mark.parametrize("body", [Said(text="/forget"), Pressed(action="forget")])
async def test_what_is_theirs_people_delete_even_where_it_is_switched_off(room: Room, body: Body) -> None:
    await room.hear("should we finetune? it never keeps our tone")
    await room.hear("/off", by="carla", conversation="test:T1:C1:carla", private=True)
    assert "Forgotten" in await room.hear(body)
    assert await room.store.load("test:T1:C1:1") == (None, 0)


async def test_two_decisions_at_the_same_moment_both_hold(room: Room) -> None:
    answers: list[Outcome] = []
    for words, channel in (("/off", "C1"), ("/allow here", "C2")):
        answer = answering(one_advisor, room.store, [room.place], vault=room.jobs.vault)
        answers.append(await answer(None, [event(words, by="carla", channel=channel)]))
    for job in (each for said in answers for each in said.say if not isinstance(each, Reply)):
        await room.jobs.deliver(job, "k")
    held = await storage.load(room.store.connection, "test", "T1")
    assert held.off
    assert held.channels == ("C2",)


async def test_the_introduction_reaches_whoever_is_new_and_nobody_else_counts_as_told(room: Room) -> None:
    await room.hear("should we finetune? it never keeps our tone", by="ana")
    thumbs = [event(Pressed(action="feedback", values=("up", "x")), by=by, message=by) for by in ("ana", "ben")]
    case, _ = await room.store.load("test:T1:C1:1")
    room.said = await answering(one_advisor, room.store, [room.place])(case, thumbs)
    assert "I am automated" in room.text("ben")
    assert "I am automated" not in room.text("ana")


async def one_advisor():
    return ADVISOR


def event(body: Body | str, *, by: str, channel: str = "C1", message: str = "m") -> Event:
    return Event(
        conversation=f"test:T1:{channel}:1",
        platform="test",
        workspace="T1",
        channel=channel,
        message=message,
        author=f"test:T1:{by}",
        at=NOON,
        body=Said(text=body) if isinstance(body, str) else body,
    )


def test_a_press_that_no_turn_gets_through_can_be_pressed_again() -> None:
    knowledge = ADVISOR.knowledge
    case = Consultation(id="c", started=NOON, updated=NOON, asked=Asked(facts=("output",)))
    said = Event(
        conversation="c",
        platform="test",
        message="1",
        author="a",
        at=NOON,
        via="v",
        body=Answered(facts={"output": "text"}),
    )
    again = apology(knowledge, case, [said.model_copy(update={"spends": True})])
    assert [type(part) for part in again.parts] == [Text, Form] and (again.live, again.via) == (True, "v")
    assert again.parts[1] == wording.form(knowledge, ("output",))
    for others in (apology(knowledge, case, [said]), apology(knowledge, None, ())):
        assert [type(part) for part in others.parts] == [Text], "words can be said again"
