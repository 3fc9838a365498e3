"""The fake refuses what Discord refuses of messages and channels: asked by a raw client."""

from typing import Any

import pytest

from tests.fakes.discord import Channel, FakeDiscord, Guild, Upload, User, text_of
from tests.fakes.discord import permissions as may
from tests.fakes.discord.raw import Raw

V2 = 1 << 15


def posts(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def button(label: str = "Go", custom_id: str = "go", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": label, "custom_id": custom_id} | more


def words(text: str) -> dict[str, Any]:
    return {"type": 10, "content": text}


async def test_answers_are_json_exactly_as_discord_sends_it(raw: Raw) -> None:
    response = await raw.whole("GET", "/users/@me")
    assert response.headers["Content-Type"] == "application/json"  # docs/platforms.md#discord-library


async def test_a_wrong_token_is_refused(raw: Raw, general: Channel) -> None:
    raw.token = "wrong"
    assert (await raw("GET", "/users/@me"))[0] == 401
    assert await raw("POST", posts(general), {"content": "hi"}) == (401, {"message": "401: Unauthorized", "code": 0})
    assert (await raw("GET", "/users/@me", authorised=False))[0] == 401


async def test_an_unknown_route_is_an_offence(raw: Raw, discord_: FakeDiscord) -> None:
    with discord_.expecting(0):
        assert (await raw("GET", "/nowhere"))[0] == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"content": "x" * 2001}, "content"),  # docs/platforms.md#discord-messages
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"embeds": [{"title": "t" * 257}]}, "embeds"),
        ({"embeds": [{"description": "d" * 4000}, {"description": "d" * 2001}]}, "embeds"),
        ({"embeds": [{"title": "t"}] * 11}, "embeds"),
        # docs/platforms.md#discord-components, here and below
        ({"content": "x", "components": [words("hi")]}, "components"),
        ({"content": "x", "components": [row(button())] * 6}, "components"),
        ({"content": "x", "components": [row(button("L" * 81))]}, "components"),
        ({"content": "x", "components": [row(button(custom_id="c" * 101))]}, "components"),
        ({"content": "x", "components": [row(button(), button())]}, "components"),
        ({"content": "x", "components": [row(*[button(custom_id=str(n)) for n in range(6)])]}, "components"),
        ({"content": "x", "components": [row({"type": 2, "style": 1, "label": "no id"})]}, "components"),
        ({"content": "x", "components": [row({"type": 2, "style": 5, "label": "no address"})]}, "components"),
        ({"content": "x", "components": [row({"type": 2, "style": 1, "custom_id": "no words"})]}, "components"),
        (
            {
                "content": "x",
                "components": [
                    row(
                        {
                            "type": 3,
                            "custom_id": "s",
                            "options": [{"label": str(n), "value": str(n)} for n in range(26)],
                        }
                    )
                ],
            },
            "components",
        ),
        (
            {
                "content": "x",
                "components": [row({"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}] * 2})],
            },
            "components",
        ),
        ({"flags": V2, "content": "x", "components": [words("hi")]}, "content"),
        ({"flags": V2, "embeds": [{"title": "t"}], "components": [words("hi")]}, "embeds"),
        ({"flags": V2, "components": [words("hi")] * 41}, "components"),
        ({"flags": V2, "components": [{"type": 17, "components": [words("hi")] * 20}] * 2}, "components"),
        ({"flags": V2, "components": [words("x" * 2001), words("x" * 2000)]}, "components"),
        ({"flags": V2, "components": [words("a") | {"id": 7}, words("b") | {"id": 7}]}, "components"),
        (
            {"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://no.png"}}]}]},
            "components",
        ),
        ({"flags": V2, "components": [{"type": 13, "file": {"url": "https://example.org/a.txt"}}]}, "components"),
        ({"content": "x", "attachments": [{"id": "0"}]}, "attachments"),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
        ({"content": "x", "message_reference": {"message_id": "1"}}, "message_reference"),
    ],
)
async def test_a_message_that_breaks_a_limit_is_refused(
    raw: Raw, discord_: FakeDiscord, general: Channel, body: dict[str, Any], where: str
) -> None:
    with discord_.expecting(50035) as offences:
        status, answer = await raw("POST", posts(general), body)
    assert (status, answer["code"]) == (400, 50035)
    assert where in answer["errors"]
    assert offences[0].cite
    assert discord_.seen(general) == []


async def test_a_body_against_the_schema_is_refused(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    if discord_.validating:
        pytest.skip(discord_.validating)
    with discord_.expecting(50035) as offences:
        assert await raw.code("POST", posts(general), {"content": "x", "tts": "yes"}) == (400, 50035)
    assert offences[0].cite.startswith("OpenAPI")
    with discord_.expecting(50035):
        assert await raw.code("PATCH", f"/channels/{general.id}", {"name": 7}) == (400, 50035)


async def test_a_full_v2_message_is_taken_and_its_picture_shown(
    raw: Raw, discord_: FakeDiscord, general: Channel, ana: User
) -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://p.png"}, "description": "two bars"}]}
    container = {"type": 17, "components": [words("x" * 4000), gallery, row(button())]}
    body = {"flags": V2, "components": [container], "attachments": [{"id": "0", "description": "two bars"}]}
    status, answer = await raw("POST", posts(general), body, files={"p.png": b"png"})
    assert status == 200
    shown = answer["components"][0]["components"][1]["items"][0]["media"]["url"]
    assert await (await raw.session.get(shown)).read() == b"png"
    [message] = discord_.seen(general, ana)
    assert text_of(message) == "x" * 4000
    assert message.attachments[0].description == "two bars"
    discord_.assert_no_offences()


async def test_a_file_that_a_component_shows_is_told_of_there_alone(
    raw: Raw, discord_: FakeDiscord, general: Channel
) -> None:
    file = {"type": 13, "file": {"url": "attachment://a.txt"}}
    _, made = await raw("POST", posts(general), {"flags": V2, "components": [file]}, files={"a.txt": b"a"})
    assert made["attachments"] == []
    shown = made["components"][0]
    assert shown["name"] == "a.txt" and shown["file"]["attachment_id"]
    path = f"{posts(general)}/{made['id']}"
    with discord_.expecting(50035):
        came = {"components": [{"type": 13, "file": {"url": shown["file"]["url"]}}]}
        assert await raw.code("PATCH", path, came) == (400, 50035)
    status, changed = await raw("PATCH", path, {"components": [words("above"), file]})
    assert status == 200 and changed["components"][1]["file"]["attachment_id"] == shown["file"]["attachment_id"]


async def test_an_edit_with_new_files_lists_all_that_the_message_then_has(raw: Raw, general: Channel) -> None:
    _, made = await raw("POST", posts(general), {"content": "one"}, files={"a.txt": b"a", "b.txt": b"b"})
    path, kept = f"{posts(general)}/{made['id']}", made["attachments"][0]
    listed = {"attachments": [{"id": kept["id"]}, {"id": 0, "filename": "c.txt"}]}
    _, changed = await raw("PATCH", path, {"content": "two"} | listed, files={"c.txt": b"c"})
    assert [each["filename"] for each in changed["attachments"]] == ["a.txt", "c.txt"]
    _, changed = await raw("PATCH", path, {"content": "three"})
    assert [each["filename"] for each in changed["attachments"]] == ["a.txt", "c.txt"], "without a list all stay"


async def test_a_file_that_no_component_shows_is_an_offence(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    with discord_.expecting(0):
        await raw("POST", posts(general), {"flags": V2, "components": [words("hi")]}, files={"a.txt": b"a"})


async def test_components_take_the_place_of_words_where_those_are_taken_back(
    raw: Raw, discord_: FakeDiscord, general: Channel
) -> None:
    _, made = await raw("POST", posts(general), {"content": "plain"})
    path, body = f"{posts(general)}/{made['id']}", {"flags": V2, "components": [words("hi")]}
    with discord_.expecting(50035):
        assert await raw.code("PATCH", path, body) == (400, 50035)
    assert (await raw("PATCH", path, body | {"content": None, "embeds": []}))[0] == 200


async def test_v2_cannot_be_unset(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    _, made = await raw("POST", posts(general), {"flags": V2, "components": [words("hi")]})
    with discord_.expecting(50035):
        assert await raw.code("PATCH", f"{posts(general)}/{made['id']}", {"flags": 0, "content": "x"}) == (400, 50035)


async def test_an_empty_message_is_refused(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    with discord_.expecting(50006):
        assert await raw.code("POST", posts(general), {"content": ""}) == (400, 50006)


async def test_broken_json_and_other_content_types_are_refused(
    raw: Raw, discord_: FakeDiscord, general: Channel
) -> None:
    headers = {"Authorization": f"Bot {discord_.token}"}
    url = discord_.api + posts(general)
    with discord_.expecting(50109):
        broken = await raw.session.post(url, data=b"{", headers=headers | {"Content-Type": "application/json"})
        assert (await broken.json())["code"] == 50109
    with discord_.expecting(50035):
        assert (await raw.session.post(url, data=b"a", headers=headers | {"Content-Type": "text/plain"})).status == 400


async def test_more_files_or_larger_ones_than_allowed_are_refused(
    raw: Raw, discord_: FakeDiscord, general: Channel
) -> None:
    with discord_.expecting(50035):
        files = {f"{number}.txt": b"a" for number in range(11)}
        assert await raw.code("POST", posts(general), {}, files=files) == (400, 50035)
    with discord_.expecting(40005):
        big = {"a.bin": b"a" * (10 * 2**20 + 1)}
        assert await raw.code("POST", posts(general), {}, files=big) == (413, 40005)


@pytest.mark.parametrize(
    ("missing", "body", "code"),
    [
        (may.VIEW_CHANNEL, {"content": "x"}, 50001),
        (may.SEND_MESSAGES, {"content": "x"}, 50013),
        (may.EMBED_LINKS, {"embeds": [{"title": "t"}]}, 50013),
    ],
)
async def test_a_missing_permission_is_refused(
    raw: Raw, discord_: FakeDiscord, general: Channel, missing: int, body: dict[str, Any], code: int
) -> None:
    discord_.overwrite(general, discord_.bot, deny=missing)
    assert await raw.code("POST", posts(general), body) == (403, code)
    discord_.assert_no_offences()


async def test_files_need_their_permission(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    discord_.overwrite(general, discord_.bot, deny=may.ATTACH_FILES)
    assert await raw.code("POST", posts(general), {"content": "x"}, files={"a.txt": b"a"}) == (403, 50013)


async def test_a_reply_needs_to_read_the_history(raw: Raw, discord_: FakeDiscord, general: Channel, ana: User) -> None:
    first = discord_.say(ana, general, "hi")
    body = {"content": "x", "message_reference": {"message_id": str(first.id)}}
    assert (await raw("POST", posts(general), body))[0] == 200
    discord_.overwrite(general, discord_.bot, deny=may.READ_MESSAGE_HISTORY)
    assert await raw.code("POST", posts(general), body) == (400, 160002)


async def test_what_is_gone_or_foreign_is_unknown(raw: Raw, discord_: FakeDiscord, general: Channel, ana: User) -> None:
    assert await raw.code("GET", "/channels/1") == (404, 10003)
    assert await raw.code("GET", f"{posts(general)}/1") == (404, 10008)
    assert await raw.code("GET", "/guilds/1") == (404, 10004)
    assert await raw.code("GET", "/users/1") == (404, 10013)
    assert general.guild is not None
    assert await raw.code("GET", f"/guilds/{general.guild.id}/members/1") == (404, 10007)
    direct = discord_.dm(ana)
    said = discord_.say(ana, direct, "hi")
    assert await raw.code("DELETE", f"{posts(direct)}/{said.id}") == (403, 50003)
    theirs = discord_.say(ana, general, "hi")
    with discord_.expecting(50005):
        assert await raw.code("PATCH", f"{posts(general)}/{theirs.id}", {"content": "x"}) == (403, 50005)
    assert await raw.code("DELETE", f"{posts(general)}/{theirs.id}") == (403, 50013)
    discord_.delete_channel(general)
    assert await raw.code("POST", posts(general), {"content": "x"}) == (404, 10003)


async def test_a_guild_that_the_bot_left_is_out_of_reach(raw: Raw, discord_: FakeDiscord, acme: Guild) -> None:
    general = discord_.channel(acme, "general")
    discord_.remove_from_guild(acme)
    assert await raw.code("POST", posts(general), {"content": "x"}) == (403, 50001)
    assert await raw.code("GET", f"/guilds/{acme.id}") == (404, 10004)


async def test_closed_and_unreachable_direct_conversations(raw: Raw, discord_: FakeDiscord, acme: Guild) -> None:
    ana, eve = discord_.user("ana", acme), discord_.user("eve")
    _, opened = await raw("POST", "/users/@me/channels", {"recipient_id": str(ana.id)})
    path = f"/channels/{opened['id']}/messages"
    assert (await raw("POST", path, {"content": "x"}))[0] == 200
    discord_.close_dms(ana)
    assert await raw.code("POST", path, {"content": "x"}) == (403, 50007)
    _, stranger = await raw("POST", "/users/@me/channels", {"recipient_id": str(eve.id)})
    assert await raw.code("POST", f"/channels/{stranger['id']}/messages", {"content": "x"}) == (403, 50278)
    discord_.install(eve)
    assert (await raw("POST", f"/channels/{stranger['id']}/messages", {"content": "x"}))[0] == 200
    discord_.assert_no_offences()


async def test_a_conversation_of_others_is_out_of_reach(raw: Raw, discord_: FakeDiscord, acme: Guild) -> None:
    private = discord_.private_channel(discord_.user("ana", acme), discord_.user("ben", acme))
    assert await raw.code("POST", posts(private), {"content": "x"}) == (403, 50001)


async def test_the_same_nonce_makes_one_message(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    body = {"content": "x", "nonce": "n1", "enforce_nonce": True}
    _, first = await raw("POST", posts(general), body)
    _, second = await raw("POST", posts(general), body | {"content": "y"})
    assert first["id"] == second["id"]
    assert [text_of(message) for message in discord_.seen(general)] == ["x"]
    discord_.advance(600)
    await raw("POST", posts(general), body)
    await raw("POST", posts(general), {"content": "z", "nonce": "n1"})
    assert len(discord_.seen(general)) == 3


async def test_a_nonce_is_told_to_who_sends_and_in_no_history(
    raw: Raw, discord_: FakeDiscord, general: Channel
) -> None:
    _, made = await raw("POST", posts(general), {"content": "x", "nonce": "n1", "enforce_nonce": True})
    assert made["nonce"] == "n1"
    _, [held] = await raw("GET", posts(general))
    assert held["id"] == made["id"] and "nonce" not in held


async def test_mentions_ping_unless_they_are_not_allowed(
    raw: Raw, discord_: FakeDiscord, general: Channel, ana: User
) -> None:
    first = discord_.say(ana, general, "hi")
    reply = {"message_reference": {"message_id": str(first.id)}}
    quiet: dict[str, Any] = {"allowed_mentions": {"parse": []}}
    await raw("POST", posts(general), {"content": f"{ana.mention} @everyone"} | reply | quiet)
    assert discord_.pings == []
    await raw("POST", posts(general), {"content": f"{ana.mention} @everyone"})
    await raw("POST", posts(general), {"content": "you"} | reply)
    assert [message.pinged for message in discord_.pings] == [[ana.mention], [ana.mention]]
    discord_.overwrite(general, discord_.bot, allow=may.MENTION_EVERYONE)
    await raw("POST", posts(general), {"flags": V2, "components": [words("@everyone")]})
    assert discord_.pings[-1].pinged == ["everyone"]


async def test_attachments_are_signed_and_their_addresses_expire(
    raw: Raw, discord_: FakeDiscord, general: Channel, ana: User
) -> None:
    message = discord_.say(ana, general, files=[Upload("t.csv", b"a,b\n")])
    url = discord_.url_of(message.attachments[0])
    assert await (await raw.session.get(url)).read() == b"a,b\n"
    assert (await raw.session.get(url.split("&hm=")[0])).status == 404
    discord_.advance(25 * 3600)  # docs/platforms.md#discord-messages: addresses are signed and expire
    assert (await raw.session.get(url)).status == 404
    assert (await raw.session.get(discord_.url_of(message.attachments[0]))).status == 200


async def test_history_hides_what_others_wrote_without_the_intent(
    raw: Raw, discord_: FakeDiscord, general: Channel, ana: User
) -> None:
    discord_.say(ana, general, "plain")
    discord_.say(ana, general, f"{discord_.bot.mention} asked")
    await raw("POST", posts(general), {"content": "own"})
    _, listed = await raw("GET", posts(general))
    assert [each["content"] for each in listed] == ["own", f"{discord_.bot.mention} asked", ""]
    discord_.overwrite(general, discord_.bot, deny=may.READ_MESSAGE_HISTORY)
    assert await raw("GET", posts(general)) == (200, [])
