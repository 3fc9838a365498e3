"""Long texts in parts: within the limit, nothing lost, code still code, and cut where a reader would pause."""

from collections.abc import Callable

import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.text.split import LEAST, pieces, split, utf16

Length = Callable[[str], int]

FAMILY = "👩‍👩‍👧‍👦"
ACCENTS = "e\u0301\u0323"
FLAG = "🇨🇭"
HAND = "👋🏽"

PLAIN = st.sampled_from(["a", "word", "Sentence.", "e.g.", "`code here`", "``a`", "`", "```", "~~~", "x" * 70]) | (
    st.sampled_from(["[a link](https://example.org/x_(y))", "**so bold**", "漢字。漢字！", " \u0301", "\u00a0"])
    | st.sampled_from([FAMILY, FAMILY * 9, ACCENTS * 5, FLAG * 6, HAND])
)
WORDS = PLAIN | st.sampled_from(["-", "1.", "#", ">", "|", "\u200d"])
LINES = st.lists(WORDS, max_size=14).map(" ".join)
STARTS = st.sampled_from(["", "", "", "- ", "  - ", "3) ", "# ", "> ", "| ", "    ", "\t"])
ENDINGS = st.sampled_from(["\n", "\n", "\n\n", "\r\n", "\r", " \n", "\n \n"])
PROSE = st.lists(st.tuples(STARTS, LINES, ENDINGS).map("".join), max_size=8).map("".join)
MARKS = st.sampled_from(["```", "````", "~~~", "~~~~~", "   ```"])
LANGUAGES = st.sampled_from(["", "python", " json", "c++ title"])


@st.composite
def code(draw: st.DrawFn) -> str:
    """A fence with any lines in it, shorter and other fences too, that may lack its end."""
    mark = draw(MARKS)
    longer = mark.strip()
    lines = draw(st.lists(LINES | st.just("    indented") | st.just("") | MARKS, max_size=9))
    lines = [line for line in lines if line.strip(" ").strip(longer[0]) or len(line.strip()) < len(longer)]
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    last = draw(st.sampled_from([longer, longer + longer[0], f"  {longer}  ", longer]))
    return ending.join([mark + draw(LANGUAGES), *lines, last]) + ending


def texts(prose: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Prose and code by turns; sometimes the last fence is not closed."""
    mixed = st.lists(prose | code(), max_size=5).map("\n".join)
    return mixed | mixed.map(lambda text: text.rstrip("`~ \r\n"))


TEXTS = texts(PROSE)
MARKDOWN = MarkdownIt("commonmark")


def code_of(*parts: str) -> list[str]:
    """The code that a reader of CommonMark finds in fences, as lines without what parts them."""
    fences = [token for part in parts for token in MARKDOWN.parse(part) if token.type == "fence"]
    return "".join(token.content for token in fences).split()


@given(st.text() | TEXTS, st.integers(LEAST, 400), st.sampled_from([len, utf16]))
def test_every_part_is_within_the_limit_and_says_something(text: str, limit: int, length: Length):
    for part in split(text, limit, length=length):
        assert length(part) <= limit
        assert part.strip()


@given(st.text() | TEXTS, st.integers(LEAST, 400), st.sampled_from([len, utf16]))
def test_no_text_is_lost(text: str, limit: int, length: Length):
    found = pieces(text, limit, length=length)
    assert split(text, limit, length=length) == [f"{piece.opened}{piece.text}{piece.closed}" for piece in found]
    at = 0
    for piece in found:
        assert piece.text == text[piece.start : piece.end]
        between = text[at : piece.start]
        assert not between.strip()
        if piece.opened:
            assert between in ("", "\n", "\r\n", "\r"), "in code every space counts"
        at = piece.end
    assert not text[at:].strip()


@given(texts(st.lists(PLAIN, max_size=14).map(" ".join)), st.integers(60, 400))
def test_code_stays_code_and_prose_stays_prose(text: str, limit: int):
    # A fence line that leaves no room for code is text like any other.
    assume(all(len(line) < limit // 4 for line in text.splitlines() if line.lstrip().startswith(("```", "~~~"))))
    parts = split(text, limit)
    assert "".join(code_of(*parts)) == "".join(code_of(text))
    languages = {
        token.info.split()[0] for token in MARKDOWN.parse(text) if token.type == "fence" and token.info.strip()
    }
    for part in parts:
        for token in MARKDOWN.parse(part):
            if token.type == "fence" and token.info.strip():
                assert token.info.split()[0] in languages


@given(st.text(st.sampled_from([*FAMILY, *ACCENTS, *FLAG, *HAND, " ", "\n", "a"])) | TEXTS, st.integers(60, 400))
def test_a_grapheme_is_cut_only_where_it_has_no_room(text: str, limit: int):
    graphemes = list(regex.finditer(r"\X", text))
    edges = {0, *(grapheme.end() for grapheme in graphemes)}
    if any(len(grapheme.group()) > limit // 2 for grapheme in graphemes):
        return
    for piece in pieces(text, limit):
        assert {piece.start, piece.end} <= edges


def test_one_grapheme_longer_than_a_part_is_cut():
    zalgo = "e" + "\u0301" * 100
    assert split(f"so {zalgo} it is", 40) == ["so", zalgo[:40], zalgo[40:80], f"{zalgo[80:]} it is"]


@given(st.text() | TEXTS)
def test_what_fits_is_left_as_it_is(text: str):
    parts = split(text, len(text) + 100)
    assert len(parts) == bool(text.strip())
    assert all(part.startswith(text.strip()) or text.strip() in part for part in parts)


@given(TEXTS, st.integers(LEAST, 400))
def test_there_are_not_many_more_parts_than_needed(text: str, limit: int):
    assert len(split(text, limit)) <= 12 * len(text) / limit + 3 + text.count("\n")


SAID = """\
Some words come first. Then there is [a link](https://example.org/a) to follow, `and code` in a line.

```python
for x in range(3):
    print(x)
```

- the first point is this
- the second point is that

| what | how much |
|---|---|
| a call | 1 |

The end."""


def test_it_is_cut_where_a_reader_would_pause():
    assert split(SAID, 110) == [
        SAID[: SAID.index("\n\n```")],
        SAID[SAID.index("```python") : SAID.index("\n\n|")],
        SAID[SAID.index("| what") :],
    ]
    assert split(SAID, 60) == [
        "Some words come first. Then there is",
        "[a link](https://example.org/a) to follow, `and code` in a",
        "line.\n\n```python\nfor x in range(3):\n    print(x)\n```",
        "- the first point is this\n- the second point is that",
        "| what | how much |\n|---|---|\n| a call | 1 |\n\nThe end.",
    ]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        # A paragraph goes before a sentence, that before a word, and a word is cut last.
        ("One two three.\n\nFour five. Six seven eight", 28, ["One two three.", "Four five. Six seven eight"]),
        ("One two three. Four five, six seven", 28, ["One two three.", "Four five, six seven"]),
        ("one two three four five six", 16, ["one two three", "four five six"]),
        ("x" * 40, 16, ["x" * 16, "x" * 16, "x" * 8]),
        ("漢字漢字漢字。漢字漢字漢字漢字漢字。", 16, ["漢字漢字漢字。", "漢字漢字漢字漢字漢字。"]),
        # No abbreviation ends a sentence.
        ("One two e.g. four five six", 20, ["One two e.g. four", "five six"]),
        # A heading stays with what it is about, and no rest of a line becomes one, or an item.
        ("Some words.\n\n# Title\n\nMore words here", 24, ["Some words.", "# Title\n\nMore words here"]),
        ("one two three ### four five", 16, ["one two", "three ### four", "five"]),
        ("one two three 14. four five", 16, ["one two", "three 14. four", "five"]),
        # An item stays whole, and keeps its place in the list.
        ("- one two\n  three\n  - four five\n    six", 32, ["- one two\n  three", "  - four five\n    six"]),
        # A link or code in a line that fits is not cut.
        ("see [one two](http://x.y)", 22, ["see", "[one two](http://x.y)"]),
        ("see `one two three`", 16, ["see", "`one two three`"]),
        ("one `two three four five six seven`", 20, ["one `two three four", "five six seven`"]),
        # Code is cut by lines, and keeps its indent and its empty lines.
        ("```py\nif x:\n\n    y()\n    z()\n```", 26, ["```py\nif x:\n\n    y()\n```", "```py\n    z()\n```"]),
        ("~~~\r\na = 1\r\nb = 2\r\n~~~", 20, ["~~~\r\na = 1\n~~~", "~~~\nb = 2\r\n~~~"]),
        ("````\n```\none\n```\ntwo\n````", 24, ["````\n```\none\n```\n````", "````\ntwo\n````"]),
        # So is code in a quote or in a list; the marker of the list is not repeated.
        ("> ```\n> one 1\n> two 2\n> ```", 26, ["> ```\n> one 1\n> ```", "> ```\n> two 2\n> ```"]),
        ("- ```\n  one1\n  two2\n  ```", 24, ["- ```\n  one1\n  ```", "```\n  two2\n  ```"]),
        # No rest of a line becomes a fence: outside of code it would open one, inside it would end it.
        ("one two three ``` four five", 16, ["one two", "three ``` four", "five"]),
        ("one-two-three-four``` five", 18, ["one-two-three-fou", "r``` five"]),
        ("~~~\nfor word in ~~~\n~~~", 22, ["~~~\nfor word \n~~~", "~~~\nin ~~~\n~~~"]),
        # A space that carries an accent is no border.
        ("one two three \u0301four five", 16, ["one two", "three \u0301four five"]),
        # A fence that nobody closed is closed.
        ("```\none", 16, ["```\none\n```"]),
        ("", 16, []),
        (" \n\n ", 16, []),
        ("\n\n    one\n", 16, ["    one"]),
    ],
)
def test_by_example(text: str, limit: int, parts: list[str]):
    assert split(text, limit) == parts


def test_lengths_are_counted_as_the_platform_counts():
    assert split("🦜" * 20, 20) == ["🦜" * 20]
    assert split("🦜" * 20, 20, length=utf16) == ["🦜" * 10, "🦜" * 10]
    assert utf16("a🦜é") == 4


def test_a_limit_that_holds_nothing_is_refused():
    with pytest.raises(ValueError, match="too small"):
        split("text", LEAST - 1)
