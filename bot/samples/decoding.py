"""Bytes of files into text, whatever they were saved as."""

import codecs

_CONTROLS = frozenset(range(32)) - {9, 10, 11, 12, 13, 27, 28, 29, 30, 31}


def compressed(data: bytes) -> bool:
    """Tell whether a file is packed, by gzip, bzip2, xz or zstd."""
    return data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"))


def decoded(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """Return the text, with newlines alone between its lines, and what is to be noted; None for what is no text."""
    for mark, coding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _text(data, coding, "it was UTF-16")
    if len(data) >= 4 and len(data) % 2 == 0:
        for place, coding in ((1, "utf-16-le"), (0, "utf-16-be")):
            # Every second byte of Latin letters in UTF-16 is zero.
            if data[place::2].count(0) > 0.6 * (len(data) // 2) and not data[1 - place :: 2].count(0):
                return _text(data, coding, "it was UTF-16")
    if b"\0" in data:
        return None
    try:
        return even(data.decode("utf-8-sig")), ()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    if any(byte in _CONTROLS for byte in data):
        return None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return even(text), (f"it is not UTF-8 (line {line}), so it was read as Latin-1: look at its accents",)


def even(text: str) -> str:
    """Return the text without a byte order mark, with newlines alone between its lines."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _text(data: bytes, coding: str, note: str) -> tuple[str, tuple[str, ...]] | None:
    try:
        text = data.decode(coding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else (even(text), (note,))
