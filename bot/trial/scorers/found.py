"""Scorers that look for something in an answer."""

import re
from collections.abc import Sequence
from typing import ClassVar, Self

import regex
from pydantic import Field, field_validator

from bot.trial.scorers.base import Scorer
from bot.trial.scorers.normalise import even

LONGEST_SEARCH = 0.2
"""Seconds after which a pattern counts as not found: some would be searched for until the end of days."""
MOST_REPEATED = 10_000
"""Places of a pattern whose repetitions are written out: `(a{65535}){65535}` takes gigabytes before any search."""
_TOKEN = re.compile(
    r"""\\. | \[\^?\]?(?:\\.|[^\]\\])*\] | (?P<open>\() | (?P<close>\))
    | \{(?:(?P<least>\d+)(?:,(?P<most>\d*))?|,(?P<upto>\d+))\} | .""",
    re.DOTALL | re.VERBOSE,
)


class Contains(Scorer):
    """The wanted text stands somewhere in the answer, or all of the given ones."""

    label: ClassVar[str] = "Contains the wanted text"
    place: ClassVar[int] = 6
    also: ClassVar[tuple[str, ...]] = ("contain",)
    option: ClassVar[str] = "texts"
    name: str = "contains"
    texts: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"contains {_listed(self.texts)}" if self.texts else "contains the wanted text"

    def normal(self, text: str) -> str:
        return even(text)

    def score(self, wanted: str, got: str) -> bool | None:
        return all(self.normal(text) in self.normal(got) for text in self.texts or (wanted,))

    def code(self) -> str | None:
        return "return all(even(text) in even(got) for text in TEXTS or [wanted])"

    def constants(self) -> dict[str, object]:
        return {"TEXTS": list(self.texts)}


class NotContains(Scorer):
    """None of the given texts stands anywhere in the answer."""

    place: ClassVar[int] = 7
    also: ClassVar[tuple[str, ...]] = ("not_contain",)
    option: ClassVar[str] = "texts"
    name: str = "not_contains"
    texts: tuple[str, ...] = Field(min_length=1)

    @property
    def said(self) -> str:
        return f"does not contain {_listed(self.texts)}"

    def normal(self, text: str) -> str:
        return even(text)

    def score(self, wanted: str, got: str) -> bool | None:
        return not any(self.normal(text) in self.normal(got) for text in self.texts)

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return False  # what is forbidden has to be written down, which takes a file

    @classmethod
    def from_pairs(cls, outputs: Sequence[str]) -> Self:
        raise ValueError("There is no scorer not_contains that the samples alone can set up.")

    def code(self) -> str | None:
        return "return not any(even(text) in even(got) for text in TEXTS)"

    def constants(self) -> dict[str, object]:
        return {"TEXTS": list(self.texts)}


class Regex(Scorer):
    """A pattern is found in the answer: the given one, or the wanted output as one."""

    place: ClassVar[int] = 8
    option: ClassVar[str] = "pattern"
    name: str = "regex"
    pattern: str | None = Field(default=None, max_length=500)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if fault := broken(pattern or ""):
            raise ValueError(f"this is no pattern that can be searched for: {fault}")
        return pattern

    @property
    def said(self) -> str:
        return f"matches {self.pattern}" if self.pattern else "matches the wanted output as a pattern"

    def normal(self, text: str) -> str:
        return text.strip()

    def score(self, wanted: str, got: str) -> bool | None:
        try:
            return regex.search(self.pattern or wanted, got, timeout=LONGEST_SEARCH) is not None
        except TimeoutError:
            return False

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return False  # a pattern has to be written down, which takes a file

    def code(self) -> str | None:
        return "return re.search(PATTERN or wanted, got) is not None"

    def constants(self) -> dict[str, object]:
        return {"PATTERN": self.pattern}


def broken(pattern: str) -> str | None:
    """Return what is wrong with a pattern, None where it can be searched for."""
    if _written_out(pattern) > MOST_REPEATED:
        return f"its repetitions come to more than {MOST_REPEATED:,} places"
    try:
        re.compile(pattern)  # which exported code searches with
        regex.compile(pattern)
    except (re.error, regex.error) as error:
        return str(error)
    except (RecursionError, OverflowError):
        return "it is nested too deeply, or repeats too often"
    return None


def _written_out(pattern: str) -> int:
    """Return how many places a pattern has once its counted repetitions are written out, as a compiler does."""
    sums, last = [0], 0
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            sums.append(last := 0)
        elif token["close"]:
            last = max(1, sums.pop()) if len(sums) > 1 else 0
            sums[-1] += last
        elif times := token["most"] or token["upto"] or token["least"]:
            many = last * int(times.lstrip("0")[:9] or 0)
            sums[-1] += many - last
            last = many
        else:
            last = 1
            sums[-1] += 1
        if sums[-1] > MOST_REPEATED:
            break
    return sums[-1]


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)
