"""What is said in scenes that both platforms paint."""

from dataclasses import replace

from bot.chat.events import Attached, Measured, Said
from bot.chat.reply import Part
from bot.consultation.base import Value
from bot.model.client import Model
from tests.support.consulting import ADVISOR, Talk
from tests.trial.makers import reported, result, rung

ROWS = "\n".join(
    f'{{"messages": [{{"role": "user", "content": "Where is parcel {n}?"}}, '
    f'{{"role": "assistant", "content": "Parcel {n % 9} is on its way."}}]}}'
    for n in range(12)
)


async def use_offer() -> list[Part]:
    """Return an open question, and what somebody else's word would change, with the button that lets it count."""
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.say("help", by="ben")
    await talk.hear(Said(text="lunch?"), by="ben", addressed="people")
    await talk.say("we have 300 examples")
    asked = talk.parts
    await talk.hear(Said(text="no wait, we have 400 examples"), by="ben", addressed="people")
    return [*asked, *talk.parts]


async def file_check() -> list[Part]:
    """Return the check of a finetuning file."""
    talk = Talk()
    await talk.hear(Attached(name="rows.jsonl", content=ROWS, purpose="dataset"))
    return talk.parts


async def passed_on() -> list[Part]:
    """Return what somebody forwarded, as it was read."""
    talk = Talk()
    await talk.hear(Said(text="", passed_on="We have 400 example pairs, and gpt-5-mini never keeps our tone."))
    return talk.parts


async def trial(facts: dict[str, Value], measured: dict[str, Value]) -> Talk:
    """Return a consultation in which facts were known, as a trial has ended that measured others."""
    talk = Talk(facts)
    await talk.hear()
    talk.advisor = replace(ADVISOR, model=Model("gpt-6-luna", "https://api.openai.com/v1"))
    tried = result(rung("bare", 2, 4), rung("instructed", 2, 4), rung("few_shot", 4, 4))
    held = tried.model_copy(update={"id": "trial-1", "facts": measured})
    body = Measured(result=held, parts=reported().offered("trial-1"))
    await talk.hear(body, by="advisor", message="trial-1-0:result")
    return talk
