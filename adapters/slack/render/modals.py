"""Modals: the facts of a question, one fact to correct, samples to paste; and what is read from them. Pure."""

import re
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
from bot.chat.controls import UNKNOWN
from bot.chat.events import Answered, Pasted
from bot.chat.forms import Paste
from bot.chat.reply import Form, FormField
from bot.chat.wording import UNKNOWN as UNSURE
from bot.consultation.base import Value
from bot.platform.attachments import MOST_FILES

FORM, PASTE = "advisor_form", "advisor_paste"
"""`callback_id` of the two kinds."""
SAMPLES, FILES = "samples", "files"
FILETYPES = ["txt", "text", "csv", "jsonl", "json", "md"]
_UNSURE = frozenset({"?", "-", "idk", "don't know", "dont know", "i don't know", "i dont know", "not sure", "no idea"})


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


def submitted(view: Mapping[str, Any]) -> Answered | Pasted | dict[str, str]:
    """Read a submitted view; else say by `block_id` what has to be corrected.

    A field left empty is not answered; "I don't know" is None.
    """
    values: Mapping[str, Mapping[str, Mapping[str, Any]]] = view["state"]["values"]
    kind, _, purpose = str(view["callback_id"]).partition("|")
    if kind == PASTE:
        return _pasted(values, purpose)
    facts: dict[str, Value | None] = {}
    wrong: dict[str, str] = {}
    for fact, elements in values.items():
        id, state = next(iter(elements.items()))
        try:
            if (given := _given(id.partition("|")[0], state)) is not None:
                facts[fact] = given[0]
        except ValueError as error:
            wrong[fact] = str(error)
    if not facts and not wrong:
        return {next(iter(values)): "Answer at least one, or cancel. You can also choose or type that you don't know."}
    return wrong or Answered(facts=facts)


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
    files: Block = {"type": "file_input", "action_id": FILES, "filetypes": FILETYPES, "max_files": MOST_FILES}
    return [
        _input(
            SAMPLES, paste.ask, text, f"{markup.plain(paste.hint)} Up to {INPUT:,} characters; put more into a file."
        ),
        _input(FILES, "Or files", files, "Text, CSV or JSONL, up to 1 MiB each. Leave out real names and secrets."),
    ]


def _given(type: str, state: Mapping[str, Any]) -> tuple[Value | None] | None:
    """Return what a field holds, in a tuple; None where it is empty, ValueError saying what is wrong with it."""
    match type:
        case "choice" | "bool":
            option: Mapping[str, Any] = state.get("selected_option") or {}
            chosen: str | None = option.get("value")
            if not chosen or chosen == UNKNOWN:
                return (None,) if chosen else None
            return (chosen == "true" if type == "bool" else chosen,)
        case "set":
            several = tuple(each["value"] for each in state.get("selected_options") or ())
            if UNKNOWN in several:
                if len(several) > 1:
                    raise ValueError(f'Choose what fits, or "{UNSURE}", not both.')
                return (None,)
            return (several,) if several else None
        case _:
            text = " ".join(str(state.get("value") or "").lower().split()).rstrip(".")
            if not text or text in _UNSURE:
                return (None,) if text else None
            return (_whole(text) if type == "count" else _share(text),)


def _whole(text: str) -> int:
    found = re.fullmatch(r"(?:about |around |~ ?)?(\d{1,3}(?:[,.' ]\d{3})+|\d+(?:\.\d+)?) ?([km])?", text)
    digits = found.group(1) if found else ""
    if re.search(r"[,.' ]\d{3}\b", digits) and not (found and found.group(2)):
        digits = re.sub(r"[,.' ]", "", digits)
    number = (
        float(digits.replace(",", "")) * {"k": 1e3, "m": 1e6}.get((found and found.group(2)) or "", 1) if digits else -1
    )
    if number < 0 or number != int(number) or number >= 2**53:
        raise ValueError("This takes a whole number, 0 or more, for example 400 or 20k; or ? if you don't know.")
    return int(number)


def _share(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?(%?)", text)
    number = float(found.group(1)) / (100 if found.group(2) else 1) if found else -1.0
    if not 0 <= number <= 1:
        raise ValueError("This takes a share, for example 85% or 0.85; or ? if you don't know.")
    return number


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
