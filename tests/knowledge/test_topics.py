"""What people ask about a topic leads to a passage of it; the questions were written before the passages."""

from collections.abc import Mapping

import pytest

from knowledge.load import load
from knowledge.lookup import look_up

KNOWLEDGE = load()
ASKED: Mapping[str, tuple[str, ...]] = {
    "training-recipe": (
        "what learning rate should I use for a LoRA?",
        "how many epochs should we train on 800 rows?",
        "what rank and alpha do people set, and which target modules?",
        "should the loss be computed on the prompt as well or only on the answer?",
        "how much GPU memory does a full finetune of an 8B need compared with LoRA?",
    ),
    "worse-after-tuning": (
        "after training the model got worse than the base, where do I look first?",
        "it forgot how to do everything else after the finetune, how do I prevent that?",
        "my tuned model never stops generating, it just goes on and on",
        "the adapter seems to have no effect at all, output is identical to the base",
        "do I have to mix general instruction data into my training set?",
    ),
    "raw-text": (
        "we have 3 GB of raw text and no question answer pairs, what do I do with it?",
        "how do I turn PDFs into training examples?",
        "does continued pretraining on our corpus make sense?",
        "can I train a chat model on plain text without instructions?",
        "I want to finetune on our git repository, how do I make a dataset out of the code?",
    ),
    "retrieval-repair": (
        "our RAG finds the wrong passages, how do we improve it?",
        "what chunk size is best, and should chunks overlap?",
        "do I need hybrid search or a reranker?",
        "questions that need two documents at once fail in our RAG",
        "how do I measure retrieval separately from the answer?",
    ),
    "reading-scores": (
        "tuned got 84% and base 80% on 100 questions, is that a real difference?",
        "how many test items do I need to see a 5 point difference?",
        "zero errors in 60 tests, can I say it never fails?",
        "annotators preferred the tuned model in 31 of 50 blind comparisons, is this significant?",
        "should both models be scored on the same items and compared in pairs?",
    ),
    "reading-failures": (
        "what can I learn from a confusion matrix?",
        "missing an urgent case is much worse than a false alarm, how do I account for that?",
        "how do I check whether the model just memorised the training data?",
        "my validation accuracy is 99%, could the test set have leaked?",
        "how should I go through the errors after an evaluation?",
    ),
    "metrics": (
        "which metric do I use for summaries?",
        "is BLEU or ROUGE good enough?",
        "accuracy or F1 for unbalanced classes?",
        "how do I score extracted fields?",
        "can I let GPT judge the answers?",
    ),
    "classifiers": (
        "how do I train a BERT classifier, what settings?",
        "can a small model handle the easy tickets and pass the rest to an LLM?",
        "how do I choose the confidence threshold?",
        "two of our 30 categories are always confused, what do we do with them?",
        "labels come from GPT, should I evaluate against them?",
    ),
    "cost-method": (
        "how do I work out the price per document?",
        "we only run it at night, is a GPU endpoint that stays on worth it?",
        "is the batch API cheaper for us?",
        "how do I weigh errors against running costs?",
        "what would classifying 2 million documents cost us?",
    ),
    "tool-calls": (
        "can I finetune a model for function calling?",
        "the model calls the wrong tool or invents arguments",
        "what do training rows with tool calls look like?",
        "how do I evaluate tool calls?",
        "should training include examples where no tool is called?",
    ),
    "reward-and-feedback": (
        "how should I design the reward function for GRPO?",
        "all rollouts get zero reward, pass rate is below 1%, can RL work?",
        "what should our thumbs up button log?",
        "how do I build the pairs for DPO from our logs?",
        "the model games the reward, what can I do?",
    ),
    "languages-and-fields": (
        "which model is good at Swahili?",
        "which open model should we take for German?",
        "is there a model for medical or legal texts?",
        "does the tokenizer matter for our language?",
        "is a domain specific model better than a general one?",
    ),
    "first-finetune": (
        "can you give me a step by step recipe for my first finetune?",
        "what commands or code do I need to run a LoRA training?",
        "which library should a beginner use, TRL, Unsloth or Axolotl?",
        "what do I check before I press start on the training?",
        "what would be a sensible default config for the first run?",
    ),
    "latency": (
        "answers take 8 seconds, what makes them slow?",
        "time to first token is high, why?",
        "would shorter outputs make it faster?",
        "does quantization speed up inference?",
        "what drives the response time of an LLM?",
    ),
    "language-and-voice": (
        "the model answers in English although users write in French",
        "after the finetune it mixes languages",
        "I want it to write like me, can I train it on my own emails?",
        "how do I get it to sound like our founder?",
        "replies come in the wrong language when the documents are English",
    ),
    "terms-and-health": (
        "am I allowed to train a competing model on ChatGPT outputs?",
        "what do the terms of service say about training on outputs?",
        "is the Llama licence ok for commercial use of a finetune?",
        "can we send patient data to an API under HIPAA?",
        "how do we de-identify clinical notes before training?",
    ),
    "after-it-works": (
        "our finetune works well, what now?",
        "how do we monitor a tuned model in production?",
        "how do I notice that quality drifts over time?",
        "when should we retire the finetune and go back to a base model?",
        "do we retrain on a schedule or only when something breaks?",
    ),
}
"""The rule of each topic, and what people ask about it."""


@pytest.mark.parametrize("topic", ASKED)
def test_a_topic_has_passages(topic: str) -> None:
    assert KNOWLEDGE.rules[topic].passages


@pytest.mark.parametrize(("topic", "question"), [(topic, said) for topic, told in ASKED.items() for said in told])
def test_a_question_about_a_topic_finds_a_passage_of_it(topic: str, question: str) -> None:
    found = look_up(KNOWLEDGE, question, most=2)
    assert topic in {passage.rule for passage in found}, [passage.ref for passage in found]


def test_no_question_of_a_topic_is_one_that_its_passages_name() -> None:
    named = {said.lower().strip(" ?") for passage in KNOWLEDGE.passages.values() for said in passage.answers}
    assert not named & {said.lower().strip(" ?") for told in ASKED.values() for said in told}
