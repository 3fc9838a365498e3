"""What the bot said can be looked at as a page."""

from tests.fakes.discord import FakeDiscord, Upload
from tests.fakes.discord.paint import page

TEXTS = "# No\n**Prompt first**, `gepa` next:\n- one\n> quoted\n-# small\n```py\nx < 1\n```"


async def test_a_page_shows_words_code_pictures_and_who_spoke() -> None:
    async with FakeDiscord() as discord_:
        acme = discord_.guild("Acme")
        ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
        picture = Upload("p.png", b"\x89PNG", "two <bars>", "image/png")
        discord_.say(ana, general, TEXTS, files=[picture, Upload("s.csv", b"a,b")])
        made = page(discord_.seen(general))
    for shown in ("<h1>No</h1>", "<b>Prompt first</b>", "<code>gepa</code>", "<li>one</li>", "x &lt; 1", ">s.csv<"):
        assert shown in made
    assert 'alt="two &lt;bars&gt;"' in made
    assert 'src="data:image/png;base64,iVBORw=="' in made
    assert "http" not in made
