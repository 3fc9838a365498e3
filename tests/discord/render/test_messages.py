"""Replies as Discord messages: within every limit, whole, and with nothing in them that calls or misleads."""

import base64
import re
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render import markup, tables
from adapters.discord.render.controls import Face
from adapters.discord.render.custom_ids import read
from adapters.discord.render.limits import BUTTON_KIND, MENU, Json
from adapters.discord.render.messages import Message, Running, messages, readdressed, walk, without_files
from bot.chat.actions import Action
from bot.chat.controls import Control, meant
from bot.chat.events import Answered
from bot.chat.form_openers import opened_by
from bot.chat.reply import Choices, Feedback, File, Form, FormField, Option, Part, Picture, Progress, Table, Text
from tests.discord.delivery import KNOWLEDGE
from tests.discord.replies import FACE, OWN, PNG, UNSEEN
from tests.fakes.discord.limits import check_message

FACTS = sorted(KNOWLEDGE.asks)
TEXTS = st.text(max_size=60) | st.sampled_from(
    [
        "**bold** words",
        "```py\nx = 1\n```",
        "`" * 7,
        "@everyone <@1> <#2>",
        "[a](https://x.y)",
        "word " * 900,
        "é" * 4100,
    ]
)
SHORT = st.text(min_size=1, max_size=120) | st.sampled_from(["x" * 110, "y" * 101])
OPTIONS = st.lists(st.builds(Option, value=SHORT, label=SHORT), min_size=1, max_size=60).map(tuple)
FORMS = st.lists(st.sampled_from(FACTS), min_size=1, max_size=5, unique=True).map(
    lambda facts: opened_by(KNOWLEDGE, "answer", facts) or pytest.fail("no form")
)
PARTS: Any = st.one_of(
    st.builds(Text, markdown=TEXTS, voice=st.sampled_from(["say", "ask", "verdict", "notice", "error"])),
    FORMS,
    st.builds(Choices, action=st.sampled_from(get_args(Action)), text=TEXTS, options=OPTIONS, multiple=st.booleans()),
    st.integers(1, 5).flatmap(
        lambda width: st.builds(
            Table,
            headers=st.tuples(*[SHORT] * width),
            rows=st.lists(st.tuples(*[st.text(max_size=30)] * width), max_size=40).map(tuple),
            caption=TEXTS,
        )
    ),
    st.builds(Picture, name=SHORT, alt=TEXTS, png=st.just(PNG)),
    st.builds(File, name=SHORT, content=TEXTS),
    st.builds(Progress, id=st.just("p"), done=st.integers(0, 9), total=st.integers(0, 9), text=TEXTS),
    st.builds(Feedback, about=st.just("verdict")),
)

MANY: Any = st.lists(
    st.sampled_from(
        [
            Feedback(about="verdict"),
            Choices(action="again", options=tuple(Option(value=str(n), label=str(n)) for n in range(10))),
            Text(markdown="Why? Because.", voice="ask"),
        ]
    ),
    min_size=8,
    max_size=20,
)


def rendered(*parts: Part, face: Face = FACE) -> list[Message]:
    return [each.message if isinstance(each, Running) else each for each in messages(parts, face)]


def one(*parts: Part, face: Face = FACE) -> Message:
    (only,) = rendered(*parts, face=face)
    return only


def controls(message: Message) -> list[Json]:
    return [dict(each) for each in walk(message.components) if "custom_id" in each]


def labels(message: Message) -> list[str]:
    return [str(each.get("label") or each.get("placeholder")) for each in controls(message)]


def shown(message: Message) -> str:
    return "\n".join(str(each["content"]) for each in walk(message.components) if each.get("content"))


@given(parts=st.lists(PARTS, max_size=8) | MANY, face=st.sampled_from([FACE, UNSEEN]))
def test_every_message_keeps_to_the_limits(parts: list[Part], face: Face) -> None:
    for message in rendered(*parts, face=face):
        for each in (message, without_files(message), readdressed(message, "discord:111111:222222:222222")):
            body = {"components": [*each.components], "flags": 1 << 15}
            check_message(body, [file.name for file in each.files])
        assert message.components


@given(text=st.text(max_size=9000))
def test_a_long_text_is_whole_in_messages_or_a_file(text: str) -> None:
    made = rendered(Text(markdown=text.replace("`", "'")))
    files = [file.data.decode() for message in made for file in message.files]
    kept = {sign for sign in "".join(files) or "".join(map(shown, made)) if sign.isalnum()}
    assert {sign for sign in text if sign.isalnum()} <= kept


def test_a_very_long_text_is_a_file_with_its_beginning_shown() -> None:
    long = "A sentence that is said again. " * 900
    (message,) = rendered(Text(markdown=long))
    assert shown(message).startswith("A sentence") and message.files[0].data.decode() == long


def test_a_question_with_few_options_has_a_button_for_each_and_one_for_not_knowing() -> None:
    field = FormField(
        fact="owner",
        ask="Who?",
        why="it matters",
        type="choice",
        options=(Option(value="team", label="A team"), Option(value="one", label="One")),
    )
    form = Form(id="q", title="Q", fields=(field,))
    message = one(Text(markdown="Who? Because.", voice="ask"), form)
    assert labels(message) == ["A team", "One", "I don't know"]
    assert [each["type"] for each in message.components] == [17]
    assert [read(each["custom_id"], "1")[0].split("~")[0] for each in controls(message)] == [
        "answer.owner.team",
        "answer.owner.one",
        "answer.owner.?",
    ]


def test_many_options_are_a_menu_with_not_knowing_in_it() -> None:
    form = opened_by(KNOWLEDGE, "answer", ("output",))
    assert isinstance(form, Form)
    (menu,) = controls(one(form))
    assert menu["type"] == MENU and menu["max_values"] == 1
    assert [o["value"] for o in menu["options"]][-1] == "?" and len(menu["options"]) <= 25


def test_a_set_is_a_menu_for_several() -> None:
    form = opened_by(KNOWLEDGE, "answer", ("need",))
    assert isinstance(form, Form)
    (menu,) = controls(one(form))
    assert menu["max_values"] == len(menu["options"]) > 5
    assert menu["custom_id"].startswith("answer.need~")


def test_what_was_chosen_in_a_menu_is_the_answer() -> None:
    chosen = meant(Control("answer", ("need",), "n"), ("style", "format"), KNOWLEDGE)
    assert chosen == Answered(facts={"need": ("style", "format")})


@pytest.mark.parametrize(("fact", "several"), [("calls_per_day", False), ("examples", True)])
def test_numbers_and_several_fields_open_a_form(fact: str, several: bool) -> None:
    facts = (fact, "owner") if several else (fact,)
    form = opened_by(KNOWLEDGE, "answer", facts)
    assert isinstance(form, Form)
    first = controls(one(form))[0]
    assert first["type"] == BUTTON_KIND
    assert first["custom_id"].split("~")[0] == f"form.{'.'.join(facts)}"


def test_continue_stands_beside_the_question_where_words_are_not_seen() -> None:
    form = opened_by(KNOWLEDGE, "answer", ("calls_per_day",))
    assert isinstance(form, Form)
    assert labels(one(form)) == ["Answer", "I don't know"]
    assert labels(one(form, face=UNSEEN)) == ["Answer", "I don't know", "Continue"]
    assert labels(one(Text(markdown="Good question."), face=UNSEEN)) == ["Continue"]
    assert not labels(one(Text(markdown="Forgotten.", voice="notice"), face=UNSEEN))


def test_feedback_is_two_buttons_and_a_way_to_correct() -> None:
    message = one(Feedback(about="verdict"))
    assert labels(message) == ["Useful", "Not useful", "A fact is wrong"]
    assert [c["custom_id"].split("~")[0] for c in controls(message)] == [
        "feedback.up.verdict",
        "feedback.down.verdict",
        "correct",
    ]


def test_more_options_than_a_menu_holds_fill_several_menus() -> None:
    options = tuple(Option(value=f"v{n}", label=f"Option {n}") for n in range(60))
    made = one(Choices(action="again", options=options))
    assert [len(each["options"]) for each in controls(made)] == [25, 25, 10]
    assert len({each["custom_id"] for each in controls(made)}) == 3
    assert {read(each["custom_id"], "1")[0] for each in controls(made)} == {controls(made)[0]["custom_id"]}


def test_a_button_too_long_to_seal_is_left_out_and_the_words_still_say_it() -> None:
    long = Option(value="v" * 90, label="The long one")
    message = one(Choices(action="again", options=(Option(value="a", label="Short"), long)))
    assert labels(message) == ["Short"] and "The long one" in message.words


def test_choices_of_which_none_can_be_sealed_are_said_in_words() -> None:
    message = one(Choices(action="again", options=(Option(value="v" * 90, label="The long one"),)))
    assert not controls(message) and "The long one" in shown(message)


def test_a_narrow_table_is_aligned_a_wide_one_a_list_a_long_one_a_file() -> None:
    narrow = Table(headers=("Model", "Price"), rows=(("small", "$1.20"), ("large model", "$11.00")), caption="Costs")
    assert shown(one(narrow)).splitlines()[4] == "small         $1.20"
    wide = Table(headers=("Rule", "What it says"), rows=(("One", "Try words before weights, " * 3),))
    assert "- **One**: Try words" in shown(one(wide))
    long = Table(headers=("a",), rows=(("=1+1",),) * 99, caption="Rows")
    message = one(long)
    assert message.files[0].name == "table.csv" and b"'=1+1" in message.files[0].data
    assert "Rows" in shown(message)


def test_a_table_cannot_end_its_block_of_code() -> None:
    assert (tables.shown(Table(headers=("a",), rows=(("```",),))) or "").count("```") == 2


def test_a_picture_has_its_words_and_a_file_its_name() -> None:
    message = one(Picture(name="trial.png", alt="Items passed: 2 of 5.", png=PNG), File(name="r.jsonl", content=""))
    picture, file = message.files
    assert picture.alt == "Items passed: 2 of 5." and picture.data == base64.b64decode(PNG)
    gallery = message.components[0]
    assert gallery["items"] == [{"media": {"url": "attachment://trial.png"}, "description": "Items passed: 2 of 5."}]
    assert file.name == "r.jsonl" and file.data


def test_two_files_of_one_name_are_told_apart() -> None:
    message = one(File(name="r s.jsonl", content="a"), File(name="r-s.jsonl", content="b"))
    assert [file.name for file in message.files] == ["r-s.jsonl", "r-s-2.jsonl"]


def test_a_verdict_begins_with_its_sentence_as_a_heading() -> None:
    text = shown(one(Text(markdown="**Should you finetune? Not yet.**\n\nWords first.", voice="verdict")))
    assert text == "## Should you finetune? Not yet.\nWords first."


@pytest.mark.parametrize(
    ("given_", "made"),
    [
        ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
        ("<@1> <@&2> <#3> </go:4> <t:5>", "\\<@1> \\<@&2> \\<#3> \\</go:4> \\<t:5>"),
        ("[bank](https://evil.example)", "bank (`https://evil.example`)"),
        ("see https://evil.example/a.", "see `https://evil.example/a`."),
        (f"[guide]({OWN})", f"[guide](<{OWN}>)"),
        (OWN, f"<{OWN}>"),
        ("![x](https://evil.example/p.png)", "x (`https://evil.example/p.png`)"),
        ("||hidden||", "\\|\\|hidden\\|\\|"),
        ("`<@1>` stays", "`<@1>` stays"),
        ("```\n<@1> https://x.y\n```", "```\n<@1> https://x.y\n```"),
        (">>> all", "> all"),
        ("a\u202eb\u0007", "ab"),
        ('[x](https://a.b "t")', "x (`https://a.b`)"),
    ],
)
def test_what_would_call_or_mislead_is_only_shown(given_: str, made: str) -> None:
    assert markup.markdown(given_, frozenset({OWN})) == made


CALLS = st.sampled_from(["@everyone", "@here", "<@1>", "<#2>", "</go:3>", "[a](https://b.c)", " ", "\n", "@", "<", "x"])


@given(st.lists(CALLS, max_size=12).map("".join))
def test_no_call_and_no_hidden_link_survives(text: str) -> None:
    made = markup.markdown(text)
    assert not re.search(r"@(everyone|here)|(?<!\\)<[@#/]|\]\(http", made)


def test_nothing_of_a_literal_is_markup() -> None:
    assert markup.literal("**a** # <@1>") == "\\*\\*a\\*\\* # \\<@1\\>"
    assert markup.literal("# head") == "\\# head"


PIPES = "Before.\n\n| Way | USD |\n|---|---:|\n| prompt | 12.40 |\n| a finetune | 3.10 |\n\nAfter."


def test_a_table_in_words_shows_no_pipes() -> None:
    said = text_of_all(Text(markdown=PIPES))
    assert "|" not in said
    assert all(word in said for word in ("Before.", "Way", "USD", "prompt", "12.40", "a finetune", "3.10", "After."))


@pytest.mark.parametrize("said", ["```\n| a | b |\n|---|---|\n| 1 | 2 |\n```", "yes | no", "a | b\nno table"])
def test_what_is_no_table_keeps_its_signs(said: str) -> None:
    assert text_of_all(Text(markdown=said)).replace("\\", "") == said


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=6), TEXTS)
def test_no_word_of_a_table_is_lost(rows: list[list[str]], before: str) -> None:
    marks = [[f"mark{n}a", f"mark{n}b"] for n in range(len(rows))]
    lines = ["| A | B |", "|---|---|", *(f"| {a} | {b} |" for a, b in marks)]
    said = text_of_all(Text(markdown="\n".join(lines)))
    assert all(mark in said for row in marks for mark in row) and "|" not in said


def text_of_all(*parts: Part) -> str:
    made = messages(parts, FACE)
    return "\n".join(
        str(each.get("content") or "") for one in made if isinstance(one, Message) for each in walk(one.components)
    )
