"""What a reply looks like in Slack: every part, within every limit, and nothing that calls or misleads anybody."""

import re
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.slack.render import action_ids
from adapters.slack.render.limits import BLOCKS, MARKDOWN, weight
from adapters.slack.render.messages import Message, Outgoing, Running, Upload, messages, streamable
from bot.chat.actions import Action
from bot.chat.controls import Control, meant
from bot.chat.events import Answered, Pressed
from bot.chat.form_openers import opened_by
from bot.chat.reply import Choices, Feedback, File, Form, FormField, Option, Part, Picture, Progress, Table, Text
from bot.chat.wording import form
from bot.platform.layout import as_csv
from tests.fakes.slack import blocks as kit
from tests.fakes.slack import text_of
from tests.fakes.slack.posting import used
from tests.slack.delivery import KNOWLEDGE
from tests.slack.replies import CONVERSATION, FACE, PNG

KINDS = {name: fact.type for name, fact in KNOWLEDGE.facts.items()}


def only(*parts: Part) -> Message:
    (message,) = messages(parts, FACE)
    assert isinstance(message, Message)
    return message


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def controls(message: Message) -> list[dict[str, Any]]:
    return used(message.blocks)


def labels(message: Message) -> list[str]:
    return [one["text"]["text"] for one in controls(message) if one["type"] == "button"]


def sane(out: list[Outgoing]) -> None:
    """Fail where Slack would refuse a message, or a good app would not send it."""
    for each in out:
        message = each.message if isinstance(each, Running) else each
        if isinstance(message, Upload):
            assert message.alt is None or 0 < len(message.alt) <= 1000
            continue
        blocks = list(message.blocks)
        assert kit.problems_of(blocks, "message") == []
        assert kit.length(blocks) <= kit.WHOLE
        assert weight(blocks) <= kit.WHOLE
        assert 0 < len(blocks) <= BLOCKS
        assert sum(len(block["text"]) for block in blocks if block["type"] == "markdown") <= MARKDOWN
        assert 0 < len(message.text) <= kit.TEXT
        assert not kit.MASS.search(message.text + text_of(blocks))
        # What describes a picture is plain text, in which Slack looks for nobody.
        read = [block for block in blocks if block["type"] != "image"]
        assert not re.search(r"<[@!#]", message.text + text_of(read))


def test_voices_look_different_without_colour():
    looks = {
        voice: only(Text.model_validate({"markdown": "**Should we?** It is so.", "voice": voice}))
        for voice in ("say", "ask", "notice", "error")
    }
    assert {voice: kinds(look) for voice, look in looks.items()} == {
        "say": ["markdown"],
        "ask": ["markdown"],
        "notice": ["context"],
        "error": ["markdown"],
    }
    assert looks["error"].text.startswith("Problem: ")
    assert only(Text(markdown="Which one? It matters.", voice="ask")).blocks[0]["text"] == "**Which one?** It matters."


def test_a_verdict_has_its_sentence_as_a_header():
    message = only(Text(markdown="**Should you finetune? Not yet.**\n\n*Prompt first.* Why.", voice="verdict"))
    assert kinds(message) == ["header", "markdown"]
    assert message.blocks[0]["text"]["text"] == "Should you finetune? Not yet."
    assert message.text == "Should you finetune? Not yet.\n\nPrompt first. Why."


@pytest.mark.parametrize("fact", [fact for fact in KNOWLEDGE.asks if KINDS[fact] in ("bool", "choice")])
def test_one_choice_can_be_pressed_and_says_what_it_means(fact: str):
    asked = form(KNOWLEDGE, [fact])
    message = only(Text(markdown="Which one?", voice="ask"), asked)
    (field,) = asked.fields
    offered = [one for one in controls(message) if one["type"] == "static_select"]
    if len(field.options) <= 5:
        assert labels(message) == [*(option.label for option in field.options), "I don't know"]
        sealed = [one["value"] for one in controls(message)]
    else:
        (menu,) = offered
        assert [one["text"]["text"] for one in menu["options"]] == [option.label for option in field.options]
        sealed = [*(one["value"] for one in menu["options"]), controls(message)[-1]["value"]]
    pressed = [meant(read(one), (), KNOWLEDGE) for one in sealed]
    given = [option.value == "true" if KINDS[fact] == "bool" else option.value for option in field.options]
    assert pressed == [Answered(facts={fact: value}) for value in [*given, None]]
    assert "answer in words" in text_of(list(message.blocks))
    assert all(option.label in message.text for option in field.options)


def test_a_set_is_chosen_in_a_menu_and_done_sends_it():
    message = only(Text(markdown="What?", voice="ask"), form(KNOWLEDGE, ["need"]))
    menu, *buttons = controls(message)
    assert (menu["type"], [one["text"]["text"] for one in buttons]) == ("multi_static_select", ["Done", "I don't know"])
    state = {"values": {"b": {menu["action_id"]: {"selected_options": [menu["options"][2], menu["options"][0]]}}}}
    found = action_ids.pressed({"actions": [buttons[0]], "state": state})
    assert found
    assert meant(read(found.sealed), found.chosen, KNOWLEDGE) == Answered(facts={"need": ("style", "facts")})
    assert found.label == "The tone or style is off, It does not know our facts"
    unsure = action_ids.pressed({"actions": [buttons[1]], "state": state})
    assert unsure
    assert meant(read(unsure.sealed), unsure.chosen, KNOWLEDGE) == Answered(facts={"need": None})
    assert unsure.label == "I don't know"


def test_a_choice_that_is_not_done_yet_is_no_press_and_neither_is_done_without_a_choice():
    menu, done, _ = controls(only(form(KNOWLEDGE, ["need"])))
    assert (
        action_ids.pressed({"actions": [{"action_id": menu["action_id"], "selected_options": menu["options"][:1]}]})
        is None
    )
    empty: dict[str, Any] = {"values": {"b": {menu["action_id"]: {"selected_options": []}}}}
    assert action_ids.pressed({"actions": [done], "state": empty}) is None


@pytest.mark.parametrize("payload", [{}, {"actions": []}, {"actions": [{"action_id": "other", "value": "x"}]}])
def test_what_is_not_ours_is_no_press(payload: dict[str, Any]):
    assert action_ids.pressed(payload) is None


def test_several_facts_open_one_form_and_the_first_can_be_answered_at_once():
    message = only(Text(markdown="A? B?", voice="ask"), form(KNOWLEDGE, ["quality_ok", "already_tuned"]))
    assert labels(message) == ["Yes", "No", "I don't know", "Answer both"]
    control = read(controls(message)[-1]["value"])
    assert control == Control("form", ("quality_ok", "already_tuned"), control.nonce)
    assert opened_by(KNOWLEDGE, "answer", control.values) == form(KNOWLEDGE, ["quality_ok", "already_tuned"])
    assert KNOWLEDGE.asks["quality_ok"].ask in text_of(list(message.blocks))


def test_a_number_is_asked_for_in_a_form():
    message = only(Text(markdown="How many?", voice="ask"), form(KNOWLEDGE, ["examples"]))
    assert labels(message) == ["Answer", "I don't know"]
    assert "(pairs, for example 40)" in message.text


def test_a_question_that_nobody_asked_above_is_asked():
    assert "How many pairs" in only(form(KNOWLEDGE, ["examples"])).text


def test_every_question_of_the_knowledge_can_be_asked_and_every_control_fits():
    for question in KNOWLEDGE.questions.values():
        message = only(Text(markdown="Which?", voice="ask"), form(KNOWLEDGE, question.facts))
        sane([message])
        assert any(label.startswith(("Answer", "Done", "I don't know")) for label in labels(message))
        several = "Answer both" if len(question.facts) == 2 else f"Answer all {len(question.facts)}"
        assert len(question.facts) == 1 or several in labels(message)


def test_what_can_be_done_next_is_buttons_then_a_menu():
    def offer(n: int, *, multiple: bool = False) -> Message:
        options = tuple(Option(value=f"v{i}", label=f"Label {i}") for i in range(n))
        return only(Choices(action="fix", text="Which?", options=options, multiple=multiple))

    assert labels(offer(3)) == ["Label 0", "Label 1", "Label 2"]
    assert [one["type"] for one in controls(offer(30))] == ["static_select"]
    assert [one["type"] for one in controls(offer(3, multiple=True))] == ["multi_static_select", "button"]
    assert meant(read(controls(offer(3))[1]["value"]), (), KNOWLEDGE) == Pressed(action="fix", values=("v1",))
    done = read(controls(offer(3, multiple=True))[1]["value"])
    assert meant(done, ("v0", "v2"), KNOWLEDGE) == Pressed(action="fix", values=("v0", "v2"))


def test_feedback_has_thumbs_and_a_way_to_say_that_a_fact_is_wrong():
    message = only(Text(markdown="So."), Feedback(about="finetune-1"))
    thumbs, wrong = controls(message)
    given = [thumbs["positive_button"]["value"], thumbs["negative_button"]["value"], wrong["value"]]
    assert [meant(read(one), (), KNOWLEDGE) for one in given] == [
        Pressed(action="feedback", values=("up", "finetune-1")),
        Pressed(action="feedback", values=("down", "finetune-1")),
        Pressed(action="correct"),
    ]


def test_what_a_control_carries_leads_back_to_its_conversation():
    for one in controls(only(form(KNOWLEDGE, ["quality_ok"]))):
        found = action_ids.pressed({"actions": [one]})
        assert found
        assert (found.conversation, found.label) == (CONVERSATION, one["text"]["text"])


def test_a_table_is_a_table_and_is_read_out_row_by_row():
    message = only(Table(headers=("", "Fact"), rows=(("1", "tone"), ("2", "")), caption="What I hold"))
    (table,) = [block for block in message.blocks if block["type"] == "table"]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [["#", "Fact"], ["1", "tone"], ["2", "–"]]
    assert message.text == "What I hold\n#: 1; Fact: tone\n#: 2"


def test_a_table_that_a_phone_would_squeeze_is_a_list():
    facts = Table(
        headers=("", "Fact", "Value", "How I know", "Who"),
        rows=(("1", "example pairs", "400", '"we have 400"', "Ana"), ("", "style_*", "40 or 400", "disputed", "")),
    )
    assert only(facts).blocks[0]["text"].splitlines() == [
        '1. **example pairs**: 400 · "we have 400" · Ana',
        "- **style\\_\\***: 40 or 400 · disputed",
    ]
    rungs = Table(
        headers=("rung", "passed (95 %)", "runs", "USD in all"), rows=(("bare", "2 of 4 (15 to 85 %)", "10", ""),)
    )
    assert only(rungs).text == "- bare: passed (95 %): 2 of 4 (15 to 85 %) · runs: 10"


def test_two_tables_are_two_messages():
    table = Table(headers=("A",), rows=(("1",),))
    out = messages([table, Text(markdown="Between."), table], FACE)
    assert [kinds(each) for each in out if isinstance(each, Message)] == [["table", "markdown"], ["table"]]


def test_a_long_table_goes_over_messages_and_a_huge_one_into_a_file():
    def table(rows: int, columns: int = 3, cell: str = "word") -> Table:
        return Table(headers=("H",) * columns, rows=((cell,) * columns,) * rows, caption="Costs")

    long = messages([table(150)], FACE)
    assert len(long) == 2
    sane(long)
    shown = [row for each in long if isinstance(each, Message) for row in each.blocks[-1]["rows"][1:]]
    assert len(shown) == 150
    assert "Costs (1 of 2)" in text_of(list(long[0].blocks) if isinstance(long[0], Message) else [])
    for large in (table(2000), table(2, 21), table(2, cell="x" * 400)):
        (file,) = messages([large], FACE)
        assert isinstance(file, Upload)
        assert (file.name, file.title, file.alt) == ("table.csv", "Costs", None)
        assert file.data.decode("utf-8-sig").count("\n") == len(large.rows) + 1


def test_no_cell_of_a_file_is_taken_for_a_formula():
    text = as_csv(Table(headers=("A",), rows=(("=1+1",), ("-5",), ("@SUM(A1)",), ("+49 %",)))).decode("utf-8-sig")
    assert text.splitlines() == ['"A"', '"\'=1+1"', '"-5"', '"\'@SUM(A1)"', '"+49 %"']


def test_a_picture_has_its_words_and_a_file_its_name():
    picture, file = messages(
        [Picture(name="p.png", alt="Items passed, 5 items: bare 40 %.", png=PNG), File(name="a.json", content="{}")],
        FACE,
    )
    assert isinstance(picture, Message)
    assert isinstance(file, Upload)
    (shown,) = picture.pictures
    assert (shown.title, shown.alt) == ("Items passed", "Items passed, 5 items: bare 40 %.")
    assert (file.title, file.alt, file.data) == ("a.json", None, b"{}")


@pytest.mark.parametrize(
    ("done", "total", "bar"),
    [
        (0, 45, "░" * 20 + " 0/45"),
        (31, 45, "▓" * 13 + "░" * 7 + " 31/45"),
        (45, 45, "▓" * 20 + " 45/45"),
        (0, 0, "0/0"),
    ],
)
def test_progress_is_a_bar_in_text(done: int, total: int, bar: str):
    (running,) = messages([Progress(id="t", done=done, total=total, text="bare")], FACE)
    assert isinstance(running, Running)
    assert bar in text_of(list(running.message.blocks))
    assert running.message.text == f"{done} of {total}: bare"


# Limits


def _times(text: str, times: int) -> str:
    return text * times


def _text(markdown: str, voice: str) -> Text:
    return Text.model_validate({"markdown": markdown, "voice": voice})


words = st.lists(st.sampled_from([*'ab \n*`#<>&"\\é', "👩‍💻", "\n\n", "- ", "https://e.x/y "]), max_size=40).map(
    "".join
)
long = st.builds(_times, words, st.integers(0, 60))
options = st.lists(st.builds(Option, value=words, label=words), min_size=1, max_size=120).map(tuple)
fields = st.lists(
    st.one_of(
        st.builds(
            FormField, fact=words, ask=long, why=words, type=st.sampled_from(["choice", "set", "bool"]), options=options
        ),
        st.builds(FormField, fact=words, ask=words, why=words, type=st.sampled_from(["count", "text"]), hint=words),
    ),
    min_size=1,
    max_size=8,
).map(tuple)
voices = st.sampled_from(["say", "ask", "verdict", "notice", "error"])
parts = st.one_of(
    st.builds(_text, long, voices),
    st.builds(Form, id=words, title=words, fields=fields, help=words),
    st.builds(Choices, action=st.sampled_from(get_args(Action)), text=long, options=options, multiple=st.booleans()),
    st.integers(1, 24).flatmap(
        lambda width: st.builds(
            Table,
            headers=st.lists(words, min_size=width, max_size=width).map(tuple),
            rows=st.lists(st.lists(words, min_size=width, max_size=width).map(tuple), max_size=40).map(tuple),
            caption=words,
        )
    ),
    st.builds(Picture, name=st.just("p.png"), alt=long.filter(str.strip), png=st.just(PNG)),
    st.builds(Progress, id=words, done=st.integers(0, 99), total=st.integers(0, 99), text=long),
    st.builds(Feedback, about=words),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(parts, max_size=12))
@example([Text(markdown="", voice="verdict"), Text(markdown="`" * 24)])
def test_whatever_is_said_no_limit_is_broken(said: list[Part]):
    sane(messages(said, FACE))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 10**6).map(lambda n: f"word{n}"), min_size=1, max_size=6000))
def test_of_a_long_text_no_word_is_lost(said: list[str]):
    out = messages([Text(markdown=" ".join(said))], FACE)
    shown = " ".join(text_of(list(each.blocks)) for each in out if isinstance(each, Message))
    assert shown.split() == said
    assert " ".join(each.words for each in out if isinstance(each, Message)).split() == said


def test_many_small_parts_are_few_messages():
    out = messages([Text(markdown=f"Line {n}.", voice="notice") for n in range(120)], FACE)
    assert [len(each.blocks) for each in out if isinstance(each, Message)] == [50, 50, 20]


def test_only_free_answers_can_be_streamed():
    assert streamable([Text(markdown="One."), Text(markdown="Two.")], FACE) == "One.\n\nTwo."
    assert streamable([Text(markdown="One.", voice="notice")], FACE) is None
    assert streamable([Text(markdown="One."), Feedback(about="x")], FACE) is None
    assert streamable([Text(markdown="x" * 20_000)], FACE) is None


def read(sealed: str) -> Control:
    meaning, nonce, _ = sealed.split("~")
    action, *values = meaning.split(".")
    return Control(action, tuple(values), nonce)
