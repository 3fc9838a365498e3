"""Files of finetuning rows that are clean, and single faults to plant in them."""

import json
import random
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]

PRODUCTS = (
    "kettle", "lamp", "jacket", "backpack", "tent", "bicycle", "camera", "keyboard", "monitor", "sofa", "rug",
    "vase",
)  # fmt: skip
TROUBLES = (
    "arrived with a crack on its left side", "does not switch on since this morning", "has the wrong colour",
    "was delivered to my neighbour", "makes a loud noise after ten minutes", "is missing its instructions",
    "came without the screws from the picture", "smells of smoke", "is smaller than the page said",
    "cannot be paired with my telephone",
)  # fmt: skip
WISHES = ("a refund", "a new one", "a repair", "advice", "a discount", "an explanation")
OPENINGS = ("I am sorry to hear that", "Thank you for telling us", "That must be annoying", "This should not happen")
DEEDS = (
    "we send a replacement tomorrow and you keep the old one",
    "please hold the button for ten seconds and try once more",
    "our workshop repairs it within a week and pays for the parcel",
    "you get the money back on the card that you paid with",
    "a colleague looks into it today and writes to you",
    "we ask the carrier where it was left and come back to you",
)
SYSTEM = "You answer customers of a furniture and outdoor shop. Be brief and kind."


def said(role: str, content: str) -> Row:
    return {"role": role, "content": content}


def clean(seed: int, rows: int = 500) -> list[tuple[str, str]]:
    """Return questions and answers of which no two are alike."""
    chance = random.Random(seed)
    made: dict[str, str] = {}
    while len(made) < rows:
        product, trouble, wish = chance.choice(PRODUCTS), chance.choice(TROUBLES), chance.choice(WISHES)
        day, number = chance.randint(1, 28), chance.randint(1000, 9999)
        asked = f"The {product} from order {number} {trouble}, I noticed it on the {day}th. Can I have {wish} for it?"
        answer = (
            f"{chance.choice(OPENINGS)}. About the {product} of order {number}: {chance.choice(DEEDS)}, "
            f"and you hear from us by the {day % 28 + 2}th."
        )
        made.setdefault(asked, answer)
    return list(made.items())


def chat(asked: str, answer: str) -> Row:
    return {"messages": [said("system", SYSTEM), said("user", asked), said("assistant", answer)]}


def completion(asked: str, answer: str) -> Row:
    return {"prompt": asked, "completion": answer}


def preference(asked: str, answer: str) -> Row:
    return {"prompt": asked, "chosen": answer, "rejected": f"No. {answer[::2]}"}


FORMS: dict[str, Callable[[str, str], Row]] = {"chat": chat, "completion": completion, "preference": preference}


def answered(row: Row, change: Callable[[str], str]) -> Row:
    *before, last = row["messages"]
    return {"messages": [*before, {**last, "content": change(last["content"])}]}


def asked(row: Row, change: Callable[[str], str]) -> Row:
    system, user, *rest = row["messages"]
    return {"messages": [system, {**user, "content": change(user["content"])}, *rest]}


GERMAN = (
    "Es tut uns leid, dass das passiert ist. Wir schicken Ihnen morgen einen Ersatz und melden uns dann noch einmal."
)
FAULTS: dict[str, tuple[str, Callable[[Row], Row | str]]] = {
    "broken JSON": ("not_json", lambda row: json.dumps(row)[:-9]),
    "no object": ("data_type", lambda row: json.dumps([1, 2])),
    "no messages": ("messages_missing", lambda row: {"messages": []}),
    "another form": ("other_form", lambda row: completion("Where is it?", "On its way to you.")),
    "an unknown role": (
        "unknown_role", lambda row: {"messages": [said("customer", "Hi"), *row["messages"][1:]]},
    ),
    "an empty answer": ("empty_content", lambda row: answered(row, lambda _: "  ")),
    "an empty question": ("empty_content", lambda row: asked(row, lambda _: "")),
    "no content": ("message_missing_key", lambda row: {"messages": [row["messages"][1], {"role": "assistant"}]}),
    "a number for a text": ("content_type", lambda row: answered(row, lambda _: 7)),  # type: ignore[arg-type,return-value]
    "no answer": ("no_assistant", lambda row: {"messages": row["messages"][:2]}),
    "the user last": ("last_not_assistant", lambda row: {"messages": [*row["messages"], said("user", "Thanks!")]}),
    "a weight of two": (
        "weight", lambda row: {"messages": [*row["messages"][:2], {**row["messages"][2], "weight": 2}]},
    ),
    "far too long": ("outlier", lambda row: answered(row, lambda text: " ".join([text] * 400))),
    "a mail address": ("mail", lambda row: asked(row, lambda text: f"{text} Write to ana.lopez@example.com please.")),
    "a telephone": ("phone", lambda row: asked(row, lambda text: f"{text} My number is +49 171 2345678.")),
    "an American telephone": ("phone", lambda row: asked(row, lambda text: f"{text} Call me at (415) 555-0132.")),
    "a card": ("card", lambda row: asked(row, lambda text: f"{text} I paid with 4111 1111 1111 1111.")),
    "a key": ("secret", lambda row: answered(row, lambda text: f"{text} Use sk-proj-abcDEF0123456789abcDEF01 for it.")),
    "an IBAN": ("iban", lambda row: asked(row, lambda text: f"{text} My account: DE89 3704 0044 0532 0130 00.")),
    "boilerplate": ("boilerplate", lambda row: answered(row, lambda text: f"As an AI language model, {text}")),
    "an echo": ("echo", lambda row: answered(row, lambda _: row["messages"][1]["content"])),
    "a turn twice": (
        "doubled_turn", lambda row: {"messages": [*row["messages"][:2], row["messages"][1], row["messages"][2]]},
    ),
    "two of the user": (
        "same_role",
        lambda row: {"messages": [*row["messages"][:2], said("user", "Are you there?"), row["messages"][2]]},
    ),
    "a late system message": (
        "late_system", lambda row: {"messages": [row["messages"][1], row["messages"][0], row["messages"][2]]},
    ),
    "mojibake": ("mojibake", lambda row: answered(row, lambda text: f"{text} Schöne Grüße".encode().decode("cp1252"))),
    "HTML": ("html", lambda row: answered(row, lambda text: f"<p>{text}<br/>Bye</p>")),
    "a note to the writer": ("placeholder", lambda row: answered(row, lambda text: f"{text} TODO: check the date")),
    "a placeholder": ("placeholder", lambda row: answered(row, lambda text: f"Dear [Customer Name], {text}")),
    "a placeholder in braces": ("placeholder", lambda row: answered(row, lambda text: f"Dear {{first_name}}, {text}")),
    "a placeholder in brackets": ("placeholder", lambda row: answered(row, lambda text: f"Dear <name>, {text}")),
    "no answer yet": ("placeholder", lambda row: answered(row, lambda _: "N/A")),
    "a telephone in digits": ("phone", lambda row: asked(row, lambda text: f"{text} My number is 4155550132.")),
    "a few words of another script": ("language", lambda row: answered(row, lambda _: "我们明天给您换一个新的")),
    "another language": ("language", lambda row: answered(row, lambda _: GERMAN)),
}  # fmt: skip
"""What is wrong, the kind under which it is found, and how a row comes to it."""

DOUBLES: dict[str, tuple[str, Callable[[Row], Row]]] = {
    "the same again": ("duplicate", lambda row: row),
    "nearly the same": ("near_duplicate", lambda row: asked(row, lambda text: f"Hello, {text[:-1]} please!")),
    "a slip": (
        "near_duplicate",
        lambda row: answered(row, lambda text: text.replace("you hear from", "you haer from")),
    ),
    "another answer": ("contradiction", lambda row: answered(row, lambda _: "No, that is not possible at all here.")),
}
"""What is wrong with a row beside an earlier one: the row that is put at the end of the file."""


def lines(rows: list[Row | str]) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)
