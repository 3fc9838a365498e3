"""What an event only names, fetched by the worker: names, files, what was said before; and who manages."""

from pathlib import Path

import pytest

from adapters.slack import ids
from bot.chat.events import Attached, Earlier, Event, Pressed, Said
from bot.chat.reply import Text
from bot.consultation.model import Consultation
from tests.fakes.slack import BOT_SCOPES, FakeSlack
from tests.slack.app import App, running


async def late(app: App, words: int = 3) -> Event:
    """Mention the advisor in a thread in which this much was said before."""
    slack = app.slack
    root = await slack.say(slack.alice, slack.general, "our replies never keep our tone")
    for number in range(1, words):
        await slack.say(
            slack.bob if number % 2 else slack.alice, slack.general, f"we have {number}00 examples", root.ts
        )
    await slack.say(slack.robot, slack.general, "build 12 passed", root.ts)
    await slack.say(slack.bob, slack.general, f"<@{slack.bot}> what do you think?", root.ts)
    await slack.say(slack.bob, slack.general, "hello?", root.ts)
    return next(each for each in await app.took() if each.late)


# Names


async def test_the_author_has_a_name_and_is_asked_for_once(slack: FakeSlack, app: App) -> None:
    for _ in range(3):
        await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
    for event in await app.took(3):
        [brought] = await app.platform.enrich(event)
        assert brought.name == "alice"
        assert brought.model_copy(update={"name": None}) == event
    assert len(slack.called("users.info")) == 1


async def test_without_the_scope_there_is_no_name_and_no_error(tmp_path: Path) -> None:
    scopes = tuple(each for each in BOT_SCOPES if each != "users:read")
    async with FakeSlack(scopes=scopes) as slack, running(slack, tmp_path / "home", http=True) as app:
        await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
        [event] = await app.took()
        for _ in range(3):
            [brought] = await app.platform.enrich(event)
            assert brought.name is None
        assert len(slack.called("users.info")) == 1
        assert not await app.platform.is_admin(event)


@pytest.mark.parametrize(("who", "may"), [("admin", True), ("alice", False)])
async def test_admins_manage(slack: FakeSlack, app: App, who: str, may: bool) -> None:
    user: str = getattr(slack, who)
    await slack.say(user, slack.dm(user), "should we finetune?")
    assert await app.platform.is_admin((await app.took())[0]) is may


async def test_who_cannot_be_looked_up_manages_nothing(slack: FakeSlack, app: App) -> None:
    await slack.say(slack.admin, slack.dm(slack.admin), "off")
    slack.refuse("users.info", "internal_error")
    assert not await app.platform.is_admin((await app.took())[0])


# Files


async def test_each_file_becomes_an_event_of_its_own(slack: FakeSlack, app: App) -> None:
    good = slack.upload(slack.alice, "tickets.csv", "input,output\nä,b\n".encode(), "text/csv")
    picture = slack.upload(slack.alice, "shot.png", b"\x89PNG\r\n\x1a\n\x00", "image/png")
    await slack.say(slack.alice, slack.dm(slack.alice), "these are ours", files=[good, picture])
    event, *attached = await app.platform.enrich((await app.took())[0])
    assert isinstance(event.body, Said)
    first, second = [each.body for each in attached]
    assert isinstance(first, Attached) and (first.name, first.content) == ("tickets.csv", "input,output\nä,b\n")
    assert isinstance(second, Attached) and second.problem and not second.content
    assert {each.message for each in attached} == {event.message}


async def test_more_files_than_are_read_are_said(slack: FakeSlack, app: App) -> None:
    files = [slack.upload(slack.alice, f"{n}.txt", b"words") for n in range(12)]
    await slack.say(slack.alice, slack.dm(slack.alice), files=files)
    _, *attached = await app.platform.enrich((await app.took())[0])
    bodies = [each.body for each in attached if isinstance(each.body, Attached)]
    assert len(bodies) == 12 and [bool(each.problem) for each in bodies] == [False] * 10 + [True] * 2


async def test_files_of_a_form_keep_what_the_form_is_for(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="dataset")
    view = await slack.until(lambda: slack.modal(slack.alice))
    assert view
    file = slack.upload(slack.alice, "train.jsonl", b'{"messages": []}\n')
    await slack.submit(view, {"files": [file]})
    _, attached = await app.platform.enrich((await app.took())[0])
    assert isinstance(attached.body, Attached) and attached.body.purpose == "dataset"


# What was said before


async def test_what_people_said_before_comes_first(slack: FakeSlack, app: App) -> None:
    event = await late(app)
    earlier, brought = await app.platform.enrich(event)
    assert isinstance(earlier.body, Earlier) and earlier.body.complete
    alice, bob = (ids.author(slack.home_team.id, each) for each in (slack.alice, slack.bob))
    assert {line.by for line in earlier.body.lines} == {event.author} == set(earlier.body.names)
    assert (len(earlier.body.lines) + earlier.body.others, earlier.body.people) == (3, 1)
    press = event.model_copy(update={"body": Pressed(action="earlier", values=(event.message,)), "message": "nonce"})
    (others,) = await app.platform.enrich(press)
    assert isinstance(others.body, Earlier) and others.body.given
    assert [line.text for line in others.body.lines] == [
        "our replies never keep our tone",
        "we have 100 examples",
        "we have 200 examples",
    ]
    assert [line.by for line in others.body.lines] == [alice, bob, alice]
    assert others.body.names == {alice: "alice", bob: "bob"}
    assert earlier.message == brought.message and isinstance(brought.body, Said)


async def test_it_is_one_call_however_often_the_turn_is_tried(slack: FakeSlack, app: App) -> None:
    event = await late(app)
    first = await app.platform.enrich(event)
    assert await app.platform.enrich(event) == first
    assert len(slack.called("conversations.replies")) == 1


async def test_our_own_transcript_is_not_read_again(slack: FakeSlack, app: App) -> None:
    event = await late(app)
    await app.store.commit(
        event.conversation, 0, Consultation(id=event.conversation, started=event.at, updated=event.at)
    )
    [brought] = await app.platform.enrich(event)
    assert isinstance(brought.body, Said) and not slack.called("conversations.replies")


async def test_a_rationed_app_says_how_much_it_could_read(tmp_path: Path) -> None:
    async with FakeSlack(unlisted=True) as slack, running(slack, tmp_path / "home", http=True) as app:
        event = await late(app, words=30)
        earlier, _ = await app.platform.enrich(event)
        assert isinstance(earlier.body, Earlier) and not earlier.body.complete
        assert 0 < len(earlier.body.lines) <= 15
        slack.check()


@pytest.mark.parametrize("how", ["scope", "limit", "down"])
async def test_a_thread_that_cannot_be_read_is_said(tmp_path: Path, how: str) -> None:
    scopes = tuple(each for each in BOT_SCOPES if each != "channels:history") if how == "scope" else BOT_SCOPES
    async with FakeSlack(scopes=scopes) as slack, running(slack, tmp_path / "home", http=True) as app:
        event = await late(app)
        if how == "limit":
            slack.limit("conversations.replies", retry_after=60)
        elif how == "down":
            slack.fail("conversations.replies", times=5)
        earlier, brought = await app.platform.enrich(event)
        assert earlier.body == Earlier(lines=(), complete=False) and brought.message == event.message


async def test_nobody_waits_for_what_an_answer_can_do_without(slack: FakeSlack, app: App) -> None:
    methods = ("users.info", "conversations.replies", "agents.sessions.setStatus")
    for method in methods:
        slack.limit(method, retry_after=60)
    dm = slack.dm(slack.alice)
    for count in (1, 2):
        root = await slack.say(slack.alice, dm, "should we finetune?")
        event = (await app.took(count))[-1]
        [brought] = await app.platform.enrich(event)
        assert brought.name is None
        await app.reply(event, Text(markdown="What have you tried?"))
        assert slack.said(dm, root.ts)
    earlier, _ = await app.platform.enrich(await late(app))
    assert earlier.body == Earlier(lines=(), complete=False)
    assert [len(slack.called(method)) for method in methods] == [1, 1, 1], "Slack is left alone with what it refused"


async def test_nothing_said_after_the_mention_is_earlier(slack: FakeSlack, app: App) -> None:
    earlier, _ = await app.platform.enrich(await late(app))
    assert isinstance(earlier.body, Earlier)
    assert not [line for line in earlier.body.lines if "hello" in line.text or "think" in line.text]
