"""Who is answered: what a workspace has decided holds before a turn, and its own commands are taken here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.chat.commands import ENDING, may_end, parse
from bot.chat.events import Deleted, Event, Hidden, Present, Pressed, Said
from bot.chat.reply import Reply, Text
from bot.chat.wording import house
from bot.platform import metrics
from bot.platform.port import Platform
from bot.service.intake import claim
from bot.service.workspace import storage
from bot.service.workspace.policy import Policy, changed, for_members, left_unread, refusal
from bot.settings import Settings
from bot.store import notices
from bot.store.connection import Connection
from bot.store.jobs import ApplyPolicy, Job
from bot.store.spending import counters, spent

POLICY_COMMANDS = frozenset({"allow", "deny", "off", "on"})
"""Commands of those who manage the workspace."""
POLICY_HELP = (
    "Say `allow` or `deny` for this channel, `allow #channel`, `allow everywhere`, `allow role` with a role, "
    "`off` or `on`."
)


@dataclass(frozen=True)
class Admission:
    """What it takes to tell who is answered."""

    connection: Connection
    platforms: Mapping[str, Platform]
    is_admin: Callable[[Event], Awaitable[bool]]
    settings: Settings
    """Which channels are answered where a workspace has not said otherwise, and what may be spent in a day."""

    @property
    def channels(self) -> tuple[str, ...]:
        return self.settings.channels

    async def policies(self, events: Sequence[Event]) -> dict[str, Policy]:
        """Return what the workspaces of these events have decided; who their authors are is asked for meanwhile."""
        held = [event for event in events if not self._lets_pass(event)]
        first = {event.workspace: event for event in held}
        # A platform remembers who somebody is: what is asked here is known in a moment, when it matters.
        asked = {event.author: event for event in held if event.addressed == "us"}
        loading = (storage.load(self.connection, event.platform, event.workspace) for event in first.values())
        found, _ = await asyncio.gather(
            asyncio.gather(*loading), asyncio.gather(*(self._outsider(event) for event in asked.values()))
        )
        return dict(zip(first, found, strict=True))

    async def admit(
        self, events: Sequence[Event], policies: dict[str, Policy]
    ) -> tuple[list[Event], list[Reply | Job]]:
        """Return what may be answered here, and what is said about the rest."""
        admitted: list[Event] = []
        say: list[Reply | Job] = []
        for event in events:
            if self._lets_pass(event):
                admitted.append(_alone(event) if event.platform in self.platforms else event)
                continue
            policy = policies[event.workspace]
            if _theirs(event) and (policy.guests or not await self._outsider(event)):
                admitted.append(_alone(event))
            elif _asks_budget(event) and (policy.guests or not await self._outsider(event)):
                say.append(to_author(event, await self._budget(event), voice="say"))
            elif command := _policy_command(event):
                if not await self.is_admin(event):
                    metrics.REFUSALS.labels("admin").inc()
                    say.append(to_author(event, f"Only those who manage this {house(event.platform)} can change that."))
                    continue
                if (decided := changed(policy, command, event, self.channels)) is None:
                    say.append(to_author(event, POLICY_HELP))
                    continue
                policies[event.workspace], told = decided
                # The command and not its result, since another may come first.
                job = ApplyPolicy(conversation=event.conversation, event=event, words=command, channels=self.channels)
                say += [job, to_author(event, told, voice="say")]
            elif why := await self._refusal(policy, event):
                if event.addressed == "us":
                    metrics.REFUSALS.labels("policy").inc()
                if event.addressed == "us" and (not policy.off or await self._news(event, "off")):
                    say.append(to_author(event, why))
            elif isinstance(event.body, Hidden):
                metrics.REFUSALS.labels("hidden").inc()
                if await self._news(event, "hidden"):
                    say.append(to_author(event, event.body.instead))
            elif await self._outsider(event):
                if policy.guests:
                    admitted.append(event.model_copy(update={"outsider": True}))
                elif event.addressed == "us":
                    metrics.REFUSALS.labels("outsider").inc()
                    if await self._news(event, "outside"):
                        say.append(to_author(event, for_members(event)))
            elif isinstance(event.body, Pressed) and event.body.action == "earlier" and not policy.earlier:
                metrics.REFUSALS.labels("earlier").inc()
                say.append(to_author(event, left_unread(event)))
            else:
                admitted.append(event)
        return admitted, say

    def _lets_pass(self, event: Event) -> bool:
        """Tell whether an event is let in whatever a workspace has decided."""
        return event.platform not in self.platforms or (_theirs(event) and not _leaves(event))

    async def _budget(self, event: Event) -> str:
        """Say what the author has spent today, and to who manages the workspace what that has."""
        own, *shared = counters(self.settings, event.author)
        seen = [own, *(shared if await self.is_admin(event) else ())]
        said = [(await spent(self.connection, counter)).sentence for counter in seen]
        return " ".join([*said, "It starts anew at 00:00 UTC."])

    async def lets_read(self, event: Event) -> bool:
        """Tell whether what others said before a late mention may be offered to be read."""
        return (await storage.load(self.connection, event.platform, event.workspace)).earlier

    async def _news(self, event: Event, what: notices.Notice) -> bool:
        """Tell whether a person is to be told this: once a day, and whenever they give a command."""
        return await notices.first_today(self.connection, event, what) or event.awaited

    async def _outsider(self, event: Event) -> bool:
        if isinstance(event.body, Present) or event.addressed == "known":
            return False
        return await self.platforms[event.platform].is_outsider(event)

    async def _refusal(self, policy: Policy, event: Event) -> str | None:
        why = refusal(policy, self.channels, event)
        # Who manages the workspace needs no role; only where it could matter is that looked up.
        if why and refusal(policy, self.channels, event, manages=True) is None and await self.is_admin(event):
            return None
        return why


async def given_back(connection: Connection, events: Sequence[Event], taken: Sequence[Event]) -> list[Reply]:
    """Let controls whose press was not taken be used again; return what shows them again."""
    known = {(event.message, event.edition) for event in taken}
    refused = [event for event in events if event.spends and (event.message, event.edition) not in known]
    for event in refused:
        await connection.call("DEL", claim(event))
    return [Reply(parts=(), restores=True)] if refused else []


def to_author(event: Event, sentence: str, *, voice: Literal["say", "error"] = "error") -> Reply:
    """Return a reply that only the author of an event sees."""
    return Reply(parts=(Text(markdown=sentence, voice=voice),), to=event.author, via=event.via)


def takes_back(event: Event) -> bool:
    """Tell whether somebody ends or deletes something of theirs, which may be done anywhere."""
    match event.body:
        case Deleted() | Pressed(action="stop" | "forget"):
            return True
        case Said(text=text):
            command = parse(text, addressed=event.addressed == "us") if may_end(text) else None
            return command is not None and command.name in ENDING
        case _:
            return False


def _theirs(event: Event) -> bool:
    return event.addressed != "people" and takes_back(event)


def _alone(event: Event) -> Event:
    """Return what takes something back without what came with it: that is not taken where nothing else is."""
    if not isinstance(event.body, Said):
        return event
    return event.model_copy(update={"body": event.body.model_copy(update={"files": (), "passed_on": ""})})


def _leaves(event: Event) -> bool:
    """Tell whether an event ends listening, which whoever else is there notices."""
    command = parse(event.body.text, addressed=event.addressed == "us") if isinstance(event.body, Said) else None
    return command is not None and command.name == "leave"


def _asks_budget(event: Event) -> bool:
    if not isinstance(event.body, Said) or event.addressed != "us":
        return False
    command = parse(event.body.text, addressed=True)
    return command is not None and command.name == "budget"


def _policy_command(event: Event) -> str | None:
    """Return the words of a command about the workspace, as in `allow here`."""
    if not isinstance(event.body, Said) or event.addressed != "us":
        return None
    command = parse(event.body.text, addressed=True)
    return f"{command.name} {command.rest}".strip() if command and command.name in POLICY_COMMANDS else None
