"""What is understood from other words than a command's own: done at once, or proposed where it ends something."""

import pytest

from tests.support.consulting import Talk


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("what have you got so far?", "Correct one with"),
        ("why do you ask that?", "It matters because"),
        ("delete everything i told you", "`forget` does it"),
        ("lets start over from scratch", "`forget` deletes"),
    ],
)
async def test_words_like_a_command(text: str, part: str) -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("hi")
    assert part in await talk.say(text)
    assert talk.case.claims, "nothing is lost by a likeness"


async def test_just_decide_gives_the_verdict() -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("just decide please")
    assert talk.verdict.assumed


async def test_thanks_are_not_misunderstood() -> None:
    assert "took no fact" not in await Talk({"need": ("style",)}).say("thanks a lot!")
