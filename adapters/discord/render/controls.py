"""Buttons and menus: a question, what can be done next, feedback. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.discord.render import markup
from adapters.discord.render.custom_ids import custom_id
from adapters.discord.render.limits import (
    BUTTON,
    BUTTON_KIND,
    BUTTONS,
    MENU,
    OPTION,
    OPTIONS,
    PLACEHOLDER,
    ROW,
    SHOWN,
    TEXT,
    Json,
    short,
)
from bot.chat.controls import CONTINUE, UNKNOWN, Seal
from bot.chat.reply import Choices, Feedback, Form, Option
from bot.chat.wording import UNKNOWN as UNSURE
from bot.platform.layout import BUTTONS as MOST_BUTTONS
from bot.platform.layout import choose_from, question

PRIMARY, SECONDARY = 1, 2
"""Styles of a button."""

Rendered = tuple[tuple[Json, ...], str]
"""Components, and the same in words for where there can be none."""


@dataclass(frozen=True)
class Face:
    """What rendering has to know of a conversation: how to seal a control, and which links are ours."""

    seal: Seal
    own: frozenset[str] = markup.NONE
    """Addresses that may be links."""
    typed: str = "Or type your answer here."
    """How to answer in words."""
    continues: bool = False
    """True where plain words are not seen, so that a button opens a form for them."""


def form(part: Form, index: int, face: Face, *, asked: bool) -> Rendered:
    """Return a question: quick answers for its first field, a form for more, and how to answer in words."""
    row, plan = Rows(face, index), question(part, asked=asked)
    first = plan.first
    shown = [text(f"**{markup.markdown(plan.ask, face.own)}**")] if plan.ask else list[Json]()
    if plan.ask_first:
        shown.append(text(markup.small(markup.markdown(plan.ask_first, face.own))))
    if plan.quick == "buttons":
        for option in first.options:
            row.button(option.label, "answer", first.fact, option.value)
    elif plan.quick:
        options = [*first.options, Option(value=UNKNOWN, label=UNSURE)]
        row.menu("answer", (first.fact,), options, multiple=plan.quick == "several")
    if plan.opens:
        row.button(plan.opens, "form", *plan.opened, style=PRIMARY)
    if plan.unsure and plan.quick in ("buttons", None):
        row.button(UNSURE, "answer", first.fact, UNKNOWN)
    typed = face.typed.replace("your answer", "your answers") if len(plan.opened) > 1 else face.typed
    hint = f"{typed}{f' It takes {plan.example}.' if plan.example else ''}"
    words = "\n".join(markup.markdown(each, face.own) for each in (*plan.words, hint))
    return (*shown, *row.rows(), text(markup.small(markup.markdown(hint)))), words


def choices(part: Choices, index: int, face: Face) -> Rendered:
    """Return what can be done next, without its text."""
    row = Rows(face, index)
    if part.multiple or len(part.options) > MOST_BUTTONS:
        row.menu(part.action, (), part.options, multiple=part.multiple)
    else:
        for option in part.options:
            row.button(option.label, part.action, option.value)
    words = markup.markdown(choose_from(part.options), face.own)
    return row.rows() or (text(short(words, SHOWN // 2)),), words


def feedback(part: Feedback, index: int, face: Face) -> Rendered:
    """Return two buttons, and a way to say that a fact is wrong."""
    row = Rows(face, index)
    row.button("Useful", "feedback", "up", part.about)
    row.button("Not useful", "feedback", "down", part.about)
    row.button("A fact is wrong", "correct")
    return row.rows(), ""


def with_continue(shown: Sequence[Json], index: int, face: Face) -> tuple[Json, ...]:
    """Add the button that opens a form for plain words: to the last row with room, or in a row of its own."""
    row = Rows(face, index)
    row.button("Continue", CONTINUE)
    made = [*shown]
    for at in range(len(made) - 1, -1, -1):
        held = made[at].get("components", ())
        if made[at]["type"] == ROW and held[0]["type"] == BUTTON_KIND and len(held) < BUTTONS:
            made[at] = {"type": ROW, "components": [*held, *(each for row in row.rows() for each in row["components"])]}
            return tuple(made)
    return (*made, *row.rows())


def text(markdown: str) -> Json:
    """Return a text display."""
    return {"type": TEXT, "content": markdown or "…"}


class Rows:
    """The controls of one part. What is too long to be sealed is left out: words do as well."""

    def __init__(self, face: Face, index: int):
        self._face, self._index = face, index
        self._buttons: list[Json] = []
        self._menus: list[Json] = []
        self._taken: set[str] = set()

    def button(self, label: str, action: str, *values: str, style: int = SECONDARY) -> None:
        """Add a button; the same one twice is shown once."""
        try:
            id = custom_id(self._face.seal(self._index, action, values))
        except ValueError:
            return
        if id in self._taken:
            return
        self._taken.add(id)
        self._buttons.append(
            {"type": BUTTON_KIND, "style": style, "label": markup.label(label, BUTTON), "custom_id": id}
        )

    def menu(self, action: str, values: tuple[str, ...], options: Sequence[Option], *, multiple: bool) -> None:
        """Add a menu, more than one where it has too many options; what is chosen comes with the press."""
        unique = list({option.value: option for option in options if 0 < len(option.value) <= OPTION}.values())
        for number, at in enumerate(range(0, len(unique), OPTIONS)):
            some = unique[at : at + OPTIONS]
            try:
                id = custom_id(self._face.seal(self._index, action, values), number=number)
            except ValueError:
                return
            holds = "Choose all that fit" if multiple else "Choose one"
            more = f" ({number + 1})" if number else ""
            self._menus.append(
                {
                    "type": MENU,
                    "custom_id": id,
                    "placeholder": markup.label(f"{holds}{more}", PLACEHOLDER),
                    "options": [{"label": markup.label(o.label, OPTION), "value": o.value} for o in some],
                    "min_values": 1,
                    "max_values": len(some) if multiple else 1,
                }
            )

    def rows(self) -> tuple[Json, ...]:
        """Return the rows: each menu has its own, buttons stand five in one."""
        made: list[Json] = [{"type": ROW, "components": [menu]} for menu in self._menus]
        some = [self._buttons[at : at + BUTTONS] for at in range(0, len(self._buttons), BUTTONS)]
        return (*made, *({"type": ROW, "components": row} for row in some))
