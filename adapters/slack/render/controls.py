"""Buttons and menus: a question, what can be done next, feedback. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.slack.render import markup
from adapters.slack.render.action_ids import DONE, action_id, several_id
from adapters.slack.render.limits import (
    BUTTON,
    BUTTONS,
    CONTEXT,
    OPTION,
    OPTION_VALUE,
    OPTIONS,
    PLACEHOLDER,
    SECTION,
    Block,
    short,
)
from bot.chat.controls import UNKNOWN, Seal
from bot.chat.reply import Choices, Feedback, Form, Option
from bot.chat.wording import UNKNOWN as UNSURE
from bot.platform.layout import BUTTONS as MOST_BUTTONS
from bot.platform.layout import USEFUL, choose_from, question

SEVERAL = "Choose here, then press *Done*."
HERE, BY_COMMAND = "Or just answer in words here", "Or answer in words with `/finetune`"
TYPED = (HERE, BY_COMMAND)
"""How a hint below a question begins: the other way to answer it."""

Rendered = tuple[tuple[Block, ...], str]
"""Blocks, and the same in plain words."""


@dataclass(frozen=True)
class Face:
    """What rendering has to know of a conversation: its id, how to seal a control, which links are ours."""

    conversation: str
    seal: Seal
    own: frozenset[str] = markup.NONE
    """Addresses that may be links."""
    typed: str = HERE
    """How to answer in words."""


def form(part: Form, index: int, face: Face, *, asked: bool) -> Rendered:
    """Return a question: quick answers for its first field, a form for more, and how to answer in words.

    `asked` where the question itself stands above.
    """
    row, plan = _Row(face, index), question(part, asked=asked)
    blocks = [_markdown(short(plan.ask, CONTEXT), face)] if plan.ask else []
    match plan.quick:
        case "several":
            above = f"{markup.mrkdwn(plan.ask_first)} Then press *Done*." if plan.ask_first else SEVERAL
            blocks.append(row.several(above, plan.first.options))
            row.done("answer", plan.first.fact)
        case "buttons" | "menu":
            blocks += [_context(plan.ask_first)] if plan.ask_first else []
            options = [("answer", (plan.first.fact, o.value), o.label) for o in plan.first.options]
            if plan.quick == "menu":
                row.menu("Choose one", options)
            else:
                for action, values, label in options:
                    row.button(label, action, *values)
        case None:
            pass
    if plan.opens and len(plan.opened) == 1:
        row.button(plan.opens, "form", *plan.opened)
    if plan.unsure:
        row.button(UNSURE, "answer", plan.first.fact, UNKNOWN)
    if plan.opens and len(plan.opened) > 1:
        row.button(plan.opens, "form", *plan.opened)
    hint = f"{face.typed}{f' ({plan.example})' if plan.example else ''}."
    return (*blocks, *row.blocks(), _context(hint)), "\n".join([*plan.words, markup.plain(hint)])


def choices(part: Choices, index: int, face: Face) -> Rendered:
    """Return what can be done next, without its text."""
    row = _Row(face, index)
    blocks: list[Block] = []
    if part.multiple:
        blocks.append(row.several(SEVERAL, part.options))
        row.done(part.action)
    elif len(part.options) <= MOST_BUTTONS:
        for option in part.options:
            row.button(option.label, part.action, option.value)
    else:
        row.menu("Choose one", [(part.action, (o.value,), o.label) for o in part.options])
    return (*blocks, *row.blocks()), choose_from(part.options)


def feedback(part: Feedback, index: int, face: Face) -> Rendered:
    """Return thumbs, and a way to say that a fact is wrong."""
    row = _Row(face, index)
    row.button("A fact is wrong", "correct")
    try:
        thumbs = {
            "type": "feedback_buttons",
            "action_id": action_id(face.conversation, index, "thumb"),
            "positive_button": _thumb("Useful", "This was useful", face.seal(index, "feedback", ("up", part.about))),
            "negative_button": _thumb("Not useful", "Not useful", face.seal(index, "feedback", ("down", part.about))),
        }
    except ValueError:
        return row.blocks(), USEFUL
    return ({"type": "context_actions", "elements": [thumbs]}, *row.blocks()), USEFUL


class _Row:
    """The controls of one part, side by side. What is too long to be sealed is left out: words do as well."""

    def __init__(self, face: Face, index: int):
        self._face, self._index = face, index
        self._elements: list[Block] = []

    def done(self, action: str, *values: str) -> None:
        """Add the button that says that a choice of several is complete."""
        self._add("Done", action_id(self._face.conversation, self._index, DONE), action, values)

    def button(self, label: str, action: str, *values: str) -> None:
        self._add(label, self._id(), action, values)

    def _add(self, label: str, id: str, action: str, values: tuple[str, ...]) -> None:
        try:
            sealed = self._face.seal(self._index, action, values)
        except ValueError:
            return
        self._elements.append({"type": "button", "action_id": id, "text": plain_text(label, BUTTON), "value": sealed})

    def menu(self, placeholder: str, choices: Sequence[tuple[str, tuple[str, ...], str]]) -> None:
        options: list[Block] = []
        for action, values, label in choices[:OPTIONS]:
            try:
                sealed = self._face.seal(self._index, action, values)
            except ValueError:
                continue
            options.append({"text": plain_text(label, OPTION), "value": sealed})
        if options:
            holds = plain_text(placeholder, PLACEHOLDER)
            self._elements.append(
                {"type": "static_select", "action_id": self._id(), "placeholder": holds, "options": options}
            )

    def several(self, said: str, options: Sequence[Option]) -> Block:
        """Return a menu for several, which stands above the row, with words as markup."""
        shown = [
            {"text": plain_text(o.label, OPTION), "value": o.value} for o in options if 0 < len(o.value) <= OPTION_VALUE
        ]
        menu: Block = {
            "type": "multi_static_select",
            "action_id": several_id(self._face.conversation, self._index),
            "placeholder": plain_text("Choose all that fit", PLACEHOLDER),
            "options": shown[:OPTIONS],
        }
        label: Block = {"type": "mrkdwn", "text": short(said, SECTION), "verbatim": True}
        return {"type": "section", "text": label, **({"accessory": menu} if shown else {})}

    def blocks(self) -> tuple[Block, ...]:
        rows = [self._elements[at : at + BUTTONS] for at in range(0, len(self._elements), BUTTONS)]
        return tuple({"type": "actions", "elements": row} for row in rows)

    def _id(self) -> str:
        return action_id(self._face.conversation, self._index, len(self._elements))


def plain_text(text: str, most: int) -> Block:
    """Return a plain text object, cut to a length."""
    return {"type": "plain_text", "text": short(" ".join(markup.inert(text).split()) or "–", most), "emoji": False}


def _thumb(label: str, spoken: str, sealed: str) -> Block:
    return {"text": plain_text(label, BUTTON), "accessibility_label": spoken, "value": sealed}


def _markdown(text: str, face: Face) -> Block:
    return {"type": "markdown", "text": markup.markdown(text, face.own)}


def _context(text: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": short(markup.mrkdwn(text), CONTEXT), "verbatim": True}],
    }
