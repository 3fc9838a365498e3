"""Interactions and messages as Discord's own documentation writes them down, with values of ours.

What is in each, and what is not, is taken from discord/discord-api-docs: the examples of slash commands, commands of
messages and autocompletion in developers/interactions/application-commands.mdx, those of presses, menus and fields of
forms in developers/components/reference.mdx, that of a message in developers/resources/message.mdx. Some are older than
fields on which discord.py relies and which the page of the object has: those are marked.
"""

from typing import Any

from adapters.discord.inbound import commands
from bot.chat import wording
from bot.chat.events import Answered, Pasted, Said
from tests.discord.app import App
from tests.discord.inbound.test_interactions import OFFER, asked, question, world
from tests.fakes.discord import Channel, FakeDiscord, Interaction, Message, User, text_of, wire

Json = dict[str, Any]
YOUNGER: Json = {"version": 1, "entitlements": [], "attachment_size_limit": 10 * 2**20}
"""What the page of an interaction says is always there, and the examples of slash commands do not have."""
AT = "2026-07-22T15:42:57.744000+00:00"


def person(user: User) -> Json:
    """Return a person as the examples have one: with a discriminator, without a name to show."""
    return {
        "id": str(user.id),
        "username": user.name,
        "avatar": "a_d5efa99b3eeaa7dd43acca82f5692432",
        "discriminator": "1337",
        "public_flags": 131141,
    }


def member(user: User) -> Json:
    return {
        "user": person(user),
        "roles": ["539082325061836999"],
        "premium_since": None,
        "permissions": "2147483647",
        "pending": False,
        "nick": None,
        "mute": False,
        "joined_at": "2017-03-13T19:19:14.040000+00:00",
        "is_pending": False,
        "deaf": False,
        "flags": 0,  # younger, too
    }


def used(
    discord_: FakeDiscord, kind: int, user: User, channel: Channel, data: Json, message: Message | None = None
) -> Interaction:
    """Let the app hear of an interaction in the form of the examples."""
    assert channel.guild is not None
    made = Interaction(discord_.new_id(), "A_UNIQUE_TOKEN", kind, user, channel, data, discord_.now(), message)
    made.owners, made.opened_by = {"0": str(channel.guild.id)}, None
    discord_.interactions.append(made)
    payload: Json = {
        "application_id": str(discord_.application_id),
        "type": kind,
        "token": made.token,
        "member": member(user),
        "id": str(made.id),
        "guild_id": str(channel.guild.id),
        "app_permissions": "442368",
        "guild_locale": "en-US",
        "locale": "en-US",
        "data": data,
        "channel_id": str(channel.id),
        "channel": wire.channel_json(channel, discord_.bot),  # younger; discord.py reads no channel_id
        **YOUNGER,
    }
    if message is not None:
        payload["message"] = discord_.wire(message)
    made.delivered = discord_.emit("INTERACTION_CREATE", payload, channel.guild.id)
    return made


# Commands


async def test_a_command(app: App) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    option = {"type": 3, "name": "text", "value": "our replies never keep our tone"}
    data = {
        "options": [{"type": 1, "name": "check", "options": [option]}],
        "type": 1,
        "name": commands.NAME,
        "id": "771825006014889984",
    }
    await discord_.answered(used(discord_, 2, ana, general, data))
    event, said = await app.only(Said)
    assert said.text == "/check our replies never keep our tone" and event.private
    assert event.author.endswith(str(ana.id)) and event.name == ana.name and event.channel == str(general.id)


async def test_the_menu_of_a_message(app: App) -> None:
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    message: Json = {
        "attachments": [],
        "author": person(bob),
        "channel_id": str(general.id),
        "components": [],
        "content": "some message",
        "edited_timestamp": None,
        "embeds": [],
        "flags": 0,
        "id": "867793854505943041",
        "mention_everyone": False,
        "mention_roles": [],
        "mentions": [],
        "pinned": False,
        "timestamp": AT,
        "tts": False,
        "type": 0,
    }
    data: Json = {
        "id": "866818195033292851",
        "name": commands.MENU,
        "resolved": {"messages": {message["id"]: message}},
        "target_id": message["id"],
        "type": 3,
    }
    await discord_.answered(used(discord_, 2, ana, general, data))
    event, said = await app.only(Said)
    assert said.text == "some message" and event.private


async def test_an_autocompletion(app: App) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    typed = {"type": 3, "name": "which", "value": "retriev", "focused": True}
    data = {
        "id": "816437322781949972",
        "name": commands.NAME,
        "type": 1,
        "version": "847194950382780532",
        "options": [{"type": 1, "name": "rule", "options": [typed]}],
    }
    made = await discord_.answered(used(discord_, 4, ana, general, data))
    assert made.choices and all("name" in each and "value" in each for each in made.choices)


# Components of a message


async def test_a_button(app: App) -> None:
    event, thread, message, ana, _ = await asked(app, OFFER)
    [button] = [each for each in _parts(message.components) if each.get("label") == "Skip"]
    data = {"component_type": 2, "id": 2, "custom_id": button["custom_id"]}
    await app.discord.answered(used(app.discord, 3, ana, thread, data, message))
    pressed = (await app.took(2))[1]
    assert pressed.body.kind == "pressed" and pressed.conversation == event.conversation
    await app.discord.until(lambda: f"{ana.name}: Skip" in text_of(message))


async def test_a_menu(app: App) -> None:
    fact = next(each for each in app.knowledge.asks if len(wording.form(app.knowledge, [each]).fields[0].options) > 5)
    event, thread, message, ana, _ = await asked(app, question(app, fact))
    [menu] = [each for each in _parts(message.components) if each["type"] == 3]
    data = {"component_type": 3, "custom_id": menu["custom_id"], "values": [menu["options"][0]["value"]]}
    await app.discord.answered(used(app.discord, 3, ana, thread, data, message))
    answer = (await app.took(2))[1]
    assert isinstance(answer.body, Answered) and list(answer.body.facts) == [fact]
    assert answer.conversation == event.conversation


# Forms


async def opened(app: App, thread: Channel, message: Message, user: User, label: str) -> list[Json]:
    """Press what opens a form, and return its fields, below the id that the form carries."""
    press = await app.discord.answered(app.discord.press(user, message, label))
    assert press.modal
    fields = [each["component"] for each in press.modal.components if each["type"] == 18]
    return [{"custom_id": press.modal.custom_id}, *fields]


def labelled(*fields: Json) -> list[Json]:
    """Return the fields of a form as they come back: each in its label, numbered in the order of all components."""
    return [{"type": 18, "id": 2 * n - 1, "component": {"id": 2 * n, **field}} for n, field in enumerate(fields, 1)]


async def test_a_text_in_a_form(app: App) -> None:
    event, thread, message, ana, _ = await asked(app, question(app, "examples"))
    form, field = await opened(app, thread, message, ana, "Answer")
    typed = {"type": 4, "custom_id": field["custom_id"], "value": "about 400"}
    data = {**form, "components": labelled(typed)}
    await app.discord.answered(used(app.discord, 5, ana, thread, data, message))
    answer = (await app.took(2))[1]
    assert (answer.body, answer.conversation) == (Answered(facts={"examples": 400}), event.conversation)


async def test_choices_in_a_form(app: App) -> None:
    """A radio group gives one value, a group of boxes and a menu several."""
    asks, facts = app.knowledge.asks, app.knowledge.facts
    one = next(
        each
        for each in asks
        if facts[each].type == "choice" and len(wording.form(app.knowledge, [each]).fields[0].options) < 9
    )
    several = next(each for each in asks if facts[each].type == "set")
    event, thread, message, ana, _ = await asked(app, question(app, one, several))
    form, *fields = await opened(app, thread, message, ana, "Answer both")
    by_fact = {fact: next(each for each in fields if str(each["custom_id"]).endswith(fact)) for fact in (one, several)}
    values = {fact: field["options"][0]["value"] for fact, field in by_fact.items()}
    radio = {"type": 21, "custom_id": by_fact[one]["custom_id"], "value": values[one]}
    boxes = {"type": 22, "custom_id": by_fact[several]["custom_id"], "values": [values[several]]}
    await app.discord.answered(
        used(app.discord, 5, ana, thread, {**form, "components": labelled(radio, boxes)}, message)
    )
    answer = (await app.took(2))[1]
    assert answer.body == Answered(facts={one: values[one], several: (values[several],)})
    assert answer.conversation == event.conversation


async def test_a_file_in_a_form(app: App) -> None:
    _, thread, message, ana, _ = await asked(app, OFFER)
    form, text, upload = await opened(app, thread, message, ana, "Paste samples")
    name = "https://cdn.discordapp.com/ephemeral-attachments/2222222222222222222/111111111111111111111/pairs.csv"
    file = {
        "content_type": "text/csv",
        "ephemeral": True,
        "filename": "pairs.csv",
        "id": "111111111111111111111",
        "placeholder": "/PcBAoBQydvKesabEIoMsdg=",
        "placeholder_version": 1,
        "proxy_url": f"{name}?ex=68dc7ce1&is=68db2b61&hm=59&",
        "size": 2413,
        "url": f"{name}?ex=68dc7ce1&is=68db2b61&hm=59&",
    }
    fields = labelled(
        {"type": 4, "custom_id": text["custom_id"], "value": ""},
        {"type": 19, "custom_id": upload["custom_id"], "values": [file["id"]]},
    )
    data = {**form, "components": fields, "resolved": {"attachments": {file["id"]: file}}}
    await app.discord.answered(used(app.discord, 5, ana, thread, data, message))
    pasted = (await app.took(2))[1].body
    assert isinstance(pasted, Pasted) and [each.name for each in pasted.files] == ["pairs.csv"]


def _parts(components: list[Json]) -> list[Json]:
    found: list[Json] = []
    for each in components:
        found += [each, *_parts(each.get("components") or [])]
    return found


# Messages


async def test_a_message(app: App) -> None:
    discord_ = app.discord
    acme, ana, _, general = world(discord_)
    emoji = {"id": None, "name": "🔥"}
    reaction = {"count": 1, "count_details": {"burst": 0, "normal": 1}, "me": False, "me_burst": False}
    message: Json = {
        "reactions": [{**reaction, "emoji": emoji, "burst_colors": []}],
        "attachments": [],
        "tts": False,
        "embeds": [],
        "timestamp": AT,
        "mention_everyone": False,
        "id": str(discord_.new_id()),
        "pinned": False,
        "edited_timestamp": None,
        "author": person(ana),
        "mention_roles": [],
        "content": f"{discord_.bot.mention} should we finetune?",
        "channel_id": str(general.id),
        "mentions": [person(discord_.bot)],
        "type": 0,
    }
    # The gateway adds where it was said, and who said it there (gateway-events.mdx, Message Create).
    there = {"guild_id": str(acme.id), "member": {key: held for key, held in member(ana).items() if key != "user"}}
    discord_.emit("MESSAGE_CREATE", message | there, acme.id)
    event, said = await app.only(Said)
    assert said.text == "should we finetune?" and event.message == message["id"] and event.addressed == "us"
    assert event.author.endswith(str(ana.id))
