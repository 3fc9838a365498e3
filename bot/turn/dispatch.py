"""The handler of each kind of event: (consultation, event, context) -> Step."""

from bot.chat.events import (
    Answered,
    Attached,
    Deleted,
    Earlier,
    Edited,
    Event,
    Failed,
    Hidden,
    Measured,
    Pasted,
    Present,
    Pressed,
    Progressed,
    Removed,
    Said,
)
from bot.consultation.model import Consultation
from bot.text.person import person_name
from bot.turn import trials
from bot.turn.answers import answered_by
from bot.turn.buttons import press
from bot.turn.commands import command_in, obey
from bot.turn.context import TurnContext
from bot.turn.messages import delete, edit, read
from bot.turn.people.attention import OF_JOBS, enter
from bot.turn.people.late_mention import catch_up
from bot.turn.people.overheard import overhear
from bot.turn.samples import take_file, take_paste
from bot.turn.step import Forget, Step


async def handle(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Return what one event does, as it was heard."""
    consultation = _met(consultation, event)
    if event.addressed == "people":
        return overhear(consultation, event, context)
    match event.body:
        case Said(text=text) if leave := trials.leave_given(consultation, text, context.knowledge):
            return await press(consultation, event, "run", (leave,), context)
        case Said() as said if command := command_in(said, context.knowledge, addressed=event.addressed == "us"):
            return await obey(consultation, command, event, context)
        case Said(text=text):
            return await read(consultation, event, text, context)
        case Earlier() as earlier:
            return await catch_up(consultation, event, earlier, context)
        case Edited(text=text):
            return await edit(consultation, event, text, context)
        case Deleted():
            return delete(consultation, event, context)
        case Present() | Hidden():
            return Step(consultation)
        case Answered() as answered:
            return answered_by(consultation, event, answered, context)
        case Pasted() as pasted:
            return await take_paste(consultation, event, pasted, context)
        case Attached() as file:
            return await take_file(consultation, event, file, context)
        case Pressed(action=action, values=values):
            return await press(consultation, event, action, values, context)
        case Measured() | Failed() if consultation.listens == "never":  # after `leave` it ends without a word
            return trials.silent(consultation, event, context)
        case Measured() as measured:
            return trials.finish(consultation, event, measured, context)
        case Progressed(progress=progress):
            return Step(consultation, says=(progress,))
        case Failed(sentence=sentence):
            return trials.fail(consultation, event, sentence)
        case Removed():
            return Step(consultation, effects=(Forget(),))


def _met(consultation: Consultation, event: Event) -> Consultation:
    """Return the consultation with who spoke and how they can be answered."""
    if isinstance(event.body, Present):
        return enter(consultation, event)
    if event.name:
        consultation = consultation.but(names={**consultation.names, event.author: person_name(event.name)})
    if isinstance(event.body, OF_JOBS) or event.addressed != "us":
        return enter(consultation, event)
    if consultation.listens == "never" and isinstance(event.body, Said | Pasted | Attached):
        consultation = consultation.but(listens="answers")  # spoken to again after `leave`
    return enter(consultation, event).but(via=event.via or consultation.via, private=event.private)
