"""A trial's result as people meet it: one message that fits a phone, and behind its buttons whatever else there is."""

import base64
from collections.abc import Sequence
from typing import Literal

from bot.chat.reply import Choices, File, Option, Part, Picture, Table, Text
from bot.consultation.base import Plain
from bot.consultation.model import Consultation
from bot.consultation.trial_results import TrialResult
from bot.trial.judging.people import to_grade
from bot.trial.report import picture
from bot.trial.report.card import figures, finding, kept_up, warnings
from bot.trial.report.choices import other_scorers, to_judge
from bot.trial.report.comparison import in_words
from bot.trial.report.details import asked, counted, downloads, verdict_after, verdict_with
from bot.trial.report.export import files
from bot.trial.results.compare import compare
from bot.trial.task import Call, Task
from knowledge.decision import Derive
from knowledge.load import Knowledge

Section = Literal["details", "files", "judge"]
LABELS: dict[Section, str] = {"judge": "Judge the outputs", "details": "Details", "files": "Files"}


class TrialReport(Plain):
    """What is said of a trial: its card at once, the sections to whoever presses for them."""

    card: tuple[Part, ...] = ()
    effect: tuple[Part, ...] = ()
    """What it does to the consultation as it was when the trial began, for where no turn says so in its place."""
    details: tuple[Part, ...] = ()
    files: tuple[Part, ...] = ()
    judge: tuple[Part, ...] = ()

    @property
    def everything(self) -> tuple[Part, ...]:
        """All of it in one, for where nothing can be pressed."""
        return (*self.card, *self.effect, *self.details, *self.files, *self.judge)

    def section(self, name: str) -> tuple[Part, ...]:
        """Return what stands behind a button; nothing behind one that there is not."""
        return {"details": self.details, "files": self.files, "judge": self.judge}.get(name, ())

    def offered(self, trial: str) -> tuple[Part, ...]:
        """Return the card with a button for each section of the trial with this id."""
        options = tuple(
            Option(value=f"{trial}/{name}", label=label) for name, label in LABELS.items() if self.section(name)
        )
        return (*self.card, *((Choices(action="report", options=options),) if options else ()))


def report(
    consultation: Consultation,
    result: TrialResult,
    task: Task,
    calls: Sequence[Call],
    knowledge: Knowledge,
    derive: Derive,
    *,
    judge: bool = True,
) -> TrialReport:
    """Return the report of a trial that has ended; without `judge`, what people can judge is not offered."""
    compared = _compared(consultation, result)
    lines = [finding(result, task, calls), " ".join(warnings(result, task, calls))]
    lines += [kept_up(result.ordinary)] if result.ordinary else []
    lines += [part.markdown for part in compared if isinstance(part, Text)]
    facts = counted(knowledge, result)
    effect = ""
    if result.facts:
        after = verdict_with(consultation, result.facts, knowledge, derive)
        effect = verdict_after(knowledge, consultation.told, after) or facts
    else:
        lines.append(_nothing(result))
    shown: list[Part] = [Text(markdown="\n\n".join(filter(None, lines)))]
    if any(rung.items for rung in result.rungs):
        if picture.can_draw():
            drawn = base64.b64encode(picture.draw(result)).decode()
            shown.append(Picture(name=f"{result.id}.png", alt=picture.alt(result), png=drawn))
        else:
            shown.append(Text(markdown=f"{picture.alt(result)} {picture.MISSING}", voice="notice"))
    details: list[Part] = [Text(markdown=facts)] if facts else []
    details += figures(result, task, calls)
    details += [part for part in compared if isinstance(part, Table)]
    if len(result.rungs) > 1:
        details.append(Text(markdown=asked(result, task, calls), voice="notice", detail=True))
    taken = downloads(
        [file.model_copy(update={"name": f"{result.id}-{file.name}"}) for file in files(result, task, calls)]
    )
    return TrialReport(
        card=tuple(shown),
        effect=(Text(markdown=effect),) if effect else (),
        details=(*details, *other_scorers(consultation, result.scorer)),
        files=tuple(taken),
        judge=tuple(to_judge(to_grade(task, calls))) if judge else (),
    )


def renamed(report: TrialReport, prefix: str) -> TrialReport:
    """Return a report whose pictures and files have this in front of their names."""

    def named(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(
            part.model_copy(update={"name": f"{prefix}{part.name}"}) if isinstance(part, File | Picture) else part
            for part in parts
        )

    return report.model_copy(update={"card": named(report.card), "files": named(report.files)})


def _nothing(result: TrialResult) -> str:
    """Say why a trial that sets no facts does nothing to the consultation."""
    why = "This model is a demonstration, so a failure" if result.demonstration else "Too little was measured, so it"
    return f"{why} counts for nothing: your case stays as it is."


def _compared(consultation: Consultation, result: TrialResult) -> list[Part]:
    """Say what has changed since the trial that this one repeats; nothing where it repeats none."""
    repeats = consultation.trial.repeats and consultation.trials
    return in_words(compare(consultation.trials[-1], result)) if repeats else []
