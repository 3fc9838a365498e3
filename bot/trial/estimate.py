"""What a trial would cost, before it starts."""

from bot.model.prices import usd
from bot.trial.run import plan
from bot.trial.rungs import BY_NAME
from bot.trial.task import Task

CHARACTERS_A_TOKEN = 4
UNKNOWN_ANSWER = 200
"""Tokens of an answer where nobody gave the wanted one."""


def estimate(task: Task, model: str) -> float | None:
    """Return the cost in USD, None where no price is known. Tokens are guessed at four characters each."""
    sent = answered = 0
    for rung, item, _ in plan(task):
        sent += sum(len(message["content"]) for message in BY_NAME[rung].messages(task, item)) // CHARACTERS_A_TOKEN
        wanted = task.items[item].wanted
        answered += UNKNOWN_ANSWER if wanted is None else 10 + len(wanted) // CHARACTERS_A_TOKEN
    return usd(model, sent, answered)
