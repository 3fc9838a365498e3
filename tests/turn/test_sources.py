"""A number in what is said stands for something that can be opened: by a button below it, or in the list beneath."""

import asyncio
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.commands import ROWS
from bot.chat.events import Answered, Body, Pressed, Said
from bot.chat.reply import Choices, Reply, Text
from bot.turn.answer import MOST_CITED
from knowledge.schema import Value
from tests.knowledge.clauses import CASES
from tests.support.consulting import Talk

MARK = re.compile(r"(?<![\w\]])\[(\d+)\]")
LISTED = re.compile(r"^\[(\d+)\] ", re.MULTILINE)
SAID = (
    "should we finetune? our replies never keep our tone",
    "our bot gives wrong facts about our products",
    "the bill is too high, we make 40,000 calls a day",
    "what does a finetune cost?",
    "how many examples do we need, and is LoRA better?",
    "why do you ask?",
    "what should I ask my team?",
    "what about hallucinations?",
    "why not finetune?",
    "we tried few-shot and three prompts, nothing helped",
    "no, we have 400 examples",
    "no idea",
    "rule 2 cheap-steps",
    "thanks!",
    *(row.name for row in ROWS if row.name not in ("forget", "stop")),
)
PRESSED = (("show", "why"), ("show", "sources"), ("feedback", "down"), ("correct", "c"), ("decide", "verdict"))
FACTS: list[dict[str, Value]] = [{**facts} for facts, *_ in CASES.values()]
moves = st.one_of(
    st.sampled_from(SAID).map(lambda text: Said(text=text)),
    st.sampled_from(PRESSED).map(lambda press: Pressed(action=press[0], values=press[1:])),
    st.sampled_from(FACTS).map(lambda facts: Answered(facts={**facts})),
)


def words(reply: Reply) -> str:
    return "\n".join(part.markdown for part in reply.parts if isinstance(part, Text))


def opener(reply: Reply) -> str | None:
    """Return what the button for sources below a message carries."""
    shown = [part for part in reply.parts if isinstance(part, Choices) and part.action == "show"]
    return next((each.value for part in shown for each in part.options if each.label == "Sources"), None)


async def held(bodies: list[Body]) -> None:
    talk, opened = Talk(), dict[str, set[str]]()
    for body in bodies:
        await talk.hear(body)
        assert talk.out is not None
        for reply in talk.out.replies:
            text = words(reply)
            used = set(MARK.findall(text)) - set(LISTED.findall(text))
            by = opener(reply)
            assert not used or by is not None, text
            if used and by is not None:
                opened[by] = used
    for by, used in [*opened.items()][-MOST_CITED:]:  # also of a message that others have come below
        listed = await talk.hear(Pressed(action="show", values=(by,)))
        assert used <= set(LISTED.findall(listed)), (by, listed)


@settings(max_examples=12)
@given(bodies=st.lists(moves, min_size=1, max_size=8))
def test_every_number_that_is_said_can_be_opened(bodies: list[Body]) -> None:
    asyncio.run(held(bodies))


async def test_the_sources_of_an_answer_too_old_to_be_kept_are_not_those_of_another() -> None:
    talk = Talk()
    await talk.say("what does a finetune cost?")
    assert talk.out is not None
    first = opener(talk.out.replies[0])
    talk.case = talk.case.but(cited=())
    assert first and "keep the sources of that answer no more" in await talk.hear(
        Pressed(action="show", values=(first,))
    )
