"""Texts of people and models in Slack: they call nobody, and no link in them hides where it leads."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render import markup
from tests.slack.delivery import KNOWLEDGE
from tests.slack.replies import OWN

NASTY = {
    "<!channel> <!here> <!everyone>": "&lt;!channel&gt; &lt;!here&gt; &lt;!everyone&gt;",
    "<@U0123> <!subteam^S1|all>": "&lt;@U0123&gt; &lt;!subteam^S1|all&gt;",
    "AT&T <b> a > b": "AT&amp;T &lt;b&gt; a &gt; b",
    "[bank](https://evil.example/x)": "bank (`https://evil.example/x`)",
    "![x](https://evil.example/p.png)": "x (`https://evil.example/p.png`)",
    "<https://evil.example/a|your bank>": "&lt;`https://evil.example/a`|your bank&gt;",
    "<https://evil.example/a>": "`https://evil.example/a`",
    "see https://evil.example/a.": "see `https://evil.example/a`.",
    "[x](slack://open)": "x (`slack://open`)",
    r"\<!here\> and \[x\](https://e.x/y)": r"&lt;!here&gt; and \[x\](`https://e.x/y`)",
    "`<!channel>`": "`<\u200b!channel>`",
    "```\n<!channel> <https://evil.example|bank>\n```": "```\n<\u200b!channel> <\u200bhttps://evil.example|bank>\n```",
    "```\n<tags> & `more`\n```": "```\n<tags> & `more`\n```",
    "`<b>` and <b>": "`<b>` and &lt;b&gt;",
    "> quoted\n> twice": "> quoted\n> twice",
    f"[guide]({OWN}) and <{OWN}>": f"[guide]({OWN}) and <{OWN}>",
    f"<{OWN}|evil>": f"&lt;{OWN}|evil&gt;",
    "a\u202eb\x07": "ab",
}


@pytest.mark.parametrize("text", NASTY)
def test_nothing_in_a_text_calls_anybody_or_hides_where_it_leads(text: str):
    assert markup.markdown(text, frozenset({OWN})) == NASTY[text]


@pytest.mark.parametrize("call", ["@here", "@channel", "@Everyone"])
def test_a_typed_call_is_broken(call: str):
    for shown in (markup.markdown(call), markup.mrkdwn(call), markup.escaped(call)):
        assert call not in shown


def test_sources_of_our_own_stay_links():
    source = next(source.url for source in KNOWLEDGE.sources.values() if source.url)
    assert markup.markdown(f"[1] Somebody <{source}>", frozenset({source})) == f"[1] Somebody <{source}>"
    assert markup.markdown(f"[1] Somebody <{source}x>", frozenset({source})) == f"[1] Somebody `{source}x`"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## Head\n\n- **one** _two_ `three`", "Head\n\n- one two three"),
        (r"a \*star\* and **b**", "a *star* and b"),
        ("```python\nx = 1 < 2\n```\nafter", "x = 1 < 2\nafter"),
        ("[guide](https://e.x/a)", "guide (https://e.x/a)"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
    ],
)
def test_markdown_in_plain_words(text: str, words: str):
    assert markup.plain(text) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** and *it*", "*bold* and _it_"),
        ("- one\n- two", "• one\n• two"),
        ("# Head", "*Head*"),
        (f"[guide]({OWN})", f"guide (<{OWN}>)"),
        ("[bank](https://evil.example)", "bank (`https://evil.example`)"),
        ("<!here> `a & b`", "&lt;!here&gt; `a &amp; b`"),
    ],
)
def test_short_markdown_in_slacks_own_markup(text: str, shown: str):
    assert markup.mrkdwn(text, frozenset({OWN})) == shown


SIGNS = st.lists(st.sampled_from([*"<>@!#|&`*_~[]()\\ \n:/.xU1", "https://", "here", "👩‍💻", "```\n"])).map("".join)


@given(SIGNS)
def test_whatever_stands_in_a_text_slack_reads_no_token_in_it(text: str):
    assert not re.search(r"<([!@#]|https?:)", markup.markdown(text), re.IGNORECASE)
    for shown in (markup.mrkdwn(text), markup.escaped(markup.plain(text))):
        assert "<" not in shown
    for shown in (markup.markdown(text), markup.mrkdwn(text), markup.escaped(markup.plain(text))):
        assert not re.search(r"@(here|channel|everyone)\b", shown)


@given(SIGNS)
def test_of_links_only_our_own_are_left(text: str):
    shown = markup.markdown(f"{text} <{OWN}>", frozenset({OWN}))
    assert re.findall(r"<[\w!@#][^<>]*:[^<>]*>", shown) in ([], [f"<{OWN}>"])
