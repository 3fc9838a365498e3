"""Modals: the facts of a question, one fact to correct, samples to paste; and what is read from them. Pure."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.files import ref_of
from adapters.slack.render import markup
from adapters.slack.render.limits import (
    CHECKBOXES,
    CONTEXT,
    INPUT,
    LABEL,
    METADATA,
    OPTION,
    PLACEHOLDER,
    TITLE,
    Block,
    short,
)
from bot.chat.answers import Answer, typed
from bot.chat.controls import UNKNOWN
from bot.chat.events import Answered, Pasted
from bot.chat.form_openers import Paste
from bot.chat.reply import Form, FormField
from bot.chat.wording import UNKNOWN as UNSURE
from bot.consultation.base import Value
from bot.platform.attachments import MOST_FILES
from bot.text.numbers import Refusal

FORM, PASTE = "advisor_form", "advisor_paste"
"""`callback_id` of the two kinds."""
SAMPLES, FILES = "samples", "files"


def modal(opened: Form | Paste, carried: str) -> Block:
    """Return the view of a form; `carried` comes back in `private_metadata`, at most 3000 characters."""
    if len(carried) > METADATA:
        raise ValueError("A modal cannot carry that much.")
    blocks = _paste(opened) if isinstance(opened, Paste) else _form(opened)
    kind = f"{PASTE}|{opened.purpose}" if isinstance(opened, Paste) else FORM
    return {
        "type": "modal",
        "callback_id": kind,
        "private_metadata": carried,
        "title": _plain(short(opened.title, TITLE)),
        "submit": _plain("Send"),
        "close": _plain("Cancel"),
        "blocks": blocks,
    }


def plainer(view: Mapping[str, Any]) -> Block:
    """Return a view with its questions alone, for where Slack refuses it: no files, no hints, nothing beside."""
    kept: list[Block] = []
    for block in view["blocks"]:
        element: Block = block.get("element") or {}
        if block["type"] == "input" and element.get("type") != "file_input":
            bare = {name: held for name, held in element.items() if name not in ("placeholder", "max_length")}
            kept.append({name: held for name, held in block.items() if name != "hint"} | {"element": bare})
    return {**view, "blocks": kept or view["blocks"]}


def submitted(view: Mapping[str, Any]) -> Answered | Pasted | dict[str, str]:
    """Read a submitted view; else say by `block_id` what has to be corrected.

    A field left empty is not answered; "I don't know" is None.
    """
    values: Mapping[str, Mapping[str, Mapping[str, Any]]] = view["state"]["values"]
    kind, _, purpose = str(view["callback_id"]).partition("|")
    if kind == PASTE:
        return _pasted(values, purpose)
    facts: dict[str, Value | None] = {}
    notes: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for fact, elements in values.items():
        id, state = next(iter(elements.items()))
        given = _given(fact, id.partition("|")[0], state)
        if isinstance(given, Refusal):
            wrong[fact] = f"{given.sentence} Type ? if you don't know."
        elif given is not None:
            facts[fact] = given.value
            notes |= {fact: given.note} if given.note else {}
    if not facts and not wrong:
        return {next(iter(values)): "Answer at least one, or cancel. You can also choose or type that you don't know."}
    return wrong or Answered(facts=facts, notes=notes)


def _form(form: Form) -> list[Block]:
    said = markup.mrkdwn(form.help).strip()
    help = [_context(short(said, CONTEXT))] if said else []
    return [*(_field(field) for field in form.fields), *help]


def _field(field: FormField) -> Block:
    why = f"It matters because {field.why}."
    match field.type:
        case "choice" | "bool":
            options = [_option(o.value, o.label) for o in field.options] + [_option(UNKNOWN, UNSURE)]
            kind = "radio_buttons" if len(options) <= CHECKBOXES else "static_select"
        case "set":
            options = [_option(o.value, o.label) for o in field.options] + [_option(UNKNOWN, UNSURE)]
            kind = "checkboxes" if len(options) <= CHECKBOXES else "multi_static_select"
        case "count" | "text":
            options, kind = [], "plain_text_input"
    element: Block = {"type": kind, "action_id": f"{field.type}|{field.fact}"}
    if options:
        element["options"] = options
        if kind.endswith("select"):
            element["placeholder"] = _plain("Choose what fits")
    else:
        hint = field.hint or ("a whole number" if field.type == "count" else "a share, for example 85%")
        element["placeholder"] = _plain(short(hint, PLACEHOLDER))
        element["max_length"] = 100
        why = f"{why} Type ? if you don't know."
    return _input(field.fact, field.ask, element, why)


def _paste(paste: Paste) -> list[Block]:
    text: Block = {"type": "plain_text_input", "action_id": SAMPLES, "multiline": True, "max_length": INPUT}
    # Of any type: Slack has none for JSON Lines or Markdown, and what is in a file is looked at when it is there.
    files: Block = {"type": "file_input", "action_id": FILES, "max_files": MOST_FILES}
    return [
        _input(
            SAMPLES, paste.ask, text, f"{markup.plain(paste.hint)} Up to {INPUT:,} characters; put more into a file."
        ),
        _input(FILES, "Or files", files, "Text, CSV or JSONL, up to 1 MiB each. Leave out real names and secrets."),
    ]


def _given(fact: str, type: str, state: Mapping[str, Any]) -> Answer | Refusal | None:
    """Return what a field holds, or what is wrong with it; None where it is empty."""
    match type:
        case "choice" | "bool":
            option: Mapping[str, Any] = state.get("selected_option") or {}
            chosen: str | None = option.get("value")
            if not chosen or chosen == UNKNOWN:
                return Answer(None) if chosen else None
            return Answer(chosen == "true" if type == "bool" else chosen)
        case "set":
            several = tuple(each["value"] for each in state.get("selected_options") or ())
            if UNKNOWN in several:
                return Answer(None) if len(several) == 1 else Refusal(f'Choose what fits, or "{UNSURE}", not both.')
            return Answer(several) if several else None
        case _:
            return typed("count" if type == "count" else "text", str(state.get("value") or ""), fact=fact)


def _pasted(values: Mapping[str, Mapping[str, Mapping[str, Any]]], purpose: str) -> Pasted | dict[str, str]:
    text = str(values.get(SAMPLES, {}).get(SAMPLES, {}).get("value") or "").strip()
    files = tuple(ref_of(file) for file in values.get(FILES, {}).get(FILES, {}).get("files") or ())
    if not text and not files:
        return {SAMPLES: "Paste something here, or attach a file."}
    return Pasted(text=text, files=files, purpose="dataset" if purpose == "dataset" else "samples")


def _input(block_id: str, label: str, element: Block, hint: str) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "optional": True,
        "label": _plain(short(label, LABEL)),
        "hint": _plain(short(hint, LABEL)),
        "element": element,
    }


def _option(value: str, label: str) -> Block:
    return {"text": _plain(short(label, OPTION)), "value": value}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
