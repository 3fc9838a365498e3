"""Lay out the pages for people as a site's source, and build it strictly: python -m tests.site.build.

The source has the repository's own layout, so that a link works in a checkout and on the site.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.test_docs import FENCE, LINK, PAGES, ROOT, text_of

LAID_OUT = ROOT / "build" / "pages"
SITE = ROOT / "build" / "site"
_LEADS = re.compile(r"""<[a-z]+\b[^>]*?\s(?:href|src)=("[^"]*"|[^\s">]+)""")


def lay_out() -> None:
    """Copy the pages and every file that they link to."""
    shutil.rmtree(LAID_OUT, ignore_errors=True)
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(FENCE.sub("", text_of(page)))
        if ":" not in link
    }
    for file in {*PAGES, *linked, *(ROOT / "docs").glob("*.css")}:
        if file.is_file():
            place = LAID_OUT / file.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)


def broken(site: Path) -> Iterator[str]:
    """Yield what leads nowhere in a built site: a builder leaves out files that a checkout has, such as hidden ones."""
    for page in sorted(site.rglob("*.html")):
        for leads in _LEADS.findall(page.read_text("utf-8")):
            address = urlsplit(unescape(leads.strip('"')))
            if address.scheme or address.netloc or not address.path:
                continue
            path = unquote(address.path)
            target = site / path.lstrip("/") if path.startswith("/") else page.parent / path
            if not (target / "index.html" if target.is_dir() else target).is_file():
                yield f"{page.relative_to(site)} leads to {path}, which is not there"


def main() -> int:
    """Return the exit code of the build: not 0 where a page is missing or a link leads nowhere."""
    lay_out()
    built = subprocess.run([Path(sys.executable).with_name("zensical"), "build", "--strict", "--clean"], cwd=ROOT)
    lost = [] if built.returncode else [*broken(SITE)]
    print(*lost, sep="\n", end="\n" if lost else "", file=sys.stderr)
    return built.returncode or bool(lost)


if __name__ == "__main__":
    sys.exit(main())
