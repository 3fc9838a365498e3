"""Modals and homes: what is on whose screen, and what a filled-in form looks like on the wire."""

import re
from typing import Any

from tests.fakes.slack import posting
from tests.fakes.slack.core import Core
from tests.fakes.slack.state import Json, View

DEEPEST = 3
"""docs.slack.dev/surfaces/modals: views in one stack."""
SELECTED = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
    "rich_text_input": "rich_text_value",
}
"""The key of an element's value; `value` for those not named."""
INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "rich_text_value": "initial_value",
    "value": "initial_value",
}
NO_STATE = ("button", "overflow", "icon_button", "feedback_buttons", "image", "workflow_button")


def as_json(core: Core, view: View) -> Json:
    """Return a view object (docs.slack.dev/reference/views)."""
    team = core.teams[view.team]
    kept = {"callback_id": "", "private_metadata": "", "external_id": "", "clear_on_close": False} | view.body
    return {
        **kept,
        "notify_on_close": bool(view.body.get("notify_on_close")),
        "id": view.id,
        "team_id": view.team,
        "app_id": core.app_id,
        "app_installed_team_id": view.team,
        "bot_id": team.bot_id,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "state": {"values": state_of(view.blocks, core.typed.get((view.id, view.user), {}))},
    }


def show(core: Core, user: str, body: Json, *, previous: str | None = None) -> View:
    """Put a modal on top of a person's stack."""
    ident = core.new_id("V")
    stack = core.stacks.setdefault(user, [])
    root = core.views[previous].root if previous else ident
    view = View(ident, core.users[user].team, user, _kept(body), _hash(core), root, previous)
    core.views[ident] = view
    stack.append(ident)
    return view


def replace(core: Core, view: View, body: Json) -> View:
    view.body = _kept(body)
    view.hash = _hash(core)
    return view


def publish(core: Core, user: str, body: Json) -> View:
    """Make this the home of a person."""
    if user in core.homes:
        return replace(core, core.homes[user], body)
    ident = core.new_id("V")
    view = View(ident, core.users[user].team, user, _kept(body), _hash(core), ident)
    core.homes[user] = core.views[ident] = view
    return view


def close(core: Core, view: View) -> None:
    """Take a modal off the screen."""
    view.open = False
    stack = core.stacks.get(view.user, [])
    if view.id in stack:
        stack.remove(view.id)


def _kept(body: Json) -> Json:
    return {**body, "blocks": posting.with_ids(body.get("blocks", []))}


def _hash(core: Core) -> str:
    return f"{core.new_ts()}.{core.new_id('H')}"


def state_of(blocks: list[Json], typed: dict[str, Any]) -> Json:
    """Return `state.values` of a form: what was typed, by block_id or action_id, over what it began with."""
    values: Json = {}
    for element in posting.used(blocks):
        kind = element["type"]
        if kind in NO_STATE:
            continue
        key = SELECTED.get(kind, "value")
        given = typed.get(element["block_id"], typed.get(element["action_id"]))
        began = element.get(INITIAL.get(key, ""))
        value: Any = began if given is None else chosen(element, given)
        if key in ("selected_options", "selected_users", "selected_channels", "selected_conversations", "files"):
            value = value or list[Any]()
        values.setdefault(element["block_id"], {})[element["action_id"]] = {"type": kind, key: value}
    return values


def options_of(element: Json) -> list[Json]:
    """Return the options an element offers, in groups or not."""
    groups: list[Json] = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def chosen(element: Json, given: Any) -> Any:
    """Return what an element holds after a person picked or typed `given`; options go by value or by label."""
    kind = element["type"]
    key = SELECTED.get(kind, "value")
    if key == "selected_option":
        return _option(element, given)
    if key == "selected_options":
        picked: list[Any] = given if isinstance(given, list) else [given]  # pyright: ignore[reportUnknownVariableType]
        most = element.get("max_selected_items")
        assert not most or len(picked) <= most, f"{element['action_id']} takes at most {most}."
        return [_option(element, one) for one in picked]
    if kind in ("plain_text_input", "email_text_input", "url_text_input", "number_input"):
        return _typed(element, str(given))
    if kind == "file_input":
        assert len(given) <= element.get("max_files", 10), f"{element['action_id']} takes fewer files."
        allowed = element.get("filetypes")
        names = [one["name"] for one in given]
        assert not allowed or all(name.rpartition(".")[2] in allowed for name in names), f"Only {allowed}, not {names}."
    return given


def _option(element: Json, given: Any) -> Json:
    for option in options_of(element):
        if given in (option["value"], option["text"]["text"]):
            return option
    offered = [option["value"] for option in options_of(element)]
    raise AssertionError(f"{element['action_id']} does not offer {given!r}, but {offered}.")


def _typed(element: Json, text: str) -> str:
    name, kind = element["action_id"], element["type"]
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        assert least <= len(text) <= most, f"{name} takes {least} to {most} characters, not {len(text)}."
        assert element.get("multiline") or "\n" not in text, f"{name} has one line."
    if kind == "email_text_input":
        assert re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text), f"{name} takes an email address."
    if kind == "url_text_input":
        assert re.match(r"https?://", text), f"{name} takes an address."
    if kind == "number_input":
        number = float(text)
        assert element.get("is_decimal_allowed") or number.is_integer(), f"{name} takes a whole number."
        low, high = element.get("min_value"), element.get("max_value")
        assert low is None or number >= float(low), f"{name} takes {low} or more."
        assert high is None or number <= float(high), f"{name} takes {high} or less."
    return text


def missing(view: View, values: Json) -> list[str]:
    """Return the block ids of required inputs that are empty: Slack's client does not send such a form."""
    lacking: list[str] = []
    for block in view.blocks:
        if block["type"] != "input" or block.get("optional"):
            continue
        inside: Json = values.get(block["block_id"], {})
        filled: Json = next(iter(inside.values()), Json())
        if not filled.get(SELECTED.get(filled.get("type", ""), "value")):
            lacking.append(block["block_id"])
    return lacking
