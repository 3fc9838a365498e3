"""Which Pythons the locked wheels exist for, asked of the index: python -m tests.site.wheels [LOCK].

It downloads nothing: pip resolves the lock as it stands for each version, from wheels alone.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.test_package import ROOT, pins

VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def missing(version: str, lock: str) -> str:
    """Return what stands in the way of installing a lock on a version of Python, "" where nothing does."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [Path(sys.executable).with_name("uv"), "pip", "install", "--dry-run", "--no-deps", "--only-binary", ":all:",
             "--require-hashes", "--python-version", version, "--python-platform", "x86_64-manylinux_2_28",
             "--target", folder, "-r", ROOT / lock],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr.strip()


def main() -> int:
    """Say for each version whether every wheel is there; 0 where all are."""
    lock = sys.argv[1] if len(sys.argv) > 1 else "requirements.txt"
    found = {version: missing(version, lock) for version in VERSIONS}
    for version, why in found.items():
        print(f"{version}: {why or f'all {len(pins(lock))} wheels of {lock}'}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
