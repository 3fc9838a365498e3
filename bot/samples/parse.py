"""Pasted or attached samples, in any reasonable form."""

from dataclasses import replace

from bot.consultation.model import Samples
from bot.samples import formats
from bot.samples.records import Read

MOST_PAIRS = 50
TABLES = ("json", "jsonl", "ndjson", "csv", "tsv")
"""Endings of files that hold rows; anything else may be a prompt."""
MOST_BYTES = 2**20


class Given(Samples):
    """Samples as they were given."""

    left_out: int = 0
    """Pairs after the fiftieth, which are not run."""
    form: str = ""
    """What they are written as, in words; empty for one prompt."""
    fields: tuple[str, str] | None = None
    """How their writer calls the input and the wanted answer."""


class SampleError(Exception):
    """Say which row of the samples is wrong and why; what could be read is in `read`."""

    def __init__(self, reason: str, row: int | None = None, read: Given | None = None) -> None:
        self.reason, self.row, self.read = reason, row, read
        where = f"Row {row} {reason}" if row else reason
        kept = f" {_count(len(read.pairs))} read without it." if read and read.pairs else ""
        super().__init__(f"{where}.{kept}")


def parse(data: bytes | str, name: str | None = None) -> Given:
    """Read pairs, or one prompt, or both; `name` is that of the file they came in.

    Text that is no list of pairs is taken as one prompt. Raises SampleError with row and reason.
    """
    text = _decoded(data)
    if not text.strip():
        raise SampleError("There is nothing in it: give pairs of an input and an output, or one prompt")
    ending = name.rpartition(".")[2].lower() if name and "." in name else ""
    read = _recognised(text, ending)
    if read is None and ending in TABLES:
        raise SampleError(
            f"No pairs were found in this {ending.upper()} file: each row needs an input and an output, "
            'as in {"input": "…", "output": "…"} or two columns with a header'
        )
    return _checked(read) if read else Given(prompt=text.strip())


def from_message(text: str) -> Given | SampleError | None:
    """Read the samples in a chat message: None where it reads like conversation, the error where a row is wrong."""
    read = _recognised(_even(text), "")
    if read is None or not read.sure:
        return None
    try:
        return _checked(read)
    except SampleError as error:
        return error


def _recognised(text: str, ending: str) -> Read | None:
    if ending in ("csv", "tsv"):
        table = formats.as_csv(text, named=True, delimiters="\t" if ending == "tsv" else (",", ";", "\t", "|"))
        return replace(table, form=ending.upper()) if table else None
    if ending in ("jsonl", "ndjson") and (read := formats.as_jsonl(text)):
        return replace(read, form="JSONL")
    inner = formats.fenced(text)
    for body in (inner, text) if inner else (text,):
        as_json = (formats.as_jsonl, formats.as_json)
        # Labels may stand before JSON, and JSON may be what a label introduces.
        first = as_json if body.lstrip()[:1] in ("[", "{") else (formats.as_labelled, *as_json)
        for form in (*first, formats.as_labelled, formats.as_csv, formats.as_arrows, formats.as_blocks):
            read = form(_led_in(body) if form in as_json else body)
            if read and (read.rows or read.prompt):
                return replace(read, form=_FORMS[form] if read.rows else "")
    return formats.as_prompt(text)


_FORMS = {
    formats.as_jsonl: "JSONL",
    formats.as_json: "JSON",
    formats.as_labelled: "lines with labels",
    formats.as_csv: "a table",
    formats.as_arrows: "lines with arrows",
    formats.as_blocks: "blocks of two lines",
}


def _led_in(text: str) -> str:
    """Return the text without the words before its first line of JSON."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[next((n for n, line in enumerate(lines) if line.lstrip()[:1] in ("[", "{")), 0) :])


def _checked(read: Read) -> Given:
    pairs = read.pairs
    given = Given(
        pairs=pairs[:MOST_PAIRS],
        prompt=read.prompt,
        premise=read.premise,
        left_out=max(0, len(pairs) - MOST_PAIRS),
        form=read.form,
        fields=read.fields,
    )
    if read.bad:
        first, more = read.bad[0], len(read.bad) - 1
        also = f", and {more} more {'is' if more == 1 else 'are'} wrong" if more else ""
        raise SampleError(first.why + also, first.row, given)
    return given


def _decoded(data: bytes | str) -> str:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MOST_BYTES:
        raise SampleError(f"It is {len(raw) / 2**20:.1f} MiB and the limit is 1 MiB: give fewer samples, 50 are enough")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SampleError("is not UTF-8: save the file as UTF-8 and send it again", line, _before(raw, error)) from None
    if "\0" in text:
        raise SampleError("It is not a text file: give text, CSV, JSON or JSONL")
    return _even(text)


def _even(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _before(raw: bytes, error: UnicodeDecodeError) -> Given | None:
    """Return what stands on the lines before the byte that is wrong."""
    good = raw[: raw.rfind(b"\n", 0, error.start) + 1].decode("utf-8-sig", "ignore")
    read = _recognised(good, "") if good.strip() else None
    return Given(pairs=read.pairs[:MOST_PAIRS]) if read and read.pairs else None


def _count(pairs: int) -> str:
    return "One pair was" if pairs == 1 else f"{pairs} pairs were"
