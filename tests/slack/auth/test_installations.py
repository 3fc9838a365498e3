"""Installations in the store: encrypted, found by team or organisation, replaced only in the place of themselves."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import given, strategies

from adapters.slack import ids
from adapters.slack.auth.installations import HASH, Installation, Installations, names
from bot.settings import Settings
from bot.store.connection import Connection, opened
from bot.vault import Vault, VaultError

VAULT = Vault([b"k" * 32])


def made(team: str | None = "T1", enterprise: str | None = None, at: float = 1000.0, token: str = "") -> Installation:
    return Installation(enterprise=enterprise, team=team, token=token or "xoxb-1", bot_user="UBOT", installed=at)


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncGenerator[Connection]:
    async with opened(Settings(ADVISOR_HOME=tmp_path, REDIS_URL=None)) as opened_:  # pyright: ignore[reportCallIssue]
        yield opened_


@pytest.fixture
def kept(connection: Connection) -> Installations:
    return Installations(connection, VAULT)


async def token_of(kept: Installations, workspace: str) -> str | None:
    held = await kept.find(workspace)
    return held.installation.token if held else None


async def test_what_was_saved_is_found_again_and_only_for_its_workspace(kept: Installations) -> None:
    await kept.save(made())
    held = await kept.find("T1")
    assert held and held.installation == made()
    assert await kept.find("T2") is None
    assert await kept.find("") is None


async def test_no_token_stands_in_the_store_in_clear(kept: Installations) -> None:
    await kept.save(made(token="xoxb-very-secret"))
    stored = str(await kept.connection.call("HGETALL", HASH))
    assert "T1" in stored
    assert "very-secret" not in stored and "UBOT" not in stored


async def test_an_organisations_installation_serves_its_teams_and_a_teams_own_comes_first(kept: Installations) -> None:
    await kept.save(made(team=None, enterprise="E1", token="xoxb-org"))
    assert await token_of(kept, "E1-T1") == "xoxb-org"
    assert await token_of(kept, "E1-") == "xoxb-org"
    assert await token_of(kept, "E2-T1") is None
    assert await token_of(kept, "T1") is None
    await kept.save(made(enterprise="E1", token="xoxb-team"))
    assert await token_of(kept, "E1-T1") == "xoxb-team"
    assert await token_of(kept, "E1-T2") == "xoxb-org"


async def test_a_team_that_joins_an_organisation_keeps_its_installation(kept: Installations) -> None:
    await kept.save(made(token="xoxb-before"))
    assert await token_of(kept, ids.workspace("E1", "T1", grid=True)) == "xoxb-before"


async def test_installing_again_takes_the_place_of_the_earlier_one(kept: Installations) -> None:
    await kept.save(made(token="xoxb-old"))
    await kept.save(made(token="xoxb-new"))
    assert await token_of(kept, "T1") == "xoxb-new"


async def test_one_that_was_removed_or_made_anew_is_not_overwritten_by_an_older_one(
    kept: Installations,
) -> None:
    read = await kept.save(made(token="xoxb-old"))
    await kept.save(made(token="xoxb-reinstalled"))
    assert await kept.replace(read, made(token="xoxb-rotated")) is None
    assert await token_of(kept, "T1") == "xoxb-reinstalled"
    again = await kept.find("T1")
    assert again and await kept.remove("T1")
    assert await kept.replace(again, made(token="xoxb-rotated")) is None
    assert await kept.find("T1") is None


async def test_removing_takes_only_the_one_workspace(kept: Installations) -> None:
    await kept.save(made())
    await kept.save(made(team="T2"))
    assert await kept.remove("T1")
    assert await kept.find("T1") is None
    assert await token_of(kept, "T2")
    assert await kept.remove("T1"), "what is not there is gone"


async def test_an_organisations_events_remove_the_organisations_installation(kept: Installations) -> None:
    await kept.save(made(team=None, enterprise="E1"))
    assert await kept.remove("E1-T1")
    assert await kept.find("E1-T2") is None


async def test_late_news_of_an_uninstallation_does_not_remove_the_new_installation(kept: Installations) -> None:
    await kept.save(made(at=2000.0))
    assert not await kept.remove("T1", before=1990.0)
    assert await kept.find("T1")
    assert await kept.remove("T1", before=2001.0)
    assert await kept.find("T1") is None


async def test_another_key_opens_nothing_and_says_what_to_do(kept: Installations) -> None:
    await kept.save(made())
    stranger = Installations(kept.connection, Vault([b"x" * 32]))
    with pytest.raises(VaultError, match="ADVISOR_SECRET_KEY"):
        await stranger.find("T1")
    assert await stranger.all() == ([], 1)
    after_rotation = Installations(kept.connection, Vault([b"x" * 32, b"k" * 32]))
    assert await token_of(after_rotation, "T1")
    assert await stranger.remove("T1", before=1.0), "what nobody can use goes in any case"
    assert await kept.find("T1") is None


async def test_a_token_that_was_moved_to_another_workspace_in_the_store_is_refused(kept: Installations) -> None:
    held = await kept.save(made())
    await kept.connection.call("HSET", HASH, "T2", held.sealed)
    with pytest.raises(VaultError, match="another workspace"):
        await kept.find("T2")


async def test_all_lists_every_workspace(kept: Installations) -> None:
    assert await kept.all() == ([], 0)
    await kept.save(made())
    await kept.save(made(team=None, enterprise="E1"))
    found, closed = await kept.all()
    assert (sorted(each.name for each in found), closed) == (["E1-", "T1"], 0)


def test_neither_the_installation_nor_its_errors_show_a_token() -> None:
    shown = repr(made().model_copy(update={"refresh": "xoxe-secret"}))
    assert "secret" not in shown
    assert "T1" in shown


@given(strategies.from_regex(r"[TE][A-Z0-9]{1,10}", fullmatch=True), strategies.booleans())
def test_what_oauth_names_is_what_events_look_for(team: str, across: bool) -> None:
    one = made(team=None, enterprise="E9") if across else made(team=team, enterprise="E9")
    assert one.name in names(ids.workspace("E9", team, grid=True))
    if not across:
        assert names(ids.workspace("E9", team, grid=False)) == [one.name]
