"""What people write, and what becomes of it: stored once, as what they meant, or left alone."""

from pathlib import Path
from typing import Any

import pytest

from adapters.slack import ids
from adapters.slack.auth.installations import Installations
from adapters.slack.inbound.messages import files_of, read
from bot.chat.events import Deleted, Edited, Pressed, Said
from bot.chat.reply import Reply, Text
from bot.platform.port import Delivery, Rejected
from bot.samples.parse import Given, from_message
from bot.service.limits import TOLD
from bot.store.consultations import open_store
from tests.fakes.slack import FakeSlack, delivery, posting
from tests.slack.app import App, running, settings
from tests.slack.tokens import PUBLIC_URL, SECRET_KEY, installation


def thread(slack: FakeSlack, channel: str, ts: str) -> str:
    return ids.conversation(ids.Place(slack.home_team.id, channel, thread=ts))


# Mentions and follow-ups


async def test_a_mention_is_taken_once_although_slack_tells_it_twice(either: App) -> None:
    slack = either.slack
    root = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    event, said = await either.only(Said)
    assert said.text == "should we finetune?"
    assert event.conversation == thread(slack, slack.general, root.ts)
    assert (event.channel, event.message, event.author) == (
        slack.general,
        root.ts,
        ids.author(slack.home_team.id, slack.alice),
    )
    assert event.addressed == "us" and not event.private and not event.late
    assert sorted(ack.what for ack in slack.acks if ack.ok) == ["app_mention", "message"]


async def test_a_mention_by_either_event_means_the_same(slack: FakeSlack, app: App) -> None:
    slack.events = tuple(each for each in slack.events if each != "app_mention")
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    [by_message] = await app.took()
    slack.events = ("app_mention",)
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    by_mention = (await app.took(2))[1]
    same = by_message.model_dump(exclude={"conversation", "message", "at", "via"})
    assert by_mention.model_dump(exclude={"conversation", "message", "at", "via"}) == same


async def test_of_a_flood_no_more_is_taken_than_is_told_so_and_who_deletes_is_heard(slack: FakeSlack, app: App) -> None:
    room, most = slack.dm(slack.alice), 20 + TOLD
    for n in range(most + 2):
        await slack.say(slack.alice, room, f"our tone is off {n}")
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    await slack.say(slack.alice, room, "forget")
    await slack.say(slack.bob, slack.dm(slack.bob), "should we finetune?")
    said = [event.body.text for event in await app.took(most + 2) if isinstance(event.body, Said)]
    assert said == [*(f"our tone is off {n}" for n in range(most)), "forget", "should we finetune?"]
    assert all(ack.ok for ack in slack.acks)


async def test_a_mention_in_a_thread_of_others_comes_late(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.alice, slack.general, "our replies never keep our tone")
    await slack.say(slack.bob, slack.general, f"what do you think, <@{slack.bot}>?", root.ts)
    event, said = await app.only(Said)
    assert event.late and event.conversation == thread(slack, slack.general, root.ts)
    assert said.text == "what do you think?"


async def test_a_follow_up_needs_no_mention_where_the_advisor_is(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    await slack.say(slack.bob, slack.general, "we have 400 examples", root.ts)
    follow = (await app.took(2))[1]
    assert follow.addressed == "people" and follow.conversation == app.taken[0].conversation
    assert isinstance(follow.body, Said) and follow.body.text == "we have 400 examples"


async def test_what_nobody_said_to_the_advisor_is_not_taken(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.alice, slack.general, "lunch?")
    answer = await slack.say(slack.bob, slack.general, "yes", root.ts)
    await slack.edit(answer, "no")
    await slack.delete(answer)
    await slack.join(slack.add_user("carol"), slack.general)
    await slack.say(slack.alice, slack.private, f"ask <@{slack.admin}>, not the bot")
    assert all(ack.ok for ack in slack.acks)
    assert app.taken == []


async def test_an_answer_that_also_goes_to_the_channel_is_heard(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    await slack.say(slack.bob, slack.general, "we have 400 examples", root.ts, broadcast=True)
    assert (await app.took(2))[1].conversation == app.taken[0].conversation


# Direct messages


async def test_a_direct_message_is_private_and_a_thread_of_its_own(either: App) -> None:
    slack = either.slack
    dm = slack.dm(slack.alice)
    first = await slack.say(slack.alice, dm, "should we finetune?")
    await slack.say(slack.alice, dm, "it never keeps our tone", first.ts)
    await slack.say(slack.alice, dm, "another question")
    one, same, other = await either.took(3)
    assert one.private and one.addressed == "us" and not one.late
    assert same.conversation == one.conversation == thread(slack, dm, first.ts) and not same.late
    assert other.conversation != one.conversation


async def test_prompts_are_suggested_where_the_dm_is_opened(slack: FakeSlack, app: App) -> None:
    await slack.open_messages_tab(slack.alice)
    prompts = await slack.until(lambda: slack.prompts.get(slack.dm(slack.alice)))
    assert "Should we finetune?" in [each["title"] for each in prompts or []]


async def test_work_shows_and_ends_with_the_answer(slack: FakeSlack, app: App) -> None:
    dm = slack.dm(slack.alice)
    root = await slack.say(slack.alice, dm, "should we finetune a model for our support replies?")
    [event] = await app.took()
    await app.platform.enrich(event)
    await slack.until(lambda: slack.status(dm, root.ts))
    await slack.until(lambda: slack.session_status(dm, root.ts) == "processing")
    assert slack.sessions[dm, root.ts].title == "should we finetune a model for our support replies?"
    await app.reply(event, Text(markdown="What have you tried?"))
    assert slack.status(dm, root.ts) == ""
    await slack.until(lambda: slack.session_status(dm, root.ts) == "active")


async def test_the_native_stop_button_stops(slack: FakeSlack, app: App) -> None:
    dm = slack.dm(slack.alice)
    root = await slack.say(slack.alice, dm, "should we finetune?")
    [event] = await app.took()
    await app.platform.enrich(event)
    await slack.until(lambda: slack.session_status(dm, root.ts) == "processing")
    await slack.stop_session(slack.alice, dm, root.ts)
    stop = (await app.took(2))[1]
    assert stop.body == Pressed(action="stop") and stop.conversation == event.conversation
    await slack.until(lambda: slack.session_status(dm, root.ts) == "active")


async def test_what_is_refused_leaves_nobody_waiting(slack: FakeSlack, app: App) -> None:
    dm = slack.dm(slack.alice)
    root = await slack.say(slack.alice, dm, "should we finetune?")
    [event] = await app.took()
    await app.platform.enrich(event)
    await slack.until(lambda: slack.session_status(dm, root.ts) == "processing")
    slack.refuse("chat.postMessage", "restricted_action")
    reply = Reply(parts=(Text(markdown="What have you tried?"),), via=event.via)
    outcome = await app.platform.deliver(Delivery(event.conversation, "k", reply, False))
    assert isinstance(outcome, Rejected)
    await slack.until(lambda: slack.session_status(dm, root.ts) == "active" and not slack.status(dm, root.ts))


# Edits and deletions


async def test_edits_and_deletions_follow_the_message(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> we have 40 examples")
    await slack.edit(root, f"<@{slack.bot}> we have 400 examples")
    await slack.edit(root, f"<@{slack.bot}> we have 500 examples")
    await slack.delete(root)
    first, *changes, gone = await app.took(4)
    assert [each.body for each in changes] == [
        Edited(text="we have 400 examples"),
        Edited(text="we have 500 examples"),
    ]
    assert gone.body == Deleted()
    assert {each.message for each in app.taken} == {first.message}
    assert len({each.edition for each in app.taken}) == 4
    assert {each.conversation for each in app.taken} == {first.conversation}
    assert all(each.addressed == "known" for each in (*changes, gone))


async def test_an_unfurled_link_is_no_edit(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> see https://example.com/")
    await app.took()
    previous = posting.change(slack, root, root.text, root.blocks, edited=False)
    await posting.announce_change(slack, root, previous)
    assert len(app.taken) == 1


# Files


async def test_files_are_named_and_not_fetched_before_the_acknowledgement(slack: FakeSlack, app: App) -> None:
    file = slack.upload(slack.alice, "tickets.csv", b"input,output\na,b\n", "text/csv")
    await slack.say(slack.alice, slack.dm(slack.alice), "these are ours", files=[file])
    _, said = await app.only(Said)
    [named] = said.files
    assert (named.name, named.size) == ("tickets.csv", len(file.content)) and file.id in named.ref
    assert not slack.called("files.info")


# Who is never answered


@pytest.mark.parametrize("where", ["general", "private"])
async def test_other_bots_and_webhooks_are_never_answered(slack: FakeSlack, app: App, where: str) -> None:
    channel: str = getattr(slack, where)
    root = await slack.say(slack.alice, channel, f"<@{slack.bot}> should we finetune?")
    await slack.say(slack.robot, channel, f"<@{slack.bot}> should we finetune?")
    await slack.say(slack.robot, channel, "we have 400 examples", root.ts)
    await slack.webhook(channel, f"<@{slack.bot}> build 12 failed")
    assert len(app.taken) == 1


async def test_the_advisor_does_not_hear_itself(slack: FakeSlack, app: App) -> None:
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    [event] = await app.took()
    before = len(slack.acks)
    await app.reply(event, Text(markdown=f"You asked <@{slack.bot}> whether you should finetune."))
    await slack.until(lambda: len(slack.acks) > before)
    assert len(app.taken) == 1


async def test_everything_that_is_subscribed_has_a_listener(slack: FakeSlack, app: App) -> None:
    await slack.look_at(slack.alice)
    await slack.look_at(slack.alice, {"type": "slack#/types/channel_id", "value": slack.general})
    for kind in (*slack.events, "app_rate_limited", "member_joined_channel"):
        kind = kind.partition(".")[0]
        if kind not in ("app_uninstalled", "tokens_revoked", "message", "app_mention"):
            inner = {"type": kind, "user": slack.alice, "channel": slack.general}
            body = delivery.wrapped(slack, slack.home_team, inner)
            ack = await delivery.attempt(slack, "events_api", kind, body, body["event_id"])
            assert ack.ok, kind
    assert app.taken == []


# Uninstallation


async def test_an_uninstalled_workspace_is_told_apart_and_forgotten(slack: FakeSlack, app: App) -> None:
    await slack.uninstall()
    events = await app.took(2)
    workspace = slack.home_team.id
    assert {each.conversation for each in events} == {f"slack:{workspace}:-:removed"}
    assert {each.workspace for each in events} == {workspace}
    assert {each.body.kind for each in events} == {"removed"}


async def test_across_an_organisation_the_end_is_told_of_all_its_workspaces(tmp_path: Path) -> None:
    async with (
        FakeSlack(enterprise="E1", across=True) as slack,
        running(slack, tmp_path / "home", http=True) as app,
    ):
        body = delivery.wrapped(slack, slack.home_team, {"type": "app_uninstalled"})
        ack = await delivery.attempt(slack, "events_api", "app_uninstalled", body, body["event_id"])
        assert ack.ok
        [gone] = await app.took()
        assert (gone.workspace, gone.organisation) == (f"E1-{slack.home_team.id}", "E1-")
        assert 0 < gone.at.timestamp() - body["event_time"] <= 1, "what came later is another installation's"


async def test_teams_that_an_organisation_takes_out_are_forgotten_and_no_others(tmp_path: Path) -> None:
    async with (
        FakeSlack(enterprise="E1", across=True) as slack,
        running(slack, tmp_path / "home", http=True) as app,
    ):
        await slack.take_out("T7", "T8")
        assert slack.acks[-1].ok
        gone = await app.took(2)
        assert [(each.workspace, each.organisation, each.body.kind) for each in gone] == [
            ("E1-T7", "", "removed"),
            ("E1-T8", "", "removed"),
        ]


@pytest.mark.parametrize("shared", [False, True])
async def test_across_an_organisation_an_event_is_of_the_team_it_comes_from(tmp_path: Path, shared: bool) -> None:
    async with (
        FakeSlack(enterprise="E1", across=True) as slack,
        running(slack, tmp_path / "home", http=True) as app,
    ):
        inner = {
            "type": "app_mention",
            "user": "U1",
            "channel": "C1",
            "ts": "1.2",
            "text": f"<@{slack.bot}> should we?",
        }
        body = delivery.wrapped(slack, slack.home_team, inner)
        if shared:
            home = {"context_team_id": slack.home_team.id, "context_enterprise_id": "E1"}
            body |= {"team_id": "T0STRANGER", "is_ext_shared_channel": True, **home}
        assert (await delivery.attempt(slack, "events_api", "app_mention", body, body["event_id"])).ok
        [event] = await app.took()
        assert event.workspace == f"E1-{slack.home_team.id}", "as of a command, so that what was decided there holds"


async def test_one_token_serves_no_other_workspace(slack: FakeSlack, app: App) -> None:
    other = slack.teams[slack.add_team("Second")]
    inner = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.2", "text": f"<@{slack.bot}> should we?"}
    for team in (other, slack.home_team):
        body = delivery.wrapped(slack, team, dict(inner))
        ack = await delivery.attempt(slack, "events_api", "app_mention", body, body["event_id"])
        assert ack.ok, "else Slack would bring it again"
    [event] = await app.took()
    assert event.workspace == slack.home_team.id


@pytest.mark.parametrize("how", ["uninstall", "revoke_tokens"])
async def test_the_tokens_of_a_workspace_that_leaves_are_deleted(slack: FakeSlack, tmp_path: Path, how: str) -> None:
    oauth: dict[str, Any] = {
        "SLACK_BOT_TOKEN": None,
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "ADVISOR_SECRET_KEY": SECRET_KEY,
        "ADVISOR_PUBLIC_URL": PUBLIC_URL,
    }
    async with running(slack, tmp_path / "home", http=True, **oauth) as app:
        kept = Installations(app.store.connection, app.host.vault)
        await kept.save(installation(slack))
        await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
        await app.reply((await app.took())[0], Text(markdown="What have you tried?"))
        assert slack.said(slack.general)
        await getattr(slack, how)()
        await app.took(2)
    async with open_store(settings(tmp_path / "home", slack)) as store:
        assert await Installations(store.connection, app.host.vault).find(slack.home_team.id) is None


async def test_revoked_tokens_of_people_are_none_of_ours(slack: FakeSlack, app: App) -> None:
    inner = {"type": "tokens_revoked", "tokens": {"oauth": [slack.alice], "bot": []}}
    ack = await delivery.event(slack, slack.home_team, "tokens_revoked", inner)
    assert ack and ack.ok
    assert app.taken == []


# What Slack says itself, and what stands beside the text


async def test_notices_of_slack_itself_are_none_of_ours(slack: FakeSlack, app: App) -> None:
    await slack.notice(slack.dm(slack.alice), "ada archived the channel #old")
    await slack.say(slack.alice, slack.dm(slack.alice), "our tone is off")
    _, said = await app.only(Said)
    assert said.text == "our tone is off"


async def test_a_table_that_was_pasted_is_read_as_samples(slack: FakeSlack, app: App) -> None:
    rows = [["Ticket", "Reply"], ["Where is my order?", "Hi Ana, it is on its way."], ["Refund?", "Done\ntoday."]]
    await slack.paste_table(slack.alice, slack.dm(slack.alice), rows, "these are ours")
    _, said = await app.only(Said)
    assert said.text.startswith("these are ours")
    read = from_message(said.text)
    assert isinstance(read, Given)
    assert [(each.input, each.output) for each in read.pairs] == [(a, b) for a, b in rows[1:]]


async def test_what_was_passed_on_is_heard_with_its_files(slack: FakeSlack, app: App) -> None:
    file = slack.upload(slack.bob, "pairs.csv", b"in,out")
    first = await slack.say(slack.bob, slack.general, f"<@{slack.bot}> it never keeps our tone", files=[file])
    await app.took()
    await slack.forward(slack.alice, first, slack.dm(slack.alice), "is this one for a finetune?")
    event = (await app.took(2))[1]
    said, files = "is this one for a finetune?", files_of(posting.as_json(slack, first), None)
    assert event.body == Said(text=said, files=files, passed_on="it never keeps our tone")
    assert ids.user_of(event.author) == slack.alice


async def test_what_a_link_shows_is_no_edit(slack: FakeSlack, app: App) -> None:
    first = await slack.say(slack.bob, slack.general, "we have 400 examples")
    message = await slack.say(slack.alice, slack.dm(slack.alice), "see this")
    await app.took()
    before = posting.as_json(slack, message)
    message.attachments = [posting.passed_on(slack, first)]
    await posting.announce_change(slack, message, before)
    await slack.say(slack.alice, slack.dm(slack.alice), "and?")
    assert [type(each.body) for each in await app.took(2)] == [Said, Said]


def test_a_group_dm_is_a_thread_of_people() -> None:
    said = {"type": "message", "channel_type": "mpim", "channel": "G123", "user": "U1", "team": "T1", "ts": "1.1"}
    assert read({**said, "text": "we have 400 examples"}, "T1", "UBOT") is None
    mentioned = read({**said, "text": "<@UBOT> should we finetune?"}, "T1", "UBOT")
    assert mentioned is not None and mentioned.addressed == "us" and not mentioned.private
    after = read({**said, "text": "yes", "ts": "1.2", "thread_ts": "1.1"}, "T1", "UBOT")
    assert after is not None and after.addressed == "people" and not after.private
