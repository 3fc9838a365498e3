"""The picture of a conversation has everything in it that people see, and nothing that runs."""

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.paint import page
from tests.fakes.slack.raw import actions, bare_app, button, client, field_of, modal, plain
from tests.fakes.slack.state import Json

EVERY_BLOCK: list[Json] = [
    {"type": "header", "text": plain("A heading")},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*bold* and `code`"}, "accessory": button("side")},
    {"type": "divider"},
    {"type": "markdown", "text": "# Head\n- **one**\n```\nx = 1\n```"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "head"}], [{"type": "raw_text", "text": "cell"}]]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
    actions(button("go")),
]


async def test_a_page_shows_every_block_and_escapes_words() -> None:
    async with FakeSlack() as slack:
        await slack.say(slack.alice, slack.general, f"<@{slack.bot}> <script>alert(1)</script>")
        await client(slack).chat_postMessage(channel=slack.general, text="t", blocks=EVERY_BLOCK)
        await client(slack).chat_postEphemeral(channel=slack.general, user=slack.alice, text="psst *bold* `code`")
        upload = {"file_uploads": [{"file": b"\x89PNG", "filename": "c.png", "alt_txt": "Cost falls"}]}
        await client(slack).files_upload_v2(channel=slack.general, **upload)
        shown = page(slack, slack.seen(slack.general))
        assert "<script>" not in shown
        assert "@finetune" in shown
        for words in (
            "A heading",
            "<b>bold</b>",
            "<code>code</code>",
            "Only visible to you",
            "Cost falls",
            "data:image/png",
        ):
            assert words in shown, words
        assert "<td>cell</td>" in shown
        assert ">Go</span>" in shown
        slack.check()


async def test_a_form_is_shown_with_its_fields_and_buttons() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.shortcut(slack.alice, "start")
        menu = {"type": "radio_buttons", "action_id": "r", "options": [{"text": plain("Yes"), "value": "y"}]}
        view = modal(field_of(menu, optional=True), actions(button("go")))
        await client(slack).views_open(trigger_id=app.got[-1]["trigger_id"], view=view)
        form = slack.modal(slack.alice)
        assert form
        shown = page(slack, [form])
        for words in ("Title", "Label", "(optional)", "Yes", "Send"):
            assert words in shown, words
