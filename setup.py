"""Which packages the wheel carries: adapters, bot and knowledge, inside a package of our own name."""

from setuptools import find_packages, setup

NAME = "finetune_advisor"
CARRIED = ("adapters", "bot", "knowledge")

found = find_packages(include=[pattern for name in CARRIED for pattern in (name, f"{name}.*")])
setup(
    packages=[NAME, *(f"{NAME}.{package}" for package in found)],
    package_dir={f"{NAME}.{name}": name for name in CARRIED},
)
