"""A finetune beside its base, in a conversation: who may name one, and what is asked before it runs."""

from bot.chat.events import Event
from bot.chat.reply import Choices, Option, Text
from bot.consultation.claims import put_together
from bot.consultation.model import Consultation, Samples
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.text import markdown
from bot.turn import trials
from bot.turn.context import TurnContext
from bot.turn.step import StartTrial, Step

MOST_OFFERED = 10
_OPENAI = "ft:"


async def compare(consultation: Consultation, event: Event, name: str, context: TurnContext) -> Step:
    """Have a finetune compared with its base on the samples, where it is one that may be run here."""
    step, model = Step(consultation), context.model
    if model is None:
        told = trials.how_to_paste(context, operator=consultation.at_terminal)
        return step.say(Text(markdown=told, voice="notice"))
    if consultation.trial.running:
        return step.say(Text(markdown="A trial is running; compare when it has ended.", voice="notice"))
    if name in ("", trials.WHICH):
        return step.say(_which(context))
    try:
        found = await _allowed(name, model, context.finetunes)
    except ModelError as error:
        said = error.sentence if consultation.at_terminal else error.told
        return step.say(Text(markdown=f"{said} (Reference {error.reference}.)", voice="error"))
    if found is None:
        told = (
            f"{markdown.escaped(name)} is no model that may be run here: whoever runs me can allow it, in "
            f"`ADVISOR_FINETUNES` or on {model.where}."
        )
        return step.say(Text(markdown=told, voice="error"))
    named = Samples(tuned=name, base=found or None)
    given = {**without(consultation).given, event.message: named}
    gave = {**consultation.gave, event.message: event.author}
    consultation = put_together(consultation.but(given=given, gave=gave))
    if not consultation.samples.pairs:
        # What a comparison needs is asked for as it is for any trial.
        return trials.request(consultation, context)
    return Step(consultation, effects=(StartTrial(asked=consultation.at_terminal),))


def without(consultation: Consultation) -> Consultation:
    """Return the consultation with no finetune to compare."""
    given = {name: each.model_copy(update={"tuned": None, "base": None}) for name, each in consultation.given.items()}
    kept = {name: each for name, each in given.items() if each != Samples()}
    return put_together(consultation.but(given=kept))


def _which(context: TurnContext) -> Choices | Text:
    """Ask which finetune is meant, from those that are allowed by name where there are such."""
    asks = "Which finetune? `compare NAME`, with its name as the model server knows it, tries it beside its base."
    names = [_parts(each)[0] for each in context.finetunes][:MOST_OFFERED]
    if not names:
        return Text(markdown=asks)
    options = tuple(Option(value=name, label=name) for name in names)
    return Choices(action="compare", text=asks, options=options)


async def _allowed(name: str, model: Model, allowed: tuple[str, ...]) -> str | None:
    """Return the base of a finetune that may be run, "" for the model that samples are run on; None where it may not.

    An operator's list stands over what the server lists: with one, nothing else is asked for. Raises ModelError.
    """
    named = dict(map(_parts, allowed))
    if name not in (named or await model.list_models()):
        return None
    base = named.get(name) or _base_of(name)
    if base == model.name:
        return ""
    # A model beside itself shows nothing.
    return base if base or name != model.name else None


def _parts(allowed: str) -> tuple[str, str]:
    name, _, base = allowed.partition("=")
    return name.strip(), base.strip()


def _base_of(name: str) -> str:
    """Return the base that OpenAI writes into the name of a finetune; empty for other names."""
    return name.split(":")[1] if name.startswith(_OPENAI) and name.count(":") > 1 else ""
