"""Block Kit's documented limits, whole messages and views: what Slack refuses, and what it only suffers.

Sources: docs/platforms.md#slack-sizes; docs.slack.dev/reference/block-kit/blocks and the page of each block;
slack_sdk.models.blocks and .views of slack-sdk 3.47.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack import parts
from tests.fakes.slack.core import Core
from tests.fakes.slack.looks import lines
from tests.fakes.slack.parts import as_dict, as_list, image, keys, rich_text, string, text, wrong
from tests.fakes.slack.state import Json

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MARKDOWN = 12_000
WHOLE = 13_172
"""github.com/slackapi/bolt-js/issues/2509: the longest message seen to pass; 13,297 did not."""
TEXT, TEXT_CUT = 4_000, 40_000
"""docs.slack.dev/changelog/2018-truncating-really-long-messages: keep to 4,000; cut at 40,000."""
TABLE_CHARACTERS = 10_000
MASS = re.compile(r"<!(channel|here|everyone|subteam\^)")
BOTH = ("plain_text", "mrkdwn")
EVERYWHERE = {"message", "modal", "home"}
MESSAGES = {"message"}


@dataclass(frozen=True)
class Refusal:
    code: str
    messages: list[str]


def judge(core: Core, where: str, body: Json) -> Refusal | None:
    """Return how Slack refuses a message, if it does; write down what a good app would not send."""
    blocks: list[Any] = body.get("blocks") or []
    words = str(body.get("text") or "")
    if blocks and not words.strip():
        # docs/platforms.md#slack-text: text is what notifications and screen readers say.
        core.offend("no_fallback_text", where, " ".join(lines(blocks))[:80])
    if MASS.search(words + " ".join(lines(blocks))):
        # docs/platforms.md#slack-text; docs.slack.dev/messaging/formatting-message-text: these wake everyone.
        core.offend("mass_mention", where, words[:80])
    problems = problems_of(blocks, "message")
    problems += [f"[ERROR] invalid slack file [{name}]" for name in files_of(blocks) if name not in core.files]
    if problems:
        core.offend("invalid_blocks", where, "; ".join(problems))
        return Refusal("invalid_blocks", problems)
    if raw := [name for name in files_of(blocks) if core.files[name].ready > core.now()]:
        # An upload is processed after its completion is answered, and until then no block may show it; an app cannot
        # know for how long (github.com/slackapi/bolt-python/issues/1304, slack-github-action/issues/413).
        return Refusal("invalid_blocks", [f"[ERROR] invalid slack file [{name}]" for name in raw])
    if length(blocks) > WHOLE:
        core.offend("msg_blocks_too_long", where, f"{length(blocks)} characters in all blocks")
        return Refusal("msg_blocks_too_long", [])
    return None


def judge_view(core: Core, where: str, view: Json, surface: str) -> list[str]:
    """Return what is wrong with a view for this surface, and write it down."""
    problems = view_problems(view, surface)
    if MASS.search(" ".join(lines(view.get("blocks")))):
        core.offend("mass_mention", where, str(view.get("title")))
    if problems:
        core.offend("invalid_view", where, "; ".join(problems))
    return problems


def files_of(blocks: list[Any]) -> list[str]:
    """Return the ids of the uploaded files that blocks show."""
    every: list[Json] = [*blocks, *(one["accessory"] for one in blocks if one.get("accessory"))]
    return [one["slack_file"]["id"] for one in every if (as_dict(one.get("slack_file")) or Json()).get("id")]


def length(blocks: list[Any]) -> int:
    """Return the number of characters of all text in blocks."""
    return sum(len(line) for line in lines(blocks))


def problems_of(blocks: Any, surface: str) -> list[str]:
    """Return what is wrong with the blocks of a message, modal or home, in Slack's words and with the place."""
    out: list[str] = []
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    every = as_list(out, "/blocks", blocks, most, 0)
    for number, one in enumerate(every):
        _block(out, f"/blocks/{number}", one, surface)
    _unique(out, every)
    tables = sum(1 for one in every if (as_dict(one) or {}).get("type") == "table")
    if tables > 1:
        # docs/platforms.md#slack-sizes; docs.slack.dev/reference/block-kit/blocks/table-block: one table in a message.
        wrong(out, "/blocks", "only_one_table_allowed")
    return out


def _unique(out: list[str], blocks: list[Any]) -> None:
    """Check that a block_id and an action_id are there once (docs: block-kit/blocks, block-elements)."""
    for name, found in (("block_id", _ids(blocks, "block_id")), ("action_id", _ids(blocks, "action_id"))):
        for one in sorted({one for one in found if found.count(one) > 1}):
            wrong(out, "/blocks", f"{name} {one} already exists")


def _ids(part: Any, name: str) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in _ids(one, name)]  # pyright: ignore[reportUnknownVariableType]
    block = as_dict(part)
    if block is None:
        return []
    return [*([block[name]] if name in block else []), *(found for one in block.values() for found in _ids(one, name))]


def _block(out: list[str], at: str, value: Any, surface: str) -> None:
    part = as_dict(value)
    if part is None:
        wrong(out, at, "must be a block")
        return
    kind = str(part.get("type"))
    if kind not in BLOCKS:
        wrong(out, f"{at}/type", f"unsupported type: {kind}")
        return
    surfaces, allowed, required, check = BLOCKS[kind]
    if surface not in surfaces:
        wrong(out, f"{at}/type", f"unsupported type in a {surface}: {kind}")
    keys(out, at, part, {"type", "block_id", *allowed}, required)
    string(out, f"{at}/block_id", part.get("block_id"), 255, 1)
    check(out, at, part, surface)


def _section(out: list[str], at: str, part: Json, surface: str) -> None:
    if not part.get("text") and not part.get("fields"):
        wrong(out, at, "missing required field: text or fields")
    text(out, f"{at}/text", part.get("text"), 3000, BOTH)
    for number, one in enumerate(as_list(out, f"{at}/fields", part.get("fields"), 10)):
        text(out, f"{at}/fields/{number}", one, 2000, BOTH)
    if part.get("accessory") is not None:
        parts.element(out, f"{at}/accessory", part["accessory"], parts.IN_SECTION, surface)


def _header(out: list[str], at: str, part: Json, _: str) -> None:
    text(out, f"{at}/text", part.get("text"), 150)


def _markdown(out: list[str], at: str, part: Json, _: str) -> None:
    string(out, f"{at}/text", part.get("text"), MARKDOWN, 1)


def _nothing(out: list[str], at: str, part: Json, surface: str) -> None:
    pass


def _image(out: list[str], at: str, part: Json, _: str) -> None:
    image(out, at, part)
    text(out, f"{at}/title", part.get("title"), 2000)


def _context(out: list[str], at: str, part: Json, surface: str) -> None:
    for number, one in enumerate(as_list(out, f"{at}/elements", part.get("elements"), 10)):
        here = f"{at}/elements/{number}"
        if (as_dict(one) or {}).get("type") in BOTH:
            text(out, here, one, 3000, BOTH)
        else:
            parts.element(out, here, one, {"image"}, surface)


def _elements(allowed: set[str], most: int) -> Callable[[list[str], str, Json, str], None]:
    def check(out: list[str], at: str, part: Json, surface: str) -> None:
        for number, one in enumerate(as_list(out, f"{at}/elements", part.get("elements"), most)):
            parts.element(out, f"{at}/elements/{number}", one, allowed, surface)

    return check


def _input(out: list[str], at: str, part: Json, surface: str) -> None:
    text(out, f"{at}/label", part.get("label"), 2000)
    text(out, f"{at}/hint", part.get("hint"), 2000)
    parts.element(out, f"{at}/element", part.get("element"), parts.IN_INPUT, surface)


def _rich(out: list[str], at: str, part: Json, _: str) -> None:
    rich_text(out, at, part)


def _rows(out: list[str], at: str, part: Json, least: int, most: int) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for number, row in enumerate(as_list(out, f"{at}/rows", part.get("rows"), most, least)):
        rows.append(as_list(out, f"{at}/rows/{number}", row, 20))
        for place, cell in enumerate(rows[-1]):
            _cell(out, f"{at}/rows/{number}/{place}", as_dict(cell) or {})
    if sum(len(line) for line in lines(part.get("rows"))) > TABLE_CHARACTERS:
        # docs.slack.dev/reference/block-kit/blocks/data-table-block: characters over all cells of a table.
        wrong(out, f"{at}/rows", f"no more than {TABLE_CHARACTERS} characters in all cells")
    return rows


def _cell(out: list[str], at: str, cell: Json) -> None:
    kind = cell.get("type")
    if kind == "rich_text":
        rich_text(out, at, cell)
    elif kind in ("raw_text", "raw_number"):
        # An empty cell is refused: slack_sdk RawTextObject ("at least 1 character"); getnao/nao issue 1143.
        keys(out, at, cell, {"type", "text"} | ({"value"} if kind == "raw_number" else set()))
        string(out, f"{at}/text", cell.get("text", ""), TABLE_CHARACTERS, 1)
        if kind == "raw_number" and not isinstance(cell.get("value"), int | float):
            wrong(out, f"{at}/value", "must be a number")
    else:
        wrong(out, f"{at}/type", f"unsupported type: {kind}")


def _table(out: list[str], at: str, part: Json, _: str) -> None:
    _rows(out, at, part, 1, 100)
    for number, one in enumerate(as_list(out, f"{at}/column_settings", part.get("column_settings"), 20, 0)):
        setting = as_dict(one) or {}
        keys(out, f"{at}/column_settings/{number}", setting, {"align", "is_wrapped"})
        if setting.get("align", "left") not in ("left", "center", "right"):
            wrong(out, f"{at}/column_settings/{number}/align", "must be one of left, center, right")


def _data_table(out: list[str], at: str, part: Json, _: str) -> None:
    rows = _rows(out, at, part, 2, 101)
    if len({len(row) for row in rows}) > 1:
        wrong(out, f"{at}/rows", "all rows must have the same number of cells")
    if rows and any((as_dict(cell) or {}).get("type") == "rich_text" for cell in rows[0]):
        wrong(out, f"{at}/rows/0", "rich_text is not for header cells")
    if not 1 <= part.get("page_size", 5) <= 100:
        wrong(out, f"{at}/page_size", "must be 1 to 100")


def _alert(out: list[str], at: str, part: Json, _: str) -> None:
    text(out, f"{at}/text", part.get("text"), 3000, BOTH)
    if part.get("level", "default") not in ("default", "info", "warning", "error", "success"):
        wrong(out, f"{at}/level", "must be one of default, info, warning, error, success")


def _card(out: list[str], at: str, part: Json, surface: str) -> None:
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        text(out, f"{at}/{name}", part.get(name), most, BOTH)
    if not any(part.get(name) for name in ("hero_image", "title", "actions", "body")):
        wrong(out, at, "one of hero_image, title, actions, body is required")
    for number, one in enumerate(as_list(out, f"{at}/actions", part.get("actions"), 5, 0)):
        parts.element(out, f"{at}/actions/{number}", one, {"button"}, surface)
    for name in ("hero_image", "icon"):
        if part.get(name):
            parts.element(out, f"{at}/{name}", part[name], {"image"}, surface)


def _children(out: list[str], at: str, part: Json, surface: str) -> None:
    if not part.get("title") and not part.get("rich_text_title"):
        wrong(out, at, "missing required field: title")
    text(out, f"{at}/title", part.get("title"), 150)
    text(out, f"{at}/subtitle", part.get("subtitle"), 150, BOTH)
    if part.get("is_collapsible") and part.get("has_header_divider"):
        wrong(out, at, "has_header_divider is not for a collapsible container")
    for number, one in enumerate(as_list(out, f"{at}/child_blocks", part.get("child_blocks"), 10)):
        _block(out, f"{at}/child_blocks/{number}", one, surface)


def _carousel(out: list[str], at: str, part: Json, surface: str) -> None:
    for number, one in enumerate(as_list(out, f"{at}/elements", part.get("elements"), 10)):
        _block(out, f"{at}/elements/{number}", one, surface)


def _task(out: list[str], at: str, part: Json, _: str) -> None:
    if part.get("status") not in ("pending", "in_progress", "complete", "error"):
        wrong(out, f"{at}/status", "must be one of pending, in_progress, complete, error")


Check = Callable[[list[str], str, Json, str], None]
CARD = ("hero_image", "icon", "title", "subtitle", "body", "actions")
CONTAINER = (
    *("title", "rich_text_title", "subtitle", "child_blocks", "width", "icon"),
    *("is_collapsible", "default_collapsed", "has_header_divider"),
)
BLOCKS: dict[str, tuple[set[str], tuple[str, ...], tuple[str, ...], Check]] = {
    # kind: surfaces, keys, required keys, check
    "section": (EVERYWHERE, ("text", "fields", "accessory", "expand"), (), _section),
    "divider": (EVERYWHERE, (), (), _nothing),
    "header": (EVERYWHERE, ("text",), ("text",), _header),
    "image": (EVERYWHERE, ("alt_text", "image_url", "slack_file", "title"), ("alt_text",), _image),
    "context": (EVERYWHERE, ("elements",), ("elements",), _context),
    "actions": (EVERYWHERE, ("elements",), ("elements",), _elements(parts.IN_ACTIONS, 25)),
    "input": (
        EVERYWHERE,
        ("label", "hint", "element", "optional", "dispatch_action"),
        ("label", "element"),
        _input,
    ),
    "rich_text": (EVERYWHERE, ("elements",), ("elements",), _rich),
    "markdown": (MESSAGES, ("text",), ("text",), _markdown),
    "context_actions": (MESSAGES, ("elements",), ("elements",), _elements(parts.IN_CONTEXT_ACTIONS, 5)),
    "table": (MESSAGES, ("rows", "column_settings"), ("rows",), _table),
    "data_table": (
        MESSAGES,
        ("rows", "caption", "page_size", "row_header_column_index"),
        ("rows", "caption"),
        _data_table,
    ),
    "alert": (MESSAGES | {"modal"}, ("text", "level"), ("text",), _alert),
    "card": (MESSAGES, CARD, (), _card),
    "carousel": (MESSAGES, ("elements",), ("elements",), _carousel),
    "container": (MESSAGES, CONTAINER, ("child_blocks",), _children),
    "task_card": (
        MESSAGES,
        ("task_id", "title", "details", "output", "sources", "status"),
        ("task_id", "title", "status"),
        _task,
    ),
    "plan": (MESSAGES, ("title", "tasks"), ("title",), _nothing),
}
HOME_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
MODAL_KEYS = HOME_KEYS | {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}


def view_problems(view: Json, surface: str) -> list[str]:
    """Return what is wrong with a modal or home (docs.slack.dev/reference/views)."""
    out: list[str] = []
    if view.get("type") != surface:
        wrong(out, "/view/type", f"must be {surface}")
    required = ("blocks", "title") if surface == "modal" else ("blocks",)
    allowed = MODAL_KEYS if surface == "modal" else HOME_KEYS
    keys(out, "/view", view, allowed, required)
    for name in ("title", "submit", "close"):
        text(out, f"/view/{name}", view.get(name), 24)
    string(out, "/view/private_metadata", view.get("private_metadata"), 3000)
    string(out, "/view/callback_id", view.get("callback_id"), 255)
    string(out, "/view/external_id", view.get("external_id"), 255)
    blocks: list[Any] = view.get("blocks") or []
    out += problems_of(blocks, surface)
    asks = any((as_dict(one) or {}).get("type") == "input" for one in blocks)
    if surface == "modal" and asks and not view.get("submit"):
        # docs.slack.dev/reference/views/modal-views: submit is required where there is an input block.
        wrong(out, "/view", "missing required field: submit")
    return out
