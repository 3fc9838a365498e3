"""The form that begins a private consultation, from the global shortcut and from App Home, and its kin. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.slack import ids
from adapters.slack.inbound.messages import time_of
from adapters.slack.render.limits import INPUT
from adapters.slack.render.markup import escaped
from adapters.slack.reply_address import Via, packed
from bot.chat.events import Event, Said

CALLBACK, BLOCK, FIELD = "advisor_begin", "goal", "text"
MISSING = "Say in a sentence or two what the model should do, and what goes wrong today."


def view() -> dict[str, Any]:
    """Return the form that begins a consultation from anywhere."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain("Should we finetune?"),
        "submit": _plain("Start"),
        "close": _plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": BLOCK,
                "label": _plain("What do you want the model to do?"),
                "hint": _plain(
                    "Say also what goes wrong today. I answer in our direct messages, where only you read it."
                ),
                "element": {
                    "type": "plain_text_input",
                    "action_id": FIELD,
                    "multiline": True,
                    "max_length": INPUT,
                    "placeholder": _plain("Our support replies should keep our tone, and they never do."),
                },
            }
        ],
    }


def goal(view: Mapping[str, Any]) -> str:
    """Return what was typed into it."""
    return str(view["state"]["values"].get(BLOCK, {}).get(FIELD, {}).get("value") or "").strip()


def quoted(text: str) -> str:
    """Return the message that opens the thread: the person's own words, as a quote."""
    return "You asked:\n" + "\n".join(f">{escaped(line)}" for line in text.splitlines())


def begun(team: str | None, channel: str) -> dict[str, Any]:
    """Return what the form says once the consultation has begun."""
    link = f"https://slack.com/app_redirect?channel={channel}{f'&team={team}' if team else ''}"
    return notice(f"It goes on in our <{link}|direct messages>, where only you read it.")


def notice(told: str) -> dict[str, Any]:
    """Return a view that says something, in Slack's markup."""
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}_told",
        "title": _plain("Should we finetune?"),
        "close": _plain("Close"),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": told, "verbatim": True}}],
    }


def event(workspace: str, channel: str, root: str, user: str, name: str | None, text: str) -> Event:
    """Return what was asked, as the first words of the thread under `root`."""
    return Event(
        conversation=ids.conversation(ids.Place(workspace, channel, thread=root)),
        platform=ids.PLATFORM,
        workspace=workspace,
        organisation=ids.organisation(workspace),
        channel=channel,
        message=root,
        author=ids.author(workspace, user),
        name=name,
        at=time_of(root),
        private=True,
        via=packed(Via(user=user, at=datetime.now(UTC).timestamp())),
        body=Said(text=text),
    )


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
