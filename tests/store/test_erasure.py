"""What people said is gone from the server and from its files once it is forgotten, not only out of reach."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.chat.events import Attached, Event, Pressed, Said
from bot.chat.reply import Reply, Text
from bot.consultation.model import Claim, Consultation, How, Line, Pair, Samples
from bot.consultation.trial_results import TrialResult
from bot.service.intake import accept
from bot.service.jobs import orders
from bot.service.jobs.engine import Jobs
from bot.service.jobs.reports import keep_report, kept_report
from bot.service.jobs.seals import Seals
from bot.service.workspace.removal import forget_workspace
from bot.store import keys
from bot.store.consultations import Store, open_store
from bot.store.jobs import ForgetPerson, RunTrial
from bot.store.memos import note
from bot.store.outbox import DeadLetter, entries
from bot.trial.report.result import TrialReport
from bot.turn.context import TurnContext
from bot.vault import Vault
from tests.service.stage import comes
from tests.store.conftest import settings
from tests.store.test_consultations import everything
from tests.support.clock import NOON

CANARY = "xylophone-canary-7319"
TRIED = TrialResult(
    id="t", at=NOON, model="m", demonstration=False, scorer="label", bar=0.8, rungs=(), confusion=((CANARY, "b", 1),)
)
C, ANA, TEAM = "slack:T1:C1:1", "slack:T1:U1", "slack:T1"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with open_store(settings(tmp_path / "home")) as opened:
        yield opened


async def words_everywhere(store: Store, asker: str = ANA) -> None:
    """Hold a conversation of somebody's whose words stand wherever a conversation can keep any."""
    samples = Samples(pairs=(Pair(input=CANARY, output=CANARY),), prompt=CANARY)
    claim = Claim(value=40, how=How.stated, by=ANA, at=NOON, quote=CANARY)
    case = Consultation(
        id=C, started=NOON, updated=NOON, asker=asker, claims={"examples": (claim,)}, samples=samples,
        given={"m1": samples}, gave={"m1": ANA}, transcript=(Line(by=ANA, text=CANARY, at=NOON),), situation=CANARY,
        asks=(CANARY,), trials=(TRIED,),
    )  # fmt: skip
    said = entries([Reply(parts=(Text(markdown=CANARY),)), RunTrial(conversation=C, trial="t", samples=samples)])
    await store.commit(C, 0, case, say=said if asker == ANA else (), people=[ANA, TEAM])
    await store.add_call(C, "t", f'{{"text": "{CANARY}"}}')
    seals = Seals(store.connection, Vault([bytes(32)]), store.keep)
    await orders.begin(store.connection, C, "t", samples.model_dump_json(), keep=store.keep, seals=seals)
    if asker == ANA:
        await note(store.connection, C, "thread", CANARY, store.keep)
    report = TrialReport(files=(Text(markdown=CANARY),))
    await keep_report(store.connection, C, "t", report, store.keep)
    dead = DeadLetter(conversation=C, at=NOON, reason="refused", content=CANARY)
    await store.connection.call("RPUSH", keys.of_conversation(C).dead, dead.model_dump_json())
    await store.connection.call("ZADD", keys.of_conversation(C).letters, 1, C)
    for n, body in enumerate(
        () if asker != ANA else (Said(text=CANARY), Attached(name=CANARY, content=CANARY), Pressed(action=CANARY))
    ):
        came = Event(
            conversation=C, platform="slack", workspace="T1", message=f"m{n}", author=ANA, name=CANARY, at=NOON,
            body=body,
        )  # fmt: skip
        await accept(store.connection, came, keep=store.keep)


async def nobody() -> TurnContext:
    raise AssertionError("nothing is to be run")


async def found(store: Store, home: Path) -> list[str]:
    """Return the keys and the files in which the words stand."""
    held = await everything(store.connection)
    logs: list[Any] = await store.connection.call("COMMANDLOG", "GET", "-1", "slow")
    logs = [str(each) for each in logs]
    if await kept_report(store.connection, C, "t"):
        logs.append("a report, which is packed")
    return [name for name, text in held.items() if CANARY in name + text] + logs + _files(home)


def _files(home: Path) -> list[str]:
    files: list[str] = []
    for path in home.rglob("*"):
        with suppress(FileNotFoundError):  # an old file that goes at this moment
            files += [path.name] if path.is_file() and CANARY.encode() in path.read_bytes() else []
    return files


@pytest.mark.parametrize("how", ["forget", "forget me", "forget me, who did not ask", "uninstall"])
async def test_the_words_are_in_no_key_and_in_no_file(store: Store, tmp_path: Path, how: str) -> None:
    await words_everywhere(store, asker=f"{TEAM}:U2" if how.endswith("ask") else ANA)
    before = await found(store, tmp_path)
    assert len(before) > 5 and any(name.endswith(".aof") for name in before), "they stood in keys, and on the disk"
    match how:
        case "forget":
            await store.forget(C, NOON)
        case "forget me" | "forget me, who did not ask":
            jobs = Jobs(settings(tmp_path / "home"), store, nobody)
            await jobs.deliver(ForgetPerson(conversation="slack:T1:C1:2", person=ANA), "key")
        case _:
            await forget_workspace(store, "slack", "T1")
    await store.aof_rewrite.done()
    await comes(lambda: gone(store, tmp_path))


async def test_what_was_deleted_before_a_crash_goes_at_the_next_start(tmp_path: Path) -> None:
    async with open_store(settings(tmp_path / "home")) as store:
        await words_everywhere(store)
        await store.connection.call("FLUSHALL")  # deleted, and nobody was left to write the file anew
        assert await found(store, tmp_path)
    async with open_store(settings(tmp_path / "home")) as store:
        await comes(lambda: gone(store, tmp_path))


async def gone(store: Store, home: Path) -> bool:
    """Tell whether the words are nowhere; the server removes an old file when it has the time."""
    return await found(store, home) == []
