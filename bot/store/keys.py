"""Names of everything in the store.

A key reads `advisor:{p07}:case:slack:T1:C1:171.2`. The tag in braces is one of 64, chosen by the conversation, so that
all that one script touches lies in one slot of a Redis Cluster. What follows the kind is the id as it is: an id may
hold any characters, since the first pair of braces is always ours.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from zlib import crc32

PARTITIONS = 64
GROUP = "workers"
SHARED = {
    "sequence": "string",
    "ready": "stream",
    "due": "zset",
    "tries": "hash",
    "failures": "hash",
    "letters": "zset",
}
"""The kinds of a partition's keys, and what Redis says they are."""
DIRECT = "@me"
"""What Discord's direct messages have in place of a workspace."""


def partition(name: str) -> int:
    """Return the partition of a conversation or person, 0 to 63; it never changes."""
    return crc32(name.encode()) % PARTITIONS


def key(number: int, kind: str, name: str = "") -> str:
    """Return the key of this kind in a partition."""
    return f"advisor:{{p{number:02}}}:{kind}:{name}" if name else f"advisor:{{p{number:02}}}:{kind}"


@dataclass(frozen=True, slots=True)
class Partition:
    """The keys that the conversations of one partition share."""

    sequence: str
    """The last version or fence: microseconds, and always more than before. So none comes twice, not even where the
    server lost its last writes."""
    ready: str
    """Stream of conversations that have something to do."""
    due: str
    """Sorted set of conversations that wait for a time (milliseconds), then become ready."""
    tries: str
    """Hash of how often a conversation was taken and neither committed nor let go: but for the last one, the process
    ended each time."""
    failures: str
    """Hash of how often a turn of a conversation failed since its last commit."""
    letters: str
    """Sorted set of conversations that have dead letters, by the time of the last one."""


@dataclass(frozen=True, slots=True)
class Conversation(Partition):
    """All keys of one conversation."""

    case: str
    """Hash: `v` version, `d` data, `t` token of the last commit, `l` 1 where it listens to what is not said to us, `p`
    who spoke to us and `h` whose words are held, a line each, `a` 1 where it matters that others speak as well."""
    inbox: str
    outbox: str
    lock: str
    calls: str
    """List of finished model calls of a running trial."""
    dead: str
    """List of what could not be delivered or worked on."""
    notes: str
    """Hash of what its platform has to remember between two deliveries."""
    trial: str
    """Hash of what a running trial is told."""
    forgotten: str
    """Hash of times: before which nothing is read again, by person, and for all under an empty name."""


@lru_cache(maxsize=PARTITIONS)
def of_partition(number: int) -> Partition:
    """Return the shared keys of a partition."""
    return Partition(**_shared(number))


@lru_cache(maxsize=1024)
def of_conversation(conversation: str) -> Conversation:
    """Return the keys of a conversation."""
    number = partition(conversation)
    kinds = ("case", "inbox", "outbox", "lock", "calls", "dead", "notes", "trial", "forgotten")
    own = {kind: key(number, kind, conversation) for kind in kinds}
    return Conversation(**_shared(number), **own)


def of_person(person: str) -> str:
    """Return the key of the set of conversations that a person took part in."""
    return key(partition(person), "person", person)


def of_holder(holder: str) -> list[str]:
    """Return the keys of what a person or workspace (`platform:workspace`) holds, all in one partition.

    The set of their conversations; a hash of the bytes of those that count for them, with the sum under an empty name;
    two sorted sets of these by the time of their last turn (ms): whole ones, and those whose oldest material went.
    """
    number = partition(holder)
    return [of_person(holder), *(key(number, kind, holder) for kind in ("sizes", "full", "light"))]


def workspace_of(person: str) -> str | None:
    """Return the workspace (`platform:workspace`) whose people share what they may use with a person.

    None in direct messages of Discord: their people are strangers to each other.
    """
    workspace = person.rpartition(":")[0]
    return workspace if workspace and not workspace.endswith(f":{DIRECT}") else None


def of_organisation(organisation: str) -> str:
    """Return the key of the set of an organisation's workspaces."""
    return key(partition(organisation), "organisation", organisation)


def mark(person: str) -> str:
    """Return what stands for a person whose words are forgotten, so that their name is not kept; nothing for all."""
    return sha256(person.encode()).hexdigest()[:32] if person else ""


@lru_cache(maxsize=PARTITIONS)
def _shared(number: int) -> dict[str, str]:
    return {kind: key(number, kind) for kind in SHARED}
