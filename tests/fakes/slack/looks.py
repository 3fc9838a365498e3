"""What people see: conversations, homes, modals, and the words in them."""

from typing import Any

from tests.fakes.slack.core import Core
from tests.fakes.slack.state import ApiCall, Json, Message, View


class Looks(Core):
    """A look at the screen of anyone."""

    def seen(self, channel: str, thread_ts: str | None = None, user: str | None = None) -> list[Message]:
        """Return the messages of a channel, or of one thread with its root, oldest first.

        With `user`, what that person sees: ephemeral messages of others are left out.
        """
        room = self.channels[channel]
        assert user is None or user in room.members, f"{user} is not in {room.name}."
        messages = [one for one in room.messages if thread_ts is None or thread_ts in (one.ts, one.thread_ts)]
        return [one for one in messages if user is None or one.only_for in (None, user)]

    def said(self, channel: str, thread_ts: str | None = None, user: str | None = None) -> list[Message]:
        """Return only what our bot wrote, as `seen` would."""
        bot = self.team_of(channel).bot_user
        return [one for one in self.seen(channel, thread_ts, user) if one.user == bot]

    def home(self, user: str) -> View | None:
        """Return the App Home of a person as it was last published."""
        return self.homes.get(user)

    def modal(self, user: str) -> View | None:
        """Return the modal on top of a person's screen."""
        stack = self.stacks.get(user) or []
        return self.views[stack[-1]] if stack else None

    def called(self, method: str) -> list[ApiCall]:
        """Return the calls of one method in order."""
        return [one for one in self.calls if one.method == method]

    def status(self, channel: str, thread_ts: str) -> str:
        return self.live_status(channel, thread_ts)

    def session_status(self, channel: str, thread_ts: str) -> str | None:
        session = self.sessions.get((channel, thread_ts))
        return session.status if session else None


def text_of(shown: Message | View | list[Json]) -> str:
    """Return all words of a message, view or list of blocks, a line for each part; `text` where there are no blocks."""
    if isinstance(shown, Message):
        words = lines(shown.blocks) if shown.blocks else lines(shown.text)
        return "\n".join([*words, *(f"[{one.title}] {one.alt_text or ''}".rstrip() for one in shown.files)])
    if isinstance(shown, View):
        return "\n".join([*filter(None, [shown.title]), *lines(shown.blocks)])
    return "\n".join(lines(shown))


def lines(part: Any) -> list[str]:
    """Return the words inside any part of a Block Kit structure, in reading order."""
    if isinstance(part, str):
        return [part] if part else []
    if isinstance(part, list):
        every: list[Any] = part  # pyright: ignore[reportUnknownVariableType]
        return [line for one in every for line in lines(one)]
    if not isinstance(part, dict):
        return []
    block: Json = part  # pyright: ignore[reportUnknownVariableType]
    kind = block.get("type", "")
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        return ["".join(line for one in block.get("elements", []) for line in lines(one))]
    if kind == "table" or kind == "data_table":
        rows = [" | ".join(" ".join(lines(cell)) for cell in row) for row in block.get("rows", [])]
        return [*lines(block.get("caption")), *rows]
    if kind == "user":
        return [f"<@{block['user_id']}>"]
    if kind == "link" or kind == "url":
        return [block.get("text") or block.get("url", "")]
    if kind == "image":
        return [*lines(block.get("title")), block.get("alt_text", "")]
    found: list[str] = []
    for key in WORDS:
        found += lines(block.get(key))
    return found


WORDS = (
    "title",
    "subtitle",
    "label",
    "text",
    "hint",
    "body",
    "description",
    "placeholder",
    "initial_value",
    "fields",
    "details",
    "output",
    "element",
    "elements",
    "accessory",
    "child_blocks",
    "tasks",
    "options",
    "option_groups",
    "positive_button",
    "negative_button",
    "actions",
)
