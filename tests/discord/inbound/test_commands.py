"""`/finetune` and the menu entry of a message: answered where only the person sees it, within three seconds."""

import pytest

from adapters.discord import ids
from adapters.discord.inbound import commands
from adapters.discord.inbound.interactions import NO_WORDS
from adapters.discord.reply_address import unpacked
from bot.chat.commands import ROWS, parse
from bot.chat.events import Pasted, Said
from bot.chat.reply import Text
from knowledge.load import Knowledge, load
from tests.discord.app import App
from tests.fakes.discord import Channel, FakeDiscord, Guild, Upload, User, text_of
from tests.fakes.discord import permissions as may


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(None)


def world(discord_: FakeDiscord) -> tuple[Guild, User, User, Channel]:
    acme = discord_.guild("Acme")
    return acme, discord_.user("ana", acme), discord_.user("bob", acme), discord_.channel(acme, "general")


def own(guild: Guild, channel: Channel, user: User) -> str:
    return ids.conversation(ids.Place(str(guild.id), str(channel.id), str(user.id)))


def test_every_command_of_the_advisor_is_one_on_discord() -> None:
    told = {each["name"] for each in commands.definitions()[0]["options"]}
    # A private consultation listens to nothing that could be left or begun anew.
    missing = {"leave", "restart"}
    assert told == {*(row.name for row in ROWS), "trial"} - missing
    assert all(parse(f"/{name}") for name in told)


async def test_help_is_answered_at_once_and_only_to_who_asked(app: App) -> None:
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    await discord_.answered(discord_.command(ana, general, "finetune", "help"))
    [shown] = discord_.seen(general, ana)
    assert shown.ephemeral and "finetune" in text_of(shown)
    assert discord_.seen(general, bob) == [] and app.taken == []
    [ack] = discord_.acks
    assert ack.callback == 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Read one with"),
        ({"which": "2"}, "Try words before weights"),
        ({"which": "retrieval"}, "Missing facts belong in the context"),
    ],
)
async def test_the_rules_are_answered_at_once(app: App, given: dict[str, str], said: str) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    await discord_.answered(discord_.command(ana, general, "finetune", "rule", **given))
    [shown] = discord_.seen(general, ana)
    assert said in text_of(shown)
    assert ("Read one with" in text_of(shown)) == (not given)
    assert app.taken == []


@pytest.mark.parametrize(
    ("name", "given", "line"),
    [
        ("check", {"text": "our tone is off"}, "/check our tone is off"),
        ("check", {}, "/check"),
        ("status", {}, "/status"),
        ("forget", {}, "/forget"),
        ("verdict", {}, "/verdict"),
        ("cost", {"words": "5000 calls a day"}, "/cost 5000 calls a day"),
        ("fix", {"fact": "examples", "value": "400"}, "/fix examples 400"),
        ("allow", {}, "/allow here"),
        ("allow", {"where": "everywhere"}, "/allow everywhere"),
        ("off", {}, "/off"),
    ],
)
async def test_a_command_is_a_word_of_the_persons_own_consultation(
    app: App, name: str, given: dict[str, str], line: str
) -> None:
    discord_ = app.discord
    acme, ana, _, general = world(discord_)
    discord_.command(ana, general, "finetune", name, **given)
    event, said = await app.only(Said)
    assert said.text == line and parse(line)
    assert (event.conversation, event.private, event.name) == (own(acme, general, ana), True, "Ana")
    assert event.channel == str(general.id)
    via = unpacked(event.via)
    assert via and via.token and via.waiting and via.private and not via.user_only
    await app.reply(event, Text(markdown="What have you tried in the prompt?"))
    [shown] = discord_.seen(general, ana)
    assert "What have you tried" in text_of(shown) and shown.ephemeral and not shown.thinking


async def test_channels_and_roles_are_named_by_their_marks(app: App) -> None:
    discord_ = app.discord
    acme, _, _, general = world(discord_)
    role = discord_.role(acme, "ml")
    discord_.command(acme.owner, general, "finetune", "allow", **{"in": general})
    discord_.command(acme.owner, general, "finetune", "deny", role=role)
    await app.took(2)
    texts = [each.text for each in app.bodies() if isinstance(each, Said)]
    assert sorted(texts) == [f"/allow <#{general.id}>", f"/deny role <@&{role.id}>"]


async def test_two_people_have_two_consultations_in_one_channel(app: App) -> None:
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    discord_.command(ana, general, "finetune", "check", text="our tone is off")
    discord_.command(bob, general, "finetune", "check", text="our tone is off")
    one, other = await app.took(2)
    assert one.conversation != other.conversation
    await app.reply(one, Text(markdown="What have you tried?"))
    seen_by_bob = [each for each in discord_.seen(general, bob) if "What have you tried" in text_of(each)]
    assert bool(seen_by_bob) == one.author.endswith(str(bob.id))


@pytest.mark.parametrize(
    ("name", "title", "purpose"),
    [("try", "Run your own samples", "samples"), ("dataset", "Check a finetuning file", "dataset")],
)
async def test_a_form_to_paste_into_opens_straight_away(app: App, name: str, title: str, purpose: str) -> None:
    discord_ = app.discord
    acme, ana, _, general = world(discord_)
    used = await discord_.answered(discord_.command(ana, general, "finetune", name))
    assert used.modal and used.modal.title == title and app.taken == []
    discord_.submit(
        ana,
        used.modal,
        {"Paste here": "input: hi\noutput: Hello!"},
        {"Or files": [Upload("more.jsonl", b'{"input": "a", "output": "b"}')]},
    )
    event, pasted = await app.only(Pasted)
    assert (pasted.text, pasted.purpose) == ("input: hi\noutput: Hello!", purpose)
    assert [file.name for file in pasted.files] == ["more.jsonl"]
    assert event.conversation == own(acme, general, ana) and event.spends
    await app.reply(event, Text(markdown="I keep one sample."))
    await app.shown(general, "I keep one sample.", ana)


async def test_every_command_opens_a_form_of_its_own(app: App) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    for count in (1, 2):
        used = await discord_.answered(discord_.command(ana, general, "finetune", "try"))
        assert used.modal
        discord_.submit(ana, used.modal, {"Paste here": "input: hi\noutput: Hello!"})
        await app.took(count)


async def test_a_file_that_comes_with_a_command_is_taken(app: App) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    discord_.command(ana, general, "finetune", "dataset", file=Upload("rows.jsonl", b'{"messages": []}'))
    event, pasted = await app.only(Pasted)
    assert pasted.purpose == "dataset"
    _, attached = await app.platform.enrich(event)
    assert getattr(attached.body, "content", None) == '{"messages": []}'


async def test_a_fact_without_a_value_opens_its_form(app: App) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    used = await discord_.answered(discord_.command(ana, general, "finetune", "fix", fact="example pairs"))
    assert used.modal and app.taken == []
    [field] = [each["component"] for each in used.modal.components if each["type"] == 18]
    discord_.submit(ana, used.modal, {field["custom_id"]: "400"})
    [event] = await app.took()
    assert event.body.model_dump()["facts"] == {"examples": 400}


async def test_names_of_rules_and_facts_are_offered_while_typing(app: App) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    rules = await discord_.answered(
        discord_.autocomplete(ana, general, "finetune", "rule", focused="which", which="retr")
    )
    assert rules.choices and all("retr" in f"{each['name']} {each['value']}".lower() for each in rules.choices)
    facts = await discord_.answered(discord_.autocomplete(ana, general, "finetune", "fix", focused="fact", fact="ex"))
    assert any(each["value"] == "examples" for each in facts.choices)
    nothing = await discord_.answered(
        discord_.autocomplete(ana, general, "finetune", "rule", focused="which", which="zzz")
    )
    assert nothing.choices == []


def test_what_is_offered_keeps_to_the_limits_and_can_be_read(knowledge: Knowledge) -> None:
    from bot.chat.instant import instant

    for typed in ("", "r", "a", "the", "rule 2"):
        found = commands.offers(knowledge, "rule", typed)
        assert len(found) <= 25 and all(0 < len(each["name"]) <= 100 and len(each["value"]) <= 100 for each in found)
        for each in found:
            [part] = instant(knowledge, f"/rule {each['value']}") or []
            assert isinstance(part, Text) and part.voice != "error", each
    for each in commands.offers(knowledge, "fix", ""):
        assert commands.fact_of(knowledge, each["value"]) == each["value"]


async def test_a_message_can_be_asked_about_by_its_menu(app: App) -> None:
    discord_ = app.discord
    acme, ana, bob, general = world(discord_)
    message = discord_.say(bob, general, "our replies never keep our tone", files=[Upload("a.csv", b"input,output\n")])
    discord_.context_menu(ana, message, "Should we finetune?")
    event, said = await app.only(Said)
    assert said.text == "our replies never keep our tone" and [file.name for file in said.files] == ["a.csv"]
    assert event.conversation == own(acme, general, ana) and event.author.endswith(str(ana.id))
    await app.reply(event, Text(markdown="What have you tried?"))
    assert (await app.shown(general, "What have you tried?", ana)).ephemeral
    assert not any(each.author is discord_.bot for each in discord_.seen(general, bob))


async def test_a_command_that_somebody_else_wrote_is_words_to_read(app: App) -> None:
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    message = discord_.say(bob, general, "allow everywhere")
    discord_.context_menu(ana, message, "Should we finetune?")
    _, said = await app.only(Said)
    assert said.text == "/check allow everywhere"


async def test_a_message_without_words_is_said_to_have_none(app: App) -> None:
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    message = discord_.say(bob, general, "x")
    message.content = ""
    await discord_.answered(discord_.context_menu(ana, message, "Should we finetune?"))
    assert NO_WORDS in text_of(await app.shown(general, NO_WORDS, ana)) and app.taken == []


async def test_in_direct_messages_a_command_belongs_to_that_conversation(app: App) -> None:
    discord_ = app.discord
    _, ana, _, _ = world(discord_)
    dm = discord_.dm(ana)
    discord_.say(ana, dm, "our tone is off")
    discord_.command(ana, dm, "finetune", "status")
    said, command = await app.took(2)
    assert command.conversation == said.conversation
    await app.reply(command, Text(markdown="I hold no facts yet."))
    shown = await app.shown(dm, "I hold no facts yet.")
    assert not shown.ephemeral and not shown.thinking


@pytest.mark.parametrize("where", ["private", "foreign"])
async def test_who_has_installed_it_for_themselves_can_use_it_anywhere(app: App, where: str) -> None:
    discord_ = app.discord
    other = discord_.guild("Elsewhere", joined=False)
    ana, bob = discord_.user("ana", other), discord_.user("bob", other)
    discord_.install(ana)
    channel = discord_.private_channel(ana, bob) if where == "private" else discord_.channel(other, "general")
    discord_.command(ana, channel, "finetune", "check", text="our tone is off")
    [event] = await app.took()
    via = unpacked(event.via)
    assert via and via.user_only and via.waiting and event.private
    guild = "@me" if where == "private" else str(other.id)
    assert event.conversation == f"discord:{guild}:{channel.id}:@{ana.id}"
    for number in range(5):
        await app.reply(event, Text(markdown=f"line {number}"))
    assert "line 4" in text_of(discord_.seen(channel, ana)[-1]) and discord_.seen(channel, bob) == []


async def test_where_external_apps_are_not_allowed_it_still_answers_privately(app: App) -> None:
    discord_ = app.discord
    other = discord_.guild("Elsewhere", joined=False)
    ana = discord_.user("ana", other)
    discord_.install(ana)
    channel = discord_.channel(other, "general")
    discord_.overwrite(channel, other.everyone, deny=may.USE_EXTERNAL_APPS)
    discord_.command(ana, channel, "finetune", "check", text="our tone is off")
    [event] = await app.took()
    await app.reply(event, Text(markdown="What have you tried?"))
    assert (await app.shown(channel, "What have you tried?", ana)).ephemeral
