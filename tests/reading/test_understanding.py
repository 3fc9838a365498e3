"""What a message is for, and what it states: by its form, by phrasings, and by numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.base import Value
from bot.reading import Reading, understand
from knowledge.load import load
from knowledge.schema import Intent

KNOWLEDGE = load()


def read(text: str, *asked: str, before: dict[str, Value] | None = None) -> Reading:
    return understand(text, asked, KNOWLEDGE, before=before or {})


def facts(reading: Reading) -> dict[str, Value]:
    return {hit.fact: hit.value for hit in reading.found}


ANSWERS: list[tuple[str, str, Value, str]] = [
    ("need", "the tone mostly, it sounds like a robot wrote it", ("style",), "sounds like a robot"),
    ("need", "not the tone, thats fine. it flips: right on monday, wrong on tuesday", ("consistency",), "flips"),
    ("output", "no not json, just plain prose", "text", "plain prose"),
    ("prompts_tried", "a couple of system prompts, no examples in it", ("several",), "a couple of system prompts"),
    ("data_limits", "we cannot send anything to the cloud", "must_stay_inside", "cannot send anything to the cloud"),
    ("data_limits", "data cant leave our servers (HIPAA)", "must_stay_inside", "data cant leave our servers"),
    ("owner", "@sara would", "one", "sara"),
    ("quality_ok", "i doubt it", False, "i doubt it"),
    ("baseline_known", "our best prompt gets 64 of 80", False, "64 of 80"),
    ("baseline_known", "at 71 % now and we need 90 %", True, "71 % now and we need 90"),
    ("calls_per_day", "roughly 2,100 a week", 300, "2,100 a week"),
    ("tokens_out", "half a page", 350, "half a page"),
]


@pytest.mark.parametrize(("asked", "text", "value", "words"), ANSWERS)
def test_an_answer_in_their_own_words(asked: str, text: str, value: Value, words: str) -> None:
    reading = read(text, asked)
    hit = next(hit for hit in reading.found if hit.fact == asked)
    assert hit.value == value
    assert hit.quote in text and words in hit.quote
    assert hit.closed


INTENTS: list[tuple[str, Intent, bool]] = [
    ("just decide please", "verdict", False),
    ("what have you got so far?", "status", False),
    ("ok enough questions, whats the verdict", "verdict", False),
    ("stop", "stop", False),
    ("please stop asking me things", "stop", True),
    ("delete everything i told you", "forget", True),
    ("lets start over from scratch", "restart", True),
    ("thanks a lot", "smalltalk", False),
    ("how would i find that out?", "counter", False),
]


@pytest.mark.parametrize(("text", "intent", "confirm"), INTENTS)
def test_what_a_message_is_for(text: str, intent: Intent, confirm: bool) -> None:
    reading = read(text, "examples")
    assert (reading.intent, reading.confirm) == (intent, confirm)
    assert reading.found == ()


@pytest.mark.parametrize(
    "text", ["dunno, legal never told us", "no clue honestly", "?", "I'd rather not say", "not sure"]
)
def test_not_knowing_in_many_words(text: str) -> None:
    reading = read(text, "data_limits")
    assert (reading.unsure, reading.intent, reading.found) == (("data_limits",), "unsure", ())


@pytest.mark.parametrize("text", ["I don't know", "we don't know yet", "no idea"])
@pytest.mark.parametrize("asked", [("need",), ("output",), ("examples",)])
def test_not_knowing_is_no_option_that_sounds_alike(text: str, asked: tuple[str, ...]) -> None:
    reading = read(text, *asked)
    assert (reading.unsure, reading.found) == (asked, ())


@pytest.mark.parametrize("order", ["{case}\n\n{samples}", "{samples}\n\n{case}"])
def test_what_is_told_beside_samples_is_read_as_ever(order: str) -> None:
    samples = '{"input": "charged twice", "output": "billing"}\n{"input": "where is order 7", "output": "order"}'
    case = "It puts tickets about billing into order time and again. We have 400 tickets that our agents labelled."
    reading = read(order.format(case=case, samples=samples))
    assert reading.samples is not None and len(reading.samples.pairs) == 2
    assert facts(reading)["examples"] == 400
    assert facts(reading)["examples_from"] == "people"


SILENT = [
    ("few-shot with 5 examples", "examples"),
    ("the bill is 45k a month", "calls_per_day"),
    ("we have AI", "output"),
    ("we have 300 pairs for training if thats what you mean", "eval_items"),
    ("does an email address count as personal?", "data_limits"),
]


@pytest.mark.parametrize(("text", "asked"), SILENT)
def test_what_is_no_answer(text: str, asked: str) -> None:
    assert asked not in facts(read(text, asked))


TYPICAL: list[tuple[str, str, dict[str, Value]]] = [
    ("gpt-4o keeps returning broken JSON", "", {"need": ("format",), "models_tried": "old", "output": "record"}),
    ("gpt-4o keeps returning broken JSON", "need", {"need": ("format",), "models_tried": "old", "output": "record"}),
    ("data cant leave our servers (HIPAA)", "", {"data_limits": "must_stay_inside"}),
    ("few-shot with 5 examples", "examples", {"prompts_tried": ("few_shot",)}),
    ("joe is very patient with it", "", {}),
    ("An option for the user: 2. Daily", "", {}),
    ("we should have ~200 samples at the very least", "", {}),
    ("it does 61 sentences per second", "", {}),
    (
        "gpt-5.5 with 3,200 prompt tokens (2,900 of it the same every time), 150 out",
        "",
        {"tokens_in": 3200, "tokens_fixed": 2900, "tokens_out": 150},
    ),
    ("It's 3 million log lines per hour.", "", {"calls_per_day": 72_000_000}),
    ("grammar-constrained decoding is on our list", "", {}),
    ("we want to replace it with gpt-4o", "", {}),
    ("luna, the newest claude and gemini 3.5 flash", "models_tried", {"models_tried": "several"}),
]


@pytest.mark.parametrize(("text", "asked", "wanted"), TYPICAL)
def test_of_running_text_the_situation_is_read_and_no_single_word(
    text: str, asked: str, wanted: dict[str, Value]
) -> None:
    assert facts(read(text, *([asked] if asked else []))) == wanted


def test_failures_a_day_are_no_calls() -> None:
    assert "calls_per_day" not in facts(read("it sent 3 misclassified tickets per day to billing"))


@pytest.mark.parametrize("asked", [(), ("need",), ("examples",)])
@pytest.mark.parametrize("text", ["what does batch size do?", "why not just finetune?"])
def test_a_question_about_finetuning_is_one_whatever_is_open(text: str, asked: tuple[str, ...]) -> None:
    reading = read(text, *asked)
    assert (reading.intent, bool(reading.passages), reading.found) == ("question", True, ())


def test_an_answer_that_is_only_close_offers_the_likeliest_options() -> None:
    reading = read("either azure or bedrock", "platform")
    assert "platform" not in facts(reading)
    assert {"azure", "bedrock"} <= set(reading.candidates["platform"])
    assert len(reading.candidates["platform"]) <= 3


def test_a_number_that_is_denied_names_what_is_corrected() -> None:
    reading = read("no wait, it's 400 not 40", "examples_from", before={"examples": 40, "eval_items": 12})
    assert facts(reading) == {"examples": 400}


def test_a_message_for_somebody_else_is_left_alone() -> None:
    for text in ("@tom can you look at this?", "sam, lunch at 12?", "<@U123> we have 300 pairs, right?"):
        reading = read(text, "examples")
        assert reading.left_alone and reading.intent == "other" and reading.found == ()


BETWEEN = [
    "ok cool, who is on call?",
    "it costs too much there now",
    "one test is missing",
    "why?",
    "restart the server please",
]


@pytest.mark.parametrize("text", BETWEEN)
def test_of_talk_between_people_nothing_comes(text: str) -> None:
    reading = understand(text, (), KNOWLEDGE, overheard=True)
    assert (reading.left_alone, reading.found, reading.question, reading.skip) == (True, (), None, False)


def test_between_people_the_unmistakable_counts() -> None:
    reading = understand(
        "back to our replies: we have 412 tickets with the answer that was sent", (), KNOWLEDGE, overheard=True
    )
    assert facts(reading) == {"examples": 412}


def test_a_question_brings_its_passages_and_the_case_itself_does_not() -> None:
    assert "rule-5#samples" in read("how many examples do i need").passages
    assert read("should we finetune?").question is None


def test_a_fact_of_a_house_is_read_by_its_phrasings_alone(tmp_path: object) -> None:
    from pathlib import Path

    house = Path(str(tmp_path))
    (house / "questions").mkdir()
    (house / "facts.yaml").write_text("tables: {type: bool, assume: false, about: Whether the answer holds a table.}\n")
    (house / "questions" / "tables.md").write_text(
        "---\nid: tables\ntitle: Tables\norder: 11\nfacts:\n  tables:\n    ask: Does the answer hold a table?\n"
        "    why: tables have a form\n    options: {'true': 'Yes', 'false': 'No'}\n    says:\n"
        "      'true': [rows and columns come back, it returns a spreadsheet grid]\n"
        "      'false': [only running sentences, plain paragraphs without columns]\n---\nHelp.\n"
    )
    (hit,) = understand("it gives back rows and columns", ["tables"], load(house)).found
    assert (hit.fact, hit.value) == ("tables", True)


SAID = [text for _, text, _, _ in ANSWERS] + [text for text, _, _ in INTENTS] + [text for text, _ in SILENT]
names = st.sampled_from([fact.name for fact in KNOWLEDGE.facts.values() if fact.known_by == "asked"])


@given(
    st.one_of(st.text(max_size=120), st.lists(st.sampled_from(SAID), max_size=3).map(", ".join)),
    st.lists(names, max_size=3),
)
def test_what_is_offered_is_allowed_and_what_is_held_is_quoted(text: str, asked: list[str]) -> None:
    for overheard in (False, True):
        reading = understand(text, asked, KNOWLEDGE, overheard=overheard)
        assert all(hit.quote and hit.quote in text for hit in reading.found)
        held = {hit.fact for hit in reading.found}
        assert held.isdisjoint(reading.candidates) and held.isdisjoint(reading.unsure)
        assert not (reading.left_alone and held)
        assert set(reading.passages) <= set(KNOWLEDGE.passages)


HELD: dict[str, Value] = {"need": ("style", "cost"), "platform": "azure", "examples": 400}


@pytest.mark.parametrize(
    ("text", "found", "corrects"),
    [
        ("it is not about tone, it is too slow", {"need": ("cost", "latency")}, ("need",)),
        ("no wait, the tone is fine", {"need": ("cost",)}, ("need",)),
        ("forget what I said about the price", {"need": ("style",)}, ("need",)),
        ("actually it isn't because of the costs", {"need": ("style",)}, ("need",)),
        ("we are not on azure anymore, we use bedrock", {"platform": "bedrock"}, ("platform",)),
        ("we're not on azure after all", {}, ("platform",)),
        ("we don't have 400 examples after all", {}, ("examples",)),
        ("scratch that, no examples at all", {"examples": 0}, ()),
    ],
)
def test_what_is_taken_back_goes_and_the_rest_stays(
    text: str, found: dict[str, Value], corrects: tuple[str, ...]
) -> None:
    reading = understand(text, (), KNOWLEDGE, before=HELD)
    assert {hit.fact: hit.value for hit in reading.found} == found
    assert reading.corrects == corrects
    assert all(hit.closed and hit.quote in text for hit in reading.found)


@pytest.mark.parametrize(
    "text",
    ["it is just not our tone", "it's not the right tone", "is it about the tone?", "the tone is not fine",
     "it is not about the weather", "we are not on vacation", "we don't have time"],
)  # fmt: skip
def test_a_complaint_takes_nothing_back(text: str) -> None:
    assert understand(text, (), KNOWLEDGE, before=HELD).corrects == ()
