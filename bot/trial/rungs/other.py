"""The rungs that change one thing about a prompt that is there: its verb, the model it goes to, the facts it has."""

from typing import Any

from bot.trial.rungs.base import Messages, Rung, filled, user
from bot.trial.rungs.plain import Bare, standard
from bot.trial.task import Task

OTHER_MODELS = 5


class VerbSwap(Rung):
    """The team's own prompt with a precise verb in place of a vague one, all else untouched (rule 2)."""

    wave = 1

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = "verb_swap" if number == 1 else f"verb_swap_{number}"

    @property
    def asked(self) -> str:
        return "verb_swap"

    def applies(self, task: Task) -> str | None:
        if not task.prompt:
            return "needs a prompt of yours, whose verb it would change"
        if len(task.swaps) < self.number:
            return "found no vague wording in your prompt that the list of verbs has a better one for"
        return None

    def messages(self, task: Task, item: int) -> Messages:
        return [user(filled(task.swaps[self.number - 1], task.item(item).input))]

    def shown(self, task: Task) -> str:
        return task.swaps[self.number - 1]


class _Built(Rung):
    """A rung that asks as another one does, but for one thing."""

    wave = 1

    def messages(self, task: Task, item: int) -> Messages:
        return standard(task).messages(task, item)

    def shown(self, task: Task) -> str:
        return standard(task).shown(task)

    def schema(self, task: Task) -> dict[str, Any] | None:
        return standard(task).schema(task)

    def answer(self, task: Task, text: str) -> str:
        return standard(task).answer(task, text)


class AnotherModel(_Built):
    """The fullest plain prompt on another model."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = "model" if number == 1 else f"model_{number}"

    @property
    def asked(self) -> str:
        return "model"

    def applies(self, task: Task) -> str | None:
        return None if len(task.models) >= self.number else "needs a second model; none was named"

    def model(self, task: Task) -> str | None:
        return task.models[self.number - 1]


class Tuned(Bare):
    """The team's finetune, asked as it is in use: by their own prompt, or plainly."""

    name = "tuned"

    def applies(self, task: Task) -> str | None:
        return None if task.tuned else "needs a finetune; none was named"

    def model(self, task: Task) -> str | None:
        return task.tuned


class Premise(_Built):
    """The fullest plain prompt with the missing fact added: it decides between knowledge and behaviour."""

    name = "premise"

    def applies(self, task: Task) -> str | None:
        return None if task.premise else "needs the missing fact, where a fact is what is missing"

    def messages(self, task: Task, item: int) -> Messages:
        first, *rest = super().messages(task, item)
        return [{**first, "content": self._with(task, first["content"])}, *rest]

    def shown(self, task: Task) -> str:
        return self._with(task, super().shown(task))

    def _with(self, task: Task, text: str) -> str:
        return f"Know this first, and rely on it:\n{task.premise}\n\n{text}"
