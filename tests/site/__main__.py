"""Write the pages and pictures that are made from the program."""

from pathlib import Path

from tests.site import consultation, rules, settings

ROOT = Path(__file__).parents[2]
MADE = {
    ".env.example": settings.example,
    "docs/settings.md": settings.page,
    "docs/rules.svg": rules.picture,
    "docs/consultation.svg": consultation.picture,
}

for name, make in MADE.items():
    (ROOT / name).write_text(make(), "utf-8")
    print(name)
