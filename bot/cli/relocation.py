"""State that lies where earlier versions put it, brought into the folder of today.

They took HOME for the name of their folder, so that the store, the pictures and the secret key lie in it directly.
"""

import re
import shutil
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.settings import default_home
from bot.vault import FILE, is_key

STORE, SOCKET = "store", "valkey.sock"
LOCKS = ("start.lock", "server.lock", "users.lock")
PICTURE = re.compile(r"[0-9a-f]{12}-.+")
"""The end of a consultation's number, then the file's own name."""


def earlier_homes() -> tuple[Path, ...]:
    """Return the folders that may hold state of earlier versions."""
    return Path.home(), Path.home() / ".local" / "share" / "finetune-advisor"


def bring_over(home: Path) -> list[str]:
    """Move what lies in an earlier folder to `home`, and return what to tell about it.

    Only where `home` is the default: who set ADVISOR_HOME has all in it.
    """
    if home != default_home():
        return []
    said: list[str] = []
    for earlier in earlier_homes():
        if earlier == home or not (names := [*_ours(earlier)]):
            continue
        taken = [name for name in names if (home / name).exists()]
        if taken:
            said.append(
                f"There is older state in {earlier} ({', '.join(taken)}) beside that in {home}: to use it, set "
                f"ADVISOR_HOME={earlier}; else remove it."
            )
            continue
        try:
            with _unused(earlier / STORE) as free:
                if not free:
                    said.append(f"An advisor still uses the state in {earlier}; once it has ended, it moves to {home}.")
                    continue
                (earlier / STORE / SOCKET).unlink(missing_ok=True)  # which cannot be copied, and nobody listens on
                for name in names:
                    _move(earlier / name, home / name)
        except OSError as error:
            why = error.strerror or "copying failed"
            said.append(
                f"The state in {earlier} could not be moved to {home} ({why}): move it yourself, or set "
                f"ADVISOR_HOME={earlier}."
            )
        else:
            said.append(f"Your consultations and keys were in {earlier}; they are in {home} now.")
    return said


def _ours(folder: Path) -> Iterator[str]:
    """Find what is surely ours: HOME is full of other files, and some may have such names."""
    if (folder / FILE).is_file() and is_key(folder / FILE):
        yield FILE
    if all((folder / STORE / lock).is_file() for lock in LOCKS):
        yield STORE
        pictures = folder / "pictures"
        if pictures.is_dir():
            yield from (f"pictures/{file.name}" for file in pictures.iterdir() if PICTURE.fullmatch(file.name))


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Between two disks it is copied: only a whole copy gets the name.
    arriving = target.with_name(f"{target.name}.arriving")
    shutil.move(source, arriving)
    arriving.rename(target)


@contextmanager
def _unused(store: Path) -> Generator[bool]:
    """Keep others from starting the server of a store meanwhile; yield False where it runs."""
    from bot.store.embedded import locked

    with ExitStack() as stack:
        yield not store.is_dir() or all(stack.enter_context(locked(store / name)) for name in LOCKS)
