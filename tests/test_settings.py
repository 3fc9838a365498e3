"""What the environment may say: the documented names alone, trimmed, and checked before anything starts."""

import os
import string
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Settings, SettingsError, default_home, read_settings
from tests.support import forked

ROOT = Path(__file__).parent.parent
NAMES = [str(field.alias) for field in Settings.model_fields.values()]
STRANGERS = {name: f"/stranger/{name}" for name in Settings.model_fields} | {
    name.upper(): f"/stranger/{name}" for name in Settings.model_fields if name.upper() not in NAMES
}
WORDS = ("OPENAI_API_KEY", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_BOT_TOKEN")
ADDRESSES = {
    "OPENAI_BASE_URL": "http://127.0.0.1:8000/v1",
    "SLACK_API_URL": "http://127.0.0.1:9001/api/",
    "DISCORD_API_URL": "http://127.0.0.1:9002/api/v10",
    "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9002/",
    "ADVISOR_PUBLIC_URL": "https://advisor.example.com",
    "REDIS_URL": "redis://:s3cret@127.0.0.1:6379/0",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {*NAMES, *STRANGERS, "XDG_DATA_HOME"}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ana")


def plain(settings: Settings, name: str) -> object:
    (field,) = (field for field, info in Settings.model_fields.items() if info.alias == name)
    value = getattr(settings, field)
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


def test_other_programs_names_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_settings()
    for name, value in STRANGERS.items():
        if name.upper() != "HOME":
            monkeypatch.setenv(name, value)
    assert read_settings() == before


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other folders")
def test_state_lies_in_the_platforms_folder_for_data(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().home == Path("/home/ana/.local/share/finetune-advisor")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert read_settings().home == default_home() == Path("/data/finetune-advisor")
    monkeypatch.setenv("ADVISOR_HOME", "/mine")
    assert read_settings().home == Path("/mine")


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("around", ["{}\n", " {} ", '"{}"', "'{}'\n", '"{}', "“{}”", "\ufeff{}", "\t{}\r\n"])
def test_a_key_is_trimmed(monkeypatch: pytest.MonkeyPatch, name: str, around: str) -> None:
    monkeypatch.setenv(name, around.format("sk-abc_123"))
    assert plain(read_settings(), name) == "sk-abc_123"


@pytest.mark.parametrize(("name", "address"), ADDRESSES.items())
@pytest.mark.parametrize("around", ["{}\n", " {} ", '"{}"', "'{}'"])
def test_an_address_is_trimmed(monkeypatch: pytest.MonkeyPatch, name: str, address: str, around: str) -> None:
    monkeypatch.setenv(name, around.format(address))
    assert plain(read_settings(), name) == address


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("nothing", ["", " ", "\n", '""', "''", '" "'])
def test_nothing_counts_as_left_out(monkeypatch: pytest.MonkeyPatch, name: str, nothing: str) -> None:
    before = read_settings()
    monkeypatch.setenv(name, nothing)
    assert read_settings() == before


def fault(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    said = str(caught.value)
    assert name in said
    assert "\n" not in said
    assert "s3cret" not in said
    return said


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("value", ["s3cret s3cret", "s3cret\ns3cret", "s3cret\ts3cret", "s3cret\u200bs3cret", "s3crét"])
def test_a_key_with_a_sign_that_no_key_has(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert "copy it again" in fault(monkeypatch, name, value)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "value", ["s3cret.example", "localhost:8000/v1", "//s3cret/v1", "ftp://s3cret/", "s3cret", "/s3cret"]
)
def test_an_address_without_its_scheme(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert "must begin with" in fault(monkeypatch, name, value)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("inside", [" ", "\n", "\t"])
def test_an_address_with_a_blank_inside(monkeypatch: pytest.MonkeyPatch, name: str, inside: str) -> None:
    scheme = ADDRESSES[name].partition("://")[0]
    assert "blank" in fault(monkeypatch, name, f"{scheme}://s3cret{inside}host/")


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name != "REDIS_URL"])
@pytest.mark.parametrize("rest", ["host:s3cret/", "[s3cret/", "/s3cret", "host:99999/"])
def test_an_address_without_a_host_or_port_that_can_be_read(
    monkeypatch: pytest.MonkeyPatch, name: str, rest: str
) -> None:
    scheme = ADDRESSES[name].partition("://")[0]
    fault(monkeypatch, name, f"{scheme}://{rest}")


@pytest.mark.parametrize("name", ["ADVISOR_HTTP_PORT", "ADVISOR_RETENTION_DAYS", "ADVISOR_DAILY_USD"])
def test_a_number_that_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert "must be a valid" in fault(monkeypatch, name, "s3cret")


def test_a_key_of_ours_that_is_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "wants 32 bytes in url-safe base64" in fault(monkeypatch, "ADVISOR_SECRET_KEY", "s3cret")


def test_every_fault_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a b")
    said = fault(monkeypatch, "ADVISOR_HTTP_PORT", "many")
    assert "OPENAI_API_KEY" in said


# What a value may hold: no NUL and no half character, which no environment can carry.
ANY = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)


@given(st.sampled_from(NAMES), ANY)
def test_any_value_is_taken_or_named(name: str, value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, f"Zq{value}")
        try:
            settings = read_settings()
        except SettingsError as error:
            assert name in str(error)
            assert f"Zq{value}" not in str(error)
        else:
            if name in WORDS:
                assert set(str(plain(settings, name))) <= set(string.printable) - set(string.whitespace)


def test_a_wrong_setting_is_one_sentence_and_no_trace() -> None:
    env = os.environ | {"OPENAI_BASE_URL": "localhost:1/s3cret", "HOME": "/nowhere"}
    done = forked.run(["-c", "from bot.cli import main; main()", "consult", "--jsonl"], env)
    assert done.returncode == 1
    assert done.stderr.strip() == "Correct the environment: OPENAI_BASE_URL must begin with https:// or http://."
