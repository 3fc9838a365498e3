"""Reading with a model, through a real server: what it claims counts only where the words carry it."""

import json
from datetime import date
from typing import Any

import pytest

from bot.reading import by_model
from tests.reading.by_model import KNOWLEDGE, NAMES, TEXT, answer, ask, claim, held


async def test_a_claim_with_its_words_is_a_fact() -> None:
    reading, server = await ask(
        answer(claim("examples", 40, "about forty examples"), claim("need", ["style"], "never keeps our tone"))
    )
    assert held(reading)["examples"] == 40
    assert held(reading)["need"] == ("style",)
    assert (reading.by_model, reading.dropped, reading.error) == (True, 0, None)
    assert len(server.asked) == 1, "one call a message"


async def test_a_quote_that_is_not_in_the_message_drops_its_fact() -> None:
    reading, _ = await ask(
        answer(
            claim("owner", "team", "our team owns it"),
            claim("variety", "some", "IT NEVER KEEPS OUR TONE"),
            claim("agreement", "write", ""),
            claim("need", ["style"], "it never keeps our tone"),
        )
    )
    assert not {"owner", "variety", "agreement"} & set(held(reading))
    assert held(reading)["need"] == ("style",)
    assert reading.dropped == 3


@pytest.mark.parametrize(
    "wrong",
    [
        claim("examples", 400, "about forty examples"),
        claim("examples", 40, "it never keeps our tone"),
        claim("baseline_known", True, "we need 90%"),
    ],
)
async def test_words_that_do_not_carry_the_value_drop_it(wrong: dict[str, Any]) -> None:
    reading, _ = await ask(answer(wrong))
    assert reading.dropped == 1
    assert wrong["quote"] not in [found.quote for found in reading.found if found.fact == wrong["fact"]]


async def test_a_baseline_needs_both_numbers() -> None:
    quote = "Our best prompt scores 71% and we need 90%"
    reading, _ = await ask(answer(claim("baseline_known", True, quote)))
    assert held(reading)["baseline_known"] is True
    assert reading.dropped == 0


async def test_the_model_wins_where_both_speak_and_patterns_fill_the_rest() -> None:
    reading, _ = await ask(answer(claim("need", ["style", "consistency"], "it never keeps our tone")))
    assert held(reading)["need"] == ("style", "consistency")
    assert held(reading)["examples"] == 40, "read by pattern"


async def test_only_facts_that_can_be_asked_are_offered_to_the_model() -> None:
    _, server = await ask(answer())
    schema = server.asked[0]["response_format"]["json_schema"]
    assert list(schema["schema"]["properties"]["facts"]["properties"]) == NAMES
    assert schema["strict"] is True


async def test_not_knowing_is_kept_for_the_open_question_only() -> None:
    text = "Petra would have to count those, she is away."
    asked = ("calls_per_day", "tokens_in")
    doubt = {"quote": "Petra would have to count those", "facts": ["calls_per_day"]}
    reading, server = await ask(answer(unsure=doubt), text, asked=asked)
    assert reading.unsure == ("calls_per_day",)
    assert KNOWLEDGE.asks["calls_per_day"].ask in server.last_prompt
    reading, _ = await ask(answer(unsure={**doubt, "quote": "I do not know"}), text, asked=asked)
    assert reading.unsure == (), "not said, so not unsure"


async def test_what_the_open_question_asked_is_closed_by_its_answer() -> None:
    for asked, closed in (((), False), (("need", "output"), True)):
        claims = answer(claim("need", ["style"], "never keeps our tone"), open=bool(asked))
        reading, _ = await ask(claims, "It never keeps our tone, whatever prompt we write for it.", asked=asked)
        assert next(found for found in reading.found if found.fact == "need").closed is closed


async def test_the_question_is_in_the_authors_words() -> None:
    text = "We have 40 pairs of tickets and replies. By the way, does tuning make it forget other things?"
    asks = "does tuning make it forget other things?"
    reading, _ = await ask(answer(asks=[{"words": asks, "kind": "other"}]), text)
    assert reading.question == asks and [each.words for each in reading.asks] == [asks]
    reading, _ = await ask(answer(asks=[{"words": "Is the sky blue?", "kind": "other"}]), text)
    assert "sky" not in str(reading.question) + str(reading.asks)


@pytest.mark.parametrize("text", ["no idea", "40"])
async def test_an_answer_by_choice_costs_no_call(text: str) -> None:
    reading, server = await ask(answer(), text, asked=("examples",))
    assert server.asked == []
    assert reading.found or reading.unsure


async def test_pasted_samples_are_not_sent_to_be_read() -> None:
    reading, server = await ask(answer(), "input: hello\noutput: hi\n\ninput: bye\noutput: ciao")
    assert server.asked == []
    assert reading.samples is not None


CASE = (
    "We sort tickets into billing and order, and it mixes them up. About 1,200 were sorted by hand. Worth a finetune?"
)


PASTED = '{"input": "charged twice", "output": "billing"}\n{"input": "where is order 7", "output": "order"}'


@pytest.mark.parametrize("text", [f"{CASE}\n\n{PASTED}", f"{PASTED}\n{CASE}"])
async def test_a_case_that_is_told_beside_samples_is_read_and_the_samples_are_not(text: str) -> None:
    told = answer(claim("need", ["skill"], "mixes them up"), asks=[{"words": "Worth a finetune?", "kind": "whether"}])
    reading, server = await ask(told, text)
    assert held(reading)["need"] == ("skill",) and [ask.words for ask in reading.asks] == ["Worth a finetune?"]
    assert reading.samples is not None and len(reading.samples.pairs) == 2
    assert "mixes them up" in server.last_prompt and "charged twice" not in server.last_prompt
    assert all(found.quote in text for found in reading.found)


async def test_a_long_message_is_cut_and_says_so() -> None:
    text = "We have about forty examples. " + "la " * 10_000 + "It is too slow."
    reading, server = await ask(answer(claim("need", ["latency"], "too slow")), text)
    assert reading.cut
    assert "too slow" not in server.last_prompt
    assert "need" not in held(reading), "nothing is quoted from what was not read"
    assert len(server.last_prompt) < by_model.LONGEST + 600


@pytest.mark.parametrize("claimed", ["old", "current", "several"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Our pipeline is built around GPT-4o.", "old"),
        ("Our pipeline is built around Claude Sonnet 5.5.", "current"),
        ("Our pipeline is built around gpt 4 o and Qwen3-32B.", "several"),
    ],
)
async def test_how_old_a_model_is_the_list_says_and_not_the_reader(claimed: str, text: str, value: str) -> None:
    reading, _ = await ask(answer(claim("models_tried", claimed, text.rstrip("."))), text)
    assert held(reading) == {"models_tried": value}


@pytest.mark.parametrize("claimed", ["old", "current"])
@pytest.mark.parametrize("text", ["Our pipeline is built around the old model.", "It is built around Gemini."])
async def test_an_age_without_a_name_that_has_one_is_dropped(claimed: str, text: str) -> None:
    reading, _ = await ask(answer(claim("models_tried", claimed, text.rstrip("."))), text)
    assert held(reading) == {}
    assert reading.dropped == 1


@pytest.mark.parametrize(
    ("claimed", "text"), [("none", "No model has seen it."), ("several", "We went through a lot of models.")]
)
async def test_without_a_name_a_claim_of_none_or_several_counts(claimed: str, text: str) -> None:
    reading, _ = await ask(answer(claim("models_tried", claimed, text.rstrip("."))), text)
    assert held(reading)["models_tried"] == claimed


async def test_what_the_message_is_comes_with_its_facts() -> None:
    text = "Hallo! Unsere Antworten treffen den Ton nie. Wie viele Beispiele braucht man? Und sollten wir feintunen?"
    asks = [
        {"words": "Wie viele Beispiele braucht man?", "kind": "how_much_data"},
        {"words": "sollten wir feintunen?", "kind": "whether"},
    ]
    said = answer(
        claim("need", ["style"], "treffen den Ton nie"),
        language="de", situation="Replies miss the tone.", complaint="treffen den Ton nie", asks=asks,
    )  # fmt: skip
    reading, _ = await ask(said, text)
    assert (reading.language, reading.situation) == ("de", "Replies miss the tone.")
    assert [(each.kind, each.words) for each in reading.asks] == [(each["kind"], each["words"]) for each in asks]
    assert reading.question == "Wie viele Beispiele braucht man?", "whether is the case itself"
    assert held(reading)["need"] == ("style",)


@pytest.mark.parametrize(
    ("wants", "intent", "confirm"),
    [("decide", "verdict", False), ("forget", "forget", True), ("stop", "stop", True), ("status", "status", False)],
)
async def test_a_wish_in_any_language_is_an_intent_and_what_ends_something_is_confirmed(
    wants: str, intent: str, confirm: bool
) -> None:
    reading, _ = await ask(answer(language="fi", wants=wants), "Tämä riittää minulle nyt kyllä")
    assert (reading.intent, reading.confirm) == (intent, confirm)


async def test_what_the_model_is_asked_fits_the_schema_and_the_day_is_given() -> None:
    _, server = await ask(answer())
    sent = server.asked[0]
    assert "unsure" not in sent["response_format"]["json_schema"]["schema"]["properties"]
    assert '"unsure"' not in json.dumps(sent["messages"]).replace('\\"', '"')
    _, server = await ask(answer(open=True), "Well, as it happens we have to see about that", asked=("examples",))
    sent = server.asked[0]
    assert "unsure" in sent["response_format"]["json_schema"]["schema"]["required"]
    listed = {fact.name: fact for fact in KNOWLEDGE.facts.values() if fact.known_by == "asked"}
    told = by_model.messages("hello", listed, (), KNOWLEDGE.asks, date(2026, 11, 26))
    assert "Today is 2026-11-26." in told[1]["content"]


async def test_a_pair_and_a_set_may_rest_on_several_quotes() -> None:
    text = "We score 71% now. It took weeks of work. The bar is 90%. We wrote clear instructions and gave examples."
    reading, _ = await ask(
        answer(
            claim("baseline_known", True, ["71%", "90%"]),
            claim("prompts_tried", ["one", "few_shot"], ["clear instructions", "gave examples"]),
        ),
        text,
    )
    assert held(reading)["baseline_known"] is True
    assert reading.dropped == 0
    assert all(found.quote in text for found in reading.found)
    reading, _ = await ask(answer(claim("baseline_known", True, ["71%", "95%"])), text)
    assert reading.dropped == 1


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Suppose we had a couple of labelled pairs, say 500 pairs.", "500 pairs"),
        ("> we have 500 pairs\nThat is what they wrote, not me.", "500 pairs"),
        ("See `x`:\n```\nwe have 500 pairs\n```\nfor the log.", "500 pairs"),
        ("We do not have 500 pairs of anything at all here.", "500 pairs"),
        ("We used to have 500 pairs of that kind.", "500 pairs"),
        ("Nobody here has 500 pairs of that kind.", "500 pairs"),
        ("Even if we have 500 pairs of that kind, is it enough?", "500 pairs"),
    ],
)
async def test_words_in_a_quotation_code_negation_or_supposition_are_asked_about(text: str, quote: str) -> None:
    reading, _ = await ask(answer(claim("examples", 500, quote)), text)
    assert "examples" not in held(reading)
    assert 500 in reading.candidates["examples"]


async def test_where_both_know_and_disagree_it_is_asked() -> None:
    reading, _ = await ask(answer(claim("examples", 71, "71")), TEXT)
    assert "examples" not in held(reading)
    assert set(reading.candidates["examples"]) == {40, 71}


async def test_a_fact_that_is_taken_back_goes_and_its_new_value_closes_it() -> None:
    text = "Ah no, it never was the tone after all; what hurts is that every call is so dear."
    said = answer(
        claim("need", ["cost"], "every call is so dear"), corrects=[{"fact": "need", "quote": "never was the tone"}]
    )
    reading, _ = await ask(said, text)
    assert held(reading)["need"] == ("cost",)
    assert reading.corrects == ("need",)
    assert next(found for found in reading.found if found.fact == "need").closed


@pytest.mark.parametrize(
    ("text", "quote", "value", "counts"),
    [
        ("I train it on a T4 in Colab and it keeps our tone badly.", "a T4 in Colab", "self_hosted", False),
        ("We use GPT4All and it invents product names.", "GPT4All", "self_hosted", False),
        ("We use GPT4All and it invents product names.", "GPT4All", "openai", False),
        ("So far it is a Google Colab notebook of mine.", "Google Colab notebook", "vertex", False),
        ("It has to run on a T4 in our own rack.", "on a T4 in our own rack", "self_hosted", True),
        ("It will run on vLLM with two H100s.", "run on vLLM with two H100s", "self_hosted", True),
        ("Everything of ours is at OpenAI.", "at OpenAI", "openai", True),
    ],
)
async def test_what_is_at_hand_to_try_something_is_no_platform(text: str, quote: str, value: str, counts: bool) -> None:
    reading, _ = await ask(answer(claim("platform", value, quote)), text)
    assert held(reading).get("platform") == (value if counts else None)
    assert counts or "platform" not in reading.candidates, "nor is it asked about, where nobody had asked"
