"""A form on a terminal: its fields one after the other, each with numbered choices. Pure."""

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.chat.reply import Form, FormField
from bot.consultation.base import Value

if TYPE_CHECKING:
    from bot.chat.answers import Answer
    from bot.text.numbers import Refusal


class Pending(NamedTuple):
    """A form that is being filled in."""

    form: Form
    given: tuple[Value | None, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    """How numbers were reckoned, by fact."""

    @property
    def field(self) -> FormField | None:
        """The field that is asked now; None once all were answered."""
        return self.form.fields[len(self.given)] if len(self.given) < len(self.form.fields) else None

    @property
    def answers(self) -> dict[str, Value | None]:
        return {field.fact: value for field, value in zip(self.form.fields, self.given, strict=False)}


def lines(field: FormField) -> list[str]:
    """Return what is shown for a field: the question, why it is asked, and its numbered choices."""
    why = f"It matters now because {field.why}."
    if field.type in ("choice", "set", "bool"):
        choices = [f"  {i}  {option.label}" for i, option in enumerate(field.options, 1)]
        several = "  (one or more numbers, as in 1 3)" if field.type == "set" else ""
        return [f"{field.ask}{several}", why, *choices, "  0  I don't know"]
    return [f"{field.ask}  ({field.hint or 'a number'}; ? if you don't know)", why]


def take(pending: Pending, text: str) -> "Pending | Refusal | None":
    """Return the form with the asked field answered, why a number is none, or None for ordinary talk and commands."""
    # Nobody types before the first question is there.
    from bot.chat.answers import typed
    from bot.text import numbers

    field = pending.field
    # "/facts" is a command, whatever options have the word in them.
    if field is None or text.lstrip().startswith("/"):
        return None
    given = _picked(field, text) or typed(field.type, text, fact=field.fact, options=field.options)
    if isinstance(given, numbers.Refusal):
        return given if field.type in ("count", "text") and numbers.alone(text) else None
    if given is None:
        return None
    notes = (*pending.notes, (field.fact, given.note)) if given.note else pending.notes
    return Pending(pending.form, (*pending.given, given.value), notes)


def _picked(field: FormField, text: str) -> "Answer | None":
    """Return the options that are named by their numbers; 0 stands for "I don't know"."""
    from bot.chat.answers import Answer

    values = [option.value for option in field.options]
    if not values or not re.fullmatch(r"\s*\d{1,2}(?:(?:\s*,\s*|\s+|\s+and\s+)\d{1,2})*\s*", text):
        return None
    picks = list(dict.fromkeys(int(number) for number in re.findall(r"\d+", text)))
    if picks == [0]:
        return Answer(None)
    if not all(1 <= pick <= len(values) for pick in picks) or (field.type != "set" and len(picks) > 1):
        return None
    named = tuple(values[pick - 1] for pick in picks)
    return Answer(named if field.type == "set" else named[0] == "true" if field.type == "bool" else named[0])
