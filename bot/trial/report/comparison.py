"""A trial beside an earlier one, in words."""

from bot.chat.reply import Part, Table, Text
from bot.consultation.trial_results import RungResult, TrialResult
from bot.trial.report.card import SAID, percent, share
from bot.trial.results.compare import Comparison


def in_words(comparison: Comparison) -> list[Part]:
    """Return the comparison in words, and as a table: whether a finetune is still needed, and what speaks for it."""
    then, now = comparison.then, comparison.now
    parts: list[Part] = [Text(markdown=f"{_verdict(then, now)} {_evidence(comparison)}")]
    if comparison.rows:
        rows = [
            (
                SAID[row.now] if row.now == row.then else f"{SAID[row.now]} (then {SAID[row.then]})",
                _rate(then, row.then),
                _rate(now, row.now),
                f"{row.gained} gained, {row.lost} lost",
                "p < 0.001" if row.p < 0.001 else f"p = {row.p:.2f}",
            )
            for row in comparison.rows
        ]
        caption = f"{comparison.rows[0].items} items of both trials; exact McNemar, corrected by Holm."
        headers = ("rung", f"{_short(then)}, {then.at:%Y-%m-%d}", f"{_short(now)}, now", "items", "chance")
        parts.append(Table(headers=headers, rows=tuple(rows), caption=caption))
    return parts


def _verdict(then: TrialResult, now: TrialResult) -> str:
    before, after = _standing(then), _standing(now)
    bar = f"the bar of {share(now.bar)}"
    if now.demonstration and after != "reached":
        return f"{now.model} is a demonstration, so this says nothing about whether the finetune is still needed."
    if now.stopped and after != "reached":
        return "The trial was stopped, so it does not say whether the finetune is still needed."
    match after:
        case "reached" if before == "reached":
            return f"**The finetune is not needed:** a prompt reaches {bar}, as it did before."
        case "reached":
            return f"**The finetune is not needed any more:** a prompt on {now.model} reaches {bar} now."
        case "below" if before == "below":
            return f"**The finetune is still needed:** no prompt on {now.model} reaches {bar}."
        case "below":
            return f"**No prompt on {now.model} reaches {bar}:** do not give up what reaches it now."
        case _:
            return f"**It is not decided whether the finetune is still needed:** the interval holds {bar}."


def _evidence(comparison: Comparison) -> str:
    if not comparison.rows:
        return "The two trials have no items in common, so they cannot be compared item by item."
    then, now = comparison.then, comparison.now
    row = next((row for row in comparison.rows if (row.now, row.then) == (now.best, then.best)), None)
    if row is None:
        return "Their best rungs were graded on no item in common, so those cannot be compared item by item."
    counts = f"{row.gained} of {row.items} items gained and {row.lost} lost against {then.model}"
    if row.differs:
        return f"Best against best, {counts}: {'better' if row.gained > row.lost else 'worse'}, and not by chance."
    return f"Best against best, {counts}: too few to tell from chance."


def _standing(trial: TrialResult) -> str:
    best = _named(trial, trial.best)
    if best is None:
        return "open"
    if best.low >= trial.bar:
        return "reached"
    return "below" if best.high < trial.bar and best.items > 1 else "open"


def _rate(trial: TrialResult, name: str) -> str:
    rung = _named(trial, name)
    return percent(rung) if rung and rung.items else "not judged"


def _named(trial: TrialResult, name: str | None) -> RungResult | None:
    return next((rung for rung in trial.rungs if rung.name == name), None)


def _short(trial: TrialResult) -> str:
    return trial.model.rpartition("/")[2]
