"""Stored data of older advisors stays readable; that of newer ones is not guessed at."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.chat.events import Deleted, Event
from bot.consultation.model import SCHEMA, Consultation, Samples
from bot.store import keys
from bot.store.consultations import Store, write
from bot.store.errors import StoreError
from bot.store.jobs import ApplyPolicy, DropTrial, EndTrial, ForgetWorkspace, InterruptTrial, RunTrial
from bot.store.migrations import MIGRATIONS, read, upgrade
from bot.store.outbox import Entry
from tests.support.clock import NOON

STORED = Path(__file__).parent / "stored"
"""One consultation of each schema, as it was written then."""
EVENT = Event(conversation="c", platform="slack", message="m", author="slack:T1:U1", at=NOON, body=Deleted())


def test_each_schema_so_far_leads_to_the_next():
    assert set(MIGRATIONS) == set(range(1, SCHEMA))
    assert {int(path.stem) for path in STORED.glob("*.json")} == set(range(1, SCHEMA + 1))


@pytest.mark.parametrize("path", sorted(STORED.glob("*.json")), ids=lambda path: f"schema {path.stem}")
def test_a_consultation_of_each_schema_is_read(path: Path):
    case = read(path.read_text())
    assert case.claims["examples"][0].quote == "about 40 examples"
    assert case.verdict
    assert case.verdict.verdict == "prompt_first"
    assert case.trials[0].rungs[0].name == "bare"
    assert read(write(case)) == case


async def test_an_older_consultation_is_brought_up_to_date_and_written_so(
    store: Store, case: Callable[..., Consultation], monkeypatch: pytest.MonkeyPatch
):
    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {**{k: v for k, v in data.items() if k != "owner"}, "asker": data["owner"]}

    def grown(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "settled": True}

    monkeypatch.setitem(MIGRATIONS, SCHEMA - 1, renamed)
    monkeypatch.setitem(MIGRATIONS, SCHEMA - 2, grown)
    old = json.loads(write(case()))
    old |= {"schema": SCHEMA - 2, "owner": old.pop("asker")}
    held = keys.of_conversation("console:1")
    await store.connection.call("HSET", held.case, "v", 5, "d", json.dumps(old))

    read_back, version = await store.load("console:1")
    assert (read_back, version) == (case(settled=True), 5)
    await store.commit("console:1", version, read_back)
    assert json.loads(await store.connection.call("HGET", held.case, "d"))["schema"] == SCHEMA


def test_a_newer_schema_asks_for_an_update():
    with pytest.raises(StoreError, match="update this one") as caught:
        upgrade({"schema": SCHEMA + 1})
    assert caught.value.kind == "newer"


@pytest.mark.parametrize("data", [{}, {"schema": None}, {"schema": "1"}, {"schema": -7}])
def test_an_unknown_schema_is_said(data: dict[str, Any]):
    with pytest.raises(StoreError, match="unknown schema"):
        upgrade(data)


@pytest.mark.parametrize("text", ["", "{", '{"schema": 1}', "[1]", '{"schema": 1, "id": "a", "what": 2}'])
def test_damaged_data_is_said(text: str):
    with pytest.raises(StoreError) as caught:
        read(text)
    assert caught.value.kind == "unreadable"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"name": "stop", "arguments": {"conversation": "c"}},
            InterruptTrial(conversation="c"),
        ),
        (
            {"name": "trial", "arguments": {"conversation": "c", "trial": "t", "samples": '{"prompt": "Sum up."}'}},
            RunTrial(conversation="c", trial="t", samples=Samples(prompt="Sum up.")),
        ),
        ({"name": "ended", "arguments": {"conversation": "c", "trial": "t"}}, EndTrial(conversation="c", trial="t")),
        ({"name": "drop", "arguments": {"conversation": "c"}}, DropTrial(conversation="c")),
        (
            {"name": "workspace", "arguments": {"conversation": "c", "platform": "slack", "workspace": "T1"}},
            ForgetWorkspace(conversation="c", platform="slack", workspace="T1"),
        ),
        (
            {
                "name": "house",
                "arguments": {
                    "conversation": "c",
                    "event": EVENT.model_dump_json(),
                    "words": "off",
                    "channels": "C1,C2",
                },
            },
            ApplyPolicy(conversation="c", event=EVENT, words="off", channels=("C1", "C2")),
        ),
    ],
    ids=["stop", "trial", "ended", "drop", "workspace", "house"],
)
def test_a_job_that_waited_under_its_old_name_is_done(old: dict[str, Any], new: Any):
    entry = {"key": "k", "what": old, "at": "2026-11-02T12:00:00Z"}
    assert Entry.model_validate(entry).what == new
    assert Entry.model_validate_json(Entry.model_validate(entry).model_dump_json()).what == new
