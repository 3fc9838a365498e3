"""A workspace that took the advisor out leaves nothing behind, and no other workspace loses anything."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.reply import Reply, Text
from bot.consultation.model import Claim, Consultation, How, Line
from bot.service.intake import accept
from bot.service.jobs import orders
from bot.service.jobs.seals import Seals
from bot.service.workspace import storage
from bot.service.workspace.policy import Policy
from bot.service.workspace.removal import forget_workspace
from bot.store import keys, notices
from bot.store.connection import opened
from bot.store.consultations import Store
from bot.store.memos import note
from bot.store.outbox import entries
from bot.vault import Vault
from tests.store.conftest import settings
from tests.store.talking import event
from tests.store.test_consultations import everything
from tests.support.clock import NOON


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with opened(settings(tmp_path / "home")) as connection:
        yield Store(connection)


async def live(store: Store, workspace: str, channel: str, person: str, at: datetime = NOON) -> str:
    """A conversation with all that one can have, its trial running."""
    conversation, author = f"slack:{workspace}:{channel}:1", f"slack:{workspace}:{person}"
    line = Line(by=author, text="the parrot", at=at)
    made = Consultation(id=conversation, started=at, updated=at, asker=author, transcript=(line,))
    said = entries([Reply(parts=(Text(markdown="the parrot is fine"),))])
    await store.commit(conversation, 0, made, say=said, people=[author, f"slack:{workspace}"])
    await store.add_call(conversation, "trial-1", '{"text": "the parrot"}')
    seals = Seals(store.connection, Vault([bytes(32)]), store.keep)
    await orders.begin(store.connection, conversation, "trial-1", "the parrot", keep=store.keep, seals=seals)
    await note(store.connection, conversation, "thread", "171.2", store.keep)
    await notices.meets(store.connection, author, event(conversation, 1), keep=store.keep)
    await accept(store.connection, event(conversation, 7), keep=store.keep)
    return conversation


async def decided(store: Store, workspace: str, at: datetime = NOON) -> None:
    said = event(f"slack:{workspace}:C1:1", 1).model_copy(
        update={"platform": "slack", "workspace": workspace, "channel": "C1", "at": at}
    )
    await storage.change(store.connection, said, "allow here", ())


def about(workspace: str, found: dict[str, str]) -> list[str]:
    """Keys that speak of a workspace; what says that an event is known is a digest, and gone in a day."""
    return sorted(f"{key} {text}" for key, text in found.items() if f"slack:{workspace}" in key + text)


async def test_everything_of_the_workspace_goes_and_nothing_of_another(store: Store) -> None:
    mine = [await live(store, "T1", channel, person) for channel, person in (("C1", "U1"), ("C2", "U2"), ("D1", "U1"))]
    others = [await live(store, "T2", "C1", "U1"), await live(store, "T10", "C1", "U1")]
    for workspace in ("T1", "T2", "T10"):
        await decided(store, workspace)
    before = await everything(store.connection)

    await forget_workspace(store, "slack", "T1")

    left = await everything(store.connection)
    assert about("T1:", left) == []
    assert not [key for key in left if key.endswith("slack:T1")]
    for conversation in mine:
        assert await store.load(conversation) == (None, 0)
        assert await orders.current(store.connection, conversation) is None
    assert await storage.load(store.connection, "slack", "T1") == Policy()
    for workspace in ("T2", "T10"):
        assert about(f"{workspace}:", left) == about(f"{workspace}:", before)
        assert await storage.load(store.connection, "slack", workspace) == Policy(channels=("C1",), at=NOON)
    for conversation in others:
        assert (await store.load(conversation))[0]


async def test_a_consultation_that_cannot_be_read_goes_too(store: Store) -> None:
    conversation = await live(store, "T1", "C1", "U1")
    await store.connection.call("HSET", keys.of_conversation(conversation).case, "d", '{"schema": 99}')
    await forget_workspace(store, "slack", "T1")
    assert await store.connection.call("EXISTS", keys.of_conversation(conversation).case) == 0
    assert await store.conversations("slack:T1") == []


async def test_doing_it_again_does_no_harm(store: Store) -> None:
    await forget_workspace(store, "slack", "T1")
    await live(store, "T1", "C1", "U1")
    await forget_workspace(store, "slack", "T1")
    await forget_workspace(store, "slack", "T1")
    assert about("T1:", await everything(store.connection)) == []


LATER = NOON + timedelta(hours=1)


async def test_what_came_after_a_new_installation_stays(store: Store) -> None:
    old, shared = await live(store, "T1", "C1", "U1"), await live(store, "T1", "C2", "U2")
    new = await live(store, "T1", "C3", "U2", LATER)
    await decided(store, "T1", LATER)
    await forget_workspace(store, "slack", "T1", before=NOON + timedelta(minutes=1))
    assert [await store.load(each) for each in (old, shared)] == [(None, 0)] * 2
    assert (await store.load(new))[0], "it began after the app was installed again"
    assert await store.conversations("slack:T1") == await store.conversations("slack:T1:U2") == [new]
    assert about("T1:U1", await everything(store.connection)) == []
    assert (await storage.load(store.connection, "slack", "T1")).channels == ("C1",)
    await forget_workspace(store, "slack", "T1", before=LATER)
    assert about("T1:", await everything(store.connection)) == []


async def test_a_trial_that_ended_after_the_app_was_taken_out_keeps_nothing(store: Store) -> None:
    conversation = await live(store, "T1", "C1", "U1")
    case, version = await store.load(conversation)
    assert case
    found = Claim(value=True, how=How.measured, by="trial", at=LATER)
    await store.commit(conversation, version, case.but(claims={"baseline_known": (found,)}, updated=LATER))
    await forget_workspace(store, "slack", "T1", before=NOON + timedelta(minutes=1))
    assert await store.load(conversation) == (None, 0)


async def test_with_an_organisation_all_its_workspaces_go_and_no_other(store: Store) -> None:
    mine = [await live(store, workspace, "C1", "U1") for workspace in ("E1-T1", "E1-T2", "E1-T3", "E1-")]
    other = await live(store, "E2-T4", "C1", "U1")
    for workspace in ("E1-T1", "E1-T2", "E1-T3", "E2-T4"):
        await store.note_workspace(f"slack:{workspace[:3]}", workspace)
        await decided(store, workspace)
    await forget_workspace(store, "slack", "E1-T2", organisation="E1-")
    left = await everything(store.connection)
    assert about("E1-", left) == []
    assert [await store.load(each) for each in mine] == [(None, 0)] * 4
    assert (await store.load(other))[0] and await store.workspaces("slack:E2-") == ["E2-T4"]
