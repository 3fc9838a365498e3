"""What each press of a button does to a consultation."""

from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Choices, Option, Part, Text
from bot.consultation.model import Consultation
from bot.consultation.view import view
from bot.text import markdown
from bot.turn import trials
from bot.turn.context import Advisor, Taking, decides

PASTE_ROWS = Choices(
    action="dataset",
    text="Paste the rows of your finetuning file or attach it, and I check them. They are not kept.",
    options=(Option(value="paste", label="Check a file"),),
)


BY_COMMAND = Text(markdown="`advisor dataset FILE` checks a finetuning file.")


async def press(t: Taking, event: Event, action: str, values: tuple[str, ...], advisor: Advisor) -> None:
    """Do what a button says."""
    match action, values:
        case "stop", _:
            await stop(t, event, advisor)
        case "forget", _:
            await forget(t, event, advisor)
        case "feedback", ("up" | "down" as how, *_):
            t.case = t.case.but(feedback={**t.case.feedback, event.author: how})
            said = "Thank you." if how == "up" else "Thank you. What is wrong? Say it here, or correct a fact."
            t.tell(event, Text(markdown=said, voice="notice"))
        case "decide", _:
            t.quiet, t.now = False, True
        case "correct", _:
            t.parts += _correct(t.case, advisor)
        case (("fix" | "answer"), (fact, *_)) if fact in advisor.knowledge.asks:
            t.parts.append(wording.form(advisor.knowledge, [fact]))
        case "dataset", _:
            t.parts.append(PASTE_ROWS)
        case "run", _:
            await _run(t, event, values, advisor)
        case "again", _:
            trials.again(t)
        case "scorer", (name,):
            trials.rescore(t, name)
        case "grade", (output,):
            trials.grade(t, event, output, advisor)
        case "trial", _ if t.case.trial_offer == "running":
            t.parts.append(Text(markdown="A trial is running already.", voice="notice"))
        case "trial", ("skip",):
            t.quiet = False
            t.case = t.case.but(trial_offer="skipped")
        case "trial", _:
            if advisor.model is not None:
                t.case = t.case.but(trial_offer="wanted")
            asked = how_to_paste(advisor)
            by_words = at_terminal(t.case) or advisor.model is None
            t.parts.append(Text(markdown=asked) if by_words else paste_offer(asked))
        case _:
            t.parts.append(Text(markdown="That button means nothing any more. `help` lists what does.", voice="error"))


def at_terminal(case: Consultation) -> bool:
    return case.id.startswith("console:")


async def _run(t: Taking, event: Event, values: tuple[str, ...], advisor: Advisor) -> None:
    """Run a trial above the cap, or leave it."""
    if t.case.trial_offer != "asked":
        t.parts.append(Text(markdown="No trial waits for that any more. Send samples to begin one.", voice="notice"))
    elif not await decides(t.case, event, advisor):
        t.tell(event, Text(markdown=f"Only {_deciders(t.case)} can let this trial run.", voice="error"))
    elif values == ("skip",):
        t.quiet = False
        t.case = t.case.but(trial_offer="skipped")
    else:
        t.trial = t.go = True


async def stop(t: Taking, event: Event, advisor: Advisor) -> None:
    if t.case.trial_offer != "running":
        t.parts.append(Text(markdown="No trial is running.", voice="notice"))
    elif await decides(t.case, event, advisor):
        t.stop = True
        t.parts.append(Text(markdown="I stop the trial; what is measured so far counts.", voice="notice"))
    else:
        t.tell(event, Text(markdown=f"Only {_deciders(t.case)} can stop this trial.", voice="error"))


async def forget(t: Taking, event: Event, advisor: Advisor) -> None:
    if await decides(t.case, event, advisor):
        t.forget = True
        t.parts.append(Text(markdown="Forgotten: facts, samples, trials and this transcript are deleted."))
    else:
        t.tell(event, Text(markdown=f"Only {_deciders(t.case)} can delete this consultation.", voice="error"))


def _deciders(case: Consultation) -> str:
    asker = case.names.get(case.asker or "")
    return f"{markdown.escaped(asker)}, who asked, or an admin" if asker else "who asked, or an admin,"


def _correct(case: Consultation, advisor: Advisor) -> list[Part]:
    """Show the facts and ask which one is wrong."""
    knowledge = advisor.knowledge
    seen = view(case, knowledge, advisor.derive)
    table = wording.facts(knowledge, seen, case.names)
    options = tuple(
        Option(value=fact, label=wording.label(knowledge, fact))
        for fact in (*seen.known, *seen.disputed)
        if fact in knowledge.asks
    )
    if table is None or not options:
        return [Text(markdown="I hold no facts yet.", voice="notice")]
    return [
        table,
        Choices(action="fix", text='Which one is wrong? Or say it: "no, we have 400 examples".', options=options),
    ]


def paste_offer(text: str) -> Choices:
    """Return this with buttons: to give samples, or to leave them out."""
    options = (Option(value="paste", label="Paste samples"), Option(value="skip", label="Skip"))
    return Choices(action="trial", text=text, options=options)


def how_to_paste(advisor: Advisor) -> str:
    """Say how samples can be given."""
    if advisor.model is None:
        return "No model is ready to run samples on. Set OPENAI_API_KEY for one; `advisor doctor` says what is wrong."
    return (
        "Paste up to 50 inputs, each with the answer you would have given, and I will run them on "
        f"{advisor.model.name}. Any plain form will do: `input: …` and `output: …` lines, a CSV or JSONL, or a file. "
        "One prompt alone works too: I run it, and you say which answers pass."
    )
