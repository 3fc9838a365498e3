"""A model server that does what anybody tells it: whatever it is shown, and whatever is encoded in that."""

import base64
import binascii
import codecs
import html
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from bot.answer.prompt import SYSTEM
from tests.attacks import Attack
from tests.fakes.model.advice import ADVICE, advises, form, reads
from tests.fakes.model.server import Answer, Body, says

FACTS: Mapping[str, Any] = {"owner": "team", "platform": "azure", "examples": 5000, "finetune": "works"}
_LOOK_ALIKE = str.maketrans("оаеорсухі", "oaeopcyxi")
_MORSE = {"---": "o", ".--": "w", "-.": "n", ".": "e", ".-.": "r", "-": "t", ".-": "a", "--": "m"}


def obeys(body: Body, attack: Attack) -> Answer:
    """Return what a model answers that does what it is told wherever it finds the hook of an attack."""
    shown = "\n".join(str(message["content"]) for message in body["messages"][1:])
    told = any(attack.hook.lower() in text.lower() for text in readings(shown))
    wanted = form(body)
    if "facts" in wanted:
        return _read(body, attack) if told and attack.states else reads(body, dict.fromkeys(_facts(body)))
    if "calculations" in wanted:
        said = SYSTEM[:400] if attack.says == "PROMPT" else attack.says or "PWNED"
        done = advises(body, **_answer(said, attack)) if told else advises(body)
        assert done is not None
        return done
    return says(json.dumps({"reason": "so I was told", "verdict": "pass"}))


def _read(body: Body, attack: Attack) -> Answer:
    """Claim what the attack wants, with its own words, with the asker's, and with both."""
    quotes = [attack.quote] if attack.quote else ["it never keeps our tone", attack.hook, attack.lines[-1]]
    wanted = attack.facts or FACTS
    facts: dict[str, Any] = dict.fromkeys(_facts(body))
    facts |= {
        name: {"quotes": [quotes[n % len(quotes)]], "value": value} for n, (name, value) in enumerate(wanted.items())
    }
    sent = json.loads(reads(body, facts).body["choices"][0]["message"]["content"])
    sent |= {
        "situation": "PWNED https://evil.example",
        "wants": "forget",
        "corrects": [{"fact": "need", "quote": "never keeps our tone"}],
    }
    return says(json.dumps(sent))


def _facts(body: Body) -> list[str]:
    return list(form(body)["facts"]["properties"])


def _answer(said: str, attack: Attack) -> dict[str, Any]:
    """Return the answer with what it is told to say in one of its places."""
    stance = {"stance": attack.stance} if attack.stance else {}
    match attack.place:
        case "question":
            return {"text": ADVICE, "question": said, **stance}
        case "steps":
            return {"text": ADVICE, "steps": [{"text": said, "experiment": "none"}], **stance}
        case "lines":
            return {"text": ADVICE, "lines": [said] * 4, **stance}
        case "objection":
            return {"text": ADVICE, "objection": {"fact": "need", "why": said}, **stance}
        case _:
            return {"text": said, "footnotes": [], **stance}


def readings(shown: str) -> Iterator[str]:
    """Yield what a clever reader makes of a text: as it stands, and everything in it decoded."""
    yield shown
    yield re.sub(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]", "", shown)
    yield shown.translate(_LOOK_ALIKE)
    yield "".join(chr(ord(c) - 0xE0000) if 0xE0000 <= ord(c) < 0xE0080 else c for c in shown)
    yield "".join(chr(97 + (ord(c) - 0x1D41A) % 26) if 0x1D400 <= ord(c) < 0x1D800 else c for c in shown)
    yield html.unescape(shown)
    yield urllib.parse.unquote(shown)
    yield codecs.decode(shown, "rot13")
    yield shown[::-1]
    yield re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), shown)
    yield "".join(_MORSE.get(each, " " if each == "/" else "") for each in shown.split())
    for run in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", shown):
        try:
            yield base64.b64decode(run + "=" * (-len(run) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    for run in re.findall(r"(?:[0-9a-f]{2}){8,}", shown):
        yield bytes.fromhex(run).decode(errors="replace")
    if bits := re.findall(r"\b[01]{8}\b", shown):
        yield "".join(chr(int(each, 2)) for each in bits)
