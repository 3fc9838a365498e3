"""What people say, from the questions and intents: one matcher a knowledge, made when it is first needed."""

from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from knowledge.load import Knowledge
from knowledge.matcher import Matcher, words
from knowledge.schema import Value

PEOPLE = "people"
"""Talk to somebody else: the intent `other`, and no word of it is ours."""


COMMANDS = frozenset({"verdict", "skip", "restart", "stop", "status", "forget", "why", "help"})
NEGATIONS = frozenset(
    ["no", "not", "never", "none", "nothing", "nobody", "neither", "nor", "without", "hardly", "zero"]
)


class Meaning(NamedTuple):
    """What a phrasing says: a value of a fact, or an intent where `value` is empty."""

    name: str
    value: Value | None = None


def phrasings(knowledge: Knowledge) -> Iterator[tuple[Meaning, str]]:
    """Return every phrasing with its meaning; the label of an option is one too."""
    for name, ask in knowledge.asks.items():
        fact = knowledge.facts[name]
        for value, label in ask.options.items():
            meant = Meaning(name, value == "true" if fact.type == "bool" else value)
            # "Yes" and "No" alone mean whatever was asked.
            yield from (
                (meant, said) for said in (*ask.says.get(value, ()), label) if said.lower() not in ("yes", "no")
            )
    for intent in type(knowledge.intents).model_fields:
        yield from ((Meaning(intent), said) for said in getattr(knowledge.intents, intent))


def matcher(knowledge: Knowledge) -> Matcher[Meaning]:
    """Return the index of a knowledge's phrasings; who asks while it is being made waits for it."""
    with _MAKING:
        return _matcher(knowledge)


_MAKING = Lock()


@lru_cache(maxsize=4)
def _matcher(knowledge: Knowledge) -> Matcher[Meaning]:
    return Matcher(phrasings(knowledge))


NEAR = 0.8
"""At least this near to a phrasing of another option, one cannot tell the two apart."""


@lru_cache(maxsize=2)
def doubtful(knowledge: Knowledge) -> tuple[str, ...]:
    """Return a line for each phrasing that stands near two options of one fact, or near a command and an option."""
    index = matcher(knowledge)
    lines: list[str] = []
    seen: set[frozenset[str]] = set()
    for meaning, said in phrasings(knowledge):
        if meaning.value is None:
            continue
        for near in index.near(said):
            if near.score < NEAR:
                break
            pair = frozenset((said, near.phrasing))
            rival = near.label.name == meaning.name or near.label.name in COMMANDS
            if near.label == meaning or not rival or pair in seen or denies(said) != denies(near.phrasing):
                continue
            seen.add(pair)
            lines.append(f'{_named(meaning)} says "{said}", which stands near {_named(near.label)}: "{near.phrasing}"')
    return tuple(lines)


def denies(text: str) -> bool:
    """Tell whether a text has a negation in it."""
    return not NEGATIONS.isdisjoint(words(text))


def _named(meaning: Meaning) -> str:
    return meaning.name if meaning.value is None else f"{meaning.name} {str(meaning.value).lower()}"
