"""A trial beside an earlier one of the same items: is the finetune still needed? Pure functions."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from bot.consultation.base import Plain
from bot.consultation.trial_results import TrialResult
from bot.trial.statistics import holm, mcnemar
from bot.trial.task import Item, Task

SIGNIFICANT = 0.05


class Kept(Plain):
    """A finished trial as it is kept for a later one; `keys` name its items without holding them."""

    keys: tuple[str, ...]
    result: TrialResult


class Beside(Plain):
    """One rung now beside one of the earlier trial, on the items that both were graded on."""

    now: str
    then: str
    items: int
    gained: int
    lost: int
    p: float
    """Exact McNemar, corrected for the number of comparisons (Holm)."""

    @property
    def differs(self) -> bool:
        """True where chance alone is an unlikely reason."""
        return self.p < SIGNIFICANT


class Comparison(Plain):
    """What has changed since the earlier trial; the first row is the best rung of each."""

    then: TrialResult
    now: TrialResult
    shared: int
    """Items that are in both."""
    rows: tuple[Beside, ...]


class KeptFault(Exception):
    """Say in one sentence why an earlier trial cannot be read."""


def keys_of(task: Task) -> tuple[str, ...]:
    """Name each item, so that a later trial finds the same ones again."""
    return tuple(hashlib.sha256(json.dumps(_parts(item)).encode()).hexdigest()[:16] for item in task.items)


def _parts(item: Item) -> list[object]:
    # Items without turns keep the names under which earlier trials know them.
    return [item.input, item.wanted, *([[turn.model_dump() for turn in item.before]] if item.before else [])]


def kept(task: Task, result: TrialResult) -> Kept:
    """Return a trial in the form of the file that a later one is compared with."""
    return Kept(keys=keys_of(task), result=result)


def read_kept(path: Path) -> Kept:
    """Return a trial that was kept. Raises KeptFault."""
    try:
        text = path.read_text(encoding="utf-8")
        return Kept.model_validate_json(text)
    except FileNotFoundError:
        raise KeptFault(f"There is no file {path}.") from None
    except OSError as error:
        raise KeptFault(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, ValidationError):
        raise KeptFault(
            f"{path.name} is no trial that was kept: keep one with --keep FOLDER and give its trial.json."
        ) from None


def compare(then: TrialResult, now: TrialResult, pairs: Sequence[tuple[int, int]] | None = None) -> Comparison:
    """Compare two trials item by item: the best rungs, and every rung with itself.

    `pairs` are the places of the same items, then and now. Without it the items are the same where there are as many;
    other samples cannot be compared.
    """
    if pairs is None:
        sizes = {len(items) for trial in (then, now) for items in trial.items.values()}
        pairs = [(place, place) for place in range(sizes.pop())] if len(sizes) == 1 else []
    names = [(now.best, then.best)] if now.best and then.best else []
    names += [(rung.name, rung.name) for rung in now.rungs if rung.name in then.items]
    counted: list[tuple[str, str, int, int, int]] = []
    for here, there in dict.fromkeys(names):
        both = [
            (passed, before)
            for old, new in pairs
            if (passed := now.items[here][new]) is not None and (before := then.items[there][old]) is not None
        ]
        gained, lost = sum(a and not b for a, b in both), sum(b and not a for a, b in both)
        if both:
            counted.append((here, there, len(both), gained, lost))
    corrected = holm([mcnemar(gained, lost) for *_, gained, lost in counted])
    rows = tuple(
        Beside(now=here, then=there, items=items, gained=gained, lost=lost, p=p)
        for (here, there, items, gained, lost), p in zip(counted, corrected, strict=True)
    )
    return Comparison(then=then, now=now, shared=len(pairs), rows=rows)


def compare_kept(then: Kept, now: Kept) -> Comparison:
    """Compare two kept trials on the items that both have, wherever these stand in their files."""
    places = {key: place for place, key in enumerate(now.keys)}
    pairs = [(old, places[key]) for old, key in enumerate(then.keys) if key in places]
    return compare(then.result, now.result, pairs)
