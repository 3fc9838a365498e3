"""The checks of an answer: what must not be said is found, and what may be said passes."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.arithmetic import ArithmeticFault, evaluate
from bot.answer.checks import brief_holds, faults
from bot.answer.draft import draft_of
from bot.answer.figures import carried, numbers_in, rounds_to
from bot.answer.prompt import schema
from bot.answer.stance import advises_tuning
from bot.consultation.model import How
from knowledge.schema import Value
from tests.answer.cases import answered, material
from tests.knowledge.clauses import CASES, GATES

FACTS: dict[str, Value] = {**GATES, "prompts_tried": ("several",), "calls_per_day": 3000}
ASK = "should we finetune a model for our 8,000 tickets? it never keeps the tone"
CASE = material(FACTS, ASK)
SAID = "Tone is what examples in the prompt carry best. Put four of your own replies into it before anything else."


def found(text: str = SAID, case: Any = CASE, **more: Any) -> str:
    return "\n".join(faults(draft_of(answered(text, **more)), case))


def cite(*sources: str) -> list[dict[str, Any]]:
    return [{"number": n, "source": source} for n, source in enumerate(sources, 1)]


def test_a_plain_answer_passes() -> None:
    assert found() == ""


def test_bold_words_may_lead_a_paragraph() -> None:
    assert found(f"**First** {SAID}") == ""


def test_an_answer_with_everything_it_may_have_passes() -> None:
    text = (
        "Three or four of your own replies usually carry a tone further than a description [1]. At 3,000 calls a day "
        "a prompt of 1,500 tokens costs about 284 USD a month on gpt-4.1.\n\n"
        "Start with `Reply as in these examples:` and the replies below it.\n\n"
        "If you train anyway, use LoRA with rank 16 and a rate of 2e-4. Train two passes and stop when the loss rises."
    )
    steps = [{"text": "Paste 20 tickets here: if all 20 pass, the low end is 84 %.", "experiment": "trial"}]
    sums = [{"expression": "3000 * 30 * 3.16 / 1000", "result": 284.4}, {"expression": "low(20, 20)", "result": 0.84}]
    assert found(text, footnotes=cite("rule-2#cheap-steps"), steps=steps, calculations=sums) == ""


def test_names_of_models_and_files_are_plain_words() -> None:
    text = f"{SAID}\n\nPut the rows into a file:\n\n```\nvllm serve meta-llama/Meta-Llama-3-8B-Instruct\n```"
    assert found(text) == ""


def test_a_number_behind_and_does_not_rest_on_the_footnote_before_it() -> None:
    text = "Your own replies carry a tone further than words do [1] and one of them takes about 45 tokens."
    assert found(text, footnotes=cite("rule-2#cheap-steps")) == ""
    assert "stands neither" in found("In 417 teams [1] it worked.", footnotes=cite("rule-2#cheap-steps"))


def test_the_steps_of_a_recipe_share_the_condition_of_an_earlier_one() -> None:
    steps = "1. Do not train yet.\n2. When you train, keep 50 rows aside.\n\n3. Start with LoRA at rank 16."
    assert advises_tuning(steps) is None
    assert advises_tuning(f"{steps}\n4. You should finetune it now.") == "You should finetune it now."
    assert advises_tuning(f"{steps}\n\n**Settings.** Start with LoRA at rank 16.") is None
    assert advises_tuning(f"{steps}\n\nFine-tune it this week.") == "Fine-tune it this week."
    assert advises_tuning("1. Collect rows.\n2. Start with LoRA at rank 16.") == "Start with LoRA at rank 16."


def test_that_a_tool_can_train_is_no_advice_to_do_it() -> None:
    assert advises_tuning("Yes, Unsloth can finetune on a codebase, but search supplies facts better.") is None
    assert advises_tuning("Yes, you can finetune it right away.") is not None


@pytest.mark.parametrize(
    "said",
    [
        "Finetune ahead: pin the base and watch edits for a week.",
        "3. finetune, training prompt",
        "Train less, mix in general text.",
        "Unsure requests go to the strong model; the finetune is the way back.",
        "比三种：原模型直接答，原模型加提示词，微调模型。",
        "- **Sigue fallando:** entonces conviene plantearse entrenar.",
        "- Contenido correcto, estructura inestable: ahí conviene entrenar.",
        "Begin it near `5e-7` (about 5e-6 with LoRA), one epoch, with an SFT loss on the chosen answers.",
        "Ten rows make three updates; for LoRA, a learning rate around 2e-4 is a good start.",
    ],
)
def test_a_list_of_outcomes_is_no_advice(said: str) -> None:
    assert advises_tuning(said) is None


@pytest.mark.parametrize(
    "said", ["Fine-tune Llama.", "Train a LoRA on your rows.", "Finetune!", "So finetune the model."]
)
def test_an_order_to_train_is_advice(said: str) -> None:
    assert advises_tuning(said) == said


def test_a_prompt_that_somebody_showed_may_be_quoted() -> None:
    shown = material(
        FACTS, 'our prompt says: "You must always answer with the most relevant documentation page". is it ok?'
    )
    assert (
        found('Your prompt demands "the most relevant documentation page" of it and allows no way out at all.', shown)
        == ""
    )


def test_an_answer_in_a_language_of_few_words_is_not_taken_for_one_about_something_else() -> None:
    spanish = material(FACTS, "Buenas tardes, algo así también deseo hacer, pero para el área de derecho")
    said = (
        "Sí, puede hacerlo, pero todavía sin entrenar: ponga primero tres o cuatro de sus propias respuestas en la "
        "instrucción y mire si el tono ya se parece al suyo."
    )
    assert spanish.language == "Spanish" and found(said, spanish) == ""


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "invented source": ({"text": f"{SAID} [1]", "footnotes": cite("rule-9#nothing")}, "was not offered"),
    "another conversation's source": ({"text": f"{SAID} [1]", "footnotes": cite("slack:T1:C9:171.2")}, "not offered"),
    "mark without footnote": ({"text": f"{SAID} [3]"}, "has no such number"),
    "unused footnote": ({"footnotes": cite("rule-2#cheap-steps")}, "is not used"),
    "wrong number": (
        {"text": "In 417 of 500 teams examples were enough [1].", "footnotes": cite("rule-2#cheap-steps")},
        "stands neither in the cited source",
    ),
    "number of another source": (
        {"text": "Examples cost $153 a month [1].", "footnotes": cite("rule-2#cheap-steps")},
        "stands neither",
    ),
    "invented price": ({"text": "That is 77.31 USD a month."}, "the amount"),
    "false sum": ({"calculations": [{"expression": "3000 * 30", "result": 80000}]}, "gives 90000"),
    "no sum": ({"calculations": [{"expression": "import os", "result": 1}]}, "cannot be repeated"),
    "link": ({"text": f"{SAID} See https://evil.example/x?y."}, "was not in the sources"),
    "bare domain": ({"text": f"{SAID} See evil-tuning.com for more."}, "was not in the sources"),
    "markdown link": ({"text": f"{SAID} [here](x)."}, "markup"),
    "mail": ({"text": f"{SAID} mailto: a@evil.example"}, "was not in the sources"),
    "file": ({"text": f"{SAID} file:///etc/passwd"}, "was not in the sources"),
    "slack link": ({"text": f"{SAID} <https://evil.example|here>"}, "markup"),
    "mention of a person": ({"text": f"{SAID} <@U024BE7LH> knows."}, "mention"),
    "mention in code": ({"text": f"{SAID} `<@U024BE7LH>`"}, "mention"),
    "channel in a pattern": ({"text": f"{SAID} `(?<!here>x)`"}, "mention"),
    "channel": ({"text": f"{SAID} <!channel>"}, "mention"),
    "here": ({"text": f"{SAID} @here look."}, "mention"),
    "everyone": ({"text": SAID, "steps": [{"text": "Tell @everyone.", "experiment": "none"}]}, "mention"),
    "everyone in the question": ({"question": "Is it @everyone?"}, "mention"),
    "html": ({"text": f"<b>Prompt</b>. {SAID}"}, "markup"),
    "heading": ({"text": f"## Advice\n{SAID}"}, "headings"),
    "small print": ({"text": f"-# Advice\n{SAID}"}, "headings"),
    "table": ({"text": f"{SAID}\n| a | b |\n|---|---|"}, "headings or a table"),
    "open code": ({"text": f"{SAID}\n```\nx"}, "not closed"),
    "too long": ({"text": "Put your own replies into the prompt first. " * 45}, "at most 270"),
    "empty": ({"text": "  "}, "is empty"),
    "too many steps": ({"steps": [{"text": "Try it.", "experiment": "none"}] * 5}, "at most 4"),
    "german": (
        {"text": "Der Ton ist die Sache der Beispiele und nicht des Trainings, die sind mit dem Prompt zu haben."},
        "it is in German",
    ),
    "other stance": ({"stance": "worth a try"}, "keep to `not yet`"),
    "another verdict": ({"text": f"The verdict is *Measure first*. {SAID}"}, "another verdict"),
    "its own rules": ({"text": f"The verdict says so. {SAID}"}, "remark about how"),
    "a field": ({"text": f"Since prompts_tried is short, write more. {SAID}"}, "name of ours"),
    "a passage id": ({"text": f"See rule-2#cheap-steps. {SAID}"}, "name of ours"),
    "words of nobody": (
        {"text": f'As you said, "our legal team wants the merger memo finished by Friday". {SAID}'},
        "nobody here wrote",
    ),
    "question that asks nothing": ({"question": "You have some replies."}, "`question` must be"),
    "objection to what was chosen": ({"objection": {"fact": "examples", "why": "It is less."}}, "objected"),
    "tunes in the text": ({"text": "You should finetune a small model on these tickets now."}, "advises to tune"),
    "tunes in the question": ({"question": "Shall I say that you should finetune a model?"}, "advises to tune"),
    "tunes in a step": (
        {"steps": [{"text": "Fine-tune gpt-4.1-mini on the 8,000 tickets.", "experiment": "none"}]},
        "advises to tune",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_must_not_be_said_is_found(kind: str) -> None:
    more, fault = WRONG[kind]
    assert fault in found(**more)


def test_a_tuning_verdict_may_advise_to_tune() -> None:
    case = material(CASES["behaviour"][0], "should we finetune now?")
    text = "Yes: finetune a small open model on your 300 pairs and compare it with the prompt on all 60 items."
    assert found(text, case, stance="worth a try") == ""


def test_what_stands_between_two_quotations_is_none() -> None:
    said = 'The first is billing but says "order", the second is order but says "invoice" all the same.'
    assert "nobody here wrote" not in found(f"{said} {SAID}")


def test_an_example_in_quotes_is_no_quotation() -> None:
    assert found(f'Watch negation, such as "no evidence of metastasis". {SAID}') == ""
    assert "nobody here wrote" in found(f'Ben said "no evidence of metastasis". {SAID}')
    assert found(f'You wrote "it never keeps the tone". {SAID}') == ""


def test_an_open_question_may_be_worded_for_the_case_and_nothing_else() -> None:
    case = material({"need": ("style",), "output": "text"}, ASK, now=False)
    assert found(SAID, case, question="Has the model seen any of your own replies yet?") == ""
    assert "question mark" in found(SAID, case, question="Tell me more.")


def test_a_fact_that_was_read_may_be_objected_to_once() -> None:
    read = material(FACTS, ASK, how=How.stated)
    objection = {"fact": "examples", "why": "They speak of tickets, not of pairs."}
    assert found(SAID, read, objection=objection) == ""
    again = material(FACTS, ASK, how=How.stated, objected=("examples",))
    assert "objected" in found(SAID, again, objection=objection)
    assert schema(CASE)["properties"]["objection"] == {"type": "null"}


def test_the_language_of_who_asked_is_kept() -> None:
    ask = "Sollten wir ein Modell für unsere Tickets trainieren? Sie sind nicht in dem Ton, den wir haben wollen"
    case = material(FACTS, ask)
    german = (
        "Der Ton ist die Sache der Beispiele, und die sind mit vier Antworten im Prompt zu haben. Das ist nicht viel."
    )
    assert case.language == "German" and found(german, case) == ""
    english = "The tone is a matter of the examples, and that is what you need for it."
    assert "it is in English" in found(english, case)


BRIEF = [
    "Es ist zu früh.",
    "Denn Beispiele fehlen im Prompt → Rule 2: erst die Worte.",
    "Es gilt, bis das versucht ist.",
]
KEEPS_NOT: dict[str, list[str]] = {
    "too few": BRIEF[:2],
    "an empty one": [BRIEF[0], BRIEF[1], ""],
    "another number": [BRIEF[0], BRIEF[1], "Es gilt, bis 70 Beispiele da sind."],
    "no rule": [BRIEF[0], "Denn Beispiele fehlen im Prompt.", BRIEF[2]],
    "another language": [
        "It is too early for that.",
        "Because of this → Rule 2: it is the words.",
        "It is so for you.",
    ],
    "a link": [BRIEF[0], BRIEF[1], "Es gilt, bis https://evil.example es sagt."],
    "another verdict": [BRIEF[0], BRIEF[1], "Es gilt: No language model needed."],
    "advice to tune": ["Am besten jetzt ein Finetuning machen.", BRIEF[1], BRIEF[2]],
}


def brief(lines: list[str]) -> bool:
    ask = "Sollten wir ein Modell für unsere Tickets trainieren? Sie sind nicht in dem Ton, den wir haben wollen"
    case = material({"need": ("style",), "quality_ok": False, "prompts_tried": ("nothing",)}, ask)
    assert len(case.lines) == 4 and "Rule 2" in case.lines[2]
    return brief_holds(draft_of(answered(SAID, lines=["Erst der Prompt.", *lines])), case)


def test_the_verdict_in_brief_may_be_said_in_words_for_the_case() -> None:
    assert brief(BRIEF)


def test_in_english_a_brief_keeps_the_words_that_say_what_would_change_it() -> None:
    assert len(CASE.lines) == 3
    said = ["It is early.", CASE.lines[1], "This would change if your own replies in the prompt do not help."]
    assert brief_holds(draft_of(answered(SAID, lines=said)), CASE)
    assert not brief_holds(draft_of(answered(SAID, lines=[*said[:2], "It holds for now."])), CASE)


@pytest.mark.parametrize("what", KEEPS_NOT)
def test_a_brief_that_does_not_keep_to_the_verdict_is_not_said(what: str) -> None:
    assert not brief(KEEPS_NOT[what])


def test_what_is_marked_as_assumed_may_be_reckoned_with() -> None:
    sums = [{"expression": "3000 * 700", "result": 2_100_000}]
    said = f"{SAID} At 700 tokens a call (assumed), 3,000 calls are 2,100,000 tokens a day [1]."
    cited = cite("rule-2#cheap-steps")
    assert found(said, footnotes=cited, calculations=sums) == ""
    assert "the number 700" in found(said.replace(" (assumed)", ""), footnotes=cited, calculations=sums)
    paid = f"{SAID} Say, for example, it costs $4,321 a month."
    assert "the amount $4,321" in found(paid)


def test_what_follows_a_footnote_behind_a_comma_does_not_rest_on_it() -> None:
    cited = cite("rule-2#cheap-steps")
    assert (
        found(f"{SAID} Words come before weights [1], and a prompt of 4,096 tokens is enough.", footnotes=cited) == ""
    )
    assert "4,096" in found(f"{SAID} Words come before weights, and 4,096 tokens are enough [1].", footnotes=cited)


def test_the_days_until_a_date_of_the_case_need_no_source() -> None:
    case = material(FACTS, "our model ends on 2027-01-14, should we finetune?")
    left = (date(2027, 1, 14) - case.day).days
    said = f"{SAID} It ends in {left} days [1]."
    cited = cite("rule-2#cheap-steps")
    assert found(said, case, footnotes=cited) == ""
    assert "the number" in found(said.replace(str(left), "317"), case, footnotes=cited)


def test_the_form_in_which_models_answer_may_be_spoken_of() -> None:
    assert found(f"{SAID} Let the server hold the JSON to a schema.") == ""


def test_an_ask_too_short_to_tell_its_language_is_still_not_answered_in_another_script() -> None:
    case = material(FACTS, "finetune?", said=("finetune?",))
    assert case.language is None and found(SAID, case) == ""
    assert "it is in Chinese" in found("先把你们自己的回复放进提示词里,再看效果如何。", case)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("20k tickets", 20_000),
        ("2M calls", 2_000_000),
        ("8.000 Tickets", 8000),
        ("1,500 tokens", 1500),
        ("1 500 jetons", 1500),
        ("84 %", 0.84),
        ("84 Prozent", 84),
        ("3万", 30_000),
        ("on 2027-01-14", 2027),
        ("10–20 items", 20),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, values: float) -> None:
    assert any(values in number.meanings for number in numbers_in(text))


@pytest.mark.parametrize("text", ["gpt-4.1-mini", "Qwen3", "Llama 3.1 8B", "an H100", "Rule 4", "see [12]", "LoRA-16"])
def test_digits_in_a_name_claim_nothing(text: str) -> None:
    assert numbers_in(text) == ()


@given(st.floats(0.001, 1e9), st.integers(2, 6))
def test_a_rounded_number_is_carried_and_a_distant_one_is_not(value: float, digits: int) -> None:
    shown = float(f"{value:.{digits - 1}e}")
    assert rounds_to(value, shown)
    assert not rounds_to(value, shown * 1.2)
    assert all(carried(number, (value, value * 100)) for number in numbers_in(f"it is {shown:.9f} long"))


@given(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000), st.sampled_from("+-*/"))
def test_arithmetic_is_repeated(one: int, two: int, op: str) -> None:
    try:
        wanted = {"+": one + two, "-": one - two, "*": one * two, "/": one / two if two else None}[op]
        assert evaluate(f"{one} {op} ({two})")[0] == wanted
    except ArithmeticFault:
        assert op == "/" and not two


@given(
    st.text(max_size=80) | st.sampled_from(["9**9**9**9", "(" * 300, "().__class__", "x", "1", "low(3,2)", "1e308*10"])
)
def test_an_expression_has_a_value_or_a_fault_and_nothing_else(text: str) -> None:
    try:
        value, _ = evaluate(text)
        assert abs(value) <= 1e30
    except ArithmeticFault:
        pass


def test_a_pattern_that_looks_behind_itself_mentions_nobody() -> None:
    assert "mention" not in found(r"Cut it with `(?<!\d)0+` or `(?<![A-Z])/`.")


@given(st.text(max_size=400), st.lists(st.text(max_size=60), max_size=3), st.text(max_size=40) | st.none())
def test_no_text_breaks_the_checks_and_no_ping_passes(text: str, steps: list[str], question: str | None) -> None:
    entries = [{"text": step, "experiment": "none"} for step in steps]
    assert isinstance(found(text, steps=entries, question=question), str)
    assert "mention" in found(f"{text} @everyone")
