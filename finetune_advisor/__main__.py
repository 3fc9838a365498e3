"""The command, on the packages that came with this one.

They go by names that other projects use too (`adapters` is a library of AdapterHub), so they are importable in the
process of this program and nowhere else.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    here = Path(__file__).parent
    # In the wheel they are inside this package, in a checkout beside it.
    sys.path.insert(0, str(here if (here / "bot").is_dir() else here.parent))
    from bot.cli import main as run

    run()


if __name__ == "__main__":
    main()
