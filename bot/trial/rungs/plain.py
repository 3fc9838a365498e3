"""The rungs that change nothing but words: bare, instructed, few-shot; and which rung others build on."""

from bot.trial.rungs.base import Messages, Rung, filled, system, user
from bot.trial.rungs.examples import examples
from bot.trial.rungs.forms import Schema, asked_for
from bot.trial.rungs.instruction import instruction, marked, plain_question
from bot.trial.scorers.normalise import even
from bot.trial.task import PLACE, Task


class Bare(Rung):
    """The team's prompt word for word, no system message; without one, the plainest question that fits."""

    name = "bare"

    def messages(self, task: Task, item: int) -> Messages:
        return [user(filled(task.prompt or plain_question(task), task.item(item).input))]

    def shown(self, task: Task) -> str:
        return task.prompt or f"{plain_question(task)} (a plain question of ours, since you gave no prompt)"


class Instructed(Rung):
    """A rewritten instruction: what to do in a precise verb, and the exact form of the answer."""

    name = "instructed"

    def messages(self, task: Task, item: int) -> Messages:
        # One message: small models heed a system message less.
        return [user(asked_for(task, task.item(item).input))]

    def shown(self, task: Task) -> str:
        return asked_for(task, PLACE)


class FewShot(Rung):
    """The instruction, then other pairs as examples; an item never sees its own answer."""

    name = "few_shot"

    def applies(self, task: Task) -> str | None:
        if len(task.pairs) < 2:
            return "needs at least two pairs, so that one can be the example of the other"
        if not any(examples(task, item) for item in range(len(task.pairs))):
            if len({even(pair.input) for pair in task.pairs}) == 1:
                return "has no example that would not give the answer away: all inputs are the same"
            return "has no room for your pairs as examples in this model's prompt: they are too long"
        return None

    def messages(self, task: Task, item: int) -> Messages:
        turns: Messages = [system(instruction(task))]
        for pair in examples(task, item):
            turns += [user(marked(task, pair.input)), {"role": "assistant", "content": pair.output}]
        return [*turns, user(marked(task, task.item(item).input))]

    def shown(self, task: Task) -> str:
        count = max(len(examples(task, item)) for item in range(len(task.pairs)))
        # Ten of ten others are all there are; of more, the most similar ones are chosen.
        which = "of your other pairs as examples" + (", the most similar ones" if len(task.pairs) - 1 > count else "")
        return f"{instruction(task)}\n\n(up to {count} {which})\n\n{marked(task, PLACE)}"


STANDARD: tuple[Rung, ...] = (Bare(), Instructed(), FewShot(), Schema())


def standard(task: Task) -> Rung:
    """Return the fullest plain way of asking that this task runs: what another model or a missing fact is tried with.

    It is chosen by what the task is, not by what did best, so that nothing is picked by chance.
    """
    return next(rung for rung in reversed(STANDARD) if rung.name == "bare" or _runs(rung, task))


def _runs(rung: Rung, task: Task) -> bool:
    return rung.name in task.rungs and rung.applies(task) is None
