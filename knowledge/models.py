"""Names of base models: found in a text, brought to one form, and looked up in the dated list. Pure.

The plain form is lower case and joined by hyphens, versions have dots, and vendor, date and region are gone: `GPT 4o`
is gpt-4o, `anthropic.claude-3-5-sonnet-20241022-v2:0` is claude-sonnet-3.5, `meta-llama/Llama-3.1-8B` is llama-3.1-8b.
"""

import re
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from knowledge.schema import ListedModel, ModelAge
from knowledge.yaml_loader import Loader

Age = Literal["old", "current"]
_TIERS = "sonnet|opus|haiku|fable|mythos"
_DATE = re.compile(r"-(?:20\d{6}|20\d\d-\d\d-\d\d|latest|preview)(?=-|$)")
_VERSION = r"(?:\d(?:\.\d{1,2}|-\d(?!\w|\.\d))?|35)(?!\d|\.\d)"
_SIZE = r"(?:\d{1,3}(?:\.\d)?[bm]|\d{1,2}x\d{1,3}b|a\d{1,3}b)(?!\w)"
# Behind a space only what is no word of its own, or hardly one beside a model.
_KIND = (
    rf"mini|nano|micro|turbo|pro|flash|lite|instruct|{_TIERS}|luna|terra|sol|astra|premier|coder|codex|thinking"
    r"|maverick|scout|plus"
)
_JOINED = r"[-_:](?!(?:generated|based|like|powered|style|class|level|era|only|and|or|vs)\b)[a-z0-9]+(?:\.[a-z0-9]+)*"
_TAIL = rf"(?:[- ]?o(?!\w))?(?:[-_ ](?:{_TIERS})[-_ ]{_VERSION}|{_JOINED}|[ _](?:{_KIND})(?!\w)|[ _]{_SIZE})*"
# "We asked Gemma 4 times", "an O1 visa".
_NO_NAME = r"(?! (?:times|days?|weeks?|months?|hours?|minutes?|years?|people|percent|visas?|levels?)\b)"


class Named(NamedTuple):
    """A model's name in a text: where it stands, and its plain form."""

    start: int
    end: int
    name: str


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return the plain form of a model's name."""
    text = re.sub(r"[\u2010-\u2014]", "-", name.strip().lower())
    if text.startswith("ft:"):
        text = text.split(":")[1]
    text = re.sub(r"-v\d+:\d+$", "", text.rpartition("/")[2])
    text = re.sub(r"^(?:[a-z][a-z-]*\.)+(?=[a-z])", "", text)
    text = re.sub(r"[\s_:@]+", "-", text).strip("-.")
    text = re.sub(r"(?<=[a-z]{2})(?=\d)", "-", text)
    text = _DATE.sub("", _DATE.sub("", text))
    text = re.sub(r"(?<=-)(\d)-(\d{1,2})(?=-|$)", r"\1.\2", text)
    text = re.sub(r"(?<=\d)\.0(?=-|$)", "", text)
    text = re.sub(r"^(?:meta-|amazon-|google-|microsoft-|openai-|cohere-|mistralai-|deepseek-ai-|x-?ai-)", "", text)
    text = re.sub(r"^(?=4o(?:-|$)|4\.1-(?:mini|nano))", "gpt-", text)
    text = re.sub(r"^chatgpt-(?=\d)", "gpt-", text)
    text = re.sub(r"^gpt-35(?=-|$)", "gpt-3.5", re.sub(r"^(gpt-\d)-o(?=-|$)", r"\1o", text))
    text = re.sub(r"^deepseek-(?=\d)", "deepseek-v", text)
    text = re.sub(r"^(command-r)(?:\+|-plus)", r"\1-plus", text)
    return _claude(text)


def names(text: str, ages: ModelAge) -> Iterator[Named]:
    """Find the models that a text names, in order."""
    for match in _pattern(ages).finditer(text):
        found = Named(match.start(), match.end(), plain(match.group()))
        # A vendor before its model, as in meta-llama/Llama-3.1-8B, is no second one.
        behind = text[found.end : found.end + 1 + len(found.name)]
        if behind.lower() != f"/{found.name}":
            yield found


def name_pattern(ages: ModelAge, *, bare: bool = False) -> str:
    """Return a regular expression for any name, without regard to case, to stand inside of others.

    `bare` takes in words that are names only where others say so, such as gemma in "tried gemma and mistral".
    """
    versioned = [found for entry in (*ages.old, *ages.current) for p in entry.phrases if (found := _stem(p))]
    stems = sorted({f"{_spaced(stem)}{'' if len(stem) == 1 else '[-_ ]?'}{mark}" for stem, mark in versioned}, key=len)
    any_version = rf"(?:{'|'.join(reversed(stems))}){_VERSION}" if stems else r"(?!)"
    phrases = {p for entry in (*ages.old, *ages.current) for p in entry.phrases} | set(ages.unversioned)
    whole = re.compile(any_version + _TAIL, re.IGNORECASE)
    if bare:
        phrases |= {stem for stem, _ in versioned if len(stem) > 2 and stem.isalpha()}
    others = sorted((p for p in phrases if not whole.fullmatch(p)), key=len, reverse=True)
    return rf"(?<!\w)(?:{'|'.join((any_version, *map(_spaced, others)))}){_TAIL}(?!\w){_NO_NAME}"


def listed(name: str, ages: ModelAge) -> ListedModel | None:
    """Return the entry of the list for a name, however it is written; old ones come first."""
    forms = {plain(name), name.strip().lower()}
    entries = (*ages.old, *ages.current)
    by_phrase = (entry for entry in entries if forms & _plain_phrases(entry))
    by_match = (entry for entry in entries if any(fnmatchcase(form, entry.match) for form in forms))
    return next((entry for found in (by_match, by_phrase) for entry in found), None)


def age_of(name: str, ages: ModelAge) -> Age | None:
    """Say whether a model is old or current, None where the list leaves it open."""
    entry = listed(name, ages)
    if entry is not None:
        return "old" if entry in ages.old else "current"
    placed = _place(plain(name))
    if placed is None:
        return None
    line, version = placed
    old, current = (_versions(entries).get(line, ()) for entries in (ages.old, ages.current))
    if current and version > max((*old, *current)) and max(current) >= max(old, default=0):
        return "current"
    return "old" if old and version < max(old) and version < min(current, default=version + 1) else None


def ends_on(name: str, ages: ModelAge) -> date | None:
    """Return the day on which a model stops or stopped, None where none is known."""
    entry = listed(name, ages)
    return entry.ends if entry else None


def same(one: str, other: str) -> bool:
    """Tell whether two ways of writing mean the same model; a finetune is another model than its base."""
    return one.startswith("ft:") == other.startswith("ft:") and plain(one) == plain(other)


@lru_cache(maxsize=1)
def ours() -> ModelAge:
    """Return our own list, without a house's."""
    text = (Path(__file__).parent / "models.yaml").read_text(encoding="utf-8")
    return ModelAge.model_validate(yaml.load(text, Loader))  # noqa: S506 - a safe one


@lru_cache(maxsize=4)
def _pattern(ages: ModelAge) -> re.Pattern[str]:
    return re.compile(name_pattern(ages), re.IGNORECASE)


@lru_cache(maxsize=512)
def _plain_phrases(entry: ListedModel) -> frozenset[str]:
    return frozenset(map(plain, entry.phrases))


@lru_cache(maxsize=8)
def _versions(entries: tuple[ListedModel, ...]) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {}
    for entry in entries:
        for line, version in filter(None, map(_place, _plain_phrases(entry))):
            found[line] = (*found.get(line, ()), version)
    return found


def _place(name: str) -> tuple[str, float] | None:
    """Return the line of models that a plain name belongs to, and its version."""
    match = re.match(r"([a-z]+(?:-[a-z]+)*?)-?([a-z]?)(\d(?:\.\d{1,2})?)(?=o?(?:-|$))", name)
    if match is None:
        return None
    line = "claude" if match[1].startswith("claude") else match[1]
    return f"{line} {match[2]}".strip(), float(match[3])


def _claude(name: str) -> str:
    """Put tier and version of one vendor's models in one order: both are written first."""
    match = re.match(rf"(?:claude-)?(?:(\d(?:\.\d+)?)-)?({_TIERS})(?:-(\d(?:\.\d+)?))?(?=-|$)(.*)$", name)
    if match is None or (not name.startswith("claude") and not (match[1] or match[3])):
        return name
    version = match[3] or match[1]
    return f"claude-{match[2]}{f'-{version}' if version else ''}{match[4]}"


def _stem(phrase: str) -> tuple[str, str] | None:
    """Split a phrase before its version: the words, and the letter that the version begins with."""
    match = re.match(r"((?:[a-z]+[- ])*[a-z]+?)[- ]?((?<=[- ])[a-z])?(\d\d?(?:\.\d+)?)(?![\dxbm])", phrase)
    return (match[1], match[2] or "") if match else None


def _spaced(phrase: str) -> str:
    """Return a pattern for a phrase with any separator; one that ends in a letter like "a" needs its capitals."""
    words = re.split(r"[- ]", phrase)
    if re.search(r"[- ][a-z]$", phrase) and not any(map(str.isdigit, phrase)):
        return f"(?:{'-'.join(words)}|(?-i:{' '.join(word.capitalize() for word in words)}))"
    return "[-_ ]?".join(map(re.escape, words))
