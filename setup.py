"""Which packages are installed: in a wheel, adapters, bot and knowledge stand inside a package of our own name."""

import sys

from setuptools import find_packages, setup

NAME = "finetune_advisor"
CARRIED = ("adapters", "bot", "knowledge")

found = find_packages(include=[pattern for name in CARRIED for pattern in (name, f"{name}.*")])
if "editable_wheel" in sys.argv:
    # A developer's install: they stay importable where they lie, for tests and benchmarks.
    setup(packages=[NAME, *found])
else:
    setup(
        packages=[NAME, *(f"{NAME}.{package}" for package in found)],
        package_dir={f"{NAME}.{name}": name for name in CARRIED},
    )
