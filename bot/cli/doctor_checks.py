"""The checks of `advisor doctor`: is everything in place, and what does it cost if not."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.model.address import is_loopback
from bot.model.errors import ModelError
from bot.model.select import choose, open_model
from bot.model.tracing import lacking as lacking_for_traces
from bot.platform.port import Check
from bot.reading import may_read
from bot.settings import Settings
from bot.store import keys
from bot.store.connection import Connection
from bot.store.dead_letters import dead_letters, misused
from bot.store.errors import StoreError
from bot.store.outbox import DeadLetter
from knowledge.load import load
from knowledge.prices import load_prices
from knowledge.schema import KnowledgeError

STALE_DAYS = 90


LETTERS_SHOWN = 10


HOW_TO_CLEAR = "mend the cause, then clear them: advisor doctor --clear-letters"


async def examine(settings: Settings, *, no_model: bool) -> list[Check]:
    """Look at everything; nothing raises, a fault is a check that fails."""
    traces = [Check("traces", False, fault)] if settings.traces and (fault := lacking_for_traces()) else []
    return [*_rules(settings), *await _store(settings), *await _model(settings, no_model=no_model), *traces]


async def clear_letters(settings: Settings) -> int:
    """Remove the dead letters that are there now, and return how many; StoreError if the store cannot be reached."""
    from bot.store.consultations import open_store

    async with open_store(settings) as store:
        cleared = 0
        for conversation in {letter.conversation for letter in await dead_letters(store.connection)}:
            cleared += await _clear(store.connection, conversation)
        return cleared


async def _clear(connection: Connection, conversation: str) -> int:
    held = keys.of_conversation(conversation)
    seen = int(await connection.call("LLEN", held.dead))
    # Only what was seen: another may come at this moment.
    await connection.call("LTRIM", held.dead, seen, -1)
    if not await connection.call("EXISTS", held.dead):
        await connection.call("ZREM", held.letters, conversation)
    return seen


def _rules(settings: Settings) -> list[Check]:
    try:
        knowledge = load(settings.knowledge)
        load_prices(settings.knowledge)
    except KnowledgeError as error:
        return [Check("rules", False, fault) for fault in error.faults]
    house = f", with {settings.knowledge} laid over them" if settings.knowledge else ""
    checks = [Check("rules", True, f"{len(knowledge.rules)} rules with {len(knowledge.clauses)} clauses{house}")]
    today = datetime.now(UTC).date()
    old = [s.id for s in knowledge.sources.values() if (today - s.checked).days > STALE_DAYS]
    if old:
        checks.append(Check("rules", None, f"{len(old)} sources were checked more than {STALE_DAYS} days ago"))
    return checks


async def _store(settings: Settings) -> list[Check]:
    from bot.store.consultations import open_store

    try:
        began = time.perf_counter()
        async with open_store(settings) as store:
            await store.connection.call("PING")
            took = (time.perf_counter() - began) * 1000
            kind = "given by REDIS_URL" if settings.redis_url else "embedded"
            answers = Check("store", True, f"{kind}, at {store.connection.where}, answered in {took:.0f} ms")
            wrong = [
                Check("store", False, f"something else lies under {key}; its conversations wait until it is removed")
                for key in await misused(store.connection)
            ]
            trusted = await _trusted(settings, store.connection)
            return [answers, *trusted, *wrong, *_letters(await dead_letters(store.connection))]
    except StoreError as error:
        return [Check("store", False, f"{error} Without a store no consultation is kept.")]


async def _trusted(settings: Settings, connection: Connection) -> list[Check]:
    """Tell what a store that others can reach lacks."""
    if settings.redis_url is None:
        return []
    lacks = lacking(settings.redis_url.get_secret_value())
    with suppress(StoreError):
        if await connection.call("ACL", "WHOAMI") == "default":
            lacks.append("it is used as its default user, who may do all: give it one of its own (docs/security.md)")
    lacks.append("what is forgotten leaves its files only when it writes them anew (docs/privacy.md)")
    return [Check("store", None, each) for each in lacks]


def lacking(address: str) -> list[str]:
    """Return what a store's address has not: who writes to the store decides what is said, and to whom."""
    url = urlsplit(address)
    login, _, hosts = url.netloc.rpartition("@")
    if url.scheme == "unix" or all(is_loopback(f"redis://{host}") for host in hosts.split(",")):
        return []
    lacks: list[str] = []
    if not url.scheme.startswith("rediss"):
        lacks.append("it has no TLS, so words cross the network as they are: rediss:// unless that network is private")
    if ":" not in login:
        lacks.append("it has no password: whoever reaches it reads and changes everything")
    return lacks


def _letters(letters: list[DeadLetter]) -> list[Check]:
    """Tell what could not be delivered or worked on, the newest first; never what was in it."""
    if not letters:
        return []
    newest = sorted(letters, key=lambda letter: letter.at, reverse=True)
    checks = [
        Check("letter", None, f"{letter.at:%Y-%m-%d %H:%M} UTC, {letter.conversation}: {letter.reason}")
        for letter in newest[:LETTERS_SHOWN]
    ]
    count = f"{len(letters)} dead letter{'s' if len(letters) > 1 else ''}"
    more = f", the newest {LETTERS_SHOWN} above" if len(letters) > LETTERS_SHOWN else ""
    return [*checks, Check("letter", None, f"{count}{more}: {HOW_TO_CLEAR}")]


_TRIED = (
    {"role": "system", "content": "You sort words."},
    {"role": "user", "content": "cold"},
    {"role": "assistant", "content": '{"word": "cold"}'},
    {"role": "user", "content": "warm"},
)
"""Instructions, an example and a question, as a trial sends them."""
_FORM = {
    "type": "object",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "additionalProperties": False,
}
_ROOM, _SHORT = 4096, 64
"""Tokens that a trial allows an answer, and those that a small model on this machine writes in a moment."""


async def _model(settings: Settings, *, no_model: bool) -> list[Check]:
    chosen = choose(settings, no_model=no_model, local=True)
    if chosen.kind == "none":
        # Where nobody named a model, `consult` and `serve` go without one and need none.
        return [Check("model", None, f"{chosen.announcement.removesuffix('.')}. Samples cannot be run.")]
    wrong = [Check("model", None, chosen.fault)] if chosen.fault and chosen.kind == "named" else []
    try:
        model = await open_model(chosen)
        try:
            # What was kept may be of a server that has changed since.
            model.unlearn()
            room = _ROOM if chosen.kind == "named" else _SHORT
            done = await model.complete(_TRIED, max_tokens=room, temperature=0, schema=_FORM, retries=0, limit=60)
        finally:
            await model.aclose()
    except ModelError as error:
        if error.kind != "truncated":
            return [*wrong, Check("model", False, f"{error.sentence} Without it samples cannot be run.")]
        return [*wrong, Check("model", None, f"{error.sentence} It answers all the same.")]
    checks = [*wrong, Check("model", True, f"{model.name} at {model.where} answered in {done.seconds:.1f} s")]
    if special := model.manners.said():
        checks.append(Check("model", None, f"it is asked in its own way: {special}"))
    if not may_read(model.name, model.demonstration):
        checks.append(Check("model", None, "it runs samples; messages are read by patterns and choices"))
    return checks
