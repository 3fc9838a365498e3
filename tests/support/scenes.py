"""What is said in scenes that both platforms paint."""

from bot.chat.events import Attached, Said
from bot.chat.reply import Part
from tests.support.consulting import Talk

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
