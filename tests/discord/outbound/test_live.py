"""What is put on the message that stands open."""

from pathlib import Path

from bot.chat.reply import Feedback, Text
from bot.platform.live import Memory, Shown
from tests.discord.delivery import bench
from tests.fakes.discord import controls_of, text_of

NOTED, CHANGED = 'Noted: "300 examples"', "Changed by Ana: example pairs: 320"


async def test_what_was_changed_is_said_in_the_place_of_what_it_was(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.say(Text(markdown=NOTED, voice="notice"), Feedback(about="c"), live=True, via=at.mention)
        await at.say(Text(markdown=CHANGED, voice="notice"), beside=True, amends=(NOTED, ""))
        (message,) = at.said()
        assert "300" not in text_of(message) and CHANGED in text_of(message)
        await at.say(Text(markdown="Offered.", voice="notice"), beside=True)
        assert "300" not in text_of(message) and CHANGED not in text_of(message), "for good"


async def test_what_a_refused_press_took_away_comes_back(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.say(Text(markdown="Prompt first.", voice="verdict"), Feedback(about="c"), live=True, via=at.mention)
        (message,) = at.said()
        memory = Memory(at.host.store, at.conversation)
        live = await memory.live()
        assert live and "Useful" in controls_of(message)
        await memory.press(Shown(live.shown[0].channel, live.shown[0].message, []))
        message.components = []
        await at.say(restores=True)
        assert "Useful" in controls_of(message)
