"""Our files are read as PyYAML's own safe loader reads them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import knowledge
from knowledge.yaml_loader import Loader

ODD = (
    "",
    "~",
    "[yes, No, on, null, '', 1, 0x1f, 017, 1_000, 1:30, 1.5, .inf, -2e3, =, 2026-11-28, 2026-11-28T10:00:00Z]",
    "['yes', \"1\", !!str 1, !!int '7', ! 8, !!float 3]",
    "{a: &x [1, {b: c}], d: *x, 1: one, true: two, a: again}",
    "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3",
    "says: |\n  kept\n  as it is\nfolded: >-\n  in\n  one\n",
    "!!set {a, b}",
    "? [a, b]\n: unhashable",
    "!!str {a: b}",
    "!!python/object/apply:os.system [echo]",
    "a: *nowhere",
    "a: [1, 2",
    "a: b: c",
    "a: 1\n--- \nb: 2",
    "\x01",
)


def read(text: str, loader: Any) -> str:
    """Return what a text says, or where and why it is refused."""
    try:
        return repr(yaml.load(text, loader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        return f"{error.__class__.__name__}: {error}"


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_read_or_refused_alike(text: str) -> None:
    assert read(text, Loader) == read(text, yaml.CSafeLoader)


def test_what_comes_with_the_program_is_read_alike() -> None:
    folder = Path(knowledge.__file__).parent
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))]
    texts += [path.read_text("utf-8").split("\n---\n")[0] for path in sorted(folder.rglob("*.md"))]
    assert [read(text, Loader) for text in texts] == [read(text, yaml.CSafeLoader) for text in texts]


def test_a_list_may_hold_itself() -> None:
    read_one = yaml.load("&a [*a]", Loader)  # noqa: S506 - a safe one
    assert read_one[0] is read_one
