"""Conversations of several workspaces, channels and people share a store and nothing else."""

import asyncio
import json
from collections.abc import Generator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.events import Body, Deleted, Edited, Event, Pressed, Said
from bot.consultation.model import Consultation
from bot.service.workspace.removal import forget_workspace
from bot.store import embedded
from bot.store.consultations import Store, open_store
from bot.store.outbox import entries
from bot.turn.turn import turn
from tests.store.conftest import settings as stored
from tests.store.test_consultations import everything
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR

PLACES = [("T1", "C1"), ("T1", "C2"), ("T1", "D1"), ("T2", "C1"), ("T2", "D1")]
"""Workspaces and channels; D is somebody's direct messages. The same ids stand in both workspaces."""
PEOPLE = ["U1", "U2"]
WAYS = ["says", "says", "answers", "edits", "deletes", "verdict", "forget", "forget me", "uninstall"]
ROUNDS = count(1)

Move = tuple[int, str, str]
moves = st.lists(st.tuples(st.integers(0, len(PLACES) - 1), st.sampled_from(PEOPLE), st.sampled_from(WAYS)), max_size=6)


@pytest.fixture
def home(tmp_path: Path) -> Generator[Path]:
    held = embedded.join(tmp_path)  # so that the server stays from one example to the next
    yield tmp_path
    embedded.leave(held)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(moves=moves)
def test_nothing_crosses_from_one_place_into_another(home: Path, moves: list[Move]) -> None:
    asyncio.run(_play(home, [(n, "U1", "says") for n in range(len(PLACES))] + moves))


async def _play(home: Path, moves: list[Move]) -> None:
    round_ = next(ROUNDS)
    async with open_store(stored(home)) as store:
        await store.connection.call("FLUSHALL")
        for step, (place, person, way) in enumerate(moves):
            workspace, channel = PLACES[place]
            conversation = f"slack:{workspace}:{channel}:{round_}"
            before = await _words(store)
            if way == "uninstall":
                await forget_workspace(store, "slack", workspace)
            else:
                said = await _turn(store, conversation, workspace, channel, person, way, step)
                own = _marks(conversation)
                assert not [mark for mark in _all_marks(round_) - own if mark in said], "said of another place"
            after = await _words(store)
            for other in (f"slack:{w}:{c}:{round_}" for w, c in PLACES if (w, c) != (workspace, channel)):
                if way == "uninstall" and other.startswith(f"slack:{workspace}:"):
                    assert other not in after, "a workspace leaves nothing"
                elif other.startswith(f"slack:{workspace}:") and way == "forget me":
                    continue  # their words go everywhere in their workspace
                else:
                    assert after.get(other) == before.get(other), f"{way} in {conversation} changed {other}"
            for name, words in after.items():
                foreign = _all_marks(round_) - _marks(name)
                assert not [mark for mark in foreign if mark in words], f"{name} holds words of another place"
            if way == "forget":
                assert conversation not in after or not any(m in after[conversation] for m in _marks(conversation))


async def _turn(store: Store, conversation: str, workspace: str, channel: str, person: str, way: str, step: int) -> str:
    """Take one turn as the service does, and return what was said."""
    case, version = await store.load(conversation)
    if case is None:
        case = Consultation(id=conversation, started=NOON, updated=NOON, asker=f"slack:{workspace}:{person}")
    body, message = _body(conversation, way, step)
    event = Event(
        conversation=conversation, platform="slack", workspace=workspace, channel=channel, message=message,
        author=f"slack:{workspace}:{person}", at=NOON, body=body, private=channel.startswith("D"),
    )  # fmt: skip
    done = await turn(case, [event], ADVISOR)
    kept = None if done.forgets else done.consultation
    people = [event.author, f"slack:{workspace}"]
    await store.commit(conversation, version, kept, say=entries(done.replies), people=people)
    for each in done.forgets_people:
        await store.forget_person(each)
    return json.dumps([reply.model_dump(mode="json") for reply in done.replies])


def _body(conversation: str, way: str, step: int) -> tuple[Body, str]:
    mark = next(iter(_marks(conversation)))
    match way:
        case "says":
            return Said(text=f"Our {mark} bot never keeps our tone, and we have {step + 20} pairs."), f"m{step}"
        case "answers":
            return Said(text=f"several prompts, {mark} too"), f"m{step}"
        case "edits":
            return Edited(text=f"Our {mark} bot is too slow."), "m0"
        case "deletes":
            return Deleted(), "m0"
        case "verdict":
            return Pressed(action="decide"), f"m{step}"
        case _:
            return Said(text=way), f"m{step}"


def _marks(conversation: str) -> set[str]:
    """Return the word by which one place's words are known."""
    return {f"mark{conversation.replace(':', 'x')}q".lower()}


def _all_marks(round_: int) -> set[str]:
    return {mark for w, c in PLACES for mark in _marks(f"slack:{w}:{c}:{round_}")}


async def _words(store: Store) -> dict[str, str]:
    """Return what is kept of each conversation, by its id."""
    kept: dict[str, str] = {}
    for key, text in sorted((await everything(store.connection)).items()):
        name = key.partition("}:")[2].partition(":")[2]
        if name.startswith("slack:") and name.count(":") == 3:
            kept[name] = kept.get(name, "") + f"{key.partition('}:')[2].partition(':')[0]} {text.lower()}\n"
    return kept
