"""Answers of the Web API as Slack has published them, with values of ours, in the place of the fake's.

What is in each is taken from slackapi/slack-api-specs (web-api/slack_web_openapi_v2.json), which
has none for the calls that came later (streams, uploads in three steps).
"""

from pathlib import Path
from typing import Any

from adapters.slack import ids
from adapters.slack.auth import oauth
from adapters.slack.files import fetched, ref_of
from adapters.slack.manifest import GLOBAL_SHORTCUT
from bot.chat.events import Earlier, Said
from bot.platform.port import Delivered
from tests.fakes.slack import FakeSlack, text_of
from tests.slack.app import App, running
from tests.slack.delivery import bench
from tests.slack.inbound.test_components import button, form_of
from tests.slack.inbound.test_enrich import late
from tests.slack.inbound.test_shortcuts import held, home_of
from tests.slack.outbound.test_deliver import PICTURE

Json = dict[str, Any]
ROOT, REPLY = "1790000001.003543", "1790000002.017503"


def user(slack: FakeSlack, who: str, **more: Any) -> Json:
    """Return the answer of users.info."""
    team = slack.home_team.id
    profile = {"display_name": "spengler", "real_name": "Egon Spengler", "team": team, "status_text": "Away"}
    rights = {"is_admin": True, "is_owner": False, "is_primary_owner": False, "is_restricted": False}
    known = {"id": who, "team_id": team, "name": "egon", "deleted": False, "is_bot": False, "is_app_user": False}
    return {"ok": True, "user": {**known, **rights, "real_name": "Egon Spengler", "profile": profile, **more}}


async def test_who_somebody_is(slack: FakeSlack, app: App) -> None:
    slack.instead("users.info", user(slack, slack.bob))
    await slack.say(slack.bob, slack.general, f"<@{slack.bot}> should we finetune?")
    [event] = await app.took()
    [named] = await app.platform.enrich(event)
    assert named.name == "spengler" and await app.platform.is_admin(event)


async def test_who_the_bot_is(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        team = slack.home_team
        slack.instead(
            "auth.test",
            {
                "ok": True,
                "url": "https://acme.slack.com/",
                "team": "Acme",
                "user": "advisor",
                "team_id": team.id,
                "user_id": slack.bot,
            },
        )
        async with running(slack, tmp_path / "home", http=True) as app:
            await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
            _, said = await app.only(Said)
            assert said.text == "should we finetune?" and app.taken[0].workspace == team.id


async def test_what_was_said_in_a_thread(slack: FakeSlack, app: App) -> None:
    event = await late(app)
    place = ids.place(event.conversation)
    first = {"type": "message", "user": slack.alice, "text": "our tone is off", "thread_ts": place.thread}
    answer = {"type": "message", "user": slack.bob, "text": "in every reply", "thread_ts": place.thread}
    slack.instead(
        "conversations.replies",
        {
            "ok": True,
            "messages": [
                {**first, "reply_count": 1, "subscribed": True, "unread_count": 0, "ts": ROOT, "last_read": REPLY},
                {**answer, "parent_user_id": slack.alice, "ts": REPLY},
            ],
            "has_more": True,
            "response_metadata": {"next_cursor": "bmV4dF90czoxNDg0Njc4MjkwNTE3MDkx"},
        },
    )
    earlier, *_ = await app.platform.enrich(event)
    assert isinstance(earlier.body, Earlier) and not earlier.body.complete
    said = [line.text for line in earlier.body.lines]
    assert "in every reply" in said and len(said) + earlier.body.others == 2


def test_what_a_code_buys() -> None:
    answer: Json = {
        "ok": True,
        "access_token": "xoxb-7",
        "token_type": "bot",
        "scope": "app_mentions:read,chat:write",
        "bot_user_id": "U7",
        "app_id": "A7",
        "team": {"name": "Acme", "id": "T7"},
        "enterprise": {"name": "Grid", "id": "E7"},
        "authed_user": {"id": "U8", "scope": "chat:write", "access_token": "xoxp-8", "token_type": "user"},
    }
    made = oauth.installation_of(answer, 5.0)
    assert (made.enterprise, made.team, made.token, made.bot_user) == ("E7", "T7", "xoxb-7", "U7")
    assert made.scopes == ("app_mentions:read", "chat:write") and made.refresh is None and made.expires is None


async def test_where_somebodys_direct_messages_are(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        dm = at.slack.dm(at.slack.alice)
        at.slack.instead("conversations.open", {"channel": {"id": dm}, "ok": True})
        assert await at.say(PICTURE, to=at.own(at.slack.general)) == Delivered()
        assert [file.alt_text for message in at.said(dm) for file in message.files] == [PICTURE.alt]


async def test_where_a_file_is(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        held = at.slack.upload(at.slack.alice, "pairs.csv", b"a,b")
        file: Json = {
            "id": held.id,
            "name": "pairs.csv",
            "title": "pairs.csv",
            "mimetype": "text/csv",
            "filetype": "csv",
            "size": 3,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "editable": False,
            "is_public": True,
            "channels": [at.slack.general],
            "groups": [],
            "ims": [],
            "url_private": held.url,
            "url_private_download": held.url,
            "user": at.slack.alice,
            "username": "",
        }
        more: Json = {"comments": [], "response_metadata": {"next_cursor": "dGVhbTpDMUg5UkVTR0w="}}
        at.slack.instead("files.info", {"ok": True, "file": file, **more})
        given = ref_of({"id": held.id, "name": "pairs.csv", "file_access": "check_file_info"})
        read = await fetched(given, await at.clients.client(at.team), at.clients.session())
        assert read.content == "a,b"


async def test_where_a_message_was_posted(slack: FakeSlack, app: App) -> None:
    await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
    view = await form_of(slack, slack.alice)
    message: Json = {"type": "message", "subtype": "bot_message", "bot_id": "B7", "username": "advisor", "ts": ROOT}
    message |= {"text": "You asked", "attachments": [{"text": "a", "id": 1, "fallback": "a"}]}
    channel = slack.dm(slack.alice)
    slack.instead("chat.postMessage", {"ok": True, "channel": channel, "ts": ROOT, "message": message})
    await slack.submit(view, {"goal": "our replies never keep our tone"})
    event, _ = await app.only(Said)
    assert event.conversation == ids.conversation(ids.Place(slack.home_team.id, channel, thread=ROOT))


async def test_the_address_of_a_message(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.bob, slack.general, "tone")
    await held(app, slack.general, slack.alice, "Our support replies never keep our tone", thread=root.ts)
    await slack.open_home(slack.alice)
    view = await home_of(app, slack.alice)
    address = f"https://acme.slack.com/archives/{slack.general}/p135854651500008"
    slack.instead("chat.getPermalink", {"ok": True, "channel": slack.general, "permalink": address})
    await slack.press(slack.alice, view, *button(view, "Where it is"))
    await slack.until(lambda: (told := slack.modal(slack.alice)) and address in text_of(told))
