"""The checks of what comes with the project find what they are for."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


def supply() -> Any:
    spec = importlib.util.spec_from_file_location("supply", ROOT / ".ci" / "supply.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BODY = "Qz7RkW2mPv9LsXc4HnYt8GbJd6FeUa3KoViD"
# Put together here, so that the scan of this file finds none.
TOKENS = {
    "a Slack token": f"xoxb-{'91827364'}5546-{BODY}",
    "a Discord token": f"M{BODY[:24]}.{BODY[:6]}.{BODY[:30]}",
    "a key of a model server": f"sk-proj-{BODY}",
    "a key of a cloud": f"AKIA{'QZRKWMPVLSXCHNYT'}",
    "the address of a webhook": f"https://hooks.slack.com/services/T{'QZRKWMPVL'}/B{'SXCHNYTQZ'}/{BODY[:24]}",
    "a token of a hub of models": f"hf_{BODY[:34]}",
    "a token of a code host": f"ghp_{BODY}",
    "a private key": f"-----BEGIN RSA PRIVATE KEY-----\n{BODY * 2}",
    "a key of an installation": f"ADVISOR_SECRET_KEY={BODY}{BODY[:7]}",
    "a password in an address": f"redis://advisor:{BODY}@store:6379",
}


def test_each_kind_of_secret_is_found_and_what_tests_invent_is_none() -> None:
    tool = supply()
    assert TOKENS.keys() == tool.SECRETS.keys()
    for what, token in TOKENS.items():
        found = re.search(tool.SECRETS[what], f"key: {token} ")
        assert found and not tool._INVENTED.search(found.group()), what
    assert tool.secrets() == []


@pytest.mark.parametrize(
    ("said", "fine"),
    [("MIT", True), ("Apache-2.0 AND MIT", True), ("GPL-3.0-only", False), ("MIT AND AGPL-3.0", False),
     ("GPL-2.0 OR (MIT)", True), ("", False), ("Proprietary", False)],
)  # fmt: skip
def test_a_licence_counts_only_where_all_of_it_is_on_the_list(said: str, fine: bool) -> None:
    assert supply().allowed(said) is fine


def test_every_locked_package_is_under_a_licence_of_the_list_and_in_the_list_of_what_runs() -> None:
    tool = supply()
    assert tool.licences() == []
    listed = tool.sbom()
    assert listed["bomFormat"] == "CycloneDX" and tool.sbom() == listed
    named = {(each["name"], each["version"]) for each in listed["components"]}
    locked = re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;\\]+)", (ROOT / "requirements.txt").read_text("utf-8"))
    assert named >= set(locked) and len(locked) > 50
    assert all(each["externalReferences"][0]["hashes"] for each in listed["components"])
