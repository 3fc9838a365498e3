"""Whom the service answers and what it keeps: forgetting, guests, and a workspace that is switched off."""

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.commands import pointed_at
from bot.chat.events import Attached, Earlier, Event, FileRef, Pasted, Pressed, Said
from bot.chat.reply import Choices, Reply
from bot.consultation.model import Line
from bot.platform.history import earlier_of, others_of
from bot.platform.port import Delivered
from bot.service.jobs.engine import Jobs
from bot.service.workspace import storage
from bot.service.workspace.policy import Policy
from bot.store.consultations import Store
from bot.store.jobs import ForgetPerson, RunTrial
from tests.service.test_turns import Place, Room
from tests.store.conftest import settings
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR

ASK = "should we finetune? it never keeps our tone"
C = "test:T1:C1:1"


@pytest.fixture
async def room(store: Store, tmp_path: Any) -> AsyncGenerator[Room]:
    async def advisor():
        return ADVISOR

    yield Room(store, Jobs(settings(tmp_path), store, advisor))


class WithFiles(Place):
    """A platform that has a file of samples wherever one is named."""

    async def enrich(self, event: Event) -> Sequence[Event]:
        files = event.body.files if isinstance(event.body, Said) else ()
        brought = [Attached(name=each.name, content="input,output\nhi,Hello!\nyo,Hey!\n") for each in files]
        return [*await super().enrich(event), *(event.model_copy(update={"body": each}) for each in brought)]


@pytest.mark.parametrize("ends", ["stop", "forget me", "leave"])
@pytest.mark.parametrize("how", ["a guest", "in a channel that is denied", "switched off"])
async def test_who_is_not_answered_brings_in_nothing_with_a_word_that_ends_something(
    room: Room, ends: str, how: str
) -> None:
    room.place = WithFiles()
    await room.hear(ASK)
    if how != "a guest":
        await room.hear("/off" if how == "switched off" else "/deny here", by="carla")
    by = "guest" if how == "a guest" else "ben"
    files = (FileRef(name="a.csv", ref="r"),)
    await room.hear(Said(text=ends, files=files, passed_on="we have 700 examples"), by=by)
    case, _ = await room.store.load("test:T1:C1:1")
    assert case is not None and not case.samples.pairs and "examples" not in case.claims
    await room.hear(Said(text="here", files=files))
    case, _ = await room.store.load("test:T1:C1:1")
    assert case is not None and bool(case.samples.pairs) is (how == "a guest"), "who is answered does"


@pytest.mark.parametrize("words", ["allow guests", "/off", "/allow guests", "forget me", "/forget", "stop", "leave"])
async def test_a_command_in_a_message_that_an_admin_points_at_is_not_theirs(room: Room, words: str) -> None:
    await room.hear(ASK, by="carla")
    await room.hear(pointed_at(words), by="carla")
    policy = await storage.load(room.store.connection, "test", "T1")
    case, _ = await room.store.load("test:T1:C1:1")
    assert policy == Policy() and case is not None and case.listens != "never"
    assert pointed_at(ASK) == ASK


async def test_a_guest_is_told_once_and_answered_only_where_an_admin_allowed_it(room: Room) -> None:
    assert await room.hear(ASK, by="guest") == ""
    assert "only members of this workspace" in room.text("guest")
    assert await room.hear(ASK, by="guest", conversation="test:T1:C2:1") == ""
    assert room.text("guest") == "", "once a day"
    await room.hear("/allow guests", by="carla")
    assert "What kind of answer" in await room.hear(ASK, by="guest", conversation="test:T1:C3:1")
    await room.hear("/deny guests", by="carla")
    assert await room.hear(ASK, by="guest", conversation="test:T1:C4:1") == ""


async def test_switched_off_it_says_so_once_a_day_to_each_person(room: Room) -> None:
    await room.hear("/off", by="carla")
    assert await room.hear(ASK) == "" and "switched off" in room.text("ana")
    assert await room.hear(ASK, conversation="test:T1:C2:1") == "" and room.text("ana") == ""
    assert await room.hear(ASK, by="ben") == "" and "switched off" in room.text("ben")


async def test_between_people_no_word_is_a_command_for_the_workspace(room: Room) -> None:
    await room.hear(ASK)
    await room.hear("what?", by="ben", addressed="people")
    for by in ("carla", "ana", "ben"):
        await room.hear("off", by=by, addressed="people")
        assert not room.said.say
    assert "400" in await room.hear("we have 400 examples", by="ben")


class Thread:
    """A thread on a platform, of which a reading returns all lines."""

    def __init__(self, *lines: Line) -> None:
        self.lines = lines
        self.read = 0

    async def __call__(self) -> Earlier:
        self.read += 1
        names = {line.by: line.by.rpartition(":")[2].title() for line in self.lines}
        return Earlier(lines=self.lines, names=names, complete=True)


def line(minute: int, by: str, text: str) -> Line:
    return Line(by=f"test:T1:{by}", text=text, at=NOON + timedelta(minutes=minute), message=str(minute))


THREAD = (
    line(-9, "ana", "it never keeps our tone"),
    line(-8, "ben", "parrot"),
    line(-7, "cy", "parrot, too"),
    line(-6, "ben", "we have 400 examples"),
)


async def test_late_it_takes_the_mentioners_own_lines_and_keeps_no_word_of_others(room: Room) -> None:
    thread = Thread(*THREAD)
    event = await late(room)
    found = await earlier_of(room.store, event, thread)
    assert found is not None
    assert [each.text for each in found.lines] == ["it never keeps our tone"]
    assert (found.others, found.people, set(found.names)) == (3, 2, {"test:T1:ana"})
    assert await earlier_of(room.store, event, thread) == found and thread.read == 1
    values = [await room.store.connection.call("HGETALL", key) for key in await kept(room, ":notes:")]
    assert "parrot" not in repr(values)


async def test_after_the_press_the_lines_of_others_are_read_but_none_that_is_held_already(room: Room) -> None:
    await room.hear(ASK)
    case, version = await room.store.load(C)
    assert case is not None
    await room.store.commit(C, version, case.but(transcript=(*case.transcript, THREAD[0])))
    found = await others_of(room.store, await late(room), Thread(*THREAD))
    assert found.given and [each.message for each in found.lines] == ["-8", "-7", "-6"]


async def test_what_was_forgotten_is_not_read_again_in_any_way(room: Room) -> None:
    await room.hear(ASK)
    await room.store.commit(C, (await room.store.load(C))[1], None, forgotten={"": NOON - timedelta(minutes=8)})
    event = await late(room)
    found = await earlier_of(room.store, event, Thread(*THREAD))
    assert found is not None and found.lines == () and found.others == 2
    assert [each.message for each in (await others_of(room.store, event, Thread(*THREAD))).lines] == ["-7", "-6"]
    assert await room.hear(ASK, at=NOON - timedelta(minutes=20)) == "", "it was said before, and delivered after"
    assert room.said.consultation is None


async def test_who_forgot_themselves_is_not_read_again_and_others_are(room: Room) -> None:
    await room.hear(ASK)
    await room.hear("we have 4711 examples", by="ben")
    await room.hear("forget me", by="ben")
    case, version = await room.store.load(C)
    assert case is not None and "4711" not in case.model_dump_json()
    await room.store.commit(C, version, case, forgotten=room.said.forgotten)
    assert set(room.said.forgotten) == {"test:T1:ben"}
    assert [job.person for job in room.said.say if isinstance(job, ForgetPerson)] == ["test:T1:ben"], "and elsewhere"
    found = await others_of(room.store, await late(room), Thread(*THREAD))
    assert [each.by for each in found.lines] == ["test:T1:ana", "test:T1:cy"]
    held = [await room.store.connection.call("HGETALL", key) for key in await kept(room, ":forgotten:")]
    assert "ben" not in repr(held).lower()
    await room.hear("forget me", by="ana")
    assert room.said.consultation is None, "what somebody asked for goes whole"


async def test_those_who_manage_the_workspace_can_keep_earlier_messages_from_being_read(room: Room) -> None:
    room.place.earlier = Earlier(lines=(), complete=True, others=14, people=3)
    await room.hear(ASK, late=True)
    assert "earlier" in actions(room)
    await room.hear("/deny earlier", by="carla", conversation="test:T1:C9:1")
    await room.hear(ASK, late=True, conversation="test:T1:C2:1")
    assert "earlier" not in actions(room)
    await room.hear(Pressed(action="earlier", values=("1",)))
    assert "do not let me read" in room.text("ana")


async def test_a_trial_counts_against_who_started_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from bot.model.client import Model

    model = Model("m", "http://127.0.0.1:1/v1")
    room.advisor = replace(ADVISOR, model=model)
    monkeypatch.setattr(room.jobs, "deliver", arrives)
    await room.hear(ASK)
    await room.hear(Pasted(text="input: a\noutput: b\n\ninput: c\noutput: d"), by="ben")
    (run,) = (each for each in room.said.say if isinstance(each, RunTrial))
    assert run.by == "test:T1:ben"
    monkeypatch.undo()
    await room.hear("/allow guests", by="carla")
    pasted = Pasted(text="input: a\noutput: b\n\ninput: c\noutput: d")
    told = await room.hear(pasted, by="guest", conversation="test:T1:C5:1")
    assert "workspace's to spend" in told
    assert not [each for each in room.said.say if isinstance(each, RunTrial)]
    await model.aclose()


async def arrives(job: object, key: str) -> Delivered:
    return Delivered()


def actions(room: Room) -> set[str]:
    replies = [each for each in room.said.say if isinstance(each, Reply)]
    return {part.action for reply in replies for part in reply.parts if isinstance(part, Choices)}


async def kept(room: Room, kind: str) -> list[str]:
    return [key for key in await room.store.connection.call("KEYS", "*") if kind in key]


async def late(room: Room):
    """Return a late mention that waits to be taken."""
    from bot.chat.events import Event
    from bot.service.intake import accept

    body = Said(text=ASK, files=(FileRef(name="a.csv", ref="r"),))
    event = Event(
        conversation=C,
        platform="test",
        workspace="T1",
        channel="C1",
        message="99",
        author="test:T1:ana",
        at=NOON,
        late=True,
        body=body,
    )
    await accept(room.store.connection, event, keep=60_000)
    return event
