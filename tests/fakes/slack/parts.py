"""What stands inside the blocks of Block Kit: text objects, options, elements, rich text, with their limits.

Every check adds a line to `out` in the words Slack uses, with the place it means.
Sources: docs/platforms.md#slack-sizes, docs.slack.dev/reference/block-kit/block-elements and composition-objects;
slack_sdk.models.blocks of slack-sdk 3.47.
"""

import re
from collections.abc import Collection
from typing import Any, cast

from tests.fakes.slack.state import Json

ACTION_ID = 255
SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI = tuple(f"multi_{kind}" for kind in SELECTS)
PICKERS = ("datepicker", "timepicker")
IN_SECTION = {
    "button",
    "checkboxes",
    "image",
    "overflow",
    "radio_buttons",
    "workflow_button",
    *SELECTS,
    *MULTI,
    *PICKERS,
}
IN_ACTIONS = (IN_SECTION - {"image"}) | {"datetimepicker"}
IN_INPUT = {
    *("checkboxes", "datetimepicker", "email_text_input", "file_input", "number_input", "plain_text_input"),
    *("radio_buttons", "rich_text_input", "url_text_input", *SELECTS, *MULTI, *PICKERS),
}
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}
COMMON = {"type", "action_id", "confirm", "focus_on_load", "placeholder"}
MENU = {"options", "option_groups"}
KEYS: dict[str, set[str]] = {
    "button": {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label", "agent_prompt"}
    | {"agent_prompt_display", "visible_to_user_ids"},
    "workflow_button": {"type", "text", "action_id", "workflow", "style", "accessibility_label"},
    "image": {"type", "alt_text", "image_url", "slack_file"},
    "overflow": {"type", "action_id", "options", "confirm"},
    "checkboxes": (COMMON - {"placeholder"}) | {"options", "initial_options"},
    "radio_buttons": (COMMON - {"placeholder"}) | {"options", "initial_option"},
    "static_select": COMMON | MENU | {"initial_option"},
    "multi_static_select": COMMON | MENU | {"initial_options", "max_selected_items"},
    "external_select": COMMON | {"initial_option", "min_query_length"},
    "multi_external_select": COMMON | {"initial_options", "min_query_length", "max_selected_items"},
    "users_select": COMMON | {"initial_user"},
    "multi_users_select": COMMON | {"initial_users", "max_selected_items"},
    "conversations_select": COMMON
    | {"initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"},
    "multi_conversations_select": COMMON
    | {"initial_conversations", "default_to_current_conversation", "max_selected_items", "filter"},
    "channels_select": COMMON | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": COMMON | {"initial_channels", "max_selected_items"},
    "datepicker": COMMON | {"initial_date"},
    "timepicker": COMMON | {"initial_time", "timezone"},
    "datetimepicker": (COMMON - {"placeholder"}) | {"initial_date_time"},
    "plain_text_input": (COMMON - {"confirm"})
    | {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"},
    "email_text_input": (COMMON - {"confirm"}) | {"initial_value", "dispatch_action_config"},
    "url_text_input": (COMMON - {"confirm"}) | {"initial_value", "dispatch_action_config"},
    "number_input": (COMMON - {"confirm"})
    | {"initial_value", "is_decimal_allowed", "min_value", "max_value", "dispatch_action_config"},
    "rich_text_input": (COMMON - {"confirm"}) | {"initial_value", "dispatch_action_config", "min_lines", "max_lines"},
    "file_input": {"type", "action_id", "filetypes", "max_files"},
    "feedback_buttons": {"type", "action_id", "positive_button", "negative_button"},
    "icon_button": {
        "type",
        "action_id",
        "icon",
        "text",
        "accessibility_label",
        "value",
        "visible_to_user_ids",
        "confirm",
    },
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "button": ("text",),
    "workflow_button": ("text", "workflow"),
    "image": ("alt_text",),
    "overflow": ("options",),
    "checkboxes": ("options",),
    "radio_buttons": ("options",),
    "number_input": ("is_decimal_allowed",),
    "feedback_buttons": ("positive_button", "negative_button"),
    "icon_button": ("icon", "text"),
}
OPTIONS = {"overflow": (2, 5), "checkboxes": (1, 10), "radio_buttons": (1, 10)}
"""docs.slack.dev/reference/block-kit/block-elements: overflow 2 to 5, checkboxes and radio buttons 10."""
MENU_OPTIONS, GROUPS = 100, 100


def wrong(out: list[str], at: str, what: str) -> None:
    out.append(f"[ERROR] {what} [json-pointer:{at}]")


def keys(out: list[str], at: str, part: Json, allowed: Collection[str], required: Collection[str] = ()) -> None:
    """Check that nothing is there that is not known, and everything that is required."""
    for name in part:
        if name not in allowed:
            wrong(out, at, f"invalid additional property: {name}")
    for name in required:
        if part.get(name) in (None, "", []):
            wrong(out, at, f"missing required field: {name}")


def string(out: list[str], at: str, value: Any, most: int, least: int = 0) -> None:
    """Check text that is no object, where it is there."""
    if value is None:
        return
    if not isinstance(value, str):
        wrong(out, at, "must be a string")
    elif len(value) > most:
        wrong(out, at, f"must be less than {most + 1} characters")
    elif len(value) < least:
        wrong(out, at, f"must be more than {least - 1} characters")


def as_dict(value: Any) -> Json | None:
    return cast(Json, value) if isinstance(value, dict) else None


def as_list(out: list[str], at: str, value: Any, most: int, least: int = 1) -> list[Any]:
    """Return a list that has a right number of items, or what there is of it."""
    if not isinstance(value, list):
        if value is not None:
            wrong(out, at, "must be an array")
        return []
    items = cast(list[Any], value)
    if len(items) > most:
        wrong(out, at, f"no more than {most} items allowed")
    if len(items) < least:
        wrong(out, at, f"no fewer than {least} items allowed")
    return items


def text(
    out: list[str], at: str, value: Any, most: int, kinds: tuple[str, ...] = ("plain_text",), least: int = 1
) -> None:
    """Check a text object: one of these kinds, `least` to `most` characters."""
    if value is None:
        return
    part = as_dict(value)
    if part is None:
        wrong(out, at, "must be a text object")
        return
    if part.get("type") not in kinds:
        wrong(out, f"{at}/type", f"must be one of {', '.join(kinds)}")
    keys(out, at, part, {"type", "text", "emoji"} if part.get("type") == "plain_text" else {"type", "text", "verbatim"})
    if part.get("text") is None:
        wrong(out, at, "missing required field: text")
    string(out, f"{at}/text", part.get("text"), most, least)


def option(out: list[str], at: str, value: Any, kind: str) -> None:
    part = as_dict(value)
    if part is None:
        wrong(out, at, "must be an option")
        return
    kinds = ("plain_text", "mrkdwn") if kind in ("checkboxes", "radio_buttons") else ("plain_text",)
    allowed = {"text", "value", "description", *(["url"] if kind == "overflow" else [])}
    keys(out, at, part, allowed, ("text", "value"))
    text(out, f"{at}/text", part.get("text"), 75, kinds)
    string(out, f"{at}/value", part.get("value"), 150, 1)
    text(out, f"{at}/description", part.get("description"), 75, kinds)
    string(out, f"{at}/url", part.get("url"), 3000)


def options(out: list[str], at: str, element: Json) -> None:
    """Check the choices of an element, and that what it begins with is among them."""
    kind = element["type"]
    least, most = OPTIONS.get(kind, (1, MENU_OPTIONS))
    groups = as_list(out, f"{at}/option_groups", element.get("option_groups"), GROUPS, 1)
    if kind.endswith("static_select") and ("options" in element) == ("option_groups" in element):
        wrong(out, at, "exactly one of options and option_groups")
    every: list[Any] = []
    if "options" in element:
        every = as_list(out, f"{at}/options", element["options"], most, least)
    for number, one in enumerate(every):
        option(out, f"{at}/options/{number}", one, kind)
    for number, one in enumerate(groups):
        group, here = as_dict(one) or {}, f"{at}/option_groups/{number}"
        keys(out, here, group, {"label", "options"}, ("label", "options"))
        text(out, f"{here}/label", group.get("label"), 75)
        inside = as_list(out, f"{here}/options", group.get("options"), MENU_OPTIONS)
        for place, choice in enumerate(inside):
            option(out, f"{here}/options/{place}", choice, kind)
        every = [*every, *inside]
    began = [element["initial_option"]] if "initial_option" in element else []
    several: list[Any] = element.get("initial_options") or []
    for one in [*began, *several]:
        if one not in every and not kind.endswith("external_select"):
            wrong(out, f"{at}/initial_option", "must be one of the options")


def confirm(out: list[str], at: str, value: Any) -> None:
    part = as_dict(value)
    if part is None:
        return
    keys(out, at, part, {"title", "text", "confirm", "deny", "style"}, ("title", "text", "confirm", "deny"))
    text(out, f"{at}/title", part.get("title"), 100)
    text(out, f"{at}/text", part.get("text"), 300, ("plain_text", "mrkdwn"))
    text(out, f"{at}/confirm", part.get("confirm"), 30)
    text(out, f"{at}/deny", part.get("deny"), 30)
    if part.get("style") not in (None, "primary", "danger"):
        wrong(out, f"{at}/style", "must be one of primary, danger")


def element(out: list[str], at: str, value: Any, allowed: Collection[str], surface: str) -> None:
    """Check an element where elements of these kinds may stand."""
    part = as_dict(value)
    if part is None:
        wrong(out, at, "must be an element")
        return
    kind = str(part.get("type"))
    if kind not in allowed:
        wrong(out, f"{at}/type", f"unsupported type: {kind}")
        return
    keys(out, at, part, KEYS[kind], REQUIRED.get(kind, ()))
    string(out, f"{at}/action_id", part.get("action_id"), ACTION_ID, 1)
    text(out, f"{at}/placeholder", part.get("placeholder"), 150)
    confirm(out, f"{at}/confirm", part.get("confirm"))
    if {"options", "option_groups"} & KEYS[kind]:
        options(out, at, part)
    if kind == "file_input" and surface != "modal":
        # docs/platforms.md#slack-sizes, docs/platforms.md#slack-forms: modals only.
        wrong(out, f"{at}/type", "file_input is for modals")
    if kind in ("button", "icon_button", "workflow_button"):
        _button(out, at, part)
    elif kind == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            one = as_dict(part.get(name)) or {}
            keys(out, f"{at}/{name}", one, {"text", "value", "accessibility_label"}, ("text", "value"))
            text(out, f"{at}/{name}/text", one.get("text"), 75)
            string(out, f"{at}/{name}/value", one.get("value"), 2000)
            string(out, f"{at}/{name}/accessibility_label", one.get("accessibility_label"), 75)
    elif kind == "image":
        image(out, at, part)
    else:
        _input(out, at, part)


def _button(out: list[str], at: str, part: Json) -> None:
    text(out, f"{at}/text", part.get("text"), 75)
    string(out, f"{at}/value", part.get("value"), 2000)
    string(out, f"{at}/url", part.get("url"), 3000)
    string(out, f"{at}/accessibility_label", part.get("accessibility_label"), 75)
    string(out, f"{at}/agent_prompt", part.get("agent_prompt"), 4000)
    if part.get("style") not in (None, "primary", "danger"):
        wrong(out, f"{at}/style", "must be one of primary, danger")


def _input(out: list[str], at: str, part: Json) -> None:
    kind = part["type"]
    if kind == "plain_text_input":
        low, high = part.get("min_length", 0), part.get("max_length", 3000)
        string(out, f"{at}/initial_value", part.get("initial_value"), high)
        if not (0 <= low <= 3000 and 1 <= high <= 3000 and low <= high):
            wrong(out, at, "min_length and max_length must be within 0 to 3000 and in order")
    if kind == "file_input" and (unknown := sorted({*part.get("filetypes", ())} - FILE_TYPES)):
        # docs/platforms.md#slack-forms: a type that Slack does not know.
        wrong(out, f"{at}/filetypes", f"invalid file type: {', '.join(unknown)}")
    if kind == "file_input" and not 1 <= part.get("max_files", 10) <= 10:
        wrong(out, f"{at}/max_files", "must be 1 to 10")
    if kind == "number_input":
        for name in ("min_value", "max_value", "initial_value"):
            if part.get(name) is not None and not isinstance(part[name], str):
                wrong(out, f"{at}/{name}", "must be a string")
    if kind == "datepicker" and not re.fullmatch(r"\d{4}-\d\d-\d\d", part.get("initial_date", "2026-01-01")):
        wrong(out, f"{at}/initial_date", "must be YYYY-MM-DD")
    if kind == "timepicker" and not re.fullmatch(r"[0-2]\d:[0-5]\d", part.get("initial_time", "00:00")):
        wrong(out, f"{at}/initial_time", "must be HH:mm")
    if "max_selected_items" in part and part["max_selected_items"] < 1:
        wrong(out, f"{at}/max_selected_items", "must be 1 or more")


def image(out: list[str], at: str, part: Json) -> None:
    """Check what an image block and an image element have alike: one source, and words for who cannot see it."""
    string(out, f"{at}/alt_text", part.get("alt_text"), 2000, 1)
    string(out, f"{at}/image_url", part.get("image_url"), 3000)
    if bool(part.get("image_url")) == bool(part.get("slack_file")):
        wrong(out, at, "exactly one of image_url and slack_file")
    source = as_dict(part.get("slack_file"))
    if source is not None and bool(source.get("id")) == bool(source.get("url")):
        wrong(out, f"{at}/slack_file", "exactly one of id and url")


_FILE_TYPES = """
auto text ai apk applescript binary bmp boxnote c csharp cpp css csv clojure coffeescript cfm d dart diff doc docx
dockerfile dotx email eps epub erlang fla flv fsharp fortran gdoc gdraw gif go gpres groovy gsheet gzip html handlebars
haskell haxe indd java javascript jpg keynote kotlin latex lisp lua m4a markdown matlab mhtml mkv mov mp3 mp4 mpg mumps
numbers nzb objc ocaml odg odi odp ods odt ogg ogv pages pascal pdf perl php pig png post powershell ppt pptx psd puppet
python qtz r rtf ruby rust sql sass scala scheme sketch shell smalltalk svg swf swift tar tiff tsv vb vbscript vcard
velocity verilog wav webm wmv xls xlsx xml yaml zip
"""
FILE_TYPES = frozenset(_FILE_TYPES.split())
"""docs.slack.dev/reference/objects/file-object: the types of files; txt, jsonl, json and md are none of them."""
RICH = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
INLINE = {"text", "link", "user", "emoji", "channel", "usergroup", "broadcast", "date", "color", "team"}


def rich_text(out: list[str], at: str, part: Json) -> None:
    """Check a rich_text block (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""
    for number, one in enumerate(as_list(out, f"{at}/elements", part.get("elements"), 1000, 0)):
        here, inside = f"{at}/elements/{number}", as_dict(one) or {}
        kind = inside.get("type")
        if kind not in RICH:
            wrong(out, f"{here}/type", f"unsupported type: {kind}")
        elif kind == "rich_text_list":
            if inside.get("style") not in ("bullet", "ordered"):
                wrong(out, f"{here}/style", "must be one of bullet, ordered")
            rich_text(out, here, inside)
        else:
            for place, word in enumerate(as_list(out, f"{here}/elements", inside.get("elements"), 1000, 0)):
                _inline(out, f"{here}/elements/{place}", as_dict(word) or {})


def _inline(out: list[str], at: str, part: Json) -> None:
    kind = part.get("type")
    if kind not in INLINE:
        wrong(out, f"{at}/type", f"unsupported type: {kind}")
    if kind == "text":
        string(out, f"{at}/text", part.get("text", ""), 100_000, 1)
    if kind == "link":
        keys(out, at, part, {"type", "url", "text", "unsafe", "style"}, ("url",))
