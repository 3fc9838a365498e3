"""What an operator sees: figures, lines of the log, whether a process can do its part, and what admins have done."""

import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

from bot.chat.events import Event, Said
from bot.chat.reply import Text
from bot.cli import errors
from bot.consultation.model import Consultation
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.model.tracing import traced
from bot.platform import metrics
from bot.service.intake import accept
from bot.service.jobs import reports
from bot.service.jobs.reports import keep_report, kept_report
from bot.service.serve import accepting
from bot.service.web.readiness import Readiness, look
from bot.service.workspace.audit import STREAM, entries
from bot.settings import Settings
from bot.store import keys, ready
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.dead_letters import abandoned
from bot.trial.report.result import TrialReport
from tests.fakes.model.server import model_server, says
from tests.service.test_turns import Room, room
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR

__all__ = ["room"]
SAID = Event(conversation="test:1", platform="test", message="1", author="ana", at=NOON, body=Said(text="hello"))


def counted(name: str, **labels: str) -> float:
    """Return what /metrics says of a figure; 0 where it says nothing yet."""
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


async def test_each_event_is_counted_with_the_time_until_its_acknowledgement(store: Store):
    before = [counted("advisor_intake_seconds_count"), counted("advisor_events_total", outcome="repeated")]
    take = accepting(store)
    assert await take(SAID)
    assert not await take(SAID)
    after = [counted("advisor_intake_seconds_count"), counted("advisor_events_total", outcome="repeated")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 1]


async def test_turns_and_their_model_calls_are_timed_and_paid_for_by_workspace(room: Room):
    workspace = metrics.digest("test:T1")
    tokens = {"direction": "in", "workspace": workspace}
    before = [
        counted("advisor_turn_seconds_count"),
        counted("advisor_model_seconds_count", of="turn"),
        counted("advisor_tokens_total", **tokens),
    ]
    async with model_server(lambda _: says("{}")) as server:
        room.advisor = replace(ADVISOR, model=Model("m", server.url), reads=True)
        await room.hear("well, what we have is that thing with the replies")
        await room.advisor.model.aclose()  # type: ignore[union-attr]
    after = [
        counted("advisor_turn_seconds_count"),
        counted("advisor_model_seconds_count", of="turn"),
        counted("advisor_tokens_total", **tokens),
    ]
    assert after[0] == before[0] + 1
    assert after[1] > before[1]
    assert after[2] > before[2]
    written = generate_latest(metrics.REGISTRY).decode()
    assert "T1" not in written
    assert workspace in written


async def test_a_trace_tells_of_turns_and_model_calls_and_of_no_words(room: Room):
    spans = InMemorySpanExporter()
    async with model_server(lambda _: says("{}")) as server:
        model = Model("m", server.url)
        room.advisor = replace(ADVISOR, model=model, reads=True)
        await room.hear("well, what we have is that thing with the replies")
        assert not spans.get_finished_spans(), "it is off"
        with traced(SimpleSpanProcessor(spans)):
            await room.hear("well, what we have is that thing with the replies", conversation="test:T1:C1:2")
            await model.aclose()
    called, took = spans.get_finished_spans()[0], spans.get_finished_spans()[-1]
    assert (called.name, took.name) == ("chat m", "invoke_agent finetune-advisor")
    assert called.parent is not None and took.context is not None
    assert called.parent.span_id == took.context.span_id
    assert called.attributes is not None
    assert called.attributes["gen_ai.request.model"] == "m"
    assert isinstance(called.attributes["gen_ai.usage.input_tokens"], int)
    written = "".join(each.to_json() for each in spans.get_finished_spans())
    assert [word for word in ("tone", "replies", "test:T1", "ana") if word in written] == []


async def test_refusals_are_counted_by_why(room: Room):
    before = [counted("advisor_refusals_total", why=why) for why in ("admin", "policy", "cap")]
    await room.hear("off", by="ben")
    await room.hear("off", by="carla")
    await room.hear("should we finetune?", by="ben")
    after = [counted("advisor_refusals_total", why=why) for why in ("admin", "policy", "cap")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 0]


async def test_what_admins_did_is_kept_without_names(room: Room, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "advisor.audit")
    await room.hear("should we finetune? our tone is off")
    await room.hear("forget", by="ben")
    await room.hear("forget", by="carla")
    await room.hear("should we finetune? our tone is off")
    await room.hear("forget")
    await room.hear("off", by="carla")
    kept = await entries(room.store.connection)
    assert [entry["what"] for entry in kept] == ["forget", "off"]
    assert {entry["by"] for entry in kept} == {keys.mark("test:T1:carla")}
    assert "carla" not in repr(kept)
    assert 0 < await room.store.connection.call("PTTL", STREAM) <= room.store.keep
    assert [record.getMessage().split()[0] for record in caplog.records] == ["forget", "off"]


def test_a_line_of_the_log_is_an_object_with_its_level_and_the_reference_that_people_see(
    capsys: pytest.CaptureFixture[str],
):
    root, handlers = logging.getLogger(), logging.getLogger().handlers[:]
    errors.log_to_stderr("json")
    handler = next(each for each in root.handlers if each not in handlers)
    handler.setStream(sys.stderr)  # type: ignore[attr-defined]
    try:
        fault = ModelError("slow", "The model did not answer.")
        try:
            raise ValueError("xoxb-secret")
        except ValueError:
            logging.getLogger("advisor.test").exception("A turn failed.")
        logging.getLogger("advisor.test").warning("two\nlines (Reference 0a1b2c.)")
    finally:
        root.removeHandler(handler)
    # What an earlier test has left is told of whenever it is collected.
    lines = [*map(json.loads, capsys.readouterr().err.splitlines())]
    first, second, third = (line for line in lines if line["logger"].startswith("advisor."))
    assert (first["level"], first["logger"], first["reference"]) == ("info", "advisor.model", fault.reference)
    assert (second["level"], second["error"]) == ("error", "ValueError")
    assert "secret" not in json.dumps(second)
    assert third["reference"] == "0a1b2c"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"ages": {"slack": 7.0}}, ""),
        ({"ages": {"slack": 9.0}}, "slack: no answer for 9 s."),
        ({"ages": {"discord": None}}, "discord: not connected."),
        ({"store_ms": None}, "store: it does not answer."),
        ({"oldest_waiting": 20.0}, ""),
        (
            {"oldest_waiting": 9.0, "abandoned": True},
            "waiting: the oldest event waits for 9 s, and no worker is alive.",
        ),
        ({"workers": 1}, ""),
        ({"workers": 0}, "workers: none is alive; those that ended are being started again."),
        ({"oldest_waiting": 301.0}, "waiting: the oldest event has waited for 301 s."),
    ],
)
def test_a_process_is_ready_until_something_is_in_its_way(changes: dict[str, Any], problem: str):
    well: dict[str, Any] = {"ages": {"slack": 0.0}, "store_ms": 1.0, "oldest_waiting": 0.0, "dead_letters": 0}
    seen = Readiness("all", False, **{**well, **changes})
    assert seen.problems == ([problem] if problem else [])


async def test_a_queue_that_no_worker_looks_at_is_abandoned_until_one_does(store: Store, connection: Connection):
    assert not await abandoned(connection)
    await accept(connection, SAID, keep=store.keep)
    assert not await abandoned(connection), "it has only just come"
    stream = keys.of_partition(1).ready
    await connection.call("XADD", stream, "1-0", "c", "test:2")  # in 1970
    assert await abandoned(connection)
    seen = await look(connection, "gateway", [], stopping=False)
    assert [problem for problem in seen.problems if "no worker is alive" in problem]
    await ready.sweep(connection, "worker")
    assert not await abandoned(connection)
    assert await abandoned(connection, -1.0), "its last look is longer ago than that"


def test_the_form_of_the_log_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert Settings().log == "text"
    monkeypatch.setenv("ADVISOR_LOG", "json")
    assert Settings().log == "json"


async def test_of_many_trials_the_last_reports_are_kept_and_none_that_is_too_large(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.commit("c", 0, Consultation(id="c", started=NOON, updated=NOON))
    report = TrialReport(details=(Text(markdown="the details"),))
    for number in range(1, 13):
        await keep_report(store.connection, "c", f"trial-{number}-abc", report, store.keep)
    kept = [await kept_report(store.connection, "c", f"trial-{number}-abc") for number in range(1, 13)]
    assert [held is not None for held in kept] == [False] * 9 + [True] * 3
    monkeypatch.setattr(reports, "LARGEST", 10)
    await keep_report(store.connection, "c", "trial-13-abc", report, store.keep)
    assert await kept_report(store.connection, "c", "trial-13-abc") is None
    await store.connection.call("HSET", keys.of_conversation("c").notes, "report trial-12-abc", "no report")
    assert await kept_report(store.connection, "c", "trial-12-abc") is None, "a damaged one is kept no more"
