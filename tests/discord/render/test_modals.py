"""Forms: what is asked, and what is made of what was written into them."""

from collections.abc import AsyncGenerator, Collection
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.render.modals import modal, submitted, words_modal
from bot.chat.events import Answered, Pasted, Said
from bot.chat.form_openers import DATASET, SAMPLES, Paste, opened_by
from bot.chat.reply import Form, FormField
from tests.discord.delivery import KNOWLEDGE, Bench, bench
from tests.fakes.discord import Modal, Upload
from tests.fakes.discord.limits import check_modal

GOAL = ("need", "output", "examples", "quality_ok")


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def opened(at: Bench, form: dict[str, Any]) -> Modal:
    used = at.discord.command(at.ana, at.general, "finetune")
    await at.respond(used, {"type": 9, "data": form})
    return at.discord.modals[-1]


async def asked(at: Bench, *facts: str) -> Modal:
    form = opened_by(KNOWLEDGE, "answer", facts)
    assert form
    return await opened(at, modal(form, "form~n.0~sig"))


def sent(at: Bench, form: Modal, values: dict[str, Any], **files: Collection[Upload]) -> Any:
    """Send a form, and return what is read from it."""
    return submitted(at.discord.submit(at.ana, form, values, files or None).data)


@pytest.mark.parametrize("fact", sorted(KNOWLEDGE.asks))
def test_every_fact_has_a_form_within_the_limits(fact: str) -> None:
    for action in ("answer", "fix"):
        form = opened_by(KNOWLEDGE, action, (fact,))
        assert form
        check_modal(modal(form, "c" * 100))


def test_every_question_and_both_pastes_have_a_form_within_the_limits() -> None:
    questions: dict[str, list[str]] = {}
    for fact in KNOWLEDGE.asks:
        questions.setdefault(KNOWLEDGE.question_of(fact).id, []).append(fact)
    forms: list[Form | Paste | None] = [opened_by(KNOWLEDGE, "answer", facts) for facts in questions.values()]
    for form in (*forms, SAMPLES, DATASET):
        assert form
        made = modal(form, "carried")
        check_modal(made)
        if isinstance(form, Form):
            asked_for = [each["component"]["custom_id"] for each in made["components"] if "component" in each]
            assert [each.partition("|")[2] for each in asked_for] == [field.fact for field in form.fields]


WORDS = "What would a person who has never seen one of these need to know before the first answer is a good one"


@pytest.mark.parametrize(
    ("ask", "label", "below", "above"),
    [
        ("How many?", "How many?", "It matters because it counts.", None),
        (WORDS[:80], "What would a person who has never seen one…", "…of these need to know before the firs", None),
        (WORDS * 2, "What would a person who has never seen one…", None, WORDS * 2),
        ("w" * 60, f"{'w' * 44}…", f"…{'w' * 16}", None),
    ],
)
def test_a_long_question_goes_on_below_its_label_and_is_said_once(
    ask: str, label: str, below: str | None, above: str | None
) -> None:
    field = FormField(fact="examples", ask=ask, type="count", why="it counts")
    made = modal(Form(id="case", title="Case", fields=(field,)), "carried")
    check_modal(made)
    shown = next(each for each in made["components"] if "label" in each)
    assert shown["label"] == label
    assert below is None or shown["description"] == below
    assert [each["content"] for each in made["components"] if "content" in each] == ([f"**{above}**"] if above else [])


async def test_all_kinds_of_fields_are_read(at: Bench) -> None:
    form = await asked(at, *GOAL)
    need = KNOWLEDGE.facts["need"].values[:2]
    said = sent(
        at,
        form,
        {"set|need": list(need), "choice|output": "code", "count|examples": "1,200", "bool|quality_ok": "false"},
    )
    assert said == Answered(facts={"need": tuple(need), "output": "code", "examples": 1200, "quality_ok": False})


async def test_not_knowing_is_an_answer_and_an_empty_field_is_none(at: Bench) -> None:
    form = await asked(at, *GOAL)
    said = sent(at, form, {"set|need": ["?"], "choice|output": "?", "count|examples": "I don't know."})
    assert said == Answered(facts={"need": None, "output": None, "examples": None})


async def test_a_form_with_nothing_in_it_says_what_to_do(at: Bench) -> None:
    said = sent(at, await asked(at, *GOAL), {})
    assert isinstance(said, str) and "at least one" in said


@pytest.mark.parametrize(("written", "number"), [("400", 400), ("20k", 20_000), ("1.5 m", 1_500_000), ("1 200", 1200)])
async def test_numbers_are_read_as_people_write_them(at: Bench, written: str, number: int) -> None:
    assert sent(at, await asked(at, "examples"), {"count|examples": written}) == Answered(facts={"examples": number})


@pytest.mark.parametrize("written", ["many", "-3", "2.5", "1e99", "9" * 40, "1,2,3"])
async def test_what_is_no_number_is_said_with_what_was_written(at: Bench, written: str) -> None:
    said = sent(at, await asked(at, "examples"), {"count|examples": written})
    assert isinstance(said, str) and "whole number" in said and written[:10] in said


async def test_both_a_choice_and_not_knowing_is_asked_again(at: Bench) -> None:
    said = sent(at, await asked(at, "need"), {"set|need": ["?", KNOWLEDGE.facts["need"].values[0]]})
    assert isinstance(said, str) and "not both" in said


async def test_pasted_samples_and_files_come_as_such(at: Bench) -> None:
    form = await opened(at, modal(SAMPLES, "trial.paste~n.0~sig"))
    file = Upload("s.csv", b"input,output\n")
    said = sent(at, form, {"samples|samples": "input: a\noutput: b"}, files=[file])
    assert isinstance(said, Pasted)
    assert (said.text, said.purpose) == ("input: a\noutput: b", "samples")
    assert [(each.name, each.size) for each in said.files] == [("s.csv", 13)]


async def test_a_finetuning_file_is_told_from_samples(at: Bench) -> None:
    form = await opened(at, modal(DATASET, "dataset~n.0~sig"))
    said = sent(at, form, {"samples|dataset": '{"messages": []}'})
    assert isinstance(said, Pasted) and said.purpose == "dataset"


async def test_an_empty_paste_says_what_to_do(at: Bench) -> None:
    said = sent(at, await opened(at, modal(SAMPLES, "trial.paste~n.0~sig")), {})
    assert isinstance(said, str) and "attach a file" in said


async def test_words_are_read_like_a_message(at: Bench) -> None:
    form = await opened(at, words_modal("continue~n.0~sig"))
    assert sent(at, form, {"words": " about 400 tickets "}) == Said(text="about 400 tickets")
