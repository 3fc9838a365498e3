"""What comes with the project: no secret in it, allowed licences, no known weakness, and a list of it all.

python .ci/supply.py             all checks
python .ci/supply.py secrets     no token or key in a tracked file
python .ci/supply.py licences    every locked package under a licence of the list
python .ci/supply.py audit       no known weakness, where that can be looked up
python .ci/supply.py sbom        a CycloneDX list of what runs, on standard output
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RUNS = ("requirements.txt", "requirements-local.txt")
LOCKS = (*RUNS, "requirements-dev.txt")
AUDIT = "pip-audit==2.10.1"
PATIENCE = 20
"""Seconds for a look-up."""

_PIN = re.compile(r"(?m)^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>(?:[^\n]*\\\n)*[^\n]*)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

ALLOWED = frozenset(
    {"0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0"}
    | {"MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"}
)
"""Licences that ask for no more than their text beside a copy; MPL-2.0, for changes of its own files."""
_OF_CLASSIFIER = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}

_NO_LICENCE = ("DFSG approved", "OSI Approved")
"""Classifiers that stand beside a licence and name none."""
_ELSEWHERE = {"async-timeout": "Apache-2.0", "audioop-lts": "PSF-2.0", "colorama": "BSD-3-Clause", "tomli": "MIT"}
"""Locked for other platforms and versions; read on 2026-11-27."""

SECRETS = {
    "a Slack token": r"xox[abeprs]-\d{9,}-[\w-]{20,}|xapp-\d-[A-Z0-9]{9,}-\d{9,}-[0-9a-f]{32,}",
    "a Discord token": r"\b[MNO][A-Za-z\d]{23,27}\.[\w-]{6}\.[\w-]{27,45}\b",
    "a key of a model server": r"\bsk-(?:proj-|ant-[a-z\d]+-|or-v1-)?[A-Za-z\d_-]{32,}",
    "a key of a cloud": r"\b(?:AKIA|ASIA)[A-Z\d]{16}\b|\bAIza[\w-]{35}\b",
    "the address of a webhook": (
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]{30,}|/webhooks/\d{17,}/[\w-]{60,}"
    ),
    "a token of a hub of models": r"\bhf_[A-Za-z\d]{34,}\b",
    "a token of a code host": r"\b(?:gh[pousr]_[A-Za-z\d]{36}|github_pat_\w{60,}|glpat-[\w-]{20})",
    "a private key": (
        r"-----BEGIN (?:[A-Z\d]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"(?=(?:\\+[rn]|[\s\"'+|>#*,]|[A-Z][A-Za-z-]{2,20}: [^\n\\]*){1,40}?[A-Za-z\d+/]{16})"
        r"|\bLS0tLS1CRUdJTi[A-Za-z\d+/]{0,40}(?:UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)"
    ),
    "a key of an installation": (
        r"(?:(?<=SECRET_KEY=)|(?<=SECRET_KEY: )|(?<=SECRET_KEY[=:]['\"])|(?<=SECRET_KEY: ['\"]))[A-Za-z\d_-]{43}=?"
    ),
    "a password in an address": r"(?:rediss?|https?|postgres\w*)://[^\s:/@\"'{}<>]+:[^\s:/@\"'{}<>$*.]{12,}@(?!(?:localhost|127\.))",
}
_INVENTED = re.compile(r"(?i)test|fake|example|dummy|xxxx|1234|abcd|0{8}|secret|(.)\1{7}")
"""What no real token has in it by chance: the tests' own are made so."""


@dataclass(frozen=True)
class Pin:
    """One locked package."""

    name: str
    version: str
    hashes: tuple[str, ...]


def main(wanted: list[str]) -> int:
    """Run what is wanted, all checks by default; 1 where one fails."""
    if wanted == ["sbom"]:
        print(json.dumps(sbom(), indent=1))
        return 0
    checks = {"secrets": secrets, "licences": licences, "audit": audit}
    faults = [fault for name in wanted or checks for fault in checks[name]()]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def secrets() -> list[str]:
    """Return where a tracked file holds what looks like a secret."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: list[str] = []
    for name in filter(None, listed.split("\0")):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for what, pattern in SECRETS.items():
            for match in re.finditer(pattern, text):
                if not _INVENTED.search(match.group()):
                    line = text.count("\n", 0, match.start()) + 1
                    found.append(f"{name}:{line}: this looks like {what}; take it out, and void it where it is real")
    print(f"secrets: {len(found)} in {listed.count(chr(0))} files")
    return found


def licences() -> list[str]:
    """Return the locked packages whose licence is not on the list."""
    faults: list[str] = []
    absent: list[str] = []
    seen: dict[str, Pin] = {pin.name: pin for lock in LOCKS for pin in pins(lock)}
    for pin in seen.values():
        try:
            said = licence(metadata(pin.name))
        except PackageNotFoundError:
            if pin.name not in _ELSEWHERE:
                absent.append(pin.name)
            continue
        if not allowed(said):
            faults.append(f"{pin.name} {pin.version} is under {said or 'no licence that it names'}: not on the list")
    print(f"licences: {len(seen) - len(absent)} packages; not installed here, so not: {', '.join(absent) or 'none'}")
    return faults


def licence(held: PackageMetadata) -> str:
    """Return a package's licence as an SPDX expression, as far as it says one."""
    said: Any = held
    if expression := said.get("License-Expression"):
        return str(expression)
    told = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    named = [each for each in told if each not in _NO_LICENCE]
    if named:
        return " AND ".join(_OF_CLASSIFIER.get(each, each) for each in named)
    return str(said.get("License") or "").strip().partition("\n")[0]


def allowed(expression: str) -> bool:
    """Tell whether all licences of an expression may be used, or one of those that are alternatives."""
    alternatives = re.split(r"\bOR\b", expression.replace("(", " ").replace(")", " "))
    return any(all(each.strip() in ALLOWED for each in re.split(r"\bAND\b", one)) for one in alternatives)


def audit() -> list[str]:
    """Return known weaknesses of what runs; where they cannot be looked up, say why and return none."""
    command = [str(Path(sys.executable).with_name("uv")), "tool", "run", "--from", AUDIT, "pip-audit"]
    command += ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    try:
        command += ["-r", "requirements.txt"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        rows: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        print(f"audit: not done, since pip-audit or its data cannot be reached ({type(error).__name__})")
        return []
    looked = [row for row in rows if "skip_reason" not in row]
    if not looked:
        print("audit: not done, since the package index here has no data on weaknesses")
        return []
    print(f"audit: {len(looked)} packages looked up, {len(rows) - len(looked)} not found")
    return [
        f"{row['name']} {row['version']} has {weak['id']}; mended in {', '.join(weak['fix_versions']) or 'none yet'}"
        for row in looked
        for weak in row["vulns"]
    ]


def sbom() -> dict[str, Any]:
    """Return what runs, with hashes and licences, in the form of CycloneDX 1.6; the same locks give the same list."""
    listed = {pin.name: pin for lock in RUNS for pin in pins(lock)}
    digest = hashlib.sha256("".join(f"{pin.name}{pin.version}" for pin in listed.values()).encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "finetune-advisor", "bom-ref": "finetune-advisor"}},
        "components": [_component(pin) for pin in listed.values()],
    }


def _component(pin: Pin) -> dict[str, Any]:
    address = f"pkg:pypi/{pin.name.lower()}@{pin.version}"
    made: dict[str, Any] = {
        "type": "library",
        "name": pin.name,
        "version": pin.version,
        "purl": address,
        "bom-ref": address,
    }
    try:
        if said := licence(metadata(pin.name)):
            made["licenses"] = [
                {"expression": said} if allowed(said) and said != "BSD" else {"license": {"name": said}}
            ]
    except PackageNotFoundError:
        pass  # locked for another platform
    if pin.hashes:
        reference = {"type": "distribution", "url": address}
        made["externalReferences"] = [
            {**reference, "hashes": [{"alg": "SHA-256", "content": each} for each in pin.hashes]}
        ]
    return made


def pins(lock: str) -> Iterator[Pin]:
    """Yield the packages of a lock."""
    for match in _PIN.finditer((ROOT / lock).read_text(encoding="utf-8")):
        yield Pin(match["name"], match["version"], tuple(_HASH.findall(match["rest"])))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
