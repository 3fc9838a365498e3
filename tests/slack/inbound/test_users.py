"""Who manages a workspace: its own admins and owners, and nobody else's."""

from typing import Any

import pytest

from adapters.slack.inbound.users import person_of

ADMIN: dict[str, Any] = {"id": "U1", "team_id": "T1", "name": "ada", "is_admin": True}


@pytest.mark.parametrize("role", ["is_admin", "is_owner", "is_primary_owner"])
def test_who_runs_the_workspace_manages_it(role: str) -> None:
    assert person_of({**ADMIN, "is_admin": False, role: True}, "T1").manages


@pytest.mark.parametrize(
    "given",
    [
        {"is_admin": False},
        {"team_id": "T2"},
        {"team_id": None},
        {"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}},
        {"is_stranger": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"deleted": True},
    ],
    ids=str,
)
def test_nobody_else_does_and_they_still_have_a_name(given: dict[str, Any]) -> None:
    person = person_of({**ADMIN, **given}, "T1")
    assert not person.manages
    assert person.name == "ada"


@pytest.mark.parametrize("workspace", ["E1-", "E1-T9"])
@pytest.mark.parametrize(("enterprise", "manages"), [("E1", True), ("E2", False)])
@pytest.mark.parametrize("role", ["is_admin", "is_owner"])
def test_across_an_organisation_its_own_admins_do(workspace: str, enterprise: str, manages: bool, role: str) -> None:
    user = {**ADMIN, "is_admin": False, "enterprise_user": {"enterprise_id": enterprise, role: True}}
    assert person_of(user, workspace).manages is manages
    assert not person_of({**user, "is_stranger": True}, workspace).manages


def test_across_an_organisation_who_runs_one_team_does_not_manage_another() -> None:
    user = {**ADMIN, "enterprise_user": {"enterprise_id": "E1", "is_admin": False, "teams": ["T1", "T9"]}}
    assert person_of(user, "E1-T1").manages
    for workspace in ("E1-T9", "E1-"):
        assert not person_of(user, workspace).manages and not person_of(user, workspace).outsider


def test_who_is_at_home_in_another_team_of_the_organisation_is_a_member_all_the_same() -> None:
    user = {**ADMIN, "team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T2", "T1"]}}
    assert person_of(user, "T1").manages and not person_of(user, "T1").outsider
    assert not person_of(user, "T3").manages and person_of(user, "T3").outsider
