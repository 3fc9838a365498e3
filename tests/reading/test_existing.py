"""What exists already is read from plain words: a finetune and how it fails, retrieval, a classifier, a score."""

import pytest

from bot.reading.understanding import understand
from knowledge.load import load
from knowledge.schema import Value

KNOWLEDGE = load()
TOLD = frozenset(name for name, fact in KNOWLEDGE.facts.items() if fact.unsaid is not None)


def told(text: str) -> dict[str, Value]:
    """Return the facts of this kind that are read in a message that nobody asked for."""
    return {hit.fact: hit.value for hit in understand(text, (), KNOWLEDGE).found if hit.fact in TOLD}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "We finetuned Llama 3 8B on 2,000 support tickets and now it has forgotten how to chat normally.",
            {"tuned_fails": ("forgets",)},
        ),
        ("After fine-tuning the model just never stops generating text.", {"tuned_fails": ("never_stops",)}),
        (
            "I trained a LoRA on 500 rows but the output is identical to the base model.",
            {"tuned_fails": ("no_effect",), "technique": ("lora",)},
        ),
        (
            "My fine-tuned model performs worse than the original model on our benchmark.",
            {"tuned_fails": ("worse_than_base",)},
        ),
        ("With my fine tuning model I get worse results than with the base.", {"tuned_fails": ("worse_than_base",)}),
        ("On real notes fine-tuning hurt: 48 % before, 30 % now.", {"tuned_fails": ("worse_than_base",)}),
        ("After SFT it refuses to answer any questions.", {"tuned_fails": ("refuses",)}),
        (
            "Since the fine-tune the model answers in English although users write in French.",
            {"tuned_fails": ("wrong_language",), "language": "other"},
        ),
        ("My model outputs the same class for every input after training.", {"tuned_fails": ("repeats",)}),
        ("After SFT on notes MMLU fell from 62 to 41.", {"tuned_fails": ("forgets",)}),
        ("Since the fine-tune it can't hold a normal chat any more.", {"tuned_fails": ("forgets",)}),
        ("We ran SFT for 3 epochs, but it answers like the vanilla one.", {"tuned_fails": ("no_effect",)}),
        ("My adapter does nothing, the answers are the same as before.", {"tuned_fails": ("no_effect",)}),
        (
            "After fine-tuning, accuracy went from 88% to 80%.",
            {"tuned_fails": ("worse_than_base",), "score_known": True},
        ),
        ("Few-shot prompting still beats our tuned model.", {"tuned_fails": ("worse_than_base",)}),
        ("Our tuned model keeps apologizing and won't answer.", {"tuned_fails": ("refuses",)}),
        ("EOS isn't generated and it rambles on since we tuned it.", {"tuned_fails": ("never_stops",)}),
        ("Our fine-tuned model goes on with a fake user message.", {"tuned_fails": ("never_stops",)}),
        ("Since the SFT it predicts class 0 no matter what input it gets.", {"tuned_fails": ("repeats",)}),
        ("We trained a LoRA and it overfits after one epoch.", {"tuned_fails": ("overfits",), "technique": ("lora",)}),
        (
            "We have a RAG setup but it keeps retrieving the wrong chunks.",
            {"in_place": ("retrieval",), "retrieval_fails": "search"},
        ),
        ("The retrieved documents are correct but the LLM still makes up answers.", {"retrieval_fails": "reading"}),
        ("We already use a BERT classifier in production.", {"in_place": ("classifier",)}),
        ("Our accuracy on 200 test cases is 78%.", {"score_known": True}),
        ("The prompt gets 14 of 20 right.", {"score_known": True}),
        ("We need at least 90% precision.", {"target_known": True}),
        ("I only trained on 10 examples to see if the whole thing works.", {"purpose": "smoke_test"}),
        ("This is for my master's thesis.", {"purpose": "research"}),
        ("I have about 300 PDF manuals and want the model to know them.", {"material": ("pdfs",)}),
    ],
)
def test_what_exists_is_read_where_it_is_said(text: str, facts: dict[str, Value]) -> None:
    assert told(text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "Should we finetune? Prompts do not hold the tone.",
        "The bot forgets instructions in long prompts.",
        "Answers come in the wrong language sometimes.",
        "Our prompt-only bot refuses too many questions.",
        "The model repeats itself, with one prompt.",
        "If we finetuned it, would it forget everything else?",
        "Does finetuning lead to overfitting?",
        "The prompt gives the same answer for every customer, should we finetune?",
        "After training our agents for two weeks quality went up.",
        "We trained our support team, and they refuse to use the bot.",
        "We pull dates out of PDFs.",
        "We need it 30% cheaper.",
        "Would a RAG system be better?",
        "We have 400 pairs, and 200 test items.",
    ],
)
def test_a_wish_a_question_and_a_prompted_model_state_nothing_that_exists(text: str) -> None:
    assert not told(text)


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("it answers exactly as before", ("no_effect",)),
        ("mostly it just repeats itself", ("repeats",)),
        ("the accuracy dropped", ("worse_than_base",)),
    ],
)
def test_how_it_fails_is_understood_once_a_finetune_was_spoken_of(text: str, fails: Value) -> None:
    finetune: dict[str, Value] = {"finetune": "falls_short", "already_tuned": True}
    (found,) = [hit for hit in understand(text, (), KNOWLEDGE, before=finetune).found if hit.fact == "tuned_fails"]
    assert found.value == fails and found.quote in text
    assert "tuned_fails" not in told(text)


@pytest.mark.parametrize(
    "text",
    ["We finetuned Llama on 3,000 tickets and the results are disappointing.", "Our LoRA does not work properly."],
)
def test_a_finetune_that_disappoints_falls_short_in_a_way_that_is_not_known_yet(text: str) -> None:
    assert {fact: value for fact, value in told(text).items() if fact != "technique"} == {"finetune": "falls_short"}


def test_which_setting_to_train_with_is_a_question_and_no_case() -> None:
    read = understand("which learning rate should I use then?", ("rule_exists",), KNOWLEDGE)
    assert read.intent == "question" and "training-recipe#settings-to-begin-with" in read.passages
