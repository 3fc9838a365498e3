"""Records as tools export them, for tracing, for evaluation and for annotation."""

import string
from dataclasses import replace
from typing import Any

from bot.samples.chats import Unreadable, asked, exchange, is_chat, messages, reply
from bot.samples.names import INPUTS, SYSTEMS, TEXTS
from bot.samples.records import Bad, Left, Record, trimmed
from bot.text.json import as_list, as_object

WRAPPED = ("expected_output", "outputs", "reference_outputs")
"""Names under which exports of tracing tools wrap an answer into an object."""
_ACCEPTED = {"accept": "", "reject": "was rejected by who annotated it", "ignore": "was left open by who annotated it"}
_RIGHT = ("answer", "answer_key", "answer_idx", "label", "gold")
"""Names of the right one of several options."""
_PLACES = string.ascii_uppercase


def traced(keys: dict[str, Any], row: int) -> Record | Bad | None:
    """Read inputs and outputs that are objects, as tracing tools export them. Raises Unreadable."""
    if str(keys.get("status")).upper() == "ARCHIVED" and "expected_output" in keys:
        return Left(row, "is archived")
    into = next((n for n in ("inputs", "input", "request") if isinstance(keys.get(n), dict)), None)
    out = next((n for n in (*WRAPPED, "output", "response") if n in keys), None)
    if into is None or out is None:
        return None
    given = as_object(keys[into])
    chat = next((given[n] for n in ("messages", "input", "chat_history") if is_chat(given.get(n))), None)
    answer = reply(keys[out])
    wanted = answer.text if answer else only(keys[out]) if out in WRAPPED else trimmed(keys[out])
    if chat is None:
        return Record(only(keys[into]), wanted, "exported items", (into, out), system(keys))
    said = messages(chat)
    if answer:
        return exchange([*said, answer], "exported items", (into, out), system(keys), given.get("tools"))
    return replace(asked(said, "exported items", (into, out), system(keys)), output=wanted)


def only(value: object) -> str:
    """Return the one text of an object with one field, else the value as it would be written."""
    data = as_object(value)
    return trimmed(next(iter(data.values())) if len(data) == 1 else value)


def system(keys: dict[str, Any]) -> str:
    """Return the instructions that a record has beside what is asked, "" for none."""
    given = next((keys[name] for name in SYSTEMS if keys.get(name)), None)
    given = as_object(given).get("parts", given)
    if parts := as_list(given):
        return "\n".join(t for part in parts if isinstance(t := as_object(part).get("text", part), str)).strip()
    return trimmed(given)


def not_pairs(keys: dict[str, Any], row: int) -> Bad | None:
    """Name records of a known form that hold only one half of a pair."""
    if "custom_id" in keys and as_object(keys.get("body")).get("messages"):
        return Left(row, "is a request of a batch, without its answer")
    if "custom_id" in keys and "body" in as_object(keys.get("response")):
        return Left(row, "is the answer of a batch, without its request")
    if keys.get("type") == "message" and {"user", "text", "ts"} <= keys.keys():
        return Bad(row, "is a message of a Slack export, which does not say what answers what")
    return None


def annotated(keys: dict[str, Any], row: int) -> Record | Bad | None:
    """Read what people annotated, in the forms of Argilla, Label Studio and Prodigy."""
    if given := as_object(keys.get("fields")):
        answers: dict[str, list[object]] = {}
        listed = [as_object(each) for each in as_list(keys.get("responses")) if _is_sent(each)]
        for name, held in as_object(keys.get("responses")).items():
            answers[name] = [each for each in (as_list(held) or [held]) if _is_sent(each)]
        for each in listed:
            for name, held in as_object(each.get("values")).items():
                answers.setdefault(name, []).append(held)
        return _agreed(given, answers, "Argilla records", row)
    data = as_object(keys.get("data"))
    if data and isinstance(keys.get("annotations"), list):
        results = [_result(each) for each in as_list(keys["annotations"]) if not as_object(each).get("was_cancelled")]
        return _agreed(data, {"its annotation": [each for each in results if each]}, "Label Studio tasks", row)
    field = next((name for name in (*TEXTS, *INPUTS) if isinstance(keys.get(name), str)), None)
    if field is None:
        return None
    for name, held in keys.items():
        if (values := as_list(held)) and all({"value", "status"} <= as_object(each).keys() for each in values):
            return _agreed({field: keys[field]}, {name: list(filter(_is_sent, values))}, "Argilla records", row)
    if (told := _ACCEPTED.get(str(keys.get("answer")))) is not None and {"label", "accept", "spans"} & keys.keys():
        if told:
            return Left(row, told)
        chosen = as_list(keys.get("accept"))
        wanted = trimmed(keys.get("label")) or trimmed(chosen[0] if len(chosen) == 1 else keys.get("spans"))
        return Record(trimmed(keys[field]), wanted, "Prodigy examples", (field, "label"))
    return None


def _agreed(given: dict[str, Any], answers: dict[str, list[object]], form: str, row: int) -> Record | Bad:
    """Return the first question that people answered, where they agree."""
    for name, held in answers.items():
        values = [as_object(each).get("value", each) for each in held]
        texts = list(dict.fromkeys(trimmed(value) for value in values if value is not None))
        if len(texts) > 1:
            # Which of them is right is not known.
            return Left(row, f"has {len(texts)} different answers to {name}")
        if texts:
            field = "text" if "text" in given else next(iter(given))
            return Record(trimmed(given[field]), texts[0], form, (field, name))
    return Left(row, "has no answer yet")


def _is_sent(response: object) -> bool:
    return as_object(response).get("status", "submitted") == "submitted"


def _result(annotation: object) -> str:
    """Return what one person chose or wrote."""
    found: list[str] = []
    for each in as_list(as_object(annotation).get("result")):
        value = as_object(as_object(each).get("value"))
        held = next((value[name] for name in ("choices", "text", "rating", "taxonomy") if name in value), None)
        found += [trimmed(one) for one in (as_list(held) or [held]) if one is not None]
    return ", ".join(found)


def multiple_choice(keys: dict[str, Any], row: int) -> Record | Bad | None:
    """Read a question with its options: these are put below it, and the right one is wanted by its text or letter."""
    given = next((keys[name] for name in ("choices", "options") if keys.get(name)), None)
    texts = [trimmed(each) for each in as_list(given) or as_list(as_object(given).get("text"))]
    told = next((keys[name] for name in _RIGHT if keys.get(name) is not None), None)
    question = trimmed(keys.get("question"))
    if not question or len(texts) < 2 or isinstance(told, dict | list | None) or len(texts) > len(_PLACES):
        return None
    names = [trimmed(each) for each in as_list(as_object(given).get("label"))] or [*_PLACES[: len(texts)]]
    said = trimmed(told)
    if said in texts:
        place = texts.index(said)
    elif said in names:
        place = names.index(said)
    elif said.isdigit() and int(said) < len(texts):
        place = int(said)
    else:
        raise Unreadable(f"has the answer {said[:20]!r}, which is none of its options")
    options = "\n".join(f"{name}. {text}" for name, text in zip(names, texts, strict=False))
    named = ("question and options", "the right option")
    return Record(f"{question}\n\n{options}", texts[place], "multiple choice", named, also=(names[place],))
