"""A step: what one event does to a consultation, what is said of it, and the work that it starts or ends."""

from dataclasses import dataclass, replace

from bot.chat.reply import Part, Reply, Text
from bot.consultation.model import Consultation


@dataclass(frozen=True)
class StartTrial:
    """Run the samples of the consultation."""

    approved: bool = False
    """True where somebody who may said that it may cost more than the cap."""
    by: str | None = None
    """Who started it: it counts against their budget."""
    outsider: bool = False
    """True where that is a guest or of another organisation, who spends nothing of the workspace's."""
    asked: bool = True
    """False where nobody asked to run them yet: what was understood is shown first, and one press runs them."""


@dataclass(frozen=True)
class StopTrial:
    """End the trial that runs, with what it has measured."""


@dataclass(frozen=True)
class Forget:
    """Delete the consultation and all that is kept of it."""

    by: str | None = None
    """Who asked for it; None where nobody of the conversation did."""


@dataclass(frozen=True)
class ForgetPerson:
    """Read nothing again that this person said here before; their words and facts are gone from the consultation."""

    person: str


@dataclass(frozen=True)
class DropMeasured:
    """Keep nothing of what was run on samples that were taken back: outputs, reports, calls."""


@dataclass(frozen=True)
class Decide:
    """Give the verdict now, in full, on assumptions where it needs some."""


@dataclass(frozen=True)
class ShowReport:
    """Say one section of the report of a trial."""

    trial: str
    section: str


@dataclass(frozen=True)
class LinkRecord:
    """Say beside the decision record where its page is."""


@dataclass(frozen=True)
class UnlinkRecord:
    """Let no link open the page of the decision record any more."""


Effect = StartTrial | StopTrial | Forget | ForgetPerson | DropMeasured | Decide | ShowReport | LinkRecord | UnlinkRecord


@dataclass(frozen=True)
class Ended:
    """How a trial ended, to be said where its progress was shown."""

    trial: str
    says: tuple[Part, ...]


@dataclass(frozen=True)
class Step:
    """What one event does; `then` puts the steps of a turn together."""

    consultation: Consultation
    says: tuple[Part, ...] = ()
    ended: Ended | None = None
    """The trial that ended."""
    privately: tuple[tuple[str, Part], ...] = ()
    """What one person alone is told: the person, and the part."""
    learned: tuple[str, ...] = ()
    """Facts that were read, to be repeated back."""
    asks: tuple[str, ...] = ()
    """What was asked of the advisor, which the answer is to."""
    effects: tuple[Effect, ...] = ()
    advances: bool = False
    """True where more than a command came, so that the question is asked or the verdict given again."""

    def then(self, later: "Step") -> "Step":
        """Return both steps as one; the later one was made from the consultation of this one."""
        return Step(
            later.consultation,
            says=self.says + later.says,
            ended=later.ended or self.ended,
            privately=self.privately + later.privately,
            learned=tuple(dict.fromkeys(self.learned + later.learned)),
            asks=tuple(dict.fromkeys(self.asks + later.asks)),
            effects=self.effects + later.effects,
            advances=self.advances or later.advances,
        )

    def say(self, *parts: Part) -> "Step":
        """Return this step with more said to everybody."""
        return replace(self, says=self.says + parts)

    def whisper(self, person: str, part: Part) -> "Step":
        """Return this step with more said to one person alone."""
        return replace(self, privately=(*self.privately, (person, part)))

    def whispers(self) -> tuple[Reply, ...]:
        """Return what is said to one person each."""
        people = dict.fromkeys(person for person, _ in self.privately)
        return tuple(Reply(parts=tuple(p for who, p in self.privately if who == each), to=each) for each in people)


def taken_back(step: Step) -> Step:
    """Return a step after which words may be gone that samples held, with nothing left of what was run on these."""
    case = step.consultation
    if not case.trials and not case.trial.running:
        return step
    kept = case.but(trials=tuple(result.without_words for result in case.trials))
    step = replace(step, consultation=kept, effects=(*step.effects, DropMeasured()))
    if not case.trial.running or case.at_terminal:
        return step
    told = Text(markdown="The trial ended: samples that it ran were taken back.", voice="notice")
    ended = None if case.listens == "never" else Ended(case.trial.name, (told,))
    return replace(step, consultation=kept.but(trial=case.trial.after("fail")), ended=ended)
