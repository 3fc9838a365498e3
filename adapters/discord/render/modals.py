"""Forms: the facts of a question, one fact to correct, samples to paste, plain words; and what is read from them. Pure.

The `custom_id` of the form is what its button carried, sealed. That of a field says what is in it: `count|fact`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.discord.files import ref_of
from adapters.discord.render.limits import (
    CHECKBOX_GROUP,
    CHECKBOXES,
    DESCRIPTION,
    FIELDS,
    INPUT,
    INPUT_PLACEHOLDER,
    LABEL,
    MENU,
    OPTION,
    OPTIONS,
    RADIO,
    TEXT,
    TEXT_INPUT,
    TITLE,
    UPLOAD,
    Json,
    units,
)
from adapters.discord.render.markup import label, markdown
from bot.chat.answers import Answer, typed
from bot.chat.controls import UNKNOWN
from bot.chat.events import Answered, FileRef, Pasted, Said
from bot.chat.form_openers import Paste
from bot.chat.reply import Form, FormField
from bot.chat.wording import UNKNOWN as UNSURE
from bot.consultation.base import Value
from bot.platform.attachments import MOST_FILES
from bot.text.numbers import Refusal

WORDS, SAMPLES, FILES = "words", "samples", "files"
SHORT, LONG = 1, 2
"""Styles of a text input."""


def modal(opened: Form | Paste, carried: str) -> Json:
    """Return the form; `carried` comes back as its `custom_id`."""
    return _modal(opened.title, carried, _paste(opened) if isinstance(opened, Paste) else _form(opened))


def words_modal(carried: str, *, title: str = "Continue", ask: str = "Your answer, or anything else") -> Json:
    """Return a form for plain words, where a message would not be seen."""
    field: Json = {"type": TEXT_INPUT, "custom_id": WORDS, "style": LONG, "min_length": 1, "max_length": INPUT}
    return _modal(title, carried, [_label(ask, "What you write here is read like a message.", field)])


def submitted(data: Mapping[str, Any]) -> Answered | Pasted | Said | str:
    """Read the `data` of a form that was sent; else say in one sentence what has to be corrected.

    A field left empty is not answered; "I don't know" is None.
    """
    fields = list(_fields(data.get("components") or ()))
    first = str(fields[0]["custom_id"]) if fields else ""
    if first == WORDS:
        text = str(fields[0].get("value") or "").strip()
        return Said(text=text) if text else "Write something, or cancel."
    if first.startswith(f"{SAMPLES}|"):
        return _pasted(fields, data)
    facts: dict[str, Value | None] = {}
    notes: dict[str, str] = {}
    for field in fields:
        type, _, fact = str(field["custom_id"]).partition("|")
        given = _given(fact, type, field)
        if isinstance(given, Refusal):
            return f"{given.sentence} Open the form again to send it; type ? if you don't know."
        if given is not None:
            facts[fact] = given.value
            notes |= {fact: given.note} if given.note else {}
    if not facts:
        return "Answer at least one. You can also choose or type that you don't know."
    return Answered(facts=facts, notes=notes)


def _modal(title: str, carried: str, components: Sequence[Json]) -> Json:
    return {"title": label(title, TITLE), "custom_id": carried, "components": [*components]}


def _form(form: Form) -> list[Json]:
    fields = form.fields[:FIELDS]
    made = [_field(field) for field in fields]
    # A label goes on in the line below it; what is too long for both stands above all, if there is room.
    cut = [field.ask for field in fields if units(_rest(field.ask)) > DESCRIPTION]
    if cut and len(made) < FIELDS:
        made.insert(0, {"type": TEXT, "content": markdown("\n".join(f"**{ask}**" for ask in cut))})
    return made


def _field(field: FormField) -> Json:
    name = f"{field.type}|{field.fact}"
    more = _rest(field.ask) or f"It matters because {field.why}."
    match field.type:
        case "choice" | "bool" | "set":
            several = field.type == "set"
            options = [_option(o.value, o.label) for o in field.options[: OPTIONS - 1]] + [_option(UNKNOWN, UNSURE)]
            element: Json = {"custom_id": name, "options": options, "required": False}
            if len(options) <= CHECKBOXES:
                element["type"] = CHECKBOX_GROUP if several else RADIO
            else:
                element |= {"type": MENU, "placeholder": "Choose what fits"}
            if several:
                element |= {"min_values": 0, "max_values": len(options)}
        case "count" | "text":
            hint = field.hint or ("a whole number" if field.type == "count" else "a share, for example 85%")
            element = {
                "type": TEXT_INPUT,
                "custom_id": name,
                "style": SHORT,
                "required": False,
                "max_length": 100,
                "placeholder": label(f"{hint}; ? if you don't know", INPUT_PLACEHOLDER),
            }
    return _label(field.ask, more, element)


def _paste(paste: Paste) -> list[Json]:
    text: Json = {
        "type": TEXT_INPUT,
        "custom_id": f"{SAMPLES}|{paste.purpose}",
        "style": LONG,
        "required": False,
        "max_length": INPUT,
        "placeholder": f"Up to {INPUT:,} characters; put more into a file",
    }
    files: Json = {"type": UPLOAD, "custom_id": FILES, "required": False, "min_values": 0, "max_values": MOST_FILES}
    return [
        {"type": TEXT, "content": markdown(f"{paste.ask}. {paste.hint}")},
        _label("Paste here", "Leave out real names and secrets.", text),
        _label("Or files", "Text, CSV or JSONL, up to 1 MiB each.", files),
    ]


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for each in components:
        if "custom_id" in each:
            yield each
        if each.get("component"):
            yield each["component"]
        yield from _fields(each.get("components") or ())


def _given(fact: str, type: str, field: Mapping[str, Any]) -> Answer | Refusal | None:
    """Return what a field holds, or what is wrong with it; None where it is empty."""
    several = tuple(str(each) for each in field.get("values") or ())
    one = str(field.get("value") or "") or (several[0] if several else "")
    match type:
        case "choice" | "bool":
            if not one or one == UNKNOWN:
                return Answer(None) if one else None
            return Answer(one == "true" if type == "bool" else one)
        case "set":
            if UNKNOWN in several:
                return Answer(None) if len(several) == 1 else Refusal(f'Choose what fits, or "{UNSURE}", not both.')
            return Answer(several) if several else None
        case _:
            return typed("count" if type == "count" else "text", one, fact=fact)


def _pasted(fields: Sequence[Mapping[str, Any]], data: Mapping[str, Any]) -> Pasted | str:
    held: Mapping[str, Any] = data.get("resolved") or {}
    resolved: Mapping[str, Mapping[str, Any]] = held.get("attachments") or {}
    text, purpose, files = "", "samples", list[FileRef]()
    for field in fields:
        name, _, of = str(field["custom_id"]).partition("|")
        if name == SAMPLES:
            text, purpose = str(field.get("value") or "").strip(), of
        elif name == FILES:
            files = [ref_of(resolved[str(id)]) for id in field.get("values") or () if str(id) in resolved]
    if not text and not files:
        return "Paste something, or attach a file. Open the form again to send it."
    return Pasted(text=text, files=tuple(files), purpose="dataset" if purpose == "dataset" else "samples")


def _label(ask: str, more: str, component: Json) -> Json:
    return {
        "type": LABEL,
        "label": label(ask, TITLE),
        "description": label(more, DESCRIPTION),
        "component": component,
    }


def _rest(ask: str) -> str:
    """Return what the label of a question leaves out of it."""
    whole = label(ask, len(ask))
    shown = label(ask, TITLE)
    return "" if shown == whole else f"…{whole[len(shown) - 1 :].lstrip()}"


def _option(value: str, shown: str) -> Json:
    return {"value": value, "label": label(shown, OPTION)}
