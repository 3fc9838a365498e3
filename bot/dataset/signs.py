"""Whether a text may hold a match of a pattern, many times faster than looking for it."""

import re
from collections.abc import Callable, Sequence

from pydantic_core import SchemaValidator
from pydantic_core.core_schema import str_schema

_CLASS = r"\[(?:\\.|[^\]\\])*\]"
_AROUND = re.compile(rf"\(\?<?[!=](?:{_CLASS}|\\.|[^()\[\]\\])*\)|\\b|({_CLASS}|\\.)")
_VALID = SchemaValidator(str_schema(pattern=""))


def may_hold(patterns: Sequence[re.Pattern[str]]) -> Callable[[str], bool]:
    """Return what tells whether a text may hold a match of one of these: never False where there is one.

    The engine is that of pydantic, which takes a time that grows with the text alone. It knows nothing of what stands
    around a match, so that is left out, and what is left holds wherever a pattern does.
    """
    search = SchemaValidator(str_schema(pattern="|".join(map(_bare, patterns)))).isinstance_python

    def holds(text: str) -> bool:
        # Halves of surrogate pairs are no text for it.
        return search(text) or (
            not text.isascii()
            and not _VALID.isinstance_python(text)
            and search(text.encode("utf-8", "replace").decode())
        )

    return holds


def _bare(pattern: re.Pattern[str]) -> str:
    bare = _AROUND.sub(lambda found: _wide(found[1] or ""), pattern.pattern)
    return f"(?i:{bare})" if pattern.flags & re.IGNORECASE else f"(?:{bare})"


def _wide(piece: str) -> str:
    # Python counts four more signs as spaces.
    return r"[\s\x1c-\x1f]" if piece == r"\s" else piece
