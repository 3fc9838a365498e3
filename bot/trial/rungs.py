"""The ladder: each rung is one way to ask the same model for the same answer."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Protocol

from bot.consultation import Pair
from bot.trial.instruction import instruction, marked, plain_question
from bot.trial.task import PLACE, Task

MOST_EXAMPLES = 10
Messages = list[dict[str, str]]


class Rung(Protocol):
    """One way of asking."""

    @property
    def name(self) -> str: ...

    def applies(self, task: Task) -> str | None:
        """Return None, or why this rung cannot be climbed."""
        ...

    def messages(self, task: Task, item: int) -> Messages:
        """Return what is sent for one item."""
        ...

    def shown(self, task: Task) -> str:
        """Return the prompt as people are shown it."""
        ...


class Bare:
    """The team's prompt word for word, no system message; without one, the plainest question that fits."""

    name = "bare"

    def applies(self, task: Task) -> str | None:
        return None

    def messages(self, task: Task, item: int) -> Messages:
        return [_user(_filled(task.prompt or plain_question(task), task.items[item].input))]

    def shown(self, task: Task) -> str:
        return task.prompt or f"{plain_question(task)} (a plain question of ours, since you gave no prompt)"


class Instructed:
    """A rewritten instruction: what to do in a precise verb, and the exact form of the answer."""

    name = "instructed"

    def applies(self, task: Task) -> str | None:
        return None

    def messages(self, task: Task, item: int) -> Messages:
        # One message: small models heed a system message less.
        return [_user(self.filled(task, task.items[item].input))]

    def shown(self, task: Task) -> str:
        return self.filled(task, PLACE)

    def filled(self, task: Task, text: str) -> str:
        if not task.pairs:
            return instruction(task)
        own_place = task.prompt is not None and PLACE in task.prompt
        parts = [instruction(task), marked(task, text)]
        return "\n\n".join(reversed(parts) if own_place else parts)


class FewShot:
    """The instruction, then other pairs as examples; an item never sees its own answer."""

    name = "few_shot"

    def applies(self, task: Task) -> str | None:
        if len(task.pairs) < 2:
            return "needs at least two pairs, so that one can be the example of the other"
        if not any(_examples(task, item) for item in range(len(task.pairs))):
            return "the pairs are too long to stand as examples in this model's prompt"
        return None

    def messages(self, task: Task, item: int) -> Messages:
        turns: Messages = [_system(instruction(task))]
        for pair in _examples(task, item):
            turns += [_user(marked(task, pair.input)), {"role": "assistant", "content": pair.output}]
        return [*turns, _user(marked(task, task.items[item].input))]

    def shown(self, task: Task) -> str:
        count = max(len(_examples(task, item)) for item in range(len(task.pairs)))
        return f"{instruction(task)}\n\n(up to {count} of your other pairs as examples)\n\n{marked(task, PLACE)}"


RUNGS: tuple[Rung, ...] = (Bare(), Instructed(), FewShot())
BY_NAME = {rung.name: rung for rung in RUNGS}


def climbed(task: Task) -> tuple[list[Rung], list[tuple[str, str]]]:
    """Return the rungs that run, and the others with why they do not. `bare` always runs."""
    run: list[Rung] = []
    skipped: list[tuple[str, str]] = []
    for rung in RUNGS:
        wanted = rung.name in task.rungs or rung.name == "bare"
        why = rung.applies(task) if wanted else "not asked for"
        if why is None:
            run.append(rung)
        else:
            skipped.append((rung.name, why))
    return run, skipped


def _examples(task: Task, item: int) -> list[Pair]:
    """Return the examples for one item: up to ten others, as many labels as can be, in the order of the file.

    A pair with the same input is left out too: it would give the answer away.
    """
    own = _even(task.pairs[item].input)
    others = [pair for pair in task.pairs if _even(pair.input) != own]
    chosen: list[Pair] = []
    room = task.room
    for pair in _spread(others):
        length = len(pair.input) + len(pair.output)
        if len(chosen) < MOST_EXAMPLES and length <= room:
            chosen.append(pair)
            room -= length
    return [pair for pair in others if pair in chosen]


def _spread(pairs: Sequence[Pair]) -> list[Pair]:
    """Order pairs so that the first of each output come first, then the second of each."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(_even(pair.output), []).append(pair)
    return [pair for row in zip_longest(*groups.values()) for pair in row if pair]


def _filled(prompt: str, text: str) -> str:
    if PLACE in prompt:
        return prompt.replace(PLACE, text)
    return f"{prompt}\n\n{text}" if text else prompt


def _even(text: str) -> str:
    return " ".join(text.casefold().split())


def _system(text: str) -> dict[str, str]:
    return {"role": "system", "content": text}


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}
