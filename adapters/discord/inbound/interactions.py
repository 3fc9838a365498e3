"""Commands, menus, presses and forms: each is answered within three seconds, then stored, then seen to.

The first response is a deferral, since the store may be slow; a form, an autocompletion and what needs no store are
given at once.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord import ids
from adapters.discord.files import ref_of
from adapters.discord.inbound import commands
from adapters.discord.inbound.components import (
    Found,
    chosen_line,
    find,
    form_of,
    own_form,
    press,
    quoted,
    sent,
)
from adapters.discord.inbound.interaction import Use, inbound, read
from adapters.discord.inbound.responses import DEFER, DEFER_PRESS, FORM, MESSAGE, OFFER, QUIET, Answers, plain, rendered
from adapters.discord.inbound.text import plain as words
from adapters.discord.outbound.deliver import face
from adapters.discord.outbound.errors import cause
from adapters.discord.outbound.send import CLEARED
from adapters.discord.render.ended import ended, settled
from adapters.discord.render.limits import COMPONENTS_V2, EPHEMERAL, Json
from adapters.discord.render.messages import Message, messages
from bot.chat.actions import STAYS
from bot.chat.commands import Here, pointed_at
from bot.chat.events import Body, Event, Pasted, Said
from bot.chat.form_openers import given
from bot.chat.instant import instant
from bot.chat.reply import Part
from bot.platform.background import Tasks
from bot.platform.live import Memory, Shown
from bot.platform.port import Accept, PlatformContext
from bot.platform.refusal import refusal
from bot.store.errors import StoreError

log = logging.getLogger("advisor.discord")

NOT_YOURS = "That is not for you to press, or it is from a consultation that was forgotten."
ANSWERED = "That was answered already. Say it in the conversation to change it."
HEARD = "I have that already."
NO_WORDS = "That message has no words and no files that I could read."
UNKNOWN = "I do not know that command. Discord may still show an old one: reload it, and try again."
AT_ONCE = "at-once"
"""Stands for the key of a reply that is in no outbox."""


@dataclass(frozen=True)
class Interactions:
    """Where interactions come in."""

    host: PlatformContext
    accept: Accept
    answers: Answers
    tasks: Tasks

    async def on(self, interaction: discord.Interaction) -> None:
        """Take one; whatever goes wrong is one line in the log."""
        try:
            use = read(interaction)
            match interaction.type:
                case discord.InteractionType.application_command:
                    await self._command(use)
                case discord.InteractionType.autocomplete:
                    await self._complete(use)
                case discord.InteractionType.component:
                    await self._press(use)
                case discord.InteractionType.modal_submit:
                    await self._form(use)
                case _:
                    pass
        except Exception as error:
            log.error("An interaction could not be taken (%s). (Reference %s.)", cause(error), secrets.token_hex(3))

    async def _command(self, use: Use) -> None:
        if use.data.get("name") == commands.MENU:
            await self._menu(use)
            return
        name, given = commands.used(use.data)
        line = commands.line(name, given)
        here = Here("discord", "slash", manages=use.manages and use.guild != ids.DIRECT)
        parts = instant(self.host.knowledge, line, here)
        file = commands.attached(use.data, given)
        fact = commands.fact_of(self.host.knowledge, str(given.get("fact") or "")) if name == "fix" else None
        if parts is not None:
            await self._say(use, parts)
        elif name in commands.PASTES and file is None:
            action, *values = commands.PASTES[name]
            await self._open(use, own_form(use, action, values, self.host.knowledge, self.host.vault))
        elif fact is not None and not str(given.get("value") or "").strip():
            await self._open(use, own_form(use, "fix", (fact,), self.host.knowledge, self.host.vault))
        elif file is not None:
            purpose = "dataset" if name == "dataset" else "samples"
            await self._take(use, Pasted(files=(ref_of(file),), purpose=purpose))
        elif not commands.is_command(line):
            await self.answers.first(use, MESSAGE, plain(UNKNOWN, private=True))
        else:
            await self._take(use, Said(text=line))

    async def _menu(self, use: Use) -> None:
        """Take a message that somebody asks about, and answer where only they see it."""
        message = commands.target(use.data) or {}
        kept: Sequence[Mapping[str, Any]] = [
            each.get("message") or {} for each in message.get("message_snapshots") or ()
        ]
        people: Sequence[Mapping[str, Any]] = message.get("mentions") or ()
        names = {f"<@{each['id']}>": f"@{each.get('global_name') or each['username']}" for each in people}
        texts = [words(str(each.get("content") or ""), (), names) for each in (message, *kept)]
        files = [ref_of(file) for each in (message, *kept) for file in each.get("attachments") or ()]
        said = Said(text=pointed_at("\n".join(filter(None, texts))), files=tuple(files))
        if said.text.strip() or said.files:
            await self._take(use, said)
        else:
            await self.answers.first(use, MESSAGE, plain(NO_WORDS, private=True))

    async def _complete(self, use: Use) -> None:
        typed = commands.typing(use.data)
        offers = commands.offers(self.host.knowledge, typed[0], typed[2]) if typed else []
        await self.answers.first(use, OFFER, {"choices": offers})

    async def _press(self, use: Use) -> None:
        found = find(use, self.host.vault)
        if found is None:
            await self.answers.first(use, MESSAGE, plain(NOT_YOURS, private=True))
            return
        form = form_of(use, found, self.host.knowledge, self.host.vault)
        if form is not None:
            await self.answers.first(use, FORM, form)
            return
        if not await self.answers.first(use, DEFER_PRESS):
            return
        pressed = press(use, found, self.host.knowledge)
        if await self._store(use, pressed.event, waiting=False) and found.control.action not in STAYS:
            self._settle(use, found, pressed.label)

    async def _form(self, use: Use) -> None:
        """Take a form that was sent; what is wrong with it is said, since Discord shows nothing in the form itself."""
        found = find(use, self.host.vault)
        event = (sent(use, found) if found is not None else None) or NOT_YOURS
        if found is None or not isinstance(event, Event):
            await self.answers.first(use, MESSAGE, plain(str(event), private=True))
            return
        waiting = use.message is None
        defer = (DEFER, {"flags": 0 if use.direct else EPHEMERAL}) if waiting else (DEFER_PRESS, None)
        if not await self.answers.first(use, *defer) or not await self._store(use, event, waiting=waiting):
            return
        if isinstance(event.body, Said):
            if not event.private:
                self.tasks.start(self._quote(use, event.body.text), "Showing what somebody wrote")
        elif not waiting:
            self._settle(use, found, given(self.host.knowledge, event.body))

    async def _take(self, use: Use, body: Body) -> None:
        """Take what a command says into the conversation of this person alone."""
        flags = 0 if use.direct else EPHEMERAL
        if await self.answers.first(use, DEFER, {"flags": flags}):
            await self._store(use, inbound(use, use.own, body, waiting=True), waiting=True)

    async def _store(self, use: Use, event: Event, *, waiting: bool) -> bool:
        """Store an event that was acknowledged; where it cannot be, say so."""
        try:
            stored = await self.accept(event, comes_once=True)
        except StoreError as error:
            log.warning("An interaction could not be stored, and the person was told so: %s", error)
            await self.answers.tell(use, refusal(error, event), waiting=waiting)
            return False
        if not stored:
            await self.answers.tell(use, HEARD if waiting else ANSWERED, waiting=waiting)
        return stored

    async def _open(self, use: Use, form: Mapping[str, Any] | None) -> None:
        if form is None:
            await self.answers.first(use, MESSAGE, plain(UNKNOWN, private=True))
        else:
            await self.answers.first(use, FORM, form)

    async def _say(self, use: Use, parts: Sequence[Part]) -> None:
        """Answer with what needs neither store nor model."""
        looks = face(self.host, use.own, AT_ONCE, None if use.direct else use.user)
        private = not use.direct
        bodies = [rendered(each, private=private) for each in messages(parts, looks) if isinstance(each, Message)]
        if await self.answers.first(use, MESSAGE, bodies[0]):
            for body in bodies[1:]:
                await self.answers.more(use, body)

    async def _quote(self, use: Use, said: str) -> None:
        """Show in a thread what somebody wrote into a form."""
        body = {"content": quoted(use.name, said), "allowed_mentions": QUIET}
        await self.answers.more(use, body)

    def _settle(self, use: Use, found: Found, label: str) -> None:
        """Show in the message who chose what, in the place of what was pressed."""
        line = chosen_line(use.name, label)
        components = settled(use.components, found.control.nonce, line)
        if components:
            self.tasks.start(self._left(use, found.conversation, components), "Showing what was chosen")

    async def _left(self, use: Use, conversation: str, components: list[Json]) -> None:
        """Show what a press leaves of a message; nothing to press of what was live, where it is that no more."""
        channel, message = use.channel, use.message or ""

        async def show(shown: Shown) -> None:
            body = {**CLEARED, "components": shown.body, "flags": COMPONENTS_V2, "allowed_mentions": QUIET}
            await self.answers.fill(use, body)

        memory = Memory(self.host.store, conversation)
        await memory.leave(Shown(channel, message, components), Shown(channel, message, ended(components)), show)
