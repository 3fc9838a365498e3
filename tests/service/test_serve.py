"""The service in real processes: a conversation to its verdict, several workers, the end, and its own pages."""

import asyncio
import contextlib
import json
import os
import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.events import Answered
from bot.chat.reply import Form, Text
from bot.cli.doctor_checks import examine
from bot.consultation.base import Value
from bot.store import keys
from bot.store.consultations import Store
from tests.console.terminal import COMMAND, environment
from tests.fakes.model.server import model_server, says
from tests.service.stage import SECONDS, Stage, comes, staged
from tests.slack.service import fake, prompt
from tests.store.conftest import settings
from tests.store.servers import server
from tests.support import forked
from tests.support.command import run

ANSWERS: dict[str, Value | None] = {"need": ("style",), "output": "text", "prompts_tried": ("one_prompt",)}


async def to_a_verdict(stage: Stage, conversation: str) -> str:
    """Answer whatever is asked until there is a verdict, and return its text."""
    seen = 0
    while True:
        await stage.until(lambda n=seen: len(stage.parts(conversation)) > n, f"an answer in {conversation}")
        parts = stage.parts(conversation)[seen:]
        seen += len(parts)
        verdicts = [part.markdown for part in parts if isinstance(part, Text) and part.voice == "verdict"]
        if verdicts:
            return verdicts[-1]
        form = next(part for part in reversed(parts) if isinstance(part, Form))
        given = {each.fact: ANSWERS.get(each.fact) for each in form.fields}
        assert await stage.send(conversation, Answered(facts=given)) == "stored"


async def test_a_gateway_and_a_worker_bring_a_conversation_to_its_verdict(stage: Stage, store: Store) -> None:
    gateway, worker = await asyncio.gather(stage.start("gateway"), stage.start("worker"))
    conversation = "test:T1:C1:171.2"
    assert await stage.send(conversation, "should we finetune? our replies never keep our tone", "1.0") == "stored"
    assert await stage.send(conversation, "should we finetune? our replies never keep our tone", "1.0") == "repeated"
    said = await to_a_verdict(stage, conversation)
    for heading in ("Because", "This would change if", "Rule "):
        assert heading in said
    case, _ = await store.load(conversation)
    assert case is not None
    assert case.verdict is not None
    _, counted = await gateway.get("/metrics")
    assert 'advisor_events_total{outcome="repeated"} 1.0' in counted
    _, counted = await worker.get("/metrics")
    assert f'advisor_verdicts_total{{verdict="{case.verdict.verdict}"}} 1.0' in counted
    assert "advisor_questions_total 0.0" not in counted
    assert 'advisor_deliveries_total{outcome="delivered"}' in counted


async def test_the_record_of_a_verdict_is_a_page_of_the_service(stage: Stage) -> None:
    served = await stage.start("all", ADVISOR_PUBLIC_URL="https://advisor.example.com")
    await stage.send("test:1", "should we finetune? our replies never keep our tone")
    await to_a_verdict(stage, "test:1")
    await stage.send("test:1", "record")
    await stage.reads("test:1", "Open it as a page")
    (path,) = re.findall(r"\]\(https://advisor\.example\.com(/report/[\w-]+)\)", stage.text("test:1"))
    status, page = await served.get(path)
    assert status == 200
    assert "never keep our tone" in page
    assert (await served.get("/report/x"))[0] == 401


async def test_two_workers_answer_every_event_of_every_conversation_once_and_in_order(stage: Stage) -> None:
    # One person says all of it within a minute.
    many = {"ADVISOR_MESSAGES_A_MINUTE": "100"}
    await asyncio.gather(stage.start("all", **many), stage.start("worker", **many))
    conversations = [f"test:{number}" for number in range(8)]
    for word in ("rule 1", "rule 2", "rule 3"):
        await asyncio.gather(*(stage.send(conversation, word) for conversation in conversations))

    def said_in(conversation: str) -> list[str]:
        return [part.markdown for part in stage.parts(conversation) if isinstance(part, Text) and part.voice == "say"]

    for conversation in conversations:
        await stage.until(lambda c=conversation: len(said_in(c)) >= 3, f"three answers in {conversation}")
    for conversation in conversations:
        said = said_in(conversation)
        heads = [markdown.split(" · ")[0][-6:] for markdown in said]
        assert heads == ["Rule 1", "Rule 2", "Rule 3"]


async def workers(store: Store, conversation: str) -> dict[int, int]:
    """Return the process ids of the workers that look after a conversation, and how many entries each holds."""
    stream = keys.of_conversation(conversation).ready
    told = await store.connection.call("XINFO", "CONSUMERS", stream, keys.GROUP)
    each = [dict(zip(about[::2], about[1::2], strict=True)) for about in told]
    return {int(about["name"].rsplit("-", 2)[1]): about["pending"] for about in each}


def lives(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_a_worker_killed_in_a_turn_is_started_again_and_another_answers_once(stage: Stage, store: Store) -> None:
    async with model_server(lambda _: replace(says("{}"), delay=1.0)) as model:
        served = await stage.start("gateway", 2, OPENAI_BASE_URL=model.url, ADVISOR_MODEL="m")

        async def all_live() -> bool:
            status, body = await served.get("/readyz")
            return status == 200 and json.loads(body)["workers"] == 2

        await comes(all_live)
        await stage.send("test:1", "well, what we have is that thing with the replies")
        await stage.until(lambda: model.busy, "the model is asked")
        before = await workers(store, "test:1")
        (killed,) = [pid for pid, pending in before.items() if pending]
        os.kill(killed, signal.SIGKILL)
        await stage.until(lambda: stage.heard["test:1"], "an answer")
        known = {*before}

        async def replaced() -> bool:
            known.update(await workers(store, "test:1"))
            return len(known) == 3

        await comes(replaced)
        await comes(all_live)
        await stage.send("test:1", "help")
        await stage.reads("test:1", "I help a team decide")

        async def told_of_all() -> bool:
            _, counted = await served.get("/metrics")
            told = [line for line in counted.splitlines() if line.startswith("advisor_turns_total")]
            assert counted.count("# TYPE advisor_turns_total") == 1
            return [line.split('"')[1] for line in told] == ["gateway", "worker-1", "worker-2"]

        await comes(told_of_all)
        assert await served.told_to_end() == 0
    # One answer to all and one to the second message; that the model's were of no use is said to the asker alone.
    assert [reply.to for reply in stage.heard["test:1"] if reply.to is None] == [None, None]
    assert not [pid for pid in known if lives(pid)]
    assert list(await workers(store, "test:1")) == [killed], "all others signed off"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
async def test_told_in_the_middle_of_a_turn_it_ends_with_its_answer(stage: Stage, how: signal.Signals) -> None:
    async with model_server(lambda _: replace(says("{}"), delay=1.0)) as model:
        # What it has to do takes a second, and on a busy machine longer than what people usually let it take.
        patient = {"ADVISOR_DRAIN_SECONDS": str(SECONDS)}
        served = await stage.start("all", OPENAI_BASE_URL=model.url, ADVISOR_MODEL="m", **patient)
        await stage.send("test:1", "well, what we have is that thing with the replies")
        await stage.until(lambda: model.busy, "the model is asked")
        assert await served.told_to_end(how) == 0
    # One answer to all; that the model's was of no use is said to the asker alone.
    assert [reply.to for reply in stage.heard["test:1"]] in ([None], [None, "ana"])


async def test_what_a_platform_refuses_is_a_dead_letter_that_doctor_shows_and_clears(
    stage: Stage, store: Store
) -> None:
    stage.answers = "never"
    served = await stage.start("all")
    await stage.send("test:1", "my secret plan: should we finetune?")
    held = keys.of_conversation("test:1")

    async def dead() -> bool:
        return await store.connection.call("LLEN", held.dead) > 0

    await comes(dead)

    async def counted() -> bool:  # not while the store takes its time to say how many there are
        return "advisor_dead_letters 1.0" in (await served.get("/metrics"))[1]

    await comes(counted)

    async def examined() -> str:
        return "\n".join(check.text for check in await examine(settings(stage.home), no_model=True))

    said = await examined()
    assert "test:1: The channel is gone." in said
    assert "1 dead letter: " in said
    assert "secret plan" not in said
    words = [*COMMAND[1:], "doctor", "--clear-letters"]
    cleared = await asyncio.to_thread(forked.run, words, environment(stage.home))
    assert "1 dead letters removed" in cleared.stdout
    assert "dead letter" not in await examined()


async def test_readiness_follows_the_store(tmp_path: Path) -> None:
    with server(tmp_path / "server", "--appendonly", "yes") as redis:
        async with staged(tmp_path / "home") as stage:
            served = await stage.start("all", REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
            await stage.until(lambda: stage.gateway.qsize(), "the platform is connected")
            status, body = await served.get("/readyz")
            assert status == 200, body
            assert json.loads(body)["platforms"] == {"test": 0.0}
            redis.process.kill()
            redis.process.wait()
            status, body = await served.get("/readyz")
            assert status == 503
            assert json.loads(body)["problems"] == ["store: it does not answer."]
            assert (await served.get("/healthz"))[0] == 200
            assert await stage.send("test:1", "help") == "refused"
            redis.start()

            async def ready() -> bool:
                return (await served.get("/readyz"))[0] == 200

            await comes(ready)
            assert await stage.send("test:1", "help") == "stored"
            await stage.reads("test:1", "I help a team decide")


@pytest.mark.parametrize(
    ("role", "said"),
    [("all", "SLACK_BOT_TOKEN"), ("gateway", "needs ADVISOR_SECRET_KEY"), ("worker", "needs ADVISOR_SECRET_KEY")],
)
def test_what_makes_no_service_is_refused_in_one_sentence(tmp_path: Path, role: str, said: str) -> None:
    done = run(tmp_path, "serve", "--role", role)
    assert done.exit_code == 1 and len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_workers_of_its_own_go_with_no_other_role(tmp_path: Path) -> None:
    done = run(tmp_path, "serve", "--role", "worker", "--workers", "2")
    assert done.exit_code == 2
    assert "without --role" in done.stderr


async def test_the_command_answers_by_workers_behind_it_until_it_is_told_to_end(stage: Stage) -> None:
    async with fake() as slack:
        given = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}
        given |= {"SLACK_SIGNING_SECRET": slack.signing_secret, "ADVISOR_SECRET_KEY": ""}
        served = await stage.command("--workers", "1", "--no-model", **given)
        slack.deliver_to(f"{served.url}/slack/events")
        asked = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> our replies never keep our tone")
        await slack.until(lambda: slack.said(slack.general, asked.ts), SECONDS)
        assert served.lines[0].startswith("No model") and len(served.lines) == 2
        assert await served.told_to_end() == 0
        prompt(slack)


async def test_the_command_serves_as_worker_until_it_is_told_to_end(stage: Stage) -> None:
    served = await stage.command("--role", "worker")
    assert any("REDIS_URL" in line for line in served.lines)

    async def ready() -> bool:
        return (await served.get("/readyz"))[0] == 200

    await comes(ready)
    port = served.url.rpartition(":")[2]
    env = environment(stage.home, ADVISOR_SECRET_KEY=stage.secret, ADVISOR_HTTP_PORT=port)
    taken = await asyncio.to_thread(forked.run, [*COMMAND[1:], "serve", "--role", "worker"], env)
    assert "ADVISOR_HTTP_PORT" in taken.stderr
    assert taken.returncode == 1
    assert await served.told_to_end() == 0
