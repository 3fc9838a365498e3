"""The checks of what comes with the project find what they are for."""

import base64
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


KEY = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW"
HEADER = "-----BEGIN {}PRIVATE KEY{}-----"
PEMS = [
    f"{HEADER.format('OPENSSH ', '')}\n{KEY}",
    f"{HEADER.format('', '')}\r\n{BODY}",
    f"key: |\n    {HEADER.format('ENCRYPTED ', '')}\n    {BODY}",
    f'"{HEADER.format("EC ", "")}\\n{BODY}\\n"',
    f'"{HEADER.format("", "")}\\n"\n    "{BODY}"',
    f"{HEADER.format('RSA ', '')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C3D\n\n{BODY}",
    f"{HEADER.format('PGP ', ' BLOCK')}\nVersion: GnuPG v2\n\n{BODY}",
    base64.b64encode(f"{HEADER.format('', '')}\n{BODY}".encode()).decode(),
    base64.b64encode(f"{HEADER.format('RSA ', '')}\n{BODY}".encode()).decode(),
    base64.b64encode(f"{HEADER.format('EC ', '')}\n{BODY}".encode()).decode(),
]
"""A private key as it stands in files: of every maker, indented, in a string of code or JSON, encoded once more."""


def test_each_kind_of_secret_is_found_and_what_tests_invent_is_none() -> None:
    tool = supply()
    assert TOKENS.keys() == tool.SECRETS.keys()
    for what, token in TOKENS.items():
        found = re.search(tool.SECRETS[what], f"key: {token} ")
        assert found and not tool._INVENTED.search(found.group()), what
    for pem in PEMS:
        found = re.search(tool.SECRETS["a private key"], pem)
        assert found and not tool._INVENTED.search(found.group()), pem
    assert not re.search(tool.SECRETS["a private key"], f"{HEADER.format('', '')} is how such a file begins")
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
