"""Words of others that somebody forwards to the advisor."""

from bot.chat.events import Deleted, Pressed, Said
from bot.chat.reply import Choices
from tests.support.consulting import Talk

WORDS = "We have 400 example pairs and it never keeps our tone."


async def press(talk: Talk, asks: Choices, option: int, by: str) -> str:
    return await talk.hear(Pressed(action=asks.action, values=(asks.options[option].value,)), by=by)


async def forwarded(text: str = "") -> tuple[Talk, Choices]:
    talk = Talk()
    await talk.hear(Said(text=text, passed_on=WORDS), by="ana")
    [asks] = [part for part in talk.parts if isinstance(part, Choices) and part.action == "ours"]
    return talk, asks


async def test_they_are_shown_as_read_and_state_nothing() -> None:
    talk, asks = await forwarded()
    assert "400" in talk.posted and "tone" in talk.posted
    assert [option.label for option in asks.options] == ["That is us", "Not us"]
    assert talk.case.claims == {} and WORDS not in str(talk.case.transcript)


async def test_they_count_once_somebody_says_that_is_us() -> None:
    talk, asks = await forwarded("should we finetune?")
    await press(talk, asks, 0, by="ben")
    assert talk.value("examples") == 400
    assert {claim.by for claim in talk.case.claims["examples"]} == {"ben"}
    assert "kept no more" in await press(talk, asks, 0, by="ben"), "they are taken once"


async def test_what_is_not_ours_is_left_aside() -> None:
    talk, asks = await forwarded()
    assert "Left aside." in await press(talk, asks, 1, by="ana")
    assert talk.case.claims == {} and talk.case.passed_on == {}


async def test_they_go_with_the_message_that_passed_them_on() -> None:
    talk, asks = await forwarded()
    message = asks.options[0].value.partition("/")[2]
    await press(talk, asks, 0, by="ben")
    await talk.hear(Deleted(), message=message, by="ana")
    assert talk.case.claims.get("examples", ()) == ()
