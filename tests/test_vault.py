"""The secret key: what it sealed it opens, keys can be changed, and a key that is no good is one clear sentence."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.settings import Settings, SettingsError
from bot.vault import FILE, Vault, VaultError, open_vault

OLD, NEW = b"o" * 32, b"n" * 32
ANY = st.text(st.characters(exclude_categories=()))


def settings(home: Path, *keys: bytes) -> Settings:
    given = SecretStr(",".join(base64.urlsafe_b64encode(key).decode() for key in keys)) if keys else None
    return Settings(ADVISOR_HOME=home, ADVISOR_SECRET_KEY=given)  # pyright: ignore[reportCallIssue]


@given(ANY)
def test_what_is_sealed_can_be_opened_and_not_read(text: str):
    sealed = Vault([OLD]).seal(text)
    assert Vault([OLD]).open(sealed) == text
    assert len(text) < 4 or text not in sealed
    with pytest.raises(VaultError, match="ADVISOR_SECRET_KEY"):
        Vault([NEW]).open(sealed)


@given(ANY)
def test_what_nobody_sealed_is_refused_in_words(text: str):
    with pytest.raises(VaultError, match="keep the earlier key"):
        Vault([OLD]).open(text)


@given(ANY, ANY)
def test_a_signature_holds_for_its_text_alone(text: str, other: str):
    vault = Vault([OLD])
    assert vault.verifies(text, vault.sign(text))
    assert vault.verifies(other, vault.sign(text)) == (text == other)
    assert not vault.verifies(text, other)


def test_keys_can_be_changed(tmp_path: Path):
    before, both, after = (open_vault(settings(tmp_path, *keys)) for keys in ((OLD,), (NEW, OLD), (NEW,)))
    sealed, signed = before.seal("token"), before.sign("token")
    assert both.open(sealed) == "token"
    assert both.verifies("token", signed)
    # What is written now needs the old key no more.
    assert after.open(both.seal("token")) == "token"
    assert after.verifies("token", both.sign("token"))
    assert not after.verifies("token", signed)


def test_without_a_key_one_is_made_and_kept_to_its_owner(tmp_path: Path):
    home = tmp_path / "new" / "home"
    signed = open_vault(settings(home)).sign("token")
    assert open_vault(settings(home)).verifies("token", signed)
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not open_vault(settings(tmp_path / "other")).verifies("token", signed)


def test_processes_that_start_at_once_use_one_key(tmp_path: Path):
    with ThreadPoolExecutor(16) as many:
        vaults = list(many.map(open_vault, [settings(tmp_path)] * 32))
    assert len({vault.sign("token") for vault in vaults}) == 1
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [b"", b"too short", b"\xff" * 32, bytes(range(64))])
def test_a_damaged_key_file_is_one_sentence_that_names_it(tmp_path: Path, content: bytes):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        open_vault(settings(tmp_path))
    assert str(tmp_path / FILE) in str(caught.value)
    assert "damaged" in str(caught.value) and "restore" in str(caught.value)
    assert (tmp_path / FILE).read_bytes() == content, "it may yet be mended"


def test_a_place_that_cannot_keep_a_key_is_one_sentence(tmp_path: Path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(SettingsError, match="set ADVISOR_SECRET_KEY") as caught:
        open_vault(settings(tmp_path / "home"))
    assert str(caught.value).count(".") <= 2
