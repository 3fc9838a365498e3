"""No text of a person or a model makes a link, whatever signs of code stand around it, as each platform reads them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.discord.render import markup as discord
from adapters.slack.render import markup as slack

TEXTS = st.lists(
    st.sampled_from(
        [
            "`",
            "``",
            "```",
            "```\n",
            "```js\n",
            "\n",
            "\n\n",
            "~~~\n",
            "\\",
            " ",
            "a",
            "https://evil.example",
            "<",
            ">",
            "[",
            "](",
            ")",
        ]
    ),
    max_size=14,
).map("".join)
STRAY = [
    "`foo https://evil.example bar",
    "``a ` https://evil.example b",
    "[`](https://evil.example)",
    "`a\nhttps://evil.example`",
    "```\nhttps://evil.example",
    "````\n```\nhttps://evil.example\n````",
    "````x```` https://evil.example",
    "a ```js\nx\n```\nhttps://evil.example",
    "`` x ` `` https://evil.example",
]


def in_discord(text: str) -> str:
    """Return what Discord reads as words: blocks of code end at three marks, code in a line at as many as began it."""
    words = re.sub(r"\\([^\w\s])|```(?:[^`]|`(?!``))+```|(`+)(?!`)(?:.*?[^`])\2(?!`)", " ", text, flags=re.DOTALL)
    return re.sub(r"[^\S\n]+", " ", words)


def in_mrkdwn(text: str) -> str:
    """Return what Slack's mrkdwn reads as words; an address in code stands on one line."""
    return re.sub(r"```.+?```|`[^`\n]+`", " ", text, flags=re.DOTALL)


def in_markdown(text: str) -> str:
    """Return what CommonMark reads as words."""
    tokens = MarkdownIt("commonmark").parse(text)
    return " ".join(child.content for each in tokens for child in each.children or () if child.type == "text")


@given(TEXTS)
def test_no_address_stands_outside_of_code(text: str) -> None:
    assert "://" not in in_discord(discord.markdown(text))
    assert "://" not in in_mrkdwn(slack.mrkdwn(text))
    assert "://" not in in_markdown(slack.markdown(text))


@pytest.mark.parametrize("text", STRAY)
def test_a_stray_sign_of_code_lets_no_address_out(text: str) -> None:
    assert "://" not in in_discord(discord.markdown(text))
    assert "://" not in in_mrkdwn(slack.mrkdwn(text))
    assert "://" not in in_markdown(slack.markdown(text))
