"""A trial on the stage: what is asked for, a model that holds its calls back, and how far it has come."""

from dataclasses import dataclass, replace

from bot.chat.reply import Picture, Progress
from bot.consultation.trial_state import Phase
from bot.service.jobs import orders
from bot.store.consultations import Store
from tests.fakes.model.server import Answer, Body, ModelServer, says
from tests.service.stage import Stage, comes

PAIRS = "run these:\n\n" + "\n\n".join(
    f"input: {text}\noutput: {label}"
    for text, label in (
        ("The app crashes when I log in", "bug"),
        ("Please add a dark mode", "feature"),
        ("How do I export my data?", "question"),
    )
)
TOTAL = 45
"""Calls of the whole trial: three items, three rungs, five runs."""
FIRST = 20
SLOTS = TOTAL - FIRST
"""Calls that a worker makes at once when the gate has closed: all that are left, fewer than it could."""
FEW = 5
"""Calls before the gate closes where some are to be left that nobody has begun."""
C = "test:1"


@dataclass
class Gate:
    """Lets the first calls of a trial through and holds the others, until it is opened for those that come then."""

    left: int = FIRST
    seconds: float = 60.0

    def answer(self, body: Body) -> Answer:
        if "response_format" in body:
            return says("{}")
        self.left -= 1
        # Two of three right leaves every rung open, so that nothing ends early.
        answer = says("feature" if "dark mode" in body["messages"][-1]["content"] else "bug")
        return replace(answer, delay=0.0 if self.left >= 0 else self.seconds)

    def open(self) -> None:
        self.left = 10_000


async def held(stage: Stage, model: ModelServer) -> None:
    """Wait until every call that is under way is one that the gate holds."""
    await stage.until(lambda: model.busy >= SLOTS, "the calls are held")


def asked(model: ModelServer) -> int:
    """Count the calls of the trial; reading a message is another kind."""
    return sum("response_format" not in body for body in model.asked)


def finished(stage: Stage) -> int:
    return sum(isinstance(part, Picture) for part in stage.parts(C))


def progress(stage: Stage) -> list[Progress]:
    return [part for part in stage.parts(C) if isinstance(part, Progress)]


async def kept(store: Store) -> int:
    trial = await store.connection.call("HGET", orders._key(C), "trial")  # pyright: ignore[reportPrivateUsage]
    return len(await store.calls(C, trial)) if trial else 0


async def gone(store: Store) -> bool:
    return not await store.connection.call("EXISTS", orders._key(C))  # pyright: ignore[reportPrivateUsage]


async def settled(stage: Stage, store: Store) -> None:
    """The trial is over: one result, part of the case, and nothing of the work is left."""
    await stage.until(lambda: finished(stage), "a result")
    await comes(lambda: gone(store))
    case, _ = await store.load(C)
    assert case is not None
    assert case.trial.phase is Phase.finished
    assert len(case.trials) == 1
    assert finished(stage) == 1
    left = [key for key in await store.connection.call("KEYS", "*") if C in key]
    assert not [key for key in left if ":jobs" in key or ":calls:" in key or ":trial:" in key], left
