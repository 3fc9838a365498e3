"""What commands and presses do to a case."""

import re

from bot import trials
from bot.advice import view
from bot.advisor import Advisor, Taking, decides
from bot.commands import AGAIN, Command, parse
from bot.consultation import Consultation, Value
from bot.events import Inbound
from bot.hearing import answer, hear, skip
from bot.reply import words
from bot.reply.parts import Choices, Option, Part, Text
from bot.talk import answer_command
from knowledge.load import Knowledge

PASTE_ROWS = Choices(
    action="dataset",
    text="Paste the rows of your finetuning file or attach it, and I check them. They are not kept.",
    options=(Option(value="paste", label="Check a file"),),
)

BY_COMMAND = Text(markdown="`advisor dataset FILE` checks a finetuning file.")


def command_in(text: str, knowledge: Knowledge) -> Command | None:
    """Return the command in a message; "fix the tone of our replies" is none."""
    command = parse(text)
    if command and command.name == "fix" and not text.strip().startswith("/"):
        numbered = re.fullmatch(r"[0-9]{1,3} .+", command.rest)
        return command if numbered or _named(command.rest, knowledge) else None
    return command


async def obey(t: Taking, command: Command, event: Inbound, advisor: Advisor) -> None:
    """Do what a command says."""
    match command.name:
        case "check":
            t.quiet = False
            if command.rest:
                await hear(t, event, command.rest, advisor)
        case "skip":
            skip(t, event, advisor.knowledge)
        case "verdict" if command.rest == AGAIN and t.case.verdict is None:
            if event.only is None:
                t.quiet = False
                t.parts.append(Text(markdown=_no_verdict(t.case, advisor.knowledge), voice="notice"))
        case "verdict":
            t.quiet, t.now = False, True
        case "try":
            await press(t, event, "trial", (), advisor)
        case "again":
            await press(t, event, "again", (), advisor)
        case "stop":
            await _stop(t, event, advisor)
        case "forget":
            await _forget(t, event, advisor)
        case "leave" if not _at_terminal(t.case):
            t.case = t.case.but(listens="never")
            t.parts.append(Text(markdown="I listen no further here until somebody mentions me.", voice="notice"))
        case "dataset":
            t.parts.append(BY_COMMAND if _at_terminal(t.case) else PASTE_ROWS)
        case "cost":
            held = view(t.case, advisor.knowledge, advisor.derive).held
            t.parts += advisor.cost(command.rest, held.facts)
        case "fix" if fixed := _fix(command.rest, t.case, advisor):
            answer(t, event, *fixed, advisor)
            t.new += [fixed[0]] if fixed[0] not in t.new else []
        case _:
            seen = view(t.case, advisor.knowledge, advisor.derive)
            t.parts += answer_command(advisor.knowledge, command, t.case, seen)


async def press(t: Taking, event: Inbound, action: str, values: tuple[str, ...], advisor: Advisor) -> None:
    """Do what a button says."""
    match action, values:
        case "stop", _:
            await _stop(t, event, advisor)
        case "forget", _:
            await _forget(t, event, advisor)
        case "feedback", ("up" | "down" as how, *_):
            t.case = t.case.but(feedback={**t.case.feedback, event.author: how})
            said = "Thank you." if how == "up" else "Thank you. What is wrong? Say it here, or correct a fact."
            t.tell(event, Text(markdown=said, voice="notice"))
        case "decide", _:
            t.quiet, t.now = False, True
        case "correct", _:
            t.parts += _correct(t.case, advisor)
        case (("fix" | "answer"), (fact, *_)) if fact in advisor.knowledge.asks:
            t.parts.append(words.form(advisor.knowledge, [fact]))
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
            by_words = _at_terminal(t.case) or advisor.model is None
            t.parts.append(Text(markdown=asked) if by_words else paste_offer(asked))
        case _:
            t.parts.append(Text(markdown="That button means nothing any more. `help` lists what does.", voice="error"))


def _no_verdict(case: Consultation, knowledge: Knowledge) -> str:
    """Say that there is none to read: none yet, or none any more."""
    told = knowledge.verdicts.get(case.told) if case.told else None
    none = f"It was *{told.headline}* and is open again." if told else "There is no verdict yet."
    return f"{none} `verdict` decides now, on assumptions that I name."


def _at_terminal(case: Consultation) -> bool:
    return case.id.startswith("console:")


async def _run(t: Taking, event: Inbound, values: tuple[str, ...], advisor: Advisor) -> None:
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


async def _stop(t: Taking, event: Inbound, advisor: Advisor) -> None:
    if t.case.trial_offer != "running":
        t.parts.append(Text(markdown="No trial is running.", voice="notice"))
    elif await decides(t.case, event, advisor):
        t.stop = True
        t.parts.append(Text(markdown="I stop the trial; what is measured so far counts.", voice="notice"))
    else:
        t.tell(event, Text(markdown=f"Only {_deciders(t.case)} can stop this trial.", voice="error"))


async def _forget(t: Taking, event: Inbound, advisor: Advisor) -> None:
    if await decides(t.case, event, advisor):
        t.forget = True
        t.parts.append(Text(markdown="Forgotten: facts, samples, trials and this transcript are deleted."))
    else:
        t.tell(event, Text(markdown=f"Only {_deciders(t.case)} can delete this consultation.", voice="error"))


def _deciders(case: Consultation) -> str:
    asker = case.names.get(case.asker or "")
    return f"{words.escaped(asker)}, who asked, or an admin" if asker else "who asked, or an admin,"


def _correct(case: Consultation, advisor: Advisor) -> list[Part]:
    """Show the facts and ask which one is wrong."""
    knowledge = advisor.knowledge
    seen = view(case, knowledge, advisor.derive)
    table = words.facts(knowledge, seen, case.names)
    options = tuple(
        Option(value=fact, label=words.label(knowledge, fact))
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


def _named(rest: str, knowledge: Knowledge) -> tuple[str, str] | None:
    """Return the fact that begins a text, by its name or its label, and what follows."""
    for fact, spec in knowledge.facts.items():
        for name in (fact, spec.label):
            if name and rest.lower().startswith(name) and rest[len(name) : len(name) + 1] in ("", " "):
                return fact, rest[len(name) :].strip()
    return None


def _fix(rest: str, case: Consultation, advisor: Advisor) -> tuple[str, Value | None] | None:
    """Return the fact and value of `fix examples 400`; None where the value is missing or the fact unknown.

    A fact may be given by its name, its label, or its number in the list of `status`.
    """
    number, _, raw = rest.partition(" ")
    shown = list(view(case, advisor.knowledge, advisor.derive).known)
    if re.fullmatch(r"[0-9]{1,3}", number) and 0 < int(number) <= len(shown):
        name = shown[int(number) - 1]
    elif named := _named(rest, advisor.knowledge):
        name, raw = named
    else:
        return None
    if not raw.strip():
        return None
    spec, text = advisor.knowledge.facts[name], raw.strip().lower()
    if spec.type == "count":
        return name, int(text.replace(",", "")) if re.fullmatch(r"[0-9][0-9,]{0,18}", text) else text
    if spec.type == "bool":
        return name, {"yes": True, "true": True, "no": False, "false": False}.get(text, text)
    if spec.type == "set":
        return name, tuple(text.replace(",", " ").split())
    return name, text
