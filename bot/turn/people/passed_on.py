"""Words of others that are passed on to us: shown as read, and taken once somebody says that the case is theirs."""

from bot import reading
from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Choices, Option, Text
from bot.consultation.model import Consultation, PassedOn
from bot.text import markdown
from bot.text.apart import TooMuch
from bot.turn.context import TurnContext
from bot.turn.step import Step

MOST, LONGEST = 3, 12_000
"""Messages that wait, and characters that are read of each."""
QUOTED = 80
"""Characters of a quote that are shown."""


async def shown_as_read(consultation: Consultation, event: Event, words: str, context: TurnContext) -> Step:
    """Keep words until somebody says whose case they are, and show what is read in them; no model is asked."""
    words = words.strip()[:LONGEST]
    kept = {**consultation.passed_on, event.message: PassedOn(by=event.author, words=words)}
    step = Step(consultation.but(passed_on=dict([*kept.items()][-MOST:])))
    knowledge = context.knowledge
    try:
        got = await reading.read(
            words, asked=(), knowledge=knowledge, model=None, addressed=True, apart=context.apart, whose=event.author
        )
    except TooMuch as error:
        return Step(consultation).say(Text(markdown=error.sentence("paste what matters"), voice="error"))
    lines = [
        f"- {wording.label(knowledge, one.fact)}: {wording.value(knowledge, one.fact, one.value)}"
        f' ("{markdown.escaped(" ".join(one.quote.split())[:QUOTED])}")'
        for one in got.found
    ]
    if got.samples is not None:
        lines.append(f"- {len(got.samples.pairs)} samples")
    told = "\n".join(["In what you passed on I read:", *lines]) if lines else "You passed something on."
    options = (
        Option(value=f"us/{event.message}", label="That is us"),
        Option(value=f"not/{event.message}", label="Not us"),
    )
    return step.say(
        Text(markdown=told),
        Choices(action="ours", text="Is that your case? Until you say so, it counts for nothing.", options=options),
    )


def taken_out(consultation: Consultation, message: str) -> tuple[Consultation, PassedOn | None]:
    """Return the consultation without what waits of a message, and that; None where nothing does."""
    left = {name: held for name, held in consultation.passed_on.items() if name != message}
    return consultation.but(passed_on=left), consultation.passed_on.get(message)
