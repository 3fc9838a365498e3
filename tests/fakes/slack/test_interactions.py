"""Commands, buttons, menus, forms and the urls they are answered by: what they carry and what is refused."""

import json

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.slack import FakeSlack, Message
from tests.fakes.slack.raw import SECTION, actions, bare_app, button, client, field_of, modal, plain, refused
from tests.fakes.slack.state import Json

THUMBS: Json = {
    "type": "feedback_buttons",
    "action_id": "thumbs",
    "positive_button": {"text": plain("Good"), "value": "good"},
    "negative_button": {"text": plain("Bad"), "value": "bad"},
}
MENU: Json = {
    "type": "static_select",
    "action_id": "menu",
    "options": [{"text": plain("Yes"), "value": "y"}, {"text": plain("No"), "value": "n"}],
}
TEXT: Json = {"type": "plain_text_input", "action_id": "x"}


def answers(body: Json) -> web.Response:
    return web.json_response(body)


async def posted(slack: FakeSlack, *blocks: Json) -> Message:
    await client(slack).chat_postMessage(channel=slack.general, text="t", blocks=list(blocks))
    return slack.said(slack.general)[-1]


OK = '{"ok": true}'


async def respond(url: str, **body: object) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.post(url, json=body) as answer:
        return answer.status, await answer.text()


async def test_a_button_carries_its_message_and_an_ephemeral_one_does_not() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        message = await posted(slack, actions(button("go", "7")))
        await slack.press(slack.alice, message, "go")
        payload = app.got[-1]
        assert payload["actions"][0]["value"] == "7"
        assert payload["message"]["ts"] == message.ts == payload["container"]["message_ts"]
        ids = {"channel": slack.general, "user": slack.bob, "text": "t"}
        await client(slack).chat_postEphemeral(**ids, blocks=[actions(button("only"))])
        private = slack.said(slack.general)[-1]
        await slack.press(slack.bob, private, "only")
        assert "message" not in app.got[-1]
        assert app.got[-1]["container"]["is_ephemeral"] is True
        with pytest.raises(AssertionError, match="does not see"):
            await slack.press(slack.alice, private, "only")


async def test_a_menu_a_thumb_and_what_was_picked_before() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        thumbs = {"type": "context_actions", "elements": [THUMBS]}
        message = await posted(slack, actions(MENU, button("go")), thumbs)
        await slack.select(slack.alice, message, "menu", "No")
        assert app.got[-1]["actions"][0]["selected_option"]["value"] == "n"
        await slack.press(slack.alice, message, "thumbs", "bad")
        assert app.got[-1]["actions"][0]["value"] == "bad"
        await slack.press(slack.alice, message, "go")
        (state,) = app.got[-1]["state"]["values"].values()
        assert state["menu"]["selected_option"]["value"] == "n"
        with pytest.raises(AssertionError, match="does not offer"):
            await slack.select(slack.alice, message, "menu", "Maybe")


async def test_a_button_that_is_gone_is_pressed_only_on_a_stale_screen() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        message = await posted(slack, actions(button("go")))
        await client(slack).chat_update(channel=slack.general, ts=message.ts, text="done", blocks=[SECTION])
        with pytest.raises(AssertionError, match="There is no go"):
            await slack.press(slack.alice, message, "go")
        await slack.press(slack.alice, message, "go", stale=True)
        assert app.got[-1]["actions"][0]["action_id"] == "go"


async def test_a_response_url_works_five_times_in_half_an_hour() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        message = await posted(slack, actions())
        await slack.press(slack.alice, message, "go")
        url: str = app.got[-1]["response_url"]
        assert await respond(url, text="psst") == (200, OK)
        assert slack.seen(slack.general, user=slack.bob)[-1] is message
        assert await respond(url, text="all", response_type="in_channel") == (200, OK)
        assert slack.seen(slack.general, user=slack.bob)[-1].text == "all"
        assert await respond(url, text="new", replace_original=True) == (200, OK)
        assert (message.text, message.blocks) == ("new", [])
        with slack.expect_offence("invalid_blocks"):
            assert await respond(url, text="t", blocks=[{"type": "poem"}]) == (
                200,
                '{"ok": false, "error": "invalid_blocks"}',
            )
        assert await respond(url, delete_original=True) == (200, OK)
        assert message not in slack.seen(slack.general)
        with slack.expect_offence("used_url"):
            assert await respond(url, text="sixth") == (404, "used_url")
        assert (await respond(url.rpartition("/")[0] + "/made-up", text="t"))[0] == 404
        other = await posted(slack, actions())
        await slack.press(slack.alice, other, "go")
        slack.pass_time(1801)
        with slack.expect_offence("expired_url"):
            assert await respond(app.got[-1]["response_url"], text="late") == (404, "expired_url")


async def test_a_response_without_a_message_has_nothing_to_replace() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.command(slack.alice, slack.general)
        with slack.expect_offence("nothing_to_replace"):
            await respond(app.got[-1]["response_url"], text="t", replace_original=True)


async def test_a_command_has_fields_and_an_answer_for_one() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        app.answers.append(answers({"text": "for you"}))
        await slack.command(slack.alice, slack.general, text=f"ask <@{slack.bob}>")
        assert app.got[-1]["text"] == f"ask <@{slack.bob}|bob>"
        assert [one.text for one in slack.seen(slack.general, user=slack.alice)] == ["for you"]
        assert slack.seen(slack.general, user=slack.bob) == []


async def test_a_trigger_opens_one_view_within_three_seconds() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        web_ = client(slack)
        await slack.shortcut(slack.alice, "start")
        trigger: str = app.got[-1]["trigger_id"]
        await web_.views_open(trigger_id=trigger, view=modal())
        assert await refused(web_.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
        assert await refused(web_.views_open(trigger_id="1.2.made-up", view=modal())) == "invalid_trigger_id"
        await slack.shortcut(slack.alice, "start")
        slack.pass_time(3.1)
        late = web_.views_open(trigger_id=app.got[-1]["trigger_id"], view=modal())
        assert await refused(late) == "expired_trigger_id"
        await slack.shortcut(slack.alice, "start")
        with slack.expect_offence("invalid_view"):
            bad = web_.views_open(trigger_id=app.got[-1]["trigger_id"], view=modal(title=plain("x" * 25)))
            assert await refused(bad) == "invalid_arguments"
        # A view that was refused has not spent its trigger.
        fat = modal(*({"type": "section", "text": plain("x" * 3000)} for _ in range(90)))
        assert await refused(web_.views_open(trigger_id=app.got[-1]["trigger_id"], view=fat)) == "view_too_large"
        await web_.views_open(trigger_id=app.got[-1]["trigger_id"], view=modal())


async def opened(slack: FakeSlack, trigger: str, view: Json) -> Json:
    body: Json = (await client(slack).views_open(trigger_id=trigger, view=view))["view"]
    return body


async def test_views_change_under_their_hash_and_stack_three_high() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        web_ = client(slack)
        await slack.shortcut(slack.alice, "start")
        view = modal(field_of(TEXT), actions(button("more")), external_id="e1")
        shown = await opened(slack, app.got[-1]["trigger_id"], view)
        await web_.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        stale = web_.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        assert await refused(stale) == "hash_conflict"
        await web_.views_update(external_id="e1", view=view)
        assert await refused(web_.views_update(view_id="V404", view=modal())) == "not_found"
        again = web_.views_open(trigger_id=slack.new_trigger(slack.home_team.id, slack.bob), view=view)
        assert await refused(again) == "duplicate_external_id"
        for depth in (2, 3):
            top = slack.modal(slack.alice)
            assert top
            await slack.press(slack.alice, top, "more")
            pushed = modal(actions(button("more")), title=plain(f"Level {depth}"))
            await web_.views_push(trigger_id=app.got[-1]["trigger_id"], view=pushed)
        top = slack.modal(slack.alice)
        assert top and top.title == "Level 3"
        await slack.press(slack.alice, top, "more")
        fourth = web_.views_push(trigger_id=app.got[-1]["trigger_id"], view=modal())
        assert await refused(fourth) == "push_limit_reached"
        await slack.close_view(top)
        top = slack.modal(slack.alice)
        assert top and top.title == "Level 2"


async def test_a_form_is_filled_in_as_its_fields_allow() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.shortcut(slack.alice, "start")
        fields = (
            field_of({**TEXT, "max_length": 5}, "words"),
            field_of(MENU, "choice", optional=True),
            field_of({"type": "file_input", "action_id": "f", "filetypes": ["csv"]}, "sheet", optional=True),
            field_of({"type": "number_input", "action_id": "n", "is_decimal_allowed": False}, "count", optional=True),
        )
        await opened(slack, app.got[-1]["trigger_id"], modal(*fields, callback_id="facts"))
        form = slack.modal(slack.alice)
        assert form
        for wrong, words in (
            ({}, "Required and empty"),
            ({"words": "too long"}, "0 to 5 characters"),
            ({"words": "ok", "choice": "Maybe"}, "does not offer"),
            ({"words": "ok", "sheet": [slack.upload(slack.alice, "a.exe", b"")]}, "Only"),
            ({"words": "ok", "count": "1.5"}, "whole number"),
            ({"words": "ok", "colour": "red"}, "has no"),
        ):
            with pytest.raises(AssertionError, match=words):
                await slack.submit(form, wrong)
        app.answers.append(answers({"response_action": "errors", "errors": {"words": "Say more."}}))
        ack = await slack.submit(form, {"words": "ok", "choice": "Yes", "count": 3})
        assert ack.body["errors"] == {"words": "Say more."}
        values = app.got[-1]["view"]["state"]["values"]
        assert values["words"]["x"] == {"type": "plain_text_input", "value": "ok"}
        assert values["choice"]["menu"]["selected_option"]["value"] == "y"
        assert values["count"]["n"]["value"] == "3"
        assert slack.modal(slack.alice) is form
        app.answers.append(answers({"response_action": "update", "view": modal(title=plain("Next"))}))
        await slack.submit(form, {"words": "more", "sheet": [slack.upload(slack.alice, "a.csv", b"a,b")]})
        assert app.got[-1]["view"]["state"]["values"]["sheet"]["f"]["files"][0]["name"] == "a.csv"
        assert form.title == "Next"
        await slack.submit(form, {"x": "done"})
        assert slack.modal(slack.alice) is None
        with pytest.raises(AssertionError, match="not open"):
            await slack.submit(form, {"x": "again"})


@pytest.mark.parametrize(
    ("answer", "offence"),
    [
        ({"response_action": "errors", "errors": {"nowhere": "no"}}, "bad_errors"),
        ({"response_action": "errors", "errors": {}}, "bad_errors"),
        ({"response_action": "dance"}, "bad_response_action"),
        ({"text": "thanks"}, "bad_response_action"),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_view"),
    ],
)
async def test_an_answer_to_a_form_that_slack_would_not_take(answer: Json, offence: str) -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.shortcut(slack.alice, "start")
        await opened(slack, app.got[-1]["trigger_id"], modal())
        form = slack.modal(slack.alice)
        assert form
        app.answers.append(answers(answer))
        with slack.expect_offence(offence):
            await slack.submit(form, {"x": "words"})


async def test_a_home_is_published_under_its_hash() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        web_ = client(slack)
        home = {"type": "home", "blocks": [SECTION, actions(button("start"))]}
        first = (await web_.views_publish(user_id=slack.alice, view=home))["view"]
        await web_.views_publish(user_id=slack.alice, view=home, hash=first["hash"])
        stale = web_.views_publish(user_id=slack.alice, view=home, hash=first["hash"])
        assert await refused(stale) == "hash_conflict"
        assert await refused(web_.views_publish(user_id="U404", view=home)) == "user_not_found"
        view = slack.home(slack.alice)
        assert view and slack.home(slack.bob) is None
        await slack.press(slack.alice, view, "start")
        assert app.got[-1]["container"] == {"type": "view", "view_id": view.id}
        assert "response_url" not in app.got[-1]


async def test_a_menu_asks_the_app_for_its_options() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        app.answers.append(answers({"options": [{"text": plain("Yes"), "value": "y"}]}))
        ack = await slack.suggest(slack.alice, "menu", "ye")
        assert ack.body["options"][0]["value"] == "y"
        payload = app.got[-1]
        assert (payload["type"], payload["action_id"], payload["value"]) == ("block_suggestion", "menu", "ye")
        assert "trigger_id" not in payload


async def test_a_message_shortcut_carries_the_message() -> None:
    async with FakeSlack(scopes=("commands",)) as slack, bare_app(slack) as app:
        message = await slack.say(slack.bob, slack.outside, "Should we?")
        await slack.message_shortcut(slack.alice, message, "assess")
        payload = app.got[-1]
        assert (payload["type"], payload["message"]["text"]) == ("message_action", "Should we?")
        assert json.dumps(payload["channel"]) == json.dumps({"id": slack.outside, "name": "outside"})


async def test_markdown_comes_back_as_rich_text() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        said = [{"type": "markdown", "block_id": "ours", "text": "**One.**\n\n```\n<b>\n```\n\nTwo."}, actions()]
        posted_ = await client(slack).chat_postMessage(channel=slack.general, text="t", blocks=said)
        await slack.press(slack.alice, slack.said(slack.general)[-1], "go")
        for blocks in (posted_["message"]["blocks"], app.got[-1]["message"]["blocks"]):
            assert [one["type"] for one in blocks] == ["rich_text"] * 3 + ["actions"]
            assert "ours" not in [one["block_id"] for one in blocks]
