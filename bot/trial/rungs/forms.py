"""The rungs that change the form of the answer: a schema to hold to, steps to think in."""

import json
import re
from typing import Any

from bot.trial.rungs.base import Messages, Rung, user
from bot.trial.rungs.instruction import instruction, marked
from bot.trial.rungs.schema import Form, form_of
from bot.trial.task import PLACE, Task

_MARK = re.compile(r"^[\s*_#>-]*answer[*_ ]*[:：][*_ ]*", re.IGNORECASE | re.MULTILINE)
_STEPS = (
    "Work in steps before you answer. 1. Write down what in the input matters for this task. "
    "2. Work out the answer from that, one point at a time. 3. Check it against the form asked for above. "
    'Then end with one last line that begins with "Answer:" and holds the answer in that form and nothing else.'
)


class Schema(Rung):
    """The instruction, and a JSON schema read off the pairs that the server holds the answer to."""

    name = "schema"

    def applies(self, task: Task) -> str | None:
        if task.scorer.name not in ("json", "exact", "text", "contains") or self._form(task) is None:
            return "is for records: the wanted outputs are no JSON objects or lists"
        return None

    def messages(self, task: Task, item: int) -> Messages:
        return [user(f"{self._head(task)}\n\n{asked_for(task, task.item(item).input)}")]

    def shown(self, task: Task) -> str:
        return f"{self._head(task)}\n\n{asked_for(task, PLACE)}"

    def schema(self, task: Task) -> dict[str, Any] | None:
        form = self._form(task)
        return form.schema if form else None

    def answer(self, task: Task, text: str) -> str:
        form = self._form(task)
        return form.unwrapped(text) if form else text

    def _form(self, task: Task) -> Form | None:
        return form_of([pair.output for pair in task.pairs])

    def _head(self, task: Task) -> str:
        # Shown to the model as well: a server may take the parameter and not heed it.
        return f"The answer is JSON that fits this schema:\n{json.dumps(self.schema(task), ensure_ascii=False)}"


class Steps(Rung):
    """The task taken apart: first what matters, then the answer worked out; only the final answer is scored."""

    name = "steps"
    wave = 1

    def applies(self, task: Task) -> str | None:
        if task.demonstration:
            return "is beyond the bundled model, which is too small to work in steps"
        if not task.pairs or task.scorer.name in ("human", "judge", "length", "language"):
            return "is for answers that can be worked out; here the text itself is the answer"
        return None

    def messages(self, task: Task, item: int) -> Messages:
        return [user(self._asked(task, task.item(item).input))]

    def shown(self, task: Task) -> str:
        return self._asked(task, PLACE)

    def answer(self, task: Task, text: str) -> str:
        marks = list(_MARK.finditer(text))
        if marks:
            return text[marks[-1].end() :].strip()
        lines = text.strip().splitlines()
        return text if task.scorer.name == "json" or not lines else lines[-1].strip()

    def _asked(self, task: Task, text: str) -> str:
        return f"{instruction(task)}\n\n{_STEPS}\n\n{_unanswered(marked(task, text))}"


def asked_for(task: Task, text: str) -> str:
    """Return the instruction with an input; what never changes comes first, but in a prompt with a place of its own."""
    if not task.pairs:
        return instruction(task)
    own_place = task.prompt is not None and PLACE in task.prompt
    parts = [instruction(task), marked(task, text)]
    return "\n\n".join(reversed(parts) if own_place else parts)


def _unanswered(text: str) -> str:
    """Return a marked input without the mark of its answer, which would cut the steps short."""
    return re.sub(r"\n(?:Label|Number|JSON|Output):\Z", "", text)
