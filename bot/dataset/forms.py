"""What kind of row a row is, and what is said in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.dataset import rows
from bot.dataset.texts import Fault, Said
from bot.samples.columns import Chosen, Unknown, choose
from bot.samples.names import IDEALS, OUTPUTS, plain
from bot.samples.records import Bad, Left, Record, trimmed
from bot.samples.schemas import ANSWERED, MARKS, flat, mark, plainly_named, special, unwrapped
from bot.text.json import as_list, as_object

CHAT, MARKED, GRADED, PREFERENCES = "chat messages", "answers marked good or bad", "graded prompts", "preferences"
COMPLETIONS = "prompts and completions"
REWRITTEN = frozenset(
    {COMPLETIONS, "Alpaca instructions", "Dolly records", "ShareGPT conversations", "conversations"}
    | {"pairs", "lists of two", "questions about passages", "Argilla records", "exported items"}
)
"""Forms of plain examples, which can be written as messages without loss."""
_HELD = ("prompt", "question", "instruction", "input", "query")


class Looked(NamedTuple):
    """What a row is."""

    form: str
    turns: Sequence[Said] = ()
    faults: tuple[Fault, ...] = ()
    mark: bool | None = None
    """How its answer is marked, where it is."""
    tools: bool = False
    more: str = ""
    """What else tells the row from others, such as a worse answer."""


@dataclass
class Reader:
    """The form of a file: what most of its first rows are, and which fields flat rows have."""

    form: str = CHAT
    chosen: Chosen | None = None
    others: list[str] = field(default_factory=list[str])

    def look(self, value: Any, number: int) -> Looked:
        """Return what a row is and says, and what is wrong with it by its form."""
        data = as_object(value)
        if self.form == CHAT and "messages" in data and (said := rows.ordinary(data)) is not None:
            return Looked(CHAT, said)
        if "item" in data or "row" in data:
            value = unwrapped(value)
            data = as_object(value)
        if _is_chat(data) or (self.form == CHAT and not _marked(data) and "chosen" not in data):
            return _chat(value, data, self.form)
        return _other(value, number, self.chosen)


def reader(values: Sequence[Any]) -> Reader:
    """Return the form that most of these rows have."""
    chats = [value for value in map(unwrapped, values) if _is_chat(as_object(value))]
    flats: list[Mapping[str, Any]] = []
    forms: list[str] = []
    for number, value in enumerate(map(unwrapped, values), 1):
        data = as_object(value)
        if _is_chat(data):
            forms.append(_chat_form(data))
            continue
        found = _other(value, number, None)
        if found.form == "" and data:
            flats.append(data)
        forms.append(found.form)
    chosen = None
    if flats:
        try:
            chosen = choose(flats)
        except Unknown:
            chosen = None
    if chosen:
        forms = [form or flat_form(chosen) for form in forms]
    most = max(dict.fromkeys(filter(None, forms)), key=forms.count, default=CHAT)
    if chats and forms.count(most) <= len(chats) and most not in (MARKED, GRADED):
        most = _chat_form(as_object(chats[0]))
    return Reader(most, chosen)


def flat_form(chosen: Chosen) -> str:
    """Return what rows with these two fields are called."""
    two = {plain(chosen.input), plain(chosen.wanted)}
    return COMPLETIONS if two == {"prompt", "completion"} else "pairs"


def _is_chat(data: Mapping[str, Any]) -> bool:
    """Tell whether a row is a conversation; beside two answers that are compared, its messages only say one again."""
    return isinstance(data.get("messages"), list) and not {"chosen", "rejected"} <= data.keys()


def _marked(data: Mapping[str, Any]) -> bool:
    keys = plainly_named(dict(data))
    held = any(name in keys for name in ("messages", "conversations", "conversation", *ANSWERED))
    return held and any(name in keys for name in MARKS) and mark(keys) is not None


def _chat_form(data: Mapping[str, Any]) -> str:
    if len(data) == 1:
        return CHAT
    if _marked(data):
        return MARKED
    return GRADED if _reference(data) else CHAT


def _reference(data: Mapping[str, Any]) -> str | None:
    """Return the field of the answer that stands beside the messages of a row, where one does."""
    keys = plainly_named(dict(data))
    last = as_object(next(reversed(as_list(data.get("messages"))), None)).get("role")
    return next((name for name in (IDEALS if last == "assistant" else OUTPUTS) if name in keys), None)


def _chat(value: Any, data: Mapping[str, Any], form: str) -> Looked:
    own = _chat_form(data)
    graded = own == GRADED
    said = rows.turns(value)
    if "system" in data and (system := _system(data["system"])):
        said = [("system", system), *said]
    faults = tuple(rows.faults(value, graded=graded or own == MARKED))
    if own == MARKED and said and said[-1][0] != "assistant":
        faults = (*faults, Fault("last_not_assistant", f"it is from {said[-1][0]}"))
    if graded and said:
        wanted = trimmed(plainly_named(dict(data))[_reference(data) or ""])
        if not wanted:
            faults = (*faults, Fault("empty_content", "the reference answer is empty"))
        said = [*said, ("reference", wanted)]
    if own != form and form in (MARKED, GRADED, CHAT) and not faults:
        faults = (Fault("mixed_form", own),)
    return Looked(own, said, faults, mark(dict(data)) if own == MARKED else None, rows.has_tools(value))


def _other(value: Any, number: int, chosen: Chosen | None) -> Looked:
    data = as_object(value)
    if not data and not as_list(value):
        return Looked("", faults=(Fault("data_type", f"it is {value!r}"[:40]),))
    keys = plainly_named(data)
    if _marked(data):
        return _mark(keys, number)
    if not data:
        two = as_list(value)
        if len(two) == 2 and all(isinstance(each, str) for each in two):
            return _record(Record(trimmed(two[0]), trimmed(two[1]), "lists of two"))
        made = special({"messages": two}, number) if two else None
        return _record(made) if isinstance(made, Record) else Looked("", faults=(Fault("unknown_form"),))
    made = special(data, number)
    if isinstance(made, Left):
        return Looked("Argilla records" if "fields" in keys else "questions about passages", faults=())
    if isinstance(made, Bad):
        return _bad(made, keys)
    if made is not None:
        return _preference(made, keys) if made.form == PREFERENCES else _record(made)
    if chosen is None or not {chosen.input, chosen.wanted} <= data.keys():
        missing = bool(chosen) and bool({chosen.input, chosen.wanted} & data.keys()) if chosen else False
        named = ", ".join(map(str, list(data)[:6]))[:80] or "nothing"
        kind = "unreadable" if missing else "unknown_form"
        return Looked("", faults=(Fault(kind, f"it names {named}"),))
    return _record(flat(data, chosen, flat_form(chosen)))


def _mark(keys: Mapping[str, Any], number: int) -> Looked:
    good = mark(dict(keys)) is True
    made = special({name: value for name, value in keys.items() if name not in MARKS}, number)
    if isinstance(made, Record):
        read = _record(made)
        said, faults = read.turns, read.faults
    else:
        asked = next((keys[name] for name in _HELD if name in keys), None)
        answer = next((keys[name] for name in ANSWERED if name in keys), None)
        said = [*_said(asked, "user"), *_said(answer, "assistant")]
        faults = _empty(said)
    return Looked(MARKED, said, faults, good, more=str(good))


def _said(value: object, role: str) -> list[Said]:
    chat = rows.turns({"messages": as_list(value)})
    return chat or [(role, trimmed(value))]


def _record(record: Record) -> Looked:
    before: list[Said] = [(turn.role, turn.content) for turn in record.before]
    into = f"{record.lead}\n\n{record.input}" if record.lead else record.input
    system = [("system", record.system)] if record.system else []
    said: list[Said] = [*system, *before, ("user", into), ("assistant", record.output)]
    # What follows a call is what the tool gave back, which an answer may well repeat.
    said = [("tool", text) if n and _calls(said[n - 1]) else (role, text) for n, (role, text) in enumerate(said)]
    notes = tuple(Fault("late_system") for note in record.notes if note.startswith("a late system"))
    tools = any(map(_calls, said))
    return Looked(record.form, said, (*_empty(said), *notes), tools=tools)


def _calls(said: Said) -> bool:
    return said[0] == "assistant" and said[1].startswith('[{"name"')


def _empty(said: Sequence[Said]) -> tuple[Fault, ...]:
    return tuple(
        Fault("empty_content", "the answer is empty" if role == "assistant" else "the input is empty")
        for role, text in said
        if not text.strip() and role in ("user", "assistant")
    )


def _preference(record: Record, keys: Mapping[str, Any]) -> Looked:
    looked = _record(record)
    faults = list(looked.faults)
    if not record.rejected.strip():
        faults.append(Fault("preference_missing", "the rejected answer"))
    elif record.rejected.strip() == record.output.strip():
        faults.append(Fault("preference_same"))
    said = [*looked.turns, ("rejected", record.rejected)] if record.rejected else looked.turns
    return Looked(PREFERENCES, said, tuple(faults), more=record.rejected)


def _bad(bad: Bad, keys: Mapping[str, Any]) -> Looked:
    preference = "chosen" in keys or "preferred_output" in keys
    if preference:
        kind = "preference_missing" if "empty" in bad.why else "unreadable"
        return Looked(PREFERENCES, faults=(Fault(kind, f"it {bad.why}"),))
    kind = "empty_content" if "empty" in bad.why else "unknown_role" if "no role" in bad.why else "unreadable"
    if "does not end with" in bad.why:
        kind = "last_not_assistant"
    form = "ShareGPT conversations" if {"conversations", "conversation"} & keys.keys() else ""
    return Looked(form, faults=(Fault(kind, f"it {bad.why}"),))


def _system(value: object) -> str:
    if isinstance(value, str):
        return value
    return "\n".join(text for part in as_list(value) if isinstance(text := as_object(part).get("text"), str))
