"""What each rung sends: the team's words untouched, and never an item's own answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.model import Pair, Samples
from bot.text.language import language_of
from bot.trial.plan import plan
from bot.trial.report.card import SAID
from bot.trial.rungs import BY_NAME, RUNGS, Messages, climbed, standard
from bot.trial.rungs.examples import MOST_EXAMPLES
from bot.trial.rungs.gepa import split
from bot.trial.rungs.instruction import instruction
from bot.trial.rungs.verbs import swaps
from bot.trial.scorers.judged import Human
from bot.trial.task import ON_REQUEST, RUNG_NAMES, Task, TaskError, task_of
from knowledge.load import load
from tests.trial.makers import task


def words(messages: Messages) -> str:
    return "\n".join(message["content"] for message in messages)


def test_the_names_are_those_that_files_use() -> None:
    assert {r.asked for r in RUNGS} == {*RUNG_NAMES, *ON_REQUEST}
    assert len({r.name for r in RUNGS}) == len(RUNGS)
    assert {r.name for r in RUNGS} == set(SAID)


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
    assert ("few_shot", "needs at least two pairs, so that one can be the example of the other") in skipped


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


def test_one_word_is_not_called_a_paragraph() -> None:
    said = instruction(task(("a", "ok")).model_copy(update={"scorer": Human()}))
    assert "Write 1 to 2 words." in said
    assert "paragraph" not in said


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
    assert "they are too long" in dict(climbed(none)[1])["few_shot"]
    alike = task(("a", "yes"), ("a", "no"))
    assert "all inputs are the same" in dict(climbed(alike)[1])["few_shot"]


def test_bare_always_runs_and_the_rest_when_asked_for() -> None:
    only = task().model_copy(update={"rungs": ("few_shot",)})
    run, skipped = climbed(only)
    assert [rung.name for rung in run] == ["bare", "few_shot"]
    assert ("instructed", "not asked for") in skipped
    assert {name for name, _ in skipped} == {*RUNG_NAMES, *ON_REQUEST} - {"bare", "few_shot"}


@pytest.mark.parametrize("samples", [Samples(), Samples(prompt="Sort {input}"), Samples(premise="x")])
def test_what_cannot_be_run_is_one_sentence(samples: Samples) -> None:
    with pytest.raises(TaskError) as caught:
        task_of(samples)
    assert str(caught.value).endswith(".")


def test_every_prompt_can_be_shown() -> None:
    everything = {"rungs": (*RUNG_NAMES, *ON_REQUEST), "premise": "Paris burnt down.", "models": ("b",)}
    for given_task in (task(), task(prompt="Improve this"), task(prompt="Say {input}"), task(*RECORDS)):
        whole = swapped(given_task).model_copy(update=everything)
        for rung in climbed(whole)[0]:
            assert rung.shown(whole)
            assert all(message["content"] for message in rung.messages(whole, 0))


RECORDS = (
    ("Ana, 31, from Bonn", '{"name": "Ana", "age": 31, "city": "Bonn"}'),
    ("Ben is 44", '{"name": "Ben", "age": 44, "city": null}'),
    ("Cem (9), Ulm", '{"name": "Cem", "age": 9, "city": "Ulm"}'),
)


def swapped(given_task: Task) -> Task:
    return given_task.model_copy(update={"swaps": swaps(given_task.prompt, load().verbs, given_task.scorer, ["a b c"])})


def test_of_many_pairs_the_most_similar_ones_are_shown() -> None:
    """The eleventh pair is the only one about parcels, and so is the item."""
    many = [(f"The app number {n} is slow", "bug" if n % 2 else "idea") for n in range(12)]
    given_task = task(*many, ("Where is my parcel?", "post"), ("My parcel is late", "post"))
    shown = [m["content"] for m in BY_NAME["few_shot"].messages(given_task, 13) if m["role"] == "user"][:-1]
    assert any("Where is my parcel?" in text for text in shown)
    assert len(shown) == MOST_EXAMPLES
    similar = task(
        *[(f"topic {n} " + "abcdefghijklmnop"[n] * 9, f"a free answer {n} of many words") for n in range(14)]
    )
    other = similar.model_copy(
        update={"pairs": (*similar.pairs, Pair(input="topic 3 ddddddddd again", output="another free answer here"))}
    )
    sent = BY_NAME["few_shot"].messages(other, 14)
    assert any("topic 3 ddddddddd" in m["content"] for m in sent[1:-1])
    assert "the most similar ones" in BY_NAME["few_shot"].shown(other)


def test_the_schema_is_shown_to_people_and_to_the_model_and_sent() -> None:
    given_task = task(*RECORDS)
    rung = BY_NAME["schema"]
    schema = rung.schema(given_task)
    assert schema is not None
    assert schema["required"] == ["name", "age", "city"]
    assert json.dumps(schema, ensure_ascii=False) in rung.shown(given_task)
    assert json.dumps(schema, ensure_ascii=False) in words(rung.messages(given_task, 0))
    assert ("schema", "is for records: the wanted outputs are no JSON objects or lists") in climbed(task())[1]


def test_of_steps_only_the_final_answer_counts() -> None:
    rung = BY_NAME["steps"]
    asked = task().model_copy(update={"rungs": ("steps",)})
    assert "Work in steps" in words(rung.messages(asked, 0))
    assert not words(rung.messages(asked, 0)).endswith("Label:")
    thought = "1. Answer: not yet\n2. It says love.\n**Answer:** positive"
    assert rung.answer(asked, thought) == "positive"
    assert rung.answer(asked, "It says love.\npositive") == "positive"
    assert rung.answer(task(*RECORDS), 'Name is Ana.\nAnswer:\n{"name": "Ana"}') == '{"name": "Ana"}'
    letters = task(("hi", "Dear Ana, thank you for your long letter of last week."))
    assert "the text itself is the answer" in str(rung.applies(letters))
    assert "too small" in str(rung.applies(asked.model_copy(update={"demonstration": True})))


def test_the_verb_is_the_only_thing_that_is_swapped() -> None:
    given_task = swapped(task(prompt="Please improve this paragraph, thanks: {input}"))
    assert [words(BY_NAME[name].messages(given_task, 0)) for name in ("bare", "verb_swap", "verb_swap_2")] == [
        "Please improve this paragraph, thanks: I love it",
        "Please proofread this paragraph, thanks: I love it",
        "Please edit this paragraph for clarity, thanks: I love it",
    ]
    assert ("verb_swap", "needs a prompt of yours, whose verb it would change") in climbed(task())[1]
    precise = swapped(task(prompt="Classify the text."))
    assert "no vague wording" in dict(climbed(precise)[1])["verb_swap"]


@pytest.mark.parametrize(
    ("prompt", "swap"),
    [
        ("Handle this ticket: {input}", "Classify this ticket as exactly one of negative, positive: {input}"),
        ("make it shorter", "condense it to 3 words"),
        ("Look at this email", "List the problems in this email"),
        ("Get the info from this mail", "Extract, copied word for word, from this mail"),
        ("Look: sort these by hand", "Look: rank these by urgency, most urgent first by hand"),
        ("Improve accuracy", None),
        ("Decide if it is spam", None),
        ("Decide.", "Recommend one option and give the reason against it."),
    ],
)
def test_verbs_keep_what_they_are_said_of_and_take_the_teams_labels(prompt: str, swap: str | None) -> None:
    assert swapped(task(prompt=prompt)).swaps == ((swap,) if swap else ())


def test_a_vague_wording_with_two_meanings_gives_two_rungs() -> None:
    """Neither replaces the other, so both are measured."""
    both = swapped(task(prompt="Translate this into simpler language: {input}"))
    assert both.swaps == ("Summarize this: {input}", "Rewrite this in plain language: {input}")
    run, skipped = climbed(both)
    assert {"verb_swap", "verb_swap_2"} <= {rung.name for rung in run}
    assert "verb_swap" not in dict(skipped)


@pytest.mark.parametrize("rungs", [("bare", "premise"), ("instructed", "premise"), RUNG_NAMES])
def test_the_missing_fact_is_the_only_thing_that_the_premise_adds(rungs: tuple[str, ...]) -> None:
    given_task = task(prompt="Feeling?").model_copy(update={"rungs": rungs, "premise": "Awful is praise here."})
    without, with_it = (rung.messages(given_task, 0) for rung in (standard(given_task), BY_NAME["premise"]))
    assert (
        "Know this first, and rely on it:\nAwful is praise here.\n\n" + without[0]["content"] == with_it[0]["content"]
    )
    assert without[1:] == with_it[1:]


def test_another_model_is_asked_as_the_first_one_is() -> None:
    given_task = task().model_copy(update={"models": ("b", "c")})
    assert [(rung.name, rung.model(given_task)) for rung in climbed(given_task)[0][-2:]] == [
        ("model", "b"),
        ("model_2", "c"),
    ]
    assert BY_NAME["model_2"].messages(given_task, 1) == BY_NAME["few_shot"].messages(given_task, 1)


def test_the_optimiser_is_scored_on_what_it_never_saw() -> None:
    few = task().model_copy(update={"rungs": ("gepa",)})
    assert dict(climbed(few)[1])["gepa"].startswith("needs 15 pairs or more")
    parts = split(20)
    assert sorted((*parts.learn, *parts.choose, *parts.score)) == list(range(20))
    assert min(len(parts.learn), len(parts.choose), len(parts.score)) >= 5
    many = task(*[(f"text {n}", "yes" if n % 2 else "no") for n in range(20)]).model_copy(update={"rungs": ("gepa",)})
    if BY_NAME["gepa"].applies(many) is None:
        assert {item for rung, item, _ in plan(many) if rung == "gepa"} == set(parts.score)
    letters = task(*[(f"text {n}", f"Dear Ana number {n}, thank you for your letter.") for n in range(20)])
    assert "need a judgement" in str(BY_NAME["gepa"].applies(letters))
