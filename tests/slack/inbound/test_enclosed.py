"""Tables and messages that are enclosed in one, in the forms in which Slack is seen to send them."""

from typing import Any

import pytest

from adapters.slack.inbound.enclosed import passed_on, words_of

Json = dict[str, Any]


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*elements]}]}


def word(text: str) -> Json:
    return {"type": "text", "text": text}


TABLE: Json = {
    "type": "table",
    "rows": [
        [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Amount"}],
        [rich(word("Item "), {**word("A"), "style": {"bold": True}}), {"type": "raw_number", "value": 1200}],
        [rich({"type": "link", "url": "https://a.test/b"}), rich()],
    ],
}
READ = "```\nName\tAmount\nItem A\t1200\nhttps://a.test/b\t\n```"
SHARED: Json = {"is_share": True, "author_id": "U2", "text": "it never keeps our tone, says <@U3|ben>"}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "plain &lt;b&gt;"}, "plain <b>"),
        # github.com/vercel/chat/issues/803: id, blocks and a fallback that says nothing.
        ({"text": "", "attachments": [{"id": 1, "blocks": [TABLE], "fallback": "[no preview available]"}]}, READ),
        ({"text": "which?", "blocks": [TABLE]}, f"which?\n\n{READ}"),
        # Words that were passed on are somebody else's.
        ({"text": "see", "attachments": [SHARED]}, "see"),
        ({"attachments": [{"is_share": True, "fallback": "[no preview available]"}]}, ""),
        # What we said ourselves, and what a page shows of itself, are nobody's words.
        ({"text": "see", "attachments": [{**SHARED, "author_id": "UBOT"}]}, "see"),
        (
            {"text": "see", "attachments": [{"title": "A page", "text": "About", "from_url": "https://a.test"}]},
            "see",
        ),
        ({"text": "see", "attachments": [{"blocks": [{"type": "table", "rows": [[rich()]]}]}]}, "see"),
    ],
)
def test_all_that_a_message_says_is_read(message: Json, words: str) -> None:
    assert words_of(message, "UBOT") == words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "see", "attachments": [SHARED]}, "it never keeps our tone, says @ben"),
        # Without text: github.com/openclaw/openclaw/issues/112229 and the type of its messages.
        (
            {"attachments": [{"is_msg_unfurl": True, "message_blocks": [{"message": {"blocks": [rich(word("hi"))]}}]}]},
            "hi",
        ),
        ({"attachments": [{"is_share": True, "fallback": "[no preview available]"}]}, ""),
        ({"text": "see", "attachments": [{**SHARED, "author_id": "UBOT"}]}, ""),
    ],
)
def test_what_was_passed_on_is_read_apart(message: Json, words: str) -> None:
    assert passed_on(message, "UBOT") == words
