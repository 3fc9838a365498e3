"""What each event does to a case: words are read, answers claimed, samples kept, commands obeyed."""

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
from bot.chat.reply import Text
from bot.turn.answers import answer
from bot.turn.buttons import press
from bot.turn.commands import command_in, obey
from bot.turn.context import Advisor, Taking
from bot.turn.messages import catch_up, hear, hear_again, unhear
from bot.turn.samples import take_file, take_paste
from bot.turn.trials import compared, measured

OF_JOBS = (Measured, Progressed, Failed)


async def take(t: Taking, event: Event, advisor: Advisor) -> None:
    """Let one event change the case."""
    if event.name:
        t.case = t.case.but(names={**t.case.names, event.author: event.name})
    if not isinstance(event.body, OF_JOBS):
        t.case = t.case.but(asker=t.case.asker or event.author, via=event.via or t.case.via, private=event.private)
    match event.body:
        case Said(text=text) if command := command_in(text, advisor.knowledge):
            await obey(t, command, event, advisor)
        case Said(text=text):
            if event.only is None and t.case.listens == "never":
                t.case = t.case.but(listens="answers")  # mentioned again after `leave`
            await hear(t, event, text, advisor)
        case Earlier() as earlier:
            await catch_up(t, event, earlier, advisor)
        case Edited(text=text):
            await hear_again(t, event, text, advisor)
        case Deleted():
            unhear(t, event)
        case Answered(facts=facts):
            t.quiet = False
            for fact, value in facts.items():
                answer(t, event, fact, value, advisor)
        case Pasted() as pasted:
            take_paste(t, event, pasted)
        case Attached() as file:
            take_file(t, event, file)
        case Pressed(action=action, values=values):
            await press(t, event, action, values, advisor)
        case Measured(result=result, parts=parts):
            t.quiet = False
            t.parts += [*parts, *compared(t.case, result)]
            t.case = measured(t.case, event, result, advisor)
            t.case = t.case.but(trials=(*t.case.trials, result), trial_offer="done", again=False)
        case Progressed(progress=progress):
            t.parts.append(progress)
        case Failed(sentence=sentence):
            t.quiet = False
            t.case = t.case.but(trial_offer="open", again=False)
            t.parts.append(Text(markdown=sentence, voice="error"))
        case Removed():
            t.forget = True
