"""Who is who: auth.test, users.info, bots.info, team.info, api.test, reactions.add."""

import re

from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.state import Json


@method("api.test", auth="")
async def api_test(call: Call) -> Json:
    if error := call.text("error"):
        raise ApiError(error)
    return {"args": call.args}


@method("auth.test", auth="any")
async def auth_test(call: Call) -> Json:
    assert call.token
    if call.token.kind == "app":
        return {"app_name": "finetune", "app_id": call.core.app_id}
    team = call.team
    return {
        "url": f"https://{team.slug}.slack.com/",
        "team": team.name,
        "user": call.core.users[team.bot_user].name,
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "enterprise_id": team.enterprise,
        "is_enterprise_install": call.core.across,
    }


@method("users.info", "users:read")
async def users_info(call: Call) -> Json:
    user = call.core.users.get(call.need("user"))
    if user is None or user.team != call.team.id:
        raise ApiError("user_not_found")
    return {
        "user": {
            "id": user.id,
            "team_id": user.team,
            "name": user.name,
            "real_name": user.name.title(),
            "deleted": user.deleted,
            "is_admin": user.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": user.is_guest,
            "is_ultra_restricted": False,
            "is_bot": user.is_bot,
            "is_app_user": False,
            "tz": "Europe/Amsterdam",
            "tz_offset": 3600,
            "locale": "en-US",
            "profile": {"display_name": user.name, "real_name": user.name.title()},
        }
    }


@method("bots.info", "users:read")
async def bots_info(call: Call) -> Json:
    bot = call.text("bot") or call.team.bot_id
    if bot != call.team.bot_id:
        raise ApiError("bot_not_found")
    name = call.core.users[call.team.bot_user].name
    return {"bot": {"id": bot, "app_id": call.core.app_id, "user_id": call.team.bot_user, "name": name}}


@method("team.info", "team:read")
async def team_info(call: Call) -> Json:
    team = call.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.slug, "enterprise_id": team.enterprise}}


@method("reactions.add", "reactions:write")
async def reactions_add(call: Call) -> Json:
    room = call.channel()
    name, ts = call.need("name"), call.text("timestamp")
    if not ts:
        # docs.slack.dev/reference/methods/reactions.add (no_item_specified, invalid_name, already_reacted).
        raise ApiError("no_item_specified")
    if not re.fullmatch(r"[a-z0-9_+'-]+", name):
        raise ApiError("invalid_name")
    message = call.core.message(room.id, ts)
    if message is None:
        raise ApiError("message_not_found")
    if name in message.reactions:
        raise ApiError("already_reacted")
    message.reactions.append(name)
    return {}


@method("reactions.remove", "reactions:write")
async def reactions_remove(call: Call) -> Json:
    message = call.core.message(call.channel().id, call.need("timestamp"))
    if message is None:
        raise ApiError("message_not_found")
    if call.need("name") not in message.reactions:
        raise ApiError("no_reaction")
    message.reactions.remove(call.need("name"))
    return {}
