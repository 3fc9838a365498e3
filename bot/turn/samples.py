"""Samples that people paste or attach."""

from collections.abc import Sequence

from bot.chat.events import Attached, Event, Pasted
from bot.chat.reply import Choices, Option, Part, Text
from bot.consultation.claims import newest, put_together
from bot.consultation.model import Columns, Consultation, Pair, Samples
from bot.consultation.trial_state import Phase
from bot.text import markdown
from bot.text.apart import TooMuch
from bot.turn.context import TurnContext
from bot.turn.dataset_and_cost import dataset_parts
from bot.turn.step import StartTrial, Step

MOST_LEFT_OUT = 3
"""Rows that are named among those that were left out."""
MOST_COLUMNS = 25
"""Columns to choose from: Discord shows no longer menu."""
FEWER = "give fewer rows, 50 are enough for a trial"
PARTS = "share a part of it, such as its first 1,000 rows, or split it, and I check each part by itself"
"""What somebody does instead where a file is more than can be read: of samples, and of rows to finetune on."""


def keep_samples(consultation: Consultation, event: Event, samples: Samples, file: str = "", *, run: bool) -> Step:
    """Put samples beside those that are there, and run them where somebody asked for that; else show them first."""
    from bot.samples.parse import Given

    if consultation.trial.running:
        told = "A trial is running; send these again when it has ended."
        return Step(consultation).say(Text(markdown=told, voice="notice"))
    # Where two readings are possible none is picked in silence.
    run = run and not _choice(samples)
    name = f"{event.message}/{file}" if file else event.message
    held = _kept(samples)
    given, gave = {**consultation.given, name: held}, {**consultation.gave, name: event.author}
    consultation = put_together(consultation.but(given=given, gave=gave))
    # Whether they come beside those that are there or in their place is asked.
    run = run and not (held.pairs and newest(consultation))
    step = Step(consultation, effects=(StartTrial(asked=run),))
    if not run:
        return step.say(understood(samples, file))
    gaps = samples.understood.gaps if isinstance(samples, Given) and samples.understood else ""
    return step.say(Text(markdown=markdown.escaped(gaps), voice="notice")) if gaps else step


def understood(samples: Samples, file: str = "") -> Text:
    """Say as what samples were read: their form, how many, which end is which, the first pair, and what is left out."""
    from bot.samples.parse import Given

    named = f"**{markdown.escaped(file)}**: " if file else ""
    if not samples.pairs:
        prompt = markdown.escaped(samples.prompt or "")
        return Text(markdown=f"{named}I read one prompt: {prompt}")
    read = samples.understood if isinstance(samples, Given) else None
    left_out = samples.left_out if isinstance(samples, Given) else 0
    rows = read.rows if read else len(samples.pairs) + left_out
    form = f"{read.form} ({read.format})" if read else "pairs"
    lines = [f"{named}I read {form}, {rows} row{'s' if rows != 1 else ''}."]
    if left_out:
        lines[0] += f" A trial takes the first {len(samples.pairs)}."
    into, out = (
        (f" (`{name.replace('`', '')}`)" if name else "" for name in (read.input, read.wanted)) if read else ("", "")
    )
    first = samples.pairs[0]
    lines += [
        f"- Input{into}: {markdown.escaped(first.input)}",
        f"- Wanted answer{out}: {markdown.escaped(first.output)}",
    ]
    if samples.prompt:
        lines.append(f"- Prompt: {markdown.escaped(samples.prompt)}")
    for row in read.left_out[:MOST_LEFT_OUT] if read else ():
        lines.append(f"- Row {row.row} is left out: it {markdown.escaped(row.why)}")
    if read and len(read.left_out) > MOST_LEFT_OUT:
        lines[-1] += f"; and {len(read.left_out) - MOST_LEFT_OUT} more"
    lines += [f"- {markdown.escaped(note)}" for note in (*(read.notes if read else ()), _choice(samples)) if note]
    return Text(markdown="\n".join(lines))


def _choice(samples: Samples) -> str:
    """Say which other reading is possible; empty where there is none."""
    from bot.samples.parse import Given

    return samples.understood.choice if isinstance(samples, Given) and samples.understood else ""


def to_change(consultation: Consultation) -> tuple[Part, ...]:
    """Offer what can be changed about samples as they were understood."""
    swap = Option(value="swap", label="Swap input and answer")
    run, leave = Option(value="run", label="Run as it is"), Option(value="skip", label="Leave it")
    return (
        Choices(action="run", text="What is wrong with it?", options=(swap, run, leave)),
        *_menus(_with_columns(consultation)),
        Choices(action="trial", options=(Option(value="paste", label="Paste others"),)),
    )


def _menus(held: Sequence[Columns]) -> tuple[Part, ...]:
    """Offer the columns of samples as the input and as the wanted answer."""
    if not held:
        return ()
    names = held[0].names
    options = [(n, name) for n, name in enumerate(names[:MOST_COLUMNS])]
    more = len(names) - MOST_COLUMNS
    told = f" Of {len(names)} columns the first {MOST_COLUMNS} are listed; leave out others and send it again."
    ends = (("input", held[0].input, "The input is now"), ("wanted", held[0].wanted, "The wanted answer is now"))
    return tuple(
        Choices(
            action="column",
            text=f"{now} `{name.replace('`', '')}`. Take another column:{told if more > 0 else ''}",
            options=tuple(Option(value=f"{end}/{n}", label=each) for n, each in options if each != name),
        )
        for end, name, now in ends
    )


def _with_columns(consultation: Consultation) -> list[Columns]:
    last = newest(consultation) or tuple(consultation.given)
    return [columns for name in last if (columns := consultation.given[name].columns)]


async def choose_column(consultation: Consultation, event: Event, value: str, context: TurnContext) -> Step:
    """Read the samples that came last with another column as the input or as the wanted answer, and show them."""
    from bot.samples.parse import SampleError, chosen

    step = Step(consultation)
    if consultation.trial.running:
        return step.say(Text(markdown="A trial is running; choose again when it has ended.", voice="notice"))
    end, _, at = value.partition("/")
    held = _with_columns(consultation)
    if not held or not at.isdigit() or int(at) >= len(held[0].names):
        return step.say(Text(markdown="These samples are not kept any more: send them again.", voice="error"))
    name, (into, wanted) = held[0].names[int(at)], (held[0].input, held[0].wanted)
    # Who takes one end's column for the other means that the two change places.
    fields = (name, wanted) if end == "input" else (into, name)
    fields = (wanted, into) if name in (into, wanted) else fields
    given, shown = dict(consultation.given), list[Part]()
    for key, each in consultation.given.items():
        if each.columns is None or each.columns not in held or not {*fields} <= {*each.columns.names}:
            continue
        try:
            read = await context.apart(event.author, chosen, each.columns, fields)
        except (SampleError, TooMuch) as error:
            said = error.sentence(FEWER) if isinstance(error, TooMuch) else str(error)
            return step.say(Text(markdown=markdown.escaped(said), voice="error"))
        given[key] = _kept(read)
        shown.append(understood(read, key.partition("/")[2]))
    changed = put_together(consultation.but(given=given))
    return Step(changed, effects=(StartTrial(asked=False),)).say(*shown)


def swapped(consultation: Consultation) -> Step:
    """Take each input for the wanted answer and each wanted answer for the input, and show what that makes."""
    given = {name: _turned(each) for name, each in consultation.given.items()}
    turned = put_together(consultation.but(given=given))
    return Step(turned, effects=(StartTrial(asked=False),)).say(understood(turned.samples))


def _turned(samples: Samples) -> Samples:
    held = samples.columns
    columns = held.model_copy(update={"input": held.wanted, "wanted": held.input}) if held else None
    pairs = tuple(Pair(input=p.output, output=p.input) for p in samples.pairs)
    return samples.model_copy(update={"pairs": pairs, "columns": columns})


def _kept(given: Samples) -> Samples:
    """Return samples without what is told of them once."""
    return Samples(
        pairs=given.pairs, prompt=given.prompt, premise=given.premise, scorer=given.scorer, columns=given.columns
    )


async def take_paste(consultation: Consultation, event: Event, pasted: Pasted, context: TurnContext) -> Step:
    """Take what was pasted into a form as what the form was for."""
    if not pasted.text.strip():
        return Step(consultation, advances=pasted.purpose == "samples")
    file = Attached(name="", content=pasted.text, purpose=pasted.purpose)
    return await take_file(consultation, event, file, context)


async def take_file(consultation: Consultation, event: Event, file: Attached, context: TurnContext) -> Step:
    """Take a file as samples or as finetuning rows; without a name it was pasted."""
    from bot.samples.parse import SampleError, parse

    run = file.purpose == "samples" or consultation.trial.phase is Phase.requested
    step = Step(consultation, advances=run and event.addressed == "us")
    if file.problem:
        return step.say(Text(markdown=markdown.escaped(file.problem), voice="error"))
    apart, name, checks = context.apart, file.name, file.purpose == "dataset"
    try:
        if checks:
            checked = await apart(event.author, dataset_parts, file.content, name or "what you pasted")
            return Step(consultation).say(*checked)
        samples = await apart(event.author, parse, file.content, name or None)
    except (SampleError, TooMuch) as error:
        said = error.sentence(PARTS if checks else FEWER) if isinstance(error, TooMuch) else str(error)
        named = f"{markdown.escaped(name)}: " if name else ""
        return step.say(Text(markdown=f"{named}{markdown.escaped(said)}", voice="error"))
    return step.then(keep_samples(consultation, event, samples, name, run=run))
