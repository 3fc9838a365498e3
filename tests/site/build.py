"""Lay out the pages for people as a site's source, and build it strictly: python -m tests.site.build.

The source has the repository's own layout, so that a link works in a checkout and on the site.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.test_docs import FENCE, LINK, PAGES, ROOT, text_of

LAID_OUT = ROOT / "build" / "pages"


def lay_out() -> None:
    """Copy the pages and every file that they link to."""
    shutil.rmtree(LAID_OUT, ignore_errors=True)
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(FENCE.sub("", text_of(page)))
        if ":" not in link
    }
    for file in {*PAGES, *linked}:
        if file.is_file():
            place = LAID_OUT / file.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)


def main() -> int:
    """Return the exit code of the build: not 0 where a page is missing or a link leads nowhere."""
    lay_out()
    return subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "--strict", "--clean"], cwd=ROOT
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
