"""The application, its guilds and its commands over REST."""

from typing import cast

from tests.fakes.discord import limits, wire
from tests.fakes.discord import permissions as may
from tests.fakes.discord.core import Core
from tests.fakes.discord.gateway import portal_flags
from tests.fakes.discord.refusal import Refusal
from tests.fakes.discord.rest import Answer, Req, route
from tests.fakes.discord.world import Guild, Json


def guild_of(core: Core, req: Req) -> Guild:
    guild = core.guilds.get(req.id("guild_id"))
    if guild is None or not guild.joined:
        raise Refusal(10004)
    return guild


@route("GET", "/users/@me")
def me(core: Core, _: Req) -> Answer:
    return Answer(wire.user_json(core.bot) | {"verified": True, "mfa_enabled": True, "flags": 0})


@route("GET", "/users/{user_id}")
def user(core: Core, req: Req) -> Answer:
    found = core.users.get(req.id("user_id"))
    if found is None:
        raise Refusal(10013)
    return Answer(wire.user_json(found))


def _application(core: Core) -> Json:
    return {
        "id": str(core.application_id),
        "name": core.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": portal_flags(core),
        "owner": wire.user_json(core.bot),
        "team": None,
        "bot": wire.user_json(core.bot),
        "integration_types_config": {str(kind): {} for kind in sorted(core.installs)},
        "approximate_guild_count": sum(guild.joined for guild in core.guilds.values()),
        "approximate_user_install_count": sum(user.installed for user in core.users.values()),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "tags": [],
    }


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def application(core: Core, _: Req) -> Answer:
    return Answer(_application(core))


@route("GET", "/gateway")
def gateway(core: Core, _: Req) -> Answer:
    return Answer({"url": core.gateway_url})


@route("GET", "/gateway/bot")
def gateway_bot(core: Core, _: Req) -> Answer:
    left = 1000 - sum(len(each) for each in core.identified.values())
    start = {"total": 1000, "remaining": left, "reset_after": 86400000, "max_concurrency": core.max_concurrency}
    return Answer({"url": core.gateway_url, "shards": core.shards, "session_start_limit": start})


@route("GET", "/users/@me/guilds")
def my_guilds(core: Core, _: Req) -> Answer:
    return Answer(
        [
            {
                "id": str(each.id),
                "name": each.name,
                "icon": None,
                "owner": False,
                "permissions": str(may.in_guild(core.bot, each)),
                "features": [],
            }
            for each in core.guilds.values()
            if each.joined
        ]
    )


@route("GET", "/guilds/{guild_id}")
def guild(core: Core, req: Req) -> Answer:
    return Answer(wire.guild_json(guild_of(core, req)))


@route("GET", "/guilds/{guild_id}/channels")
def guild_channels(core: Core, req: Req) -> Answer:
    found = guild_of(core, req)
    own = [each for each in core.channels.values() if each.guild is found and not each.is_thread and not each.deleted]
    return Answer([wire.channel_json(each, core.bot) for each in own])


@route("GET", "/guilds/{guild_id}/roles")
def roles(core: Core, req: Req) -> Answer:
    return Answer([wire.role_json(role, n) for n, role in enumerate(guild_of(core, req).roles.values())])


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def member(core: Core, req: Req) -> Answer:
    found = guild_of(core, req).members.get(req.id("user_id"))
    if found is None:
        raise Refusal(10007)
    return Answer(wire.member_json(found))


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(core: Core, req: Req) -> Answer:
    found = guild_of(core, req)
    own = [each for each in core.channels.values() if each.guild is found and each.is_thread and not each.deleted]
    seen = [each for each in own if not each.archived and may.sees(core.bot, each)]
    joined = [wire.thread_member_json(each, core.bot) for each in seen if core.bot.id in each.members]
    return Answer({"threads": [wire.channel_json(each, core.bot) for each in seen], "members": joined})


@route("DELETE", "/users/@me/guilds/{guild_id}")
def leave(core: Core, req: Req) -> Answer:
    found = guild_of(core, req)
    core.emit("GUILD_DELETE", {"id": str(found.id)}, found.id)
    found.joined = False
    found.members.pop(core.bot.id, None)
    return Answer(status=204)


def _own_application(core: Core, req: Req) -> None:
    if req.id("application_id") != core.application_id:
        raise Refusal(10002)


@route("GET", "/applications/{application_id}/commands")
@route("GET", "/applications/{application_id}/guilds/{guild_id}/commands")
def commands(core: Core, req: Req) -> Answer:
    _own_application(core, req)
    return Answer(core.commands.get(req.id("guild_id") if "guild_id" in req.ids else None, []))


@route("PUT", "/applications/{application_id}/commands")
@route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands")
def put_commands(core: Core, req: Req) -> Answer:
    _own_application(core, req)
    place = guild_of(core, req).id if "guild_id" in req.ids else None
    if not isinstance(req.body, list):
        raise Refusal(50035, "must be a list")
    wanted = cast(list[Json], req.body)  # pyright: ignore[reportUnknownMemberType]
    limits.check_commands(wanted)
    for number, given in enumerate(wanted):
        # docs/platforms.md#discord-commands: only what the application itself supports.
        if not core.installs.issuperset(cast(list[int], given.get("integration_types") or [])):
            raise Refusal(50035, "is not supported by the application", f"{number}.integration_types")
    before = {(each["name"], each["type"]): each for each in core.commands.get(place, [])}
    made: list[Json] = []
    for given in wanted:
        kind = given.get("type") or 1
        known = before.get((given["name"], kind))
        permissions = given.get("default_member_permissions")
        same: Json = {"type": kind, "description": "", "contexts": None, "integration_types": None} | given
        same["default_member_permissions"] = None if permissions is None else str(permissions)
        same |= {"id": known["id"] if known else str(core.new_id()), "application_id": str(core.application_id)}
        same["version"] = str(core.new_id())
        if place is not None:
            same["guild_id"] = str(place)
        made.append(same)
    core.commands[place] = made
    return Answer(made)
