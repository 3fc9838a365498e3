"""A late mention: what was said before somebody named us, read in one go."""

from bot import reading
from bot.chat.events import Earlier, Event, newest
from bot.chat.reply import Choices, Option, Text
from bot.consultation.model import TRANSCRIPT_LINES, Consultation
from bot.text.apart import TooMuch
from bot.text.person import person_name
from bot.turn import outage
from bot.turn.claims import claimed, line_with, spoken
from bot.turn.context import TurnContext
from bot.turn.step import Step


async def catch_up(consultation: Consultation, event: Event, earlier: Earlier, context: TurnContext) -> Step:
    """Read in one go what was said before the advisor came, and say how much of it that was.

    Of their own accord these are only the lines of whoever mentioned it; those of others follow when somebody presses.
    """
    said_there = [line for line in earlier.lines if line.text.strip()]
    lines = newest(said_there)
    cut = earlier.cut or len(lines) < len(said_there)
    alone = earlier.complete and not earlier.others and all(line.by == event.author for line in lines)
    room = consultation.room.model_copy(update={"company": consultation.room.company or not alone})
    step = Step(
        consultation.but(
            names={**{by: person_name(name) for by, name in earlier.names.items()}, **consultation.names},
            transcript=tuple(sorted((*consultation.transcript, *lines), key=lambda line: line.at))[-TRANSCRIPT_LINES:],
            listens="answers",
            room=room,
        ),
        advances=earlier.given,
    )
    knowledge = context.knowledge
    try:
        stated = await context.apart(event.author, reading.read_lines, [line.text for line in lines], knowledge)
    except TooMuch as error:
        return step.say(Text(markdown=error.sentence("paste what matters from before"), voice="error"))
    for line, found in zip(lines, stated, strict=True):
        step = step.then(claimed(step.consultation, spoken(event, line), found, (), knowledge))
    if reader := outage.reader(consultation, event, context):
        whole = "\n\n".join(line.text for line in lines)
        got = await reading.read(
            whole,
            asked=(),
            knowledge=knowledge,
            model=reader,
            today=event.at.date(),
            limit=outage.reading_time(context),
            apart=context.apart,
            whose=event.author,
        )
        for one in got.found if got.by_model else ():
            if (said := line_with(lines, one.quote)) is not None:
                step = step.then(claimed(step.consultation, spoken(event, said), [one], (), knowledge))
    said = "was said" if earlier.given else "you said"
    if lines and earlier.complete and not cut:
        step = step.say(Text(markdown=f"I read what {said} here before ({_count(len(lines))}).", voice="notice"))
    elif lines:
        seen = _count(len(lines) + (0 if cut else earlier.others))
        told = f"I could read only the last {seen} here: paste what matters from before."
        step = step.say(Text(markdown=told, voice="notice"))
    elif not earlier.complete and not earlier.others:
        told = "I cannot read what was said here before: paste what matters."
        step = step.say(Text(markdown=told, voice="notice"))
    if earlier.others and earlier.offered:
        many = f"{earlier.others} earlier messages" if earlier.others > 1 else "earlier message"
        label = f"Read the {many} of {f'{earlier.people} people' if earlier.people > 1 else 'one person'}"
        step = step.say(Choices(action="earlier", options=(Option(value=event.message, label=label),)))
    return step


def _count(messages: int) -> str:
    return f"{messages} message{'s' if messages > 1 else ''}"
