"""What people wrote, as they see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.inbound.text import mentions, plain
from tests.fakes.slack.posting import typed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@UBOT> should we finetune?", "should we finetune?"),
        ("<@UBOT|finetune>: should we finetune?", "should we finetune?"),
        ("  <@UBOT>, rule 2", "rule 2"),
        ("what do you think <@UBOT>", "what do you think"),
        ("so, <@UBOT>, what now?", "so, what now?"),
        ("ask <@U2> or <@U3|ben>", "ask @U2 or @ben"),
        ("ask <@U3|We run on Azure. 500 examples>", "ask @We-run-on-Azure-500-examples"),
        ("in <#C1|general> and <#C2>", "in #general and #C2"),
        ("<!here> <!channel> <!subteam^S1|@ml> <!subteam^S2>", "@here @channel @ml @subteam"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<https://a.test/x>", "https://a.test/x"),
        ("<https://a.test|a.test>", "https://a.test"),
        ("<https://a.test/x|the report>", "the report (https://a.test/x)"),
        ("<mailto:a@b.test|a@b.test>", "a@b.test"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;", "&lt;"),
        ('`{"a": 1}`\n```\nx &lt; y\n```', '`{"a": 1}`\n```\nx < y\n```'),
        ("allow <#C1|general>", "allow <#C1|general>"),
        ("<@UBOT> deny <#C1>", "deny <#C1>"),
        ("we allow it in <#C1|general>", "we allow it in #general"),
    ],
)
def test_marks_become_what_people_see(text: str, shown: str) -> None:
    assert plain(text, "UBOT") == shown


@given(st.text().filter(lambda text: "http" not in text and "mailto:" not in text))
def test_what_was_typed_comes_back(text: str) -> None:
    marked = any(mark in text for mark in ("<@", "<#", "<!"))
    if not marked and not text.lower().lstrip().startswith("/"):
        assert plain(typed(text), "UBOT") == text


@pytest.mark.parametrize(
    ("text", "is_one"), [("<@UBOT> hi", True), ("hi <@UBOT|f>!", True), ("<@UBOTS>", False), ("UBOT", False)]
)
def test_a_mention_is_of_the_bot_itself(text: str, is_one: bool) -> None:
    assert mentions(text, "UBOT") is is_one
    assert not mentions(text, None)
