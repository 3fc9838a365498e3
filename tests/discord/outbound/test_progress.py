"""A trial is one message: its progress, which changes at most once a second, and then its result."""

import base64
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from adapters.discord.outbound import send
from bot.chat.reply import Choices, Feedback, Option, Picture, Progress, Text
from bot.platform.port import Delivered, RetryLater
from tests.discord.delivery import Bench, bench
from tests.discord.replies import PNG
from tests.fakes.discord import controls_of, text_of

STOP = Choices(action="stop", options=(Option(value="stop", label="Stop"),))
FOUND = Text(markdown="few-shot did best.")
RESULT = (FOUND, Picture(name="a.png", alt="Items passed", png=PNG), Feedback(about="c"))
EDIT = "/channels/{channel_id}/messages/{message_id}"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def done(so_far: int, of: int = 10) -> Progress:
    return Progress(id="trial-1", done=so_far, total=of, text="bare: item 3")


async def test_one_message_changes_and_keeps_to_a_second(at: Bench) -> None:
    assert await at.say(done(1), via=at.mention) == Delivered()
    assert await at.say(done(2)) == Delivered()
    (said,) = at.said()
    assert "1 of 10" in text_of(said) and not said.edited
    at.discord.advance(1.1)
    assert await at.say(done(3)) == Delivered()
    assert "3 of 10" in text_of(said)
    assert at.said() == [said]


async def test_it_goes_on_in_components_where_it_began_in_plain_words(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as refused, at.discord.expecting(50035):
        refused.setattr(send, "COMPONENTS_V2", 0)
        await at.say(done(1), via=at.mention)
    at.discord.advance(2)
    assert await at.say(done(2)) == Delivered()
    (said,) = at.said()
    assert not said.content and "2 of 10" in text_of(said)


@pytest.mark.parametrize("parts", [RESULT, (FOUND,)], ids=["picture", "words"])
async def test_the_result_takes_its_place(at: Bench, parts: tuple[Picture, ...]) -> None:
    await at.say(done(0), STOP, via=at.mention)
    assert "Stop" in controls_of(at.said()[0])
    at.discord.drop("PATCH", EDIT)
    assert await at.say(*parts, over="trial-1", key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(*parts, over="trial-1", key="k", in_doubt=True) == Delivered()
    (said,) = at.said()
    assert "few-shot did best." in text_of(said) and "Stop" not in controls_of(said)
    assert [each.name for each in said.attachments] == [each.name for each in parts if isinstance(each, Picture)]
    at.discord.advance(2)
    assert await at.say(done(5), STOP) == Delivered()
    assert "few-shot did best." in text_of(said), "what comes late changes nothing"


async def test_a_result_with_what_stands_open_keeps_its_picture_when_that_is_said_anew(at: Bench) -> None:
    await at.say(done(0), STOP, via=at.mention)
    await at.say(*RESULT, over="trial-1", live=True)
    assert "Useful" in controls_of(at.said()[0])
    await at.say(Text(markdown="The verdict changes."), Feedback(about="d"), live=True)
    result, _ = at.said()
    assert [each.name for each in result.attachments] == ["a.png"] and "Useful" not in controls_of(result)


async def test_where_no_file_may_be_attached_the_result_still_takes_its_place(at: Bench) -> None:
    await at.say(done(0), STOP, via=at.mention)
    with at.discord.expecting(40005):
        large = Picture(name="a.png", alt="Items passed", png=base64.b64encode(bytes(11 << 20)).decode())
        assert await at.say(FOUND, large, over="trial-1") == Delivered()
    (said,) = at.said()
    assert "few-shot did best." in text_of(said) and "this is missing: Items passed" in text_of(said)


async def test_an_older_one_that_comes_again_changes_nothing(at: Bench) -> None:
    await at.say(done(5), via=at.mention)
    at.discord.advance(5)
    assert await at.say(done(4)) == Delivered()
    assert "5 of 10" in text_of(at.said()[0])


async def test_a_message_that_was_deleted_or_archived_is_posted_anew(at: Bench) -> None:
    await at.say(done(1), via=at.mention)
    at.discord.delete(at.said()[0])
    at.discord.advance(2)
    assert await at.say(done(2)) == Delivered()
    at.discord.archive(at.thread)
    at.discord.advance(2)
    assert await at.say(done(3)) == Delivered()
    assert [text_of(each)[-7:] for each in at.said()] == ["2 of 10", "3 of 10"]


async def test_a_start_that_went_unheard_is_found_again(at: Bench) -> None:
    await at.say(done(0), via=at.mention)
    at.discord.drop("POST", "/channels/{channel_id}/messages")
    other = Progress(id="trial-2", done=1, total=10)
    await at.say(other, key="k")
    at.discord.advance(1000)
    assert await at.say(other, key="k", in_doubt=True) == Delivered()
    assert len(at.said()) == 2


async def test_privately_it_changes_while_the_token_lasts_and_never_goes_on_in_direct_messages(at: Bench) -> None:
    used, via = await at.command()
    await at.say(done(1), where=at.own, via=via)
    at.discord.advance(2)
    await at.say(done(2), where=at.own, via=via)
    assert used.response and "2 of 10" in text_of(used.response) and not used.followups
    at.discord.advance(1000)
    for so_far in (3, 4):
        at.discord.advance(2)
        assert await at.say(done(so_far), where=at.own, via=via) == Delivered()
    assert at.said(at.discord.dm(at.ana)) == []


async def test_privately_what_else_is_answered_meanwhile_leaves_it_in_its_place(at: Bench) -> None:
    used, via = await at.command()
    await at.say(done(1), STOP, where=at.own, via=via)
    _, other = await at.command()
    await at.say(Text(markdown="Yours."), where=at.own, via=other)
    at.discord.advance(2)
    await at.say(done(2), STOP, where=at.own, via=other)
    await at.say(FOUND, where=at.own, via=other, over="trial-1")
    assert used.response and "few-shot did best." in text_of(used.response)
    assert "Stop" not in controls_of(used.response) and not used.followups


async def test_privately_a_button_to_stop_that_was_left_behind_gives_its_place_to_the_answer(at: Bench) -> None:
    used, via = await at.command()
    await at.say(done(1), STOP, where=at.own, via=via)
    at.discord.advance(1000)
    assert used.response and "Stop" in controls_of(used.response), "nothing reaches it before it is pressed"
    _, pressed = await at.press(used.response, "Stop", ends=True, private=True)
    await at.say(Text(markdown="It has ended.", voice="notice"), where=at.own, via=pressed)
    assert "It has ended." in text_of(used.response) and "Stop" not in controls_of(used.response)


async def test_a_limit_does_not_hold_up_what_comes_behind(at: Bench) -> None:
    await at.say(done(1), via=at.mention)
    at.discord.advance(2)
    at.discord.limit("PATCH", EDIT, retry_after=3600)
    assert await at.say(done(2)) == Delivered()
    assert "1 of 10" in text_of(at.said()[0])
