"""The handler of each kind of event: (consultation, event, context) -> Step."""

from bot.chat.events import (
    Answered,
    Attached,
    Deleted,
    Earlier,
    Edited,
    Event,
    Failed,
    Measured,
    Pasted,
    Pressed,
    Progressed,
    Removed,
    Said,
)
from bot.consultation.model import Consultation
from bot.turn import trials
from bot.turn.answers import answers
from bot.turn.buttons import press
from bot.turn.commands import command_in, obey
from bot.turn.context import TurnContext
from bot.turn.messages import catch_up, delete, edit, read
from bot.turn.samples import take_file, take_paste
from bot.turn.step import Forget, Step

OF_JOBS = (Measured, Progressed, Failed)


async def handle(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Return what one event does."""
    consultation = _met(consultation, event)
    match event.body:
        case Said(text=text) if command := command_in(text, context.knowledge):
            return await obey(consultation, command, event, context)
        case Said(text=text):
            return await read(consultation, event, text, context)
        case Earlier() as earlier:
            return await catch_up(consultation, event, earlier, context)
        case Edited(text=text):
            return await edit(consultation, event, text, context)
        case Deleted():
            return delete(consultation, event)
        case Answered(facts=facts, notes=notes):
            return answers(consultation, event, facts, context, notes=notes)
        case Pasted() as pasted:
            return take_paste(consultation, event, pasted)
        case Attached() as file:
            return take_file(consultation, event, file)
        case Pressed(action=action, values=values):
            return await press(consultation, event, action, values, context)
        case Measured() as measured:
            return trials.finish(consultation, event, measured, context)
        case Progressed(progress=progress):
            return Step(consultation, says=(progress,))
        case Failed(sentence=sentence):
            return trials.fail(consultation, sentence)
        case Removed():
            return Step(consultation, effects=(Forget(),))


def _met(consultation: Consultation, event: Event) -> Consultation:
    """Return the consultation with who spoke and how they can be answered."""
    if event.name:
        consultation = consultation.but(names={**consultation.names, event.author: event.name})
    if isinstance(event.body, OF_JOBS):
        return consultation
    asker, via = consultation.asker or event.author, event.via or consultation.via
    return consultation.but(asker=asker, via=via, private=event.private)
