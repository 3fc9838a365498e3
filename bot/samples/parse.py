"""Pasted or attached samples, in any reasonable form, with what was understood of them."""

import re
from collections.abc import Callable

from bot.consultation.model import Columns, Samples
from bot.samples import formats
from bot.samples.choosing import again, columns_of
from bot.samples.columns import NoField
from bot.samples.decoding import compressed, decoded, even
from bot.samples.jsons import AS_PYTHON, COMMENTS, PYTHON, as_json, as_jsonl, uncommented
from bot.samples.names import plain
from bot.samples.records import Read
from bot.samples.schemas import near
from bot.samples.sheets import MissingLibrary, as_sheet
from bot.samples.tables import as_csv, as_markdown
from bot.samples.understood import MOST_TOLD, LeftOut, Reading, Understood
from bot.samples.values import Fields
from bot.samples.yamls import Broken, as_yaml

MOST_PAIRS = 50
TABLES = ("json", "jsonl", "ndjson", "csv", "tsv", "yaml", "yml", "xlsx", "parquet", "toml", "xml", "html", "htm")
"""Endings of files that hold rows; anything else may be a prompt."""
MOST_BYTES = 2**20
MOST_LINES = 40_000
"""A MiB of rows of a few characters would take as long to read as a hundred files of plain text."""
_PROMPTFOO = re.compile(r"(?:\A|\n)tests:[ \t]*\n[ \t]*-")
_Form = Callable[[str], Read | None]


class Given(Samples):
    """Samples as they were given."""

    left_out: int = 0
    """Pairs after the fiftieth, which are not run."""
    understood: Understood | None = None
    """What was read as what; None for one prompt alone."""


class SampleError(Exception):
    """Say why nothing could be read, and of which row."""

    def __init__(self, reason: str, row: int | None = None, others: tuple[Reading, ...] = ()) -> None:
        self.reason, self.row = reason, row
        self.others = others
        """Readings of the fields that somebody could choose from."""
        super().__init__(f"Row {row} {reason}." if row else f"{reason}.")

    def __reduce__(self) -> tuple[type["SampleError"], tuple[object, ...]]:
        """Go to another process with all that it was made of."""
        return SampleError, (self.reason, self.row, self.others)


def parse(data: bytes | str, name: str | None = None, fields: Fields = None) -> Given:
    """Read pairs, or one prompt, or both; `name` is that of the file they came in.

    `fields` are those of the input and of the wanted answer, where somebody has said which they are. Text that is no
    list of pairs is taken as one prompt. A row that is wrong is left out and named. Raises SampleError where no row is
    right.
    """
    ending = name.rpartition(".")[2].lower() if name and "." in name else ""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MOST_BYTES:
        raise SampleError(f"It is {len(raw) / 2**20:.1f} MiB and the limit is 1 MiB: give fewer samples, 50 are enough")
    if (lines := raw.count(b"\n") + 1) > MOST_LINES:
        raise SampleError(f"It has {lines:,} lines and the limit is {MOST_LINES:,}: give fewer samples, 50 are enough")
    if compressed(raw):
        raise SampleError("It is compressed: unpack it and give what is in it")
    notes: tuple[str, ...] = ()
    text = ""
    try:
        read = as_sheet(raw, fields)
        if read is None:
            text, notes = _text(raw)
            read = recognised(text, ending, fields)
        if read:
            _heed(read, fields)
    except (MissingLibrary, Broken, NoField) as error:
        reason = str(error)
        raise SampleError(f"It {reason}" if isinstance(error, Broken) else reason) from None
    if read is None and PYTHON.match(text):
        raise SampleError(f"It {AS_PYTHON}")
    if read is None and (ending in TABLES or fields):
        raise SampleError(
            f"No pairs were found in this {(ending or 'text').upper()} file: each row needs an input and an output, "
            'as in {"input": "…", "output": "…"} or two columns with a header'
        )
    if read is None and formats.is_transcript(text):
        raise SampleError(
            "It reads like a chat that was copied, which does not say what answers what: "
            "write Customer: and Us: before what they said, or two columns"
        )
    return given_of(read, notes) if read else Given(prompt=text.strip())


def chosen(columns: Columns, fields: tuple[str, str]) -> Given:
    """Read records again with the fields of input and wanted answer that somebody chose. Raises SampleError."""
    given = given_of(again(columns, fields))
    return given.model_copy(update={"columns": columns.model_copy(update={"input": fields[0], "wanted": fields[1]})})


def from_message(text: str) -> Given | SampleError | None:
    """Read the samples in a chat message: None where it reads like conversation, the error where no row can be read."""
    try:
        read = recognised(even(text))
    except Broken:
        return None
    if read is None or not read.sure:
        return None
    try:
        return given_of(read)
    except SampleError as error:
        return error


def recognised(text: str, ending: str = "", fields: Fields = None) -> Read | None:
    """Read text in the form in which it is written; `ending` is that of its file. None where it is no list of pairs.

    Raises Broken, and NoField where it has not what `fields` name.
    """
    # Comments are none of JSON, but stand in it all the same.
    bare = None if ending in ("csv", "tsv", "yaml", "yml") else uncommented(text)
    if bare is None:
        return _recognised(text, ending, fields)
    other = _recognised(bare, ending, fields)
    try:
        read = _recognised(text, ending, fields)
    except NoField:
        read = None
    return other.said("", COMMENTS) if other and len(other.pairs) > (len(read.pairs) if read else 0) else read


def _recognised(text: str, ending: str, fields: Fields) -> Read | None:
    if ending in ("csv", "tsv"):
        return as_csv(text, named=True, fields=fields) or as_markdown(text, fields)
    if ending in ("jsonl", "ndjson") and (read := as_jsonl(text, named=True, fields=fields)):
        return read
    if ending in ("yaml", "yml") or (not ending and _PROMPTFOO.search(text)):
        return as_yaml(text, fields)
    if read := formats.as_fasttext(text):
        return read
    inner = formats.fenced(text)
    missing: NoField | None = None
    for body in (inner, text) if inner else (text,):
        json: tuple[_Form, ...] = (
            lambda part: as_jsonl(_led_in(part), fields=fields),
            lambda part: as_json(_led_in(part), fields),
        )
        tables: tuple[_Form, ...] = (lambda part: as_markdown(part, fields), lambda part: as_csv(part, fields=fields))
        # Commas and brackets stand in sentences, too: a sign that parts every line says more. Fields name columns.
        listed = () if fields else (formats.as_listed,)
        # Labels may stand before JSON, and JSON may be what a label introduces.
        first = (*listed, *json) if body.lstrip()[:1] in ("[", "{") else (formats.as_labelled, *listed, *json)
        blocks = () if fields else (formats.as_blocks_of_labels,)
        for form in (*first, formats.as_labelled, *blocks, *tables, formats.as_arrows, formats.as_blocks):
            try:
                read = form(body)
                if read and (read.rows or read.prompt):
                    _heed(read, fields)
                    return read
            except NoField as error:
                # In another form of writing it may be there.
                missing = missing or error
    if missing:
        raise missing
    return formats.as_prompt(text)


def _heed(read: Read, fields: Fields) -> None:
    """Raise NoField where pairs were read from other fields than those that somebody named."""
    if fields and read.pairs and [*map(plain, fields)] != [*map(plain, read.fields)]:
        raise NoField(fields, read.fields)


def _led_in(text: str) -> str:
    """Return the text without the words before its first line of JSON."""
    lines = text.split("\n")
    return "\n".join(lines[next((n for n, line in enumerate(lines) if line.lstrip()[:1] in ("[", "{")), 0) :])


def given_of(read: Read, notes: tuple[str, ...] = ()) -> Given:
    """Return what was read as samples. Raises SampleError where rows are there and none of them is right."""
    pairs = read.pairs
    others = tuple(Reading(input=a, wanted=b) for a, b in read.others)
    given = Given(
        pairs=pairs[:MOST_PAIRS],
        prompt=read.prompt,
        premise=read.premise,
        scorer=read.scorer,
        left_out=max(0, len(pairs) - MOST_PAIRS),
        understood=_understood(read, others, notes) if read.rows else None,
        columns=columns_of(read),
    )
    if not pairs and read.bad:
        first, more = read.bad[0], len(read.bad) - 1
        also = f", and {more} more {'is' if more == 1 else 'are'} wrong" if more else ""
        nearest = f"; the nearest form that is read: {near(read.unknown)}" if read.unknown else ""
        raise SampleError(first.why + nearest + also, first.row, others)
    if read.rows and not pairs:
        first, count = read.left[0], len(read.rows)
        where = "it" if count == 1 else f"any of the {count} rows"
        raise SampleError(f"There is no wanted answer in {where}: row {first.row} {first.why}")
    return given


def _understood(read: Read, others: tuple[Reading, ...], notes: tuple[str, ...]) -> Understood:
    return Understood(
        format=read.format,
        form=read.form,
        rows=len(read.rows),
        read=len(read.pairs),
        input=read.fields[0],
        wanted=read.fields[1],
        first=read.pairs[0] if read.pairs else None,
        left_out=tuple(LeftOut(row=row.row, why=row.why) for row in read.left[:MOST_TOLD]),
        notes=(*notes, *read.notes),
        others=others,
    )


def _text(raw: bytes) -> tuple[str, tuple[str, ...]]:
    found = decoded(raw)
    if found is None:
        raise SampleError("It is not a text file: give text, CSV, JSON or JSONL")
    if not found[0].strip():
        raise SampleError("There is nothing in it: give pairs of an input and an output, or one prompt")
    return found
