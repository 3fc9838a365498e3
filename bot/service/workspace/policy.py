"""What those who manage a workspace have decided: where the advisor answers, whom, and whether at all. Pure."""

import re
from datetime import datetime

from bot.chat.events import Event
from bot.chat.wording import house
from bot.consultation.base import Plain

EVERYWHERE = ("*",)
_CHANNEL = re.compile(r"<#([A-Za-z0-9]+)(?:\|[^>]*)?>|#?([CG][A-Z0-9]{7,}|[0-9]{15,20})")
_ROLE = re.compile(r"<@&([0-9]{15,20})>|([0-9]{15,20})")
_DIRECT = re.compile(r"D[A-Z0-9]{7,}")
_HERE = frozenset({"", "here", "this", "this channel", "in this channel"})
_ALL = frozenset({"everywhere", "anywhere", "all", "all channels", "every channel"})
_GUESTS = frozenset({"guests", "outsiders", "guests and other organisations"})
_EARLIER = frozenset({"earlier", "earlier messages", "reading earlier messages"})
_ANYBODY = frozenset({"everybody", "everyone", "anybody", "anyone", "all", "@everyone"})


class Policy(Plain):
    """The decisions of one workspace."""

    off: bool = False
    channels: tuple[str, ...] | None = None
    """Ids of those that are answered, or EVERYWHERE; None where it was never said: then the setting holds."""
    denied: tuple[str, ...] = ()
    """Ids of those that are not, although the others are."""
    roles: tuple[str, ...] = ()
    """Ids of those who are answered; none for everybody."""
    guests: bool = False
    """True where guests and members of other organisations are answered as well."""
    earlier: bool = True
    """True where what others said before a late mention may be read once somebody presses for it."""

    at: datetime | None = None
    """When the last of it was decided."""

    def but(self, **changes: object) -> "Policy":
        """Return a copy with these fields replaced."""
        return self.model_copy(update=changes)


def refusal(policy: Policy, default_channels: tuple[str, ...], event: Event, *, manages: bool = False) -> str | None:
    """Return in one sentence why an event is not answered, None where it is.

    In private only `off` counts. Roles do not hold for who `manages` the workspace.
    """
    managers = f"those who manage this {house(event.platform)}"
    if policy.off:
        return f"I am switched off here; {managers} can change that with `/finetune on`."
    if event.private:
        return None
    if not _answered(policy, default_channels, event.channel):
        return (
            f"I do not answer in this channel; {managers} can change that with `/finetune allow`, "
            "and a direct message works as ever."
        )
    if policy.roles and not manages and not set(policy.roles) & set(event.roles):
        return (
            f"I answer only those with certain roles here; {managers} can change that with "
            "`/finetune allow role` and the role, and a direct message works as ever."
        )
    return None


def for_members(event: Event) -> str:
    """Say why a guest or a member of another organisation is not answered."""
    return (
        f"I answer only members of this {house(event.platform)} here; those who manage it can change that with "
        "`/finetune allow guests`."
    )


def left_unread(event: Event) -> str:
    """Say why what was said before a mention is not read."""
    return (
        f"Those who manage this {house(event.platform)} do not let me read earlier messages: paste what matters from "
        "before."
    )


def _answered(policy: Policy, default_channels: tuple[str, ...], channel: str) -> bool:
    channels = _channels_of(policy, default_channels)
    return channel not in policy.denied and (channels == EVERYWHERE or channel in channels)


def _channels_of(policy: Policy, default_channels: tuple[str, ...]) -> tuple[str, ...]:
    return (default_channels or EVERYWHERE) if policy.channels is None else policy.channels


def changed(
    policy: Policy, words: str, event: Event, default_channels: tuple[str, ...] = ()
) -> tuple[Policy, str] | None:
    """Return the decisions after a command such as `allow here`, and how things stand; None where it is none.

    Where the workspace has said nothing yet it starts from the default channels, none for all; the first channel that
    is allowed by name takes the place of all.
    """
    name, _, rest = " ".join(words.split()).removeprefix("/").partition(" ")
    match name.lower():
        case "off" | "on" as how if not rest:
            policy = policy.but(off=how == "off")
        case "allow" | "deny" as how:
            decided = _decided(policy, how == "allow", rest, event, default_channels)
            if isinstance(decided, str):
                return policy, decided
            if decided is None:
                return None
            policy = decided
        case _:
            return None
    return policy, _stands(policy, _channels_of(policy, default_channels), event)


def _decided(policy: Policy, allow: bool, rest: str, event: Event, default: tuple[str, ...]) -> Policy | str | None:
    """Return the decisions after `allow` or `deny`, a sentence where it cannot be done, None for other words."""
    said = rest.lower()
    if said in _ALL:
        return policy.but(channels=EVERYWHERE if allow else (), denied=())
    if said in _ANYBODY and allow:
        return policy.but(roles=())
    if said in _GUESTS:
        return policy.but(guests=allow)
    if said in _EARLIER:
        return policy.but(earlier=allow)
    kind, _, named = said.partition(" ")
    if kind in ("role", "roles"):
        return _roles(policy, allow, named, event)
    if said.startswith("<@&"):
        return _roles(policy, allow, said, event)
    if said in _HERE:
        if _no_channel(event.channel):
            return "This is no channel; say it in the channel, or name that, as in `allow #channel`."
        return _channels(policy, allow, (event.channel,), default)
    found = [_CHANNEL.fullmatch(word) for word in rest.replace(",", " ").split()]
    if all(found):
        return _channels(policy, allow, tuple(match[1] or match[2] for match in found if match), default)
    if rest.startswith("#"):
        return (
            f"I cannot tell which channel {rest.split()[0][:80]} is; say `{'allow' if allow else 'deny'} here` in it."
        )
    return None


def _channels(policy: Policy, allow: bool, named: tuple[str, ...], default: tuple[str, ...]) -> Policy:
    channels = _channels_of(policy, default)
    if channels != EVERYWHERE:
        kept = tuple(each for each in channels if each not in named)
        return policy.but(channels=_joined(channels, named) if allow else kept, denied=())
    if not allow:
        return policy.but(denied=_joined(policy.denied, named))
    if policy.channels == EVERYWHERE or set(named) & set(policy.denied):
        return policy.but(denied=tuple(each for each in policy.denied if each not in named))
    return policy.but(channels=named, denied=())


def _roles(policy: Policy, allow: bool, rest: str, event: Event) -> Policy | None:
    if rest in _ANYBODY and allow:
        return policy.but(roles=())
    found = [_ROLE.fullmatch(word) for word in rest.replace(",", " ").split()]
    if not found or not all(found):
        return None
    named = tuple(match[1] or match[2] for match in found if match)
    if event.workspace in named and allow:  # the role that everybody has bears the id of its server
        return policy.but(roles=())
    kept = tuple(each for each in policy.roles if each not in named)
    return policy.but(roles=_joined(policy.roles, named) if allow else kept)


def _joined(held: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*held, *more)))


def _stands(policy: Policy, channels: tuple[str, ...], event: Event) -> str:
    """Say how things stand, as seen from where that was decided."""
    if policy.off:
        return (
            f"I am switched off here: I answer nobody until somebody who manages this {house(event.platform)} says "
            "`/finetune on`."
        )
    if not channels:
        return "I answer in no channel, only in direct messages."
    also = " Guests and other organisations are answered, too." if policy.guests else ""
    unread = "" if policy.earlier else " What was said before I was mentioned is read of nobody but the one who did."
    return f"I answer {_where(policy, channels, event.channel)}, {_whom(policy)}.{also}{unread}"


def _where(policy: Policy, channels: tuple[str, ...], here: str) -> str:
    if channels == EVERYWHERE:
        return f"in all channels{_but(policy.denied, here)}"
    if here not in channels:
        return f"in {_count(len(channels), 'channel')}" + ("" if _no_channel(here) else ", but not in this one")
    others = len(channels) - 1
    return f"in this channel and {_count(others, 'other')}" if others else "in this channel only"


def _but(denied: tuple[str, ...], here: str) -> str:
    if here not in denied:
        return f", but not in {len(denied)} of them" if denied else ""
    others = f" and {_count(len(denied) - 1, 'other')}" if len(denied) > 1 else ""
    return f", but not in this one{others}"


def _whom(policy: Policy) -> str:
    if not policy.roles:
        return "and everybody there"
    many = len(policy.roles)
    return "but only those with the allowed role" if many == 1 else f"but only those with one of {many} allowed roles"


def _no_channel(id: str) -> bool:
    return not id or _DIRECT.fullmatch(id) is not None


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
