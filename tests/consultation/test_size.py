"""A consultation keeps so much and no more: the oldest goes, with a word, and what was read from it stays."""

from typing import Any

import pytest

from bot.chat.events import Attached
from bot.consultation.model import Claim, How, Line, PassedOn, Replaced
from bot.consultation.size import MOST_SAMPLES, MOST_WORDS, SAMPLES_WENT, WORDS_WENT, bounded
from tests.support.clock import NOON
from tests.support.consulting import Talk


@pytest.mark.parametrize("letter", ["x", "ж", "語"])  # of one, two and three bytes
async def test_of_a_long_talk_the_oldest_words_go_and_it_is_said_once(letter: str) -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    held = talk.case.claims
    long = [Line(by="ana", text=letter * 30_000, at=NOON, message=f"old {n}") for n in range(12)]
    talk.case = talk.case.but(transcript=(*talk.case.transcript, *long))
    assert WORDS_WENT in await talk.say("we tried one prompt")
    assert len(talk.case.model_dump_json(exclude={"samples", "given"}).encode()) <= MOST_WORDS
    lines = talk.case.transcript
    assert lines[-1].text == "we tried one prompt" and lines[-2].message == "old 11"
    assert not any("should we finetune" in line.text for line in lines)
    assert all(claim in talk.case.claims[fact] for fact, claims in held.items() for claim in claims)
    talk.case = talk.case.but(transcript=(*long, *talk.case.transcript))
    assert WORDS_WENT not in await talk.say("we tried several prompts")
    assert len(talk.case.model_dump_json(exclude={"samples", "given"}).encode()) <= MOST_WORDS


def row(file: int, number: int, letter: str) -> str:
    return f"{file}x{number}{letter * 100_000},yes\n"


@pytest.mark.parametrize("letter", ["x", "ж"])
async def test_of_many_samples_the_oldest_files_go_and_it_is_said(letter: str) -> None:
    talk = Talk()
    said = [
        await talk.hear(Attached(name="a.csv", content="input,output\n" + "".join(row(n, k, letter) for k in range(4))))
        for n in range(4)
    ]
    assert SAMPLES_WENT not in said[0] and SAMPLES_WENT in said[3]
    assert len(talk.case.model_dump_json(include={"samples", "given"}).encode()) <= MOST_SAMPLES
    assert any(pair.input.startswith("3x") for pair in talk.case.samples.pairs), "the newest are there"
    assert not any(pair.input.startswith("0x") for pair in talk.case.samples.pairs)
    assert set(talk.case.gave) == set(talk.case.given)


LONG = "x" * 9_000
CLAIM = Claim(value=1, how=How.stated, by="ana", at=NOON, quote=LONG)
FULL: dict[str, Any] = {
    "claims": {f"fact {n}": (CLAIM,) for n in range(60)},
    "replaced": {"examples": tuple(Replaced(by="ana", message=None, at=NOON, was=(CLAIM,)) for _ in range(60))},
    "passed_on": {f"m{n}": PassedOn(by="ben", words=LONG) for n in range(60)},
    "offered": {f"fact {n}": CLAIM for n in range(60)},
    "asks": (LONG,) * 60,
    "unread": tuple(f"message {n:06}" for n in range(40_000)),
    "names": {f"slack:T1:U{n:06}": "Ana" for n in range(20_000)},
    "told_them": tuple(f"slack:T1:U{n:06}" for n in range(20_000)),
    "feedback": {f"slack:T1:U{n:06}": "up" for n in range(20_000)},
    "aside": {f"fact {n:06}": "slack:T1:U1" for n in range(20_000)},
    "noted": {f"fact {n}": LONG for n in range(60)},
}


@pytest.mark.parametrize("name", [*FULL, "all at once"])
def test_whatever_a_consultation_is_filled_with_it_keeps_to_its_size_and_what_holds_stays(name: str) -> None:
    talk = Talk()
    held = FULL if name == "all at once" else {name: FULL[name]}
    case, said = bounded(talk.case.but(**held))
    assert len(case.model_dump_json(exclude={"samples", "given"}).encode()) <= MOST_WORDS
    assert WORDS_WENT in said
    assert case.claims.keys() == talk.case.but(**held).claims.keys()
    left = getattr(case, name, ())
    if name != "claims" and len(left):
        assert [*left][-1] == [*FULL[name]][-1], "the newest stays"
