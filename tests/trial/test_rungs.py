"""What each rung sends: the team's words untouched, and never an item's own answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation import Pair, Samples
from bot.trial.instruction import instruction, language_of
from bot.trial.rungs import BY_NAME, MOST_EXAMPLES, RUNGS, Messages, climbed
from bot.trial.task import RUNG_NAMES, Task, TaskError, task_of
from tests.trial.makers import task


def words(messages: Messages) -> str:
    return "\n".join(message["content"] for message in messages)


def test_the_names_are_those_that_files_use() -> None:
    assert tuple(r.name for r in RUNGS) == RUNG_NAMES


@pytest.mark.parametrize(
    ("prompt", "sent"),
    [
        ("Label this.", "Label this.\n\nI love it"),
        ("Is {input} good? {input}!", "Is I love it good? I love it!"),
        ("Label {this}, 100 %s", "Label {this}, 100 %s\n\nI love it"),
    ],
)
def test_bare_is_the_prompt_word_for_word_without_a_system_message(prompt: str, sent: str) -> None:
    assert BY_NAME["bare"].messages(task(prompt=prompt), 0) == [{"role": "user", "content": sent}]


def test_bare_without_a_prompt_asks_plainly_and_says_so() -> None:
    rung = BY_NAME["bare"]
    assert words(rung.messages(task(), 0)) == "Which of these fits the text: negative or positive?\n\nI love it"
    assert "you gave no prompt" in rung.shown(task())


def test_one_prompt_alone_is_sent_as_it_is_and_with_the_form_of_the_answer() -> None:
    alone = task_of(Samples(prompt="Write a haiku about rain."))
    assert words(BY_NAME["bare"].messages(alone, 0)) == "Write a haiku about rain."
    assert words(BY_NAME["instructed"].messages(alone, 0)).startswith(
        "Write a haiku about rain.\n\nSend the text itself"
    )
    run, skipped = climbed(alone)
    assert [rung.name for rung in run] == ["bare", "instructed"]
    assert skipped == [("few_shot", "needs at least two pairs, so that one can be the example of the other")]


def test_the_instruction_keeps_the_teams_prompt_and_adds_the_form() -> None:
    said = words(BY_NAME["instructed"].messages(task(prompt="How does the customer feel?"), 0))
    assert said.startswith("How does the customer feel?\n\n")
    assert "exactly one of these labels: negative, positive" in said
    assert "I love it" in said


def test_a_prompt_with_a_place_keeps_its_place() -> None:
    said = words(BY_NAME["instructed"].messages(task(prompt="Feeling of <{input}>?"), 0))
    assert said.startswith("Feeling of <I love it>?\n\nAnswer with exactly one of these labels")


FORMS = [
    (task(("2+2", "4"), ("3+3", "6")), "one number in digits"),
    (task(("a", '{"name": "X", "age": 3, "vip": true}')), "name (text), age (number), vip (true or false)"),
    (task(("capital of France", "Paris"), ("of Italy", "Rome"), ("of Spain", "Madrid")), "at most 1 word"),
    (task(("a", "Dear Ana, " + "we are sorry for this. " * 5)), "21 to 33 words"),
    (task(*[(c, f"Dear {c},\n\nthank you for your long mail about it.") for c in "abc"]), 'Begin with "Dear"'),
    (task(("a", "Wir haben die Rechnung für Sie und Ihr Haus geprüft, und das ist nicht von uns.")), "Write in German"),
    (task(("a", "- one thing that is long\n- another thing\n- a third one of these")), "one point a line"),
]


@pytest.mark.parametrize(("given_task", "part"), FORMS)
def test_the_form_is_read_from_the_pairs(given_task: Task, part: str) -> None:
    assert part in instruction(given_task)


def test_a_single_label_is_not_given_away() -> None:
    one = task(("I love it", "positive"))
    assert "positive" not in instruction(one)
    assert "positive" not in words(BY_NAME["bare"].messages(one, 0))


def test_a_language_is_named_only_where_it_is_clear() -> None:
    assert language_of(["The order is on its way and we will write to you."]) == "English"
    assert language_of(["positive", "negative"]) is None
    assert language_of([]) is None


# Letters that no instruction of ours is written in.
TEXT = st.text(alphabet="αβγδεζηθ", min_size=3, max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=2, max_size=20), st.data())
def test_an_item_never_sees_its_own_answer(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    item = data.draw(st.integers(0, len(pairs) - 1))
    # The answer is marked, so that finding it cannot be a coincidence.
    marked = [(a, f"ANSWER-{a}-{b}") for a, b in pairs]
    sent = words(BY_NAME["few_shot"].messages(task(*marked), item))
    own = pairs[item][0]
    assert not any(answer in sent.split("\n") for question, answer in marked if question == own)


@given(st.lists(st.tuples(TEXT, st.sampled_from(["yes", "no"])), min_size=2, max_size=30, unique_by=lambda p: p[0]))
def test_at_most_ten_others_are_shown_as_turns(pairs: list[tuple[str, str]]) -> None:
    messages = BY_NAME["few_shot"].messages(task(*pairs), 0)
    examples = [m["content"] for m in messages if m["role"] == "assistant"]
    assert len(examples) == min(MOST_EXAMPLES, len(pairs) - 1)
    assert messages[-1]["role"] == "user"
    assert pairs[0][0] in messages[-1]["content"]
    assert set(examples) == {answer for _, answer in pairs[1:]}


def test_the_same_input_twice_is_no_example_of_itself() -> None:
    twice = task(("I love it", "positive"), (" i love  IT", "positive"), ("bad", "negative"))
    assert [m["content"] for m in BY_NAME["few_shot"].messages(twice, 0) if m["role"] == "assistant"] == ["negative"]


def test_the_fixed_parts_come_first() -> None:
    first, last = (BY_NAME["few_shot"].messages(task(), item) for item in (0, 3))
    assert first[0] == last[0]
    assert first[0]["role"] == "system"


def test_examples_stay_within_the_room_of_the_model() -> None:
    long = task(*[(f"{n} " + "x" * 500, "yes" if n % 2 else "no") for n in range(12)])
    tight = long.model_copy(update={"room": 1200})
    assert len([m for m in BY_NAME["few_shot"].messages(tight, 0) if m["role"] == "assistant"]) == 2
    none = long.model_copy(update={"room": 100})
    assert ("few_shot", "the pairs are too long to stand as examples in this model's prompt") in climbed(none)[1]


def test_bare_always_runs_and_the_rest_when_asked_for() -> None:
    only = task().model_copy(update={"rungs": ("few_shot",)})
    run, skipped = climbed(only)
    assert [rung.name for rung in run] == ["bare", "few_shot"]
    assert skipped == [("instructed", "not asked for")]


@pytest.mark.parametrize("samples", [Samples(), Samples(prompt="Sort {input}"), Samples(premise="x")])
def test_what_cannot_be_run_is_one_sentence(samples: Samples) -> None:
    with pytest.raises(TaskError) as caught:
        task_of(samples)
    assert str(caught.value).endswith(".")


def test_every_prompt_can_be_shown() -> None:
    for rung in RUNGS:
        for given_task in (task(), task(prompt="Say"), task(prompt="Say {input}")):
            assert rung.shown(given_task)
    assert Pair(input="I love it", output="positive") in task().pairs
