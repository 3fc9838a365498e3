"""Whose a delivery is: the workspace that it is for, and who sent it. Pure."""

from collections.abc import Mapping
from typing import Any, cast

from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack import ids

Body = Mapping[str, Any]


def workspace_of(context: AsyncBoltContext, body: Body) -> str:
    """Return the workspace that a delivery is for.

    Across an organisation an event is authorised for no team; it names the one it comes from beside that, as commands
    and presses do. In a channel that is shared with others that may be theirs, so there only the receiver's counts.
    A form is then installed in the organisation, which Bolt takes for its team; the view names the team.
    """
    team = context.team_id
    if context.is_enterprise_install and team in (None, context.enterprise_id):
        view: Body = body.get("view") or {}
        told = view.get("team_id") or body.get("team_id")
        team = body.get("context_team_id") or (None if body.get("is_ext_shared_channel") else told)
    return ids.workspace(context.enterprise_id, team, grid=bool(context.is_enterprise_install))


def sender(body: Body) -> str:
    """Return whose a delivery is, of an event, a press or a command; "" where nobody is named."""
    event = cast(Body, body.get("event") or body)
    user: Any = event.get("user") or event.get("user_id")
    named: Any = cast(Body, user).get("id") if isinstance(user, Mapping) else user
    return f"{body.get('team_id')}:{named}" if isinstance(named, str) else ""
