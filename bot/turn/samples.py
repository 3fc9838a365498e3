"""Samples that people paste or attach."""

from bot.chat.events import Attached, Event, Pasted
from bot.chat.reply import Text
from bot.consultation.claims import put_together
from bot.consultation.model import Samples
from bot.text import markdown
from bot.turn.checks import dataset_parts
from bot.turn.context import Taking


def keep_samples(t: Taking, event: Event, samples: Samples, file: str = "") -> None:
    """Put samples beside those that are there, and run them."""
    if t.case.trial_offer == "running":
        t.parts.append(Text(markdown="A trial is running; send these again when it has ended.", voice="notice"))
        return
    name = f"{event.message}/{file}" if file else event.message
    held = Samples(pairs=samples.pairs, prompt=samples.prompt, premise=samples.premise)
    t.case = put_together(t.case.but(given={**t.case.given, name: held}))
    t.trial = True


def take_paste(t: Taking, event: Event, pasted: Pasted) -> None:
    """Take what was pasted into a form as what the form was for."""
    t.quiet = t.quiet and pasted.purpose != "samples"
    if pasted.text.strip():
        take_file(t, event, Attached(name="", content=pasted.text, purpose=pasted.purpose))


def take_file(t: Taking, event: Event, file: Attached) -> None:
    """Take a file as samples or as finetuning rows; without a name it was pasted."""
    from bot.samples.parse import SampleError
    from bot.samples.parse import parse as parse_samples

    t.quiet = t.quiet and (file.purpose == "dataset" or event.only is not None)
    if file.problem:
        t.parts.append(Text(markdown=markdown.escaped(file.problem), voice="error"))
        return
    if file.purpose == "dataset":
        t.parts += dataset_parts(file.content, file.name or "what you pasted")
        return
    try:
        keep_samples(t, event, parse_samples(file.content, file.name or None), file.name)
    except SampleError as error:
        if error.read is not None and error.read.pairs:
            keep_samples(t, event, error.read, file.name)
        named = f"{markdown.escaped(file.name)}: " if file.name else ""
        t.parts.append(Text(markdown=f"{named}{markdown.escaped(str(error))}", voice="error"))
