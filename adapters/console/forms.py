"""A form on a terminal: its fields one after the other, each with numbered choices. Pure."""

import re
from typing import NamedTuple

from bot.chat.reply import Form, FormField
from bot.consultation.base import Value

UNSURE = frozenset({"0", "?", "don't know", "dont know", "i don't know", "idk", "no idea", "not sure"})
_YES, _NO = frozenset({"y", "yes", "yep", "true"}), frozenset({"n", "no", "nope", "false"})


class Pending(NamedTuple):
    """A form that is being filled in."""

    form: Form
    given: tuple[Value | None, ...] = ()

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


def take(pending: Pending, text: str) -> Pending | None:
    """Return the form with the asked field answered; None where the text is no answer but ordinary talk."""
    field = pending.field
    if field is None:
        return None
    words = " ".join(text.lower().split())
    if field.type == "count":
        if words in UNSURE - {"0"}:
            return Pending(pending.form, (*pending.given, None))
        number = count(words)
        return None if number is None else Pending(pending.form, (*pending.given, number))
    if words in UNSURE:
        return Pending(pending.form, (*pending.given, None))
    chosen = _chosen(field, words)
    if chosen is None:
        return None
    value: Value = chosen if field.type == "set" else (chosen[0] == "true" if field.type == "bool" else chosen[0])
    return Pending(pending.form, (*pending.given, value))


def _chosen(field: FormField, words: str) -> tuple[str, ...] | None:
    values = [option.value for option in field.options]
    if re.fullmatch(r"\d{1,2}(?:(?:\s*,\s*|\s+|\s+and\s+)\d{1,2})*", words):
        numbers = [int(n) for n in re.findall(r"\d+", words)]
        fits = all(1 <= n <= len(values) for n in numbers) and (field.type == "set" or len(numbers) == 1)
        return tuple(values[n - 1] for n in dict.fromkeys(numbers)) if fits else None
    if field.type == "bool" and words in _YES | _NO:
        return ("true",) if words in _YES else ("false",)
    named = [o.value for o in field.options if words in (o.value.lower(), o.label.lower())]
    return (named[0],) if named else None


def count(words: str) -> int | None:
    """Read a bare number: 40, 1,200, 20k, 1.5m."""
    m = re.fullmatch(r"(?:about |around |~)?(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*([km])?", words)
    if not m:
        return None
    number = float(m.group(1).replace(",", "")) * {"k": 1_000, "m": 1_000_000}.get(m.group(2) or "", 1)
    return round(number) if number < 2**53 else None
