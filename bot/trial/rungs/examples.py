"""Which of the other pairs stand as examples in a prompt."""

from collections.abc import Sequence
from itertools import zip_longest

from bot.consultation.model import Pair
from bot.trial.scorers.normalise import even
from bot.trial.task import Task

MOST_EXAMPLES = 10


def examples(task: Task, item: int) -> list[Pair]:
    """Return the examples for one item, in the order of the file; an item never sees its own answer.

    Up to ten others all stand there. Of more, the one of each output that is most like the item comes first, then the
    most similar of the rest. A pair with the same input is left out too: it would give the answer away.
    """
    own = even(task.pairs[item].input)
    others = [pair for pair in task.pairs if even(pair.input) != own]
    ranked = _similar(own, others) if len(others) > MOST_EXAMPLES else others
    chosen: list[Pair] = []
    room = task.room
    for pair in _spread(ranked):
        length = len(pair.input) + len(pair.output)
        if len(chosen) < MOST_EXAMPLES and length <= room:
            chosen.append(pair)
            room -= length
    return [pair for pair in others if pair in chosen]


def _similar(own: str, pairs: Sequence[Pair]) -> list[Pair]:
    """Order pairs by how alike their inputs are to this one, the most alike first."""
    from rapidfuzz import fuzz

    alike = {pair.input: fuzz.token_set_ratio(own, even(pair.input)) for pair in pairs}
    return sorted(pairs, key=lambda pair: -alike[pair.input])


def _spread(pairs: Sequence[Pair]) -> list[Pair]:
    """Order pairs so that the first of each output come before all others, where outputs come back like labels."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(even(pair.output), []).append(pair)
    if len(pairs) <= MOST_EXAMPLES:
        return [pair for row in zip_longest(*groups.values()) for pair in row if pair]
    if len(groups) > MOST_EXAMPLES:
        return list(pairs)
    first = [group[0] for group in groups.values()]
    return [*first, *(pair for pair in pairs if pair not in first)]
