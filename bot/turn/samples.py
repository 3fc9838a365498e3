"""Samples that people paste or attach."""

from bot.chat.events import Attached, Event, Pasted
from bot.chat.reply import Text
from bot.consultation.claims import put_together
from bot.consultation.model import Consultation, Samples
from bot.text import markdown
from bot.turn.checks import dataset_parts
from bot.turn.step import StartTrial, Step


def keep_samples(consultation: Consultation, event: Event, samples: Samples, file: str = "") -> Step:
    """Put samples beside those that are there, and run them."""
    if consultation.trial.running:
        told = "A trial is running; send these again when it has ended."
        return Step(consultation).say(Text(markdown=told, voice="notice"))
    name = f"{event.message}/{file}" if file else event.message
    held = Samples(pairs=samples.pairs, prompt=samples.prompt, premise=samples.premise)
    consultation = put_together(consultation.but(given={**consultation.given, name: held}))
    return Step(consultation, effects=(StartTrial(),))


def take_paste(consultation: Consultation, event: Event, pasted: Pasted) -> Step:
    """Take what was pasted into a form as what the form was for."""
    if not pasted.text.strip():
        return Step(consultation, advances=pasted.purpose == "samples")
    return take_file(consultation, event, Attached(name="", content=pasted.text, purpose=pasted.purpose))


def take_file(consultation: Consultation, event: Event, file: Attached) -> Step:
    """Take a file as samples or as finetuning rows; without a name it was pasted."""
    from bot.samples.parse import SampleError, parse

    step = Step(consultation, advances=file.purpose == "samples" and event.addressed == "us")
    if file.problem:
        return step.say(Text(markdown=markdown.escaped(file.problem), voice="error"))
    if file.purpose == "dataset":
        return step.say(*dataset_parts(file.content, file.name or "what you pasted"))
    try:
        return step.then(keep_samples(consultation, event, parse(file.content, file.name or None), file.name))
    except SampleError as error:
        if error.read is not None and error.read.pairs:
            step = step.then(keep_samples(consultation, event, error.read, file.name))
        named = f"{markdown.escaped(file.name)}: " if file.name else ""
        return step.say(Text(markdown=f"{named}{markdown.escaped(str(error))}", voice="error"))
