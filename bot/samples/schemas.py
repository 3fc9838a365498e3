"""One record of any maker's form, into what is asked and what is wanted."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from bot.consultation.model import Turn
from bot.samples import chats
from bot.samples.chats import Unreadable, asked, exchange, from_human, is_chat, messages, reply
from bot.samples.columns import Chosen
from bot.samples.exports import WRAPPED, annotated, multiple_choice, not_pairs, only, traced
from bot.samples.exports import system as _system
from bot.samples.names import ANSWERS, IDEALS, OUTPUTS, SEVERAL, plain
from bot.samples.promptfoo import one_expected
from bot.samples.records import Bad, Left, Record, as_text, trimmed
from bot.text.json import as_list, as_object

_TURNS = ("messages", "conversations", "conversation", "contents", "dialogue")
_HELD = ("prompt", "question", "instruction", "input", "query")
ANSWERED = ("output", "completion", "response", "answer")
MARKS = ("label", "kto_tag", "desirable")
"""Names of the mark of an answer."""
_GOOD = frozenset({"true", "desirable", "chosen", "thumbs_up"})
_BAD = frozenset({"false", "undesirable", "rejected", "thumbs_down"})
"""How an answer is marked."""


def plainly_named(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields under their names without case and signs; the first of two that become the same stays."""
    named: dict[str, Any] = {}
    for name, value in data.items():
        named.setdefault(plain(name), value)
    return named


def special(data: dict[str, Any], row: int) -> Record | Bad | None:
    """Read a record of a form that says by itself what is what; None for flat fields, which are chosen by all rows."""
    keys = plainly_named(data)
    try:
        for form in _FORMS:
            if (found := form(keys, row)) is not None:
                return found
    except Unreadable as error:
        return Bad(row, str(error))
    return None


def flat(data: dict[str, Any], chosen: Chosen, form: str = "pairs") -> Record:
    """Read a record by the fields that were chosen for it."""
    keys = plainly_named(data)
    output, also = several(plain(chosen.wanted), data.get(chosen.wanted))
    lead = trimmed(data.get(chosen.lead)) if chosen.lead else ""
    into = trimmed(data.get(chosen.input))
    if lead and not into:
        into, lead = lead, ""
    return Record(into, output, form, (chosen.input, chosen.wanted), _system(keys), lead, also=also)


def several(name: str, value: object) -> tuple[str, tuple[str, ...]]:
    """Return the first of several answers that are all right, and the others."""
    if name == "answers":
        value = as_object(value).get("text", value)
    given = as_list(value)
    if name in SEVERAL and given and not any(isinstance(each, dict | list) for each in given):
        texts = [trimmed(each) for each in given]
        return texts[0], tuple(texts[1:])
    return trimmed(value), ()


def expanded(values: Iterable[object]) -> list[object]:
    """Return the values with articles, paragraphs and their questions as one record each."""
    found: list[object] = []
    for value in values:
        data = as_object(value)
        if isinstance(data.get("paragraphs"), list):
            found += expanded(as_list(data["paragraphs"]))
        elif isinstance(data.get("qas"), list):
            found += [{"context": data.get("context"), **as_object(each)} for each in as_list(data["qas"])]
        else:
            found.append(unwrapped(value))
    return found


def unwrapped(value: object) -> object:
    """Return the record that an object holds as its row or its item; any other value as it is."""
    data = as_object(value)
    inner = next((as_object(data.get(name)) for name in ("row", "item") if name in data), None)
    return inner if inner and (data.keys() <= {"row_idx", "row", "truncated_cells"} or len(data) == 1) else value


def _preference(keys: dict[str, Any], row: int) -> Record | Bad | None:
    better, worse = ("chosen", "rejected") if "chosen" in keys else ("preferred_output", "non_preferred_output")
    if better not in keys:
        return None
    held = next((name for name in (*_HELD, *_TURNS) if keys.get(name)), None)
    given = keys.get(held or "")
    names, form = (held or better, better), "preferences"
    tools = as_object(given).get("tools") or keys.get("tools")
    given = as_object(given).get("messages", given)
    if held == "instruction" and (about := trimmed(keys.get("input"))):
        given = f"{as_text(given)}\n\n{about}"
    before = messages(given) if is_chat(given) else from_human(as_text(given)) if given else []
    if given and not before:
        before = [chats.Message("user", trimmed(given))]
    after, other = (_answer(keys.get(name)) for name in (better, worse))
    if not after or not after[-1].text:
        return Bad(row, "has an empty output")
    if [(m.role, m.text) for m in after[: len(before)]] == [(m.role, m.text) for m in before]:
        before = []
    # Without a prompt of its own, both answers begin with what was asked.
    record = exchange([*before, *after], form, names, _system(keys), tools)
    return replace(record, rejected=other[-1].text if other else "")


def _answer(value: object) -> list[chats.Message]:
    given = [value] if as_object(value) else value
    if is_chat(given):
        return messages(given)
    text = trimmed(value)
    return from_human(text) or ([chats.Message("assistant", text)] if text else [])


def _conversation(keys: dict[str, Any], row: int) -> Record | Bad | None:
    name = next((n for n in _TURNS if isinstance(keys.get(n), list)), None)
    name = name or next((n for n in ("input", "inputs", "prompt", "user_input") if is_chat(keys.get(n))), None)
    if name is None:
        return None
    if not keys[name]:
        return Bad(row, "has no messages")
    said = messages(keys[name])
    if (worse := _marked_bad(keys, row)) is not None:
        return worse
    form = _form(name, keys)
    system = _system(keys) or (trimmed(keys.get("context")) if name == "messages" and "context" in keys else "")
    order = (*IDEALS, "completion", *ANSWERS) if name != "messages" else IDEALS
    wanted = next((n for n in order if n in keys and n != name), None)
    if said[-1].role != "assistant" and wanted is None:
        wanted = next((n for n in OUTPUTS if n in keys and n != name), None)
    if wanted is None or (said[-1].role == "assistant" and name == "messages" and wanted not in IDEALS):
        return exchange(said, form, (name, "the last answer"), system, keys.get("tools"))
    while said and said[-1].role == "assistant":
        said.pop()
    if is_chat(keys[wanted]):
        return exchange([*said, *messages(keys[wanted])], form, (name, wanted), system, keys.get("tools"))
    if answer := reply(keys[wanted]):
        return exchange([*said, answer], form, (name, wanted), system, keys.get("tools"))
    output, also = several(wanted, keys[wanted])
    if wanted in WRAPPED:
        output = only(keys[wanted])
    return replace(asked(said, form, (name, wanted), system, keys.get("tools")), output=output, also=also)


def _form(name: str, keys: dict[str, Any]) -> str:
    if name in ("conversations", "conversation"):
        return "ShareGPT conversations"
    if name == "contents":
        return "Gemini contents"
    if name == "messages":
        return "Bedrock conversations" if "schema_version" in keys else "chat messages"
    return "evaluation items" if {*IDEALS} & keys.keys() else "prompts and completions"


def mark(keys: dict[str, Any]) -> bool | None:
    """Tell whether the answer of a record is marked as good or bad; None where nothing marks it."""
    told = str(next((keys[name] for name in MARKS if name in keys), None)).strip().lower()
    # Elsewhere 1 and 0 are classes as often.
    counts = {"prompt", "completion"} <= keys.keys() or "messages" in keys
    good, bad = told in _GOOD or (counts and told == "1"), told in _BAD or (counts and told == "0")
    return good if good or bad else None


def _marked_bad(keys: dict[str, Any], row: int) -> Left | None:
    return Left(row, "is marked as a bad answer") if mark(keys) is False else None


def _marked(keys: dict[str, Any], row: int) -> Record | Bad | None:
    """Read an answer that is marked as good or bad."""
    asked_in = next((name for name in _HELD if name in keys), None)
    answer = next((name for name in ANSWERED if name in keys), None)
    if asked_in is None or answer is None or mark(keys) is None:
        return None
    if worse := _marked_bad(keys, row):
        return worse
    form = "answers marked good or bad"
    if isinstance(told := _alpaca(keys, row), Record):
        return replace(told, form=form)
    return Record(trimmed(keys[asked_in]), trimmed(keys[answer]), form, (asked_in, answer), _system(keys))


def _alpaca(keys: dict[str, Any], row: int) -> Record | Bad | None:
    """Read an instruction, with an input or a context where there is one."""
    answer = next((name for name in ANSWERED if name in keys), None)
    if "instruction" not in keys or answer is None:
        return None
    context = "context" in keys and "input" not in keys
    instruction, given = trimmed(keys["instruction"]), trimmed(keys.get("context" if context else "input"))
    turns: list[Turn] = []
    for each in as_list(keys.get("history")):
        two = as_list(each)
        if len(two) == 2:
            turns += [Turn(role="user", content=as_text(two[0])), Turn(role="assistant", content=as_text(two[1]))]
    lead, into = (instruction, given) if given else ("", instruction)
    if lead and context:
        lead, into = "", f"{instruction}\n\n{given}"
    form = "Dolly records" if context else "Alpaca instructions"
    named = ("instruction" if not given else "instruction and context" if context else "input", answer)
    return Record(into, trimmed(keys[answer]), form, named, _system(keys), lead, tuple(turns))


def _reading(keys: dict[str, Any], row: int) -> Record | Bad | None:
    """Read a question about a passage, with answers that are spans of it."""
    answers: object = keys.get("answers")
    if "question" not in keys or not isinstance(answers, dict | list):
        return None
    spans = as_list(as_object(cast(object, answers)).get("text")) or as_list(cast(object, answers))
    texts = [trimmed(as_object(each).get("text", each)) for each in spans]
    if not texts:
        return Left(row, "has no answer")
    context, question = trimmed(keys.get("context")), trimmed(keys["question"])
    into = f"{context}\n\n{question}" if context else question
    named = "context and question" if context else "question"
    return Record(into, texts[0], "questions about passages", (named, "answers"), also=tuple(texts[1:]))


_FORMS = (
    not_pairs, _preference, _conversation, _marked, _alpaca, traced, annotated, multiple_choice, _reading,
)  # fmt: skip


def decoded(data: dict[str, Any]) -> dict[str, Any]:
    """Return the cells of a table with lists of messages and of answers as what they mean."""
    data = one_expected(data)
    named = {*_TURNS, "prompt", "completion", "chosen", "rejected", "input", "inputs", "output", "outputs", *SEVERAL}
    listed = {name: _meant(value, r"\[\s*[{\"]") if plain(name) in named else value for name, value in data.items()}
    # An answer may be an object that is to be written; what is asked is one only in exports.
    objects = {name: _meant(value, r"\{") for name, value in listed.items() if plain(name) in ("input", "inputs")}
    if not any(as_object(value) for value in objects.values()):
        return listed
    outs = {name: _meant(value, r"\{") for name, value in listed.items() if plain(name) in (*WRAPPED, "output")}
    return {**listed, **objects, **outs}


def _meant(cell: object, begins: str) -> object:
    if not isinstance(cell, str) or not re.match(rf"\s*{begins}", cell):
        return cell
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    return as_list(value) or as_object(value) or cell


def near(names: Sequence[str]) -> str:
    """Return the nearest form that is read, and the fields that it has."""
    import difflib

    have = {plain(name) for name in names}
    forms = {
        "pairs": ("input", "output"),
        "chat messages": ("messages",),
        "ShareGPT conversations": ("conversations",),
        "prompts and completions": ("prompt", "completion"),
        "preferences": ("prompt", "chosen", "rejected"),
        "Alpaca instructions": ("instruction", "input", "output"),
        "questions and answers": ("question", "answer"),
        "texts and labels": ("text", "label"),
    }

    def alike(fields: Sequence[str]) -> float:
        best = [
            max((difflib.SequenceMatcher(None, f, n[:40]).ratio() for n in list(have)[:30]), default=0) for f in fields
        ]
        return sum(best) / len(best)

    name = max(forms, key=lambda form: alike(forms[form]))
    return f"{name}, with the field{'s' if len(forms[name]) > 1 else ''} {' and '.join(forms[name])}"
