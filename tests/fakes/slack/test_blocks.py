"""Each documented limit of Block Kit, broken once: the validator says which, and a raw client is refused."""

from typing import Any

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.blocks import WHOLE, problems_of, view_problems
from tests.fakes.slack.raw import SECTION, actions, button, client, field_of, modal, plain, refusal, refused
from tests.fakes.slack.state import Json

TEXT_INPUT: Json = {"type": "plain_text_input", "action_id": "x"}
FILE_INPUT: Json = {"type": "file_input", "action_id": "f"}


def option(value: str = "v", text: str = "Option") -> Json:
    return {"text": plain(text), "value": value}


def menu(*options: Json, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "m", "options": list(options) or [option()], **more}


def table(*rows: list[str], **more: Any) -> Json:
    cells = [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
    return {"type": "table", "rows": cells, **more}


def thumbs(**more: Any) -> Json:
    good, bad = {"text": plain("Good"), "value": "good"}, {"text": plain("Bad"), "value": "bad"}
    buttons = {"type": "feedback_buttons", "action_id": "thumbs", "positive_button": good, "negative_button": bad}
    return {"type": "context_actions", "elements": [{**buttons, **more}]}


GOOD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}, "accessory": menu(option())},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "y" * 200}] * 10},
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "markdown", "text": "**bold**"},
    {"type": "image", "alt_text": "A chart", "image_url": "https://example.com/a.png"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}] * 10},
    actions(*(button(f"b{number}") for number in range(25))),
    thumbs(),
    table(["a", "b"], ["1", "2"], column_settings=[{"align": "right", "is_wrapped": True}]),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "t"}]}]},
    {"type": "alert", "level": "warning", "text": plain("careful")},
]


def test_what_is_within_the_limits_passes() -> None:
    assert problems_of(GOOD, "message") == []
    assert (
        view_problems(modal(field_of(TEXT_INPUT), field_of(FILE_INPUT, "c"), private_metadata="m" * 3000), "modal")
        == []
    )
    assert view_problems({"type": "home", "blocks": [SECTION, actions()]}, "home") == []


BROKEN: list[tuple[str, list[Json], str]] = [
    ("51 blocks", [SECTION] * 51, "no more than 50 items"),
    ("empty section", [{"type": "section", "text": plain("")}], "must be more than 0 characters"),
    ("no text", [{"type": "section"}], "text or fields"),
    ("section 3001", [{"type": "section", "text": plain("x" * 3001)}], "less than 3001"),
    ("field 2001", [{"type": "section", "fields": [plain("x" * 2001)]}], "less than 2001"),
    ("11 fields", [{"type": "section", "fields": [plain("x")] * 11}], "no more than 10"),
    ("header 151", [{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    ("header mrkdwn", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be one of plain_text"),
    ("markdown 12001", [{"type": "markdown", "text": "x" * 12_001}], "less than 12001"),
    ("11 in context", [{"type": "context", "elements": [plain("x")] * 11}], "no more than 10"),
    ("button in context", [{"type": "context", "elements": [button()]}], "unsupported type: button"),
    ("26 actions", [actions(*(button(f"b{n}") for n in range(26)))], "no more than 25"),
    ("no actions", [{"type": "actions", "elements": []}], "missing required field: elements"),
    ("text input in actions", [actions(TEXT_INPUT)], "unsupported type: plain_text_input"),
    ("thumbs in actions", [actions(thumbs()["elements"][0])], "unsupported type: feedback_buttons"),
    ("button in context_actions", [{"type": "context_actions", "elements": [button()]}], "unsupported type: button"),
    ("6 context actions", [{**thumbs(), "elements": thumbs()["elements"] * 6}], "no more than 5"),
    ("thumbs text 76", [thumbs(positive_button={"text": plain("x" * 76), "value": "v"})], "less than 76"),
    ("thumbs without value", [thumbs(negative_button={"text": plain("x")})], "missing required field: value"),
    ("button text 76", [actions(button(text=plain("x" * 76)))], "less than 76"),
    ("button mrkdwn", [actions(button(text={"type": "mrkdwn", "text": "x"}))], "must be one of plain_text"),
    ("button value 2001", [actions(button(value="x" * 2001))], "less than 2001"),
    ("button url 3001", [actions(button(url="h" * 3001))], "less than 3001"),
    ("button style", [actions(button(style="loud"))], "must be one of primary, danger"),
    ("button key", [actions(button(colour="red"))], "invalid additional property: colour"),
    ("action_id 256", [actions(button("x" * 256))], "less than 256"),
    ("block_id 256", [{**SECTION, "block_id": "x" * 256}], "less than 256"),
    ("action_id twice", [actions(button("a")), actions(button("a"))], "action_id a already exists"),
    ("block_id twice", [{**SECTION, "block_id": "b"}, {**SECTION, "block_id": "b"}], "block_id b already exists"),
    ("unknown block", [{"type": "poem", "text": "x"}], "unsupported type: poem"),
    ("unknown key", [{**SECTION, "colour": "red"}], "invalid additional property: colour"),
    ("no alt text", [{"type": "image", "image_url": "https://e.x/a.png"}], "missing required field: alt_text"),
    (
        "two sources",
        [{"type": "image", "alt_text": "a", "image_url": "u", "slack_file": {"id": "F"}}],
        "exactly one of",
    ),
    ("101 options", [actions(menu(*(option(str(n)) for n in range(101))))], "no more than 100"),
    ("option text 76", [actions(menu(option(text="x" * 76)))], "less than 76"),
    ("option value 151", [actions(menu(option("x" * 151)))], "less than 151"),
    ("initial option", [actions(menu(option("a"), initial_option=option("b")))], "must be one of the options"),
    ("placeholder 151", [actions(menu(placeholder=plain("x" * 151)))], "less than 151"),
    ("overflow of 1", [actions({"type": "overflow", "action_id": "o", "options": [option()]})], "no fewer than 2"),
    ("overflow of 6", [actions({"type": "overflow", "action_id": "o", "options": [option()] * 6})], "no more than 5"),
    ("11 radio buttons", [actions({"type": "radio_buttons", "action_id": "r", "options": [option()] * 11})], "than 10"),
    ("confirm title 101", [actions(button(confirm={"title": plain("x" * 101)}))], "less than 101"),
    ("confirm button 31", [actions(button(confirm={"deny": plain("x" * 31)}))], "less than 31"),
    ("file input in a message", [field_of(FILE_INPUT)], "file_input is for modals"),
    ("101 rows", [table(*([["a"]] * 101))], "no more than 100"),
    ("21 columns", [table(["a"] * 21)], "no more than 20"),
    ("empty cell", [table(["a", ""])], "must be more than 0 characters"),
    ("table of 10,001", [table(["a" * 5000], ["b" * 5001])], "10000 characters in all cells"),
    ("table align", [table(["a"], column_settings=[{"align": "middle"}])], "must be one of left, center, right"),
    ("two tables", [table(["a"]), table(["b"])], "only_one_table_allowed"),
    ("data table", [{"type": "data_table", "rows": [[{"type": "raw_text", "text": "a"}]]}], "no fewer than 2"),
    ("alert level", [{"type": "alert", "level": "loud", "text": plain("x")}], "must be one of default"),
    ("card body 201", [{"type": "card", "body": plain("x" * 201)}], "less than 201"),
    ("11 children", [{"type": "container", "title": plain("t"), "child_blocks": [SECTION] * 11}], "no more than 10"),
    ("rich text", [{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}], "unsupported type: text"),
]


@pytest.mark.parametrize(("blocks", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_limit_is_named(blocks: list[Json], words: str) -> None:
    problems = problems_of(blocks, "message")
    assert any(words in one for one in problems), problems


VIEWS: list[tuple[str, Json, str, str]] = [
    ("title 25", modal(title=plain("x" * 25)), "modal", "less than 25"),
    ("submit 25", modal(submit=plain("x" * 25)), "modal", "less than 25"),
    ("close 25", modal(close=plain("x" * 25)), "modal", "less than 25"),
    ("private_metadata 3001", modal(private_metadata="x" * 3001), "modal", "less than 3001"),
    ("callback_id 256", modal(callback_id="x" * 256), "modal", "less than 256"),
    ("101 blocks", modal(*[SECTION] * 101), "modal", "no more than 100"),
    ("no title", {"type": "modal", "blocks": [SECTION]}, "modal", "missing required field: title"),
    ("no submit", {"type": "modal", "title": plain("t"), "blocks": [field_of(TEXT_INPUT)]}, "modal", "field: submit"),
    ("home with submit", {"type": "home", "submit": plain("s"), "blocks": [SECTION]}, "home", "property: submit"),
    ("home as modal", {"type": "home", "blocks": [SECTION]}, "modal", "must be modal"),
    ("markdown in a modal", modal({"type": "markdown", "text": "x"}), "modal", "unsupported type in a modal"),
    ("table in a home", {"type": "home", "blocks": [table(["a"])]}, "home", "unsupported type in a home"),
    ("thumbs in a home", {"type": "home", "blocks": [thumbs()]}, "home", "unsupported type in a home"),
    ("label 2001", modal(field_of(TEXT_INPUT, label=plain("x" * 2001))), "modal", "less than 2001"),
    ("button as input", modal(field_of(button())), "modal", "unsupported type: button"),
    ("file types", modal(field_of({**FILE_INPUT, "filetypes": ["csv", "jsonl", "md"]})), "modal", "type: jsonl, md"),
    ("max_files 11", modal(field_of({**FILE_INPUT, "max_files": 11})), "modal", "must be 1 to 10"),
]


@pytest.mark.parametrize(("view", "surface", "words"), [case[1:] for case in VIEWS], ids=[case[0] for case in VIEWS])
def test_a_broken_limit_of_a_view_is_named(view: Json, surface: str, words: str) -> None:
    problems = view_problems(view, surface)
    assert any(words in one for one in problems), problems


async def test_invalid_blocks_are_refused_with_the_place_and_written_down() -> None:
    async with FakeSlack() as slack:
        bad = [SECTION, {"type": "header", "text": plain("x" * 151)}]
        with slack.expect_offence("invalid_blocks"):
            answer = await refusal(client(slack).chat_postMessage(channel=slack.general, text="t", blocks=bad))
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
        ]
        assert not slack.seen(slack.general)


async def test_a_whole_message_near_13000_characters_is_refused() -> None:
    half = WHOLE // 2
    async with FakeSlack() as slack:
        fits = [{"type": "markdown", "text": "x" * half}, {"type": "markdown", "text": "y" * half}]
        await client(slack).chat_postMessage(channel=slack.general, text="t", blocks=fits)
        long = [*fits, {"type": "markdown", "text": "z"}]
        with slack.expect_offence("msg_blocks_too_long"):
            error = await refused(client(slack).chat_postMessage(channel=slack.general, text="t", blocks=long))
        assert error == "msg_blocks_too_long"


async def test_blocks_without_text_and_a_call_to_everyone_are_written_down() -> None:
    async with FakeSlack() as slack:
        with slack.expect_offence("no_fallback_text"):
            await client(slack).chat_postMessage(channel=slack.general, text="", blocks=[SECTION])
        with slack.expect_offence("mass_mention"):
            await client(slack).chat_postMessage(channel=slack.general, text="<!channel> look")
        with slack.expect_offence("may_unfurl"):
            await client(slack).chat_postMessage(channel=slack.general, text="see https://example.com")
        await client(slack).chat_postMessage(
            channel=slack.general, text="see https://example.com", unfurl_links=False, unfurl_media=False
        )
        slack.check()


async def test_a_picture_that_was_not_uploaded_is_refused() -> None:
    async with FakeSlack() as slack:
        picture = [{"type": "image", "alt_text": "a", "slack_file": {"id": "F404"}}]
        with slack.expect_offence("invalid_blocks"):
            await refused(client(slack).chat_postMessage(channel=slack.general, text="t", blocks=picture))
