"""What every rung can say about itself."""

from collections.abc import Sequence
from typing import Any

from bot.consultation.model import Turn
from bot.trial.task import PLACE, Task

Messages = list[dict[str, str]]


class Rung:
    """One way of asking."""

    name: str
    wave: int = 0
    """Rungs of a later wave are climbed only where the ones before left the verdict open."""

    @property
    def asked(self) -> str:
        """The name by which people ask for it."""
        return self.name

    def applies(self, task: Task) -> str | None:
        """Return None, or why this rung cannot be climbed."""
        return None

    def messages(self, task: Task, item: int) -> Messages:
        """Return what is sent for one item, the parts that never change first."""
        raise NotImplementedError

    def shown(self, task: Task) -> str:
        """Return the prompt as people are shown it."""
        raise NotImplementedError

    def schema(self, task: Task) -> dict[str, Any] | None:
        """Return the JSON schema that answers are held to, None where there is none."""
        return None

    def answer(self, task: Task, text: str) -> str:
        """Return the final answer, which is what is scored, out of all that the model wrote."""
        return text

    def items(self, task: Task) -> Sequence[int]:
        """Return the items it is scored on."""
        return range(len(task.items))

    def model(self, task: Task) -> str | None:
        """Return the model that is asked, None for the first one."""
        return None


def filled(prompt: str, text: str) -> str:
    """Return a prompt with an input in its place, or after it."""
    if PLACE in prompt:
        return prompt.replace(PLACE, text)
    return f"{prompt}\n\n{text}" if text else prompt


def sent(rung: Rung, task: Task, item: int) -> Messages:
    """Return what a rung sends for one item, with the instructions and turns of its own that come before the input."""
    return _led(rung.messages(task, item), task.item(item).before)


def _led(messages: Messages, before: Sequence[Turn]) -> Messages:
    told = [turn.content for turn in before if turn.role == "system"]
    turns = [{"role": turn.role, "content": turn.content} for turn in before if turn.role != "system"]
    if told and messages[0]["role"] == "system":
        # Servers take one system message, and only as the first.
        messages = [system("\n\n".join([messages[0]["content"], *told])), *messages[1:]]
    elif told:
        messages = [system("\n\n".join(told)), *messages]
    return [*messages[:-1], *turns, messages[-1]]


def system(text: str) -> dict[str, str]:
    """Return a system message."""
    return {"role": "system", "content": text}


def user(text: str) -> dict[str, str]:
    """Return a user's message."""
    return {"role": "user", "content": text}
