"""The decision record: all that a verdict rests on, for who was not there, and nothing in it that somebody smuggled."""

import re

import pytest

from bot.answer.record.markdown import markdown
from bot.answer.record.model import Record
from bot.answer.record.page import page
from bot.chat.events import Pressed
from bot.chat.reply import File
from tests.support.consulting import ADVISOR, Talk
from tests.support.records import ASKED, TRIAL, decided, record_of

FOUL = 'our tone is off | a cell\n# A heading <script>alert(1)</script> <img src="x"> [link](javascript:x) "></style>'


async def test_it_says_what_was_asked_known_tried_advised_and_decided():
    talk = await decided()
    made = record_of(talk.case)
    assert (made.status, made.title) == ("decided", "Prompt first")
    assert (made.asker, made.people) == ("Ana", ("Ana", "Ben"))
    assert made.question[0] == ASKED
    known = {held.fact: held for held in made.facts}
    assert known["prompts_tried"].words == "we tried three prompts"
    assert known["prompts_tried"].known == "said by Ben"
    assert known["need"].known == "said by Ana"
    (trial,) = made.trials
    assert [(rung.name, rung.passed, rung.best) for rung in trial.rungs] == [
        ("bare", "1 of 3 (6 to 79 %)", False),
        ("instructed", "2 of 3 (21 to 94 %)", False),
        ("few-shot", "3 of 3 (44 to 100 %)", True),
    ]
    assert made.decision is not None
    assert made.decision.verdict == talk.verdict.verdict
    assert len(made.decision.next) == len(talk.verdict.next)
    (reason,) = made.decision.because
    assert [held.how for held in reason.facts] == ["stated", "assumed", "assumed"]
    assert reason.rule.startswith("Rule 2")
    assert made.decision.would_change
    assert made.advice is not None
    assert [source.number for source in made.advice.sources] == list(range(1, len(made.advice.sources) + 1))
    assert any(source.read for source in made.advice.sources)
    assert made.versions.rules == ADVISOR.knowledge.version
    assert Record.model_validate_json(made.model_dump_json()) == made


async def test_markdown_and_page_hold_all_of_it():
    made = record_of((await decided()).case)
    assert made.decision is not None
    assert made.advice is not None
    told = [made.title, "Ana", "Ben", "we tried three prompts", "3 of 3 (44 to 100 %)", made.versions.rules]
    told += [step.split(",")[0] for step in made.decision.next]
    told += [place.title for source in made.advice.sources for place in source.read]
    for text in (markdown(made), page(made, files=True)):
        assert [each for each in told if each not in text.replace("\\_", "_")] == []
    for heading in ("## Context", "## Decision", "### Because", "## Consequences", "### This would change if"):
        assert f"\n{heading}" in markdown(made)


async def test_words_of_people_and_of_a_model_stay_words():
    talk = await decided(FOUL)
    given = talk.case.answer
    assert given is not None
    worded = given.model_copy(update={"text": f"{given.text}\n\n{FOUL}\n\n![p](https://example.org/p.png)", "by": "m"})
    made = record_of(talk.case.but(answer=worded, names={"ana": "A<b>na</b>", "ben": "B|en"}, situation=FOUL))
    shown = page(made, files=True)
    assert "A&lt;b&gt;na" in shown
    assert re.findall(r"<(?:script|img|iframe|b|link)\b", shown) == []
    assert re.findall(r'(?:src|href)="(?!https://|\?as=)[^"]*"', shown) == []
    assert shown.count("</style>") == 1
    written = markdown(made.model_copy(update={"advice": None}))
    assert "<script>" not in written.replace("\\<", "")
    assert "\n# A heading" not in written
    table = written.partition("### What is known")[2].partition("###")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}


async def test_a_case_that_is_open_again_has_an_open_record():
    talk = await decided()
    made = record_of(talk.case.but(verdict=None, answer=None, settled=False))
    assert (made.status, made.decision) == ("open", None)
    assert "no verdict at the moment" in page(made, files=False)
    assert "- Status: open" in markdown(made)


async def test_a_trial_that_nobody_judged_is_no_failed_one():
    talk = await decided()
    open_rung = TRIAL.rungs[0].model_copy(update={"items": 0, "judged": 0, "passes": 0, "rate": None})
    made = record_of(talk.case.but(trials=(TRIAL.model_copy(update={"rungs": (open_rung,), "best": None}),)))
    assert '<td class="n">not judged</td>' in page(made, files=False)
    assert "| bare | not judged | not judged |" in markdown(made)


async def test_record_is_given_by_word_and_by_button_once_there_is_a_verdict():
    talk = Talk()
    await talk.say(ASKED)
    assert "no verdict yet" in await talk.say("record")
    talk = await decided()
    for ask in ("record", "can we have the decision record?", "/record"):
        assert "*Prompt first*" in await talk.say(ask)
        (file,) = [part for part in talk.parts if isinstance(part, File)]
        assert file.name == "decision-record-2026-11-22.md"
        assert file.content.startswith("# Decision record: Prompt first")
    await talk.hear(Pressed(action="show", values=("record",)))
    assert any(isinstance(part, File) for part in talk.parts)


@pytest.mark.parametrize("ask", ["record json", "record as json please", "/record json"])
async def test_record_is_given_for_programs(ask: str):
    talk = await decided()
    await talk.say(ask)
    (file,) = [part for part in talk.parts if isinstance(part, File)]
    assert file.name == "decision-record-2026-11-22.json"
    assert Record.model_validate_json(file.content).title == "Prompt first"


async def test_who_is_forgotten_is_in_no_record():
    talk = await decided()
    assert talk.case.answer is not None
    answer = talk.case.answer.model_copy(update={"text": "Ben, you say we tried three prompts."})
    talk.case = talk.case.but(answer=answer)
    assert "three prompts" in markdown(record_of(talk.case))
    await talk.say("forget me", by="ben")
    for text in (page(record_of(talk.case), files=True), markdown(record_of(talk.case))):
        assert [word for word in ("Ben", "three prompts") if word in text] == []


async def test_only_who_asked_ends_links_to_the_record():
    talk = await decided()
    await talk.say("record off", by="ben")
    assert "Only Ana, who asked, or an admin can end links" in talk.told("ben")
    assert "open nothing any more" in await talk.say("record off")
