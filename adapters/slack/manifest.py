"""The Slack app as Slack wants it described, and what each of its scopes is for. No settings, no I/O."""

from dataclasses import dataclass
from typing import Any

from bot.chat.commands import usage

COMMAND = "/finetune"
MESSAGE_SHORTCUT = "advisor_assess"
GLOBAL_SHORTCUT = "advisor_start"
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"


@dataclass(frozen=True)
class Scope:
    """A permission of the bot."""

    name: str
    purpose: str
    without: str
    """What it costs to lack it, as the end of a sentence."""
    history: bool = False
    """One that whoever installs the app may leave out, and that `--minimal` does not ask for."""


SCOPES = (
    Scope("app_mentions:read", "Read messages that mention the bot.", "it hears no mention"),
    Scope("assistant:write", "Suggest prompts and name a conversation in its DM.", "its DM suggests nothing"),
    Scope(
        "channels:history",
        "Follow a thread in a public channel without a new mention, read once what was said there before it was "
        "mentioned, and look up whether a message in doubt has arrived.",
        "each follow-up in a public channel needs a mention, the start of a late thread has to be pasted, and a "
        "message in doubt is sent again",
        history=True,
    ),
    Scope("chat:write", "Answer.", "it cannot answer"),
    Scope("commands", f"{COMMAND} and the shortcuts.", f"there is no {COMMAND} and no shortcut"),
    Scope("files:read", "Read samples and finetuning files that somebody uploads for it.", "it reads no uploaded file"),
    Scope("files:write", "Show the picture of a trial, and hand out records as files.", "it shows no picture"),
    Scope(
        "groups:history",
        "The same as channels:history, in private channels that it was invited to.",
        "each follow-up in a private channel needs a mention, the start of a late thread has to be pasted, and a "
        "message in doubt is sent again",
        history=True,
    ),
    Scope("im:history", "Read what people write to it in a DM.", "it does not hear what people write in a DM"),
    Scope(
        "im:write",
        "Open the DM with a person who starts a consultation from a shortcut or the Home tab.",
        "a consultation cannot be started from the global shortcut",
    ),
    Scope(
        "users:read",
        "Show names beside words, and know who is an admin.",
        "it shows no names, and admins cannot allow channels or switch it off",
    ),
)
"""All that the app asks for. The manifest, the installation by OAuth and `advisor doctor` go by this list."""

EVENTS = (
    "agent_session_stopped",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "team_access_revoked",
    "tokens_revoked",
)
_HISTORY_EVENTS = frozenset({"message.channels", "message.groups"})

PROMPTS = (
    ("Should we finetune?", "Should we finetune a model for our support replies? It never keeps our tone."),
    ("We have examples", "We have 400 examples of inputs with the answers we want. Is that enough to finetune?"),
    ("What are the rules?", "rules"),
    ("What can you do?", "help"),
)
"""(title, message) of what its DM suggests."""

_AGENT = (
    "Finds out whether finetuning a language model is worth it for your case: asks what decides it, runs your own "
    "samples on a base model, and gives a verdict whose every reason you can check. Automated; it may be wrong."
)
_LONG = (
    "Ask in a channel, in a thread or in a direct message whether your team should finetune a language model. The "
    "advisor finds out what your case is, asks only what can still change the answer, runs a few of your own samples "
    "on a base model if you paste them, and gives a verdict: finetune, or what to do before or instead.\n\n"
    "Every reason names your own words or a measurement, and the rule it rests on. The verdict is computed from rules "
    "that you can read with /finetune rules, not written by a model.\n\n"
    "It speaks when somebody asks it, answers where it was asked, and answers privately to /finetune and to its "
    "shortcuts. What it holds of a consultation is deleted some time after the last word in it, at once with "
    "/finetune forget, and altogether when the app is removed.\n\n"
    "The advisor is automated. It uses a language model to read messages and to run samples, so what it says may be "
    "inaccurate or incomplete: check the reasons before you act on them. When you first meet it, it tells you which "
    "model server your words go to. The operator of your installation chooses that server, and answers for it."
)


def scopes(*, minimal: bool = False) -> tuple[str, ...]:
    """Return the names of the bot's scopes."""
    return tuple(scope.name for scope in SCOPES if not (minimal and scope.history))


def manifest(public_url: str | None = None, *, minimal: bool = False, rotation: bool = False) -> dict[str, Any]:
    """Return the manifest of an app in Socket Mode, or over HTTP at the service's public URL.

    `minimal` leaves out what reads along in channels. `rotation` is for apps that are installed by OAuth, in any number
    of workspaces or across an organisation: their tokens expire and are renewed.
    """
    base = (public_url or "").rstrip("/")
    events = f"{base}{EVENTS_PATH}"
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Should we finetune? Answers where only you see it.",
        "usage_hint": usage("slack"),
        "should_escape": True,
    }
    subscribed: dict[str, Any] = {"bot_events": [e for e in EVENTS if not (minimal and e in _HISTORY_EVENTS)]}
    interactive: dict[str, Any] = {"is_enabled": True}
    asked = {"bot": list(scopes(minimal=minimal))}
    if not minimal:  # whoever installs it may leave these out; an app's optional scopes are among all that it has
        asked["bot_optional"] = [scope.name for scope in SCOPES if scope.history]
    oauth: dict[str, Any] = {"scopes": asked}
    if base:
        command["url"] = subscribed["request_url"] = interactive["request_url"] = events
        oauth = {"redirect_urls": [f"{base}{REDIRECT_PATH}"], **oauth}
    return {
        "display_information": {
            "name": "Finetune Advisor",
            "description": "Should we finetune? It asks, tries your task and gives a verdict you can check.",
            "long_description": _LONG,
            "background_color": "#1f3a4d",
        },
        "features": {
            "agent_view": {
                "agent_description": _AGENT,
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "advisor", "always_online": True},
            "shortcuts": [
                {
                    "name": "Should we finetune?",
                    "type": "message",
                    "callback_id": MESSAGE_SHORTCUT,
                    "description": "Ask the advisor about this message; only you see the answer.",
                },
                {
                    "name": "Ask about finetuning",
                    "type": "global",
                    "callback_id": GLOBAL_SHORTCUT,
                    "description": "Start a private consultation: should we finetune?",
                },
            ],
            "slash_commands": [command],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": subscribed,
            "interactivity": interactive,
            "org_deploy_enabled": rotation,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": rotation,
        },
    }
