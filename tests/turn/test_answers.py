"""Answers in a turn, with a model on loopback: when one is called, what is said around it, and what stays."""

import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.events import Answered, Pressed, Said
from bot.chat.reply import Choices, Feedback, Form, Part, Text
from bot.consultation.model import Consultation
from bot.model.client import Model
from knowledge.schema import Value
from tests.answer.cases import answered
from tests.fakes.model.advice import reads_nothing
from tests.fakes.model.server import Answer as Sent
from tests.fakes.model.server import Body, ModelServer, fails, model_server, says
from tests.knowledge.clauses import CASES, GATES
from tests.support.consulting import ADVISOR, Talk

FIRST = "should we finetune a model for our tickets? it never keeps our tone"
NOTED = {"number": 1, "source": "rule-2#cheap-steps"}
GOOD = answered("Tone is what examples carry best [1].", footnotes=[NOTED])
BAD = answered("You should finetune a model on these tickets today.")


class Scripted:
    """A model that reads nothing new and answers with these objects, the last one for ever."""

    def __init__(self, *objects: Any) -> None:
        self._left: Iterator[Any] = iter(objects)
        self._last = objects[-1]
        self.answers: list[Body] = []

    def __call__(self, body: Body) -> Sent:
        if (read := reads_nothing(body)) is not None:
            return read
        self.answers.append(body)
        each = next(self._left, self._last)
        return each if isinstance(each, Sent) else says(json.dumps(each))

    @property
    def last(self) -> str:
        return self.answers[-1]["messages"][-1]["content"]


@asynccontextmanager
async def talk(
    script: Callable[[Body], Sent], facts: dict[str, Value] | None = None, **more: Any
) -> AsyncGenerator[tuple[Talk, ModelServer]]:
    async with model_server(script) as server:
        model = Model("m", server.url)
        try:
            yield Talk(facts, replace(ADVISOR, model=model, reads=True, **more)), server
        finally:
            await model.aclose()


def voices(parts: list[Part]) -> list[str]:
    return [part.voice if isinstance(part, Text) else part.kind for part in parts]


def answer_of(parts: list[Part]) -> str:
    said = [part.markdown for part in parts if isinstance(part, Text) and part.voice == "answer"]
    assert len(said) <= 1
    return said[0] if said else ""


async def test_the_first_reply_opens_with_an_answer_and_ends_with_one_question_in_its_words() -> None:
    own = answered("Tone is what examples carry best [1].", footnotes=[NOTED], question="Is it text that comes out?")
    script = Scripted(own)
    async with talk(script) as (case, _):
        await case.say(FIRST)
        parts = case.parts
        assert answer_of(parts) == "Tone is what examples carry best [1]."
        assert voices(parts).index("answer") < voices(parts).index("ask") < voices(parts).index("form")
        ask = next(p for p in parts if isinstance(p, Text) and p.voice == "ask")
        form = next(p for p in parts if isinstance(p, Form))
        assert ask.markdown == "Is it text that comes out?" and voices(parts).count("form") == 1
        assert [field.ask for field in form.fields] == ["Is it text that comes out?"]
        assert "should we finetune a model for our tickets?" in script.last
        kept = case.case.answer
    assert kept and (kept.by, kept.calls, kept.rules) == ("m", 1, ADVISOR.knowledge.version)
    assert "rule-2#cheap-steps" in kept.passages and kept.sources[0].rests_on
    assert Consultation.model_validate_json(case.case.model_dump_json()).answer == kept


async def test_presses_in_between_call_no_model_and_say_what_is_new() -> None:
    script = Scripted(GOOD)
    async with talk(script) as (case, server):
        await case.say(FIRST)
        called = len(server.asked)
        await case.answer(output="text")
        assert len(server.asked) == called and case.asked
        assert answer_of(case.parts) and case.case.answer and case.case.answer.by is None


async def test_a_question_calls_the_model_and_leaves_the_verdict_in_short() -> None:
    script = Scripted(GOOD)
    async with talk(script, GATES | CASES["few-prompts"][0]) as (case, _):
        await case.say("hello there")
        assert case.verdict.clause == "few-prompts" and len(script.answers) == 1
        said = await case.say("how many examples do I need?")
        assert len(script.answers) == 2 and "how many examples do I need?" in script.last
        assert answer_of(case.parts) and "The verdict stays" in said


async def test_a_new_verdict_calls_the_model_and_the_same_one_again_does_not() -> None:
    facts = CASES["few-prompts"][0]
    script = Scripted(GOOD)
    async with talk(script, facts) as (case, _):
        await case.say("hello there")
        assert len(script.answers) == 1
        assert [each for each in voices(case.parts) if each in ("answer", "verdict")] == ["answer", "verdict"]
        await case.say("verdict")
        assert answer_of(case.parts) == GOOD["text"] and len(script.answers) == 1
        await case.answer(prompts_tried=("several", "few_shot"), eval_items=0)
        assert case.case.verdict is None or case.case.verdict.clause != "few-prompts"


async def test_a_verdict_is_three_short_lines_with_what_stands_behind_it_one_press_away() -> None:
    async with talk(Scripted(GOOD), CASES["few-prompts"][0]) as (case, _):
        await case.say("hello there")
        verdict = next(p for p in case.parts if isinstance(p, Text) and p.voice == "verdict")
        first, because, changes = verdict.markdown.splitlines()
        assert verdict.quiet
        assert (
            first.startswith("Whether to finetune: **Prompt first** (Rule 2). ")
            and because.startswith("Because ")
            and " → Rule" in because
        )
        assert changes.startswith("This would change if ")
        more = next(p for p in case.parts if isinstance(p, Choices) and p.action == "show")
        assert [option.label for option in more.options] == ["Why", "Sources", "Decision record"]
        assert any(isinstance(p, Feedback) for p in case.parts)
        said = await case.hear(Pressed(action="show", values=("why",)))
        assert all(part in said for part in ("**Because**", "**This would change if**", "**Next**"))
        said = await case.hear(Pressed(action="show", values=("sources",)))
        assert "[1] Rule 2, `rule 2 cheap-steps`" in said and "checked 20" in said and "https://" in said
        assert "What carries no number is general practice. Worded by m." in said
        assert await case.say("sources") == said


async def test_where_something_else_was_asked_the_verdict_is_the_name_of_a_button() -> None:
    async with talk(Scripted({**GOOD, "whether": False}), CASES["few-prompts"][0]) as (case, _):
        await case.say("how do I merge an adapter?")
        assert "verdict" not in voices(case.parts)
        more = next(p for p in case.parts if isinstance(p, Choices) and p.action == "show")
        assert [option.label for option in more.options] == ["Prompt first · Rule 2", "Sources", "Decision record"]
        assert any(isinstance(p, Feedback) for p in case.parts)
        said = await case.hear(Pressed(action="show", values=("why",)))
        assert all(part in said for part in ("**Because**", "**This would change if**", "**Next**"))
        said = await case.say("verdict")
        assert "Whether to finetune: **Prompt first** (Rule 2). " in said and "This would change if " in said


async def test_a_verdict_that_changes_is_said_whatever_was_asked() -> None:
    async with talk(Scripted({**GOOD, "whether": False}), CASES["few-prompts"][0]) as (case, _):
        await case.say("how do I merge an adapter?")
        said = await case.tell(CASES["facts"][0])
        assert case.verdict.verdict == "retrieval"
        assert "the verdict changes" in said and "Whether to finetune: **" in said


async def test_an_objection_asks_that_fact_again_once_and_moves_nothing_by_itself() -> None:
    why = "They speak of replies, which are text."
    own = "Is it how your replies sound, or what stands in them?"
    doubts = answered("Tone is what examples carry best.", question=own, objection={"fact": "need", "why": why})
    script = Scripted(doubts)
    async with talk(script) as (case, _):
        said = await case.say(FIRST)
        assert why in said and '"never keeps our tone"' in said and said.count(own) == 1
        assert case.asked == ("need",) and case.value("need") == ("style",)
        assert sum(isinstance(part, Form) for part in case.parts) == 1
        assert case.case.objected == ("need",)
        # Once: the same objection is no longer one that may be made, so the answer is assembled.
        await case.say("how many examples do I need?")
        assert case.asked != ("need",) and case.case.answer and case.case.answer.by is None
        assert case.case.answer.faults and case.case.objected == ("need",)


async def test_an_objection_at_a_verdict_leaves_the_verdict() -> None:
    doubts = answered("Tone is what examples carry best.", objection={"fact": "need", "why": "It says more."})
    facts = {f: v for f, v in CASES["few-prompts"][0].items() if f != "need"}
    async with talk(Scripted(doubts), facts) as (case, _):
        await case.say("it never keeps our tone")
        assert case.verdict.clause == "few-prompts" and case.case.asked and case.case.asked.facts == ("need",)
        assert voices(case.parts)[-2:] == ["ask", "form"] and "verdict" in voices(case.parts)
        await case.answer(need=("style",))
        assert case.verdict.clause == "few-prompts" and case.case.asked is None


@pytest.mark.parametrize("sent", [BAD, fails(500), says("Just prompt it."), {}])
async def test_what_fails_its_checks_gives_way_to_the_assembled_advice(sent: Any) -> None:
    async with talk(Scripted(sent)) as (case, _):
        await case.say(FIRST)
        kept = case.case.answer
        assert kept and kept.by is None and kept.faults and answer_of(case.parts) == kept.text
        assert "On what you say so far, it is too early to tune" in kept.text and case.asked


@pytest.mark.parametrize("more", [{"answers": False}, {"reads": False}])
async def test_where_no_model_may_speak_none_is_called(more: dict[str, bool]) -> None:
    script = Scripted(GOOD)
    async with talk(script) as (case, _):
        case.advisor = replace(case.advisor, **more)
        await case.say(FIRST)
        assert not script.answers and answer_of(case.parts)


async def test_without_a_model_a_reply_has_advice_and_then_a_question() -> None:
    case = Talk()
    await case.say(FIRST)
    shown = voices(case.parts)
    assert shown.index("answer") < shown.index("ask") and shown.count("form") == 1
    assert '"never keeps our tone"' in next(p.markdown for p in case.parts if isinstance(p, Text))
    for part in case.parts:
        assert not (isinstance(part, Text) and "what should get better:" in part.markdown)
    first = answer_of(case.parts)
    await case.answer(output="text")
    assert answer_of(case.parts) and len(answer_of(case.parts)) < len(first)


async def test_a_reply_gives_no_step_twice_before_the_verdict() -> None:
    case = Talk()
    await case.say(FIRST)
    said = list(case.case.answer.steps) if case.case.answer else []
    for fact, value in CASES["few-prompts"][0].items():
        before = case.case.answer
        await case.tell({fact: value})
        if case.case.verdict:
            break
        assert case.case.answer and before and case.case.answer.steps[: len(before.steps)] == before.steps
    assert said and case.case.answer and len(set(case.case.answer.steps)) == len(case.case.answer.steps)


async def test_two_events_of_one_batch_are_answered_once() -> None:
    script = Scripted(GOOD)
    async with talk(script) as (case, _):
        await case.hear(Said(text=FIRST), Answered(facts={"output": "text"}))
        assert len(script.answers) == 1 and voices(case.parts).count("answer") == 1
