"""Forms: what opens, what is sent, for whom it counts, and what is refused."""

import asyncio
import json

from adapters.slack.inbound.app import ANSWERED, NOT_YOURS
from bot.chat.events import Answered, Pasted
from bot.chat.form_openers import opened_by
from bot.chat.reply import Choices, Option, Text
from tests.fakes.slack import FakeSlack, View, text_of
from tests.slack.app import App
from tests.slack.inbound.test_components import NEXT, begun, form_of, last, press, question


async def test_a_form_opens_at_once_and_what_is_sent_counts_once(either: App) -> None:
    slack = either.slack
    fact = next(name for name in either.knowledge.asks if either.knowledge.facts[name].type == "count")
    event = await begun(either)
    await either.reply(event, question(either, fact))
    message = last(either, event)
    await press(either, slack.bob, message, "Answer")
    view = await form_of(slack, slack.bob)
    assert len(either.taken) == 1
    ack = await slack.submit(view, {fact: "many"})
    assert ack.body["response_action"] == "errors" and "whole number" in ack.body["errors"][fact]
    await slack.submit(view, {fact: "400"})
    answer = (await either.took(2))[1]
    assert answer.body == Answered(facts={fact: 400}) and answer.conversation == event.conversation
    await slack.until(lambda: f"<@{slack.bob}>: " in text_of(message))
    assert slack.modal(slack.bob) is None


async def test_who_sends_a_form_too_late_is_told_in_the_form(slack: FakeSlack, app: App) -> None:
    fact = next(name for name in app.knowledge.asks if app.knowledge.facts[name].type == "count")
    event = await begun(app)
    await app.reply(event, question(app, fact))
    message = last(app, event)
    await press(app, slack.alice, message, "Answer")
    await press(app, slack.bob, message, "Answer")
    alice, bob = await form_of(slack, slack.alice), await form_of(slack, slack.bob)
    await slack.submit(alice, {fact: "400"})
    ack = await slack.submit(bob, {fact: "40"})
    assert ack.body == {"response_action": "errors", "errors": {fact: ANSWERED}}
    assert [each for each in app.bodies() if isinstance(each, Answered)] == [Answered(facts={fact: 400})]


async def test_each_fact_of_a_list_can_be_corrected(slack: FakeSlack, app: App) -> None:
    facts = [name for name in app.knowledge.asks if app.knowledge.facts[name].type == "count"][:2]
    event = await begun(app)
    await app.reply(event, Choices(action="fix", options=tuple(Option(value=each, label=each) for each in facts)))
    message = last(app, event)
    for number, fact in enumerate(facts, 2):
        await press(app, slack.alice, message, fact)
        view = await form_of(slack, slack.alice)
        await slack.submit(view, {fact: str(number)})
        assert (await app.took(number))[-1].body == Answered(facts={fact: number}, corrects=True)


async def test_samples_are_pasted_into_a_form_with_files(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, NEXT)
    await press(app, slack.alice, last(app, event), "Paste samples")
    view = await form_of(slack, slack.alice)
    file = slack.upload(slack.alice, "tickets.jsonl", b'{"input": "a", "output": "b"}\n')
    await slack.submit(view, {"samples": "input: hi\noutput: Hello!", "files": [file]})
    pasted = (await app.took(2))[1]
    assert isinstance(pasted.body, Pasted) and pasted.body.text.startswith("input: hi")
    assert [each.name for each in pasted.body.files] == ["tickets.jsonl"]
    assert pasted.conversation == event.conversation


async def test_a_form_that_was_tampered_with_is_refused(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="try")
    view = await form_of(slack, slack.alice)
    for metadata in (
        "",
        "{}",
        "[]",
        '{"c": "slack:T1:C1:1.2", "s": "trial.paste~x~y", "at": 1}',
        view.private_metadata.replace(slack.alice, slack.bob),
    ):
        view.body["private_metadata"] = metadata
        ack = await slack.submit(view, {"samples": "input: hi\noutput: Hello!"})
        assert ack.body == {"response_action": "errors", "errors": {"samples": NOT_YOURS}}
    assert app.taken == []


async def test_a_form_answers_nothing_but_what_it_asked(slack: FakeSlack, app: App) -> None:
    asked, other = [name for name in app.knowledge.asks if app.knowledge.facts[name].type == "count"][:2]
    event = await begun(app)
    await app.reply(event, Choices(action="fix", options=tuple(Option(value=f, label=f) for f in (asked, other))))
    views: dict[str, View] = {}
    for fact in (asked, other):
        await press(app, slack.alice, last(app, event), fact)
        views[fact] = await form_of(slack, slack.alice)
        if fact == asked:
            await slack.close_view(views[fact])
    views[other].body["private_metadata"] = views[asked].private_metadata
    ack = await slack.submit(views[other], {other: "7"})
    assert ack.body == {"response_action": "errors", "errors": {other: NOT_YOURS}}
    assert [each for each in app.bodies() if isinstance(each, Answered)] == []


async def test_no_answer_goes_to_an_address_that_is_not_slacks(slack: FakeSlack, app: App) -> None:
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0) as elsewhere:
        port = elsewhere.sockets[0].getsockname()[1]
        await slack.command(slack.alice, slack.general, text="try")
        view = await form_of(slack, slack.alice)
        carried = json.loads(view.private_metadata)
        carried["u"] = f"http://127.0.0.1:{port}/"
        view.body["private_metadata"] = json.dumps(carried)
        await slack.submit(view, {"samples": "input: hi\noutput: Hello!"})
        (pasted,) = await app.took()
        await app.reply(pasted, Text(markdown="Private words."))
        (said,) = slack.said(slack.general, None, slack.alice)
    assert "Private words." in text_of(said) and heard == []


def test_every_form_of_the_knowledge_can_be_opened(app: App) -> None:
    assert all(opened_by(app.knowledge, "fix", (fact,)) for fact in app.knowledge.asks)
