"""The fake refuses what Discord refuses of answers to interactions, and people only what Discord's client offers."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.fakes.discord import Channel, FakeDiscord, Guild, Impossible, Interaction, Upload, User, controls_of, text_of
from tests.fakes.discord import permissions as may
from tests.fakes.discord.raw import Gate, Raw, gate

COMMAND: dict[str, Any] = {
    "name": "finetune",
    "description": "Ask",
    "options": [
        {
            "type": 1,
            "name": "ask",
            "description": "Ask",
            "options": [
                {"type": 3, "name": "question", "description": "What", "required": True, "max_length": 20},
                {"type": 4, "name": "count", "description": "How many", "min_value": 1},
                {"type": 11, "name": "file", "description": "Samples"},
                {"type": 3, "name": "kind", "description": "Kind", "choices": [{"name": "Style", "value": "style"}]},
                {"type": 3, "name": "rule", "description": "Rule", "autocomplete": True},
            ],
        }
    ],
}
MENU: dict[str, Any] = {"name": "Should we finetune?", "type": 3}
LABEL: dict[str, Any] = {
    "type": 18,
    "label": "Why",
    "component": {"type": 4, "style": 2, "custom_id": "why", "max_length": 10},
}
FORM: dict[str, Any] = {"title": "Form", "custom_id": "form:1", "components": [LABEL]}


@pytest.fixture
async def bot(discord_: FakeDiscord, raw: Raw) -> AsyncGenerator[Gate]:
    """A connected gateway, with the commands registered."""
    assert (await raw("PUT", f"/applications/{discord_.application_id}/commands", [COMMAND, MENU]))[0] == 200
    async with gate(discord_) as made:
        await made.identify()
        await made.event("READY")
        yield made


@pytest.fixture
def asked(discord_: FakeDiscord, bot: Gate, ana: User, general: Channel) -> Interaction:
    return discord_.command(ana, general, "finetune", "ask", question="should we?")


def answers(interaction: Interaction) -> str:
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


def webhook(discord_: FakeDiscord, interaction: Interaction) -> str:
    return f"/webhooks/{discord_.application_id}/{interaction.token}"


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"type": 4, "data": {"content": text} | more}


def with_button(text: str, **more: Any) -> dict[str, Any]:
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go:1"} | more
    return message(text, components=[{"type": 1, "components": [button]}])


async def test_a_command_arrives_with_its_options(
    discord_: FakeDiscord, bot: Gate, ana: User, general: Channel
) -> None:
    files = Upload("s.csv", b"a,b")
    discord_.command(ana, general, "finetune", "ask", question="q", count=2, kind="Style", file=files)
    arrived = await bot.event("INTERACTION_CREATE")
    [sub] = arrived["data"]["options"]
    values = {each["name"]: each["value"] for each in sub["options"]}
    kept = arrived["data"]["resolved"]["attachments"][values.pop("file")]
    assert (sub["name"], values, kept["filename"]) == ("ask", {"question": "q", "count": 2, "kind": "style"}, "s.csv")
    assert (arrived["context"], arrived["authorizing_integration_owners"]) == (0, {"0": arrived["guild_id"]})


async def test_the_first_response_and_its_edits(raw: Raw, discord_: FakeDiscord, asked: Interaction, ana: User) -> None:
    hook = webhook(discord_, asked)
    assert await raw.code("PATCH", f"{hook}/messages/@original", {"content": "x"}, authorised=False) == (404, 10015)
    status, told = await raw("POST", f"{answers(asked)}?with_response=1", {"type": 5, "data": {"flags": 64}})
    assert (status, told["interaction"]["response_message_ephemeral"]) == (200, True)
    assert asked.response is not None
    assert asked.response.thinking
    # docs/platforms.md#discord-interactions: the first follow-up fills the waiting message and stays private.
    await raw("POST", hook, {"content": "the verdict"}, authorised=False)
    assert [text_of(each) for each in discord_.seen(asked.channel, ana)] == ["the verdict"]
    assert discord_.seen(asked.channel) == []
    await raw("PATCH", f"{hook}/messages/@original", {"content": "better"}, authorised=False)
    assert (asked.response.content, asked.response.history) == ("better", ["the verdict"])
    assert (await raw("DELETE", f"{hook}/messages/@original"))[0] == 204
    assert await raw.code("GET", f"{hook}/messages/@original") == (404, 10008)
    assert discord_.acks[0].callback == 5
    discord_.assert_no_offences()


async def test_without_with_response_nothing_is_told(raw: Raw, asked: Interaction) -> None:
    assert await raw("POST", answers(asked), message("x")) == (204, None)


async def test_a_second_first_response_is_refused(raw: Raw, discord_: FakeDiscord, asked: Interaction) -> None:
    await raw("POST", answers(asked), message("x"))
    with discord_.expecting(40060):  # docs/platforms.md#discord-interactions
        assert await raw.code("POST", answers(asked), message("y")) == (400, 40060)


async def test_a_late_first_response_is_refused(raw: Raw, discord_: FakeDiscord, asked: Interaction) -> None:
    discord_.advance(3.5)
    with discord_.expecting(10062):  # docs/platforms.md#discord-interactions: 3 s
        assert await raw.code("POST", answers(asked), message("x")) == (404, 10062)
    assert discord_.acks[0].seconds is None


async def test_no_first_response_at_all_is_an_offence(discord_: FakeDiscord, asked: Interaction) -> None:
    with discord_.expecting(10062):
        await discord_.until(lambda: discord_.offences)
    assert asked.late


async def test_an_unknown_interaction_is_refused(raw: Raw, discord_: FakeDiscord, asked: Interaction) -> None:
    assert await raw.code("POST", f"/interactions/{asked.id}/wrong/callback", message("x")) == (404, 10062)
    assert await raw.code("POST", f"/interactions/1/{asked.token}/callback", message("x")) == (404, 10062)
    assert await raw.code("POST", f"/webhooks/{discord_.application_id}/wrong", {"content": "x"}) == (401, 50027)
    assert await raw.code("POST", f"/webhooks/1/{asked.token}", {"content": "x"}) == (404, 10015)


async def test_the_token_ends_after_fifteen_minutes(raw: Raw, discord_: FakeDiscord, asked: Interaction) -> None:
    await raw("POST", answers(asked), {"type": 5})
    discord_.advance(14 * 60)
    assert (await raw("PATCH", f"{webhook(discord_, asked)}/messages/@original", {"content": "still"}))[0] == 200
    discord_.advance(2 * 60)
    for method, path in (("POST", ""), ("PATCH", "/messages/@original")):  # docs/platforms.md#discord-interactions
        assert await raw.code(method, webhook(discord_, asked) + path, {"content": "x"}) == (401, 50027)


MISFITS: list[dict[str, Any]] = [
    {"type": 8, "data": {"choices": []}},
    {"type": 6},
    {"type": 7, "data": {"content": "x"}},
    {"type": 4, "data": {"content": "x" * 2001}},
    {"type": 9, "data": FORM | {"title": "T" * 46}},  # docs/platforms.md#discord-forms, here and below
    {"type": 9, "data": FORM | {"components": []}},
    {"type": 9, "data": FORM | {"components": [LABEL | {"label": str(n)} for n in range(6)]}},
    {"type": 9, "data": FORM | {"components": [LABEL, LABEL]}},
    {"type": 9, "data": FORM | {"components": [LABEL | {"label": "L" * 46}]}},
    {"type": 9, "data": FORM | {"components": [LABEL["component"]]}},
    {"type": 9, "data": FORM | {"custom_id": "c" * 101}},
]


@pytest.mark.parametrize("body", MISFITS)
async def test_a_response_that_does_not_fit_is_refused(
    raw: Raw, discord_: FakeDiscord, asked: Interaction, body: dict[str, Any]
) -> None:
    with discord_.expecting(50035):
        assert await raw.code("POST", answers(asked), body) == (400, 50035)
    assert asked.callback is None


async def test_a_command_in_the_conversation_with_the_bot(discord_: FakeDiscord, bot: Gate, ana: User) -> None:
    discord_.command(ana, discord_.dm(ana), "finetune", "ask", question="q")
    arrived = await bot.event("INTERACTION_CREATE")
    assert (arrived["context"], arrived["authorizing_integration_owners"]) == (1, {"0": "0"})
    assert (arrived["user"]["id"], "member" in arrived) == (str(ana.id), False)


async def test_five_follow_ups_where_only_the_user_installed_it(
    raw: Raw, discord_: FakeDiscord, bot: Gate, acme: Guild
) -> None:
    ana, ben = discord_.user("ana", acme), discord_.user("ben", acme)
    private = discord_.private_channel(ana, ben)
    with pytest.raises(Impossible):
        discord_.command(ana, private, "finetune", "ask", question="q")
    discord_.install(ana)
    asked = discord_.command(ana, private, "finetune", "ask", question="q")
    arrived = await bot.event("INTERACTION_CREATE")
    assert (arrived["context"], arrived["authorizing_integration_owners"]) == (2, {"1": str(ana.id)})
    await raw("POST", answers(asked), message("first"))
    for number in range(5):
        assert (await raw("POST", webhook(discord_, asked), {"content": str(number)}))[0] == 200
    with discord_.expecting(40094):  # docs/platforms.md#discord-interactions
        assert await raw.code("POST", webhook(discord_, asked), {"content": "6"}) == (400, 40094)
    assert await raw.code("POST", f"/channels/{private.id}/messages", {"content": "x"}) == (403, 50001)


async def test_without_external_apps_every_answer_is_private(
    raw: Raw, discord_: FakeDiscord, bot: Gate, ana: User
) -> None:
    foreign = discord_.guild("Foreign", joined=False)
    discord_.join(foreign, ana)
    discord_.install(ana)
    place = discord_.channel(foreign, "place")
    discord_.overwrite(place, foreign.everyone, deny=may.USE_EXTERNAL_APPS)  # docs/platforms.md#discord-threads
    asked = discord_.command(ana, place, "finetune", "ask", question="q")
    await raw("POST", answers(asked), message("x"))
    assert asked.response is not None
    assert asked.response.ephemeral


async def test_a_press_and_the_form_it_opens(
    raw: Raw, discord_: FakeDiscord, bot: Gate, asked: Interaction, ana: User, acme: Guild
) -> None:
    await raw("POST", answers(asked), with_button("choose"))
    assert asked.response is not None
    assert controls_of(asked.response) == ["Go"]
    pressed = discord_.press(ana, asked.response, "Go")
    await bot.event("INTERACTION_CREATE")
    arrived = await bot.event("INTERACTION_CREATE")
    assert (arrived["data"]["custom_id"], arrived["message"]["content"]) == ("go:1", "choose")
    await raw("POST", answers(pressed), {"type": 9, "data": FORM})
    [modal] = discord_.modals
    with pytest.raises(Impossible):
        discord_.submit(discord_.user("ben", acme), modal, {"Why": "x"})
    for wrong in ({}, {"Why": "x" * 11}, {"Where": "x"}):
        with pytest.raises(Impossible):
            discord_.submit(ana, modal, wrong)
    sent = discord_.submit(ana, modal, {"Why": "style"})
    arrived = await bot.event("INTERACTION_CREATE")
    assert arrived["data"]["components"][0]["component"]["value"] == "style"
    with discord_.expecting(50035):
        assert await raw.code("POST", answers(sent), {"type": 9, "data": FORM}) == (400, 50035)
    await raw("POST", answers(sent), {"type": 7, "data": {"content": "thanks", "components": []}})
    assert text_of(asked.response) == "thanks"
    with pytest.raises(Impossible):
        discord_.press(ana, asked.response, "Go")


async def test_people_can_only_do_what_they_are_offered(
    raw: Raw, discord_: FakeDiscord, bot: Gate, ana: User, acme: Guild, general: Channel
) -> None:
    ask: Any = discord_.command
    for wrong in ({}, {"question": "x" * 21}, {"question": 5}, {"question": "x", "other": "y"}, {"kind": "Other"}):
        with pytest.raises(Impossible):
            ask(ana, general, "finetune", "ask", **wrong)
    with pytest.raises(Impossible):
        discord_.command(ana, general, "unknown")
    with pytest.raises(Impossible):
        discord_.command(ana, general, "finetune", "other")
    with pytest.raises(Impossible):
        discord_.command(discord_.user("eve"), general, "finetune", "ask", question="x")
    with pytest.raises(Impossible):
        discord_.context_menu(ana, discord_.say(ana, general, "hi"), "Other")
    shown = discord_.command(ana, general, "finetune", "ask", question="x")
    await raw("POST", answers(shown), with_button("x", disabled=True))
    private = discord_.command(ana, general, "finetune", "ask", question="x")
    body = with_button("x")
    body["data"]["flags"] = 64
    await raw("POST", answers(private), body)
    assert shown.response is not None
    assert private.response is not None
    with pytest.raises(Impossible):
        discord_.press(ana, shown.response, "Go")
    with pytest.raises(Impossible):
        discord_.press(discord_.user("ben", acme), private.response, "Go")
    discord_.press(ana, private.response, "Go")


async def test_autocompletion_takes_offers_only(
    raw: Raw, discord_: FakeDiscord, bot: Gate, ana: User, general: Channel
) -> None:
    typed = discord_.autocomplete(ana, general, "finetune", "ask", focused="rule", rule="sty")
    arrived = await bot.event("INTERACTION_CREATE")
    assert arrived["data"]["options"][0]["options"] == [{"name": "rule", "type": 3, "value": "sty", "focused": True}]
    with discord_.expecting(50035):
        assert await raw.code("POST", answers(typed), message("x")) == (400, 50035)
    many = [{"name": str(n), "value": str(n)} for n in range(26)]
    with discord_.expecting(50035):
        assert await raw.code("POST", answers(typed), {"type": 8, "data": {"choices": many}}) == (400, 50035)
    await raw("POST", answers(typed), {"type": 8, "data": {"choices": many[:2]}})
    assert [choice["name"] for choice in typed.choices] == ["0", "1"]


async def test_a_message_menu_carries_the_message(
    discord_: FakeDiscord, bot: Gate, ana: User, general: Channel
) -> None:
    said = discord_.say(ana, general, "plain words")
    discord_.context_menu(ana, said, "Should we finetune?")
    arrived = await bot.event("INTERACTION_CREATE")
    target = arrived["data"]["target_id"]
    assert arrived["data"]["resolved"]["messages"][target]["content"] == "plain words"


async def test_a_select_sends_values_and_whom_they_name(
    raw: Raw, discord_: FakeDiscord, bot: Gate, asked: Interaction, ana: User
) -> None:
    menu = {"type": 3, "custom_id": "m", "placeholder": "Pick", "options": [{"label": "A", "value": "a"}]}
    users = {"type": 5, "custom_id": "u", "placeholder": "Who"}
    rows = [{"type": 1, "components": [menu]}, {"type": 1, "components": [users]}]
    await raw("POST", answers(asked), message("x", components=rows))
    await bot.event("INTERACTION_CREATE")
    assert asked.response is not None
    discord_.select(ana, asked.response, "Pick", "A")
    assert (await bot.event("INTERACTION_CREATE"))["data"]["values"] == ["a"]
    discord_.select(ana, asked.response, "Who", ana)
    arrived = await bot.event("INTERACTION_CREATE")
    assert arrived["data"]["resolved"]["users"][str(ana.id)]["username"] == "ana"
    with pytest.raises(Impossible):
        discord_.select(ana, asked.response, "Pick", "B")


@pytest.mark.parametrize(
    "commands",
    [
        [COMMAND | {"name": "Finetune"}],  # docs/platforms.md#discord-commands
        [COMMAND | {"name": "n" * 33}],
        [COMMAND | {"description": ""}],
        [COMMAND | {"description": "d" * 101}],
        [COMMAND, COMMAND],
        [{"type": 3, "name": str(number)} for number in range(16)],
        [COMMAND | {"options": [{"type": 3, "name": str(number), "description": "d"} for number in range(26)]}],
        [
            COMMAND
            | {
                "options": [
                    {"type": 3, "name": "a", "description": "d"},
                    {"type": 3, "name": "b", "description": "d", "required": True},
                ]
            }
        ],
        [{"type": 3, "name": "menu", "description": "not for menus"}],
    ],
)
async def test_commands_that_break_a_limit_are_refused(
    raw: Raw, discord_: FakeDiscord, commands: list[dict[str, Any]]
) -> None:
    with discord_.expecting(50035):
        path = f"/applications/{discord_.application_id}/commands"
        assert await raw.code("PUT", path, commands) == (400, 50035)
    assert discord_.commands == {}


async def test_commands_are_taken_only_for_the_ways_in_which_the_app_can_be_installed(
    raw: Raw, discord_: FakeDiscord
) -> None:
    discord_.installs = {0}
    path = f"/applications/{discord_.application_id}/commands"
    assert (await raw("GET", "/applications/@me"))[1]["integration_types_config"] == {"0": {}}
    with discord_.expecting(50035):
        assert await raw.code("PUT", path, [COMMAND | {"integration_types": [0, 1]}]) == (400, 50035)
    assert (await raw("PUT", path, [COMMAND | {"integration_types": [0]}]))[0] == 200


async def test_commands_keep_their_ids(raw: Raw, discord_: FakeDiscord, acme: Guild) -> None:
    path = f"/applications/{discord_.application_id}/commands"
    _, first = await raw("PUT", path, [COMMAND])
    _, second = await raw("PUT", path, [COMMAND | {"description": "Other"}, MENU])
    assert first[0]["id"] == second[0]["id"]
    assert (await raw("GET", path))[1] == second
    assert (await raw("GET", f"/applications/{discord_.application_id}/guilds/{acme.id}/commands"))[1] == []
    assert await raw.code("PUT", "/applications/1/commands", []) == (404, 10002)


async def test_a_bot_that_is_away_is_not_blamed(discord_: FakeDiscord, ana: User, general: Channel, raw: Raw) -> None:
    await raw("PUT", f"/applications/{discord_.application_id}/commands", [COMMAND])
    asked = discord_.command(ana, general, "finetune", "ask", question="q")
    await asyncio.sleep(0)
    assert not asked.delivered
    discord_.advance(4)
    assert await raw.code("POST", answers(asked), message("x")) == (404, 10062)
    discord_.assert_no_offences()
