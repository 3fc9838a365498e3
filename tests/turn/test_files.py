"""Files and pairs that come in a conversation: run where somebody asked, else shown first; checked where asked."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.chat.events import Attached, FileRef, Pasted, Pressed, Said
from bot.chat.files import purpose
from bot.chat.reply import Choices, Form, Text
from bot.consultation.model import Pair
from bot.consultation.trial_state import Phase
from bot.model.client import Model
from tests.support.consulting import ADVISOR, Talk

CSV = "question,answer,owner\nThe app crashes,bug,Ana\nA dark mode,feature,Ben\n"
CHAT = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "Hello!"}]}\n' * 12
PAIRS = "input: The app crashes\noutput: bug\n\ninput: A dark mode\noutput: feature"


@pytest.fixture
async def talk() -> AsyncGenerator[Talk]:
    """Yield a consultation in which a trial could be run."""
    model = Model("m", "http://127.0.0.1:1/v1")
    yield Talk(advisor=replace(ADVISOR, model=model))
    await model.aclose()


def brought(text: str, name: str, content: str) -> tuple[Said, Attached]:
    """Return a message with a file, as its platform brings both."""
    said = Said(text=text, files=(FileRef(name=name, ref="r"),))
    return said, Attached(name=name, content=content, purpose=purpose(said))


def choices(talk: Talk) -> dict[str, str]:
    return {o.label: o.value for part in talk.parts if isinstance(part, Choices) for o in part.options}


async def press(talk: Talk, label: str) -> str:
    return await talk.hear(Pressed(action="run", values=(choices(talk)[label],)))


def starts(talk: Talk) -> bool:
    assert talk.out is not None
    return talk.out.starts_trial


@pytest.mark.parametrize("text", ["", "here they are", "our data", "we tried these last week", "don't run these yet"])
async def test_a_file_that_nobody_asked_to_run_is_shown_as_it_was_understood(talk: Talk, text: str) -> None:
    said = await talk.hear(*brought(text, "tickets.csv", CSV))
    assert not starts(talk)
    assert talk.case.trial.phase is Phase.understood
    assert "**tickets.csv**: I read pairs (a table with commas), 2 rows." in said
    assert "Input (`question`): The app crashes" in said and "Wanted answer (`answer`): bug" in said
    (asked,) = (part for part in talk.parts if isinstance(part, Choices))
    assert "calls" in asked.text and "tokens" in asked.text
    assert [option.label for option in asked.options] == ["Run", "Change", "Leave it"]
    assert not any(isinstance(part, Form) for part in talk.parts), "one thing is asked at a time"
    await press(talk, "Run")
    assert starts(talk)


@pytest.mark.parametrize(
    "text", ["run these", "Can you try these?", "please test this file", "here they are. Run them!", "trial", "try"]
)
async def test_words_that_ask_to_run_it_run_it_at_once(talk: Talk, text: str) -> None:
    await talk.hear(*brought(text, "tickets.csv", CSV))
    assert starts(talk)
    assert not any(isinstance(part, Form) for part in talk.parts)


@pytest.mark.parametrize(
    ("text", "runs"), [(PAIRS, False), (f"run these:\n\n{PAIRS}", True), (f"our tickets\n\n{PAIRS}", False)]
)
async def test_pairs_in_a_message_run_where_its_words_ask_for_it(talk: Talk, text: str, runs: bool) -> None:
    said = await talk.say(text)
    assert starts(talk) == runs
    assert ("Wanted answer (`output`): bug" in said) != runs


async def test_pairs_that_were_asked_for_run_at_once(talk: Talk) -> None:
    await talk.say("try")
    await talk.say(PAIRS)
    assert starts(talk)


async def test_a_submitted_form_runs_at_once(talk: Talk) -> None:
    await talk.hear(Pasted(text=PAIRS))
    assert starts(talk)


async def test_what_was_understood_the_wrong_way_round_is_swapped(talk: Talk) -> None:
    await talk.hear(*brought("", "tickets.csv", CSV))
    await press(talk, "Change")
    assert {"Swap input and answer", "Paste others", "Leave it"} <= set(choices(talk))
    said = await press(talk, "Swap input and answer")
    assert "Input: bug" in said and not starts(talk)
    assert talk.case.samples.pairs[0] == Pair(input="bug", output="The app crashes")
    await press(talk, "Run")
    assert starts(talk)


async def test_another_column_is_taken_for_one_end_and_the_other_stays(talk: Talk) -> None:
    await talk.hear(*brought("", "tickets.csv", CSV))
    await press(talk, "Change")
    menus = [part for part in talk.parts if isinstance(part, Choices) and part.action == "column"]
    assert [[option.label for option in menu.options] for menu in menus] == [["answer", "owner"], ["question", "owner"]]
    for value, ends in (
        ("wanted/2", ("The app crashes", "Ana")),
        ("input/1", ("bug", "Ana")),
        ("wanted/1", ("Ana", "bug")),
        ("input/0", ("The app crashes", "bug")),
    ):
        said = await talk.hear(Pressed(action="column", values=(value,)))
        assert f": {ends[0]}" in said and f": {ends[1]}" in said and not starts(talk)
        assert (talk.case.samples.pairs[0].input, talk.case.samples.pairs[0].output) == ends
        assert talk.case.trial.phase is Phase.understood
    assert "not kept any more" in await talk.hear(Pressed(action="column", values=("input/9",)))
    await talk.hear(*brought("", "rows.jsonl", '{"a": "x", "b": "y", "c": ""}\n{"a": "v", "b": "w"}\n'))
    await press(talk, "Change")
    assert not [part for part in talk.parts if isinstance(part, Choices) and part.action == "column"]


async def test_columns_that_no_menu_holds_are_told(talk: Talk) -> None:
    row = {f"n{n}": str(n) for n in range(40)} | {"question": "a", "answer": "b"}
    await talk.hear(*brought("", "wide.json", json.dumps([row])))
    await press(talk, "Change")
    menus = [part for part in talk.parts if isinstance(part, Choices) and part.action == "column"]
    assert all("Of 42 columns the first 25 are listed" in menu.text and len(menu.options) == 25 for menu in menus)


async def test_a_second_paste_asks_whether_to_add_or_to_replace(talk: Talk) -> None:
    await talk.hear(*brought("", "tickets.csv", CSV))
    await press(talk, "Leave it")
    await talk.hear(Pasted(text="input: It is slow\noutput: bug\n\ninput: A map\noutput: feature"))
    assert any("added, or to take their place" in part.text for part in talk.parts if isinstance(part, Choices))
    assert not starts(talk)
    assert [label for label in choices(talk) if label.startswith(("Add", "Replace"))] == [
        "Add: run all 4",
        "Replace: run the new 2",
    ]
    await press(talk, "Replace: run the new 2")
    assert starts(talk)
    assert [pair.input for pair in talk.case.samples.pairs] == ["It is slow", "A map"]


async def test_what_is_added_runs_with_what_was_there(talk: Talk) -> None:
    await talk.hear(*brought("", "tickets.csv", CSV))
    await talk.hear(Pasted(text="input: It is slow\noutput: bug\n\ninput: A map\noutput: feature"))
    await press(talk, "Add: run all 4")
    assert starts(talk)
    assert len(talk.case.samples.pairs) == 4


async def test_what_was_understood_can_be_left_and_the_question_comes_again(talk: Talk) -> None:
    await talk.hear(*brought("", "tickets.csv", CSV))
    await press(talk, "Leave it")
    assert talk.case.trial.phase is Phase.declined
    assert any(isinstance(part, Form) for part in talk.parts)


async def test_above_the_cap_a_press_is_not_enough(talk: Talk) -> None:
    rows = "\n".join(f"ticket number {n} says that something does not work,label {n}" for n in range(50))
    await talk.hear(*brought("", "many.csv", f"input,output\n{rows}\n"))
    await press(talk, "Run")
    assert not starts(talk)
    assert any("above the cap" in part.text for part in talk.parts if isinstance(part, Choices))
    assert talk.case.trial.phase is Phase.awaiting_approval


@pytest.mark.parametrize(
    "text",
    [
        "Is this file ok for finetuning?",
        "would this be good enough to fine-tune on?",
        "can you check this dataset",
        "please validate our training file",
        "dataset",
    ],
)
async def test_a_file_is_checked_where_somebody_asks_whether_it_is_fit(talk: Talk, text: str) -> None:
    said = await talk.hear(*brought(text, "rows.jsonl", CHAT))
    assert "**rows.jsonl**: " in said and "12 rows" in said
    assert not starts(talk) and talk.case.samples.pairs == ()
    assert "rules say nothing" not in said and "I took no fact" not in said
    assert not any(isinstance(part, Choices | Form) for part in talk.parts), "the file is there already"


async def test_words_beside_a_file_are_no_riddle(talk: Talk) -> None:
    said = await talk.hear(*brought("here you go", "tickets.csv", CSV))
    assert "I took no fact" not in said


async def test_facts_beside_a_file_are_noted_and_gone_on_with(talk: Talk) -> None:
    said = await talk.hear(*brought("we have 400 examples in all", "tickets.csv", CSV))
    assert 'Noted: "400 examples"' in said and "I read pairs (a table with commas)" in said


async def test_one_prompt_in_a_file_is_shown_too(talk: Talk) -> None:
    said = await talk.hear(*brought("our prompt", "prompt.txt", "Sort each ticket into bug, feature or question."))
    assert "I read one prompt: Sort each ticket" in said
    assert not starts(talk)
    assert sum(isinstance(part, Text) for part in talk.parts) >= 1


async def test_a_file_that_was_asked_for_runs_at_once(talk: Talk) -> None:
    await talk.say("try")
    await talk.hear(*brought("here", "tickets.csv", CSV))
    assert starts(talk)
