"""`advisor consult --jsonl`: one JSON object a line in, facts, questions and verdicts out. Nothing is stored."""

import json
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, cast

from bot.chat import wording
from bot.chat.events import Answered, Body, Event, Pressed, Said
from bot.chat.reply import Choices, Part, Table, Text
from bot.consultation.advice import Ask
from bot.consultation.answer import Answer
from bot.consultation.base import Value
from bot.consultation.model import Consultation, How
from bot.consultation.view import view
from bot.text.json import LineError, object_in
from bot.turn.context import TurnContext
from bot.turn.turn import TurnResult, turn

ASKER = "asker"

PRESSED = ("run", "compare")
"""Actions of the choices that a program is shown: what lets a trial run. All else it can say."""

Trial = Callable[[Consultation], Awaitable[tuple[Body, tuple[Part, ...]]]]
"""Run the trial of a case's samples; return the event that tells how it ended, and what is shown."""


def parse_line(line: str) -> tuple[Body, str | None]:
    """Return the event and the author of an input line; LineError says what is wrong."""
    data = object_in(line)
    author = data.get("author")
    if author is not None and not isinstance(author, str):
        raise LineError("`author` must be a text")
    if isinstance(data.get("text"), str):
        return Said(text=data["text"]), author
    answer = cast("dict[str, Any]", data["answer"]) if isinstance(data.get("answer"), dict) else {}
    if isinstance(answer.get("fact"), str) and "value" in answer:
        return Answered(facts={answer["fact"]: _value(answer["value"])}), author
    press = cast("dict[str, Any]", data["press"]) if isinstance(data.get("press"), dict) else {}
    if isinstance(press.get("action"), str) and isinstance(press.get("value"), str):
        return Pressed(action=press["action"], values=(press["value"],)), author
    raise LineError('a line has "text", "answer" with "fact" and "value", or "press" with "action" and "value"')


def _value(value: Any) -> Value | None:
    if isinstance(value, list):
        return tuple(str(v) for v in cast("list[object]", value))
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise LineError("`value` must be a text, a number, true, false, null or a list of texts")


async def consult(lines: Iterable[str], write: Callable[[str], None], advisor: TurnContext, trial: Trial) -> None:
    """Hold one consultation: each input line yields facts, texts, and last exactly one question or verdict."""
    now = datetime.now(UTC)
    shown: set[tuple[str, str]] = set()
    case, author = Consultation(id=f"console:{uuid.uuid4()}", started=now, updated=now), ASKER
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        body: Body | None = None
        out: list[dict[str, Any]] = []
        try:
            body, named = parse_line(line)
            author = named or author
            if isinstance(body, Pressed) and (body.action, *body.values) not in shown:
                body = None
                raise LineError('"press" names the "action" of choices that were shown, and one of their values')
        except LineError as error:
            out.append({"type": "text", "text": f"Line {number} was left out: {error}."})
        batch = [_inbound(case, body, author, number)] if body else []
        outcome = (
            await turn(case, batch, advisor) if batch else await turn(case, [_nothing(case, author, number)], advisor)
        )
        out += _told(outcome)
        if outcome.starts_trial:
            ended, report = await trial(outcome.consultation)
            out += _texts(report)
            outcome = await turn(outcome.consultation, [_inbound(outcome.consultation, ended, author, number)], advisor)
            out += _told(outcome)
        case = outcome.consultation
        if outcome.forgets:
            case = Consultation(id=case.id, started=case.started, updated=case.updated)
            outcome = await turn(case, [_nothing(case, author, number)], advisor)
        shown.update(
            (item["action"], each["value"]) for item in out if item["type"] == "choices" for each in item["options"]
        )
        for item in (_facts(case, advisor), *out, _move(case, outcome, advisor)):
            write(json.dumps(item, ensure_ascii=False))


def _inbound(case: Consultation, body: Body, author: str, number: int) -> Event:
    return Event(
        conversation=case.id,
        platform="console",
        message=str(number),
        author=author,
        name=author,
        at=datetime.now(UTC),
        private=True,
        body=body,
    )


def _nothing(case: Consultation, author: str, number: int) -> Event:
    return _inbound(case, Answered(facts={}), author, number)


def _told(outcome: TurnResult) -> list[dict[str, Any]]:
    """Return what a turn says, its answer on a line of its own."""
    parts = [part for reply in outcome.replies for part in reply.parts]
    at = next((n for n, part in enumerate(parts) if isinstance(part, Text) and part.voice == "answer"), None)
    if at is None or outcome.answer is None:
        return _texts(parts)
    return [*_texts(parts[:at]), _answer(outcome.answer), *_texts(parts[at:])]


def _answer(given: Answer) -> dict[str, Any]:
    notes = [{"number": note.number, "source": note.source, "title": note.title} for note in given.sources]
    return {"type": "answer", "text": given.text, "sources": notes, "by": given.by}


def _texts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return what was said beside facts and questions, which have lines of their own."""
    out: list[dict[str, Any]] = []
    for part in parts:
        match part:
            case Text(markdown=text, voice=voice) if voice not in ("ask", "answer"):
                out += _text(text)
            case Table():
                out += _text(_as_text(part))
            case Choices(action=action, text=text, options=options) if action in PRESSED:
                given = [{"value": option.value, "label": option.label} for option in options]
                out += [*_text(text), {"type": "choices", "action": action, "options": given}]
            case _:
                pass
    return out


def _text(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}] if text else []


def _as_text(table: Table) -> str:
    return "\n".join(" | ".join(row) for row in (table.headers, *table.rows))


def _facts(case: Consultation, advisor: TurnContext) -> dict[str, Any]:
    """Return all facts that are held, those in dispute with the latest answer, those a verdict assumed as assumed."""
    seen = view(case, advisor.knowledge, advisor.derive)
    facts = {
        f: {"value": _plain(k.value), "how": k.how.value, "quote": k.quote if k.how is How.stated else None}
        for f, k in seen.known.items()
    }
    for fact, claims in seen.disputed.items():
        last = claims[-1]
        quote = last.quote if last.how is How.stated else None
        facts[fact] = {"value": _plain(last.value), "how": last.how.value, "quote": quote}
    for fact in case.verdict.assumed if case.verdict else ():
        assumed = advisor.knowledge.facts[fact].assume
        facts.setdefault(fact, {"value": _plain(assumed), "how": How.assumed.value, "quote": None})
    return {"type": "facts", "facts": {f: facts[f] for f in advisor.knowledge.facts if f in facts}}


def _plain(value: Value | None) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _move(case: Consultation, outcome: TurnResult, advisor: TurnContext) -> dict[str, Any]:
    knowledge, move = advisor.knowledge, outcome.move
    if isinstance(move, Ask):
        objected = outcome.answer.objection if outcome.answer else None
        worded = outcome.answer.question if outcome.answer and not (move.dispute or objected) else None
        spec = knowledge.facts[move.facts[0]]
        options: list[Any] = [True, False] if spec.type == "bool" else list(spec.values)
        return {
            "type": "question",
            "fact": move.facts[0],
            "facts": list(move.facts),
            "text": worded or wording.question(knowledge, move, case.names),
            "options": options,
        }
    assert move is not None  # noqa: S101 - only `forget` has no move, and it is followed by a turn
    return {
        "type": "verdict",
        "verdict": move.verdict,
        "clause": move.clause,
        "because": [
            {"fact": r.fact, "quote": r.quote, "rule": r.rule, "passage": r.passage, "text": r.text}
            for r in move.because
        ],
        "notes": list(move.notes),
        "assumed": list(move.assumed),
        "would_change": [{"fact": c.fact, "value": _plain(c.value), "verdict": c.verdict} for c in move.would_change],
        "next": list(move.next),
    }
