"""Whether an answer is the wanted one: one small class for each way of telling."""

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from bot.consultation import Pair, Plain
from bot.model.loose import as_list, as_object

_FENCE = re.compile(r"\A```[\w+-]*\s*\n(.*?)\n?```\Z", re.DOTALL)
_NUMBER = re.compile(r"(?P<sign>[-+−]?)\s*[$€£¥]?\s*(?P<digits>\d[\d,' \u00a0\u202f]*\.?\d*|\.\d+)\s*(?:%|[$€£¥])?")
_QUOTES = "\"'`*_“”‘’«»"
_STOPS = ".,;:!?。"
_FAMILIES = (
    frozenset({"yes", "no"}),
    frozenset({"true", "false"}),
    frozenset({"positive", "negative", "neutral", "mixed"}),
    frozenset({"high", "medium", "low"}),
    frozenset({"spam", "ham", "not spam"}),
    frozenset({"pass", "fail"}),
)
LABEL_WORDS, LABEL_LENGTH, SHORT_WORDS, SHORT_LENGTH = 4, 40, 6, 60


class Exact(Plain):
    """The answer is the wanted one, character for character."""

    name: Literal["exact"] = "exact"

    @property
    def said(self) -> str:
        return "exact, character for character"

    def normal(self, text: str) -> str:
        return text

    def score(self, wanted: str, got: str) -> bool | None:
        return wanted == got


class Text(Plain):
    """The answer is the wanted one but for case, spaces, quotes, a code fence and the last full stop."""

    name: Literal["text"] = "text"

    @property
    def said(self) -> str:
        return "text, whatever its case, spaces and last full stop"

    def normal(self, text: str) -> str:
        return " ".join(bare(text).casefold().split())

    def score(self, wanted: str, got: str) -> bool | None:
        return self.normal(wanted) == self.normal(got)


class Label(Plain):
    """The answer is the label and nothing else: a program has to read it, so form counts."""

    name: Literal["label"] = "label"
    labels: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"label, one of {', '.join(self.labels)}" if self.labels else "label, alone"

    def normal(self, text: str) -> str:
        return " ".join(bare(text).casefold().split())

    def score(self, wanted: str, got: str) -> bool | None:
        return self.normal(wanted) == self.normal(got)


class Number(Plain):
    """The answer is a number alone, near enough to the wanted one."""

    name: Literal["number"] = "number"
    tolerance: float = Field(default=0.0, ge=0)

    @property
    def said(self) -> str:
        return f"number, within {self.tolerance:g}" if self.tolerance else "number, exactly"

    def normal(self, text: str) -> str:
        value = number(text)
        return bare(text) if value is None else f"{value:g}"

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = number(wanted), number(got)
        # A hair of room, since 0.1 + 0.2 is not 0.3.
        return want is not None and have is not None and abs(want - have) <= self.tolerance + 1e-9 * abs(want)


class Json(Plain):
    """The answer is one JSON value whose every field is the wanted one, with no field more."""

    name: Literal["json"] = "json"

    @property
    def said(self) -> str:
        return "JSON, field by field"

    def normal(self, text: str) -> str:
        value = _json(text)
        return bare(text) if value is _BROKEN else json.dumps(value, sort_keys=True, ensure_ascii=False)

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = _json(wanted), _json(got)
        return have is not _BROKEN and _same(want, have)


class Contains(Plain):
    """The wanted text stands somewhere in the answer."""

    name: Literal["contains"] = "contains"

    @property
    def said(self) -> str:
        return "contains the wanted text"

    def normal(self, text: str) -> str:
        return " ".join(text.casefold().split())

    def score(self, wanted: str, got: str) -> bool | None:
        return self.normal(wanted) in self.normal(got)


class Regex(Plain):
    """A pattern is found in the answer: the given one, or the wanted output as one."""

    name: Literal["regex"] = "regex"
    pattern: str | None = Field(default=None, max_length=500)

    @property
    def said(self) -> str:
        return f"matches {self.pattern}" if self.pattern else "matches the wanted output as a pattern"

    def normal(self, text: str) -> str:
        return text.strip()

    def score(self, wanted: str, got: str) -> bool | None:
        return re.search(self.pattern or wanted, got) is not None


class Human(Plain):
    """A person says which answers they would have sent."""

    name: Literal["human"] = "human"

    @property
    def said(self) -> str:
        return "by you: would you have sent it?"

    def normal(self, text: str) -> str:
        return " ".join(bare(text).casefold().split())

    def score(self, wanted: str, got: str) -> bool | None:
        return None


Scorer = Annotated[Exact | Text | Label | Number | Json | Contains | Regex | Human, Field(discriminator="name")]
NAMES = ("exact", "text", "label", "number", "json", "contains", "regex", "human")


def infer(pairs: Sequence[Pair]) -> Scorer:
    """Choose the scorer that the wanted outputs call for; a person where free text has no single right answer."""
    outputs = [pair.output.strip() for pair in pairs]
    if not outputs:
        return Human()
    if all(isinstance(_json(text), dict | list) for text in outputs):
        return Json()
    if all(number(text) is not None for text in outputs):
        return Number(tolerance=_half_a_digit(outputs))
    if labels := labels_of(outputs):
        return Label(labels=labels)
    short = all(len(text) <= SHORT_LENGTH and len(text.split()) <= SHORT_WORDS and "\n" not in text for text in outputs)
    return Text() if short else Human()


def labels_of(outputs: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of a closed list in sorted order, () where the outputs look like no closed list.

    Short answers of which none comes back are a list only where their words are known to be one.
    """
    clean = Counter(bare(text).casefold() for text in outputs)
    if any(len(text) > LABEL_LENGTH or len(text.split()) > LABEL_WORDS or "\n" in text for text in outputs):
        return ()
    closed = any(set(clean) <= family for family in _FAMILIES)
    if not closed and (len(clean) > max(2, len(outputs) * 0.75) or max(clean.values()) < 2):
        return ()
    first = {bare(text).casefold(): bare(text) for text in reversed(outputs)}
    return tuple(first[key] for key in sorted(first))


def bare(text: str) -> str:
    """Return an answer without its code fence, quotes, emphasis and last full stop."""
    text = text.strip()
    if match := _FENCE.match(text):
        text = match[1].strip()
    return text.strip(_QUOTES).rstrip(_STOPS).strip(_QUOTES).strip()


def number(text: str) -> float | None:
    """Return the number that a text consists of, with its currency or per cent sign if any; None for anything more."""
    match = _NUMBER.fullmatch(bare(text))
    if not match:
        return None
    digits = re.sub(r"[,' \u00a0\u202f]", "", match["digits"])
    value = float(digits)
    return -value if match["sign"] in ("-", "−") and match["sign"] else value


def _half_a_digit(outputs: Sequence[str]) -> float:
    decimals = max(
        (len(bare(text).rpartition(".")[2].rstrip("%€$£¥ ")) if "." in bare(text) else 0) for text in outputs
    )
    return 0.5 * 10**-decimals if decimals else 0.0


_BROKEN = object()


def _json(text: str) -> object:
    match = _FENCE.match(text.strip())
    try:
        return json.loads(match[1] if match else text)
    except ValueError:
        return _BROKEN


def _same(wanted: object, got: object) -> bool:
    if isinstance(wanted, dict) and isinstance(got, dict):
        want, have = _filled(as_object(cast(object, wanted))), _filled(as_object(cast(object, got)))
        return want.keys() == have.keys() and all(_same(value, have[key]) for key, value in want.items())
    if isinstance(wanted, list) and isinstance(got, list):
        want, have = as_list(cast(object, wanted)), as_list(cast(object, got))
        return len(want) == len(have) and all(_same(a, b) for a, b in zip(want, have, strict=True))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        return math.isclose(wanted, got, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(wanted, str) and isinstance(got, str):
        return " ".join(wanted.casefold().split()) == " ".join(got.casefold().split())
    return wanted == got


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that hold something: null and absent are the same answer."""
    return {key: held for key, held in value.items() if held is not None}
