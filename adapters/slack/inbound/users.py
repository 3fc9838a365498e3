"""Who people are: their name and whether they manage the workspace, as Slack says; kept for a while in this process."""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from adapters.slack import ids
from adapters.slack.auth.clients import Clients, NotInstalled, Resting
from adapters.slack.auth.rotation import error_word
from bot.store.errors import StoreError

FRESH = 600.0
"""Seconds; a new admin waits no longer."""
FAILED = 60.0
"""Seconds after which somebody is asked for again where Slack would not say."""
MANY = 5_000
NOT_OURS = frozenset({"user_not_found", "user_not_visible"})
"""What Slack says of who belongs to another organisation, where it does not show them to the app."""


@dataclass(frozen=True)
class Person:
    """What is known of one person; nothing where Slack would not say."""

    name: str | None = None
    manages: bool = False
    outsider: bool = False
    """True for a guest and for a member of another organisation; who is not known is taken for a member."""


@dataclass
class People:
    """The people of all workspaces, as far as they were asked for lately."""

    clients: Clients
    _known: "OrderedDict[tuple[str, str], tuple[Person, float]]" = field(
        default_factory=OrderedDict[tuple[str, str], tuple[Person, float]]
    )

    async def find(self, workspace: str, user: str, *, waits: bool = True) -> Person:
        """Return what Slack says of somebody; it never raises.

        Without `waits` what is known has to do where Slack wants to be left alone: nobody waits for a mere name.
        """
        person, until = self._known.get((workspace, user), (None, 0.0))
        if person is not None and time.monotonic() < until:
            return person
        try:
            if waits:
                client: Any = await self.clients.client(workspace)
                said: Mapping[str, Any] = (await client.users_info(user=user)).data
            else:
                said = await self.clients.at_once(workspace, "users.info", user=user)
            person, keep = person_of(said["user"], workspace), FRESH
        except Resting:
            return person or Person()
        except (SlackApiError, ClientError, TimeoutError, NotInstalled, StoreError, KeyError) as error:
            # Who is not known manages nothing; a name of a moment ago is still a name.
            hidden = isinstance(error, SlackApiError) and error_word(error) in NOT_OURS
            person, keep = Person(person.name if person else None, outsider=hidden), FAILED
        self._known[workspace, user] = (person, time.monotonic() + keep)
        self._known.move_to_end((workspace, user))
        while len(self._known) > MANY:
            self._known.popitem(last=False)
        return person


def person_of(user: Mapping[str, Any], workspace: str) -> Person:
    """Return who a user object of Slack's is, seen from a workspace."""
    profile: Mapping[str, Any] = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    name = next((str(each).strip() for each in names if each and str(each).strip()), None)
    belongs = _belongs(user, workspace)
    return Person(name, belongs and _manages(user, workspace), outsider=not belongs and not user.get("is_bot"))


def _manages(user: Mapping[str, Any], workspace: str) -> bool:
    """Tell whether a member runs this workspace.

    To an app that is installed across an organisation Slack says who runs their own team and who the organisation.
    """
    enterprise, team = ids.team_of(workspace)
    organisation: Mapping[str, Any] = user.get("enterprise_user") or {}
    asked = [organisation] if enterprise else []
    asked += [user] if not enterprise or user.get("team_id") == team else []
    return any(each.get(role) is True for each in asked for role in ("is_admin", "is_owner", "is_primary_owner"))


def _belongs(user: Mapping[str, Any], workspace: str) -> bool:
    """Tell whether somebody is a full member here: a guest, or an admin of another organisation, manages nothing."""
    if any(user.get(each) for each in ("deleted", "is_stranger", "is_restricted", "is_ultra_restricted")):
        return False
    enterprise, team = ids.team_of(workspace)
    organisation: Mapping[str, Any] = user.get("enterprise_user") or {}
    ours = enterprise is not None and organisation.get("enterprise_id") == enterprise
    # In an organisation somebody is at home in one team, and a member of others too.
    teams: Sequence[str] = organisation.get("teams") or ()
    return ours or (team is not None and (user.get("team_id") == team or team in teams))
