"""The shape of a task, which need leads, money spent and how a finetune was made: read from plain words and replies."""

import pytest

from bot.reading.understanding import understand
from knowledge.load import load
from knowledge.schema import Value

KNOWLEDGE = load()
NEW = ("leads", "classes", "calls_tools", "modality", "language", "answers_must", "spend_month", "technique")


def read(text: str, *asked: str) -> dict[str, Value]:
    """Return what is read of these facts, with the words that say so checked to be the author's."""
    found = understand(text, asked, KNOWLEDGE).found
    assert all(hit.quote in text for hit in found)
    return {hit.fact: hit.value for hit in found if hit.fact in NEW}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Tone and facts are both off, but the tone matters most.", {"leads": "style"}),
        ("The biggest problem is the latency, cost is second.", {"leads": "latency"}),
        ("We sort tickets into 30 categories.", {"classes": 30}),
        ("We have 77 intents and about 900 labelled examples.", {"classes": 77}),
        ("Our agent calls the wrong function half of the time.", {"calls_tools": True}),
        ("We classify photos of damaged cars.", {"modality": ("image",)}),
        ("It should transcribe audio from our hotline.", {"modality": ("audio",)}),
        ("Our customers write in German.", {"language": "other"}),
        ("We translate medical leaflets into Yoruba.", {"language": "rare"}),
        ("It must say that it does not know instead of guessing.", {"answers_must": ("abstain",)}),
        ("The clause has to be quoted word for word.", {"answers_must": ("verbatim",)}),
        ("We spend about $4k a month on GPT-4o for this.", {"spend_month": 4000}),
        ("Our monthly bill for the api is around $1,200.", {"spend_month": 1200}),
        ("We burn 50 dollars a day on Claude calls.", {"spend_month": 1500}),
        ("It costs us $24,000 a year.", {"spend_month": 2000}),
        ("gpt eats 5 grand a month", {"spend_month": 5000}),
        ("We finetuned Mistral with QLoRA and it forgot how to chat.", {"technique": ("lora",)}),
        ("We did a full finetune of Llama 3 8B and it overfits.", {"technique": ("full",)}),
        ("After SFT we ran DPO and the answers got longer.", {"technique": ("preference",)}),
        ("I fine-tuned Llama on raw text from our wiki and it just goes on writing.", {"technique": ("raw_text",)}),
    ],
)
def test_it_is_read_where_it_is_said(text: str, facts: dict[str, Value]) -> None:
    assert read(text) == facts


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("the tone, by far", "leads", "style"),
        ("both count the same", "leads", "none"),
        ("around thirty", "classes", 30),
        ("77", "classes", 77),
        ("yes, it picks from a dozen tools", "calls_tools", True),
        ("no tools at all", "calls_tools", False),
        ("pictures of receipts", "modality", ("image",)),
        ("german", "language", "other"),
        ("a dialect that hardly any model knows", "language", "rare"),
        ("it has to admit when there is no answer", "answers_must", ("abstain",)),
        ("about $2k", "spend_month", 2000),
        ("1500 a month", "spend_month", 1500),
        ("50 bucks a day", "spend_month", 1500),
        ("qlora with unsloth", "technique", ("lora",)),
    ],
)
def test_a_reply_answers_the_question(text: str, fact: str, value: Value) -> None:
    assert read(text, fact) == {fact: value}


@pytest.mark.parametrize(
    "text",
    [
        "Should we use LoRA or full finetuning?",
        "We built it using tools like LangChain.",
        "5 categories fail.",
        "We want to save $2k a month.",
        "Our budget is $500 a month.",
        "A seat costs $20 per month.",
        "My ChatGPT plan is $20 a month.",
        "We pay annotators $2000 a month.",
        "Training costs: $9,000 per month.",
        "We pay 2000 euros a month.",
        "I burned $1,200 in GPU compute last spring.",
        "The format has to follow our template to the letter.",
        "We plan to try DPO next.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert not read(text)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("we pay 4k a month", None),
        ("we burn 4k a month on openai", None),
        ("we have 4k a month in API costs", None),
        ("we pay $3k a month and get 50k requests a day", 50_000),
        ("each call costs 4 cents and we do 30k a day", 30_000),
    ],
)
@pytest.mark.parametrize("asked", [(), ("calls_per_day",)])
def test_money_is_never_taken_for_calls(text: str, calls: int | None, asked: tuple[str, ...]) -> None:
    found = {hit.fact: hit.value for hit in understand(text, asked, KNOWLEDGE).found}
    assert found.get("calls_per_day") == calls


def test_an_amount_in_another_currency_is_asked_for_in_dollars() -> None:
    assert "US dollars" in " ".join(understand("900 euros a month", ("spend_month",), KNOWLEDGE).notes)
