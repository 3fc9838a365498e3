"""The way of a newcomer to a consultation on the fake Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

from tests.slack.talk import talk


async def test_words_are_said_and_labels_are_pressed(tmp_path: Path) -> None:
    async def lines() -> AsyncIterator[str]:
        yield "should we finetune? our support replies never keep our tone"
        yield "Free text"
        yield "status"

    said: list[str] = []
    await talk(lines(), said.append, tmp_path / "home")
    whole = "\n".join(said)
    assert "What kind of answer should come out?" in whole and ">: Free text" in whole
    assert "Slack would mind" not in whole
